//! The tree of a document: elements with vocabulary, base URL and language settled, and how to walk over it.
//! `build` makes it; nothing here recurses.

use std::borrow::Cow;
use std::rc::Rc;

use smallvec::SmallVec;
use url::Url;

use super::names::Ns;
use super::token::Tally;

/// An element's place in its tree.
pub(super) type Id = usize;

pub(super) enum Child {
    Element(Id),
    Text(String),
}

pub(super) struct Element {
    pub ns: Ns,
    /// As written, but in lower case; `local` is its tail.
    pub name: Rc<str>,
    pub local_at: usize,
    /// Keys in lower case; with their prefix, except RDF's and Atom's.
    pub attributes: Vec<(String, String)>,
    pub base: Option<Rc<Url>>,
    pub language: Option<Rc<str>>,
    /// Whether its end was seen, or followed from what came next.
    pub closed: bool,
    /// Most hold one text.
    pub children: SmallVec<[Child; 1]>,
}

impl Element {
    /// The name without its prefix, in lower case.
    pub fn local(&self) -> &str {
        &self.name[self.local_at..]
    }

    pub fn is(&self, ns: Ns, local: &str) -> bool {
        self.ns == ns && self.local() == local
    }

    pub fn attribute(&self, key: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == key).map(|(_, value)| value.as_str())
    }
}

/// What was mended while building.
#[derive(Default)]
pub(super) struct Mended {
    pub tokens: Tally,
    pub unmatched_ends: usize,
    pub implied_ends: usize,
    pub encoded_twice: usize,
    pub undeclared: Vec<String>,
    pub too_deep: usize,
    pub truncated: bool,
    pub too_many_entries: bool,
    pub too_large: bool,
}

pub(super) struct Tree {
    pub elements: Vec<Element>,
    /// The elements that no other holds.
    pub top: Vec<Id>,
    pub mended: Mended,
    /// Whether a namespace of RSS is declared somewhere.
    pub declares_rss: bool,
}

/// Elements whose names are looked for, one after the other: most have none of them, which a mark of each name tells.
pub(super) struct Fields {
    ids: Vec<Id>,
    marks: SmallVec<[u8; 24]>,
    /// A bit for each mark that is among them.
    met: u64,
    /// Whether one is Atom's.
    pub of_atom: bool,
}

impl Fields {
    pub fn of(tree: &Tree, ids: Vec<Id>) -> Self {
        let marks: SmallVec<[u8; 24]> = ids.iter().map(|id| Self::mark(tree.get(*id).local())).collect();
        let met = marks.iter().fold(0, |met, mark| met | 1 << mark);
        let of_atom = ids.iter().any(|id| tree.get(*id).ns == Ns::Atom);
        Self { ids, marks, met, of_atom }
    }

    /// Those that may be the field `key`, by the end of its name.
    pub fn like(&self, key: &str) -> impl Iterator<Item = Id> + '_ {
        let wanted = Self::mark(key);
        let marks = if self.met & 1 << wanted == 0 { &[] } else { &self.marks[..] };
        self.ids.iter().zip(marks).filter(move |(_, mark)| **mark == wanted).map(|(id, _)| *id)
    }

    /// Six bits of the last two letters; of a name of one letter, as of what stands behind a prefix, of that one.
    fn mark(name: &str) -> u8 {
        let before = match name.as_bytes() {
            [.., before, _] if *before != b':' => *before,
            _ => 0,
        };
        let last = name.as_bytes().last().copied().unwrap_or_default();
        last.wrapping_mul(5).wrapping_add(before) & 63
    }
}

impl std::ops::Deref for Fields {
    type Target = [Id];

    fn deref(&self) -> &[Id] {
        &self.ids
    }
}

impl Tree {
    pub fn get(&self, id: Id) -> &Element {
        &self.elements[id]
    }

    /// The elements directly inside.
    pub fn elements(&self, id: Id) -> impl Iterator<Item = Id> + '_ {
        self.get(id).children.iter().filter_map(|child| match child {
            Child::Element(id) => Some(*id),
            Child::Text(_) => None,
        })
    }

    /// Everything inside, in document order, without what stands in elements for which `into` says no.
    pub fn descendants(&self, id: Id, into: impl Fn(&Element) -> bool) -> Vec<Id> {
        let mut found = Vec::new();
        let mut open: Vec<Id> = self.elements(id).collect();
        open.reverse();
        while let Some(id) = open.pop() {
            found.push(id);
            if into(self.get(id)) {
                let start = open.len();
                open.extend(self.elements(id));
                open[start..].reverse();
            }
        }
        found
    }

    /// All text inside, trimmed.
    pub fn text(&self, id: Id) -> Cow<'_, str> {
        if let [Child::Text(text)] = &self.get(id).children[..] {
            return Cow::Borrowed(text.trim());
        }
        let mut out = String::new();
        let mut open: Vec<&Child> = self.get(id).children.iter().rev().collect();
        while let Some(child) = open.pop() {
            match child {
                Child::Text(text) => out.push_str(text),
                Child::Element(id) => open.extend(self.get(*id).children.iter().rev()),
            }
        }
        let trimmed = out.trim();
        Cow::Owned(if trimmed.len() == out.len() { out } else { trimmed.to_owned() })
    }
}
