//! Prefixes → numbers, and a word → the longest prefix it begins with; the shorter ones follow from that. Those of the same
//! first five bytes stand together.

use rustc_hash::FxHashMap;

use super::dictionary::{Dictionary, Entry};
use super::packed::{MIX, PACKED, Packed};
use super::sieve::START;
use super::vocabulary::KeyId;

#[derive(Debug, Default)]
pub(super) struct Prefixes {
    /// The first five bytes → their group.
    groups: Dictionary,
    /// Where each group ends in `list`, the first after nothing.
    ends: Vec<u32>,
    /// The groups, each from the shortest to the longest; then those that are too short for any.
    list: Vec<Prefix>,
    /// For each of the list the next shorter one that it begins with, or [`NONE`].
    shorter: Vec<u32>,
    /// Prefixes of more than 16 bytes, by their number.
    long: FxHashMap<KeyId, Box<[u8]>>,
    short: Short,
}

/// The place of no prefix.
pub(super) const NONE: u32 = u32::MAX;

#[derive(Clone, Copy, Debug)]
struct Prefix {
    first: Packed,
    length: u32,
    id: KeyId,
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
        let list: Vec<_> = prefixes
            .iter()
            .map(|(text, id)| Prefix { first: Packed::of(text), length: text.len() as u32, id: *id })
            .collect();
        let (grouped, short) = list.split_at(prefixes.partition_point(|(text, _)| !is_short(text)));
        let (mut groups, mut ends) = (Vec::new(), vec![0]);
        for group in grouped.chunk_by(|one, next| one.first.first(START) == next.first.first(START)) {
            groups.push(Entry { word: group[0].first.first(START), id: groups.len() as u32, more: 0 });
            ends.push(ends[ends.len() - 1] + group.len() as u32);
        }
        let short = Short::new(short, grouped.len() as u32);
        let is_long = |(text, _): &&(Box<[u8]>, KeyId)| text.len() > PACKED;
        let long = prefixes.iter().filter(is_long).map(|(text, id)| (*id, text.clone())).collect();
        let groups = Dictionary::new(groups, FxHashMap::default());
        let mut new = Self { groups, ends, list, shorter: Vec::new(), long, short };
        // The next shorter one is what all but its last byte begin with.
        let but_last = |text: &[u8]| new.longest(Packed::of(&text[..text.len() - 1]), &text[..text.len() - 1]);
        new.shorter = prefixes.iter().map(|(text, _)| but_last(text)).collect();
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

    /// The place of the longest prefix that a word begins with, or [`NONE`]; `word` is what its first 16 bytes are packed as,
    /// `whole` is needed of a longer one.
    #[inline]
    pub fn longest(&self, word: Packed, whole: &[u8]) -> u32 {
        let start = word.first(START);
        if let Some(Entry { id: group, .. }) = self.groups.find(start, start.hash(), &[]) {
            let (from, to) = (self.ends[group as usize], self.ends[group as usize + 1]);
            for at in (from..to).rev() {
                let prefix = &self.list[at as usize];
                // A shorter word has zeros behind it, a prefix none.
                let length = prefix.length as usize;
                if word.first(length) == prefix.first && (length <= PACKED || whole.starts_with(&self.long[&prefix.id]))
                {
                    return at;
                }
            }
        }
        if self.short.may_begin(word) { self.short.longest(word) } else { NONE }
    }

    /// The number of the prefix at a place, and the place of the next shorter one that it begins with.
    #[inline]
    pub fn at(&self, place: u32) -> (KeyId, u32) {
        (self.list[place as usize].id, self.shorter[place as usize])
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
