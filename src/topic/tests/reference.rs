//! A parsed query and an article → whether it holds, slowly and straight from the definition in docs/QUERY.md.
//! Takes the words from `tokens` and shares nothing else with the engine that it is compared with.

use std::collections::BTreeSet;

use super::super::fold::fold_name;
use super::super::query::{Attribute, AttributeKind, Key, Node, NodeKind, Pattern, Phrase, Query, Scope, Term};
use super::super::tokens::{Link, pieces};
use super::Page;
use crate::model::Zone;

/// Most words bound by hyphens that are also read as one.
const MAX_JOINED: usize = 4;

/// Whether something is so. A language that is not sure is neither; what is neither passes in the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Truth {
    No,
    Unsure,
    Yes,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Title,
    FirstParagraph,
    Paragraph,
    Summary,
    Caption,
    Byline,
    /// By the number of the quote.
    Speaker(usize),
}

#[derive(Debug)]
struct Paragraph<'a> {
    part: Part,
    field: usize,
    /// Where it begins in the zone's text.
    base: usize,
    text: &'a str,
}

/// A word or a part of one, all of the article in a row; bytes of the zone's text.
#[derive(Debug)]
struct Word {
    paragraph: usize,
    start: usize,
    end: usize,
    folded: String,
    link: Link,
    /// The same for the letters of `U.S.`, which are one word to a reader.
    number: usize,
}

/// Words `first..=last`, in one field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    first: usize,
    last: usize,
}

/// A term at a place, as a match tells it; bytes of the zone's text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Spot {
    pub term: String,
    pub zone: Zone,
    pub start: usize,
    pub end: usize,
    /// Every zone it stands in.
    pub zones: Vec<Zone>,
}

#[derive(Debug)]
pub(super) struct Reference<'a> {
    page: &'a Page,
    paragraphs: Vec<Paragraph<'a>>,
    words: Vec<Word>,
    /// For each word, the words that are written from it on: the word behind the last, and how the whole is spelt.
    written: Vec<Vec<(usize, String)>>,
    /// Bytes of each quote in the text.
    quotes: Vec<Option<(usize, usize)>>,
}

impl<'a> Reference<'a> {
    pub fn new(page: &'a Page) -> Self {
        let paragraphs = paragraphs_of(page);
        let mut words = Vec::new();
        let mut number = 0;
        for (index, paragraph) in paragraphs.iter().enumerate() {
            let pieces = pieces(paragraph.text);
            for (i, piece) in pieces.list.iter().enumerate() {
                number += usize::from(piece.link != Link::Point);
                words.push(Word {
                    paragraph: index,
                    start: paragraph.base + piece.start as usize,
                    end: paragraph.base + piece.end as usize,
                    folded: pieces.folded(i).to_owned(),
                    link: piece.link,
                    number,
                });
            }
        }
        let from = |from| {
            let ends = from + 1..=words.len();
            ends.filter_map(|to| Some((to, written(&words, from, to)?))).collect()
        };
        let written = (0..words.len()).map(from).collect();
        Self { page, paragraphs, words, written, quotes: quotes_of(page) }
    }

    pub fn truth(&self, query: &Query) -> Truth {
        self.truth_of(&query.root)
    }

    fn truth_of(&self, node: &Node) -> Truth {
        let yes = |so: bool| if so { Truth::Yes } else { Truth::No };
        match &node.kind {
            NodeKind::All(parts) => parts.iter().map(|part| self.truth_of(part)).min().unwrap_or(Truth::Yes),
            NodeKind::Any(parts) => parts.iter().map(|part| self.truth_of(part)).max().unwrap_or(Truth::No),
            NodeKind::Not(part) => match self.truth_of(part) {
                Truth::No => Truth::Yes,
                Truth::Unsure => Truth::Unsure,
                Truth::Yes => Truth::No,
            },
            NodeKind::AtLeast(count, parts) => {
                let mut truths: Vec<_> = parts.iter().map(|part| self.truth_of(part)).collect();
                truths.sort();
                truths.iter().rev().nth(count - 1).copied().unwrap_or(Truth::No)
            }
            NodeKind::Near { .. } => yes(!self.places(node).is_empty()),
            NodeKind::Term(term) => yes(!self.found(term, None).is_empty()),
            NodeKind::Attribute(attribute) => self.attribute(attribute),
        }
    }

    fn attribute(&self, attribute: &Attribute) -> Truth {
        let page = self.page;
        let same = |text: &str| {
            text == attribute.value || attribute.prefix && text.get(..attribute.value.len()) == Some(&attribute.value)
        };
        let so = match attribute.kind {
            AttributeKind::Lang => return self.language(&attribute.value),
            AttributeKind::Outlet => same(&fold_name(&page.outlet)),
            AttributeKind::Feed => same(&page.feed.to_lowercase()),
            AttributeKind::Tag => page.tags.iter().any(|tag| same(&fold_name(tag))),
            AttributeKind::Site => {
                let host = page.url.split('/').nth(2).unwrap_or_default().to_lowercase();
                host == attribute.value || host.ends_with(&format!(".{}", attribute.value))
            }
        };
        if so { Truth::Yes } else { Truth::No }
    }

    /// Whether the article is in that language.
    pub fn language(&self, code: &str) -> Truth {
        match &self.page.language {
            Some(language) if language.sure => {
                let own = language.code.split('-').next().unwrap_or_default().to_lowercase();
                if own == code { Truth::Yes } else { Truth::No }
            }
            _ => Truth::Unsure,
        }
    }

    /// The places that NEAR can measure from.
    fn places(&self, node: &Node) -> BTreeSet<Place> {
        match &node.kind {
            NodeKind::Any(parts) => parts.iter().flat_map(|part| self.places(part)).collect(),
            NodeKind::Near { .. } => self.pairs(node).into_iter().map(|(left, right)| union(left, right)).collect(),
            NodeKind::Term(Term { scope, pattern: Pattern::Words(phrase), .. }) => {
                self.phrase(phrase).into_iter().filter(|&place| self.is_in(place, *scope)).collect()
            }
            NodeKind::Term(_)
            | NodeKind::All(_)
            | NodeKind::Not(_)
            | NodeKind::AtLeast(..)
            | NodeKind::Attribute(_) => BTreeSet::new(),
        }
    }

    /// Every pair of places that a NEAR or BEFORE accepts.
    fn pairs(&self, node: &Node) -> Vec<(Place, Place)> {
        let NodeKind::Near { left, right, words, ordered } = &node.kind else {
            return Vec::new();
        };
        let rights = self.places(right);
        let mut pairs = Vec::new();
        for left in self.places(left) {
            for &right in &rights {
                let near = |first, second| self.between(first, second).is_some_and(|n| n <= *words as usize);
                if near(left, right) || !ordered && near(right, left) {
                    pairs.push((left, right));
                }
            }
        }
        pairs
    }

    /// Words between two places of one field, the first wholly before the second.
    fn between(&self, first: Place, second: Place) -> Option<usize> {
        let field = |at: usize| self.paragraphs[self.words[at].paragraph].field;
        if first.last >= second.first || field(first.last) != field(second.first) {
            return None;
        }
        let (from, to) = (self.words[first.last].number, self.words[second.first].number);
        let between: BTreeSet<_> = self.words.iter().map(|word| word.number).filter(|&n| from < n && n < to).collect();
        Some(between.len())
    }

    /// Every place of a phrase, whatever its zone.
    fn phrase(&self, phrase: &Phrase) -> BTreeSet<Place> {
        let mut places = BTreeSet::new();
        for first in 0..self.words.len() {
            let mut ends = BTreeSet::from([first]);
            for element in &phrase.elements {
                ends = ends
                    .iter()
                    .flat_map(|&from| element.spellings.iter().map(move |keys| (from, keys)))
                    .flat_map(|(from, keys)| self.ends(from, keys))
                    .filter(|&end| self.words[first].paragraph == self.words[end - 1].paragraph)
                    .collect();
            }
            places.extend(ends.into_iter().map(|end| Place { first, last: end - 1 }));
        }
        if let Some(written) = &phrase.written {
            places.retain(|&place| {
                let paragraph = &self.paragraphs[self.words[place.first].paragraph];
                let (start, end) = (self.words[place.first].start, self.words[place.last].end);
                written.fits(paragraph.text, start - paragraph.base, end - paragraph.base)
            });
        }
        places
    }

    /// Where the keys end, one behind the other from the word `from` on.
    fn ends(&self, from: usize, keys: &[Key]) -> Vec<usize> {
        let Some((key, rest)) = keys.split_first() else {
            return vec![from];
        };
        let fits = |word: &str| match key {
            Key::Word(key) => word == key,
            Key::Prefix(key) => word.starts_with(key),
        };
        let written = self.written.get(from).into_iter().flatten();
        written.filter(|(_, word)| fits(word)).flat_map(|(to, _)| self.ends(*to, rest)).collect()
    }

    fn is_in(&self, place: Place, scope: Scope) -> bool {
        let bytes = (self.words[place.first].start, self.words[place.last].end);
        self.zones_of(self.words[place.first].paragraph, bytes, scope).is_some()
    }

    /// Every zone that bytes of a paragraph stand in; none where a term of that scope is not looked for there.
    fn zones_of(&self, paragraph: usize, (start, end): (usize, usize), scope: Scope) -> Option<Vec<Zone>> {
        let part = self.paragraphs[paragraph].part;
        let mut zones = match part {
            Part::Title => vec![Zone::Title],
            Part::FirstParagraph => vec![Zone::Lede, Zone::Body],
            Part::Paragraph => vec![Zone::Body],
            Part::Summary => vec![Zone::Lede],
            Part::Caption => vec![Zone::Caption],
            Part::Byline => return (scope == Scope::Byline).then(Vec::new),
            Part::Speaker(_) => return (scope == Scope::Said).then(Vec::new),
        };
        if zones.contains(&Zone::Body) && self.quotes.iter().flatten().any(|quote| quote.0 <= start && end <= quote.1) {
            zones.push(Zone::Quote);
        }
        let so = match scope {
            Scope::Anywhere => true,
            Scope::Zone(zone) => zones.contains(&zone),
            Scope::Byline | Scope::Said => false,
        };
        so.then_some(zones)
    }

    /// Paragraph and bytes of every place where a term is found in its scope; `only` at these places where some are given.
    fn found(&self, term: &Term, only: Option<&BTreeSet<Place>>) -> Vec<(usize, (usize, usize))> {
        let mut found = Vec::new();
        match &term.pattern {
            Pattern::Words(phrase) => {
                for place in
                    self.phrase(phrase).into_iter().filter(|place| only.is_none_or(|only| only.contains(place)))
                {
                    let (first, last) = (&self.words[place.first], &self.words[place.last]);
                    found.push((first.paragraph, (first.start, last.end)));
                }
            }
            Pattern::Regex(regex) => {
                for (index, paragraph) in self.paragraphs.iter().enumerate() {
                    for (start, text) in self.windows(paragraph, term.scope) {
                        let places = regex.find_iter(text).filter(|place| !place.is_empty());
                        found.extend(places.map(|place| (index, (start + place.start(), start + place.end()))));
                    }
                }
            }
        }
        found.retain(|&(paragraph, bytes)| self.zones_of(paragraph, bytes, term.scope).is_some());
        found
    }

    /// The texts that a regular expression looks at: a paragraph, or what is quoted of it. Bytes of the zone's text.
    fn windows(&self, paragraph: &Paragraph<'a>, scope: Scope) -> Vec<(usize, &'a str)> {
        if scope != Scope::Zone(Zone::Quote) {
            return vec![(paragraph.base, paragraph.text)];
        }
        if !matches!(paragraph.part, Part::FirstParagraph | Part::Paragraph) {
            return Vec::new();
        }
        let base = paragraph.base;
        let cut = |&(start, end): &(usize, usize)| {
            let (start, end) = (start.max(base), end.min(base + paragraph.text.len()));
            Some((start, paragraph.text.get(start.checked_sub(base)?..end.checked_sub(base)?)?))
        };
        self.quotes.iter().flatten().filter_map(cut).collect()
    }

    /// The same as they are told: a speaker's name as the quote, an author's not at all.
    fn spots(&self, term: &Term, only: Option<&BTreeSet<Place>>) -> Vec<Spot> {
        let spot = |(paragraph, bytes): (usize, (usize, usize))| {
            let zones = self.zones_of(paragraph, bytes, term.scope)?;
            let (bytes, zones, zone) = match (self.paragraphs[paragraph].part, term.scope) {
                (Part::Speaker(quote), _) => {
                    (self.quotes[quote]?, self.zones_of_quote(self.quotes[quote]?), Zone::Quote)
                }
                (_, Scope::Zone(Zone::Quote)) => (bytes, zones, Zone::Quote),
                _ => (bytes, zones.clone(), *zones.first()?),
            };
            Some(Spot { term: term.text.clone(), zone, start: bytes.0, end: bytes.1, zones })
        };
        self.found(term, only).into_iter().filter_map(spot).collect()
    }

    /// A quote stands where it begins.
    fn zones_of_quote(&self, (start, _): (usize, usize)) -> Vec<Zone> {
        let is_text = |part: Part| matches!(part, Part::FirstParagraph | Part::Paragraph);
        let holds = |paragraph: &&Paragraph<'_>| is_text(paragraph.part) && paragraph.base <= start;
        match self.paragraphs.iter().rfind(holds).map(|paragraph| paragraph.part) {
            Some(Part::FirstParagraph) => vec![Zone::Lede, Zone::Body, Zone::Quote],
            _ => vec![Zone::Body, Zone::Quote],
        }
    }

    /// Every place of every term that is a reason for the query to hold.
    pub fn reasons(&self, query: &Query) -> Vec<Spot> {
        let mut spots = Vec::new();
        self.reasons_of(&query.root, &mut spots);
        spots
    }

    fn reasons_of(&self, node: &Node, spots: &mut Vec<Spot>) {
        match &node.kind {
            NodeKind::All(parts) | NodeKind::Any(parts) | NodeKind::AtLeast(_, parts) => {
                for part in parts.iter().filter(|part| self.truth_of(part) != Truth::No) {
                    self.reasons_of(part, spots);
                }
            }
            NodeKind::Not(part) => self.reasons_denied(part, spots),
            NodeKind::Near { .. } => self.reasons_at(node, &self.places(node), spots),
            NodeKind::Term(term) => spots.extend(self.spots(term, None)),
            NodeKind::Attribute(_) => {}
        }
    }

    /// What NOT takes away is no reason, except where a second NOT takes that away.
    fn reasons_denied(&self, node: &Node, spots: &mut Vec<Spot>) {
        match &node.kind {
            NodeKind::All(parts) | NodeKind::Any(parts) | NodeKind::AtLeast(_, parts) => {
                for part in parts {
                    self.reasons_denied(part, spots);
                }
            }
            NodeKind::Not(part) if self.truth_of(part) != Truth::No => self.reasons_of(part, spots),
            NodeKind::Not(_) | NodeKind::Near { .. } | NodeKind::Term(_) | NodeKind::Attribute(_) => {}
        }
    }

    /// The terms that make up the places `only`.
    fn reasons_at(&self, node: &Node, only: &BTreeSet<Place>, spots: &mut Vec<Spot>) {
        match &node.kind {
            NodeKind::Any(parts) => {
                for part in parts {
                    self.reasons_at(part, only, spots);
                }
            }
            NodeKind::Near { left, right, .. } => {
                let pairs = self.pairs(node).into_iter().filter(|&(one, other)| only.contains(&union(one, other)));
                let (lefts, rights): (BTreeSet<_>, BTreeSet<_>) = pairs.unzip();
                self.reasons_at(left, &lefts, spots);
                self.reasons_at(right, &rights, spots);
            }
            NodeKind::Term(term) => spots.extend(self.spots(term, Some(only))),
            NodeKind::All(_) | NodeKind::AtLeast(..) | NodeKind::Not(_) | NodeKind::Attribute(_) => {}
        }
    }
}

/// Words `from..to` as one word: a single one, the letters of `U.S.`, or a few bound by hyphens.
fn written(all: &[Word], from: usize, to: usize) -> Option<String> {
    let words = &all[from..to];
    let bound = words[1..].iter().all(|word| word.link != Link::Apart && word.paragraph == words[0].paragraph);
    let whole = words[0].link != Link::Point && all.get(to).is_none_or(|next| next.link != Link::Point);
    let units = words.iter().filter(|word| word.link != Link::Point).count();
    let one = words.len() == 1 || bound && whole && units <= MAX_JOINED;
    one.then(|| words.iter().map(|word| word.folded.as_str()).collect())
}

fn union(left: Place, right: Place) -> Place {
    Place { first: left.first.min(right.first), last: left.last.max(right.last) }
}

fn paragraphs_of(page: &Page) -> Vec<Paragraph<'_>> {
    let mut all = vec![Paragraph { part: Part::Title, field: 0, base: 0, text: &page.title }];
    for (i, (base, text)) in split(&page.text).into_iter().enumerate() {
        let part = if i == 0 { Part::FirstParagraph } else { Part::Paragraph };
        all.push(Paragraph { part, field: 1, base, text });
    }
    let summary = split(&page.lede).into_iter();
    all.extend(summary.map(|(base, text)| Paragraph { part: Part::Summary, field: 2, base, text }));
    let mut alone = |part, base, text| {
        let field = all.len() + 3;
        all.push(Paragraph { part, field, base, text });
    };
    let mut base = 0;
    for caption in &page.captions {
        alone(Part::Caption, base, caption);
        base += caption.len() + 2;
    }
    page.byline.iter().for_each(|name| alone(Part::Byline, 0, name));
    for (i, quote) in page.quotes.iter().enumerate() {
        quote.speaker.iter().for_each(|name| alone(Part::Speaker(i), 0, name));
    }
    all
}

/// The paragraphs of a text, which blank lines part, with where each begins.
fn split(text: &str) -> Vec<(usize, &str)> {
    let mut paragraphs: Vec<(usize, usize)> = Vec::new();
    let mut at = 0;
    let mut blank = true;
    for line in text.split('\n') {
        let end = at + line.trim_end_matches('\r').len();
        if line.trim().is_empty() {
            blank = true;
        } else if blank {
            paragraphs.push((at, end));
            blank = false;
        } else if let Some(last) = paragraphs.last_mut() {
            last.1 = end;
        }
        at += line.len() + 1;
    }
    paragraphs.into_iter().map(|(start, end)| (start, &text[start..end])).collect()
}

/// The bytes of each quote: as given, or else where its words come next.
fn quotes_of(page: &Page) -> Vec<Option<(usize, usize)>> {
    let mut from = 0;
    let mut place = |quote: &crate::model::Quote| {
        if quote.start < quote.end {
            return Some((quote.start, quote.end));
        }
        let next = page.text[from..].find(&quote.text).map(|at| at + from);
        let start = next.or_else(|| page.text.find(&quote.text))?;
        from = start + quote.text.len();
        Some((start, from))
    };
    page.quotes.iter().map(&mut place).collect()
}
