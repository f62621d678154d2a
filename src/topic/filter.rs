//! A Bloom filter of one bit: whether something may be known by its hash; else it is for sure unknown.

#[derive(Debug)]
pub(super) struct Filter {
    /// A power of two of them.
    bits: Vec<u64>,
    /// What leaves of a hash the number of its bit.
    shift: u32,
}

/// Bits for each item, at least: one in sixteen that are unknown seems known, at most.
const BITS: usize = 16;

impl Default for Filter {
    /// That of nothing.
    fn default() -> Self {
        Self::for_items(0)
    }
}

impl Filter {
    pub fn for_items(count: usize) -> Self {
        let bits = (BITS * count).next_power_of_two().max(64);
        Self { bits: vec![0; bits / 64], shift: u64::BITS - bits.trailing_zeros() }
    }

    pub fn insert(&mut self, hash: u64) {
        let (at, bit) = self.bit(hash);
        self.bits[at] |= bit;
    }

    #[inline]
    pub fn may_have(&self, hash: u64) -> bool {
        let (at, bit) = self.bit(hash);
        self.bits[at] & bit != 0
    }

    /// By the upper bits of the hash: tables choose their buckets by the lower.
    #[inline]
    fn bit(&self, hash: u64) -> (usize, u64) {
        let bit = (hash >> self.shift) as usize;
        (bit / 64, 1 << (bit % 64))
    }
}
