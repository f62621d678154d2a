//! Alerts → lines of a hash chain, and lines → is the chain whole? Pure: the files are read and written elsewhere.
//!
//! A line is one JSON object without spaces whose last member is `hash`: SHA-256, in hex, over the bytes of the line before
//! `,"hash":`. `prev` is the hash of the line before; the first line's is [`GENESIS`].

use serde::Deserialize;
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

/// What is wrong with a line.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    #[error("is no alert: {0}")]
    NotAnAlert(String),
    #[error("was changed: its hash does not hold")]
    Changed,
    #[error(
        "does not follow the line before: alert {expected} was expected and {found} found (removed, inserted or reordered)"
    )]
    OutOfPlace { expected: u64, found: u64 },
    #[error("does not follow the line before: its `prev` is another hash")]
    OtherPrev,
}

#[derive(Deserialize)]
struct Link<'a> {
    seq: u64,
    #[serde(borrow)]
    prev: std::borrow::Cow<'a, str>,
}

/// Checks that a line follows `head`; the new head.
pub fn follow(head: &Head, line: &str) -> Result<Head, Broken> {
    let parts = line.rsplit_once(HASH_MEMBER);
    let (body, hash) = parts.ok_or_else(|| Broken::NotAnAlert("no `hash` at its end".to_owned()))?;
    let hash = hash.strip_suffix("\"}").ok_or_else(|| Broken::NotAnAlert("no `hash` at its end".to_owned()))?;
    if hex(body) != hash {
        return Err(Broken::Changed);
    }
    let link: Link<'_> = serde_json::from_str(line).map_err(|error| Broken::NotAnAlert(error.to_string()))?;
    if link.seq != head.seq + 1 {
        return Err(Broken::OutOfPlace { expected: head.seq + 1, found: link.seq });
    }
    if link.prev != head.hash {
        return Err(Broken::OtherPrev);
    }
    Ok(Head { seq: link.seq, hash: hash.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{AlertId, AlertKind, Severity, Timing};

    fn alert(message: &str) -> Alert {
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

    fn chain(count: u64) -> Vec<String> {
        let mut head = Head::genesis();
        (1..=count)
            .map(|seq| {
                let sealed = seal(&mut alert(&format!("message \"{seq}\"")), seq, &head.hash);
                head = Head { seq, hash: sealed.hash };
                sealed.line
            })
            .collect()
    }

    fn first_fault<'a>(lines: impl IntoIterator<Item = &'a String>) -> Option<(usize, Broken)> {
        let mut head = Head::genesis();
        for (number, line) in lines.into_iter().enumerate() {
            match follow(&head, line) {
                Ok(next) => head = next,
                Err(broken) => return Some((number + 1, broken)),
            }
        }
        None
    }

    #[test]
    fn a_chain_holds_and_a_line_says_what_the_contract_says() {
        let lines = chain(4);
        assert_eq!(first_fault(&lines), None);
        assert!(lines[0].starts_with("{\"v\":1,\"id\":\"w"), "{}", lines[0]);
        assert!(lines[0].contains(&format!("\"seq\":1,\"prev\":\"{GENESIS}\"")), "{}", lines[0]);
        assert!(lines[0].ends_with("\"}") && !lines[0].contains("\": "), "{}", lines[0]);
    }

    #[test]
    fn every_way_to_tamper_is_found_at_its_line() {
        let lines = chain(4);
        let mut changed = lines.clone();
        changed[1] = changed[1].replace("message", "massage");
        assert_eq!(first_fault(&changed), Some((2, Broken::Changed)));
        let mut removed = lines.clone();
        removed.remove(1);
        assert_eq!(first_fault(&removed), Some((2, Broken::OutOfPlace { expected: 2, found: 3 })));
        let mut swapped = lines.clone();
        swapped.swap(1, 2);
        assert_eq!(first_fault(&swapped).map(|fault| fault.0), Some(2));
        let forged = seal(&mut alert("forged"), 2, GENESIS);
        let mut inserted = lines.clone();
        inserted[1] = forged.line;
        assert_eq!(first_fault(&inserted), Some((2, Broken::OtherPrev)));
        let mut torn = lines;
        torn[3].truncate(40);
        assert!(matches!(first_fault(&torn), Some((4, Broken::NotAnAlert(_)))));
    }
}
