//! A feed that is read takes memory until its rows are written: a place among the few that may be at once. It is given back
//! while the network or a commit is waited for.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// For each answer that waits, so many fewer ask.
const FEWER_FOR_EACH: usize = 3;
/// So many may ask however many wait: a slow host keeps its slot for a while, and others are not to wait for it.
const LEAST: usize = 2 * super::HANDS;

/// The places.
#[derive(Debug)]
pub struct Hands {
    places: Arc<Semaphore>,
    waiting: AtomicUsize,
}

impl Hands {
    pub fn new(places: usize) -> Arc<Self> {
        Arc::new(Self { places: Arc::new(Semaphore::new(places)), waiting: AtomicUsize::new(0) })
    }

    /// How many have their answer and wait for a place.
    pub fn waiting(&self) -> usize {
        self.waiting.load(Ordering::Relaxed)
    }

    /// Of so many that may ask at once, how many should: fewer while answers wait. Their bodies and connections take memory, and
    /// more of them would make neither the processors nor the database faster, which are waited for then.
    pub fn eased(&self, most: usize) -> usize {
        eased(most, self.waiting())
    }
}

fn eased(most: usize, waiting: usize) -> usize {
    most.saturating_sub(FEWER_FOR_EACH * waiting).max(LEAST).min(most)
}

#[derive(Debug)]
pub struct Hand {
    hands: Arc<Hands>,
    taken: Option<OwnedSemaphorePermit>,
}

impl Hand {
    /// Empty as yet.
    pub fn of(hands: Arc<Hands>) -> Self {
        Self { hands, taken: None }
    }

    /// Waits for a place, where it has none. Who has one waits for nobody but the database and the processors.
    pub async fn take(&mut self) {
        if self.taken.is_some() {
            return;
        }
        let places = Arc::clone(&self.hands.places);
        let permit = if let Ok(permit) = Arc::clone(&places).try_acquire_owned() {
            permit
        } else {
            let _counted = Waiting::of(&self.hands.waiting);
            places.acquire_owned().await.expect("the semaphore is never closed")
        };
        self.taken = Some(permit);
    }

    pub fn give_back(&mut self) {
        self.taken = None;
    }
}

/// Counts one who waits, until it is dropped.
struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    fn of(count: &'a AtomicUsize) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(count)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fewer_ask_while_answers_wait() {
        for (most, waiting, asking) in
            [(128, 0, 128), (128, 1, 125), (128, 20, 68), (128, 100, LEAST), (20, 9, 20), (1, 50, 1)]
        {
            assert_eq!(eased(most, waiting), asking, "{waiting} of {most}");
        }
    }

    #[tokio::test]
    async fn who_waits_is_counted_until_there_is_a_place_or_it_goes_away() {
        let hands = Hands::new(1);
        let (mut first, mut second) = (Hand::of(Arc::clone(&hands)), Hand::of(Arc::clone(&hands)));
        first.take().await;
        first.take().await;
        assert_eq!(hands.waiting(), 0, "who has a place needs no other");
        let waiter = tokio::spawn(async move { second.take().await });
        let gone = tokio::spawn({
            let mut third = Hand::of(Arc::clone(&hands));
            async move { third.take().await }
        });
        tokio::task::yield_now().await;
        assert_eq!(hands.waiting(), 2);
        gone.abort();
        assert!(gone.await.is_err());
        assert_eq!(hands.waiting(), 1);
        first.give_back();
        waiter.await.expect("it has its place");
        assert_eq!(hands.waiting(), 0);
    }
}
