//! `outbox`: deliveries to sinks, and what is to be sent again. The daemon writes the ledger; a command leaves it a request.

use std::path::Path;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use serde::Serialize;

use super::args::{Global, OutboxArgs, OutboxCommand};
use super::output::{BOLD, DIM, Exit, Table, json, line, local, paint};
use super::{Failure, Outcome, ago, copies, is_json, open_store, settings};
use crate::config::settings::Settings;
use crate::model::Alert;
use crate::neutral;
use crate::store::requests::{self, Request};
use crate::store::{OutboxRow, lock};
use crate::wording::count;

/// Read from the ledger at a time.
const ROWS: usize = 500;
/// The daemon looks for requests every 5 s.
const TAKE_UP: Duration = Duration::from_secs(8);

/// A delivery, as JSON.
#[derive(Serialize)]
struct Row<'a> {
    sink: &'a str,
    alert: &'a str,
    seq: u64,
    at: Timestamp,
    state: &'a str,
    attempts: u32,
    next_try: Option<Timestamp>,
    done_at: Option<Timestamp>,
    error: Option<&'a str>,
    title: &'a str,
}

pub async fn outbox(global: &Global, args: OutboxArgs) -> Outcome {
    let settings = settings(global)?;
    match args.command {
        OutboxCommand::List { sink, all } => list(global, &settings, sink.as_deref(), all).await,
        OutboxCommand::Retry { id } => retry(&settings, &id).await,
        OutboxCommand::Replay { sink, since } => replay(&settings, sink, &since).await,
    }
}

async fn list(global: &Global, settings: &Settings, sink: Option<&str>, all: bool) -> Outcome {
    let store = open_store(settings)?;
    let mut table = Table::new(&["SINK", "STATE", "TRIES", "NEXT", "ALERT", "WHY", "HEADLINE"]);
    let (mut waiting, mut parked) = (0, 0);
    let mut after = (sink.unwrap_or_default().to_owned(), 0);
    loop {
        let rows = store.outbox(after.clone(), all, ROWS).await?;
        let Some(last) = rows.last() else { break };
        after = (last.sink.clone(), last.seq);
        for row in rows.iter().filter(|row| sink.is_none_or(|sink| row.sink == sink)) {
            waiting += usize::from(row.state == "pending");
            parked += usize::from(row.state == "parked");
            let alert: Alert = serde_json::from_str(&row.line).map_err(Failure::problem)?;
            if is_json(global) {
                print_json(row, &alert);
                continue;
            }
            let state = if row.state == "pending" { "waits" } else { row.state.as_str() };
            table.row([
                paint(BOLD, &row.sink),
                state.to_owned(),
                row.attempts.to_string(),
                row.next_try.map_or_else(|| "—".to_owned(), |at| local(at, &settings.alerts.timezone)),
                alert.id.to_string(),
                row.error.as_deref().map_or_else(|| "—".to_owned(), |why| neutral::line(why).into_owned()),
                neutral::line(title(&alert)).into_owned(),
            ]);
        }
        if sink.is_some_and(|sink| after.0.as_str() > sink) {
            break;
        }
    }
    if !is_json(global) {
        if !table.is_empty() {
            table.print();
        }
        line(paint(
            DIM,
            &format!("{} waiting, {parked} parked (wireroom outbox retry ALERT)", count(waiting, "delivery")),
        ));
    }
    Ok(if parked > 0 { Exit::Problems } else { Exit::Done })
}

fn print_json(row: &OutboxRow, alert: &Alert) {
    json(&Row {
        sink: &row.sink,
        alert: alert.id.as_str(),
        seq: row.seq,
        at: alert.at,
        state: &row.state,
        attempts: row.attempts,
        next_try: row.next_try,
        done_at: row.done_at,
        error: row.error.as_deref(),
        title: title(alert),
    });
}

/// The article's headline; what happened, of a health alert.
fn title(alert: &Alert) -> &str {
    alert.article.as_ref().map_or(alert.excerpt.as_str(), |article| article.title.as_str())
}

async fn retry(settings: &Settings, id: &str) -> Outcome {
    let store = open_store(settings)?;
    let (id, text) = copies::alert(&store, id).await?;
    let alert: Alert = serde_json::from_str(&text).map_err(Failure::problem)?;
    let deliveries = store.deliveries_of(alert.seq).await?;
    if deliveries.is_empty() {
        return Err(Failure::problem(format!("no sink was to be told of {id}")));
    }
    if deliveries.iter().all(|row| row.state == "done") {
        let message = format!("{id} was delivered; `wireroom outbox replay` sends again what was");
        return Err(Failure::problem(message));
    }
    leave(settings, &Request::Retry { seq: alert.seq }).await
}

async fn replay(settings: &Settings, sink: String, since: &str) -> Outcome {
    let since = ago(since)?;
    if !settings.sinks.iter().any(|known| known.id == sink) {
        let known: Vec<&str> = settings.sinks.iter().map(|sink| sink.id.as_str()).collect();
        let known =
            if known.is_empty() { "none is configured".to_owned() } else { format!("there is {}", known.join(", ")) };
        return Err(Failure::problem(format!("no sink {sink:?}: {known}")));
    }
    leave(settings, &Request::Replay { sink, since }).await
}

/// Leaves a request, and says whether the daemon has done it.
async fn leave(settings: &Settings, request: &Request) -> Outcome {
    let dir: &Path = &settings.state_dir;
    let path = requests::ask(dir, request)
        .map_err(|error| Failure::problem(format!("{}: {error}: who may write there may ask for it", dir.display())))?;
    if lock::running(dir).is_none() {
        line(paint(DIM, "the daemon does not run; it is sent at its next start"));
        return Ok(Exit::Done);
    }
    let began = Instant::now();
    while began.elapsed() < TAKE_UP {
        if !path.exists() {
            line("queued; `wireroom outbox list` shows what waits");
            return Ok(Exit::Done);
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    line("the daemon has not taken it up yet: `wireroom outbox list` shows what waits");
    Ok(Exit::Problems)
}
