//! `alerts mark`: what the team thinks of alerts stands in plain files, and is said where alerts are shown.

use std::fs;

use crate::world::{World, padded, story};

fn told() -> World {
    let mut world = World::new();
    world.feed("daily", "");
    world.topic("bridge", "bridge");
    let stories =
        ["one", "two"].map(|slug| story(slug, &format!("Bridge {slug}"), &padded(&format!("Bridge {slug}."))));
    world.publish("daily", &stories);
    world.once();
    world
}

fn mark(world: &World, user: &str, arguments: &[&str]) -> (Option<i32>, String) {
    let mut all = vec!["alerts", "mark"];
    all.extend(arguments);
    let output = world.command(&all).env("USER", user).output().expect("the program runs");
    (output.status.code(), String::from_utf8([output.stdout, output.stderr].concat()).expect("UTF-8"))
}

fn ids(world: &World) -> [String; 2] {
    let mut ids: Vec<String> =
        world.alerts().iter().map(|alert| alert["id"].as_str().expect("an id").to_owned()).collect();
    ids.sort();
    ids.try_into().expect("two alerts")
}

fn shown(world: &World, arguments: &[&str]) -> String {
    let output = world.wireroom(arguments);
    String::from_utf8([output.stdout, output.stderr].concat()).expect("UTF-8")
}

#[test]
fn marks_are_kept_in_a_file_a_user_and_said_with_the_alerts() {
    let world = told();
    let [one, two] = ids(&world);
    let (code, said) = mark(&world, "ana", &[&one[..9], &two, &one, "false", "--note", " about the film "]);
    assert_eq!(code, Some(0), "{said}");
    let kept = fs::read_to_string(world.path("config/marks/ana.jsonl")).expect("the marks");
    let lines: Vec<serde_json::Value> = kept.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(lines.len(), 2, "each alert once: {kept}");
    let alert = world.json(&["alerts", "show", &one]).remove(0);
    assert_eq!((&lines[0]["alert"], &lines[0]["article"]), (&alert["id"], &alert["article"]["id"]));
    assert_eq!((&lines[0]["topic"], &lines[0]["rule"]), (&alert["topic"]["id"], &alert["topic"]["rule"]));
    assert_eq!(
        (&lines[0]["user"], &lines[0]["judgement"], &lines[0]["note"]),
        (&"ana".into(), &"false".into(), &"about the film".into())
    );
    let expected = "marked false by ana: “about the film”";
    assert_eq!(shown(&world, &["alerts"]).matches(expected).count(), 2);
    assert!(shown(&world, &["alerts", "show", &one]).contains(expected));

    // The last judgement counts; another user may differ.
    assert_eq!(mark(&world, "ana", &[&one, "useful"]).0, Some(0));
    assert_eq!(mark(&world, "../ben", &[&one, "false"]).0, Some(0));
    assert!(world.path("config/marks/_.._ben.jsonl").is_file());
    let now = shown(&world, &["alerts", "show", &one]);
    assert!(now.contains("marked false by ../ben, useful by ana\n"), "{now}");
    assert_eq!(fs::read_to_string(world.path("config/marks/ana.jsonl")).expect("the marks").lines().count(), 3);
    // The chain and the configuration know nothing of it.
    assert_eq!(world.wireroom(&["log", "verify"]).status.code(), Some(0));
    assert_eq!(world.wireroom(&["check"]).status.code(), Some(0));
}

#[test]
fn a_mistyped_id_marks_nothing_and_suggests_the_near_one() {
    let world = told();
    let [one, two] = ids(&world);
    let wrong = format!("{}{}", &two[..8], if two[8..9] == *"a" { "b" } else { "a" });
    let (code, said) = mark(&world, "ana", &[&one, &wrong, "useful"]);
    assert!(code == Some(1) && said.contains(&format!("did you mean {two}?")), "{said}");
    let all = world.json(&["alerts"]);
    let health = all.iter().find(|alert| alert["kind"] == "health").expect("a take-up")["id"].as_str().expect("an id");
    let (code, said) = mark(&world, "ana", &[&one, health, "useful"]);
    assert!(code == Some(1) && said.contains("nothing to judge"), "{said}");
    assert_eq!(mark(&world, "ana", &[&one, "perhaps"]).0, Some(2), "useful or false");
    assert_eq!(mark(&world, "ana", &["useful"]).0, Some(2), "no id");
    assert!(!world.path("config/marks").exists(), "nothing is marked");
}

#[test]
fn a_broken_line_is_told_and_hides_no_other() {
    let world = told();
    let [one, _] = ids(&world);
    assert_eq!(mark(&world, "ana", &[&one, "useful"]).0, Some(0));
    let path = world.path("config/marks/ana.jsonl");
    let kept = fs::read_to_string(&path).expect("the marks");
    fs::write(&path, format!("=======\n{kept}")).expect("the marks");
    let said = shown(&world, &["alerts"]);
    assert!(said.contains("marks/ana.jsonl:1:1: no mark") && said.contains("marked useful by ana"), "{said}");
}

#[test]
fn who_may_not_write_is_told_where() {
    let world = told();
    // In the folder's place, so that root is refused as well.
    fs::write(world.path("config/marks"), "").expect("a file");
    let (code, said) = mark(&world, "ana", &[&ids(&world)[0], "useful"]);
    assert!(code == Some(1) && said.contains("nothing was marked") && said.contains("config/marks"), "{said}");
}
