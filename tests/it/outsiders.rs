//! What others make of the evidence: warcio, pywb, OpenSSH and twenty lines of Python. They know nothing of wireroom.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use crate::world::{World, files, free_port, padded, story};

/// Three alerts, two of them about pages with the same bytes; everything kept.
fn told() -> World {
    let mut world = World::new().with_settings("[store]\ncopies = \"all\"\n");
    world.feed("daily", "");
    world.topic("bridge", "bridge");
    let one = story("one", "Bridge reopens", &padded("The bridge reopened. So it said."));
    let two = story("two", "Bridge closes", &padded("The bridge closed. Nobody said why."));
    let same = crate::world::Story { slug: "again", ..two.clone() };
    let again = story("again", "The bridge, once more", &padded("A letter about the bridge came from the mayor."));
    let other = story("bakery", "Bakery closes", &padded("The bakery closed."));
    world.publish("daily", &[one, two, other]);
    world.once();
    world.list("daily", &[again]);
    world.page(&same);
    world.once();
    world
}

fn warcs(world: &World) -> Vec<PathBuf> {
    let mut found = files(&world.path("state/copies"));
    found.sort();
    assert_eq!(found.len(), 2, "what matched, and the rest: {found:?}");
    found
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[test]
#[ignore = "needs warcio from PyPI, which .ci/run installs and names in WIREROOM_WARCIO"]
fn warcio_accepts_every_copy() {
    let world = told();
    let warcio = std::env::var("WIREROOM_WARCIO").unwrap_or_else(|_| "warcio".to_owned());
    let export = world.path("export.warc.gz");
    let again = world.alerts().pop().expect("an alert")["article"]["id"].as_str().expect("an id").to_owned();
    let to = export.to_str().expect("UTF-8");
    let output = world.wireroom(&["copies", "export", &again, "--format", "warc", "--output", to]);
    assert!(output.status.success(), "{}", said(&output));
    let mut kinds = Vec::new();
    for path in warcs(&world).iter().chain([&export]) {
        for command in ["check", "index"] {
            let output = Command::new(&warcio).arg(command).arg(path).output().expect("warcio runs");
            assert!(output.status.success(), "warcio {command}: {}", said(&output));
            if command == "index" {
                kinds.push(said(&output));
            }
        }
        let verbose = Command::new(&warcio).args(["check", "-v"]).arg(path).output().expect("warcio runs");
        let verbose = said(&verbose);
        assert!(verbose.contains("digest pass") && !verbose.contains("digest failed"), "{verbose}");
    }
    for kind in ["warcinfo", "request", "response", "revisit", "conversion", "metadata"] {
        assert!(kinds.iter().any(|index| index.contains(&format!("\"{kind}\""))), "no {kind}: {kinds:?}");
    }
    let of = |kind: &str| kinds[2].matches(&format!("\"{kind}\"")).count();
    assert!(of("response") >= 1 && of("warcinfo") >= 1, "the export stands alone: {}", kinds[2]);
}

/// A player of archives that ends with the test.
struct Player(Child);

impl Drop for Player {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn get(port: u16, path: &str) -> Option<String> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(10))).ok()?;
    write!(stream, "GET {path} HTTP/1.0\r\nHost: 127.0.0.1:{port}\r\n\r\n").ok()?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).ok()?;
    Some(String::from_utf8_lossy(&answer).into_owned())
}

#[test]
#[ignore = "needs pywb from PyPI, which .ci/run installs; WIREROOM_PYWB names the folder of its programs"]
fn pywb_serves_every_page_from_the_exported_index() {
    let world = told();
    let index = world.wireroom(&["copies", "export", "--format", "cdxj"]);
    assert!(index.status.success(), "{}", said(&index));
    let dir = world.path("pywb");
    fs::create_dir(&dir).expect("a folder");
    fs::write(dir.join("index.cdxj"), &index.stdout).expect("a file");
    let state = world.path("state");
    let config = format!("collections:\n  desk:\n    index: index.cdxj\n    archive_paths: {}/\n", state.display());
    fs::write(dir.join("config.yaml"), config).expect("a file");
    let port = free_port();
    let programs = std::env::var_os("WIREROOM_PYWB").map(PathBuf::from).unwrap_or_default();
    let log = fs::File::create(dir.join("log")).expect("a file");
    let player = Command::new(programs.join("wayback"))
        .args(["--bind", "127.0.0.1", "--port", &port.to_string()])
        .current_dir(&dir)
        .stdout(Stdio::null())
        .stderr(log)
        .spawn()
        .expect("pywb runs");
    let _player = Player(player);
    let began = Instant::now();
    while get(port, "/").is_none() {
        let log = fs::read_to_string(dir.join("log")).unwrap_or_default();
        assert!(began.elapsed() < Duration::from_secs(120), "pywb does not answer: {log}");
        std::thread::sleep(Duration::from_millis(200));
    }
    // The third has the bytes of the second, and stands there as a reference to it.
    for (slug, title) in
        [("one", "Bridge reopens"), ("two", "Bridge closes"), ("again", "Bridge closes"), ("bakery", "Bakery")]
    {
        let page = get(port, &format!("/desk/id_/{}", world.site.url(&format!("/{slug}")))).expect("an answer");
        let page = if page.starts_with("HTTP/1.0 3") || page.starts_with("HTTP/1.1 3") {
            let at = page.lines().find_map(|line| line.strip_prefix("Location: ")).expect("an address");
            get(port, at.split_once(&format!(":{port}")).map_or(at, |(_, path)| path)).expect("an answer")
        } else {
            page
        };
        assert!(page.contains(" 200 ") && page.contains(&format!("<h1>{title}")), "{slug}: {page}");
    }
}

/// The program that docs/EVIDENCE.md gives to everybody.
fn verifier(world: &World) -> PathBuf {
    let document =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/EVIDENCE.md")).expect("the document");
    let program = document.split("```python\n").nth(1).and_then(|rest| rest.split("```").next()).expect("a program");
    let path = world.path("verify.py");
    fs::write(&path, program).expect("a file");
    path
}

#[test]
#[ignore = "needs python3, which .ci/run installs"]
fn the_documents_program_finds_what_log_verify_finds() {
    let world = told();
    let program = verifier(&world);
    let run = || {
        let paths = [world.path("log"), world.path("state")];
        Command::new("python3").arg(&program).args(paths).output().expect("python runs")
    };
    let whole = run();
    assert!(whole.status.success(), "{}", said(&whole));
    let head = world.json(&["log", "verify"]).remove(0);
    let expected = format!("{} {}\n", head["seq"], head["head"].as_str().expect("a hash"));
    assert_eq!(said(&whole), expected);
    let log = world.path("log/alerts.jsonl");
    let text = fs::read_to_string(&log).expect("the log");
    fs::write(&log, text.replacen("Bridge closes", "Bridge c1oses", 1)).expect("the log");
    assert!(said(&run()).contains("was changed"), "{}", said(&run()));
    let lines: Vec<&str> = text.lines().collect();
    fs::write(&log, format!("{}\n{}\n", lines[0], lines[2..].join("\n"))).expect("the log");
    assert!(said(&run()).contains("alert 2 was changed, or does not follow"), "{}", said(&run()));
    fs::write(&log, &text).expect("the log");
    // The page in place of another one, packed and sealed as WARC wants it: only the log knows.
    let copies = warcs(&world).remove(0);
    let bytes = fs::read(&copies).expect("the copies");
    let alert = &world.alerts()[0]["copy"];
    let offset = alert["offset"].as_u64().expect("an offset") as usize;
    let mut member = Vec::new();
    let mut decoder = flate2::bufread::GzDecoder::new(&bytes[offset..]);
    decoder.read_to_end(&mut member).expect("a record");
    let end = bytes.len() - decoder.into_inner().len();
    let forged = String::from_utf8(member).expect("text").replace("<h1>Bridge", "<h1>Brigde");
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(forged.as_bytes()).expect("memory");
    let forged = [&bytes[..offset], &encoder.finish().expect("memory"), &bytes[end..]].concat();
    fs::write(&copies, forged).expect("the copies");
    assert!(said(&run()).contains("its copy was changed"), "{}", said(&run()));
}

#[test]
#[ignore = "needs ssh-keygen, which .ci/run installs"]
fn openssh_makes_the_key_and_checks_a_checkpoint() {
    let mut world = World::new().with_settings("[alerts]\nsigning_key = \"desk\"\n");
    world.feed("daily", "");
    world.topic("bridge", "bridge");
    let key = world.path("config/credentials/desk");
    fs::create_dir_all(key.parent().expect("a folder")).expect("a folder");
    let made =
        Command::new("ssh-keygen").args(["-q", "-t", "ed25519", "-N", "", "-C", "desk", "-f"]).arg(&key).output();
    assert!(made.expect("ssh-keygen runs").status.success());
    world.publish("daily", &[story("one", "Bridge reopens", &padded("The bridge reopened."))]);
    world.once();
    let public = fs::read_to_string(world.path("config/credentials/desk.pub")).expect("a key");
    let line = fs::read_to_string(world.path("log/checkpoints.jsonl")).expect("checkpoints");
    let last: serde_json::Value = serde_json::from_str(line.lines().last().expect("a line")).expect("JSON");
    let text = |name: &str| last[name].as_str().expect("a text");
    fs::write(world.path("checkpoint.sig"), text("signature")).expect("a file");
    fs::write(world.path("allowed_signers"), format!("desk {public}")).expect("a file");
    let check = |seq: &str| {
        let message = format!("wireroom alert log\nseq {seq}\nhash {}\nat {}\n", text("hash"), text("at"));
        let mut child = Command::new("ssh-keygen")
            .args(["-Y", "verify", "-I", "desk", "-n", "wireroom-checkpoint", "-f"])
            .arg(world.path("allowed_signers"))
            .arg("-s")
            .arg(world.path("checkpoint.sig"))
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("ssh-keygen runs");
        child.stdin.take().expect("an input").write_all(message.as_bytes()).expect("taken");
        child.wait().expect("it ends").success()
    };
    assert!(check(&last["seq"].to_string()));
    assert!(!check("7"));
    let allowed = world.path("allowed_signers");
    let log = world.path("log");
    let verified =
        world.wireroom(&["log", "verify", log.to_str().expect("UTF-8"), "--key", allowed.to_str().expect("UTF-8")]);
    assert!(verified.status.success() && said(&verified).contains("signed up to alert"), "{}", said(&verified));
}
