//! The quotes of one paragraph and the words around them → the same quotes with their speakers, English and Spanish.
//! Precision before recall: a speaker is a name that the sentence ties to the quote with a verb of saying; no pronouns.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::pattern::regex;

use crate::model::Quote;

const NAME: &str = r"(?P<name>
    (?:(?:\p{Lu}\.){1,3}|(?:Mr|Mrs|Ms|Dr|Sen|Rep|Gov|Gen|Col|Prof|Lt|Sgt|Capt|Rev|Sr|Sra|St)\.|\p{Lu}[\p{L}’'\-]*)
    (?:\s+(?:(?:de|del|la|las|los|da|dos|do|van|von|der|den|bin|al|el)\s+){0,2}
    (?:(?:\p{Lu}\.){1,3}|\p{Lu}[\p{L}’'\-]*)){0,5})";
const VERBS: &str = r"(?:said|says|told|tells|added|adds|asked|wrote|writes|tweeted|explained|argued|insisted
    |warned|claimed|noted|stated|declared|announced|replied|responded|continued|concluded|admitted
    |acknowledged|recalled|stressed|commented|remarked|dijo|dice|afirmó|afirma|aseguró|asegura|explicó
    |explica|señaló|señala|añadió|añade|agregó|agrega|declaró|declara|comentó|comenta|indicó|indica|sostuvo
    |sostiene|advirtió|advierte|apuntó|apunta|manifestó|expresó|escribió|subrayó|subraya|destacó|destaca
    |reiteró|insistió|insiste|reconoció|recordó|precisó|respondió|denunció|relató|concluyó
    |(?:a|avait)\s+(?:déclaré|dit|expliqué|affirmé|ajouté|indiqué|assuré|souligné|précisé|estimé|écrit)|déclare|affirme|explique|assure|souligne|estime
    |ajoute|précise|sagte|sagt|erklärte|erklärt|betonte|betont|meinte|meint|ergänzte|schrieb|versicherte
    |ha\s+(?:detto|dichiarato|spiegato|affermato|aggiunto|sottolineato|scritto)|spiega|afferma|dichiara|disse|diz|afirmou|explicou|declarou
    |acrescentou|destacou|ressaltou|escreveu|zegt|zei|aldus|verklaarde|сказала?|заявила?|отметила?|подчеркнула?|добавила?|пояснила?
    |рассказала?|написала?|сказав|заявив|зазначив|наголосив|powiedziała?|mówi|stwierdziła?|dodała?|podkreśliła?)";
/// Words of an office before a name: "the prime minister", "el alcalde".
const OFFICE: &str = r"(?P<office>(?:\p{Ll}[\p{L}’'\-]*,?\s+){0,7})";

static AFTER_VERB_FIRST: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(r"^[,.]?\s*(?:{VERBS}|según|selon|laut|secondo|segundo|volgens|по\s+словам|per)\s+{OFFICE}{NAME}"))
});
static AFTER_NAME_FIRST: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(r"^,?\s*{OFFICE}{NAME}(?:,[^,.“”]{{2,60}},)?\s+(?:has\s+|had\s+|ha\s+)?{VERBS}\b"))
});
static BEFORE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(
        r"{NAME}(?:,[^,.:;“”]{{2,80}},)?\s+(?:has\s+|had\s+|ha\s+|also\s+
    |también\s+)?{VERBS}(?:\s+\p{{Ll}}[\p{{L}}]*){{0,4}}\s*[:,]?\s*$"
    ))
});
static ACCORDING: LazyLock<Regex> =
    LazyLock::new(|| pattern(&format!(r"(?:According\s+to|according\s+to|Según|según|Para)\s+{OFFICE}{NAME},\s*$")));

fn pattern(text: &str) -> Regex {
    regex(&format!("(?x){text}"))
}

/// Words that begin with a capital and are no one.
const NOBODY: &[&str] = &[
    "He",
    "She",
    "They",
    "It",
    "We",
    "I",
    "You",
    "The",
    "A",
    "An",
    "This",
    "That",
    "These",
    "Those",
    "But",
    "And",
    "So",
    "In",
    "On",
    "At",
    "His",
    "Her",
    "Their",
    "One",
    "Some",
    "Many",
    "Others",
    "Who",
    "What",
    "When",
    "Where",
    "If",
    "As",
    "There",
    "Then",
    "Yesterday",
    "Today",
    "Él",
    "Ella",
    "Ellos",
    "Ellas",
    "El",
    "La",
    "Los",
    "Las",
    "Un",
    "Una",
    "Y",
    "Pero",
    "En",
    "Lo",
    "Su",
    "Eso",
    "Esto",
    "Según",
    "According",
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
    "January",
    "February",
    "March",
    "April",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
/// Words that lead away from the speaker to a place, a time, a hearer.
const AWAY: &[&str] = &[
    "in",
    "on",
    "at",
    "to",
    "that",
    "during",
    "after",
    "before",
    "by",
    "from",
    "with",
    "about",
    "when",
    "as",
    "while",
    "if",
    "in,",
    "against",
    "into",
    "through",
    "since",
    "en",
    "que",
    "durante",
    "tras",
    "a",
    "al",
    "ante",
    "con",
    "desde",
    "por",
    "sobre",
    "cuando",
    "he",
    "she",
    "they",
    "it",
    "we",
    "who",
    "ayer",
    "hoy",
    "él",
    "ella",
    "is",
    "was",
    "were",
    "and",
    "y",
    "à",
    "au",
    "aux",
    "dans",
    "lors",
    "sur",
    "devant",
    "il",
    "elle",
    "ils",
    "qu’il",
    "que",
    "er",
    "sie",
    "es",
    "ihr",
    "dem",
    "den",
    "im",
    "am",
    "beim",
    "gegenüber",
    "vor",
    "nach",
    "bei",
    "in",
    "auf",
    "zu",
    "alla",
    "ai",
    "al",
    "nel",
    "ele",
    "ela",
    "à",
    "ao",
    "em",
    "na",
    "no",
    "hij",
    "zij",
    "ze",
    "op",
    "tegen",
    "в",
    "на",
    "он",
    "она",
    "они",
    "что",
    "во",
    "после",
    "агентству",
    "журналистам",
    "він",
    "вона",
    "у",
    "do",
    "w",
    "on",
    "ona",
    "że",
];

/// Bytes around a quote in which its speaker is looked for.
const NEAR: usize = 300;

/// Makes quotes of the spans of a paragraph and adds them to `found`.
pub(super) fn attribute(text: &str, paragraph: Range<usize>, spans: &[(usize, usize)], found: &mut Vec<Quote>) {
    let mut last: Option<(String, usize)> = None;
    for (i, &(start, end)) in spans.iter().enumerate() {
        let next = spans.get(i + 1).map_or(paragraph.end, |span| span.0);
        let previous = if i == 0 { paragraph.start } else { spans[i - 1].1 };
        let after = without_marks(&text[end..text.floor_char_boundary(next.min(end + NEAR))]);
        let before = without_marks(&text[text.ceil_char_boundary(previous.max(start.saturating_sub(NEAR)))..start]);
        let speaker = said_after(&text[start..end], after).map(|(name, at)| (name, end + at)).or_else(|| {
            // The words between two quotes that name a speaker stand for the second quote as well.
            let carried = last.take().filter(|(_, until)| between_is_bare(&text[*until..start]));
            carried.or_else(|| said_before(before).map(|name| (name, end)))
        });
        found.push(Quote {
            text: text[start..end].to_owned(),
            speaker: speaker.as_ref().map(|(n, _)| n.clone()),
            start,
            end,
        });
        last = speaker;
    }
}

fn without_marks(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || "\"“”„«»‹›‘’'‟".contains(c))
}

/// Whether nothing but a stop stands between an attribution and the quote that goes on.
fn between_is_bare(text: &str) -> bool {
    text.chars().filter(|c| c.is_alphanumeric()).count() < 40
        && !text.contains(['\n', ';'])
        && text.matches('.').count() <= 1
        && text.trim_end_matches(|c: char| c.is_whitespace() || "\"“„«‹‘'".contains(c)).ends_with(['.', ',', ':'])
}

/// The name that a verb of saying gives where `text` begins with the verb, and where the name ends.
pub(super) fn who_says(text: &str) -> Option<(Option<String>, usize)> {
    static VERB: LazyLock<Regex> = LazyLock::new(|| pattern(&format!(r"^{VERBS}\b")));
    let verb = VERB.find(text)?;
    let named = AFTER_VERB_FIRST.captures(text).filter(|c| is_office(c.name("office").map_or("", |m| m.as_str())));
    let name = named.as_ref().and_then(|c| Some((clean(&c["name"])?, c.name("name")?.end())));
    Some(name.map_or((None, verb.end()), |(name, end)| (Some(name), end)))
}

/// The name after a quote, and the byte (from the quote's end) where it ends.
fn said_after(quote: &str, after: &str) -> Option<(String, usize)> {
    let ended = quote.ends_with([',', '.', '!', '?', '…']) || after.starts_with(',');
    if !ended {
        return None;
    }
    // A dash after the comma is the Russian way.
    let bare = after.trim_start_matches([',', ' ']).strip_prefix(['–', '—']).map(str::trim_start);
    let (after, skipped) = bare.map_or((after, 0), |bare| (bare, after.len() - bare.len()));
    for pattern in [&*AFTER_VERB_FIRST, &*AFTER_NAME_FIRST] {
        if let Some(c) = pattern.captures(after)
            && is_office(c.name("office").map_or("", |m| m.as_str()))
            && let Some(name) = clean(&c["name"])
        {
            let end = c.name("name").map_or(0, |m| m.end());
            return Some((name, skipped + end));
        }
    }
    None
}

fn said_before(before: &str) -> Option<String> {
    for pattern in [&*BEFORE, &*ACCORDING] {
        if let Some(c) = pattern.captures(before.trim_end())
            && is_office(c.name("office").map_or("", |m| m.as_str()))
            && let Some(name) = clean(&c["name"])
        {
            return Some(name);
        }
    }
    let with_comma = format!("{},", before.trim_end_matches(','));
    let c = ACCORDING.captures(&with_comma).filter(|_| before.ends_with(','))?;
    clean(&c["name"])
}

fn is_office(words: &str) -> bool {
    words.split_whitespace().all(|word| !AWAY.contains(&word))
}

/// The name without words that are no one's, if one is left.
fn clean(name: &str) -> Option<String> {
    let words: Vec<&str> = name.split_whitespace().skip_while(|word| NOBODY.contains(word)).collect();
    let name = words.join(" ");
    let name = name.strip_suffix("’s").or(name.strip_suffix("'s")).map_or(name.as_str(), |_| "");
    let name = name.trim_end_matches(['.', '’', '\'', '-']);
    let first = name.split([' ', '’', '\'']).next().unwrap_or("");
    // Russian names its agencies in capitals, as the one who was told.
    if first.chars().count() > 2 && first.chars().all(|c| matches!(c, 'А'..='Я' | 'Ё')) {
        return None;
    }
    (name.chars().count() > 2 && !NOBODY.contains(&first)).then(|| name.to_owned())
}
