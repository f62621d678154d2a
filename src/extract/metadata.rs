//! A page's tree → title, byline, dates, site, image, addresses, each with where it was found.
//! Several places must agree to overrule the order of trust: JSON-LD, Open Graph, other meta tags, the visible page.

use std::collections::BTreeMap;

use dom_query::{NodeId, NodeRef};
use jiff::Timestamp;
use url::Url;

use super::headline::headline;
use super::landmarks::Landmarks;
use super::paragraphs::{Paragraph, as_line};
use super::{byline, jsonld, published, title};

/// What the page says of itself.
#[derive(Debug, Default)]
pub(super) struct Metadata {
    pub title: Option<String>,
    /// Where the page shows its title.
    pub headline: Option<NodeId>,
    pub byline: Vec<String>,
    pub published: Option<Timestamp>,
    pub modified: Option<Timestamp>,
    pub language: Option<String>,
    pub site: Option<String>,
    pub image: Option<String>,
    pub canonical: Option<String>,
    pub section: Option<String>,
    /// Whether everybody may read all of it; none where the page says nothing.
    pub free: Option<bool>,
    /// What the page says the article is about, mostly its first sentence.
    pub descriptions: Vec<String>,
    /// The article's text in JSON-LD.
    pub body: Option<String>,
    /// A field's name to where it was found.
    pub sources: BTreeMap<String, String>,
}

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
    "content_author",
];
const SITE: &[&str] =
    &["og:site_name", "application-name", "dc.publisher", "article:publisher_name", "cre", "publisher"];

const SECTION: &[&str] = &[
    "article:section",
    "og:article:section",
    "og:section",
    "parsely-section",
    "cxenseparse:section",
    "section",
    "articlesection",
    "category",
];

/// `meta` tags by lower-case name, in the page's order.
pub(super) struct Metas(Vec<(String, String)>);

impl Metas {
    pub(super) fn of(metas: &[NodeRef]) -> Self {
        let mut all = Vec::new();
        for node in metas.iter().take(2000) {
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

    pub(super) fn all<'a>(&'a self, names: &'a [&'a str]) -> impl Iterator<Item = (String, String)> + 'a {
        names
            .iter()
            .flat_map(|name| self.0.iter().filter(move |(key, _)| key == name))
            .map(|(key, value)| (value.clone(), format!("meta {key}")))
    }

    /// Whether the page is written for the United States, where the month comes first.
    pub(super) fn is_american(&self, html: Option<&NodeRef>) -> bool {
        let lang = html.and_then(|html| html.attr("lang")).map(|lang| lang.to_string());
        let locale = lang.into_iter().chain(self.first(&["og:locale", "content-language"]).map(|(locale, _)| locale));
        locale.take(2).any(|locale| locale.replace('_', "-").eq_ignore_ascii_case("en-us"))
    }

    fn first(&self, names: &[&str]) -> Option<(String, String)> {
        self.all(names).next()
    }
}

/// Reads the page's metadata. `base` is where the page was fetched, `shown` what it shows, line by line.
pub(super) fn read(landmarks: &Landmarks, base: Option<&Url>, shown: &[Paragraph]) -> Metadata {
    let metas = Metas::of(&landmarks.metas);
    let own: Vec<Url> =
        base.cloned().into_iter().chain(metas.first(&["og:url"]).and_then(|(url, _)| Url::parse(&url).ok())).collect();
    let linked = jsonld::read(&landmarks.linked_data, |url| {
        Url::parse(url).is_ok_and(|url| own.iter().any(|own| own.path() == url.path() && url.path() != "/"))
    });
    let mut m = Metadata::default();

    let from_linked = |value: &Option<String>, key: &str| value.clone().map(|v| (v, format!("json-ld {key}")));
    let site = metas.first(&SITE[..1]).or_else(|| from_linked(&linked.site, "publisher")).or_else(|| metas.first(SITE));
    m.site = m.keep("site", site.filter(|(site, _)| !site.starts_with("http") && !site.starts_with('@')));

    let heads = [
        from_linked(&linked.headline, "headline"),
        metas.first(&["og:title"]),
        metas.first(&["twitter:title"]),
        metas.first(&["dc.title", "dcterms.title", "parsely-title", "sailthru.title", "headline"]),
        first_text(&landmarks.marked_headings, "h1"),
        first_text(&landmarks.headlines, "headline element"),
        first_text(landmarks.headings.iter().filter(|node| node.has_name("h1")), "h1"),
        first_text(&landmarks.titles, "title"),
    ];
    let texts: Vec<String> = heads.iter().flatten().map(|(text, _)| text.clone()).collect();
    let heads = heads.map(|head| head.filter(|(text, _)| !title::is_cut(text, &texts)));
    // Where no tag gives the headline, the page's own title has the site's name on it, and a line of the page has not.
    let of_page = heads[7].as_ref().filter(|_| heads[..4].iter().all(Option::is_none));
    let bare = of_page.and_then(|(whole, _)| title::shown_part(whole, shown.iter().map(|p| p.text.as_str())));
    let bare = bare.map(|title| (title, "title, as the page shows it".to_owned()));
    let section = from_linked(&linked.section, "articleSection").or_else(|| metas.first(SECTION));
    let section_name = section.as_ref().map(|(section, _)| section.as_str());
    let title = title::choose(
        bare.into_iter().chain(heads.into_iter().flatten()).collect(),
        m.site.as_deref(),
        section_name,
        base,
    );
    m.title = m.keep("title", title);

    m.headline = m.title.as_deref().and_then(|title| headline(&landmarks.headings, title)).map(|node| node.id);
    let dates = published::read(landmarks, &metas, &linked, base, shown, m.title.as_deref(), m.headline);
    m.published = m.keep("published", dates.published);
    m.modified = m.keep("modified", dates.modified);

    let authors = linked.authors.iter().map(|a| (line(a), "json-ld author".to_owned())).collect();
    let found = byline::choose(
        [authors, metas.all(AUTHOR).collect(), byline::shown(&landmarks.authors, m.headline)],
        m.site.as_deref(),
    );
    let found = found.or_else(|| {
        let near = published::near(shown, m.title.as_deref());
        // Each alone: what the class names may be an office.
        let places = byline::guessed(&landmarks.perhaps_authors, &shown[near]).into_iter().map(|place| vec![place]);
        byline::choose(places, m.site.as_deref())
    });
    m.byline = m.keep("byline", found).unwrap_or_default();
    let html_lang = landmarks.html.and_then(|html| html.attr("lang").or_else(|| html.attr("xml:lang")));
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
    let link = landmarks.canonical.first().and_then(|link| link.attr("href"));
    let link = link.map(|href| (href.to_string(), "link canonical".to_owned()));
    let canonical = [link, metas.first(&["og:url"]), from_linked(&linked.url, "url")]
        .into_iter()
        .flatten()
        .filter_map(base_of)
        .find(|(url, _)| is_page_of(url, base));
    m.canonical = m.keep("canonical", canonical);
    let section = section.or_else(|| first_text(&landmarks.sections, "section element"));
    m.section =
        m.keep("section", section.filter(|(section, _)| section.chars().count() < 80 && !section.starts_with("http")));
    let free = linked.free.map(|free| (free, "json-ld isAccessibleForFree".to_owned())).or_else(|| {
        let (tier, from) = metas.first(&["article:content_tier", "og:article:content_tier"])?;
        // "metered" is free to some.
        Some((
            match &*tier.to_lowercase() {
                "free" => true,
                "locked" => false,
                _ => return None,
            },
            from,
        ))
    });
    m.free = m.keep("free", free);
    m.descriptions = metas.all(&["og:description", "description"]).map(|(text, _)| text).collect();
    m.descriptions.extend(linked.description);
    m.body = linked.body;
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

fn first_text<'a>(nodes: impl IntoIterator<Item = &'a NodeRef<'a>>, what: &str) -> Option<(String, String)> {
    // A heading that leads to the front page is the site's logo.
    let is_logo = |node: &NodeRef| {
        node.ancestors_it(Some(2)).any(|n| n.has_name("a"))
            || node.descendants_it().any(|n| {
                n.attr("href").is_some_and(|href| &*href == "/" || Url::parse(&href).is_ok_and(|url| url.path() == "/"))
            })
    };
    let text = nodes
        .into_iter()
        .filter(|node| !is_logo(node))
        .map(|node| line(&as_line(node)))
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
    use crate::extract::paragraphs::paragraphs;
    use dom_query::Document;

    fn of(head: &str, body: &str) -> Metadata {
        let base = Url::parse("https://post.example/2024/02/03/ferry").ok();
        let html = format!("<html lang=en-GB><head>{head}</head><body>{body}</body></html>");
        let document = Document::from(html);
        let shown = document.body().map(|body| paragraphs(&body)).unwrap_or_default();
        read(&Landmarks::of(&document), base.as_ref(), &shown)
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
            ("<meta name=date content=soon>", "<time>x</time>", "2024-02-03T00:00:00Z", "address"),
            (
                "<title>Ferry late</title>",
                "<h1>Ferry late</h1><p>Von Ute Klein | 4. Februar 2024, 9:30 Uhr</p><p>Text</p>",
                "2024-02-03T00:00:00Z",
                "address",
            ),
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
