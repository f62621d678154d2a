//! When a feed's articles appeared → how many an hour are to be expected, by hour of the week, and when it is worth looking
//! again. Learns and foretells; decides nothing about manners.
//!
//! Articles are taken for a Poisson process whose rate follows the hour of the week (UTC). Old weeks count less, hours with
//! little behind them lean on the same hour of other days, and that on the feed's mean, so that a week of history is enough to
//! know a night. What the last hours brought beside what was expected of them scales the next hours: news come in bursts.

use std::time::Duration;

use jiff::Timestamp;

const HOUR: i64 = 3600;
const HOURS: usize = 168;
const WEEK: i64 = 168 * HOUR;
/// What a week counts beside the one after it.
const FADE: f64 = 0.85;
/// Counts are kept in this part of an article.
const UNIT: f64 = 32.0;
/// A feed that publishes so many articles an hour is asked at the default interval; so is one of which nothing is known.
pub const COMMON_RATE: f64 = 1.0;
/// For so many hours the first guess weighs as much as what was seen.
const GUESS_HOURS: f64 = 12.0;
/// Articles that an hour of the day needs to tell more of itself than the feed's mean does.
const DAY_DOUBT: f64 = 1.0;
/// Articles that an hour of the week needs to tell more of itself than its hour of the day does.
const WEEK_DOUBT: f64 = 3.0;
/// Articles that the last hours need to tell more of the next ones than the week does.
const BURST_DOUBT: f64 = 2.0;
/// After this long what was lately is worth half.
const BURST_HALF: f64 = 3.0 * HOUR as f64;
/// What is older tells nothing of now.
const BURST_PAST: i64 = 24 * HOUR;
/// How far back a feed's own dates tell of it when it is first read.
const HISTORY: i64 = 4 * WEEK;

/// What a feed's past tells of its future. A few hundred bytes.
#[derive(Clone, Debug, PartialEq)]
pub struct Rhythm {
    /// Since when it is observed.
    since: i64,
    /// Up to when `lately` and `expected` hold, and `counts` have faded.
    until: i64,
    /// What the last hours brought, faded.
    lately: f32,
    /// What was expected of them, faded alike.
    expected: f32,
    /// Articles by hour of the week, faded, in parts of [`UNIT`].
    counts: Box<[u16; HOURS]>,
}

impl Rhythm {
    /// From a first reading: the dates that the feed gives to its entries.
    pub fn begin(dates: &[Timestamp], now: Timestamp) -> Self {
        let now = now.as_second();
        let mut dates: Vec<i64> =
            dates.iter().map(|at| at.as_second()).filter(|at| *at <= now && now - at < HISTORY).collect();
        dates.sort_unstable();
        // An old entry pinned to the top would make the feed look slow: the oldest tenth does not say since when it is whole.
        let oldest = dates.len() / 10;
        let since = dates.get(oldest).copied().unwrap_or(now);
        let mut rhythm = Self { since, until: now, lately: 0.0, expected: 0.0, counts: Box::new([0; HOURS]) };
        for at in &dates[oldest.min(dates.len())..] {
            let weeks = week(now) - week(*at);
            rhythm.add(*at, FADE.powi(i32::try_from(weeks).unwrap_or(i32::MAX)));
        }
        rhythm
    }

    /// Takes in what appeared between two looks. Of an entry without a date, or with one before the last look, it is only known
    /// that it appeared in between.
    pub fn observe(&mut self, appeared: &[Option<Timestamp>], last_look: Timestamp, now: Timestamp) {
        let (from, to) = (last_look.as_second().min(now.as_second()), now.as_second());
        let (lately, expected) = self.recently(to, &self.rates(to));
        self.fade(to);
        let mut between = 0.0;
        let mut news = 0.0;
        let age_weight = |at: i64| 0.5f64.powf((to - at) as f64 / BURST_HALF);
        for at in appeared {
            match at.map(Timestamp::as_second).filter(|at| *at > from && *at <= to) {
                Some(at) => {
                    self.add(at, FADE.powi(i32::try_from(week(to) - week(at)).unwrap_or(i32::MAX)));
                    news += age_weight(at);
                }
                None => between += 1.0,
            }
        }
        if between > 0.0 {
            self.spread(from, to, between);
            news += between * age_weight(i64::midpoint(from, to));
        }
        (self.lately, self.expected, self.until) = ((lately + news) as f32, expected as f32, to);
    }

    /// A time in which articles may have come and gone unseen says nothing.
    pub fn leave_out(&mut self, unseen: Duration) {
        self.since = self.since.saturating_add(i64::try_from(unseen.as_secs()).unwrap_or(0)).min(self.until);
    }

    fn add(&mut self, at: i64, articles: f64) {
        let count = &mut self.counts[hour(at)];
        *count = count.saturating_add((articles * UNIT).round().clamp(0.0, f64::from(u16::MAX)) as u16);
    }

    /// Articles that appeared some time between two instants, over the hours that these span.
    fn spread(&mut self, from: i64, to: i64, articles: f64) {
        let from = from.max(to - WEEK);
        if to <= from {
            return self.add(to, articles);
        }
        for (start, end) in segments(from, to) {
            self.add(start, articles * (end - start) as f64 / (to - from) as f64);
        }
    }

    /// Counts as they weigh at `now`.
    fn fade(&mut self, now: i64) {
        let weeks = week(now) - week(self.until);
        if weeks > 0 {
            let weight = FADE.powi(i32::try_from(weeks).unwrap_or(i32::MAX));
            for count in self.counts.iter_mut() {
                *count = (f64::from(*count) * weight).round() as u16;
            }
        }
    }

    /// How long each hour of the week was observed up to `now`, in hours faded like the counts.
    fn exposure(&self, now: i64) -> Exposure {
        let since = self.since;
        if since >= now {
            return Exposure { whole: 0.0, parts: [(0, 0, 0.0); 2] };
        }
        let (first, last) = (week(since), week(now));
        let whole: f64 = (first + 1..last).rev().take(60).map(|nr| FADE.powi((last - nr) as i32)).sum();
        let parts = if first == last {
            [(since, now, 1.0), (0, 0, 0.0)]
        } else {
            let faded = FADE.powi(i32::try_from(last - first).unwrap_or(i32::MAX));
            [(since, (first + 1) * WEEK, faded), (last * WEEK, now, 1.0)]
        };
        // Each lies within one week.
        Exposure { whole, parts: parts.map(|(from, to, weight)| (from.rem_euclid(WEEK), to - from, weight)) }
    }

    /// Articles an hour, as the past tells.
    fn rates(&self, now: i64) -> Rates<'_> {
        let weeks = week(now) - week(self.until);
        let unit = FADE.powi(i32::try_from(weeks.max(0)).unwrap_or(i32::MAX)) / UNIT;
        let exposure = self.exposure(now);
        let seen = f64::from(self.counts.iter().map(|count| u32::from(*count)).sum::<u32>()) * unit;
        let mean = (seen + GUESS_HOURS * COMMON_RATE) / (exposure.of_week() + GUESS_HOURS);
        Rates { counts: &self.counts, unit, exposure, mean }
    }

    /// What the last hours brought and what was expected of them, faded to `now`.
    fn recently(&self, now: i64, rates: &Rates<'_>) -> (f64, f64) {
        if now <= self.until {
            return (f64::from(self.lately), f64::from(self.expected));
        }
        let kept = 0.5f64.powf((now - self.until) as f64 / BURST_HALF);
        let (lately, mut expected) = (f64::from(self.lately) * kept, f64::from(self.expected) * kept);
        for (start, end) in segments(self.until.max(now - BURST_PAST), now) {
            let weight = 0.5f64.powf((now - i64::midpoint(start, end)) as f64 / BURST_HALF);
            expected += rates.of(hour(start)) * (end - start) as f64 / HOUR as f64 * weight;
        }
        (lately, expected)
    }

    /// What is to be expected from `now` on.
    pub fn outlook(&self, now: Timestamp) -> Outlook<'_> {
        let now = now.as_second();
        let rates = self.rates(now);
        let (lately, expected) = self.recently(now, &rates);
        Outlook { now, rates, burst: (BURST_DOUBT + lately) / (BURST_DOUBT + expected) }
    }

    /// For the database.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = vec![1];
        bytes.extend_from_slice(&self.since.to_le_bytes());
        bytes.extend_from_slice(&self.until.to_le_bytes());
        bytes.extend_from_slice(&self.lately.to_le_bytes());
        bytes.extend_from_slice(&self.expected.to_le_bytes());
        bytes.extend(self.counts.iter().flat_map(|count| count.to_le_bytes()));
        bytes
    }

    /// None for what [`Rhythm::to_bytes`] did not write: the feed is then learnt anew.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let rest = bytes.strip_prefix(&[1])?;
        let (since, rest) = rest.split_first_chunk::<8>()?;
        let (until, rest) = rest.split_first_chunk::<8>()?;
        let (lately, rest) = rest.split_first_chunk::<4>()?;
        let (expected, rest) = rest.split_first_chunk::<4>()?;
        let mut counts = Box::new([0; HOURS]);
        let (pairs, odd) = rest.as_chunks::<2>();
        if pairs.len() != HOURS || !odd.is_empty() {
            return None;
        }
        for (count, pair) in counts.iter_mut().zip(pairs) {
            *count = u16::from_le_bytes(*pair);
        }
        let (lately, expected) = (f32::from_le_bytes(*lately), f32::from_le_bytes(*expected));
        let sound = lately.is_finite() && lately >= 0.0 && expected.is_finite() && expected >= 0.0;
        let (since, until) = (i64::from_le_bytes(*since), i64::from_le_bytes(*until));
        sound.then_some(Self { since, until, lately, expected, counts })
    }
}

/// How long the hours of a week were observed, in hours: each whole weeks long, and parts of weeks besides.
#[derive(Clone, Debug)]
struct Exposure {
    whole: f64,
    /// From which second of the week, for how many seconds, and what these weigh.
    parts: [(i64, i64, f64); 2],
}

impl Exposure {
    fn of(&self, hour: usize) -> f64 {
        let start = hour as i64 * HOUR;
        let part = |(from, length, weight): (i64, i64, f64)| {
            let within = (from + length).min(start + HOUR) - from.max(start);
            weight * within.max(0) as f64 / HOUR as f64
        };
        self.whole + part(self.parts[0]) + part(self.parts[1])
    }

    fn of_week(&self) -> f64 {
        let parts = self.parts.iter().map(|(_, length, weight)| weight * *length as f64 / HOUR as f64);
        self.whole * HOURS as f64 + parts.sum::<f64>()
    }
}

/// Articles an hour by hour of the week, each made when it is asked for: most feeds are planned within the hour.
#[derive(Clone, Debug)]
struct Rates<'a> {
    counts: &'a [u16; HOURS],
    /// What one of the counts is in articles.
    unit: f64,
    exposure: Exposure,
    /// Articles of any hour.
    mean: f64,
}

impl Rates<'_> {
    fn of(&self, hour: usize) -> f64 {
        let count = |hour: usize| f64::from(self.counts[hour]) * self.unit;
        let (seen, hours) =
            (hour % 24..HOURS).step_by(24).fold((DAY_DOUBT, DAY_DOUBT / self.mean), |(seen, hours), h| {
                (seen + count(h), hours + self.exposure.of(h))
            });
        // The hours that this hour of the day would take for that many articles.
        let doubt = WEEK_DOUBT / (seen / hours);
        (count(hour) + WEEK_DOUBT) / (self.exposure.of(hour) + doubt)
    }
}

/// The hours ahead.
#[derive(Clone, Debug)]
pub struct Outlook<'a> {
    now: i64,
    rates: Rates<'a>,
    /// How much busier than usual it is just now.
    burst: f64,
}

impl Outlook<'_> {
    /// Articles an hour expected at `at`.
    fn rate(&self, at: i64) -> f64 {
        let left = 0.5f64.powf((at - self.now) as f64 / BURST_HALF);
        self.rates.of(hour(at)) * (1.0 + (self.burst - 1.0) * left)
    }

    /// Articles an hour expected now.
    pub fn rate_now(&self) -> f64 {
        self.rate(self.now)
    }

    /// When to look again: once the articles expected since now will have waited for `worth` (article-hours) together, or `most`
    /// of them are expected, or `longest` is over.
    ///
    /// For a steady rate r that is every √(2·worth/r): a request is spent where it saves as much waiting as anywhere else, which
    /// is what makes the mean delay smallest for a number of requests. Before a silent night ends it looks over the night.
    pub fn look_again(&self, worth: f64, most: f64, longest: Duration) -> Duration {
        let longest = i64::try_from(longest.as_secs()).unwrap_or(i64::MAX).min(5 * WEEK);
        let (mut waited, mut expected) = (0.0, 0.0);
        for (start, end) in segments(self.now, self.now + longest) {
            let (rate, hours) = (self.rate(start), (end - start) as f64 / HOUR as f64);
            let by_wait = ((expected * expected + 2.0 * rate * (worth - waited)).max(0.0).sqrt() - expected) / rate;
            let by_count = (most - expected) / rate;
            let enough = by_wait.min(by_count);
            if enough <= hours {
                return Duration::from_secs_f64((start - self.now) as f64 + enough.max(0.0) * HOUR as f64);
            }
            waited += expected * hours + rate * hours * hours / 2.0;
            expected += rate * hours;
        }
        Duration::from_secs(longest.unsigned_abs())
    }
}

/// What a request is worth where `default` is the interval of a feed of the common rate, in article-hours.
pub fn worth_of_a_request(default: Duration) -> f64 {
    let hours = default.as_secs_f64() / HOUR as f64;
    COMMON_RATE * hours * hours / 2.0
}

fn week(at: i64) -> i64 {
    at.div_euclid(WEEK)
}

fn hour(at: i64) -> usize {
    at.rem_euclid(WEEK).div_euclid(HOUR) as usize
}

/// A time cut at every full hour.
fn segments(from: i64, to: i64) -> impl Iterator<Item = (i64, i64)> {
    let (mut at, mut full) = (from, (from.div_euclid(HOUR) + 1) * HOUR);
    std::iter::from_fn(move || {
        if at >= to {
            return None;
        }
        let segment = (at, full.min(to));
        (at, full) = (segment.1, full + HOUR);
        Some(segment)
    })
}

/// The time between two instants, none where they are the wrong way round.
pub fn between(from: Timestamp, to: Timestamp) -> Option<Duration> {
    Duration::try_from(to.duration_since(from)).ok().filter(|time| !time.is_zero())
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("a timestamp")
    }

    const DEFAULT: Duration = Duration::from_secs(900);
    const DAY: Duration = Duration::from_secs(86_400);

    fn look(rhythm: &Rhythm, now: Timestamp) -> u64 {
        rhythm.outlook(now).look_again(worth_of_a_request(DEFAULT), f64::INFINITY, DAY).as_secs() / 60
    }

    #[test]
    fn every_observed_second_counts_for_its_hour() {
        let now = at("2026-09-09T10:20:30Z");
        for days in [0, 2, 5, 9, 30] {
            let (since, to) = (now.as_second() - days * 86_400 - 1234, now.as_second());
            let exposure = Rhythm { since, ..Rhythm::begin(&[], now) }.exposure(to);
            let mut hours = [0.0; HOURS];
            for (start, end) in segments(since, to) {
                hours[hour(start)] += FADE.powi((week(to) - week(start)) as i32) * (end - start) as f64 / HOUR as f64;
            }
            assert!((0..HOURS).all(|h| (exposure.of(h) - hours[h]).abs() < 1e-9), "{days} days: {exposure:?}");
            assert!((exposure.of_week() - hours.iter().sum::<f64>()).abs() < 1e-9, "{days} days: {exposure:?}");
        }
    }

    /// Weeks of a feed that is looked at every quarter of an hour and publishes at these minutes of the day, on working days only.
    fn weeks(of: usize, minutes: &[i64]) -> (Rhythm, Timestamp) {
        let mut now = at("2026-09-07T00:00:00Z");
        let mut rhythm = Rhythm::begin(&[], now);
        for day in 0..of * 7 {
            let midnight = now;
            for quarter in 1..=96 {
                let last = now;
                now = midnight + SignedDuration::from_mins(quarter * 15);
                let dates: Vec<Option<Timestamp>> = minutes
                    .iter()
                    .filter(|_| day % 7 < 5)
                    .map(|minute| midnight + SignedDuration::from_mins(*minute))
                    .filter(|date| *date > last && *date <= now)
                    .map(Some)
                    .collect();
                if !dates.is_empty() {
                    rhythm.observe(&dates, last, now);
                }
            }
        }
        (rhythm, now)
    }

    #[test]
    fn without_history_a_feed_is_asked_at_the_default() {
        let now = at("2026-11-24T06:00:00Z");
        assert_eq!(look(&Rhythm::begin(&[], now), now), 15);
        let silent = Rhythm::begin(&[], now);
        let later = look(&silent, now + SignedDuration::from_hours(7 * 24));
        assert!((45..=120).contains(&later), "a week of silence slows it down: {later}");
    }

    #[test]
    fn a_first_reading_tells_by_its_dates() {
        let now = at("2026-11-24T06:00:00Z");
        let every = |minutes: i64, count: i64| -> Vec<Timestamp> {
            (0..count).map(|nr| now - SignedDuration::from_mins(minutes * nr)).collect()
        };
        let busy = look(&Rhythm::begin(&every(12, 40), now), now);
        assert!(busy < 10, "{busy}");
        let slow = look(&Rhythm::begin(&every(25 * 60, 25), now), now);
        assert!((45..=100).contains(&slow), "{slow}");
        let mut pinned = every(12, 40);
        pinned.push(now - SignedDuration::from_hours(27 * 24));
        let pinned = look(&Rhythm::begin(&pinned, now), now);
        assert!(pinned < 10, "one pinned entry does not hide a busy feed: {pinned}");
    }

    #[test]
    fn nights_and_weekends_are_learnt_and_looked_over() {
        // Twelve articles between nine and one o'clock.
        let minutes: Vec<i64> = (0..12).map(|nr| 9 * 60 + nr * 20).collect();
        let (rhythm, sunday_midnight) = weeks(5, &minutes);
        let monday = |hours: i64| look(&rhythm, sunday_midnight + SignedDuration::from_hours(hours));
        assert!(monday(9) <= 12, "busy: {}", monday(9));
        assert!(monday(1) >= 60, "the night: {}", monday(1));
        assert!(monday(8) <= 100, "not slept over: {}", monday(8));
        let saturday = look(&rhythm, sunday_midnight + SignedDuration::from_hours(5 * 24 + 9));
        assert!(saturday >= 2 * monday(9), "{saturday}");
    }

    #[test]
    fn a_burst_is_followed_and_forgotten() {
        let (mut rhythm, now) = weeks(4, &[10 * 60, 15 * 60]);
        let calm = look(&rhythm, now);
        let dates: Vec<Option<Timestamp>> = (1..=15).map(|nr| Some(now + SignedDuration::from_mins(nr * 2))).collect();
        let after = now + SignedDuration::from_mins(30);
        rhythm.observe(&dates, now, after);
        let burst = look(&rhythm, after);
        assert!(burst * 2 < calm, "{burst} {calm}");
        let later = look(&rhythm, after + SignedDuration::from_hours(20));
        assert!(later > 2 * burst, "{later} {burst}");
    }

    #[test]
    fn a_change_of_habits_is_followed_within_weeks() {
        let (mut rhythm, mut now) = weeks(6, &[9 * 60, 9 * 60 + 20, 9 * 60 + 40]);
        for _ in 0..4 * 7 {
            let evening = now + SignedDuration::from_hours(20);
            rhythm.observe(
                &[Some(evening), Some(evening), Some(evening)],
                evening - SignedDuration::from_mins(15),
                evening,
            );
            now += SignedDuration::from_hours(24);
        }
        let rates = rhythm.rates(now.as_second());
        let of_hour = |hour: usize| (0..7).map(|day| rates.of((day * 24) + hour)).sum::<f64>();
        assert!(of_hour(20) > 1.5 * of_hour(9), "{} {}", of_hour(20), of_hour(9));
    }

    #[test]
    fn it_is_kept_byte_for_byte_and_garbage_is_not_read() {
        let (rhythm, _) = weeks(2, &[600, 700]);
        assert_eq!(Rhythm::from_bytes(&rhythm.to_bytes()), Some(rhythm.clone()));
        assert_eq!(rhythm.to_bytes().len(), 361);
        let mut bytes = rhythm.to_bytes();
        bytes[17..21].copy_from_slice(&f32::NAN.to_le_bytes());
        for garbage in [&bytes[..], &bytes[..40], b"", b"2"] {
            assert_eq!(Rhythm::from_bytes(garbage), None);
        }
    }

    #[test]
    fn no_clock_and_no_date_makes_it_panic_or_stand_still() {
        let ends = [Timestamp::MIN, Timestamp::UNIX_EPOCH, at("2026-11-24T06:00:00Z"), Timestamp::MAX];
        for first in ends {
            for then in ends {
                let mut rhythm = Rhythm::begin(&[first, then], first);
                rhythm.observe(&[Some(then), None, Some(first)], first, then);
                rhythm.leave_out(Duration::MAX);
                let wait = rhythm.outlook(then).look_again(worth_of_a_request(DEFAULT), 15.0, DAY);
                assert!(wait <= DAY, "{first} {then} {wait:?}");
            }
        }
    }
}
