//! A credential's name → its value, read when it is needed and never shown. `Debug` and `Display` print `[redacted]`.

use std::fmt;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use super::check::Environment;

/// What stands in place of a secret wherever people look.
pub const REDACTED: &str = "[redacted]";

/// Headers whose values every browser sends: redacted where our requests are shown, but not looked for in answers.
const HARMLESS: [&str; 6] = ["accept", "accept-language", "cache-control", "user-agent", "referer", "from"];

/// Whether a request header's value may be a secret.
pub fn is_telling(header: &str) -> bool {
    !HARMLESS.iter().any(|harmless| harmless.eq_ignore_ascii_case(header))
}

#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The value itself: for a request's own host, and to look for it where it must not be.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(REDACTED)
    }
}

/// Whether a text can name a credential: a file of a folder.
pub(super) fn is_name(name: &str) -> bool {
    !name.is_empty() && !name.contains('/') && !name.starts_with('.')
}

/// Reads a credential: `$CREDENTIALS_DIRECTORY/NAME`, else `credentials/NAME` beside the configuration, refused when
/// others than owner and group can read it.
pub fn credential(config_dir: &Path, name: &str, env: Environment<'_>) -> Result<Secret, String> {
    if !is_name(name) {
        return Err(format!("{name:?} is no name of a credential"));
    }
    let from_systemd = env("CREDENTIALS_DIRECTORY").map(|dir| Path::new(&dir).join(name)).filter(|path| path.exists());
    let systemd = from_systemd.is_some();
    let path = from_systemd.unwrap_or_else(|| config_dir.join("credentials").join(name));
    read(&path, systemd).map_err(|error| format!("the credential {name:?}: {error}"))
}

/// A secret that is a credential, or a file of its own where the name has a slash (relative to the configuration).
pub fn credential_or_file(config_dir: &Path, name: &str, env: Environment<'_>) -> Result<Secret, String> {
    if name.contains('/') { read(&config_dir.join(name), false) } else { credential(config_dir, name, env) }
}

fn read(path: &Path, trusted: bool) -> Result<Secret, String> {
    let shown = path.display();
    let meta = fs::metadata(path).map_err(|error| format!("{shown}: {error}"))?;
    if !trusted && meta.permissions().mode() & 0o007 != 0 {
        return Err(format!("everyone can read {shown}: chmod 640 it, and change the secret"));
    }
    let text = fs::read_to_string(path).map_err(|error| format!("{shown}: {error}"))?;
    Ok(Secret(text.trim_end_matches(['\r', '\n']).to_owned()))
}

/// `text` with every secret in it replaced, also in its percent-encoded spelling.
pub fn scrub<'a>(text: &str, secrets: impl IntoIterator<Item = &'a Secret>) -> String {
    let mut text = text.to_owned();
    for secret in secrets {
        if secret.0.is_empty() {
            continue;
        }
        text = text.replace(&secret.0, REDACTED);
        let encoded: String = url::form_urlencoded::byte_serialize(secret.0.as_bytes()).collect();
        text = text.replace(&encoded, REDACTED).replace(&encoded.replace('+', "%20"), REDACTED);
    }
    text
}

/// An address as it may be shown: what stands before an `@` in its authority replaced.
pub fn shown_url(url: &str) -> String {
    // Next to no address has one.
    if !url.contains('@') {
        return url.to_owned();
    }
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    let authority = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    match rest[..authority].rfind('@') {
        Some(at) => format!("{scheme}://{REDACTED}@{}", &rest[at + 1..]),
        None => url.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_credential_that_everyone_can_read_is_refused() {
        let dir = tempfile::tempdir().expect("a folder");
        fs::create_dir(dir.path().join("credentials")).expect("a folder");
        let path = dir.path().join("credentials/wire");
        fs::write(&path, "s3cret value\n").expect("a file");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).expect("a mode");
        let refused = credential(dir.path(), "wire", &|_| None).expect_err("refused");
        assert!(refused.contains("chmod 640"), "{refused}");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).expect("a mode");
        let secret = credential(dir.path(), "wire", &|_| None).expect("read");
        assert_eq!(format!("{secret:?}"), REDACTED);
        assert_eq!(scrub("a s3cret value, s3cret%20value", [&secret]), "a [redacted], [redacted]");
        assert!(credential(dir.path(), "../wire", &|_| None).is_err());
    }

    #[test]
    fn userinfo_is_not_shown() {
        for (url, shown) in [
            ("https://me:pw@example.org/a?b@c", "https://[redacted]@example.org/a?b@c"),
            ("https://example.org/a@b", "https://example.org/a@b"),
            ("not a url", "not a url"),
        ] {
            assert_eq!(shown_url(url), shown);
        }
    }
}
