//! A query → the words under which its topic is registered: an article without any of them is not about it.
//! How rare a word is comes from [`super::frequency`]; looking the words up is [`super::rules`]'s.

use std::rc::Rc;

use super::frequency::Frequencies;
use super::query::{Element, Key, Node, NodeKind, Pattern, Phrase, Spelling, Term};
use super::tokens::MAX_JOINED;

/// One of the ways in which a query may come to hold: the word occurs, and of the guard, where there is one, another.
#[derive(Clone, Debug)]
pub(super) struct Entry<'q> {
    pub key: &'q Key,
    pub guard: Option<Guard<'q>>,
    /// The share of articles that have the word, and of those that have it the share that have the guard as well.
    share: f64,
    guarded: f64,
}

/// Words of which one must occur as well.
#[derive(Clone, Debug)]
pub(super) struct Guard<'q> {
    pub words: Rc<[&'q Key]>,
    /// At most so many words between them, where the query says so.
    pub reach: Option<u32>,
}

/// Longest guard: a longer one says little and costs.
pub(super) const MAX_GUARD: usize = 8;

/// A query holds only where one of the entries is met; none where nothing is required of an article.
pub(super) fn entries<'q>(node: &'q Node, frequencies: &Frequencies) -> Option<Vec<Entry<'q>>> {
    match &node.kind {
        NodeKind::All(parts) => together(parts.iter(), None, frequencies),
        NodeKind::Near { left, right, words, .. } => {
            let reach = beside(left).saturating_add(*words).saturating_add(beside(right));
            together([&**left, right].into_iter(), Some(reach), frequencies)
        }
        NodeKind::Any(parts) => {
            let all: Option<Vec<_>> = parts.iter().map(|part| entries(part, frequencies)).collect();
            all.map(|entries| entries.into_iter().flatten().collect())
        }
        // So many parts may fail to hold; one of any larger number must.
        NodeKind::AtLeast(count, parts) => {
            let enough = parts.len() + 1 - count;
            let mut all: Vec<_> = parts.iter().filter_map(|part| entries(part, frequencies)).collect();
            all.sort_by(|a, b| share(a).total_cmp(&share(b)));
            (all.len() >= enough).then(|| all.into_iter().take(enough).flatten().collect())
        }
        NodeKind::Term(Term { pattern: Pattern::Words(phrase), .. }) => Some(of_phrase(phrase, frequencies)),
        NodeKind::Not(_) | NodeKind::Attribute(_) | NodeKind::Term(Term { pattern: Pattern::Regex(_), .. }) => None,
    }
}

/// The share of articles that meet one of the entries, at most.
fn share(entries: &[Entry<'_>]) -> f64 {
    entries.iter().map(|entry| entry.share * entry.guarded).sum()
}

/// The most words of a place of it that stand on one side of one of its words.
fn beside(node: &Node) -> u32 {
    match &node.kind {
        NodeKind::Any(parts) => parts.iter().map(beside).max().unwrap_or(0),
        NodeKind::Near { left, right, words, .. } => {
            // The word that is looked for, and the furthest word of the other side: both may be joined spellings.
            let both = beside(left).saturating_add(beside(right)).saturating_add(MAX_JOINED as u32);
            both.saturating_add(*words)
        }
        NodeKind::Term(Term { pattern: Pattern::Words(phrase), .. }) => words_without(phrase, 1),
        NodeKind::All(_)
        | NodeKind::AtLeast(..)
        | NodeKind::Not(_)
        | NodeKind::Attribute(_)
        | NodeKind::Term(Term { pattern: Pattern::Regex(_), .. }) => 0,
    }
}

/// The most words that a place of a phrase covers besides so many of its words: each may be a joined spelling of several.
fn words_without(phrase: &Phrase, known: usize) -> u32 {
    let longest = |element: &Element| element.spellings.iter().map(Spelling::len).max().unwrap_or(0);
    let words: usize = phrase.elements.iter().map(longest).sum();
    (MAX_JOINED * words.saturating_sub(known)) as u32
}

/// Of parts that must all hold: the rarest is looked for, the second rarest guards it.
fn together<'q>(
    parts: impl Iterator<Item = &'q Node>,
    reach: Option<u32>,
    frequencies: &Frequencies,
) -> Option<Vec<Entry<'q>>> {
    let mut parts: Vec<_> = parts.filter_map(|part| entries(part, frequencies)).collect();
    parts.sort_by(|a, b| share(a).total_cmp(&share(b)));
    let mut parts = parts.into_iter();
    let mut first = parts.next()?;
    if let Some(second) = parts.next() {
        let words: Rc<[&Key]> = second.iter().map(|entry| entry.key).collect();
        let share = words.iter().map(|key| frequencies.share(key)).sum::<f64>().min(1.0);
        if words.len() <= MAX_GUARD {
            for entry in first.iter_mut().filter(|entry| share < entry.guarded) {
                entry.guarded = share;
                entry.guard = Some(Guard { words: Rc::clone(&words), reach });
            }
        }
    }
    Some(first)
}

/// Words of a phrase keep company: of the articles that have one, so many are taken to have the next beside it.
const COMPANY: f64 = 0.5;

/// A phrase is looked for under its rarest word; the second rarest guards it.
fn of_phrase<'q>(phrase: &'q Phrase, frequencies: &Frequencies) -> Vec<Entry<'q>> {
    if let Some(key) = phrase.single() {
        return vec![Entry { key, guard: None, share: frequencies.share(key), guarded: 1.0 }];
    }
    let rarest = |keys: &'q Spelling| {
        let share = |key: &&Key| frequencies.share(key);
        keys.iter().min_by(|a, b| share(a).total_cmp(&share(b)))
    };
    let set = |element: &'q Element| -> (Vec<&'q Key>, f64) {
        let mut keys: Vec<&Key> = element.spellings.iter().filter_map(rarest).collect();
        keys.sort();
        keys.dedup();
        let share = keys.iter().map(|key| frequencies.share(key)).sum::<f64>().min(1.0);
        (keys, share)
    };
    let mut sets: Vec<_> = phrase.elements.iter().map(set).collect();
    sets.sort_by(|a, b| a.1.total_cmp(&b.1));
    let guard = sets.get(1).filter(|(keys, _)| keys.len() <= MAX_GUARD);
    let entry = |key: &'q Key| {
        let guarded = guard.map_or(1.0, |(_, share)| share.max(COMPANY));
        let guard =
            guard.map(|(keys, _)| Guard { words: keys.as_slice().into(), reach: Some(words_without(phrase, 2)) });
        Entry { key, guard, share: frequencies.share(key), guarded }
    };
    sets.first().map(|(keys, _)| keys.iter().map(|key| entry(key)).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::super::parse_query;
    use super::*;

    fn shown(query: &str) -> String {
        let query = parse_query(query).expect(query);
        let key = |key: &Key| match key {
            Key::Word(word) => word.clone(),
            Key::Prefix(word) => format!("{word}*"),
        };
        let Some(entries) = entries(&query.root, &Frequencies::default()) else {
            return "every article".to_owned();
        };
        let entry = |entry: &Entry<'_>| match &entry.guard {
            None => key(entry.key),
            Some(guard) => {
                let words: Vec<_> = guard.words.iter().map(|one| key(one)).collect();
                let near = guard.reach.map_or(String::new(), |reach| format!("~{reach}"));
                format!("{}+{}{near}", key(entry.key), words.join("/"))
            }
        };
        entries.iter().map(entry).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn queries_are_registered_under_rare_words() {
        for (query, expected) in [
            ("NAFTA", "nafta"),
            ("the NAFTA", "nafta+the"),
            ("\"Peña Nieto\"", "nieto+pena~0"),
            ("tariff* OR NAFTA", "tariff* nafta"),
            ("(tariff* OR NAFTA) AND lang:en", "tariff* nafta"),
            ("(tariffs OR NAFTA) (said OR the)", "tariffs nafta"),
            ("\"White House\" OR NAFTA", "white+house~0 nafta"),
            ("\"White House\" Videgaray", "videgaray+white"),
            ("a OR lang:en", "every article"),
            ("2 OF (alpha, bravos, charlie)", "charlie bravos"),
            ("alpha NEAR/3 (bravos OR charlie)", "bravos+alpha~3 charlie+alpha~3"),
            ("\"one two three\"", "two+three~4"),
            ("\"alpha bravos\" NEAR/3 charlie", "bravos+charlie~7"),
            ("(alpha NEAR/3 bravos) NEAR/2 charlie", "bravos+charlie~9"),
            ("e-mail", "email mail"),
            ("Trump AND NOT soccer", "trump"),
            ("/x+/ AND alpha", "alpha"),
            ("/x+/", "every article"),
        ] {
            assert_eq!(shown(query), expected, "{query}");
        }
    }
}
