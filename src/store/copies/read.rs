//! Places in WARC files → the records that stand there.

use std::fs::File;
use std::io::{self, BufReader, Seek as _, SeekFrom};
use std::path::Path;

use super::{sha256, warc};
use crate::model::CopyRef;
use crate::store::CopyRow;

/// The record at an offset of a file; the error names what is wrong.
pub fn record(state_dir: &Path, path: &str, offset: u64) -> Result<warc::Record, String> {
    let missing = |error: io::Error| format!("missing: {path}: {error}");
    let mut file = File::open(state_dir.join(path)).map_err(missing)?;
    file.seek(SeekFrom::Start(offset)).map_err(missing)?;
    warc::read_from(BufReader::with_capacity(64 << 10, file))
        .map_err(|why| format!("altered: {path} at {offset}: {why}"))
}

/// The records of a copy, in order.
pub fn group(state_dir: &Path, copy: &CopyRow) -> Result<Vec<warc::Record>, String> {
    let mut at = copy.start;
    let mut records = Vec::new();
    while at < copy.start + copy.length {
        let record = record(state_dir, &copy.path, at)?;
        at += record.length;
        records.push(record);
    }
    Ok(records)
}

/// The stored response that a new one may refer to; none where it is not there or not what it says.
pub fn original(state_dir: &Path, place: &CopyRef) -> Option<warc::Original> {
    let record = record(state_dir, &place.path, place.offset).ok()?;
    if record.kind() != "response" || sha256(record.payload()) != place.sha256 {
        return None;
    }
    let header = |name: &str| record.header(name).map(str::to_owned);
    Some(warc::Original {
        record_id: header("WARC-Record-ID")?,
        uri: header("WARC-Target-URI")?,
        date: header("WARC-Date")?,
    })
}

/// What was made of a response when it came: the metadata record, with the text of the conversion record.
pub fn made_of(state_dir: &Path, copy: &CopyRow) -> Result<serde_json::Value, String> {
    let group = group(state_dir, copy)?;
    let of = |kind: &str| group.iter().find(|record| record.kind() == kind);
    let metadata =
        of("metadata").ok_or_else(|| format!("altered: {} at {} holds no metadata", copy.path, copy.start))?;
    let mut made: serde_json::Value =
        serde_json::from_slice(&metadata.block).map_err(|error| format!("altered: the metadata: {error}"))?;
    if let (Some(members), Some(text)) = (made.as_object_mut(), of("conversion")) {
        members.insert("text".to_owned(), String::from_utf8_lossy(&text.block).into_owned().into());
    }
    Ok(made)
}
