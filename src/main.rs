//! The process: arguments, exit status.

use std::process::ExitCode;

use clap::Parser as _;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    ExitCode::from(wireroom::cli::run(wireroom::cli::args::Cli::parse()).code())
}
