//! What a reading tells about the next visits: the publisher's wishes, the feed's rhythm, and whether articles were missed
//! because the feed turned over between two looks. Decides only.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::config::settings::ScheduleSettings;
use crate::parse::{self, ParsedFeed};
use crate::schedule::rhythm::between;
use crate::schedule::{Rhythm, Wishes};
use crate::store::{FeedState, SeenEntry};

/// Entries dated longer before the last look were brought back, not published.
const BROUGHT_BACK: SignedDuration = SignedDuration::from_hours(48);
/// A feed that overflows again within this time was told of already.
const TOLD_FOR: SignedDuration = SignedDuration::from_hours(24);
/// Each look that misses nothing lets a hurried feed wait by so much longer.
const CALMING: f64 = 1.25;

/// What a feed held at a reading.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Holding {
    pub entries: u32,
    /// Those that were seen before.
    pub known: u32,
    /// The entries' dates.
    pub dates: Vec<Timestamp>,
}

impl Holding {
    /// Of all entries, whether they are known or not.
    pub fn of<'a>(entries: impl Iterator<Item = &'a SeenEntry>, now: Timestamp) -> Self {
        let mut holding = Self::default();
        for entry in entries {
            holding.entries = holding.entries.saturating_add(1);
            holding.dates.extend(entry.article.published.filter(|at| *at <= now));
        }
        holding
    }
}

/// Between two looks a feed turned over whole: what stood in it in between is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overflow {
    pub from: Timestamp,
    pub to: Timestamp,
    /// Entries that the feed holds.
    pub held: u32,
    /// Whether it was told of in the last day.
    pub told: bool,
}

/// The wishes that a feed states.
pub fn wishes(feed: &ParsedFeed) -> Wishes {
    let day = |name: &&str| parse::DAYS.iter().position(|day| day == name);
    Wishes {
        ttl_minutes: feed.ttl_minutes.filter(|minutes| *minutes > 0),
        update_base: feed.update_base,
        skip_hours: feed.skip_hours.iter().fold(0, |mask, hour| mask | 1 << (hour % 24)),
        skip_days: feed.skip_days.iter().filter_map(day).fold(0, |mask, day| mask | 1 << day),
    }
}

/// Takes a reading into the feed's state: its rhythm, how much it holds, whether it overflowed. `entries` are the unseen ones;
/// `state` still says when the feed was last read.
pub fn learn(
    state: &mut FeedState,
    holding: &Holding,
    entries: &[SeenEntry],
    settings: &ScheduleSettings,
    now: Timestamp,
) -> Option<Overflow> {
    let overflow = overflow(state, holding, now);
    match (&mut state.rhythm, state.last_success) {
        (Some(rhythm), Some(last_look)) => {
            observe(rhythm, entries, last_look, now);
            if overflow.is_some()
                && let Some(unseen) = holding.dates.iter().min().and_then(|oldest| between(last_look, *oldest))
            {
                rhythm.leave_out(unseen);
            }
        }
        _ => state.rhythm = Some(Rhythm::begin(&holding.dates, now)),
    }
    if let Some(overflow) = &overflow {
        state.overflowed = Some(now);
        let half = between(overflow.from, now).unwrap_or_default() / 2;
        state.at_most = Some(half.max(settings.min_interval));
    } else if !entries.is_empty() {
        let calmer = state.at_most.map(|most| most.mul_f64(CALMING));
        state.at_most = calmer.filter(|most| *most < settings.default_interval.saturating_mul(4));
    }
    state.held = holding.entries;
    state.newest = state.newest.max(holding.dates.iter().max().copied());
    overflow
}

/// Takes unseen entries that a hub pushed into the feed's rhythm. How much the feed holds is for the polls to say: a push may
/// hold what is new alone.
pub fn learn_pushed(state: &mut FeedState, entries: &[SeenEntry], now: Timestamp) {
    if let (Some(rhythm), Some(last_look)) = (&mut state.rhythm, state.last_success) {
        observe(rhythm, entries, last_look, now);
    }
    let dates = entries.iter().filter_map(|entry| entry.article.published).filter(|at| *at <= now);
    state.newest = state.newest.max(dates.max());
}

fn observe(rhythm: &mut Rhythm, entries: &[SeenEntry], last_look: Timestamp, now: Timestamp) {
    let recent = |at: Timestamp| last_look.duration_since(at) < BROUGHT_BACK;
    let dates = entries.iter().map(|entry| entry.article.published);
    let appeared: Vec<Option<Timestamp>> = dates.filter(|at| at.is_none_or(recent)).collect();
    if !appeared.is_empty() {
        rhythm.observe(&appeared, last_look, now);
    }
}

/// A feed as full as before, of which nothing is known and everything is newer than what was. A moved site is no overflow (its
/// old entries come again), nor is a list of today's news after midnight (it is not full), nor a feed of one entry.
fn overflow(state: &FeedState, holding: &Holding, now: Timestamp) -> Option<Overflow> {
    let from = state.last_success?;
    let full = holding.entries >= 2 && holding.entries.saturating_mul(4) >= state.held.saturating_mul(3);
    if state.held == 0 || holding.known > 0 || !full {
        return None;
    }
    let newer = match (holding.dates.iter().min(), state.newest) {
        (Some(oldest), Some(newest)) => *oldest > newest,
        (None, None) => true,
        (Some(_), None) | (None, Some(_)) => false,
    };
    let told = state.overflowed.is_some_and(|at| now.duration_since(at) < TOLD_FOR);
    newer.then_some(Overflow { from, to: now, held: holding.entries, told })
}

/// The longest time a feed was not looked at, in words for the alert log.
pub fn in_words(overflow: &Overflow) -> String {
    let gap = between(overflow.from, overflow.to).unwrap_or(Duration::ZERO).as_secs();
    let gap = if gap < 7200 { format!("{} min", gap.div_ceil(60)) } else { format!("{} h", gap / 3600) };
    format!("all its {} entries were new after {gap}", overflow.held)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("a timestamp")
    }

    const SETTINGS: ScheduleSettings = ScheduleSettings {
        min_interval: Duration::from_secs(300),
        max_interval: Duration::from_secs(86_400),
        default_interval: Duration::from_secs(900),
        page_wait: Duration::from_secs(600),
    };

    fn state() -> FeedState {
        let then = at("2026-11-24T06:00:00Z");
        FeedState {
            last_success: Some(then),
            held: 20,
            newest: Some(at("2026-11-24T05:50:00Z")),
            rhythm: Some(Rhythm::begin(&[], then)),
            ..FeedState::default()
        }
    }

    fn holding(entries: u32, known: u32, dates: &[&str]) -> Holding {
        Holding { entries, known, dates: dates.iter().map(|text| at(text)).collect() }
    }

    #[test]
    fn only_a_full_feed_of_newer_entries_has_overflowed() {
        let now = at("2026-11-24T06:20:00Z");
        let (before, after) = ("2026-11-24T05:40:00Z", "2026-11-24T06:10:00Z");
        let undated = FeedState { newest: None, ..state() };
        for (state, holding, expected, why) in [
            (state(), holding(20, 0, &[after]), true, "all new"),
            (state(), holding(20, 1, &[after]), false, "one is known"),
            (state(), holding(20, 0, &[before, after]), false, "a moved site brings its old entries again"),
            (state(), holding(3, 0, &[after]), false, "a list of today's news after midnight"),
            (state(), holding(20, 0, &[]), false, "dates that went away are no sign"),
            (undated.clone(), holding(20, 0, &[]), true, "no dates at all"),
            (FeedState { held: 1, ..undated }, holding(1, 0, &[]), false, "a feed of one entry"),
            (FeedState { last_success: None, ..state() }, holding(20, 0, &[after]), false, "the first reading"),
            (FeedState { held: 0, ..state() }, holding(20, 0, &[after]), false, "it was empty before"),
        ] {
            assert_eq!(overflow(&state, &holding, now).is_some(), expected, "{why}");
        }
    }

    #[test]
    fn an_overflow_hurries_the_feed_and_is_told_once_a_day() {
        let mut state = state();
        let mut now = at("2026-11-24T06:20:00Z");
        let first = learn(&mut state, &holding(20, 0, &["2026-11-24T06:10:00Z"]), &[], &SETTINGS, now).expect("missed");
        assert!(!first.told);
        assert_eq!(in_words(&first), "all its 20 entries were new after 20 min");
        assert_eq!((state.at_most, state.overflowed), (Some(Duration::from_secs(600)), Some(now)));
        state.last_success = Some(now);
        now += SignedDuration::from_mins(10);
        let again = learn(&mut state, &holding(20, 0, &["2026-11-24T06:25:00Z"]), &[], &SETTINGS, now).expect("missed");
        assert!(again.told);
        assert_eq!(state.at_most, Some(Duration::from_secs(300)));
    }
}
