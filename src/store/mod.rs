//! The ledger: what was seen, matched, decided and delivered. Speaks the domain; no SQL leaves [`sqlite`], no file of a
//! copy is touched outside [`copies`]. Every method is async and runs on the engine's own thread.

pub mod copies;
pub mod lock;
mod record;
pub mod requests;
mod sqlite;
#[cfg(test)]
mod tests;

pub use record::{
    AlertDraft, AlertFilter, ArticleRecord, Candidates, CopyRow, Counts, Decision, Delivery, Dossier, Facts, FeedState,
    Held, HeldMatch, IndexedWords, Kept, Known, Learnt, Lesson, MatchRow, OldFile, OutboxRow, PageDue, PageProgress,
    PageState, Reappeared, Recorded, Removal, Removed, SeenEntry, Settled, Standing, Stored, StoryAlert, Unindexed,
    VisitRecord, Visited,
};

#[cfg(test)]
pub use sqlite::archive::found_by;

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;

use crate::chain::Head;
use crate::lookup::Listed;
use crate::model::{AlertId, AlsoIn, ArticleId, CopyRef, FeedId, SiteHabits, StoryId, TopicId};
use crate::websub::Subscription;
use copies::Gap;

#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    #[error("the database {path}: {message}")]
    Unusable { path: PathBuf, message: String },
    #[error(
        "{path} was written by a newer wireroom (schema {found}, this one knows {known}): run that version, or restore the \
         copy it made before"
    )]
    Newer { path: PathBuf, found: u32, known: u32 },
    #[error("the database: {0}")]
    Engine(String),
    #[error("the store has stopped")]
    Stopped,
}

/// Bytes of all files under some folders, each file once.
pub fn disk_used(folders: &[&Path]) -> u64 {
    let mut waiting: Vec<PathBuf> = folders.iter().map(|folder| folder.to_path_buf()).collect();
    let (mut seen, mut bytes) = (std::collections::HashSet::new(), 0);
    while let Some(folder) = waiting.pop() {
        // What cannot be read, or is just being removed, is not counted.
        let entries = std::fs::read_dir(&folder).into_iter().flatten().flatten();
        for entry in entries.filter(|entry| seen.insert(entry.path())) {
            match entry.metadata() {
                Ok(meta) if meta.is_dir() => waiting.push(entry.path()),
                Ok(meta) => bytes += meta.len(),
                Err(_) => {}
            }
        }
    }
    bytes
}

/// The one store. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Store {
    engine: Arc<sqlite::Engine>,
}

impl Store {
    /// Opens or creates the database of a state folder; a schema of an older version is copied, then brought up to date.
    pub fn open(state_dir: &Path) -> Result<Self, StoreError> {
        Ok(Self { engine: Arc::new(sqlite::Engine::open(state_dir)?) })
    }

    /// For reading commands: works with read permission alone, whether the daemon runs or not.
    pub fn open_read(state_dir: &Path) -> Result<Self, StoreError> {
        Ok(Self { engine: Arc::new(sqlite::Engine::open_read(state_dir)?) })
    }

    /// What is damaged in a database that is too large to be checked at each start. Blocking, for as long as reading it takes.
    pub fn fault_of_large(state_dir: &Path) -> Result<Option<String>, StoreError> {
        sqlite::Engine::fault_of_large(state_dir)
    }

    /// Ends the engine's thread after what it was given. Later calls are errors.
    pub async fn close(&self) {
        self.engine.close().await;
    }

    pub async fn feed_states(&self) -> Result<HashMap<FeedId, FeedState>, StoreError> {
        self.engine.call(|db| sqlite::visits::feed_states(db)).await
    }

    pub async fn feed_state(&self, feed: FeedId) -> Result<Option<FeedState>, StoreError> {
        self.engine.look(move |db| sqlite::visits::feed_state(db, &feed)).await
    }

    /// How every feed that was ever visited stands.
    pub async fn standings(&self) -> Result<HashMap<FeedId, Standing>, StoreError> {
        self.engine.call(|db| sqlite::visits::standings(db)).await
    }

    /// One transaction: the feed's state with its validators, and the entries not seen before as articles, settled or awaiting
    /// their page.
    ///
    /// `held` is let go as soon as the rows are written, before they are durable.
    pub fn record_visit(
        &self,
        visit: VisitRecord,
        held: impl Send + 'static,
    ) -> impl Future<Output = Result<Visited, StoreError>> + Send {
        self.engine.write(move |db| {
            let visited = sqlite::visits::record_visit(db, visit);
            drop(held);
            visited
        })
    }

    /// A visit to a feed that was well before and has not changed (304): of its state only when it was visited, how often it is
    /// and what was saved. Gives the state back.
    pub fn record_unchanged(
        &self,
        feed: FeedId,
        state: Box<FeedState>,
    ) -> impl Future<Output = Result<Box<FeedState>, StoreError>> + Send {
        self.engine.write(move |db| {
            sqlite::visits::record_unchanged(db, &feed, &state)?;
            Ok(state)
        })
    }

    /// Which entries of a feed were not seen before.
    pub async fn unseen(&self, feed: FeedId, identities: Vec<String>) -> Result<Vec<bool>, StoreError> {
        self.engine.look(move |db| sqlite::visits::unseen(db, &feed, &identities)).await
    }

    /// How the entries of a feed stood when it was last read; nothing where that was not noted.
    pub async fn stood(&self, feed: FeedId) -> Result<Vec<u8>, StoreError> {
        self.engine.look(move |db| sqlite::visits::stood(db, &feed)).await
    }

    /// What the entries of a feed with these identities or marks became.
    pub async fn recall(&self, feed: FeedId, keys: Vec<Option<String>>) -> Result<Vec<Option<Known>>, StoreError> {
        self.engine.look(move |db| sqlite::visits::recall(db, &feed, &keys)).await
    }

    /// Which articles are known.
    pub async fn have(&self, ids: Vec<ArticleId>) -> Result<Vec<bool>, StoreError> {
        self.engine.call(move |db| sqlite::visits::have(db, &ids)).await
    }

    /// Articles whose page is due by `now`, the newest first.
    pub async fn pages_due(&self, now: Timestamp, limit: usize) -> Result<Vec<PageDue>, StoreError> {
        self.engine.call(move |db| sqlite::visits::pages_due(db, now, limit)).await
    }

    /// When the next page after `now` is due.
    pub async fn next_page_due(&self, now: Timestamp) -> Result<Option<Timestamp>, StoreError> {
        self.engine.call(move |db| sqlite::visits::next_page_due(db, now)).await
    }

    /// A page could not be had: it is tried again at `retry`, or never.
    pub async fn page_failed(&self, id: ArticleId, why: String, retry: Option<Timestamp>) -> Result<(), StoreError> {
        self.engine.call(move |db| sqlite::visits::page_failed(db, &id, &why, retry)).await
    }

    /// A page that was read again is as it was: read again once more then, or not.
    pub async fn page_unchanged(
        &self,
        id: ArticleId,
        lesson: Option<Lesson>,
        again: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.engine.call(move |db| sqlite::sites::page_unchanged(db, &id, lesson.as_ref(), again, now)).await
    }

    /// What is known of a site, as far as these blocks of text are concerned.
    pub async fn habits(&self, host: String, blocks: Vec<i64>) -> Result<SiteHabits, StoreError> {
        self.engine.call(move |db| sqlite::sites::habits(db, &host, &blocks)).await
    }

    /// Forgets sites of which no page was read since then.
    pub async fn forget_sites(&self, before: Timestamp) -> Result<usize, StoreError> {
        self.engine.call(move |db| sqlite::sites::forget(db, before)).await
    }

    /// One transaction: text, matches, and the alerts that `decide` makes of the facts, sealed into the chain.
    pub async fn record_article(
        &self,
        record: ArticleRecord,
        decide: impl FnOnce(&Facts) -> Decision + Send + 'static,
    ) -> Result<Kept, StoreError> {
        self.engine.call(move |db| sqlite::articles::record_article(db, &record, decide)).await
    }

    /// Records an alert that is about no article; false where one of that id is there already.
    pub async fn record_alert(&self, draft: AlertDraft) -> Result<bool, StoreError> {
        self.engine.call(move |db| sqlite::alerts::record_alert(db, draft).map(|made| made.is_some())).await
    }

    /// Lines of the alert log after `seq`, in order.
    pub async fn lines_after(&self, seq: u64, limit: usize) -> Result<Vec<(u64, String)>, StoreError> {
        self.engine.call(move |db| sqlite::alerts::lines_after(db, seq, limit)).await
    }

    pub async fn log_head(&self) -> Result<Head, StoreError> {
        self.engine.call(|db| sqlite::alerts::head(db)).await
    }

    /// Lines of alerts that pass the filter, oldest first.
    pub async fn alerts(&self, filter: AlertFilter) -> Result<Vec<String>, StoreError> {
        self.engine.call(move |db| sqlite::alerts::select(db, &filter)).await
    }

    /// Topics that ever told anything: their alerts since then, and when the last one was told.
    pub async fn told_by_topic(&self, since: Timestamp) -> Result<Vec<(TopicId, u64, Timestamp)>, StoreError> {
        self.engine.call(move |db| sqlite::alerts::by_topic(db, since)).await
    }

    /// Those of the alerts that a topic told since then, with the topic.
    pub async fn told_among(&self, ids: Vec<AlertId>, since: Timestamp) -> Result<Vec<(AlertId, TopicId)>, StoreError> {
        self.engine.call(move |db| sqlite::alerts::among(db, ids, since)).await
    }

    /// The alerts whose id begins so, at most two.
    pub async fn alerts_by_prefix(&self, prefix: String) -> Result<Vec<(AlertId, String)>, StoreError> {
        self.engine.call(move |db| sqlite::alerts::by_prefix(db, &prefix)).await
    }

    /// The articles whose id begins so, at most two.
    pub async fn articles_by_prefix(&self, prefix: String) -> Result<Vec<ArticleId>, StoreError> {
        self.engine.call(move |db| db.find_by_prefix(&prefix, 2)).await
    }

    /// Who else carries a story, in the order seen.
    pub async fn also_in(&self, story: StoryId, except: ArticleId) -> Result<Vec<AlsoIn>, StoreError> {
        self.engine.call(move |db| sqlite::articles::also_in(db, &story, &except)).await
    }

    /// Matches that were recorded but not told.
    pub async fn held(&self, topic: Option<TopicId>, since: Option<Timestamp>) -> Result<Vec<HeldMatch>, StoreError> {
        self.engine.call(move |db| sqlite::alerts::held(db, topic.as_ref(), since)).await
    }

    pub async fn deliveries_due(
        &self,
        sink: String,
        now: Timestamp,
        limit: usize,
    ) -> Result<Vec<Delivery>, StoreError> {
        self.engine.call(move |db| sqlite::alerts::deliveries_due(db, &sink, now, limit)).await
    }

    /// Deliveries after the sink and number of `after`, sorted by these: those that wait or are parked, or all.
    pub async fn outbox(&self, after: (String, u64), done: bool, limit: usize) -> Result<Vec<OutboxRow>, StoreError> {
        self.engine.call(move |db| sqlite::outbox::list(db, &after.0, after.1, done, limit)).await
    }

    /// The deliveries of one alert.
    pub async fn deliveries_of(&self, seq: u64) -> Result<Vec<OutboxRow>, StoreError> {
        self.engine.call(move |db| sqlite::outbox::of(db, seq)).await
    }

    /// Deliveries of an alert that have not come through are due at once, as if never tried.
    pub async fn retry(&self, seq: u64, now: Timestamp) -> Result<(), StoreError> {
        self.engine.call(move |db| sqlite::outbox::retry(db, seq, now)).await
    }

    /// Alerts are due at a sink, delivered before or not.
    pub async fn queue_again(&self, sink: String, alerts: Vec<u64>, now: Timestamp) -> Result<(), StoreError> {
        self.engine.call(move |db| sqlite::outbox::queue_again(db, &sink, &alerts, now)).await
    }

    /// The number of the first alert since then; none where there is none.
    pub async fn first_alert_since(&self, since: Timestamp) -> Result<Option<u64>, StoreError> {
        self.engine.call(move |db| sqlite::outbox::first_since(db, since)).await
    }

    /// Sinks with something due by `now`, and when the next delivery of any is due.
    pub async fn sinks_due(&self, now: Timestamp) -> Result<(Vec<String>, Option<Timestamp>), StoreError> {
        self.engine.call(move |db| sqlite::alerts::sinks_due(db, now)).await
    }

    pub async fn delivered(&self, sink: String, seq: u64, now: Timestamp) -> Result<(), StoreError> {
        self.engine.call(move |db| sqlite::alerts::delivered(db, &sink, seq, now)).await
    }

    /// A delivery failed: tried again at `retry`, or parked for a person to look at.
    pub async fn undelivered(
        &self,
        sink: String,
        seq: u64,
        why: String,
        retry: Option<Timestamp>,
    ) -> Result<(), StoreError> {
        self.engine.call(move |db| sqlite::alerts::undelivered(db, &sink, seq, &why, retry)).await
    }

    /// Since when each topic holds with its present rule, a new or edited one from `now` on; and those that do not hold any
    /// more.
    pub async fn topics_taken_up(
        &self,
        topics: Vec<(TopicId, String)>,
        now: Timestamp,
    ) -> Result<(HashMap<TopicId, Timestamp>, Vec<TopicId>), StoreError> {
        self.engine.call(move |db| sqlite::rules::taken_up(db, &topics, now)).await
    }

    /// The latest time at which an article was first seen or an alert told.
    pub async fn newest_time(&self) -> Result<Option<Timestamp>, StoreError> {
        self.engine.call(|db| sqlite::clock::newest_time(db)).await
    }

    /// Before when nothing is removed by its age, as was said when the clock leapt.
    pub async fn removes_from(&self) -> Result<Option<Timestamp>, StoreError> {
        self.engine.call(|db| sqlite::clock::removes_from(db)).await
    }

    pub async fn set_removes_from(&self, from: Timestamp) -> Result<(), StoreError> {
        self.engine.call(move |db| sqlite::clock::set_removes_from(db, from)).await
    }

    /// What waits for a time that a wrong clock had passed waits for `now`; what holds since then holds since `now`.
    pub async fn clock_went_back(&self, now: Timestamp) -> Result<(), StoreError> {
        self.engine.call(move |db| sqlite::clock::went_back(db, now)).await
    }

    /// Since when a topic is in force.
    pub async fn in_force(&self, topic: TopicId) -> Result<Option<Timestamp>, StoreError> {
        self.engine.call(move |db| sqlite::rules::in_force(db, &topic)).await
    }

    /// The rule of a topic that is in force, and since when.
    pub async fn rule_in_force(&self, topic: TopicId) -> Result<Option<(String, Timestamp)>, StoreError> {
        self.engine.call(move |db| sqlite::rules::rule(db, &topic)).await
    }

    /// The rules of all topics that are in force, and since when.
    pub async fn rules_in_force(&self) -> Result<HashMap<TopicId, (String, Timestamp)>, StoreError> {
        self.engine.call(|db| sqlite::rules::all(db)).await
    }

    /// What was refused at the last take-up, for `status`.
    pub async fn set_refused(&self, refused: Vec<String>) -> Result<(), StoreError> {
        self.engine.call(move |db| sqlite::rules::set_refused(db, &refused)).await
    }

    pub async fn refused(&self) -> Result<Vec<String>, StoreError> {
        self.engine.call(|db| sqlite::rules::refused(db)).await
    }

    /// Notes how many bytes state and log take.
    pub async fn note_size(&self, bytes: u64, now: Timestamp) -> Result<(), StoreError> {
        self.engine.call(move |db| sqlite::rules::note_size(db, bytes, now)).await
    }

    /// How many they took a day ago, or since it is known, and when that was.
    pub async fn size_a_day_ago(&self, now: Timestamp) -> Result<Option<(Timestamp, u64)>, StoreError> {
        self.engine.call(move |db| sqlite::rules::size_a_day_ago(db, now)).await
    }

    /// The fingerprint of the configuration folder as it was taken up last, for commands that wait for their edit.
    pub async fn set_taken_up(&self, fingerprint: u64) -> Result<(), StoreError> {
        self.engine.call(move |db| sqlite::rules::set_taken_up(db, fingerprint)).await
    }

    pub async fn last_taken_up(&self) -> Result<Option<u64>, StoreError> {
        self.engine.call(|db| sqlite::rules::last_taken_up(db)).await
    }

    /// Subscriptions at hubs.
    pub async fn subscriptions(&self) -> Result<Vec<Subscription>, StoreError> {
        self.engine.call(|db| sqlite::subscriptions::all(db)).await
    }

    pub async fn put_subscription(&self, one: Subscription) -> Result<(), StoreError> {
        self.engine.call(move |db| sqlite::subscriptions::put(db, &one)).await
    }

    pub async fn forget_subscription(&self, token: String) -> Result<(), StoreError> {
        self.engine.call(move |db| sqlite::subscriptions::forget(db, &token)).await
    }

    /// Bytes of all copies, those included of which nothing else is known.
    pub async fn copy_bytes(&self) -> Result<u64, StoreError> {
        self.engine.call(|db| sqlite::rules::copy_bytes(db)).await
    }

    pub async fn counts(&self, now: Timestamp) -> Result<Counts, StoreError> {
        self.engine.call(move |db| sqlite::rules::counts(db, now)).await
    }

    /// Stored copies, newest first.
    pub async fn copies(&self, limit: usize) -> Result<Vec<CopyRow>, StoreError> {
        self.engine.call(move |db| sqlite::copies::newest(db, limit)).await
    }

    /// The copies of an article, newest first.
    pub async fn copies_of(&self, article: ArticleId) -> Result<Vec<CopyRow>, StoreError> {
        self.engine.call(move |db| sqlite::copies::of_article(db, &article)).await
    }

    /// The copies whose payload stands at a place, oldest first: the response there, and what refers to it.
    pub async fn copies_at(&self, place: CopyRef) -> Result<Vec<CopyRow>, StoreError> {
        self.engine.call(move |db| sqlite::copies::at_place(db, &place)).await
    }

    /// The copies of one file, in order.
    pub async fn copies_in(&self, path: String) -> Result<Vec<CopyRow>, StoreError> {
        self.engine.call(move |db| sqlite::copies::in_file(db, &path)).await
    }

    /// Every file that holds copies, and how many.
    pub async fn copy_files(&self) -> Result<BTreeMap<String, u64>, StoreError> {
        self.engine.call(|db| sqlite::copies::files(db)).await
    }

    /// Where a payload of that SHA-256 (in hex) is stored already.
    pub async fn stored_payload(&self, sha256: String) -> Result<Option<CopyRef>, StoreError> {
        self.engine.call(move |db| sqlite::copies::payload(db, &sha256)).await
    }

    /// Where each file of copies ends as far as it is known, and what between its copies is not.
    pub async fn copy_ends(&self) -> Result<(BTreeMap<String, u64>, Vec<Gap>), StoreError> {
        self.engine.call(|db| sqlite::copies::ends(db)).await
    }

    /// Notes whole records that nothing refers to.
    pub async fn note_orphans(&self, orphans: Vec<Gap>, now: Timestamp) -> Result<(), StoreError> {
        self.engine.call(move |db| sqlite::copies::note_orphans(db, &orphans, now)).await
    }

    pub async fn orphans(&self) -> Result<Vec<Gap>, StoreError> {
        self.engine.call(|db| sqlite::copies::orphans(db)).await
    }

    /// Forgets articles first seen before `before` that nobody was told of, at most `limit`; how many. `by` is the setting
    /// that asks for it.
    pub async fn prune_articles(
        &self,
        before: Timestamp,
        limit: usize,
        now: Timestamp,
        by: String,
    ) -> Result<usize, StoreError> {
        self.engine.call(move |db| sqlite::prune::articles(db, before, limit, now, &by)).await
    }

    /// Files whose copies are all older than `before`, hold no evidence of an alert told since `alerts_since`, and are
    /// referred to by no other file; oldest first.
    pub async fn old_files(&self, before: Timestamp, alerts_since: Timestamp) -> Result<Vec<OldFile>, StoreError> {
        self.engine.call(move |db| sqlite::prune::old_files(db, before, alerts_since)).await
    }

    /// A file of copies is to go, unless something holds it back by now: its copies are forgotten, and that it went is recorded.
    pub async fn remove_copies(
        &self,
        file: OldFile,
        alerts_since: Timestamp,
        now: Timestamp,
        by: String,
    ) -> Result<(), StoreError> {
        self.engine.call(move |db| sqlite::prune::remove_copies(db, &file, alerts_since, now, &by)).await
    }

    /// Files that are recorded as removed and may still be there.
    pub async fn files_to_remove(&self) -> Result<Vec<String>, StoreError> {
        self.engine.call(|db| sqlite::prune::files_to_remove(db)).await
    }

    /// A file is gone from the disk.
    pub async fn file_removed(&self, path: String) -> Result<(), StoreError> {
        self.engine.call(move |db| sqlite::prune::file_removed(db, &path)).await
    }

    /// What was removed, oldest first.
    pub async fn removals(&self) -> Result<Vec<Removal>, StoreError> {
        self.engine.call(|db| sqlite::prune::removals(db)).await
    }

    /// Empties an index that was made under another version of the words; every article then waits for it again.
    pub async fn renew_index(&self, version: u32) -> Result<(), StoreError> {
        self.engine.call(move |db| sqlite::archive::renew_index(db, version)).await
    }

    /// Articles whose words are to be indexed, the newest, at most `limit`.
    pub async fn unindexed(&self, limit: usize) -> Result<Vec<Unindexed>, StoreError> {
        self.engine.call(move |db| sqlite::archive::unindexed(db, limit)).await
    }

    /// One transaction: the words are in the index and their articles wait no longer, except those recorded again meanwhile.
    pub async fn index(&self, rows: Vec<IndexedWords>) -> Result<(), StoreError> {
        self.engine.call(move |db| sqlite::archive::index(db, &rows)).await
    }

    /// Which articles first seen since then may hold, the newest first; `expression` asks the index made under `version`.
    pub async fn candidates(
        &self,
        since: Timestamp,
        expression: Option<String>,
        version: u32,
    ) -> Result<Candidates, StoreError> {
        self.engine.call(move |db| sqlite::archive::candidates(db, since, expression.as_deref(), version)).await
    }

    /// The articles of these numbers that were first seen since then, in the order given; those forgotten are left out.
    pub async fn stored(&self, nrs: Vec<i64>, since: Timestamp) -> Result<Vec<Stored>, StoreError> {
        self.engine.call(move |db| sqlite::archive::stored(db, &nrs, since)).await
    }

    /// The newest articles first seen since then, at most `limit`; those of which nothing was observed yet are left out.
    pub async fn newest_stored(&self, since: Timestamp, limit: usize) -> Result<Vec<Stored>, StoreError> {
        self.engine.call(move |db| sqlite::archive::newest(db, since, limit)).await
    }

    /// The recorded matches of a topic with articles first seen since then, the newest first.
    pub async fn recorded(&self, topic: TopicId, since: Timestamp) -> Result<Vec<Recorded>, StoreError> {
        self.engine.call(move |db| sqlite::archive::recorded(db, &topic, since)).await
    }

    /// The last observed text of an article.
    pub async fn text_of(&self, article: ArticleId) -> Result<Option<String>, StoreError> {
        self.engine.call(move |db| sqlite::articles::text_of(db, &article)).await
    }

    /// The matches recorded for an article.
    pub async fn matches_of(&self, article: ArticleId) -> Result<Vec<MatchRow>, StoreError> {
        self.engine.call(move |db| sqlite::articles::matches_of(db, &article)).await
    }

    /// All that is kept of an article, in its last revision where none is given.
    pub async fn dossier(&self, article: ArticleId, revision: Option<u32>) -> Result<Option<Dossier>, StoreError> {
        self.engine.call(move |db| sqlite::dossier::dossier(db, &article, revision)).await
    }

    /// The article of an address: as its feed gave it, or canonical.
    pub async fn article_at(&self, url: String, canonical: String) -> Result<Option<ArticleId>, StoreError> {
        self.engine.call(move |db| sqlite::dossier::article_at(db, &url, &canonical)).await
    }

    /// Articles, the newest first.
    pub async fn newest_articles(&self, limit: usize) -> Result<Vec<Listed>, StoreError> {
        self.engine.call(move |db| sqlite::dossier::newest_articles(db, limit)).await
    }

    /// The ids of alerts, the newest first.
    pub async fn newest_alert_ids(&self, limit: usize) -> Result<Vec<AlertId>, StoreError> {
        self.engine.call(move |db| sqlite::dossier::newest_alert_ids(db, limit)).await
    }
}
