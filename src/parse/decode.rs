//! Bytes with a label that may lie → text, and what was done to get it.
//! The bytes themselves are believed before any label: a byte-order mark, NULs, well-formed UTF-8; then the labels; then a guess.

use std::borrow::Cow;
use std::io::Read as _;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, ISO_2022_JP, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use flate2::read::MultiGzDecoder;

use super::ParseError;

/// A document's text, and repairs in words.
pub(super) struct Decoded<'a> {
    pub text: Cow<'a, str>,
    pub repairs: Vec<String>,
}

/// Below so many bytes that are not ASCII a guess means nothing, and windows-1252 is what mislabelled text is.
const ENOUGH_TO_GUESS: usize = 12;
/// Bytes that a guess is made from.
const MAX_GUESSED: usize = 1 << 20;

/// A packed file may unpack to this many bytes: a sitemap has 50 MB at most.
const MAX_UNPACKED: u64 = 64 << 20;

/// The content of a gzip file, which sitemaps often are; none where the bytes are not packed.
pub(super) fn unpack(bytes: &[u8]) -> Result<Option<Vec<u8>>, ParseError> {
    if !bytes.starts_with(&[0x1f, 0x8b]) {
        return Ok(None);
    }
    let failed = |why: String| ParseError::Packed { why };
    let mut out = Vec::new();
    let mut reader = MultiGzDecoder::new(bytes).take(MAX_UNPACKED + 1);
    reader.read_to_end(&mut out).map_err(|error| failed(format!("cannot be unpacked ({error})")))?;
    if out.len() as u64 > MAX_UNPACKED {
        return Err(failed(format!("unpacks to more than {} MB", MAX_UNPACKED >> 20)));
    }
    Ok(Some(out))
}

/// Decodes a document. `content_type` is the header as received.
pub(super) fn decode<'a>(bytes: &'a [u8], content_type: Option<&str>) -> Decoded<'a> {
    let mut decoded = by_evidence(bytes, content_type);
    // Quotes of windows-1252 that someone took for Latin-1: control characters that no text has.
    let c1 = |c: char| matches!(c, '\u{80}'..='\u{84}' | '\u{86}'..='\u{9f}');
    // In UTF-8 they are two bytes, of which the first is C2.
    let bytes = decoded.text.as_bytes();
    let has_c1 =
        memchr::memchr_iter(0xc2, bytes).any(|at| matches!(bytes.get(at + 1), Some(0x80..=0x84 | 0x86..=0x9f)));
    if has_c1 {
        let repaired = decoded.text.chars().map(|c| match u8::try_from(u32::from(c)) {
            Ok(byte) if c1(c) => WINDOWS_1252.decode_without_bom_handling(&[byte]).0.chars().next().unwrap_or(c),
            Ok(_) | Err(_) => c,
        });
        decoded.text = Cow::Owned(repaired.collect());
        decoded.repairs.push("control characters read as windows-1252".to_owned());
    }
    decoded
}

fn by_evidence<'a>(bytes: &'a [u8], content_type: Option<&str>) -> Decoded<'a> {
    if let Some(done) = wide(bytes) {
        return done;
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let header = content_type.and_then(charset);
    let prolog = declared(bytes);
    let labels: Vec<&'static Encoding> = [header.as_deref(), prolog.as_deref()]
        .into_iter()
        .flatten()
        .filter_map(encoding)
        .filter(|encoding| *encoding != UTF_16LE && *encoding != UTF_16BE)
        .collect();
    if let Ok(text) = std::str::from_utf8(bytes) {
        // Only seven bits a byte, and escapes: a label can tell more than UTF-8 does.
        if labels.contains(&ISO_2022_JP) && memchr::memchr(0x1b, bytes).is_some() {
            return transcoded(bytes, ISO_2022_JP);
        }
        let mut repairs = Vec::new();
        if !text.is_ascii()
            && let Some(label) = labels.iter().find(|encoding| **encoding != UTF_8)
        {
            repairs.push(format!("labelled {} but is utf-8", name(label)));
        }
        return Decoded { text: Cow::Borrowed(text), repairs };
    }
    for label in &labels {
        if *label != UTF_8 && label.decode_without_bom_handling_and_without_replacement(bytes).is_some() {
            return transcoded(bytes, label);
        }
    }
    let (good, bad) = utf8_census(bytes);
    if good > 3 * bad || (bad == 1 && cut_at_end(bytes)) {
        return mixed(bytes, bad);
    }
    // A label that nearly fits (windows-1252 has no holes; others may have one) is better than a guess.
    if let Some(label) = labels.iter().find(|label| **label != UTF_8 && !label.is_single_byte()) {
        let (text, _, damaged) = label.decode(bytes);
        if !damaged || text.matches('\u{fffd}').count() * 50 < text.len() {
            return transcoded(bytes, label);
        }
    }
    if bytes.iter().filter(|b| !b.is_ascii()).count() < ENOUGH_TO_GUESS {
        return transcoded(bytes, WINDOWS_1252);
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    let start = bytes.iter().position(|b| !b.is_ascii()).unwrap_or(0);
    detector.feed(&bytes[start..bytes.len().min(start + MAX_GUESSED)], true);
    transcoded(bytes, detector.guess(None, Utf8Detection::Deny))
}

fn transcoded<'a>(bytes: &'a [u8], encoding: &'static Encoding) -> Decoded<'a> {
    let (text, damaged) = encoding.decode_without_bom_handling(bytes);
    let mut repairs = vec![format!("transcoded from {}", name(encoding))];
    if damaged {
        repairs.push(format!("undecodable bytes replaced: {}", text.matches('\u{fffd}').count()));
    }
    Decoded { text, repairs }
}

fn name(encoding: &'static Encoding) -> String {
    encoding.name().to_ascii_lowercase()
}

/// UTF-16 and UTF-32, with a byte-order mark or recognised by their NULs.
fn wide(bytes: &[u8]) -> Option<Decoded<'_>> {
    let said = |what: &str, text: String| {
        Some(Decoded { text: Cow::Owned(text), repairs: vec![format!("transcoded from {what}")] })
    };
    match bytes {
        [0, 0, 0xfe, 0xff, rest @ ..] => said("utf-32be", utf32(rest, u32::from_be_bytes)),
        [0xff, 0xfe, 0, 0, rest @ ..] => said("utf-32le", utf32(rest, u32::from_le_bytes)),
        [0, 0, 0, b'<' | b'{', ..] => said("utf-32be", utf32(bytes, u32::from_be_bytes)),
        [b'<' | b'{', 0, 0, 0, ..] => said("utf-32le", utf32(bytes, u32::from_le_bytes)),
        [0xfe, 0xff, rest @ ..] => Some(transcoded(rest, UTF_16BE)),
        [0xff, 0xfe, rest @ ..] => Some(transcoded(rest, UTF_16LE)),
        _ => {
            // Without a mark: most of one half of the first bytes is NUL, none of the other.
            let head = &bytes[..bytes.len().min(200) & !1];
            let nuls = |odd: usize| head.iter().skip(odd).step_by(2).filter(|b| **b == 0).count();
            let half = head.len() / 2;
            if half < 4 {
                return None;
            }
            match (nuls(0), nuls(1)) {
                (even, 0) if even * 4 > half * 3 => Some(transcoded(bytes, UTF_16BE)),
                (0, odd) if odd * 4 > half * 3 => Some(transcoded(bytes, UTF_16LE)),
                _ => None,
            }
        }
    }
}

fn utf32(bytes: &[u8], read: fn([u8; 4]) -> u32) -> String {
    bytes
        .chunks_exact(4)
        .map(|four| char::from_u32(read([four[0], four[1], four[2], four[3]])).unwrap_or('\u{fffd}'))
        .collect()
}

/// The encoding of a label; underscores and a missing `x-` are forgiven.
fn encoding(label: &str) -> Option<&'static Encoding> {
    let hyphens = label.replace('_', "-");
    [label, hyphens.as_str(), &format!("x-{hyphens}")].iter().find_map(|label| Encoding::for_label(label.as_bytes()))
}

/// The charset parameter of a Content-Type header.
fn charset(header: &str) -> Option<String> {
    let lower = header.to_ascii_lowercase();
    let (_, rest) = lower.split_once("charset")?;
    let label = rest.trim_start().strip_prefix('=')?.trim_start().trim_start_matches(['"', '\'']);
    let end = label.find(['"', '\'', ';', ' ', ',']).unwrap_or(label.len());
    (end > 0).then(|| label[..end].to_owned())
}

/// The encoding that the document claims in its XML declaration, or in a `<meta>` near its start.
fn declared(bytes: &[u8]) -> Option<String> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(1024)]).to_ascii_lowercase();
    if let Some(start) = head.find("<?xml") {
        let end = head[start..].find("?>").or_else(|| head[start..].find('>')).map_or(head.len(), |at| start + at);
        let (_, rest) = head[start..end].split_once("encoding")?;
        let rest = rest.trim_start().strip_prefix('=')?.trim_start();
        let label = rest.trim_start_matches(['"', '\'']);
        let stop = label.find(['"', '\'', ' ', '?']).unwrap_or(label.len());
        return (stop > 0).then(|| label[..stop].to_owned());
    }
    head.find("<meta").and_then(|at| charset(&head[at..]))
}

/// How many well-formed multi-byte characters and how many ill-formed sequences there are, read as UTF-8.
fn utf8_census(bytes: &[u8]) -> (usize, usize) {
    bytes.utf8_chunks().fold((0, 0), |(good, bad), chunk| {
        (good + chunk.valid().chars().filter(|c| !c.is_ascii()).count(), bad + usize::from(!chunk.invalid().is_empty()))
    })
}

/// Whether the one thing wrong is a character that the end of the bytes cuts in two.
fn cut_at_end(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_err_and(|error| error.error_len().is_none())
}

/// UTF-8 with stray bytes of windows-1252 in it, as templates that paste two sources make it.
fn mixed(bytes: &[u8], bad: usize) -> Decoded<'static> {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        if chunk.invalid().len() == 1 {
            text.push_str(&WINDOWS_1252.decode_without_bom_handling(chunk.invalid()).0);
        } else if !chunk.invalid().is_empty() {
            text.push('\u{fffd}');
        }
    }
    let text = Cow::Owned(text);
    Decoded { text, repairs: vec![format!("not utf-8 throughout: {bad} stray bytes read as windows-1252 or replaced")] }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf16(text: &str, big: bool, mark: bool) -> Vec<u8> {
        let units = mark.then_some(0xfeff).into_iter().chain(text.encode_utf16());
        units.flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
    }

    #[test]
    fn bytes_are_believed_before_labels() {
        let latin = |label: &str| {
            let mut bytes = format!("<?xml version='1.0' encoding='{label}'?><t>").into_bytes();
            bytes.extend(b"M\xfcnchen \x93quoted\x94</t>");
            bytes
        };
        let kanji = "<?xml version=\"1.0\" encoding=\"Shift_JIS\"?><t>新しい記事が出ました</t>";
        let shift_jis = encoding_rs::SHIFT_JIS.encode(kanji).0.into_owned();
        for (bytes, header, wanted, repair) in [
            (b"<t>ascii</t>".to_vec(), None, "<t>ascii</t>", ""),
            (b"\xef\xbb\xbf<t>a</t>".to_vec(), None, "<t>a</t>", ""),
            ("<t>don\u{92}t</t>".into(), None, "don’t", "control characters"),
            (
                "<t>señal</t>".into(),
                Some("text/xml; charset=iso-8859-1"),
                "señal",
                "labelled windows-1252 but is utf-8",
            ),
            (latin("utf-8"), None, "München “quoted”", "transcoded from windows-1252"),
            (
                latin("windows-1252"),
                Some("text/xml; charset=utf-8"),
                "München “quoted”",
                "transcoded from windows-1252",
            ),
            (latin("nonsense"), None, "München “quoted”", "transcoded from windows-1252"),
            (shift_jis.clone(), None, "新しい記事", "transcoded from shift_jis"),
            (shift_jis, Some("application/rss+xml; charset=\"utf-8\""), "新しい記事", "transcoded from shift_jis"),
            (utf16("<t>жук</t>", true, true), None, "жук", "transcoded from utf-16be"),
            (utf16("<t>жук</t>", false, true), Some("text/xml; charset=utf-8"), "жук", "transcoded from utf-16le"),
            (utf16("<title>x</title>", true, false), None, "<title>x", "transcoded from utf-16be"),
            (utf16("<title>x</title>", false, false), None, "<title>x", "transcoded from utf-16le"),
            (b"\0\0\0<\0\0\0t".to_vec(), None, "<t", "transcoded from utf-32be"),
            ("<t>ünïcödé und mehr</t>\u{20ac}".as_bytes()[..27].to_vec(), None, "ünïcödé", ""),
        ] {
            let decoded = decode(&bytes, header);
            assert!(decoded.text.contains(wanted), "{wanted}: {}", decoded.text);
            assert!(decoded.repairs.join(";").contains(repair), "{wanted}: {:?}", decoded.repairs);
            assert!(
                !repair.is_empty() || decoded.repairs.is_empty() || decoded.repairs[0].contains("stray"),
                "{wanted}"
            );
        }
    }

    #[test]
    fn stray_bytes_do_not_spoil_the_rest() {
        let decoded = decode(b"<t>\xc3\xa9t\xc3\xa9 \xc3\xa0 \xc3\xaele, fa\xe7ade \xc3\xb9</t>", None);
        assert_eq!(decoded.text, "<t>été à île, façade ù</t>");
        assert!(decoded.repairs[0].starts_with("not utf-8 throughout: 1"));
    }
}
