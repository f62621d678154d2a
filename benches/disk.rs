//! What a day adds to the disk: feeds with pages on a loopback site, visited by `wireroom run --once` once to begin with and then
//! for some hours of news; what grew in the database, the copies and the alert log, taken to a day of 20 articles a feed.
//!
//! `cargo bench --bench disk -- --feeds 200` (the default is 50); `--visits 4` of `--new 2` articles each. Three settings of
//! `copies`, one after the other; a page costs some 20 ms of CPU: 2,000 feeds take some ten minutes with `--visits 1`.

#![expect(clippy::print_stdout, reason = "a bench prints its figures")]

#[expect(dead_code, reason = "the topics of the matching bench are not asked for here")]
#[path = "matching/corpus.rs"]
mod corpus;

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::extract::{Path as Part, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use corpus::{Corpus, Numbers};
use flate2::{Compression, write::GzEncoder};

/// Articles that a feed brings in a day.
const A_DAY: usize = 20;
/// Words of an article: made up and long, so that the text has 3.8 kB, as 620 English words have.
const LENGTH: usize = 400;
/// One article of so many is about the topic.
const MATCHED: usize = 33;
/// Bytes of a page, most of them menus, scripts and teasers.
const PAGE: usize = 100_000;

struct Desk {
    corpus: Corpus,
    /// Articles of a feed that are out.
    out: AtomicUsize,
    /// Articles that a feed will have had in the end.
    each: usize,
}

struct Options {
    feeds: usize,
    visits: usize,
    new: usize,
}

#[derive(Clone, Copy)]
struct Used {
    database: u64,
    copies: u64,
    log: u64,
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |name: &str, or: usize| {
        let at = arguments.iter().position(|a| a == name).and_then(|at| arguments.get(at + 1));
        at.map_or(or, |text| text.parse().expect("a number"))
    };
    let options = Options { feeds: number("--feeds", 50), visits: number("--visits", 4), new: number("--new", 2) };
    let each = options.new * (options.visits + 1);
    let desk = Arc::new(Desk {
        corpus: Corpus::new(60_000, options.feeds * each, LENGTH),
        out: AtomicUsize::new(options.new),
        each,
    });
    let page = desk.page(0, 0);
    println!(
        "{} feeds, {} visits of {} new articles each; a page of {} bytes, {} in gzip; MB for {A_DAY} articles a feed",
        options.feeds,
        options.visits,
        options.new,
        page.len(),
        gzip(&page).len()
    );
    let port = serve(&desk);
    println!("{:<24}{:>10}{:>10}{:>10}{:>10}", "copies", "database", "copies", "log", "in all");
    for copies in ["none", "matched", "all"] {
        desk.out.store(options.new, Ordering::Relaxed);
        let dir = tempfile::tempdir().expect("a folder");
        configure(dir.path(), copies, options.feeds, port);
        visit(dir.path());
        let before = used(dir.path());
        for _ in 0..options.visits {
            desk.out.fetch_add(options.new, Ordering::Relaxed);
            visit(dir.path());
        }
        let after = used(dir.path());
        let day = |before: u64, after: u64| {
            (after - before) as f64 / 1e6 * A_DAY as f64 / (options.visits * options.new) as f64
        };
        let (database, files, log) =
            (day(before.database, after.database), day(before.copies, after.copies), day(before.log, after.log));
        println!("{copies:<24}{database:>10.1}{files:>10.1}{log:>10.2}{:>10.1}", database + files + log);
    }
}

/// One round of all feeds, pages read as well.
fn visit(dir: &Path) {
    let status = Command::new(env!("CARGO_BIN_EXE_wireroom"))
        .args(["run", "--once", "--log", "error", "--config"])
        .arg(dir)
        .stdout(std::process::Stdio::null())
        .status()
        .expect("the program starts");
    assert!(status.success(), "run --once ended with {status}");
}

/// Bytes of what is kept, between two runs: the write-ahead log is written back when the program ends.
fn used(dir: &Path) -> Used {
    let state = dir.join("state");
    let copies = size(&state.join("copies"));
    Used { database: size(&state) - copies, copies, log: size(&dir.join("log")) }
}

fn size(path: &Path) -> u64 {
    let Ok(meta) = std::fs::symlink_metadata(path) else { return 0 };
    if !meta.is_dir() {
        return meta.len();
    }
    std::fs::read_dir(path).expect("a folder").map(|entry| size(&entry.expect("an entry").path())).sum()
}

fn configure(dir: &Path, copies: &str, feeds: usize, port: u16) {
    std::fs::create_dir_all(dir.join("topics")).expect("a folder");
    let daemon = format!(
        "state_dir = \"{0}/state\"\nlog_dir = \"{0}/log\"\n[store]\ncopies = \"{copies}\"\n[fetch]\nallow_private = [\"127.0.0.0/8\"]\n\
         per_host_concurrency = 8\nper_host_delay_ms = 0\n",
        dir.display()
    );
    std::fs::write(dir.join("wireroom.toml"), daemon).expect("a file");
    let mut list = String::new();
    for n in 0..feeds {
        let _ = writeln!(
            list,
            "[[feed]]\nid = \"feed-{n}\"\nurl = \"http://{}/feed\"\noutlet = \"Desk {n}\"\n",
            host(n, port)
        );
    }
    std::fs::write(dir.join("feeds.toml"), list).expect("a file");
    let topic = "[[topic]]\nid = \"bridge\"\nquery = 'airship NEAR/5 bridge'\n";
    std::fs::write(dir.join("topics/bridge.toml"), topic).expect("a file");
}

/// Each feed has a host of its own.
fn host(n: usize, port: u16) -> String {
    format!("127.1.{}.{}:{port}", n / 250, n % 250 + 1)
}

fn serve(desk: &Arc<Desk>) -> u16 {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let listener = runtime.block_on(tokio::net::TcpListener::bind("0.0.0.0:0")).expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let app = Router::new()
        .route("/feed", axum::routing::get(feed))
        .route("/2026/11/{article}", axum::routing::get(page))
        .with_state(Arc::clone(desk));
    std::thread::spawn(move || {
        runtime.block_on(async { axum::serve(listener, app).await }).expect("the site");
    });
    port
}

/// Which feed's host was asked.
fn number(headers: &header::HeaderMap) -> usize {
    let host = headers[header::HOST].to_str().expect("a host");
    let parts: Vec<usize> = host.split(['.', ':']).map(|part| part.parse().expect("a number")).collect();
    parts[2] * 250 + parts[3] - 1
}

async fn feed(State(desk): State<Arc<Desk>>, headers: header::HeaderMap) -> Response {
    let n = number(&headers);
    let host = headers[header::HOST].to_str().expect("a host");
    let mut text =
        format!("<rss version=\"2.0\"><channel><title>Desk {n}</title><link>http://{host}/</link><description/>\n");
    for article in (0..desk.out.load(Ordering::Relaxed)).rev() {
        let (title, paragraphs) = desk.article(n, article);
        let _ = writeln!(
            text,
            "<item><title>{title}</title><link>http://{host}/2026/11/{article}</link><pubDate>Mon, 23 Nov 2026 10:{article:02}:00 GMT\
             </pubDate><description>{}</description></item>",
            paragraphs[0]
        );
    }
    text.push_str("</channel></rss>");
    ([(header::CONTENT_TYPE, "application/rss+xml"), (header::CONTENT_ENCODING, "gzip")], gzip(&text)).into_response()
}

async fn page(State(desk): State<Arc<Desk>>, Part(article): Part<usize>, headers: header::HeaderMap) -> Response {
    let page = desk.page(number(&headers), article);
    ([(header::CONTENT_TYPE, "text/html; charset=utf-8"), (header::CONTENT_ENCODING, "gzip")], gzip(&page))
        .into_response()
}

impl Desk {
    /// Title and paragraphs.
    fn article(&self, n: usize, article: usize) -> (String, Vec<String>) {
        let number = n * self.each + article;
        let whole = self.corpus.articles[number].whole();
        let mut paragraphs = whole.split("\n\n").map(str::to_owned);
        let title = paragraphs.next().expect("a title");
        let mut paragraphs: Vec<String> = paragraphs.filter(|paragraph| !paragraph.is_empty()).collect();
        if number.is_multiple_of(MATCHED) {
            paragraphs[0].push_str(" The airship was over the bridge.");
        }
        (title, paragraphs)
    }

    fn page(&self, n: usize, article: usize) -> String {
        let (title, paragraphs) = self.article(n, article);
        let mut page = format!(
            "<!doctype html><html lang=en><head><title>{title} | Desk {n}</title><style>.a{{margin:0}}</style></head><body>\
             <nav><a href=/>Home</a></nav><main><article><h1>{title}</h1><time datetime=2026-11-23T10:{article:02}:00Z></time>\n"
        );
        for paragraph in &paragraphs {
            let _ = writeln!(page, "<p>{paragraph}</p>");
        }
        page.push_str("</article></main><aside>\n");
        // Half of the rest is teasers, half scripts; both differ from page to page, as advertisements and suggestions do.
        let mut numbers = Numbers((n * self.each + article) as u64);
        while page.len() < PAGE / 2 {
            let other = numbers.below(self.corpus.articles.len());
            let (title, _) = self.article(other / self.each, other % self.each);
            let _ = writeln!(
                page,
                "<div class=teaser data-id={other}><a href=/2026/11/{other}><h3>{title}</h3><img src=/{other}.jpg></a></div>"
            );
        }
        page.push_str("</aside><script>window.data=[");
        while page.len() < PAGE - 40 {
            let _ = write!(page, "{{\"slot\":\"{:08x}\",\"width\":300,\"height\":250,\"lazy\":true}},", numbers.next());
        }
        page.push_str("]</script></body></html>\n");
        page
    }
}

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text.as_bytes()).expect("memory");
    encoder.finish().expect("memory")
}
