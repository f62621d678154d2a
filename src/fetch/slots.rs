//! Who may be asked now: how many requests a host bears at once, and how long after the last one. Pure: time is handed in.
//!
//! A host is a registrable domain, and besides that the address it has: a small publisher's several names stand on one machine,
//! which bears no more for having them. But an address with many names is made for many readers (a delivery network, a large
//! host of blogs), and its names must not wait for each other: it bears one more for every [`NAMES_A_SLOT`] names. That holds
//! without a list of networks, and no name gets less than an eighth of what it would have alone.

use std::collections::HashMap;
use std::net::IpAddr;
use std::time::{Duration, Instant};

use url::{Host, Url};

use crate::model::Feed;

/// Names on one address that share the patience of one.
const NAMES_A_SLOT: usize = 8;
/// Hosts remembered while nothing is asked of them.
const MOST: usize = 20_000;

/// The part of a publisher's address that shares its patience: the registrable domain; for a literal address also the port.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct HostKey(String);

impl HostKey {
    pub fn of(url: &Url) -> Self {
        match url.host() {
            Some(Host::Domain(name)) => Self::of_name(name),
            Some(Host::Ipv4(_) | Host::Ipv6(_)) => {
                Self(format!("{}:{}", url.host_str().unwrap_or_default(), url.port_or_known_default().unwrap_or(0)))
            }
            None => Self::nobody(),
        }
    }

    /// Of a feed's own address; none where it is no URL.
    pub fn of_feed(feed: &Feed) -> Option<Self> {
        match &feed.address {
            Some(address) => Some(Self::of(address)),
            None => Url::parse(&feed.url.replace("{credential}", "x")).ok().as_ref().map(Self::of),
        }
    }

    pub fn of_name(name: &str) -> Self {
        let name = name.trim_end_matches('.');
        Self(psl::domain_str(name).unwrap_or(name).to_ascii_lowercase())
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
    address: Option<IpAddr>,
    /// The addresses on which slots were taken together with this host's.
    taken_on: Vec<IpAddr>,
}

#[derive(Debug, Default)]
struct AddressState {
    names: usize,
    in_use: usize,
    free_at: Option<Instant>,
}

impl AddressState {
    fn share(&self) -> usize {
        self.names.div_ceil(NAMES_A_SLOT).max(1)
    }
}

/// Slots by host and by address.
#[derive(Debug)]
pub struct Slots {
    hosts: HashMap<HostKey, HostState>,
    addresses: HashMap<IpAddr, AddressState>,
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
        Self { hosts: HashMap::new(), addresses: HashMap::new(), per_host, delay }
    }

    /// New limits; what is in use stays so.
    pub fn set_limits(&mut self, per_host: usize, delay: Duration) {
        (self.per_host, self.delay) = (per_host, delay);
    }

    pub fn knows_address(&self, host: &HostKey) -> bool {
        self.hosts.get(host).is_some_and(|state| state.address.is_some())
    }

    /// A host's address, as it was last looked up.
    pub fn note_address(&mut self, host: &HostKey, address: IpAddr) {
        let state = self.hosts.entry(host.clone()).or_default();
        if state.address == Some(address) {
            return;
        }
        if let Some(before) = state.address.replace(address).and_then(|before| self.addresses.get_mut(&before)) {
            before.names = before.names.saturating_sub(1);
        }
        self.addresses.entry(address).or_default().names += 1;
    }

    pub fn take(&mut self, host: &HostKey, now: Instant) -> Result<(), Busy> {
        if *host == HostKey::nobody() {
            return Ok(());
        }
        let state = self.hosts.entry(host.clone()).or_default();
        if state.in_use >= self.per_host {
            return Err(Busy::Full);
        }
        let mut rest = state.free_at.filter(|free_at| *free_at > now);
        if let Some(on) = state.address.and_then(|address| self.addresses.get(&address)) {
            if on.in_use >= self.per_host.saturating_mul(on.share()) {
                return Err(Busy::Full);
            }
            rest = rest.max(on.free_at.filter(|free_at| *free_at > now));
        }
        if let Some(free_at) = rest {
            return Err(Busy::Until(free_at));
        }
        state.in_use += 1;
        if let Some(address) = state.address {
            state.taken_on.push(address);
            self.addresses.entry(address).or_default().in_use += 1;
        }
        Ok(())
    }

    /// Gives a slot back after a request: the host rests for the delay, or for longer where it asked so.
    pub fn give_back(&mut self, host: &HostKey, asked: Duration, now: Instant) {
        let rest = self.delay.max(asked);
        self.release(host, Some((now, rest)));
        if self.hosts.len() > MOST {
            self.forget(now);
        }
    }

    /// Gives a slot back of which no use was made.
    pub fn give_back_unused(&mut self, host: &HostKey) {
        self.release(host, None);
    }

    fn release(&mut self, host: &HostKey, rest: Option<(Instant, Duration)>) {
        let Some(state) = self.hosts.get_mut(host) else { return };
        state.in_use = state.in_use.saturating_sub(1);
        if let Some((now, rest)) = rest {
            state.free_at = Some(now + rest);
        }
        // The one taken last stands for any: they are counted, not told apart.
        if let Some(address) = state.taken_on.pop()
            && let Some(on) = self.addresses.get_mut(&address)
        {
            on.in_use = on.in_use.saturating_sub(1);
            if let Some((now, _)) = rest {
                on.free_at = Some(now + self.delay / on.share() as u32);
            }
        }
    }

    fn forget(&mut self, now: Instant) {
        let busy = |in_use: usize, free_at: Option<Instant>| in_use > 0 || free_at.is_some_and(|free_at| free_at > now);
        self.hosts.retain(|_, state| busy(state.in_use, state.free_at));
        for state in self.addresses.values_mut() {
            state.names = 0;
        }
        for address in self.hosts.values().filter_map(|state| state.address) {
            self.addresses.entry(address).or_default().names += 1;
        }
        self.addresses.retain(|_, state| state.names > 0 || busy(state.in_use, state.free_at));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn key(url: &str) -> HostKey {
        HostKey::of(&Url::parse(url).expect("a URL"))
    }

    fn address(last: u8) -> IpAddr {
        IpAddr::from([93, 184, 216, last])
    }

    #[test]
    fn one_publisher_is_one_host() {
        assert_eq!(key("https://feeds.bbci.co.uk/a"), key("http://www.bbci.co.uk/b"));
        assert_eq!(key("https://example.org/a"), key("http://EXAMPLE.org./b"));
        assert_ne!(key("https://a.co.uk/"), key("https://b.co.uk/"));
        assert_ne!(key("http://127.0.0.1:1/"), key("http://127.0.0.1:2/"));
    }

    #[test]
    fn a_host_is_asked_one_at_a_time_and_rests_between() {
        let mut slots = Slots::new(1, SECOND);
        let (host, now) = (key("https://example.org/"), Instant::now());
        assert_eq!(slots.take(&host, now), Ok(()));
        assert_eq!(slots.take(&host, now), Err(Busy::Full));
        assert_eq!(slots.take(&key("https://example.net/"), now), Ok(()));
        slots.give_back(&host, Duration::ZERO, now);
        assert_eq!(slots.take(&host, now), Err(Busy::Until(now + SECOND)));
        assert_eq!(slots.take(&host, now + SECOND), Ok(()));
        slots.give_back(&host, 10 * SECOND, now);
        assert_eq!(slots.take(&host, now), Err(Busy::Until(now + 10 * SECOND)), "as its Crawl-delay asks");
        slots.take(&host, now + 10 * SECOND).expect("free");
        slots.give_back_unused(&host);
        assert_eq!(slots.take(&host, now + 10 * SECOND), Ok(()), "nothing was asked");
    }

    #[test]
    fn a_few_names_on_one_address_count_as_one_host() {
        let mut slots = Slots::new(1, SECOND);
        let now = Instant::now();
        let names: Vec<HostKey> = (0..5).map(|nr| key(&format!("https://paper-{nr}.example.org.uk/"))).collect();
        let names: Vec<HostKey> =
            names.iter().enumerate().map(|(nr, _)| HostKey::of_name(&format!("paper-{nr}.example"))).collect();
        for name in &names {
            slots.note_address(name, address(1));
        }
        assert_eq!(slots.take(&names[0], now), Ok(()));
        assert_eq!(slots.take(&names[1], now), Err(Busy::Full));
        slots.give_back(&names[0], Duration::ZERO, now);
        assert_eq!(slots.take(&names[1], now), Err(Busy::Until(now + SECOND)));
        assert_eq!(slots.take(&names[1], now + SECOND), Ok(()));
        slots.note_address(&names[2], address(2));
        assert_eq!(slots.take(&names[2], now + SECOND), Ok(()), "it moved to a machine of its own");
        slots.give_back(&names[1], Duration::ZERO, now);
        slots.note_address(&names[1], address(2));
        assert_eq!(slots.take(&names[3], now + SECOND), Ok(()), "a slot goes back where it was taken");
    }

    #[test]
    fn names_on_a_delivery_network_do_not_starve_each_other() {
        let mut slots = Slots::new(1, SECOND);
        let start = Instant::now();
        let names: Vec<HostKey> = (0..400).map(|nr| HostKey::of_name(&format!("site-{nr}.example"))).collect();
        for name in &names {
            slots.note_address(name, address(1));
        }
        // Each request takes two seconds.
        let (mut waiting, mut under_way, mut most) = (names.clone(), Vec::new(), 0);
        let mut tenths = 0;
        while !waiting.is_empty() {
            let now = start + Duration::from_millis(100) * tenths;
            under_way.retain(|(host, until)| {
                let ends = *until <= now;
                if ends {
                    slots.give_back(host, Duration::ZERO, now);
                }
                !ends
            });
            waiting.retain(|host| {
                let taken = slots.take(host, now).is_ok();
                if taken {
                    under_way.push((host.clone(), now + 2 * SECOND));
                }
                !taken
            });
            most = most.max(under_way.len());
            tenths += 1;
        }
        assert_eq!(most, 50, "one for every eight names");
        assert!(tenths < 400, "all were asked within {tenths} tenths of a second");
    }

    #[test]
    fn what_is_remembered_is_bounded_and_what_is_in_use_is_kept() {
        let mut slots = Slots::new(1, SECOND);
        let now = Instant::now();
        let busy = HostKey::of_name("busy.example");
        slots.note_address(&busy, address(255));
        slots.take(&busy, now).expect("free");
        for nr in 0..MOST + 10 {
            let host = HostKey::of_name(&format!("site-{nr}.example"));
            slots.note_address(&host, address((nr % 250) as u8));
            slots.take(&host, now + SECOND * nr as u32).expect("free");
            slots.give_back(&host, Duration::ZERO, now + SECOND * nr as u32);
        }
        assert!(slots.hosts.len() < MOST && slots.addresses.len() <= 251);
        assert_eq!(slots.take(&busy, now), Err(Busy::Full));
    }
}
