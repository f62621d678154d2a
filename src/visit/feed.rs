//! One feed once: ask, read, record what is unseen, plan the next visit.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use sha2::{Digest as _, Sha256};
use url::Url;

use super::{Desk, decide};
use crate::config::Secret;
use crate::fetch::{FetchError, Priority, Purpose, Request, Response};
use crate::model::{ArticleId, Feed, FeedId};
use crate::parse::{self, ParsedFeed};
use crate::schedule::{self, Ended};
use crate::store::{FeedState, SeenEntry, StoreError, VisitRecord};

/// How a visit went, for the agenda and the operator.
#[derive(Debug)]
pub struct FeedVisit {
    pub feed: FeedId,
    pub due: Timestamp,
    pub outcome: Outcome,
}

#[derive(Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Read; so many articles are new.
    Read { new: usize },
    /// 304, or the same bytes as last time.
    Unchanged,
    Failed { class: String, message: String },
    Gone,
}

/// What came back, before anything is recorded.
enum Answer {
    Unchanged,
    Body(Box<Response>),
    Failed { class: String, message: String, status: Option<u16>, retry_after: Option<Duration> },
    Gone,
}

/// Visits a feed. An error is the store's: nothing was recorded, the visit is due again.
pub async fn visit(desk: &Desk, feed: Arc<Feed>, state: FeedState) -> Result<FeedVisit, StoreError> {
    let mut state = state;
    let answer = match ask(desk, &feed, &state).await {
        Ok((response, secrets)) => sort(desk, response, &secrets, &mut state),
        Err(failure) => failure,
    };
    let now = desk.clock.now();
    let first_visit = state.first_success.is_none();
    state.last_visit = Some(now);

    let settings = &desk.force.settings;
    let mut entries = Vec::new();
    let mut asked = None;
    let (ended, outcome) = match answer {
        Answer::Gone => {
            state.gone = true;
            fail(&mut state, Some(410), "gone", "the publisher says the feed is gone for good (410)");
            (Ended::Gone, Some(Outcome::Gone))
        }
        Answer::Failed { class, message, status, retry_after } => {
            // The address a permanent redirect led to fails: ask the configured one again.
            state.permanent_url = None;
            fail(&mut state, status, &class, &message);
            (Ended::Failed { times: state.failures, retry_after }, Some(Outcome::Failed { class, message }))
        }
        Answer::Unchanged => (Ended::Well { asked }, Some(Outcome::Unchanged)),
        Answer::Body(response) => {
            asked = response.max_age;
            let hash: [u8; 32] = Sha256::digest(&response.body).into();
            state.last_bytes = response.wire_body.len() as u64;
            if state.body_sha256 == Some(hash) {
                remember_validators(&mut state, &response);
                (Ended::Well { asked }, Some(Outcome::Unchanged))
            } else {
                match read(desk, Arc::clone(&feed), *response, first_visit, now).await {
                    Ok(reading) => {
                        asked = asked.max(reading.asked);
                        remember_validators(&mut state, &reading.response);
                        state.body_sha256 = Some(hash);
                        state.title = reading.title;
                        entries = reading.entries;
                        (Ended::Well { asked }, None)
                    }
                    Err(message) => {
                        state.etag = None;
                        state.last_modified = None;
                        fail(&mut state, Some(200), "not-a-feed", &message);
                        let class = "not-a-feed".to_owned();
                        let ended = Ended::Failed { times: state.failures, retry_after: None };
                        (ended, Some(Outcome::Failed { class, message }))
                    }
                }
            }
        }
    };
    if matches!(ended, Ended::Well { .. }) {
        well(&mut state, now);
    }
    let plan = schedule::plan(ended, feed.interval, &settings.schedule, now, fastrand::f64());
    state.next_due = plan.due;
    state.interval = plan.interval;
    state.not_before = plan.not_before;
    state.why = plan.why;

    let recorded = desk.store.record_visit(VisitRecord { at: now, state, entries }).await?;
    let outcome = outcome.unwrap_or(Outcome::Read { new: recorded.new.len() });
    Ok(FeedVisit { feed: feed.id.clone(), due: plan.due, outcome })
}

fn fail(state: &mut FeedState, status: Option<u16>, class: &str, message: &str) {
    state.failures = state.failures.saturating_add(1);
    state.status = status;
    state.error_class = Some(class.to_owned());
    state.error = Some(message.to_owned());
}

fn well(state: &mut FeedState, now: Timestamp) {
    state.failures = 0;
    state.error_class = None;
    state.error = None;
    state.gone = false;
    state.first_success.get_or_insert(now);
    state.last_success = Some(now);
}

fn remember_validators(state: &mut FeedState, response: &Response) {
    state.status = Some(response.status);
    state.etag.clone_from(&response.etag);
    state.last_modified.clone_from(&response.last_modified);
    if let Some(permanent) = &response.permanent {
        state.permanent_url = Some(permanent.to_string());
    }
}

/// Asks the publisher, once a slot is free.
async fn ask(desk: &Desk, feed: &Feed, state: &FeedState) -> Result<(Response, Secrets), Answer> {
    let settings = &desk.force.settings;
    let secrets = Secrets::of(feed, settings)?;
    let address = state.permanent_url.as_deref().filter(|_| secrets.credential.is_none()).unwrap_or(&feed.url);
    let filled = secrets.fill(address);
    let url = Url::parse(&filled).map_err(|error| failed("url", format!("{}: {error}", feed.url)))?;
    let request = Request {
        etag: state.etag.clone(),
        last_modified: state.last_modified.clone(),
        headers: feed.headers.clone(),
        ..Request::new(url, Purpose::Feed, settings.fetch.max_feed_bytes)
    };
    let _permit = desk.fetcher.permit(&request.url, Priority::Poll).await;
    match desk.fetcher.get(request).await {
        Ok(response) => Ok((response, secrets)),
        Err(error) => Err(failed(error.class(), secrets.scrub(&explain(&error)))),
    }
}

fn explain(error: &FetchError) -> String {
    error.to_string()
}

fn failed(class: &str, message: String) -> Answer {
    Answer::Failed { class: class.to_owned(), message, status: None, retry_after: None }
}

/// Tells the answers apart by status.
fn sort(desk: &Desk, response: Response, secrets: &Secrets, state: &mut FeedState) -> Answer {
    let status = response.status;
    match status {
        304 => {
            state.status = Some(304);
            state.saved_bytes = state.saved_bytes.saturating_add(state.last_bytes);
            Answer::Unchanged
        }
        200..=299 => Answer::Body(Box::new(response)),
        410 => Answer::Gone,
        _ => {
            let now = desk.clock.now();
            let message = secrets.scrub(&in_words(status));
            Answer::Failed {
                class: format!("http-{status}"),
                message,
                status: Some(status),
                retry_after: matches!(status, 429 | 503).then(|| response.retry_after(now)).flatten(),
            }
        }
    }
}

/// What an HTTP status means for the operator.
fn in_words(status: u16) -> String {
    let meaning = match status {
        401 => "the publisher wants a login: set a credential for the feed",
        403 => "the publisher refuses us: write to them, or take another of their feeds",
        404 => "there is no feed at this address: look for its new one (wireroom feeds discover)",
        429 => "we ask too often: the next visit is later",
        451 => "withheld for legal reasons",
        500..=599 => "the publisher's server has a fault: tried again later",
        _ => "an answer that is no feed",
    };
    format!("HTTP {status}: {meaning}")
}

/// What a body turned out to hold.
struct Reading {
    response: Box<Response>,
    title: Option<String>,
    entries: Vec<SeenEntry>,
    asked: Option<Duration>,
}

/// Parses a body and makes its entries ready to be recorded, off the reactor. An error says what the body is instead.
async fn read(
    desk: &Desk,
    feed: Arc<Feed>,
    response: Box<Response>,
    first_visit: bool,
    now: Timestamp,
) -> Result<Reading, String> {
    let force = Arc::clone(&desk.force);
    desk.off_reactor(move || {
        let content_type = response.header("content-type");
        let parsed = parse::feed(&response.body, content_type.as_deref(), Some(&response.final_url))
            .map_err(|error| error.to_string())?;
        let asked = parsed.ttl_minutes.map(|minutes| Duration::from_secs(u64::from(minutes) * 60));
        let entries = entries(&feed, &parsed, first_visit, &force.settings, now);
        Ok(Reading { title: parsed.title, entries, asked, response })
    })
    .await
}
