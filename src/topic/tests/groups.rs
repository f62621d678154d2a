//! Named groups: `@name` is its definition in brackets, and its faults are told where they can be mended.

use super::*;
use crate::model::{NamedGroup, Terms};
use crate::topic::query::{Node, NodeKind};

fn terms(groups: &[(&str, &str)]) -> Terms {
    let made = |&(name, query): &(&str, &str)| Arc::new(NamedGroup { name: name.into(), query: query.into() });
    groups.iter().map(made).collect()
}

fn presidents() -> Terms {
    terms(&[
        ("presidents", "Trump OR \"Peña Nieto\""),
        ("talks", "@presidents NEAR/3 (met OR spoke)"),
        ("no-sport", "NOT (soccer OR golf)"),
        ("both", "Trump \"Peña Nieto\""),
        ("papers", "\"Daily News\" OR Guard*"),
        ("países", "México OR España"),
    ])
}

#[test]
fn a_name_is_its_definition_in_brackets() {
    for (query, text, expected) in [
        ("@presidents wall", "Trump saw a wall.", true),
        ("@presidents wall", "A wall.", false),
        ("wall OR @presidents", "Pena Nieto.", true),
        ("wall -@presidents", "Trump saw a wall.", false),
        ("wall AND NOT @presidents", "A wall.", true),
        ("@presidents NEAR/2 wall", "Trump saw a wall.", true),
        ("@presidents NEAR/2 wall", "Trump went and saw a wall.", false),
        ("@presidents BEFORE/5 wall", "The wall of Trump.", false),
        ("@talks", "Peña Nieto never met them.", true),
        ("@talks", "Peña Nieto sang. They met.", true),
        ("title:@presidents", "Trump saw a wall.", false),
        ("body:(@presidents wall)", "Trump saw a wall.", true),
        ("2 OF (@presidents, wall, golf)", "Trump plays golf.", true),
        ("2 OF (@presidents, wall, golf)", "Trump and Peña Nieto.", false),
        ("1 OF (golf,@presidents)", "Trump.", true),
        ("(@presidents)", "Trump.", true),
        ("Trump @no-sport", "Trump plays golf.", false),
        ("Trump @no-sport", "Trump plays chess.", true),
        ("outlet:@papers wall", "A wall.", true),
        ("＠países", "En España.", true),
        ("@pai\u{301}ses", "En España.", true),
        ("\"@presidents\"", "The presidents.", true),
        ("presidents@daily.example", "Write to presidents@daily.example today.", true),
    ] {
        let page = Page { outlet: "The Guardian".into(), ..Page::text(text) };
        let page =
            Page { outlet: if query.contains("outlet") { "Guardian Weekly".into() } else { page.outlet }, ..page };
        let found = page.matches(Topic { terms: presidents(), ..topic("t", query) });
        assert_eq!(found.is_some(), expected, "{query}: {text}");
    }
}

#[test]
fn parts_of_a_definition_stand_where_its_name_stands() {
    fn spans(node: &Node, text: &str, into: &mut Vec<String>) {
        into.push(text[node.span.clone()].to_owned());
        match &node.kind {
            NodeKind::All(parts) | NodeKind::Any(parts) | NodeKind::AtLeast(_, parts) => {
                for part in parts {
                    spans(part, text, into);
                }
            }
            NodeKind::Not(part) => spans(part, text, into),
            NodeKind::Near { left, right, .. } => {
                spans(left, text, into);
                spans(right, text, into);
            }
            NodeKind::Term(_) | NodeKind::Attribute(_) => {}
        }
    }
    for (query, expected) in [
        ("é @both", "é @both|é|@both|@both|@both"),
        ("(@presidents) x", "(@presidents) x|(@presidents)|@presidents|@presidents|x"),
        ("@talks", "@talks|@talks|@talks|@talks|@talks|@talks|@talks"),
        ("-@both é", "-@both é|-@both|@both|@both|@both|é"),
    ] {
        let mut found = Vec::new();
        spans(&parse_query_with(query, &presidents()).expect(query).root, query, &mut found);
        assert_eq!(found.join("|"), expected);
    }
}

#[test]
fn faults_of_named_groups_have_a_place_and_a_remedy() {
    let mut groups: Vec<(&str, &str)> = vec![
        ("presidents", "Trump OR \"Peña Nieto\""),
        ("both", "Trump Merkel"),
        ("not", "NOT golf"),
        ("two", "2 OF (a, b)"),
        ("regex", "/a+/"),
        ("english", "lang:en"),
        ("mixed", "a OR @both"),
        ("body", "body:a"),
        ("broken", "(a OR b"),
        ("uses-broken", "x @broken"),
        ("self", "a OR @self"),
        ("one", "@other"),
        ("other", "b OR @one"),
        ("stray", "@nobody"),
    ];
    let wide = vec!["\"New York\""; 3000].join(" OR ");
    groups.push(("wide", &wide));
    let terms = terms(&groups);
    for (query, place, remedy) in [
        ("a @presidnts", "@presidnts", "did you mean @presidents?"),
        ("@Presidents", "@Presidents", "did you mean @presidents?"),
        ("@handle a", "@handle", "write \"@handle\" in quotes"),
        ("@handle a", "@handle", "[terms]"),
        ("@both NEAR/5 a", "@both", "@both holds an AND"),
        ("a NEAR/5 (@both)", "(@both)", "@both holds an AND"),
        ("title:@both NEAR/5 a", "title:@both", "@both holds an AND"),
        ("a NEAR/5 (b OR @not)", "@not", "@not holds a NOT"),
        ("a NEAR/5 @mixed", "@mixed", "@mixed holds an AND"),
        ("a NEAR/5 @two", "@two", "@two holds a list"),
        ("a NEAR/5 @regex", "@regex", "@regex holds a regular expression"),
        ("a NEAR/5 @english", "@english", "@english holds no words"),
        ("title:@body", "@body", "in @body: body: stands inside another"),
        ("é @broken", "@broken", "in @broken: this ( is never closed"),
        ("@uses-broken", "@uses-broken", "in @uses-broken → @broken: this ("),
        ("@self", "@self", "@self → @self goes round"),
        ("x @one", "@one", "@one → @other → @one goes round"),
        ("@stray", "@stray", "in @stray: there is no group @nobody"),
        ("@not", "@not", "nearly every"),
        ("a OR @not", "@not", "nearly every"),
        ("@wide @wide @wide", "@wide", "more than 10000"),
    ] {
        let error = parse_query_with(query, &terms).expect_err(query);
        assert_eq!(query.get(error.start..error.end), Some(place), "{query}: {error:?}");
        assert!(error.message.contains(remedy), "{query}: {error}");
    }
    assert!(parse_definition("NOT golf", &terms).is_ok(), "a group may take away");
    assert!(parse_query("a @presidents").is_err(), "without definitions there is no name");
}

#[test]
fn chains_of_definitions_come_to_an_end_quickly() {
    let chain = |count: usize, form: &str| -> Terms {
        let last = Arc::new(NamedGroup { name: format!("n{count}"), query: "end".into() });
        let links = (0..count)
            .map(|i| Arc::new(NamedGroup { name: format!("n{i}"), query: form.replace('N', &format!("@n{}", i + 1)) }));
        links.chain([last]).collect()
    };
    let long = format!("N OR {}", "x".repeat(60_000));
    for (terms, right, remedy) in [
        (chain(90, "N"), true, ""),
        (chain(200, "N"), false, "more than 100"),
        (chain(60, "(N)"), false, "more than 100"),
        (chain(11, "N N"), true, ""),
        (chain(60, "N OR N"), false, "more than 10000"),
        (chain(60, &long), false, "more than 10000"),
    ] {
        let began = crate::stopwatch::Stopwatch::start();
        let read = parse_query_with("@n0", &terms);
        assert_eq!(read.is_ok(), right, "{:?}", terms.get("n0"));
        assert!(read.err().is_none_or(|error| error.message.contains(remedy) && error.message.len() < 400));
        assert!(began.elapsed() < std::time::Duration::from_secs(1), "{:?}", began.elapsed());
    }
    let many = "@n0 ".repeat(15_000);
    assert!(parse_query_with(&many, &chain(0, "")).is_err(), "15,000 times one word");
}

#[test]
fn a_query_says_which_groups_it_uses() {
    let used = |text: &str| -> Vec<String> {
        groups_used(text).expect(text).into_iter().map(|used| format!("{}={}", used.name, &text[used.span])).collect()
    };
    assert_eq!(used("@a OR title:(@b-2) \"@c\" x@d.example -@a"), ["a=@a", "b-2=@b-2", "a=@a"]);
    assert!(groups_used("\"open").is_err());
    for (name, right) in [("a", true), ("a-1_B", true), ("países", true), ("", false), ("1a", false), ("a b", false)] {
        assert_eq!(is_group_name(name), right, "{name}");
    }
}
