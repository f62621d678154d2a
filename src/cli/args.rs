//! The command line as clap sees it. Nothing but shapes and help texts: the man pages and completions are made from it.

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand, ValueEnum};

/// A news monitor: polls feeds, reads the articles, tells you those about your topics, and keeps evidence.
#[derive(Debug, Parser)]
#[command(name = "wireroom", version, max_term_width = 100, propagate_version = true)]
#[command(after_help = "Start with `wireroom demo`, then `wireroom init`.")]
pub struct Cli {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: Command,
}

/// Options of every command.
#[derive(Debug, Clone, Args)]
pub struct Global {
    /// The configuration folder [default: $WIREROOM_CONFIG, ./config, $XDG_CONFIG_HOME/wireroom, /etc/wireroom]
    #[arg(long, global = true, value_name = "DIR")]
    pub config: Option<PathBuf>,
    /// What to log to stderr: error, warn, info, debug, or tracing directives [default: $RUST_LOG, info]
    #[arg(long, global = true, value_name = "LEVEL")]
    pub log: Option<String>,
    /// How to print: for people, or JSON Lines
    #[arg(long, global = true, value_name = "FORMAT", value_parser = formats(&["text", "json"]), default_value = "text")]
    pub format: Format,
}

/// How to print, or to write out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    Text,
    Json,
    Warc,
    Html,
    Md,
    Cdxj,
}

/// Some of the formats: commands print fewer than can be written out.
fn formats(names: &'static [&'static str]) -> impl TypedValueParser<Value = Format> {
    PossibleValuesParser::new(names).map(|name| Format::from_str(&name, false).expect("a name of the list is a format"))
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run the daemon
    #[command(after_help = "Example: wireroom run --once --config config")]
    Run(RunArgs),
    /// Show the whole pipeline on a small news site on this machine; needs no internet
    #[command(after_help = "Example: wireroom demo --dir /tmp/wire --stay")]
    Demo(DemoArgs),
    /// Report every problem of the configuration, then what each topic needs
    #[command(after_help = "Example: wireroom check --config config")]
    Check,
    /// Write a working configuration
    #[command(after_help = "Example: wireroom init ./config")]
    Init(InitArgs),
    /// Say whether the daemon runs, what rules are in force, how the feeds are
    #[command(after_help = "Example: wireroom status --format json")]
    Status,
    /// Read the alert log
    #[command(after_help = "Example: wireroom alerts --topic us-mexico --since 24h --follow")]
    Alerts(AlertsArgs),
    /// Search the stored articles with the topics' query language, the newest first
    #[command(after_help = "Example: wireroom articles 'tariff* NEAR/10 Mexic*' --since 30d")]
    Articles(ArticlesArgs),
    /// List, add, test and mute topics
    #[command(after_help = "Example: wireroom topics add \"Border tariffs\" 'tariff* NEAR/10 Mexico' --severity high")]
    Topics(TopicsArgs),
    /// List feeds and how they are; find, add, import and export them
    #[command(after_help = "Example: wireroom feeds status")]
    Feeds(FeedsArgs),
    /// Show what the parser or the extractor makes of a file or URL
    #[command(after_help = "Example: wireroom inspect page --url https://example.org/a saved.html")]
    Inspect(InspectArgs),
    /// Match articles given as JSON Lines against topics
    #[command(after_help = "Example: wireroom match --topics config/topics articles.jsonl")]
    Match(MatchArgs),
    /// Say why a topic holds for an article or does not, and what became of it
    ///
    /// The query is shown as a tree, each clause true or false with the words that made it so; then the topic's filters, its
    /// score, and the article's course from the feed to the alert, or to the stage at which it stopped. Nothing is fetched.
    ///
    /// Exit status: 0 the topic holds for the article, told or not; 1 it does not, or the article is not known; 2 wrong usage.
    #[command(after_help = "Example: wireroom explain us-mexico https://www.bbc.co.uk/news/world-12345")]
    Explain(ExplainArgs),
    /// Stored evidence
    #[command(after_help = "Example: wireroom copies show a3kq")]
    Copies(CopiesArgs),
    /// The alert log's hash chain
    #[command(after_help = "Example: wireroom log verify")]
    Log(LogArgs),
    /// Alerts on their way to sinks
    #[command(after_help = "Example: wireroom outbox list")]
    Outbox(OutboxArgs),
}

#[derive(Debug, Args)]
pub struct RunArgs {
    /// Visit every feed now, deliver, and exit; 1 if some failed
    #[arg(long)]
    pub once: bool,
}

#[derive(Debug, Args)]
pub struct DemoArgs {
    /// Keep the demo's files here, as an installation has them: DIR/config, DIR/state, DIR/log
    #[arg(long, value_name = "DIR")]
    pub dir: Option<PathBuf>,
    /// Keep running until interrupted
    #[arg(long)]
    pub stay: bool,
}

#[derive(Debug, Args)]
pub struct InitArgs {
    /// Where to write it [default: ./config]
    pub dir: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct AlertsArgs {
    #[command(subcommand)]
    pub command: Option<AlertsCommand>,
    /// Only this topic
    #[arg(long, value_name = "TOPIC")]
    pub topic: Option<String>,
    /// Only those at most this old: 90s, 15m, 24h, 7d
    #[arg(long, value_name = "DURATION")]
    pub since: Option<String>,
    /// Only this severity or above: low, normal, high
    #[arg(long, value_name = "SEVERITY")]
    pub severity: Option<String>,
    /// Only those since you last asked so
    #[arg(long)]
    pub new: bool,
    /// Matches that were recorded but not told, with the reason
    #[arg(long)]
    pub held: bool,
    /// Go on printing new alerts as they come
    #[arg(long, short = 'f')]
    pub follow: bool,
}

#[derive(Debug, Subcommand)]
pub enum AlertsCommand {
    /// One alert, whole
    Show {
        /// The alert's id, or a unique beginning of it
        id: String,
    },
    /// Note for the team whether alerts were useful or false
    ///
    /// The judgement is appended to marks/USER.jsonl in the configuration folder, a plain file that is fit for git. Your last
    /// judgement of an alert counts.
    #[command(after_help = "Example: wireroom alerts mark w3utr2wb w7aool false --note \"about the movie\"")]
    Mark {
        /// The alerts' ids, or unique beginnings of them
        #[arg(required = true, value_name = "ID")]
        ids: Vec<String>,
        /// useful or false
        judgement: Judgement,
        /// Why
        #[arg(long, value_name = "TEXT")]
        note: Option<String>,
    },
}

/// What a person thinks of an alert.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Judgement {
    Useful,
    False,
}

#[derive(Debug, Args)]
pub struct ArticlesArgs {
    /// The query
    #[arg(allow_hyphen_values = true)]
    pub query: String,
    /// Only articles first seen at most this long ago: 24h, 30d [default: all that are stored]
    #[arg(long, value_name = "DURATION")]
    pub since: Option<String>,
    /// Show at most this many
    #[arg(long, value_name = "N", default_value_t = 50)]
    pub limit: usize,
}

#[derive(Debug, Args)]
pub struct TopicsArgs {
    #[command(subcommand)]
    pub command: Option<TopicsCommand>,
}

#[derive(Debug, Subcommand)]
pub enum TopicsCommand {
    /// List the topics
    List,
    /// Check a query and write it as a new topic
    Add {
        /// What it is called
        name: String,
        /// The query
        #[arg(allow_hyphen_values = true)]
        query: String,
        /// low, normal or high
        #[arg(long, value_name = "SEVERITY", default_value = "normal")]
        severity: String,
        /// The file to write [default: topics/ID.toml]
        #[arg(long, value_name = "FILE")]
        file: Option<PathBuf>,
    },
    /// Replay a topic on the stored articles: what it newly finds, what it loses, how many alerts a day
    #[command(after_help = "Example: wireroom topics test us-mexico --file edited.toml --since 30d")]
    Test {
        /// The topic's id, or a unique beginning of it
        topic: String,
        /// A topics file with the edited version, compared with the configured one [default: the configured one, compared
        /// with what was recorded]
        #[arg(long, value_name = "FILE")]
        file: Option<PathBuf>,
        /// Articles first seen at most this long ago
        #[arg(long, value_name = "DURATION", default_value = "30d")]
        since: String,
    },
    /// Hold a topic's alerts back for a time
    Mute {
        topic: String,
        /// How long: 12h, 3d
        #[arg(long = "for", value_name = "DURATION")]
        duration: String,
    },
    /// Tell a topic's alerts again
    Unmute { topic: String },
}

#[derive(Debug, Args)]
pub struct FeedsArgs {
    #[command(subcommand)]
    pub command: Option<FeedsCommand>,
}

#[derive(Debug, Subcommand)]
pub enum FeedsCommand {
    /// List the feeds
    List,
    /// How each feed is, worst first
    ///
    /// READ and NEW say how long ago the feed was last read and last had something new, NEXT when it is read again, EVERY how
    /// often, SAVED how many bytes were not sent again thanks to conditional requests.
    #[command(after_help = "Example: wireroom feeds status --format json")]
    Status,
    /// Find the feeds of a site
    ///
    /// Looks at the address itself, at what its page names and links to, and at usual places; at most two dozen requests, which
    /// keep to robots.txt and to the distance between requests.
    #[command(after_help = "Example: wireroom feeds discover example.org")]
    Discover {
        /// The address of a site, of one of its pages, or of a feed
        url: String,
    },
    /// Find the feed of a site and write it into the configuration
    ///
    /// Where the site has several, they are listed: choose one by its address.
    #[command(after_help = "Example: wireroom feeds add https://example.org/news --tag uk --tag world")]
    Add {
        /// The address of a site, of one of its pages, or of a feed
        url: String,
        /// The feed's id [default: made of its title]
        #[arg(long)]
        id: Option<String>,
        /// The publisher, as a reader names it [default: the feed's title]
        #[arg(long, value_name = "NAME")]
        outlet: Option<String>,
        /// A word of your own, for tag: in a query; may be repeated
        #[arg(long = "tag", value_name = "TAG")]
        tags: Vec<String>,
        /// The file to write: feeds.toml, or NAME.toml for feeds.d/NAME.toml [default: feeds.toml]
        #[arg(long, value_name = "FILE")]
        file: Option<PathBuf>,
    },
    /// Add the feeds of a list that another reader exported (OPML)
    ///
    /// Folders and categories become tags; feeds that are there already are left out. A list may also be put into feeds.d/ as
    /// it is.
    #[command(after_help = "Example: wireroom feeds import subscriptions.opml --file imported.toml")]
    Import {
        /// The list; - for standard input
        #[arg(value_name = "OPML")]
        list: PathBuf,
        /// The file to write: feeds.toml, or NAME.toml for feeds.d/NAME.toml [default: feeds.toml]
        #[arg(long, value_name = "FILE")]
        file: Option<PathBuf>,
    },
    /// Print the feeds as a list for other readers (OPML 2.0)
    ///
    /// Import gives the same feeds again. Logins and the values of headers are left out.
    #[command(after_help = "Example: wireroom feeds export")]
    Export,
}

#[derive(Debug, Args)]
pub struct InspectArgs {
    #[command(subcommand)]
    pub what: InspectCommand,
}

#[derive(Debug, Subcommand)]
pub enum InspectCommand {
    /// What the parser makes of a feed, a sitemap or a list page
    ///
    /// A source is a file, a URL, or the id of a configured feed, which is read as the daemon would read it: with its
    /// selectors, headers and credential. With --item any page is read as a list page, so that selectors can be tried before
    /// they are configured. A sitemap index at a URL is followed to its newest sitemaps.
    #[command(after_help = "Example: wireroom inspect feed --item li.story --title h3 https://example.org/press")]
    Feed {
        /// The address the feed was had from, for relative links
        #[arg(long, value_name = "URL")]
        base: Option<String>,
        /// The Content-Type it was sent with
        #[arg(long, value_name = "TYPE")]
        content_type: Option<String>,
        #[command(flatten)]
        select: SelectArgs,
        /// Files, URLs, ids of configured feeds, or - for standard input
        #[arg(required = true, value_name = "SRC")]
        sources: Vec<String>,
    },
    /// What the extractor makes of a page
    Page {
        /// The address the page was had from
        #[arg(long, value_name = "URL")]
        url: Option<String>,
        /// Files, URLs, or - for standard input
        #[arg(required = true, value_name = "SRC")]
        sources: Vec<String>,
    },
}

/// CSS selectors for a list page, as `[feed.select]` has them.
#[derive(Clone, Debug, Args)]
pub struct SelectArgs {
    /// Read a list page: what each article stands in
    #[arg(long, value_name = "CSS")]
    pub item: Option<String>,
    /// In the item, its link; else the first one
    #[arg(long, value_name = "CSS", requires = "item")]
    pub link: Option<String>,
    /// In the item, its headline; else its first heading, else the text of its link
    #[arg(long, value_name = "CSS", requires = "item")]
    pub title: Option<String>,
    /// In the item, its date; else its first time element
    #[arg(long, value_name = "CSS", requires = "item")]
    pub date: Option<String>,
    /// In the item, its summary
    #[arg(long, value_name = "CSS", requires = "item")]
    pub summary: Option<String>,
}

#[derive(Debug, Args)]
pub struct MatchArgs {
    /// A topic file or a folder of them
    #[arg(long, value_name = "PATH")]
    pub topics: PathBuf,
    /// Print {articles, topics, compile_ms, match_ms} to stderr
    #[arg(long)]
    pub stats: bool,
    /// Articles as JSON Lines {id, title, text, url?, language?, lede?, outlet?, feed?, tags?}; - for standard input
    #[arg(value_name = "FILE")]
    pub files: Vec<PathBuf>,
}

#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// The topic's id
    pub topic: String,
    /// An address, an article's or alert's id or a unique beginning of it, a saved page, an article as JSON as `match` reads
    /// it, or - for standard input
    #[arg(value_name = "SRC")]
    pub source: String,
    /// Explain the topic as it stands in this file: the one of that id, or the only one
    #[arg(long, value_name = "FILE")]
    pub file: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct CopiesArgs {
    #[command(subcommand)]
    pub command: CopiesCommand,
}

#[derive(Debug, Subcommand)]
pub enum CopiesCommand {
    /// List the copies, newest first
    List {
        /// What went past its keeping instead: when, and by which setting
        #[arg(long)]
        removed: bool,
    },
    /// The text of a copy
    Show {
        /// An article's or alert's id, or a unique beginning of it
        id: String,
    },
    /// Write a copy out: the records, the page, or its text
    #[command(after_help = "Example: wireroom copies export w3utr2wb --format warc --output evidence.warc.gz")]
    Export {
        /// An article's or alert's id, or a unique beginning of it; an index may be of all copies
        id: Option<String>,
        /// warc: its records as a file of their own; html: the page as it was sent; text; md: the text with its origin;
        /// cdxj: an index for pywb
        #[arg(id = "format", long, value_name = "FORMAT", value_parser = formats(&["warc", "html", "text", "md", "cdxj"]),
            default_value = "text")]
        format: Format,
        /// Where to write it [default: standard output]
        #[arg(long, short, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// Recompute every hash, and compare with the database and the alert log
    ///
    /// Each difference is named: missing, truncated, altered, orphaned (a record that nothing refers to).
    Verify,
}

#[derive(Debug, Args)]
pub struct LogArgs {
    #[command(subcommand)]
    pub command: LogCommand,
}

#[derive(Debug, Subcommand)]
pub enum LogCommand {
    /// Check the chain from the first line to the head
    ///
    /// Removed, changed, inserted and reordered alerts and a cut tail are named by their numbers. Given files or a folder of
    /// log files, for example a copy on another machine, needs neither configuration nor database.
    #[command(after_help = "Example: wireroom log verify --key desk.pub ./log-from-the-server")]
    Verify {
        /// Log files, or folders of them [default: the configured log, compared with the database]
        #[arg(value_name = "PATH")]
        paths: Vec<PathBuf>,
        /// Trust what stands before this alert, by its number
        #[arg(long, value_name = "SEQ")]
        from: Option<u64>,
        /// A public key or an allowed-signers file: the checkpoints' signatures must hold
        #[arg(long, value_name = "FILE")]
        key: Option<PathBuf>,
    },
}

#[derive(Debug, Args)]
pub struct OutboxArgs {
    #[command(subcommand)]
    pub command: OutboxCommand,
}

#[derive(Debug, Subcommand)]
pub enum OutboxCommand {
    /// Deliveries that wait or are parked, by sink, and why
    #[command(after_help = "Example: wireroom outbox list --sink desk-chat")]
    List {
        /// Only this sink
        #[arg(long, value_name = "SINK")]
        sink: Option<String>,
        /// Those that were delivered as well
        #[arg(long)]
        all: bool,
    },
    /// Try what did not come through of an alert once more, now
    #[command(after_help = "Example: wireroom outbox retry w3utr2wb")]
    Retry {
        /// An alert's id, or a unique beginning of it
        id: String,
    },
    /// Send a sink what it was to be told since then, again
    #[command(after_help = "Example: wireroom outbox replay --sink desk-chat --since 24h")]
    Replay {
        /// The sink's id
        #[arg(long, value_name = "SINK")]
        sink: String,
        /// How far back: 90s, 15m, 24h, 7d
        #[arg(long, value_name = "DURATION")]
        since: String,
    },
}
