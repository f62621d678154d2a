//! What publishers see of us.

use crate::site::Reply;
use crate::world::{World, padded, story};

#[test]
fn a_private_address_is_asked_by_nobody_whatever_leads_there() {
    let mut world = World::new();
    let settings = std::fs::read_to_string(world.path("config/wireroom.toml")).expect("the settings");
    world.feed_at("literal", "http://127.0.0.1:9/a", "").feed_at("decimal", "http://2130706433:9/a", "");
    world.feed_at("mapped", "http://[::ffff:10.0.0.1]/a", "").feed_at("named", "http://localhost:9/a", "");
    world.feed("redirect", "");
    world.site.set("/redirect.xml", Reply::status(302).header("location", "http://10.0.0.1/feed"));
    world.once();
    let states = world.json(&["feeds", "status"]);
    let error = |id: &str| {
        states.iter().find(|feed| feed["id"] == id).expect("a feed")["error"].as_str().unwrap_or("").to_owned()
    };
    assert!(error("redirect").contains("not a public address"), "{}", error("redirect"));
    assert!(error("mapped").contains("not a public address"), "{}", error("mapped"));
    world.write("wireroom.toml", &settings.replace("allow_private = [\"127.0.0.0/8\"]", ""));
    std::fs::remove_dir_all(world.path("state")).expect("the state");
    world.once();
    for feed in world.json(&["feeds", "status"]) {
        let error = feed["error"].as_str().unwrap_or_default();
        assert!(error.contains("not a public address"), "{feed}");
    }
}

#[test]
fn a_publisher_who_asks_to_be_left_alone_is_even_by_once() {
    let mut world = World::new();
    world.feed("busy", "").feed("gone", "").feed("fresh", "");
    world.topic("bridge", "bridge");
    world.site.set("/busy.xml", Reply::status(429).header("retry-after", "3600"));
    world.site.set("/gone.xml", Reply::status(410));
    let body = crate::world::rss(&world.site, "fresh", &[]);
    world.site.set("/fresh.xml", Reply::ok("application/rss+xml", body).header("cache-control", "max-age=600"));
    world.once();
    let said = world.once();
    for feed in ["busy", "gone", "fresh"] {
        assert!(said.contains(&format!("left alone: {feed}:")), "{said}");
        assert_eq!(world.site.asked(&format!("/{feed}.xml")).len(), 1);
    }
}

#[test]
fn a_permanent_redirect_is_remembered_and_undone_when_it_fails() {
    let mut world = World::new();
    world.feed("moved", "");
    world.site.set("/moved.xml", Reply::status(301).header("location", "/new.xml"));
    world.site.set("/new.xml", Reply::ok("application/rss+xml", crate::world::rss(&world.site, "new", &[])));
    world.once();
    world.once();
    assert_eq!(world.site.asked("/moved.xml").len(), 1, "the new address is asked at once");
    assert_eq!(world.site.asked("/new.xml").len(), 2);
    world.site.set("/new.xml", Reply::status(404));
    world.site.set("/moved.xml", Reply::ok("application/rss+xml", crate::world::rss(&world.site, "moved", &[])));
    world.once();
    world.once();
    assert_eq!(world.site.asked("/moved.xml").len(), 2, "the configured address is asked again");
}

#[test]
fn redirects_that_lead_nowhere_and_pages_in_place_of_feeds_are_named() {
    let mut world = World::new();
    for (id, reply, expected) in [
        ("loop", Reply::status(302).header("location", "/loop.xml"), "more than 10 hops"),
        ("nowhere", Reply::status(302), "without Location"),
        ("file", Reply::status(302).header("location", "file:///etc/passwd"), "only http and https"),
        (
            "page",
            Reply::ok(
                "text/html",
                "<html><link rel=\"alternate\" type=\"application/rss+xml\" href=\"/real.xml\"></html>",
            ),
            "/real.xml",
        ),
        ("empty", Reply::ok("text/xml", ""), "empty"),
        ("broken-gzip", Reply::ok("text/xml", "no gzip").header("content-encoding", "gzip"), "cut short or damaged"),
        ("login", Reply::status(401), "credential"),
    ] {
        world.feed(id, "");
        world.site.set(&format!("/{id}.xml"), reply);
        world.once();
        let states = world.json(&["feeds", "status"]);
        let state = states.iter().find(|feed| feed["id"] == id).expect("the feed");
        assert!(state["error"].as_str().is_some_and(|error| error.contains(expected)), "{id}: {state}");
    }
}

#[test]
fn the_user_agent_has_a_contact_and_pages_are_asked_after_robots() {
    let mut world = World::new();
    let settings = std::fs::read_to_string(world.path("config/wireroom.toml")).expect("the settings");
    world.write("wireroom.toml", &settings.replace("[fetch]", "[fetch]\nuser_agent_contact = \"desk@example.org\""));
    world.feed("daily", "");
    world.publish("daily", &[story("one", "Bridge", &padded("A bridge."))]);
    world.once();
    let asked = &world.site.asked("/daily.xml")[0];
    let agent = asked.headers["user-agent"].to_str().expect("ASCII");
    assert!(agent.starts_with("wireroom/") && agent.ends_with("(+desk@example.org)"), "{agent}");
    assert!(!asked.headers.contains_key("cookie") && !asked.headers.contains_key("referer"));
    assert_eq!(world.site.asked("/robots.txt").len(), 1);
    assert_eq!(world.site.asked("/one").len(), 1);
}

#[test]
fn good_feeds_are_read_whatever_their_type_says() {
    let mut world = World::new();
    for (nr, kind) in
        ["text/html", "text/plain", "application/octet-stream", "image/png", "nonsense", ""].iter().enumerate()
    {
        let id = format!("typed-{nr}");
        world.feed(&id, "pages = false");
        let mut reply = Reply::ok(kind, crate::world::rss(&world.site, &id, &[story("one", "Bridge", "A bridge.")]));
        reply.headers.retain(|(_, value)| !value.is_empty());
        world.site.set(&format!("/{id}.xml"), reply);
    }
    world.once();
    for feed in world.json(&["feeds", "status"]) {
        assert_eq!(feed["state"], "well", "{feed}");
    }
}

#[test]
fn refusals_are_told_apart_in_words() {
    let mut world = World::new();
    let faults = [
        (401, "login"),
        (403, "refuses us"),
        (404, "no feed at this address"),
        (410, "gone for good"),
        (429, "too often"),
        (451, "legal reasons"),
        (500, "has a fault"),
        (503, "has a fault"),
        (300, "leads nowhere"),
        (304, "not asked whether"),
    ];
    for (status, _) in faults {
        world.feed(&format!("status-{status}"), "");
        world.site.set(&format!("/status-{status}.xml"), Reply::status(status));
    }
    world.once();
    let states = world.json(&["feeds", "status"]);
    for (status, words) in faults {
        let state = states.iter().find(|feed| feed["id"] == format!("status-{status}")).expect("the feed");
        assert_eq!(state["status"], status, "{state}");
        assert!(state["error"].as_str().is_some_and(|error| error.contains(words)), "{state}");
    }
}

#[test]
fn feeds_that_lead_to_one_host_are_asked_there_one_after_the_other() {
    use std::io::Write as _;
    use std::sync::{Arc, Mutex};
    use std::time::{Duration, Instant};

    use crate::wire::Wire;

    let times: Arc<Mutex<Vec<Instant>>> = Arc::default();
    let seen = Arc::clone(&times);
    let hub = Wire::doing(move |connection, _| {
        seen.lock().expect("the times").push(Instant::now());
        let body = "<rss><channel><title>T</title></channel></rss>";
        let answer = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len());
        connection.write_all(answer.as_bytes()).expect("written");
    });
    let mut world = World::new();
    let settings = std::fs::read_to_string(world.path("config/wireroom.toml")).expect("the settings");
    world.write("wireroom.toml", &settings.replace("per_host_delay_ms = 0", "per_host_delay_ms = 300"));
    let mut doors = Vec::new();
    for nr in 0..5 {
        let to = hub.url(&format!("/{nr}"));
        let door = Wire::saying(format!("HTTP/1.1 302 On\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n"));
        world.feed_at(&format!("door-{nr}"), door.url("/feed").as_str(), "");
        doors.push(door);
    }
    let said = world.once();
    let times = times.lock().expect("the times").clone();
    assert_eq!(times.len(), 5, "{said}");
    for pair in times.windows(2) {
        assert!(pair[1] - pair[0] >= Duration::from_millis(250), "{:?}", pair[1] - pair[0]);
    }
    assert!(world.json(&["feeds", "status"]).iter().all(|feed| feed["state"] == "well"));
}

#[test]
fn a_page_whose_server_wants_a_rest_is_told_from_the_feed_and_not_asked_again() {
    let mut world = World::new().with_settings("page_wait = \"3s\"");
    world.feed("daily", "");
    world.topic("bridge", "bridge");
    let (one, two) =
        (story("one", "The bridge is shut", &padded("A bridge.")), story("two", "Bridge", &padded("A bridge.")));
    world.publish("daily", &[one, two]);
    for page in ["/one", "/two"] {
        world.site.set(page, Reply::status(503).header("retry-after", "3600"));
    }
    let daemon = world.daemon();
    world.wait("one is told", || world.titles().len() == 1);
    daemon.stop();
    let asked = world.site.asked("/one").len() + world.site.asked("/two").len();
    assert_eq!(asked, 1, "the server is left alone as a whole");
}
