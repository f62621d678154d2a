//! Topics and an article → how many of the clauses that must hold do hold, topic by topic. Made to be asked of many articles:
//! it reads each once for all its topics, and says nothing of what is missing; that is what an explanation is for.

use super::super::article::{Indexed, MatchInput};
use super::super::parse_query_with;
use super::super::query::{Node, NodeKind};
use super::filters;
use super::probe::{Question, Questions, Settled};
use crate::model::Topic;

/// How near an article comes to a topic. Of alternatives the one that came furthest counts; each NOT, each filter, and that
/// the two sides of a NEAR stand near each other, is a clause of its own. The score is left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    pub held: usize,
    pub of: usize,
    /// Whether a word of the query stands in the article: without one, that it is in the right language and has none of the
    /// words under NOT brings it no nearer.
    pub begun: bool,
}

impl Standing {
    /// Whether a larger share of the clauses held.
    pub fn is_nearer_than(self, other: Self) -> bool {
        self.held * other.of > other.held * self.of
    }
}

/// Topics to be asked about one article after another.
#[derive(Debug)]
pub struct Standings<'t> {
    topics: Vec<(&'t Topic, Option<Goal>)>,
    settled: Settled,
}

/// A clause that must hold.
#[derive(Debug)]
struct Goal {
    own: Question,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    Word,
    /// A NOT or an attribute.
    Other,
    All(Vec<Goal>),
    Any(Vec<Goal>),
    AtLeast(usize, Vec<Goal>),
    Near(Vec<Goal>),
}

/// What is counted of a clause; `words` of it stand, attributes included.
#[derive(Clone, Copy, Default)]
struct Count {
    held: usize,
    of: usize,
    words: usize,
    begun: bool,
}

impl<'t> Standings<'t> {
    pub fn of(topics: impl IntoIterator<Item = &'t Topic>) -> Self {
        let mut questions = Questions::default();
        let mut goal = |topic: &Topic| {
            let query = parse_query_with(&topic.query, &topic.terms).ok()?;
            Some(Goal::of(&query.root, &mut questions))
        };
        let topics = topics.into_iter().map(|topic| (topic, goal(topic))).collect();
        Self { topics, settled: questions.settled() }
    }

    /// Whether it makes a difference who said what.
    pub fn asks_quotes(&self) -> bool {
        self.settled.asks_quotes()
    }

    /// In the order of the topics; none of a topic whose query is wrong.
    pub fn on(&self, input: &MatchInput<'_>) -> Vec<Option<Standing>> {
        let article = self.settled.read(input);
        let standing = |(topic, goal): &(&Topic, Option<Goal>)| {
            let count = goal.as_ref()?.count(&self.settled, &article);
            let filters = filters(topic, input);
            let passed = filters.iter().filter(|filter| filter.holds).count();
            Some(Standing { held: count.held + passed, of: count.of + filters.len(), begun: count.begun })
        };
        self.topics.iter().map(standing).collect()
    }
}

impl Goal {
    fn of(node: &Node, questions: &mut Questions) -> Self {
        let own = questions.ask(node);
        let mut all = |parts: &[Node]| parts.iter().map(|part| Self::of(part, questions)).collect();
        let kind = match &node.kind {
            NodeKind::All(parts) => Kind::All(all(parts)),
            NodeKind::Any(parts) => Kind::Any(all(parts)),
            NodeKind::AtLeast(count, parts) => Kind::AtLeast(*count, all(parts)),
            NodeKind::Near { left, right, .. } => {
                Kind::Near(vec![Self::of(left, questions), Self::of(right, questions)])
            }
            NodeKind::Term(_) => Kind::Word,
            NodeKind::Not(_) | NodeKind::Attribute(_) => Kind::Other,
        };
        Self { own, kind }
    }

    fn count(&self, settled: &Settled, article: &Indexed<'_>) -> Count {
        let holds = settled.holds(self.own, article);
        let each = |parts: &[Self]| -> Vec<Count> { parts.iter().map(|part| part.count(settled, article)).collect() };
        let one = usize::from(holds);
        match &self.kind {
            Kind::Word => Count { held: one, of: 1, words: one, begun: holds },
            Kind::Other => Count { held: one, of: 1, words: 0, begun: false },
            Kind::All(parts) => sum(&each(parts)),
            Kind::Near(sides) => {
                let sides = sum(&each(sides));
                Count { held: sides.held + one, of: sides.of + 1, ..sides }
            }
            Kind::AtLeast(needed, parts) => {
                let parts = each(parts);
                let held = parts.iter().filter(|part| part.held == part.of).count();
                Count { held: held.min(*needed), of: *needed, ..sum(&parts) }
            }
            Kind::Any(parts) => {
                let parts = each(parts);
                // As the explanation names it: the first that holds, else the one of which the most words stand.
                let whole = parts.iter().find(|part| part.held == part.of);
                let furthest = || parts.iter().rev().max_by_key(|part| part.words).filter(|part| part.words > 0);
                whole.or_else(furthest).copied().unwrap_or(Count { of: 1, ..Count::default() })
            }
        }
    }
}

fn sum(parts: &[Count]) -> Count {
    parts.iter().fold(Count::default(), |sum, part| Count {
        held: sum.held + part.held,
        of: sum.of + part.of,
        words: sum.words + part.words,
        begun: sum.begun || part.begun,
    })
}

#[cfg(test)]
mod tests {
    use super::super::super::tests::{Page, topic};
    use super::*;

    fn standing(topic: &Topic, page: &Page) -> Standing {
        Standings::of([topic]).on(&page.input()).remove(0).expect("the query is right")
    }

    #[test]
    fn clauses_that_must_hold_are_counted() {
        let text = "Mexico answers on the tariff. The old wall is built with steel by ten workers.";
        let page = Page { outlet: "BBC News".to_owned(), ..Page::text(text) };
        for (query, held, of, begun) in [
            ("mexico", 1, 1, true),
            ("canada", 0, 1, false),
            ("mexico tariff* NAFTA", 2, 3, true),
            ("(canada OR mexico) NAFTA", 1, 2, true),
            ("canada OR peru OR chile", 0, 1, false),
            // Of alternatives the one that came furthest.
            ("canada OR (mexico AND wall AND NAFTA)", 2, 3, true),
            ("(mexico wall) OR (canada peru)", 2, 2, true),
            ("mexico NOT canada", 2, 2, true),
            ("mexico NOT wall", 1, 2, true),
            ("NOT canada peru", 1, 2, false),
            ("NOT (canada OR peru) chile", 1, 2, false),
            // That they stand near each other is a clause of its own.
            ("mexico NEAR/3 tariff", 3, 3, true),
            ("mexico NEAR/1 tariff", 2, 3, true),
            ("mexico NEAR/3 (canada OR peru)", 1, 3, true),
            ("tariff BEFORE/9 mexico", 2, 3, true),
            ("2 OF (mexico, wall, steel)", 2, 2, true),
            ("3 OF (mexico, canada, steel, peru)", 2, 3, true),
            ("title:mexico wall", 1, 2, true),
            ("\"old wall\" /built|made/ =Steel", 2, 3, true),
            ("outlet:\"BBC News\" canada", 1, 2, false),
        ] {
            assert_eq!(standing(&topic("t", query), &page), Standing { held, of, begun }, "{query}");
        }
    }

    #[test]
    fn a_filter_is_a_clause() {
        let filtered = Topic {
            languages: vec!["es".to_owned()],
            outlets: vec!["bbc news".to_owned()],
            feed_tags: vec!["world".to_owned()],
            ..topic("t", "mexico wall")
        };
        let page = Page {
            language: Some(Page::language("en", true)),
            outlet: "BBC News".to_owned(),
            ..Page::text("Mexico answers.")
        };
        assert_eq!(standing(&filtered, &page), Standing { held: 2, of: 5, begun: true });
    }

    #[test]
    fn the_larger_share_is_nearer() {
        let of = |held, of| Standing { held, of, begun: true };
        assert!(of(3, 4).is_nearer_than(of(2, 3)) && of(2, 2).is_nearer_than(of(5, 6)));
        assert!(!of(2, 4).is_nearer_than(of(1, 2)) && !of(0, 3).is_nearer_than(of(0, 1)));
    }

    #[test]
    fn topics_are_asked_together_and_a_wrong_one_has_no_standing() {
        let topics = [topic("a", "mexico wall"), topic("b", "(mexico"), topic("c", "said:Ada")];
        let standings = Standings::of(&topics);
        assert!(standings.asks_quotes() && !Standings::of(&topics[..1]).asks_quotes());
        let page = Page::text("Mexico answers.");
        let held: Vec<_> = standings.on(&page.input()).into_iter().map(|one| one.map(|one| one.held)).collect();
        assert_eq!(held, [Some(1), None, Some(0)]);
    }
}
