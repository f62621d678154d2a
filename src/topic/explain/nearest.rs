//! A clause that is false, or a NEAR → what came nearest, in words an analyst can act on. Looks at words only: attributes
//! and the meaning of the whole query are the caller's.

use std::collections::{BTreeMap, BTreeSet};

use super::super::article::Span;
use super::super::fold::{fold_name, is_unspaced};
use super::super::query::{Element, Key, Node, NodeKind, Pattern, Phrase, Scope, Spelling, Term};
use super::probe::{Answers, Question, Questions, Spot};
use crate::wording::count;

/// Spellings and names that are listed.
const LISTED: usize = 3;

/// A term asked about in looser ways.
pub(super) struct Variants {
    /// In no particular zone.
    anywhere: Question,
    /// In its zone, case and accents aside.
    folded: Option<Question>,
    /// In no particular zone, case and accents aside.
    folded_anywhere: Option<Question>,
    /// With a star behind each word, and behind the last alone.
    starred: Option<(Question, Question)>,
    /// Each word of a phrase by itself.
    words: Vec<Question>,
}

impl Variants {
    pub fn of(node: &Node, term: &Term, questions: &mut Questions) -> Self {
        let mut ask = |scope: Scope, pattern: Pattern| {
            let term = Term { text: term.text.clone(), scope, pattern };
            questions.ask(&Node::new(node.span.clone(), NodeKind::Term(term)))
        };
        let anywhere = ask(Scope::Anywhere, term.pattern.clone());
        let Pattern::Words(phrase) = &term.pattern else {
            return Self { anywhere, folded: None, folded_anywhere: None, starred: None, words: Vec::new() };
        };
        let folded = Phrase { written: None, ..phrase.clone() };
        let asks_letters = phrase.written.is_some();
        let last = folded.elements.len() - 1;
        let starred = |from: usize| {
            let all = folded.elements.iter().enumerate();
            let elements = all.map(|(i, element)| if i < from { element.clone() } else { with_star(element) });
            Pattern::Words(Phrase { elements: elements.collect(), written: None })
        };
        let alone = |element: &Element| Pattern::Words(Phrase { elements: vec![element.clone()], written: None });
        Self {
            anywhere,
            folded: asks_letters.then(|| ask(term.scope, Pattern::Words(folded.clone()))),
            folded_anywhere: asks_letters.then(|| ask(Scope::Anywhere, Pattern::Words(folded.clone()))),
            starred: Some((ask(term.scope, starred(0)), ask(term.scope, starred(last)))),
            words: if last == 0 {
                Vec::new()
            } else {
                folded.elements.iter().map(|element| ask(term.scope, alone(element))).collect()
            },
        }
    }

    /// What came nearest to a term that does not stand where it is looked for.
    pub fn note(&self, answers: &Answers<'_>, term: &Term) -> Option<String> {
        self.elsewhere(answers, term).or_else(|| match &term.pattern {
            Pattern::Words(phrase) => self
                .in_other_letters(answers, term)
                .or_else(|| self.longer(answers, term, phrase))
                .or_else(|| self.apart(answers, term, phrase))
                .or_else(|| similar(answers, term, phrase)),
            Pattern::Regex(_) => None,
        })
    }

    /// It stands in another zone.
    fn elsewhere(&self, answers: &Answers<'_>, term: &Term) -> Option<String> {
        let zone = match term.scope {
            Scope::Anywhere => return None,
            Scope::Zone(zone) => zone,
            Scope::Byline => {
                let by = answers.input().byline;
                let by = || by.iter().take(LISTED).map(String::as_str).collect::<Vec<_>>().join(", ");
                return Some(if by().is_empty() { "no author is named".to_owned() } else { format!("by {}", by()) });
            }
            Scope::Said => {
                let speakers: BTreeSet<&str> =
                    answers.input().quotes.iter().filter_map(|quote| quote.speaker.as_deref()).collect();
                let speakers: Vec<&str> = speakers.into_iter().take(LISTED).collect();
                return Some(if speakers.is_empty() {
                    "no quote is attributed to anyone".to_owned()
                } else {
                    format!("quoted are {}", speakers.join(", "))
                });
            }
        };
        let spots = |question: Question| match term.pattern {
            Pattern::Regex(_) => answers.regex_spots(question, Scope::Anywhere),
            Pattern::Words(_) => answers.spots(&answers.spans(question), Scope::Anywhere),
        };
        let found = spots(self.anywhere);
        (!found.is_empty()).then(|| format!("it stands in {}, not in {zone}", zones(&found)))
    }

    /// It stands with other capitals, accents or signs.
    fn in_other_letters(&self, answers: &Answers<'_>, term: &Term) -> Option<String> {
        let spans = |question: Option<Question>| question.map(|question| answers.spans(question)).unwrap_or_default();
        let exact = term.text.trim_start_matches('=');
        let here = spans(self.folded);
        if !here.is_empty() {
            return Some(format!("it stands as {}, not as \"{exact}\"", written(answers, &here)));
        }
        let there = spans(self.folded_anywhere);
        let found = answers.spots(&there, Scope::Anywhere);
        (!found.is_empty())
            .then(|| format!("it stands as {} in {}, not as \"{exact}\"", written(answers, &there), zones(&found)))
    }

    /// It stands with another ending.
    fn longer(&self, answers: &Answers<'_>, term: &Term, phrase: &Phrase) -> Option<String> {
        let (all, last) = self.starred?;
        let letters = shortest(phrase);
        let close = |span: &Span| {
            let text = answers.written(*span);
            let words = fold_name(text);
            // `us` is not meant by `use`, nor `ice` by `iceberg`.
            letters >= 3 && words.chars().count() <= letters + (letters / 2).max(2) && !text.contains(is_unspaced)
        };
        let at_end: Vec<Span> = answers.spans(last).into_iter().filter(close).collect();
        if !at_end.is_empty() {
            let text = term.text.trim_start_matches('=').trim_end_matches('*');
            let star = if phrase.elements.len() > 1 { format!("\"{text}*\"") } else { format!("{text}*") };
            return Some(format!("the text has {}: {star} would find it", written(answers, &at_end)));
        }
        let somewhere: Vec<Span> = answers.spans(all).into_iter().filter(close).collect();
        (!somewhere.is_empty())
            .then(|| format!("the text has {}: a star behind a word finds its endings", written(answers, &somewhere)))
    }

    /// The words of a phrase stand, but not side by side; or some of them do not.
    fn apart(&self, answers: &Answers<'_>, term: &Term, phrase: &Phrase) -> Option<String> {
        let spans: Vec<Vec<Span>> = self.words.iter().map(|&word| answers.spans(word)).collect();
        if spans.iter().all(Vec::is_empty) {
            return None;
        }
        let text = |element: &Element| format!("\"{}\"", shown(element));
        let missing: BTreeSet<String> =
            phrase.elements.iter().zip(&spans).filter(|(_, spans)| spans.is_empty()).map(|(e, _)| text(e)).collect();
        if !missing.is_empty() {
            let verb = if missing.len() == 1 { "does" } else { "do" };
            let missing: Vec<String> = missing.into_iter().take(LISTED).collect();
            return Some(format!("of its words {} {verb} not stand there", missing.join(", ")));
        }
        if phrase.written.is_some() {
            return Some(format!("its words stand, but not as \"{}\"", term.text.trim_start_matches('=')));
        }
        let said = "its words stand, but not side by side";
        let [left, right] = spans.as_slice() else { return Some(said.to_owned()) };
        Some(match closest(answers, left, right) {
            Some((0, one, other)) if !answers.same_paragraph(one, other) => {
                format!("{said}: a paragraph ends between them")
            }
            Some((0, one, other)) if one.start > other.start => format!("{said} in this order"),
            Some((words, ..)) => format!("{said}: the closest are {} apart", counted(words)),
            None => said.to_owned(),
        })
    }
}

/// A word of the article that a typo or another ending makes of a word of the query.
fn similar(answers: &Answers<'_>, term: &Term, phrase: &Phrase) -> Option<String> {
    let [element] = phrase.elements.as_slice() else { return None };
    let [key] = element.spellings.iter().find(|keys| keys.len() == 1)?.as_slice() else { return None };
    let (Key::Word(asked) | Key::Prefix(asked)) = key;
    let letters = asked.chars().count();
    let allowed = match letters {
        ..5 => 0,
        5..9 => 1,
        _ => 2,
    };
    let mut near: BTreeMap<(usize, &str), Span> = BTreeMap::new();
    for (span, word) in answers.words(term.scope) {
        let found = word.chars().count();
        if found >= 4 && found < letters && letters - found <= 3 && asked.starts_with(word) {
            let text = answers.written(span);
            return Some(format!("the text has \"{text}\": {text}* would find both"));
        }
        if allowed > 0 && found.abs_diff(letters) <= allowed {
            let distance = strsim::damerau_levenshtein(asked, word);
            if distance <= allowed {
                near.entry((distance, word)).or_insert(span);
            }
        }
    }
    let (_, span) = near.into_iter().next()?;
    Some(format!("the text has \"{}\", a near spelling", answers.written(span)))
}

/// How near the two sides of a NEAR come; none where one of them does not stand at all.
pub(super) fn near(answers: &Answers<'_>, left: &[Span], right: &[Span], words: u32, ordered: bool) -> Option<String> {
    if left.is_empty() || right.is_empty() {
        return None;
    }
    let within = |span: &(u32, Span, Span)| !ordered || span.1.start < span.2.start;
    let forward = closest_following(answers, left, right);
    let back = closest_following(answers, right, left).map(|(n, one, other)| (n, other, one));
    let best = [forward, back].into_iter().flatten().filter(within).min_by_key(|(n, ..)| *n);
    if let Some((found, ..)) = best {
        let what = if found <= words { "the closest" } else { "both sides stand, but the closest" };
        return Some(format!("{what} have {} between them", counted(found)));
    }
    if ordered && let Some((found, ..)) = back {
        return Some(format!("both sides stand, but the other way round, {} between them", counted(found)));
    }
    if left == right {
        return Some("both sides are the same place: the two must not overlap".to_owned());
    }
    let zones = |spans: &[Span]| zones(&answers.spots(spans, Scope::Anywhere));
    Some(format!("both sides stand, but in different parts: {} and {}", zones(left), zones(right)))
}

/// Every pair of places that are near enough.
pub(super) fn pairs(
    answers: &Answers<'_>,
    left: &[Span],
    right: &[Span],
    words: u32,
    ordered: bool,
    mut each: impl FnMut(Span, Span),
) {
    following(answers, left, right, words, &mut each);
    if !ordered {
        following(answers, right, left, words, &mut |second, first| each(first, second));
    }
}

/// Pairs looked at; what is beyond changes no zone that a score could do without.
const MAX_PAIRS: usize = 100_000;

fn following(answers: &Answers<'_>, first: &[Span], second: &[Span], words: u32, each: &mut impl FnMut(Span, Span)) {
    let mut seen = 0;
    for &one in first {
        let from = second.partition_point(|other| other.start < one.end);
        for &other in &second[from..] {
            if answers.between(one, other).is_none_or(|found| found > words) || seen == MAX_PAIRS {
                break;
            }
            seen += 1;
            each(one, other);
        }
    }
}

/// The two places, of each side one, that have the fewest words between them, in either order.
fn closest(answers: &Answers<'_>, left: &[Span], right: &[Span]) -> Option<(u32, Span, Span)> {
    let forward = closest_following(answers, left, right);
    let back = closest_following(answers, right, left).map(|(n, one, other)| (n, other, one));
    [forward, back].into_iter().flatten().min_by_key(|(n, ..)| *n)
}

fn closest_following(answers: &Answers<'_>, first: &[Span], second: &[Span]) -> Option<(u32, Span, Span)> {
    let pair = |&one: &Span| {
        let from = second.partition_point(|other| other.start < one.end);
        let other = *second.get(from)?;
        answers.between(one, other).map(|found| (found, one, other))
    };
    first.iter().filter_map(pair).min_by_key(|(found, ..)| *found)
}

fn with_star(element: &Element) -> Element {
    let star = |key: &Key| match key {
        Key::Word(word) | Key::Prefix(word) => Key::Prefix(word.clone()),
    };
    // The last word of each spelling: `e mail*`.
    let spelling = |keys: &Spelling| {
        let mut keys = keys.clone();
        if let Some(last) = keys.last_mut() {
            *last = star(last);
        }
        keys
    };
    Element { spellings: element.spellings.iter().map(spelling).collect() }
}

/// Letters of the phrase in its shortest spelling, a space between words.
fn shortest(phrase: &Phrase) -> usize {
    let letters = |key: &Key| match key {
        Key::Word(word) | Key::Prefix(word) => word.chars().count(),
    };
    let of = |element: &Element| {
        element.spellings.iter().map(|keys| keys.iter().map(letters).sum::<usize>() + keys.len() - 1).min().unwrap_or(0)
    };
    phrase.elements.iter().map(of).sum::<usize>() + phrase.elements.len() - 1
}

fn shown(element: &Element) -> String {
    let keys = element.spellings.first().map(Spelling::as_slice).unwrap_or_default();
    let key = |key: &Key| match key {
        Key::Word(word) => word.clone(),
        Key::Prefix(word) => format!("{word}*"),
    };
    keys.iter().map(key).collect::<Vec<_>>().join(" ")
}

/// The distinct spellings of some places, quoted.
fn written(answers: &Answers<'_>, spans: &[Span]) -> String {
    let mut texts: Vec<String> = Vec::new();
    for &span in spans {
        let text = format!("\"{}\"", answers.written(span).split_whitespace().collect::<Vec<_>>().join(" "));
        if !texts.contains(&text) {
            texts.push(text);
        }
        if texts.len() == LISTED {
            break;
        }
    }
    texts.join(", ")
}

/// `title, body`
fn zones(spots: &[Spot]) -> String {
    let zones: BTreeSet<&str> = spots.iter().map(|spot| spot.zone.as_str()).collect();
    if zones.is_empty() { "no zone".to_owned() } else { zones.into_iter().collect::<Vec<_>>().join(", ") }
}

fn counted(words: u32) -> String {
    if words == 0 { "no word".to_owned() } else { count(words, "word") }
}
