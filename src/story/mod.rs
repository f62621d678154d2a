//! Articles → stories: which of them carry the same report. Today: texts that are the same word for word.
//!
//! Layout, punctuation, case and accents do not count; a text under the word limit is no evidence of a copy.

use sha2::{Digest, Sha256};
use unicode_normalization::UnicodeNormalization as _;

use crate::model::Fingerprint;

/// A number that two articles share when their normalised texts are identical: SHA-256 over the words, folded, separated
/// by spaces. None for a text of fewer than `min_words` words.
pub fn fingerprint(text: &str, min_words: usize) -> Option<Fingerprint> {
    let mut words = 0;
    // Each word with a space after it.
    let mut folded = Vec::with_capacity(text.len() + 1);
    let mut end_word = |folded: &mut Vec<u8>| {
        if folded.last().is_some_and(|last| *last != b' ') {
            folded.push(b' ');
            words += 1;
        }
    };
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        // Most of most texts is ASCII, of which a byte tells all.
        if byte.is_ascii_alphanumeric() {
            folded.push(byte.to_ascii_lowercase());
            at += 1;
        } else if byte.is_ascii() {
            end_word(&mut folded);
            at += 1;
        } else {
            let Some(c) = text[at..].chars().next() else { break };
            at += c.len_utf8();
            let plain = std::iter::once(c).nfkd().filter(|c| !unicode_normalization::char::is_combining_mark(*c));
            for c in plain.flat_map(char::to_lowercase) {
                if c.is_alphanumeric() {
                    folded.extend(c.encode_utf8(&mut [0; 4]).bytes());
                } else {
                    end_word(&mut folded);
                }
            }
        }
    }
    end_word(&mut folded);
    let hash: [u8; 32] = (words >= min_words).then(|| Sha256::digest(&folded).into())?;
    hash.first_chunk().copied()
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
