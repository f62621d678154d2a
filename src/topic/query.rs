//! What a query means, as a tree, and what can be wrong with one.
//! The tree is made by [`super::parse`]; it knows nothing of articles.

use std::ops::Range;

use smallvec::{SmallVec, smallvec};

use crate::model::Zone;

use super::tokens::{Link, pieces};
use super::written::Written;

/// A query that was understood.
#[derive(Clone, Debug)]
pub struct Query {
    pub(super) root: Node,
}

/// What is wrong with a query, where, and what would be right.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct QueryError {
    /// Bytes of the query.
    pub start: usize,
    pub end: usize,
    pub message: String,
}

impl QueryError {
    pub(super) fn new(span: Range<usize>, message: impl Into<String>) -> Self {
        Self { start: span.start, end: span.end, message: message.into() }
    }
}

/// The beginning of a long text, for messages.
pub(super) fn shortened(text: &str) -> String {
    const LONGEST: usize = 40;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// A part of a query, with the bytes it was read from.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub span: Range<usize>,
    pub kind: NodeKind,
    /// How many parts stand inside one another: bounds every walk over the tree.
    pub height: usize,
    /// It was read from the definition of a named group; the bytes are those of the `@name`.
    pub named: bool,
}

#[derive(Clone, Debug)]
pub(super) enum NodeKind {
    /// Every one holds.
    All(Vec<Node>),
    /// At least one holds.
    Any(Vec<Node>),
    Not(Box<Node>),
    /// At least so many hold.
    AtLeast(usize, Vec<Node>),
    /// At most `words` words between two places that do not overlap; `ordered`: left before right.
    Near {
        left: Box<Node>,
        right: Box<Node>,
        words: u32,
        ordered: bool,
    },
    Term(Term),
    Attribute(Attribute),
}

/// Something that is looked for in the article's words.
#[derive(Clone, Debug)]
pub(super) struct Term {
    /// As the query has it, without quotes and zone.
    pub text: String,
    pub scope: Scope,
    pub pattern: Pattern,
}

#[derive(Clone, Debug)]
pub(super) enum Pattern {
    Words(Phrase),
    Regex(regex::Regex),
}

/// Where a term is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Scope {
    Anywhere,
    Zone(Zone),
    /// In an author's name.
    Byline,
    /// In the name of one who is quoted.
    Said,
}

/// Words one behind the other; at each place one of several spellings.
#[derive(Clone, Debug)]
pub(super) struct Phrase {
    pub elements: Vec<Element>,
    /// What is asked of the letters as well.
    pub written: Option<Written>,
}

/// The spellings of one word: `e-mail` is `e mail` or `email`. Nearly all have one, of one word.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Element {
    pub spellings: SmallVec<[Spelling; 1]>,
}

/// The words of a spelling, one behind the other.
pub(super) type Spelling = SmallVec<[Key; 1]>;

/// A folded word as it is looked up.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Key {
    Word(String),
    Prefix(String),
}

/// Something that is asked of the article as a whole.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Attribute {
    pub kind: AttributeKind,
    /// Folded, as its kind compares it.
    pub value: String,
    /// `outlet:bbc*`
    pub prefix: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum AttributeKind {
    Lang,
    Outlet,
    Feed,
    Tag,
    Site,
}

impl Node {
    pub fn new(span: Range<usize>, kind: NodeKind) -> Self {
        let below = match &kind {
            NodeKind::All(parts) | NodeKind::Any(parts) | NodeKind::AtLeast(_, parts) => {
                parts.iter().map(|part| part.height).max().unwrap_or(0)
            }
            NodeKind::Not(part) => part.height,
            NodeKind::Near { left, right, .. } => left.height.max(right.height),
            NodeKind::Term(_) | NodeKind::Attribute(_) => 0,
        };
        Self { span, kind, height: below + 1, named: false }
    }

    /// The tree of a definition, standing where its name was used.
    pub fn stand_at(&mut self, span: &Range<usize>) {
        self.span.clone_from(span);
        self.named = true;
        match &mut self.kind {
            NodeKind::All(parts) | NodeKind::Any(parts) | NodeKind::AtLeast(_, parts) => {
                for part in parts {
                    part.stand_at(span);
                }
            }
            NodeKind::Not(part) => part.stand_at(span),
            NodeKind::Near { left, right, .. } => {
                left.stand_at(span);
                right.stand_at(span);
            }
            NodeKind::Term(_) | NodeKind::Attribute(_) => {}
        }
    }

    /// Whether it would hold for an article without a single word: then it holds for nearly every article.
    pub fn holds_for_nothing(&self) -> bool {
        match &self.kind {
            NodeKind::All(parts) => parts.iter().all(Self::holds_for_nothing),
            NodeKind::Any(parts) => parts.iter().any(Self::holds_for_nothing),
            NodeKind::Not(part) => !part.holds_for_nothing(),
            NodeKind::AtLeast(count, parts) => parts.iter().filter(|part| part.holds_for_nothing()).count() >= *count,
            NodeKind::Near { .. } | NodeKind::Term(_) | NodeKind::Attribute(_) => false,
        }
    }
}

impl Phrase {
    /// The phrase of a text, a star behind a word making it a prefix; none where there is no word in it.
    pub fn of(text: &str, exact: bool) -> Option<Self> {
        let plain = if exact { None } else { Self::of_plain_words(text) };
        plain.or_else(|| Self::of_any_words(text, exact))
    }

    /// As [`Self::of`], of ASCII letters, digits, spaces and stars alone: the most common, of which no word is bound to another.
    fn of_plain_words(text: &str) -> Option<Self> {
        let element = |word: &str| {
            let (stem, prefix) = word.strip_suffix('*').map_or((word, false), |stem| (stem, true));
            let plain = !stem.is_empty() && stem.bytes().all(|byte| byte.is_ascii_alphanumeric());
            let key = if prefix { Key::Prefix } else { Key::Word };
            plain.then(|| Element { spellings: smallvec![smallvec![key(stem.to_ascii_lowercase())]] })
        };
        let elements: Vec<Element> = text.split(' ').map(element).collect::<Option<_>>()?;
        Some(Self { elements, written: None })
    }

    fn of_any_words(text: &str, exact: bool) -> Option<Self> {
        let pieces = pieces(text);
        let (first, last) = (pieces.list.first()?, pieces.list.last()?);
        let written = Written::of(text, first.start as usize, last.end as usize, exact);
        let starred = |index: usize| text[pieces.list[index].end as usize..].starts_with('*');
        let key = |word: &str, prefix: bool| {
            if prefix { Key::Prefix(word.to_owned()) } else { Key::Word(word.to_owned()) }
        };
        let spelled = |units: &[(usize, usize)]| -> Spelling {
            units.iter().map(|&(from, to)| key(pieces.joined(from, to), starred(to - 1))).collect()
        };
        let mut elements = Vec::new();
        let mut at = 0;
        while at < pieces.list.len() {
            let end = pieces.compound_end(at);
            if end == at + 1 {
                elements.push(Element { spellings: smallvec![spelled(&[(at, end)])] });
                at = end;
                continue;
            }
            let single: Vec<_> = (at..end).map(|i| (i, i + 1)).collect();
            let mut spellings = smallvec![spelled(&pieces.units(at, end)), spelled(&single), spelled(&[(at, end)])];
            spellings.sort();
            spellings.dedup();
            elements.push(Element { spellings });
            at = end;
        }
        debug_assert_eq!(pieces.list[0].link, Link::Apart);
        Some(Self { elements, written })
    }

    /// The word, where it is one of one spelling.
    pub fn single(&self) -> Option<&Key> {
        let [Element { spellings }] = self.elements.as_slice() else { return None };
        let [spelling] = spellings.as_slice() else { return None };
        let [key] = spelling.as_slice() else { return None };
        Some(key)
    }
}

impl AttributeKind {
    pub fn name(self) -> &'static str {
        match self {
            Self::Lang => "lang",
            Self::Outlet => "outlet",
            Self::Feed => "feed",
            Self::Tag => "tag",
            Self::Site => "site",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_have_their_spellings() {
        for (text, expected) in [
            ("Peña", "pena"),
            ("Mexic*", "mexic*"),
            ("e-mail", "e mail/email"),
            ("co-operat*", "co operat*/cooperat*"),
            ("U.S.", "u s/us"),
            ("\"White House\"", "white+house"),
            ("tariff* war", "tariff*+war"),
            ("U.S.–Mexico", "u s mexico/us mexico/usmexico"),
            ("中国", "中+国"),
        ] {
            let phrase = Phrase::of(text, false).expect("a word");
            let spell = |keys: &Spelling| {
                let words = keys.iter().map(|key| match key {
                    Key::Word(word) => word.clone(),
                    Key::Prefix(word) => format!("{word}*"),
                });
                words.collect::<Vec<_>>().join(" ")
            };
            let element = |e: &Element| e.spellings.iter().map(spell).collect::<Vec<_>>().join("/");
            assert_eq!(phrase.elements.iter().map(element).collect::<Vec<_>>().join("+"), expected);
        }
        assert!(Phrase::of("— !", false).is_none());
    }

    proptest::proptest! {
        #[test]
        fn plain_words_are_read_as_any_others(text in "[A-Za-z0-9*. é]{0,12}") {
            if let Some(plain) = Phrase::of_plain_words(&text) {
                let any = Phrase::of_any_words(&text, false).expect("a word");
                proptest::prop_assert_eq!((plain.elements, plain.written), (any.elements, any.written));
            }
        }
    }
}
