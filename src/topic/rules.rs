//! All topics → one set of rules, and an article → the topics that hold for it.
//! Each topic is registered under words of which it needs one, so that an article decides only the topics it might be
//! about. Whom to tell is not decided here.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::model::{Match, Topic, TopicId, TopicScore, Zone};
use crate::parallel;

use super::article::{Indexed, MatchInput};
use super::eval::{language_is, primary};
use super::fold::fold_name;
use super::frequency::Frequencies;
use super::pairs::{self, MAX_REACH, Pairs};
use super::parse_query_with;
use super::places::{Place, Reasons, told};
use super::postings::{self, AHEAD, Postings};
use super::prefetch::prefetch;
use super::program::{Check, Programs};
use super::query::{Query, QueryError, Scope};
use super::register::{Entry, entries};
use super::score::worth;
use super::vocabulary::Vocabulary;

/// Compiled topics.
#[derive(Debug, Default)]
pub struct RuleSet {
    /// Where the program of each topic's query begins; with the bit [`MORE`] the topic asks for more than the query.
    gates: Vec<u32>,
    /// What those topics ask, by rule.
    more: FxHashMap<u32, More>,
    /// The ids of all topics, one behind the other, and where each ends.
    names: String,
    name_ends: Vec<u32>,
    vocabulary: Vocabulary,
    programs: Programs,
    postings: Postings,
    pairs: Pairs,
    /// Rules without a required word.
    always: Vec<u32>,
    asks_quotes: bool,
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

const MORE: u32 = 1 << 31;

/// What a topic asks besides its query.
#[derive(Debug)]
struct More {
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
    /// Programs and weights.
    terms: Vec<(u32, f64)>,
}

/// The topics that hold for one article, in the order of the topics; why they hold is found out when it is asked.
#[derive(Debug)]
pub struct Decided<'a> {
    rules: &'a RuleSet,
    article: Indexed<'a>,
    held: Vec<u32>,
}

impl RuleSet {
    /// Compiles topics, enabled or not, or tells every query that is wrong. Whoever wants only the enabled ones gives only those.
    pub fn compile(topics: &[Arc<Topic>]) -> Result<Self, Vec<RuleError>> {
        Self::compile_with(topics, &Frequencies::default())
    }

    /// As [`Self::compile`], registering topics under what is rare by those frequencies.
    pub fn compile_with(topics: &[Arc<Topic>], frequencies: &Frequencies) -> Result<Self, Vec<RuleError>> {
        let mut compiler = Compiler::default();
        let topics: Vec<&Topic> = topics.iter().map(|topic| &**topic).collect();
        parallel::in_order(&topics, BLOCK, |topic| read(topic), |topic, read| compiler.add(topic, read, frequencies));
        if compiler.errors.is_empty() { Ok(compiler.finish()) } else { Err(compiler.errors) }
    }

    /// How many topics it holds.
    pub fn len(&self) -> usize {
        self.gates.len()
    }

    pub fn is_empty(&self) -> bool {
        self.gates.is_empty()
    }

    /// Whether any topic asks who said what: without one the quotes of an article make no difference.
    pub fn asks_quotes(&self) -> bool {
        self.asks_quotes
    }

    /// The topics that hold for the article, in the order of the topics.
    pub fn matches(&self, article: &MatchInput<'_>) -> Vec<Match> {
        self.decide(article).matches().collect()
    }

    /// Finds the topics that hold for the article.
    pub fn decide<'a>(&'a self, article: &'a MatchInput<'a>) -> Decided<'a> {
        let article = Indexed::new(article, &self.vocabulary);
        // A bit for each rule that is worth deciding: in the order of the topics, each once.
        let mut candidates = vec![0_u64; self.gates.len().div_ceil(64)];
        let mut mark = |rule: u32| candidates[rule as usize / 64] |= 1 << (rule % 64);
        self.always.iter().copied().for_each(&mut mark);
        self.postings.each(&article, &mut mark);
        self.pairs.each(&article, mark);
        let mut marked = Vec::new();
        for (index, mut bits) in candidates.into_iter().enumerate() {
            while bits != 0 {
                marked.push(index as u32 * 64 + bits.trailing_zeros());
                bits &= bits - 1;
            }
        }
        let mut held = Vec::new();
        for (i, &rule) in marked.iter().enumerate() {
            // As in the postings: what is decided soon is asked for now.
            if let Some(&ahead) = marked.get(i + 2 * AHEAD) {
                prefetch(&self.gates, ahead as usize);
            }
            if let Some(&ahead) = marked.get(i + AHEAD) {
                self.programs.touch(self.gates[ahead as usize] & !MORE);
            }
            if self.holds(rule, &article) {
                held.push(rule);
            }
        }
        Decided { rules: self, article, held }
    }

    fn holds(&self, rule: u32, article: &Indexed<'_>) -> bool {
        let gate = self.gates[rule as usize];
        let holds = || self.programs.check(gate & !MORE).holds(article, true);
        match self.more(rule) {
            None => holds(),
            Some(more) => more.passes(article) && holds() && more.reaches_threshold(article, &self.programs),
        }
    }

    fn more(&self, rule: u32) -> Option<&More> {
        if self.gates[rule as usize] & MORE == 0 { None } else { self.more.get(&rule) }
    }

    fn topic(&self, rule: u32) -> &str {
        let from = rule.checked_sub(1).map_or(0, |before| self.name_ends[before as usize] as usize);
        &self.names[from..self.name_ends[rule as usize] as usize]
    }

    /// As [`Self::decide`], every rule decided: what the registration must not change.
    #[cfg(test)]
    pub(super) fn decide_all<'a>(&'a self, article: &'a MatchInput<'a>) -> Decided<'a> {
        let article = Indexed::new(article, &self.vocabulary);
        let held = (0..self.gates.len() as u32).filter(|rule| self.holds(*rule, &article)).collect();
        Decided { rules: self, article, held }
    }
}

impl Decided<'_> {
    /// How many topics hold.
    pub fn len(&self) -> usize {
        self.held.len()
    }

    pub fn is_empty(&self) -> bool {
        self.held.is_empty()
    }

    /// Each topic that holds, with the places of its terms.
    pub fn matches(&self) -> impl Iterator<Item = Match> {
        self.held.iter().map(|rule| {
            let told = self.told(*rule);
            let terms = told.places.iter().map(|place| place.found(&self.article)).collect();
            Match { topic: TopicId::from(told.topic), score: told.score, terms, notes: told.notes }
        })
    }

    /// As [`Self::matches`], without a copy of what stands in the topics already and without the words around: for one who
    /// tells very many.
    pub fn each(&self, mut tell: impl FnMut(&Told<'_>)) {
        for rule in &self.held {
            tell(&self.told(*rule));
        }
    }

    /// The words around a place.
    pub fn context(&self, place: &Place<'_>) -> String {
        place.context(&self.article)
    }

    fn told(&self, rule: u32) -> Told<'_> {
        let (more, article) = (self.rules.more(rule), &self.article);
        let mut reasons = Reasons::default();
        if more.is_some_and(|more| !more.languages.is_empty()) {
            reasons.add_language(article);
        }
        reasons.add(self.rules.programs.check(self.rules.gates[rule as usize] & !MORE), article);
        let score = match more.and_then(|more| more.score.as_ref()) {
            None => reasons.distinct_terms().max(1) as f64,
            Some(score) => score.sum(article, &self.rules.programs, &mut reasons),
        };
        let notes = reasons.notes.into_iter().collect();
        Told { topic: self.rules.topic(rule), score, places: told(reasons.places), notes }
    }
}

/// A topic that holds, and why.
#[derive(Clone, Debug)]
pub struct Told<'a> {
    /// Its id.
    pub topic: &'a str,
    pub score: f64,
    pub places: Vec<Place<'a>>,
    pub notes: Vec<String>,
}

impl More {
    fn asks_nothing(&self) -> bool {
        self.score.is_none() && self.languages.is_empty() && self.outlets.is_empty() && self.tags.is_empty()
    }

    /// The topic's filters. A language that is not sure passes.
    fn passes(&self, article: &Indexed<'_>) -> bool {
        let input = article.input;
        let language = || self.languages.iter().any(|code| language_is(code, article).unwrap_or(true));
        let outlet = || self.outlets.iter().any(|name| name == article.outlet());
        let tag = || input.tags.iter().any(|tag| self.tags.contains(&fold_name(tag)));
        (self.languages.is_empty() || language())
            && (self.outlets.is_empty() || outlet())
            && (self.tags.is_empty() || tag())
    }

    fn reaches_threshold(&self, article: &Indexed<'_>, programs: &Programs) -> bool {
        let Some(score) = &self.score else { return true };
        score.sum(article, programs, &mut Reasons::default()) >= score.threshold
    }
}

impl Score {
    /// The sum over the terms that hold.
    fn sum<'p>(&self, article: &Indexed<'_>, programs: &'p Programs, reasons: &mut Reasons<'p>) -> f64 {
        let mut sum = 0.0;
        for (program, weight) in &self.terms {
            let check: Check<'p> = programs.check(*program);
            if !check.holds(article, true) {
                continue;
            }
            let mut own = Reasons::default();
            own.add(check, article);
            let zones = own.places.iter().flat_map(|place| place.zones(article));
            sum += worth(*weight, zones, &self.zones).value;
            reasons.places.extend(own.places);
            reasons.notes.extend(own.notes);
        }
        sum
    }
}

/// Topics that are read in one go; the queries of a few such blocks are held in memory while they are compiled.
const BLOCK: usize = 256;

/// The topic's query, and the queries of its score with their weights.
type Read = (Query, Vec<(Query, f64)>);

fn read(topic: &Topic) -> Result<Read, Vec<RuleError>> {
    let mut errors = Vec::new();
    let mut read = |text: &str, part| -> Option<Query> {
        let fault = |error| errors.push(RuleError { topic: topic.id.clone(), part, error });
        parse_query_with(text, &topic.terms).map_err(fault).ok()
    };
    let gate = read(&topic.query, RulePart::Query);
    let weighed = topic.score.iter().flat_map(|score| &score.terms).enumerate();
    let terms: Vec<_> =
        weighed.map(|(i, term)| read(&term.query, RulePart::ScoreTerm(i)).map(|query| (query, term.weight))).collect();
    match (gate, terms.into_iter().collect::<Option<Vec<_>>>()) {
        (Some(gate), Some(terms)) => Ok((gate, terms)),
        _ => Err(errors),
    }
}

/// A set of rules in the making.
#[derive(Default)]
struct Compiler {
    set: RuleSet,
    postings: postings::Registered,
    pairs: pairs::Registered,
    errors: Vec<RuleError>,
}

impl Compiler {
    fn add(&mut self, topic: &Topic, read: &Result<Read, Vec<RuleError>>, frequencies: &Frequencies) {
        let (gate, terms) = match read {
            Ok(read) => read,
            Err(errors) => {
                self.errors.extend_from_slice(errors);
                return;
            }
        };
        let set = &mut self.set;
        let rule = set.gates.len() as u32;
        match entries(&gate.root, frequencies) {
            None => set.always.push(rule),
            Some(entries) => {
                for Entry { key, guard, .. } in &entries {
                    let word = set.vocabulary.intern(key);
                    let (others, reach) = guard.as_ref().map_or((&[][..], None), |guard| (&*guard.words, guard.reach));
                    let others: Vec<_> = others.iter().map(|key| set.vocabulary.intern(key)).collect();
                    match reach.filter(|reach| *reach <= MAX_REACH) {
                        Some(reach) => others.iter().for_each(|other| self.pairs.add(word, *other, reach, rule)),
                        None => self.postings.add(word, &others, rule),
                    }
                }
            }
        }
        let mut add = |query: &Query| set.programs.add(&query.root, &mut set.vocabulary);
        let gate = add(gate);
        let scored = |score: &TopicScore| Score {
            threshold: score.threshold,
            zones: score.zones.clone(),
            terms: terms.iter().map(|(query, weight)| (add(query), *weight)).collect(),
        };
        let more = More {
            score: topic.score.as_ref().map(scored),
            languages: topic.languages.iter().map(|code| primary(code)).collect(),
            outlets: topic.outlets.iter().map(|name| fold_name(name)).collect(),
            tags: topic.feed_tags.iter().map(|tag| fold_name(tag)).collect(),
        };
        set.asks_quotes |= more.score.iter().flat_map(|score| &score.zones).any(|(zone, _)| *zone == Zone::Quote);
        set.names.push_str(topic.id.as_str());
        set.name_ends.push(set.names.len() as u32);
        if more.asks_nothing() {
            set.gates.push(gate);
        } else {
            set.gates.push(gate | MORE);
            set.more.insert(rule, more);
        }
    }

    fn finish(self) -> RuleSet {
        let mut set = self.set;
        set.vocabulary.finish();
        set.programs.finish();
        set.postings = self.postings.finish(set.vocabulary.len());
        set.pairs = self.pairs.finish(set.vocabulary.len());
        set.asks_quotes |= set.programs.any_scope(|scope| matches!(scope, Scope::Said | Scope::Zone(Zone::Quote)));
        set.gates.shrink_to_fit();
        set.names.shrink_to_fit();
        set.name_ends.shrink_to_fit();
        set
    }
}
