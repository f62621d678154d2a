//! An OPML document's text (1.0, 1.1, 2.0, and what readers make of it) → its outlines that are feeds, each with its
//! attributes and the folders it stands in. As lenient as the feed reader: without a head, with HTML's entities, bare `&`,
//! names in capitals, feeds that are never closed.

use std::ops::Range;

use super::refuse::{self, ParseError};
use super::token::{Token, Tokens};

/// The namespace of attributes that are wireroom's own; read in whatever prefix stands for it, given as `wireroom:name`.
pub const OPML_NAMESPACE: &str = "urn:wireroom:feeds";
const PREFIX: &str = "wireroom";

/// Outlines read of one document; the rest is left.
const MAX_OUTLINES: usize = 200_000;
/// Folders in folders; deeper ones are no tags.
const MAX_FOLDERS: usize = 32;
const MAX_FOLDER_NAME: usize = 200;

/// A feed as it stands in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outline {
    /// The names of the folders it stands in, the outermost first.
    pub folders: Vec<String>,
    pub attributes: Vec<Attribute>,
    /// Bytes of the text.
    pub span: Range<usize>,
}

/// An attribute of an outline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribute {
    /// In lower case.
    pub name: String,
    /// References decoded, ends trimmed.
    pub value: String,
    pub span: Range<usize>,
}

impl Outline {
    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|attribute| attribute.name == name && !attribute.value.is_empty())
    }

    /// The feed's address. Old lists have `url`, where the type says that it is a feed's.
    pub fn address(&self) -> Option<&Attribute> {
        self.attribute("xmlurl").or_else(|| self.attribute("url").filter(|_| self.says_feed()))
    }

    fn says_feed(&self) -> bool {
        let kind = self.attribute("type").map(|kind| kind.value.to_ascii_lowercase());
        kind.is_some_and(|kind| matches!(kind.as_str(), "rss" | "atom" | "rdf" | "feed" | "rss1" | "json"))
    }
}

/// What is open: what stands in it.
enum Open {
    Folder(String),
    /// An outline with an address of its own is no folder, though something may stand in it.
    Feed,
    /// `isComment`: with everything inside.
    Comment,
}

/// Reads a document. The error says what the text is instead.
pub fn opml(text: &str) -> Result<Vec<Outline>, ParseError> {
    let (mut is_opml, mut folders, mut feeds, mut ends) = (false, 0_usize, 0_usize, 0_usize);
    let mut prefixes = vec![PREFIX.to_owned()];
    for token in Tokens::new(text) {
        match token {
            Token::Start { name, attributes, empty } => {
                is_opml |= name.eq_ignore_ascii_case("opml") || is_outline(name);
                for (key, value) in &attributes {
                    if let Some(prefix) = key.strip_prefix("xmlns:").filter(|_| value.trim() == OPML_NAMESPACE) {
                        prefixes.push(prefix.to_ascii_lowercase());
                    }
                }
                if is_outline(name) && !empty {
                    let is_feed = attributes.iter().any(|(key, _)| key.eq_ignore_ascii_case("xmlurl"));
                    *(if is_feed { &mut feeds } else { &mut folders }) += 1;
                }
            }
            Token::End { name } => ends += usize::from(is_outline(name)),
            Token::Text(_) => {}
        }
    }
    if !is_opml {
        return Err(refuse::refuse(text, None));
    }
    // Some write feeds as HTML writes images: opened and never closed. The ends there are belong to the folders.
    let never_closed = feeds > 0 && ends <= folders;
    Ok(outlines(text, &prefixes, never_closed))
}

fn outlines(text: &str, prefixes: &[String], never_closed: bool) -> Vec<Outline> {
    let mut found: Vec<Outline> = Vec::new();
    let mut open: Vec<Open> = Vec::new();
    for token in Tokens::new(text) {
        let (name, attributes, empty) = match token {
            Token::Start { name, attributes, empty } => (name, attributes, empty),
            Token::End { name } if is_outline(name) => {
                open.pop();
                continue;
            }
            Token::End { .. } | Token::Text(_) => continue,
        };
        if !is_outline(name) || found.len() >= MAX_OUTLINES {
            continue;
        }
        let begin = place(text, name).start - 1;
        let attributes: Vec<Attribute> = attributes
            .into_iter()
            .map(|(key, value)| Attribute {
                name: own_name(&key.to_ascii_lowercase(), prefixes),
                value: value.trim().to_owned(),
                span: place(text, key),
            })
            .collect();
        let end = text[begin..].find('>').map_or(text.len(), |length| begin + length + 1);
        let outline = Outline { folders: Vec::new(), attributes, span: begin..end };
        let comment = outline.attribute("iscomment").is_some_and(|at| at.value.eq_ignore_ascii_case("true"));
        // What stands in a comment is pushed as one.
        let within_comment = matches!(open.last(), Some(Open::Comment));
        let is_feed = outline.address().is_some() || outline.says_feed();
        let stays_open = !empty && (!is_feed || !never_closed);
        if stays_open {
            open.push(match () {
                () if comment || within_comment => Open::Comment,
                () if is_feed => Open::Feed,
                () => Open::Folder(folder_name(&outline)),
            });
        }
        if is_feed && !comment && !within_comment {
            let parents = &open[..open.len() - usize::from(stays_open)];
            let names = parents.iter().take(4 * MAX_FOLDERS).filter_map(|open| match open {
                Open::Folder(name) if !name.is_empty() => Some(name.clone()),
                Open::Folder(_) | Open::Feed | Open::Comment => None,
            });
            found.push(Outline { folders: names.take(MAX_FOLDERS).collect(), ..outline });
        }
    }
    found
}

fn is_outline(name: &str) -> bool {
    name.eq_ignore_ascii_case("outline")
}

fn folder_name(outline: &Outline) -> String {
    let name = outline.attribute("text").or_else(|| outline.attribute("title"));
    let name = name.map(|name| name.value.split_whitespace().collect::<Vec<_>>().join(" ")).unwrap_or_default();
    name.chars().take(MAX_FOLDER_NAME).collect()
}

fn own_name(name: &str, prefixes: &[String]) -> String {
    match name.split_once(':') {
        Some((prefix, local)) if prefixes.iter().any(|own| own == prefix) => format!("{PREFIX}:{local}"),
        _ => name.to_owned(),
    }
}

/// Where a piece of the text stands in it.
fn place(text: &str, piece: &str) -> Range<usize> {
    let start = piece.as_ptr().addr().saturating_sub(text.as_ptr().addr()).min(text.len());
    start..(start + piece.len()).min(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<String> {
        let outlines = opml(text).expect("a list of feeds");
        let shown = outlines.iter().map(|outline| {
            let address = outline.address().map_or("—", |at| at.value.as_str());
            format!("{} {}", outline.folders.join("/"), address).trim().to_owned()
        });
        shown.collect()
    }

    #[test]
    fn lists_from_the_wild_are_read() {
        for (name, text, expected) in [
            (
                "2.0 with folders in folders",
                "<?xml version='1.0'?><opml version='2.0'><head><title>x</title></head><body><outline text='News'>\
                 <outline text='Uk'><outline type='rss' text='A' xmlUrl='http://a.example/f'/></outline>\
                 <outline text='B' xmlUrl='http://b.example/f'/></outline><outline text='C' xmlUrl='http://c.example/f'/>\
                 </body></opml>",
                vec!["News/Uk http://a.example/f", "News http://b.example/f", "http://c.example/f"],
            ),
            (
                "no head, capitals, a bare &, an HTML entity",
                "<OPML><BODY><OUTLINE TEXT='Caf&eacute; & bar'><OUTLINE XMLURL='http://a.example/f?a=1&b=2'></OUTLINE>\
                 </OUTLINE></BODY></OPML>",
                vec!["Café & bar http://a.example/f?a=1&b=2"],
            ),
            (
                "feeds never closed",
                "<opml><body><outline text=N><outline xmlUrl='http://a.example/'><outline xmlUrl='http://b.example/'>\
                 </outline><outline xmlUrl='http://c.example/'></body>",
                vec!["N http://a.example/", "N http://b.example/", "http://c.example/"],
            ),
            (
                "feeds in feeds are in no folder of theirs",
                "<opml><outline xmlUrl='http://a.example/' text='A'><outline xmlUrl='http://b.example/'/></outline>\
                 <outline text='' ><outline xmlUrl='http://c.example/'/></outline></opml>",
                vec!["http://a.example/", "http://b.example/", "http://c.example/"],
            ),
            (
                "what is commented out is left out, and links are no feeds",
                "<opml><outline text='x' isComment='true'><outline xmlUrl='http://a.example/'/></outline>\
                 <outline type='link' url='http://b.example/'/><outline type='rss' url='http://c.example/'/>\
                 <outline type='rss' text='lost'/></opml>",
                vec!["http://c.example/", "—"],
            ),
            (
                "cut off",
                "<opml><outline text='N'><outline xmlUrl='http://a.example/'/><outline te",
                vec!["N http://a.example/"],
            ),
            ("empty", "<opml version='2.0'><head/><body/></opml>", vec![]),
        ] {
            assert_eq!(read(text), expected, "{name}");
        }
    }

    #[test]
    fn own_attributes_are_found_in_any_prefix_and_have_their_place() {
        let text =
            "<opml xmlns:w='urn:wireroom:feeds'>\n<outline xmlUrl='http://a.example/' w:id='a' x:id='b'/></opml>";
        let outlines = opml(text).expect("a list");
        let id = outlines[0].attribute("wireroom:id").expect("the id");
        assert_eq!((id.value.as_str(), &text[id.span.clone()]), ("a", "w:id"));
        assert_eq!(&text[outlines[0].span.clone()][..8], "<outline");
    }

    #[test]
    fn what_is_no_list_is_named() {
        for (text, expected) in [
            ("<html><body>x</body></html>", "an HTML page"),
            ("<rss><channel/></rss>", "another kind (<rss>)"),
            ("a,b\nc", "not a feed: begins with"),
        ] {
            let error = opml(text).expect_err("no list").to_string();
            assert!(error.contains(expected), "{error}");
        }
        let latin = b"<?xml version='1.0' encoding='iso-8859-1'?><opml text='caf\xe9'/>";
        assert!(super::super::document_text(latin, None).contains("café"));
    }

    #[test]
    fn a_hundred_thousand_folders_in_each_other_end_in_time() {
        let deep = "<outline text='f'>".repeat(100_000);
        let feeds = "<outline xmlUrl='http://a.example/'/>".repeat(1000);
        let outlines = opml(&format!("<opml>{deep}{feeds}")).expect("a list");
        assert_eq!((outlines.len(), outlines[0].folders.len()), (1000, MAX_FOLDERS));
    }
}
