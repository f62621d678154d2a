//! A new entry and the topics in force → whether its article is done with the visit: where the feed's text is all there will be
//! and no topic holds, nothing is left to wait for.

use super::Desk;
use super::entries::input;
use crate::config::settings::CopyPolicy;
use crate::extract;
use crate::model::{Article, Feed};
use crate::store::{SeenEntry, Settled};
use crate::story;

/// Matches the feed's text and settles what can be; whether anything matched.
pub fn settle(entries: &mut [SeenEntry], feed: &Feed, desk: &Desk) -> bool {
    let stories = &desk.force.settings.stories;
    let mut matched = false;
    for entry in entries {
        let awaits_page = feed.pages && !entry.article.url.is_empty();
        if !awaits_page {
            // Kept of it is what its feed said; its quotes are found again in that by whoever asks for them.
            read_feed_text(&mut entry.article, desk.force.rules.asks_quotes());
        }
        // What awaits its page is matched then; here only to know whether the feed's bytes are evidence.
        let asked = !awaits_page || (!matched && desk.force.settings.store.copies != CopyPolicy::None);
        let holds = asked && !desk.force.rules.matches(&input(&entry.article)).is_empty();
        matched |= holds;
        if !awaits_page && !holds {
            let text = &entry.article.text;
            let fingerprint = if stories.enabled { story::fingerprint(text, stories.min_words) } else { None };
            entry.settled = Some(Settled { fingerprint, story_window: stories.window });
        }
    }
    matched
}

/// Makes what can be made of an article without its page: its quotes, if wanted, and its language.
pub fn read_feed_text(article: &mut Article, with_quotes: bool) {
    if with_quotes {
        article.quotes = extract::quotes(&article.text);
    }
    let declared = article.language.as_ref().map(|language| language.code.clone());
    let words = format!("{}\n\n{}", article.title, article.text);
    article.language = extract::language(&words, None, declared.as_deref());
}
