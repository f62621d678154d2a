//! Feeds and when they are due → which are due now, the longest overdue first.

use std::collections::BTreeSet;

use jiff::Timestamp;
use rustc_hash::FxHashMap;

use crate::model::FeedId;

/// Feeds by due time.
#[derive(Debug, Default)]
pub struct Agenda {
    by_time: BTreeSet<(Timestamp, FeedId)>,
    by_feed: FxHashMap<FeedId, Timestamp>,
}

impl Agenda {
    pub fn set(&mut self, feed: &FeedId, due: Timestamp) {
        self.remove(feed);
        self.by_feed.insert(feed.clone(), due);
        self.by_time.insert((due, feed.clone()));
    }

    pub fn remove(&mut self, feed: &FeedId) {
        if let Some(due) = self.by_feed.remove(feed) {
            self.by_time.remove(&(due, feed.clone()));
        }
    }

    pub fn due_of(&self, feed: &FeedId) -> Option<Timestamp> {
        self.by_feed.get(feed).copied()
    }

    /// When the first feed is due.
    pub fn next(&self) -> Option<Timestamp> {
        self.by_time.first().map(|(due, _)| *due)
    }

    /// Takes out the feeds due by `now`, the longest overdue first, at most `limit`.
    pub fn take_due(&mut self, now: Timestamp, limit: usize) -> Vec<FeedId> {
        let mut taken = Vec::new();
        while taken.len() < limit {
            match self.by_time.first() {
                Some((due, _)) if *due <= now => {
                    let (_, feed) = self.by_time.pop_first().expect("first was there");
                    self.by_feed.remove(&feed);
                    taken.push(feed);
                }
                _ => break,
            }
        }
        taken
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("a timestamp")
    }

    #[test]
    fn the_agenda_gives_out_what_is_due_longest_overdue_first() {
        let mut agenda = Agenda::default();
        let now = at("2026-11-24T06:00:00Z");
        let (a, b, c) = (FeedId::from("a"), FeedId::from("b"), FeedId::from("c"));
        agenda.set(&a, now);
        agenda.set(&b, now - SignedDuration::from_secs(5));
        agenda.set(&c, now + SignedDuration::from_secs(5));
        agenda.set(&a, now - SignedDuration::from_secs(9));
        assert_eq!(agenda.take_due(now, 10), [a.clone(), b]);
        assert_eq!(agenda.due_of(&a), None);
        assert_eq!(agenda.next(), Some(now + SignedDuration::from_secs(5)));
        agenda.remove(&c);
        assert_eq!(agenda.next(), None);
    }
}
