//! Query text → its parts: words, phrases, operators, brackets, each with its bytes.
//! Knows how things are written, not how they may stand together: that is [`super::parse`]'s.

use std::borrow::Cow;
use std::ops::Range;

use super::fold::{is_hyphen, is_invisible, is_mark, is_quote};
use super::groups::name_length;
use super::query::{QueryError, shortened};
use super::slips::{Neighbours, glued, single_quoted, slip};
use super::zones::place_of;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Open,
    Close,
    Comma,
    And,
    Or,
    Not,
    Near {
        words: u32,
        ordered: bool,
    },
    Of,
    /// `title:`, the name lower-case.
    Zone(String),
    /// `=`
    Exact,
    Word,
    /// The words between quotes are `inner`.
    Phrase {
        inner: Range<usize>,
    },
    Regex {
        inner: Range<usize>,
    },
    /// `@name`
    Group {
        name: Range<usize>,
    },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Part {
    pub kind: Kind,
    pub span: Range<usize>,
}

/// Most words that may stand between two terms: more is an AND.
pub(super) const MAX_NEAR: u32 = 1000;

/// A part has about so many bytes: a guess that saves moving them.
const BYTES_OF_A_PART: usize = 6;

/// The parts of a query.
pub(super) fn parts(text: &str) -> Result<Vec<Part>, QueryError> {
    let mut lexer = Lexer { text, at: 0, parts: Vec::with_capacity(text.len() / BYTES_OF_A_PART), lists: Vec::new() };
    while let Some(c) = lexer.peek() {
        lexer.part(c)?;
    }
    Ok(lexer.parts)
}

struct Lexer<'a> {
    text: &'a str,
    at: usize,
    parts: Vec<Part>,
    /// For each open bracket, whether it or one around it is the list of an OF.
    lists: Vec<bool>,
}

impl Lexer<'_> {
    fn peek(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    fn after(&self, c: char) -> Option<char> {
        self.text[self.at + c.len_utf8()..].chars().next()
    }

    fn push(&mut self, kind: Kind, end: usize) {
        self.parts.push(Part { kind, span: self.at..end });
        self.at = end;
    }

    /// Whether the part before binds what follows (`title:or`, `=OR`), so that it is no operator.
    fn bound(&self) -> bool {
        self.parts
            .last()
            .is_some_and(|part| part.span.end == self.at && matches!(part.kind, Kind::Zone(_) | Kind::Exact))
    }

    fn part(&mut self, c: char) -> Result<(), QueryError> {
        let next = self.at + c.len_utf8();
        match c {
            'A'..='Z' | 'a'..='z' | '0'..='9' => self.word()?,
            c if c.is_whitespace() || is_invisible(c) => self.at = next,
            '(' | '（' => {
                let list = matches!(self.parts.last(), Some(Part { kind: Kind::Of, .. }));
                self.lists.push(list || self.lists.last() == Some(&true));
                self.push(Kind::Open, next);
            }
            ')' | '）' => {
                self.lists.pop();
                self.push(Kind::Close, next);
            }
            ',' | '，' | '、' => self.push(Kind::Comma, next),
            '=' => self.exact(next)?,
            '@' | '＠' => self.group(next)?,
            '/' => self.regex(next)?,
            '*' | '＊' if self.after_phrase() => {
                return Err(self.fault(next, "put the star inside the quotes, right behind a word: \"trade tariff*\""));
            }
            '*' | '＊' => {
                return Err(self.fault(
                    next,
                    "a star alone would be every word: write the start of a word before it, as in tariff*",
                ));
            }
            '!' => return Err(self.fault(next, "write NOT, or a minus right before the word, in place of !")),
            c if is_quote(c) => self.phrase(next)?,
            c if is_hyphen(c) => self.minus(c, next)?,
            _ => self.word()?,
        }
        Ok(())
    }

    fn fault(&self, end: usize, message: impl Into<String>) -> QueryError {
        QueryError::new(self.at..end, message)
    }

    /// Whether a phrase ends right here.
    fn after_phrase(&self) -> bool {
        let last = self.parts.last();
        last.is_some_and(|part| part.span.end == self.at && matches!(part.kind, Kind::Phrase { .. }))
    }

    fn group(&mut self, next: usize) -> Result<(), QueryError> {
        let length = name_length(&self.text[next..]);
        let end = self.word_end();
        let word = shortened(&self.text[self.at..end]);
        if end == next {
            let message =
                "@ stands right before the name of a group, as in @presidents: write the name, or leave it out";
            return Err(self.fault(next, message));
        }
        if next + length < end {
            let message = format!(
                "{word} is no name of a group: a letter, then letters, digits, - and _; \
                 for the words themselves write \"{word}\" in quotes"
            );
            return Err(self.fault(end, message));
        }
        self.push(Kind::Group { name: next..end }, end);
        Ok(())
    }

    fn exact(&mut self, next: usize) -> Result<(), QueryError> {
        if self.text[next..].starts_with(|c: char| c.is_alphanumeric() || is_quote(c)) {
            self.push(Kind::Exact, next);
            return Ok(());
        }
        Err(self.fault(next, "= stands right before a word or a phrase, as in =ICE or =\"ICE\""))
    }

    fn minus(&mut self, c: char, next: usize) -> Result<(), QueryError> {
        match self.after(c) {
            Some(after) if !after.is_whitespace() && !matches!(after, ')' | ',') => self.push(Kind::Not, next),
            _ => {
                return Err(
                    self.fault(next, "a minus stands right before what it excludes, as in -soccer; leave out a dash")
                );
            }
        }
        Ok(())
    }

    fn phrase(&mut self, next: usize) -> Result<(), QueryError> {
        let Some(length) = self.text[next..].find(is_quote) else {
            let mut message = "this quotation mark is never closed: put a \" where the phrase ends".to_owned();
            if let Some(phrase) = self.parts.iter().find(|part| self.swallowed(part)) {
                let phrase = shortened(&self.text[phrase.span.clone()]);
                message.push_str(&format!("; or is it an earlier one? {phrase} is read as a phrase"));
            }
            return Err(self.fault(self.text.len(), message));
        };
        let close = next + length;
        let mark = self.text[close..].chars().next().map_or(1, char::len_utf8);
        self.push(Kind::Phrase { inner: next..close }, close + mark);
        Ok(())
    }

    /// Whether a phrase looks as if its quotation marks were the end of one phrase and the beginning of the next.
    fn swallowed(&self, part: &Part) -> bool {
        let Kind::Phrase { inner } = &part.kind else { return false };
        let inner = &self.text[inner.clone()];
        let glued = self.text[part.span.end..].starts_with(char::is_alphanumeric);
        glued || inner.starts_with(char::is_whitespace) || inner.ends_with(char::is_whitespace)
    }

    fn regex(&mut self, next: usize) -> Result<(), QueryError> {
        let mut escaped = false;
        let close = self.text[next..].char_indices().find(|&(_, c)| {
            let found = c == '/' && !escaped;
            escaped = c == '\\' && !escaped;
            found
        });
        let Some((length, _)) = close else {
            let digits = self.text[next..].bytes().take_while(u8::is_ascii_digit).count();
            if digits > 0 {
                let number = &self.text[next..next + digits];
                return Err(
                    self.fault(next + digits, format!("write a NEAR/{number} b for at most so many words between"))
                );
            }
            return Err(self.fault(
                self.text.len(),
                "this regular expression is never closed: put a / where it ends, \\/ inside it",
            ));
        };
        let end = next + length + 1;
        if self.text[end..].starts_with(|c: char| c.is_alphanumeric() || c == '/') {
            let message = "a space must follow the closing / of a regular expression; it has no flags, and ignores \
                           case anyway. Write \\/ for a / inside it";
            return Err(self.fault(end, message));
        }
        self.push(Kind::Regex { inner: next..next + length }, end);
        Ok(())
    }

    /// Where the bare word that begins here ends.
    fn word_end(&self) -> usize {
        let in_list = self.lists.last() == Some(&true);
        // Most words are letters and digits of ASCII, to the end or nearly.
        let plain = self.text.as_bytes()[self.at..].iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
        let from = self.at + plain;
        let mut before = self.text[self.at..from].chars().next_back();
        for (offset, c) in self.text[from..].char_indices() {
            let at = from + offset;
            let after = self.text[at + c.len_utf8()..].chars().next();
            let digits = |is: fn(char) -> bool| before.is_some_and(is) && after.is_some_and(is);
            let ends = match c {
                '(' | ')' | '（' | '）' | '，' | '、' => true,
                ',' => in_list || !digits(char::is_numeric),
                // Hebrew abbreviations have a quotation mark before the last letter.
                '"' => !digits(|c| ('\u{5D0}'..='\u{5EA}').contains(&c)),
                c => c.is_whitespace() || is_quote(c),
            };
            if ends {
                return at;
            }
            before = Some(c);
        }
        self.text.len()
    }

    /// Whether the comma at `at` stands as it does in a number.
    fn is_between_digits(&self, at: usize) -> bool {
        self.text[..at].ends_with(char::is_numeric) && self.text[at + 1..].starts_with(char::is_numeric)
    }

    /// `title:` where it begins here: the name in lower case, and where the colon ends. The first letters decide, so that
    /// a long word full of colons is not read again and again.
    fn zone_name(&self) -> Option<(String, usize)> {
        let rest = &self.text[self.at..];
        let length = rest.find(|c: char| !c.is_ascii_alphabetic() && !is_invisible(c))?;
        let colon = rest[length..].chars().next().filter(|c| matches!(c, ':' | '：'))?;
        let end = self.at + length + colon.len_utf8();
        let name: String = rest[..length].chars().filter(char::is_ascii_alphabetic).collect();
        let address = self.text[end..].starts_with("//");
        (!name.is_empty() && !address).then(|| (name.to_ascii_lowercase(), end))
    }

    fn word(&mut self) -> Result<(), QueryError> {
        if self.bound() {
            return self.bound_word();
        }
        if let Some((name, end)) = self.zone_name() {
            self.push(Kind::Zone(name), end);
            return Ok(());
        }
        let end = self.word_end();
        if self.text[end..].starts_with(',') && self.is_between_digits(end) {
            let message = "is this one number or two members of the list? Put it in quotes, as in \"1,000\", or a space \
                           behind the comma";
            return Err(QueryError::new(end..end + 1, message));
        }
        if let Some(close) = single_quoted(&self.text[self.at..]) {
            let inner = self.text[self.at..self.at + close].trim_matches(super::fold::is_apostrophe);
            let message = format!(
                "single quotes are apostrophes here: write \"{}\" in double quotes for these words in this order",
                shortened(inner)
            );
            return Err(self.fault(self.at + close, message));
        }
        let written = &self.text[self.at..end];
        let word = if written.is_ascii() || !written.contains(is_invisible) {
            Cow::Borrowed(written)
        } else {
            Cow::Owned(written.chars().filter(|&c| !is_invisible(c)).collect())
        };
        let (operator, count) = word.split_once('/').map_or((&*word, None), |(name, count)| (name, Some(count)));
        match (operator, count) {
            ("AND", None) => self.push(Kind::And, end),
            ("OR", None) => self.push(Kind::Or, end),
            ("NOT", None) => self.push(Kind::Not, end),
            ("OF", None) => self.push(Kind::Of, end),
            ("NEAR" | "BEFORE", count) => return self.near(end, operator, count),
            _ => {
                if let Some(message) = slip(&word, self.neighbours(end)) {
                    return Err(self.fault(end, message));
                }
                return self.plain_word(end);
            }
        }
        Ok(())
    }

    /// A word right behind `title:` or `=` is that word, whatever it is; NOT or another zone in this place was meant for
    /// the whole.
    fn bound_word(&mut self) -> Result<(), QueryError> {
        let zone = matches!(self.parts.last(), Some(Part { kind: Kind::Zone(_), .. }));
        if let Some((name, end)) = self.zone_name().filter(|(name, _)| zone && place_of(name).is_some()) {
            self.push(Kind::Zone(name), end);
            return Ok(());
        }
        let end = self.word_end();
        if zone && &self.text[self.at..end] == "NOT" {
            self.push(Kind::Not, end);
            return Ok(());
        }
        if let Some(message) = glued(&self.text[self.at..end]).filter(|_| zone) {
            return Err(self.fault(end, message));
        }
        self.plain_word(end)
    }

    fn neighbours(&self, end: usize) -> Neighbours {
        let before = self.parts.last();
        let number =
            |part: &Part| part.kind == Kind::Word && self.text[part.span.clone()].chars().all(|c| c.is_ascii_digit());
        Neighbours {
            number_before: before.is_some_and(number),
            bracket_after: self.text[end..].trim_start().starts_with('('),
        }
    }

    fn near(&mut self, end: usize, operator: &str, count: Option<&str>) -> Result<(), QueryError> {
        let ordered = operator == "BEFORE";
        let Some(count) = count else {
            let message = format!("{operator} needs the most words that may stand between: {operator}/10");
            return Err(self.fault(end, message));
        };
        match count.parse::<u32>() {
            Ok(words) if words <= MAX_NEAR && count.bytes().all(|b| b.is_ascii_digit()) => {
                self.push(Kind::Near { words, ordered }, end);
                Ok(())
            }
            Ok(_) => Err(self.fault(
                end,
                format!("{operator}/{count} is too far: at most {MAX_NEAR}, or AND for the whole article"),
            )),
            Err(_) => {
                let message = format!(
                    "{operator}/ is followed by a whole number of words, as in {operator}/10, not by {:?}",
                    shortened(count)
                );
                Err(self.fault(end, message))
            }
        }
    }

    fn plain_word(&mut self, end: usize) -> Result<(), QueryError> {
        let word = &self.text[self.at..end];
        if !word.chars().any(char::is_alphanumeric) {
            let word = shortened(word);
            let message = format!("there is no letter or digit in {word}, so it can never be found: leave it out");
            return Err(self.fault(end, message));
        }
        check_stars(self.text, self.at..end)?;
        self.push(Kind::Word, end);
        Ok(())
    }
}

/// A star must stand at the end of a word.
pub(super) fn check_stars(text: &str, span: Range<usize>) -> Result<(), QueryError> {
    let inner = &text[span.clone()];
    // 0xEF begins a wide star.
    if memchr::memchr3(b'*', b'?', 0xEF, inner.as_bytes()).is_none() {
        return Ok(());
    }
    for (at, c) in inner.char_indices().filter(|&(_, c)| matches!(c, '*' | '?' | '＊')) {
        if c == '＊' {
            let place = span.start + at..span.start + at + c.len_utf8();
            return Err(QueryError::new(
                place,
                "this star is a wide one: type a plain * at the word's end, as in tariff*",
            ));
        }
        // A word may end in a mark, as Tamil and Hindi words do.
        let before = inner[..at].chars().next_back().is_some_and(|c| c.is_alphanumeric() || is_mark(c));
        let after = inner[at + 1..].chars().next().is_some_and(|c| c.is_alphanumeric() || c == '*');
        let place = span.start + at..span.start + at + 1;
        if c == '*' && (!before || after) {
            return Err(QueryError::new(
                place,
                "a star stands at the end of a word, as in tariff*; for more use /a regular expression/",
            ));
        }
        if c == '?' && before && after {
            return Err(QueryError::new(
                place,
                "? stands for nothing here: use a star at the word's end, or /a regular expression/",
            ));
        }
    }
    Ok(())
}
