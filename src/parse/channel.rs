//! A document's tree → the feed: its root, its own fields, its entries, and what was mended in words.
//! Where the same thing can be said in several vocabularies, the format's own comes first.

use std::borrow::Cow;

use jiff::Timestamp;
use url::Url;

use super::address::is_usual;
use super::entry;
use super::markup::{self, Sanitiser};
use super::names::Ns;
use super::tree::{Element, Fields, Id, Mended, Tree};
use super::{FeedFormat, MAX_ENTRIES, ParsedFeed, Texts, date, text, twice};

/// Longest link or id kept, in bytes.
const MAX_LINK: usize = 4096;
const MAX_HUBS: usize = 10;

/// Reads fields off a tree.
pub(super) struct Reader<'t> {
    pub tree: &'t Tree,
    pub kind: FeedFormat,
    pub sanitiser: Sanitiser,
    /// Stands in where neither document nor caller names a base URL: the feed's own link.
    fallback_base: Option<Url>,
}

/// Where a document has its feed and its entries.
pub(super) struct Outline {
    root: Id,
    kind: FeedFormat,
    channel: Option<Id>,
    items: Vec<Id>,
}

fn is_entry(element: &Element) -> bool {
    element.ns.is_feed() && matches!(element.local(), "item" | "entry")
}

impl Outline {
    /// None where the document is no feed.
    pub fn of(tree: &Tree) -> Option<Self> {
        let (root, kind) = root(tree)?;
        let channel = match tree.get(root).local() {
            "rss" | "rdf" => {
                tree.elements(root).find(|id| tree.get(*id).ns.is_feed() && tree.get(*id).local() == "channel")
            }
            _ => Some(root),
        };
        let mut items: Vec<Id> = if is_entry(tree.get(root)) { vec![root] } else { Vec::new() };
        let inside = tree.descendants(root, |element| !is_entry(element));
        items.extend(inside.into_iter().filter(|id| is_entry(tree.get(*id))));
        let holds = kind != FeedFormat::Rdf || channel.is_some() || !items.is_empty() || tree.declares_rss;
        holds.then_some(Self { root, kind, channel, items })
    }
}

/// Reads a document.
pub(super) fn read(tree: &Tree, outline: &Outline, base: Option<&Url>, texts: Texts) -> ParsedFeed {
    let Outline { root, kind, channel, items } = outline;
    let (root, kind, channel) = (*root, *kind, *channel);
    let mut reader = Reader { tree, kind, sanitiser: Sanitiser::of(texts), fallback_base: None };
    let fields: Vec<Id> = match channel {
        Some(channel) if is_entry(tree.get(channel)) => Vec::new(),
        Some(channel) => tree.elements(channel).collect(),
        None => tree.elements(root).filter(|id| !is_entry(tree.get(*id))).collect(),
    };
    let fields = Fields::of(tree, fields);
    if base.is_none() {
        reader.fallback_base = reader.own_address(&fields);
    }
    let scope = tree.get(channel.unwrap_or(root));
    let language =
        reader.text(&fields, &["language", "dc:language"]).or_else(|| scope.language.as_deref().map(str::to_owned));
    let pace = reader.pace(&fields);
    let mut feed = ParsedFeed {
        title: reader.title(&fields, &["title", "dc:title", "media:title", "itunes:title"]),
        link: reader.link(&fields).or_else(|| reader.resolve(scope, scope.attribute("href")?)),
        language: language.as_deref().and_then(language_tag),
        description: reader.description(&fields),
        updated: reader
            .date(
                &fields,
                &[
                    "updated",
                    "lastbuilddate",
                    "modified",
                    "pubdate",
                    "published",
                    "dc:date",
                    "dc:modified",
                    "dc:issued",
                ],
            )
            .or_else(|| date(scope.attribute("lastmod")?)),
        ttl_minutes: pace.ttl_minutes,
        update_base: pace.update_base,
        skip_hours: pace.skip_hours,
        skip_days: pace.skip_days,
        hubs: reader.hubs(&fields),
        own_url: reader.all(&fields, "link").find_map(|id| reader.linked(id, "self")),
        ..ParsedFeed::empty(kind)
    };
    let inherited = if kind == FeedFormat::Atom { reader.authors(&fields) } else { Vec::new() };
    let cut = reader.cut_entry(items);
    let mut partial = false;
    for (at, id) in items.iter().enumerate().take(MAX_ENTRIES) {
        if Some(*id) == cut && items.len() > 1 {
            continue;
        }
        partial |= !tree.get(*id).closed && at + 1 == items.len();
        let mut entry = entry::read(&mut reader, *id);
        if entry.authors.is_empty() {
            entry.authors.clone_from(&inherited);
        }
        feed.entries.push(entry);
    }
    feed.repairs = repairs(&tree.mended, feed.entries.len() - usize::from(partial), partial);
    feed
}

/// The element that makes the document a feed.
fn root(tree: &Tree) -> Option<(Id, FeedFormat)> {
    let kind = |id: Id| {
        let element = tree.get(id);
        match element.local() {
            "rdf" if element.ns.is_feed() || element.ns == Ns::Rdf => Some(FeedFormat::Rdf),
            "feed" if element.ns.is_feed() => Some(FeedFormat::Atom),
            "entry" if element.ns == Ns::Atom => Some(FeedFormat::Atom),
            "rss" | "channel" if element.ns.is_feed() => Some(FeedFormat::Rss),
            _ => None,
        }
    };
    if let Some(found) = tree.top.iter().find_map(|id| Some((*id, kind(*id)?))) {
        return Some(found);
    }
    // Behind something that was never closed, such as a warning of the server's.
    let first = *tree.top.first()?;
    let name = tree.get(first).local();
    let wraps = matches!(name, "b" | "p" | "pre" | "font" | "div" | "span" | "xml" | "response" | "data");
    // A page or an envelope may hold a whole feed; a page that merely mentions one holds no channel with items.
    let holds = matches!(name, "html" | "envelope");
    let inside = (wraps || holds).then(|| tree.descendants(first, |_| true))?;
    let whole = |id: Id| {
        let inside = tree.descendants(id, |element| element.local() == "channel");
        inside.into_iter().any(|id| tree.get(id).ns.is_feed() && matches!(tree.get(id).local(), "item" | "entry"))
    };
    let found = inside.into_iter().take(1000).find_map(|id| Some((id, kind(id)?)))?;
    (wraps || (tree.get(found.0).local() != "channel" && whole(found.0))).then_some(found)
}

impl Reader<'_> {
    /// Whether an element is the field `key`: `title` of the format's own, `dc:title` of a module.
    fn is_field(&self, id: Id, key: &str) -> bool {
        let element = self.tree.get(id);
        let Some(prefix) = key.strip_suffix(element.local()) else { return false };
        match prefix {
            "" => element.ns.is_feed(),
            "dc:" => element.ns == Ns::Dc,
            "content:" => element.ns == Ns::Content,
            "media:" => element.ns == Ns::Media,
            "itunes:" => element.ns == Ns::Itunes,
            "sy:" => element.ns == Ns::Syndication,
            "burner:" => element.ns == Ns::Burner,
            "html:" => element.ns == Ns::Html,
            _ => false,
        }
    }

    /// The fields of that name. In RSS its own come before Atom's.
    pub fn all<'a>(&'a self, fields: &'a Fields, key: &'a str) -> impl Iterator<Item = Id> + 'a {
        let mixed = self.kind != FeedFormat::Atom && fields.of_atom;
        let found = move |of_atom: bool| {
            fields
                .like(key)
                .filter(move |id| (!mixed || (self.tree.get(*id).ns == Ns::Atom) == of_atom) && self.is_field(*id, key))
        };
        found(false).chain(mixed.then(|| found(true)).into_iter().flatten())
    }

    /// What `read` makes of the first field that yields something, by the order of `keys`.
    pub fn first<T>(&self, fields: &Fields, keys: &[&str], mut read: impl FnMut(Id) -> Option<T>) -> Option<T> {
        keys.iter().find_map(|key| self.all(fields, key).find_map(&mut read))
    }

    pub fn text(&self, fields: &Fields, keys: &[&str]) -> Option<String> {
        self.first(fields, keys, |id| Some(self.tree.text(id)).filter(|text| !text.is_empty()).map(Cow::into_owned))
    }

    pub fn title(&self, fields: &Fields, keys: &[&str]) -> Option<String> {
        self.first(fields, keys, |id| markup::value(self.tree, id).title())
    }

    pub fn date(&self, fields: &Fields, keys: &[&str]) -> Option<Timestamp> {
        self.first(fields, keys, |id| date(&self.tree.text(id)))
    }

    fn base<'a>(&'a self, element: &'a Element) -> Option<&'a Url> {
        element.base.as_deref().or(self.fallback_base.as_ref())
    }

    /// A field's HTML, sanitised.
    pub fn html(&mut self, id: Id) -> Option<String> {
        let element = self.tree.get(id);
        let html = markup::value(self.tree, id).into_html();
        let base = element.base.as_deref().or(self.fallback_base.as_ref());
        self.sanitiser.clean(&html, base)
    }

    /// An absolute URL that a reader may be led to; where there is no base, the reference as it stands.
    pub fn resolve(&self, element: &Element, reference: &str) -> Option<String> {
        absolute(reference, self.base(element))
    }

    fn description(&self, fields: &Fields) -> Option<String> {
        let keys = [
            "description",
            "subtitle",
            "tagline",
            "abstract",
            "info",
            "itunes:summary",
            "dc:description",
            "itunes:subtitle",
        ];
        self.first(fields, &keys, |id| {
            Some(text::plain_text(&markup::value(self.tree, id).into_html())).filter(|text| !text.is_empty())
        })
    }

    /// The link to what the feed or entry is about: RSS's text, Atom's alternate, best in HTML.
    pub fn link(&self, fields: &Fields) -> Option<String> {
        let mut best: Option<(u8, String)> = None;
        for id in self.all(fields, "link") {
            let element = self.tree.get(id);
            let (rank, found) = match element.attribute("href") {
                Some(href) if !href.trim().is_empty() => {
                    let kind = element.attribute("type").unwrap_or_default();
                    let is_html = kind.is_empty() || kind.contains("html");
                    match relation(element) {
                        "alternate" if is_html => (3, self.resolve(element, href)),
                        "alternate" => (1, self.resolve(element, href)),
                        _ => continue,
                    }
                }
                _ => (4, self.resolve(element, &self.tree.text(id))),
            };
            if let Some(found) = found
                && best.as_ref().is_none_or(|(known, _)| rank > *known)
            {
                best = Some((rank, found));
            }
        }
        best.map(|(_, link)| link)
    }

    /// The feed's absolute address of itself or its site.
    fn own_address(&self, fields: &Fields) -> Option<Url> {
        let itself = self.all(fields, "link").find_map(|id| {
            let element = self.tree.get(id);
            (relation(element) == "self").then(|| element.attribute("href")).flatten()
        });
        let web = |text: &str| Url::parse(text.trim()).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
        itself.and_then(web).or_else(|| web(&self.link(fields)?))
    }

    /// Where a link of that relation leads.
    fn linked(&self, id: Id, wanted: &str) -> Option<String> {
        let element = self.tree.get(id);
        if relation(element) != wanted {
            return None;
        }
        self.resolve(element, element.attribute("href")?)
    }

    fn hubs(&self, fields: &Fields) -> Vec<String> {
        self.all(fields, "link").filter_map(|id| self.linked(id, "hub")).take(MAX_HUBS).collect()
    }

    /// The entry that the end of the bytes cuts within a field: its link or id may be half ones.
    fn cut_entry(&self, items: &[Id]) -> Option<Id> {
        let last = *items.last()?;
        if self.tree.get(last).closed {
            return None;
        }
        let whole = self.tree.descendants(last, |_| true).into_iter().all(|id| self.tree.get(id).closed);
        (!whole || self.tree.mended.tokens.cut_in_tag).then_some(last)
    }
}

/// A link's relation by its short name.
pub(super) fn relation(element: &Element) -> &str {
    let relation = element.attribute("rel").map_or("alternate", str::trim);
    relation.strip_prefix("http://www.iana.org/assignments/relation/").unwrap_or(if relation.is_empty() {
        "alternate"
    } else {
        relation
    })
}

/// An absolute URL, without what runs code; a reference without a base stays as it stands.
pub(super) fn absolute(reference: &str, base: Option<&Url>) -> Option<String> {
    let reference = reference.trim();
    if is_usual(reference) {
        return Some(reference.to_owned());
    }
    let reference: String = reference.chars().filter(|c| !c.is_control()).collect();
    if reference.is_empty() || reference.len() > MAX_LINK {
        return None;
    }
    let reference = if reference.starts_with("www.") { format!("http://{reference}") } else { reference };
    let url = match (Url::parse(&reference), base) {
        (Ok(url), _) => {
            let as_written = reference.is_ascii() && !reference.contains([' ', '\\', '"', '<', '>']);
            return (!runs(&url)).then(|| if as_written { reference } else { url.into() });
        }
        (Err(url::ParseError::RelativeUrlWithoutBase), Some(base)) => base.join(&reference).ok()?,
        (Err(url::ParseError::RelativeUrlWithoutBase), None) => {
            return match reference.strip_prefix("//") {
                Some(rest) => Url::parse(&format!("https://{rest}")).ok().map(String::from),
                None => Some(reference),
            };
        }
        (Err(_), _) => return None,
    };
    (!runs(&url)).then(|| url.into())
}

/// Schemes that run code or lead into the reader's own machine.
fn runs(url: &Url) -> bool {
    matches!(url.scheme(), "javascript" | "vbscript" | "data" | "file" | "blob" | "about" | "livescript" | "mocha")
}

/// A language tag (BCP 47), with hyphens; none for what cannot be one.
pub(super) fn language_tag(text: &str) -> Option<String> {
    let tag = text.trim().replace('_', "-");
    let fits = !tag.is_empty() && tag.len() <= 35 && tag.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    fits.then_some(tag)
}

/// What was mended, in words.
fn repairs(mended: &Mended, complete: usize, partial: bool) -> Vec<String> {
    let tokens = &mended.tokens;
    let counted = |count: usize, what: &str| (count > 0).then(|| format!("{what}: {count}"));
    let noted = |is: bool, what: &str| is.then(|| what.to_owned());
    let more = if partial { ", and the last as far as it goes" } else { "" };
    [
        counted(tokens.met.bare, "bare & escaped"),
        counted(tokens.met.html_names, "HTML entities read"),
        counted(tokens.bare_less_than, "bare < escaped"),
        twice::repair(mended.encoded_twice),
        counted(tokens.controls, "control characters dropped"),
        counted(tokens.loose_attributes, "attributes without quotes or value"),
        counted(tokens.cut_values, "over-long values cut"),
        noted(tokens.unread_entities, "entities of the DTD left alone"),
        (!mended.undeclared.is_empty()).then(|| format!("undeclared prefixes: {}", mended.undeclared.join(" "))),
        counted(mended.unmatched_ends, "end tags without a start"),
        counted(mended.implied_ends, "missing end tags"),
        counted(mended.too_deep, "elements nested too deep left out"),
        noted(mended.too_many_entries, &format!("too many entries: kept the first {MAX_ENTRIES}")),
        noted(mended.too_large, "too many elements: kept the first part"),
        noted(mended.truncated, &format!("truncated: kept {complete} complete entries{more}")),
    ]
    .into_iter()
    .flatten()
    .collect()
}
