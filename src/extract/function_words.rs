//! A text → the language that its function words leave no doubt of. That is far cheaper than comparing every three letters with
//! those of seventy languages, which is what a text in doubt gets. Says nothing of other languages.

use std::sync::LazyLock;

use crate::ascii::LOWER;

/// The shortest words of some languages, those that several of them share left out. No word is longer than [`LONGEST`].
const LISTS: [(&str, &str); 7] = [
    (
        "en",
        "the of and to that is was for with on at by from this which are not have has had were been they will would",
    ),
    ("es", "el los las una y por con del para más pero está fue sus este esta han sobre entre desde hasta muy según"),
    ("fr", "le les des et est dans une du pour qui au aux sur pas plus ce cette ont par avec sont il elle été leur"),
    ("de", "der die das und ist nicht den von ein eine für mit sich dem des auf auch wird werden wurde nach bei zu im"),
    ("pt", "o os uma não com do da dos das em no na ao pelo pela mais mas foi são também seu sua já às num"),
    ("it", "il di che è della non gli nel nella sono dei delle dal alla più anche ha ai degli questo stato lo sul"),
    ("nl", "het een van niet zijn voor dat te aan met ook naar er bij werd wordt deze maar heeft uit door nog over"),
];
/// In bytes: a word is one number.
const LONGEST: usize = 8;
/// Bytes of a text that are looked at first: some sixty words of English.
const BEGINNING: usize = 360;
/// Bytes that are looked at in all; more changes nothing.
const SAMPLE: usize = 8000;
/// Words that a text must have.
const WORDS: usize = 40;
/// Of a hundred words so many are function words of the language.
const SHARE: usize = 16;
/// And so many times as many as of the next.
const LEAD: usize = 4;

static KNOWN: LazyLock<Known> = LazyLock::new(Known::read);

/// Of a word that is in no list.
const NONE: u8 = 1 << LISTS.len();

/// Slots of the table: several times as many as there are words.
const SLOTS: usize = 1024;

/// Which languages have a word: a table of words as numbers, each at its own place or the next free one.
struct Known {
    slots: Vec<(u64, u8)>,
}

impl Known {
    fn read() -> Self {
        let mut known = Self { slots: vec![(0, NONE); SLOTS] };
        for (language, (_, list)) in LISTS.iter().enumerate() {
            for word in list.split_whitespace() {
                let word = packed(word.as_bytes());
                let at = known.place(word);
                let others = if known.slots[at].0 == word { known.slots[at].1 } else { 0 };
                known.slots[at] = (word, others | 1 << language);
            }
        }
        known
    }

    /// Where a word stands, or would.
    fn place(&self, word: u64) -> usize {
        let mut at = (word.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 54) as usize;
        while self.slots[at].0 != word && self.slots[at].0 != 0 {
            at = (at + 1) % SLOTS;
        }
        at
    }

    /// A bit for each language that has the word, or [`NONE`].
    fn languages(&self, word: u64) -> u8 {
        self.slots[self.place(word)].1
    }
}

/// The bytes of a word of at most [`LONGEST`], ASCII in lower case.
fn packed(word: &[u8]) -> u64 {
    word.iter().fold(0, |packed, byte| packed << 8 | u64::from(byte.to_ascii_lowercase()))
}

/// The language, where it is one of those with a list and beyond doubt: mostly its beginning leaves none.
pub fn beyond_doubt(text: &str) -> Option<&'static str> {
    of_beginning(text, BEGINNING).or_else(|| if text.len() > BEGINNING { of_beginning(text, SAMPLE) } else { None })
}

/// The language of so many bytes of a text.
fn of_beginning(text: &str, most: usize) -> Option<&'static str> {
    let known = &*KNOWN;
    // The last one is of words that no language has.
    let mut counts = [0_usize; LISTS.len() + 1];
    let mut words = 0;
    each_word(&text[..text.floor_char_boundary(most)], |word, length| {
        words += 1;
        let mut left = if length <= LONGEST { known.languages(word) } else { NONE };
        while left != 0 {
            counts[left.trailing_zeros() as usize] += 1;
            left &= left - 1;
        }
    });
    let counts = &counts[..LISTS.len()];
    let best = (0..counts.len()).max_by_key(|language| counts[*language])?;
    let next = (0..counts.len()).filter(|language| *language != best).map(|language| counts[language]).max()?;
    let certain = words >= WORDS && counts[best] * 100 >= words * SHARE && counts[best] >= next * LEAD;
    certain.then_some(LISTS[best].0)
}

/// Each run of letters: its last bytes as one number, as [`packed`] makes it, and how many it has in all.
fn each_word(text: &str, mut tell: impl FnMut(u64, usize)) {
    let bytes = text.as_bytes();
    let (mut at, mut word, mut length) = (0, 0_u64, 0);
    while let Some(byte) = bytes.get(at) {
        // Digits stand below letters.
        let letter = LOWER[usize::from(*byte)];
        if letter >= b'a' {
            word = word << 8 | u64::from(letter);
            length += 1;
            at += 1;
            continue;
        }
        let c = if byte.is_ascii() { '\0' } else { text[at..].chars().next().unwrap_or_default() };
        if c.is_alphabetic() {
            let letter = &bytes[at..at + c.len_utf8()];
            word = letter.iter().fold(word, |word, byte| word << 8 | u64::from(*byte));
            length += letter.len();
        } else if length > 0 {
            tell(word, length);
            (word, length) = (0, 0);
        }
        at += c.len_utf8();
    }
    if length > 0 {
        tell(word, length);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_is_told_by_its_function_words_alone() {
        for (expected, text) in [
            (
                Some("en"),
                "The harbour authority said on Tuesday that the new ferry terminal would open two months later than \
                 planned because the contractor had found that the old quay wall needed to be rebuilt before any \
                 passengers could be allowed to walk across it, and that the town was not to pay for the delay.",
            ),
            (
                Some("es"),
                "La autoridad portuaria anunció el martes que la nueva terminal abrirá dos meses más tarde de lo previsto \
                 porque el contratista descubrió que el viejo muro del muelle debía reconstruirse antes de que los \
                 pasajeros pudieran cruzarlo, y los comerciantes fueron informados en una reunión con el alcalde.",
            ),
            (
                Some("fr"),
                "Le nouveau terminal ouvrira avec deux mois de retard, a annoncé mardi le port, parce que les ouvriers ont \
                 trouvé que le vieux mur du quai est à refaire avant que les passagers puissent y marcher ; les \
                 commerçants ont été informés dans une réunion à la mairie et ne sont pas contents du tout.",
            ),
            (
                Some("de"),
                "Das neue Terminal wird erst zwei Monate später eröffnet, teilte die Hafenbehörde am Dienstag mit, weil \
                 die alte Kaimauer nach einem Gutachten nicht mehr sicher ist und vor der Eröffnung von Grund auf erneuert \
                 werden muss; die Händler wurden bei einer Versammlung im Rathaus von der Stadt unterrichtet.",
            ),
            // Languages without a list that share words with those that have one.
            (
                None,
                "Den nye ferjeterminalen åpner to måneder senere enn planlagt fordi den gamle kaimuren må bygges opp på \
                 nytt før passasjerene kan gå over den, sa havnevesenet tirsdag, og de næringsdrivende fikk vite det på et \
                 møte i rådhuset der ordføreren svarte på spørsmål om hvem som skal betale for det hele.",
            ),
            (
                None,
                "L'autoritat portuària va anunciar dimarts que la nova terminal obrirà dos mesos més tard del que estava \
                 previst perquè el contractista va descobrir que el vell mur del moll s'havia de refer abans que els \
                 passatgers hi poguessin passar, i els comerciants van ser informats en una reunió amb l'alcalde.",
            ),
            (
                None,
                "Die nuwe veerbootterminaal sal twee maande later as beplan oopmaak omdat die ou kaaimuur eers herbou moet \
                 word voordat passasiers daaroor mag loop, het die hawe-owerheid Dinsdag gesê, en die handelaars van die \
                 dorp is by 'n vergadering in die stadsaal ingelig dat hulle nie vir die vertraging hoef te betaal nie.",
            ),
            (
                None,
                "Noul terminal va fi deschis cu două luni mai târziu decât era planificat, a anunțat marți autoritatea \
                 portuară, pentru că vechiul zid al cheiului trebuie reconstruit înainte ca pasagerii să poată trece, iar \
                 comercianții au fost informați la o întâlnire în primărie despre cine va plăti pentru întârziere.",
            ),
            (None, "The council met."),
            (None, ""),
        ] {
            assert_eq!(beyond_doubt(text), expected, "{text}");
        }
    }

    #[test]
    fn where_the_beginning_leaves_a_doubt_more_is_read() {
        let english =
            "The town was told that the ferry would not sail, and that it was for the port to say by which day. ";
        let names = "Kowalski Nowak Adamczyk Wrona Zielinska ".repeat(12);
        assert!(names.len() > BEGINNING);
        assert_eq!(beyond_doubt(&names), None);
        assert_eq!(beyond_doubt(&format!("{names}{}", english.repeat(9))), Some("en"));
        assert_eq!(beyond_doubt(&format!("{}{names}", english.repeat(4))), Some("en"), "what follows is not asked");
    }

    #[test]
    fn the_lists_hold_no_word_that_is_never_looked_for() {
        for (language, list) in LISTS {
            for word in list.split_whitespace() {
                assert!(word.len() <= LONGEST && word == word.to_lowercase(), "{language} {word}");
            }
        }
    }
}
