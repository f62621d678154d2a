//! Queries → programs: all of them one behind the other in one list of numbers. A program has the shape of its query's
//! tree; its terms are [`super::terms`]', deciding it is [`super::eval`]'s.

use super::prefetch::prefetch;
use super::query::{Attribute, Node, NodeKind, Scope, Term};
use super::terms::{Matcher, TermTable};
use super::vocabulary::{KeyId, Vocabulary};

/// Every compiled query.
#[derive(Debug, Default)]
pub(super) struct Programs {
    /// A node is a number of [`OP_BITS`] bits that say what it is, the rest being the length of what belongs to it, or the
    /// index of a term or attribute. Its parts follow it.
    code: Vec<u32>,
    terms: TermTable,
    attributes: Vec<Attribute>,
}

/// A query, or a part of one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Check<'p> {
    programs: &'p Programs,
    at: usize,
}

/// What a part of a query is.
#[derive(Clone, Debug)]
pub(super) enum Step<'p> {
    All(Checks<'p>),
    Any(Checks<'p>),
    Not(Check<'p>),
    AtLeast(usize, Checks<'p>),
    Near(NearCheck<'p>),
    Term(TermStep<'p>),
    Attribute(&'p Attribute),
}

/// A term as a program has it.
#[derive(Clone, Copy, Debug)]
pub(super) struct TermStep<'p> {
    programs: &'p Programs,
    number: u32,
    /// Of words side by side that may stand anywhere: so common that they stand in the program itself.
    pub words: Option<&'p [KeyId]>,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct NearCheck<'p> {
    pub left: Check<'p>,
    pub right: Check<'p>,
    pub words: u32,
    pub ordered: bool,
}

/// The parts of a part, in order.
#[derive(Clone, Debug)]
pub(super) struct Checks<'p> {
    programs: &'p Programs,
    at: usize,
    end: usize,
}

const OP_BITS: u32 = 3;
const ALL: u32 = 0;
const ANY: u32 = 1;
const NOT: u32 = 2;
const AT_LEAST: u32 = 3;
const NEAR: u32 = 4;
const TERM: u32 = 5;
/// A term with its words behind it; how many has [`COUNT_BITS`] below the term's number.
const WORDS: u32 = 6;
const ATTRIBUTE: u32 = 7;
const COUNT_BITS: u32 = 5;
/// Words of a term, and terms, that a number of a program can say.
pub(super) const MAX_WORDS: usize = (1 << COUNT_BITS) - 1;
pub(super) const MAX_TERMS: u32 = 1 << (u32::BITS - OP_BITS - COUNT_BITS);

impl Programs {
    /// Adds a query; where its program begins.
    pub fn add(&mut self, node: &Node, vocabulary: &mut Vocabulary) -> u32 {
        let at = self.code.len();
        match &node.kind {
            NodeKind::All(parts) => self.group(ALL, None, parts, vocabulary),
            NodeKind::Any(parts) => self.group(ANY, None, parts, vocabulary),
            NodeKind::AtLeast(count, parts) => self.group(AT_LEAST, Some(*count as u32), parts, vocabulary),
            NodeKind::Not(part) => self.group(NOT, None, std::slice::from_ref(part), vocabulary),
            NodeKind::Near { left, right, words, ordered } => {
                self.code.extend([NEAR, words << 1 | u32::from(*ordered)]);
                self.add(left, vocabulary);
                self.add(right, vocabulary);
                self.close(at);
            }
            NodeKind::Term(term) => self.add_term(term, vocabulary),
            NodeKind::Attribute(attribute) => {
                let number = self.attributes.len() as u32;
                self.attributes.push(attribute.clone());
                self.code.push(ATTRIBUTE | number << OP_BITS);
            }
        }
        at as u32
    }

    fn group<N: std::borrow::Borrow<Node>>(
        &mut self,
        op: u32,
        count: Option<u32>,
        parts: &[N],
        vocabulary: &mut Vocabulary,
    ) {
        let at = self.code.len();
        self.code.push(op);
        self.code.extend(count);
        for part in parts {
            self.add(part.borrow(), vocabulary);
        }
        self.close(at);
    }

    /// Notes the length of what belongs to the node at `at`.
    fn close(&mut self, at: usize) {
        let length = (self.code.len() - at - 1) as u32;
        self.code[at] |= length << OP_BITS;
    }

    fn add_term(&mut self, term: &Term, vocabulary: &mut Vocabulary) {
        let (number, words) = self.terms.add(term, vocabulary);
        match words {
            None => self.code.push(TERM | number << OP_BITS),
            Some(words) => {
                self.code.push(WORDS | (words.len() as u32 | number << COUNT_BITS) << OP_BITS);
                self.code.extend(words);
            }
        }
    }

    /// To be called after the last program.
    pub fn finish(&mut self) {
        self.terms.finish();
        self.code.shrink_to_fit();
        self.attributes.shrink_to_fit();
    }

    /// Has the memory of a program fetched that is decided soon: most have some 80 bytes.
    #[inline]
    pub fn touch(&self, at: u32) {
        prefetch(&self.code, at as usize);
        prefetch(&self.code, at as usize + 64 / size_of::<u32>());
    }

    /// The program that begins there.
    pub fn check(&self, at: u32) -> Check<'_> {
        Check { programs: self, at: at as usize }
    }

    /// Whether a term asks for that scope.
    pub fn any_scope(&self, asked: impl Fn(Scope) -> bool) -> bool {
        self.terms.any_scope(asked)
    }
}

impl<'p> Check<'p> {
    /// Where it stands in the programs.
    pub fn place(self) -> usize {
        self.at
    }

    #[inline(always)]
    #[expect(clippy::inline_always, reason = "whoever asks looks at the answer at once, and need not have it made")]
    pub fn step(self) -> Step<'p> {
        let Self { programs, at } = self;
        let (op, rest) = split(programs.code[at]);
        let parts = |from: usize| Checks { programs, at: from, end: at + 1 + rest };
        match op {
            ALL => Step::All(parts(at + 1)),
            ANY => Step::Any(parts(at + 1)),
            NOT => Step::Not(Self { programs, at: at + 1 }),
            AT_LEAST => Step::AtLeast(programs.code[at + 1] as usize, parts(at + 2)),
            NEAR => {
                let how = programs.code[at + 1];
                let left = Self { programs, at: at + 2 };
                let right = Self { programs, at: left.end() };
                Step::Near(NearCheck { left, right, words: how >> 1, ordered: how & 1 == 1 })
            }
            TERM => Step::Term(TermStep { programs, number: rest as u32, words: None }),
            WORDS => {
                let words = &programs.code[at + 1..at + 1 + count(rest)];
                Step::Term(TermStep { programs, number: rest as u32 >> COUNT_BITS, words: Some(words) })
            }
            _ => Step::Attribute(&programs.attributes[rest]),
        }
    }

    #[inline]
    fn end(self) -> usize {
        let (op, rest) = split(self.programs.code[self.at]);
        self.at
            + 1
            + match op {
                TERM | ATTRIBUTE => 0,
                WORDS => count(rest),
                _ => rest,
            }
    }
}

impl<'p> TermStep<'p> {
    /// The term as it is written.
    pub fn text(self) -> &'p str {
        self.programs.terms.text(self.number)
    }

    pub fn scope(self) -> Scope {
        self.programs.terms.scope(self.number)
    }

    /// What is looked for, where that is more than words in the program.
    pub fn matcher(self) -> Option<&'p Matcher> {
        self.programs.terms.matcher(self.number)
    }
}

#[inline]
fn split(code: u32) -> (u32, usize) {
    (code & ((1 << OP_BITS) - 1), (code >> OP_BITS) as usize)
}

/// How many words are behind a term.
#[inline]
fn count(rest: usize) -> usize {
    rest & ((1 << COUNT_BITS) - 1)
}

impl<'p> Iterator for Checks<'p> {
    type Item = Check<'p>;

    #[inline]
    fn next(&mut self) -> Option<Check<'p>> {
        if self.at >= self.end {
            return None;
        }
        let part = Check { programs: self.programs, at: self.at };
        self.at = part.end();
        Some(part)
    }
}
