//! Tokens → a tree. Tags that do not match are put right by what feeds are made of; vocabularies, base URLs and languages
//! are settled on the way; depth, elements and entries are capped.

use std::rc::Rc;

use smallvec::SmallVec;
use url::Url;

use super::MAX_ENTRIES;
use super::names::{self, Ns};
use super::token::{Token, Tokens};
use super::tree::{Child, Element, Id, Mended, Tree};
use super::twice;

const MAX_DEPTH: usize = 200;
const MAX_ELEMENTS: usize = 600_000;
/// Undeclared prefixes remembered, for the repair that names them.
const MAX_UNDECLARED: usize = 8;

/// Names that are kept to be met again.
const MAX_NAMES: usize = 40;

/// A namespace declaration in force. `known` is none where the URI is not one of ours.
struct Declaration {
    depth: usize,
    prefix: String,
    known: Option<Ns>,
}

struct Builder {
    tree: Tree,
    stack: Vec<Id>,
    /// Elements left out because they stand too deep, still open.
    overflow: usize,
    declarations: Vec<Declaration>,
    /// The vocabulary of names without a namespace: Atom's where the root is Atom's.
    plain: Ns,
    root_prefix: Option<String>,
    /// Names met so far, in lower case: feeds are made of few.
    names: Vec<Rc<str>>,
    base: Option<Rc<Url>>,
    entries: usize,
}

/// Reads a document.
pub(super) fn build(text: &str, base: Option<&Url>) -> Tree {
    let mut builder = Builder {
        tree: Tree { elements: Vec::new(), top: Vec::new(), mended: Mended::default(), declares_rss: false },
        stack: Vec::new(),
        overflow: 0,
        declarations: Vec::new(),
        plain: Ns::Feed,
        root_prefix: None,
        names: Vec::new(),
        base: base.cloned().map(Rc::new),
        entries: 0,
    };
    let mut tokens = Tokens::new(text);
    let mut whole = true;
    for token in tokens.by_ref() {
        match token {
            Token::Text(text) => builder.text(&text),
            Token::End { name } => builder.end(name),
            Token::Start { name, attributes, empty } => {
                if !builder.start(name, attributes, empty) {
                    whole = false;
                    break;
                }
            }
        }
    }
    let encoded_twice = twice::undo_all(&mut builder.tree);
    let mended = &mut builder.tree.mended;
    mended.encoded_twice = encoded_twice;
    mended.truncated = whole && (tokens.tally.broken_off || !builder.stack.is_empty());
    mended.tokens = tokens.tally;
    if !whole {
        // The cap cut in, not the publisher: what is open is as good as closed.
        for id in builder.stack {
            builder.tree.elements[id].closed = true;
        }
    }
    builder.tree
}

impl Builder {
    /// Takes a start tag; false says that a cap is reached.
    fn start(&mut self, name: &str, attributes: Vec<(&str, String)>, empty: bool) -> bool {
        if self.tree.elements.len() >= MAX_ELEMENTS {
            self.tree.mended.too_large = true;
            return false;
        }
        let depth = self.stack.len();
        if depth >= MAX_DEPTH {
            self.tree.mended.too_deep += 1;
            self.overflow += usize::from(!empty);
            return true;
        }
        let name = self.lower(name);
        let outer = self.declarations.len();
        for (key, value) in &attributes {
            let prefix = if key.eq_ignore_ascii_case("xmlns") {
                Some("")
            } else {
                key.get(..6).filter(|head| head.eq_ignore_ascii_case("xmlns:")).map(|_| &key[6..])
            };
            if let Some(prefix) = prefix {
                let mut known = names::of_uri(value);
                self.tree.declares_rss |= known == Some(Ns::Feed) && !value.trim().is_empty();
                if known.is_none() && prefix.is_empty() && self.is_of_feed(&name) {
                    known = Some(Ns::Feed);
                }
                self.declarations.push(Declaration { depth, prefix: prefix.to_ascii_lowercase(), known });
            }
        }
        let ns = self.resolve(&name);
        let local_at = memchr::memchr(b':', name.as_bytes()).map_or(0, |at| at + 1);
        let local = &name[local_at..];
        let mut own = self.declarations.split_off(outer);
        self.make_room(ns, local);
        let depth = self.stack.len();
        for declaration in &mut own {
            declaration.depth = depth;
        }
        self.declarations.append(&mut own);
        if ns.is_feed() && matches!(local, "item" | "entry") {
            self.entries += 1;
            if self.entries > MAX_ENTRIES {
                self.tree.mended.too_many_entries = true;
                return false;
            }
        }
        let void = matches!(ns, Ns::Feed | Ns::Html | Ns::Atom) && matches!(local, "br" | "img" | "hr" | "wbr");
        let element = self.element(ns, Rc::clone(&name), local_at, attributes);
        let id = self.tree.elements.len();
        self.tree.elements.push(element);
        match self.stack.last() {
            Some(parent) => self.tree.elements[*parent].children.push(Child::Element(id)),
            None => self.tree.top.push(id),
        }
        if empty || void {
            self.tree.elements[id].closed = true;
            self.forget_declarations(depth);
        } else {
            self.stack.push(id);
        }
        true
    }

    /// Whether an element is the feed's whatever its namespace is said to be: the root, and an entry in nothing foreign.
    fn is_of_feed(&self, name: &str) -> bool {
        let own = |id: &Id| self.tree.elements[*id].ns.is_feed() || self.tree.elements[*id].ns == Ns::Rdf;
        self.tree.elements.is_empty() || (matches!(name, "item" | "entry") && self.stack.iter().all(own))
    }

    /// A name in lower case.
    fn lower(&mut self, name: &str) -> Rc<str> {
        if let Some(known) = self.names.iter().find(|known| known.eq_ignore_ascii_case(name)) {
            return Rc::clone(known);
        }
        let lower: Rc<str> = Rc::from(name.to_ascii_lowercase());
        if self.names.len() < MAX_NAMES {
            self.names.push(Rc::clone(&lower));
        }
        lower
    }

    fn element(&mut self, ns: Ns, name: Rc<str>, local_at: usize, attributes: Vec<(&str, String)>) -> Element {
        let parent = self.stack.last().map(|id| &self.tree.elements[*id]);
        let mut base = parent.map_or_else(|| self.base.clone(), |parent| parent.base.clone());
        let mut language = parent.and_then(|parent| parent.language.clone());
        let mut kept = Vec::with_capacity(attributes.len());
        for (key, value) in attributes {
            let mut key = key.to_ascii_lowercase();
            if key == "xmlns" || key.starts_with("xmlns:") {
                continue;
            }
            if key == "xml:base" {
                let joined = match &base {
                    Some(base) => base.join(value.trim()).ok(),
                    None => Url::parse(value.trim()).ok(),
                };
                base = joined.filter(|url| !url.cannot_be_a_base()).map(Rc::new).or(base);
            } else if key == "xml:lang" || (key == "lang" && ns == Ns::Html) {
                let tag = value.trim();
                language = (!tag.is_empty()).then(|| Rc::from(tag));
            } else if let Some((prefix, local)) = key.split_once(':')
                && matches!(self.of_prefix(prefix), Some(Ns::Rdf | Ns::Atom))
            {
                key = String::from(local);
            }
            kept.push((key, value));
        }
        Element { ns, name, local_at, attributes: kept, base, language, closed: false, children: SmallVec::new() }
    }

    /// The vocabulary of a prefix in scope; none where it is unknown.
    fn of_prefix(&self, prefix: &str) -> Option<Ns> {
        match self.declarations.iter().rev().find(|known| known.prefix == prefix) {
            Some(Declaration { known: Some(ns), .. }) => Some(*ns),
            Some(_) | None => names::of_prefix(prefix),
        }
    }

    fn resolve(&mut self, name: &str) -> Ns {
        let is_root = self.root_prefix.is_none() && matches!(name.rsplit(':').next(), Some("rss" | "feed" | "rdf"));
        let found = match name.split_once(':') {
            None => match self.declarations.iter().rev().find(|known| known.prefix.is_empty()) {
                Some(Declaration { known, .. }) => known.unwrap_or(Ns::Other),
                None => Ns::Feed,
            },
            Some((prefix, local)) => {
                let declared = self.declarations.iter().any(|known| known.prefix == prefix);
                let undeclared = &mut self.tree.mended.undeclared;
                let room = undeclared.len() < MAX_UNDECLARED;
                if !declared && prefix != "xml" && room && !undeclared.iter().any(|known| known == prefix) {
                    undeclared.push(prefix.chars().take(20).collect());
                }
                match self.of_prefix(prefix) {
                    Some(ns) => ns,
                    None if self.root_prefix.as_deref() == Some(prefix) => Ns::Feed,
                    None => names::of_local(local, declared).unwrap_or(Ns::Other),
                }
            }
        };
        let found = if is_root {
            self.root_prefix = Some(name.split_once(':').map_or("", |(prefix, _)| prefix).to_owned());
            if name.ends_with("feed") && matches!(found, Ns::Feed | Ns::Other) {
                self.plain = Ns::Atom;
            }
            if found == Ns::Other { Ns::Feed } else { found }
        } else {
            found
        };
        if found == Ns::Feed { self.plain } else { found }
    }

    /// Ends what cannot hold the element that begins now.
    fn make_room(&mut self, ns: Ns, local: &str) {
        let elements = &self.tree.elements;
        let Some(holder) = self.stack.iter().rposition(|id| names::is_container(elements[*id].local())) else { return };
        if ns.is_feed() && matches!(local, "item" | "entry") {
            let foreign = |id: &Id| elements[*id].ns == Ns::Other;
            let open = self
                .stack
                .iter()
                .rposition(|id| elements[*id].ns.is_feed() && matches!(elements[*id].local(), "item" | "entry"));
            match open {
                Some(at) if !self.stack[at..].iter().any(foreign) => self.close_down_to(at),
                Some(_) => {}
                None => self.close_down_to(holder + 1),
            }
            return;
        }
        let Some(field) = self.stack.get(holder + 1).map(|id| &elements[*id]) else { return };
        let same = (field.ns.is_feed() && ns.is_feed()) || (field.ns == Ns::Dc && (ns.is_feed() || ns == Ns::Dc));
        let module = field.ns.is_feed() && field.local() != "category" && matches!(ns, Ns::Dc | Ns::Content);
        let ends = if names::is_plain_field(field.local()) {
            (same && names::begins_field(local)) || module
        } else if names::is_rich_field(field.local()) {
            (same && names::begins_field_in_markup(local)) || module
        } else {
            false
        };
        if ends {
            self.close_down_to(holder + 1);
        }
    }

    /// Ends all open elements from that place of the stack on.
    fn close_down_to(&mut self, at: usize) {
        while self.stack.len() > at {
            self.tree.mended.implied_ends += 1;
            self.pop();
        }
    }

    fn pop(&mut self) {
        if let Some(id) = self.stack.pop() {
            self.tree.elements[id].closed = true;
            self.forget_declarations(self.stack.len());
        }
    }

    fn forget_declarations(&mut self, depth: usize) {
        while self.declarations.last().is_some_and(|known| known.depth >= depth) {
            self.declarations.pop();
        }
    }

    fn end(&mut self, name: &str) {
        if self.overflow > 0 {
            self.overflow -= 1;
            return;
        }
        let elements = &self.tree.elements;
        if self.stack.last().is_some_and(|id| elements[*id].name.eq_ignore_ascii_case(name)) {
            self.pop();
            return;
        }
        let name = name.to_ascii_lowercase();
        let bounded = !names::is_container(name.rsplit(':').next().unwrap_or(&name));
        for at in (0..self.stack.len()).rev() {
            let open = &elements[self.stack[at]];
            if *open.name == *name {
                self.tree.mended.implied_ends += self.stack.len() - at - 1;
                while self.stack.len() > at {
                    self.pop();
                }
                return;
            }
            // A stray end tag inside an entry must not end what holds the entry, unless that is a container itself.
            if bounded && names::is_container(open.local()) {
                break;
            }
        }
        self.tree.mended.unmatched_ends += 1;
    }

    fn text(&mut self, text: &str) {
        let Some(id) = self.stack.last() else { return };
        let children = &mut self.tree.elements[*id].children;
        if let Some(Child::Text(before)) = children.last_mut() {
            before.push_str(text);
        } else {
            children.push(Child::Text(text.to_owned()));
        }
    }
}
