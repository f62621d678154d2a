//! Where a page says when its article was published and changed → the two instants, each with where it was found.
//! Places that agree on a day overrule the order of trust: JSON-LD, meta tags, `time` elements, the address, the visible lines.

use std::ops::Range;
use std::sync::LazyLock;

use dom_query::{NodeId, NodeRef};
use jiff::Timestamp;
use regex::Regex;
use rustc_hash::FxHashSet;
use url::Url;

use super::date;
use super::jsonld::Linked;
use super::landmarks::Landmarks;
use super::metadata::{Metas, line};
use super::names;
use super::paragraphs::{Paragraph, as_line};
use super::pattern::regex;
use super::title::key;

/// Lines below and above the headline in which a date is the article's.
const BELOW: usize = 12;
const ABOVE: usize = 2;

/// Elements with a date that are looked at.
const MAX_TIMES: usize = 40;
/// Boxes around one that may say that it is a comment's.
const AROUND: usize = 8;

const PUBLISHED: &[&str] = &[
    "article:published_time",
    "og:article:published_time",
    "datepublished",
    "date.published",
    "dc.date.issued",
    "dcterms.issued",
    "dcterms.created",
    "dc.date",
    "dcterms.date",
    "parsely-pub-date",
    "sailthru.date",
    "pubdate",
    "publishdate",
    "publish-date",
    "publish_date",
    "publication_date",
    "published_time_telegram",
    "cxenseparse:recs:publishtime",
    "article.published",
    "date",
    "og:published_time",
    "datecreated",
    "rnews:datepublished",
    "citation_publication_date",
    "originalpublicationdate",
];
const MODIFIED: &[&str] = &[
    "article:modified_time",
    "og:updated_time",
    "og:article:modified_time",
    "datemodified",
    "dcterms.modified",
    "dc.date.modified",
    "last-modified",
    "lastmod",
    "article.updated",
];

/// What was found.
#[derive(Debug, Default)]
pub(super) struct Dates {
    pub published: Option<(Timestamp, String)>,
    pub modified: Option<(Timestamp, String)>,
}

/// Reads the dates of a page. `shown` is what it shows, line by line.
pub(super) fn read(
    landmarks: &Landmarks,
    metas: &Metas,
    linked: &Linked,
    base: Option<&Url>,
    shown: &[Paragraph],
    title: Option<&str>,
    headline: Option<NodeId>,
) -> Dates {
    let from_linked = |value: &Option<String>, key: &str| value.clone().map(|v| (v, format!("json-ld {key}")));
    let parsed = |candidates: Vec<(String, String)>| -> Vec<(Timestamp, String)> {
        candidates.into_iter().filter_map(|(text, from)| Some((date::parse(&text)?, from))).collect()
    };
    let times = |nodes: &[NodeRef]| times(nodes, landmarks, headline);

    let mut candidates: Vec<_> = from_linked(&linked.published, "datePublished").into_iter().collect();
    candidates.extend(metas.all(PUBLISHED));
    candidates.extend(times(&landmarks.published));
    let mut published = parsed(candidates);
    if published.is_empty() {
        published = parsed(times(&landmarks.article_times));
    }
    if published.is_empty() {
        published = parsed(times(&landmarks.times));
    }
    let mut modified: Vec<_> = from_linked(&linked.modified, "dateModified").into_iter().collect();
    modified.extend(metas.all(MODIFIED));
    modified.extend(times(&landmarks.modified));
    let mut modified = parsed(modified);
    if published.is_empty() {
        let visible = visible(shown, title, metas.is_american(landmarks.html.as_ref()));
        published
            .extend(base.and_then(date_in_address).and_then(|text| Some((date::parse(&text)?, "address".to_owned()))));
        published.extend(visible.published);
        modified.extend(visible.modified);
    }
    let published = agreed(&published);
    // An edit before publication is a template's mistake.
    let modified = agreed(&modified).filter(|(at, _)| published.as_ref().is_none_or(|(published, _)| at >= published));
    Dates { published, modified }
}

/// The lines below the headline.
pub(super) fn near(shown: &[Paragraph], title: Option<&str>) -> Range<usize> {
    let title = title.map(key);
    let head = shown.iter().position(|p| title.as_ref().is_some_and(|title| key(&p.text).starts_with(title)));
    head.map_or(0..shown.len().min(BELOW), |head| head..shown.len().min(head + 1 + BELOW))
}

/// The dates that stand by the headline. "Updated" before one makes it the edit's.
fn visible(shown: &[Paragraph], title: Option<&str>, month_first: bool) -> Dates {
    let near = near(shown, title);
    let above = near.start.saturating_sub(ABOVE)..near.start;
    let mut dates = Dates::default();
    for p in shown[near].iter().chain(&shown[above]).filter(|p| p.text.len() < 300) {
        let text = date::ascii_digits(&p.text);
        let found = date::find(&text, month_first);
        let covered: usize = found.iter().map(|found| found.end - found.start).sum();
        // A sentence that tells of a day is no dateline.
        if text[..].chars().filter(|c| c.is_alphabetic()).count() > covered + 40 {
            continue;
        }
        let mut from = 0;
        for one in found {
            let place = if is_edit(&text[from..one.start]) { &mut dates.modified } else { &mut dates.published };
            place.get_or_insert((one.at, "visible text".to_owned()));
            from = one.end;
        }
    }
    if dates.published.is_none() {
        dates.published.clone_from(&dates.modified);
    }
    dates
}

/// Whether the words before a date say that it is the one of an edit.
fn is_edit(words: &str) -> bool {
    static EDIT: LazyLock<Regex> = LazyLock::new(|| {
        regex(
            r"(?ix)updated|modified|edited|revised|actualiza|modifica|mis\ à\ jour|modifié|aktualisiert|aggiornat|atualizad
            |обновлен|изменен|оновлено|aktualiz|zaktualiz|bijgewerkt|uppdatera|oppdatert|opdateret|päivitetty|güncelle|diperbarui
            |cập\ nhật|ενημέρωση|עודכן|تحديث|تعديل|更新|수정",
        )
    });
    EDIT.is_match(words)
}

/// The first instant on whose day most places agree; of those of one day the first that gives a time.
fn agreed(parsed: &[(Timestamp, String)]) -> Option<(Timestamp, String)> {
    let day = |at: Timestamp| at.as_second().div_euclid(86_400);
    // Two elements of one kind are one place: comments have such as well.
    let votes = |at: Timestamp| {
        let places = parsed.iter().filter(|(other, _)| day(*other) == day(at)).map(|(_, from)| from.as_str());
        places.collect::<FxHashSet<_>>().len()
    };
    let most = parsed.iter().map(|(at, _)| votes(*at)).max()?;
    // One vote against one is no majority: trust decides.
    let leading = if most > 1 { parsed.iter().find(|(at, _)| votes(*at) == most) } else { parsed.first() }?;
    let same_day = parsed.iter().filter(|(at, _)| day(*at) == day(leading.0));
    let (at, from) = same_day.clone().find(|(at, _)| at.as_second().rem_euclid(86_400) != 0).unwrap_or(leading);
    Some((*at, from.clone()))
}

/// The dates of elements, those by the headline first. One within a quotation is that of what is quoted, one of a comment the
/// comment's.
fn times(nodes: &[NodeRef], landmarks: &Landmarks, headline: Option<NodeId>) -> Vec<(String, String)> {
    let value = |node: &NodeRef| {
        ["datetime", "content", "title"]
            .iter()
            .find_map(|key| node.attr(key))
            .map_or_else(|| line(&as_line(node)), |v| line(&v))
    };
    let is_comments = |name: &str| names::words_of(name).any_of(&["comment", "comments", "commentlist", "disqus"]);
    let is_others = |node: &NodeRef| node.has_name("blockquote") || names::is_named(node, is_comments);
    let mut of_article: Vec<&NodeRef> =
        nodes.iter().take(MAX_TIMES).filter(|node| !node.ancestors_it(Some(AROUND)).any(|n| is_others(&n))).collect();
    if let Some(headline) = headline {
        let place = |id: NodeId| landmarks.places.get(&id).copied().unwrap_or_default();
        of_article.sort_by_key(|node| place(node.id).abs_diff(place(headline)));
    }
    of_article.into_iter().take(3).map(|node| (value(node), "time element".to_owned())).collect()
}

fn date_in_address(url: &Url) -> Option<String> {
    static DATE: LazyLock<Regex> = LazyLock::new(|| regex(r"[/-]((?:19|20)\d\d)[/-]?([01]\d)[/-]?([0-3]\d)(?:[/-]|$)"));
    DATE.captures(url.path()).map(|c| format!("{}-{}-{}", &c[1], &c[2], &c[3]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::headline::headline;
    use crate::extract::paragraphs::paragraphs;
    use dom_query::Document;

    #[test]
    fn the_time_by_the_headline_is_the_articles() {
        let own = "<time datetime='2024-02-04T09:30:00Z'>4 Feb</time>";
        let other = "<time datetime='2024-03-09T10:00:00Z'>9 Mar</time>";
        let pubdate = |day: u8| format!("<time pubdate datetime='2024-03-0{day}T10:00:00Z'>{day} Mar</time>");
        for html in [
            format!("<h1>Ferry late</h1>{own}<p>Text</p>{other}{other}"),
            format!("<p>{other}</p><p>Another</p>{own}<h1>Ferry late</h1><p>Text</p>"),
            format!("<article><h1>Ferry late</h1><blockquote>{other}</blockquote><p>Text</p>{own}</article>"),
            format!("<h1>Ferry late</h1><div class=comments><p>{other}</p></div>{own}"),
            format!("<h1>Ferry late</h1>{}{}{}", own.replace("time ", "time pubdate "), pubdate(9), pubdate(9)),
        ] {
            let document = Document::from(format!("<body>{html}</body>"));
            let landmarks = Landmarks::of(&document);
            let headline = headline(&landmarks.headings, "Ferry late").map(|node| node.id);
            let metas = Metas::of(&landmarks.metas);
            let dates = read(&landmarks, &metas, &Linked::default(), None, &[], Some("Ferry late"), headline);
            let published = dates.published.map(|(at, _)| at.to_string());
            assert_eq!(published.as_deref(), Some("2024-02-04T09:30:00Z"), "{html}");
        }
    }

    #[test]
    fn the_dates_by_the_headline_are_read() {
        let body =
            "<p>Text of the story, which goes on for longer than a dateline does and tells of 1 January 2019.</p>";
        for (html, published, modified) in [
            ("<h1>Ferry late</h1><p>Von Ute Klein | 4. Februar 2024, 9:30 Uhr</p>", "2024-02-04T09:30:00Z", ""),
            (
                "<h1>Ferry late</h1><span>Published: 4 February 2024</span> <span>Updated: 5 February 2024, 10:00</span>",
                "2024-02-04T00:00:00Z",
                "2024-02-05T10:00:00Z",
            ),
            (
                "<h1>Ferry late</h1><p>Обновлено 5 февраля 2024, 10:00</p>",
                "2024-02-05T10:00:00Z",
                "2024-02-05T10:00:00Z",
            ),
            ("<p>2024年2月4日 09:30</p><h1>Ferry late</h1>", "2024-02-04T09:30:00Z", ""),
            ("<h1>Ferry late</h1>", "", ""),
        ] {
            let document = Document::from(format!("<body>{html}{body}</body>"));
            let shown = document.body().map(|body| paragraphs(&body)).unwrap_or_default();
            let dates = visible(&shown, Some("Ferry late"), false);
            let text = |at: Option<(Timestamp, String)>| at.map(|(at, _)| at.to_string()).unwrap_or_default();
            assert_eq!(
                (text(dates.published).as_str(), text(dates.modified).as_str()),
                (published, modified),
                "{html}"
            );
        }
    }
}
