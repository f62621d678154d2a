//! A page's tree → the paragraphs of its article and its captions.
//! Prunes, lets Readability (dom_smoothie) find the article's node, and tidies what that gives. Keeps no markup.

use dom_query::{Document, NodeRef};
use dom_smoothie::{Config, Readability};

use super::captions;
use super::paragraphs::{Paragraph, paragraphs};
use super::prune::{self, Weights};
use super::tidy;

/// Letters that a text needs to be more than a stray line.
const ENOUGH: usize = 140;

/// What was found in a page.
#[derive(Debug, Default)]
pub(super) struct Body {
    pub paragraphs: Vec<Paragraph>,
    pub captions: Vec<String>,
    pub source: &'static str,
}

/// Finds the article in the document, and takes the document apart doing so.
pub(super) fn find(document: Document, select: Option<&str>, title: Option<&str>, byline: &[String]) -> Body {
    if let Some(body) = select.and_then(|select| selected(&document, select, title, byline)) {
        return body;
    }
    let captions = captions::collect(&document);
    prune::prune(&document);
    let remains = document.clone();
    let config = Config { disable_json_ld: true, ..Config::default() };
    let article =
        Readability::with_document(document, None, Some(config)).and_then(|mut readability| readability.parse());
    let found = article.map(|article| paragraphs(&Document::from(article.content).root())).unwrap_or_default();
    let found = tidy::tidy(found, title, byline);
    if chars(&found) >= ENOUGH {
        let captions = captions::of_article(captions, &remains, &found);
        return Body { paragraphs: found, captions, source: "readability" };
    }
    let all = remains.body().map(|body| paragraphs(&body)).unwrap_or_default();
    let running = all.into_iter().filter(|p| !p.is_link() && p.chars() >= 60).collect();
    let running = tidy::tidy(running, title, byline);
    let paragraphs = if chars(&running) > chars(&found) { running } else { found };
    let captions = captions::of_article(captions, &remains, &paragraphs);
    Body { paragraphs, captions, source: "page" }
}

fn chars(paragraphs: &[Paragraph]) -> usize {
    paragraphs.iter().map(Paragraph::chars).sum()
}

/// The text of the nodes that the feed's own selector names.
fn selected(document: &Document, select: &str, title: Option<&str>, byline: &[String]) -> Option<Body> {
    let nodes = document.try_select(select)?;
    let captions =
        captions::within(captions::collect(document), |id| nodes.nodes().iter().any(|node| node.id == id), &[]);
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
    let found = tidy::tidy(found, title, byline);
    (!found.is_empty()).then_some(Body { paragraphs: found, captions, source: "select" })
}

/// Takes boilerplate out of a node.
fn strip(node: &NodeRef) {
    let weights = Weights::of(node);
    let boilerplate: Vec<_> = node.descendants_it().filter(|n| n.is_element() && prune::is_boilerplate(n)).collect();
    for inner in boilerplate.iter().filter(|inner| weights.share(inner) <= prune::MAX_SHARE) {
        inner.remove_from_parent();
    }
}
