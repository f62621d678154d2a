//! A feed's secrets: filled in when it is asked, looked for in everything that comes back.

use std::borrow::Cow;

use url::Url;

use crate::config::{self, Secret, scrub, shown_url};
use crate::model::Feed;

/// Shorter values would be found everywhere; they are no secrets.
const SHORTEST: usize = 4;

#[derive(Clone, Debug, Default)]
pub struct Secrets {
    credential: Option<Secret>,
    /// Everything that must not be written anywhere.
    all: Vec<Secret>,
}

impl Secrets {
    /// Reads what the feed names; the error says why it cannot be had.
    pub fn of(feed: &Feed, config_dir: &std::path::Path) -> Result<Self, String> {
        let read = |name: &String| config::credential(config_dir, name, &config::process_environment);
        let credential = feed.credential.as_ref().map(read).transpose()?;
        let mut all: Vec<Secret> = credential.iter().cloned().collect();
        let telling = feed.headers.iter().filter(|(name, _)| config::is_telling(name));
        all.extend(telling.map(|(_, value)| Secret::new(value.clone())));
        // No password without an @, which next to no address has.
        let url = if feed.url.contains('@') { Url::parse(&feed.url).ok() } else { None };
        if let Some(url) = url {
            all.extend(url.password().map(Secret::new));
            // A password as typed and as the URL spells it.
            let typed = feed.url.split_once("://").and_then(|(_, rest)| rest.split_once('@'));
            all.extend(
                typed.and_then(|(userinfo, _)| userinfo.split_once(':')).map(|(_, password)| Secret::new(password)),
            );
            if url.password().is_some() {
                let pair = format!("{}:{}", url.username(), url.password().unwrap_or_default());
                all.push(Secret::new(data_encoding::BASE64.encode(pair.as_bytes())));
            }
        }
        if let Some(credential) = credential.as_ref().filter(|credential| credential.reveal().contains(':')) {
            all.push(Secret::new(data_encoding::BASE64.encode(credential.reveal().as_bytes())));
        }
        all.retain(|secret| secret.reveal().len() >= SHORTEST);
        Ok(Self { credential, all })
    }

    /// An address with `{credential}` filled in.
    pub fn fill(&self, text: &str) -> String {
        match &self.credential {
            Some(credential) if text.contains("{credential}") => {
                let encoded: String = url::form_urlencoded::byte_serialize(credential.reveal().as_bytes()).collect();
                text.replace("{credential}", &encoded.replace('+', "%20"))
            }
            _ => text.to_owned(),
        }
    }

    /// A feed's own address.
    pub fn address(&self, feed: &Feed) -> Result<Url, url::ParseError> {
        match &feed.address {
            Some(address) => Ok(Url::clone(address)),
            None => Url::parse(&self.fill(&feed.url)),
        }
    }

    /// The feed's own headers; a credential that the address does not hold is sent as Authorization: `user:password` as
    /// Basic, anything else as Bearer (RFC 7617, RFC 6750).
    pub fn headers(&self, feed: &Feed) -> Vec<(String, String)> {
        let mut headers = feed.headers.clone();
        if let Some(credential) = self.credential.as_ref().filter(|_| !feed.url.contains("{credential}")) {
            let value = credential.reveal();
            let value = if value.contains(':') {
                format!("Basic {}", data_encoding::BASE64.encode(value.as_bytes()))
            } else {
                format!("Bearer {value}")
            };
            headers.push(("authorization".to_owned(), value));
        }
        headers
    }

    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// A text without them, for people and files.
    pub fn scrub(&self, text: &str) -> String {
        shown_url(&scrub(text, &self.all))
    }

    /// Whether any of them stands in the bytes.
    pub fn stand_in(&self, bytes: &[u8]) -> bool {
        self.all.iter().any(|secret| memchr::memmem::find(bytes, secret.reveal().as_bytes()).is_some())
    }

    /// The bytes without them; a server may echo what we sent.
    pub fn scrub_bytes<'a>(&self, bytes: &'a [u8]) -> Cow<'a, [u8]> {
        if !self.stand_in(bytes) {
            return Cow::Borrowed(bytes);
        }
        let mut clean = bytes.to_vec();
        for secret in &self.all {
            let mut out = Vec::with_capacity(clean.len());
            let mut rest: &[u8] = &clean;
            while let Some(at) = memchr::memmem::find(rest, secret.reveal().as_bytes()) {
                out.extend_from_slice(&rest[..at]);
                out.extend_from_slice(config::REDACTED.as_bytes());
                rest = &rest[at + secret.reveal().len()..];
            }
            out.extend_from_slice(rest);
            clean = out;
        }
        Cow::Owned(clean)
    }
}
