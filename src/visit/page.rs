//! One page once: ask, extract, match, keep a copy, record. Without its page an article is made from the feed's own text.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use url::Url;

use super::decide::{self, Candidate};
use super::entries::input;
use super::keep::{self, Keeping};
use super::parts;
use super::reading::article_of;
use super::settle::read_feed_text;
use super::{Desk, InForce};
use crate::extract::{self, Page, PageInput};
use crate::fetch::{Purpose, Request, Response};
use crate::model::{Alert, Article, ArticleId, CopyRef, Feed, Match, Quality, SiteHabits};
use crate::schedule;
use crate::store::{ArticleRecord, CopyRow, Learnt, Lesson, PageDue, PageState, StoreError};
use crate::story;

/// Pages of a site that were read again before it is known that this does not help there.
const REREADS_IN_VAIN: u32 = 6;

/// A server whose page says when to come again is left alone as a whole for as long, up to this.
const HOST_REST: Duration = Duration::from_secs(600);

/// How it went with an article.
#[derive(Debug)]
pub struct PageVisit {
    pub article: ArticleId,
    /// Raised by it.
    pub alerts: Vec<Alert>,
    /// Why its page was not read, or not the whole article.
    pub failed: Option<String>,
}

/// What came of asking for a page.
enum Answer {
    Page(Box<Response>),
    /// There is no page to be had, ever: the feed's text is all there will be.
    Never(Option<String>),
    /// Worth another try, but not before the server has rested for so long.
    Later(String, Option<Duration>),
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
        // What was read of it before stays.
        Answer::Never(why) if due.article.fetched.is_some() => {
            let why = why.unwrap_or_else(|| "its page is not fetched any more".to_owned());
            desk.store.page_failed(due.article.id.clone(), why.clone(), None).await?;
            Ok(PageVisit { article: due.article.id, alerts: Vec::new(), failed: Some(why) })
        }
        Answer::Never(why) => {
            let page = match &why {
                Some(why) => PageState::GivenUp { why: why.clone() },
                None => PageState::Done,
            };
            from_feed_text(desk, due, page, why, now).await
        }
        Answer::Later(why, rest) => later(desk, due, why, rest, now).await,
    }
}

async fn ask(desk: &Desk, article: &Article) -> Answer {
    let Ok(url) = Url::parse(&article.url) else { return Answer::Never(None) };
    match desk.fetcher.may_read(&url).await {
        Ok(true) => {}
        Ok(false) => return Answer::Never(Some(parts::ROBOTS.to_owned())),
        Err(error) => return Answer::Later(error.to_string(), None),
    }
    let request = Request::new(url, Purpose::Page, desk.force.settings.fetch.max_page_bytes);
    match desk.fetcher.get(request).await {
        Ok(response) => match response.status {
            200..=299 => Answer::Page(Box::new(response)),
            status @ (400 | 401 | 403 | 404 | 405 | 410 | 451) => Answer::Never(Some(format!("HTTP {status}"))),
            status => {
                let rest = response.retry_after(desk.clock.now());
                if let Some(rest) = rest.filter(|_| !desk.once) {
                    // Its other pages are no more welcome.
                    desk.fetcher.rest_after(rest.min(HOST_REST));
                }
                Answer::Later(format!("HTTP {status}"), rest)
            }
        },
        Err(error) if error.is_transient() => Answer::Later(error.to_string(), None),
        Err(error) => Answer::Never(Some(error.to_string())),
    }
}

/// The page is tried again; once it has been waited for long enough, the feed's text is matched meanwhile.
async fn later(
    desk: &Desk,
    due: PageDue,
    why: String,
    rest: Option<Duration>,
    now: Timestamp,
) -> Result<PageVisit, StoreError> {
    let rest = rest.unwrap_or_default().min(schedule::LONGEST_WISH);
    let retry = schedule::page_retry(due.attempts + 1).map(|wait| schedule::after(now, wait.max(rest)));
    let patience = schedule::after(due.article.first_seen, desk.force.settings.schedule.page_wait);
    let waits_longer = schedule::after(now, rest) > patience;
    if !due.matched && (desk.once || retry.is_none() || now >= patience || waits_longer) {
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
            read_feed_text(&mut article, true);
            let found = force.rules.matches(&input(&article));
            (article, found)
        })
        .await;
    let id = article.id.clone();
    let evidence = Evidence { place: feed_copy, ..Evidence::default() };
    let alerts = record(desk, article, page, found, evidence, None, now).await?;
    Ok(PageVisit { article: id, alerts, failed: why })
}

/// A page as it was read, with what is needed to record it.
struct Read {
    page: Page,
    response: Response,
    /// Its site, as the learning of boilerplate knows it.
    host: String,
    blocks: Vec<i64>,
}

async fn with_page(
    desk: &Desk,
    due: PageDue,
    feed: Option<Arc<Feed>>,
    response: Response,
    now: Timestamp,
) -> Result<PageVisit, StoreError> {
    let (article, select) = (due.article.clone(), feed.clone());
    let mut read = desk.off_reactor(move || extracted(&article, select.as_deref(), response)).await;
    let first = read.response.final_url.clone();
    let parts = desk.reader(feed.as_ref()).join(&mut read.page, &first).await;
    read.blocks = extract::boilerplate::blocks(&read.page, &due.article.text);
    let habits = desk.store.habits(read.host.clone(), read.blocks.clone()).await?;
    let left_out = extract::boilerplate::leave_out(&mut read.page, &habits, &due.article.text);
    let (why, again) = what_is_lacking(&read.page, &due, &habits, now);
    let reread = due.article.fetched.is_some();
    let lesson = |learnt| (!read.host.is_empty()).then(|| Lesson { host: read.host.clone(), learnt });
    let lesson = if reread {
        let before = desk.store.text_of(due.article.id.clone()).await?.unwrap_or_default();
        let gained = read.page.quality == Quality::Full || read.page.text.len() > before.len();
        let lesson = lesson(Learnt::Reread { gained });
        if !gained {
            desk.store.page_unchanged(due.article.id.clone(), lesson, again, now).await?;
            return Ok(PageVisit { article: due.article.id, alerts: Vec::new(), failed: why });
        }
        lesson
    } else {
        lesson(Learnt::Blocks(std::mem::take(&mut read.blocks)))
    };
    let worker = desk.clone();
    let (article, found, response, metadata) = desk
        .off_reactor(move || {
            let mut metadata = serde_json::to_value(&read.page).unwrap_or_default();
            if !left_out.is_empty() {
                metadata["boilerplate"] = left_out.into();
            }
            let article = article_of(due.article, read.page, worker.force.settings.alerts.max_age, now);
            let found = worker.force.rules.matches(&input(&article));
            (article, found, read.response, metadata)
        })
        .await;
    let matched = !found.is_empty();
    let mut copies = Vec::from_iter(keep_page(desk, &article, matched, response, metadata, now).await?);
    for (number, part) in (2..).zip(parts) {
        let metadata = serde_json::json!({ "part": number, "of": article.id });
        copies.extend(keep_page(desk, &article, matched, part, metadata, now).await?);
    }
    let evidence = Evidence { place: copies.first().map(|copy| copy.place.clone()).or(due.feed_copy), copies };
    let id = article.id.clone();
    let page = why.clone().map_or(PageState::Done, |why| PageState::Partial { why, again });
    let alerts = record(desk, article, page, found, evidence, lesson, now).await?;
    Ok(PageVisit { article: id, alerts, failed: why })
}

fn extracted(article: &Article, feed: Option<&Feed>, response: Response) -> Read {
    let content_type = response.header("content-type");
    let page = extract::page(&PageInput {
        body: &response.body,
        content_type: content_type.as_deref(),
        url: Some(&response.final_url),
        first_page: None,
        select: feed.and_then(|feed| feed.select.as_deref()),
        feed_title: Some(&article.title),
        feed_summary: Some(&article.summary),
        feed_language: article.language.as_ref().map(|language| language.code.as_str()),
    });
    let host = response.final_url.host_str().unwrap_or_default().to_owned();
    Read { page, response, host, blocks: Vec::new() }
}

/// Why a page is not the whole article, and when it is read again for the rest. A site on which that did not help is not
/// asked again.
fn what_is_lacking(
    page: &Page,
    due: &PageDue,
    habits: &SiteHabits,
    now: Timestamp,
) -> (Option<String>, Option<Timestamp>) {
    if page.quality == Quality::Full {
        return (None, None);
    }
    let why = page.quality_reason.clone().unwrap_or_else(|| page.quality.to_string());
    let in_vain = habits.rereads >= REREADS_IN_VAIN && habits.gains * 10 < habits.rereads;
    let rereads = due.rereads + u32::from(due.article.fetched.is_some());
    let wait = schedule::page_reread(rereads).filter(|_| page.quality != Quality::NotHtml && !in_vain);
    (Some(why), wait.map(|wait| schedule::after(now, wait)))
}

async fn keep_page(
    desk: &Desk,
    article: &Article,
    matched: bool,
    response: Response,
    metadata: serde_json::Value,
    now: Timestamp,
) -> Result<Option<CopyRow>, StoreError> {
    if !keep::wanted(desk, matched) {
        return Ok(None);
    }
    let mut url = response.final_url.clone();
    let _ = url.set_password(None);
    let _ = url.set_username("");
    let (article, title) = (Some(article.id.clone()), article.title.clone());
    let keeping = Keeping { at: now, article, url, title, response, redact: Vec::new(), metadata, matched };
    // Where no copy can be written the alert is told all the same: without it, which the log then shows.
    keep::keep(desk, keeping).await
}

/// What is kept of what was read.
#[derive(Default)]
struct Evidence {
    /// Written now, committed with the article.
    copies: Vec<CopyRow>,
    /// What an alert points to: the page, or the feed's own text.
    place: Option<CopyRef>,
}

async fn record(
    desk: &Desk,
    article: Article,
    page: PageState,
    found: Vec<Match>,
    evidence: Evidence,
    lesson: Option<Lesson>,
    now: Timestamp,
) -> Result<Vec<Alert>, StoreError> {
    let force: Arc<InForce> = Arc::clone(&desk.force);
    let Evidence { copies, place } = evidence;
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
    let matches = candidates.iter().map(|candidate| (candidate.found.clone(), candidate.topic.rule())).collect();
    let record = ArticleRecord {
        at: now,
        article: article.clone(),
        page,
        fingerprint,
        story_window: stories.window,
        copies,
        lesson,
        matches,
    };
    let settings_of = Arc::clone(&force);
    let copies = record.copies.clone();
    let kept = desk
        .store
        .record_article(record, move |facts| {
            decide::alerts(&article, &candidates, place.as_ref(), facts, &settings_of.settings, now)
        })
        .await
        .inspect_err(|_| keep::abandon(desk, &copies))?;
    Ok(kept.alerts)
}
