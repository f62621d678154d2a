//! One feed once: ask, read, record what is unseen, plan the next visit.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use sha2::{Digest as _, Sha256};
use url::Url;

use super::Desk;
use super::address::{self, Which};
use super::entries::{Reading, read};
use super::hand::Hand;
use super::keep;
use super::pace::{self, Overflow};
use super::secrets::Secrets;
use crate::config::settings::Settings;
use crate::config::shown_url;
use crate::fetch::{self, HostKey, Purpose, Request, Response};
use crate::model::{Feed, FeedId, FeedKind};
use crate::parse::ParseError;
use crate::schedule::{self, Ended, Known};
use crate::store::{FeedState, StoreError, VisitRecord};
use crate::websub::Hub;

/// How a visit went, for the agenda and the operator.
#[derive(Debug)]
pub struct FeedVisit {
    pub feed: FeedId,
    pub state: FeedState,
    pub outcome: Outcome,
    /// The host that answered, where it is another than the feed's own.
    pub led_to: Option<HostKey>,
    /// Articles were missed since the visit before.
    pub overflow: Option<Overflow>,
    /// Who pushes the feed; known only where it was read.
    pub hub: Option<Hub>,
}

impl FeedVisit {
    pub(super) fn of_push(feed: &Feed, state: FeedState, outcome: Outcome) -> Self {
        Self { feed: feed.id.clone(), state, outcome, led_to: None, overflow: None, hub: None }
    }
}

#[derive(Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Read; so many articles are new, and so many of them await their page.
    Read {
        new: usize,
        waiting: usize,
    },
    /// 304, or the same bytes as last time.
    Unchanged,
    Failed {
        class: String,
        message: String,
    },
    Gone,
}

/// What came back, before anything is recorded.
enum Answer {
    /// 304; fresh for so long.
    Unchanged {
        fresh: Option<Duration>,
        permanent: Option<Url>,
    },
    Body(Box<Response>),
    Failed {
        class: String,
        message: String,
        status: Option<u16>,
        retry_after: Option<Duration>,
    },
    Gone,
}

/// The host that answered, where it is another than the feed's own, and what it said.
type Answered = (Option<HostKey>, Answer);

/// Visits a feed. An error is the store's: nothing was recorded, the visit is due again.
pub async fn visit(desk: &Desk, feed: Arc<Feed>, mut state: Box<FeedState>) -> Result<FeedVisit, StoreError> {
    let settings = &desk.force.settings;
    let shown = shown_url(&feed.url);
    if state.url != shown {
        // Another address: nothing of the old one's validators holds.
        *state = FeedState { url: shown, first_success: state.first_success, ..FeedState::of(&feed) };
    }
    let was_quiet = is_quiet(&state);
    let secrets = Secrets::of(&feed, &settings.config_dir);
    let (asked, (led_to, answer)) = match &secrets {
        Ok(secrets) => ask(desk, &feed, secrets, &mut state).await,
        Err(why) => (Which::Configured, (None, failed("credential", why.clone()))),
    };
    let now = desk.clock.now();
    state.last_visit = Some(now);
    let (mut reading, mut hand) = (None, Hand::of(&desk.places));
    let (ended, outcome) = match answer {
        Answer::Gone => {
            state.gone = true;
            fail(&mut state, Some(410), "gone", "the publisher says the feed is gone for good (410)");
            (Ended::Gone, Some(Outcome::Gone))
        }
        Answer::Failed { class, message, status, retry_after } => {
            fail(&mut state, status, &class, &message);
            (Ended::Failed { times: state.failures, retry_after }, Some(Outcome::Failed { class, message }))
        }
        Answer::Unchanged { fresh, permanent } => {
            address::remember(&mut state, &feed, asked, permanent, now);
            (Ended::Well { fresh }, Some(Outcome::Unchanged))
        }
        Answer::Body(response) => {
            let fresh = response.fresh_for(now);
            let hash: [u8; 32] = Sha256::digest(&response.body).into();
            let wire_bytes = response.wire_body.len() as u64;
            let validators =
                (response.etag(), response.last_modified(), Some(fetch::address_hash(&response.final_url)));
            let (status, permanent) = (response.status, response.permanent.clone());
            let read = if state.body_sha256 == Some(hash) {
                Ok(None)
            } else {
                let secrets = secrets.expect("an answer was had with them");
                // A box of its own: most visits end before this, and a task is moved as large as its largest part.
                let reading = Box::pin(read(desk, Arc::clone(&feed), secrets, *response, &state, &mut hand, now));
                reading.await?.map(Some)
            };
            match read {
                Ok(read) => {
                    state.status = Some(status);
                    address::remember(&mut state, &feed, asked, permanent, now);
                    // Where the same answer may mean something new, it is not to be recognised.
                    let whole = read.as_ref().is_none_or(|read| !read.unfinished);
                    (state.etag, state.last_modified, state.validators_of) =
                        if whole { validators } else { (None, None, None) };
                    state.body_sha256 = whole.then_some(hash);
                    state.last_bytes = wire_bytes;
                    let outcome = if read.is_none() { Some(Outcome::Unchanged) } else { None };
                    reading = read;
                    (Ended::Well { fresh }, outcome)
                }
                Err(error) => {
                    let (class, message) = (error.class().to_owned(), told(&error, &feed));
                    (state.etag, state.last_modified) = (None, None);
                    fail(&mut state, Some(status), &class, &message);
                    let ended = Ended::Failed { times: state.failures, retry_after: None };
                    (ended, Some(Outcome::Failed { class, message }))
                }
            }
        }
    };
    let (mut overflow, mut rhythm_changed) = (None, false);
    if let Some(reading) = &mut reading {
        state.title = reading.title.take().or(state.title);
        state.wishes = std::mem::take(&mut reading.wishes);
        rhythm_changed = state.rhythm.is_none() || !reading.entries.is_empty();
        overflow = pace::learn(&mut state, &reading.holding, &reading.entries, &settings.schedule, now);
    }
    let Reading { entries, reappeared, feed_copies, stood, hub, .. } = reading.unwrap_or_default();
    if matches!(ended, Ended::Well { .. }) {
        well(&mut state, now);
    }
    plan(&mut state, ended, &feed, settings, now);

    let feed_id = feed.id.clone();
    if was_quiet && is_quiet(&state) && state.status == Some(304) && outcome == Some(Outcome::Unchanged) {
        let state = desk.store.record_unchanged(feed_id.clone(), state).await?;
        return Ok(FeedVisit { feed: feed_id, state: *state, outcome: Outcome::Unchanged, led_to, overflow, hub });
    }
    // While much is waited for to be durable another feed may be asked.
    desk.fetcher.ask_no_more();
    let (feed, state, stood) = (feed_id.clone(), *state, stood.map(|stood| stood.to_bytes()));
    let record = VisitRecord { at: now, feed, state, entries, reappeared, feed_copies, stood, rhythm_changed };
    let copies = record.feed_copies.clone();
    let recorded =
        desk.store.record_visit(record, hand.of_rows()).await.inspect_err(|_| keep::abandon(desk, &copies))?;
    let outcome = outcome.unwrap_or(Outcome::Read { new: recorded.new, waiting: recorded.waiting });
    Ok(FeedVisit { feed: feed_id, state: recorded.state, outcome, led_to, overflow, hub })
}

/// Whether a visit that finds nothing new leaves a state as it is, times and counts aside.
fn is_quiet(state: &FeedState) -> bool {
    let well = state.failures == 0 && state.error.is_none() && state.error_class.is_none() && !state.gone;
    well && state.first_success.is_some() && state.permanent_url.is_none() && state.permanent_since.is_none()
}

fn plan(state: &mut FeedState, ended: Ended, feed: &Feed, settings: &Settings, now: Timestamp) {
    let known = Known {
        fixed: feed.interval,
        rhythm: state.rhythm.as_ref(),
        held: state.held,
        at_most: state.at_most,
        wishes: Some(&state.wishes),
    };
    let plan = schedule::plan(ended, &known, &settings.schedule, now, fastrand::f64());
    state.next_due = plan.due;
    state.interval = plan.interval;
    state.not_before = plan.not_before;
    state.why = plan.why;
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

/// Asks the publisher at the address whose turn it is, and tells the answers apart.
async fn ask(desk: &Desk, feed: &Feed, secrets: &Secrets, state: &mut FeedState) -> (Which, Answered) {
    let now = desk.clock.now();
    let first = address::which(state, now);
    let (host, answer) = ask_at(desk, feed, secrets, state, first).await;
    let serves = matches!(answer, Answer::Body(_) | Answer::Unchanged { .. });
    // A server that wants a rest gets one.
    let wants_rest = matches!(answer, Answer::Failed { retry_after: Some(_), .. });
    if first == Which::Configured && !serves && !wants_rest && address::is_only_looking(state, now) {
        state.permanent_since = Some(now);
        let again = Box::pin(ask_at(desk, feed, secrets, state, Which::Remembered));
        return (Which::Remembered, again.await);
    }
    (first, (host, answer))
}

async fn ask_at(desk: &Desk, feed: &Feed, secrets: &Secrets, state: &mut FeedState, which: Which) -> Answered {
    let remembered = state.permanent_url.as_ref().filter(|_| which == Which::Remembered);
    let address = match remembered {
        Some(address) => Url::parse(&secrets.fill(address)),
        None => secrets.address(feed),
    };
    let url = match address {
        Ok(url) => url,
        Err(error) => return (None, failed("url", format!("{}: {error}", state.url))),
    };
    let (purpose, most) = match feed.kind {
        FeedKind::Page => (Purpose::Page, desk.force.settings.fetch.max_page_bytes),
        FeedKind::Feed | FeedKind::Sitemap => (Purpose::Feed, desk.force.settings.fetch.max_feed_bytes),
    };
    if feed.kind == FeedKind::Page {
        match Box::pin(desk.fetcher.may_read(&url)).await {
            Ok(true) => {}
            Ok(false) => {
                return (None, failed("robots", "the site's robots.txt asks not to read this page".to_owned()));
            }
            Err(error) => return (None, failed(error.class(), secrets.scrub(&error.to_string()))),
        }
    }
    let request = Request {
        etag: state.etag.clone(),
        last_modified: state.last_modified.clone(),
        validators_of: state.validators_of,
        headers: secrets.headers(feed),
        ..Request::new(url, purpose, most)
    };
    match desk.fetcher.get(request).await {
        Ok(response) => (led_to(feed, &response.final_url), sort(desk, response, state, which)),
        Err(error) => (None, failed(error.class(), secrets.scrub(&error.to_string()))),
    }
}

/// The host of an address that answered, where it is another than that of the feed's own.
fn led_to(feed: &Feed, answered: &Url) -> Option<HostKey> {
    if feed.address.as_deref() == Some(answered) {
        return None;
    }
    let host = HostKey::of(answered);
    (HostKey::of_feed(feed).as_ref() != Some(&host)).then_some(host)
}

/// What is wrong with an answer, and what the operator may do.
fn told(error: &ParseError, feed: &Feed) -> String {
    match error {
        ParseError::NothingSelected { .. } => format!("{error}; see what is there: wireroom inspect feed {}", feed.id),
        ParseError::Html { feeds } if feeds.is_empty() && feed.kind != FeedKind::Page => {
            format!(
                "{error}; `wireroom feeds discover` looks for feeds, a page that lists articles is read with kind = \"page\" and [feed.select]"
            )
        }
        error => error.to_string(),
    }
}

fn failed(class: &str, message: String) -> Answer {
    Answer::Failed { class: class.to_owned(), message, status: None, retry_after: None }
}

/// Tells the answers apart by status.
fn sort(desk: &Desk, response: Response, state: &mut FeedState, asked: Which) -> Answer {
    let status = response.status;
    match status {
        304 if response.was_conditional() => {
            state.status = Some(304);
            state.saved_bytes = state.saved_bytes.saturating_add(state.last_bytes);
            Answer::Unchanged { fresh: response.fresh_for(desk.clock.now()), permanent: response.permanent }
        }
        200..=299 => Answer::Body(Box::new(response)),
        // Only the configured address says so for good.
        410 if asked == Which::Configured => Answer::Gone,
        _ => Answer::Failed {
            class: format!("http-{status}"),
            message: in_words(status),
            status: Some(status),
            retry_after: response.retry_after(desk.clock.now()),
        },
    }
}

/// What an HTTP status means for the operator.
fn in_words(status: u16) -> String {
    let meaning = match status {
        304 => "not modified, it says, though it was not asked whether",
        300..=399 => "a redirect that leads nowhere",
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

#[cfg(test)]
mod tests {
    use super::*;

    /// How large the future of a visit is.
    fn size<'a, F: Future>(_: impl Fn(&'a Desk, Arc<Feed>, Box<FeedState>) -> F) -> usize {
        size_of::<F>()
    }

    #[test]
    fn a_visit_is_small_enough_to_be_moved() {
        assert!(size(visit) < 3500, "{} bytes", size(visit));
    }
}
