//! Lists of feeds as other readers write them (OPML) → feeds as configured, and back. Folders and categories are tags; what
//! OPML has no word for stands in attributes of a namespace of our own, so that nothing is lost on the way and back. A
//! feed's secrets are not written: [`write()`] leaves them out.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;
use std::sync::Arc;

use serde::de::DeserializeOwned;

use super::check;
use super::edit::id_of;
use super::options::{At, FeedOptions, Given, SelectOptions};
use super::problem::{Problem, Source};
use super::secret::{REDACTED, is_telling, shown_url};
use super::value::show_duration;
use crate::model::{Feed, FeedKind, Select};
use crate::parse::{self, Attribute, OPML_NAMESPACE, Outline};

/// A feed of a list.
#[derive(Debug)]
pub struct Listed {
    pub options: FeedOptions,
    /// It has an id of its own: wireroom wrote it. Others give way where something is there already.
    pub named: bool,
}

/// Reads a list. `remarks` are what was left out, and why.
pub fn feeds(source: &Arc<Source>, problems: &mut Vec<Problem>, remarks: &mut Vec<Problem>) -> Vec<Listed> {
    let outlines = match parse::opml(&source.text) {
        Ok(outlines) => outlines,
        Err(error) => {
            problems.push(Problem::new(source, 0..0, format!("no list of feeds (OPML): {error}")));
            return Vec::new();
        }
    };
    let mut listed: Vec<Listed> = Vec::new();
    let mut at: HashMap<String, usize> = HashMap::new();
    let mut ids: HashMap<String, usize> = HashMap::new();
    for outline in &outlines {
        let Some(address) = outline.address() else {
            let message = "left out: it says that it is a feed, but has no address (xmlUrl)";
            remarks.push(Problem::new(source, outline.span.clone(), message));
            continue;
        };
        let mut made = Reading { source, outline, problems, remarks }.feed(address);
        if !made.named {
            let url = made.options.url.as_ref().map(|url| url.value.clone()).unwrap_or_default();
            // Readers list a feed once in each of its folders.
            let place = *at.entry(canonical(&url)).or_insert(listed.len());
            if let Some(first) = listed.get_mut(place) {
                add_tags(&mut first.options, made.options.tags.take());
                continue;
            }
            let id = made.options.id.get_or_insert_with(|| At { value: String::new(), span: outline.span.clone() });
            id.value = ids.get(&id.value).map_or_else(|| id.value.clone(), |_| distinct(&id.value, &url));
        }
        if let Some(id) = &made.options.id {
            ids.insert(id.value.clone(), listed.len());
        }
        listed.push(made);
    }
    listed
}

/// What a list brings.
#[derive(Debug, Default)]
pub struct Imported {
    pub feeds: Vec<Feed>,
    /// Feeds that cannot be taken as they stand.
    pub problems: Vec<Problem>,
    /// What was left out, and why.
    pub left_out: Vec<Problem>,
}

/// Reads a list for import; `name` is what it is called in messages.
pub fn import(name: &str, bytes: &[u8]) -> Imported {
    let source = Arc::new(Source { name: name.to_owned(), text: parse::document_text(bytes, None) });
    let mut imported = Imported::default();
    for listed in feeds(&source, &mut imported.problems, &mut imported.left_out) {
        let before = imported.problems.len();
        let checked = check::feeds(std::slice::from_ref(&listed.options), &source, &mut imported.problems);
        if imported.problems.len() == before {
            imported.feeds.extend(checked.into_iter().map(|placed| placed.value));
        }
    }
    imported
}

/// An address as it is compared: two that differ in scheme, `www.` or tracking parameters are one feed's.
pub fn canonical(url: &str) -> String {
    url::Url::parse(url).map_or_else(|_| url.to_owned(), |url| parse::canonical::canonical(&url))
}

/// An id that only this address has, whatever the order of the feeds.
pub fn distinct(id: &str, url: &str) -> String {
    use sha2::Digest as _;
    let hash = data_encoding::BASE32_NOPAD.encode(&sha2::Sha256::digest(canonical(url).as_bytes())[..5]);
    format!("{id}-{}", &hash.to_lowercase()[..6])
}

fn add_tags(options: &mut FeedOptions, more: Given<Vec<String>>) {
    match (&mut options.tags, more) {
        (Some(tags), Some(more)) => {
            for tag in more.value {
                if !tags.value.contains(&tag) {
                    tags.value.push(tag);
                }
            }
        }
        (tags @ None, more) => *tags = more,
        (Some(_), None) => {}
    }
}

struct Reading<'a> {
    source: &'a Arc<Source>,
    outline: &'a Outline,
    problems: &'a mut Vec<Problem>,
    remarks: &'a mut Vec<Problem>,
}

impl Reading<'_> {
    fn feed(&mut self, address: &Attribute) -> Listed {
        let outline = self.outline;
        let url = self.url(address);
        let named = outline.attribute("wireroom:id").is_some();
        let name = ["wireroom:outlet", "text", "title"].iter().find_map(|key| self.text(key));
        let id = self.text("wireroom:id").unwrap_or_else(|| {
            let id = name.as_ref().map(|name| id_of(&name.value)).unwrap_or_default();
            let id = if id.is_empty() { id_of(url.value.split("://").last().unwrap_or_default()) } else { id };
            At { value: if id.is_empty() { "feed".to_owned() } else { id }, span: address.span.clone() }
        });
        let mut select = SelectOptions::default();
        let selectors = [
            ("item", &mut select.item),
            ("link", &mut select.link),
            ("title", &mut select.title),
            ("date", &mut select.date),
            ("summary", &mut select.summary),
            ("body", &mut select.body),
        ];
        for (key, selector) in selectors {
            *selector = self.text(&format!("wireroom:select-{key}"));
        }
        let has_select = outline.attributes.iter().any(|at| at.name.starts_with("wireroom:select-"));
        let options = FeedOptions {
            span: outline.span.clone(),
            id: Some(id),
            url: Some(url),
            outlet: name,
            tags: self.tags(),
            kind: self.text("wireroom:kind"),
            interval: self.read("wireroom:interval", |text| serde_json::Value::String(text.to_owned())),
            pages: self.json("wireroom:pages"),
            headers: self.headers(),
            credential: self.text("wireroom:credential"),
            enabled: self.json("wireroom:enabled"),
            select: has_select.then_some(select),
        };
        Listed { options, named }
    }

    /// `feed:` is how some readers' address bars spelt http; a login that an export left out is none.
    fn url(&mut self, address: &Attribute) -> At<String> {
        let value = address.value.as_str();
        let value = match value.get(..5).filter(|start| start.eq_ignore_ascii_case("feed:")) {
            Some(_) if value[5..].starts_with("//") => format!("http:{}", &value[5..]),
            Some(_) => value[5..].to_owned(),
            None => value.to_owned(),
        };
        let redacted = format!("{REDACTED}@");
        if value.contains(&redacted) {
            let message = "its login was left out by the export: write it into the address, or use a credential";
            self.remarks.push(Problem::new(self.source, address.span.clone(), message));
        }
        At { value: value.replace(&redacted, ""), span: address.span.clone() }
    }

    fn text(&self, key: &str) -> Given<String> {
        let at = self.outline.attribute(key)?;
        Some(At { value: at.value.clone(), span: at.span.clone() })
    }

    /// A value read as the same key's in TOML is.
    fn read<T: DeserializeOwned>(&mut self, key: &str, of: impl Fn(&str) -> serde_json::Value) -> Given<T> {
        let at = self.outline.attribute(key)?;
        match serde_json::from_value(of(&at.value)) {
            Ok(value) => Some(At { value, span: at.span.clone() }),
            Err(error) => {
                let message = format!("`{key}`: {error}");
                self.problems.push(Problem::new(self.source, at.span.clone(), message));
                None
            }
        }
    }

    fn json<T: DeserializeOwned>(&mut self, key: &str) -> Given<T> {
        self.read(key, |text| serde_json::from_str(text).unwrap_or_else(|_| serde_json::Value::String(text.to_owned())))
    }

    fn headers(&mut self) -> Given<BTreeMap<String, String>> {
        let mut headers: At<BTreeMap<String, String>> = self.json("wireroom:headers")?;
        let redacted: Vec<String> =
            headers.value.iter().filter(|(_, value)| *value == REDACTED).map(|(name, _)| name.clone()).collect();
        for name in redacted {
            headers.value.remove(&name);
            let message = format!("the value of its header {name:?} was left out by the export: write it in");
            self.remarks.push(Problem::new(self.source, headers.span.clone(), message));
        }
        Some(headers)
    }

    /// Our own list of them where there is one; else folders, then categories (`/News/Uk,/World`), each level a tag.
    fn tags(&mut self) -> Given<Vec<String>> {
        if self.outline.attribute("wireroom:tags").is_some() {
            return self.json("wireroom:tags");
        }
        let category = self.outline.attribute("category");
        let value = tags_of(&self.outline.folders, category.map(|at| at.value.as_str()));
        let span = category.map_or_else(|| self.outline.span.clone(), |at| at.span.clone());
        (!value.is_empty()).then_some(At { value, span })
    }
}

/// Each once, in order.
fn tags_of(folders: &[String], category: Option<&str>) -> Vec<String> {
    let mut tags: Vec<String> = folders.to_vec();
    let levels = category.unwrap_or_default().split([',', '/']).map(str::trim);
    tags.extend(levels.filter(|level| !level.is_empty()).map(str::to_owned));
    let mut seen = std::collections::HashSet::new();
    tags.retain(|tag| seen.insert(tag.clone()));
    tags
}

/// Writes feeds as OPML 2.0: in a folder of the first tag, the others as categories. `title` is the list's name.
pub fn write(feeds: &[Arc<Feed>], title: &str) -> String {
    let mut text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<opml version=\"2.0\" xmlns:wireroom=\"{OPML_NAMESPACE}\">\n  \
         <head>\n    <title>{}</title>\n  </head>\n  <body>\n",
        escaped(title)
    );
    let mut folders: Vec<(&str, Vec<&Feed>)> = Vec::new();
    let mut known: HashMap<&str, usize> = HashMap::new();
    for feed in feeds {
        let folder = feed.tags.first().map_or("", |tag| tag.as_str());
        let place = *known.entry(folder).or_insert(folders.len());
        if place == folders.len() {
            folders.push((folder, Vec::new()));
        }
        folders[place].1.push(feed);
    }
    for (folder, feeds) in folders {
        let indent = if folder.is_empty() { "    " } else { "      " };
        if !folder.is_empty() {
            let _ = writeln!(text, "    <outline text=\"{0}\" title=\"{0}\">", escaped(folder));
        }
        for feed in feeds {
            outline(&mut text, feed, folder, indent);
        }
        if !folder.is_empty() {
            text.push_str("    </outline>\n");
        }
    }
    text.push_str("  </body>\n</opml>\n");
    text
}

fn outline(text: &mut String, feed: &Feed, folder: &str, indent: &str) {
    // All of them by name: one that comes newly must be written as well.
    let Feed { id, url, address: _, outlet, tags, kind, interval, pages, headers, credential, select, enabled } = feed;
    let mut attributes: Vec<(String, String)> = vec![
        ("type".into(), "rss".into()),
        ("text".into(), outlet.clone()),
        ("title".into(), outlet.clone()),
        ("xmlUrl".into(), shown_url(url)),
        ("wireroom:id".into(), id.to_string()),
    ];
    let mut own = |key: &str, value: String| attributes.push((key.to_owned(), value));
    let category = tags.join(",");
    let folders: Vec<String> = Some(folder.to_owned()).filter(|folder| !folder.is_empty()).into_iter().collect();
    if *tags != folders {
        own("category", category.clone());
    }
    if tags_of(&folders, Some(&category)) != *tags || tags.iter().any(|tag| odd(tag)) {
        own("wireroom:tags", json(tags));
    }
    if odd(outlet) {
        own("wireroom:outlet", outlet.clone());
    }
    if *kind != FeedKind::Feed {
        own("wireroom:kind", kind.to_string());
    }
    if let Some(interval) = interval {
        own("wireroom:interval", show_duration(*interval));
    }
    if !pages {
        own("wireroom:pages", pages.to_string());
    }
    if !headers.is_empty() {
        let shown = |(name, value): &(String, String)| {
            (name.clone(), if is_telling(name) { REDACTED.to_owned() } else { value.clone() })
        };
        own("wireroom:headers", json(&headers.iter().map(shown).collect::<BTreeMap<_, _>>()));
    }
    if let Some(credential) = credential {
        own("wireroom:credential", credential.clone());
    }
    if let Some(Select { item, link, title, date, summary, body }) = select.as_deref() {
        for (key, selector) in
            [("item", item), ("link", link), ("title", title), ("date", date), ("summary", summary), ("body", body)]
        {
            if let Some(selector) = selector {
                own(&format!("wireroom:select-{key}"), selector.clone());
            }
        }
    }
    if !enabled {
        own("wireroom:enabled", enabled.to_string());
    }
    text.push_str(indent);
    text.push_str("<outline");
    for (name, value) in attributes {
        let _ = write!(text, " {name}=\"{}\"", escaped(&value));
    }
    text.push_str("/>\n");
}

/// White space that a folder's name does not keep.
fn odd(text: &str) -> bool {
    text.split_whitespace().collect::<Vec<_>>().join(" ") != text
}

fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).expect("texts and lists of them can be written")
}

/// For an attribute between double quotes. What XML cannot hold is a space.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' | '\r' | '\t' => {
                let _ = write!(out, "&#{};", u32::from(c));
            }
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::load::load;
    use super::super::load::tests::{folder, nothing, told};
    use super::*;

    const ODD: &str = r##"
[[feed]]
id = "plain"
url = "https://a.example/feed?a=1&b=2"
[[feed]]
id = "full"
url = "https://b.example/{credential}/list"
outlet = "The \"B\" & <Sons>"
tags = ["uk", "world", "a/b", "c,d", " two  spaces"]
interval = "1h30m"
pages = false
headers = { Accept-Language = "es" }
credential = "b"
enabled = false
[feed.select]
body = "div > p[class=\"x\"]"
[[feed]]
id = "list"
url = "https://d.example/news"
kind = "page"
[feed.select]
item = "#list li"
link = "a.more"
title = "h2 > a"
date = "time"
summary = ".teaser"
[[feed]]
id = "same-folder"
url = "https://c.example/feed"
outlet = "C"
tags = ["uk"]
"##;

    #[test]
    fn nothing_is_lost_on_the_way_to_opml_and_back() {
        let first = load(folder(&[("feeds.toml", ODD)]).path(), &nothing).settings.expect("no problems").feeds;
        let list = write(&first, "Feeds & more");
        let dir = folder(&[("feeds.d/list.opml", &list)]);
        let loaded = load(dir.path(), &nothing);
        assert!(loaded.problems.is_empty(), "{:?}\n{list}", loaded.problems);
        let mut second = loaded.settings.expect("no problems").feeds;
        let mut first = first;
        first.sort_by(|a, b| a.id.cmp(&b.id));
        second.sort_by(|a, b| a.id.cmp(&b.id));
        assert_eq!(first, second, "{list}");
        assert_eq!(write(&second, "x"), write(&first, "x"));
    }

    #[test]
    fn secrets_are_left_out_and_said_to_be() {
        let toml = "[[feed]]\nid = \"a\"\nurl = \"https://me:hunter2@a.example/f\"\nheaders = { X-Key = \"s3cret\" }\n";
        let feeds = load(folder(&[("feeds.toml", toml)]).path(), &nothing).settings.expect("no problems").feeds;
        let list = write(&feeds, "x");
        assert!(!list.contains("hunter2") && !list.contains("s3cret"), "{list}");
        let source = Arc::new(Source { name: "x.opml".into(), text: list });
        let (mut problems, mut remarks) = (Vec::new(), Vec::new());
        let read = super::feeds(&source, &mut problems, &mut remarks);
        assert_eq!(read[0].options.url.as_ref().map(|at| at.value.as_str()), Some("https://a.example/f"));
        assert_eq!(remarks.len(), 2, "{remarks:?}");
    }

    #[test]
    fn a_list_from_elsewhere_gets_ids_and_gives_way_to_what_is_there() {
        let list = "<opml><body><outline text='News'>\n<outline text='The Times' xmlUrl='feed://t.example/a'/>\n\
                    <outline text='The Times' xmlUrl='http://t.example/b'/>\n<outline xmlUrl='https://www.u.example/f'/>\n\
                    </outline><outline text='Uk'><outline text='The Times' xmlUrl='https://t.example/a'/>\n\
                    <outline text='V' category='/x/y,z' xmlUrl='https://v.example/'/><outline type='rss' text='lost'/>\n\
                    </outline></body></opml>";
        let toml = "[[feed]]\nid = \"v\"\nurl = \"https://else.example/\"\n[[feed]]\nid = \"u\"\nurl = \"http://u.example/f\"\n";
        let dir = folder(&[("feeds.toml", toml), ("feeds.d/a.opml", list)]);
        let loaded = load(dir.path(), &nothing);
        assert!(loaded.problems.is_empty(), "{:?}", loaded.problems);
        let feeds = &loaded.settings.as_ref().expect("no problems").feeds;
        let shown: Vec<String> =
            feeds.iter().map(|feed| format!("{} {} {}", feed.id, feed.url, feed.tags.join("+"))).collect();
        assert_eq!(shown[2], "the-times http://t.example/a News+Uk");
        assert!(shown[3].starts_with("the-times-") && shown[3].ends_with(" http://t.example/b News"), "{shown:?}");
        assert!(shown[4].starts_with("v-") && shown[4].ends_with(" https://v.example/ Uk+x+y+z"), "{shown:?}");
        assert_eq!(shown.len(), 5, "{shown:?}");
        let remarks: Vec<String> =
            super::super::remarks(&loaded).iter().map(|remark| remark.problem.to_string()).collect();
        assert!(
            remarks.iter().any(|line| line.starts_with("feeds.d/a.opml:4:10: left out: the feed u has")),
            "{remarks:?}"
        );
        assert!(
            remarks.iter().any(|line| line.contains("feeds.d/a.opml:6:") && line.contains("no address")),
            "{remarks:?}"
        );
    }

    #[test]
    fn what_is_wrong_in_a_list_is_told_with_its_place() {
        let list = "<opml xmlns:w='urn:wireroom:feeds'>\n<outline xmlUrl='https://a.example/' w:id='a' w:interval='soon'/>\n\
                    <outline xmlUrl='gopher://b.example/' w:id='b c' w:pages='maybe'/></opml>";
        let told = told(&[("feeds.d/a.opml", list), ("feeds.d/b.opml", "<html><body/></html>")]);
        for expected in [
            "feeds.d/a.opml:2:47: `wireroom:interval`: \"soon\" is no duration",
            "feeds.d/a.opml:3:10: only http and https",
            "feeds.d/a.opml:3:39: \"b c\" is no id",
            "feeds.d/a.opml:3:50: `wireroom:pages`: ",
            "feeds.d/b.opml:1:1: no list of feeds (OPML): an HTML page",
        ] {
            assert!(told.iter().any(|line| line.starts_with(expected)), "{expected}\n{}", told.join("\n"));
        }
    }
}
