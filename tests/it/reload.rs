//! Edits while the daemon runs: taken up, or refused with the place while the last good version stays.

use std::fs;
use std::os::unix::net::UnixDatagram;

use crate::site::Reply;
use crate::world::{PATIENCE, World, padded, story};

fn world() -> World {
    let mut world = World::new();
    world.feed("daily", "");
    world.topic("bridge", "bridge");
    world.publish("daily", &[story("one", "Bridge reopens", &padded("The bridge reopened."))]);
    world
}

#[test]
fn an_edited_topic_takes_effect_for_what_is_seen_from_then_on() {
    let world = world();
    let daemon = world.daemon();
    world.wait("the first is told", || world.titles() == ["Bridge reopens"]);
    world.topic("bridge", "bakery");
    world.wait("the edit is in force", || world.health().iter().filter(|line| line.contains("in force")).count() == 2);
    let before = story("one", "Bridge reopens", &padded("The bridge reopened."));
    let stories = [
        before,
        story("two", "Bakery closes", &padded("The bakery.")),
        story("three", "Bridge again", &padded("A bridge.")),
    ];
    world.publish("daily", &stories);
    world.wait("the second is told", || world.titles() == ["Bridge reopens", "Bakery closes"]);
    daemon.stop();
}

#[test]
fn many_topics_are_compiled_aside_while_matching_goes_on() {
    // The next visit is due long before so many topics are compiled, whatever the feed's rhythm seems to be.
    let world = world().with_settings("max_interval = \"1s\"");
    let notices = UnixDatagram::bind(world.path("notify")).expect("a socket");
    notices.set_read_timeout(Some(PATIENCE)).expect("a time limit");
    let mut command = world.command(&["run"]);
    command.env("NOTIFY_SOCKET", world.path("notify"));
    let daemon = world.daemon_of(command);
    world.wait("the first is told", || world.titles() == ["Bridge reopens"]);
    let many: String = (0..40_000).map(|i| format!("[[topic]]\nid = \"t{i}\"\nquery = 'harbour{i} wharf'\n")).collect();
    world.write("topics/many.toml", &many);
    // Published before, it could be told before the edit is even noticed.
    wait_for(&notices, "RELOADING=1");
    let again = story("two", "Bridge again", &padded("A bridge."));
    world.publish("daily", &[story("one", "Bridge reopens", &padded("The bridge reopened.")), again]);
    world.wait("the second is told", || world.titles().len() == 2);
    world.wait("the many are in force", || world.health().iter().any(|line| line.contains("and 39980 more")));
    let alerts = world.json(&["alerts", "--since", "7d"]);
    let at = |holds: &dyn Fn(&serde_json::Value) -> bool| {
        alerts.iter().find(|alert| holds(alert)).and_then(|alert| alert["seq"].as_u64()).expect("the line")
    };
    let told = at(&|alert| alert["article"]["title"] == "Bridge again");
    let in_force = at(&|alert| alert["excerpt"].to_string().contains("and 39980 more"));
    assert!(told < in_force, "it was matched while the many were compiled: {told} {in_force}");
    daemon.stop();
}

/// Waits until the daemon tells systemd so.
fn wait_for(notices: &UnixDatagram, notice: &str) {
    let mut message = [0; 4096];
    loop {
        let length = notices.recv(&mut message).expect("the daemon says so in time");
        if String::from_utf8_lossy(&message[..length]).lines().any(|line| line == notice) {
            return;
        }
    }
}

#[test]
fn a_broken_edit_is_refused_with_its_place_and_the_last_good_version_stays_over_a_restart() {
    let world = world();
    let daemon = world.daemon();
    world.wait("the first is told", || world.titles() == ["Bridge reopens"]);
    world.write("topics/bridge.toml", "[[topic]]\nquery = '(bridge OR'\n");
    world.topic("bakery", "bakery");
    world.wait("the refusal is in the log", || {
        world.health().iter().any(|line| line.contains("refused") && line.contains("topics/bridge.toml:2:"))
    });
    let status = || world.json(&["status"]).remove(0);
    world.wait("the status says so", || status()["refused"].to_string().contains("topics/bridge.toml:2:"));
    assert_eq!(world.wireroom(&["status"]).status.code(), Some(1), "it needs a person");
    daemon.stop();

    let log = fs::read_to_string(world.path("log/alerts.log")).expect("the log");
    assert!(log.contains("topics/bridge.toml:2:"), "{log}");
    world.publish(
        "daily",
        &[story("two", "Bridge again", &padded("A bridge.")), story("b", "Bakery", &padded("A bakery."))],
    );
    let daemon = world.daemon();
    world.wait("both are told: the old rule and the new file", || {
        let titles = world.titles();
        titles.contains(&"Bridge again".to_owned()) && titles.contains(&"Bakery".to_owned())
    });
    assert!(status()["refused"].to_string().contains("topics/bridge.toml:2:"));
    world.topic("bridge", "bridge");
    world.wait("mended", || status()["refused"] == serde_json::json!([]));
    daemon.stop();
}

#[test]
fn what_ends_or_changes_is_said_as_what_begins_is() {
    let mut world = world();
    world.feed("weekly", "");
    world.topic("bakery", "bakery");
    let daemon = world.daemon();
    let said = |what: &str| world.wait(what, || world.health().iter().any(|line| line.contains(what)));
    fs::remove_file(world.path("config/topics/bakery.toml")).expect("removed");
    said("no longer in force: bakery");
    world.write("feeds.d/more.toml", "[[feed]]\nid = \"hourly\"\nurl = \"http://127.0.0.1:9/\"\n");
    said("asked from now on: hourly");
    world.write("feeds.d/more.toml", "[[feed]]\nid = \"hourly\"\nurl = \"http://127.0.0.1:9/feed\"\n");
    said("changed: hourly");
    fs::remove_file(world.path("config/feeds.d/more.toml")).expect("removed");
    said("not asked any more: hourly");
    world.write("topics/new.toml", "[[topic]]\nquery = 'tea AND'\n");
    said("nothing of this file is in force");
    fs::remove_file(world.path("config/topics/new.toml")).expect("removed");
    said("no longer refused: topics/new.toml");
    let settings = fs::read_to_string(world.path("config/wireroom.toml")).expect("the settings");
    world.write("wireroom.toml", &format!("{settings}\n[stories]\nenabled = false\n"));
    said("in force: [stories]");
    daemon.stop();
    // As well where nobody was there to see it.
    fs::remove_file(world.path("config/topics/bridge.toml")).expect("removed");
    world.once();
    said("no longer in force: bridge");
}

#[test]
fn sighup_takes_up_an_edit_and_a_storm_of_them_hurts_nobody() {
    let world = world();
    let daemon = world.daemon();
    world.wait("the first is told", || world.titles() == ["Bridge reopens"]);
    for _ in 0..100 {
        daemon.signal(rustix::process::Signal::HUP);
    }
    world.topic("more", "bakery");
    daemon.signal(rustix::process::Signal::HUP);
    world.wait("in force", || world.health().iter().any(|line| line.contains("more")));
    daemon.stop();
}

#[test]
fn a_first_start_with_a_broken_file_exits_78() {
    let world = world();
    world.write("topics/broken.toml", "[[topic]]\nquery = ");
    let output = world.wireroom(&["run", "--once"]);
    assert_eq!(output.status.code(), Some(78));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("topics/broken.toml:2:"), "{said}");
}

#[test]
fn a_second_daemon_is_refused_and_named_the_first() {
    let world = world();
    let daemon = world.daemon();
    let output = world.wireroom(&["run"]);
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("another wireroom (process "), "{said}");
    daemon.stop();
}

#[test]
fn a_topic_added_and_muted_on_the_command_line_is_taken_up() {
    let world = world();
    let daemon = world.daemon();
    world.wait("the first is told", || world.titles() == ["Bridge reopens"]);
    let rehearsed = world.wireroom(&["topics", "add", "Old bridges", "reopen*"]);
    let said = String::from_utf8_lossy(&rehearsed.stdout).into_owned();
    assert!(
        said.contains("would have told 1 of 1 article") && said.contains("Bridge reopens (Outlet daily)"),
        "{said}"
    );
    let added = world.wireroom(&["topics", "add", "Town bakeries", "bakery NEAR/5 clos*", "--severity", "low"]);
    let said = String::from_utf8_lossy(&added.stdout).into_owned();
    assert!(said.contains("in force"), "{said}");
    let muted = world.wireroom(&["topics", "mute", "town-bakeries", "--for", "3d"]);
    assert_eq!(muted.status.code(), Some(0), "{}", String::from_utf8_lossy(&muted.stderr));
    world.wait("the mute is read", || {
        fs::read_to_string(world.path("state/last-good/topics/town-bakeries.toml"))
            .is_ok_and(|text| text.contains("mute_until"))
    });
    world.publish("daily", &[story("b", "Bakery closes", &padded("The bakery closes."))]);
    world.wait("the match is held", || {
        let held = world.json(&["alerts", "--held"]);
        held.iter().any(|held| held["reason"].as_str().is_some_and(|reason| reason.starts_with("muted until")))
    });
    assert!(!world.titles().contains(&"Bakery closes".to_owned()));
    let wrong = world.wireroom(&["topics", "add", "Wrong", "(bakery OR"]);
    assert_eq!(wrong.status.code(), Some(1));
    let said = String::from_utf8_lossy(&wrong.stderr).into_owned();
    assert!(said.contains("(bakery OR") && said.contains('^'), "{said}");
    daemon.stop();
}

#[test]
fn a_feed_that_moves_is_asked_at_its_new_address_at_once() {
    let mut world = world();
    let daemon = world.daemon();
    world.wait("the first is told", || world.titles() == ["Bridge reopens"]);
    world.site.set("/other.xml", Reply::ok("application/rss+xml", crate::world::rss(&world.site, "other", &[])));
    world.feed("other", "");
    world.wait("the new feed is asked", || !world.site.asked("/other.xml").is_empty());
    daemon.stop();
}

#[test]
fn an_edited_group_takes_up_every_topic_that_uses_it_and_no_other() {
    let mut world = World::new();
    world.feed("daily", "");
    world.write("topics/terms.toml", "[terms]\nworks = '@bridges OR tunnel'\nbridges = 'bridge'\n");
    world.topic("uses", "@works reopen*");
    world.topic("plain", "market");
    world.publish("daily", &[story("one", "Bridge reopens", &padded("The bridge reopened."))]);
    let daemon = world.daemon();
    world.wait("the first is told", || world.titles() == ["Bridge reopens"]);
    let rules = || -> Vec<String> {
        let topics = world.json(&["topics", "list"]);
        topics.iter().map(|topic| topic["rule"].as_str().unwrap_or_default().to_owned()).collect()
    };
    let before = rules();
    world.write("topics/terms.toml", "[terms]\nworks = '@bridges OR tunnel'\nbridges = 'viaduct'\n");
    world.wait("the edit is in force", || {
        world.health().iter().any(|line| line.contains("in force") && line.contains("uses (rule"))
    });
    let after = rules();
    assert_eq!((before[0] == after[0], before[1] == after[1]), (true, false), "plain, uses: {before:?} {after:?}");
    world.publish(
        "daily",
        &[
            story("two", "Viaduct reopens", &padded("The viaduct reopened.")),
            story("three", "Bridge again", &padded("A bridge reopened.")),
        ],
    );
    world.wait("the viaduct is told", || world.titles() == ["Bridge reopens", "Viaduct reopens"]);

    world.write("topics/terms.toml", "[terms]\nworks = '@bridge OR tunnel'\nbridges = 'viaduct'\n");
    world.wait("the refusal has its place and the meant name", || {
        let refused = world.health();
        refused.iter().any(|line| line.contains("topics/terms.toml:2:10: ") && line.contains("did you mean @bridges?"))
    });
    let status = world.json(&["status"]).remove(0);
    assert_eq!(status["refused"].as_array().map(Vec::len), Some(1), "{status}");
    assert_eq!(rules(), after, "the last good version stays");
    daemon.stop();
}
