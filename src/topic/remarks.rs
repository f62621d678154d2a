//! A query → clauses of it that can never hold, and clauses that change nothing: not wrong, but surely not meant.
//! Precision first: where it is not plain, nothing is said. A named group is looked at where it is defined.

use std::collections::HashMap;
use std::ops::Range;

use super::fold::fold_name;
use super::forms::{FormId, Forms};
use super::query::{Attribute, AttributeKind, Node, NodeKind, Query, QueryError, Scope, shortened};
use super::zones::attribute;
use crate::model::{Topic, Zone};

/// A value that is the same for queries that ask the same, however they are written: order of operands, case, accents,
/// brackets and named groups make no difference.
pub fn form(query: &Query) -> [u8; 32] {
    let mut forms = Forms::default();
    let root = forms.of(&query.root);
    forms.digest(root)
}

/// Clauses that can never hold, and clauses that do nothing; `text` is what the query was read from.
pub fn clause_remarks(query: &Query, text: &str) -> Vec<QueryError> {
    let mut walk = Walk { text, forms: Forms::default(), found: Vec::new() };
    walk.clause(&query.root);
    walk.found.sort_by_key(|found| (found.start, found.end));
    walk.found
}

/// Clauses that can never hold beside the topic's own filters.
pub fn filter_remarks(query: &Query, text: &str, topic: &Topic) -> Vec<QueryError> {
    let mut walk = Walk { text, forms: Forms::default(), found: Vec::new() };
    let language = |code: &String| attribute(AttributeKind::Lang, code).ok();
    let outlet = |name: &String| Attribute { kind: AttributeKind::Outlet, value: fold_name(name), prefix: false };
    let languages: Vec<_> = topic.languages.iter().filter_map(language).collect();
    let outlets: Vec<_> = topic.outlets.iter().map(outlet).collect();
    for (key, values, filter) in [("languages", &topic.languages, languages), ("outlets", &topic.outlets, outlets)] {
        if filter.is_empty() {
            continue;
        }
        let filter = walk.forms.one_of(filter);
        for (node, form) in walk.operands(&query.root) {
            if walk.forms.excludes(form, filter) {
                let message = format!(
                    "{} never holds in this topic, whose {key} are {}: change one of the two",
                    walk.shown(&node.span),
                    values.join(", ")
                );
                walk.found.push(QueryError::new(node.span.clone(), message));
            }
        }
    }
    walk.found
}

/// More of them help nobody.
const MAX_REMARKS: usize = 20;

struct Walk<'a> {
    text: &'a str,
    forms: Forms,
    found: Vec<QueryError>,
}

impl Walk<'_> {
    fn shown(&self, span: &Range<usize>) -> String {
        shortened(&self.text[span.clone()].split_whitespace().collect::<Vec<_>>().join(" "))
    }

    fn tell(&mut self, node: &Node, message: String) {
        self.found.push(QueryError::new(node.span.clone(), message));
    }

    /// Whether nothing more is told of this query.
    fn finished(&self) -> bool {
        self.forms.exhausted() || self.found.len() >= MAX_REMARKS
    }

    /// What is joined with AND, brackets aside; a query that joins nothing is one operand.
    fn operands<'n>(&mut self, node: &'n Node) -> Vec<(&'n Node, FormId)> {
        let mut flat = Vec::new();
        flatten(node, |kind| if let NodeKind::All(parts) = kind { Some(parts) } else { None }, true, &mut flat);
        flat.into_iter().map(|node| (node, self.forms.of(node))).collect()
    }

    fn clause(&mut self, node: &Node) {
        if node.named || self.finished() {
            return;
        }
        match &node.kind {
            NodeKind::All(_) => {
                let parts = self.operands(node);
                if !self.contradiction(&parts) {
                    self.idle(&parts, false);
                }
                for (part, _) in parts {
                    self.clause(part);
                }
            }
            NodeKind::Any(_) => {
                let mut flat = Vec::new();
                flatten(node, |kind| if let NodeKind::Any(parts) = kind { Some(parts) } else { None }, true, &mut flat);
                let parts: Vec<_> = flat.into_iter().map(|node| (node, self.forms.of(node))).collect();
                self.idle(&parts, true);
                for (part, _) in parts {
                    self.clause(part);
                }
            }
            NodeKind::AtLeast(_, parts) => {
                let mut first: HashMap<FormId, &Node> = HashMap::new();
                for part in parts {
                    let form = self.forms.of(part);
                    if first.insert(form, part).is_some() {
                        let message = format!(
                            "{} stands twice in this list, so it counts twice: leave one out",
                            self.shown(&part.span)
                        );
                        self.tell(part, message);
                    }
                    self.clause(part);
                }
            }
            NodeKind::Not(part) => self.clause(part),
            NodeKind::Near { left, right, .. } => {
                if fields(left) & fields(right) == 0 {
                    let message = format!(
                        "{} and {} never stand near each other: NEAR is within the title or within the text; write AND",
                        self.shown(&left.span),
                        self.shown(&right.span)
                    );
                    self.tell(node, message);
                }
                self.clause(left);
                self.clause(right);
            }
            NodeKind::Term(_) | NodeKind::Attribute(_) => {}
        }
    }

    /// Two operands of an AND that no article has both; whether there are.
    fn contradiction(&mut self, parts: &[(&Node, FormId)]) -> bool {
        for (i, (later, form)) in parts.iter().enumerate() {
            for (earlier, other) in &parts[..i] {
                if self.finished() {
                    return false;
                }
                if self.forms.excludes(*form, *other) {
                    let (one, two) = (self.shown(&earlier.span), self.shown(&later.span));
                    let message = if asks_language(earlier) || asks_language(later) {
                        format!(
                            "{one} and {two} hold together only where the language is not sure: write OR, or leave one out"
                        )
                    } else {
                        format!(
                            "{one} and {two} never hold together, so this finds nothing: write OR, or leave one out"
                        )
                    };
                    self.tell(later, message);
                    return true;
                }
            }
        }
        false
    }

    /// Operands that change nothing: in an OR what another finds anyway, in an AND what another asks for anyway.
    fn idle(&mut self, parts: &[(&Node, FormId)], any: bool) {
        let mut first: HashMap<FormId, usize> = HashMap::new();
        let mut silent = vec![false; parts.len()];
        for (i, (node, form)) in parts.iter().enumerate() {
            if self.finished() {
                return;
            }
            if let Some(&earlier) = first.get(form) {
                silent[i] = true;
                let (one, same) = (self.shown(&node.span), self.shown(&parts[earlier].0.span));
                let message = if one == same {
                    format!("{one} stands twice: leave one out")
                } else {
                    format!("{one} is the same as {same}: leave one out")
                };
                self.tell(node, message);
            } else {
                first.insert(*form, i);
            }
        }
        for (i, (node, form)) in parts.iter().enumerate() {
            for (j, (other, stronger)) in parts.iter().enumerate() {
                if self.finished() {
                    return;
                }
                if i == j || silent[i] || silent[j] {
                    continue;
                }
                let (narrow, wide) = if any { (*form, *stronger) } else { (*stronger, *form) };
                if self.forms.implies(narrow, wide) {
                    silent[i] = true;
                    let (one, two) = (self.shown(&node.span), self.shown(&other.span));
                    let message = if any {
                        format!("{one} does nothing here: {two} finds it as well; leave one of the two out")
                    } else {
                        format!("{one} does nothing here: {two} asks for it as well; leave it out")
                    };
                    self.tell(node, message);
                }
            }
        }
    }
}

/// The parts of a node and of the same nodes in brackets inside it; a named group stays whole.
fn flatten<'n>(
    node: &'n Node,
    parts: impl Fn(&'n NodeKind) -> Option<&'n Vec<Node>> + Copy,
    outermost: bool,
    into: &mut Vec<&'n Node>,
) {
    match parts(&node.kind) {
        Some(inner) if outermost || !node.named => inner.iter().for_each(|part| flatten(part, parts, false, into)),
        _ => into.push(node),
    }
}

fn asks_language(node: &Node) -> bool {
    match &node.kind {
        NodeKind::All(parts) | NodeKind::Any(parts) | NodeKind::AtLeast(_, parts) => parts.iter().any(asks_language),
        NodeKind::Not(part) => asks_language(part),
        NodeKind::Near { .. } | NodeKind::Term(_) => false,
        NodeKind::Attribute(attribute) => attribute.kind == AttributeKind::Lang,
    }
}

const TITLE: u8 = 1;
const TEXT: u8 = 2;
const SUMMARY: u8 = 4;
const CAPTION: u8 = 8;

/// Where the places of an operand of NEAR can be: each a field of its own, in which words are near each other.
fn fields(node: &Node) -> u8 {
    match &node.kind {
        NodeKind::Any(parts) => parts.iter().map(fields).fold(0, |all, fields| all | fields),
        NodeKind::Near { left, right, .. } => match fields(left) & fields(right) {
            // Told of the inner one.
            0 => u8::MAX,
            both => both,
        },
        NodeKind::Term(term) => match term.scope {
            Scope::Anywhere => TITLE | TEXT | SUMMARY | CAPTION,
            Scope::Zone(Zone::Title) => TITLE,
            Scope::Zone(Zone::Lede) => TEXT | SUMMARY,
            Scope::Zone(Zone::Body | Zone::Quote) => TEXT,
            Scope::Zone(Zone::Caption) => CAPTION,
            Scope::Byline | Scope::Said => u8::MAX,
        },
        NodeKind::All(_) | NodeKind::Not(_) | NodeKind::AtLeast(..) | NodeKind::Attribute(_) => u8::MAX,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::tests::topic;
    use super::super::{parse_definition, parse_query, parse_query_with};
    use super::*;
    use crate::model::{NamedGroup, Terms};

    fn terms() -> Terms {
        let groups = [("presidents", "Trump OR Biden"), ("sport", "soccer OR golf"), ("twice", "a OR A")];
        groups
            .map(|(name, query)| Arc::new(NamedGroup { name: name.into(), query: query.into() }))
            .into_iter()
            .collect()
    }

    #[test]
    fn clauses_that_never_hold_or_do_nothing_are_told() {
        for (query, place, remark) in [
            ("a AND NOT a", "NOT a", "never hold together"),
            ("(a b) NOT A", "NOT A", "a and NOT A never hold together"),
            ("a -(b OR a)", "-(b OR a)", "never hold together"),
            ("tariffs NOT tariff*", "NOT tariff*", "never hold together"),
            ("\"White House\" NOT house", "NOT house", "never hold together"),
            ("title:ice NOT ice", "NOT ice", "never hold together"),
            ("(a NEAR/3 b) NOT b", "NOT b", "never hold together"),
            ("c OR (a AND NOT a)", "NOT a", "never hold together"),
            ("x lang:en lang:es", "lang:es", "not sure"),
            ("x feed:one feed:two", "feed:two", "never hold together"),
            ("x outlet:bbc outlet:cnn*", "outlet:cnn*", "never hold together"),
            ("x site:bbc.co.uk site:cnn.com", "site:cnn.com", "never hold together"),
            ("x (feed:one OR feed:two) feed:three", "feed:three", "never hold together"),
            ("title:(a OR b) NEAR/5 body:c", "title:(a OR b) NEAR/5 body:c", "write AND"),
            ("caption:a BEFORE/5 quote:c", "caption:a BEFORE/5 quote:c", "write AND"),
            ("a OR (a AND b)", "(a AND b)", "does nothing here: a finds"),
            ("tariff* OR tariffs", "tariffs", "does nothing here: tariff* finds"),
            ("México OR Mexic* OR b", "México", "does nothing here: Mexic* finds"),
            ("México OR Mexico", "Mexico", "the same as México"),
            ("a OR b OR a", "a", "stands twice"),
            ("(a OR b) OR (c OR b)", "b", "stands twice"),
            ("\"New York\" OR York", "\"New York\"", "York finds"),
            ("ice OR =ICE", "=ICE", "ice finds"),
            ("title:a OR a", "title:a", "a finds"),
            ("a NEAR/5 b OR b NEAR/10 a", "a NEAR/5 b", "b NEAR/10 a finds"),
            ("a AND (a OR b)", "(a OR b)", "a asks for it"),
            ("a b a", "a", "stands twice"),
            ("a NOT b NOT \"b c\"", "NOT \"b c\"", "NOT b asks for it"),
            ("2 OF (a, b, A)", "A", "counts twice"),
            ("@presidents OR trump", "trump", "@presidents finds"),
            ("golf NOT @sport", "NOT @sport", "never hold together"),
        ] {
            let read = parse_query_with(query, &terms()).expect(query);
            let found = clause_remarks(&read, query);
            let told: Vec<_> = found.iter().map(|found| &query[found.start..found.end]).collect();
            assert_eq!(told, [place], "{query}: {found:?}");
            assert!(found[0].message.contains(remark), "{query}: {found:?}");
        }
    }

    #[test]
    fn nothing_is_said_where_it_is_not_plain() {
        for query in [
            "a OR b",
            "Mexico NOT \"New Mexico\"",
            "=ICE OR (ice raid)",
            "e-mail OR mail",
            "=ICE OR =Ice",
            "title:a NOT lede:a",
            "title:a body:a",
            "lede:a OR body:a",
            "said:a NOT a",
            "byline:smith smith",
            "tag:a tag:b",
            "site:bbc.co.uk NOT site:sport.bbc.co.uk",
            "outlet:b* NOT outlet:\"bbc news\"",
            "lang:en OR lang:es",
            "a NEAR/10 b OR a BEFORE/20 b",
            "a NEAR/5 a",
            "title:a NEAR/5 b",
            "lede:a NEAR/5 body:b",
            "2 OF (a, b, c) 2 OF (b, c, d)",
            "/a+/ OR /b+/",
            "\"a b\" OR \"b a\"",
            "\"a b c\" OR \"a c\"",
            "@twice",
            "x @twice",
            "@presidents NOT @sport",
            "(a OR b) (a OR c)",
        ] {
            let read = parse_query_with(query, &terms()).expect(query);
            assert_eq!(clause_remarks(&read, query), [], "{query}");
        }
        let definition = parse_definition("a OR A", &terms()).expect("a definition");
        assert_eq!(clause_remarks(&definition, "a OR A").len(), 1, "a group is looked at where it is defined");
    }

    #[test]
    fn what_the_filters_never_let_through_is_told() {
        for (query, languages, outlets, place) in [
            ("a lang:es", &["en"][..], &[][..], "lang:es"),
            ("a lang:es", &["en", "es-MX"], &[], ""),
            ("a (lang:es OR lang:fr)", &["en"], &[], "(lang:es OR lang:fr)"),
            ("a OR lang:es", &["en"], &[], ""),
            ("a -lang:es", &["en"], &[], ""),
            ("a -lang:en", &["en"], &[], "-lang:en"),
            ("lang:es", &["en"], &[], "lang:es"),
            ("a outlet:cnn", &[], &["BBC News"], "outlet:cnn"),
            ("a outlet:bbc*", &[], &["BBC News"], ""),
            ("a", &["en"], &["BBC News"], ""),
        ] {
            let owned = |list: &[&str]| list.iter().map(|item| (*item).to_owned()).collect();
            let topic = Topic { languages: owned(languages), outlets: owned(outlets), ..topic("t", query) };
            let found = filter_remarks(&parse_query(query).expect(query), query, &topic);
            let told: Vec<_> = found.iter().map(|found| &query[found.start..found.end]).collect();
            assert_eq!(told.join(" "), place, "{query}: {found:?}");
        }
    }

    #[test]
    fn queries_that_ask_the_same_have_one_form() {
        for (one, other, same) in [
            ("a OR b", "B OR (A)", true),
            ("a b c", "c AND (b AND a)", true),
            ("\"Peña Nieto\"", "“pena  nieto”", true),
            ("a NEAR/5 b", "b NEAR/5 a", true),
            ("a BEFORE/5 b", "b BEFORE/5 a", false),
            ("a NEAR/5 b", "a NEAR/6 b", false),
            ("@presidents wall", "wall (Biden OR Trump)", true),
            ("1 OF (a, b)", "a OR b", true),
            ("2 OF (a, b)", "a b", true),
            ("2 OF (a, b, c)", "2 OF (c, b, a)", true),
            ("x NOT NOT a", "x a", true),
            ("a OR a", "a", true),
            ("title:(a OR b)", "title:b OR title:a", true),
            ("title:a", "a", false),
            ("=ICE", "ICE", false),
            ("a b", "a OR b", false),
            ("\"a b\"", "a b", false),
            ("a*", "a", false),
            ("\u{FEFF}a\u{A0}b", "a b", true),
            ("a（b OR c）", "a (b OR c)", true),
            ("a\u{200B} \u{200B}OR\u{200B} b", "a OR b", true),
            ("title：a", "title:a", true),
            ("a –b", "a NOT b", true),
            ("lang:en-US a", "lang:en a", true),
        ] {
            let form = |text: &str| form(&parse_query_with(text, &terms()).expect(text));
            assert_eq!(form(one) == form(other), same, "{one} | {other}");
        }
    }
}
