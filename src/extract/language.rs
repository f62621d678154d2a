//! A text and what page and feed declare of it → its language, and whether that is sure.
//! Sure means: declared by both alike, or detected with high confidence on at least 200 letters.

use whatlang::{Detector, Lang};

use super::function_words;
use crate::ascii::{self, Run};
use crate::model::Language;

const SURE_LETTERS: usize = 200;
/// Letters that detection looks at; more changes nothing.
const SAMPLE: usize = 4000;

/// Languages that detection mistakes for one another.
const KIN: &[&[&str]] = &[
    &["no", "nb", "nn", "da", "sv"],
    &["hr", "sr", "bs", "sl"],
    &["cs", "sk"],
    &["es", "pt", "gl", "ca"],
    &["id", "ms", "jv"],
    &["ru", "uk", "be", "bg", "mk", "sr"],
    &["af", "nl"],
    &["hi", "mr", "ne"],
];

/// Languages of newspapers that detection does not know.
const UNDETECTED: &[&str] = &[
    "sq", "is", "ga", "eu", "mt", "lb", "fo", "fy", "sw", "so", "ha", "yo", "ig", "rw", "xh", "st", "tn", "om", "ti",
    "mg", "ht", "qu", "gn", "mi", "sm", "ceb", "ku", "ckb", "ps", "sd", "ug", "lo", "dv", "bo",
];

/// The language of a text.
pub fn language(text: &str, declared: Option<&str>, feed_declared: Option<&str>) -> Option<Language> {
    let page = declared.and_then(subtag);
    let feed = feed_declared.and_then(subtag);
    let alike = page.is_some() && page == feed;
    let letters = letters(text, SURE_LETTERS);
    if letters < SURE_LETTERS
        && (page.is_none() || feed.is_none() || alike)
        && let Some(code) = page.as_ref().or(feed.as_ref())
    {
        // Whatever detection said of so short a text, the declaration would stand.
        return Some(Language { code: code.clone(), sure: alike });
    }
    let certain = if letters < SURE_LETTERS { None } else { function_words::beyond_doubt(text) };
    if certain.is_none()
        && let Some(code) = [&page, &feed].into_iter().flatten().find(|code| is_undetected(code, text))
    {
        return Some(Language { code: code.clone(), sure: alike });
    }
    let Some((code, reliable)) = certain.map(|code| (code, true)).or_else(|| detected(text, letters)) else {
        return page.or(feed).map(|code| Language { code, sure: alike });
    };
    // One who declares knows better which of the kin it is.
    for known in [&page, &feed].into_iter().flatten() {
        if *known == code || KIN.iter().any(|kin| kin.contains(&known.as_str()) && kin.contains(&code)) {
            let sure = alike || (reliable && *known == code);
            return Some(Language { code: known.clone(), sure });
        }
    }
    match (reliable, page.or(feed)) {
        // Templates often declare the language of their maker: the text itself decides.
        (true, _) => Some(Language { code: code.to_owned(), sure: true }),
        (false, Some(declared)) => Some(Language { code: declared, sure: alike }),
        (false, None) if letters >= 20 => Some(Language { code: code.to_owned(), sure: false }),
        (false, None) => None,
    }
}

/// Whether detection does not know a language: then it cannot deny it either. Where Russian is written as well, the text has to
/// have letters that Russian has not.
fn is_undetected(code: &str, text: &str) -> bool {
    const CYRILLIC: &[&str] = &["kk", "ky", "mn", "tg", "tt"];
    let is_spelled = || text.chars().take(SAMPLE).filter(|c| "әғқңөұүҳҷӣӯһ".contains(*c)).count() >= 5;
    UNDETECTED.contains(&code) || (CYRILLIC.contains(&code) && is_spelled())
}

/// How many letters a text has, `most` at most.
fn letters(text: &str, most: usize) -> usize {
    let mut count = 0;
    for run in ascii::runs(text) {
        count += match run {
            _ if count >= most => break,
            Run::Ascii(bytes) => bytes.iter().filter(|byte| byte.is_ascii_alphabetic()).count(),
            Run::Other(c) => usize::from(c.is_alphabetic()),
        };
    }
    count.min(most)
}

/// By its letters, and whether that is reliable.
fn detected(text: &str, letters: usize) -> Option<(&'static str, bool)> {
    let sample: String = text.chars().filter(|c| c.is_alphabetic() || c.is_whitespace()).take(SAMPLE).collect();
    let info = Detector::new().detect(&sample)?;
    Some((code(info.lang()), info.is_reliable() && letters >= SURE_LETTERS))
}

/// The primary subtag of a declaration (`en` of `en-GB`, of `en_US.UTF-8`), of ISO 639-2 made one of 639-1.
fn subtag(declared: &str) -> Option<String> {
    let first = declared.trim().split(['-', '_', ',', ';', '.', ' ']).next()?.to_ascii_lowercase();
    let known = match &*first {
        "english" | "eng" => "en",
        "spanish" | "español" | "spa" => "es",
        "french" | "fra" | "fre" => "fr",
        "german" | "deu" | "ger" => "de",
        "in" => "id",
        "iw" => "he",
        other => other,
    };
    let plausible = matches!(known.len(), 2 | 3) && known.bytes().all(|b| b.is_ascii_lowercase()) && known != "und";
    plausible.then(|| known.to_owned())
}

/// The shortest code of ISO 639 for a detected language.
fn code(lang: Lang) -> &'static str {
    match lang {
        Lang::Epo => "eo",
        Lang::Eng => "en",
        Lang::Rus => "ru",
        Lang::Cmn => "zh",
        Lang::Spa => "es",
        Lang::Por => "pt",
        Lang::Ita => "it",
        Lang::Ben => "bn",
        Lang::Fra => "fr",
        Lang::Deu => "de",
        Lang::Ukr => "uk",
        Lang::Kat => "ka",
        Lang::Ara => "ar",
        Lang::Hin => "hi",
        Lang::Jpn => "ja",
        Lang::Heb => "he",
        Lang::Yid => "yi",
        Lang::Pol => "pl",
        Lang::Amh => "am",
        Lang::Jav => "jv",
        Lang::Kor => "ko",
        Lang::Nob => "no",
        Lang::Dan => "da",
        Lang::Swe => "sv",
        Lang::Fin => "fi",
        Lang::Tur => "tr",
        Lang::Nld => "nl",
        Lang::Hun => "hu",
        Lang::Ces => "cs",
        Lang::Ell => "el",
        Lang::Bul => "bg",
        Lang::Bel => "be",
        Lang::Mar => "mr",
        Lang::Kan => "kn",
        Lang::Ron => "ro",
        Lang::Slv => "sl",
        Lang::Hrv => "hr",
        Lang::Srp => "sr",
        Lang::Mkd => "mk",
        Lang::Lit => "lt",
        Lang::Lav => "lv",
        Lang::Est => "et",
        Lang::Tam => "ta",
        Lang::Vie => "vi",
        Lang::Urd => "ur",
        Lang::Tha => "th",
        Lang::Guj => "gu",
        Lang::Uzb => "uz",
        Lang::Pan => "pa",
        Lang::Aze => "az",
        Lang::Ind => "id",
        Lang::Tel => "te",
        Lang::Pes => "fa",
        Lang::Mal => "ml",
        Lang::Ori => "or",
        Lang::Mya => "my",
        Lang::Nep => "ne",
        Lang::Sin => "si",
        Lang::Khm => "km",
        Lang::Tuk => "tk",
        Lang::Aka => "ak",
        Lang::Zul => "zu",
        Lang::Sna => "sn",
        Lang::Afr => "af",
        Lang::Lat => "la",
        Lang::Slk => "sk",
        Lang::Cat => "ca",
        Lang::Tgl => "tl",
        Lang::Hye => "hy",
        Lang::Cym => "cy",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENGLISH: &str = "The harbour authority said on Tuesday that the new ferry terminal would open two months \
    later than \
        planned because the contractor had found that the old quay wall needed to be rebuilt before any passengers \
        could be \
        allowed to walk across it. Local traders were told at a meeting in the town hall.";
    const SPANISH: &str = "La autoridad portuaria anunció el martes que la nueva terminal de transbordadores abrirá \
    dos meses \
        más tarde de lo previsto porque el contratista descubrió que el viejo muro del muelle debía reconstruirse \
        antes de \
        que los pasajeros pudieran cruzarlo. Los comerciantes fueron informados en una reunión.";

    const ALBANIAN: &str = "Autoriteti i portit njoftoi të martën se terminali i ri i trageteve do të hapet dy muaj më vonë se sa \
        ishte planifikuar, sepse muri i vjetër i molit duhej rindërtuar para se udhëtarët të mund të kalonin mbi të. Tregtarët u \
        njoftuan në një mbledhje në bashki, ku u tha se puna do të zgjasë deri në vjeshtë.";
    const RUSSIAN: &str = "Портовое управление сообщило во вторник, что новый паромный терминал откроется на два месяца позже, чем \
        планировалось, потому что старую стену причала пришлось перестраивать, прежде чем по ней смогут пройти пассажиры. Торговцам \
        сказали об этом на собрании в ратуше, где подавали чай.";

    #[test]
    fn a_language_is_sure_only_for_a_reason() {
        for (text, page, feed, expected) in [
            (ENGLISH, None, None, Some(("en", true))),
            (SPANISH, None, None, Some(("es", true))),
            (SPANISH, Some("en-US"), None, Some(("es", true))),
            (ENGLISH, Some("en_GB"), Some("en"), Some(("en", true))),
            ("Ferry delayed", Some("en"), Some("en-gb"), Some(("en", true))),
            ("Ferry delayed", Some("en"), None, Some(("en", false))),
            ("Ferry delayed", Some("en"), Some("fr"), Some(("en", false))),
            (ALBANIAN, Some("sq"), None, Some(("sq", false))),
            (ALBANIAN, Some("sq-AL"), Some("sq"), Some(("sq", true))),
            (SPANISH, Some("sq"), None, Some(("es", true))),
            (RUSSIAN, Some("kk"), None, Some(("ru", true))),
            ("", None, Some("pt-BR"), Some(("pt", false))),
            ("", None, None, None),
            ("12:30", None, None, None),
            ("", Some("x"), Some(""), None),
        ] {
            let found = language(text, page, feed);
            let found = found.as_ref().map(|l| (l.code.as_str(), l.sure));
            assert_eq!(found, expected, "{page:?} {feed:?} {text}");
        }
    }
}
