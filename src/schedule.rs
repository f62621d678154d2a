//! What is known of a feed → when it is next due. Decides only: the clock and chance are handed in, nothing is fetched.
//!
//! Manners come first: what the publisher asks (Retry-After, max-age, ttl) is a lower bound, whatever the interval says.

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::config::settings::ScheduleSettings;
use crate::model::FeedId;

/// A publisher's wish is honoured up to this: a Retry-After of the year 9999 must not end a feed.
pub const LONGEST_WISH: Duration = Duration::from_secs(7 * 24 * 3600);

/// A feed that answered 410 is left alone this long before it is asked whether it is back.
pub const GONE_PAUSE: Duration = Duration::from_secs(7 * 24 * 3600);

/// How far intervals vary, so that feeds added together do not stay together: ± this share.
const JITTER: f64 = 0.1;

/// Feeds by due time.
#[derive(Debug, Default)]
pub struct Agenda {
    by_time: BTreeSet<(Timestamp, FeedId)>,
    by_feed: HashMap<FeedId, Timestamp>,
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

/// How a visit ended, as far as the next one depends on it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Ended {
    /// Read, or not modified; `asked` is the longest of what the publisher asks for (max-age, ttl, sy:updatePeriod).
    Well { asked: Option<Duration> },
    /// Failed for the nth time in a row; `retry_after` is the server's own wish.
    Failed { times: u32, retry_after: Option<Duration> },
    /// 410.
    Gone,
}

/// When a feed is due again, and why.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    pub due: Timestamp,
    pub interval: Duration,
    /// Until when the publisher asked to be left alone.
    pub not_before: Option<Timestamp>,
    /// In words, for `feeds status`.
    pub why: String,
}

/// Plans the next visit. `chance` in 0..1 spreads feeds that would otherwise be asked together.
pub fn plan(ended: Ended, fixed: Option<Duration>, settings: &ScheduleSettings, now: Timestamp, chance: f64) -> Plan {
    let base = fixed.unwrap_or(settings.default_interval).clamp(settings.min_interval, settings.max_interval);
    let (interval, wish, why) = match ended {
        Ended::Well { asked } => {
            let why = if fixed.is_some() { "as configured" } else { "the default" };
            (base, asked, why.to_owned())
        }
        Ended::Failed { times, retry_after } => {
            let factor = 1u32 << times.saturating_sub(1).min(16);
            let backed_off = base.saturating_mul(factor).min(settings.max_interval.max(base));
            (backed_off, retry_after, format!("backing off after {times} failed {}", plural(times, "visit")))
        }
        Ended::Gone => (GONE_PAUSE, None, "gone (410): asked weekly whether it is back".to_owned()),
    };
    let varied = interval.mul_f64(1.0 + JITTER * (2.0 * chance.clamp(0.0, 1.0) - 1.0));
    let varied = if matches!(ended, Ended::Gone) { varied } else { varied.clamp(settings.min_interval, LONGEST_WISH) };
    match wish.map(|wish| wish.min(LONGEST_WISH)) {
        Some(wish) if wish > varied => Plan {
            due: after(now, wish),
            interval: wish,
            not_before: Some(after(now, wish)),
            why: "as the publisher asks".to_owned(),
        },
        wish => Plan { due: after(now, varied), interval, not_before: wish.map(|wish| after(now, wish)), why },
    }
}

/// A due time that still makes sense: after the clock jumped back, a feed must not wait for the old future to come.
pub fn believable(due: Timestamp, interval: Duration, now: Timestamp) -> Timestamp {
    let furthest = after(now, interval.max(LONGEST_WISH).mul_f64(1.0 + JITTER));
    if due > furthest { after(now, interval.min(LONGEST_WISH)) } else { due }
}

/// `now` and that much, or the last instant there is.
pub fn after(now: Timestamp, wait: Duration) -> Timestamp {
    SignedDuration::try_from(wait).ok().and_then(|wait| now.checked_add(wait).ok()).unwrap_or(Timestamp::MAX)
}

/// How long a page waits for its next try after `attempts` failed ones.
pub fn page_retry(attempts: u32) -> Option<Duration> {
    const WAITS: [u64; 6] = [30, 120, 600, 3600, 6 * 3600, 24 * 3600];
    let nth = usize::try_from(attempts.saturating_sub(1)).ok()?;
    WAITS.get(nth).map(|seconds| Duration::from_secs(*seconds))
}

/// How long a page that held only a part of its article waits before it is read again, after `rereads` such reads:
/// a first version that is filled up within the hour, a wall that comes down later in the day.
pub fn page_reread(rereads: u32) -> Option<Duration> {
    const WAITS: [u64; 2] = [3600, 12 * 3600];
    WAITS.get(rereads as usize).map(|seconds| Duration::from_secs(*seconds))
}

fn plural(count: u32, word: &str) -> String {
    if count == 1 { word.to_owned() } else { format!("{word}s") }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SETTINGS: ScheduleSettings = ScheduleSettings {
        min_interval: Duration::from_secs(60),
        max_interval: Duration::from_secs(24 * 3600),
        default_interval: Duration::from_secs(900),
        page_wait: Duration::from_secs(600),
    };

    fn at(text: &str) -> Timestamp {
        text.parse().expect("a timestamp")
    }

    fn seconds(ended: Ended, fixed: Option<u64>, chance: f64) -> i64 {
        let now = at("2026-11-24T06:00:00Z");
        let plan = plan(ended, fixed.map(Duration::from_secs), &SETTINGS, now, chance);
        plan.due.duration_since(now).as_secs()
    }

    #[test]
    fn the_next_visit_follows_from_how_the_last_one_ended() {
        let well = |asked: Option<u64>| Ended::Well { asked: asked.map(Duration::from_secs) };
        let failed = |times, after: Option<u64>| Ended::Failed { times, retry_after: after.map(Duration::from_secs) };
        for (ended, fixed, chance, expected) in [
            (well(None), None, 0.5, 900),
            (well(None), None, 0.0, 810),
            (well(None), None, 1.0, 990),
            (well(None), Some(300), 0.5, 300),
            (well(None), Some(5), 0.5, 60),
            (well(Some(3600)), None, 0.5, 3600),
            (well(Some(60)), None, 0.5, 900),
            (well(Some(u64::MAX / 2)), None, 0.5, LONGEST_WISH.as_secs().cast_signed()),
            (failed(1, None), None, 0.5, 900),
            (failed(3, None), None, 0.5, 3600),
            (failed(40, None), None, 0.5, 24 * 3600),
            (failed(1, Some(7200)), None, 0.5, 7200),
            (failed(1, Some(0)), None, 0.5, 900),
            (Ended::Gone, None, 0.5, 7 * 24 * 3600),
        ] {
            assert_eq!(seconds(ended, fixed, chance), expected, "{ended:?} {fixed:?} {chance}");
        }
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

    #[test]
    fn a_clock_that_jumped_back_does_not_freeze_a_feed() {
        let now = at("2026-11-24T06:00:00Z");
        let interval = Duration::from_secs(900);
        assert_eq!(believable(at("2026-11-24T06:10:00Z"), interval, now), at("2026-11-24T06:10:00Z"));
        assert_eq!(believable(at("2027-11-24T06:10:00Z"), interval, now), at("2026-11-24T06:15:00Z"));
    }

    #[test]
    fn a_page_is_tried_again_less_and_less_often_and_not_for_ever() {
        assert_eq!(page_retry(1), Some(Duration::from_secs(30)));
        assert_eq!(page_retry(6), Some(Duration::from_secs(86_400)));
        assert_eq!(page_retry(7), None);
        assert_eq!([page_reread(0), page_reread(2)], [Some(Duration::from_secs(3600)), None]);
    }
}
