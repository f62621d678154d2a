//! An article → its words with their places, as far as any query has them.
//! Made once for an article, asked by every topic; decides nothing itself.

use rustc_hash::FxHashMap;

use crate::model::{Language, Quote, Zone};

use super::query::Scope;
use super::tokens::{Link, pieces};
use super::vocabulary::{KeyId, Vocabulary};

/// What the matcher reads of an article.
#[derive(Clone, Copy, Debug)]
pub struct MatchInput<'a> {
    pub title: &'a str,
    /// Paragraphs, a blank line between.
    pub text: &'a str,
    /// The feed's summary; may be empty.
    pub lede: &'a str,
    /// Bytes of `text`; a quote whose bytes are not known is looked for there.
    pub quotes: &'a [Quote],
    pub captions: &'a [String],
    pub byline: &'a [String],
    /// None where it is not known.
    pub language: Option<&'a Language>,
    pub outlet: &'a str,
    pub feed: &'a str,
    pub tags: &'a [String],
    pub url: &'a str,
}

/// Words `start..end` of the article.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Span {
    pub start: u32,
    pub end: u32,
}

/// One word; bytes of the zone's text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Word {
    pub start: u32,
    pub end: u32,
    pub segment: u32,
    /// Counts words as a reader does: `U.S.` is one.
    pub number: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Title,
    Text { first: bool },
    Summary,
    Caption,
    Byline,
    Speaker(u32),
}

/// A paragraph: phrases stand within one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Segment<'a> {
    pub part: Part,
    /// Words are near each other only within one field.
    pub field: u32,
    /// Where it begins in the zone's text.
    pub base: usize,
    pub text: &'a str,
}

#[derive(Debug)]
pub(super) struct Indexed<'a> {
    pub input: &'a MatchInput<'a>,
    pub segments: Vec<Segment<'a>>,
    pub words: Vec<Word>,
    /// Bytes of each quote in the text; none where it was not found.
    pub quotes: Vec<Option<(usize, usize)>>,
    hits: FxHashMap<KeyId, Vec<Span>>,
    /// Begin of each quote in bytes, ascending, with the furthest end of those so far.
    quoted: Vec<(usize, usize)>,
}

/// Quotes looked at in one article.
const MAX_QUOTES: usize = 1000;

impl<'a> Indexed<'a> {
    pub fn new(input: &'a MatchInput<'a>, vocabulary: &Vocabulary) -> Self {
        let quotes = locate_quotes(input);
        let mut quoted: Vec<_> = quotes.iter().flatten().copied().collect();
        quoted.sort_unstable();
        let mut furthest = 0;
        for (_, end) in &mut quoted {
            furthest = furthest.max(*end);
            *end = furthest;
        }
        let mut indexed =
            Self { input, segments: segments(input), words: Vec::new(), quotes, hits: FxHashMap::default(), quoted };
        indexed.read(vocabulary);
        indexed
    }

    fn read(&mut self, vocabulary: &Vocabulary) {
        let mut number = 0;
        for (index, segment) in self.segments.iter().enumerate() {
            let pieces = pieces(segment.text);
            let first = self.words.len() as u32;
            for (i, piece) in pieces.list.iter().enumerate() {
                let at = self.words.len() as u32;
                number += u32::from(piece.link != Link::Point);
                let (start, end) = (segment.base as u32 + piece.start, segment.base as u32 + piece.end);
                self.words.push(Word { start, end, segment: index as u32, number });
                vocabulary.of_word(pieces.folded(i), |id| {
                    self.hits.entry(id).or_default().push(Span { start: at, end: at + 1 });
                });
            }
            pieces.joins(|from, to| {
                vocabulary.of_word(pieces.joined(from, to), |id| {
                    let span = Span { start: first + from as u32, end: first + to as u32 };
                    self.hits.entry(id).or_default().push(span);
                });
            });
        }
        for spans in self.hits.values_mut() {
            spans.sort_unstable();
        }
    }

    /// Where a word of a query stands, in order.
    pub fn spans(&self, key: KeyId) -> &[Span] {
        self.hits.get(&key).map_or(&[], Vec::as_slice)
    }

    /// Every word of a query that stands somewhere, in no order.
    pub fn keys(&self) -> impl Iterator<Item = KeyId> {
        self.hits.keys().copied()
    }

    pub fn segment(&self, span: Span) -> &Segment<'a> {
        &self.segments[self.words[span.start as usize].segment as usize]
    }

    /// Bytes of the zone's text.
    pub fn bytes(&self, span: Span) -> (usize, usize) {
        (self.words[span.start as usize].start as usize, self.words[span.end as usize - 1].end as usize)
    }

    /// Words between two places, the first before the second; none where they overlap or stand in different fields.
    pub fn between(&self, first: Span, second: Span) -> Option<u32> {
        let near = first.end <= second.start && self.segment(first).field == self.segment(second).field;
        let (last, next) = (self.words[first.end as usize - 1], self.words[second.start as usize]);
        near.then(|| (next.number - last.number).saturating_sub(1))
    }

    pub fn in_scope(&self, span: Span, scope: Scope) -> bool {
        let segment = self.segment(span);
        self.holds(segment, self.bytes(span), scope)
    }

    /// Whether bytes of a segment are what a term of that scope looks at.
    pub fn holds(&self, segment: &Segment<'_>, bytes: (usize, usize), scope: Scope) -> bool {
        match (segment.part, scope) {
            (Part::Byline, scope) => scope == Scope::Byline,
            (Part::Speaker(_), scope) => scope == Scope::Said,
            (_, Scope::Byline | Scope::Said) => false,
            (_, Scope::Anywhere) => true,
            (part, Scope::Zone(Zone::Title)) => part == Part::Title,
            (part, Scope::Zone(Zone::Lede)) => matches!(part, Part::Summary | Part::Text { first: true }),
            (part, Scope::Zone(Zone::Body)) => matches!(part, Part::Text { .. }),
            (part, Scope::Zone(Zone::Caption)) => part == Part::Caption,
            (part, Scope::Zone(Zone::Quote)) => matches!(part, Part::Text { .. }) && self.is_quoted(bytes),
        }
    }

    /// Whether bytes of the text stand within one quote.
    pub fn is_quoted(&self, (start, end): (usize, usize)) -> bool {
        let before = self.quoted.partition_point(|quote| quote.0 <= start);
        before > 0 && self.quoted[before - 1].1 >= end
    }
}

fn segments<'a>(input: &MatchInput<'a>) -> Vec<Segment<'a>> {
    let mut list = vec![Segment { part: Part::Title, field: 0, base: 0, text: input.title }];
    for (i, (base, text)) in paragraphs(input.text).enumerate() {
        list.push(Segment { part: Part::Text { first: i == 0 }, field: 1, base, text });
    }
    list.extend(paragraphs(input.lede).map(|(base, text)| Segment { part: Part::Summary, field: 2, base, text }));
    let mut field = 3;
    let mut alone = |part, base, text| {
        field += 1;
        Segment { part, field, base, text }
    };
    let mut base = 0;
    for caption in input.captions {
        list.push(alone(Part::Caption, base, caption));
        base += caption.len() + "\n\n".len();
    }
    list.extend(input.byline.iter().map(|name| alone(Part::Byline, 0, name)));
    for (i, quote) in input.quotes.iter().enumerate().take(MAX_QUOTES) {
        list.extend(quote.speaker.iter().map(|name| alone(Part::Speaker(i as u32), 0, name)));
    }
    list
}

/// The paragraphs of a text that are not blank, with where each begins.
fn paragraphs(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            if at >= text.len() {
                return None;
            }
            let (start, mut end) = (at, at);
            for line in text[start..].split_inclusive('\n') {
                at += line.len();
                if line.trim().is_empty() {
                    break;
                }
                end = at;
            }
            if end > start {
                return Some((start, &text[start..end]));
            }
        }
    })
}

fn locate_quotes(input: &MatchInput<'_>) -> Vec<Option<(usize, usize)>> {
    let mut from = 0;
    let mut locate = |quote: &Quote| {
        if quote.start < quote.end && input.text.get(quote.start..quote.end).is_some() {
            return Some((quote.start, quote.end));
        }
        if quote.text.is_empty() {
            return None;
        }
        let found =
            input.text[from..].find(&quote.text).map(|at| from + at).or_else(|| input.text.find(&quote.text))?;
        from = found + quote.text.len();
        Some((found, from))
    };
    input.quotes.iter().take(MAX_QUOTES).map(&mut locate).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_have_paragraphs() {
        for (text, expected) in [
            ("one\ntwo\n\nthree", vec![(0, "one\ntwo\n"), (9, "three")]),
            ("\n\n one\r\n \r\ntwo", vec![(2, " one\r\n"), (11, "two")]),
            ("", vec![]),
        ] {
            assert_eq!(paragraphs(text).collect::<Vec<_>>(), expected);
        }
    }
}
