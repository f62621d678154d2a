//! A word in two registers: compared, cut and hashed without looking at its bytes one by one.

/// Bytes of a word that are packed.
pub(super) const PACKED: usize = 16;

/// Numbers that stand for the first four bytes.
pub(super) const STARTS: usize = 1 << 16;

/// The golden ratio, which spreads what it multiplies (Knuth, The Art of Computer Programming 3, 6.4).
pub(super) const MIX: u64 = 0x9E37_79B9_7F4A_7C15;

/// The first 16 bytes of a word, zeros behind a shorter one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Packed {
    low: u64,
    high: u64,
}

/// What of its halves belongs to a word, by the word's length.
const MASKS: [(u64, u64); PACKED + 1] = {
    let mut masks = [(0, 0); PACKED + 1];
    let mut length = 1;
    while length <= PACKED {
        let all = u128::MAX >> (128 - 8 * length);
        masks[length] = (all as u64, (all >> 64) as u64);
        length += 1;
    }
    masks
};

impl Packed {
    #[inline]
    pub fn of(word: &[u8]) -> Self {
        let mut bytes = [0; PACKED];
        let count = word.len().min(PACKED);
        bytes[..count].copy_from_slice(&word[..count]);
        Self::of_bytes(bytes)
    }

    #[inline]
    fn of_bytes(bytes: [u8; PACKED]) -> Self {
        let all = u128::from_le_bytes(bytes);
        Self { low: all as u64, high: (all >> 64) as u64 }
    }

    /// Of the ASCII letters and digits at `start..end` in lower case: bit 5 is what sets small letters apart, and digits
    /// have it. At most 16 bytes; those behind the word are read and masked where they are there.
    #[inline]
    pub fn of_ascii(text: &[u8], start: usize, end: usize) -> Self {
        let whole = match text.get(start..start + PACKED) {
            Some(bytes) => Self::of_bytes(bytes.try_into().expect("sixteen bytes")),
            None => Self::of(&text[start..end]),
        };
        let small = 0x2020_2020_2020_2020;
        Self { low: whole.low | small, high: whole.high | small }.first(end - start)
    }

    /// The first `length` bytes of it.
    #[inline]
    pub fn first(self, length: usize) -> Self {
        let (low, high) = MASKS[length.min(PACKED)];
        Self { low: self.low & low, high: self.high & high }
    }

    /// Of a word of any length: of a longer one the first 8 bytes and a hash of the others.
    #[inline]
    pub fn whole(word: &[u8]) -> Self {
        let first = Self::of(word);
        if word.len() <= PACKED {
            return first;
        }
        let mut high = first.high;
        for chunk in word[PACKED..].chunks(8) {
            high = (high.rotate_left(23) ^ Self::of(chunk).low).wrapping_mul(MIX);
            high ^= high >> 29;
        }
        Self { low: first.low, high }
    }

    /// The hash of what a word of that length is packed as.
    #[inline]
    pub fn hash(self, length: usize) -> u64 {
        let hash = (self.low ^ self.high.rotate_left(31)).wrapping_mul(MIX) ^ length as u64;
        let hash = hash.wrapping_mul(MIX);
        hash ^ (hash >> 29)
    }

    /// One of [`STARTS`] for the first four bytes.
    #[inline]
    pub fn start(self) -> usize {
        ((self.low & 0xFFFF_FFFF).wrapping_mul(MIX) >> (64 - STARTS.trailing_zeros())) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn packing_ascii_lowers_it(text in "[A-Za-z0-9]{1,16}", behind in "[A-Z ]{0,20}") {
            let whole = format!("{text}{behind}");
            let packed = Packed::of_ascii(whole.as_bytes(), 0, text.len());
            proptest::prop_assert_eq!(packed, Packed::of(text.to_lowercase().as_bytes()));
        }
    }
}
