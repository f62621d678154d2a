//! Stored copies → lines of a CDXJ index, as pywb and other players read it.

use std::path::Path;
use std::sync::LazyLock;

use jiff::Timestamp;
use regex::Regex;
use serde::Serialize;
use url::Url;

use super::{read, warc};
use crate::store::CopyRow;

#[derive(Serialize)]
struct Members<'a> {
    url: &'a str,
    mime: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<String>,
    digest: &'a str,
    length: String,
    offset: String,
    filename: &'a str,
}

/// The line of a copy's response, read from its file: what is written here is what stands there.
pub fn line(state_dir: &Path, copy: &CopyRow) -> Result<String, String> {
    let record = read::record(state_dir, &copy.path, copy.offset)?;
    of_record(&record, copy.offset, &copy.path)
        .ok_or_else(|| format!("altered: no response stands in {} at {}", copy.path, copy.offset))
}

fn of_record(record: &warc::Record, offset: u64, path: &str) -> Option<String> {
    let revisit = match record.kind() {
        "response" => false,
        "revisit" => true,
        _ => return None,
    };
    let uri = record.header("WARC-Target-URI")?;
    let at: Timestamp = record.header("WARC-Date")?.parse().ok()?;
    let (status, content_type) = record.http("Content-Type");
    let mime = content_type.as_deref().and_then(|value| value.split(';').next()).map(str::trim);
    let mime = mime.filter(|mime| !mime.is_empty()).unwrap_or("unk");
    let members = Members {
        url: uri,
        mime: if revisit { "warc/revisit" } else { mime },
        status: status.filter(|_| !revisit).map(|status| status.to_string()),
        digest: record.header("WARC-Payload-Digest")?,
        length: record.length.to_string(),
        offset: offset.to_string(),
        filename: path,
    };
    let json = serde_json::to_string(&members).expect("members are text");
    Some(format!("{} {} {json}", surt(uri), at.strftime("%Y%m%d%H%M%S")))
}

static WWW: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"^www\d*\.").expect("a right expression"));
static PATH_SESSION: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(.*/)(?:\((?:(?:[a-z]\([0-9a-z]{24}\))+|[0-9a-z]{24})\)/)([^?]+\.aspx.*)$")
        .expect("a right expression")
});

/// An address as an index sorts it: host reversed, the rest in lower case, session ids gone. As the Python package `surt`
/// has it, which pywb asks by.
pub fn surt(uri: &str) -> String {
    let Ok(url) = Url::parse(uri) else { return uri.to_lowercase() };
    let Some(host) = url.host_str() else { return uri.to_lowercase() };
    let host = WWW.replace(host, "");
    let mut key = host.split('.').rev().collect::<Vec<_>>().join(",");
    if let Some(port) = url.port() {
        key.push_str(&format!(":{port}"));
    }
    key.push(')');
    let mut path: String = escape(&unescape(url.path().as_bytes()));
    while path.contains("//") {
        path = path.replace("//", "/");
    }
    path.make_ascii_lowercase();
    path = PATH_SESSION.replace(&path, "$1$2").into_owned();
    if path.len() > 1 {
        path.truncate(path.strip_suffix('/').unwrap_or(&path).len());
    }
    key.push_str(&path);
    let query = escape(&unescape(url.query().unwrap_or_default().as_bytes()));
    let mut query = without_session(query).to_ascii_lowercase();
    if query.len() > 1 {
        let mut parts: Vec<Vec<&str>> = query.split('&').map(|part| part.splitn(2, '=').collect()).collect();
        parts.sort();
        query = parts.iter().map(|part| part.join("=")).collect::<Vec<_>>().join("&");
    }
    if !query.is_empty() {
        key.push('?');
        key.push_str(&query);
    }
    key
}

static SESSIONS: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    let ids = [
        "jsessionid=[0-9a-zA-Z]{32}",
        "phpsessid=[0-9a-zA-Z]{32}",
        "sid=[0-9a-zA-Z]{32}",
        "ASPSESSIONID[a-zA-Z]{8}=[a-zA-Z]{24}",
        "cfid=[^&]+&cftoken=[^&]+",
    ];
    ids.map(|id| Regex::new(&format!("(?i)^(.*)(?:{id})(?:&(.*))?$")).expect("a right expression")).to_vec()
});

fn without_session(mut query: String) -> String {
    for session in SESSIONS.iter() {
        query = session.replace(&query, "$1$2").into_owned();
    }
    query
}

/// Percent escapes undone until there are none.
fn unescape(bytes: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    loop {
        let mut out = Vec::with_capacity(bytes.len());
        let mut rest = bytes.as_slice();
        while let Some((first, after)) = rest.split_first() {
            let hex = after.get(..2).filter(|_| *first == b'%');
            match hex.and_then(|hex| data_encoding::HEXLOWER_PERMISSIVE.decode(hex).ok()) {
                Some(byte) => {
                    out.extend(byte);
                    rest = &after[2..];
                }
                None => {
                    out.push(*first);
                    rest = after;
                }
            }
        }
        if out == bytes {
            return bytes;
        }
        bytes = out;
    }
}

fn escape(bytes: &[u8]) -> String {
    let plain = |byte: &u8| byte.is_ascii_graphic() && !matches!(byte, b'#' | b'%');
    bytes.iter().map(|byte| if plain(byte) { char::from(*byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_those_of_the_python_package() {
        // What surt 0.3.1 says.
        for (uri, key) in [
            ("http://example.com/path/file.html", "com,example)/path/file.html"),
            ("https://www.BBC.co.uk/News/World-12345", "uk,co,bbc)/news/world-12345"),
            ("https://www2.example.org:8443/", "org,example:8443)/"),
            ("https://example.org/a/?b=2&a=1&A=0", "org,example)/a?a=0&a=1&b=2"),
            ("https://example.org/caf%C3%A9//x%2520y/", "org,example)/caf%c3%a9/x%20y"),
            ("https://example.org/?", "org,example)/"),
            ("https://example.org/?q=a%23b&q", "org,example)/?q&q=a%23b"),
            ("https://example.org/a?x=1&PHPSESSID=0123456789abcdef0123456789ABCDEF&y=2", "org,example)/a?x=1&y=2"),
            ("http://127.0.0.1:46047/ledger/index.rdf", "1,0,0,127:46047)/ledger/index.rdf"),
        ] {
            assert_eq!(surt(uri), key, "{uri}");
        }
    }
}
