//! Stored articles, the newest first → those for which topics hold, a page at a time.
//! Each page is a snapshot of its own, so that a long replay holds back no checkpoint; whoever asks may stop after any page.

use std::num::NonZero;
use std::sync::Arc;

use jiff::Timestamp;

use crate::extract;
use crate::model::{Match, Severity, Terms, Topic, TopicId};
use crate::store::{Candidates, Store, StoreError, Stored};
use crate::topic::{QueryError, RuleError, RuleSet, WORDS_VERSION, archive_query, parse_query_with};
use crate::visit::match_input;

/// Articles of one page.
const PAGE: usize = 256;
/// Topics asked of the index together; for more, every article is looked at.
const MAX_TOGETHER: usize = 20;

/// Topics as they are asked of the archive.
#[derive(Debug)]
pub struct Question {
    rules: RuleSet,
    /// None: every article is looked at.
    expression: Option<String>,
    quotes: bool,
}

/// An article for which at least one topic holds.
#[derive(Debug)]
pub struct Hit {
    pub stored: Stored,
    /// In the order of the topics.
    pub matches: Vec<Match>,
}

/// One page looked through.
#[derive(Debug)]
pub struct Reviewed {
    /// The newest first.
    pub hits: Vec<Hit>,
    /// Candidates done with so far.
    pub done: u64,
    /// When the oldest article looked at so far was first seen.
    pub back_to: Option<Timestamp>,
}

/// A walk back through the archive.
#[derive(Debug)]
pub struct Replay {
    store: Store,
    question: Arc<Question>,
    since: Timestamp,
    candidates: Candidates,
    at: usize,
    /// The next page, read already.
    ahead: Vec<Stored>,
    threads: usize,
    back_to: Option<Timestamp>,
}

impl Question {
    /// Compiles topics, enabled or not; the error tells every query that is wrong.
    pub fn of(topics: &[Arc<Topic>]) -> Result<Self, Vec<RuleError>> {
        let rules = RuleSet::compile(topics)?;
        let parsed: Vec<_> = topics.iter().map(|topic| parse_query_with(&topic.query, &topic.terms).ok()).collect();
        let asked: Option<Vec<String>> = if topics.len() > MAX_TOGETHER {
            None
        } else {
            parsed.iter().map(|q| archive_query(q.as_ref()?)).collect()
        };
        let expression = asked.map(|all| {
            let mut all: Vec<String> = all.into_iter().map(|one| format!("({one})")).collect();
            all.sort();
            all.dedup();
            all.join(" OR ")
        });
        let quotes = rules.asks_quotes();
        Ok(Self { rules, expression: expression.filter(|text| !text.is_empty()), quotes })
    }

    /// The articles that one query finds, whatever the topics are.
    pub fn of_query(query: &str, terms: &Terms) -> Result<Self, QueryError> {
        parse_query_with(query, terms)?;
        let topic = Topic {
            id: TopicId::from("query"),
            name: String::new(),
            severity: Severity::Normal,
            query: query.to_owned(),
            score: None,
            languages: Vec::new(),
            outlets: Vec::new(),
            feed_tags: Vec::new(),
            enabled: true,
            mute_until: None,
            max_per_hour: 0,
            owner: None,
            note: None,
            terms: terms.clone(),
        };
        Self::of(&[Arc::new(topic)]).map_err(|mut errors| errors.swap_remove(0).error)
    }

    fn find(&self, mut stored: Stored) -> Option<Hit> {
        // The stored ones have no offsets; where no topic asks for quotes they make no difference.
        stored.article.quotes = if self.quotes { extract::quotes(&stored.article.text) } else { Vec::new() };
        let matches = self.rules.matches(&match_input(&stored.article));
        (!matches.is_empty()).then_some(Hit { stored, matches })
    }
}

impl Replay {
    /// Begins at the newest article; it ends with the first one seen since then.
    pub async fn begin(store: &Store, question: Arc<Question>, since: Timestamp) -> Result<Self, StoreError> {
        let candidates = store.candidates(since, question.expression.clone(), WORDS_VERSION).await?;
        let threads = std::thread::available_parallelism().map_or(1, NonZero::get);
        let store = store.clone();
        Ok(Self { store, question, since, candidates, at: 0, ahead: Vec::new(), threads, back_to: None })
    }

    /// On one thread: for the daemon, which has other work.
    #[must_use]
    pub fn gently(mut self) -> Self {
        self.threads = 1;
        self
    }

    /// Articles of that time, those the index rules out included.
    pub fn articles(&self) -> u64 {
        self.candidates.articles
    }

    /// When the oldest of them was first seen; none where there is none.
    pub fn oldest(&self) -> Option<Timestamp> {
        self.candidates.oldest
    }

    /// How many articles are looked at in all.
    pub fn candidates(&self) -> u64 {
        self.candidates.nrs.len() as u64
    }

    /// The next page; none at the end.
    pub async fn next(&mut self) -> Result<Option<Reviewed>, StoreError> {
        if self.at == 0 {
            self.ahead = self.read(0).await?;
        }
        if self.at >= self.candidates.nrs.len() {
            return Ok(None);
        }
        let page = std::mem::take(&mut self.ahead);
        self.back_to = page.iter().map(|stored| stored.article.first_seen).chain(self.back_to).min();
        let (question, threads) = (Arc::clone(&self.question), self.threads);
        let found = tokio::task::spawn_blocking(move || found(&question, page, threads));
        // The next page is read while this one is decided.
        self.at = (self.at + PAGE).min(self.candidates.nrs.len());
        self.ahead = self.read(self.at).await?;
        let hits = match found.await {
            Ok(hits) => hits,
            Err(error) => std::panic::resume_unwind(error.into_panic()),
        };
        Ok(Some(Reviewed { hits, done: self.at as u64, back_to: self.back_to }))
    }

    async fn read(&self, from: usize) -> Result<Vec<Stored>, StoreError> {
        let nrs = &self.candidates.nrs[from..(from + PAGE).min(self.candidates.nrs.len())];
        if nrs.is_empty() { Ok(Vec::new()) } else { self.store.stored(nrs.to_vec(), self.since).await }
    }
}

/// The hits of a page in its order.
fn found(question: &Question, page: Vec<Stored>, threads: usize) -> Vec<Hit> {
    let share = page.len().div_ceil(threads.max(1)).max(1);
    if share >= page.len() {
        return page.into_iter().filter_map(|stored| question.find(stored)).collect();
    }
    let mut rest = page.into_iter();
    let shares: Vec<Vec<Stored>> =
        std::iter::from_fn(|| Some(rest.by_ref().take(share).collect()).filter(|share: &Vec<_>| !share.is_empty()))
            .collect();
    std::thread::scope(|scope| {
        let find =
            |share: Vec<Stored>| share.into_iter().filter_map(|stored| question.find(stored)).collect::<Vec<_>>();
        let working: Vec<_> = shares.into_iter().map(|share| scope.spawn(move || find(share))).collect();
        working.into_iter().flat_map(|one| one.join().expect("matching does not panic")).collect()
    })
}
