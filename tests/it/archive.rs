//! Looking back: the archive searched, a topic replayed on it, and what a topic taken up would have raised.

use std::fs;
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::world::{Story, World, padded, story};

fn said(output: &std::process::Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// A bridge, a bakery, a ferry; the topic `bridge` told the first.
fn told() -> World {
    let mut world = World::new().with_settings("[alerts]\ntimezone = \"America/Mexico_City\"\n");
    world.feed("daily", "");
    world.topic("bridge", "bridge");
    world.publish("daily", &stories());
    world.once();
    assert_eq!(world.titles(), ["Bridge reopens"]);
    world
}

fn stories() -> [Story; 3] {
    [
        story("one", "Bridge reopens", &padded("The old bridge reopened; “the bridge is ours,” said Ann Peña.")),
        story("two", "Bakery closes", &padded("The police sealed the bakery. The ice in it melts.")),
        story("three", "Ferry \u{1b}[31msails", &padded("A ferry sails where the ice was.")),
    ]
}

fn ids(list: &Value) -> Vec<String> {
    let lines = list.as_array().expect("a list");
    lines.iter().map(|line| line["title"].as_str().expect("a title").to_owned()).collect()
}

#[test]
fn articles_are_searched_with_the_query_language() {
    let world = told();
    let shown = said(&world.wireroom(&["articles", "ice NOT ferry"]));
    let lines: Vec<&str> = shown.lines().collect();
    assert_eq!(lines.len(), 4, "{shown}");
    assert!(lines[0].contains(" CST  Outlet daily  Bakery closes"), "{shown}");
    assert!(lines[1].contains("The «ice» in it melts.") && lines[1].contains("The police"), "{shown}");
    assert!(lines[2].contains(&world.site.url("/two")), "{shown}");
    assert!(lines[3].starts_with("1 found among 3 articles first seen since "), "{shown}");

    let found = world.json(&["articles", "said:\"Ann Pena\" OR title:ferry"]);
    let titles: Vec<_> = found.iter().filter_map(|line| line["article"]["title"].as_str()).collect();
    assert_eq!(titles.len(), 2, "{titles:?}");
    assert!(titles.iter().any(|title| title.contains("Bridge")));
    for member in ["id", "url", "title", "outlet", "feed", "language", "published", "first_seen"] {
        assert!(found[0]["article"].get(member).is_some(), "{member}: {}", found[0]);
    }
    assert!(found[0]["score"].is_number() && found[0]["matches"][0]["context"].is_string(), "{}", found[0]);

    let limited = world.wireroom(&["articles", "ice", "--limit", "1"]);
    assert!(said(&limited).contains("the newest 1 found among 3 articles"), "{}", said(&limited));
    assert!(!said(&limited).contains('\u{1b}'), "no escape of a stranger reaches the terminal");
    let nothing = world.wireroom(&["articles", "zeppelin", "--since", "2d"]);
    assert_eq!(nothing.status.code(), Some(0));
    assert!(said(&nothing).contains("nothing found among 3 articles first seen since "), "{}", said(&nothing));
    let wrong = world.wireroom(&["articles", "(ice OR"]);
    assert_eq!(wrong.status.code(), Some(1), "as `topics add` has it");
    assert!(said(&wrong).contains("(ice OR") && said(&wrong).contains('^'), "{}", said(&wrong));
}

#[test]
fn an_empty_archive_says_what_to_do() {
    let world = World::new();
    world.topic("bridge", "bridge");
    for when in ["no database", "an empty one"] {
        for arguments in [&["articles", "ice"][..], &["topics", "test", "bridge"]] {
            let output = world.wireroom(arguments);
            assert_eq!(output.status.code(), Some(0), "{when}: {}", said(&output));
            assert!(said(&output).contains("wireroom run --once"), "{when}: {}", said(&output));
        }
        world.once();
    }
    let report = world.json(&["topics", "test", "bridge"]).remove(0);
    assert_eq!((&report["articles"], &report["unchanged"]), (&Value::from(0), &Value::from(0)));
}

#[test]
fn an_edited_topic_is_replayed_against_the_configured_one() {
    let world = told();
    fs::write(world.path("edited.toml"), "[[topic]]\nid = \"bridge\"\nquery = 'ferry OR bakery NEAR/5 police'\n")
        .expect("a file");
    let edited = world.path("edited.toml");
    let edited = edited.to_str().expect("UTF-8");
    let report = world.json(&["topics", "test", "bridge", "--file", edited]).remove(0);
    let mut new = ids(&report["new"]);
    new.sort();
    assert_eq!(new.len(), 2, "{report}");
    assert!(new[0].starts_with("Bakery") && new[1].starts_with("Ferry"), "{new:?}");
    assert_eq!((ids(&report["lost"]), &report["unchanged"]), (vec!["Bridge reopens".to_owned()], &Value::from(0)));
    assert_eq!((&report["before"]["found"], &report["after"]["found"]), (&Value::from(1), &Value::from(2)));
    assert_eq!(report["after"]["per_day"], 2.0);
    let days = report["days"].as_array().expect("days");
    let sum = |side: &str| days.iter().filter_map(|day| day[side].as_u64()).sum::<u64>();
    assert_eq!((sum("before"), sum("after")), (1, 2), "{report}");
    let terms: Vec<_> =
        report["terms"].as_array().expect("terms").iter().map(|term| term["term"].to_string()).collect();
    assert_eq!(terms, ["\"bakery\"", "\"ferry\"", "\"police\""]);
    assert_eq!(report["marks"], serde_json::json!({"false_dropped": [], "useful_lost": []}));

    let shown = said(&world.wireroom(&["topics", "test", "bri", "--file", edited]));
    for part in [
        "bridge: the edited version against the configured one, over 3 articles",
        "newly found           2",
        "no longer found       1",
        "The police sealed the bakery",
        "Alerts a day (one a story): 1.0 before, 2.0 after",
        "██ 2 (was 1)",
        "     1  ferry",
    ] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    assert!(!shown.contains('\u{1b}'), "{shown:?}");
    // The file in the folder, edited in place: against what was recorded.
    world.topic("bridge", "bridge OR ferry");
    let report = world.json(&["topics", "test", "bridge"]).remove(0);
    assert_eq!(
        (ids(&report["new"]).len(), &report["lost"], &report["unchanged"]),
        (1, &Value::from(Vec::<Value>::new()), &Value::from(1))
    );

    let unknown = world.wireroom(&["topics", "test", "brigde"]);
    assert_eq!(unknown.status.code(), Some(1));
    assert!(said(&unknown).contains("did you mean bridge?"), "{}", said(&unknown));
}

#[test]
fn a_rehearsal_says_which_judged_alerts_an_edit_drops_and_fails_where_a_useful_one_is_lost() {
    let world = told();
    let alert = world.alerts().remove(0);
    let mark = |judgement: &str| {
        let cell = |value: &Value| value.as_str().expect("text").to_owned();
        let (id, article) = (cell(&alert["id"]), cell(&alert["article"]["id"]));
        format!(
            "{{\"at\":\"2026-11-24T10:00:00Z\",\"user\":\"ann\",\"alert\":\"{id}\",\"topic\":\"bridge\",\"article\":\"{article}\",\
             \"rule\":\"x\",\"judgement\":\"{judgement}\"}}\n"
        )
    };
    fs::write(world.path("edited.toml"), "[[topic]]\nid = \"bridge\"\nquery = 'ferry'\n").expect("a file");
    let edited = world.path("edited.toml");
    let arguments = ["topics", "test", "bridge", "--file", edited.to_str().expect("UTF-8")];
    world.write("marks/ann.jsonl", &mark("false"));
    let output = world.wireroom(&arguments);
    assert_eq!(output.status.code(), Some(0));
    assert!(said(&output).contains("drops 1 of 1 alert marked false"), "{}", said(&output));
    // She thought again: the last judgement counts.
    world.write("marks/ann.jsonl", &format!("{}{}", mark("false"), mark("useful")));
    let output = world.wireroom(&arguments);
    assert_eq!(output.status.code(), Some(1));
    assert!(said(&output).contains("loses 1 of 1 marked useful: Bridge reopens"), "{}", said(&output));
    let report = world.json(&arguments).remove(0);
    assert_eq!(report["marks"]["useful_lost"], serde_json::json!([alert["article"]["id"]]));
}

#[test]
fn a_topic_that_is_taken_up_says_what_it_would_have_raised_and_over_fifty_a_day_is_a_warning() {
    let mut world = World::new();
    world.feed("daily", "pages = false");
    world.topic("bridge", "bridge");
    let slugs: Vec<&'static str> = (0..60).map(|i| &*format!("s{i}").leak()).collect();
    let many: Vec<Story> = slugs
        .iter()
        .enumerate()
        .map(|(i, slug)| story(slug, &format!("Tram {i}"), &format!("Tram number {i} sails.")))
        .collect();
    world.list("daily", &many);
    world.once();
    assert!(!world.health().iter().any(|line| line.contains("would have raised")), "there was nothing to look back at");
    let daemon = world.daemon();
    world.topic("trams", "tram");
    world.topic("seventh", "\"tram 7\"");
    let counts = "would have raised in the last 24 h and in 7 d";
    world.wait("both are counted", || {
        let health = world.health();
        let said = |part: &str| health.iter().any(|line| line.contains(counts) && line.contains(part));
        said("trams 60 and 60") && said("seventh 1 and 1")
    });
    world.wait("the warning", || {
        world.health().iter().any(|line| line.contains("warning: over 50 alerts a day") && line.contains("trams 60"))
    });
    daemon.stop();
    let check = world.json(&["check"]);
    let too_many = |id: &str| check.iter().find(|line| line["topic"] == id).expect("the topic")["too_many"].clone();
    assert!(too_many("trams").to_string().contains("about 60 alerts a day, over 50"), "{check:?}");
    assert!(too_many("seventh").is_null(), "{check:?}");
    let tested = said(&world.wireroom(&["topics", "test", "trams"]));
    assert!(tested.contains("warning: about 60 alerts a day"), "{tested}");
}

#[test]
fn after_a_kill_every_article_is_found_and_the_index_is_brought_up_to_date() {
    let mut world = World::new();
    world.feed("daily", "");
    world.topic("bridge", "bridge");
    world.publish("daily", &stories());
    let daemon = world.daemon();
    world.wait("it is told", || world.titles().len() == 1);
    daemon.kill();
    let found = || world.json(&["articles", "bridge OR ice"]).len();
    world.once();
    assert_eq!(found(), 3);
    let waiting = || {
        let db = rusqlite::Connection::open_with_flags(
            world.path("state/wireroom.db"),
            rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY,
        )
        .expect("the database");
        let count = |sql: &str| db.query_row(sql, [], |row| row.get::<_, i64>(0)).expect("a count");
        (count("SELECT count(*) FROM unindexed"), count("SELECT count(*) FROM words WHERE words MATCH 'committee'"))
    };
    assert_eq!(waiting(), (0, 3));
    assert_eq!(found(), 3);
}

/// A vocabulary as texts have it: few words often, many seldom.
struct Writer(fastrand::Rng);

impl Writer {
    fn word(&mut self) -> String {
        let rank = (self.0.f64() * 10.0).exp2() * self.0.f64() * 30.0;
        let mut number = rank as u64 * 7 + 11;
        let mut word = String::new();
        while number > 0 {
            word.push(char::from(b"bdfgklmnprst"[(number % 12) as usize]));
            word.push(char::from(b"aeiou"[(number / 12 % 5) as usize]));
            number /= 60;
        }
        word
    }

    fn text(&mut self, words: usize) -> String {
        let mut text = String::new();
        for i in 0..words {
            text.push_str(&self.word());
            text.push_str(match i % 60 {
                59 => ".\n\n",
                12 | 25 | 40 => ", ",
                _ => " ",
            });
        }
        text
    }
}

#[test]
#[ignore = "measures: 100,000 stored articles; cargo test --release --test it hundred_thousand -- --ignored --nocapture"]
fn a_hundred_thousand_stored_articles_are_replayed_in_seconds() {
    use wireroom::model::{Article, ArticleId, DateSource, FeedId, Quality, Timing};
    use wireroom::store::{ArticleRecord, Decision, FeedState, PageState, SeenEntry, Store, VisitRecord};

    const ARTICLES: usize = 100_000;
    let world = World::new();
    world.topic("border", "(tariff* OR arancel*) NEAR/10 Mexico");
    world.topic("common", "feda AND NOT tariff*");
    world.topic("every", "/tarif+s/ OR lang:xx");
    fs::create_dir_all(world.path("state")).expect("a folder");
    let (now, mut writer) = (Timestamp::now(), Writer(fastrand::Rng::with_seed(7)));
    let mut article = |i: usize| {
        let words = writer.0.usize(100..600);
        let mut text = writer.text(words);
        match i % 200 {
            0 => text.push_str("New tariffs on Mexico were announced."),
            1 => text.push_str("Mexico has a lake."),
            2 => text.push_str("“No tariff on ice,” said Ann Peña."),
            _ => {}
        }
        let seen = now - SignedDuration::from_secs((ARTICLES - i) as i64 * 29 * 86_400 / ARTICLES as i64);
        Article {
            id: ArticleId(format!("a{i:020}")),
            url: format!("https://news.example/{i}"),
            canonical: format!("https://news.example/{i}"),
            title: writer.text(8),
            outlet: "The Example".into(),
            feed: FeedId::from("daily"),
            feed_tags: Vec::new(),
            language: None,
            byline: Vec::new(),
            published: None,
            published_from: DateSource::FirstSeen,
            first_seen: seen,
            fetched: None,
            quality: Quality::Full,
            summary: writer.text(25),
            text,
            captions: Vec::new(),
            quotes: Vec::new(),
            timing: Timing::New,
            revision: 1,
        }
    };
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let clocked = |what: &str, began: Instant| println!("{what}: {:.2} s", began.elapsed().as_secs_f64());
    runtime.block_on(async {
        let store = Store::open(&world.path("state")).expect("a database");
        let began = Instant::now();
        for batch in 0..ARTICLES / 1000 {
            let articles: Vec<Article> = (batch * 1000..(batch + 1) * 1000).map(&mut article).collect();
            let entries = articles
                .iter()
                .map(|a| SeenEntry {
                    identity: a.id.0.clone(),
                    article: a.clone(),
                    mark: None,
                    feed_copy: None,
                    settled: None,
                })
                .collect();
            let (at, feed, state) = (now, FeedId::from("daily"), FeedState::default());
            store
                .record_visit(
                    VisitRecord {
                        at,
                        feed,
                        state,
                        entries,
                        reappeared: Vec::new(),
                        feed_copies: Vec::new(),
                        stood: None,
                        rhythm_changed: false,
                    },
                    (),
                )
                .await
                .expect("recorded");
            let mut tasks = tokio::task::JoinSet::new();
            for article in articles {
                let store = store.clone();
                let (page, matches, story_window) = (PageState::Done, Vec::new(), Duration::ZERO);
                let (copies, lesson) = (Vec::new(), None);
                let record =
                    ArticleRecord { at, article, page, fingerprint: None, story_window, copies, lesson, matches };
                tasks.spawn(async move { store.record_article(record, |_| Decision::default()).await });
            }
            while let Some(done) = tasks.join_next().await {
                done.expect("it ends").expect("recorded");
            }
        }
        clocked("recorded", began);
        store.close().await;
        let size = |path: &str| fs::metadata(world.path(path)).map_or(0, |meta| meta.len()) >> 20;
        println!("database: {} MiB", size("state/wireroom.db"));
        let run = |arguments: &[&str]| {
            let began = Instant::now();
            let lines = world.json(arguments);
            println!("{}: {:.2} s", arguments.join(" "), began.elapsed().as_secs_f64());
            (lines, began.elapsed())
        };
        run(&["topics", "test", "border"]);
        println!("(before the index)");
        let began = Instant::now();
        let store = Store::open(&world.path("state")).expect("a database");
        clocked("opened", began);
        let began = Instant::now();
        wireroom::archive::index_for(&store, Duration::from_secs(3600)).await.expect("indexed");
        clocked("indexed", began);
        store.close().await;
        println!("database with its index: {} MiB", size("state/wireroom.db"));
        let began = Instant::now();
        Store::open(&world.path("state")).expect("a database").close().await;
        clocked("opened with the index", began);
        let (lines, took) = run(&["topics", "test", "border"]);
        assert_eq!(lines[0]["after"]["found"], 500);
        assert!(took < Duration::from_secs(10), "{took:?}");
        for arguments in [
            &["topics", "test", "common"][..],
            &["topics", "test", "every"],
            &["articles", "feda"],
            &["articles", "said:\"Ann Peña\" ice"],
            &["articles", "zeppelin"],
            &["check"],
        ] {
            run(arguments);
        }
    });
}
