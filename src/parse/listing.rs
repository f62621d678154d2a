//! An HTML page that lists articles → entries, by CSS selectors that the operator wrote: each `item` is an entry, the other
//! selectors look inside it. What a selector does not find is said, never guessed over in silence.

use std::collections::HashMap;

use scraper::{ElementRef, Html, Selector};
use url::Url;

use super::channel::{absolute, language_tag};
use super::markup::Sanitiser;
use super::text::{plain_text, plain_title};
use super::{FeedFormat, MAX_ENTRIES, ParseError, ParsedEntry, ParsedFeed, date, identity};
use crate::model::Select;

/// Where a link is looked for where no selector says it, and the headline beside it.
const ANY_LINK: &str = "a[href]";
const ANY_HEADING: &str = "h1, h2, h3, h4, h5, h6";
const ANY_TIME: &str = "time";
/// Attributes that hold a date for machines.
const DATE_ATTRIBUTES: [&str; 7] =
    ["datetime", "content", "data-datetime", "data-date", "data-timestamp", "data-time", "title"];

/// Reads a list page. `html` must be capped in depth and attributes already: a tree is built of it. `base` is its URL.
pub fn listing(html: &str, base: Option<&Url>, select: &Select) -> Result<ParsedFeed, ParseError> {
    let wrong = |what: String| ParseError::NothingSelected { what };
    let item = select.item.as_deref().ok_or_else(|| wrong("no selector for the items is given".to_owned()))?;
    let selectors = Selectors::of(select).map_err(wrong)?;
    let document = Html::parse_document(html);
    let items: Vec<ElementRef> = document.select(&selectors.item).take(MAX_ENTRIES + 1).collect();
    if items.is_empty() {
        return Err(wrong(format!("item = {item:?} selects nothing on this page")));
    }
    let stated = first(&document, "base[href]").and_then(|element| element.attr("href"));
    let base = match (stated, base) {
        (Some(href), Some(base)) => base.join(href).ok().or_else(|| Some(base.clone())),
        (Some(href), None) => Url::parse(href).ok(),
        (None, base) => base.cloned(),
    };
    let mut reader = Reader {
        selectors,
        base,
        sanitiser: Sanitiser::default(),
        untitled: 0,
        undated: 0,
        unsummarised: 0,
        unlinked: 0,
    };
    let mut entries: Vec<ParsedEntry> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut repeated = 0;
    for element in items.iter().take(MAX_ENTRIES) {
        let Some(entry) = reader.entry(*element) else { continue };
        // A picture and a headline often lead to the same article.
        match places.get(&entry.id) {
            Some(at) => {
                repeated += 1;
                merge(&mut entries[*at], entry);
            }
            None => {
                places.insert(entry.id.clone(), entries.len());
                entries.push(entry);
            }
        }
    }
    if entries.is_empty() {
        let link = select.link.as_deref().unwrap_or(ANY_LINK);
        return Err(wrong(format!(
            "item = {item:?} selects {} elements, but link = {link:?} finds no link in any",
            items.len()
        )));
    }
    let mut feed = ParsedFeed::empty(FeedFormat::Page);
    feed.title = first(&document, "head title, title").map(|title| plain_title(&title.inner_html()));
    feed.title = feed.title.filter(|title| !title.is_empty());
    feed.link = reader.base.as_ref().map(Url::to_string);
    feed.language =
        first(&document, "html").and_then(|root| language_tag(root.attr("lang").or(root.attr("xml:lang"))?));
    feed.description = first(&document, "meta[name=description]")
        .and_then(|meta| meta.attr("content").map(plain_text))
        .filter(|text| !text.is_empty());
    feed.repairs = reader.repairs(select, items.len(), repeated);
    feed.entries = entries;
    feed.repairs.extend(identity::settle(&mut feed.entries));
    Ok(feed)
}

/// Fills what is missing of an entry from another of the same link.
fn merge(known: &mut ParsedEntry, other: ParsedEntry) {
    if known.title.is_empty() {
        known.title = other.title;
    }
    known.published = known.published.or(other.published);
    known.summary_html = known.summary_html.take().or(other.summary_html);
}

fn first<'a>(document: &'a Html, selector: &str) -> Option<ElementRef<'a>> {
    document.select(&Selector::parse(selector).ok()?).next()
}

struct Selectors {
    item: Selector,
    link: Selector,
    title: Option<Selector>,
    heading: Selector,
    date: Option<Selector>,
    time: Selector,
    summary: Option<Selector>,
}

impl Selectors {
    fn of(select: &Select) -> Result<Self, String> {
        let read = |text: &str| Selector::parse(text).map_err(|error| format!("{text:?} is no CSS selector: {error}"));
        let optional = |text: &Option<String>| text.as_deref().map(read).transpose();
        Ok(Self {
            item: read(select.item.as_deref().unwrap_or_default())?,
            link: read(select.link.as_deref().unwrap_or(ANY_LINK))?,
            title: optional(&select.title)?,
            heading: read(ANY_HEADING)?,
            date: optional(&select.date)?,
            time: read(ANY_TIME)?,
            summary: optional(&select.summary)?,
        })
    }
}

struct Reader {
    selectors: Selectors,
    base: Option<Url>,
    sanitiser: Sanitiser,
    /// Items in which a selector that was given found nothing.
    untitled: usize,
    undated: usize,
    unsummarised: usize,
    unlinked: usize,
}

/// What a selector finds: the item itself where it fits, else the first place inside.
fn find<'a>(item: ElementRef<'a>, selector: &Selector) -> Option<ElementRef<'a>> {
    if selector.matches(&item) { Some(item) } else { item.select(selector).next() }
}

/// One line of an element's text, or of what stands for it: a picture's description, a `content`.
fn line(element: ElementRef) -> Option<String> {
    let text = plain_title(&element.inner_html());
    let text = if text.is_empty() {
        let spoken = ["content", "alt", "aria-label", "title"].iter().find_map(|key| element.attr(key));
        let picture = || element.select(&Selector::parse("img[alt]").ok()?).next()?.attr("alt");
        plain_title(spoken.or_else(picture)?)
    } else {
        text
    };
    (!text.is_empty()).then_some(text)
}

/// The date of an element: what it says to machines, else its text, else what follows a label in it.
fn instant(element: ElementRef, time: &Selector) -> Option<jiff::Timestamp> {
    let of_attributes = |element: ElementRef| DATE_ATTRIBUTES.iter().find_map(|key| element.attr(key).and_then(date));
    of_attributes(element).or_else(|| element.select(time).find_map(of_attributes)).or_else(|| {
        let text = plain_title(&element.inner_html());
        let after_label = |part: &str| date(&part[part.find(|c: char| c.is_ascii_digit())?..]);
        text.split(['|', '•', '·']).find_map(|part| date(part).or_else(|| after_label(part)))
    })
}

impl Reader {
    /// None where the item has no link that can be asked.
    fn entry(&mut self, item: ElementRef) -> Option<ParsedEntry> {
        let linked = find(item, &self.selectors.link);
        let address = linked.and_then(|element| {
            let inside = || element.select(&Selector::parse(ANY_LINK).ok()?).next();
            let href = element.attr("href").or_else(|| inside()?.attr("href"))?;
            absolute(href, self.base.as_ref())
        });
        let Some(link) = address.filter(|url| url.starts_with("http") || self.base.is_none()) else {
            self.unlinked += 1;
            return None;
        };
        let named = match &self.selectors.title {
            Some(selector) => {
                let found = find(item, selector).and_then(line);
                self.untitled += usize::from(found.is_none());
                found
            }
            None => item.select(&self.selectors.heading).find_map(line),
        };
        let title = named.or_else(|| line(linked?)).unwrap_or_default();
        let published = match &self.selectors.date {
            Some(selector) => {
                let found = find(item, selector).and_then(|element| instant(element, &self.selectors.time));
                self.undated += usize::from(found.is_none());
                found
            }
            None => item.select(&self.selectors.time).find_map(|element| instant(element, &self.selectors.time)),
        };
        let summary = self.selectors.summary.as_ref().and_then(|selector| {
            let found = find(item, selector).map(|element| element.inner_html());
            let found = found.and_then(|html| self.sanitiser.clean(&html, self.base.as_ref()));
            self.unsummarised += usize::from(found.is_none());
            found
        });
        Some(ParsedEntry {
            id: link.clone(),
            link: Some(link),
            title,
            published,
            summary_html: summary,
            ..ParsedEntry::default()
        })
    }

    /// What the selectors did not find, in words.
    fn repairs(&self, select: &Select, items: usize, repeated: usize) -> Vec<String> {
        let missed = |name: &str, selector: &Option<String>, count: usize| {
            let selector = selector.as_deref().filter(|_| count > 0)?;
            Some(format!("{name} = {selector:?} found nothing in {count} of {items} items"))
        };
        [
            (self.unlinked > 0).then(|| format!("items without a link left out: {}", self.unlinked)),
            (repeated > 0).then(|| format!("items with the link of another put together: {repeated}")),
            missed("title", &select.title, self.untitled),
            missed("date", &select.date, self.undated),
            missed("summary", &select.summary, self.unsummarised),
            (items > MAX_ENTRIES).then(|| format!("too many entries: kept the first {MAX_ENTRIES}")),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = r#"<!doctype html><html lang="es-MX"><head><title>Sala de prensa &amp; avisos</title></head><body>
<nav><a href="/">Inicio</a></nav>
<ul class="lista">
  <li class="nota"><a href="nota/1?x=1&amp;y=2"><img src="a.jpg" alt="Una foto"></a>
      <h3><a href="nota/1?x=1&amp;y=2">Aranceles: <em>nueva</em> ronda</a></h3>
      <span class="fecha">4 de marzo de 2021</span><p class="resumen">Texto <b onclick="x()">corto</b>.</p></li>
  <li class="nota"><h3><a href="https://otra.example/2">Segunda nota</a></h3>
      <time datetime="2021-03-05T08:00:00-06:00">ayer</time></li>
  <li class="nota"><h3>Sin enlace</h3></li>
  <li class="nota"><a class="foto" href="https://otra.example/2"></a></li>
</ul></body></html>"#;

    fn select(item: &str) -> Select {
        Select { item: Some(item.to_owned()), ..Select::default() }
    }

    #[test]
    fn selectors_find_entries() {
        let base = Url::parse("https://gob.example/prensa/").ok();
        let feed = listing(PAGE, base.as_ref(), &select("li.nota")).expect("items");
        assert_eq!((feed.kind, feed.title.as_deref()), (FeedFormat::Page, Some("Sala de prensa & avisos")));
        assert_eq!((feed.language.as_deref(), feed.entries.len()), (Some("es-MX"), 2));
        let [first, second] = &feed.entries[..] else { panic!("{feed:?}") };
        assert_eq!(first.link.as_deref(), Some("https://gob.example/prensa/nota/1?x=1&y=2"));
        assert_eq!((first.title.as_str(), first.published), ("Aranceles: nueva ronda", None));
        assert_eq!((second.title.as_str(), second.published), ("Segunda nota", date("2021-03-05T14:00:00Z")));
        assert_eq!(
            feed.repairs,
            ["items without a link left out: 1", "items with the link of another put together: 1"]
        );

        let own = Select {
            link: Some("h3 a".into()),
            title: Some("h3".into()),
            date: Some(".fecha, time".into()),
            summary: Some(".resumen".into()),
            ..select("li.nota")
        };
        let feed = listing(PAGE, base.as_ref(), &own).expect("items");
        assert_eq!(feed.entries[0].published, date("2021-03-04"));
        assert_eq!(feed.entries[0].summary_html.as_deref(), Some("Texto <b>corto</b>."));
        assert!(feed.repairs.contains(&"summary = \".resumen\" found nothing in 1 of 4 items".to_owned()), "{feed:?}");
    }

    #[test]
    fn an_item_may_be_the_link_itself() {
        let feed =
            listing("<a class=t href='https://n.example/1'>One</a><a class=t href='/2'>Two</a>", None, &select("a.t"));
        let feed = feed.expect("items");
        let links: Vec<_> = feed.entries.iter().filter_map(|entry| entry.link.as_deref()).collect();
        assert_eq!(links, ["https://n.example/1", "/2"]);
        assert_eq!(feed.entries[0].title, "One");
    }

    #[test]
    fn dates_are_found_where_pages_put_them() {
        for (html, expected) in [
            ("<span class=d data-timestamp=1614834367>today</span>", "2021-03-04T05:06:07Z"),
            ("<span class=d>Published: 04.03.2021 | Desk</span>", "2021-03-04T00:00:00Z"),
            ("<span class=d>Published: 04.03.2021</span>", "2021-03-04T00:00:00Z"),
            ("<span class=d>Am 4. März 2021, 05:06 Uhr</span>", "2021-03-04T05:06:00Z"),
            ("<p class=d><time datetime=2021-03-04>gestern</time></p>", "2021-03-04T00:00:00Z"),
            ("<abbr class=d title='2021-03-04T05:06:07Z'>2 hours ago</abbr>", "2021-03-04T05:06:07Z"),
            ("<span class=d>two hours ago</span>", ""),
        ] {
            let page = format!("<div class=i><a href='https://n.example/1'>One</a>{html}</div>");
            let feed = listing(&page, None, &Select { date: Some(".d".into()), ..select(".i") }).expect(html);
            let found = feed.entries[0].published.map(|at| at.to_string()).unwrap_or_default();
            assert_eq!(found, expected, "{html}");
        }
    }

    #[test]
    fn what_selects_nothing_is_a_failure_in_words() {
        for (own, said) in [
            (select("li.gone"), "item = \"li.gone\" selects nothing on this page"),
            (
                Select { link: Some("a.gone".into()), ..select("li") },
                "item = \"li\" selects 4 elements, but link = \"a.gone\" finds no link in any",
            ),
            (select("li["), "\"li[\" is no CSS selector"),
            (Select::default(), "no selector for the items is given"),
        ] {
            let error = listing(PAGE, None, &own).expect_err(said).to_string();
            assert!(error.starts_with(said), "{error}");
        }
    }
}
