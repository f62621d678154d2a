//! In how many articles a word is likely to stand: a shipped guess, made better by what the archive has.
//! Only the speed depends on it, never what holds.

use std::sync::LazyLock;

use rustc_hash::{FxHashMap, FxHashSet};

use super::article::{MatchInput, segments};
use super::fold::is_unspaced;
use super::query::Key;
use super::tokens::Pieces;

/// The share of articles that a word stands in, as far as it is known.
#[derive(Clone, Debug, Default)]
pub struct Frequencies {
    articles: u32,
    /// Sorted by word, with the number of articles that have it.
    words: Vec<(Box<str>, u32)>,
}

/// So many articles does the shipped guess weigh as much as.
const GUESS_WEIGHT: f64 = 20.0;
/// Words that fewer articles have are left to the guess: most words are such, and they are rare anyway.
const MIN_COUNT: u32 = 3;

impl Frequencies {
    /// Counts the words of articles: a few hundred are enough.
    pub fn learn<'a>(articles: impl Iterator<Item = MatchInput<'a>>) -> Self {
        let mut counts: FxHashMap<String, u32> = FxHashMap::default();
        let mut pieces = Pieces::default();
        let mut seen = 0;
        for article in articles {
            seen += 1;
            let mut words: FxHashSet<String> = FxHashSet::default();
            let mut add = |word: &str| {
                if !words.contains(word) {
                    words.insert(word.to_owned());
                }
            };
            for segment in segments(&article) {
                pieces.read(segment.text);
                (0..pieces.list.len()).for_each(|at| add(pieces.folded(at)));
                pieces.joins(|from, to| add(pieces.joined(from, to)));
            }
            for word in words {
                *counts.entry(word).or_default() += 1;
            }
        }
        let kept = counts.into_iter().filter(|(_, count)| *count >= MIN_COUNT);
        let mut words: Vec<_> = kept.map(|(word, count)| (word.into_boxed_str(), count)).collect();
        words.sort();
        Self { articles: seen, words }
    }

    /// How many articles it was learnt from.
    pub fn articles(&self) -> u32 {
        self.articles
    }

    /// The share of articles that have a word, or one that begins so.
    pub(super) fn share(&self, key: &Key) -> f64 {
        let count = match key {
            Key::Word(word) => {
                let found = self.words.binary_search_by(|(other, _)| (**other).cmp(word.as_str()));
                found.map_or(0, |at| self.words[at].1)
            }
            Key::Prefix(prefix) => {
                let from = self.words.partition_point(|(word, _)| **word < **prefix);
                let begins = |(word, _): &&(Box<str>, u32)| word.starts_with(prefix.as_str());
                self.words[from..].iter().take_while(begins).map(|(_, count)| *count).sum()
            }
        };
        let known = f64::from(count.min(self.articles));
        (known + GUESS_WEIGHT * guess(key)) / (f64::from(self.articles) + GUESS_WEIGHT)
    }
}

/// The share by a word's place among the common words of six languages, else by its length.
fn guess(key: &Key) -> f64 {
    let letters = |word: &str| {
        let wide = if word.chars().any(is_unspaced) { 3 } else { 1 };
        word.chars().count() * wide
    };
    let by_length = |letters: usize| 0.5 / f64::from(1 << letters.clamp(1, 9));
    match key {
        Key::Word(word) => COMMON.get(word.as_str()).copied().unwrap_or_else(|| by_length(letters(word))),
        Key::Prefix(prefix) => (4.0 * by_length(letters(prefix))).min(0.9),
    }
}

static COMMON: LazyLock<FxHashMap<&'static str, f64>> = LazyLock::new(|| {
    let words = |(share, words): &(f64, &'static str)| {
        let share = *share;
        words.split_whitespace().map(move |word| (word, share)).collect::<Vec<_>>()
    };
    // The first mention counts: the lists go from common to less so.
    let mut common = FxHashMap::default();
    for (word, share) in LISTS.iter().flat_map(words) {
        common.entry(word).or_insert(share);
    }
    common
});

/// Folded words with the share of articles that one meets them in, in an archive that is mostly English.
const LISTS: [(f64, &str); 8] = [
    (0.8, "the to of and in a for that on is with said was by from it at as"),
    (
        0.5,
        "he his have has had be are not an who but were will would this they which their or been more its after about one \
         than also we i",
    ),
    (
        0.3,
        "you when out up there all if new can no so what her she other two could some over into last just only first people \
         year years time now before because them how where against while between most many any made make says told under \
         since may during three us my our your him did do does being those these such both even still state government \
         part s u t",
    ),
    (
        0.12,
        "president country week day days month months million percent united states world national police court city minister \
         public party news monday tuesday wednesday thursday friday saturday sunday house white american officials group law \
         used including according through work back home long way down several four five next early another without around \
         called called until four number part set well right left high called among end family case support called plan \
         former called local called later statement added across including say called take get see go going come company \
         report called billion today much very like think know want second show called life school women men children",
    ),
    (
        0.05,
        "war trade china russia ukraine israel trump election security military health economic market business foreign south \
         north east west international leader leaders prime political policy economy energy oil climate human rights attack \
         attacks killed death deaths died federal justice department secretary congress senate vote votes voters media social \
         european europe union britain british france french germany german iran iraq syria gaza india japan korea mexico \
         canada africa asia washington london york capital area region border forces army defence defense peace deal talks \
         agreement meeting decision power house call calls money financial bank industry workers technology data water food \
         january february march april june july august september october november december",
    ),
    (
        0.2,
        "de la que el en y los del se las por un con una su para es al lo como o le les des et du une est pour qui dans par au \
         sur ne ce il der die und den von zu das mit sich auf ist im dem ein eine als es an do da em um os na di che per non i",
    ),
    (
        0.1,
        "mas pero sus ha sin sobre este ya entre cuando todo esta ser son dos tambien fue habia era muy anos hasta desde porque \
         han hay puede todos asi ni tiene uno donde dijo pais segun ano presidente gobierno plus pas sont avec ont etre aux \
         cette mais ou ses nous vous leur tout fait deux apres selon ans nicht auch werden aus er hat dass sie nach wird bei \
         einer um am sind noch wie einem uber einen zum war haben nur oder aber vor zur bis mehr durch man wurde sei nao no \
         dos ao ele das seu sua quando muito nos ja eu so pelo pela ate isso ela depois sem il della del si sono dei nel alla \
         piu ma delle gli anche questo dal al",
    ),
    (
        0.04,
        "estados unidos mundo parte tiempo caso general contra despues durante antes menos ministro policia nacional partido \
         ley semana millones personas politica economia mercado salud seguridad guerra eleccion elecciones gouvernement \
         ministre pays monde etat contre depuis avant jours millions europe politique economie regierung land deutschland \
         jahr jahre prozent euro millionen menschen governo ministro paese anni mondo brasil pessoas milhoes",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn word(text: &str) -> Key {
        Key::Word(text.to_owned())
    }

    #[test]
    fn common_and_short_words_are_thought_frequent() {
        let none = Frequencies::default();
        for (common, rare) in [("the", "president"), ("president", "tariffs"), ("ice", "nafta"), ("us", "videgaray")] {
            assert!(none.share(&word(common)) > none.share(&word(rare)), "{common} {rare}");
        }
        assert!(none.share(&Key::Prefix("tari".to_owned())) > none.share(&word("tariff")));
    }

    #[test]
    fn what_the_archive_has_counts_more() {
        let texts: Vec<String> =
            (0..200).map(|i| format!("the zinc {}", if i % 2 == 0 { "nickels" } else { "x" })).collect();
        let input = |text: &'static str| MatchInput { text, ..MatchInput::default() };
        let texts: Vec<&'static str> = texts.into_iter().map(|text| &*text.leak()).collect();
        let learnt = Frequencies::learn(texts.into_iter().map(input));
        assert_eq!(learnt.articles(), 200);
        for (key, low, high) in [
            (word("zinc"), 0.9, 1.0),
            (word("nickels"), 0.4, 0.5),
            (Key::Prefix("nick".to_owned()), 0.4, 0.6),
            (word("president"), 0.0, 0.05),
        ] {
            let share = learnt.share(&key);
            assert!((low..=high).contains(&share), "{key:?}: {share}");
        }
    }
}
