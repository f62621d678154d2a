//! What a server answered: the body as sent (the evidence) and as meant, headers as received.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::{HeaderMap, header};
use jiff::{SignedDuration, Timestamp};
use url::Url;

use super::body::list;
use super::room::Taken;

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
    pub wire_body: Bytes,
    /// Decoded; the same bytes, held once, where there was nothing to decode.
    pub body: Bytes,
    pub final_url: Url,
    /// Where a chain of permanent redirects (301, 308) leads, from the address asked.
    pub permanent: Option<Url>,
    /// The request as sent, secrets included: never shown, see [`crate::store::copies`] for what is kept of it.
    pub(super) sent: HeaderMap,
    /// Held by a large body until it is let go.
    pub(super) _room: Option<Taken>,
}

impl Response {
    /// What a hub pushed of a feed, as if the feed had answered.
    pub fn pushed(topic: Url, headers: Vec<(String, Vec<u8>)>, body: Bytes) -> Self {
        Self {
            status: 200,
            version: "HTTP/1.1".to_owned(),
            headers,
            wire_body: body.clone(),
            body,
            final_url: topic,
            permanent: None,
            sent: HeaderMap::new(),
            _room: None,
        }
    }

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

    /// The request's headers, in order, names in lower case; secrets are among them.
    pub fn request_headers(&self) -> Vec<(String, Vec<u8>)> {
        list(&self.sent)
    }

    /// Whether it was asked only for what changed: a 304 to anything else says nothing.
    pub fn was_conditional(&self) -> bool {
        self.sent.contains_key(header::IF_NONE_MATCH) || self.sent.contains_key(header::IF_MODIFIED_SINCE)
    }

    fn date(&self, name: &str) -> Option<SystemTime> {
        httpdate::parse_http_date(self.header(name)?.trim()).ok()
    }

    /// How long the publisher says that the answer stays fresh (RFC 9111 §4.2.1): max-age, else Expires, less its age.
    pub fn fresh_for(&self, now: Timestamp) -> Option<Duration> {
        let mut max_age = None;
        for (_, value) in self.headers.iter().filter(|(name, _)| name == "cache-control") {
            let control = String::from_utf8_lossy(value).to_ascii_lowercase();
            for directive in control.split(',').map(str::trim) {
                if matches!(directive, "no-cache" | "no-store") {
                    return None;
                }
                if let (None, Some(seconds)) = (&max_age, directive.strip_prefix("max-age=")) {
                    max_age = Some(seconds.trim_matches('"').parse());
                }
            }
        }
        let fresh = match max_age {
            Some(seconds) => Duration::from_secs(seconds.ok()?),
            None => {
                let from = self.date("date").unwrap_or_else(|| system(now));
                self.date("expires")?.duration_since(from).ok()?
            }
        };
        let age = self.header("age").and_then(|age| age.trim().parse::<u64>().ok()).unwrap_or(0);
        Some(fresh.saturating_sub(Duration::from_secs(age)))
    }

    /// How long the server asks to be left alone (RFC 9110 §10.2.3): seconds or a date; what is past or garbage is nothing.
    pub fn retry_after(&self, now: Timestamp) -> Option<Duration> {
        let text = self.header("retry-after")?;
        let text = text.trim();
        if let Ok(seconds) = text.parse::<u64>() {
            return Some(Duration::from_secs(seconds));
        }
        // More digits than a number holds are still digits.
        if text.bytes().all(|b| b.is_ascii_digit()) && !text.is_empty() {
            return Some(Duration::MAX);
        }
        self.date("retry-after")?.duration_since(system(now)).ok()
    }
}

/// HTTP's dates go further than a [`Timestamp`] does.
fn system(now: Timestamp) -> SystemTime {
    let since = SignedDuration::from_micros(now.as_microsecond());
    match Duration::try_from(since) {
        Ok(since) => SystemTime::UNIX_EPOCH + since,
        Err(_) => SystemTime::UNIX_EPOCH,
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
            wire_body: Bytes::new(),
            body: Bytes::new(),
            final_url: Url::parse("https://example.org/").expect("a URL"),
            permanent: None,
            sent: HeaderMap::new(),
            _room: None,
        }
    }

    #[test]
    fn retry_after_is_seconds_or_a_date_and_never_garbage() {
        let now: Timestamp = "2026-11-24T06:00:00Z".parse().expect("a time");
        for (text, seconds) in [
            ("120", Some(120)),
            ("Tue, 24 Nov 2026 07:00:00 GMT", Some(3600)),
            ("Tue, 24 Nov 2020 07:00:00 GMT", None),
            ("Fri, 31 Dec 9999 23:59:59 GMT", Some(251_606_800_799)),
            ("Tuesday, 24-Nov-26 07:00:00 GMT", Some(3600)),
            ("Tue Nov 24 07:00:00 2026", Some(3600)),
            ("99999999999999999999999999", Some(u64::MAX)),
            (" 7 ", Some(7)),
            ("1.5", None),
            ("", None),
            ("soon", None),
            ("-5", None),
        ] {
            let wait = with(&[("retry-after", text)]).retry_after(now);
            assert_eq!(wait.map(|wait| wait.as_secs()), seconds, "{text}");
        }
    }

    #[test]
    fn freshness_is_what_is_left_of_max_age_or_expires() {
        let now: Timestamp = "2026-11-24T06:00:00Z".parse().expect("a time");
        let (date, soon) = ("Tue, 24 Nov 2026 05:59:00 GMT", "Tue, 24 Nov 2026 06:09:00 GMT");
        for (headers, seconds) in [
            (vec![("cache-control", "public, max-age=600"), ("age", "60")], Some(540)),
            (vec![("cache-control", "public"), ("cache-control", "Max-Age=\"600\"")], Some(600)),
            (vec![("cache-control", "max-age=600, no-cache")], None),
            (vec![("cache-control", "max-age=x")], None),
            (vec![("cache-control", "max-age=10"), ("age", "60")], Some(0)),
            (vec![("expires", soon), ("date", date)], Some(600)),
            (vec![("expires", soon), ("date", date), ("age", "100")], Some(500)),
            (vec![("expires", soon)], Some(540)),
            (vec![("expires", soon), ("cache-control", "max-age=60")], Some(60)),
            (vec![("expires", "0")], None),
            (vec![("expires", "Tue, 24 Nov 2020 06:09:00 GMT")], None),
            (vec![], None),
        ] {
            let fresh = with(&headers).fresh_for(now);
            assert_eq!(fresh, seconds.map(Duration::from_secs), "{headers:?}");
        }
    }

    #[test]
    fn a_validator_of_64_kb_is_not_kept() {
        assert_eq!(with(&[("etag", "W/\"a\"")]).etag().as_deref(), Some(b"W/\"a\"".as_slice()));
        assert_eq!(with(&[("etag", &"x".repeat(65_536))]).etag(), None);
    }
}
