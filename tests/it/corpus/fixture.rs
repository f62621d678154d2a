//! A page as an outlet would send it, and what it should be read as. `tests/pages/README.md` says how one is written.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use dom_query::Document;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::fmt::strtime;
use regex::Regex;
use serde::Deserialize;
use wireroom::model::Quality;

use super::template;

/// The words that surround articles in one language. A language that has none writes its pages whole.
#[derive(Debug, Default, Deserialize)]
pub struct Furniture {
    pub menu: Vec<String>,
    /// Headline and summary.
    pub stories: Vec<(String, String)>,
    /// Name and text.
    pub comments: Vec<(String, String)>,
    #[serde(flatten)]
    pub words: HashMap<String, String>,
}

#[derive(Debug)]
pub struct Fixture {
    pub name: String,
    pub url: String,
    pub html: Vec<u8>,
    pub expected: Expected,
}

#[derive(Debug)]
pub struct Expected {
    pub title: String,
    pub byline: Vec<String>,
    /// The byline names a desk or an agency: no person is as good an answer.
    pub desk: bool,
    pub published: Option<Timestamp>,
    pub language: String,
    pub quality: Quality,
    pub captions: Vec<String>,
    /// Paragraphs, a blank line between.
    pub text: String,
    /// What one may take for the article or not: the standfirst, an embedded post, the author's line below.
    pub optional: Vec<String>,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pages")
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Every page, by name.
pub fn all() -> Vec<Fixture> {
    let entries = fs::read_dir(folder().join("articles")).expect("the pages");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    let mut furniture = HashMap::new();
    paths.iter().map(|path| fixture(path, &mut furniture)).collect()
}

fn fixture(path: &Path, furniture: &mut HashMap<String, Furniture>) -> Fixture {
    let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
    let source = read(path);
    let (head, body) = source.split_once("\n---\n").unwrap_or_else(|| panic!("{name}: no line --- after the head"));
    let head: HashMap<&str, &str> =
        head.lines().map(|line| line.split_once(':').unwrap_or_else(|| panic!("{name}: {line}"))).collect();
    let get = |key: &str| head.get(key).map_or("", |value| value.trim());
    let language = get("language").to_owned();
    let furniture = furniture.entry(language.clone()).or_insert_with(|| {
        let path = folder().join("furniture").join(format!("{language}.toml"));
        if !path.exists() {
            return Furniture::default();
        }
        toml::from_str(&read(&path)).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    });
    let paragraphs = marked(body, '*');
    let mut optional = marked(body, '?');
    optional.push(get("summary").to_owned());
    let published = get("published");
    let list = |key: &str, part: char| -> Vec<String> {
        get(key).split(part).map(str::trim).filter(|item| !item.is_empty()).map(str::to_owned).collect()
    };
    let mut values: HashMap<&str, String> = HashMap::from([
        ("modified", published.to_owned()),
        ("free", "true".to_owned()),
        ("tier", "free".to_owned()),
        ("shown", published.to_owned()),
        ("author", get("byline").trim_start_matches('~').replace(';', ",")),
    ]);
    values.extend(head.iter().map(|(key, value)| (*key, value.trim().to_owned())));
    let published = (!published.is_empty()).then(|| instant(published));
    if let Some(at) = published {
        values.insert("millis", at.as_millisecond().to_string());
        values.insert("compact", at.strftime("%Y%m%dT%H%M").to_string());
    }
    let page = template::Page { values, furniture, paragraphs: &paragraphs };
    let article = page.fill(&without_marks(body.trim_end()));
    let outlet = read(&folder().join("outlets").join(format!("{}.html", get("outlet"))));
    let html = page.fill(&outlet.replace("{{article}}", &article));
    let quality = get("quality");
    let quality = if quality.is_empty() { Quality::Full } else { Quality::from_name(quality).expect("a quality") };
    let expected = Expected {
        title: get("title").to_owned(),
        byline: list("byline", ';').iter().map(|name| name.trim_start_matches('~').to_owned()).collect(),
        desk: get("byline").starts_with('~'),
        published,
        language,
        quality,
        captions: list("captions", '|'),
        text: paragraphs.join("\n\n"),
        optional,
    };
    Fixture { name, url: get("url").to_owned(), html: html.into_bytes(), expected }
}

/// The texts of the elements whose tag has that mark: `<p*>` is the article's, `<p?>` may be.
fn marked(body: &str, mark: char) -> Vec<String> {
    let start = Regex::new(r"<([A-Za-z]\w*)([*?])(\s[^>]*)?>|\{\{star\}\}").expect("a fixed pattern");
    let breaks = Regex::new(r"(?i)<br\s*/?>|</t[dr]>").expect("a fixed pattern");
    let mut texts = Vec::new();
    for found in start.captures_iter(body) {
        if found.get(2).map_or('*', |m| m.as_str().chars().next().expect("a mark")) != mark {
            continue;
        }
        let end = found.get(1).map_or("{{unstar}}".to_owned(), |name| format!("</{}>", name.as_str()));
        let rest = &body[found.get(0).expect("the whole").end()..];
        let inner = &rest[..rest.find(&end).unwrap_or_else(|| panic!("no {end} after {}", &found[0]))];
        // What is marked within is a paragraph of its own; what is hidden within is none.
        let document = Document::fragment(without_marks(&breaks.replace_all(inner, " $0")));
        document.select("[style*='display:none']").remove();
        texts.push(document.text().split_whitespace().collect::<Vec<_>>().join(" "));
    }
    texts
}

fn without_marks(body: &str) -> String {
    let marks = Regex::new(r"<([A-Za-z]\w*)[*?]").expect("a fixed pattern");
    marks.replace_all(body, "<$1").replace("{{star}}", "").replace("{{unstar}}", "")
}

fn instant(text: &str) -> Timestamp {
    if let Ok(at) = text.parse() {
        return at;
    }
    if let Ok(at) = strtime::parse("%Y-%m-%d %H:%M:%S %z", text).and_then(|parsed| parsed.to_timestamp()) {
        return at;
    }
    let date: Date = text.parse().unwrap_or_else(|error| panic!("{text}: {error}"));
    jiff::tz::TimeZone::UTC.to_timestamp(date.at(0, 0, 0, 0)).expect("a day")
}
