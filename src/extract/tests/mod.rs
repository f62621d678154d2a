//! Self-written pages → what is read of them: the rows H1 to H6 of the table of faults, and pages of any bytes.
//! Cases of one step stand beside that step.

mod asides;
mod hostile;
mod languages;
mod outlets;
mod own_text;
mod templates;

use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::*;

const STORY: [&str; 4] = [
    "The ferry between Northport and the islands will run an hour late all week, the harbour office said on Monday, \
     because a \
     crane has blocked the eastern quay since the storm.",
    "“Nobody will be left behind,” said harbour master Ann Lee. Extra buses, she added, would wait at both ends \
     until the last \
     passenger was on board.",
    "Traders on the islands, who depend on the morning boat for bread, milk and newspapers, were told to expect \
     deliveries \
     after ten o'clock, and schools will open later.",
    "The crane, which weighs eighty tonnes, is to be lifted by a floating platform on Friday, weather permitting, \
     according to \
     the engineers in charge of the work.",
];

fn site(story: &str) -> String {
    format!(
        "<!doctype html><html lang=en><head><meta charset=utf-8><title>Ferry an hour late | Northport News</title>\
         <meta property=og:site_name content='Northport News'></head><body>\
         <header><nav><a href=/>Home</a> <a href=/sport>Sport</a></nav></header>\
         <div class='cookie-bar'>We use cookies, accept them. Mexico is nice.</div>\
         <article><h1>Ferry an hour late</h1><p class=byline>By Bob Ray</p>{story}\
         <figure><img src=q.jpg><figcaption>The quay on Sunday. Photo: C. Dee</figcaption></figure>\
         <ul class='post-tags'><li><a href=/t/mexico>Mexico</a></ul></article>\
         <aside><h3>Most read</h3><p>Mexico wins the cup again, in a match that nobody will forget.</p></aside>\
         <div id=related-stories><h3>Related</h3><p>Mexico opens new port, with cranes, and a new road.</p></div>\
         <section class=comments><p>Great, I love Mexico, and I was there in spring, and it was hot.</p></section>\
         <footer>© Northport News, Mexico Street 1</footer></body></html>"
    )
}

fn paragraphs_of(story: &[&str]) -> String {
    format!("<p>{}</p>", story.join("</p><p>"))
}

fn read(body: &[u8]) -> Page {
    page(&PageInput { body, ..PageInput::default() })
}

#[test]
fn what_turns_text_around_is_in_no_field() {
    let turned = |text: &str| text.replacen(' ', " \u{202E}\u{2066}", 3).replacen('a', "a\u{202C}\u{FEFF}\u{E0041}", 2);
    let html = site(&paragraphs_of(&STORY));
    let html = ["Ferry an hour late", "The quay on Sunday", "By Bob Ray", "run an hour late all week"]
        .iter()
        .fold(html, |html, words| html.replace(words, &turned(words)));
    assert!(html.contains('\u{202E}'));
    // Where the title was found may differ, as the headline is not spelt alike in both places.
    let said = |html: &str| Page { sources: BTreeMap::new(), ..read(html.as_bytes()) };
    assert_eq!(said(&html), said(&site(&paragraphs_of(&STORY))), "as if it were not there");
}

#[test]
fn h1_deep_and_wide_markup_is_read_in_time() {
    for html in [
        "<div>".repeat(100_000) + &paragraphs_of(&STORY),
        format!("<div {}>{}", "a b c d e f g ".repeat(15_000), paragraphs_of(&STORY)),
        format!(
            "<div {}>{}",
            (0..100_000).fold(String::new(), |all, i| all + " a" + &i.to_string()),
            paragraphs_of(&STORY)
        ),
    ] {
        let started = Instant::now();
        let page = read(html.as_bytes());
        assert!(page.text.contains("crane"), "{}", page.text.len());
        assert!(started.elapsed() < Duration::from_secs(5), "{:?}", started.elapsed());
    }
}

#[test]
fn h2_walls_and_errors_are_told() {
    let script = "<title>Post</title><body><div id=root></div><noscript>You need to enable JavaScript.</noscript>\
        <script src=a.js></script>";
    let missing = "<title>404 - Northport News</title><h1>Page not found</h1><p>What you asked for does not exist.</p>";
    let consent = "<title>Post</title><h1>Before you continue</h1><p>We and our partners use cookies to serve you.</p>\
        <button>Accept all</button>";
    let login = "<title>Log in</title><form><p>Please log in to continue.</p><input><a>Forgot password?</a></form>";
    let wall = "<div class=paywall><p>Subscribe to continue reading this story.</p></div>";
    let linked =
        "<script type='application/ld+json'>{\"@type\":\"NewsArticle\",\"isAccessibleForFree\":false}</script></head>";
    let half = paragraphs_of(&STORY[..2]);
    for (html, expected) in [
        (site(&paragraphs_of(&STORY)), Quality::Full),
        (site(&paragraphs_of(&STORY[..1])), Quality::Full),
        (script.into(), Quality::Empty),
        (missing.into(), Quality::Empty),
        (consent.into(), Quality::Consent),
        (login.into(), Quality::Consent),
        (site(&format!("{half}{wall}")), Quality::Teaser),
        (site(&half).replace("</head>", linked), Quality::Teaser),
    ] {
        let page = read(html.as_bytes());
        assert_eq!(page.quality, expected, "{html}");
        assert_eq!(page.quality_reason.is_none(), expected == Quality::Full);
    }
}

#[test]
fn h3_only_the_article_is_text() {
    let page = read(site(&paragraphs_of(&STORY)).as_bytes());
    assert_eq!(page.text, STORY.join("\n\n"));
    assert_eq!(page.title.as_deref(), Some("Ferry an hour late"));
    assert_eq!(page.captions, ["The quay on Sunday. Photo: C. Dee"]);
    assert_eq!(page.byline, ["Bob Ray"]);
    assert_eq!(page.quotes[0].speaker.as_deref(), Some("Ann Lee"));
    assert_eq!(page.language, Some(Language { code: "en".into(), sure: true }));
}

#[test]
fn a_form_around_the_whole_page_hides_nothing() {
    let html = site(&paragraphs_of(&STORY))
        .replace("<body>", "<body class='has-newsletter comments-on'><form id=aspnetForm><div class=modal-open>");
    assert_eq!(read(html.as_bytes()).text, STORY.join("\n\n"));
}

#[test]
fn lists_headings_and_block_quotes_stay_in_place() {
    let story = format!(
        "<p>{}</p><h3>What to expect</h3><ul><li>Boats leave at nine, and at noon, and at six.</li><li>Buses \
         wait.</li></ul>\
         <blockquote><p>{}</p></blockquote><p>{}</p><p>{}</p>",
        STORY[0], STORY[1], STORY[2], STORY[3]
    );
    let text = read(site(&story).as_bytes()).text;
    let places: Vec<_> =
        ["What to expect", "Boats leave", "Buses wait", "Nobody", "Traders"].iter().map(|w| text.find(w)).collect();
    assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{text}");
}

#[test]
fn h4_the_encoding_is_found() {
    let html = site(&paragraphs_of(&STORY)).replace("utf-8", "windows-1252");
    let bytes = encoding_rs::WINDOWS_1252.encode(&html).0;
    assert!(read(&bytes).text.contains("“Nobody"));
}

#[test]
fn h5_other_files_are_not_read() {
    for (body, content_type) in [(&b"%PDF-1.4 text"[..], None), (b"PK\x03\x04", None), (b"<p>x", Some("video/mp4"))] {
        let page = page(&PageInput { body, content_type, feed_title: Some("T"), ..PageInput::default() });
        assert_eq!((page.quality, page.text.as_str(), page.title.as_deref()), (Quality::NotHtml, "", Some("T")));
    }
}

#[test]
fn h6_an_endless_article_is_bounded() {
    let html = site(&format!("<p>{}</p>", STORY[0]).repeat(40_000));
    let started = Instant::now();
    assert!(read(html.as_bytes()).text.len() <= MAX_TEXT);
    assert!(started.elapsed() < Duration::from_secs(50), "{:?}", started.elapsed());
}

#[test]
fn the_feeds_selector_decides_where_the_text_is() {
    let html = "<div class=x><p>One.</p><div class=share>Share</div></div><div class=y><p>Two.</p></div>";
    for (selector, expected) in [(".y", "Two."), (".x", "One."), ("!!", "One.\n\nTwo.")] {
        let select = Select { body: Some(selector.into()), ..Select::default() };
        let page = page(&PageInput { body: html.as_bytes(), select: Some(&select), ..PageInput::default() });
        assert_eq!(page.text, expected, "{selector}");
    }
}

#[test]
fn a_page_serialises_to_the_contracts_members() {
    let value = serde_json::to_value(read(site(&paragraphs_of(&STORY)).as_bytes())).expect("a page serialises");
    for member in [
        "url",
        "canonical",
        "title",
        "byline",
        "published",
        "modified",
        "language",
        "site",
        "section",
        "image",
        "free",
        "text",
        "quotes",
        "captions",
        "quality",
        "sources",
    ] {
        assert!(value.get(member).is_some(), "{member}");
    }
    assert_eq!(value["language"], "en");
    assert_eq!(value["quality"], "full");
    assert_eq!(value["quotes"][0], serde_json::json!({"text": "Nobody will be left behind,", "speaker": "Ann Lee"}));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn no_bytes_make_it_panic(
        body in proptest::collection::vec(any::<u8>(), 0..400),
        content_type in proptest::option::of(".{0,30}"),
    ) {
        let _ = page(&PageInput { body: &body, content_type: content_type.as_deref(), ..PageInput::default() });
    }

    #[test]
    fn no_markup_makes_it_panic(parts in proptest::collection::vec(prop_oneof![
        proptest::sample::select(vec![
            "<div>", "</div>", "<p>", "</p>", "<a href='x'>", "</a>", "<b", "<script>", "</script>", "<!--", "-->",
            "<table>",
            "<td>",
            "<svg>",
            "</svg>", "<title>", "<li class=related>", "<select>", "<template>", "<noscript>", "</noscript>",
            "<figcaption>",
            "\"", "“", "”", "’", "«",
            "<time datetime=2024-01-01>", "<script type=application/ld+json>{\"@type\":\"Article\",\"headline\":\"",
            "\"}", "<body hidden>", "<h1>",
            " said Ann Lee. ", "dijo ", "\n\n", "&nbsp;", "<br>", "<meta charset=",
            "<meta property=og:title content=x>",
        ]).prop_map(str::to_owned),
        "\\PC{0,20}",
    ], 0..60)) {
        let html = parts.concat();
        let found = page(&PageInput { body: html.as_bytes(), ..PageInput::default() });
        for quote in &found.quotes {
            prop_assert_eq!(&found.text[quote.start..quote.end], &quote.text);
        }
        quotes(&html);
    }
}
