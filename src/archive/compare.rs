//! What a rule found before and what it finds after → what is new, what is lost, how much in a day, and what deciding words.
//! Pure: it compares lists; finding them is `replay`'s.

use std::collections::{BTreeSet, HashMap, HashSet};

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::tally::{DayCount, Tally};
use crate::config::marks::Judgement;
use crate::model::{ArticleId, StoryId, TermMatch, Timing};

/// Deciding terms that are told.
const TERMS: usize = 10;

/// An article that a rule found.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    pub id: ArticleId,
    pub title: String,
    pub outlet: String,
    pub url: String,
    pub first_seen: Timestamp,
    pub timing: Timing,
    pub story: StoryId,
    /// The distinct terms that made it hold.
    pub terms: Vec<String>,
    /// The words around one of them, outside the title where there is one.
    pub context: String,
}

/// One of the two rules compared.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Side {
    /// Articles.
    pub found: usize,
    /// Alerts: a story once.
    pub per_day: f64,
    #[serde(skip)]
    pub news_per_day: f64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TermCount {
    pub term: String,
    /// Articles in which it was a reason.
    pub count: usize,
}

#[derive(Clone, Debug)]
pub struct Comparison {
    pub before: Side,
    pub after: Side,
    /// Both the newest first.
    pub new: Vec<Found>,
    pub lost: Vec<Found>,
    pub unchanged: usize,
    pub days: Vec<DayCount>,
    /// Of the rule after, the most frequent first.
    pub terms: Vec<TermCount>,
}

impl Found {
    /// Terms and context of the places where a rule held.
    pub fn reasons(places: &[TermMatch]) -> (Vec<String>, String) {
        let mut terms: Vec<String> = Vec::new();
        for place in places {
            if !terms.contains(&place.term) {
                terms.push(place.term.clone());
            }
        }
        let outside = places.iter().find(|place| place.zone != crate::model::Zone::Title);
        (terms, outside.or(places.first()).map(|place| place.context.clone()).unwrap_or_default())
    }
}

/// Compares the finds of two rules over the same articles, both the newest first; `first` and `now` bound the time they
/// stand for.
pub fn compare(
    before: Vec<Found>,
    after: Vec<Found>,
    first: Timestamp,
    now: Timestamp,
    timezone: &TimeZone,
) -> Comparison {
    let covered = now.duration_since(first);
    let (tally_before, tally_after) = (tally(&before), tally(&after));
    let side = |found: &[Found], tally: &Tally| Side {
        found: found.len(),
        per_day: rounded(tally.per_day(covered)),
        news_per_day: tally.news_per_day(covered),
    };
    let (of_before, of_after) = (side(&before, &tally_before), side(&after, &tally_after));
    let ids = |found: &[Found]| found.iter().map(|found| found.id.clone()).collect::<HashSet<_>>();
    let (ids_before, ids_after) = (ids(&before), ids(&after));
    let terms = frequent(&after);
    let new: Vec<Found> = after.into_iter().filter(|found| !ids_before.contains(&found.id)).collect();
    let lost: Vec<Found> = before.into_iter().filter(|found| !ids_after.contains(&found.id)).collect();
    let first = first.max(now.checked_sub(SignedDuration::from_hours(24 * 3650)).unwrap_or(first));
    Comparison {
        unchanged: of_after.found - new.len(),
        before: of_before,
        after: of_after,
        new,
        lost,
        days: Tally::days(&tally_before, &tally_after, first, now, timezone),
        terms,
    }
}

fn tally(found: &[Found]) -> Tally {
    let mut tally = Tally::default();
    for found in found {
        tally.add(&found.story, found.first_seen, found.timing);
    }
    tally
}

fn rounded(number: f64) -> f64 {
    (number * 10.0).round() / 10.0
}

fn frequent(found: &[Found]) -> Vec<TermCount> {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for term in found.iter().flat_map(|found| &found.terms) {
        *counts.entry(term).or_insert(0) += 1;
    }
    let mut terms: Vec<_> =
        counts.into_iter().map(|(term, count)| TermCount { term: term.to_owned(), count }).collect();
    terms.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.term.cmp(&b.term)));
    terms.truncate(TERMS);
    terms
}

/// What an edit does to alerts that were judged.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Judged {
    /// Articles marked false among those found before, and those of them that are no longer found.
    pub marked_false: usize,
    pub false_dropped: Vec<ArticleId>,
    pub marked_useful: usize,
    pub useful_lost: Vec<ArticleId>,
}

/// Judgements of articles, as far as they were found before, against those that are no longer found. An article on which two
/// people differ counts on both sides.
pub fn judged(marks: &[(ArticleId, Judgement)], before: &BTreeSet<ArticleId>, lost: &BTreeSet<ArticleId>) -> Judged {
    let mut known = HashSet::new();
    let mut judged = Judged::default();
    for (article, judgement) in marks.iter().filter(|mark| before.contains(&mark.0)) {
        if !known.insert((article, judgement)) {
            continue;
        }
        let (marked, gone) = match judgement {
            Judgement::False => (&mut judged.marked_false, &mut judged.false_dropped),
            Judgement::Useful => (&mut judged.marked_useful, &mut judged.useful_lost),
        };
        *marked += 1;
        if lost.contains(article) {
            gone.push(article.clone());
        }
    }
    judged
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(id: &str, day: u32, terms: &[&str]) -> Found {
        Found {
            id: ArticleId::from(id),
            title: id.to_owned(),
            outlet: String::new(),
            url: String::new(),
            first_seen: format!("2026-11-{day:02}T10:00:00Z").parse().expect("a time"),
            timing: Timing::New,
            story: StoryId(id.trim_end_matches('\'').to_owned()),
            terms: terms.iter().map(|&term| term.to_owned()).collect(),
            context: String::new(),
        }
    }

    #[test]
    fn two_rules_are_compared() {
        let (first, now) =
            ("2026-11-01T10:00:00Z".parse().expect("a time"), "2026-11-03T10:00:00Z".parse().expect("one"));
        // c' is a copy of c: one story, one alert.
        let before = vec![found("b", 2, &["ice"]), found("a", 1, &["ice"])];
        let after = vec![found("c'", 3, &["raid*"]), found("c", 3, &["raid*", "ice"]), found("b", 2, &["ice"])];
        let compared = compare(before, after, first, now, &TimeZone::UTC);
        let ids = |list: &[Found]| list.iter().map(|found| found.id.0.clone()).collect::<Vec<_>>();
        assert_eq!(
            (ids(&compared.new), ids(&compared.lost), compared.unchanged),
            (vec!["c'".into(), "c".into()], vec!["a".into()], 1)
        );
        assert_eq!((compared.before.found, compared.after.found), (2, 3));
        assert_eq!((compared.before.per_day, compared.after.per_day), (1.0, 1.0), "two stories in two days each");
        let days: Vec<_> = compared.days.iter().map(|day| (day.day.day(), day.before, day.after)).collect();
        assert_eq!(days, [(1, 1, 0), (2, 1, 1), (3, 0, 1)]);
        let terms: Vec<_> = compared.terms.iter().map(|term| (term.term.as_str(), term.count)).collect();
        assert_eq!(terms, [("ice", 2), ("raid*", 2)]);
    }

    #[test]
    fn judgements_are_held_against_what_is_lost() {
        let ids = |text: &str| text.split_whitespace().map(ArticleId::from).collect::<BTreeSet<_>>();
        let mark = |id: &str, judgement| (ArticleId::from(id), judgement);
        let marks = [
            mark("a", Judgement::False),
            mark("a", Judgement::False),
            mark("b", Judgement::False),
            mark("c", Judgement::Useful),
            mark("d", Judgement::Useful),
            mark("d", Judgement::False),
            mark("elsewhere", Judgement::Useful),
        ];
        for (before, lost, expected) in [
            ("a b c d", "", (3, "", 2, "")),
            ("a b c d", "a", (3, "a", 2, "")),
            ("a b c d", "a d", (3, "a d", 2, "d")),
            ("a", "a elsewhere", (1, "a", 0, "")),
        ] {
            let judged = judged(&marks, &ids(before), &ids(lost));
            let list = |ids: &[ArticleId]| ids.iter().map(ArticleId::as_str).collect::<Vec<_>>().join(" ");
            let (dropped, gone) = (list(&judged.false_dropped), list(&judged.useful_lost));
            assert_eq!((judged.marked_false, &*dropped, judged.marked_useful, &*gone), expected, "{before} - {lost}");
        }
    }
}
