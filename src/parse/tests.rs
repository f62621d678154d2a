//! Whole documents → feeds: formats side by side, damage, hostile sizes, and feed-rs as a second opinion.
//! Every fixture is written for this test.

use std::fmt::Write as _;

use proptest::prelude::*;
use url::Url;

use super::*;

mod corpus;
mod hostile;

fn read(text: &str) -> ParsedFeed {
    feed(text.as_bytes(), None, None).expect(text)
}

const RSS: &str = r#"<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/"
     xmlns:media="http://search.yahoo.com/mrss/" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/">
<channel>
  <title>The Harbour Post</title><link>https://harbour.example/</link>
  <description>News of &lt;b&gt;the port&lt;/b&gt;</description><language>en_GB</language>
  <lastBuildDate>Thu, 04 Mar 2021 06:00:00 GMT</lastBuildDate>
  <sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>
  <image><title>Logo</title><link>https://harbour.example/logo</link><url>https://harbour.example/logo.png</url></image>
  <item>
    <title>Crane &amp;amp; crew: a &lt;i&gt;rescue&lt;/i&gt;</title>
    <link>https://harbour.example/2021/crane?utm_source=rss</link>
    <guid isPermaLink="false">hp-101</guid>
    <dc:creator>Ann Pilot</dc:creator><author>desk@harbour.example (Bo Mate)</author>
    <category>Port</category><category domain="x">Safety</category>
    <pubDate>Thu, 04 Mar 2021 05:06:07 +0100</pubDate>
    <description>&lt;p&gt;Short&lt;/p&gt;</description>
    <content:encoded><![CDATA[<p>Long <a href="/more">text</a><script>bad()</script></p>]]></content:encoded>
    <enclosure url="https://harbour.example/a.mp3" type="audio/mpeg" length="1200"/>
    <media:group><media:content url="https://harbour.example/b.mp4" type="video/mp4" fileSize="9"/></media:group>
  </item>
  <item>
    <title>Fog</title><link>https://harbour.example/2021/fog</link><guid>https://harbour.example/2021/fog</guid>
    <pubDate>Thu, 04 Mar 2021 04:00:00 GMT</pubDate><description>Thick.</description>
  </item>
</channel></rss>"#;

const ATOM: &str = r#"<?xml version="1.0"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de" xml:base="https://hafen.example/news/">
  <title type="html">Hafen &amp;amp; See</title><subtitle>Alles</subtitle><id>urn:x:hafen</id>
  <link rel="self" href="https://hafen.example/news/atom.xml"/><link href="https://hafen.example/"/>
  <updated>2021-03-04T05:06:07Z</updated><author><name>Redaktion</name></author>
  <entry>
    <id>urn:x:1</id><title>Kran</title><link rel="enclosure" href="kran.mp3" type="audio/mpeg" length="7"/>
    <link rel="alternate" type="text/html" href="kran.html"/>
    <updated>2021-03-04T05:06:07Z</updated><published>2021-03-03T01:00:00+01:00</published>
    <category term="hafen" label="Hafen"/>
    <summary>Kurz &amp; gut: 1 &lt; 2</summary>
    <content type="xhtml" xml:base="tief/"><div xmlns="http://www.w3.org/1999/xhtml"><p>Text <a href="x">x</a><br/></p></div></content>
  </entry>
  <entry xml:lang="fr">
    <id>urn:x:2</id><title>Brume</title><link href="/brume"/><updated>2021-03-02T00:00:00Z</updated>
    <author><name>Eve</name><email>eve@hafen.example</email></author>
    <content type="html">&lt;p&gt;Texte&lt;/p&gt;</content>
  </entry>
</feed>"#;

const JSON: &str = r#"{"version": "https://jsonfeed.org/version/1.1", "title": "Hafen", "home_page_url": "https://hafen.example/",
  "authors": [{"name": "Redaktion"}], "language": "de", "items": [
  {"id": "1", "url": "https://hafen.example/kran", "title": "Kran &amp; Crew", "content_html": "<p>Text <a href=\"x\">x</a></p>",
   "date_published": "2021-03-04T05:06:07+01:00", "tags": ["hafen"], "attachments": [{"url": "a.mp3", "mime_type": "audio/mpeg"}]},
  {"id": 2, "external_url": "https://hafen.example/nebel", "content_text": "1 < 2", "summary": "Kurz"}]}"#;

const SITEMAP: &str = r#"<?xml version="1.0"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
  <url><loc>https://hafen.example/kran</loc><lastmod>2021-03-04</lastmod><news:news><news:publication><news:name>Hafen</news:name>
    <news:language>de</news:language></news:publication><news:publication_date>2021-03-04T05:06:07Z</news:publication_date>
    <news:title>Kran &amp; Crew</news:title><news:keywords>hafen, kran</news:keywords></news:news></url>
  <url><loc>https://hafen.example/nebel</loc><lastmod>2021-03-03</lastmod></url>
</urlset>"#;

#[test]
fn rss_in_full() {
    let feed = read(RSS);
    assert_eq!(feed.kind, FeedFormat::Rss);
    assert_eq!(feed.title.as_deref(), Some("The Harbour Post"));
    assert_eq!(feed.link.as_deref(), Some("https://harbour.example/"));
    assert_eq!(feed.description.as_deref(), Some("News of the port"));
    assert_eq!(feed.language.as_deref(), Some("en-GB"));
    assert_eq!(feed.updated, date("2021-03-04T06:00:00Z"));
    assert_eq!(feed.ttl_minutes, Some(30));
    assert_eq!(feed.repairs, Vec::<String>::new());
    let entry = &feed.entries[0];
    assert_eq!(entry.id, "hp-101");
    assert_eq!(entry.title, "Crane & crew: a rescue");
    assert_eq!(entry.authors, ["Bo Mate", "Ann Pilot"]);
    assert_eq!(entry.categories, ["Port", "Safety"]);
    assert_eq!(entry.published, date("2021-03-04T04:06:07Z"));
    assert_eq!(entry.summary_html.as_deref(), Some("<p>Short</p>"));
    assert_eq!(entry.content_html.as_deref(), Some("<p>Long <a href=\"https://harbour.example/more\">text</a></p>"));
    let files: Vec<_> = entry.enclosures.iter().map(|file| (file.url.as_str(), file.length)).collect();
    assert_eq!(files, [("https://harbour.example/a.mp3", Some(1200)), ("https://harbour.example/b.mp4", Some(9))]);
}

#[test]
fn atom_in_full() {
    let feed = read(ATOM);
    assert_eq!((feed.kind, feed.title.as_deref()), (FeedFormat::Atom, Some("Hafen & See")));
    assert_eq!((feed.link.as_deref(), feed.language.as_deref()), (Some("https://hafen.example/"), Some("de")));
    let [first, second] = &feed.entries[..] else { panic!("{feed:?}") };
    assert_eq!(first.link.as_deref(), Some("https://hafen.example/news/kran.html"));
    assert_eq!(first.summary_html.as_deref(), Some("Kurz &amp; gut: 1 &lt; 2"));
    let content = "<div><p>Text <a href=\"https://hafen.example/news/tief/x\">x</a><br></p></div>";
    assert_eq!(first.content_html.as_deref(), Some(content));
    assert_eq!((first.authors.as_slice(), first.language.as_deref()), (&["Redaktion".to_owned()][..], Some("de")));
    assert_eq!(first.enclosures[0].url, "https://hafen.example/news/kran.mp3");
    assert_eq!((second.link.as_deref(), second.language.as_deref()), (Some("https://hafen.example/brume"), Some("fr")));
    assert_eq!(second.authors, ["Eve"]);
}

#[test]
fn feed_rs_reads_well_formed_feeds_the_same() {
    for text in [RSS, ATOM] {
        let ours = read(text);
        let theirs = feed_rs::parser::parse(text.as_bytes()).expect("feed-rs");
        assert_eq!(ours.title, theirs.title.map(|title| plain_title(&title.content)));
        assert_eq!(ours.entries.len(), theirs.entries.len());
        for (a, b) in ours.entries.iter().zip(&theirs.entries) {
            assert_eq!(a.id, b.id);
            assert_eq!(a.title, b.title.as_ref().map(|title| plain_title(&title.content)).unwrap_or_default());
            let second = |instant: Option<Timestamp>| instant.map(Timestamp::as_second);
            assert_eq!(second(a.published), b.published.map(|instant| instant.timestamp()));
            assert!(b.links.iter().any(|link| Some(&link.href) == a.link.as_ref()), "{:?} {:?}", a.link, b.links);
        }
    }
}

/// Every document below holds one entry with this title, this link and this date.
#[test]
fn formats_and_damage() {
    let item = "<title>Fog</title><link>https://n.example/fog</link><pubDate>Thu, 04 Mar 2021 05:06:07 GMT</pubDate>";
    let rss = |inside: &str| format!("<rss version='2.0'><channel><title>N</title>{inside}</channel></rss>");
    let cases = [
        ("rss", rss(&format!("<item>{item}</item>"))),
        ("no channel", format!("<rss><item>{item}</item></rss>")),
        (
            "prefixed",
            format!(
                "<r:rss xmlns:r='urn:own'><r:channel><r:item>{}</r:item></r:channel></r:rss>",
                item.replace("</", "</r:").replace('<', "<r:").replace("<r:/r:", "</r:")
            ),
        ),
        ("unknown default namespace", rss(&format!("<item>{item}</item>")).replace("<rss", "<rss xmlns='urn:own'")),
        ("upper case", rss(&format!("<ITEM>{item}</ITEM>")).replace("channel", "CHANNEL")),
        (
            "text before",
            format!(
                "Warning: x < y\n<br />\n<b>Notice</b>: z\n<?xml version='1.0'?>{}",
                rss(&format!("<item>{item}</item>"))
            ),
        ),
        (
            "rdf",
            format!(
                "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='http://purl.org/rss/1.0/'\
            xmlns:dc='http://purl.org/dc/elements/1.1/'><channel/><item rdf:about='x'>{}</item></rdf:RDF>",
                item.replace("pubDate", "dc:date")
            ),
        ),
        ("undeclared dc", rss(&format!("<item>{}</item>", item.replace("pubDate", "dc:date")))),
        (
            "other prefix",
            rss(&format!("<item>{}</item>", item.replace("pubDate", "dublin:date")))
                .replace("<rss", "<rss xmlns:dublin='http://purl.org/dc/elements/1.1/'"),
        ),
        (
            "atom 0.3",
            "<feed version='0.3' xmlns='http://purl.org/atom/ns#'><entry><title>Fog</title>\
            <link rel='alternate' href='https://n.example/fog'/><issued>2021-03-04T05:06:07Z</issued></entry></feed>"
                .to_owned(),
        ),
        (
            "atom without namespace",
            "<feed><entry><title>Fog</title><link href='https://n.example/fog'/>\
            <published>2021-03-04T05:06:07Z</published></entry></feed>"
                .to_owned(),
        ),
        ("unended fields", rss(&format!("<item>{}", item.replace("</title>", "").replace("</link>", "")))),
        ("unended item", rss(&format!("<item>{item}<item></item>"))),
        ("stray ends", rss(&format!("<p></b></foo><item></i>{item}</div></item>"))),
        ("truncated after", rss(&format!("<item>{item}</item><item><title>Cut sh")).replace("</channel></rss>", "")),
        (
            "truncated in a tag",
            rss(&format!("<item>{item}</item><item><link href='http")).replace("</channel></rss>", ""),
        ),
        ("unended comment", rss(&format!("<!-- x ><item>{item}</item>"))),
        (
            "burner",
            rss(&format!(
                "<item>{}<feedburner:origLink>https://n.example/fog</feedburner:origLink></item>",
                item.replace("https://n.example/fog", "http://feeds.example/~r/1")
            )),
        ),
        ("cdata", rss(&format!("<item>{}</item>", item.replace("Fog", "<![CDATA[Fog]]>")))),
        ("control characters", rss(&format!("<item>{}</item>", item.replace("Fog", "F\u{1}o\0g")))),
        ("stranded link", rss(&format!("<item>{}</item>", item.replace("<link>", "<link/>").replace("</link>", "")))),
        ("guid only", rss(&format!("<item>{}</item>", item.replace("link>", "guid>")))),
    ];
    for (name, text) in cases {
        let feed = feed(text.as_bytes(), None, None).unwrap_or_else(|error| panic!("{name}: {error}"));
        let entry = feed.entries.first().unwrap_or_else(|| panic!("{name}: no entry"));
        assert_eq!(entry.title, "Fog", "{name}: {feed:?}");
        assert_eq!(entry.link.as_deref(), Some("https://n.example/fog"), "{name}");
        assert_eq!(entry.published, date("2021-03-04T05:06:07Z"), "{name}");
        let many = if name == "unended item" { 2 } else { 1 };
        assert_eq!(feed.entries.len(), many, "{name}");
    }
}

#[test]
fn repairs_are_said() {
    for (text, repair) in [
        ("<rss><item><title>R&D</title></item></rss>", "bare & escaped: 1"),
        ("<rss><item><title>a&nbsp;b</title></item></rss>", "HTML entities read: 1"),
        ("<rss><item><foo:bar>x</foo:bar></item></rss>", "undeclared prefixes: foo"),
        ("<rss><item><title>a</title></item><item><title>b", "truncated: kept 1 complete entries"),
        ("<rss><item><title>a</title></item>", "truncated: kept 1 complete entries"),
        ("<rss><item><title>a</title></item><item><title>b</title>", "and the last as far as it goes"),
        (
            "<rss><item><title>a</title><guid>1</guid></item><item><title>b</title><guid>1</guid></item></rss>",
            "the same id",
        ),
        ("<!DOCTYPE rss [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><rss><item><title>&x;</title></item></rss>", "DTD"),
    ] {
        let feed = read(text);
        assert!(feed.repairs.iter().any(|said| said.contains(repair)), "{text}: {:?}", feed.repairs);
    }
}

#[test]
fn entities_are_never_expanded_twice() {
    let mut text = String::from("<!DOCTYPE rss [<!ENTITY a0 'ha'>");
    for level in 1..40 {
        let _ = write!(text, "<!ENTITY a{level} '&a{0};&a{0};&a{0};&a{0};'>", level - 1);
    }
    text.push_str("]><rss><item><title>&a0; &a39;</title></item></rss>");
    assert_eq!(read(&text).entries[0].title, "ha &a39;");
}

#[test]
fn hostile_sizes_are_capped() {
    let many = format!("<rss>{}</rss>", "<item><title>x</title></item>".repeat(30_000));
    let feed = read(&many);
    assert_eq!(feed.entries.len(), MAX_ENTRIES);
    assert!(feed.repairs.iter().any(|said| said.starts_with("too many entries")), "{:?}", feed.repairs);
    let nested = format!("<rss><item>{}<title>x</title>{}</item></rss>", "<a>".repeat(20_000), "</a>".repeat(20_000));
    assert_eq!(read(&nested).entries.len(), 1);
    let wide = format!(
        "<rss><item><title>x</title><a b=\"{0}\"/><description><![CDATA[{0}]]></description></item></rss>",
        "y".repeat(5 << 20)
    );
    let entry = &read(&wide).entries[0];
    assert!(entry.summary_html.as_ref().is_some_and(|html| html.len() <= 2 << 20));
}

/// Each would take minutes were reading it not linear in its size.
#[test]
fn hostile_shapes_are_read_in_linear_time() {
    for piece in [
        "<item>",
        "<item><title>",
        "</item>",
        "<x>",
        "<x a=",
        "<x a='",
        "<x a='<",
        "<!--",
        "<![CDATA[",
        "<?",
        "&",
        "&#",
        "&lt",
        "<!DOCTYPE ",
        "<item xmlns:a='u'>",
        "<item xml:base='a/'>",
        "<channel>",
        "<url><loc>",
        "<b><p>",
        "<item><description>&lt;b>&lt;p>&lt;table>",
    ] {
        let many = piece.repeat((1 << 18) / piece.len());
        for start in ["", "<rss><channel><item>", "<urlset>", "<rss><channel><item><description>"] {
            let _ = feed(format!("{start}{many}").as_bytes(), None, None);
        }
    }
    for piece in ["[", "{\"items\":[", "{\"id\":\"1\"},", "\"\\\"", "{\"a\":"] {
        let many = piece.repeat((1 << 18) / piece.len());
        let _ =
            feed(format!("{{\"version\":\"https://jsonfeed.org/version/1\",\"items\":[{many}").as_bytes(), None, None);
    }
}

#[test]
fn what_is_no_feed_is_refused() {
    for (bytes, said) in [
        (&b""[..], "empty, not a feed"),
        (b" \n\t\xef\xbb\xbf", "empty, not a feed"),
        (b"<!doctype html><title>rss</title><item>x</item>", "an HTML page, not a feed"),
        (
            b"<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'/>",
            "RDF without a channel or items, not a feed",
        ),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "not a feed: begins with"),
        (b"{\"error\": 1}", "not a feed: begins with"),
    ] {
        let error = feed(bytes, None, None).expect_err(said).to_string();
        assert!(error.starts_with(said), "{error}");
    }
}

fn piece() -> impl Strategy<Value = String> {
    const MARKUP: &[&str] = &[
        "<rss>",
        "<channel>",
        "<item>",
        "</item>",
        "<entry>",
        "<feed xmlns='http://www.w3.org/2005/Atom'>",
        "<title>",
        "</title>",
        "<link href='",
        "'/>",
        "<![CDATA[",
        "]]>",
        "<!--",
        "-->",
        "&#x",
        "&amp",
        ";",
        "<content type='xhtml'>",
        "<div",
        "xml:base='",
        "<!DOCTYPE x [",
        "<!ENTITY a '",
        "<rdf:RDF>",
        "<pubDate>",
        "{\"items\":[",
        "\"",
        "<?xml encoding='",
        "?>",
        "<guid>",
        "<media:group>",
    ];
    prop_oneof![prop::sample::select(MARKUP).prop_map(str::to_owned), "\\PC{0,8}", "[<>&;'\"= /a-c]{0,6}"]
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..400), label in "[ -~]{0,40}") {
        let _ = feed(&bytes, Some(&label), None);
    }

    #[test]
    fn no_markup_makes_it_panic(pieces in prop::collection::vec(piece(), 0..40)) {
        let base = Url::parse("https://n.example/a/").ok();
        let text = pieces.concat();
        for bytes in [text.clone().into_bytes(), format!("<rss><channel><item>{text}").into_bytes()] {
            if let Ok(feed) = feed(&bytes, None, base.as_ref()) {
                prop_assert!(feed.entries.iter().all(|entry| !identity(entry).is_empty()));
            }
        }
        let _ = (plain_text(&text), plain_title(&text));
    }

    #[test]
    fn no_mutation_of_a_feed_makes_it_panic(
        which in 0..4_usize,
        steps in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), 0..5_u8, piece()), 1..8),
    ) {
        let mut bytes = [RSS, ATOM, JSON, SITEMAP][which].as_bytes().to_vec();
        for (from, to, how, piece) in steps {
            let (from, to) = (from.index(bytes.len() + 1), to.index(bytes.len() + 1));
            let range = from.min(to)..from.max(to);
            match how {
                0 => drop(bytes.drain(range)),
                1 => bytes.truncate(to.max(1)),
                2 => drop(bytes.splice(from..from, piece.into_bytes())),
                3 => {
                    let copy = bytes[range].to_vec();
                    drop(bytes.splice(to..to, copy));
                }
                _ => bytes.iter_mut().skip(from).take(3).for_each(|byte| *byte ^= 0x15),
            }
            bytes.truncate(1 << 16);
        }
        if let Ok(feed) = feed(&bytes, None, None) {
            for entry in &feed.entries {
                prop_assert!(!identity(entry).is_empty());
                prop_assert!(entry.title.chars().count() <= 500 && !entry.title.contains(|c: char| c.is_control()));
                let link = entry.link.as_deref().unwrap_or_default();
                prop_assert!(!link.to_ascii_lowercase().starts_with("javascript:"), "{link}");
                for html in [&entry.summary_html, &entry.content_html].into_iter().flatten() {
                    prop_assert!(!html.contains("<script") && !html.contains("<iframe"), "{html}");
                }
            }
        }
    }

    #[test]
    fn no_date_makes_it_panic(text in "\\PC{0,30}", digits in "[-+0-9:T/., Zaepm]{0,30}") {
        let _ = (date(&text), date(&digits), date(&format!("4 Mar {digits}")));
    }

    #[test]
    fn no_cut_loses_a_complete_entry(cut in 0..RSS.len()) {
        let first = RSS.find("</item>").unwrap_or_default() + 7;
        let cut = RSS.floor_char_boundary(cut);
        if cut >= first {
            let feed = read(&RSS[..cut]);
            prop_assert_eq!(&feed.entries[0].id, "hp-101");
            prop_assert!(feed.entries.iter().all(|entry| entry.id == "hp-101" || entry.id == "https://harbour.example/2021/fog"
                || (entry.id.starts_with("sha256:") && entry.link.is_none())
            ), "{:?}", feed.entries);
        }
    }
}
