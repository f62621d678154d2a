//! Which words of the vocabulary an article has, and where: filled in reading order, then asked by word.
//! Knows numbers only; what they stand for is [`super::vocabulary`]'s.

use std::cell::RefCell;
use std::hint::select_unpredictable;

use super::article::Span;
use super::vocabulary::KeyId;

/// Hits as they come, in the order in which they stand.
#[derive(Debug)]
pub(super) struct Open {
    room: Room,
    /// How many of its list are hits; those behind are written over.
    count: usize,
}

/// Hits by word.
#[derive(Debug)]
pub(super) struct Hits(Room);

#[derive(Debug, Default)]
struct Room {
    /// A bit for each number of the vocabulary.
    present: Vec<u64>,
    /// For each number of the vocabulary that is present its rank: how many came before it.
    ranks: Vec<u32>,
    /// As many as `hits` says.
    list: Vec<Hit>,
    hits: usize,
    /// By rank.
    words: Vec<Spread>,
    /// Those of a word together.
    spans: Vec<Span>,
}

/// A word at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Hit {
    pub key: KeyId,
    rank: u32,
    pub span: Span,
}

/// A word, and where its places begin and end in [`Room::spans`].
#[derive(Clone, Copy, Debug, Default)]
struct Spread {
    key: KeyId,
    start: u32,
    end: u32,
}

thread_local! {
    /// Room that is used again from article to article. Ranks of what is not present are not looked at, so that they need not
    /// be cleared.
    static ROOM: RefCell<Room> = RefCell::default();
}

/// Hits of an article after which the room for them is kept for the next.
const MAX_KEPT: usize = 1 << 16;

impl Open {
    /// For a vocabulary of so many words.
    pub fn new(vocabulary: usize) -> Self {
        let mut room = ROOM.take();
        room.present.clear();
        room.present.resize(vocabulary / 64 + 1, 0);
        if room.ranks.len() < vocabulary {
            room.ranks.resize(vocabulary, 0);
        }
        Self { room, count: 0 }
    }

    /// Adds those of two that are hits, at one place. Which are is told without a branch, since the processor guesses badly.
    #[inline]
    pub fn push(&mut self, [first, second]: [(KeyId, bool); 2], span: Span) {
        let list = &mut self.room.list;
        if self.count + 2 > list.len() {
            list.resize(2 * list.len() + 256, Hit { key: 0, rank: 0, span });
        }
        let behind: &mut [Hit; 2] = list[self.count..].first_chunk_mut().expect("there is room for two");
        behind[0] = Hit { key: first.0, rank: 0, span };
        behind[usize::from(first.1)] = Hit { key: second.0, rank: 0, span };
        self.count += usize::from(first.1) + usize::from(second.1);
    }

    /// Puts the places of each word together.
    pub fn close(self) -> Hits {
        let Self { mut room, count } = self;
        let Room { present, ranks, list, words, spans, .. } = &mut room;
        let list = &mut list[..count];
        words.clear();
        words.resize(list.len() + 1, Spread::default());
        let mut distinct = 0;
        for hit in list.iter_mut() {
            // Whether a word is new is told without a branch.
            let (key, bit) = (hit.key as usize, 1 << (hit.key % 64));
            let is_new = present[key / 64] & bit == 0;
            present[key / 64] |= bit;
            words[distinct as usize].key = hit.key;
            let rank = select_unpredictable(is_new, distinct, ranks[key]);
            ranks[key] = rank;
            distinct += u32::from(is_new);
            words[rank as usize].end += 1;
            hit.rank = rank;
        }
        words.truncate(distinct as usize);
        let mut from = 0;
        for word in &mut *words {
            let count = word.end;
            (word.start, word.end) = (from, from);
            from += count;
        }
        spans.resize(list.len(), Span { start: 0, end: 0 });
        for hit in list {
            let end = &mut words[hit.rank as usize].end;
            spans[*end as usize] = hit.span;
            *end += 1;
        }
        room.hits = count;
        Hits(room)
    }
}

impl Hits {
    #[inline]
    pub fn has(&self, key: KeyId) -> bool {
        self.0.present[key as usize / 64] >> (key % 64) & 1 == 1
    }

    /// Where a word stands, in order.
    #[inline]
    pub fn spans(&self, key: KeyId) -> &[Span] {
        if !self.has(key) {
            return &[];
        }
        let word = self.0.words[self.0.ranks[key as usize] as usize];
        &self.0.spans[word.start as usize..word.end as usize]
    }

    /// Every word at every place, in order.
    pub fn list(&self) -> &[Hit] {
        &self.0.list[..self.0.hits]
    }

    /// Every word that stands somewhere, once.
    pub fn words(&self) -> impl ExactSizeIterator<Item = KeyId> {
        self.0.words.iter().map(|word| word.key)
    }
}

impl Drop for Hits {
    fn drop(&mut self) {
        if self.0.hits <= MAX_KEPT {
            ROOM.set(std::mem::take(&mut self.0));
        }
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
            let mut open = Open::new(1000);
            let pushed = [(7, 0), (998, 1), (0, 2), (7, 3), (7, 4)].map(|(key, at)| (key + shift, span(at)));
            for (key, span) in pushed {
                open.push([(7, false), (key, true)], span);
            }
            let hits = open.close();
            assert_eq!(hits.spans(7 + shift), [span(0), span(3), span(4)]);
            assert_eq!((hits.spans(998 + shift), hits.spans(shift)), (&[span(1)][..], &[span(2)][..]));
            assert_eq!((hits.spans(9), hits.has(9), hits.has(998 + shift)), (&[][..], false, true));
            assert_eq!(hits.words().collect::<Vec<_>>(), [7 + shift, 998 + shift, shift]);
            assert!(hits.list().iter().map(|hit| (hit.key, hit.span)).eq(pushed));
        }
        assert_eq!(Open::new(0).close().words().len(), 0);
    }
}
