//! A fragment → whether HTML's parser would nest what it holds deeper than a limit. The parser itself is asked, with a tree that
//! keeps nothing but who holds whom: it opens elements by itself, and end tags close nothing where the standard says so.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};

use html5ever::interface::{Attribute, ElemName, ElementFlags, NodeOrText, QualName, QuirksMode, TreeSink};
use html5ever::tendril::{StrTendril, TendrilSink as _};
use html5ever::{LocalName, Namespace, ParseOpts, local_name, ns, parse_fragment};

/// Bytes that are parsed before the depth is looked at again.
const PIECE: usize = 1024;

/// Whether more than `limit` elements are open at once.
pub(super) fn is_deeper(html: &str, limit: usize) -> bool {
    // A start tag opens its element, and at most once more the formatting that was open.
    let bytes = html.as_bytes();
    let opens = |at: &usize| bytes.get(at + 1).is_some_and(u8::is_ascii_alphabetic);
    if memchr::memchr_iter(b'<', bytes).filter(opens).nth(limit / 2).is_none() {
        return false;
    }
    let context = QualName::new(None, ns!(html), local_name!("div"));
    let mut parser = parse_fragment(Levels::default(), ParseOpts::default(), context, Vec::new(), false);
    let mut rest = html;
    while !rest.is_empty() {
        let (piece, after) = rest.split_at(rest.floor_char_boundary(PIECE.min(rest.len())));
        parser.process(StrTendril::from_slice(piece));
        if parser.tokenizer.sink.sink.depth() > limit {
            return true;
        }
        rest = after;
    }
    false
}

/// A node's place among all.
type Id = usize;

/// A tree of names and parents. The first node is the document.
struct Levels {
    nodes: RefCell<Vec<Node>>,
    /// The last element that was put anywhere.
    last: Cell<Id>,
}

#[derive(Clone)]
struct Node {
    name: QualName,
    parent: Option<Id>,
    /// In no order.
    children: Vec<Id>,
    /// A template's contents.
    contents: Option<Id>,
    is_integration_point: bool,
}

impl Default for Levels {
    fn default() -> Self {
        let levels = Self { nodes: RefCell::default(), last: Cell::new(0) };
        levels.add(QualName::new(None, ns!(), local_name!("")), false);
        levels
    }
}

impl Levels {
    fn add(&self, name: QualName, is_integration_point: bool) -> Id {
        let mut nodes = self.nodes.borrow_mut();
        nodes.push(Node { name, parent: None, children: Vec::new(), contents: None, is_integration_point });
        nodes.len() - 1
    }

    fn put(&self, child: Id, parent: Option<Id>) {
        let nodes = &mut *self.nodes.borrow_mut();
        if let Some(before) = std::mem::replace(&mut nodes[child].parent, parent) {
            // What is moved was put there of late.
            let siblings = &mut nodes[before].children;
            siblings.iter().rposition(|id| *id == child).map(|at| siblings.swap_remove(at));
        }
        if let Some(parent) = parent {
            nodes[parent].children.push(child);
            self.last.set(child);
        }
    }

    fn parent(&self, id: Id) -> Option<Id> {
        self.nodes.borrow()[id].parent
    }

    /// How many elements hold the last one, itself included.
    fn depth(&self) -> usize {
        let nodes = self.nodes.borrow();
        std::iter::successors(Some(self.last.get()), |id| nodes[*id].parent).count()
    }
}

#[derive(Debug)]
struct Name(QualName);

impl ElemName for Name {
    fn ns(&self) -> &Namespace {
        &self.0.ns
    }

    fn local_name(&self) -> &LocalName {
        &self.0.local
    }
}

impl TreeSink for Levels {
    type Handle = Id;
    type Output = ();
    type ElemName<'a> = Name;

    fn finish(self) {}

    fn parse_error(&self, _: Cow<'static, str>) {}

    fn get_document(&self) -> Id {
        0
    }

    fn elem_name<'a>(&'a self, target: &'a Id) -> Name {
        Name(self.nodes.borrow()[*target].name.clone())
    }

    fn create_element(&self, name: QualName, _: Vec<Attribute>, flags: ElementFlags) -> Id {
        let contents = flags.template.then(|| self.add(name.clone(), false));
        let id = self.add(name, flags.mathml_annotation_xml_integration_point);
        if let Some(contents) = contents {
            // What a template holds is as deep as the template is.
            self.nodes.borrow_mut()[id].contents = Some(contents);
            self.put(contents, Some(id));
        }
        id
    }

    fn create_comment(&self, _: StrTendril) -> Id {
        0
    }

    fn create_pi(&self, _: StrTendril, _: StrTendril) -> Id {
        0
    }

    fn append(&self, parent: &Id, child: NodeOrText<Id>) {
        if let NodeOrText::AppendNode(child @ 1..) = child {
            self.put(child, Some(*parent));
        }
    }

    fn append_before_sibling(&self, sibling: &Id, child: NodeOrText<Id>) {
        if let NodeOrText::AppendNode(child @ 1..) = child {
            self.put(child, self.parent(*sibling));
        }
    }

    fn append_based_on_parent_node(&self, element: &Id, previous: &Id, child: NodeOrText<Id>) {
        if self.parent(*element).is_some() {
            self.append_before_sibling(element, child);
        } else {
            self.append(previous, child);
        }
    }

    fn append_doctype_to_document(&self, _: StrTendril, _: StrTendril, _: StrTendril) {}

    fn get_template_contents(&self, target: &Id) -> Id {
        self.nodes.borrow()[*target].contents.unwrap_or(*target)
    }

    fn same_node(&self, one: &Id, other: &Id) -> bool {
        one == other
    }

    fn set_quirks_mode(&self, _: QuirksMode) {}

    fn add_attrs_if_missing(&self, _: &Id, _: Vec<Attribute>) {}

    fn remove_from_parent(&self, target: &Id) {
        self.put(*target, None);
    }

    fn reparent_children(&self, node: &Id, new_parent: &Id) {
        let nodes = &mut *self.nodes.borrow_mut();
        let moved = std::mem::take(&mut nodes[*node].children);
        for child in &moved {
            nodes[*child].parent = Some(*new_parent);
        }
        nodes[*new_parent].children.extend(moved);
    }

    fn is_mathml_annotation_xml_integration_point(&self, target: &Id) -> bool {
        self.nodes.borrow()[*target].is_integration_point
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_the_parser_closes_takes_off_depth() {
        for (piece, expected) in [
            ("<b>t</b>", false),
            ("<div><p>t<span>t</span></div>", false),
            ("<ul><li>t<li><i>t</i></ul>", false),
            ("<p>One<br>two<img src=x><hr></p>", false),
            ("<table><tr><td><b>t</b></table>", false),
            ("<DIV>t</div>", false),
            ("<div><span>t</div>", false),
            ("<i><b>t</i></b>", false),
            ("< b>1 < 2 </ b>", false),
            ("<template><p>t</template>", false),
            ("<div>", true),
            ("<span>t</hr>", true),
            ("<span><div></span></div>", true),
            ("<span>t<p></span></p>", true),
            ("<b>t<applet></b></applet>", true),
            ("<form><b>t</form>", true),
            ("<template>t", true),
            ("<table><td>", true),
            ("<svg>", true),
        ] {
            assert_eq!(is_deeper(&piece.repeat(1000), 400), expected, "{piece}");
            assert!(!is_deeper(&piece.repeat(20), 400), "{piece}");
        }
    }
}
