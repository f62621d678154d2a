//! `demo`: the whole pipeline over a small news site on this machine.

use std::path::PathBuf;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::args::{DemoArgs, Global};
use super::output::{BOLD, DIM, Exit, line, paint};
use super::{Failure, Outcome, alerts, is_json, now};
use crate::config::settings::Settings;
use crate::daemon::{self, Startup};
use crate::demo::{self, Site};
use crate::model::{Alert, AlertKind, Timing};
use crate::store::Store;
use crate::visit::Clock;
use crate::wording::count;

/// When the site publishes its second round.
const SECOND_ROUND: Duration = Duration::from_secs(8);
/// When the demo ends by itself.
const END: Duration = Duration::from_secs(22);

pub async fn demo(global: &Global, args: &DemoArgs) -> Outcome {
    let dir = match &args.dir {
        Some(dir) => dir.clone(),
        None => temporary()?,
    };
    let site = Site::start(now()).await.map_err(|error| Failure::problem(format!("the demo's site: {error}")))?;
    demo::config::write(&dir, site.address())
        .map_err(|error| Failure::problem(format!("{}: {error}", dir.display())))?;
    if !is_json(global) {
        line(format!(
            "{} four outlets, four feed formats, three topics; nothing leaves this machine",
            paint(BOLD, "demo:")
        ));
        line(paint(DIM, &format!("site {}  files {}", site.address(), dir.display())));
        line("");
    }
    let config = std::fs::canonicalize(dir.join("config")).map_err(Failure::problem)?;
    let startup = tokio::task::spawn_blocking(move || Startup::prepare(&config)).await.map_err(Failure::problem)?;
    let startup = startup.map_err(Failure::problem)?;
    let (store, settings) = (startup.store.clone(), startup.settings.clone());
    let stop = CancellationToken::new();
    // Nobody asks the demo to read its files again; the watch on them does.
    let (_ask, asked) = mpsc::channel(1);
    let daemon = tokio::spawn(daemon::run(startup, Clock::system(), stop.clone(), asked));
    let shown = show(global, args, &site, &store, &settings).await;
    stop.cancel();
    let ended = daemon.await.map_err(Failure::problem)?.map_err(Failure::problem);
    let told = shown?;
    ended?;
    if !is_json(global) {
        line("");
        let kept = if args.dir.is_some() {
            format!(
                "look around: wireroom alerts --config {0}/config; wireroom log verify --config {0}/config",
                dir.display()
            )
        } else {
            "keep its files with --dir DIR, and keep it running with --stay".to_owned()
        };
        line(paint(DIM, &format!("{} told, none twice. {kept}", count(told, "alert"))));
    }
    if args.dir.is_none() {
        std::fs::remove_dir_all(&dir).map_err(|error| Failure::problem(format!("{}: {error}", dir.display())))?;
    }
    Ok(Exit::Done)
}

fn temporary() -> Result<PathBuf, Failure> {
    let dir = std::env::temp_dir().join(format!("wireroom-demo-{}", std::process::id()));
    std::fs::create_dir_all(&dir).map_err(|error| Failure::problem(format!("{}: {error}", dir.display())))?;
    Ok(dir)
}

/// Prints alerts as they come, until the demo is over; how many.
async fn show(
    global: &Global,
    args: &DemoArgs,
    site: &Site,
    store: &Store,
    settings: &Settings,
) -> Result<usize, Failure> {
    let began = tokio::time::Instant::now();
    let (mut seq, mut told, mut second) = (0, 0, false);
    loop {
        if !second && began.elapsed() >= SECOND_ROUND {
            second = true;
            site.publish_second_round();
            if !is_json(global) {
                line("");
                line(paint(BOLD, "the site publishes new articles and edits one; only the news is told:"));
            }
        }
        if !args.stay && began.elapsed() >= END {
            return Ok(told);
        }
        for (number, text) in store.lines_after(seq, 100).await? {
            seq = number;
            let Ok(alert) = serde_json::from_str::<Alert>(&text) else { continue };
            if alert.kind == AlertKind::Health {
                continue;
            }
            told += 1;
            if is_json(global) {
                line(&text);
            } else {
                let also = alerts::also(store, &alert).await?;
                alerts::print(&alert, &also, None, &settings.alerts.timezone);
                if alert.timing != Timing::New {
                    line(paint(DIM, &format!("    ({}: it stood in the feed before)", alert.timing)));
                }
            }
        }
        tokio::select! {
            _ = tokio::signal::ctrl_c() => return Ok(told),
            () = tokio::time::sleep(Duration::from_millis(200)) => {}
        }
    }
}
