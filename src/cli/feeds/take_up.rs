//! Feeds that a command was asked for → written into a file of the configuration, and waited for until they are in force.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::super::output::{DIM, line, note, paint};
use super::super::{Failure, open_store};
use crate::config::settings::Settings;
use crate::config::{self, edit, process_environment};
use crate::model::Feed;
use crate::store::lock;

/// How long the daemon is waited for to take an edit up.
const TAKE_UP: Duration = Duration::from_secs(5);

/// How an edit came to be in force, or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TakenUp {
    InForce,
    /// From its next start on.
    NotRunning,
    Refused(String),
    NotYet,
}

impl TakenUp {
    pub fn print(&self) {
        match self {
            Self::InForce => line("in force"),
            Self::NotRunning => line(paint(DIM, "the daemon does not run; it is in force from its next start on")),
            Self::Refused(why) => line(format!("not in force: {why}")),
            Self::NotYet => line("the daemon has not taken it up yet: `wireroom status` says more"),
        }
    }

    pub fn is_well(&self) -> bool {
        matches!(self, Self::InForce | Self::NotRunning)
    }
}

/// The file that `--file` means.
pub fn file(dir: &Path, given: Option<&Path>) -> Result<PathBuf, Failure> {
    let Some(given) = given else { return Ok(dir.join("feeds.toml")) };
    if given.extension().is_none_or(|ending| ending != "toml") {
        return Err(Failure::usage(format!("{}: files of feeds end in .toml", given.display())));
    }
    let path = match given.components().count() {
        1 if given == Path::new("feeds.toml") => dir.join(given),
        1 => dir.join("feeds.d").join(given),
        _ => std::path::absolute(given).map_err(Failure::problem)?,
    };
    // feeds.d need not be there yet.
    let folder = path.parent().map(|folder| fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned()));
    let folder = folder.unwrap_or_default();
    let name = path.file_name().unwrap_or_default();
    let read = folder == dir && name == "feeds.toml" || folder == dir.join("feeds.d");
    if !read {
        let dir = dir.display();
        return Err(Failure::usage(format!(
            "{}: only {dir}/feeds.toml and {dir}/feeds.d/*.toml are read",
            path.display()
        )));
    }
    Ok(path)
}

/// Appends feeds to a file, keeping what stands in it.
pub fn write(path: &Path, feeds: &[Feed]) -> Result<(), Failure> {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(Failure::problem(format!("{}: {error}", path.display()))),
    };
    let edited = edit::with_feeds(&text, feeds).map_err(|error| {
        Failure::problem(format!("{}: {}; mend it first (wireroom check)", path.display(), error.trim()))
    })?;
    let written = || {
        fs::create_dir_all(path.parent().unwrap_or(Path::new(".")))?;
        edit::replace(path, &edited)
    };
    written().map_err(|error| {
        let hint = match error.kind() {
            io::ErrorKind::PermissionDenied if path.ends_with("feeds.toml") => {
                "; `--file NAME.toml` writes feeds.d/NAME.toml instead, which analysts may"
            }
            _ => "",
        };
        Failure::problem(format!("{}: {error}{hint}", path.display()))
    })
}

/// Waits until the daemon has read the folder as it is now.
pub async fn wait(dir: &Path, settings: &Settings, path: &Path) -> Result<TakenUp, Failure> {
    let shown = path.strip_prefix(dir).unwrap_or(path).display().to_string();
    let of_file = |line: &String| line.starts_with(&format!("{shown}:"));
    let loaded = config::load(dir, &process_environment);
    let problems: Vec<String> = loaded.problems.iter().map(ToString::to_string).collect();
    problems.iter().filter(|line| !of_file(line)).take(3).for_each(|line| note(line.clone()));
    if let Some(problem) = problems.iter().find(|line| of_file(line)) {
        return Ok(TakenUp::Refused(problem.clone()));
    }
    if lock::running(&settings.state_dir).is_none() {
        return Ok(TakenUp::NotRunning);
    }
    let store = open_store(settings)?;
    let wanted = config::fingerprint(dir);
    let began = Instant::now();
    while began.elapsed() < TAKE_UP {
        if store.last_taken_up().await? == Some(wanted) {
            let refused = store.refused().await?;
            return Ok(refused.into_iter().find(of_file).map_or(TakenUp::InForce, TakenUp::Refused));
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    Ok(TakenUp::NotYet)
}
