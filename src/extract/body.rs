//! A page's tree → the paragraphs of its article and its captions.
//! Prunes, lets Readability (dom_smoothie) find the article's node, and tidies what that gives. Keeps no markup.

use dom_query::{Document, NodeId, NodeRef};
use dom_smoothie::{Config, Readability};

use super::anchor::{Anchor, share_of_text};
use super::cards::Facts;
use super::container::Prose;
use super::paragraphs::{Paragraph, paragraphs};
use super::prune::{self, Weights};
use super::title::key;
use super::{captions, names, tidy, tree};

/// Letters that a text needs to be more than a stray line.
const ENOUGH: usize = 140;
/// How many times as much text a better place has.
const WRONG_PLACE: usize = 4;

/// What was found in a page.
#[derive(Debug, Default)]
pub(super) struct Body {
    pub paragraphs: Vec<Paragraph>,
    pub captions: Vec<String>,
    pub source: &'static str,
}

/// What is known of the article before it is looked for.
#[derive(Debug, Default)]
pub(super) struct Hints<'a> {
    /// The feed's own selector.
    pub select: Option<&'a str>,
    pub known: tidy::Known<'a>,
    /// Where the page shows the article's title.
    pub headline: Option<NodeId>,
    /// How others begin the article: the feed, the page's description.
    pub anchors: &'a [&'a str],
    /// The article's text as the page's JSON-LD gives it.
    pub linked: Option<&'a str>,
}

/// Finds the article in the document, and takes the document apart doing so.
pub(super) fn find(document: Document, hints: &Hints) -> Body {
    let title = hints.known.title;
    if let Some(body) = hints.select.and_then(|select| selected(&document, select, &hints.known)) {
        return body;
    }
    let Some((weights, facts)) = document.body().map(|body| (Weights::of(&body), Facts::of(&body))) else {
        return Body::default();
    };
    let captions = captions::collect(&document, &weights, &facts);
    let headline = hints.headline.map(|id| NodeRef::new(id, &document.tree));
    prune::prune(&document, &weights, &facts, title, headline.as_ref());
    // Readability takes the document apart.
    let found = if is_huge(&document) { Vec::new() } else { scored(document.clone()) };
    let remains = document;
    let Some(prose) = Prose::of(&remains) else { return Body::default() };
    let found = tidy::tidy(prose.complete(found), &hints.known);
    let body = choose(found, &prose, hints);
    Body { captions: captions::of_article(captions, hints.headline, &remains, &body.paragraphs), ..body }
}

/// Nodes of a pruned page that Readability scores: it goes through all of them a dozen times. Pages of newspapers keep 2,000, and
/// the text of a longer one stands where its names or its paragraphs say.
const MAX_SCORED: usize = 20_000;

fn is_huge(document: &Document) -> bool {
    document.root().descendants_it().nth(MAX_SCORED).is_some()
}

/// The paragraphs that Readability takes for the article.
fn scored(document: Document) -> Vec<Paragraph> {
    let config = Config { disable_json_ld: true, ..Config::default() };
    let article = Readability::with_document(document, None, Some(config)).and_then(|mut found| found.parse());
    article.map(|article| paragraphs(&tree::build(&article.content).root())).unwrap_or_default()
}

/// Readability's article, unless what is known of the article stands elsewhere.
fn choose(found: Vec<Paragraph>, prose: &Prose, hints: &Hints) -> Body {
    let tidied = |paragraphs| tidy::tidy(paragraphs, &hints.known);
    let known: Vec<Anchor> = hints.anchors.iter().copied().chain(hints.linked).filter_map(Anchor::of).collect();
    let text = key_of(&found);
    let page = if known.is_empty() { String::new() } else { key_of(prose.all()) };
    let is_missed = |anchor: &&Anchor| anchor.share_in(&page) >= 0.6 && anchor.share_in(&text) < 0.3;
    let missed = known.iter().find(is_missed).filter(|_| !known.iter().any(|a| a.share_in(&text) >= 0.6));
    if let Some(anchor) = missed {
        let places = prose.named().into_iter().chain(prose.densest()).chain(prose.around(|text| anchor.share_in(text)));
        let better = places
            .map(|node| tidied(prose.within(node)))
            .filter(|paragraphs| {
                // A subtitle alone, or the same article with its subtitle, is no better place.
                let other = key_of(paragraphs);
                anchor.share_in(&other) >= 0.6 && other.len() * 2 > text.len() && share_of_text(&text, &other) < 0.5
            })
            .min_by_key(|paragraphs| chars(paragraphs));
        if let Some(paragraphs) = better {
            return Body { paragraphs, source: "page, by its summary", ..Body::default() };
        }
    }
    // Next to nothing, or little beside what the publisher calls the article's text: Readability took the wrong place.
    let node = prose.named();
    let named = node.map(|node| tidied(prose.within(node))).unwrap_or_default();
    // Or a text so called stands below the headline, and what Readability took is longer and no part of it. Nodes are numbered
    // as they stand in the page.
    let is_below_headline = || hints.headline.is_some_and(|headline| node.is_some_and(|node| node > headline));
    let is_elsewhere = || {
        chars(&named) >= ENOUGH
            && chars(&found) < WRONG_PLACE * chars(&named)
            && is_below_headline()
            && share_of_text(&text, &key_of(&named)) < 0.1
            && share_of_text(&key_of(&named), &text) < 0.1
    };
    if chars(&named) > ENOUGH.max(WRONG_PLACE * chars(&found)) || is_elsewhere() {
        return Body { paragraphs: named, source: "page, by its names", ..Body::default() };
    }
    if chars(&found) < ENOUGH {
        let densest = prose.densest().map(|node| tidied(prose.within(node))).unwrap_or_default();
        if chars(&densest) > chars(&found) {
            return Body { paragraphs: densest, source: "page", ..Body::default() };
        }
    }
    if let Some(linked) = hints.linked
        && linked.chars().count() >= 400
        && chars(&found) * 2 < linked.chars().count()
        && share_of_text(linked, &page) < 0.5
    {
        let paragraphs = tidied(lines_of(linked));
        return Body { paragraphs, source: "json-ld articleBody", ..Body::default() };
    }
    Body { paragraphs: found, source: "readability", ..Body::default() }
}

fn chars(paragraphs: &[Paragraph]) -> usize {
    paragraphs.iter().map(Paragraph::chars).sum()
}

fn key_of(paragraphs: &[Paragraph]) -> String {
    paragraphs.iter().map(|p| key(&p.text)).collect()
}

/// The paragraphs of a text of lines; some publishers write theirs with markup in it.
fn lines_of(text: &str) -> Vec<Paragraph> {
    if text.contains("</p>") || text.contains("<br") {
        return paragraphs(&tree::build(&super::cap_markup(text)).root());
    }
    let line = |line: &str| Paragraph { text: super::metadata::line(line), ..Paragraph::default() };
    text.lines().map(line).filter(|p| !p.text.is_empty()).collect()
}

/// The text of the nodes that the feed's own selector names.
fn selected(document: &Document, select: &str, known: &tidy::Known) -> Option<Body> {
    let nodes = document.try_select(select)?;
    let body = document.body()?;
    let captions = captions::collect(document, &Weights::of(&body), &Facts::of(&body));
    let captions = captions::within(captions, |id| nodes.nodes().iter().any(|node| node.id == id), &[]);
    let mut found = Vec::new();
    let mut last: Option<NodeRef> = None;
    for node in nodes.nodes() {
        // A node within one already taken adds nothing.
        if last.is_some_and(|last| node.ancestors_it(None).any(|a| a.id == last.id)) {
            continue;
        }
        strip(node);
        found.extend(paragraphs(node));
        last = Some(*node);
    }
    let found = tidy::tidy(found, known);
    (!found.is_empty()).then_some(Body { paragraphs: found, captions, source: "select" })
}

/// Takes boilerplate out of a node.
fn strip(node: &NodeRef) {
    let weights = Weights::of(node);
    let boilerplate: Vec<_> = node.descendants_it().filter(|n| n.is_element() && names::is_boilerplate(n)).collect();
    for inner in boilerplate.iter().filter(|inner| weights.share(inner) <= prune::MAX_SHARE) {
        inner.remove_from_parent();
    }
}
