//! Prefixes → numbers, and a word → the prefixes it begins with. A bit for its first bytes says whether there are any, and
//! most words of an article are done with that; the others are cut to each length that such prefixes have.

use super::packed::{PACKED, Packed, STARTS};
use super::table::Table;
use super::vocabulary::KeyId;

#[derive(Debug)]
pub(super) struct Prefixes {
    table: Table,
    /// Every prefix, only while they are added.
    added: Vec<Box<[u8]>>,
    /// A bit for each start ([`Packed::start`]) of a word that may have a prefix, and how many are set in those before it.
    starts: Vec<u64>,
    before: Vec<u32>,
    /// For each bit that is set the lengths of its prefixes, a bit each; [`LONG`] is one for all of more than 16 bytes.
    lengths: Vec<u32>,
    /// The lengths of those.
    long: Vec<usize>,
}

/// Bytes that make a start: of most prefixes, and of those that are long enough, which are told apart better so.
const START: usize = 4;
const LONG_START: usize = 6;

const LONG: u32 = PACKED as u32 + 1;

impl Default for Prefixes {
    fn default() -> Self {
        Self {
            table: Table::default(),
            added: Vec::new(),
            starts: vec![0; STARTS / 64],
            before: Vec::new(),
            lengths: Vec::new(),
            long: Vec::new(),
        }
    }
}

impl Prefixes {
    /// The number of a prefix, `next` if it is new.
    pub fn insert(&mut self, prefix: &[u8], next: KeyId) -> KeyId {
        let id = self.table.insert(prefix, next);
        if id == next {
            self.added.push(prefix.into());
        }
        id
    }

    /// Prepares for looking up.
    pub fn finish(&mut self) {
        self.table.finish();
        let added = std::mem::take(&mut self.added);
        let mut lengths = vec![0_u32; STARTS];
        for prefix in &added {
            let length = prefix.len();
            if length > PACKED {
                self.long.push(length);
            }
            let bit = 1 << length.min(LONG as usize);
            let mut add = |start: &[u8], bytes| lengths[Packed::of(start).start(bytes)] |= bit;
            match length {
                LONG_START.. => add(prefix, LONG_START),
                START.. => add(prefix, START),
                // Every start that goes on from it.
                3 => (0..=u8::MAX).for_each(|last| add(&[prefix, &[last][..]].concat(), START)),
                _ => lengths.iter_mut().for_each(|of_start| *of_start |= bit),
            }
        }
        self.long.sort_unstable();
        self.long.dedup();
        for (start, _) in lengths.iter().enumerate().filter(|(_, of_start)| **of_start != 0) {
            self.starts[start / 64] |= 1 << (start % 64);
        }
        let mut sum = 0;
        for word in &self.starts {
            self.before.push(sum);
            sum += word.count_ones();
        }
        lengths.retain(|of_start| *of_start != 0);
        lengths.shrink_to_fit();
        self.lengths = lengths;
    }

    #[inline]
    fn has(&self, start: usize) -> bool {
        self.starts[start / 64] >> (start % 64) & 1 == 1
    }

    /// The lengths of prefixes of that start.
    #[inline]
    fn lengths(&self, start: usize) -> u32 {
        let below = self.starts[start / 64] & ((1 << (start % 64)) - 1);
        if self.has(start) { self.lengths[(self.before[start / 64] + below.count_ones()) as usize] } else { 0 }
    }

    /// Whether a word may begin with a prefix; else for sure with none.
    #[inline]
    pub fn may_begin(&self, word: Packed) -> bool {
        self.has(word.start(START)) | self.has(word.start(LONG_START))
    }

    /// Calls `each` for every prefix that a word begins with; only of a word that [may begin](Self::may_begin) with one.
    /// `whole` is needed of a word of more than 16 bytes.
    #[inline]
    pub fn of(&self, word: Packed, whole: &[u8], each: &mut impl FnMut(KeyId)) {
        let mut rest = self.lengths(word.start(START)) | self.lengths(word.start(LONG_START));
        while rest != 0 {
            let length = rest.trailing_zeros();
            rest &= rest - 1;
            if length == LONG {
                self.long_of(whole, each);
                continue;
            }
            // A shorter word has zeros behind it, a prefix none.
            let first = word.first(length as usize);
            let hash = first.hash(length as usize);
            if self.table.may_have(hash)
                && let Some(id) = self.table.find(first, length as usize, hash, &[])
            {
                each(id);
            }
        }
    }

    fn long_of(&self, whole: &[u8], each: &mut impl FnMut(KeyId)) {
        for length in self.long.iter().take_while(|length| **length <= whole.len()) {
            let first = &whole[..*length];
            let packed = Packed::whole(first);
            if let Some(id) = self.table.find(packed, *length, packed.hash(*length), first) {
                each(id);
            }
        }
    }
}
