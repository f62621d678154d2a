//! A stranger's text → text that is safe on a terminal, in a log line, in a header. Changes what is shown, never what is
//! kept as evidence.

use std::borrow::Cow;

/// One line: control characters (line breaks, tabs and escapes among them) become single spaces, bidirectional overrides and
/// zero-width format characters that can hide text are dropped, runs of white space become one space, ends are trimmed.
pub fn line(text: &str) -> Cow<'_, str> {
    if is_plain(text) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if hides(c) {
            continue;
        }
        if c.is_control() || c.is_whitespace() || matches!(c, '\u{2028}' | '\u{2029}') {
            if !out.is_empty() && !out.ends_with(' ') {
                out.push(' ');
            }
        } else {
            out.push(c);
        }
    }
    out.truncate(out.trim_end().len());
    Cow::Owned(out)
}

/// Paragraphs: as [`line()`], but line feeds stay.
pub fn block(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' => out.push('\n'),
            '\t' => out.push(' '),
            c if hides(c) || c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

/// Characters that turn text around or hide it, whatever is said around them: kept in no title and text that is made of a
/// publisher's bytes. (The bytes themselves are the evidence.)
pub fn overrides(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}' | '\u{E0000}'..='\u{E007F}')
        || c.is_control()
}

/// Whether the text is one line that needs no change.
fn is_plain(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.first().is_none_or(|b| *b != b' ')
        && bytes.last().is_none_or(|b| *b != b' ')
        && !text.contains("  ")
        && text.chars().all(|c| c == ' ' || !(c.is_control() || c.is_whitespace() || hides(c)))
}

/// Bidirectional controls (UAX #9), byte-order marks, tag and other format characters that print nothing. The joiners
/// U+200C and U+200D stay: Persian, Hindi and emoji need them.
fn hides(c: char) -> bool {
    matches!(c,
        '\u{00AD}' | '\u{061C}' | '\u{180E}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{2069}' | '\u{206A}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}'
        | '\u{E0000}'..='\u{E007F}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_stays_one_line_and_shows_what_it_says() {
        for (given, expected) in [
            ("Peña Nieto visits", "Peña Nieto visits"),
            ("two\r\nlines\tand  more ", "two lines and more"),
            ("\u{1b}[31mred\u{1b}[0m", "[31mred [0m"),
            ("abc\u{202e}fdp.exe", "abcfdp.exe"),
            ("zero\u{200b}width\u{feff}", "zerowidth"),
            ("\0nul", "nul"),
            ("می\u{200c}خواهم", "می\u{200c}خواهم"),
            ("", ""),
        ] {
            assert_eq!(line(given), expected, "{given:?}");
        }
    }

    #[test]
    fn a_block_keeps_its_paragraphs() {
        assert_eq!(block("one\u{202e}\r\n\r\ntwo\u{7}"), "one\n\ntwo");
    }
}
