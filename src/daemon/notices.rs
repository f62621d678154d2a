//! What happened to feeds that their operator must know → one `health` alert for all that it happened to: those that turned over
//! between two looks (no feed twice a day), those that are gone.

use super::work::Work;
use crate::model::{FeedId, Severity};
use crate::visit::{Overflow, overflow_in_words};

/// Feeds named in one line.
const NAMED: usize = 20;

#[derive(Debug, Default)]
pub struct Notices {
    overflowed: Vec<String>,
    gone: Vec<String>,
}

impl Notices {
    pub fn gone(&mut self, feed: &FeedId) {
        self.gone.push(feed.to_string());
    }

    pub fn overflowed(&mut self, feed: &FeedId, overflow: &Overflow) {
        tracing::info!(%feed, told = overflow.told, "articles were missed: {}", overflow_in_words(overflow));
        if !overflow.told {
            self.overflowed.push(format!("{feed} ({})", overflow_in_words(overflow)));
        }
    }

    /// What is to be said, and forgets it.
    fn take(&mut self) -> Vec<String> {
        let said = |feeds: &mut Vec<String>, what: &str| {
            let mut named = std::mem::take(feeds);
            named.sort();
            let more = named.len().saturating_sub(NAMED);
            named.truncate(NAMED);
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            (!named.is_empty()).then(|| format!("{what}: {}{more}", named.join(", ")))
        };
        let missed = said(&mut self.overflowed, "articles may have been missed, asked more often now");
        let gone = said(
            &mut self.gone,
            "gone for good, says the publisher (410), and not asked any more (wireroom feeds status says how to ask again)",
        );
        missed.into_iter().chain(gone).collect()
    }
}

impl Work {
    /// Says what there is to say of feeds.
    pub(super) async fn tell_notices(&mut self) {
        for message in self.notices.take() {
            self.report("feeds", Severity::Normal, message).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_feeds_are_told_of_in_one_line_and_those_told_of_lately_not() {
        let at = |text: &str| text.parse().expect("a time");
        let overflow =
            |told| Overflow { from: at("2026-11-24T06:00:00Z"), to: at("2026-11-24T14:00:00Z"), held: 15, told };
        let mut notices = Notices::default();
        assert!(notices.take().is_empty());
        for nr in 0..25 {
            notices.overflowed(&FeedId(format!("feed-{nr:02}")), &overflow(nr == 3));
        }
        notices.gone(&FeedId("old".into()));
        let said = notices.take();
        assert_eq!(said.len(), 2);
        assert!(said[1].contains("(410)") && said[1].ends_with(": old"), "{said:?}");
        let said = &said[0];
        assert!(said.contains("feed-02 (all its 15 entries were new after 8 h), feed-04"), "{said}");
        assert!(said.ends_with(" and 4 more") && !said.contains("feed-03"), "{said}");
        assert!(notices.take().is_empty());
    }
}
