//! An item's element → an entry: RSS, Atom, CDF and the modules that feeds mix in.
//! The publisher's permanent link comes before a redirect; names come without their e-mail addresses.

use super::address::is_usual;
use super::channel::{Reader, language_tag, relation};
use super::names::{self, Ns};
use super::text::plain_title;
use super::tree::{Child, Fields, Id};
use super::{Enclosure, FeedFormat, ParsedEntry, date};

const MAX_LIST: usize = 100;
const MAX_ID: usize = 2048;

/// Reads one entry. Its id is left empty where the publisher gives none.
pub(super) fn read(reader: &mut Reader, item: Id) -> ParsedEntry {
    let tree = reader.tree;
    let mut fields: Vec<Id> = Vec::new();
    for id in tree.elements(item) {
        fields.push(id);
        // Media RSS groups the renditions of one file, and its texts with them.
        if tree.get(id).is(Ns::Media, "group") {
            fields.extend(tree.elements(id));
        } else if tree.get(id).is(Ns::Media, "content") {
            fields.extend(tree.elements(id).filter(|id| tree.get(*id).ns == Ns::Media));
        }
    }
    // A tag that was never closed may hold all the fields, and so may a wrapper.
    let known = |id: &Id| names::begins_field(tree.get(*id).local());
    if !fields.iter().any(known) {
        let inside = tree.descendants(item, |element| !names::is_container(element.local()));
        fields.extend(inside);
    }
    let fields = &Fields::of(tree, fields);
    let is_atom = reader.kind == FeedFormat::Atom;
    let published: &[&str] = if is_atom {
        &["published", "issued", "pubdate", "dc:issued", "created", "dc:created", "date"]
    } else {
        &["pubdate", "published", "dc:issued", "issued", "dc:date", "date", "dc:created", "created", "dc:available"]
    };
    let updated: &[&str] = if is_atom {
        &["updated", "modified", "dc:modified", "dc:date"]
    } else {
        &["updated", "modified", "dc:modified"]
    };
    let summary =
        ["description", "summary", "abstract", "itunes:summary", "media:description", "dc:description", "dc:abstract"];
    let content = ["content:encoded", "content:full-text", "content", "html:body", "body", "fullitem", "html:div"];
    let own = ["description", "summary"].iter().filter_map(|key| reader.all(fields, key).next()).min();
    let summary_html = own
        .and_then(|id| reader.html(id))
        .or_else(|| html(reader, fields, &summary))
        .or_else(|| html(reader, fields, &["itunes:subtitle"]));
    let content_html = html(reader, fields, &content).or_else(|| second_text(reader, fields));
    let element = tree.get(item);
    ParsedEntry {
        id: reader.id(item, fields).unwrap_or_default(),
        link: reader.entry_link(item, fields),
        title: reader.title(fields, &["title", "dc:title", "media:title", "itunes:title"]).unwrap_or_default(),
        authors: reader.authors_or_source(fields),
        published: reader.date(fields, published),
        updated: reader.date(fields, updated).or_else(|| date(element.attribute("lastmod")?)),
        categories: reader.categories(fields),
        language: reader.entry_language(item, fields),
        enclosures: reader.enclosures(fields),
        summary_html,
        content_html,
        texts: reader.sanitiser.texts(),
    }
}

/// The first field of these that holds something readable.
fn html(reader: &mut Reader, fields: &Fields, keys: &[&str]) -> Option<String> {
    for key in keys {
        let found: Vec<Id> = reader.all(fields, key).collect();
        for id in found {
            if let Some(html) = reader.html(id) {
                return Some(html);
            }
        }
    }
    None
}

/// Of RSS's description and Atom's summary, where an entry has both, the one that comes later.
fn second_text(reader: &mut Reader, fields: &Fields) -> Option<String> {
    let both = [reader.all(fields, "description").next()?, reader.all(fields, "summary").next()?];
    let later = both.into_iter().max()?;
    let html = reader.html(later)?;
    (Some(&html) != reader.html(both.into_iter().min()?).as_ref()).then_some(html)
}

/// "jane@example.org (Jane Doe)" and "Jane Doe <jane@example.org>" → "Jane Doe".
fn person(text: &str) -> Option<String> {
    let line = plain_title(text);
    let line = line.trim();
    let mut name = line;
    if let Some((address, rest)) = line.split_once('(')
        && address.contains('@')
    {
        name = rest.trim_end().trim_end_matches(')').trim();
    } else if let Some((before, address)) = line.rsplit_once(['(', '<'])
        && address.contains('@')
    {
        name = before.trim();
    }
    let name = if name.is_empty() { line } else { name };
    let name = name.trim_matches(['"', '\'', ',']).trim();
    (!name.is_empty()).then(|| beginning(name).to_owned())
}

/// The first characters of a name or a term: no longer one is needed.
fn beginning(text: &str) -> &str {
    const MOST: usize = 200;
    if text.len() <= MOST { text } else { &text[..text.char_indices().nth(MOST).map_or(text.len(), |(at, _)| at)] }
}

fn push(list: &mut Vec<String>, text: &str) {
    let mut line = plain_title(text);
    line.truncate(beginning(&line).len());
    if !line.is_empty() && list.len() < MAX_LIST && !list.contains(&line) {
        list.push(line);
    }
}

impl Reader<'_> {
    /// The publisher's id. A relative one is made absolute where it is meant as a link.
    fn id(&self, item: Id, fields: &Fields) -> Option<String> {
        let found = self.first(fields, &["guid", "id", "dc:identifier"], |id| {
            let text = self.tree.text(id);
            let text = text.trim();
            if text.is_empty() {
                return None;
            }
            let element = self.tree.get(id);
            let is_path = text.contains('/')
                && !is_usual(text)
                && !text.contains(char::is_whitespace)
                && url::Url::parse(text).is_err();
            if is_path && self.permalink(id) {
                return self.resolve(element, text);
            }
            Some(text.to_owned())
        });
        let found = found.or_else(|| Some(self.tree.get(item).attribute("about")?.trim().to_owned()))?;
        let end = found.floor_char_boundary(found.len().min(MAX_ID));
        Some(found[..end].to_owned()).filter(|id| !id.is_empty())
    }

    /// Whether a guid claims to be a link; it does unless it says otherwise.
    fn permalink(&self, id: Id) -> bool {
        !self.tree.get(id).attribute("ispermalink").is_some_and(|value| value.trim().eq_ignore_ascii_case("false"))
    }

    fn entry_link(&self, item: Id, fields: &Fields) -> Option<String> {
        let is_web = |text: &str| text.starts_with("http://") || text.starts_with("https://");
        let element = self.tree.get(item);
        self.first(fields, &["burner:origlink"], |id| {
            self.resolve(self.tree.get(id), &self.tree.text(id)).filter(|link| is_web(link))
        })
        .or_else(|| self.link(fields))
        .or_else(|| self.resolve(element, element.attribute("href")?))
        .or_else(|| self.stranded_link(item))
        .or_else(|| {
            self.first(fields, &["guid"], |id| {
                // A number is no path, although it may be read as one.
                let text = Some(self.tree.text(id)).filter(|text| text.contains('/') && self.permalink(id))?;
                self.resolve(self.tree.get(id), &text).filter(|link| is_web(link))
            })
        })
        .or_else(|| {
            self.first(fields, &["a"], |id| self.resolve(self.tree.get(id), self.tree.get(id).attribute("href")?))
        })
        .or_else(|| {
            self.first(fields, &["content"], |id| self.resolve(self.tree.get(id), self.tree.get(id).attribute("src")?))
        })
        .or_else(|| {
            self.text(fields, &["id"]).filter(|text| is_web(text)).and_then(|text| self.resolve(element, &text))
        })
        .or_else(|| element.attribute("about").filter(|text| is_web(text)).and_then(|text| self.resolve(element, text)))
    }

    /// `<link/>https://…`, as templates written for HTML leave it.
    fn stranded_link(&self, item: Id) -> Option<String> {
        let element = self.tree.get(item);
        let mut children = element.children.iter();
        children.find(|child| matches!(child, Child::Element(id) if self.tree.get(*id).local() == "link"))?;
        let Some(Child::Text(text)) = children.next() else { return None };
        let address = text.split_whitespace().next().filter(|word| word.starts_with("http"))?;
        self.resolve(element, address)
    }

    /// Who wrote it; where an entry was taken over from another feed and names nobody, who writes that one (RFC 4287 §4.2.1).
    fn authors_or_source(&self, fields: &Fields) -> Vec<String> {
        let own = self.authors(fields);
        if !own.is_empty() {
            return own;
        }
        let sources = fields.iter().filter(|id| self.tree.get(**id).is(Ns::Atom, "source"));
        sources
            .map(|id| self.authors(&Fields::of(self.tree, self.tree.elements(*id).collect())))
            .find(|names| !names.is_empty())
            .unwrap_or(own)
    }

    /// Who wrote it, each once, in document order within a vocabulary.
    pub fn authors(&self, fields: &Fields) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for key in ["author", "dc:creator", "dc:author", "itunes:author"] {
            for id in self.all(fields, key) {
                let inside: Vec<Id> = self.tree.elements(id).collect();
                let part = |wanted: &str| {
                    inside.iter().find(|id| self.tree.get(**id).local() == wanted).map(|id| self.tree.text(*id))
                };
                let found = if inside.is_empty() {
                    person(&self.tree.text(id))
                } else {
                    let parts = [part("name"), part("email"), part("uri")];
                    parts.into_iter().flatten().find_map(|text| person(&text)).or_else(|| person(&self.tree.text(id)))
                };
                if let Some(name) = found
                    && names.len() < MAX_LIST
                    && !names.iter().any(|known| known.eq_ignore_ascii_case(&name))
                {
                    names.push(name);
                }
            }
        }
        names
    }

    fn categories(&self, fields: &Fields) -> Vec<String> {
        let mut list = Vec::new();
        for id in fields.iter() {
            let element = self.tree.get(*id);
            match (element.ns, element.local()) {
                (Ns::Feed | Ns::Atom | Ns::Media, "category") | (Ns::Dc, "subject") => {
                    let text = self.tree.text(*id);
                    let term = element.attribute("term").filter(|term| !term.trim().is_empty());
                    push(
                        &mut list,
                        term.unwrap_or(if text.is_empty() { element.attribute("label").unwrap_or("") } else { &text }),
                    );
                }
                (Ns::Itunes, "category") => {
                    for id in std::iter::once(*id).chain(self.tree.descendants(*id, |_| true)) {
                        push(&mut list, self.tree.get(id).attribute("text").unwrap_or_default());
                    }
                }
                (Ns::Itunes | Ns::Media | Ns::Feed, "keywords") | (Ns::Feed, "tags") => {
                    let text = self.tree.text(*id);
                    if text.contains(',') {
                        text.split(',').for_each(|word| push(&mut list, word));
                    } else {
                        text.split_whitespace().for_each(|word| push(&mut list, word));
                    }
                }
                _ => {}
            }
        }
        list
    }

    /// The language that the entry declares, or one of its texts, or what holds it.
    fn entry_language(&self, item: Id, fields: &Fields) -> Option<String> {
        let of_texts =
            ["content", "content:encoded", "html:body", "description", "summary", "title"].iter().find_map(|key| {
                self.all(fields, key).find_map(|id| self.tree.get(id).language.as_deref().map(str::to_owned))
            });
        let found = self.text(fields, &["dc:language", "language"]).or(of_texts);
        let found = found.or_else(|| self.tree.get(item).language.as_deref().map(str::to_owned));
        found.as_deref().and_then(language_tag)
    }

    fn enclosures(&self, fields: &Fields) -> Vec<Enclosure> {
        let mut files: Vec<Enclosure> = Vec::new();
        for id in fields.iter() {
            let element = self.tree.get(*id);
            let address = match (element.ns, element.local()) {
                (Ns::Feed | Ns::Atom, "enclosure") => element.attribute("url").or_else(|| element.attribute("href")),
                (Ns::Feed | Ns::Atom, "link") if relation(element) == "enclosure" => element.attribute("href"),
                (Ns::Media, "content") => element.attribute("url"),
                _ => None,
            };
            let Some(url) = address.and_then(|address| self.resolve(element, address)) else { continue };
            let mime = element.attribute("type").map(str::trim).filter(|mime| !mime.is_empty());
            let length = element.attribute("length").or_else(|| element.attribute("filesize"));
            let length = length.and_then(|text| text.trim().parse().ok());
            if let Some(known) = files.iter_mut().find(|known| known.url == url) {
                known.mime = known.mime.take().or_else(|| mime.map(str::to_owned));
                known.length = known.length.or(length);
            } else if files.len() < MAX_LIST {
                files.push(Enclosure { url, mime: mime.map(|mime| mime.chars().take(100).collect()), length });
            }
        }
        files
    }
}
