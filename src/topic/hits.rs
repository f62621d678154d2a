//! Which words of the vocabulary an article has, and where: filled in reading order, then asked by word.
//! Knows numbers only; what they stand for is [`super::vocabulary`]'s.

use std::cell::RefCell;

use super::article::Span;
use super::vocabulary::KeyId;

/// Hits as they come, in the order in which they stand.
#[derive(Debug)]
pub(super) struct Open(Hits);

/// Hits by word.
#[derive(Debug)]
pub(super) struct Hits {
    /// A bit for each number of the vocabulary.
    present: Vec<u64>,
    /// For each number of the vocabulary that is present its rank: how many came before it.
    ranks: Vec<u32>,
    list: Vec<Hit>,
    /// By rank.
    words: Vec<Spread>,
    spans: Vec<Span>,
}

/// A word at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Hit {
    pub key: KeyId,
    rank: u32,
    pub span: Span,
}

/// A word, and where its places begin and end in [`Hits::spans`].
#[derive(Clone, Copy, Debug)]
struct Spread {
    key: KeyId,
    start: u32,
    end: u32,
}

thread_local! {
    /// Room for [`Hits::ranks`] that is used again from article to article: what is not present is not looked at, so that it
    /// need not be cleared.
    static RANKS: RefCell<Vec<u32>> = const { RefCell::new(Vec::new()) };
}

impl Open {
    /// For a vocabulary of so many words, of which so many are expected.
    pub fn new(vocabulary: usize, expected: usize) -> Self {
        let mut ranks = RANKS.take();
        if ranks.len() < vocabulary {
            ranks.resize(vocabulary, 0);
        }
        Self(Hits {
            present: vec![0; vocabulary / 64 + 1],
            ranks,
            list: Vec::with_capacity(expected),
            words: Vec::with_capacity(expected),
            spans: Vec::new(),
        })
    }

    #[inline]
    pub fn push(&mut self, key: KeyId, span: Span) {
        let Self(hits) = self;
        if !hits.has(key) {
            hits.present[key as usize / 64] |= 1 << (key % 64);
            hits.ranks[key as usize] = hits.words.len() as u32;
            hits.words.push(Spread { key, start: 0, end: 0 });
        }
        let rank = hits.ranks[key as usize];
        hits.words[rank as usize].end += 1;
        hits.list.push(Hit { key, rank, span });
    }

    /// Puts the places of each word together.
    pub fn close(self) -> Hits {
        let Self(mut hits) = self;
        let mut from = 0;
        for word in &mut hits.words {
            let count = word.end;
            (word.start, word.end) = (from, from);
            from += count;
        }
        hits.spans = vec![Span { start: 0, end: 0 }; hits.list.len()];
        for hit in &hits.list {
            let end = &mut hits.words[hit.rank as usize].end;
            hits.spans[*end as usize] = hit.span;
            *end += 1;
        }
        hits
    }
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
        let word = self.words[self.ranks[key as usize] as usize];
        &self.spans[word.start as usize..word.end as usize]
    }

    /// Every word at every place, in order.
    pub fn list(&self) -> &[Hit] {
        &self.list
    }

    /// Every word that stands somewhere, once.
    pub fn words(&self) -> impl ExactSizeIterator<Item = KeyId> {
        self.words.iter().map(|word| word.key)
    }
}

impl Drop for Hits {
    fn drop(&mut self) {
        RANKS.set(std::mem::take(&mut self.ranks));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hits_are_found_by_word_in_order() {
        let span = |at| Span { start: at, end: at + 1 };
        // What the one before left must not show.
        for shift in [0, 1] {
            let mut open = Open::new(1000, 0);
            let pushed = [(7, 0), (998, 1), (0, 2), (7, 3), (7, 4)].map(|(key, at)| (key + shift, span(at)));
            for (key, span) in pushed {
                open.push(key, span);
            }
            let hits = open.close();
            assert_eq!(hits.spans(7 + shift), [span(0), span(3), span(4)]);
            assert_eq!((hits.spans(998 + shift), hits.spans(shift)), (&[span(1)][..], &[span(2)][..]));
            assert_eq!((hits.spans(9), hits.has(9), hits.has(998 + shift)), (&[][..], false, true));
            assert_eq!(hits.words().collect::<Vec<_>>(), [7 + shift, 998 + shift, shift]);
            assert!(hits.list().iter().map(|hit| (hit.key, hit.span)).eq(pushed));
        }
        assert_eq!(Open::new(0, 0).close().words().len(), 0);
    }
}
