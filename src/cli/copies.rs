//! `copies`: the stored evidence.

use serde::Serialize;

use super::args::{CopiesArgs, CopiesCommand, Global};
use super::output::{BOLD, DIM, Exit, RED, Table, fit, json, line, paint};
use super::{Failure, Outcome, is_json, open_store, progress, settings, size};
use crate::config::settings::Settings;
use crate::lookup;
use crate::model::{Alert, AlertId, ArticleId};
use crate::neutral;
use crate::store::copies as archive;
use crate::store::{CopyRow, Store};

#[derive(Serialize)]
struct CopyLine<'a> {
    at: jiff::Timestamp,
    article: Option<&'a ArticleId>,
    url: &'a str,
    title: &'a str,
    path: &'a str,
    offset: u64,
    length: u64,
    sha256: &'a str,
}

impl<'a> CopyLine<'a> {
    fn of(copy: &'a CopyRow) -> Self {
        Self {
            at: copy.at,
            article: copy.article.as_ref(),
            url: &copy.url,
            title: &copy.title,
            path: &copy.place.path,
            offset: copy.place.offset,
            length: copy.length,
            sha256: &copy.place.sha256,
        }
    }
}

pub async fn copies(global: &Global, args: CopiesArgs) -> Outcome {
    let settings = settings(global)?;
    let store = open_store(&settings)?;
    match args.command {
        CopiesCommand::List => list(global, &settings, &store).await,
        CopiesCommand::Show { id } => show(global, &settings, &store, &id).await,
        CopiesCommand::Verify => verify(global, &settings, &store).await,
    }
}

async fn list(global: &Global, settings: &Settings, store: &Store) -> Outcome {
    let mut table = Table::new(&["KEPT", "ARTICLE", "SIZE", "TITLE", "WHERE"]);
    for copy in store.copies(usize::MAX).await? {
        if is_json(global) {
            json(&CopyLine::of(&copy));
            continue;
        }
        let at = copy.at.to_zoned_datetime(settings.alerts.timezone.clone()).strftime("%Y-%m-%d %H:%M %Z").to_string();
        table.row([
            at,
            copy.article.as_ref().map_or_else(|| "(feed)".to_owned(), |id| id.as_str()[..9].to_owned()),
            size(copy.length),
            fit(&neutral::line(&copy.title), 60),
            format!("{} @{}", copy.place.path, copy.place.offset),
        ]);
    }
    if !is_json(global) {
        if table.is_empty() {
            line("no copies yet; they are kept of what matches (copies = \"matched\")");
        } else {
            table.print();
        }
    }
    Ok(Exit::Done)
}

/// The copies an id stands for: an article's, or the one an alert points to.
async fn find(store: &Store, id: &str) -> Result<Vec<CopyRow>, Failure> {
    if id.starts_with('w') {
        let (_, text) = alert(store, id).await?;
        let alert: Alert = serde_json::from_str(&text).map_err(Failure::problem)?;
        let Some(place) = alert.copy else {
            return Err(Failure::problem(format!("the alert {} has no copy", alert.id)));
        };
        let all = store.copies(usize::MAX).await?;
        return Ok(all.into_iter().filter(|copy| copy.place == place).collect());
    }
    let found = store.articles_by_prefix(id.to_owned()).await?;
    let [article] = found.as_slice() else { return Err(unique("article", id, found.len())) };
    Ok(store.copies_of(article.clone()).await?)
}

/// Alerts looked through for one whose id is near to what was typed.
const LOOKED_AT: usize = 100_000;

/// The alert whose id begins so, with its line of the log.
pub(super) async fn alert(store: &Store, id: &str) -> Result<(AlertId, String), Failure> {
    let mut found = store.alerts_by_prefix(id.to_owned()).await?;
    match found.len() {
        1 => Ok(found.remove(0)),
        0 => {
            let ids = store.newest_alert_ids(LOOKED_AT).await?;
            let near = lookup::near_ids(id, ids.iter().map(AlertId::as_str));
            Err(unknown("alert", id, &near.into_iter().map(str::to_owned).collect::<Vec<_>>()))
        }
        several => Err(unique("alert", id, several)),
    }
}

/// Nothing has such an id; `near` are those that may have been meant.
pub(super) fn unknown(what: &str, id: &str, near: &[String]) -> Failure {
    let mut message = unique(what, id, 0).message;
    if !near.is_empty() {
        message.push_str(&format!("; did you mean {}?", neutral::line(&near.join(" or "))));
    }
    Failure::problem(message)
}

pub(super) fn unique(what: &str, id: &str, found: usize) -> Failure {
    if found == 0 {
        Failure::problem(format!("no {what} has an id that begins with {id:?}"))
    } else {
        Failure::usage(format!("several {what}s begin with {id:?}: give more of the id"))
    }
}

async fn show(global: &Global, settings: &Settings, store: &Store, id: &str) -> Outcome {
    let copies = find(store, id).await?;
    let Some(copy) = copies.first() else { return Err(Failure::problem(format!("there is no copy of {id}"))) };
    let holds = archive::verify(&settings.state_dir, copy);
    let metadata = archive::metadata(&settings.state_dir, copy).map_err(Failure::problem)?;
    if is_json(global) {
        #[derive(Serialize)]
        struct Shown<'a> {
            #[serde(flatten)]
            copy: CopyLine<'a>,
            ok: bool,
            metadata: &'a serde_json::Value,
        }
        json(&Shown { copy: CopyLine::of(copy), ok: holds.is_ok(), metadata: &metadata });
        return Ok(if holds.is_ok() { Exit::Done } else { Exit::Problems });
    }
    line(paint(BOLD, &neutral::line(&copy.title)));
    line(neutral::line(&copy.url));
    line(paint(DIM, &format!("kept {} in {} at {}", copy.at, copy.place.path, copy.place.offset)));
    match &holds {
        Ok(()) => line(paint(DIM, &format!("SHA-256 {} holds", copy.place.sha256))),
        Err(why) => line(paint(RED, why)),
    }
    line("");
    match metadata.get("text").and_then(|text| text.as_str()) {
        Some(text) => line(neutral::block(text)),
        None => {
            for title in metadata.get("new_entries").and_then(|list| list.as_array()).into_iter().flatten() {
                line(format!("- {}", neutral::line(title.as_str().unwrap_or_default())));
            }
        }
    }
    Ok(if holds.is_ok() { Exit::Done } else { Exit::Problems })
}

async fn verify(global: &Global, settings: &Settings, store: &Store) -> Outcome {
    let copies = store.copies(usize::MAX).await?;
    let bar = progress::bar(copies.len() as u64, "copies");
    let mut faults = 0;
    for copy in &copies {
        let (dir, row) = (settings.state_dir.clone(), copy.clone());
        let checked =
            tokio::task::spawn_blocking(move || archive::verify(&dir, &row)).await.map_err(Failure::problem)?;
        bar.inc(1);
        if let Err(why) = checked {
            faults += 1;
            if is_json(global) {
                json(
                    &serde_json::json!({"path": copy.place.path, "offset": copy.place.offset, "ok": false, "error": why}),
                );
            } else {
                bar.suspend(|| line(format!("{} @{}: {why}", copy.place.path, copy.place.offset)));
            }
        }
    }
    bar.finish_and_clear();
    if !is_json(global) {
        line(format!("{} copies, {faults} with a fault", copies.len()));
    }
    Ok(if faults == 0 { Exit::Done } else { Exit::Problems })
}
