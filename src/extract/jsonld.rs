//! The JSON-LD scripts of a page → what they say of its article (schema.org/NewsArticle and kin).
//! Bends to what publishers write: raw line breaks in strings, CDATA, `@graph`, lists. No context or frame is resolved.

use std::sync::LazyLock;

use dom_query::NodeRef;
use regex::Regex;

use super::pattern::regex;
use rustc_hash::FxHashMap;
use serde_json::Value;

/// Scripts of one page that are read.
const MAX_SCRIPTS: usize = 50;

/// What JSON-LD says of the page's article; texts as written.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Linked {
    pub headline: Option<String>,
    pub authors: Vec<String>,
    pub published: Option<String>,
    pub modified: Option<String>,
    pub language: Option<String>,
    pub site: Option<String>,
    pub image: Option<String>,
    pub url: Option<String>,
    pub section: Option<String>,
    pub description: Option<String>,
    pub body: Option<String>,
    /// `isAccessibleForFree`; false where it is false of a part.
    pub free: Option<bool>,
}

/// Reads the JSON-LD scripts of a page; the first article wins, later ones fill what it leaves open. `own` is whether an address is
/// the page's.
pub(super) fn read(scripts_of_page: &[NodeRef], own: impl Fn(&str) -> bool) -> Linked {
    let mut scripts = Vec::new();
    let mut broken = Linked::default();
    for script in scripts_of_page.iter().take(MAX_SCRIPTS) {
        let text = script.text();
        match parse(&text) {
            Some(value) => scripts.push(value),
            None => salvage(&text, &mut broken),
        }
    }
    let mut graph = Graph::default();
    for value in &scripts {
        graph.collect(value, 0);
    }
    // A list page embeds the articles it links to: the one of this address, or the fullest, is this page's.
    graph.articles.sort_by_key(|article| {
        let at = text(article.get("url")).or_else(|| article.get("mainEntityOfPage").and_then(address));
        std::cmp::Reverse((at.is_some_and(|at| own(&at)), rank(article)))
    });
    let mut linked = graph.articles.first().map(|article| graph.of_article(article)).unwrap_or(broken);
    linked.site = linked.site.or(graph.site);
    linked.section = linked.section.or(graph.section);
    linked
}

fn rank(article: &Value) -> usize {
    ["headline", "datePublished", "author", "articleBody", "mainEntityOfPage"]
        .iter()
        .filter(|k| article.get(**k).is_some())
        .count()
}

/// Parses leniently; `None` where it is no JSON even so.
fn parse(text: &str) -> Option<Value> {
    static TRAILING_COMMA: LazyLock<Regex> = LazyLock::new(|| regex(r",(\s*[}\]])"));
    let text = text.trim().trim_start_matches("//<![CDATA[").trim_start_matches("<![CDATA[");
    let text = text.trim_end_matches("//]]>").trim_end_matches("]]>").trim().trim_end_matches(';');
    serde_json::from_str(text).ok().or_else(|| {
        // Raw line breaks in strings, escapes of JavaScript, a comma before the end, quotation marks escaped as in HTML.
        let tame: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        let tame = tame.replace("\\'", "'");
        let tame = TRAILING_COMMA.replace_all(&tame, "$1");
        serde_json::from_str(&tame).ok().or_else(|| serde_json::from_str(&tame.replace("&quot;", "\"")).ok())
    })
}

/// Picks the plain members out of a script that is no JSON: a quotation mark in a headline must not cost the date.
fn salvage(text: &str, linked: &mut Linked) {
    static MEMBER: LazyLock<Regex> =
        LazyLock::new(|| regex(r#""(datePublished|dateModified|inLanguage|articleSection)"\s*:\s*"([^"\\]{2,60})""#));
    if !text.contains("Article") && !text.contains("BlogPosting") {
        return;
    }
    for member in MEMBER.captures_iter(text).take(20) {
        let place = match &member[1] {
            "datePublished" => &mut linked.published,
            "dateModified" => &mut linked.modified,
            "inLanguage" => &mut linked.language,
            _ => &mut linked.section,
        };
        place.get_or_insert_with(|| member[2].to_owned());
    }
}

/// What the scripts of one page hold together.
#[derive(Default)]
struct Graph<'a> {
    articles: Vec<&'a Value>,
    by_id: FxHashMap<&'a str, &'a Value>,
    site: Option<String>,
    section: Option<String>,
}

impl<'a> Graph<'a> {
    fn collect(&mut self, value: &'a Value, depth: usize) {
        if depth > 6 || self.articles.len() > 100 || self.by_id.len() > 1000 {
            return;
        }
        match value {
            Value::Array(values) => values.iter().for_each(|v| self.collect(v, depth + 1)),
            Value::Object(object) => {
                if let Some(id) = object.get("@id").and_then(Value::as_str).filter(|_| object.len() > 1) {
                    self.by_id.entry(id).or_insert(value);
                }
                let is = |test: fn(&str) -> bool| match object.get("@type") {
                    Some(Value::String(kind)) => test(kind),
                    Some(Value::Array(kinds)) => kinds.iter().filter_map(Value::as_str).any(test),
                    _ => false,
                };
                if is(is_article) {
                    self.articles.push(value);
                } else if is(|kind| kind == "WebSite") {
                    self.site = self.site.take().or_else(|| text(object.get("name")));
                } else if is(|kind| kind == "BreadcrumbList") && self.section.is_none() {
                    self.section = crumb(object.get("itemListElement"));
                }
                for key in ["@graph", "mainEntity", "mainEntityOfPage"] {
                    if let Some(inner) = object.get(key) {
                        self.collect(inner, depth + 1);
                    }
                }
            }
            _ => {}
        }
    }

    /// A member, or what its `@id` names elsewhere in the graph.
    fn follow(&self, value: Option<&'a Value>) -> Option<&'a Value> {
        let value = value?;
        let is_reference = value.as_object().is_some_and(|object| !object.contains_key("name"));
        let id = value.get("@id").and_then(Value::as_str).filter(|_| is_reference);
        Some(id.and_then(|id| self.by_id.get(id).copied()).unwrap_or(value))
    }

    fn of_article(&self, article: &'a Value) -> Linked {
        let get = |key: &str| text(article.get(key));
        let mut authors = Vec::new();
        match article.get("author").or_else(|| article.get("creator")) {
            Some(Value::Array(values)) => {
                values.iter().take(30).for_each(|value| names(self.follow(Some(value)), &mut authors));
            }
            value => names(self.follow(value), &mut authors),
        }
        let part = article.get("hasPart");
        let parts = part
            .and_then(Value::as_array)
            .map_or_else(|| part.into_iter().collect(), |parts| parts.iter().collect::<Vec<_>>());
        let free = is_free(article.get("isAccessibleForFree"));
        let part_free = parts.iter().filter_map(|part| is_free(part.get("isAccessibleForFree"))).min();
        Linked {
            headline: get("headline").or_else(|| get("name")),
            authors,
            published: get("datePublished").or_else(|| get("dateCreated")),
            modified: get("dateModified"),
            language: get("inLanguage"),
            site: text(self.follow(article.get("publisher"))),
            image: image(self.follow(article.get("image"))).or_else(|| get("thumbnailUrl")),
            url: get("url").or_else(|| article.get("mainEntityOfPage").and_then(address)),
            section: get("articleSection"),
            description: get("description"),
            body: get("articleBody"),
            free: free.into_iter().chain(part_free).min(),
        }
    }
}

/// The last but one name of a trail: the last one is the article.
fn crumb(items: Option<&Value>) -> Option<String> {
    let items = items?.as_array()?;
    let item = items.get(items.len().checked_sub(2)?).filter(|_| items.len() > 2)?;
    text(item.get("name")).or_else(|| text(item.get("item").and_then(|item| item.get("name"))))
}

fn is_article(kind: &str) -> bool {
    let kind = kind.rsplit(['/', ':']).next().unwrap_or(kind);
    kind.ends_with("Article")
        || matches!(kind, "BlogPosting" | "LiveBlogPosting" | "Report" | "SocialMediaPosting" | "Review")
}

fn is_free(value: Option<&Value>) -> Option<bool> {
    match value? {
        Value::Bool(free) => Some(*free),
        Value::String(free) if free.eq_ignore_ascii_case("false") || free.ends_with("/False") => Some(false),
        Value::String(free) if free.eq_ignore_ascii_case("true") || free.ends_with("/True") => Some(true),
        _ => None,
    }
}

/// A value's text: itself, its `name` or `@value`, or that of its first member.
fn text(value: Option<&Value>) -> Option<String> {
    match value? {
        Value::String(text) if !text.trim().is_empty() => Some(text.trim().to_owned()),
        Value::Array(values) => values.iter().find_map(|v| text(Some(v))),
        Value::Object(object) => ["name", "@value", "alternateName", "url"]
            .iter()
            .find_map(|key| object.get(*key).filter(|v| v.is_string()).and_then(|v| text(Some(v)))),
        _ => None,
    }
}

fn names(value: Option<&Value>, out: &mut Vec<String>) {
    match value {
        Some(Value::Array(values)) => values.iter().take(30).for_each(|v| match v {
            Value::Array(_) => {}
            v => names(Some(v), out),
        }),
        Some(Value::Object(object)) => match object.get("name") {
            Some(Value::Array(values)) => out.extend(values.iter().filter_map(Value::as_str).map(str::to_owned)),
            name => out.extend(text(name)),
        },
        Some(Value::String(name)) => out.push(name.clone()),
        _ => {}
    }
}

fn image(value: Option<&Value>) -> Option<String> {
    match value? {
        Value::String(url) => Some(url.clone()),
        Value::Array(values) => values.iter().filter(|v| !v.is_array()).find_map(|v| image(Some(v))),
        Value::Object(object) => {
            object.get("url").or_else(|| object.get("contentUrl")).and_then(Value::as_str).map(str::to_owned)
        }
        _ => None,
    }
}

fn address(value: &Value) -> Option<String> {
    match value {
        Value::String(url) => Some(url.clone()),
        Value::Object(object) => {
            object.get("@id").or_else(|| object.get("url")).and_then(Value::as_str).map(str::to_owned)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::landmarks::Landmarks;
    use dom_query::Document;

    fn read_script(json: &str) -> Linked {
        let document = Document::from(format!(
            "<html><head><script type=\"application/ld+json\">{json}</script></head><body></body>"
        ));
        read(&Landmarks::of(&document).linked_data, |url| url == "https://p.example/own")
    }

    #[test]
    fn articles_are_found_wherever_they_stand() {
        for json in [
            r#"{"@type":"NewsArticle","headline":"Ferry late","author":"Ann Lee"}"#,
            r#"[{"@type":"BreadcrumbList"},
                {"@type":["ReportageNewsArticle"],"headline":"Ferry late","author":[{"name":"Ann Lee"}]}]"#,
            r#"{"@graph":[{"@type":"Person","name":"x"},
                {"@type":"Article","headline":"Ferry late","author":{"name":["Ann Lee"]}}]}"#,
            "//<![CDATA[\n{\"@type\":\"BlogPosting\",\"name\":\"Ferry late\",\"author\":{\"name\":\"Ann \
             Lee\"}};\n//]]>",
            "{\"@type\":\"http://schema.org/NewsArticle\",\"name\":\"Ferry late\",\"author\":\"Ann \
             Lee\",\"about\":\"a\nb\"}",
        ] {
            let linked = read_script(json);
            assert_eq!(linked.headline.as_deref(), Some("Ferry late"), "{json}");
            assert_eq!(linked.authors, ["Ann Lee"], "{json}");
        }
    }

    #[test]
    fn references_of_a_graph_are_followed_and_the_page_own_article_is_taken() {
        let linked = read_script(
            r##"{"@graph":[{"@type":"Article","headline":"Other","url":"https://p.example/other","author":"X Y"},
            {"@type":"Article","headline":"Ferry late","mainEntityOfPage":{"@id":"https://p.example/own"},
             "author":[{"@id":"#ann"}],"publisher":{"@id":"#org"},"image":{"@id":"#pic"},"isAccessibleForFree":true},
            {"@type":"Person","@id":"#ann","name":"Ann Lee"},{"@type":"Organization","@id":"#org","name":"The Post"},
            {"@type":"ImageObject","@id":"#pic","url":"i.png"},
            {"@type":"BreadcrumbList","itemListElement":[{"name":"Home"},{"item":{"name":"Harbour"}},{"name":"Ferry"}]}]}"##,
        );
        assert_eq!(linked.headline.as_deref(), Some("Ferry late"));
        assert_eq!(linked.authors, ["Ann Lee"]);
        assert_eq!(linked.site.as_deref(), Some("The Post"));
        assert_eq!(linked.image.as_deref(), Some("i.png"));
        assert_eq!(linked.section.as_deref(), Some("Harbour"));
        assert_eq!(linked.free, Some(true));
    }

    #[test]
    fn broken_scripts_still_give_their_dates() {
        for json in [
            r#"{"@type":"NewsArticle","headline":"The "late" ferry","datePublished":"2024-02-03"}"#,
            r#"{"@type":"NewsArticle","headline":"It\'s late","datePublished":"2024-02-03",}"#,
            r"{&quot;@type&quot;:&quot;NewsArticle&quot;,&quot;datePublished&quot;:&quot;2024-02-03&quot;}",
        ] {
            assert_eq!(read_script(json).published.as_deref(), Some("2024-02-03"), "{json}");
        }
    }

    #[test]
    fn the_rest_is_read_and_nonsense_passes() {
        let linked = read_script(
            r#"{"@type":"NewsArticle","datePublished":"2024-02-03","image":[{"url":"i.png"}],
            "publisher":{"name":"The Post"},
            "hasPart":{"isAccessibleForFree":"False"},"mainEntityOfPage":{"@id":"https://p.example/a"},
            "inLanguage":"en"}"#,
        );
        assert_eq!(linked.published.as_deref(), Some("2024-02-03"));
        assert_eq!(linked.image.as_deref(), Some("i.png"));
        assert_eq!(linked.site.as_deref(), Some("The Post"));
        assert_eq!(linked.url.as_deref(), Some("https://p.example/a"));
        assert_eq!(linked.free, Some(false));
        for json in ["", "{", "null", "[[[[1]]]]", r#"{"@type":"Organization","name":"x"}"#, r#"{"@type":{"a":1}}"#] {
            assert_eq!(read_script(json), Linked::default(), "{json}");
        }
    }
}
