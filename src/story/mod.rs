//! Articles → stories: which of them carry the same report. Today: texts that are the same word for word.
//!
//! Layout, punctuation, case and accents do not count; a text under the word limit is no evidence of a copy.

use sha2::{Digest, Sha256};
use unicode_normalization::UnicodeNormalization as _;

use crate::ascii::{self, RUN, Run};
use crate::model::Fingerprint;

/// A number that two articles share when their normalised texts are identical: SHA-256 over the words, folded, separated
/// by spaces. None for a text of fewer than `min_words` words.
pub fn fingerprint(text: &str, min_words: usize) -> Option<Fingerprint> {
    let mut folded = Folded { words: 0, bytes: Vec::with_capacity(text.len() + 1) };
    for run in ascii::runs(text) {
        let c = match run {
            Run::Ascii(bytes) => {
                folded.push_ascii(bytes);
                continue;
            }
            Run::Other(c) => c,
        };
        let plain = std::iter::once(c).nfkd().filter(|c| !unicode_normalization::char::is_combining_mark(*c));
        for c in plain.flat_map(char::to_lowercase) {
            if c.is_alphanumeric() {
                folded.bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
            } else {
                folded.end_word();
            }
        }
    }
    folded.end_word();
    let Folded { words, bytes } = folded;
    let hash: [u8; 32] = (words >= min_words).then(|| Sha256::digest(&bytes).into())?;
    hash.first_chunk().copied()
}

/// Words, each with a space after it.
struct Folded {
    words: usize,
    bytes: Vec<u8>,
}

impl Folded {
    fn end_word(&mut self) {
        if self.bytes.last().is_some_and(|last| *last != b' ') {
            self.bytes.push(b' ');
            self.words += 1;
        }
    }

    /// Takes a run of ASCII: stretches of it, without the spaces behind a space.
    fn push_ascii(&mut self, ascii: &[u8]) {
        let mut small = [b' '; RUN];
        for (small, byte) in small.iter_mut().zip(ascii) {
            *small = if byte.is_ascii_alphanumeric() { byte.to_ascii_lowercase() } else { b' ' };
        }
        // Small letters and digits have a bit of two that a space has not.
        let spaces = !ascii::bits(&small, |eight| eight << 1 | eight << 3) & u64::MAX >> (RUN - ascii.len());
        let after_space = self.bytes.last().is_none_or(|last| *last == b' ');
        let mut left_out = spaces & (spaces << 1 | u64::from(after_space));
        self.words += (spaces & !left_out).count_ones() as usize;
        let mut from = 0;
        while left_out != 0 {
            let at = left_out.trailing_zeros() as usize;
            self.bytes.extend_from_slice(&small[from..at]);
            from = at + 1;
            left_out &= left_out - 1;
        }
        self.bytes.extend_from_slice(&small[from..ascii.len()]);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_same_words_in_another_dress_are_the_same_report() {
        let wire = "“No deal,” Peña Nieto said – twice.\n\nTalks go on.";
        for (other, same) in [
            ("\"No deal,\" Pena Nieto said - twice. Talks go on.", true),
            ("NO DEAL PEÑA NIETO SAID TWICE TALKS GO ON", true),
            ("— no deal: Pen\u{303}a Nieto said twice; talks go on", true),
            (&*format!("«no»  deal {} Peña Nieto said twice talks go on …", "-".repeat(2 * RUN)), true),
            ("“No deal,” Peña Nieto said – once.\n\nTalks go on.", false),
            ("“No deal,” Peña Nieto said – twice.\n\nTalks go on. More.", false),
        ] {
            assert_eq!(fingerprint(wire, 5) == fingerprint(other, 5), same, "{other}");
        }
    }

    #[test]
    fn a_short_text_is_nobodys_copy() {
        assert_eq!(fingerprint("Breaking news", 3), None);
        assert!(fingerprint("Breaking news today", 3).is_some());
    }

    /// Said plainly: every character decomposed, marks left out, in small letters; words of letters and digits, a space behind each.
    fn plainly(text: &str) -> (usize, String) {
        let plain = text.chars().flat_map(|c| std::iter::once(c).nfkd());
        let plain = plain.filter(|c| !unicode_normalization::char::is_combining_mark(*c));
        let small: String = plain.flat_map(char::to_lowercase).collect();
        let words: Vec<&str> = small.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
        (words.len(), words.iter().map(|word| format!("{word} ")).collect())
    }

    proptest! {
        #[test]
        fn what_is_hashed_is_the_words(text in "([a-cX-Z09 .,'\u{0}-]|é|e\u{301}|Ж|中|ﬁ|İ|½|’|—|😀){0,200}", least in 0..20_usize) {
            let (words, folded) = plainly(&text);
            let hash: [u8; 32] = Sha256::digest(&folded).into();
            prop_assert_eq!(fingerprint(&text, least), (words >= least).then(|| *hash.first_chunk().expect("32 bytes")));
        }
    }
}
