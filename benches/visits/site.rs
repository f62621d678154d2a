//! The publishers' side: any number of feeds on one port, each made when it is asked for.

use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};

pub const ENTRIES: usize = 30;
/// Entries that a feed has on top each time it changes.
const NEW: usize = 3;
/// The commonest of the words, which come first.
const COMMONEST: usize = 27;
/// Different texts of entries.
const TEXTS: usize = 499;

const WORDS: &str = "the of and to in a is that for on with as was at by from an be this which or are not but had has its \
    were they council harbour minister report water bridge school police tariff market storm election budget court union \
    border hospital railway company village council's region season energy prices workers drought fishing festival \
    announced agreed delayed reopened warned rejected planned promised visited voted measured closed found opened said \
    on Monday Tuesday after before during between against without near last next new old three several many first large \
    local national public quiet early late spokesman engineer mayor residents farmers teachers doctors judges witnesses";

#[derive(Clone, Debug)]
pub struct Site {
    port: u16,
    desk: Arc<Desk>,
}

#[derive(Debug)]
struct Desk {
    texts: Vec<String>,
    /// How often the tenth that changes did.
    changes: AtomicUsize,
    latency_ms: AtomicU64,
}

/// The address of a feed, of so many hosts.
pub fn address(n: usize, port: u16, hosts: usize) -> String {
    let host = n % hosts;
    format!("http://127.{}.{}.{}:{port}/feed/{n}", host / 62_500, host / 250 % 250, host % 250 + 1)
}

impl Site {
    pub fn start(hosts: usize) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let any = if hosts > 1 { "0.0.0.0:0" } else { "127.0.0.1:0" };
        let listener = runtime.block_on(tokio::net::TcpListener::bind(any)).expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let desk = Arc::new(Desk { texts: texts(), changes: AtomicUsize::new(0), latency_ms: AtomicU64::new(0) });
        let app = Router::new().route("/feed/{n}", axum::routing::get(serve)).with_state(Arc::clone(&desk));
        std::thread::spawn(move || {
            runtime.block_on(async { axum::serve(listener, app).await }).expect("the site");
        });
        Self { port, desk }
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    /// Bytes of a feed.
    pub fn size(&self) -> usize {
        self.desk.feed(1).len()
    }

    /// From now on every tenth feed has new entries, on top of those that it had.
    pub fn change(&self) {
        self.desk.changes.fetch_add(1, Ordering::Relaxed);
    }

    /// From now on every answer takes so long.
    pub fn wait(&self, latency: Duration) {
        self.desk.latency_ms.store(latency.as_millis() as u64, Ordering::Relaxed);
    }
}

impl Desk {
    /// How often a feed changed.
    fn changes(&self, n: usize) -> usize {
        if n.is_multiple_of(10) { self.changes.load(Ordering::Relaxed) } else { 0 }
    }

    fn feed(&self, n: usize) -> String {
        let newest = ENTRIES + NEW * self.changes(n);
        let site = format!("http://desk-{n}.example");
        let mut text = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rss version=\"2.0\" \
             xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><channel><title>Desk {n}</title><link>{site}/</link>\
             <description>What desk {n} reports</description><language>en-gb</language>\n"
        );
        text.reserve(28_000);
        for entry in (newest - ENTRIES..newest).rev() {
            let words = &self.texts[(n * 7 + entry * 31) % TEXTS];
            let title = words.get(..words.floor_char_boundary(56)).unwrap_or_default();
            let _ = write!(
                text,
                "<item><title>{title} {n}</title><link>{site}/2026/11/report-{entry}</link>\
                 <guid isPermaLink=\"false\">{site}/?p={entry}</guid><pubDate>Mon, 23 Nov 2026 10:{entry:02}:00 GMT</pubDate>\
                 <dc:creator>Desk {n}</dc:creator><category>News</category>"
            );
            // Every third one as content management systems send it.
            let _ = if entry % 3 == 0 {
                writeln!(
                    text,
                    "<description><![CDATA[<p><img src=\"{site}/{entry}.jpg\" width=\"300\" alt=\"\"/>{words} {n}.</p><p>\
                     <a href=\"{site}/2026/11/report-{entry}\">Read more &#8230;</a></p>]]></description></item>"
                )
            } else {
                writeln!(text, "<description>{words} at desk {n}.</description></item>")
            };
        }
        text.push_str("</channel></rss>\n");
        text
    }
}

async fn serve(State(desk): State<Arc<Desk>>, Path(n): Path<usize>, headers: HeaderMap) -> Response {
    let latency = desk.latency_ms.load(Ordering::Relaxed);
    if latency > 0 {
        tokio::time::sleep(Duration::from_millis(latency)).await;
    }
    let tag = format!("\"{}-{n}\"", desk.changes(n));
    if headers.get(header::IF_NONE_MATCH).is_some_and(|given| given.as_bytes() == tag.as_bytes()) {
        return StatusCode::NOT_MODIFIED.into_response();
    }
    ([(header::ETAG, tag), (header::CONTENT_TYPE, "application/rss+xml".to_owned())], desk.feed(n)).into_response()
}

/// Texts of some five hundred characters, the same in every run.
fn texts() -> Vec<String> {
    let words: Vec<&str> = WORDS.split_whitespace().collect();
    let mut state = 42_u64;
    let mut next = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    let mut one = || {
        let mut text = String::new();
        while text.len() < 500 {
            let length = 8 + next(12);
            // As in English, two words of five are among the commonest.
            let mut word = || words[if next(5) < 2 { next(COMMONEST) } else { next(words.len()) }];
            let sentence: Vec<&str> = (0..length).map(|_| word()).collect();
            let (first, rest) = sentence[0].split_at(1);
            let _ = write!(text, "{}{rest} {}. ", first.to_uppercase(), sentence[1..].join(" "));
        }
        text.trim_end().trim_end_matches('.').to_owned()
    };
    (0..TEXTS).map(|_| one()).collect()
}
