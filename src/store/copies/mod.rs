//! Copies: what a server sent → WARC files under `copies/YEAR/MONTH/DAY`, appended and durable before anything refers to
//! them. One writer a file.

pub mod cdxj;
mod mend;
pub mod read;
pub mod verify;
pub mod warc;
mod write;

pub use mend::{Gap, Mended, mend};
pub use write::CopyWriter;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use url::Url;

use crate::model::{ArticleId, CopyRef};

/// What was sent and received, as the copy keeps it.
#[derive(Clone, Copy, Debug)]
pub struct Exchange<'a> {
    pub version: &'a str,
    pub status: u16,
    pub request_headers: &'a [(String, Vec<u8>)],
    pub response_headers: &'a [(String, Vec<u8>)],
    /// As received, content codings kept.
    pub body: &'a [u8],
}

/// What a copy is made of. The caller has seen to it that nothing here is secret, but for the request's headers.
#[derive(Debug)]
pub struct Capture<'a> {
    pub at: Timestamp,
    pub article: Option<ArticleId>,
    /// Without userinfo and credentials.
    pub url: &'a Url,
    pub title: &'a str,
    pub exchange: Exchange<'a>,
    /// Headers of the request whose values are not kept.
    pub redact: &'a [String],
    /// What was made of the response; its `text` becomes a record of its own.
    pub metadata: serde_json::Value,
    /// Whether a topic holds for it: such copies stand in files of their own, so that the others can go as whole files.
    pub matched: bool,
    /// Where the same payload is stored already.
    pub original: Option<CopyRef>,
}

/// Stands in the names of files of what did not match.
const REST: &str = "-rest-";

/// SHA-256 in hex, as `sha256` of a [`CopyRef`] has it.
pub fn sha256(bytes: &[u8]) -> String {
    use sha2::Digest as _;
    data_encoding::HEXLOWER.encode(&sha2::Sha256::digest(bytes))
}

/// Whether a file is one of those that hold what did not match, by its name.
pub fn is_rest(path: &str) -> bool {
    path.rsplit('/').next().is_some_and(|name| name.contains(REST))
}

fn relative(state_dir: &Path, path: &Path) -> String {
    path.strip_prefix(state_dir).unwrap_or(path).to_string_lossy().into_owned()
}

/// Every WARC file of a state folder, in order: its name relative to that folder, and its bytes.
pub fn files(state_dir: &Path) -> io::Result<Vec<(String, u64)>> {
    let mut found = Vec::new();
    let mut folders: Vec<PathBuf> = vec![state_dir.join("copies")];
    while let Some(folder) = folders.pop() {
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(error),
        };
        for entry in entries {
            let entry = entry?;
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.to_string_lossy().ends_with(".warc.gz") {
                found.push((relative(state_dir, &path), entry.metadata()?.len()));
            }
        }
    }
    found.sort();
    Ok(found)
}
