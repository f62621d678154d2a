//! Keeping within the disk: what is past its keeping goes, and where space runs out the daemon first saves, then stops
//! polling, and says so.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::work::Work;
use crate::archive;
use crate::config::show_duration;
use crate::model::Severity;
use crate::store::{Store, StoreError, disk_used};

/// How often it is done.
pub const EVERY: Duration = Duration::from_secs(600);
/// Articles forgotten in one transaction, so that a long pruning holds nothing up.
const BATCH: usize = 500;
/// Batches in one go.
const BATCHES: usize = 20;
/// However little room there is, copies younger than this stay: their files may still be written to.
const UNTOUCHED: Duration = Duration::from_secs(2 * 86_400);

/// What is known of a site's boilerplate is forgotten when none of its pages was read for so long.
const SITES_KEPT: Duration = Duration::from_secs(90 * 24 * 3600);

/// How much room the disk has, as far as the daemon cares.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Room {
    #[default]
    Enough,
    /// Below `min_free`: no copies of unmatched articles.
    Scarce,
    /// Below a quarter of it: no polling.
    None,
}

impl Work {
    /// Looks at the disk and prunes what is past its keeping.
    pub async fn keep_house(&mut self) {
        self.look_at_disk().await;
        self.tell_notices().await;
        if let Err(error) = self.prune().await {
            tracing::error!(%error, "old articles and copies could not be pruned");
        }
        let (state_dir, log_dir) = {
            let settings = &self.desk.force.settings;
            (settings.state_dir.clone(), settings.log_dir.clone())
        };
        let used = tokio::task::spawn_blocking(move || disk_used(&[&state_dir, &log_dir])).await.unwrap_or_default();
        if let Err(error) = self.desk.store.note_size(used, self.desk.clock.now()).await {
            tracing::error!(%error, "what is on the disk could not be noted");
        }
    }

    /// Brings the archive's index up to date as far as that goes in the time.
    pub async fn index_for(&self, limit: Duration) {
        if let Err(error) = archive::index_for(&self.desk.store, limit).await {
            tracing::error!(%error, "the archive's index could not be brought up to date");
        }
    }

    /// Reads a large database whole, aside, and says where it is damaged.
    pub fn check_database(&mut self) {
        let (health, state_dir) = (self.health(), self.desk.force.settings.state_dir.clone());
        self.asides.spawn(async move {
            let path = state_dir.join("wireroom.db");
            match tokio::task::spawn_blocking(move || Store::fault_of_large(&state_dir)).await {
                Ok(Ok(None)) => {}
                Ok(Ok(Some(fault))) => {
                    let message = format!(
                        "the database {} is damaged ({fault}): stop wireroom, move it away and start again, or put back a copy",
                        path.display()
                    );
                    health.report("database", Severity::High, message).await;
                }
                Ok(Err(error)) => tracing::error!(%error, "the database could not be checked"),
                Err(error) => tracing::error!(%error, "the check of the database broke off"),
            }
        });
    }

    async fn look_at_disk(&mut self) {
        let settings = &self.desk.force.settings;
        let (dir, least) = (settings.state_dir.clone(), settings.store.min_free);
        let Ok(disk) = rustix::fs::statvfs(&dir) else { return };
        let free = disk.f_bavail.saturating_mul(disk.f_frsize);
        self.lacking = least.saturating_sub(free);
        let room = match free {
            _ if free >= least => Room::Enough,
            _ if free >= least / 4 => Room::Scarce,
            _ => Room::None,
        };
        if room == self.room {
            return;
        }
        self.room = room;
        self.desk.saving = room != Room::Enough;
        let message = match room {
            Room::Enough => "the disk has room again: everything goes on as configured".to_owned(),
            Room::Scarce => format!("the disk of {} is nearly full: no copies of unmatched articles", dir.display()),
            Room::None => format!("the disk of {} is full: no feed is polled until there is room", dir.display()),
        };
        tracing::warn!(free, "{message}");
        self.report("disk", Severity::High, message).await;
    }

    async fn prune(&mut self) -> Result<(), StoreError> {
        let settings = self.desk.force.settings.store.clone();
        let now = self.desk.clock.now();
        let alerts_since = settings.keep_alert_copies.and_then(|keep| back(now, keep)).unwrap_or(Timestamp::MIN);
        if self.desk.store.removes_from().await?.is_none_or(|from| now >= from) {
            self.prune_by_age(alerts_since, now).await?;
        }
        self.prune_to_size(alerts_since, now).await?;
        self.remove_files().await
    }

    async fn prune_by_age(&mut self, alerts_since: Timestamp, now: Timestamp) -> Result<(), StoreError> {
        let settings = self.desk.force.settings.store.clone();
        if let Some((keep, before)) = settings.keep_articles.and_then(|keep| Some((keep, back(now, keep)?))) {
            let by = format!("keep_articles = \"{}\"", show_duration(keep));
            for _ in 0..BATCHES {
                if self.desk.store.prune_articles(before, BATCH, now, by.clone()).await? < BATCH {
                    break;
                }
            }
        }
        if let Some(before) = back(now, SITES_KEPT) {
            self.desk.store.forget_sites(before).await?;
        }
        if let Some((keep, before)) = settings.keep_copies.and_then(|keep| Some((keep, back(now, keep)?))) {
            let by = format!("keep_copies = \"{}\"", show_duration(keep));
            for file in self.desk.store.old_files(before, alerts_since).await? {
                self.desk.store.remove_copies(file, alerts_since, now, by.clone()).await?;
            }
        }
        Ok(())
    }

    /// The oldest files go while copies take more than they may, or the disk has too little room.
    async fn prune_to_size(&mut self, alerts_since: Timestamp, now: Timestamp) -> Result<(), StoreError> {
        let max_copies = self.desk.force.settings.store.max_copies;
        if max_copies.is_none() && self.room == Room::Enough {
            return Ok(());
        }
        let mut taken = self.desk.store.copy_bytes().await?;
        let (most, by) = match max_copies {
            Some(most) if taken > most => (most, "max_copies"),
            // What is lacking, made up by what may go.
            _ if self.room != Room::Enough => (taken.saturating_sub(self.lacking), "min_free"),
            _ => return Ok(()),
        };
        let Some(before) = back(now, UNTOUCHED) else { return Ok(()) };
        for file in self.desk.store.old_files(before, alerts_since).await? {
            if taken <= most {
                return Ok(());
            }
            taken = taken.saturating_sub(file.bytes);
            self.desk.store.remove_copies(file, alerts_since, now, by.to_owned()).await?;
        }
        if taken > most && by == "max_copies" {
            tracing::warn!(
                taken,
                most,
                "copies take more than max_copies: alerts refer to what is left, or it is too new"
            );
        }
        Ok(())
    }

    /// The database forgot them already: were this interrupted, it goes on at the next time.
    async fn remove_files(&mut self) -> Result<(), StoreError> {
        for path in self.desk.store.files_to_remove().await? {
            let file = self.desk.force.settings.state_dir.join(&path);
            match std::fs::remove_file(&file) {
                Ok(()) => tracing::info!(path, "copies past their keeping removed"),
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                Err(error) => {
                    tracing::error!(path, %error, "copies past their keeping could not be removed");
                    continue;
                }
            }
            // The folders of a day, a month and a year go with their last file.
            for folder in file.ancestors().skip(1).take(3) {
                if std::fs::remove_dir(folder).is_err() {
                    break;
                }
            }
            self.desk.store.file_removed(path).await?;
        }
        Ok(())
    }
}

fn back(now: Timestamp, keep: Duration) -> Option<Timestamp> {
    now.checked_sub(SignedDuration::try_from(keep).ok()?).ok()
}
