//! What an alert rests on: copies that hold, a chain that shows tampering, and no secret in either.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

use serde_json::Value;

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
fn a_log_that_is_moved_or_removed_while_the_daemon_runs_is_written_again_and_says_so() {
    let world = told();
    let daemon = world.daemon();
    let path = world.path("log/alerts.jsonl");
    let files = ["alerts.jsonl", "alerts.log"].map(|name| world.path("log").join(name));
    world.wait("the log is open", || daemon.holds(&files));
    let verified = || world.wireroom(&["log", "verify"]).status.code() == Some(0);
    for (times, way) in ["moved", "removed"].into_iter().enumerate() {
        match way {
            "moved" => fs::rename(&path, world.path("log/alerts.jsonl.1")).expect("moved"),
            _ => fs::remove_dir_all(world.path("log")).expect("removed"),
        }
        let said = |line: &String| line.contains("while the daemon ran");
        world.wait(way, || {
            path.exists() && verified() && world.health().iter().filter(|line| said(line)).count() > times
        });
    }
    daemon.stop();
    let text = fs::read_to_string(world.path("log/alerts.log")).expect("the log for people");
    for title in ["Bridge one", "Bridge two", "Bridge three"] {
        assert_eq!(text.matches(&format!("| {title} |")).count(), 1, "{text}");
    }
}

#[test]
fn copies_that_were_lost_are_said_and_their_place_stays_free() {
    let world = told();
    let path = files(&world.path("state/copies")).remove(0);
    let kept = fs::read(&path).expect("the copies");
    fs::write(&path, &kept[..kept.len() - 10]).expect("cut");
    let four = story("four", "Bridge four", &padded("The bridge reopened. So four said."));
    world.publish("daily", &[four]);
    world.once();
    assert!(world.health().iter().any(|line| line.contains("copies are missing or cut")), "{:?}", world.health());
    fs::write(&path, kept).expect("put back");
    let verified = world.wireroom(&["copies", "verify"]);
    assert_eq!(verified.status.code(), Some(0), "{}", String::from_utf8_lossy(&verified.stdout));
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

/// What `copies verify` names: the differences, and the last line.
fn differences(world: &World) -> (Vec<String>, Value) {
    let mut lines = world.json(&["copies", "verify"]);
    let report = lines.pop().expect("a report");
    let named = lines.iter().map(|line| line["difference"].as_str().expect("a difference").to_owned());
    let named: Vec<String> = named.collect();
    let code = world.wireroom(&["copies", "verify"]).status.code();
    assert_eq!(code, Some(i32::from(!named.is_empty())), "{lines:?}");
    assert_eq!(report["differences"], named.len());
    (named, report)
}

#[test]
fn each_way_to_damage_copies_is_named() {
    let world = told();
    let path = files(&world.path("state/copies")).remove(0);
    let whole = fs::read(&path).expect("the copies");
    let (none, report) = differences(&world);
    assert_eq!((none.len(), &report["copies"], &report["alerts"]), (0, &4.into(), &3.into()), "{report}");
    let last = &world.json(&["copies", "list"])[0];
    assert!(last["path"].as_str().is_some_and(|name| path.ends_with(name)));
    fs::write(&path, &whole[..whole.len() - 9]).expect("the copies");
    assert_eq!(differences(&world).0, ["truncated"]);
    // A record of our own, with digests that hold, at the end.
    let first = {
        let mut decoder = flate2::bufread::GzDecoder::new(whole.as_slice());
        std::io::copy(&mut decoder, &mut std::io::sink()).expect("a record");
        whole.len() - decoder.into_inner().len()
    };
    fs::write(&path, [&whole[..], &whole[..first]].concat()).expect("the copies");
    assert_eq!(differences(&world).0, ["orphaned"]);
    fs::write(&path, [&whole[..], b"garbage"].concat()).expect("the copies");
    assert_eq!(differences(&world).0, ["altered"]);
    fs::remove_file(&path).expect("removed");
    assert_eq!(differences(&world).0, ["missing"; 4]);
    let id = world.alerts()[0]["id"].as_str().expect("an id").to_owned();
    let shown = world.wireroom(&["copies", "show", &id]);
    assert_eq!(shown.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&shown.stdout).contains("missing"), "{shown:?}");
    fs::write(&path, &whole).expect("the copies");
    assert_eq!(differences(&world).0, [""; 0]);
    // The database says another thing than the log.
    let database = rusqlite::Connection::open(world.path("state/wireroom.db")).expect("the database");
    let alert = &world.alerts()[1]["copy"];
    let place = (alert["path"].as_str(), alert["offset"].as_u64().map(u64::cast_signed));
    database.execute("DELETE FROM copies WHERE path = ?1 AND offset = ?2", place).expect("a row");
    let named = differences(&world).0;
    assert!(named.contains(&"missing".to_owned()) && named.contains(&"orphaned".to_owned()), "{named:?}");
}

#[test]
fn a_copy_is_written_out_in_every_format() {
    let world = told();
    let alert = &world.alerts()[1];
    let ids = [&alert["id"], &alert["article"]["id"]].map(|id| id.as_str().expect("an id")[..8].to_owned());
    for id in &ids {
        let out = |format: &str| {
            let output = world.wireroom(&["copies", "export", id, "--format", format]);
            assert_eq!(output.status.code(), Some(0), "{format}: {}", String::from_utf8_lossy(&output.stderr));
            output.stdout
        };
        let text = |format: &str| String::from_utf8(out(format)).expect("UTF-8");
        assert!(text("text").starts_with("The bridge reopened. So two said."), "{}", text("text"));
        assert!(text("html").starts_with("<!doctype html>"), "the page as it was sent");
        let page = text("md");
        for part in
            ["# Bridge two\n", "- address: <http://127.0.0.1", alert["copy"]["sha256"].as_str().expect("a hash")]
        {
            assert!(page.contains(part), "{page}");
        }
        assert!(text("cdxj").starts_with("1,0,0,127:"), "{}", text("cdxj"));
        assert!(out("warc").starts_with(&[0x1f, 0x8b]), "gzip");
        let file = world.path("out.html");
        let arguments = ["copies", "export", id, "--format", "html", "--output", file.to_str().expect("UTF-8")];
        assert!(world.wireroom(&arguments).stdout.is_empty());
        assert_eq!(fs::read(&file).expect("a file"), out("html"));
    }
    let all = String::from_utf8(world.wireroom(&["copies", "export", "--format", "cdxj"]).stdout).expect("UTF-8");
    let mut sorted: Vec<&str> = all.lines().collect();
    sorted.sort_unstable();
    assert_eq!((all.lines().count(), all.lines().collect::<Vec<_>>()), (4, sorted));
    assert_eq!(world.wireroom(&["copies", "export", "--format", "warc"]).status.code(), Some(2), "of what?");
    assert_eq!(world.wireroom(&["copies", "export", "wzzzzzz"]).status.code(), Some(1));
}

/// An OpenSSH key pair, as ssh-keygen would make it.
fn key_pair(seed: u8) -> (String, String) {
    let seed = [seed; 32];
    let pair = ring::signature::Ed25519KeyPair::from_seed_unchecked(&seed).expect("a seed");
    let public = ring::signature::KeyPair::public_key(&pair).as_ref().try_into().expect("32 bytes");
    let pair = ssh_key::private::Ed25519Keypair {
        public: ssh_key::public::Ed25519PublicKey(public),
        private: ssh_key::private::Ed25519PrivateKey::from_bytes(&seed),
    };
    let private = ssh_key::PrivateKey::new(pair.into(), "desk").expect("a key");
    let public = private.public_key().to_openssh().expect("a key");
    (private.to_openssh(ssh_key::LineEnding::LF).expect("a key").to_string(), public)
}

#[test]
fn a_copied_log_is_verified_elsewhere_by_the_key_alone() {
    let mut world = World::new().with_settings("[alerts]\nsigning_key = \"desk\"\n");
    world.feed("daily", "");
    world.topic("bridge", "bridge");
    let (private, public) = key_pair(1);
    fs::create_dir_all(world.path("config/credentials")).expect("a folder");
    let key = world.path("config/credentials/desk");
    fs::write(&key, &private).expect("a file");
    fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).expect("a mode");
    world.publish("daily", &[story("one", "Bridge reopens", &padded("The bridge reopened."))]);
    let said = world.once();
    assert!(!said.contains(private.lines().nth(2).expect("a line")), "{said}");
    // Elsewhere: the files, the public keys, and nothing else.
    let elsewhere = tempfile::tempdir().expect("a folder");
    let path = |name: &str| elsewhere.path().join(name);
    for name in ["alerts.jsonl", "checkpoints.jsonl"] {
        fs::copy(world.path("log").join(name), path(name)).expect("a file");
    }
    fs::write(path("desk.pub"), &public).expect("a file");
    fs::write(path("other.pub"), key_pair(2).1).expect("a file");
    let verify = |key: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_wireroom"));
        command.args(["log", "verify", "--key", key, "."]).current_dir(elsewhere.path()).env("HOME", "/nonexistent");
        let output = command.output().expect("the program runs");
        let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        (output.status.code(), said)
    };
    let (code, said) = verify("desk.pub");
    assert!(code == Some(0) && said.contains("signed up to alert 2 on "), "{said}");
    let (code, said) = verify("other.pub");
    assert!(code == Some(1) && said.contains("no checkpoint is signed by the key"), "{said}");
    assert_eq!(verify("missing.pub").0, Some(2));
    // Sealed again as a whole, by one who has no key.
    let log = fs::read_to_string(path("alerts.jsonl")).expect("the log");
    let mut head = wireroom::chain::Head::genesis();
    let forged: String = log
        .lines()
        .map(|line| {
            let mut alert: wireroom::model::Alert = serde_json::from_str(line).expect("an alert");
            alert.excerpt = alert.excerpt.replace("reopened", "collapsed");
            let sealed = wireroom::chain::seal(&mut alert, head.seq + 1, &head.hash);
            head = wireroom::chain::Head { seq: alert.seq, hash: sealed.hash };
            sealed.line + "\n"
        })
        .collect();
    assert_ne!(forged, log);
    fs::write(path("alerts.jsonl"), forged).expect("the log");
    let (code, said) = verify("desk.pub");
    assert!(code == Some(1) && said.contains("is not the one that was signed"), "{said}");
    fs::write(path("alerts.jsonl"), log.lines().next().expect("a line").to_owned() + "\n").expect("the log");
    let (code, said) = verify("desk.pub");
    assert!(code == Some(1) && said.contains("alert 2 is missing at the end"), "{said}");
    // The first lines stand in files that were not copied: the signature vouches for what is here.
    fs::write(path("alerts.jsonl"), log.lines().nth(1).expect("a line").to_owned() + "\n").expect("the log");
    let (code, said) = verify("desk.pub");
    assert!(code == Some(0) && said.contains("chain whole from alert 2 on"), "{said}");
    // A key that cannot be used is told, and everything else goes on.
    fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).expect("a mode");
    world.once();
    assert!(world.health().iter().any(|line| line.contains("everyone can read")), "{:?}", world.health());
}

#[test]
fn the_configuration_that_a_copy_names_is_what_sha256sum_prints() {
    let world = told();
    let id = world.alerts()[0]["id"].as_str().expect("an id").to_owned();
    let warc = world.wireroom(&["copies", "export", &id, "--format", "warc"]).stdout;
    let mut info = String::new();
    std::io::Read::read_to_string(&mut flate2::bufread::GzDecoder::new(warc.as_slice()), &mut info).expect("a record");
    let hex = |bytes: &[u8]| wireroom::store::copies::sha256(bytes);
    let list: String = ["feeds.toml", "topics/bridge.toml", "wireroom.toml"]
        .iter()
        .map(|name| format!("{}  {name}\n", hex(&fs::read(world.path("config").join(name)).expect("a file"))))
        .collect();
    assert!(info.contains(&format!("configuration: sha256:{}\r\n", hex(list.as_bytes()))), "{info}\n{list}");
}
