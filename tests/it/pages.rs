//! From page to article in the daemon: walls and teasers, boilerplate, files that are no pages, live blogs.

use jiff::{SignedDuration, Timestamp};

use crate::pipeline::once_at;
use crate::site::Reply;
use crate::world::{Story, World, padded, story};

fn html(title: &str, body: &str) -> Reply {
    let page = format!("<!doctype html><html lang=en><head><title>{title}</title></head><body>{body}</body></html>");
    Reply::ok("text/html; charset=utf-8", page)
}

fn explained(world: &World, topic: &str, slug: &str) -> String {
    let shown = world.wireroom(&["explain", topic, &world.site.url(&format!("/{slug}"))]);
    String::from_utf8(shown.stdout).expect("UTF-8")
}

/// A page whose appeal has no telling class or element: it stands between the paragraphs as one of them.
fn with_appeal(world: &World, story: &Story) {
    let appeal = "Every ferry skipper in Zanzibar reads this paper. So could you, for the price of a cup of tea.";
    let (first, rest) = story.text.split_once("\n\n").expect("two paragraphs");
    let body = format!("<div><h1>{}</h1><p>{first}</p><p>{appeal}</p><p>{rest}</p></div>", story.title);
    world.site.set(&format!("/{}", story.slug), html(&story.title, &body));
}

#[test]
fn what_stands_on_every_page_of_a_site_is_learnt_to_be_no_article() {
    let mut world = World::new();
    world.feed("daily", "");
    world.topic("zanzibar", "Zanzibar");
    let of = |slug: &'static str, thing: &str| {
        let text = padded(&format!("The {thing} was mended on Monday, and the {thing} committee said so."));
        story(slug, &format!("The {thing} is mended"), &format!("{text}\n\nNobody asked what the {thing} had cost."))
    };
    let first = [of("a", "bridge"), of("b", "bakery"), of("c", "school"), of("d", "mill")];
    world.list("daily", &first);
    for story in &first {
        with_appeal(&world, story);
    }
    let start = Timestamp::now();
    once_at(&world, start);
    assert_eq!(world.alerts().len(), 3, "until it is learnt: {:?}", world.titles());

    let mut own = of("f", "lighthouse");
    own.text = own.text.replace("Nobody asked", "A boat from Zanzibar brought the lamp. Nobody asked");
    let second = [of("e", "quay"), own];
    world.list("daily", &second);
    for story in &second {
        with_appeal(&world, story);
    }
    once_at(&world, start + SignedDuration::from_mins(20));
    assert_eq!(world.titles()[3..], ["The lighthouse is mended"]);
    let last = world.alerts().pop().expect("told");
    assert_eq!(last["matches"].as_array().map(Vec::len), Some(1), "the appeal is in no zone: {last}");
    let said = explained(&world, "zanzibar", "e");
    assert!(said.contains("does not hold"), "{said}");
}

#[test]
fn bulletins_of_one_form_keep_what_the_form_says() {
    let mut world = World::new();
    world.feed("quakes", "");
    world.topic("injured", "\"no injuries\"");
    let of = |slug: &'static str, town: &str, size: u32| {
        let text = format!(
            "A quake of magnitude 4.{size} struck {size} km north of {town} on Monday, said the institute that measures them, at a \
             depth of {size} km, and was felt by those who were awake in {town} at the time, of whom there were few.\n\n\
             It was followed by {size} more, none of which was felt in {town}, and by a loud noise that nobody in {town} can explain.\n\n\
             So far no injuries have been reported."
        );
        story(slug, &format!("Quake near {town}"), &text)
    };
    let towns = [("a", "Vasto"), ("b", "Corvina"), ("c", "Marlow"), ("d", "Turku"), ("e", "Leeds"), ("f", "Pune")];
    let stories: Vec<Story> = towns.iter().zip(2..).map(|((slug, town), size)| of(slug, town, size)).collect();
    world.list("quakes", &stories[..5]);
    for story in &stories {
        world.page(story);
    }
    let start = Timestamp::now();
    once_at(&world, start);
    assert_eq!(world.alerts().len(), 5, "{}", explained(&world, "injured", "a"));
    world.list("quakes", &stories[5..]);
    once_at(&world, start + SignedDuration::from_mins(20));
    assert_eq!(world.titles()[5..], ["Quake near Pune"]);
}

#[test]
fn a_teaser_is_read_again_later_and_told_once() {
    let mut world = World::new();
    world.feed("daily", "");
    world.topic("bridge", "bridge");
    world.topic("cranes", "cranes");
    let whole = story("late", "Bridge news", &format!("{}\n\nTwo cranes are used.", padded("The bridge reopened.")));
    world.list("daily", std::slice::from_ref(&whole));
    let teaser = "<article><h1>Bridge news</h1><p>The bridge reopened. The committee met in the town hall and heard from \
        eleven residents, who spoke one after the other until the evening came.</p>\
        <p>Subscribe to continue reading this story.</p></article>";
    world.site.set("/late", html("Bridge news", teaser));
    let start = Timestamp::now();
    once_at(&world, start);
    assert_eq!(world.titles(), ["Bridge news"]);
    assert_eq!(world.alerts()[0]["article"]["quality"], "teaser");
    assert_eq!(world.json(&["status"])[0]["pages_waiting"], 0, "it is there, if only in part");
    let said = explained(&world, "cranes", "late");
    assert!(said.contains("for subscribers") && said.contains("it is read again at"), "{said}");
    let shown = String::from_utf8(world.wireroom(&["alerts"]).stdout).expect("UTF-8");
    assert!(shown.contains("only a part of the page (teaser)"), "{shown}");

    // Not before its time; unchanged once; whole at last.
    once_at(&world, start + SignedDuration::from_mins(50));
    assert_eq!(world.site.asked("/late").len(), 1);
    once_at(&world, start + SignedDuration::from_mins(70));
    assert_eq!(world.site.asked("/late").len(), 2);
    world.page(&whole);
    once_at(&world, start + SignedDuration::from_hours(14));
    assert_eq!(world.site.asked("/late").len(), 3);
    let alerts = world.alerts();
    let topics: Vec<_> = alerts.iter().map(|alert| alert["topic"]["id"].as_str().unwrap_or_default()).collect();
    assert_eq!(topics, ["bridge", "cranes"], "what the first reading told is not told again");
    assert_eq!(alerts[1]["article"]["quality"], "full");
    once_at(&world, start + SignedDuration::from_hours(80));
    assert_eq!(world.site.asked("/late").len(), 3, "what is whole is not read again");
}

/// A feed that says `Moved zinc`, and its page, which bears another headline and says nothing of it.
fn of_two_headlines() -> (World, Story) {
    let mut world = World::new();
    world.feed("daily", "");
    world.topic("zinc", "zinc");
    world.list("daily", &[story("moved", "Moved zinc", "Of the year.")]);
    (world, story("moved", "Report 30", &padded("The mine was shut on Monday.")))
}

#[test]
fn the_words_of_a_feeds_headline_are_found_though_the_page_has_another() {
    let (world, page) = of_two_headlines();
    world.page(&page);
    world.once();
    let alerts = world.alerts();
    assert_eq!(alerts.len(), 1, "{}", explained(&world, "zinc", "moved"));
    assert_eq!(
        (&alerts[0]["article"]["title"], &alerts[0]["article"]["quality"]),
        (&"Report 30".into(), &"full".into())
    );
    let found = &alerts[0]["matches"][0];
    assert_eq!((&found["zone"], &found["context"]), (&"lede".into(), &"Moved zinc".into()));

    let said = explained(&world, "zinc", "moved");
    assert!(said.contains("lede: Moved zinc"), "{said}");
    assert_eq!(world.json(&["topics", "test", "zinc"])[0]["unchanged"], 1);
    for (query, found) in
        [("lede:\"moved zinc\"", 1), ("lede:year", 1), ("title:report", 1), ("title:zinc", 0), ("body:zinc", 0)]
    {
        assert_eq!(world.json(&["articles", query]).len(), found, "{query}");
    }
}

#[test]
fn what_a_feeds_headline_told_is_not_told_again_when_the_page_has_another() {
    let (world, page) = of_two_headlines();
    world.site.set("/moved", Reply::status(503));
    let start = Timestamp::now();
    once_at(&world, start);
    assert_eq!(world.titles(), ["Moved zinc"]);
    world.page(&page);
    once_at(&world, start + SignedDuration::from_mins(5));
    assert_eq!(world.titles(), ["Moved zinc"]);
    let found = world.json(&["articles", "zinc"]);
    let titles: Vec<_> = found.iter().map(|line| &line["article"]["title"]).collect();
    assert_eq!(titles, ["Report 30"], "the archive finds by it what it told");
}

#[test]
fn a_feeds_headline_is_kept_when_the_page_is_read_again() {
    let (world, page) = of_two_headlines();
    let teaser = "<article><h1>Report 29</h1><p>The mine was shut. The committee met in the town hall and heard from \
        eleven residents, who spoke one after the other until the evening came.</p>\
        <p>Subscribe to continue reading this story.</p></article>";
    world.site.set("/moved", html("Report 29", teaser));
    let start = Timestamp::now();
    once_at(&world, start);
    let count = |query: &str| world.json(&["articles", query]).len();
    assert_eq!((count("lede:zinc"), count("lede:year"), count("title:29")), (1, 1, 1));
    world.page(&page);
    once_at(&world, start + SignedDuration::from_hours(2));
    assert_eq!((count("lede:zinc"), count("lede:year"), count("title:30")), (1, 1, 1));
    assert_eq!((count("29"), count("body:zinc")), (0, 0), "the page's former headline is not the feed's");
}

#[test]
fn a_wall_that_stays_is_asked_three_times_and_the_feed_is_matched() {
    let mut world = World::new();
    world.feed("daily", "");
    world.topic("bridge", "bridge");
    world.topic("cookies", "cookies");
    world.list("daily", &[story("wall", "Town hall", "The bridge is to be mended.")]);
    let wall =
        "<h1>Before you continue</h1><p>We and our partners use cookies to serve you.</p><button>Accept all</button>";
    world.site.set("/wall", html("Daily", wall));
    let start = Timestamp::now();
    for hours in [0, 2, 15, 40, 80] {
        once_at(&world, start + SignedDuration::from_hours(hours));
    }
    assert_eq!(world.site.asked("/wall").len(), 3);
    let alerts = world.alerts();
    assert_eq!(alerts.len(), 1, "the wall's own words are matched by nobody: {alerts:?}");
    assert_eq!(
        (&alerts[0]["article"]["quality"], &alerts[0]["article"]["title"]),
        (&"consent".into(), &"Town hall".into())
    );
    let shown = String::from_utf8(world.wireroom(&["alerts"]).stdout).expect("UTF-8");
    assert!(shown.contains("from the feed's text, the page is a wall (consent)"), "{shown}");
    assert_eq!(world.json(&["status"])[0]["pages_waiting"], 0);
}

#[test]
fn a_page_that_is_gone_when_read_again_keeps_what_was_read() {
    let mut world = World::new();
    world.feed("daily", "");
    world.list("daily", &[story("late", "Bridge news", "The bridge reopened.")]);
    let teaser = "<article><h1>Bridge news</h1><p>The bridge reopened at last. The committee met in the town hall and \
        heard from eleven residents about two cranes.</p><p>Subscribe to continue reading this story.</p></article>";
    world.site.set("/late", html("Bridge news", teaser));
    let start = Timestamp::now();
    once_at(&world, start);
    world.site.set("/late", Reply::status(404));
    once_at(&world, start + SignedDuration::from_hours(2));
    assert_eq!(world.site.asked("/late").len(), 2);
    assert_eq!(world.json(&["articles", "cranes"]).len(), 1, "the longer text stays");
    once_at(&world, start + SignedDuration::from_hours(30));
    assert_eq!(world.site.asked("/late").len(), 2);
}

#[test]
fn a_file_that_is_no_page_is_noted_and_not_read() {
    let mut world = World::new().with_settings("[store]\ncopies = \"all\"\n");
    world.feed("daily", "");
    world.topic("bridge", "bridge");
    world.topic("inside", "stream");
    let stories = [story("report.pdf", "Bridge report", "The report."), story("big", "Bridge film", "A film.")];
    world.list("daily", &stories);
    let pdf = b"%PDF-1.7\n1 0 obj << /Length 44 >> stream BT (bridge) Tj ET endstream".to_vec();
    world.site.set("/report.pdf", Reply::ok("application/pdf", pdf));
    world.site.set("/big", Reply::ok("video/mp4", vec![0u8; 6 << 20]));
    world.once();
    let mut alerts = world.alerts();
    alerts.sort_by_key(|alert| alert["article"]["url"].to_string());
    assert_eq!(alerts.len(), 2, "{alerts:?}");
    assert_eq!(alerts[1]["article"]["quality"], "not-html");
    let said = explained(&world, "bridge", "report.pdf");
    assert!(said.contains("the body is a file of another kind: PDF"), "{said}");
    let said = explained(&world, "bridge", "big");
    assert!(said.contains("larger than"), "{said}");
    assert_eq!(world.site.asked("/report.pdf").len(), 1);
}

#[test]
fn a_live_blog_that_grows_is_no_new_article() {
    let mut world = World::new();
    world.feed("daily", "");
    world.topic("storm", "storm");
    let post = |n: i64| format!("<h3>{n:02}:00</h3><p>At {n} the storm moved on and took {n} roofs with it.</p>");
    let live = |posts: i64| {
        let posts: String = (0..posts).rev().map(post).collect();
        html("Storm live", &format!("<article><h1>Storm live</h1>{posts}</article>"))
    };
    let feed = |n: i64| {
        let link = world.site.url("/live");
        let item = format!(
            "<item><title>Storm live, update {n}</title><link>{link}#post-{n}</link><guid isPermaLink='false'>live-{n}</guid>\
             <description>The storm at {n}.</description></item>"
        );
        let rss = format!("<rss version='2.0'><channel><title>d</title>{item}</channel></rss>");
        world.site.set("/daily.xml", Reply::ok("application/rss+xml", rss));
    };
    let start = Timestamp::now();
    for n in 1..6 {
        feed(n);
        world.site.set("/live", live(n * 20));
        once_at(&world, start + SignedDuration::from_mins(20 * n));
    }
    assert_eq!(world.json(&["status"])[0]["articles"], 1);
    assert_eq!(world.alerts().len(), 1);
}

#[test]
fn the_pages_of_an_article_are_joined_and_the_next_article_is_not() {
    let mut world = World::new().with_settings("");
    world.feed("daily", "");
    world.topic("last", "title:bridge AND \"last girder\"");
    world.topic("bakery", "bakery");
    world.list("daily", &[story("long", "The bridge, a history", "How it was built.")]);
    let part = |text: &str, links: &str| {
        let body = format!(
            "<article><h1>The bridge, a history</h1><p>{}</p></article><div class=pages>{links}</div>\
             <a rel=next href=/bakery>Next article</a>",
            padded(text)
        );
        html("The bridge, a history", &body)
    };
    world.site.set("/long", part("The first stone was laid.", "1 <a href=/long/2>2</a> <a href=/long/2>Next</a>"));
    world.site.set("/long/2", part("Then came the arches.", "<a href=/long>1</a> 2 <a href=/long/3>Next</a>"));
    world.site.set("/long/3", part("The last girder was set in May.", "<a href=/long/2>2</a> 3"));
    world.site.set("/bakery", html("Bakery", &format!("<article><p>{}</p></article>", padded("The bakery closed."))));
    world.once();
    assert_eq!(world.titles(), ["The bridge, a history"]);
    let alert = &world.alerts()[0];
    assert_eq!((&alert["topic"]["id"], &alert["article"]["quality"]), (&"last".into(), &"full".into()));
    assert!(world.site.asked("/bakery").is_empty());
    let kept = world.json(&["copies", "list"]);
    let of = |path: &str| kept.iter().filter(|copy| copy["url"] == world.site.url(path).as_str()).count();
    assert_eq!(["/long", "/long/2", "/long/3"].map(of), [1, 1, 1], "each part is evidence: {kept:?}");
    assert_eq!(world.wireroom(&["copies", "verify"]).status.code(), Some(0));
}

#[test]
fn an_endless_article_is_read_within_a_cap_and_a_missing_page_is_said() {
    let mut world = World::new();
    world.feed("daily", "");
    world.topic("bridge", "bridge");
    let stories = ["endless", "torn", "again"].map(|slug| story(slug, &format!("The bridge, {slug}"), "A bridge."));
    world.list("daily", &stories);
    let page = |slug: &str, text: &str, next: &str| {
        let text = padded(text);
        let body = format!("<article><h1>The bridge, {slug}</h1><p>{text}</p></article><a href='{next}'>Next page</a>");
        html(&format!("The bridge, {slug}"), &body)
    };
    for n in 1..9 {
        let path = if n == 1 { "/endless".to_owned() } else { format!("/endless/{n}") };
        world.site.set(&path, page("endless", &format!("Part {n}."), &format!("/endless/{}", n + 1)));
    }
    world.site.set("/torn", page("torn", "Part 1.", "/torn/2"));
    // A site that does not know the number shows the first page again.
    world.site.set("/again", page("again", "Part 1.", "?page=2"));
    world.once();
    assert_eq!(world.site.asked("/endless/5").len(), 1);
    assert!(world.site.asked("/endless/6").is_empty());
    let said = explained(&world, "bridge", "endless");
    assert!(said.contains("of which the first 5 were read"), "{said}");
    let said = explained(&world, "bridge", "torn");
    assert!(said.contains("page 2 of the article could not be read: HTTP 404"), "{said}");
    assert_eq!(world.site.asked("/again").len(), 2);
    let said = explained(&world, "bridge", "again");
    assert!(said.contains("page fetched: the whole article"), "{said}");
}

#[test]
fn a_page_is_inspected_as_the_daemon_reads_it() {
    let mut world = World::new();
    world.feed("daily", "");
    let stories = ["q", "r", "s", "t"].map(|slug| {
        let text = format!("{}\n\nNobody asked what {slug} had cost.", padded(&format!("All about {slug}.")));
        story(slug, &format!("News of {slug}"), &text)
    });
    world.list("daily", &stories);
    for story in &stories {
        with_appeal(&world, story);
    }
    world.once();
    let first = format!("<h1>Long</h1><p>{}</p><a href=/long/2>Next page</a>", padded("The first part."));
    world.site.set("/long", html("Long", &first));
    world.site.set("/long/2", html("Long", &format!("<h1>Long</h1><p>{}</p>", padded("The second part."))));
    let inspect = |path: &str| world.json(&["inspect", "page", &world.site.url(path)]).remove(0);

    let said = inspect("/closed/one");
    assert_eq!(said["ok"], false);
    assert!(said["error"].as_str().is_some_and(|error| error.contains("robots.txt")), "{said}");
    assert!(world.site.asked("/closed/one").is_empty());

    let page = inspect("/long");
    assert!(page["text"].as_str().is_some_and(|text| text.contains("The second part.")), "{page}");
    assert_eq!((&page["quality"], &page["pages"][0]["number"]), (&"full".into(), &2.into()));

    let page = inspect("/t");
    assert!(!page["text"].as_str().expect("a text").contains("Zanzibar"), "{page}");
    assert!(page["boilerplate"][0].as_str().is_some_and(|text| text.contains("Zanzibar")), "{page}");
    let shown = world.wireroom(&["inspect", "page", &world.site.url("/t")]);
    let shown = String::from_utf8(shown.stdout).expect("UTF-8");
    assert!(shown.contains("left out, it stands on the site's other pages too: Every ferry"), "{shown}");
    assert!(shown.contains("title from"), "{shown}");
}
