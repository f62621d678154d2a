//! Random queries of given words, for the tests that compare two ways of deciding them.

use proptest::prelude::*;

const WORDS: [&str; 11] = [
    "alpha",
    "beta",
    "gam*",
    "\"alpha beta\"",
    "U.S.",
    "e-mail",
    "=Delta",
    "中国",
    "/delta|beta/",
    "lang:en",
    "title:beta",
];

/// Of the commonest words and `more`, bound by AND, OR, NOT, OF and NEAR; `also` are whole queries that stand within.
pub(crate) fn queries(more: &[&'static str], also: &[&'static str]) -> impl Strategy<Value = String> + use<> {
    let near = ["(alpha NEAR/2 (beta OR gam*) BEFORE/3 email)"];
    let (words, whole) = ([&WORDS, more].concat(), [&near, also].concat());
    let leaf = proptest::sample::select(words).prop_map(str::to_owned);
    leaf.prop_recursive(4, 24, 3, move |inner| {
        let some = proptest::collection::vec(inner.clone(), 2..4);
        prop_oneof![
            some.clone().prop_map(|parts| format!("({})", parts.join(" AND "))),
            some.clone().prop_map(|parts| format!("({})", parts.join(" OR "))),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} NOT {b})")),
            some.prop_map(|parts| format!("2 OF ({})", parts.join(", "))),
            (inner.clone(), inner).prop_map(|(a, b)| format!("(alpha NEAR/2 beta OR {a}) ({b})")),
            proptest::sample::select(whole.clone()).prop_map(str::to_owned),
        ]
    })
}
