//! The process: arguments, exit status.

use clap::Parser as _;

fn main() {
    let _cli = wireroom::cli::args::Cli::parse();
}
