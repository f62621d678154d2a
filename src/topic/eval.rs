//! A compiled query and an article → whether it holds, and where its terms stand.
//! Explaining the decision is [`super::places`]'s.

use std::ops::ControlFlow;

use super::article::{Indexed, Part, Span};
use super::fold::{exact_key, fold_name};
use super::query::{Attribute, AttributeKind, Element, Node, NodeKind, Pattern, Scope};
use super::vocabulary::{KeyId, Vocabulary};
use super::zones::host_of;

/// A query with its words looked up.
#[derive(Debug)]
pub(super) enum Check {
    All(Vec<Check>),
    Any(Vec<Check>),
    Not(Box<Check>),
    AtLeast(usize, Vec<Check>),
    Near(Box<NearCheck>),
    Term(Box<TermCheck>),
    Attribute(Attribute),
}

#[derive(Debug)]
pub(super) struct NearCheck {
    pub left: Check,
    pub right: Check,
    pub words: u32,
    pub ordered: bool,
}

#[derive(Debug)]
pub(super) struct TermCheck {
    pub text: String,
    pub scope: Scope,
    pattern: Matcher,
}

#[derive(Debug)]
enum Matcher {
    Word(KeyId),
    /// At each place one of several spellings.
    Phrase(Vec<Vec<Vec<KeyId>>>, Option<String>),
    Regex(regex::Regex),
}

/// Places that a NEAR within another NEAR may have.
const MAX_PAIRS: usize = 100_000;
/// Places of one regular expression.
const MAX_REGEX_PLACES: usize = 200;

impl Check {
    pub fn new(node: &Node, vocabulary: &mut Vocabulary) -> Self {
        let mut all = |parts: &[Node]| parts.iter().map(|part| Self::new(part, vocabulary)).collect();
        match &node.kind {
            NodeKind::All(parts) => Self::All(all(parts)),
            NodeKind::Any(parts) => Self::Any(all(parts)),
            NodeKind::AtLeast(count, parts) => Self::AtLeast(*count, all(parts)),
            NodeKind::Not(part) => Self::Not(Box::new(Self::new(part, vocabulary))),
            NodeKind::Near { left, right, words, ordered } => Self::Near(Box::new(NearCheck {
                left: Self::new(left, vocabulary),
                right: Self::new(right, vocabulary),
                words: *words,
                ordered: *ordered,
            })),
            NodeKind::Attribute(attribute) => Self::Attribute(attribute.clone()),
            NodeKind::Term(term) => {
                let pattern = Matcher::new(&term.pattern, vocabulary);
                Self::Term(Box::new(TermCheck { text: term.text.clone(), scope: term.scope, pattern }))
            }
        }
    }

    /// Whether it holds. `positive` is false under an odd number of NOTs: a language that is not sure then counts as
    /// another, so that it never excludes.
    pub fn holds(&self, article: &Indexed<'_>, positive: bool) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(|part| part.holds(article, positive)),
            Self::Any(parts) => parts.iter().any(|part| part.holds(article, positive)),
            Self::Not(part) => !part.holds(article, !positive),
            Self::AtLeast(count, parts) => {
                parts.iter().filter(|part| part.holds(article, positive)).take(*count).count() == *count
            }
            Self::Near(near) => near.pairs(article, |_, _| ControlFlow::Break(())).is_break(),
            Self::Term(term) => term.stands(article),
            Self::Attribute(attribute) => attribute_holds(attribute, article).unwrap_or(positive),
        }
    }

    /// Where it stands, in order, each place once: terms, groups of OR and NEAR have places.
    pub fn spans(&self, article: &Indexed<'_>) -> Vec<Span> {
        let mut spans = Vec::new();
        match self {
            Self::Any(parts) => spans.extend(parts.iter().flat_map(|part| part.spans(article))),
            Self::Near(near) => {
                let _ = near.pairs(article, |left, right| {
                    spans.push(union(left, right));
                    if spans.len() < MAX_PAIRS { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
                });
            }
            Self::Term(term) => return term.spans(article),
            Self::All(_) | Self::Not(_) | Self::AtLeast(..) | Self::Attribute(_) => {}
        }
        spans.sort_unstable();
        spans.dedup();
        spans
    }
}

/// From the beginning of the first to the end of the last.
pub(super) fn union(left: Span, right: Span) -> Span {
    Span { start: left.start.min(right.start), end: left.end.max(right.end) }
}

impl NearCheck {
    /// Every pair of places that are near enough, until `each` breaks.
    pub fn pairs(&self, article: &Indexed<'_>, mut each: impl FnMut(Span, Span) -> ControlFlow<()>) -> ControlFlow<()> {
        let (left, right) = (self.left.spans(article), self.right.spans(article));
        self.following(article, &left, &right, &mut each)?;
        if !self.ordered {
            self.following(article, &right, &left, |second, first| each(first, second))?;
        }
        ControlFlow::Continue(())
    }

    /// Pairs of a first and a second place behind it. Both are sorted, so the nearest comes first.
    fn following(
        &self,
        article: &Indexed<'_>,
        first: &[Span],
        second: &[Span],
        mut each: impl FnMut(Span, Span) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        for &one in first {
            let from = second.partition_point(|other| other.start < one.end);
            for &other in &second[from..] {
                match article.between(one, other) {
                    Some(words) if words <= self.words => each(one, other)?,
                    _ => break,
                }
            }
        }
        ControlFlow::Continue(())
    }
}

impl Matcher {
    fn new(pattern: &Pattern, vocabulary: &mut Vocabulary) -> Self {
        match pattern {
            Pattern::Regex(regex) => Self::Regex(regex.clone()),
            Pattern::Words(phrase) => {
                let mut ids = |element: &Element| {
                    let spell = |keys: &Vec<_>| keys.iter().map(|key| vocabulary.intern(key)).collect::<Vec<_>>();
                    element.spellings.iter().map(spell).collect::<Vec<_>>()
                };
                let elements: Vec<_> = phrase.elements.iter().map(&mut ids).collect();
                match (elements.as_slice(), &phrase.exact) {
                    ([spellings], None) if spellings.len() == 1 && spellings[0].len() == 1 => {
                        Self::Word(spellings[0][0])
                    }
                    _ => Self::Phrase(elements, phrase.exact.clone()),
                }
            }
        }
    }
}

impl TermCheck {
    pub fn stands(&self, article: &Indexed<'_>) -> bool {
        match &self.pattern {
            Matcher::Word(key) => article.spans(*key).iter().any(|&span| article.in_scope(span, self.scope)),
            Matcher::Phrase(..) => !self.spans(article).is_empty(),
            Matcher::Regex(_) => !self.regex_places(article, 1).is_empty(),
        }
    }

    /// Where its words stand, in order; a regular expression has bytes, not words.
    pub fn spans(&self, article: &Indexed<'_>) -> Vec<Span> {
        let mut spans = match &self.pattern {
            Matcher::Word(key) => article.spans(*key).to_vec(),
            Matcher::Phrase(elements, exact) => {
                let mut spans = phrase_spans(elements, article);
                if let Some(exact) = exact {
                    spans.retain(|&span| is_exact(span, exact, article));
                }
                spans
            }
            Matcher::Regex(_) => Vec::new(),
        };
        spans.retain(|&span| article.in_scope(span, self.scope));
        spans
    }

    /// Segment and bytes of the zone's text, for a regular expression; paragraph by paragraph, so that the time stays
    /// linear in the text.
    pub fn regex_places(&self, article: &Indexed<'_>, limit: usize) -> Vec<(usize, usize, usize)> {
        let Matcher::Regex(regex) = &self.pattern else {
            return Vec::new();
        };
        let mut places = Vec::new();
        for (index, segment) in article.segments.iter().enumerate() {
            for found in regex.find_iter(segment.text).take(MAX_REGEX_PLACES) {
                let bytes = (segment.base + found.start(), segment.base + found.end());
                if found.is_empty() || !article.holds(segment, bytes, self.scope) {
                    continue;
                }
                places.push((index, bytes.0, bytes.1));
                if places.len() >= limit.min(MAX_REGEX_PLACES) {
                    return places;
                }
            }
        }
        places
    }
}

fn phrase_spans(elements: &[Vec<Vec<KeyId>>], article: &Indexed<'_>) -> Vec<Span> {
    let mut whole: Option<Vec<Span>> = None;
    for spellings in elements {
        let before = whole.take();
        let mut next = Vec::new();
        for keys in spellings {
            let mut spans = before.clone();
            for &key in keys {
                spans = Some(extended(spans, article.spans(key), article));
            }
            next.extend(spans.unwrap_or_default());
        }
        next.sort_unstable();
        next.dedup();
        if next.is_empty() {
            return next;
        }
        whole = Some(next);
    }
    whole.unwrap_or_default()
}

/// The places that go on with one of `next` in the same paragraph; without a beginning `next` itself.
fn extended(spans: Option<Vec<Span>>, next: &[Span], article: &Indexed<'_>) -> Vec<Span> {
    let Some(spans) = spans else {
        return next.to_vec();
    };
    let mut out = Vec::new();
    for span in spans {
        let from = next.partition_point(|other| other.start < span.end);
        for other in next[from..].iter().take_while(|other| other.start == span.end) {
            if article.words[other.start as usize].segment == article.words[span.start as usize].segment {
                out.push(Span { start: span.start, end: other.end });
            }
        }
    }
    out
}

fn is_exact(span: Span, exact: &str, article: &Indexed<'_>) -> bool {
    let segment = article.segment(span);
    let (start, end) = article.bytes(span);
    exact_key(&segment.text[start - segment.base..end - segment.base]) == exact
}

/// Whether an attribute is so; none where the language is not sure.
fn attribute_holds(attribute: &Attribute, article: &Indexed<'_>) -> Option<bool> {
    let input = article.input;
    let same = |text: &str| {
        if attribute.prefix { text.starts_with(&attribute.value) } else { text == attribute.value }
    };
    Some(match attribute.kind {
        AttributeKind::Lang => return language_is(&attribute.value, article),
        AttributeKind::Outlet => same(&fold_name(input.outlet)),
        AttributeKind::Feed => same(&input.feed.to_lowercase()),
        AttributeKind::Tag => input.tags.iter().any(|tag| same(&fold_name(tag))),
        AttributeKind::Site => {
            let host = host_of(input.url);
            host.strip_suffix(&attribute.value).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        }
    })
}

/// Whether the article is in that language (a primary subtag); none where it is not sure.
pub(super) fn language_is(code: &str, article: &Indexed<'_>) -> Option<bool> {
    let language = article.input.language.filter(|language| language.sure)?;
    Some(primary(&language.code) == code)
}

/// `en` of `en-GB`.
pub(super) fn primary(code: &str) -> String {
    code.split(['-', '_']).next().unwrap_or_default().to_lowercase()
}

/// The quote that a place in a speaker's name stands for.
pub(super) fn quote_of(span: Span, article: &Indexed<'_>) -> Option<usize> {
    match article.segment(span).part {
        Part::Speaker(quote) => Some(quote as usize),
        Part::Title | Part::Text { .. } | Part::Summary | Part::Caption | Part::Byline => None,
    }
}
