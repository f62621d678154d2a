//! What was heard of each origin's robots.txt, and for how long that holds (RFC 9309 §2.3.1, §2.4). In memory only: after a
//! restart each origin is asked once more, and no rule outlives its publisher's change of mind.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use super::robots::Robots;

const FRESH: Duration = Duration::from_secs(24 * 3600);
/// An origin whose robots.txt cannot be had is asked again after this.
const RETRY: Duration = Duration::from_secs(600);
/// RFC 9309 §2.3.1.4: one that cannot be had for so long is taken for none.
const GIVEN_UP: Duration = Duration::from_secs(30 * 24 * 3600);
/// Origins remembered.
const MOST: usize = 5000;

/// How asking ended.
#[derive(Debug)]
pub(super) enum Heard {
    Rules(Robots),
    /// A fault of the server or the network: it may say anything, once it is back.
    Nothing,
}

#[derive(Clone, Debug)]
pub(super) enum Known {
    Rules(Arc<Robots>),
    Unreachable,
}

#[derive(Debug)]
struct Entry {
    rules: Option<Arc<Robots>>,
    until: Instant,
    /// Since when it cannot be had.
    silent_since: Option<Instant>,
}

impl Entry {
    fn known(&self, now: Instant) -> Known {
        let given_up = self.silent_since.is_some_and(|since| now.saturating_duration_since(since) >= GIVEN_UP);
        match &self.rules {
            _ if given_up => Known::Rules(Arc::default()),
            Some(rules) => Known::Rules(Arc::clone(rules)),
            None => Known::Unreachable,
        }
    }
}

#[derive(Debug, Default)]
pub(super) struct RobotsCache {
    entries: Mutex<HashMap<String, Entry>>,
}

impl RobotsCache {
    /// None: it is to be asked.
    pub fn known(&self, origin: &str, now: Instant) -> Option<Known> {
        let entries = self.entries.lock().expect("no one panics with the cache in hand");
        entries.get(origin).filter(|entry| entry.until > now).map(|entry| entry.known(now))
    }

    /// Takes in what was heard; rules heard before stand in while the origin is silent.
    pub fn note(&self, origin: String, heard: Heard, now: Instant) -> Known {
        let mut entries = self.entries.lock().expect("no one panics with the cache in hand");
        let before = entries.remove(&origin);
        let entry = match heard {
            Heard::Rules(rules) => Entry { rules: Some(Arc::new(rules)), until: now + FRESH, silent_since: None },
            Heard::Nothing => {
                let silent_since = before.as_ref().and_then(|entry| entry.silent_since).or(Some(now));
                Entry { rules: before.and_then(|entry| entry.rules), until: now + RETRY, silent_since }
            }
        };
        let known = entry.known(now);
        if entries.len() >= MOST {
            entries.retain(|_, entry| entry.until > now);
        }
        if entries.len() >= MOST
            && let Some(oldest) = entries.iter().min_by_key(|(_, entry)| entry.until).map(|(origin, _)| origin.clone())
        {
            entries.remove(&oldest);
        }
        entries.insert(origin, entry);
        known
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allows(known: Option<Known>, path: &str) -> Option<bool> {
        match known? {
            Known::Rules(robots) => Some(robots.allows(path)),
            Known::Unreachable => None,
        }
    }

    fn closed() -> Heard {
        Heard::Rules(Robots::parse("User-agent: *\nDisallow: /closed", "wireroom"))
    }

    #[test]
    fn rules_hold_for_a_day_and_stand_in_while_the_origin_is_silent() {
        let (cache, start) = (RobotsCache::default(), Instant::now());
        let hours = |hours: u64| start + Duration::from_secs(hours * 3600);
        assert!(cache.known("a", start).is_none());
        cache.note("a".into(), closed(), start);
        assert_eq!(allows(cache.known("a", hours(23)), "/closed/1"), Some(false));
        assert!(cache.known("a", hours(24)).is_none(), "after a day it is asked again");
        let silent = cache.note("a".into(), Heard::Nothing, hours(24));
        assert_eq!(allows(Some(silent), "/closed/1"), Some(false), "what it said before holds");
        assert!(cache.known("a", hours(25)).is_none(), "and it is asked again soon");
    }

    #[test]
    fn an_origin_never_heard_is_closed_until_it_was_silent_for_a_month() {
        let (cache, start) = (RobotsCache::default(), Instant::now());
        assert!(matches!(cache.note("a".into(), Heard::Nothing, start), Known::Unreachable));
        let day = |days: u64| start + Duration::from_secs(days * 24 * 3600);
        assert!(matches!(cache.note("a".into(), Heard::Nothing, day(29)), Known::Unreachable));
        assert_eq!(allows(Some(cache.note("a".into(), Heard::Nothing, day(30))), "/x"), Some(true));
        cache.note("a".into(), closed(), day(31));
        assert_eq!(allows(cache.known("a", day(31)), "/closed"), Some(false), "heard again, it counts again");
    }

    #[test]
    fn it_does_not_grow_for_ever() {
        let (cache, start) = (RobotsCache::default(), Instant::now());
        for nr in 0..MOST as u64 + 10 {
            cache.note(nr.to_string(), closed(), start + Duration::from_millis(nr));
        }
        assert_eq!(cache.entries.lock().expect("the entries").len(), MOST);
        assert!(cache.known("0", start).is_none() && cache.known("100", start).is_some());
    }
}
