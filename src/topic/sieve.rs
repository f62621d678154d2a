//! Whether a word of a text may be a word of a query or begin with one of its prefixes, or else is neither for sure: asked of
//! every word of every article, so it takes one look into a small table.

use super::packed::{MIX, Packed};

#[derive(Debug)]
pub(super) struct Sieve {
    /// By a hash of a word's first five bytes: a bit for each hash of its other bytes. A power of two of them.
    cells: Vec<u16>,
    /// What leaves of a hash the number of its cell.
    shift: u32,
}

/// Bytes that choose the cell.
pub(super) const START: usize = 5;

/// All bits: a prefix goes on with anything.
const ANY: u16 = u16::MAX;

impl Default for Sieve {
    /// That of nothing.
    fn default() -> Self {
        Self::new(std::iter::empty(), std::iter::empty())
    }
}

impl Sieve {
    /// Of words as they are cut, and of what prefixes of at least five bytes begin with.
    pub fn new(words: impl Iterator<Item = Packed> + Clone, starts: impl Iterator<Item = Packed>) -> Self {
        let mut begins: Vec<_> = words.clone().map(|word| word.first(START)).collect();
        let starts: Vec<_> = starts.collect();
        begins.extend_from_slice(&starts);
        begins.sort_unstable();
        begins.dedup();
        // Half of the cells at most are taken.
        let cells = (2 * begins.len()).next_power_of_two().max(64);
        let mut sieve = Self { cells: vec![0; cells], shift: u64::BITS - cells.trailing_zeros() };
        for word in words {
            let cell = sieve.cell(word);
            sieve.cells[cell] |= 1 << rest(word);
        }
        for start in starts {
            let cell = sieve.cell(start);
            sieve.cells[cell] = ANY;
        }
        sieve
    }

    /// Of a word as it is cut.
    #[inline]
    pub fn may_have(&self, word: Packed) -> bool {
        self.cells[self.cell(word)] >> rest(word) & 1 != 0
    }

    #[inline]
    fn cell(&self, word: Packed) -> usize {
        (word.first(START).fold().wrapping_mul(MIX) >> self.shift) as usize
    }
}

/// One of sixteen for what stands behind the first five bytes.
#[inline]
fn rest(word: Packed) -> u32 {
    (word.behind(START).wrapping_mul(MIX) >> 60) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packed(word: &str) -> Packed {
        Packed::cut(word.as_bytes())
    }

    #[test]
    fn what_is_asked_for_passes_and_little_else() {
        let word = |i: u32| packed(&format!("{}{i}", "long".repeat(i as usize % 6)));
        let prefixes = ["tarif", "élect", "中国"].map(|prefix| packed(prefix).first(START));
        let sieve = Sieve::new((0..5000).map(word), prefixes.into_iter());
        assert!((0..5000).all(|i| sieve.may_have(word(i))));
        assert!(["tarif", "tariffs", "élection", "中国经济"].iter().all(|text| sieve.may_have(packed(text))));
        let others = (5000..55_000).filter(|i| sieve.may_have(packed(&format!("{i}x{}", i % 7)))).count();
        assert!(others < 5000, "{others} of 50,000 pass");
        assert!(!Sieve::default().may_have(packed("word")));
    }
}
