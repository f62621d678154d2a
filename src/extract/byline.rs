//! The bylines that a page gives → the people who wrote it, without offices, dates and the site's own name.
//! Takes the first place of trust that names someone; a byline that names nobody is none.

use std::sync::LazyLock;

use dom_query::{NodeId, NodeRef};
use regex::Regex;
use rustc_hash::FxHashSet;

use super::metadata::line;
use super::paragraphs::{Paragraph, as_line};
use super::pattern::regex;
use super::title::unescape;
use super::{credit, names};

/// What stands in elements that may name the author, and lines by the headline that begin with "By".
pub(super) fn guessed(perhaps: &[NodeRef], near: &[Paragraph]) -> Vec<(String, String)> {
    let is_other = |node: &NodeRef| {
        const OTHER: &[&str] =
            &["comment", "comments", "related", "bio", "box", "image", "photo", "role", "social", "list"];
        names::is_named(node, |name| names::words_of(name).any_of(OTHER))
    };
    let named = perhaps
        .iter()
        .take(20)
        .filter(|node| !is_other(node) && !node.ancestors_it(Some(4)).any(|n| is_other(&n)))
        .map(|node| line(&as_line(node)))
        .filter(|text| (3..100).contains(&text.chars().count()))
        .take(1)
        .map(|text| (text, "byline element".to_owned()));
    let lines = near.iter().filter(|p| p.text.len() < 200).filter_map(|p| {
        let at = p.text.split(['|', '·', '•', '\u{2003}']).map(str::trim).find(|part| credit::is_byline(part));
        let after = || LATE_BY.captures(&p.text).map(|c| c.get(1).map_or("", |m| m.as_str()));
        at.or_else(after).map(|text| (text.to_owned(), "visible text".to_owned()))
    });
    named.chain(lines.take(1)).collect()
}

/// "Sunday, June 21, 2026 By Ann Lee": the author after the date.
static LATE_BY: LazyLock<Regex> = LazyLock::new(|| regex(r"\d{4}\W+((?:By|Por|Par|Von|Di|Door|Av)\s+\p{Lu}.{2,50})$"));

/// Elements marked as an author that are looked at: a page may have thousands of comments.
const MAX_AUTHORS: usize = 200;
/// Boxes around a byline in one of which the others of its article stand.
const TOGETHER: usize = 3;

/// The bylines that the page shows: the one in the innermost box around the headline, and those that stand with it. Others are
/// of other stories.
pub(super) fn shown(authors: &[NodeRef], headline: Option<NodeId>) -> Vec<(String, String)> {
    let authors: Vec<&NodeRef> =
        authors.iter().take(MAX_AUTHORS).filter(|node| !names::stands_in_comments(node)).collect();
    let Some(any) = authors.first() else { return Vec::new() };
    let headline = headline.map(|id| NodeRef::new(id, any.tree));
    let of_headline: FxHashSet<NodeId> =
        headline.iter().flat_map(|headline| headline.ancestors_it(None)).map(|n| n.id).collect();
    let is_above = |node: &NodeRef| headline.as_ref().is_none_or(|headline| node.id < headline.id);
    let shared = |node: &NodeRef| node.ancestors_it(None).filter(|n| of_headline.contains(&n.id)).count();
    // The more boxes a byline shares with the headline, the nearer it is.
    let Some(first) = authors.iter().min_by_key(|node| (std::cmp::Reverse(shared(node)), is_above(node))) else {
        return Vec::new();
    };
    let around: Vec<NodeId> =
        first.ancestors_it(Some(TOGETHER)).filter(|n| !n.has_name("body")).map(|n| n.id).collect();
    let stands_with = |node: &&&NodeRef| {
        node.id == first.id || node.ancestors_it(Some(TOGETHER)).any(|n| n.id == first.id || around.contains(&n.id))
    };
    let authors = authors.iter().filter(stands_with);
    authors.take(6).map(|node| (line(&as_line(node)), "byline element".to_owned())).collect()
}

/// Chooses among bylines in order of trust, each with where it was found.
pub(super) fn choose(
    places: impl IntoIterator<Item = Vec<(String, String)>>,
    site: Option<&str>,
) -> Option<(Vec<String>, String)> {
    let is_office = |names: &[String]| names.iter().all(|name| AGENCY.is_match(name));
    let mut office = None;
    for candidates in places {
        let mut found: Vec<String> = Vec::new();
        let mut source = None;
        for (text, from) in candidates {
            // Of several meta tags the first that gives a name: the others say the same in other words.
            if source.as_ref().is_some_and(|source| *source != from) {
                break;
            }
            let names = people(&text, site.unwrap_or_default());
            if !names.is_empty() {
                source = Some(from);
            }
            for name in names {
                if !found.iter().any(|known| known.to_lowercase() == name.to_lowercase()) {
                    found.push(name);
                }
            }
        }
        if let Some(source) = source {
            found.truncate(20);
            // "All posts by Ann Lee" beside "Ann Lee".
            let all = found.clone();
            let names_other = |name: &str, other: &str| {
                name.len() > other.len()
                    && name.split_once(other).is_some_and(|(before, after)| {
                        (before.is_empty() || before.ends_with(' ')) && !after.starts_with(char::is_alphanumeric)
                    })
            };
            found.retain(|name| !all.iter().any(|other| other.contains(' ') && names_other(name, other)));
            // An office is the answer where no other place names a person.
            if !is_office(&found) {
                return Some((found, source));
            }
            office = office.or(Some((found, source)));
        }
    }
    office
}

/// Whether a word is the address of a site: `post.example`, `(www.post.example)`.
fn is_host(word: &str) -> bool {
    let word = word.trim_matches(|c: char| !c.is_alphanumeric());
    let last = word.rsplit_once('.').map(|(first, last)| (first.len() > 2, last));
    last.is_some_and(|(is_long, last)| {
        is_long && (2..=7).contains(&last.len()) && last.chars().all(|c| c.is_ascii_lowercase())
    })
}

/// A publisher's or an office's name, and nobody's.
static AGENCY: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?ix)\b(?:press|news|agency|agencia|agence|agentur|times|post|media|tv|staff|desk|bureau|team|newsroom|services?|network
        |reuters|afp|dpa|efe|ansa|xinhua|bloomberg|redaktion|redacción|rédaction|redazione|online|magazine|journal|wire(?:\s+services?)?)\b
        |(?:일보|신문|뉴스|방송|통신|新聞|新闻|通信|日报|日報|晚报|晚報|时报|時報|快讯|网)$",
    )
});

/// The names in a byline: "By Ann Lee and Bob Ray, Political Editor" is Ann Lee, Bob Ray.
fn people(text: &str, site: &str) -> Vec<String> {
    static BY: LazyLock<Regex> = LazyLock::new(|| {
        regex(
            r"(?ix)^\s*(?:(?:written|posted|reported|published|words|story|text|analysis|opinion|photographs?|(?:(?:view|see|more)\s+)?(?:all\s+)?(?:posts|articles|stories))\s+by|about|sobre|by|por
            |par|von|di|door|av|af|oleh|от|автор|texte?|tekst|author|autora?|redactor|reporter|yazan|بقلم|كتب)\b\s*:?\s+
            |^\s*(?:作者|[记記]者|文|撰文|取材・文|编辑)\s*[:：/／]?\s*",
        )
    });
    // What a portal says of where it has the text from.
    static SOURCE: LazyLock<Regex> =
        LazyLock::new(|| regex(r"(?i)来源|來源|责任编辑|責任編輯|^\s*(?:source|fuente|fonte|quelle|источник)\s*:"));
    // The office that follows a name in Korean, Chinese and Japanese.
    static REPORTER: LazyLock<Regex> = LazyLock::new(|| regex(r"\s*(?:기자|특파원|논설위원|記者|记者)\s*$"));
    static AND: LazyLock<Regex> = LazyLock::new(|| {
        regex(
            r"(?i)\s*[,;|/•·、，]\s*|\s*\((?:with|avec|mit|con|com|met|med)\s+|\s+(?:and|with|y|et|und|e|og|och|en|и|та|ve|dan|&|–|—|-)\s+",
        )
    });
    // Where they are or for whom they write.
    static AWAY: LazyLock<Regex> = LazyLock::new(|| {
        regex(r"^(\p{Lu}\S+(?:\s+\S+)+?)\s+(?:in|for|at|reports|from|em|en|à|aus|из|в|special to)\s.*$")
    });
    // A date, a button or who helped ends the names. June and April are names themselves, and a day follows a month.
    static DATE: LazyLock<Regex> = LazyLock::new(|| {
        regex(
            r"(?ix)(?:\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b
            |\b(?:january|february|march|april|may|june|july|august|september|october|november|december)\b\.?,?\s+\d|\d
            |\b(?:mon|tues?|wed|thu(?:rs?)?|fri|sat|sun)\.?,?\s+(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)\.?\s+\d
            |\b(?:last\s+)?(?:updated|published|posted)\b|\b(?:edited|translated|photographed|illustrated|(?:fact[\ -]?)?checked|reviewed)\s+by\b|\bon\s+(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\b).*$",
        )
    });
    static OFFICE: LazyLock<Regex> = LazyLock::new(|| {
        regex(
            r"(?ix)\b(?:editor|writer|reporter|correspondent|publisher|contributor|columnist|analyst|founder
            |director|professor|chief|author|producer|fellow|blogger|journalist|photographer|corresponsal|periodista|enviad[oa]|redactora?
            |correspondante?|journaliste|korrespondentin?|redakteurin?|corrispondente|correspondente|корреспондент|обозреватель|журналист)s?\b",
        )
    });
    let text = &*unescape(text);
    if text.len() > 300 || text.contains("://") || text.starts_with("www.") {
        return Vec::new();
    }
    if SOURCE.is_match(text) {
        return Vec::new();
    }
    let text = BY.replace(text, "");
    let text = DATE.replace(&text, "");
    // The address beside the name, or the site's.
    let is_address = |word: &&str| word.contains('@') || is_host(word);
    let text = text.split_whitespace().filter(|word| !is_address(word)).collect::<Vec<_>>().join(" ");
    // "Our reporter" names nobody.
    let named = REPORTER.replace(&text, "");
    let text = if AGENCY.is_match(&named) { &*text } else { &*named };
    let plausible = |name: &str| {
        let words = name.split_whitespace().count();
        // "View my complete profile" is no name.
        let small = name.split_whitespace().filter(|word| word.chars().all(|c| c.is_ascii_lowercase())).count();
        (1..=6).contains(&words)
            && (name.chars().count() > 2 || (name.chars().count() == 2 && !name.is_ascii()))
            && name.chars().any(char::is_alphabetic)
            && !name.contains(['@', '{', '}', '<', '>', '=', ':', '©'])
            && !(words > 3 && small * 2 > words)
            && !matches!(
                &*name.to_lowercase(),
                "name"
                    | "your name"
                    | "admin"
                    | "administrator"
                    | "super user"
                    | "staff"
                    | "editor"
                    | "redaktion"
                    | "redacción"
                    | "author"
            )
            && !(words > 2 && !name.chars().any(char::is_uppercase) && name.is_ascii())
    };
    let is_end = |c: char| c.is_whitespace() || matches!(c, '-' | '–' | '—' | ',');
    let without_end = |name: &str| {
        let name = name.trim_end_matches(is_end);
        // The end of "(with Bob Ray)", whose beginning parts it from the name before.
        let name = name.strip_suffix(')').filter(|inner| !inner.contains('(')).unwrap_or(name);
        name.strip_suffix(" on").unwrap_or(name).to_owned()
    };
    let parts: Vec<String> = AND.split(text).map(|name| without_end(&AWAY.replace(name.trim(), "$1"))).collect();
    let parts: Vec<&str> = parts.iter().map(String::as_str).filter(|name| plausible(name)).collect();
    // After the first name, what has one word, begins small or names an office is none.
    let is_name = |(i, name): (usize, &&str)| {
        i == 0
            || (name.contains(' ')
                && !OFFICE.is_match(name)
                && !name.ends_with('.')
                && name.chars().next().is_some_and(char::is_uppercase))
    };
    let mut names: Vec<String> =
        parts.iter().enumerate().filter(|(i, name)| is_name((*i, name))).map(|(_, name)| (*name).to_owned()).collect();
    // An agency beside a person is whom the person writes for.
    if names.iter().any(|name| name.contains(' ') && !AGENCY.is_match(name)) {
        names.retain(|name| !AGENCY.is_match(name) && !name.eq_ignore_ascii_case(site));
    }
    if names.len() == 1 && names[0].eq_ignore_ascii_case(site) { Vec::new() } else { names }
}

#[cfg(test)]
mod tests {
    use super::super::landmarks::Landmarks;
    use super::*;
    use dom_query::Document;

    #[test]
    fn a_person_is_named_before_an_office() {
        let place = |text: &str, from: &str| vec![(text.to_owned(), from.to_owned())];
        for (places, expected) in [
            (vec![place("새벽일보", "meta"), place("한소율 기자", "element")], Some((vec!["한소율"], "element"))),
            (vec![place("Reuters", "meta"), place("", "element")], Some((vec!["Reuters"], "meta"))),
            (vec![place("Ann Lee", "meta"), place("Bob Ray", "element")], Some((vec!["Ann Lee"], "meta"))),
            (
                vec![[place("All posts by Ann Lee", "element"), place("Ann Lee", "element")].concat()],
                Some((vec!["Ann Lee"], "element")),
            ),
            (vec![], None),
        ] {
            let found = choose(places, None);
            let found = found.as_ref().map(|(names, from)| (names.iter().map(String::as_str).collect(), from.as_str()));
            assert_eq!(found, expected);
        }
    }

    #[test]
    fn the_bylines_of_other_stories_and_of_comments_are_not_the_articles() {
        let by = |name: &str| format!("<p><a rel=author href=/a>{name}</a></p>");
        let other = format!("<div><section><div><h3>Bus late</h3>{}</div></section></div>", by("Eve Day"));
        let comments = format!("<div class=comments><div>{}</div></div>", by("Tom Fox"));
        for (html, expected) in [
            (format!("{other}<div><h1>Ferry late</h1>{}<p>Text</p></div>{other}", by("Ann Lee")), vec!["Ann Lee"]),
            (
                format!("<h1>Ferry late</h1><div>{}{}</div>{other}", by("Ann Lee"), by("Bob Ray")),
                vec!["Ann Lee", "Bob Ray"],
            ),
            (format!("<div>{}<h1>Ferry late</h1></div>{comments}{other}", by("Ann Lee")), vec!["Ann Lee"]),
            (format!("<div>{}</div>{other}", by("Ann Lee")), vec!["Ann Lee"]),
        ] {
            let document = Document::from(format!("<body><main>{html}</main>"));
            let landmarks = Landmarks::of(&document);
            let shown = shown(&landmarks.authors, landmarks.headings.first().map(|node| node.id));
            assert_eq!(shown.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), expected, "{html}");
        }
    }

    #[test]
    fn bylines_are_people() {
        for (text, expected) in [
            ("By Ann Lee", vec!["Ann Lee"]),
            ("Ann Lee, Political Editor", vec!["Ann Lee"]),
            ("Ann Lee and Bob Ray", vec!["Ann Lee", "Bob Ray"]),
            ("Por Juan Peña y Ana Ruiz", vec!["Juan Peña", "Ana Ruiz"]),
            ("The Post", vec![]),
            ("https://post.example/ann", vec![]),
            ("admin", vec![]),
            ("ANN LEE alee@post.example", vec!["ANN LEE"]),
            ("Reuters", vec!["Reuters"]),
            ("Ann Lee November 18, 2019 12:01 PM Print this", vec!["Ann Lee"]),
            ("ANN LEE, AP National Security Writer", vec!["ANN LEE"]),
            ("Ann Lee, Associated Press", vec!["Ann Lee"]),
            ("Associated Press", vec!["Associated Press"]),
            ("Ann Lee in Vasto and Bob Ray in Corvina", vec!["Ann Lee", "Bob Ray"]),
            ("Ann Lee for The Post", vec!["Ann Lee"]),
            ("Par Jeanne Petit et Luc Roy", vec!["Jeanne Petit", "Luc Roy"]),
            ("Von Ute Klein und Jan Groß", vec!["Ute Klein", "Jan Groß"]),
            ("Ana Ruiz, corresponsal en Vasto", vec!["Ana Ruiz"]),
            ("Автор: Иван Петров", vec!["Иван Петров"]),
            ("记者 张三", vec!["张三"]),
            ("한소율 기자", vec!["한소율"]),
            ("Post.example", vec![]),
            ("Ann Lee (www.post.example)", vec!["Ann Lee"]),
            ("Ann O&#039;Lee", vec!["Ann O'Lee"]),
            ("ANN LEE - AP Science Writers", vec!["ANN LEE"]),
            ("Ann Lee on", vec!["Ann Lee"]),
            ("Laura June Topolsky", vec!["Laura June Topolsky"]),
            ("Ann Lee June 4", vec!["Ann Lee"]),
            ("Ann Lee Fri., Aug. 23, 2019", vec!["Ann Lee"]),
            ("Ann Lee Edited by Bob Ray", vec!["Ann Lee"]),
            ("Jeanne Petit (avec Luc Roy et Ann Lee)", vec!["Jeanne Petit", "Luc Roy", "Ann Lee"]),
            ("View all posts by Ann Lee", vec!["Ann Lee"]),
            ("Last Updated: January 7, 2025", vec![]),
            ("Ann Lee on Jul 4", vec!["Ann Lee"]),
            ("John Walk -", vec!["John Walk"]),
            ("J.R.R. Lee", vec!["J.R.R. Lee"]),
            ("View my complete profile", vec![]),
            ("© by Chatter", vec![]),
            ("Recommend this:", vec![]),
            ("本文来源：山城晚报 责任编辑：周小满_NB2218", vec![]),
        ] {
            assert_eq!(people(text, "The Post"), expected, "{text}");
        }
    }
}
