//! An article → its words with their places, as far as any query has them.
//! Made once for an article, asked by every topic; decides nothing itself.

use std::cell::{Cell, OnceCell};

use smallvec::SmallVec;

use crate::model::{Language, Quote, Zone};

use super::fold::fold_name;
use super::hits::{Hits, Open};
use super::masks::{Common, MAX_PLACES};
use super::packed::Packed;
use super::prefixes::Group;
use super::query::Scope;
use super::scan::{self, Reader, scan};
use super::tokens::{Link, Pieces};
use super::vocabulary::{KeyId, Seen, Vocabulary};

/// What the matcher reads of an article.
#[derive(Clone, Copy, Debug, Default)]
pub struct MatchInput<'a> {
    pub title: &'a str,
    /// Paragraphs, a blank line between.
    pub text: &'a str,
    /// The feed's own words, mostly its summary; may be empty.
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
    /// Counts words as a reader does: `U.S.` is one. Between fields it goes on by [`GAP`].
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
    hits: Hits,
    /// Begin of each quote in bytes, ascending, with the furthest end of those so far.
    quoted: Vec<(usize, usize)>,
    /// The first word of the first byline or speaker's name.
    names: u32,
    outlet: OnceCell<String>,
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
        let segments = segments(input);
        let (words, hits) = read(&segments, vocabulary);
        let is_name = |segment: &Segment<'_>| matches!(segment.part, Part::Byline | Part::Speaker(_));
        let text = segments.partition_point(|segment| !is_name(segment)) as u32;
        let names = words.partition_point(|word| word.segment < text) as u32;
        Self { input, segments, words, quotes, hits, quoted, names, outlet: OnceCell::new() }
    }

    /// Where a word of a query stands, in order.
    #[inline]
    pub fn spans(&self, key: KeyId) -> &[Span] {
        self.hits.spans(key)
    }

    #[inline]
    pub fn has(&self, key: KeyId) -> bool {
        self.hits.has(key)
    }

    /// Every word of a query that stands somewhere, in the order in which they stand.
    pub fn hits(&self) -> &Hits {
        &self.hits
    }

    /// The outlet's name, folded.
    pub fn outlet(&self) -> &str {
        self.outlet.get_or_init(|| fold_name(self.input.outlet))
    }

    /// Whether a word stands anywhere but in a byline or a speaker's name: those come last.
    #[inline]
    pub fn stands(&self, key: KeyId) -> bool {
        self.spans(key).first().is_some_and(|span| span.start < self.names)
    }

    #[inline]
    pub fn same_segment(&self, one: Span, other: Span) -> bool {
        self.words[one.start as usize].segment == self.words[other.start as usize].segment
    }

    pub fn segment(&self, span: Span) -> &Segment<'a> {
        &self.segments[self.words[span.start as usize].segment as usize]
    }

    /// The paragraph of the text in which a byte stands: the last that begins before it.
    pub fn text_segment(&self, byte: usize) -> Option<usize> {
        let first = self.segments.iter().position(|segment| matches!(segment.part, Part::Text { .. }))?;
        let of_text = |segment: &Segment<'_>| matches!(segment.part, Part::Text { .. }) && segment.base <= byte;
        (first + self.segments[first..].partition_point(of_text)).checked_sub(1).filter(|at| *at >= first)
    }

    /// Bytes of the zone's text.
    pub fn bytes(&self, span: Span) -> (usize, usize) {
        (self.words[span.start as usize].start as usize, self.words[span.end as usize - 1].end as usize)
    }

    /// Words between two places, the first before the second; none where they overlap or stand in different fields.
    #[inline]
    pub fn between(&self, first: Span, second: Span) -> Option<u32> {
        let near = first.end <= second.start && self.segment(first).field == self.segment(second).field;
        let (last, next) = (self.words[first.end as usize - 1], self.words[second.start as usize]);
        near.then(|| (next.number - last.number).saturating_sub(1))
    }

    /// The numbers of its first and its last word.
    #[inline]
    pub fn numbers(&self, span: Span) -> (u32, u32) {
        (self.words[span.start as usize].number, self.words[span.end as usize - 1].number)
    }

    #[inline]
    pub fn in_scope(&self, span: Span, scope: Scope) -> bool {
        if scope == Scope::Anywhere {
            return span.start < self.names;
        }
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

    /// The parts of a segment, in bytes of it, that a regular expression of that scope looks at.
    pub fn looked_at(&self, index: usize, scope: Scope) -> Vec<(usize, usize)> {
        let segment = &self.segments[index];
        let (base, len) = (segment.base, segment.text.len());
        if scope != Scope::Zone(Zone::Quote) {
            return if self.holds(segment, (base, base + len), scope) { vec![(0, len)] } else { Vec::new() };
        }
        if !matches!(segment.part, Part::Text { .. }) {
            return Vec::new();
        }
        let mut parts: Vec<_> =
            self.quotes.iter().flatten().map(|&(start, end)| (start.max(base), end.min(base + len))).collect();
        parts.retain(|(start, end)| start < end);
        parts.sort_unstable();
        parts.dedup();
        parts.into_iter().map(|(start, end)| (start - base, end - base)).collect()
    }

    /// Whether bytes of the text stand within one quote.
    pub fn is_quoted(&self, (start, end): (usize, usize)) -> bool {
        let before = self.quoted.partition_point(|quote| quote.0 <= start);
        before > 0 && self.quoted[before - 1].1 >= end
    }
}

/// Between fields, in numbers of words: more than any two words can be apart that are looked at together.
pub(super) const GAP: u32 = 64;

/// Every word of the segments, and where the words of the vocabulary stand.
fn read(segments: &[Segment<'_>], vocabulary: &Vocabulary) -> (Vec<Word>, Hits) {
    let bytes: usize = segments.iter().map(|segment| segment.text.len()).sum();
    let mut room = ROOM.take().unwrap_or_default();
    let Room { scan: scanning, waiting, looking } = &mut *room;
    waiting.clear();
    let mut reading =
        Reading { vocabulary, words: Vec::with_capacity(bytes / 5), waiting, base: 0, segment: 0, number: 0 };
    let mut field = 0;
    for (index, segment) in segments.iter().enumerate() {
        if segment.field != field {
            field = segment.field;
            reading.number += GAP;
        }
        (reading.base, reading.segment) = (segment.base as u32, index as u32);
        scan(segment.text, scanning, &mut reading);
    }
    let words = reading.words;
    let hits = looking.look_up(waiting, vocabulary);
    if bytes <= MAX_KEPT {
        ROOM.set(Some(room));
    }
    (words, hits)
}

/// Room that is used again from article to article.
#[derive(Debug, Default)]
struct Room {
    scan: scan::Room,
    waiting: AllWaiting,
    looking: Looking,
}

thread_local! {
    static ROOM: Cell<Option<Box<Room>>> = const { Cell::new(None) };
}

/// Bytes of an article after which the room for it is kept for the next: for a huge one it is let go.
const MAX_KEPT: usize = 1 << 18;

/// A word that is looked up when its turn comes.
#[derive(Clone, Copy, Debug)]
struct Waiting {
    /// As it is cut.
    word: Packed,
    span: Span,
}

/// Words that wait, in order.
#[derive(Debug, Default)]
struct AllWaiting {
    /// As many as `count` says; those behind are written over.
    list: Vec<Waiting>,
    count: usize,
    /// The letters of those that have more than 16, one word behind the other, and where each ends.
    long: Vec<u8>,
    long_ends: Vec<u32>,
}

impl AllWaiting {
    fn clear(&mut self) {
        self.count = 0;
        self.long.clear();
        self.long_ends.clear();
    }

    /// Room for that many behind the last.
    #[inline]
    fn behind(&mut self) -> &mut [Waiting; MAX_PLACES] {
        let end = self.count + MAX_PLACES;
        if self.list.len() < end {
            self.list.resize(2 * end, Waiting { word: Packed::NONE, span: Span { start: 0, end: 0 } });
        }
        self.list[self.count..].first_chunk_mut().expect("there is room")
    }

    fn push(&mut self, word: Packed, letters: &[u8], span: Span) {
        self.behind()[0] = Waiting { word, span };
        self.count += 1;
        if word.is_long() {
            self.push_long(letters);
        }
    }

    fn push_long(&mut self, letters: &[u8]) {
        self.long.extend_from_slice(letters);
        self.long_ends.push(self.long.len() as u32);
    }

    fn list(&self) -> &[Waiting] {
        &self.list[..self.count]
    }

    /// The letters of the long ones, in order.
    fn long(&self) -> impl Iterator<Item = &[u8]> {
        let mut from = 0;
        self.long_ends.iter().map(move |end| &self.long[std::mem::replace(&mut from, *end as usize)..*end as usize])
    }
}

/// Room for what is known of the words that wait.
#[derive(Debug, Default)]
struct Looking {
    seen: Vec<Seen>,
    /// Indices.
    unknown: Vec<u32>,
    /// Indices with what the word may begin with.
    again: Vec<(u32, Group)>,
}

impl Looking {
    /// Where the words of the vocabulary stand, of those that may be some.
    fn look_up(&mut self, all: &AllWaiting, vocabulary: &Vocabulary) -> Hits {
        let Self { seen, unknown, again } = self;
        let waiting = all.list();
        // First without a branch, then those that are no words of queries, since the processor guesses badly which are.
        unknown.resize(unknown.len().max(waiting.len()), 0);
        let mut count = 0;
        seen.clear();
        seen.extend(waiting.iter().zip(0..).map(|(waiting, at)| {
            let seen = vocabulary.peek(waiting.word);
            unknown[count] = at;
            count += usize::from(!seen.is_known());
            seen
        }));
        again.resize(again.len().max(count), (0, Group::default()));
        let mut kept = 0;
        for at in &unknown[..count] {
            let (group, is_worth) = vocabulary.group(waiting[*at as usize].word);
            again[kept] = (*at, group);
            kept += usize::from(is_worth);
        }
        let mut long = all.long();
        for (at, group) in &again[..kept] {
            let word = waiting[*at as usize].word;
            seen[*at as usize] = if word.is_long() {
                vocabulary.look(long.next().expect("the letters of a long word are kept"))
            } else {
                vocabulary.look_again(word, *group)
            };
        }
        // Again without a branch, those that are words of queries or begin as one.
        let found = unknown;
        count = 0;
        for (seen, at) in seen.iter().zip(0..) {
            found[count] = at;
            count += usize::from(seen.is_any());
        }
        let mut hits = Open::new(vocabulary.len());
        for at in &found[..count] {
            vocabulary.numbers(seen[*at as usize], |two| hits.push(two, waiting[*at as usize].span));
        }
        hits.close()
    }
}

/// The words of an article as far as they are read.
struct Reading<'v> {
    vocabulary: &'v Vocabulary,
    words: Vec<Word>,
    waiting: &'v mut AllWaiting,
    /// Where the segment begins in its zone, and which it is.
    base: u32,
    segment: u32,
    /// Of the last word.
    number: u32,
}

impl Reading<'_> {
    /// Notes a word at those bytes of the segment; its place in the article.
    fn add(&mut self, start: usize, end: usize, apart: bool) -> u32 {
        let at = self.words.len() as u32;
        self.number += u32::from(apart);
        let (start, end) = (self.base + start as u32, self.base + end as u32);
        self.words.push(Word { start, end, segment: self.segment, number: self.number });
        at
    }

    fn wait(&mut self, folded: &[u8], span: Span) {
        let word = Packed::cut(folded);
        if self.vocabulary.may_have(word) {
            self.waiting.push(word, folded, span);
        }
    }
}

impl Reader for Reading<'_> {
    #[inline]
    fn common(&mut self, words: &Common<'_>) {
        let Self { vocabulary, base, segment, number, .. } = *self;
        let first = self.words.len() as u32;
        self.words.extend(words.places.iter().zip(number + 1..).map(|(place, number)| Word {
            start: base + place.start,
            end: base + place.end,
            segment,
            number,
        }));
        self.number += words.places.len() as u32;
        let waiting = self.waiting.behind();
        let mut kept = 0;
        for (place, at) in words.places.iter().zip(first..) {
            // Kept or not without a branch.
            let word = words.word(*place);
            waiting[kept % MAX_PLACES] = Waiting { word, span: Span { start: at, end: at + 1 } };
            kept += usize::from(vocabulary.may_have(word));
        }
        let from = self.waiting.count;
        self.waiting.count += kept;
        for i in from..self.waiting.count {
            let Waiting { word, span } = self.waiting.list[i];
            if word.is_long() {
                self.waiting.push_long(words.letters(words.places[(span.start - first) as usize]));
            }
        }
    }

    fn folded(&mut self, start: usize, end: usize, folded: &[u8]) {
        let at = self.add(start, end, true);
        self.wait(folded, Span { start: at, end: at + 1 });
    }

    fn pieces(&mut self, base: usize, pieces: &Pieces) {
        let first = self.words.len() as u32;
        let mut spans: SmallVec<[Span; 8]> = SmallVec::new();
        for piece in &pieces.list {
            let (start, end) = (base + piece.start as usize, base + piece.end as usize);
            let at = self.add(start, end, piece.link != Link::Point);
            spans.push(Span { start: at, end: at + 1 });
        }
        pieces.joins(|from, to| spans.push(Span { start: first + from as u32, end: first + to as u32 }));
        // In the order in which they stand.
        spans.sort_unstable();
        for span in spans {
            self.wait(pieces.joined((span.start - first) as usize, (span.end - first) as usize).as_bytes(), span);
        }
    }
}

pub(super) fn segments<'a>(input: &MatchInput<'a>) -> Vec<Segment<'a>> {
    let mut list = Vec::with_capacity(32);
    list.push(Segment { part: Part::Title, field: 0, base: 0, text: input.title });
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
            while at < text.len() {
                let line = memchr::memchr(b'\n', &text.as_bytes()[at..]).map_or(text.len(), |n| at + n + 1);
                let is_blank = text[at..line].trim_start().is_empty();
                at = line;
                if is_blank {
                    break;
                }
                end = at;
            }
            if end > start {
                return Some((start, text[start..end].trim_end_matches(['\r', '\n'])));
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
            ("one\ntwo\n\nthree", vec![(0, "one\ntwo"), (9, "three")]),
            ("\n\n one\r\n \r\ntwo", vec![(2, " one"), (11, "two")]),
            ("", vec![]),
        ] {
            assert_eq!(paragraphs(text).collect::<Vec<_>>(), expected);
        }
    }
}
