//! A field's element → HTML, sanitised, every URL in it absolute. Types say what the text is (RFC 4287 §3.1); where they
//! are missing, RSS is read as HTML and Atom as text.

use std::borrow::Cow;
use std::collections::HashSet;

use ammonia::{Builder, UrlRelative};
use data_encoding::{BASE64, Specification};
use url::Url;

use super::Texts;
use super::entity;
use super::names::Ns;
use super::nesting::is_deeper;
use super::tags::is_void;
use super::text;
use super::tree::{Child, Element, Id, Tree};

/// Longest HTML of one field, in bytes; more is cut.
const MAX_HTML: usize = 2 << 20;
/// Elements open at once in one field; more is no text, and costs a tree builder dearly.
const MAX_NESTING: usize = 400;
/// Tables and references in one field; a tree builder takes quadratic time over both.
const MAX_TABLES: usize = 5_000;
const MAX_REFERENCES: usize = 100_000;

/// What a field holds.
pub(super) enum Value<'t> {
    Text(Cow<'t, str>),
    Html(Cow<'t, str>),
}

impl<'t> Value<'t> {
    /// As HTML, not sanitised.
    pub fn into_html(self) -> Cow<'t, str> {
        match self {
            Value::Html(html) => html,
            Value::Text(text) => Cow::Owned(html_of_text(&text)),
        }
    }

    /// As a one-line title; none where nothing is left.
    pub fn title(&self) -> Option<String> {
        let title = match self {
            Value::Html(html) => text::plain_title(html),
            Value::Text(text) => text::title_of_text(text),
        };
        Some(title).filter(|title| !title.is_empty())
    }
}

/// Plain text as HTML; blank lines part paragraphs.
pub(super) fn html_of_text(text: &str) -> String {
    let text = text.trim();
    if !text.contains("\n\n") {
        return escape(text).into_owned();
    }
    let mut html = String::with_capacity(text.len() + 64);
    for paragraph in text.split("\n\n").map(str::trim).filter(|paragraph| !paragraph.is_empty()) {
        html.push_str("<p>");
        html.push_str(&escape(paragraph));
        html.push_str("</p>");
    }
    html
}

/// Reads a field's element.
pub(super) fn value(tree: &Tree, id: Id) -> Value<'_> {
    let element = tree.get(id);
    let kind = element.attribute("type").unwrap_or_default().trim().to_ascii_lowercase();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    let mode = element.attribute("mode").unwrap_or_default().trim().to_ascii_lowercase();
    let has_elements = tree.elements(id).next().is_some();
    let typed = element.ns == Ns::Atom;
    let is_text = matches!(kind, "" | "text" | "text/plain" | "plain");
    let is_markup = kind.ends_with("html") || kind.ends_with("xml");
    if mode == "base64" || (typed && !is_text && !is_markup && kind.contains('/') && !kind.starts_with("text/")) {
        return match base64(&tree.text(id)) {
            Some(decoded) if is_text && !looks_like_html(&decoded) => Value::Text(decoded.into()),
            Some(decoded) => Value::Html(decoded.into()),
            None => Value::Text(Cow::Borrowed("")),
        };
    }
    if has_elements {
        return Value::Html(serialise(tree, id).into());
    }
    let text = tree.text(id);
    if typed && (is_text || (kind.starts_with("text/") && !is_markup)) {
        // No type at all is text by the standard; a closed paragraph in it is a publisher who forgot the type.
        if kind.is_empty() && mode.is_empty() && looks_like_html(&text) {
            return Value::Html(text);
        }
        return Value::Text(text);
    }
    Value::Html(text)
}

/// Whether a text holds end tags, as only HTML does.
fn looks_like_html(text: &str) -> bool {
    ["</p>", "</a>", "</div>", "</li>", "</span>", "</em>", "</strong>", "<br>", "<br/>", "<br />"]
        .iter()
        .any(|tag| text.contains(tag))
}

/// Base64 of a text; none for what is no text (a picture, say).
fn base64(text: &str) -> Option<String> {
    let mut lenient: Specification = BASE64.specification();
    lenient.ignore.push_str(" \t\r\n");
    lenient.check_trailing_bits = false;
    let decoded = lenient.encoding().ok()?.decode(text.trim().as_bytes()).ok()?;
    String::from_utf8(decoded).ok()
}

/// An element's content as HTML.
fn serialise(tree: &Tree, id: Id) -> String {
    enum Step<'a> {
        Child(&'a Child),
        End(&'a str),
    }
    let home = &tree.get(id).base;
    let mut out = String::new();
    let mut open: Vec<Step> = tree.get(id).children.iter().rev().map(Step::Child).collect();
    while let Some(step) = open.pop() {
        if out.len() > MAX_HTML {
            break;
        }
        match step {
            Step::Child(Child::Text(text)) => out.push_str(&escape(text)),
            Step::Child(Child::Element(id)) => {
                let element = tree.get(*id);
                let name = if element.ns == Ns::Other { &*element.name } else { element.local() };
                out.push('<');
                out.push_str(name);
                let base = if element.base == *home { None } else { element.base.as_deref() };
                attributes(element, base, &mut out);
                out.push('>');
                if !is_void(name) {
                    open.push(Step::End(name));
                    open.extend(element.children.iter().rev().map(Step::Child));
                }
            }
            Step::End(name) => {
                out.push_str("</");
                out.push_str(name);
                out.push('>');
            }
        }
    }
    out
}

fn attributes(element: &Element, base: Option<&Url>, out: &mut String) {
    for (key, value) in &element.attributes {
        if key.contains(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | ':' | '_'))) {
            continue;
        }
        let resolved =
            base.filter(|_| matches!(key.as_str(), "href" | "src" | "cite")).and_then(|base| base.join(value).ok());
        let value = resolved.as_ref().map_or(value.as_str(), Url::as_str);
        out.push(' ');
        out.push_str(key);
        out.push_str("=\"");
        out.push_str(&escape(value).replace('"', "&quot;"));
        out.push('"');
    }
}

pub(super) fn escape(text: &str) -> Cow<'_, str> {
    if memchr::memchr3(b'&', b'<', b'>', text.as_bytes()).is_none() {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;"))
}

/// Sanitises HTML. It keeps the rules made for each base URL, of which feeds have few.
#[derive(Default)]
pub(super) struct Sanitiser {
    rules: Vec<(Option<Url>, Builder<'static>)>,
    texts: Texts,
}

impl Sanitiser {
    pub fn of(texts: Texts) -> Self {
        Self { rules: Vec::new(), texts }
    }

    /// What it makes.
    pub fn texts(&self) -> Texts {
        self.texts
    }

    /// Clean HTML, or the plain text; none where nothing is left.
    pub fn clean(&mut self, html: &str, base: Option<&Url>) -> Option<String> {
        let html = html[..html.floor_char_boundary(html.len().min(MAX_HTML))].trim();
        if html.is_empty() {
            return None;
        }
        if self.texts == Texts::Plain {
            return Some(text::plain_paragraphs(html)).filter(|text| !text.is_empty());
        }
        if memchr::memchr3(b'&', b'<', b'\0', html.as_bytes()).is_none() {
            return Some(escape(html).into_owned());
        }
        let html = &*entity::escape_bare(html);
        if is_costly(html) {
            return Some(html_of_text(&text::plain_text(html))).filter(|html| !html.is_empty());
        }
        let at = self.rules.iter().position(|(known, _)| known.as_ref() == base).unwrap_or_else(|| {
            if self.rules.len() >= 16 {
                self.rules.clear();
            }
            self.rules.push((base.cloned(), rules(base)));
            self.rules.len() - 1
        });
        let clean = self.rules[at].1.clean(html).to_string();
        let clean = clean.trim();
        (!clean.is_empty()).then(|| clean.to_owned())
    }
}

/// Whether a field is made to keep a tree builder busy.
fn is_costly(html: &str) -> bool {
    is_deeper(html, MAX_NESTING)
        || memchr::memchr_iter(b'&', html.as_bytes()).nth(MAX_REFERENCES).is_some()
        || html.to_ascii_lowercase().matches("<table").nth(MAX_TABLES).is_some()
}

fn rules(base: Option<&Url>) -> Builder<'static> {
    let mut rules = Builder::default();
    rules
        .link_rel(None)
        .url_schemes(HashSet::from(["http", "https", "ftp", "mailto", "news", "tel", "magnet", "geo", "sms", "xmpp"]))
        .add_tags(["big", "font", "tfoot", "audio", "video", "source", "picture"])
        .add_generic_attributes(["dir"])
        .add_tag_attributes("audio", ["src", "controls"])
        .add_tag_attributes("video", ["src", "controls", "poster", "width", "height"])
        .add_tag_attributes("source", ["src", "type"])
        .add_tag_attributes("a", ["rel", "type"])
        .add_tag_attributes("area", ["href", "alt", "shape", "coords"])
        .add_tag_attributes("img", ["border", "hspace", "vspace"])
        .rm_clean_content_tags(["script"])
        .add_clean_content_tags([
            "script", "object", "applet", "iframe", "noscript", "template", "select", "textarea", "title",
        ]);
    match base {
        Some(base) => {
            let cite = base.clone();
            rules.url_relative(UrlRelative::RewriteWithBase(base.clone())).attribute_filter(
                move |_, attribute, value| {
                    if attribute == "cite" {
                        return cite.join(value).ok().filter(is_web).map(|url| Cow::Owned(url.into()));
                    }
                    Some(Cow::Borrowed(value))
                },
            );
        }
        None => {
            rules.url_relative(UrlRelative::PassThrough);
        }
    }
    rules
}

fn is_web(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn html_is_cleaned_and_made_absolute() {
        let base = Url::parse("https://news.example/world/").ok();
        let mut sanitiser = Sanitiser::default();
        for (input, expected) in [
            ("plain", Some("plain")),
            ("a > b", Some("a &gt; b")),
            ("<p onclick='x()'>t</p>", Some("<p>t</p>")),
            ("<a href='../a?b=1&c=2'>t</a>", Some("<a href=\"https://news.example/a?b=1&amp;c=2\">t</a>")),
            ("<a href='javascript:x()'>t</a>", Some("<a>t</a>")),
            ("<img src=p.png><script>x</script>", Some("<img src=\"https://news.example/world/p.png\">")),
            ("<iframe src='//x'>in</iframe>", None),
            (
                "<blockquote cite='q'>t</blockquote>",
                Some("<blockquote cite=\"https://news.example/world/q\">t</blockquote>"),
            ),
            ("  ", None),
        ] {
            assert_eq!(sanitiser.clean(input, base.as_ref()).as_deref(), expected, "{input}");
        }
    }

    #[test]
    fn plain_texts_are_those_of_the_html() {
        for html in [
            "<p>One &amp; <b>two</b></p><p>x &lt; y<script>z</script></p>",
            "a<br>b &#8230; <a href='x'>c</a>",
            "no markup",
            "<ul><li>x</li><li>y</li></ul><noscript>n</noscript>",
            "R&D <tag> 5 < 6",
        ] {
            let words = |text: &str| {
                text.split("\n\n").map(|part| part.split_whitespace().collect::<Vec<_>>().join(" ")).collect::<Vec<_>>()
            };
            let (rich, plain) = (Sanitiser::default().clean(html, None), Sanitiser::of(Texts::Plain).clean(html, None));
            let (rich, plain) = (text::plain_text(&rich.unwrap_or_default()), plain.unwrap_or_default());
            assert_eq!(words(&rich), words(&plain), "{html}");
        }
    }

    proptest! {
        #[test]
        fn a_plain_text_is_what_is_read_of_it_as_html(
            pieces in proptest::collection::vec(
                prop::sample::select(vec![
                    "<p>", "</p>", "<br>", "<b>", "</b>", "a", "ö", " ", "\n", "\u{a0}", "&amp;", "&lt;b&gt;", "&amp;lt;", "&", "<",
                    ">", "<td>", "<img>", "\u{1}", "<script>x</script>", "<!-- c -->", "word",
                ]),
                0..20,
            )
        ) {
            let html = pieces.concat();
            let plain = Sanitiser::of(Texts::Plain).clean(&html, None).unwrap_or_default();
            prop_assert_eq!(text::plain_text(&html_of_text(&text::plain_text(&html))), plain, "{:?}", html);
        }
    }

    #[test]
    fn deep_nesting_becomes_text() {
        let deep = format!("{}x{}", "<b>".repeat(100_000), "</b>".repeat(100_000));
        assert_eq!(Sanitiser::default().clean(&deep, None).as_deref(), Some("x"));
        let many = "<p>x".repeat(1000);
        assert!(Sanitiser::default().clean(&many, None).is_some_and(|html| html.starts_with("<p>x")));
    }
}
