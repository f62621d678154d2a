//! A configuration without problems → what in its topics, named groups and lists of feeds was
//! probably not meant, each at its place.
//! For `check` alone: it reads the files' text again, so that what is in force need not carry places.

use std::collections::HashMap;
use std::sync::Arc;

use super::load::{DAEMON_FILE, Loaded};
use super::options::{self, At, TopicOptions};
use super::problem::{Problem, Source, nearest};
use super::settings::Settings;
use super::topics;
use crate::model::{Terms, Topic};
use crate::topic::{self, Query, QueryError, Sources};

/// Something that `check` warns of.
#[derive(Clone, Debug)]
pub struct Remark {
    pub subject: Subject,
    pub problem: Problem,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Subject {
    /// By its id.
    Topic(String),
    /// By its name.
    Group(String),
    /// Another file, by its name.
    File(String),
}

/// Every remark, in the order of the files; none where there are problems.
pub fn remarks(loaded: &Loaded) -> Vec<Remark> {
    let Some(settings) = &loaded.settings else { return Vec::new() };
    let topics = settings.topics.iter().map(|topic| (topic.id.as_str(), topic)).collect();
    let sources = Sources::of(settings.feeds.iter().map(AsRef::as_ref));
    let mut all = All { settings, topics, sources, forms: HashMap::new(), found: Vec::new() };
    for problem in &loaded.left_out {
        let subject = Subject::File(problem.source.name.clone());
        all.found.push(Remark { subject, problem: problem.clone() });
    }
    for source in loaded.sources.iter().filter(|source| source.name == DAEMON_FILE) {
        all.sinks(source);
    }
    let folder = format!("{}/", topics::FOLDER);
    for source in loaded.sources.iter().filter(|source| source.name.starts_with(&folder)) {
        all.file(source);
    }
    all.found
}

struct All<'a> {
    settings: &'a Settings,
    topics: HashMap<&'a str, &'a Arc<Topic>>,
    sources: Sources,
    /// For each form of a query the topic that had it first, and where.
    forms: HashMap<[u8; 32], (&'a Arc<Topic>, String)>,
    found: Vec<Remark>,
}

impl All<'_> {
    /// Topics that a sink waits for and that there are not. No problem: an analyst who renames a topic must not have the whole
    /// configuration refused.
    fn sinks(&mut self, source: &Arc<Source>) {
        let options = options::daemon(source, &mut Vec::new());
        for at in options.sinks.iter().filter_map(|sink| sink.topics.as_ref()) {
            for id in at.value.iter().filter(|id| !self.topics.contains_key(id.as_str())) {
                let near = nearest(id, self.topics.keys().copied());
                let hint = near.map(|near| format!("; did you mean {near:?}?")).unwrap_or_default();
                let message = format!("there is no topic {id:?}, so this sink is told nothing of it{hint}");
                let problem = Problem::new(source, at.span.clone(), message);
                self.found.push(Remark { subject: Subject::File(source.name.clone()), problem });
            }
        }
    }

    fn file(&mut self, source: &Arc<Source>) {
        // What is wrong in the file was told when it was loaded.
        let options = options::topics(source, &mut Vec::new());
        for (name, at) in &options.terms {
            let subject = Subject::Group(topic::group_name(&name.value));
            if let Ok(query) = topic::parse_definition(&at.value, &self.settings.terms) {
                let found = self.of_clauses(&query, &at.value, true);
                self.tell(&subject, source, at, found);
            }
        }
        for options in &options.topics {
            let id = options.id.as_ref().map_or_else(|| topics::stem(source), |at| at.value.as_str());
            if let Some(&topic) = self.topics.get(id) {
                self.topic(topic, options, source);
            }
        }
    }

    fn topic(&mut self, topic: &Arc<Topic>, options: &TopicOptions, source: &Arc<Source>) {
        let subject = Subject::Topic(topic.id.0.clone());
        if let Some((at, query)) = options.query.as_ref().and_then(|at| Some((at, parsed(&at.value, &topic.terms)?))) {
            let mut found = topic::needs(&query).warnings;
            found.extend(self.of_clauses(&query, &at.value, false));
            found.extend(topic::filter_remarks(&query, &at.value, topic));
            found.extend(self.equal(topic, &query, at, source));
            found.sort_by_key(|found| found.start);
            self.tell(&subject, source, at, found);
        }
        for at in options.score.iter().flat_map(|score| &score.terms).filter_map(|term| term.query.as_ref()) {
            if let Some(query) = parsed(&at.value, &topic.terms) {
                let found = self.of_clauses(&query, &at.value, true);
                self.tell(&subject, source, at, found);
            }
        }
        if let Some((at, score)) =
            options.score.as_ref().and_then(|score| score.threshold.as_ref()).zip(topic.score.as_ref())
            && let Some(message) = topic::unreachable(score)
        {
            self.found
                .push(Remark { subject: subject.clone(), problem: Problem::new(source, at.span.clone(), message) });
        }
        let unknown_outlet: fn(&Sources, &str) -> Option<String> = Sources::unknown_outlet;
        for (list, unknown) in [(&options.outlets, unknown_outlet), (&options.tags, Sources::unknown_tag)] {
            let Some(at) = list else { continue };
            for message in at.value.iter().filter_map(|name| unknown(&self.sources, name)) {
                let problem = Problem::new(source, at.span.clone(), message);
                self.found.push(Remark { subject: subject.clone(), problem });
            }
        }
    }

    /// What holds of any query; with its terms, where [`topic::needs`] does not tell of them.
    fn of_clauses(&self, query: &Query, text: &str, terms: bool) -> Vec<QueryError> {
        let mut found = if terms { topic::term_remarks(query) } else { Vec::new() };
        found.extend(topic::clause_remarks(query, text));
        found.extend(self.sources.unknown_in(query, text));
        found
    }

    /// Topics that ask the same of the same articles tell everything twice.
    fn equal(
        &mut self,
        topic: &Arc<Topic>,
        query: &Query,
        at: &At<String>,
        source: &Arc<Source>,
    ) -> Option<QueryError> {
        if !topic.enabled {
            return None;
        }
        let topic = *self.topics.get(topic.id.as_str())?;
        let form = topic::form(query);
        let Some((first, place)) = self.forms.get(&form) else {
            let (line, _) = Problem::new(source, at.span.clone(), "").place();
            self.forms.insert(form, (topic, format!("{}:{line}", source.name)));
            return None;
        };
        let filters = |topic: &Topic| (topic.languages.clone(), topic.outlets.clone(), topic.feed_tags.clone());
        if first.score != topic.score || filters(first) != filters(topic) {
            return None;
        }
        let message = format!(
            "the query asks the same as that of the topic {} ({place}), so both tell every article: remove one of them",
            first.id
        );
        Some(QueryError { start: 0, end: at.value.len(), message })
    }

    fn tell(&mut self, subject: &Subject, source: &Arc<Source>, at: &At<String>, found: Vec<QueryError>) {
        let placed = |fault| Remark { subject: subject.clone(), problem: Problem::of_query(source, at, &fault) };
        self.found.extend(found.into_iter().map(placed));
    }
}

fn parsed(text: &str, terms: &Terms) -> Option<Query> {
    topic::parse_query_with(text, terms).ok()
}

#[cfg(test)]
mod tests {
    use super::super::load;
    use super::super::load::tests::{folder, nothing};
    use super::*;

    const FEEDS: &str =
        "[[feed]]\nid = \"daily\"\nurl = \"https://a.example/\"\noutlet = \"The Daily\"\ntags = [\"uk\"]\n";

    #[test]
    fn remarks_stand_at_their_places() {
        let topic = |id: &str, rest: &str| format!("[[topic]]\nid = \"{id}\"\n{rest}\n");
        for (text, expected) in [
            (topic("a", "query = 'trade OR (trade wall)'"), &["topics/t.toml:3:19: (trade wall) does nothing"][..]),
            (topic("a", "query = 'US wall'"), &["topics/t.toml:3:10: US also finds"]),
            (
                topic("a", "query = 'wall feed:dayly'"),
                &["topics/t.toml:3:15: no configured feed has the feed \"dayly\""],
            ),
            (topic("a", "query = 'wall'\ntags = [\"usa\"]"), &["topics/t.toml:4:8: no configured feed has the tag"]),
            (topic("a", "query = 'wall'\noutlets = [\"The Dayly\"]"), &["topics/t.toml:4:11: no configured feed has"]),
            (
                topic("a", "query = 'wall lang:es'\nlanguages = [\"en\"]"),
                &["topics/t.toml:3:15: lang:es never holds in this topic"],
            ),
            (
                topic("a", "query = 'wall'\n[topic.score]\nthreshold = 1\nterms = [{ match = 'x OR X' }]"),
                &["topics/t.toml:6:26: X is the same as x"],
            ),
            (
                topic(
                    "a",
                    "query = 'wall'\n[topic.score]\nthreshold = 9.5\nzones = { title = 3 }\n\
                     terms = [{ match = 'x', weight = 2 }, { match = 'y' }, { match = 'z', weight = -4 }]",
                ),
                &["topics/t.toml:5:13: the score never reaches 9.5: its terms come to at most 9"],
            ),
            (
                topic(
                    "a",
                    "query = 'wall'\n[topic.score]\nthreshold = 9\nzones = { title = 3 }\n\
                     terms = [{ match = 'x', weight = 2 }, { match = 'y' }, { match = 'z', weight = -4 }]",
                ),
                &[],
            ),
            (
                topic("a", "query = 'wall OR trade'") + &topic("b", "query = '''\n(Trade) OR wall'''"),
                &["topics/t.toml:7:1: the query asks the same as that of the topic a (topics/t.toml:3)"],
            ),
            (topic("a", "query = 'wall'") + &topic("b", "query = 'wall'\nlanguages = [\"en\"]"), &[]),
            (topic("a", "query = 'wall'") + &topic("b", "query = 'wall'\nenabled = false"), &[]),
            (
                topic("a", "query = 'wall @x'") + &topic("b", "query = 'gate @x'") + "[terms]\nx = 'ICE OR US'\n",
                &["topics/t.toml:8:13: US also finds"],
            ),
            (
                topic("a", "query = 'wall @x'") + "[terms]\nx = 'NOT gate'\ny = 'wall OR \"the wall\"'\n",
                &["topics/t.toml:6:14: \"the wall\" does nothing"],
            ),
            (
                topic("a", "query = 'wall NOT @x'") + "[terms]\nx = 'wall'\n",
                &["topics/t.toml:3:15: wall and NOT @x never"],
            ),
        ] {
            let dir = folder(&[("feeds.toml", FEEDS), ("topics/t.toml", &text)]);
            let loaded = load(dir.path(), &nothing);
            assert!(loaded.problems.is_empty(), "{text}: {:?}", loaded.problems);
            let found: Vec<_> = remarks(&loaded).iter().map(|remark| remark.problem.to_string()).collect();
            assert_eq!(found.len(), expected.len(), "{text}: {found:?}");
            for (found, start) in found.iter().zip(expected) {
                assert!(found.starts_with(start), "{text}: {found}");
            }
        }
    }

    #[test]
    fn a_sink_of_no_topic_and_a_list_of_no_feed_are_remarked() {
        let sink =
            "[[sink]]\nid = \"desk\"\nkind = \"webhook\"\nurl = \"https://a.example/\"\ntopics = [\"wall\", \"wal\"]\n";
        let dir = folder(&[
            ("wireroom.toml", sink),
            ("feeds.d/cut.opml", "<opml><body><outline"),
            ("topics/wall.toml", "[[topic]]\nquery = 'wall'\n"),
        ]);
        let found: Vec<_> =
            remarks(&load(dir.path(), &nothing)).iter().map(|remark| remark.problem.to_string()).collect();
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found[0].starts_with("feeds.d/cut.opml:1:1: holds no feed"), "{found:?}");
        assert!(found[1].starts_with("wireroom.toml:5:10: there is no topic \"wal\""), "{found:?}");
        assert!(found[1].ends_with("did you mean \"wall\"?"), "{found:?}");
    }
}
