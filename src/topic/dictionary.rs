//! Words → numbers, once all words are known: a perfect hash, so that a word is found at the one place where it can be or
//! is none. Hash and displace: keys that share a bucket are moved by one displacement to places that are free, the fullest
//! buckets first (Pagh, "Hash and Displace", WADS 1999; Belazzougui, Botelho and Dietzfelbinger, "Hash, displace, and
//! compress", ESA 2009).

use rustc_hash::FxHashMap;

use super::packed::{MIX, Packed};

#[derive(Debug)]
pub(super) struct Dictionary {
    /// Four fifths of these places are taken.
    entries: Vec<Entry>,
    /// For each bucket.
    displacements: Vec<u8>,
    /// What found no place, which is next to never.
    homeless: Vec<Entry>,
    /// The words of more than 16 bytes, by their number: what is packed of them is a hash.
    long: FxHashMap<u32, Box<[u8]>>,
}

/// A word, its number, and another number that whoever asks keeps with it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    pub word: Packed,
    pub id: u32,
    pub more: u32,
}

/// Words of a bucket, on average.
const BUCKET: usize = 3;

const VACANT: Entry = Entry { word: Packed::NONE, id: u32::MAX, more: 0 };

impl Default for Dictionary {
    fn default() -> Self {
        Self::new(Vec::new(), FxHashMap::default())
    }
}

impl Dictionary {
    /// Of words that differ, with the bytes of those that are long.
    pub fn new(mut words: Vec<Entry>, long: FxHashMap<u32, Box<[u8]>>) -> Self {
        let places = words.len() + words.len() / 4 + 1;
        let buckets = words.len() / BUCKET + 1;
        let mut new =
            Self { entries: vec![VACANT; places], displacements: vec![0; buckets], homeless: Vec::new(), long };
        words.sort_unstable_by_key(|entry| new.bucket(entry.word.hash()));
        let mut full: Vec<&[Entry]> =
            words.chunk_by(|one, next| new.bucket(one.word.hash()) == new.bucket(next.word.hash())).collect();
        full.sort_by_key(|of_bucket| std::cmp::Reverse(of_bucket.len()));
        for of_bucket in full {
            new.settle(of_bucket);
        }
        new
    }

    /// Gives the words of a bucket their places.
    fn settle(&mut self, of_bucket: &[Entry]) {
        let mut places = Vec::with_capacity(of_bucket.len());
        for displacement in 0..=u8::MAX {
            places.clear();
            for entry in of_bucket {
                let place = self.place(entry.word.hash(), displacement);
                if self.entries[place].word != Packed::NONE || places.contains(&place) {
                    break;
                }
                places.push(place);
            }
            if places.len() == of_bucket.len() {
                let bucket = self.bucket(of_bucket[0].word.hash());
                self.displacements[bucket] = displacement;
                places.iter().zip(of_bucket).for_each(|(place, entry)| self.entries[*place] = *entry);
                return;
            }
        }
        self.homeless.extend_from_slice(of_bucket);
    }

    #[inline]
    fn bucket(&self, hash: u64) -> usize {
        part_of(hash >> 32, self.displacements.len())
    }

    #[inline]
    fn place(&self, hash: u64, displacement: u8) -> usize {
        part_of(hash.wrapping_mul(MIX + 2 * u64::from(displacement)) >> 32, self.entries.len())
    }

    /// A word as it is packed, with its hash; `whole` is needed of a long one.
    #[inline]
    pub fn find(&self, word: Packed, hash: u64, whole: &[u8]) -> Option<Entry> {
        let entry = self.peek(hash);
        if self.is(entry, word, whole) { Some(*entry) } else { self.homeless(word, whole) }
    }

    #[inline]
    pub fn has_homeless(&self) -> bool {
        !self.homeless.is_empty()
    }

    /// As [`Self::find`], a word that found no place.
    #[inline]
    pub fn homeless(&self, word: Packed, whole: &[u8]) -> Option<Entry> {
        self.homeless.iter().find(|entry| self.is(entry, word, whole)).copied()
    }

    /// The only place where a word of that hash can be, but for those that found none: another word may stand there.
    #[inline]
    pub fn peek(&self, hash: u64) -> &Entry {
        &self.entries[self.place(hash, self.displacements[self.bucket(hash)])]
    }

    #[inline]
    fn is(&self, entry: &Entry, word: Packed, whole: &[u8]) -> bool {
        entry.word == word && (!word.is_long() || self.long.get(&entry.id).is_some_and(|long| **long == *whole))
    }

    pub fn words(&self) -> impl Iterator<Item = Packed> + Clone {
        self.entries().map(|entry| entry.word)
    }

    /// The words as they are [cut](Packed::cut).
    pub fn cut_words(&self) -> impl Iterator<Item = Packed> + Clone {
        self.entries().map(|entry| if entry.word.is_long() { Packed::cut(&self.long[&entry.id]) } else { entry.word })
    }

    fn entries(&self) -> impl Iterator<Item = &Entry> + Clone {
        self.entries.iter().chain(&self.homeless).filter(|entry| entry.word != Packed::NONE)
    }

    /// Sets what is kept with each word; it is told a long one's bytes.
    pub fn keep(&mut self, mut more: impl FnMut(&Entry, Option<&[u8]>) -> u32) {
        let known = self.entries.iter_mut().filter(|entry| entry.word != Packed::NONE);
        for entry in known.chain(&mut self.homeless) {
            entry.more = more(entry, self.long.get(&entry.id).map(|word| &**word));
        }
    }
}

/// One of `count` for 32 bits, evenly, without a division (Lemire, "Fast Random Integer Generation in an Interval", 2019).
#[inline]
fn part_of(bits: u64, count: usize) -> usize {
    (((bits & 0xFFFF_FFFF) * count as u64) >> 32) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(word: &str, id: u32) -> Entry {
        Entry { word: Packed::whole(word.as_bytes()), id, more: 0 }
    }

    #[test]
    fn every_word_is_found_and_no_other() {
        for count in [0, 1, 2, 3, 10, 1000, 50_000] {
            let words = (0..count).map(|i| entry(&format!("w{i}"), i)).collect();
            let dictionary = Dictionary::new(words, FxHashMap::default());
            assert!(dictionary.homeless.is_empty(), "{count}");
            for i in 0..2 * count + 3 {
                let word = Packed::whole(format!("w{i}").as_bytes());
                let found = dictionary.find(word, word.hash(), &[]).map(|entry| entry.id);
                assert_eq!(found, (i < count).then_some(i), "{i} of {count}");
            }
            assert!(dictionary.find(Packed::NONE, Packed::NONE.hash(), &[]).is_none());
        }
    }

    #[test]
    fn words_that_cannot_be_told_apart_by_their_hash_are_by_their_bytes() {
        // As if what is packed of two long words were the same.
        let word = Packed::whole(&[b'x'; 40]);
        let long: FxHashMap<u32, Box<[u8]>> = [(7, b"one"[..].into()), (8, b"other"[..].into())].into_iter().collect();
        let words = vec![Entry { word, id: 7, more: 0 }, Entry { word, id: 8, more: 0 }];
        let dictionary = Dictionary::new(words, long);
        let found = |whole: &[u8]| dictionary.find(word, word.hash(), whole).map(|entry| entry.id);
        assert_eq!((found(b"one"), found(b"other"), found(b"third")), (Some(7), Some(8), None));
    }
}
