//! Registering topics under their words must not change what holds.

use proptest::prelude::*;

use super::*;

fn query() -> impl Strategy<Value = String> {
    let also = [
        "\"U.S. alpha beta\" NEAR/1 email",
        "\"alpha email\" NEAR/2 (\"co gamma\" OR \"U.S. beta\")",
        "((x NEAR/1 email) NEAR/2 \"alpha beta\") AND (co OR gam*)",
        "\"email U.S. x co\" (alpha OR delta)",
        "\"x co-operate alpha\" BEFORE/1 (us OR gam*)",
    ];
    queries::queries(&[], &also)
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
        "co",
        "us",
        "co-operate",
        "cooperate",
        "e-mail-us",
        "x-co-alpha-beta",
    ];
    proptest::collection::vec(proptest::sample::select(words), 0..16).prop_map(|words| words.join(" "))
}

proptest! {
    #[test]
    fn candidates_are_all_that_hold(
        queries in proptest::collection::vec(query(), 1..8),
        title in words(),
        text in words(),
        sure in any::<bool>(),
    ) {
        let topics: Vec<_> = queries.iter().enumerate()
            .filter(|(_, query)| parse_query(query).is_ok())
            .map(|(i, query)| Arc::new(topic(&i.to_string(), query)))
            .collect();
        let set = RuleSet::compile(&topics).expect("each query was read");
        let page = Page { title, language: Some(Page::language("es", sure)), ..Page::text(&text) };
        let input = page.input();
        prop_assert_eq!(set.matches(&input), set.decide_all(&input).matches().collect::<Vec<_>>());
    }
}

#[test]
fn ten_thousand_topics_decide_few() {
    let topics: Vec<_> = (0..10_000).map(|i| Arc::new(topic(&i.to_string(), &format!("common AND word{i}")))).collect();
    let set = RuleSet::compile(&topics).expect("each query is right");
    let page = Page::text("A common word7 and word77 here.");
    let ids: Vec<_> = set.matches(&page.input()).into_iter().map(|found| found.topic.0).collect();
    assert_eq!(ids, ["7", "77"]);
}
