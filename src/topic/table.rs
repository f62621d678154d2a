//! Words → numbers: a hash table whose places are told apart by a byte of the hash before a word is looked at, with a filter
//! of a bit or so in front. Kept small, for it is looked into for every word of every article.

use rustc_hash::FxHashMap;

use super::filter::Filter;
use super::packed::{PACKED, Packed};
use super::prefetch::prefetch;
use super::vocabulary::KeyId;

#[derive(Debug)]
pub(super) struct Table {
    entries: Vec<Entry>,
    /// A power of two of them, half full; what finds no room goes to the next.
    buckets: Vec<Bucket>,
    filter: Filter,
    /// The words of more than 16 bytes, by their number: what is packed of them is a hash.
    long: FxHashMap<KeyId, Box<[u8]>>,
}

/// Four entries, each by its index + 1 with a byte of its hash above, or 0.
type Bucket = [u32; 4];

#[derive(Clone, Copy, Debug)]
struct Entry {
    word: Packed,
    length: u32,
    id: KeyId,
}

/// Bits of an index: no set of queries has more words.
const INDEX_BITS: u32 = 24;
const INDEX: u32 = (1 << INDEX_BITS) - 1;

impl Default for Table {
    fn default() -> Self {
        Self { entries: Vec::new(), buckets: vec![[0; 4]], filter: Filter::default(), long: FxHashMap::default() }
    }
}

impl Table {
    /// The number of a word, `next` if it is new.
    pub fn insert(&mut self, word: &[u8], next: KeyId) -> KeyId {
        let key = Packed::whole(word);
        let hash = key.hash(word.len());
        if let Some(id) = self.find(key, word.len(), hash, word) {
            return id;
        }
        if self.entries.len() >= 2 * self.buckets.len() {
            self.buckets = vec![[0; 4]; 2 * self.buckets.len()];
            for index in 0..self.entries.len() {
                self.put(index, self.entries[index].hash());
            }
        }
        self.entries.push(Entry { word: key, length: word.len() as u32, id: next });
        self.put(self.entries.len() - 1, hash);
        if word.len() > PACKED {
            self.long.insert(next, word.into());
        }
        next
    }

    fn put(&mut self, index: usize, hash: u64) {
        assert!(index < INDEX as usize, "the queries have more words than can be numbered");
        let mask = self.buckets.len() - 1;
        let mut at = hash as usize & mask;
        loop {
            if let Some(free) = self.buckets[at].iter_mut().find(|place| **place == 0) {
                *free = tag(hash) | (index as u32 + 1);
                return;
            }
            at = (at + 1) & mask;
        }
    }

    /// The number of a word of that length, as it is packed; `whole` is needed of one of more than 16 bytes.
    #[inline]
    pub fn find(&self, word: Packed, length: usize, hash: u64, whole: &[u8]) -> Option<KeyId> {
        let (mask, tag) = (self.buckets.len() - 1, tag(hash));
        let mut at = hash as usize & mask;
        loop {
            let bucket = &self.buckets[at];
            let mut like = 0_u32;
            for (i, place) in bucket.iter().enumerate() {
                like |= u32::from(*place & !INDEX == tag) << i;
            }
            while like != 0 {
                let place = bucket[like.trailing_zeros() as usize % 4];
                like &= like - 1;
                // Of an empty place there is no entry.
                if let Some(entry) = self.entries.get(((place & INDEX) as usize).wrapping_sub(1))
                    && entry.word == word
                    && entry.length as usize == length
                    && (length <= PACKED || *self.long[&entry.id] == *whole)
                {
                    return Some(entry.id);
                }
            }
            if bucket.contains(&0) {
                return None;
            }
            at = (at + 1) & mask;
        }
    }

    /// Prepares the filter; to be called after the last word.
    pub fn finish(&mut self) {
        self.filter = Filter::for_items(self.entries.len());
        for entry in &self.entries {
            self.filter.insert(entry.hash());
        }
        self.entries.shrink_to_fit();
        self.long.shrink_to_fit();
    }

    /// Whether a word of that hash may have a number; else it has none for sure.
    #[inline]
    pub fn may_have(&self, hash: u64) -> bool {
        self.filter.may_have(hash)
    }

    /// Has the memory fetched that [`Self::find`] looks into: first `near` is false, then true.
    #[inline]
    pub fn touch(&self, hash: u64, near: bool) {
        let at = hash as usize & (self.buckets.len() - 1);
        if near {
            let tag = tag(hash);
            let like = self.buckets[at].iter().fold(0, |like, place| if place & !INDEX == tag { *place } else { like });
            prefetch(&self.entries, ((like & INDEX) as usize).wrapping_sub(1));
        } else {
            prefetch(&self.buckets, at);
        }
    }
}

impl Entry {
    fn hash(&self) -> u64 {
        self.word.hash(self.length as usize)
    }
}

/// The upper byte of what stands in a bucket; not of the bits that choose the bucket, or the bit of the filter.
#[inline]
fn tag(hash: u64) -> u32 {
    ((hash >> 56) as u32) << INDEX_BITS
}
