//! Articles → pages as news sites serve them: the text among menus, a cookie bar, related stories and a footer.
//! The clutter is deliberate, and holds words that a topic must not find.

use std::fmt::Write as _;

use serde_json::json;

use super::articles::{Access, DemoArticle};
use super::escaped;
use super::feeds::Edition;

/// Words of a page's furniture, in the outlet's language.
struct Furniture {
    menu: [&'static str; 4],
    cookies: &'static str,
    accept: &'static str,
    related: &'static str,
    subscribe: &'static str,
    by: &'static str,
    footer: &'static str,
}

fn furniture(language: &str) -> Furniture {
    if language == "es" {
        Furniture {
            menu: ["Portada", "Mundo", "México y EE. UU.", "Suscripción"],
            cookies: "Usamos cookies para recordar su lectura.",
            accept: "Aceptar",
            related: "Le puede interesar",
            subscribe: "Suscríbase para seguir leyendo.",
            by: "Por",
            footer: "Todos los derechos reservados. Aviso legal · Contacto",
        }
    } else {
        Furniture {
            menu: ["Home", "World", "U.S.–Mexico", "Subscribe"],
            cookies: "We use cookies to remember where you stopped reading.",
            accept: "Accept all",
            related: "Related stories",
            subscribe: "Subscribe to read the rest of this story.",
            by: "By",
            footer: "All rights reserved. Terms · Privacy · Contact the newsroom",
        }
    }
}

/// The page of one article.
pub fn article(edition: &Edition<'_>, article: &DemoArticle) -> String {
    let words = furniture(article.language);
    let url = format!("{}{}", edition.site, article.path());
    let image = format!("{}/{}/picture.svg", edition.site, edition.outlet.folder);
    let published = article.published(edition.now).to_string();
    let modified = article.modified(edition.now, edition.round).to_string();
    let teaser = article.access == Access::Teaser;

    let shown = if teaser { 1 } else { usize::MAX };
    let mut body = article
        .paragraphs(edition.round)
        .take(shown)
        .map(|p| format!("<p>{}</p>\n", escaped(p)))
        .collect::<Vec<_>>()
        .concat();
    if teaser {
        let _ = writeln!(body, "<div class=\"paywall\"><p>{}</p><a href=\"#join\">OK</a></div>", words.subscribe);
    }
    let figure = article.caption.map_or(String::new(), |caption| {
        let caption = escaped(caption);
        format!(
            "<figure><img src=\"{image}\" alt=\"\" width=\"640\" height=\"360\">\
             <figcaption>{caption}</figcaption></figure>\n"
        )
    });
    // `<` would end the script element early: JSON may write it as an escape.
    let linked = json!({
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": article.title,
        "description": article.summary,
        "datePublished": published,
        "dateModified": modified,
        "inLanguage": article.language,
        "mainEntityOfPage": url,
        "image": [image],
        "author": [{ "@type": "Person", "name": article.author }],
        "publisher": { "@type": "Organization", "name": edition.outlet.name },
        "isAccessibleForFree": !teaser,
    })
    .to_string()
    .replace('<', "\\u003c");
    let related = edition
        .articles
        .iter()
        .filter(|other| other.slug != article.slug)
        .take(3)
        .map(|other| format!("<li><a href=\"{}{}\">{}</a></li>", edition.site, other.path(), escaped(other.title)))
        .collect::<Vec<_>>()
        .concat();
    let head = format!(
        "<meta name=\"description\" content=\"{summary}\">\n<meta name=\"author\" content=\"{author}\">\n\
         <link rel=\"canonical\" href=\"{url}\">\n\
         <meta property=\"og:type\" content=\"article\">\n<meta property=\"og:title\" content=\"{title}\">\n\
         <meta property=\"og:description\" content=\"{summary}\">\n<meta property=\"og:url\" content=\"{url}\">\n\
         <meta property=\"og:site_name\" content=\"{outlet}\">\n<meta property=\"og:image\" content=\"{image}\">\n\
         <meta property=\"article:published_time\" content=\"{published}\">\n\
         <meta property=\"article:modified_time\" content=\"{modified}\">\n\
         <script type=\"application/ld+json\">{linked}</script>\n",
        summary = escaped(article.summary),
        author = escaped(article.author),
        title = escaped(article.title),
        outlet = escaped(edition.outlet.name),
    );
    let main = format!(
        "<main><article>\n<header><h1>{}</h1>\n<p class=\"standfirst\">{}</p>\n\
         <p class=\"byline\">{} <a rel=\"author\" href=\"#author\">{}</a> · \
         <time datetime=\"{published}\">{}</time></p></header>\n\
         {figure}<div class=\"article-body\">\n{body}</div>\n</article></main>\n\
         <aside class=\"related\"><h2>{}</h2><ul>{related}</ul></aside>\n",
        escaped(article.title),
        escaped(article.summary),
        words.by,
        escaped(article.author),
        published.get(..10).unwrap_or_default(),
        words.related,
    );
    page(edition, article.language, article.title, &head, &main)
}

/// The front page of an outlet, which names its feeds.
pub fn front(edition: &Edition<'_>) -> String {
    let list = edition
        .articles
        .iter()
        .map(|article| {
            let (title, summary) = (escaped(article.title), escaped(article.summary));
            let link = format!("{}{}", edition.site, article.path());
            format!("<li class=\"story\"><h2><a href=\"{link}\">{title}</a></h2><p>{summary}</p></li>\n")
        })
        .collect::<Vec<_>>()
        .concat();
    page(edition, edition.outlet.language, edition.outlet.tagline, "", &format!("<main><ul>\n{list}</ul></main>\n"))
}

fn page(edition: &Edition<'_>, language: &str, title: &str, head: &str, main: &str) -> String {
    let words = furniture(language);
    let outlet = escaped(edition.outlet.name);
    let home = format!("{}/{}/", edition.site, edition.outlet.folder);
    let menu =
        words.menu.iter().map(|item| format!("<li><a href=\"{home}\">{item}</a></li>")).collect::<Vec<_>>().concat();
    let feeds = [
        ("rss.xml", "application/rss+xml"),
        ("atom.xml", "application/atom+xml"),
        ("feed.json", "application/feed+json"),
        ("index.rdf", "application/rdf+xml"),
    ]
    .iter()
    .map(|(file, mime)| format!("<link rel=\"alternate\" type=\"{mime}\" title=\"{outlet}\" href=\"{home}{file}\">\n"))
    .collect::<Vec<_>>()
    .concat();
    format!(
        "<!DOCTYPE html>\n<html lang=\"{language}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>{title} | {outlet}</title>\n\
         {feeds}{head}</head>\n<body>\n\
         <div class=\"cookie-bar\" role=\"dialog\"><p>{cookies}</p><button>{accept}</button></div>\n\
         <header class=\"site\"><a href=\"{home}\">{outlet}</a><nav><ul>{menu}</ul></nav></header>\n\
         {main}<footer><p>© {outlet}. {footer}</p></footer>\n</body>\n</html>\n",
        title = escaped(title),
        cookies = words.cookies,
        accept = words.accept,
        footer = words.footer,
    )
}
