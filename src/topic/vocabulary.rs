//! The words and prefixes of all queries → small numbers, and a folded word of a text → the numbers it stands for.
//! A word that no query has is none, and is told so by a bit or two: that is what makes an article cheap.

use std::hint::select_unpredictable;

use rustc_hash::FxHashMap;

use super::dictionary::{Dictionary, Entry};
use super::packed::Packed;
use super::prefixes::{self, Group, Prefixes};
use super::query::Key;
use super::sieve::Sieve;

/// The number of a word or prefix.
pub(super) type KeyId = u32;

#[derive(Debug, Default)]
pub(super) struct Vocabulary {
    /// Only while words are added.
    added: Added,
    /// Most words of an article have no number, and are done with this.
    sieve: Sieve,
    /// The words, each with the place of the longest prefix that it begins with.
    dictionary: Dictionary,
    prefixes: Prefixes,
    len: u32,
}

#[derive(Debug, Default)]
struct Added {
    words: FxHashMap<Box<[u8]>, KeyId>,
    prefixes: FxHashMap<Box<[u8]>, KeyId>,
}

impl Vocabulary {
    pub fn len(&self) -> usize {
        self.len as usize
    }

    pub fn intern(&mut self, key: &Key) -> KeyId {
        let (known, text) = match key {
            Key::Word(word) => (&mut self.added.words, word),
            Key::Prefix(prefix) => (&mut self.added.prefixes, prefix),
        };
        if let Some(id) = known.get(text.as_bytes()) {
            return *id;
        }
        known.insert(text.as_bytes().into(), self.len);
        self.len += 1;
        self.len - 1
    }

    /// Prepares for looking up; to be called once, after the last word.
    pub fn finish(&mut self) {
        let Added { words, prefixes } = std::mem::take(&mut self.added);
        self.prefixes = Prefixes::new(prefixes.into_iter().collect());
        let (mut entries, mut long) = (Vec::with_capacity(words.len()), FxHashMap::default());
        for (text, id) in words {
            let word = Packed::whole(&text);
            entries.push(Entry { word, id, more: 0 });
            if word.is_long() {
                long.insert(id, text);
            }
        }
        self.dictionary = Dictionary::new(entries, long);
        let prefixes = &self.prefixes;
        self.dictionary.keep(|entry, long| {
            let word = long.map_or(entry.word, Packed::of);
            prefixes.longest(word, long.unwrap_or_default(), prefixes.group(word))
        });
        self.sieve = Sieve::new(self.dictionary.cut_words(), self.prefixes.starts());
    }

    /// Whether a word, as it is [cut](Packed::cut), has a number perhaps; else it has none for sure. Without a branch: which
    /// way it goes is anyone's guess.
    #[inline]
    pub fn may_have(&self, word: Packed) -> bool {
        self.sieve.may_have(word) | self.prefixes.may_begin_short(word)
    }

    /// A first look at a word, without a branch; a long one is never known at the first.
    #[inline]
    pub fn peek(&self, word: Packed) -> Seen {
        let entry = self.dictionary.peek(word.hash());
        let is_it = (entry.word == word) & !word.is_long();
        Seen {
            id: select_unpredictable(is_it, entry.id, UNKNOWN),
            prefix: select_unpredictable(is_it, entry.more, prefixes::NONE),
        }
    }

    /// Where the prefixes stand that a word may begin with that was not known at the first look, and whether a second look is
    /// worth it; else it has no number for sure. Without a branch.
    #[inline]
    pub fn group(&self, word: Packed) -> (Group, bool) {
        let group = self.prefixes.group(word);
        let may_begin = !group.is_empty() | self.prefixes.may_begin_short(word);
        (group, may_begin | word.is_long() | self.dictionary.has_homeless())
    }

    /// A second look at a word of at most 16 bytes that was not known at the first.
    #[inline]
    pub fn look_again(&self, word: Packed, group: Group) -> Seen {
        match self.dictionary.homeless(word, &[]) {
            Some(entry) => Seen { id: entry.id, prefix: entry.more },
            None => Seen { id: UNKNOWN, prefix: self.prefixes.longest(word, &[], group) },
        }
    }

    /// A look at a folded word, without a first.
    pub fn look(&self, word: &[u8]) -> Seen {
        let whole = Packed::whole(word);
        match self.dictionary.find(whole, whole.hash(), word) {
            Some(entry) => Seen { id: entry.id, prefix: entry.more },
            None => Seen { id: UNKNOWN, prefix: self.longest(Packed::of(word), word) },
        }
    }

    fn longest(&self, word: Packed, whole: &[u8]) -> u32 {
        self.prefixes.longest(word, whole, self.prefixes.group(word))
    }

    /// The numbers of a word that was seen, two at a time, each with whether it is one: its own and those of every prefix it
    /// begins with.
    #[inline]
    pub fn numbers(&self, seen: Seen, mut each: impl FnMut([(KeyId, bool); 2])) {
        let (prefix, mut place) = self.prefixes.at(seen.prefix);
        each([(seen.id, seen.is_known()), (prefix, seen.prefix != prefixes::NONE)]);
        while place != prefixes::NONE {
            let (id, shorter) = self.prefixes.at(place);
            each([(id, true), (id, false)]);
            place = shorter;
        }
    }
}

/// The number of no word.
const UNKNOWN: KeyId = KeyId::MAX;

/// What a look at a word found.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seen {
    id: KeyId,
    /// The place of the longest prefix that it begins with, if it is known.
    prefix: u32,
}

impl Seen {
    #[inline]
    pub fn is_known(self) -> bool {
        self.id != UNKNOWN
    }

    /// Whether it has any number.
    #[inline]
    pub fn is_any(self) -> bool {
        self.id != UNKNOWN || self.prefix != prefixes::NONE
    }
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
            vocabulary.numbers(vocabulary.look(word.as_bytes()), |two| {
                found.extend(two.iter().filter(|(_, is_one)| *is_one).map(|(id, _)| keys[*id as usize]));
            });
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
            vocabulary.numbers(vocabulary.look(word(i).as_bytes()), |two| {
                found.extend(two.iter().filter(|(_, is_one)| *is_one).map(|(id, _)| *id));
            });
            assert_eq!(found, if i < 5000 { vec![i] } else { Vec::new() }, "{i}");
        }
    }
}
