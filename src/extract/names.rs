//! A node's element, role, class, id → whether they say that it is no part of an article.
//! Words of the field's templates only; how much text a node holds is not looked at.

use std::sync::LazyLock;

use dom_query::NodeRef;
use rustc_hash::FxHashSet;
use smallvec::SmallVec;

use super::paragraphs::SENTENCE_ENDS;

/// Elements that are never part of an article's running text.
const ELEMENTS: &[&str] = &[
    "figcaption",
    "aside",
    "nav",
    "footer",
    "form",
    "button",
    "dialog",
    "template",
    "style",
    "noscript",
    "iframe",
    "object",
    "textarea",
    "input",
    "label",
    "audio",
    "video",
    "canvas",
    "menu",
];

/// Roles (WAI-ARIA) of the same kind.
const ROLES: &[&str] = &[
    "navigation",
    "complementary",
    "contentinfo",
    "dialog",
    "alertdialog",
    "alert",
    "search",
    "banner",
    "tooltip",
    "menu",
    "tablist",
    "toolbar",
];

/// Words of a class or id that say what a node is, whatever else its name says.
const WORDS: &[&str] = &[
    "related",
    "newsletter",
    "newsletters",
    "promo",
    "promos",
    "caption",
    "captions",
    "credit",
    "credits",
    "share",
    "sharing",
    "sharebar",
    "sharetools",
    "comments",
    "comment",
    "disqus",
    "byline",
    "bylines",
    "recommend",
    "recommended",
    "recommendation",
    "recommendations",
    "tags",
    "taglist",
    "tagcloud",
    "subscribe",
    "subscription",
    "signup",
    "breadcrumb",
    "breadcrumbs",
    "popup",
    "popover",
    "modal",
    "cookie",
    "cookies",
    "consent",
    "gdpr",
    "advert",
    "adverts",
    "advertisement",
    "advertising",
    "sponsor",
    "sponsored",
    "taboola",
    "outbrain",
    "pagination",
    "pager",
    "dateline",
    "timestamp",
    "social",
    "trending",
    "copyright",
    "legende",
    "pullquote",
    "addthis",
    "sharedaddy",
    "jp-relatedposts",
    "readmore",
    "paywall",
    "toolbar",
    "infobox",
    "cutline",
    "cta",
    "wp-caption-text",
    "standfirst",
    "dek",
    "kicker",
    "strapline",
    "lightbox",
    "interstitial",
    "overlay",
    "boilerplate",
    "donate",
    "donation",
    "respond",
    "sitemap",
    "skyscraper",
    "leaderboard",
    "authorbio",
    "livefyre",
    "fyre",
    "commentaires",
    "kommentare",
    "comentarios",
    "comentários",
    "publicidad",
    "publicite",
    "werbung",
    "anzeige",
    "factbox",
    "submitted",
    "footer",
    "editsection",
    "noprint",
    "sns",
];

/// Beginnings of a word that say the same: `relatedPosts`, `share-buttons` written as one word.
const BEGINNINGS: &[&str] = &[
    "relatedpost",
    "relatedstor",
    "relatedarticle",
    "relatedlink",
    "relatednews",
    "relatedcontent",
    "newsletter",
    "recommend",
    "sharebutton",
    "sharebar",
    "socialshare",
    "commentlist",
    "morestories",
    "morenews",
    "seealso",
    "imagecaption",
    "photocaption",
    "photocredit",
    "imagecredit",
    "mostread",
    "mostpopular",
    "relacionad",
    "youmightlike",
    "youmaylike",
    "sponsoredcontent",
    "morefrom",
];

/// Pairs of words of one name that say what a node is only together.
const PAIRS: &[(&str, &str)] = &[
    ("see", "also"),
    ("read", "more"),
    ("read", "also"),
    ("more", "stories"),
    ("more", "news"),
    ("more", "from"),
    ("most", "read"),
    ("most", "popular"),
    ("author", "bio"),
    ("author", "info"),
    ("author", "box"),
    ("about", "author"),
    ("post", "meta"),
    ("entry", "meta"),
    ("article", "meta"),
    ("post", "tags"),
    ("tag", "list"),
    ("tag", "links"),
    ("also", "like"),
    ("up", "next"),
    ("pull", "quote"),
    ("post", "navigation"),
    ("entry", "footer"),
    ("you", "may"),
    ("also", "read"),
    ("sign", "up"),
    ("sidebar", "widget"),
    ("read", "next"),
    ("image", "source"),
    ("widget", "area"),
    ("latest", "news"),
    ("top", "stories"),
    ("post", "author"),
    ("entry", "author"),
    ("follow", "us"),
    ("author", "profile"),
    ("author", "card"),
    ("article", "info"),
    ("post", "info"),
    ("entry", "info"),
    ("item", "meta"),
    ("story", "meta"),
    ("img", "desc"),
    ("img", "descr"),
    ("image", "desc"),
    ("image", "description"),
    ("photo", "description"),
    ("media", "description"),
    // A film's heading, which is none of the text's.
    ("video", "title"),
    ("video", "heading"),
    ("video", "headline"),
    // What stands below or beside the text, and calls to install.
    ("article", "bottom"),
    ("article", "footer"),
    ("after", "entry"),
    ("after", "post"),
    ("right", "rail"),
    ("left", "rail"),
    ("app", "box"),
    ("app", "promo"),
    ("app", "download"),
    // What is there for those who hear the page, or left out when it is printed.
    ("screen", "reader"),
    ("visually", "hidden"),
    ("sr", "only"),
    ("no", "print"),
    ("hidden", "print"),
    ("print", "hidden"),
];

/// Words of what is shown only when pointed at. The box around it often bears the same word, and text that is always
/// shown.
const HOVER: &[&str] = &["rollover", "hovercard", "flyout", "dropdown", "tooltip", "tooltiptext"];

/// Whether element, role, class or id say that a node is no part of the article.
pub(super) fn is_boilerplate(node: &NodeRef) -> bool {
    let name = node.node_name();
    let name = name.as_deref().unwrap_or_default();
    if ELEMENTS.contains(&name) {
        return true;
    }
    // What holds nothing shows nothing, whatever its name.
    if matches!(name, "body" | "html" | "article" | "main") || node.first_child().is_none() || is_bare(node) {
        return false;
    }
    if node.attr("role").is_some_and(|role| ROLES.contains(&&*role)) || is_hidden(node) {
        return true;
    }
    if is_in_sentence(node, name) || is_paragraph(node, name) {
        return false;
    }
    is_named(node, named_boilerplate)
        || (name != "a" && is_hover(node) && !node.descendants_it().any(|n| !n.has_name("a") && is_hover(&n)))
}

/// Whether an inline element is a part of a sentence: words before and after it, with spaces between. A link to what is
/// "related", a place named a "dateline" are read with the words around them.
fn is_in_sentence(node: &NodeRef, name: &str) -> bool {
    const INLINE: &[&str] =
        &["a", "span", "b", "strong", "i", "em", "u", "font", "small", "mark", "abbr", "time", "cite", "q"];
    if !INLINE.contains(&name) {
        return false;
    }
    let text = |node: Option<NodeRef>| node.filter(NodeRef::is_text).map(|node| node.text().to_string());
    let after = text(node.next_sibling()).unwrap_or_default();
    let goes_on = |text: &str| {
        let rest = text.trim_start();
        !rest.is_empty()
            && (rest.len() < text.len() || rest.starts_with([',', '.', ';', ':', '’', '\'', ')', '?', '!']))
            && rest.chars().any(char::is_alphanumeric)
    };
    let in_paragraph = || node.ancestors_it(Some(3)).any(|n| matches!(n.node_name().as_deref(), Some("p" | "li")));
    let before = text(node.prev_sibling());
    let begins = node.prev_sibling().is_none_or(|before| before.is_text());
    goes_on(&after)
        && begins
        && before.is_none_or(|before| {
            before.trim().is_empty() || before.ends_with(|c: char| c.is_whitespace() || c == '(' || c == '“')
        })
        && in_paragraph()
}

/// Letters of a paragraph that is one by its length.
const MIN_PARAGRAPH: usize = 120;

/// Whether an inline element is all of a paragraph of text: then its names are those of an editor's styles, or of the page that
/// the text was copied from. Beside a picture it may be a caption.
fn is_paragraph(node: &NodeRef, name: &str) -> bool {
    if !matches!(name, "span" | "font") {
        return false;
    }
    let is_alone = |node: &NodeRef| {
        let blank = |n: Option<NodeRef>| n.is_none_or(|n| n.is_text() && n.text().trim().is_empty());
        blank(node.prev_sibling()) && blank(node.next_sibling())
    };
    let in_paragraph = || node.parent().is_some_and(|parent| parent.has_name("p"));
    let is_text = || {
        let text = node.text();
        let text = text.trim();
        text.ends_with(SENTENCE_ENDS) && text.chars().nth(MIN_PARAGRAPH).is_some()
    };
    let leads_away = |n: &NodeRef| n.has_name("a");
    let linked = || node.descendants_it().filter(leads_away).map(|n| n.text().len()).sum::<usize>();
    is_alone(node) && in_paragraph() && is_text() && linked() * 3 < node.text().len() && !is_named(node, names_caption)
}

/// Whether a class name says that a text is a picture's.
fn names_caption(name: &str) -> bool {
    const OF_A_PICTURE: &[&str] = &["caption", "captions", "credit", "credits", "cutline", "legende", "copyright"];
    words_of(name).any_of(OF_A_PICTURE)
}

fn is_hover(node: &NodeRef) -> bool {
    node.is_element() && is_named(node, |name| words_of(name).any_of(HOVER))
}

/// Attributes in which templates with made-up class names say what a node is.
const DATA: &[&str] =
    &["data-component", "data-testid", "data-area", "data-module", "data-name", "data-qa", "data-block", "data-type"];

/// Whether one of a node's class names, or its id, passes.
pub(super) fn is_named(node: &NodeRef, test: impl Fn(&str) -> bool) -> bool {
    let says = |names: &str| names.split_whitespace().take(40).any(&test);
    if is_bare(node) {
        return false;
    }
    node.class().is_some_and(|names| says(&names))
        || node.id_attr().is_some_and(|names| says(&names))
        || DATA.iter().any(|name| node.attr(name).is_some_and(|names| says(&names)))
}

/// Whether a node has no attributes, as most have: then nothing that they could say need be looked for.
fn is_bare(node: &NodeRef) -> bool {
    node.element_ref().is_none_or(|element| element.attrs.is_empty())
}

/// Whether a node stands among comments, as the boxes around it are named.
pub(super) fn stands_in_comments(node: &NodeRef) -> bool {
    node.ancestors_it(Some(8)).any(|around| {
        !matches!(around.node_name().as_deref(), Some("body" | "html" | "article" | "main"))
            && is_named(&around, |name| words_of(name).any_of(&["comments", "comment", "disqus"]))
    })
}

/// Not shown by the page itself; what a style sheet hides stays unknown.
fn is_hidden(node: &NodeRef) -> bool {
    node.has_attr("hidden")
        || node.attr("aria-hidden").is_some_and(|v| &*v == "true")
        || node.attr("style").is_some_and(|style| {
            let style: String = style.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_ascii_lowercase();
            style.contains("display:none") || style.contains("visibility:hidden")
        })
}

/// Whether one class name or id says so: `relatedLinks`, `c-share__list`, `post-tags`.
fn named_boilerplate(name: &str) -> bool {
    static KNOWN: LazyLock<FxHashSet<&str>> = LazyLock::new(|| WORDS.iter().copied().collect());
    let words = words_of(name);
    let is_layout = || words.iter().next().is_some_and(|first| matches!(first, "has" | "no" | "with"));
    words.iter().any(|word| KNOWN.contains(word))
        || (words.iter().last() == Some("sidebar") && !is_layout())
        || says_beginning(&words.letters)
        || words.pairs().any(|pair| PAIRS.contains(&pair))
}

/// Whether a name's words, written as one, hold one of the beginnings.
fn says_beginning(letters: &str) -> bool {
    let starts = |at: usize| BEGINNINGS.iter().any(|start| letters.as_bytes()[at..].starts_with(start.as_bytes()));
    (0..letters.len()).any(|at| FIRST_LETTERS[usize::from(letters.as_bytes()[at])] && starts(at))
}

/// Bytes with which one of the beginnings begins.
const FIRST_LETTERS: [bool; 256] = {
    let mut first = [false; 256];
    let mut at = 0;
    while at < BEGINNINGS.len() {
        first[BEGINNINGS[at].as_bytes()[0] as usize] = true;
        at += 1;
    }
    first
};

/// A name's words in lower case.
pub(super) struct Words {
    letters: String,
    /// Where each word ends.
    ends: SmallVec<[u16; 8]>,
}

impl Words {
    pub(super) fn iter(&self) -> impl Iterator<Item = &str> {
        let mut start = 0;
        self.ends.iter().map(move |end| {
            let word = &self.letters[start..usize::from(*end)];
            start = usize::from(*end);
            word
        })
    }

    /// Each word with the one that follows it.
    pub(super) fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.iter().zip(self.iter().skip(1))
    }

    /// Whether one of the words is among these.
    pub(super) fn any_of(&self, words: &[&str]) -> bool {
        self.iter().any(|word| words.contains(&word))
    }
}

/// Characters of a name that are read.
const MAX_NAME: usize = 120;

/// A class name's words: split at hyphens, underscores and humps.
pub(super) fn words_of(name: &str) -> Words {
    let mut words = Words { letters: String::with_capacity(name.len().min(MAX_NAME)), ends: SmallVec::new() };
    let mut previous_lower = false;
    for c in name.chars().take(MAX_NAME) {
        if !c.is_alphanumeric() || (c.is_uppercase() && previous_lower) {
            words.part();
        }
        if c.is_ascii() {
            if c.is_ascii_alphanumeric() {
                words.letters.push(c.to_ascii_lowercase());
            }
        } else if c.is_alphanumeric() {
            words.letters.extend(c.to_lowercase());
        }
        previous_lower = c.is_lowercase();
    }
    words.part();
    words
}

impl Words {
    /// Ends the word that is open, if one is.
    fn part(&mut self) {
        // A name is cut long before that many bytes.
        let end = u16::try_from(self.letters.len()).unwrap_or(u16::MAX);
        if end > self.ends.last().copied().unwrap_or(0) {
            self.ends.push(end);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use dom_query::Document;

    #[test]
    fn names_are_read_as_words() {
        for (name, expected) in [
            ("related-links", true),
            ("relatedPosts", true),
            ("c-share__list", true),
            ("wp-caption-text", true),
            ("you-may-like", true),
            ("relatedposts", true),
            ("shareholder", false),
            ("article-body", false),
            ("unrelated", false),
            ("commentary", false),
            ("entry-content", false),
            ("widget", false),
        ] {
            assert_eq!(named_boilerplate(name), expected, "{name}");
        }
    }

    #[test]
    fn a_part_of_a_sentence_is_read_whatever_its_name() {
        let long = "The ferry between the town and the islands will run an hour late all week, the harbour office said, and on \
            Sunday it will not run.";
        for (html, class, expected) in [
            ("<p>The minister <a class=related href=/x>resigned</a> on Monday.</p>", ".related", false),
            ("<p><span class=dateline>VASTO</span>, March 7 — The port is shut.</p>", ".dateline", false),
            ("<p>The port is shut.</p><p><a class=related href=/x>Bus late</a></p>", ".related", true),
            ("<p>The port is shut. <span class=credit>Ann Lee</span></p>", ".credit", true),
            ("<p>The ECB<span class=tooltiptext>European Central Bank</span> said so.</p>", ".tooltiptext", true),
            ("<div>Photo <span class=credit>Ann Lee</span> and more</div>", ".credit", true),
            (&format!("<p><span class='xTags u2'>{long}</span></p>"), ".xTags", false),
            (&format!("<p><span class='xTags u2'><a href=/1>{long}</a></span></p>"), ".xTags", true),
            (&format!("<p><span class=caption>{long}</span></p>"), ".caption", true),
        ] {
            let document = Document::from(format!("<body>{html}</body>"));
            let nodes = document.select(class);
            assert_eq!(is_boilerplate(&nodes.nodes()[0]), expected, "{html}");
        }
    }
}
