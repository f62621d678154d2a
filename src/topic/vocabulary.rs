//! The words and prefixes of all queries → small numbers, and a folded word of a text → the numbers it stands for.
//! A word that no query has is none: that is what makes an article cheap.

use rustc_hash::FxHashMap;

use super::query::Key;

/// The number of a word or prefix.
pub(super) type KeyId = u32;

#[derive(Debug, Default)]
pub(super) struct Vocabulary {
    words: FxHashMap<Box<str>, KeyId>,
    by_prefix: FxHashMap<Box<str>, KeyId>,
    /// Sorted; filled by [`Self::finish`].
    prefixes: Vec<Prefix>,
    len: u32,
}

#[derive(Debug)]
struct Prefix {
    text: Box<str>,
    id: KeyId,
    /// The longest other prefix that this one begins with.
    parent: Option<u32>,
}

impl Vocabulary {
    pub fn len(&self) -> usize {
        self.len as usize
    }

    pub fn intern(&mut self, key: &Key) -> KeyId {
        let (map, text) = match key {
            Key::Word(word) => (&mut self.words, word),
            Key::Prefix(word) => (&mut self.by_prefix, word),
        };
        if let Some(&id) = map.get(text.as_str()) {
            return id;
        }
        let id = self.len;
        map.insert(text.as_str().into(), id);
        self.len += 1;
        id
    }

    /// Sorts the prefixes; to be called once, after the last word.
    pub fn finish(&mut self) {
        let mut all: Vec<_> = std::mem::take(&mut self.by_prefix).into_iter().collect();
        all.sort();
        for (text, id) in all {
            let last = self.prefixes.len().checked_sub(1).map(|last| last as u32);
            let parent = self.chain(last).find(|&at| text.starts_with(&*self.prefixes[at as usize].text));
            self.prefixes.push(Prefix { text, id, parent });
        }
    }

    /// The numbers of a folded word: its own and those of every prefix it begins with.
    pub fn of_word(&self, word: &str, mut each: impl FnMut(KeyId)) {
        if let Some(&id) = self.words.get(word) {
            each(id);
        }
        // Every prefix of the word sorts before it, and all that sorts between the two begins with that prefix.
        let after = self.prefixes.partition_point(|prefix| *prefix.text <= *word);
        let last = after.checked_sub(1).map(|last| last as u32);
        for at in self.chain(last) {
            let prefix = &self.prefixes[at as usize];
            if word.starts_with(&*prefix.text) {
                each(prefix.id);
            }
        }
    }

    /// A prefix, the one it begins with, and so on.
    fn chain(&self, from: Option<u32>) -> impl Iterator<Item = u32> {
        std::iter::successors(from, |&at| self.prefixes[at as usize].parent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_prefixes_are_found() {
        let mut vocabulary = Vocabulary::default();
        let keys = ["tariff", "t*", "tari*", "tariffs*", "tarn*", "u*", "ice"];
        for key in keys {
            vocabulary.intern(&match key.strip_suffix('*') {
                Some(prefix) => Key::Prefix(prefix.to_owned()),
                None => Key::Word(key.to_owned()),
            });
        }
        vocabulary.finish();
        for (word, expected) in [
            ("tariff", "tariff tari* t*"),
            ("tariffs", "tariffs* tari* t*"),
            ("tarot", "t*"),
            ("us", "u*"),
            ("ice", "ice"),
            ("police", ""),
            ("", ""),
        ] {
            let mut found = Vec::new();
            vocabulary.of_word(word, |id| found.push(keys[id as usize]));
            assert_eq!(found.join(" "), expected, "{word}");
        }
    }
}
