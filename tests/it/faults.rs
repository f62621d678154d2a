//! What a machine does to a daemon: kills it at any moment, fills its disk, takes its folders away. Nothing that was
//! acknowledged is missing afterwards, and nothing half-written is taken for whole.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read as _;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::site::Reply;
use crate::world::{Story, World, files, padded, story};

fn bridges(numbers: std::ops::Range<u32>) -> Vec<Story> {
    let stories = numbers.map(|number| {
        let text = padded(&format!("The bridge {number} reopened, and the council said so in its {number}th letter."));
        let slug: &'static str = format!("b{number}").leak();
        story(slug, &format!("Bridge {number}"), &text)
    });
    stories.collect()
}

/// Kills the daemon without a word, again and again, while new articles come; then everything must be there, once.
fn killed(times: u32) {
    let mut world = World::new().with_settings("[store]\ncopies = \"all\"\n");
    world.feed("daily", "").feed("other", "");
    world.write("topics/bridge.toml", "[[topic]]\nquery = 'bridge'\nmax_per_hour = 100000\n");
    let mut published = 0;
    for round in 0..times {
        // Under load: something new each time, and what was there before in part again.
        published += 4;
        let all = bridges(published.max(30) - 30..published);
        let (one, two): (Vec<Story>, Vec<Story>) = all.into_iter().partition(|story| story.slug.len() % 2 == 0);
        world.publish("daily", &one);
        world.publish("other", &two);
        let log = fs::File::create(world.path("daemon.log")).expect("a file");
        let mut daemon = world.command(&["run"]).stderr(log).stdout(Stdio::null()).spawn().expect("the daemon starts");
        // From before its first step to long after the last one.
        std::thread::sleep(Duration::from_millis(20 + u64::from(round * 7919 % 1400)));
        daemon.kill().expect("it is ours");
        let status = daemon.wait().expect("it ends");
        let log = fs::read_to_string(world.path("daemon.log")).unwrap_or_default();
        assert_eq!(status.code(), None, "it ended by itself in round {round}: {log}");
        assert!(!log.contains("panicked"), "{log}");
    }
    let all = bridges(published.max(30) - 30..published);
    world.publish("daily", &all);
    world.once();
    world.once();
    let database = rusqlite::Connection::open(world.path("state/wireroom.db")).expect("the database");
    let whole: String = database.query_row("PRAGMA integrity_check", [], |row| row.get(0)).expect("checked");
    assert_eq!(whole, "ok");
    let seen: Vec<String> = {
        let mut query = database.prepare("SELECT title FROM articles").expect("a query");
        query.query_map([], |row| row.get(0)).expect("rows").map(|row| row.expect("a row")).collect()
    };
    let mut told: BTreeMap<String, u32> = BTreeMap::new();
    for title in world.titles() {
        *told.entry(title).or_default() += 1;
    }
    assert!(told.len() >= 30, "{told:?}");
    for title in &seen {
        assert_eq!(told.get(title), Some(&1), "{title} was seen, and is to be told once");
    }
    let log = world.wireroom(&["log", "verify"]);
    assert!(log.status.success(), "{}", String::from_utf8_lossy(&log.stdout));
    let copies = world.wireroom(&["copies", "verify"]);
    assert!(copies.status.success(), "{}", String::from_utf8_lossy(&copies.stdout));
    for path in files(&world.path("state/copies")) {
        let mut decoder = flate2::read::MultiGzDecoder::new(fs::File::open(&path).expect("a file"));
        decoder.read_to_end(&mut Vec::new()).expect("whole to the last byte");
    }
}

#[test]
fn kill_dash_nine_eight_times_loses_nothing() {
    killed(8);
}

#[test]
#[ignore = "some minutes"]
fn kill_dash_nine_150_times_loses_nothing() {
    killed(150);
}

/// In a disk of its own of 3 MB, made in a namespace that needs no rights: filled while the daemon runs, then emptied; then
/// mounted read-only.
const SMALL_DISK: &str = r#"
mount -t tmpfs -o size=3m none "$DISK" || exit 90
"$W" run 2> "$DIR/daemon.log" & daemon=$!
until "$W" alerts --format json 2>/dev/null | grep -q '"Bridge 1"'; do sleep 0.2; done
dd if=/dev/zero of="$DISK/filler" bs=4k 2>/dev/null
: > "$DIR/full"
until grep -q 'could not be recorded\|no copy could be kept\|cannot be written' "$DIR/daemon.log"; do sleep 0.2; done
sleep 2
kill -0 $daemon && echo "runs on"
"$W" log verify > "$DIR/full.txt"; echo "log when full: $?"
"$W" copies verify; echo "copies when full: $?"
rm "$DISK/filler"
until "$W" alerts --format json | grep -q '"Bridge 2"'; do sleep 0.2; done
kill $daemon; wait $daemon; echo "stopped: $?"
"$W" log verify; echo "log: $?"
"$W" copies verify; echo "copies: $?"
mount -o remount,ro "$DISK" || exit 91
"$W" run --once; echo "read-only: $?"
"$W" alerts; echo "reading: $?"
"#;

#[test]
#[ignore = "needs unshare and mount of util-linux, and a kernel that lets this user make a namespace"]
fn a_disk_that_fills_and_one_that_is_read_only() {
    let mut world = World::new();
    let settings = fs::read_to_string(world.path("config/wireroom.toml")).expect("the settings");
    let settings = settings.replace("../state", "../disk/state").replace("../log", "../disk/log");
    world.write("wireroom.toml", &format!("{settings}[store]\nmin_free = \"1\"\n"));
    fs::create_dir(world.path("disk")).expect("a folder");
    world.feed("daily", "");
    world.topic("bridge", "bridge");
    world.publish("daily", &bridges(1..2));
    let root = rustix::process::geteuid().is_root();
    let namespace: &[&str] = if root { &["-m"] } else { &["-U", "-r", "-m"] };
    let mut shell = Command::new("unshare");
    shell.args(namespace).args(["sh", "-c", SMALL_DISK]).stdout(Stdio::piped()).stderr(Stdio::piped());
    shell.env("W", env!("CARGO_BIN_EXE_wireroom")).env("DISK", world.path("disk")).env("DIR", world.path(""));
    let mut shell = shell.env("WIREROOM_CONFIG", world.path("config")).spawn().expect("unshare runs");
    let began = Instant::now();
    let mut published = false;
    let log = || fs::read_to_string(world.path("daemon.log")).unwrap_or_default();
    let status = loop {
        if !published && world.path("full").exists() {
            world.publish("daily", &bridges(1..3));
            published = true;
        }
        if let Some(status) = shell.try_wait().expect("asked") {
            break status;
        }
        if began.elapsed() > Duration::from_secs(120) {
            let _ = shell.kill();
            panic!("it never ends: {}", log());
        }
        std::thread::sleep(Duration::from_millis(100));
    };
    let (mut said, mut wrong) = (String::new(), String::new());
    shell.stdout.take().expect("a pipe").read_to_string(&mut said).expect("text");
    shell.stderr.take().expect("a pipe").read_to_string(&mut wrong).expect("text");
    let everything = format!("{status}\n{said}\n{wrong}\n{}", log());
    assert_ne!(status.code(), Some(90), "no namespace to be had: {everything}");
    assert!(!everything.contains("panicked"), "{everything}");
    for line in ["runs on", "stopped: 0", "log: 0", "copies: 0", "read-only: 1", "reading: 0"] {
        assert!(said.lines().any(|found| found == line), "not said: {line}\n{everything}");
    }
    assert!(wrong.contains("ead-only"), "it says why: {everything}");
}

#[test]
fn where_few_files_may_be_open_fewer_are_asked_at_once_and_nothing_is_lost() {
    const FEEDS: usize = 200;
    let mut world = World::new();
    let settings = fs::read_to_string(world.path("config/wireroom.toml")).expect("the settings");
    let many = "[fetch]\nmax_concurrency = 128\nper_host_concurrency = 128";
    world.write("wireroom.toml", &settings.replace("[fetch]", many));
    world.write("topics/bridge.toml", "[[topic]]\nquery = 'bridge'\nmax_per_hour = 100000\n");
    for n in 0..FEEDS {
        let id: &'static str = format!("f{n}").leak();
        let slug: &'static str = format!("s{n}").leak();
        world.feed(id, "");
        let one = story(slug, &format!("Bridge {n}"), &padded(&format!("The bridge {n} reopened.")));
        world.page(&one);
        let body = crate::world::rss(&world.site, id, &[one]);
        let slow = Reply::ok("application/rss+xml", body).silent_for(Duration::from_millis(100));
        world.site.set(&format!("/{id}.xml"), slow);
    }
    let mut command = Command::new("sh");
    command.args(["-c", "ulimit -n 64 && exec \"$0\" run --once --config \"$1\""]);
    command.arg(env!("CARGO_BIN_EXE_wireroom")).arg(world.path("config")).env("XDG_STATE_HOME", world.path("home"));
    let output = command.output().expect("it runs");
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert!(said.contains("200 of 200 feeds read, 0 failed"), "{said}");
    assert!(said.contains("only 64 files may be open"), "it says why it is slow: {said}");
    assert_eq!(world.titles().len(), FEEDS);
    for feed in 0..FEEDS {
        assert_eq!(world.site.asked(&format!("/s{feed}")).len(), 1, "each page is asked once");
    }
    for what in ["copies", "log"] {
        assert!(world.wireroom(&[what, "verify"]).status.success(), "{what}");
    }
}

#[test]
fn a_state_folder_that_is_taken_away_ends_the_daemon_with_a_word() {
    let mut world = World::new();
    world.feed("daily", "");
    world.topic("bridge", "bridge");
    world.publish("daily", &bridges(1..2));
    let mut daemon = world.daemon();
    world.wait("it is told", || world.titles() == ["Bridge 1"]);
    fs::rename(world.path("state"), world.path("elsewhere")).expect("renamed");
    let status = daemon.wait_for_end(Duration::from_secs(30)).expect("it ends by itself");
    assert_eq!(status.code(), Some(1), "a service is to be started again");
    let log = fs::read_to_string(world.path("daemon.log")).expect("the log");
    assert!(log.contains("was removed or replaced"), "{log}");
    fs::rename(world.path("elsewhere"), world.path("state")).expect("renamed");
    world.publish("daily", &bridges(1..3));
    world.once();
    assert_eq!(world.titles(), ["Bridge 1", "Bridge 2"]);
    assert!(world.wireroom(&["log", "verify"]).status.success());
}
