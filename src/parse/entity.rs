//! Text with character references (`&amp;`, `&#8217;`, `&eacute;`) → the characters. Unknown references stay as written;
//! a document's own entities count only where they are short literals, so nothing can be expanded twice.

use std::borrow::Cow;

use html5ever::data::NAMED_ENTITIES;

/// Which references are read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Rules {
    /// XML as it ought to be and HTML's names: with the semicolon.
    Xml,
    /// HTML text: old names also without the semicolon (`&nbsp` but not `&copy=`).
    Html,
}

/// Entities that a document declares for itself, with their literal values.
pub(super) type Declared = Vec<(String, String)>;

/// What was met on the way.
#[derive(Clone, Copy, Default)]
pub(super) struct Met {
    pub bare: usize,
    pub html_names: usize,
}

const XML_NAMES: [&str; 5] = ["amp", "lt", "gt", "quot", "apos"];

/// Replaces the references in `text`, once.
pub(super) fn decode<'a>(text: &'a str, rules: Rules, declared: &Declared, met: &mut Met) -> Cow<'a, str> {
    let Some(first) = memchr::memchr(b'&', text.as_bytes()) else {
        return Cow::Borrowed(text);
    };
    let mut out = String::with_capacity(text.len());
    out.push_str(&text[..first]);
    let mut rest = &text[first..];
    while !rest.is_empty() {
        if let Some((value, used)) = reference(rest, rules, declared, met) {
            value.push_to(&mut out);
            rest = &rest[used..];
        } else {
            met.bare += 1;
            out.push('&');
            rest = &rest[1..];
        }
        let next = memchr::memchr(b'&', rest.as_bytes()).unwrap_or(rest.len());
        out.push_str(&rest[..next]);
        rest = &rest[next..];
    }
    Cow::Owned(out)
}

/// As [`decode`] for HTML text, with nothing declared and nothing counted.
pub(super) fn decode_html(text: &str) -> Cow<'_, str> {
    decode(text, Rules::Html, &Declared::new(), &mut Met::default())
}

/// The letter outside ASCII to which a reference at the start of `text` refers, and the reference's length.
pub(super) fn letter(text: &str) -> Option<(char, usize)> {
    if !text.starts_with('&') {
        return None;
    }
    match reference(text, Rules::Html, &Declared::new(), &mut Met::default())? {
        (Value::Chars(c, None), length) if !c.is_ascii() => Some((c, length)),
        (Value::Chars(..) | Value::Literal(_), _) => None,
    }
}

/// HTML with every `&` that begins no reference written `&amp;`, which means the same; an HTML parser takes quadratic time
/// over long runs of bare ones.
pub(super) fn escape_bare(html: &str) -> Cow<'_, str> {
    let (declared, mut met) = (Declared::new(), Met::default());
    let mut out = String::new();
    let mut copied = 0;
    for at in memchr::memchr_iter(b'&', html.as_bytes()) {
        if reference(&html[at..], Rules::Html, &declared, &mut met).is_none() {
            out.push_str(&html[copied..at]);
            out.push_str("&amp;");
            copied = at + 1;
        }
    }
    if copied == 0 {
        return Cow::Borrowed(html);
    }
    out.push_str(&html[copied..]);
    Cow::Owned(out)
}

enum Value<'a> {
    Chars(char, Option<char>),
    Literal(&'a str),
}

impl Value<'_> {
    fn push_to(&self, out: &mut String) {
        match self {
            Value::Chars(first, second) => {
                out.push(*first);
                out.extend(second);
            }
            Value::Literal(text) => out.push_str(text),
        }
    }
}

/// The reference at the start of `text` (which begins with `&`), and its length.
fn reference<'d>(text: &str, rules: Rules, declared: &'d Declared, met: &mut Met) -> Option<(Value<'d>, usize)> {
    let body = &text[1..];
    if let Some(digits) = body.strip_prefix('#') {
        return numeric(digits).map(|(c, used)| (Value::Chars(c, None), used + 2));
    }
    let end =
        body.bytes().take(40).take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.')).count();
    let name = &body[..end];
    if end > 0 && body[end..].starts_with(';') {
        if let Some((_, value)) = declared.iter().find(|(known, _)| known == name) {
            return Some((Value::Literal(value), end + 2));
        }
        let found = named(&body[..=end]).or_else(|| named(&body[..=end].to_ascii_lowercase()))?;
        if !XML_NAMES.contains(&name) {
            met.html_names += 1;
        }
        return Some((found, end + 2));
    }
    if rules == Rules::Html {
        // The longest old name wins, unless it goes on as a word or a query parameter.
        for stop in (2..=end.min(8)).rev() {
            if let Some(found) = named(&body[..stop]) {
                let next = body[stop..].bytes().next();
                let goes_on = next.is_some_and(|b| b.is_ascii_alphanumeric() || b == b'=');
                return if goes_on { None } else { Some((found, stop + 1)) };
            }
        }
    }
    None
}

fn named(name: &str) -> Option<Value<'static>> {
    let (first, second) = NAMED_ENTITIES.get(name)?;
    let first = char::from_u32(*first).filter(|c| *c != '\0')?;
    Some(Value::Chars(first, char::from_u32(*second).filter(|c| *c != '\0')))
}

/// `digits` stands after `&#`. The semicolon may be missing.
fn numeric(digits: &str) -> Option<(char, usize)> {
    let (radix, start) = if digits.starts_with(['x', 'X']) { (16, 1) } else { (10, 0) };
    let count = digits[start..].bytes().take(12).take_while(|b| char::from(*b).is_digit(radix)).count();
    if count == 0 {
        return None;
    }
    let code = u32::from_str_radix(&digits[start..start + count], radix).unwrap_or(u32::MAX);
    let semicolon = usize::from(digits[start + count..].starts_with(';'));
    let used = start + count + semicolon;
    if let Some((c, more)) = (0xd800..0xdc00).contains(&code).then(|| second_half(code, &digits[used..])).flatten() {
        return Some((c, used + more));
    }
    let c = match code {
        // HTML: numbers of the C1 range mean windows-1252.
        0x80..=0x9f => {
            let byte = [u8::try_from(code).unwrap_or(b'?')];
            encoding_rs::WINDOWS_1252.decode_without_bom_handling(&byte).0.chars().next().unwrap_or('\u{fffd}')
        }
        0x09 | 0x0a | 0x0d => char::from_u32(code).unwrap_or(' '),
        0 => '\u{fffd}',
        // A control character that neither XML nor a reader can use.
        0x01..=0x1f | 0x7f | 0xfffe | 0xffff => ' ',
        _ => char::from_u32(code).unwrap_or('\u{fffd}'),
    };
    Some((c, used))
}

/// The character of a surrogate pair whose first half is `high`, where `rest` begins with the second, as programs write
/// that think in UTF-16; and how much of `rest` it took.
fn second_half(high: u32, rest: &str) -> Option<(char, usize)> {
    let body = rest.strip_prefix("&#")?;
    let (digits, radix) = match body.strip_prefix(['x', 'X']) {
        Some(digits) => (digits, 16),
        None => (body, 10),
    };
    let end = digits[..digits.floor_char_boundary(digits.len().min(8))].find(';')?;
    let low = u32::from_str_radix(&digits[..end], radix).ok().filter(|low| (0xdc00..0xe000).contains(low))?;
    let c = char::from_u32(0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00))?;
    Some((c, rest.len() - digits.len() + end + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references() {
        let declared = vec![("house".to_owned(), "Maison & Cie".to_owned())];
        for (input, xml, html) in [
            ("plain", "plain", "plain"),
            ("a &amp; b &lt;i&gt;", "a & b <i>", "a & b <i>"),
            ("caf&eacute; &nbsp;", "café \u{a0}", "café \u{a0}"),
            ("R&D & co", "R&D & co", "R&D & co"),
            ("?a=1&copy=2&reg=3", "?a=1&copy=2&reg=3", "?a=1&copy=2&reg=3"),
            ("&copy 2020", "&copy 2020", "© 2020"),
            ("&copy; &AMP;", "© &", "© &"),
            ("&#8217;&#x2019;&#X2019;", "’’’", "’’’"),
            ("&#146;", "’", "’"),
            ("&#0;&#xD800;&#99999999999;", "\u{fffd}\u{fffd}\u{fffd}", "\u{fffd}\u{fffd}\u{fffd}"),
            ("&#xD83D;&#xDE00; &#55357;&#56832;", "😀 😀", "😀 😀"),
            ("&#; &; &", "&#; &; &", "&#; &; &"),
            ("&house; &nowhere;", "Maison & Cie &nowhere;", "Maison & Cie &nowhere;"),
            ("&amp;lt;", "&lt;", "&lt;"),
            ("&alpha;&Alpha;&AElig;", "αΑÆ", "αΑÆ"),
        ] {
            assert_eq!(decode(input, Rules::Xml, &declared, &mut Met::default()), xml, "{input}");
            assert_eq!(decode(input, Rules::Html, &declared, &mut Met::default()), html, "{input}");
            assert_eq!(decode_html(&escape_bare(input)), decode_html(input), "{input}");
        }
    }
}
