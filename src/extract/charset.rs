//! A page's bytes and its Content-Type → its text, decoded as browsers do (WHATWG Encoding; HTML §13.2.3).
//! Order: byte-order mark, header, `meta` near the start, then a guess; what is UTF-8 is never read as anything else. Never
//! fails: what is no text is U+FFFD.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252, X_USER_DEFINED};

/// Browsers look at the first 1024 bytes; many pages have their `meta` later, and browsers find it while parsing.
const PRESCAN: usize = 8192;
/// Bytes that the guess is made from.
const GUESS: usize = 262_144;

/// The text of the page.
pub(super) fn decode<'a>(body: &'a [u8], content_type: Option<&str>) -> Cow<'a, str> {
    if let Some((encoding, mark)) = Encoding::for_bom(body) {
        return encoding.decode_without_bom_handling(&body[mark..]).0;
    }
    let declared = content_type
        .and_then(|header| label_in(header.as_bytes()))
        .or_else(|| in_meta(&body[..body.len().min(PRESCAN)]));
    let encoding = match declared {
        Some(declared) if declared != UTF_8 && is_utf8(body) => UTF_8,
        Some(declared) => declared,
        None => guess(body),
    };
    encoding.decode_without_bom_handling(body).0
}

/// The encoding named after `charset=`.
fn label_in(text: &[u8]) -> Option<&'static Encoding> {
    let lower = text.to_ascii_lowercase();
    let mut from = 0;
    while let Some(found) = memchr::memmem::find(&lower[from..], b"charset") {
        from += found + "charset".len();
        let rest = lower[from..].trim_ascii_start();
        let Some(value) = rest.strip_prefix(b"=") else { continue };
        let value = value.trim_ascii_start();
        let label = match value.first() {
            Some(quote @ (b'"' | b'\'')) => value[1..].split(|b| b == quote).next(),
            _ => value.split(|b| b.is_ascii_whitespace() || matches!(b, b';' | b'"' | b'\'' | b'>' | b'/')).next(),
        };
        return Encoding::for_label(label?);
    }
    None
}

/// The encoding that a `meta` names. A page that can be read so far is not UTF-16, whatever it says.
fn in_meta(head: &[u8]) -> Option<&'static Encoding> {
    let mut at = 0;
    while let Some(found) = memchr::memchr(b'<', &head[at..]) {
        let start = at + found;
        let rest = &head[start..];
        if rest.starts_with(b"<!--") {
            at = start + memchr::memmem::find(rest, b"-->")? + 3;
            continue;
        }
        at = start + 1;
        let is_meta = rest.get(..5).is_some_and(|name| name.eq_ignore_ascii_case(b"<meta"))
            && rest.get(5).is_some_and(|b| b.is_ascii_whitespace() || *b == b'/');
        if !is_meta {
            continue;
        }
        let tag = &rest[..memchr::memchr(b'>', rest).unwrap_or(rest.len())];
        if let Some(encoding) = label_in(tag) {
            return Some(match encoding {
                e if e == UTF_16BE || e == UTF_16LE => UTF_8,
                e if e == X_USER_DEFINED => WINDOWS_1252,
                e => e,
            });
        }
    }
    None
}

/// Letters outside ASCII that no text of another encoding has in the form of UTF-8 by chance.
const ENOUGH_LETTERS: usize = 8;

/// Whether a page is written in UTF-8, whatever it says of itself: a site that has changed its encoding keeps old templates.
fn is_utf8(body: &[u8]) -> bool {
    as_utf8(body).is_some_and(|text| text.chars().filter(|c| !c.is_ascii()).nth(ENOUGH_LETTERS - 1).is_some())
}

/// The text where it is valid UTF-8, perhaps cut within a letter.
fn as_utf8(bytes: &[u8]) -> Option<&str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Some(text),
        Err(error) if error.error_len().is_none() => std::str::from_utf8(&bytes[..error.valid_up_to()]).ok(),
        Err(_) => None,
    }
}

/// Begins the signs of ISO-2022-JP, which is ASCII else.
const ESCAPE: u8 = 0x1B;

/// Valid UTF-8 is UTF-8 (browsers refuse to guess so, for reasons that a reader of pages does not share), and told without the
/// detector, which costs as much as reading the page.
fn guess(body: &[u8]) -> &'static Encoding {
    let sample = &body[..body.len().min(GUESS)];
    if as_utf8(sample).is_some() && memchr::memchr(ESCAPE, sample).is_none() {
        return UTF_8;
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(sample, sample.len() == body.len());
    detector.guess(None, Utf8Detection::Allow)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_encoding_is_found_as_browsers_find_it() {
        let meta = |charset: &str, text: &[u8]| [b"<meta charset='", charset.as_bytes(), b"'><p>", text].concat();
        let long =
            [&b"<!doctype html>"[..], &b" ".repeat(1500), &meta("windows-1251", b"\xcf\xf0\xe8\xe2\xe5\xf2")].concat();
        for (what, body, header, expected) in [
            ("header", b"caf\xe9".to_vec(), Some("text/html; charset=ISO-8859-1"), "café"),
            ("header, quoted", b"caf\xe9".to_vec(), Some("text/html; Charset=\"latin1\""), "café"),
            ("meta only", meta("iso-8859-2", b"\xb1"), None, "ą"),
            ("meta late", long, Some("text/html"), "Привет"),
            ("header before meta", meta("utf-8", b"\x93hi\x94"), Some("text/html; charset=windows-1252"), "“hi”"),
            ("mark before header", b"\xef\xbb\xbfcaf\xc3\xa9".to_vec(), Some("text/html; charset=latin1"), "café"),
            ("UTF-16 mark", b"\xff\xfeh\0i\0".to_vec(), None, "hi"),
            ("meta that cannot be", meta("utf-16", "é".as_bytes()), None, "é"),
            ("a label of nobody", meta("nonsense", "é".as_bytes()), Some("text/html; charset=foo"), "é"),
            (
                "http-equiv",
                b"<META http-equiv=Content-Type content=\"text/html; charset=euc-kr\">\xc7\xd1".to_vec(),
                None,
                "한",
            ),
            ("in a comment", b"<!-- <meta charset=utf-16> --><meta charset=utf-8>\xc3\xa9".to_vec(), None, "é"),
            (
                "said wrongly",
                meta("iso-8859-1", "Ça coûte très cher, où êtes-vous allé, là-bas, cet été ?".as_bytes()),
                Some("text/html; charset=iso-8859-15"),
                "où êtes-vous",
            ),
            ("two letters by chance", meta("windows-1252", b"\xc3\xa9 \xc3\xa9"), None, "Ã© Ã©"),
            ("nothing said", "Zażółć gęślą jaźń".as_bytes().to_vec(), None, "Zażółć gęślą jaźń"),
            (
                "nothing said, Cyrillic",
                b"\xcf\xf0\xe5\xe7\xe8\xe4\xe5\xed\xf2 \xee\xe1\xfa\xff\xe2\xe8\xeb".to_vec(),
                None,
                "Президент",
            ),
            ("nothing said, Japanese behind escapes", b"\x1b$B%K%e!<%9\x1b(B".to_vec(), None, "ニュース"),
            (
                "nothing said, the sample ends within a letter",
                [&b"x".repeat(GUESS - 1), "źródło".as_bytes()].concat(),
                None,
                "źródło",
            ),
        ] {
            let text = decode(&body, header);
            assert!(text.contains(expected), "{what}: {text}");
        }
    }
}
