//! Finds → alerts in time, as they would be told: a story once, by the first of its articles.
//! Pure: days are those of the time zone given. What is found is decided before.

use std::collections::HashMap;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use crate::model::{StoryId, Timing};

/// Alerts of one topic.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    stories: HashMap<StoryId, (Timestamp, Timing)>,
}

/// Alerts of one day, of the rule before and of the rule after.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct DayCount {
    pub day: Date,
    pub before: u32,
    pub after: u32,
}

impl Tally {
    pub fn add(&mut self, story: &StoryId, first_seen: Timestamp, timing: Timing) {
        let told = self.stories.entry(story.clone()).or_insert((first_seen, timing));
        if first_seen < told.0 {
            *told = (first_seen, timing);
        }
    }

    /// Alerts of articles first seen since then.
    pub fn since(&self, since: Timestamp) -> u32 {
        self.stories.values().filter(|(at, _)| *at >= since).count() as u32
    }

    /// News since then: what stood in a feed at its first visit, or was old when seen, comes once and is no day's measure.
    pub fn news_since(&self, since: Timestamp) -> u32 {
        self.stories.values().filter(|(at, timing)| *at >= since && *timing == Timing::New).count() as u32
    }

    pub fn per_day(&self, covered: SignedDuration) -> f64 {
        per_day(self.stories.len(), covered)
    }

    /// As [`Self::per_day`], of news only.
    pub fn news_per_day(&self, covered: SignedDuration) -> f64 {
        per_day(self.news_since(Timestamp::MIN) as usize, covered)
    }

    fn by_day(&self, timezone: &TimeZone) -> HashMap<Date, u32> {
        let mut days = HashMap::new();
        for (at, _) in self.stories.values() {
            *days.entry(at.to_zoned_datetime(timezone.clone()).date()).or_insert(0) += 1;
        }
        days
    }

    /// Every day from `first` to `last`, those without alerts included.
    pub fn days(before: &Self, after: &Self, first: Timestamp, last: Timestamp, timezone: &TimeZone) -> Vec<DayCount> {
        let date = |at: Timestamp| at.to_zoned_datetime(timezone.clone()).date();
        let (before, after) = (before.by_day(timezone), after.by_day(timezone));
        let count = |days: &HashMap<Date, u32>, day| days.get(&day).copied().unwrap_or(0);
        let last = date(last);
        std::iter::successors(Some(date(first)), |day| day.tomorrow().ok())
            .take_while(|day| *day <= last)
            .map(|day| DayCount { day, before: count(&before, day), after: count(&after, day) })
            .collect()
    }
}

/// Of less than a day nothing is extrapolated: what was found is a day's.
fn per_day(alerts: usize, covered: SignedDuration) -> f64 {
    alerts as f64 / (covered.as_secs_f64() / 86_400.0).max(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("a time")
    }

    #[test]
    fn a_story_is_one_alert_on_the_day_of_its_first_article() {
        let mut tally = Tally::default();
        for (story, seen, timing) in [
            ("a1", "2026-11-20T10:00:00Z", Timing::New),
            ("a1", "2026-11-18T23:30:00Z", Timing::New),
            ("a2", "2026-11-20T11:00:00Z", Timing::New),
            ("a3", "2026-11-20T12:00:00Z", Timing::Backlog),
        ] {
            tally.add(&StoryId::from(story), at(seen), timing);
        }
        let (first, last) = (at("2026-11-18T08:00:00Z"), at("2026-11-20T13:00:00Z"));
        let days = |zone: &TimeZone| {
            let days = Tally::days(&Tally::default(), &tally, first, last, zone);
            days.iter().map(|day| (day.day.to_string(), day.after)).collect::<Vec<_>>()
        };
        let expected = |list: [(&str, u32); 3]| list.map(|(day, count)| (day.to_owned(), count)).to_vec();
        assert_eq!(days(&TimeZone::UTC), expected([("2026-11-18", 1), ("2026-11-19", 0), ("2026-11-20", 2)]));
        let east = TimeZone::fixed(jiff::tz::offset(2));
        assert_eq!(days(&east), expected([("2026-11-18", 0), ("2026-11-19", 1), ("2026-11-20", 2)]));
        assert_eq!((tally.since(at("2026-11-19T00:00:00Z")), tally.news_since(at("2026-11-19T00:00:00Z"))), (2, 1));
    }

    #[test]
    fn alerts_a_day_are_those_of_the_time_covered() {
        let mut tally = Tally::default();
        for story in 0..6 {
            tally.add(&StoryId(story.to_string()), at("2026-11-20T10:00:00Z"), Timing::New);
        }
        for (hours, expected) in [(1, 6.0), (24, 6.0), (48, 3.0)] {
            assert!((tally.per_day(SignedDuration::from_hours(hours)) - expected).abs() < 1e-9, "{hours} h");
        }
    }
}
