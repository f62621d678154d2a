//! What a crash left in the files of copies: a partial record at an end is cut, a whole one that nothing refers to stays and
//! is noted as an orphan.

use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::io::{self, BufReader, Seek as _, SeekFrom};
use std::path::Path;

use super::{files, warc};

/// Bytes of a file that belong to no committed copy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    pub path: String,
    pub start: u64,
    pub end: u64,
}

#[derive(Debug, Default, PartialEq, Eq)]
pub struct Mended {
    /// What was done, in words.
    pub said: Vec<String>,
    /// Files that are not there, or end before what is committed.
    pub short: Vec<String>,
    /// Whole records that nothing refers to, found now.
    pub orphans: Vec<Gap>,
}

/// Looks behind the last committed byte of each file (`ends`), and between committed copies (`gaps`).
pub fn mend(state_dir: &Path, ends: &BTreeMap<String, u64>, gaps: Vec<Gap>) -> io::Result<Mended> {
    let mut mended = Mended::default();
    let files = files(state_dir)?;
    for (path, end) in ends {
        let length = files.iter().find(|(name, _)| name == path).map_or(0, |(_, length)| *length);
        // What retention has begun to remove goes up to the end of all.
        if length < *end && *end < i64::MAX.unsigned_abs() {
            mended.short.push(path.clone());
        }
    }
    for gap in gaps {
        if files.iter().any(|(path, length)| *path == gap.path && *length >= gap.end) {
            let end = whole_until(state_dir, &gap)?;
            if end > gap.start {
                mended.orphans.push(Gap { end, ..gap });
            }
        }
    }
    for (path, length) in files {
        let start = ends.get(&path).copied().unwrap_or(0);
        if length <= start {
            continue;
        }
        let tail = Gap { path, start, end: length };
        let end = whole_until(state_dir, &tail)?;
        if end < length {
            let file = OpenOptions::new().write(true).open(state_dir.join(&tail.path))?;
            file.set_len(end)?;
            file.sync_all()?;
            mended.said.push(format!("{}: {} bytes of a partial record cut", tail.path, length - end));
        }
        if end > start {
            mended.orphans.push(Gap { end, ..tail });
        }
    }
    Ok(mended)
}

/// Up to where a gap holds whole records.
fn whole_until(state_dir: &Path, gap: &Gap) -> io::Result<u64> {
    let mut file = std::fs::File::open(state_dir.join(&gap.path))?;
    file.seek(SeekFrom::Start(gap.start))?;
    let mut input = BufReader::with_capacity(64 << 10, file);
    let mut at = gap.start;
    while at < gap.end {
        match warc::read_from(&mut input) {
            Ok(record) if at + record.length <= gap.end => at += record.length,
            _ => break,
        }
    }
    Ok(at)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::Write as _;

    use super::super::write::tests::append;
    use super::super::{CopyWriter, verify};
    use super::*;

    #[test]
    fn after_a_crash_a_partial_record_is_cut_and_a_whole_one_is_noted() {
        let dir = tempfile::tempdir().expect("a folder");
        let mut writer = CopyWriter::new(dir.path(), "c0ffee");
        let (one, two) = (append(&mut writer, b"first"), append(&mut writer, b"second"));
        drop(writer);
        let ends = BTreeMap::from([(one.path.clone(), one.start + one.length)]);
        let path = dir.path().join(&one.path);
        let whole = fs::metadata(&path).expect("the file").len();
        let mut file = OpenOptions::new().append(true).open(&path).expect("the file");
        file.write_all(&[0x1f, 0x8b, 8, 0, 0]).expect("written");
        let orphan = Gap { path: two.path.clone(), start: two.start, end: whole };
        let mended = mend(dir.path(), &ends, Vec::new()).expect("mended");
        assert_eq!((mended.said.len(), &mended.orphans), (1, &vec![orphan]));
        assert_eq!(fs::metadata(&path).expect("the file").len(), whole);
        assert_eq!(verify::copy(dir.path(), &two), Ok(()));
        let ends = BTreeMap::from([(one.path.clone(), whole)]);
        assert_eq!(mend(dir.path(), &ends, Vec::new()).expect("mended"), Mended::default());
        let ends = BTreeMap::from([(one.path.clone(), whole + 1), ("copies/2026/11/24/gone.warc.gz".into(), 5)]);
        let short = mend(dir.path(), &ends, Vec::new()).expect("mended").short;
        assert_eq!(short, ["copies/2026/11/24/gone.warc.gz", one.path.as_str()]);
        let ends = BTreeMap::from([(one.path.clone(), whole)]);
        // The same between two committed ones.
        let gap = Gap { path: one.path.clone(), start: 0, end: one.length };
        assert_eq!(mend(dir.path(), &ends, vec![gap.clone()]).expect("mended").orphans, [gap]);
    }
}
