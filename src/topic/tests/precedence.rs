//! What binds what: a tree written with the fewest brackets is read as the tree written with all of them.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::super::query::{Node, NodeKind};
use super::*;

/// In the order in which they bind, the loosest first.
#[derive(Clone, Debug)]
enum Tree {
    Any(Vec<Tree>),
    All(Vec<Tree>),
    Near(Box<Tree>, &'static str, Box<Tree>),
    Not(Box<Tree>),
    Word(&'static str),
}

impl Tree {
    fn tightness(&self) -> usize {
        match self {
            Self::Any(_) => 0,
            Self::All(_) => 1,
            Self::Near(..) => 2,
            Self::Not(_) => 3,
            Self::Word(_) => 4,
        }
    }

    fn bracketed(&self) -> String {
        let all = |parts: &[Self], by: &str| parts.iter().map(Self::bracketed).collect::<Vec<_>>().join(by);
        match self {
            Self::Any(parts) => format!("({})", all(parts, " OR ")),
            Self::All(parts) => format!("({})", all(parts, " AND ")),
            Self::Near(left, by, right) => format!("({} {by} {})", left.bracketed(), right.bracketed()),
            Self::Not(part) => format!("(NOT {})", part.bracketed()),
            Self::Word(word) => (*word).to_owned(),
        }
    }

    /// Brackets only around what binds less than `least`; the AND unwritten.
    fn bare(&self, least: usize) -> String {
        let all = |parts: &[Self], by: &str, least| parts.iter().map(|p| p.bare(least)).collect::<Vec<_>>().join(by);
        let written = match self {
            Self::Any(parts) => all(parts, " OR ", 1),
            Self::All(parts) => all(parts, " ", 2),
            Self::Near(left, by, right) => format!("{} {by} {}", left.bare(2), right.bare(3)),
            Self::Not(part) if matches!(**part, Self::Word(_)) => format!("-{}", part.bare(3)),
            Self::Not(part) => format!("NOT {}", part.bare(3)),
            Self::Word(word) => (*word).to_owned(),
        };
        if self.tightness() < least { format!("({written})") } else { written }
    }
}

fn near() -> impl Strategy<Value = Tree> {
    let word = select(vec!["ice", "zinc", "\"tin ore\"", "title:gold"]).prop_map(Tree::Word);
    word.prop_recursive(3, 8, 2, |inner| {
        let by = select(vec!["NEAR/1", "BEFORE/2"]);
        prop_oneof![
            2 => (inner.clone(), by, inner.clone()).prop_map(|(a, by, b)| Tree::Near(Box::new(a), by, Box::new(b))),
            1 => vec(inner, 2..4).prop_map(Tree::Any),
        ]
    })
}

fn tree() -> impl Strategy<Value = Tree> {
    let leaf = prop_oneof![select(vec!["ice", "=US", "/x+/", "lang:en", "1 OF (a, b)"]).prop_map(Tree::Word), near()];
    leaf.prop_recursive(4, 20, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 2..4).prop_map(Tree::All),
            vec(inner.clone(), 2..4).prop_map(Tree::Any),
            inner.prop_map(|part| Tree::Not(Box::new(part))),
        ]
    })
}

/// The tree that was read; AND in AND and OR in OR are one.
fn shape(node: &Node) -> String {
    fn parts(node: &Node, out: &mut Vec<String>) {
        match (&node.kind, out) {
            (NodeKind::All(all) | NodeKind::Any(all), out) => {
                for part in all {
                    match (&node.kind, &part.kind) {
                        (NodeKind::All(_), NodeKind::All(_)) | (NodeKind::Any(_), NodeKind::Any(_)) => parts(part, out),
                        _ => out.push(shape(part)),
                    }
                }
            }
            (_, out) => out.push(shape(node)),
        }
    }
    let list = |node| {
        let mut list = Vec::new();
        parts(node, &mut list);
        list.join(" ")
    };
    match &node.kind {
        NodeKind::All(_) => format!("all({})", list(node)),
        NodeKind::Any(_) => format!("any({})", list(node)),
        NodeKind::Not(part) => format!("not({})", shape(part)),
        NodeKind::AtLeast(count, of) => format!("{count}({})", of.iter().map(shape).collect::<Vec<_>>().join(" ")),
        NodeKind::Near { left, right, words, ordered } => {
            format!("{}{words}({} {})", if *ordered { "before" } else { "near" }, shape(left), shape(right))
        }
        NodeKind::Term(term) => format!("{:?}:{}", term.scope, term.text),
        NodeKind::Attribute(attribute) => format!("{:?}:{}", attribute.kind, attribute.value),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn brackets_that_the_order_implies_change_nothing(tree in tree()) {
        // A word before it, so that a NOT has something to take away from.
        let tree = Tree::All(vec![Tree::Word("us"), tree]);
        let (bare, bracketed) = (tree.bare(0), tree.bracketed());
        let shape = |text: &str| parse_query(text).map(|query| shape(&query.root)).map_err(|error| error.message);
        prop_assert!(shape(&bare).is_ok(), "{}: {:?}", bare, shape(&bare));
        prop_assert_eq!(shape(&bare), shape(&bracketed), "{} {}", bare, bracketed);
    }
}
