//! A capture → records at the end of the file of its day, on the disk when the call returns.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::mend::Gap;
use super::{Capture, REST, read, relative, sha256, warc};
use crate::in_place::is_in_place;
use crate::model::CopyRef;
use crate::store::CopyRow;

/// A file is followed by the next one when it has grown to this.
const MAX_FILE: u64 = 1 << 30;

/// Appends to the files of the day: one for what matched, one for the rest.
#[derive(Debug)]
pub struct CopyWriter {
    state_dir: PathBuf,
    /// Hash of the configuration in force, for the warcinfo records.
    configuration: String,
    max_file: u64,
    /// Up to where each file is known to go. A shorter one lost something: nothing is written in that place, so that what
    /// was there can be put back.
    ends: BTreeMap<String, u64>,
    matched: Option<OpenFile>,
    rest: Option<OpenFile>,
    /// What was appended and could not be committed, in order.
    abandoned: Vec<Gap>,
}

#[derive(Debug)]
struct OpenFile {
    day: String,
    name: String,
    /// Relative to the state folder.
    path: String,
    file: File,
    length: u64,
    /// Id of the last warcinfo record that this writer put into it, and the configuration that it names.
    info: Option<(String, String)>,
}

impl OpenFile {
    /// Whether the file is still the one that was opened, as it was left: nobody would find what is written to another one.
    fn is_in_place(&self, state_dir: &Path) -> bool {
        let as_left = self.file.metadata().is_ok_and(|own| own.len() == self.length);
        as_left && is_in_place(&self.file, &state_dir.join(&self.path))
    }
}

impl CopyWriter {
    pub fn new(state_dir: &Path, configuration: &str) -> Self {
        Self {
            state_dir: state_dir.to_owned(),
            configuration: configuration.to_owned(),
            max_file: MAX_FILE,
            ends: BTreeMap::new(),
            matched: None,
            rest: None,
            abandoned: Vec::new(),
        }
    }

    /// Goes on behind what is committed: where each file ends.
    #[must_use]
    pub fn after(mut self, ends: BTreeMap<String, u64>) -> Self {
        self.ends = ends;
        self
    }

    /// Copies that were appended are not going to be committed. They are not cut off: after a commit that failed it is not
    /// sure that the disk does not hold it.
    pub fn abandon(&mut self, copies: &[CopyRow]) {
        let gaps =
            copies.iter().map(|copy| Gap { path: copy.path.clone(), start: copy.start, end: copy.start + copy.length });
        self.abandoned.extend(gaps);
        // With the warcinfo record that may be among them.
        (self.matched, self.rest) = (None, None);
    }

    /// What was abandoned and is to be noted; what cannot be is given back.
    pub fn take_abandoned(&mut self) -> Vec<Gap> {
        std::mem::take(&mut self.abandoned)
    }

    pub fn give_back(&mut self, abandoned: Vec<Gap>) {
        self.abandoned.extend(abandoned);
    }

    /// Smaller files, for tests.
    #[cfg(test)]
    #[must_use]
    pub fn with_max_file(mut self, bytes: u64) -> Self {
        self.max_file = bytes;
        self
    }

    /// Another configuration is in force: what is written from now on says so.
    pub fn configured(&mut self, configuration: &str) {
        configuration.clone_into(&mut self.configuration);
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
        let mut metadata = capture.metadata.clone();
        let text = metadata.as_object_mut().and_then(|members| members.remove("text"));
        let text = text.as_ref().and_then(|text| text.as_str()).filter(|text| !text.is_empty());
        let metadata = metadata.to_string();
        let sha256 = sha256(capture.exchange.body);
        // Only what can be read back and is the same is referred to.
        let original = capture.original.as_ref().filter(|place| place.sha256 == sha256);
        let original = original.and_then(|place| Some((place, read::original(&self.state_dir, place)?)));
        let exchange = warc::Exchange {
            uri: capture.url.as_str(),
            at: capture.at,
            target: &format!("{}{query}", capture.url.path()),
            host: &host,
            request_headers: &request_headers,
            version: capture.exchange.version,
            status: capture.exchange.status,
            response_headers: capture.exchange.response_headers,
            body: capture.exchange.body,
            metadata: &metadata,
            text,
            original: original.as_ref().map(|(_, original)| original),
            info: "",
        };
        let written = self.write(&exchange, capture.at, capture.matched);
        if written.is_err() {
            // Whatever was half written is cut when the file is opened again.
            (self.matched, self.rest) = (None, None);
        }
        let (path, start, length, offset) = written?;
        let place = match original {
            Some((place, _)) => place.clone(),
            None => CopyRef { path: path.clone(), offset, sha256 },
        };
        Ok(CopyRow {
            at: capture.at,
            article: capture.article.clone(),
            url: capture.url.to_string(),
            title: capture.title.to_owned(),
            path,
            start,
            length,
            offset,
            place,
        })
    }

    /// Where the group stands: file, start, length, and offset of the response.
    fn write(
        &mut self,
        exchange: &warc::Exchange<'_>,
        at: Timestamp,
        matched: bool,
    ) -> io::Result<(String, u64, u64, u64)> {
        let day = at.to_string()[..10].replace('-', "/");
        let max = self.max_file;
        let place = if matched { &self.matched } else { &self.rest };
        if place.as_ref().is_none_or(|open| open.day != day || open.length >= max || !open.is_in_place(&self.state_dir))
        {
            let opened = self.open_file(&day, matched)?;
            *(if matched { &mut self.matched } else { &mut self.rest }) = Some(opened);
        }
        let place = if matched { &mut self.matched } else { &mut self.rest };
        let open = place.as_mut().expect("opened above");
        let current = open.info.as_ref().filter(|(_, configuration)| *configuration == self.configuration);
        let (info, mut bytes) = match current {
            Some((id, _)) => (id.clone(), Vec::new()),
            None => warc::info(at, &open.name, &self.configuration),
        };
        let group = warc::group(&warc::Exchange { info: &info, ..*exchange });
        let response_at = bytes.len() as u64 + group.response_at;
        bytes.extend(group.bytes);
        let start = open.length;
        if let Err(error) = open.file.write_all(&bytes).and_then(|()| open.file.sync_data()) {
            let _ = open.file.set_len(start);
            return Err(error);
        }
        open.info = Some((info, self.configuration.clone()));
        open.length += bytes.len() as u64;
        self.ends.insert(open.path.clone(), open.length);
        Ok((open.path.clone(), start, bytes.len() as u64, start + response_at))
    }

    /// Opens the last file of a day, or the next one where that is full.
    fn open_file(&self, day: &str, matched: bool) -> io::Result<OpenFile> {
        let folder = self.state_dir.join("copies").join(day);
        fs::create_dir_all(&folder)?;
        let series = if matched { "-" } else { REST };
        for number in 1..10_000 {
            let name = format!("wireroom-{}{series}{number:04}.warc.gz", day.replace('/', ""));
            let file_path = folder.join(&name);
            let path = relative(&self.state_dir, &file_path);
            let known = self.ends.get(&path).copied().unwrap_or(0);
            if known > 0 && fs::metadata(&file_path).map_or(0, |there| there.len()) < known {
                continue;
            }
            let file = OpenOptions::new().append(true).create(true).open(&file_path)?;
            let length = file.metadata()?.len();
            if length >= self.max_file {
                continue;
            }
            if length == 0 {
                file.sync_all()?;
                for folder in folder.ancestors().take(4) {
                    File::open(folder)?.sync_all()?;
                }
            }
            return Ok(OpenFile { day: day.to_owned(), name, path, file, length, info: None });
        }
        Err(io::Error::other("ten thousand files of copies in a day"))
    }
}

#[cfg(test)]
pub mod tests {
    use url::Url;

    use super::super::{Exchange, files, verify};
    use super::*;

    pub fn capture<'a>(url: &'a Url, body: &'a [u8]) -> Capture<'a> {
        Capture {
            at: "2026-11-24T06:02:00Z".parse().expect("a time"),
            article: None,
            url,
            title: "A",
            exchange: Exchange { version: "HTTP/1.1", status: 200, request_headers: &[], response_headers: &[], body },
            redact: &[],
            metadata: serde_json::json!({"text": "what it says", "title": "A"}),
            matched: true,
            original: None,
        }
    }

    pub fn append(writer: &mut CopyWriter, body: &[u8]) -> CopyRow {
        let url = Url::parse("https://example.org/a").expect("a URL");
        let request_headers = [("authorization".into(), b"Bearer s3cret".to_vec())];
        let response_headers = [("content-type".into(), b"text/html".to_vec())];
        let mut capture = capture(&url, body);
        capture.exchange.request_headers = &request_headers;
        capture.exchange.response_headers = &response_headers;
        writer.append(&capture).expect("written")
    }

    #[test]
    fn a_copy_holds_and_no_secret_is_in_it() {
        let dir = tempfile::tempdir().expect("a folder");
        let mut writer = CopyWriter::new(dir.path(), "c0ffee");
        let (one, two) = (append(&mut writer, b"first"), append(&mut writer, b"second"));
        assert!(one.place.path.starts_with("copies/2026/11/24/"), "{}", one.place.path);
        assert_eq!((one.start, two.start), (0, one.length), "no byte between them");
        let group = read::group(dir.path(), &one).expect("the group");
        let kinds: Vec<_> = group.iter().map(warc::Record::kind).collect();
        assert_eq!(kinds, ["warcinfo", "request", "response", "conversion", "metadata"]);
        let info = String::from_utf8(group[0].block.clone()).expect("text");
        assert!(info.contains("configuration: sha256:c0ffee\r\n"), "{info}");
        assert!(group[1..].iter().all(|record| record.header("WARC-Warcinfo-ID") == group[0].header("WARC-Record-ID")));
        let request = String::from_utf8_lossy(&group[1].block).into_owned();
        assert!(request.contains("authorization: [redacted]") && !request.contains("s3cret"), "{request}");
        let made = read::made_of(dir.path(), &two).expect("metadata");
        assert_eq!((&made["text"], &made["title"]), (&"what it says".into(), &"A".into()));
        writer.configured("0ther");
        let three = append(&mut writer, b"third");
        assert_eq!(read::group(dir.path(), &three).expect("the group")[0].kind(), "warcinfo");
    }

    #[test]
    fn a_payload_stored_already_is_referred_to_and_both_hold() {
        let dir = tempfile::tempdir().expect("a folder");
        let mut writer = CopyWriter::new(dir.path(), "c0ffee");
        let one = append(&mut writer, b"the same");
        let url = Url::parse("https://example.org/b").expect("a URL");
        let again = |original: &CopyRef, body| Capture { original: Some(original.clone()), ..capture(&url, body) };
        let two = writer.append(&again(&one.place, b"the same")).expect("written");
        assert_eq!(two.place, one.place, "where the bytes are");
        assert_ne!(two.offset, one.offset);
        let revisit = read::record(dir.path(), &two.path, two.offset).expect("the record");
        assert_eq!((revisit.kind(), revisit.payload()), ("revisit", b"".as_slice()));
        assert_eq!(revisit.header("WARC-Refers-To-Target-URI"), Some("https://example.org/a"));
        assert_eq!(verify::copy(dir.path(), &two), Ok(()));
        // What it would refer to is not what it says: the bytes are written.
        let wrong = CopyRef { sha256: sha256(b"another"), ..one.place.clone() };
        let three = writer.append(&again(&wrong, b"another")).expect("written");
        assert_eq!(read::record(dir.path(), &three.path, three.offset).expect("the record").kind(), "response");
        fs::remove_file(dir.path().join(&one.path)).expect("removed");
        assert!(verify::copy(dir.path(), &two).is_err());
    }

    #[test]
    fn files_turn_with_the_day_and_with_their_size_and_the_rest_stands_apart() {
        let dir = tempfile::tempdir().expect("a folder");
        let mut writer = CopyWriter::new(dir.path(), "c0ffee").with_max_file(1);
        let url = Url::parse("https://example.org/a").expect("a URL");
        append(&mut writer, b"first");
        append(&mut writer, b"second");
        writer.append(&Capture { matched: false, ..capture(&url, b"third") }).expect("written");
        let next = "2026-11-25T00:00:00Z".parse().expect("a time");
        writer.append(&Capture { at: next, ..capture(&url, b"fourth") }).expect("written");
        let names: Vec<_> = files(dir.path()).expect("files").into_iter().map(|(name, _)| name).collect();
        assert_eq!(
            names,
            [
                "copies/2026/11/24/wireroom-20261124-0001.warc.gz",
                "copies/2026/11/24/wireroom-20261124-0002.warc.gz",
                "copies/2026/11/24/wireroom-20261124-rest-0001.warc.gz",
                "copies/2026/11/25/wireroom-20261125-0001.warc.gz",
            ]
        );
    }

    #[test]
    fn what_was_lost_of_a_file_leaves_its_place_free() {
        for damage in ["cut", "removed", "moved"] {
            let dir = tempfile::tempdir().expect("a folder");
            let mut writer = CopyWriter::new(dir.path(), "c0ffee");
            let one = append(&mut writer, b"first");
            let path = dir.path().join(&one.path);
            let kept = fs::read(&path).expect("the file");
            match damage {
                "cut" => fs::write(&path, &kept[..kept.len() - 10]).expect("cut"),
                "removed" => fs::remove_file(&path).expect("removed"),
                _ => fs::rename(&path, path.with_extension("away")).expect("moved"),
            }
            let ends = BTreeMap::from([(one.path.clone(), one.length)]);
            let mut restarted = CopyWriter::new(dir.path(), "c0ffee").after(ends.clone());
            for writer in [&mut writer, &mut restarted] {
                let two = append(writer, b"second");
                assert!(two.path.ends_with("-0002.warc.gz"), "{damage}: {}", two.path);
                assert_eq!(verify::copy(dir.path(), &two), Ok(()), "{damage}");
            }
            fs::write(&path, &kept).expect("put back");
            let three = append(&mut CopyWriter::new(dir.path(), "c0ffee").after(ends), b"third");
            assert_eq!((&three.path, three.start), (&one.path, one.length), "{damage}: gone on in the file put back");
            assert_eq!(verify::copy(dir.path(), &one), Ok(()), "{damage}");
        }
    }
}
