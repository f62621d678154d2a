//! The event loop: due feeds, waiting pages, pending alerts, changed files, the stop signal, the watchdog.
//! It starts work and takes results; what the work is stands in [`crate::visit`] and [`crate::deliver`].

mod begun;
mod health;
mod housekeeping;
mod notices;
mod outlook;
mod program;
mod queue;
mod reload;
mod settle;
mod start;
pub mod systemd;
pub mod watch;
mod websub;
mod work;

pub use start::{StartError, Startup};

use std::time::{Duration, Instant};

use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::visit::Clock;
use reload::Reloads;
use watch::Cause;
use websub::Hubs;
use work::Work;

/// However far away the next due time is, the clock is looked at this often: it may have jumped, the machine slept.
const LOOK_AT_CLOCK: Duration = Duration::from_secs(10);

/// How long work under way may take to end after the stop signal.
const GRACE: Duration = Duration::from_secs(4);

/// `--once` goes on to index what waits for at most this share of the time it took; reading commands look at the rest directly.
const INDEXING: u32 = 20;

/// How a run ended.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Summary {
    pub feeds: usize,
    pub read: usize,
    pub failed: usize,
    /// Feeds that `--once` left alone because their publisher asked so, each with the reason.
    pub left_alone: Vec<String>,
    pub new_articles: usize,
    pub alerts: u64,
}

/// Runs until `stop`. `reload` asks for the configuration to be read again (SIGHUP); a changed file does too.
pub async fn run(
    startup: Startup,
    clock: Clock,
    stop: CancellationToken,
    mut reload: mpsc::Receiver<Cause>,
) -> Result<Summary, StartError> {
    let seen = startup.fingerprint;
    let mut work = Work::begin(startup, clock, false).await?;
    work.check_database();
    let (changed, mut changes) = mpsc::channel(1);
    let watcher =
        tokio::spawn(watch::watch(work.config_dir(), crate::config::fingerprint, seen, changed, stop.clone()));
    systemd::ready(&work.status_line());
    let mut watchdog = tokio::time::interval(systemd::watchdog_interval().unwrap_or(LOOK_AT_CLOCK));
    watchdog.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
    let mut housekeeping = tokio::time::interval(housekeeping::EVERY);
    housekeeping.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
    let mut reloads = Reloads::default();
    let mut lost = false;
    let mut hubs = Hubs::begin(&mut work).await;
    let gate = work.gate();
    program::let_go_of_start();
    loop {
        work.start_due().await;
        let idle = work.idle_for().min(LOOK_AT_CLOCK);
        tokio::select! {
            () = stop.cancelled() => break,
            () = tokio::time::sleep(idle) => {}
            () = gate.one_is_done() => {}
            Some(ended) = work.next_ended() => {
                work.settle(ended).await;
                hubs.hear_of_visits(&mut work).await;
            }
            heard = hubs.next() => hubs.settle(heard, &mut work).await,
            Some(cause) = reload.recv() => reloads.ask(cause, work.config_dir(), work.store()),
            Some(cause) = changes.recv() => reloads.ask(cause, work.config_dir(), work.store()),
            Some(prepared) = reloads.next() => {
                work.take_up(prepared).await;
                hubs.configure(&mut work).await;
                program::let_go_of_start();
                if let Some(cause) = reloads.again() {
                    reloads.ask(cause, work.config_dir(), work.store());
                }
            }
            _ = housekeeping.tick() => work.keep_house().await,
            _ = watchdog.tick() => {
                systemd::alive();
                systemd::status(&work.status_line());
                lost = !work.has_its_state();
                if lost {
                    break;
                }
            }
        }
    }
    systemd::stopping();
    watcher.abort();
    let state_dir = work.state_dir();
    let summary = work.end(GRACE).await;
    if lost {
        let message = format!("{} was removed or replaced while the daemon ran on it", state_dir.display());
        return Err(StartError::Folder(message));
    }
    Ok(summary)
}

/// Lives through time that is handed in, for a look at weeks: `step` is told when something is next due, sets the clock that
/// `clock` shows, and says whether to go on. Nothing waits but for answers and for hosts that rest.
pub async fn run_stepped(
    startup: Startup,
    clock: Clock,
    mut step: impl FnMut(jiff::Timestamp) -> bool,
) -> Result<Summary, StartError> {
    let mut work = Work::begin(startup, clock, false).await?;
    loop {
        work.start_due().await;
        if let Some(ended) = work.next_ended().await {
            work.settle(ended).await;
        } else if work.is_queue_empty() {
            work.tell_notices().await;
            match work.next_due() {
                Some(due) if step(due) => {}
                Some(_) | None => break,
            }
        } else {
            tokio::time::sleep(work.idle_for().min(LOOK_AT_CLOCK)).await;
        }
    }
    Ok(work.end(GRACE).await)
}

/// Visits every feed now, reads the pages, delivers, and ends. `progress` is told how many pieces of work are done, and how
/// many are known of.
pub async fn run_once(
    startup: Startup,
    clock: Clock,
    stop: CancellationToken,
    progress: impl Fn(u64, u64),
) -> Result<Summary, StartError> {
    let began = Instant::now();
    let mut work = Work::begin(startup, clock, true).await?;
    work.keep_house().await;
    program::let_go_of_start();
    let gate = work.gate();
    loop {
        work.start_due().await;
        if work.is_done() {
            break;
        }
        let (done, known) = work.progress();
        progress(done, known);
        let idle = work.idle_for().min(LOOK_AT_CLOCK);
        tokio::select! {
            () = stop.cancelled() => break,
            Some(ended) = work.next_ended() => work.settle(ended).await,
            () = tokio::time::sleep(idle) => {}
            () = gate.one_is_done() => {}
        }
    }
    if let Err(error) = work.send_all_once().await {
        tracing::error!(%error, "the ledger of deliveries cannot be read");
    }
    work.index_for(began.elapsed() / INDEXING).await;
    Ok(work.end(GRACE).await)
}
