//! The terms of all queries, each once: as it is written, for whoever is told why, and what is looked for.
//! Most are plain words, which stand in the programs themselves ([`super::program`]), so that deciding seldom comes here.

use std::hash::BuildHasher as _;

use rustc_hash::{FxBuildHasher, FxHashMap};
use smallvec::SmallVec;

use super::program::{MAX_TERMS, MAX_WORDS};
use super::query::{Element, Pattern, Phrase, Scope, Spelling, Term};
use super::vocabulary::{KeyId, Vocabulary};
use super::written::Written;

#[derive(Debug, Default)]
pub(super) struct TermTable {
    /// The texts of all terms, one behind the other.
    texts: String,
    terms: Vec<Known>,
    /// Terms by the hash of their text, scope and manner; only while terms are added.
    numbers: FxHashMap<u64, u32>,
}

#[derive(Debug)]
struct Known {
    /// Where its text ends, in bytes of [`TermTable::texts`].
    end: u32,
    scope: Scope,
    manner: Manner,
    /// None where its words stand in the programs.
    matcher: Option<Box<Matcher>>,
}

/// Words side by side: of most terms one or two.
type Words = SmallVec<[KeyId; 4]>;

/// What sets terms of one text apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Manner {
    Words,
    Written,
    Regex,
}

#[derive(Debug)]
pub(super) enum Matcher {
    /// Words side by side, one spelling each.
    Words(Words),
    /// At each place one of several spellings.
    Spelled {
        elements: Vec<Vec<Vec<KeyId>>>,
        written: Option<Written>,
    },
    Regex(regex::Regex),
}

impl TermTable {
    /// The number of a term, and its words where they are to stand in the program.
    pub fn add(&mut self, term: &Term, vocabulary: &mut Vocabulary) -> (u32, Option<Words>) {
        let manner = match &term.pattern {
            Pattern::Regex(_) => Manner::Regex,
            Pattern::Words(phrase) if phrase.written.is_some() => Manner::Written,
            Pattern::Words(_) => Manner::Words,
        };
        let next = self.terms.len() as u32;
        let hash = FxBuildHasher.hash_one((&term.text, term.scope, manner));
        let number = *self.numbers.entry(hash).or_insert(next);
        // Of two terms with one hash the second is kept again wherever it stands.
        let number = if self.is_known(number, term, manner) { number } else { next };
        let in_program = match &term.pattern {
            Pattern::Words(phrase) if term.scope == Scope::Anywhere && number < MAX_TERMS => {
                plain(phrase, vocabulary).filter(|words| words.len() <= MAX_WORDS)
            }
            Pattern::Words(_) | Pattern::Regex(_) => None,
        };
        if number == next {
            let matcher = in_program.is_none().then(|| Box::new(Matcher::new(&term.pattern, vocabulary)));
            self.texts.push_str(&term.text);
            self.terms.push(Known { end: self.texts.len() as u32, scope: term.scope, manner, matcher });
        }
        (number, in_program)
    }

    fn is_known(&self, number: u32, term: &Term, manner: Manner) -> bool {
        self.terms
            .get(number as usize)
            .is_some_and(|known| known.scope == term.scope && known.manner == manner && self.text(number) == term.text)
    }

    /// To be called after the last term.
    pub fn finish(&mut self) {
        self.numbers = FxHashMap::default();
        self.texts.shrink_to_fit();
        self.terms.shrink_to_fit();
    }

    pub fn text(&self, number: u32) -> &str {
        let from = number.checked_sub(1).map_or(0, |before| self.terms[before as usize].end as usize);
        &self.texts[from..self.terms[number as usize].end as usize]
    }

    pub fn scope(&self, number: u32) -> Scope {
        self.terms[number as usize].scope
    }

    pub fn matcher(&self, number: u32) -> Option<&Matcher> {
        self.terms[number as usize].matcher.as_deref()
    }

    /// Whether a term asks for that scope.
    pub fn any_scope(&self, asked: impl Fn(Scope) -> bool) -> bool {
        self.terms.iter().any(|known| asked(known.scope))
    }
}

impl Matcher {
    fn new(pattern: &Pattern, vocabulary: &mut Vocabulary) -> Self {
        let phrase = match pattern {
            Pattern::Regex(regex) => return Self::Regex(regex.clone()),
            Pattern::Words(phrase) => phrase,
        };
        if let Some(words) = plain(phrase, vocabulary) {
            return Self::Words(words);
        }
        let mut ids = |element: &Element| {
            let spell = |keys: &Spelling| keys.iter().map(|key| vocabulary.intern(key)).collect::<Vec<_>>();
            element.spellings.iter().map(spell).collect::<Vec<_>>()
        };
        let elements = phrase.elements.iter().map(&mut ids).collect();
        Self::Spelled { elements, written: phrase.written.clone() }
    }
}

/// The words of a phrase that has one spelling, written as it may be.
fn plain(phrase: &Phrase, vocabulary: &mut Vocabulary) -> Option<Words> {
    if phrase.written.is_some() || phrase.elements.iter().any(|element| element.spellings.len() != 1) {
        return None;
    }
    let keys = phrase.elements.iter().flat_map(|element| &element.spellings).flatten();
    Some(keys.map(|key| vocabulary.intern(key)).collect())
}
