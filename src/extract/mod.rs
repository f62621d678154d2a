//! A page's bytes → its article: title, byline, dates, text, quotes, captions, language, and how far it is the article.
//! Never fails and never panics: a page that is none says so in its quality. Fetches nothing, knows no clock.
//!
//! `charset` → `cap` → `tree` → `landmarks` → `metadata` (`jsonld`, `title`, `byline`, `published`, `date`, `month`) → `body`
//! (`prune`, `names`, `headline`, `cards`, `inserts`, `paragraphs`, `container`, `anchor`, `tidy` (`below`, `lines`, `calls`, `credit`, `imprint`), `captions`) → `quality`, `language`, `quotes`.
//! [`pagination`] finds further pages and joins them; [`boilerplate`] comes after, with what is known of the page's site.

mod anchor;
mod below;
mod body;
pub mod boilerplate;
mod byline;
mod calls;
mod cap;
mod captions;
mod cards;
mod charset;
mod container;
mod credit;
mod dash;
mod date;
mod function_words;
mod headline;
mod imprint;
mod inserts;
mod jsonld;
mod landmarks;
mod language;
mod lines;
mod metadata;
mod month;
mod names;
pub mod pagination;
mod paragraphs;
mod pattern;
mod prune;
mod published;
mod quality;
mod quotes;
mod speaker;
mod tags;
#[cfg(test)]
mod tests;
mod tidy;
mod title;
mod tree;

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Serialize, Serializer};
use url::Url;

pub use cap::cap_markup;
pub use language::language;
pub use quotes::quotes;

use crate::model::{Language, Quality, Quote, Select};
use crate::neutral;

/// Bytes of text that an article may have; what follows is cut (a live blog of a day has 300 kB).
const MAX_TEXT: usize = 2_000_000;
/// Bytes of a page that are read.
const MAX_BODY: usize = 16 << 20;

/// Lines at the end of a text that may be those of a paywall.
const WALL_LINES: usize = 4;

/// A page as fetched, and what the feed says of it.
#[derive(Clone, Copy, Debug, Default)]
pub struct PageInput<'a> {
    pub body: &'a [u8],
    /// The Content-Type header.
    pub content_type: Option<&'a str>,
    /// Where the page was fetched, after redirects.
    pub url: Option<&'a Url>,
    /// The first page of the article, where this is a further one.
    pub first_page: Option<&'a Url>,
    /// `body` overrides where the article is looked for.
    pub select: Option<&'a Select>,
    pub feed_title: Option<&'a str>,
    /// The feed's summary or content as plain text.
    pub feed_summary: Option<&'a str>,
    pub feed_language: Option<&'a str>,
}

/// What a page was found to hold; serialises to the contract's `inspect page`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Page {
    pub url: Option<String>,
    pub canonical: Option<String>,
    pub title: Option<String>,
    pub byline: Vec<String>,
    pub published: Option<Timestamp>,
    pub modified: Option<Timestamp>,
    #[serde(serialize_with = "code_of")]
    pub language: Option<Language>,
    pub site: Option<String>,
    pub section: Option<String>,
    pub image: Option<String>,
    /// Whether the publisher says that everybody may read all of it; none where it says nothing.
    pub free: Option<bool>,
    /// Paragraphs, a blank line between.
    pub text: String,
    pub quotes: Vec<Quote>,
    pub captions: Vec<String>,
    /// Further pages of the article that this one links to.
    pub pages: Vec<pagination::Further>,
    pub quality: Quality,
    /// In words, where the quality is not full.
    pub quality_reason: Option<String>,
    /// A field's name to where it was found.
    pub sources: BTreeMap<String, String>,
}

/// Serde wants a reference to the field.
#[expect(clippy::ref_option, reason = "the signature that serde asks for")]
fn code_of<S: Serializer>(language: &Option<Language>, serializer: S) -> Result<S::Ok, S::Error> {
    language.as_ref().map(|language| &language.code).serialize(serializer)
}

/// A page's markup, decoded as browsers do, and capped so that a tree of it is cheap to build; for who builds one.
pub fn markup(body: &[u8], content_type: Option<&str>) -> String {
    let decoded = charset::decode(&body[..body.len().min(MAX_BODY)], content_type);
    cap_markup(&decoded).into_owned()
}

/// Reads a page.
pub fn page(input: &PageInput) -> Page {
    let url = input.url.map(ToString::to_string);
    let feed_title = input.feed_title.map(metadata::line).filter(|title| !title.is_empty());
    if let Some(reason) = quality::not_html(input.body, input.content_type) {
        return Page {
            url,
            title: feed_title,
            quality: Quality::NotHtml,
            quality_reason: Some(reason),
            ..Page::empty()
        };
    }
    let decoded = charset::decode(&input.body[..input.body.len().min(MAX_BODY)], input.content_type);
    let has_scripts = decoded.contains("<script");
    let capped = cap_markup(&decoded);
    let document = tree::build(&capped);
    drop(capped);

    let shown = document.body().map(|body| paragraphs::paragraphs(&body)).unwrap_or_default();
    let landmarks = landmarks::Landmarks::of(&document);
    let mut meta = metadata::read(&landmarks, input.url, &shown);
    if let Some(title) = feed_title.filter(|_| meta.title.is_none()) {
        meta.headline = headline::headline(&landmarks.headings, &title).map(|node| node.id);
        meta.title = Some(title);
        meta.sources.insert("title".to_owned(), "feed".to_owned());
    }
    let pages = pagination::further(&landmarks.links, input.url, input.first_page);
    drop(landmarks);
    let visible = visible(&shown, &decoded);
    drop(shown);
    let select = input.select.and_then(|select| select.body.as_deref());
    let anchors: Vec<&str> =
        input.feed_summary.into_iter().chain(meta.descriptions.iter().map(String::as_str)).collect();
    let canonical = meta.canonical.as_deref().and_then(|canonical| Url::parse(canonical).ok());
    let host = input.url.or(canonical.as_ref()).and_then(Url::host_str).map(str::to_owned);
    let hints = body::Hints {
        select,
        known: tidy::Known { title: meta.title.as_deref(), byline: &meta.byline, host: host.as_deref() },
        headline: meta.headline,
        anchors: &anchors,
        linked: meta.body.as_deref(),
    };
    let mut found = body::find(document, &hints);
    if meta.byline.is_empty()
        && let Some(name) = below::signature(&found.paragraphs).map(str::to_owned)
    {
        found.paragraphs.pop();
        meta.byline.push(name);
        meta.sources.insert("byline".to_owned(), "last line".to_owned());
    }
    let text = join(&found.paragraphs);
    let (quality, quality_reason) = quality::judge(&quality::Signs {
        text: &text,
        title: meta.title.as_deref().unwrap_or_default(),
        visible: &visible,
        has_scripts,
        free: meta.free,
        feed_summary: input.feed_summary.unwrap_or_default(),
        is_dated: meta.published.is_some(),
    });
    let walls = found.paragraphs.len().saturating_sub(WALL_LINES);
    let mut place = 0..;
    let mut paragraphs = found.paragraphs;
    paragraphs.retain(|p| place.next().is_some_and(|at| at < walls) || !quality::is_wall(&p.text));
    let mut text = if paragraphs.is_empty() { text } else { join(&paragraphs) };
    text.retain(|c| c == '\n' || !neutral::overrides(c));
    let mut captions = found.captions;
    for shown in meta.title.iter_mut().chain(&mut meta.byline).chain(&mut captions) {
        shown.retain(|c| !neutral::overrides(c));
    }
    let language = language(&text, meta.language.as_deref(), input.feed_language);
    let mut sources = meta.sources;
    match &language {
        Some(_) if !sources.contains_key("language") => sources.insert("language".to_owned(), "text".to_owned()),
        None => sources.remove("language"),
        Some(_) => None,
    };
    if !text.is_empty() {
        sources.insert("text".to_owned(), found.source.to_owned());
    }
    Page {
        url,
        canonical: meta.canonical,
        title: meta.title,
        byline: meta.byline,
        published: meta.published,
        modified: meta.modified,
        language,
        site: meta.site,
        section: meta.section,
        image: meta.image,
        free: meta.free,
        quotes: quotes(&text),
        text,
        captions,
        pages,
        quality,
        quality_reason,
        sources,
    }
}

impl Page {
    fn empty() -> Self {
        Self {
            url: None,
            canonical: None,
            title: None,
            byline: Vec::new(),
            published: None,
            modified: None,
            language: None,
            site: None,
            section: None,
            image: None,
            free: None,
            text: String::new(),
            quotes: Vec::new(),
            captions: Vec::new(),
            pages: Vec::new(),
            quality: Quality::Empty,
            quality_reason: None,
            sources: BTreeMap::new(),
        }
    }
}

/// Paragraphs with a blank line between, up to the most that an article may have.
fn join(paragraphs: &[paragraphs::Paragraph]) -> String {
    let mut text = String::new();
    for paragraph in paragraphs {
        if text.len() + paragraph.text.len() > MAX_TEXT {
            break;
        }
        if !text.is_empty() {
            text.push_str("\n\n");
        }
        text.push_str(&paragraph.text);
    }
    text
}

/// What the page shows, walls and pleas to enable scripts included.
fn visible(shown: &[paragraphs::Paragraph], html: &str) -> String {
    let mut text = join(shown);
    if text.len() < 4000 {
        // A plea to enable JavaScript stands in `noscript`, which the tree holds as markup.
        for part in html.split("<noscript").skip(1).take(5) {
            let inner = part.split("</noscript").next().unwrap_or_default();
            text.extend(inner.chars().skip_while(|c| *c != '>').take(500));
        }
    }
    text
}
