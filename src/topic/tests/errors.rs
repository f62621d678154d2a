//! What is wrong with a query: the bytes and the words.

use super::*;

#[test]
fn faults_have_a_place_and_a_remedy() {
    for (query, place, remedy) in [
        ("", "", "empty"),
        ("  ", "  ", "empty"),
        ("\"Peña Nieto", "\"Peña Nieto", "never closed"),
        ("(a OR b", "(", "never closed"),
        ("a OR b)", ")", "closes nothing"),
        ("()", ")", "empty"),
        ("(a OR )", ")", "must stand before"),
        ("a AND", "AND", "must follow AND"),
        ("a OR", "OR", "must follow OR"),
        ("a NOT", "NOT", "must follow NOT"),
        ("AND a", "AND", "must stand before AND"),
        ("a AND OR b", "OR", "must stand before OR"),
        ("a and b", "and", "write AND"),
        ("a or b", "or", "write OR"),
        ("not a", "not", "write NOT"),
        ("a && b", "&&", "write AND"),
        ("a | b", "|", "write OR"),
        ("a NEAR/x b", "NEAR/x", "NEAR/10"),
        ("a NEAR b", "NEAR", "NEAR/10"),
        ("a NEAR/ b", "NEAR/", "NEAR/10"),
        ("a NEAR/-1 b", "NEAR/-1", "NEAR/10"),
        ("a NEAR/99999 b", "NEAR/99999", "at most 1000"),
        ("a near/5 b", "near/5", "NEAR/5"),
        ("a BEFORE/3", "BEFORE/3", "must follow"),
        ("a NEAR/3 (b AND c)", "(b AND c)", "group of OR"),
        ("a NEAR/3 NOT b", "NOT b", "tighter"),
        ("a NEAR/3 lang:en", "lang:en", "AND"),
        ("a NEAR/3 /b/", "/b/", "expression"),
        ("*", "*", "star"),
        ("a *", "*", "star"),
        ("tar*iff", "*", "end of a word"),
        ("*iff", "*", "star"),
        ("\"a * b\"", "*", "end of a word"),
        ("wom?n", "?", "star"),
        ("=tariff*", "*", "do not go together"),
        ("= ICE", "=", "right before"),
        ("titel:a", "titel:", "write title:"),
        ("author:a", "author:", "write byline:"),
        ("xyzzy:a", "xyzzy:", "only title:"),
        ("title:", "title:", "followed by"),
        ("title:(a body:b)", "body:", "inside another"),
        ("lang:english", "english", "lang:en"),
        ("site:a.example/b", "a.example/b", "without path"),
        ("NOT a", "NOT a", "nearly every"),
        ("-a", "-a", "nearly every"),
        ("a OR NOT b", "NOT b", "nearly every"),
        ("NOT a NOT b", "NOT a NOT b", "nearly every"),
        ("2 OF (a, NOT b, NOT c)", "2 OF (a, NOT b, NOT c)", "nearly every"),
        ("0 OF (a, b)", "0", "1 or more"),
        ("3 OF (a, b)", "3 OF (a, b)", "never hold"),
        ("two OF (a, b)", "two", "number"),
        ("2 OF a", "OF", "list in brackets"),
        ("OF (a)", "OF", "number before"),
        ("a, b", ",", "list"),
        ("(a, b)", ",", "list"),
        ("/(/", "/(/", "cannot be read"),
        ("/a", "/a", "never closed"),
        ("/a*/", "/a*/", "empty text"),
        ("/\\b/", "/\\b/", "empty text"),
        ("/\\B|x/", "/\\B|x/", "empty text"),
        ("C++", "C++", "/\\bC\\+\\+/"),
        ("\"in C# or C++\"", "C#", "/\\bC#/"),
        ("title:=C++", "C++", "every C"),
        ("2 OF (1,000, a)", ",", "in quotes"),
        ("2 OF ((10,5 OR b), a)", ",", "in quotes"),
        ("/a/i", "/a/", "no flags"),
        ("/(a{1000}){1000}/", "/(a{1000}){1000}/", "too big"),
        ("a — b", "—", "dash"),
        ("a & b", "&", "AND"),
        ("a $ b", "$", "no letter"),
        ("\"…\"", "\"…\"", "no word"),
        ("!a", "!", "NOT"),
    ] {
        let error = parse_query(query).expect_err(query);
        assert_eq!(query.get(error.start..error.end), Some(place), "{query}: {error:?}");
        assert!(error.to_string().contains(remedy), "{query}: {error}");
    }
}

#[test]
fn words_of_operators_are_words_in_quotes() {
    for query in [
        "Disney+",
        "a+b",
        "R&D",
        "中+",
        "2 OF (\"1,000\", a)",
        "2 OF (1, 000)",
        "2 OF (a,b)",
        "\"and\" a",
        "\"rock and roll\"",
        "title:or",
        "=\"AND\"",
        "lang:or a",
        "a \"NEAR/5\"",
        "km/h",
        "\"title: x\"",
    ] {
        assert!(parse_query(query).is_ok(), "{query}: {:?}", parse_query(query));
    }
}

#[test]
fn depth_and_length_are_capped() {
    let nested = |n: usize| format!("{}a{}", "(".repeat(n), ")".repeat(n));
    for (query, right) in [
        (nested(100), true),
        (nested(101), false),
        (nested(30_000), false),
        ("NOT ".repeat(10_000) + "a", false),
        ("a".to_owned() + &" NEAR/1 a".repeat(50), true),
        ("a".to_owned() + &" NEAR/1 a".repeat(7000), false),
        ("a ".repeat(30_000), true),
        ("a ".repeat(40_000), false),
    ] {
        assert_eq!(parse_query(&query).is_ok(), right, "{}", &query[..20]);
    }
}

proptest::proptest! {
    #[test]
    fn any_text_is_a_query_or_an_error(text in "\\PC{0,60}") {
        check(&text)?;
    }

    #[test]
    fn any_mix_of_the_language_is_a_query_or_an_error(
        parts in proptest::collection::vec(proptest::sample::select(vec![
            "a", "b*", " ", " ", "(", ")", "\"", "“", " AND ", " OR ", " NOT ", "-", "=", "/x/", "/", " NEAR/2 ",
            " BEFORE/1 ",             "2 OF (", ", ", "title:", "said:", "lang:en",
            "é", "中国", "*", "U.S.", "\u{200B}", "'s", "\n", "—",
        ]), 0..16)
    ) {
        check(&parts.concat())?;
    }
}

fn check(text: &str) -> Result<(), proptest::test_runner::TestCaseError> {
    if let Err(error) = parse_query(text) {
        proptest::prop_assert!(error.start <= error.end && text.get(error.start..error.end).is_some(), "{:?}", error);
        proptest::prop_assert!(!error.message.is_empty());
    }
    Ok(())
}
