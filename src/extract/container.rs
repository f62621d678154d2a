//! A pruned page's paragraphs beside those that Readability gave → the same without gaps, or a better place for the article.
//! A second opinion: what stands among the article's paragraphs as one of them belongs to it, whatever a score says of it.

use std::ops::Range;

use dom_query::{Document, NodeId, NodeRef};
use rustc_hash::{FxHashMap, FxHashSet};

use super::lines;
use super::names;
use super::paragraphs::{Kind, Paragraph, paragraphs};
use super::title::key;

/// Paragraphs before the first or after the last that are looked at for more of the article.
const REACH: usize = 40;
/// Bytes of text before a paragraph that was found in parts.
const MAX_PARTED: usize = 2000;
/// Boxes around all of the text found of which one may be a section of the article.
const SECTION_LEVELS: usize = 3;

/// All paragraphs of a pruned page, in reading order.
pub(super) struct Prose<'a> {
    root: NodeRef<'a>,
    all: Vec<Paragraph>,
    keys: Vec<String>,
}

impl<'a> Prose<'a> {
    pub(super) fn of(document: &'a Document) -> Option<Self> {
        let root = document.body()?;
        let all = paragraphs(&root);
        let keys = all.iter().map(|p| key(&p.text)).collect();
        Some(Self { root, all, keys })
    }

    pub(super) fn all(&self) -> &[Paragraph] {
        &self.all
    }

    fn node(&self, id: NodeId) -> NodeRef<'a> {
        NodeRef::new(id, self.root.tree)
    }

    /// The paragraphs found, with those that stand between and beside them in the same way and were left out.
    pub(super) fn complete(&self, found: Vec<Paragraph>) -> Vec<Paragraph> {
        let places = self.places(&found);
        let Some((first, last)) = places.iter().flatten().fold(None, |ends: Option<(usize, usize)>, place| {
            Some(ends.map_or((*place, *place), |(a, b)| (a.min(*place), b.max(*place))))
        }) else {
            return found;
        };
        let taken: FxHashSet<String> = found.iter().map(|p| p.text.clone()).collect();
        let homes: FxHashSet<NodeId> = places
            .iter()
            .flatten()
            .filter(|place| self.all[**place].is_prose())
            .filter_map(|place| self.home(&self.all[*place]))
            .collect();
        // Where each paragraph has a box of its own, the boxes stand side by side.
        let rows = [1, 2].map(|up| {
            let mut once: FxHashSet<NodeId> = FxHashSet::default();
            homes
                .iter()
                .filter_map(|home| self.above(*home, up))
                .filter(|row| !once.insert(*row))
                .collect::<FxHashSet<_>>()
        });
        let in_row = |p: &Paragraph| {
            let above = |up: usize| self.home(p).and_then(|home| self.above(home, up));
            [1, 2].into_iter().zip(&rows).any(|(up, rows)| above(up).is_some_and(|row| rows.contains(&row)))
        };
        // Headings that end the article are given back, so that it is seen to end.
        let ends = |p: &Paragraph| {
            let chars = p.chars();
            p.kind == Kind::Heading && (lines::heads_end(&p.text, chars) || lines::heads_comments(&p.text, chars))
        };
        let belongs = |p: &Paragraph| {
            !taken.contains(&p.text) && is_text(p) && self.home(p).is_some_and(|home| homes.contains(&home))
        };
        let says_enough = |p: &Paragraph| p.is_prose() || (p.kind == Kind::Item && p.linked == 0);
        let stands_among = |p: &Paragraph| {
            belongs(p) || ends(p) || (!taken.contains(&p.text) && is_text(p) && says_enough(p) && in_row(p))
        };
        let sections = self.sections(&homes);
        // A heading that was left out with the text below it, or for saying words of the title.
        let is_lost = |at: usize| {
            let p = &self.all[at];
            let is_found = |p: &Paragraph| p.is_prose() && taken.contains(&p.text);
            let below = || self.all.get(at + 1).is_some_and(|p| stands_among(p) || is_found(p));
            let heads = p.kind == Kind::Heading && p.linked == 0 && !taken.contains(&p.text);
            stands_among(p)
                || (sections.contains(&at) && !taken.contains(&p.text))
                || (heads && (in_row(p) || self.home(p).is_some_and(|home| homes.contains(&home))) && below())
        };
        // What was found with its lines parted in another way is found.
        let given_back = |range: Range<usize>, parted: &str| {
            let mut rest = parted;
            let mut is_new = |at: &usize| {
                let key = self.keys[*at].as_str();
                let near = &rest[..rest.floor_char_boundary(rest.len().min(key.len() + MAX_PARTED))];
                let end = (!key.is_empty()).then(|| near.find(key)).flatten().map(|start| start + key.len());
                rest = &rest[end.unwrap_or(0)..];
                end.is_none()
            };
            range.filter(|at| is_lost(*at) && is_new(at)).map(|at| self.all[at].clone()).collect::<Vec<_>>()
        };
        let in_sections = |range: Range<usize>| {
            range
                .filter(|at| sections.contains(at) && !taken.contains(&self.all[*at].text))
                .map(|at| self.all[at].clone())
        };
        let mut whole = Vec::with_capacity(found.len());
        whole.extend(in_sections(0..first));
        // The heading of the section that was found.
        let heading = first.checked_sub(1).map(|at| &self.all[at]);
        whole.extend(heading.filter(|p| !sections.is_empty() && p.kind == Kind::Heading && p.linked == 0).cloned());
        let mut at = first;
        let mut parted = String::new();
        for (paragraph, place) in found.into_iter().zip(&places) {
            if let Some(place) = place.filter(|place| *place >= at) {
                whole.extend(given_back(at..place, &parted));
                parted.clear();
                at = place + 1;
            } else {
                parted.push_str(&key(&paragraph.text));
            }
            whole.push(paragraph);
        }
        let after = (last + 1).min(self.all.len());
        let near = self.all[after..].iter().take(REACH).take_while(|p| belongs(p)).count();
        whole.extend_from_slice(&self.all[after..after + near]);
        whole.extend(in_sections(after + near..self.all.len()));
        whole
    }

    /// Where the paragraphs of the article's other sections stand: boxes like the one that holds all of the text found, beside
    /// it, each with a heading that leads nowhere.
    fn sections(&self, homes: &FxHashSet<NodeId>) -> FxHashSet<usize> {
        let mut found = FxHashSet::default();
        let Some(any) = homes.iter().next() else { return found };
        let holds_all = |node: &NodeRef| {
            homes.iter().all(|home| *home == node.id || self.node(*home).ancestors_it(None).any(|n| n.id == node.id))
        };
        let innermost = self.node(*any);
        let around = std::iter::once(innermost).chain(innermost.ancestors_it(None));
        for held in around.filter(holds_all).take(SECTION_LEVELS).take_while(|n| !n.has_name("body")) {
            let Some(parent) = held.parent().filter(|_| held.class().is_some_and(|class| !class.trim().is_empty()))
            else {
                continue;
            };
            let is_like = |n: &NodeRef| {
                n.id != held.id
                    && n.parent().is_some_and(|up| up.id == parent.id)
                    && n.node_name() == held.node_name()
                    && n.class() == held.class()
            };
            let mut boxes: FxHashMap<NodeId, Vec<usize>> = FxHashMap::default();
            for (at, block) in self.all.iter().enumerate().filter_map(|(at, p)| Some((at, p.block?))) {
                let block = self.node(block);
                if let Some(other) = std::iter::once(block).chain(block.ancestors_it(None)).find(is_like) {
                    boxes.entry(other.id).or_default().push(at);
                }
            }
            found.extend(boxes.into_values().filter(|places| self.is_section(places)).flatten());
        }
        found
    }

    /// Whether the paragraphs of a box are text under a heading of its own.
    fn is_section(&self, places: &[usize]) -> bool {
        let paragraphs = || places.iter().map(|at| &self.all[*at]);
        let headings = || paragraphs().filter(|p| p.kind == Kind::Heading);
        let is_own = |p: &Paragraph| {
            let chars = p.chars();
            p.linked == 0 && !lines::heads_end(&p.text, chars) && !lines::heads_comments(&p.text, chars)
        };
        let (linked, all) = paragraphs().fold((0, 1), |(linked, all), p| (linked + p.linked, all + p.chars()));
        headings().next().is_some()
            && headings().all(is_own)
            && paragraphs().any(Paragraph::is_prose)
            && linked * 5 < all
    }

    /// The paragraphs within a node.
    pub(super) fn within(&self, node: NodeId) -> Vec<Paragraph> {
        let mut known: FxHashMap<NodeId, bool> = FxHashMap::default();
        let inside = |block: NodeId| block == node || self.node(block).ancestors_it(None).any(|n| n.id == node);
        let held = |p: &&Paragraph| p.block.is_some_and(|block| *known.entry(block).or_insert_with(|| inside(block)));
        self.all.iter().filter(held).cloned().collect()
    }

    /// The innermost node with the most running text beyond what is none.
    pub(super) fn densest(&self) -> Option<NodeId> {
        let worth = |p: &Paragraph| {
            let chars = i64::try_from(p.chars()).unwrap_or(i64::MAX);
            if p.is_prose() { chars } else { -chars.clamp(20, 60) }
        };
        let sums = self.sums(worth);
        sums.into_iter().max_by_key(|(id, sum)| (*sum, self.depth(*id))).map(|(id, _)| id)
    }

    /// The node that its publisher names the article's text: of several the one with the most running text, the innermost.
    pub(super) fn named(&self) -> Option<NodeId> {
        let sums = self.sums(|p| if p.is_prose() { i64::try_from(p.chars()).unwrap_or(i64::MAX) } else { 0 });
        let named = sums.into_iter().filter_map(|(id, sum)| Some((trust(&self.node(id))?, sum, self.depth(id), id)));
        named.max_by_key(|(trust, sum, depth, _)| (*trust, *sum, *depth)).map(|(.., id)| id)
    }

    /// The node around the paragraph that passes best, if one passes at all.
    pub(super) fn around(&self, passes: impl Fn(&str) -> f64) -> Option<NodeId> {
        let (best, share) = self
            .all
            .iter()
            .zip(&self.keys)
            .filter(|(p, _)| p.is_prose())
            .map(|(p, key)| (p, passes(key)))
            .max_by(|(_, a), (_, b)| a.total_cmp(b))?;
        if share == 0.0 { None } else { self.home(best) }
    }

    /// What the paragraphs within each node are worth together.
    fn sums(&self, worth: impl Fn(&Paragraph) -> i64) -> FxHashMap<NodeId, i64> {
        let mut sums: FxHashMap<NodeId, i64> = FxHashMap::default();
        for p in &self.all {
            let Some(block) = p.block else { continue };
            let worth = worth(p);
            *sums.entry(block).or_default() += worth;
            for up in self.node(block).ancestors_it(None) {
                *sums.entry(up.id).or_default() += worth;
            }
        }
        sums
    }

    fn depth(&self, id: NodeId) -> usize {
        self.node(id).ancestors_it(None).count()
    }

    /// Where each paragraph found stands on the page.
    fn places(&self, found: &[Paragraph]) -> Vec<Option<usize>> {
        let mut by_key: FxHashMap<&str, Vec<usize>> = FxHashMap::default();
        for (i, key) in self.keys.iter().enumerate().filter(|(_, key)| !key.is_empty()) {
            by_key.entry(key).or_default().push(i);
        }
        let mut from = 0;
        found
            .iter()
            .map(|p| {
                let places = by_key.get(key(&p.text).as_str())?;
                let at = *places.get(places.partition_point(|at| *at < from))?;
                from = at + 1;
                Some(at)
            })
            .collect()
    }

    /// The node so many levels up.
    fn above(&self, node: NodeId, levels: usize) -> Option<NodeId> {
        self.node(node).ancestors_it(Some(levels)).nth(levels - 1).map(|n| n.id)
    }

    /// The node around a paragraph's own element.
    fn home(&self, paragraph: &Paragraph) -> Option<NodeId> {
        let home = self.node(paragraph.block?).parent()?;
        // A list is one of the paragraphs beside it.
        let is_list = paragraph.kind == Kind::Item && matches!(home.node_name().as_deref(), Some("ul" | "ol" | "dl"));
        if is_list { home.parent().map(|parent| parent.id) } else { Some(home.id) }
    }
}

/// How sure a node's attributes say that it holds an article's text, if they do.
fn trust(node: &NodeRef) -> Option<u8> {
    const WHAT: &[&str] =
        &["article", "story", "post", "entry", "news", "noticia", "nota", "artikel", "artigo", "articolo", "single"];
    const PART: &[&str] =
        &["body", "content", "text", "copy", "texto", "cuerpo", "contenido", "corpo", "conteudo", "inhalt", "testo"];
    if node.attr("itemprop").is_some_and(|p| p.split_whitespace().any(|p| p.eq_ignore_ascii_case("articleBody"))) {
        return Some(2);
    }
    if matches!(node.node_name().as_deref(), Some("body" | "html")) {
        return None;
    }
    let named = |name: &str| {
        let words = names::words_of(name);
        words.pairs().any(|(what, part)| WHAT.contains(&what) && PART.contains(&part))
            || words.iter().any(|word| {
                let what = WHAT.iter().find_map(|what| word.strip_prefix(what));
                what.is_some_and(|rest| PART.contains(&rest))
            })
    };
    names::is_named(node, named).then_some(1)
}

/// Whether a paragraph that was left out reads as text: a sentence that is no link.
fn is_text(p: &Paragraph) -> bool {
    match p.kind {
        Kind::Heading => false,
        Kind::Item => p.link_share() < 0.3,
        Kind::Text | Kind::Quote => {
            p.link_share() < 0.5 && (p.is_prose() || p.text.ends_with(['.', '!', '?', '…', '”', '"', '。', ':']))
        }
    }
}
