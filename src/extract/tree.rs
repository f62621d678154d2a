//! Capped markup → its tree, built piece by piece, so that building ends where the tree grows past what any page needs.
//! What [`super::cap`] foresees from tags alone is here counted as it comes to be: HTML's parser opens elements by itself.

use std::borrow::Cow;
use std::cell::Cell;

use dom_query::{Document, NodeData, NodeId, NodeRef, TreeNode};
use html5ever::interface::{Attribute, ElementFlags, NodeOrText, QualName, QuirksMode, TreeSink};
use html5ever::tendril::{StrTendril, TendrilSink as _};
use html5ever::tree_builder::TreeBuilderOpts;
use html5ever::{ParseOpts, local_name, ns, parse_document};

/// Nodes of a tree; what follows is one text. Each costs some two microseconds until the article is found. Pages of newspapers have
/// 2,000, a live blog of a day with its comments 50,000 elements and somewhat more texts.
const MAX_NODES: usize = 110_000;
/// How deep a tree is; what follows is one text. The parser asks of a tag's ancestors, and so does extraction; pages of
/// newspapers are 30 deep.
const MAX_DEPTH: usize = 300;
/// Bytes of one text, after which it is parted by an element that shows nothing: what writes a text looks for signs to escape anew
/// from each sign on, to the text's end.
const MAX_TEXT: usize = 4096;
/// Bytes that are parsed before both are looked at again.
const PIECE: usize = 1024;
/// Bytes of text where a tree ends (a live blog of a day has 300 kB).
const MAX_REST: usize = 500_000;

/// The tree of a page's markup. Scripts do not run, so that `noscript` is markup.
pub(super) fn build(markup: &str) -> Document {
    let tree_builder = TreeBuilderOpts { scripting_enabled: false, ..TreeBuilderOpts::default() };
    let mut parser = parse_document(Growing::default(), ParseOpts { tree_builder, ..ParseOpts::default() });
    let mut rest = markup;
    while !rest.is_empty() && !parser.tokenizer.sink.sink.is_full() {
        let (piece, after) = rest.split_at(piece_of(rest));
        parser.process(StrTendril::from_slice(piece));
        rest = after;
    }
    let last = parser.tokenizer.sink.sink.last.get();
    let document = parser.finish();
    if let Some(body) = document.body().filter(|_| !rest.is_empty()) {
        // Where the last element stands, so that comments stay comments.
        let around = last.and_then(|last| NodeRef::new(last, &document.tree).parent());
        let is_shown = |node: &NodeRef| node.ancestors_it(None).any(|n| n.id == body.id);
        around.filter(is_shown).unwrap_or(body).append_html(one_paragraph(rest));
    }
    document
}

/// Bytes of the next piece, which ends before a tag where one begins in it.
fn piece_of(markup: &str) -> usize {
    let most = markup.floor_char_boundary(PIECE.min(markup.len()));
    match memchr::memrchr(b'<', &markup.as_bytes()[..most]) {
        Some(tag @ 1..) if most < markup.len() => tag,
        _ => most,
    }
}

/// Markup of which no tree is built → its text as one paragraph, each tag a space, parted as long texts are.
fn one_paragraph(markup: &str) -> String {
    let mut text = String::from("<p>");
    let mut since = 0;
    let mut rest = markup;
    while !rest.is_empty() {
        let (shown, tag) = rest.split_at(memchr::memchr(b'<', rest.as_bytes()).unwrap_or(rest.len()));
        // No name of a sign is cut in two.
        for part in shown.split_inclusive([' ', ';']) {
            since += part.len();
            text.push_str(part);
            if since > MAX_TEXT {
                text.push_str("<wbr>");
                since = 0;
            }
            if text.len() > MAX_REST {
                return text;
            }
        }
        text.push(' ');
        rest = tag;
        // Linked data is shown to nobody.
        let end: &[u8] = if rest.starts_with("<script") { b"</script>" } else { b">" };
        rest = &rest[memchr::memmem::find(rest.as_bytes(), end).map_or(rest.len(), |at| at + end.len())..];
    }
    text
}

/// A document that is being built.
#[derive(Default)]
struct Growing {
    document: Document,
    nodes: Cell<usize>,
    /// The last element.
    last: Cell<Option<NodeId>>,
}

impl Growing {
    fn is_full(&self) -> bool {
        let depth = |id| NodeRef::new(id, &self.document.tree).ancestors_it(None).count();
        self.nodes.get() > MAX_NODES || self.last.get().is_some_and(|last| depth(last) > MAX_DEPTH)
    }

    fn count(&self) {
        self.nodes.set(self.nodes.get() + 1);
    }

    /// Puts an element between a long text and the one that follows.
    fn part(&self, parent: NodeId) {
        let around = NodeRef::new(parent, &self.document.tree);
        let is_raw =
            |name: &str| matches!(name, "script" | "style" | "title" | "textarea" | "noscript" | "xmp" | "plaintext");
        if around.node_name().is_some_and(|name| is_raw(&name)) {
            return;
        }
        let last = around.last_child();
        let length = |node: &TreeNode| if let NodeData::Text { contents } = &node.data { contents.len() } else { 0 };
        if last.and_then(|last| last.query(length)).is_some_and(|bytes| bytes > MAX_TEXT) {
            let name = QualName::new(None, ns!(html), local_name!("wbr"));
            let between = self.document.create_element(name, Vec::new(), ElementFlags::default());
            self.document.append(&parent, NodeOrText::AppendNode(between));
        }
    }

    /// Whether a text is the white space between two boxes or at the beginning of one, as indented markup has it: half of a
    /// page's nodes, and shown nowhere.
    fn is_indentation(&self, parent: NodeId, text: &str) -> bool {
        if !text.bytes().all(|b| b.is_ascii_whitespace()) {
            return false;
        }
        let parent = NodeRef::new(parent, &self.document.tree);
        let is_box = |node: &NodeRef| node.node_name().is_some_and(|name| is_box(&name));
        is_box(&parent) && parent.last_child().is_none_or(|last| is_box(&last))
    }
}

/// Elements that a browser shows as a box of its own, in which white space counts for nothing at its ends.
fn is_box(name: &str) -> bool {
    matches!(
        name,
        "article"
            | "aside"
            | "blockquote"
            | "body"
            | "dd"
            | "div"
            | "dl"
            | "dt"
            | "figcaption"
            | "figure"
            | "footer"
            | "form"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "head"
            | "header"
            | "hr"
            | "html"
            | "li"
            | "link"
            | "main"
            | "meta"
            | "nav"
            | "ol"
            | "p"
            | "script"
            | "section"
            | "style"
            | "table"
            | "tbody"
            | "td"
            | "tfoot"
            | "th"
            | "thead"
            | "title"
            | "tr"
            | "ul"
    )
}

/// As the document does it, but for what is counted; errors of the markup are not kept.
impl TreeSink for Growing {
    type Handle = NodeId;
    type Output = Document;
    type ElemName<'a> = <Document as TreeSink>::ElemName<'a>;

    fn finish(self) -> Document {
        self.document
    }

    fn parse_error(&self, _: Cow<'static, str>) {}

    fn get_document(&self) -> NodeId {
        self.document.get_document()
    }

    fn elem_name<'a>(&'a self, target: &'a NodeId) -> Self::ElemName<'a> {
        self.document.elem_name(target)
    }

    fn create_element(&self, name: QualName, attrs: Vec<Attribute>, flags: ElementFlags) -> NodeId {
        self.count();
        let id = self.document.create_element(name, attrs, flags);
        self.last.set(Some(id));
        id
    }

    fn create_comment(&self, text: StrTendril) -> NodeId {
        self.count();
        self.document.create_comment(text)
    }

    fn create_pi(&self, target: StrTendril, data: StrTendril) -> NodeId {
        self.count();
        self.document.create_pi(target, data)
    }

    fn append(&self, parent: &NodeId, child: NodeOrText<NodeId>) {
        if let NodeOrText::AppendText(text) = &child {
            if self.is_indentation(*parent, text) {
                return;
            }
            self.part(*parent);
            self.count();
        }
        self.document.append(parent, child);
    }

    fn append_before_sibling(&self, sibling: &NodeId, child: NodeOrText<NodeId>) {
        if let NodeOrText::AppendText(_) = child {
            self.count();
        }
        self.document.append_before_sibling(sibling, child);
    }

    fn append_based_on_parent_node(&self, element: &NodeId, previous: &NodeId, child: NodeOrText<NodeId>) {
        if let NodeOrText::AppendText(_) = child {
            self.count();
        }
        self.document.append_based_on_parent_node(element, previous, child);
    }

    fn append_doctype_to_document(&self, name: StrTendril, public: StrTendril, system: StrTendril) {
        self.document.append_doctype_to_document(name, public, system);
    }

    fn get_template_contents(&self, target: &NodeId) -> NodeId {
        self.document.get_template_contents(target)
    }

    fn same_node(&self, one: &NodeId, other: &NodeId) -> bool {
        one == other
    }

    fn set_quirks_mode(&self, mode: QuirksMode) {
        self.document.set_quirks_mode(mode);
    }

    fn add_attrs_if_missing(&self, target: &NodeId, attrs: Vec<Attribute>) {
        self.document.add_attrs_if_missing(target, attrs);
    }

    fn remove_from_parent(&self, target: &NodeId) {
        self.document.remove_from_parent(target);
    }

    fn reparent_children(&self, node: &NodeId, new_parent: &NodeId) {
        self.document.reparent_children(node, new_parent);
    }

    fn is_mathml_annotation_xml_integration_point(&self, handle: &NodeId) -> bool {
        self.document.is_mathml_annotation_xml_integration_point(handle)
    }
}

#[cfg(test)]
mod tests {
    use super::super::paragraphs::paragraphs;
    use super::*;

    fn nodes(document: &Document) -> usize {
        document.root().descendants_it().count()
    }

    fn depth(document: &Document) -> usize {
        document.root().descendants_it().map(|node| node.ancestors_it(None).count()).max().unwrap_or_default()
    }

    #[test]
    fn a_tree_built_by_pieces_is_the_same() {
        let text = "Ein Wörterbuch – 辞書 &amp; more. ".repeat(60);
        for html in [
            String::new(),
            "<p>One<p>Two".to_owned(),
            format!(
                "<!doctype html><title>x</title><table><b>{text}<tr><td>{text}</table><!-- {text} --><p class='{text}'>{text}"
            ),
            format!(
                "<script type=application/ld+json>{text}</script><noscript><p>{text}</noscript><template><p>{text}"
            ),
            "<p><b>x<i>y</b>z</i>".repeat(500),
        ] {
            assert_eq!(build(&html).html(), Document::from(html.as_str()).html(), "{}", html.len());
        }
    }

    #[test]
    fn a_long_text_is_parted_and_reads_as_one() {
        let text = "Ein Wörterbuch – «辞書» &amp; more. ".repeat(600);
        let html = format!("<p>{text}<script type=application/ld+json>{text}</script><textarea>{text}</textarea>");
        let (parted, whole) = (build(&html), Document::from(html.as_str()));
        let texts = |document: &Document| document.root().descendants_it().filter(NodeRef::is_text).count();
        assert!(texts(&parted) > texts(&whole) + 3);
        assert_eq!(paragraphs(&parted.root()), paragraphs(&whole.root()));
        assert_eq!(parted.text(), whole.text());
        for raw in ["script", "textarea"] {
            assert_eq!(parted.select(raw).html(), whole.select(raw).html());
        }
    }

    #[test]
    fn white_space_that_nobody_sees_is_no_node() {
        for (html, expected) in [
            ("<ul>\n  <li>a</li>\n  <li>b</li>\n</ul>", "<ul><li>a</li><li>b</li></ul>"),
            ("<p>\n  <b>a</b> <i>b</i>\n</p>\n<p>c</p>", "<p><b>a</b> <i>b</i>\n</p><p>c</p>"),
            ("<div>a <p>b</p> c</div>", "<div>a <p>b</p> c</div>"),
            ("<pre> <b>a</b>\n\n<b>b</b></pre>", "<pre> <b>a</b>\n\n<b>b</b></pre>"),
            ("<span> <b>a</b></span> <b>b</b>", "<span> <b>a</b></span> <b>b</b>"),
        ] {
            let document = build(html);
            assert_eq!(document.body().expect("a body").inner_html().to_string(), expected);
        }
    }

    #[test]
    fn a_tree_has_an_end_in_depth_and_in_width() {
        // Markup as it would come past the caps, were they to miss something.
        for (html, most) in [("<b>".repeat(100_000), 100_000), ("<p>x".repeat(200_000), MAX_NODES + PIECE)] {
            let document = build(&html);
            assert!(depth(&document) < MAX_DEPTH + PIECE, "{}", depth(&document));
            assert!((MAX_DEPTH..most).contains(&nodes(&document)), "{}", nodes(&document));
        }
        // What follows is there, without its structure.
        let late = "<div class='a < b'><script type=\"application/ld+json\">{}</script>last&nbsp;<b>words</b></div>";
        let document = build(&("<p>x".repeat(200_000) + late));
        assert!(document.body().is_some_and(|body| body.text().ends_with("x  last\u{a0} words  ")));
        // Each paragraph opens all of them again.
        let reopened = (0..200).fold(String::new(), |html, i| format!("{html}<b a={i}>")) + &"<p>x".repeat(10_000);
        assert!(nodes(&build(&reopened)) < MAX_NODES + 200 * PIECE);
    }

    #[test]
    fn the_text_of_hostile_markup_is_kept() {
        // What closes less than it seems to, what opens anew, and more nodes than a tree has.
        for html in
            ["<form><span>t</form>", "<rt>t<p></rt></p>", "<div><b>t</div>", "<b>t<table></b></table>", "<li>t</li>"]
        {
            let document = build(&super::super::cap_markup(&html.repeat(60_000)));
            assert!(nodes(&document) < MAX_NODES + PIECE, "{html}");
            assert_eq!(document.text().matches('t').count(), 60_000, "{html}");
        }
    }
}
