//! What the store is given and gives back: plain data in the domain's words.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use jiff::Timestamp;

use crate::model::{
    Alert, AlertId, AlsoIn, Article, ArticleId, CopyRef, Feed, FeedId, Fingerprint, Match, StoryId, TermMatch, Timing,
    TopicId,
};
use crate::schedule::{Rhythm, Wishes};

/// What is known of a feed between two visits.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FeedState {
    /// The address as configured when it was last asked: another one is asked without the old one's validators.
    pub url: String,
    pub title: Option<String>,
    pub next_due: Option<Timestamp>,
    pub interval: Duration,
    /// Until when the publisher asked to be left alone.
    pub not_before: Option<Timestamp>,
    /// Why the interval is what it is, in words.
    pub why: String,
    pub last_visit: Option<Timestamp>,
    pub first_success: Option<Timestamp>,
    pub last_success: Option<Timestamp>,
    /// When an entry was last seen for the first time.
    pub last_new: Option<Timestamp>,
    pub status: Option<u16>,
    /// Failed visits in a row.
    pub failures: u32,
    pub error_class: Option<String>,
    pub error: Option<String>,
    /// 410.
    pub gone: bool,
    /// Where permanent redirects led.
    pub permanent_url: Option<String>,
    /// Since when `permanent_url` is taken; the configured address is asked again weekly.
    pub permanent_since: Option<Timestamp>,
    pub etag: Option<Vec<u8>>,
    pub last_modified: Option<Vec<u8>>,
    pub body_sha256: Option<[u8; 32]>,
    pub last_bytes: u64,
    /// Bytes not sent thanks to 304.
    pub saved_bytes: u64,
    /// SHA-256 of the address whose validators `etag` and `last_modified` are: they are sent to no other.
    pub validators_of: Option<[u8; 32]>,
    /// What the publisher asks in the feed itself.
    pub wishes: Wishes,
    /// Entries that the feed held when it was last read.
    pub held: u32,
    /// The newest date of an entry so far.
    pub newest: Option<Timestamp>,
    /// When the feed last held nothing known any more, so that articles were missed.
    pub overflowed: Option<Timestamp>,
    /// After that: the longest interval for now.
    pub at_most: Option<Duration>,
    /// When its articles appear.
    pub rhythm: Option<Rhythm>,
}

impl FeedState {
    /// Of a feed that was never visited.
    pub fn of(feed: &Feed) -> Self {
        Self { url: feed.url.clone(), ..Self::default() }
    }
}

/// As much of a [`FeedState`] as the agenda needs.
#[derive(Clone, Debug, PartialEq)]
pub struct Standing {
    pub next_due: Option<Timestamp>,
    pub interval: Duration,
    pub not_before: Option<Timestamp>,
    /// The address that its publisher said is gone for good.
    pub gone_at: Option<String>,
    /// Whether the last visit failed.
    pub failing: bool,
}

/// An entry of a feed as an article-to-be.
#[derive(Clone, Debug, PartialEq)]
pub struct SeenEntry {
    /// Stable within the feed.
    pub identity: String,
    /// Of what it says, by which it is known again should its id and address change.
    pub mark: Option<String>,
    /// With the feed's own text; revision 0.
    pub article: Article,
    /// The feed's own bytes as evidence for what was matched in them.
    pub feed_copy: Option<CopyRef>,
    /// Set where the feed's text is all there will be and no topic holds: the article awaits nothing.
    pub settled: Option<Settled>,
}

/// What is recorded of an article with its visit.
#[derive(Clone, Debug, PartialEq)]
pub struct Settled {
    /// As in [`ArticleRecord`].
    pub fingerprint: Option<Fingerprint>,
    pub story_window: Duration,
}

/// An entry that makes no article of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reappeared {
    pub identity: String,
    /// The article that it is; none of what was too old to become one.
    pub nr: Option<i64>,
}

/// What an entry of a feed once became.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    pub nr: i64,
    pub title: String,
    pub published: Option<Timestamp>,
}

#[derive(Clone, Debug)]
pub struct VisitRecord {
    pub at: Timestamp,
    pub feed: FeedId,
    pub state: FeedState,
    pub entries: Vec<SeenEntry>,
    pub reappeared: Vec<Reappeared>,
    pub feed_copies: Vec<CopyRow>,
    /// How its entries stand now, as the reader of feeds writes it; none leaves what is known of that.
    pub stood: Option<Vec<u8>>,
    /// Whether the state's rhythm is another one than before.
    pub rhythm_changed: bool,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Visited {
    /// As it is recorded.
    pub state: FeedState,
    /// Articles that were not known before.
    pub new: usize,
    /// How many of them await their page.
    pub waiting: usize,
}

/// An article that awaits its page.
#[derive(Clone, Debug, PartialEq)]
pub struct PageDue {
    pub article: Article,
    /// Failed tries so far.
    pub attempts: u32,
    /// Whether it was matched on the feed's text already.
    pub matched: bool,
    /// How often its page was read again for the rest of its text.
    pub rereads: u32,
    /// Evidence of the feed's own text.
    pub feed_copy: Option<CopyRef>,
}

/// What becomes of the page after this record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PageState {
    /// Read, or not to be had for good.
    Done,
    /// Read, and not the whole article; read again then, if at all.
    Partial { why: String, again: Option<Timestamp> },
    /// Matched on the feed's text; the page is tried again then.
    Retry { at: Timestamp, why: String },
    /// Matched on the feed's text; the page is not tried again.
    GivenUp { why: String },
}

#[derive(Clone, Debug)]
pub struct ArticleRecord {
    pub at: Timestamp,
    pub article: Article,
    pub page: PageState,
    /// Same for articles that carry the same words.
    pub fingerprint: Option<Fingerprint>,
    /// How far apart two copies of one report may be.
    pub story_window: Duration,
    /// Durable already, committed with the article.
    pub copies: Vec<CopyRow>,
    /// What its page adds to what is known of its site.
    pub lesson: Option<Lesson>,
    pub matches: Vec<(Match, String)>,
}

/// What one page teaches about its site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lesson {
    /// The page's host.
    pub host: String,
    pub learnt: Learnt,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Learnt {
    /// Hashes of the blocks of text that stood on it, read for the first time; each once.
    Blocks(Vec<i64>),
    /// Read again for the rest of its text: whether that was there.
    Reread { gained: bool },
}

/// A stored response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CopyRow {
    pub at: Timestamp,
    pub article: Option<ArticleId>,
    pub url: String,
    pub title: String,
    /// Its file, relative to the state folder.
    pub path: String,
    /// Bytes of the whole group of records, from `start`.
    pub start: u64,
    pub length: u64,
    /// Of the member of its response or revisit record.
    pub offset: u64,
    /// Where the payload's bytes are: here, or in the earlier response that a revisit refers to.
    pub place: CopyRef,
}

/// What went past its keeping, as a whole: a file of copies, or a day's articles.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Removal {
    pub what: Removed,
    /// The file, relative to the state folder; or the day.
    pub name: String,
    pub at: Timestamp,
    /// The setting that asked for it, as written: `keep_copies = "180d"`.
    pub by: String,
    pub items: u64,
    pub bytes: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Removed {
    Copies,
    Articles,
}

/// A file of copies that nothing holds back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OldFile {
    pub path: String,
    pub copies: u64,
    pub bytes: u64,
    /// Of its last copy.
    pub last: Timestamp,
}

/// What a decision about an article's matches depends on, read in the same transaction.
#[derive(Clone, Debug)]
pub struct Facts {
    pub revision: u32,
    pub story: StoryId,
    pub also: Vec<AlsoIn>,
    /// Topics decided on for this article already.
    pub told_topics_of_article: HashSet<TopicId>,
    pub told_topics_of_story: HashSet<TopicId>,
    pub told_in_last_hour: HashMap<TopicId, u32>,
}

/// An alert before it has its place in the chain, and the sinks it goes to besides the log.
#[derive(Clone, Debug, PartialEq)]
pub struct AlertDraft {
    pub alert: Alert,
    pub sinks: Vec<String>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Decision {
    pub alerts: Vec<AlertDraft>,
    pub held: Vec<Held>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    pub topic: TopicId,
    pub reason: String,
}

/// What was recorded of an article.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Kept {
    pub revision: u32,
    pub alerts: Vec<Alert>,
}

/// A match that was recorded but not told.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct HeldMatch {
    pub at: Timestamp,
    pub topic: TopicId,
    pub article: ArticleId,
    pub title: String,
    pub outlet: String,
    pub url: String,
    pub reason: String,
}

/// A match as it is recorded.
#[derive(Clone, Debug, PartialEq)]
pub struct MatchRow {
    pub topic: TopicId,
    /// Hash of the rule that held.
    pub rule: String,
    pub revision: u32,
    pub at: Timestamp,
    pub score: f64,
    pub alert: Option<AlertId>,
    pub held: Option<String>,
}

/// All that is kept of one article, for `explain`.
#[derive(Clone, Debug, PartialEq)]
pub struct Dossier {
    /// In the revision asked for; before its page is read, with the feed's own text and revision 0.
    pub article: Article,
    /// When each revision was recorded, in order.
    pub revisions: Vec<(u32, Timestamp)>,
    pub page: PageProgress,
    pub story: Option<StoryId>,
    /// What was told of the story, this article included, in order.
    pub story_told: Vec<StoryAlert>,
    pub matches: Vec<MatchRow>,
}

/// How far it is with an article's page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PageProgress {
    /// When it is tried next; none where it is not.
    pub due: Option<Timestamp>,
    /// Not to be had, and not tried again.
    pub given_up: bool,
    /// Failed tries.
    pub attempts: u32,
    pub error: Option<String>,
}

/// An alert of a story.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoryAlert {
    pub topic: TopicId,
    pub alert: AlertId,
    pub at: Timestamp,
    pub article: ArticleId,
    pub outlet: String,
    pub title: String,
}

/// An article as the archive has it: in its last observed state. Its quotes have no offsets.
#[derive(Clone, Debug, PartialEq)]
pub struct Stored {
    /// Ascending in the order seen.
    pub nr: i64,
    pub story: StoryId,
    pub article: Article,
}

/// An article whose words the index has not, or not as they are now.
#[derive(Clone, Debug, PartialEq)]
pub struct Unindexed {
    pub nr: i64,
    /// Another one each time the article is recorded: what was read of an earlier turn is not taken for this one.
    pub turn: i64,
    /// None where nothing was observed of it yet.
    pub stored: Option<Stored>,
}

/// The words of an [`Unindexed`] article.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexedWords {
    pub nr: i64,
    pub turn: i64,
    pub words: Option<String>,
}

/// Which stored articles may be what is looked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Candidates {
    /// Articles of that time in all.
    pub articles: u64,
    /// When the oldest of them was first seen.
    pub oldest: Option<Timestamp>,
    /// The newest first.
    pub nrs: Vec<i64>,
}

/// A match as it was recorded, with its article.
#[derive(Clone, Debug, PartialEq)]
pub struct Recorded {
    pub id: ArticleId,
    pub title: String,
    pub outlet: String,
    pub url: String,
    pub first_seen: Timestamp,
    pub timing: Timing,
    pub story: StoryId,
    pub terms: Vec<TermMatch>,
}

/// An alert on its way to a sink.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    pub seq: u64,
    pub attempts: u32,
    pub line: String,
}

/// A delivery as the ledger has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutboxRow {
    pub sink: String,
    pub seq: u64,
    /// `pending`, `parked` or `done`.
    pub state: String,
    pub attempts: u32,
    pub next_try: Option<Timestamp>,
    pub done_at: Option<Timestamp>,
    /// Of the last try.
    pub error: Option<String>,
    pub line: String,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct AlertFilter {
    pub topic: Option<TopicId>,
    pub since: Option<Timestamp>,
    pub min_severity: Option<crate::model::Severity>,
    pub after_seq: u64,
    pub limit: Option<usize>,
}

/// How things stand, for `status`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub articles: u64,
    pub pages_waiting: u64,
    pub last_article: Option<Timestamp>,
    pub alerts: u64,
    pub last_alert: Option<Timestamp>,
    pub deliveries_pending: u64,
    pub deliveries_parked: u64,
    pub alerts_last_day: u64,
    pub high_last_day: u64,
    pub copies: u64,
    pub copy_bytes: u64,
    pub copy_bytes_last_day: u64,
}
