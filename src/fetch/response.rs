//! What a server answered: the body as sent (the evidence) and as meant, headers as received.

use std::time::Duration;

use jiff::Timestamp;
use url::Url;

/// Validators longer than this are not kept: no honest server needs them.
const MAX_VALIDATOR: usize = 4096;

/// A whole answer.
#[derive(Clone, Debug)]
pub struct Response {
    pub status: u16,
    /// `HTTP/1.1`, `HTTP/2.0`.
    pub version: String,
    /// In order, names in lower case, values byte for byte.
    pub headers: Vec<(String, Vec<u8>)>,
    /// As sent, chunking undone, content codings kept.
    pub wire_body: Vec<u8>,
    /// Decoded.
    pub body: Vec<u8>,
    pub final_url: Url,
    /// Where a chain of permanent redirects (301, 308) leads, from the address asked.
    pub permanent: Option<Url>,
    /// The request as sent, secrets included: never shown, see [`crate::store::copies`] for what is kept of it.
    pub request_headers: Vec<(String, Vec<u8>)>,
}

impl Response {
    /// A header's value as text, bytes outside UTF-8 replaced; the first of several.
    pub fn header(&self, name: &str) -> Option<String> {
        let value = self.headers.iter().find(|(known, _)| known == name)?;
        Some(String::from_utf8_lossy(&value.1).into_owned())
    }

    fn validator(&self, name: &str) -> Option<Vec<u8>> {
        let (_, value) = self.headers.iter().find(|(known, _)| known == name)?;
        (value.len() <= MAX_VALIDATOR && !value.is_empty()).then(|| value.clone())
    }

    /// Byte for byte, for the next request's If-None-Match.
    pub fn etag(&self) -> Option<Vec<u8>> {
        self.validator("etag")
    }

    /// Byte for byte, for the next request's If-Modified-Since.
    pub fn last_modified(&self) -> Option<Vec<u8>> {
        self.validator("last-modified")
    }

    /// How long the publisher says that the answer stays fresh (RFC 9111 §5.2.2.1).
    pub fn max_age(&self) -> Option<Duration> {
        let control = self.header("cache-control")?.to_ascii_lowercase();
        let directives: Vec<&str> = control.split(',').map(str::trim).collect();
        if directives.iter().any(|directive| matches!(*directive, "no-cache" | "no-store")) {
            return None;
        }
        let seconds = directives.iter().find_map(|directive| directive.strip_prefix("max-age="))?;
        let age = self.header("age").and_then(|age| age.trim().parse::<u64>().ok()).unwrap_or(0);
        let seconds: u64 = seconds.trim_matches('"').parse().ok()?;
        Some(Duration::from_secs(seconds.saturating_sub(age)))
    }

    /// How long the server asks to be left alone (RFC 9110 §10.2.3): seconds or a date; what is past or garbage is nothing.
    pub fn retry_after(&self, now: Timestamp) -> Option<Duration> {
        let text = self.header("retry-after")?;
        let text = text.trim();
        if let Ok(seconds) = text.parse::<u64>() {
            return Some(Duration::from_secs(seconds));
        }
        let date = httpdate::parse_http_date(text).ok()?;
        let until = Timestamp::try_from(date).ok()?;
        Duration::try_from(until.duration_since(now)).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(headers: &[(&str, &str)]) -> Response {
        Response {
            status: 200,
            version: "HTTP/1.1".into(),
            headers: headers.iter().map(|(name, value)| ((*name).into(), value.as_bytes().to_vec())).collect(),
            wire_body: Vec::new(),
            body: Vec::new(),
            final_url: Url::parse("https://example.org/").expect("a URL"),
            permanent: None,
            request_headers: Vec::new(),
        }
    }

    #[test]
    fn retry_after_is_seconds_or_a_date_and_never_garbage() {
        let now: Timestamp = "2026-11-24T06:00:00Z".parse().expect("a time");
        for (text, seconds) in [
            ("120", Some(120)),
            ("Tue, 24 Nov 2026 07:00:00 GMT", Some(3600)),
            ("Tue, 24 Nov 2020 07:00:00 GMT", None),
            ("soon", None),
            ("-5", None),
        ] {
            let wait = with(&[("retry-after", text)]).retry_after(now);
            assert_eq!(wait, seconds.map(Duration::from_secs), "{text}");
        }
    }

    #[test]
    fn freshness_is_what_is_left_of_max_age() {
        for (control, age, seconds) in [
            ("public, max-age=600", "60", Some(540)),
            ("max-age=600, no-cache", "0", None),
            ("max-age=x", "0", None),
            ("max-age=10", "60", Some(0)),
        ] {
            let fresh = with(&[("cache-control", control), ("age", age)]).max_age();
            assert_eq!(fresh, seconds.map(Duration::from_secs), "{control}");
        }
    }

    #[test]
    fn a_validator_of_64_kb_is_not_kept() {
        assert_eq!(with(&[("etag", "W/\"a\"")]).etag().as_deref(), Some(b"W/\"a\"".as_slice()));
        assert_eq!(with(&[("etag", &"x".repeat(65_536))]).etag(), None);
    }
}
