//! What can go wrong between us and a publisher, classed for status and back-off, in words for the operator.

use std::error::Error as _;
use std::io;

use super::decode::DecodeError;
use super::guard::NotPublic;

#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    #[error("not asked: {0}")]
    NotPublic(#[from] NotPublic),
    #[error("not asked: {0}")]
    Refused(String),
    #[error("the name is not known: {0}")]
    Dns(String),
    #[error("no connection: {0}")]
    Connect(String),
    #[error("no safe connection: {0}")]
    Tls(String),
    #[error(
        "its host had no slot free for ten minutes; per_host_delay_ms and per_host_concurrency in wireroom.toml set how many"
    )]
    Busy,
    #[error("no whole answer within {0} s")]
    Timeout(u64),
    #[error("the answer is larger than {0} bytes; max_feed_bytes and max_page_bytes in wireroom.toml set the limit")]
    TooLarge(usize),
    #[error("the answer's body {0}")]
    Decode(DecodeError),
    #[error("redirected wrongly: {0}")]
    Redirect(String),
    #[error("the connection broke: {0}")]
    Broken(String),
}

impl FetchError {
    /// A stable word for logs and `feeds status`.
    pub fn class(&self) -> &'static str {
        match self {
            Self::NotPublic(_) | Self::Refused(_) => "refused",
            Self::Dns(_) => "dns",
            Self::Connect(_) => "connect",
            Self::Tls(_) => "tls",
            Self::Busy => "busy",
            Self::Timeout(_) => "timeout",
            Self::TooLarge(_) => "too-large",
            Self::Decode(_) => "decode",
            Self::Redirect(_) => "redirect",
            Self::Broken(_) => "broken",
        }
    }

    /// Whether asking again later may help.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Busy
            | Self::Dns(_)
            | Self::Connect(_)
            | Self::Tls(_)
            | Self::Timeout(_)
            | Self::Broken(_)
            | Self::Decode(_) => true,
            Self::NotPublic(_) | Self::Refused(_) | Self::TooLarge(_) | Self::Redirect(_) => false,
        }
    }

    /// Classes what reqwest says by what caused it.
    pub fn of(error: &reqwest::Error) -> Self {
        let mut words = Vec::new();
        let mut source = error.source();
        while let Some(cause) = source {
            if let Some(refused) = cause.downcast_ref::<NotPublic>() {
                return Self::NotPublic(refused.clone());
            }
            // One error may be wrapped in several of the system's kind, each of which hides the one within from `source`.
            let mut io = cause.downcast_ref::<io::Error>();
            while let Some(inner) = io.and_then(io::Error::get_ref) {
                if let Some(refused) = inner.downcast_ref::<NotPublic>() {
                    return Self::NotPublic(refused.clone());
                }
                if inner.is::<rustls::Error>() {
                    return Self::Tls(inner.to_string());
                }
                io = inner.downcast_ref::<io::Error>();
            }
            words.push(cause.to_string());
            source = cause.source();
        }
        let all = words.join(": ");
        let last = words.pop().unwrap_or_else(|| error.to_string());
        match () {
            () if error.is_timeout() => Self::Timeout(0),
            () if all.contains("dns error") || all.contains("failed to lookup") => Self::Dns(last),
            () if all.contains("certificate") || all.contains("tls") => Self::Tls(last),
            () if error.is_connect() => Self::Connect(last),
            () => Self::Broken(last),
        }
    }
}
