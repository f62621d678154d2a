//! A page's tree → which nodes are lists of other stories: boxes of one kind, each a headline or picture that leads elsewhere.
//! By structure alone, for templates that name such a list by no word. A list of plain links may be the article's own.

use dom_query::{NodeId, NodeRef};
use rustc_hash::{FxHashMap, FxHashSet};

/// Characters of one box; an item of an article that is itself a list says more.
const MAX_CARD: usize = 420;
const MIN_CARD: usize = 12;
/// Characters of a box that holds the beginning of another story, cut off.
const MAX_EXCERPT: usize = 800;
/// Characters of a link that is a headline.
const MIN_HEADLINE: usize = 20;
/// Links that make a menu, and characters of one of them.
const MIN_MENU: usize = 6;
const MAX_ENTRY: usize = 25;
/// Boxes that make a list.
const MIN_CARDS: usize = 3;

/// Items that a gallery has at least.
const MIN_COUNTED: usize = 4;
/// Nodes in which an item's number stands.
const MAX_AHEAD: usize = 12;

/// The number with which an item begins, where it says of how many: `2/50`, `2 of 50`.
fn counter(item: &NodeRef) -> Option<usize> {
    let mut texts = item.descendants_it().take(MAX_AHEAD).filter(NodeRef::is_text).map(|n| n.text());
    let first = texts.find(|text| !text.trim().is_empty())?;
    let first = first.trim();
    let (number, all) = first.split_once('/').or_else(|| first.split_once(" of "))?;
    let digits = |text: &str| text.trim().split(|c: char| !c.is_ascii_digit()).next().and_then(|n| n.parse().ok());
    let (number, all): (usize, usize) = (number.trim().parse().ok()?, digits(all)?);
    (number <= all && all >= MIN_COUNTED).then_some(number)
}

/// What is known of a node from all that it holds.
#[derive(Clone, Default)]
struct Fact {
    chars: usize,
    /// Characters within links.
    linked: usize,
    links: usize,
    /// A heading that is a link, or a picture that is one.
    leads: bool,
    heading: bool,
    picture: bool,
    /// An image, also where it is shown without scripts alone.
    image: bool,
    /// Where the first link leads.
    target: Option<NodeId>,
}

/// The facts of all nodes.
pub(super) struct Facts(FxHashMap<NodeId, Fact>);

impl Facts {
    pub(super) fn of(root: &NodeRef) -> Self {
        let mut facts: FxHashMap<NodeId, Fact> = FxHashMap::default();
        let nodes: Vec<NodeRef> = root.descendants_it().collect();
        // In reverse, every node comes after all that it holds.
        for node in nodes.iter().rev() {
            let mut fact = facts.remove(&node.id).unwrap_or_default();
            if node.is_text() {
                fact.chars = node.text().trim().chars().count();
                if fact.chars == 0 {
                    continue;
                }
            } else if let Some(name) = node.node_name() {
                match &*name {
                    // What it holds is not shown, or shown twice.
                    "script" | "style" | "noscript" | "template" => {
                        fact = Fact { image: fact.image, ..Fact::default() }
                    }
                    "img" | "picture" => (fact.picture, fact.image) = (true, true),
                    "video" => fact.picture = true,
                    "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                        fact.leads |= fact.links > 0;
                        fact.heading = true;
                    }
                    "a" if node.attr("href").is_some_and(|href| leads_away(&href)) => {
                        fact.leads |= fact.picture || fact.heading;
                        fact.linked = fact.chars;
                        fact.links = 1;
                        fact.target = Some(node.id);
                    }
                    _ => {}
                }
            }
            if let Some(parent) = node.parent() {
                let up = facts.entry(parent.id).or_default();
                up.chars += fact.chars;
                up.linked += fact.linked;
                up.links += fact.links;
                up.leads |= fact.leads;
                up.heading |= fact.heading;
                up.picture |= fact.picture;
                up.image |= fact.image;
                up.target = fact.target.or(up.target);
            }
            if node.is_element() {
                facts.insert(node.id, fact);
            }
        }
        Self(facts)
    }

    /// Characters of text in a node.
    pub(super) fn chars(&self, node: &NodeRef) -> usize {
        self.0.get(&node.id).map_or(0, |fact| fact.chars)
    }

    /// Whether a node may hold an image: it did when the facts were taken.
    pub(super) fn may_hold_image(&self, node: &NodeRef) -> bool {
        self.0.get(&node.id).is_some_and(|fact| fact.image)
    }

    /// Whether a node is a menu: many short links and nothing else, or a header of them.
    pub(super) fn is_menu(&self, node: &NodeRef) -> bool {
        let Some(whole) = self.0.get(&node.id).filter(|fact| fact.links >= MIN_MENU && fact.chars > 0) else {
            return false;
        };
        let Some(name) = node.node_name() else { return false };
        let is_box = matches!(&*name, "ul" | "ol" | "div" | "header" | "section" | "td" | "p");
        is_box && whole.linked * 10 >= whole.chars * 9 && whole.chars < whole.links * MAX_ENTRY
    }

    /// Whether a node is the legend of a gallery: its items are counted, "1/50", "2/50".
    pub(super) fn is_gallery(&self, node: &NodeRef) -> bool {
        if !matches!(node.node_name().as_deref(), Some("ul" | "ol" | "div" | "section")) {
            return false;
        }
        let mut counted = 0;
        let mut child = node.first_child();
        while let Some(item) = child {
            counted += usize::from(item.is_element() && self.chars(&item) > 0 && counter(&item) == Some(counted + 1));
            child = item.next_sibling();
        }
        counted >= MIN_COUNTED
    }

    /// Whether a node is a list of other stories.
    pub(super) fn is_card_list(&self, node: &NodeRef) -> bool {
        let Some(whole) = self.0.get(&node.id).filter(|fact| fact.links >= MIN_CARDS) else {
            return false;
        };
        let children = node.element_children();
        if children.len() < MIN_CARDS || whole.chars > children.len() * MAX_EXCERPT {
            return false;
        }
        let mut cards = 0;
        let mut texts = 0;
        let mut targets = FxHashSet::default();
        let mut names = FxHashSet::default();
        for child in &children {
            let Some(fact) = self.0.get(&child.id).filter(|fact| fact.chars >= MIN_CARD) else { continue };
            texts += 1;
            // A long link in a box of its own, with a date or a line beside it.
            let leads = fact.leads
                || (fact.linked >= MIN_HEADLINE
                    && fact.linked * 4 >= fact.chars
                    && fact.linked < fact.chars
                    // The items of a list that is the article say more beside their links than a date.
                    && (!child.has_name("li")
                        || (fact.chars < fact.linked + 30 && child.first_element_child().is_some_and(|n| n.has_name("div")))));
            let is_short = fact.chars <= MAX_CARD && fact.linked * 5 >= fact.chars;
            let is_excerpt = || fact.chars <= MAX_EXCERPT && fact.linked >= MIN_HEADLINE && breaks_off(child);
            let is_card = leads && fact.links <= 8 && (is_short || is_excerpt());
            if is_card && !matches!(child.node_name().as_deref(), Some("h1" | "h2" | "h3" | "h4" | "p" | "figure")) {
                cards += 1;
                names.insert(child.node_name().map(|name| name.to_string()));
                let target = fact.target.and_then(|id| NodeRef::new(id, node.tree).attr("href"));
                targets.insert(target.map(|href| href.to_string()));
            }
        }
        // A heading above the boxes and a link below them are part of the list.
        cards >= MIN_CARDS && cards + 2 >= texts && names.len() == 1 && targets.len() >= MIN_CARDS
    }
}

/// Whether a paragraph of a box breaks off, as the beginning of a story does that is told elsewhere.
fn breaks_off(node: &NodeRef) -> bool {
    let is_cut = |text: &str| ["…", "...", "[…]", "[...]"].iter().any(|mark| text.trim_end().ends_with(mark));
    node.descendants_it().any(|n| n.is_text() && is_cut(&n.text()))
}

fn leads_away(href: &str) -> bool {
    let href = href.trim();
    !href.is_empty()
        && !href.starts_with(['#', '?'])
        && !href.starts_with("javascript:")
        && !href.starts_with("mailto:")
}

#[cfg(test)]
mod tests {
    use super::*;
    use dom_query::Document;

    #[test]
    fn many_short_links_are_a_menu() {
        let links =
            |n: usize, text: &str| (0..n).map(|i| format!("<li><a href=/{i}>{text}</a></li>")).collect::<String>();
        for (html, expected) in [
            (format!("<ul>{}</ul>", links(8, "World")), true),
            (format!("<ul>{}</ul>", links(4, "World")), false),
            (format!("<ul>{}</ul>", links(8, "The report of the harbour office on cranes and quays")), false),
            (format!("<ul>{}<li>and a word on each of them, in a line</ul>", links(6, "Vasto")), false),
        ] {
            let document = Document::from(format!("<body>{html}</body>"));
            let body = document.body().expect("a body");
            let list = body.first_element_child().expect("a list");
            assert_eq!(Facts::of(&body).is_menu(&list), expected, "{html}");
        }
    }

    #[test]
    fn boxes_that_lead_elsewhere_are_a_list() {
        let card = |i: usize| {
            format!(
                "<div class=x><a href=/s{i}><img></a><h4><a href=/s{i}>Another story of the day</a></h4><p>In short</p></div>"
            )
        };
        let cards: String = (0..4).map(card).collect();
        let picture_links: String = (0..4).map(|i| format!("<li><a href=/s{i}><img> Story number {i}</a>")).collect();
        let sections: String = (0..4)
            .map(|i| {
                format!("<div><h3>Stop {i}</h3><p>{}<a href=/x{i}>map</a></p></div>", "The road goes on. ".repeat(9))
            })
            .collect();
        let toys: String = (0..4)
            .map(|i| format!("<div><h3><a href=/x{i}>Toy</a></h3><p>{}</p></div>", "It is a good toy. ".repeat(30)))
            .collect();
        let excerpts = |end: &str| -> String {
            let excerpt = "It was told in the town that the crane would go. ".repeat(11);
            (0..4)
                .map(|i| format!("<div><h3><a href=/x{i}>Another story of the day</a></h3><p>{excerpt}{end}</p></div>"))
                .collect()
        };
        for (html, expected) in [
            (cards.clone(), true),
            (excerpts("And the […]"), true),
            (excerpts("And so it is."), false),
            (format!("<h3>More of it</h3>{cards}<a href=/all>All stories</a>"), true),
            (picture_links, true),
            (
                (0..4)
                    .map(|i| format!("<div><a href=/s{i}>Another story of the day</a><div>In short</div></div>"))
                    .collect(),
                true,
            ),
            ((0..4).map(|i| format!("<li><a href=/s{i}>A source of this report</a>, page {i}</li>")).collect(), false),
            (sections, false),
            (toys, false),
            (
                "<p><a href=/1>One story</a></p><p><a href=/2>Two stories</a></p><p><a href=/3>Three</a></p>".into(),
                false,
            ),
            ("<figure><a href=/1><img></a><figcaption>A long caption</figcaption></figure>".repeat(4), false),
        ] {
            let document = Document::from(format!("<body><section>{html}</section></body>"));
            let body = document.body().expect("a body");
            let facts = Facts::of(&body);
            let section = body.first_element_child().expect("a section");
            assert_eq!(facts.is_card_list(&section), expected, "{html}");
        }
    }
}
