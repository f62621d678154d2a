//! The files of the alert log → their lines, in the order of the chain.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

use super::JSONL;

/// A longer line is no alert; reading stops there.
const MAX_LINE: u64 = 64 << 20;

/// A file with lines of the chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogFile {
    pub path: PathBuf,
}

impl LogFile {
    /// Its name, for messages.
    pub fn name(&self) -> String {
        self.path.file_name().unwrap_or_default().to_string_lossy().into_owned()
    }

    /// Its lines as text, bytes outside UTF-8 replaced (the hash of such a line does not hold); the last one may lack its end.
    pub fn raw_lines(&self) -> io::Result<impl Iterator<Item = io::Result<(String, bool)>> + use<>> {
        let file = File::open(&self.path)?;
        let packed = self.path.extension().is_some_and(|extension| extension == "gz");
        let mut input: Box<dyn BufRead + Send> = if packed {
            Box::new(BufReader::new(flate2::read::MultiGzDecoder::new(BufReader::new(file))))
        } else {
            Box::new(BufReader::new(file))
        };
        let mut ended = false;
        Ok(std::iter::from_fn(move || {
            if ended {
                return None;
            }
            let mut line = Vec::new();
            match input.by_ref().take(MAX_LINE).read_until(b'\n', &mut line) {
                Ok(0) => None,
                Ok(_) => {
                    let whole = line.pop_if(|last| *last == b'\n').is_some();
                    ended = !whole;
                    Some(Ok((String::from_utf8_lossy(&line).into_owned(), whole)))
                }
                Err(error) => {
                    ended = true;
                    Some(Err(error))
                }
            }
        }))
    }

    pub fn lines(&self) -> io::Result<impl Iterator<Item = io::Result<String>> + use<>> {
        Ok(self.raw_lines()?.map(|line| line.map(|(line, _)| line)))
    }
}

/// Every file of a log folder: the rotated ones first.
pub fn files(dir: &Path) -> io::Result<Vec<LogFile>> {
    let mut found: Vec<LogFile> = rotated(dir)?.into_iter().map(|file| LogFile { path: file.path }).collect();
    let open = dir.join(JSONL);
    if open.exists() {
        found.push(LogFile { path: open });
    }
    Ok(found)
}

/// A rotated file of the chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Rotated {
    pub path: PathBuf,
    pub first_seq: u64,
    pub last_seq: u64,
}

pub(super) fn rotated(dir: &Path) -> io::Result<Vec<Rotated>> {
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

/// Opens for reading; none where it is not there.
pub(super) fn existing(path: &Path) -> io::Result<Option<File>> {
    match File::open(path) {
        Ok(file) => Ok(Some(file)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// The first line, and the last one that has its end.
pub(super) fn first_and_last(path: &Path) -> io::Result<(Option<String>, Option<String>)> {
    let Some(file) = existing(path)? else { return Ok((None, None)) };
    let end = whole_lines(path)?;
    let mut first = String::new();
    BufReader::new((&file).take(end.min(MAX_LINE))).read_line(&mut first)?;
    if first.is_empty() {
        return Ok((None, None));
    }
    // From the line feed before the last one.
    let start = line_feed_before(&file, end - 1)?.map_or(0, |at| at + 1);
    let mut last = String::new();
    (&file).seek(SeekFrom::Start(start))?;
    (&file).take((end - start).min(MAX_LINE)).read_to_string(&mut last)?;
    let trimmed = |line: &str| Some(line.trim_end_matches('\n').to_owned());
    Ok((trimmed(&first), trimmed(&last)))
}

/// Up to where a file consists of whole lines; 0 where it is not there.
pub(super) fn whole_lines(path: &Path) -> io::Result<u64> {
    let Some(file) = existing(path)? else { return Ok(0) };
    let length = file.metadata()?.len();
    Ok(line_feed_before(&file, length)?.map_or(0, |at| at + 1))
}

/// The last line feed before a place.
fn line_feed_before(mut file: &File, mut end: u64) -> io::Result<Option<u64>> {
    let mut block = vec![0; 64 << 10];
    while end > 0 {
        let start = end.saturating_sub(block.len() as u64);
        let size = (end - start) as usize;
        file.seek(SeekFrom::Start(start))?;
        file.read_exact(&mut block[..size])?;
        if let Some(at) = memchr::memrchr(b'\n', &block[..size]) {
            return Ok(Some(start + at as u64));
        }
        end = start;
    }
    Ok(None)
}
