//! Which words of the vocabulary an article has, and where: filled in reading order, then asked by word.
//! Knows numbers only; what they stand for is [`super::vocabulary`]'s.

use super::article::Span;
use super::vocabulary::KeyId;

/// Hits as they come.
#[derive(Debug)]
pub(super) struct Open {
    present: Vec<u64>,
    list: Vec<(KeyId, Span)>,
}

/// Hits by word.
#[derive(Debug)]
pub(super) struct Hits {
    /// A bit for each number of the vocabulary, and how many are set in the 64 of each element before it.
    present: Vec<u64>,
    before: Vec<u32>,
    /// One for each bit that is set, in order.
    words: Vec<Hit>,
    spans: Vec<Span>,
}

/// A word and its places.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hit {
    pub key: KeyId,
    /// Where its places begin and end in [`Hits::spans`].
    start: u32,
    end: u32,
}

impl Open {
    /// For a vocabulary of so many words.
    pub fn new(vocabulary: usize) -> Self {
        Self { present: vec![0; vocabulary / 64 + 1], list: Vec::new() }
    }

    /// Makes room for so many more.
    pub fn expect(&mut self, more: usize) {
        self.list.reserve(more);
    }

    #[inline]
    pub fn push(&mut self, key: KeyId, span: Span) {
        self.present[key as usize / 64] |= 1 << (key % 64);
        self.list.push((key, span));
    }

    pub fn close(self) -> Hits {
        let Self { present, mut list } = self;
        let mut before = Vec::with_capacity(present.len());
        let mut hits = Vec::with_capacity(list.len());
        for (at, &bits) in present.iter().enumerate() {
            before.push(hits.len() as u32);
            let mut rest = bits;
            while rest != 0 {
                hits.push(Hit { key: 64 * at as u32 + rest.trailing_zeros(), start: 0, end: 0 });
                rest &= rest - 1;
            }
        }
        for (key, _) in &mut list {
            *key = rank(&present, &before, *key);
            hits[*key as usize].end += 1;
        }
        let mut from = 0;
        for hit in &mut hits {
            let count = hit.end;
            (hit.start, hit.end) = (from, from);
            from += count;
        }
        let mut spans = vec![Span { start: 0, end: 0 }; list.len()];
        for (rank, span) in &list {
            let end = &mut hits[*rank as usize].end;
            spans[*end as usize] = *span;
            *end += 1;
        }
        for hit in hits.iter().filter(|hit| hit.end - hit.start > 1) {
            let spans = &mut spans[hit.start as usize..hit.end as usize];
            // What is bound, and joined spellings, come apart from the other words.
            if !spans.is_sorted() {
                spans.sort_unstable();
            }
        }
        Hits { present, before, words: hits, spans }
    }
}

/// How many of the words that are there have a smaller number.
#[inline]
fn rank(present: &[u64], before: &[u32], key: KeyId) -> u32 {
    let below = present[key as usize / 64] & ((1 << (key % 64)) - 1);
    before[key as usize / 64] + below.count_ones()
}

impl Hits {
    #[inline]
    pub fn has(&self, key: KeyId) -> bool {
        self.present[key as usize / 64] >> (key % 64) & 1 == 1
    }

    #[inline]
    pub fn places(&self, hit: &Hit) -> &[Span] {
        &self.spans[hit.start as usize..hit.end as usize]
    }

    /// Where a word stands, in order.
    #[inline]
    pub fn spans(&self, key: KeyId) -> &[Span] {
        if self.has(key) { self.places(&self.words[rank(&self.present, &self.before, key) as usize]) } else { &[] }
    }

    /// Every word that stands somewhere, once, by its number.
    pub fn words(&self) -> &[Hit] {
        &self.words
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
        let hits = open.close();
        assert_eq!(hits.spans(7), [span(0), span(3), span(4)]);
        assert_eq!((hits.spans(999), hits.spans(0)), (&[span(1)][..], &[span(2)][..]));
        assert_eq!((hits.spans(8), hits.has(8), hits.has(999)), (&[][..], false, true));
        assert_eq!(hits.words().iter().map(|hit| hit.key).collect::<Vec<_>>(), [0, 7, 999]);
        assert!(Open::new(0).close().words().is_empty());
    }
}
