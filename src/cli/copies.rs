//! `copies`: the stored evidence.

use std::io::{IsTerminal as _, Write as _};
use std::path::Path;

use serde::Serialize;

use super::args::{CopiesArgs, CopiesCommand, Format, Global};
use super::output::{BOLD, DIM, Exit, RED, Table, fit, json, line, local, note, paint};
use super::{Failure, Outcome, is_json, open_store, progress, settings, size};
use crate::config::settings::Settings;
use crate::evidence;
use crate::lookup;
use crate::model::{Alert, AlertId, ArticleId, CopyRef};
use crate::neutral;
use crate::store::copies as archive;
use crate::store::copies::verify::Difference;
use crate::store::{CopyRow, Removed, Store, lock};
use crate::wording::count;

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
    /// Where the payload stands, for a copy that refers to an earlier one.
    #[serde(skip_serializing_if = "Option::is_none")]
    payload: Option<&'a CopyRef>,
}

impl<'a> CopyLine<'a> {
    fn of(copy: &'a CopyRow) -> Self {
        Self {
            at: copy.at,
            article: copy.article.as_ref(),
            url: &copy.url,
            title: &copy.title,
            path: &copy.path,
            offset: copy.offset,
            length: copy.length,
            sha256: &copy.place.sha256,
            payload: (copy.place.path != copy.path || copy.place.offset != copy.offset).then_some(&copy.place),
        }
    }
}

pub async fn copies(global: &Global, args: CopiesArgs) -> Outcome {
    let settings = settings(global)?;
    let store = open_store(&settings)?;
    match args.command {
        CopiesCommand::List { removed: true } => removed(global, &settings, &store).await,
        CopiesCommand::List { removed: false } => list(global, &settings, &store).await,
        CopiesCommand::Show { id } => show(global, &settings, &store, &id).await,
        CopiesCommand::Export { id, format, output } => {
            export(&settings, &store, id.as_deref(), format, output.as_deref()).await
        }
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
        table.row([
            local(copy.at, &settings.alerts.timezone),
            copy.article.as_ref().map_or_else(|| "(feed)".to_owned(), |id| id.as_str()[..9].to_owned()),
            size(copy.length),
            fit(&neutral::line(&copy.title), 60),
            format!("{} @{}", copy.path, copy.offset),
        ]);
    }
    if is_json(global) {
        return Ok(Exit::Done);
    }
    if table.is_empty() {
        line("no copies yet; they are kept of what matches (copies = \"matched\")");
    } else {
        table.print();
    }
    let removals = store.removals().await?;
    if let Some(last) = removals.iter().rfind(|removal| removal.what == Removed::Copies) {
        let (at, by) = (local(last.at, &settings.alerts.timezone), &last.by);
        line(paint(DIM, &format!("older ones were removed, last on {at} by {by} (wireroom copies list --removed)")));
    }
    Ok(Exit::Done)
}

async fn removed(global: &Global, settings: &Settings, store: &Store) -> Outcome {
    let mut table = Table::new(&["REMOVED", "BY", "WHAT", "SIZE", "FROM"]);
    for removal in store.removals().await? {
        if is_json(global) {
            json(&removal);
            continue;
        }
        let (what, from) = match removal.what {
            Removed::Copies => ("copies", removal.name),
            Removed::Articles => ("articles", "the database".to_owned()),
        };
        let bytes = if removal.bytes == 0 { String::new() } else { size(removal.bytes) };
        table.row([
            local(removal.at, &settings.alerts.timezone),
            removal.by,
            format!("{} {what}", removal.items),
            bytes,
            from,
        ]);
    }
    if !is_json(global) {
        if table.is_empty() {
            line("nothing was removed yet");
        } else {
            table.print();
        }
    }
    Ok(Exit::Done)
}

/// The copies an id stands for, the newest first: an article's, or the one an alert points to.
async fn find(store: &Store, id: &str) -> Result<Vec<CopyRow>, Failure> {
    let none = |of: &str| {
        Failure::problem(format!("there is no copy of {of}: copies are kept of what matches, as [store] copies says"))
    };
    if id.starts_with('w') {
        let (_, text) = alert(store, id).await?;
        let alert: Alert = serde_json::from_str(&text).map_err(Failure::problem)?;
        let Some(place) = &alert.copy else { return Err(none(&format!("the alert {}", alert.id))) };
        if let Some(copy) = evidence::of_alert(store, &alert, place).await? {
            return Ok(vec![copy]);
        }
        return Err(match evidence::removal_of(store, &place.path).await? {
            Some(gone) => Failure::problem(format!(
                "the copy of the alert {} was removed on {} by {}, with {}; its SHA-256 was {}",
                alert.id, gone.at, gone.by, place.path, place.sha256
            )),
            None => Failure::problem(format!(
                "the alert {} refers to {} @{}, which the database does not know: wireroom copies verify",
                alert.id, place.path, place.offset
            )),
        });
    }
    let found = store.articles_by_prefix(id.to_owned()).await?;
    let [article] = found.as_slice() else { return Err(unique("article", id, found.len())) };
    let copies = store.copies_of(article.clone()).await?;
    if copies.is_empty() { Err(none(&format!("the article {article}"))) } else { Ok(copies) }
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

#[derive(Serialize)]
struct Shown<'a> {
    #[serde(flatten)]
    copy: CopyLine<'a>,
    ok: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    metadata: &'a serde_json::Value,
}

async fn show(global: &Global, settings: &Settings, store: &Store, id: &str) -> Outcome {
    let copies = find(store, id).await?;
    let Some(copy) = copies.first() else { return Err(Failure::problem(format!("there is no copy of {id}"))) };
    let holds = archive::verify::copy(&settings.state_dir, copy);
    let metadata = archive::read::made_of(&settings.state_dir, copy);
    let exit = if holds.is_ok() { Exit::Done } else { Exit::Problems };
    if is_json(global) {
        let error = holds.err().map(|found| format!("{}: {}", found.difference.as_str(), found.error));
        let metadata = metadata.unwrap_or_default();
        json(&Shown { copy: CopyLine::of(copy), ok: error.is_none(), error, metadata: &metadata });
        return Ok(exit);
    }
    line(paint(BOLD, &neutral::line(&copy.title)));
    line(neutral::line(&copy.url));
    line(paint(DIM, &format!("kept {} in {} at {}", copy.at, copy.path, copy.offset)));
    if copies.len() > 1 {
        line(paint(DIM, &format!("the newest of {} copies (wireroom copies list)", copies.len())));
    }
    match &holds {
        Ok(()) => line(paint(DIM, &format!("SHA-256 {} holds", copy.place.sha256))),
        Err(why) => line(paint(RED, &neutral::line(&why.to_string()))),
    }
    line("");
    match (metadata, holds) {
        (Ok(_), _) => line(neutral::block(&text_of(settings, copy)?)),
        // Said already.
        (Err(_), Err(_)) => {}
        (Err(why), Ok(())) => return Err(Failure::problem(why)),
    }
    Ok(exit)
}

fn text_of(settings: &Settings, copy: &CopyRow) -> Result<String, Failure> {
    evidence::export::text(&settings.state_dir, copy).map_err(Failure::problem)
}

async fn export(
    settings: &Settings,
    store: &Store,
    id: Option<&str>,
    format: Format,
    output: Option<&Path>,
) -> Outcome {
    let dir = &settings.state_dir;
    let copies = match id {
        Some(id) => find(store, id).await?,
        None if format == Format::Cdxj => store.copies(usize::MAX).await?,
        None => return Err(Failure::usage("give the id of an article or alert (only an index may be of all copies)")),
    };
    let Some(copy) = copies.first() else {
        note("there are no copies yet");
        return Ok(Exit::Done);
    };
    let mut exit = Exit::Done;
    let bytes = match format {
        Format::Warc => evidence::export::warc(store, dir, copy).await.map_err(Failure::problem)?,
        Format::Html => evidence::export::html(dir, copy).map_err(Failure::problem)?,
        Format::Md => evidence::export::markdown(dir, copy).map_err(Failure::problem)?.into_bytes(),
        Format::Cdxj => {
            let bar = progress::bar(copies.len() as u64, "copies");
            let (lines, faults) = evidence::export::cdxj(dir, &copies, || bar.inc(1));
            bar.finish_and_clear();
            for fault in &faults {
                note(neutral::line(fault));
                exit = Exit::Problems;
            }
            lines.iter().map(|line| format!("{line}\n")).collect::<String>().into_bytes()
        }
        Format::Text | Format::Json => {
            let mut text = text_of(settings, copy)?;
            if !text.ends_with('\n') {
                text.push('\n');
            }
            text.into_bytes()
        }
    };
    let raw = matches!(format, Format::Warc | Format::Html);
    match output {
        Some(path) => {
            std::fs::write(path, bytes).map_err(|error| Failure::problem(format!("{}: {error}", path.display())))?;
        }
        None if std::io::stdout().is_terminal() => {
            if raw {
                return Err(Failure::usage("a stranger's bytes are not for a terminal: give --output FILE"));
            }
            line(neutral::block(&String::from_utf8_lossy(&bytes)).trim_end_matches('\n'));
        }
        None => {
            let mut out = std::io::stdout().lock();
            // A closed pipe ends it quietly.
            if out.write_all(&bytes).and_then(|()| out.flush()).is_err() {
                return Ok(exit);
            }
        }
    }
    Ok(exit)
}

async fn verify(global: &Global, settings: &Settings, store: &Store) -> Outcome {
    let total = store.counts(super::now()).await?.copies;
    let bar = progress::bar(total, "copies");
    let live = lock::running(&settings.state_dir).is_some();
    let differs = |found: &Difference| {
        if is_json(global) {
            json(&serde_json::json!({
                "path": found.path, "offset": found.offset, "ok": false, "difference": found.difference, "error": found.error,
            }));
        } else {
            bar.suspend(|| line(neutral::line(&found.to_string())));
        }
    };
    let checked =
        evidence::verify(store, &settings.state_dir, &settings.log_dir, live, differs, |done| bar.set_position(done))
            .await;
    bar.finish_and_clear();
    let report = checked.map_err(Failure::problem)?;
    let exit = if report.differences == 0 { Exit::Done } else { Exit::Problems };
    if is_json(global) {
        json(&report);
        return Ok(exit);
    }
    let faults = match report.differences {
        0 => "all as recorded".to_owned(),
        found => count(found, "difference"),
    };
    line(format!(
        "{} in {} ({}), evidence of {}: {faults}",
        count(report.copies, "copy"),
        count(report.files, "file"),
        size(report.bytes),
        count(report.alerts, "alert")
    ));
    if report.removed_files > 0 {
        line(format!(
            "removed as configured: {} with {}, {} of them behind an alert (wireroom copies list --removed)",
            count(report.removed_files, "file"),
            count(report.removed_copies, "copy"),
            report.removed_alerts
        ));
    }
    if report.noted > 0 {
        line(format!("left by a stop, with no copy recorded: {}", count(report.noted, "place")));
    }
    Ok(exit)
}
