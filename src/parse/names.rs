//! Names as documents write them → the vocabulary that is meant: by namespace, else by the prefix that everyone uses,
//! else by a local name that only one vocabulary has.

/// A vocabulary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ns {
    /// RSS of any version, CDF, and names without a namespace.
    Feed,
    Atom,
    Rdf,
    /// Dublin Core, elements and terms alike.
    Dc,
    Content,
    Media,
    Itunes,
    Syndication,
    Burner,
    Html,
    Xml,
    Other,
}

impl Ns {
    /// Names of which feeds are made, as against modules and content.
    pub fn is_feed(self) -> bool {
        matches!(self, Ns::Feed | Ns::Atom)
    }
}

/// The vocabulary of a namespace URI; spelling differences that feeds really show are overlooked.
pub(super) fn of_uri(uri: &str) -> Option<Ns> {
    let lower = uri.trim().to_ascii_lowercase();
    let bare = lower.strip_prefix("http://").or_else(|| lower.strip_prefix("https://")).unwrap_or(&lower);
    let bare = bare.trim_end_matches(['/', '#']);
    Some(match bare {
        "" | "purl.org/rss/1.0" | "purl.org/rss/2.0" | "purl.org/net/rss1.1" => Ns::Feed,
        "www.w3.org/2005/atom" | "purl.org/atom/ns" => Ns::Atom,
        "www.w3.org/1999/02/22-rdf-syntax-ns" => Ns::Rdf,
        "purl.org/dc/elements/1.0" | "purl.org/dc/elements/1.1" | "purl.org/dc/terms" => Ns::Dc,
        "purl.org/rss/1.0/modules/content" => Ns::Content,
        "purl.org/rss/1.0/modules/syndication" => Ns::Syndication,
        "rssnamespace.org/feedburner/ext/1.0" => Ns::Burner,
        "www.w3.org/1999/xhtml" | "www.w3.org/tr/rec-html40" => Ns::Html,
        "www.w3.org/xml/1998/namespace" => Ns::Xml,
        _ if bare.starts_with("purl.org/atom/ns#") || bare.starts_with("www.w3.org/2005/atom") => Ns::Atom,
        _ if bare.starts_with("search.yahoo.com/mrss") || bare.ends_with("/mrss") => Ns::Media,
        _ if bare.starts_with("www.itunes.com/dtds/podcast") || bare.starts_with("itunes.com/dtds/podcast") => {
            Ns::Itunes
        }
        _ if bare.starts_with("backend.userland.com/")
            || bare.starts_with("blogs.law.harvard.edu/tech/rss")
            || bare.starts_with("cyber.law.harvard.edu/rss")
            || (bare.contains("netscape.com/") && (bare.contains("rss") || bare.contains("rdf/simple"))) =>
        {
            Ns::Feed
        }
        _ => return None,
    })
}

/// The vocabulary that a prefix means by custom, whether declared or not.
pub(super) fn of_prefix(prefix: &str) -> Option<Ns> {
    Some(match prefix.to_ascii_lowercase().as_str() {
        "rss" | "rss1" | "rss2" | "rss10" | "rss20" => Ns::Feed,
        "atom" | "atom10" | "atom03" | "a10" => Ns::Atom,
        "rdf" => Ns::Rdf,
        "dc" | "dcterms" | "dct" | "dcterm" => Ns::Dc,
        "content" => Ns::Content,
        "media" | "mrss" => Ns::Media,
        "itunes" => Ns::Itunes,
        "sy" | "syn" => Ns::Syndication,
        "feedburner" => Ns::Burner,
        "xhtml" | "html" | "xh" => Ns::Html,
        "xml" => Ns::Xml,
        // WordPress's exports: not what the others call encoded.
        "excerpt" => Ns::Other,
        _ => return None,
    })
}

/// The vocabulary of a local name under a prefix that means nothing to us. `declared`: its namespace is merely unknown.
pub(super) fn of_local(local: &str, declared: bool) -> Option<Ns> {
    match local {
        "encoded" | "full-text" => Some(Ns::Content),
        "creator" => Some(Ns::Dc),
        "origlink" => Some(Ns::Burner),
        "item" | "channel" | "guid" | "pubdate" | "lastbuilddate" if !declared => Some(Ns::Feed),
        "entry" | "updated" | "published" if !declared => Some(Ns::Atom),
        "date" | "subject" if !declared => Some(Ns::Dc),
        _ => None,
    }
}

/// Elements that hold fields: an end tag does not reach across them.
pub(super) fn is_container(local: &str) -> bool {
    matches!(local, "rss" | "rdf" | "feed" | "channel" | "item" | "entry" | "items" | "image" | "textinput" | "source")
}

/// Fields that hold text only, or nothing: the next field ends them.
pub(super) fn is_plain_field(local: &str) -> bool {
    matches!(
        local,
        "title"
            | "link"
            | "guid"
            | "id"
            | "pubdate"
            | "lastbuilddate"
            | "language"
            | "category"
            | "comments"
            | "ttl"
            | "updated"
            | "published"
            | "modified"
            | "issued"
            | "created"
            | "docs"
            | "generator"
            | "copyright"
            | "webmaster"
            | "managingeditor"
            | "enclosure"
            | "url"
            | "creator"
            | "date"
            | "subject"
    )
}

/// Fields that may hold markup: only what can be no markup ends them.
pub(super) fn is_rich_field(local: &str) -> bool {
    matches!(local, "description" | "summary" | "content" | "tagline" | "subtitle" | "info" | "encoded" | "rights")
}

/// Names that begin a field even where an earlier one was not ended.
pub(super) fn begins_field(local: &str) -> bool {
    is_plain_field(local) || is_rich_field(local) || is_container(local) || local == "author"
}

/// Of these, those that HTML does not have too.
pub(super) fn begins_field_in_markup(local: &str) -> bool {
    matches!(local, "guid" | "pubdate" | "lastbuilddate" | "enclosure" | "item" | "entry" | "updated" | "published")
}

/// Elements whose text is an address or an id.
pub(super) fn is_address(local: &str) -> bool {
    matches!(
        local,
        "link"
            | "guid"
            | "id"
            | "identifier"
            | "origlink"
            | "url"
            | "uri"
            | "email"
            | "docs"
            | "comments"
            | "icon"
            | "logo"
    )
}

/// Attributes that are words for people.
pub(super) fn is_prose(key: &str) -> bool {
    matches!(key, "term" | "label" | "text" | "title" | "alt" | "name")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_namespaces() {
        for (uri, ns) in [
            ("http://www.w3.org/2005/Atom", Some(Ns::Atom)),
            ("https://www.w3.org/2005/Atom/", Some(Ns::Atom)),
            ("http://purl.org/atom/ns#", Some(Ns::Atom)),
            ("http://purl.org/rss/1.0/", Some(Ns::Feed)),
            ("http://my.netscape.com/rdf/simple/0.9/", Some(Ns::Feed)),
            ("http://search.yahoo.com/mrss", Some(Ns::Media)),
            ("HTTP://www.itunes.com/DTDs/Podcast-1.0.dtd", Some(Ns::Itunes)),
            ("http://example.org/own", None),
        ] {
            assert_eq!(of_uri(uri), ns, "{uri}");
        }
    }
}
