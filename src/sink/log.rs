//! The alert log: `alerts.jsonl`, append-only and hash-chained, and `alerts.log`, a line an alert for people. Both follow
//! the database, which has every line: what a crash tore is mended from there, and said.

use std::collections::HashSet;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead as _, BufReader, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;

use super::line;
use crate::chain::{self, Head};
use crate::model::Alert;

const JSONL: &str = "alerts.jsonl";
const TEXT: &str = "alerts.log";
/// Rotated at this size, and when a month has ended.
const MAX_FILE: u64 = 100 << 20;

/// The open log.
#[derive(Debug)]
pub struct AlertLog {
    dir: PathBuf,
    timezone: TimeZone,
    jsonl: File,
    text: File,
    /// Of the last line written.
    seq: u64,
    /// Of the first line of the open file; 0 while it is empty.
    first_seq: u64,
    month: String,
    /// Ids at the end of the text file: what a crash left there is not written again.
    in_text: HashSet<String>,
}

impl AlertLog {
    /// Opens the log and mends it: a torn last line is cut; a log that is ahead of the database (it was restored from a
    /// backup) is put aside. Lines missing at the end are for the caller to append, from [`AlertLog::seq`] on. What was
    /// done, in words.
    pub fn open(dir: &Path, timezone: TimeZone, head: &Head) -> io::Result<(Self, Vec<String>)> {
        fs::create_dir_all(dir)?;
        let mut said = Vec::new();
        for name in [JSONL, TEXT] {
            if let Some(cut) = cut_torn_line(&dir.join(name))? {
                said.push(format!("{name}: {cut} bytes of a torn last line cut"));
            }
        }
        let path = dir.join(JSONL);
        let mut last = last_line(&path)?.as_deref().and_then(alert);
        if let Some(ahead) = last.as_ref().filter(|alert| alert.seq > head.seq) {
            let aside = dir.join(format!("alerts.ahead-{}.jsonl", ahead.seq));
            fs::rename(&path, &aside)?;
            said.push(format!("{JSONL} was ahead of the database (restored?): put aside as {}", aside.display()));
            last = None;
        }
        let rotated = rotated(dir)?.last().map_or(0, |file| file.last_seq);
        let seq = last.as_ref().map_or(rotated, |alert| alert.seq);
        if seq < head.seq && seq > 0 {
            said.push(format!("{JSONL} was {} alerts behind the database: written again", head.seq - seq));
        }
        let append = |name: &str| OpenOptions::new().append(true).create(true).open(dir.join(name));
        let first = first_line(&path)?.as_deref().and_then(alert);
        let log = Self {
            dir: dir.to_owned(),
            timezone,
            jsonl: append(JSONL)?,
            text: append(TEXT)?,
            seq,
            first_seq: first.map_or(0, |alert| alert.seq),
            month: last.map(|alert| month(&alert)).unwrap_or_default(),
            in_text: last_ids(&dir.join(TEXT))?,
        };
        Ok((log, said))
    }

    /// The last line's number.
    pub fn seq(&self) -> u64 {
        self.seq
    }

    pub fn set_timezone(&mut self, timezone: TimeZone) {
        self.timezone = timezone;
    }

    /// Appends lines as the database has them, in order, and waits until they are on the disk.
    pub fn append(&mut self, lines: &[(u64, String)]) -> io::Result<()> {
        for (seq, text) in lines {
            let Some(alert) = alert(text) else { continue };
            let month = month(&alert);
            let full = self.jsonl.metadata()?.len() > MAX_FILE;
            if self.first_seq > 0 && (full || (!self.month.is_empty() && month != self.month)) {
                self.rotate()?;
            }
            if self.first_seq == 0 {
                self.first_seq = *seq;
            }
            self.month = month;
            self.jsonl.write_all(format!("{text}\n").as_bytes())?;
            self.seq = *seq;
            if !self.in_text.remove(alert.id.as_str()) {
                self.text.write_all(format!("{}\n", line::line(&alert, &self.timezone)).as_bytes())?;
            }
        }
        self.jsonl.sync_data()?;
        self.text.sync_data()
    }

    /// Both files get their numbers as names, compressed; nothing is deleted.
    fn rotate(&mut self) -> io::Result<()> {
        self.jsonl.sync_all()?;
        self.text.sync_all()?;
        for (name, kind) in [(JSONL, "jsonl"), (TEXT, "log")] {
            let plain = self.dir.join(name);
            let packed = self.dir.join(format!("alerts-{:012}-{:012}.{kind}.gz", self.first_seq, self.seq));
            let half = packed.with_extension("half");
            let mut encoder = flate2::write::GzEncoder::new(File::create(&half)?, flate2::Compression::default());
            io::copy(&mut File::open(&plain)?, &mut encoder)?;
            encoder.finish()?.sync_all()?;
            fs::rename(half, packed)?;
            let open = OpenOptions::new().append(true).create(true).open(&plain)?;
            open.set_len(0)?;
            if kind == "jsonl" { self.jsonl = open } else { self.text = open }
        }
        self.first_seq = 0;
        Ok(())
    }
}

fn alert(line: &str) -> Option<Alert> {
    serde_json::from_str(line).ok()
}

fn month(alert: &Alert) -> String {
    alert.at.to_string()[..7].to_owned()
}

/// Cuts what follows the last line feed; how many bytes.
fn cut_torn_line(path: &Path) -> io::Result<Option<u64>> {
    let mut file = match OpenOptions::new().read(true).write(true).open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let length = file.metadata()?.len();
    let mut end = length;
    let mut block = vec![0; 64 << 10];
    while end > 0 {
        let start = end.saturating_sub(block.len() as u64);
        let size = (end - start) as usize;
        file.seek(SeekFrom::Start(start))?;
        file.read_exact(&mut block[..size])?;
        if let Some(at) = memchr::memrchr(b'\n', &block[..size]) {
            end = start + at as u64 + 1;
            break;
        }
        end = start;
    }
    if end == length {
        return Ok(None);
    }
    file.set_len(end)?;
    file.sync_all()?;
    Ok(Some(length - end))
}

/// The ids of the last lines for people: an id is a line's last cell.
fn last_ids(path: &Path) -> io::Result<HashSet<String>> {
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(HashSet::new()),
        Err(error) => return Err(error),
    };
    let length = file.metadata()?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(1 << 20)))?;
    let mut tail = Vec::new();
    file.read_to_end(&mut tail)?;
    let tail = String::from_utf8_lossy(&tail);
    Ok(tail.lines().filter_map(|line| line.rsplit(" | ").next()).map(str::to_owned).collect())
}

fn last_line(path: &Path) -> io::Result<Option<String>> {
    let mut last = None;
    for line in plain_lines(path)? {
        last = Some(line?);
    }
    Ok(last)
}

fn first_line(path: &Path) -> io::Result<Option<String>> {
    plain_lines(path)?.next().transpose()
}

fn plain_lines(path: &Path) -> io::Result<Box<dyn Iterator<Item = io::Result<String>>>> {
    match File::open(path) {
        Ok(file) => Ok(Box::new(BufReader::new(file).lines())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Box::new(std::iter::empty())),
        Err(error) => Err(error),
    }
}

/// A rotated file of the chain.
#[derive(Debug)]
struct Rotated {
    path: PathBuf,
    first_seq: u64,
    last_seq: u64,
}

fn rotated(dir: &Path) -> io::Result<Vec<Rotated>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let numbers = name.strip_prefix("alerts-").and_then(|rest| rest.strip_suffix(".jsonl.gz"));
        let numbers = numbers.and_then(|numbers| numbers.split_once('-'));
        if let Some((Ok(first_seq), Ok(last_seq))) = numbers.map(|(first, last)| (first.parse(), last.parse())) {
            found.push(Rotated { path, first_seq, last_seq });
        }
    }
    found.sort_by_key(|file| file.first_seq);
    Ok(found)
}

/// What `log verify` found.
#[derive(Debug, PartialEq, Eq)]
pub struct Verified {
    pub lines: u64,
    pub head: Head,
    /// Each fault with its file and line.
    pub faults: Vec<String>,
}

/// Reads the whole chain, rotated files first; after a fault it goes on from the line as it stands.
pub fn verify(dir: &Path, mut progress: impl FnMut(u64)) -> io::Result<Verified> {
    let mut verified = Verified { lines: 0, head: Head::genesis(), faults: Vec::new() };
    for file in rotated(dir)? {
        let reader = BufReader::new(flate2::read::MultiGzDecoder::new(File::open(&file.path)?));
        verify_file(&file.path, reader.lines(), &mut verified, &mut progress);
    }
    let path = dir.join(JSONL);
    verify_file(&path, plain_lines(&path)?, &mut verified, &mut progress);
    Ok(verified)
}

fn verify_file(
    path: &Path,
    lines: impl Iterator<Item = io::Result<String>>,
    verified: &mut Verified,
    progress: &mut impl FnMut(u64),
) {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    for (number, line) in lines.enumerate() {
        let place = format!("{name}:{}", number + 1);
        let line = match line {
            Ok(line) => line,
            Err(error) => {
                verified.faults.push(format!("{place}: cannot be read: {error}"));
                return;
            }
        };
        verified.lines += 1;
        progress(verified.lines);
        match chain::follow(&verified.head, &line) {
            Ok(head) => verified.head = head,
            Err(broken) => {
                verified.faults.push(format!("{place}: {broken}"));
                if let Some(alert) = alert(&line) {
                    verified.head = Head { seq: alert.seq, hash: alert.hash };
                }
            }
        }
    }
}
