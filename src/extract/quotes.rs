//! A text → the words in it that stand in quotation marks, and who said them where the sentence tells.
//! Knows the marks of many languages and judges by form alone: scare quotes are quotes. Speakers: see `speaker`.

use super::{dash, speaker};
use crate::model::Quote;

/// A quote longer than this is a mark that was never closed.
const MAX_QUOTE: usize = 3000;
/// Quotes of one text.
const MAX_QUOTES: usize = 5000;
/// Marks in one paragraph that open no quote; with more it is no prose.
const MAX_MISSES: usize = 1000;

/// The quotes of a text whose paragraphs have a blank line between, in order; none within another.
pub fn quotes(text: &str) -> Vec<Quote> {
    let mut found: Vec<Quote> = Vec::new();
    let mut start = 0;
    // Where the paragraphs of a quote that goes on began in `found`.
    let mut going_on: Option<usize> = None;
    while start < text.len() && found.len() < MAX_QUOTES {
        let end = text[start..].find("\n\n").map_or(text.len(), |n| start + n);
        let first = found.len();
        match dash::speech(&text[start..end]) {
            Some(said) if !text[start..end].contains(is_mark) => {
                found.extend(said.into_iter().map(|quote| Quote {
                    start: start + quote.start,
                    end: start + quote.end,
                    ..quote
                }));
                going_on = None;
            }
            _ => {
                let spans = spans(text, start, end);
                speaker::attribute(text, start..end, &spans, &mut found);
                if let Some(begun) = going_on.filter(|_| found.len() > first) {
                    one_speaker(&mut found[begun..=first]);
                }
                let open = found
                    .last()
                    .is_some_and(|last| found.len() > first && last.end == start + text[start..end].trim_end().len());
                going_on = open.then(|| going_on.filter(|_| found.len() == first + 1).unwrap_or(found.len() - 1));
            }
        }
        start = end + 2;
    }
    found
}

/// The parts of one quote over several paragraphs have the speaker that one of them names, if only one is named.
fn one_speaker(parts: &mut [Quote]) {
    let mut named: Vec<String> = parts.iter().filter_map(|part| part.speaker.clone()).collect();
    named.dedup();
    if let [name] = named.as_slice() {
        for part in parts {
            part.speaker = Some(name.clone());
        }
    }
}

fn is_mark(c: char) -> bool {
    is_opening(c) && !matches!(c, '\'' | '‘' | '’')
}

/// Byte ranges of the quotes in one paragraph, marks excluded.
fn spans(text: &str, start: usize, end: usize) -> Vec<(usize, usize)> {
    let paragraph = &text[start..end];
    let mut spans = Vec::new();
    let mut at = 0;
    let mut misses = 0;
    while let Some((open_at, mark)) = paragraph[at..].char_indices().find(|(_, c)| is_opening(*c)) {
        let open_at = at + open_at;
        let inner = open_at + mark.len_utf8();
        let close = if opens(paragraph, open_at, mark) { closing(paragraph, inner, mark, text, end) } else { None };
        let Some((close, after)) = close else {
            at = inner;
            misses += 1;
            if misses > MAX_MISSES {
                break;
            }
            continue;
        };
        let quoted = &paragraph[inner..close];
        let trimmed = quoted.trim_matches(|c: char| c.is_whitespace());
        let lead = quoted.len() - quoted.trim_start().len();
        if trimmed.chars().any(char::is_alphanumeric) && trimmed.len() <= MAX_QUOTE {
            let from = start + inner + lead;
            spans.push((from, from + trimmed.len()));
        }
        at = after;
    }
    spans
}

fn is_opening(c: char) -> bool {
    matches!(c, '"' | '“' | '„' | '«' | '»' | '‹' | '「' | '『' | '‚' | '‘' | '\'' | '”' | '＂' | '〝' | '‟')
}

/// Whether the mark at `at` can open a quote there.
fn opens(paragraph: &str, at: usize, mark: char) -> bool {
    let before = paragraph[..at].chars().next_back();
    let after = paragraph[at + mark.len_utf8()..].chars().next();
    let free = before.is_none_or(|c| {
        c.is_whitespace() || matches!(c, '(' | '[' | '—' | '–' | '-' | '/' | ':' | '“' | '"' | '¿' | '¡')
    });
    match mark {
        // An apostrophe or a year (’90s) is none.
        '\'' | '‘' => free && after.is_some_and(char::is_alphabetic),
        // Straight marks, Swedish ”…” and Danish »…« open only before a word.
        '"' | '”' | '»' | '＂' => free && after.is_some_and(|c| !c.is_whitespace()),
        _ => after.is_some(),
    }
}

/// Where the quote that opened before `inner` ends, and where to look on.
fn closing(p: &str, inner: usize, mark: char, text: &str, end: usize) -> Option<(usize, usize)> {
    let closers: &[char] = match mark {
        '"' | '＂' => &['"', '＂', '”'],
        '“' | '‟' => &['”', '"'],
        '„' => &['“', '”', '"'],
        '”' => &['”'],
        '«' => &['»'],
        '»' => &['«', '»'],
        '‹' => &['›'],
        '「' => &['」'],
        '『' => &['』'],
        '〝' => &['〟', '〞'],
        '‚' => &['‘', '’'],
        '‘' => &['’'],
        _ => &['\''],
    };
    let single = matches!(mark, '\'' | '‘' | '‚');
    let mut depth = 0;
    for (i, c) in p[inner..].char_indices().take_while(|(i, _)| *i <= MAX_QUOTE) {
        let here = inner + i;
        if c == mark && !closers.contains(&c) && !single {
            depth += 1;
        } else if closers.contains(&c) {
            if (single || c == '"') && !closes(p, inner, here, c) {
                continue;
            }
            if depth == 0 {
                return Some((here, here + c.len_utf8()));
            }
            depth -= 1;
        }
    }
    // A quote over several paragraphs opens each of them anew and closes only the last one.
    let next = text[end..].trim_start_matches('\n').chars().next();
    (!single && next == Some(mark)).then_some((p.len(), p.len()))
}

/// Whether a mark that could be an apostrophe, or open another quote, closes this one.
fn closes(p: &str, inner: usize, at: usize, mark: char) -> bool {
    let before = p[..at].chars().next_back().filter(|_| at > inner);
    let after = p[at + mark.len_utf8()..].chars().next();
    let edge = after.is_none_or(|c| !c.is_alphanumeric());
    match mark {
        '"' => before.is_some_and(|c| !c.is_whitespace()) || edge,
        // The genitive of a plural (the players’ union) looks the same, save for a comma or stop before the mark.
        _ => edge && before.is_some_and(|c| !c.is_whitespace()) && (before != Some('s') || after != Some(' ')),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_of_many_styles_are_found_with_their_place() {
        for (text, expected) in [
            ("He called it “a mess”.", vec!["a mess"]),
            ("\"One,\" she said. \"Two.\"", vec!["One,", "Two."]),
            ("Er sagte: „Wir gehen.“ Dann ging er.", vec!["Wir gehen."]),
            ("Il a dit « c’est fini ».", vec!["c’est fini"]),
            ("»So geht es«, sagte er.", vec!["So geht es"]),
            ("Han sa ”vi går hem” igår.", vec!["vi går hem"]),
            ("‘It doesn’t matter,’ said Ann.", vec!["It doesn’t matter,"]),
            ("彼は「行きます」と言った。", vec!["行きます"]),
            ("„Idziemy”, powiedział.", vec!["Idziemy"]),
            ("Dijo que \"no hay prisa\" ayer", vec!["no hay prisa"]),
            ("He said “she told me ‘no’ twice”.", vec!["she told me ‘no’ twice"]),
            ("the '90s and players' rights, don't", vec![]),
            ("A 6' 2\" man, 5\" deep", vec![]),
            ("“First part\n\n“and the last.” End", vec!["First part", "and the last."]),
            ("An unclosed “mark and on\n\nnext", vec![]),
            ("“”", vec![]),
            ("", vec![]),
        ] {
            let found = quotes(text);
            let texts: Vec<_> = found.iter().map(|q| q.text.as_str()).collect();
            assert_eq!(texts, expected, "{text}");
            for quote in &found {
                assert_eq!(&text[quote.start..quote.end], quote.text);
            }
        }
    }

    #[test]
    fn the_parts_of_a_long_quote_have_one_speaker() {
        for (text, expected) in [
            (
                "“We will go,” said Jane Doe. “First we pack.\n\n“Then we leave.\n\n“And that is all.”",
                vec![Some("Jane Doe"); 4],
            ),
            ("“We pack first.\n\n“Then we leave,” said Jane Doe.", vec![Some("Jane Doe"); 2]),
            ("“We pack first.”\n\n“Then we leave,” said Jane Doe.", vec![None, Some("Jane Doe")]),
            (
                "Jane Doe said: “We pack first.\n\n“Then we leave,” said Ann Lee.",
                vec![Some("Jane Doe"), Some("Ann Lee")],
            ),
        ] {
            let found: Vec<_> = quotes(text).into_iter().map(|q| q.speaker).collect();
            assert_eq!(found.iter().map(Option::as_deref).collect::<Vec<_>>(), expected, "{text}");
        }
    }

    #[test]
    fn speech_between_dashes_is_a_quote_where_a_verb_says_so() {
        for (text, expected) in [
            (
                "—No hay prisa —dijo Juan Peña—. Iremos mañana.",
                vec![("No hay prisa", Some("Juan Peña")), ("Iremos mañana.", Some("Juan Peña"))],
            ),
            ("— Мы пойдём завтра, — сказал Иван Петров.", vec![("Мы пойдём завтра,", Some("Иван Петров"))]),
            ("– Idziemy jutro – powiedział Jan Nowak.", vec![("Idziemy jutro", Some("Jan Nowak"))]),
            ("— a list item — with a remark", vec![]),
            ("The port — closed on Monday — said it will open.", vec![]),
        ] {
            let found = quotes(text);
            let pairs: Vec<_> = found.iter().map(|q| (q.text.as_str(), q.speaker.as_deref())).collect();
            assert_eq!(pairs, expected, "{text}");
            for quote in &found {
                assert_eq!(&text[quote.start..quote.end], quote.text);
            }
        }
    }

    #[test]
    fn the_speaker_is_who_the_sentence_names() {
        for (text, expected) in [
            ("“We will go,” said Jane Doe.", vec![Some("Jane Doe")]),
            ("“We will go,” Jane Doe said on Monday.", vec![Some("Jane Doe")]),
            ("“We will go,” said the mayor, Jane Doe, on Monday.", vec![Some("Jane Doe")]),
            ("“We will go,” said union leader Jane O’Neill.", vec![Some("Jane O’Neill")]),
            ("Jane Doe said: “We will go.”", vec![Some("Jane Doe")]),
            ("Jane Doe, the mayor of Northport, told reporters: “We will go.”", vec![Some("Jane Doe")]),
            ("According to Jane Doe, “we will go”.", vec![Some("Jane Doe")]),
            ("“We go,” said Jane Doe. “Nobody stays.”", vec![Some("Jane Doe"), Some("Jane Doe")]),
            ("“Iremos”, dijo Juana de la Cruz.", vec![Some("Juana de la Cruz")]),
            ("«Iremos», según el alcalde Juan Peña.", vec![Some("Juan Peña")]),
            ("Juan Peña afirmó que “no hay prisa”.", vec![Some("Juan Peña")]),
            ("« Nous irons », a déclaré Jeanne Petit.", vec![Some("Jeanne Petit")]),
            ("« Nous irons », selon la maire Jeanne Petit.", vec![Some("Jeanne Petit")]),
            ("„Wir gehen“, sagte Ute Klein am Montag.", vec![Some("Ute Klein")]),
            ("„Wir gehen“, sagte er der Zeitung Echo.", vec![None]),
            ("“Andiamo”, ha detto Carla Rossi.", vec![Some("Carla Rossi")]),
            ("“Vamos”, disse Ana Lima.", vec![Some("Ana Lima")]),
            ("«Мы пойдём», – сказал мэр Иван Петров.", vec![Some("Иван Петров")]),
            ("«Мы пойдём», – заявили РИА Новости в мэрии.", vec![None]),
            ("“We will go,” he said.", vec![None]),
            ("“We will go,” said a spokesman in Washington.", vec![None]),
            ("They voted “yes” on Monday, the Senate said.", vec![None]),
            ("The so-called “Green Deal” is said to help John Smith.", vec![None]),
            ("“We will go,” said Monday’s statement.", vec![None]),
        ] {
            let found: Vec<_> = quotes(text).into_iter().map(|q| q.speaker).collect();
            let found: Vec<_> = found.iter().map(Option::as_deref).collect();
            assert_eq!(found, expected, "{text}");
        }
    }
}
