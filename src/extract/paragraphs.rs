//! A subtree → its paragraphs in reading order, each one line, with how much of it is links.
//! Block elements and double line breaks part paragraphs; white space is as a browser shows it. Nothing is judged here.

use dom_query::{NodeData, NodeId, NodeRef};

/// One paragraph, sub-heading, list item or table row.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Paragraph {
    pub text: String,
    /// Characters of it that are links, white space aside.
    pub linked: usize,
    /// Characters before the first that is linked, white space aside.
    pub lead: usize,
    /// Letters and digits after that which are not linked.
    pub loose: usize,
    pub kind: Kind,
    /// The block element in which it begins.
    pub block: Option<NodeId>,
    /// Where its links lead.
    pub leads: Leads,
}

/// Where the links of a paragraph lead.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Leads {
    #[default]
    Nowhere,
    /// All to one host that they name.
    To(String),
    /// To several, or where the page itself is.
    Various,
}

impl Leads {
    fn add(&mut self, href: Option<&str>) {
        let host = href.and_then(host_of);
        *self = match (std::mem::take(self), host) {
            (Self::Nowhere, Some(host)) => Self::To(host),
            (Self::To(known), Some(host)) if known == host => Self::To(known),
            _ => Self::Various,
        };
    }
}

/// The host that an address names.
fn host_of(href: &str) -> Option<String> {
    let href = href.trim();
    let rest = href.strip_prefix("https://").or_else(|| href.strip_prefix("http://"))?;
    let host = rest.split(['/', '?', '#', ':']).next().filter(|host| host.contains('.'))?;
    Some(host.to_ascii_lowercase())
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Kind {
    #[default]
    Text,
    Heading,
    Item,
    Quote,
}

impl Paragraph {
    pub(super) fn chars(&self) -> usize {
        self.text.chars().count()
    }

    /// Whether it is running text: a sentence or more, not mostly links.
    pub(super) fn is_prose(&self) -> bool {
        self.kind != Kind::Heading && self.width() >= 60 && self.link_share() < 0.5
    }

    /// How much it says: letters, signs of Chinese, Japanese and Korean thrice.
    pub(super) fn width(&self) -> usize {
        width(&self.text)
    }

    /// The share of it that is links, white space aside.
    pub(super) fn link_share(&self) -> f64 {
        self.linked as f64 / self.text.chars().filter(|c| !c.is_whitespace()).count().max(1) as f64
    }

    /// Whether it is a few words and a colon, and the rest links: "Read: …", "VÍDEO | …", "【写真】…", "Topics: ships, cranes".
    pub(super) fn is_labelled_link(&self) -> bool {
        let letters = self.text.chars().filter(|c| !c.is_whitespace());
        let label_ends = || {
            letters.clone().take(self.lead).last().is_some_and(|c| {
                matches!(c, ':' | '：' | '|' | '｜' | '】' | '»' | '>' | '›' | '→' | '▶' | '►' | '–' | '—')
            })
        };
        self.linked > 0 && self.lead <= MAX_LABEL && self.loose == 0 && label_ends()
    }

    /// Whether it reads as a sentence: words enough for one, and the mark that ends one.
    pub(super) fn is_sentence(&self) -> bool {
        let text = self.text.as_str();
        let is_cut = text.ends_with("...") || text.ends_with("…");
        self.kind != Kind::Heading && !is_cut && self.width() >= MIN_SENTENCE && text.ends_with(SENTENCE_ENDS)
    }

    /// Whether all its links lead to another site than that of the given host.
    pub(super) fn leads_away_from(&self, host: Option<&str>) -> bool {
        let site = |host| psl::domain_str(host).unwrap_or(host);
        matches!((&self.leads, host), (Leads::To(other), Some(host)) if site(other) != site(host))
    }

    /// Whether it is nothing but links, marks of a list and the like aside.
    pub(super) fn is_link(&self) -> bool {
        self.link_share() >= 0.9
    }
}

/// Letters of a short sentence.
const MIN_SENTENCE: usize = 40;
/// Marks that end a sentence, in the scripts of most feeds.
pub(super) const SENTENCE_ENDS: [char; 12] = ['.', '!', '?', '”', '"', '»', '。', '！', '？', '」', '؟', '।'];
/// Letters of a label before a link.
const MAX_LABEL: usize = 24;

/// The paragraphs of a subtree.
pub(super) fn paragraphs(root: &NodeRef) -> Vec<Paragraph> {
    let mut walk = Walk::default();
    walk.children(root, State { block: Some(root.id), ..State::default() });
    walk.finish(Kind::Text);
    walk.done
}

/// What a node shows as one line: boxes stand apart, though no white space is between them.
pub(super) fn as_line(node: &NodeRef) -> String {
    let mut line = String::new();
    for paragraph in paragraphs(node) {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(&paragraph.text);
    }
    line
}

/// Letters, where a sign of Chinese, Japanese or Korean says as much as three.
pub(super) fn width(text: &str) -> usize {
    let dense = |c: char| matches!(c, '\u{3040}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7AF}');
    text.chars().map(|c| if dense(c) { 3 } else { 1 }).sum()
}

#[derive(Clone, Copy, Default)]
struct State {
    kind: Kind,
    link: bool,
    pre: bool,
    block: Option<NodeId>,
}

#[derive(Default)]
struct Walk {
    done: Vec<Paragraph>,
    open: Paragraph,
    breaks: usize,
}

impl Walk {
    fn children(&mut self, node: &NodeRef, state: State) {
        let mut child = node.first_child();
        while let Some(current) = child {
            self.node(&current, state);
            child = current.next_sibling();
        }
    }

    fn node(&mut self, node: &NodeRef, state: State) {
        let Some(name) = node.node_name() else {
            node.query(|node| {
                if let NodeData::Text { contents } = &node.data {
                    self.text(contents, state);
                }
            });
            return;
        };
        match &*name {
            "script" | "style" | "noscript" | "template" | "head" | "svg" | "iframe" => {}
            "br" => {
                self.breaks += 1;
                if self.breaks > 1 || state.pre {
                    self.finish(state.kind);
                } else {
                    self.space();
                }
            }
            "td" | "th" if is_layout(node) => self.block(node, state.kind, State { block: Some(node.id), ..state }),
            "td" | "th" => {
                self.children(node, state);
                self.space();
            }
            "a" => {
                self.open.leads.add(node.attr("href").as_deref());
                self.children(node, State { link: true, ..state });
            }
            block if is_block(block) => {
                let kind = match block {
                    "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => Kind::Heading,
                    "li" | "dt" | "dd" => Kind::Item,
                    "blockquote" => Kind::Quote,
                    _ => state.kind,
                };
                let pre = state.pre || block == "pre";
                self.block(node, state.kind, State { kind, pre, block: Some(node.id), ..state });
            }
            _ => self.children(node, state),
        }
    }

    fn block(&mut self, node: &NodeRef, around: Kind, inside: State) {
        self.finish(around);
        self.children(node, inside);
        self.finish(inside.kind);
    }

    fn text(&mut self, text: &str, state: State) {
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            // Most of most texts: signs of ASCII, none of which parts anything.
            let plain = rest.bytes().take_while(u8::is_ascii_graphic).count();
            let (part, after) = rest.split_at(plain.max(c.len_utf8()));
            rest = after;
            if plain > 0 {
                self.add(part, plain, state);
            } else if c == '\n' && state.pre {
                self.finish(state.kind);
            } else if c.is_whitespace() || c.is_control() {
                self.space();
            } else if !matches!(c, '\u{200B}' | '\u{FEFF}' | '\u{00AD}' | '\u{2060}') {
                self.add(part, 1, state);
            }
        }
    }

    /// Adds so many characters that are shown.
    fn add(&mut self, part: &str, chars: usize, state: State) {
        self.breaks = 0;
        if self.open.text.is_empty() {
            self.open.block = state.block;
        }
        self.open.text.push_str(part);
        if state.link {
            self.open.linked += chars;
        } else if self.open.linked == 0 {
            self.open.lead += chars;
        } else {
            self.open.loose += part.chars().filter(|c| c.is_alphanumeric()).count();
        }
    }

    fn space(&mut self) {
        if !self.open.text.is_empty() && !self.open.text.ends_with(' ') {
            self.open.text.push(' ');
        }
    }

    fn finish(&mut self, kind: Kind) {
        self.breaks = 0;
        self.open.text.truncate(self.open.text.trim_end().len());
        let paragraph = std::mem::take(&mut self.open);
        if !paragraph.text.is_empty() {
            self.done.push(Paragraph { kind, ..paragraph });
        }
    }
}

/// Whether a cell holds text in paragraphs or long lines: a table that lays out the page, not one of data.
pub(super) fn is_layout(cell: &NodeRef) -> bool {
    let mut bytes = 0;
    cell.descendants_it().take(60).any(|node| {
        if node.is_text() {
            bytes += node.text().trim().len();
        }
        bytes > 200
            || matches!(
                node.node_name().as_deref(),
                Some("p" | "div" | "table" | "ul" | "ol" | "h1" | "h2" | "h3" | "br")
            )
    })
}

fn is_block(name: &str) -> bool {
    matches!(
        name,
        "address"
            | "article"
            | "aside"
            | "blockquote"
            | "body"
            | "center"
            | "dd"
            | "details"
            | "div"
            | "dl"
            | "dt"
            | "fieldset"
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
            | "header"
            | "hr"
            | "html"
            | "legend"
            | "li"
            | "main"
            | "nav"
            | "ol"
            | "p"
            | "pre"
            | "section"
            | "summary"
            | "table"
            | "tbody"
            | "tfoot"
            | "thead"
            | "tr"
            | "ul"
            | "caption"
            | "option"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use dom_query::Document;

    #[test]
    fn paragraphs_are_as_a_browser_shows_them() {
        for (html, expected) in [
            ("<p>One  <b>two</b>\nthree<p>four", vec!["One two three", "four"]),
            ("a<br>b<br><br>c", vec!["a b", "c"]),
            ("<ul><li>x<li>y</ul>z", vec!["x", "y", "z"]),
            ("<table><tr><td>1<td>2<tr><td>3</table>", vec!["1 2", "3"]),
            ("<table><tr><td>Menu<td><font>One<br><br>Two</font></table>", vec!["Menu", "One", "Two"]),
            ("<blockquote><p>q</p></blockquote><h2>H</h2>t", vec!["q", "H", "t"]),
            ("soft\u{ad}hyphen&nbsp;here", vec!["softhyphen here"]),
            ("<script>x</script><style>y</style>", vec![]),
        ] {
            let document = Document::from(html);
            let found = paragraphs(&document.root());
            assert_eq!(found.iter().map(|p| p.text.as_str()).collect::<Vec<_>>(), expected, "{html}");
        }
    }

    #[test]
    fn kinds_and_links_are_kept() {
        let document = Document::from("<h3>Head</h3><ul><li><a href=x>all link</a></ul><p>some <a>link</a></p>");
        let found = paragraphs(&document.root());
        assert_eq!(
            found.iter().map(|p| (p.kind, p.is_link())).collect::<Vec<_>>(),
            [(Kind::Heading, false), (Kind::Item, true), (Kind::Text, false)]
        );
    }
}
