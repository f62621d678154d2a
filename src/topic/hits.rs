//! Which words of the vocabulary an article has, and where: filled in reading order, then asked by word.
//! Knows numbers only; what they stand for is [`super::vocabulary`]'s.

use super::article::{Span, Word};
use super::postings::block;
use super::vocabulary::KeyId;

/// Hits as they come.
pub(super) struct Open {
    /// A bit for each number of the vocabulary.
    present: Vec<u64>,
    distinct: Vec<KeyId>,
    list: Vec<(KeyId, Span)>,
}

/// Hits by word.
#[derive(Debug)]
pub(super) struct Hits {
    present: Vec<u64>,
    distinct: Vec<KeyId>,
    /// Index into `ranges` + 1, or 0, by the word's number modulo its length (a power of two), else further on.
    slots: Vec<u32>,
    /// For each distinct word where its places begin and end in `spans`.
    ranges: Vec<(KeyId, u32, u32)>,
    /// For each distinct word the blocks of the article in which it begins.
    blocks: Vec<u64>,
    spans: Vec<Span>,
}

impl Open {
    /// For a vocabulary of so many words.
    pub fn new(vocabulary: usize) -> Self {
        Self { present: vec![0; vocabulary / 64 + 1], distinct: Vec::new(), list: Vec::new() }
    }

    #[inline]
    pub fn push(&mut self, key: KeyId, span: Span) {
        let (word, bit) = (&mut self.present[key as usize / 64], 1_u64 << (key % 64));
        if *word & bit == 0 {
            *word |= bit;
            self.distinct.push(key);
        }
        self.list.push((key, span));
    }

    pub fn close(self, words: &[Word]) -> Hits {
        let size = (2 * self.distinct.len()).next_power_of_two();
        let mut hits = Hits {
            present: self.present,
            slots: vec![0; size],
            ranges: self.distinct.iter().map(|key| (*key, 0, 0)).collect(),
            blocks: vec![0; self.distinct.len()],
            distinct: self.distinct,
            spans: vec![Span { start: 0, end: 0 }; self.list.len()],
        };
        for (index, key) in hits.distinct.iter().enumerate() {
            let mut at = home(*key, size);
            while hits.slots[at] != 0 {
                at = (at + 1) & (size - 1);
            }
            hits.slots[at] = index as u32 + 1;
        }
        let indexes: Vec<u32> = self.list.iter().map(|(key, _)| hits.index(*key).unwrap_or_default()).collect();
        for (index, (_, span)) in indexes.iter().zip(&self.list) {
            hits.ranges[*index as usize].2 += 1;
            hits.blocks[*index as usize] |= block(words[span.start as usize].number);
        }
        let mut from = 0;
        for (_, start, end) in &mut hits.ranges {
            let count = *end;
            (*start, *end) = (from, from);
            from += count;
        }
        for (index, (_, span)) in indexes.iter().zip(&self.list) {
            let end = &mut hits.ranges[*index as usize].2;
            hits.spans[*end as usize] = *span;
            *end += 1;
        }
        for (_, start, end) in &hits.ranges {
            let spans = &mut hits.spans[*start as usize..*end as usize];
            // Joined spellings come after the words they are made of.
            if !spans.is_sorted() {
                spans.sort_unstable();
            }
        }
        hits
    }
}

/// Numbers of words that stand beside each other in a query are neighbours too: spread them.
#[inline]
fn home(key: KeyId, size: usize) -> usize {
    (key.wrapping_mul(0x9E37_79B1) >> 8) as usize & (size - 1)
}

impl Hits {
    #[inline]
    pub fn has(&self, key: KeyId) -> bool {
        self.present[key as usize / 64] >> (key % 64) & 1 == 1
    }

    /// Where a word stands, in order.
    #[inline]
    pub fn spans(&self, key: KeyId) -> &[Span] {
        if !self.has(key) {
            return &[];
        }
        self.index(key).map_or(&[], |index| {
            let (_, start, end) = self.ranges[index as usize];
            &self.spans[start as usize..end as usize]
        })
    }

    /// The blocks of the article in which a word stands ([`block`]).
    #[inline]
    pub fn blocks(&self, key: KeyId) -> u64 {
        self.index(key).map_or(0, |index| self.blocks[index as usize])
    }

    /// Every word that stands somewhere, once.
    pub fn keys(&self) -> impl Iterator<Item = KeyId> {
        self.distinct.iter().copied()
    }

    #[inline]
    fn index(&self, key: KeyId) -> Option<u32> {
        let mask = self.slots.len() - 1;
        let mut at = home(key, self.slots.len());
        loop {
            match self.slots[at] {
                0 => return None,
                number if self.ranges[number as usize - 1].0 == key => return Some(number - 1),
                _ => at = (at + 1) & mask,
            }
        }
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
        assert_eq!(hits.keys().collect::<Vec<_>>(), [7, 999, 0]);
        assert_eq!((hits.blocks(7), hits.blocks(999), hits.blocks(8)), (0b11, 0b01, 0));
        assert!(Open::new(0).close(&[]).keys().next().is_none());
    }
}
