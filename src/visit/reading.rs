//! A page as read and the feed's own text → the article that they give together. Touches nothing.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::decide;
use super::entries::primary;
use crate::extract::{self, Page};
use crate::model::{Article, DateSource, Quality, Timing};

/// The feed's date is the publisher's own list's; the page knows the rest better. What is not the whole article holds the
/// feed's text as well.
pub fn article_of(mut article: Article, page: Page, max_age: Duration, now: Timestamp) -> Article {
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

/// The longer of page and feed, then the paragraphs of the other that are not in it. The feed's summary has a zone of its
/// own and is not said again.
fn together(page: &str, article: &Article) -> String {
    let (mut text, more) = if page.len() > article.text.len() {
        (page.to_owned(), if article.text == article.summary { "" } else { &article.text })
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
