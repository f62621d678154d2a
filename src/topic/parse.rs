//! The parts of a query → its tree, or what is wrong with it, where, and what would be right.
//! Recursive descent with a cap on depth and length; never matches everything or nothing in silence.

use std::ops::Range;

use super::groups::Groups;
use super::lex::{Kind, Part, parts};
use super::query::{Node, NodeKind, Query, QueryError, Scope};
use super::zones::Place;
use crate::model::Terms;

/// Bytes of the longest query.
const MAX_LENGTH: usize = 64 * 1024;
/// Brackets inside brackets, NOT before NOT, NEAR behind NEAR.
const MAX_DEPTH: usize = 100;
/// How deep NEARs may stand inside one another: each looks at all places of the one in it.
const MAX_NEARS: usize = 50;

/// Reads a query that uses no named groups.
pub fn parse_query(text: &str) -> Result<Query, QueryError> {
    parse_query_with(text, &Terms::default())
}

/// Reads a query in which `@name` stands for one of the named groups.
pub fn parse_query_with(text: &str, terms: &Terms) -> Result<Query, QueryError> {
    let root = read(text, ANYWHERE, 0, &mut Groups::new(terms))?;
    if root.holds_for_nothing() {
        return Err(QueryError::new(
            culprit(&root).span.clone(),
            "this would hold for nearly every article: NOT takes away from something, as in a AND NOT b",
        ));
    }
    Ok(Query { root })
}

/// Reads the definition of a named group. It may be a NOT alone, as any group in brackets.
pub fn parse_definition(text: &str, terms: &Terms) -> Result<Query, QueryError> {
    read(text, ANYWHERE, 0, &mut Groups::new(terms)).map(|root| Query { root })
}

const ANYWHERE: Place = Place::Scope(Scope::Anywhere);

/// A whole text: a query, or a definition where it is used.
pub(super) fn read(text: &str, place: Place, depth: usize, groups: &mut Groups<'_>) -> Result<Node, QueryError> {
    let whole = 0..text.len();
    if text.len() > MAX_LENGTH {
        let message =
            format!("the query is {} bytes long, at most {MAX_LENGTH} are read: make it several topics", text.len());
        return Err(QueryError::new(whole, message));
    }
    let parts = parts(text)?;
    if parts.is_empty() {
        return Err(QueryError::new(whole, "the query is empty: write the words to look for"));
    }
    if groups.inside() {
        groups.count(parts.len()).map_err(|message| QueryError::new(whole, message))?;
    }
    let mut parser = Parser { text, parts, at: 0, depth, place, groups };
    let root = parser.any()?;
    if let Some(part) = parser.peek() {
        let message = match part.kind {
            Kind::Close => "this ) closes nothing: remove it, or put the ( it belongs to",
            Kind::Comma => "a comma stands only in a list such as 2 OF (a, b, c): write AND or OR",
            _ => "this does not belong here",
        };
        return Err(QueryError::new(part.span.clone(), message));
    }
    Ok(root)
}

/// The part that makes a query hold for an article without words.
fn culprit(node: &Node) -> &Node {
    match &node.kind {
        NodeKind::Any(parts) => parts.iter().find(|part| part.holds_for_nothing()).map_or(node, culprit),
        _ => node,
    }
}

pub(super) struct Parser<'a, 't> {
    pub text: &'a str,
    parts: Vec<Part>,
    pub at: usize,
    pub depth: usize,
    pub place: Place,
    pub groups: &'a mut Groups<'t>,
}

impl Parser<'_, '_> {
    fn peek(&self) -> Option<&Part> {
        self.parts.get(self.at)
    }

    pub fn kind(&self) -> Option<&Kind> {
        self.peek().map(|part| &part.kind)
    }

    pub fn span(&self) -> Range<usize> {
        self.peek().map_or(self.text.len()..self.text.len(), |part| part.span.clone())
    }

    fn take(&mut self, kind: &Kind) -> Option<Range<usize>> {
        let span = self.peek().filter(|part| part.kind == *kind)?.span.clone();
        self.at += 1;
        Some(span)
    }

    fn any(&mut self) -> Result<Node, QueryError> {
        let mut parts = vec![self.all()?];
        while self.take(&Kind::Or).is_some() {
            parts.push(self.all()?);
        }
        Ok(joined(parts, NodeKind::Any))
    }

    fn all(&mut self) -> Result<Node, QueryError> {
        let mut parts = vec![self.near()?];
        loop {
            match self.kind() {
                Some(Kind::And) => self.at += 1,
                None | Some(Kind::Or | Kind::Close | Kind::Comma) => return Ok(joined(parts, NodeKind::All)),
                Some(_) => {}
            }
            parts.push(self.near()?);
        }
    }

    fn near(&mut self) -> Result<Node, QueryError> {
        let mut left = self.not()?;
        while let Some(&Kind::Near { words, ordered }) = self.kind() {
            let operator = self.span();
            self.at += 1;
            let right = self.not()?;
            if left.height.max(right.height) > MAX_NEARS {
                return Err(QueryError::new(operator, "too many NEAR inside one another: make it several topics"));
            }
            for operand in [&left, &right] {
                self.near_operand(operand)?;
            }
            let span = left.span.start..right.span.end;
            let kind = NodeKind::Near { left: Box::new(left), right: Box::new(right), words, ordered };
            left = Node::new(span, kind);
        }
        Ok(left)
    }

    pub fn deeper(&mut self) -> Result<(), QueryError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(QueryError::new(
                self.span(),
                format!("more than {MAX_DEPTH} brackets or NOTs inside one another"),
            ));
        }
        Ok(())
    }

    fn not(&mut self) -> Result<Node, QueryError> {
        let Some(span) = self.take(&Kind::Not) else {
            return self.primary();
        };
        self.deeper()?;
        let part = self.not()?;
        self.depth -= 1;
        Ok(Node::new(span.start..part.span.end, NodeKind::Not(Box::new(part))))
    }

    pub fn primary(&mut self) -> Result<Node, QueryError> {
        let Some(part) = self.peek().cloned() else {
            let last = self.parts.last().map_or(0..0, |part| part.span.clone());
            let written = &self.text[last.clone()];
            return Err(QueryError::new(
                last,
                format!("something must follow {written}: a word, a phrase or a group in brackets"),
            ));
        };
        self.at += 1;
        match part.kind {
            Kind::Open => self.group(&part.span),
            Kind::Word if self.kind() == Some(&Kind::Of) => self.of(&part.span),
            Kind::Word => self.leaf(part.span.clone(), part.span, false),
            Kind::Phrase { inner } => self.leaf(part.span, inner, false),
            Kind::Exact => self.exact(part.span.start),
            Kind::Regex { inner } => self.regex(part.span, inner),
            Kind::Group { name } => self.named(&part.span, &name),
            Kind::Zone(name) => self.zone(&name, part.span),
            Kind::Of => Err(QueryError::new(part.span, "OF needs a number before it, as in 2 OF (a, b, c)")),
            Kind::Close => {
                let message = match self.at.checked_sub(2).and_then(|before| self.parts.get(before)) {
                    Some(Part { kind: Kind::Open, .. }) => "these brackets are empty: put words in them or remove them",
                    Some(_) => "something must stand before this ): a word, a phrase or a group",
                    None => "this ) closes nothing: remove it, or put the ( it belongs to",
                };
                Err(QueryError::new(part.span, message))
            }
            Kind::And | Kind::Or | Kind::Near { .. } | Kind::Comma | Kind::Not => Err(self.nothing_before(part.span)),
        }
    }

    /// An operator has nothing to its left; it was taken already.
    fn nothing_before(&self, span: Range<usize>) -> QueryError {
        let written = &self.text[span.clone()];
        let before = self.at.checked_sub(2).and_then(|before| self.parts.get(before));
        let operator = before.filter(|part| matches!(part.kind, Kind::And | Kind::Or | Kind::Not | Kind::Near { .. }));
        let message = match operator.map(|part| &self.text[part.span.clone()]) {
            Some(same) if same == written => format!("{written} stands twice: leave one out"),
            Some(other) => format!(
                "something must stand between {other} and {written}: a word, a phrase or a group; or leave one of the two out"
            ),
            None => format!("something must stand before {written}: a word, a phrase or a group in brackets"),
        };
        QueryError::new(span, message)
    }

    fn group(&mut self, open: &Range<usize>) -> Result<Node, QueryError> {
        self.deeper()?;
        let mut node = self.any()?;
        self.depth -= 1;
        let close = self.close(open)?;
        node.span = open.start..close;
        Ok(node)
    }

    fn close(&mut self, open: &Range<usize>) -> Result<usize, QueryError> {
        if let Some(span) = self.take(&Kind::Close) {
            return Ok(span.end);
        }
        match self.peek() {
            Some(Part { kind: Kind::Comma, span }) => {
                let message = "a comma stands only in a list such as 2 OF (a, b, c): write AND or OR";
                Err(QueryError::new(span.clone(), message))
            }
            _ => Err(QueryError::new(open.clone(), "this ( is never closed: put a ) where the group ends")),
        }
    }

    fn of(&mut self, number: &Range<usize>) -> Result<Node, QueryError> {
        let of = self.span();
        self.at += 1;
        let fault = |span: Range<usize>, message: &str| Err(QueryError::new(span, message));
        let Ok(count) = self.text[number.clone()].parse::<usize>() else {
            return fault(
                number.clone(),
                "OF needs a number before it, as in 2 OF (a, b, c); put \"OF\" in quotes for the word",
            );
        };
        let Some(open) = self.take(&Kind::Open) else {
            return fault(of, "OF is followed by a list in brackets, as in 2 OF (a, b, c)");
        };
        self.deeper()?;
        let mut parts = vec![self.any()?];
        while self.take(&Kind::Comma).is_some() {
            parts.push(self.any()?);
        }
        self.depth -= 1;
        let span = number.start..self.close(&open)?;
        if count == 0 {
            return fault(number.clone(), "0 OF a list would hold for every article: write 1 or more");
        }
        if count > parts.len() {
            let message =
                format!("{count} OF a list of {} can never hold: separate its terms with commas", parts.len());
            return fault(span, &message);
        }
        Ok(Node::new(span, NodeKind::AtLeast(count, parts)))
    }
}

/// One part as it is, several as one node.
fn joined(mut parts: Vec<Node>, kind: impl Fn(Vec<Node>) -> NodeKind) -> Node {
    if parts.len() == 1 {
        return parts.remove(0);
    }
    let span = parts[0].span.start..parts[parts.len() - 1].span.end;
    Node::new(span, kind(parts))
}
