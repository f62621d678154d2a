//! A page's tree, before it is pruned → the captions of its article's pictures, each once.
//! Takes what the page marks as a caption (`figcaption`, a class of that name); a caption of another story is none.

use std::sync::LazyLock;

use dom_query::{Document, NodeId, NodeRef};
use regex::Regex;
use rustc_hash::FxHashSet;

use super::lines;
use super::paragraphs::{Paragraph, paragraphs};
use super::prune::{self, Weights};
use super::title::key;

const MAX_CAPTION: usize = 1000;

/// What a gallery or a reader for the blind puts before a caption.
static LABEL: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)^\W*(?:(?:image|photo|slide)?\s*\d+\s*(?:of|/)\s*\d+|(?:image|media)\s+caption)\s*[:|]?\s*")
        .expect("a fixed pattern")
});

/// A caption and the nodes around it, innermost first.
pub(super) struct Caption {
    text: String,
    around: Vec<NodeId>,
}

/// Every caption of a page that stands in no list of other stories.
pub(super) fn collect(document: &Document) -> Vec<Caption> {
    let Some(body) = document.body() else { return Vec::new() };
    let weights = Weights::of(&body);
    let mut found = Vec::new();
    let mut node = body.first_child();
    while let Some(current) = node {
        let mut inside = current.is_element();
        if inside && is_caption(&current) && weights.share(&current) <= prune::MAX_SHARE {
            inside = false;
            if let Some(text) = text_of(&current) {
                found.push(Caption { text, around: current.ancestors_it(None).map(|n| n.id).collect() });
            }
        } else if inside && is_other(&current) && weights.share(&current) <= prune::MAX_SHARE {
            inside = false;
        }
        node = if inside { current.first_child() } else { None }.or_else(|| prune::next_outside(&current, &body));
    }
    found
}

/// The captions that stand near the article's paragraphs. `pruned` has the ids of the document that was collected from.
pub(super) fn of_article(captions: Vec<Caption>, pruned: &Document, article: &[Paragraph]) -> Vec<String> {
    let Some(container) = container(pruned, article) else { return Vec::new() };
    within(captions, |id| id == container, article)
}

/// The captions that stand in one of the nodes, and not in the text itself.
pub(super) fn within(captions: Vec<Caption>, is_root: impl Fn(NodeId) -> bool, article: &[Paragraph]) -> Vec<String> {
    let known: FxHashSet<&str> = article.iter().map(|p| p.text.as_str()).collect();
    let mut kept: Vec<String> = Vec::new();
    for caption in captions.into_iter().filter(|caption| caption.around.iter().any(|id| is_root(*id))) {
        if !known.contains(caption.text.as_str()) && !kept.contains(&caption.text) {
            kept.push(caption.text);
        }
    }
    kept
}

/// The node that holds the article and the pictures above its text: the nearest `article` or `main` around the
/// paragraphs, else the second node around them.
fn container(pruned: &Document, article: &[Paragraph]) -> Option<NodeId> {
    let known: FxHashSet<String> = article.iter().map(|p| key(&p.text)).filter(|text| text.len() > 30).collect();
    let body = pruned.body()?;
    let held = Weights::tally(&body, |n| usize::from(n.has_name("p") && known.contains(&key(&n.text()))));
    if held.share(&body) == 0.0 {
        return Some(body.id);
    }
    let most = |node: &NodeRef| held.share(node) >= 0.9;
    let mut at = body;
    while let Some(inner) = at.element_children().into_iter().find(most) {
        at = inner;
    }
    let around = at.ancestors_it(Some(6)).find(|n| matches!(n.node_name().as_deref(), Some("article" | "main")));
    if at.has_name("article") {
        return Some(at.id);
    }
    let two_up = || parent_in_body(&at).map(|up| parent_in_body(&up).unwrap_or(up));
    Some(around.or_else(two_up).unwrap_or(at).id)
}

fn parent_in_body<'a>(node: &NodeRef<'a>) -> Option<NodeRef<'a>> {
    node.parent().filter(|n| !n.has_name("html") && !n.has_name("body"))
}

/// One line of a caption that says something.
fn text_of(node: &NodeRef) -> Option<String> {
    let parts = paragraphs(node);
    let linked = parts.iter().all(Paragraph::is_link);
    let text = parts.into_iter().map(|p| p.text).collect::<Vec<_>>().join(" ");
    let text = LABEL.replace(&text, "");
    let text = text.trim_start_matches(|c: char| c.is_whitespace() || ",:|–—-".contains(c)).trim_end().to_owned();
    let chars = text.chars().count();
    let says = (3..=MAX_CAPTION).contains(&chars)
        && !linked
        && !lines::is_furniture(&text, chars)
        && !lines::is_date(&text, chars)
        && !lines::is_call(&text, chars);
    (says && !lines::is_copyright(&text)).then_some(text)
}

fn is_caption(node: &NodeRef) -> bool {
    if node.has_name("figcaption") {
        return true;
    }
    if !matches!(node.node_name().as_deref(), Some("div" | "p" | "span" | "td" | "dd" | "small" | "em")) {
        return false;
    }
    let named = |name: &str| {
        let words = prune::words_of(name);
        words.iter().any(|w| matches!(w.as_str(), "caption" | "cutline" | "bildunterschrift" | "legende"))
            && !words.iter().any(|w| {
                matches!(w.as_str(), "container" | "wrapper" | "wrap" | "box" | "author" | "hide" | "toggle" | "video")
            })
    };
    // The box around picture and caption is often named after the caption as well.
    prune::is_named(node, named)
        && !node
            .descendants_it()
            .any(|n| matches!(n.node_name().as_deref(), Some("img" | "picture" | "video" | "figcaption")))
}

/// Whether a node holds other stories or furniture, whose pictures are not the article's.
fn is_other(node: &NodeRef) -> bool {
    const OTHER: &[&str] = &[
        "related",
        "recommended",
        "recommend",
        "sidebar",
        "newsletter",
        "promo",
        "comments",
        "trending",
        "popular",
        "navigation",
        "taboola",
        "outbrain",
        "byline",
        "author",
    ];
    matches!(
        node.node_name().as_deref(),
        Some("aside" | "nav" | "footer" | "form" | "dialog" | "noscript" | "template")
    ) || prune::is_named(node, |name| prune::words_of(name).iter().any(|word| OTHER.contains(&word.as_str())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn captions_of_the_articles_pictures_only() {
        let story = "<p>The ferry will be late, the port said on Monday, and the next one will be later still.</p>";
        let html = format!(
            "<body><figure><img><figcaption>The front page</figcaption></figure><div><div \
             class=lead><figure><img><figcaption>The quay <a>Ann</a>\
             </figcaption></figure></div><div class=text>{story}{story}<div class='wp-caption'><img><p \
             class=wp-caption-text>A crane</p></div>\
             <figure><img><figcaption>A crane</figcaption></figure><div class=related><p class=caption>Other \
             story</p></div></div></div></body>"
        );
        let document = Document::from(html);
        let collected = collect(&document);
        prune::prune(&document, None);
        let article = paragraphs(&Document::from(story).root());
        assert_eq!(of_article(collected, &document, &article), ["The quay Ann", "A crane"]);
    }
}
