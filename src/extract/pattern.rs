//! A pattern of letters and marks as a rule writes it → its regular expression, cheap to compile.
//! Unicode's own classes have hundreds of ranges, and most of what compiling costs is theirs: ranges that mean the same in the
//! scripts of newspapers stand in their place.

use regex::Regex;

/// `\p{L}`: letters, and what is written among them.
const LETTER: &str = r"[A-Za-zªµº\u{C0}-\u{D6}\u{D8}-\u{F6}\u{F8}-\u{588}\u{591}-\u{5BD}\u{5BF}-\u{5F2}\u{610}-\u{61A}\u{620}-\u{65F}\u{66E}-\u{6D3}\u{6D5}-\u{963}\u{970}-\u{1FFF}\u{2C00}-\u{2DFF}\u{3005}-\u{3006}\u{3031}-\u{303C}\u{3040}-\u{309F}\u{30A1}-\u{30FA}\u{30FC}-\u{FDFF}\u{FE70}-\u{FEFE}\u{FF21}-\u{FF3A}\u{FF41}-\u{FF5A}\u{FF66}-\u{FFDC}]";
/// `\p{Lu}`, capitals: of Latin, Greek, Cyrillic and Armenian as languages of today are written in them.
const CAPITAL: &str = r"[A-Z\u{C0}-\u{D6}\u{D8}-\u{DE}\u{100}\u{102}\u{104}\u{106}\u{108}\u{10A}\u{10C}\u{10E}\u{110}\u{112}\u{114}\u{116}\u{118}\u{11A}\u{11C}\u{11E}\u{120}\u{122}\u{124}\u{126}\u{128}\u{12A}\u{12C}\u{12E}\u{130}\u{132}\u{134}\u{136}\u{139}\u{13B}\u{13D}\u{13F}\u{141}\u{143}\u{145}\u{147}\u{14A}\u{14C}\u{14E}\u{150}\u{152}\u{154}\u{156}\u{158}\u{15A}\u{15C}\u{15E}\u{160}\u{162}\u{164}\u{166}\u{168}\u{16A}\u{16C}\u{16E}\u{170}\u{172}\u{174}\u{176}\u{178}\u{179}\u{17B}\u{17D}\u{1A0}\u{1AF}\u{218}\u{21A}\u{386}\u{388}-\u{38A}\u{38C}\u{38E}\u{38F}\u{391}-\u{3A1}\u{3A3}-\u{3AB}\u{400}-\u{42F}\u{490}\u{492}\u{49A}\u{4A2}\u{4AE}\u{4B0}\u{4B2}\u{4BA}\u{4D8}\u{4E8}\u{531}-\u{556}\u{1EA0}\u{1EA2}\u{1EA4}\u{1EA6}\u{1EA8}\u{1EAA}\u{1EAC}\u{1EAE}\u{1EB0}\u{1EB2}\u{1EB4}\u{1EB6}\u{1EB8}\u{1EBA}\u{1EBC}\u{1EBE}\u{1EC0}\u{1EC2}\u{1EC4}\u{1EC6}\u{1EC8}\u{1ECA}\u{1ECC}\u{1ECE}\u{1ED0}\u{1ED2}\u{1ED4}\u{1ED6}\u{1ED8}\u{1EDA}\u{1EDC}\u{1EDE}\u{1EE0}\u{1EE2}\u{1EE4}\u{1EE6}\u{1EE8}\u{1EEA}\u{1EEC}\u{1EEE}\u{1EF0}\u{1EF2}\u{1EF4}\u{1EF6}\u{1EF8}]";
/// `\p{Ll}`, the small letters of the same.
const SMALL: &str = r"[a-z\u{B5}\u{DF}-\u{F6}\u{F8}-\u{FF}\u{101}\u{103}\u{105}\u{107}\u{109}\u{10B}\u{10D}\u{10F}\u{111}\u{113}\u{115}\u{117}\u{119}\u{11B}\u{11D}\u{11F}\u{121}\u{123}\u{125}\u{127}\u{129}\u{12B}\u{12D}\u{12F}\u{131}\u{133}\u{135}\u{137}\u{138}\u{13A}\u{13C}\u{13E}\u{140}\u{142}\u{144}\u{146}\u{148}\u{149}\u{14B}\u{14D}\u{14F}\u{151}\u{153}\u{155}\u{157}\u{159}\u{15B}\u{15D}\u{15F}\u{161}\u{163}\u{165}\u{167}\u{169}\u{16B}\u{16D}\u{16F}\u{171}\u{173}\u{175}\u{177}\u{17A}\u{17C}\u{17E}\u{17F}\u{1A1}\u{1B0}\u{219}\u{21B}\u{390}\u{3AC}-\u{3CE}\u{430}-\u{45F}\u{491}\u{493}\u{49B}\u{4A3}\u{4AF}\u{4B1}\u{4B3}\u{4BB}\u{4D9}\u{4E9}\u{560}-\u{587}\u{1EA1}\u{1EA3}\u{1EA5}\u{1EA7}\u{1EA9}\u{1EAB}\u{1EAD}\u{1EAF}\u{1EB1}\u{1EB3}\u{1EB5}\u{1EB7}\u{1EB9}\u{1EBB}\u{1EBD}\u{1EBF}\u{1EC1}\u{1EC3}\u{1EC5}\u{1EC7}\u{1EC9}\u{1ECB}\u{1ECD}\u{1ECF}\u{1ED1}\u{1ED3}\u{1ED5}\u{1ED7}\u{1ED9}\u{1EDB}\u{1EDD}\u{1EDF}\u{1EE1}\u{1EE3}\u{1EE5}\u{1EE7}\u{1EE9}\u{1EEB}\u{1EED}\u{1EEF}\u{1EF1}\u{1EF3}\u{1EF5}\u{1EF7}\u{1EF9}]";
/// `\W`: what is no part of a word.
const MARK: &str = r"[\x00-/:-@\[-\^`{-\u{A9}\u{AB}-\u{B4}\u{B6}-\u{B9}\u{BB}-\u{BF}\u{D7}\u{F7}\u{589}\u{58A}\u{5BE}\u{5F3}\u{5F4}\u{60C}\u{61B}\u{61F}\u{66A}-\u{66D}\u{6D4}\u{964}\u{965}\u{2000}-\u{200B}\u{200E}-\u{203E}\u{2041}-\u{2053}\u{2055}-\u{206F}\u{20A0}-\u{20CF}\u{2116}-\u{2118}\u{211E}-\u{2123}\u{2190}-\u{245F}\u{2500}-\u{2BFF}\u{3000}-\u{3004}\u{3008}-\u{3020}\u{3030}\u{303D}-\u{303F}\u{30A0}\u{30FB}\u{FE10}-\u{FE19}\u{FE30}-\u{FE32}\u{FE35}-\u{FE4C}\u{FE50}-\u{FE6F}\u{FEFF}-\u{FF0F}\u{FF1A}-\u{FF20}\u{FF3B}-\u{FF3E}\u{FF40}\u{FF5B}-\u{FF65}\u{FFE0}-\u{FFFD}\u{1F000}-\u{1F12F}\u{1F300}-\u{1FAFF}]";

/// The regular expression of a fixed pattern.
pub(super) fn regex(pattern: &str) -> Regex {
    let pattern = [(r"\p{L}", LETTER), (r"\p{Lu}", CAPITAL), (r"\p{Ll}", SMALL), (r"\W", MARK), (r"\d", "[0-9]")]
        .iter()
        .fold(pattern.to_owned(), |pattern, (class, ranges)| pattern.replace(class, ranges));
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
        let alphabets =
            "AZaz ÀÞßÿ ĀĄąČčĎŁłŃŐőŘřŞşŠšŪŻżŽž ƠơƯư ȘșȚț ẠạẾếỲỵ ΆΩάωϊ АЯаяЁёЄєЇїЎўҐґ ҚқҢңҮүӘәӨө ԱՖաֆև Iİıiĸŉ 東 ª ' - 1";
        for class in [r"^\p{Lu}$", r"^\p{Ll}$"] {
            let (ours, theirs) = (regex(class), Regex::new(class).expect("a pattern"));
            for c in alphabets.chars().map(|c| c.to_string()) {
                assert_eq!(ours.is_match(&c), theirs.is_match(&c), "{class} {c:?}");
            }
        }
        // A letter's own marks are read with it.
        let (ours, letter) = (regex(r"^\p{L}$"), Regex::new(r"^[\p{L}\p{M}]$").expect("a pattern"));
        for c in SAMPLE.chars().map(|c| c.to_string()) {
            assert_eq!(ours.is_match(&c), letter.is_match(&c), "{c:?}");
        }
    }
}
