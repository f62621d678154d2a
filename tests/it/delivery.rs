//! Webhooks: sent once, in order, retried from the ledger, guarded like everything else.

use crate::site::Reply;
use crate::world::{World, padded, story};

fn world(url: &str, more: &str) -> World {
    let sink = format!("[[sink]]\nid = \"desk\"\nkind = \"webhook\"\nurl = \"{url}\"\nmin_severity = \"high\"\n{more}");
    let mut world = World::new().with_settings(&sink);
    world.feed("daily", "");
    world.topic("bridge", "bridge");
    world.publish("daily", &[story("one", "Bridge reopens", &padded("The bridge reopened."))]);
    world
}

fn on_own_site(more: &str) -> World {
    let world = world("http://127.0.0.1:9/hook", more);
    let settings = std::fs::read_to_string(world.path("config/wireroom.toml")).expect("the settings");
    world.write("wireroom.toml", &settings.replace("http://127.0.0.1:9/hook", &world.site.url("/hook")));
    world
}

#[test]
fn a_webhook_gets_the_contracts_json_again_until_it_takes_it() {
    let world = on_own_site("");
    world.site.set("/hook", Reply::status(503));
    world.once();
    assert_eq!(world.site.asked("/hook").len(), 1);
    assert_eq!(world.json(&["status"])[0]["deliveries_pending"], 1);
    world.site.set("/hook", Reply::status(204));
    let daemon = world.daemon();
    world.wait("it is taken", || world.json(&["status"])[0]["deliveries_pending"] == 0);
    daemon.stop();
    let posts = world.site.asked("/hook");
    let told = world.alerts();
    let got: serde_json::Value = serde_json::from_slice(&posts.last().expect("a post").body).expect("JSON");
    assert_eq!(got, told[0], "what is posted is the line of the log");
    assert_eq!(posts[0].method, "POST");
    assert_eq!(posts[0].body, posts.last().expect("a post").body, "repeats are recognisable");
}

#[test]
fn a_refusal_and_a_private_address_are_parked_for_a_person() {
    let world = on_own_site("");
    world.site.set("/hook", Reply::status(404));
    world.once();
    assert_eq!(world.json(&["status"])[0]["deliveries_parked"], 1);

    let private = self::world("http://10.0.0.1/hook", "");
    private.once();
    assert_eq!(private.json(&["status"])[0]["deliveries_parked"], 1);
    assert_eq!(private.titles(), ["Bridge reopens"], "the log has it all the same");
}

#[test]
fn what_was_parked_is_shown_and_sent_when_asked_for_and_a_replay_sends_all_again() {
    let world = on_own_site("");
    world.site.set("/hook", Reply::status(404));
    world.once();
    let id = world.alerts()[0]["id"].as_str().expect("an id").to_owned();
    let listed = world.json(&["outbox", "list"]);
    assert_eq!(listed.len(), 1, "{listed:?}");
    let shown = (&listed[0]["sink"], &listed[0]["alert"], &listed[0]["state"], &listed[0]["error"]);
    assert_eq!(shown, (&"desk".into(), &id.as_str().into(), &"parked".into(), &"HTTP 404".into()));
    assert_eq!(world.wireroom(&["outbox", "list"]).status.code(), Some(1), "it needs a person");
    world.site.set("/hook", Reply::status(204));
    let daemon = world.daemon();
    let retried = world.wireroom(&["outbox", "retry", &id[..6]]);
    assert_eq!(retried.status.code(), Some(0), "{}", String::from_utf8_lossy(&retried.stderr));
    world.wait("it is taken", || world.json(&["outbox", "list"]).is_empty());
    let taken = world.site.asked("/hook").len();
    let again = world.wireroom(&["outbox", "retry", &id]);
    assert!(String::from_utf8_lossy(&again.stderr).contains("was delivered"));
    let wrong = world.wireroom(&["outbox", "replay", "--sink", "dask", "--since", "1h"]);
    assert!(wrong.status.code() == Some(1) && String::from_utf8_lossy(&wrong.stderr).contains("there is desk"));
    let replayed = world.wireroom(&["outbox", "replay", "--sink", "desk", "--since", "1h"]);
    assert_eq!(replayed.status.code(), Some(0), "{}", String::from_utf8_lossy(&replayed.stderr));
    world.wait("it is told again", || world.site.asked("/hook").len() == taken + 1);
    daemon.stop();
    let posts = world.site.asked("/hook");
    assert_eq!(posts[0].body, posts.last().expect("a post").body, "recognisable as the same");
    assert_eq!(world.json(&["outbox", "list", "--all"])[0]["state"], "done");
    // Asked for while no daemon runs, it is sent by the next run.
    world.wireroom(&["outbox", "replay", "--sink", "desk", "--since", "1h"]);
    world.once();
    assert_eq!(world.site.asked("/hook").len(), taken + 2);
}

#[test]
fn a_credential_stands_in_headers_where_they_name_it() {
    use std::os::unix::fs::PermissionsExt as _;
    let world = on_own_site("credential = \"chat\"\nheaders = { \"X-Key\" = \"key {credential}\" }\n");
    let path = world.path("config/credentials/chat");
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    std::fs::write(&path, "s3cret").expect("a credential");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).expect("allowed");
    world.site.set("/hook", Reply::status(204));
    world.once();
    let post = world.site.asked("/hook").remove(0);
    assert_eq!(post.headers.get("x-key").and_then(|value| value.to_str().ok()), Some("key s3cret"));
    assert!(!post.headers.contains_key("authorization"), "said once");
}
