//! One feed once, one page once: fetch → parse → unseen → page → extract → match → record. Here the stages meet; what is
//! decided is decided in [`decide`], which touches nothing; [`course`] tells afterwards how it went with an article.

mod address;
mod again;
pub mod course;
pub mod decide;
pub mod documents;
mod entries;
mod feed;
mod hand;
mod headline;
mod keep;
mod pace;
mod page;
mod parts;
mod push;
mod reading;
mod secrets;
mod settle;
mod unseen;

pub use entries::input as match_input;
pub use feed::{FeedVisit, Outcome, visit};
pub use hand::Places;
pub use keep::note_abandoned;
pub use pace::{Overflow, in_words as overflow_in_words};
pub use page::{PageVisit, read_page};
pub use parts::look as look_at_page;
pub use push::{Pushed, take_push};
pub use secrets::Secrets;

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use jiff::Timestamp;
use rustc_hash::FxHashMap;
use tokio::sync::Semaphore;

use crate::config::settings::Settings;
use crate::fetch::{Fetcher, HostKey};
use crate::model::{Feed, FeedId, Topic, TopicId};
use crate::store::Store;
use crate::store::copies::CopyWriter;
use crate::topic::RuleSet;

/// Where the time comes from: the system in the daemon, a hand-set clock in tests.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> Timestamp + Send + Sync>);

impl Clock {
    #[expect(clippy::disallowed_methods, reason = "the one place where the daemon reads the clock")]
    pub fn system() -> Self {
        Self(Arc::new(Timestamp::now))
    }

    pub fn of(now: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    /// To the microsecond, as the database keeps it.
    pub fn now(&self) -> Timestamp {
        let now = (self.0)();
        Timestamp::from_microsecond(now.as_microsecond()).unwrap_or(now)
    }
}

impl std::fmt::Debug for Clock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Clock")
    }
}

/// What is in force: made whole at start and at each reload, never changed but for a clock that went back.
#[derive(Clone, Debug)]
pub struct InForce {
    pub settings: Settings,
    pub feeds: FxHashMap<FeedId, Arc<Feed>>,
    pub topics: HashMap<TopicId, Arc<Topic>>,
    /// Of all topics: what a disabled one finds is recorded as held.
    pub rules: Arc<RuleSet>,
    /// Since when each enabled topic holds with its present rule.
    pub since: HashMap<TopicId, Timestamp>,
}

/// Everything a visit works with. Cheap to clone; a task keeps the one it was started with.
#[derive(Clone, Debug)]
pub struct Desk {
    pub force: Arc<InForce>,
    pub fetcher: Fetcher,
    pub store: Store,
    pub copies: Arc<Mutex<CopyWriter>>,
    /// Bounds how many threads parse, extract and match at once.
    pub cpu: Arc<Semaphore>,
    /// Bounds how many feeds are read and not yet written.
    pub places: Places,
    pub clock: Clock,
    /// `run --once`: an article whose page fails is matched on the feed's text at once.
    pub once: bool,
    /// The disk is nearly full: only what matches is kept.
    pub saving: bool,
}

/// Reading so many bytes takes about a millisecond: no longer than a reactor may be kept from other answers, and little more
/// than a change of threads and back costs.
const LITTLE: usize = 64 << 10;

impl Desk {
    /// For one task, which has taken a slot of this host.
    #[must_use]
    pub fn holding(&self, host: HostKey) -> Self {
        Self {
            force: Arc::clone(&self.force),
            fetcher: self.fetcher.holding(host),
            store: self.store.clone(),
            copies: Arc::clone(&self.copies),
            cpu: Arc::clone(&self.cpu),
            places: self.places.clone(),
            clock: self.clock.clone(),
            once: self.once,
            saving: self.saving,
        }
    }

    /// Runs CPU-heavy or blocking work off the reactor, bounded.
    async fn off_reactor<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> T {
        off_reactor(&self.cpu, work).await
    }

    /// Runs work on so many bytes: at once where they are few, else off the reactor.
    async fn work_on<T: Send + 'static>(&self, bytes: usize, work: impl FnOnce() -> T + Send + 'static) -> T {
        work_on(&self.cpu, bytes, work).await
    }
}

async fn work_on<T: Send + 'static>(
    cpu: &Arc<Semaphore>,
    bytes: usize,
    work: impl FnOnce() -> T + Send + 'static,
) -> T {
    if bytes <= LITTLE { work() } else { off_reactor(cpu, work).await }
}

async fn off_reactor<T: Send + 'static>(cpu: &Arc<Semaphore>, work: impl FnOnce() -> T + Send + 'static) -> T {
    let permit = Arc::clone(cpu).acquire_owned().await.expect("the semaphore is never closed");
    let done = tokio::task::spawn_blocking(move || {
        let _permit = permit;
        work()
    });
    match done.await {
        Ok(value) => value,
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    }
}
