//! What an analyst asks for on the command line → an edit of a topics or feeds file that keeps its comments.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use toml_edit::{ArrayOfTables, DocumentMut, Item, Table, value};

use super::value::show_duration;
use crate::model::{Feed, FeedKind, Select};

/// A topic to be written.
#[derive(Debug)]
pub struct NewTopic<'a> {
    pub id: &'a str,
    pub name: &'a str,
    pub query: &'a str,
    pub severity: &'a str,
}

/// An id made of a name: lower-case words joined by hyphens.
pub fn id_of(name: &str) -> String {
    let lower = name.to_lowercase();
    let words: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let mut id = words.join("-");
    while id.len() > 80 {
        id.pop();
    }
    id
}

/// Appends a topic to the text of a file of that name, without `.toml`. A topic that stood there alone had its id from the file's
/// name, and is given it now.
pub fn with_topic(text: &str, stem: &str, topic: &NewTopic<'_>) -> Result<String, String> {
    let mut table = Table::new();
    table.insert("id", value(topic.id));
    table.insert("name", value(topic.name));
    table.insert("severity", value(topic.severity));
    table.insert("query", literal(topic.query));
    with_tables(text, "topic", [table], |list| {
        if let (1, Some(alone)) = (list.len(), list.get_mut(0))
            && !alone.contains_key("id")
        {
            alone.insert("id", value(stem));
        }
    })
}

/// Appends feeds to a file's text.
pub fn with_feeds<'a>(text: &str, feeds: impl IntoIterator<Item = &'a Feed>) -> Result<String, String> {
    with_tables(text, "feed", feeds.into_iter().map(feed_table), |_| {})
}

/// Appends tables to a list of them at the end of a file's text, behind its last comment; `before` may change those that are there.
fn with_tables(
    text: &str,
    key: &str,
    tables: impl IntoIterator<Item = Table>,
    before: impl FnOnce(&mut ArrayOfTables),
) -> Result<String, String> {
    let mut document: DocumentMut = text.parse().map_err(|error: toml_edit::TomlError| error.to_string())?;
    // Comments behind the last table would stay behind the new ones: they are put before the first of these.
    let mut gap = document.trailing().as_str().unwrap_or_default().trim_end().to_owned();
    document.set_trailing("");
    gap.push_str(match (gap.is_empty(), text.trim().is_empty()) {
        (true, true) => "",
        (true, false) => "\n",
        (false, _) => "\n\n",
    });
    let list = document.entry(key).or_insert_with(|| Item::ArrayOfTables(ArrayOfTables::new()));
    let list = list.as_array_of_tables_mut().ok_or_else(|| format!("`{key}` is no list of tables in this file"))?;
    before(list);
    for mut table in tables {
        table.decor_mut().set_prefix(std::mem::replace(&mut gap, "\n".to_owned()));
        list.push(table);
    }
    Ok(document.to_string())
}

/// A feed as it is written by hand: without what is the default.
fn feed_table(feed: &Feed) -> Table {
    // All of them by name: one that comes newly must be written as well.
    let Feed { id, url, address: _, outlet, tags, kind, interval, pages, headers, credential, select, enabled } = feed;
    let mut table = Table::new();
    table.insert("id", value(id.as_str()));
    table.insert("url", value(url));
    if outlet != id.as_str() {
        table.insert("outlet", value(outlet));
    }
    if !tags.is_empty() {
        table.insert("tags", value(tags.iter().collect::<toml_edit::Array>()));
    }
    if *kind != FeedKind::Feed {
        table.insert("kind", value(kind.as_str()));
    }
    if let Some(interval) = interval {
        table.insert("interval", value(show_duration(*interval)));
    }
    if !pages {
        table.insert("pages", value(false));
    }
    if !headers.is_empty() {
        let headers = headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        table.insert("headers", value(headers.collect::<toml_edit::InlineTable>()));
    }
    if let Some(credential) = credential {
        table.insert("credential", value(credential));
    }
    if !enabled {
        table.insert("enabled", value(false));
    }
    if let Some(Select { item, link, title, date, summary, body }) = select.as_deref() {
        let mut selectors = Table::new();
        for (key, selector) in
            [("item", item), ("link", link), ("title", title), ("date", date), ("summary", summary), ("body", body)]
        {
            if let Some(selector) = selector {
                selectors.insert(key, literal(selector));
            }
        }
        table.insert("select", Item::Table(selectors));
    }
    table
}

/// Queries hold quotes: a literal string shows them as they are, where TOML lets it.
fn literal(query: &str) -> Item {
    if !query.contains('\'') && !query.chars().any(char::is_control) {
        let text = format!("'{query}'");
        if let Ok(written) = text.parse::<toml_edit::Value>() {
            return Item::Value(written);
        }
    }
    value(query)
}

/// Sets or removes a topic's `mute_until` in a file's text; None where the topic is not in it.
pub fn with_mute(text: &str, stem: &str, topic: &str, until: Option<&str>) -> Option<String> {
    let mut document: DocumentMut = text.parse().ok()?;
    let list = document.get_mut("topic")?.as_array_of_tables_mut()?;
    let alone = list.len() == 1;
    let table = list.iter_mut().find(|table| match table.get("id").and_then(Item::as_str) {
        Some(id) => id == topic,
        None => alone && stem == topic,
    })?;
    match until {
        Some(until) => table["mute_until"] = value(until.parse::<toml_edit::Datetime>().ok()?),
        None => {
            table.remove("mute_until");
        }
    }
    Some(document.to_string())
}

/// Finds the file that holds a topic, changes its mute and writes it; the file changed.
pub fn mute(config_dir: &Path, topic: &str, until: Option<&str>) -> Result<PathBuf, String> {
    let folder = config_dir.join("topics");
    let entries = fs::read_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    for path in entries.filter_map(Result::ok).map(|entry| entry.path()) {
        let (Some(stem), Some("toml")) =
            (path.file_stem().and_then(|stem| stem.to_str()), path.extension().and_then(|e| e.to_str()))
        else {
            continue;
        };
        let Ok(text) = fs::read_to_string(&path) else { continue };
        if let Some(edited) = with_mute(&text, stem, topic, until) {
            replace(&path, &edited).map_err(|error| format!("{}: {error}", path.display()))?;
            return Ok(path);
        }
    }
    Err(format!("no topic {topic:?} in {}; `wireroom topics list` shows them", folder.display()))
}

/// Writes a file whole or not at all, keeping its mode.
pub fn replace(path: &Path, text: &str) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let half = folder.join(format!(".{name}.new"));
    fs::write(&half, text)?;
    if let Ok(meta) = fs::metadata(path) {
        fs::set_permissions(&half, meta.permissions())?;
    }
    fs::File::open(&half)?.sync_all()?;
    fs::rename(&half, path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_topic_is_appended_and_comments_stay() {
        let topic = NewTopic { id: "b", name: "B & co", query: "\"a b\" OR c*", severity: "high" };
        let text = with_topic("# ours\n[[topic]]\nquery = 'x' # why\n", "a", &topic).expect("an edit");
        assert!(text.starts_with("# ours\n[[topic]]\nquery = 'x' # why\nid = \"a\"\n"), "{text}");
        assert!(text.contains("query = '\"a b\" OR c*'"), "{text}");
        assert_eq!(id_of("U.S.–Mexico: Trade & Tariffs"), "u-s-mexico-trade-tariffs");
    }

    #[test]
    fn feeds_are_appended_as_written_by_hand_and_comments_stay() {
        let feed = Feed {
            id: "b".into(),
            outlet: "The \"B\"".into(),
            tags: vec!["uk".into(), "world".into()],
            interval: Some(std::time::Duration::from_secs(1800)),
            headers: vec![("X-A".into(), "b".into())],
            select: Some(Box::new(Select { body: Some("div.\"x\"".into()), ..Select::default() })),
            ..Feed::at("https://b.example/f")
        };
        let text = "# ours\n[[feed]]\nid = \"a\" # why\nurl = \"https://a.example/\"\n\n# the end\n";
        let edited = with_feeds(text, [&feed, &feed]).expect("an edit");
        let table = "\n[[feed]]\nid = \"b\"\nurl = \"https://b.example/f\"\noutlet = 'The \"B\"'\ntags = [\"uk\", \"world\"]\n\
                     interval = \"30m\"\nheaders = { X-A = \"b\" }\n\n[feed.select]\nbody = 'div.\"x\"'\n";
        let expected =
            format!("# ours\n[[feed]]\nid = \"a\" # why\nurl = \"https://a.example/\"\n\n# the end\n{table}{table}");
        assert_eq!(edited, expected);
        assert!(with_feeds("feed = 3", [&feed]).is_err());
        assert!(with_feeds("", [&feed]).expect("an edit").starts_with("[[feed]]\nid"));
        // As in the file of a fresh installation.
        let only_comments = with_feeds("# The feeds.\n\n# url = …", [&feed]).expect("an edit");
        assert_eq!(only_comments, format!("# The feeds.\n\n# url = …\n{table}"));
    }

    #[test]
    fn a_mute_is_set_and_taken_back_and_comments_stay() {
        let text = "# ours\n[[topic]]\nquery = 'x' # why\n";
        let muted = with_mute(text, "x", "x", Some("2026-12-01T00:00:00Z")).expect("found");
        assert!(muted.contains("# why") && muted.contains("mute_until = 2026-12-01T00:00:00Z"), "{muted}");
        assert_eq!(with_mute(&muted, "x", "x", None).as_deref(), Some(text));
        assert_eq!(with_mute(text, "x", "y", None), None);
    }
}
