//! How a subscription stands with its hub, what happens to it, and what is to be done next. Pure: the time is handed in.

use std::time::Duration;

use jiff::Timestamp;

use super::Hub;
use crate::model::FeedId;
use crate::schedule::after;

/// How long a subscription is asked for; the hub decides.
pub const LEASE: Duration = Duration::from_secs(10 * 86_400);
/// What a hub may decide, within reason.
const SHORTEST: Duration = Duration::from_secs(60);
const LONGEST: Duration = Duration::from_secs(90 * 86_400);
/// A hub is to verify within this; each further try waits twice as long, up to a day.
const PATIENCE: Duration = Duration::from_secs(600);
const DAY: Duration = Duration::from_secs(86_400);
/// Tries to leave a hub before it is left without its consent.
const FAREWELLS: u32 = 5;
const MAX_ERROR: usize = 300;

/// Where a subscription is on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// To be asked for.
    Wanted,
    /// Asked for (or asked to be renewed), not verified yet.
    Asked,
    /// Verified by the hub.
    Settled,
    /// The hub does not want it.
    Refused,
    /// To be ended.
    Leaving,
}

impl Standing {
    const ALL: [Self; 5] = [Self::Wanted, Self::Asked, Self::Settled, Self::Refused, Self::Leaving];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Wanted => "wanted",
            Self::Asked => "asked",
            Self::Settled => "settled",
            Self::Refused => "refused",
            Self::Leaving => "leaving",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|standing| standing.as_str() == name)
    }
}

/// What is to be done about a subscription.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Ask the hub for it, for the first time or again.
    Subscribe,
    Unsubscribe,
    /// It is over.
    Forget,
}

/// One feed at one hub.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscription {
    /// The last part of its callback's address.
    pub token: String,
    pub feed: FeedId,
    pub hub: String,
    pub topic: String,
    pub standing: Standing,
    /// Until when the hub pushes.
    pub until: Option<Timestamp>,
    pub next_try: Timestamp,
    /// Requests since it last stood well.
    pub attempts: u32,
    pub error: Option<String>,
    pub pushes: u64,
    pub last_push: Option<Timestamp>,
    /// When a poll last found what no push had brought.
    pub missed: Option<Timestamp>,
}

impl Subscription {
    pub fn new(token: String, feed: FeedId, hub: Hub, now: Timestamp) -> Self {
        Self {
            token,
            feed,
            hub: hub.url,
            topic: hub.topic,
            standing: Standing::Wanted,
            until: None,
            next_try: now,
            attempts: 0,
            error: None,
            pushes: 0,
            last_push: None,
            missed: None,
        }
    }

    pub fn step(&self, now: Timestamp) -> Option<Step> {
        let lapsed = self.until.is_none_or(|until| until <= now);
        match self.standing {
            Standing::Leaving if lapsed || self.attempts >= FAREWELLS => Some(Step::Forget),
            Standing::Leaving => (self.next_try <= now).then_some(Step::Unsubscribe),
            Standing::Wanted | Standing::Asked | Standing::Settled | Standing::Refused => {
                (self.next_try <= now).then_some(Step::Subscribe)
            }
        }
    }

    /// The hub is about to be asked: it may verify before it answers.
    pub fn asked(&mut self, now: Timestamp) {
        self.attempts = self.attempts.saturating_add(1);
        let factor = 1 << self.attempts.saturating_sub(1).min(10);
        self.next_try = after(now, PATIENCE.saturating_mul(factor).min(DAY));
        if self.standing != Standing::Leaving {
            self.standing = Standing::Asked;
        }
    }

    /// The hub took the request badly. `refused`: it will not change its mind soon.
    pub fn failed(&mut self, why: &str, refused: bool, now: Timestamp) {
        if self.standing != Standing::Asked && self.standing != Standing::Leaving {
            // It verified all the same.
            return;
        }
        self.error = Some(why.chars().take(MAX_ERROR).collect());
        if refused && self.standing == Standing::Asked {
            self.standing = Standing::Refused;
            self.next_try = after(now, DAY);
        }
    }

    /// The hub asks whether we meant it (§5.3): whether we did.
    pub fn verify(&mut self, topic: &str, lease: Option<Duration>, now: Timestamp) -> bool {
        let meant = matches!(self.standing, Standing::Asked | Standing::Settled) && topic == self.topic;
        if meant {
            let lease = lease.unwrap_or(LEASE).clamp(SHORTEST, LONGEST);
            self.standing = Standing::Settled;
            self.until = Some(after(now, lease));
            // In time for several tries.
            self.next_try = after(now, lease.mul_f64(0.8));
            (self.attempts, self.error) = (0, None);
        }
        meant
    }

    /// The hub ends it or never begins it (§5.2).
    pub fn denied(&mut self, reason: &str, now: Timestamp) {
        if self.standing != Standing::Leaving {
            self.standing = Standing::Refused;
            self.until = None;
            self.next_try = after(now, DAY);
            self.error = Some(format!("denied: {reason}").chars().take(MAX_ERROR).collect());
        }
    }

    /// The feed is no longer to be pushed.
    pub fn leave(&mut self, now: Timestamp) {
        if self.standing != Standing::Leaving {
            (self.standing, self.attempts, self.next_try) = (Standing::Leaving, 0, now);
        }
    }

    pub fn pushed(&mut self, now: Timestamp) {
        self.pushes += 1;
        self.last_push = Some(now);
    }

    /// Whether the hub has promised to push.
    pub fn is_live(&self, now: Timestamp) -> bool {
        self.standing != Standing::Leaving && self.until.is_some_and(|until| until > now)
    }

    /// Whether it does: polling may be slow. Not before the first push, and not after a poll that found what none had brought.
    pub fn is_trusted(&self, now: Timestamp) -> bool {
        self.is_live(now) && self.last_push.is_some_and(|push| self.missed.is_none_or(|missed| missed < push))
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;

    fn at(hours: i64) -> Timestamp {
        let start: Timestamp = "2026-11-24T06:00:00Z".parse().expect("a time");
        start + SignedDuration::from_hours(hours)
    }

    fn new() -> Subscription {
        let hub = Hub { url: "https://h.example/".into(), topic: "https://n.example/feed".into() };
        Subscription::new("t".into(), FeedId::from("n"), hub, at(0))
    }

    #[test]
    fn a_subscription_is_asked_for_verified_renewed_and_left() {
        let mut one = new();
        assert_eq!(one.step(at(0)), Some(Step::Subscribe));
        assert!(!one.verify("https://n.example/feed", None, at(0)), "nobody asked yet");
        one.asked(at(0));
        assert_eq!(one.step(at(0)), None, "the hub has time");
        assert!(!one.verify("https://n.example/other", None, at(0)), "another topic");
        assert!(one.verify("https://n.example/feed", Some(Duration::from_secs(36_000)), at(0)));
        one.failed("HTTP 500", false, at(0));
        assert_eq!((one.standing, &one.error), (Standing::Settled, &None), "it verified before it answered badly");
        assert_eq!((one.step(at(7)), one.step(at(8))), (None, Some(Step::Subscribe)), "renewed before it ends");
        one.asked(at(8));
        assert!(one.is_live(at(9)) && !one.is_live(at(10)), "the old lease goes on meanwhile");
        assert!(one.verify("https://n.example/feed", Some(Duration::from_secs(36_000)), at(9)));
        one.leave(at(10));
        assert_eq!(one.step(at(10)), Some(Step::Unsubscribe));
        assert!(!one.is_live(at(10)) && !one.verify("https://n.example/feed", None, at(10)));
        one.asked(at(10));
        assert_eq!((one.step(at(10)), one.step(at(19))), (None, Some(Step::Forget)));
    }

    #[test]
    fn a_hub_that_fails_is_asked_less_and_less_and_one_that_refuses_once_a_day() {
        let mut one = new();
        let mut waits = Vec::new();
        for _ in 0..12 {
            let now = one.next_try;
            one.asked(now);
            one.failed("HTTP 503", false, now);
            waits.push(one.next_try.duration_since(now).as_mins());
        }
        assert_eq!(waits[..4], [10, 20, 40, 80]);
        assert_eq!(waits[11], 1440);
        one.failed("HTTP 404", true, at(0));
        assert_eq!(
            (one.standing, one.step(at(23)), one.step(at(24))),
            (Standing::Refused, None, Some(Step::Subscribe))
        );
        one.denied("no\u{1b} room", at(30));
        assert!(one.error.as_deref().is_some_and(|error| error.starts_with("denied: no")));
    }

    #[test]
    fn pushes_are_trusted_until_one_is_missing_and_the_lease_holds() {
        let mut one = new();
        one.asked(at(0));
        one.verify("https://n.example/feed", Some(Duration::from_secs(36_000)), at(0));
        assert!(!one.is_trusted(at(0)), "nothing came yet");
        one.pushed(at(1));
        assert!(one.is_trusted(at(1)) && !one.is_trusted(at(10)));
        one.missed = Some(at(2));
        assert!(!one.is_trusted(at(2)));
        one.pushed(at(3));
        assert!(one.is_trusted(at(3)));
    }
}
