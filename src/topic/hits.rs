//! Which words of the vocabulary an article has, and where: filled in reading order, then asked by word.
//! Knows numbers only; what they stand for is [`super::vocabulary`]'s.

use super::article::{Span, Word};
use super::postings::block;
use super::vocabulary::KeyId;

/// Hits as they come.
#[derive(Debug)]
pub(super) struct Open {
    index: Index,
    /// The place of the word in the index, and where it stands.
    list: Vec<(u32, Span)>,
}

/// Hits by word.
#[derive(Debug)]
pub(super) struct Hits {
    index: Index,
    spans: Vec<Span>,
}

/// The words of the vocabulary that an article has.
#[derive(Debug)]
struct Index {
    /// A bit for each number of the vocabulary.
    present: Vec<u64>,
    /// Index into `words` + 1, or 0, by the word's number ([`home`]), else further on; a power of two of them.
    slots: Vec<u32>,
    /// In the order in which they come.
    words: Vec<Hit>,
}

/// A word and its places.
#[derive(Clone, Copy, Debug)]
struct Hit {
    key: KeyId,
    /// Where its places begin and end in [`Hits::spans`].
    start: u32,
    end: u32,
    /// The blocks of the article in which it begins.
    blocks: u64,
}

impl Index {
    #[inline]
    fn has(&self, key: KeyId) -> bool {
        self.present[key as usize / 64] >> (key % 64) & 1 == 1
    }

    /// The place of a word that is there.
    #[inline]
    fn of(&self, key: KeyId) -> Option<u32> {
        let mask = self.slots.len() - 1;
        let mut at = home(key, self.slots.len());
        loop {
            match self.slots[at] {
                0 => return None,
                number if self.words[number as usize - 1].key == key => return Some(number - 1),
                _ => at = (at + 1) & mask,
            }
        }
    }

    /// The place of a word that comes for the first time.
    #[inline]
    fn add(&mut self, key: KeyId) -> u32 {
        if 2 * (self.words.len() + 1) > self.slots.len() {
            self.grow(2 * self.slots.len());
        }
        self.present[key as usize / 64] |= 1 << (key % 64);
        let index = self.words.len() as u32;
        self.words.push(Hit { key, start: 0, end: 0, blocks: 0 });
        self.put(key, index);
        index
    }

    #[inline]
    fn put(&mut self, key: KeyId, index: u32) {
        let mask = self.slots.len() - 1;
        let mut at = home(key, self.slots.len());
        while self.slots[at] != 0 {
            at = (at + 1) & mask;
        }
        self.slots[at] = index + 1;
    }

    fn grow(&mut self, size: usize) {
        self.slots.clear();
        self.slots.resize(size, 0);
        for index in 0..self.words.len() {
            self.put(self.words[index].key, index as u32);
        }
    }
}

/// Numbers of words that stand beside each other in a query are neighbours too: spread them.
#[inline]
fn home(key: KeyId, size: usize) -> usize {
    (key.wrapping_mul(0x9E37_79B1) >> 8) as usize & (size - 1)
}

impl Open {
    /// For a vocabulary of so many words.
    pub fn new(vocabulary: usize) -> Self {
        let index = Index { present: vec![0; vocabulary / 64 + 1], slots: vec![0; 64], words: Vec::new() };
        Self { index, list: Vec::new() }
    }

    /// Makes room for so many more.
    pub fn expect(&mut self, more: usize) {
        let size = (2 * (self.index.words.len() + more)).next_power_of_two();
        if size > self.index.slots.len() {
            self.index.grow(size);
        }
        self.index.words.reserve(more);
        self.list.reserve(more);
    }

    #[inline]
    pub fn push(&mut self, key: KeyId, span: Span) {
        let known = if self.index.has(key) { self.index.of(key) } else { None };
        let index = known.unwrap_or_else(|| self.index.add(key));
        self.list.push((index, span));
    }

    pub fn close(self, words: &[Word]) -> Hits {
        let Self { mut index, list } = self;
        for (place, span) in &list {
            let hit = &mut index.words[*place as usize];
            hit.end += 1;
            hit.blocks |= block(words[span.start as usize].number);
        }
        let mut from = 0;
        for hit in &mut index.words {
            let count = hit.end;
            (hit.start, hit.end) = (from, from);
            from += count;
        }
        let mut spans = vec![Span { start: 0, end: 0 }; list.len()];
        for (place, span) in &list {
            let end = &mut index.words[*place as usize].end;
            spans[*end as usize] = *span;
            *end += 1;
        }
        for hit in index.words.iter().filter(|hit| hit.end - hit.start > 1) {
            let spans = &mut spans[hit.start as usize..hit.end as usize];
            // What is bound, and joined spellings, come apart from the other words.
            if !spans.is_sorted() {
                spans.sort_unstable();
            }
        }
        Hits { index, spans }
    }
}

impl Hits {
    #[inline]
    pub fn has(&self, key: KeyId) -> bool {
        self.index.has(key)
    }

    #[inline]
    fn hit(&self, key: KeyId) -> Option<&Hit> {
        if self.has(key) { self.index.of(key).map(|index| &self.index.words[index as usize]) } else { None }
    }

    #[inline]
    fn places(&self, hit: &Hit) -> &[Span] {
        &self.spans[hit.start as usize..hit.end as usize]
    }

    /// Where a word stands, in order.
    #[inline]
    pub fn spans(&self, key: KeyId) -> &[Span] {
        self.hit(key).map_or(&[], |hit| self.places(hit))
    }

    /// The blocks of the article in which a word stands ([`block`]).
    #[inline]
    pub fn blocks(&self, key: KeyId) -> u64 {
        self.hit(key).map_or(0, |hit| hit.blocks)
    }

    /// Every word that stands somewhere, once, with its blocks and where it stands.
    pub fn words(&self) -> impl Iterator<Item = (KeyId, u64, &[Span])> {
        self.index.words.iter().map(|hit| (hit.key, hit.blocks, self.places(hit)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hits_are_found_by_word_in_order() {
        let mut open = Open::new(1000);
        let span = |at| Span { start: at, end: at + 1 };
        for (key, at) in [(7, 0), (999, 1), (7, 4), (0, 2), (7, 3)] {
            open.push(key, span(at));
        }
        let words: Vec<_> = [1, 2, 3, 9, 10].map(|number| Word { start: 0, end: 1, segment: 0, number }).to_vec();
        let hits = open.close(&words);
        assert_eq!(hits.spans(7), [span(0), span(3), span(4)]);
        assert_eq!((hits.spans(999), hits.spans(0)), (&[span(1)][..], &[span(2)][..]));
        assert_eq!((hits.spans(8), hits.has(8), hits.has(999)), (&[][..], false, true));
        assert_eq!(hits.words().map(|word| word.0).collect::<Vec<_>>(), [7, 999, 0]);
        assert_eq!((hits.blocks(7), hits.blocks(999), hits.blocks(8)), (0b11, 0b01, 0));
        assert!(Open::new(0).close(&[]).words().next().is_none());
    }
}
