//! `init`: a working configuration, asking nothing.

use std::path::PathBuf;

use super::args::InitArgs;
use super::output::{Exit, line};
use super::{Failure, Outcome};
use crate::config;

pub fn init(args: &InitArgs) -> Outcome {
    let dir = args.dir.clone().unwrap_or_else(|| PathBuf::from("config"));
    let written = config::init(&dir).map_err(Failure::problem)?;
    for path in written {
        line(format!("wrote {}", path.display()));
    }
    line(format!("next: edit {}/feeds.toml and topics/, then `wireroom run --config {0}`", dir.display()));
    Ok(Exit::Done)
}
