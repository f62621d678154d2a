//! Clauses and an article → which hold, and where they stand. The one place where an explanation meets the matcher, so
//! that it cannot disagree with it; what came nearest to holding is not asked here.

use std::collections::BTreeSet;

use crate::model::{TermMatch, Zone};

use super::super::article::{Indexed, MatchInput, Part, Span};
use super::super::eval::quote_of;
use super::super::fold::fold_name;
use super::super::places::{self, Place};
use super::super::program::{Check, Programs, Step};
use super::super::query::{Node, Scope};
use super::super::vocabulary::Vocabulary;

/// Clauses to be asked about, collected before the article is read.
#[derive(Default)]
pub(super) struct Questions {
    vocabulary: Vocabulary,
    programs: Programs,
}

/// A clause that was asked about.
#[derive(Clone, Copy, Debug)]
pub(super) struct Question(u32);

/// Questions that are asked of one article after another.
#[derive(Debug)]
pub(super) struct Settled {
    vocabulary: Vocabulary,
    programs: Programs,
}

/// What the matcher says of one article.
pub(super) struct Answers<'a> {
    article: Indexed<'a>,
    programs: Programs,
    /// The words of the article one by one, folded.
    words: Vec<(Span, String)>,
}

/// A place of a clause: bytes of the zone's text, in the most specific zone. The zones are all that it stands in.
#[derive(Clone, Debug)]
pub(super) struct Spot {
    pub segment: usize,
    pub start: usize,
    pub end: usize,
    pub zone: Zone,
    pub zones: BTreeSet<Zone>,
}

impl Questions {
    pub fn ask(&mut self, node: &Node) -> Question {
        Question(self.programs.add(node, &mut self.vocabulary))
    }

    pub fn of<'a>(mut self, input: &'a MatchInput<'a>) -> Answers<'a> {
        self.vocabulary.finish();
        let article = Indexed::new(input, &self.vocabulary);
        let mut answers = Answers { article, programs: self.programs, words: Vec::new() };
        let spans = (0..answers.article.words.len() as u32).map(|at| Span { start: at, end: at + 1 });
        answers.words = spans.map(|span| (span, fold_name(answers.written(span)))).collect();
        answers
    }

    pub fn settled(self) -> Settled {
        let Self { mut vocabulary, mut programs } = self;
        vocabulary.finish();
        programs.finish();
        Settled { vocabulary, programs }
    }
}

impl Settled {
    pub fn read<'a>(&self, input: &'a MatchInput<'a>) -> Indexed<'a> {
        Indexed::new(input, &self.vocabulary)
    }

    pub fn holds(&self, question: Question, article: &Indexed<'_>) -> bool {
        self.programs.check(question.0).holds(article, true)
    }

    pub fn asks_quotes(&self) -> bool {
        self.programs.any_scope(|scope| matches!(scope, Scope::Said | Scope::Zone(Zone::Quote)))
    }
}

impl<'a> Answers<'a> {
    pub fn input(&self) -> &'a MatchInput<'a> {
        self.article.input
    }

    fn check(&self, question: Question) -> Check<'_> {
        self.programs.check(question.0)
    }

    /// `positive` is false under an odd number of NOTs.
    pub fn holds(&self, question: Question, positive: bool) -> bool {
        self.check(question).holds(&self.article, positive)
    }

    /// Where it stands, in order; a regular expression has bytes, not words.
    pub fn spans(&self, question: Question) -> Vec<Span> {
        self.check(question).spans(&self.article, None).into_vec()
    }

    /// The words of the article that a term of that scope looks at, folded.
    pub fn words(&self, scope: Scope) -> impl Iterator<Item = (Span, &str)> {
        let here = self.words.iter().filter(move |(span, _)| self.article.in_scope(*span, scope));
        here.map(|(span, word)| (*span, word.as_str()))
    }

    /// Words between two places; none where the second does not follow the first in the same field.
    pub fn between(&self, first: Span, second: Span) -> Option<u32> {
        self.article.between(first, second)
    }

    pub fn same_paragraph(&self, first: Span, second: Span) -> bool {
        let segment = |span: Span| self.article.words[span.start as usize].segment;
        segment(first) == segment(second)
    }

    pub fn written(&self, span: Span) -> &'a str {
        let segment = self.article.segment(span);
        let (start, end) = self.article.bytes(span);
        segment.text.get(start - segment.base..end - segment.base).unwrap_or_default()
    }

    /// The name of the author or speaker that a place of `byline:` or `said:` stands in.
    pub fn name(&self, span: Span) -> &'a str {
        self.article.segment(span).text
    }

    /// The places of a term's spans; none for those in a byline, nor for a quote that is not found in the text.
    pub fn spots(&self, spans: &[Span], scope: Scope) -> Vec<Spot> {
        self.without_repeats(spans.iter().filter_map(|&span| self.spot(span, scope)).collect())
    }

    /// The places of a regular expression.
    pub fn regex_spots(&self, question: Question, scope: Scope) -> Vec<Spot> {
        let Step::Term(term) = self.check(question).step() else { return Vec::new() };
        let found = term.regex_places(&self.article, places::MAX_PLACES);
        self.without_repeats(
            found.into_iter().filter_map(|(segment, start, end)| self.of_bytes(segment, start, end, scope)).collect(),
        )
    }

    fn spot(&self, span: Span, scope: Scope) -> Option<Spot> {
        let article = &self.article;
        if let Some(quote) = quote_of(span, article) {
            let (start, end) = article.quotes.get(quote).copied().flatten()?;
            let segment = article.text_segment(start)?;
            return self.of_bytes(segment, start, end, Scope::Zone(Zone::Quote));
        }
        let segment = article.words[span.start as usize].segment as usize;
        let (start, end) = article.bytes(span);
        self.of_bytes(segment, start, end, scope)
    }

    fn of_bytes(&self, segment: usize, start: usize, end: usize, scope: Scope) -> Option<Spot> {
        let part = self.article.segments[segment].part;
        let zone = match part {
            _ if scope == Scope::Zone(Zone::Quote) => Zone::Quote,
            Part::Title => Zone::Title,
            Part::Text { first: true } | Part::Summary => Zone::Lede,
            Part::Text { first: false } => Zone::Body,
            Part::Caption => Zone::Caption,
            Part::Byline | Part::Speaker(_) => return None,
        };
        let holds = |zone: Zone| self.article.holds(&self.article.segments[segment], (start, end), Scope::Zone(zone));
        let mut zones: BTreeSet<Zone> = Zone::ALL.iter().copied().filter(|&zone| holds(zone)).collect();
        zones.insert(zone);
        Some(Spot { segment, start, end, zone, zones })
    }

    /// The summary often repeats the first paragraph: the same words are told once.
    fn without_repeats(&self, mut spots: Vec<Spot>) -> Vec<Spot> {
        let part = |spot: &Spot| self.article.segments[spot.segment].part;
        if spots.iter().any(|spot| part(spot) == Part::Text { first: true }) {
            spots.retain(|spot| part(spot) != Part::Summary);
        }
        spots
    }

    /// The first places with their words in context.
    pub fn told(&self, spots: &[Spot]) -> Vec<TermMatch> {
        let place = |spot: &Spot| {
            let Spot { segment, start, end, zone, .. } = *spot;
            // A place that goes on into the next paragraph is shown to the end of its own.
            let own = &self.article.segments[segment];
            Place { zone, segment, start, end: end.min(own.base + own.text.len()), term: "" }
        };
        places::told(spots.iter().map(place).collect()).iter().map(|place| place.found(&self.article)).collect()
    }
}
