//! One line of a page → whether it is who wrote the article and when, where to reach the author, and nothing else.
//! Fixed forms of words in the languages of most feeds; whom the page names is not known here.

use std::sync::LazyLock;

use regex::Regex;

use super::imprint;
use super::month::month;
use super::pattern::{pattern, regex};

// Who wrote it and when, as a line of its own above the text.
pattern!(
    POSTED,
    r"^\W*(?:(?:posted|published|updated|created|written|last\ (?:updated|modified)|publicado|actualizado|publié|mis\ à\ jour
    |veröffentlicht|aktualisiert|pubblicato|aggiornato|atualizado|опубликовано|обновлено|opublikowano|gepubliceerd|publicerad
    |diterbitkan|yayınlanma|发布|更新|公開|入力|입력|نشر)\b.{0,60}\d{4}.{0,40}
    |(?:posted|written|reported|published)\ by\ .{2,50}|原[标標][题題]\s*[:：].{2,60})$"
);
// A name, and the word that says that it wrote this.
static BYLINE: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?x)^\W*(?:(?i:by|por|par|von|di|door|av|af|oleh|автор|autor|autora|author|text|texte|text\ by|from)\s*:?\s+
        (?:\p{Lu}[\p{L}.’'-]*(?:,?\s+(?:and|y|et|und|e|en|og|och|&|de|la|von|van|der|bin|al|for|the)\b)*,?\s*){2,10}
        |(?:作者|[记記]者|文[:：/／]|取材・文|撰文|بقلم|كتب)\s*[:：]?.{2,20})$",
    )
});
// Who made it, below the text.
pattern!(
    MAKER,
    r"^\W*(?:redaktur|reporter|editor|penulis|pewarta|kontributor|redaktion|redazione|redakcja|redaktor|redacción|muhabir|автор|редактор|корреспондент)
    (?:\s*(?:&|/|dan|and|und|y|e|и)\s*\p{L}{3,20})?\s*[:：]\s*"
);
// A time of day or a date in digits.
pattern!(
    CLOCK,
    r"\d{1,2}[:.h]\d{2}|\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}|\b(?:19|20)\d\d\b|\d{4}\s?[年년]|\d+\s*(?:min|hour|hr|day|stunde|hora|heure|час|минут)"
);

/// Words that stand beside a date and are no text.
const DATE_WORDS: &[&str] = &[
    "published",
    "updated",
    "posted",
    "last",
    "modified",
    "created",
    "first",
    "on",
    "at",
    "by",
    "am",
    "pm",
    "a",
    "p",
    "m",
    "min",
    "mins",
    "minute",
    "minutes",
    "hour",
    "hours",
    "hr",
    "hrs",
    "ago",
    "read",
    "reading",
    "time",
    "date",
    "uhr",
    "um",
    "am",
    "vom",
    "stand",
    "veröffentlicht",
    "aktualisiert",
    "publicado",
    "actualizado",
    "a",
    "las",
    "el",
    "de",
    "del",
    "la",
    "h",
    "publié",
    "le",
    "mis",
    "à",
    "jour",
    "modifié",
    "pubblicato",
    "aggiornato",
    "modifica",
    "modificato",
    "ultima",
    "il",
    "atualizado",
    "em",
    "às",
    "gmt",
    "utc",
    "est",
    "edt",
    "et",
    "cst",
    "cdt",
    "pst",
    "pdt",
    "mst",
    "bst",
    "cet",
    "cest",
    "ist",
    "th",
    "st",
    "nd",
    "rd",
    "letture",
    "lecturas",
    "views",
    "comments",
    "shares",
    "days",
    "day",
    "the",
    "г",
    "в",
    "года",
    "мск",
    "опубликовано",
    "обновлено",
    "op",
    "om",
    "uur",
    "den",
    "kl",
    "年",
    "月",
    "日",
    "时",
    "時",
    "分",
    "년",
    "월",
    "일",
    "오전",
    "오후",
    "입력",
    "수정",
    "更新",
    "公開",
    "发布",
];
/// The first three letters of weekdays in English, Spanish, German, French, Italian, Portuguese, Dutch and Russian.
const WEEKDAYS: &[&str] = &[
    "mon", "tue", "wed", "thu", "fri", "sat", "sun", "lun", "mar", "mié", "jue", "vie", "sáb", "dom", "die", "mit",
    "don", "fre", "sam", "son", "mer", "jeu", "ven", "dim", "gio", "seg", "ter", "qua", "qui", "sex", "maa", "din",
    "woe", "vri", "zat", "zon", "пон", "вто", "сре", "чет", "пят", "суб", "вос",
];

/// Whether all of a line stands in one pair of brackets.
fn is_in_brackets(text: &str) -> bool {
    let inner = text.strip_prefix(['(', '（']).and_then(|rest| rest.strip_suffix([')', '）']));
    inner.is_some_and(|inner| inner.len() > 1 && !inner.contains(['(', ')', '（', '）']))
}

/// Whose a text is, in brackets below it: `(AFP)`, `(with inputs from PTI)`.
pub(super) fn is_signature(text: &str, chars: usize) -> bool {
    chars < 40 && is_in_brackets(text) && !text.contains(['.', '!', '?', '。', '！', '？'])
}

/// Who made the article, with a label: "Editor: Ann Lee". What a reporter says in a talk is a sentence.
pub(super) fn is_maker(text: &str, chars: usize) -> bool {
    let named = || MAKER.find(text).map(|label| &text[label.end()..]);
    let is_named = || named().is_some_and(imprint::is_names) || is_chinese_maker(text);
    chars < 80 && !text.ends_with(['.', '!', '?', '…', '”', '"', '。', '！', '？', '：']) && is_named()
}

/// What people do who make an article, in Chinese, and signs of a name there.
const CHINESE_ROLES: &[&str] =
    &["记者", "記者", "编辑", "編輯", "责编", "責編", "校对", "校對", "采写", "撰文", "摄影", "攝影", "审核", "通讯员"];
const CHINESE_NAME: std::ops::RangeInclusive<usize> = 2..=4;

/// The same in Chinese, where labels and names stand side by side: "港口报记者 张三 编辑 李四".
fn is_chinese_maker(text: &str) -> bool {
    let marks = |c: char| {
        c.is_whitespace()
            || matches!(
                c,
                ':' | '：' | '/' | '／' | '|' | '｜' | '、' | '(' | ')' | '（' | '）' | '[' | ']' | '【' | '】'
            )
    };
    let mut words = text.split(marks).filter(|word| !word.is_empty());
    let is_role = |word: &str| CHINESE_ROLES.iter().any(|role| word.ends_with(role));
    let is_name = |word: &str| {
        CHINESE_NAME.contains(&word.chars().count()) && word.chars().all(|c| matches!(c, '\u{4E00}'..='\u{9FFF}' | '·'))
    };
    words.next().is_some_and(is_role)
        && words.clone().any(|word| !is_role(word))
        && words.all(|word| is_role(word) || is_name(word))
}

/// The letters of those who wrote and edited a dispatch, with strokes between, as agencies sign one: `bur-al/br`.
pub(super) fn is_slug(text: &str) -> bool {
    let is_part = |part: &str| (2..=5).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_lowercase());
    text.len() < 40 && text.contains('/') && text != "and/or" && text.split(['/', '-']).all(is_part)
}

/// Who wrote the article and when, as templates set it above the text.
pub(super) fn is_credit_line(text: &str, chars: usize) -> bool {
    chars < 100
        && !text.ends_with(['.', '!', '?', ':', '”'])
        && (POSTED.is_match(text) || (chars < 80 && BYLINE.is_match(text)))
}

/// Addresses and handles of the author, and nothing else.
pub(super) fn is_contact(text: &str, chars: usize) -> bool {
    chars < 120
        && text.contains(['@', '/'])
        && !text.starts_with("http")
        && text.split_whitespace().all(|w| w.contains('@') || w.contains(".com/"))
}

/// "By Ann Lee" and nothing else.
pub(super) fn is_byline(text: &str) -> bool {
    text.chars().count() < 80 && BYLINE.is_match(text)
}

/// A line that is a date and little else: `Posted: Fri 6:45 PM, Feb 16, 2018`, `November 20`.
pub(super) fn is_date(text: &str, chars: usize) -> bool {
    chars < 120
        && (CLOCK.is_match(text)
            || (chars < 20 && text.chars().any(|c| c.is_ascii_digit()) && text.chars().any(char::is_alphabetic)))
        && text.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty()).all(|word| {
            let word = word.to_lowercase();
            DATE_WORDS.contains(&word.as_str())
                || month(&word).is_some()
                || (word.len() < 24 && WEEKDAYS.contains(&word.chars().take(3).collect::<String>().as_str()))
        })
}

#[cfg(test)]
mod tests {
    use super::super::lines::tests::are_told;
    use super::*;

    #[test]
    fn lines_are_what_they_say() {
        are_told(&[
            (
                "credit line",
                |t| is_credit_line(t, t.chars().count()),
                &[
                    "By Ann Lee and Bob Ray",
                    "Posted on Maret 30, 2015 by Admin",
                    "Von Ute Klein",
                    "记者 张三",
                    "Par Jean de la Tour",
                ],
                &["By Monday the port was shut", "Di Maio has resigned", "By Ann Lee's account, it was late."],
            ),
            (
                "maker",
                |t| is_maker(t, t.chars().count()),
                &[
                    "Editor: Ann Lee",
                    "港口报记者 张三",
                    "编辑 张三 校对 李四",
                    "采写：港口报见习记者 王小二",
                    "（责任编辑：李四）",
                ],
                &[
                    "Editor: we will see.",
                    "记者",
                    "记者 昨天从港口了解到，渡轮晚点",
                    "张三 李四",
                    "记者：渡轮为什么晚点？",
                ],
            ),
            (
                "date",
                |t| is_date(t, t.chars().count()),
                &[
                    "Posted: Fri 6:45 PM, Feb 16, 2018",
                    "11/18/19 11:04 PM EST",
                    "5 min read",
                    "Publicado el 3 de marzo de 2019 a las 10:00",
                    "4 марта 2019, 10:20",
                    "2019年3月4日 10:20",
                ],
                &["In March 2019 the ferry was late", "Ferry late", "May"],
            ),
        ]);
    }
}
