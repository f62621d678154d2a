//! The data that the stages hand to each other: feeds, articles, topics, matches, alerts. No behaviour of a stage.
//!
//! Words are those of the contract: an *entry* is what a feed gives, an *article* an entry normalised, a *revision* one
//! observed state of its text, a *story* the articles that carry one report. Times are instants in UTC.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use url::Url;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub String);

        impl $name {
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }
    };
}

id!(
    /// A feed's id, as configured (`bbc-world`).
    FeedId
);
id!(
    /// A topic's id, as configured (`us-mexico`).
    TopicId
);
id!(
    /// `a` + 20 characters: a function of the article's canonical URL (or of feed and entry identity where it has none).
    ArticleId
);
id!(
    /// `w` + 20 characters: a function of kind, topic, article and revision.
    AlertId
);
id!(
    /// The id of the first article of the story.
    StoryId
);

/// Of a text, the first bytes of a hash: as many as tell the texts of some days apart, as few as an index of them should hold.
pub type Fingerprint = [u8; 8];

impl ArticleId {
    /// The id of an article that has a canonical URL.
    pub fn of_url(canonical: &str) -> Self {
        Self(format!("a{}", short_hash(&[canonical])))
    }

    /// The id of an article that has no URL: its feed and the entry's identity in it.
    pub fn of_entry(feed: &FeedId, identity: &str) -> Self {
        Self(format!("a{}", short_hash(&[feed.as_str(), identity])))
    }
}

impl AlertId {
    /// The id of an alert; `parts` are what makes it that alert and no other (topic, article, revision; for health the
    /// subject and the start of its period).
    pub fn of(kind: AlertKind, parts: &[&str]) -> Self {
        let mut all = vec![kind.as_str()];
        all.extend(parts);
        Self(format!("w{}", short_hash(&all)))
    }
}

/// 20 characters of lower-case base32 of SHA-256 over the parts, separated by a newline.
fn short_hash(parts: &[&str]) -> String {
    use sha2::{Digest, Sha256};
    let mut hash = Sha256::new();
    for (i, part) in parts.iter().enumerate() {
        if i > 0 {
            hash.update(b"\n");
        }
        hash.update(part.as_bytes());
    }
    let mut text = data_encoding::BASE32_NOPAD.encode(&hash.finalize());
    text.truncate(20);
    text.make_ascii_lowercase();
    text
}

macro_rules! named {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum $name {
            $($(#[$vdoc])* #[serde(rename = $text)] $variant),+
        }

        impl $name {
            /// Every value, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The value's name in configuration, JSON and database.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text),+
                }
            }

            /// The value of that name.
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.as_str() == name)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }
    };
}

named!(
    /// How much an alert matters to the one who set up the topic.
    Severity { Low = "low", Normal = "normal", High = "high" }
);
named!(
    /// What an alert is about.
    AlertKind { Match = "match", Edit = "edit", Spike = "spike", Silence = "silence", Health = "health" }
);
named!(
    /// Whether an alert is news: `backlog` stood in the feed at its first visit, `old` was published long before it was seen.
    Timing { New = "new", Backlog = "backlog", Old = "old" }
);
named!(
    /// Where in an article a term stood.
    Zone { Title = "title", Lede = "lede", Body = "body", Quote = "quote", Caption = "caption" }
);
named!(
    /// What a page turned out to be; anything but `full` is matched on the feed's own text as well.
    Quality {
        /// The article's whole text.
        Full = "full",
        /// A part of it: paywall, truncation, or only the feed's summary.
        Teaser = "teaser",
        /// A consent or login wall in its place.
        Consent = "consent",
        /// No text: a page made by script, an error page that says 200.
        Empty = "empty",
        /// A PDF, an image, a video.
        NotHtml = "not-html",
    }
);
named!(
    /// Where an article's date was found.
    DateSource { Feed = "feed", Page = "page", FirstSeen = "first_seen" }
);
named!(
    /// How a source is read.
    FeedKind { Feed = "feed", Sitemap = "sitemap", Page = "page" }
);

/// A configured source.
#[derive(Clone, Debug, PartialEq)]
pub struct Feed {
    pub id: FeedId,
    /// As configured; may hold `{credential}`, filled in at request time only.
    pub url: String,
    /// The same, read; none where a credential goes into it first, or where nobody read it yet.
    pub address: Option<Box<Url>>,
    /// The publisher, as a reader names it; the id where none is configured.
    pub outlet: String,
    pub tags: Vec<String>,
    pub kind: FeedKind,
    /// A fixed interval; without it the schedule's own.
    pub interval: Option<Duration>,
    /// Whether the pages of its articles are fetched.
    pub pages: bool,
    /// Extra request headers, sent to the feed's own host only.
    pub headers: Vec<(String, String)>,
    /// The name of a credential.
    pub credential: Option<String>,
    /// Few have any: in a box, so that thousands of feeds without them stay small.
    pub select: Option<Box<Select>>,
    pub enabled: bool,
}

impl Feed {
    /// A feed of which nothing but its address is known.
    pub fn at(url: &str) -> Self {
        Self {
            id: FeedId(String::new()),
            url: url.to_owned(),
            address: None,
            outlet: String::new(),
            tags: Vec::new(),
            kind: FeedKind::Feed,
            interval: None,
            pages: true,
            headers: Vec::new(),
            credential: None,
            select: None,
            enabled: true,
        }
    }
}

/// CSS selectors for a list page or for the body of a feed's articles.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Select {
    pub item: Option<String>,
    pub link: Option<String>,
    pub title: Option<String>,
    pub date: Option<String>,
    pub summary: Option<String>,
    pub body: Option<String>,
}

/// What an analyst tracks.
#[derive(Clone, Debug, PartialEq)]
pub struct Topic {
    pub id: TopicId,
    pub name: String,
    pub severity: Severity,
    /// The query as written.
    pub query: String,
    /// The named groups that its queries use, and those that these use.
    pub terms: Terms,
    pub score: Option<TopicScore>,
    /// Filters; empty lets everything pass.
    pub languages: Vec<String>,
    pub outlets: Vec<String>,
    pub feed_tags: Vec<String>,
    pub enabled: bool,
    pub mute_until: Option<Timestamp>,
    pub max_per_hour: u32,
    pub owner: Option<String>,
    pub note: Option<String>,
}

impl Topic {
    /// SHA-256, in hex, over what decides a match: query, named groups, score and filters.
    pub fn rule(&self) -> String {
        let mut hash = Sha256::new();
        hash.update(&self.query);
        for list in [&self.languages, &self.outlets, &self.feed_tags] {
            hash.update(b"\0");
            for item in list {
                hash.update(item);
                hash.update(b"\n");
            }
        }
        if let Some(score) = &self.score {
            hash.update(format!("\0{}\0{:?}", score.threshold, score.zones));
            for term in &score.terms {
                hash.update(format!("\0{}\0{}", term.query, term.weight));
            }
        }
        // Topics without named groups keep the hashes that they had before there were any.
        for group in self.terms.iter() {
            hash.update(format!("\0@{}\0{}", group.name, group.query));
        }
        data_encoding::HEXLOWER.encode(&hash.finalize())
    }
}

/// A query with a name, shared by topics: `@name` in a query stands for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedGroup {
    /// Without the `@`.
    pub name: String,
    pub query: String,
}

/// Named groups by their names, each once. Free while empty: most topics of a large set use none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Terms(Vec<Arc<NamedGroup>>);

impl Terms {
    pub fn get(&self, name: &str) -> Option<&Arc<NamedGroup>> {
        let at = self.0.binary_search_by(|group| group.name.as_str().cmp(name)).ok()?;
        Some(&self.0[at])
    }

    pub fn iter(&self) -> impl Iterator<Item = &Arc<NamedGroup>> {
        self.0.iter()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Of several groups of one name the first stays.
impl FromIterator<Arc<NamedGroup>> for Terms {
    fn from_iter<I: IntoIterator<Item = Arc<NamedGroup>>>(groups: I) -> Self {
        let mut all: Vec<_> = groups.into_iter().collect();
        all.sort_by(|a, b| a.name.cmp(&b.name));
        all.dedup_by(|later, first| later.name == first.name);
        all.shrink_to_fit();
        Self(all)
    }
}

/// Weights of a scored topic: the query is the gate, the threshold decides.
#[derive(Clone, Debug, PartialEq)]
pub struct TopicScore {
    pub threshold: f64,
    /// Weight of each zone; a zone that is not named weighs 1.
    pub zones: Vec<(Zone, f64)>,
    pub terms: Vec<ScoreTerm>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct ScoreTerm {
    /// A query of its own.
    pub query: String,
    pub weight: f64,
}

/// A language as far as it is known: a lower-case primary subtag (`en`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Language {
    pub code: String,
    /// Declared by page and feed alike, or detected with high confidence on at least 200 letters.
    pub sure: bool,
}

/// An article in one revision, as matched, stored and shown.
#[derive(Clone, Debug, PartialEq)]
pub struct Article {
    pub id: ArticleId,
    /// Where the entry led.
    pub url: String,
    pub canonical: String,
    pub title: String,
    pub outlet: String,
    pub feed: FeedId,
    pub feed_tags: Vec<String>,
    pub language: Option<Language>,
    pub byline: Vec<String>,
    pub published: Option<Timestamp>,
    pub published_from: DateSource,
    pub first_seen: Timestamp,
    /// When the page was fetched; none where only the feed's text is had.
    pub fetched: Option<Timestamp>,
    pub quality: Quality,
    /// The feed's own summary as plain text; before it, as paragraphs, what the feed's headline says beyond the title.
    pub summary: String,
    /// Paragraphs, a blank line between.
    pub text: String,
    pub captions: Vec<String>,
    pub quotes: Vec<Quote>,
    pub timing: Timing,
    /// 1 for the first observed state.
    pub revision: u32,
}

#[cfg(test)]
impl Article {
    /// An article of the feed `daily` that says nothing, for tests to fill in.
    pub fn bare(id: &str, first_seen: Timestamp) -> Self {
        Self {
            id: ArticleId::from(id),
            url: String::new(),
            canonical: String::new(),
            title: String::new(),
            outlet: "Daily".to_owned(),
            feed: FeedId::from("daily"),
            feed_tags: Vec::new(),
            language: None,
            byline: Vec::new(),
            published: None,
            published_from: DateSource::FirstSeen,
            first_seen,
            fetched: None,
            quality: Quality::Teaser,
            summary: String::new(),
            text: String::new(),
            captions: Vec::new(),
            quotes: Vec::new(),
            timing: Timing::New,
            revision: 1,
        }
    }
}

/// What a site's pages have in common, as learnt from those read so far; older pages count less and less.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SiteHabits {
    /// Pages learnt from.
    pub pages: u32,
    /// On how many of them a block of text stood, or one of its shape, by the hash; what is not known is left out.
    pub blocks: HashMap<i64, u32>,
    /// Pages that were read again for the rest of their text, and how many of these gave it.
    pub rereads: u32,
    pub gains: u32,
}

/// Words in quotation marks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quote {
    pub text: String,
    pub speaker: Option<String>,
    /// Bytes of the article's text, the marks excluded.
    #[serde(skip)]
    pub start: usize,
    #[serde(skip)]
    pub end: usize,
}

/// One place where a term of a topic stood.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TermMatch {
    /// The term as the query has it.
    pub term: String,
    pub zone: Zone,
    /// Bytes of the zone's text.
    pub start: usize,
    pub end: usize,
    /// The words around it.
    pub context: String,
}

/// A topic held for an article.
#[derive(Clone, Debug, PartialEq)]
pub struct Match {
    pub topic: TopicId,
    pub score: f64,
    pub terms: Vec<TermMatch>,
    /// What an analyst should know of it: an unsure language that was let pass.
    pub notes: Vec<String>,
}

/// Where the stored evidence of a page stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CopyRef {
    /// Relative to the state folder.
    pub path: String,
    /// Of the response record's gzip member.
    pub offset: u64,
    /// Of the payload (the response's body as received), in hex.
    pub sha256: String,
}

/// What a person is told: one line of `alerts.jsonl`, in the contract's order. `seq`, `prev` and `hash` are given by
/// [`crate::chain`] when the alert is recorded.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Alert {
    pub v: u32,
    pub id: AlertId,
    pub seq: u64,
    pub prev: String,
    pub kind: AlertKind,
    pub at: Timestamp,
    pub timing: Timing,
    pub severity: Severity,
    pub topic: Option<AlertTopic>,
    pub score: Option<f64>,
    pub matches: Vec<TermMatch>,
    pub article: Option<AlertArticle>,
    pub story: Option<AlertStory>,
    pub revision: Option<u32>,
    pub copy: Option<CopyRef>,
    /// The words in context; for `health` what happened.
    pub excerpt: String,
    /// What the alert is about where it is no article: a feed, a file, the disk.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub subject: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub notes: Vec<String>,
    pub hash: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlertTopic {
    pub id: TopicId,
    pub name: String,
    pub rule: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlertArticle {
    pub id: ArticleId,
    pub url: String,
    pub canonical: String,
    pub title: String,
    pub outlet: String,
    pub feed: FeedId,
    pub language: Option<String>,
    pub published: Option<Timestamp>,
    pub published_from: DateSource,
    pub first_seen: Timestamp,
    pub fetched: Option<Timestamp>,
    pub quality: Quality,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlertStory {
    pub id: StoryId,
    pub also: Vec<AlsoIn>,
}

/// Another outlet that carries the same report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlsoIn {
    pub outlet: String,
    pub url: String,
}
