//! `feeds discover`: the feeds of a site, with what is in them.

use jiff::Timestamp;
use serde::Serialize;
use url::Url;

use super::super::args::Global;
use super::super::output::{BOLD, DIM, Exit, json, line, note, paint};
use super::super::{Failure, Outcome, inspect, is_json, now, progress, since};
use crate::config::settings::FetchSettings;
use crate::config::shown_url;
use crate::discover::{self, Discovery, Found, Typed};
use crate::fetch::Fetcher;
use crate::neutral;
use crate::wording::count;

#[derive(Serialize)]
struct FoundLine<'a> {
    url: &'a str,
    title: Option<&'a str>,
    kind: &'a str,
    entries: usize,
    newest: Option<Timestamp>,
    /// How it was found.
    found: &'a str,
    language: Option<&'a str>,
    /// Where it can be had pushed (WebSub).
    hub: Option<&'a str>,
}

pub async fn discover(global: &Global, url: &str) -> Outcome {
    let typed = discover::address(url).map_err(Failure::usage)?;
    let discovery = search(&inspect::fetch_settings(global), typed.clone()).await?;
    let now = now();
    if is_json(global) {
        discovery.found.iter().for_each(|found| print_json(found, now));
    } else {
        discovery.found.iter().for_each(|found| print(found, now));
    }
    if discovery.found.is_empty() {
        nothing(&typed.url, &discovery);
        return Ok(Exit::Problems);
    }
    if !is_json(global) {
        line(paint(DIM, "`wireroom feeds add ADDRESS` takes one; `wireroom inspect feed ADDRESS` shows what is in it"));
    }
    Ok(Exit::Done)
}

/// Looks for feeds; on a terminal a line says what is asked.
pub async fn search(settings: &FetchSettings, typed: Typed) -> Result<Discovery, Failure> {
    let fetcher = Fetcher::new(settings).map_err(Failure::problem)?;
    let bar = progress::spinner();
    let shown = shown_url(typed.url.as_str());
    let asked = |url: &Url| bar.set_message(format!("asking {}", neutral::line(&shown_url(url.as_str()))));
    let searched = discover::discover(&fetcher, settings, typed, asked).await;
    bar.finish_and_clear();
    searched.map_err(|error| Failure::problem(format!("{shown}: {error}")))
}

/// Says that there is no feed, and what was taken for one.
pub fn nothing(url: &Url, discovery: &Discovery) {
    note(format!("no feed was found at {}", neutral::line(&shown_url(url.as_str()))));
    for (url, why) in discovery.none.iter().take(5) {
        note(format!("  {}: {}", neutral::line(&shown_url(url.as_str())), neutral::line(why)));
    }
}

fn print_json(found: &Found, now: Timestamp) {
    json(&FoundLine {
        url: &shown_url(found.url.as_str()),
        title: found.feed.title.as_deref(),
        kind: found.kind(),
        entries: found.feed.entries.len(),
        newest: found.newest(now),
        found: found.how.in_words(),
        language: found.feed.language.as_deref(),
        hub: found.hub.as_deref(),
    });
}

pub fn print(found: &Found, now: Timestamp) {
    line(paint(BOLD, &neutral::line(&shown_url(found.url.as_str()))));
    let mut facts = vec![found.kind().to_owned()];
    facts.push(count(found.feed.entries.len(), "entry"));
    facts.extend(found.newest(now).map(|at| format!("the newest {}", since(Some(at), now))));
    facts.extend(found.is_comments().then(|| "readers' comments".to_owned()));
    facts.push(found.how.in_words().to_owned());
    facts.extend(found.hub.is_some().then(|| "pushed by a hub".to_owned()));
    let title = found.feed.title.as_deref().unwrap_or("(no title)");
    line(format!("    {} · {}", neutral::line(title), facts.join(" · ")));
}
