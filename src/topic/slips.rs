//! A word of a query that is habit from another search tool, or a slip of the hand → what to write in its place.
//! Only what would otherwise be taken for a word in silence; what cannot stand where it stands is [`super::parse`]'s.

use super::fold::{is_hyphen, is_quote, is_unspaced};
use super::query::shortened;

/// What a word stands beside.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Neighbours {
    pub number_before: bool,
    pub bracket_after: bool,
}

/// How other tools write that words stand near each other, before the number.
const NEARS: [(&str, &str); 10] = [
    ("near", "NEAR"),
    ("within", "NEAR"),
    ("around", "NEAR"),
    ("adj", "NEAR"),
    ("w/", "NEAR"),
    ("n/", "NEAR"),
    ("before", "BEFORE"),
    ("onear", "BEFORE"),
    ("pre/", "BEFORE"),
    ("p/", "BEFORE"),
];

/// Bytes of a query that are looked through for the end of a phrase in single quotes.
const LONGEST_PHRASE: usize = 100;

/// What to write in place of the word; none where it may be a word. Invisible characters are left out of it.
pub(super) fn slip(word: &str, beside: Neighbours) -> Option<String> {
    // Most words are letters alone, and a large set of topics has millions of them.
    const LONGEST: usize = "ANDNOT".len();
    if let Some(message) = glued(word) {
        return Some(message);
    }
    let letters = word.chars().all(char::is_alphabetic);
    if letters && word.len() > LONGEST {
        return None;
    }
    let found = operator(word, beside).or_else(|| around(word, beside));
    if letters { found } else { found.or_else(|| near(word)).or_else(|| sign(word)) }
}

/// An operator without spaces beside words of a script that needs none, or in full-width letters.
pub(super) fn glued(word: &str) -> Option<String> {
    if word.is_ascii() {
        return None;
    }
    let of_width = |c: char| char::from_u32(u32::from(c).wrapping_sub(0xFEE0)).filter(char::is_ascii_graphic);
    let plain: String = word.chars().map(|c| of_width(c).unwrap_or(c)).collect();
    let name = plain.split('/').next().unwrap_or_default();
    if plain != word && matches!(name, "AND" | "OR" | "NOT" | "NEAR" | "BEFORE" | "OF") {
        return Some(format!("write {} in plain letters; in quotes it is a word", shortened(&plain)));
    }
    let close = |c: char| is_unspaced(c) || matches!(c, '\u{AC00}'..='\u{D7A3}');
    let stands = |operator: &str| {
        word.match_indices(operator).any(|(at, _)| {
            let behind =
                word[at + operator.len()..].trim_start_matches(|c: char| operator.ends_with('/') && c.is_ascii_digit());
            let (before, behind) = (word[..at].chars().next_back(), behind.chars().next());
            (before.is_some() || behind.is_some()) && before.is_none_or(close) && behind.is_none_or(close)
        })
    };
    let found = ["AND", "OR", "NOT", "NEAR/", "BEFORE/"].into_iter().find(|operator| stands(operator))?;
    let found = found.trim_end_matches('/');
    Some(format!("write a space before and behind {found}; in quotes it is a word"))
}

/// AND, OR, NOT and OF, nearly.
fn operator(word: &str, beside: Neighbours) -> Option<String> {
    Some(match word {
        "and" | "or" | "not" | "And" | "Or" | "Not" => {
            format!("write {} for the operator, or \"{word}\" in quotes for the word", word.to_uppercase())
        }
        "&" | "&&" => "write AND in place of &".to_owned(),
        "|" | "||" => "write OR in place of |".to_owned(),
        "ANDNOT" | "AND-NOT" | "BUTNOT" => "write AND NOT".to_owned(),
        "of" | "Of" if beside.number_before && beside.bracket_after => {
            "write OF in capitals, as in 2 OF (a, b, c)".to_owned()
        }
        _ if beside.bracket_after && number_of(word).is_some() => {
            format!("write {} OF (…), with a space before OF", shortened(number_of(word)?))
        }
        _ => {
            let rest = word.strip_prefix("NOT")?;
            let excluded = rest.trim_start_matches(is_hyphen);
            if excluded.is_empty() || excluded.len() == rest.len() {
                return None;
            }
            format!("write NOT {0}, or -{0}; in quotes it is a word", shortened(excluded))
        }
    })
}

/// `2` of `2OF`.
fn number_of(word: &str) -> Option<&str> {
    let number = word.strip_suffix("OF").or_else(|| word.strip_suffix("of"))?;
    is_number(number).then_some(number)
}

fn around(word: &str, beside: Neighbours) -> Option<String> {
    let meant = beside.bracket_after && matches!(word, "AROUND" | "WITHIN");
    meant.then(|| "write a NEAR/5 b for at most five words between".to_owned())
}

fn near(word: &str) -> Option<String> {
    let lower = word.to_lowercase();
    if let Some((name, _)) = lower.split_once('/').filter(|(name, _)| matches!(*name, "near" | "before")) {
        return Some(format!("write {} in capitals: {}", name.to_uppercase(), shortened(&word.to_uppercase())));
    }
    if let Some(number) = lower.strip_prefix("after/").filter(|number| is_number(number)) {
        return Some(format!("write BEFORE/{} with what comes first before it: b BEFORE/5 a", shortened(number)));
    }
    NEARS.iter().find_map(|(name, ours)| {
        let number = lower.strip_prefix(name)?.trim_start_matches(['/', '~', '=']).trim_start_matches(is_hyphen);
        is_number(number).then(|| format!("write {ours}/{} for at most so many words between", shortened(number)))
    })
}

/// Signs that other tools give a meaning.
fn sign(word: &str) -> Option<String> {
    let told = |text: &str| Some(text.to_owned());
    let letters = word.chars().any(char::is_alphanumeric);
    if word.starts_with([':', '：']) {
        return told("a colon stands right behind the name of a zone, without a space before it, as in title:x");
    }
    if let Some(number) = word.strip_prefix('~').filter(|rest| is_number(rest)) {
        let number = shortened(number);
        return Some(format!("there is no ~ here: write a NEAR/{number} b for words that stand near each other"));
    }
    let before_number = word.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
    if word.starts_with('~') || before_number.ends_with('~') {
        return told(
            "there is no search for similar words: leave out the ~, or write the beginning of the word and a star",
        );
    }
    if before_number.ends_with('^') && letters {
        return told("weights stand in [topic.score] of the topic, not in the query: leave out the ^");
    }
    let plus = word.strip_prefix('+');
    if plus.is_some_and(|rest| rest.is_empty() || rest.starts_with(char::is_alphabetic)) {
        return told("every word is required unless OR stands beside it: leave out the +");
    }
    if word.contains(['[', ']', '{', '}', '［', '］', '｛', '｝', '【', '】']) {
        return told("groups stand in round brackets: ( ); in quotes other brackets make no difference");
    }
    if word.contains(['|', '｜']) {
        return told("write OR in place of |, with a space on both sides");
    }
    if word.contains("&&") {
        return told("write AND in place of &&, with a space on both sides");
    }
    None
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

/// Where a phrase ends that the text begins with and that somebody put into single quotes: an apostrophe before its
/// first letter and behind its last, no operator and no bracket between them.
pub(super) fn single_quoted(text: &str) -> Option<usize> {
    let is_single = |c: char| matches!(c, '\'' | '\u{2018}' | '\u{2019}' | '\u{201A}' | '\u{FF07}');
    let open = text.chars().next().filter(|&c| is_single(c))?;
    let from = open.len_utf8();
    let mut before = ' ';
    for (offset, c) in text[from..].char_indices().take_while(|(offset, _)| *offset < LONGEST_PHRASE) {
        let at = from + offset;
        if matches!(c, '(' | ')' | '（' | '）') || is_quote(c) {
            return None;
        }
        let ends =
            || text[at + c.len_utf8()..].chars().next().is_none_or(|c| c.is_whitespace() || matches!(c, ')' | ','));
        if is_single(c) && (before.is_alphanumeric() || before == '*') && ends() {
            let operator =
                |word: &str| matches!(word.split('/').next(), Some("AND" | "OR" | "NOT" | "NEAR" | "BEFORE"));
            let plain = !text[from..at].split_whitespace().any(operator);
            return plain.then_some(at + c.len_utf8());
        }
        before = c;
    }
    None
}
