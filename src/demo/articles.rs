//! Bundled files → the articles of four invented outlets, in two rounds.
//! Ages stay ages here: dates are made by the site, from the time it is given.

use jiff::{SignedDuration, Timestamp};

/// A publisher of the demo; its folder on the site is its name in addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outlet {
    pub folder: &'static str,
    pub name: &'static str,
    pub language: &'static str,
    pub tagline: &'static str,
    /// The one of its four feed files that the demo's configuration polls.
    pub feed_file: &'static str,
    pub tags: &'static [&'static str],
}

pub const OUTLETS: [Outlet; 4] = [
    Outlet {
        folder: "courier",
        name: "The Harbor Courier",
        language: "en",
        tagline: "News from the water’s edge",
        feed_file: "rss.xml",
        tags: &["us", "world"],
    },
    Outlet {
        folder: "puente",
        name: "Diario del Puente",
        language: "es",
        tagline: "Noticias de las dos orillas",
        feed_file: "atom.xml",
        tags: &["mexico", "world"],
    },
    Outlet {
        folder: "northline",
        name: "Northline News",
        language: "en",
        tagline: "The agency that reads the minutes",
        feed_file: "feed.json",
        tags: &["agency", "world"],
    },
    Outlet {
        folder: "ledger",
        name: "The Basin Ledger",
        language: "en",
        tagline: "Every figure twice",
        feed_file: "index.rdf",
        tags: &["us", "local"],
    },
];

/// What a visitor meets at the article's address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    Open,
    /// Behind a paywall: the first paragraph only.
    Teaser,
    /// Answers 503.
    Down,
    /// Under a path that robots.txt closes.
    Disallowed,
}

/// One article as its file tells it.
#[derive(Clone, Debug)]
pub struct DemoArticle {
    pub slug: &'static str,
    pub title: &'static str,
    pub outlet: Outlet,
    pub author: &'static str,
    /// Before the site's `now`.
    pub age: SignedDuration,
    pub language: &'static str,
    pub summary: &'static str,
    pub caption: Option<&'static str>,
    pub round: u8,
    pub access: Access,
    /// Paragraphs, a blank line between.
    pub body: &'static str,
    /// The body from the second round on.
    pub edited: Option<&'static str>,
}

impl DemoArticle {
    /// The path of its page on the site.
    pub fn path(&self) -> String {
        let desk = if self.access == Access::Disallowed { "desk/" } else { "" };
        format!("/{}/{desk}{}", self.outlet.folder, self.slug)
    }

    pub fn published(&self, now: Timestamp) -> Timestamp {
        now.checked_sub(self.age).unwrap_or(now)
    }

    /// Edits of the second round happen at the site's `now`.
    pub fn modified(&self, now: Timestamp, round: u8) -> Timestamp {
        if round > 1 && self.edited.is_some() { now } else { self.published(now) }
    }

    /// The paragraphs on show in a round.
    pub fn paragraphs(&self, round: u8) -> impl Iterator<Item = &'static str> {
        let body = if round > 1 { self.edited.unwrap_or(self.body) } else { self.body };
        body.split("\n\n").map(str::trim).filter(|paragraph| !paragraph.is_empty())
    }
}

const FILES: &[(&str, &str)] = &[
    ("aranceles-acero.md", include_str!("articles/aranceles-acero.md")),
    ("auto-parts.md", include_str!("articles/auto-parts.md")),
    ("avocado-inspections.md", include_str!("articles/avocado-inspections.md")),
    ("caldo-lentejas.md", include_str!("articles/caldo-lentejas.md")),
    ("cholera-wire-courier.md", include_str!("articles/cholera-wire-courier.md")),
    ("cholera-wire-northline.md", include_str!("articles/cholera-wire-northline.md")),
    ("consul-ice.md", include_str!("articles/consul-ice.md")),
    ("customs-lanes.md", include_str!("articles/customs-lanes.md")),
    ("dengue-counters.md", include_str!("articles/dengue-counters.md")),
    ("dengue-valdeolmo.md", include_str!("articles/dengue-valdeolmo.md")),
    ("derby.md", include_str!("articles/derby.md")),
    ("editor-released.md", include_str!("articles/editor-released.md")),
    ("footbridge.md", include_str!("articles/footbridge.md")),
    ("horarios-puente.md", include_str!("articles/horarios-puente.md")),
    ("newsroom-raid.md", include_str!("articles/newsroom-raid.md")),
    ("observatory.md", include_str!("articles/observatory.md")),
    ("paleta-cart.md", include_str!("articles/paleta-cart.md")),
    ("periodista-amenazas.md", include_str!("articles/periodista-amenazas.md")),
    ("police-notice.md", include_str!("articles/police-notice.md")),
    ("radio-licence.md", include_str!("articles/radio-licence.md")),
    ("source-shield.md", include_str!("articles/source-shield.md")),
    ("tomato-tariff.md", include_str!("articles/tomato-tariff.md")),
    ("usmca-review.md", include_str!("articles/usmca-review.md")),
    ("vaccine-shipment.md", include_str!("articles/vaccine-shipment.md")),
    ("visa-deal.md", include_str!("articles/visa-deal.md")),
    ("visita-nunez.md", include_str!("articles/visita-nunez.md")),
    ("water-accord.md", include_str!("articles/water-accord.md")),
    ("well-chlorine.md", include_str!("articles/well-chlorine.md")),
];

/// Every bundled article, newest first; or the file that is wrong and how.
pub fn all() -> Result<Vec<DemoArticle>, String> {
    let mut articles = FILES
        .iter()
        .map(|(file, text)| parse(text).map_err(|wrong| format!("{file}: {wrong}")))
        .collect::<Result<Vec<_>, _>>()?;
    articles.sort_by_key(|article| article.age);
    Ok(articles)
}

/// `---`, lines of `key: value`, `---`, the body, and perhaps `+++ edited` and the body of the second round.
fn parse(text: &'static str) -> Result<DemoArticle, String> {
    let (head, rest) = text
        .strip_prefix("---\n")
        .and_then(|text| text.split_once("\n---\n"))
        .ok_or("it needs front matter between two lines of ---")?;
    let keys = head
        .lines()
        .map(|line| line.split_once(": ").ok_or_else(|| format!("{line:?} is not `key: value`")))
        .collect::<Result<Vec<(&str, &str)>, _>>()?;
    let optional = |key: &str| keys.iter().find(|(name, _)| *name == key).map(|(_, value)| value.trim());
    let required = |key: &str| optional(key).ok_or_else(|| format!("it has no {key}"));

    let (folder, name) = (required("feed")?, required("outlet")?);
    let outlet = OUTLETS
        .into_iter()
        .find(|outlet| outlet.folder == folder && outlet.name == name)
        .ok_or_else(|| format!("no outlet is called {name} and lives in {folder}"))?;
    let hours: f64 = required("age_hours")?.parse().map_err(|_| "age_hours is a number of hours".to_owned())?;
    let access = match optional("access") {
        None | Some("open") => Access::Open,
        Some("teaser") => Access::Teaser,
        Some("down") => Access::Down,
        Some("disallowed") => Access::Disallowed,
        Some(other) => return Err(format!("access {other} is none of open, teaser, down, disallowed")),
    };
    let (body, edited) = match rest.split_once("\n+++ edited\n") {
        Some((body, edited)) => (body, Some(edited)),
        None => (rest, None),
    };
    Ok(DemoArticle {
        slug: required("slug")?,
        title: required("title")?,
        outlet,
        author: required("author")?,
        age: SignedDuration::from_secs((hours * 3600.0) as i64),
        language: required("language")?,
        summary: required("summary")?,
        caption: optional("caption"),
        round: required("round")?.parse().map_err(|_| "round is 1 or 2".to_owned())?,
        access,
        body,
        edited,
    })
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_file_of_the_folder_is_a_whole_article() {
        let articles = all().unwrap();
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/demo/articles");
        assert_eq!(articles.len(), std::fs::read_dir(folder).unwrap().count(), "a file is not listed in FILES");
        assert!(articles.len() >= 25, "{}", articles.len());
        let paths: HashSet<_> = articles.iter().map(DemoArticle::path).collect();
        assert_eq!(paths.len(), articles.len(), "two articles share an address");
        for article in &articles {
            let words = article.body.split_whitespace().count();
            assert!((150..=350).contains(&words), "{} has {words} words", article.slug);
            assert!(article.paragraphs(1).count() >= 3, "{}", article.slug);
            assert!(matches!(article.round, 1 | 2) && article.age.is_positive(), "{}", article.slug);
        }
    }

    #[test]
    fn one_article_is_edited_and_one_of_each_access_is_there() {
        let articles = all().unwrap();
        let count = |test: fn(&DemoArticle) -> bool| articles.iter().filter(|article| test(article)).count();
        assert_eq!(count(|a| a.edited.is_some()), 1);
        assert_eq!(count(|a| a.access == Access::Teaser), 1);
        assert_eq!(count(|a| a.access == Access::Down), 1);
        assert_eq!(count(|a| a.access == Access::Disallowed), 1);
        assert!(OUTLETS.iter().all(|outlet| articles.iter().any(|a| a.outlet == *outlet && a.round == 1)));
    }

    #[test]
    fn the_agency_text_is_carried_word_for_word_by_two_outlets() {
        let articles = all().unwrap();
        let twins: Vec<_> = articles.iter().filter(|a| a.slug == "cholera-san-telmo").collect();
        assert_eq!(twins.len(), 2);
        assert_eq!(twins[0].body, twins[1].body);
        assert_ne!(twins[0].outlet, twins[1].outlet);
        assert!(twins[0].body.split_whitespace().count() >= 60);
    }
}
