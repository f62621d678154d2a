//! The JSON-LD scripts of a page → what they say of its article (schema.org/NewsArticle and kin).
//! Bends to what publishers write: raw line breaks in strings, CDATA, `@graph`, lists. No context or frame is resolved.

use dom_query::Document;
use serde_json::Value;

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
    /// `isAccessibleForFree` is false, of the article or a part of it.
    pub paywalled: bool,
}

/// Reads every JSON-LD script; the first article wins, later ones fill what it leaves open.
pub(super) fn read(document: &Document) -> Linked {
    let mut articles = Vec::new();
    let mut site = None;
    for script in document.select("script[type*='ld+json']").nodes() {
        let Some(value) = parse(&script.text()) else { continue };
        collect(&value, &mut articles, &mut site, 0);
    }
    // A list page embeds the articles it links to: only a lone article, or the fullest, is this page's.
    articles.sort_by_key(|article| std::cmp::Reverse(rank(article)));
    let mut linked = articles.first().map(of_article).unwrap_or_default();
    linked.site = linked.site.or(site);
    linked
}

fn rank(article: &Value) -> usize {
    ["headline", "datePublished", "author", "articleBody", "mainEntityOfPage"]
        .iter()
        .filter(|k| article.get(**k).is_some())
        .count()
}

/// Parses leniently; `None` where it is no JSON at all.
fn parse(text: &str) -> Option<Value> {
    let text = text.trim().trim_start_matches("//<![CDATA[").trim_start_matches("<![CDATA[");
    let text = text.trim_end_matches("//]]>").trim_end_matches("]]>").trim().trim_end_matches(';');
    serde_json::from_str(text).ok().or_else(|| {
        let tame: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        serde_json::from_str(&tame).ok()
    })
}

fn collect(value: &Value, articles: &mut Vec<Value>, site: &mut Option<String>, depth: usize) {
    if depth > 6 || articles.len() > 100 {
        return;
    }
    match value {
        Value::Array(values) => values.iter().for_each(|v| collect(v, articles, site, depth + 1)),
        Value::Object(object) => {
            let is = |test: fn(&str) -> bool| match object.get("@type") {
                Some(Value::String(kind)) => test(kind),
                Some(Value::Array(kinds)) => kinds.iter().filter_map(Value::as_str).any(test),
                _ => false,
            };
            if is(is_article) {
                articles.push(value.clone());
            } else if is(|kind| kind == "WebSite") {
                *site = site.take().or_else(|| text(object.get("name")));
            }
            for key in ["@graph", "mainEntity", "mainEntityOfPage"] {
                if let Some(inner) = object.get(key) {
                    collect(inner, articles, site, depth + 1);
                }
            }
        }
        _ => {}
    }
}

fn is_article(kind: &str) -> bool {
    let kind = kind.rsplit(['/', ':']).next().unwrap_or(kind);
    kind.ends_with("Article")
        || matches!(kind, "BlogPosting" | "LiveBlogPosting" | "Report" | "SocialMediaPosting" | "Review")
}

fn of_article(article: &Value) -> Linked {
    let get = |key: &str| text(article.get(key));
    let mut authors = Vec::new();
    names(article.get("author").or_else(|| article.get("creator")), &mut authors);
    let part = article.get("hasPart");
    let parts = part
        .and_then(Value::as_array)
        .map_or_else(|| part.into_iter().collect(), |parts| parts.iter().collect::<Vec<_>>());
    Linked {
        headline: get("headline").or_else(|| get("name")),
        authors,
        published: get("datePublished").or_else(|| get("dateCreated")),
        modified: get("dateModified"),
        language: get("inLanguage"),
        site: article.get("publisher").and_then(|p| text(Some(p))),
        image: image(article.get("image")).or_else(|| get("thumbnailUrl")),
        url: get("url").or_else(|| article.get("mainEntityOfPage").and_then(address)),
        paywalled: is_false(article.get("isAccessibleForFree"))
            || parts.iter().any(|part| is_false(part.get("isAccessibleForFree"))),
    }
}

fn is_false(value: Option<&Value>) -> bool {
    match value {
        Some(Value::Bool(free)) => !free,
        Some(Value::String(free)) => free.eq_ignore_ascii_case("false") || free.ends_with("/False"),
        _ => false,
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

    fn read_script(json: &str) -> Linked {
        read(&Document::from(format!(
            "<html><head><script type=\"application/ld+json\">{json}</script></head><body></body>"
        )))
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
        assert!(linked.paywalled);
        for json in ["", "{", "null", "[[[[1]]]]", r#"{"@type":"Organization","name":"x"}"#, r#"{"@type":{"a":1}}"#] {
            assert_eq!(read_script(json), Linked::default(), "{json}");
        }
    }
}
