//! A word → its folded form, in which case, accents, ligatures and invisible characters make no difference.
//! Knows characters only; where a word begins and ends is [`super::tokens`]'s business.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// Appends the folded form of one word: NFKD, accents, invisible and control characters away, lower case, NFC.
///
/// Marks that are letters in their script (Indic vowel signs, Thai tones, the Japanese voicing mark) stay.
pub(super) fn fold_into(word: &str, out: &mut String) {
    if word.is_ascii() {
        let from = out.len();
        out.push_str(word);
        out[from..].make_ascii_lowercase();
        return;
    }
    let letters = word.nfkd().filter(|c| !is_accent(*c) && !is_invisible(*c) && !c.is_whitespace() && !c.is_control());
    out.extend(letters.flat_map(char::to_lowercase).filter(|c| !is_accent(*c)).flat_map(expand).nfc());
}

/// The folded form of a whole text, word by word with single spaces: for names that are compared as a whole.
pub(super) fn fold_name(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let pieces = super::tokens::pieces(text);
    for (i, piece) in pieces.list.iter().enumerate() {
        if i > 0 && piece.link == super::tokens::Link::Apart {
            out.push(' ');
        }
        out.push_str(pieces.folded(i));
    }
    out
}

/// What `=ICE` compares: letters, digits, marks and apostrophes in NFC, everything else left out, so that case and
/// accents count and `U.S.` is still `US`.
pub(super) fn exact_key(text: &str) -> String {
    let kept = text.chars().filter(|c| (c.is_alphanumeric() || is_mark(*c) || is_apostrophe(*c)) && !is_invisible(*c));
    kept.map(|c| if is_apostrophe(c) { '\'' } else { c }).nfc().collect()
}

/// Letters that have no decomposition but are read as others.
fn expand(c: char) -> impl Iterator<Item = char> {
    let (first, second) = match c {
        'ß' => ('s', Some('s')),
        'æ' => ('a', Some('e')),
        'œ' => ('o', Some('e')),
        'þ' => ('t', Some('h')),
        'ø' => ('o', None),
        'ł' => ('l', None),
        'đ' | 'ð' => ('d', None),
        'ħ' => ('h', None),
        'ŧ' => ('t', None),
        'ı' => ('i', None),
        'ς' => ('σ', None),
        c if is_apostrophe(c) => ('\'', None),
        c => (c, None),
    };
    std::iter::once(first).chain(second)
}

/// Marks that readers leave out: accents, Hebrew points, Arabic vowel signs and the stretching tatweel.
fn is_accent(c: char) -> bool {
    matches!(c,
        '\u{300}'..='\u{36F}' | '\u{483}'..='\u{487}' | '\u{591}'..='\u{5BD}' | '\u{5BF}' | '\u{5C1}' | '\u{5C2}'
        | '\u{5C4}' | '\u{5C5}' | '\u{5C7}' | '\u{5F3}' | '\u{5F4}' | '\u{610}'..='\u{61A}' | '\u{640}'
        | '\u{64B}'..='\u{65F}' | '\u{670}' | '\u{6D6}'..='\u{6DC}' | '\u{6DF}'..='\u{6E4}' | '\u{6E7}' | '\u{6E8}'
        | '\u{6EA}'..='\u{6ED}' | '\u{730}'..='\u{74A}' | '\u{1AB0}'..='\u{1AFF}' | '\u{1DC0}'..='\u{1DFF}'
        | '\u{20D0}'..='\u{20FF}' | '\u{FE20}'..='\u{FE2F}' | '"')
}

/// Soft hyphens, zero-width characters and direction marks: dropped inside a word.
pub(super) fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{206F}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}')
}

/// Every way of writing an apostrophe inside a word.
pub(super) fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '\u{2018}' | '\u{2019}' | '\u{2BC}' | '\u{2BB}' | '\u{FF07}')
}

/// Hyphens and dashes.
pub(super) fn is_hyphen(c: char) -> bool {
    matches!(
        c,
        '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{58A}' | '\u{5BE}' | '\u{FE58}' | '\u{FE63}' | '\u{FF0D}'
    )
}

/// Double quotes as typed, as a word processor makes them, and as other languages have them.
pub(super) fn is_quote(c: char) -> bool {
    matches!(c, '"' | '\u{201C}'..='\u{201F}' | '\u{AB}' | '\u{BB}' | '\u{301D}'..='\u{301F}' | '\u{FF02}' | '\u{2033}')
}

/// A mark that belongs to the character before it.
pub(super) fn is_mark(c: char) -> bool {
    is_combining_mark(c) || matches!(c, '\u{FF9E}' | '\u{FF9F}')
}

/// Scripts written without spaces: each character is a token of its own.
pub(super) fn is_unspaced(c: char) -> bool {
    c >= '\u{E00}'
        && matches!(c,
            '\u{E00}'..='\u{EFF}' | '\u{1000}'..='\u{109F}' | '\u{1780}'..='\u{17FF}' | '\u{2E80}'..='\u{2FDF}'
            | '\u{3005}'..='\u{3007}' | '\u{3021}'..='\u{3029}' | '\u{3041}'..='\u{309F}' | '\u{30A1}'..='\u{30FA}'
            | '\u{30FC}'..='\u{30FF}' | '\u{31F0}'..='\u{31FF}' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}'
            | '\u{A9E0}'..='\u{A9FE}' | '\u{AA60}'..='\u{AA7F}' | '\u{F900}'..='\u{FAFF}' | '\u{FF66}'..='\u{FF9F}'
            | '\u{1B000}'..='\u{1B16F}' | '\u{20000}'..='\u{3FFFD}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fold(word: &str) -> String {
        let mut out = String::new();
        fold_into(word, &mut out);
        out
    }

    #[test]
    fn words_fold() {
        for (word, expected) in [
            ("NAFTA", "nafta"),
            ("Peña", "pena"),
            ("Pen\u{303}a", "pena"),
            ("Straße", "strasse"),
            ("STRASSE", "strasse"),
            ("ﬁnance", "finance"),
            ("Œuvre", "oeuvre"),
            ("Ørsted", "orsted"),
            ("Wałęsa", "walesa"),
            ("İstanbul", "istanbul"),
            ("ΟΔΥΣΣΕΎΣ", "οδυσσευσ"),
            ("Οδυσσεύς", "οδυσσευσ"),
            ("ЁЛКА", "елка"),
            ("ta\u{AD}riff", "tariff"),
            ("ta\u{200B}riff", "tariff"),
            ("O’Brien", "o'brien"),
            ("ＵＳ", "us"),
            ("مُحَمَّد", "محمد"),
            ("שָׁלוֹם", "שלום"),
            ("ガ", "ガ"),
            ("ｶﾞ", "ガ"),
            ("한국", "한국"),
            ("\u{1112}\u{1161}\u{11AB}국", "한국"),
            ("हिन्दी", "हिन्दी"),
        ] {
            assert_eq!(fold(word), expected, "{word}");
        }
        assert_ne!(fold("が"), fold("か"));
    }

    #[test]
    fn exact_keys_keep_case_and_accents() {
        for (one, other, same) in [
            ("US", "U.S.", true),
            ("US", "us", false),
            ("Peña", "Pen\u{303}a", true),
            ("Peña", "Pena", false),
            ("O'Brien", "O’Brien", true),
        ] {
            assert_eq!(exact_key(one) == exact_key(other), same, "{one} {other}");
        }
    }

    #[test]
    fn names_fold_as_a_whole() {
        for (name, expected) in [("BBC  News", "bbc news"), ("El País", "el pais"), ("U.S. News", "us news")] {
            assert_eq!(fold_name(name), expected);
        }
    }
}
