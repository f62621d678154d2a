//! Articles → stories: which of them carry the same report. Today: texts that are the same word for word.
//!
//! Layout, punctuation, case and accents do not count; a text under the word limit is no evidence of a copy.

use sha2::{Digest, Sha256};
use unicode_normalization::UnicodeNormalization as _;

use crate::ascii::{self, LOWER, RUN, Run};
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

    /// Takes a run of ASCII. Each byte is written, and kept by where the next one goes, so that no branch has to be guessed.
    fn push_ascii(&mut self, ascii: &[u8]) {
        let mut room = [0; RUN];
        let (mut kept, mut last) = (0, self.bytes.last().copied().unwrap_or(b' '));
        for byte in ascii {
            // A space parts words, and stands below all letters and digits.
            let byte = LOWER[usize::from(*byte)].max(b' ');
            room[kept & (RUN - 1)] = byte;
            kept += usize::from(byte != b' ' || last != b' ');
            last = byte;
        }
        let kept = &room[..kept];
        let spaces = kept.iter().fold(0_u8, |spaces, byte| spaces + u8::from(*byte == b' '));
        self.words += usize::from(spaces);
        self.bytes.extend_from_slice(kept);
    }
}

#[cfg(test)]
mod tests {
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
}
