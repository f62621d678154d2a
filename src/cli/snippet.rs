//! A text and the places of its hits → a piece of it for people, the hits marked. Pure: it prints nothing.

use crate::model::{Article, TermMatch, Zone};
use crate::neutral;

/// How long a piece is, and how much of it stands before the first hit, in characters.
const LENGTH: usize = 220;
const LEAD: usize = 60;
/// Stand for the marks while the text is made safe to show; a stranger's own are taken away first.
const OPEN: char = '\u{E000}';
const CLOSE: char = '\u{E001}';

/// What is put around a hit.
#[derive(Clone, Copy, Debug)]
pub struct Marks<'a> {
    pub open: &'a str,
    pub close: &'a str,
}

/// The title and the piece of the article that holds most hits; its beginning where they are all in the title.
pub fn shown(article: &Article, found: &[TermMatch], marks: Marks<'_>) -> (String, String) {
    let in_zone = |zone: Zone| found.iter().filter(move |place| place.zone == zone);
    let title: Vec<_> = in_zone(Zone::Title).map(|place| (place.start, place.end)).collect();
    let title = marked(&article.title, &title, marks);
    let body: Vec<_> = found.iter().filter(|place| place.zone != Zone::Title && stands(&article.text, place)).collect();
    let text = |places: &[&TermMatch]| places.iter().map(|place| (place.start, place.end)).collect::<Vec<_>>();
    let summary: Vec<_> = in_zone(Zone::Lede).filter(|place| stands(&article.summary, place)).collect();
    let captions = article.captions.join("\n\n");
    let caption: Vec<_> = in_zone(Zone::Caption).filter(|place| stands(&captions, place)).collect();
    let piece = if body.iter().any(|place| place.zone != Zone::Caption) {
        let body: Vec<_> = body.into_iter().filter(|place| place.zone != Zone::Caption).collect();
        piece(&article.text, &text(&body), marks)
    } else if !summary.is_empty() {
        piece(&article.summary, &text(&summary), marks)
    } else if !caption.is_empty() {
        piece(&captions, &text(&caption), marks)
    } else {
        piece(if article.text.is_empty() { &article.summary } else { &article.text }, &[], marks)
    };
    (title, piece)
}

/// Whether the words of a place stand in this text: a lede's may be the summary's or the first paragraph's.
fn stands(text: &str, place: &TermMatch) -> bool {
    let Some(words) = text.get(place.start..place.end) else { return false };
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    !words.is_empty() && place.context.contains(&words)
}

/// The whole text with its hits marked, on one line.
fn marked(text: &str, hits: &[(usize, usize)], marks: Marks<'_>) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    let mut at = 0;
    let push = |out: &mut String, from: usize, to: usize| {
        out.extend(text[from..to].chars().filter(|c| !matches!(*c, OPEN | CLOSE)));
    };
    for (start, end) in merged(text, hits) {
        push(&mut out, at, start);
        out.push(OPEN);
        push(&mut out, start, end);
        out.push(CLOSE);
        at = end;
    }
    push(&mut out, at, text.len());
    neutral::line(&out).replace(OPEN, marks.open).replace(CLOSE, marks.close)
}

/// In order, none within another, on character boundaries.
fn merged(text: &str, hits: &[(usize, usize)]) -> Vec<(usize, usize)> {
    let mut sorted: Vec<_> = hits.iter().copied().filter(|&(start, end)| text.get(start..end).is_some()).collect();
    sorted.sort_unstable();
    let mut merged: Vec<(usize, usize)> = Vec::new();
    for (start, end) in sorted {
        match merged.last_mut() {
            Some(last) if start <= last.1 => last.1 = last.1.max(end),
            _ => merged.push((start, end)),
        }
    }
    merged
}

/// About [`LENGTH`] characters around most of the hits, cut at words.
fn piece(text: &str, hits: &[(usize, usize)], marks: Marks<'_>) -> String {
    let hits = merged(text, hits);
    let forward =
        |from: usize, chars: usize| text[from..].char_indices().nth(chars).map_or(text.len(), |(n, _)| from + n);
    let back =
        |from: usize, chars: usize| text[..from].char_indices().rev().take(chars).last().map_or(from, |(at, _)| at);
    // The first hit of those from which most are in reach.
    let mut best = (0, 0, 0);
    for (i, &(start, _)) in hits.iter().enumerate() {
        let reach = forward(start, LENGTH - LEAD);
        let inside = hits[i..].iter().take_while(|hit| hit.1 <= reach).count();
        if inside > best.0 {
            best = (inside, start, hits[i + inside - 1].1);
        }
    }
    let (mut from, mut to) = (back(best.1, LEAD), forward(best.1, LENGTH - LEAD).max(best.2));
    if from > 0 && !text[..from].ends_with(char::is_whitespace) {
        let rest = text[from..best.1].find(char::is_whitespace);
        from = rest.map_or(from, |n| from + n);
    }
    if to < text.len() && !text[to..].starts_with(char::is_whitespace) {
        let rest = text[best.2.max(from)..to].rfind(char::is_whitespace);
        to = rest.map_or(to, |n| best.2.max(from) + n);
    }
    let inside: Vec<_> =
        hits.iter().filter(|hit| hit.0 >= from && hit.1 <= to).map(|hit| (hit.0 - from, hit.1 - from)).collect();
    let cut = |is_cut: bool| if is_cut { "…" } else { "" };
    let (before, after) = (!text[..from].trim().is_empty(), !text[to..].trim().is_empty());
    format!("{}{}{}", cut(before), marked(&text[from..to], &inside, marks), cut(after))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MARKS: Marks<'static> = Marks { open: "«", close: "»" };

    fn places(text: &str, word: &str) -> Vec<(usize, usize)> {
        text.match_indices(word).map(|(at, word)| (at, at + word.len())).collect()
    }

    #[test]
    fn hits_are_marked_and_a_strangers_marks_are_not() {
        for (text, word, expected) in [
            ("The ice\n melts", "ice", "The «ice» melts"),
            ("ice", "ice", "«ice»"),
            ("\u{E000}The\u{E001} \u{1b}[1mice", "ice", "The [1m«ice»"),
            ("no hit", "ice", "no hit"),
        ] {
            assert_eq!(marked(text, &places(text, word), MARKS), expected);
        }
        assert_eq!(marked("a b c", &[(2, 5), (0, 3), (1, 99)], MARKS), "«a b c»", "overlapping hits are one");
    }

    #[test]
    fn a_piece_has_most_of_the_hits() {
        let filler = "The committee met in the town hall and heard residents. ".repeat(8);
        let text = format!("One ferry. {filler}Then a ferry, another ferry and a third ferry sailed. {filler}");
        let piece = piece(&text, &places(&text, "ferry"), MARKS);
        assert_eq!(piece.matches("«ferry»").count(), 3, "{piece}");
        assert!(piece.starts_with('…') && piece.ends_with('…') && piece.chars().count() < LENGTH + 10, "{piece}");
        assert!(!piece.contains("… «") || piece.contains("… The"), "{piece}");
        let unspaced = "中".repeat(500);
        let whole = super::piece(&unspaced, &[(900, 903)], MARKS);
        assert!(whole.contains("«中»") && whole.chars().count() <= LENGTH + 4, "{whole}");
        assert_eq!(super::piece("", &[], MARKS), "");
    }

    #[test]
    fn a_long_hit_is_not_cut() {
        let text = format!("Before {} after", "word ".repeat(100));
        let piece = piece(&text, &[(7, text.len() - 6)], MARKS);
        assert!(!piece.is_empty() && piece.is_char_boundary(piece.len()));
    }
}
