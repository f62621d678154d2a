//! The paragraphs that extraction gave → those of the article: its title again, dates, marks and link lists gone.
//! Looks at lines and their place only; every rule names what a publisher's template puts there.

use super::lines;
use super::paragraphs::{Kind, Paragraph};
use super::title::key;

/// The article's paragraphs.
pub(super) fn tidy(found: Vec<Paragraph>, title: Option<&str>, byline: &[String]) -> Vec<Paragraph> {
    let total: usize = found.iter().map(Paragraph::chars).sum();
    let mut kept: Vec<Paragraph> = Vec::with_capacity(found.len());
    let mut seen = 0;
    let mut in_list = false;
    let ahead = prose_ahead(&found);
    let strays = stray_lists(&found);
    for (i, paragraph) in found.into_iter().enumerate() {
        let chars = paragraph.chars();
        let (text, late) = (paragraph.text.as_str(), seen * 2 > total);
        let at_start = seen * 10 < total || kept.len() < 3;
        let ends = late && lines::heads_end(text, chars);
        if late
            && (lines::heads_comments(text, chars)
                || (seen * 5 > total * 4 && lines::is_copyright(text))
                || ((ends || (paragraph.kind == Kind::Heading && lines::heads_apparatus(text, chars)))
                    && ahead[i] * 3 < total)
                || (kept.len() > 2 && is_boilerplate_head(text, chars, &kept)))
        {
            break;
        }
        seen += chars;
        in_list = ends || lines::heads_list(text, chars) || (in_list && paragraph.link_share() > 0.5);
        let drop = in_list
            || strays[i]
            || (seen * 5 > total * 4 && paragraph.kind == Kind::Item && paragraph.is_link())
            || is_aside(&paragraph, chars)
            || ((late || paragraph.linked > 0 || text.contains('@')) && lines::is_call_to_write(text, chars))
            || (at_start && is_head(text, chars, title, byline))
            || (late && (lines::is_imprint(text) || lines::is_contact(text, chars) || is_author_note(text, byline)))
            || kept.last().is_some_and(|last| last.text == paragraph.text);
        if !drop {
            kept.push(paragraph);
        }
    }
    cut_head(&mut kept);
    cut_tail(&mut kept);
    kept
}

/// Takes away the lines between headline and text that are no sentences: a name, an office, a place in a menu.
fn cut_head(kept: &mut Vec<Paragraph>) {
    let is_label = |p: &Paragraph| {
        matches!(p.kind, Kind::Text | Kind::Item)
            && p.chars() < if p.kind == Kind::Item { 25 } else { 50 }
            && !p
                .text
                .ends_with(['.', '!', '?', ':', '…', '”', '"', '»', '。', '！', '？', '」', '؟', '।', '-', '–', '—'])
    };
    let labels = kept.iter().take_while(|p| is_label(p)).count();
    if (1..=4).contains(&labels) && kept.get(labels).is_some_and(|p| p.kind == Kind::Text && p.is_prose()) {
        kept.drain(..labels);
    }
}

/// "About Acme" below a press release of Acme's: the same words stand below each of them.
fn is_boilerplate_head(text: &str, chars: usize, kept: &[Paragraph]) -> bool {
    let Some(name) = lines::about_whom(text, chars) else { return false };
    kept.iter().any(|p| p.text.contains(name))
}

/// The characters of full paragraphs after each one: a box in the middle of a text ends nothing.
fn prose_ahead(found: &[Paragraph]) -> Vec<usize> {
    let mut held = 0;
    let mut ahead: Vec<usize> = found
        .iter()
        .rev()
        .map(|p| {
            let before = held;
            let chars = p.chars();
            if chars >= 200 && p.link_share() < 0.2 && p.kind == Kind::Text {
                held += chars;
            }
            before
        })
        .collect();
    ahead.reverse();
    ahead
}

/// Lists of links between paragraphs that may be strays; a text that has more of them is made of them.
const MAX_STRAYS: usize = 2;

/// Which paragraphs are items of a list of links that nothing introduces, between paragraphs of text.
fn stray_lists(found: &[Paragraph]) -> Vec<bool> {
    let is_item = |p: &Paragraph| p.kind == Kind::Item && p.is_link();
    let introduces = |p: &Paragraph| p.kind != Kind::Text || !p.is_prose() || p.text.ends_with([':', '：']);
    let mut lists = Vec::new();
    let mut at = 1;
    while at < found.len() {
        let end = at + found[at..].iter().take_while(|p| is_item(p)).count();
        if end > at && end < found.len() && found[end].kind != Kind::Item && !introduces(&found[at - 1]) {
            lists.push(at..end);
        }
        at = end.max(at + 1);
    }
    let mut strays = vec![false; found.len()];
    if lists.len() <= MAX_STRAYS {
        for list in lists {
            strays[list].fill(true);
        }
    }
    strays
}

/// Furniture, pointers and calls between paragraphs.
fn is_aside(paragraph: &Paragraph, chars: usize) -> bool {
    let text = paragraph.text.as_str();
    lines::is_furniture(text, chars)
        || (chars < 200 && lines::is_pointer(text) && (paragraph.link_share() > 0.3 || chars < 100))
        || (paragraph.link_share() > 0.5 && lines::starts_list(text))
        || ((paragraph.linked > 0 || text.contains("://")) && lines::is_call(text, chars))
        || (paragraph.kind == Kind::Text && chars < 200 && paragraph.is_labelled_link() && !is_address(text))
        // A paragraph that is one link is a headline of another story. In a list it may be the matter itself.
        || (paragraph.kind == Kind::Text && chars < 200 && paragraph.is_link() && !text.starts_with("http"))
}

/// Whether a link is there to be read: the address of what the text tells of.
fn is_address(text: &str) -> bool {
    text.contains("://") || text.contains("www.") || text.contains('@')
}

/// The title, the date or the author again, above the text.
fn is_head(text: &str, chars: usize, title: Option<&str>, byline: &[String]) -> bool {
    let line = key(text);
    // Some templates set the date and the author in the line of the title.
    let begins =
        |title: &str| !title.is_empty() && line.strip_prefix(title).is_some_and(|rest| rest.chars().count() < 50);
    if title.is_some_and(|title| begins(&key(title)))
        || lines::is_date(text, chars)
        || lines::is_credit_line(text, chars)
    {
        return true;
    }
    if chars > 90 || byline.is_empty() {
        return false;
    }
    let mut rest = line;
    let names = byline.iter().filter(|name| {
        let name = key(name);
        let named = !name.is_empty() && rest.contains(&name);
        rest = rest.replacen(&name, "", 1);
        named
    });
    let named = names.count() > 0;
    // What is left beside the names: "By", a date, an office.
    let bare: String = text
        .split(|c: char| !c.is_alphabetic())
        .filter(|w| !byline.iter().any(|name| name.contains(*w)))
        .collect::<Vec<_>>()
        .join(" ");
    named && (rest.chars().filter(|c| c.is_alphabetic()).count() < 8 || lines::is_date(&format!("{bare} 10:00"), chars))
}

/// "Ann Lee is a reporter at the Post", below the text.
fn is_author_note(text: &str, byline: &[String]) -> bool {
    byline.iter().filter_map(|name| text.strip_prefix(name.as_str())).any(|rest| {
        [" is ", " writes ", " covers ", " reports ", " has ", ", ", " can be ", " contributed ", " es ", " ist "]
            .iter()
            .any(|verb| rest.starts_with(verb))
            && text.chars().count() < 600
    })
}

/// The name below a text that says nothing else: who wrote it.
pub(super) fn signature(paragraphs: &[Paragraph]) -> Option<&str> {
    const PARTICLES: &[&str] =
        &["de", "da", "do", "del", "della", "di", "van", "von", "der", "el", "al", "bin", "y", "e"];
    let [.., before, last] = paragraphs else { return None };
    let words: Vec<&str> = last.text.split_whitespace().collect();
    let is_name = |word: &&str| {
        let mut letters = word.chars().filter(|c| !matches!(c, '.' | '-' | '’' | '\''));
        PARTICLES.contains(word) || (letters.next().is_some_and(char::is_uppercase) && letters.all(char::is_lowercase))
    };
    let signs = last.kind == Kind::Text
        && before.kind == Kind::Text
        && before.is_prose()
        && before.text.ends_with(['.', '!', '?', '…', '”', '"', '»'])
        && (2..=4).contains(&words.len())
        && last.chars() <= 40
        && last.text.ends_with(char::is_alphabetic)
        && words.iter().all(is_name);
    signs.then_some(last.text.as_str())
}

/// Takes away link lists at the end, and headings that head nothing.
fn cut_tail(kept: &mut Vec<Paragraph>) {
    while kept.len() > 1
        && kept.last().is_some_and(|last| last.kind == Kind::Heading || (last.link_share() > 0.6 && last.chars() < 300))
    {
        kept.pop();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(texts: &[&str]) -> Vec<Paragraph> {
        texts
            .iter()
            .map(|text| {
                let (kind, text) = text.strip_prefix('#').map_or((Kind::Text, *text), |rest| (Kind::Heading, rest));
                let linked = if text.starts_with('>') { text.len() } else { 0 };
                Paragraph { text: text.to_owned(), linked, kind, ..Paragraph::default() }
            })
            .collect()
    }

    #[test]
    fn only_the_articles_lines_stay() {
        let body = "The ferry will be late, the port said on Monday, and the next one will be later still.";
        let more = "Passengers were told to wait in the hall, where tea was served until the evening came.";
        for (given, expected) in [
            (vec!["Ferry late", "By Ann Lee", "March 4, 2024", body, more], vec![body, more]),
            (vec![body, "Advertisement", "* * *", more], vec![body, more]),
            (vec![body, "READ MORE: Bus late too", more], vec![body, more]),
            (vec![body, more, "#Related stories", "Bus late", "Train late"], vec![body, more]),
            (vec![body, more, ">Bus late", ">Train late"], vec![body, more]),
            (vec![body, "#What comes next", more, "#More"], vec![body, "What comes next", more]),
            (vec![body, body, more], vec![body, more]),
            (vec!["Short."], vec!["Short."]),
        ] {
            let kept = tidy(lines(&given), Some("Ferry late"), &["Ann Lee".to_owned()]);
            assert_eq!(kept.iter().map(|p| p.text.as_str()).collect::<Vec<_>>(), expected, "{given:?}");
        }
    }
}
