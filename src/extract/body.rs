//! A page's tree → the paragraphs of its article and its captions.
//! Prunes, lets Readability (dom_smoothie) find the article's node, and tidies what that gives. Keeps no markup.

use dom_query::{Document, NodeRef};
use dom_smoothie::{Config, Readability};

use super::metadata::line;
use super::paragraphs::{Paragraph, paragraphs};
use super::prune::{self, Weights};
use super::tidy;

/// Letters that a text needs to be more than a stray line.
const ENOUGH: usize = 140;
const MAX_CAPTION: usize = 1000;

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
    let captions = captions(&document);
    prune::prune(&document);
    let remains = document.clone();
    let config = Config { disable_json_ld: true, ..Config::default() };
    let article = Readability::with_document(document, None, Some(config)).and_then(|mut readability| readability.parse());
    let found = article.map(|article| paragraphs(&Document::from(article.content).root())).unwrap_or_default();
    let found = tidy::tidy(found, title, byline);
    if chars(&found) >= ENOUGH {
        return Body { paragraphs: found, captions, source: "readability" };
    }
    let all = remains.body().map(|body| paragraphs(&body)).unwrap_or_default();
    let running = all.into_iter().filter(|p| !p.is_link() && p.chars() >= 60).collect();
    let running = tidy::tidy(running, title, byline);
    let paragraphs = if chars(&running) > chars(&found) { running } else { found };
    Body { paragraphs, captions, source: "page" }
}

fn chars(paragraphs: &[Paragraph]) -> usize {
    paragraphs.iter().map(Paragraph::chars).sum()
}

/// The text of the nodes that the feed's own selector names.
fn selected(document: &Document, select: &str, title: Option<&str>, byline: &[String]) -> Option<Body> {
    let nodes = document.try_select(select)?;
    let captions = captions(document);
    let mut found = Vec::new();
    let mut last: Option<NodeRef> = None;
    for node in nodes.nodes() {
        // A node within one already taken adds nothing.
        if last.is_some_and(|last| node.ancestors_it(None).any(|a| a.id == last.id)) {
            continue;
        }
        node.strip_furniture();
        found.extend(paragraphs(node));
        last = Some(*node);
    }
    let found = tidy::tidy(found, title, byline);
    (!found.is_empty()).then_some(Body { paragraphs: found, captions, source: "select" })
}

trait StripFurniture {
    fn strip_furniture(&self);
}

impl StripFurniture for NodeRef<'_> {
    fn strip_furniture(&self) {
        let boilerplate: Vec<_> = self.descendants_it().filter(|n| n.is_element() && prune::is_boilerplate(n)).collect();
        let weights = Weights::of(self);
        for node in boilerplate {
            if weights.share(&node) <= 0.35 {
                node.remove_from_parent();
            }
        }
    }
}

/// The captions of the article's pictures, each once.
fn captions(document: &Document) -> Vec<String> {
    let Some(body) = document.body() else { return Vec::new() };
    let weights = Weights::of(&body);
    // Where the page marks its article, pictures outside are of other stories.
    let article = document.select("article, main, [itemprop~='articleBody'], [role=main]").nodes().iter().copied().find(|n| weights.share(n) > 0.5);
    let root = article.unwrap_or(body);
    let mut found: Vec<String> = Vec::new();
    let mut node = root.first_child();
    while let Some(current) = node {
        let mut inside = current.is_element();
        if inside && is_caption(&current) && weights.share(&current) < 0.35 {
            let text = line(&current.text());
            let short = text.chars().count();
            if (3..=MAX_CAPTION).contains(&short) && !found.contains(&text) {
                found.push(text);
            }
            inside = false;
        } else if inside && !current.has_name("figure") && is_other(&current) && weights.share(&current) < 0.35 {
            inside = false;
        }
        node = if inside { current.first_child() } else { None }.or_else(|| prune::next_outside(&current, &root));
    }
    found
}

fn is_caption(node: &NodeRef) -> bool {
    if node.has_name("figcaption") {
        return true;
    }
    if prune::is_picture_box(node) && !node.descendants_it().any(|n| n.has_name("figcaption")) {
        return true;
    }
    if !matches!(node.node_name().as_deref(), Some("div" | "p" | "span" | "dd" | "small" | "em")) {
        return false;
    }
    let named = |name: &str| prune::words_of(name).iter().any(|w| matches!(w.as_str(), "caption" | "cutline" | "legende" | "bildunterschrift"));
    // The box around picture and caption is often named after the caption as well.
    node.class().is_some_and(|class| class.split_whitespace().any(named)) && !node.descendants_it().any(|n| matches!(n.node_name().as_deref(), Some("img" | "picture" | "video" | "figcaption")))
}

/// Whether a node holds other stories or furniture, whose pictures are not the article's.
fn is_other(node: &NodeRef) -> bool {
    if matches!(node.node_name().as_deref(), Some("aside" | "nav" | "footer" | "form" | "dialog")) {
        return true;
    }
    let named = |name: &str| {
        prune::words_of(name).iter().any(|w| matches!(w.as_str(), "related" | "recommended" | "sidebar" | "newsletter" | "promo" | "comments" | "trending"))
    };
    prune::is_named(node, named)
}
