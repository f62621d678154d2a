//! Where terms stood: zones, bytes, contexts.

use super::super::fold::fold_name;
use super::*;
use crate::model::Zone;

fn page() -> Page {
    let text =
        "“Peña Nieto’s tariff is dead,” said Ada.\n\nThe U.S.–Mexico e-mail on tariffs: ﬁnance, 中国经济.".to_owned();
    let quote =
        Quote { text: "Peña Nieto’s tariff is dead,".to_owned(), speaker: Some("Ada".to_owned()), start: 0, end: 0 };
    Page {
        title: "A tariff for Pen\u{303}a".to_owned(),
        text,
        lede: "The summary of the tariff and zinc".to_owned(),
        captions: vec!["Port — crane".to_owned(), "Tin ship".to_owned()],
        quotes: vec![quote],
        ..Page::default()
    }
}

/// `zone slice` of each place told.
fn told(page: &Page, query: &str) -> Vec<String> {
    let found = page.matches(topic("t", query)).unwrap_or_else(|| panic!("{query} must hold"));
    let captions = page.captions.join("\n\n");
    let slice = |place: &crate::model::TermMatch| {
        let zones = match place.zone {
            Zone::Title => vec![&page.title],
            Zone::Lede => vec![&page.text, &page.lede],
            Zone::Body | Zone::Quote => vec![&page.text],
            Zone::Caption => vec![&captions],
        };
        let mut slices = zones.iter().filter_map(|zone| zone.get(place.start..place.end));
        let slice = slices.find(|slice| place.context.contains(*slice)).unwrap_or("?");
        format!("{} {slice}", place.zone)
    };
    found.terms.iter().map(slice).collect()
}

#[test]
fn places_are_told_once_in_their_zone() {
    for (query, expected) in [
        ("tariff", vec!["title tariff", "lede tariff"]),
        ("tariff*", vec!["title tariff", "lede tariff", "body tariffs"]),
        ("body:tariff*", vec!["lede tariff", "body tariffs"]),
        ("quote:tariff", vec!["quote tariff"]),
        ("said:Ada", vec!["quote Peña Nieto’s tariff is dead,"]),
        ("Pena", vec!["title Pen\u{303}a", "lede Peña"]),
        ("\"Peña Nieto\"", vec!["lede Peña Nieto"]),
        ("=Peña", vec!["title Pen\u{303}a", "lede Peña"]),
        ("US", vec!["body U.S"]),
        ("\"US Mexico\"", vec!["body U.S.–Mexico"]),
        ("email", vec!["body e-mail"]),
        ("finance", vec!["body ﬁnance"]),
        ("国经", vec!["body 国经"]),
        ("zinc", vec!["lede zinc"]),
        ("tin", vec!["caption Tin"]),
        ("/tariff\\w+/", vec!["body tariffs"]),
        ("tin zinc NOT gold", vec!["lede zinc", "caption Tin"]),
        ("tin OR gold", vec!["caption Tin"]),
        ("tariff* NEAR/3 email", vec!["body e-mail", "body tariffs"]),
        ("Nieto NEAR/3 dead NEAR/3 Ada", vec!["lede Nieto", "lede dead", "lede Ada"]),
        ("(Ada OR gold) NEAR/2 dead", vec!["lede dead", "lede Ada"]),
        ("1 OF (gold, tin)", vec!["caption Tin"]),
    ] {
        assert_eq!(told(&page(), query), expected, "{query}");
    }
}

#[test]
fn terms_are_as_the_query_has_them() {
    for (query, expected) in [
        ("title:Tariff*", "Tariff*"),
        ("\"Peña  Nieto\"", "Peña Nieto"),
        ("=Peña", "=Peña"),
        ("/Tin/", "/Tin/"),
        ("said:\"Ada\"", "Ada"),
    ] {
        let found = page().matches(topic("t", query)).expect(query);
        assert_eq!(found.terms[0].term, expected);
    }
    let found =
        Page { byline: vec!["Ada  L.".to_owned()], ..page() }.matches(topic("t", "byline:Ada")).expect("by her");
    assert_eq!((found.terms.len(), found.notes), (0, vec!["by Ada L.".to_owned()]));
}

#[test]
fn many_places_are_capped_but_no_term_is_lost() {
    let page = Page::text(&("ice ".repeat(500) + "zinc"));
    let found = page.matches(topic("t", "ice zinc")).expect("both stand there");
    assert_eq!(found.terms.len(), 50);
    assert_eq!(found.terms[49].term, "zinc");
}

#[test]
fn spans_fold_to_their_term() {
    let page = page();
    for term in ["pena", "nieto", "tariff", "mexico", "finance", "中", "is", "dead"] {
        let found = page.matches(topic("t", &format!("body:{term}"))).expect(term);
        for place in &found.terms {
            assert_eq!(fold_name(&page.text[place.start..place.end]), term);
        }
    }
}

proptest::proptest! {
    #[test]
    fn places_stand_on_boundaries(text in "([ab]|é|e\u{301}|中|’s|-|\\.| |\n\n|\u{200B}|“){0,30}") {
        let page = Page::text(&text);
        for query in ["a", "b*", "\"a b\"", "é", "中", "a NEAR/2 b", "/[ab]+/", "=a"] {
            for place in page.matches(topic("t", query)).map(|found| found.terms).unwrap_or_default() {
                proptest::prop_assert!(text.get(place.start..place.end).is_some_and(|slice| !slice.is_empty()));
                proptest::prop_assert!(!place.context.contains('\n'));
            }
        }
    }
}
