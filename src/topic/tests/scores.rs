//! Scores, thresholds and filters.

use super::*;
use crate::model::{ScoreTerm, Zone};

fn scored(query: &str, threshold: f64, terms: &[(&str, f64)]) -> Topic {
    let terms = terms.iter().map(|&(query, weight)| ScoreTerm { query: query.to_owned(), weight });
    let zones = vec![(Zone::Title, 3.0), (Zone::Lede, 2.0), (Zone::Body, 1.0)];
    Topic { score: Some(TopicScore { threshold, zones, terms: terms.collect() }), ..topic("t", query) }
}

#[test]
fn scores_add_up() {
    let page = Page {
        title: "Tariff news".to_owned(),
        text: "NAFTA talks.\n\nSoccer and zinc, zinc, zinc, zinc, zinc, zinc, zinc, zinc, zinc, zinc, zinc.".to_owned(),
        ..Page::default()
    };
    for (query, terms, expected) in [
        ("tariff", vec![("tariff", 2.0)], Some(6.0)),
        ("tariff", vec![("NAFTA", 2.0)], Some(4.0)),
        ("tariff", vec![("NAFTA", 2.0), ("soccer OR \"World Cup\"", -6.0)], None),
        ("tariff", vec![("NAFTA", 2.0), ("soccer", -0.5)], Some(3.5)),
        ("tariff", vec![("zinc", 4.0)], Some(4.0)),
        ("tariff", vec![("tariff OR soccer", 1.0)], Some(3.0)),
        ("gold", vec![("tariff", 2.0)], None),
        ("tariff", vec![("gold", 9.0)], None),
    ] {
        let found = page.matches(scored(query, 3.0, &terms));
        assert_eq!(found.as_ref().map(|found| found.score), expected, "{terms:?}");
    }
    let found = page.matches(scored("tariff", 1.0, &[("NAFTA", 2.0)])).expect("the threshold is reached");
    assert_eq!(found.terms.iter().map(|place| place.term.as_str()).collect::<Vec<_>>(), ["tariff", "NAFTA"]);
}

#[test]
fn without_weights_terms_are_counted() {
    let page = Page { outlet: "BBC".to_owned(), ..Page::text("ice ice zinc") };
    for (query, expected) in
        [("ice", 1.0), ("ice zinc", 2.0), ("ice OR gold", 1.0), ("outlet:bbc", 1.0), ("ice ice", 1.0)]
    {
        assert_eq!(page.matches(topic("t", query)).map(|found| found.score), Some(expected), "{query}");
    }
}

#[test]
fn filters_let_pass() {
    let page = |language| Page {
        outlet: "BBC News".to_owned(),
        tags: vec!["World".to_owned()],
        language,
        ..Page::text("ice")
    };
    let filter = |languages: &[&str], outlets: &[&str], tags: &[&str]| {
        let owned = |list: &[&str]| list.iter().map(|&text| text.to_owned()).collect();
        Topic { languages: owned(languages), outlets: owned(outlets), feed_tags: owned(tags), ..topic("t", "ice") }
    };
    for (topic, passes) in [
        (filter(&["en", "es"], &[], &[]), true),
        (filter(&["EN-gb"], &[], &[]), true),
        (filter(&["es"], &[], &[]), false),
        (filter(&[], &["bbc news"], &[]), true),
        (filter(&[], &["BBC"], &[]), false),
        (filter(&[], &[], &["world"]), true),
        (filter(&[], &[], &["sport"]), false),
    ] {
        assert_eq!(page(Some(Page::language("en", true))).matches(topic.clone()).is_some(), passes, "{topic:?}");
    }
    let found = page(Some(Page::language("en", false))).matches(filter(&["es"], &[], &[])).expect("not sure passes");
    assert_eq!(found.notes, ["language not sure (en?): let pass"]);
}
