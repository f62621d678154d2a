//! The configured feeds → which `feed:`, `outlet:` and `tag:` of a query can be met, and what was meant by one that cannot.
//! Says nothing of `site:` and `lang:`: these are found in articles, not configured.

use super::fold::fold_name;
use super::query::{Attribute, AttributeKind, Node, NodeKind, Query, QueryError};
use crate::model::Feed;

/// Names that articles can have, as they are compared and as they are written.
#[derive(Debug, Default)]
pub struct Sources {
    feeds: Vec<(String, String)>,
    outlets: Vec<(String, String)>,
    tags: Vec<(String, String)>,
}

impl Sources {
    pub fn of<'a>(feeds: impl IntoIterator<Item = &'a Feed>) -> Self {
        let mut sources = Self::default();
        for feed in feeds {
            sources.feeds.push((feed.id.as_str().to_lowercase(), feed.id.as_str().to_owned()));
            sources.outlets.push((fold_name(&feed.outlet), feed.outlet.clone()));
            sources.tags.extend(feed.tags.iter().map(|tag| (fold_name(tag), tag.clone())));
        }
        for names in [&mut sources.feeds, &mut sources.outlets, &mut sources.tags] {
            names.sort();
            names.dedup_by(|later, first| later.0 == first.0);
        }
        sources
    }

    /// What to say of an outlet of a topic's filter that no feed has.
    pub fn unknown_outlet(&self, name: &str) -> Option<String> {
        self.unknown(AttributeKind::Outlet, &fold_name(name), false, name)
    }

    /// The same of a tag.
    pub fn unknown_tag(&self, name: &str) -> Option<String> {
        self.unknown(AttributeKind::Tag, &fold_name(name), false, name)
    }

    /// Attributes of the query that no feed has. Those of a definition are told at the definition, unless only the zone
    /// before its name makes attributes of them.
    pub fn unknown_in(&self, query: &Query, text: &str) -> Vec<QueryError> {
        let mut found = Vec::new();
        self.walk(&query.root, text, false, &mut found);
        found
    }

    fn walk(&self, node: &Node, text: &str, made_here: bool, found: &mut Vec<QueryError>) {
        let written = text[node.span.clone()].trim_start_matches(['(', '（', ' ']);
        let made_here = made_here || !node.named || !written.starts_with(['@', '＠']);
        if !made_here {
            return;
        }
        match &node.kind {
            NodeKind::All(parts) | NodeKind::Any(parts) | NodeKind::AtLeast(_, parts) => {
                for part in parts {
                    self.walk(part, text, node.named, found);
                }
            }
            NodeKind::Not(part) => self.walk(part, text, node.named, found),
            // Its operands are words.
            NodeKind::Near { .. } | NodeKind::Term(_) => {}
            NodeKind::Attribute(Attribute { kind, value, prefix }) => {
                let shown = if *prefix { format!("{value}*") } else { value.clone() };
                let message = self.unknown(*kind, value, *prefix, &shown);
                found.extend(message.map(|message| QueryError::new(node.span.clone(), message)));
            }
        }
    }

    fn unknown(&self, kind: AttributeKind, value: &str, prefix: bool, shown: &str) -> Option<String> {
        let known = match kind {
            AttributeKind::Feed => &self.feeds,
            AttributeKind::Outlet => &self.outlets,
            AttributeKind::Tag => &self.tags,
            AttributeKind::Lang | AttributeKind::Site => return None,
        };
        let met = |name: &str| if prefix { name.starts_with(value) } else { name == value };
        if self.feeds.is_empty() || known.iter().any(|(name, _)| met(name)) {
            return None;
        }
        let what = kind.name();
        let distance = |name: &str| strsim::damerau_levenshtein(name, value);
        let near = known.iter().map(|(name, written)| (distance(name), written));
        let near = near.filter(|(distance, written)| *distance <= 1 + written.len() / 4).min();
        let meant = match near {
            Some((_, written)) => format!("did you mean \"{written}\"?"),
            None => "`wireroom feeds list` shows them".to_owned(),
        };
        Some(format!("no configured feed has the {what} \"{shown}\", so this never holds: {meant}"))
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::feed;
    use super::super::{parse_definition, parse_query_with};
    use super::*;
    use crate::model::{NamedGroup, Terms};

    #[test]
    fn values_that_no_feed_has_are_told_with_the_nearest() {
        let feeds = [feed("bbc-world", "BBC News", &["uk", "world"]), feed("pais", "El País", &["spain"])];
        let sources = Sources::of(&feeds);
        let group =
            |name: &str, query: &str| std::sync::Arc::new(NamedGroup { name: name.into(), query: query.into() });
        let terms: Terms =
            [group("papers", "\"El Pais\" OR \"El Mundo\""), group("own", "feed:nobody")].into_iter().collect();
        for (query, place, remedy) in [
            ("a outlet:\"bbc news\" feed:BBC-World tag:uk tag:SPAIN", "", ""),
            ("a outlet:bbc* tag:w* feed:pa*", "", ""),
            ("a outlet:\"BBC New\"", "outlet:\"BBC New\"", "did you mean \"BBC News\"?"),
            ("a NOT feed:bcc-world", "feed:bcc-world", "did you mean \"bbc-world\"?"),
            ("a (b OR tag:health)", "tag:health", "feeds list"),
            ("a outlet:cnn*", "outlet:cnn*", "the outlet \"cnn*\""),
            ("a site:nowhere.example lang:fi", "", ""),
            ("(outlet:@papers)", "@papers", "the outlet \"el mundo\""),
            ("a outlet:@papers", "@papers", "no configured feed has the outlet \"el mundo\""),
            ("a @own", "", ""),
            ("a (@own)", "", ""),
        ] {
            let read = parse_query_with(query, &terms).expect(query);
            let found = sources.unknown_in(&read, query);
            let told: Vec<_> = found.iter().map(|found| &query[found.start..found.end]).collect();
            assert_eq!(told.join(" "), place, "{query}");
            assert!(found.iter().all(|found| found.message.contains(remedy)), "{query}: {found:?}");
        }
        let definition = parse_definition("feed:nobody", &terms).expect("a definition");
        assert_eq!(sources.unknown_in(&definition, "feed:nobody").len(), 1, "it is told where it is defined");
        assert!(sources.unknown_outlet("El Pais").is_none() && sources.unknown_tag("word").is_some());
        let none = Sources::of(&[]);
        assert!(none.unknown_tag("word").is_none(), "before there are feeds nothing is known");
    }
}
