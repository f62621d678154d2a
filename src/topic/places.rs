//! A query that holds → why: each term that made it so, its places, and their words in context.
//! Decides nothing; it is asked once [`super::eval`] has said yes.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ops::ControlFlow;

use rustc_hash::FxHashSet;

use crate::model::{TermMatch, Zone};

use super::article::{Indexed, Part, Span};
use super::eval::{Known, quote_of, union};
use super::program::{Check, NearCheck, Step, TermStep};
use super::query::{AttributeKind, Scope};

/// Places that are reported for one topic.
pub(super) const MAX_PLACES: usize = 50;
/// Characters of context on either side.
const CONTEXT: usize = 60;
/// Pairs of a NEAR that are told, and those that are looked at for them.
const MAX_PAIRS: usize = 10_000;
const MAX_LOOKED_AT: usize = 1_000_000;

/// What made a query hold.
#[derive(Debug, Default)]
pub(super) struct Reasons<'a> {
    /// In no order, some more than once: see [`told`].
    pub places: Vec<Place<'a>>,
    /// The terms that stand in the article, with the zone asked for; as the places.
    terms: Vec<(&'a str, Option<Zone>)>,
    pub notes: BTreeSet<String>,
    known: Known,
}

/// One place of one term; bytes of the zone's text. Ordered as an article is read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place<'a> {
    pub zone: Zone,
    /// Number of the paragraph, so that places of different ones are told apart.
    pub segment: usize,
    pub start: usize,
    pub end: usize,
    pub term: &'a str,
}

impl<'a> Reasons<'a> {
    /// How many different terms stand in the article.
    pub fn distinct_terms(&mut self) -> usize {
        self.terms.sort_unstable();
        self.terms.dedup();
        self.terms.len()
    }

    /// Adds why `check` holds.
    pub fn add(&mut self, check: Check<'a>, article: &Indexed<'_>) {
        match check.step() {
            Step::All(parts) | Step::Any(parts) | Step::AtLeast(_, parts) => {
                for part in parts.filter(|part| part.holds(article, true)) {
                    self.add(part, article);
                }
            }
            Step::Not(part) => self.add_denied(part, article),
            Step::Near(near) => self.add_near(near, None, article),
            Step::Term(term) => self.add_term(term, None, article),
            Step::Attribute(attribute) => {
                if attribute.kind == AttributeKind::Lang {
                    self.add_language(article);
                }
            }
        }
    }

    /// Under NOT no term is a reason, but a language that was not sure is worth a note.
    fn add_denied(&mut self, check: Check<'a>, article: &Indexed<'_>) {
        match check.step() {
            Step::All(parts) | Step::Any(parts) | Step::AtLeast(_, parts) => {
                for part in parts {
                    self.add_denied(part, article);
                }
            }
            // Two NOTs are none.
            Step::Not(part) if part.holds(article, true) => self.add(part, article),
            Step::Not(_) | Step::Near(_) | Step::Term(_) => {}
            Step::Attribute(attribute) => {
                if attribute.kind == AttributeKind::Lang {
                    self.add_language(article);
                }
            }
        }
    }

    /// Notes a language that was let pass because it is not sure.
    pub fn add_language(&mut self, article: &Indexed<'_>) {
        match article.input.language {
            Some(language) if language.sure => {}
            Some(language) => {
                self.notes.insert(format!("language not sure ({}?): let pass", language.code));
            }
            None => {
                self.notes.insert("language not known: let pass".to_owned());
            }
        }
    }

    /// The terms of `check` at the places `only`.
    fn add_spans(&mut self, check: Check<'a>, only: &FxHashSet<(u32, u32)>, article: &Indexed<'_>) {
        match check.step() {
            Step::Any(parts) => {
                for part in parts {
                    self.add_spans(part, only, article);
                }
            }
            Step::Near(near) => self.add_near(near, Some(only), article),
            Step::Term(term) => self.add_term(term, Some(only), article),
            Step::All(_) | Step::AtLeast(..) | Step::Not(_) | Step::Attribute(_) => {}
        }
    }

    fn add_near(&mut self, near: NearCheck<'a>, only: Option<&FxHashSet<(u32, u32)>>, article: &Indexed<'_>) {
        let (mut left, mut right) = (FxHashSet::default(), FxHashSet::default());
        let (mut seen, mut looked_at) = (0, 0);
        let _ = near.pairs(article, Some(&mut self.known), |one, other| {
            let whole = union(one, other);
            looked_at += 1;
            if only.is_none_or(|only| only.contains(&(whole.start, whole.end))) {
                left.insert((one.start, one.end));
                right.insert((other.start, other.end));
                seen += 1;
            }
            if seen < MAX_PAIRS && looked_at < MAX_LOOKED_AT {
                ControlFlow::Continue(())
            } else {
                ControlFlow::Break(())
            }
        });
        if seen > 0 {
            self.add_spans(near.left, &left, article);
            self.add_spans(near.right, &right, article);
        }
    }

    fn add_term(&mut self, step: TermStep<'a>, only: Option<&FxHashSet<(u32, u32)>>, article: &Indexed<'_>) {
        let (term, scope) = (step.text(), step.scope());
        let (before, mut stands) = (self.places.len(), false);
        step.each_span(article, |span| {
            if only.is_none_or(|only| only.contains(&(span.start, span.end))) {
                stands = true;
                self.places.extend(Self::place_of_span(term, scope, span, article));
                if scope == Scope::Byline {
                    self.notes.insert(format!("by {}", one_line(article.segment(span).text)));
                }
            }
            ControlFlow::Continue(())
        });
        if only.is_none() {
            for (segment, start, end) in step.regex_places(article, MAX_PLACES) {
                stands = true;
                self.places.extend(place(term, scope, segment, start, end, article));
            }
        }
        if !stands {
            return;
        }
        let zone = match scope {
            Scope::Zone(zone) => Some(zone),
            Scope::Said => Some(Zone::Quote),
            Scope::Anywhere | Scope::Byline => None,
        };
        self.terms.push((term, zone));
        // The summary often repeats the first paragraph: the same words are told once.
        let part = |place: &Place<'_>| article.segments[place.segment].part;
        let new = &self.places[before..];
        if new.iter().any(|place| part(place) == Part::Summary)
            && new.iter().any(|place| part(place) == Part::Text { first: true })
        {
            let mut at = 0;
            self.places.retain(|place| {
                at += 1;
                at <= before || part(place) != Part::Summary
            });
        }
    }

    fn place_of_span(term: &'a str, scope: Scope, span: Span, article: &Indexed<'_>) -> Option<Place<'a>> {
        if let Some(quote) = quote_of(span, article) {
            let (start, end) = article.quotes.get(quote).copied().flatten()?;
            let segment = article.text_segment(start)?;
            return Some(Place { zone: Zone::Quote, segment, start, end, term });
        }
        let segment = article.words[span.start as usize].segment as usize;
        let (start, end) = article.bytes(span);
        place(term, scope, segment, start, end, article)
    }
}

/// A place in its most specific zone; none in a byline or a speaker's name.
fn place<'a>(
    term: &'a str,
    scope: Scope,
    segment: usize,
    start: usize,
    end: usize,
    article: &Indexed<'_>,
) -> Option<Place<'a>> {
    let zone = match article.segments[segment].part {
        _ if scope == Scope::Zone(Zone::Quote) => Zone::Quote,
        Part::Title => Zone::Title,
        Part::Text { first: true } | Part::Summary => Zone::Lede,
        Part::Text { first: false } => Zone::Body,
        Part::Caption => Zone::Caption,
        Part::Byline | Part::Speaker(_) => return None,
    };
    Some(Place { zone, segment, start, end, term })
}

impl Place<'_> {
    /// Every zone that the place stands in.
    pub(super) fn zones(&self, article: &Indexed<'_>) -> Vec<Zone> {
        let mut zones = match article.segments[self.segment].part {
            Part::Title => vec![Zone::Title],
            Part::Text { first: true } => vec![Zone::Lede, Zone::Body],
            Part::Text { first: false } => vec![Zone::Body],
            Part::Summary => vec![Zone::Lede],
            Part::Caption => vec![Zone::Caption],
            Part::Byline | Part::Speaker(_) => Vec::new(),
        };
        if zones.contains(&Zone::Body) && (self.zone == Zone::Quote || article.is_quoted((self.start, self.end))) {
            zones.push(Zone::Quote);
        }
        zones
    }

    /// The words around it, on one line.
    pub(super) fn context(&self, article: &Indexed<'_>) -> String {
        let segment = &article.segments[self.segment];
        let (start, end) = (self.start - segment.base, self.end - segment.base);
        context(segment.text, start, end.min(segment.text.len()))
    }

    pub(super) fn found(&self, article: &Indexed<'_>) -> TermMatch {
        let context = self.context(article);
        TermMatch { term: self.term.to_owned(), zone: self.zone, start: self.start, end: self.end, context }
    }
}

/// The places as they are told: in order, each once, at most [`MAX_PLACES`], each term at least once where that is possible.
pub(super) fn told(mut places: Vec<Place<'_>>) -> Vec<Place<'_>> {
    places.sort_unstable();
    places.dedup();
    if places.len() > MAX_PLACES {
        let mut seen = FxHashSet::default();
        let (firsts, repeats): (Vec<_>, Vec<_>) = places.into_iter().partition(|place| seen.insert(place.term));
        places = firsts.into_iter().chain(repeats).take(MAX_PLACES).collect();
        places.sort_unstable();
    }
    places
}

/// The words around `start..end`, on one line, with … where they are cut.
fn context(text: &str, start: usize, end: usize) -> String {
    let from = before(text, start);
    let to = text[end..].char_indices().nth(CONTEXT).map_or(text.len(), |(at, _)| end + at);
    let cut_before = !text[..from].trim().is_empty();
    let cut_after = !text[to..].trim().is_empty();
    let mut before = &text[from..start];
    if cut_before && !text[..from].ends_with(char::is_whitespace) {
        before = before.split_once(char::is_whitespace).map_or(before, |(_, rest)| rest);
    }
    let mut after = &text[end..to];
    if cut_after && !text[to..].starts_with(char::is_whitespace) {
        after = after.rsplit_once(char::is_whitespace).map_or(after, |(rest, _)| rest);
    }
    let mark = |cut: bool| if cut { "…" } else { "" };
    let whole = &text[start - before.len()..end + after.len()];
    let line = if is_one_line(whole) { Cow::Borrowed(whole.trim()) } else { Cow::Owned(one_line(whole)) };
    [mark(cut_before), &line, mark(cut_after)].concat()
}

/// Where the [`CONTEXT`] characters before a place begin.
fn before(text: &str, start: usize) -> usize {
    text[..start].char_indices().rev().nth(CONTEXT - 1).map_or(0, |(at, _)| at)
}

/// Whether a text has single spaces as its only white space, and no control characters; no is also said of some that have.
fn is_one_line(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.iter().enumerate().all(|(at, &byte)| match byte {
        b' ' => bytes.get(at + 1) != Some(&b' '),
        // Where the white space and the controls of Unicode are.
        0..b' ' | 0x7F | 0xC2 | 0xE1 | 0xE3 => false,
        0xE2 => !matches!(bytes.get(at + 1..at + 3), Some([0x80, 0x80..=0x8F | 0xA8..=0xAF] | [0x81, _])),
        _ => true,
    })
}

/// Runs of white space and control characters become one space.
fn one_line(text: &str) -> String {
    let words = text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contexts_are_cut_at_words() {
        let long = "The minister said on Monday that the government of the country would not accept any new tariff on \
                    steel, whatever the reasons that the other side might give in the coming weeks.";
        for (text, term, expected) in [
            ("A new\n tariff.", "tariff", "A new tariff."),
            (
                long,
                "tariff",
                "…that the government of the country would not accept any new tariff on \
                 steel, whatever the reasons that the other side might…",
            ),
            (long, "minister", "The minister said on Monday that the government of the country would not…"),
        ] {
            let start = text.find(term).expect("the term is there");
            assert_eq!(context(text, start, start + term.len()), expected);
        }
        for text in
            ["one  two x", "one\ttwo x", "one\u{A0}two x", "one\u{2003}two x", "one\u{3000}two x", " one “two” x"]
        {
            let (whole, start) = (text.split_whitespace().collect::<Vec<_>>().join(" "), text.len() - 1);
            assert_eq!(context(text, start, start + 1), whole);
        }
        let unspaced = "中".repeat(200);
        assert_eq!(context(&unspaced, 300, 303).chars().count(), 2 * CONTEXT + 3);
    }
}
