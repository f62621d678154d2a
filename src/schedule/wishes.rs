//! What a publisher asks of readers in the feed itself (`ttl`, `sy:update*`, `skipHours`, `skipDays`) → until when the feed is
//! left alone. Kept between visits: a 304 does not repeat it.

use std::time::Duration;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// A publisher's standing wishes.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Wishes {
    /// Between two updates, in minutes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ttl_minutes: Option<u32>,
    /// One of the instants at which the feed is updated (`sy:updateBase`); the others follow at each `ttl_minutes`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub update_base: Option<Timestamp>,
    /// Hours of the day (GMT) at which nobody shall ask: bit n is hour n.
    #[serde(default)]
    pub skip_hours: u32,
    /// Days of the week (GMT) on which nobody shall ask: bit 0 is Monday.
    #[serde(default)]
    pub skip_days: u8,
}

impl Wishes {
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }

    /// When the next update can be expected by `ttl` or by the next beat of `sy:updateBase`.
    pub fn next_update(&self, now: Timestamp) -> Option<Timestamp> {
        let period = Duration::from_secs(u64::from(self.ttl_minutes?) * 60);
        let Some(base) = self.update_base else { return Some(super::after(now, period)) };
        let period = i64::try_from(period.as_secs()).ok().filter(|period| *period > 0)?;
        let beats = (now.as_second() - base.as_second()).div_euclid(period) + 1;
        Timestamp::from_second(base.as_second().checked_add(beats.checked_mul(period)?)?).ok()
    }

    /// Whether nobody shall ask at that instant. Who would have every hour skipped has made a mistake.
    fn skips(&self, at: Timestamp) -> bool {
        let civil = TimeZone::UTC.to_datetime(at);
        let day = u32::from(civil.weekday().to_monday_zero_offset().unsigned_abs());
        self.skip_hours & (1 << civil.hour().unsigned_abs()) != 0 || u32::from(self.skip_days) & (1 << day) != 0
    }

    /// The first instant from `at` on at which it may be asked.
    pub fn open_from(&self, at: Timestamp) -> Timestamp {
        const ALL_HOURS: u32 = (1 << 24) - 1;
        if self.skip_hours & ALL_HOURS == ALL_HOURS || self.skip_days & 0x7f == 0x7f {
            return at;
        }
        let mut open = at;
        // Within a week there is an hour that is not skipped.
        for _ in 0..8 * 24 {
            if !self.skips(open) {
                return open;
            }
            let next = (open.as_second().div_euclid(3600) + 1) * 3600;
            match Timestamp::from_second(next) {
                Ok(next) => open = next,
                Err(_) => return at,
            }
        }
        at
    }
}

/// The end of what a wish may ask for.
pub(super) fn bounded(wish: Timestamp, now: Timestamp, most: Duration) -> Option<Timestamp> {
    let most = super::after(now, most);
    (wish.duration_since(now) > SignedDuration::ZERO).then_some(wish.min(most))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("a timestamp")
    }

    #[test]
    fn the_next_update_is_a_ttl_away_or_the_next_beat() {
        let now = at("2026-11-24T11:50:00Z");
        for (ttl, base, expected) in [
            (Some(60), None, Some("2026-11-24T12:50:00Z")),
            (Some(24 * 60), Some("2000-01-01T12:00:00Z"), Some("2026-11-24T12:00:00Z")),
            (Some(60), Some("2030-01-01T12:15:00Z"), Some("2026-11-24T12:15:00Z")),
            (Some(0), Some("2000-01-01T12:00:00Z"), None),
            (None, Some("2000-01-01T12:00:00Z"), None),
        ] {
            let wishes = Wishes { ttl_minutes: ttl, update_base: base.map(at), ..Wishes::default() };
            assert_eq!(wishes.next_update(now), expected.map(at), "{ttl:?} {base:?}");
        }
    }

    #[test]
    fn skipped_hours_and_days_are_waited_out() {
        let night = (0..6).fold(0, |mask, hour| mask | 1 << hour);
        let weekend = 1 << 5 | 1 << 6;
        for (hours, days, from, open) in [
            (0, 0, "2026-11-24T03:10:00Z", "2026-11-24T03:10:00Z"),
            (night, 0, "2026-11-24T03:10:00Z", "2026-11-24T06:00:00Z"),
            (night, 0, "2026-11-24T06:00:00Z", "2026-11-24T06:00:00Z"),
            (0, weekend, "2026-11-28T12:00:00Z", "2026-11-30T00:00:00Z"),
            (night, weekend, "2026-11-28T12:00:00Z", "2026-11-30T06:00:00Z"),
            (u32::MAX, 0, "2026-11-24T03:10:00Z", "2026-11-24T03:10:00Z"),
            (0, 0x7f, "2026-11-24T03:10:00Z", "2026-11-24T03:10:00Z"),
        ] {
            let wishes = Wishes { skip_hours: hours, skip_days: days, ..Wishes::default() };
            assert_eq!(wishes.open_from(at(from)), at(open), "{hours:b} {days:b}");
        }
    }
}
