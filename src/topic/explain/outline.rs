//! An explanation → indented lines for people. Plain text without colour: a stranger's characters are made safe, and signs
//! of true and false are put before the lines, where they are printed.

use super::{Arithmetic, Clause, ClauseKind, Explanation, FilterName};

/// Places shown of one clause.
const PLACES: usize = 3;
/// Characters of a group that are named in the verdict.
const NAMED: usize = 50;
/// Terms of a group that are false are shown line by line up to here, then on one line together.
const FALSE_TERMS: usize = 6;

/// One line of an outline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutlineLine {
    pub depth: usize,
    /// None for a line that belongs to the one above.
    pub holds: Option<bool>,
    pub text: String,
}

impl OutlineLine {
    fn new(depth: usize, holds: impl Into<Option<bool>>, text: impl Into<String>) -> Self {
        Self { depth, holds: holds.into(), text: text.into() }
    }
}

impl Explanation {
    /// The query as a tree.
    pub fn query_lines(&self) -> Vec<OutlineLine> {
        let mut lines = Vec::new();
        self.clauses.outline(0, &mut lines);
        lines
    }

    pub fn filter_lines(&self) -> Vec<OutlineLine> {
        let line = |filter: &super::Filter| {
            let name = match filter.name {
                FilterName::Languages => "languages",
                FilterName::Outlets => "outlets",
                FilterName::Tags => "feed tags",
            };
            OutlineLine::new(0, filter.holds, format!("{name} {} — {}", filter.asked.join(", "), filter.found))
        };
        self.filters.iter().map(line).collect()
    }

    /// Why the query is not met, in a few words; none where it is.
    pub fn missing(&self) -> Option<String> {
        (!self.clauses.holds).then(|| self.clauses.missing())
    }

    pub fn score_lines(&self) -> Vec<OutlineLine> {
        self.score.as_ref().map(Arithmetic::lines).unwrap_or_default()
    }
}

impl Clause {
    /// The first thing that is missing, or that must not be there.
    fn missing(&self) -> String {
        let first = || self.parts.iter().find(|part| !part.holds).map(Self::missing);
        let none = match self.kind {
            ClauseKind::And | ClauseKind::Near | ClauseKind::Before => first(),
            ClauseKind::Not => self.parts.first().map(|part| format!("it has {}", part.named())),
            // Of several alternatives the one that came furthest.
            ClauseKind::Or => match self.parts.iter().rev().max_by_key(|part| part.standing()) {
                Some(best) if best.standing() > 0 => Some(best.missing()),
                _ => Some(format!("none of {}", self.listed())),
            },
            ClauseKind::Of => Some(format!("too few of {}", self.listed())),
            _ => Some(format!("no {}", self.label)),
        };
        let missing = none.unwrap_or_else(|| self.label.clone());
        match &self.note {
            Some(note) => format!("{missing} ({note})"),
            None => missing,
        }
    }

    /// How many of its terms stand, those under NOT left out.
    fn standing(&self) -> usize {
        match self.kind {
            ClauseKind::Not => 0,
            _ if self.parts.is_empty() => usize::from(self.holds),
            _ => self.parts.iter().map(Self::standing).sum(),
        }
    }

    fn add_terms<'a>(&'a self, terms: &mut Vec<&'a str>) {
        match self.kind {
            ClauseKind::Not => {}
            _ if self.parts.is_empty() => terms.push(&self.label),
            _ => self.parts.iter().for_each(|part| part.add_terms(terms)),
        }
    }

    fn listed(&self) -> String {
        let mut terms = Vec::new();
        self.add_terms(&mut terms);
        let parts: Vec<&str> = terms.iter().copied().take(PLACES).collect();
        let more = terms.len() - parts.len();
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        format!("{}{more}", parts.join(", "))
    }

    /// A term as it is, a group as it is written as far as that is short.
    fn named(&self) -> String {
        if self.parts.is_empty() {
            return self.label.clone();
        }
        let text = self.text.split_whitespace().collect::<Vec<_>>().join(" ");
        match text.char_indices().nth(NAMED) {
            Some((cut, _)) => format!("{}…", &text[..cut]),
            None => text,
        }
    }

    fn outline(&self, depth: usize, lines: &mut Vec<OutlineLine>) {
        let mut text = self.label.clone();
        let zone = |(zone, count): (&crate::model::Zone, &usize)| match count {
            1 => zone.to_string(),
            more => format!("{zone} ×{more}"),
        };
        let zones: Vec<String> = self.zones.iter().map(zone).collect();
        let notes = (!zones.is_empty()).then(|| zones.join(", ")).into_iter().chain(self.note.clone());
        let notes: Vec<String> = notes.collect();
        if !notes.is_empty() {
            text.push_str(" — ");
            text.push_str(&notes.join("; "));
        }
        lines.push(OutlineLine::new(depth, self.holds, text));
        // The words of a NEAR are shown below it, with each of its sides.
        if !matches!(self.kind, ClauseKind::Near | ClauseKind::Before) {
            for place in self.places.iter().take(PLACES) {
                lines.push(OutlineLine::new(depth + 1, None, format!("{}: {}", place.zone, place.context)));
            }
        }
        let lone = |part: &Clause| !part.holds && part.parts.is_empty() && part.note.is_none();
        let group = matches!(self.kind, ClauseKind::Or | ClauseKind::Of);
        let together = group && self.parts.iter().filter(|part| lone(part)).count() > FALSE_TERMS;
        for part in self.parts.iter().filter(|part| !(together && lone(part))) {
            part.outline(depth + 1, lines);
        }
        if together {
            let terms: Vec<&str> = self.parts.iter().filter(|part| lone(part)).map(|part| &*part.label).collect();
            lines.push(OutlineLine::new(depth + 1, false, terms.join(", ")));
        }
    }
}

impl Arithmetic {
    fn lines(&self) -> Vec<OutlineLine> {
        let mut lines = Vec::new();
        for term in &self.terms {
            let text = match term.zone {
                _ if !term.holds => format!("{} — does not stand, adds nothing", term.query),
                Some(zone) => {
                    let [weight, by, value] = [term.weight, term.zone_weight, term.value].map(rounded);
                    format!("{} — {weight} × {zone} {by} = {value}", term.query)
                }
                None => format!("{} — {}", term.query, rounded(term.value)),
            };
            lines.push(OutlineLine::new(0, term.holds, text));
        }
        let reached = self.sum >= self.threshold;
        let verdict = if reached { "reached" } else { "not reached" };
        let (sum, threshold) = (rounded(self.sum), rounded(self.threshold));
        lines.push(OutlineLine::new(0, reached, format!("sum {sum}, threshold {threshold}: {verdict}")));
        lines
    }
}

/// To three places: sums of tenths have long tails.
pub fn rounded(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}
