//! JSON Feed 1.0 and 1.1 → the feed. Numbers may stand for strings, members may be missing or of a wrong type; where the
//! text breaks off or one item is broken, the items before it are kept.

use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};
use url::Url;

use super::channel::absolute;
use super::markup::{Sanitiser, html_of_text};
use super::text::{plain_text, plain_title};
use super::{Enclosure, FeedFormat, MAX_ENTRIES, ParsedEntry, ParsedFeed, Texts, date, twice};

const MAX_LIST: usize = 100;

/// Reads a JSON Feed; none where the text is none.
pub(super) fn read(text: &str, base: Option<&Url>, texts: Texts) -> Option<ParsedFeed> {
    let mut repairs = Vec::new();
    let (mut head, mut items) = match serde_json::from_str::<Document>(text) {
        Ok(document) => (document.head, document.items?),
        Err(_) => salvage(text, &mut repairs)?,
    };
    let version = string(&head, "version").unwrap_or_default();
    let is_item = |item: &Value| {
        ["content_html", "content_text", "date_published", "external_url"].iter().any(|key| item.get(key).is_some())
            || (item.get("id").is_some() && (item.get("url").is_some() || item.get("title").is_some()))
    };
    if !version.to_ascii_lowercase().contains("jsonfeed") && !items.iter().any(is_item) {
        return None;
    }
    let own = ["feed_url", "home_page_url"].iter().find_map(|key| Url::parse(&string(&head, key)?).ok());
    let base = base.or(own.as_ref());
    if items.len() > MAX_ENTRIES {
        repairs.push(format!("too many entries: kept the first {MAX_ENTRIES}"));
    }
    items.truncate(MAX_ENTRIES);
    let in_items: usize = items.iter_mut().map(put_right).sum();
    repairs.extend(twice::repair(in_items + put_right_in(&mut head)));
    let mut sanitiser = Sanitiser::of(texts);
    let authors = authors(&head);
    let language = string(&head, "language");
    let entries = items
        .iter()
        .filter_map(Value::as_object)
        .map(|item| {
            let mut entry = entry(item, base, &mut sanitiser);
            if entry.authors.is_empty() {
                entry.authors.clone_from(&authors);
            }
            entry
        })
        .collect();
    Some(ParsedFeed {
        title: string(&head, "title").map(|title| plain_title(&title)).filter(|title| !title.is_empty()),
        link: string(&head, "home_page_url").and_then(|link| absolute(&link, base)),
        language,
        description: string(&head, "description").map(|text| plain_text(&text)).filter(|text| !text.is_empty()),
        hubs: hubs(&head, base),
        own_url: string(&head, "feed_url").and_then(|url| absolute(&url, base)),
        entries,
        repairs,
        ..ParsedFeed::empty(FeedFormat::Json)
    })
}

/// Its hubs of WebSub; other kinds of notification are not known here.
fn hubs(head: &Map<String, Value>, base: Option<&Url>) -> Vec<String> {
    let hubs = head.get("hubs").and_then(Value::as_array).into_iter().flatten().take(MAX_LIST);
    let hubs = hubs.filter_map(Value::as_object).filter(|hub| {
        let kind = string(hub, "type").unwrap_or_default().to_ascii_lowercase();
        kind == "websub" || kind == "pubsubhubbub"
    });
    hubs.filter_map(|hub| absolute(&string(hub, "url")?, base)).collect()
}

/// The members of the feed, and its items: one more than are kept, the others not even held.
struct Document {
    head: Map<String, Value>,
    items: Option<Vec<Value>>,
}

impl<'de> Deserialize<'de> for Document {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(DocumentVisitor)
    }
}

struct DocumentVisitor;

impl<'de> Visitor<'de> for DocumentVisitor {
    type Value = Document;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a JSON Feed")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Document, A::Error> {
        let mut document = Document { head: Map::new(), items: None };
        while let Some(key) = members.next_key::<String>()? {
            if key == "items" {
                document.items = Some(members.next_value::<Items>()?.0);
            } else {
                document.head.insert(key, members.next_value()?);
            }
        }
        Ok(document)
    }
}

struct Items(Vec<Value>);

impl<'de> Deserialize<'de> for Items {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(ItemsVisitor).map(Items)
    }
}

struct ItemsVisitor;

impl<'de> Visitor<'de> for ItemsVisitor {
    type Value = Vec<Value>;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a list of items")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Vec<Value>, A::Error> {
        let mut items = Vec::new();
        while items.len() <= MAX_ENTRIES {
            match sequence.next_element()? {
                Some(item) => items.push(item),
                None => return Ok(items),
            }
        }
        while sequence.next_element::<IgnoredAny>()?.is_some() {}
        Ok(items)
    }
}

/// What can be had of JSON that does not parse: raw control characters in strings are forgiven; else the members before
/// `items` are lost where they cannot be read, and the items up to the break are kept.
fn salvage(text: &str, repairs: &mut Vec<String>) -> Option<(Map<String, Value>, Vec<Value>)> {
    if text.contains(|c: char| c < ' ') {
        let clean: String = text.chars().map(|c| if c < ' ' { ' ' } else { c }).collect();
        if let Ok(Document { head, items: Some(items) }) = serde_json::from_str(&clean) {
            repairs.push("control characters in strings replaced".to_owned());
            return Some((head, items));
        }
    }
    let at = text.find("\"items\"")?;
    let open = at + text[at..].find('[')?;
    if !text[at + 7..open].chars().all(|c| c.is_whitespace() || c == ':') {
        return None;
    }
    let head = format!("{}}}", text[..at].trim_end().trim_end_matches(','));
    let head = match serde_json::from_str(&head) {
        Ok(Value::Object(head)) => head,
        Ok(_) | Err(_) => Map::new(),
    };
    let mut items = Vec::new();
    let mut rest = &text[open + 1..];
    while items.len() <= MAX_ENTRIES {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == ',');
        let mut values = serde_json::Deserializer::from_str(rest).into_iter::<Value>();
        let Some(Ok(item)) = values.next() else { break };
        rest = &rest[values.byte_offset()..];
        items.push(item);
    }
    repairs.push(format!("broken JSON: kept {} complete entries", items.len()));
    Some((head, items))
}

/// Reads texts that were encoded twice once; how many there were. Addresses, ids and other members are let alone.
fn put_right_in(object: &mut Map<String, Value>) -> usize {
    let prose = |key: &str| {
        let is_text = matches!(key, "title" | "summary" | "content_html" | "content_text" | "description" | "name");
        is_text || matches!(key, "tags" | "author" | "authors")
    };
    object.iter_mut().filter(|(key, _)| prose(key)).map(|(_, value)| put_right(value)).sum()
}

fn put_right(value: &mut Value) -> usize {
    match value {
        Value::String(text) => match twice::undo(text) {
            Some(meant) => {
                *text = meant;
                1
            }
            None => 0,
        },
        Value::Array(values) => values.iter_mut().map(put_right).sum(),
        Value::Object(object) => put_right_in(object),
        Value::Null | Value::Bool(_) | Value::Number(_) => 0,
    }
}

fn string(object: &Map<String, Value>, key: &str) -> Option<String> {
    let text = match object.get(key)? {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => return None,
    };
    (!text.is_empty()).then_some(text)
}

fn list<'a>(object: &'a Map<String, Value>, key: &str) -> &'a [Value] {
    object.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// `authors` of version 1.1, `author` of 1.0, or plain strings.
fn authors(object: &Map<String, Value>) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for author in list(object, "authors").iter().chain(object.get("author")).take(MAX_LIST) {
        let name = match author {
            Value::String(name) => Some(name.clone()),
            Value::Object(author) => string(author, "name").or_else(|| string(author, "url")),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => None,
        };
        if let Some(name) = name.map(|name| plain_title(&name)).filter(|name| !name.is_empty() && !names.contains(name))
        {
            names.push(name);
        }
    }
    names
}

fn entry(item: &Map<String, Value>, base: Option<&Url>, sanitiser: &mut Sanitiser) -> ParsedEntry {
    let link = string(item, "url").or_else(|| string(item, "external_url")).and_then(|link| absolute(&link, base));
    let content = string(item, "content_html").or_else(|| Some(html_of_text(&string(item, "content_text")?)));
    let summary = string(item, "summary").map(|text| html_of_text(&text));
    let enclosures = list(item, "attachments").iter().filter_map(Value::as_object).take(MAX_LIST).filter_map(|file| {
        Some(Enclosure {
            url: absolute(&string(file, "url")?, base)?,
            mime: string(file, "mime_type"),
            length: file.get("size_in_bytes").and_then(|size| size.as_u64().or_else(|| size.as_str()?.parse().ok())),
        })
    });
    let categories = list(item, "tags").iter().filter_map(Value::as_str).map(plain_title).filter(|tag| !tag.is_empty());
    let id = string(item, "id").unwrap_or_default();
    ParsedEntry {
        id: id.chars().take(2048).collect(),
        link: link.or_else(|| id.starts_with("http").then(|| absolute(&id, base)).flatten()),
        title: string(item, "title").map(|title| plain_title(&title)).unwrap_or_default(),
        authors: authors(item),
        published: string(item, "date_published").and_then(|text| date(&text)),
        updated: string(item, "date_modified").and_then(|text| date(&text)),
        categories: categories.take(MAX_LIST).collect(),
        summary_html: summary.and_then(|html| sanitiser.clean(&html, base)),
        content_html: content.and_then(|html| sanitiser.clean(&html, base)),
        language: string(item, "language"),
        enclosures: enclosures.collect(),
        texts: sanitiser.texts(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<ParsedFeed> {
        super::read(text, None, Texts::Html)
    }

    #[test]
    fn a_json_feed_is_read_leniently() {
        let text = r#"{"version": "https://jsonfeed.org/version/1.1", "title": "T &amp; co", "home_page_url": "https://n.example/",
            "authors": [{"name": "Desk"}], "items": [
            {"id": 7, "url": "/a", "title": "One", "content_html": "<p onclick=x>a <a href='b'>b</a></p>",
             "date_published": "2021-03-04T05:06:07Z", "tags": ["x", 3], "author": {"name": "Ann"},
             "attachments": [{"url": "a.mp3", "mime_type": "audio/mpeg", "size_in_bytes": 12}]},
            {"id": "https://n.example/b", "content_text": "1 < 2"}]}"#;
        let feed = read(text).expect("a feed");
        assert_eq!((feed.title.as_deref(), feed.entries.len()), (Some("T & co"), 2));
        let first = &feed.entries[0];
        assert_eq!((first.id.as_str(), first.link.as_deref()), ("7", Some("https://n.example/a")));
        assert_eq!(first.content_html.as_deref(), Some("<p>a <a href=\"https://n.example/b\">b</a></p>"));
        assert_eq!(
            (first.authors.as_slice(), first.categories.as_slice()),
            (&["Ann".to_owned()][..], &["x".to_owned()][..])
        );
        assert_eq!(first.enclosures[0].length, Some(12));
        let second = &feed.entries[1];
        assert_eq!((second.link.as_deref(), second.authors[0].as_str()), (Some("https://n.example/b"), "Desk"));
        assert_eq!(second.content_html.as_deref(), Some("1 &lt; 2"));
        let cut = read(&text[..text.len() - 20]).expect("a feed");
        assert_eq!((cut.entries.len(), cut.title), (1, feed.title));
        assert!(cut.repairs[0].contains("kept 1"), "{:?}", cut.repairs);
    }

    #[test]
    fn other_json_is_no_feed() {
        for text in
            ["{}", "[]", "[1]", "{\"items\": 3}", "{\"items\": []}", "{\"items\": [{\"price\": 2}]}", "{\"items\""]
        {
            assert!(read(text).is_none(), "{text}");
        }
        assert!(read("{\"version\": \"https://jsonfeed.org/version/1\", \"items\": []}").is_some());
    }
}
