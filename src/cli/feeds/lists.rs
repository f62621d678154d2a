//! `feeds import` and `feeds export`: lists of feeds as other readers write and read them.

use std::collections::{HashMap, HashSet};
use std::io::Read as _;
use std::path::Path;

use serde::Serialize;

use super::super::args::Global;
use super::super::output::{Exit, YELLOW, json, line, note, paint};
use super::super::{Failure, Outcome, config_dir, is_json, settings};
use super::take_up;
use crate::config::opml;
use crate::config::{is_telling, shown_url};
use crate::model::{Feed, FeedId};
use crate::neutral;
use crate::wording::count;

/// A feed of the list.
#[derive(Serialize)]
struct Line<'a> {
    id: &'a FeedId,
    url: String,
    outlet: &'a str,
    tags: &'a [String],
    added: bool,
    /// Why it was not added.
    reason: Option<String>,
}

pub async fn import(global: &Global, list: &Path, file: Option<&Path>) -> Outcome {
    let dir = config_dir(global)?;
    let settings = settings(global)?;
    let path = take_up::file(&dir, file)?;
    let (name, bytes) = read(list)?;
    let imported = opml::import(&name, &bytes);
    for problem in &imported.problems {
        note(format!("{} {}", paint(YELLOW, "not added:"), neutral::line(&problem.to_string())));
    }
    for left in &imported.left_out {
        note(neutral::line(&left.to_string()));
    }
    let mut addresses: HashMap<String, FeedId> =
        settings.feeds.iter().map(|feed| (opml::canonical(&feed.url), feed.id.clone())).collect();
    let mut ids: HashSet<FeedId> = settings.feeds.iter().map(|feed| feed.id.clone()).collect();
    let mut added: Vec<Feed> = Vec::new();
    let mut skipped = 0;
    for mut feed in imported.feeds {
        let canonical = opml::canonical(&feed.url);
        let known = addresses.get(&canonical).cloned();
        if ids.contains(&feed.id) && known.is_none() {
            feed.id = FeedId(opml::distinct(feed.id.as_str(), &feed.url));
        }
        let reason = known.as_ref().map(|id| format!("the feed {id} has this address already"));
        tell(global, &feed, reason.as_deref());
        if reason.is_some() {
            skipped += 1;
            continue;
        }
        ids.insert(feed.id.clone());
        addresses.insert(canonical, feed.id.clone());
        added.push(feed);
    }
    let wrong = imported.problems.len();
    if added.is_empty() {
        if !is_json(global) {
            line(format!("nothing to add: {} there already, {wrong} wrong", count(skipped, "feed")));
        }
        return Ok(if wrong > 0 { Exit::Problems } else { Exit::Done });
    }
    take_up::write(&path, &added)?;
    let taken = take_up::wait(&dir, &settings, &path).await?;
    if !is_json(global) {
        let wrong = if wrong > 0 { format!(", {wrong} wrong") } else { String::new() };
        line(format!("added {} to {}; {skipped} there already{wrong}", count(added.len(), "feed"), path.display()));
        taken.print();
    }
    Ok(if wrong == 0 && taken.is_well() { Exit::Done } else { Exit::Problems })
}

fn tell(global: &Global, feed: &Feed, reason: Option<&str>) {
    if is_json(global) {
        let Feed { id, url, outlet, tags, .. } = feed;
        let reason = reason.map(str::to_owned);
        json(&Line { id, url: shown_url(url), outlet, tags, added: reason.is_none(), reason });
    } else if let Some(reason) = reason {
        line(format!("left out {}: {reason}", neutral::line(&shown_url(&feed.url))));
    }
}

fn read(list: &Path) -> Result<(String, Vec<u8>), Failure> {
    let mut bytes = Vec::new();
    if list == Path::new("-") {
        std::io::stdin().lock().read_to_end(&mut bytes).map_err(Failure::problem)?;
        return Ok(("standard input".to_owned(), bytes));
    }
    let name = list.display().to_string();
    let bytes = std::fs::read(list).map_err(|error| Failure::problem(format!("{name}: {error}")))?;
    Ok((name, bytes))
}

pub fn export(global: &Global) -> Outcome {
    let settings = settings(global)?;
    line(opml::write(&settings.feeds, "wireroom").trim_end());
    let secret =
        |feed: &Feed| shown_url(&feed.url) != feed.url || feed.headers.iter().any(|(name, _)| is_telling(name));
    let secrets: Vec<&str> = settings.feeds.iter().filter(|feed| secret(feed)).map(|feed| feed.id.as_str()).collect();
    if !secrets.is_empty() {
        note(format!("left out: the logins or the values of headers of {}", secrets.join(", ")));
    }
    Ok(Exit::Done)
}
