//! The tables of topics files → topics, every value checked. Queries that use named groups are checked last, when the groups
//! of every file are known; the groups themselves are [`super::groups`]'s.

use std::collections::HashSet;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::check::{Check, Placed, first_line};
use super::groups::{Definition, Groups};
use super::options::{self, At, Given, ScoreOptions, TopicOptions};
use super::problem::{Problem, Source};
use crate::model::{NamedGroup, ScoreTerm, Severity, Terms, Topic, TopicId, TopicScore, Zone};
use crate::topic;

const DEFAULT_MAX_PER_HOUR: u32 = 60;

/// Where topics files stand in the configuration folder.
pub const FOLDER: &str = "topics";

/// The id of a topic that stands alone in its file: the file's name without `.toml`.
pub fn stem(source: &Source) -> &str {
    let file = source.name.rsplit('/').next().unwrap_or(&source.name);
    file.trim_end_matches(".toml")
}

/// What one file holds.
#[derive(Debug)]
pub struct TopicFile {
    pub topics: Vec<Placed<Arc<Topic>>>,
    pub definitions: Vec<Placed<Definition>>,
    /// Queries that may use named groups.
    open: Vec<OpenQuery>,
}

impl TopicFile {
    /// The groups that none of the files defines, as a file without topics.
    pub fn of_groups(known: &Terms, files: &[Self]) -> Self {
        let own: HashSet<&str> =
            files.iter().flat_map(|file| &file.definitions).map(|definition| definition.value.name.as_str()).collect();
        let placed = |group: &Arc<NamedGroup>| {
            let source = Arc::new(Source { name: format!("@{}", group.name), text: group.query.clone() });
            let span = 0..group.query.len();
            let query = At { value: group.query.clone(), span: span.clone() };
            Placed { value: Definition { name: group.name.clone(), query }, source, span }
        };
        let others = known.iter().filter(|group| !own.contains(group.name.as_str()));
        Self { topics: Vec::new(), definitions: others.map(placed).collect(), open: Vec::new() }
    }
}

#[derive(Debug)]
struct OpenQuery {
    source: Arc<Source>,
    /// Its place among the file's topics; none where the topic is wrong otherwise.
    topic: Option<usize>,
    at: At<String>,
}

/// Whether queries are parsed while a file is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Queries {
    Checked,
    /// The one who reads the file compiles the topics at once, and has them checked only if that fails.
    Unchecked,
}

/// Topics or feeds in a part of a large file: few enough that what parsing takes is taken again by the next part.
const IN_A_PART: usize = 50;

/// A large file in parts, each beginning with a table of that heading (`[[topic]]`); with each the byte at which it begins.
/// A line in a text of several lines that looks like a heading cuts that text in two, which makes the first part a faulty
/// one: then the file has to be read as a whole.
pub fn parts(source: &Source, heading: &str) -> Vec<(usize, Arc<Source>)> {
    let begins = format!("\n{heading}");
    let headings = source.text.match_indices(&begins).map(|(at, _)| at + 1);
    let mut cuts: Vec<usize> = headings.step_by(IN_A_PART).skip(1).collect();
    // A topic alone in its part would be taken for the file's only one.
    if cuts.last().is_some_and(|last| source.text[*last..].matches(&begins).next().is_none()) {
        cuts.pop();
    }
    cuts.push(source.text.len());
    let mut from = 0;
    let part = |to: usize| {
        let (start, text) = (from, source.text[from..to].to_owned());
        from = to;
        (start, Arc::new(Source { name: source.name.clone(), text }))
    };
    cuts.into_iter().map(part).collect()
}

/// Reads a topic file; `stem` is its name without `.toml`.
pub fn topic_file(queries: Queries, stem: &str, source: &Arc<Source>, problems: &mut Vec<Problem>) -> TopicFile {
    let mut file = TopicFile { topics: Vec::new(), definitions: Vec::new(), open: Vec::new() };
    let (_, terms) = options::topics_with(source, problems, |options, alone, problems| {
        let mut open = Vec::new();
        let made = topic(&mut Check { source, problems }, &options, alone.then_some(stem), queries, &mut open);
        let index = made.is_some().then_some(file.topics.len());
        file.topics.extend(made);
        file.open.extend(open.into_iter().map(|at| OpenQuery { source: Arc::clone(source), topic: index, at }));
    });
    let mut check = Check { source, problems };
    for (name, query) in &terms {
        if !topic::is_group_name(&name.value) {
            let message = format!(
                "{:?} is no name of a group: a letter, then letters, digits, - and _, as in presidents = '…'",
                name.value
            );
            check.wrong(&name.span, message);
        }
        let value = Definition { name: topic::group_name(&name.value), query: query.clone() };
        file.definitions.push(Placed { value, source: Arc::clone(source), span: name.span.clone() });
    }
    file
}

/// The topics of all files, and the named groups that they share.
pub struct Settled {
    pub topics: Vec<Placed<Arc<Topic>>>,
    pub definitions: Vec<Placed<Definition>>,
    pub terms: Terms,
}

/// The topics of all files, their queries checked with the named groups of all files.
pub fn settle(files: Vec<TopicFile>, problems: &mut Vec<Problem>) -> Settled {
    let (mut topics, mut definitions, mut open) = (Vec::new(), Vec::new(), Vec::new());
    for file in files {
        let before = topics.len();
        topics.extend(file.topics);
        definitions.extend(file.definitions);
        open.extend(
            file.open.into_iter().map(|query| OpenQuery { topic: query.topic.map(|index| before + index), ..query }),
        );
    }
    let groups = Groups::of(&definitions, problems);
    for OpenQuery { source, topic, at } in open {
        let used = groups.check_query(&at, &source, problems);
        if let (Some(index), Some(used)) = (topic, used.filter(|used| !used.is_empty())) {
            let topic = Arc::get_mut(&mut topics[index].value).expect("nobody has it yet");
            topic.terms = topic.terms.iter().chain(used.iter()).cloned().collect();
        }
    }
    Settled { topics, definitions, terms: groups.terms }
}

fn topic(
    check: &mut Check<'_>,
    options: &TopicOptions,
    stem: Option<&str>,
    queries: Queries,
    open: &mut Vec<At<String>>,
) -> Option<Placed<Arc<Topic>>> {
    let id = match (&options.id, stem) {
        (Some(at), _) => {
            check.id(&at.value, &at.span);
            Some(at.value.clone())
        }
        (None, Some(stem)) => Some(stem.to_owned()),
        (None, None) => {
            let place = first_line(check.source, &options.span);
            check.wrong(&place, "a file of several topics gives each its `id = …`");
            None
        }
    };
    let query = check.required(&options.query, "query", "a [[topic]]", &options.span);
    if let (Some(at), Some(_)) = (&options.query, &query) {
        check_query(check, at, queries, open);
    }
    let severity = check.one_of(&options.severity, Severity::ALL, Severity::as_str).unwrap_or(Severity::Normal);
    let score = options.score.as_ref().map(|options| score(check, options, queries, open));
    let mute_until = options.mute_until.as_ref().and_then(|at| until(check, at));
    let (id, query) = (id?, query?);
    if let Some(At { value, span }) = &options.languages {
        for code in value.iter().filter(|code| !topic::is_language(code)) {
            check.wrong(span, format!("{code:?} is no language code: two or three letters, as in [\"en\", \"es\"]"));
        }
    }
    let strings = |given: &Given<Vec<String>>| given.as_ref().map(|at| at.value.clone()).unwrap_or_default();
    let value = Topic {
        name: options.name.as_ref().map_or_else(|| id.clone(), |at| at.value.clone()),
        id: TopicId(id),
        severity,
        query,
        terms: Terms::default(),
        score,
        languages: strings(&options.languages),
        outlets: strings(&options.outlets),
        feed_tags: strings(&options.tags),
        enabled: options.enabled.as_ref().is_none_or(|at| at.value),
        mute_until,
        max_per_hour: options.max_per_hour.as_ref().map_or(DEFAULT_MAX_PER_HOUR, |at| at.value),
        owner: options.owner.as_ref().map(|at| at.value.clone()),
        note: options.note.as_ref().map(|at| at.value.clone()),
    };
    let span = options.id.as_ref().map_or_else(|| first_line(check.source, &options.span), |at| at.span.clone());
    Some(Placed { value: Arc::new(value), source: Arc::clone(check.source), span })
}

/// Parses a query; one that may use named groups is left for later.
fn check_query(check: &mut Check<'_>, at: &At<String>, queries: Queries, open: &mut Vec<At<String>>) {
    if at.value.contains(['@', '＠']) {
        open.push(at.clone());
    } else if queries == Queries::Checked
        && let Err(fault) = topic::parse_query(&at.value)
    {
        check.problems.push(Problem::of_query(check.source, at, &fault));
    }
}

fn score(check: &mut Check<'_>, options: &ScoreOptions, queries: Queries, open: &mut Vec<At<String>>) -> TopicScore {
    let threshold = match &options.threshold {
        Some(at) if at.value.is_finite() => at.value,
        Some(at) => {
            check.wrong(&at.span, "a number is needed");
            0.0
        }
        None => {
            let place = first_line(check.source, &options.span);
            check.wrong(&place, "[topic.score] needs `threshold = …`");
            0.0
        }
    };
    let mut zones = Vec::new();
    for (name, weight) in options.zones.iter().flat_map(|at| &at.value) {
        let wrong = match Zone::from_name(name) {
            _ if !weight.is_finite() => format!("the weight of {name} is no number: a number is needed"),
            None => format!("{name:?} is no zone; there are title, lede, body, quote, caption"),
            Some(zone) => {
                zones.push((zone, *weight));
                continue;
            }
        };
        let span = options.zones.as_ref().map_or(0..0, |at| at.span.clone());
        check.wrong(&span, wrong);
    }
    let mut terms = Vec::new();
    for term in &options.terms {
        let query = check.required(&term.query, "match", "a score term", &term.span);
        if let Some(at) = &term.query {
            check_query(check, at, queries, open);
        }
        if let Some(at) = term.weight.as_ref().filter(|at| !at.value.is_finite()) {
            check.wrong(&at.span, "a number is needed");
        }
        if let Some(query) = query {
            terms.push(ScoreTerm { query, weight: term.weight.as_ref().map_or(1.0, |at| at.value) });
        }
    }
    TopicScore { threshold, zones, terms }
}

/// A date (the start of that day) or a date and time, UTC where no offset is given.
fn until(check: &mut Check<'_>, at: &At<toml::value::Datetime>) -> Option<Timestamp> {
    let text = at.value.to_string();
    let made = text.parse::<Timestamp>().ok().or_else(|| {
        let civil: jiff::civil::DateTime = text.parse().ok()?;
        civil.to_zoned_datetime(TimeZone::UTC).ok().map(|zoned| zoned.timestamp())
    });
    if made.is_none() {
        check.wrong(&at.span, "write a date: mute_until = 2026-12-01, or with a time: 2026-12-01T08:00:00Z");
    }
    made
}
