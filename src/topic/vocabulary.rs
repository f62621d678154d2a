//! The words and prefixes of all queries → small numbers, and a folded word of a text → the numbers it stands for.
//! A word that no query has is none, and is told so by a bit or two: that is what makes an article cheap.

use super::packed::{PACKED, Packed};
use super::prefixes::Prefixes;
use super::query::Key;
use super::table::Table;

/// The number of a word or prefix.
pub(super) type KeyId = u32;

#[derive(Debug, Default)]
pub(super) struct Vocabulary {
    words: Table,
    prefixes: Prefixes,
    len: u32,
}

impl Vocabulary {
    pub fn len(&self) -> usize {
        self.len as usize
    }

    pub fn intern(&mut self, key: &Key) -> KeyId {
        let next = self.len;
        let id = match key {
            Key::Word(word) => self.words.insert(word.as_bytes(), next),
            Key::Prefix(prefix) => self.prefixes.insert(prefix.as_bytes(), next),
        };
        self.len += u32::from(id == next);
        id
    }

    /// Prepares for looking up; to be called once, after the last word.
    pub fn finish(&mut self) {
        self.words.finish();
        self.prefixes.finish();
    }

    /// A first look at a word of at most 16 bytes, without a branch: which way it goes is anyone's guess.
    #[inline]
    pub fn look(&self, packed: Packed, length: usize) -> Look {
        let hash = packed.hash(length);
        let (whole, prefix) = (self.words.may_have(hash), self.prefixes.may_begin(packed));
        Look { packed, hash, length: length as u32, whole, prefix }
    }

    /// Whether it pays to have memory fetched ahead: else it stays near the processor anyway.
    #[inline]
    pub fn is_large(&self) -> bool {
        self.len > 1 << 16
    }

    /// Has the memory fetched that [`Self::of_look`] looks into: first `near` is false, then true.
    #[inline]
    pub fn touch(&self, look: &Look, near: bool) {
        self.words.touch(look.hash, near);
    }

    /// As [`Self::of_word`], after a first look.
    #[inline]
    pub fn of_look(&self, look: &Look, each: &mut impl FnMut(KeyId)) {
        if look.whole
            && let Some(id) = self.words.find(look.packed, look.length as usize, look.hash, &[])
        {
            each(id);
        }
        if look.prefix {
            self.prefixes.of(look.packed, &[], each);
        }
    }

    /// The numbers of a folded word: its own and those of every prefix it begins with.
    #[inline]
    pub fn of_word(&self, word: &[u8], mut each: impl FnMut(KeyId)) {
        let key = Packed::whole(word);
        let hash = key.hash(word.len());
        if self.words.may_have(hash)
            && let Some(id) = self.words.find(key, word.len(), hash, word)
        {
            each(id);
        }
        let packed = if word.len() > PACKED { Packed::of(word) } else { key };
        if self.prefixes.may_begin(packed) {
            self.prefixes.of(packed, word, &mut each);
        }
    }
}

/// What a first look at a word found.
#[derive(Clone, Copy, Debug)]
pub(super) struct Look {
    packed: Packed,
    hash: u64,
    length: u32,
    /// Whether it may be a word that has a number, and whether it may begin with a prefix that has one.
    whole: bool,
    prefix: bool,
}

impl Look {
    /// Whether it has a number perhaps; else for sure none.
    #[inline]
    pub fn promises(&self) -> bool {
        self.whole | self.prefix
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
}
