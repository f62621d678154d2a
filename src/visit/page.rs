//! One page once: ask, extract, match, keep a copy, record. Without its page an article is made from the feed's own text.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use url::Url;

use super::decide::{self, Candidate};
use super::entries::{input, primary};
use super::{Desk, InForce, exchange};
use crate::config::settings::CopyPolicy;
use crate::extract::{self, PageInput};
use crate::fetch::{Purpose, Request, Response};
use crate::model::{Alert, Article, ArticleId, CopyRef, DateSource, Feed, Match, Quality};
use crate::schedule;
use crate::store::copies::Capture;
use crate::store::{ArticleRecord, CopyRow, PageDue, PageState, StoreError};
use crate::story;

/// How it went with an article.
#[derive(Debug)]
pub struct PageVisit {
    pub article: ArticleId,
    /// Raised by it.
    pub alerts: Vec<Alert>,
    /// Why its page was not read, where it was not.
    pub failed: Option<String>,
}

/// What came of asking for a page.
enum Answer {
    Page(Box<Response>),
    /// There is no page to be had, ever: the feed's text is all there will be.
    Never(Option<String>),
    /// Worth another try.
    Later(String),
}

/// Reads the page of an article and records what was made of it. An error is the store's: the page is due again.
pub async fn read_page(desk: &Desk, due: PageDue) -> Result<PageVisit, StoreError> {
    let feed = desk.force.feeds.get(&due.article.feed).cloned();
    let answer = match feed.as_ref().filter(|feed| feed.pages) {
        Some(_) => ask(desk, &due.article).await,
        None => Answer::Never(None),
    };
    let now = desk.clock.now();
    match answer {
        Answer::Page(response) => with_page(desk, due, feed, *response, now).await,
        Answer::Never(why) => {
            let page = match &why {
                Some(why) => PageState::GivenUp { why: why.clone() },
                None => PageState::Done,
            };
            from_feed_text(desk, due, page, why, now).await
        }
        Answer::Later(why) => later(desk, due, why, now).await,
    }
}

async fn ask(desk: &Desk, article: &Article) -> Answer {
    let Ok(url) = Url::parse(&article.url) else { return Answer::Never(None) };
    match desk.fetcher.may_read(&url).await {
        Ok(true) => {}
        Ok(false) => return Answer::Never(Some("the site's robots.txt asks not to read it".to_owned())),
        Err(error) => return Answer::Later(error.to_string()),
    }
    let request = Request::new(url, Purpose::Page, desk.force.settings.fetch.max_page_bytes);
    match desk.fetcher.get(request).await {
        Ok(response) => match response.status {
            200..=299 => Answer::Page(Box::new(response)),
            status @ (400 | 401 | 403 | 404 | 405 | 410 | 451) => Answer::Never(Some(format!("HTTP {status}"))),
            status => Answer::Later(format!("HTTP {status}")),
        },
        Err(error) if error.is_transient() => Answer::Later(error.to_string()),
        Err(error) => Answer::Never(Some(error.to_string())),
    }
}

/// The page is tried again; once it has been waited for long enough, the feed's text is matched meanwhile.
async fn later(desk: &Desk, due: PageDue, why: String, now: Timestamp) -> Result<PageVisit, StoreError> {
    let retry = schedule::page_retry(due.attempts + 1).map(|wait| schedule::after(now, wait));
    let patience = schedule::after(due.article.first_seen, desk.force.settings.schedule.page_wait);
    if !due.matched && (desk.once || retry.is_none() || now >= patience) {
        let page = match retry {
            Some(at) => PageState::Retry { at, why: why.clone() },
            None => PageState::GivenUp { why: why.clone() },
        };
        return from_feed_text(desk, due, page, Some(why), now).await;
    }
    // Not later than the moment at which the feed's text is to be matched.
    let retry = retry.map(|at| if due.matched { at } else { at.min(patience) });
    desk.store.page_failed(due.article.id.clone(), why.clone(), retry).await?;
    Ok(PageVisit { article: due.article.id, alerts: Vec::new(), failed: Some(why) })
}

async fn from_feed_text(
    desk: &Desk,
    due: PageDue,
    page: PageState,
    why: Option<String>,
    now: Timestamp,
) -> Result<PageVisit, StoreError> {
    let force = Arc::clone(&desk.force);
    let PageDue { mut article, feed_copy, .. } = due;
    let (article, found) = desk
        .off_reactor(move || {
            article.quotes = extract::quotes(&article.text);
            let declared = article.language.as_ref().map(|language| language.code.clone());
            let words = format!("{}\n\n{}", article.title, article.text);
            article.language = extract::language(&words, None, declared.as_deref());
            let found = force.rules.matches(&input(&article));
            (article, found)
        })
        .await;
    let id = article.id.clone();
    let alerts = record(desk, article, page, found, Evidence::Stored(feed_copy), now).await?;
    Ok(PageVisit { article: id, alerts, failed: why })
}

async fn with_page(
    desk: &Desk,
    due: PageDue,
    feed: Option<Arc<Feed>>,
    response: Response,
    now: Timestamp,
) -> Result<PageVisit, StoreError> {
    let worker = desk.clone();
    let (article, found, evidence) = desk
        .off_reactor(move || {
            let (article, metadata) = article_of(due.article, feed.as_deref(), &response, now);
            let found = worker.force.rules.matches(&input(&article));
            let copy = keep_page(&worker, &article, &found, &response, metadata, now);
            let evidence = match copy {
                Some(copy) => Evidence::New(copy),
                None => Evidence::Stored(due.feed_copy),
            };
            (article, found, evidence)
        })
        .await;
    let id = article.id.clone();
    let alerts = record(desk, article, PageState::Done, found, evidence, now).await?;
    Ok(PageVisit { article: id, alerts, failed: None })
}

/// What the page and the feed say together. The feed's date is the publisher's own list's; the page knows the rest better.
fn article_of(
    mut article: Article,
    feed: Option<&Feed>,
    response: &Response,
    now: Timestamp,
) -> (Article, serde_json::Value) {
    let declared = article.language.as_ref().map(|language| language.code.clone());
    let content_type = response.header("content-type");
    let page = extract::page(&PageInput {
        body: &response.body,
        content_type: content_type.as_deref(),
        url: Some(&response.final_url),
        select: feed.and_then(|feed| feed.select.as_ref()),
        feed_title: Some(&article.title),
        feed_summary: Some(&article.summary),
        feed_language: declared.as_deref(),
    });
    let metadata = serde_json::to_value(&page).unwrap_or_default();
    article.fetched = Some(now);
    article.quality = page.quality;
    let readable = match page.quality {
        Quality::Full => true,
        Quality::Teaser => page.text.len() > article.text.len(),
        Quality::Consent | Quality::Empty | Quality::NotHtml => false,
    };
    if readable {
        article.text = page.text;
        article.quotes = page.quotes;
        article.captions = page.captions;
        article.language = page.language.or(article.language);
        if let Some(title) = page.title.filter(|title| !title.is_empty()) {
            article.title = title;
        }
        if let Some(canonical) = page.canonical {
            article.canonical = canonical;
        }
        if !page.byline.is_empty() {
            article.byline = page.byline;
        }
    } else {
        article.quotes = extract::quotes(&article.text);
        article.language = extract::language(&article.text, None, declared.as_deref().and_then(primary).as_deref());
    }
    if article.published.is_none()
        && let Some(published) = page.published.filter(|at| at.duration_since(now) <= SignedDuration::from_hours(24))
    {
        article.published = Some(published);
        article.published_from = DateSource::Page;
    }
    (article, metadata)
}

fn keep_page(
    desk: &Desk,
    article: &Article,
    found: &[Match],
    response: &Response,
    metadata: serde_json::Value,
    now: Timestamp,
) -> Option<CopyRow> {
    let wanted = match desk.force.settings.store.copies {
        CopyPolicy::None => false,
        CopyPolicy::All if !desk.saving => true,
        CopyPolicy::Matched | CopyPolicy::All => !found.is_empty(),
    };
    if !wanted {
        return None;
    }
    let mut url = response.final_url.clone();
    let _ = url.set_password(None);
    let _ = url.set_username("");
    let capture = Capture {
        at: now,
        article: Some(article.id.clone()),
        url: &url,
        title: &article.title,
        exchange: exchange(response),
        redact: &[],
        metadata,
    };
    let written = desk.copies.lock().expect("no one panics with the copies in hand").append(&capture);
    // The alert is told all the same: without its copy, which the log then shows.
    written
        .inspect_err(|error| tracing::error!(article = %article.id, %error, "no copy of the page could be kept"))
        .ok()
}

/// What an alert points to.
enum Evidence {
    /// Written now, committed with the article.
    New(CopyRow),
    /// The feed's own text, committed at the visit.
    Stored(Option<CopyRef>),
}

async fn record(
    desk: &Desk,
    article: Article,
    page: PageState,
    found: Vec<Match>,
    evidence: Evidence,
    now: Timestamp,
) -> Result<Vec<Alert>, StoreError> {
    let force: Arc<InForce> = Arc::clone(&desk.force);
    let (copy, place) = match evidence {
        Evidence::New(copy) => (Some(copy.clone()), Some(copy.place)),
        Evidence::Stored(place) => (None, place),
    };
    let stories = &force.settings.stories;
    let fingerprint = if stories.enabled { story::fingerprint(&article.text, stories.min_words) } else { None };
    let candidates: Vec<Candidate> = found
        .into_iter()
        .filter_map(|found| {
            let topic = force.topics.get(&found.topic)?;
            let in_force_since = force.since.get(&found.topic).copied();
            Some(Candidate { topic: Arc::clone(topic), found, in_force_since })
        })
        .collect();
    let matches = candidates.iter().map(|candidate| (candidate.found.clone(), candidate.topic.rule.clone())).collect();
    let record = ArticleRecord {
        at: now,
        article: article.clone(),
        page,
        fingerprint,
        story_window: stories.window,
        copy,
        matches,
    };
    let settings_of = Arc::clone(&force);
    let kept = desk
        .store
        .record_article(record, move |facts| {
            decide::alerts(&article, &candidates, place.as_ref(), facts, &settings_of.settings, now)
        })
        .await?;
    Ok(kept.alerts)
}
