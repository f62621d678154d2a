//! A page's tree → which boxes are put between an article's paragraphs and are none of it: appeals, calls to sign up, boxes of
//! facts. By structure alone: the paragraphs are brothers, and the box among them holds little and has a label of its own.

use dom_query::{NodeId, NodeRef};
use rustc_hash::FxHashSet;

use super::calls;
use super::cards::Facts;
use super::paragraphs::{Kind, Paragraph, paragraphs};
use super::prune::Weights;

/// Paragraphs of text that make their parent the article's.
const MIN_BROTHERS: usize = 4;
/// Characters of the shortest of them.
const MIN_PARAGRAPH: usize = 60;
/// Share of the page's paragraph text that they hold together.
const MIN_TEXT: f64 = 0.5;
/// Share of that which a box may hold that does not speak as the publisher.
const MAX_SHARE: f64 = 0.12;
/// Characters of text in a box.
const MAX_BOX: usize = 600;
/// Characters of a label.
const MAX_LABEL: usize = 60;
/// A text that has more such boxes is made of them.
const MAX_BOXES: usize = 3;

/// The boxes that are none of the article.
pub(super) fn inserts(root: &NodeRef, weights: &Weights, facts: &Facts) -> FxHashSet<NodeId> {
    let is_article = |node: &NodeRef| {
        let children = node.element_children();
        let texts = children.iter().filter(|n| n.has_name("p") && facts.chars(n) >= MIN_PARAGRAPH);
        let (count, held) = texts.fold((0, 0.0), |(count, held), n| (count + 1, held + weights.share(n)));
        count >= MIN_BROTHERS && held >= MIN_TEXT
    };
    // Only a box that holds as much of the text can hold paragraphs that do.
    let mut at = *root;
    while let Some(inner) = at.element_children().into_iter().find(|n| weights.share(n) >= MIN_TEXT) {
        if is_article(&at) {
            break;
        }
        at = inner;
    }
    let boxes: Vec<NodeRef> =
        at.element_children().into_iter().filter(|n| is_insert(n, facts)).take(MAX_BOXES + 1).collect();
    if boxes.len() > MAX_BOXES {
        return FxHashSet::default();
    }
    let brothers: usize = at.element_children().iter().filter(|n| n.has_name("p")).map(|n| facts.chars(n)).sum();
    let is_little = |n: &NodeRef| facts.chars(n) as f64 <= MAX_SHARE * brothers as f64;
    let is_none_of_it = |n: &NodeRef| is_little(n) || calls::speaks_of_itself(&n.text());
    boxes.iter().filter(|n| is_none_of_it(n)).map(|n| n.id).collect()
}

/// Whether a box has a label and little text, and no list, table or quotation that may be the article's.
fn is_insert(node: &NodeRef, facts: &Facts) -> bool {
    let is_box = matches!(node.node_name().as_deref(), Some("div" | "section"));
    if !is_box || !(1..MAX_BOX).contains(&facts.chars(node)) {
        return false;
    }
    let is_own =
        |n: NodeRef| matches!(n.node_name().as_deref(), Some("li" | "table" | "blockquote" | "pre" | "figure"));
    if node.descendants_it().any(is_own) {
        return false;
    }
    let lines = paragraphs(node);
    let is_label = |p: &Paragraph| p.kind == Kind::Heading || (p.chars() < MAX_LABEL && !p.is_sentence());
    lines.len() > 1 && lines.first().is_some_and(is_label)
}

#[cfg(test)]
mod tests {
    use super::*;
    use dom_query::Document;

    #[test]
    fn a_labelled_box_among_paragraphs_is_none_of_the_text() {
        let text = "<p>The ferry between the town and the islands will run an hour late all week, the port said.</p>";
        for (between, expected) in [
            (
                "<div><h3>Support the Echo</h3><p>If it was of use to you, send us what a newspaper would cost.</p></div>",
                1,
            ),
            ("<div><h3>The Echo in brief</h3><p>Seven a day.</p></div>", 1),
            ("<div><p class=h>Our newsletter</p><p>All that matters, in your inbox at seven.</p></div>", 1),
            // A paragraph in a box, a list, a quotation, a table are the article's.
            ("<div><p>Nobody came to the quay to see it, and nobody was sorry for that.</p></div>", 0),
            ("<div><h3>What to bring</h3><ul><li>Bread</li><li>A coat</li></ul></div>", 0),
            ("<div><h3>He said</h3><blockquote>So it is.</blockquote></div>", 0),
            // So is a section that holds as much as others, and says nothing of its publisher.
            (
                "<div><h3>The crane</h3><p>It blocks the quay, and nobody knows how long it will stand there.</p></div>",
                0,
            ),
            // So are the sections of which a text is made.
            (&"<div><h3>The crane</h3><p>It blocks the quay.</p></div>".repeat(4), 0),
        ] {
            let document = Document::from(format!("<body><div>{}{between}{text}</div></body>", text.repeat(4)));
            let body = document.body().expect("a body");
            let found = inserts(&body, &Weights::of(&body), &Facts::of(&body));
            assert_eq!(found.len(), expected, "{between}");
        }
    }
}
