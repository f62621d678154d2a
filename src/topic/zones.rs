//! The names before a colon (`title:`, `lang:`) → what the words behind them mean.
//! Unknown names give the nearest known one; values of attributes are checked and folded here.

use crate::model::Zone;

use super::eval::primary;
use super::fold::fold_name;
use super::query::{Attribute, AttributeKind, Scope, shortened};

/// What a word means where it stands: looked for in a zone, or compared with an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Scope(Scope),
    Attribute(AttributeKind),
}

const PLACES: [(&str, Place); 12] = [
    ("title", Place::Scope(Scope::Zone(Zone::Title))),
    ("lede", Place::Scope(Scope::Zone(Zone::Lede))),
    ("body", Place::Scope(Scope::Zone(Zone::Body))),
    ("quote", Place::Scope(Scope::Zone(Zone::Quote))),
    ("caption", Place::Scope(Scope::Zone(Zone::Caption))),
    ("byline", Place::Scope(Scope::Byline)),
    ("said", Place::Scope(Scope::Said)),
    ("lang", Place::Attribute(AttributeKind::Lang)),
    ("outlet", Place::Attribute(AttributeKind::Outlet)),
    ("feed", Place::Attribute(AttributeKind::Feed)),
    ("tag", Place::Attribute(AttributeKind::Tag)),
    ("site", Place::Attribute(AttributeKind::Site)),
];

/// What other search tools call them.
const SYNONYMS: [(&str, &str); 16] = [
    ("headline", "title"),
    ("intitle", "title"),
    ("lead", "lede"),
    ("summary", "lede"),
    ("text", "body"),
    ("intext", "body"),
    ("author", "byline"),
    ("by", "byline"),
    ("language", "lang"),
    ("source", "outlet"),
    ("publisher", "outlet"),
    ("domain", "site"),
    ("host", "site"),
    ("url", "site"),
    ("speaker", "said"),
    ("says", "said"),
];

pub(super) fn place_of(name: &str) -> Option<Place> {
    PLACES.iter().find(|(known, _)| *known == name).map(|&(_, place)| place)
}

/// What to say of a name that is none of ours.
pub(super) fn unknown_zone(name: &str) -> String {
    if matches!(name, "near" | "before") {
        return format!("write a {}/5 b for at most five words between", name.to_uppercase());
    }
    let shown = shortened(name);
    let synonym = SYNONYMS.iter().find(|(other, _)| *other == name).map(|&(_, known)| known);
    let similar = || {
        let scored = PLACES.iter().map(|(known, _)| (*known, strsim::jaro_winkler(known, name)));
        scored.filter(|(_, score)| *score > 0.75).max_by(|a, b| a.1.total_cmp(&b.1)).map(|(known, _)| known)
    };
    if let Some(known) = synonym.or_else(similar) {
        return format!("there is no {shown}: here; write {known}: or put the words in quotes");
    }
    let names: Vec<_> = PLACES.iter().map(|(known, _)| format!("{known}:")).collect();
    format!("there is no {shown}: here, only {}; put the words in quotes if the colon is theirs", names.join(" "))
}

/// Whether a text is the code of a language: two or three letters, and more behind a hyphen.
pub fn is_language(text: &str) -> bool {
    let code = text.split(['-', '_']).next().unwrap_or(text);
    (2..=3).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_alphabetic())
}

/// The attribute of that kind and value, or what is wrong with the value.
pub(super) fn attribute(kind: AttributeKind, text: &str) -> Result<Attribute, String> {
    let name = kind.name();
    let (value, prefix) = match (text.strip_suffix('*'), kind) {
        (Some(value), AttributeKind::Outlet | AttributeKind::Feed | AttributeKind::Tag) => (value, true),
        _ => (text, false),
    };
    if value.contains(['*', '?']) {
        return Err(format!(
            "a star stands only at the end of outlet:, feed: and tag: values, not in {name}:{}",
            shortened(text)
        ));
    }
    let value = match kind {
        AttributeKind::Lang => {
            if !is_language(value) {
                let value = shortened(value);
                return Err(format!(
                    "{value} is not a language code: write two or three letters, as in lang:en or lang:es"
                ));
            }
            primary(value)
        }
        AttributeKind::Outlet | AttributeKind::Tag => fold_name(value),
        AttributeKind::Feed => value.to_lowercase(),
        AttributeKind::Site => site(value)?,
    };
    if value.is_empty() {
        return Err(format!("{name}: needs a value with at least one letter or digit"));
    }
    Ok(Attribute { kind, value, prefix })
}

/// The host name of `bbc.co.uk`, `www.bbc.co.uk` or `https://www.bbc.co.uk/`.
fn site(value: &str) -> Result<String, String> {
    let host = value.split_once("://").map_or(value, |(_, rest)| rest).trim_end_matches('/').trim_matches('.');
    let host = host.strip_prefix("www.").unwrap_or(host);
    if host.contains(['/', ':', '@', ' ', '?', '#']) {
        let value = shortened(value);
        return Err(format!(
            "site: compares the host name only: write it without path and port, as in site:bbc.co.uk, not {value}"
        ));
    }
    Ok(host.to_lowercase())
}

/// The lower-case host of a URL; empty where it has none.
pub(super) fn host_of(url: &str) -> String {
    let rest = url.split_once("://").map_or("", |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#', '\\']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    host.split(':').next().unwrap_or_default().trim_end_matches('.').to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_of_urls() {
        for (url, expected) in [
            ("https://www.BBC.co.uk/news?x", "www.bbc.co.uk"),
            ("http://u:p@a.example:8080", "a.example"),
            ("not a url", ""),
        ] {
            assert_eq!(host_of(url), expected);
        }
    }

    #[test]
    fn values_are_checked() {
        for (kind, text, expected) in [
            (AttributeKind::Lang, "EN-gb", Ok("en")),
            (AttributeKind::Lang, "english", Err("lang:en")),
            (AttributeKind::Site, "https://www.bbc.co.uk/", Ok("bbc.co.uk")),
            (AttributeKind::Site, "bbc.co.uk/news", Err("without path")),
            (AttributeKind::Outlet, "El País", Ok("el pais")),
            (AttributeKind::Tag, "…", Err("needs a value")),
        ] {
            match (attribute(kind, text), expected) {
                (Ok(made), Ok(value)) => assert_eq!(made.value, value),
                (Err(message), Err(part)) => assert!(message.contains(part), "{message}"),
                (made, _) => panic!("{text}: {made:?}"),
            }
        }
    }
}
