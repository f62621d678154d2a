//! A feed that is read takes memory until its rows are written: places among the few that there are. Some are given back once it
//! is read, all of them while the network or a commit is waited for.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Places there are: eight feeds may be read at once, or twenty-four wait for their rows to be written, as they do during a commit.
const PLACES: usize = 24;
/// Places of one that is read: its document, the parts of it and what becomes of them are in memory together.
const READ: u32 = 3;
/// Places of one that was read.
const WRITTEN: u32 = 1;

/// The places that those who read share.
#[derive(Clone, Debug)]
pub struct Places(Arc<Semaphore>);

impl Default for Places {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(PLACES)))
    }
}

#[derive(Debug)]
pub struct Hand {
    places: Places,
    taken: Option<OwnedSemaphorePermit>,
}

impl Hand {
    /// Empty as yet.
    pub fn of(places: &Places) -> Self {
        Self { places: places.clone(), taken: None }
    }

    /// Waits for places, where it has none. Who has some waits for nobody but the database and the processors.
    pub async fn take(&mut self) {
        if self.taken.is_none() {
            let permit = Arc::clone(&self.places.0).acquire_many_owned(READ).await;
            self.taken = Some(permit.expect("the semaphore is never closed"));
        }
    }

    /// What was read has become rows: places for these alone.
    #[must_use]
    pub fn of_rows(mut self) -> Self {
        drop(self.taken.as_mut().and_then(|taken| taken.split((READ - WRITTEN) as usize)));
        self
    }

    pub fn give_back(&mut self) {
        self.taken = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn more_may_wait_to_be_written_than_are_read() {
        let places = Places::default();
        let mut hands = Vec::new();
        for read in 0..=PLACES - READ as usize {
            let mut hand = Hand::of(&places);
            hand.take().await;
            hand.take().await;
            assert_eq!(places.0.available_permits(), PLACES - read - READ as usize);
            hands.push(hand.of_rows().of_rows());
        }
        let mut last = Hand::of(&places);
        assert!(tokio::time::timeout(std::time::Duration::ZERO, last.take()).await.is_err(), "it waits");
        let mut empty = hands.remove(0);
        empty.give_back();
        drop((empty.of_rows(), hands));
        assert_eq!(places.0.available_permits(), PLACES);
    }
}
