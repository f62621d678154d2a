//! A robots.txt → may this path be asked? (RFC 9309). The group of our own name, else of `*`; the longest rule wins, and of
//! equals the one that allows.

use std::time::Duration;

/// The rules that hold for us.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Robots {
    rules: Vec<(bool, String)>,
    crawl_delay: Option<Duration>,
}

/// What a Crawl-delay asks beyond this is not waited: no rule of RFC 9309, it is honoured as far as news can wait.
const MAX_CRAWL_DELAY: f64 = 30.0;
/// More rules than this are not read.
const MAX_RULES: usize = 5000;

impl Robots {
    pub fn parse(text: &str, product: &str) -> Self {
        let mut ours = Vec::new();
        let mut anyone = Vec::new();
        let (mut our_delay, mut anyones_delay) = (None, None);
        let mut names_us = false;
        let (mut for_us, mut for_anyone, mut in_rules) = (false, false, false);
        // RFC 9309 §2.2: lines end with CR, LF or both.
        for line in text.trim_start_matches('\u{feff}').split(['\r', '\n']) {
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
                    let rule = (key == "allow", spelled(value));
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
                "crawl-delay" => {
                    in_rules = true;
                    let seconds = value.parse::<f64>().ok().filter(|seconds| *seconds >= 0.0);
                    let delay = seconds.map(|seconds| Duration::from_secs_f64(seconds.min(MAX_CRAWL_DELAY)));
                    if for_us {
                        our_delay = our_delay.max(delay);
                    }
                    if for_anyone {
                        anyones_delay = anyones_delay.max(delay);
                    }
                }
                _ => {}
            }
        }
        if names_us {
            Self { rules: ours, crawl_delay: our_delay }
        } else {
            Self { rules: anyone, crawl_delay: anyones_delay }
        }
    }

    /// How long to rest between two pages.
    pub fn crawl_delay(&self) -> Option<Duration> {
        self.crawl_delay
    }

    /// `path` begins with a slash and carries the query.
    pub fn allows(&self, path: &str) -> bool {
        if path == "/robots.txt" {
            return true;
        }
        let path = spelled(path);
        self.rules
            .iter()
            .filter(|(_, pattern)| matches(pattern, &path))
            .max_by_key(|(allow, pattern)| (pattern.len(), *allow))
            .is_none_or(|(allow, _)| *allow)
    }
}

/// One spelling of a path or pattern (RFC 9309 §2.2.2): what is percent-encoded without need is decoded, what is not ASCII is
/// encoded, digits are upper case.
fn spelled(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let digits = bytes.get(at + 1..at + 3).filter(|_| byte == b'%').and_then(|two| std::str::from_utf8(two).ok());
        let encoded = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        at += if encoded.is_some() { 3 } else { 1 };
        match (encoded, byte) {
            (Some(byte), _) if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) => out.push(byte.into()),
            (Some(byte), _) => out.push_str(&format!("%{byte:02X}")),
            (None, byte) if byte.is_ascii_graphic() => out.push(byte.into()),
            (None, byte) => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
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

    #[test]
    fn one_path_spelled_two_ways_is_one_path() {
        for (rule, path, allowed) in [
            ("/foo/bar?baz=quz", "/foo/bar?baz=quz", false),
            ("/foo/bar/\u{30c4}", "/foo/bar/%E3%83%84", false),
            ("/foo/bar/%e3%83%84", "/foo/bar/%E3%83%84", false),
            ("/foo/bar/%62%61%7A", "/foo/bar/baz", false),
            ("/foo/bar/baz", "/foo/bar/%62%61%7A", false),
            ("/a%2fb", "/a/b", true),
            ("/a%", "/a%", false),
            ("/a*%", "/abc%d", false),
        ] {
            let robots = Robots::parse(&format!("User-agent: *\nDisallow: {rule}"), "wireroom");
            assert_eq!(robots.allows(path), allowed, "{rule} {path}");
        }
    }

    #[test]
    fn a_crawl_delay_is_honoured_within_reason() {
        for (text, seconds) in [
            ("User-agent: *\nCrawl-delay: 10", Some(10.0)),
            ("User-agent: *\nCrawl-delay: 2.5\nUser-agent: wireroom\nCrawl-delay: 4", Some(4.0)),
            ("User-agent: *\nCrawl-delay: 86400", Some(30.0)),
            ("User-agent: *\nCrawl-delay: soon", None),
            ("User-agent: *\nCrawl-delay: NaN", None),
            ("User-agent: other\nCrawl-delay: 9\nUser-agent: *\nDisallow:", None),
        ] {
            let delay = Robots::parse(text, "wireroom").crawl_delay();
            assert_eq!(delay.map(|delay| delay.as_secs_f64()), seconds, "{text}");
        }
    }

    #[test]
    fn several_groups_of_one_name_are_one_group() {
        let text = "User-agent: wireroom\nDisallow: /a\n\nUser-agent: *\nDisallow: /\n\nUser-agent: WIREROOM/2.0\nDisallow: /b\n";
        let ours = Robots::parse(text, "wireroom");
        assert!(!ours.allows("/a") && !ours.allows("/b") && ours.allows("/c"));
        let between =
            Robots::parse("User-agent: wireroom\nSitemap: /s.xml\nUser-agent: other\nDisallow: /x", "wireroom");
        assert!(!between.allows("/x"), "a sitemap does not end the list of names");
    }

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
        let mac = Robots::parse("user-agent: *\rdisallow: /a\rAllow: /a/b", "wireroom");
        assert!(!mac.allows("/a/x") && mac.allows("/a/b/c"));
        assert!(Robots::parse("<html>not found</html>", "wireroom").allows("/x"));
    }
}
