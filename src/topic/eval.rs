//! A compiled query and an article → whether it holds, and where its terms stand.
//! Explaining the decision is [`super::places`]'s; how a query is laid out [`super::program`]'s.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use super::article::{Indexed, Part, Span};
use super::fold::fold_name;
use super::program::{Check, NearCheck, Step, TermStep};
use super::query::{Attribute, AttributeKind, Scope};
use super::terms::Matcher;
use super::vocabulary::KeyId;
use super::written::Written;
use super::zones::host_of;

/// The places of a clause: mostly a few.
type Spans = SmallVec<[Span; 8]>;

/// The places of NEARs within others, by where these stand in the programs: who tells the places of each asks for those of all
/// within it, which would otherwise be found anew at every level.
#[derive(Debug, Default)]
pub(super) struct Known(FxHashMap<usize, Spans>);

/// Places that a NEAR within another NEAR may have.
const MAX_PAIRS: usize = 100_000;
/// Places of one regular expression.
const MAX_REGEX_PLACES: usize = 200;

impl Check<'_> {
    /// Whether it holds. `positive` is false under an odd number of NOTs: a language that is not sure then counts as
    /// another, so that it never excludes.
    pub fn holds(self, article: &Indexed<'_>, positive: bool) -> bool {
        match self.step() {
            Step::All(mut parts) => parts.all(|part| part.holds(article, positive)),
            Step::Any(mut parts) => parts.any(|part| part.holds(article, positive)),
            Step::Not(part) => !part.holds(article, !positive),
            Step::AtLeast(count, parts) => {
                parts.filter(|part| part.holds(article, positive)).take(count).count() == count
            }
            Step::Near(near) => near.pairs(article, None, |_, _| ControlFlow::Break(())).is_break(),
            Step::Term(term) => term.stands(article),
            Step::Attribute(attribute) => attribute_holds(attribute, article).unwrap_or(positive),
        }
    }

    /// Where it stands, in order, each place once: terms, groups of OR and NEAR have places. Those of a NEAR are kept in `known`,
    /// where it is given.
    pub fn spans(self, article: &Indexed<'_>, mut known: Option<&mut Known>) -> Spans {
        if let Some(spans) = known.as_ref().and_then(|known| known.0.get(&self.place())) {
            return spans.clone();
        }
        let mut spans = Spans::new();
        match self.step() {
            Step::Any(parts) => {
                for part in parts {
                    match part.step() {
                        Step::Term(term) => term.each_span(article, |span| {
                            spans.push(span);
                            ControlFlow::Continue(())
                        }),
                        _ => spans.extend(part.spans(article, known.as_deref_mut())),
                    }
                }
            }
            Step::Near(near) => {
                let _ = near.pairs(article, known.as_deref_mut(), |left, right| {
                    spans.push(union(left, right));
                    if spans.len() < MAX_PAIRS { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
                });
            }
            Step::Term(term) => return term.spans(article),
            Step::All(_) | Step::Not(_) | Step::AtLeast(..) | Step::Attribute(_) => {}
        }
        if !spans.is_sorted() {
            spans.sort_unstable();
        }
        spans.dedup();
        if let (Step::Near(_), Some(known)) = (self.step(), known) {
            known.0.insert(self.place(), spans.clone());
        }
        spans
    }
}

/// From the beginning of the first to the end of the last.
pub(super) fn union(left: Span, right: Span) -> Span {
    Span { start: left.start.min(right.start), end: left.end.max(right.end) }
}

impl NearCheck<'_> {
    /// Every pair of places that are near enough, until `each` breaks; `known` as for [`Check::spans`].
    pub fn pairs(
        &self,
        article: &Indexed<'_>,
        mut known: Option<&mut Known>,
        mut each: impl FnMut(Span, Span) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let left = self.left.spans(article, known.as_deref_mut());
        if left.is_empty() {
            return ControlFlow::Continue(());
        }
        let right = self.right.spans(article, known);
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

impl TermStep<'_> {
    pub fn stands(self, article: &Indexed<'_>) -> bool {
        if let Some(&[word]) = self.words {
            return article.stands(word);
        }
        if self.words.is_none() && matches!(self.matcher(), Some(Matcher::Regex(_))) {
            return !self.regex_places(article, 1).is_empty();
        }
        let mut found = false;
        self.each_span(article, |_| {
            found = true;
            ControlFlow::Break(())
        });
        found
    }

    /// Where its words stand, in order; a regular expression has bytes, not words.
    pub fn spans(self, article: &Indexed<'_>) -> Spans {
        let mut spans = Spans::new();
        self.each_span(article, |span| {
            spans.push(span);
            ControlFlow::Continue(())
        });
        spans
    }

    /// Calls `each` for the places of its words, in order, until it breaks.
    pub fn each_span(self, article: &Indexed<'_>, mut each: impl FnMut(Span) -> ControlFlow<()>) {
        // That it breaks is known to `each` already.
        let _: ControlFlow<()> = match self.words {
            Some(words) => {
                let anywhere = |span| {
                    if article.in_scope(span, Scope::Anywhere) { each(span) } else { ControlFlow::Continue(()) }
                };
                each_side_by_side(words, article, anywhere)
            }
            None => self.each_span_in_scope(article, each),
        };
    }

    fn each_span_in_scope(
        self,
        article: &Indexed<'_>,
        mut each: impl FnMut(Span) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let scope = self.scope();
        let each = |span| {
            if article.in_scope(span, scope) { each(span) } else { ControlFlow::Continue(()) }
        };
        match self.matcher() {
            Some(Matcher::Words(words)) => each_side_by_side(words, article, each),
            Some(Matcher::Spelled { elements, written }) => phrase_spans(elements, article)
                .into_iter()
                .filter(|span| written.as_ref().is_none_or(|written| is_written(*span, written, article)))
                .try_for_each(each),
            Some(Matcher::Regex(_)) | None => ControlFlow::Continue(()),
        }
    }

    /// Segment and bytes of the zone's text, for a regular expression; paragraph by paragraph, so that the time stays
    /// linear in the text.
    pub fn regex_places(self, article: &Indexed<'_>, limit: usize) -> Vec<(usize, usize, usize)> {
        let Some(Matcher::Regex(regex)) = self.matcher() else {
            return Vec::new();
        };
        let scope = self.scope();
        let mut places = BTreeSet::new();
        for (index, segment) in article.segments.iter().enumerate() {
            for (from, to) in article.looked_at(index, scope) {
                let part = &segment.text[from..to];
                for found in regex.find_iter(part).filter(|found| !found.is_empty()) {
                    let base = segment.base + from;
                    places.insert((index, base + found.start(), base + found.end()));
                    if places.len() >= limit.min(MAX_REGEX_PLACES) {
                        return places.into_iter().collect();
                    }
                }
            }
        }
        places.into_iter().collect()
    }
}

/// The places of words side by side in one paragraph. A joined spelling covers several words, so that the next word is
/// looked for behind it.
fn each_side_by_side(
    keys: &[KeyId],
    article: &Indexed<'_>,
    mut each: impl FnMut(Span) -> ControlFlow<()>,
) -> ControlFlow<()> {
    let (Some(&first), rest) = (keys.first(), keys.get(1..).unwrap_or_default()) else {
        return ControlFlow::Continue(());
    };
    if !rest.iter().all(|key| article.has(*key)) {
        return ControlFlow::Continue(());
    }
    for &start in article.spans(first) {
        follow(start, rest, article, &mut each)?;
    }
    ControlFlow::Continue(())
}

fn follow(
    span: Span,
    rest: &[KeyId],
    article: &Indexed<'_>,
    each: &mut impl FnMut(Span) -> ControlFlow<()>,
) -> ControlFlow<()> {
    let Some((&key, rest)) = rest.split_first() else {
        return each(span);
    };
    let next = article.spans(key);
    let from = next.partition_point(|other| other.start < span.end);
    for other in next[from..].iter().take_while(|other| other.start == span.end) {
        if article.same_segment(span, *other) {
            follow(Span { start: span.start, end: other.end }, rest, article, each)?;
        }
    }
    ControlFlow::Continue(())
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
            if article.same_segment(span, *other) {
                out.push(Span { start: span.start, end: other.end });
            }
        }
    }
    out
}

fn is_written(span: Span, written: &Written, article: &Indexed<'_>) -> bool {
    let segment = article.segment(span);
    let (start, end) = article.bytes(span);
    written.fits(segment.text, start - segment.base, end - segment.base)
}

/// Whether an attribute is so; none where the language is not sure.
fn attribute_holds(attribute: &Attribute, article: &Indexed<'_>) -> Option<bool> {
    let input = article.input;
    let same = |text: &str| {
        if attribute.prefix { text.starts_with(&attribute.value) } else { text == attribute.value }
    };
    Some(match attribute.kind {
        AttributeKind::Lang => return language_is(&attribute.value, article),
        AttributeKind::Outlet => same(article.outlet()),
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
