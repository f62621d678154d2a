//! Sources other than feeds: sitemaps, indexes of them, and list pages read by selectors.

use std::io::Write as _;

use jiff::{SignedDuration, Timestamp};

use crate::pipeline::once_at;
use crate::site::Reply;
use crate::world::{Story, World, padded, story};

fn ago(hours: i64) -> Timestamp {
    Timestamp::now() - SignedDuration::from_hours(hours)
}

fn news_sitemap(world: &World, stories: &[(&Story, Timestamp)]) -> String {
    let urls: String = stories
        .iter()
        .map(|(story, at)| {
            format!(
                "<url><loc>{}</loc><news:news><news:publication><news:name>Post</news:name><news:language>en</news:language>\
                 </news:publication><news:publication_date>{at}</news:publication_date><news:title>{}</news:title></news:news></url>",
                world.site.url(&format!("/{}", story.slug)),
                story.title
            )
        })
        .collect();
    format!(
        "<?xml version='1.0'?><urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9' \
         xmlns:news='http://www.google.com/schemas/sitemap-news/0.9'>{urls}</urlset>"
    )
}

fn set_xml(world: &World, path: &str, body: impl Into<Vec<u8>>) {
    world.site.set(path, Reply::ok("application/xml", body));
}

#[test]
fn a_news_sitemap_is_polled_and_years_of_it_are_no_flood() {
    let mut world = World::new();
    world.feed("map", "kind = \"sitemap\"");
    world.topic("bridge", "bridge");
    let fresh = story("fresh", "Bridge reopens", &padded("The bridge reopened on Monday."));
    let old = story("old", "Bridge of 2011", &padded("An old bridge."));
    world.page(&fresh);
    world.page(&old);
    set_xml(&world, "/map.xml", news_sitemap(&world, &[(&old, ago(24 * 900)), (&fresh, ago(1))]));
    world.once();
    assert_eq!(world.titles(), ["Bridge reopens"]);
    assert!(world.site.asked("/old").is_empty(), "an article of years ago is not fetched");
    assert_eq!(world.alerts()[0]["timing"], "new");
    // What is old when it appears, or was there and gets another date, is no news.
    let returned = story("returned", "Bridge of 2012", &padded("Another old bridge."));
    world.page(&returned);
    let stories = [(&returned, ago(24 * 800)), (&old, ago(0)), (&fresh, ago(1))];
    set_xml(&world, "/map.xml", news_sitemap(&world, &stories));
    world.once();
    assert_eq!(world.titles(), ["Bridge reopens"]);
}

#[test]
fn a_plain_sitemap_tells_what_appears_in_it() {
    let mut world = World::new();
    world.feed("map", "kind = \"sitemap\"");
    world.topic("bridge", "bridge");
    let loc = |slug: &str, more: &str| format!("<url><loc>{}</loc>{more}</url>", world.site.url(&format!("/{slug}")));
    let urlset = |urls: &[String]| format!("<urlset>{}</urlset>", urls.concat());
    world.page(&story("bridge-before", "Bridge before", &padded("A bridge.")));
    world.page(&story("bridge-after", "Bridge after", &padded("The bridge.")));
    set_xml(&world, "/map.xml", urlset(&[loc("bridge-before", "")]));
    world.once();
    assert!(world.titles().is_empty() && world.site.asked("/bridge-before").is_empty(), "what stood there is backlog");
    set_xml(&world, "/map.xml", urlset(&[loc("bridge-before", ""), loc("bridge-after", "")]));
    world.once();
    assert_eq!(world.titles(), ["Bridge after"]);
    // A page that cannot be had is matched on the words of its address.
    let gone = loc("bridge-closed-for-winter", "");
    set_xml(&world, "/map.xml", urlset(&[loc("bridge-before", ""), loc("bridge-after", ""), gone]));
    world.once();
    assert_eq!(world.titles().last().map(String::as_str), Some("Bridge closed for winter"));
}

#[test]
fn an_index_is_followed_to_its_newest_sitemaps() {
    let mut world = World::new();
    world.feed("map", "kind = \"sitemap\"");
    world.topic("bridge", "bridge");
    let fresh = story("fresh", "Bridge reopens", &padded("The bridge reopened on Monday."));
    world.page(&fresh);
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(news_sitemap(&world, &[(&fresh, ago(1))]).as_bytes()).expect("memory");
    world.site.set("/new.xml.gz", Reply::ok("application/x-gzip", encoder.finish().expect("memory")));
    let link = |path: &str, at: Timestamp| {
        format!("<sitemap><loc>{}</loc><lastmod>{at}</lastmod></sitemap>", world.site.url(path))
    };
    let mut links: String = (0..20).map(|n| link(&format!("/old-{n}.xml"), ago(24 * (100 + n)))).collect();
    links.push_str(&link("/new.xml.gz", ago(1)));
    let index = format!("<sitemapindex xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{links}</sitemapindex>");
    set_xml(&world, "/map.xml", index.clone());
    for n in 0..20 {
        set_xml(&world, &format!("/old-{n}.xml"), "<urlset/>");
    }
    let start = Timestamp::now();
    once_at(&world, start);
    assert_eq!(world.titles(), ["Bridge reopens"]);
    let old_ones = || (0..20).map(|n| world.site.asked(&format!("/old-{n}.xml")).len()).sum::<usize>();
    assert_eq!(old_ones(), 4, "the newest five, and no more at a visit");
    // Later only what changed since is asked for again, whatever the index looks like.
    set_xml(&world, "/map.xml", index.replace("</sitemapindex>", "<!-- --></sitemapindex>"));
    once_at(&world, start + SignedDuration::from_hours(1));
    assert_eq!((old_ones(), world.site.asked("/new.xml.gz").len()), (4, 2));
    // A sitemap that fails does not hide the others, and is said.
    let shown = String::from_utf8(world.wireroom(&["inspect", "feed", "map"]).stdout).expect("UTF-8");
    assert!(shown.contains("Sitemap") && shown.contains("Bridge reopens"), "{shown}");
    world.site.set("/new.xml.gz", Reply::status(500));
    let made = &world.json(&["inspect", "feed", &world.site.url("/map.xml")])[0];
    assert_eq!(made["sitemaps"].as_array().map(Vec::len), Some(21));
    assert!(
        made["repairs"].to_string().contains("not read: ") && made["repairs"].to_string().contains("HTTP 500"),
        "{made}"
    );
}

fn press(world: &World, items: &[(&str, &str)]) -> String {
    let items: String = items
        .iter()
        .map(|(slug, title)| {
            format!("<li class=news><a href='{}'>{title}</a><i>4 March 2021</i></li>", world.site.url(slug))
        })
        .collect();
    format!("<html lang=en><title>Press room</title><nav><a href='/'>Home</a></nav><ul>{items}</ul></html>")
}

const SELECT: &str = "kind = \"page\"\n[feed.select]\nitem = \"li.news\"\ndate = \"b\"";

#[test]
fn a_list_page_is_read_with_selectors() {
    let mut world = World::new();
    world.feed("press", SELECT);
    world.topic("bridge", "bridge");
    world.page(&story("before", "Bridge before", &padded("A bridge.")));
    world.page(&story("after", "Bridge after", &padded("The bridge.")));
    let html = |items: &[(&str, &str)]| Reply::ok("text/html", press(&world, items));
    world.site.set("/press.xml", html(&[("/before", "Bridge before")]));
    world.once();
    assert_eq!(world.alerts()[0]["timing"], "backlog", "an undated item of the first visit");
    world.site.set("/press.xml", html(&[("/after", "Bridge after"), ("/before", "Bridge before")]));
    world.once();
    assert_eq!(world.titles(), ["Bridge before", "Bridge after"]);
    assert_eq!(world.alerts()[1]["timing"], "new");
    let asked = &world.site.asked("/press.xml")[0];
    assert!(asked.headers["accept"].to_str().is_ok_and(|accept| accept.starts_with("text/html")), "{asked:?}");

    // The page was redesigned: nothing selected is a failure in words, not "no news".
    world.site.set("/press.xml", Reply::ok("text/html", "<html><title>Press room</title><div>new</div></html>"));
    world.once();
    let status = &world.json(&["feeds", "status"])[0];
    let error = status["error"].as_str().expect("an error");
    assert!(
        error.starts_with("item = \"li.news\" selects nothing on this page") && error.contains("inspect feed press"),
        "{error}"
    );
}

#[test]
fn a_list_page_that_robots_txt_closes_is_not_asked() {
    let mut world = World::new();
    let url = world.site.url("/closed/press");
    world.feed_at("press", &url, SELECT);
    world.once();
    assert!(world.site.asked("/closed/press").is_empty());
    let status = &world.json(&["feeds", "status"])[0];
    assert!(status["error"].as_str().is_some_and(|error| error.contains("robots.txt")), "{status}");
}

#[test]
fn inspect_shows_what_selectors_select() {
    let mut world = World::new();
    world.feed("press", SELECT);
    world.site.set("/press.xml", Reply::ok("text/html", press(&world, &[("/one", "One"), ("/two", "Two")])));
    let made = &world.json(&["inspect", "feed", "press"])[0];
    assert_eq!((&made["ok"], &made["kind"]), (&true.into(), &"page".into()));
    assert_eq!(made["entries"][1]["title"], "Two");
    assert_eq!(made["entries"][0]["published"], serde_json::Value::Null);
    assert_eq!(made["repairs"][0], "date = \"b\" found nothing in 2 of 2 items");
    // Other selectors, tried on the same address, and on a file.
    let tried = &world.json(&["inspect", "feed", "press", "--item", "li", "--date", "i"])[0];
    assert_eq!(tried["entries"][0]["published"], "2021-03-04T00:00:00Z");
    std::fs::write(world.path("page.html"), press(&world, &[("/one", "One")])).expect("a file");
    let file = world.path("page.html").display().to_string();
    let tried = &world.json(&["inspect", "feed", &file, "--item", "li.news", "--title", "a"])[0];
    assert_eq!((&tried["kind"], &tried["entries"][0]["title"]), (&"page".into(), &"One".into()));
    let wrong = world.json(&["inspect", "feed", &file, "--item", "li.none"]);
    assert_eq!(wrong[0]["error"], "item = \"li.none\" selects nothing on this page");
    let unknown = world.json(&["inspect", "feed", "pres"]);
    assert!(unknown[0]["error"].as_str().is_some_and(|error| error.contains("did you mean press?")), "{unknown:?}");
}

#[test]
fn wrong_selectors_are_configuration_problems() {
    let mut world = World::new();
    for (keys, said) in [
        ("kind = \"page\"", "feeds.toml:5:8: a list page needs `[feed.select]`"),
        ("kind = \"page\"\n[feed.select]\ntitle = \"h2\"", "feeds.toml:5:8: a list page needs `[feed.select]`"),
        ("kind = \"page\"\n[feed.select]\nitem = \"li[\"", "feeds.toml:7:8: no CSS selector"),
        ("[feed.select]\nitem = \"li\"", "feeds.toml:6:8: only list pages are read by this selector"),
        ("kind = \"pages\"", "did you mean \"page\"?"),
    ] {
        let url = world.site.url("/press");
        world.write("feeds.toml", &format!("[[feed]]\nid = \"press\"\nurl = \"{url}\"\noutlet = \"P\"\n{keys}\n"));
        let output = world.wireroom(&["check"]);
        let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(text.contains(said), "{keys}: {text}");
        assert_eq!(output.status.code(), Some(1), "{keys}");
    }
    world.feed("press", "[feed.select]\nbody = \"article\"");
    assert_eq!(world.wireroom(&["check"]).status.code(), Some(0));
}
