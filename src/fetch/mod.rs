//! A URL → bytes, politely: guarded addresses, a deadline for the whole request, capped bodies, conditional requests,
//! robots.txt. Decides nothing about what the bytes are, and keeps no cookies.

mod body;
mod decode;
mod error;
pub mod files;
mod gate;
mod guard;
mod response;
mod robots;
mod robots_cache;
mod room;
mod slots;

pub use decode::{DecodeError, decode};
pub use error::FetchError;
pub use gate::{Gate, Turn};
pub use guard::{Guard, Names, NotPublic};
pub use response::Response;
pub use slots::{Busy, HostKey, Slots};

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use http::{HeaderMap, HeaderName, HeaderValue, header};
use sha2::{Digest as _, Sha256};
use url::{Host, Url};

use crate::config::settings::FetchSettings;
use robots::Robots;
use robots_cache::{Heard, Known, RobotsCache};
use room::Room;

/// Our name in User-Agent and robots.txt.
const PRODUCT: &str = "wireroom";
/// A connection is kept open for so long after an answer: for the pages that a feed names, and no longer, since thousands of feeds
/// asked one after the other would leave as many.
const IDLE: Duration = Duration::from_secs(5);
/// More hops than browsers follow lead nowhere.
const MAX_HOPS: usize = 10;
/// RFC 9309 §2.5: at least this much of a robots.txt is read.
const MAX_ROBOTS: usize = 512 << 10;

// Made once: each byte of a header's value is checked when it is made.
static ACCEPT_FEED: HeaderValue = HeaderValue::from_static(
    "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml;q=0.9, application/xml;q=0.8, \
     text/xml;q=0.8, */*;q=0.1",
);
static ACCEPT_PAGE: HeaderValue = HeaderValue::from_static("text/html, application/xhtml+xml;q=0.9, */*;q=0.1");
static ACCEPT_ROBOTS: HeaderValue = HeaderValue::from_static("text/plain, */*;q=0.1");
static UNCODED: HeaderValue = HeaderValue::from_static("identity");
static CODINGS: HeaderValue = HeaderValue::from_static("gzip, br, zstd, deflate");

/// What a request is for; it decides what is accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    Feed,
    Page,
    /// Read as far as the cap, the rest left.
    Robots,
}

/// One GET.
#[derive(Clone, Debug)]
pub struct Request {
    pub url: Url,
    pub purpose: Purpose,
    /// Bytes, of the body as sent and as decoded alike.
    pub max_bytes: usize,
    pub etag: Option<Vec<u8>>,
    pub last_modified: Option<Vec<u8>>,
    /// [`address_hash`] of the address that gave them: they are sent to no other. None: the first address.
    pub validators_of: Option<[u8; 32]>,
    /// Sent to the first address's own origin only, never after a redirect to another.
    pub headers: Vec<(String, String)>,
}

impl Request {
    pub fn new(url: Url, purpose: Purpose, max_bytes: usize) -> Self {
        Self { url, purpose, max_bytes, etag: None, last_modified: None, validators_of: None, headers: Vec::new() }
    }
}

/// What an address is remembered by where its text could hold a secret.
pub fn address_hash(url: &Url) -> [u8; 32] {
    Sha256::digest(url.as_str().as_bytes()).into()
}

/// The one client for feeds, pages and webhooks. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Fetcher {
    client: reqwest::Client,
    user_agent: HeaderValue,
    guard: Guard,
    timeout: Duration,
    obey_robots: bool,
    robots: Arc<RobotsCache>,
    gate: Arc<Gate>,
    room: Room,
    /// The slot that its requests are made with, where they are one task's.
    turn: Option<Arc<Turn>>,
    /// A proxy looks names up by itself.
    by_proxy: bool,
}

impl Fetcher {
    /// An error says what in the settings cannot be used.
    pub fn new(settings: &FetchSettings) -> Result<Self, String> {
        Self::with_names(settings, Names::system())
    }

    pub fn with_names(settings: &FetchSettings, names: Names) -> Result<Self, String> {
        // A second call finds it installed already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let guard = Guard::new(&settings.allow_private, settings.proxy.as_deref(), names);
        let contact =
            settings.user_agent_contact.as_deref().map(|contact| format!(" (+{contact})")).unwrap_or_default();
        let user_agent = format!("{PRODUCT}/{}{contact}", env!("CARGO_PKG_VERSION"));
        let mut builder = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .no_proxy()
            .connect_timeout(settings.timeout.min(Duration::from_secs(15)))
            .pool_max_idle_per_host(files::idle(settings.per_host_concurrency, files::limit()))
            .pool_idle_timeout(IDLE)
            // As browsers do: an odd header of a server that nobody minds there is no reason not to read its feed.
            .http1_allow_obsolete_multiline_headers_in_responses(true)
            .http1_allow_spaces_after_header_name_in_responses(true)
            .http1_ignore_invalid_headers_in_responses(true)
            .dns_resolver(Arc::new(guard.clone()));
        if let Some(path) = &settings.ca_file {
            builder = builder.tls_certs_merge(authorities(path)?);
        }
        if let Some(proxy) = &settings.proxy {
            builder = builder.proxy(reqwest::Proxy::all(proxy).map_err(|error| format!("[fetch] proxy: {error}"))?);
        }
        let client = builder.build().map_err(|error| format!("the HTTP client: {error}"))?;
        let user_agent = HeaderValue::from_str(&user_agent)
            .map_err(|_| "[fetch] user_agent_contact: plain ASCII only, it stands in a header".to_owned())?;
        Ok(Self {
            client,
            user_agent,
            guard,
            timeout: settings.timeout,
            obey_robots: settings.robots,
            robots: Arc::default(),
            gate: Arc::new(Gate::new(settings.per_host_concurrency, settings.per_host_delay)),
            room: Room::new(),
            turn: None,
            by_proxy: settings.proxy.is_some(),
        })
    }

    /// Under new settings: the slots stay as they are in use.
    pub fn renewed(&self, settings: &FetchSettings) -> Result<Self, String> {
        let (robots, gate) = (Arc::clone(&self.robots), Arc::clone(&self.gate));
        let made = Self { robots, gate, room: self.room.clone(), ..Self::with_names(settings, self.guard.names())? };
        made.gate.slots().set_limits(settings.per_host_concurrency, settings.per_host_delay);
        Ok(made)
    }

    /// The host asked last rests at least so long once its slot is given back.
    pub fn rest_after(&self, rest: Duration) {
        if let Some(turn) = &self.turn {
            turn.rest_after(rest);
        }
    }

    /// Its task asks nothing more, but is not at its end: another may ask in its place.
    pub fn ask_no_more(&self) {
        if let Some(turn) = &self.turn {
            turn.end();
        }
    }

    pub fn gate(&self) -> &Arc<Gate> {
        &self.gate
    }

    /// For one task, which has taken a slot of this host. The slot is given back when the last clone of it is dropped.
    #[must_use]
    pub fn holding(&self, host: HostKey) -> Self {
        let turn = Some(Arc::new(Turn::of(Arc::clone(&self.gate), host)));
        Self { turn, room: self.room.of_a_task(), ..self.clone() }
    }

    /// Asks for a URL and follows redirects; any status that is no redirect is an answer.
    pub async fn get(&self, request: Request) -> Result<Response, FetchError> {
        match self.follow(request).await {
            Err(FetchError::Timeout(_)) => Err(FetchError::Timeout(self.timeout.as_secs())),
            answer => answer,
        }
    }

    async fn follow(&self, request: Request) -> Result<Response, FetchError> {
        let turn = self.turn.clone().unwrap_or_else(|| Arc::new(Turn::empty(Arc::clone(&self.gate))));
        // Waiting for another host's turn is not the host's fault and does not count.
        let mut left = self.timeout;
        let origin = request.url.origin();
        // Who was led elsewhere once is not told secrets when led back.
        let mut own = true;
        let mut url = request.url.clone();
        let mut permanent = None;
        let mut all_permanent = true;
        for _ in 0..=MAX_HOPS {
            self.check(&url)?;
            own &= url.origin() == origin;
            self.take_turn(&turn, &url).await?;
            let headers = self.headers(&request, &url, own);
            let began = tokio::time::Instant::now();
            let sent = self.client.get(url.clone()).headers(headers.clone()).send();
            let sent = tokio::time::timeout(left, sent).await.map_err(|_| FetchError::Timeout(0))?;
            let response = sent.map_err(|error| FetchError::of(&error))?;
            let status = response.status().as_u16();
            if !matches!(status, 301 | 302 | 303 | 307 | 308) {
                let reading = body::Reading {
                    final_url: url,
                    permanent: permanent.filter(|_| status < 400),
                    sent: headers,
                    cap: request.max_bytes,
                    purpose: request.purpose,
                    room: &self.room,
                    deadline: began + left,
                };
                // A box of its own: the task that it is a part of is moved.
                return Box::pin(reading.read(response)).await;
            }
            left = left.saturating_sub(began.elapsed());
            let next = next_hop(&response, &url)?;
            all_permanent &= matches!(status, 301 | 308);
            if all_permanent {
                permanent = Some(next.clone());
            }
            url = next;
        }
        Err(FetchError::Redirect(format!("more than {MAX_HOPS} hops")))
    }

    /// Comes to hold a slot of the URL's host; one that redirected to another host is given back.
    async fn take_turn(&self, turn: &Turn, url: &Url) -> Result<(), FetchError> {
        let host = HostKey::of(url);
        if self.turn.is_some()
            && !self.by_proxy
            && let Some(Host::Domain(name)) = url.host()
            && !self.gate.slots().knows_address(&host)
        {
            // Its address may be another host's as well. What is wrong with the name shows when it is asked.
            let found = tokio::time::timeout(self.timeout, self.guard.look_up(name)).await;
            if let Ok(Ok(found)) = found
                && let Some(address) = found.iter().map(SocketAddr::ip).min()
            {
                self.gate.slots().note_address(&host, address);
                turn.give_back();
            }
        }
        if turn.take(&host).await { Ok(()) } else { Err(FetchError::Busy) }
    }

    fn headers(&self, request: &Request, url: &Url, own: bool) -> HeaderMap {
        let mut map = HeaderMap::new();
        map.insert(header::USER_AGENT, self.user_agent.clone());
        let accept = match request.purpose {
            Purpose::Feed => &ACCEPT_FEED,
            Purpose::Page => &ACCEPT_PAGE,
            Purpose::Robots => &ACCEPT_ROBOTS,
        };
        // What is cut at its cap cannot be unpacked.
        let codings = if request.purpose == Purpose::Robots { &UNCODED } else { &CODINGS };
        map.insert(header::ACCEPT, accept.clone());
        map.insert(header::ACCEPT_ENCODING, codings.clone());
        if own {
            add(&mut map, &request.headers);
        }
        let theirs = match &request.validators_of {
            Some(address) => *address == address_hash(url),
            None => *url == request.url,
        };
        if theirs {
            let conditions =
                [(header::IF_NONE_MATCH, &request.etag), (header::IF_MODIFIED_SINCE, &request.last_modified)];
            for (name, value) in conditions {
                if let Some(value) = value.as_ref().and_then(|value| HeaderValue::from_bytes(value).ok()) {
                    map.insert(name, value);
                }
            }
        }
        map
    }

    fn check(&self, url: &Url) -> Result<(), FetchError> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err(FetchError::Refused(format!("only http and https are asked, not {}:", url.scheme())));
        }
        Ok(self.guard.check_url(url)?)
    }

    /// Whether the site's robots.txt lets us ask for a page. An error is transient: the robots.txt could not be had.
    pub async fn may_read(&self, url: &Url) -> Result<bool, FetchError> {
        if !self.obey_robots {
            return Ok(true);
        }
        let origin = url.origin().ascii_serialization();
        let known = match self.robots.known(&origin, Instant::now()) {
            Some(known) => known,
            None => self.robots.note(origin, self.ask_robots(url).await, Instant::now()),
        };
        let path = format!("{}{}", url.path(), url.query().map(|query| format!("?{query}")).unwrap_or_default());
        match known {
            Known::Rules(robots) => {
                if let Some(rest) = robots.crawl_delay() {
                    self.rest_after(rest);
                }
                Ok(robots.allows(&path))
            }
            Known::Unreachable => Err(FetchError::Broken("its robots.txt cannot be had just now".to_owned())),
        }
    }

    async fn ask_robots(&self, url: &Url) -> Heard {
        let mut address = url.clone();
        address.set_path("/robots.txt");
        address.set_query(None);
        address.set_fragment(None);
        match self.get(Request::new(address, Purpose::Robots, MAX_ROBOTS)).await {
            Ok(answer) if (200..300).contains(&answer.status) => {
                Heard::Rules(Robots::parse(&String::from_utf8_lossy(&answer.body), PRODUCT))
            }
            // RFC 9309 §2.3.1.3: unavailable (4xx) allows everything; too many requests is no such answer.
            Ok(answer) if (400..500).contains(&answer.status) && answer.status != 429 => {
                Heard::Rules(Robots::default())
            }
            Err(FetchError::Redirect(_)) => Heard::Rules(Robots::default()),
            Ok(_) | Err(_) => Heard::Nothing,
        }
    }

    /// Sends JSON by POST; the status. Redirects are not followed: a webhook that moves says so to its operator.
    pub async fn post_json(
        &self,
        url: Url,
        headers: &[(String, String)],
        body: String,
        timeout: Duration,
    ) -> Result<PostAnswer, FetchError> {
        self.check(&url)?;
        let mut map = HeaderMap::new();
        add(&mut map, headers);
        map.insert(header::USER_AGENT, self.user_agent.clone());
        map.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        let send = async {
            let response = self.client.post(url).headers(map).body(body).send().await;
            let response = response.map_err(|error| FetchError::of(&error))?;
            let status = response.status().as_u16();
            let retry_after = response.headers().get(header::RETRY_AFTER).and_then(|value| value.to_str().ok());
            let retry_after = retry_after.and_then(|text| text.trim().parse().ok()).map(Duration::from_secs);
            Ok(PostAnswer { status, retry_after })
        };
        match tokio::time::timeout(timeout, send).await {
            Ok(answer) => answer,
            Err(_) => Err(FetchError::Timeout(timeout.as_secs())),
        }
    }
}

impl Fetcher {
    /// Sends a form to a hub by POST. A hub that has moved is followed with the same form (307, 308), guarded at every hop.
    pub async fn post_form(&self, url: Url, form: &[(&str, String)]) -> Result<PostAnswer, FetchError> {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let send = async {
            let mut url = url;
            for _ in 0..=MAX_HOPS {
                self.check(&url)?;
                let request = self.client.post(url.clone()).header(header::USER_AGENT, self.user_agent.clone());
                let request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
                let response = request.body(body.clone()).send().await.map_err(|error| FetchError::of(&error))?;
                let status = response.status().as_u16();
                if !matches!(status, 307 | 308) {
                    return Ok(PostAnswer { status, retry_after: None });
                }
                url = next_hop(&response, &url)?;
            }
            Err(FetchError::Redirect(format!("more than {MAX_HOPS} hops")))
        };
        match tokio::time::timeout(self.timeout, send).await {
            Ok(answer) => answer,
            Err(_) => Err(FetchError::Timeout(self.timeout.as_secs())),
        }
    }
}

/// What a webhook's receiver or a hub said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PostAnswer {
    pub status: u16,
    pub retry_after: Option<Duration>,
}

fn add(map: &mut HeaderMap, headers: &[(String, String)]) {
    for (name, value) in headers {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::from_str(value)) {
            map.insert(name, value);
        }
    }
}

fn next_hop(response: &reqwest::Response, url: &Url) -> Result<Url, FetchError> {
    let location = response.headers().get(header::LOCATION);
    let location = location.ok_or_else(|| FetchError::Redirect(format!("{} without Location", response.status())))?;
    let text = String::from_utf8_lossy(location.as_bytes());
    let mut next = url.join(text.trim()).map_err(|error| FetchError::Redirect(format!("to no URL: {error}")))?;
    if next.fragment().is_none() {
        next.set_fragment(url.fragment());
    }
    Ok(next)
}

/// Certificates of authorities that are trusted besides the system's.
fn authorities(path: &Path) -> Result<Vec<reqwest::Certificate>, String> {
    let wrong = |why: String| format!("[fetch] ca_file: {}: {why}", path.display());
    let pem = std::fs::read(path).map_err(|error| wrong(error.to_string()))?;
    let found = reqwest::Certificate::from_pem_bundle(&pem).map_err(|error| wrong(error.to_string()))?;
    if found.is_empty() { Err(wrong("no certificate in it; it takes PEM".to_owned())) } else { Ok(found) }
}
