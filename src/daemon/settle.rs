//! What a task brought → the agenda, the notices and the summary. A task that broke off takes nothing with it.

use std::time::Duration;

use tokio::task::JoinError;

use super::begun::What;
use super::websub::pushes::Polled;
use super::work::{Done, Ended, STORE_PAUSE, Work};
use crate::model::{ArticleId, FeedId};
use crate::schedule;
use crate::store::StoreError;
use crate::visit::{FeedVisit, Outcome, PageVisit};
use crate::websub;

impl Work {
    /// Takes in what a task brought, and those that ended with it: a commit ends many at once, and what is begun together
    /// then looks into the store together.
    pub async fn settle(&mut self, ended: Ended) {
        let mut next = Some(ended);
        while let Some(ended) = next {
            self.settle_one(ended).await;
            next = self.tasks.try_join_next_with_id();
        }
        self.begin_held();
    }

    async fn settle_one(&mut self, ended: Ended) {
        self.done += 1;
        let id = match &ended {
            Ok((id, _)) => *id,
            Err(error) => error.id(),
        };
        let begun = self.begun.end(id);
        match ended {
            Ok((_, Done::Visit(feed, result))) => self.settle_visit(&feed, result),
            Ok((_, Done::Page(article, result))) => self.settle_page(&article, result),
            Ok((_, Done::Push(feed, result, answer))) => self.settle_push(feed, result, answer),
            Err(error) if error.is_cancelled() => {}
            Err(error) => {
                if let Some(begun) = begun {
                    self.settle_panic(begun, &error).await;
                }
            }
        }
    }

    fn settle_visit(&mut self, feed: &FeedId, result: Result<Box<FeedVisit>, StoreError>) {
        let now = self.desk.clock.now();
        let due = match result {
            Ok(visit) => {
                self.note_visit(&visit);
                let mut due = visit.state.next_due;
                if self.pushed.contains(feed) && visit.state.failures == 0 {
                    let longest = self.desk.force.settings.schedule.max_interval;
                    let net = schedule::after(now, websub::safety_net(visit.state.interval, longest));
                    due = due.map(|due| due.max(net));
                }
                match visit.led_to {
                    Some(host) => self.led_to.insert(feed.clone(), host),
                    None => self.led_to.remove(feed),
                };
                if let Some(overflow) = visit.overflow {
                    self.notices.overflowed(feed, &overflow);
                }
                if visit.state.failures == 0 {
                    self.failing.remove(feed);
                } else {
                    self.failing.insert(feed.clone());
                }
                if let Outcome::Read { new, .. } = visit.outcome
                    && self.listens
                {
                    self.polled.push(Polled::Read { feed: feed.clone(), hub: visit.hub, new });
                }
                due
            }
            Err(error) => {
                tracing::error!(%feed, %error, "a visit could not be recorded; it is repeated");
                self.summary.failed += 1;
                Some(now.checked_add(STORE_PAUSE).unwrap_or(now))
            }
        };
        let in_force = self.desk.force.feeds.get(feed).is_some_and(|feed| feed.enabled);
        if in_force && !self.desk.once {
            // An edited feed may have been put on the agenda meanwhile: it stays due.
            if let (Some(due), None) = (due, self.agenda.due_of(feed)) {
                self.agenda.set(feed, due);
            }
        }
    }

    fn note_visit(&mut self, visit: &FeedVisit) {
        let feed = &visit.feed;
        match &visit.outcome {
            Outcome::Read { new, waiting } => {
                tracing::debug!(%feed, new, "read");
                self.summary.read += 1;
                self.summary.new_articles += new;
                if *waiting > 0 {
                    self.look_for_pages = Some(self.desk.clock.now());
                }
            }
            Outcome::Unchanged => {
                tracing::debug!(%feed, "unchanged");
                self.summary.read += 1;
            }
            Outcome::Failed { class, message } => {
                self.summary.failed += 1;
                if visit.state.failures <= 1 || self.desk.once {
                    tracing::warn!(%feed, class, "{message}");
                } else {
                    tracing::debug!(%feed, class, times = visit.state.failures, "{message}");
                }
            }
            Outcome::Gone => {
                self.summary.failed += 1;
                self.notices.gone(feed);
                tracing::warn!(%feed, "gone (410); take it out of the configuration or give it a new address");
            }
        }
    }

    fn settle_page(&mut self, article: &ArticleId, result: Result<PageVisit, StoreError>) {
        self.pages.remove(article);
        let now = self.desk.clock.now();
        match result {
            Ok(page) => {
                if let Some(why) = &page.failed {
                    tracing::debug!(%article, why, "no whole page");
                    let soon = self.look_for_pages.map_or(now, |at| at.min(now));
                    self.look_for_pages = Some(soon);
                }
                if !page.alerts.is_empty() {
                    for alert in &page.alerts {
                        tracing::info!(alert = %alert.id, %article, severity = %alert.severity, "told");
                    }
                    self.summary.alerts += page.alerts.len() as u64;
                    self.wake_deliveries();
                }
            }
            Err(error) => {
                tracing::error!(%article, %error, "an article could not be recorded; it is repeated");
                self.look_for_pages = now.checked_add(STORE_PAUSE).ok();
            }
        }
    }

    /// A task that panicked must not take its feed or article out of the world.
    async fn settle_panic(&mut self, what: What, error: &JoinError) {
        let now = self.desk.clock.now();
        match what {
            What::Visit(feed) => {
                tracing::error!(%feed, %error, "a visit broke off; this is a fault of wireroom, please report it");
                self.summary.failed += 1;
                let interval = self.desk.force.settings.schedule.default_interval;
                if !self.desk.once {
                    self.agenda.set(&feed, schedule::after(now, interval));
                }
            }
            What::Push(feed) => {
                tracing::error!(%feed, %error, "a push broke off; this is a fault of wireroom, please report it");
            }
            What::Page(article) => {
                tracing::error!(%article, %error, "a page broke off; this is a fault of wireroom, please report it");
                self.pages.remove(&article);
                let retry = (!self.desk.once).then(|| schedule::after(now, Duration::from_secs(3600)));
                let failed = self.desk.store.page_failed(article, error.to_string(), retry).await;
                if let Err(error) = failed {
                    tracing::error!(%error, "the fault could not be recorded");
                }
            }
        }
    }
}
