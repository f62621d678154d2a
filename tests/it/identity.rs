//! The same entry is the same article, whatever a publisher does to it: docs/IDENTITY.md, rule by rule, through the program.

use std::fmt::Write as _;

use jiff::{SignedDuration, Timestamp};

use crate::pipeline::once_at;
use crate::site::Reply;
use crate::world::World;

/// An item as a test writes it; what is empty is left out.
#[derive(Clone, Default)]
struct Item {
    guid: String,
    link: String,
    title: String,
    text: String,
    date: Option<Timestamp>,
}

fn item(guid: &str, link: &str, title: &str) -> Item {
    let text = format!("{title}: the harbour office said so on Monday morning, and will say more later in the week.");
    let (guid, link, title) = (guid.to_owned(), link.to_owned(), title.to_owned());
    Item { guid, link, title, text, date: Some(now() - SignedDuration::from_mins(30)) }
}

fn now() -> Timestamp {
    Timestamp::from_second(Timestamp::now().as_second()).expect("a time")
}

fn list(world: &World, items: &[Item]) {
    let mut text = String::from("<rss version=\"2.0\"><channel><title>Feed</title>");
    for item in items {
        text.push_str("<item>");
        let date = item.date.map(|at| at.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()).unwrap_or_default();
        for (name, value) in [
            ("guid", &item.guid),
            ("link", &item.link),
            ("title", &item.title),
            ("description", &item.text),
            ("pubDate", &date),
        ] {
            if !value.is_empty() {
                let _ = write!(text, "<{name}>{}</{name}>", value.replace('&', "&amp;"));
            }
        }
        text.push_str("</item>");
    }
    text.push_str("</channel></rss>");
    world.site.set("/daily.xml", Reply::ok("application/rss+xml", text));
}

fn harbour() -> World {
    let mut world = World::new();
    world.feed("daily", "pages = false");
    world.topic("harbour", "harbour");
    world
}

/// Polls with one list after the other; the headlines told in the end.
fn told(lists: &[Vec<Item>]) -> Vec<String> {
    let world = harbour();
    for items in lists {
        list(&world, items);
        world.once();
    }
    world.titles()
}

#[test]
fn a_guid_that_changes_at_every_poll_is_no_new_entry() {
    let linked = |guid: &str| vec![item(guid, "http://n.example/crane", "Crane")];
    assert_eq!(told(&[linked("1"), linked("2"), linked("3")]), ["Crane"]);
    let unlinked = |guid: &str| vec![item(guid, "", "Crane")];
    assert_eq!(told(&[unlinked("1"), unlinked("2"), unlinked("3")]), ["Crane"]);
    let undated = |guid: &str| vec![Item { date: None, ..item(guid, "", "Crane") }];
    assert_eq!(told(&[undated("1"), undated("2")]), ["Crane"]);
}

#[test]
fn neither_guid_nor_link_is_needed() {
    let bare = |title: &str| Item { guid: String::new(), link: String::new(), ..item("", "", title) };
    assert_eq!(told(&[vec![bare("Crane")], vec![bare("Fog"), bare("Crane")]]), ["Crane", "Fog"]);
}

#[test]
fn another_spelling_of_the_address_is_no_new_entry() {
    for link in [
        "https://n.example/a/crane",
        "http://www.n.example/a/crane",
        "http://m.n.example/a/crane?utm_source=rss&fbclid=1",
        "https://n.example/a/crane/amp",
        "https://n.example/a/crane#comments",
        "https://www.google.com/url?url=http%3A%2F%2Fn.example%2Fa%2Fcrane",
        "https://n-example.cdn.ampproject.org/c/s/n.example/a/crane",
        "https://click.example/out.php?url=https://n.example/a/crane",
    ] {
        let lists = [vec![item("", "http://n.example/a/crane", "Crane")], vec![item("", link, "Crane lifted")]];
        assert_eq!(told(&lists), ["Crane"], "{link}");
    }
}

#[test]
fn one_article_in_two_feeds_is_one() {
    let mut world = World::new();
    world.feed("daily", "pages = false").feed("all", "pages = false");
    world.topic("harbour", "harbour");
    list(&world, &[item("1", "https://n.example/crane", "Crane")]);
    let other = "<feed xmlns='http://www.w3.org/2005/Atom'><entry><id>urn:x:9</id><title>Crane in the harbour</title>\
                 <link href='http://www.n.example/crane?utm_source=atom'/></entry></feed>";
    world.site.set("/all.xml", Reply::ok("application/atom+xml", other));
    world.once();
    assert_eq!(world.alerts().len(), 1);
    assert_eq!(world.json(&["status"])[0]["articles"], 1);
}

#[test]
fn a_headline_link_or_date_that_is_edited_is_no_new_entry() {
    let first = item("hp-1", "https://n.example/crane", "Crane falls in the harbour");
    let link = Item { link: "https://n.example/2/crane-falls".into(), ..first.clone() };
    let title = Item { title: "Crane falls in harbour, two hurt".into(), ..link.clone() };
    let date = Item { date: Some(now()), ..title.clone() };
    assert_eq!(told(&[vec![first.clone()], vec![link], vec![title], vec![date]]), ["Crane falls in the harbour"]);
}

#[test]
fn entries_that_share_a_guid_are_told_apart() {
    let shared = vec![item("same", "https://n.example/1", "Crane"), item("same", "https://n.example/2", "Fog")];
    assert_eq!(told(&[shared.clone(), shared]).len(), 2);
    // One at a time, as a feed of one item does it.
    let old = Item {
        date: Some(now() - SignedDuration::from_hours(3)),
        ..item("same", "https://n.example/1", "Crane lifted")
    };
    let new = Item {
        date: Some(now() + SignedDuration::from_mins(5)),
        ..item("same", "https://n.example/2", "Fog closes port")
    };
    assert_eq!(
        told(&[vec![old.clone()], vec![new.clone()], vec![new], vec![old]]),
        ["Crane lifted", "Fog closes port"]
    );
}

/// How entries stood is noted from the second poll on: those that stand so still are not read again.
#[test]
fn what_stands_as_it_stood_hides_nothing_new() {
    let crane = item("same", "https://n.example/1", "Crane");
    let ferry = item("3", "https://n.example/3", "Ferry");
    let edited = Item { text: "Two boats left the harbour at noon.".into(), ..ferry.clone() };
    let with_its_guid = item("same", "https://n.example/2", "Fog");
    let with_its_link = item("9", "https://n.example/1", "Dredger");
    let lists = [
        vec![crane.clone()],
        vec![ferry.clone(), crane.clone()],
        vec![with_its_guid.clone(), ferry, crane.clone()],
        vec![edited.clone(), with_its_guid.clone(), crane.clone()],
        vec![with_its_link, edited, with_its_guid, crane],
    ];
    let world = harbour();
    for items in &lists {
        list(&world, items);
        world.once();
    }
    assert_eq!(world.titles(), ["Crane", "Ferry", "Fog", "Dredger"]);
    let database = rusqlite::Connection::open(world.path("state/wireroom.db")).expect("the database");
    let noted = "SELECT held, length(entries) FROM feeds JOIN stood ON feed = id";
    let (held, bytes) =
        database.query_row(noted, [], |row| Ok((row.get::<_, u32>(0)?, row.get::<_, u32>(1)?))).expect("noted");
    assert_eq!((held, bytes), (4, 4 * 16), "what is left out counts as held");
    assert_eq!(world.json(&["status"])[0]["articles"], 4);
}

#[test]
fn a_site_that_moves_is_not_told_again() {
    let names = ["Crane", "Fog", "Dredger", "Ferry", "Pilots", "Strike"];
    let before: Vec<Item> = names
        .iter()
        .map(|name| item(&format!("old-{name}"), &format!("https://old.example/?p={name}"), name))
        .collect();
    // Every id, every address and every date changes at once.
    let mut after: Vec<Item> = before
        .iter()
        .enumerate()
        .map(|(n, old)| Item {
            guid: format!("new-{n}"),
            link: format!("https://new.example/news/{n}"),
            date: Some(now()),
            ..old.clone()
        })
        .collect();
    after.insert(0, item("new-9", "https://new.example/news/9", "Lighthouse"));
    let world = harbour();
    list(&world, &before);
    world.once();
    assert_eq!(world.alerts().len(), names.len());
    for _ in 0..2 {
        list(&world, &after);
        world.once();
        assert_eq!(
            world.titles().len(),
            names.len() + 1,
            "what is new is told, and nothing else: {:?}",
            world.titles()
        );
        assert_eq!(world.titles().last().map(String::as_str), Some("Lighthouse"));
        after.reverse();
    }
    assert_eq!(world.json(&["status"])[0]["articles"], names.len() + 1);
}

#[test]
fn a_site_of_headlines_alone_moves_as_well() {
    let names = ["crane", "fog bank", "dredger", "ferry"];
    let listed = |site: &str, minutes: i64| -> Vec<Item> {
        let one = |name: &&str| Item {
            title: format!("What the {name} means for the harbour, its pilots and its neighbours"),
            text: String::new(),
            date: Some(now() - SignedDuration::from_mins(minutes)),
            ..item(&format!("{site}-{name}"), &format!("https://{site}.example/{}", name.replace(' ', "-")), name)
        };
        names.iter().map(one).collect()
    };
    assert_eq!(told(&[listed("old", 30), listed("new", 1), listed("newest", 0)]).len(), names.len());
}

#[test]
fn the_next_edition_of_a_programme_is_new() {
    let edition = |n: i64| Item {
        guid: format!("e{n}"),
        link: format!("https://n.example/e/{n}"),
        date: Some(now() - SignedDuration::from_hours(9 - n)),
        ..item("", "", "Harbour bulletin")
    };
    assert_eq!(told(&[vec![edition(1)], vec![edition(2), edition(1)], vec![edition(3), edition(2)]]).len(), 3);
}

#[test]
fn a_feed_that_empties_for_one_poll_tells_nothing_again() {
    let items = vec![item("1", "https://n.example/crane", "Crane"), item("2", "https://n.example/fog", "Fog")];
    assert_eq!(told(&[items.clone(), Vec::new(), items]).len(), 2);
}

#[test]
fn a_date_that_cannot_be_hides_and_pins_nothing() {
    let world = harbour();
    let dated = |name: &str, at: &str| Item {
        date: Some(at.parse().expect("a time")),
        ..item(name, &format!("https://n.example/{name}"), name)
    };
    list(&world, &[item("x", "https://n.example/x", "Known")]);
    let start = now();
    once_at(&world, start);
    list(&world, &[dated("Future", "2099-01-01T00:00:00Z"), dated("Epoch", "1970-01-01T00:00:00Z")]);
    once_at(&world, start + SignedDuration::from_mins(20));
    for alert in &world.alerts()[1..] {
        assert_eq!(alert["timing"], "new", "{alert}");
        assert_eq!(alert["article"]["published"], serde_json::Value::Null);
        assert_eq!(alert["article"]["published_from"], "first_seen");
    }
    assert_eq!(world.titles().len(), 3);
}

#[test]
fn what_was_forgotten_is_not_told_again() {
    let mut world = harbour().with_settings("[store]\nkeep_articles = \"2d\"\n");
    world.feed("other", "pages = false");
    let start = now();
    let known = item("1", "https://n.example/bakery", "Bakery");
    let known = Item { text: "The bakery closed.".into(), ..known };
    list(&world, std::slice::from_ref(&known));
    once_at(&world, start);
    assert_eq!(world.json(&["status"])[0]["articles"], 1);
    list(&world, &[]);
    once_at(&world, start + SignedDuration::from_hours(24 * 5));
    assert_eq!(world.json(&["status"])[0]["articles"], 0, "past its keeping");
    world.topic("bakery", "bakery");
    list(&world, &[known]);
    once_at(&world, start + SignedDuration::from_hours(24 * 6));
    assert!(world.titles().is_empty());
}

#[test]
fn five_hundred_old_entries_are_no_flood() {
    let world = harbour();
    let old: Vec<Item> = (0..500)
        .map(|n| Item {
            date: Some(now() - SignedDuration::from_hours(24 * 30 + n)),
            ..item(&format!("g{n}"), &format!("https://n.example/{n}"), &format!("Story {n}"))
        })
        .collect();
    list(&world, &old);
    world.once();
    assert!(world.alerts().iter().all(|alert| alert["timing"] == "backlog"));
    // They come back much later under a known feed: old, not new.
    let again: Vec<Item> = (500..520)
        .map(|n| Item {
            date: Some(now() - SignedDuration::from_hours(24 * 400 + n)),
            ..item(&format!("g{n}"), &format!("https://n.example/{n}"), &format!("Story {n}"))
        })
        .collect();
    list(&world, &again);
    world.once();
    let late = world.alerts().iter().filter(|alert| alert["timing"] == "old").count();
    assert_eq!(late, 20);
    assert!(world.alerts().iter().all(|alert| alert["timing"] != "new"));
}

#[test]
fn every_rule_of_the_document_has_a_test_that_exists() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let document = std::fs::read_to_string(root.join("docs/IDENTITY.md")).expect("the document");
    let sources: Vec<String> = ["src", "tests/it"]
        .iter()
        .flat_map(|folder| crate::world::files(&root.join(folder)))
        .filter(|path| path.extension().is_some_and(|end| end == "rs"))
        .map(|path| std::fs::read_to_string(path).expect("a source file"))
        .collect();
    let rows = document
        .lines()
        .filter(|line| line.starts_with("| ") && !line.starts_with("| what") && !line.starts_with("| ---"));
    let mut named = 0;
    for row in rows {
        let cell = row.trim_end_matches(['|', ' ']).rsplit("| ").next().expect("a last cell");
        for name in cell.split('`').skip(1).step_by(2) {
            let function = format!("fn {}()", name.rsplit("::").next().expect("a name"));
            assert!(sources.iter().any(|source| source.contains(&function)), "{name} is no test: {row}");
            named += 1;
        }
    }
    assert!(named >= 18, "{named}");
}
