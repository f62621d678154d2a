//! A new configuration: the shipped files, written where nothing stands yet.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

const FILES: &[(&str, &str)] = &[
    ("wireroom.toml", include_str!("../../config/wireroom.toml")),
    ("feeds.toml", include_str!("../../config/feeds.toml")),
    ("topics/us-mexico.toml", include_str!("../../config/topics/us-mexico.toml")),
    ("topics/outbreaks.toml", include_str!("../../config/topics/outbreaks.toml")),
    ("topics/press-freedom.toml", include_str!("../../config/topics/press-freedom.toml")),
];

/// Writes the files; those written. An error where one stands already: nothing of anybody's is overwritten.
pub fn init(dir: &Path) -> io::Result<Vec<PathBuf>> {
    if let Some((name, _)) = FILES.iter().find(|(name, _)| dir.join(name).exists()) {
        let message = format!("{} is there already; nothing was written", dir.join(name).display());
        return Err(io::Error::new(io::ErrorKind::AlreadyExists, message));
    }
    make(&dir.join("feeds.d"), |path| fs::create_dir_all(path))?;
    let mut written = Vec::new();
    for (name, text) in FILES {
        let path = dir.join(name);
        make(path.parent().unwrap_or(dir), |path| fs::create_dir_all(path))?;
        make(&path, |path| fs::write(path, text))?;
        written.push(path);
    }
    Ok(written)
}

/// Makes a file or a folder; the error says which.
fn make(path: &Path, how: impl FnOnce(&Path) -> io::Result<()>) -> io::Result<()> {
    how(path).map_err(|error| io::Error::new(error.kind(), format!("{}: {error}", path.display())))
}
