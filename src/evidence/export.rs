//! A copy → what it holds, in a form that other programs read.

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::Path;

use crate::fetch;
use crate::store::copies::{cdxj, read};
use crate::store::{CopyRow, Store, StoreError};

/// The largest page that is decoded.
const MAX_PAGE: usize = 256 << 20;

#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("{0}")]
    Copy(String),
}

/// A WARC file of its own: who wrote it, the earlier response that a revisit refers to, and the copy, byte for byte.
pub async fn warc(store: &Store, state_dir: &Path, copy: &CopyRow) -> Result<Vec<u8>, ExportError> {
    let mut groups = Vec::new();
    if copy.place.path != copy.path || copy.place.offset != copy.offset {
        let found = store.copies_at(copy.place.clone()).await?;
        let original = found.into_iter().find(|row| row.path == copy.place.path && row.offset == copy.place.offset);
        groups.push(original.ok_or_else(|| ExportError::Copy("the response it refers to is not known".to_owned()))?);
    }
    groups.push(copy.clone());
    let mut bytes = Vec::new();
    for group in groups {
        if let Some(info) = info_of(store, state_dir, &group).await? {
            bytes.extend(slice(state_dir, &group.path, info.start, info.length)?);
        }
        bytes.extend(slice(state_dir, &group.path, group.start, group.length)?);
    }
    Ok(bytes)
}

struct Info {
    start: u64,
    length: u64,
}

/// Where the warcinfo stands that a copy was written under; none where the copy begins with it.
async fn info_of(store: &Store, state_dir: &Path, copy: &CopyRow) -> Result<Option<Info>, ExportError> {
    let earlier = store.copies_in(copy.path.clone()).await?;
    for row in earlier.iter().rev().filter(|row| row.start <= copy.start) {
        let record = read::record(state_dir, &row.path, row.start).map_err(ExportError::Copy)?;
        if record.kind() == "warcinfo" {
            let own = row.start == copy.start;
            return Ok((!own).then_some(Info { start: row.start, length: record.length }));
        }
    }
    Ok(None)
}

fn slice(state_dir: &Path, path: &str, start: u64, length: u64) -> Result<Vec<u8>, ExportError> {
    let failed = |error: std::io::Error| ExportError::Copy(format!("{path}: {error}"));
    let mut file = File::open(state_dir.join(path)).map_err(failed)?;
    file.seek(SeekFrom::Start(start)).map_err(failed)?;
    let mut bytes = vec![0; length as usize];
    file.read_exact(&mut bytes).map_err(failed)?;
    Ok(bytes)
}

/// The page or feed as a browser would get it: the payload, its content codings undone.
pub fn html(state_dir: &Path, copy: &CopyRow) -> Result<Vec<u8>, ExportError> {
    let record = read::record(state_dir, &copy.place.path, copy.place.offset).map_err(ExportError::Copy)?;
    let coding = record.http("Content-Encoding").1.unwrap_or_default();
    fetch::decode(record.payload(), &coding, MAX_PAGE).map_err(|error| ExportError::Copy(error.to_string()))
}

/// What was read of it; for a feed the headlines that were new.
pub fn text(state_dir: &Path, copy: &CopyRow) -> Result<String, ExportError> {
    let made = read::made_of(state_dir, copy).map_err(ExportError::Copy)?;
    if let Some(text) = made["text"].as_str() {
        return Ok(text.to_owned());
    }
    let titles = made["new_entries"].as_array().map(Vec::as_slice).unwrap_or_default();
    Ok(titles.iter().filter_map(|title| title.as_str()).map(|title| format!("- {title}\n")).collect())
}

/// The text under its headline, with where and when it was had and how to find it again.
pub fn markdown(state_dir: &Path, copy: &CopyRow) -> Result<String, ExportError> {
    let made = read::made_of(state_dir, copy).map_err(ExportError::Copy)?;
    let title = made["title"].as_str().filter(|title| !title.is_empty()).unwrap_or(&copy.title);
    let mut page = format!("# {}\n\n", escape(title));
    let mut row = |name: &str, value: &str| {
        if !value.is_empty() {
            page.push_str(&format!("- {name}: {}\n", escape(value)));
        }
    };
    let byline: Vec<&str> = made["byline"].as_array().into_iter().flatten().filter_map(|name| name.as_str()).collect();
    row("by", &byline.join(", "));
    row("site", made["site"].as_str().unwrap_or_default());
    row("published", made["published"].as_str().unwrap_or_default());
    page.push_str(&format!(
        "- address: <{}>\n- received: {}\n- SHA-256 of what was received: `{}`\n- copy: `{}` at {}\n\n",
        copy.url, copy.at, copy.place.sha256, copy.place.path, copy.place.offset
    ));
    let text = text(state_dir, copy)?;
    let paragraphs: Vec<String> = match made["text"].as_str() {
        Some(text) => text.split("\n\n").map(escape).collect(),
        None => vec![text],
    };
    page.push_str(&paragraphs.join("\n\n"));
    page.push('\n');
    Ok(page)
}

/// A stranger's text must not become markup: nothing in it is a heading, a link, an image or HTML.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut begins = true;
    for c in text.chars() {
        let markup = matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '&' | '|' | '~')
            || (begins && matches!(c, '#' | '-' | '+' | '='));
        if markup {
            out.push('\\');
        }
        out.push(c);
        begins = c == '\n' || (begins && c.is_whitespace());
    }
    out
}

/// The lines of an index of copies, sorted as players want them, and what could not be indexed.
pub fn cdxj(state_dir: &Path, copies: &[CopyRow], mut progress: impl FnMut()) -> (Vec<String>, Vec<String>) {
    let (mut lines, mut faults) = (Vec::new(), Vec::new());
    for copy in copies {
        match cdxj::line(state_dir, copy) {
            Ok(line) => lines.push(line),
            Err(fault) => faults.push(fault),
        }
        progress();
    }
    lines.sort();
    (lines, faults)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_strangers_text_becomes_no_markup() {
        assert_eq!(escape("# [x](javascript:y) <b> *a*"), "\\# \\[x\\](javascript:y) \\<b\\> \\*a\\*");
        assert_eq!(escape("a # b\n- c"), "a # b\n\\- c");
    }
}
