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
}
