//! `log verify`: the chain from the first line to the head that the database knows.

use serde::Serialize;

use super::args::{Global, LogArgs, LogCommand};
use super::output::{Exit, json, line};
use super::{Failure, Outcome, is_json, open_store, progress, settings};
use crate::sink;

#[derive(Serialize)]
struct Report<'a> {
    ok: bool,
    lines: u64,
    seq: u64,
    head: &'a str,
    faults: &'a [String],
}

pub async fn log(global: &Global, args: LogArgs) -> Outcome {
    let LogCommand::Verify = args.command;
    let settings = settings(global)?;
    let store = open_store(&settings)?;
    // The head first: what is appended meanwhile is then no fault.
    let head = store.log_head().await?;
    let bar = progress::bar(head.seq, "alert log");
    let dir = settings.log_dir.clone();
    let checked = {
        let bar = bar.clone();
        tokio::task::spawn_blocking(move || sink::log::verify(&dir, |lines| bar.set_position(lines))).await
    };
    bar.finish_and_clear();
    let place = |error: std::io::Error| Failure::problem(format!("{}: {error}", settings.log_dir.display()));
    let mut verified = checked.map_err(Failure::problem)?.map_err(place)?;
    if verified.head.seq < head.seq {
        verified.faults.push(format!(
            "the log ends at alert {}, the database knows {}: its tail was cut (or the daemon is about to write it)",
            verified.head.seq, head.seq
        ));
    } else if verified.head.seq == head.seq && verified.head.hash != head.hash {
        verified.faults.push(format!("the last line (alert {}) is not the one the database knows", head.seq));
    }
    let ok = verified.faults.is_empty();
    if is_json(global) {
        let (seq, head) = (verified.head.seq, verified.head.hash.as_str());
        json(&Report { ok, lines: verified.lines, seq, head, faults: &verified.faults });
    } else {
        for fault in &verified.faults {
            line(fault);
        }
        if ok {
            line(format!("{} alerts, chain whole, head {}", verified.lines, verified.head.hash));
        }
    }
    Ok(if ok { Exit::Done } else { Exit::Problems })
}
