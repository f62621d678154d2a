//! The bylines that a page gives → the people who wrote it, without offices, dates and the site's own name.
//! Takes the first place of trust that names someone; a byline that names nobody is none.

use std::sync::LazyLock;

use dom_query::Document;
use regex::Regex;

use super::metadata::line;

const SHOWN: &str = "[itemprop~='author'] [itemprop~='name'], [itemprop~='author'], a[rel~='author'], .byline-name, \
    .author-name, .byline a, .byline";

/// The bylines that the page shows.
pub(super) fn shown(document: &Document) -> Vec<(String, String)> {
    let nodes = document.select(SHOWN);
    nodes.nodes().iter().take(6).map(|node| (line(&node.text()), "byline element".to_owned())).collect()
}

/// Chooses among bylines in order of trust, each with where it was found.
pub(super) fn choose(places: [Vec<(String, String)>; 3], site: Option<&str>) -> Option<(Vec<String>, String)> {
    for candidates in places {
        let mut found: Vec<String> = Vec::new();
        let mut source = None;
        for (text, from) in candidates {
            // Of several meta tags the first that gives a name: the others say the same in other words.
            if source.as_ref().is_some_and(|source| *source != from) {
                break;
            }
            let names = people(&text, site.unwrap_or_default());
            if !names.is_empty() {
                source = Some(from);
            }
            for name in names {
                if !found.iter().any(|known| known.to_lowercase() == name.to_lowercase()) {
                    found.push(name);
                }
            }
        }
        if let Some(source) = source {
            found.truncate(20);
            return Some((found, source));
        }
    }
    None
}

/// The names in a byline: "By Ann Lee and Bob Ray, Political Editor" is Ann Lee, Bob Ray.
fn people(text: &str, site: &str) -> Vec<String> {
    static BY: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(
            r"(?ix)^\s*(?:written\s+by|posted\s+by|analysis\s+by|about|sobre|by|por
            |par|von|di|door|av|texte?|author|autora?)\b\s*:?\s+",
        )
        .expect("a fixed pattern")
    });
    static AND: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"(?i)\s*[,;|/•·]\s*|\s+(?:and|y|et|und|e|og|en|&)\s+").expect("a fixed pattern"));
    // A date or a button after the name ends it.
    static DATE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(
            r"(?ix)(?:\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b
            |\b(?:january|february|march|april|june|july|august|september|october|november|december)\b|\d
            |\b(?:updated|published|posted)\b).*$",
        )
        .expect("a fixed pattern")
    });
    static OFFICE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(
            r"(?ix)\b(?:editor|writer|reporter|correspondent|publisher|contributor|columnist|analyst|founder
            |director|professor|chief|author|producer)\b",
        )
        .expect("a fixed pattern")
    });
    if text.len() > 300 || text.contains("://") || text.starts_with("www.") {
        return Vec::new();
    }
    let text = BY.replace(text, "");
    let text = DATE.replace(&text, "");
    let plausible = |name: &str| {
        let words = name.split_whitespace().count();
        (1..=6).contains(&words)
            && name.chars().count() > 2
            && name.chars().any(char::is_alphabetic)
            && !name.contains(['@', '{', '}', '<', '>', '='])
            && !matches!(
                &*name.to_lowercase(),
                "admin" | "administrator" | "staff" | "editor" | "redaktion" | "redacción" | "author"
            )
            && !(words > 2 && !name.chars().any(char::is_uppercase) && name.is_ascii())
    };
    let parts: Vec<&str> = AND.split(&text).map(str::trim).filter(|name| plausible(name)).collect();
    // After the first name, what has one word, begins small or names an office is none.
    let is_name = |(i, name): (usize, &&str)| {
        i == 0
            || (name.contains(' ')
                && !OFFICE.is_match(name)
                && !name.ends_with('.')
                && name.chars().next().is_some_and(char::is_uppercase))
    };
    let names: Vec<String> =
        parts.iter().enumerate().filter(|(i, name)| is_name((*i, name))).map(|(_, name)| (*name).to_owned()).collect();
    if names.len() == 1 && names[0].eq_ignore_ascii_case(site) { Vec::new() } else { names }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bylines_are_people() {
        for (text, expected) in [
            ("By Ann Lee", vec!["Ann Lee"]),
            ("Ann Lee, Political Editor", vec!["Ann Lee"]),
            ("Ann Lee and Bob Ray", vec!["Ann Lee", "Bob Ray"]),
            ("Por Juan Peña y Ana Ruiz", vec!["Juan Peña", "Ana Ruiz"]),
            ("The Post", vec![]),
            ("https://post.example/ann", vec![]),
            ("admin", vec![]),
            ("Reuters", vec!["Reuters"]),
            ("Ann Lee November 18, 2019 12:01 PM Print this", vec!["Ann Lee"]),
            ("ANN LEE, AP National Security Writer", vec!["ANN LEE"]),
        ] {
            assert_eq!(people(text, "The Post"), expected, "{text}");
        }
    }
}
