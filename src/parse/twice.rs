//! Text that was encoded twice ("cafÃ©", "â€¦") → as it was meant: UTF-8 that a publisher's program took for windows-1252
//! and encoded again, raw or as references. What could be writing of any language stays; so does what stands in tags.

use encoding_rs::WINDOWS_1252;

use super::entity;
use super::names;
use super::tree::{Child, Tree};

/// Signs that stand behind no letter: in them a sequence shows that it is one.
const NEVER_BEHIND_A_LETTER: &str = "€‚„ƒˆ‰˜ŒœŸ¤¦¯µ¸";
/// As those, but a diameter (Ø) or a product (×) may be such a fraction.
const FRACTIONS: &str = "¼½¾";
/// Signs that need no letter before them, so that a lone Â between is one too many.
const SIGNS: &str = "¡¢£¥§©ª«®°·º»¿";
/// Marks that stand at the end of a word or at the start of one, never between two letters.
const NEVER_WITHIN_A_WORD: &str = "‘“š•";

/// The text as it was meant, where it is certain that it was encoded twice: every letter outside ASCII belongs to a
/// sequence that is UTF-8, none of them stands for a control character, and one is what nobody writes. `html` may be
/// plain text as well. References other than those to such letters stay as they are.
pub(super) fn undo(html: &str) -> Option<String> {
    let once_less = may_hold_one(html).then(|| once(html)).flatten()?;
    // Three times happens as well.
    let twice_less = once(&once_less);
    let is_control = |c: char| ('\u{80}'..='\u{9f}').contains(&c);
    twice_less.into_iter().chain([once_less]).find(|text| !text.contains(is_control))
}

/// Puts right every text of a document but addresses and ids; how many there were.
pub(super) fn undo_all(tree: &mut Tree) -> usize {
    let mut count = 0;
    let mut put_right = |text: &mut String| {
        if let Some(meant) = undo(text) {
            *text = meant;
            count += 1;
        }
    };
    for element in &mut tree.elements {
        if names::is_address(element.local()) {
            continue;
        }
        for child in &mut element.children {
            if let Child::Text(text) = child {
                put_right(text);
            }
        }
        // Names and terms, where vocabularies have them as attributes.
        element.attributes.iter_mut().filter(|(key, _)| names::is_prose(key)).for_each(|(_, text)| put_right(text));
    }
    count
}

/// The repair in words; none where no text was encoded twice.
pub(super) fn repair(count: usize) -> Option<String> {
    (count > 0).then(|| format!("texts encoded twice read once: {count}"))
}

/// Whether there is a letter with which a sequence may begin: a look that costs next to nothing.
fn may_hold_one(html: &str) -> bool {
    // U+00C0 to U+00FF are two bytes, of which the first is C3.
    memchr::memchr(0xc3, html.as_bytes()).is_some()
        || memchr::memchr_iter(b'&', html.as_bytes())
            .any(|at| entity::letter(&html[at..]).is_some_and(|(c, _)| matches!(c, 'Â'..='ô')))
}

fn once(html: &str) -> Option<String> {
    let mut out = String::new();
    let (mut at, mut copied, mut in_tag, mut evident) = (0, 0, false, false);
    let mut before = None;
    while let Some((c, length)) = letter(&html[at..]) {
        if c.is_ascii() || in_tag {
            let next = html.as_bytes().get(at + length);
            in_tag = match c {
                '<' => in_tag || next.is_some_and(|b| b.is_ascii_alphabetic() || matches!(b, b'/' | b'!')),
                '>' => false,
                _ => in_tag,
            };
            before = Some(c);
            at += length;
            continue;
        }
        let sequence = Sequence::read(&html[at..])?;
        let end = at + sequence.length;
        evident |= sequence.is_evident(before, html[end..].chars().next());
        out.push_str(&html[copied..at]);
        out.push(sequence.meant);
        before = sequence.trails.iter().rev().copied().find(|c| *c != '\0');
        (at, copied) = (end, end);
    }
    out.push_str(&html[copied..]);
    evident.then_some(out)
}

/// The letter at the start of a text, raw or as a reference, and its length; a reference to ASCII is taken for its `&`.
fn letter(text: &str) -> Option<(char, usize)> {
    let c = text.chars().next()?;
    Some(entity::letter(text).filter(|_| c == '&').unwrap_or((c, c.len_utf8())))
}

/// Letters that are one of UTF-8, read as windows-1252.
struct Sequence {
    lead: char,
    trails: [char; 3],
    /// What they stand for.
    meant: char,
    /// Bytes that they take as written.
    length: usize,
}

impl Sequence {
    fn read(text: &str) -> Option<Self> {
        let (lead, mut length) = letter(text)?;
        let mut bytes = [byte(lead)?, 0, 0, 0];
        let count = match bytes[0] {
            0xc2..=0xdf => 2,
            0xe0..=0xef => 3,
            0xf0..=0xf4 => 4,
            _ => return None,
        };
        let mut trails = ['\0'; 3];
        for place in 1..count {
            let (trail, used) = letter(&text[length..])?;
            bytes[place] = byte(trail)?;
            trails[place - 1] = trail;
            length += used;
        }
        let meant = std::str::from_utf8(&bytes[..count]).ok()?.chars().next()?;
        Some(Self { lead, trails, meant, length })
    }

    /// Whether nobody writes these letters where they stand: not at the end of a word in capitals ("AMANHÃ…", "CAFÉ™"), nor
    /// as two letters ("Úžas").
    fn is_evident(&self, before: Option<char>, after: Option<char>) -> bool {
        let (lead, trail) = (self.lead, self.trails[0]);
        let measure = matches!(lead, '×' | 'Ø');
        let strange = |c: &char| {
            ('\u{80}'..='\u{9f}').contains(c)
                || (lead != '×' && NEVER_BEHIND_A_LETTER.contains(*c))
                || (!measure && FRACTIONS.contains(*c))
        };
        let within = after.is_some_and(|c| c.is_ascii_alphabetic());
        let in_capitals = before.is_some_and(|c| c.is_ascii_uppercase());
        self.trails.iter().any(strange)
            || (lead.is_uppercase() && before.is_some_and(|c| c.is_ascii_lowercase()))
            || (lead == 'Â' && !before.is_some_and(char::is_alphabetic) && SIGNS.contains(trail))
            || (lead == 'Ã' && within && !in_capitals && !matches!(trail, '’' | '\u{a0}'))
            || (lead == 'Ã' && within && NEVER_WITHIN_A_WORD.contains(trail))
    }
}

/// A letter's byte in windows-1252, the controls that it leaves unused included.
fn byte(c: char) -> Option<u8> {
    if let Ok(byte @ 0x80..) = u8::try_from(u32::from(c)) {
        return Some(byte);
    }
    let mut room = [0; 4];
    let (bytes, _, lost) = WINDOWS_1252.encode(c.encode_utf8(&mut room));
    (!lost && bytes.len() == 1).then(|| bytes[0])
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use proptest::prelude::*;

    use super::*;

    /// UTF-8 read as windows-1252, as a careless program does.
    fn encoded_again(text: &str) -> String {
        WINDOWS_1252.decode_without_bom_handling(text.as_bytes()).0.into_owned()
    }

    #[test]
    fn what_was_encoded_twice_is_read_once() {
        for text in [
            "café",
            "été à l’île",
            "naïveté…",
            "“Quoted” — and more",
            "costs £5m at 20 °C, © 2021",
            "Último año en España",
            "AÑO NUEVO, CORAZÓN",
            "Årets største nyhed",
            "Österreich, Straße und Fußgänger",
            "zażółć gęślą jaźń",
            "příští týden",
            "yılın en büyük haberi",
            "Новости порта",
            "Ελλάδα και Κύπρος",
            "مرحبا بالعالم",
            "שלום עולם",
            "新しい記事が出ました",
            "วันนี้",
            "crane 🏗 rescue",
        ] {
            let twice = encoded_again(text);
            assert_eq!(undo(&twice).as_deref(), Some(text), "{twice}");
            assert_eq!(undo(&encoded_again(&twice)).as_deref(), Some(text), "three times: {text}");
            let reference = |c: char| if c.is_ascii() { c.to_string() } else { format!("&#{};", u32::from(c)) };
            let references: String = twice.chars().map(reference).collect();
            assert_eq!(undo(&references).as_deref(), Some(text), "{references}");
        }
        for (input, expected) in [
            ("&acirc;&#128;&brvbar;", "…"),
            (
                "<p title=\"Ã©\">cafÃ© <a href=\"/cafÃ©\">R&amp;D</a></p>",
                "<p title=\"Ã©\">café <a href=\"/cafÃ©\">R&amp;D</a></p>",
            ),
            ("a < b, voilÃ&nbsp; &lt;i&gt;", "a < b, voilà &lt;i&gt;"),
        ] {
            assert_eq!(undo(input).as_deref(), Some(expected), "{input}");
        }
    }

    #[test]
    fn what_somebody_may_have_written_stays() {
        for text in [
            "",
            "ascii &amp; more",
            "café",
            "Ã",
            "The letter Ã is Portuguese, Â is not",
            "AMANHÃ…",
            "IRMÃ’S",
            "“MANHÔ",
            "CAFÉ™ DÉBÂCLE",
            "PERÚ–CHILE",
            "L'ENTRÉ…",
            "groß…",
            "Úžas",
            "VÝŠKA BUDOV",
            "1,54 Å² and 2 Å±0,1",
            "5×½ and Ø½ inch, Â² = 1",
            "La lettre Â\u{a0}: rare",
            "½×½×½",
            // Half of it is right.
            "cafÃ© et thé",
            // What would come out is a control character.
            "xÂ\u{85}y",
            // No letter of windows-1252 beside them.
            "cafÃ© → bar",
            // In an address alone.
            "<a href=\"/cafÃ©\">bar</a>",
        ] {
            assert_eq!(undo(text), None, "{text}");
        }
    }

    /// Words as they are written in languages of Latin script.
    const WORDS: [&str; 40] = [
        "café",
        "garçon",
        "où",
        "Noël",
        "maïs",
        "À",
        "château",
        "São",
        "manhã",
        "coração",
        "avô",
        "àquele",
        "Ângela",
        "Ã",
        "mañana",
        "¿Qué",
        "pingüino",
        "José",
        "Straße",
        "Spaß",
        "Übung",
        "schön",
        "Ärger",
        "città",
        "perché",
        "più",
        "œuvre",
        "België",
        "één",
        "Åse",
        "øl",
        "smörgås",
        "þing",
        "Úžas",
        "výška",
        "šíp",
        "sîn",
        "île",
        "dŵr",
        "plain",
    ];
    const BEFORE: [&str; 8] = ["", "“", "«\u{a0}", "„", "(", "‘", "¡", "— "];
    const BEHIND: [&str; 18] =
        ["", "…", "”", "’", "\u{a0}»", "™", "®", "!", " – ", "—", ".", "“", "\u{a0}:", "²", "†", "’s", "\u{ad}", "›"];

    fn written() -> impl Strategy<Value = String> {
        let word = (
            prop::sample::select(&WORDS[..]),
            prop::sample::select(&BEFORE[..]),
            prop::sample::select(&BEHIND[..]),
            0..3,
        );
        let word = word.prop_map(|(word, before, behind, case)| {
            let word: Cow<str> = match case {
                0 => word.into(),
                1 => word.to_uppercase().into(),
                _ => word.to_lowercase().into(),
            };
            format!("{before}{word}{behind}")
        });
        prop::collection::vec(word, 1..6).prop_map(|words| words.join(" "))
    }

    proptest! {
        #[test]
        fn text_typed_in_a_latin_script_stays(text in written()) {
            prop_assert_eq!(undo(&text), None);
        }

        #[test]
        fn text_that_was_encoded_twice_is_what_was_typed_or_stays(text in written()) {
            prop_assume!(!text.is_ascii());
            let twice = encoded_again(&text);
            let read = undo(&twice);
            prop_assert!(read.as_ref().is_none_or(|read| *read == text), "{:?} is read as {:?}", twice, read);
        }

        #[test]
        fn nothing_makes_it_fail(text in "[<>&#;a-zÂÃâ€¦™\u{80}-\u{ff}0-9]{0,40}") {
            let control = |c: char| ('\u{80}'..='\u{9f}').contains(&c);
            prop_assert!(undo(&text).is_none_or(|read| !read.contains(control)), "{:?}", text);
        }
    }
}
