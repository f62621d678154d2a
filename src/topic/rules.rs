//! All topics → one set of rules, and an article → the topics that hold for it.
//! Each topic is registered under words of which it needs one, so that an article decides only the topics it might be
//! about. Whom to tell is not decided here.

use std::sync::Arc;

use crate::model::{Match, Topic, TopicId, TopicScore, Zone};

use super::article::{Indexed, MatchInput};
use super::eval::{Check, language_is, primary};
use super::fold::fold_name;
use super::needs::{cost, required};
use super::parse_query_with;
use super::places::{Reasons, told};
use super::query::{Key, Query, QueryError};
use super::vocabulary::{KeyId, Vocabulary};

/// Compiled topics.
#[derive(Debug, Default)]
pub struct RuleSet {
    rules: Vec<Rule>,
    vocabulary: Vocabulary,
    /// For each word of the vocabulary the rules that are registered under it.
    registered: Vec<Vec<u32>>,
    /// Rules without a required word.
    always: Vec<u32>,
}

/// A query of a topic that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("topic {topic}: {error}")]
pub struct RuleError {
    pub topic: TopicId,
    pub part: RulePart,
    pub error: QueryError,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RulePart {
    Query,
    /// By its place in `score.terms`.
    ScoreTerm(usize),
}

#[derive(Debug)]
struct Rule {
    topic: TopicId,
    gate: Check,
    score: Option<Score>,
    /// Folded filters; empty lets everything pass.
    languages: Vec<String>,
    outlets: Vec<String>,
    tags: Vec<String>,
}

#[derive(Debug)]
struct Score {
    threshold: f64,
    zones: Vec<(Zone, f64)>,
    terms: Vec<(Check, f64)>,
}

impl RuleSet {
    /// Compiles the topics that are enabled, or tells every query that is wrong.
    pub fn compile(topics: &[Arc<Topic>]) -> Result<Self, Vec<RuleError>> {
        let mut set = Self::default();
        let mut errors = Vec::new();
        let mut needed = Vec::new();
        for topic in topics.iter().filter(|topic| topic.enabled) {
            if let Some((rule, required)) = compile_topic(topic, &mut set.vocabulary, &mut errors) {
                set.rules.push(rule);
                needed.push(required);
            }
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        set.vocabulary.finish();
        set.register(&needed);
        Ok(set)
    }

    /// Puts each rule under the set of words that is rarest by its letters and by the number of rules that have it.
    fn register(&mut self, needed: &[Vec<(Vec<KeyId>, f64)>]) {
        let mut users = vec![0_u32; self.vocabulary.len()];
        for key in needed.iter().flatten().flat_map(|(keys, _)| keys) {
            users[*key as usize] += 1;
        }
        self.registered = vec![Vec::new(); self.vocabulary.len()];
        let weight = |(keys, cost): &(Vec<KeyId>, f64)| {
            let users: u32 = keys.iter().map(|key| users[*key as usize]).max().unwrap_or(0);
            cost * f64::from(users)
        };
        for (rule, sets) in needed.iter().enumerate() {
            match sets.iter().min_by(|a, b| weight(a).total_cmp(&weight(b))) {
                Some((keys, _)) => keys.iter().for_each(|key| self.registered[*key as usize].push(rule as u32)),
                None => self.always.push(rule as u32),
            }
        }
    }

    /// How many topics are in force.
    pub fn len(&self) -> usize {
        self.rules.len()
    }

    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// The topics that hold for the article, in the order of the topics.
    pub fn matches(&self, article: &MatchInput<'_>) -> Vec<Match> {
        let article = Indexed::new(article, &self.vocabulary);
        let mut candidates = self.always.clone();
        candidates.extend(article.keys().flat_map(|key| &self.registered[key as usize]));
        candidates.sort_unstable();
        candidates.dedup();
        candidates.iter().filter_map(|&rule| self.rules[rule as usize].decide(&article)).collect()
    }

    /// As [`Self::matches`], every rule decided: what the registration must not change.
    #[cfg(test)]
    pub(super) fn matches_of_all(&self, article: &MatchInput<'_>) -> Vec<Match> {
        let article = Indexed::new(article, &self.vocabulary);
        self.rules.iter().filter_map(|rule| rule.decide(&article)).collect()
    }
}

type Required = Vec<(Vec<KeyId>, f64)>;

fn compile_topic(topic: &Topic, vocabulary: &mut Vocabulary, errors: &mut Vec<RuleError>) -> Option<(Rule, Required)> {
    let mut read = |text: &str, part| -> Option<Query> {
        let fault = |error| errors.push(RuleError { topic: topic.id.clone(), part, error });
        parse_query_with(text, &topic.terms).map_err(fault).ok()
    };
    let gate = read(&topic.query, RulePart::Query);
    let terms: Vec<_> = topic.score.iter().flat_map(|score| &score.terms).enumerate().collect();
    let terms: Vec<_> = terms
        .into_iter()
        .map(|(i, term)| read(&term.query, RulePart::ScoreTerm(i)).map(|query| (query, term.weight)))
        .collect();
    let (gate, terms) = (gate?, terms.into_iter().collect::<Option<Vec<_>>>()?);
    let needed = required(&gate.root);
    let mut ids = |set: &Vec<Key>| (set.iter().map(|key| vocabulary.intern(key)).collect(), cost(set));
    let needed = needed.iter().map(&mut ids).collect();
    let scored = |score: &TopicScore| Score {
        threshold: score.threshold,
        zones: score.zones.clone(),
        terms: terms.iter().map(|(query, weight)| (Check::new(&query.root, vocabulary), *weight)).collect(),
    };
    let score = topic.score.as_ref().map(scored);
    let rule = Rule {
        topic: topic.id.clone(),
        gate: Check::new(&gate.root, vocabulary),
        score,
        languages: topic.languages.iter().map(|code| primary(code)).collect(),
        outlets: topic.outlets.iter().map(|name| fold_name(name)).collect(),
        tags: topic.feed_tags.iter().map(|tag| fold_name(tag)).collect(),
    };
    Some((rule, needed))
}

impl Rule {
    fn decide(&self, article: &Indexed<'_>) -> Option<Match> {
        if !self.passes(article) || !self.gate.holds(article, true) {
            return None;
        }
        let mut reasons = Reasons::default();
        if !self.languages.is_empty() {
            reasons.add_language(article);
        }
        reasons.add(&self.gate, article);
        let score = match &self.score {
            None => reasons.terms.len().max(1) as f64,
            Some(score) => score.reached(article, &mut reasons)?,
        };
        let terms = told(&reasons.places, article);
        Some(Match { topic: self.topic.clone(), score, terms, notes: reasons.notes.into_iter().collect() })
    }

    /// The topic's filters. A language that is not sure passes.
    fn passes(&self, article: &Indexed<'_>) -> bool {
        let input = article.input;
        let language = || self.languages.iter().any(|code| language_is(code, article).unwrap_or(true));
        let outlet = || self.outlets.contains(&fold_name(input.outlet));
        let tag = || input.tags.iter().any(|tag| self.tags.contains(&fold_name(tag)));
        (self.languages.is_empty() || language())
            && (self.outlets.is_empty() || outlet())
            && (self.tags.is_empty() || tag())
    }
}

impl Score {
    /// The sum, where it reaches the threshold.
    fn reached<'a>(&'a self, article: &Indexed<'_>, reasons: &mut Reasons<'a>) -> Option<f64> {
        let sum = self.sum(article, reasons);
        (sum >= self.threshold).then_some(sum)
    }

    /// The sum over the terms that hold: weight × best zone × how often.
    fn sum<'a>(&'a self, article: &Indexed<'_>, reasons: &mut Reasons<'a>) -> f64 {
        let mut sum = 0.0;
        for (check, weight) in &self.terms {
            if !check.holds(article, true) {
                continue;
            }
            let mut own = Reasons::default();
            own.add(check, article);
            let zones = own.places.iter().flat_map(|place| place.zones(article));
            let best = zones.map(|zone| self.zone(zone)).max_by(f64::total_cmp).unwrap_or(1.0);
            sum += weight * best * repeats(own.places.len());
            reasons.places.extend(own.places);
            reasons.notes.extend(own.notes);
        }
        sum
    }

    fn zone(&self, zone: Zone) -> f64 {
        self.zones.iter().find(|(named, _)| *named == zone).map_or(1.0, |(_, weight)| *weight)
    }
}

/// The first place counts whole, ten count twice, more count no more.
fn repeats(places: usize) -> f64 {
    (1.0 + (places.max(1) as f64).log10()).min(2.0)
}
