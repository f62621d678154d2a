//! `topics list` says which topics are noisy and which are silent, and what came nearest to those.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::pipeline::once_at;
use crate::world::{Story, World, padded, story};

fn listed(world: &World) -> (HashMap<String, Value>, String, String) {
    let lines = world.json(&["topics", "list"]);
    let by_id = lines.into_iter().map(|line| (line["id"].as_str().expect("an id").to_owned(), line)).collect();
    let output = world.wireroom(&["topics"]);
    assert_eq!(output.status.code(), Some(0));
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    (by_id, text(output.stdout), text(output.stderr))
}

#[test]
fn the_list_says_which_topics_are_noisy_or_silent_and_what_came_nearest() {
    let mut world = World::new();
    world.feed("daily", "");
    world.topic("bridge", "bridge");
    world.topic("border", "mexico tariff* NAFTA");
    world.topic("ferry", "ferry");
    world.write("topics/off.toml", "[[topic]]\nquery = 'bakery'\nenabled = false\n");
    world.write("topics/mute.toml", "[[topic]]\nquery = 'bakery'\nmute_until = 2099-01-01\n");
    let (topics, shown, said) = listed(&world);
    assert_eq!(topics.len(), 5);
    assert_eq!((&topics["bridge"]["alerts_7d"], &topics["bridge"]["nearest"]), (&Value::Null, &Value::Null));
    assert!(shown.contains("bridge  high      in force  -"), "{shown}");
    assert!(
        said.contains("wireroom: listed without their alerts: the database ")
            && said.contains("has the daemon run yet?"),
        "{said}"
    );

    let now = Timestamp::now();
    let before = now - SignedDuration::from_hours(40 * 24);
    let old = |slug, title: &str, text: &str| Story { published: before, ..story(slug, title, &padded(text)) };
    let past = [
        old("ferry", "Ferry sails", "The ferry sails."),
        old("near", "Mexico on tariffs and NAFTA", "Mexico answers on tariffs, as NAFTA did, and more."),
    ];
    world.topic("border", "mexico tariff* NAFTA canada");
    world.publish("daily", &past);
    assert_eq!(once_at(&world, before).alerts, 1);
    world.topic("fresh", "zebra OR bakery NAFTA");
    let today = ["one", "two", "three"].map(|slug| {
        story(
            slug,
            &format!("Bridge {slug}"),
            &padded(&format!("The bridge {slug}. Mexico is far, and so are tariffs.")),
        )
    });
    world.publish("daily", &today);
    assert_eq!(once_at(&world, now).alerts, 3);
    let told: Vec<String> =
        world.alerts().iter().map(|alert| alert["id"].as_str().expect("an id").to_owned()).collect();
    for (alert, judgement) in told.iter().zip(["false", "useful", "false"]) {
        assert_eq!(world.wireroom(&["alerts", "mark", alert, judgement]).status.code(), Some(0));
    }

    let (topics, shown, said) = listed(&world);
    let figures = |id: &str| {
        let topic = &topics[id];
        json!([topic["alerts_7d"], topic["marked"], topic["marked_false"], topic["last_alert"].is_string()])
    };
    assert_eq!(figures("bridge"), json!([3, 3, 2, true]));
    assert_eq!(figures("ferry"), json!([0, 0, 0, true]));
    assert_eq!(figures("border"), json!([0, 0, 0, false]));
    for member in ["name", "severity", "query", "enabled", "mute_until", "rule"] {
        assert!(topics["border"].get(member).is_some(), "{member}");
    }
    let nearest = &topics["border"]["nearest"];
    assert_eq!(json!([nearest["held"], nearest["of"], nearest["missing"]]), json!([2, 4, "no NAFTA"]), "{nearest}");
    let article = nearest["article"].as_str().expect("an id");
    assert!(world.json(&["explain", "border", article])[0]["verdict"].as_str().expect("words").contains("no NAFTA"));
    for id in ["bridge", "ferry", "off", "mute", "fresh"] {
        assert_eq!(topics[id]["nearest"], Value::Null, "{id}: not silent for long, or no word of it stands anywhere");
    }

    assert_eq!(said, "", "nothing is amiss");
    let rows: Vec<&str> = shown.lines().filter(|line| !line.starts_with(' ')).collect();
    let row = |words: &str| words.split(' ').map(str::to_owned).collect::<Vec<_>>();
    let cells = |line: &str| line.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(cells(rows[1])[..6], row("bridge high noisy 3 67 %"), "the worst first: {shown}");
    assert_eq!(cells(rows[2]), row("border high silent 0 - never"), "{shown}");
    assert_eq!(cells(rows[3]), row("ferry high silent 0 - 40 d ago"), "{shown}");
    assert!(rows[4].starts_with("fresh ") && rows[5].starts_with("mute ") && rows[6].starts_with("off "), "{shown}");
    let below = "    nearest: 2 of 4 clauses, \"Bridge ";
    assert!(shown.contains(below) && shown.contains("\" (Outlet daily), without NAFTA"), "{shown}");
    assert!(shown.contains("    muted until 2099-01-01 00:00 "), "{shown}");
    assert!(shown.lines().all(|line| line.chars().count() <= 120), "{shown}");
}
