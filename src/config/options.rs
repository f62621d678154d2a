//! TOML text → options: what the user wrote, each value with its place, nothing filled in. Goes on after every fault, so
//! that all problems of a file are found at once.

use std::ops::Range;
use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde::de::IntoDeserializer as _;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::problem::{Problem, Source, nearest};
use super::settings::Network;
use super::value::{Size, Span};

/// A value and where it stood.
#[derive(Clone, Debug, PartialEq)]
pub struct At<T> {
    pub value: T,
    pub span: Range<usize>,
}

/// A name of the user's own and its text.
pub type NamedText = (At<String>, At<String>);

/// A value that may be left out.
pub type Given<T> = Option<At<T>>;

/// Reads one table: known keys are asked for, what is left over is reported.
struct Reader<'a, 'i> {
    source: &'a Arc<Source>,
    table: &'a DeTable<'i>,
    span: Range<usize>,
    /// How the table is called in messages: `[fetch]`.
    name: &'a str,
    known: Vec<&'static str>,
    problems: &'a mut Vec<Problem>,
}

impl<'a, 'i> Reader<'a, 'i> {
    /// How many tables stand under a key.
    fn count(&self, key: &str) -> usize {
        let found = self.table.iter().find(|(name, _)| name.get_ref() == key);
        found.and_then(|(_, value)| value.get_ref().as_array()).map_or(0, |list| list.len())
    }

    fn value(&mut self, key: &'static str) -> Option<&'a Spanned<DeValue<'i>>> {
        self.known.push(key);
        self.table.iter().find(|(name, _)| name.get_ref() == key).map(|(_, value)| value)
    }

    fn get<T: DeserializeOwned>(&mut self, key: &'static str) -> Given<T> {
        let value = self.value(key)?;
        let span = value.span();
        match T::deserialize(value.clone().into_deserializer()) {
            Ok(value) => Some(At { value, span }),
            Err(error) => {
                let place = error.span().filter(|inner| inner.start >= span.start).unwrap_or(span);
                let message = format!("`{key}`: {}", in_words(error.message().trim()));
                self.problems.push(Problem::new(self.source, place, message));
                None
            }
        }
    }

    /// A sub-table, read by `read`.
    fn table<T>(&mut self, key: &'static str, name: &str, read: impl FnOnce(&mut Reader<'_, 'i>) -> T) -> Option<T> {
        let value = self.value(key)?;
        self.section(value, key, name, read)
    }

    /// An array of tables, each read by `read`.
    fn tables<T>(&mut self, key: &'static str, name: &str, mut read: impl FnMut(&mut Reader<'_, 'i>) -> T) -> Vec<T> {
        let Some(value) = self.value(key) else { return Vec::new() };
        let Some(array) = value.get_ref().as_array() else {
            let message = format!("`{key}` is a list of tables here; write `[[{key}]]`");
            self.problems.push(Problem::new(self.source, value.span(), message));
            return Vec::new();
        };
        array.iter().filter_map(|item| self.section(item, key, name, &mut read)).collect()
    }

    /// A sub-table whose keys are names of the user's own, with a text each.
    fn texts(&mut self, key: &'static str) -> Vec<NamedText> {
        let Some(value) = self.value(key) else { return Vec::new() };
        let Some(table) = value.get_ref().as_table() else {
            let message = format!("`{key}` is a table here; write `[{key}]`, and below it name = '…'");
            self.problems.push(Problem::new(self.source, value.span(), message));
            return Vec::new();
        };
        let mut texts = Vec::new();
        for (name, value) in table {
            if let Some(text) = value.get_ref().as_str() {
                let name = At { value: name.get_ref().to_string(), span: name.span() };
                texts.push((name, At { value: text.to_owned(), span: value.span() }));
            } else {
                let message = format!("[{key}] holds texts only: {} = '…'", name.get_ref());
                self.problems.push(Problem::new(self.source, value.span(), message));
            }
        }
        texts
    }

    fn section<T>(
        &mut self,
        value: &Spanned<DeValue<'i>>,
        key: &str,
        name: &str,
        read: impl FnOnce(&mut Reader<'_, 'i>) -> T,
    ) -> Option<T> {
        let Some(table) = value.get_ref().as_table() else {
            let message = format!("`{key}` is a table here; write `[{key}]` and its keys below");
            self.problems.push(Problem::new(self.source, value.span(), message));
            return None;
        };
        let (source, span) = (self.source, value.span());
        let mut inner = Reader { source, table, span, name, known: Vec::new(), problems: self.problems };
        let made = read(&mut inner);
        inner.end();
        Some(made)
    }

    /// Reports the keys nobody asked for.
    fn end(self) {
        for (key, _) in self.table {
            let word: &str = key.get_ref();
            if !self.known.contains(&word) {
                let hint = match nearest(word, self.known.iter().copied()) {
                    Some(meant) => format!("did you mean `{meant}`?"),
                    None => format!("known are {}", self.known.join(", ")),
                };
                let message = format!("unknown key `{word}` in {}; {hint}", self.name);
                self.problems.push(Problem::new(self.source, key.span(), message));
            }
        }
    }
}

/// Parses a file and reads its top level.
fn read_file<T: Default>(
    source: &Arc<Source>,
    problems: &mut Vec<Problem>,
    read: impl FnOnce(&mut Reader<'_, '_>) -> T,
) -> T {
    let (table, errors) = DeTable::parse_recoverable(&source.text);
    if !errors.is_empty() {
        for error in errors {
            let message = error.message().trim().replace('\n', ", ");
            problems.push(Problem::new(source, error.span().unwrap_or(0..0), message));
        }
        return T::default();
    }
    let mut reader =
        Reader { source, table: table.get_ref(), span: table.span(), name: "this file", known: Vec::new(), problems };
    let made = read(&mut reader);
    reader.end();
    made
}

/// `wireroom.toml` as written.
#[derive(Debug, Default)]
pub struct DaemonOptions {
    pub state_dir: Given<String>,
    pub log_dir: Given<String>,
    pub fetch: FetchOptions,
    pub schedule: ScheduleOptions,
    pub store: StoreOptions,
    pub alerts: AlertOptions,
    pub stories: StoryOptions,
    pub websub: WebSubOptions,
    pub sinks: Vec<SinkOptions>,
}

#[derive(Debug, Default)]
pub struct FetchOptions {
    pub user_agent_contact: Given<String>,
    pub max_concurrency: Given<u32>,
    pub per_host_concurrency: Given<u32>,
    pub per_host_delay_ms: Given<u32>,
    pub timeout: Given<Span>,
    pub max_feed_bytes: Given<Size>,
    pub max_page_bytes: Given<Size>,
    pub allow_private: Given<Vec<Network>>,
    pub proxy: Given<String>,
    pub ca_file: Given<String>,
    pub robots: Given<bool>,
}

#[derive(Debug, Default)]
pub struct ScheduleOptions {
    pub min_interval: Given<Span>,
    pub max_interval: Given<Span>,
    pub default_interval: Given<Span>,
    pub page_wait: Given<Span>,
}

#[derive(Debug, Default)]
pub struct StoreOptions {
    pub database: Given<String>,
    pub copies: Given<String>,
    pub keep_articles: Given<Span>,
    pub keep_copies: Given<Span>,
    pub keep_alert_copies: Given<Span>,
    pub max_copies: Given<Size>,
    pub min_free: Given<Size>,
}

#[derive(Debug, Default)]
pub struct AlertOptions {
    pub timezone: Given<String>,
    pub max_age: Given<Span>,
    pub signing_key: Given<String>,
}

#[derive(Debug, Default)]
pub struct StoryOptions {
    pub enabled: Given<bool>,
    pub window: Given<Span>,
    pub min_words: Given<u32>,
}

#[derive(Debug, Default)]
pub struct WebSubOptions {
    pub callback: Given<String>,
    pub listen: Given<String>,
}

#[derive(Debug)]
pub struct SinkOptions {
    pub span: Range<usize>,
    pub id: Given<String>,
    pub kind: Given<String>,
    pub url: Given<String>,
    pub headers: Given<std::collections::BTreeMap<String, String>>,
    pub credential: Given<String>,
    pub timeout: Given<Span>,
    pub topics: Given<Vec<String>>,
    pub min_severity: Given<String>,
    pub timing: Given<String>,
}

/// A `[[feed]]` as written.
#[derive(Debug)]
pub struct FeedOptions {
    pub span: Range<usize>,
    pub id: Given<String>,
    pub url: Given<String>,
    pub outlet: Given<String>,
    pub tags: Given<Vec<String>>,
    pub kind: Given<String>,
    pub interval: Given<Span>,
    pub pages: Given<bool>,
    pub headers: Given<std::collections::BTreeMap<String, String>>,
    pub credential: Given<String>,
    pub enabled: Given<bool>,
    pub select: Option<SelectOptions>,
}

#[derive(Debug, Default)]
pub struct SelectOptions {
    pub item: Given<String>,
    pub link: Given<String>,
    pub title: Given<String>,
    pub date: Given<String>,
    pub summary: Given<String>,
    pub body: Given<String>,
}

/// A file of topics as written.
#[derive(Debug, Default)]
pub struct TopicFileOptions {
    pub topics: Vec<TopicOptions>,
    /// Of `[terms]`: names of groups and their queries.
    pub terms: Vec<NamedText>,
}

/// A `[[topic]]` as written.
#[derive(Debug)]
pub struct TopicOptions {
    pub span: Range<usize>,
    pub id: Given<String>,
    pub name: Given<String>,
    pub severity: Given<String>,
    pub query: Given<String>,
    pub languages: Given<Vec<String>>,
    pub outlets: Given<Vec<String>>,
    pub tags: Given<Vec<String>>,
    pub enabled: Given<bool>,
    pub mute_until: Given<toml::value::Datetime>,
    pub max_per_hour: Given<u32>,
    pub owner: Given<String>,
    pub note: Given<String>,
    pub score: Option<ScoreOptions>,
}

#[derive(Debug)]
pub struct ScoreOptions {
    pub span: Range<usize>,
    pub threshold: Given<f64>,
    pub zones: Given<std::collections::BTreeMap<String, f64>>,
    pub terms: Vec<ScoreTermOptions>,
}

#[derive(Debug)]
pub struct ScoreTermOptions {
    pub span: Range<usize>,
    pub query: Given<String>,
    pub weight: Given<f64>,
}

pub fn daemon(source: &Arc<Source>, problems: &mut Vec<Problem>) -> DaemonOptions {
    read_file(source, problems, |top| DaemonOptions {
        state_dir: top.get("state_dir"),
        log_dir: top.get("log_dir"),
        fetch: top.table("fetch", "[fetch]", fetch).unwrap_or_default(),
        schedule: top.table("schedule", "[schedule]", schedule).unwrap_or_default(),
        store: top.table("store", "[store]", store).unwrap_or_default(),
        alerts: top.table("alerts", "[alerts]", alerts).unwrap_or_default(),
        stories: top.table("stories", "[stories]", stories).unwrap_or_default(),
        websub: top.table("websub", "[websub]", websub).unwrap_or_default(),
        sinks: top.tables("sink", "[[sink]]", sink),
    })
}

fn fetch(at: &mut Reader<'_, '_>) -> FetchOptions {
    FetchOptions {
        user_agent_contact: at.get("user_agent_contact"),
        max_concurrency: at.get("max_concurrency"),
        per_host_concurrency: at.get("per_host_concurrency"),
        per_host_delay_ms: at.get("per_host_delay_ms"),
        timeout: at.get("timeout"),
        max_feed_bytes: at.get("max_feed_bytes"),
        max_page_bytes: at.get("max_page_bytes"),
        allow_private: at.get("allow_private"),
        proxy: at.get("proxy"),
        ca_file: at.get("ca_file"),
        robots: at.get("robots"),
    }
}

fn schedule(at: &mut Reader<'_, '_>) -> ScheduleOptions {
    ScheduleOptions {
        min_interval: at.get("min_interval"),
        max_interval: at.get("max_interval"),
        default_interval: at.get("default_interval"),
        page_wait: at.get("page_wait"),
    }
}

fn store(at: &mut Reader<'_, '_>) -> StoreOptions {
    StoreOptions {
        database: at.get("database"),
        copies: at.get("copies"),
        keep_articles: at.get("keep_articles"),
        keep_copies: at.get("keep_copies"),
        keep_alert_copies: at.get("keep_alert_copies"),
        max_copies: at.get("max_copies"),
        min_free: at.get("min_free"),
    }
}

fn alerts(at: &mut Reader<'_, '_>) -> AlertOptions {
    AlertOptions { timezone: at.get("timezone"), max_age: at.get("max_age"), signing_key: at.get("signing_key") }
}

fn stories(at: &mut Reader<'_, '_>) -> StoryOptions {
    StoryOptions { enabled: at.get("enabled"), window: at.get("window"), min_words: at.get("min_words") }
}

fn websub(at: &mut Reader<'_, '_>) -> WebSubOptions {
    WebSubOptions { callback: at.get("callback"), listen: at.get("listen") }
}

fn sink(at: &mut Reader<'_, '_>) -> SinkOptions {
    SinkOptions {
        span: at.span.clone(),
        id: at.get("id"),
        kind: at.get("kind"),
        url: at.get("url"),
        headers: at.get("headers"),
        credential: at.get("credential"),
        timeout: at.get("timeout"),
        topics: at.get("topics"),
        min_severity: at.get("min_severity"),
        timing: at.get("timing"),
    }
}

pub fn feeds(source: &Arc<Source>, problems: &mut Vec<Problem>) -> Vec<FeedOptions> {
    read_file(source, problems, |top| {
        top.tables("feed", "[[feed]]", |at| FeedOptions {
            span: at.span.clone(),
            id: at.get("id"),
            url: at.get("url"),
            outlet: at.get("outlet"),
            tags: at.get("tags"),
            kind: at.get("kind"),
            interval: at.get("interval"),
            pages: at.get("pages"),
            headers: at.get("headers"),
            credential: at.get("credential"),
            enabled: at.get("enabled"),
            select: at.table("select", "[feed.select]", |at| SelectOptions {
                item: at.get("item"),
                link: at.get("link"),
                title: at.get("title"),
                date: at.get("date"),
                summary: at.get("summary"),
                body: at.get("body"),
            }),
        })
    })
}

pub fn topics(source: &Arc<Source>, problems: &mut Vec<Problem>) -> TopicFileOptions {
    let (topics, terms) = topics_with(source, problems, |options, _, _| options);
    TopicFileOptions { topics, terms }
}

/// As [`topics`], each topic made into something else at once: of very many the options would take more room than what
/// they become. `made` is also told whether the topic is the file's only one.
pub fn topics_with<T>(
    source: &Arc<Source>,
    problems: &mut Vec<Problem>,
    mut made: impl FnMut(TopicOptions, bool, &mut Vec<Problem>) -> T,
) -> (Vec<T>, Vec<NamedText>) {
    read_file(source, problems, |top| {
        let terms = top.texts("terms");
        let alone = top.count("topic") == 1;
        let topics = top.tables("topic", "[[topic]]", |at| {
            let options = topic(at);
            made(options, alone, at.problems)
        });
        (topics, terms)
    })
}

fn topic(at: &mut Reader<'_, '_>) -> TopicOptions {
    TopicOptions {
        span: at.span.clone(),
        id: at.get("id"),
        name: at.get("name"),
        severity: at.get("severity"),
        query: at.get("query"),
        languages: at.get("languages"),
        outlets: at.get("outlets"),
        tags: at.get("tags").or(at.get("feed_tags")),
        enabled: at.get("enabled"),
        mute_until: at.get("mute_until"),
        max_per_hour: at.get("max_per_hour"),
        owner: at.get("owner"),
        note: at.get("note"),
        score: at.table("score", "[topic.score]", |at| ScoreOptions {
            span: at.span.clone(),
            threshold: at.get("threshold"),
            zones: at.get("zones"),
            terms: at.tables("terms", "[topic.score] terms", |at| ScoreTermOptions {
                span: at.span.clone(),
                query: at.get("match"),
                weight: at.get("weight"),
            }),
        }),
    }
}

/// What serde says of a value of another type, without the names of Rust's types.
fn in_words(message: &str) -> String {
    let told = message.strip_prefix("invalid type: ").or_else(|| message.strip_prefix("invalid value: "));
    let Some((found, wanted)) = told.and_then(|told| told.split_once(", expected ")) else {
        return message.to_owned();
    };
    let whole = |most: u64| format!("a whole number from 0 to {most}");
    let wanted = match wanted {
        "u8" => whole(u8::MAX.into()),
        "u16" => whole(u16::MAX.into()),
        "u32" => whole(u32::MAX.into()),
        "u64" | "usize" => "a whole number, 0 or more".to_owned(),
        "f64" => "a number".to_owned(),
        "a boolean" => "true or false".to_owned(),
        "a sequence" => "a list: [\"…\"]".to_owned(),
        "a string" => "a text in quotes".to_owned(),
        other => other.to_owned(),
    };
    format!("{found} stands here; it takes {wanted}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_of_another_type_is_told_in_the_operators_words() {
        let said = |text: &str| {
            let source = Arc::new(Source { name: "wireroom.toml".to_owned(), text: text.to_owned() });
            let mut problems = Vec::new();
            daemon(&source, &mut problems);
            problems.iter().map(|problem| problem.message.clone()).collect::<Vec<_>>().join("; ")
        };
        for (text, expected) in [
            (
                "max_concurrency = \"many\"",
                "`max_concurrency`: string \"many\" stands here; it takes a whole number from 0 to 4294967295",
            ),
            (
                "per_host_delay_ms = -1",
                "`per_host_delay_ms`: integer `-1` stands here; it takes a whole number from 0 to 4294967295",
            ),
            ("robots = \"no\"", "`robots`: string \"no\" stands here; it takes true or false"),
            ("allow_private = 1", "`allow_private`: integer `1` stands here; it takes a list: [\"…\"]"),
            ("proxy = 1", "`proxy`: integer `1` stands here; it takes a text in quotes"),
        ] {
            assert_eq!(said(&format!("[fetch]\n{text}\n")), expected);
        }
    }
}
