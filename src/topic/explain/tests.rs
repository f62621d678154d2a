//! Explanations as outlines, and that they never disagree with the matcher.

use std::sync::Arc;

use proptest::prelude::*;

use super::super::tests::queries::queries;
use super::super::tests::{Page, topic};
use super::super::{RuleSet, parse_query};
use super::*;
use crate::model::{Quote, ScoreTerm, TopicScore};

/// Each place of some words in a text as a quote of Jane Doe's; where it stands is looked for.
fn quotes(text: &str, words: &str) -> Vec<Quote> {
    let quote = |_| Quote { text: words.to_owned(), speaker: Some("Jane Doe".to_owned()), start: 0, end: 0 };
    text.matches(words).map(quote).collect()
}

fn page() -> Page {
    let text = "Peña Nieto, the Mexican president, said on Monday that he would not pay for the wall.\n\n\
                “Tariffs hurt both sides,” said Jane Doe. Talks about the trade of maize and a deal on steel go on.\n\n\
                The ice on the river melts, a report says. The White\n\nHouse did not comment.";
    Page {
        title: "Mexico answers Trump".to_owned(),
        text: text.to_owned(),
        lede: "The president answers.".to_owned(),
        quotes: quotes(text, "Tariffs hurt both sides,"),
        captions: vec!["A wall in Tijuana".to_owned()],
        byline: vec!["John Smith".to_owned()],
        language: Some(Page::language("en", true)),
        outlet: "BBC News".to_owned(),
        feed: "bbc-world".to_owned(),
        tags: vec!["World".to_owned()],
        url: "https://www.bbc.co.uk/news/1".to_owned(),
    }
}

fn outline(lines: &[OutlineLine]) -> String {
    let line = |line: &OutlineLine| {
        let sign = match line.holds {
            Some(true) => "yes ",
            Some(false) => "no  ",
            None => "    ",
        };
        format!("{sign}{}{}\n", "  ".repeat(line.depth), line.text)
    };
    lines.iter().map(line).collect()
}

fn tree(page: &Page, query: &str) -> String {
    let explained = explain(&topic("t", query), &page.input()).unwrap_or_else(|errors| panic!("{query}: {errors:?}"));
    outline(&explained.query_lines())
}

#[test]
fn a_query_is_a_tree_of_what_holds_and_by_which_words() {
    for (query, expected) in [
        (
            "(\"Peña Nieto\" OR Mexic*) NEAR/30 (Trump OR wall) AND NOT \"New Mexico\"",
            "yes AND (each of these)\n\
             yes   NEAR/30 — title, lede ×2; the closest have 1 word between them\n\
             yes     OR (one of these)\n\
             yes       \"Peña Nieto\" — lede\n\
             \x20           lede: Peña Nieto, the Mexican president, said on Monday that he would not…\n\
             yes       Mexic* — title, lede\n\
             \x20           title: Mexico answers Trump\n\
             \x20           lede: Peña Nieto, the Mexican president, said on Monday that he would not pay for the…\n\
             yes     OR (one of these)\n\
             yes       Trump — title\n\
             \x20           title: Mexico answers Trump\n\
             yes       wall — lede, caption\n\
             \x20           lede: …president, said on Monday that he would not pay for the wall.\n\
             \x20           caption: A wall in Tijuana\n\
             yes   NOT\n\
             no      \"New Mexico\"\n",
        ),
        (
            "said:\"Jane Doe\" byline:smith lang:en outlet:bbc*",
            "yes AND (each of these)\n\
             yes   said:\"Jane Doe\" — quote; said by Jane Doe\n\
             \x20       quote: “Tariffs hurt both sides,” said Jane Doe. Talks about the trade of maize and a deal…\n\
             yes   byline:smith — by John Smith\n\
             yes   lang:en\n\
             yes   outlet:bbc*\n",
        ),
        (
            "2 OF (alpha, beta, gamma, delta, epsilon, zeta, eta, wall)",
            "no  2 OF these 8\n\
             yes   wall — lede, caption\n\
             \x20       lede: …president, said on Monday that he would not pay for the wall.\n\
             \x20       caption: A wall in Tijuana\n\
             no    alpha, beta, gamma, delta, epsilon, zeta, eta\n",
        ),
        (
            "title:(Trump OR =mexico)",
            "yes OR (one of these)\nyes   title:Trump — title\n        title: Mexico answers Trump\nno    title:=mexico\n",
        ),
    ] {
        assert_eq!(tree(&page(), query), expected, "{query}");
    }
}

/// The line of the query itself, or of the first clause that has a note.
fn note(page: &Page, query: &str) -> String {
    fn first(clause: &Clause) -> Option<String> {
        clause.note.clone().or_else(|| clause.parts.iter().find_map(first))
    }
    let explained = explain(&topic("t", query), &page.input()).unwrap_or_else(|errors| panic!("{query}: {errors:?}"));
    first(&explained.clauses).unwrap_or_default()
}

#[test]
fn a_false_clause_says_what_came_nearest() {
    for (query, expected) in [
        ("Nieto NEAR/3 wall", "both sides stand, but the closest have 13 words between them"),
        ("wall BEFORE/30 nieto", "both sides stand, but the other way round, 13 words between them"),
        ("Trump NEAR/9 steel", "both sides stand, but in different parts: title and body"),
        ("wall NEAR/9 wall", "both sides are the same place: the two must not overlap"),
        ("\"trade deal\"", "its words stand, but not side by side: the closest are 4 words apart"),
        ("\"White House\"", "its words stand, but not side by side: a paragraph ends between them"),
        ("\"Doe Jane\"", "its words stand, but not side by side in this order"),
        ("\"trade war\"", "of its words \"war\" does not stand there"),
        ("\"trade of maize and gold\"", "of its words \"gold\" does not stand there"),
        ("=ICE", "it stands as \"ice\", not as \"ICE\""),
        ("title:=ICE", "it stands as \"ice\" in body, not as \"ICE\""),
        ("title:=ice", "it stands in body, not in title"),
        ("title:wall", "it stands in caption, lede, not in title"),
        ("quote:maize", "it stands in body, not in quote"),
        ("title:/wal+/", "it stands in caption, lede, not in title"),
        ("tariff", "the text has \"Tariffs\": tariff* would find it"),
        ("\"both side\"", "the text has \"both sides\": \"both side*\" would find it"),
        ("\"talk about\"", "the text has \"Talks about\": a star behind a word finds its endings"),
        ("steels", "the text has \"steel\": steel* would find both"),
        ("presidnet", "the text has \"president\", a near spelling"),
        ("byline:jones", "by John Smith"),
        ("said:jones", "quoted are Jane Doe"),
        ("lang:es AND wall", "the language is en"),
        ("tag:sport AND wall", "the feed's tags are World"),
        ("site:cnn.com AND wall", "the site is www.bbc.co.uk"),
        ("zebra", ""),
        ("ic", ""),
        ("mexico AND NOT president*", ""),
        // What no one asked to be true has no note.
        ("tariff OR wall", ""),
        ("wall AND NOT tariff", ""),
    ] {
        assert_eq!(note(&page(), query), expected, "{query}");
    }
    let nobody = Page::text("Nothing is known of this.");
    for (query, expected) in [
        ("byline:jones", "no author is named"),
        ("said:jones", "no quote is attributed to anyone"),
        ("outlet:bbc AND nothing", "the outlet is not known"),
        ("lang:es AND nothing", "the language is not known: let pass"),
        ("nothing AND NOT lang:es", "the language is not known: let pass"),
    ] {
        assert_eq!(note(&nobody, query), expected, "{query}");
    }
}

#[test]
fn the_verdict_names_the_first_thing_that_is_missing() {
    for (query, expected) in [
        ("wall", None),
        ("wall AND zebra AND lion", Some("no zebra")),
        ("wall AND tariff", Some("no tariff (the text has \"Tariffs\": tariff* would find it)")),
        ("wall AND NOT (Mexic* OR zebra)", Some("it has (Mexic* OR zebra)")),
        ("wall AND NOT Trump", Some("it has Trump")),
        ("wall AND (zebra OR lion OR ape OR title:bear)", Some("none of zebra, lion, ape and 1 more")),
        ("zebra OR (wall NEAR/3 (lion OR ape))", Some("none of lion, ape")),
        ("(zebra NEAR/3 lion) OR (ape AND NOT bear)", Some("none of zebra, lion, ape")),
        ("3 OF (wall, ice, zebra)", Some("too few of wall, ice, zebra")),
        ("zebra NEAR/3 wall", Some("no zebra")),
        ("Nieto NEAR/3 wall", Some("NEAR/3 (both sides stand, but the closest have 13 words between them)")),
    ] {
        let explained = explain(&topic("t", query), &page().input()).expect("the query is right");
        assert_eq!(explained.missing().as_deref(), expected, "{query}");
    }
}

#[test]
fn filters_and_the_score_are_shown_line_by_line() {
    let terms =
        [("wall", 2.0), ("tariffs OR steel", 1.5), ("soccer", -6.0), ("lang:en", 0.5), ("Trump NEAR/2 Mexico", 1.0)];
    let terms = terms.map(|(query, weight)| ScoreTerm { query: query.to_owned(), weight }).to_vec();
    let zones = vec![(Zone::Title, 3.0), (Zone::Lede, 2.0)];
    let scored = |threshold, language: &str| Topic {
        score: Some(TopicScore { threshold, zones: zones.clone(), terms: terms.clone() }),
        languages: vec![language.to_owned()],
        outlets: vec!["BBC news".to_owned()],
        feed_tags: vec!["sport".to_owned()],
        ..topic("t", "Mexico")
    };
    let explained = explain(&scored(9.5, "es"), &page().input()).expect("the queries are right");
    assert_eq!(
        outline(&explained.filter_lines()),
        "no  languages es — en\nyes outlets BBC news — BBC News\nno  feed tags sport — World\n"
    );
    assert_eq!(
        outline(&explained.score_lines()),
        "yes wall — 2 × lede 2 = 4\n\
         yes tariffs OR steel — 1.5 × body 1 = 1.5\n\
         no  soccer — does not stand, adds nothing\n\
         yes lang:en — 0.5\n\
         yes Trump NEAR/2 Mexico — 1 × title 3 = 3\n\
         no  sum 9, threshold 9.5: not reached\n"
    );
    assert!(!explained.holds && explained.clauses.holds);
    let unsure = Page { language: Some(Page::language("de", false)), tags: vec!["Sport".to_owned()], ..page() };
    let explained = explain(&scored(8.0, "es"), &unsure.input()).expect("the queries are right");
    assert_eq!(explained.filters[0].found, "not sure (de?): let pass");
    assert!(explained.holds, "{explained:?}");
}

#[test]
fn the_places_are_bytes_of_the_zone_and_the_shape_is_the_contracts() {
    let page = page();
    let explained = explain(&topic("t", "Trump steel"), &page.input()).expect("the query is right");
    let place = &explained.clauses.parts[1].places[0];
    assert_eq!(&page.text[place.start..place.end], "steel");
    let json = serde_json::to_value(&explained).expect("it has string keys");
    assert_eq!(json["clauses"]["kind"], "and");
    assert_eq!(json["clauses"]["parts"][1]["text"], "steel");
    assert_eq!(json["clauses"]["parts"][1]["places"][0]["zone"], "body");
    assert_eq!((&json["holds"], &json["score"]), (&true.into(), &serde_json::Value::Null));
}

#[test]
fn a_wrong_query_is_told_with_its_place() {
    let errors = explain(&topic("t", "a AND"), &page().input()).expect_err("it is wrong");
    assert_eq!((errors[0].part, errors[0].error.start), (RulePart::Query, 2));
}

fn query() -> impl Strategy<Value = String> {
    queries(&["lede:alpha", "quote:gamma", "said:doe", "byline:smith", "outlet:bbc*", "caption:delta"], &[])
}

fn words() -> impl Strategy<Value = String> {
    let words = vec![
        "alpha",
        "Beta",
        "gamma",
        "Delta",
        "delta",
        "U.S.",
        "email",
        "e-mail",
        "中国",
        "x",
        "\n\n",
        "“gamma alpha,” said Jane Doe.",
    ];
    proptest::collection::vec(proptest::sample::select(words), 0..12).prop_map(|words| words.join(" "))
}

proptest! {
    #[test]
    fn an_explanation_never_disagrees_with_the_matcher(
        query in query(),
        title in words(),
        text in words(),
        lede in words(),
        sure in any::<bool>(),
        spanish in any::<bool>(),
        filtered in 0..4_usize,
    ) {
        prop_assume!(parse_query(&query).is_ok());
        let some = |here: bool, text: &str| if here { vec![text.to_owned()] } else { Vec::new() };
        let topic = Topic {
            languages: some(filtered == 1, "en-GB"),
            outlets: some(filtered == 2, "bbc  news"),
            feed_tags: some(filtered == 3, "sport"),
            ..topic("t", &query)
        };
        let page = Page {
            title,
            lede,
            quotes: quotes(&text, "gamma alpha,"),
            captions: vec!["Delta, alpha".to_owned()],
            byline: some(spanish, "John Smith"),
            language: Some(Page::language(if spanish { "es" } else { "en" }, sure)),
            outlet: "BBC News".to_owned(),
            tags: some(sure, "Sport"),
            ..Page::text(&text)
        };
        let explained = explain(&topic, &page.input()).expect("the query was read");
        let standing = Standings::of([&topic]).on(&page.input()).remove(0).expect("the query was read");
        let found = page.matches(topic).is_some();
        prop_assert_eq!(standing.held == standing.of, found, "{:?}", standing);
        prop_assert_eq!(explained.holds, found, "{}", outline(&explained.query_lines()));
    }

    /// Each word stands once, so that only its zone counts.
    #[test]
    fn a_scores_sum_is_the_matchers(
        order in Just((0..12_u32).collect::<Vec<_>>()).prop_shuffle(),
        cut in (0..12_usize, 0..12_usize),
        terms in proptest::collection::vec((0..16_u32, -3..4_i32), 1..6),
        threshold in -4..8_i32,
    ) {
        let words: Vec<String> = order.iter().map(|i| format!("word{i}")).collect();
        let (first, second) = (cut.0.min(cut.1), cut.0.max(cut.1));
        let text = format!("{}\n\n{}", words[first..second].join(" "), words[second..].join(" "));
        let page = Page { title: words[..first].join(" "), ..Page::text(&text) };
        let terms = terms.iter().map(|(i, weight)| ScoreTerm { query: format!("word{i}"), weight: f64::from(*weight) });
        let zones = vec![(Zone::Title, 3.0), (Zone::Lede, 2.0)];
        let score = TopicScore { threshold: f64::from(threshold), zones, terms: terms.collect() };
        let topic = Topic { score: Some(score), ..topic("t", "word*") };
        let explained = explain(&topic, &page.input()).expect("the queries were read");
        let found = page.matches(topic);
        prop_assert_eq!(explained.holds, found.is_some());
        if let Some(found) = found {
            prop_assert_eq!(explained.score.map(|score| score.sum), Some(found.score));
        }
    }

    #[test]
    fn no_query_and_no_text_makes_it_panic(query in ".{0,40}", title in ".{0,40}", text in ".{0,200}") {
        let page = Page { title, quotes: quotes(&text, "a"), ..Page::text(&text) };
        if let Ok(explained) = explain(&topic("t", &query), &page.input()) {
            prop_assert!(!explained.query_lines().is_empty());
        }
    }
}

#[test]
fn a_topic_that_is_off_is_explained_all_the_same() {
    let off = Topic { enabled: false, ..topic("t", "wall") };
    let set = RuleSet::compile(&[Arc::new(off.clone())]).expect("the query is right");
    assert_eq!(set.matches(&page().input()).len(), 1);
    assert!(explain(&off, &page().input()).expect("the query is right").holds);
}
