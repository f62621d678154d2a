//! A feed's headline and its page's → what the feed's says beyond it, to be kept among the feed's own words. Compares letters and
//! digits alone, without case, and what is in doubt is kept: a word found twice does no harm.

use std::ops::Range;

use unicode_normalization::char::is_combining_mark;

/// What a headline says beyond that of its page, as paragraphs; less what is said by the summary, or is the outlet's name as it
/// stands before or behind a title. `None` where nothing is left.
pub fn beyond(headline: &str, page: &str, summary: &str, outlet: &str) -> Option<String> {
    let parts = match place(page, headline) {
        Some(place) => [&headline[..place.start], &headline[place.end..]],
        None => [headline, ""],
    };
    let is_said = |part: &str| [page, summary, outlet].iter().any(|text| says(text, part));
    let telling = |part: &&str| part.chars().any(char::is_alphanumeric) && !is_said(part);
    let left: Vec<&str> = parts.into_iter().map(str::trim).filter(telling).collect();
    (!left.is_empty()).then(|| left.join("\n\n"))
}

/// Whether a text holds another, which may be cut off within a word.
fn says(text: &str, other: &str) -> bool {
    let is_cut = other.ends_with('…') || other.ends_with("...");
    places(other, text).any(|place| begins_word(text, place.start) && (is_cut || begins_word(text, place.end)))
}

/// Where a text holds the words of another.
fn place(of: &str, text: &str) -> Option<Range<usize>> {
    places(of, text).find(|place| begins_word(text, place.start) && begins_word(text, place.end))
}

/// Whether no word goes on at this byte.
fn begins_word(text: &str, at: usize) -> bool {
    let (before, behind) = text.split_at(at);
    let goes_on = |c: Option<char>| c.is_some_and(is_of_word);
    !(goes_on(before.chars().next_back()) && goes_on(behind.chars().next()))
}

/// Where a text holds the letters and digits of another, whatever stands between them.
fn places(of: &str, text: &str) -> impl Iterator<Item = Range<usize>> {
    let sought: String = letters(of).map(|(_, letter)| letter).collect();
    let (mut held, mut ends) = (String::new(), Vec::new());
    for (place, letter) in letters(text) {
        held.push(letter);
        // One of several bytes, in either text, is found whole.
        ends.resize(held.len(), place);
    }
    let found: Vec<usize> = match sought.len() {
        0 => Vec::new(),
        _ => held.match_indices(&sought).map(|(at, _)| at).collect(),
    };
    found.into_iter().map(move |at| ends[at].start..ends[at + sought.len() - 1].end)
}

/// Letters with their accents, and digits, in lower case; each with the bytes of the one that it was.
fn letters(text: &str) -> impl Iterator<Item = (Range<usize>, char)> {
    let telling = text.char_indices().filter(|(_, c)| is_of_word(*c));
    telling.flat_map(|(at, c)| c.to_lowercase().map(move |lower| (at..at + c.len_utf8(), lower)))
}

fn is_of_word(c: char) -> bool {
    c.is_alphanumeric() || is_combining_mark(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_headline_adds_what_neither_page_nor_summary_says() {
        for (headline, page, summary, expected) in [
            ("Moved zinc", "Report 30", "x", Some("Moved zinc")),
            ("Ferry late", "Ferry late", "", None),
            ("“FERRY’S late”", "Ferry's Late!", "", None),
            ("Ferry late", "Ferry late all week", "", None),
            ("Ferry late", "Report 30", "On Monday: ferry late. It sank.", None),
            ("Live: Ferry late", "Ferry late", "", Some("Live:")),
            ("Ferry late - The Times", "Ferry late", "", Some("- The Times")),
            ("Live: Ferry late - Tours", "Ferry late", "", Some("Live:\n\n- Tours")),
            ("Live: Ferry late - Tours", "Ferry late", "Live from the quay", Some("- Tours")),
            ("Harbor Courier: Ferry late", "Ferry late", "", None),
            ("Ferry late | the harbor courier", "Ferry late", "", None),
            ("Harbor Courier: zinc", "Report 30", "", Some("Harbor Courier: zinc")),
            // Cut off within a word, by the feed or by the page.
            ("Ferry late all w…", "Ferry late all week", "", None),
            ("Ferry late all w ...", "Ferry late all week", "", None),
            ("Ferry late all w…", "Report 30", "Ferry late all week.", None),
            ("Ferry late all week", "Ferry late all w…", "", Some("Ferry late all week")),
            // Letters within words are no words.
            ("Art", "Party", "Started", Some("Art")),
            ("Party late", "Art", "", Some("Party late")),
            ("Cafe\u{301} shut", "Cafe", "", Some("Cafe\u{301} shut")),
            ("A party of art", "Art", "", Some("A party of")),
            ("渡轮整周晚…", "渡轮整周晚点一小时", "", None),
            ("渡轮晚点_港口网", "渡轮晚点", "", Some("_港口网")),
            ("İzmir'de ÇINKO", "izmir'de çinko", "", Some("İzmir'de ÇINKO")),
            ("ÇİNKO İzmir", "Report 30", "", Some("ÇİNKO İzmir")),
            ("", "Report 30", "x", None),
            ("…", "Report 30", "x", None),
            ("Moved zinc", "…", "", Some("Moved zinc")),
        ] {
            let left = beyond(headline, page, summary, "The Harbor Courier");
            assert_eq!(left.as_deref(), expected, "{headline} / {page} / {summary}");
        }
    }

    #[test]
    fn nothing_but_what_is_said_elsewhere_is_lost() {
        let texts = ["", "a", "B a", "a b c", "É\u{301}a – b", "ﬁn ß a", "a…", "日本 a", "İ i̇a", "b a b a"];
        for (headline, page) in texts.iter().flat_map(|headline| texts.iter().map(move |page| (headline, page))) {
            let left = beyond(headline, page, "", "").unwrap_or_default();
            let said = [page, " ", left.as_str()].concat();
            for word in headline.split_whitespace().filter(|word| word.chars().any(char::is_alphanumeric)) {
                assert!(says(&said, word), "{word} of {headline} / {page}: {left}");
            }
        }
    }
}
