//! A set of numbers that says of most others that they are not in it (Bloom, "Space/time trade-offs in hash coding with allowable
//! errors", 1970).

/// In bits: 512 KiB.
const SIZE: u64 = 1 << 22;
/// Bits that a number sets.
const PROBES: u64 = 3;
/// Numbers that it is good for: of others it then takes three of a hundred for its own.
pub const MOST: usize = 500_000;

#[derive(Debug)]
pub struct Filter {
    bits: Vec<u64>,
    count: usize,
}

impl Filter {
    pub fn of_none() -> Self {
        Self { bits: vec![0; (SIZE / 64) as usize], count: 0 }
    }

    pub fn add(&mut self, number: i64) {
        for bit in probes(number) {
            self.bits[(bit / 64) as usize] |= 1 << (bit % 64);
        }
        self.count += 1;
    }

    /// Whether a number may have been added; false where it was not.
    pub fn may_have(&self, number: i64) -> bool {
        probes(number).all(|bit| self.bits[(bit / 64) as usize] >> (bit % 64) & 1 == 1)
    }

    pub fn is_full(&self) -> bool {
        self.count >= MOST
    }
}

/// The bits of a number, by two hashes of it (Kirsch and Mitzenmacher 2006).
fn probes(number: i64) -> impl Iterator<Item = u64> {
    // Each of its bits counts in both.
    let number = number.cast_unsigned();
    let mixed = (number ^ number >> 32).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mixed = mixed ^ mixed >> 29;
    let (first, step) = (mixed >> 32, mixed & 0xffff_ffff | 1);
    (0..PROBES).map(move |probe| first.wrapping_add(probe * step) % SIZE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_added_is_in_it_and_hardly_anything_else() {
        let mut filter = Filter::of_none();
        // Neighbours, those that differ in their first bits alone, and others.
        let number = |n: usize| match (n % 3, n as i64) {
            (0, n) => n,
            (1, n) => n << 44,
            (_, n) => n.wrapping_mul(0x1234_5678_9abc_def1),
        };
        for n in 0..MOST {
            assert!(!filter.is_full());
            filter.add(number(n));
        }
        assert!(filter.is_full());
        assert!((0..MOST).all(|n| filter.may_have(number(n))));
        let taken = (MOST..2 * MOST).filter(|n| filter.may_have(number(*n))).count();
        assert!(taken * 100 < MOST * 4, "{taken} of {MOST}");
    }
}
