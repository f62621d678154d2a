//! What an alert rests on: copies that hold, a chain that shows tampering, and no secret in either.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

use crate::site::Reply;
use crate::world::{World, files, padded, story};

fn told() -> World {
    let mut world = World::new();
    world.feed("daily", "");
    world.topic("bridge", "bridge");
    let stories = ["one", "two", "three"]
        .map(|slug| story(slug, &format!("Bridge {slug}"), &padded(&format!("The bridge reopened. So {slug} said."))));
    world.publish("daily", &stories);
    world.once();
    world
}

#[test]
fn every_alerts_copy_exists_and_its_sha256_holds() {
    let world = told();
    for alert in world.alerts() {
        let copy = &alert["copy"];
        let path = world.path("state").join(copy["path"].as_str().expect("a path"));
        assert!(path.is_file(), "{}", path.display());
        let id = alert["id"].as_str().expect("an id");
        let shown = &world.json(&["copies", "show", &id[..8]])[0];
        assert_eq!(shown["ok"], true, "{shown}");
        assert_eq!(shown["sha256"], copy["sha256"]);
        let text = shown["metadata"]["text"].as_str().expect("the text");
        assert!(text.contains("The bridge reopened."), "{text}");
    }
    assert_eq!(world.wireroom(&["copies", "verify"]).status.code(), Some(0));
    let path = files(&world.path("state/copies")).remove(0);
    let mut bytes = fs::read(&path).expect("the copies");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&path, bytes).expect("the copies");
    let verified = world.wireroom(&["copies", "verify"]);
    assert_eq!(verified.status.code(), Some(1), "{}", String::from_utf8_lossy(&verified.stdout));
}

#[test]
fn the_chain_verifies_and_a_changed_byte_and_a_cut_tail_are_found() {
    let world = told();
    let path = world.path("log/alerts.jsonl");
    let whole = fs::read_to_string(&path).expect("the log");
    let verify = || {
        let output = world.wireroom(&["log", "verify"]);
        (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned())
    };
    assert_eq!(verify().0, Some(0), "{}", verify().1);
    fs::write(&path, whole.replacen("Bridge two", "Bridge 2wo", 1)).expect("the log");
    let (code, said) = verify();
    assert_eq!(code, Some(1));
    assert!(said.contains("alerts.jsonl:") && said.contains("was changed"), "{said}");
    let lines: Vec<&str> = whole.lines().collect();
    fs::write(&path, format!("{}\n", lines[..lines.len() - 1].join("\n"))).expect("the log");
    let (code, said) = verify();
    assert_eq!(code, Some(1));
    assert!(said.contains("its tail was cut"), "{said}");
}

#[test]
fn a_torn_log_is_mended_from_the_database_and_says_so() {
    let world = told();
    let path = world.path("log/alerts.jsonl");
    let whole = fs::read_to_string(&path).expect("the log");
    let lines: Vec<&str> = whole.lines().collect();
    let last = lines.len() - 1;
    fs::write(&path, format!("{}\n{}", lines[..last - 1].join("\n"), &lines[last][..30])).expect("the log");
    world.once();
    let mended = fs::read_to_string(&path).expect("the log");
    assert!(mended.starts_with(&whole), "every line is there again");
    assert_eq!(world.wireroom(&["log", "verify"]).status.code(), Some(0));
    let health = world.health();
    assert!(health.iter().any(|line| line.contains("torn last line")), "{health:?}");
    let text = fs::read_to_string(world.path("log/alerts.log")).expect("the log for people");
    for title in ["Bridge one", "Bridge two", "Bridge three"] {
        assert_eq!(text.matches(&format!("| {title} |")).count(), 1, "{text}");
    }
}

#[test]
fn a_secret_is_written_nowhere() {
    const MARKS: [&str; 3] = ["h3ader-mark-8181", "us3rinfo-mark-8282", "cr3dential-mark-8383"];
    let mut world = World::new().with_settings(
        "[store]\ncopies = \"all\"\n[[sink]]\nid = \"desk\"\nkind = \"webhook\"\nurl = \"http://127.0.0.1:9/{credential}\"\ncredential = \"wire\"\n",
    );
    fs::create_dir_all(world.path("config/credentials")).expect("a folder");
    let credential = world.path("config/credentials/wire");
    fs::write(&credential, MARKS[2]).expect("a file");
    fs::set_permissions(&credential, fs::Permissions::from_mode(0o600)).expect("a mode");
    let host = world.site.url("").replace("http://", "");
    world.feed_at("header", &world.site.url("/header.xml"), &format!("headers = {{ X-Key = \"{}\" }}", MARKS[0]));
    world.feed_at("userinfo", &format!("http://me:{}@{host}/userinfo.xml", MARKS[1]), "");
    world.feed_at("credential", &world.site.url("/credential.xml?key={credential}"), "credential = \"wire\"");
    world.feed_at("echo", &world.site.url("/echo.xml?key={credential}"), "credential = \"wire\"");
    world.feed_at("fails", &format!("http://me:{}@127.0.0.1:9/{}", MARKS[1], "{credential}"), "credential = \"wire\"");
    world.topic("bridge", "bridge");
    for feed in ["header", "userinfo", "credential"] {
        // Links without a host are resolved against the address asked.
        let body = format!(
            "<rss version=\"2.0\"><channel><title>{feed}</title><item><title>Bridge {feed}</title><link>/{feed}-one</link>\
             <description>A bridge.</description></item></channel></rss>"
        );
        world.site.set(&format!("/{feed}.xml"), Reply::ok("application/rss+xml", body));
    }
    let echo = format!(
        "<rss version=\"2.0\"><channel><title>x</title><item><title>Bridge for key {0}</title><link>/e?key={0}</link></item></channel></rss>",
        MARKS[2]
    );
    world.site.set("/echo.xml", Reply::ok("application/rss+xml", echo));
    let said = world.once();
    let log = world.command(&["run", "--once", "--log", "trace"]).output().expect("a run");
    let mut everything = vec![("what was said".to_owned(), said.into_bytes()), ("the trace".to_owned(), log.stderr)];
    for arguments in [
        &["status"][..],
        &["feeds", "list"],
        &["feeds", "status"],
        &["alerts", "--held"],
        &["alerts"],
        &["copies", "list"],
    ] {
        let output = world.wireroom(arguments);
        everything.push((arguments.join(" "), [output.stdout, output.stderr].concat()));
    }
    for place in ["state", "log"] {
        for file in files(&world.path(place)) {
            if file.to_string_lossy().contains("last-good") {
                continue;
            }
            let bytes = fs::read(&file).expect("a file");
            let mut plain = Vec::new();
            if file.to_string_lossy().ends_with(".gz") {
                std::io::Read::read_to_end(&mut flate2::read::MultiGzDecoder::new(bytes.as_slice()), &mut plain)
                    .expect("gzip");
            }
            everything.push((file.display().to_string(), [bytes, plain].concat()));
        }
    }
    let sent = |feed: &str, name: &str| world.site.asked(&format!("/{feed}.xml"))[0].headers.get(name).cloned();
    assert_eq!(sent("header", "x-key").expect("sent to its own host"), MARKS[0]);
    assert!(sent("userinfo", "authorization").is_some());
    assert!(world.alerts().len() >= 3, "{:?}", world.alerts());
    let encoded = data_encoding::BASE64.encode(format!("me:{}", MARKS[1]).as_bytes());
    for (place, bytes) in &everything {
        for mark in MARKS.iter().copied().chain([encoded.as_str()]) {
            let found = bytes.windows(mark.len()).any(|window| window == mark.as_bytes());
            assert!(!found, "{mark} stands in {place}");
        }
    }
    let copies = everything.iter().filter(|(place, _)| place.ends_with(".warc.gz"));
    assert!(copies.clone().count() > 0);
    assert!(copies.into_iter().any(|(_, bytes)| bytes.windows(10).any(|window| window == b"[redacted]")));
}

#[test]
fn a_reader_without_write_permission_reads_with_the_daemon_running_and_stopped() {
    let world = told();
    // Another user where this one is root; else the same one without the right to write.
    let root = rustix::process::geteuid().is_root();
    let program = world.path("wireroom");
    fs::copy(env!("CARGO_BIN_EXE_wireroom"), &program).expect("a copy of the program");
    let readable = |on: bool| {
        for path in ["state", "log", "config"] {
            for file in files(&world.path(path)) {
                fs::set_permissions(file, fs::Permissions::from_mode(if on { 0o444 } else { 0o644 })).expect("a mode");
            }
        }
        for path in ["", "config", "config/topics", "state", "state/copies", "log"] {
            let mode = if on { 0o555 } else { 0o755 };
            fs::set_permissions(world.path(path), fs::Permissions::from_mode(mode)).expect("a mode");
        }
    };
    let read_all = |when: &str| {
        for arguments in [
            &["status"][..],
            &["alerts"],
            &["articles", "bridge"],
            &["topics", "list"],
            &["topics", "test", "bridge"],
            &["feeds", "status"],
            &["copies", "list"],
            &["copies", "verify"],
            &["log", "verify"],
        ] {
            let mut command = Command::new(&program);
            command.args(arguments).arg("--config").arg(world.path("config")).env("HOME", "/nonexistent");
            if root {
                std::os::unix::process::CommandExt::uid(&mut command, 65_534);
                std::os::unix::process::CommandExt::gid(&mut command, 65_534);
            }
            let output = command.output().expect("the program runs");
            let said =
                format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
            assert!(
                matches!(output.status.code(), Some(0 | 1)) && !said.contains("wireroom:"),
                "{when}: {arguments:?}: {said}"
            );
        }
    };
    readable(true);
    read_all("stopped");
    readable(false);
    let daemon = world.daemon();
    if root {
        readable(true);
    } else {
        fs::set_permissions(world.path(""), fs::Permissions::from_mode(0o755)).expect("a mode");
    }
    read_all("running");
    daemon.stop();
    readable(false);
}

#[test]
#[ignore = "needs warcio from PyPI, which .ci/run installs and names in WIREROOM_WARCIO"]
fn warcio_accepts_every_copy() {
    let world = told();
    let warcio = std::env::var("WIREROOM_WARCIO").unwrap_or_else(|_| "warcio".to_owned());
    let copies = files(&world.path("state/copies"));
    assert!(!copies.is_empty());
    for path in copies {
        for command in ["check", "index"] {
            let output = Command::new(&warcio).arg(command).arg(&path).output().expect("warcio runs");
            let said = String::from_utf8_lossy(&output.stdout).into_owned();
            assert!(output.status.success(), "warcio {command}: {said}");
        }
        let verbose = Command::new(&warcio).args(["check", "-v"]).arg(&path).output().expect("warcio runs");
        let said = String::from_utf8_lossy(&verbose.stdout).into_owned();
        assert!(said.contains("digest pass") && !said.contains("digest failed"), "{said}");
    }
}
