//! An explanation → indented lines for people. Plain text without colour: a stranger's characters are made safe, and signs
//! of true and false are put before the lines, where they are printed.

use super::{Arithmetic, Clause, ClauseKind, Explanation, FilterName};

/// Places shown of one clause.
const PLACES: usize = 3;
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

    pub fn score_lines(&self) -> Vec<OutlineLine> {
        self.score.as_ref().map(Arithmetic::lines).unwrap_or_default()
    }
}

impl Clause {
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
                    format!("{} — {} × {zone} {} = {}", term.query, term.weight, term.zone_weight, term.value)
                }
                None => format!("{} — {}", term.query, term.value),
            };
            lines.push(OutlineLine::new(0, term.holds, text));
        }
        let reached = self.sum >= self.threshold;
        let verdict = if reached { "reached" } else { "not reached" };
        lines.push(OutlineLine::new(0, reached, format!("sum {}, threshold {}: {verdict}", self.sum, self.threshold)));
        lines
    }
}
