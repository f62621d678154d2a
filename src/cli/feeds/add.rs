//! `feeds add`: the feed of a site, found, shown, written into a file, waited for.

use std::path::PathBuf;

use jiff::Timestamp;
use serde::Serialize;

use super::super::args::Global;
use super::super::output::{DIM, Exit, fit, json, line, note, paint};
use super::super::{Failure, Outcome, config_dir, is_json, now, settings, since};
use super::{discover, take_up};
use crate::config::edit::id_of;
use crate::config::opml::canonical;
use crate::config::settings::Settings;
use crate::config::shown_url;
use crate::discover::{self as search, Found};
use crate::model::{Feed, FeedId, FeedKind};
use crate::neutral;
use crate::parse::FeedFormat;

/// Entries shown of a feed before it is taken.
const SHOWN: usize = 5;
/// A proposed id is not longer, unless its first word is.
const ID: usize = 40;
const OUTLET: usize = 80;

/// What the user wants of the new feed.
#[derive(Debug)]
pub struct Wishes {
    pub id: Option<String>,
    pub outlet: Option<String>,
    pub tags: Vec<String>,
    pub file: Option<PathBuf>,
}

#[derive(Serialize)]
struct Added<'a> {
    id: &'a FeedId,
    url: String,
    outlet: &'a str,
    tags: &'a [String],
    title: Option<&'a str>,
    kind: &'a str,
    entries: usize,
    newest: Option<Timestamp>,
    file: String,
    in_force: bool,
}

pub async fn add(global: &Global, url: &str, wishes: Wishes) -> Outcome {
    let dir = config_dir(global)?;
    let settings = settings(global)?;
    let typed = search::address(url).map_err(Failure::usage)?;
    let url = typed.url.clone();
    let path = take_up::file(&dir, wishes.file.as_deref())?;
    refuse_known(&settings, url.as_str())?;
    if let Some(id) = &wishes.id {
        check_id(&settings, id)?;
    }
    let discovery = discover::search(&settings.fetch, typed).await?;
    let now = now();
    let choices = discovery.choices();
    let found = match choices.as_slice() {
        [] => {
            discover::nothing(&url, &discovery);
            return Ok(Exit::Problems);
        }
        [only] => *only,
        several => {
            note(format!(
                "{} has several feeds; add one of them by its address:",
                neutral::line(&shown_url(url.as_str()))
            ));
            for found in several {
                discover::print(found, now);
            }
            return Ok(Exit::Problems);
        }
    };
    refuse_known(&settings, found.url.as_str())?;
    let feed = feed(&settings, found, &wishes);
    if !is_json(global) {
        show(found, discovery.found.len(), now);
    }
    take_up::write(&path, std::slice::from_ref(&feed))?;
    if !is_json(global) {
        line(format!("wrote {} (outlet {:?}) to {}", feed.id, neutral::line(&feed.outlet), path.display()));
    }
    let taken = take_up::wait(&dir, &settings, &path).await?;
    if is_json(global) {
        json(&Added {
            id: &feed.id,
            url: shown_url(&feed.url),
            outlet: &feed.outlet,
            tags: &feed.tags,
            title: found.feed.title.as_deref(),
            kind: found.kind(),
            entries: found.feed.entries.len(),
            newest: found.newest(now),
            file: path.display().to_string(),
            in_force: taken == take_up::TakenUp::InForce,
        });
    } else {
        taken.print();
    }
    Ok(if taken.is_well() { Exit::Done } else { Exit::Problems })
}

fn refuse_known(settings: &Settings, url: &str) -> Result<(), Failure> {
    let wanted = canonical(url);
    match settings.feeds.iter().find(|feed| canonical(&feed.url) == wanted) {
        Some(known) => {
            let off = if known.enabled { "" } else { ", though switched off (enabled = false)" };
            Err(Failure::problem(format!("the feed {} has this address already{off}", known.id)))
        }
        None => Ok(()),
    }
}

fn check_id(settings: &Settings, id: &str) -> Result<(), Failure> {
    let fits = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    if id.is_empty() || id.len() > 100 || !id.chars().all(fits) {
        return Err(Failure::usage(format!("{id:?} is no id: letters, digits, `-`, `_` and `.`, at most 100")));
    }
    if settings.feeds.iter().any(|feed| feed.id.as_str() == id) {
        return Err(Failure::problem(format!("there is a feed {id} already; choose another id")));
    }
    Ok(())
}

fn feed(settings: &Settings, found: &Found, wishes: &Wishes) -> Feed {
    let title = found.feed.title.as_deref().map(|title| neutral::line(title).into_owned()).unwrap_or_default();
    let host = found.url.host_str().unwrap_or("feed").trim_start_matches("www.").to_owned();
    let id = wishes.id.clone().unwrap_or_else(|| propose(settings, &title, &host));
    let outlet = wishes.outlet.clone().unwrap_or_else(|| if title.is_empty() { host } else { fit(&title, OUTLET) });
    Feed {
        id: FeedId(id),
        outlet,
        tags: wishes.tags.clone(),
        kind: if found.feed.kind == FeedFormat::Sitemap { FeedKind::Sitemap } else { FeedKind::Feed },
        ..Feed::at(found.url.as_str())
    }
}

/// An id made of the title, else of the host, that no feed has yet.
fn propose(settings: &Settings, title: &str, host: &str) -> String {
    let mut id = id_of(title);
    while id.len() > ID
        && let Some(at) = id.rfind('-')
    {
        id.truncate(at);
    }
    if id.is_empty() {
        id = id_of(host);
    }
    let taken = |id: &str| settings.feeds.iter().any(|feed| feed.id.as_str() == id);
    if !taken(&id) {
        return id;
    }
    let mut numbered = (2..=settings.feeds.len() + 2).map(|number| format!("{id}-{number}"));
    numbered.find(|id| !taken(id)).expect("there are more numbers than feeds")
}

/// What was taken and why, and what is in it.
fn show(found: &Found, of: usize, now: Timestamp) {
    discover::print(found, now);
    if of > 1 {
        line(paint(DIM, &format!("    taken of {of} found: the others list the same articles, comments, or nothing")));
    }
    for entry in found.feed.entries.iter().take(SHOWN) {
        let at = entry.published.or(entry.updated);
        let at = at.map_or_else(|| "no date".to_owned(), |at| since(Some(at), now));
        line(format!("    {at:<12}  {}", fit(&neutral::line(&entry.title), 90)));
    }
    if found.feed.entries.is_empty() {
        line(paint(DIM, "    it has no entries now"));
    }
}
