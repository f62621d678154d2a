//! An article's first page → its further pages, joined to it: asked one after the other as politely as any page, within a
//! cap. Whatever cannot be had leaves the article a part, which is said.

use std::sync::Arc;

use tokio::sync::Semaphore;
use url::Url;

use super::{Desk, off_reactor};
use crate::config::settings::FetchSettings;
use crate::extract::pagination::{self, Further};
use crate::extract::{self, Page, PageInput};
use crate::fetch::{Fetcher, Purpose, Request, Response};
use crate::model::{Feed, Quality};

/// Pages of one article that are read, its first one included.
const MAX_PAGES: u32 = 5;

/// What pages are read with.
pub(super) struct Reader<'a> {
    pub fetcher: &'a Fetcher,
    pub fetch: &'a FetchSettings,
    pub cpu: &'a Arc<Semaphore>,
    /// Its selectors hold for every page.
    pub feed: Option<&'a Arc<Feed>>,
}

/// A page that nobody's feed has given, read as the daemon would: robots, guard, further pages and all. The error says why
/// the daemon would have no page.
pub async fn look(fetcher: &Fetcher, fetch: &FetchSettings, url: Url) -> Result<(Page, Url), String> {
    let reader = Reader { fetcher, fetch, cpu: &Arc::new(Semaphore::new(1)), feed: None };
    let (response, mut page) = reader.read(url, None).await?;
    let first = response.final_url;
    reader.join(&mut page, &first).await;
    Ok((page, first))
}

impl Desk {
    pub(super) fn reader<'a>(&'a self, feed: Option<&'a Arc<Feed>>) -> Reader<'a> {
        Reader { fetcher: &self.fetcher, fetch: &self.force.settings.fetch, cpu: &self.cpu, feed }
    }
}

impl Reader<'_> {
    /// Reads the further pages and joins them to `page`; their answers, in order.
    pub(super) async fn join(&self, page: &mut Page, first: &Url) -> Vec<Response> {
        let mut answers = Vec::new();
        if page.quality != Quality::Full {
            return answers;
        }
        let mut known = std::mem::take(&mut page.pages);
        let mut number = 2;
        while let Some(next) = known.iter().find(|further| further.number == number).cloned() {
            if number > MAX_PAGES {
                let last = known.iter().map(|further| further.number).max().unwrap_or(number);
                lack(page, &format!("the article has {last} pages or more, of which the first {MAX_PAGES} were read"));
                break;
            }
            let (response, part) = match self.further(&next, first).await {
                Ok(read) => read,
                Err(why) => {
                    lack(page, &format!("page {number} of the article could not be read: {why}"));
                    break;
                }
            };
            // The first page again, or another article: whatever the link was, it was no further page.
            if !pagination::is_part_of(page, &part) || pagination::append(page, &part) == 0 {
                break;
            }
            answers.push(response);
            if part.quality != Quality::Full {
                let why = part.quality_reason.as_deref().unwrap_or(part.quality.as_str());
                lack(page, &format!("page {number} of the article: {why}"));
                break;
            }
            known.extend(part.pages.iter().filter(|further| !known.contains(further)).cloned().collect::<Vec<_>>());
            number += 1;
        }
        page.pages = known;
        answers
    }

    async fn further(&self, next: &Further, first: &Url) -> Result<(Response, Page), String> {
        let url = Url::parse(&next.url).map_err(|error| error.to_string())?;
        // The host's slot is ours while this goes on: the rest between two requests is up to us.
        tokio::time::sleep(self.fetch.per_host_delay).await;
        let (response, page) = self.read(url, Some(first)).await?;
        if response.final_url.host_str() != first.host_str() {
            return Err("it leads to another host".to_owned());
        }
        Ok((response, page))
    }

    /// One page of an article whose first page is `first`, where this is a further one.
    async fn read(&self, url: Url, first: Option<&Url>) -> Result<(Response, Page), String> {
        if !self.fetcher.may_read(&url).await.map_err(|error| error.to_string())? {
            return Err(ROBOTS.to_owned());
        }
        let request = Request::new(url, Purpose::Page, self.fetch.max_page_bytes);
        let response = self.fetcher.get(request).await.map_err(|error| error.to_string())?;
        if !(200..300).contains(&response.status) {
            return Err(format!("HTTP {}", response.status));
        }
        let (feed, first) = (self.feed.cloned(), first.cloned());
        let extract = move || {
            let content_type = response.header("content-type");
            let page = extract::page(&PageInput {
                body: &response.body,
                content_type: content_type.as_deref(),
                url: Some(&response.final_url),
                first_page: first.as_ref(),
                select: feed.as_deref().and_then(|feed| feed.select.as_deref()),
                ..PageInput::default()
            });
            (response, page)
        };
        Ok(off_reactor(self.cpu, extract).await)
    }
}

/// Why a page is not asked for.
pub(super) const ROBOTS: &str = "the site's robots.txt asks not to read it";

fn lack(page: &mut Page, why: &str) {
    page.quality = Quality::Teaser;
    page.quality_reason = Some(why.to_owned());
}
