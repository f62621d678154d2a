//! `log verify`: the chain from the first line to the head that the database knows; or of log files alone.

use std::path::PathBuf;

use super::args::{Global, LogArgs, LogCommand};
use super::output::{Exit, json, line, note};
use super::{Failure, Outcome, is_json, open_store, progress, settings};
use crate::chain::Head;
use crate::chain::checkpoint::Keys;
use crate::evidence::log::{Files, LogReport, verify};
use crate::neutral;
use crate::wording::count;

pub async fn log(global: &Global, args: LogArgs) -> Outcome {
    let LogCommand::Verify { paths, from, key } = args.command;
    let keys = key.map(|path| keys(&path)).transpose()?;
    let (paths, known) = if paths.is_empty() { installed(global).await? } else { (paths, None) };
    let place = paths.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(", ");
    let failed = |error: std::io::Error| Failure::problem(format!("{place}: {error}"));
    let files = Files::of(&paths).map_err(failed)?;
    if files.is_empty() && known.as_ref().is_none_or(|head| head.seq == 0) {
        return Err(Failure::problem(format!("{place}: no alerts.jsonl and no alerts-…jsonl.gz there")));
    }
    let bar = progress::bar(known.as_ref().map_or(0, |head| head.seq), "alert log");
    let checked = {
        let bar = bar.clone();
        let work = move || {
            verify(&files, from.unwrap_or(1), keys.as_ref(), known.as_ref(), |lines| {
                if lines % 256 == 0 {
                    bar.set_position(lines);
                }
            })
        };
        tokio::task::spawn_blocking(work).await
    };
    bar.finish_and_clear();
    let report = checked.map_err(Failure::problem)?.map_err(failed)?;
    if is_json(global) {
        json(&report);
    } else {
        print(&report);
    }
    Ok(if report.ok { Exit::Done } else { Exit::Problems })
}

fn keys(path: &std::path::Path) -> Result<Keys, Failure> {
    let wrong = |error: String| Failure::usage(format!("{}: {error}", path.display()));
    let text = std::fs::read_to_string(path).map_err(|error| wrong(error.to_string()))?;
    Keys::read(&text).map_err(wrong)
}

/// The log of this configuration, and the end that its database knows. The head first: what is appended meanwhile is then
/// no fault.
async fn installed(global: &Global) -> Result<(Vec<PathBuf>, Option<Head>), Failure> {
    let settings = settings(global)?;
    let head = match open_store(&settings) {
        Ok(store) => Some(store.log_head().await?),
        Err(failure) => {
            note(format!("{}: the end of the log is not compared with it", failure.message));
            None
        }
    };
    Ok((vec![settings.log_dir], head))
}

fn print(report: &LogReport) {
    for fault in &report.faults {
        line(neutral::line(fault));
    }
    if report.ok {
        let from = report.first.filter(|first| *first > 1).map(|first| format!(" from alert {first} on"));
        let from = from.unwrap_or_default();
        line(format!("{}, chain whole{from}, head {}", count(report.lines, "alert"), report.head));
    }
    if let Some(signed) = &report.signed {
        let later = report.seq.saturating_sub(signed.seq);
        let later = if later == 0 { String::new() } else { format!("; {later} later ones are not signed yet") };
        let how = if signed.verified { "signed" } else { "signed, not checked (--key FILE.pub)," };
        line(neutral::line(&format!("{how} up to alert {} on {} by {}{later}", signed.seq, signed.at, signed.key)));
    }
}
