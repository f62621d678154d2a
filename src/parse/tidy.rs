//! XML as publishers send it → XML that feed-rs reads: stray characters dropped, entities by their names, bare ampersands
//! escaped, no DTD, cut-off feeds closed after their last whole entry. Each repair is noted once.

use std::borrow::Cow;

/// An attribute or text run longer than this is cut by the limits on the whole body; tags deeper than this are refused.
const MAX_DEPTH: usize = 300;

/// The text made readable, and what was done.
pub fn tidy(text: &str, repairs: &mut Vec<String>) -> Result<String, String> {
    let text = from_first_tag(text, repairs);
    let text = without_doctype(text, repairs);
    let text = without_controls(&text, repairs);
    let text = with_entities(&text, repairs);
    check_depth(&text)?;
    Ok(closed(&text, repairs))
}

/// Drops what stands before the prolog.
fn from_first_tag<'a>(text: &'a str, repairs: &mut Vec<String>) -> &'a str {
    let start = text.find('<').unwrap_or(0);
    if !text[..start].trim_matches(['\u{feff}', ' ', '\n', '\r', '\t']).is_empty() {
        repairs.push("text before the prolog dropped".to_owned());
    }
    &text[start..]
}

/// A document type may define entities that expand without end: none is read.
fn without_doctype<'a>(text: &'a str, repairs: &mut Vec<String>) -> Cow<'a, str> {
    let Some(start) = text.find("<!DOCTYPE").or_else(|| text.find("<!doctype")) else { return Cow::Borrowed(text) };
    let mut depth = 0;
    let mut end = text.len();
    for (at, c) in text[start..].char_indices() {
        match c {
            '[' => depth += 1,
            ']' => depth -= 1,
            '>' if depth <= 0 => {
                end = start + at + 1;
                break;
            }
            _ => {}
        }
    }
    repairs.push("document type dropped".to_owned());
    Cow::Owned(format!("{}{}", &text[..start], &text[end..]))
}

fn without_controls<'a>(text: &'a str, repairs: &mut Vec<String>) -> Cow<'a, str> {
    let wrong = |c: char| (c.is_control() && !matches!(c, '\n' | '\r' | '\t')) || matches!(c, '\u{fffe}' | '\u{ffff}');
    if !text.contains(wrong) {
        return Cow::Borrowed(text);
    }
    repairs.push("control characters dropped".to_owned());
    Cow::Owned(text.replace(wrong, ""))
}

/// Named entities of HTML become their characters, a bare `&` becomes `&amp;`; inside CDATA nothing is touched.
fn with_entities<'a>(text: &'a str, repairs: &mut Vec<String>) -> Cow<'a, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 64);
    let (mut bare, mut named) = (false, false);
    let mut rest = text;
    while let Some(at) = rest.find(['&', '<']) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        if rest.starts_with("<![CDATA[") {
            let end = rest.find("]]>").map_or(rest.len(), |end| end + 3);
            out.push_str(&rest[..end]);
            rest = &rest[end..];
            continue;
        }
        if rest.starts_with('<') {
            out.push('<');
            rest = &rest[1..];
            continue;
        }
        let end = rest[1..].find(|c: char| !c.is_ascii_alphanumeric() && c != '#').map_or(rest.len(), |end| end + 1);
        let name = &rest[1..end];
        let closed = rest[end..].starts_with(';');
        match name {
            "amp" | "lt" | "gt" | "quot" | "apos" if closed => {
                out.push_str(&rest[..=end]);
                rest = &rest[end + 1..];
            }
            _ if closed && is_number(name) => {
                out.push_str(&rest[..=end]);
                rest = &rest[end + 1..];
            }
            _ if closed && !name.is_empty() && !name.contains('#') => {
                let decoded = super::text::plain_text(&rest[..=end]);
                if decoded.is_empty() && name == "nbsp" {
                    out.push('\u{a0}');
                } else if decoded.starts_with('&') || decoded.is_empty() {
                    out.push_str("&amp;");
                    bare = true;
                    rest = &rest[1..];
                    continue;
                } else {
                    out.push_str(&decoded.replace('&', "&amp;").replace('<', "&lt;"));
                }
                named = true;
                rest = &rest[end + 1..];
            }
            _ => {
                out.push_str("&amp;");
                bare = true;
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    if bare {
        repairs.push("bare & escaped".to_owned());
    }
    if named {
        repairs.push("HTML entities decoded".to_owned());
    }
    Cow::Owned(out)
}

/// A character reference that stands for a character XML allows.
fn is_number(name: &str) -> bool {
    let Some(digits) = name.strip_prefix('#') else { return false };
    let code = match digits.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16),
        None => digits.parse(),
    };
    code.ok().and_then(char::from_u32).is_some_and(|c| !c.is_control() || matches!(c, '\n' | '\r' | '\t'))
}

fn check_depth(text: &str) -> Result<(), String> {
    let mut depth = 0usize;
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(found) = memchr::memchr(b'<', &bytes[at..]) {
        at += found;
        if bytes[at..].starts_with(b"<![CDATA[") {
            at = memchr::memmem::find(&bytes[at..], b"]]>").map_or(bytes.len(), |end| at + end + 3);
            continue;
        }
        match bytes.get(at + 1) {
            Some(b'/') => depth = depth.saturating_sub(1),
            Some(c) if c.is_ascii_alphabetic() => {
                let end = memchr::memchr(b'>', &bytes[at..]).map_or(bytes.len(), |end| at + end);
                if bytes[..end].last() != Some(&b'/') {
                    depth += 1;
                }
            }
            _ => {}
        }
        if depth > MAX_DEPTH {
            return Err(format!("elements nested deeper than {MAX_DEPTH}: no feed"));
        }
        at += 1;
    }
    Ok(())
}

/// Closes a feed that was cut off, after its last whole entry.
fn closed(text: &str, repairs: &mut Vec<String>) -> String {
    let trimmed = text.trim_end();
    let closes = [
        ("</rss>", "</item>", "</channel></rss>"),
        ("</feed>", "</entry>", "</feed>"),
        ("</rdf:RDF>", "</item>", "</rdf:RDF>"),
    ];
    let lower = trimmed.get(..trimmed.len().min(2000)).map(str::to_ascii_lowercase);
    let head = lower.unwrap_or_else(|| trimmed.chars().take(2000).collect::<String>().to_ascii_lowercase());
    let kind = match () {
        () if head.contains("<rss") => closes[0],
        () if head.contains("<feed") => closes[1],
        () if head.contains("<rdf:rdf") => closes[2],
        () => return trimmed.to_owned(),
    };
    let (end, entry, tail) = kind;
    if trimmed.contains(end) {
        return trimmed.to_owned();
    }
    match trimmed.rfind(entry) {
        Some(at) => {
            repairs.push("cut off: closed after its last whole entry".to_owned());
            format!("{}{tail}", &trimmed[..at + entry.len()])
        }
        None => trimmed.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_wild_sends_becomes_xml() {
        for (given, expected, repair) in [
            ("<a>R&D</a>", "<a>R&amp;D</a>", "bare & escaped"),
            ("<a>caf&eacute; &amp; &#233;</a>", "<a>café &amp; &#233;</a>", "HTML entities decoded"),
            ("<a><![CDATA[R&D]]></a>", "<a><![CDATA[R&D]]></a>", ""),
            ("<a>x\u{0}y</a>", "<a>xy</a>", "control characters dropped"),
            ("hello <a/>", "<a/>", "text before the prolog dropped"),
            ("<!DOCTYPE x [<!ENTITY a \"b>\">]><a>&a;</a>", "<a>&amp;a;</a>", "document type dropped"),
            (
                "<rss><channel><item>1</item><item>2</it",
                "<rss><channel><item>1</item></channel></rss>",
                "cut off: closed after its last whole entry",
            ),
        ] {
            let mut repairs = Vec::new();
            assert_eq!(tidy(given, &mut repairs).as_deref(), Ok(expected), "{given}");
            assert_eq!(repairs.first().map_or("", String::as_str), repair, "{given}");
        }
        assert!(tidy(&"<a>".repeat(1000), &mut Vec::new()).is_err());
    }
}
