//! The end of the chain, signed: what a holder of the public key needs to trust every line before it.
//!
//! The signature is OpenSSH's own (SSHSIG, Ed25519, SHA-512), over the text of [`Checkpoint::message`] in the namespace
//! [`NAMESPACE`]: `ssh-keygen -Y verify` checks it without this program.

use jiff::civil::DateTime;
use jiff::{Timestamp, tz::TimeZone};
use ring::signature::{ED25519, Ed25519KeyPair, UnparsedPublicKey};
use serde::{Deserialize, Serialize};
use ssh_key::{Algorithm, HashAlg, LineEnding, PrivateKey, PublicKey, Signature, SshSig};

use super::Head;

pub const NAMESPACE: &str = "wireroom-checkpoint";

/// A line of `checkpoints.jsonl`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checkpoint {
    pub v: u32,
    /// Of the alert that was the last one then, with its hash.
    pub seq: u64,
    pub hash: String,
    pub at: Timestamp,
    /// Fingerprint of the key, as `ssh-keygen -l` shows it.
    pub key: String,
    /// As `ssh-keygen -Y sign` writes it.
    pub signature: String,
}

impl Checkpoint {
    /// What is signed.
    pub fn message(&self) -> String {
        message(self.seq, &self.hash, self.at)
    }

    pub fn head(&self) -> Head {
        Head { seq: self.seq, hash: self.hash.clone() }
    }
}

fn message(seq: u64, hash: &str, at: Timestamp) -> String {
    format!("wireroom alert log\nseq {seq}\nhash {hash}\nat {at}\n")
}

/// A private key. `Debug` shows its fingerprint.
pub struct Signer {
    pair: Ed25519KeyPair,
    public: PublicKey,
}

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Signer({})", self.fingerprint())
    }
}

impl Signer {
    /// Of an OpenSSH private key file; the error says what kind is needed, and nothing of what was read.
    pub fn read(text: &str) -> Result<Self, String> {
        const MAKE: &str = "make one with `ssh-keygen -t ed25519 -N '' -f FILE`";
        // A credential loses the line feed at its end.
        let text = format!("{}\n", text.trim_end());
        let key =
            PrivateKey::from_openssh(&text).map_err(|error| format!("no OpenSSH private key ({error}); {MAKE}"))?;
        if key.is_encrypted() {
            return Err(format!("the key has a passphrase, which nobody could type; {MAKE}"));
        }
        let pair = key.key_data().ed25519().ok_or_else(|| format!("the key is no Ed25519 key; {MAKE}"))?;
        let public = PublicKey::new(key.public_key().key_data().clone(), "");
        let pair = Ed25519KeyPair::from_seed_and_public_key(&pair.private.to_bytes(), &pair.public.0)
            .map_err(|error| format!("the two halves of the key do not fit ({error}); {MAKE}"))?;
        Ok(Self { pair, public })
    }

    pub fn fingerprint(&self) -> String {
        self.public.fingerprint(HashAlg::Sha256).to_string()
    }

    pub fn sign(&self, head: &Head, at: Timestamp) -> Result<Checkpoint, String> {
        let message = message(head.seq, &head.hash, at);
        let signed = || {
            let data = SshSig::signed_data(NAMESPACE, HashAlg::Sha512, message.as_bytes())?;
            let signature = Signature::new(Algorithm::Ed25519, self.pair.sign(&data).as_ref())?;
            SshSig::new(self.public.key_data().clone(), NAMESPACE, HashAlg::Sha512, signature)?.to_pem(LineEnding::LF)
        };
        let signature = signed().map_err(|error: ssh_key::Error| error.to_string())?;
        Ok(Checkpoint { v: 1, seq: head.seq, hash: head.hash.clone(), at, key: self.fingerprint(), signature })
    }
}

/// A public key that is trusted, and when.
#[derive(Clone, Debug)]
struct Trusted {
    key: PublicKey,
    after: Option<Timestamp>,
    before: Option<Timestamp>,
}

/// The keys of a `.pub` file, or of an allowed-signers file as `ssh-keygen -Y verify` reads it.
#[derive(Clone, Debug)]
pub struct Keys {
    keys: Vec<Trusted>,
}

impl Keys {
    pub fn read(text: &str) -> Result<Self, String> {
        let mut keys = Vec::new();
        for (number, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            match trusted(line) {
                Ok(found) => keys.extend(found),
                Err(why) => return Err(format!("line {}: {why}", number + 1)),
            }
        }
        if keys.is_empty() {
            return Err("no Ed25519 key in it; give the .pub file, or an allowed-signers file".to_owned());
        }
        Ok(Self { keys })
    }

    /// Whether a checkpoint was signed by one of them. The error says that one of them is named and what does not hold.
    pub fn verify(&self, checkpoint: &Checkpoint) -> Result<bool, String> {
        let signature = SshSig::from_pem(&checkpoint.signature).map_err(|error| format!("no signature: {error}"))?;
        let known = self.keys.iter().filter(|trusted| trusted.key.key_data() == signature.public_key());
        let known: Vec<&Trusted> = known.collect();
        if known.is_empty() {
            return Ok(false);
        }
        let at = checkpoint.at;
        let in_time =
            |key: &&Trusted| key.after.is_none_or(|from| at >= from) && key.before.is_none_or(|until| at < until);
        if !known.iter().any(in_time) {
            return Err(format!("its key was not valid on {at}"));
        }
        if signature.namespace() != NAMESPACE {
            return Err(format!("signed for another purpose: {}", signature.namespace()));
        }
        let data = SshSig::signed_data(NAMESPACE, signature.hash_alg(), checkpoint.message().as_bytes())
            .map_err(|error| error.to_string())?;
        let bytes = signature.public_key().ed25519().ok_or("no Ed25519 signature")?.0;
        UnparsedPublicKey::new(&ED25519, bytes)
            .verify(&data, signature.signature_bytes())
            .map(|()| true)
            .map_err(|_| "its signature does not hold: it was changed".to_owned())
    }
}

/// `[principals [options]] ssh-ed25519 KEY [comment]`; none where the line is about another kind of key or purpose.
fn trusted(line: &str) -> Result<Option<Trusted>, String> {
    let words = words(line);
    let Some(at) = words.iter().position(|word| word == "ssh-ed25519") else { return Ok(None) };
    let key = words.get(at + 1).ok_or("a key is missing after ssh-ed25519")?;
    let key = PublicKey::from_openssh(&format!("ssh-ed25519 {key}")).map_err(|error| format!("no key: {error}"))?;
    let mut trusted = Trusted { key, after: None, before: None };
    // Before the key: nothing, or names, or names and options.
    for option in words.get(1..at).unwrap_or_default().iter().flat_map(|options| split(options)) {
        let (name, value) = option.split_once('=').unwrap_or((&option, ""));
        let value = value.trim_matches('"');
        match name.to_ascii_lowercase().as_str() {
            "namespaces" if !value.split(',').any(|name| name == NAMESPACE) => return Ok(None),
            "namespaces" => {}
            "valid-after" => trusted.after = Some(time(value)?),
            "valid-before" => trusted.before = Some(time(value)?),
            "cert-authority" => return Err("certificates are not read; give the key itself".to_owned()),
            other => return Err(format!("an option that is not known: {other}")),
        }
    }
    Ok(Some(trusted))
}

/// Words of a line; white space within double quotes does not part them.
fn words(line: &str) -> Vec<String> {
    parts(line, char::is_whitespace).into_iter().filter(|word| !word.is_empty()).collect()
}

fn split(options: &str) -> Vec<String> {
    parts(options, |c| c == ',')
}

fn parts(text: &str, between: impl Fn(char) -> bool) -> Vec<String> {
    let (mut parts, mut quoted) = (vec![String::new()], false);
    for c in text.chars() {
        quoted ^= c == '"';
        match parts.last_mut() {
            Some(last) if quoted || !between(c) => last.push(c),
            _ => parts.push(String::new()),
        }
    }
    parts
}

/// `YYYYMMDD[HHMM[SS]][Z]`, as in allowed-signers files; in UTC also where it does not say so.
fn time(text: &str) -> Result<Timestamp, String> {
    let digits = text.trim_end_matches('Z');
    let format = match digits.len() {
        8 => "%Y%m%d",
        12 => "%Y%m%d%H%M",
        14 => "%Y%m%d%H%M%S",
        _ => return Err(format!("{text:?} is no time; write YYYYMMDD")),
    };
    let padded = if digits.len() == 8 { format!("{digits}0000") } else { digits.to_owned() };
    let format = if digits.len() == 8 { "%Y%m%d%H%M" } else { format };
    let at = DateTime::strptime(format, &padded).map_err(|error| format!("{text:?} is no time: {error}"))?;
    TimeZone::UTC.to_timestamp(at).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A key as ssh-keygen writes it, private and public.
    fn key() -> (String, String) {
        let seed = [7; 32];
        let pair = Ed25519KeyPair::from_seed_unchecked(&seed).expect("a seed");
        let public = ring::signature::KeyPair::public_key(&pair).as_ref().try_into().expect("32 bytes");
        let pair = ssh_key::private::Ed25519Keypair {
            public: ssh_key::public::Ed25519PublicKey(public),
            private: ssh_key::private::Ed25519PrivateKey::from_bytes(&seed),
        };
        let private = PrivateKey::new(pair.into(), "desk").expect("a key");
        let public = private.public_key().to_openssh().expect("a key");
        (private.to_openssh(LineEnding::LF).expect("a key").to_string(), public)
    }

    fn head() -> Head {
        Head { seq: 7, hash: "ab".repeat(32) }
    }

    fn at() -> Timestamp {
        "2026-11-24T06:02:00Z".parse().expect("a time")
    }

    #[test]
    fn what_is_signed_holds_and_what_is_changed_does_not() {
        let (private, public) = key();
        let signer = Signer::read(&private).expect("a key");
        assert!(Signer::read(private.trim_end()).is_ok(), "as a credential has it");
        let signed = signer.sign(&head(), at()).expect("signed");
        let keys = Keys::read(&public).expect("a key");
        assert_eq!(keys.verify(&signed), Ok(true));
        for changed in [
            Checkpoint { seq: 8, ..signed.clone() },
            Checkpoint { hash: "cd".repeat(32), ..signed.clone() },
            Checkpoint { at: Timestamp::UNIX_EPOCH, ..signed.clone() },
            Checkpoint { signature: signed.signature.replace('\n', ""), ..signed.clone() },
        ] {
            assert!(keys.verify(&changed).is_err(), "{changed:?}");
        }
        assert!(!format!("{signer:?}").contains(&private.lines().nth(2).expect("a line")[..20]));
    }

    #[test]
    fn keys_are_trusted_for_their_time_and_purpose() {
        let (private, public) = key();
        let signed = Signer::read(&private).and_then(|signer| signer.sign(&head(), at())).expect("signed");
        for (before, holds) in [
            ("", Some(true)),
            ("desk@example.org ", Some(true)),
            ("desk@example.org namespaces=\"file,wireroom-checkpoint\" ", Some(true)),
            ("desk@example.org valid-after=\"20261124\",valid-before=\"20261125Z\" ", Some(true)),
            ("desk@example.org valid-after=\"202611240700\" ", Some(false)),
            ("desk@example.org valid-before=\"20261124\" ", Some(false)),
            ("desk@example.org namespaces=\"file\" ", None),
            ("desk@example.org cert-authority ", None),
            ("desk@example.org valid-after=\"soon\" ", None),
        ] {
            let keys = Keys::read(&format!("# desk\n\n{before}{public}"));
            assert_eq!(keys.is_ok(), holds.is_some(), "{before}: {keys:?}");
            if let (Ok(keys), Some(holds)) = (keys, holds) {
                assert_eq!(keys.verify(&signed).is_ok(), holds, "{before}");
            }
        }
        let other = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
        assert_eq!(Keys::read(other).expect("a key").verify(&signed), Ok(false));
    }

    #[test]
    fn what_is_no_key_of_the_right_kind_is_refused_with_how_to_make_one() {
        for text in ["", "hunter2", "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n"] {
            let why = Signer::read(text).expect_err("no key");
            assert!(why.contains("ssh-keygen -t ed25519") && !why.contains("hunter2"), "{why}");
        }
    }
}
