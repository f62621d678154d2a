//! An article → its folded words as the archive's full-text index keeps them, and a query → what to ask that index.
//! A prefilter: it never leaves out an article that holds, and decides none. The index itself is the store's.

use std::fmt::Write as _;

use rustc_hash::FxHashSet;

use super::article::{MatchInput, segments};
use super::needs::{cost, required};
use super::query::{Key, Query};
use super::tokens::pieces;

/// Raised whenever folding, or where a word begins and ends, changes: the archive is then indexed anew.
pub const WORDS_VERSION: u32 = 3;

/// Bytes of an encoded word: what is beyond them is left out of the index and of what it is asked alike.
const MAX_WORD: usize = 96;
/// Words and prefixes of one set: a larger one hardly narrows and is dear to look up.
const MAX_KEYS: usize = 200;
/// Sets asked for at once, the rarest-looking ones.
const MAX_SETS: usize = 4;

/// Every distinct word, in its own and its joined spelling, that a query could ask of the article: encoded for an index
/// whose words are ASCII letters and digits, a space between.
pub fn words_of(input: &MatchInput<'_>) -> String {
    let mut words = Words::default();
    for segment in segments(input) {
        words.add(segment.text);
    }
    words.encoded
}

#[derive(Default)]
struct Words {
    known: FxHashSet<Box<str>>,
    encoded: String,
}

impl Words {
    fn add(&mut self, text: &str) {
        let pieces = pieces(text);
        for i in 0..pieces.list.len() {
            self.word(pieces.folded(i));
        }
        pieces.joins(|from, to| self.word(pieces.joined(from, to)));
    }

    fn word(&mut self, folded: &str) {
        if self.known.insert(folded.into()) {
            if !self.encoded.is_empty() {
                self.encoded.push(' ');
            }
            encode(folded, &mut self.encoded);
        }
    }
}

/// Letters and digits stand for themselves, anything else for `z` and its code in six hex digits: one word stays one word
/// whatever its script, and a prefix of it stays a prefix.
fn encode(folded: &str, out: &mut String) {
    let start = out.len();
    for c in folded.chars() {
        match c {
            'a'..='y' | '0'..='9' => out.push(c),
            c => write!(out, "z{:06x}", u32::from(c)).expect("a string takes what is written"),
        }
        if out.len() - start >= MAX_WORD {
            out.truncate(start + MAX_WORD);
            return;
        }
    }
}

/// The expression that finds every article of the index for which the query may hold (SQLite FTS5 syntax); none where no word
/// is required: then every article is looked at.
pub fn archive_query(query: &Query) -> Option<String> {
    let mut sets = required(&query.root);
    sets.retain(|set| !set.is_empty() && set.len() <= MAX_KEYS && set.iter().all(narrows));
    sets.sort_by(|a, b| cost(a).total_cmp(&cost(b)).then_with(|| a.cmp(b)));
    sets.dedup();
    sets.truncate(MAX_SETS);
    let sets: Vec<String> = sets.iter().map(|set| any_of(set)).collect();
    (!sets.is_empty()).then(|| sets.join(" AND "))
}

fn any_of(set: &[Key]) -> String {
    let mut out = String::from("(");
    for (i, key) in set.iter().enumerate() {
        out.push_str(if i > 0 { " OR " } else { "" });
        match key {
            Key::Word(word) => encode(word, &mut out),
            Key::Prefix(word) => {
                encode(word, &mut out);
                out.push('*');
            }
        }
    }
    out.push(')');
    out
}

/// The prefix of a single letter is half the index.
fn narrows(key: &Key) -> bool {
    match key {
        Key::Word(_) => true,
        Key::Prefix(word) => word.chars().nth(1).is_some() || !word.is_ascii(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::parse_query;
    use super::*;
    use crate::model::Quote;

    #[test]
    fn an_article_has_its_words() {
        let quotes = [Quote { text: "Yes.".into(), speaker: Some("Ann Peña".into()), start: 0, end: 0 }];
        let input = MatchInput {
            title: "Peña’s e-mail",
            text: "The U.S. said yes: yes.\n\nPlan B.\n\nU. turn",
            lede: "",
            quotes: &quotes,
            captions: &["A wharf".to_owned()],
            byline: &["Zoë".to_owned()],
            language: None,
            outlet: "never a word",
            feed: "",
            tags: &[],
            url: "",
        };
        assert_eq!(
            words_of(&input),
            "pena e mail email the u s said yes us plan b turn a wharf z00007aoe ann",
            "each once; the B. of one paragraph is not bound to the U. of the next"
        );
    }

    #[test]
    fn words_keep_their_prefixes_and_are_letters_and_digits() {
        for (folded, expected) in
            [("tariff2", "tariff2"), ("zoo", "z00007aoo"), ("o'brien", "oz000027brien"), ("中", "z004e2d")]
        {
            let mut out = String::new();
            encode(folded, &mut out);
            assert_eq!(out, expected);
            for (end, _) in folded.char_indices() {
                let mut prefix = String::new();
                encode(&folded[..end], &mut prefix);
                assert!(out.starts_with(&prefix), "{prefix} begins {out}");
            }
        }
        let mut out = String::new();
        encode(&"中".repeat(500), &mut out);
        assert_eq!(out.len(), MAX_WORD);
    }

    #[test]
    fn queries_ask_the_archive() {
        for (query, expected) in [
            ("NAFTA", Some("(nafta)")),
            ("Trump NAFTA", Some("(nafta) AND (trump)")),
            ("(tariff* OR NAFTA) AND lang:en", Some("(nafta OR tariff*)")),
            ("Zoo*", Some("(z00007aoo*)")),
            ("中国", Some("(z004e2d) AND (z0056fd)")),
            ("a* ice", Some("(ice)")),
            ("a*", None),
            ("lang:en", None),
            ("/x+/", None),
        ] {
            let asked = archive_query(&parse_query(query).expect(query));
            assert_eq!(asked.as_deref(), expected, "{query}");
        }
        let many: Vec<String> = (0..300).map(|i| format!("word{i}")).collect();
        let query = format!("({}) AND ice", many.join(" OR "));
        assert_eq!(archive_query(&parse_query(&query).expect("a query")).as_deref(), Some("(ice)"));
    }
}
