//! WebSub against a hub that is a real server on loopback: asked, verified, pushed, renewed and left.

use std::collections::HashMap;
use std::os::unix::fs::PermissionsExt as _;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use tokio_util::sync::CancellationToken;
use wireroom::daemon::{self, Startup};
use wireroom::visit::Clock;

use crate::site::Reply;
use crate::world::{Story, World, files, free_port, padded, rss, story};

/// A request as a subscriber made it.
type Asked = HashMap<String, String>;

#[derive(Debug, Default)]
struct Inner {
    asked: Mutex<Vec<Asked>>,
    /// What the hub's verifications were answered: mode, status, and whether the challenge came back.
    verified: Mutex<Vec<(String, u16, bool)>>,
    lease: AtomicI64,
}

/// A hub as the Recommendation describes it.
struct Hub {
    inner: Arc<Inner>,
    url: String,
    runtime: tokio::runtime::Runtime,
}

impl Hub {
    fn start() -> Self {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime");
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).expect("a port");
        let url = format!("http://{}/", listener.local_addr().expect("an address"));
        let inner = Arc::new(Inner { lease: AtomicI64::new(86_400), ..Inner::default() });
        let app = Router::new().route("/", post(subscribe)).with_state(Arc::clone(&inner));
        runtime.spawn(async move { axum::serve(listener, app).await });
        Self { inner, url, runtime }
    }

    fn asked(&self, mode: &str) -> Vec<Asked> {
        let all = self.inner.asked.lock().expect("what was asked");
        all.iter().filter(|asked| asked["hub.mode"] == mode).cloned().collect()
    }

    /// How often the subscriber meant it.
    fn verified(&self, mode: &str) -> usize {
        let all = self.inner.verified.lock().expect("what was verified");
        all.iter().filter(|(of, status, echoed)| of == mode && *status == 200 && *echoed).count()
    }

    /// Sends a push with a signature; the subscriber's answer, 0 where nobody listens.
    fn push(&self, callback: &str, signature: Option<String>, body: Vec<u8>) -> u16 {
        self.runtime.block_on(async {
            let mut request = client().post(callback).header("content-type", "application/rss+xml").body(body);
            if let Some(signature) = signature {
                request = request.header("x-hub-signature", signature);
            }
            request.send().await.map_or(0, |answer| answer.status().as_u16())
        })
    }

    fn get(&self, url: &str) -> u16 {
        self.runtime.block_on(async { client().get(url).send().await.expect("an answer").status().as_u16() })
    }
}

fn client() -> reqwest::Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(40)).build().expect("a client")
}

fn signed(secret: &str, body: &[u8]) -> String {
    let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, secret.as_bytes());
    format!("sha256={}", data_encoding::HEXLOWER.encode(ring::hmac::sign(&key, body).as_ref()))
}

/// Takes a request, and asks the subscriber at its callback whether it meant it.
async fn subscribe(State(inner): State<Arc<Inner>>, form: Bytes) -> StatusCode {
    let asked: Asked = url::form_urlencoded::parse(&form).into_owned().collect();
    inner.asked.lock().expect("what was asked").push(asked.clone());
    tokio::spawn(async move {
        let mut url = url::Url::parse(&asked["hub.callback"]).expect("a callback");
        let (mode, challenge) = (asked["hub.mode"].clone(), "c-1234<b>");
        url.query_pairs_mut()
            .append_pair("hub.mode", &mode)
            .append_pair("hub.topic", &asked["hub.topic"])
            .append_pair("hub.challenge", challenge)
            .append_pair("hub.lease_seconds", &inner.lease.load(Ordering::SeqCst).to_string());
        let answer = client().get(url).send().await.expect("an answer");
        let status = answer.status().as_u16();
        let echoed = answer.text().await.expect("a body") == challenge;
        inner.verified.lock().expect("what was verified").push((mode, status, echoed));
    });
    StatusCode::ACCEPTED
}

/// A world with a feed `daily` that a hub pushes, and where the daemon is to listen.
fn world(hub: &Hub, more: &str) -> (World, String) {
    let port = free_port();
    let callback = format!("http://127.0.0.1:{port}/websub/");
    let mut world = World::new().with_settings("");
    let settings = std::fs::read_to_string(world.path("config/wireroom.toml")).expect("the settings");
    let settings = settings.replace("default_interval = \"1s\"", "default_interval = \"10m\"\nmax_interval = \"24h\"");
    world.write(
        "wireroom.toml",
        &format!("{settings}[websub]\ncallback = \"{callback}\"\nlisten = \"127.0.0.1:{port}\"\n{more}"),
    );
    world.feed("daily", "interval = \"10m\"");
    world.topic("bridge", "bridge");
    publish(&world, hub, &[story("one", "Bridge reopens", &padded("The bridge reopened."))]);
    (world, callback)
}

/// The feed as it is now, with its hub named in it.
fn body(world: &World, hub: &Hub, stories: &[Story]) -> Vec<u8> {
    let links = format!(
        "<channel><atom:link xmlns:atom=\"http://www.w3.org/2005/Atom\" rel=\"hub\" href=\"{}\"/>\
         <atom:link xmlns:atom=\"http://www.w3.org/2005/Atom\" rel=\"self\" href=\"{}\"/>",
        hub.url,
        world.site.url("/daily.xml")
    );
    rss(&world.site, "daily", stories).replace("<channel>", &links).into_bytes()
}

fn publish(world: &World, hub: &Hub, stories: &[Story]) {
    world.site.set("/daily.xml", Reply::ok("application/rss+xml", body(world, hub, stories)));
    for story in stories {
        world.page(story);
    }
}

fn push_of(world: &World) -> Value {
    world.json(&["feeds", "status"]).remove(0)["push"].clone()
}

#[test]
fn what_a_hub_pushes_is_told_and_what_is_not_signed_by_it_is_not() {
    let hub = Hub::start();
    let (world, callback) = world(&hub, "");
    let daemon = world.daemon();
    world.wait("the first is told", || world.titles() == ["Bridge reopens"]);
    world.wait("it is subscribed", || hub.verified("subscribe") == 1 && push_of(&world)["standing"] == "settled");
    let asked = hub.asked("subscribe").remove(0);
    assert_eq!(asked["hub.topic"], world.site.url("/daily.xml"));
    assert!(
        asked["hub.callback"].starts_with(&callback) && asked["hub.callback"].len() > callback.len() + 30,
        "{asked:?}"
    );
    let (token_url, secret) = (asked["hub.callback"].clone(), asked["hub.secret"].clone());

    // New in the push alone: the feed's own address still says what it said.
    let two = story("two", "Bridge closes again", &padded("The bridge closed."));
    world.page(&two);
    let pushed = body(&world, &hub, &[two]);
    let forged = body(&world, &hub, &[story("forged", "Bridge of lies", &padded("A bridge that is none."))]);
    for (signature, payload, expected) in [
        (None, &forged, 202),
        (Some(signed("guessed", &forged)), &forged, 202),
        (Some(signed(&secret, &pushed)), &forged, 202),
        (Some(signed(&secret, &pushed)), &pushed, 204),
        (Some(signed(&secret, &pushed)), &pushed, 204),
    ] {
        assert_eq!(hub.push(&token_url, signature, payload.clone()), expected);
    }
    let huge = vec![b' '; 11 << 20];
    assert_eq!(hub.push(&token_url, Some(signed(&secret, &huge)), huge), 413);
    assert_eq!(hub.push(&format!("{callback}guessed"), None, pushed.clone()), 410);
    assert_eq!(
        hub.get(&format!("{token_url}?hub.mode=subscribe&hub.topic=http%3A%2F%2Fother.example%2F&hub.challenge=x")),
        404
    );
    assert_eq!(hub.get(&format!("{callback}guessed?hub.mode=subscribe&hub.challenge=x")), 404);
    world.wait("the push is told, once", || world.titles() == ["Bridge reopens", "Bridge closes again"]);
    let push = push_of(&world);
    assert_eq!((&push["pushes"], &push["hub"]), (&Value::from(2), &Value::from(hub.url.clone())));
    let status = String::from_utf8(world.wireroom(&["feeds", "status"]).stdout).expect("UTF-8");
    assert!(status.contains("pushed by") && !status.contains(&secret), "{status}");
    assert_eq!(world.site.asked("/daily.xml").len(), 1, "it was polled once, and need not be for hours");

    // Over a restart the subscription stays; the feed is asked for what was missed.
    daemon.stop();
    let daemon = world.daemon();
    let three = story("three", "Bridge three", &padded("A third bridge."));
    world.page(&three);
    let pushed = body(&world, &hub, &[three]);
    let sent = || hub.push(&token_url, Some(signed(&secret, &pushed)), pushed.clone()) == 204;
    world.wait("it listens again", sent);
    world.wait("and tells", || world.titles().len() == 3);
    assert_eq!(hub.asked("subscribe").len(), 1, "the subscription was kept");

    // Taken out of the configuration, it is ended.
    world.write("feeds.toml", "");
    world.wait("the hub is told so", || hub.verified("unsubscribe") == 1);
    world.wait("nothing is taken any more", || {
        hub.push(&token_url, Some(signed(&secret, &pushed)), pushed.clone()) == 410
    });
    daemon.stop();

    let key = std::fs::read_to_string(world.path("state/websub.key")).expect("the key");
    for file in
        files(&world.path("state")).into_iter().chain(files(&world.path("log"))).chain([world.path("daemon.log")])
    {
        let bytes = std::fs::read(&file).expect("a file");
        let holds = |text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
        assert!(!holds(&secret), "{} holds the secret", file.display());
        assert!(file.ends_with("websub.key") || !holds(&key), "{} holds the key", file.display());
    }
    let mode = std::fs::metadata(world.path("state/websub.key")).expect("the key").permissions().mode();
    assert_eq!(mode & 0o077, 0, "{mode:o}");
}

#[test]
fn polling_is_a_net_while_pushes_come_and_usual_when_one_is_missing_or_the_lease_ends() {
    let hub = Hub::start();
    hub.inner.lease.store(7200, Ordering::SeqCst);
    let (world, _) = world(&hub, "");
    let ahead = Arc::new(AtomicI64::new(0));
    let stop = CancellationToken::new();
    let running = {
        let (ahead, stop, config) = (Arc::clone(&ahead), stop.clone(), world.path("config"));
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
            let clock = Clock::of(move || Timestamp::now() + SignedDuration::from_secs(ahead.load(Ordering::SeqCst)));
            let (_tell, told) = tokio::sync::mpsc::channel(1);
            let startup = Startup::prepare(&config).expect("a configuration");
            runtime.block_on(daemon::run(startup, clock, stop, told)).expect("a run")
        })
    };
    let polls = || world.site.asked("/daily.xml").len();
    world.wait("it is subscribed", || polls() == 1 && hub.verified("subscribe") == 1);
    let asked = hub.asked("subscribe").remove(0);
    let push = |stories: &[Story]| {
        let body = body(&world, &hub, stories);
        hub.push(&asked["hub.callback"], Some(signed(&asked["hub.secret"], &body)), body)
    };
    let two = story("two", "Bridge two", &padded("A second bridge."));
    publish(&world, &hub, std::slice::from_ref(&two));
    let later = |minutes: i64| ahead.store(60 * minutes, Ordering::SeqCst);
    assert_eq!(push(std::slice::from_ref(&two)), 204);
    world.wait("the push is told", || world.titles().len() == 2);

    // Usually it would have been polled after 10 minutes; the net is 12 times as wide.
    later(60);
    world.wait("the daemon saw the clock", || push(std::slice::from_ref(&two)) == 204);
    assert_eq!(polls(), 1, "the hub pushes: no poll in an hour");

    // The hub renews no more and the lease ends: polled again at once.
    hub.inner.lease.store(60, Ordering::SeqCst);
    later(121);
    world.wait("it is polled as usual", || polls() == 2);
    world.wait("and was asked to be renewed", || hub.verified("subscribe") == 2);

    // A poll that finds what no push had brought: the hub is not relied on until it pushes again.
    hub.inner.lease.store(864_000, Ordering::SeqCst);
    later(125);
    world.wait("renewed", || hub.verified("subscribe") == 3);
    assert_eq!(push(std::slice::from_ref(&two)), 204);
    // The hub is answered before the next poll is put off; the clock must not jump in between.
    world.wait("the push is taken in", || {
        let last: Option<Timestamp> = push_of(&world)["last_push"].as_str().and_then(|at| at.parse().ok());
        last.is_some_and(|at| at > Timestamp::now() + SignedDuration::from_mins(124))
    });
    publish(&world, &hub, &[story("three", "Bridge three", &padded("A third bridge.")), two.clone()]);
    later(125 + 121);
    world.wait("the net finds it", || world.titles().len() == 3);
    let before = polls();
    later(125 + 121 + 12);
    world.wait("polled as usual", || polls() > before);
    stop.cancel();
    running.join().expect("it ended");
}

#[test]
fn a_hub_that_must_not_be_asked_is_not_and_a_callback_that_cannot_be_listened_for_stops_nothing() {
    let hub = Hub::start();
    let (world, _) = world(&hub, "");
    let elsewhere = |text: Vec<u8>| String::from_utf8(text).expect("UTF-8").replace(&hub.url, "http://10.0.0.1/hub");
    let one = story("one", "Bridge reopens", &padded("The bridge reopened."));
    world.site.set("/daily.xml", Reply::ok("application/rss+xml", elsewhere(body(&world, &hub, &[one]))));
    let daemon = world.daemon();
    world.wait("it is told", || world.titles() == ["Bridge reopens"]);
    world.wait("the hub is refused", || {
        push_of(&world)["error"].as_str().is_some_and(|error| error.contains("not a public address"))
    });
    assert_eq!(push_of(&world)["standing"], "refused");
    daemon.stop();

    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = taken.local_addr().expect("an address").port();
    let settings = std::fs::read_to_string(world.path("config/wireroom.toml")).expect("the settings");
    let at = settings.find("listen = ").expect("the key");
    world.write("wireroom.toml", &format!("{}listen = \"127.0.0.1:{port}\"\n", &settings[..at]));
    let daemon = world.daemon();
    world.wait("it says so", || {
        world.health().iter().any(|line| line.contains("cannot listen on") && line.contains("polled as usual"))
    });
    daemon.stop();
}
