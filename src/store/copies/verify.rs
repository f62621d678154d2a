//! Files of copies and what the database has of them → every difference: missing, truncated, altered, orphaned.

use std::fmt;
use std::fs::File;
use std::io::{BufReader, Seek as _, SeekFrom};
use std::path::Path;

use super::mend::Gap;
use super::{read, sha256, warc};
use crate::store::CopyRow;

/// How a stored copy differs from what was recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    Missing,
    Truncated,
    Altered,
    Orphaned,
}

impl Kind {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Truncated => "truncated",
            Self::Altered => "altered",
            Self::Orphaned => "orphaned",
        }
    }
}

/// A difference and its place.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Difference {
    pub path: String,
    pub offset: u64,
    pub difference: Kind,
    pub error: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} @{}: {}: {}", self.path, self.offset, self.difference.as_str(), self.error)
    }
}

/// Recomputes the digests of every record of a copy and of its payload.
pub fn copy(state_dir: &Path, copy: &CopyRow) -> Result<(), Difference> {
    let differs =
        |difference, error: String| Difference { path: copy.path.clone(), offset: copy.offset, difference, error };
    let length = match std::fs::metadata(state_dir.join(&copy.path)) {
        Ok(meta) => meta.len(),
        Err(error) => return Err(differs(Kind::Missing, error.to_string())),
    };
    if length < copy.start + copy.length {
        let error = format!("the file ends at {length}, the copy at {}", copy.start + copy.length);
        return Err(differs(Kind::Truncated, error));
    }
    let altered = |error: String| differs(Kind::Altered, error);
    let mut at = copy.start;
    let mut payload = None;
    while at < copy.start + copy.length {
        let record = read::record(state_dir, &copy.path, at).map_err(|why| altered(without_kind(&why)))?;
        if !record.holds() {
            return Err(altered(format!("the block of the {} record does not match its digest", record.kind())));
        }
        if at == copy.offset && record.kind() == "response" {
            payload = Some(sha256(record.payload()));
        }
        at += record.length;
    }
    if at != copy.start + copy.length {
        return Err(altered("its records are not as long as recorded".to_owned()));
    }
    let found = match payload {
        Some(found) => found,
        // A revisit: the bytes are those of an earlier response.
        None if copy.path == copy.place.path && copy.offset == copy.place.offset => {
            return Err(altered("no response stands at its offset".to_owned()));
        }
        None => match read::record(state_dir, &copy.place.path, copy.place.offset) {
            Ok(record) => sha256(record.payload()),
            Err(why) => {
                let kind = if why.starts_with("missing") { Kind::Missing } else { Kind::Altered };
                return Err(differs(kind, format!("the response that it refers to: {}", without_kind(&why))));
            }
        },
    };
    if found == copy.place.sha256 {
        Ok(())
    } else {
        Err(altered(format!("the payload's SHA-256 is {found}, {} was recorded", copy.place.sha256)))
    }
}

fn without_kind(why: &str) -> String {
    why.split_once(": ").map_or(why, |(_, rest)| rest).to_owned()
}

/// What stands in a file of that many bytes beside its copies (in order) and the orphans that are noted.
pub fn beside(state_dir: &Path, path: &str, length: u64, copies: &[CopyRow], noted: &[Gap]) -> Vec<Difference> {
    let mut known: Vec<(u64, u64)> = copies.iter().map(|copy| (copy.start, copy.start + copy.length)).collect();
    known.extend(noted.iter().map(|gap| (gap.start, gap.end)));
    known.sort_unstable();
    known.push((length, length));
    let mut found = Vec::new();
    let mut at = 0;
    for (start, end) in known {
        if at < start.min(length) {
            found.extend(unknown(state_dir, path, at, start.min(length)));
        }
        at = at.max(end);
    }
    found
}

fn unknown(state_dir: &Path, path: &str, mut at: u64, end: u64) -> Vec<Difference> {
    let mut found = Vec::new();
    let mut differs = |offset, difference, error| {
        found.push(Difference { path: path.to_owned(), offset, difference, error });
    };
    let input = File::open(state_dir.join(path)).and_then(|mut file| file.seek(SeekFrom::Start(at)).map(|_| file));
    match input {
        Ok(file) => {
            let mut input = BufReader::with_capacity(64 << 10, file);
            while at < end {
                match warc::read_from(&mut input) {
                    Ok(record) => {
                        let uri = record.header("WARC-Target-URI").unwrap_or_default();
                        differs(at, Kind::Orphaned, format!("a {} record {uri} that nothing refers to", record.kind()));
                        at += record.length;
                    }
                    Err(why) => {
                        differs(at, Kind::Altered, format!("{} bytes that no record holds: {why}", end - at));
                        break;
                    }
                }
            }
        }
        Err(error) => differs(at, Kind::Missing, error.to_string()),
    }
    found
}

#[cfg(test)]
mod tests {
    use std::fs::{self, OpenOptions};
    use std::io::Write as _;

    use super::super::CopyWriter;
    use super::super::write::tests::append;
    use super::*;

    #[test]
    fn every_difference_is_named_and_others_hold() {
        let dir = tempfile::tempdir().expect("a folder");
        let state = dir.path();
        let mut writer = CopyWriter::new(state, "c0ffee");
        let rows = [b"first".as_slice(), b"second", b"third"].map(|body| append(&mut writer, body));
        let path = state.join(&rows[0].path);
        let whole = fs::read(&path).expect("the file");
        let check = || rows.each_ref().map(|row| copy(state, row).map_err(|found| found.difference));
        assert_eq!(check(), [Ok(()); 3]);
        let length = whole.len() as u64;
        assert_eq!(beside(state, &rows[0].path, length, &rows, &[]), []);
        // Every byte counts, whichever record it stands in (but for the head of a gzip member, of which some say nothing).
        for at in (rows[1].start..rows[1].start + rows[1].length).step_by(7) {
            let mut bytes = whole.clone();
            bytes[at as usize] ^= 0x20;
            fs::write(&path, &bytes).expect("the file");
            let [first, second, third] = check();
            assert_eq!((first, third), (Ok(()), Ok(())), "at {at}");
            if second.is_ok() {
                let group = |bytes: &[u8]| {
                    fs::write(&path, bytes).expect("the file");
                    read::group(state, &rows[1]).expect("records")
                };
                assert_eq!(group(&bytes), group(&whole), "at {at}: nothing of a record was changed");
            }
        }
        fs::write(&path, &whole[..whole.len() - 3]).expect("the file");
        assert_eq!(check(), [Ok(()), Ok(()), Err(Kind::Truncated)]);
        fs::write(&path, &whole).expect("the file");
        // A whole record that nobody committed, and garbage.
        let orphan = beside(state, &rows[0].path, length, &rows[..2], &[]);
        assert!(orphan.len() == 4 && orphan.iter().all(|found| found.difference == Kind::Orphaned), "{orphan:?}");
        let noted = Gap { path: rows[2].path.clone(), start: rows[2].start, end: length };
        assert_eq!(beside(state, &rows[0].path, length, &rows[..2], &[noted]), []);
        OpenOptions::new().append(true).open(&path).and_then(|mut file| file.write_all(b"garbage")).expect("written");
        let found = beside(state, &rows[0].path, length + 7, &rows, &[]);
        assert!(found.len() == 1 && found[0].difference == Kind::Altered, "{found:?}");
        fs::remove_file(&path).expect("removed");
        assert_eq!(check(), [Err(Kind::Missing); 3]);
    }
}
