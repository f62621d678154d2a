//! The address of a site → the feeds that it has, read and compared. A person waits for it, so the requests are few; each is
//! guarded, asks robots.txt and keeps the distance between requests that visits keep.

use std::collections::{HashMap, HashSet, VecDeque};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use url::Url;

use crate::config::settings::FetchSettings;
use crate::fetch::{Fetcher, HostKey, Purpose, Request, Response};
use crate::parse::{self, FeedFormat, Naming, ParsedFeed};

/// Requests for one site, without robots.txt.
const MAX_REQUESTS: usize = 24;
/// Feeds of one kind of naming that are read.
const MAX_OF_A_KIND: usize = 8;
/// Sitemaps that are read where a site has no feed.
const MAX_SITEMAPS: usize = 3;
/// Where feeds stand when a page does not say.
const COMMON_PATHS: [&str; 9] = [
    "/feed/",
    "/rss.xml",
    "/feed.xml",
    "/rss",
    "/atom.xml",
    "/index.xml",
    "/feeds/all.atom.xml",
    "/feed.json",
    "/rss/all.xml",
];

/// How a feed was found, the surest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum How {
    Itself,
    Declared,
    Linked,
    CommonPath,
    /// A sitemap that robots.txt names.
    Robots,
}

impl How {
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Itself => "the address itself",
            Self::Declared => "named by the page (rel=alternate)",
            Self::Linked => "linked from the page",
            Self::CommonPath => "at a usual place",
            Self::Robots => "named by robots.txt",
        }
    }
}

/// A feed that was found and read.
#[derive(Debug)]
pub struct Found {
    /// Where it is, after permanent redirects.
    pub url: Url,
    pub how: How,
    pub feed: ParsedFeed,
    /// The hub that pushes it (WebSub), where it has one.
    pub hub: Option<String>,
}

impl Found {
    pub fn kind(&self) -> &'static str {
        match self.feed.kind {
            FeedFormat::Rss => "rss",
            FeedFormat::Atom => "atom",
            FeedFormat::Rdf => "rdf",
            FeedFormat::Json => "json",
            FeedFormat::Sitemap => "sitemap",
            FeedFormat::Page => "page",
        }
    }

    /// The date of its newest entry; one in the future is a mistake.
    pub fn newest(&self, now: Timestamp) -> Option<Timestamp> {
        let dates = self.feed.entries.iter().filter_map(|entry| entry.published.or(entry.updated));
        dates.filter(|at| *at <= now).max()
    }

    /// Whether it is about what readers said, not about news.
    pub fn is_comments(&self) -> bool {
        let title = self.feed.title.as_deref().unwrap_or_default().to_lowercase();
        let path = self.url.path().to_lowercase();
        title.starts_with("comments on") || title.starts_with("comments for") || path.contains("/comments/")
    }

    /// Whether something better may be looked for. A sitemap without headlines lists all that a site ever had.
    fn is_weak(&self) -> bool {
        let plain =
            self.feed.kind == FeedFormat::Sitemap && self.feed.entries.iter().all(|entry| entry.title.is_empty());
        self.is_comments() || self.feed.entries.is_empty() || plain
    }
}

/// What a site has.
#[derive(Debug, Default)]
pub struct Discovery {
    /// The surest first.
    pub found: Vec<Found>,
    /// Addresses that looked like feeds and are none, with the reason.
    pub none: Vec<(Url, String)>,
}

impl Discovery {
    /// Those to choose from: of feeds that list the same articles the best one, and no comments.
    pub fn choices(&self) -> Vec<&Found> {
        let mut choices: Vec<&Found> = Vec::new();
        for found in self.found.iter().filter(|found| !found.is_weak()) {
            match choices.iter_mut().find(|known| are_twins(known, found)) {
                Some(known) if worth(found) > worth(known) => *known = found,
                Some(_) => {}
                None => choices.push(found),
            }
        }
        if choices.is_empty() { self.found.iter().take(1).collect() } else { choices }
    }
}

/// Whether most of the shorter one's entries stand in the other as well.
fn are_twins(one: &Found, other: &Found) -> bool {
    let links = |found: &Found| -> HashSet<String> {
        let links = found.feed.entries.iter().filter_map(|entry| entry.link.as_deref());
        links.filter_map(|link| Url::parse(link).ok()).map(|url| parse::canonical::canonical(&url)).collect()
    };
    let (one, other) = (links(one), links(other));
    let least = one.len().min(other.len());
    least > 0 && one.intersection(&other).count() * 2 > least
}

/// Of twins: the one with more entries; of equals the one that gives the texts, then JSON last, which few publishers mend.
fn worth(found: &Found) -> (usize, usize, bool) {
    let texts = found.feed.entries.iter().filter(|entry| entry.content_html.is_some()).count();
    (found.feed.entries.len(), texts, found.feed.kind != FeedFormat::Json)
}

/// An address as a person types it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Typed {
    pub url: Url,
    /// Nobody said https: where it does not answer, http may.
    pub guessed: bool,
}

/// What a person typed as an address: without a scheme it is a web site's.
pub fn address(text: &str) -> Result<Typed, String> {
    let text = text.trim();
    let text = text.strip_prefix("feed:").map_or(text, |rest| rest.trim_start_matches("//"));
    let guessed = !text.contains("://");
    let whole = if guessed { format!("https://{text}") } else { text.to_owned() };
    match Url::parse(&whole) {
        Ok(url) if matches!(url.scheme(), "http" | "https") && url.has_host() => Ok(Typed { url, guessed }),
        Ok(url) => Err(format!("only http and https can be asked, not {}:", url.scheme())),
        Err(error) => Err(format!("{text:?} is no address: {error}")),
    }
}

/// Looks for the feeds of a site. The error says why it could not be asked at all. `progress` is told of each request.
pub async fn discover(
    fetcher: &Fetcher,
    settings: &FetchSettings,
    typed: Typed,
    progress: impl Fn(&Url),
) -> Result<Discovery, String> {
    let Typed { url, guessed } = typed;
    let mut search = Search {
        fetcher,
        settings,
        progress,
        asked: HashSet::new(),
        rested: HashMap::new(),
        found: Discovery::default(),
    };
    let mut first = search.ask(&url).await;
    if let Err(error) = &first
        && guessed
        && !error.starts_with("HTTP")
    {
        let mut plain = url.clone();
        // An address with a host can have either scheme.
        let _ = plain.set_scheme("http");
        first = search.ask(&plain).await.map_err(|_| error.clone());
    }
    match first {
        Ok(response) => {
            if search.keep(&response, How::Itself) {
                return Ok(search.found);
            }
            search.page(&response).await;
        }
        // An old address: the site may have others.
        Err(error) if error.starts_with("HTTP 4") && url.path() != "/" => search.found.none.push((url.clone(), error)),
        Err(error) => return Err(error),
    }
    if search.is_enough() {
        return Ok(search.found);
    }
    search.common_paths(&url).await;
    if search.found.found.is_empty()
        && let Ok(front) = url.join("/")
        && let Ok(response) = search.ask(&front).await
        && !search.keep(&response, How::CommonPath)
    {
        search.page(&response).await;
    }
    if search.found.found.is_empty() {
        search.sitemaps(&url).await;
    }
    Ok(search.found)
}

struct Search<'a, F> {
    fetcher: &'a Fetcher,
    settings: &'a FetchSettings,
    progress: F,
    asked: HashSet<String>,
    /// When each host was last asked.
    rested: HashMap<HostKey, Instant>,
    found: Discovery,
}

impl<F: Fn(&Url)> Search<'_, F> {
    fn is_enough(&self) -> bool {
        self.found.found.iter().any(|found| !found.is_weak())
    }

    /// An answer of 2xx; else why there is none.
    async fn ask(&mut self, url: &Url) -> Result<Response, String> {
        if !self.asked.insert(parse::canonical::canonical(url)) {
            return Err("asked already".to_owned());
        }
        if self.asked.len() > MAX_REQUESTS {
            return Err(format!("not asked: {MAX_REQUESTS} requests are enough for one search"));
        }
        (self.progress)(url);
        self.rest(url).await;
        match self.fetcher.may_read(url).await {
            Ok(true) => {}
            Ok(false) => return Err("the site's robots.txt asks not to read it".to_owned()),
            Err(error) => return Err(self.why_no_robots(url).await.unwrap_or_else(|| error.to_string())),
        }
        let request = Request::new(url.clone(), Purpose::Feed, self.settings.max_feed_bytes);
        let answer = self.fetcher.get(request).await;
        self.rested.insert(HostKey::of(url), Instant::now());
        match answer {
            Ok(response) if (200..300).contains(&response.status) => Ok(response),
            Ok(response) => Err(format!("HTTP {}", response.status)),
            Err(error) => Err(error.to_string()),
        }
    }

    /// What is wrong with a site whose robots.txt cannot be had: a person asked, who wants to know.
    async fn why_no_robots(&self, url: &Url) -> Option<String> {
        let robots = url.join("/robots.txt").ok()?;
        match self.fetcher.get(Request::new(robots, Purpose::Page, self.settings.max_page_bytes)).await {
            Ok(response) => Some(format!("not asked: its robots.txt cannot be had (HTTP {})", response.status)),
            Err(error) => Some(error.to_string()),
        }
    }

    async fn rest(&self, url: &Url) {
        if let Some(last) = self.rested.get(&HostKey::of(url)) {
            let wait = self.settings.per_host_delay.min(Duration::from_secs(10)).saturating_sub(last.elapsed());
            tokio::time::sleep(wait).await;
        }
    }

    /// Whether an answer is a feed; it is kept then.
    fn keep(&mut self, response: &Response, how: How) -> bool {
        let content_type = response.header("content-type");
        match parse::feed(&response.body, content_type.as_deref(), Some(&response.final_url)) {
            Ok(feed) => {
                let url = response.permanent.clone().unwrap_or_else(|| response.final_url.clone());
                let hub = hub_of(response);
                if !self.found.found.iter().any(|found| found.url == url) {
                    self.found.found.push(Found { url, how, feed, hub });
                }
                true
            }
            Err(error) => {
                if how != How::Itself && how != How::CommonPath {
                    self.found.none.push((response.final_url.clone(), error.to_string()));
                }
                false
            }
        }
    }

    /// What a page names: the declared feeds; where they do not do, those it links to, and pages that list feeds.
    async fn page(&mut self, response: &Response) {
        let page = &response.final_url;
        let mut declared: VecDeque<Url> = VecDeque::new();
        for value in response.headers.iter().filter(|(name, _)| name == "link").map(|(_, value)| value) {
            let links = parse::header_links(&String::from_utf8_lossy(value), page);
            declared.extend(links.into_iter().filter(parse::HeaderLink::is_feed).map(|link| link.url));
        }
        let links = links_of(response);
        declared.extend(links.iter().filter(|link| link.naming == Naming::Declared).map(|link| link.url.clone()));
        for url in declared.into_iter().take(MAX_OF_A_KIND) {
            self.candidate(&url, How::Declared).await;
        }
        if self.is_enough() {
            return;
        }
        let anchors = links.into_iter().filter(|link| link.naming == Naming::Anchor).map(|link| link.url);
        // Pages that list feeds come last: what they link to is looked at once, and no further.
        let (mut likely, lists): (Vec<Url>, Vec<Url>) = anchors.partition(parse::looks_like_feed);
        likely.truncate(MAX_OF_A_KIND);
        let mut directories = Vec::new();
        for url in likely.into_iter().chain(lists.into_iter().take(2)) {
            directories.extend(self.candidate(&url, How::Linked).await);
        }
        for directory in directories.into_iter().take(2) {
            if self.is_enough() {
                return;
            }
            let own = HostKey::of(page);
            let listed = links_of(&directory).into_iter().map(|link| link.url);
            let listed: Vec<Url> =
                listed.filter(|url| HostKey::of(url) == own && parse::looks_like_feed(url)).collect();
            for url in listed.into_iter().take(MAX_OF_A_KIND) {
                self.candidate(&url, How::Linked).await;
            }
        }
    }

    /// Asks for what may be a feed; what came instead, where it is a page.
    async fn candidate(&mut self, url: &Url, how: How) -> Option<Response> {
        match self.ask(url).await {
            Ok(response) => (!self.keep(&response, how)).then_some(response),
            Err(error) => {
                self.found.none.push((url.clone(), error));
                None
            }
        }
    }

    /// The sitemaps that robots.txt names, those of news first.
    async fn sitemaps(&mut self, url: &Url) {
        let Ok(robots) = url.join("/robots.txt") else { return };
        self.rest(url).await;
        let answer = self.fetcher.get(Request::new(robots.clone(), Purpose::Page, self.settings.max_page_bytes)).await;
        let Ok(response) = answer else { return };
        let text = String::from_utf8_lossy(&response.body);
        let named = text
            .lines()
            .filter_map(|line| line.split_once(':'))
            .filter(|(key, _)| key.trim().eq_ignore_ascii_case("sitemap"));
        let mut sitemaps: Vec<Url> = named.filter_map(|(_, address)| robots.join(address.trim()).ok()).collect();
        sitemaps.sort_by_key(|url| !url.as_str().to_ascii_lowercase().contains("news"));
        for sitemap in sitemaps.into_iter().take(MAX_SITEMAPS) {
            self.candidate(&sitemap, How::Robots).await;
            if self.is_enough() {
                return;
            }
        }
    }

    async fn common_paths(&mut self, url: &Url) {
        for path in COMMON_PATHS {
            let Ok(url) = url.join(path) else { continue };
            if let Ok(response) = self.ask(&url).await
                && self.keep(&response, How::CommonPath)
            {
                return;
            }
        }
    }
}

fn links_of(response: &Response) -> Vec<parse::FeedLink> {
    parse::feed_links(
        &parse::document_text(&response.body, response.header("content-type").as_deref()),
        &response.final_url,
    )
}

fn hub_of(response: &Response) -> Option<String> {
    let links = response.headers.iter().filter(|(name, _)| name == "link");
    let mut links =
        links.flat_map(|(_, value)| parse::header_links(&String::from_utf8_lossy(value), &response.final_url));
    links.find(|link| link.is("hub")).map(|link| link.url.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_type_is_an_address() {
        for (typed, expected) in [
            ("example.org", Ok("https://example.org/")),
            (" http://example.org/a ", Ok("http://example.org/a")),
            ("feed://example.org/rss", Ok("https://example.org/rss")),
            ("feed:https://example.org/rss", Ok("https://example.org/rss")),
            ("ftp://example.org", Err("only http and https")),
            ("two words", Err("is no address")),
        ] {
            match (address(typed), expected) {
                (Ok(typed), Ok(expected)) => assert_eq!(typed.url.as_str(), expected),
                (Err(error), Err(expected)) => assert!(error.contains(expected), "{error}"),
                (made, expected) => panic!("{typed}: {made:?}, not {expected:?}"),
            }
        }
    }
}
