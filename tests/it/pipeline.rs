//! From feed to alert: told once, never lost, whatever the network and the process do.

use std::process::Stdio;
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use tokio_util::sync::CancellationToken;
use wireroom::daemon::{self, Startup};
use wireroom::visit::Clock;

use crate::site::Reply;
use crate::world::{World, padded, story};

#[test]
fn a_new_article_is_told_once_and_not_again_after_a_restart() {
    let mut world = World::new();
    world.feed("daily", "");
    world.topic("bridge", "bridge AND reopen*");
    let first = story("one", "Bridge reopens after a year", &padded("The bridge reopened on Monday."));
    world.publish("daily", &[first.clone(), story("two", "Bakery closes", &padded("The bakery closed."))]);
    world.once();
    assert_eq!(world.titles(), ["Bridge reopens after a year"]);
    world.once();
    assert_eq!(world.titles().len(), 1, "nothing is told twice");
    world.publish("daily", &[story("three", "Second bridge reopening soon", &padded("A second bridge.")), first]);
    world.once();
    assert_eq!(world.titles(), ["Bridge reopens after a year", "Second bridge reopening soon"]);
    let alert = &world.alerts()[0];
    assert_eq!(alert["timing"], "new");
    assert_eq!(alert["severity"], "high");
    assert_eq!(alert["topic"]["id"], "bridge");
    assert_eq!(alert["article"]["quality"], "full");
    assert_eq!(alert["article"]["published_from"], "feed");
    assert_eq!(alert["revision"], 1);
}

#[test]
fn a_304_costs_no_parsing() {
    let mut world = World::new();
    world.feed("daily", "");
    world.topic("bridge", "bridge");
    world.publish("daily", &[story("one", "Bridge reopens", &padded("The bridge reopened."))]);
    let body = crate::world::rss(&world.site, "daily", &[story("one", "Bridge reopens", "x")]);
    let length = body.len() as u64;
    world.site.set("/daily.xml", Reply::ok("application/rss+xml", body).header("etag", "W/\"odd \u{2713}\""));
    world.once();
    // What a reader could not take for a feed: were it parsed, the visit would fail.
    world.site.set("/daily.xml", Reply::ok("text/html", "<html>no feed</html>").header("etag", "W/\"odd \u{2713}\""));
    let said = world.once();
    assert!(said.contains("1 of 1 feeds read, 0 failed"), "{said}");
    let asked = world.site.asked("/daily.xml");
    assert_eq!(asked.len(), 2);
    assert_eq!(asked[1].headers["if-none-match"].as_bytes(), "W/\"odd \u{2713}\"".as_bytes(), "byte for byte");
    let status = &world.json(&["feeds", "status"])[0];
    assert_eq!(status["status"], 304);
    assert_eq!(status["saved_bytes"], length);
}

#[test]
fn a_page_that_fails_is_told_from_the_feeds_text() {
    let mut world = World::new();
    world.feed("daily", "");
    world.topic("bridge", "bridge");
    world.publish(
        "daily",
        &[story("gone", "Bridge news", "A bridge."), story("closed/one", "Closed bridge", "A bridge.")],
    );
    world.site.set("/gone", Reply::status(404));
    world.once();
    let alerts = world.alerts();
    assert_eq!(alerts.len(), 2, "{alerts:?}");
    for alert in &alerts {
        assert_eq!(alert["article"]["quality"], "teaser");
        assert!(alert["copy"]["sha256"].is_string(), "the feed is the evidence: {alert}");
    }
    assert!(world.site.asked("/closed/one").is_empty(), "robots.txt asks not to");
}

/// Visits once in this process, at a time of the test's choosing.
pub fn once_at(world: &World, now: Timestamp) -> daemon::Summary {
    let startup = Startup::prepare(&world.path("config")).expect("a configuration");
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    let clock = Clock::of(move || now);
    runtime.block_on(daemon::run_once(startup, clock, CancellationToken::new(), |_, _| ())).expect("a run")
}

#[test]
fn a_page_that_comes_after_its_summary_tells_once() {
    let mut world = World::new();
    world.feed("daily", "");
    world.topic("bridge", "bridge");
    let late = story("late", "Bridge news", &padded("The bridge reopened."));
    world.list("daily", std::slice::from_ref(&late));
    world.site.set("/late", Reply::status(503));
    let start = Timestamp::now();
    assert_eq!(once_at(&world, start).alerts, 1);
    world.page(&late);
    let before = world.site.asked("/late").len();
    assert_eq!(once_at(&world, start + SignedDuration::from_mins(5)).alerts, 0);
    assert_eq!(world.site.asked("/late").len(), before + 1, "the page was read at last");
    let alerts = world.alerts();
    assert_eq!(alerts.len(), 1);
    assert_eq!(alerts[0]["article"]["quality"], "teaser");
    let copies = world.json(&["copies", "list"]);
    assert!(copies.iter().any(|copy| copy["article"] == alerts[0]["article"]["id"]), "the page is kept: {copies:?}");
}

#[test]
fn a_dead_feed_does_not_hold_up_others() {
    let mut world = World::new().with_settings("");
    world.feed("dead", "").feed("daily", "");
    world.feed_at("refused", "http://127.0.0.1:9/feed.xml", "");
    world.topic("bridge", "bridge");
    world.publish("daily", &[story("one", "Bridge reopens", &padded("The bridge reopened."))]);
    world.site.set("/dead.xml", Reply::status(200).silent_for(Duration::from_secs(600)));
    // Both feeds are on one host: the slots must be two.
    let settings = std::fs::read_to_string(world.path("config/wireroom.toml")).expect("the settings");
    world.write("wireroom.toml", &settings.replace("[fetch]", "[fetch]\nper_host_concurrency = 2"));
    let daemon = world.daemon();
    let began = Instant::now();
    world.wait("the alert is told", || world.titles() == ["Bridge reopens"]);
    assert!(began.elapsed() < Duration::from_secs(15), "well before the dead feed's deadline");
    world.wait("the refusal is classed", || {
        let states = world.json(&["feeds", "status"]);
        states
            .iter()
            .any(|feed| feed["id"] == "refused" && feed["error"].as_str().is_some_and(|e| e.contains("no connection")))
    });
    assert!(daemon.stop() < Duration::from_secs(8));
}

#[test]
fn sigterm_in_the_middle_of_fetches_loses_nothing() {
    let mut world = World::new();
    world.feed("daily", "");
    world.topic("bridge", "bridge");
    let slow = story("slow", "Bridge reopens", &padded("The bridge reopened."));
    world.publish("daily", std::slice::from_ref(&slow));
    world.site.set("/slow", Reply::status(200).silent_for(Duration::from_secs(600)));
    let daemon = world.daemon();
    world.wait("the page is asked for", || !world.site.asked("/slow").is_empty());
    let took = daemon.stop();
    assert!(took < Duration::from_secs(8), "{took:?}");
    assert!(world.titles().is_empty());
    world.page(&slow);
    world.once();
    assert_eq!(world.titles(), ["Bridge reopens"]);
}

#[test]
fn a_round_that_is_stopped_does_not_say_that_all_was_read() {
    let mut world = World::new();
    world.feed("stuck", "");
    world.site.set("/stuck.xml", Reply::status(200).silent_for(Duration::from_secs(600)));
    let mut round = world.command(&["run", "--once"]);
    let round = round.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("it starts");
    world.wait("the feed is asked", || !world.site.asked("/stuck.xml").is_empty());
    let pid = rustix::process::Pid::from_child(&round);
    rustix::process::kill_process(pid, rustix::process::Signal::TERM).expect("it is ours");
    let ended = round.wait_with_output().expect("it ends");
    let said = String::from_utf8_lossy(&ended.stdout);
    assert!(
        said.starts_with("0 of 1 feeds read, 0 failed, 0 left alone, 1 not read yet when it was stopped; 0 new"),
        "{said}"
    );
    assert_eq!(ended.status.code(), Some(1));
}

#[test]
fn kill_dash_nine_loses_no_article_and_tells_none_twice() {
    let mut world = World::new();
    world.feed("daily", "").feed("briefs", "pages = false");
    world.topic("bridge", "bridge");
    world.list("briefs", &[story("b1", "Bakery closes", "It closed."), story("b2", "Bridge in brief", "It opened.")]);
    let slugs = ["k0", "k1", "k2", "k3", "k4", "k5", "k6", "k7", "k8", "k9"];
    let stories: Vec<_> =
        slugs.iter().map(|slug| story(slug, &format!("Bridge {slug}"), &padded(&format!("Bridge {slug}.")))).collect();
    world.publish("daily", &stories);
    for round in 0..6 {
        let daemon = world.daemon();
        if round > 1 {
            world.wait("something is told", || !world.titles().is_empty());
        }
        daemon.kill();
    }
    world.once();
    let mut titles = world.titles();
    titles.sort();
    let mut expected = vec!["Bridge in brief".to_owned()];
    expected.extend(slugs.iter().map(|slug| format!("Bridge {slug}")));
    assert_eq!(titles, expected);
    assert_eq!(world.json(&["status"])[0]["articles"], 12);
    assert_eq!(world.wireroom(&["log", "verify"]).status.code(), Some(0));
    assert_eq!(world.wireroom(&["copies", "verify"]).status.code(), Some(0));
}

#[test]
fn a_feed_without_pages_is_recorded_whole_by_its_visit() {
    let mut world = World::new().with_settings("[stories]\nmin_words = 10\n");
    world.feed("briefs", "pages = false").feed("others", "pages = false");
    world.topic("bridge", "bridge");
    let text = padded("The tram stops here, \u{201c}for good\u{201d}, said Ana Ruiz, the mayor.");
    world.list("briefs", &[story("tram", "Tram stops", &text), story("bridge", "Bridge reopens", "It reopened.")]);
    world.list("others", &[]);
    world.once();
    assert_eq!(world.titles(), ["Bridge reopens"]);
    let status = world.json(&["status"]);
    assert_eq!((&status[0]["articles"], &status[0]["pages_waiting"]), (&2.into(), &0.into()), "{status:?}");
    let found = world.json(&["articles", "quote:\"for good\" AND lang:en"]);
    assert_eq!(found.len(), 1, "its quotes and its language are known: {found:?}");
    // What was recorded with the visit is a story that another outlet's copy joins.
    world.list("others", &[story("copy", "No tram any more", &text)]);
    world.topic("tram", "tram");
    world.once();
    let shown = String::from_utf8(world.wireroom(&["alerts", "--topic", "tram"]).stdout).expect("UTF-8");
    assert!(shown.contains("also in: Outlet briefs"), "{shown}");
}

#[test]
fn wire_copy_in_a_second_outlet_joins_the_story() {
    let mut world = World::new();
    world.feed("first", "").feed("second", "");
    world.topic("bridge", "bridge");
    let text = padded("The bridge reopened on Monday after a year of works, the council said.");
    world.publish("first", &[story("a", "Bridge reopens", &text)]);
    world.publish("second", &[]);
    world.once();
    let twin = story("c", "The bridge, reopened", &text);
    world.publish("second", &[story("b", "Reopened: the bridge", &text), twin]);
    world.once();
    assert_eq!(world.titles(), ["Bridge reopens"]);
    let shown = String::from_utf8(world.wireroom(&["alerts"]).stdout).expect("UTF-8");
    assert!(shown.contains("also in: Outlet second\n"), "once, though under two addresses: {shown}");
    let held = world.json(&["alerts", "--held"]);
    assert!(held[0]["reason"].as_str().is_some_and(|reason| reason.contains("same report")), "{held:?}");
}

#[test]
fn what_was_taken_up_and_told_under_a_clock_that_was_ahead_holds_nothing_back_once_it_is_set_right() {
    let mut world = World::new();
    world.feed("daily", "");
    world.write("topics/bridge.toml", "[[topic]]\nquery = 'bridge'\nmax_per_hour = 1\n");
    let start = Timestamp::now();
    let mut expected = Vec::new();
    for (ahead, slug, title) in [(24, "a", "A bridge"), (0, "b", "Bridge, not that one"), (-2, "c", "The bridge")] {
        world.publish("daily", &[story(slug, title, &padded(title))]);
        once_at(&world, start + SignedDuration::from_hours(ahead));
        expected.push(title);
        assert_eq!(world.titles(), expected, "{:?}", world.json(&["alerts", "--held"]));
    }
}

#[test]
fn a_feed_of_old_entries_is_recorded_without_a_flood() {
    let mut world = World::new();
    world.feed("daily", "");
    world.topic("bridge", "bridge");
    let mut old = story("old", "Bridge of 2011", &padded("An old bridge."));
    old.published = Timestamp::now() - SignedDuration::from_hours(24 * 400);
    world.publish("daily", &[old, story("new", "Bridge of today", &padded("A new bridge."))]);
    world.once();
    let alerts = world.alerts();
    let timing =
        |title: &str| alerts.iter().find(|alert| alert["article"]["title"] == title).expect("told")["timing"].clone();
    assert_eq!(timing("Bridge of 2011"), "backlog");
    assert_eq!(timing("Bridge of today"), "new");
    let shown = String::from_utf8(world.wireroom(&["alerts"]).stdout).expect("UTF-8");
    assert!(shown.find("Not new when first seen").is_some_and(|at| shown[at..].contains("Bridge of 2011")), "{shown}");
    assert!(shown.trim_end().ends_with("(wireroom status)"), "{shown}");
}

#[test]
fn what_is_past_its_keeping_goes_and_what_an_alert_rests_on_stays() {
    let mut world = World::new().with_settings("[store]\ncopies = \"all\"\n");
    world.feed("daily", "");
    world.topic("bridge", "bridge");
    let start = Timestamp::now();
    world.publish("daily", &[story("bakery", "Bakery closes", &padded("The bakery closed."))]);
    once_at(&world, start);
    let later = start + SignedDuration::from_hours(24);
    let mut bridge = story("bridge", "Bridge reopens", &padded("The bridge reopened."));
    bridge.published = later;
    world.publish("daily", &[bridge]);
    once_at(&world, later);
    assert_eq!(world.json(&["copies", "list"]).len(), 4, "a page and a feed each day");
    // After so long a pause nothing goes before the next day.
    for hours in [24 * 400, 24 * 401] {
        once_at(&world, start + SignedDuration::from_hours(hours));
    }
    let copies = world.json(&["copies", "list"]);
    assert_eq!(copies.len(), 2, "{copies:?}");
    let removed = world.json(&["copies", "list", "--removed"]);
    let by: Vec<_> = removed.iter().map(|removal| (&removal["what"], &removal["by"], &removal["items"])).collect();
    assert_eq!(by.len(), 2, "{removed:?}");
    assert!(by.contains(&(&"copies".into(), &"keep_copies = \"180d\"".into(), &2.into())), "{removed:?}");
    assert!(by.contains(&(&"articles".into(), &"keep_articles = \"180d\"".into(), &1.into())), "{removed:?}");
    assert_eq!(world.titles(), ["Bridge reopens"]);
    assert_eq!(world.wireroom(&["copies", "verify"]).status.code(), Some(0));
    let status = &world.json(&["status"])[0];
    assert_eq!(status["articles"], 1);
    let bytes: u64 = ["state", "log"]
        .iter()
        .flat_map(|folder| crate::world::files(&world.path(folder)))
        .map(|path| std::fs::metadata(path).expect("a file").len())
        .sum();
    assert_eq!(status["disk_used"], bytes);
    assert!(
        status["growth_since"].is_string() && status["copy_bytes"].as_u64().is_some_and(|copies| copies > 0),
        "{status}"
    );
}

#[test]
fn a_full_disk_is_told_and_nothing_is_polled() {
    let mut world = World::new().with_settings("[store]\nmin_free = \"1000000GiB\"\n");
    world.feed("daily", "");
    world.publish("daily", &[]);
    world.once();
    assert!(world.site.asked("/daily.xml").is_empty());
    assert!(world.health().iter().any(|line| line.contains("is full")), "{:?}", world.health());
    assert_eq!(world.wireroom(&["status"]).status.code(), Some(1));
}

#[test]
fn a_disabled_topic_is_recorded_and_never_told_afterwards() {
    let mut world = World::new();
    world.feed("daily", "");
    let topic = |enabled: bool| {
        world.write("topics/bridge.toml", &format!("[[topic]]\nquery = 'bridge'\nenabled = {enabled}\n"));
    };
    topic(false);
    let one = story("one", "Bridge reopens", &padded("The bridge reopened on Monday."));
    // Its feed shows only the beginning, and its page fails at first.
    let late = story("late", "Town hall", &format!("{}\n\nThe bridge is next.", padded("The council met.")));
    world.publish("daily", &[one.clone(), late.clone()]);
    world.site.set("/late", Reply::status(503));
    let start = Timestamp::now();
    assert_eq!(once_at(&world, start).alerts, 0);
    let held = world.json(&["alerts", "--held"]);
    assert_eq!(held.len(), 1, "{held:?}");
    assert_eq!((&held[0]["topic"], &held[0]["reason"]), (&"bridge".into(), &"disabled".into()));
    let shown = world.wireroom(&["alerts", "--held"]);
    let shown = String::from_utf8(shown.stdout).expect("UTF-8");
    assert!(shown.contains("held: disabled") && shown.contains("1 match recorded but not told"), "{shown}");
    let explained = || world.json(&["explain", "bridge", &world.site.url("/one")]).remove(0);
    let said = explained();
    assert_eq!((&said["holds"], &said["stage"], &said["told"]), (&true.into(), &"enabled".into(), &Value::Null));
    let verdict = said["verdict"].as_str().expect("a verdict");
    assert!(verdict.ends_with("the topic is disabled (enabled = false)"), "{verdict}");

    // Enabled again: what was seen before stays untold, recorded or not; what comes now is told.
    topic(true);
    world.publish("daily", &[one, late, story("two", "Bridge closes", &padded("The bridge closed on Friday."))]);
    assert_eq!(once_at(&world, start + SignedDuration::from_hours(1)).alerts, 1);
    let held = world.json(&["alerts", "--held"]);
    assert_eq!(held.len(), 2, "{held:?}");
    assert_eq!(held[1]["title"], "Town hall");
    let reason = held[1]["reason"].as_str().expect("a reason");
    assert!(reason.contains("holds for articles first seen from"), "{reason}");
    assert_eq!(world.titles(), ["Bridge closes"]);
    let said = explained();
    assert_eq!((&said["stage"], &said["told"]), (&"enabled".into(), &Value::Null));
    let verdict = said["verdict"].as_str().expect("a verdict");
    assert!(verdict.ends_with("the topic was disabled when it was read"), "{verdict}");
}
