//! How the words of a term must be written in the text, beyond being found: with these capitals and accents (`=ICE`), or
//! with the signs that make a letter a name (`C++`). Says yes or no of a place that was found by its words.

use super::fold::{exact_key, is_apostrophe, is_mark, is_unspaced};

/// What a term asks of the letters at a place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Written {
    /// Case and accents (see [`exact_key`]).
    exact: Option<String>,
    /// Single letters with their signs, in order (`c++`); empty where none has any.
    signs: Vec<String>,
}

impl Written {
    /// What the words of `text` from `start` to `end` ask for; none where any spelling will do.
    pub fn of(text: &str, start: usize, end: usize, exact: bool) -> Option<Self> {
        let signs = if text.contains(is_sign) { signed_letters(with_signs(text, start, end)) } else { Vec::new() };
        let exact = exact.then(|| exact_key(&text[start..end]));
        (exact.is_some() || !signs.is_empty()).then_some(Self { exact, signs })
    }

    /// Whether the words of `text` from `start` to `end` are written so.
    pub fn fits(&self, text: &str, start: usize, end: usize) -> bool {
        self.exact.as_ref().is_none_or(|exact| exact_key(&text[start..end]) == *exact)
            && (self.signs.is_empty() || signed_letters(with_signs(text, start, end)) == self.signs)
    }
}

fn is_sign(c: char) -> bool {
    matches!(c, '+' | '#')
}

/// The words with the signs right behind them.
fn with_signs(text: &str, start: usize, end: usize) -> &str {
    let signs = text[end..].len() - text[end..].trim_start_matches(is_sign).len();
    &text[start..end + signs]
}

/// Letters that stand alone, in lower case, each with the signs behind it; none where no letter has any. Behind a longer
/// word (`LGBTQ+`) signs say nothing: the word is the name.
fn signed_letters(text: &str) -> Vec<String> {
    let in_word = |c: char| c.is_alphanumeric() || is_apostrophe(c) || is_mark(c);
    let mut found: Vec<String> = Vec::new();
    let mut before = ' ';
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        let stands_alone = !in_word(before) && !rest.peek().is_some_and(|next| in_word(*next));
        if c.is_alphabetic() && !is_unspaced(c) && stands_alone {
            let mut name: String = c.to_lowercase().collect();
            name.extend(std::iter::from_fn(|| rest.next_if(|next| is_sign(*next))));
            found.push(name);
        }
        before = c;
    }
    if found.iter().any(|name| name.ends_with(is_sign)) { found } else { Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn single_letters_keep_their_signs() {
        for (text, expected) in [
            ("C++", "c++"),
            ("in C# or C++", "c# c++"),
            ("C or C++", "c c++"),
            ("C++’s", "c++"),
            ("C++11", "c++"),
            ("an A+-rated bond", "a+"),
            ("LGBTQ+ and Disney+", ""),
            ("issue #5, C", ""),
            ("1+ and 中+", ""),
            ("++", ""),
        ] {
            assert_eq!(signed_letters(text).join(" "), expected, "{text}");
        }
    }
}
