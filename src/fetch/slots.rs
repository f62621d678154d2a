//! Who may be asked now: how many requests a host bears at once, and how long after the last one. Pure: time is handed in.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use url::{Host, Url};

/// The part of a publisher's address that shares its patience: the registrable domain; for a literal address also the port.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct HostKey(String);

impl HostKey {
    pub fn of(url: &Url) -> Self {
        match url.host() {
            Some(Host::Domain(name)) => {
                let registrable = psl::domain_str(name).unwrap_or(name);
                Self(registrable.to_ascii_lowercase())
            }
            Some(Host::Ipv4(_) | Host::Ipv6(_)) => {
                Self(format!("{}:{}", url.host_str().unwrap_or_default(), url.port_or_known_default().unwrap_or(0)))
            }
            None => Self::nobody(),
        }
    }

    /// For work that asks no host: it needs no slot.
    pub fn nobody() -> Self {
        Self(String::new())
    }
}

#[derive(Debug, Default)]
struct HostState {
    in_use: usize,
    /// Not before this.
    free_at: Option<Instant>,
}

/// Slots by host.
#[derive(Debug)]
pub struct Slots {
    hosts: HashMap<HostKey, HostState>,
    per_host: usize,
    delay: Duration,
}

/// Why a host is not asked now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Busy {
    /// Every slot is taken; one that is given back says when to ask again.
    Full,
    Until(Instant),
}

impl Slots {
    pub fn new(per_host: usize, delay: Duration) -> Self {
        Self { hosts: HashMap::new(), per_host, delay }
    }

    /// New limits; what is in use stays so.
    pub fn set_limits(&mut self, per_host: usize, delay: Duration) {
        (self.per_host, self.delay) = (per_host, delay);
    }

    pub fn take(&mut self, host: &HostKey, now: Instant) -> Result<(), Busy> {
        if *host == HostKey::nobody() {
            return Ok(());
        }
        let state = self.hosts.entry(host.clone()).or_default();
        if state.in_use >= self.per_host {
            return Err(Busy::Full);
        }
        if let Some(free_at) = state.free_at.filter(|free_at| *free_at > now) {
            return Err(Busy::Until(free_at));
        }
        state.in_use += 1;
        Ok(())
    }

    /// Gives a slot back: the host rests for the delay.
    pub fn give_back(&mut self, host: &HostKey, now: Instant) {
        if let Some(state) = self.hosts.get_mut(host) {
            state.in_use = state.in_use.saturating_sub(1);
            state.free_at = Some(now + self.delay);
        }
        if self.hosts.len() > 10_000 {
            self.hosts.retain(|_, state| state.in_use > 0 || state.free_at.is_some_and(|free_at| free_at > now));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(url: &str) -> HostKey {
        HostKey::of(&Url::parse(url).expect("a URL"))
    }

    #[test]
    fn one_publisher_is_one_host() {
        assert_eq!(key("https://feeds.bbci.co.uk/a"), key("http://www.bbci.co.uk/b"));
        assert_ne!(key("https://a.co.uk/"), key("https://b.co.uk/"));
        assert_ne!(key("http://127.0.0.1:1/"), key("http://127.0.0.1:2/"));
    }

    #[test]
    fn a_host_is_asked_one_at_a_time_and_rests_between() {
        let mut slots = Slots::new(1, Duration::from_secs(1));
        let (host, now) = (key("https://example.org/"), Instant::now());
        assert_eq!(slots.take(&host, now), Ok(()));
        assert_eq!(slots.take(&host, now), Err(Busy::Full));
        assert_eq!(slots.take(&key("https://example.net/"), now), Ok(()));
        slots.give_back(&host, now);
        assert_eq!(slots.take(&host, now), Err(Busy::Until(now + Duration::from_secs(1))));
        assert_eq!(slots.take(&host, now + Duration::from_secs(1)), Ok(()));
    }
}
