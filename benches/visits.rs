//! A thousand feeds of thirty entries on a loopback site: the first round (everything new) and the second (all 304),
//! `wireroom run --once` beside a bare reqwest loop over the same site. Prints wall time, CPU time and peak memory of each.
//!
//! `cargo bench --bench visits [-- FEEDS]`. The site runs in this process, on the same cores as what is measured.

#![expect(clippy::print_stdout, reason = "a bench prints its figures")]

use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::{Path as Segment, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};

const AT_ONCE: usize = 128;
const ENTRIES: usize = 30;

/// What a child process took.
struct Cost {
    wall: Duration,
    cpu: Duration,
    peak_kib: u64,
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|a| a != "--bench").collect();
    if arguments.first().is_some_and(|a| a == "loop") {
        return bare_loop(&arguments[1], arguments[2].parse().expect("a count"), arguments[3] == "again");
    }
    let feeds: usize = arguments.first().and_then(|a| a.parse().ok()).unwrap_or(1000);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).expect("a port");
    let address = listener.local_addr().expect("an address");
    let bodies: Arc<Vec<String>> = Arc::new((0..feeds).map(|n| feed(n, &address.to_string())).collect());
    let bytes = bodies.first().map_or(0, String::len);
    std::thread::spawn(move || {
        let app = Router::new().route("/feed/{n}", axum::routing::get(serve)).with_state(bodies);
        runtime.block_on(async { axum::serve(listener, app).await }).expect("the site");
    });

    let dir = tempfile::tempdir().expect("a folder");
    configure(dir.path(), &address.to_string(), feeds);
    let me = std::env::current_exe().expect("this program");
    let site = format!("http://{address}");
    let count = feeds.to_string();
    println!("{feeds} feeds of {ENTRIES} entries, {bytes} bytes each, {AT_ONCE} at once");
    println!("{:<34}{:>10}{:>10}{:>12}", "", "wall s", "CPU s", "peak MiB");
    let bare_fresh = measure(Command::new(&me).args(["loop", &site, &count, "fresh"]));
    print("bare reqwest loop, fresh", &bare_fresh);
    let bare_again = measure(Command::new(&me).args(["loop", &site, &count, "again"]));
    print("bare reqwest loop, all 304", &bare_again);
    let run = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_wireroom"));
        command.args(["run", "--once", "--log", "error", "--config"]).arg(dir.path().join("config"));
        measure(&mut command)
    };
    let fresh = run();
    print("wireroom, first round", &fresh);
    let again = run();
    print("wireroom, second round, all 304", &again);
    println!(
        "CPU over the bare loop: first round {:.1} ×, all 304 {:.1} ×",
        fresh.cpu.as_secs_f64() / bare_fresh.cpu.as_secs_f64(),
        again.cpu.as_secs_f64() / bare_again.cpu.as_secs_f64()
    );
}

fn print(name: &str, cost: &Cost) {
    println!(
        "{name:<34}{:>10.2}{:>10.2}{:>12.1}",
        cost.wall.as_secs_f64(),
        cost.cpu.as_secs_f64(),
        cost.peak_kib as f64 / 1024.0
    );
}

/// Runs a child and samples what the kernel says of it until it ends.
fn measure(command: &mut Command) -> Cost {
    let began = Instant::now();
    let mut child = command.stdout(Stdio::null()).spawn().expect("the child starts");
    let (mut cpu, mut peak_kib) = (Duration::ZERO, 0);
    loop {
        let proc = format!("/proc/{}", child.id());
        if let Ok(stat) = std::fs::read_to_string(format!("{proc}/stat"))
            && let Some(rest) = stat.rsplit_once(')').map(|(_, rest)| rest)
        {
            let ticks: u64 = rest.split_whitespace().skip(11).take(2).filter_map(|t| t.parse::<u64>().ok()).sum();
            cpu = cpu.max(Duration::from_millis(ticks * 10));
        }
        if let Ok(status) = std::fs::read_to_string(format!("{proc}/status")) {
            let line = status.lines().find(|line| line.starts_with("VmHWM"));
            let kib = line.and_then(|line| line.split_whitespace().nth(1)).and_then(|kib| kib.parse().ok());
            peak_kib = peak_kib.max(kib.unwrap_or(0));
        }
        if let Some(status) = child.try_wait().expect("a child to wait for") {
            assert!(status.success(), "the child ended with {status}");
            return Cost { wall: began.elapsed(), cpu, peak_kib };
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Asks for every feed, [`AT_ONCE`] at a time, reads the bodies, does nothing with them.
fn bare_loop(site: &str, feeds: usize, again: bool) {
    use futures_util::StreamExt as _;
    rustls::crypto::ring::default_provider().install_default().expect("the first provider");
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    let client = reqwest::Client::builder().no_proxy().build().expect("a client");
    runtime.block_on(async {
        futures_util::stream::iter(0..feeds)
            .map(|n| {
                let mut request = client.get(format!("{site}/feed/{n}"));
                if again {
                    request = request.header(header::IF_NONE_MATCH, etag(n));
                }
                async move {
                    let response = request.send().await.expect("an answer");
                    response.bytes().await.expect("a body").len()
                }
            })
            .buffer_unordered(AT_ONCE)
            .fold(0, |sum, len| async move { sum + len })
            .await
    });
}

fn etag(n: usize) -> String {
    format!("\"v1-{n}\"")
}

async fn serve(State(bodies): State<Arc<Vec<String>>>, Segment(n): Segment<usize>, headers: HeaderMap) -> Response {
    let Some(body) = bodies.get(n) else { return StatusCode::NOT_FOUND.into_response() };
    let tag = etag(n);
    if headers.get(header::IF_NONE_MATCH).is_some_and(|given| given.as_bytes() == tag.as_bytes()) {
        return StatusCode::NOT_MODIFIED.into_response();
    }
    ([(header::ETAG, tag), (header::CONTENT_TYPE, "application/rss+xml".to_owned())], body.clone()).into_response()
}

fn feed(n: usize, host: &str) -> String {
    let mut text = format!("<rss version=\"2.0\"><channel><title>Feed {n}</title><link>http://{host}/{n}</link>");
    for entry in 0..ENTRIES {
        let _ = write!(
            text,
            "<item><title>Report {entry} of desk {n}</title><link>http://{host}/{n}/report-{entry}</link>\
             <guid>http://{host}/{n}/report-{entry}</guid><pubDate>Mon, 23 Nov 2026 10:{entry:02}:00 GMT</pubDate>\
             <description>{}</description></item>",
            format!("The council of district {n} heard on item {entry} that works on the bridge go on as planned. ")
                .repeat(7)
        );
    }
    text.push_str("</channel></rss>");
    text
}

fn configure(dir: &Path, host: &str, feeds: usize) {
    let config = dir.join("config");
    std::fs::create_dir_all(config.join("topics")).expect("a folder");
    let daemon = format!(
        "state_dir = \"{}\"\nlog_dir = \"{}\"\n[fetch]\nallow_private = [\"127.0.0.0/8\"]\nmax_concurrency = {AT_ONCE}\n\
         per_host_concurrency = {AT_ONCE}\nper_host_delay_ms = 0\n",
        dir.join("state").display(),
        dir.join("log").display()
    );
    std::fs::write(config.join("wireroom.toml"), daemon).expect("a file");
    let mut list = String::new();
    for n in 0..feeds {
        let _ = writeln!(list, "[[feed]]\nid = \"feed-{n}\"\nurl = \"http://{host}/feed/{n}\"\npages = false");
    }
    std::fs::write(config.join("feeds.toml"), list).expect("a file");
    let topic = "[[topic]]\nid = \"bridge\"\nquery = 'tariff* NEAR/5 bridge'\n";
    std::fs::write(config.join("topics/bridge.toml"), topic).expect("a file");
}
