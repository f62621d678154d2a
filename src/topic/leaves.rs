//! One word, phrase, regular expression, zone or `@name` of a query → its leaf or subtree, or what is wrong with it.
//! How leaves are joined is [`super::parse`]'s; what a name before a colon means is [`super::zones`]'s.

use std::ops::Range;

use super::groups::name_length;
use super::lex::{Kind, check_stars};
use super::parse::{Parser, read};
use super::query::{Node, NodeKind, Pattern, Phrase, QueryError, Scope, Term};
use super::zones::{Place, attribute, place_of, unknown_zone};

/// Bytes that a compiled regular expression may take.
const MAX_REGEX: usize = 1 << 20;

impl Parser<'_, '_> {
    pub(super) fn zone(&mut self, name: &str, span: Range<usize>) -> Result<Node, QueryError> {
        let Some(place) = place_of(name) else {
            return Err(QueryError::new(span, unknown_zone(name)));
        };
        if self.place != Place::Scope(Scope::Anywhere) {
            return Err(inside_another(name, span));
        }
        let follows = matches!(
            self.kind(),
            Some(Kind::Open | Kind::Word | Kind::Phrase { .. } | Kind::Exact | Kind::Regex { .. } | Kind::Group { .. })
        );
        if self.kind() == Some(&Kind::Not) {
            let message = format!("NOT stands before the zone, as in NOT {name}:x; for the word write {name}:\"not\"");
            return Err(QueryError::new(self.span(), message));
        }
        if let Some(Kind::Zone(inner)) = self.kind()
            && place_of(inner).is_some()
        {
            return Err(inside_another(inner, self.span()));
        }
        if !follows {
            let message =
                format!("{name}: is followed by a word, a phrase or a group, as in {name}:x or {name}:(x OR y)");
            return Err(QueryError::new(span, message));
        }
        self.place = place;
        let node = self.primary();
        self.place = Place::Scope(Scope::Anywhere);
        let mut node = node?;
        node.span.start = span.start;
        Ok(node)
    }

    pub(super) fn exact(&mut self, start: usize) -> Result<Node, QueryError> {
        let span = self.span();
        let inner = match self.kind() {
            Some(Kind::Phrase { inner }) => inner.clone(),
            _ => span.clone(),
        };
        self.at += 1;
        if let Some(star) = self.text[inner.clone()].find('*') {
            let star = inner.start + star;
            return Err(QueryError::new(star..star + 1, "= and * do not go together: = is this word exactly"));
        }
        self.leaf(start..span.end, inner, true)
    }

    pub(super) fn leaf(&mut self, span: Range<usize>, inner: Range<usize>, exact: bool) -> Result<Node, QueryError> {
        let text = self.text[inner.clone()].trim();
        let scope = match self.place {
            Place::Scope(scope) => scope,
            Place::Attribute(kind) => {
                let attribute = attribute(kind, text).map_err(|message| QueryError::new(span.clone(), message))?;
                return Ok(Node::new(span, NodeKind::Attribute(attribute)));
            }
        };
        check_stars(self.text, inner)?;
        let Some(phrase) = Phrase::of(text, exact) else {
            return Err(QueryError::new(span, "there is no word in this: write at least one letter or digit"));
        };
        let mut written = String::with_capacity(text.len() + usize::from(exact));
        written.extend(exact.then_some('='));
        for (i, word) in text.split_whitespace().enumerate() {
            written.extend((i > 0).then_some(' '));
            written.push_str(word);
        }
        Ok(Node::new(span, NodeKind::Term(Term { text: written, scope, pattern: Pattern::Words(phrase) })))
    }

    pub(super) fn regex(&mut self, span: Range<usize>, inner: Range<usize>) -> Result<Node, QueryError> {
        let Place::Scope(scope) = self.place else {
            return Err(QueryError::new(span, "a regular expression is looked for in words, not in attributes"));
        };
        let source = self.text[inner.clone()].replace("\\/", "/");
        let regex = self.groups.regex(&source, || compiled(&source));
        let regex = regex.map_err(|message| QueryError::new(span.clone(), message))?;
        let text = self.text[span.clone()].to_owned();
        Ok(Node::new(span, NodeKind::Term(Term { text, scope, pattern: Pattern::Regex(regex) })))
    }

    /// `@name`: its definition as a group in brackets, its bytes those of the name.
    pub(super) fn named(&mut self, span: &Range<usize>, name: &Range<usize>) -> Result<Node, QueryError> {
        self.deeper()?;
        let level = self.groups.level();
        let group = self.groups.enter(&self.text[name.clone()]);
        let group = group.map_err(|message| QueryError::new(span.clone(), message))?;
        let read = read(&group.query, self.place, self.depth, self.groups);
        let mut node = read.map_err(|fault| self.groups.told_at(span, level, fault))?;
        self.groups.leave();
        self.depth -= 1;
        node.stand_at(span);
        Ok(node)
    }

    /// The operands of NEAR are places: words, phrases, groups of OR, and what NEAR itself found.
    pub(super) fn near_operand(&self, node: &Node) -> Result<(), QueryError> {
        let (holds, message) = match &node.kind {
            NodeKind::Term(Term { scope: Scope::Byline | Scope::Said, .. }) | NodeKind::Attribute(_) => {
                ("no words of the text", "NEAR and BEFORE need words of the text on both sides: move this out with AND")
            }
            NodeKind::Term(Term { pattern: Pattern::Regex(_), .. }) => (
                "a regular expression",
                "a regular expression cannot stand beside NEAR or BEFORE: put both words into the expression",
            ),
            NodeKind::Term(_) | NodeKind::Near { .. } => return Ok(()),
            NodeKind::Any(parts) => return parts.iter().try_for_each(|part| self.near_operand(part)),
            NodeKind::All(_) => (
                "an AND",
                "NEAR and BEFORE take a word, a \"phrase\" in quotes or a group of OR: quote the phrase, \
                 or write a NEAR/n b for each word",
            ),
            NodeKind::AtLeast(..) => {
                ("a list with OF", "NEAR and BEFORE take a word, a phrase or a group of OR, not a list with OF")
            }
            NodeKind::Not(_) => {
                ("a NOT", "NOT binds tighter than NEAR: write NOT (a NEAR/n b), or move the NOT out with AND NOT")
            }
        };
        let written = &self.text[node.span.clone()];
        let message = match written.split_once(['@', '＠']).filter(|_| node.named) {
            Some((_, name)) => format!("@{} holds {holds}. {message}", &name[..name_length(name)]),
            None => message.to_owned(),
        };
        Err(QueryError::new(node.span.clone(), message))
    }
}

fn compiled(source: &str) -> Result<regex::Regex, String> {
    let built = regex::RegexBuilder::new(source)
        .case_insensitive(true)
        .size_limit(MAX_REGEX)
        .dfa_size_limit(MAX_REGEX)
        .nest_limit(50)
        .build();
    let regex = built.map_err(|error| regex_fault(&error))?;
    // `\b` finds nothing in the empty text, but an edge without a character in any other.
    if ["", "a b", "1 2", ". ."].iter().any(|text| regex.find_iter(text).any(|found| found.is_empty())) {
        return Err("this regular expression finds the empty text, so it would hold for every article: \
                    ask for at least one character"
            .to_owned());
    }
    Ok(regex)
}

/// The last line of the regex crate's report, which says what is wrong; the others repeat the pattern.
fn regex_fault(error: &regex::Error) -> String {
    match error {
        regex::Error::CompiledTooBig(_) => {
            "this regular expression is too big: make its repetitions smaller".to_owned()
        }
        error => {
            let report = error.to_string();
            let last = report.lines().last().unwrap_or_default();
            format!("this regular expression cannot be read: {}", last.strip_prefix("error: ").unwrap_or(last))
        }
    }
}

fn inside_another(name: &str, span: Range<usize>) -> QueryError {
    QueryError::new(
        span,
        format!("{name}: stands inside another zone: write them beside each other, or put the words in quotes"),
    )
}
