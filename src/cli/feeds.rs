//! `feeds list` and `feeds status`.

use std::collections::HashMap;

use serde::Serialize;

use super::args::{FeedsArgs, FeedsCommand, Global};
use super::output::{Exit, GREEN, RED, Table, YELLOW, fit, json, paint};
use super::{Outcome, is_json, now, open_store, settings, since, size};
use crate::config::{show_duration, shown_url};
use crate::model::{Feed, FeedId};
use crate::neutral;
use crate::store::FeedState;

#[derive(Serialize)]
struct ListLine<'a> {
    id: &'a FeedId,
    outlet: &'a str,
    url: String,
    tags: &'a [String],
    kind: &'a str,
    enabled: bool,
}

#[derive(Serialize)]
struct StatusLine<'a> {
    id: &'a FeedId,
    outlet: &'a str,
    state: &'a str,
    status: Option<u16>,
    failures: u32,
    error: Option<&'a str>,
    last_success: Option<jiff::Timestamp>,
    last_new: Option<jiff::Timestamp>,
    next_due: Option<jiff::Timestamp>,
    interval: String,
    why: &'a str,
    saved_bytes: u64,
    /// When it last held nothing known any more, so that articles may have been missed.
    overflowed: Option<jiff::Timestamp>,
}

pub async fn feeds(global: &Global, args: FeedsArgs) -> Outcome {
    match args.command.unwrap_or(FeedsCommand::List) {
        FeedsCommand::List => list(global),
        FeedsCommand::Status => status(global).await,
    }
}

fn list(global: &Global) -> Outcome {
    let settings = settings(global)?;
    let mut table = Table::new(&["ID", "OUTLET", "TAGS", "ADDRESS"]);
    for feed in &settings.feeds {
        let url = shown_url(&feed.url);
        if is_json(global) {
            let kind = feed.kind.as_str();
            json(&ListLine { id: &feed.id, outlet: &feed.outlet, url, tags: &feed.tags, kind, enabled: feed.enabled });
            continue;
        }
        let off = if feed.enabled { "" } else { " (off)" };
        table.row([format!("{}{off}", feed.id), feed.outlet.clone(), feed.tags.join(", "), url]);
    }
    if !is_json(global) {
        table.print();
    }
    Ok(Exit::Done)
}

/// What is to be said of a feed in one word, the worst first.
pub fn word(feed: &Feed, state: Option<&FeedState>) -> (u8, &'static str) {
    match state {
        _ if !feed.enabled => (5, "off"),
        None => (3, "new"),
        Some(state) if state.gone => (0, "gone"),
        Some(state) if state.failures > 0 => (1, "failing"),
        Some(state) if state.last_success.is_none() => (3, "new"),
        Some(_) => (4, "well"),
    }
}

async fn status(global: &Global) -> Outcome {
    let settings = settings(global)?;
    let states: HashMap<FeedId, FeedState> = open_store(&settings)?.feed_states().await?;
    let now = now();
    let mut feeds: Vec<_> = settings.feeds.iter().map(|feed| (word(feed, states.get(&feed.id)), feed)).collect();
    feeds.sort_by_key(|((rank, _), feed)| (*rank, feed.id.clone()));
    let mut table = Table::new(&["FEED", "STATE", "LAST READ", "LAST NEW", "NEXT", "EVERY", "SAVED", "WHY"]);
    let mut failing = false;
    let unknown = FeedState::default();
    for ((_, word), feed) in feeds {
        let state = states.get(&feed.id).unwrap_or(&unknown);
        failing |= matches!(word, "gone" | "failing");
        if is_json(global) {
            json(&StatusLine {
                id: &feed.id,
                outlet: &feed.outlet,
                state: word,
                status: state.status,
                failures: state.failures,
                error: state.error.as_deref(),
                last_success: state.last_success,
                last_new: state.last_new,
                next_due: state.next_due,
                interval: show_duration(state.interval),
                why: &state.why,
                saved_bytes: state.saved_bytes,
                overflowed: state.overflowed,
            });
            continue;
        }
        let style = match word {
            "gone" | "failing" => RED,
            "well" => GREEN,
            _ => YELLOW,
        };
        let why = match &state.error {
            Some(error) => {
                format!("{} ×{}: {}", state.error_class.as_deref().unwrap_or(""), state.failures, neutral::line(error))
            }
            None => state.why.clone(),
        };
        let due =
            state.next_due.map_or("—".to_owned(), |due| if due <= now { "now".into() } else { since(Some(due), now) });
        table.row([
            feed.id.to_string(),
            paint(style, word),
            since(state.last_success, now),
            since(state.last_new, now),
            due,
            if state.interval.is_zero() { "—".to_owned() } else { show_duration(state.interval) },
            size(state.saved_bytes),
            fit(&why, 90),
        ]);
    }
    if !is_json(global) {
        table.print();
    }
    Ok(if failing { Exit::Problems } else { Exit::Done })
}
