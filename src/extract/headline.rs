//! Where a page's headline stands → what stands above it and below its story, which is none of the article.
//! Needs the article's title; a page that shows it twice, or not at all, is left as it is.

use dom_query::NodeRef;
use rustc_hash::FxHashSet;

use super::prune::{ENOUGH_LEFT, Weights};
use super::title::key;

/// The page's headline among its headings, where just one of them is its title.
pub(super) fn headline<'a>(headings: &[NodeRef<'a>], title: &str) -> Option<NodeRef<'a>> {
    let title = key(title);
    let mut found = headings.iter().filter(|n| !title.is_empty() && is_headline(n, &title));
    let first = found.next()?;
    found.next().is_none().then_some(*first)
}

/// Letters of a label in a headline: "Exclusive", "Live".
const MAX_LABEL: usize = 30;

/// Whether a heading is the title, a label before or after it aside that has an element of its own.
fn is_headline(heading: &NodeRef, title: &str) -> bool {
    let text = key(&heading.text());
    let is_label = |rest: &str| {
        (1..=MAX_LABEL).contains(&rest.len())
            && heading.descendants_it().any(|n| n.is_element() && key(&n.text()) == rest)
    };
    text == title
        || (heading.has_name("h1")
            && (text.strip_suffix(title).is_some_and(is_label) || text.strip_prefix(title).is_some_and(is_label)))
}

/// Share of the paragraph text that may stand above the headline and be none of the article.
const MAX_ABOVE: f64 = 0.1;

/// Takes away what stands above the headline: the site's head, the section's name, a menu.
pub(super) fn cut_above(headline: &NodeRef, weights: &Weights) {
    let mut above: Vec<NodeRef> = Vec::new();
    for around in std::iter::once(*headline).chain(headline.ancestors_it(None)).take_while(|n| !n.has_name("body")) {
        let mut before = around.prev_sibling();
        while let Some(node) = before {
            above.push(node);
            before = node.prev_sibling();
        }
    }
    if above.iter().map(|node| weights.share(node)).sum::<f64>() <= MAX_ABOVE {
        for node in above {
            node.remove_from_parent();
        }
    }
}

/// Share of the paragraph text that the first of several stories holds at least; less is its head.
const MIN_STORY: f64 = 0.2;

/// Takes away the stories that a page shows one after another: boxes like the one that holds headline and text, each
/// with a headline of its own.
pub(super) fn cut_next_stories(headline: &NodeRef, weights: &Weights) {
    let Some(story) = headline
        .ancestors_it(None)
        .take_while(|n| !matches!(n.node_name().as_deref(), Some("body" | "main")))
        .find(|n| weights.chars(n) >= ENOUGH_LEFT && weights.share(n) >= MIN_STORY)
    else {
        return;
    };
    let names = |node: &NodeRef| -> FxHashSet<String> {
        node.class().map(|class| class.split_whitespace().map(str::to_owned).collect()).unwrap_or_default()
    };
    // The first of them often has a name more: "current", "active".
    let own = names(&story);
    let is_like = |node: &NodeRef| {
        let other = names(node);
        let both = own.intersection(&other).count();
        let (fewer, more) = (own.len().min(other.len()), own.len().max(other.len()));
        node.node_name() == story.node_name() && both > 0 && both == fewer && both * 2 >= more
    };
    // A section of the story itself has a heading that leads nowhere.
    let is_headline = |n: &NodeRef| match n.node_name().as_deref() {
        Some("h1") => true,
        Some("h2" | "h3") => {
            n.parent().is_some_and(|up| up.has_name("a")) || n.descendants_it().any(|inner| inner.has_name("a"))
        }
        _ => false,
    };
    let has_headline = |node: &NodeRef| node.descendants_it().any(|n| is_headline(&n));
    let mut next = story.next_sibling();
    while let Some(node) = next {
        next = node.next_sibling();
        if node.is_element() && is_like(&node) && has_headline(&node) {
            node.remove_from_parent();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::landmarks::Landmarks;
    use super::*;
    use dom_query::Document;

    const TEXT: &str =
        "<p>A long enough sentence of the story, with commas, and more words than a caption has, or a menu.</p>";

    fn left(html: &str) -> String {
        let document = Document::from(format!("<body>{html}</body>"));
        let body = document.body().expect("a body");
        let weights = Weights::of(&body);
        if let Some(headline) = headline(&Landmarks::of(&document).headings, "Ferry late") {
            cut_above(&headline, &weights);
            cut_next_stories(&headline, &weights);
        }
        document.text().to_string()
    }

    #[test]
    fn what_stands_above_the_headline_goes_unless_it_is_the_text() {
        let story = TEXT.repeat(4);
        for (html, gone) in [
            (format!("<div>Animals</div><div><h3>Slug</h3><h1>Ferry late</h1>{story}</div>"), &["Animals", "Slug"][..]),
            (format!("<div>Animals</div><div>{story}</div><h1>Ferry late</h1>"), &[]),
            (format!("<div>Animals</div><h1>Ferry late</h1><h2>Ferry late</h2>{story}"), &[]),
            (format!("<div>Animals</div><h1>Another</h1>{story}"), &[]),
        ] {
            let left = left(&html);
            assert!(left.contains("long enough"), "{html}");
            for word in ["Animals", "Slug"].iter().filter(|word| html.contains(**word)) {
                assert_eq!(!left.contains(word), gone.contains(word), "{word} {html}");
            }
        }
    }

    #[test]
    fn a_label_in_the_headline_is_none_of_it() {
        for (html, expected) in [
            ("<h1>Ferry late</h1>", true),
            ("<h1><span>Exclusive</span> Ferry late</h1>", true),
            ("<h1>Ferry late <small>(updated)</small></h1>", true),
            ("<h1>Island ferry late</h1>", false),
            ("<h2><span>Exclusive</span> Ferry late</h2>", false),
            ("<h1><span>What you must know of the ferries that are</span> Ferry late</h1>", false),
        ] {
            let document = Document::from(format!("<body>{html}"));
            assert_eq!(headline(&Landmarks::of(&document).headings, "Ferry late").is_some(), expected, "{html}");
        }
    }

    #[test]
    fn the_stories_below_go_and_the_sections_stay() {
        let story = TEXT.repeat(2);
        let next = format!("<h2><a href=/2>Bus late</a></h2><p>The bus is late as well.</p>{story}");
        for (html, stays) in [
            (
                format!("<div class='story first'><h1>Ferry late</h1>{story}</div><div class='story'>{next}</div>"),
                false,
            ),
            (format!("<div class=story><h1>Ferry late</h1>{story}</div><div class=more>{next}</div>"), true),
            (
                format!(
                    "<div class=part><h1>Ferry late</h1>{story}</div><div class=part><h2>So</h2><p>The bus is late as well.</p></div>"
                ),
                true,
            ),
            (
                format!(
                    "<article><h1>Ferry late</h1><div class=part>{story}</div><div class=part>{next}</div></article>"
                ),
                true,
            ),
        ] {
            assert_eq!(left(&html).contains("The bus is late"), stays, "{html}");
        }
    }
}
