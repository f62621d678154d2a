//! A line below an article → whether it is its imprint: rights, who helped, where it is filed, whom to ask.
//! The same words begin sentences of articles: what follows them decides, names and labels or a sentence.

use regex::Regex;

use super::paragraphs::Paragraph;
use super::pattern::pattern;

// What no article says of its matter.
pattern!(
    FIXED,
    r"^\W*(?:.{0,200}\bcontributed\ (?:to\ this\ (?:report|story|article|post|piece|dispatch)|reporting)\b|tags?:|categor(?:y|ies):
    |citation:|follow\ .{0,40}coverage\b|(?:find|see)\ .{0,20}(?:full|more|complete)\ coverage\b
    |(?:the\ )?(?:views|opinions)(?:\ and\ opinions)?\ expressed\ .{0,200}(?:those\ of|\bown\b|necessarily|do(?:es)?\ not\ (?:reflect|represent))
    |las\ opiniones\ expresadas\ .{0,200}(?:\bno\b|responsab)|les\ opinions\ exprimées\ .{0,200}(?:engage|propres|reflètent)|الآراء\ الواردة
    |view\ (?:the\ )?(?:source|original)\ (?:version|content|release)\b.{0,60}(?:://|\.com)|this\ column\ does\ not\ (?:necessarily\ )?reflect\b|мнение\ (?:редакции|автора)\ .{0,60}не\b
    |(?:source|fuente|fonte|quelle|bron|источник|джерело|źródło|kaynak|sumber|المصدر|出典|출처)\s*[:：].{2,60}$|(?-i:SOURCE)\ .{2,60}$
    |rate\ this\ .{3,20}:|if\ you\ (?:enjoyed|liked)\ this\ (?:article|story|post)|©|all\ rights\ reserved
    |this\ (?:document|material|article)\ (?:is\ subject\ to\ copyright
    |may\ not\ be\ (?:published|republished|reproduced|broadcast|rewritten|redistributed|distributed|copied|used|reprinted))
    |todos\ los\ derechos\ reservados|todos\ os\ direitos|tous\ droits\ réservés|alle\ rechte\ vorbehalten|tutti\ i\ diritti
    |все\ права\ защищены|wszelkie\ prawa|tüm\ hakları|(?:etiquetas|schlagwörter|mots-clés|теги|tagi|etiketler|标签|標籤|タグ|태그)\s*[:：]
    |声明\s*[:：】]|(?:特别|免责|版权)声明|(?:[图圖]片?|素材)(?:均|全部|部分)?[来來][自源].{0,6}[网網][络絡路]|如有侵[权權]|原[标標]?[题題][为為]|[（(【\[]?(?:[责責]任?[编編][辑輯]?|[编編][辑輯]|[来來]源|原[标標][题題])\s*[:：])"
);
// The publisher earns by what it links to.
pattern!(
    COMMISSION,
    r"^.{0,80}(?:may\ (?:earn|receive|get)\ (?:an?|some)\ .{0,20}(?:commission|share\ of\ (?:the\ )?(?:revenue|sales?)))"
);
pattern!(AFFILIATE, r"^.{0,80}(?:contains?|includes?)\ affiliate\ links");
// What Russian law wants above a text of whom it names so.
pattern!(AGENT_NOTE, r"^\W*настоящ\p{L}{2}\ материал\ \(информация\)\ произвед");
pattern!(LINKS, r"\b(?:we|our|links?|purchases?|this\ page)\b");
// Names follow.
pattern!(
    CREDIT,
    r"^\W*(?:(?:additional\ )?reporting\ by|(?:edited|editing|compiled|translated)\ by|with\ (?:agency\ )?inputs?\ from|colabor(?:ou|aram|ó|aron)|com\ informações\ d\w{1,2}
    |con\ información\ de|avec\ l['’]?|mit\ (?:material|informationen)\ (?:von|der))\s"
);
pattern!(RIGHTS, r"^\W*(?:\(c\)\s|copyright\b\W*)");
// A label, and what it labels.
pattern!(
    LABEL,
    r"^\W*(?:filed\ under|posted\ in|tagged|(?:media|press)\ (?:contacts?|enquiries|inquiries)|contactos?\ de\ prensa|contacts?\ presse|pressekontakt
    |notes\ to\ editors)\b"
);

/// Words that are looked at for names.
const NAMES: usize = 12;

/// Whether a line stands below articles, and tells nothing of what they tell.
pub(super) fn is_imprint(paragraph: &Paragraph) -> bool {
    let text = beginning(&paragraph.text);
    let rest = |pattern: &Regex| pattern.find(text).map(|found| &text[found.end()..]);
    FIXED.is_match(text)
        || (COMMISSION.is_match(text) && LINKS.is_match(text))
        || rest(&CREDIT).is_some_and(is_names)
        || rest(&LABEL).is_some_and(|rest| is_labelled(paragraph, rest))
        || is_right(text)
}

/// The rights of a whole site: `Copyright © 2024 …`. A picture's credit may begin with `©` alone.
pub(super) fn is_copyright(text: &str) -> bool {
    let text = beginning(text);
    (is_right(text) && !text.starts_with('(')) || text.to_lowercase().contains("all rights reserved")
}

/// Whether a publisher says that it earns by its links, or what the law wants said; some say so above the text.
pub(super) fn is_disclosure(text: &str, chars: usize) -> bool {
    chars < 350 && (AFFILIATE.is_match(text) || AGENT_NOTE.is_match(text))
}

/// Bytes in which an imprint has said what it is. The patterns cost much on a long line that has no letter.
const BEGINNING: usize = 1000;

fn beginning(text: &str) -> &str {
    &text[..text.floor_char_boundary(BEGINNING)]
}

fn is_right(text: &str) -> bool {
    RIGHTS.find(text).is_some_and(|found| is_names(&text[found.end()..]))
}

/// Whether more than half of the first words are names, years and marks.
pub(super) fn is_names(rest: &str) -> bool {
    let end = rest.find(['.', ';']).filter(|end| *end > 3).unwrap_or(rest.len());
    let words = || rest[..end].split_whitespace().take(NAMES);
    let is_name = |word: &&str| {
        let first = word.chars().find(|c| c.is_alphanumeric() || matches!(c, '©' | 'ⓒ'));
        first.is_some_and(|first| first == 'ⓒ' || !first.is_lowercase())
    };
    words().filter(is_name).count() * 2 > words().count()
}

/// Whether what follows a label is what it labels: links, an address, or no sentence.
fn is_labelled(paragraph: &Paragraph, rest: &str) -> bool {
    rest.starts_with([':', '：']) || rest.contains('@') || paragraph.link_share() > 0.5 || !paragraph.is_sentence()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_imprint_is_told_from_a_sentence_of_the_same_words() {
        for (text, expected) in [
            ("© 2024 Post", true),
            ("Copyright 2024 Post", true),
            ("Copyright ⓒ Post.kr. 무단전재 금지", true),
            ("Copyright The Associated Press. It may not be broadcast.", true),
            ("Copyrighted works were lent to the town.", false),
            ("Copyright lawyers in Vasto read the contract.", false),
            ("(c) Post 2024", true),
            ("(c) is the third clause of the contract.", false),
            ("(Reporting by Ann Lee in Vasto and Bob Ray in Paris; editing by C. Dee)", true),
            ("Reporting by the paper showed that ministers knew of the holes.", false),
            ("声明：本文不代表本网立场。", true),
            ("图片来自网络，如有侵权，请联系删除。", true),
            ("（原题为《渡轮晚点》）", true),
            ("图片显示，渡轮停在码头。", false),
            ("Filed under: Harbour, Walls", true),
            ("Media contact Ann Lee, 555 1234", true),
            ("Media contacts with the crew were forbidden by the owner.", false),
            ("Media enquiries are answered at press@port.example.", true),
        ] {
            let paragraph = Paragraph { text: text.to_owned(), ..Paragraph::default() };
            assert_eq!(is_imprint(&paragraph), expected, "{text}");
        }
    }
}
