//! Bytes of a text → masks of 64 bits that say what each byte is, and which words can be read without a closer look.
//! Words are found with a few operations on all bytes at once instead of byte by byte.

/// What a byte is to the short road.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    Space,
    Letter,
    /// Punctuation that binds nothing where it stands at the edge of a word.
    Edge,
    /// The first byte of a character that is no ASCII.
    Wide,
    Other,
}

pub(super) static CLASSES: [Class; 256] = {
    let mut classes = [Class::Other; 256];
    let mut byte = 0;
    while byte < 256 {
        let b = byte as u8;
        classes[byte] = match b {
            b'\t' | b'\n' | 0x0B | 0x0C | b'\r' | b' ' => Class::Space,
            b'_' => Class::Other,
            b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => Class::Letter,
            _ if b.is_ascii_punctuation() => Class::Edge,
            0xC2..=0xC5 | 0xE2 => Class::Wide,
            _ => Class::Other,
        };
        byte += 1;
    }
    classes
};

/// A bit for each of 64 bytes, the first lowest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Mask {
    spaces: u64,
    /// Letters and digits of ASCII.
    letters: u64,
    /// Neither those nor punctuation of ASCII: for a closer look.
    others: u64,
}

/// The masks of a text; used again for the next.
#[derive(Debug, Default)]
pub(super) struct Masks(Vec<Mask>);

/// What the 64 bytes from some place on are; a chunk of non-spaces, or spaces, begin there.
#[derive(Clone, Copy, Debug)]
pub(super) struct Window(Mask);

/// The words of a window that need no closer look.
#[derive(Clone, Copy, Debug)]
pub(super) struct Plain {
    /// A bit where each begins, and one behind each.
    pub starts: u64,
    pub ends: u64,
    /// Where that which needs one begins, or else the last chunk that is whole ends.
    pub length: usize,
}

impl Masks {
    pub fn read(&mut self, bytes: &[u8]) {
        self.0.clear();
        let (blocks, rest) = bytes.as_chunks::<64>();
        self.0.extend(blocks.iter().map(Mask::of));
        // The last may be spaces alone: a window looks at two.
        let mut block = [b' '; 64];
        block[..rest.len()].copy_from_slice(rest);
        self.0.extend([Mask::of(&block), Mask::SPACES]);
    }

    /// The 64 bytes from `at` on, spaces behind the last.
    #[inline]
    pub fn window(&self, at: usize) -> Window {
        let (first, next, by) = (self.0[at / 64], self.0[at / 64 + 1], at % 64);
        let both = |first: u64, next: u64| first >> by | next << 1 << (63 - by);
        Window(Mask {
            spaces: both(first.spaces, next.spaces),
            letters: both(first.letters, next.letters),
            others: both(first.others, next.others),
        })
    }
}

impl Window {
    /// Up to where its chunks are whole: behind its last space.
    #[inline]
    pub fn complete(self) -> usize {
        64 - self.0.spaces.leading_zeros() as usize
    }

    /// Where the chunk begins that a byte stands in.
    #[inline]
    pub fn chunk_of(self, byte: usize) -> usize {
        64 - (self.0.spaces & ((1 << byte) - 1)).leading_zeros() as usize
    }

    #[inline]
    pub fn plain(self) -> Plain {
        let inside = below(self.complete());
        let Mask { spaces, letters, others } = self.0;
        let words = (letters | others) & inside;
        let gaps = inside & !words;
        // Of each gap what stands from its first space on, or from the beginning of the window, before which a space stands:
        // the sum carries from there to the gap's end.
        let from = (spaces | 1) & gaps;
        let spaced = (from.wrapping_add(gaps) ^ gaps | from) & gaps;
        let starts = words & !(words << 1);
        let bound = starts & !(spaced << 1 | 1);
        let wrong = bound | others & inside;
        let length = match wrong {
            0 => self.complete(),
            _ => self.chunk_of(wrong.trailing_zeros() as usize),
        };
        let inside = below(length);
        Plain { starts: starts & inside, ends: !words & words << 1 & inside, length }
    }
}

/// The lowest bits.
#[inline]
fn below(bits: usize) -> u64 {
    1_u64.checked_shl(bits as u32).unwrap_or(0).wrapping_sub(1)
}

impl Mask {
    const SPACES: Self = Self { spaces: u64::MAX, letters: 0, others: 0 };

    #[cfg(target_arch = "x86_64")]
    #[inline]
    #[expect(unsafe_code, reason = "the compiler does not take it for granted that there is SSE2")]
    fn of(block: &[u8; 64]) -> Self {
        let mut mask = Self::default();
        for (i, part) in block.as_chunks::<16>().0.iter().enumerate() {
            // SAFETY: SSE2 is part of x86-64 itself; the function takes and returns values and touches no memory.
            let found = unsafe { sixteen(*part) };
            let [spaces, letters, others] = found.map(|bits| u64::from(bits) << (16 * i));
            mask.spaces |= spaces;
            mask.letters |= letters;
            mask.others |= others;
        }
        mask
    }

    #[cfg(not(target_arch = "x86_64"))]
    fn of(block: &[u8; 64]) -> Self {
        Self::one_by_one(block)
    }

    /// As [`Self::of`], for any processor.
    #[cfg(any(test, not(target_arch = "x86_64")))]
    fn one_by_one(block: &[u8; 64]) -> Self {
        let mut mask = Self::default();
        for (i, byte) in block.iter().enumerate() {
            let bits = match CLASSES[usize::from(*byte)] {
                Class::Space => &mut mask.spaces,
                Class::Letter => &mut mask.letters,
                Class::Wide | Class::Other => &mut mask.others,
                Class::Edge => continue,
            };
            *bits |= 1 << i;
        }
        mask
    }
}

/// Spaces, letters and others among sixteen bytes, by SSE2, which every x86-64 processor has.
#[cfg(target_arch = "x86_64")]
#[inline]
#[target_feature(enable = "sse2")]
fn sixteen(bytes: [u8; 16]) -> [u16; 3] {
    use std::arch::x86_64::{
        __m128i, _mm_andnot_si128, _mm_cmpeq_epi8, _mm_min_epu8, _mm_movemask_epi8, _mm_or_si128, _mm_set_epi64x,
        _mm_set1_epi8, _mm_sub_epi8,
    };
    let all = |byte: u8| _mm_set1_epi8(byte.cast_signed());
    // Whether each byte is one of the `count` from `first` on.
    let among = |bytes: __m128i, first: u8, count: u8| {
        let from = _mm_sub_epi8(bytes, all(first));
        _mm_cmpeq_epi8(_mm_min_epu8(from, all(count - 1)), from)
    };
    let all_bytes = u128::from_le_bytes(bytes).cast_signed();
    let bytes = _mm_set_epi64x((all_bytes >> 64) as i64, all_bytes as i64);
    let spaces = _mm_or_si128(_mm_cmpeq_epi8(bytes, all(b' ')), among(bytes, b'\t', 5));
    let letters = _mm_or_si128(among(_mm_or_si128(bytes, all(0x20)), b'a', 26), among(bytes, b'0', 10));
    let seen = _mm_andnot_si128(_mm_cmpeq_epi8(bytes, all(b'_')), among(bytes, b'!', 94));
    let bits = |mask: __m128i| _mm_movemask_epi8(mask) as u16;
    [bits(spaces), bits(letters), !bits(_mm_or_si128(seen, spaces))]
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn bytes_are_told_apart_alike_on_every_processor(bytes in proptest::array::uniform32(proptest::num::u8::ANY)) {
            let mut block = [b' '; 64];
            block[..32].copy_from_slice(&bytes);
            proptest::prop_assert_eq!(Mask::of(&block), Mask::one_by_one(&block));
        }
    }

    fn plain(text: &str) -> (Vec<&str>, &str) {
        let mut masks = Masks::default();
        masks.read(text.as_bytes());
        let plain = masks.window(0).plain();
        let places = |bits: u64| (0..64).filter(move |i| bits >> i & 1 == 1);
        let words = places(plain.starts).zip(places(plain.ends)).map(|(start, end)| &text[start..end]).collect();
        (words, &text[plain.length.min(text.len())..])
    }

    #[test]
    fn words_up_to_what_needs_a_closer_look() {
        for (text, expected, rest) in [
            ("The police, (on) ice.", "The police on ice", ""),
            ("(one) two", "one two", ""),
            ("a it's b", "a", "it's b"),
            ("it's b", "", "it's b"),
            ("one - two -- \"three\"", "one two three", ""),
            ("one état", "one", "état"),
            ("x_y", "", "x_y"),
            ("one co-operate", "one", "co-operate"),
            ("a b/ /c d/e", "a b c", "d/e"),
            ("  lead", "lead", ""),
        ] {
            assert_eq!(plain(text), (expected.split_whitespace().collect(), rest), "{text}");
        }
        let long = format!("so {}", "x".repeat(80));
        assert_eq!(plain(&long), (vec!["so"], &long[3..]), "a chunk that is not whole is left");
    }
}
