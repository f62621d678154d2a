//! Articles → the four kinds of feed, as text. Newest first, as given.
//! Decides nothing about who sees what: the site hands in the articles on show.

use std::fmt::Write as _;

use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimePrinter;
use serde_json::json;

use super::articles::{Access, DemoArticle, Outlet};
use super::escaped;

/// What every feed of an outlet is made from.
pub struct Edition<'a> {
    pub outlet: Outlet,
    /// `http://127.0.0.1:PORT`, no slash at its end.
    pub site: &'a str,
    pub now: Timestamp,
    pub round: u8,
    pub articles: Vec<&'a DemoArticle>,
}

impl Edition<'_> {
    fn home(&self) -> String {
        format!("{}/{}/", self.site, self.outlet.folder)
    }

    fn link(&self, article: &DemoArticle) -> String {
        format!("{}{}", self.site, article.path())
    }

    /// The latest publication or edit on show.
    pub fn updated(&self) -> Timestamp {
        self.articles.iter().map(|article| article.modified(self.now, self.round)).max().unwrap_or(self.now)
    }

    /// RSS 2.0.
    pub fn rss(&self) -> String {
        let mut items = String::new();
        for article in &self.articles {
            let link = escaped(&self.link(article));
            let _ = writeln!(
                items,
                "<item><title>{}</title><link>{link}</link><guid isPermaLink=\"true\">{link}</guid>\
                 <dc:creator>{}</dc:creator><pubDate>{}</pubDate><description>{}</description></item>",
                escaped(article.title),
                escaped(article.author),
                mail_date(article.published(self.now)),
                escaped(&format!("<p>{}</p>", escaped(article.summary))),
            );
        }
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
             <rss version=\"2.0\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" \
             xmlns:atom=\"http://www.w3.org/2005/Atom\"><channel>\n\
             <title>{}</title><link>{}</link><description>{}</description><language>{}</language>\n\
             <atom:link rel=\"self\" type=\"application/rss+xml\" href=\"{}rss.xml\"/>\n\
             <lastBuildDate>{}</lastBuildDate>\n{items}</channel></rss>\n",
            escaped(self.outlet.name),
            self.home(),
            escaped(self.outlet.tagline),
            self.outlet.language,
            self.home(),
            mail_date(self.updated()),
        )
    }

    /// Atom 1.0 (RFC 4287).
    pub fn atom(&self) -> String {
        let mut entries = String::new();
        for article in &self.articles {
            let link = escaped(&self.link(article));
            let _ = writeln!(
                entries,
                "<entry><title>{}</title><link rel=\"alternate\" type=\"text/html\" href=\"{link}\"/>\
                 <id>tag:demo.invalid,2026:{}/{}</id><author><name>{}</name></author>\
                 <published>{}</published><updated>{}</updated><summary>{}</summary></entry>",
                escaped(article.title),
                self.outlet.folder,
                article.slug,
                escaped(article.author),
                article.published(self.now),
                article.modified(self.now, self.round),
                escaped(article.summary),
            );
        }
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
             <feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"{}\">\n\
             <title>{}</title><subtitle>{}</subtitle><id>tag:demo.invalid,2026:{}</id>\n\
             <link rel=\"self\" href=\"{home}atom.xml\"/><link rel=\"alternate\" href=\"{home}\"/>\n\
             <updated>{}</updated>\n{entries}</feed>\n",
            self.outlet.language,
            escaped(self.outlet.name),
            escaped(self.outlet.tagline),
            self.outlet.folder,
            self.updated(),
            home = self.home(),
        )
    }

    /// JSON Feed 1.1, with the whole text of open articles.
    pub fn json(&self) -> String {
        let items: Vec<_> = self
            .articles
            .iter()
            .map(|article| {
                let paragraphs: Vec<_> = match article.access {
                    Access::Open => article.paragraphs(self.round).collect(),
                    Access::Teaser | Access::Down | Access::Disallowed => vec![article.summary],
                };
                let html = paragraphs.iter().map(|p| format!("<p>{}</p>", escaped(p))).collect::<Vec<_>>().concat();
                json!({
                    "id": self.link(article),
                    "url": self.link(article),
                    "title": article.title,
                    "summary": article.summary,
                    "content_html": html,
                    "date_published": article.published(self.now).to_string(),
                    "date_modified": article.modified(self.now, self.round).to_string(),
                    "authors": [{ "name": article.author }],
                    "language": article.language,
                })
            })
            .collect();
        json!({
            "version": "https://jsonfeed.org/version/1.1",
            "title": self.outlet.name,
            "description": self.outlet.tagline,
            "home_page_url": self.home(),
            "feed_url": format!("{}feed.json", self.home()),
            "language": self.outlet.language,
            "items": items,
        })
        .to_string()
    }

    /// RSS 1.0, which is RDF.
    pub fn rdf(&self) -> String {
        let (mut listed, mut items) = (String::new(), String::new());
        for article in &self.articles {
            let link = escaped(&self.link(article));
            let _ = write!(listed, "<rdf:li rdf:resource=\"{link}\"/>");
            let _ = writeln!(
                items,
                "<item rdf:about=\"{link}\"><title>{}</title><link>{link}</link><description>{}</description>\
                 <dc:creator>{}</dc:creator><dc:date>{}</dc:date><dc:language>{}</dc:language></item>",
                escaped(article.title),
                escaped(article.summary),
                escaped(article.author),
                article.published(self.now),
                article.language,
            );
        }
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
             <rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" xmlns=\"http://purl.org/rss/1.0/\" \
             xmlns:dc=\"http://purl.org/dc/elements/1.1/\">\n\
             <channel rdf:about=\"{home}index.rdf\"><title>{}</title><link>{home}</link><description>{}</description>\
             <dc:date>{}</dc:date><items><rdf:Seq>{listed}</rdf:Seq></items></channel>\n{items}</rdf:RDF>\n",
            escaped(self.outlet.name),
            escaped(self.outlet.tagline),
            self.updated(),
            home = self.home(),
        )
    }
}

/// As RSS writes dates (RFC 2822).
fn mail_date(at: Timestamp) -> String {
    DateTimePrinter::new().timestamp_to_string(&at).unwrap_or_default()
}

/// As HTTP writes dates (RFC 9110 §5.6.7).
pub fn http_date(at: Timestamp) -> String {
    DateTimePrinter::new().timestamp_to_rfc9110_string(&at).unwrap_or_default()
}
