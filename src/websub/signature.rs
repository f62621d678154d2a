//! Secrets of subscriptions, and whether a push was signed with one (§8 of the Recommendation). A secret is made of the
//! installation's key and the subscription's token, so that none is stored; a signature is compared in constant time.

use data_encoding::{BASE32_NOPAD, HEXLOWER, HEXLOWER_PERMISSIVE};
use ring::hmac;
use ring::rand::{SecureRandom, SystemRandom};

/// Bytes of the installation's key.
const KEY: usize = 32;
/// Random bytes of a token: nobody guesses a callback.
const TOKEN: usize = 20;

/// Makes the secrets of all subscriptions.
#[derive(Clone)]
pub struct Keys(hmac::Key);

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keys([redacted])")
    }
}

/// The system has no randomness to give.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("the system gives no random numbers")]
pub struct NoRandomness;

impl Keys {
    /// Of a key as it is kept in a file; none where it is no key.
    pub fn of(text: &str) -> Option<Self> {
        let bytes = HEXLOWER.decode(text.trim().as_bytes()).ok()?;
        (bytes.len() == KEY).then(|| Self(hmac::Key::new(hmac::HMAC_SHA256, &bytes)))
    }

    /// A new key, as it is to be kept.
    pub fn generate() -> Result<String, NoRandomness> {
        let mut bytes = [0; KEY];
        SystemRandom::new().fill(&mut bytes).map_err(|_| NoRandomness)?;
        Ok(HEXLOWER.encode(&bytes))
    }

    /// The `hub.secret` of a subscription: under 200 bytes, for its hub only.
    pub fn secret(&self, token: &str) -> String {
        HEXLOWER.encode(hmac::sign(&self.0, token.as_bytes()).as_ref())
    }

    /// Whether `X-Hub-Signature: method=hex` is right for a body.
    pub fn signed(&self, token: &str, signature: &str, body: &[u8]) -> bool {
        let Some((method, hex)) = signature.trim().split_once('=') else { return false };
        let algorithm = match method.trim().to_ascii_lowercase().as_str() {
            "sha1" => hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY,
            "sha256" => hmac::HMAC_SHA256,
            "sha384" => hmac::HMAC_SHA384,
            "sha512" => hmac::HMAC_SHA512,
            _ => return false,
        };
        let Ok(given) = HEXLOWER_PERMISSIVE.decode(hex.trim().as_bytes()) else { return false };
        let key = hmac::Key::new(algorithm, self.secret(token).as_bytes());
        hmac::verify(&key, body, &given).is_ok()
    }
}

/// A new token: the last part of a callback's address.
pub fn token() -> Result<String, NoRandomness> {
    let mut bytes = [0; TOKEN];
    SystemRandom::new().fill(&mut bytes).map_err(|_| NoRandomness)?;
    Ok(BASE32_NOPAD.encode(&bytes).to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_method_of_the_recommendation_is_checked_and_nothing_else() {
        let keys = Keys::of(&Keys::generate().expect("randomness")).expect("a key");
        let (token, body) = (token().expect("randomness"), b"<feed/>");
        assert_ne!(keys.secret(&token), keys.secret("another"));
        assert!(!format!("{keys:?}").contains(&keys.secret(&token)));
        for (method, algorithm) in [
            ("sha1", hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY),
            ("sha256", hmac::HMAC_SHA256),
            ("sha384", hmac::HMAC_SHA384),
            ("sha512", hmac::HMAC_SHA512),
        ] {
            let key = hmac::Key::new(algorithm, keys.secret(&token).as_bytes());
            let hex = HEXLOWER.encode(hmac::sign(&key, body).as_ref());
            assert!(keys.signed(&token, &format!("{method}={hex}"), body), "{method}");
            assert!(keys.signed(&token, &format!("{}={}", method.to_uppercase(), hex.to_uppercase()), body));
            assert!(!keys.signed(&token, &format!("{method}={hex}"), b"<feed>forged</feed>"));
            assert!(!keys.signed("another", &format!("{method}={hex}"), body));
            assert!(!keys.signed(&token, &format!("md5={hex}"), body));
        }
        for nothing in ["", "sha256", "sha256=", "sha256=zz", "=", "sha1=00"] {
            assert!(!keys.signed(&token, nothing, body), "{nothing}");
        }
        assert!(Keys::of("short").is_none());
    }

    #[test]
    fn a_known_signature_holds() {
        // RFC 4231, test case 2, with the secret put in directly.
        let key = hmac::Key::new(hmac::HMAC_SHA256, b"Jefe");
        let hex = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        let tag = HEXLOWER.encode(hmac::sign(&key, b"what do ya want for nothing?").as_ref());
        assert_eq!(tag, hex);
    }
}
