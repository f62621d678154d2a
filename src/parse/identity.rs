//! Entries → an id for each that stays the same from poll to poll, and tells entries of one feed apart.
//! The publisher's id is believed unless several entries share it.

use std::collections::HashMap;

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use super::ParsedEntry;
use super::address::address;

/// The entry's identity in its feed. An id that is a web address counts in its canonical form, so that a move to https or
/// a tracking parameter makes no new entry; without an id the link; without that a hash of what the entry says.
pub fn identity(entry: &ParsedEntry) -> String {
    let web = |text: &str| address(text).map(|address| address.canonical);
    let id = entry.id.trim();
    if !id.is_empty() {
        return web(id).unwrap_or_else(|| id.to_owned());
    }
    entry.link.as_deref().and_then(web).unwrap_or_else(|| hash(entry))
}

/// A hash of title and date; of title, date and text where one of the first two is missing, since an edit of the text is
/// no new entry.
fn hash(entry: &ParsedEntry) -> String {
    let mut hash = Sha256::new();
    let mut part = |text: &str| {
        hash.update(text.len().to_le_bytes());
        hash.update(text.as_bytes());
    };
    part(&entry.title);
    match entry.published {
        Some(instant) => part(&instant.to_string()),
        None => part(""),
    }
    if entry.title.is_empty() || entry.published.is_none() {
        // However the text was made: its letters.
        let text = entry.summary_html.as_deref().or(entry.content_html.as_deref()).unwrap_or_default();
        let text = entry.texts.plain(text.to_owned());
        part(&text.chars().filter(|c| c.is_alphanumeric()).collect::<String>());
        part(entry.enclosures.first().map_or("", |file| file.url.as_str()));
    }
    format!("sha256:{}", &HEXLOWER.encode(&hash.finalize())[..40])
}

/// Entries that share an id.
struct Met<'a> {
    first: &'a ParsedEntry,
    count: usize,
    differ: bool,
}

/// Gives every entry an id, and its own where several different ones share the publisher's. Says what it did.
pub(super) fn settle(entries: &mut [ParsedEntry]) -> Vec<String> {
    let mut repairs = Vec::new();
    let mut met: HashMap<&str, Met> = HashMap::with_capacity(entries.len());
    for entry in entries.iter().filter(|entry| !entry.id.is_empty()) {
        let met = met.entry(&entry.id).or_insert(Met { first: entry, count: 0, differ: false });
        met.count += 1;
        met.differ |= met.first.link != entry.link || met.first.title != entry.title;
    }
    let shared = met.into_iter().filter(|(_, met)| met.count > 1 && met.differ);
    let shared: HashMap<String, usize> = shared.map(|(id, met)| (id.to_owned(), met.count)).collect();
    if shared.is_empty() && entries.iter().all(|entry| !entry.id.is_empty()) {
        return repairs;
    }
    let mut links: HashMap<String, usize> = HashMap::new();
    for link in entries.iter().filter_map(|entry| entry.link.as_ref()) {
        *links.entry(link.clone()).or_default() += 1;
    }
    for (id, count) in &shared {
        repairs.push(format!("the same id on {count} different entries: {}", crate::neutral::line(&cut(id))));
    }
    let mut without = 0;
    for entry in entries.iter_mut() {
        if !entry.id.is_empty() && !shared.contains_key(&entry.id) {
            continue;
        }
        without += usize::from(entry.id.is_empty() && entry.link.is_none());
        entry.id = match &entry.link {
            Some(link) if links.get(link) == Some(&1) => link.clone(),
            _ => hash(entry),
        };
    }
    if without > 0 {
        repairs.push(format!("neither id nor link on {without} entries: identified by content"));
    }
    repairs.sort();
    repairs
}

fn cut(text: &str) -> String {
    text.chars().take(80).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(id: &str, link: &str, title: &str) -> ParsedEntry {
        let link = (!link.is_empty()).then(|| link.to_owned());
        ParsedEntry { id: id.to_owned(), link, title: title.to_owned(), ..ParsedEntry::default() }
    }

    #[test]
    fn one_id_on_every_entry_is_none() {
        let mut entries = vec![
            entry("same", "https://n.example/1", "One"),
            entry("same", "https://n.example/2", "Two"),
            entry("same", "", "Three"),
            entry("own", "https://n.example/4", "Four"),
            entry("", "", "Five"),
        ];
        let repairs = settle(&mut entries);
        assert_eq!(entries[0].id, "https://n.example/1");
        assert_eq!(entries[1].id, "https://n.example/2");
        assert!(entries[2].id.starts_with("sha256:") && entries[4].id.starts_with("sha256:"));
        assert_ne!(entries[2].id, entries[4].id);
        assert_eq!(entries[3].id, "own");
        assert_eq!(repairs.len(), 2, "{repairs:?}");
    }

    #[test]
    fn identity_overlooks_what_means_nothing() {
        for (a, b, same) in [
            (entry("http://n.example/1?utm_source=rss", "", ""), entry("https://n.example/1", "", ""), true),
            (entry("tag:n.example,2021:1", "https://n.example/1", "x"), entry("tag:n.example,2021:1", "", "y"), true),
            (entry("1", "", ""), entry("2", "", ""), false),
            (entry("", "", "x"), entry("", "", "x"), true),
            (entry("", "", "x"), entry("", "", "y"), false),
            (entry("", "https://n.example/1", "x"), entry("", "https://n.example/1", "y"), true),
        ] {
            assert_eq!(identity(&a) == identity(&b), same, "{a:?} {b:?}");
        }
    }
}
