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

/// A bit for each byte, the first lowest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Mask<Bits> {
    spaces: Bits,
    /// Letters and digits of ASCII.
    letters: Bits,
    /// Neither those nor punctuation of ASCII: for a closer look.
    others: Bits,
    /// Full stops.
    points: Bits,
}

/// Bits of 64 bytes, in two halves: where they are found they must not be put together, or else LLVM takes all bits apart
/// one by one.
type Halves = [u32; 2];

/// The masks of a text, and its bytes in small letters; used again for the next.
#[derive(Debug, Default)]
pub(super) struct Masks {
    blocks: Vec<Mask<Halves>>,
    /// As many bytes as have masks, and as many more as a word at the end is packed with.
    small: Vec<u8>,
}

/// What the 64 bytes from some place on are; a chunk of non-spaces, or spaces, begin there.
#[derive(Clone, Copy, Debug)]
pub(super) struct Window(Mask<u64>);

/// The words of a window that need no closer look.
#[derive(Clone, Copy, Debug)]
pub(super) struct Plain {
    /// A bit where each begins, and one behind each.
    starts: u64,
    ends: u64,
    /// Where that which needs one begins, or else the last chunk that is whole ends.
    pub length: usize,
}

/// Words of ASCII letters and digits.
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
    /// Whether there may be no room for those of another window and one more.
    #[inline]
    pub fn is_full(&self) -> bool {
        self.count + MAX_OF_WINDOW + 1 > MAX_PLACES
    }

    /// Adds one where there is room.
    #[inline]
    pub fn push(&mut self, start: usize, end: usize) {
        self.list[self.count] = Place { start: start as u32, end: end as u32 };
        self.count += 1;
    }
}

impl Common<'_> {
    /// The word that begins and ends there, as it is [cut](Packed::cut).
    #[inline]
    pub fn word(&self, place: Place) -> Packed {
        let start = place.start as usize;
        // There are more bytes than the text has.
        let bytes = self.small[start..start + PACKED].try_into().expect("sixteen bytes");
        Packed::cut_of_bytes(bytes, (place.end - place.start) as usize)
    }

    /// The letters of the word that begins and ends there.
    pub fn letters(&self, place: Place) -> &[u8] {
        &self.small[place.start as usize..place.end as usize]
    }
}

impl Masks {
    pub fn read(&mut self, bytes: &[u8]) {
        self.blocks.clear();
        self.small.clear();
        let (blocks, rest) = bytes.as_chunks::<64>();
        self.blocks.reserve(blocks.len() + 2);
        self.small.reserve(64 * blocks.len() + 64 + PACKED);
        let mut last = [b' '; 64];
        last[..rest.len()].copy_from_slice(rest);
        Mask::of_blocks(blocks, &mut self.blocks, &mut self.small);
        Mask::of_blocks(&[last], &mut self.blocks, &mut self.small);
        // The last are spaces alone: a window looks at two.
        self.blocks.push(Mask::SPACES);
        self.small.extend_from_slice(&[b' '; PACKED]);
    }

    /// The 64 bytes from `at` on, spaces behind the last.
    #[inline]
    pub fn window(&self, at: usize) -> Window {
        let (first, next, by) = (self.blocks[at / 64], self.blocks[at / 64 + 1], at % 64);
        let both = |first: Halves, next: Halves| whole(first) >> by | whole(next) << 1 << (63 - by);
        Window(Mask {
            spaces: both(first.spaces, next.spaces),
            letters: both(first.letters, next.letters),
            others: both(first.others, next.others),
            points: both(first.points, next.points),
        })
    }

    /// How many letters and digits of ASCII stand from `at` on; none where they are as many as a window has.
    #[inline]
    pub fn letters_from(&self, at: usize) -> Option<usize> {
        let letters = self.window(at).0.letters;
        Some(letters.trailing_ones() as usize).filter(|count| *count < 64)
    }

    /// So many of the small letters, from `start` on.
    #[inline]
    pub fn small(&self, start: usize, count: usize) -> &[u8] {
        &self.small[start..start + count]
    }

    /// Puts other letters of ASCII among the small ones.
    #[inline]
    pub fn set_small(&mut self, at: usize, letters: &[u8]) {
        self.small[at..].iter_mut().zip(letters).for_each(|(small, letter)| *small = letter | SMALL);
    }

    /// Puts zeros in their place, which stand behind a word that has become shorter.
    #[inline]
    pub fn clear_small(&mut self, from: usize, to: usize) {
        self.small[from..to].fill(0);
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
        let wrong = bound | others & inside | initials;
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

/// The lowest bits.
#[inline]
fn below(bits: usize) -> u64 {
    1_u64.checked_shl(bits as u32).unwrap_or(0).wrapping_sub(1)
}

#[inline]
fn whole([first, second]: Halves) -> u64 {
    u64::from(first) | u64::from(second) << 32
}

impl Mask<Halves> {
    const SPACES: Self = Self { spaces: [u32::MAX; 2], letters: [0; 2], others: [0; 2], points: [0; 2] };

    /// The masks of each block of 64 bytes, and those bytes in small letters.
    fn of_blocks(blocks: &[[u8; 64]], masks: &mut Vec<Self>, small: &mut Vec<u8>) {
        #[cfg(target_arch = "x86_64")]
        if std::arch::is_x86_feature_detected!("avx2") {
            #[expect(unsafe_code, reason = "only those who ask may call what not every processor has")]
            // SAFETY: the processor has AVX2, as was just asked; nothing else is required of whoever calls it.
            return unsafe { of_blocks_avx2(blocks, masks, small) };
        }
        for block in blocks {
            masks.push(Self::one_by_one(block));
            small.extend_from_slice(&block.map(|byte| byte | SMALL));
        }
    }

    /// For any processor.
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
            bits[i / 32] |= 1 << (i % 32);
        }
        mask
    }
}

/// [`Mask::of_blocks`] with AVX2.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn of_blocks_avx2(blocks: &[[u8; 64]], masks: &mut Vec<Mask<Halves>>, small: &mut Vec<u8>) {
    for block in blocks {
        let (halves, _) = block.as_chunks();
        let [one, other] = [of_half(halves[0]), of_half(halves[1])];
        masks.push(Mask {
            spaces: [one.spaces, other.spaces],
            letters: [one.letters, other.letters],
            others: [one.others, other.others],
            points: [one.points, other.points],
        });
        small.extend_from_slice(&block.map(|byte| byte | SMALL));
    }
}

#[cfg(target_arch = "x86_64")]
#[inline]
#[target_feature(enable = "avx2")]
fn of_half(bytes: [u8; 32]) -> Mask<u32> {
    use std::arch::x86_64::{
        __m256i, _mm256_andnot_si256, _mm256_cmpeq_epi8, _mm256_min_epu8, _mm256_movemask_epi8, _mm256_or_si256,
        _mm256_set_epi64x, _mm256_set1_epi8, _mm256_sub_epi8,
    };
    let all = |byte: u8| _mm256_set1_epi8(byte.cast_signed());
    let is = |bytes: __m256i, byte: u8| _mm256_cmpeq_epi8(bytes, all(byte));
    // Whether each byte is one of the `count` from `first` on.
    let among = |bytes: __m256i, first: u8, count: u8| {
        let from = _mm256_sub_epi8(bytes, all(first));
        _mm256_cmpeq_epi8(_mm256_min_epu8(from, all(count - 1)), from)
    };
    let (parts, _) = bytes.as_chunks();
    let part = |i: usize| i64::from_le_bytes(parts[i]);
    let bytes = _mm256_set_epi64x(part(3), part(2), part(1), part(0));
    let spaces = _mm256_or_si256(is(bytes, b' '), among(bytes, b'\t', 5));
    let letters = _mm256_or_si256(among(_mm256_or_si256(bytes, all(SMALL)), b'a', 26), among(bytes, b'0', 10));
    let seen = _mm256_andnot_si256(is(bytes, b'_'), among(bytes, b'!', 94));
    let bits = |mask: __m256i| _mm256_movemask_epi8(mask).cast_unsigned();
    Mask {
        spaces: bits(spaces),
        letters: bits(letters),
        others: !bits(_mm256_or_si256(seen, spaces)),
        points: bits(is(bytes, b'.')),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn bytes_are_told_apart_alike_on_every_processor(bytes in proptest::array::uniform32(proptest::num::u8::ANY)) {
            let mut block = [b' '; 64];
            block[16..48].copy_from_slice(&bytes);
            let (mut masks, mut small) = (Vec::new(), Vec::new());
            Mask::of_blocks(&[block], &mut masks, &mut small);
            proptest::prop_assert_eq!(masks, [Mask::one_by_one(&block)]);
            proptest::prop_assert_eq!(small, block.map(|byte| byte | SMALL));
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
            ("so sixteen12345678 (seventeen12345678) is", "so sixteen12345678 seventeen12345678 is", ""),
        ] {
            assert_eq!(plain(text), (expected.split_whitespace().collect(), rest), "{text}");
        }
        let long = format!("so {}", "x".repeat(80));
        assert_eq!(plain(&long), (vec!["so"], &long[3..]), "a chunk that is not whole is left");
    }
}
