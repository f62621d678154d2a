//! The titles that a page gives itself → the one that its article bears, the site's name cut off.
//! What several places say wins over the order of trust; a title is never cut to less than a phrase.

use url::Url;

use super::paragraphs::width;
use crate::ascii::{self, LOWER, Run};

const SEPARATORS: &[&str] = &[" | ", " - ", " – ", " — ", " :: ", " · ", " • ", " » ", " « ", " / ", ": "];

/// Chooses among titles in order of trust, each with where it was found. `section` is the article's, where the page names it.
pub(super) fn choose(
    candidates: Vec<(String, String)>,
    site: Option<&str>,
    section: Option<&str>,
    base: Option<&Url>,
) -> Option<(String, String)> {
    let host = base.and_then(Url::host_str).unwrap_or_default();
    let texts: Vec<String> = candidates.iter().map(|(text, _)| super::metadata::line(&unescape(text))).collect();
    let cut: Vec<(String, String)> = texts
        .iter()
        .zip(candidates)
        .map(|(text, (_, from))| (cut_site(text, site, section, host, &texts), from))
        .filter(|(text, _)| text.chars().any(char::is_alphanumeric) && !is_site(text, site, host))
        .collect();
    let votes = |text: &str| cut.iter().filter(|(other, _)| key(other) == key(text)).count();
    let most = cut.iter().map(|(text, _)| votes(text)).max()?;
    let (text, from) = cut.iter().find(|(text, _)| most == 1 || votes(text) == most)?;
    Some((text.chars().take(500).collect(), from.clone()))
}

/// Letters of a title that is cut off in a quotation.
const MIN_CUT: usize = 12;
/// What parts them where a title is written without spaces.
const CLOSE: &[&str] = &["_", "-", "|", "｜", "—"];
/// Letters of a line that is a headline.
const MIN_LINE: usize = 20;

/// Whether a title ends where another goes on with a quotation mark: one that is not escaped ends an attribute.
pub(super) fn is_cut(text: &str, titles: &[String]) -> bool {
    let goes_on = |other: &String| other.strip_prefix(text).is_some_and(|rest| rest.trim_start().starts_with('"'));
    width(text) >= MIN_CUT && titles.iter().any(goes_on)
}

/// The longest line that the title of a page begins or ends with, parted from the rest as titles are.
pub(super) fn shown_part<'a>(whole: &str, lines: impl Iterator<Item = &'a str>) -> Option<String> {
    let whole = super::metadata::line(&unescape(whole));
    let is_part = |line: &&str| {
        let close = if line.is_ascii() { &[] } else { CLOSE };
        let marks = || SEPARATORS.iter().chain(close);
        let before = whole.strip_suffix(line).filter(|rest| marks().any(|mark| rest.ends_with(mark)));
        let after = whole.strip_prefix(line).filter(|rest| marks().any(|mark| rest.starts_with(mark)));
        before.or(after).is_some() && width(line) >= MIN_LINE
    };
    lines.filter(is_part).max_by_key(|line| line.len()).map(str::to_owned)
}

/// Letters and digits only: curly marks, case and spaces make no other title.
pub(super) fn key(text: &str) -> String {
    let mut key = String::with_capacity(text.len());
    for run in ascii::runs(text) {
        match run {
            Run::Ascii(run) => {
                key.extend(run.iter().map(|b| LOWER[usize::from(*b)]).filter(|b| *b > 0).map(char::from));
            }
            Run::Other(c) if c.is_alphanumeric() => key.extend(c.to_lowercase()),
            Run::Other(_) => {}
        }
    }
    key
}

/// Entities that a template escaped twice.
pub(super) fn unescape(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    [
        ("&quot;", "\""),
        ("&#039;", "'"),
        ("&#39;", "'"),
        ("&apos;", "'"),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&nbsp;", " "),
        ("&amp;", "&"),
    ]
    .iter()
    .fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
}

/// Letters of a title whose section is cut off: less may be a label of its own.
const MIN_HEAD: usize = 12;

fn is_site(text: &str, site: Option<&str>, host: &str) -> bool {
    let text = key(text);
    let bare = key(host.trim_start_matches("www."));
    site.is_some_and(|site| key(site) == text) || (!bare.is_empty() && text == bare)
}

/// Cuts parts off the ends that name the site or, behind the title, its section, or that no other place has.
fn cut_site(text: &str, site: Option<&str>, section: Option<&str>, host: &str, all: &[String]) -> String {
    let mut text = text.to_owned();
    for _ in 0..3 {
        if let Some(head) = without_note(&text).filter(|head| all.iter().any(|other| key(other) == key(head))) {
            text = head.to_owned();
            continue;
        }
        let Some(shorter) = SEPARATORS.iter().find_map(|separator| {
            let (head, tail) = text.rsplit_once(separator)?;
            let first = text.split_once(separator)?;
            let names_site = |part: &str| {
                let part = part.trim();
                let part = key(part.strip_prefix("The ").unwrap_or(part));
                !part.is_empty()
                    && (site.is_some_and(|site| key(site) == part || (part.len() > 4 && key(site).contains(&part)))
                        || (part.len() > 2 && key(host).contains(&part)))
            };
            // Another place gives the same title without this part.
            let known = |part: &str| part.len() > 10 && all.iter().any(|other| key(other) == key(part));
            let names_section =
                || head.chars().count() > MIN_HEAD && section.is_some_and(|section| key(section) == key(tail));
            if names_site(tail) || known(head) || names_section() {
                Some(head.trim().to_owned())
            } else if names_site(first.0) || known(first.1) {
                Some(first.1.trim().to_owned())
            } else {
                None
            }
        }) else {
            break;
        };
        if shorter.is_empty() {
            break;
        }
        text = shorter;
    }
    text
}

/// A title without what stands in brackets at its end: portals name the publisher so.
fn without_note(text: &str) -> Option<&str> {
    let (head, note) = text.rsplit_once(['（', '('])?;
    (note.ends_with(['）', ')']) && head.chars().count() > 6).then(|| head.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_lose_the_sites_name_and_nothing_else() {
        let base = Url::parse("https://www.dailypost.example/a").ok();
        for (texts, expected) in [
            (&["Ferry late | The Post"][..], "Ferry late"),
            (&["The Post: Ferry late"], "Ferry late"),
            (&["The Daily Post: Ferry late"], "Ferry late"),
            (&["Ferry late - Tours - The Post", "Ferry late and full - Tours"], "Ferry late - Tours"),
            (&["Ferry late again | Travel"], "Ferry late again"),
            (&["Ferry late again | Travel | The Post"], "Ferry late again"),
            (&["Ferry – Travel"], "Ferry – Travel"),
            (&["Travel: ferry late again"], "Travel: ferry late again"),
            (&["Mayor: we will wait", "Mayor: we will wait - Daily Post"], "Mayor: we will wait"),
            (&["Ferry &amp; bus &quot;late&quot;"], "Ferry & bus \"late\""),
            (&["Ferries “late” again", "Ferries \"late\" again", "Short"], "Ferries “late” again"),
            (&["Clickbait for Facebook", "Ferry is late", "Ferry is late | The Post"], "Ferry is late"),
            (&["The Post", "Ferry is late"], "Ferry is late"),
            (&["U.S. – Mexico talks"], "U.S. – Mexico talks"),
        ] {
            let candidates = texts.iter().map(|t| ((*t).to_owned(), "x".to_owned())).collect();
            let title = choose(candidates, Some("The Post"), Some("Travel"), base.as_ref()).map(|(title, _)| title);
            assert_eq!(title.as_deref(), Some(expected), "{texts:?}");
        }
        assert_eq!(choose(vec![], None, None, None), None);
    }

    #[test]
    fn a_quotation_mark_cuts_a_title() {
        for (text, other, expected) in [
            ("Mayor calls ferry", "Mayor calls ferry \"late\" again | The Post", true),
            ("守塔人关掉", "守塔人关掉\"最后一盏灯\"", true),
            ("Mayor calls ferry late", "Mayor calls ferry late again", false),
            ("He said", "He said \"late\"", false),
        ] {
            assert_eq!(is_cut(text, &[other.to_owned()]), expected, "{other}");
        }
    }

    #[test]
    fn a_line_of_the_page_is_its_title_without_the_site() {
        for (whole, line, expected) in [
            ("Ferry an hour late all week - The Post", "Ferry an hour late all week", true),
            ("渡轮整周晚点一小时_港口网", "渡轮整周晚点一小时", true),
            ("渡轮整周晚点一小时-港口网", "渡轮整周晚点一小时", true),
            ("渡轮整周晚点一小时吗", "渡轮整周晚点一小时", false),
            ("渡轮晚点_港口网", "渡轮晚点", false),
            ("Ferries from the north-east", "Ferries from the north", false),
        ] {
            assert_eq!(shown_part(whole, [line].into_iter()).is_some(), expected, "{whole}");
        }
    }
}
