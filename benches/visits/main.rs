//! Feeds of thirty entries on a loopback site, visited in rounds: everything new, all 304, a tenth changed, and the first two
//! again behind 100 ms of latency. `wireroom run --once` stands beside a bare reqwest loop and a loop with feed-rs and SQLite.
//!
//! `cargo bench --bench visits` takes about a minute; `-- --feeds 5000` or `50000` for the rest, `--hosts 200` to spread the feeds
//! over so many addresses (the default is one), `--only wireroom` to leave the loops out. The site runs on the same cores.
//! Ratios of CPU seconds (user and system, as the kernel counts them for each process) are what to look at. Rounds of a few tenths
//! of a second are measured seven times in turns, and the least of each program counts.

#![expect(clippy::print_stdout, reason = "a bench prints its figures")]

mod cost;
mod loops;
mod site;

use std::fmt::Write as _;
use std::process::Command;
use std::time::Duration;

use cost::{Cost, measure};
use site::{ENTRIES, Site};

const AT_ONCE: usize = 128;
const LATENCY: Duration = Duration::from_millis(100);
/// How often a short round is measured.
const TIMES: usize = 7;

struct Options {
    feeds: usize,
    hosts: usize,
    loops: bool,
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    match arguments.first().map(String::as_str) {
        Some("loop") => return loops::run(&arguments[1..]),
        Some("cost") => return cost::run(&arguments[1..]),
        _ => {}
    }
    let value = |name: &str| arguments.iter().position(|a| a == name).and_then(|at| arguments.get(at + 1));
    let number = |name: &str, or: usize| value(name).map_or(or, |text| text.parse().expect("a number"));
    let options = Options {
        feeds: number("--feeds", 1000),
        hosts: number("--hosts", 1),
        loops: value("--only").is_none_or(|only| only != "wireroom"),
    };
    let bench = Bench { site: Site::start(options.hosts), dir: tempfile::tempdir().expect("a folder"), options };
    bench.run();
}

struct Bench {
    site: Site,
    dir: tempfile::TempDir,
    options: Options,
}

/// One round of all three; none of what was left out.
struct Round {
    bare: Option<Cost>,
    stored: Option<Cost>,
    wireroom: Cost,
}

impl Round {
    /// Of each program the cheaper of two.
    fn least(self, other: Self) -> Self {
        let least = |one: Cost, other: Cost| if other.cpu < one.cpu { other } else { one };
        let of_loop = |one: Option<Cost>, other: Option<Cost>| Some(least(one?, other?));
        Self {
            bare: of_loop(self.bare, other.bare),
            stored: of_loop(self.stored, other.stored),
            wireroom: least(self.wireroom, other.wireroom),
        }
    }

    fn told(self, name: &str) -> Self {
        let loops = [("bare loop", &self.bare), ("loop with feed-rs and SQLite", &self.stored)];
        for (who, cost) in loops.into_iter().filter_map(|(who, cost)| Some((who, cost.as_ref()?))) {
            print(&format!("{name}: {who}"), cost);
        }
        print(&format!("{name}: wireroom"), &self.wireroom);
        self
    }
}

impl Bench {
    fn run(&self) {
        let Options { feeds, hosts, .. } = self.options;
        println!(
            "{feeds} feeds of {ENTRIES} entries, {} bytes each, on {hosts} host(s); {AT_ONCE} at once",
            self.site.size()
        );
        println!("{:<46}{:>9}{:>9}{:>11}", "", "CPU s", "wall s", "peak MiB");
        self.configure("near");
        let fresh = self.round("near", false).told("fresh");
        let unchanged = (0..TIMES).map(|_| self.round("near", true)).reduce(Round::least).expect("several");
        let unchanged = unchanged.told("all 304");
        let changed = (0..TIMES).map(|_| {
            self.site.change();
            self.round("near", true)
        });
        let changed = changed.reduce(Round::least).expect("several").told("a tenth changed");
        println!("with {} ms of latency", LATENCY.as_millis());
        self.site.wait(LATENCY);
        self.configure("far");
        let far_fresh = self.round("far", false).told("fresh");
        let far_unchanged = self.round("far", true).told("all 304");

        println!("wireroom compared");
        let ratio = |what: &str, ours: Duration, theirs: Option<Duration>, goal: f64| {
            if let Some(theirs) = theirs {
                println!("  {what:<68}{:>6.2} × (goal {goal})", ours.as_secs_f64() / theirs.as_secs_f64());
            }
        };
        let cpu = |cost: &Option<Cost>| cost.as_ref().map(|cost| cost.cpu);
        ratio("CPU, fresh: loop with feed-rs and SQLite", fresh.wireroom.cpu, cpu(&fresh.stored), 1.5);
        ratio("CPU, all 304: bare loop", unchanged.wireroom.cpu, cpu(&unchanged.bare), 2.0);
        ratio("CPU, a tenth changed: loop with feed-rs and SQLite", changed.wireroom.cpu, cpu(&changed.stored), 1.5);
        let limit = Some(LATENCY.mul_f64(feeds as f64 / AT_ONCE as f64));
        ratio("wall, latency, all 304: feeds / slots × latency", far_unchanged.wireroom.wall, limit, 1.2);
        ratio("wall, latency, fresh: feeds / slots × latency", far_fresh.wireroom.wall, limit, 1.7);
        let peaks = [&fresh, &unchanged, &changed, &far_fresh, &far_unchanged].map(|round| round.wireroom.peak_kib);
        let peak = peaks.into_iter().max().unwrap_or_default();
        println!("  {:<68}{:>6.1} MiB", "peak memory", peak as f64 / 1024.0);
    }

    fn round(&self, state: &str, again: bool) -> Round {
        let (feeds, again) = (self.options.feeds.to_string(), if again { "again" } else { "fresh" });
        let me = std::env::current_exe().expect("this program");
        let run_loop = |kind: &str| {
            let database = self.dir.path().join(format!("{state}-loop.db"));
            let mut command = Command::new(&me);
            command.args(["loop", kind, again, &feeds, &self.site.port().to_string(), &self.options.hosts.to_string()]);
            measure(command.arg(database))
        };
        let bare = self.options.loops.then(|| run_loop("bare"));
        let stored = self.options.loops.then(|| run_loop("stored"));
        let mut command = Command::new(env!("CARGO_BIN_EXE_wireroom"));
        command.args(["run", "--once", "--log", "error", "--config"]).arg(self.dir.path().join(state));
        Round { bare, stored, wireroom: measure(&mut command) }
    }

    /// A folder whose daemon may ask one host as often as it likes, as the loops do.
    fn configure(&self, state: &str) {
        let config = self.dir.path().join(state);
        std::fs::create_dir_all(config.join("topics")).expect("a folder");
        let daemon = format!(
            "state_dir = \"{0}/state\"\nlog_dir = \"{0}/log\"\n[fetch]\nallow_private = [\"127.0.0.0/8\"]\n\
             max_concurrency = {AT_ONCE}\nper_host_concurrency = {AT_ONCE}\nper_host_delay_ms = 0\n",
            config.display()
        );
        std::fs::write(config.join("wireroom.toml"), daemon).expect("a file");
        let mut list = String::new();
        for n in 0..self.options.feeds {
            let url = site::address(n, self.site.port(), self.options.hosts);
            let _ =
                writeln!(list, "[[feed]]\nid = \"feed-{n}\"\nurl = \"{url}\"\noutlet = \"Desk {n}\"\npages = false\n");
        }
        std::fs::write(config.join("feeds.toml"), list).expect("a file");
        let topic = "[[topic]]\nid = \"bridge\"\nquery = 'airship* NEAR/5 bridge'\n";
        std::fs::write(config.join("topics/bridge.toml"), topic).expect("a file");
    }
}

fn print(name: &str, cost: &Cost) {
    println!(
        "  {name:<44}{:>9.2}{:>9.2}{:>11.1}",
        cost.cpu.as_secs_f64(),
        cost.wall.as_secs_f64(),
        cost.peak_kib as f64 / 1024.0
    );
}
