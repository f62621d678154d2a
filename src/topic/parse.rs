//! The parts of a query → its tree, or what is wrong with it, where, and what would be right.
//! Recursive descent with a cap on depth and length; never matches everything or nothing in silence.

use std::ops::Range;

use super::lex::{Kind, Part, check_signs, check_stars, parts};
use super::query::{Node, NodeKind, Pattern, Phrase, Query, QueryError, Scope, Term};
use super::zones::{Place, attribute, place_of, unknown_zone};

/// Bytes of the longest query.
const MAX_LENGTH: usize = 64 * 1024;
/// Brackets inside brackets, NOT before NOT, NEAR behind NEAR.
const MAX_DEPTH: usize = 100;
/// Bytes that a compiled regular expression may take.
const MAX_REGEX: usize = 1 << 20;

/// Reads a query.
pub fn parse_query(text: &str) -> Result<Query, QueryError> {
    if text.len() > MAX_LENGTH {
        let message =
            format!("the query is {} bytes long, at most {MAX_LENGTH} are read: make it several topics", text.len());
        return Err(QueryError::new(0..text.len(), message));
    }
    let parts = parts(text)?;
    if parts.is_empty() {
        return Err(QueryError::new(0..text.len(), "the query is empty: write the words to look for"));
    }
    let mut parser = Parser { text, parts, at: 0, depth: 0, place: Place::Scope(Scope::Anywhere) };
    let root = parser.any()?;
    if let Some(part) = parser.peek() {
        let message = match part.kind {
            Kind::Close => "this ) closes nothing: remove it, or put the ( it belongs to",
            Kind::Comma => "a comma stands only in a list such as 2 OF (a, b, c): write AND or OR",
            _ => "this does not belong here",
        };
        return Err(QueryError::new(part.span.clone(), message));
    }
    if root.holds_for_nothing() {
        return Err(QueryError::new(
            culprit(&root).span.clone(),
            "this would hold for nearly every article: NOT takes away from something, as in a AND NOT b",
        ));
    }
    Ok(Query { root })
}

/// The part that makes a query hold for an article without words.
fn culprit(node: &Node) -> &Node {
    match &node.kind {
        NodeKind::Any(parts) => parts.iter().find(|part| part.holds_for_nothing()).map_or(node, culprit),
        _ => node,
    }
}

struct Parser<'a> {
    text: &'a str,
    parts: Vec<Part>,
    at: usize,
    depth: usize,
    place: Place,
}

impl Parser<'_> {
    fn peek(&self) -> Option<&Part> {
        self.parts.get(self.at)
    }

    fn kind(&self) -> Option<&Kind> {
        self.peek().map(|part| &part.kind)
    }

    fn span(&self) -> Range<usize> {
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
            if left.height > 2 * MAX_DEPTH {
                return Err(QueryError::new(self.span(), "too many NEAR inside one another: make it several topics"));
            }
            self.at += 1;
            let right = self.not()?;
            for operand in [&left, &right] {
                near_operand(operand)?;
            }
            let span = left.span.start..right.span.end;
            let kind = NodeKind::Near { left: Box::new(left), right: Box::new(right), words, ordered };
            left = Node::new(span, kind);
        }
        Ok(left)
    }

    fn deeper(&mut self) -> Result<(), QueryError> {
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

    fn primary(&mut self) -> Result<Node, QueryError> {
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
            Kind::And | Kind::Or | Kind::Near { .. } | Kind::Comma | Kind::Not => {
                let written = &self.text[part.span.clone()];
                let message = format!("something must stand before {written}: a word, a phrase or a group in brackets");
                Err(QueryError::new(part.span, message))
            }
        }
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

    fn zone(&mut self, name: &str, span: Range<usize>) -> Result<Node, QueryError> {
        let Some(place) = place_of(name) else {
            return Err(QueryError::new(span, unknown_zone(name)));
        };
        if self.place != Place::Scope(Scope::Anywhere) {
            return Err(QueryError::new(
                span,
                format!("{name}: stands inside another zone: write them beside each other"),
            ));
        }
        let follows = matches!(
            self.kind(),
            Some(Kind::Open | Kind::Word | Kind::Phrase { .. } | Kind::Exact | Kind::Regex { .. })
        );
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

    fn exact(&mut self, start: usize) -> Result<Node, QueryError> {
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

    fn leaf(&mut self, span: Range<usize>, inner: Range<usize>, exact: bool) -> Result<Node, QueryError> {
        let text = self.text[inner.clone()].trim();
        let scope = match self.place {
            Place::Scope(scope) => scope,
            Place::Attribute(kind) => {
                let attribute = attribute(kind, text).map_err(|message| QueryError::new(span.clone(), message))?;
                return Ok(Node::new(span, NodeKind::Attribute(attribute)));
            }
        };
        check_stars(self.text, inner.clone())?;
        check_signs(self.text, inner)?;
        let Some(phrase) = Phrase::of(text, exact) else {
            return Err(QueryError::new(span, "there is no word in this: write at least one letter or digit"));
        };
        let text = if exact { format!("={text}") } else { text.to_owned() };
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        Ok(Node::new(span, NodeKind::Term(Term { text, scope, pattern: Pattern::Words(phrase) })))
    }

    fn regex(&mut self, span: Range<usize>, inner: Range<usize>) -> Result<Node, QueryError> {
        let Place::Scope(scope) = self.place else {
            return Err(QueryError::new(span, "a regular expression is looked for in words, not in attributes"));
        };
        let source = self.text[inner.clone()].replace("\\/", "/");
        let built = regex::RegexBuilder::new(&source)
            .case_insensitive(true)
            .size_limit(MAX_REGEX)
            .dfa_size_limit(MAX_REGEX)
            .nest_limit(50)
            .build();
        let regex = built.map_err(|error| QueryError::new(span.clone(), regex_fault(&error)))?;
        // `\b` finds nothing in the empty text, but an edge without a character in any other.
        if ["", "a b", "1 2", ". ."].iter().any(|text| regex.find_iter(text).any(|found| found.is_empty())) {
            let message = "this regular expression finds the empty text, so it would hold for every article: \
                           ask for at least one character";
            return Err(QueryError::new(span, message));
        }
        let text = self.text[span.clone()].to_owned();
        Ok(Node::new(span, NodeKind::Term(Term { text, scope, pattern: Pattern::Regex(regex) })))
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

/// The operands of NEAR are places: words, phrases, groups of OR, and what NEAR itself found.
fn near_operand(node: &Node) -> Result<(), QueryError> {
    let message = match &node.kind {
        NodeKind::Term(Term { scope: Scope::Byline | Scope::Said, .. }) | NodeKind::Attribute(_) => {
            "NEAR and BEFORE need words of the text on both sides: move this out with AND"
        }
        NodeKind::Term(Term { pattern: Pattern::Regex(_), .. }) => {
            "a regular expression cannot stand beside NEAR or BEFORE: put both words into the expression"
        }
        NodeKind::Term(_) | NodeKind::Near { .. } => return Ok(()),
        NodeKind::Any(parts) => return parts.iter().try_for_each(near_operand),
        NodeKind::All(_) => {
            "NEAR and BEFORE take a word, a \"phrase\" in quotes or a group of OR: quote the phrase, \
             or write a NEAR/n b for each word"
        }
        NodeKind::AtLeast(..) => "NEAR and BEFORE take a word, a phrase or a group of OR, not a list with OF",
        NodeKind::Not(_) => "NOT binds tighter than NEAR: write NOT (a NEAR/n b), or move the NOT out with AND NOT",
    };
    Err(QueryError::new(node.span.clone(), message))
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
