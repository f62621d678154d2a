//! What is no feed → what it is instead, in words for an operator: an HTML page and the feeds it names, another XML
//! document, plain text. What is quoted of it is bounded and escaped.

use url::Url;

use super::links::is_feed_link;
use super::token::{Token, Tokens};
use crate::neutral;

const MAX_NAMED: usize = 5;
const MAX_SCANNED: usize = 512 << 10;

/// Why bytes are no feed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParseError {
    #[error("empty, not a feed")]
    Empty,
    #[error("an HTML page, not a feed{}", named(.feeds))]
    Html {
        /// The feeds that the page names, absolute where its URL is known.
        feeds: Vec<String>,
    },
    #[error("{what}, not a feed")]
    OtherDocument { what: String },
    #[error("not a feed: begins with {begins}")]
    NoFeed { begins: String },
    #[error("a gzip file that {why}, not a feed")]
    Packed { why: String },
    #[error("a sitemap without dates or headlines, not a feed; with kind = \"sitemap\" it is read all the same")]
    BareSitemap,
    /// None of the sitemaps that an index names.
    #[error("no sitemap of this index can be read: {failed}")]
    Sitemaps { failed: String },
    /// Of a list page.
    #[error("{what}")]
    NothingSelected { what: String },
}

impl ParseError {
    /// A short name that stays the same, for status and logs.
    pub fn class(&self) -> &'static str {
        match self {
            ParseError::NothingSelected { .. } => "nothing-selected",
            ParseError::Sitemaps { .. } => "sitemaps",
            ParseError::Empty
            | ParseError::Html { .. }
            | ParseError::OtherDocument { .. }
            | ParseError::NoFeed { .. }
            | ParseError::BareSitemap
            | ParseError::Packed { .. } => "not-a-feed",
        }
    }
}

fn named(feeds: &[String]) -> String {
    if feeds.is_empty() { String::new() } else { format!("; it names these feeds: {}", feeds.join(" ")) }
}

/// Says what a text that is no feed is.
pub(super) fn refuse(text: &str, base: Option<&Url>) -> ParseError {
    let head = &text[..text.floor_char_boundary(text.len().min(MAX_SCANNED))];
    let mut base = base.cloned();
    let mut is_html = false;
    let mut root = None;
    let mut feeds: Vec<String> = Vec::new();
    let mut first = true;
    for token in Tokens::new(head) {
        let Token::Start { name, attributes, .. } = token else {
            first = false;
            continue;
        };
        let lower = name.to_ascii_lowercase();
        let local = lower.rsplit(':').next().unwrap_or(&lower);
        let attribute = |key: &str| {
            attributes.iter().find(|(known, _)| known.eq_ignore_ascii_case(key)).map(|(_, value)| value.trim())
        };
        match local {
            // A list of feeds has a head and a body as well.
            "html" | "head" | "body" | "frameset" => is_html |= root.as_deref() != Some("opml"),
            "base" => base = attribute("href").and_then(|href| resolve(href, base.as_ref())).or(base),
            "link" if feeds.len() < MAX_NAMED && is_feed_link(attribute("rel"), attribute("type")) => {
                let href = attribute("href").unwrap_or_default();
                let url = resolve(href, base.as_ref()).map_or_else(|| href.to_owned(), String::from);
                if !url.is_empty() && url.len() < 1000 && !feeds.contains(&url) {
                    feeds.push(neutral::line(&url).into_owned());
                }
            }
            _ => {}
        }
        if root.is_none() {
            root = Some(local.chars().take(40).collect::<String>());
        }
    }
    let begins_as_html = head.trim_start().get(..14).is_some_and(|start| start.eq_ignore_ascii_case("<!doctype html"));
    if is_html || begins_as_html {
        return ParseError::Html { feeds };
    }
    let is_markup = head.trim_start().starts_with('<') && !first || head.trim_start().starts_with("<?xml");
    match root.as_deref() {
        Some("opml") => {
            ParseError::OtherDocument { what: "a list of feeds (OPML: `wireroom feeds import` reads it)".to_owned() }
        }
        Some("rdf") => ParseError::OtherDocument { what: "RDF without a channel or items".to_owned() },
        Some(root) if is_markup || head.starts_with('<') => {
            ParseError::OtherDocument { what: format!("an XML document of another kind (<{}>)", neutral::line(root)) }
        }
        _ => ParseError::NoFeed { begins: quoted(head) },
    }
}

fn resolve(href: &str, base: Option<&Url>) -> Option<Url> {
    let url = match base {
        Some(base) => base.join(href).ok()?,
        None => Url::parse(href).ok()?,
    };
    matches!(url.scheme(), "http" | "https").then_some(url)
}

/// The first words, escaped.
fn quoted(text: &str) -> String {
    let start: String = text.chars().take(60).collect();
    let line: String = neutral::line(&start.replace('\u{fffd}', "?")).chars().flat_map(char::escape_debug).collect();
    let more = if text.chars().nth(60).is_some() { "…" } else { "" };
    format!("\"{line}{more}\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_what_it_is() {
        let base = Url::parse("https://n.example/news/").ok();
        for (input, expected) in [
            (
                "<!DOCTYPE html><html><head><link rel='alternate' type='application/rss+xml' href='feed.xml'>\
                 <link rel=stylesheet href=x.css></head></html>",
                "an HTML page, not a feed; it names these feeds: https://n.example/news/feed.xml",
            ),
            ("<html><body>x</body></html>", "an HTML page, not a feed"),
            ("<opml version='2.0'/>", "a list of feeds (OPML: `wireroom feeds import` reads it), not a feed"),
            (
                "<?xml version='1.0'?><opml version='2.0'><head><title>x</title></head><body><outline text='a'/></body></opml>",
                "a list of feeds (OPML: `wireroom feeds import` reads it), not a feed",
            ),
            ("<svg><title>rss</title></svg>", "an XML document of another kind (<svg>), not a feed"),
            ("Service unavailable\u{1b}[31m\n", "not a feed: begins with \"Service unavailable [31m\""),
            ("{\"items\": 3}", "not a feed: begins with \"{\\\"items\\\": 3}\""),
        ] {
            assert_eq!(refuse(input, base.as_ref()).to_string(), expected);
        }
    }
}
