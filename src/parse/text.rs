//! HTML of a feed's fields → plain text: titles in one line, bodies in paragraphs, no tag and no entity left.

use scraper::{Html, Node};

/// The longest title, in characters.
const MAX_TITLE: usize = 500;
/// The longest fragment that is read as HTML.
const MAX_HTML: usize = 1 << 20;
/// Nesting beyond this is an attack: html5ever is quadratic in depth.
const MAX_DEPTH: usize = 200;

const BLOCKS: &[&str] = &[
    "p",
    "div",
    "br",
    "li",
    "ul",
    "ol",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "blockquote",
    "tr",
    "table",
    "section",
    "article",
    "figure",
    "figcaption",
    "pre",
    "hr",
    "dd",
    "dt",
];
const SILENT: &[&str] = &["script", "style", "template", "noscript", "iframe", "svg", "object"];

/// A fragment as paragraphs, a blank line between.
pub fn plain_text(html: &str) -> String {
    let html = bounded(html, MAX_HTML);
    if !html.contains(['<', '&']) {
        return paragraphs(html);
    }
    let mut out = String::with_capacity(html.len());
    if too_deep(html) {
        return paragraphs(&without_tags(html));
    }
    let document = Html::parse_fragment(html);
    // Silent elements are skipped whole: how many of them are open.
    let mut silent = 0usize;
    // Edges come as open and close: a node is closed when it was opened last and has no children left.
    let mut stack = vec![(document.tree.root(), false)];
    while let Some((node, closing)) = stack.pop() {
        match node.value() {
            Node::Text(text) if silent == 0 && !closing => out.push_str(&text.replace('\n', " ")),
            Node::Element(element) => {
                if SILENT.contains(&element.name()) {
                    if closing { silent -= 1 } else { silent += 1 }
                }
                if BLOCKS.contains(&element.name()) {
                    out.push('\n');
                }
            }
            _ => {}
        }
        if !closing {
            stack.push((node, true));
            let first = stack.len();
            stack.extend(node.children().map(|child| (child, false)));
            stack[first..].reverse();
        }
    }
    paragraphs(&out)
}

/// A title as one line of plain text, whatever it was escaped as and how often.
pub fn plain_title(html: &str) -> String {
    let mut text = bounded(html, 64 << 10).to_owned();
    // Twice escaped is common; deeper is somebody's joke.
    for _ in 0..3 {
        if !(text.contains('&') && text.contains(';') || looks_tagged(&text)) {
            break;
        }
        let plain = plain_text(&text);
        if plain == text {
            break;
        }
        text = plain;
    }
    let line = crate::neutral::line(&text);
    line.chars().take(MAX_TITLE).collect()
}

/// Whether there is a tag, not just a `<` between words.
fn looks_tagged(text: &str) -> bool {
    text.match_indices('<')
        .any(|(at, _)| text[at + 1..].starts_with(|c: char| c.is_ascii_alphabetic() || c == '/' || c == '!'))
}

fn paragraphs(text: &str) -> String {
    let lines = text.split('\n').map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
    let lines: Vec<String> = lines.filter(|line| !line.is_empty()).collect();
    lines.join("\n\n")
}

fn bounded(text: &str, limit: usize) -> &str {
    let mut end = text.len().min(limit);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

fn too_deep(html: &str) -> bool {
    let mut depth = 0usize;
    let bytes = html.as_bytes();
    for at in memchr::memchr_iter(b'<', bytes) {
        match bytes.get(at + 1) {
            Some(b'/') => depth = depth.saturating_sub(1),
            Some(c) if c.is_ascii_alphabetic() => depth += 1,
            _ => {}
        }
        if depth > MAX_DEPTH * 5 {
            return true;
        }
    }
    false
}

fn without_tags(html: &str) -> String {
    let mut out = String::new();
    let mut inside = false;
    for c in html.chars() {
        match c {
            '<' => inside = true,
            '>' if inside => {
                inside = false;
                out.push(' ');
            }
            c if !inside => out.push(c),
            _ => {}
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_are_plain() {
        for (given, expected) in [
            ("A &amp; B", "A & B"),
            ("A &amp;amp; B", "A & B"),
            ("<b>Bold</b> claim", "Bold claim"),
            ("&lt;b&gt;Bold&lt;/b&gt; claim", "Bold claim"),
            ("3 < 5 and 7 > 2", "3 < 5 and 7 > 2"),
            ("Peña&nbsp;Nieto\n visits", "Peña Nieto visits"),
            ("abc\u{202e}fdp", "abcfdp"),
            ("AT&T grows", "AT&T grows"),
        ] {
            assert_eq!(plain_title(given), expected, "{given}");
        }
        assert_eq!(plain_title(&"x".repeat(1 << 20)).len(), 500);
    }

    #[test]
    fn bodies_are_paragraphs() {
        assert_eq!(plain_text("<p>One\ntwo</p><script>x()</script><p>three<br>four</p>"), "One two\n\nthree\n\nfour");
        assert_eq!(plain_text("plain &eacute;"), "plain é");
        let deep = "<div>".repeat(100_000) + "end";
        assert!(plain_text(&deep).contains("end") || deep.len() > MAX_HTML);
    }
}
