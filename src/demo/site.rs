//! Articles and a time → a news site on a free port of 127.0.0.1, over HTTP, with validators on its feeds.
//! Listens on loopback only, keeps nothing, and ends when it is dropped.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use axum::Router;
use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH, LAST_MODIFIED, RETRY_AFTER};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use tokio::net::TcpListener;
use tokio_util::sync::{CancellationToken, DropGuard};
use tokio_util::task::AbortOnDropHandle;

use super::articles::{self, Access, DemoArticle, OUTLETS, Outlet};
use super::feeds::{Edition, http_date};
use super::pages;

const ROBOTS: &str = "# The desk is for subscribers and their printers.\nUser-agent: *\nDisallow: /ledger/desk/\n";
const PICTURE: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"640\" height=\"360\">\
                       <rect width=\"640\" height=\"360\" fill=\"#8aa\"/></svg>\n";

/// A running site. Its connections are told to end when it is dropped.
#[derive(Debug)]
pub struct Site {
    address: String,
    content: Arc<Content>,
    _stop: DropGuard,
    _task: AbortOnDropHandle<()>,
}

#[derive(Debug)]
struct Content {
    site: String,
    now: Timestamp,
    round: AtomicU8,
    articles: Vec<DemoArticle>,
}

impl Site {
    /// Listens at once; the ages of the articles are counted back from `now`.
    pub async fn start(now: Timestamp) -> io::Result<Self> {
        let articles = articles::all().map_err(io::Error::other)?;
        let listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await?;
        let address = format!("http://{}", listener.local_addr()?);
        let content = Arc::new(Content { site: address.clone(), now, round: AtomicU8::new(1), articles });
        let stop = CancellationToken::new();
        let served =
            axum::serve(listener, routes(Arc::clone(&content))).with_graceful_shutdown(stop.clone().cancelled_owned());
        let task = tokio::spawn(async move {
            if let Err(error) = served.await {
                tracing::warn!(%error, "the demo's news site ended");
            }
        });
        Ok(Self { address, content, _stop: stop.drop_guard(), _task: AbortOnDropHandle::new(task) })
    }

    /// `http://127.0.0.1:PORT`, no slash at its end.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// From now on the feeds hold the later articles as well, and one article has been edited.
    pub fn publish_second_round(&self) {
        self.content.round.store(2, Ordering::SeqCst);
    }
}

fn routes(content: Arc<Content>) -> Router {
    Router::new()
        .route("/robots.txt", get(async || typed("text/plain; charset=utf-8", ROBOTS.to_owned())))
        .route("/{outlet}/", get(front))
        .route("/{outlet}/{file}", get(file))
        .route("/{outlet}/desk/{slug}", get(desk))
        .with_state(content)
}

impl Content {
    fn edition(&self, folder: &str) -> Option<Edition<'_>> {
        let outlet: Outlet = OUTLETS.into_iter().find(|outlet| outlet.folder == folder)?;
        let round = self.round.load(Ordering::SeqCst);
        let articles = self.articles.iter().filter(|a| a.outlet == outlet && a.round <= round).collect();
        Some(Edition { outlet, site: &self.site, now: self.now, round, articles })
    }
}

async fn front(State(content): State<Arc<Content>>, Path(folder): Path<String>) -> Response {
    match content.edition(&folder) {
        Some(edition) => html(pages::front(&edition)),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn file(
    State(content): State<Arc<Content>>,
    Path((folder, file)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    let Some(edition) = content.edition(&folder) else { return StatusCode::NOT_FOUND.into_response() };
    match file.as_str() {
        "rss.xml" => feed(&edition, &headers, "application/rss+xml; charset=utf-8", edition.rss()),
        "atom.xml" => feed(&edition, &headers, "application/atom+xml; charset=utf-8", edition.atom()),
        "feed.json" => feed(&edition, &headers, "application/feed+json", edition.json()),
        "index.rdf" => feed(&edition, &headers, "application/rdf+xml; charset=utf-8", edition.rdf()),
        "picture.svg" => typed("image/svg+xml", PICTURE.to_owned()),
        slug => page(&edition, slug, false),
    }
}

async fn desk(State(content): State<Arc<Content>>, Path((folder, slug)): Path<(String, String)>) -> Response {
    match content.edition(&folder) {
        Some(edition) => page(&edition, &slug, true),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

fn page(edition: &Edition<'_>, slug: &str, at_desk: bool) -> Response {
    let found = edition.articles.iter().find(|a| a.slug == slug && (a.access == Access::Disallowed) == at_desk);
    let Some(article) = found else { return StatusCode::NOT_FOUND.into_response() };
    match article.access {
        Access::Down => {
            let retry = [(RETRY_AFTER, "120")];
            (StatusCode::SERVICE_UNAVAILABLE, retry, "The presses are being oiled.\n").into_response()
        }
        Access::Open | Access::Teaser | Access::Disallowed => html(pages::article(edition, article)),
    }
}

/// A feed with its validators, or 304 to who has it already (RFC 9110 §13.1.2).
fn feed(edition: &Edition<'_>, asked: &HeaderMap, mime: &'static str, body: String) -> Response {
    let digest = data_encoding::HEXLOWER.encode(&Sha256::digest(body.as_bytes()));
    let etag = format!("\"{}\"", &digest[..20]);
    let changed = http_date(edition.updated());
    let known = asked.get_all(IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    let known = known.flat_map(|list| list.split(',')).map(str::trim).any(|tag| {
        // The comparison is the weak one.
        tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == etag
    });
    // `no-cache` asks for a question each time, so that a second round is seen soon.
    let validators = [(ETAG, etag), (LAST_MODIFIED, changed), (CACHE_CONTROL, "no-cache".to_owned())];
    if known {
        return (StatusCode::NOT_MODIFIED, validators).into_response();
    }
    (validators, typed(mime, body)).into_response()
}

fn html(body: String) -> Response {
    typed("text/html; charset=utf-8", body)
}

fn typed(mime: &'static str, body: String) -> Response {
    ([(CONTENT_TYPE, mime)], body).into_response()
}

#[cfg(test)]
mod tests;
