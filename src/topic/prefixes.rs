//! The beginnings of words that prefixes have: a bit for the first bytes of a word says whether it may begin with a prefix,
//! and most words of an article are done with that; the others are cut to each length that such prefixes have.

use super::packed::{PACKED, Packed, STARTS};

#[derive(Debug)]
pub(super) struct Prefixes {
    /// Every prefix, only while they are added.
    added: Vec<Box<[u8]>>,
    /// A bit for each start ([`Packed::start`]) of a word that may have a prefix, and how many are set in those before it.
    starts: Vec<u64>,
    before: Vec<u32>,
    /// For each bit that is set the lengths of its prefixes, a bit each; [`LONG`] is one for all of more than 16 bytes. A last
    /// one has none.
    lengths: Vec<u32>,
    /// The lengths of those.
    long: Vec<usize>,
}

/// Bytes that make a start: of most prefixes, and of those that are long enough, which are told apart better so.
const START: usize = 4;
const LONG_START: usize = 6;

const LONG: usize = PACKED + 1;

impl Default for Prefixes {
    fn default() -> Self {
        let (added, before, long) = Default::default();
        Self { added, starts: vec![0; STARTS / 64], before, lengths: vec![0], long }
    }
}

impl Prefixes {
    pub fn add(&mut self, prefix: &[u8]) {
        self.added.push(prefix.into());
    }

    /// Prepares for looking up.
    pub fn finish(&mut self) {
        let added = std::mem::take(&mut self.added);
        let mut lengths = vec![0_u32; STARTS];
        for prefix in &added {
            let length = prefix.len();
            if length > PACKED {
                self.long.push(length);
            }
            let bit = 1 << length.min(LONG);
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
        lengths.push(0);
        lengths.shrink_to_fit();
        self.lengths = lengths;
    }

    #[inline]
    fn has(&self, start: usize) -> bool {
        self.starts[start / 64] >> (start % 64) & 1 == 1
    }

    /// The lengths of prefixes of that start, without a branch.
    #[inline]
    fn of_start(&self, start: usize) -> u32 {
        let below = self.starts[start / 64] & ((1 << (start % 64)) - 1);
        let lengths = self.lengths[(self.before[start / 64] + below.count_ones()) as usize];
        lengths & u32::from(self.has(start)).wrapping_neg()
    }

    /// Whether a word may begin with a prefix; else for sure with none.
    #[inline]
    pub fn may_begin(&self, word: Packed) -> bool {
        self.has(word.start(START)) | self.has(word.start(LONG_START))
    }

    /// The lengths, up to 16, of prefixes that a word may begin with. A shorter word has zeros behind it, a prefix none.
    #[inline]
    pub fn lengths(&self, word: Packed) -> impl Iterator<Item = usize> {
        let mut rest = (self.of_start(word.start(START)) | self.of_start(word.start(LONG_START))) & !(1 << LONG);
        std::iter::from_fn(move || {
            let length = rest.trailing_zeros() as usize;
            rest &= rest.wrapping_sub(1);
            (length <= PACKED).then_some(length)
        })
    }

    /// The lengths of longer ones that a word may begin with.
    pub fn long_lengths(&self, word: &[u8]) -> impl Iterator<Item = usize> {
        self.long.iter().copied().take_while(|length| *length <= word.len())
    }
}
