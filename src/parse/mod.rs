//! Bytes → a feed and its entries, whatever kind it is. Pure: what a feed says is neither fetched nor judged here.

pub mod canonical;
mod charset;
mod text;
mod tidy;

pub use text::{plain_text, plain_title};

use feed_rs::model::{Entry, Feed, FeedType, Text};
use jiff::Timestamp;
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use url::Url;

/// Entries beyond this are not read: feed-rs takes 1.5 KB for each.
const MAX_ENTRIES: usize = 10_000;
/// The longest HTML field that is kept, in bytes.
const MAX_FIELD: usize = 1 << 20;

/// What a feed's bytes say.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ParsedFeed {
    pub kind: FeedFormat,
    pub title: Option<String>,
    pub link: Option<String>,
    pub language: Option<String>,
    pub description: Option<String>,
    pub updated: Option<Timestamp>,
    pub ttl_minutes: Option<u32>,
    pub entries: Vec<ParsedEntry>,
    /// What had to be mended, in words.
    pub repairs: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum FeedFormat {
    Rss,
    Atom,
    Rdf,
    Json,
}

/// One entry as the feed gives it; titles are plain text, HTML is sanitised, addresses are absolute.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ParsedEntry {
    /// The feed's own id (guid); empty where it gives none.
    pub id: String,
    pub link: Option<String>,
    pub title: String,
    pub authors: Vec<String>,
    pub published: Option<Timestamp>,
    pub updated: Option<Timestamp>,
    pub categories: Vec<String>,
    pub summary_html: Option<String>,
    pub content_html: Option<String>,
    pub language: Option<String>,
    pub enclosures: Vec<Enclosure>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Enclosure {
    pub url: String,
    pub mime: Option<String>,
    pub length: Option<u64>,
}

/// What the bytes are instead of a feed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParseError {
    #[error("the answer is empty")]
    Empty,
    #[error("a web page, not a feed{}", alternates(.0))]
    Page(Vec<String>),
    #[error("no feed: {0}")]
    NotAFeed(String),
}

fn alternates(feeds: &[String]) -> String {
    match feeds {
        [] => String::new(),
        feeds => format!("; it names {}", feeds.join(", ")),
    }
}

/// Reads a feed. `base` is the address it was had from.
pub fn feed(bytes: &[u8], content_type: Option<&str>, base: Option<&Url>) -> Result<ParsedFeed, ParseError> {
    let (text, transcoded) = charset::decode(bytes, content_type);
    let mut repairs: Vec<String> = transcoded.into_iter().collect();
    let start = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}' || c == '\0');
    if start.is_empty() {
        return Err(ParseError::Empty);
    }
    let is_json = start.starts_with('{');
    let clean =
        if is_json { start.to_owned() } else { tidy::tidy(start, &mut repairs).map_err(ParseError::NotAFeed)? };
    let parser = feed_rs::parser::Builder::new()
        .base_uri(base.map(Url::as_str))
        .sanitize_content(false)
        .id_generator(|_, _, _| String::new())
        .build();
    // A fault of the reader in one feed must not end the visit of another.
    let read = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| parser.parse(clean.as_bytes())));
    let read = read.map_err(|_| ParseError::NotAFeed("the reader gave up on it".to_owned()))?;
    let read = read.map_err(|error| not_a_feed(start, base, &error.to_string()))?;
    Ok(of(read, &clean, base, repairs))
}

fn not_a_feed(text: &str, base: Option<&Url>, error: &str) -> ParseError {
    let head: String = text.chars().take(2000).collect::<String>().to_ascii_lowercase();
    if head.contains("<html") || head.contains("<!doctype html") {
        return ParseError::Page(page_feeds(text, base));
    }
    let begins: String = text.chars().take(40).collect();
    ParseError::NotAFeed(format!("it begins with {begins:?} ({error})"))
}

/// The feeds a page names by `link rel=alternate`.
fn page_feeds(text: &str, base: Option<&Url>) -> Vec<String> {
    let head: String = text.chars().take(200_000).collect();
    let mut found = Vec::new();
    for tag in head.split("<link").skip(1).filter_map(|rest| rest.split('>').next()).take(500) {
        let lower = tag.to_ascii_lowercase();
        let is_feed = ["rss+xml", "atom+xml", "feed+json"].iter().any(|kind| lower.contains(kind));
        let href = tag.split("href=").nth(1).and_then(|rest| {
            let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
            rest[1..].split(quote).next()
        });
        if let (true, Some(href)) = (is_feed, href) {
            let address = base.map_or_else(|| Url::parse(href), |base| base.join(href));
            found.extend(address.ok().map(String::from));
        }
    }
    found.truncate(5);
    found
}

fn of(feed: Feed, clean: &str, base: Option<&Url>, mut repairs: Vec<String>) -> ParsedFeed {
    let kind = match feed.feed_type {
        FeedType::Atom => FeedFormat::Atom,
        FeedType::JSON => FeedFormat::Json,
        FeedType::RSS1 => FeedFormat::Rdf,
        FeedType::RSS0 | FeedType::RSS2 => FeedFormat::Rss,
    };
    if feed.entries.len() > MAX_ENTRIES {
        repairs.push(format!("only the first {MAX_ENTRIES} of {} entries read", feed.entries.len()));
    }
    let language = feed.language.clone();
    let site = feed.links.iter().find(|link| link.rel.as_deref().is_none_or(|rel| rel == "alternate"));
    ParsedFeed {
        kind,
        title: feed.title.as_ref().map(title).filter(|title| !title.is_empty()),
        link: site.or(feed.links.first()).map(|link| absolute(&link.href, base)),
        description: feed.description.as_ref().map(|text| plain_text(&text.content)),
        updated: feed.updated.or(feed.published).and_then(|at| instant(at.timestamp_micros())),
        ttl_minutes: feed.ttl.or_else(|| update_period(clean)),
        entries: feed
            .entries
            .into_iter()
            .take(MAX_ENTRIES)
            .map(|read| entry(read, language.as_deref(), base))
            .collect(),
        language,
        repairs,
    }
}

/// `sy:updatePeriod` and `sy:updateFrequency` (RSS 1.0 Syndication module), in minutes.
fn update_period(text: &str) -> Option<u32> {
    let value = |name: &str| {
        let rest = text.split(&format!("<{name}>")).nth(1)?;
        Some(rest.split('<').next()?.trim().to_ascii_lowercase())
    };
    let period = match value("sy:updatePeriod")?.as_str() {
        "hourly" => 60,
        "daily" => 24 * 60,
        "weekly" => 7 * 24 * 60,
        _ => return None,
    };
    let frequency = value("sy:updateFrequency").and_then(|text| text.parse::<u32>().ok()).unwrap_or(1).max(1);
    // Boilerplate says "daily" on sites that publish hourly: an hour is the most that is believed.
    Some((period / frequency).min(60))
}

fn entry(read: Entry, language: Option<&str>, base: Option<&Url>) -> ParsedEntry {
    let link = read.links.iter().find(|link| link.rel.as_deref().is_none_or(|rel| rel == "alternate"));
    let link = link.or(read.links.first()).map(|link| absolute(&link.href, base));
    let link = link
        .or_else(|| Url::parse(&read.id).ok().filter(|url| matches!(url.scheme(), "http" | "https")).map(String::from));
    let inner = link.as_deref().and_then(|link| Url::parse(link).ok()).or_else(|| base.cloned());
    let mut enclosures = Vec::new();
    for content in read.media.iter().flat_map(|media| &media.content) {
        if let Some(url) = &content.url {
            let mime = content.content_type.as_ref().map(ToString::to_string);
            enclosures.push(Enclosure { url: url.to_string(), mime, length: content.size });
        }
    }
    for link in read.links.iter().filter(|link| link.rel.as_deref() == Some("enclosure")) {
        let url = absolute(&link.href, base);
        if enclosures.iter().all(|known| known.url != url) {
            enclosures.push(Enclosure { url, mime: link.media_type.clone(), length: link.length });
        }
    }
    let name = |person: &feed_rs::model::Person| plain_title(person.name.as_deref().unwrap_or_default());
    ParsedEntry {
        title: read.title.as_ref().map(title).unwrap_or_default(),
        authors: read.authors.iter().map(name).filter(|name| !name.is_empty() && name != "unknown").collect(),
        published: read.published.and_then(|at| instant(at.timestamp_micros())),
        updated: read.updated.and_then(|at| instant(at.timestamp_micros())),
        categories: read
            .categories
            .iter()
            .map(|category| plain_title(category.label.as_deref().unwrap_or(&category.term)))
            .collect(),
        summary_html: read.summary.as_ref().map(|text| html(text, inner.as_ref())),
        content_html: read.content.and_then(|content| content.body).map(|body| sanitised(&body, inner.as_ref())),
        language: read.language.or_else(|| language.map(str::to_owned)),
        id: read.id,
        link,
        enclosures,
    }
}

fn title(text: &Text) -> String {
    plain_title(&text.content)
}

fn html(text: &Text, base: Option<&Url>) -> String {
    sanitised(&text.content, base)
}

fn sanitised(html: &str, base: Option<&Url>) -> String {
    let mut end = html.len().min(MAX_FIELD);
    while !html.is_char_boundary(end) {
        end -= 1;
    }
    let mut cleaner = ammonia::Builder::default();
    if let Some(base) = base {
        cleaner.url_relative(ammonia::UrlRelative::RewriteWithBase(base.clone()));
    }
    cleaner.clean(&html[..end]).to_string()
}

fn absolute(href: &str, base: Option<&Url>) -> String {
    let href = href.trim();
    match base.and_then(|base| base.join(href).ok()) {
        Some(url) => url.to_string(),
        None => href.to_owned(),
    }
}

fn instant(micros: i64) -> Option<Timestamp> {
    Timestamp::from_microsecond(micros).ok()
}

/// What makes an entry the same one in the next poll. Its guid, where it has one, together with its link (two entries that
/// share a guid are two); else its link; else its words.
pub fn identity(entry: &ParsedEntry) -> String {
    let link = entry.link.as_deref().and_then(|link| Url::parse(link).ok()).map(|url| canonical::canonical(&url));
    match (&link, entry.id.is_empty()) {
        (Some(link), _) => link.clone(),
        (None, false) => format!("guid:{}:{}", entry.id, entry.title),
        (None, true) => {
            let words = format!("{}\n{}", entry.title, entry.summary_html.as_deref().unwrap_or_default());
            format!("words:{}", data_encoding::HEXLOWER.encode(&Sha256::digest(words.as_bytes())[..16]))
        }
    }
}
