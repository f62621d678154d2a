//! Prefixes → numbers, and a word → the prefixes it begins with. Those of the same first four bytes stand together: a bit
//! says whether there are any, and most words of an article are done with that.

use rustc_hash::FxHashMap;

use super::packed::{PACKED, Packed, STARTS};
use super::table::Table;
use super::vocabulary::KeyId;

#[derive(Debug)]
pub(super) struct Prefixes {
    /// Only while prefixes are added.
    table: Table,
    added: Vec<(Box<[u8]>, KeyId)>,
    /// A bit for each start ([`Packed::start`]) of a word that may have a prefix, and how many are set in those before it.
    starts: Vec<u64>,
    before: Vec<u32>,
    /// For each bit that is set where its group begins in `list`, and where the last ends.
    groups: Vec<u32>,
    list: Vec<Prefix>,
    /// Prefixes of more than 16 bytes, by their number.
    long: FxHashMap<KeyId, Box<[u8]>>,
    /// Those of fewer than four bytes, with their length.
    short: FxHashMap<(Packed, usize), KeyId>,
}

#[derive(Clone, Copy, Debug)]
struct Prefix {
    first: Packed,
    length: u32,
    id: KeyId,
}

/// Bytes that make a start.
const START: usize = 4;

impl Default for Prefixes {
    fn default() -> Self {
        Self {
            table: Table::default(),
            added: Vec::new(),
            starts: vec![0; STARTS / 64],
            before: Vec::new(),
            groups: Vec::new(),
            list: Vec::new(),
            long: FxHashMap::default(),
            short: FxHashMap::default(),
        }
    }
}

impl Prefixes {
    /// The number of a prefix, `next` if it is new.
    pub fn insert(&mut self, prefix: &[u8], next: KeyId) -> KeyId {
        let id = self.table.insert(prefix, next);
        if id == next {
            self.added.push((prefix.into(), next));
        }
        id
    }

    /// Prepares for looking up.
    pub fn finish(&mut self) {
        self.table = Table::default();
        let added = std::mem::take(&mut self.added);
        let mut list = Vec::new();
        for (prefix, id) in added {
            let first = Packed::of(&prefix);
            if prefix.len() < START {
                self.mark_short(&prefix);
                self.short.insert((first, prefix.len()), id);
                continue;
            }
            self.mark(first.start());
            list.push((first.start(), Prefix { first, length: prefix.len() as u32, id }));
            if prefix.len() > PACKED {
                self.long.insert(id, prefix);
            }
        }
        list.sort_by_key(|(start, prefix)| (*start, prefix.length));
        let mut sum = 0;
        for word in &self.starts {
            self.before.push(sum);
            sum += word.count_ones();
        }
        self.groups = vec![0; sum as usize + 1];
        for (start, _) in &list {
            let group = self.group(*start);
            self.groups[group + 1] += 1;
        }
        for group in 0..sum as usize {
            self.groups[group + 1] += self.groups[group];
        }
        self.list = list.into_iter().map(|(_, prefix)| prefix).collect();
    }

    fn mark(&mut self, start: usize) {
        self.starts[start / 64] |= 1 << (start % 64);
    }

    /// Every start that goes on from a prefix shorter than it.
    fn mark_short(&mut self, prefix: &[u8]) {
        if prefix.len() + 1 < START {
            self.starts.fill(u64::MAX);
            return;
        }
        for last in 0..=u8::MAX {
            self.mark(Packed::of(&[prefix, &[last]].concat()).start());
        }
    }

    /// Which of the starts that are set it is.
    #[inline]
    fn group(&self, start: usize) -> usize {
        let below = self.starts[start / 64] & ((1 << (start % 64)) - 1);
        (self.before[start / 64] + below.count_ones()) as usize
    }

    /// Whether a word may begin with a prefix; else for sure with none.
    #[inline]
    pub fn may_begin(&self, word: Packed) -> bool {
        let start = word.start();
        self.starts[start / 64] >> (start % 64) & 1 == 1
    }

    /// Calls `each` for every prefix that a word begins with; only of a word that [may begin](Self::may_begin) with one.
    /// `whole` is needed of a word of more than 16 bytes.
    #[inline]
    pub fn of(&self, word: Packed, whole: &[u8], each: &mut impl FnMut(KeyId)) {
        let group = self.group(word.start());
        for prefix in &self.list[self.groups[group] as usize..self.groups[group + 1] as usize] {
            // A shorter word has zeros behind it, a prefix none.
            let length = prefix.length as usize;
            if word.first(length) == prefix.first && (length <= PACKED || whole.starts_with(&self.long[&prefix.id])) {
                each(prefix.id);
            }
        }
        if !self.short.is_empty() {
            for length in 1..START {
                let first = word.first(length);
                // The last byte is zero where the word is shorter.
                if let Some(id) = self.short.get(&(first, length)) {
                    each(*id);
                }
            }
        }
    }
}
