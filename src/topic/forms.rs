//! A query → its form: what it asks, without how it is written. `a OR b` and `B OR A` have one form; forms say which of two
//! clauses holds wherever the other does, and which two never hold together. Where it is not plain, neither is said.

use std::collections::HashMap;
use std::rc::Rc;

use sha2::{Digest as _, Sha256};

use super::query::{Attribute, AttributeKind, Element, Key, Node, NodeKind, Pattern, Scope, Spelling};
use super::written::Written;
use crate::model::Zone;

/// The number of a form.
pub(super) type FormId = u32;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Form {
    /// In order, each once; none of them an `All`.
    All(Vec<FormId>),
    /// In order, each once; none of them an `Any`.
    Any(Vec<FormId>),
    Not(FormId),
    /// In order.
    AtLeast(usize, Vec<FormId>),
    Near {
        left: FormId,
        right: FormId,
        words: u32,
        ordered: bool,
    },
    Words {
        place: &'static str,
        elements: Vec<Element>,
        written: Option<Written>,
    },
    Regex {
        place: &'static str,
        source: String,
    },
    Attribute(Attribute),
}

/// The forms of one query.
#[derive(Debug, Default)]
pub(super) struct Forms {
    /// Parts stand before what they are parts of.
    list: Vec<Rc<Form>>,
    ids: HashMap<Rc<Form>, FormId>,
    /// Nodes whose forms are known, by where they are: trees given to [`Self::of`] stay as long as the forms.
    known: HashMap<*const Node, FormId>,
    /// Comparisons made so far.
    spent: usize,
}

/// Comparisons that one query is worth: beyond it nothing is said any more.
const MAX_COMPARISONS: usize = 200_000;
/// Words of two phrases, multiplied, that are compared.
const MAX_PHRASES: usize = 400;

impl Forms {
    pub fn of(&mut self, node: &Node) -> FormId {
        if let Some(&id) = self.known.get(&std::ptr::from_ref(node)) {
            return id;
        }
        let id = self.made(node);
        self.known.insert(node, id);
        id
    }

    fn made(&mut self, node: &Node) -> FormId {
        let form = match &node.kind {
            NodeKind::All(parts) => return self.all(parts),
            NodeKind::Any(parts) => return self.any(parts),
            NodeKind::Not(part) => match self.of(part) {
                id if matches!(self.get(id), Form::Not(_)) => {
                    let Form::Not(inner) = *self.get(id) else { return id };
                    return inner;
                }
                id => Form::Not(id),
            },
            NodeKind::AtLeast(1, parts) => return self.any(parts),
            NodeKind::AtLeast(count, parts) if *count == parts.len() => return self.all(parts),
            NodeKind::AtLeast(count, parts) => {
                let mut ids: Vec<_> = parts.iter().map(|part| self.of(part)).collect();
                ids.sort_unstable();
                Form::AtLeast(*count, ids)
            }
            NodeKind::Near { left, right, words, ordered } => {
                let (left, right) = (self.of(left), self.of(right));
                let (left, right) = if *ordered { (left, right) } else { (left.min(right), left.max(right)) };
                Form::Near { left, right, words: *words, ordered: *ordered }
            }
            NodeKind::Term(term) => {
                let place = place(term.scope);
                match &term.pattern {
                    Pattern::Words(phrase) => {
                        Form::Words { place, elements: phrase.elements.clone(), written: phrase.written.clone() }
                    }
                    Pattern::Regex(regex) => Form::Regex { place, source: regex.as_str().to_owned() },
                }
            }
            NodeKind::Attribute(attribute) => Form::Attribute(attribute.clone()),
        };
        self.add(form)
    }

    /// One of several attributes: a topic's own filter.
    pub fn one_of(&mut self, attributes: impl IntoIterator<Item = Attribute>) -> FormId {
        let mut ids: Vec<_> = attributes.into_iter().map(|attribute| self.add(Form::Attribute(attribute))).collect();
        ids.sort_unstable();
        ids.dedup();
        if ids.len() == 1 { ids[0] } else { self.add(Form::Any(ids)) }
    }

    fn all(&mut self, parts: &[Node]) -> FormId {
        let within = |form: &Form| if let Form::All(ids) = form { Some(ids.clone()) } else { None };
        let ids = self.flat(parts, within);
        if ids.len() == 1 { ids[0] } else { self.add(Form::All(ids)) }
    }

    fn any(&mut self, parts: &[Node]) -> FormId {
        let within = |form: &Form| if let Form::Any(ids) = form { Some(ids.clone()) } else { None };
        let ids = self.flat(parts, within);
        if ids.len() == 1 { ids[0] } else { self.add(Form::Any(ids)) }
    }

    fn flat(&mut self, parts: &[Node], within: impl Fn(&Form) -> Option<Vec<FormId>>) -> Vec<FormId> {
        let mut ids = Vec::with_capacity(parts.len());
        for part in parts {
            let id = self.of(part);
            match within(self.get(id)) {
                Some(inner) => ids.extend(inner),
                None => ids.push(id),
            }
        }
        ids.sort_unstable();
        ids.dedup();
        ids
    }

    fn add(&mut self, form: Form) -> FormId {
        if let Some(&id) = self.ids.get(&form) {
            return id;
        }
        let id = self.list.len() as FormId;
        let form = Rc::new(form);
        self.list.push(Rc::clone(&form));
        self.ids.insert(form, id);
        id
    }

    fn get(&self, id: FormId) -> &Form {
        &self.list[id as usize]
    }

    /// The same for queries of one form, whatever else was asked of these forms; SHA-256.
    pub fn digest(&self, root: FormId) -> [u8; 32] {
        let mut digests: Vec<[u8; 32]> = Vec::with_capacity(self.list.len());
        for form in &self.list[..=root as usize] {
            let sorted = |ids: &[FormId]| {
                let mut parts: Vec<_> = ids.iter().map(|id| digests[*id as usize]).collect();
                parts.sort_unstable();
                parts.concat()
            };
            let mut hash = Sha256::new();
            match &**form {
                Form::All(ids) => hash.update([b"all".to_vec(), sorted(ids)].concat()),
                Form::Any(ids) => hash.update([b"any".to_vec(), sorted(ids)].concat()),
                Form::Not(id) => hash.update([b"not".to_vec(), sorted(&[*id])].concat()),
                Form::AtLeast(count, ids) => hash.update([format!("{count} of ").into_bytes(), sorted(ids)].concat()),
                Form::Near { left, right, words, ordered: true } => {
                    hash.update(format!("before {words} "));
                    hash.update([digests[*left as usize], digests[*right as usize]].concat());
                }
                Form::Near { left, right, words, ordered: false } => {
                    hash.update([format!("near {words} ").into_bytes(), sorted(&[*left, *right])].concat());
                }
                Form::Words { .. } | Form::Regex { .. } | Form::Attribute(_) => hash.update(format!("{form:?}")),
            }
            digests.push(hash.finalize().into());
        }
        digests[root as usize]
    }

    /// Whether so much was compared that nothing more is found.
    pub fn exhausted(&self) -> bool {
        self.spent >= MAX_COMPARISONS
    }

    /// Whether `b` holds for every article that `a` holds for, as far as it is plain.
    pub fn implies(&mut self, a: FormId, b: FormId) -> bool {
        if a == b {
            return true;
        }
        if self.exhausted() {
            return false;
        }
        self.spent += 1;
        let (one, other) = (Rc::clone(&self.list[a as usize]), Rc::clone(&self.list[b as usize]));
        match (&*one, &*other) {
            (Form::Any(parts), _) => parts.iter().all(|&part| self.implies(part, b)),
            (_, Form::All(parts)) => parts.iter().all(|&part| self.implies(a, part)),
            (Form::Not(inner), Form::Not(outer)) => self.implies(*outer, *inner),
            (
                &Form::Near { left, right, words, ordered },
                &Form::Near { left: l, right: r, words: most, ordered: strict },
            ) if words <= most && (ordered || !strict) && self.pairs(left, right, l, r, strict) => true,
            (Form::All(parts), _) if parts.iter().any(|&part| self.implies(part, b)) => true,
            (_, Form::Any(parts)) => parts.iter().any(|&part| self.implies(a, part)),
            (&Form::Near { left, right, .. }, _) => self.implies(left, b) || self.implies(right, b),
            (Form::AtLeast(most, same), Form::AtLeast(least, parts)) => same == parts && most >= least,
            (
                Form::Words { place, elements, written },
                Form::Words { place: within, elements: fewer, written: asked },
            ) => {
                self.spent += elements.len() * fewer.len() / 8;
                let same = elements == fewer && written == asked;
                scope_within(place, within) && (same || asked.is_none() && phrase_within(elements, fewer))
            }
            (Form::Regex { place, source }, Form::Regex { place: within, source: same }) => {
                scope_within(place, within) && source == same
            }
            (Form::Attribute(one), Form::Attribute(other)) => attribute_within(one, other),
            _ => false,
        }
    }

    fn pairs(&mut self, left: FormId, right: FormId, l: FormId, r: FormId, ordered: bool) -> bool {
        self.implies(left, l) && self.implies(right, r) || !ordered && self.implies(left, r) && self.implies(right, l)
    }

    /// Whether no article can have both, as far as it is plain. A language that is not sure can be any.
    pub fn excludes(&mut self, a: FormId, b: FormId) -> bool {
        if self.exhausted() {
            return false;
        }
        self.spent += 1;
        let (one, other) = (Rc::clone(&self.list[a as usize]), Rc::clone(&self.list[b as usize]));
        match (&*one, &*other) {
            (Form::Not(taken), _) if self.implies(b, *taken) => true,
            (_, Form::Not(taken)) if self.implies(a, *taken) => true,
            (Form::Any(parts), _) => parts.iter().all(|&part| self.excludes(part, b)),
            (_, Form::Any(parts)) => parts.iter().all(|&part| self.excludes(a, part)),
            (Form::All(parts), _) => parts.iter().any(|&part| self.excludes(part, b)),
            (_, Form::All(parts)) => parts.iter().any(|&part| self.excludes(a, part)),
            (Form::Attribute(one), Form::Attribute(other)) => attributes_exclude(one, other),
            _ => false,
        }
    }
}

fn place(scope: Scope) -> &'static str {
    match scope {
        Scope::Anywhere => "",
        Scope::Byline => "byline",
        Scope::Said => "said",
        Scope::Zone(zone) => zone.as_str(),
    }
}

fn scope_within(one: &str, other: &str) -> bool {
    let quote_in_body = one == Zone::Quote.as_str() && other == Zone::Body.as_str();
    one == other || other.is_empty() && one != "byline" && one != "said" || quote_in_body
}

/// Whether the words of one phrase stand in another, one behind the other.
fn phrase_within(longer: &[Element], shorter: &[Element]) -> bool {
    let fits = longer.len() >= shorter.len() && longer.len() * shorter.len() <= MAX_PHRASES;
    fits && longer.windows(shorter.len()).any(|part| part.iter().zip(shorter).all(|(a, b)| element_within(a, b)))
}

/// Whether every spelling of one word is found by another.
fn element_within(one: &Element, other: &Element) -> bool {
    let covers = |wide: &Key, narrow: &Key| match (wide, narrow) {
        (Key::Prefix(start), Key::Word(word) | Key::Prefix(word)) => word.starts_with(start.as_str()),
        (Key::Word(_), _) => wide == narrow,
    };
    let found = |keys: &Spelling| {
        let same = |wide: &Spelling| wide.len() == keys.len() && wide.iter().zip(keys).all(|(a, b)| covers(a, b));
        other.spellings.iter().any(same)
    };
    one.spellings.iter().all(found)
}

fn subdomain(host: &str, of: &str) -> bool {
    host.strip_suffix(of).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

fn attribute_within(one: &Attribute, other: &Attribute) -> bool {
    one.kind == other.kind
        && match (one.kind, other.prefix) {
            (AttributeKind::Site, _) => subdomain(&one.value, &other.value),
            (_, true) => one.value.starts_with(&other.value),
            (_, false) => !one.prefix && one.value == other.value,
        }
}

/// An article has one language, outlet, feed and address; of tags it may have several.
fn attributes_exclude(one: &Attribute, other: &Attribute) -> bool {
    let both = attribute_within(one, other) || attribute_within(other, one);
    one.kind == other.kind && one.kind != AttributeKind::Tag && !both
}
