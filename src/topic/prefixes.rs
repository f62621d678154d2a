//! Prefixes → numbers, and a word → the longest prefix it begins with; the shorter ones follow from that. Those of the same
//! first five bytes stand together.

use std::hint::select_unpredictable;

use rustc_hash::FxHashMap;

use super::dictionary::{Dictionary, Entry};
use super::packed::{MIX, PACKED, Packed};
use super::sieve::START;
use super::vocabulary::KeyId;

#[derive(Debug, Default)]
pub(super) struct Prefixes {
    /// The first five bytes → where their group begins in `list`, and ends.
    groups: Dictionary,
    /// Behind one at [`NONE`] that is none, the groups, each from the shortest to the longest; then those that are too short for
    /// any.
    list: Vec<Prefix>,
    /// Prefixes of more than 16 bytes, by their number.
    long: FxHashMap<KeyId, Box<[u8]>>,
    short: Short,
}

/// From where to where in the list of prefixes those stand that begin with the same five bytes.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Group {
    from: u32,
    to: u32,
}

impl Group {
    #[inline]
    pub fn is_empty(self) -> bool {
        self.from == self.to
    }
}

/// The place of no prefix.
pub(super) const NONE: u32 = 0;

#[derive(Clone, Copy, Debug)]
struct Prefix {
    first: Packed,
    length: u32,
    id: KeyId,
    /// The place of the next shorter one that it begins with, or [`NONE`].
    shorter: u32,
}

/// Those that are shorter than a start.
#[derive(Debug, Default)]
struct Short {
    /// With their places in the list.
    places: Dictionary,
    /// A bit for each hash of a word's first four bytes, set where it may have one of those; empty where there is none.
    starts: Vec<u64>,
}

/// Hashes of four bytes.
const SHORT_STARTS: usize = 1 << 16;

impl Prefixes {
    /// Of prefixes that differ.
    pub fn new(mut prefixes: Vec<(Box<[u8]>, KeyId)>) -> Self {
        let is_short = |text: &[u8]| text.len() < START;
        prefixes.sort_unstable_by_key(|(text, id)| {
            let first = Packed::of(text);
            (is_short(text), first.first(START), text.len(), *id)
        });
        let no_prefix = Prefix { first: Packed::NONE, length: 0, id: KeyId::MAX, shorter: NONE };
        let list: Vec<_> = std::iter::once(no_prefix)
            .chain(prefixes.iter().map(|(text, id)| {
                let (first, length) = (Packed::of(text), text.len() as u32);
                Prefix { first, length, id: *id, shorter: NONE }
            }))
            .collect();
        let (grouped, short) = list[1..].split_at(prefixes.partition_point(|(text, _)| !is_short(text)));
        let (mut groups, mut end) = (Vec::new(), 1);
        for group in grouped.chunk_by(|one, next| one.first.first(START) == next.first.first(START)) {
            let from = end;
            end += group.len() as u32;
            groups.push(Entry { word: group[0].first.first(START), id: from, more: end });
        }
        let short = Short::new(short, 1 + grouped.len() as u32);
        let is_long = |(text, _): &&(Box<[u8]>, KeyId)| text.len() > PACKED;
        let long = prefixes.iter().filter(is_long).map(|(text, id)| (*id, text.clone())).collect();
        let groups = Dictionary::new(groups, FxHashMap::default());
        let mut new = Self { groups, list, long, short };
        // The next shorter one is what all but its last byte begin with.
        let but_last = |text: &[u8]| {
            let (text, word) = (&text[..text.len() - 1], Packed::of(&text[..text.len() - 1]));
            new.longest(word, text, new.group(word))
        };
        let shorter: Vec<_> = prefixes.iter().map(|(text, _)| but_last(text)).collect();
        new.list[1..].iter_mut().zip(shorter).for_each(|(prefix, shorter)| prefix.shorter = shorter);
        new
    }

    /// The first five bytes of those that have as many.
    pub fn starts(&self) -> impl Iterator<Item = Packed> {
        self.groups.words()
    }

    /// Whether a word may begin with a prefix of fewer than five bytes; else for sure with none.
    #[inline]
    pub fn may_begin_short(&self, word: Packed) -> bool {
        self.short.may_begin(word)
    }

    /// Where those stand that a word may begin with, but for the short ones. Without a branch.
    #[inline]
    pub fn group(&self, word: Packed) -> Group {
        let start = word.first(START);
        if self.groups.has_homeless() {
            let entry = self.groups.find(start, start.hash(), &[]);
            return entry.map_or_else(Group::default, |entry| Group { from: entry.id, to: entry.more });
        }
        let entry = self.groups.peek(start.hash());
        let is_it = entry.word == start;
        Group { from: select_unpredictable(is_it, entry.id, 0), to: select_unpredictable(is_it, entry.more, 0) }
    }

    /// The place of the longest prefix that a word begins with, or [`NONE`]; `word` is what its first 16 bytes are packed as,
    /// `whole` is needed of a longer one, `group` is the word's.
    #[inline]
    pub fn longest(&self, word: Packed, whole: &[u8], group: Group) -> u32 {
        for at in (group.from..group.to).rev() {
            let prefix = &self.list[at as usize];
            // A shorter word has zeros behind it, a prefix none.
            let length = prefix.length as usize;
            if word.first(length) == prefix.first && (length <= PACKED || whole.starts_with(&self.long[&prefix.id])) {
                return at;
            }
        }
        if self.short.may_begin(word) { self.short.longest(word) } else { NONE }
    }

    /// The number of the prefix at a place, any number at [`NONE`], and the place of the next shorter one that it begins with.
    #[inline]
    pub fn at(&self, place: u32) -> (KeyId, u32) {
        let Prefix { id, shorter, .. } = self.list[place as usize];
        (id, shorter)
    }
}

impl Short {
    /// Of the prefixes that stand from that place on.
    fn new(prefixes: &[Prefix], from: u32) -> Self {
        if prefixes.is_empty() {
            return Self::default();
        }
        let mut starts = vec![0; SHORT_STARTS / 64];
        for prefix in prefixes {
            // Every start that goes on from it.
            match START - 1 - prefix.length as usize {
                0 => mark(&mut starts, prefix.first),
                1 => (0..=u8::MAX).for_each(|last| mark(&mut starts, prefix.first.and(prefix.length as usize, last))),
                _ => starts.fill(u64::MAX),
            }
        }
        let entry = |(prefix, place): (&Prefix, u32)| Entry { word: prefix.first, id: place, more: 0 };
        let places = prefixes.iter().zip(from..).map(entry).collect();
        Self { places: Dictionary::new(places, FxHashMap::default()), starts }
    }

    #[inline]
    fn may_begin(&self, word: Packed) -> bool {
        !self.starts.is_empty() && {
            let start = short_start(word);
            self.starts[start / 64] >> (start % 64) & 1 == 1
        }
    }

    fn longest(&self, word: Packed) -> u32 {
        for length in (1..START).rev() {
            let first = word.first(length);
            // A shorter word has zeros behind it, a prefix none.
            if word.first(length - 1) != first
                && let Some(entry) = self.places.find(first, first.hash(), &[])
            {
                return entry.id;
            }
        }
        NONE
    }
}

fn mark(starts: &mut [u64], word: Packed) {
    let start = short_start(word);
    starts[start / 64] |= 1 << (start % 64);
}

#[inline]
fn short_start(word: Packed) -> usize {
    (word.first(START - 1).fold().wrapping_mul(MIX) >> (u64::BITS - SHORT_STARTS.trailing_zeros())) as usize
}
