//! The words and prefixes of all queries → small numbers, and a folded word of a text → the numbers it stands for.
//! A word that no query has is none, and is told so by a bit or two: that is what makes an article cheap.

use super::packed::Packed;
use super::prefixes::Prefixes;
use super::query::Key;
use super::table::{Kind, Table, Wanted};

/// The number of a word or prefix.
pub(super) type KeyId = u32;

#[derive(Debug, Default)]
pub(super) struct Vocabulary {
    table: Table,
    prefixes: Prefixes,
    len: u32,
}

impl Vocabulary {
    pub fn len(&self) -> usize {
        self.len as usize
    }

    pub fn intern(&mut self, key: &Key) -> KeyId {
        let next = self.len;
        let (word, kind) = match key {
            Key::Word(word) => (word, Kind::Whole),
            Key::Prefix(prefix) => (prefix, Kind::Prefix),
        };
        let id = self.table.insert(word.as_bytes(), kind, next);
        if id == next {
            self.len += 1;
            if kind == Kind::Prefix {
                self.prefixes.add(word.as_bytes());
            }
        }
        id
    }

    /// Prepares for looking up; to be called once, after the last word.
    pub fn finish(&mut self) {
        self.table.finish();
        self.prefixes.finish();
    }

    /// A first look at a word of at most 16 bytes, without a branch: which way it goes is anyone's guess.
    #[inline]
    pub fn look(&self, packed: Packed, length: usize) -> Look {
        let wanted = Wanted::new(packed, length, Kind::Whole);
        Look { whole: self.table.may_have(wanted.hash), prefix: self.prefixes.may_begin(packed), wanted }
    }

    /// After a first look: what of a word is to be looked for with [`Self::find`], itself and its beginnings. The memory of it
    /// is asked for.
    #[inline]
    pub fn wanted(&self, look: &Look, each: &mut impl FnMut(Wanted)) {
        let mut want = |wanted: Wanted| {
            self.table.touch(wanted.hash, false);
            each(wanted);
        };
        if look.whole {
            want(look.wanted);
        }
        if look.prefix {
            for wanted in self.beginnings(look.wanted.word) {
                want(wanted);
            }
        }
    }

    /// Has the rest of the memory fetched that [`Self::find`] looks into.
    #[inline]
    pub fn touch(&self, wanted: &Wanted) {
        self.table.touch(wanted.hash, true);
    }

    /// The number of a word of at most 16 bytes.
    #[inline]
    pub fn find(&self, wanted: &Wanted) -> Option<KeyId> {
        self.table.find(wanted, &[])
    }

    /// The numbers of a folded word: its own and those of every prefix it begins with.
    #[inline]
    pub fn of_word(&self, word: &[u8], mut each: impl FnMut(KeyId)) {
        let mut of = |wanted: &Wanted, whole: &[u8]| {
            if self.table.may_have(wanted.hash)
                && let Some(id) = self.table.find(wanted, whole)
            {
                each(id);
            }
        };
        of(&Wanted::new(Packed::whole(word), word.len(), Kind::Whole), word);
        let first = Packed::of(word);
        if self.prefixes.may_begin(first) {
            self.beginnings(first).for_each(|wanted| of(&wanted, &[]));
            for length in self.prefixes.long_lengths(word) {
                let prefix = &word[..length];
                of(&Wanted::new(Packed::whole(prefix), length, Kind::Prefix), prefix);
            }
        }
    }

    /// The prefixes of at most 16 bytes that a word may begin with.
    #[inline]
    fn beginnings(&self, word: Packed) -> impl Iterator<Item = Wanted> {
        let lengths = self.prefixes.lengths(word);
        let prefixes = lengths.map(move |length| Wanted::new(word.first(length), length, Kind::Prefix));
        prefixes.filter(|prefix| self.table.may_have(prefix.hash))
    }
}

/// What a first look at a word found.
#[derive(Clone, Copy, Debug)]
pub(super) struct Look {
    wanted: Wanted,
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
