//! The slots of all hosts, shared by what begins requests and by requests that are led from one host to another.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use tokio::sync::Notify;

use super::slots::{Busy, HostKey, Slots};

/// Longer than this nobody waits for a slot.
const PATIENCE: Duration = Duration::from_secs(600);

#[derive(Debug)]
pub struct Gate {
    slots: Mutex<Slots>,
    given_back: Notify,
    /// Requests that wait for a slot.
    waiting: AtomicUsize,
    /// Tasks that ask nothing more.
    done: AtomicUsize,
    /// Told when there is one more of those.
    one_done: Notify,
}

impl Gate {
    pub fn new(per_host: usize, delay: Duration) -> Self {
        let slots = Mutex::new(Slots::new(per_host, delay));
        Self {
            slots,
            given_back: Notify::new(),
            waiting: AtomicUsize::new(0),
            done: AtomicUsize::new(0),
            one_done: Notify::new(),
        }
    }

    pub fn slots(&self) -> MutexGuard<'_, Slots> {
        self.slots.lock().expect("no one panics with the slots in hand")
    }

    /// How many tasks hold no slot: they wait for the host that they were led to, or ask nothing more.
    pub fn without_slot(&self) -> usize {
        self.waiting.load(Ordering::Relaxed) + self.done.load(Ordering::Relaxed)
    }

    /// Waits until a task asks nothing more, or did since the last wait.
    pub async fn one_is_done(&self) {
        self.one_done.notified().await;
    }

    /// Waits for a slot of a host; whether there was one in time.
    async fn wait_for(&self, host: &HostKey) -> bool {
        let _counted = Counted::new(&self.waiting);
        let patience = tokio::time::Instant::now() + PATIENCE;
        loop {
            // Made before the look, so that a slot given back in between is heard of.
            let given_back = self.given_back.notified();
            let busy = match self.slots().take(host, Instant::now()) {
                Ok(()) => return true,
                Err(busy) => busy,
            };
            let waited = match busy {
                Busy::Full => tokio::time::timeout_at(patience, given_back).await.is_ok(),
                Busy::Until(at) => {
                    let until = tokio::time::Instant::from_std(at);
                    tokio::time::sleep_until(until.min(patience)).await;
                    until < patience
                }
            };
            if !waited {
                return false;
            }
        }
    }
}

struct Counted<'a>(&'a AtomicUsize);

impl<'a> Counted<'a> {
    fn new(count: &'a AtomicUsize) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(count)
    }
}

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A slot in hand: one host's at a time. Given back when dropped.
#[derive(Debug)]
pub struct Turn {
    gate: Arc<Gate>,
    held: Mutex<Held>,
}

#[derive(Debug)]
struct Held {
    host: HostKey,
    used: bool,
    /// How long the host asks to rest after this.
    rest: Duration,
    /// Whether its task asks nothing more.
    done: bool,
}

impl Held {
    fn of(host: HostKey, used: bool) -> Self {
        Self { host, used, rest: Duration::ZERO, done: false }
    }
}

impl Turn {
    /// Of a slot that was taken.
    pub fn of(gate: Arc<Gate>, host: HostKey) -> Self {
        Self { gate, held: Mutex::new(Held::of(host, false)) }
    }

    /// Nothing in hand yet.
    pub fn empty(gate: Arc<Gate>) -> Self {
        Self::of(gate, HostKey::nobody())
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().expect("no one panics with a turn in hand")
    }

    /// After this the host rests at least so long.
    pub fn rest_after(&self, rest: Duration) {
        let mut held = self.held();
        held.rest = held.rest.max(rest);
    }

    /// Comes to hold a slot of `host`. Nothing is held while waiting: two that want each other's host do not block.
    /// False where none was free in good time.
    pub(super) async fn take(&self, host: &HostKey) -> bool {
        if self.held().host == *host {
            self.held().used = true;
            return true;
        }
        self.give_back();
        let taken = self.gate.wait_for(host).await;
        if taken {
            *self.held() = Held::of(host.clone(), true);
        }
        taken
    }

    /// Its task asks nothing more: another may ask in its place while it records what it read.
    pub(super) fn end(&self) {
        self.give_back();
        self.held().done = true;
        self.gate.done.fetch_add(1, Ordering::Relaxed);
        self.gate.one_done.notify_one();
    }

    /// Holds nothing any more.
    pub(super) fn give_back(&self) {
        let held = std::mem::replace(&mut *self.held(), Held::of(HostKey::nobody(), false));
        if held.done {
            self.gate.done.fetch_sub(1, Ordering::Relaxed);
        }
        if held.host == HostKey::nobody() {
            return;
        }
        let mut slots = self.gate.slots();
        if held.used {
            slots.give_back(&held.host, held.rest, Instant::now());
        } else {
            slots.give_back_unused(&held.host);
        }
        drop(slots);
        self.gate.given_back.notify_waiters();
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.give_back();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host(name: &str) -> HostKey {
        HostKey::of_name(name)
    }

    fn turn(gate: &Arc<Gate>, name: &str) -> Turn {
        gate.slots().take(&host(name), Instant::now()).expect("free");
        Turn::of(Arc::clone(gate), host(name))
    }

    #[tokio::test]
    async fn two_that_are_led_to_each_others_host_do_not_block() {
        let gate = Arc::new(Gate::new(1, Duration::ZERO));
        let (a, b) = (turn(&gate, "a.example"), turn(&gate, "b.example"));
        let (to_b, to_a) = (host("b.example"), host("a.example"));
        let both = async { tokio::join!(a.take(&to_b), b.take(&to_a)) };
        let done = tokio::time::timeout(Duration::from_secs(5), both).await;
        assert_eq!(done, Ok((true, true)));
        assert_eq!(gate.without_slot(), 0);
    }

    #[tokio::test]
    async fn who_asks_nothing_more_holds_no_slot_and_is_counted_until_it_ends() {
        let gate = Arc::new(Gate::new(1, Duration::ZERO));
        let one = turn(&gate, "a.example");
        assert!(one.take(&host("a.example")).await);
        assert_eq!(gate.slots().take(&host("a.example"), Instant::now()), Err(Busy::Full));
        one.end();
        one.end();
        assert_eq!(gate.without_slot(), 1);
        gate.one_is_done().await;
        assert_eq!(gate.slots().take(&host("a.example"), Instant::now()), Ok(()));
        drop(one);
        assert_eq!(gate.without_slot(), 0);
        assert_eq!(
            gate.slots().take(&host("a.example"), Instant::now()),
            Err(Busy::Full),
            "it gave back its own alone"
        );
    }

    #[tokio::test]
    async fn who_is_led_on_waits_for_that_hosts_rest_and_gives_its_own_back() {
        let gate = Arc::new(Gate::new(1, Duration::from_millis(300)));
        drop({
            let used = turn(&gate, "b.example");
            assert!(used.take(&host("b.example")).await);
            used
        });
        let led = turn(&gate, "a.example");
        let began = Instant::now();
        assert!(led.take(&host("b.example")).await);
        assert!(began.elapsed() >= Duration::from_millis(250), "{:?}", began.elapsed());
        let again = turn(&gate, "a.example");
        drop((led, again));
        assert!(matches!(gate.slots().take(&host("b.example"), Instant::now()), Err(Busy::Until(_))));
        assert_eq!(gate.slots().take(&host("a.example"), Instant::now()), Ok(()), "what was not used needs no rest");
    }
}
