//! `feeds`: list, status, discover, add, import and export.

mod add;
mod discover;
mod lists;
mod status;
mod take_up;

use serde::Serialize;

use super::args::{FeedsArgs, FeedsCommand, Global};
use super::output::{Exit, Table, json};
use super::{Outcome, is_json, settings};
use crate::config::shown_url;
use crate::model::{Feed, FeedId};
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

pub async fn feeds(global: &Global, args: FeedsArgs) -> Outcome {
    match args.command.unwrap_or(FeedsCommand::List) {
        FeedsCommand::List => list(global),
        FeedsCommand::Status => status::status(global).await,
        FeedsCommand::Discover { url } => discover::discover(global, &url).await,
        FeedsCommand::Add { url, id, outlet, tags, file } => {
            add::add(global, &url, add::Wishes { id, outlet, tags, file }).await
        }
        FeedsCommand::Import { list, file } => lists::import(global, &list, file.as_deref()).await,
        FeedsCommand::Export => lists::export(global),
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
        _ if !feed.enabled => (6, "off"),
        None => (4, "new"),
        Some(state) if state.gone => (0, "gone"),
        Some(state) if state.failures > 0 => (1, "failing"),
        Some(state) if state.last_success.is_none() => (4, "new"),
        Some(_) => (5, "well"),
    }
}
