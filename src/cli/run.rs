//! `run`: the daemon until a signal, or every feed once.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::args::{Global, RunArgs};
use super::output::{Exit, line, note};
use super::{Failure, Outcome, config_dir, is_json, progress};
use crate::daemon::watch::Cause;
use crate::daemon::{self, StartError, Startup, Summary};
use crate::visit::Clock;
use crate::wording::count;

/// Files that may be open at once: each connection is one, and a service or a shell allows 1,024.
const OPEN_FILES: u64 = 65_536;

pub async fn run(global: &Global, args: &RunArgs) -> Outcome {
    allow_connections();
    let dir = config_dir(global).map_err(|failure| Failure { exit: Exit::Config, ..failure })?;
    let prepared = tokio::task::spawn_blocking(move || Startup::prepare(&dir)).await;
    let startup = prepared.map_err(Failure::problem)?.map_err(|error| failure(&error))?;
    let stop = CancellationToken::new();
    let reload = signals(&stop).map_err(Failure::problem)?;
    if args.once {
        let bar = progress::bar(0, "feeds and pages");
        let shown = bar.clone();
        let told = move |done, known| {
            shown.set_length(known);
            shown.set_position(done);
        };
        let ended = as_a_task(daemon::run_once(startup, Clock::system(), stop, told)).await;
        bar.finish_and_clear();
        let summary = ended.map_err(|error| failure(&error))?;
        tell(global, &summary);
        return Ok(if summary.failed + not_read(&summary) > 0 { Exit::Problems } else { Exit::Done });
    }
    as_a_task(daemon::run(startup, Clock::system(), stop, reload)).await.map_err(|error| failure(&error))?;
    Ok(Exit::Done)
}

/// Runs on the threads where the tasks end that wake it: on one of its own each would be a change of threads.
async fn as_a_task<T: Send + 'static>(work: impl Future<Output = T> + Send + 'static) -> T {
    match tokio::spawn(work).await {
        Ok(ended) => ended,
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    }
}

fn allow_connections() {
    let limit = getrlimit(Resource::Nofile);
    let wanted = limit.maximum.map_or(OPEN_FILES, |most| most.min(OPEN_FILES));
    if limit.current.is_some_and(|current| current < wanted)
        && let Err(error) = setrlimit(Resource::Nofile, Rlimit { current: Some(wanted), ..limit })
    {
        tracing::warn!(%error, "no more files may be open than {}", limit.current.unwrap_or_default());
    }
}

fn tell(global: &Global, summary: &Summary) {
    if is_json(global) {
        super::output::json(summary);
        return;
    }
    for left in &summary.left_alone {
        note(format!("left alone: {left}"));
    }
    let not_read = match not_read(summary) {
        0 => String::new(),
        count => format!(", {count} not read yet when it was stopped"),
    };
    line(format!(
        "{} of {} feeds read, {} failed, {} left alone{not_read}; {}, {} (wireroom alerts)",
        summary.read,
        summary.feeds,
        summary.failed,
        summary.left_alone.len(),
        count(summary.new_articles, "new article"),
        count(summary.alerts, "alert")
    ));
}

/// Feeds whose turn had not come, or not ended, when the round was stopped.
fn not_read(summary: &Summary) -> usize {
    summary.feeds.saturating_sub(summary.read + summary.failed + summary.left_alone.len())
}

/// SIGTERM and SIGINT stop, SIGHUP reads the configuration again.
fn signals(stop: &CancellationToken) -> std::io::Result<mpsc::Receiver<Cause>> {
    let (tell, told) = mpsc::channel(1);
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let mut hangup = signal(SignalKind::hangup())?;
    let stop = stop.clone();
    tokio::spawn(async move {
        loop {
            tokio::select! {
                _ = terminate.recv() => break,
                _ = interrupt.recv() => break,
                _ = hangup.recv() => {
                    // Full: a reload is on its way already.
                    let _ = tell.try_send(Cause::Signal);
                }
            }
        }
        stop.cancel();
    });
    Ok(told)
}

fn failure(error: &StartError) -> Failure {
    match error {
        StartError::Config(problems) => {
            let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
            Failure { message: format!("{error}:\n{}", lines.join("\n")), exit: Exit::Config }
        }
        StartError::Settings(_) => Failure { message: error.to_string(), exit: Exit::Config },
        StartError::Folder(_) | StartError::Taken(_) | StartError::Store(_) => Failure::problem(error),
    }
}
