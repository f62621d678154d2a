//! Commands as people and programs use them.

use std::fs::{self, File};
use std::io::{BufWriter, Read as _, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::site::Reply;
use crate::world::{World, padded, story};

fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_wireroom"));
    command.stdin(Stdio::null());
    command
}

fn fed(arguments: &[&str], input: &str) -> (Option<i32>, Vec<Value>, String) {
    let mut command = program();
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program runs");
    child.stdin.take().expect("a pipe").write_all(input.as_bytes()).expect("it reads");
    let output = child.wait_with_output().expect("it ends");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let lines = text.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect();
    (output.status.code(), lines, String::from_utf8_lossy(&output.stderr).into_owned())
}

#[test]
fn match_reads_articles_and_prints_matches_with_stats() {
    let world = World::new();
    world.topic("mexico", "\"Peña Nieto\" NEAR/5 wall");
    world.topic("ice", "=ICE");
    world.write("topics/off.toml", "[[topic]]\nquery = 'raids'\nenabled = false\n");
    let topics = world.path("config/topics");
    let articles = concat!(
        "{\"id\":\"a\",\"title\":\"Visit\",\"text\":\"Pena Nieto spoke of the wall.\"}\n",
        "{\"id\":7,\"title\":\"ICE raids\",\"text\":\"The ice melts.\",\"language\":\"en\",\"tags\":[\"us\"]}\n",
        "no json\n",
    );
    let (code, lines, said) =
        fed(&["match", "--topics", topics.to_str().expect("UTF-8"), "--stats", "/nowhere.jsonl", "-"], articles);
    assert_eq!(code, Some(1), "a file is missing and a line is no article; the others go on");
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert_eq!((&lines[0]["article"], &lines[0]["topic"]), (&Value::from("a"), &Value::from("mexico")));
    assert_eq!(lines[1]["article"], 7);
    let found = &lines[0]["matches"][0];
    let (start, end) = (found["start"].as_u64().expect("a number"), found["end"].as_u64().expect("a number"));
    assert_eq!(&"Pena Nieto spoke of the wall."[start as usize..end as usize], "Pena Nieto");
    assert!(found["context"].is_string() && found["zone"].is_string());
    let stats: Value = said.lines().find_map(|line| serde_json::from_str(line).ok()).expect("stats");
    assert_eq!((&stats["articles"], &stats["topics"]), (&Value::from(2), &Value::from(2)));
    assert!(stats["compile_ms"].is_number() && stats["match_ms"].is_number());
    assert!(said.contains("line 3:"), "{said}");
}

#[test]
fn match_takes_null_for_nothing_and_goes_on_after_a_line_that_is_no_text() {
    let world = World::new();
    world.topic("zinc", "zinc");
    let topics = world.path("config/topics");
    let nulls = "{\"id\":1,\"title\":\"Zinc\",\"text\":null,\"lede\":null,\"tags\":null,\"language\":null}";
    let file = world.path("articles.jsonl");
    let bytes =
        [b"\xef\xbb\xbf", nulls.as_bytes(), b"\r\n{\"id\":2,\"title\":\"\xff\"}\n{\"id\":3,\"title\":\"zinc\"}"];
    fs::write(&file, bytes.concat()).expect("a file");
    let arguments = ["match", "--topics", topics.to_str().expect("UTF-8"), file.to_str().expect("UTF-8")];
    let (code, lines, said) = fed(&arguments, "");
    let found: Vec<_> = lines.iter().map(|line| line["article"].as_i64()).collect();
    assert_eq!(found, [Some(1), Some(3)], "{said}");
    assert!(code == Some(1) && said.contains("line 2: no article as JSON"), "{said}");
}

#[test]
fn match_mends_half_an_emoji_and_says_that_no_topic_is_in_force() {
    let world = World::new();
    world.topic("zinc", "zinc");
    let topics = world.path("config/topics");
    let arguments = ["match", "--topics", topics.to_str().expect("UTF-8")];
    let articles = concat!(
        r#"{"id":1,"title":"Zinc \ud83d","text":"\udc00\ud800\u0041 \\ud800 \ud83d\ude00 zinc"}"#,
        "\n",
        r#"{"id":2,"title":"Zinc \ud8"}"#,
    );
    let (code, lines, said) = fed(&arguments, articles);
    assert!(code == Some(1) && said.contains("line 2: no article"), "{said}");
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert_eq!(lines[0]["matches"][0]["context"], "Zinc \u{FFFD}");
    assert_eq!(lines[0]["matches"][1]["context"], "\u{FFFD}\u{FFFD}A \\ud800 \u{1F600} zinc");

    world.write("topics/zinc.toml", "[[topic]]\nquery = 'zinc'\nenabled = false\n");
    let (code, lines, said) = fed(&arguments, r#"{"id":1,"title":"Zinc"}"#);
    assert!(code == Some(0) && lines.is_empty() && said.contains("no topic in force"), "{said}");
}

#[test]
fn output_that_cannot_be_written_is_a_failure_and_a_closed_pipe_is_none() {
    let world = World::new();
    world.topic("zinc", "zinc");
    let topics = world.path("config/topics");
    let matching = ["match", "--topics", topics.to_str().expect("UTF-8"), "-"];
    for arguments in [&["topics", "list"][..], &["feeds", "list", "--format", "json"], &matching] {
        let full = fs::OpenOptions::new().write(true).open("/dev/full").expect("a full device");
        let mut command = world.command(arguments);
        command.stdin(Stdio::piped()).stdout(full).stderr(Stdio::piped());
        let mut child = command.spawn().expect("it runs");
        child.stdin.take().expect("a pipe").write_all(b"{\"id\":1,\"title\":\"zinc\"}").unwrap_or_default();
        let output = child.wait_with_output().expect("it ends");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        if arguments[0] == "feeds" {
            assert_eq!(output.status.code(), Some(0), "nothing to write: {said}");
        } else {
            assert_eq!(output.status.code(), Some(1), "{arguments:?}: {said}");
            assert!(said.contains("the output cannot be written"), "{arguments:?}: {said}");
        }
    }
}

#[test]
fn a_second_topic_in_a_file_leaves_the_first_its_id() {
    let world = World::new();
    world.topic("zinc", "zinc");
    let added = world.wireroom(&["topics", "add", "Tin", "tin", "--file", "zinc.toml"]);
    assert_eq!(added.status.code(), Some(0), "{}", String::from_utf8_lossy(&added.stderr));
    let ids: Vec<_> = world.json(&["topics", "list"]).iter().map(|topic| topic["id"].clone()).collect();
    assert_eq!(ids, ["zinc", "tin"]);
}

#[test]
fn match_and_add_know_named_groups() {
    let world = World::new();
    world.write("topics/terms.toml", "[terms]\npresidents = 'Trump OR \"Peña Nieto\"'\n");
    world.topic("wall", "@presidents NEAR/5 wall");
    let topics = world.path("config/topics");
    let articles = "{\"id\":1,\"title\":\"\",\"text\":\"Pena Nieto spoke of the wall.\"}\n";
    let (code, lines, said) = fed(&["match", "--topics", topics.to_str().expect("UTF-8")], articles);
    assert_eq!((code, lines.len()), (Some(0), 1), "{said}");
    assert_eq!(lines[0]["matches"][0]["term"], "Peña Nieto");
    let added = world.wireroom(&["topics", "add", "Visits", "@presidents visit*"]);
    assert_eq!(added.status.code(), Some(0), "{}", String::from_utf8_lossy(&added.stderr));
    let wrong = world.wireroom(&["topics", "add", "Wrong", "@president visit*"]);
    let said = String::from_utf8_lossy(&wrong.stderr).into_owned();
    assert!(said.contains("did you mean @presidents?") && said.contains("^^^^^^^^^^"), "{said}");
}

#[test]
fn check_warns_of_what_was_not_meant_and_does_not_fail() {
    let mut world = World::new();
    world.feed("daily", "tags = [\"uk\"]");
    let query = |id: &str, query: &str| format!("[[topic]]\nid = \"{id}\"\nquery = '''{query}'''\n");
    let topics = [
        query("never", "wall lang:en lang:es"),
        query("idle", "\ntariff* OR wall\n  OR tariffs"),
        query("idle-too", "WALL OR tariff*"),
        query("same", "gate\nvillage"),
        query("same-too", "(Village) GATE"),
        query("stray", "bridge tag:ukk"),
        query("fine", "bridge @agencies"),
    ];
    world.write("topics/trade.toml", &format!("[terms]\nagencies = 'ICE OR US'\n{}", topics.concat()));
    let checked = world.wireroom(&["check"]);
    let text = String::from_utf8(checked.stdout).expect("UTF-8");
    assert_eq!(checked.status.code(), Some(0), "warnings are no failure: {text}");
    for told in [
        "topics/trade.toml:2:20: warning: US also finds the word \"us\": write =US",
        "topics/trade.toml:5:25: warning: lang:en and lang:es hold together only where the language is not sure",
        "topics/trade.toml:10:6: warning: tariffs does nothing here: tariff* finds it as well",
        "topics/trade.toml:20:12: warning: the query asks the same as that of the topic same (topics/trade.toml:16)",
        "topics/trade.toml:23:19: warning: no configured feed has the tag \"ukk\", so this never holds: did you mean \"uk\"?",
        "1 feed, 7 topics: no problems, 5 warnings",
    ] {
        assert!(text.contains(told), "{told}\n{text}");
    }
    let lines = world.json(&["check"]);
    let line = |id: &str| lines.iter().find(|line| line["topic"] == id).expect("a line a topic");
    assert_eq!(line("fine")["warnings"], serde_json::json!([]));
    let stray = &line("stray")["warnings"][0];
    assert_eq!((&stray["file"], &stray["line"]), (&Value::from("topics/trade.toml"), &Value::from(23)));
    assert!(stray["message"].as_str().is_some_and(|message| message.contains("did you mean")));
    let group = lines.iter().find(|line| line["group"] == "agencies").expect("a line for the group");
    assert_eq!(group["warnings"][0]["column"], 20);
}

#[test]
fn check_tries_every_secret_and_does_not_show_it() {
    let mut world = World::new().with_settings(
        "[alerts]\nsigning_key = \"desk\"\n[[sink]]\nid = \"hook\"\nkind = \"webhook\"\nurl = \"https://hook.example/\"\ncredential = \"hook\"\n",
    );
    world.feed("daily", "credential = \"wire\"").feed("weekly", "credential = \"wire\"");
    world.feed("closed", "credential = \"unused\"\nenabled = false");
    let put = |name: &str, text: &str, mode: u32| {
        world.write(&format!("credentials/{name}"), text);
        let path = world.path("config/credentials").join(name);
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("a mode");
    };
    put("hook", "h00k-mark", 0o644);
    put("desk", "n0-key-mark", 0o600);
    let checked = world.wireroom(&["check"]);
    let text = String::from_utf8(checked.stdout).expect("UTF-8");
    assert_eq!(checked.status.code(), Some(0), "the service may have them: {text}");
    for told in [
        "credentials/wire: No such file or directory (os error 2) (for feed daily, feed weekly)",
        "credentials/hook: chmod 640 it, and change the secret (for sink hook)",
        "no OpenSSH private key",
        "(for signing_key)",
        "no problems, 3 warnings",
    ] {
        assert!(text.contains(told), "{told}\n{text}");
    }
    assert!(!text.contains("-mark") && !text.contains("unused"), "{text}");
    let lines = world.json(&["check"]);
    let wire = lines.iter().find(|line| line["secret"] == "wire").expect("a line a secret");
    assert_eq!(wire["used_by"], serde_json::json!(["feed daily", "feed weekly"]));
    put("wire", "w1re-mark", 0o600);
    put("hook", "h00k-mark", 0o600);
    let text = String::from_utf8(world.wireroom(&["check"]).stdout).expect("UTF-8");
    assert!(text.contains("no problems, 1 warning"), "{text}");
}

#[test]
#[ignore = "reads 50 MB: some seconds"]
fn fifty_megabytes_are_inspected_in_little_memory() {
    const PEAK_KB: u64 = 150_000;
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("large.xml");
    let words = "The harbour council reopened the bridge after the storm &amp; the ferries left on time. ".repeat(28);
    let mut feed = BufWriter::new(File::create(&path).expect("a file"));
    write!(feed, "<rss version=\"2.0\"><channel><title>Large</title>").expect("written");
    for n in 0..9_900 {
        write!(
            feed,
            "<item><title>Report {n}</title><link>https://large.example/{n}</link><guid>{n}</guid>\
             <pubDate>Mon, 23 Nov 2026 10:00:00 GMT</pubDate><description><![CDATA[<p>{words}</p><p>{words}{n}</p>]]>\
             </description></item>"
        )
        .expect("written");
    }
    write!(feed, "</channel></rss>").and_then(|()| feed.flush()).expect("written");
    assert!(path.metadata().expect("a file").len() >= 50_000_000);

    let mut child = program()
        .args(["inspect", "feed", "--format", "json"])
        .arg(&path)
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program runs");
    let status = format!("/proc/{}/status", child.id());
    let mut printed = child.stdout.take().expect("a pipe");
    let (mut chunk, mut tail, mut peak) = (vec![0; 64 << 10], Vec::new(), None);
    // A pipe holds no more than a chunk: the last look is at a process that has all but that behind it.
    while let Ok(read @ 1..) = printed.read(&mut chunk) {
        let looked = std::fs::read_to_string(&status).unwrap_or_default();
        let found =
            looked.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix("kB")?.trim().parse().ok());
        peak = found.or(peak);
        tail = chunk[read.saturating_sub(2000)..read].to_vec();
    }
    assert!(child.wait().expect("it ends").success());
    assert!(String::from_utf8_lossy(&tail).trim_end().ends_with('}'), "it printed all");
    let peak: u64 = peak.expect("the kernel tells");
    assert!((10_000..PEAK_KB).contains(&peak), "{peak} kB at the peak");
}

#[test]
fn inspect_shows_feeds_and_pages_and_goes_on_after_a_failure() {
    let world = World::new();
    let feed = crate::world::rss(&world.site, "daily", &[story("one", "Peña & co", "A summary.")]);
    let path = world.path("feed.xml");
    std::fs::write(&path, feed).expect("a file");
    let path = path.to_str().expect("UTF-8");
    let (code, lines, _) = fed(&["inspect", "feed", "--format", "json", "/nowhere.xml", path], "");
    assert_eq!(code, Some(1));
    assert_eq!((&lines[0]["ok"], &lines[0]["source"]), (&Value::from(false), &Value::from("/nowhere.xml")));
    assert!(lines[0]["error"].is_string());
    let feed = &lines[1];
    assert_eq!((&feed["ok"], &feed["kind"]), (&Value::from(true), &Value::from("rss")));
    for member in ["title", "link", "language", "description", "updated", "ttl_minutes", "entries", "repairs"] {
        assert!(feed.get(member).is_some(), "{member}: {feed}");
    }
    let entry = &feed["entries"][0];
    assert_eq!(entry["title"], "Peña & co");
    for member in [
        "id",
        "link",
        "authors",
        "published",
        "updated",
        "categories",
        "summary_html",
        "content_html",
        "language",
        "enclosures",
    ] {
        assert!(entry.get(member).is_some(), "{member}: {entry}");
    }
    world.page(&story("one", "A headline", &padded("The text.")));
    let url = world.site.url("/one");
    let page = &world.json(&["inspect", "page", &url])[0];
    assert_eq!(
        (&page["ok"], &page["title"], &page["quality"]),
        (&Value::from(true), &Value::from("A headline"), &Value::from("full"))
    );
    for member in [
        "url",
        "canonical",
        "byline",
        "published",
        "modified",
        "language",
        "site",
        "image",
        "text",
        "quotes",
        "captions",
        "sources",
    ] {
        assert!(page.get(member).is_some(), "{member}: {page}");
    }
    assert!(page["text"].as_str().is_some_and(|text| text.starts_with("The text.")), "{page}");
}

#[test]
fn a_strangers_escapes_never_reach_a_terminal_or_the_log() {
    let mut world = World::new();
    world.feed("daily", "");
    world.topic("bridge", "bridge");
    let evil = story("one", "Bridge \u{1b}[31mred\u{202e} | forged", &padded("A bridge."));
    world.publish("daily", &[evil]);
    world.site.set("/one", Reply::status(404));
    world.once();
    let shown = [&["alerts"][..], &["copies", "list"], &["feeds", "status"]]
        .map(|arguments| world.wireroom(arguments).stdout)
        .concat();
    let log = std::fs::read(world.path("log/alerts.log")).expect("the log");
    for bytes in [&shown, &log] {
        let text = String::from_utf8_lossy(bytes);
        assert!(!text.contains('\u{1b}') && !text.contains('\u{202e}'), "{text}");
    }
    let line = String::from_utf8(log).expect("UTF-8");
    let line = line.lines().find(|line| line.contains("bridge |")).expect("the alert");
    assert_eq!(line.matches(" | ").count(), 5, "a title cannot forge a cell: {line}");
}

#[test]
fn alerts_follow_new_ones_and_new_remembers() {
    let mut world = World::new();
    world.feed("daily", "");
    world.topic("bridge", "bridge");
    let one = story("one", "Bridge one", &padded("A bridge, the first."));
    world.publish("daily", std::slice::from_ref(&one));
    world.once();
    let new = |world: &World| world.json(&["alerts", "--new"]).iter().filter(|alert| alert["kind"] == "match").count();
    assert_eq!((new(&world), new(&world)), (1, 0));
    let mut follow = world.command(&["alerts", "--follow", "--format", "json"]);
    let mut follow = follow.stdout(Stdio::piped()).spawn().expect("it follows");
    world.publish("daily", &[story("two", "Bridge two", &padded("Another bridge.")), one]);
    let out = follow.stdout.take().expect("a pipe");
    let reader = std::thread::spawn(move || {
        use std::io::BufRead as _;
        std::io::BufReader::new(out).lines().map_while(Result::ok).any(|line| line.contains("Bridge two"))
    });
    world.once();
    assert!(reader.join().expect("it read"), "the new alert came");
    follow.kill().expect("it is ours");
    follow.wait().expect("it ends");
    assert_eq!(new(&world), 1);
}

#[test]
fn the_demo_tells_the_news_and_nothing_twice_within_thirty_seconds() {
    let dir = tempfile::tempdir().expect("a folder");
    let began = Instant::now();
    let output = program().args(["demo", "--format", "json", "--dir"]).arg(dir.path()).output().expect("the demo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(began.elapsed() < Duration::from_secs(30), "{:?}", began.elapsed());
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let alerts: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert!(alerts.len() >= 15, "{}", alerts.len());
    let mut told: Vec<String> =
        alerts.iter().map(|alert| format!("{}{}", alert["topic"]["id"], alert["article"]["id"])).collect();
    told.sort();
    told.dedup();
    assert_eq!(told.len(), alerts.len(), "nothing is told twice");
    for alert in &alerts {
        assert!(alert["copy"]["sha256"].is_string(), "each has its copy: {alert}");
        assert!(!alert["matches"].as_array().expect("matches").is_empty());
    }
    let topics: std::collections::BTreeSet<_> =
        alerts.iter().filter_map(|alert| alert["topic"]["id"].as_str()).collect();
    assert_eq!(topics.into_iter().collect::<Vec<_>>(), ["outbreaks", "press-freedom", "us-mexico"]);
    let titles: Vec<_> = alerts.iter().filter_map(|alert| alert["article"]["title"].as_str()).collect();
    assert!(!titles.iter().any(|title| title.contains("New Mexico")), "the trap: {titles:?}");
    for arguments in [["log", "verify"], ["copies", "verify"]] {
        let checked =
            program().args(arguments).arg("--config").arg(dir.path().join("config")).output().expect("it runs");
        assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stdout));
    }
    assert!(dir.path().join("log/alerts.log").is_file() && dir.path().join("state/wireroom.db").is_file());
}

#[test]
fn init_writes_what_check_accepts_and_overwrites_nothing() {
    let dir = tempfile::tempdir().expect("a folder");
    let config = dir.path().join("config");
    let init = || program().arg("init").arg(&config).output().expect("it runs");
    assert!(init().status.success());
    let checked = program().args(["check", "--config"]).arg(&config).output().expect("it runs");
    assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stdout));
    let again = init();
    assert_eq!(again.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&again.stderr).contains("nothing was written"));
    let under_a_file = config.join("feeds.toml/desk");
    let refused = program().arg("init").arg(&under_a_file).output().expect("it runs");
    let said = String::from_utf8_lossy(&refused.stderr);
    assert!(said.contains(under_a_file.to_str().expect("UTF-8")), "which folder: {said}");
}
