//! Whether an open file is still what stands under its name: what is written to one that somebody moved, removed or replaced is
//! found by nobody.

use std::fs::{self, File};
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

/// Whether it is; not where that cannot be told.
pub fn is_in_place(file: &File, path: &Path) -> bool {
    let same = |there: fs::Metadata| file.metadata().map(|own| (there.dev(), there.ino()) == (own.dev(), own.ino()));
    fs::metadata(path).and_then(same).unwrap_or(false)
}
