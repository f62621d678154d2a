//! A page's links → the further pages of its article: its own address with a page's number, marked as a page or as next.
//! A link to the next article is none of them: it leads to another address. And: parts as read → one article.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use dom_query::NodeRef;
use regex::Regex;
use serde::Serialize;
use url::Url;

use super::metadata::line;
use super::names;
use super::pattern::regex;
use super::title::key;
use super::{Page, quotes};

/// Links of a page that are looked at.
const MAX_LINKS: usize = 5000;
/// No article has more pages.
const LAST_PAGE: u32 = 60;

/// A further page of an article.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Further {
    /// 2 for the second page.
    pub number: u32,
    pub url: String,
}

/// The further pages to which a page's links lead, each once, in order. `first` is the address of the article's first page.
pub(super) fn further(links: &[NodeRef], here: Option<&Url>, first: Option<&Url>) -> Vec<Further> {
    let (Some(here), Some(first)) = (here, first.or(here)) else { return Vec::new() };
    let mut found = BTreeMap::new();
    for node in links.iter().take(MAX_LINKS) {
        let Some(url) = node.attr("href").and_then(|href| here.join(href.trim()).ok()) else { continue };
        // A page of the article begins at its top; what leads elsewhere is the comments.
        if url.fragment().is_some_and(|fragment| fragment.contains("comment")) {
            continue;
        }
        let Some(page) = Numbered::of(first, &url) else { continue };
        if is_marked(node, &page) && !names::stands_in_comments(node) {
            let mut url = url;
            url.set_fragment(None);
            found.entry(page.number).or_insert_with(|| url.to_string());
        }
    }
    found.into_iter().map(|(number, url)| Further { number, url }).collect()
}

/// An address that is another with a page's number.
struct Numbered {
    number: u32,
    /// The number stands behind a bare hyphen, as it does in the second article of the same name.
    ambiguous: bool,
}

impl Numbered {
    fn of(first: &Url, url: &Url) -> Option<Self> {
        if first.host_str() != url.host_str() || !matches!(url.scheme(), "http" | "https") {
            return None;
        }
        let (own, other) = (first.path().trim_end_matches('/'), url.path().trim_end_matches('/'));
        if own == other {
            return in_query(first, url).map(|number| Self { number, ambiguous: false });
        }
        // The rest of the address stays as it is, tracking parameters aside.
        if own.is_empty() || !parameters(url).all(|pair| parameters(first).any(|own| own == pair)) {
            return None;
        }
        in_path(own, other)
    }
}

fn parameters(url: &Url) -> impl Iterator<Item = (String, String)> {
    url.query_pairs().map(|(key, value)| (key.into_owned(), value.into_owned()))
}

/// `?page=2`: one parameter more, or another value of it.
fn in_query(first: &Url, url: &Url) -> Option<u32> {
    const KEYS: &[&str] = &["page", "pg", "pagenum", "pageno", "page_no", "paged", "seite", "pagina", "p", "part", "s"];
    let mut number = None;
    for (key, value) in parameters(url) {
        if parameters(first).any(|own| own == (key.clone(), value.clone())) {
            continue;
        }
        let own = parameters(first).find(|(own, _)| *own == key).map(|(_, value)| value);
        if number.is_some() || !KEYS.contains(&key.as_str()) || own.is_some_and(|own| own != "1") {
            return None;
        }
        number = Some(value.parse().ok()?);
    }
    // What the address says besides is said of every page.
    let stays =
        |key: &str| key.starts_with("utm_") || KEYS.contains(&key) || parameters(url).any(|(other, _)| other == key);
    let number = number.filter(|number| (2..=LAST_PAGE).contains(number))?;
    parameters(first).all(|(key, _)| stays(&key)).then_some(number)
}

/// `/ferry/2`, `/ferry/page/2`, `/ferry-page-2`, `/ferry_2.html`.
fn in_path(own: &str, other: &str) -> Option<Numbered> {
    static SUFFIX: LazyLock<Regex> = LazyLock::new(|| {
        regex(r"(?ix)^([/_,.~-])(?:(page|pag|p|seite|pagina|parte?|teil|s|komplett)[-_/=]?)?(\d{1,2})$")
    });
    let (stem, ending) = split_ending(own);
    let (other_stem, other_ending) = split_ending(other);
    if ending != other_ending && !other_ending.is_empty() {
        return None;
    }
    let suffix = SUFFIX.captures(other_stem.strip_prefix(stem)?)?;
    let number: u32 = suffix[3].parse().ok()?;
    let ambiguous = &suffix[1] == "-" && suffix.get(2).is_none();
    (2..=LAST_PAGE).contains(&number).then_some(Numbered { number, ambiguous })
}

/// `/ferry` and `.html`.
fn split_ending(path: &str) -> (&str, &str) {
    let at = [".html", ".htm", ".shtml", ".php", ".aspx", ".jsp", ".do"].iter().find_map(|end| path.strip_suffix(end));
    at.map_or((path, ""), |stem| (stem, &path[stem.len()..]))
}

/// Whether a link says that it leads to that page, or to the next one.
fn is_marked(node: &NodeRef, page: &Numbered) -> bool {
    static NEXT: LazyLock<Regex> = LazyLock::new(|| {
        regex(
            r"(?ix)^\W*(?:next(?:\s+page)?|continue(?:\s+(?:reading|to\s+page\s+\d+))?|older|weiter(?:lesen)?|(?:zur\s+)?nächsten?\s+seite
            |(?:página\s+)?siguiente|(?:page\s+)?suivante?|(?:pagina\s+)?successiva|avanti|próxima(?:\s+página)?|volgende(?:\s+pagina)?
            |nästa(?:\s+sida)?|następna(?:\s+strona)?|далее|следующая(?:\s+страница)?|次へ|次のページ(?:へ)?|下一页|下一頁|下页
            |다음(?:\s*페이지)?|الصفحة\s+التالية|التالي|sonraki(?:\s+sayfa)?)\W*$",
        )
    });
    static NUMBER: LazyLock<Regex> = LazyLock::new(|| {
        regex(
            r"(?ix)^\W*(?:page|seite|página|pagina|strona|sida|part|teil|страница|第)?\s*(\d{1,2})\s*(?:页|頁|ページ)?\W*$",
        )
    });
    let text = line(&node.text());
    let numbered = NUMBER.captures(&text).is_some_and(|found| found[1].parse() == Ok(page.number));
    if page.ambiguous {
        return numbered;
    }
    let rel_next =
        node.attr("rel").is_some_and(|rel| rel.split_whitespace().any(|word| word.eq_ignore_ascii_case("next")));
    // An arrow alone says it with its label.
    let label = node.attr("aria-label").or_else(|| node.attr("title")).map(|label| line(&label)).unwrap_or_default();
    numbered || rel_next || NEXT.is_match(&text) || (text.chars().count() < 4 && NEXT.is_match(&label))
}

/// Whether a part is of the same article: its title says so, or it has none.
pub fn is_part_of(first: &Page, part: &Page) -> bool {
    let (Some(first), Some(part)) = (&first.title, &part.title) else { return true };
    let (first, part) = (key(first), key(part));
    first.contains(&part) || part.contains(&first)
}

/// Adds a further page's paragraphs and captions that are not there yet; how many bytes of text came to it.
pub fn append(first: &mut Page, part: &Page) -> usize {
    let before = first.text.len();
    let known: Vec<String> = first.text.split("\n\n").map(key).collect();
    for paragraph in part.text.split("\n\n").filter(|paragraph| !known.contains(&key(paragraph))) {
        if first.text.len() + paragraph.len() > super::MAX_TEXT {
            break;
        }
        if !first.text.is_empty() {
            first.text.push_str("\n\n");
        }
        first.text.push_str(paragraph);
    }
    for caption in &part.captions {
        if !first.captions.contains(caption) {
            first.captions.push(caption.clone());
        }
    }
    first.quotes = quotes(&first.text);
    first.text.len() - before
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::landmarks::Landmarks;
    use dom_query::Document;

    fn url(text: &str) -> Url {
        Url::parse(text).expect("a URL")
    }

    fn found(here: &str, html: &str) -> Vec<(u32, String)> {
        let here = url(here);
        let all = further(&Landmarks::of(&Document::from(html)).links, Some(&here), None);
        all.into_iter().map(|page| (page.number, page.url)).collect()
    }

    #[test]
    fn pages_of_the_article_are_found_however_they_are_numbered() {
        for (here, html, expected) in [
            ("https://a.example/ferry", "<a href='?page=2'>2</a>", "https://a.example/ferry?page=2"),
            (
                "https://a.example/ferry?utm_source=x",
                "<a href='/ferry?page=2'>Next</a>",
                "https://a.example/ferry?page=2",
            ),
            ("https://a.example/?id=7", "<a href='/?id=7&seite=2'>Weiter</a>", "https://a.example/?id=7&seite=2"),
            (
                "https://a.example/ferry/",
                "<a href='/ferry/2/' class=post-page-numbers>2</a>",
                "https://a.example/ferry/2/",
            ),
            (
                "https://a.example/ferry",
                "<a href=/ferry/seite-2>Nächste Seite »</a>",
                "https://a.example/ferry/seite-2",
            ),
            ("https://a.example/c_1.htm", "<a href=c_1_2.htm>下一页</a>", "https://a.example/c_1_2.htm"),
            ("https://a.example/ferry.html", "<a href=ferry-2.html>Page 2</a>", "https://a.example/ferry-2.html"),
            ("https://a.example/ferry", "<link rel=next href=/ferry/page/2>", "https://a.example/ferry/page/2"),
            (
                "https://a.example/ferry",
                "<a href='/ferry?page=2' aria-label='Next page'>›</a>",
                "https://a.example/ferry?page=2",
            ),
        ] {
            assert_eq!(found(here, html), [(2, expected.to_owned())], "{here} {html}");
        }
        let list = "<p>1 <a href='?page=2'>2</a> <a href='?page=3'>3</a> <a href='?page=2'>Next</a></p>";
        assert_eq!(found("https://a.example/ferry", list).iter().map(|(n, _)| *n).collect::<Vec<_>>(), [2, 3]);
    }

    #[test]
    fn other_articles_and_comments_are_no_pages_of_it() {
        for (here, html) in [
            ("https://a.example/ferry", "<link rel=next href=/bus-late><a rel=next href=/bus-late>Next article</a>"),
            ("https://a.example/?p=17", "<link rel=next href='/?p=18'>"),
            ("https://a.example/news/7", "<a href=/news/8>Next</a>"),
            ("https://a.example/roundup", "<a href=/roundup-2 rel=next>Next</a>"),
            ("https://a.example/ferry", "<a href='?page=2#comments'>2</a>"),
            ("https://a.example/ferry", "<div class=comments><a href='?page=2'>2</a></div>"),
            ("https://a.example/ferry", "<a href='/ferry?page=1'>2</a><a href='/ferry?page=900'>900</a>"),
            ("https://a.example/ferry", "<a href='https://b.example/ferry?page=2'>2</a>"),
            ("https://a.example/ferry", "<a href='?page=2&sort=new'>2</a>"),
            ("https://a.example/", "<a href='/page/2'>2</a><a href='/2'>2</a>"),
            ("https://a.example/ferry", "<a href='javascript:next(2)'>2</a><a href='/ferry/gallery/2'>2</a>"),
            ("https://a.example/2026/03", "<a href='/2026/04'>Next</a>"),
        ] {
            assert_eq!(found(here, html), [], "{here} {html}");
        }
    }

    #[test]
    fn from_a_further_page_the_next_one_is_found() {
        let (first, here) = (url("https://a.example/ferry"), url("https://a.example/ferry/2"));
        let document = Document::from("<a href=/ferry>1</a> 2 <a href=/ferry/3>3</a> <a href=/ferry/3/2>?</a>");
        let found = further(&Landmarks::of(&document).links, Some(&here), Some(&first));
        assert_eq!(found, [Further { number: 3, url: "https://a.example/ferry/3".into() }]);
    }

    #[test]
    fn parts_make_one_article() {
        let page = |title: &str, text: &str| Page { title: Some(title.into()), text: text.into(), ..Page::empty() };
        let mut first = page("Ferry late", "One.\n\nTwo.");
        let second = page("Ferry late – page 2", "Two.\n\n“Three,” she said.");
        assert!(is_part_of(&first, &second) && !is_part_of(&first, &page("Bus late", "x")));
        assert!(append(&mut first, &second) > 0);
        assert_eq!(first.text, "One.\n\nTwo.\n\n“Three,” she said.");
        assert_eq!(&first.text[first.quotes[0].start..first.quotes[0].end], "Three,");
        assert_eq!(append(&mut first, &second), 0);
    }
}
