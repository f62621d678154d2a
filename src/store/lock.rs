//! One daemon a state folder: `wireroom.lock` is held while it runs and names its process.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::in_place::is_in_place;

const NAME: &str = "wireroom.lock";

/// Held until dropped; the kernel lets go of it however the process ends.
#[derive(Debug)]
pub struct Lock {
    file: File,
    path: PathBuf,
}

impl Lock {
    /// Whether the folder is still the one that was taken: somebody may have removed or replaced it, and what is written then
    /// goes nowhere.
    pub fn is_in_place(&self) -> bool {
        is_in_place(&self.file, &self.path)
    }
}

/// Takes the folder; the error says who has it.
pub fn take(state_dir: &Path) -> Result<Lock, String> {
    let path = state_dir.join(NAME);
    let open = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path);
    let mut file = open.map_err(|error| format!("{}: {error}", path.display()))?;
    // A `status` command may hold it for the blink of an eye.
    for patience in [5, 20, 100, 0] {
        match file.try_lock() {
            Ok(()) => {
                let written = file
                    .set_len(0)
                    .and_then(|()| file.rewind())
                    .and_then(|()| writeln!(file, "{}", std::process::id()));
                written.map_err(|error| format!("{}: {error}", path.display()))?;
                return Ok(Lock { file, path });
            }
            Err(TryLockError::WouldBlock) if patience > 0 => std::thread::sleep(Duration::from_millis(patience)),
            Err(TryLockError::WouldBlock) => break,
            Err(TryLockError::Error(error)) => return Err(format!("{}: {error}", path.display())),
        }
    }
    let mut owner = String::new();
    let _ = file.read_to_string(&mut owner);
    Err(format!(
        "another wireroom (process {}) runs on {}; stop it first, or give this one a state_dir of its own",
        owner.trim(),
        state_dir.display()
    ))
}

/// The process that runs on a state folder, where there is one.
pub fn running(state_dir: &Path) -> Option<String> {
    let mut file = File::open(state_dir.join(NAME)).ok()?;
    match file.try_lock_shared() {
        Ok(()) | Err(TryLockError::Error(_)) => None,
        Err(TryLockError::WouldBlock) => {
            let mut owner = String::new();
            file.read_to_string(&mut owner).ok()?;
            Some(owner.trim().to_owned())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_daemon_is_refused_and_told_who_is_first() {
        let dir = tempfile::tempdir().expect("a folder");
        assert_eq!(running(dir.path()), None);
        let first = take(dir.path()).expect("free");
        assert_eq!(running(dir.path()), Some(std::process::id().to_string()));
        let refused = take(dir.path()).expect_err("taken");
        assert!(refused.contains(&format!("process {}", std::process::id())), "{refused}");
        assert!(first.is_in_place());
        drop(first);
        let again = take(dir.path()).expect("free again");
        std::fs::remove_file(dir.path().join(NAME)).expect("removed");
        assert!(!again.is_in_place());
    }
}
