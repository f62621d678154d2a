//! A configuration folder → everything a run needs, or why there is nothing to run with.

use std::fs;
use std::path::{Path, PathBuf};

use crate::config::settings::Settings;
use crate::config::{self, Problem, Refused};
use crate::store::lock::{self, Lock};
use crate::store::{Store, StoreError};

/// Why a run could not begin, or go on.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Exit status 78: restarting will not help.
    #[error("the configuration has problems and there is no last good version of it")]
    Config(Vec<Problem>),
    #[error("{0}")]
    Folder(String),
    #[error("{0}")]
    Taken(String),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("{0}")]
    Settings(String),
}

/// A run about to begin: the state folder is ours.
#[derive(Debug)]
pub struct Startup {
    pub config_dir: PathBuf,
    /// What the folder looked like before it was read.
    pub fingerprint: u64,
    pub settings: Settings,
    pub refused: Vec<Refused>,
    pub store: Store,
    pub lock: Lock,
}

impl Startup {
    /// Blocking: reads the configuration, takes the state folder, opens the database.
    pub fn prepare(config_dir: &Path) -> Result<Self, StartError> {
        let fingerprint = config::fingerprint(config_dir);
        let taken =
            config::load_with_last_good(config_dir, &config::process_environment).map_err(StartError::Config)?;
        let settings = taken.settings;
        for dir in [&settings.state_dir, &settings.log_dir] {
            fs::create_dir_all(dir).map_err(|error| StartError::Folder(format!("{}: {error}", dir.display())))?;
        }
        let lock = lock::take(&settings.state_dir).map_err(StartError::Taken)?;
        let store = Store::open(&settings.state_dir)?;
        if let Err(error) = config::keep_last_good(&settings.state_dir, &taken.sources) {
            tracing::warn!(%error, "the last good version of the configuration could not be kept");
        }
        Ok(Self { config_dir: config_dir.to_owned(), fingerprint, settings, refused: taken.refused, store, lock })
    }
}
