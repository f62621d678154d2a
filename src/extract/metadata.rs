//! A page's tree → title, byline, dates, site, image, addresses, each with where it was found.
//! Several places must agree to overrule the order of trust: JSON-LD, Open Graph, other meta tags, the visible page.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use dom_query::{Document, NodeRef};
use jiff::Timestamp;
use regex::Regex;
use url::Url;

use super::{byline, date, jsonld, title};

/// What the page says of itself.
#[derive(Debug, Default)]
pub(super) struct Metadata {
    pub title: Option<String>,
    pub byline: Vec<String>,
    pub published: Option<Timestamp>,
    pub modified: Option<Timestamp>,
    pub language: Option<String>,
    pub site: Option<String>,
    pub image: Option<String>,
    pub canonical: Option<String>,
    pub paywalled: bool,
    /// A field's name to where it was found.
    pub sources: BTreeMap<String, String>,
}

const PUBLISHED: &[&str] = &[
    "article:published_time",
    "og:article:published_time",
    "datepublished",
    "date.published",
    "dc.date.issued",
    "dcterms.issued",
    "dcterms.created",
    "dc.date",
    "dcterms.date",
    "parsely-pub-date",
    "sailthru.date",
    "pubdate",
    "publishdate",
    "publish-date",
    "publish_date",
    "publication_date",
    "published_time_telegram",
    "cxenseparse:recs:publishtime",
    "article.published",
    "date",
    "og:published_time",
    "datecreated",
    "rnews:datepublished",
    "citation_publication_date",
    "originalpublicationdate",
];
const MODIFIED: &[&str] = &[
    "article:modified_time",
    "og:updated_time",
    "og:article:modified_time",
    "datemodified",
    "dcterms.modified",
    "dc.date.modified",
    "last-modified",
    "lastmod",
    "article.updated",
];
const AUTHOR: &[&str] = &[
    "author",
    "article:author",
    "article:author_name",
    "og:article:author",
    "dc.creator",
    "dcterms.creator",
    "parsely-author",
    "sailthru.author",
    "byl",
    "cxenseparse:author",
    "citation_author",
];
const SITE: &[&str] =
    &["og:site_name", "application-name", "dc.publisher", "article:publisher_name", "cre", "publisher"];

/// `meta` tags by lower-case name, in the page's order.
struct Metas(Vec<(String, String)>);

impl Metas {
    fn of(document: &Document) -> Self {
        let mut all = Vec::new();
        for node in document.select("meta[content]").nodes().iter().take(2000) {
            let content = line(&node.attr_or("content", ""));
            for key in ["property", "name", "itemprop", "http-equiv"] {
                if let Some(name) = node.attr(key).filter(|_| !content.is_empty()) {
                    all.push((
                        name.trim().to_lowercase().replace("dc:", "dc.").replace("dcterms:", "dcterms."),
                        content.clone(),
                    ));
                }
            }
        }
        Self(all)
    }

    fn all<'a>(&'a self, names: &'a [&'a str]) -> impl Iterator<Item = (String, String)> + 'a {
        names
            .iter()
            .flat_map(|name| self.0.iter().filter(move |(key, _)| key == name))
            .map(|(key, value)| (value.clone(), format!("meta {key}")))
    }

    fn first(&self, names: &[&str]) -> Option<(String, String)> {
        self.all(names).next()
    }
}

/// Reads the page's metadata. `base` is where the page was fetched.
pub(super) fn read(document: &Document, base: Option<&Url>) -> Metadata {
    let linked = jsonld::read(document);
    let metas = Metas::of(document);
    let mut m = Metadata { paywalled: linked.paywalled, ..Metadata::default() };

    let from_linked = |value: &Option<String>, key: &str| value.clone().map(|v| (v, format!("json-ld {key}")));
    let site = metas.first(&SITE[..1]).or_else(|| from_linked(&linked.site, "publisher")).or_else(|| metas.first(SITE));
    m.site = m.keep("site", site.filter(|(site, _)| !site.starts_with("http") && !site.starts_with('@')));

    let heads = [
        from_linked(&linked.headline, "headline"),
        metas.first(&["og:title"]),
        metas.first(&["twitter:title"]),
        metas.first(&["dc.title", "dcterms.title", "parsely-title", "sailthru.title", "headline"]),
        first_text(document, "h1[itemprop*='headline'], article h1, main h1", "h1"),
        first_text(document, "h1", "h1"),
        first_text(document, "head title", "title"),
    ];
    let title = title::choose(heads.into_iter().flatten().collect(), m.site.as_deref(), base);
    m.title = m.keep("title", title);

    let times = |selectors: &str, what: &str| times(document, selectors, what);
    let mut published: Vec<_> = from_linked(&linked.published, "datePublished").into_iter().collect();
    published.extend(metas.all(PUBLISHED));
    published.extend(times(
        "[itemprop~='datePublished'], time[pubdate], abbr.published, time.published, time.entry-date",
        "time element",
    ));
    if published.is_empty() {
        published.extend(times("article time[datetime], main time[datetime]", "time element"));
    }
    if published.is_empty() {
        published.extend(times("time[datetime]", "time element"));
    }
    if published.is_empty() {
        published.extend(base.and_then(date_in_address).map(|date| (date, "address".to_owned())));
    }
    m.published = m.keep("published", agreed(&published));

    let mut modified: Vec<_> = from_linked(&linked.modified, "dateModified").into_iter().collect();
    modified.extend(metas.all(MODIFIED));
    modified.extend(times("[itemprop~='dateModified'], time.updated", "time element"));
    // An edit before publication is a template's mistake.
    let modified = agreed(&modified).filter(|(at, _)| m.published.is_none_or(|published| *at >= published));
    m.modified = m.keep("modified", modified);

    let authors = linked.authors.iter().map(|a| (line(a), "json-ld author".to_owned())).collect();
    let found = byline::choose([authors, metas.all(AUTHOR).collect(), byline::shown(document)], m.site.as_deref());
    m.byline = m.keep("byline", found).unwrap_or_default();
    let html_lang =
        document.select_single("html").attr("lang").or_else(|| document.select_single("html").attr("xml:lang"));
    let language = html_lang
        .filter(|lang| !lang.trim().is_empty())
        .map(|lang| (lang.to_string(), "html lang".to_owned()))
        .or_else(|| from_linked(&linked.language, "inLanguage"))
        .or_else(|| metas.first(&["og:locale", "content-language", "dc.language", "language"]));
    m.language = m.keep("language", language);

    let base_of = |value: (String, String)| address(&value.0, base).map(|url| (url, value.1));
    let image = metas
        .first(&["og:image", "og:image:secure_url", "og:image:url", "twitter:image", "twitter:image:src"])
        .or_else(|| from_linked(&linked.image, "image"));
    m.image = m.keep("image", image.and_then(base_of));
    let link = document
        .select("link[rel='canonical']")
        .attr("href")
        .map(|href| (href.to_string(), "link canonical".to_owned()));
    let canonical = [link, metas.first(&["og:url"]), from_linked(&linked.url, "url")]
        .into_iter()
        .flatten()
        .filter_map(base_of)
        .find(|(url, _)| is_page_of(url, base));
    m.canonical = m.keep("canonical", canonical);
    m
}

impl Metadata {
    /// Notes where a field was found, and gives back its value.
    fn keep<T>(&mut self, field: &str, found: Option<(T, String)>) -> Option<T> {
        let (value, source) = found?;
        self.sources.insert(field.to_owned(), source);
        Some(value)
    }
}

/// The first instant on whose day most places agree; of those of one day the first that gives a time.
fn agreed(candidates: &[(String, String)]) -> Option<(Timestamp, String)> {
    let parsed: Vec<_> = candidates.iter().filter_map(|(text, from)| Some((date::parse(text)?, from))).collect();
    let day = |at: Timestamp| at.as_second().div_euclid(86_400);
    let votes = |at: Timestamp| parsed.iter().filter(|(other, _)| day(*other) == day(at)).count();
    let most = parsed.iter().map(|(at, _)| votes(*at)).max()?;
    // One vote against one is no majority: trust decides.
    let leading = if most > 1 { parsed.iter().find(|(at, _)| votes(*at) == most) } else { parsed.first() }?;
    let same_day = parsed.iter().filter(|(at, _)| day(*at) == day(leading.0));
    let (at, from) = same_day.clone().find(|(at, _)| at.as_second().rem_euclid(86_400) != 0).unwrap_or(leading);
    Some((*at, (*from).clone()))
}

fn times(document: &Document, selectors: &str, what: &str) -> Vec<(String, String)> {
    let value = |node: &NodeRef| {
        ["datetime", "content", "title"]
            .iter()
            .find_map(|key| node.attr(key))
            .map_or_else(|| line(&node.text()), |v| line(&v))
    };
    document.select(selectors).nodes().iter().take(3).map(|node| (value(node), what.to_owned())).collect()
}

fn date_in_address(url: &Url) -> Option<String> {
    static DATE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"[/-]((?:19|20)\d\d)[/-]?([01]\d)[/-]?([0-3]\d)(?:[/-]|$)").expect("a fixed pattern")
    });
    DATE.captures(url.path()).map(|c| format!("{}-{}-{}", &c[1], &c[2], &c[3]))
}

fn first_text(document: &Document, selector: &str, what: &str) -> Option<(String, String)> {
    // A heading that leads to the front page is the site's logo.
    let is_logo = |node: &NodeRef| {
        node.ancestors_it(Some(2)).any(|n| n.has_name("a"))
            || node.descendants_it().any(|n| {
                n.attr("href").is_some_and(|href| &*href == "/" || Url::parse(&href).is_ok_and(|url| url.path() == "/"))
            })
    };
    let nodes = document.select(selector);
    let text = nodes
        .nodes()
        .iter()
        .filter(|node| !is_logo(node))
        .map(|node| line(&node.text()))
        .find(|text| text.chars().count() > 3)?;
    Some((text, what.to_owned()))
}

/// An absolute http address; entities that were escaped twice are undone.
fn address(text: &str, base: Option<&Url>) -> Option<String> {
    let text = text.trim().replace("&amp;", "&");
    let url = base.map_or_else(|| Url::parse(&text), |base| base.join(&text)).ok()?;
    matches!(url.scheme(), "http" | "https").then(|| url.to_string())
}

/// Whether an address can be the page's own: a template that calls its front page canonical is not believed.
fn is_page_of(canonical: &str, base: Option<&Url>) -> bool {
    let Ok(url) = Url::parse(canonical) else { return false };
    !(url.path() == "/" && url.query().is_none() && base.is_some_and(|base| base.path() != "/"))
}

/// One line of plain text.
pub(super) fn line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(head: &str, body: &str) -> Metadata {
        let base = Url::parse("https://post.example/2024/02/03/ferry").ok();
        read(&Document::from(format!("<html lang=en-GB><head>{head}</head><body>{body}</body></html>")), base.as_ref())
    }

    #[test]
    fn each_field_says_where_it_was_found() {
        let m = of(
            "<title>Ferry late | The Post</title><meta property=og:site_name content='The Post'>\
             <meta property='og:title' content='Ferry late - The Post'><meta property=og:image content=/i.png>\
             <meta name=author content='By Ann Lee and Bob Ray'>\
             <meta property=article:published_time content='2024-02-03T10:00:00Z'>\
             <meta property=article:modified_time content='2024-02-04T10:00:00Z'>\
             <link rel=canonical href=/ferry?a=1&amp;b=2>",
            "<h1>Ferry late</h1>",
        );
        assert_eq!(m.title.as_deref(), Some("Ferry late"));
        assert_eq!(m.byline, ["Ann Lee", "Bob Ray"]);
        assert_eq!(m.published.map(|t| t.to_string()).as_deref(), Some("2024-02-03T10:00:00Z"));
        assert_eq!(m.modified.map(|t| t.to_string()).as_deref(), Some("2024-02-04T10:00:00Z"));
        assert_eq!(m.image.as_deref(), Some("https://post.example/i.png"));
        assert_eq!(m.canonical.as_deref(), Some("https://post.example/ferry?a=1&b=2"));
        assert_eq!(m.site.as_deref(), Some("The Post"));
        assert_eq!(m.sources["published"], "meta article:published_time");
        assert_eq!(m.sources["canonical"], "link canonical");
        assert_eq!(m.sources["language"], "html lang");
    }

    #[test]
    fn a_date_needs_agreement_or_trust() {
        for (head, body, expected, from) in [
            (
                "<meta name=date content=2024-02-03><meta name=pubdate content='2024-02-03T09:00Z'>",
                "",
                "2024-02-03T09:00:00Z",
                "meta pubdate",
            ),
            (
                "<meta property=article:published_time content=2019-01-01><meta name=dc.date content=2024-02-01>\
                 <meta name=date content=2024-02-01>",
                "",
                "2024-02-01T00:00:00Z",
                "meta dc.date",
            ),
            (
                "",
                "<article><time datetime='2024-02-02T08:00:00+01:00'>x</time></article>",
                "2024-02-02T07:00:00Z",
                "time element",
            ),
            ("", "<p>x</p>", "2024-02-03T00:00:00Z", "address"),
            ("<meta name=date content=soon>", "<time>x</time>", "", ""),
        ] {
            let m = of(head, body);
            assert_eq!(m.published.map(|t| t.to_string()).unwrap_or_default(), expected, "{head} {body}");
            assert_eq!(m.sources.get("published").map_or("", |s| s), from, "{head} {body}");
        }
    }

    #[test]
    fn a_logo_is_no_title() {
        let m = of(
            "<title>Ferry late - Post</title>",
            "<a href=/><h1>The Daily Post</h1></a><h1><a href='/'>Post home</a></h1>",
        );
        assert_eq!(m.title.as_deref(), Some("Ferry late"));
    }

    #[test]
    fn a_front_page_is_not_canonical() {
        assert_eq!(of("<link rel=canonical href='https://post.example/'>", "").canonical, None);
        assert_eq!(of("<link rel=canonical href='javascript:1'>", "").canonical, None);
    }
}
