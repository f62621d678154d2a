//! A feed's bytes → its unseen entries as articles that await their page, with the feed's own text.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use url::Url;

use super::secrets::Secrets;
use super::{Desk, InForce, decide, exchange};
use crate::config::settings::CopyPolicy;
use crate::fetch::Response;
use crate::model::{Article, ArticleId, DateSource, Feed, Language, Quality};
use crate::parse::{self, ParsedEntry, ParsedFeed};
use crate::store::copies::Capture;
use crate::store::{CopyRow, FeedState, SeenEntry, StoreError};
use crate::topic::MatchInput;

/// A date further ahead than this is a mistake.
const AHEAD: SignedDuration = SignedDuration::from_hours(24);
/// The longest text kept of a feed's entry, in bytes.
const MAX_FEED_TEXT: usize = 200_000;

/// What a body turned out to hold.
#[derive(Debug, Default)]
pub struct Reading {
    pub title: Option<String>,
    /// How long the publisher wants to be left alone.
    pub asked: Option<Duration>,
    pub entries: Vec<SeenEntry>,
    pub feed_copy: Option<CopyRow>,
}

/// Parses a body and makes its unseen entries ready to be recorded. The inner error says what the body is instead.
pub async fn read(
    desk: &Desk,
    feed: Arc<Feed>,
    secrets: Secrets,
    response: Response,
    state: &FeedState,
    now: Timestamp,
) -> Result<Result<Reading, String>, StoreError> {
    let first_visit = state.first_success.is_none();
    let force = Arc::clone(&desk.force);
    let parsed = desk
        .off_reactor(move || {
            let clean = secrets.scrub_bytes(response.body.clone());
            let mut base = response.final_url.clone();
            if !secrets.is_empty() {
                // Relative links would carry userinfo and query along.
                let _ = base.set_password(None);
                let _ = base.set_username("");
                base.set_query(None);
            }
            let parsed = parse::feed(&clean, response.header("content-type").as_deref(), Some(&base));
            let parsed = parsed.map_err(|error| error.to_string())?;
            let entries = entries(&feed, &parsed, first_visit, &force, now);
            Ok::<_, String>((parsed, entries, response, secrets, feed))
        })
        .await;
    let (parsed, entries, response, secrets, feed) = match parsed {
        Ok(parts) => parts,
        Err(why) => return Ok(Err(why)),
    };
    let identities: Vec<String> = entries.iter().map(|entry| entry.identity.clone()).collect();
    let unseen = desk.store.unseen(feed.id.clone(), identities).await?;
    let entries: Vec<SeenEntry> =
        entries.into_iter().zip(unseen).filter_map(|(entry, new)| new.then_some(entry)).collect();
    let asked = parsed.ttl_minutes.map(|minutes| Duration::from_secs(u64::from(minutes) * 60));
    let title = parsed.title;
    if entries.is_empty() {
        return Ok(Ok(Reading { title, asked, ..Reading::default() }));
    }
    let worker = desk.clone();
    let (entries, feed_copy) = desk
        .off_reactor(move || {
            let copy = keep_feed(&worker, &feed, &secrets, &response, &entries, now);
            (entries, copy)
        })
        .await;
    Ok(Ok(Reading { title, asked, entries, feed_copy }))
}

/// Keeps the feed's bytes where an unseen entry matches already: an alert made from the feed's text needs its evidence.
fn keep_feed(
    desk: &Desk,
    feed: &Feed,
    secrets: &Secrets,
    response: &Response,
    entries: &[SeenEntry],
    now: Timestamp,
) -> Option<CopyRow> {
    let wanted = match desk.force.settings.store.copies {
        CopyPolicy::None => false,
        CopyPolicy::All if !desk.saving => true,
        CopyPolicy::Matched | CopyPolicy::All => {
            entries.iter().any(|entry| !desk.force.rules.matches(&input(&entry.article)).is_empty())
        }
    };
    if !wanted || secrets.stand_in(&response.body) || secrets.stand_in(&response.wire_body) {
        return None;
    }
    let shown = secrets.scrub(response.final_url.as_str());
    let url = Url::parse(&shown.replace("[redacted]@", "")).ok()?;
    let redact: Vec<String> = feed.headers.iter().map(|(name, _)| name.clone()).collect();
    let titles: Vec<&str> = entries.iter().map(|entry| entry.article.title.as_str()).collect();
    let metadata = serde_json::json!({ "feed": feed.id, "new_entries": titles });
    let capture = Capture {
        at: now,
        article: None,
        url: &url,
        title: &feed.outlet,
        exchange: exchange(response),
        redact: &redact,
        metadata,
    };
    let written = desk.copies.lock().expect("no one panics with the copies in hand").append(&capture);
    written.inspect_err(|error| tracing::error!(feed = %feed.id, %error, "no copy of the feed could be kept")).ok()
}

/// The feed's own text of an article, as the matcher wants it.
pub fn input(article: &Article) -> MatchInput<'_> {
    MatchInput {
        title: &article.title,
        text: &article.text,
        lede: &article.summary,
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

fn entries(feed: &Feed, parsed: &ParsedFeed, first_visit: bool, force: &InForce, now: Timestamp) -> Vec<SeenEntry> {
    let mut links: HashMap<&str, usize> = HashMap::new();
    for link in parsed.entries.iter().filter_map(|entry| entry.link.as_deref()) {
        *links.entry(link).or_default() += 1;
    }
    let make = |entry: &ParsedEntry| {
        // One link on many entries is the site's front page, not an article.
        let shared = entry.link.as_deref().and_then(|link| links.get(link)).is_some_and(|count| *count > 1);
        seen(feed, parsed, entry, shared, first_visit, force, now)
    };
    parsed.entries.iter().map(make).collect()
}

fn seen(
    feed: &Feed,
    parsed: &ParsedFeed,
    entry: &ParsedEntry,
    shared_link: bool,
    first_visit: bool,
    force: &InForce,
    now: Timestamp,
) -> SeenEntry {
    let identity = parse::identity(entry);
    let url = entry.link.as_deref().and_then(|link| Url::parse(link).ok());
    let url = url.filter(|url| matches!(url.scheme(), "http" | "https"));
    let canonical = url.as_ref().map(parse::canonical::canonical);
    let id = match &canonical {
        Some(canonical) if !shared_link => ArticleId::of_url(canonical),
        _ => ArticleId::of_entry(&feed.id, &identity),
    };
    let summary = entry.summary_html.as_deref().map(parse::plain_text).unwrap_or_default();
    let content = entry.content_html.as_deref().map(parse::plain_text).unwrap_or_default();
    let text = if content.len() > summary.len() { content } else { summary.clone() };
    let published = entry.published.or(entry.updated).filter(|at| believable(*at, now));
    let declared = entry.language.as_deref().or(parsed.language.as_deref()).and_then(primary);
    let article = Article {
        id,
        url: url.map(String::from).unwrap_or_default(),
        canonical: canonical.unwrap_or_default(),
        title: entry.title.clone(),
        outlet: feed.outlet.clone(),
        feed: feed.id.clone(),
        feed_tags: feed.tags.clone(),
        language: declared.map(|code| Language { code, sure: false }),
        byline: entry.authors.clone(),
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
    SeenEntry { identity, article }
}

/// Neither 1970 nor next year.
fn believable(at: Timestamp, now: Timestamp) -> bool {
    at.as_second() > 86_400 * 365 && at.duration_since(now) <= AHEAD
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
