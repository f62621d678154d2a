//! A sitemap (sitemaps.org 0.9, with the news and video modules) → entries, newest first; a sitemap index → the sitemaps
//! that it names. Read as a stream, since a sitemap may list 50,000 addresses; nothing is fetched.

use jiff::Timestamp;
use url::Url;

use super::channel::{absolute, language_tag};
use super::markup::{Sanitiser, html_of_text};
use super::text::plain_title;
use super::token::{Tally, Token, Tokens};
use super::{FeedFormat, ParsedEntry, ParsedFeed, SitemapLink, date, twice};

/// Addresses of one sitemap, by the protocol; what follows is left, and a repair says so.
const MAX_URLS: usize = 50_000;
/// Start tags among which the root is looked for: a server's warning may stand before it.
const LOOKED_AT: usize = 20;
const MAX_DEPTH: usize = 30;
/// Bytes of one field.
const MAX_FIELD: usize = 8192;
const MAX_KEYWORDS: usize = 50;

/// Whether a document is a sitemap or an index of them.
pub(super) fn is_sitemap(text: &str) -> bool {
    let head = &text[..text.floor_char_boundary(text.len().min(16 << 10))];
    for token in Tokens::new(head).filter(|token| matches!(token, Token::Start { .. })).take(LOOKED_AT) {
        let Token::Start { name, .. } = token else { continue };
        match local(name).as_str() {
            "urlset" | "sitemapindex" => return true,
            "rss" | "rdf" | "feed" | "html" | "channel" => return false,
            _ => {}
        }
    }
    false
}

/// Whether a text is a list of addresses, one a line, as sitemaps may be as well.
pub(super) fn is_address_list(text: &str) -> bool {
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty()).take(50).peekable();
    lines.peek().is_some()
        && lines.all(|line| {
            (line.starts_with("http://") || line.starts_with("https://")) && !line.contains(char::is_whitespace)
        })
}

/// Reads a list of addresses.
pub(super) fn read_list(text: &str) -> ParsedFeed {
    let mut feed = ParsedFeed::empty(FeedFormat::Sitemap);
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    for link in lines.by_ref().take(MAX_URLS).filter_map(|line| absolute(line, None)) {
        feed.entries.push(ParsedEntry { id: link.clone(), link: Some(link), ..ParsedEntry::default() });
    }
    if lines.next().is_some() {
        feed.repairs.push(too_many());
    }
    feed
}

fn too_many() -> String {
    format!("too many addresses: kept the first {MAX_URLS}")
}

/// Reads a sitemap or an index.
pub(super) fn read(text: &str, base: Option<&Url>) -> ParsedFeed {
    let mut reader = Reader {
        base,
        feed: ParsedFeed::empty(FeedFormat::Sitemap),
        open: Vec::new(),
        item: None,
        field: String::new(),
        without_address: 0,
        encoded_twice: 0,
        sanitiser: Sanitiser::default(),
    };
    let mut tokens = Tokens::new(text);
    let mut whole = true;
    for token in tokens.by_ref() {
        match token {
            Token::Start { name, empty, .. } => {
                if reader.feed.entries.len() + reader.feed.sitemaps.len() >= MAX_URLS {
                    whole = false;
                    break;
                }
                reader.start(name, empty);
            }
            Token::End { name } => reader.end(name),
            Token::Text(text) => reader.text(&text),
        }
    }
    // An item that the end of the bytes cuts is left out: its address may be half of one.
    let cut = whole && (tokens.tally.broken_off || !reader.open.is_empty());
    let mut feed = reader.feed;
    feed.repairs = repairs(&tokens.tally, reader.without_address, cut, whole);
    feed.repairs.extend(twice::repair(reader.encoded_twice));
    let newest = |entry: &ParsedEntry| std::cmp::Reverse(entry.published.or(entry.updated));
    feed.entries.sort_by_key(newest);
    feed.sitemaps.sort_by_key(|sitemap| std::cmp::Reverse(sitemap.updated));
    let mut languages = feed.entries.iter().map(|entry| entry.language.as_deref());
    if let Some(Some(first)) = languages.next()
        && languages.all(|language| language == Some(first))
    {
        feed.language = Some(first.to_owned());
    }
    feed
}

fn repairs(tally: &Tally, without_address: usize, cut: bool, whole: bool) -> Vec<String> {
    let counted = |count: usize, what: &str| (count > 0).then(|| format!("{what}: {count}"));
    [
        counted(tally.met.bare, "bare & escaped"),
        counted(tally.bare_less_than, "bare < escaped"),
        counted(tally.controls, "control characters dropped"),
        counted(without_address, "items without an address left out"),
        cut.then(|| "truncated: kept what was complete".to_owned()),
        (!whole).then(too_many),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// A name without its prefix, in lower case.
fn local(name: &str) -> String {
    name.rsplit(':').next().unwrap_or(name).to_ascii_lowercase()
}

/// What is said of one address.
#[derive(Default)]
struct Item {
    /// Of a `<sitemap>` in an index, not of a `<url>`.
    names_sitemap: bool,
    address: Option<String>,
    modified: Option<Timestamp>,
    title: Option<String>,
    published: Option<Timestamp>,
    language: Option<String>,
    keywords: Vec<String>,
    video_title: Option<String>,
    video_text: Option<String>,
    video_published: Option<Timestamp>,
}

struct Reader<'a> {
    base: Option<&'a Url>,
    feed: ParsedFeed,
    /// Local names of the open elements.
    open: Vec<String>,
    item: Option<Item>,
    /// The text of the innermost element.
    field: String,
    without_address: usize,
    encoded_twice: usize,
    sanitiser: Sanitiser,
}

impl Reader<'_> {
    fn start(&mut self, name: &str, empty: bool) {
        let name = local(name);
        if matches!(name.as_str(), "url" | "sitemap") {
            // The one before was never ended.
            self.finish();
            self.open.retain(|open| matches!(open.as_str(), "urlset" | "sitemapindex"));
            self.item = Some(Item { names_sitemap: name == "sitemap", ..Item::default() });
        }
        self.field.clear();
        if !empty && self.open.len() < MAX_DEPTH {
            self.open.push(name);
        }
    }

    fn text(&mut self, text: &str) {
        let room = MAX_FIELD.saturating_sub(self.field.len());
        self.field.push_str(&text[..text.floor_char_boundary(text.len().min(room))]);
    }

    fn end(&mut self, name: &str) {
        let name = local(name);
        let Some(at) = self.open.iter().rposition(|open| *open == name) else { return };
        let inside = at.checked_sub(1).map(|outer| self.open[outer].clone()).unwrap_or_default();
        self.open.truncate(at);
        if matches!(name.as_str(), "url" | "sitemap") {
            self.finish();
        } else {
            self.take(&inside, &name);
        }
        self.field.clear();
    }

    /// Takes the text of a field that has ended.
    fn take(&mut self, inside: &str, name: &str) {
        if name != "loc"
            && let Some(meant) = twice::undo(&self.field)
        {
            self.field = meant;
            self.encoded_twice += 1;
        }
        let text = self.field.trim();
        let Some(item) = self.item.as_mut().filter(|_| !text.is_empty()) else { return };
        match (inside, name) {
            ("url" | "sitemap", "loc") => item.address = item.address.take().or_else(|| absolute(text, self.base)),
            ("url" | "sitemap", "lastmod") => item.modified = item.modified.or_else(|| date(text)),
            ("news", "title") => item.title = Some(plain_title(text)),
            ("news", "publication_date") => item.published = date(text),
            ("news", "keywords") => {
                let words = text.split(',').map(plain_title).filter(|word| !word.is_empty());
                item.keywords.extend(words.take(MAX_KEYWORDS));
            }
            ("publication" | "news", "language") => item.language = language_tag(text),
            ("publication", "name") if self.feed.title.is_none() => self.feed.title = Some(plain_title(text)),
            ("video", "title") => item.video_title = Some(plain_title(text)),
            ("video", "description") => {
                item.video_text = self.sanitiser.clean(&html_of_text(&plain_title(text)), self.base);
            }
            ("video", "publication_date") => item.video_published = date(text),
            _ => {}
        }
    }

    /// Keeps the item that has ended.
    fn finish(&mut self) {
        let Some(item) = self.item.take() else { return };
        let Some(address) = item.address.filter(|url| url.starts_with("http://") || url.starts_with("https://")) else {
            self.without_address += 1;
            return;
        };
        if item.names_sitemap {
            self.feed.sitemaps.push(SitemapLink { url: address, updated: item.modified });
            return;
        }
        self.feed.entries.push(ParsedEntry {
            id: address.clone(),
            link: Some(address),
            title: item.title.or(item.video_title).unwrap_or_default(),
            published: item.published.or(item.video_published),
            updated: item.modified,
            categories: item.keywords,
            summary_html: item.video_text,
            language: item.language,
            ..ParsedEntry::default()
        });
    }
}

#[cfg(test)]
mod tests {
    use crate::parse::{FeedFormat, ParsedFeed, Texts, date, feed, source};

    fn read(text: &str) -> ParsedFeed {
        source(text.as_bytes().into(), None, None, Texts::Html, None).expect(text)
    }

    const NEWS: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"
        xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
  <url>
    <loc>https://harbour.example/2021/crane</loc><lastmod>2021-03-04T07:00:00+01:00</lastmod>
    <news:news>
      <news:publication><news:name>The Harbour Post</news:name><news:language>en</news:language></news:publication>
      <news:publication_date>2021-03-04T05:06:07Z</news:publication_date>
      <news:title>Crane &amp; crew: a &lt;i&gt;rescue&lt;/i&gt;</news:title><news:keywords>port, rescue ,safety</news:keywords>
    </news:news>
    <image:image><image:loc>https://harbour.example/crane.jpg</image:loc><image:title>A crane</image:title></image:image>
  </url>
  <url>
    <loc>https://harbour.example/2021/fog?a=1&amp;b=2</loc>
    <news:news><news:publication><news:name>The Harbour Post</news:name><news:language>en</news:language></news:publication>
      <news:publication_date>2021-03-05</news:publication_date><news:title><![CDATA[Fog & rain]]></news:title></news:news>
  </url>
</urlset>"#;

    #[test]
    fn a_news_sitemap_is_read_newest_first() {
        let feed = read(NEWS);
        assert_eq!((feed.kind, feed.title.as_deref()), (FeedFormat::Sitemap, Some("The Harbour Post")));
        assert_eq!((feed.language.as_deref(), feed.repairs.as_slice()), (Some("en"), &[][..]));
        let [fog, crane] = &feed.entries[..] else { panic!("{feed:?}") };
        assert_eq!((fog.title.as_str(), fog.published), ("Fog & rain", date("2021-03-05")));
        assert_eq!(fog.link.as_deref(), Some("https://harbour.example/2021/fog?a=1&b=2"));
        assert_eq!(crane.title, "Crane & crew: a rescue");
        assert_eq!((crane.published, crane.updated), (date("2021-03-04T05:06:07Z"), date("2021-03-04T06:00:00Z")));
        assert_eq!(crane.categories, ["port", "rescue", "safety"]);
        assert_eq!((crane.id.as_str(), crane.language.as_deref()), ("https://harbour.example/2021/crane", Some("en")));
    }

    #[test]
    fn an_index_names_its_sitemaps_newest_first() {
        let feed = read(
            "<sitemapindex xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>\
             <sitemap><loc>https://n.example/1.xml.gz</loc><lastmod>2020-01-01</lastmod></sitemap>\
             <sitemap><loc>https://n.example/2.xml</loc></sitemap>\
             <sitemap><loc>https://n.example/3.xml</loc><lastmod>2021-01-01</lastmod></sitemap></sitemapindex>",
        );
        let urls: Vec<&str> = feed.sitemaps.iter().map(|sitemap| sitemap.url.as_str()).collect();
        assert_eq!(urls, ["https://n.example/3.xml", "https://n.example/1.xml.gz", "https://n.example/2.xml"]);
        assert!(feed.entries.is_empty());
    }

    /// Each holds one address with this date; damage costs at most what it stands in.
    #[test]
    fn odd_and_damaged_sitemaps() {
        let url = "<url><loc> https://n.example/a </loc><lastmod>2021-03-04</lastmod></url>";
        for (name, text, repair) in [
            ("plain", format!("<urlset>{url}</urlset>"), ""),
            ("prefixed", format!("<s:urlset>{}</s:urlset>", url.replace("</", "</s:").replace("<l", "<s:l")), ""),
            ("a warning before", format!("Warning: x<br />\n<?xml version='1.0'?><urlset>{url}</urlset>"), ""),
            ("cut", format!("<urlset>{url}<url><loc>https://n.example/b"), "truncated"),
            ("never ended", format!("<urlset>{}<url><lastmod>x", url.replace("</url>", "")), "truncated"),
            ("no address", format!("<urlset><url><lastmod>2021</lastmod></url>{url}</urlset>"), "without an address"),
            ("bare &", format!("<urlset>{}</urlset>", url.replace("</loc>", "</loc><x>a & b</x>")), "bare &"),
            ("twice", format!("<urlset>{}</urlset>", url.replace("</loc>", "</loc><x>cafÃ©</x>")), "encoded twice"),
            ("script", format!("<urlset><url><loc>javascript:x</loc></url>{url}</urlset>"), "without an address"),
        ] {
            let feed = read(&text);
            let found: Vec<_> =
                feed.entries.iter().map(|entry| (entry.link.as_deref().unwrap_or_default(), entry.updated)).collect();
            assert_eq!(found, [("https://n.example/a", date("2021-03-04"))], "{name}");
            assert!(feed.repairs.join(";").contains(repair), "{name}: {:?}", feed.repairs);
        }
        let list = read("https://n.example/a\r\n\r\nhttps://n.example/b\n");
        assert_eq!((list.kind, list.entries.len()), (FeedFormat::Sitemap, 2));
        let video = read(
            "<urlset><url><loc>https://n.example/v</loc><video:video><video:title>Fog</video:title>\
             <video:description>Thick &amp; cold</video:description></video:video></url></urlset>",
        );
        assert_eq!(video.entries[0].title, "Fog");
        assert_eq!(video.entries[0].summary_html.as_deref(), Some("Thick &amp; cold"));
    }

    #[test]
    fn addresses_alone_must_be_meant() {
        let bare = "<urlset><url><loc>https://n.example/a</loc></url></urlset>";
        let error = feed(bare.as_bytes(), None, None).expect_err("no feed").to_string();
        assert!(error.starts_with("a sitemap without dates or headlines, not a feed"), "{error}");
        assert_eq!(read(bare).entries.len(), 1);
        for text in [NEWS, "<urlset/>", &bare.replace("</url>", "<lastmod>2021-03-04</lastmod></url>")] {
            assert!(feed(text.as_bytes(), None, None).is_ok(), "{text}");
        }
    }

    #[test]
    fn a_packed_sitemap_is_unpacked_and_a_bomb_is_not() {
        use std::io::Write as _;
        let pack = |bytes: &[u8]| {
            let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            encoder.write_all(bytes).expect("memory");
            encoder.finish().expect("memory")
        };
        let packed = pack(NEWS.as_bytes());
        let whole = feed(&packed, Some("application/gzip"), None).expect("a sitemap");
        assert_eq!((whole.entries.len(), whole.repairs.as_slice()), (2, &["unpacked from gzip".to_owned()][..]));
        let bomb = pack(&vec![b' '; 100 << 20]);
        let error = feed(&bomb, None, None).expect_err("a bomb").to_string();
        assert!(error.contains("unpacks to more than"), "{error}");
    }

    #[test]
    fn a_sitemap_of_many_addresses_is_cut() {
        let text = format!("<urlset>{}</urlset>", "<url><loc>https://n.example/a</loc></url>".repeat(50_010));
        let feed = read(&text);
        assert_eq!(feed.entries.len(), 50_000);
        assert!(feed.repairs[0].starts_with("too many addresses"), "{:?}", feed.repairs);
    }
}
