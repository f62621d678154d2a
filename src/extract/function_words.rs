//! A text → the language that its function words leave no doubt of. That is far cheaper than comparing every three letters with
//! those of seventy languages, which is what a text in doubt gets. Says nothing of other languages.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

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
/// Bytes of a text that are looked at; more changes nothing.
const SAMPLE: usize = 8000;
/// Words that a text must have.
const WORDS: usize = 40;
/// Of a hundred words so many are function words of the language.
const SHARE: usize = 16;
/// And so many times as many as of the next.
const LEAD: usize = 4;

static KNOWN: LazyLock<FxHashMap<u64, u8>> = LazyLock::new(|| {
    let mut known: FxHashMap<u64, u8> = FxHashMap::default();
    for (language, (_, list)) in LISTS.iter().enumerate() {
        for word in list.split_whitespace() {
            *known.entry(packed(word.as_bytes())).or_default() |= 1 << language;
        }
    }
    known
});

/// The bytes of a word of at most [`LONGEST`], ASCII in lower case.
fn packed(word: &[u8]) -> u64 {
    word.iter().fold(0, |packed, byte| packed << 8 | u64::from(byte.to_ascii_lowercase()))
}

/// The language, where it is one of those with a list and beyond doubt.
pub fn beyond_doubt(text: &str) -> Option<&'static str> {
    let known = &*KNOWN;
    let mut counts = [0_usize; LISTS.len()];
    let mut words = 0;
    let text = &text[..text.floor_char_boundary(SAMPLE)];
    each_word(text, |word| {
        words += 1;
        if word.len() <= LONGEST
            && let Some(languages) = known.get(&packed(word))
        {
            let mut left = *languages;
            while left != 0 {
                counts[left.trailing_zeros() as usize] += 1;
                left &= left - 1;
            }
        }
    });
    let best = (0..counts.len()).max_by_key(|language| counts[*language])?;
    let next = (0..counts.len()).filter(|language| *language != best).map(|language| counts[language]).max()?;
    let certain = words >= WORDS && counts[best] * 100 >= words * SHARE && counts[best] >= next * LEAD;
    certain.then_some(LISTS[best].0)
}

/// The bytes of each run of letters.
fn each_word(text: &str, mut tell: impl FnMut(&[u8])) {
    let bytes = text.as_bytes();
    let (mut at, mut begun) = (0, None);
    while let Some(byte) = bytes.get(at) {
        // Most of most texts is ASCII, of which a byte tells all.
        let (length, is_letter) = if byte.is_ascii() {
            (1, byte.is_ascii_alphabetic())
        } else {
            let c = text[at..].chars().next().unwrap_or_default();
            (c.len_utf8(), c.is_alphabetic())
        };
        if is_letter {
            begun.get_or_insert(at);
        } else if let Some(begin) = begun.take() {
            tell(&bytes[begin..at]);
        }
        at += length;
    }
    if let Some(begin) = begun {
        tell(&bytes[begin..]);
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
    fn the_lists_hold_no_word_that_is_never_looked_for() {
        for (language, list) in LISTS {
            for word in list.split_whitespace() {
                assert!(word.len() <= LONGEST && word == word.to_lowercase(), "{language} {word}");
            }
        }
    }
}
