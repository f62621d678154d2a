//! The command line: one file a command; prints, decides nothing.

mod alerts;
pub mod args;
mod articles;
mod check;
mod copies;
mod demo;
mod explain;
mod feeds;
mod init;
mod inspect;
mod log;
pub mod logging;
mod marks;
mod matching;
mod outbox;
pub mod output;
mod progress;
mod rehearsal;
mod run;
mod snippet;
mod status;
mod topics;
mod which;

use std::path::PathBuf;

use jiff::Timestamp;

use crate::config::settings::Settings;
use crate::config::{self, process_environment};
use crate::store::Store;
use args::{Cli, Command, Format, Global};
use output::{Exit, note, paint};

/// Why a command could not do its work: a line for people, and the exit status.
#[derive(Debug)]
pub struct Failure {
    pub message: String,
    pub exit: Exit,
}

impl Failure {
    fn usage(message: impl Into<String>) -> Self {
        Self { message: message.into(), exit: Exit::Usage }
    }

    fn problem(message: impl std::fmt::Display) -> Self {
        Self { message: message.to_string(), exit: Exit::Problems }
    }
}

impl From<crate::store::StoreError> for Failure {
    fn from(error: crate::store::StoreError) -> Self {
        Self::problem(error)
    }
}

type Outcome = Result<Exit, Failure>;

/// Runs a command to its end.
pub fn run(cli: Cli) -> Exit {
    let default = match cli.command {
        Command::Run(_) => "info",
        _ => "warn",
    };
    if let Err(error) = logging::start(cli.global.log.as_deref(), default) {
        note(format!("wireroom: {error}"));
        return Exit::Usage;
    }
    match dispatch(cli) {
        Ok(exit) => exit,
        Err(failure) => {
            note(format!("{} {}", paint(output::RED, "wireroom:"), failure.message));
            failure.exit
        }
    }
}

fn dispatch(cli: Cli) -> Outcome {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .max_blocking_threads(64)
        .enable_all()
        .build()
        .map_err(|error| Failure::problem(format!("the runtime could not start: {error}")))?;
    let global = &cli.global;
    runtime.block_on(async {
        match cli.command {
            Command::Run(args) => run::run(global, &args).await,
            Command::Demo(args) => demo::demo(global, &args).await,
            Command::Check => check::check(global).await,
            Command::Init(args) => init::init(&args),
            Command::Status => status::status(global).await,
            Command::Alerts(args) => alerts::alerts(global, args).await,
            Command::Articles(args) => articles::articles(global, &args).await,
            Command::Topics(args) => topics::topics(global, args).await,
            Command::Feeds(args) => feeds::feeds(global, args).await,
            Command::Inspect(args) => inspect::inspect(global, args).await,
            Command::Match(args) => matching::matching(global, &args),
            Command::Explain(args) => explain::explain(global, &args).await,
            Command::Copies(args) => copies::copies(global, args).await,
            Command::Log(args) => log::log(global, args).await,
            Command::Outbox(args) => outbox::outbox(global, args).await,
        }
    })
}

/// Where the configuration stands.
fn config_dir(global: &Global) -> Result<PathBuf, Failure> {
    config::locate(global.config.as_deref(), &process_environment).map_err(Failure::usage)
}

/// The settings as the daemon would take them up; problems are told by `check`, not by every command.
fn settings(global: &Global) -> Result<Settings, Failure> {
    let dir = config_dir(global)?;
    config::load_with_last_good(&dir, &process_environment).map(|taken| taken.settings).map_err(|problems| {
        let count = problems.len();
        let first = problems.first().map(ToString::to_string).unwrap_or_default();
        Failure { message: format!("{first} ({count} in all; `wireroom check` shows them)"), exit: Exit::Config }
    })
}

/// The database for reading.
fn open_store(settings: &Settings) -> Result<Store, Failure> {
    Ok(Store::open_read(&settings.state_dir)?)
}

/// The instant that far back.
fn ago(text: &str) -> Result<Timestamp, Failure> {
    let back = config::duration(text).map_err(Failure::usage)?;
    let back = jiff::SignedDuration::try_from(back).unwrap_or(jiff::SignedDuration::MAX);
    Ok(now().checked_sub(back).unwrap_or(Timestamp::MIN))
}

/// The clock, for commands.
#[expect(clippy::disallowed_methods, reason = "commands are where the clock is read")]
fn now() -> Timestamp {
    Timestamp::now()
}

/// How long ago, in the largest unit that fits: `3 min`, `2 h`, `5 d`.
fn since(at: Option<Timestamp>, now: Timestamp) -> String {
    let Some(at) = at else { return "never".to_owned() };
    let seconds = now.duration_since(at).as_secs();
    let (text, ahead) = (span(seconds.unsigned_abs()), seconds < 0);
    if ahead { format!("in {text}") } else { format!("{text} ago") }
}

fn span(seconds: u64) -> String {
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3600 => format!("{} min", seconds / 60),
        3600..172_800 => format!("{} h", seconds / 3600),
        _ => format!("{} d", seconds / 86_400),
    }
}

/// Bytes in the largest binary unit that fits.
fn size(bytes: u64) -> String {
    let mut value = bytes as f64;
    for unit in ["B", "KiB", "MiB", "GiB"] {
        if value < 1024.0 {
            return if unit == "B" { format!("{bytes} B") } else { format!("{value:.1} {unit}") };
        }
        value /= 1024.0;
    }
    format!("{value:.1} TiB")
}

fn is_json(global: &Global) -> bool {
    global.format == Format::Json
}
