//! A text → the language that its function words leave no doubt of. That is far cheaper than comparing every three letters with
//! those of seventy languages, which is what a text in doubt gets. Says nothing of other languages.

use std::hint::select_unpredictable;
use std::sync::LazyLock;

use crate::ascii::{self, HIGH, RUN};

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

/// Slots of the table: so many that some factor soon gives each word one of its own.
const SLOTS: usize = 2048;
/// Bits of a count, which a sample cannot fill.
const LANE: usize = 16;

/// Which languages have a word, by a table of words as numbers. Neither that nor the counting has branches that depend on the
/// word: each second guess of them would be wrong.
struct Known {
    /// What numbers are multiplied by: the first bits are a word's slot, others tell it from those that are in no list.
    factor: u64,
    /// Those others, and a bit for each language that has the word.
    slots: [(u32, u8); SLOTS],
    /// For such bits a one in the count of each of the languages.
    ones: [u128; 1 << LISTS.len()],
}

impl Known {
    fn read() -> Self {
        let one = |bits: usize, language: usize| ((bits >> language & 1) as u128) << (LANE * language);
        let ones = std::array::from_fn(|bits| (0..LISTS.len()).map(|language| one(bits, language)).sum());
        let factors = (1_u64..).map(|n| n.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
        let mut tables = factors.filter_map(|factor| Self { factor, slots: [(0, 0); SLOTS], ones }.filled());
        tables.next().expect("one of many factors parts the words")
    }

    /// With all words; none where two of them have one slot.
    fn filled(mut self) -> Option<Self> {
        for (language, (_, list)) in LISTS.iter().enumerate() {
            for word in list.split_whitespace() {
                let (at, rest) = self.place(packed(word.as_bytes(), word.len()));
                let (others, languages) = &mut self.slots[at];
                if *languages > 0 && *others != rest {
                    return None;
                }
                (*others, *languages) = (rest, *languages | 1 << language);
            }
        }
        Some(self)
    }

    /// A word's slot, and what tells it from others there.
    fn place(&self, word: u64) -> (usize, u32) {
        let mixed = word.wrapping_mul(self.factor);
        ((mixed >> 53) as usize, (mixed >> 21) as u32)
    }

    /// A one in the count of each language that has the word.
    fn ones(&self, word: u64) -> u128 {
        let (at, rest) = self.place(word);
        let (others, languages) = self.slots[at];
        self.ones[usize::from(select_unpredictable(others == rest, languages, 0))]
    }
}

/// The language, where it is one of those with a list and beyond doubt: mostly its beginning leaves none.
pub fn beyond_doubt(text: &str) -> Option<&'static str> {
    of_beginning(text, BEGINNING).or_else(|| if text.len() > BEGINNING { of_beginning(text, SAMPLE) } else { None })
}

/// The language of so many bytes of a text.
fn of_beginning(text: &str, most: usize) -> Option<&'static str> {
    let known = &*KNOWN;
    let (mut counts, mut words) = (0_u128, 0);
    each_word(&text[..text.floor_char_boundary(most)], |word| {
        counts += known.ones(word);
        words += 1;
    });
    let count = |language: usize| usize::from((counts >> (LANE * language)) as u16);
    let best = (0..LISTS.len()).max_by_key(|language| count(*language))?;
    let next = (0..LISTS.len()).filter(|language| *language != best).map(count).max()?;
    let certain = words >= WORDS && count(best) * 100 >= words * SHARE && count(best) >= next * LEAD;
    certain.then_some(LISTS[best].0)
}

/// Each run of letters as a number; 0 where it is longer than any word of a list.
fn each_word(text: &str, mut tell: impl FnMut(u64)) {
    let bytes = text.as_bytes();
    // Letters of a word that began before.
    let (mut at, mut begun) = (0, 0);
    while at < bytes.len() {
        let next = text.floor_char_boundary(at + RUN);
        let some = &text[at..next];
        let mut block = [b' '; RUN];
        block[..some.len()].copy_from_slice(some.as_bytes());
        let mut letters = ascii::bits(&block, ascii::letters);
        if !block.is_ascii() {
            for (from, c) in some.char_indices().filter(|(_, c)| !c.is_ascii() && c.is_alphabetic()) {
                letters |= ((1 << c.len_utf8()) - 1) << from;
            }
        }
        let mut ends = !letters & (letters << 1 | u64::from(begun > 0)) & u64::MAX >> (RUN - some.len());
        while ends != 0 {
            let end = ends.trailing_zeros() as usize;
            let here = (letters << 1 << (RUN - 1 - end)).leading_ones() as usize;
            tell(packed(&bytes[..at + end], here + if here == end { begun } else { 0 }));
            ends &= ends - 1;
        }
        let last = (letters << (RUN - some.len())).leading_ones() as usize;
        begun = last + if last == some.len() { begun } else { 0 };
        at = next;
    }
    if begun > 0 {
        tell(packed(bytes, begun));
    }
}

/// The last bytes of a text as a number, ASCII in lower case; 0 of more than [`LONGEST`].
fn packed(text: &[u8], length: usize) -> u64 {
    let last = text.last_chunk().map_or_else(
        || text.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)),
        |last| u64::from_be_bytes(*last),
    );
    // The bit of small letters, for bytes without the highest one.
    let small = last | (!last & HIGH) >> 2;
    select_unpredictable(length <= LONGEST, small & u64::MAX >> (64 - 8 * length.min(LONGEST)), 0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

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

    proptest! {
        #[test]
        fn words_are_the_runs_of_letters(text in "([a-cX-Z09 .,'\u{0}-]|é|Ж|中|ก|’|—|😀|the |più ){0,200}") {
            let mut told = Vec::new();
            each_word(&text, |word| told.push(word));
            let words = text.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty());
            let number = |word: &str| word.bytes().fold(0, |number, byte| number << 8 | u64::from(byte.to_ascii_lowercase()));
            let expected: Vec<u64> = words.map(|word| if word.len() > LONGEST { 0 } else { number(word) }).collect();
            prop_assert_eq!(told, expected);
        }
    }

    #[test]
    fn each_word_of_a_list_is_known_in_its_languages_alone() {
        for (language, list) in LISTS {
            for word in list.split_whitespace() {
                let ones = KNOWN.ones(packed(word.as_bytes(), word.len()));
                for (at, (other, theirs)) in LISTS.iter().enumerate() {
                    let has = theirs.split_whitespace().any(|one| one == word);
                    assert_eq!((ones >> (LANE * at)) as u16, u16::from(has), "{word} of {language} in {other}");
                }
            }
        }
        assert_eq!([KNOWN.ones(0), KNOWN.ones(packed(b"ferry", 5))], [0, 0]);
    }
}
