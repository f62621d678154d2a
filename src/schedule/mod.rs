//! What is known of a feed → when it is next due. Decides only: the clock and chance are handed in, nothing is fetched.
//!
//! Manners come first: what the publisher asks (Retry-After, max-age, ttl, skipHours) is a lower bound, whatever the feed's
//! [`rhythm`] says.

mod agenda;
pub mod rhythm;
mod wishes;

pub use agenda::Agenda;
pub use rhythm::Rhythm;
pub use wishes::Wishes;

use std::time::Duration;

use jiff::{RoundMode, SignedDuration, Timestamp, TimestampRound, Unit};

use crate::config::settings::ScheduleSettings;
use crate::wording::count;

/// A Retry-After is honoured up to this: one of the year 9999 must not end a feed.
pub const LONGEST_WISH: Duration = Duration::from_secs(7 * 24 * 3600);

/// How far intervals vary, so that feeds added together do not stay together: ± this share of them, but not of more than the
/// default interval, so that a look planned for the first news of the morning is not hours off.
const JITTER: f64 = 0.1;

/// What is known of a feed when its next visit is planned.
#[derive(Clone, Copy, Debug, Default)]
pub struct Known<'a> {
    /// The interval that the operator set.
    pub fixed: Option<Duration>,
    pub rhythm: Option<&'a Rhythm>,
    /// Entries that the feed holds at once; 0 where that is not known.
    pub held: u32,
    /// After articles were missed: the longest interval for now.
    pub at_most: Option<Duration>,
    pub wishes: Option<&'a Wishes>,
}

/// How a visit ended, as far as the next one depends on it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Ended {
    /// Read, or not modified; `fresh` is how long the answer stays so (Cache-Control, Expires).
    Well { fresh: Option<Duration> },
    /// Failed for the nth time in a row; `retry_after` is the server's own wish.
    Failed { times: u32, retry_after: Option<Duration> },
    /// 410.
    Gone,
}

/// When a feed is due again, and why.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// None: not again by itself.
    pub due: Option<Timestamp>,
    pub interval: Duration,
    /// Until when the publisher asked to be left alone.
    pub not_before: Option<Timestamp>,
    /// In words, for `feeds status`.
    pub why: String,
}

/// Plans the next visit. `chance` in 0..1 spreads feeds that would otherwise be asked together.
pub fn plan(ended: Ended, known: &Known<'_>, settings: &ScheduleSettings, now: Timestamp, chance: f64) -> Plan {
    let (own, own_why) = own_interval(known, settings, now);
    let (interval, wish, why) = match ended {
        Ended::Well { fresh } => {
            // A year of max-age is a cache's setting: what is no explicit request holds up to the operator's own bound.
            let fresh = fresh.and_then(|fresh| wishes::bounded(after(now, fresh), now, settings.max_interval));
            let next = known.wishes.and_then(|wishes| wishes.next_update(now));
            let next = next.and_then(|next| wishes::bounded(next, now, settings.max_interval));
            (own, fresh.max(next), own_why)
        }
        Ended::Failed { times, retry_after } => {
            let default = settings.default_interval.clamp(settings.min_interval, settings.max_interval);
            let base = if known.fixed.is_some() { own } else { own.min(default) };
            let factor = 1u32 << times.saturating_sub(1).min(16);
            let backed_off = base.saturating_mul(factor).min(settings.max_interval.max(base));
            let wish = retry_after.and_then(|wait| wishes::bounded(after(now, wait), now, LONGEST_WISH));
            (backed_off, wish, format!("backing off after {}", count(times, "failed visit")))
        }
        Ended::Gone => {
            let why = "gone (410): not asked any more; to ask again, switch it off and on (enabled)".to_owned();
            return Plan { due: None, interval: Duration::ZERO, not_before: None, why };
        }
    };
    let varying = interval.min(settings.default_interval.max(settings.min_interval)).mul_f64(JITTER);
    let varied = interval.saturating_sub(varying) + varying.mul_f64(2.0 * chance.clamp(0.0, 1.0));
    let planned = after(now, varied.max(settings.min_interval));
    let due = wish.map_or(planned, |wish| wish.max(planned));
    let open = known.wishes.map_or(due, |wishes| wishes.open_from(due));
    let (due, skipped) = if open > due {
        // Not everybody at the first second of the hour.
        let spread =
            Duration::from_secs(300).min(settings.default_interval.mul_f64(0.5)).mul_f64(chance.clamp(0.0, 1.0));
        (after(open, spread), true)
    } else {
        (due, false)
    };
    let asked = skipped || wish.is_some_and(|wish| wish > planned);
    Plan {
        due: Some(due),
        interval: if asked { rhythm::between(now, due).unwrap_or(interval) } else { interval },
        not_before: wish,
        why: if asked { format!("as the publisher asks; by itself {why}") } else { why },
    }
}

/// How often a feed would be asked if its publisher had no wishes, and why.
fn own_interval(known: &Known<'_>, settings: &ScheduleSettings, now: Timestamp) -> (Duration, String) {
    let bounded = |interval: Duration| interval.clamp(settings.min_interval, settings.max_interval);
    if let Some(fixed) = known.fixed {
        return (bounded(fixed), "as configured".to_owned());
    }
    let Some(rhythm) = known.rhythm else {
        let interval = bounded(settings.default_interval);
        return (interval, format!("every {}: the default", in_words(interval)));
    };
    let outlook = rhythm.outlook(now);
    // Half of what it holds: a feed that turns over quicker than expected still shows the last one known.
    let most = if known.held == 0 { f64::INFINITY } else { f64::from(known.held) / 2.0 };
    let worth = rhythm::worth_of_a_request(settings.default_interval);
    let by_rhythm = bounded(outlook.look_again(worth, most, settings.max_interval));
    let rate = rate_in_words(outlook.rate_now());
    match known.at_most.map(bounded).filter(|most| *most < by_rhythm) {
        Some(most) => (most, format!("every {}: articles were missed lately; {rate}", in_words(most))),
        None => (by_rhythm, format!("every {}: {rate}", in_words(by_rhythm))),
    }
}

/// `12 min`, `1 h 30 min`.
fn in_words(interval: Duration) -> String {
    let seconds = interval.as_secs();
    match (seconds / 3600, (seconds % 3600) / 60) {
        (0, 0) => format!("{seconds} s"),
        (0, minutes) if !seconds.is_multiple_of(60) && minutes < 5 => format!("{minutes} min {} s", seconds % 60),
        (0, minutes) => format!("{minutes} min"),
        (hours, 0) => format!("{hours} h"),
        (hours, minutes) => format!("{hours} h {minutes} min"),
    }
}

fn rate_in_words(an_hour: f64) -> String {
    if an_hour >= 0.2 {
        format!("{an_hour:.1} articles/h now")
    } else {
        format!("{:.1} articles/day now", an_hour * 24.0)
    }
}

/// A due time that still makes sense: after the clock jumped back, a feed must not wait for the old future to come.
pub fn believable(due: Timestamp, interval: Duration, now: Timestamp) -> Timestamp {
    let furthest = after(now, interval.max(LONGEST_WISH).mul_f64(1.0 + JITTER));
    if due > furthest { after(now, interval.min(LONGEST_WISH)) } else { due }
}

/// `now` and that much, or the last instant there is. Up to a whole microsecond, which is what the store keeps: cut off there
/// it would be a moment sooner than was asked for.
pub fn after(now: Timestamp, wait: Duration) -> Timestamp {
    let whole = TimestampRound::new().smallest(Unit::Microsecond).mode(RoundMode::Ceil);
    let due = SignedDuration::try_from(wait).and_then(|wait| now.checked_add(wait)).and_then(|due| due.round(whole));
    due.unwrap_or(Timestamp::MAX)
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

    #[test]
    fn a_due_time_is_whole_in_the_store_and_never_sooner() {
        for (now, due) in [
            ("2026-10-05T16:00:00.238380593Z", "2026-10-05T18:00:00.238381Z"),
            ("2026-10-05T16:00:00.238380Z", "2026-10-05T18:00:00.238380Z"),
        ] {
            assert_eq!(after(at(now), Duration::from_secs(7200)), at(due));
        }
        assert_eq!(after(Timestamp::MAX, Duration::from_secs(1)), Timestamp::MAX);
    }

    fn now() -> Timestamp {
        at("2026-11-24T06:00:00Z")
    }

    fn seconds(ended: Ended, known: &Known<'_>, chance: f64) -> i64 {
        plan(ended, known, &SETTINGS, now(), chance).due.map_or(-1, |due| due.duration_since(now()).as_secs())
    }

    #[test]
    fn the_next_visit_follows_from_how_the_last_one_ended() {
        let well = |fresh: Option<u64>| Ended::Well { fresh: fresh.map(Duration::from_secs) };
        let failed = |times, after: Option<u64>| Ended::Failed { times, retry_after: after.map(Duration::from_secs) };
        for (ended, fixed, chance, expected) in [
            (well(None), None, 0.5, 900),
            (well(None), None, 0.0, 810),
            (well(None), None, 1.0, 990),
            (well(None), Some(300), 0.5, 300),
            (well(None), Some(5), 0.5, 60),
            (well(None), Some(7200), 1.0, 7290),
            (well(Some(3600)), None, 0.5, 3600),
            (well(Some(60)), None, 0.5, 900),
            (well(Some(u64::MAX / 2)), None, 0.5, 24 * 3600),
            (failed(1, None), None, 0.5, 900),
            (failed(3, None), None, 0.5, 3600),
            (failed(40, None), None, 0.5, 24 * 3600),
            (failed(2, None), Some(3600), 0.5, 7200),
            (failed(1, Some(7200)), None, 0.5, 7200),
            (failed(1, Some(0)), None, 0.5, 900),
            (failed(1, Some(u64::MAX / 2)), None, 0.5, LONGEST_WISH.as_secs().cast_signed()),
            (Ended::Gone, None, 0.5, -1),
        ] {
            let known = Known { fixed: fixed.map(Duration::from_secs), ..Known::default() };
            assert_eq!(seconds(ended, &known, chance), expected, "{ended:?} {fixed:?} {chance}");
        }
    }

    #[test]
    fn a_feeds_own_wishes_are_lower_bounds_whatever_the_rhythm() {
        let well = Ended::Well { fresh: None };
        let dates: Vec<Timestamp> = (0..40).map(|nr| now() - SignedDuration::from_mins(nr * 5)).collect();
        let rhythm = Rhythm::begin(&dates, now());
        let wishes = |ttl, hours| Wishes { ttl_minutes: ttl, skip_hours: hours, ..Wishes::default() };
        let busy = Known { rhythm: Some(&rhythm), ..Known::default() };
        let alone = plan(well, &busy, &SETTINGS, now(), 0.5);
        assert!(alone.interval < Duration::from_secs(450) && alone.why.ends_with(" articles/h now"), "{}", alone.why);
        let hourly = wishes(Some(60), 0);
        let asked = plan(well, &Known { wishes: Some(&hourly), ..busy }, &SETTINGS, now(), 0.5);
        assert_eq!(asked.due, Some(now() + SignedDuration::from_mins(60)));
        assert_eq!(asked.not_before, asked.due);
        assert!(asked.why.starts_with("as the publisher asks; by itself every "), "{}", asked.why);
        let morning = wishes(None, 0b1100_0000);
        let skipped = seconds(well, &Known { wishes: Some(&morning), ..busy }, 0.0);
        assert_eq!(skipped, 2 * 3600, "six and seven o'clock are skipped");
        let for_ever = wishes(Some(u32::MAX), 0);
        assert_eq!(seconds(well, &Known { wishes: Some(&for_ever), ..busy }, 0.5), 24 * 3600);
    }

    #[test]
    fn a_feed_that_holds_little_is_not_let_to_turn_over_unseen() {
        let well = Ended::Well { fresh: None };
        let dates: Vec<Timestamp> = (0..40).map(|nr| now() - SignedDuration::from_mins(nr * 3)).collect();
        let rhythm = Rhythm::begin(&dates, now());
        let roomy = Known { rhythm: Some(&rhythm), held: 100, ..Known::default() };
        let narrow = Known { held: 1, ..roomy };
        assert!(seconds(well, &narrow, 0.5) * 3 / 2 < seconds(well, &roomy, 0.5));
        let missed = Known { at_most: Some(Duration::from_secs(120)), ..roomy };
        let planned = plan(well, &missed, &SETTINGS, now(), 0.5);
        assert_eq!(planned.interval, Duration::from_secs(120));
        assert!(planned.why.starts_with("every 2 min: articles were missed lately; "), "{}", planned.why);
    }

    #[test]
    fn intervals_are_said_as_people_say_them() {
        for (seconds, words) in
            [(45, "45 s"), (90, "1 min 30 s"), (720, "12 min"), (3600, "1 h"), (5430, "1 h 30 min"), (86_400, "24 h")]
        {
            assert_eq!(in_words(Duration::from_secs(seconds)), words);
        }
        assert_eq!(rate_in_words(4.12), "4.1 articles/h now");
        assert_eq!(rate_in_words(0.05), "1.2 articles/day now");
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
