//! A folder with a configuration, a site beside it, and the program run on it: scenarios read like stories.

use std::fmt::Write as _;
use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use tempfile::TempDir;

use crate::site::{Reply, TestSite};

/// However slow the machine, nothing in these tests takes longer.
pub const PATIENCE: Duration = Duration::from_secs(30);

pub struct World {
    dir: TempDir,
    pub site: TestSite,
    settings: String,
    feeds: String,
}

/// A port that nobody listens on, for a program that is told where to listen: none of those that the system gives to whoever asks
/// for any, since another test might be given it first.
pub fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let first = 20_000 + (std::process::id() % 10_000) as u16;
    loop {
        let port = first + NEXT.fetch_add(1, Ordering::Relaxed);
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}

/// An article as a test writes it.
#[derive(Clone, Debug)]
pub struct Story {
    pub slug: &'static str,
    pub title: String,
    pub text: String,
    pub published: Timestamp,
}

pub fn story(slug: &'static str, title: &str, text: &str) -> Story {
    let published = Timestamp::now() - SignedDuration::from_mins(30);
    Story { slug, title: title.to_owned(), text: text.to_owned(), published }
}

/// A paragraph of some length, so that the page is an article and not a teaser.
pub fn padded(text: &str) -> String {
    let more = "The committee met in the town hall and heard from eleven residents, who spoke one after the other. \
                Members took notes and promised a written answer within the month. ";
    format!("{text} {}", more.repeat(4))
}

impl World {
    pub fn new() -> Self {
        let world = Self {
            dir: tempfile::tempdir().expect("a folder"),
            site: TestSite::start(),
            settings: String::new(),
            feeds: String::new(),
        };
        fs::create_dir_all(world.path("config/topics")).expect("a folder");
        world.site.set("/robots.txt", Reply::ok("text/plain", "User-agent: *\nDisallow: /closed/\n"));
        world.with_settings("")
    }

    /// More settings; replaces those given before.
    pub fn with_settings(mut self, more: &str) -> Self {
        self.settings = format!(
            "state_dir = \"../state\"\nlog_dir = \"../log\"\n[fetch]\nallow_private = [\"127.0.0.0/8\"]\nper_host_delay_ms = 0\n\
             timeout = \"20s\"\n[schedule]\nmin_interval = \"1s\"\ndefault_interval = \"1s\"\n{more}\n"
        );
        self.write("wireroom.toml", &self.settings);
        self
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Writes a configuration file.
    pub fn write(&self, name: &str, text: &str) {
        let path = self.path("config").join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, text).expect("a file");
    }

    /// Adds a feed at `/ID.xml`; `more` are further keys.
    pub fn feed(&mut self, id: &str, more: &str) -> &mut Self {
        let url = self.site.url(&format!("/{id}.xml"));
        self.feed_at(id, &url, more)
    }

    pub fn feed_at(&mut self, id: &str, url: &str, more: &str) -> &mut Self {
        let _ = write!(self.feeds, "[[feed]]\nid = \"{id}\"\nurl = \"{url}\"\noutlet = \"Outlet {id}\"\n{more}\n");
        self.write("feeds.toml", &self.feeds);
        self
    }

    pub fn topic(&self, id: &str, query: &str) {
        self.write(&format!("topics/{id}.toml"), &format!("[[topic]]\nquery = '''{query}'''\nseverity = \"high\"\n"));
    }

    /// Publishes stories in a feed, with their pages.
    pub fn publish(&self, feed: &str, stories: &[Story]) {
        self.list(feed, stories);
        for story in stories {
            self.page(story);
        }
    }

    /// The feed alone.
    pub fn list(&self, feed: &str, stories: &[Story]) {
        self.site.set(&format!("/{feed}.xml"), Reply::ok("application/rss+xml", rss(&self.site, feed, stories)));
    }

    /// The page alone.
    pub fn page(&self, story: &Story) {
        self.site.set(&format!("/{}", story.slug), Reply::ok("text/html; charset=utf-8", html(story)));
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_wireroom"));
        command.args(arguments).arg("--config").arg(self.path("config"));
        command.env("XDG_STATE_HOME", self.path("home")).env_remove("RUST_LOG").stdin(Stdio::null());
        command
    }

    pub fn wireroom(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().expect("the program runs")
    }

    /// Visits every feed once; what was printed.
    pub fn once(&self) -> String {
        let output = self.wireroom(&["run", "--once"]);
        let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(matches!(output.status.code(), Some(0 | 1)), "{text}");
        text
    }

    /// Starts the daemon and waits until it is under way.
    pub fn daemon(&self) -> Daemon {
        self.daemon_of(self.command(&["run"]))
    }

    /// The same of a command that is more than that.
    pub fn daemon_of(&self, mut command: Command) -> Daemon {
        let log = fs::File::create(self.path("daemon.log")).expect("a file");
        let child = command.stderr(log).stdout(Stdio::null()).spawn().expect("the daemon starts");
        let daemon = Daemon { child: Some(child) };
        self.wait("the daemon runs", || {
            let status = self.wireroom(&["status", "--format", "json"]);
            String::from_utf8_lossy(&status.stdout).contains("\"running\":true")
        });
        daemon
    }

    /// Lines of JSON that a command prints.
    pub fn json(&self, arguments: &[&str]) -> Vec<Value> {
        let mut all = arguments.to_vec();
        all.extend(["--format", "json"]);
        let output = self.wireroom(&all);
        let text = String::from_utf8(output.stdout).expect("UTF-8");
        text.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect()
    }

    /// Everything told but health notices.
    pub fn alerts(&self) -> Vec<Value> {
        let all = self.json(&["alerts", "--since", "7d"]);
        all.into_iter().filter(|alert| alert["kind"] != "health").collect()
    }

    pub fn titles(&self) -> Vec<String> {
        self.alerts().iter().map(|alert| alert["article"]["title"].as_str().unwrap_or_default().to_owned()).collect()
    }

    /// Health notices, as text.
    pub fn health(&self) -> Vec<String> {
        let all = self.json(&["alerts", "--since", "7d"]);
        let health = all.iter().filter(|alert| alert["kind"] == "health");
        health.map(|alert| alert["excerpt"].as_str().unwrap_or_default().to_owned()).collect()
    }

    /// Waits until something holds, asking again and again; fails when it never does.
    pub fn wait(&self, what: &str, holds: impl Fn() -> bool) {
        let began = Instant::now();
        while !holds() {
            let log = || fs::read_to_string(self.path("daemon.log")).unwrap_or_default();
            assert!(began.elapsed() < PATIENCE, "never: {what}\n{}", log());
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

/// A daemon that ends with the test.
pub struct Daemon {
    child: Option<Child>,
}

impl Daemon {
    pub fn signal(&self, signal: rustix::process::Signal) {
        let pid = rustix::process::Pid::from_child(self.child.as_ref().expect("it runs"));
        rustix::process::kill_process(pid, signal).expect("it is ours");
    }

    /// Whether it holds all those files open at once.
    pub fn holds(&self, paths: &[PathBuf]) -> bool {
        let pid = self.child.as_ref().expect("it runs").id();
        let open = fs::read_dir(format!("/proc/{pid}/fd")).into_iter().flatten().flatten();
        let open: Vec<_> = open.filter_map(|entry| fs::read_link(entry.path()).ok()).collect();
        paths.iter().all(|path| open.contains(path))
    }

    /// Asks it to stop; how long that took.
    pub fn stop(mut self) -> Duration {
        self.signal(rustix::process::Signal::TERM);
        let began = Instant::now();
        let status = self.child.take().expect("it runs").wait().expect("it ends");
        assert!(status.success(), "{status}");
        began.elapsed()
    }

    /// Waits until it ends by itself; none where it does not in that time.
    pub fn wait_for_end(&mut self, patience: Duration) -> Option<std::process::ExitStatus> {
        let child = self.child.as_mut().expect("it runs");
        let began = Instant::now();
        while began.elapsed() < patience {
            if let Some(status) = child.try_wait().expect("it is ours") {
                return Some(status);
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        None
    }

    /// Ends it without a word.
    pub fn kill(mut self) {
        let mut child = self.child.take().expect("it runs");
        child.kill().expect("it is ours");
        child.wait().expect("it ends");
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

pub fn rss(site: &TestSite, feed: &str, stories: &[Story]) -> String {
    let mut text = format!(
        "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>{feed}</title><link>{}</link>",
        site.url("/")
    );
    for story in stories {
        let link = site.url(&format!("/{}", story.slug));
        let date = story.published.strftime("%a, %d %b %Y %H:%M:%S GMT");
        let lede: String = story.text.chars().take(160).collect();
        let _ = write!(
            text,
            "<item><title>{}</title><link>{link}</link><guid>{link}</guid><pubDate>{date}</pubDate><description>{}</description></item>",
            escape(&story.title),
            escape(&lede)
        );
    }
    text.push_str("</channel></rss>");
    text
}

fn html(story: &Story) -> String {
    let paragraphs: String = story.text.split("\n\n").map(|text| format!("<p>{}</p>", escape(text))).collect();
    let title = escape(&story.title);
    format!(
        "<!doctype html><html lang=\"en\"><head><title>{title} | The Test Times</title><meta property=\"og:title\" content=\"{title}\">\
         </head><body><nav><a href=\"/\">Home</a></nav><article><h1>{title}</h1>{paragraphs}</article><footer>All rights</footer>\
         </body></html>"
    )
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}

/// Every file under a folder.
pub fn files(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![dir.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()) {
            if entry.is_dir() { folders.push(entry) } else { found.push(entry) }
        }
    }
    found
}
