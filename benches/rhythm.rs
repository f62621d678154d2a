//! Weeks of publishing simulated, looked at by three policies: wireroom's learnt rhythm, a fixed interval, and the average of
//! the last week as Miniflux' `entry_frequency` takes it. The question of each table: at as many requests, how long is an
//! article in a feed before it is seen; and at as long a delay, how many requests.
//!
//! `cargo bench --bench rhythm [-- SEED]`. Nothing is fetched and nothing is measured by the clock: one seed, one result.

#![expect(clippy::print_stdout, reason = "a bench prints its figures")]

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use wireroom::config::settings::ScheduleSettings;
use wireroom::schedule::{self, Ended, Known, Rhythm};

const WEEKS: i64 = 10;
/// The first ones are for learning and are not counted.
const LEARNING: i64 = 2;
const MINUTE: f64 = 60.0;
const HOUR: f64 = 3600.0;
const DAY: f64 = 24.0 * HOUR;
const WEEK: f64 = 7.0 * DAY;
/// Monday, midnight.
const START: i64 = 1_788_739_200;

/// A feed of a kind and everything that appears in it, in seconds from the start, in order.
struct Publisher {
    kind: &'static str,
    times: Vec<f64>,
}

/// Chance that is the same on every machine (SplitMix64).
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }

    fn wait(&mut self, rate: f64) -> f64 {
        -(1.0 - self.next()).ln() / rate
    }
}

/// A Poisson process of a rate (articles an hour) that depends on the time, by thinning.
fn poisson(chance: &mut Chance, highest: f64, rate: impl Fn(f64) -> f64) -> Vec<f64> {
    let (mut at, mut times) = (0.0, Vec::new());
    loop {
        at += chance.wait(highest / HOUR);
        if at >= WEEKS as f64 * WEEK {
            return times;
        }
        if chance.next() < rate(at) / highest {
            times.push(at);
        }
    }
}

fn hour(at: f64) -> f64 {
    at % DAY / HOUR
}

fn is_weekend(at: f64) -> bool {
    at % WEEK >= 5.0 * DAY
}

/// Up in the morning, down at night; the peak is in the early afternoon of a place that is `east` hours ahead of UTC.
fn day_curve(at: f64, east: f64) -> f64 {
    let local = (hour(at) + east).rem_euclid(24.0);
    let wave = ((local - 14.0) / 24.0 * std::f64::consts::TAU).cos();
    (0.55 + 0.45 * wave).powi(2) + 0.02
}

fn publishers(chance: &mut Chance) -> Vec<Publisher> {
    let mut all = Vec::new();
    for _ in 0..8 {
        let (size, east) = (0.5 + chance.next(), (chance.next() * 24.0).floor());
        let times = poisson(chance, 24.0 * size, |at| {
            15.0 * size * day_curve(at, east) * if is_weekend(at) { 0.7 } else { 1.0 }
        });
        all.push(Publisher { kind: "agency, day and night", times });
        let times =
            poisson(chance, 9.0 * size, |at| 6.0 * size * day_curve(at, east) * if is_weekend(at) { 0.4 } else { 1.0 });
        all.push(Publisher { kind: "national daily", times });
        let times = poisson(chance, 2.0 * size, |at| {
            let local = (hour(at) + east).rem_euclid(24.0);
            if !is_weekend(at) && (9.0..17.5).contains(&local) { 0.9 * size } else { 0.004 }
        });
        all.push(Publisher { kind: "ministry, office hours", times });
        all.push(Publisher { kind: "regional paper, at dawn", times: dawn(chance, size, east) });
        all.push(Publisher { kind: "weekly, Thursdays", times: weekly(chance, east) });
        all.push(Publisher { kind: "bulletin on the hour", times: bulletin(chance, east) });
        all.push(Publisher { kind: "breaking news", times: bursts(chance, size, east) });
        let times = poisson(chance, 1.0, |_| 3.0 * size / 168.0);
        all.push(Publisher { kind: "blog, any time", times });
        let times = poisson(chance, 4.0 * size, |at| {
            // New habits half-way, and the clocks go back an hour in week six.
            let east = if at > 6.0 * WEEK { east - 1.0 } else { east };
            if at < 5.0 * WEEK { 3.0 * size * day_curve(at, east) } else { 0.3 * size * day_curve(at, east + 8.0) }
        });
        all.push(Publisher { kind: "changes its habits", times });
    }
    all
}

/// Most of a morning edition appears within an hour, some more over the day.
fn dawn(chance: &mut Chance, size: f64, east: f64) -> Vec<f64> {
    let mut times = poisson(chance, 1.0, |at| 0.25 * size * day_curve(at, east));
    for day in 0..WEEKS * 7 {
        if day % 7 != 6 {
            let begins = day as f64 * DAY + (5.0 - east).rem_euclid(24.0) * HOUR;
            times.extend((0..(14.0 * size) as usize).map(|_| begins + chance.next() * 0.75 * HOUR));
        }
    }
    ordered(times)
}

fn weekly(chance: &mut Chance, east: f64) -> Vec<f64> {
    let mut times = Vec::new();
    for week in 0..WEEKS {
        let begins = week as f64 * WEEK + 3.0 * DAY + (6.0 - east).rem_euclid(24.0) * HOUR;
        times.extend((0..12).map(|_| begins + chance.next() * 0.5 * HOUR));
    }
    ordered(times)
}

fn bulletin(chance: &mut Chance, east: f64) -> Vec<f64> {
    let times = (0..WEEKS * 168).filter(|nr| (6.0..23.0).contains(&((*nr % 24) as f64 + east).rem_euclid(24.0)));
    times.map(|nr| nr as f64 * HOUR + chance.next() * 3.0 * MINUTE).collect()
}

/// A calm feed in which every few days an event draws report after report.
fn bursts(chance: &mut Chance, size: f64, east: f64) -> Vec<f64> {
    let mut times = poisson(chance, 1.0, |at| 0.5 * size * day_curve(at, east));
    let mut at = 0.0;
    loop {
        at += chance.wait(1.0 / (3.0 * DAY));
        if at >= WEEKS as f64 * WEEK {
            return ordered(times);
        }
        let mut next = at;
        for nr in 0..30 {
            next += chance.wait(1.0 / ((4.0 + f64::from(nr)) * MINUTE));
            times.push(next);
        }
    }
}

fn ordered(mut times: Vec<f64>) -> Vec<f64> {
    times.retain(|at| *at < WEEKS as f64 * WEEK);
    times.sort_by(f64::total_cmp);
    times
}

/// What a policy cost and brought in the counted weeks.
#[derive(Clone, Copy, Default)]
struct Outcome {
    requests: f64,
    articles: f64,
    /// Seconds from appearing to being seen, of all articles together.
    waited: f64,
}

impl Outcome {
    fn add(&mut self, other: Self) {
        self.requests += other.requests;
        self.articles += other.articles;
        self.waited += other.waited;
    }

    fn delay_minutes(&self) -> f64 {
        self.waited / self.articles.max(1.0) / MINUTE
    }
}

/// Looks at a feed by `next`, which is told when it looks, what appeared since the look before, and when that was, and says how
/// many seconds to wait.
fn look(publisher: &Publisher, mut next: impl FnMut(f64, &[f64], f64) -> f64) -> Outcome {
    let mut outcome = Outcome::default();
    let (mut at, mut before, mut seen) = (HOUR, 0.0, 0);
    while at < WEEKS as f64 * WEEK {
        let until = publisher.times.partition_point(|time| *time <= at);
        let appeared = &publisher.times[seen..until];
        if at >= LEARNING as f64 * WEEK {
            outcome.requests += 1.0;
            let counted = appeared.iter().filter(|time| **time >= LEARNING as f64 * WEEK);
            for time in counted {
                outcome.articles += 1.0;
                outcome.waited += at - time;
            }
        }
        let wait = next(at, appeared, before).max(1.0);
        (before, at, seen) = (at, at + wait, until);
    }
    outcome
}

const SETTINGS: ScheduleSettings = ScheduleSettings {
    min_interval: Duration::from_secs(300),
    max_interval: Duration::from_secs(86_400),
    default_interval: Duration::from_secs(900),
    page_wait: Duration::from_secs(600),
};

fn stamp(at: f64) -> Timestamp {
    Timestamp::from_second(START).expect("a time") + SignedDuration::from_secs(at as i64)
}

/// wireroom with its default settings, all feeds beginning without history.
fn rhythm(publisher: &Publisher, chance: &mut Chance) -> Outcome {
    let mut rhythm: Option<Rhythm> = None;
    look(publisher, |at, appeared, before| {
        let now = stamp(at);
        let dates: Vec<Option<Timestamp>> = appeared.iter().map(|time| Some(stamp(*time))).collect();
        match &mut rhythm {
            Some(rhythm) if !dates.is_empty() => rhythm.observe(&dates, stamp(before), now),
            Some(_) => {}
            None => rhythm = Some(Rhythm::begin(&[], now)),
        }
        let known = Known { rhythm: rhythm.as_ref(), ..Known::default() };
        let plan = schedule::plan(Ended::Well { fresh: None }, &known, &SETTINGS, now, chance.next());
        plan.due.map_or(DAY, |due| due.duration_since(now).as_secs_f64())
    })
}

fn fixed(publisher: &Publisher, seconds: f64) -> Outcome {
    look(publisher, |_, _, _| seconds)
}

/// The mean interval of the last week's articles, times `factor`, between five minutes and a day.
fn average(publisher: &Publisher, factor: f64) -> Outcome {
    look(publisher, |at, _, _| {
        let times = &publisher.times;
        let week = times.partition_point(|t| *t <= at) - times.partition_point(|t| *t <= at - WEEK);
        (WEEK / week.max(1) as f64 * factor).clamp(5.0 * MINUTE, DAY)
    })
}

/// A policy with a knob.
type Policy<'a> = &'a dyn Fn(&Publisher, f64) -> Outcome;

fn together(all: &[Publisher], mut policy: impl FnMut(&Publisher) -> Outcome) -> Outcome {
    let mut sum = Outcome::default();
    for publisher in all {
        sum.add(policy(publisher));
    }
    sum
}

/// The knob at which `measure`, which falls as the knob grows, comes down to `goal`.
fn tuned(goal: f64, mut low: f64, mut high: f64, measure: impl Fn(f64) -> f64) -> f64 {
    for _ in 0..24 {
        let middle = (low * high).sqrt();
        if measure(middle) > goal { low = middle } else { high = middle }
    }
    high
}

fn main() {
    let seed = std::env::args().skip(1).find_map(|a| a.parse().ok()).unwrap_or(1);
    let mut chance = Chance(seed);
    let all = publishers(&mut chance);
    let ours = together(&all, |publisher| rhythm(publisher, &mut Chance(seed.wrapping_add(77))));
    println!(
        "{} feeds, {} weeks after {LEARNING} of learning, {:.0} articles; seed {seed}",
        all.len(),
        WEEKS - LEARNING,
        ours.articles
    );
    let days = (WEEKS - LEARNING) as f64 * 7.0 * all.len() as f64;
    let row = |name: &str, outcome: Outcome| {
        println!("{name:<46}{:>12.1}{:>14.1}", outcome.requests / days, outcome.delay_minutes());
    };
    let policies: [(&str, Policy<'_>, f64, f64); 2] = [
        ("fixed interval", &|publisher, knob| fixed(publisher, knob), 60.0, DAY),
        ("average of the last week", &|publisher, knob| average(publisher, knob), 0.001, 100.0),
    ];
    println!("\n{:<46}{:>12}{:>14}", "", "requests", "delay,");
    println!("{:<46}{:>12}{:>14}", "", "a feed a day", "minutes");
    row("wireroom's rhythm", ours);
    row("fixed interval of 15 min", together(&all, |publisher| fixed(publisher, 900.0)));
    for (name, policy, low, high) in policies {
        let run = |knob: f64| together(&all, |publisher| policy(publisher, knob));
        let same = run(tuned(ours.requests, low, high, |knob| run(knob).requests));
        row(&format!("{name}, same requests"), same);
        println!("{:<46}{:>26.2} × the delay", "", same.delay_minutes() / ours.delay_minutes());
        // The delay grows with the knob.
        let knob = tuned(-ours.delay_minutes(), low, high, |knob| -run(knob).delay_minutes());
        let same = run(knob);
        if same.delay_minutes() > 1.05 * ours.delay_minutes() || same.delay_minutes() < 0.95 * ours.delay_minutes() {
            println!("{name} cannot be as quick: {:.1} minutes at best", same.delay_minutes());
            continue;
        }
        row(&format!("{name}, same delay"), same);
        println!("{:<46}{:>11.2} × the requests", "", same.requests / ours.requests);
    }
    println!(
        "\n{:<30}{:>20}{:>24}{:>24}",
        "requests a day / delay", "rhythm", "fixed, same requests", "average, same requests"
    );
    let mut kinds: Vec<&'static str> = all.iter().map(|publisher| publisher.kind).collect();
    kinds.truncate(9);
    let days = (WEEKS - LEARNING) as f64 * 7.0;
    for kind in kinds {
        let some: Vec<&Publisher> = all.iter().filter(|publisher| publisher.kind == kind).collect();
        let of = |policy: &dyn Fn(&Publisher) -> Outcome| {
            let mut sum = Outcome::default();
            for publisher in &some {
                sum.add(policy(publisher));
            }
            sum
        };
        let ours = of(&|publisher| rhythm(publisher, &mut Chance(seed.wrapping_add(77))));
        let show = |outcome: Outcome| {
            format!("{:.1} / {:.1}", outcome.requests / days / some.len() as f64, outcome.delay_minutes())
        };
        let cells: Vec<String> = policies
            .iter()
            .map(|(_, policy, low, high)| {
                let run = |knob: f64| of(&|publisher| policy(publisher, knob));
                show(run(tuned(ours.requests, *low, *high, |knob| run(knob).requests)))
            })
            .collect();
        println!("{kind:<30}{:>20}{:>24}{:>24}", show(ours), cells[0], cells[1]);
    }
}
