//! A webhook: where an alert's JSON is posted to, and what the receiver's answer means. The posting is the fetcher's.

use std::time::Duration;

use url::Url;

use crate::config::Secret;

/// A webhook ready to be used: its secrets filled in.
#[derive(Debug)]
pub struct Webhook {
    pub url: Url,
    pub headers: Vec<(String, String)>,
    pub timeout: Duration,
    /// What must not be shown in an error.
    pub secrets: Vec<Secret>,
}

/// How a delivery ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sent {
    Done,
    /// Worth another try, at the earliest after this.
    Later {
        why: String,
        after: Option<Duration>,
    },
    /// The receiver will never take it: parked for a person to look at.
    Refused {
        why: String,
    },
}

/// What an answer's status means for a delivery.
pub fn judge(status: u16, after: Option<Duration>) -> Sent {
    let why = format!("HTTP {status}");
    match status {
        200..=299 => Sent::Done,
        300..=399 => Sent::Refused { why: format!("{why}: redirects are not followed; set the new address") },
        408 | 425 | 429 | 500..=599 => Sent::Later { why, after },
        _ => Sent::Refused { why },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_done_later_or_never() {
        for (status, expected) in
            [(200, 0), (204, 0), (429, 1), (500, 1), (503, 1), (302, 2), (400, 2), (404, 2), (410, 2)]
        {
            let kind = match judge(status, None) {
                Sent::Done => 0,
                Sent::Later { .. } => 1,
                Sent::Refused { .. } => 2,
            };
            assert_eq!(kind, expected, "{status}");
        }
    }
}
