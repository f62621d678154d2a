//! Tables of queries and articles, and what must come of them.
//! Each room's own rules are tested beside its code.

use std::sync::Arc;

use super::*;
use crate::model::{Feed, FeedId, Language, Match, Quote, Severity, Topic, TopicId, TopicScore};

mod agreement;
mod document;
mod errors;
mod fuzz;
mod groups;
mod language;
mod offsets;
mod places;
mod precedence;
mod presearch;
pub(crate) mod queries;
mod reference;
mod scores;
mod traps;

/// A topic with a query and nothing else.
pub(crate) fn topic(id: &str, query: &str) -> Topic {
    Topic {
        id: TopicId::from(id),
        name: id.to_owned(),
        severity: Severity::Normal,
        query: query.to_owned(),
        terms: crate::model::Terms::default(),
        score: None,
        languages: Vec::new(),
        outlets: Vec::new(),
        feed_tags: Vec::new(),
        enabled: true,
        mute_until: None,
        max_per_hour: 60,
        owner: None,
        note: None,
    }
}

/// A feed with a name, an outlet and tags.
pub(super) fn feed(id: &str, outlet: &str, tags: &[&str]) -> Feed {
    Feed {
        id: FeedId::from(id),
        outlet: outlet.to_owned(),
        tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
        ..Feed::at("https://news.example/feed")
    }
}

/// An article as a test says it: owned, the rest empty.
#[derive(Debug, Default)]
pub(super) struct Page {
    pub title: String,
    pub text: String,
    pub lede: String,
    pub quotes: Vec<Quote>,
    pub captions: Vec<String>,
    pub byline: Vec<String>,
    pub language: Option<Language>,
    pub outlet: String,
    pub feed: String,
    pub tags: Vec<String>,
    pub url: String,
}

impl Page {
    pub(super) fn text(text: &str) -> Self {
        Self { text: text.to_owned(), ..Self::default() }
    }

    pub(super) fn language(code: &str, sure: bool) -> Language {
        Language { code: code.to_owned(), sure }
    }

    pub(super) fn input(&self) -> MatchInput<'_> {
        MatchInput {
            title: &self.title,
            text: &self.text,
            lede: &self.lede,
            quotes: &self.quotes,
            captions: &self.captions,
            byline: &self.byline,
            language: self.language.as_ref(),
            outlet: &self.outlet,
            feed: &self.feed,
            tags: &self.tags,
            url: &self.url,
        }
    }

    pub(super) fn matches(&self, topic: Topic) -> Option<Match> {
        let query = topic.query.clone();
        let set = RuleSet::compile(&[Arc::new(topic)]).unwrap_or_else(|errors| panic!("{query}: {errors:?}"));
        set.matches(&self.input()).pop()
    }

    fn holds(&self, query: &str) -> bool {
        self.matches(topic("t", query)).is_some()
    }
}

#[test]
fn a_rule_set_is_shared_by_threads() {
    fn shared<T: Send + Sync + std::fmt::Debug>() {}
    shared::<RuleSet>();
}

#[test]
fn every_topic_is_held_enabled_or_not_and_order_is_kept() {
    let topics = ["a", "b", "c"].map(|id| Arc::new(Topic { enabled: id != "b", ..topic(id, "ice") }));
    let set = RuleSet::compile(&topics).expect("the queries are right");
    assert_eq!((set.len(), set.is_empty()), (3, false));
    let ids: Vec<_> = set.matches(&Page::text("Ice.").input()).into_iter().map(|found| found.topic.0).collect();
    assert_eq!(ids, ["a", "b", "c"]);
}

#[test]
fn every_wrong_query_is_told() {
    let mut scored = topic("scored", "a");
    let terms = ["x", "(y"].map(|query| crate::model::ScoreTerm { query: query.to_owned(), weight: 1.0 });
    scored.score = Some(TopicScore { threshold: 1.0, zones: Vec::new(), terms: terms.to_vec() });
    let topics = [topic("wrong", "a AND"), scored, topic("right", "a")].map(Arc::new);
    let errors = RuleSet::compile(&topics).expect_err("two are wrong");
    let parts: Vec<_> = errors.iter().map(|e| (e.topic.as_str(), e.part, e.error.start, e.error.end)).collect();
    assert_eq!(parts, [("wrong", RulePart::Query, 2, 5), ("scored", RulePart::ScoreTerm(1), 0, 1)]);
}
