//! A page's HTML, or a `Link` header → the feeds that they name. Linear in the text, however deep it is nested; whether
//! there is a feed at an address is for the caller to find out.

use url::Url;

use super::text::title_of_text;
use super::token::{Token, Tokens};

/// Bytes of a page that are looked at, and links taken from it.
const MAX_SCANNED: usize = 2 << 20;
const MAX_LINKS: usize = 200;
const MAX_ADDRESS: usize = 2000;

/// A feed that a page names, or seems to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedLink {
    pub url: Url,
    /// What the page calls it.
    pub title: Option<String>,
    pub naming: Naming,
}

/// How sure the naming is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Naming {
    /// `<link rel="alternate">` with a feed's type, or the same in a Link header.
    Declared,
    /// A link in the text that looks like one to a feed, or to a page about feeds.
    Anchor,
}

/// The feeds that a page names: the declared ones first, each address once.
pub fn feed_links(html: &str, page: &Url) -> Vec<FeedLink> {
    let html = &html[..html.floor_char_boundary(html.len().min(MAX_SCANNED))];
    let mut base = page.clone();
    let mut found: Vec<FeedLink> = Vec::new();
    // The anchor whose text is being read.
    let mut anchor: Option<(Url, String)> = None;
    let take = |link: FeedLink, found: &mut Vec<FeedLink>| {
        let known = found.iter().any(|known| known.url == link.url);
        if !known && found.len() < MAX_LINKS && link.url.as_str().len() < MAX_ADDRESS {
            found.push(link);
        }
    };
    for token in Tokens::new(html) {
        match token {
            Token::Start { name, attributes, .. } => {
                let attribute = |key: &str| {
                    attributes.iter().find(|(known, _)| known.eq_ignore_ascii_case(key)).map(|(_, value)| value.trim())
                };
                let address = |base: &Url| attribute("href").and_then(|href| resolve(href, base));
                match name.to_ascii_lowercase().as_str() {
                    "base" => base = address(page).unwrap_or(base),
                    "link" if is_feed_link(attribute("rel"), attribute("type")) => {
                        if let Some(url) = address(&base) {
                            let title = attribute("title").map(title_of_text).filter(|title| !title.is_empty());
                            take(FeedLink { url, title, naming: Naming::Declared }, &mut found);
                        }
                    }
                    "a" => {
                        let label = attribute("title").or(attribute("aria-label")).unwrap_or_default().to_owned();
                        // A place on the page is the page, whatever the base.
                        let here = attribute("href").is_none_or(|href| href.starts_with('#'));
                        let target = address(&base).filter(|_| !here).unwrap_or_else(|| page.clone());
                        if let Some((url, text)) = anchor.replace((target, label)) {
                            anchored(&url, &text, page, &mut |link| take(link, &mut found));
                        }
                    }
                    "img" | "svg" | "use" => {
                        if let Some((_, text)) = &mut anchor {
                            text.push(' ');
                            text.push_str(attribute("alt").unwrap_or_default());
                        }
                    }
                    _ => {}
                }
            }
            Token::Text(text) => {
                if let Some((_, label)) = anchor.as_mut().filter(|(_, label)| label.len() < 200) {
                    label.push(' ');
                    label.push_str(&text[..text.floor_char_boundary(text.len().min(200))]);
                }
            }
            Token::End { name } => {
                if name.eq_ignore_ascii_case("a")
                    && let Some((url, text)) = anchor.take()
                {
                    anchored(&url, &text, page, &mut |link| take(link, &mut found));
                }
            }
        }
    }
    found.sort_by_key(|link| link.naming);
    found
}

fn anchored(url: &Url, text: &str, page: &Url, take: &mut impl FnMut(FeedLink)) {
    let mut bare = url.clone();
    bare.set_fragment(None);
    let mut here = page.clone();
    here.set_fragment(None);
    if bare != here && (looks_like_feed(url) || speaks_of_feeds(text)) && !is_reader(url) {
        let title = Some(title_of_text(text)).filter(|title| !title.is_empty());
        take(FeedLink { url: bare, title, naming: Naming::Anchor });
    }
}

/// Whether an address is spelt as those of feeds are.
pub fn looks_like_feed(url: &Url) -> bool {
    const NAMES: [&str; 14] = [
        "rss",
        "feed",
        "feeds",
        "atom",
        "rdf",
        "rss2",
        "rss.xml",
        "feed.xml",
        "atom.xml",
        "index.xml",
        "index.rdf",
        "index.rss",
        "feed.json",
        "rssfeed",
    ];
    let path = url.path().to_ascii_lowercase();
    let last = path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let ends = [".rss", ".rdf", ".atom"].iter().any(|end| last.ends_with(end));
    let xml = [".xml", ".php", ".aspx"].iter().any(|end| last.ends_with(end));
    let speaks =
        path.split('/').any(|part| part.starts_with("rss") || part.starts_with("feed") || part.starts_with("atom"));
    let query = url.query().unwrap_or_default().to_ascii_lowercase();
    let asks = query.split('&').any(|pair| {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        matches!(key, "rss" | "atom") || (matches!(key, "feed" | "format" | "type" | "output") && is_format(value))
    });
    let host = url.host_str().unwrap_or_default();
    let hosted = ["rss.", "feeds.", "feed."].iter().any(|start| host.starts_with(start)) && path.len() > 1;
    NAMES.contains(&last) || ends || (xml && speaks) || asks || hosted
}

fn is_format(value: &str) -> bool {
    matches!(value, "rss" | "rss2" | "atom" | "feed" | "xml" | "json")
}

/// Whether a link's text says that there are feeds behind it.
fn speaks_of_feeds(text: &str) -> bool {
    let words: Vec<String> =
        text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase).collect();
    words.len() <= 6 && words.iter().any(|word| matches!(word.as_str(), "rss" | "atom" | "feed" | "feeds" | "webfeed"))
}

/// Services that read a feed for somebody: the address behind is theirs.
fn is_reader(url: &Url) -> bool {
    const READERS: [&str; 8] = [
        "feedly.com",
        "inoreader.com",
        "newsblur.com",
        "netvibes.com",
        "theoldreader.com",
        "facebook.com",
        "twitter.com",
        "x.com",
    ];
    let host = url.host_str().unwrap_or_default();
    READERS.iter().any(|reader| host == *reader || host.strip_suffix(reader).is_some_and(|rest| rest.ends_with('.')))
}

/// `<link>` of a feed: an alternate of a feed's type, or `rel="feed"`.
pub(super) fn is_feed_link(rel: Option<&str>, kind: Option<&str>) -> bool {
    let rel = rel.unwrap_or_default().to_ascii_lowercase();
    let kind = kind.unwrap_or_default().to_ascii_lowercase();
    let of_feeds = kind.contains("rss") || kind.contains("atom") || kind.contains("feed+json") || kind.contains("rdf");
    rel.split_whitespace().any(|word| word == "alternate" || word == "feed") && (of_feeds || rel == "feed")
}

pub(super) fn resolve(href: &str, base: &Url) -> Option<Url> {
    let url = base.join(href).ok()?;
    matches!(url.scheme(), "http" | "https").then_some(url)
}

/// One link of a `Link` header (RFC 8288).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeaderLink {
    pub url: Url,
    /// In lower case; one link may have several.
    pub relations: Vec<String>,
    pub kind: Option<String>,
}

impl HeaderLink {
    pub fn is(&self, relation: &str) -> bool {
        self.relations.iter().any(|known| known == relation)
    }

    /// Whether it names a feed.
    pub fn is_feed(&self) -> bool {
        is_feed_link(Some(&self.relations.join(" ")), self.kind.as_deref())
    }
}

/// The links of a `Link` header's value; what is malformed is left out.
pub fn header_links(value: &str, base: &Url) -> Vec<HeaderLink> {
    let mut links = Vec::new();
    let mut rest = value;
    while let Some(open) = rest.find('<') {
        let Some(close) = rest[open..].find('>').map(|length| open + length) else { break };
        let target = &rest[open + 1..close];
        rest = &rest[close + 1..];
        let end = end_of_link(rest);
        let (mut relations, mut kind) = (Vec::new(), None);
        for parameter in split_outside_quotes(&rest[..end], ';') {
            let Some((key, value)) = parameter.split_once('=') else { continue };
            let value = value.trim().trim_matches('"').to_ascii_lowercase();
            match key.trim().to_ascii_lowercase().as_str() {
                "rel" if relations.is_empty() => relations = value.split_whitespace().map(str::to_owned).collect(),
                "type" => kind = Some(value),
                _ => {}
            }
        }
        rest = &rest[end..];
        if let Some(url) = resolve(target.trim(), base).filter(|url| url.as_str().len() < MAX_ADDRESS) {
            links.push(HeaderLink { url, relations, kind });
        }
        if links.len() >= MAX_LINKS {
            break;
        }
    }
    links
}

/// Where the parameters of a link end: at a comma outside of quotes.
fn end_of_link(text: &str) -> usize {
    let mut quoted = false;
    text.find(|c: char| {
        quoted ^= c == '"';
        c == ',' && !quoted
    })
    .unwrap_or(text.len())
}

fn split_outside_quotes(text: &str, at: char) -> impl Iterator<Item = &str> {
    let mut quoted = false;
    text.split(move |c: char| {
        quoted ^= c == '"';
        c == at && !quoted
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).expect("a URL")
    }

    #[test]
    fn a_page_names_its_feeds() {
        let html = "<html><head><base href='https://n.example/x/'><link rel='ALTERNATE' type='application/atom+xml' \
                    href=a.xml title='News &amp; more'><link rel=stylesheet href=rss.css><link rel='feed' href='/f'></head>\
                    <body><a href='/world/'>World</a><a href='/rss/sport.xml'>Sport</a><a href='/feeds'><img alt='RSS'></a>\
                    <a href='/about'>RSS feeds</a><a href='https://feedly.com/i/rss'>rss</a><a href='#rss'>rss</a>\
                    <a href='/story-about-feed-prices-in-the-north'>Farmers on the price of feed this year and next</a>\
                    <script>if (a<b) x = '<a href=/y>'</script></body></html>";
        let links = feed_links(html, &url("https://n.example/"));
        let shown: Vec<String> = links
            .iter()
            .map(|link| format!("{:?} {} {}", link.naming, link.url, link.title.as_deref().unwrap_or("—")))
            .collect();
        assert_eq!(
            shown,
            [
                "Declared https://n.example/x/a.xml News & more",
                "Declared https://n.example/f —",
                "Anchor https://n.example/rss/sport.xml Sport",
                "Anchor https://n.example/feeds RSS",
                "Anchor https://n.example/about RSS feeds",
            ]
        );
    }

    #[test]
    fn addresses_of_feeds_are_told_from_others() {
        for (text, expected) in [
            ("https://a.example/feed/", true),
            ("https://a.example/world/rss.xml", true),
            ("https://a.example/?feed=rss2", true),
            ("https://feeds.a.example/world", true),
            ("https://a.example/rssfeeds/-2128936835.cms", false),
            ("https://a.example/services/rss/index.php", true),
            ("https://a.example/feedback", false),
            ("https://a.example/sitemap.xml", false),
            ("https://a.example/news/cattle-feed-prices", false),
        ] {
            assert_eq!(looks_like_feed(&url(text)), expected, "{text}");
        }
    }

    #[test]
    fn link_headers_are_read() {
        let links = header_links(
            "<https://hub.example/>; rel=\"hub\", </f.xml>; REL=self ;type=\"application/rss+xml\", <x>; title=\"a, b; rel=hub\", \
             <javascript:x>; rel=hub, <broken",
            &url("https://n.example/news/"),
        );
        let shown: Vec<String> =
            links.iter().map(|link| format!("{} {}", link.url, link.relations.join("+"))).collect();
        assert_eq!(shown, ["https://hub.example/ hub", "https://n.example/f.xml self", "https://n.example/news/x "]);
        assert!(header_links("<a>; rel=alternate; type=application/atom+xml", &url("https://n.example/"))[0].is_feed());
    }

    #[test]
    fn a_page_of_nothing_but_anchors_ends_in_time() {
        let html = "<a href='/rss'>".repeat(100_000) + &"<div>".repeat(100_000);
        assert_eq!(feed_links(&html, &url("https://n.example/")).len(), 1);
    }
}
