//! A robots.txt → may this path be asked? (RFC 9309). The group of our own name, else of `*`; the longest rule wins, and of
//! equals the one that allows.

/// The rules that hold for us.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Robots {
    rules: Vec<(bool, String)>,
}

/// More rules than this are not read.
const MAX_RULES: usize = 5000;

impl Robots {
    pub fn parse(text: &str, product: &str) -> Self {
        let mut ours = Vec::new();
        let mut anyone = Vec::new();
        let mut names_us = false;
        let (mut for_us, mut for_anyone, mut in_rules) = (false, false, false);
        for line in text.trim_start_matches('\u{feff}').lines() {
            let line = line.split('#').next().unwrap_or_default();
            let Some((key, value)) = line.split_once(':') else { continue };
            let (key, value) = (key.trim().to_ascii_lowercase(), value.trim());
            match key.as_str() {
                "user-agent" => {
                    if in_rules {
                        (for_us, for_anyone, in_rules) = (false, false, false);
                    }
                    let token = value.split(['/', ' ']).next().unwrap_or_default();
                    if token.eq_ignore_ascii_case(product) {
                        (for_us, names_us) = (true, true);
                    } else if token == "*" {
                        for_anyone = true;
                    }
                }
                "allow" | "disallow" => {
                    in_rules = true;
                    let rule = (key == "allow", value.to_owned());
                    // An empty Disallow forbids nothing.
                    if value.is_empty() {
                        continue;
                    }
                    if for_us && ours.len() < MAX_RULES {
                        ours.push(rule.clone());
                    }
                    if for_anyone && anyone.len() < MAX_RULES {
                        anyone.push(rule);
                    }
                }
                _ => {}
            }
        }
        Self { rules: if names_us { ours } else { anyone } }
    }

    /// `path` begins with a slash and carries the query.
    pub fn allows(&self, path: &str) -> bool {
        if path == "/robots.txt" {
            return true;
        }
        self.rules
            .iter()
            .filter(|(_, pattern)| matches(pattern, path))
            .max_by_key(|(allow, pattern)| (pattern.len(), *allow))
            .is_none_or(|(allow, _)| *allow)
    }
}

/// `*` is any run of characters, a final `$` the end; linear for each star, greedy from the left.
fn matches(pattern: &str, path: &str) -> bool {
    let (pattern, whole) = match pattern.strip_suffix('$') {
        Some(pattern) => (pattern, true),
        None => (pattern, false),
    };
    let mut parts = pattern.split('*');
    let Some(mut rest) = path.strip_prefix(parts.next().unwrap_or_default()) else { return false };
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else { return !whole || rest.is_empty() };
    for part in middle {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    if whole { rest.ends_with(last) } else { rest.contains(last) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "\
        User-agent: *\nDisallow: /private\nAllow: /private/press$\nDisallow: /*.pdf$ # no files\n\n\
        User-agent: Other\nUser-agent: Wireroom\nDisallow: /members\nDisallow:\n";

    #[test]
    fn the_longest_rule_of_our_group_decides() {
        let anyone = Robots::parse(TEXT, "somebody");
        for (path, allowed) in [
            ("/", true),
            ("/private", false),
            ("/private/x", false),
            ("/private/press", true),
            ("/private/press/1", false),
            ("/a/b.pdf", false),
            ("/a/b.pdf?x", true),
            ("/robots.txt", true),
            ("/members", true),
        ] {
            assert_eq!(anyone.allows(path), allowed, "{path}");
        }
        let ours = Robots::parse(TEXT, "wireroom");
        assert!(ours.allows("/private") && !ours.allows("/members/a"));
        assert!(Robots::parse("<html>not found</html>", "wireroom").allows("/x"));
    }
}
