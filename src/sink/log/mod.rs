//! The alert log: `alerts.jsonl`, append-only and hash-chained, and `alerts.log`, a line an alert for people. Both follow
//! the database, which has every line: what a crash tore is mended from there, and said.

mod files;

pub use files::{LogFile, files};

use std::collections::HashSet;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;

use super::line;
use crate::chain::Head;
use crate::chain::checkpoint::Checkpoint;
use crate::in_place::is_in_place;
use crate::model::Alert;
use files::{existing, first_and_last, rotated, whole_lines};

const JSONL: &str = "alerts.jsonl";
const TEXT: &str = "alerts.log";
pub const CHECKPOINTS: &str = "checkpoints.jsonl";
/// Rotated at this size, and when a month has ended.
const MAX_FILE: u64 = 100 << 20;

/// The open log.
#[derive(Debug)]
pub struct AlertLog {
    dir: PathBuf,
    timezone: TimeZone,
    max_file: u64,
    jsonl: File,
    /// Of the open file, as it was left.
    length: u64,
    text: File,
    /// Of the last line written.
    seq: u64,
    /// Of the first line of the open file; 0 while it is empty.
    first_seq: u64,
    month: String,
    /// Ids at the end of the text file: what a crash left there is not written again.
    in_text: HashSet<String>,
    signed: Option<Checkpoint>,
}

/// The last whole line of the open file: what the database must have as well.
pub fn last(dir: &Path) -> io::Result<Option<Head>> {
    let (_, last) = first_and_last(&dir.join(JSONL))?;
    Ok(last.as_deref().and_then(alert).map(|alert| Head { seq: alert.seq, hash: alert.hash }))
}

impl AlertLog {
    /// Opens the log and mends it: a torn last line is cut, a rotation that a crash broke off is ended; a log that the
    /// database does not know (`head` is its end; `agrees`: it has [`last`] as well), or that ends in what is no alert, is put
    /// aside. Lines missing at the end are for the caller to append, from [`AlertLog::seq`] on. What was done, in words.
    pub fn open(dir: &Path, timezone: TimeZone, head: &Head, agrees: bool) -> io::Result<(Self, Vec<String>)> {
        fs::create_dir_all(dir)?;
        let mut said = Vec::new();
        for name in [JSONL, TEXT, CHECKPOINTS] {
            if let Some(cut) = cut_torn_line(&dir.join(name))? {
                said.push(format!("{name}: {cut} bytes of a torn last line cut"));
            }
        }
        remove_half_files(dir)?;
        put_aside_rotated(dir, head, &mut said)?;
        let before = rotated(dir)?.last().map_or(0, |file| file.last_seq);
        let path = dir.join(JSONL);
        let (mut first, mut last) = first_and_last(&path)?;
        let seq_of = |line: &Option<String>| line.as_deref().and_then(alert).map(|alert| alert.seq);
        if last.is_some() && seq_of(&last).is_none() {
            let aside = free_name(dir, "alerts.damaged", "jsonl");
            fs::rename(&path, &aside)?;
            said.push(format!("{JSONL} ended in a line that is no alert: put aside as {}", aside.display()));
            (first, last) = (None, None);
        }
        if let Some(seq) = seq_of(&last)
            && (seq > head.seq || !agrees)
        {
            let aside = free_name(dir, &format!("alerts.ahead-{seq}"), "jsonl");
            fs::rename(&path, &aside)?;
            let why = if agrees { "was ahead of the database" } else { "has lines that the database does not know" };
            said.push(format!("{JSONL} {why} (restored?): put aside as {}", aside.display()));
            (first, last) = (None, None);
        }
        if before > 0 && seq_of(&last).is_some_and(|seq| seq <= before) {
            // Packed already: a crash came before the files were emptied.
            for name in [TEXT, JSONL] {
                OpenOptions::new().write(true).open(dir.join(name))?.set_len(0)?;
            }
            said.push("a rotation of the alert log that was broken off is ended".to_owned());
            (first, last) = (None, None);
        }
        let seq = seq_of(&last).unwrap_or(before);
        if seq < head.seq && (seq > 0 || head.seq > 1) {
            said.push(format!("{JSONL} was {} alerts behind the database: written again", head.seq - seq));
        }
        let append = |name: &str| OpenOptions::new().append(true).create(true).open(dir.join(name));
        let (_, signed) = first_and_last(&dir.join(CHECKPOINTS))?;
        let jsonl = append(JSONL)?;
        let log = Self {
            dir: dir.to_owned(),
            timezone,
            max_file: MAX_FILE,
            length: jsonl.metadata()?.len(),
            jsonl,
            text: append(TEXT)?,
            seq,
            first_seq: seq_of(&first).unwrap_or(0),
            month: last.as_deref().and_then(alert).map(|alert| month(&alert)).unwrap_or_default(),
            in_text: last_ids(&dir.join(TEXT))?,
            signed: signed.and_then(|line| serde_json::from_str(&line).ok()),
        };
        File::open(dir)?.sync_all()?;
        Ok((log, said))
    }

    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// The last line's number.
    pub fn seq(&self) -> u64 {
        self.seq
    }

    /// Whether the files are still those that were opened, and the chain as it was left: what is written to a file that was
    /// moved away or removed is read by nobody, and behind a line that somebody else wrote no chain goes on.
    pub fn is_in_place(&self) -> bool {
        let as_left = self.jsonl.metadata().is_ok_and(|own| own.len() == self.length);
        as_left
            && [(&self.jsonl, JSONL), (&self.text, TEXT)]
                .into_iter()
                .all(|(file, name)| is_in_place(file, &self.dir.join(name)))
    }

    pub fn set_timezone(&mut self, timezone: TimeZone) {
        self.timezone = timezone;
    }

    /// The last checkpoint that was written.
    pub fn signed(&self) -> Option<&Checkpoint> {
        self.signed.as_ref()
    }

    /// Appends a checkpoint and waits until it is on the disk.
    pub fn write_checkpoint(&mut self, checkpoint: Checkpoint) -> io::Result<()> {
        let line = serde_json::to_string(&checkpoint).map_err(io::Error::other)?;
        let mut file = OpenOptions::new().append(true).create(true).open(self.dir.join(CHECKPOINTS))?;
        file.write_all(format!("{line}\n").as_bytes())?;
        file.sync_all()?;
        File::open(&self.dir)?.sync_all()?;
        self.signed = Some(checkpoint);
        Ok(())
    }

    /// Appends lines as the database has them, in order, and waits until they are on the disk. After an error the file ends
    /// with a whole line; the rest is for the next call.
    pub fn append(&mut self, lines: &[(u64, String)]) -> io::Result<()> {
        for (seq, text) in lines {
            let Some(alert) = alert(text) else { continue };
            let month = month(&alert);
            let full = self.jsonl.metadata()?.len() >= self.max_file;
            if self.first_seq > 0 && (full || (!self.month.is_empty() && month != self.month)) {
                self.rotate()?;
            }
            write_line(&mut self.jsonl, text)?;
            self.length += text.len() as u64 + 1;
            if self.first_seq == 0 {
                self.first_seq = *seq;
            }
            self.month = month;
            self.seq = *seq;
            if !self.in_text.remove(alert.id.as_str()) {
                write_line(&mut self.text, &line::line(&alert, &self.timezone))?;
            }
        }
        self.jsonl.sync_data()?;
        self.text.sync_data()
    }

    /// Both files get their numbers as names, compressed; nothing is deleted. Once the packed chain has its name the
    /// rotation counts, and [`AlertLog::open`] ends what a crash left of it.
    fn rotate(&mut self) -> io::Result<()> {
        self.jsonl.sync_all()?;
        self.text.sync_all()?;
        for (name, kind) in [(TEXT, "log"), (JSONL, "jsonl")] {
            let packed = self.dir.join(format!("alerts-{:012}-{:012}.{kind}.gz", self.first_seq, self.seq));
            let half = packed.with_extension("half");
            let mut encoder = flate2::write::GzEncoder::new(File::create(&half)?, flate2::Compression::default());
            io::copy(&mut File::open(self.dir.join(name))?, &mut encoder)?;
            encoder.finish()?.sync_all()?;
            fs::rename(half, packed)?;
        }
        File::open(&self.dir)?.sync_all()?;
        self.text.set_len(0)?;
        self.jsonl.set_len(0)?;
        self.text.sync_all()?;
        self.jsonl.sync_all()?;
        (self.first_seq, self.length) = (0, 0);
        Ok(())
    }
}

/// Writes a line whole, or takes back what was written of it.
fn write_line(file: &mut File, text: &str) -> io::Result<()> {
    let before = file.metadata()?.len();
    let written = file.write_all(format!("{text}\n").as_bytes());
    if written.is_err() {
        let _ = file.set_len(before);
    }
    written
}

fn alert(line: &str) -> Option<Alert> {
    serde_json::from_str(line).ok()
}

fn month(alert: &Alert) -> String {
    alert.at.to_string()[..7].to_owned()
}

/// Cuts what follows the last line feed; how many bytes.
fn cut_torn_line(path: &Path) -> io::Result<Option<u64>> {
    let Some(file) = existing(path)? else { return Ok(None) };
    let (length, end) = (file.metadata()?.len(), whole_lines(path)?);
    if end == length {
        return Ok(None);
    }
    let file = OpenOptions::new().write(true).open(path)?;
    file.set_len(end)?;
    file.sync_all()?;
    Ok(Some(length - end))
}

/// What a rotation had not given its name yet.
fn remove_half_files(dir: &Path) -> io::Result<()> {
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        let packing = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("alerts-"));
        if packing && path.extension().is_some_and(|extension| extension == "half") {
            fs::remove_file(path)?;
        }
    }
    Ok(())
}

/// Rotated files that go beyond the end that the database knows: it was restored from before them.
fn put_aside_rotated(dir: &Path, head: &Head, said: &mut Vec<String>) -> io::Result<()> {
    for file in rotated(dir)?.into_iter().filter(|file| file.last_seq > head.seq) {
        let aside = free_name(dir, &format!("alerts.ahead-{}-{}", file.first_seq, file.last_seq), "jsonl.gz");
        fs::rename(&file.path, &aside)?;
        said.push(format!(
            "{} was ahead of the database (restored?): put aside as {}",
            file.path.display(),
            aside.display()
        ));
    }
    Ok(())
}

/// A name that nothing has yet: what was put aside before is not overwritten.
fn free_name(dir: &Path, name: &str, extension: &str) -> PathBuf {
    let mut path = dir.join(format!("{name}.{extension}"));
    for number in 2.. {
        if !path.exists() {
            break;
        }
        path = dir.join(format!("{name}-{number}.{extension}"));
    }
    path
}

/// The ids of the last lines for people: an id is a line's last cell.
fn last_ids(path: &Path) -> io::Result<HashSet<String>> {
    let Some(mut file) = existing(path)? else { return Ok(HashSet::new()) };
    let length = file.metadata()?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(1 << 20)))?;
    let mut tail = Vec::new();
    file.read_to_end(&mut tail)?;
    let tail = String::from_utf8_lossy(&tail);
    Ok(tail.lines().filter_map(|line| line.rsplit(" | ").next()).map(str::to_owned).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chain;
    use crate::chain::tests::alert as notice;

    /// A chain as the database has it, an alert a day from 25 October 2026 on.
    fn lines(count: u64) -> (Vec<(u64, String)>, Head) {
        let mut head = Head::genesis();
        let lines = (1..=count)
            .map(|seq| {
                let mut alert = notice(&format!("notice {seq}"));
                let first: jiff::Timestamp = "2026-10-25T06:00:00Z".parse().expect("a time");
                alert.at = first + jiff::SignedDuration::from_hours(24 * seq.cast_signed());
                let sealed = chain::seal(&mut alert, seq, &head.hash);
                head = Head { seq, hash: sealed.hash };
                (seq, sealed.line)
            })
            .collect();
        (lines, head)
    }

    fn open(dir: &Path, head: &Head) -> (AlertLog, Vec<String>) {
        let agrees = last(dir).expect("read").is_none_or(|last| last.seq != head.seq || last.hash == head.hash);
        AlertLog::open(dir, TimeZone::UTC, head, agrees).expect("opened")
    }

    fn faults(dir: &Path, head: &Head) -> Vec<String> {
        let mut verifier = chain::Verifier::new(1, [head.seq]);
        for file in files(dir).expect("files") {
            for line in file.lines().expect("lines") {
                verifier.line(&line.expect("a line"), || file.name());
            }
        }
        verifier.expect(head, "the database");
        verifier.end().iter().map(ToString::to_string).collect()
    }

    fn names(dir: &Path) -> Vec<String> {
        let entries = fs::read_dir(dir).expect("a folder").map(|entry| entry.expect("an entry").file_name());
        let mut names: Vec<String> = entries.map(|name| name.to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    #[test]
    fn the_log_turns_with_the_month_and_with_its_size_and_the_chain_goes_on() {
        let dir = tempfile::tempdir().expect("a folder");
        let (lines, head) = lines(40);
        let (mut log, said) = open(dir.path(), &Head::genesis());
        assert!(said.is_empty(), "{said:?}");
        log.append(&lines[..20]).expect("written");
        log.max_file = 1000;
        log.append(&lines[20..24]).expect("written");
        drop(log);
        let known = alert(&lines[23].1).expect("an alert").hash;
        let (mut log, said) = open(dir.path(), &Head { seq: 24, hash: known });
        assert!(said.is_empty(), "{said:?}");
        log.append(&lines[24..]).expect("written");
        let packed: Vec<String> = names(dir.path()).into_iter().filter(|name| name.ends_with(".jsonl.gz")).collect();
        assert!(packed.len() >= 3, "{packed:?}");
        assert_eq!(packed[0], "alerts-000000000001-000000000006.jsonl.gz", "October ends with alert 6");
        assert_eq!(faults(dir.path(), &head), [""; 0]);
        let mut text = String::new();
        for name in names(dir.path()).iter().filter(|name| name.ends_with(".log.gz")) {
            let file = File::open(dir.path().join(name)).expect("a file");
            flate2::read::GzDecoder::new(file).read_to_string(&mut text).expect("text");
        }
        text.push_str(&fs::read_to_string(dir.path().join(TEXT)).expect("text"));
        for seq in 1..=40 {
            assert_eq!(text.matches(&format!("notice {seq} ")).count(), 1, "{seq}: {text}");
        }
    }

    #[test]
    fn a_rotation_that_a_crash_broke_off_is_ended_wherever_it_was() {
        let (lines, _) = lines(9);
        let head = |seq: u64| {
            let alert = alert(&lines[seq as usize - 1].1).expect("an alert");
            Head { seq, hash: alert.hash }
        };
        // How far it came: packed in part, the text packed, all packed, the text emptied, both emptied.
        for stage in 0..5 {
            let dir = tempfile::tempdir().expect("a folder");
            let path = |name: &str| dir.path().join(name);
            let (mut log, _) = open(dir.path(), &Head::genesis());
            log.append(&lines[..5]).expect("written");
            let kept = [JSONL, TEXT].map(|name| fs::read(path(name)).expect("a file"));
            log.rotate().expect("rotated");
            drop(log);
            let packed = |kind: &str| path(&format!("alerts-000000000001-000000000005.{kind}.gz"));
            if stage < 4 {
                fs::write(path(JSONL), &kept[0]).expect("a file");
            }
            if stage < 3 {
                fs::write(path(TEXT), &kept[1]).expect("a file");
            }
            if stage < 2 {
                fs::rename(packed("jsonl"), packed("jsonl").with_extension("half")).expect("renamed");
            }
            if stage < 1 {
                fs::rename(packed("log"), packed("log").with_extension("half")).expect("renamed");
            }
            let (mut log, _) = open(dir.path(), &head(5));
            assert_eq!(log.seq(), 5, "stage {stage}");
            log.append(&lines[5..]).expect("written");
            assert_eq!(faults(dir.path(), &head(9)), [""; 0], "stage {stage}");
            assert!(!names(dir.path()).iter().any(|name| name.contains(".half")), "stage {stage}");
        }
    }

    #[test]
    fn a_log_that_the_database_does_not_know_is_put_aside_and_written_again() {
        let (lines, _) = lines(9);
        let head = |seq: usize| Head { seq: seq as u64, hash: alert(&lines[seq - 1].1).expect("an alert").hash };
        for rotated in [false, true] {
            let dir = tempfile::tempdir().expect("a folder");
            let (mut log, _) = open(dir.path(), &Head::genesis());
            log.append(&lines).expect("written");
            if rotated {
                log.rotate().expect("rotated");
            }
            drop(log);
            // The database was restored from when it had five.
            let (mut log, said) = open(dir.path(), &head(5));
            assert!(said.iter().any(|said| said.contains("ahead of the database")), "{said:?}");
            let from = log.seq() as usize;
            log.append(&lines[from..5]).expect("written");
            assert_eq!(faults(dir.path(), &head(5)), [""; 0], "rotated: {rotated}");
            assert!(names(dir.path()).iter().any(|name| name.starts_with("alerts.ahead-")), "{:?}", names(dir.path()));
        }
        // Restored, and gone another way since: as long, but other lines.
        let dir = tempfile::tempdir().expect("a folder");
        let (mut log, _) = open(dir.path(), &Head::genesis());
        log.append(&lines[..5]).expect("written");
        drop(log);
        let (log, said) = open(dir.path(), &Head { seq: 5, hash: "other".into() });
        assert_eq!(log.seq(), 0);
        assert!(said.iter().any(|said| said.contains("does not know")), "{said:?}");
    }

    #[test]
    fn a_file_that_somebody_moved_or_wrote_to_is_not_gone_on_with() {
        let (lines, _) = lines(9);
        let head = |seq: usize| Head { seq: seq as u64, hash: alert(&lines[seq - 1].1).expect("an alert").hash };
        for touch in ["moved", "removed", "replaced", "emptied", "written to", "text moved", "folder removed"] {
            let dir = tempfile::tempdir().expect("a folder");
            let folder = dir.path().join("log");
            let path = |name: &str| folder.join(name);
            let (mut log, _) = open(&folder, &Head::genesis());
            log.append(&lines[..5]).expect("written");
            assert!(log.is_in_place());
            let whole = fs::read(path(JSONL)).expect("the log");
            match touch {
                "moved" => fs::rename(path(JSONL), path("alerts.jsonl.1")).expect("moved"),
                "removed" => fs::remove_file(path(JSONL)).expect("removed"),
                "replaced" => {
                    fs::write(path("new"), &whole).expect("written");
                    fs::rename(path("new"), path(JSONL)).expect("replaced");
                }
                "emptied" => fs::write(path(JSONL), "").expect("emptied"),
                "written to" => fs::write(path(JSONL), [&whole, b"\n".as_slice()].concat()).expect("written"),
                "text moved" => fs::rename(path(TEXT), path("alerts.log.1")).expect("moved"),
                _ => fs::remove_dir_all(&folder).expect("removed"),
            }
            assert!(!log.is_in_place(), "{touch}");
            drop(log);
            let (mut log, said) = open(&folder, &head(5));
            let from = log.seq() as usize;
            log.append(&lines[from..]).expect("written");
            assert!(log.is_in_place(), "{touch}");
            assert_eq!(faults(&folder, &head(9)), [""; 0], "{touch}: {said:?}");
            let put_aside = names(&folder).iter().any(|name| name.starts_with("alerts.damaged"));
            assert_eq!(put_aside, touch == "written to", "{touch}: {said:?}");
        }
    }
}
