//! The tree of a document: elements with vocabulary, base URL and language settled, and how to walk over it.
//! `build` makes it; nothing here recurses.

use std::rc::Rc;

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
    pub name: String,
    pub local_at: usize,
    /// Keys in lower case; with their prefix, except RDF's and Atom's.
    pub attributes: Vec<(String, String)>,
    pub base: Option<Rc<Url>>,
    pub language: Option<Rc<str>>,
    /// Whether its end was seen, or followed from what came next.
    pub closed: bool,
    pub children: Vec<Child>,
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
    pub fn text(&self, id: Id) -> String {
        let mut out = String::new();
        let mut open: Vec<&Child> = self.get(id).children.iter().rev().collect();
        while let Some(child) = open.pop() {
            match child {
                Child::Text(text) => out.push_str(text),
                Child::Element(id) => open.extend(self.get(*id).children.iter().rev()),
            }
        }
        let trimmed = out.trim();
        if trimmed.len() == out.len() { out } else { trimmed.to_owned() }
    }
}
