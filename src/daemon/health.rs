//! What happened to the daemon → a `health` alert, recorded and on its way. For the loop and for those who work aside of it.

use std::sync::Arc;

use tokio::sync::Notify;

use super::work::Work;
use crate::model::Severity;
use crate::store::AlertDraft;
use crate::visit::{Desk, decide};

#[derive(Clone, Debug)]
pub struct Health {
    desk: Desk,
    wake_log: Arc<Notify>,
    wake_sinks: Arc<Notify>,
}

impl Health {
    pub async fn report(&self, subject: &str, severity: Severity, message: String) {
        let now = self.desk.clock.now();
        let alert = decide::health(subject, &format!("{now} {message}"), severity, message, now);
        let sinks = decide::sinks(&alert, &self.desk.force.settings.sinks);
        if let Err(error) = self.desk.store.record_alert(AlertDraft { alert, sinks }).await {
            tracing::error!(%error, "a health alert could not be recorded");
        }
        self.wake_log.notify_one();
        self.wake_sinks.notify_one();
    }
}

impl Work {
    pub(super) fn health(&self) -> Health {
        let (wake_log, wake_sinks) = (Arc::clone(&self.wake_log), Arc::clone(&self.wake_sinks));
        Health { desk: self.desk.clone(), wake_log, wake_sinks }
    }

    /// Raises a `health` alert.
    pub(super) async fn report(&self, subject: &str, severity: Severity, message: String) {
        self.health().report(subject, severity, message).await;
    }
}
