//! A feed's bytes → the feed and its entries in one shape, whatever the format and however damaged. It fetches nothing,
//! reads no clock, and never fails on damage: what it mended stands in `repairs`; only what is no feed is an error.
//!
//! ```text
//! bytes ─ decode ─► text ─ stood, token, build ─► tree ─ channel, entry ─► fields ─ markup, text, date ─► ParsedFeed
//!                     ├──── json ────────────────────────────────────────────────────────────┤
//!                     ├──── sitemap ─────────────────────────────────────────────────────────┤
//! a list page ────────┴──── listing (by selectors) ──────────────────────────────────────────┘
//! ```

use std::borrow::Cow;

use jiff::Timestamp;
use serde::Serialize;
use url::Url;

mod address;
mod build;
pub mod canonical;
mod channel;
mod date;
mod date_forms;
mod date_words;
mod decode;
mod entity;
mod entry;
mod identity;
mod json;
mod links;
mod listing;
mod markup;
mod names;
mod nesting;
mod opml;
mod pace;
mod refuse;
mod sitemap;
mod stood;
mod tags;
mod text;
mod token;
mod tree;
mod twice;

#[cfg(test)]
mod tests;

pub use address::{Address, address};
pub use date::date;
pub use identity::identity;
pub use links::{FeedLink, HeaderLink, Naming, feed_links, header_links, looks_like_feed};
pub use listing::listing;
pub use opml::{Attribute, OPML_NAMESPACE, Outline, opml};
pub use pace::DAYS;
pub use refuse::ParseError;
pub use stood::Stood;
pub use text::{plain_text, plain_title};

/// Entries read of one feed; what follows is left, and a repair says so.
pub const MAX_ENTRIES: usize = 10_000;

/// What the feed's bytes were.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum FeedFormat {
    /// RSS 0.9x and 2.0, and CDF, its ancestor.
    Rss,
    /// Atom 0.3 and 1.0 (RFC 4287).
    Atom,
    /// RSS 0.90 and 1.0, which are RDF.
    Rdf,
    /// JSON Feed 1.0 and 1.1.
    Json,
    /// A sitemap or an index of them (sitemaps.org 0.9), with news or without.
    Sitemap,
    /// An HTML page whose entries CSS selectors find.
    Page,
}

/// A feed as read. Texts are plain, `*_html` is sanitised HTML with absolute URLs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ParsedFeed {
    pub kind: FeedFormat,
    pub title: Option<String>,
    pub link: Option<String>,
    pub language: Option<String>,
    pub description: Option<String>,
    pub updated: Option<Timestamp>,
    /// How long the publisher asks readers to wait between polls (`ttl`, else `sy:updatePeriod`), in minutes.
    pub ttl_minutes: Option<u32>,
    /// With `sy:updatePeriod`: one of the instants at which the feed is updated (`sy:updateBase`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub update_base: Option<Timestamp>,
    /// Hours of the day, GMT, at which nobody shall ask (`skipHours`), 0 to 23.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub skip_hours: Vec<u8>,
    /// Days, GMT, on which nobody shall ask (`skipDays`), by [`DAYS`].
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub skip_days: Vec<&'static str>,
    /// Hubs that push it (WebSub), in the order named.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub hubs: Vec<String>,
    /// Its own address, as it says (`rel="self"`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub own_url: Option<String>,
    pub entries: Vec<ParsedEntry>,
    /// The sitemaps that a sitemap index names, the newest first, those without a date last.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sitemaps: Vec<SitemapLink>,
    /// What had to be mended, in words.
    pub repairs: Vec<String>,
    /// All its entries, where they can be left out next time.
    #[serde(skip)]
    pub stood: Option<Stood>,
    /// How many were left out, as they stood at the last reading.
    #[serde(skip)]
    pub as_before: u32,
}

impl ParsedFeed {
    /// Of a sitemap index of which nothing was followed.
    pub fn of_index() -> Self {
        Self::empty(FeedFormat::Sitemap)
    }

    fn empty(kind: FeedFormat) -> Self {
        Self {
            kind,
            title: None,
            link: None,
            language: None,
            description: None,
            updated: None,
            ttl_minutes: None,
            update_base: None,
            skip_hours: Vec::new(),
            skip_days: Vec::new(),
            hubs: Vec::new(),
            own_url: None,
            entries: Vec::new(),
            sitemaps: Vec::new(),
            repairs: Vec::new(),
            stood: None,
            as_before: 0,
        }
    }
}

/// A sitemap that an index names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SitemapLink {
    pub url: String,
    pub updated: Option<Timestamp>,
}

/// One entry of a feed.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ParsedEntry {
    /// The publisher's id; else the link; else a hash of the entry. Distinct within the feed where the entries are.
    pub id: String,
    pub link: Option<String>,
    /// One line of plain text, bounded.
    pub title: String,
    pub authors: Vec<String>,
    pub published: Option<Timestamp>,
    pub updated: Option<Timestamp>,
    pub categories: Vec<String>,
    pub summary_html: Option<String>,
    pub content_html: Option<String>,
    pub language: Option<String>,
    pub enclosures: Vec<Enclosure>,
    /// What its summary and content are.
    #[serde(skip)]
    pub texts: Texts,
}

/// A file that belongs to an entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Enclosure {
    pub url: String,
    pub mime: Option<String>,
    /// In bytes.
    pub length: Option<u64>,
}

/// The text of a document, whatever its labels say. `content_type` is the header as received.
pub fn document_text(bytes: &[u8], content_type: Option<&str>) -> String {
    decode::decode(bytes, content_type).text.into_owned()
}

/// Reads a feed. `content_type` is the header as received; `base` the URL the bytes came from, against which relative
/// links are read.
pub fn feed(bytes: &[u8], content_type: Option<&str>, base: Option<&Url>) -> Result<ParsedFeed, ParseError> {
    no_bare_sitemap(source(Cow::Borrowed(bytes), content_type, base, Texts::Html, None)?)
}

/// Refuses a sitemap that nobody said was meant.
pub fn no_bare_sitemap(feed: ParsedFeed) -> Result<ParsedFeed, ParseError> {
    // Addresses alone are no news; who means them says so.
    let bare = |entry: &ParsedEntry| entry.published.or(entry.updated).is_none() && entry.title.is_empty();
    if feed.kind == FeedFormat::Sitemap && !feed.entries.is_empty() && feed.entries.iter().all(bare) {
        return Err(ParseError::BareSitemap);
    }
    Ok(feed)
}

/// What is made of summaries and contents.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Texts {
    /// Sanitised HTML, to be shown.
    #[default]
    Html,
    /// Their plain text in paragraphs, a blank line between: for who wants nothing else, and a fraction of the work.
    Plain,
}

impl Texts {
    /// What was made, as plain text.
    pub fn plain(self, text: String) -> String {
        match self {
            Self::Html => text::plain_text(&text),
            Self::Plain => text,
        }
    }
}

/// As [`feed`], also of a sitemap that has nothing but addresses. Bytes that are handed over are let go as soon as they are
/// read, which halves what a large feed needs. Entries of an XML feed that stand as they stood `before` are left out; where
/// nothing is given, none are, nor is it noted how they stand.
pub fn source(
    bytes: Cow<'_, [u8]>,
    content_type: Option<&str>,
    base: Option<&Url>,
    texts: Texts,
    before: Option<&Stood>,
) -> Result<ParsedFeed, ParseError> {
    let mut repairs = Vec::new();
    let bytes = match decode::unpack(&bytes)? {
        Some(unpacked) => {
            repairs.push("unpacked from gzip".to_owned());
            Cow::Owned(unpacked)
        }
        None => bytes,
    };
    let decoded = decode::decode(&bytes, content_type);
    let text = decoded.text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}' || c == '\0');
    if text.is_empty() {
        return Err(ParseError::Empty);
    }
    repairs.extend(decoded.repairs);
    // A template that escaped the whole feed, as if it were to be shown.
    let escaped = ["&lt;?xml", "&lt;rss", "&lt;feed", "&lt;rdf:RDF"].iter().any(|start| text.starts_with(start));
    if escaped {
        repairs.push("the whole feed was escaped".to_owned());
    }
    let unescaped = if escaped { entity::decode_html(text) } else { Cow::Borrowed(text) };
    let text = &*unescaped;
    let mut feed = if text.starts_with(['{', '[']) {
        json::read(text, base, texts).ok_or_else(|| refuse::refuse(text, base))?
    } else if sitemap::is_sitemap(text) {
        sitemap::read(text, base)
    } else if sitemap::is_address_list(text) {
        sitemap::read_list(text)
    } else {
        let entries = before.and_then(|before| stood::Entries::of(text, before));
        match entries.as_ref().and_then(|entries| read_rest(text, entries, base, texts)) {
            Some(feed) => feed,
            None => {
                let tree = build::build(text, base);
                let outline = channel::Outline::of(&tree).ok_or_else(|| refuse::refuse(text, base))?;
                drop(unescaped);
                drop(decoded.text);
                drop(bytes);
                let feed = channel::read(&tree, &outline, base, texts);
                let stood = entries.and_then(|entries| entries.anew().stood(&feed.entries));
                ParsedFeed { stood, ..feed }
            }
        }
    };
    repairs.append(&mut feed.repairs);
    repairs.extend(identity::settle(&mut feed.entries));
    feed.repairs = repairs;
    Ok(feed)
}

/// Reads what did not stand there before; none where the whole must be read.
fn read_rest(text: &str, entries: &stood::Entries, base: Option<&Url>, texts: Texts) -> Option<ParsedFeed> {
    let tree = build::build(&entries.rest(text)?, base);
    let feed = channel::read(&tree, &channel::Outline::of(&tree)?, base, texts);
    let stood = Some(entries.stood(&feed.entries)?);
    Some(ParsedFeed { stood, as_before: entries.count_known(), ..feed })
}
