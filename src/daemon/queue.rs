//! What is due but not begun, by host: on one host feeds go before pages, and the newest page first. A host that must rest
//! holds up no other.

use std::collections::{HashMap, VecDeque};
use std::time::Instant;

use crate::fetch::{Busy, HostKey, Slots};
use crate::model::FeedId;
use crate::store::PageDue;

/// One thing to do.
#[derive(Debug)]
pub enum Job {
    Visit(FeedId),
    Page(Box<PageDue>),
}

#[derive(Debug, Default)]
struct HostQueue {
    feeds: VecDeque<FeedId>,
    pages: VecDeque<Box<PageDue>>,
}

impl HostQueue {
    fn is_empty(&self) -> bool {
        self.feeds.is_empty() && self.pages.is_empty()
    }
}

#[derive(Debug, Default)]
pub struct Queue {
    hosts: HashMap<HostKey, HostQueue>,
    /// Hosts with something waiting, each once; the front one was longest without a turn.
    ring: VecDeque<HostKey>,
    pages: usize,
    feeds: usize,
}

impl Queue {
    pub fn push(&mut self, host: HostKey, job: Job) {
        let queue = self.hosts.entry(host.clone()).or_default();
        if queue.is_empty() {
            self.ring.push_back(host);
        }
        match job {
            Job::Visit(feed) => {
                queue.feeds.push_back(feed);
                self.feeds += 1;
            }
            Job::Page(page) => {
                queue.pages.push_back(page);
                self.pages += 1;
            }
        }
    }

    pub fn pages(&self) -> usize {
        self.pages
    }

    pub fn len(&self) -> usize {
        self.feeds + self.pages
    }

    pub fn is_empty(&self) -> bool {
        self.ring.is_empty()
    }

    /// The next job whose host may be asked now, its slot taken; else when a resting host may be, if any rests.
    pub fn take(&mut self, slots: &mut Slots, now: Instant) -> Result<(HostKey, Job), Option<Instant>> {
        let mut earliest: Option<Instant> = None;
        for _ in 0..self.ring.len() {
            let host = self.ring.pop_front().expect("counted");
            match slots.take(&host, now) {
                Ok(()) => {
                    let queue = self.hosts.get_mut(&host).expect("a host in the ring has a queue");
                    let job = if let Some(feed) = queue.feeds.pop_front() {
                        self.feeds -= 1;
                        Job::Visit(feed)
                    } else {
                        self.pages -= 1;
                        Job::Page(queue.pages.pop_front().expect("a host in the ring has something waiting"))
                    };
                    if queue.is_empty() {
                        self.hosts.remove(&host);
                    } else {
                        self.ring.push_back(host.clone());
                    }
                    return Ok((host, job));
                }
                Err(busy) => {
                    if let Busy::Until(at) = busy {
                        earliest = Some(earliest.map_or(at, |known| known.min(at)));
                    }
                    self.ring.push_back(host);
                }
            }
        }
        Err(earliest)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn host(name: &str) -> HostKey {
        HostKey::of(&url::Url::parse(&format!("https://{name}/")).expect("a URL"))
    }

    fn visit(job: Result<(HostKey, Job), Option<Instant>>) -> Option<String> {
        match job {
            Ok((_, Job::Visit(feed))) => Some(feed.0),
            _ => None,
        }
    }

    #[test]
    fn three_hundred_feeds_on_one_host_starve_nobody() {
        let (mut queue, mut slots, now) = (Queue::default(), Slots::new(1, Duration::from_secs(1)), Instant::now());
        for number in 0..300 {
            queue.push(host("big.example.org"), Job::Visit(FeedId(format!("big-{number}"))));
        }
        queue.push(host("small.example.net"), Job::Visit(FeedId("small".into())));
        assert_eq!(visit(queue.take(&mut slots, now)).as_deref(), Some("big-0"));
        assert_eq!(visit(queue.take(&mut slots, now)).as_deref(), Some("small"));
        assert!(matches!(queue.take(&mut slots, now), Err(None)), "the only host left has its slot in use");
        slots.give_back(&host("big.example.org"), Duration::ZERO, now);
        assert!(matches!(queue.take(&mut slots, now), Err(Some(at)) if at == now + Duration::from_secs(1)));
        assert_eq!(visit(queue.take(&mut slots, now + Duration::from_secs(1))).as_deref(), Some("big-1"));
        assert!(!queue.is_empty());
    }
}
