//! A page's tree → the same tree without what is not the article: menus, related stories, comments.
//! Judges by element and by the words of class and id; what holds much of the page's paragraphs is never taken away.

use std::sync::LazyLock;

use dom_query::{Document, NodeId, NodeRef};
use regex::Regex;
use rustc_hash::{FxHashMap, FxHashSet};

use super::cards::Facts;
use super::headline::{cut_above, cut_next_stories};
use super::inserts::inserts;
use super::names::{is_boilerplate, is_named, words_of};
use super::paragraphs::is_layout;
use super::pattern::regex;
use super::quality;
use super::title::key;

/// Share of the page's paragraph text that a node may hold and still be taken for boilerplate.
pub(super) const MAX_SHARE: f64 = 0.35;

/// Words of what may hold more text than the article itself, and never holds it: a hundred comments, stories beside a brief.
const NEVER: &[&str] = &[
    "comments",
    "commentlist",
    "disqus",
    "respond",
    "related",
    "recommended",
    "recommendations",
    "taboola",
    "outbrain",
    "commentaires",
    "kommentare",
    "comentarios",
    "comentários",
    "footer",
];
/// Characters of paragraphs that must be left where more than the usual share is taken away.
pub(super) const ENOUGH_LEFT: f64 = 140.0;

/// The same beside a gallery: an article that is more than the gallery's introduction.
const ENOUGH_BESIDE: f64 = 1000.0;

/// Takes boilerplate out of the document, of whose body weights and facts are. `title` is the article's, `headline` where the page shows
/// it.
pub(super) fn prune(
    document: &Document,
    weights: &Weights,
    facts: &Facts,
    title: Option<&str>,
    headline: Option<&NodeRef>,
) {
    let Some(body) = document.body() else { return };
    let title = title.map(key).filter(|title| !title.is_empty());
    if let Some(headline) = headline {
        cut_above(headline, weights);
        cut_next_stories(headline, weights);
    }
    let inserts = inserts(&body, weights, facts);
    unfold_tables(&body);
    let mut depth_of: FxHashMap<NodeId, usize> = FxHashMap::default();
    depth_of.insert(body.id, 0);
    let mut left = weights.total as f64;
    let mut node = body.first_child();
    while let Some(current) = node {
        let share = weights.share(&current);
        let depth = current
            .parent()
            .and_then(|parent| depth_of.get(&parent.id).copied())
            .filter(|depth| *depth < MAX_NOTICE_DEPTH);
        if let Some(depth) = depth {
            depth_of.insert(current.id, depth + 1);
        }
        let gone = current.is_comment()
            || (left - weights.chars(&current) >= ENOUGH_BESIDE && facts.is_gallery(&current))
            || (current.is_element()
                && if share <= MAX_SHARE {
                    is_boilerplate(&current)
                        || inserts.contains(&current.id)
                        || is_comment_item(&current)
                        || is_picture_box(&current, facts)
                        || facts.is_card_list(&current)
                        || facts.is_menu(&current)
                        || (depth.is_some() && is_notice(&current, facts.chars(&current)))
                        || (share <= MAX_HEADER && is_header(&current, title.as_deref()))
                } else {
                    left - weights.chars(&current) >= ENOUGH_LEFT
                        && (is_never(&current) || facts.is_card_list(&current) || facts.is_menu(&current))
                        && !holds_article(&current)
                });
        node = if gone { None } else { current.first_child() }.or_else(|| next_outside(&current, &body));
        if gone {
            left -= weights.chars(&current);
            current.remove_from_parent();
        }
    }
}

/// Tables, rows and cells of one page that are made boxes; more lay out nothing, and cost Readability its time.
const MAX_PARTS: usize = 2000;

/// How deep in the page a cookie notice stands at most.
const MAX_NOTICE_DEPTH: usize = 4;

/// Whether a box near the page's root asks for consent to cookies; beside an article it is none of it.
fn is_notice(node: &NodeRef, chars: usize) -> bool {
    node.is_element() && (40..2000).contains(&chars) && quality::asks_consent(&node.text()) && !holds_article(node)
}

/// Makes boxes of the tables that lay out the page: their cells are columns, not data.
fn unfold_tables(body: &NodeRef) {
    let table_of = |node: &NodeRef| node.ancestors_it(None).find(|n| n.has_name("table")).map(|table| table.id);
    let is_cell = |node: &NodeRef| node.has_name("td") || node.has_name("th");
    let cells = body.descendants_it().filter(|n| is_cell(n) && is_layout(n));
    let layouts: FxHashSet<NodeId> = cells.filter_map(|cell| table_of(&cell)).collect();
    if layouts.is_empty() {
        return;
    }
    let is_part = |node: &NodeRef| {
        layouts.contains(&node.id)
            || (matches!(node.node_name().as_deref(), Some("td" | "th" | "tr" | "tbody" | "thead" | "tfoot"))
                && table_of(node).is_some_and(|table| layouts.contains(&table)))
    };
    let parts: Vec<NodeRef> = body.descendants_it().filter(is_part).take(MAX_PARTS + 1).collect();
    if parts.len() <= MAX_PARTS {
        for part in parts {
            part.rename("div");
        }
    }
}

/// Share of the paragraph text that a header may hold beside the headline.
const MAX_HEADER: f64 = 0.15;

/// Whether a node is the header of the article: what it holds beside the headline is its subtitle, names and dates.
fn is_header(node: &NodeRef, title: Option<&str>) -> bool {
    node.has_name("header")
        && node.descendants_it().any(|n| n.has_name("h1") && title.is_none_or(|title| key(&n.text()) == title))
}

/// Whether a node is comments or other stories by its name, and no layout that has room for them.
fn is_never(node: &NodeRef) -> bool {
    const AROUND: &[&str] =
        &["has", "no", "with", "main", "content", "article", "body", "page", "wrapper", "container"];
    let says = |of: &[&str]| is_named(node, |name| words_of(name).any_of(of));
    is_comment_item(node) || (says(NEVER) && !says(AROUND))
}

/// Whether a node is a reader's comment as schema.org marks it.
fn is_comment_item(node: &NodeRef) -> bool {
    let says = |name: &str, test: &dyn Fn(&str) -> bool| {
        node.attr(name).is_some_and(|value| value.split_whitespace().any(test))
    };
    says("itemtype", &|kind| kind.ends_with("schema.org/Comment")) || says("itemprop", &|prop| prop == "comment")
}

/// Whether a node holds what marks an article: the page's headline, its main part, a text so called.
fn holds_article(node: &NodeRef) -> bool {
    node.descendants_it().any(|n| {
        n.has_name("h1") || n.has_name("main") || n.attr("itemprop").is_some_and(|p| p.contains("articleBody"))
    })
}

/// The node after `node` and all it holds.
pub(super) fn next_outside<'a>(node: &NodeRef<'a>, root: &NodeRef<'a>) -> Option<NodeRef<'a>> {
    let mut at = *node;
    loop {
        if at.id == root.id {
            return None;
        }
        if let Some(next) = at.next_sibling() {
            return Some(next);
        }
        at = at.parent()?;
    }
}

/// Whether a box holds a picture and few words: its caption, credit or number in a gallery.
pub(super) fn is_picture_box(node: &NodeRef, facts: &Facts) -> bool {
    if !facts.may_hold_image(node) {
        return false;
    }
    let name = node.node_name();
    let limit = match name.as_deref() {
        Some("figure") => 600,
        Some("div" | "span" | "table" | "center" | "p" | "td" | "a" | "dl") => 200,
        _ => return false,
    };
    let mut text = String::new();
    let mut has_picture = false;
    for (i, inner) in node.descendants_it().enumerate() {
        if inner.is_text() {
            text.push_str(&inner.text());
        }
        has_picture |= matches!(inner.node_name().as_deref(), Some("img" | "picture"));
        if i > 200 || text.len() > limit * 8 {
            return false;
        }
    }
    let text = text.trim();
    if !has_picture || text.is_empty() || text.chars().count() > limit {
        return false;
    }
    // A sentence beside a small picture may be the article's; a caption is seldom one without naming its source.
    name.as_deref() == Some("figure") || !text.ends_with(['.', '!', '?', ':', '。', '”', '"']) || names_source(text)
}

fn names_source(text: &str) -> bool {
    static SOURCE: LazyLock<Regex> = LazyLock::new(|| {
        regex(
            r"(?ix)\b(?:photos?|credits?|image|courtesy|getty|reuters|afp|shutterstock|via|fotos?|bild|crédito
            |picture|pictured|above|left|right)\b|©|\(AP\b|/AP\b",
        )
    });
    SOURCE.is_match(text)
}

/// How much paragraph text each node holds.
pub(super) struct Weights {
    by_node: FxHashMap<NodeId, usize>,
    total: usize,
}

impl Weights {
    /// Weighs by `p` elements, or by all text where a page has next to none.
    pub(super) fn of(root: &NodeRef) -> Self {
        let length = |node: &NodeRef| node.text().trim().chars().count();
        let paragraphs = Self::tally(root, |node| if node.has_name("p") { length(node) } else { 0 });
        if paragraphs.total >= 300 {
            return paragraphs;
        }
        let unseen = |node: NodeRef| matches!(node.node_name().as_deref(), Some("script" | "style" | "noscript"));
        Self::tally(root, |node| if node.is_text() && !node.parent().is_some_and(unseen) { length(node) } else { 0 })
    }

    /// Sums what each node weighs into all nodes around it.
    pub(super) fn tally(root: &NodeRef, weight: impl Fn(&NodeRef) -> usize) -> Self {
        let mut weights = Self { by_node: FxHashMap::default(), total: 0 };
        let nodes: Vec<NodeRef> = root.descendants_it().collect();
        // In reverse, every node comes after all that it holds.
        for node in nodes.iter().rev() {
            let own = weight(node);
            weights.total += own;
            // Most nodes hold nothing: they have no entry.
            let held = own + weights.by_node.get(&node.id).copied().unwrap_or(0);
            if held == 0 {
                continue;
            }
            if own > 0 {
                weights.by_node.insert(node.id, held);
            }
            if let Some(parent) = node.parent() {
                *weights.by_node.entry(parent.id).or_default() += held;
            }
        }
        weights
    }

    /// The characters of paragraphs that a node holds.
    pub(super) fn chars(&self, node: &NodeRef) -> f64 {
        self.by_node.get(&node.id).copied().unwrap_or(0) as f64
    }

    /// The share of the whole that a node holds.
    pub(super) fn share(&self, node: &NodeRef) -> f64 {
        self.chars(node) / self.total.max(1) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::super::headline::headline;
    use super::super::landmarks::Landmarks;
    use super::*;

    fn pruned(document: &Document, title: Option<&str>) {
        let body = document.body().expect("a body");
        let weights = Weights::of(&body);
        let headline = title.and_then(|title| headline(&Landmarks::of(document).headings, title));
        prune(document, &weights, &Facts::of(&body), title, headline.as_ref());
    }

    #[test]
    fn boilerplate_goes_unless_it_holds_the_text() {
        let text = "A long enough sentence of the story, with commas, and more words. ".repeat(6);
        let html = format!(
            "<body><nav>Menu</nav><div class='comments-open'><p>{text}</p><p>{text}</p></div>\
             <div class=related><p>Other story</p></div><p hidden>Secret</p><div role=dialog>Cookies</div></body>"
        );
        let document = Document::from(html);
        pruned(&document, None);
        let left = document.text();
        assert!(left.contains("long enough"));
        for gone in ["Menu", "Other story", "Secret", "Cookies"] {
            assert!(!left.contains(gone), "{gone}");
        }
    }

    #[test]
    fn many_comments_under_a_brief_go_and_a_box_around_all_stays() {
        let brief = "The ferry will be late on Monday, the port said, and it named no new time for it. ".repeat(5);
        let comment = "<p>I have seen this coming for years, and nobody wanted to hear it from me, as always.</p>";
        for (html, gone) in [
            (format!("<body><h1>Late</h1><p>{brief}</p><div id=comments>{}</div>", comment.repeat(20)), true),
            (format!("<body><div class='comments-open'><h1>Late</h1><p>{brief}</p>{}", comment.repeat(20)), false),
        ] {
            let document = Document::from(html);
            pruned(&document, Some("Late"));
            assert!(document.text().contains("ferry will be late"));
            assert_eq!(!document.text().contains("for years"), gone);
        }
    }

    #[test]
    fn a_gallery_beside_an_article_goes_and_one_that_is_the_article_stays() {
        let slide =
            "Revenue of the port rose for the third year, its office said, and it will rise again by next spring.";
        let counted = |form: &str| {
            (1..=12).fold(String::new(), |all, n| all + &form.replace('#', &n.to_string()).replace("TEXT", slide))
        };
        let story = "<p>The ferry will be late on Monday, the port said, and it named no new time for it, as ever.</p>";
        for (stories, items, gone) in [
            (12, counted("<li><h2><span>#/12</span> A quay</h2><p>TEXT</p></li>"), true),
            (12, counted("<li># of 12<p>TEXT</p></li>"), true),
            (1, counted("<li><h2><span>#/12</span> A quay</h2><p>TEXT</p></li>"), false),
            (12, counted("<li>#. A quay<p>TEXT</p></li>"), false),
            (12, counted("<li>1/2 cup of flour<p>TEXT</p></li>"), false),
        ] {
            let document = Document::from(format!("<body><div>{}<ul>{items}</ul>{story}</div>", story.repeat(stories)));
            pruned(&document, None);
            assert!(document.text().contains("ferry will be late"));
            assert_eq!(!document.text().contains("third year"), gone, "{items}");
        }
    }

    #[test]
    fn the_articles_header_is_no_text_and_a_section_header_is() {
        let text = "A long enough sentence of the story, with commas, and more words. ".repeat(9);
        let document = Document::from(format!(
            "<body><article><header><h1>Ferry late</h1><p>What you should know of it</p></header><p>{text}</p>\
             <section><header><h2>The crane</h2></header><p>{text}</p></section></article>"
        ));
        pruned(&document, Some("Ferry late"));
        let left = document.text();
        assert!(!left.contains("What you should know") && left.contains("The crane"));
    }
}
