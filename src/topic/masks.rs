//! Bytes of a text → masks of 64 bits that say what each byte is, and which words can be read without a closer look.
//! Words are found with a few operations on all bytes at once instead of byte by byte.

use super::packed::{PACKED, Packed};

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
    /// Full stops.
    points: u64,
}

/// The masks of a text, and its bytes in small letters; used again for the next.
#[derive(Debug, Default)]
pub(super) struct Masks {
    blocks: Vec<Mask>,
    /// As many bytes as have masks, and as many more as a word at the end is packed with.
    small: Vec<u8>,
}

/// What the 64 bytes from some place on are; a chunk of non-spaces, or spaces, begin there.
#[derive(Clone, Copy, Debug)]
pub(super) struct Window(Mask);

/// The words of a window that need no closer look.
#[derive(Clone, Copy, Debug)]
pub(super) struct Plain {
    /// A bit where each begins, and one behind each.
    starts: u64,
    ends: u64,
    /// Where that which needs one begins, or else the last chunk that is whole ends.
    pub length: usize,
}

/// Words of ASCII letters and digits, of at most 16 bytes each.
#[derive(Debug)]
pub(super) struct Common<'a> {
    /// Where each begins and ends in the text, and the text in small letters.
    pub places: &'a [Place],
    small: &'a [u8],
}

/// Where a word begins and ends.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Place {
    pub start: u32,
    pub end: u32,
}

impl Place {
    #[cfg(test)]
    pub fn bytes(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// Where common words begin and end in the text, in order.
#[derive(Debug)]
pub(super) struct Places {
    list: [Place; MAX_PLACES],
    count: usize,
}

/// Words of a window that are written in one go.
const EAGER: usize = 8;

/// Most words of a window.
const MAX_OF_WINDOW: usize = 32;

pub(super) const MAX_PLACES: usize = 128;

impl Default for Places {
    fn default() -> Self {
        Self { list: [Place::default(); MAX_PLACES], count: 0 }
    }
}

impl Places {
    /// Whether there may be no room for those of another window.
    #[inline]
    pub fn is_full(&self) -> bool {
        self.count + MAX_OF_WINDOW > MAX_PLACES
    }
}

impl Common<'_> {
    /// The word that begins and ends there.
    #[inline]
    pub fn word(&self, place: Place) -> Packed {
        let start = place.start as usize;
        // There are more bytes than the text has.
        let bytes = self.small[start..start + PACKED].try_into().expect("sixteen bytes");
        Packed::of_bytes(bytes).first((place.end - place.start) as usize)
    }
}

impl Masks {
    pub fn read(&mut self, bytes: &[u8]) {
        self.blocks.clear();
        self.small.clear();
        let (blocks, rest) = bytes.as_chunks::<64>();
        self.blocks.reserve(blocks.len() + 2);
        self.small.reserve(64 * blocks.len() + 64 + PACKED);
        // The last may be spaces alone: a window looks at two.
        let mut last = [b' '; 64];
        last[..rest.len()].copy_from_slice(rest);
        for block in blocks.iter().chain([&last]) {
            self.blocks.push(Mask::of(block));
            self.small.extend_from_slice(&block.map(|byte| byte | SMALL));
        }
        self.blocks.push(Mask::SPACES);
        self.small.extend_from_slice(&[b' '; PACKED]);
    }

    /// The 64 bytes from `at` on, spaces behind the last.
    #[inline]
    pub fn window(&self, at: usize) -> Window {
        let (first, next, by) = (self.blocks[at / 64], self.blocks[at / 64 + 1], at % 64);
        let both = |first: u64, next: u64| first >> by | next << 1 << (63 - by);
        Window(Mask {
            spaces: both(first.spaces, next.spaces),
            letters: both(first.letters, next.letters),
            others: both(first.others, next.others),
            points: both(first.points, next.points),
        })
    }

    /// The words at those places, which are taken out.
    #[inline]
    pub fn common<'a>(&'a self, places: &'a mut Places) -> Common<'a> {
        let count = std::mem::take(&mut places.count);
        Common { places: &places.list[..count], small: &self.small }
    }
}

/// The bit that sets small letters of ASCII apart from capitals; digits have it too.
pub(super) const SMALL: u8 = 0x20;

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

    /// Its words up to what needs a closer look.
    #[inline]
    pub fn plain(self) -> Plain {
        let inside = below(self.complete());
        let Mask { spaces, letters, others, points } = self.0;
        let words = (letters | others) & inside;
        let gaps = inside & !words;
        // Of each gap what stands from its first space on, or from the beginning of the window, before which a space stands:
        // the sum carries from there to the gap's end.
        let from = (spaces | 1) & gaps;
        let spaced = (from.wrapping_add(gaps) ^ gaps | from) & gaps;
        let starts = words & !(words << 1);
        let bound = starts & !(spaced << 1 | 1);
        let ends = !words & words << 1;
        // An initial may be bound to its neighbours.
        let initials = starts & (ends & points) >> 1;
        let wrong = bound | others & inside | initials | long(words);
        let length = match wrong {
            0 => self.complete(),
            _ => self.chunk_of(wrong.trailing_zeros() as usize),
        };
        let inside = below(length);
        Plain { starts: starts & inside, ends: ends & inside, length }
    }
}

impl Plain {
    /// Adds where they begin and end in the text to the places, the window beginning at `at`. They are written by eights, so
    /// that few branches depend on how many there are; what is too many is written over.
    #[inline]
    pub fn add_to(self, places: &mut Places, at: usize) {
        let (mut starts, mut ends, at) = (self.starts, self.ends, at as u32);
        let count = places.count + starts.count_ones() as usize;
        let mut next = places.count;
        loop {
            for _ in 0..EAGER {
                let place = Place { start: at + starts.trailing_zeros(), end: at + ends.trailing_zeros() };
                places.list[next % MAX_PLACES] = place;
                starts &= starts.wrapping_sub(1);
                ends &= ends.wrapping_sub(1);
                next += 1;
            }
            if next >= count {
                break;
            }
        }
        places.count = count;
    }
}

/// Where in each run of bits one begins that is longer than a word that is packed, and further ones behind it.
#[inline]
fn long(runs: u64) -> u64 {
    const { assert!(PACKED == 16) };
    let two = runs & runs >> 1;
    let four = two & two >> 2;
    let eight = four & four >> 4;
    eight & eight >> 8 & runs >> 16
}

/// The lowest bits.
#[inline]
fn below(bits: usize) -> u64 {
    1_u64.checked_shl(bits as u32).unwrap_or(0).wrapping_sub(1)
}

impl Mask {
    const SPACES: Self = Self { spaces: u64::MAX, letters: 0, others: 0, points: 0 };

    #[cfg(target_arch = "x86_64")]
    #[inline]
    #[expect(unsafe_code, reason = "the compiler does not take it for granted that there is SSE2")]
    fn of(block: &[u8; 64]) -> Self {
        let mut mask = Self::default();
        for (i, part) in block.as_chunks::<16>().0.iter().enumerate() {
            // SAFETY: SSE2 is part of x86-64 itself; the function takes and returns values and touches no memory.
            let found = unsafe { sixteen(*part) };
            let [spaces, letters, others, points] = found.map(|bits| u64::from(bits) << (16 * i));
            mask.spaces |= spaces;
            mask.letters |= letters;
            mask.others |= others;
            mask.points |= points;
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
                Class::Edge if *byte == b'.' => &mut mask.points,
                Class::Edge => continue,
            };
            *bits |= 1 << i;
        }
        mask
    }
}

/// Spaces, letters, others and full stops among sixteen bytes, by SSE2, which every x86-64 processor has.
#[cfg(target_arch = "x86_64")]
#[inline]
#[target_feature(enable = "sse2")]
fn sixteen(bytes: [u8; 16]) -> [u16; 4] {
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
    let letters = _mm_or_si128(among(_mm_or_si128(bytes, all(SMALL)), b'a', 26), among(bytes, b'0', 10));
    let seen = _mm_andnot_si128(_mm_cmpeq_epi8(bytes, all(b'_')), among(bytes, b'!', 94));
    let bits = |mask: __m128i| _mm_movemask_epi8(mask) as u16;
    let points = _mm_cmpeq_epi8(bytes, all(b'.'));
    [bits(spaces), bits(letters), !bits(_mm_or_si128(seen, spaces)), bits(points)]
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
        let mut places = Places::default();
        plain.add_to(&mut places, 0);
        let words = masks.common(&mut places).places.iter().map(|place| &text[place.bytes()]).collect();
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
            ("to J. B. Smith", "to", "J. B. Smith"),
            ("a b, J ended. So", "a b J ended So", ""),
            ("plan (B.) is", "plan", "(B.) is"),
            ("so sixteen12345678 (seventeen12345678) is", "so sixteen12345678", "(seventeen12345678) is"),
        ] {
            assert_eq!(plain(text), (expected.split_whitespace().collect(), rest), "{text}");
        }
        let long = format!("so {}", "x".repeat(80));
        assert_eq!(plain(&long), (vec!["so"], &long[3..]), "a chunk that is not whole is left");
    }
}
