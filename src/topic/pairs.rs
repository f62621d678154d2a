//! Rules that need two words near each other, by those two: what an article has of them is found by looking at each of its
//! words with its neighbours, so that a topic is touched only where both stand as near as it asks.

use super::article::{GAP, Indexed};
use super::hits::Hit;
use super::packed::MIX;
use super::prefetch::prefetch;
use super::vocabulary::KeyId;

#[derive(Debug, Default)]
pub(super) struct Pairs {
    /// For each word.
    words: Vec<Partners>,
    /// A small filter for each word, a power of two of cells; the first cell is the filter of those without a partner. A last
    /// one ends the list of the one before.
    cells: Vec<Cell>,
    list: Vec<Pair>,
}

/// Pairs before they are sorted.
#[derive(Debug, Default)]
pub(super) struct Registered(Vec<Unsorted>);

#[derive(Clone, Copy, Debug)]
struct Unsorted {
    word: KeyId,
    pair: Pair,
}

#[derive(Clone, Copy, Debug, Default)]
struct Partners {
    /// Where its filter begins, and how many bits it has, less one.
    first: u32,
    mask: u16,
    /// How many words may stand between it and a partner, plus one; 0 where it has none.
    reach: u8,
}

/// A bit for each of the partners that fall here, and where the pairs begin of which they are the earlier numbered word.
#[derive(Clone, Copy, Debug)]
struct Cell {
    bits: u32,
    from: u32,
}

#[derive(Clone, Copy, Debug)]
struct Pair {
    /// The number of the other word above [`REACH_BITS`] that say how many words may stand between.
    partner: u32,
    rule: u32,
}

/// Words that may stand between two: further apart they are looked for by [`super::postings`].
pub(super) const MAX_REACH: u32 = 40;
const REACH_BITS: u32 = 8;

const _: () = assert!(MAX_REACH < GAP);

/// Pairs of a cell, about, and the most cells of a word.
const CELL: usize = 3;
const MAX_CELLS: usize = 1 << 10;

/// Words with partners that are looked at behind one: where more are near, as a run of initials is one word to a reader, each
/// pair is taken to be near.
const MAX_NEIGHBOURS: usize = 256;

/// Places that are gathered, at least, before their lists are looked into: so that the memory of these is fetched in time.
const BATCH: usize = 64;

/// Room for them.
const MAX_FOUND: usize = 512;

const _: () = assert!(BATCH + MAX_NEIGHBOURS <= MAX_FOUND);

/// A word of a pair at a place of the article; numbers of its first and last word, fields apart.
#[derive(Clone, Copy, Debug, Default)]
struct Place {
    start: u32,
    end: u32,
    key: KeyId,
    hash: u32,
    partners: Partners,
}

impl Registered {
    /// Registers a rule under two words with at most so many between, at most [`MAX_REACH`].
    pub fn add(&mut self, one: KeyId, other: KeyId, reach: u32, rule: u32) {
        for (word, partner) in [(one, other), (other, one)] {
            self.0.push(Unsorted { word, pair: Pair { partner: partner << REACH_BITS | reach, rule } });
        }
    }

    /// Sorts the pairs; `vocabulary` is the number of its words.
    pub fn finish(self, vocabulary: usize) -> Pairs {
        let Self(mut registered) = self;
        if registered.is_empty() {
            return Pairs::default();
        }
        assert!(vocabulary <= 1 << (u32::BITS - REACH_BITS), "the queries have more words than can be numbered");
        registered.sort_unstable_by_key(|one| one.word);
        let mut words = vec![Partners::default(); vocabulary];
        let mut cells = vec![Cell { bits: 0, from: 0 }];
        let mut list = Vec::with_capacity(registered.len() / 2);
        for of_word in registered.chunk_by_mut(|one, next| one.word == next.word) {
            let word = of_word[0].word;
            let count = of_word.len().div_ceil(CELL).next_power_of_two().min(MAX_CELLS);
            let (first, mask) = (cells.len(), (count * u32::BITS as usize - 1) as u16);
            of_word.sort_unstable_by_key(|one| (one.pair.bit(mask), one.pair.partner, one.pair.rule));
            let reach = of_word.iter().map(|one| one.pair.reach()).max().unwrap_or_default();
            words[word as usize] = Partners { first: first as u32, mask, reach: reach as u8 + 1 };
            // Cells up to that number, the last ones empty and beginning where the list ends so far.
            let up_to = |cells: &mut Vec<Cell>, number, list: &[Pair]| {
                cells.resize(first + number, Cell { bits: 0, from: list.len() as u32 });
            };
            for Unsorted { pair, .. } in of_word {
                let (at, bit) = pair.bit(mask);
                if cells.len() <= first + at {
                    up_to(&mut cells, at + 1, &list);
                }
                cells[first + at].bits |= bit;
                // Kept with the later numbered word alone.
                if pair.partner() <= word {
                    list.push(*pair);
                }
            }
            up_to(&mut cells, count, &list);
        }
        cells.push(Cell { bits: 0, from: list.len() as u32 });
        list.shrink_to_fit();
        Pairs { words, cells, list }
    }
}

impl Pair {
    fn partner(self) -> KeyId {
        self.partner >> REACH_BITS
    }

    fn reach(self) -> u32 {
        self.partner & ((1 << REACH_BITS) - 1)
    }

    /// Its cell in the filter of the other word, and the bit there.
    fn bit(self, mask: u16) -> (usize, u32) {
        bit(hash(self.partner()), mask)
    }
}

impl Pairs {
    /// Calls `mark` for every rule that may hold, some more than once.
    pub fn each(&self, article: &Indexed<'_>, mut mark: impl FnMut(u32)) {
        if self.list.is_empty() {
            return;
        }
        let places = self.places(article);
        let begins: Vec<_> = places.iter().map(|place| Begin { start: place.start, hash: place.hash }).collect();
        let mut found = Found { list: [Near::default(); MAX_FOUND], count: 0 };
        for (i, one) in places.iter().enumerate() {
            let (furthest, behind) = (one.end + u32::from(one.partners.reach), &begins[i + 1..]);
            if behind.get(MAX_NEIGHBOURS).is_some_and(|other| other.start <= furthest) {
                return self.anywhere(article, &mut mark);
            }
            self.look_behind(one.partners, i as u32, furthest, behind, &mut found);
            if found.count >= BATCH {
                self.mark(&places, found.take(), &mut mark);
            }
        }
        self.mark(&places, found.take(), &mut mark);
    }

    /// Finds which of the places behind one, up to the furthest word, may be those of partners. A function of its own, so that
    /// the processor's registers are enough for its loop, which is run the most of all.
    #[inline(never)]
    fn look_behind(&self, partners: Partners, first: u32, furthest: u32, behind: &[Begin], found: &mut Found) {
        let cells = &self.cells[partners.first as usize..];
        for (other, second) in behind.iter().zip(first + 1..) {
            if other.start > furthest {
                break;
            }
            let (at, bit) = bit(other.hash, partners.mask);
            // Kept or not without a branch.
            found.list[found.count % MAX_FOUND] = Near { first, second };
            found.count += usize::from(cells[at].bits & bit != 0);
        }
    }

    /// The rules of pairs that may stand at two places.
    fn mark(&self, places: &[Place], found: &[Near], mark: &mut impl FnMut(u32)) {
        let look = |near: &Near| {
            let (one, other) = (&places[near.first as usize], &places[near.second as usize]);
            let (word, partner) = if one.key > other.key { (one, other) } else { (other, one) };
            let cell = word.partners.first as usize + bit(partner.hash, word.partners.mask).0;
            prefetch(&self.list, self.cells[cell].from as usize);
            // None where they overlap.
            (cell, partner.key, other.start.saturating_sub(one.end + 1))
        };
        let lists: Vec<_> = found.iter().map(look).collect();
        for (cell, partner, between) in lists {
            for pair in &self.list[self.cells[cell].from as usize..self.cells[cell + 1].from as usize] {
                if pair.partner() == partner && between <= pair.reach() {
                    mark(pair.rule);
                }
            }
        }
    }

    /// The rules of all pairs whose words both stand somewhere.
    fn anywhere(&self, article: &Indexed<'_>, mark: &mut impl FnMut(u32)) {
        for key in article.hits().words() {
            let Partners { first, mask, .. } = self.words[key as usize];
            let (first, cells) = (first as usize, (usize::from(mask) + 1) / u32::BITS as usize);
            let pairs = &self.list[self.cells[first].from as usize..self.cells[first + cells].from as usize];
            pairs.iter().filter(|pair| article.has(pair.partner())).for_each(|pair| mark(pair.rule));
        }
    }

    /// The words that have partners, in reading order.
    fn places(&self, article: &Indexed<'_>) -> Vec<Place> {
        let hits = article.hits().list();
        // Kept or not without a branch.
        let (mut kept, mut count) = (vec![0; hits.len()], 0);
        for (hit, at) in hits.iter().zip(0_u32..) {
            kept[count] = at;
            count += usize::from(self.words[hit.key as usize].reach > 0);
        }
        let place = |at: &u32| {
            let Hit { key, span, .. } = hits[*at as usize];
            let partners = self.words[key as usize];
            prefetch(&self.cells, partners.first as usize);
            let (start, end) = article.numbers(span);
            Place { start, end, key, hash: hash(key), partners }
        };
        kept[..count].iter().map(place).collect()
    }
}

/// Two places that are near each other, by their indices.
#[derive(Clone, Copy, Debug, Default)]
struct Near {
    first: u32,
    second: u32,
}

/// Where a place begins, with the hash of its word: what is looked at of those behind another.
#[derive(Clone, Copy, Debug)]
struct Begin {
    start: u32,
    hash: u32,
}

/// Places that may be near each other, as far as they are gathered.
struct Found {
    list: [Near; MAX_FOUND],
    count: usize,
}

impl Found {
    fn take(&mut self) -> &[Near] {
        &self.list[..std::mem::take(&mut self.count)]
    }
}

/// The upper half of a product with the golden ratio, which spreads what it multiplies.
#[inline]
fn hash(key: KeyId) -> u32 {
    (u64::from(key).wrapping_mul(MIX) >> 32) as u32
}

/// The cell and the bit of a hash in a filter of so many bits, less one.
#[inline]
fn bit(hash: u32, mask: u16) -> (usize, u32) {
    let bit = hash & u32::from(mask);
    ((bit / u32::BITS) as usize, 1 << (bit % u32::BITS))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::article::MatchInput;
    use super::super::query::Key;
    use super::super::vocabulary::Vocabulary;
    use super::*;

    /// The pairs, by their index, that stand near enough in the title or the text.
    fn near(pairs: &[(String, String, u32)], title: &str, text: &str) -> Vec<u32> {
        let mut vocabulary = Vocabulary::default();
        let mut registered = Registered::default();
        for (rule, (one, other, reach)) in pairs.iter().enumerate() {
            let (one, other) = (Key::Word(one.clone()), Key::Word(other.clone()));
            registered.add(vocabulary.intern(&one), vocabulary.intern(&other), *reach, rule as u32);
        }
        vocabulary.finish();
        let pairs = registered.finish(vocabulary.len());
        let input = MatchInput { title, text, ..MatchInput::default() };
        let mut marked = Vec::new();
        pairs.each(&Indexed::new(&input, &vocabulary), |rule| marked.push(rule));
        marked.sort_unstable();
        marked.dedup();
        marked
    }

    #[test]
    fn words_are_near_within_their_reach() {
        for (one, other, reach, title, text, expected) in [
            ("alpha", "beta", 2, "", "alpha x y beta", true),
            ("alpha", "beta", 2, "", "Beta, x y alpha", true),
            ("alpha", "beta", 2, "", "alpha x y z beta", false),
            ("alpha", "beta", 0, "", "alpha\n\nbeta", true),
            ("alpha", "beta", 40, "alpha", "beta", false),
            ("alpha", "beta", 1, "", "alpha U.S. beta", true),
            ("alpha", "alpha", 1, "", "alpha", false),
            ("alpha", "alpha", 1, "", "alpha x alpha", true),
        ] {
            let pairs = [(one.to_owned(), other.to_owned(), reach)];
            assert_eq!(!near(&pairs, title, text).is_empty(), expected, "{one} {reach} {other}: {title} | {text}");
        }
    }

    #[test]
    fn a_long_run_of_initials_is_one_word_and_hides_no_pair() {
        let pair = |one: &str, other: &str| (one.to_owned(), other.to_owned(), 1);
        let pairs = [pair("a", "b"), pair("alpha", "beta"), pair("a", "c"), pair("beta", "gamma")];
        let text = format!("alpha {} beta. Gamma", "a.b.".repeat(MAX_NEIGHBOURS));
        assert_eq!(near(&pairs, "", &text), [0, 1, 3]);
    }

    proptest! {
        #[test]
        fn many_pairs_are_kept_apart(
            pairs in proptest::collection::vec((0..40_u32, 0..40_u32, 0..=MAX_REACH), 0..600),
            text in proptest::collection::vec(0..60_u32, 0..30),
        ) {
            let word = |number: u32| format!("w{number}");
            let named: Vec<_> = pairs.iter().map(|(one, other, reach)| (word(*one), word(*other), *reach)).collect();
            let stand = |one: u32, other: u32, reach: u32| {
                let at = |number| text.iter().enumerate().filter(move |(_, word)| **word == number).map(|(at, _)| at);
                at(one).any(|one| at(other).any(|other| one != other && one.abs_diff(other) <= reach as usize + 1))
            };
            let expected: Vec<_> = (0..pairs.len() as u32)
                .filter(|rule| { let (one, other, reach) = pairs[*rule as usize]; stand(one, other, reach) })
                .collect();
            let text: Vec<_> = text.iter().map(|number| word(*number)).collect();
            prop_assert_eq!(near(&named, "", &text.join(" ")), expected);
        }
    }
}
