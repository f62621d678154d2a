//! A text → its runs of ASCII, of which a byte tells all and which are most of most texts, and the characters between them.

/// Letters and digits in lower case; 0 for every other byte.
pub const LOWER: [u8; 256] = {
    let mut lower = [0; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        if byte.is_ascii_alphanumeric() {
            lower[byte as usize] = byte.to_ascii_lowercase();
        }
        byte += 1;
    }
    lower
};

/// Most bytes of a run: a longer one comes in several.
pub const RUN: usize = 64;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Run<'a> {
    Ascii(&'a [u8]),
    Other(char),
}

/// The runs of a text in order, none of them empty.
pub fn runs(text: &str) -> impl Iterator<Item = Run<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let chunk = &rest.as_bytes()[..rest.len().min(RUN)];
        let ascii = if chunk.is_ascii() { chunk.len() } else { chunk.iter().take_while(|b| b.is_ascii()).count() };
        let other = if ascii == 0 { Some(rest.chars().next()?) } else { None };
        let (run, after) = rest.split_at(other.map_or(ascii, char::len_utf8));
        rest = after;
        Some(other.map_or(Run::Ascii(run.as_bytes()), Run::Other))
    })
}

/// The lowest bit of each of eight bytes.
const ONES: u64 = 0x0101_0101_0101_0101;
/// The highest bit of each: no byte of ASCII has it.
pub const HIGH: u64 = 0x80 * ONES;
/// The bit by which small letters differ from capitals.
const SMALL: u64 = 0x20 * ONES;

/// A bit for each of so many bytes. `of` is asked for eight at once and answers with the highest bit of each that has one.
pub fn bits(block: &[u8; RUN], of: impl Fn(u64) -> u64) -> u64 {
    let (eights, _) = block.as_chunks::<8>();
    eights.iter().rev().fold(0, |bits, eight| {
        let ones = of(u64::from_le_bytes(*eight)) >> 7 & ONES;
        // Moves each of them to its place in the highest byte.
        bits << 8 | ones.wrapping_mul(0x0102_0408_1020_4080) >> 56
    })
}

/// Which of eight bytes are letters of ASCII, for [`bits`].
pub fn letters(eight: u64) -> u64 {
    let small = eight & !HIGH | SMALL;
    // The highest bit of each that is no less than a byte.
    let from = |least: u8| small + (0x80 - u64::from(least)) * ONES;
    from(b'a') & !from(b'z' + 1) & !eight
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_its_runs() {
        let long = "a".repeat(RUN + 1);
        for (text, expected) in [
            ("", vec![]),
            ("ab", vec![Run::Ascii(b"ab")]),
            ("aéßb", vec![Run::Ascii(b"a"), Run::Other('é'), Run::Other('ß'), Run::Ascii(b"b")]),
            (&*long, vec![Run::Ascii(&long.as_bytes()[1..]), Run::Ascii(b"a")]),
        ] {
            assert_eq!(runs(text).collect::<Vec<_>>(), expected, "{text}");
        }
        assert_eq!([b'A', b'z', b'7', b' ', 0xe9].map(|byte| LOWER[usize::from(byte)]), *b"az7\0\0");
    }

    #[test]
    fn each_byte_has_its_bit() {
        for first in (0..=u8::MAX).step_by(RUN) {
            let block: [u8; RUN] = std::array::from_fn(|at| first + at as u8);
            let found = bits(&block, letters);
            for (at, byte) in block.iter().enumerate() {
                assert_eq!(found >> at & 1 == 1, byte.is_ascii_alphabetic(), "{byte}");
            }
        }
        let mut block = [b' '; RUN];
        block[63] = b'z';
        assert_eq!(bits(&block, letters), 1 << 63);
    }
}
