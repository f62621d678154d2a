//! Feeds that turned over between two looks → one `health` alert for all of them, and no feed twice a day.

use super::work::Work;
use crate::model::{FeedId, Severity};
use crate::visit::{Overflow, overflow_in_words};

/// Feeds named in one line.
const NAMED: usize = 20;

#[derive(Debug, Default)]
pub struct Overflows {
    untold: Vec<(FeedId, Overflow)>,
}

impl Overflows {
    pub fn note(&mut self, feed: &FeedId, overflow: Overflow) {
        tracing::info!(%feed, told = overflow.told, "articles were missed: {}", overflow_in_words(&overflow));
        if !overflow.told {
            self.untold.push((feed.clone(), overflow));
        }
    }

    fn take(&mut self) -> Option<String> {
        let untold = std::mem::take(&mut self.untold);
        let mut named: Vec<String> =
            untold.iter().map(|(feed, overflow)| format!("{feed} ({})", overflow_in_words(overflow))).collect();
        named.sort();
        let more = named.len().saturating_sub(NAMED);
        named.truncate(NAMED);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let what = format!("articles may have been missed, asked more often now: {}{more}", named.join(", "));
        (!named.is_empty()).then_some(what)
    }
}

impl Work {
    /// Says of which feeds articles were missed.
    pub(super) async fn tell_overflows(&mut self) {
        if let Some(message) = self.overflows.take() {
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
        let mut overflows = Overflows::default();
        assert_eq!(overflows.take(), None);
        for nr in 0..25 {
            overflows.note(&FeedId(format!("feed-{nr:02}")), overflow(nr == 3));
        }
        let said = overflows.take().expect("something to say");
        assert!(said.contains("feed-02 (all its 15 entries were new after 8 h), feed-04"), "{said}");
        assert!(said.ends_with(" and 4 more") && !said.contains("feed-03"), "{said}");
        assert_eq!(overflows.take(), None);
    }
}
