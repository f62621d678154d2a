//! A topic and an article → why it holds or does not: each filter, each clause of the query with its words, each term of
//! the score. Decides as the matcher does, by asking it; what became of the article afterwards is not known here.
//!
//! `shape` is what an explanation says; `probe` asks the matcher, `nearest` says what came nearest to a clause that is
//! false, `outline` puts it into lines. `standing` counts the clauses that hold, for many articles.

mod nearest;
mod outline;
mod probe;
mod shape;
mod standing;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::article::{MatchInput, Span};
use super::eval::primary;
use super::fold::fold_name;
use super::query::{Attribute, AttributeKind, Node, NodeKind, Pattern, Query, Scope, Term};
use super::rules::{RuleError, RulePart};
use super::{parse_query_with, score};
use crate::model::{Topic, Zone};
use nearest::Variants;
pub use outline::{OutlineLine, rounded};
use probe::{Answers, Question, Questions, Spot};
pub use shape::{Arithmetic, Clause, ClauseKind, ClausePlace, Explanation, Filter, FilterName, ScoreLine};
pub use standing::{Standing, Standings};

/// Places of one clause that are looked at one by one.
const MAX_SPOTS: usize = 1000;

/// Explains a topic on an article; the errors are those of its queries.
pub fn explain(topic: &Topic, input: &MatchInput<'_>) -> Result<Explanation, Vec<RuleError>> {
    let mut errors = Vec::new();
    let mut read = |text: &str, part| -> Option<Query> {
        let fault = |error| errors.push(RuleError { topic: topic.id.clone(), part, error });
        parse_query_with(text, &topic.terms).map_err(fault).ok()
    };
    let gate = read(&topic.query, RulePart::Query);
    let weighed = topic.score.iter().flat_map(|score| &score.terms).enumerate();
    let terms: Vec<_> = weighed.map(|(i, term)| read(&term.query, RulePart::ScoreTerm(i))).collect();
    let (Some(gate), Some(terms)) = (gate, terms.into_iter().collect::<Option<Vec<_>>>()) else {
        return Err(errors);
    };
    let mut questions = Questions::default();
    let plan = Plan::new(&gate.root, &mut questions);
    let plans: Vec<_> = terms.iter().map(|term| Plan::new(&term.root, &mut questions)).collect();
    let answers = questions.of(input);
    let clauses = Explainer { query: &topic.query, answers: &answers }.clause(&plan, true, true);
    let score = topic.score.as_ref().map(|of| {
        let lines = of.terms.iter().zip(&plans).map(|(term, plan)| {
            let holds = answers.holds(plan.own, true);
            let explainer = Explainer { query: &term.query, answers: &answers };
            let worth = score::worth(term.weight, explainer.zones(plan), &of.zones);
            let (zone, value) = if holds { (worth.zone, worth.value) } else { (None, 0.0) };
            let zone_weight = if holds { worth.zone_weight } else { 1.0 };
            ScoreLine { query: term.query.clone(), holds, weight: term.weight, zone, zone_weight, value }
        });
        let terms: Vec<ScoreLine> = lines.collect();
        let sum = terms.iter().map(|line| line.value).fold(0.0, |sum, value| sum + value);
        Arithmetic { threshold: of.threshold, sum, terms }
    });
    let filters = filters(topic, input);
    let reached = score.as_ref().is_none_or(|score| score.sum >= score.threshold);
    let holds = filters.iter().all(|filter| filter.holds) && clauses.holds && reached;
    Ok(Explanation { holds, filters, clauses, score })
}

fn filters(topic: &Topic, input: &MatchInput<'_>) -> Vec<Filter> {
    let mut filters = Vec::new();
    let mut add = |name, asked: &[String], holds: bool, found: String| {
        if !asked.is_empty() {
            filters.push(Filter { name, asked: asked.to_vec(), holds, found });
        }
    };
    let sure = input.language.filter(|language| language.sure);
    let is = |code: &String| sure.is_none_or(|sure| primary(code) == primary(&sure.code));
    add(FilterName::Languages, &topic.languages, topic.languages.iter().any(is), language_of(input));
    let outlet = fold_name(input.outlet);
    let found = if input.outlet.is_empty() { "no outlet is known" } else { input.outlet };
    add(FilterName::Outlets, &topic.outlets, topic.outlets.iter().any(|name| fold_name(name) == outlet), found.into());
    let tags: Vec<String> = input.tags.iter().map(|tag| fold_name(tag)).collect();
    let found = if tags.is_empty() { "its feed has no tags".to_owned() } else { input.tags.join(", ") };
    add(FilterName::Tags, &topic.feed_tags, topic.feed_tags.iter().any(|tag| tags.contains(&fold_name(tag))), found);
    filters
}

fn language_of(input: &MatchInput<'_>) -> String {
    match input.language {
        Some(language) if language.sure => language.code.clone(),
        Some(language) => format!("not sure ({}?): let pass", language.code),
        None => "not known: let pass".to_owned(),
    }
}

/// A part of a query with what is asked about it.
struct Plan<'q> {
    node: &'q Node,
    own: Question,
    variants: Option<Variants>,
    parts: Vec<Plan<'q>>,
}

impl<'q> Plan<'q> {
    fn new(node: &'q Node, questions: &mut Questions) -> Self {
        let own = questions.ask(node);
        let variants = match &node.kind {
            NodeKind::Term(term) => Some(Variants::of(node, term, questions)),
            _ => None,
        };
        let parts = match &node.kind {
            NodeKind::All(parts) | NodeKind::Any(parts) | NodeKind::AtLeast(_, parts) => parts.iter().collect(),
            NodeKind::Not(part) => vec![&**part],
            NodeKind::Near { left, right, .. } => vec![&**left, &**right],
            NodeKind::Term(_) | NodeKind::Attribute(_) => Vec::new(),
        };
        Self { node, own, variants, parts: parts.into_iter().map(|part| Self::new(part, questions)).collect() }
    }
}

struct Explainer<'a> {
    query: &'a str,
    answers: &'a Answers<'a>,
}

impl Explainer<'_> {
    /// `positive` as the matcher has it; `wanted`: were it true, more would hold.
    fn clause(&self, plan: &Plan<'_>, positive: bool, wanted: bool) -> Clause {
        let answers = self.answers;
        let holds = answers.holds(plan.own, positive);
        let (positive_below, wanted_below) = match &plan.node.kind {
            NodeKind::Not(_) => (!positive, false),
            NodeKind::All(_) => (positive, wanted),
            _ => (positive, wanted && !holds),
        };
        let parts: Vec<Clause> =
            plan.parts.iter().map(|part| self.clause(part, positive_below, wanted_below)).collect();
        let (spans, spots) = self.stands(plan);
        let note = match &plan.node.kind {
            NodeKind::Near { words, ordered, .. } if wanted || holds => {
                let (left, right) = (answers.spans(plan.parts[0].own), answers.spans(plan.parts[1].own));
                nearest::near(answers, &left, &right, *words, *ordered)
            }
            NodeKind::Term(term) if holds => names(answers, term, &spans),
            NodeKind::Term(term) if wanted => plan.variants.as_ref().and_then(|variants| variants.note(answers, term)),
            NodeKind::Attribute(attribute) => attribute_note(attribute, answers.input(), holds, wanted),
            _ => None,
        };
        let mut zones = BTreeMap::new();
        for spot in &spots {
            *zones.entry(spot.zone).or_default() += 1;
        }
        let told = answers.told(&spots).into_iter();
        let place = |found: crate::model::TermMatch| {
            let crate::model::TermMatch { zone, start, end, context, .. } = found;
            ClausePlace { zone, start, end, context }
        };
        let span = plan.node.span.clone();
        let text = match &plan.node.kind {
            // The query has no more than the name of its group.
            NodeKind::Term(term) if plan.node.named => term.text.clone(),
            NodeKind::Attribute(attribute) if plan.node.named => {
                format!("{}:{}", attribute.kind.name(), attribute.value)
            }
            _ => self.query.get(span.clone()).unwrap_or_default().to_owned(),
        };
        Clause {
            label: label(plan.node, &text),
            text,
            start: span.start,
            end: span.end,
            kind: kind(plan.node),
            holds,
            // A byline has no place in the text.
            count: if spots.is_empty() || spans.len() > MAX_SPOTS { spans.len() } else { spots.len() },
            places: told.map(place).collect(),
            note,
            parts,
            zones,
        }
    }

    /// Where a term or a NEAR stands, the first places of it. A group has no place of its own: its parts have.
    fn stands(&self, plan: &Plan<'_>) -> (Vec<Span>, Vec<Spot>) {
        let (regex, scope) = match &plan.node.kind {
            NodeKind::Term(term) => (matches!(term.pattern, Pattern::Regex(_)), term.scope),
            NodeKind::Near { .. } => (false, Scope::Anywhere),
            _ => return (Vec::new(), Vec::new()),
        };
        let spans = self.answers.spans(plan.own);
        let spots = if regex {
            self.answers.regex_spots(plan.own, scope)
        } else {
            self.answers.spots(&spans[..spans.len().min(MAX_SPOTS)], scope)
        };
        (spans, spots)
    }

    /// The zones of all places that made it hold.
    fn zones(&self, plan: &Plan<'_>) -> BTreeSet<Zone> {
        let mut zones = BTreeSet::new();
        self.add_zones(plan, None, &mut zones);
        zones
    }

    fn add_zones(&self, plan: &Plan<'_>, only: Option<&HashSet<(u32, u32)>>, zones: &mut BTreeSet<Zone>) {
        let answers = self.answers;
        match &plan.node.kind {
            NodeKind::All(_) | NodeKind::Any(_) | NodeKind::AtLeast(..) => {
                for part in plan.parts.iter().filter(|part| only.is_some() || answers.holds(part.own, true)) {
                    self.add_zones(part, only, zones);
                }
            }
            NodeKind::Not(_) => self.add_denied(&plan.parts[0], zones),
            NodeKind::Near { words, ordered, .. } => {
                let (left, right) = (answers.spans(plan.parts[0].own), answers.spans(plan.parts[1].own));
                let (mut of_left, mut of_right) = (HashSet::new(), HashSet::new());
                nearest::pairs(answers, &left, &right, *words, *ordered, |one, other| {
                    let whole = (one.start.min(other.start), one.end.max(other.end));
                    if only.is_none_or(|only| only.contains(&whole)) {
                        of_left.insert((one.start, one.end));
                        of_right.insert((other.start, other.end));
                    }
                });
                self.add_zones(&plan.parts[0], Some(&of_left), zones);
                self.add_zones(&plan.parts[1], Some(&of_right), zones);
            }
            NodeKind::Term(term) => {
                let mut spans = answers.spans(plan.own);
                spans.retain(|span| only.is_none_or(|only| only.contains(&(span.start, span.end))));
                let spots = match term.pattern {
                    Pattern::Regex(_) => answers.regex_spots(plan.own, term.scope),
                    Pattern::Words(_) => answers.spots(&spans, term.scope),
                };
                zones.extend(spots.into_iter().flat_map(|spot| spot.zones));
            }
            NodeKind::Attribute(_) => {}
        }
    }

    /// Under NOT nothing is a reason, but two NOTs are none.
    fn add_denied(&self, plan: &Plan<'_>, zones: &mut BTreeSet<Zone>) {
        match &plan.node.kind {
            NodeKind::Not(_) if self.answers.holds(plan.parts[0].own, true) => {
                self.add_zones(&plan.parts[0], None, zones);
            }
            NodeKind::All(_) | NodeKind::Any(_) | NodeKind::AtLeast(..) => {
                plan.parts.iter().for_each(|part| self.add_denied(part, zones));
            }
            NodeKind::Not(_) | NodeKind::Near { .. } | NodeKind::Term(_) | NodeKind::Attribute(_) => {}
        }
    }
}

/// Who is meant by `byline:` or `said:`.
fn names(answers: &Answers<'_>, term: &Term, spans: &[Span]) -> Option<String> {
    let names: BTreeSet<&str> = spans.iter().map(|&span| answers.name(span).trim()).collect();
    let names = names.into_iter().take(3).collect::<Vec<_>>().join(", ");
    match term.scope {
        Scope::Byline => Some(format!("by {names}")),
        Scope::Said => Some(format!("said by {names}")),
        Scope::Anywhere | Scope::Zone(_) => None,
    }
}

fn attribute_note(attribute: &Attribute, input: &MatchInput<'_>, holds: bool, wanted: bool) -> Option<String> {
    let unsure = input.language.is_none_or(|language| !language.sure);
    if attribute.kind == AttributeKind::Lang && unsure {
        return Some(format!("the language is {}", language_of(input)));
    }
    if holds || !wanted {
        return None;
    }
    let (what, is) = match attribute.kind {
        AttributeKind::Lang => ("language", language_of(input)),
        AttributeKind::Outlet => ("outlet", input.outlet.to_owned()),
        AttributeKind::Feed => ("feed", input.feed.to_owned()),
        AttributeKind::Tag => ("feed's tags", input.tags.join(", ")),
        AttributeKind::Site => ("site", super::zones::host_of(input.url)),
    };
    let verb = if attribute.kind == AttributeKind::Tag { "are" } else { "is" };
    Some(if is.is_empty() { format!("the {what} {verb} not known") } else { format!("the {what} {verb} {is}") })
}

fn kind(node: &Node) -> ClauseKind {
    match &node.kind {
        NodeKind::All(_) => ClauseKind::And,
        NodeKind::Any(_) => ClauseKind::Or,
        NodeKind::Not(_) => ClauseKind::Not,
        NodeKind::AtLeast(..) => ClauseKind::Of,
        NodeKind::Near { ordered: false, .. } => ClauseKind::Near,
        NodeKind::Near { ordered: true, .. } => ClauseKind::Before,
        NodeKind::Attribute(_) => ClauseKind::Attribute,
        NodeKind::Term(Term { pattern: Pattern::Regex(_), .. }) => ClauseKind::Regex,
        NodeKind::Term(Term { pattern: Pattern::Words(phrase), .. }) => match phrase.elements.len() {
            _ if phrase.written.is_some() => ClauseKind::Exact,
            1 => ClauseKind::Word,
            _ => ClauseKind::Phrase,
        },
    }
}

/// What stands in the outline for it: the operator, or the term with the zone that it was given from outside.
fn label(node: &Node, text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let zone = match &node.kind {
        NodeKind::All(_) => return "AND (each of these)".to_owned(),
        NodeKind::Any(_) => return "OR (one of these)".to_owned(),
        NodeKind::Not(_) => return "NOT".to_owned(),
        NodeKind::AtLeast(count, parts) => return format!("{count} OF these {}", parts.len()),
        NodeKind::Near { words, ordered: false, .. } => return format!("NEAR/{words}"),
        NodeKind::Near { words, ordered: true, .. } => return format!("BEFORE/{words}"),
        NodeKind::Attribute(attribute) => attribute.kind.name(),
        NodeKind::Term(term) => match term.scope {
            Scope::Anywhere => return text,
            Scope::Zone(zone) => zone.as_str(),
            Scope::Byline => "byline",
            Scope::Said => "said",
        },
    };
    let named = text.get(..zone.len()).is_some_and(|start| start.eq_ignore_ascii_case(zone));
    if named && text[zone.len()..].starts_with(':') { text } else { format!("{zone}:{text}") }
}
