//! What someone typed and what there is → what was probably meant: ids at a small edit distance, articles with a similar
//! address or title. Looks at what it is given; where that comes from is the caller's.

use std::collections::HashSet;

use unicode_normalization::UnicodeNormalization as _;
use url::Url;

/// Suggestions given at most.
pub const SUGGESTIONS: usize = 3;
/// A beginning shorter than this is near to everything.
const LEAST_TYPED: usize = 4;
/// How alike two addresses, or the words of an address and a title, must be: 1 is the same.
const ALIKE: f64 = 0.6;
/// Words of an address that can be told from chance.
const LEAST_WORDS: usize = 3;

/// An article that may have been meant.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Listed {
    pub id: String,
    pub url: String,
    #[serde(skip)]
    pub canonical: String,
    pub title: String,
    pub outlet: String,
}

/// The ids whose beginning is nearest to `typed`, at most [`SUGGESTIONS`].
pub fn near_ids<'a>(typed: &str, ids: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let typed = typed.trim().to_lowercase();
    let letters = typed.chars().count();
    if letters < LEAST_TYPED {
        return Vec::new();
    }
    let allowed = if letters < 8 { 1 } else { 2 };
    let distance = |id: &str| {
        // A letter left out or put in moves the end.
        let beginnings = [letters - 1, letters, letters + 1].map(|n| id.chars().take(n).collect::<String>());
        beginnings.iter().map(|beginning| strsim::damerau_levenshtein(&typed, beginning)).min().unwrap_or(usize::MAX)
    };
    let mut near: Vec<(usize, &str)> = ids.into_iter().map(|id| (distance(id), id)).collect();
    near.retain(|(distance, _)| *distance <= allowed);
    near.sort_unstable();
    near.dedup();
    near.into_iter().take(SUGGESTIONS).map(|(_, id)| id).collect()
}

/// The names nearest to `typed`: a typo of it, or holding it or held by it.
pub fn near_names<'a>(typed: &str, names: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let typed = typed.to_lowercase();
    let mut near: Vec<(usize, &str)> = Vec::new();
    for name in names {
        let distance = strsim::damerau_levenshtein(&typed, &name.to_lowercase());
        let within =
            typed.len() >= 3 && name.to_lowercase().contains(&typed) || name.len() >= 3 && typed.contains(name);
        if within || distance <= 1 + name.len() / 4 {
            near.push((distance, name));
        }
    }
    near.sort_unstable();
    near.into_iter().take(SUGGESTIONS).map(|(_, name)| name).collect()
}

/// The articles nearest to a canonical address, the nearest first: of the same site with a similar path, or of any site
/// with the words of the address in the title.
pub fn near_articles<'a>(canonical: &str, listed: impl IntoIterator<Item = &'a Listed>) -> Vec<&'a Listed> {
    let Ok(asked) = Url::parse(canonical) else { return Vec::new() };
    let slug = slug_words(&asked);
    let mut near: Vec<(f64, &Listed)> = Vec::new();
    for article in listed {
        let here = Url::parse(&article.canonical).ok().filter(|url| url.host_str() == asked.host_str());
        let path = here.map_or(0.0, |url| similarity(asked.path(), url.path()));
        let score = path.max(shared(&slug, &article.title));
        if score >= ALIKE {
            near.push((score, article));
        }
    }
    near.sort_by(|a, b| b.0.total_cmp(&a.0));
    near.into_iter().take(SUGGESTIONS).map(|(_, article)| article).collect()
}

/// How much of the longer path both begin with, or how few letters make the one of the other.
fn similarity(one: &str, other: &str) -> f64 {
    // Paths of any length come from strangers.
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().take(300).collect(), other.chars().take(300).collect());
    let common = one.iter().zip(&other).take_while(|(a, b)| a == b).count();
    let longer = one.len().max(other.len()).max(1);
    if common <= 1 && longer > 1 {
        return 0.0;
    }
    let prefix = common as f64 / longer as f64;
    let edits = strsim::generic_levenshtein(&one, &other) as f64 / longer as f64;
    prefix.max(1.0 - edits)
}

/// The words of the longest part of a path: `peace-talks-fail` of `/world/2026/peace-talks-fail`.
fn slug_words(url: &Url) -> HashSet<String> {
    let longest = url.path().split('/').max_by_key(|part| part.len()).unwrap_or_default();
    let words = longest.split(|c: char| !c.is_alphanumeric()).filter(|word| word.len() >= 3);
    words.filter(|word| !word.bytes().all(|b| b.is_ascii_digit())).map(plain).collect()
}

/// The share of the words that a title has.
fn shared(words: &HashSet<String>, title: &str) -> f64 {
    if words.len() < LEAST_WORDS {
        return 0.0;
    }
    let title: HashSet<String> =
        title.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(plain).collect();
    words.intersection(&title).count() as f64 / words.len() as f64
}

/// Lower case without accents.
fn plain(word: &str) -> String {
    let letters = word.nfkd().filter(|c| !unicode_normalization::char::is_combining_mark(*c));
    letters.flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistyped_id_finds_the_one_it_meant() {
        let ids = ["a3kqmrt7abcdefghijkl", "a3kqmzt7abcdefghijkl", "abzzzzzzzzzzzzzzzzzz"];
        for (typed, expected) in [
            ("a3kqnrt", vec!["a3kqmrt7abcdefghijkl"]),
            ("A3KQMR7", vec!["a3kqmrt7abcdefghijkl"]),
            ("a3qkmrt", vec!["a3kqmrt7abcdefghijkl"]),
            ("a3kqm", vec!["a3kqmrt7abcdefghijkl", "a3kqmzt7abcdefghijkl"]),
            ("a3k", vec![]),
            ("w3kqmrt7", vec!["a3kqmrt7abcdefghijkl", "a3kqmzt7abcdefghijkl"]),
            ("xyzxyzxyz", vec![]),
        ] {
            assert_eq!(near_ids(typed, ids), expected, "{typed}");
        }
    }

    #[test]
    fn a_mistyped_topic_finds_its_like() {
        let names = ["us-mexico", "outbreaks", "press-freedom", "ice"];
        for (typed, expected) in [
            ("us-mexcio", vec!["us-mexico"]),
            ("mexico", vec!["us-mexico"]),
            ("Outbreak", vec!["outbreaks"]),
            ("zebra", vec![]),
        ] {
            assert_eq!(near_names(typed, names), expected, "{typed}");
        }
    }

    #[test]
    fn an_address_finds_its_neighbours_and_its_title() {
        let listed = [
            ("https://a.example/news/world-101", "Something else"),
            ("https://a.example/sport/cup", "Cup final"),
            ("https://b.example/x", "Peña Nieto rejects the wall again"),
        ]
        .map(|(url, title)| Listed {
            id: title.to_owned(),
            url: url.to_owned(),
            canonical: url.to_owned(),
            title: title.to_owned(),
            outlet: String::new(),
        });
        for (asked, expected) in [
            ("https://a.example/news/world-107", vec!["Something else"]),
            ("https://c.example/2026/pena-nieto-rejects-wall", vec!["Peña Nieto rejects the wall again"]),
            ("https://c.example/news/world-101", vec![]),
            ("https://a.example/", vec![]),
            ("no address", vec![]),
        ] {
            let found: Vec<&str> = near_articles(asked, &listed).iter().map(|listed| listed.title.as_str()).collect();
            assert_eq!(found, expected, "{asked}");
        }
    }
}
