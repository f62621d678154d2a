//! Copies: what a server sent → WARC files under `copies/YEAR/MONTH/DAY`, appended and durable before anything refers to
//! them. One writer a file.

pub mod warc;

use std::collections::HashMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use sha2::{Digest as _, Sha256};
use url::Url;

use super::CopyRow;
use crate::model::{ArticleId, CopyRef};

/// A file is followed by the next one when it has grown to this.
const MAX_FILE: u64 = 1 << 30;

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
    /// What was made of the response.
    pub metadata: serde_json::Value,
}

/// Appends to the file of the day.
#[derive(Debug)]
pub struct CopyWriter {
    state_dir: PathBuf,
    open: Option<OpenFile>,
}

#[derive(Debug)]
struct OpenFile {
    day: String,
    /// Relative to the state folder.
    path: String,
    file: File,
    length: u64,
}

impl CopyWriter {
    pub fn new(state_dir: &Path) -> Self {
        Self { state_dir: state_dir.to_owned(), open: None }
    }

    /// Cuts partial records that a crash left after the last committed ones; whole ones stay as orphans. What was done, in
    /// words.
    pub fn mend(&self, ends: &HashMap<String, u64>) -> io::Result<Vec<String>> {
        let mut done = Vec::new();
        for path in files(&self.state_dir.join("copies"))? {
            let name = relative(&self.state_dir, &path);
            let committed = ends.get(&name).copied().unwrap_or(0);
            let length = fs::metadata(&path)?.len();
            if length <= committed {
                continue;
            }
            let mut file = OpenOptions::new().read(true).write(true).open(&path)?;
            file.seek(SeekFrom::Start(committed))?;
            let mut rest = Vec::new();
            file.read_to_end(&mut rest)?;
            let mut whole = 0;
            while whole < rest.len() {
                match warc::read(&rest[whole..]) {
                    Ok(record) => whole += record.length as usize,
                    Err(_) => break,
                }
            }
            if whole < rest.len() {
                file.set_len(committed + whole as u64)?;
                file.sync_all()?;
                done.push(format!("{name}: {} bytes of a partial record cut", rest.len() - whole));
            }
        }
        Ok(done)
    }

    /// Appends a capture and waits until it is on the disk.
    pub fn append(&mut self, capture: &Capture<'_>) -> io::Result<CopyRow> {
        let host = match (capture.url.host_str(), capture.url.port()) {
            (Some(host), Some(port)) => format!("{host}:{port}"),
            (host, _) => host.unwrap_or_default().to_owned(),
        };
        let query = capture.url.query().map(|query| format!("?{query}")).unwrap_or_default();
        let request_headers: Vec<(String, Vec<u8>)> = capture
            .exchange
            .request_headers
            .iter()
            .map(|(name, value)| {
                let secret = name == "authorization" || name == "cookie";
                let secret = secret || capture.redact.iter().any(|redact| redact.eq_ignore_ascii_case(name));
                let value = if secret { crate::config::REDACTED.as_bytes().to_vec() } else { value.clone() };
                (name.clone(), value)
            })
            .collect();
        let group = warc::group(&warc::Exchange {
            uri: capture.url.as_str(),
            at: capture.at,
            target: &format!("{}{query}", capture.url.path()),
            host: &host,
            request_headers: &request_headers,
            version: capture.exchange.version,
            status: capture.exchange.status,
            response_headers: capture.exchange.response_headers,
            body: capture.exchange.body,
            metadata: &capture.metadata.to_string(),
        });
        let written = self.write(&group, capture.at);
        if written.is_err() {
            // Whatever was half written is cut when the file is opened again.
            self.open = None;
        }
        let (path, start) = written?;
        Ok(CopyRow {
            at: capture.at,
            article: capture.article.clone(),
            url: capture.url.to_string(),
            title: capture.title.to_owned(),
            place: CopyRef { path, offset: start + group.response_at, sha256: group.payload_sha256 },
            start,
            length: group.bytes.len() as u64,
        })
    }

    fn write(&mut self, group: &warc::Group, at: Timestamp) -> io::Result<(String, u64)> {
        let day = at.to_string()[..10].replace('-', "/");
        if self.open.as_ref().is_none_or(|open| open.day != day || open.length > MAX_FILE) {
            self.open = Some(self.open_file(&day, at)?);
        }
        let open = self.open.as_mut().expect("opened above");
        let start = open.length;
        if let Err(error) = open.file.write_all(&group.bytes).and_then(|()| open.file.sync_data()) {
            let _ = open.file.set_len(start);
            return Err(error);
        }
        open.length += group.bytes.len() as u64;
        Ok((open.path.clone(), start))
    }

    /// Opens the last file of a day, or the next one where that is full.
    fn open_file(&self, day: &str, at: Timestamp) -> io::Result<OpenFile> {
        let folder = self.state_dir.join("copies").join(day);
        fs::create_dir_all(&folder)?;
        for number in 1..10_000 {
            let name = format!("wireroom-{}-{number:04}.warc.gz", day.replace('/', ""));
            let path = folder.join(&name);
            let mut file = OpenOptions::new().append(true).create(true).open(&path)?;
            let mut length = file.metadata()?.len();
            if length > MAX_FILE {
                continue;
            }
            if length == 0 {
                let info = warc::info(at, &name);
                file.write_all(&info)?;
                file.sync_all()?;
                for folder in folder.ancestors().take(4) {
                    File::open(folder)?.sync_all()?;
                }
                length = info.len() as u64;
            }
            return Ok(OpenFile { day: day.to_owned(), path: relative(&self.state_dir, &path), file, length });
        }
        Err(io::Error::other("ten thousand files of copies in a day"))
    }
}

/// Recomputes the digests of every record of a copy and of its payload; the error says what does not hold.
pub fn verify(state_dir: &Path, copy: &CopyRow) -> Result<(), String> {
    let mut at = copy.start;
    while at < copy.start + copy.length {
        let record = read(state_dir, &copy.place.path, at)?;
        let recorded = record.header("WARC-Block-Digest");
        if recorded != Some(warc::digest(&record.block).as_str()) {
            let kind = record.header("WARC-Type").unwrap_or("unknown");
            return Err(format!("altered: the block of the {kind} record does not match its digest"));
        }
        at += record.length;
    }
    let response = read(state_dir, &copy.place.path, copy.place.offset)?;
    let found = data_encoding::HEXLOWER.encode(&Sha256::digest(response.payload()));
    if found == copy.place.sha256 {
        Ok(())
    } else {
        Err(format!("altered: the payload's SHA-256 is {found}, {} was recorded", copy.place.sha256))
    }
}

/// The record at an offset of a file.
pub fn read(state_dir: &Path, path: &str, offset: u64) -> Result<warc::Record, String> {
    let missing = |error: io::Error| format!("missing: {path}: {error}");
    let mut file = File::open(state_dir.join(path)).map_err(missing)?;
    file.seek(SeekFrom::Start(offset)).map_err(missing)?;
    // A member ends by itself; reading on to the end of a large file would be waste.
    let mut bytes = Vec::new();
    let mut step = 256 << 10;
    loop {
        let got = io::Read::by_ref(&mut file).take(step).read_to_end(&mut bytes).map_err(missing)?;
        match warc::read(&bytes) {
            Ok(record) => return Ok(record),
            Err(why) if got == 0 => return Err(format!("damaged: {path} at {offset}: {why}")),
            Err(_) => step *= 2,
        }
    }
}

/// What was made of a response, from the metadata record of its group.
pub fn metadata(state_dir: &Path, copy: &CopyRow) -> Result<serde_json::Value, String> {
    let mut at = copy.start;
    while at < copy.start + copy.length {
        let record = read(state_dir, &copy.place.path, at)?;
        if record.header("WARC-Type") == Some("metadata") {
            return serde_json::from_slice(&record.block).map_err(|error| format!("damaged metadata: {error}"));
        }
        at += record.length;
    }
    Err(format!("{} at {} holds no metadata", copy.place.path, copy.start))
}

fn relative(state_dir: &Path, path: &Path) -> String {
    path.strip_prefix(state_dir).unwrap_or(path).to_string_lossy().into_owned()
}

/// Every WARC file under a folder.
pub fn files(dir: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = vec![dir.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(error),
        };
        for entry in entries {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.to_string_lossy().ends_with(".warc.gz") {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn append(writer: &mut CopyWriter, body: &[u8]) -> CopyRow {
        writer
            .append(&Capture {
                at: "2026-11-24T06:02:00Z".parse().expect("a time"),
                article: None,
                url: &Url::parse("https://example.org/a").expect("a URL"),
                title: "A",
                exchange: Exchange {
                    version: "HTTP/1.1",
                    status: 200,
                    request_headers: &[("authorization".into(), b"Bearer s3cret".to_vec())],
                    response_headers: &[("content-type".into(), b"text/html".to_vec())],
                    body,
                },
                redact: &[],
                metadata: serde_json::json!({"text": "what it says"}),
            })
            .expect("written")
    }

    #[test]
    fn a_copy_holds_and_a_changed_byte_is_found() {
        let dir = tempfile::tempdir().expect("a folder");
        let mut writer = CopyWriter::new(dir.path());
        let (one, two) = (append(&mut writer, b"first"), append(&mut writer, b"second"));
        assert!(one.place.path.starts_with("copies/2026/11/24/"), "{}", one.place.path);
        assert_eq!(verify(dir.path(), &one), Ok(()));
        assert_eq!(verify(dir.path(), &two), Ok(()));
        assert_eq!(metadata(dir.path(), &two).expect("metadata")["text"], "what it says");
        let whole = read(dir.path(), &one.place.path, one.start).expect("the request");
        let request = String::from_utf8(whole.block).expect("text");
        assert!(request.contains("authorization: [redacted]") && !request.contains("s3cret"), "{request}");
        let path = dir.path().join(&one.place.path);
        let mut bytes = fs::read(&path).expect("the file");
        let at = one.place.offset as usize + 40;
        bytes[at] ^= 0x55;
        fs::write(&path, bytes).expect("the file");
        assert!(verify(dir.path(), &one).is_err());
        assert_eq!(verify(dir.path(), &two), Ok(()));
    }

    #[test]
    fn after_a_crash_a_partial_record_is_cut_and_a_whole_one_stays() {
        let dir = tempfile::tempdir().expect("a folder");
        let mut writer = CopyWriter::new(dir.path());
        let (one, two) = (append(&mut writer, b"first"), append(&mut writer, b"second"));
        drop(writer);
        let ends = HashMap::from([(one.place.path.clone(), one.start + one.length)]);
        let path = dir.path().join(&one.place.path);
        let whole = fs::metadata(&path).expect("the file").len();
        let mut file = OpenOptions::new().append(true).open(&path).expect("the file");
        file.write_all(&[0x1f, 0x8b, 8, 0, 0]).expect("written");
        let writer = CopyWriter::new(dir.path());
        assert_eq!(writer.mend(&ends).expect("mended").len(), 1);
        assert_eq!(fs::metadata(&path).expect("the file").len(), whole);
        assert_eq!(verify(dir.path(), &two), Ok(()));
        assert!(writer.mend(&ends).expect("mended").is_empty());
    }
}
