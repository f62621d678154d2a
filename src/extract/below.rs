//! A paragraph that stands below a text → whether it is none of it: the imprint, the author, where to write, what heads nothing.
//! Looks at lines, their place and what the page says of the article; every rule names what a publisher's template puts there.

use super::credit;
use super::imprint;
use super::paragraphs::{Kind, Paragraph};
use super::pattern::pattern;
use super::tidy::Known;
use super::title::key;

/// Letters of a line that says where to reach somebody.
const MAX_REACH: usize = 200;
/// Digits of a telephone number.
const MIN_NUMBER: usize = 7;
/// Letters of a word in a menu.
const MAX_PART: usize = 28;

/// Whether a paragraph is what stands below texts: the imprint, the author, where to write, the page's own address. What may as
/// well stand in the middle of one is only there where it is among the last.
pub(super) fn is_below_text(paragraph: &Paragraph, chars: usize, known: &Known, last: bool) -> bool {
    let text = paragraph.text.as_str();
    (imprint::is_imprint(paragraph) && !heads_contacts(text, chars))
        || credit::is_contact(text, chars)
        || is_author_note(text, known.byline)
        || is_reach(text, known.byline)
        || is_own_address(text, known.host)
        || (last
            && (credit::is_date(text, chars)
                || credit::is_credit_line(text, chars)
                || is_names(text, known.byline)
                || is_page_list(text)
                || is_bar(text)))
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

/// "Reach Ann Lee at 555-0142": the author's name and an address or a number, in a line.
fn is_reach(text: &str, byline: &[String]) -> bool {
    text.chars().count() < MAX_REACH
        && (has_number(text) || text.contains('@'))
        && byline.iter().any(|name| text.to_lowercase().contains(&name.to_lowercase()))
}

/// "Read this story at https://…": the address of the page itself, and few words.
fn is_own_address(text: &str, host: Option<&str>) -> bool {
    let is_own = |word: &str| word.contains("://") && host.is_some_and(|host| word.contains(host));
    text.split_whitespace().any(is_own) && text.split_whitespace().count() < 10
}

/// The authors' names and nothing else.
fn is_names(text: &str, byline: &[String]) -> bool {
    let line = key(text);
    let mut rest = line.clone();
    for name in byline {
        rest = rest.replacen(&key(name), "", 1);
    }
    !line.is_empty() && rest.is_empty()
}

/// "Pages: 1 2 3": the numbers of the article's pages, with a word before them or without.
fn is_page_list(text: &str) -> bool {
    let mut words = text.split_whitespace().peekable();
    words.next_if(|word| word.ends_with(':'));
    let mut numbers = 0;
    words.all(|word| {
        numbers += 1;
        word.parse() == Ok(numbers)
    }) && numbers > 1
}

/// Short words with bars between, as of a menu: "Comments | Trackback | Feed".
fn is_bar(text: &str) -> bool {
    let parts = text.split('|');
    parts.clone().count() > 2 && parts.clone().all(|part| (1..=MAX_PART).contains(&part.trim().chars().count()))
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
    // A label that leads somewhere is none, though German writes "Zum Thema" as names are written.
    let signs = last.kind == Kind::Text
        && last.linked == 0
        && before.kind == Kind::Text
        && before.is_prose()
        && before.text.ends_with(['.', '!', '?', '…', '”', '"', '»'])
        && (2..=4).contains(&words.len())
        && last.chars() <= 40
        && last.text.ends_with(char::is_alphabetic)
        && words.iter().all(is_name);
    signs.then_some(last.text.as_str())
}

/// Takes away link lists at the end, headings that head nothing, whom to ask, and who wrote it.
pub(super) fn cut_tail(kept: &mut Vec<Paragraph>, known: &Known) {
    let is_list = |p: &Paragraph| p.link_share() > 0.6 && p.chars() < 300;
    let is_source = |p: &Paragraph| p.kind == Kind::Item && p.leads_away_from(known.host);
    // German papers sign what is theirs with two letters.
    let is_initials = |p: &Paragraph| p.kind == Kind::Text && p.chars() < 4 && p.text.chars().all(char::is_lowercase);
    while kept.len() > 1
        && kept.last().is_some_and(|last| {
            let (text, chars) = (last.text.as_str(), last.chars());
            let is_signed = credit::is_signature(text, chars) || credit::is_maker(text, chars) || credit::is_slug(text);
            let signs = last.kind == Kind::Text && is_signed;
            last.kind == Kind::Heading || signs || is_initials(last) || (is_list(last) && !is_source(last))
        })
    {
        kept.pop();
    }
    if let Some(at) = contacts(kept) {
        kept.truncate(at);
    }
}

/// Letters of a line of an address.
const MAX_ADDRESS: usize = 40;
/// Lines below the word "contacts".
const MAX_CONTACTS: usize = 8;

// Whom to ask, as a heading.
pattern!(
    CONTACTS,
    r"^\W*(?:(?:media|press|investor|company|news|pr)\ )?(?:contacts?|(?:enquir|inquir)ies)(?:\ (?:details|information|presse))?\W*$
    |^\W*(?:(?:presse|medien)?kontakte?|ansprechpartner(?:in)?|contactos?(?:\ de\ prensa)?|contatti(?:\ stampa)?|контакты(?:\ для\ прессы)?)\W*$"
);

fn heads_contacts(text: &str, chars: usize) -> bool {
    chars < MAX_ADDRESS && CONTACTS.is_match(text)
}

/// Where a press release begins to say whom to ask: below such a heading stand names, numbers and addresses, and no sentence.
fn contacts(kept: &[Paragraph]) -> Option<usize> {
    let from = kept.len().saturating_sub(MAX_CONTACTS + 1).max(1);
    let at = (from..kept.len()).find(|at| heads_contacts(&kept[*at].text, kept[*at].chars()))?;
    let below = &kept[at + 1..];
    let is_address = |p: &Paragraph| has_number(&p.text) || p.text.contains('@') || p.chars() < MAX_ADDRESS;
    ((below.is_empty() || below.iter().any(is_address)) && !below.iter().any(Paragraph::is_sentence)).then_some(at)
}

/// Whether a text gives a telephone number: seven digits, spaces, strokes and brackets aside.
fn has_number(text: &str) -> bool {
    let is_between = |c: char| matches!(c, ' ' | '-' | '/' | '(' | ')' | '.' | '+' | '\u{a0}');
    let parts = text.split(|c: char| !c.is_ascii_digit() && !is_between(c));
    parts.map(|part| part.bytes().filter(u8::is_ascii_digit).count()).any(|digits| digits >= MIN_NUMBER)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str) -> Paragraph {
        Paragraph { text: text.to_owned(), ..Paragraph::default() }
    }

    #[test]
    fn what_stands_below_is_told_from_a_last_sentence() {
        let byline = ["Ann Lee".to_owned()];
        let known = Known { title: None, byline: &byline, host: Some("post.example") };
        for (text, expected) in [
            ("ANN LEE", true),
            ("posted by Ann at 12:53", true),
            ("Publié le 29/10/2012 Mis à jour le 30/10/2012 à 14h03", true),
            ("Pages: 1 2 3", true),
            ("Feed | Comments closed | Trackback", true),
            ("Ann Lee said so.", false),
            ("___", false),
            ("It scored 1 2 3", false),
            ("Nobody came, | and nobody was sorry for it in all of the town.", false),
            ("The handle @ann_lee has a million readers.", false),
        ] {
            let paragraph = line(text);
            assert_eq!(is_below_text(&paragraph, paragraph.chars(), &known, true), expected, "{text}");
        }
    }

    #[test]
    fn a_name_below_a_text_signs_it_and_a_link_does_not() {
        let body = line("The ferry will be late, the port said on Monday, and the next one will be later still.");
        for (last, linked, expected) in
            [("Ann Lee", 0, true), ("Zum Thema", 8, false), ("See Quay", 0, true), ("END", 0, false)]
        {
            let paragraphs = [body.clone(), Paragraph { linked, ..line(last) }];
            assert_eq!(signature(&paragraphs).is_some(), expected, "{last}");
        }
    }

    #[test]
    fn letters_at_the_end_go() {
        let body = "The ferry will be late, the port said on Monday, and the next one will be later still.";
        for (last, stays) in [("kb", false), ("See more photos:", true), ("Why not?", true), ("End", true)] {
            let mut kept = vec![line(body), line(last)];
            cut_tail(&mut kept, &Known::default());
            assert_eq!(kept.len() == 2, stays, "{last}");
        }
    }
}
