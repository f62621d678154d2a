//! Options (as written) → settings (as used), file by file: defaults filled in, every value checked. Topics are checked in
//! [`super::topics`], what spans files in [`super::load`].

use std::collections::{BTreeMap, HashSet};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use jiff::tz::TimeZone;
use url::Url;

use super::options::{At, DaemonOptions, FeedOptions, Given, SelectOptions, SinkOptions, WebSubOptions};
use super::problem::{Problem, Source, nearest};
use super::secret;
use super::settings::{
    AlertSettings, CopyPolicy, FetchSettings, ScheduleSettings, Settings, Sink, SinkKind, StoreSettings, StorySettings,
    WebSubSettings,
};
use super::value::{Span, show_duration};
use crate::model::{Feed, FeedId, FeedKind, Select, Severity, Terms, TopicId};

/// Where hubs' pushes are listened for.
const LISTEN: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8781);
const DAY: Duration = Duration::from_secs(86_400);
/// Where the service's configuration stands.
const SYSTEM: &str = "/etc/wireroom";

/// What environment variables say; handed in so that tests need not change the process's own.
pub type Environment<'a> = &'a dyn Fn(&str) -> Option<String>;

/// A checked value and where it was written.
#[derive(Clone, Debug)]
pub struct Placed<T> {
    pub value: T,
    pub source: Arc<Source>,
    pub span: Range<usize>,
}

/// Collects the problems of one file.
pub(super) struct Check<'a> {
    pub source: &'a Arc<Source>,
    pub problems: &'a mut Vec<Problem>,
}

impl Check<'_> {
    pub fn wrong(&mut self, span: &Range<usize>, message: impl Into<String>) {
        self.problems.push(Problem::new(self.source, span.clone(), message));
    }

    /// One of a closed list of names.
    pub fn one_of<T: Copy>(
        &mut self,
        given: &Given<String>,
        known: &[T],
        name: impl Fn(T) -> &'static str,
    ) -> Option<T> {
        let At { value, span } = given.as_ref()?;
        let found = known.iter().copied().find(|candidate| name(*candidate) == value);
        if found.is_none() {
            let names: Vec<_> = known.iter().map(|candidate| name(*candidate)).collect();
            let hint = nearest(value, names.iter().copied()).map(|meant| format!("did you mean \"{meant}\"? "));
            self.wrong(
                span,
                format!("{value:?} is not known here; {}one of {}", hint.unwrap_or_default(), names.join(", ")),
            );
        }
        found
    }

    pub fn required(&mut self, given: &Given<String>, key: &str, of: &str, span: &Range<usize>) -> Option<String> {
        match given {
            Some(at) if at.value.trim().is_empty() => {
                self.wrong(&at.span, format!("`{key}` is empty"));
                None
            }
            Some(at) => Some(at.value.clone()),
            None => {
                self.wrong(&first_line(self.source, span), format!("{of} needs `{key} = …`"));
                None
            }
        }
    }

    /// Ids stand in file names, URLs and log lines.
    pub fn id(&mut self, text: &str, span: &Range<usize>) {
        let fits = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
        if text.is_empty() || text.len() > 100 || !text.chars().all(fits) {
            self.wrong(span, format!("{text:?} is no id: letters, digits, `-`, `_` and `.`, at most 100"));
        }
    }

    /// An address as it stands, `{credential}` included; none where it is wrong.
    fn url(&mut self, text: &str, span: &Range<usize>) -> Option<Url> {
        match Url::parse(text) {
            Ok(url) if matches!(url.scheme(), "http" | "https") && url.has_host() => return Some(url),
            Ok(url) => self.wrong(span, format!("only http and https can be asked, not {}:", url.scheme())),
            Err(error) => self.wrong(span, format!("no URL: {error}; write it whole: \"https://…\"")),
        }
        None
    }

    fn headers(&mut self, given: &Given<BTreeMap<String, String>>) {
        let Some(At { value, span }) = given else { return };
        for (name, value) in value {
            if http::HeaderName::from_bytes(name.as_bytes()).is_err() {
                self.wrong(span, format!("{name:?} is no header name"));
            }
            if http::HeaderValue::from_str(value).is_err() {
                // The value may be a secret.
                self.wrong(
                    span,
                    format!("the value of {name:?} cannot stand in a header: it holds a line break or the like"),
                );
            }
        }
    }

    fn credential(&mut self, given: &Given<String>) {
        if let Some(at) = given.as_ref().filter(|at| !secret::is_name(&at.value)) {
            self.wrong(&at.span, format!("{:?} is no name of a credential", at.value));
        }
    }

    fn span_or(&mut self, given: &Given<Span>, default: Duration) -> Duration {
        match given {
            None => default,
            Some(At { value: Span(Some(duration)), .. }) if !duration.is_zero() => *duration,
            Some(At { span, .. }) => {
                self.wrong(
                    span,
                    format!("a length of time above zero is needed here, such as {:?}", show_duration(default)),
                );
                default
            }
        }
    }

    fn at_least_one(&mut self, given: &Given<u32>, default: usize) -> usize {
        match given {
            Some(At { value: 0, span }) => {
                self.wrong(span, "at least 1");
                default
            }
            Some(at) => at.value as usize,
            None => default,
        }
    }
}

/// The first line of a table: where something is missing from it, that is the place to look.
pub(super) fn first_line(source: &Source, span: &Range<usize>) -> Range<usize> {
    let text = source.text.get(span.clone()).unwrap_or_default();
    let length = text.find('\n').unwrap_or(text.len());
    span.start..span.start + length
}

/// `wireroom.toml` → settings without feeds and topics.
pub fn daemon(
    options: &DaemonOptions,
    dir: &Path,
    source: &Arc<Source>,
    env: Environment<'_>,
    problems: &mut Vec<Problem>,
) -> Settings {
    let mut check = Check { source, problems };
    let state_dir = state_dir(options.state_dir.as_ref().map(|at| at.value.as_str()), dir, env);
    let log_dir = match &options.log_dir {
        Some(at) => dir.join(&at.value),
        None => log_dir(&state_dir, dir, env),
    };
    let fetch = &options.fetch;
    if let Some(proxy) = &fetch.proxy {
        check.url(&proxy.value, &proxy.span);
    }
    if let Some(At { value, span }) = &fetch.ca_file
        && let Err(error) = std::fs::metadata(dir.join(value))
    {
        check.wrong(span, format!("{value:?} (looked for beside this file): {error}"));
    }
    let default = FetchSettings::default();
    let fetch = FetchSettings {
        user_agent_contact: fetch.user_agent_contact.as_ref().map(|at| at.value.clone()),
        max_concurrency: check.at_least_one(&fetch.max_concurrency, default.max_concurrency),
        per_host_concurrency: check.at_least_one(&fetch.per_host_concurrency, default.per_host_concurrency),
        per_host_delay: fetch
            .per_host_delay_ms
            .as_ref()
            .map_or(default.per_host_delay, |at| Duration::from_millis(u64::from(at.value))),
        timeout: check.span_or(&fetch.timeout, default.timeout),
        max_feed_bytes: fetch.max_feed_bytes.as_ref().map_or(default.max_feed_bytes, |at| at.value.0 as usize),
        max_page_bytes: fetch.max_page_bytes.as_ref().map_or(default.max_page_bytes, |at| at.value.0 as usize),
        allow_private: fetch.allow_private.as_ref().map_or(default.allow_private, |at| at.value.clone()),
        proxy: fetch.proxy.as_ref().map(|at| at.value.clone()),
        ca_file: fetch.ca_file.as_ref().map(|at| dir.join(&at.value)),
        robots: fetch.robots.as_ref().map_or(default.robots, |at| at.value),
    };
    let schedule = schedule(&mut check, options);
    let store = store(&mut check, options);
    let timezone = match &options.alerts.timezone {
        None => TimeZone::system(),
        Some(At { value, span }) => TimeZone::get(value).unwrap_or_else(|_| {
            check.wrong(
                span,
                format!("{value:?} is no time zone; write one such as \"America/Mexico_City\" or \"UTC\""),
            );
            TimeZone::UTC
        }),
    };
    let alerts = AlertSettings {
        timezone,
        max_age: check.span_or(&options.alerts.max_age, 7 * DAY),
        signing_key: options.alerts.signing_key.as_ref().map(|at| at.value.clone()),
    };
    let stories = StorySettings {
        enabled: options.stories.enabled.as_ref().is_none_or(|at| at.value),
        window: check.span_or(&options.stories.window, 3 * DAY),
        min_words: options.stories.min_words.as_ref().map_or(60, |at| at.value as usize),
    };
    let websub = websub(&mut check, &options.websub);
    let sinks: Vec<Sink> = options.sinks.iter().filter_map(|options| sink(&mut check, options)).collect();
    let mut ids = HashSet::new();
    for at in options.sinks.iter().filter_map(|sink| sink.id.as_ref()) {
        if !ids.insert(&at.value) {
            check.wrong(&at.span, format!("a sink {:?} stands above already; each stands once", at.value));
        }
    }
    Settings {
        config_dir: dir.to_owned(),
        hash: String::new(),
        state_dir,
        log_dir,
        fetch,
        schedule,
        store,
        alerts,
        stories,
        websub,
        sinks,
        feeds: Vec::new(),
        topics: Vec::new(),
        terms: Terms::default(),
    }
}

/// Where the state is kept: as configured (relative to the configuration), else as the environment says.
pub fn state_dir(configured: Option<&str>, dir: &Path, env: Environment<'_>) -> PathBuf {
    if let Some(configured) = configured {
        return dir.join(configured);
    }
    let set = |name: &str| env(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    if let Some(given) = set("STATE_DIRECTORY") {
        return given;
    }
    // An analyst's shell lacks what systemd tells the service: both must look in the same place.
    if dir == Path::new(SYSTEM) {
        return PathBuf::from("/var/lib/wireroom");
    }
    set("XDG_STATE_HOME")
        .map(|home| home.join("wireroom"))
        .or_else(|| set("HOME").map(|home| home.join(".local/state/wireroom")))
        .unwrap_or_else(|| PathBuf::from("/var/lib/wireroom"))
}

fn log_dir(state_dir: &Path, dir: &Path, env: Environment<'_>) -> PathBuf {
    match env("LOGS_DIRECTORY").filter(|value| !value.is_empty()) {
        Some(given) => PathBuf::from(given),
        None if dir == Path::new(SYSTEM) => PathBuf::from("/var/log/wireroom"),
        None => state_dir.join("log"),
    }
}

fn schedule(check: &mut Check<'_>, options: &DaemonOptions) -> ScheduleSettings {
    let given = &options.schedule;
    let made = ScheduleSettings {
        min_interval: check.span_or(&given.min_interval, Duration::from_secs(300)),
        max_interval: check.span_or(&given.max_interval, DAY),
        default_interval: check.span_or(&given.default_interval, Duration::from_secs(900)),
        page_wait: check.span_or(&given.page_wait, Duration::from_secs(600)),
    };
    if made.min_interval > made.max_interval {
        let place = given.min_interval.as_ref().or(given.max_interval.as_ref()).map_or(0..0, |at| at.span.clone());
        let (least, most) = (show_duration(made.min_interval), show_duration(made.max_interval));
        check.wrong(&place, format!("min_interval ({least}) is longer than max_interval ({most})"));
    }
    made
}

fn store(check: &mut Check<'_>, options: &DaemonOptions) -> StoreSettings {
    let given = &options.store;
    if let Some(At { value, span }) = given.database.as_ref().filter(|at| at.value != "sqlite") {
        let what = if value.starts_with("postgres") { "PostgreSQL is not in this version" } else { "not known here" };
        check.wrong(span, format!("{what}; write database = \"sqlite\""));
    }
    let policies = [CopyPolicy::Matched, CopyPolicy::All, CopyPolicy::None];
    let policy = check.one_of(&given.copies, &policies, |policy| match policy {
        CopyPolicy::Matched => "matched",
        CopyPolicy::All => "all",
        CopyPolicy::None => "none",
    });
    StoreSettings {
        copies: policy.unwrap_or(CopyPolicy::Matched),
        keep_articles: given.keep_articles.as_ref().map_or(Some(180 * DAY), |at| at.value.0),
        keep_copies: given.keep_copies.as_ref().map_or(Some(180 * DAY), |at| at.value.0),
        keep_alert_copies: given.keep_alert_copies.as_ref().and_then(|at| at.value.0),
        max_copies: given.max_copies.as_ref().map(|at| at.value.0),
        min_free: given.min_free.as_ref().map_or(1 << 30, |at| at.value.0),
    }
}

/// Hubs push only to who says where; the listener stands behind a proxy of the operator's own unless it is told otherwise.
fn websub(check: &mut Check<'_>, options: &WebSubOptions) -> Option<WebSubSettings> {
    let listen = options.listen.as_ref().map_or(Some(LISTEN), |at| {
        let address = at.value.parse().ok();
        if address.is_none() {
            check.wrong(&at.span, format!("{:?} is no address to listen on; write one such as \"{LISTEN}\"", at.value));
        }
        address
    });
    let Some(At { value, span }) = &options.callback else {
        if let Some(at) = &options.listen {
            check.wrong(&at.span, "`listen` does nothing without `callback`, the address under which hubs reach it");
        }
        return None;
    };
    check.url(value, span);
    let plain = Url::parse(value).is_ok_and(|url| url.query().is_none() && url.fragment().is_none());
    if !plain || value.contains('{') {
        check.wrong(span, "a callback is an address without a query; each subscription adds a part to its path");
    }
    let callback = if value.ends_with('/') { value.clone() } else { format!("{value}/") };
    Some(WebSubSettings { callback, listen: listen? })
}

fn sink(check: &mut Check<'_>, options: &SinkOptions) -> Option<Sink> {
    let id = check.required(&options.id, "id", "a [[sink]]", &options.span)?;
    let kind = check.required(&options.kind, "kind", "a [[sink]]", &options.span)?;
    if kind != "webhook" {
        let span = options.kind.as_ref().map_or(0..0, |at| at.span.clone());
        check.wrong(&span, format!("sinks of the kind {kind:?} are not in this version; there is \"webhook\""));
        return None;
    }
    let url = check.required(&options.url, "url", "a webhook", &options.span)?;
    if let Some(at) = &options.url {
        check.url(&at.value, &at.span);
        let headers = options.headers.iter().flat_map(|at| at.value.values());
        if headers.chain([&at.value]).any(|text| text.contains("{credential}")) && options.credential.is_none() {
            check.wrong(&at.span, "address or headers hold {credential}, but no `credential = \"name\"` is given");
        }
    }
    check.credential(&options.credential);
    check.headers(&options.headers);
    let severity = check.one_of(&options.min_severity, Severity::ALL, Severity::as_str);
    let timing = check.one_of(&options.timing, &[false, true], |all| if all { "all" } else { "new" });
    Some(Sink {
        id,
        kind: SinkKind::Webhook {
            url,
            headers: options.headers.as_ref().map(|at| at.value.clone().into_iter().collect()).unwrap_or_default(),
            credential: options.credential.as_ref().map(|at| at.value.clone()),
            timeout: check.span_or(&options.timeout, Duration::from_secs(30)),
        },
        topics: options.topics.iter().flat_map(|at| &at.value).map(|id| TopicId(id.clone())).collect(),
        min_severity: severity.unwrap_or(Severity::Low),
        all_timings: timing.unwrap_or(false),
    })
}

/// The tables of a feeds file.
pub fn feeds(options: &[FeedOptions], source: &Arc<Source>, problems: &mut Vec<Problem>) -> Vec<Placed<Feed>> {
    let mut check = Check { source, problems };
    options.iter().filter_map(|options| feed(&mut check, options)).collect()
}

fn feed(check: &mut Check<'_>, options: &FeedOptions) -> Option<Placed<Feed>> {
    let id = check.required(&options.id, "id", "a [[feed]]", &options.span);
    let url = check.required(&options.url, "url", "a [[feed]]", &options.span);
    if let Some(at) = &options.id {
        check.id(&at.value, &at.span);
    }
    let mut address = None;
    if let Some(at) = &options.url {
        let read = check.url(&at.value, &at.span);
        if !at.value.contains("{credential}") {
            address = read.map(Box::new);
        } else if options.credential.is_none() {
            check.wrong(&at.span, "the address holds {credential}, but no `credential = \"name\"` is given");
        }
    }
    let kind = check.one_of(&options.kind, FeedKind::ALL, FeedKind::as_str).unwrap_or(FeedKind::Feed);
    selectors_fit(check, kind, options);
    check.headers(&options.headers);
    check.credential(&options.credential);
    let interval = options.interval.as_ref().map(|_| check.span_or(&options.interval, Duration::from_secs(900)));
    let (id, url) = (id?, url?);
    let span = options.id.as_ref().map_or_else(|| options.span.clone(), |at| at.span.clone());
    let value = Feed {
        outlet: options.outlet.as_ref().map_or_else(|| id.clone(), |at| at.value.clone()),
        id: FeedId(id),
        url,
        address,
        tags: options.tags.as_ref().map(|at| at.value.clone()).unwrap_or_default(),
        kind,
        interval,
        pages: options.pages.as_ref().is_none_or(|at| at.value),
        headers: options.headers.as_ref().map(|at| at.value.clone().into_iter().collect()).unwrap_or_default(),
        credential: options.credential.as_ref().map(|at| at.value.clone()),
        select: options.select.as_ref().map(|options| Box::new(select(check, options))),
        enabled: options.enabled.as_ref().is_none_or(|at| at.value),
    };
    Some(Placed { value, source: Arc::clone(check.source), span })
}

/// A list page needs to know its items; other sources have none to select.
fn selectors_fit(check: &mut Check<'_>, kind: FeedKind, options: &FeedOptions) {
    let select = options.select.as_ref();
    match kind {
        FeedKind::Page => {
            if select.is_none_or(|select| select.item.is_none()) {
                let place = options.kind.as_ref().map_or_else(|| options.span.clone(), |at| at.span.clone());
                check.wrong(
                    &place,
                    "a list page needs `[feed.select]` with `item = \"CSS\"`: what each article stands in",
                );
            }
        }
        FeedKind::Feed | FeedKind::Sitemap => {
            let Some(select) = select else { return };
            let lists =
                [&select.item, &select.link, &select.title, &select.date, &select.summary].into_iter().flatten();
            for at in lists.take(1) {
                check.wrong(&at.span, "only list pages are read by this selector: add `kind = \"page\"` to the feed");
            }
        }
    }
}

fn select(check: &mut Check<'_>, options: &SelectOptions) -> Select {
    let mut one = |given: &Given<String>| {
        let At { value, span } = given.as_ref()?;
        if let Err(error) = scraper::Selector::parse(value) {
            check.wrong(span, format!("no CSS selector: {}", selector_fault(&error)));
        }
        Some(value.clone())
    };
    Select {
        item: one(&options.item),
        link: one(&options.link),
        title: one(&options.title),
        date: one(&options.date),
        summary: one(&options.summary),
        body: one(&options.body),
    }
}

/// The parser's own words for what is not finished ask to be reported to its developer.
fn selector_fault(error: &scraper::error::SelectorErrorKind) -> String {
    match error {
        scraper::error::SelectorErrorKind::UnexpectedSelectorParseError(_) => {
            "it is not whole, or holds what is not understood; write one such as \"li.release a\"".to_owned()
        }
        _ => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_service_and_an_analysts_shell_look_in_the_same_place() {
        let system = Path::new(SYSTEM);
        let service = |name: &str| match name {
            "STATE_DIRECTORY" => Some("/var/lib/wireroom".to_owned()),
            "LOGS_DIRECTORY" => Some("/var/log/wireroom".to_owned()),
            _ => None,
        };
        let shell = |name: &str| match name {
            "XDG_STATE_HOME" => Some("/home/ana/.state".to_owned()),
            "HOME" => Some("/home/ana".to_owned()),
            _ => None,
        };
        let places = |dir: &Path, env: Environment<'_>| {
            let state = state_dir(None, dir, env);
            (log_dir(&state, dir, env), state)
        };
        assert_eq!(places(system, &service), places(system, &shell));
        let own = places(Path::new("/home/ana/config"), &shell);
        assert_eq!(own, ("/home/ana/.state/wireroom/log".into(), "/home/ana/.state/wireroom".into()));
    }
}
