//! The words and prefixes of all queries → small numbers, and a folded word of a text → the numbers it stands for.
//! A word that no query has is none, and is told so by a bit or two: that is what makes an article cheap.

use super::query::Key;

/// The number of a word or prefix.
pub(super) type KeyId = u32;

#[derive(Debug)]
pub(super) struct Vocabulary {
    words: Table,
    prefixes: Table,
    /// For the first bytes of a word ([`start`]) the lengths of the prefixes that begin so, a bit for each.
    lengths: Vec<u32>,
    /// Prefixes of [`LONG`] bytes and more: compared one by one.
    long: Vec<(Box<str>, KeyId)>,
    len: u32,
}

/// The golden ratio, which spreads what it multiplies (Knuth, The Art of Computer Programming 3, 6.4).
const MIX: u64 = 0x9E37_79B9_7F4A_7C15;

/// Prefixes of so many bytes have no bit of their own.
const LONG: usize = 31;
const STARTS: usize = 1 << 15;

impl Default for Vocabulary {
    fn default() -> Self {
        Self { words: Table::default(), prefixes: Table::default(), lengths: vec![0; STARTS], long: Vec::new(), len: 0 }
    }
}

impl Vocabulary {
    pub fn len(&self) -> usize {
        self.len as usize
    }

    pub fn intern(&mut self, key: &Key) -> KeyId {
        let next = self.len;
        let id = match key {
            Key::Word(word) => self.words.insert(word.as_bytes(), next),
            Key::Prefix(prefix) if prefix.len() >= LONG => {
                let known = self.long.iter().find(|(other, _)| **other == **prefix).map(|(_, id)| *id);
                known.unwrap_or_else(|| {
                    self.long.push((prefix.as_str().into(), next));
                    next
                })
            }
            Key::Prefix(prefix) => self.prefixes.insert(prefix.as_bytes(), next),
        };
        self.len += u32::from(id == next);
        id
    }

    /// Prepares for looking up; to be called once, after the last word.
    pub fn finish(&mut self) {
        self.words.finish();
        self.prefixes.finish();
        for (text, length) in self.prefixes.starts() {
            self.mark(text, length);
        }
        for at in 0..self.long.len() {
            let first = Packed::of(self.long[at].0.as_bytes());
            self.mark(first, LONG);
        }
    }

    /// Notes that words that begin as `first` may have a prefix of that length.
    fn mark(&mut self, first: Packed, length: usize) {
        let bit = 1_u32 << length.min(LONG);
        // Of a prefix shorter than what is looked at, every word that goes on is marked.
        let known = 5 * length.min(3);
        let low = start(first.low);
        let unknown = 1_usize << (15 - known);
        for rest in 0..unknown {
            self.lengths[low | (rest << known)] |= bit;
        }
    }

    /// A first look at a word of at most 16 bytes: none where it has no number for sure.
    #[inline]
    pub fn look(&self, packed: Packed, length: usize) -> Option<Look> {
        let hash = packed.hash_of(length);
        let whole = self.words.may_have(hash);
        let mut lengths = self.lengths[start(packed.low)] & ((1 << (length + 1)) - 1);
        let mut prefixes = 0;
        while lengths != 0 {
            let length = lengths.trailing_zeros();
            lengths &= lengths - 1;
            let first = packed.first(length as usize);
            if self.prefixes.may_have(first.hash_of(length as usize)) {
                prefixes |= 1 << length;
            }
        }
        (whole || prefixes != 0).then_some(Look { packed, hash, length: length as u32, prefixes })
    }

    /// Has the memory fetched that [`Self::of_look`] looks into: first `near` is false, then true.
    #[inline]
    pub fn touch(&self, look: &Look, near: bool) {
        self.words.touch(look.hash, near);
    }

    /// As [`Self::of_word`], after a first look.
    #[inline]
    pub fn of_look(&self, look: &Look, each: &mut impl FnMut(KeyId)) {
        let length = look.length as usize;
        if self.words.may_have(look.hash)
            && let Some(id) = self.words.short(look.packed, length, look.hash)
        {
            each(id);
        }
        let mut prefixes = look.prefixes;
        while prefixes != 0 {
            let length = prefixes.trailing_zeros() as usize;
            prefixes &= prefixes - 1;
            let first = look.packed.first(length);
            if let Some(id) = self.prefixes.short(first, length, first.hash_of(length)) {
                each(id);
            }
        }
    }

    /// The numbers of a folded word: its own and those of every prefix it begins with.
    #[inline]
    pub fn of_word(&self, word: &[u8], mut each: impl FnMut(KeyId)) {
        self.of_packed(Packed::of(word), word, &mut each);
    }

    /// As [`Self::of_word`], for one who has the first bytes already.
    #[inline]
    pub fn of_packed(&self, packed: Packed, word: &[u8], each: &mut impl FnMut(KeyId)) {
        if let Some(id) = self.words.find(packed, word) {
            each(id);
        }
        let mut lengths = self.lengths[start(packed.low)];
        if word.len() < LONG {
            lengths &= (1 << (word.len() + 1)) - 1;
        }
        while lengths != 0 {
            let length = lengths.trailing_zeros() as usize;
            lengths &= lengths - 1;
            if length < LONG {
                if let Some(id) = self.prefixes.find(packed.first(length), &word[..length]) {
                    each(id);
                }
            } else {
                let begins = |(prefix, _): &&(Box<str>, KeyId)| word.starts_with(prefix.as_bytes());
                self.long.iter().filter(begins).for_each(|(_, id)| each(*id));
            }
        }
    }
}

/// What a first look at a word found.
#[derive(Clone, Copy, Debug)]
pub(super) struct Look {
    packed: Packed,
    hash: u64,
    length: u32,
    /// A bit for the length of each prefix that it may have.
    prefixes: u32,
}

/// Five bits of each of the first three bytes.
#[inline]
fn start(low: u64) -> usize {
    ((low & 0x1F) | ((low >> 8 & 0x1F) << 5) | ((low >> 16 & 0x1F) << 10)) as usize
}

/// The first 16 bytes of a word, zeros behind a shorter one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Packed {
    low: u64,
    high: u64,
}

impl Packed {
    #[inline]
    pub fn of(word: &[u8]) -> Self {
        let mut bytes = [0; 16];
        let count = word.len().min(16);
        bytes[..count].copy_from_slice(&word[..count]);
        Self::of_bytes(bytes)
    }

    #[inline]
    fn of_bytes(bytes: [u8; 16]) -> Self {
        let all = u128::from_le_bytes(bytes);
        Self { low: all as u64, high: (all >> 64) as u64 }
    }

    /// Of the ASCII letters and digits at `start..end` in lower case: bit 5 is what sets small letters apart, and digits
    /// have it. At most 16 bytes; those behind the word are read and masked where they are there.
    #[inline]
    pub fn of_ascii(text: &[u8], start: usize, end: usize) -> Self {
        let whole = match text.get(start..start + 16) {
            Some(bytes) => Self::of_bytes(bytes.try_into().expect("sixteen bytes")),
            None => Self::of(&text[start..end]),
        };
        let small = 0x2020_2020_2020_2020;
        Self { low: whole.low | small, high: whole.high | small }.first(end - start)
    }

    /// The first `length` bytes of it.
    #[inline]
    fn first(self, length: usize) -> Self {
        match length {
            0..8 => Self { low: self.low & ((1 << (8 * length)) - 1), high: 0 },
            8..16 => Self { low: self.low, high: self.high & ((1 << (8 * (length - 8))) - 1) },
            _ => self,
        }
    }

    /// Of a word of that length, at most 16 bytes.
    #[inline]
    fn hash_of(self, length: usize) -> u64 {
        let hash = (self.low ^ self.high.rotate_left(31)).wrapping_mul(MIX) ^ length as u64;
        let hash = hash.wrapping_mul(MIX);
        hash ^ (hash >> 29)
    }

    #[inline]
    fn hash(self, word: &[u8]) -> u64 {
        let mut hash = self.hash_of(word.len());
        for chunk in word.get(16..).unwrap_or_default().chunks(8) {
            hash = (hash.rotate_left(23) ^ Self::of(chunk).low).wrapping_mul(MIX);
            hash ^= hash >> 29;
        }
        hash
    }
}

/// Strings → numbers: open addressing with linear probing, a filter of one bit a string in front. Kept small, for it is
/// looked into for every word of every article.
#[derive(Debug)]
struct Table {
    entries: Vec<Entry>,
    /// Of each entry of more than 8 bytes its length, its bytes 8 to 16 and those behind.
    rest: Vec<u8>,
    /// Index of an entry + 1, or 0; a power of two of them, at most half full.
    slots: Vec<u32>,
    filter: Vec<u64>,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    /// The first 8 bytes. No word has a NUL, so that a short one is told by them alone.
    low: u64,
    /// Where in `rest` the others are, + 1; or 0.
    rest: u32,
    id: KeyId,
}

/// Length and bytes 8 to 16 of an entry, in `rest`.
const REST_HEAD: usize = 4 + 8;

impl Default for Table {
    fn default() -> Self {
        Self { entries: Vec::new(), rest: Vec::new(), slots: Vec::new(), filter: vec![0] }
    }
}

impl Table {
    fn insert(&mut self, word: &[u8], next: KeyId) -> KeyId {
        let packed = Packed::of(word);
        if 2 * self.entries.len() >= self.slots.len() {
            self.grow();
        }
        let at = match self.slot(packed, word) {
            Ok(id) => return id,
            Err(free) => free,
        };
        let mut entry = Entry { low: packed.low, rest: 0, id: next };
        if word.len() > 8 {
            entry.rest = self.rest.len() as u32 + 1;
            self.rest.extend((word.len() as u32).to_le_bytes());
            self.rest.extend(packed.high.to_le_bytes());
            self.rest.extend_from_slice(word.get(16..).unwrap_or_default());
        }
        self.entries.push(entry);
        self.slots[at] = self.entries.len() as u32;
        next
    }

    fn grow(&mut self) {
        let size = (2 * self.slots.len()).max(64);
        self.slots.clear();
        self.slots.resize(size, 0);
        for (index, entry) in self.entries.iter().enumerate() {
            let mut at = self.hash_of(entry) as usize & (size - 1);
            while self.slots[at] != 0 {
                at = (at + 1) & (size - 1);
            }
            self.slots[at] = index as u32 + 1;
        }
    }

    /// The number of a word, or the free slot where it would stand. There must be slots.
    #[inline]
    fn slot(&self, packed: Packed, word: &[u8]) -> Result<KeyId, usize> {
        self.probe(packed, word.len(), packed.hash(word), |behind| behind == &word[16..])
    }

    /// The number of a word of at most 16 bytes. There must be slots.
    #[inline]
    fn short(&self, packed: Packed, length: usize, hash: u64) -> Option<KeyId> {
        self.probe(packed, length, hash, |_| true).ok()
    }

    /// `same` compares what stands behind the first 16 bytes.
    #[inline]
    fn probe(&self, packed: Packed, length: usize, hash: u64, same: impl Fn(&[u8]) -> bool) -> Result<KeyId, usize> {
        let mask = self.slots.len() - 1;
        let mut at = hash as usize & mask;
        loop {
            match self.slots[at] {
                0 => return Err(at),
                number => {
                    let entry = &self.entries[number as usize - 1];
                    if entry.low == packed.low && self.same_rest(entry, packed, length, &same) {
                        return Ok(entry.id);
                    }
                }
            }
            at = (at + 1) & mask;
        }
    }

    #[inline]
    fn same_rest(&self, entry: &Entry, packed: Packed, length: usize, same: impl Fn(&[u8]) -> bool) -> bool {
        if length <= 8 || entry.rest == 0 {
            return length <= 8 && entry.rest == 0;
        }
        let (known, high, behind) = self.rest_of(entry);
        known == length && high == packed.high && (length <= 16 || same(behind))
    }

    /// Length, bytes 8 to 16, and those behind of an entry that has them.
    fn rest_of(&self, entry: &Entry) -> (usize, u64, &[u8]) {
        let rest = &self.rest[entry.rest as usize - 1..];
        let length = u32::from_le_bytes(rest[..4].try_into().expect("four bytes")) as usize;
        let high = u64::from_le_bytes(rest[4..REST_HEAD].try_into().expect("eight bytes"));
        (length, high, &rest[REST_HEAD..REST_HEAD + length.saturating_sub(16)])
    }

    fn word_of(&self, entry: &Entry) -> Vec<u8> {
        let mut word = entry.low.to_le_bytes().to_vec();
        if entry.rest == 0 {
            word.truncate(8 - entry.low.leading_zeros() as usize / 8);
            return word;
        }
        let (length, high, behind) = self.rest_of(entry);
        word.extend(high.to_le_bytes());
        word.truncate(length);
        word.extend_from_slice(behind);
        word
    }

    fn hash_of(&self, entry: &Entry) -> u64 {
        let word = self.word_of(entry);
        Packed::of(&word).hash(&word)
    }

    fn finish(&mut self) {
        let bits = (16 * self.entries.len()).next_power_of_two().max(64);
        self.filter = vec![0; bits / 64];
        for entry in &self.entries {
            let (at, bit) = filter_bit(self.hash_of(entry), self.filter.len());
            self.filter[at] |= bit;
        }
        self.entries.shrink_to_fit();
        self.rest.shrink_to_fit();
    }

    #[inline]
    fn may_have(&self, hash: u64) -> bool {
        let (at, bit) = filter_bit(hash, self.filter.len());
        self.filter[at] & bit != 0
    }

    #[inline]
    fn touch(&self, hash: u64, near: bool) {
        if self.slots.is_empty() {
            return;
        }
        let number = self.slots[hash as usize & (self.slots.len() - 1)];
        if near && number != 0 {
            std::hint::black_box(self.entries[number as usize - 1]);
        } else {
            std::hint::black_box(number);
        }
    }

    #[inline]
    fn find(&self, packed: Packed, word: &[u8]) -> Option<KeyId> {
        if self.slots.is_empty() || !self.may_have(packed.hash(word)) {
            return None;
        }
        self.slot(packed, word).ok()
    }

    /// The first bytes and the length of each entry.
    fn starts(&self) -> Vec<(Packed, usize)> {
        let start = |entry| {
            let word = self.word_of(entry);
            (Packed::of(&word), word.len())
        };
        self.entries.iter().map(start).collect()
    }
}

/// Which bit of a filter of so many words (a power of two) stands for a hash; its upper half, as slots take the lower.
#[inline]
fn filter_bit(hash: u64, words: usize) -> (usize, u64) {
    let bit = (hash >> 32) as usize & (64 * words - 1);
    (bit / 64, 1 << (bit % 64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_prefixes_are_found() {
        let mut vocabulary = Vocabulary::default();
        let keys = [
            "tariff",
            "t*",
            "tari*",
            "tariffs*",
            "tarn*",
            "u*",
            "ice",
            "internationalisation",
            "internationalisations",
            "internationalisat*",
            "a-prefix-of-more-than-thirty-one-bytes*",
            "пре*",
            "中",
        ];
        let id = |vocabulary: &mut Vocabulary, key: &str| {
            vocabulary.intern(&match key.strip_suffix('*') {
                Some(prefix) => Key::Prefix(prefix.to_owned()),
                None => Key::Word(key.to_owned()),
            })
        };
        for (number, key) in keys.iter().enumerate() {
            assert_eq!(id(&mut vocabulary, key), number as u32);
        }
        assert_eq!((id(&mut vocabulary, "tari*"), id(&mut vocabulary, "ice"), vocabulary.len()), (2, 6, keys.len()));
        vocabulary.finish();
        for (word, expected) in [
            ("tariff", "tariff t* tari*"),
            ("tariffs", "t* tari* tariffs*"),
            ("tarot", "t*"),
            ("t", "t*"),
            ("us", "u*"),
            ("ice", "ice"),
            ("police", ""),
            ("", ""),
            ("internationalisation", "internationalisation internationalisat*"),
            ("internationalisations", "internationalisations internationalisat*"),
            ("internationalisationz", "internationalisat*"),
            ("a-prefix-of-more-than-thirty-one-bytes-x", "a-prefix-of-more-than-thirty-one-bytes*"),
            ("a-prefix-of-more-than-thirty-one-byte", ""),
            ("президент", "пре*"),
            ("中", "中"),
        ] {
            let mut found = Vec::new();
            vocabulary.of_word(word.as_bytes(), |id| found.push(keys[id as usize]));
            found.sort_by_key(|key| keys.iter().position(|other| other == key));
            let mut expected: Vec<_> = expected.split_whitespace().collect();
            expected.sort_by_key(|key| keys.iter().position(|other| other == key));
            assert_eq!(found, expected, "{word}");
        }
    }

    #[test]
    fn many_words_are_kept_apart() {
        let mut vocabulary = Vocabulary::default();
        let word = |i: u32| format!("{}{i}", "long".repeat(i as usize % 9));
        for i in 0..5000 {
            assert_eq!(vocabulary.intern(&Key::Word(word(i))), i);
        }
        vocabulary.finish();
        for i in 0..10_000 {
            let mut found = Vec::new();
            vocabulary.of_word(word(i).as_bytes(), |id| found.push(id));
            assert_eq!(found, if i < 5000 { vec![i] } else { Vec::new() }, "{i}");
        }
    }

    proptest::proptest! {
        #[test]
        fn packing_ascii_lowers_it(text in "[A-Za-z0-9]{1,16}", behind in "[A-Z ]{0,20}") {
            let whole = format!("{text}{behind}");
            let packed = Packed::of_ascii(whole.as_bytes(), 0, text.len());
            proptest::prop_assert_eq!(packed, Packed::of(text.to_lowercase().as_bytes()));
        }
    }
}
