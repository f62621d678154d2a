//! Bytes of markup → its tags, read as HTML's tokenizer reads them (HTML §13.2.5), and what kind each element is.
//! Keeps no tree and no attributes: where a tag ends is all that is asked.

/// Attributes of one tag; html5ever compares each with each.
const MAX_ATTRIBUTES: usize = 64;

/// A start or end tag.
pub(super) struct Tag {
    pub name: Box<[u8]>,
    pub closing: bool,
    /// After `>`.
    pub end: usize,
    /// Where the attributes are to be cut, if there are too many.
    pub cut: Option<usize>,
}

/// The end of a comment, doctype or processing instruction that starts at `start`.
pub(super) fn declaration_end(bytes: &[u8], start: usize) -> usize {
    let rest = &bytes[start..];
    if rest.starts_with(b"<!-->") {
        return start + 5;
    }
    if rest.starts_with(b"<!--->") {
        return start + 6;
    }
    if !rest.starts_with(b"<!--") {
        return memchr::memchr(b'>', rest).map_or(bytes.len(), |n| start + n + 1);
    }
    let mut at = start + 4;
    while let Some(found) = memchr::memmem::find(&bytes[at..], b"--") {
        let dashes = at + found;
        match (bytes.get(dashes + 2), bytes.get(dashes + 3)) {
            (Some(b'>'), _) => return dashes + 3,
            (Some(b'!'), Some(b'>')) => return dashes + 4,
            _ => at = dashes + 1,
        }
    }
    bytes.len()
}

/// Reads the tag at `start` as HTML's tokenizer does; `None` where the document ends within it.
pub(super) fn read_tag(bytes: &[u8], start: usize) -> Option<Tag> {
    let closing = bytes.get(start + 1) == Some(&b'/');
    let mut at = start + 1 + usize::from(closing);
    let name_start = at;
    while !matches!(bytes.get(at)?, b'>' | b'/' | b' ' | b'\t' | b'\n' | b'\r' | 0x0C) {
        at += 1;
    }
    let name = bytes[name_start..at].to_ascii_lowercase().into_boxed_slice();
    let mut attributes = 0;
    let mut cut = None;
    loop {
        while matches!(bytes.get(at)?, b'/' | b' ' | b'\t' | b'\n' | b'\r' | 0x0C) {
            at += 1;
        }
        if bytes[at] == b'>' {
            return Some(Tag { name, closing, end: at + 1, cut });
        }
        if attributes == MAX_ATTRIBUTES {
            cut = Some(at);
        }
        attributes += 1;
        // The first character is part of the name, even if it is '='.
        at += 1;
        while !matches!(bytes.get(at)?, b'=' | b'>' | b'/' | b' ' | b'\t' | b'\n' | b'\r' | 0x0C) {
            at += 1;
        }
        let mut value = at;
        while bytes.get(value)?.is_ascii_whitespace() {
            value += 1;
        }
        if bytes[value] != b'=' {
            continue;
        }
        at = value + 1;
        while bytes.get(at)?.is_ascii_whitespace() {
            at += 1;
        }
        match bytes[at] {
            quote @ (b'"' | b'\'') => at += 2 + memchr::memchr(quote, &bytes[at + 1..])?,
            b'>' => {}
            _ => {
                while !(bytes.get(at)?.is_ascii_whitespace() || bytes[at] == b'>') {
                    at += 1;
                }
            }
        }
    }
}

/// Elements in HTML's list of active formatting elements.
pub(super) fn is_formatting(name: &[u8]) -> bool {
    matches!(
        name,
        b"a" | b"b"
            | b"big"
            | b"code"
            | b"em"
            | b"font"
            | b"i"
            | b"nobr"
            | b"s"
            | b"small"
            | b"strike"
            | b"strong"
            | b"tt"
            | b"u"
    )
}

/// Whether an element adds to the depth until its end tag. Void elements never do; `p`, `li`, table parts close their
/// like, and are often left open: what stands between two nested ones is counted.
pub(super) fn is_counted(name: &[u8]) -> bool {
    raw_name(name).is_none()
        && !matches!(
            name,
            b"area"
                | b"base"
                | b"basefont"
                | b"bgsound"
                | b"br"
                | b"col"
                | b"embed"
                | b"frame"
                | b"hr"
                | b"image"
                | b"img"
                | b"input"
                | b"keygen"
                | b"link"
                | b"meta"
                | b"param"
                | b"source"
                | b"track"
                | b"wbr"
        )
        && !matches!(
            name,
            b"p" | b"li"
                | b"dt"
                | b"dd"
                | b"tr"
                | b"td"
                | b"th"
                | b"tbody"
                | b"thead"
                | b"tfoot"
                | b"caption"
                | b"colgroup"
                | b"option"
                | b"html"
                | b"head"
                | b"body"
        )
}

/// Elements whose content is text to the parser; not that of `noscript`, for the parser runs no scripts.
pub(super) fn raw_name(name: &[u8]) -> Option<&'static str> {
    ["style", "textarea", "title", "xmp", "iframe", "noembed", "noframes"]
        .into_iter()
        .find(|raw| raw.as_bytes() == name)
}

/// Elements that do not stop the search for an inline element's start tag: all that HTML does not call special.
pub(super) fn is_inline(name: &[u8]) -> bool {
    matches!(
        name,
        b"span"
            | b"abbr"
            | b"cite"
            | b"q"
            | b"sub"
            | b"sup"
            | b"label"
            | b"ins"
            | b"del"
            | b"time"
            | b"mark"
            | b"var"
            | b"kbd"
            | b"samp"
            | b"dfn"
            | b"bdi"
            | b"bdo"
            | b"data"
            | b"ruby"
            | b"rt"
            | b"rp"
            | b"picture"
            | b"video"
            | b"audio"
            | b"canvas"
    ) || memchr::memchr(b'-', name).is_some()
}

/// Elements that part a text into paragraphs and lines, and need no end tag.
pub(super) fn parts_text(name: &[u8]) -> bool {
    matches!(name, b"p" | b"br" | b"li" | b"tr")
}

/// Elements past which no end tag closes.
pub(super) fn is_scope(name: &[u8]) -> bool {
    matches!(name, b"applet" | b"marquee" | b"object" | b"table" | b"template")
}
