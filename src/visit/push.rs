//! What a hub pushed → the same as what a poll reads: unseen entries, recorded. The feed's own address says nothing by it:
//! validators, failures and the next visit stay as they are.

use std::sync::Arc;

use bytes::Bytes;
use url::Url;

use super::Desk;
use super::entries::read;
use super::feed::{FeedVisit, Outcome};
use super::hand::Hand;
use super::pace;
use super::secrets::Secrets;
use crate::fetch::Response;
use crate::model::Feed;
use crate::store::{FeedState, StoreError, VisitRecord};

/// A body that a hub pushed, signed rightly.
#[derive(Debug)]
pub struct Pushed {
    pub hub: String,
    /// The feed's address at the hub.
    pub topic: Url,
    pub headers: Vec<(String, Vec<u8>)>,
    pub body: Bytes,
}

/// Takes in a push. An error is the store's: nothing was recorded, the hub may push again.
pub async fn take_push(desk: &Desk, feed: Arc<Feed>, pushed: Pushed) -> Result<FeedVisit, StoreError> {
    let state = desk.store.feed_state(feed.id.clone()).await?;
    let mut state = state.unwrap_or_else(|| FeedState::of(&feed));
    let now = desk.clock.now();
    let Pushed { hub, topic, headers, body } = pushed;
    let response = Response::pushed(topic, headers, body);
    let failed = |class: &str, message: String| Outcome::Failed { class: class.to_owned(), message };
    let secrets = match Secrets::of(&feed, &desk.force.settings.config_dir) {
        Ok(secrets) => secrets,
        Err(why) => return Ok(FeedVisit::of_push(&feed, state, failed("credential", why))),
    };
    let mut hand = Hand::of(&desk.places);
    let reading = match read(desk, Arc::clone(&feed), secrets, response, &state, &mut hand, now).await? {
        Ok(reading) => reading,
        Err(error) => {
            let message = format!("pushed by {hub}: {error}");
            return Ok(FeedVisit::of_push(&feed, state, failed(error.class(), message)));
        }
    };
    let rhythm_changed = !reading.entries.is_empty();
    pace::learn_pushed(&mut state, &reading.entries, now);
    state.last_success = Some(now);
    let record = VisitRecord {
        at: now,
        feed: feed.id.clone(),
        state,
        entries: reading.entries,
        reappeared: reading.reappeared,
        feed_copies: reading.feed_copies,
        // It may hold what is new alone.
        stood: None,
        rhythm_changed,
    };
    let recorded = desk.store.record_visit(record, hand.of_rows()).await?;
    let outcome = Outcome::Read { new: recorded.new, waiting: recorded.waiting };
    Ok(FeedVisit::of_push(&feed, recorded.state, outcome))
}
