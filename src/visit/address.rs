//! Which address of a feed is asked: the configured one, or the one that permanent redirects led to. Decides only.

use jiff::Timestamp;
use url::Url;

use crate::config::shown_url;
use crate::model::Feed;
use crate::store::FeedState;

/// A permanent redirect may be a mistake: the configured address is asked again after this.
const ASK_AGAIN: jiff::SignedDuration = jiff::SignedDuration::from_hours(7 * 24);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    Configured,
    /// Where permanent redirects led.
    Remembered,
}

/// After a failure the other address gets its turn: neither a redirect by mistake nor a dead old domain ends a feed.
pub fn which(state: &FeedState, now: Timestamp) -> Which {
    match state.permanent_url {
        Some(_) if state.failures.is_multiple_of(2) && !is_week_over(state, now) => Which::Remembered,
        Some(_) | None => Which::Configured,
    }
}

/// Whether the configured address is asked only because a week is over: should it fail, the remembered one still serves.
pub fn is_only_looking(state: &FeedState, now: Timestamp) -> bool {
    state.permanent_url.is_some() && state.failures.is_multiple_of(2) && is_week_over(state, now)
}

fn is_week_over(state: &FeedState, now: Timestamp) -> bool {
    state.permanent_since.is_none_or(|since| now.duration_since(since).abs() >= ASK_AGAIN)
}

/// After a feed was read: where permanent redirects led is remembered, never an address that could hold a secret.
pub fn remember(state: &mut FeedState, feed: &Feed, asked: Which, permanent: Option<Url>, now: Timestamp) {
    let secret = feed.credential.is_some() || shown_url(&feed.url) != feed.url;
    match (permanent, asked) {
        (Some(url), _) if !secret => {
            state.permanent_url = Some(url.into());
            state.permanent_since = Some(now);
        }
        // The configured address serves by itself.
        (_, Which::Configured) => (state.permanent_url, state.permanent_since) = (None, None),
        (_, Which::Remembered) => {}
    }
}
