//! Settings as the program uses them: checked, defaults filled in, units in their types. Made by [`super`] from the
//! options as written; nothing here knows of files or TOML.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::model::{Feed, Severity, Terms, Topic, TopicId};

/// Everything in force, swapped whole on a reload.
#[derive(Clone, Debug)]
pub struct Settings {
    pub config_dir: PathBuf,
    /// SHA-256, in hex, of the files in force: of what `sha256sum` prints of them in the order of their names.
    pub hash: String,
    pub state_dir: PathBuf,
    pub log_dir: PathBuf,
    pub fetch: FetchSettings,
    pub schedule: ScheduleSettings,
    pub store: StoreSettings,
    pub alerts: AlertSettings,
    pub stories: StorySettings,
    /// None: no hub is asked to push.
    pub websub: Option<WebSubSettings>,
    pub sinks: Vec<Sink>,
    pub feeds: Vec<Arc<Feed>>,
    pub topics: Vec<Arc<Topic>>,
    /// Every named group, for queries that are asked on the command line.
    pub terms: Terms,
}

#[derive(Clone, Debug, PartialEq)]
pub struct FetchSettings {
    /// An address or URL a publisher can write to; part of the User-Agent.
    pub user_agent_contact: Option<String>,
    pub max_concurrency: usize,
    pub per_host_concurrency: usize,
    pub per_host_delay: Duration,
    /// For the whole request, from the permit to the last byte.
    pub timeout: Duration,
    /// Bytes, of the body as sent and as decoded alike.
    pub max_feed_bytes: usize,
    pub max_page_bytes: usize,
    /// Networks that may be asked although they are not public.
    pub allow_private: Vec<Network>,
    pub proxy: Option<String>,
    /// Certificates (PEM) of authorities trusted besides the system's.
    pub ca_file: Option<PathBuf>,
    pub robots: bool,
}

impl Default for FetchSettings {
    fn default() -> Self {
        Self {
            user_agent_contact: None,
            max_concurrency: 64,
            per_host_concurrency: 1,
            per_host_delay: Duration::from_secs(1),
            timeout: Duration::from_secs(30),
            max_feed_bytes: 10 << 20,
            max_page_bytes: 5 << 20,
            allow_private: Vec::new(),
            proxy: None,
            ca_file: None,
            robots: true,
        }
    }
}

/// An address range in CIDR notation (RFC 4632).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    pub address: IpAddr,
    pub prefix: u8,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScheduleSettings {
    pub min_interval: Duration,
    pub max_interval: Duration,
    pub default_interval: Duration,
    /// How long an article waits for its page before it is matched on the feed's text.
    pub page_wait: Duration,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoreSettings {
    pub copies: CopyPolicy,
    /// None keeps for ever.
    pub keep_articles: Option<Duration>,
    pub keep_copies: Option<Duration>,
    pub keep_alert_copies: Option<Duration>,
    /// Bytes of copies above which the oldest go that no alert refers to; none is no limit.
    pub max_copies: Option<u64>,
    /// Bytes free on the disk of the state folder below which the daemon saves space.
    pub min_free: u64,
}

/// Which pages are kept as evidence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CopyPolicy {
    Matched,
    All,
    None,
}

#[derive(Clone, Debug, PartialEq)]
pub struct AlertSettings {
    /// For text that people read; the system's zone by default.
    pub timezone: jiff::tz::TimeZone,
    /// Published longer than this before it was first seen: `old`.
    pub max_age: Duration,
    /// A credential, or the path of a file: the private key that signs the log's checkpoints.
    pub signing_key: Option<String>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct StorySettings {
    pub enabled: bool,
    /// Copies of one text further apart than this are stories of their own.
    pub window: Duration,
    /// Shorter texts are never taken for copies.
    pub min_words: usize,
}

/// Where hubs push feeds to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebSubSettings {
    /// The address under which hubs reach the listener, a slash at its end.
    pub callback: String,
    pub listen: SocketAddr,
}

/// Where alerts go besides the log.
#[derive(Clone, Debug, PartialEq)]
pub struct Sink {
    pub id: String,
    pub kind: SinkKind,
    /// Empty: every topic.
    pub topics: Vec<TopicId>,
    pub min_severity: Severity,
    /// Whether backlog and old articles are told as well.
    pub all_timings: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub enum SinkKind {
    Webhook {
        /// May hold `{credential}`.
        url: String,
        headers: Vec<(String, String)>,
        credential: Option<String>,
        timeout: Duration,
    },
}
