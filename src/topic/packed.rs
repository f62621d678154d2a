//! A word in two registers: compared, cut and hashed without looking at its bytes one by one.

/// Bytes of a word that are packed.
pub(super) const PACKED: usize = 16;

/// The golden ratio, which spreads what it multiplies (Knuth, The Art of Computer Programming 3, 6.4).
pub(super) const MIX: u64 = 0x9E37_79B9_7F4A_7C15;

/// The last byte of what is packed of a word of more than 16 bytes.
const LONG: u64 = 0xFF << 56;

/// The first 16 bytes of a word, zeros behind a shorter one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
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

    /// Of as many bytes; what stands behind a shorter word is to be cut off.
    #[inline]
    pub fn of_bytes(bytes: [u8; PACKED]) -> Self {
        let all = u128::from_le_bytes(bytes);
        Self { low: all as u64, high: (all >> 64) as u64 }
    }

    /// The first `length` bytes of it.
    #[inline]
    pub fn first(self, length: usize) -> Self {
        let (low, high) = MASKS[length.min(PACKED)];
        Self { low: self.low & low, high: self.high & high }
    }

    /// What no word is packed as: no UTF-8 has this byte.
    pub const NONE: Self = Self { low: 0, high: LONG };

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
        Self { low: first.low, high: high | LONG }
    }

    /// Whether it is of a word of more than 16 bytes, which its bytes must confirm.
    #[inline]
    pub fn is_long(self) -> bool {
        self.high >= LONG
    }

    /// With a byte at that place, of the first eight, where it has a zero.
    pub fn and(self, at: usize, byte: u8) -> Self {
        Self { low: self.low | u64::from(byte) << (8 * at), high: self.high }
    }

    /// Both halves in one.
    #[inline]
    pub fn fold(self) -> u64 {
        self.low ^ self.high
    }

    /// What stands behind the first bytes, at most eight, in one number.
    #[inline]
    pub fn behind(self, first: usize) -> u64 {
        self.low >> (8 * first) ^ self.high
    }

    #[inline]
    pub fn hash(self) -> u64 {
        let hash = (self.low ^ self.high.rotate_left(31)).wrapping_mul(MIX);
        let hash = (hash ^ (hash >> 32)).wrapping_mul(MIX);
        hash ^ (hash >> 29)
    }
}
