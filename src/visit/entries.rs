//! A feed's bytes → its unseen entries as articles that await their page, with the feed's own text.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use url::Url;

use super::again;
use super::documents::{Document, Errand, Manner};
use super::hand::Hand;
use super::keep::{self, Keeping};
use super::pace::{self, Holding};
use super::secrets::Secrets;
use super::settle::settle;
use super::unseen::keep_unseen;
use super::{Desk, InForce, decide};
use crate::fetch::Response;
use crate::model::{Article, ArticleId, DateSource, Feed, Language, Quality};
use crate::parse::{self, FeedFormat, ParseError, ParsedEntry, ParsedFeed, Stood, Texts};
use crate::schedule::Wishes;
use crate::store::{CopyRow, FeedState, Reappeared, SeenEntry, StoreError};
use crate::topic::MatchInput;
use crate::websub::{self, Hub};

/// A date further ahead than this is a mistake.
const AHEAD: SignedDuration = SignedDuration::from_hours(24);
/// Characters of a headline made of an address.
const MAX_ADDRESS_WORDS: usize = 200;
/// The longest text kept of a feed's entry, in bytes.
const MAX_FEED_TEXT: usize = 200_000;

/// What a body turned out to hold.
#[derive(Debug, Default)]
pub struct Reading {
    pub title: Option<String>,
    /// What the publisher asks of readers.
    pub wishes: Wishes,
    /// What the feed held, seen and unseen.
    pub holding: Holding,
    /// The unseen ones.
    pub entries: Vec<SeenEntry>,
    pub reappeared: Vec<Reappeared>,
    pub feed_copies: Vec<CopyRow>,
    /// All its entries, where those that stand so still can be left out next time.
    pub stood: Option<Stood>,
    /// Whether there is something left that an unchanged answer would hide.
    pub unfinished: bool,
    /// Who pushes the feed, as it says.
    pub hub: Option<Hub>,
}

/// The entries of one document, and what answered with it.
pub(super) struct Batch {
    pub response: Response,
    pub entries: Vec<SeenEntry>,
    /// Identities of what is too old to become an article.
    pub passed: Vec<String>,
    pub of_sitemap: bool,
}

/// Parses a body and makes its unseen entries ready to be recorded: they are held in `hand` until they are. The inner error says
/// what the body is instead.
pub async fn read(
    desk: &Desk,
    feed: Arc<Feed>,
    secrets: Secrets,
    response: Response,
    state: &FeedState,
    hand: &mut Hand,
    now: Timestamp,
) -> Result<Result<Reading, ParseError>, StoreError> {
    let fetch = &desk.force.settings.fetch;
    let first_visit = state.first_success.is_none();
    // What is read for the first time is not likely to be read again soon, and thousands of feeds may be read so at once.
    let before = if first_visit { None } else { Some(Stood::from_bytes(&desk.store.stood(feed.id.clone()).await?)) };
    let manner = Manner { kind: feed.kind, select: feed.select.clone(), secrets, texts: Texts::Plain, before };
    let errand = Errand {
        fetcher: desk.fetcher.clone(),
        headers: manner.secrets.headers(&feed),
        manner: Arc::new(manner),
        max_bytes: fetch.max_feed_bytes,
        rest: fetch.per_host_delay,
        cpu: Arc::clone(&desk.cpu),
        since: state.last_success,
    };
    let mut documents = match errand.read(response, hand).await {
        Ok(documents) => documents,
        Err(error) => return Ok(Err(error)),
    };
    for failed in &documents.failed {
        tracing::warn!(feed = %feed.id, "a sitemap could not be read: {failed}");
    }
    if documents.read.is_empty() && !documents.failed.is_empty() {
        return Ok(Err(ParseError::Sitemaps { failed: documents.failed.join("; ") }));
    }
    // Of several documents the one that asks for most.
    let most = documents.read.iter().max_by_key(|document| document.parsed.ttl_minutes);
    let mut reading = Reading {
        title: documents.read.iter().find_map(|document| document.parsed.title.clone()),
        wishes: most.map(|document| pace::wishes(&document.parsed)).unwrap_or_default(),
        stood: match &mut documents.read[..] {
            [only] => only.parsed.stood.take(),
            _ => None,
        },
        unfinished: !documents.whole,
        hub: documents.read.first().and_then(|document| {
            let links = document.response.headers.iter().filter(|(name, _)| name == "link");
            let address = &document.response.final_url;
            websub::hub(links.map(|(_, value)| value.as_slice()), &document.parsed, address)
        }),
        ..Reading::default()
    };
    let (force, of) = (Arc::clone(&desk.force), Arc::clone(&feed));
    let as_before: u32 = documents.read.iter().map(|document| document.parsed.as_before).sum();
    let bytes = documents.read.iter().map(|document| document.response.body.len()).sum();
    let mut batches: Vec<Batch> = desk
        .work_on(bytes, move || {
            documents.read.into_iter().map(|document| batch(&of, document, first_visit, &force, now)).collect()
        })
        .await;
    let mut holding = Holding::of(batches.iter().flat_map(|batch| &batch.entries), now);
    holding.entries = holding.entries.saturating_add(as_before);
    keep_unseen(desk, &feed, &mut batches, &mut reading, first_visit, state.last_success).await?;
    holding.known = holding.entries.saturating_sub(batches.iter().map(|batch| batch.entries.len() as u32).sum());
    reading.holding = holding;
    batches.retain(|batch| !batch.entries.is_empty());
    if batches.is_empty() {
        return Ok(Ok(reading));
    }
    for batch in batches {
        let (worker, feed, manner) = (desk.clone(), Arc::clone(&feed), Arc::clone(&errand.manner));
        let (mut entries, keeping) = desk
            .work_on(batch.response.body.len(), move || {
                let Batch { response, mut entries, .. } = batch;
                let matched = settle(&mut entries, &feed, &worker);
                let keeping = keeping(&worker, &feed, &manner.secrets, response, &entries, matched, now);
                (entries, keeping)
            })
            .await;
        if let Some(keeping) = keeping
            && let Some(copy) = keep::keep(desk, keeping).await?
        {
            for entry in &mut entries {
                entry.feed_copy = Some(copy.place.clone());
            }
            reading.feed_copies.push(copy);
        }
        reading.entries.append(&mut entries);
    }
    Ok(Ok(reading))
}

/// Keeps the feed's bytes where an unseen entry matches already: an alert made from the feed's text needs its evidence.
fn keeping(
    desk: &Desk,
    feed: &Feed,
    secrets: &Secrets,
    response: Response,
    entries: &[SeenEntry],
    matched: bool,
    now: Timestamp,
) -> Option<Keeping> {
    if !keep::wanted(desk, matched) || secrets.stand_in(&response.body) || secrets.stand_in(&response.wire_body) {
        return None;
    }
    let shown = secrets.scrub(response.final_url.as_str());
    let url = Url::parse(&shown.replace("[redacted]@", "")).ok()?;
    let titles: Vec<&str> = entries.iter().map(|entry| entry.article.title.as_str()).collect();
    let metadata = serde_json::json!({ "feed": feed.id, "new_entries": titles });
    Some(Keeping {
        at: now,
        article: None,
        url,
        title: feed.outlet.clone(),
        response,
        redact: feed.headers.iter().map(|(name, _)| name.clone()).collect(),
        metadata,
        matched,
    })
}

/// The feed's own text of an article, as the matcher wants it.
pub fn input(article: &Article) -> MatchInput<'_> {
    // A summary that is all the text, in one paragraph, is its lede already: its words would be read twice.
    let told_twice = article.summary == article.text && !article.text.contains('\n');
    MatchInput {
        title: &article.title,
        text: &article.text,
        lede: if told_twice { "" } else { &article.summary },
        quotes: &article.quotes,
        captions: &article.captions,
        byline: &article.byline,
        language: article.language.as_ref(),
        outlet: &article.outlet,
        feed: article.feed.as_str(),
        tags: &article.feed_tags,
        url: &article.url,
    }
}

/// The entries of a document that may become articles.
fn batch(feed: &Feed, document: Document, first_visit: bool, force: &InForce, now: Timestamp) -> Batch {
    let Document { response, mut parsed } = document;
    let found = std::mem::take(&mut parsed.entries);
    let mut links: HashMap<&str, usize> = HashMap::new();
    for link in found.iter().filter_map(|entry| entry.link.as_deref()) {
        *links.entry(link).or_default() += 1;
    }
    // One link on many entries is the site's front page, not an article.
    let is_shared = |entry: &ParsedEntry| entry.link.as_deref().and_then(|link| links.get(link)) > Some(&1);
    let shared: Vec<bool> = found.iter().map(is_shared).collect();
    let mut entries = Vec::with_capacity(found.len());
    let mut passed = Vec::new();
    let max_age = force.settings.alerts.max_age;
    for (entry, shared) in found.into_iter().zip(shared) {
        if parsed.kind == FeedFormat::Sitemap {
            let at = entry.published.or(entry.updated).filter(|at| believable(*at, now));
            match decide::of_sitemap(at, first_visit, max_age, now) {
                decide::OfSitemap::Take => {}
                decide::OfSitemap::Leave => continue,
                decide::OfSitemap::Remember => {
                    passed.push(parse::identity(&entry));
                    continue;
                }
            }
        }
        entries.push(seen(feed, &parsed, entry, shared, first_visit, force, now));
    }
    Batch { response, entries, passed, of_sitemap: parsed.kind == FeedFormat::Sitemap }
}

fn seen(
    feed: &Feed,
    parsed: &ParsedFeed,
    entry: ParsedEntry,
    shared_link: bool,
    first_visit: bool,
    force: &InForce,
    now: Timestamp,
) -> SeenEntry {
    let identity = parse::identity(&entry);
    let address = entry.link.as_deref().and_then(parse::address);
    let id = match &address {
        Some(address) if !shared_link => ArticleId::of_url(&address.canonical),
        _ => ArticleId::of_entry(&feed.id, &identity),
    };
    let summary = entry.summary_html.map(|text| entry.texts.plain(text)).unwrap_or_default();
    let content = entry.content_html.map(|text| entry.texts.plain(text)).unwrap_or_default();
    let text = if content.len() > summary.len() { content } else { summary.clone() };
    // What a sitemap says of a change says nothing of publication: templates change as well.
    let changed = entry.updated.filter(|_| parsed.kind != FeedFormat::Sitemap);
    let published = entry.published.or(changed).filter(|at| believable(*at, now));
    let mark = again::mark(&entry.title, &text, entry.link.as_deref());
    let title = match &address {
        Some(address) if entry.title.is_empty() && parsed.kind == FeedFormat::Sitemap => words_of_address(&address.url),
        _ => entry.title,
    };
    let declared = entry.language.as_deref().or(parsed.language.as_deref()).and_then(primary);
    let (url, canonical) = address.map(|address| (address.url, address.canonical)).unwrap_or_default();
    let article = Article {
        id,
        url,
        canonical,
        title,
        outlet: feed.outlet.clone(),
        feed: feed.id.clone(),
        feed_tags: feed.tags.clone(),
        language: declared.map(|code| Language { code, sure: false }),
        byline: entry.authors,
        published,
        published_from: if published.is_some() { DateSource::Feed } else { DateSource::FirstSeen },
        first_seen: now,
        fetched: None,
        quality: Quality::Teaser,
        summary: bounded(summary),
        text: bounded(text),
        captions: Vec::new(),
        quotes: Vec::new(),
        timing: decide::timing(published, first_visit, force.settings.alerts.max_age, now),
        revision: 0,
    };
    SeenEntry { identity, mark, article, feed_copy: None, settled: None }
}

/// Neither 1970 nor next year.
fn believable(at: Timestamp, now: Timestamp) -> bool {
    at.as_second() > 86_400 * 365 && at.duration_since(now) <= AHEAD
}

/// The words that an address ends in, where it has some: all that a plain sitemap says of an article.
pub fn words_of_address(url: &str) -> String {
    let Ok(url) = Url::parse(url) else { return String::new() };
    let slug = url.path_segments().and_then(|mut segments| segments.rfind(|part| !part.is_empty())).unwrap_or_default();
    let slug = slug.rsplit_once('.').map_or(slug, |(name, _)| name);
    let words: Vec<&str> = slug.split(['-', '_', '+']).filter(|word| !word.is_empty()).collect();
    let telling = words.iter().filter(|word| word.chars().all(char::is_alphabetic)).count();
    if telling < 3 || slug.contains('%') {
        return String::new();
    }
    let line = words.join(" ");
    let mut letters = line.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).take(MAX_ADDRESS_WORDS).collect())
        .unwrap_or_default()
}

/// `en` of `en-GB`.
pub fn primary(tag: &str) -> Option<String> {
    let code = tag.split(['-', '_']).next().unwrap_or_default().trim().to_ascii_lowercase();
    ((2..=3).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_lowercase())).then_some(code)
}

fn bounded(mut text: String) -> String {
    if text.len() > MAX_FEED_TEXT {
        let mut end = MAX_FEED_TEXT;
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        text.truncate(end);
    }
    text
}
