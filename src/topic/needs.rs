//! A query → the words it cannot do without, and what an analyst should know before it is used.
//! The matcher registers each topic under one such set of words; `wireroom check` shows them.

use super::fold::is_unspaced;
use super::query::{Key, Node, NodeKind, Pattern, Phrase, Query, QueryError, Spelling, Term};

/// What a query needs of an article.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    /// Sets of folded words (`mexic*` for a prefix) of which one must occur, the rarest-looking set first. Empty: the
    /// query is decided for every article.
    pub required: Vec<Vec<String>>,
    /// Regular expressions as written: each reads the whole article.
    pub slow: Vec<String>,
    /// Not wrong, but probably not meant.
    pub warnings: Vec<QueryError>,
}

/// Capitals that fold to everyday English words.
const EVERYDAY: [&str; 20] = [
    "us", "it", "who", "he", "am", "in", "on", "at", "is", "an", "as", "be", "we", "me", "may", "so", "no", "do", "go",
    "aid",
];

/// What the query needs, for people.
pub fn needs(query: &Query) -> Needs {
    let mut needs = Needs::default();
    let mut required = required(&query.root);
    required.sort_by(|a, b| cost(a).total_cmp(&cost(b)).then_with(|| a.cmp(b)));
    required.dedup();
    needs.required = required.iter().map(|set| set.iter().map(shown).collect()).collect();
    if needs.required.is_empty() {
        let message = "no word is required, so every article is looked at: add a word to make it fast";
        needs.warnings.push(QueryError::new(query.root.span.clone(), message));
    }
    needs.warnings.extend(term_remarks(query));
    slow(&query.root, &mut needs.slow);
    needs
}

/// Terms that find more than an analyst expects. Those of a named group are told where it is defined.
pub fn term_remarks(query: &Query) -> Vec<QueryError> {
    let mut found = Vec::new();
    each_term(&query.root, &mut |node, term| {
        if let Pattern::Words(phrase) = &term.pattern
            && !node.named
        {
            let warning = term_warning(term, phrase);
            found.extend(warning.map(|message| QueryError::new(node.span.clone(), message)));
        }
    });
    found
}

fn slow(root: &Node, found: &mut Vec<String>) {
    each_term(root, &mut |_, term| {
        if let Pattern::Regex(_) = &term.pattern {
            found.push(term.text.clone());
        }
    });
}

fn each_term<'a>(node: &'a Node, each: &mut impl FnMut(&'a Node, &'a Term)) {
    match &node.kind {
        NodeKind::All(parts) | NodeKind::Any(parts) | NodeKind::AtLeast(_, parts) => {
            for part in parts {
                each_term(part, each);
            }
        }
        NodeKind::Not(part) => each_term(part, each),
        NodeKind::Near { left, right, .. } => {
            each_term(left, each);
            each_term(right, each);
        }
        NodeKind::Attribute(_) => {}
        NodeKind::Term(term) => each(node, term),
    }
}

fn term_warning(term: &Term, phrase: &Phrase) -> Option<String> {
    let [element] = phrase.elements.as_slice() else {
        return None;
    };
    let text = &term.text;
    let prefix = |keys: &Spelling| match keys.as_slice() {
        [Key::Prefix(word)] => Some(word.clone()),
        _ => None,
    };
    for word in element.spellings.iter().filter_map(prefix) {
        let letters: usize = word.chars().map(letters).sum();
        if letters < 3 {
            return Some(format!("{text} finds very many words: write more of the word before the star"));
        }
        // Three letters begin many words in alphabets with vowels; in Arabic or Hebrew they are most of a word.
        if letters == 3 && word.chars().all(|c| c < '\u{530}') {
            let example = format!("{word} OR {word}s");
            return Some(format!(
                "{text} finds every word that begins so, related or not: write the words out, as in {example}"
            ));
        }
    }
    let everyday = |key: &Key| matches!(key, Key::Word(word) if EVERYDAY.contains(&word.as_str()));
    let capitals = text.chars().any(char::is_uppercase) && !text.chars().any(char::is_lowercase);
    let found = element.spellings.iter().find(|keys| matches!(keys.as_slice(), [key] if everyday(key)))?;
    if capitals && phrase.written.is_none() {
        return Some(format!("{text} also finds the word \"{}\": write ={text} for the capitals", shown(&found[0])));
    }
    None
}

/// How many letters of an alphabet a character is worth: a syllable or a sign for a word says more than one.
fn letters(c: char) -> usize {
    if is_unspaced(c) || matches!(c, '\u{AC00}'..='\u{D7A3}') { 3 } else { 1 }
}

fn shown(key: &Key) -> String {
    match key {
        Key::Word(word) => word.clone(),
        Key::Prefix(word) => format!("{word}*"),
    }
}

/// Every set of keys of which at least one occurs in each article that the part holds for.
pub(super) fn required(node: &Node) -> Vec<Vec<Key>> {
    match &node.kind {
        NodeKind::All(parts) => parts.iter().flat_map(required).collect(),
        NodeKind::Near { left, right, .. } => required(left).into_iter().chain(required(right)).collect(),
        NodeKind::Any(parts) => one_of(parts, parts.len()),
        // So many parts may fail to hold; one of any larger number must.
        NodeKind::AtLeast(count, parts) => one_of(parts, parts.len() + 1 - count),
        NodeKind::Not(_) | NodeKind::Attribute(_) | NodeKind::Term(Term { pattern: Pattern::Regex(_), .. }) => {
            Vec::new()
        }
        NodeKind::Term(Term { pattern: Pattern::Words(phrase), .. }) => {
            let longest = |keys: &Spelling| keys.iter().min_by(|a, b| key_cost(a).total_cmp(&key_cost(b))).cloned();
            let set = |keys: &[Spelling]| {
                let mut set: Vec<_> = keys.iter().filter_map(longest).collect();
                set.sort();
                set.dedup();
                set
            };
            phrase.elements.iter().map(|element| set(&element.spellings)).collect()
        }
    }
}

/// The union over the `count` parts that are cheapest to look for; nothing where fewer have a required word.
fn one_of(parts: &[Node], count: usize) -> Vec<Vec<Key>> {
    let cheapest = |part| required(part).into_iter().min_by(|a, b| cost(a).total_cmp(&cost(b)));
    let mut sets: Vec<_> = parts.iter().filter_map(cheapest).collect();
    if sets.len() < count {
        return Vec::new();
    }
    sets.sort_by(|a, b| cost(a).total_cmp(&cost(b)));
    let mut union: Vec<_> = sets.into_iter().take(count).flatten().collect();
    union.sort();
    union.dedup();
    vec![union]
}

/// How often words of the set are likely to occur, by their length alone.
pub(super) fn cost(set: &[Key]) -> f64 {
    set.iter().map(key_cost).sum()
}

/// See [`cost`].
pub(super) fn key_cost(key: &Key) -> f64 {
    let letters = |word: &str| {
        let wide = if word.chars().any(is_unspaced) { 3 } else { 1 };
        (word.chars().count() * wide).min(12) as f64
    };
    match key {
        Key::Word(word) => (-letters(word)).exp2(),
        Key::Prefix(word) => 4.0 * (-letters(word)).exp2(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::parse_query;
    use super::*;

    #[test]
    fn queries_need_words() {
        for (query, expected) in [
            ("NAFTA", "nafta"),
            ("Trump NAFTA", "nafta; trump"),
            ("\"Peña Nieto\"", "nieto; pena"),
            ("(tariff* OR NAFTA) AND lang:en", "nafta tariff*"),
            ("a OR lang:en", ""),
            ("2 OF (alpha, bravos, charlie)", "bravos charlie"),
            ("3 OF (alpha, bravos)", "error"),
            ("alpha NEAR/3 (bravos OR charlie)", "bravos charlie; alpha"),
            ("e-mail", "email mail"),
            ("U.S.", "u us"),
            ("Trump AND NOT soccer", "trump"),
            ("/x+/ AND alpha", "alpha"),
            ("/x+/", ""),
            ("中国", "中; 国"),
        ] {
            let shown = parse_query(query).map_or("error".to_owned(), |query| {
                needs(&query).required.iter().map(|set| set.join(" ")).collect::<Vec<_>>().join("; ")
            });
            assert_eq!(shown, expected, "{query}");
        }
    }

    #[test]
    fn remarks_are_made() {
        for (query, slow, warning) in [
            ("NAFTA", 0, None),
            ("NAFTA /x+/", 1, None),
            ("US", 0, Some("=US")),
            ("=US", 0, None),
            ("title:U.S.", 0, Some("=U.S.")),
            ("a*", 0, Some("very many")),
            ("lang:en", 0, Some("every article")),
            ("cat*", 0, Some("cat OR cats")),
            ("food NOT car*", 0, Some("car OR cars")),
            ("iran*", 0, None),
            ("\"cat* food\"", 0, None),
            ("한국*", 0, None),
            ("中*", 0, None),
            ("كتب*", 0, None),
        ] {
            let needs = needs(&parse_query(query).expect(query));
            assert_eq!(needs.slow.len(), slow, "{query}");
            let said = needs.warnings.first().map(|w| w.message.as_str());
            assert_eq!(said.is_some(), warning.is_some(), "{query}: {said:?}");
            assert!(said.unwrap_or_default().contains(warning.unwrap_or_default()), "{query}: {said:?}");
        }
    }
}
