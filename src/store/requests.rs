//! What a command asks of the daemon, which alone writes the database → a file in `state_dir/requests`, gone once it is done.
//! It outlives both; who may not write the state folder may not ask.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

const FOLDER: &str = "requests";
/// More are for the next look.
const AT_ONCE: usize = 100;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "ask", rename_all = "lowercase")]
pub enum Request {
    /// To try the deliveries of an alert that have not come through once more, now.
    Retry { seq: u64 },
    /// To send a sink all that it was to be told since then, again.
    Replay { sink: String, since: Timestamp },
}

/// The folder is the daemon's own, so that it can take away what somebody else left there.
pub fn prepare(state_dir: &Path) -> io::Result<()> {
    fs::create_dir_all(state_dir.join(FOLDER))
}

/// Leaves a request; it is done when the file is gone.
pub fn ask(state_dir: &Path, request: &Request) -> io::Result<PathBuf> {
    prepare(state_dir)?;
    let text = serde_json::to_string(request)?;
    for number in 1.. {
        let path = state_dir.join(FOLDER).join(format!("{}-{number}.json", std::process::id()));
        let half = path.with_extension("half");
        match fs::File::create_new(&half) {
            Ok(_) if path.exists() => fs::remove_file(&half)?,
            Ok(mut file) => {
                file.write_all(text.as_bytes())?;
                fs::rename(&half, &path)?;
                return Ok(path);
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(io::Error::other("too many requests"))
}

/// What is asked for; what cannot be read is nothing that a command left.
pub fn asked(state_dir: &Path) -> io::Result<Vec<(PathBuf, Option<Request>)>> {
    let entries = match fs::read_dir(state_dir.join(FOLDER)) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut found = Vec::new();
    for path in entries.filter_map(Result::ok).map(|entry| entry.path()).take(AT_ONCE) {
        if path.extension().is_some_and(|extension| extension == "json") {
            let request = fs::read_to_string(&path).ok().and_then(|text| serde_json::from_str(&text).ok());
            found.push((path, request));
        }
    }
    found.sort_by(|one, other| one.0.cmp(&other.0));
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_stands_until_it_is_done() {
        let dir = tempfile::tempdir().expect("a folder");
        assert_eq!(asked(dir.path()).expect("read"), []);
        let since = "2026-11-24T06:02:00Z".parse().expect("a time");
        let requests = [Request::Retry { seq: 7 }, Request::Replay { sink: "desk".into(), since }];
        let paths: Vec<_> = requests.iter().map(|request| ask(dir.path(), request).expect("asked")).collect();
        let found: Vec<_> = asked(dir.path()).expect("read").into_iter().filter_map(|(_, request)| request).collect();
        assert_eq!(found, requests);
        fs::remove_file(&paths[0]).expect("done");
        fs::write(dir.path().join(FOLDER).join("x.json"), "no request").expect("a file");
        let found = asked(dir.path()).expect("read");
        assert_eq!(found.len(), 2);
        assert!(found.iter().any(|(_, request)| request.is_none()));
    }
}
