//! The desk of feeds: found, added, listed, imported and exported, as people do it.

use std::fs;

use serde_json::Value;

use crate::site::{Reply, TestSite};
use crate::world::{World, padded, rss, story};

fn said(output: &std::process::Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

fn feed(site: &TestSite, title: &str, slugs: &[&'static str]) -> Reply {
    let stories: Vec<_> = slugs.iter().map(|slug| story(slug, &format!("About {slug}"), &padded("Text."))).collect();
    Reply::ok("application/rss+xml", rss(site, title, &stories))
}

/// A site with a world of feeds: two sections in three formats, comments, a page of feeds, and dead ends.
fn newspaper(world: &World) {
    let site = &world.site;
    site.set(
        "/",
        Reply::ok(
            "text/html",
            "<html><head><link rel=alternate type='application/rss+xml' href='/world.xml' title='World'>\
             <link rel=alternate type='application/rss+xml' href='/world-short.xml'>\
             <link rel=alternate type='application/rss+xml' href='/comments/feed'>\
             <link rel=alternate type='application/rss+xml' href='/gone.xml'></head><body>news</body></html>",
        ),
    );
    site.set(
        "/world.xml",
        feed(site, "The Basin Ledger: World", &["one", "two", "three"])
            .header("link", "<https://hub.example/>; rel=hub"),
    );
    site.set("/world-short.xml", feed(site, "The Basin Ledger: World", &["one", "two"]));
    site.set("/comments/feed", feed(site, "Comments on the Ledger", &["reader"]));
    site.set("/rss/sport.xml", feed(site, "The Basin Ledger: Sport", &["match"]));
    site.set("/rss/culture.xml", feed(site, "The Basin Ledger: Culture", &["opera"]));
    site.set(
        "/sections",
        Reply::ok("text/html", "<body><a href='/closed/feed.xml'>Feed</a> <a href='/all-feeds'>Our RSS feeds</a> <a href='/x'>x</a></body>"),
    );
    site.set(
        "/all-feeds",
        Reply::ok(
            "text/html",
            "<a href='/rss/sport.xml'>Sport</a> <a href='/rss/culture.xml'>Culture</a> <a href='/'>home</a>",
        ),
    );
    site.set("/plain", Reply::ok("text/html", "<html><body>no feed is named here</body></html>"));
}

#[test]
fn the_feeds_of_a_site_are_found_read_and_told_apart() {
    let world = World::new();
    newspaper(&world);
    let lines = world.json(&["feeds", "discover", &world.site.url("/")]);
    let path = |line: &Value| line["url"].as_str().expect("an address").replace(&world.site.url(""), "");
    assert_eq!(lines.iter().map(path).collect::<Vec<_>>(), ["/world.xml", "/world-short.xml", "/comments/feed"]);
    let first = &lines[0];
    assert_eq!((&first["kind"], &first["entries"]), (&Value::from("rss"), &Value::from(3)));
    assert_eq!(
        (&first["title"], &first["hub"]),
        (&Value::from("The Basin Ledger: World"), &Value::from("https://hub.example/"))
    );
    assert!(
        first["newest"].is_string() && first["found"].as_str().is_some_and(|how| how.contains("rel=alternate")),
        "{first}"
    );

    let lines = world.json(&["feeds", "discover", &world.site.url("/sections")]);
    assert_eq!(lines.iter().map(path).collect::<Vec<_>>(), ["/rss/sport.xml", "/rss/culture.xml"]);
    assert!(world.site.asked("/closed/feed.xml").is_empty(), "robots.txt forbids it");
    assert!(world.site.asked("/x").is_empty());

    // A page that names none: usual places, then the front page. An address that is gone as well.
    for start in ["/plain", "/old/rss.xml"] {
        let lines = world.json(&["feeds", "discover", &world.site.url(start)]);
        assert_eq!(path(&lines[0]), "/world.xml", "{start}");
    }
    // Without a scheme https is tried, then http.
    let bare = world.site.url("/rss/sport.xml").replace("http://", "");
    assert_eq!(world.json(&["feeds", "discover", &bare]).len(), 1);
    let itself = world.json(&["feeds", "discover", &world.site.url("/rss/sport.xml")]);
    assert_eq!((itself.len(), &itself[0]["found"]), (1, &Value::from("the address itself")));
    let text = said(&world.wireroom(&["feeds", "discover", &world.site.url("/")]));
    assert!(text.contains("3 entries · the newest") && text.contains("readers' comments"), "{text}");
}

#[test]
fn a_site_that_has_only_a_news_sitemap_is_read_by_it() {
    let world = World::new();
    let today = jiff::Timestamp::now();
    world.site.set("/", Reply::ok("text/html", "<html><body>news</body></html>"));
    let sitemap = world.site.url("/sitemap-news.xml");
    world.site.set(
        "/robots.txt",
        Reply::ok("text/plain", format!("Sitemap: {}\nSITEMAP: {sitemap}\n", world.site.url("/all.xml"))),
    );
    let text = format!(
        "<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9' xmlns:news='http://www.google.com/schemas/sitemap-news/0.9'>\
         <url><loc>{}</loc><news:news><news:publication><news:name>The Harbour Post</news:name></news:publication>\
         <news:publication_date>{today}</news:publication_date><news:title>Bridge reopens</news:title></news:news></url></urlset>",
        world.site.url("/one")
    );
    world.site.set("/sitemap-news.xml", Reply::ok("text/xml", text));
    let added = world.wireroom(&["feeds", "add", &world.site.url("/")]);
    assert_eq!(added.status.code(), Some(0), "{}", said(&added));
    assert!(
        said(&added).contains("named by robots.txt") && said(&added).contains("Bridge reopens"),
        "{}",
        said(&added)
    );
    let feeds = world.json(&["feeds", "list"]);
    assert_eq!((&feeds[0]["kind"], &feeds[0]["url"]), (&Value::from("sitemap"), &Value::from(sitemap)));
}

#[test]
fn a_site_without_feeds_is_said_to_have_none_in_few_requests() {
    let world = World::new();
    let many: String =
        (0..500).map(|i| format!("<a href='/rss/{i}.xml'>rss {i}</a><a href='/p{i}'>our feeds</a>")).collect();
    world.site.set("/", Reply::ok("text/html", format!("<html><body>{many}</body></html>")));
    let output = world.wireroom(&["feeds", "discover", &world.site.url("/")]);
    assert_eq!(output.status.code(), Some(1));
    assert!(said(&output).contains("no feed was found") && said(&output).contains("HTTP 404"), "{}", said(&output));
    assert!(world.site.all_asked(0).len() <= 26, "{} requests", world.site.all_asked(0).len());
    // What must not be asked is not, and a wrong address is a wrong usage.
    let private = world.wireroom(&["feeds", "discover", "http://10.0.0.1/"]);
    assert_eq!(private.status.code(), Some(1));
    assert!(said(&private).contains("not a public address"), "{}", said(&private));
    assert_eq!(world.wireroom(&["feeds", "discover", "ftp://example.org"]).status.code(), Some(2));
}

#[test]
fn a_feed_is_added_with_its_comments_kept_and_is_in_force_at_once() {
    let mut world = World::new();
    newspaper(&world);
    world.feed("daily", "");
    let kept = "# The desk's own list.\n[[feed]] # the first\nid = \"mine\"\nurl = \"https://mine.example/feed\"\n# to do: more\n";
    world.write("feeds.d/desk.toml", kept);
    world.topic("sport", "about");
    let daemon = world.daemon();
    let added = world.wireroom(&[
        "feeds",
        "add",
        &world.site.url("/rss/sport.xml"),
        "--tag",
        "sport",
        "--tag",
        "uk",
        "--file",
        "desk.toml",
    ]);
    let text = said(&added);
    assert_eq!(added.status.code(), Some(0), "{text}");
    for expected in ["About match", "wrote the-basin-ledger-sport", "in force"] {
        assert!(text.contains(expected), "{expected}: {text}");
    }
    let file = fs::read_to_string(world.path("config/feeds.d/desk.toml")).expect("the file");
    assert!(
        file.starts_with(kept.strip_suffix("# to do: more\n").expect("an end")) && file.contains("# to do: more"),
        "{file}"
    );
    assert!(
        file.contains("tags = [\"sport\", \"uk\"]") && file.contains("outlet = \"The Basin Ledger: Sport\""),
        "{file}"
    );
    world.wait("it is read", || {
        world
            .json(&["feeds", "status"])
            .iter()
            .any(|feed| feed["id"] == "the-basin-ledger-sport" && feed["state"] == "well")
    });
    daemon.stop();

    let again = world.wireroom(&["feeds", "add", &world.site.url("/rss/sport.xml?utm_source=x")]);
    assert_eq!(again.status.code(), Some(1));
    assert!(said(&again).contains("the feed the-basin-ledger-sport has this address already"), "{}", said(&again));
    let taken = world.wireroom(&["feeds", "add", &world.site.url("/rss/culture.xml"), "--id", "mine"]);
    assert!(said(&taken).contains("there is a feed mine already"), "{}", said(&taken));
    assert_eq!(
        fs::read_to_string(world.path("config/feeds.d/desk.toml")).expect("the file"),
        file,
        "nothing was written"
    );
}

#[test]
fn of_twins_the_better_one_is_taken_and_several_feeds_are_listed() {
    let world = World::new();
    newspaper(&world);
    let added = world.json(&["feeds", "add", &world.site.url("/")]);
    assert_eq!(
        (&added[0]["url"], &added[0]["in_force"]),
        (&Value::from(world.site.url("/world.xml")), &Value::from(false))
    );
    let several = world.wireroom(&["feeds", "add", &world.site.url("/sections")]);
    let text = said(&several);
    assert_eq!(several.status.code(), Some(1), "{text}");
    assert!(
        text.contains("/rss/sport.xml") && text.contains("/rss/culture.xml") && text.contains("has several feeds"),
        "{text}"
    );
    assert_eq!(world.json(&["feeds", "list"]).len(), 1);
    for (arguments, expected) in [
        (&["--file", "list.opml"][..], "end in .toml"),
        (&["--file", "/tmp/elsewhere/x.toml"], "feeds.d/*.toml are read"),
        (&["--id", "two words"], "is no id"),
    ] {
        let url = world.site.url("/rss/sport.xml");
        let output = world.wireroom(&[&["feeds", "add", &url], arguments].concat());
        assert!(output.status.code() == Some(2) && said(&output).contains(expected), "{}", said(&output));
    }
}

#[test]
fn a_list_is_imported_once_and_comes_back_from_export() {
    let world = World::new();
    world.write("feeds.toml", "# ours\n[[feed]]\nid = \"a\"\nurl = \"https://a.example/feed\"\n");
    let list = world.path("old.opml");
    let text = "<opml><body><outline text='Pr\u{fc}fung & mehr'><outline text='A' xmlUrl='http://www.a.example/feed'>\
                <outline text='B&eacute;' xmlUrl='https://b.example/?a=1&b=2'></outline>\
                <outline text=C xmlUrl='nowhere'></body></opml>";
    let latin: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).expect("Latin-1")).collect();
    fs::write(&list, latin).expect("a file");
    let path = list.to_str().expect("UTF-8");
    let imported = world.wireroom(&["feeds", "import", path, "--file", "imported.toml"]);
    let told = said(&imported);
    assert_eq!(imported.status.code(), Some(1), "one is wrong: {told}");
    for expected in
        ["old.opml:1:", "no URL", "left out http://www.a.example/feed: the feed a has", "added 1 feed", "1 there"]
    {
        assert!(told.contains(expected), "{expected}: {told}");
    }
    let feeds = world.json(&["feeds", "list"]);
    assert_eq!(feeds.len(), 2);
    assert_eq!((&feeds[1]["id"], &feeds[1]["outlet"]), (&Value::from("bé"), &Value::from("Bé")));
    assert_eq!(feeds[1]["tags"], serde_json::json!(["Prüfung & mehr"]));
    let again = said(&world.wireroom(&["feeds", "import", path]));
    assert!(again.contains("nothing to add: 2 feeds there already"), "{again}");

    let exported = world.wireroom(&["feeds", "export"]);
    let other = World::new();
    fs::create_dir_all(other.path("config/feeds.d")).expect("a folder");
    fs::write(other.path("config/feeds.d/list.opml"), &exported.stdout).expect("a file");
    assert_eq!(other.json(&["feeds", "list"]), feeds, "a list is configuration as it is");
    let third = World::new();
    fs::write(third.path("list.opml"), &exported.stdout).expect("a file");
    let imported = third.wireroom(&["feeds", "import", third.path("list.opml").to_str().expect("UTF-8")]);
    assert_eq!(imported.status.code(), Some(0), "{}", said(&imported));
    assert_eq!(third.json(&["feeds", "list"]), feeds);
}

#[test]
fn a_broken_list_keeps_its_last_good_version_and_a_mended_one_is_taken_up() {
    let world = World::new();
    newspaper(&world);
    world.topic("sport", "about");
    let outline = |more: &str| {
        format!(
            "<opml xmlns:wireroom='urn:wireroom:feeds'><body>\n<outline text='Sport' xmlUrl='{}' wireroom:id='sport' {more}/></body></opml>",
            world.site.url("/rss/sport.xml")
        )
    };
    world.write("feeds.d/list.opml", &outline(""));
    let daemon = world.daemon();
    world.wait("it is read", || world.json(&["feeds", "status"]).iter().any(|feed| feed["state"] == "well"));
    world.write("feeds.d/list.opml", &outline("wireroom:interval='soon'"));
    world.wait("it is refused with its place", || {
        world.health().iter().any(|line| line.contains("feeds.d/list.opml:2:") && line.contains("soon"))
    });
    assert_eq!(world.json(&["feeds", "list"]).len(), 1, "the last good version stays");
    world.write("feeds.d/list.opml", &outline("wireroom:interval='30m'"));
    world.wait("mended", || world.json(&["status"])[0]["refused"] == serde_json::json!([]));
    daemon.stop();
}
