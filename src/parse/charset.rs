//! A feed's bytes → UTF-8, with the repair noted. Byte-order mark first, then what the bytes themselves prove, then what
//! header and prolog say, then a guess.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// The text, and what had to be done.
pub fn decode(bytes: &[u8], content_type: Option<&str>) -> (String, Option<String>) {
    if let Some((encoding, length)) = Encoding::for_bom(bytes) {
        let (text, _) = encoding.decode_without_bom_handling(&bytes[length..]);
        let repair = (encoding != UTF_8).then(|| note(encoding));
        return (text.into_owned(), repair);
    }
    let wide = match bytes {
        [0, b'<' | b'{' | b' ' | b'\n', ..] => Some(UTF_16BE),
        [b'<' | b'{' | b' ' | b'\n', 0, ..] => Some(UTF_16LE),
        _ => None,
    };
    if let Some(encoding) = wide {
        return (encoding.decode(bytes).0.into_owned(), Some(note(encoding)));
    }
    // Text that is not UTF-8 is next to never valid as UTF-8: what is, is believed whatever the label says.
    if let Ok(text) = std::str::from_utf8(bytes) {
        return (text.to_owned(), None);
    }
    let labelled = header_charset(content_type).or_else(|| prolog_charset(bytes)).and_then(|label| {
        Encoding::for_label(label.as_bytes())
            .filter(|encoding| *encoding != UTF_8 && *encoding != UTF_16BE && *encoding != UTF_16LE)
    });
    let encoding = labelled.unwrap_or_else(|| {
        let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Allow);
        detector.feed(&bytes[..bytes.len().min(1 << 20)], true);
        let guess = detector.guess(None, chardetng::Utf8Detection::Deny);
        if guess == UTF_8 { WINDOWS_1252 } else { guess }
    });
    (encoding.decode(bytes).0.into_owned(), Some(note(encoding)))
}

fn note(encoding: &'static Encoding) -> String {
    format!("transcoded from {}", encoding.name().to_ascii_lowercase())
}

fn header_charset(content_type: Option<&str>) -> Option<String> {
    let lower = content_type?.to_ascii_lowercase();
    let rest = lower.split("charset=").nth(1)?;
    Some(rest.trim_matches(['"', '\'', ' ']).split([';', '"', ' ']).next()?.to_owned())
}

fn prolog_charset(bytes: &[u8]) -> Option<String> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(400)]).into_owned();
    let prolog = &head[head.find("<?xml")?..];
    let prolog = &prolog[..prolog.find("?>")?];
    let rest = prolog.split("encoding").nth(1)?.trim_start().strip_prefix('=')?.trim_start();
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    Some(rest[1..].split(quote).next()?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_label_and_none() {
        let utf16: Vec<u8> = "<a>ñ</a>".encode_utf16().flat_map(u16::to_le_bytes).collect();
        for (bytes, content_type, expected, repaired) in [
            ("<a>ñ</a>".as_bytes().to_vec(), None, "<a>ñ</a>", false),
            ("<a>ñ</a>".as_bytes().to_vec(), Some("text/xml; charset=iso-8859-1"), "<a>ñ</a>", false),
            (b"<a>\xf1</a>".to_vec(), Some("text/xml; charset=iso-8859-1"), "<a>ñ</a>", true),
            (
                b"<?xml version=\"1.0\" encoding='windows-1252'?><a>\x93x\x94</a>".to_vec(),
                None,
                "<?xml version=\"1.0\" encoding='windows-1252'?><a>“x”</a>",
                true,
            ),
            (
                b"<?xml encoding=\"utf-8\"?><a>El ni\xf1o ley\xf3 el peri\xf3dico</a>".to_vec(),
                None,
                "<?xml encoding=\"utf-8\"?><a>El niño leyó el periódico</a>",
                true,
            ),
            (utf16, None, "<a>ñ</a>", true),
            (b"\xef\xbb\xbf<a/>".to_vec(), None, "<a/>", false),
        ] {
            let (text, repair) = decode(&bytes, content_type);
            assert_eq!((text.as_str(), repair.is_some()), (expected, repaired), "{bytes:?}");
        }
    }
}
