//! What a feed's address answered → the documents to read: a feed, a list page read by selectors, a sitemap, or the
//! sitemaps that an index names, of which the newest few are asked for.

use std::borrow::Cow;
use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::Semaphore;
use url::Url;

use super::hand::{Hand, Places};
use super::secrets::Secrets;
use super::work_on;
use crate::config::settings::FetchSettings;
use crate::extract;
use crate::fetch::{FetchError, Fetcher, Purpose, Request, Response};
use crate::model::{Feed, FeedKind, Select};
use crate::parse::{self, ParseError, ParsedFeed, SitemapLink, Stood, Texts};

/// Sitemaps of an index that one visit asks for, the newest first.
const MAX_SITEMAPS: usize = 5;
/// An index may name indexes; so deep are they followed.
const MAX_DEPTH: usize = 2;
/// A sitemap that changed this long before the last visit, or earlier, was read then: publishers' dates are coarse.
const OVERLAP: SignedDuration = SignedDuration::from_hours(24);

/// An answer and what it says.
#[derive(Debug)]
pub struct Document {
    pub response: Response,
    pub parsed: ParsedFeed,
}

#[derive(Debug, Default)]
pub struct Documents {
    /// The sitemaps instead of the index that names them.
    pub read: Vec<Document>,
    /// Whether an unchanged answer means that there is nothing new: not where sitemaps of an index failed, were left for
    /// another visit, or may change without the index saying so.
    pub whole: bool,
    /// Sitemaps that could not be read, and why.
    pub failed: Vec<String>,
    /// Where the answer was an index: all that it names.
    pub index: Vec<SitemapLink>,
}

/// Asks a source once and reads it, as a visit would, for a person to look at; nothing is remembered.
pub async fn look(
    fetcher: &Fetcher,
    settings: &FetchSettings,
    feed: &Feed,
    config_dir: &Path,
) -> Result<Documents, String> {
    let secrets = Secrets::of(feed, config_dir)?;
    let url = secrets.address(feed).map_err(|error| format!("{}: {error}", feed.url))?;
    let scrubbed = |error: FetchError| secrets.scrub(&error.to_string());
    let (kind, select) = (feed.kind, feed.select.clone());
    let manner = Manner { kind, select, secrets: secrets.clone(), texts: Texts::Html, before: None };
    if feed.kind == FeedKind::Page && !fetcher.may_read(&url).await.map_err(scrubbed)? {
        return Err("the site's robots.txt asks not to read this page".to_owned());
    }
    let most = match manner.purpose() {
        Purpose::Feed => settings.max_feed_bytes,
        Purpose::Page | Purpose::Robots => settings.max_page_bytes,
    };
    let headers = secrets.headers(feed);
    let request = Request { headers: headers.clone(), ..Request::new(url, manner.purpose(), most) };
    let response = fetcher.get(request).await.map_err(scrubbed)?;
    if !(200..300).contains(&response.status) {
        return Err(format!("HTTP {}", response.status));
    }
    let errand = Errand {
        fetcher: fetcher.clone(),
        manner: Arc::new(manner),
        headers,
        max_bytes: settings.max_feed_bytes,
        rest: settings.per_host_delay,
        cpu: Arc::new(Semaphore::new(1)),
        since: None,
    };
    let mut hand = Hand::of(&Places::default());
    errand.read(response, &mut hand).await.map_err(|error| error.to_string())
}

/// How a source is read.
#[derive(Debug)]
pub struct Manner {
    pub kind: FeedKind,
    pub select: Option<Box<Select>>,
    pub secrets: Secrets,
    pub texts: Texts,
    /// How its entries stood at the last reading: those that stand so still are left out. None: nobody will ask next time.
    pub before: Option<Stood>,
}

impl Manner {
    /// Reads bytes. They say themselves whether they are a feed or a sitemap; that they are a list page must be said.
    pub fn read(
        &self,
        bytes: Cow<'_, [u8]>,
        content_type: Option<&str>,
        base: Option<&Url>,
    ) -> Result<ParsedFeed, ParseError> {
        match (self.kind, &self.select) {
            (FeedKind::Page, Some(select)) => parse::listing(&extract::markup(&bytes, content_type), base, select),
            (FeedKind::Sitemap, _) => parse::source(bytes, content_type, base, self.texts, self.before.as_ref()),
            (FeedKind::Page | FeedKind::Feed, _) => {
                parse::no_bare_sitemap(parse::source(bytes, content_type, base, self.texts, self.before.as_ref())?)
            }
        }
    }

    /// What its source is asked for as.
    pub fn purpose(&self) -> Purpose {
        match self.kind {
            FeedKind::Page => Purpose::Page,
            FeedKind::Feed | FeedKind::Sitemap => Purpose::Feed,
        }
    }

    fn read_answer(&self, response: &Response) -> Result<ParsedFeed, ParseError> {
        let clean = self.secrets.scrub_bytes(&response.body);
        let mut base = response.final_url.clone();
        if !self.secrets.is_empty() {
            // Relative links would carry userinfo and query along.
            let _ = base.set_password(None);
            let _ = base.set_username("");
            base.set_query(None);
        }
        self.read(clean, response.header("content-type").as_deref(), Some(&base))
    }
}

/// How the sitemaps of an index are asked for.
#[derive(Clone, Debug)]
pub struct Errand {
    pub fetcher: Fetcher,
    pub manner: Arc<Manner>,
    /// Sent to the origin of the index alone.
    pub headers: Vec<(String, String)>,
    pub max_bytes: usize,
    /// Between two requests.
    pub rest: Duration,
    /// Bounds how many threads parse at once.
    pub cpu: Arc<Semaphore>,
    /// What changed well before is not asked for again.
    pub since: Option<Timestamp>,
}

impl Errand {
    /// Reads an answer, and where it is an index the sitemaps that it names. An error says what the answer is instead.
    /// Ends with the hand taken.
    pub async fn read(&self, response: Response, hand: &mut Hand) -> Result<Documents, ParseError> {
        hand.take().await;
        let first = self.parse(response).await?;
        if first.parsed.sitemaps.is_empty() {
            return Ok(Documents { read: vec![first], whole: true, ..Documents::default() });
        }
        // No slow host keeps others from being read.
        hand.give_back();
        let Document { response, parsed: first } = first;
        let own = response.final_url.origin();
        let mut asked: HashSet<String> = HashSet::from([response.final_url.to_string()]);
        drop(response);
        // What an index names is meant as sitemaps, however bare.
        let (secrets, texts) = (self.manner.secrets.clone(), self.manner.texts);
        let manner = Arc::new(Manner { kind: FeedKind::Sitemap, select: None, secrets, texts, before: None });
        let children = Errand { manner, ..self.clone() };
        let index = first.sitemaps.clone();
        let mut documents = Documents { whole: true, index, ..Documents::default() };
        let mut waiting = self.worth_asking(first.sitemaps, &mut documents);
        let mut depth = 1;
        while !waiting.is_empty() && depth <= MAX_DEPTH {
            let mut deeper = Vec::new();
            for link in std::mem::take(&mut waiting) {
                if asked.len() > MAX_SITEMAPS {
                    documents.whole = false;
                    break;
                }
                if !asked.insert(link.url.clone()) {
                    continue;
                }
                tokio::time::sleep(self.rest).await;
                match children.ask(&link, &own).await {
                    Ok(document) if document.parsed.sitemaps.is_empty() => documents.read.push(document),
                    Ok(document) => deeper.extend(self.worth_asking(document.parsed.sitemaps, &mut documents)),
                    Err(why) => {
                        documents.whole = false;
                        documents.failed.push(format!("{}: {why}", self.manner.secrets.scrub(&link.url)));
                    }
                }
            }
            waiting = deeper;
            depth += 1;
        }
        documents.whole &= waiting.is_empty();
        hand.take().await;
        // Where two sitemaps name an article, the one that knows its headline is heard.
        documents.read.sort_by_key(|document| document.parsed.entries.iter().all(|entry| entry.title.is_empty()));
        Ok(documents)
    }

    /// The sitemaps that may hold something new, the newest first; of those without a date, the news first.
    fn worth_asking(&self, links: Vec<SitemapLink>, documents: &mut Documents) -> Vec<SitemapLink> {
        let since = self.since.and_then(|since| since.checked_sub(OVERLAP).ok());
        let dated = links.iter().all(|link| link.updated.is_some());
        documents.whole &= dated;
        let mut worth: Vec<SitemapLink> = links
            .into_iter()
            .filter(|link| match (link.updated, since) {
                (Some(updated), Some(since)) => updated >= since,
                (None, _) | (_, None) => true,
            })
            .collect();
        worth.sort_by_key(|link| (!names_news(&link.url), std::cmp::Reverse(link.updated)));
        worth
    }

    async fn ask(&self, link: &SitemapLink, own: &url::Origin) -> Result<Document, String> {
        let url = Url::parse(&link.url).map_err(|error| error.to_string())?;
        let mut request = Request::new(url, Purpose::Feed, self.max_bytes);
        if request.url.origin() == *own {
            request.headers.clone_from(&self.headers);
        }
        let response = self.fetcher.get(request).await.map_err(|error| error.to_string())?;
        if !(200..300).contains(&response.status) {
            return Err(format!("HTTP {}", response.status));
        }
        self.parse(response).await.map_err(|error| error.to_string())
    }

    async fn parse(&self, response: Response) -> Result<Document, ParseError> {
        let (bytes, manner) = (response.body.len(), Arc::clone(&self.manner));
        let read = move || manner.read_answer(&response).map(|parsed| Document { response, parsed });
        work_on(&self.cpu, bytes, read).await
    }
}

/// Whether an address says that it is a sitemap of news, which is short and fresh.
fn names_news(url: &str) -> bool {
    let path = url.split('?').next().unwrap_or(url).rsplit('/').next().unwrap_or_default();
    path.to_ascii_lowercase().contains("news")
}
