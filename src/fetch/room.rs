//! Large bodies → few at once, so that memory is bounded by bytes and not by how many requests are under way. A small body needs
//! no room; a large one holds it until its bytes are let go.

use std::sync::{Arc, Mutex, Weak};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::FetchError;

/// A body beyond this is large, in bytes.
pub(super) const LARGE: usize = 512 << 10;
/// Large bodies at once.
const LARGE_AT_ONCE: usize = 8;
/// Small bodies unpacked at once: what becomes of one is known afterwards.
const UNPACKED_AT_ONCE: usize = 2;
/// Room is waited for no longer than this.
const LONGEST_WAIT: Duration = Duration::from_secs(300);

/// Room for one large body; shared by those that one task holds.
pub(super) type Taken = Arc<OwnedSemaphorePermit>;

#[derive(Clone, Debug)]
pub(super) struct Room {
    large: Arc<Semaphore>,
    unpacking: Arc<Semaphore>,
    /// What the task holds already: who holds some never waits for more, so that no two can wait for each other.
    own: Arc<Mutex<Weak<OwnedSemaphorePermit>>>,
}

impl Room {
    pub fn new() -> Self {
        Self {
            large: Arc::new(Semaphore::new(LARGE_AT_ONCE)),
            unpacking: Arc::new(Semaphore::new(UNPACKED_AT_ONCE)),
            own: Arc::default(),
        }
    }

    /// The same room, for another task.
    pub fn of_a_task(&self) -> Self {
        Self { own: Arc::default(), ..self.clone() }
    }

    /// What the task holds.
    pub fn held(&self) -> Option<Taken> {
        self.own.lock().expect("no one panics with it in hand").upgrade()
    }

    /// Waits for room, where the task has none.
    pub async fn take(&self) -> Result<Taken, FetchError> {
        if let Some(held) = self.held() {
            return Ok(held);
        }
        let taken = Arc::new(wait(&self.large).await?);
        *self.own.lock().expect("no one panics with it in hand") = Arc::downgrade(&taken);
        Ok(taken)
    }

    /// Waits until a small body may be unpacked.
    pub async fn unpack(&self) -> Result<OwnedSemaphorePermit, FetchError> {
        wait(&self.unpacking).await
    }
}

async fn wait(places: &Arc<Semaphore>) -> Result<OwnedSemaphorePermit, FetchError> {
    let place = tokio::time::timeout(LONGEST_WAIT, Arc::clone(places).acquire_owned()).await;
    Ok(place.map_err(|_| FetchError::Busy)?.expect("the semaphore is never closed"))
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;

    use super::*;

    #[tokio::test]
    async fn large_bodies_are_few_and_who_holds_room_waits_for_none() {
        let room = Room::new();
        let tasks: Vec<Room> = (0..LARGE_AT_ONCE).map(|_| room.of_a_task()).collect();
        let mut held = Vec::new();
        for task in &tasks {
            held.push(task.take().await.expect("room"));
        }
        let more = tasks[0].take().await.expect("its own");
        assert!(Arc::ptr_eq(&more, &held[0]));
        assert!(room.of_a_task().take().now_or_never().is_none(), "another has to wait");
        drop((held.remove(0), more));
        assert!(tasks[0].held().is_none());
        room.of_a_task().take().await.expect("given back");
    }
}
