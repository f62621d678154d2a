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
        ("a AND OR b", "OR", "between AND and OR"),
        ("AND AND", "AND", "must stand before AND"),
        ("a AND AND b", "AND", "stands twice"),
        ("a OR OR b", "OR", "stands twice"),
        ("a NOT OR b", "OR", "between NOT and OR"),
        ("a AND NOT", "NOT", "must follow NOT"),
        ("(a AND NOT)", ")", "must stand before"),
        ("NOT-a b", "NOT-a", "NOT a"),
        ("a ANDNOT b", "ANDNOT", "AND NOT"),
        ("title:NOT x", "NOT", "NOT title:x"),
        ("title:-x", "-", "NOT title:x"),
        ("title :x", ":x", "right behind"),
        ("title : x", ":", "right behind"),
        ("\"a b\" OR \"c OR \"d e\" f", "\" f", "\"c OR \" is read as a phrase"),
        ("'a phrase' b", "'a phrase'", "write \"a phrase\""),
        ("(‘a phrase’)", "‘a phrase’", "write \"a phrase\""),
        ("\"a b\"* c", "*", "inside the quotes"),
        ("\"a b\"~5", "~5", "NEAR/5"),
        ("tariff~ a", "tariff~", "similar words"),
        ("~tariff a", "~tariff", "similar words"),
        ("tariff~0.8 a", "tariff~0.8", "similar words"),
        ("tariff^2 a", "tariff^2", "[topic.score]"),
        ("a +word", "+word", "leave out the +"),
        ("+\"a b\" c", "+", "leave out the +"),
        ("{a b}", "{a", "round brackets"),
        ("[a OR b] c", "[a", "round brackets"),
        ("cat|dog", "cat|dog", "write OR"),
        ("cat&&dog", "cat&&dog", "write AND"),
        ("2OF(a, b)", "2OF", "2 OF"),
        ("2of (a, b)", "2of", "2 OF"),
        ("2 of (a, b)", "of", "capitals"),
        ("a NEAR5 b", "NEAR5", "NEAR/5"),
        ("a near5 b", "near5", "NEAR/5"),
        ("a NEAR-5 b", "NEAR-5", "NEAR/5"),
        ("a NEAR:5 b", "NEAR:", "NEAR/5"),
        ("a NEAR~5 b", "NEAR~5", "NEAR/5"),
        ("a NEAR(5) b", "NEAR", "NEAR/10"),
        ("a AROUND(5) b", "AROUND", "NEAR/5"),
        ("a w/5 b", "w/5", "NEAR/5"),
        ("a PRE/5 b", "PRE/5", "BEFORE/5"),
        ("a ADJ5 b", "ADJ5", "NEAR/5"),
        ("a /5 b", "/5", "NEAR/5"),
        ("a NEAR/5/b", "NEAR/5/b", "whole number"),
        ("a Near/5 b", "Near/5", "NEAR/5"),
        ("a NEAR/5 NEAR/5 b", "NEAR/5", "stands twice"),
        ("tariff＊", "＊", "plain *"),
        ("@", "@", "name"),
        ("a @ b", "@", "name"),
        ("@1a", "@1a", "a letter"),
        ("@user@host.example a", "@user@host.example", "in quotes"),
        ("@a* b", "@a*", "in quotes"),
        ("=@a", "=", "right before"),
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
        ("a AFTER/3 b", "AFTER/3", "BEFORE/3"),
        ("北京AND上海", "北京AND上海", "space before and behind AND"),
        ("北京 OR上海", "OR上海", "space before and behind OR"),
        ("北京OR(上海)", "北京OR", "space before and behind OR"),
        ("北京NEAR/2上海", "北京NEAR/2上海", "space before and behind NEAR"),
        ("서울NOT부산", "서울NOT부산", "space before and behind NOT"),
        ("title:北京OR上海", "北京OR上海", "space before and behind OR"),
        ("北京 ＡＮＤ 上海", "ＡＮＤ", "AND in plain letters"),
        ("北京 ＮＥＡＲ／２ 上海", "ＮＥＡＲ／２", "NEAR/2 in plain letters"),
        ("a after/3 b", "after/3", "BEFORE/3"),
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
        ("title:body:b", "body:", "inside another"),
        ("title: body:b", "body:", "inside another"),
        ("tag:lang:en", "lang:", "in quotes"),
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
fn words_that_look_like_operators_stay_words() {
    for query in [
        "Disney+",
        "AT&T",
        "km/h",
        "Disney+",
        "+49 170 a",
        "'90s",
        "'Ndrangheta AND bosses'",
        "workers' rights",
        "O'Brien's",
        "WITHIN a",
        "NOTHING",
        "notable",
        "ORB",
        "Near",
        "2 of them",
        "a@b.example",
        "10:30",
        "http://a.example/~b",
        "Yahoo!",
        "#MeToo",
        "1,000",
        "rock'n'roll",
        "of (a)",
        "title:\"not\"",
        "title:10:30",
        "\"日本OR学会\"",
        "WTO北京",
        "日本SONY製",
        "北京ORB上海",
        "ＮＡＴＯ",
        "Łódź OR Åland",
        "title:\"body:b\"",
        "title:source:b",
        "2of",
        "n/a",
        "24/7",
    ] {
        let read = parse_query(query);
        assert!(read.is_ok(), "{query}: {read:?}");
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
        ("a".to_owned() + &" NEAR/1 a".repeat(51), false),
        ("a NEAR/1 (".repeat(51) + "a" + &")".repeat(51), false),
        ("a".to_owned() + &" NEAR/1 a".repeat(7000), false),
        ("a ".repeat(30_000), true),
        ("a ".repeat(40_000), false),
    ] {
        assert_eq!(parse_query(&query).is_ok(), right, "{}", &query[..20]);
    }
}

/// Inputs made to be read slowly: each as long as a query may be.
#[test]
fn no_input_takes_longer_than_its_length() {
    const LENGTH: usize = 64 * 1024;
    let parts = [
        "(",
        ")",
        "\"",
        "-",
        "-a:",
        "a:",
        "title:",
        "title:a ",
        "a*",
        "a* ",
        "\"a ",
        "\"a\" ",
        "NOT ",
        "a-",
        "U.S.",
        "u.",
        "@a ",
        "@",
        "=",
        "=a ",
        "/",
        "/a/ ",
        "\\/",
        "a NEAR/1 ",
        "(a OR ",
        "(a ",
        "2 OF (",
        "1 OF (a, ",
        "a OR ",
        "a AND b OR ",
        "'a ",
        "'",
        "' ",
        "a' ",
        "\u{200B}",
        "\u{FEFF}a ",
        "é",
        "e\u{301}",
        "\u{301}",
        "中",
        "“",
        "“a” ",
        "~",
        "{",
        "[a] ",
        "said:x ",
        "lang:en ",
        "((((a OR b) c) OR d) \"a a a a a a b\") ",
        "lang:en OR ",
        "site:a.b ",
        "x|",
        ",",
        "a,",
        "1,",
        "א\"",
        "a@b ",
        "?",
        "！",
        "a–b ",
        "NEAR/",
        "NEAR5 ",
        "w/5 ",
        "\0",
        "\n",
    ];
    let mut slowest = (std::time::Duration::ZERO, "");
    for part in parts {
        for tail in ["", ")"] {
            let text = part.repeat((LENGTH - tail.len()) / part.len()) + tail;
            let began = crate::stopwatch::Stopwatch::start();
            if let Ok(query) = parse_query(&text) {
                needs(&query);
                clause_remarks(&query, &text);
                form(&query);
            }
            slowest = slowest.max((began.elapsed(), part));
        }
    }
    assert!(slowest.0 < std::time::Duration::from_secs(1), "{slowest:?}");
}

/// Each differs from the one before, so that none is compiled for another.
#[test]
fn many_regular_expressions_are_refused_before_they_cost_much() {
    for form in ["/\\w{20}N/ ", "/\\pL{9}N/ ", "/[^N]{200}x/ "] {
        let text: String = (0..4000).map(|n| form.replace('N', &n.to_string())).collect();
        let began = crate::stopwatch::Stopwatch::start();
        let error = parse_query(&text).expect_err("too many");
        assert!(error.message.contains("regular expression"), "{error}");
        assert!(began.elapsed() < std::time::Duration::from_secs(1), "{form}: {:?}", began.elapsed());
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
            " BEFORE/1 ", "2 OF (", "@", "@a ", "'", "\u{FEFF}", "~5 ", "|", ", ", "title:", "said:", "lang:en",
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
