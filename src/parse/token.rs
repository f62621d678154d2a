//! Text that ought to be XML → start tags, end tags and character data. It never fails and never expands a DTD: what is
//! no markup is text, what breaks off is kept as far as it goes, and a tally says what was wrong.

use std::borrow::Cow;

use super::entity::{self, Declared, Met, Rules};
use super::text::any_of_all;

/// Longest attribute value and longest single run of text kept, in bytes; more is cut.
pub(super) const MAX_ATTRIBUTE: usize = 64 << 10;
pub(super) const MAX_TEXT: usize = 2 << 20;
const MAX_ATTRIBUTES: usize = 100;
const MAX_NAME: usize = 200;
const MAX_DECLARED: usize = 100;

/// A piece of markup. Names are as written.
#[derive(Debug, PartialEq)]
pub(super) enum Token<'a> {
    Start { name: &'a str, attributes: Vec<(&'a str, String)>, empty: bool },
    End { name: &'a str },
    Text(Cow<'a, str>),
}

/// What was wrong, counted.
#[derive(Default)]
pub(super) struct Tally {
    pub met: Met,
    pub bare_less_than: usize,
    pub controls: usize,
    pub loose_attributes: usize,
    pub cut_values: usize,
    /// The text ended inside a tag, comment or CDATA section.
    pub broken_off: bool,
    /// And that inside a start tag, of which nothing is left.
    pub cut_in_tag: bool,
    pub unread_entities: bool,
}

/// Reads tokens off a text.
pub(super) struct Tokens<'a> {
    rest: &'a str,
    declared: Declared,
    /// What was looked for to the end in vain: it is not looked for again, so that reading stays linear.
    no_comment_end: bool,
    no_instruction_end: bool,
    doctype_read: bool,
    pub tally: Tally,
}

impl<'a> Tokens<'a> {
    pub fn new(text: &'a str) -> Self {
        Self {
            rest: text,
            declared: Declared::new(),
            no_comment_end: false,
            no_instruction_end: false,
            doctype_read: false,
            tally: Tally::default(),
        }
    }

    /// Character data up to the next markup. A `<` that opens nothing is part of it.
    fn text(&mut self) -> Token<'a> {
        let mut end = 0;
        loop {
            match memchr::memchr(b'<', &self.rest.as_bytes()[end..]) {
                None => end = self.rest.len(),
                Some(at) if opens(&self.rest[end + at..]) => end += at,
                Some(at) => {
                    self.tally.bare_less_than += 1;
                    end += at + 1;
                    continue;
                }
            }
            break;
        }
        let raw = self.capped(end, MAX_TEXT);
        self.rest = &self.rest[end..];
        let decoded = entity::decode(raw, Rules::Xml, &self.declared, &mut self.tally.met);
        Token::Text(self.without_controls(decoded))
    }

    /// The first `end` bytes of the rest, but not more than `limit`.
    fn capped(&mut self, end: usize, limit: usize) -> &'a str {
        if end <= limit {
            return &self.rest[..end];
        }
        self.tally.cut_values += 1;
        &self.rest[..self.rest.floor_char_boundary(limit)]
    }

    fn without_controls(&mut self, text: Cow<'a, str>) -> Cow<'a, str> {
        let bad =
            |c: char| (c < ' ' && !matches!(c, '\t' | '\n' | '\r')) || matches!(c, '\u{7f}' | '\u{fffe}' | '\u{ffff}');
        // 0xef begins U+FFFE and U+FFFF.
        let suspect = |b: u8| (b < b' ' && !matches!(b, b'\t' | b'\n' | b'\r')) || b == 0x7f || b == 0xef;
        if !any_of_all(text.bytes().map(suspect)) {
            return text;
        }
        let count = text.chars().filter(|c| bad(*c)).count();
        if count == 0 {
            return text;
        }
        self.tally.controls += count;
        Cow::Owned(text.chars().filter(|c| !bad(*c)).collect())
    }

    /// Steps over `open … close`; what stands between. Without `close` the rest is taken and the text has broken off.
    fn section(&mut self, open: &str, close: &str) -> &'a str {
        let body = &self.rest[open.len()..];
        if let Some(at) = memchr::memmem::find(body.as_bytes(), close.as_bytes()) {
            self.rest = &body[at + close.len()..];
            &body[..at]
        } else {
            self.tally.broken_off = true;
            self.rest = "";
            body
        }
    }

    fn doctype(&mut self) {
        let bytes = self.rest.as_bytes();
        let close = memchr::memchr(b'>', bytes).unwrap_or(bytes.len());
        let Some(open) = memchr::memchr(b'[', &bytes[..close]) else {
            self.rest = &self.rest[(close + 1).min(bytes.len())..];
            return;
        };
        // The internal subset ends at `]` … `>`. Without one, at the first `>`.
        let subset_end = memchr::memmem::find(&bytes[open..], b"]>")
            .or_else(|| {
                let at = memchr::memchr(b']', &bytes[open..])?;
                memchr::memchr(b'>', &bytes[open + at..]).map(|more| at + more - 1)
            })
            .map_or(close.saturating_sub(1), |at| open + at);
        let subset = &self.rest[open..=subset_end.max(open)];
        for declaration in subset.split("<!ENTITY").skip(1) {
            match literal(declaration) {
                Some((name, value)) if self.declared.len() < MAX_DECLARED => self.declared.push((name, value)),
                _ => self.tally.unread_entities = true,
            }
        }
        self.rest = &self.rest[(subset_end + 2).min(bytes.len())..];
    }

    fn end_tag(&mut self) -> Option<Token<'a>> {
        let body = &self.rest[2..];
        let name = &body[..name_length(body)];
        let after = &body[name.len()..];
        match memchr::memchr2(b'>', b'<', after.as_bytes()) {
            Some(at) => {
                self.rest = &after[at + usize::from(after.as_bytes()[at] == b'>')..];
                Some(Token::End { name })
            }
            None => self.broken(),
        }
    }

    fn broken(&mut self) -> Option<Token<'a>> {
        self.tally.broken_off = true;
        self.rest = "";
        None
    }

    fn cut_tag(&mut self) -> Option<Token<'a>> {
        self.tally.cut_in_tag = true;
        self.broken()
    }

    fn start_tag(&mut self) -> Option<Token<'a>> {
        let whole = self.rest;
        let name = &whole[1..=name_length(&whole[1..])];
        let mut at = 1 + name.len();
        let mut attributes: Vec<(&'a str, String)> = Vec::new();
        let bytes = whole.as_bytes();
        loop {
            at += bytes[at..].iter().take_while(|b| b.is_ascii_whitespace()).count();
            match bytes.get(at) {
                None => return self.cut_tag(),
                Some(b'>') => {
                    self.rest = &whole[at + 1..];
                    return Some(Token::Start { name, attributes, empty: false });
                }
                Some(b'/') if bytes.get(at + 1) == Some(&b'>') => {
                    self.rest = &whole[at + 2..];
                    return Some(Token::Start { name, attributes, empty: true });
                }
                Some(b'<') => {
                    // The tag was never closed.
                    self.tally.loose_attributes += 1;
                    self.rest = &whole[at..];
                    return Some(Token::Start { name, attributes, empty: false });
                }
                Some(b'/' | b'=' | b'"' | b'\'') => at += 1,
                Some(_) => {}
            }
            let tail = &whole[at..];
            let length =
                tail.find(|c: char| c.is_ascii_whitespace() || matches!(c, '=' | '>' | '/' | '<' | '"' | '\''));
            let Some(length) = length else { return self.cut_tag() };
            if length == 0 {
                continue;
            }
            let key = &tail[..length];
            at += length;
            let gap = bytes[at..].iter().take_while(|b| b.is_ascii_whitespace()).count();
            let mut value = "";
            if bytes.get(at + gap) == Some(&b'=') {
                at += gap + 1;
                at += bytes[at..].iter().take_while(|b| b.is_ascii_whitespace()).count();
                let Some(used) = self.value(&whole[at..], &mut value) else { return self.cut_tag() };
                at += used;
            } else {
                self.tally.loose_attributes += 1;
            }
            if attributes.len() < MAX_ATTRIBUTES && !attributes.iter().any(|(known, _)| *known == key) {
                if value.len() > MAX_ATTRIBUTE {
                    self.tally.cut_values += 1;
                    value = &value[..value.floor_char_boundary(MAX_ATTRIBUTE)];
                }
                let decoded = entity::decode(value, Rules::Xml, &self.declared, &mut self.tally.met);
                let clean = self.without_controls(decoded).into_owned();
                attributes.push((key, clean));
            }
        }
    }

    /// Reads an attribute's value at the start of `text` and returns how much it took; `None` where the text ends first.
    fn value(&mut self, text: &'a str, value: &mut &'a str) -> Option<usize> {
        let bytes = text.as_bytes();
        let quote = *bytes.first()?;
        if quote == b'"' || quote == b'\'' {
            if let Some(end) = memchr::memchr(quote, &bytes[1..]) {
                let inside = &text[1..=end];
                let next = bytes.get(end + 2);
                let fits = next.is_none_or(|b| b.is_ascii_whitespace() || matches!(b, b'>' | b'/' | b'?'));
                if fits || memchr::memchr(b'<', inside.as_bytes()).is_none() {
                    *value = inside;
                    return Some(end + 2);
                }
            } else if memchr::memchr(b'>', bytes).is_none() {
                return None;
            }
            // The closing quote is missing: the value ends with the tag, or at white space.
            self.tally.loose_attributes += 1;
            let end = 1 + memchr::memchr3(b'>', b' ', b'\n', &bytes[1..])?;
            *value = &text[1..end];
            return Some(end);
        }
        self.tally.loose_attributes += 1;
        let end = text.find(|c: char| c.is_ascii_whitespace() || matches!(c, '>' | '<'))?;
        let end = if bytes[..end].ends_with(b"/") && bytes[end] == b'>' { end - 1 } else { end };
        *value = &text[..end];
        Some(end)
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        while !self.rest.is_empty() {
            if !opens(self.rest) {
                return Some(self.text());
            }
            let kind = self.rest.as_bytes().get(1).copied().unwrap_or_default();
            if kind == b'/' {
                return self.end_tag();
            } else if kind.is_ascii_alphabetic() {
                return self.start_tag();
            } else if self.rest.starts_with("<!--") {
                // A comment that never ends would swallow the feed.
                if !self.no_comment_end && memchr::memmem::find(self.rest.as_bytes(), b"-->").is_some() {
                    self.section("<!--", "-->");
                } else {
                    self.no_comment_end = true;
                    self.tally.broken_off = true;
                    self.section("<!--", ">");
                }
            } else if starts_with_ignore_case(self.rest, "<![CDATA[") {
                let raw = self.section("<![CDATA[", "]]>");
                let raw = if raw.len() > MAX_TEXT {
                    self.tally.cut_values += 1;
                    &raw[..raw.floor_char_boundary(MAX_TEXT)]
                } else {
                    raw
                };
                return Some(Token::Text(self.without_controls(Cow::Borrowed(raw))));
            } else if !self.doctype_read && starts_with_ignore_case(self.rest, "<!DOCTYPE") {
                self.doctype_read = true;
                self.doctype();
            } else if self.rest.starts_with("<!") {
                self.section("<!", ">");
            } else if self.rest.starts_with("<?") {
                self.no_instruction_end =
                    self.no_instruction_end || memchr::memmem::find(self.rest.as_bytes(), b"?>").is_none();
                self.section("<?", if self.no_instruction_end { ">" } else { "?>" });
            } else {
                return self.start_tag();
            }
        }
        None
    }
}

/// Whether markup begins here: `<` and a letter, `</` and a letter, `<!`, `<?`.
fn opens(text: &str) -> bool {
    let bytes = text.as_bytes();
    if bytes.first() != Some(&b'<') {
        return false;
    }
    // Nearly all of it.
    match bytes.get(1) {
        Some(byte) if byte.is_ascii_alphabetic() => return true,
        Some(b'/') if bytes.get(2).is_some_and(u8::is_ascii_alphabetic) => return true,
        _ => {}
    }
    let after = &text[1..];
    let named = |c: char| c.is_alphabetic() || c == '_' || c == ':';
    match after.chars().next() {
        Some('!') => after.starts_with("!--") || after[1..].starts_with(|c: char| c == '[' || c.is_ascii_alphabetic()),
        Some('/' | '?') => after[1..].chars().next().is_some_and(named),
        Some(c) => named(c),
        None => false,
    }
}

fn name_length(text: &str) -> usize {
    let plain = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b':' | b'_' | b'-' | b'.');
    let length = text.bytes().take(MAX_NAME).take_while(plain).count();
    if text.as_bytes().get(length).is_some_and(u8::is_ascii) {
        return length;
    }
    let end = text.find(|c: char| !(c.is_alphanumeric() || matches!(c, ':' | '_' | '-' | '.')));
    text.floor_char_boundary(end.unwrap_or(text.len()).min(MAX_NAME))
}

fn starts_with_ignore_case(text: &str, start: &str) -> bool {
    text.as_bytes().get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start.as_bytes()))
}

/// `name "value"` of an entity that is short and refers to nothing else; `None` for all others.
fn literal(declaration: &str) -> Option<(String, String)> {
    let text = declaration.trim_start();
    let name = &text[..name_length(text)];
    let rest = text[name.len()..].trim_start();
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let (value, _) = rest[1..].split_once(quote)?;
    let mut met = Met::default();
    let value = entity::decode(value, Rules::Xml, &Declared::new(), &mut met);
    let plain = !name.is_empty() && met.bare == 0 && value.len() <= 1000 && !value.contains(['%', '<']);
    plain.then(|| (name.to_owned(), value.into_owned()))
}
