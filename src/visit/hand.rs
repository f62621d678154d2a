//! A feed that is read takes memory until its rows are written: a place among the few that may be at once. It is given back
//! while the network or a commit is waited for.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

#[derive(Debug)]
pub struct Hand {
    hands: Arc<Semaphore>,
    taken: Option<OwnedSemaphorePermit>,
}

impl Hand {
    /// Empty as yet.
    pub fn of(hands: Arc<Semaphore>) -> Self {
        Self { hands, taken: None }
    }

    /// Waits for a place, where it has none. Who has one waits for nobody but the database and the processors.
    pub async fn take(&mut self) {
        if self.taken.is_none() {
            let permit = Arc::clone(&self.hands).acquire_owned().await;
            self.taken = Some(permit.expect("the semaphore is never closed"));
        }
    }

    pub fn give_back(&mut self) {
        self.taken = None;
    }
}
