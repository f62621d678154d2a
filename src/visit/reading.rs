//! A page as read and the feed's own text → the article that they give together. Touches nothing.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::entries::{primary, words_of_address};
use super::{decide, headline};
use crate::extract::{self, Page};
use crate::model::{Article, DateSource, Quality, Timing};

/// The feed's date is the publisher's own list's; the page knows the rest better. What is not the whole article holds the
/// feed's text as well. What the feed's headline says beyond the page's goes on standing before the feed's summary.
pub fn article_of(mut article: Article, page: Page, max_age: Duration, now: Timestamp) -> Article {
    let has_feeds_title = has_feeds_title(&article);
    article.fetched = Some(now);
    article.quality = page.quality;
    match page.quality {
        Quality::Full => {
            article.text = page.text;
            article.quotes = page.quotes;
        }
        Quality::Teaser => {
            article.text = together(&page.text, &article);
            article.quotes = extract::quotes(&article.text);
        }
        Quality::Consent | Quality::Empty | Quality::NotHtml => {
            article.quotes = extract::quotes(&article.text);
            let declared = article.language.as_ref().and_then(|language| primary(&language.code));
            article.language = extract::language(&article.text, None, declared.as_deref());
        }
    }
    if matches!(page.quality, Quality::Full | Quality::Teaser) {
        article.captions = page.captions;
        article.language = page.language.or(article.language);
        if let Some(title) = page.title.filter(|title| !title.is_empty()) {
            if has_feeds_title
                && let Some(beyond) = headline::beyond(&article.title, &title, &article.summary, &article.outlet)
            {
                let summary = std::mem::take(&mut article.summary);
                article.summary = if summary.is_empty() { beyond } else { [beyond, summary].join("\n\n") };
            }
            article.title = title;
        }
        if let Some(canonical) = page.canonical {
            article.canonical = canonical;
        }
        if !page.byline.is_empty() {
            article.byline = page.byline;
        }
    }
    if article.published.is_none()
        && let Some(published) = page.published.filter(|at| at.duration_since(now) <= SignedDuration::from_hours(24))
    {
        article.published = Some(published);
        article.published_from = DateSource::Page;
        // An undated entry is new until its page says that it is years old.
        if article.timing == Timing::New {
            article.timing = decide::timing(Some(published), false, max_age, article.first_seen);
        }
    }
    article
}

/// Whether its title is its feed's own still: not that of a page read before, nor made of the address of a sitemap's entry,
/// which has no text either.
fn has_feeds_title(article: &Article) -> bool {
    let of_page = article.fetched.is_some() && matches!(article.quality, Quality::Full | Quality::Teaser);
    let of_address = article.text.is_empty() && article.title == words_of_address(&article.url);
    !of_page && !of_address
}

/// The longer of page and feed, then the paragraphs of the other that are not in it. The feed's summary has a zone of its
/// own and is not said again.
fn together(page: &str, article: &Article) -> String {
    let (mut text, more) = if page.len() > article.text.len() {
        (page.to_owned(), if article.summary.ends_with(&article.text) { "" } else { &article.text })
    } else {
        (article.text.clone(), page)
    };
    let known = squeezed(&text);
    for paragraph in more.split("\n\n").filter(|paragraph| !known.contains(&squeezed(paragraph))) {
        text.push_str("\n\n");
        text.push_str(paragraph);
    }
    text
}

/// Letters and digits alone.
fn squeezed(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::PageInput;

    const DAY: Duration = Duration::from_secs(86_400);

    fn page(quality: Quality, title: &str, text: &str) -> Page {
        Page { quality, title: Some(title.to_owned()), text: text.to_owned(), ..extract::page(&PageInput::default()) }
    }

    fn entry(title: &str, summary: &str) -> Article {
        let (url, title) = ("https://news.example/moved-zinc-report".to_owned(), title.to_owned());
        let (summary, text) = (summary.to_owned(), summary.to_owned());
        Article { url, title, summary, text, ..Article::bare("a", Timestamp::UNIX_EPOCH) }
    }

    #[test]
    fn a_feeds_headline_stands_before_its_summary_where_the_page_has_another() {
        for (title, summary, quality, expected) in [
            ("Moved zinc", "x", Quality::Full, ("Report 30", "Moved zinc\n\nx")),
            ("Moved zinc", "", Quality::Full, ("Report 30", "Moved zinc")),
            ("Moved zinc", "x", Quality::Teaser, ("Report 30", "Moved zinc\n\nx")),
            ("Moved zinc", "x", Quality::Consent, ("Moved zinc", "x")),
            ("Report 30", "x", Quality::Full, ("Report 30", "x")),
            // Of a feed's own, and made of an address for want of one.
            ("Moved zinc report", "x", Quality::Full, ("Report 30", "Moved zinc report\n\nx")),
            ("Moved zinc report", "", Quality::Full, ("Report 30", "")),
        ] {
            let article =
                article_of(entry(title, summary), page(quality, "Report 30", "It shut."), DAY, Timestamp::UNIX_EPOCH);
            assert_eq!((article.title.as_str(), article.summary.as_str()), expected, "{title} {summary} {quality}");
        }
    }

    #[test]
    fn of_a_page_that_is_read_again_the_former_headline_is_not_the_feeds() {
        let read =
            |article, quality, title, text| article_of(article, page(quality, title, text), DAY, Timestamp::UNIX_EPOCH);
        let walled = read(entry("Moved zinc", "It shut."), Quality::Consent, "Before you go on", "Accept all");
        let teaser = read(walled, Quality::Teaser, "Report 29", "It shut.");
        assert_eq!(teaser.summary, "Moved zinc\n\nIt shut.");
        // As it is read back: with the feed's own text.
        let due = Article { text: "It shut.".to_owned(), ..teaser };
        let again = read(due.clone(), Quality::Teaser, "Report 30", "The mine.");
        assert_eq!(
            (again.title.as_str(), again.text.as_str()),
            ("Report 30", "The mine."),
            "the summary is not said again"
        );
        assert_eq!(read(due, Quality::Full, "Report 30", "The mine.").summary, "Moved zinc\n\nIt shut.");
    }
}
