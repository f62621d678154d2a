//! HTML fragments → plain text: paragraphs with a blank line between, or one line for a title. Tags are dropped, entities
//! decoded, scripts and styles left out; what only looks like a tag ("a < b") stays. It reads once, from left to right.

use memchr::memmem;

use super::entity::decode_html;
use super::tags::{is_block, is_html, is_silent};
use crate::neutral;

/// Longest title, in characters.
pub const MAX_TITLE: usize = 500;

/// An HTML fragment as paragraphs of plain text, a blank line between; a `<br>` is a line break.
pub fn plain_text(html: &str) -> String {
    if let Some(text) = as_it_stands(html) {
        return text.to_owned();
    }
    let mut out = Paragraphs { text: String::with_capacity(html.len() / 2), space: false, breaks: 0, paragraph: false };
    scan(html, |_| true, &mut out);
    out.text
}

/// As [`plain_text`], a line break being a space: paragraphs of one line each.
pub fn plain_paragraphs(html: &str) -> String {
    let text = plain_text(html);
    let bytes = text.as_bytes();
    let is_break = |at: &usize| bytes.get(at - 1) != Some(&b'\n') && bytes.get(at + 1) != Some(&b'\n');
    // A text neither begins nor ends with one.
    let breaks: Vec<usize> = memchr::memchr_iter(b'\n', bytes).filter(is_break).collect();
    if breaks.is_empty() {
        return text;
    }
    let mut lines = text.into_bytes();
    for at in breaks {
        lines[at] = b' ';
    }
    String::from_utf8(lines).expect("a space stands where a line break stood")
}

/// A title as one bounded line of plain text. Titles are escaped once, twice or not at all; whatever is left of tags and
/// entities after decoding is decoded again.
pub fn plain_title(html: &str) -> String {
    if let Some(line) = as_it_stands(html).filter(|line| line.len() <= MAX_TITLE) {
        return line.to_owned();
    }
    let cap = html.floor_char_boundary(html.len().min(16 * MAX_TITLE));
    settled(one_line(&html[..cap], is_html))
}

/// As [`plain_title`], of what is said to be no HTML: a tag that is only mentioned (the `<blink>` tag) stays.
pub fn title_of_text(text: &str) -> String {
    let cap = text.floor_char_boundary(text.len().min(16 * MAX_TITLE));
    settled(text[..cap].to_owned())
}

/// A text, trimmed, in which nothing has to be read: words of ASCII with one space between, no tag, no reference.
fn as_it_stands(html: &str) -> Option<&str> {
    let text = html.trim();
    (is_plain(text) && memchr::memchr2(b'<', b'&', text.as_bytes()).is_none()).then_some(text)
}

/// Whether a text is printable ASCII, nowhere two spaces in a row.
fn is_plain(text: &str) -> bool {
    let bytes = text.as_bytes();
    let pairs = bytes.iter().zip(bytes.get(1..).unwrap_or_default());
    !any_of_all(bytes.iter().map(|byte| !(b' '..=b'~').contains(byte)))
        && !any_of_all(pairs.map(|(byte, next)| *byte == b' ' && *next == b' '))
}

/// Whether one holds, every one being looked at: a processor does that with many at once, where the first would end a walk.
pub(super) fn any_of_all(flags: impl Iterator<Item = bool>) -> bool {
    flags.fold(0_u8, |any, flag| any | u8::from(flag)) != 0
}

fn settled(mut line: String) -> String {
    if line.len() <= MAX_TITLE && as_it_stands(&line) == Some(&line) {
        return line;
    }
    for _ in 0..3 {
        // What comes to light by decoding is a tag only where it does something: a pair, or one that needs no end.
        let lower = line.to_ascii_lowercase();
        let acts = |name: &str| {
            is_html(name) && (matches!(name, "br" | "img" | "hr" | "p" | "wbr") || lower.contains(&format!("</{name}")))
        };
        let again = one_line(&line, acts);
        if again == line {
            break;
        }
        line = again;
    }
    line.retain(|c| !neutral::overrides(c));
    if line.char_indices().nth(MAX_TITLE).is_none() {
        return line;
    }
    let cut = line.char_indices().nth(MAX_TITLE - 1).map_or(line.len(), |(at, _)| at);
    format!("{}…", line[..cut].trim_end())
}

fn one_line(html: &str, is_tag: impl Fn(&str) -> bool) -> String {
    let mut out = Paragraphs { text: String::with_capacity(html.len()), space: false, breaks: 0, paragraph: false };
    scan(html, is_tag, &mut out);
    if out.text.contains('\n') { out.text.split_whitespace().collect::<Vec<_>>().join(" ") } else { out.text }
}

/// How many bytes from the start are printable ASCII, with single spaces between.
fn plain_run(bytes: &[u8]) -> usize {
    let mut end = 0;
    loop {
        end += bytes[end..].iter().take_while(|byte| byte.is_ascii_graphic()).count();
        let goes_on = end > 0 && bytes.get(end) == Some(&b' ') && bytes.get(end + 1).is_some_and(u8::is_ascii_graphic);
        if !goes_on {
            return end;
        }
        end += 1;
    }
}

/// Collects text; white space is one space, a block's edge a blank line.
struct Paragraphs {
    text: String,
    space: bool,
    breaks: usize,
    paragraph: bool,
}

impl Paragraphs {
    fn text(&mut self, text: &str) {
        let words = text.trim_matches(' ');
        if !words.is_empty() && is_plain(words) {
            self.space |= text.starts_with(' ');
            self.word(words);
            self.space = text.ends_with(' ');
            return;
        }
        let bytes = text.as_bytes();
        let (mut at, mut begun) = (0, None);
        while let Some(byte) = bytes.get(at) {
            // Words with one space between are taken as they stand.
            let length = plain_run(&bytes[at..]);
            if length > 0 {
                begun.get_or_insert(at);
                at += length;
                continue;
            }
            // Most of most texts is ASCII, of which a byte tells all.
            let (length, space, control) = if byte.is_ascii() {
                (1, byte.is_ascii_whitespace() || *byte == 0x0b, byte.is_ascii_control())
            } else {
                let Some(c) = text[at..].chars().next() else { break };
                (c.len_utf8(), c.is_whitespace(), c.is_control())
            };
            if space || control {
                if let Some(begin) = begun.take() {
                    self.word(&text[begin..at]);
                }
                self.space |= space;
            } else if begun.is_none() {
                begun = Some(at);
            }
            at += length;
        }
        if let Some(begin) = begun {
            self.word(&text[begin..]);
        }
    }

    fn word(&mut self, word: &str) {
        if !self.text.is_empty() {
            if self.paragraph || self.breaks > 1 {
                self.text.push_str("\n\n");
            } else if self.breaks == 1 {
                self.text.push('\n');
            } else if self.space {
                self.text.push(' ');
            }
        }
        (self.space, self.breaks, self.paragraph) = (false, 0, false);
        self.text.push_str(word);
    }

    fn tag(&mut self, name: &str) {
        if name == "br" {
            self.breaks += 1;
        } else if is_block(name) {
            self.paragraph = true;
        } else if matches!(name, "td" | "th" | "img" | "option") {
            self.space = true;
        }
    }
}

/// Walks over a fragment. A tag counts as one where `is_tag` knows its name, or where the name has a hyphen.
fn scan(html: &str, is_tag: impl Fn(&str) -> bool, out: &mut Paragraphs) {
    let mut rest = html;
    let last = |byte: u8| memchr::memrchr(byte, html.as_bytes()).unwrap_or(0);
    let (last_end, last_equals) = (last(b'>'), last(b'='));
    let mut endless: Vec<String> = Vec::new();
    while !rest.is_empty() {
        let next = memchr::memchr(b'<', rest.as_bytes()).unwrap_or(rest.len());
        out.text(&decode_html(&rest[..next]));
        rest = &rest[next..];
        if rest.is_empty() {
            break;
        }
        if let Some(body) = rest.strip_prefix("<![CDATA[") {
            let end =
                if endless.iter().any(|known| known == "]]>") { None } else { memmem::find(body.as_bytes(), b"]]>") };
            let Some(end) = end else {
                endless.push("]]>".to_owned());
                rest = body;
                continue;
            };
            out.text(&body[..end]);
            rest = &body[end + 3..];
            continue;
        }
        if let Some(body) = rest.strip_prefix("<!--") {
            let end =
                if endless.iter().any(|known| known == "-->") { None } else { memmem::find(body.as_bytes(), b"-->") };
            rest = if let Some(end) = end {
                &body[end + 3..]
            } else {
                endless.push("-->".to_owned());
                memchr::memchr(b'>', body.as_bytes()).map_or("", |end| &body[end + 1..])
            };
            continue;
        }
        if rest[1..].starts_with(['?', '!']) && rest[2..].starts_with(|c: char| c.is_ascii_alphabetic()) {
            rest = memchr::memchr(b'>', rest.as_bytes()).map_or("", |end| &rest[end + 1..]);
            continue;
        }
        let closing = rest[1..].starts_with('/');
        let body = &rest[1 + usize::from(closing)..];
        let length =
            body.bytes().take(40).take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b':')).count();
        let name = body[..length].to_ascii_lowercase();
        let named = name.starts_with(|c: char| c.is_ascii_alphabetic()) && (is_tag(&name) || name.contains(['-', ':']));
        let end = if named { tag_end(&body[length..]) } else { None };
        let Some(end) = end else {
            // Not a tag. One of HTML's that is cut off by the end of the text is no text either.
            let at = html.len() - body.len();
            if named && at > last_end && at < last_equals && is_html(&name) {
                break;
            }
            out.text("<");
            rest = &rest[1..];
            continue;
        };
        out.tag(&name);
        rest = &body[length + end..];
        if !closing && is_silent(&name) && !endless.contains(&name) {
            match find_end(rest, &name) {
                Some(at) => rest = &rest[at..],
                None => endless.push(name),
            }
        }
    }
}

/// Where a tag ends (after its `>`), given what follows its name.
fn tag_end(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    if !matches!(bytes.first()?, b'>' | b'/') && !bytes[0].is_ascii_whitespace() {
        return None;
    }
    let (mut at, mut steps) = (0, 0);
    let mut after_equals = false;
    while let Some(b) = bytes.get(at) {
        match b {
            b'>' => return Some(at + 1),
            b'"' | b'\'' if after_equals => {
                // A quote that is never closed is no quote.
                if let Some(end) = memchr::memchr(*b, &bytes[at + 1..]) {
                    at += end + 1;
                }
                after_equals = false;
            }
            b'<' if !after_equals && at > 0 => return None,
            b'=' => after_equals = true,
            b if b.is_ascii_whitespace() => {}
            _ => after_equals = false,
        }
        at += 1;
        steps += 1;
        if steps > 1 << 12 {
            return None;
        }
    }
    None
}

/// Where the end tag of `name` begins.
fn find_end(text: &str, name: &str) -> Option<usize> {
    memmem::find_iter(text.as_bytes(), b"</").find(|at| {
        text.as_bytes()
            .get(at + 2..at + 2 + name.len())
            .is_some_and(|found| found.eq_ignore_ascii_case(name.as_bytes()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles() {
        for (input, expected) in [
            ("Plain", "Plain"),
            ("  two\n lines\t ", "two lines"),
            (" a ~ b ", "a ~ b"),
            ("a\u{7f}b", "ab"),
            ("a  b é  c \u{a0}d e\u{1}f g", "a b é c d ef g"),
            ("A <b>bold</b> claim", "A bold claim"),
            ("A &lt;b&gt;bold&lt;/b&gt; claim", "A bold claim"),
            ("AT&amp;amp;T &amp;#8217;s", "AT&T ’s"),
            ("5 < 6 &amp;&amp; 7 > 3", "5 < 6 && 7 > 3"),
            ("Vec<String> in Rust", "Vec<String> in Rust"),
            ("R&D budget", "R&D budget"),
            ("one<br/>two<p>three", "one two three"),
            ("x<script>alert('1')</script>y", "xy"),
            ("safe \u{202e}evil\u{202c} end", "safe evil end"),
            ("<a title=\"a>b\" href='x'>link</a>", "link"),
            ("broken <a href=\"x", "broken"),
            ("family 👩‍👩‍👧", "family 👩‍👩‍👧"),
            ("<![CDATA[Inside]]> out", "Inside out"),
            ("a<!-- hidden -->b", "ab"),
            ("before<!-- never ended > after", "before after"),
            ("<p>Why &lt;table&gt; is back</p>", "Why <table> is back"),
        ] {
            assert_eq!(plain_title(input), expected, "{input}");
        }
        assert_eq!(plain_title(&"é".repeat(2_000_000)).chars().count(), MAX_TITLE);
    }

    #[test]
    fn texts() {
        for (input, expected) in [
            ("<p>One &amp; two.</p><p>Three</p>", "One & two.\n\nThree"),
            ("a<br>b<br/><br/>c", "a\nb\n\nc"),
            ("<ul><li>x</li> <li>y</li></ul>z", "x\n\ny\n\nz"),
            ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\n\nc"),
            ("<style>p{}</style>t<SCRIPT>1<2</SCRIPT>u", "tu"),
            ("in<i>line</i> <b> x </b>.", "inline x ."),
            ("<p>no end", "no end"),
            ("<p> one <b>two </b>three<i> four</i> </p> five", "one two three four\n\nfive"),
            ("one  two", "one two"),
            ("caf&eacute;&nbsp;bar &copy 2020", "café bar © 2020"),
            ("", ""),
        ] {
            assert_eq!(plain_text(input), expected, "{input}");
        }
    }

    #[test]
    fn hostile_text_is_read_in_linear_time() {
        for piece in ["<script>", "<!--", "<a b=\"", "<![CDATA[", "<", "&", "</b", "<b", "<a =\"<"] {
            let many = piece.repeat(200_000);
            let _ = plain_text(&many);
            let _ = plain_title(&many);
        }
    }
}
