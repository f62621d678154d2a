//! A web address as nearly all are written → its parts, without the work of the URL standard: one that would come out of it
//! as it went in, and that leads to no other. What is not certain to is left to `url` and `canonical`.

use url::Url;

use super::canonical::{canonical, telling_query, without_twins};

/// A longer one is left to `url`.
const MAX: usize = 2048;

/// A web address, and its canonical spelling.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    pub url: String,
    pub canonical: String,
}

/// Reads a web address; none where it is none.
pub fn address(text: &str) -> Option<Address> {
    if let Some(canonical) = Usual::of(text).and_then(|usual| usual.canonical()) {
        return Some(Address { url: text.to_owned(), canonical });
    }
    let url = Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
    Some(Address { canonical: canonical(&url), url: url.into() })
}

/// Whether an address is one of the usual kind: it is what `url` would make of it.
pub(super) fn is_usual(text: &str) -> bool {
    Usual::of(text).is_some()
}

struct Usual<'a> {
    host: &'a str,
    path: &'a str,
    query: Option<&'a str>,
}

impl<'a> Usual<'a> {
    fn of(text: &'a str) -> Option<Self> {
        let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"))?;
        let (host, _) = rest.split_at(memchr::memchr(b'/', rest.as_bytes())?);
        let rest = &rest[host.len()..];
        let fits = text.len() <= MAX
            && is_usual_host(host)
            && rest.bytes().all(|byte| USUAL[usize::from(byte)])
            && !has(rest, |two| two == b"/.");
        let (path, query) = rest.split_once('?').map_or((rest, None), |(path, query)| (path, Some(query)));
        fits.then_some(Self { host, path, query })
    }

    /// None where it may be an AMP page's or lead elsewhere, or where a name of its query may.
    fn canonical(&self) -> Option<String> {
        let (host, path) = (self.host, self.path);
        let strange = has(host, |five| matches!(five, b"googl" | b"yahoo" | b"amppr" | b"local"))
            || has(path, |four| matches!(four, b"/amp" | b".amp"))
            || self.query.is_some_and(|query| query.split('&').any(super::canonical::may_name_another));
        if strange {
            return None;
        }
        let (folded, amp) = without_twins(host);
        if amp {
            return None;
        }
        let query = self.query.map(telling_query).filter(|query| !query.is_empty());
        let (mark, query) = query.as_ref().map_or(("", ""), |query| ("?", query));
        Some(["https://", folded, path, mark, query].concat())
    }
}

/// A name of letters, digits and hyphens that is nobody's number and nothing encoded.
fn is_usual_host(host: &str) -> bool {
    let of_letters = host.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'.'));
    let last = host.rsplit_once('.').map_or("", |(_, last)| last);
    of_letters
        && last.starts_with(|c: char| c.is_ascii_lowercase())
        && !host.starts_with(['.', '-'])
        && !has(host, |[one, next]| matches!(one, b'.' | b'-') && matches!(next, b'.' | b'-'))
        && !host.ends_with('-')
}

/// Whether some bytes that stand together are of a kind.
fn has<const N: usize>(text: &str, kind: impl Fn(&[u8; N]) -> bool) -> bool {
    text.as_bytes().windows(N).any(|bytes| bytes.first_chunk().is_some_and(&kind))
}

/// Bytes that paths and queries are usually made of, which are the same whether escaped or not.
const USUAL: [bool; 256] = {
    let mut usual = [false; 256];
    let mut byte = b'!';
    while byte < 127 {
        usual[byte as usize] = byte.is_ascii_alphanumeric()
            || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'/' | b'?' | b'=' | b'&' | b'+' | b',' | b';' | b':' | b'@')
            || matches!(byte, b'!' | b'$' | b'*' | b'(' | b')');
        byte += 1;
    }
    usual
};

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_usual_is_told_from_the_rest() {
        for (text, expected) in [
            ("https://example.com/a/b-c_d~1.html?p=1&q2=x", true),
            ("http://www.example.co.uk/", true),
            ("https://example.com", false),
            ("https://EXAMPLE.com/", false),
            ("HTTP://example.com/", false),
            ("https://example.com:443/", false),
            ("https://a@example.com/", false),
            ("https://example.com/a/../b", false),
            ("https://example.com/.well-known", false),
            ("https://example.com/a%20b", false),
            ("https://example.com/é", false),
            ("https://example.com/a#b", false),
            ("https://example.com/a?b='", false),
            ("https://127.0.0.1/", false),
            ("https://1.2/", false),
            ("https://a.0x7f/", false),
            ("https://xn--mnchen-3ya.de/", false),
            ("https://a..example/", false),
            ("https://localhost/", false),
            ("ftp://example.com/", false),
        ] {
            assert_eq!(is_usual(text), expected, "{text}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 4000, ..ProptestConfig::default() })]

        #[test]
        fn the_short_road_leads_where_the_long_one_does(
            scheme in "https?|HTTP",
            host in "((www|m|mobile|amp|news|l|r\\.search)\\.)?([a-z0-9-]{1,4}|google|yahoo|facebook|youtube)(\\.[a-z0-9]{1,3}|\\.co\\.uk|\\.com|\\.localhost)?\\.?",
            path in "(/(amp|go|out|click\\.php|l\\.php|url|redir|[a-zA-Z0-9._~%:@+-]{0,6}))*/?(\\.amp)?(\\.html)?",
            query in "(\\?((utm_x|p|id|url|q|u|to|amp|m|output|fbclid|type)=[a-z0-9]{0,3}&?){0,3})?",
        ) {
            let text = format!("{scheme}://{host}{path}{query}");
            let long = Url::parse(&text).ok().map(|url| Address { canonical: canonical(&url), url: url.into() });
            if is_usual(&text) {
                prop_assert_eq!(long.as_ref().map(|address| &address.url), Some(&text));
            }
            prop_assert_eq!(address(&text), long, "{}", text);
        }
    }
}
