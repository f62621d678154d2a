//! A pattern of letters and marks as a rule writes it → its regular expression, cheap to compile.
//! Unicode's own classes have hundreds of ranges, and most of what compiling costs is theirs: ranges that mean the same in the
//! scripts of newspapers stand in their place.

use regex::Regex;

/// `\p{L}`: letters, and what is written among them.
const LETTER: &str = r"[A-Za-zªµº\u{C0}-\u{D6}\u{D8}-\u{F6}\u{F8}-\u{588}\u{591}-\u{5BD}\u{5BF}-\u{5F2}\u{610}-\u{61A}\u{620}-\u{65F}\u{66E}-\u{6D3}\u{6D5}-\u{963}\u{970}-\u{1FFF}\u{2C00}-\u{2DFF}\u{3005}-\u{3006}\u{3031}-\u{303C}\u{3040}-\u{309F}\u{30A1}-\u{30FA}\u{30FC}-\u{FDFF}\u{FE70}-\u{FEFE}\u{FF21}-\u{FF3A}\u{FF41}-\u{FF5A}\u{FF66}-\u{FFDC}]";
/// `\W`: what is no part of a word.
const MARK: &str = r"[\x00-/:-@\[-\^`{-\u{A9}\u{AB}-\u{B4}\u{B6}-\u{B9}\u{BB}-\u{BF}\u{D7}\u{F7}\u{589}\u{58A}\u{5BE}\u{5F3}\u{5F4}\u{60C}\u{61B}\u{61F}\u{66A}-\u{66D}\u{6D4}\u{964}\u{965}\u{2000}-\u{200B}\u{200E}-\u{203E}\u{2041}-\u{2053}\u{2055}-\u{206F}\u{20A0}-\u{20CF}\u{2116}-\u{2118}\u{211E}-\u{2123}\u{2190}-\u{245F}\u{2500}-\u{2BFF}\u{3000}-\u{3004}\u{3008}-\u{3020}\u{3030}\u{303D}-\u{303F}\u{30A0}\u{30FB}\u{FE10}-\u{FE19}\u{FE30}-\u{FE32}\u{FE35}-\u{FE4C}\u{FE50}-\u{FE6F}\u{FEFF}-\u{FF0F}\u{FF1A}-\u{FF20}\u{FF3B}-\u{FF3E}\u{FF40}\u{FF5B}-\u{FF65}\u{FFE0}-\u{FFFD}\u{1F000}-\u{1F12F}\u{1F300}-\u{1FAFF}]";

/// The regular expression of a fixed pattern.
pub(super) fn regex(pattern: &str) -> Regex {
    let pattern = pattern.replace(r"\p{L}", LETTER).replace(r"\W", MARK).replace(r"\d", "[0-9]");
    Regex::new(&pattern).expect("a fixed pattern")
}

/// A pattern for one line, of which case and layout do not count.
macro_rules! pattern {
    ($name:ident, $($text:expr),+) => {
        static $name: std::sync::LazyLock<regex::Regex> =
            std::sync::LazyLock::new(|| $crate::extract::pattern::regex(&["(?ix)", $($text),+].concat()));
    };
}
pub(super) use pattern;

#[cfg(test)]
mod tests {
    use super::*;

    /// Letters, digits and marks of the scripts in which feeds are read.
    const SAMPLE: &str = "Ferry 12 — «Фёдор» №5, Ελλάδα; café’s Łódź İstanbul ščř ‘x’ … • ● ▶ → © ® ™ € £ ¿qué? ¡No! † ‡ § ¶ · \
        【写真】《新闻》、。「東京」・ー〜！？：（）ソウル 서울 한국어〈기사〉 دبي، ؟ ؛ أخبار תל־אביב ״ गाँव। ไทย Việt 😀 📷 ⚽ _ # @ / | \u{a0}\u{200b}\u{feff}";

    #[test]
    fn the_ranges_mean_what_unicodes_classes_mean() {
        for (ours, theirs) in [(r"^\W$", r"^\W$"), (r"^\d$", r"^[0-9]$")] {
            let (ours, theirs) = (regex(ours), Regex::new(theirs).expect("a pattern"));
            for c in SAMPLE.chars().map(|c| c.to_string()) {
                assert_eq!(ours.is_match(&c), theirs.is_match(&c), "{theirs} {c:?} {}", c.escape_unicode());
            }
        }
        // A letter's own marks are read with it.
        let (ours, letter) = (regex(r"^\p{L}$"), Regex::new(r"^[\p{L}\p{M}]$").expect("a pattern"));
        for c in SAMPLE.chars().map(|c| c.to_string()) {
            assert_eq!(ours.is_match(&c), letter.is_match(&c), "{c:?}");
        }
    }
}
