//! The work under way: begins what is due within the slots, says what is due next, and ends. What a task brought is taken in by
//! [`super::settle`], a changed configuration by [`super::reload`].

use std::collections::{HashMap, HashSet, VecDeque};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use rustc_hash::{FxHashMap, FxHashSet};
use tokio::sync::{Notify, Semaphore, oneshot, watch};
use tokio::task::{Id, JoinError, JoinHandle, JoinSet};
use tokio_util::sync::CancellationToken;
use url::Url;

use super::begun::{Begun, What};
use super::housekeeping::Room;
use super::notices::Notices;
use super::queue::{Job, Queue};
use super::websub::pushes::{Polled, Push};
use super::{StartError, Startup, Summary, reload};
use crate::archive;
use crate::config::settings::Settings;
use crate::config::shown_url;
use crate::deliver::{self, Courier};
use crate::fetch::{Fetcher, Gate, HostKey, files};
use crate::model::{ArticleId, Feed, FeedId, Severity};
use crate::schedule::{self, Agenda};
use crate::store::copies::{self, CopyWriter};
use crate::store::lock::Lock;
use crate::store::{FeedState, PageDue, Standing, Store, StoreError};
use crate::visit::{self, Clock, Desk, FeedVisit, InForce, PageVisit};

/// Pages taken into the queue at a time; the rest wait in the database.
const PAGES_AHEAD: usize = 500;
/// The database is looked into again when no more than these are left.
const PAGES_LEFT: usize = PAGES_AHEAD / 2;
/// For each one that may ask, so many tasks at most: those that record what they read take memory too.
const MOST_TASKS: usize = 2;
/// After a fault of the store, this long until the next try.
pub(super) const STORE_PAUSE: SignedDuration = SignedDuration::from_secs(5);

/// A clock set right by less than this changes nothing.
const CLOCK_WENT_BACK: SignedDuration = SignedDuration::from_secs(-60);
/// So far it goes on by itself while nobody looks; further is told, and how long nothing is removed by its age then.
const CLOCK_LEAPT: SignedDuration = SignedDuration::from_hours(7 * 24);
const TIME_TO_MEND: SignedDuration = SignedDuration::from_hours(24);

/// How a task ended, with its id.
pub type Ended = Result<(Id, Done), JoinError>;

/// What a task brings back.
#[derive(Debug)]
pub enum Done {
    Visit(FeedId, Result<Box<FeedVisit>, StoreError>),
    Page(ArticleId, Result<PageVisit, StoreError>),
    Push(FeedId, Result<Box<FeedVisit>, StoreError>, oneshot::Sender<bool>),
}

#[derive(Debug)]
pub struct Work {
    pub(super) config_dir: PathBuf,
    pub(super) desk: Desk,
    pub(super) agenda: Agenda,
    /// Feeds whose last visit failed.
    pub(super) failing: FxHashSet<FeedId>,
    queue: Queue,
    pub(super) tasks: JoinSet<Done>,
    pub(super) begun: Begun,
    /// Where feeds are that redirect to another host: they queue there.
    pub(super) led_to: FxHashMap<FeedId, HostKey>,
    /// Articles queued or under way.
    pub(super) pages: HashSet<ArticleId>,
    /// When the database is next looked into for due pages.
    pub(super) look_for_pages: Option<Timestamp>,
    /// Files that may be open.
    open_files: Option<u64>,
    /// When a resting host may be asked.
    host_free: Option<Instant>,
    pub(super) summary: Summary,
    /// Tasks that ended.
    pub(super) done: u64,
    pub(super) room: Room,
    /// Bytes that the disk lacks for `min_free`.
    pub(super) lacking: u64,
    /// When the clock was last looked at.
    looked_at: Timestamp,
    /// What is to be told of feeds.
    pub(super) notices: Notices,
    /// Whether hubs may push; for them is what visits found.
    pub(super) listens: bool,
    pub(super) polled: Vec<Polled>,
    /// Feeds that their hub pushes: polled as a safety net.
    pub(super) pushed: FxHashSet<FeedId>,
    /// Pushes whose feed is being visited.
    pub(super) held: VecDeque<Push>,
    pub(super) settings: watch::Sender<Arc<Settings>>,
    pub(super) wake_sinks: Arc<Notify>,
    pub(super) wake_log: Arc<Notify>,
    /// The log, the sinks and the archive's index: each ends by itself after `stop_deliveries`.
    deliveries: Vec<JoinHandle<()>>,
    stop_deliveries: CancellationToken,
    /// Looks back into the archive: one at a time, nothing waits for them.
    pub(super) asides: JoinSet<()>,
    pub(super) one_aside: Arc<Semaphore>,
    lock: Lock,
}

impl Work {
    pub async fn begin(startup: Startup, clock: Clock, once: bool) -> Result<Self, StartError> {
        let Startup { config_dir, fingerprint, settings, refused, store, lock } = startup;
        let now = clock.now();
        let fetcher = Fetcher::new(&settings.fetch).map_err(StartError::Settings)?;
        let folder = |error: std::io::Error| StartError::Folder(error.to_string());
        let (ends, gaps) = store.copy_ends().await?;
        let found = copies::mend(&settings.state_dir, &ends, gaps).map_err(folder)?;
        let copies = CopyWriter::new(&settings.state_dir, &settings.hash).after(ends);
        store.note_orphans(found.orphans, now).await?;
        let mut mended = found.said;
        let (log, said) = deliver::open_log(&settings.log_dir, settings.alerts.timezone.clone(), &store)
            .await
            .map_err(|error| StartError::Folder(format!("the alert log in {}: {error}", settings.log_dir.display())))?;
        mended.extend(said);
        let standings = store.standings().await?;
        let newest = store.newest_time().await?;
        let (force, ended) = reload::in_force(reload::compile(settings, &store).await?, &store, now).await?;
        let cpus = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
        let (settings, watched) = watch::channel(Arc::new(force.settings.clone()));
        let (wake_log, wake_sinks) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let stop_deliveries = CancellationToken::new();
        let courier =
            Courier { store: store.clone(), fetcher: fetcher.clone(), clock: clock.clone(), settings: watched };
        let keep_log = deliver::keep_log(
            log,
            store.clone(),
            clock.clone(),
            courier.settings.clone(),
            Arc::clone(&wake_log),
            stop_deliveries.clone(),
        );
        let mut deliveries = vec![tokio::spawn(keep_log)];
        if !once {
            deliveries.push(tokio::spawn(deliver::serve_sinks(
                courier,
                Arc::clone(&wake_sinks),
                stop_deliveries.clone(),
            )));
            deliveries.push(tokio::spawn(archive::keep_indexed(store.clone(), stop_deliveries.clone())));
        }
        let desk = Desk {
            force: Arc::new(force),
            fetcher,
            store,
            copies: Arc::new(Mutex::new(copies)),
            cpu: Arc::new(Semaphore::new(cpus)),
            places: visit::Places::default(),
            clock,
            once,
            saving: false,
        };
        let mut work = Self {
            config_dir,
            desk,
            agenda: Agenda::default(),
            failing: standings.iter().filter(|(_, standing)| standing.failing).map(|(id, _)| id.clone()).collect(),
            queue: Queue::default(),
            tasks: JoinSet::new(),
            begun: Begun::default(),
            led_to: FxHashMap::default(),
            pages: HashSet::new(),
            look_for_pages: Some(now),
            open_files: files::limit(),
            host_free: None,
            summary: Summary::default(),
            done: 0,
            room: Room::default(),
            listens: false,
            polled: Vec::new(),
            pushed: FxHashSet::default(),
            held: VecDeque::new(),
            lacking: 0,
            looked_at: now,
            notices: Notices::default(),
            settings,
            wake_sinks,
            wake_log,
            deliveries,
            stop_deliveries,
            asides: JoinSet::new(),
            one_aside: Arc::new(Semaphore::new(1)),
            lock,
        };
        work.fill_agenda(&standings, now);
        drop(standings);
        for what in mended {
            work.report("wireroom", Severity::Normal, format!("mended at start: {what}")).await;
        }
        if let [first, rest @ ..] = found.short.as_slice() {
            let more = if rest.is_empty() { String::new() } else { format!(" and {} more", rest.len()) };
            let message = format!(
                "copies are missing or cut: {first}{more}; what is left stays as it is, and new copies go into other files (wireroom copies verify)"
            );
            tracing::warn!("{message}");
            work.report("wireroom", Severity::High, message).await;
        }
        let (wanted, most) = (work.desk.force.settings.fetch.max_concurrency, work.at_once());
        if most < wanted {
            let message = format!(
                "only {} files may be open (ulimit -n, LimitNOFILE): {most} feeds and pages are asked at once instead of {wanted}",
                work.open_files.unwrap_or_default()
            );
            tracing::warn!("{message}");
            work.report("wireroom", Severity::Normal, message).await;
        }
        if work.desk.force.settings.alerts.signing_key.is_some()
            && let Err(why) = deliver::signer(&work.desk.force.settings)
        {
            let message = format!("the alert log's end is not signed: {why}");
            work.report("wireroom", Severity::High, message).await;
        }
        work.report_take_up(&refused, &ended, now).await;
        work.note_taken_up(fingerprint).await;
        work.looked_at = newest.unwrap_or(now);
        work.look_at_clock(now).await;
        Ok(work)
    }

    /// Every feed at its due time; for `--once` now, except those whose publisher asked to be left alone.
    fn fill_agenda(&mut self, standings: &HashMap<FeedId, Standing>, now: Timestamp) {
        let feeds: Vec<_> = self.desk.force.settings.feeds.iter().filter(|feed| feed.enabled).cloned().collect();
        self.summary.feeds = feeds.len();
        for feed in feeds {
            let standing = standings.get(&feed.id);
            if self.desk.once {
                let furthest = schedule::after(now, schedule::LONGEST_WISH);
                let asked = standing.and_then(|standing| standing.not_before).filter(|at| *at > now && *at <= furthest);
                match (asked, standing.is_some_and(|standing| is_gone(&feed, standing))) {
                    (_, true) => self.summary.left_alone.push(format!("{}: gone (410)", feed.id)),
                    (Some(at), _) => {
                        self.summary.left_alone.push(format!("{}: its publisher asks until {at}", feed.id));
                    }
                    (None, false) => self.agenda.set(&feed.id, now),
                }
            } else {
                if standing.is_some_and(|standing| is_gone(&feed, standing)) {
                    continue;
                }
                let due = standing
                    .and_then(|standing| Some(schedule::believable(standing.next_due?, standing.interval, now)));
                self.agenda.set(&feed.id, due.unwrap_or(now));
            }
        }
    }

    /// Begins what is due, as far as there are slots.
    pub async fn start_due(&mut self) {
        let now = self.desk.clock.now();
        self.look_at_clock(now).await;
        let due = if self.room == Room::None { Vec::new() } else { self.agenda.take_due(now, usize::MAX) };
        for feed in due {
            let Some(host) = self.host_of(&feed) else { continue };
            self.queue.push(host, Job::Visit(feed));
        }
        self.queue_pages(now).await;
        self.host_free = None;
        while self.under_way() < self.at_once() && self.tasks.len() < self.at_once() * MOST_TASKS {
            let next = self.queue.take(&mut self.desk.fetcher.gate().slots(), Instant::now());
            match next {
                Ok((host, job)) => self.start(host, job),
                Err(free) => {
                    self.host_free = free;
                    break;
                }
            }
        }
    }

    /// Whether it leapt since it was last looked at, or since the database was last written.
    async fn look_at_clock(&mut self, now: Timestamp) {
        let passed = now.duration_since(self.looked_at);
        if passed < CLOCK_WENT_BACK {
            self.believe_again(now).await;
        } else if passed > CLOCK_LEAPT {
            // It may be wrong: what would be past its keeping stays until somebody could set it right.
            let from = now.checked_add(TIME_TO_MEND).unwrap_or(now);
            if let Err(error) = self.desk.store.set_removes_from(from).await {
                tracing::error!(%error, "that nothing is to be removed cannot be recorded");
            }
            let days = passed.as_hours() / 24;
            let message = format!(
                "the clock is {days} days further than when it was last looked at: nothing is removed by its age for a day"
            );
            tracing::warn!("{message}");
            self.report("clock", Severity::Normal, message).await;
        }
        self.looked_at = now;
    }

    /// After the clock went back, what was due soon is due in a far future, and topics seem newer than the articles to come.
    async fn believe_again(&mut self, now: Timestamp) {
        tracing::warn!(from = %self.looked_at, to = %now, "the clock went back; due times are looked at again");
        for since in Arc::make_mut(&mut self.desk.force).since.values_mut() {
            *since = now.min(*since);
        }
        if let Err(error) = self.desk.store.clock_went_back(now).await {
            tracing::error!(%error, "what waits for a time that is to come again cannot be set right");
        }
        let standings = self.desk.store.standings().await.unwrap_or_else(|error| {
            tracing::error!(%error, "how the feeds stand cannot be read");
            HashMap::new()
        });
        for (id, feed) in &self.desk.force.feeds {
            if let (true, Some(due)) = (feed.enabled, self.agenda.due_of(id)) {
                let longest = self.desk.force.settings.schedule.max_interval;
                // One that was never visited, or of which nothing can be read, is looked at within the longest interval.
                let known = standings.get(id);
                let asked = known.is_none_or(|known| known.not_before.is_some_and(|asked| asked >= due));
                let interval = known.filter(|_| !asked).map_or(longest, |known| known.interval);
                self.agenda.set(id, due.min(schedule::after(now, interval)));
            }
        }
        self.look_for_pages = Some(now);
    }

    fn host_of(&self, feed: &FeedId) -> Option<HostKey> {
        if let Some(host) = self.led_to.get(feed) {
            return Some(host.clone());
        }
        HostKey::of_feed(self.desk.force.feeds.get(feed)?)
    }

    async fn queue_pages(&mut self, now: Timestamp) {
        if self.look_for_pages.is_none_or(|at| at > now) || self.queue.pages() > PAGES_LEFT {
            return;
        }
        let limit = self.pages.len() + PAGES_AHEAD;
        let found = match self.desk.store.pages_due(now, limit).await {
            Ok(found) => found,
            Err(error) => {
                tracing::error!(%error, "waiting pages cannot be read");
                self.look_for_pages = now.checked_add(STORE_PAUSE).ok();
                return;
            }
        };
        let all = found.len() < limit;
        for page in found {
            if self.pages.insert(page.article.id.clone()) {
                self.queue.push(self.host_of_page(&page), Job::Page(Box::new(page)));
            }
        }
        if all {
            self.look_for_pages = self.desk.store.next_page_due(now).await.unwrap_or(now.checked_add(STORE_PAUSE).ok());
        }
    }

    fn host_of_page(&self, page: &PageDue) -> HostKey {
        let fetches = self.desk.force.feeds.get(&page.article.feed).is_some_and(|feed| feed.pages);
        let url = Url::parse(&page.article.url).ok().filter(|_| fetches);
        url.as_ref().map_or_else(HostKey::nobody, HostKey::of)
    }

    /// How many tasks may be under way.
    fn at_once(&self) -> usize {
        files::at_once(self.desk.force.settings.fetch.max_concurrency, self.open_files)
    }

    /// Tasks that hold a slot: who waits for the host it was led to, or for its rows to be durable, holds up nobody.
    fn under_way(&self) -> usize {
        self.tasks.len().saturating_sub(self.desk.fetcher.gate().without_slot())
    }

    /// The slots of all hosts: who waits for them waits beside the work.
    pub fn gate(&self) -> Arc<Gate> {
        Arc::clone(self.desk.fetcher.gate())
    }

    /// Tasks stand in boxes: what one holds is moved as a whole when it begins, ends, and is asked what it brought.
    fn start(&mut self, host: HostKey, job: Job) {
        let desk = self.desk.holding(host);
        let (what, task) = match job {
            Job::Visit(id) if self.begun.writes(&id) => {
                // A push of it: its state is being written.
                self.agenda.set(&id, schedule::after(self.desk.clock.now(), Duration::from_secs(1)));
                return;
            }
            Job::Visit(id) => {
                let Some(feed) = self.desk.force.feeds.get(&id).cloned() else {
                    return;
                };
                let what = What::Visit(id.clone());
                let visit = async move {
                    let visited = match desk.store.feed_state(id.clone()).await {
                        Ok(state) => {
                            let state = state.unwrap_or_else(|| FeedState::of(&feed));
                            visit::visit(&desk, feed, Box::new(state)).await
                        }
                        Err(error) => Err(error),
                    };
                    Done::Visit(id, visited.map(Box::new))
                };
                (what, self.tasks.spawn(Box::pin(visit)))
            }
            Job::Page(page) => {
                let id = page.article.id.clone();
                let what = What::Page(id.clone());
                let read = async move { Done::Page(id, visit::read_page(&desk, *page).await) };
                (what, self.tasks.spawn(Box::pin(read)))
            }
        };
        self.begun.note(task.id(), what);
    }

    /// The next task that ends; none while nothing is under way. Loses nothing when dropped half-way.
    pub async fn next_ended(&mut self) -> Option<Ended> {
        self.tasks.join_next_with_id().await
    }

    pub(super) fn wake_deliveries(&self) {
        self.wake_log.notify_one();
        self.wake_sinks.notify_one();
    }

    /// When something is next due, whatever holds it up now.
    pub fn next_due(&self) -> Option<Timestamp> {
        let pages = self.look_for_pages.filter(|_| self.queue.pages() < PAGES_AHEAD);
        [self.agenda.next(), pages].into_iter().flatten().min()
    }

    /// How long nothing will be due.
    pub fn idle_for(&self) -> Duration {
        let now = self.desk.clock.now();
        let until = |at: Timestamp| Duration::try_from(at.duration_since(now)).unwrap_or(Duration::ZERO);
        let polling = self.room != Room::None;
        let mut wait = self.agenda.next().filter(|_| polling).map_or(Duration::MAX, until);
        if self.queue.pages() <= PAGES_LEFT
            && let Some(at) = self.look_for_pages
        {
            wait = wait.min(until(at));
        }
        if let Some(free) = self.host_free {
            wait = wait.min(free.saturating_duration_since(Instant::now()));
        }
        // However much is due, the loop must not spin on it.
        wait.max(Duration::from_millis(2))
    }

    pub fn is_queue_empty(&self) -> bool {
        self.queue.is_empty()
    }

    /// `--once`: whether everything that can be done now is done.
    pub fn is_done(&self) -> bool {
        let now = self.desk.clock.now();
        self.tasks.is_empty()
            && self.queue.is_empty()
            && (self.agenda.next().is_none() || self.room == Room::None)
            && self.look_for_pages.is_none_or(|at| at > now)
    }

    /// Feeds and pages done since the start, and known of.
    pub fn progress(&self) -> (u64, u64) {
        let waiting = self.queue.len() + self.tasks.len();
        (self.done, self.done + waiting as u64)
    }

    /// Sends what is due to every sink once.
    pub async fn send_all_once(&self) -> Result<(), StoreError> {
        let courier = Courier {
            store: self.desk.store.clone(),
            fetcher: self.desk.fetcher.clone(),
            clock: self.desk.clock.clone(),
            settings: self.settings.subscribe(),
        };
        courier.send_all_once().await
    }

    /// Ends: what is under way may end within `grace`, the rest is due again; the log is brought up to date.
    pub async fn end(mut self, grace: Duration) -> Summary {
        let deadline = tokio::time::Instant::now() + grace;
        while let Ok(Some(ended)) = tokio::time::timeout_at(deadline, self.tasks.join_next_with_id()).await {
            self.settle(ended).await;
        }
        self.tasks.shutdown().await;
        self.tell_notices().await;
        // A run that was to do everything once also says what its topics would have raised.
        while self.desk.once
            && let Ok(Some(_)) = tokio::time::timeout_at(deadline, self.asides.join_next()).await
        {}
        self.asides.shutdown().await;
        self.stop_deliveries.cancel();
        for task in self.deliveries.drain(..) {
            if tokio::time::timeout(grace, task).await.is_err() {
                tracing::warn!("the log or a sink did not end in time; it goes on from there at the next start");
            }
        }
        if let Err(error) = visit::note_abandoned(&self.desk).await {
            tracing::debug!(%error, "copies without an article are noted at the next start");
        }
        self.desk.store.close().await;
        self.summary
    }

    /// A line for `systemctl status`.
    pub fn status_line(&self) -> String {
        let force: &InForce = &self.desk.force;
        format!(
            "{} feeds ({} failing), {} topics; {} articles and {} alerts since start; {} under way",
            force.feeds.len(),
            self.failing.len(),
            force.since.len(),
            self.summary.new_articles,
            self.summary.alerts,
            self.tasks.len(),
        )
    }

    /// Whether the state folder is still there, and the one that this run took.
    pub fn has_its_state(&self) -> bool {
        self.lock.is_in_place()
    }

    pub fn state_dir(&self) -> PathBuf {
        self.desk.force.settings.state_dir.clone()
    }

    pub fn config_dir(&self) -> PathBuf {
        self.config_dir.clone()
    }

    pub fn store(&self) -> Store {
        self.desk.store.clone()
    }
}

/// Whether its publisher said that the feed at this address is gone for good.
fn is_gone(feed: &Feed, standing: &Standing) -> bool {
    standing.gone_at.as_ref().is_some_and(|address| *address == shown_url(&feed.url))
}
