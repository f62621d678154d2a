//! The files of an alert log, wherever they are → whether the chain is whole, and up to where it is signed. Needs no database;
//! where there is one, its end must be in the files.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use crate::chain::checkpoint::{Checkpoint, Keys};
use crate::chain::{Head, Verifier};
use crate::sink::log::{self, CHECKPOINTS, LogFile};

/// What is to be checked.
#[derive(Debug)]
pub struct Files {
    logs: Vec<LogFile>,
    checkpoints: Vec<PathBuf>,
}

impl Files {
    /// Folders of logs, or single files of one.
    pub fn of(paths: &[PathBuf]) -> io::Result<Self> {
        let mut found = Self { logs: Vec::new(), checkpoints: Vec::new() };
        for path in paths {
            if path.is_dir() {
                found.logs.extend(log::files(path)?);
                found.checkpoints.extend(Some(path.join(CHECKPOINTS)).filter(|path| path.exists()));
            } else if path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("checkpoints")) {
                found.checkpoints.push(path.clone());
            } else {
                found.logs.push(LogFile { path: path.clone() });
            }
        }
        // In the order of the chain, however they were given.
        let mut keyed = Vec::new();
        for file in found.logs {
            let first = file.lines()?.next().transpose()?.unwrap_or_default();
            let seq = serde_json::from_str::<serde_json::Value>(&first).ok().and_then(|line| line["seq"].as_u64());
            keyed.push((seq.unwrap_or(u64::MAX), file));
        }
        keyed.sort_by_key(|(seq, _)| *seq);
        found.logs = keyed.into_iter().map(|(_, file)| file).collect();
        Ok(found)
    }

    pub fn is_empty(&self) -> bool {
        self.logs.is_empty()
    }
}

/// How it was.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct LogReport {
    pub ok: bool,
    pub lines: u64,
    /// Numbers of the first and the last line.
    pub first: Option<u64>,
    pub seq: u64,
    pub head: String,
    /// Checkpoints that agree with the chain; with keys, those whose signature holds as well.
    pub checkpoints: u64,
    /// The last of them.
    pub signed: Option<Signed>,
    pub faults: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Signed {
    pub seq: u64,
    pub at: Timestamp,
    pub key: String,
    /// Whether the signature was checked with a given key.
    pub verified: bool,
}

/// Reads everything. `known` is the end that the database knows; `from` the first number that counts.
pub fn verify(
    files: &Files,
    from: u64,
    keys: Option<&Keys>,
    known: Option<&Head>,
    mut progress: impl FnMut(u64),
) -> io::Result<LogReport> {
    let mut faults = Vec::new();
    let checkpoints = checkpoints(&files.checkpoints, &mut faults)?;
    let marks: BTreeSet<u64> =
        checkpoints.iter().map(|(_, checkpoint)| checkpoint.seq).chain(known.map(|head| head.seq)).collect();
    let mut verifier = Verifier::new(from, marks);
    for file in &files.logs {
        read(file, &mut verifier, known, &mut progress)?;
    }
    let mut report = LogReport { first: verifier.first(), lines: verifier.lines(), ..LogReport::default() };
    let (mut vouched, mut longest) = (false, None::<&Checkpoint>);
    for (place, checkpoint) in &checkpoints {
        let verified = match keys.map(|keys| keys.verify(checkpoint)) {
            None => false,
            Some(Ok(true)) => true,
            Some(Ok(false)) => continue,
            Some(Err(why)) => {
                faults.push(format!("{place}: the checkpoint of alert {}: {why}", checkpoint.seq));
                continue;
            }
        };
        if checkpoint.seq < from {
            continue;
        }
        if checkpoint.seq > verifier.head().seq {
            if longest.is_none_or(|longest| checkpoint.seq > longest.seq) {
                longest = Some(checkpoint);
            }
            continue;
        }
        match verifier.hash_at(checkpoint.seq) {
            Some(hash) if hash == checkpoint.hash => {
                report.checkpoints += 1;
                vouched |= verified;
                let (seq, at, key) = (checkpoint.seq, checkpoint.at, checkpoint.key.clone());
                if report.signed.as_ref().is_none_or(|signed| seq >= signed.seq) {
                    report.signed = Some(Signed { seq, at, key, verified });
                }
            }
            Some(_) => {
                faults.push(format!(
                    "{place}: alert {} is not the one that was signed on {}",
                    checkpoint.seq, checkpoint.at
                ));
            }
            // Missing or changed, which the chain says itself; or before the part that was given.
            None => {}
        }
    }
    if let Some(checkpoint) = longest {
        verifier.expect(&checkpoint.head(), &format!("the checkpoint of {}", checkpoint.at));
    }
    if vouched {
        verifier.excuse_before_first();
    } else if keys.is_some() {
        faults.push("no checkpoint is signed by the key that was given: nothing here is proven by it".to_owned());
    }
    if let Some(known) = known
        && longest.is_none_or(|longest| longest.seq < known.seq)
    {
        verifier.expect(known, "the database");
    }
    let head = verifier.head();
    (report.seq, report.head) = (head.seq, head.hash);
    report.faults = verifier.end().iter().map(ToString::to_string).chain(faults).collect();
    report.ok = report.faults.is_empty();
    Ok(report)
}

fn read(
    file: &LogFile,
    verifier: &mut Verifier,
    known: Option<&Head>,
    progress: &mut impl FnMut(u64),
) -> io::Result<()> {
    let name = file.name();
    for (number, line) in file.raw_lines()?.enumerate() {
        let place = || format!("{name}:{}", number + 1);
        match line {
            Ok((line, true)) => {
                verifier.line(&line, place);
                progress(verifier.lines());
            }
            // Behind the end that the database knew, a daemon may be writing.
            Ok((_, false)) if known.is_some_and(|known| verifier.head().seq >= known.seq) => {}
            Ok((_, false)) => verifier.torn(place()),
            Err(error) => verifier.fault(place(), format!("cannot be read: {error}")),
        }
    }
    Ok(())
}

fn checkpoints(paths: &[PathBuf], faults: &mut Vec<String>) -> io::Result<Vec<(String, Checkpoint)>> {
    let mut found = Vec::new();
    for path in paths {
        let name = file_name(path);
        for (number, line) in fs::read_to_string(path)?.lines().enumerate() {
            let place = format!("{name}:{}", number + 1);
            match serde_json::from_str(line) {
                Ok(checkpoint) => found.push((place, checkpoint)),
                Err(error) => faults.push(format!("{place}: is no checkpoint: {error}")),
            }
        }
    }
    Ok(found)
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
