//! The command line: one file a command; prints, decides nothing.

pub mod args;
pub mod logging;
pub mod output;
