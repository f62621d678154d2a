//! A URL as found → one spelling for all addresses of the same article: tracking, AMP and mobile twins, redirect links.
//! It is for telling articles apart, not for fetching: the host's `www.` goes too, since the mobile twin has none.

use std::net::Ipv4Addr;

use data_encoding::BASE64URL_NOPAD;
use url::{Host, Url, form_urlencoded};

/// Query parameters that say where a reader came from, not what is read.
const TRACKING: [&str; 62] = [
    "fbclid",
    "gclid",
    "gclsrc",
    "dclid",
    "gbraid",
    "wbraid",
    "gad_source",
    "msclkid",
    "yclid",
    "ysclid",
    "twclid",
    "ttclid",
    "igshid",
    "igsh",
    "li_fat_id",
    "mc_cid",
    "mc_eid",
    "mkt_tok",
    "_hsenc",
    "_hsmi",
    "__hssc",
    "__hstc",
    "__hsfp",
    "hsctatracking",
    "vero_id",
    "vero_conv",
    "oly_enc_id",
    "oly_anon_id",
    "rb_clickid",
    "s_cid",
    "wickedid",
    "_openstat",
    "ns_campaign",
    "ns_mchannel",
    "ns_source",
    "ns_linkname",
    "ns_fee",
    "at_medium",
    "at_campaign",
    "at_custom1",
    "at_custom2",
    "at_custom3",
    "at_custom4",
    "at_link_id",
    "at_link_type",
    "at_link_origin",
    "at_format",
    "at_ptr_name",
    "at_bbc_team",
    "xtor",
    "cmpid",
    "cmp",
    "ito",
    "ocid",
    "smid",
    "smtyp",
    "__twitter_impression",
    "guccounter",
    "guce_referrer",
    "guce_referrer_sig",
    "_ga",
    "_gl",
];
const TRACKING_PREFIXES: [&str; 6] = ["utm_", "pk_", "mtm_", "piwik_", "matomo_", "hsa_"];

/// Query parameters that name the address a redirect leads to, the surest first.
const LEADING: [&str; 10] = ["url", "q", "u", "z", "target", "dest", "destination", "to", "link", "redirect"];

/// Redirects in redirects that are followed.
const MAX_UNWRAPS: usize = 4;

/// The canonical spelling: https, lower-case host without `www.`, `m.`, `mobile.` or `amp.`, no user, default port or
/// fragment, no tracking parameters, the AMP marks of path and query gone. Loopback names and IP addresses keep
/// scheme and port; a host with a port of its own keeps both as well.
pub fn canonical(url: &Url) -> String {
    let mut url = url.clone();
    for _ in 0..MAX_UNWRAPS {
        match unwrapped(&url) {
            Some(inner) => url = inner,
            None => break,
        }
    }
    if !matches!(url.scheme(), "http" | "https") {
        url.set_fragment(None);
        return url.into();
    }
    url.set_fragment(keeps_fragment(&url).then(|| url.fragment().unwrap_or_default().to_owned()).as_deref());
    // A web URL has a host, so that none of these can fail.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    let amp_host = if is_local(&url) { false } else { fold_host(&mut url) };
    fold_path(&mut url, amp_host);
    fold_query(&mut url);
    url.into()
}

/// A fragment that is a route, as single-page sites write it.
fn keeps_fragment(url: &Url) -> bool {
    url.fragment().is_some_and(|fragment| fragment.starts_with("!/") || fragment.starts_with('/'))
}

/// Loopback names and literal addresses.
fn is_local(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => {
            let name = name.trim_end_matches('.');
            name == "localhost"
                || name.ends_with(".localhost")
                || !name.contains('.')
                || name.parse::<Ipv4Addr>().is_ok()
        }
        Some(Host::Ipv4(_) | Host::Ipv6(_)) | None => true,
    }
}

/// Folds scheme and host; says whether the host was an AMP twin.
fn fold_host(url: &mut Url) -> bool {
    if url.scheme() == "http" && matches!(url.port(), None | Some(443)) {
        let _ = url.set_port(None);
        let _ = url.set_scheme("https");
    }
    let host = url.host_str().unwrap_or_default().trim_end_matches('.').to_owned();
    let (folded, amp) = without_twins(&host);
    if url.host_str() != Some(folded) {
        let _ = url.set_host(Some(folded));
    }
    amp
}

/// A host without what marks the twins of a site; whether it was an AMP twin.
pub(super) fn without_twins(host: &str) -> (&str, bool) {
    let (mut amp, mut folded) = (false, host);
    while let Some((label, rest)) = folded.split_once('.') {
        // What remains must be a domain of someone's: m.co.uk is not the mobile twin of co.uk.
        let twin = matches!(label, "www" | "m" | "mobile" | "amp") && psl::domain(rest.as_bytes()).is_some();
        if !twin {
            break;
        }
        amp |= label == "amp";
        folded = rest;
    }
    (folded, amp)
}

fn fold_path(url: &mut Url, amp_host: bool) {
    let path = url.path();
    let mut folded = normal_escapes(path);
    if let Some(rest) = folded.strip_suffix("/amp/").or_else(|| folded.strip_suffix("/amp.html")) {
        folded = format!("{rest}/");
    } else if let Some(rest) = folded.strip_suffix("/amp").or_else(|| folded.strip_suffix(".amp")) {
        folded = if rest.is_empty() { "/".to_owned() } else { rest.to_owned() };
    } else if let Some(rest) = folded.strip_suffix(".amp.html") {
        folded = format!("{rest}.html");
    }
    if let Some(rest) = folded.strip_prefix("/amp/").filter(|rest| amp_host || rest.contains(['/', '-'])) {
        folded = format!("/{rest}");
    }
    if folded != path {
        url.set_path(&folded);
    }
}

/// Percent escapes in capitals, and none for letters, digits and `-._~`.
fn normal_escapes(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    let mut rest = path;
    while let Some(at) = rest.find('%') {
        out.push_str(&rest[..at]);
        let digits = rest.get(at + 1..at + 3).filter(|two| two.bytes().all(|b| b.is_ascii_hexdigit()));
        let Some(digits) = digits else {
            out.push('%');
            rest = &rest[at + 1..];
            continue;
        };
        let byte = u8::from_str_radix(digits, 16).unwrap_or_default();
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            out.push('%');
            out.push_str(&digits.to_ascii_uppercase());
        }
        rest = &rest[at + 3..];
    }
    out.push_str(rest);
    out
}

fn fold_query(url: &mut Url) {
    let Some(query) = url.query() else { return };
    let kept = telling_query(query);
    if kept != query {
        url.set_query((!kept.is_empty()).then_some(kept.as_str()));
    } else if query.is_empty() {
        url.set_query(None);
    }
}

/// What of a query says what is read.
pub(super) fn telling_query(query: &str) -> String {
    let mut kept = String::with_capacity(query.len());
    for pair in query.split('&').filter(|pair| !pair.is_empty() && !is_noise(pair)) {
        if !kept.is_empty() {
            kept.push('&');
        }
        kept.push_str(pair);
    }
    kept
}

fn is_noise(pair: &str) -> bool {
    let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
    let key = key.get(..4).filter(|start| start.eq_ignore_ascii_case("amp;")).map_or(key, |_| &key[4..]);
    let is = |known: &str| key.eq_ignore_ascii_case(known);
    let begins = |known: &str| key.get(..known.len()).is_some_and(|start| start.eq_ignore_ascii_case(known));
    TRACKING.into_iter().any(is)
        || TRACKING_PREFIXES.into_iter().any(begins)
        || (is("amp") && (matches!(value, "" | "1") || value.eq_ignore_ascii_case("true")))
        || (["outputtype", "output", "view", "type"].into_iter().any(is) && value.eq_ignore_ascii_case("amp"))
        || (is("m") && value == "1")
}

/// What a redirect link or an AMP cache address leads to, where the address itself says so.
fn unwrapped(url: &Url) -> Option<Url> {
    let host = url.host_str()?;
    let bare = host.strip_prefix("www.").unwrap_or(host);
    let path = url.path();
    if let Some(rest) = path.strip_prefix("/amp/").filter(|_| is_google(bare)) {
        return of_cache(rest);
    }
    if host.ends_with(".cdn.ampproject.org") || host == "cdn.ampproject.org" {
        return ["/c/", "/v/", "/i/"].iter().find_map(|mark| path.strip_prefix(mark)).and_then(of_cache);
    }
    if bare == "news.google.com" && ["/articles/", "/read/"].iter().any(|mark| path.contains(mark)) {
        return of_google_news(path.rsplit('/').next()?);
    }
    if bare == "r.search.yahoo.com" {
        let (_, rest) = path.split_once("/RU=")?;
        let target = rest.split('/').next()?;
        return web(&form_urlencoded::parse(target.as_bytes()).next()?.0);
    }
    let redirects = (is_google(bare) && (path == "/url" || path.starts_with("/news/")))
        || (bare.starts_with("news.google.") || bare.starts_with("feedproxy.google."))
        || bare == "feeds.feedburner.com"
        || (bare == "bing.com" && path.eq_ignore_ascii_case("/news/apiclick.aspx"))
        || matches!(bare, "l.facebook.com" | "lm.facebook.com" | "facebook.com" if path == "/l.php")
        || (bare == "l.instagram.com" && path == "/")
        || matches!(bare, "t.umblr.com" | "out.reddit.com" | "go.redirectingat.com" | "steamcommunity.com")
        || (bare == "youtube.com" && path == "/redirect")
        || (bare == "linkedin.com" && path.starts_with("/redir"))
        || leads_away(path);
    if !redirects {
        return None;
    }
    let pairs: Vec<_> = url.query_pairs().collect();
    LEADING.iter().find_map(|key| {
        let (_, value) = pairs.iter().find(|(found, _)| found == key)?;
        web(value)
    })
}

/// Whether a pair of a query, without escapes, names the address that a redirect would lead to.
pub(super) fn may_name_another(pair: &str) -> bool {
    LEADING.contains(&pair.split_once('=').map_or(pair, |(key, _)| key))
}

/// Whether a path is a script's that counts a click and sends its reader on, whatever the site.
fn leads_away(path: &str) -> bool {
    let name = path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let name = name.split('.').next().unwrap_or_default().to_ascii_lowercase();
    matches!(
        name.as_str(),
        "go" | "out"
            | "outgoing"
            | "outbound"
            | "away"
            | "click"
            | "clickthru"
            | "redir"
            | "redirect"
            | "redirector"
            | "exit"
            | "leave"
            | "jump"
            | "track"
            | "link"
    )
}

/// The address inside the id of a Google News article, where it is an old one: Base64 of a message that holds it as text.
fn of_google_news(id: &str) -> Option<Url> {
    let mut lenient = BASE64URL_NOPAD.specification();
    lenient.check_trailing_bits = false;
    let id = id.trim_end_matches('=');
    // What does not fill a whole group is no part of the address.
    let decoded = lenient.encoding().ok()?.decode(&id.as_bytes()[..id.len() - usize::from(id.len() % 4 == 1)]).ok()?;
    let start = memchr::memmem::find(&decoded, b"http")?;
    let address: Vec<u8> = decoded[start..].iter().copied().take_while(u8::is_ascii_graphic).collect();
    web(std::str::from_utf8(&address).ok()?)
}

fn is_google(bare: &str) -> bool {
    bare.strip_prefix("google.").is_some_and(|suffix| suffix.len() <= 6)
}

/// `s/www.example.com/path` of an AMP cache; `s` says https.
fn of_cache(rest: &str) -> Option<Url> {
    match rest.strip_prefix("s/") {
        Some(rest) => web(&format!("https://{rest}")),
        None => web(&format!("http://{rest}")),
    }
}

fn web(text: &str) -> Option<Url> {
    Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.host_str().is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twins_are_one() {
        for (input, expected) in [
            ("http://News.Example.com:80/A/b?x=2&y=1#top", "https://news.example.com/A/b?x=2&y=1"),
            ("https://www.example.com/a", "https://example.com/a"),
            ("https://example.com./a", "https://example.com/a"),
            ("https://user:secret@example.com/", "https://example.com/"),
            ("https://example.com/a?utm_source=rss&id=7&fbclid=x&UTM_Medium=y", "https://example.com/a?id=7"),
            ("https://example.com/a?utm_source=rss", "https://example.com/a"),
            ("https://example.com/a?", "https://example.com/a"),
            ("https://example.com/a/index.html", "https://example.com/a/index.html"),
            ("https://m.example.co.uk/a", "https://example.co.uk/a"),
            ("https://mobile.example.com/a", "https://example.com/a"),
            ("https://amp.example.com/a", "https://example.com/a"),
            ("https://www.m.example.com/a", "https://example.com/a"),
            ("https://m.com/a", "https://m.com/a"),
            ("https://www.co.uk/a", "https://www.co.uk/a"),
            ("https://example.com/a/amp/", "https://example.com/a/"),
            ("https://example.com/a/amp", "https://example.com/a"),
            ("https://example.com/amp/world/a", "https://example.com/world/a"),
            ("https://example.com/a.amp.html", "https://example.com/a.html"),
            ("https://example.com/a?amp=1", "https://example.com/a"),
            ("https://example.com/a?outputType=amp&p=1", "https://example.com/a?p=1"),
            ("https://example.com/champ", "https://example.com/champ"),
            ("https://www.google.com/amp/s/www.example.com/a/amp", "https://example.com/a"),
            ("https://www-example-com.cdn.ampproject.org/c/s/www.example.com/a", "https://example.com/a"),
            (
                "https://www.google.com/url?rct=j&sa=t&url=https://example.com/a%3Fid%3D1&ct=ga",
                "https://example.com/a?id=1",
            ),
            ("http://news.google.com/news/url?sa=t&fd=R&url=http%3A%2F%2Fexample.com%2Fa", "https://example.com/a"),
            ("http://feedproxy.google.com/~r/x/~3/y/?url=http://example.com/a", "https://example.com/a"),
            ("http://feedproxy.google.com/~r/x/~3/y/", "https://feedproxy.google.com/~r/x/~3/y/"),
            ("https://example.com/go?url=https://other.example/a%3Fid%3D1", "https://other.example/a?id=1"),
            ("https://ads.example.com/c/click.php?to=http%3A%2F%2Fwww.example.com%2Fa&cid=9", "https://example.com/a"),
            (
                "https://example.com/login?redirect=https://a.example/",
                "https://example.com/login?redirect=https://a.example/",
            ),
            ("https://example.com/go?page=7", "https://example.com/go?page=7"),
            (
                "https://news.google.com/rss/articles/CBMiG2h0dHBzOi8vd3d3LmV4YW1wbGUuY29tL2EtYtIBAA?oc=5",
                "https://example.com/a-b",
            ),
            (
                "https://news.google.com/rss/articles/CBMiX0FVX3lxTE0?oc=5",
                "https://news.google.com/rss/articles/CBMiX0FVX3lxTE0?oc=5",
            ),
            ("http://127.0.0.1:8080/a?utm_source=x", "http://127.0.0.1:8080/a"),
            ("http://localhost:3000/a#f", "http://localhost:3000/a"),
            ("http://[::1]/a", "http://[::1]/a"),
            ("http://example.com:8080/a", "http://example.com:8080/a"),
            ("https://example.com/%7euser/%c3%a9", "https://example.com/~user/%C3%A9"),
            ("https://example.com/app#!/story/7", "https://example.com/app#!/story/7"),
            ("tag:example.com,2021:1", "tag:example.com,2021:1"),
        ] {
            let url = Url::parse(input).expect(input);
            let found = canonical(&url);
            assert_eq!(found, expected, "{input}");
            let again = Url::parse(&found).expect(input);
            assert_eq!(canonical(&again), found, "canonical twice: {input}");
        }
    }
}
