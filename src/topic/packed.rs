//! A word in two registers: compared, cut and hashed without looking at its bytes one by one.

/// Bytes of a word that are packed.
pub(super) const PACKED: usize = 16;

/// The golden ratio, which spreads what it multiplies (Knuth, The Art of Computer Programming 3, 6.4).
pub(super) const MIX: u64 = 0x9E37_79B9_7F4A_7C15;

/// The square root of two, for a second factor: its bits have no more order than those of [`MIX`].
const OTHER_MIX: u64 = 0xB504_F333_F9DE_6484;

/// The last byte of what is packed of a word of more than 16 bytes.
const LONG: u64 = 0xFF << 56;

/// The first 16 bytes of a word, zeros behind a shorter one.
#[derive(Clone, Copy, Debug, Eq, PartialOrd, Ord)]
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

impl PartialEq for Packed {
    /// Without a branch, as it is asked of many words in a row.
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        (self.low ^ other.low) | (self.high ^ other.high) == 0
    }
}

impl Packed {
    #[inline]
    pub fn of(word: &[u8]) -> Self {
        if let Some(bytes) = word.first_chunk() {
            return Self::of_bytes(*bytes);
        }
        // The first and the last of its bytes, which may overlap: how many they are is not known when this is compiled.
        let length = word.len();
        if let (Some(first), Some(last)) = (word.first_chunk(), word.last_chunk()) {
            let last = u64::from_le_bytes(*last).checked_shr((8 * (PACKED - length)) as u32);
            return Self { low: u64::from_le_bytes(*first), high: last.unwrap_or_default() };
        }
        let low = match (word.first_chunk(), word.last_chunk()) {
            (Some(first), Some(last)) => {
                u64::from(u32::from_le_bytes(*first)) | u64::from(u32::from_le_bytes(*last)) << (8 * (length - 4))
            }
            _ => word.iter().rev().fold(0, |low, byte| low << 8 | u64::from(*byte)),
        };
        Self { low, high: 0 }
    }

    /// Of a word of any length: of a longer one the first 15 bytes, and a mark that others follow.
    #[inline]
    pub fn cut(word: &[u8]) -> Self {
        Self::of(word).marked(word.len())
    }

    /// As [`Self::cut`], of as many bytes; what stands behind a shorter word is cut off.
    #[inline]
    pub fn cut_of_bytes(bytes: [u8; PACKED], length: usize) -> Self {
        Self::of_bytes(bytes).first(length).marked(length)
    }

    /// With the mark of a long word, if it is one.
    #[inline]
    fn marked(self, length: usize) -> Self {
        let mark = if length > PACKED { LONG } else { 0 };
        Self { low: self.low, high: self.high | mark }
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
        let product = u128::from(self.low ^ MIX) * u128::from(self.high ^ OTHER_MIX);
        product as u64 ^ (product >> 64) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_every_length_are_packed_as_their_bytes() {
        let word: Vec<u8> = (b'a'..=b'z').collect();
        for length in 0..=word.len() {
            let mut bytes = [0; PACKED];
            let count = length.min(PACKED);
            bytes[..count].copy_from_slice(&word[..count]);
            let of = Packed::of(&word[..length]);
            assert_eq!(of, Packed::of_bytes(bytes), "{length}");
            let cut = Packed::cut(&word[..length]);
            assert_eq!(cut, Packed::cut_of_bytes(*word.first_chunk().expect("26 bytes"), length), "{length}");
            assert_eq!((cut == of, cut.is_long()), (length <= PACKED, length > PACKED), "{length}");
        }
    }
}
