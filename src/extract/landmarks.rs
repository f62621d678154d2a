//! A page's tree → the elements from which its metadata is read, of each kind in the page's order, found in one walk.
//! Knows what elements, attributes and class names say that they hold; what that is, others read.

use dom_query::{Document, NodeId, NodeRef};
use html5ever::local_name;
use rustc_hash::FxHashMap;

/// Where a page says what it is.
#[derive(Default)]
pub(super) struct Landmarks<'a> {
    /// The page itself.
    pub html: Option<NodeRef<'a>>,
    /// `meta` elements that say something.
    pub metas: Vec<NodeRef<'a>>,
    /// Scripts of JSON-LD.
    pub linked_data: Vec<NodeRef<'a>>,
    /// The title in the page's head.
    pub titles: Vec<NodeRef<'a>>,
    /// Links of the page's head to its own address.
    pub canonical: Vec<NodeRef<'a>>,
    /// Links that lead somewhere, and those of the head to a next page.
    pub links: Vec<NodeRef<'a>>,
    /// Headings that may be the page's: `h1`, `h2`.
    pub headings: Vec<NodeRef<'a>>,
    /// `h1` that the page marks as the headline, or has in an article.
    pub marked_headings: Vec<NodeRef<'a>>,
    /// Anything marked as the headline.
    pub headlines: Vec<NodeRef<'a>>,
    pub sections: Vec<NodeRef<'a>>,
    /// What is marked as the date of publication, as that of an edit, and what is a date.
    pub published: Vec<NodeRef<'a>>,
    pub modified: Vec<NodeRef<'a>>,
    pub times: Vec<NodeRef<'a>>,
    /// Dates in an article.
    pub article_times: Vec<NodeRef<'a>>,
    /// What is marked as who wrote it.
    pub authors: Vec<NodeRef<'a>>,
    /// What may be who wrote it, by a class or id that has such a word in it.
    pub perhaps_authors: Vec<NodeRef<'a>>,
    /// How many nodes come before each heading and each date.
    pub places: FxHashMap<NodeId, usize>,
    nodes: usize,
}

/// What stands around an element.
#[derive(Clone, Copy, Default)]
struct Within {
    head: bool,
    article: bool,
    author: bool,
    byline: bool,
    submitted: bool,
    heading: bool,
}

impl<'a> Landmarks<'a> {
    pub(super) fn of(document: &'a Document) -> Self {
        let mut found = Self::default();
        found.children(&document.root(), Within::default());
        found
    }

    fn children(&mut self, node: &NodeRef<'a>, within: Within) {
        let mut child = node.first_child();
        while let Some(current) = child {
            self.nodes += 1;
            self.element(current, within);
            child = current.next_sibling();
        }
    }

    fn element(&mut self, node: NodeRef<'a>, within: Within) {
        let Some(element) = node.element_ref() else { return };
        let (mut class, mut id, mut itemprop, mut property, mut rel, mut kind) = ("", "", "", "", "", "");
        let (mut datetime, mut pubdate, mut content, mut href) = (false, false, false, false);
        for attr in &element.attrs {
            match attr.name.local {
                local_name!("class") => class = &attr.value,
                local_name!("id") => id = &attr.value,
                local_name!("itemprop") => itemprop = &attr.value,
                local_name!("property") => property = &attr.value,
                local_name!("rel") => rel = &attr.value,
                local_name!("type") => kind = &attr.value,
                local_name!("datetime") => datetime = true,
                local_name!("content") => content = true,
                local_name!("href") => href = true,
                _ => pubdate |= &*attr.name.local == "pubdate",
            }
        }
        let is = |prop: &str| has_word(itemprop, prop);
        let mut inside = within;
        let (mut by_name, mut is_published, mut is_modified) = (false, false, false);
        match element.name.local {
            local_name!("html") => self.html = self.html.or(Some(node)),
            local_name!("head") => inside.head = true,
            local_name!("article") | local_name!("main") => inside.article = true,
            local_name!("meta") if content => self.metas.push(node),
            local_name!("script") if contains(kind, "ld+json") => self.linked_data.push(node),
            local_name!("title") if within.head => self.titles.push(node),
            local_name!("link") => {
                if rel.eq_ignore_ascii_case("canonical") {
                    self.canonical.push(node);
                }
                if has_word_of_any_case(rel, "next") {
                    self.links.push(node);
                }
            }
            local_name!("a") => {
                if href {
                    self.links.push(node);
                }
                by_name = within.byline || has_word_of_any_case(rel, "author");
            }
            // A heading within another is part of it.
            local_name!("h1") if !within.heading => {
                inside.heading = true;
                self.headings.push(node);
                if within.article || itemprop.contains("headline") {
                    self.marked_headings.push(node);
                }
            }
            local_name!("h2") if !within.heading => {
                inside.heading = true;
                self.headings.push(node);
            }
            local_name!("time") => {
                if datetime {
                    self.times.push(node);
                    if within.article {
                        self.article_times.push(node);
                    }
                }
                is_published = pubdate || has_word(class, "published") || has_word(class, "entry-date");
                is_modified = has_word(class, "updated");
            }
            local_name!("abbr") => is_published = has_word(class, "published"),
            local_name!("span") => is_published = has_word(property, "dc:date"),
            _ => {}
        }
        if !itemprop.is_empty() || !property.is_empty() {
            is_published |= is("datePublished")
                || has_word(property, "datePublished")
                || has_word(property, "schema:datePublished");
            is_modified |= is("dateModified") || has_word(property, "dateModified");
            by_name |= is("author") || (within.author && is("name"));
            inside.author |= is("author");
            if is("headline") {
                self.headlines.push(node);
            }
            if is("articleSection") {
                self.sections.push(node);
            }
        }
        if !class.is_empty() {
            inside.byline |= has_word(class, "byline");
            inside.submitted |= has_word(class, "submitted");
            by_name |= ["byline-name", "author-name", "byline"].iter().any(|name| has_word(class, name))
                || (within.submitted && has_word(class, "username"))
                || contains(class, "journalist_name")
                || contains(class, "byline__name");
        }
        // Who authorises writes nothing.
        let may_name = |value: &str, word: &str| contains(value, word) && !contains(value, "authori");
        if PERHAPS_AUTHOR.iter().any(|word| may_name(class, word)) || may_name(id, "author") {
            self.perhaps_authors.push(node);
        }
        let is_heading = self.headings.last().is_some_and(|last| last.id == node.id);
        let is_time = self.times.last().is_some_and(|last| last.id == node.id);
        if is_heading || is_time || is_published || is_modified {
            self.places.insert(node.id, self.nodes);
        }
        for (is_one, of) in
            [(is_published, &mut self.published), (is_modified, &mut self.modified), (by_name, &mut self.authors)]
        {
            if is_one {
                of.push(node);
            }
        }
        drop(element);
        self.children(&node, inside);
    }
}

/// Words within a class that name the author, in templates that have no other word for it.
const PERHAPS_AUTHOR: &[&str] = &["author", "autor", "byline", "signature", "auteur", "verfasser", "redactor"];

/// Whether one of an attribute's words is this one.
fn has_word(value: &str, word: &str) -> bool {
    value.len() >= word.len() && value.split_ascii_whitespace().any(|other| other == word)
}

fn has_word_of_any_case(value: &str, word: &str) -> bool {
    value.len() >= word.len() && value.split_ascii_whitespace().any(|other| other.eq_ignore_ascii_case(word))
}

fn contains(value: &str, part: &str) -> bool {
    value.len() >= part.len() && value.contains(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_are_found_by_what_they_say_and_where_they_stand() {
        let document = Document::from(
            "<html lang=en><head><title>T</title><meta name=a content=b><meta name=c><link rel='Canonical' href=/a>\
             <link rel='nofollow NEXT' href=/2><script type='application/ld+json'>{}</script><script>x</script></head><body>\
             <h1 id=site>S</h1><svg><title>drawing</title></svg><a id=anchor>x</a>\
             <article itemscope><h1 id=head>H</h1><h2 id=sub itemprop='name headline'>D<div><h1 id=within>W</h1></div></h2><time id=t datetime=2024-01-01>1</time>\
             <span id=by itemprop=author><b id=name itemprop=name>Ann</b></span><p id=line class='x byline'><a id=in href=/ann>Ann</a></p>\
             <p class=submitted><b id=user class=username>Ann</b></p><b class=username>Bob</b><b itemprop=name>Bob</b></article>\
             <time id=out class=updated datetime=2024-01-02>2</time><abbr id=abbr class=published>3</abbr><p id=maybe class=main-author-box>A</p><p id=no class=authorized>B</p>\
             <a id=rel rel=author>Ann</a></body></html>",
        );
        let found = Landmarks::of(&document);
        let ids = |nodes: &[NodeRef]| {
            nodes.iter().map(|n| n.id_attr().map_or("-".to_owned(), |id| id.to_string())).collect::<Vec<_>>().join(" ")
        };
        assert!(found.html.is_some_and(|html| html.has_attr("lang")));
        for (what, nodes, expected) in [
            ("metas", &found.metas, "-"),
            ("linked data", &found.linked_data, "-"),
            ("titles", &found.titles, "-"),
            ("canonical", &found.canonical, "-"),
            ("links", &found.links, "- in"),
            ("headings", &found.headings, "site head sub"),
            ("marked headings", &found.marked_headings, "head"),
            ("headlines", &found.headlines, "sub"),
            ("published", &found.published, "abbr"),
            ("modified", &found.modified, "out"),
            ("times", &found.times, "t out"),
            ("article times", &found.article_times, "t"),
            ("authors", &found.authors, "by name line in user rel"),
            ("perhaps authors", &found.perhaps_authors, "line maybe"),
        ] {
            assert_eq!(ids(nodes), expected, "{what}");
        }
        let place = |node: &NodeRef| found.places.get(&node.id).copied();
        assert!(place(&found.headings[1]) < place(&found.times[0]) && place(&found.times[0]).is_some());
    }
}
