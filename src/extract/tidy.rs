//! The paragraphs that extraction gave → those of the article: its title again, dates, marks and link lists gone.
//! Looks at lines and their place only; every rule names what a publisher's template puts there.

use super::below;
use super::calls;
use super::credit;
use super::imprint;
use super::lines;
use super::paragraphs::{Kind, Paragraph, SENTENCE_ENDS};
use super::title::key;

/// What is known of an article whose lines are tidied.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Known<'a> {
    pub title: Option<&'a str>,
    pub byline: &'a [String],
    /// The host of its page.
    pub host: Option<&'a str>,
}

/// Lines at the end of a text that may be a template's.
const LAST_LINES: usize = 6;

/// The article's paragraphs.
pub(super) fn tidy(found: Vec<Paragraph>, known: &Known) -> Vec<Paragraph> {
    let Known { title, byline, host } = *known;
    let total: usize = found.iter().map(Paragraph::chars).sum();
    let mut kept: Vec<Paragraph> = Vec::with_capacity(found.len());
    let (count, mut seen) = (found.len(), 0);
    let mut in_list = false;
    let mut lead: Option<String> = None;
    let ahead = prose_ahead(&found);
    let mut strays = stray_lists(&found, host);
    mark_pull_quotes(&found, &mut strays);
    let heads_text = heads_of_text(&found);
    for (i, paragraph) in found.into_iter().enumerate() {
        let chars = paragraph.chars();
        let (text, late) = (paragraph.text.as_str(), seen * 2 > total);
        let at_start = seen * 10 < total || kept.len() < 3;
        let ends = late && !heads_text[i] && lines::heads_end(text, chars);
        if late
            && (lines::heads_comments(text, chars)
                || lines::is_end_mark(text)
                || (seen * 5 > total * 4 && imprint::is_copyright(text))
                || ((ends
                    || (paragraph.kind == Kind::Heading && !heads_text[i] && lines::heads_apparatus(text, chars)))
                    && ahead[i] * 3 < total)
                || (kept.len() > 2 && is_boilerplate_head(text, chars, &kept)))
        {
            break;
        }
        seen += chars;
        let is_among_last = seen * 5 > total * 4 && i + LAST_LINES >= count;
        in_list =
            ends || (!heads_text[i] && lines::heads_list(text, chars)) || (in_list && paragraph.link_share() > 0.5);
        let drop = in_list
            || strays[i]
            || is_aside(&paragraph, chars)
            || is_call_to_write(&paragraph, chars, late)
            || (at_start && is_head(text, chars, title, byline))
            || (late && below::is_below_text(&paragraph, chars, known, is_among_last))
            || (late && chars * 2 < total && is_told_again(&paragraph, chars, title, lead.as_deref()))
            || kept.last().is_some_and(|last| last.text == paragraph.text);
        if !drop {
            if lead.is_none() && paragraph.kind == Kind::Text && paragraph.is_prose() {
                lead = Some(key(text)).filter(|lead| lead.chars().count() >= MIN_LEAD);
            }
            kept.push(paragraph);
        }
    }
    cut_head(&mut kept);
    join_dateline(&mut kept);
    below::cut_tail(&mut kept, known);
    kept
}

/// Whether a paragraph is nothing but a link to another story: one that leads to another site is a source.
fn is_pointer(paragraph: &Paragraph, host: Option<&str>) -> bool {
    paragraph.is_link() && !paragraph.leads_away_from(host)
}

/// Which lines head a text of the article, though lists of other stories have such heads too: a sentence that is no link
/// stands below.
fn heads_of_text(found: &[Paragraph]) -> Vec<bool> {
    let below = |at: usize| found.get(at + 1).is_some_and(|next| next.is_prose() && next.is_sentence());
    let is_one = |(at, p): (usize, &Paragraph)| {
        let heads = p.kind == Kind::Heading && lines::may_head_text(&p.text, p.chars());
        p.linked == 0 && (p.is_sentence() || (heads && below(at)))
    };
    found.iter().enumerate().map(is_one).collect()
}

/// Whether a paragraph calls the readers to write. One that asks, and gives no address, is a question of an interview.
fn is_call_to_write(paragraph: &Paragraph, chars: usize, late: bool) -> bool {
    let text = paragraph.text.as_str();
    let has_address = paragraph.linked > 0 || text.contains('@');
    (has_address || (late && !text.ends_with(['?', '？']))) && calls::is_call_to_write(text, chars)
}

/// Takes away the lines between headline and text that are no sentences: a name, an office, a place in a menu.
fn cut_head(kept: &mut Vec<Paragraph>) {
    let is_label = |p: &Paragraph| {
        let chars = p.chars();
        // "By:", and the name is somewhere else.
        let is_open = chars < 20 && p.text.ends_with(':');
        matches!(p.kind, Kind::Text | Kind::Item)
            && chars < if p.kind == Kind::Item { 25 } else { 50 }
            && (is_open
                || !p.text.ends_with([
                    '.', '!', '?', ':', '…', '”', '"', '»', '。', '！', '？', '」', '؟', '।', '-', '–', '—',
                ]))
    };
    let labels = kept.iter().take_while(|p| is_label(p)).count();
    if (1..=4).contains(&labels) && kept.get(labels).is_some_and(|p| p.kind == Kind::Text && p.is_prose()) {
        kept.drain(..labels);
    }
}

/// Joins a dateline that a template sets apart, "Vasto (AP) —", to the sentence that it begins.
fn join_dateline(kept: &mut Vec<Paragraph>) {
    let is_dateline = |p: &Paragraph| {
        p.kind == Kind::Text
            && p.chars() < 50
            && p.text.ends_with(['–', '—'])
            && p.text.chars().next().is_some_and(char::is_uppercase)
    };
    if let [first, second, ..] = kept.as_mut_slice()
        && is_dateline(first)
        && second.kind == Kind::Text
        && second.is_prose()
    {
        second.text = format!("{} {}", first.text, second.text);
        kept.remove(0);
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

/// Quotations set apart; a text that has more quotes somebody.
const MAX_QUOTES: usize = 8;
/// Lists of links between paragraphs that may be strays; a text that has more of them is made of them.
const MAX_STRAYS: usize = 2;

/// "More bread recipes you will love:" and nothing else in its line.
fn is_list_label(paragraph: &Paragraph) -> bool {
    let is_line = paragraph.kind == Kind::Text && paragraph.linked == 0 && paragraph.chars() < 60;
    is_line && paragraph.text.ends_with([':', '：']) && !paragraph.text.contains(['.', '?', '!', ','])
}

/// Which paragraphs are items of a list of links that nothing introduces, between paragraphs of text.
fn stray_lists(found: &[Paragraph], host: Option<&str>) -> Vec<bool> {
    let is_item = |p: &Paragraph| p.kind == Kind::Item && is_pointer(p, host);
    let introduces = |p: &Paragraph| p.kind != Kind::Text || !p.is_prose() || p.text.ends_with([':', '：']);
    let mut lists = Vec::new();
    let mut at = 1;
    while at < found.len() {
        let end = at + found[at..].iter().take_while(|p| is_item(p)).count();
        let stands_between = end > at && end < found.len() && found[end].kind != Kind::Item;
        if stands_between && is_list_label(&found[at - 1]) {
            lists.push(at - 1..end);
        } else if stands_between && !introduces(&found[at - 1]) {
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

/// Letters and digits of the shortest pull quote.
const MIN_PULL_QUOTE: usize = 12;

/// Marks the quotations set apart whose words stand in the text as well.
fn mark_pull_quotes(found: &[Paragraph], strays: &mut [bool]) {
    let quotes: Vec<usize> =
        (0..found.len()).filter(|at| found[*at].kind == Kind::Quote).take(MAX_QUOTES + 1).collect();
    if quotes.is_empty() || quotes.len() > MAX_QUOTES {
        return;
    }
    let texts: String = found.iter().filter(|p| p.kind == Kind::Text).map(|p| key(&p.text) + " ").collect();
    for at in quotes {
        let words = key(&found[at].text);
        strays[at] |= words.chars().count() >= MIN_PULL_QUOTE && texts.contains(&words);
    }
}

/// Furniture, pointers and calls between paragraphs.
fn is_aside(paragraph: &Paragraph, chars: usize) -> bool {
    let text = paragraph.text.as_str();
    lines::is_furniture(text, chars)
        || imprint::is_disclosure(text, chars)
        || calls::is_scan(text, chars)
        || (chars < 200 && lines::is_pointer(text) && (paragraph.link_share() > 0.3 || chars < 100))
        || (paragraph.link_share() > 0.5 && lines::starts_list(text))
        || ((paragraph.linked > 0 || text.contains("://")) && is_call(paragraph, chars))
        || (matches!(paragraph.kind, Kind::Text | Kind::Heading) && chars < 200 && paragraph.is_labelled_link() && !is_address(text))
        // A paragraph that is one link is a headline of another story. In a list it may be the matter itself, and a
        // sentence is one of the text.
        || (paragraph.kind == Kind::Text && chars < 200 && paragraph.is_link() && !text.starts_with("http")
            && !paragraph.is_sentence())
}

/// Whether a paragraph calls to follow the publisher. What a channel or an app may be for anybody is the publisher's where it
/// speaks of itself, or where the call is the link.
fn is_call(paragraph: &Paragraph, chars: usize) -> bool {
    let text = paragraph.text.as_str();
    let is_the_link = paragraph.lead < 3 || paragraph.link_share() > 0.4;
    calls::is_call(text, chars) || (is_the_link && calls::may_be_call(text, chars))
}

/// Whether a link is there to be read: the address of what the text tells of.
fn is_address(text: &str) -> bool {
    text.contains("://") || text.contains("www.") || text.contains('@')
}

/// Letters of a label at the end of a title.
const MAX_LABEL: usize = 8;
/// Letters and digits of a first paragraph that is known again by them, and of such a title.
const MIN_LEAD: usize = 60;
const MIN_TITLE: usize = 20;

/// The title again below the text, or a paragraph that begins the story anew: what is said of a recording of it, of a film.
fn is_told_again(paragraph: &Paragraph, chars: usize, title: Option<&str>, lead: Option<&str>) -> bool {
    let says_title = |title: &str| {
        let title = key(title);
        title.chars().count() >= MIN_TITLE && key(&paragraph.text) == title
    };
    (chars < 300 && title.is_some_and(says_title))
        || (chars >= MIN_LEAD && lead.is_some_and(|lead| key(&paragraph.text).contains(lead)))
}

/// The title, the date or the author again, above the text.
fn is_head(text: &str, chars: usize, title: Option<&str>, byline: &[String]) -> bool {
    let line = key(text);
    // Some templates set the date and the author in the line of the title; a sentence goes on.
    let is_sentence = text.ends_with(SENTENCE_ENDS);
    let begins = |title: &str| {
        let rest = line.strip_prefix(title).filter(|_| !title.is_empty()).map(|rest| rest.chars().count());
        rest.is_some_and(|rest| rest == 0 || (rest < 50 && !is_sentence))
    };
    // A title has a label at its end, "(video)", that the page shows apart.
    let lacks_label = |title: &str| {
        let rest = title.strip_prefix(&line).map(|rest| rest.chars().count());
        rest.is_some_and(|rest| (1..=MAX_LABEL).contains(&rest) && line.chars().count() >= MIN_TITLE)
    };
    if title.map(key).is_some_and(|title| begins(&title) || lacks_label(&title))
        || credit::is_date(text, chars)
        || credit::is_credit_line(text, chars)
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
    named
        && (rest.chars().filter(|c| c.is_alphabetic()).count() < 8 || credit::is_date(&format!("{bare} 10:00"), chars))
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
        let byline = ["Ann Lee".to_owned()];
        let known = Known { title: Some("Ferry late"), byline: &byline, host: None };
        for (given, expected) in [
            (vec!["Ferry late", "By Ann Lee", "March 4, 2024", body, more], vec![body, more]),
            (vec![body, "Advertisement", "* * *", more], vec![body, more]),
            (vec![body, "READ MORE: Bus late too", more], vec![body, more]),
            (vec![body, more, "#Related stories", "Bus late", "Train late"], vec![body, more]),
            (vec![body, more, ">Bus late", ">Train late"], vec![body, more]),
            (vec![body, "#What comes next", more, "#More"], vec![body, "What comes next", more]),
            (vec![body, body, more], vec![body, more]),
            (vec!["Short."], vec!["Short."]),
            (vec!["By:", body, more], vec![body, more]),
            (vec!["Northport (AP) —", body, more], vec![&*format!("Northport (AP) — {body}"), more]),
        ] {
            let kept = tidy(lines(&given), &known);
            assert_eq!(kept.iter().map(|p| p.text.as_str()).collect::<Vec<_>>(), expected, "{given:?}");
        }
    }
}
