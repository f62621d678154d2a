//! The process: arguments, exit status.

use std::process::ExitCode;

use clap::Parser as _;

fn main() -> ExitCode {
    ExitCode::from(wireroom::cli::run(wireroom::cli::args::Cli::parse()).code())
}
