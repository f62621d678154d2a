//! Pushes under way: taken in as visits of their own, one at a time for each feed, and what they mean for when it is polled.

use std::sync::Arc;

use jiff::Timestamp;
use std::time::Duration;
use tokio::sync::oneshot;

use super::super::begun::What;
use super::super::work::{Done, Work};
use crate::model::FeedId;
use crate::schedule;
use crate::store::StoreError;
use crate::visit::{self, FeedVisit, Outcome};
use crate::websub::{self, Hub};

/// Pushes that wait for the end of a visit; more are refused.
const HELD: usize = 64;

/// What a visit found that matters for subscriptions at hubs.
#[derive(Debug)]
pub(in crate::daemon) enum Polled {
    Read {
        feed: FeedId,
        hub: Option<Hub>,
        new: usize,
    },
    /// A push was recorded; `interval` is the feed's own.
    Pushed {
        feed: FeedId,
        interval: Duration,
    },
}

/// A push to be taken in.
#[derive(Debug)]
pub(in crate::daemon) struct Push {
    pub feed: FeedId,
    pub pushed: visit::Pushed,
    /// Told whether it is recorded; dropped where it cannot be taken.
    pub answer: oneshot::Sender<bool>,
}

impl Work {
    /// Takes in a push, once its feed is not being visited.
    pub(super) fn begin_push(&mut self, push: Push) {
        if self.begun.writes(&push.feed) {
            if self.held.len() < HELD {
                self.held.push_back(push);
            }
            return;
        }
        let Push { feed: id, pushed, answer } = push;
        let feed = self.desk.force.feeds.get(&id).filter(|feed| feed.enabled);
        let Some(feed) = feed.map(Arc::clone) else { return };
        let (desk, what) = (self.desk.clone(), What::Push(id.clone()));
        let take = async move { Done::Push(id, visit::take_push(&desk, feed, pushed).await.map(Box::new), answer) };
        let task = self.tasks.spawn(take);
        self.begun.note(task.id(), what);
    }

    pub(in crate::daemon) fn begin_held(&mut self) {
        if let Some(at) = self.held.iter().position(|push| !self.begun.writes(&push.feed))
            && let Some(push) = self.held.remove(at)
        {
            self.begin_push(push);
        }
    }

    pub(in crate::daemon) fn settle_push(
        &mut self,
        feed: FeedId,
        result: Result<Box<FeedVisit>, StoreError>,
        answer: oneshot::Sender<bool>,
    ) {
        let recorded = match result {
            Ok(visit) => {
                match &visit.outcome {
                    Outcome::Read { new, waiting } => {
                        tracing::debug!(%feed, new, "pushed");
                        self.summary.new_articles += new;
                        if *waiting > 0 {
                            self.look_for_pages = Some(self.desk.clock.now());
                        }
                        self.polled.push(Polled::Pushed { feed, interval: visit.state.interval });
                    }
                    Outcome::Failed { message, .. } => tracing::warn!(%feed, "{message}"),
                    Outcome::Unchanged | Outcome::Gone => {}
                }
                true
            }
            Err(error) => {
                tracing::error!(%feed, %error, "a push could not be recorded; its hub may repeat it");
                false
            }
        };
        // A hub that did not wait pushes again.
        let _ = answer.send(recorded);
    }

    /// Polls a feed that is pushed as a safety net from now on.
    pub(super) fn slow_down(&mut self, feed: &FeedId, interval: Duration, now: Timestamp) {
        if self.pushed.contains(feed) && self.agenda.due_of(feed).is_some() {
            let net = websub::safety_net(interval, self.desk.force.settings.schedule.max_interval);
            self.agenda.set(feed, schedule::after(now, net));
        }
    }

    /// Polls it as usual again, and now.
    pub(super) fn hasten(&mut self, feed: &FeedId, now: Timestamp) {
        if let Some(due) = self.agenda.due_of(feed) {
            self.agenda.set(feed, due.min(now));
        }
    }
}
