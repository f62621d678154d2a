//! Every stored byte against its digests, every copy against the index, every alert's copy against both.

use std::collections::HashMap;
use std::io;
use std::path::Path;
use std::time::Duration;

use serde::Deserialize;

use crate::model::{AlertId, CopyRef};
use crate::sink;
use crate::store::copies::verify::{Difference, Kind};
use crate::store::copies::{self, Gap};
use crate::store::{CopyRow, Removal, Removed, Store, StoreError};

/// How long a copy that the daemon is just writing may be ahead of the database.
const AHEAD: Duration = Duration::from_secs(2);

#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("the copies cannot be read: {0}")]
    Copies(io::Error),
    #[error("the alert log cannot be read: {0}")]
    Log(io::Error),
    #[error("the check broke off: {0}")]
    Broken(String),
}

/// What was looked at and how it was, besides the differences told one by one.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Report {
    pub copies: u64,
    pub files: u64,
    pub bytes: u64,
    /// Alerts whose copy was compared.
    pub alerts: u64,
    pub differences: u64,
    /// Places where a stop or a crash left whole records; noted, no difference.
    pub noted: u64,
    /// Files that retention removed, and the copies that they held.
    pub removed_files: u64,
    pub removed_copies: u64,
    /// Alerts whose copy was in them.
    pub removed_alerts: u64,
}

#[derive(Deserialize)]
struct Line {
    id: AlertId,
    seq: u64,
    copy: Option<CopyRef>,
}

/// Tells each difference once. `live`: a daemon may be writing. `progress` is told how many copies were looked at.
pub async fn verify(
    store: &Store,
    state_dir: &Path,
    log_dir: &Path,
    live: bool,
    mut differs: impl FnMut(&Difference),
    mut progress: impl FnMut(u64),
) -> Result<Report, VerifyError> {
    let mut report = Report::default();
    let removals = store.removals().await?;
    let removed: HashMap<String, Removal> = removals
        .into_iter()
        .filter(|removal| removal.what == Removed::Copies)
        .map(|removal| (removal.name.clone(), removal))
        .collect();
    report.removed_files = removed.len() as u64;
    report.removed_copies = removed.values().map(|removal| removal.items).sum();
    let orphans = store.orphans().await?;
    // The files before the index: what is appended meanwhile is then no difference.
    let on_disk = copies::files(state_dir).map_err(VerifyError::Copies)?;
    let mut paths: HashMap<String, u64> = store.copy_files().await?.into_keys().map(|path| (path, 0)).collect();
    paths.extend(on_disk.into_iter().filter(|(path, _)| !removed.contains_key(path)));
    let mut paths: Vec<(String, u64)> = paths.into_iter().collect();
    paths.sort();
    let mut known: HashMap<String, HashMap<u64, String>> = HashMap::new();
    let mut tell = |found: &Difference, report: &mut Report| {
        report.differences += 1;
        differs(found);
    };
    let mut again = Vec::new();
    for (path, length) in paths {
        let rows = store.copies_in(path.clone()).await?;
        let noted: Vec<Gap> = orphans.iter().filter(|gap| gap.path == path).cloned().collect();
        report.noted += noted.len() as u64;
        report.files += 1;
        report.bytes += length;
        let places = known.entry(path.clone()).or_default();
        for row in rows.iter().filter(|row| row.place.path == row.path && row.place.offset == row.offset) {
            places.insert(row.offset, row.place.sha256.clone());
        }
        for chunk in rows.chunks(100) {
            let (dir, chunk) = (state_dir.to_owned(), chunk.to_vec());
            let found = blocking(move || {
                chunk.iter().map(|row| copies::verify::copy(&dir, row)).collect::<Vec<Result<(), Difference>>>()
            });
            for found in found.await? {
                report.copies += 1;
                if let Err(found) = found {
                    tell(&found, &mut report);
                }
            }
            progress(report.copies);
        }
        let beside = beside(state_dir, &path, length, rows, noted.clone()).await?;
        if live && !beside.is_empty() {
            again.push((path, length, noted));
        } else {
            for found in &beside {
                tell(found, &mut report);
            }
        }
    }
    if !again.is_empty() {
        tokio::time::sleep(AHEAD).await;
        for (path, length, noted) in again {
            let rows = store.copies_in(path.clone()).await?;
            for found in beside(state_dir, &path, length, rows, noted).await? {
                tell(&found, &mut report);
            }
        }
    }
    for line in alerts(log_dir).await? {
        let Some(place) = line.copy else { continue };
        report.alerts += 1;
        let mut recorded = known.get(&place.path).and_then(|places| places.get(&place.offset)).cloned();
        if recorded.is_none() {
            // It may have been committed since.
            recorded = store.copies_at(place.clone()).await?.first().map(|copy| copy.place.sha256.clone());
        }
        let who = format!("the alert {} (number {})", line.id, line.seq);
        let (kind, error) = match recorded {
            Some(recorded) if recorded == place.sha256 => continue,
            Some(recorded) => {
                (Kind::Altered, format!("{who} says SHA-256 {}, the database has {recorded}", place.sha256))
            }
            None if removed.contains_key(&place.path) => {
                report.removed_alerts += 1;
                continue;
            }
            None => (Kind::Missing, format!("{who} refers to it, the database does not know it")),
        };
        tell(&Difference { path: place.path, offset: place.offset, difference: kind, error }, &mut report);
    }
    Ok(report)
}

async fn beside(
    state_dir: &Path,
    path: &str,
    length: u64,
    rows: Vec<CopyRow>,
    noted: Vec<Gap>,
) -> Result<Vec<Difference>, VerifyError> {
    let (dir, path) = (state_dir.to_owned(), path.to_owned());
    blocking(move || copies::verify::beside(&dir, &path, length, &rows, &noted)).await
}

/// What the alert log says about copies, rotated files included. Lines that are no alerts are `log verify`'s to tell.
async fn alerts(log_dir: &Path) -> Result<Vec<Line>, VerifyError> {
    let dir = log_dir.to_owned();
    let read = blocking(move || {
        let mut found = Vec::new();
        for file in sink::log::files(&dir)? {
            for line in file.lines()? {
                found.extend(serde_json::from_str::<Line>(&line?).ok().filter(|line| line.copy.is_some()));
            }
        }
        Ok(found)
    });
    read.await?.map_err(VerifyError::Log)
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, VerifyError> {
    tokio::task::spawn_blocking(work).await.map_err(|error| VerifyError::Broken(error.to_string()))
}
