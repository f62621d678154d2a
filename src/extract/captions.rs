//! A page's tree, before it is pruned → the captions of its article's pictures, each once.
//! Takes what the page marks as a caption (`figcaption`, a class of that name); a caption of another story is none.

use std::sync::LazyLock;

use dom_query::{Document, NodeId, NodeRef};
use regex::Regex;
use rustc_hash::FxHashSet;

use super::calls;
use super::cards::Facts;
use super::credit;
use super::imprint;
use super::lines;
use super::names;
use super::paragraphs::{Paragraph, paragraphs};
use super::pattern::regex;
use super::prune::{self, Weights};
use super::title::key;

const MAX_CAPTION: usize = 1000;
/// Bytes of a gallery's count in any words: `1 de 12`.
const MAX_COUNT: usize = 10;

/// What a gallery or a reader for the blind puts before a caption.
static LABEL: LazyLock<Regex> = LazyLock::new(|| {
    regex(r"(?i)^\W*(?:(?:image|photo|slide)?\s*\d+\s*(?:of|/)\s*\d+|(?:image|media)\s+caption)\s*[:|]?\s*")
});

/// The same behind one.
static BUTTON: LazyLock<Regex> =
    LazyLock::new(|| regex(r"(?i)\s*\b(?:hide|show|toggle|expand|enlarge)\s+(?:this\s+)?(?:caption|image|photo)\W*$"));

/// A caption and the nodes around it, innermost first.
pub(super) struct Caption {
    id: NodeId,
    text: String,
    around: Vec<NodeId>,
}

/// Every caption of a page that stands in no list of other stories.
pub(super) fn collect(document: &Document, weights: &Weights, facts: &Facts) -> Vec<Caption> {
    let Some(body) = document.body() else { return Vec::new() };
    let mut found = Vec::new();
    let mut node = body.first_child();
    while let Some(current) = node {
        let mut inside = current.is_element() && current.first_child().is_some();
        if inside
            && (is_caption(&current) || is_captioned_picture(&current, facts))
            && weights.share(&current) <= prune::MAX_SHARE
        {
            inside = false;
            if let Some(text) = text_of(&current) {
                let around = current.ancestors_it(None).map(|n| n.id).collect();
                found.push(Caption { id: current.id, text, around });
            }
        } else if inside && is_other(&current) && weights.share(&current) <= prune::MAX_SHARE {
            inside = false;
        }
        node = if inside { current.first_child() } else { None }.or_else(|| prune::next_outside(&current, &body));
    }
    found
}

/// The captions that stand near the article's paragraphs, or between its headline and them. `pruned` has the ids of the
/// document that was collected from.
pub(super) fn of_article(
    captions: Vec<Caption>,
    headline: Option<NodeId>,
    pruned: &Document,
    article: &[Paragraph],
) -> Vec<String> {
    if captions.is_empty() {
        return Vec::new();
    }
    let Some(Place { text, around }) = place(pruned, article) else { return Vec::new() };
    // Nodes are numbered as they stand in the page.
    let is_below_headline = |id: NodeId| headline.is_some_and(|headline| headline < id) && id < text;
    let is_near = |caption: &Caption| is_below_headline(caption.id) || caption.around.contains(&around);
    once(captions.into_iter().filter(is_near), article)
}

/// The captions that stand in one of the nodes, and not in the text itself.
pub(super) fn within(captions: Vec<Caption>, is_root: impl Fn(NodeId) -> bool, article: &[Paragraph]) -> Vec<String> {
    once(captions.into_iter().filter(|caption| caption.around.iter().any(|id| is_root(*id))), article)
}

fn once(captions: impl Iterator<Item = Caption>, article: &[Paragraph]) -> Vec<String> {
    let known: FxHashSet<&str> = article.iter().map(|p| p.text.as_str()).collect();
    let mut kept: Vec<String> = Vec::new();
    for caption in captions {
        if known.contains(caption.text.as_str()) {
            continue;
        }
        // The same with a gallery's count before it, or without.
        let text = caption.text;
        let is_counted = |long: &str, short: &str| long.ends_with(short) && long.len() <= short.len() + MAX_COUNT;
        match kept.iter_mut().find(|other| is_counted(other, &text) || is_counted(&text, other)) {
            Some(other) if other.len() > text.len() => *other = text,
            Some(_) => {}
            None => kept.push(text),
        }
    }
    kept
}

/// Where an article stands: the node that holds its text, and the one that holds the pictures above it as well.
struct Place {
    text: NodeId,
    around: NodeId,
}

/// The place of an article. Its pictures stand in the nearest `article` or `main` around the paragraphs, else in the second
/// node around them.
fn place(pruned: &Document, article: &[Paragraph]) -> Option<Place> {
    let known: FxHashSet<String> = article.iter().map(|p| key(&p.text)).filter(|text| text.len() > 30).collect();
    let body = pruned.body()?;
    let held = Weights::tally(&body, |n| usize::from(n.has_name("p") && known.contains(&key(&n.text()))));
    if held.share(&body) == 0.0 {
        return Some(Place { text: body.id, around: body.id });
    }
    let most = |node: &NodeRef| held.share(node) >= 0.9;
    let mut at = body;
    while let Some(inner) = at.element_children().into_iter().find(most) {
        at = inner;
    }
    let named = || at.ancestors_it(Some(6)).find(|n| matches!(n.node_name().as_deref(), Some("article" | "main")));
    let two_up = || parent_in_body(&at).map(|up| parent_in_body(&up).unwrap_or(up));
    let around = if at.has_name("article") { at } else { named().or_else(two_up).unwrap_or(at) };
    Some(Place { text: at.id, around: around.id })
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
    let text = BUTTON.replace(&text, "");
    let text = text.trim_start_matches(|c: char| c.is_whitespace() || ",:|–—-".contains(c)).trim_end().to_owned();
    let chars = text.chars().count();
    let says = (3..=MAX_CAPTION).contains(&chars)
        && !linked
        && !lines::is_furniture(&text, chars)
        && !credit::is_date(&text, chars)
        && !calls::is_call(&text, chars)
        && !calls::may_be_call(&text, chars);
    (says && !imprint::is_copyright(&text)).then_some(text)
}

/// Letters of the shortest text that is a caption by its place beside a picture alone.
const MIN_BESIDE: usize = 6;

/// Whether a box holds a picture and the words below it, and marks none of them.
fn is_captioned_picture(node: &NodeRef, facts: &Facts) -> bool {
    !node.has_name("a")
        && prune::is_picture_box(node, facts)
        && begins_with_picture(node)
        && node.text().chars().filter(|c| c.is_alphabetic()).nth(MIN_BESIDE - 1).is_some()
        && !node.descendants_it().any(|n| {
            let is_no_caption = matches!(
                n.node_name().as_deref(),
                Some("a" | "button" | "time" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "li")
            );
            n.is_element() && (is_no_caption || is_caption(&n) || is_other(&n))
        })
}

/// Whether the picture stands before the words: behind them it is a button's sign.
fn begins_with_picture(node: &NodeRef) -> bool {
    let is_picture = |n: &NodeRef| matches!(n.node_name().as_deref(), Some("img" | "picture"));
    let first = node.descendants_it().find(|n| is_picture(n) || (n.is_text() && !n.text().trim().is_empty()));
    first.is_some_and(|first| !first.is_text())
}

fn is_caption(node: &NodeRef) -> bool {
    if node.has_name("figcaption") {
        return true;
    }
    if !matches!(
        node.node_name().as_deref(),
        Some("div" | "p" | "span" | "td" | "dd" | "small" | "em" | "blockquote" | "table")
    ) {
        return false;
    }
    let named = |name: &str| {
        let words = names::words_of(name);
        let is_description =
            |pair| matches!(pair, ("img" | "image" | "photo" | "picture" | "media", "desc" | "descr" | "description"));
        (words.any_of(&["caption", "cutline", "bildunterschrift", "legende"]) || words.pairs().any(is_description))
            && !words.any_of(&["container", "wrapper", "wrap", "box", "author", "hide", "toggle", "video", "cta"])
    };
    // The box around picture and caption is often named after the caption as well.
    names::is_named(node, named)
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
        // A film has a title.
        "video",
    ];
    // A picture beside the text is an aside to some.
    let is_aside = node.has_name("aside") && !is_picture_aside(node);
    is_aside
        || matches!(node.node_name().as_deref(), Some("nav" | "footer" | "form" | "dialog" | "noscript" | "template"))
        || names::is_named(node, |name| names::words_of(name).any_of(OTHER))
}

/// Whether an aside holds a picture and its caption, and leads nowhere.
fn is_picture_aside(node: &NodeRef) -> bool {
    let has = |test: &dyn Fn(&NodeRef) -> bool| node.descendants_it().any(|n| n.is_element() && test(&n));
    has(&|n| n.has_name("img"))
        && has(&is_caption)
        && !has(&|n| matches!(n.node_name().as_deref(), Some("a" | "h2" | "h3" | "h4")))
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
             <figure><img><figcaption>1 de 2 A crane</figcaption></figure><figure><img><figcaption>A crane</figcaption></figure><div class=related><p class=caption>Other \
             story</p></div></div></div></body>"
        );
        let document = Document::from(html);
        let body = document.body().expect("a body");
        let (weights, facts) = (Weights::of(&body), Facts::of(&body));
        let collected = collect(&document, &weights, &facts);
        prune::prune(&document, &weights, &facts, None, None);
        let article = paragraphs(&Document::from(story).root());
        assert_eq!(of_article(collected, None, &document, &article), ["The quay Ann", "A crane"]);
    }
}
