//! Recorded articles → their words in the archive's index, in the background, a batch at a time.
//! Nothing waits for it: who reads looks directly at what is not indexed yet.

use std::time::{Duration, Instant};

use tokio_util::sync::CancellationToken;

use crate::extract;
use crate::store::{IndexedWords, Store, StoreError, Unindexed};
use crate::topic::{WORDS_VERSION, words_of};
use crate::visit::match_input;

/// Articles of one transaction.
const BATCH: usize = 64;
/// Between two batches of a long queue, so that visits have the database most of the time.
const BREATH: Duration = Duration::from_millis(20);
/// How often is looked for recorded articles.
const EVERY: Duration = Duration::from_secs(30);

/// Keeps the index up to date until `stop`.
pub async fn keep_indexed(store: Store, stop: CancellationToken) {
    let mut renewed = false;
    loop {
        let wait = match index_some(&store, &mut renewed).await {
            Ok(BATCH) => BREATH,
            Ok(_) => EVERY,
            Err(StoreError::Stopped) => return,
            Err(error) => {
                tracing::error!(%error, "the archive's index could not be brought up to date; it is tried again");
                EVERY
            }
        };
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(wait) => {}
        }
    }
}

/// Indexes what waits, for at most `limit`; the rest waits for the next time.
pub async fn index_for(store: &Store, limit: Duration) -> Result<(), StoreError> {
    let (began, mut renewed) = (Instant::now(), false);
    while began.elapsed() < limit && index_some(store, &mut renewed).await? == BATCH {}
    Ok(())
}

/// Indexes one batch; how many articles it had.
async fn index_some(store: &Store, renewed: &mut bool) -> Result<usize, StoreError> {
    if !*renewed {
        store.renew_index(WORDS_VERSION).await?;
        *renewed = true;
    }
    let waiting = store.unindexed(BATCH).await?;
    let count = waiting.len();
    if count == 0 {
        return Ok(0);
    }
    // Off the reactor and off the store's thread.
    let read = tokio::task::spawn_blocking(|| waiting.into_iter().map(indexed).collect::<Vec<_>>()).await;
    let rows = read.map_err(|error| StoreError::Engine(format!("words could not be read: {error}")))?;
    store.index(rows).await?;
    Ok(count)
}

fn indexed(waiting: Unindexed) -> IndexedWords {
    let words = waiting.stored.map(|mut stored| {
        // Read as a replay reads them: the speakers' names are words of the article.
        stored.article.quotes = extract::quotes(&stored.article.text);
        words_of(&match_input(&stored.article))
    });
    IndexedWords { nr: waiting.nr, turn: waiting.turn, words }
}
