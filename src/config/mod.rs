//! Options (as written) → check → settings (as used); every problem of every file at once. Shell: it reads the folder.

mod check;
pub mod edit;
mod groups;
mod init;
mod last_good;
mod load;
pub mod marks;
pub mod opml;
mod options;
mod problem;
mod remarks;
mod secret;
pub mod settings;
mod topics;
mod value;

pub use check::Environment;
pub use init::init;
pub use last_good::{Refused, TakeUp, keep_last_good, load_with_last_good};
pub use load::{Loaded, fingerprint, load, load_topics, load_topics_to_compile, load_topics_with, locate, state_dir};
pub use problem::{Problem, Reach, Source, nearest};
pub use remarks::{Remark, Subject, remarks};
pub use secret::{REDACTED, Secret, credential, credential_or_file, is_telling, scrub, shown_url};
pub use value::{duration, show_duration};

/// The process's own environment, for [`load`] and its kin.
pub fn process_environment(name: &str) -> Option<String> {
    std::env::var(name).ok()
}
