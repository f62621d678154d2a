//! `explain` says why a topic holds for an article or does not, and where the article stopped on its way to an alert.

use std::io::Write as _;
use std::process::Stdio;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::pipeline::once_at;
use crate::site::Reply;
use crate::world::{World, padded, story};

/// The status, and what was said as one object.
fn explained(world: &World, arguments: &[&str]) -> (Option<i32>, Value) {
    let mut all = vec!["explain"];
    all.extend(arguments);
    all.extend(["--format", "json"]);
    let output = world.wireroom(&all);
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let said = String::from_utf8_lossy(&output.stderr);
    let value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}{said}"));
    (output.status.code(), value)
}

fn text(world: &World, arguments: &[&str]) -> (Option<i32>, String) {
    let mut all = vec!["explain"];
    all.extend(arguments);
    let output = world.wireroom(&all);
    let text = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(text).expect("UTF-8"))
}

fn verdict(value: &Value) -> &str {
    value["verdict"].as_str().expect("a verdict")
}

fn course(value: &Value) -> String {
    let steps = value["course"].as_array().expect("a course");
    steps.iter().map(|step| step["text"].as_str().expect("a text")).collect::<Vec<_>>().join("\n")
}

/// A world in which a bridge reopened, and a bakery closed.
fn told() -> World {
    let mut world = World::new();
    world.feed("daily", "");
    world.topic("bridge", "bridge AND reopen*");
    let bridge = story("bridge-reopens", "Bridge reopens", &padded("The bridge reopened on Monday."));
    world.publish("daily", &[bridge, story("bakery", "Bakery closes", &padded("The bakery closed."))]);
    world.once();
    world
}

#[test]
fn an_article_that_was_told_is_explained_by_address_id_and_alert() {
    let world = told();
    let alert = &world.alerts()[0];
    let (alert_id, article) = (alert["id"].as_str().expect("an id"), alert["article"]["id"].as_str().expect("an id"));
    let tracked = world.site.url("/bridge-reopens?utm_source=mail#top");
    for source in [&world.site.url("/bridge-reopens"), &tracked, article, &article[..9], alert_id, &alert_id[..9]] {
        let (code, said) = explained(&world, &["bridge", source]);
        assert_eq!((code, &said["holds"], &said["stage"]), (Some(0), &true.into(), &"told".into()), "{source}");
        assert_eq!((&said["told"], &said["article"]["id"]), (&alert["id"], &alert["article"]["id"]));
        let parts = said["clauses"]["parts"].as_array().expect("two words");
        assert_eq!(parts.len(), 2);
        assert!(
            parts.iter().all(|part| part["holds"] == true && part["places"][0]["context"].is_string()),
            "{parts:?}"
        );
        let course = course(&said);
        assert!(
            course.contains("first seen in feed daily (Outlet daily)") && course.contains("the whole article"),
            "{course}"
        );
    }
    let (code, shown) = text(&world, &["bridge", article]);
    assert_eq!(code, Some(0));
    let first = shown.lines().next().expect("a verdict");
    assert!(first.starts_with("bridge holds for “Bridge reopens” (Outlet daily, 20"), "{first}");
    assert!(first.contains(&format!(": told as {alert_id} at 20")), "{first}");
    assert!(shown.contains("✓ yes    reopen* — title, lede\n"), "{shown}");
    assert!(!shown.contains('\u{1b}'), "no colour outside a terminal: {shown}");
}

#[test]
fn an_article_that_does_not_match_says_what_is_missing() {
    let world = told();
    let (code, said) = explained(&world, &["bridge", &world.site.url("/bakery")]);
    assert_eq!((code, &said["holds"], &said["stage"]), (Some(1), &false.into(), &"query".into()));
    assert!(verdict(&said).ends_with("the query is not met: no bridge"), "{said}");
    assert_eq!(said["told"], Value::Null);
    // An edit of the topic, not in force, in a file with a name of its own.
    let path = world.path("edited.toml");
    std::fs::write(&path, "[[topic]]\nquery = 'baker'\n").expect("a file");
    let file = path.to_str().expect("UTF-8");
    let (code, said) = explained(&world, &["bridge", &world.site.url("/bakery"), "--file", file]);
    assert_eq!(code, Some(1));
    assert!(verdict(&said).contains("baker* would find it"), "{said}");
    std::fs::write(&path, "[[topic]]\nid = 'other'\nquery = 'x'\n[[topic]]\nid = 'bridge'\nquery = 'baker*'\n")
        .expect("a file");
    let (code, said) = explained(&world, &["bridge", &world.site.url("/bakery"), "--file", file]);
    assert_eq!((code, &said["stage"]), (Some(0), &"rule".into()), "it holds, but nobody was told");
    assert!(verdict(&said).contains("holds, but was not told, for “Bakery closes”"), "{said}");
    assert!(course(&said).contains("explained is an edit of it"), "{said}");
    let (code, shown) = text(&world, &["zebra", "x.html", "--file", file]);
    assert!(code == Some(1) && shown.contains("has no topic \"zebra\", but other, bridge"), "{shown}");
}

#[test]
fn a_match_that_was_held_says_why() {
    let mut world = World::new().with_settings("");
    world.feed("daily", "");
    world.write("topics/mute.toml", "[[topic]]\nquery = 'bridge'\nmute_until = 2099-01-01\n");
    world.write("topics/few.toml", "[[topic]]\nquery = 'bridge'\nmax_per_hour = 0\n");
    world.write("topics/off.toml", "[[topic]]\nquery = 'bridge'\nenabled = false\n");
    world.write("topics/spanish.toml", "[[topic]]\nquery = 'bridge'\nlanguages = ['es']\n");
    world.write("topics/elsewhere.toml", "[[topic]]\nquery = 'bridge'\noutlets = ['BBC News']\n");
    world.write("topics/sport.toml", "[[topic]]\nquery = 'bridge'\ntags = ['sport']\n");
    let score = "[topic.score]\nthreshold = 9\nterms = [{ match = 'reopen*', weight = 2 }]\n";
    world.write("topics/scored.toml", &format!("[[topic]]\nquery = 'bridge'\n{score}"));
    world.publish("daily", &[story("one", "Bridge reopens", &padded("The bridge reopened on Monday."))]);
    world.once();
    let url = world.site.url("/one");
    for (topic, code, stage, reason) in [
        ("mute", 0, "mute", "holds, but was not told, for “Bridge reopens”"),
        ("mute", 0, "mute", ": muted until 2099-01-01T00:00:00Z"),
        ("few", 0, "limit", ": over max_per_hour = 0"),
        ("off", 0, "enabled", "the topic is disabled"),
        ("spanish", 1, "language", "filtered by language: it is in en, not in es"),
        ("elsewhere", 1, "outlet", "filtered by outlet: Outlet daily, not BBC News"),
        ("sport", 1, "tag", "filtered by feed tag: its feed has no tags, not sport"),
        ("scored", 1, "score", "the score is 2, the threshold 9"),
    ] {
        let (status, said) = explained(&world, &[topic, &url]);
        assert_eq!((status, said["stage"].as_str()), (Some(code), Some(stage)), "{topic}: {said}");
        assert!(verdict(&said).contains(reason), "{topic}: {}", verdict(&said));
        assert_eq!(said["told"], Value::Null);
    }
    let (_, said) = explained(&world, &["mute", &url]);
    assert!(course(&said).contains("another topic, few: held: over max_per_hour"), "{}", course(&said));
    let (_, said) = explained(&world, &["scored", &url]);
    assert_eq!(said["score"]["terms"][0]["value"], 2.0, "{said}");
}

#[test]
fn an_article_whose_page_was_not_read_says_so() {
    let mut world = World::new();
    world.feed("daily", "").feed("quiet", "pages = false");
    world.topic("bridge", "bridge AND zebra");
    let stories = [story("gone", "Bridge news", "A bridge."), story("closed/one", "Closed bridge", "A bridge.")];
    world.publish("daily", &stories);
    world.list("quiet", &[story("two", "Quiet bridge", "A bridge.")]);
    world.site.set("/gone", Reply::status(404));
    world.once();
    for (path, reason) in [
        (
            "/gone",
            "page not fetched, and not tried again: HTTP 404; by the words that are had, the query is not met: no zebra",
        ),
        ("/closed/one", "robots.txt"),
        ("/two", "the feed is set to pages = false"),
    ] {
        let (code, said) = explained(&world, &["bridge", &world.site.url(path)]);
        assert_eq!((code, &said["stage"]), (Some(1), &"page".into()), "{said}");
        assert!(verdict(&said).contains(reason), "{path}: {}", verdict(&said));
    }
}

#[test]
fn an_article_that_waits_for_its_page_says_so() {
    let mut world = World::new();
    world.feed("daily", "");
    world.topic("bridge", "bridge");
    let slow = story("slow", "Bridge reopens", &padded("The bridge reopened."));
    world.publish("daily", std::slice::from_ref(&slow));
    world.site.set("/slow", Reply::status(200).silent_for(Duration::from_secs(600)));
    let daemon = world.daemon();
    world.wait("the page is asked for", || !world.site.asked("/slow").is_empty());
    let (code, said) = explained(&world, &["bridge", &world.site.url("/slow")]);
    daemon.stop();
    assert_eq!((code, &said["stage"], &said["article"]["revision"]), (Some(0), &"page".into(), &0.into()));
    assert!(
        verdict(&said).contains("holds, but was not told,") && verdict(&said).contains("page not fetched yet"),
        "{said}"
    );
}

#[test]
fn an_alert_is_explained_by_the_words_that_were_told() {
    let mut world = World::new();
    world.feed("daily", "");
    world.topic("bridge", "title:bridge");
    let late = story("late", "Bridge news", "Works are over.");
    world.list("daily", std::slice::from_ref(&late));
    world.site.set("/late", Reply::status(503));
    let start = Timestamp::now();
    once_at(&world, start);
    world.page(&story("late", "Tunnel news", &padded("It is a tunnel.")));
    once_at(&world, start + SignedDuration::from_mins(5));
    let alert = world.alerts()[0]["id"].as_str().expect("an id").to_owned();
    let (code, said) = explained(&world, &["bridge", &alert]);
    assert_eq!((code, &said["article"]["revision"], &said["stage"]), (Some(0), &1.into(), &"told".into()), "{said}");
    assert!(course(&said).contains("page not fetched when revision 1 was recorded"), "{}", course(&said));
    let (code, said) = explained(&world, &["bridge", &world.site.url("/late")]);
    assert_eq!((code, &said["article"]["revision"]), (Some(1), &2.into()), "{said}");
    assert!(verdict(&said).ends_with(", in an earlier revision"), "{}", verdict(&said));
    assert!(course(&said).contains("other words were recorded: revision 2, explained here"), "{}", course(&said));
}

#[test]
fn what_a_page_lacks_is_said_though_no_copy_of_it_is_kept() {
    let mut world = World::new();
    world.feed("daily", "");
    world.topic("bridge", "bridge");
    world.list("daily", &[story("bare", "Town news", "Works are over.")]);
    world
        .site
        .set("/bare", Reply::ok("text/html", "<title>Daily</title><h1>News</h1><p>Please enable JavaScript.</p>"));
    let start = Timestamp::now();
    once_at(&world, start);
    assert!(world.json(&["copies", "list"]).is_empty(), "nothing matched");
    let lacks = "page fetched, but the page asks for JavaScript";
    let (_, said) = explained(&world, &["bridge", &world.site.url("/bare")]);
    assert!(course(&said).contains(lacks), "{}", course(&said));
    // A later look that fails is not what the words are made of.
    world.site.set("/bare", Reply::status(503));
    once_at(&world, start + SignedDuration::from_hours(2));
    let (_, said) = explained(&world, &["bridge", &world.site.url("/bare")]);
    assert!(course(&said).contains(lacks), "{}", course(&said));
}

#[test]
fn a_copy_of_a_wire_report_names_what_was_told() {
    let mut world = World::new();
    world.feed("first", "").feed("second", "");
    world.topic("bridge", "bridge");
    let text = padded("The bridge reopened on Monday after a year of works, the council said.");
    world.publish("first", &[story("a", "Bridge reopens", &text)]);
    world.publish("second", &[]);
    world.once();
    world.publish("second", &[story("b", "Reopened: the bridge", &text)]);
    world.once();
    let (code, said) = explained(&world, &["bridge", &world.site.url("/b")]);
    assert_eq!((code, &said["stage"]), (Some(0), &"story".into()), "{said}");
    let told = world.alerts()[0]["id"].as_str().expect("an id").to_owned();
    let expected = format!("the same report as “Bridge reopens” (Outlet first), told as {told} at 20");
    assert!(verdict(&said).contains(&expected), "{}", verdict(&said));
}

#[test]
fn a_topic_that_is_newer_than_the_article_says_since_when() {
    let mut world = World::new();
    world.feed("daily", "");
    let late = story("late", "Bridge news", &padded("The bridge reopened."));
    world.publish("daily", &[late.clone(), story("early", "Bridge of old", &padded("A bridge."))]);
    world.site.set("/late", Reply::status(503));
    let start = Timestamp::now();
    once_at(&world, start);
    world.topic("bridge", "bridge");
    let (code, said) = explained(&world, &["bridge", &world.site.url("/early")]);
    assert_eq!((code, &said["stage"]), (Some(0), &"rule".into()));
    assert!(verdict(&said).contains("the daemon has not taken it up yet"), "{said}");
    // The topic is taken up; the second article's page comes after that, the first was read before.
    world.page(&late);
    once_at(&world, start + SignedDuration::from_mins(5));
    for path in ["/early", "/late"] {
        let (code, said) = explained(&world, &["bridge", &world.site.url(path)]);
        assert_eq!((code, &said["stage"]), (Some(0), &"rule".into()), "{path}: {said}");
        let expected = "the topic is newer than the article: its rule is in force since 20";
        assert!(verdict(&said).contains(expected), "{path}: {}", verdict(&said));
    }
    assert!(world.titles().is_empty());
    world.topic("bridge", "bridge OR tunnel");
    let (_, said) = explained(&world, &["bridge", &world.site.url("/early")]);
    assert!(verdict(&said).contains("was edited, and the daemon has not taken the edit up yet"), "{said}");
}

#[test]
fn an_edited_topic_says_that_an_alert_is_of_an_earlier_rule() {
    let world = told();
    world.topic("bridge", "bridge AND tunnel");
    let url = world.site.url("/bridge-reopens");
    let (code, said) = explained(&world, &["bridge", &url]);
    assert_eq!((code, &said["stage"], &said["holds"]), (Some(1), &"told".into(), &false.into()));
    assert!(verdict(&said).contains("bridge does not hold for “Bridge reopens”"), "{said}");
    assert!(verdict(&said).contains("it was told as w") && verdict(&said).ends_with("by an earlier rule"), "{said}");
}

#[test]
fn what_was_never_seen_suggests_what_is_near() {
    let world = told();
    let asked = world.site.asked("/bridge-reopen").len();
    let url = world.site.url("/bridge-reopen");
    let (code, said) = explained(&world, &["bridge", &url]);
    assert_eq!((code, &said["stage"], &said["article"]), (Some(1), &"seen".into(), &Value::Null));
    assert!(verdict(&said).contains("no feed has listed it"), "{said}");
    assert_eq!(said["near"][0]["title"], "Bridge reopens");
    assert_eq!(world.site.asked("/bridge-reopen").len(), asked, "nothing is fetched");
    let (code, shown) = text(&world, &["bridge", &url]);
    assert!(code == Some(1) && shown.contains("Bridge reopens (Outlet daily)"), "{shown}");
    let alert = world.alerts().remove(0);
    let mistyped = |id: &Value| {
        let id = id.as_str().expect("an id");
        let last = if id[8..9] == *"a" { "b" } else { "a" };
        (id.to_owned(), format!("{}{last}", &id[..8]))
    };
    for id in [&alert["id"], &alert["article"]["id"]] {
        let (id, typed) = mistyped(id);
        let (code, shown) = text(&world, &["bridge", &typed]);
        assert!(code == Some(1) && shown.contains(&format!("did you mean {id}")), "{shown}");
    }
    for (topic, source, status, expected) in [
        ("brigde", "a", 1, "there is no topic \"brigde\"; did you mean bridge?"),
        ("zebra", "a", 1, "`wireroom topics list` shows them"),
        ("bridge", "nowhere.html", 2, "is no file here, no address and no id"),
        ("bridge", "a", 2, "several articles begin with \"a\""),
    ] {
        let (code, shown) = text(&world, &[topic, source]);
        assert!(code == Some(status) && shown.contains(expected), "{topic} {source}: {code:?} {shown}");
    }
    let health = world.json(&["alerts"]).into_iter().find(|alert| alert["kind"] == "health").expect("a take-up");
    let (code, shown) = text(&world, &["bridge", health["id"].as_str().expect("an id")]);
    assert!(code == Some(1) && shown.contains("a notice about health"), "{shown}");
}

#[test]
fn a_page_of_ones_own_is_explained_without_a_database() {
    let world = World::new();
    world.topic("bridge", "title:bridge AND reopen*");
    let saved = world.path("saved.html");
    let body = padded("The bridge reopened on Monday.");
    std::fs::write(
        &saved,
        format!("<html lang=en><title>Bridge news</title><article><h1>Bridge news</h1><p>{body}</p></article>"),
    )
    .expect("a file");
    let (code, said) = explained(&world, &["bridge", saved.to_str().expect("UTF-8")]);
    assert_eq!((code, &said["stage"], &said["told"]), (Some(0), &Value::Null, &Value::Null), "{said}");
    assert_eq!((&said["article"]["title"], &said["course"]), (&"Bridge news".into(), &Value::Array(Vec::new())));
    let object = "{\"id\": 7, \"title\": \"A \\u001b[31mtunnel\", \"text\": \"The bridge\\n\\nreopened.\", \"language\": \"en\"}";
    for (input, code, expected) in [
        (
            object,
            1,
            "bridge does not hold for “A [31mtunnel” (standard input): the query is not met: no title:bridge (it stands in lede, not in title)",
        ),
        ("{\"id\": 7}", 1, "(no title)"),
        ("{\"title\": \"x\"}", 1, "missing field `id`"),
        ("", 1, "standard input holds no article"),
    ] {
        let mut command = world.command(&["explain", "bridge", "-"]);
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
        child.stdin.take().expect("a pipe").write_all(input.as_bytes()).expect("it reads");
        let output = child.wait_with_output().expect("it ends");
        let shown = String::from_utf8([output.stdout, output.stderr].concat()).expect("UTF-8");
        assert!(output.status.code() == Some(code) && shown.contains(expected), "{input}: {shown}");
    }
}
