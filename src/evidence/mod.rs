//! Stored evidence, looked at as a whole: where copies, their index and the alert log meet. Reads, and changes nothing.

pub mod export;
pub mod log;
mod verify;

pub use verify::{Report, VerifyError, verify};

use crate::model::{Alert, CopyRef};
use crate::store::{CopyRow, Removal, Removed, Store, StoreError};

/// The copy that an alert rests on; of several with that payload its own article's.
pub async fn of_alert(store: &Store, alert: &Alert, place: &CopyRef) -> Result<Option<CopyRow>, StoreError> {
    let mut found = store.copies_at(place.clone()).await?;
    let article = alert.article.as_ref().map(|article| &article.id);
    let own = found.iter().rposition(|copy| copy.article.as_ref() == article && copy.at <= alert.at);
    let first = found.iter().position(|copy| copy.path == place.path && copy.offset == place.offset);
    Ok(own.or(first).map(|at| found.swap_remove(at)))
}

/// Whether a file of copies was removed by retention.
pub async fn removal_of(store: &Store, path: &str) -> Result<Option<Removal>, StoreError> {
    let removals = store.removals().await?;
    Ok(removals.into_iter().rfind(|removal| removal.what == Removed::Copies && removal.name == path))
}
