//! Alerts → lines of a hash chain, and lines → is the chain whole? Pure: the files are read and written elsewhere.
//!
//! A line is one JSON object without spaces whose last member is `hash`: SHA-256, in hex, over the bytes of the line before
//! `,"hash":`. `prev` is the hash of the line before; the first line's is [`GENESIS`].

pub mod checkpoint;
mod verify;

pub use verify::{Fault, Verifier, Wrong};

use sha2::{Digest as _, Sha256};

use crate::model::Alert;

/// `prev` of the first line.
pub const GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

const HASH_MEMBER: &str = ",\"hash\":\"";

/// A line ready to be appended, without its line feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    pub line: String,
    pub hash: String,
}

/// Gives an alert its place in the chain.
pub fn seal(alert: &mut Alert, seq: u64, prev: &str) -> Sealed {
    alert.seq = seq;
    prev.clone_into(&mut alert.prev);
    alert.hash = String::new();
    let open = serde_json::to_string(alert).expect("an alert has string keys and finite numbers");
    let body = open.strip_suffix(",\"hash\":\"\"}").expect("hash is an alert's last member");
    let hash = hex(body);
    let line = format!("{body}{HASH_MEMBER}{hash}\"}}");
    alert.hash.clone_from(&hash);
    Sealed { line, hash }
}

fn hex(body: &str) -> String {
    data_encoding::HEXLOWER.encode(&Sha256::digest(body.as_bytes()))
}

/// The end of a chain: the last line's number and hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    pub seq: u64,
    pub hash: String,
}

impl Head {
    /// Of an empty chain.
    pub fn genesis() -> Self {
        Self { seq: 0, hash: GENESIS.to_owned() }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::model::{AlertId, AlertKind, Severity, Timing};

    pub fn alert(message: &str) -> Alert {
        Alert {
            v: 1,
            id: AlertId::of(AlertKind::Health, &[message]),
            seq: 0,
            prev: String::new(),
            kind: AlertKind::Health,
            at: "2026-11-24T06:02:00Z".parse().expect("a time"),
            timing: Timing::New,
            severity: Severity::High,
            topic: None,
            score: None,
            matches: Vec::new(),
            article: None,
            story: None,
            revision: None,
            copy: None,
            excerpt: message.to_owned(),
            subject: None,
            notes: Vec::new(),
            hash: String::new(),
        }
    }

    pub fn chain(count: u64) -> Vec<String> {
        let mut head = Head::genesis();
        (1..=count)
            .map(|seq| {
                let sealed = seal(&mut alert(&format!("message \"{seq}\"")), seq, &head.hash);
                head = Head { seq, hash: sealed.hash };
                sealed.line
            })
            .collect()
    }

    #[test]
    fn a_line_says_what_the_contract_says() {
        let lines = chain(4);
        assert!(lines[0].starts_with("{\"v\":1,\"id\":\"w"), "{}", lines[0]);
        assert!(lines[0].contains(&format!("\"seq\":1,\"prev\":\"{GENESIS}\"")), "{}", lines[0]);
        assert!(lines[0].ends_with("\"}") && !lines[0].contains("\": "), "{}", lines[0]);
    }
}
