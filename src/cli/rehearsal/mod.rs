//! `topics test`: a topic replayed on the stored articles, against the rule in force or against what was recorded.
//! It says what an edit would change; it changes nothing. How that looks is in `text`.

mod text;

use std::collections::{BTreeSet, HashMap};
use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;

use super::args::Global;
use super::articles::{archive, empty, local};
use super::output::{Exit, json, note};
use super::{Failure, Outcome, ago, config_dir, is_json, now, progress};
use crate::archive::{
    Comparison, DayCount, Found, Hit, Judged, Judgement, Question, Replay, Side, TermCount, compare, judged,
};
use crate::config::{self, process_environment};
use crate::model::{ArticleId, Topic, TopicId};
use crate::store::{Recorded, Store};

/// Examples shown of what is new and of what is lost.
const EXAMPLES: usize = 5;

#[derive(Serialize)]
struct Report<'a> {
    topic: &'a TopicId,
    since: Timestamp,
    articles: u64,
    before: &'a Side,
    after: &'a Side,
    new: Vec<Line<'a>>,
    lost: Vec<Line<'a>>,
    unchanged: usize,
    days: &'a [DayCount],
    terms: &'a [TermCount],
    marks: Marks<'a>,
}

#[derive(Serialize)]
struct Line<'a> {
    id: &'a ArticleId,
    title: &'a str,
    outlet: &'a str,
    url: &'a str,
    first_seen: Timestamp,
    terms: &'a [String],
}

impl<'a> Line<'a> {
    fn of(found: &'a Found) -> Self {
        let Found { id, title, outlet, url, first_seen, terms, .. } = found;
        Self { id, title, outlet, url, first_seen: *first_seen, terms }
    }
}

#[derive(Serialize)]
struct Marks<'a> {
    false_dropped: &'a [ArticleId],
    useful_lost: &'a [ArticleId],
}

/// What the topic is compared with.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Against {
    /// The rule in the configuration.
    Configured,
    /// The matches that the daemon recorded.
    Recorded,
}

pub async fn rehearse(global: &Global, id: &str, file: Option<&Path>, since: &str) -> Outcome {
    let since = ago(since)?;
    let dir = config_dir(global)?;
    let taken = config::load_with_last_good(&dir, &process_environment).map_err(|problems| {
        let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
        Failure { message: lines.join("\n"), exit: Exit::Config }
    })?;
    for refused in &taken.refused {
        note(format!("{refused} (the last good version of this file is used)"));
    }
    let settings = taken.settings;
    let configured = named(&settings.topics, id)?;
    let edited = file.map(|file| edited(file, &configured.id)).transpose()?;
    let against = match &edited {
        Some(edited) if edited.rule != configured.rule => Against::Configured,
        _ => Against::Recorded,
    };
    let tested = edited.unwrap_or_else(|| Arc::clone(&configured));
    let Some(store) = archive(&settings)? else {
        empty(global, None, &settings);
        return Ok(Exit::Done);
    };
    let (before, after, replay) = look_back(&store, &configured, &tested, against, since).await?;
    if replay.articles() == 0 && !is_json(global) {
        empty(global, Some(since), &settings);
        return Ok(Exit::Done);
    }
    let ids = |found: &[Found]| found.iter().map(|found| found.id.clone()).collect::<BTreeSet<_>>();
    let found_before = ids(&before);
    let (now, first) = (now(), replay.oldest().unwrap_or(since));
    // Times in JSON are UTC; people count days as their calendar does.
    let timezone = if is_json(global) { TimeZone::UTC } else { settings.alerts.timezone.clone() };
    let compared = compare(before, after, first, now, &timezone);
    let marks = judged(&marks(&dir, &configured.id), &found_before, &ids(&compared.lost));
    if is_json(global) {
        if replay.articles() == 0 {
            empty(global, Some(since), &settings);
        }
        print_json(&configured.id, since, replay.articles(), &compared, &marks);
    } else {
        let over = format!("{} articles first seen since {}", replay.articles(), local(since.max(first), &settings));
        text::print(&configured.id, against, file.is_some(), &over, &compared, &marks, &settings);
    }
    Ok(if marks.useful_lost.is_empty() { Exit::Done } else { Exit::Problems })
}

/// The topic of that id, or of a unique beginning of it.
fn named(topics: &[Arc<Topic>], id: &str) -> Result<Arc<Topic>, Failure> {
    let ids = || topics.iter().map(|topic| topic.id.as_str());
    let begins: Vec<_> = topics.iter().filter(|topic| topic.id.as_str().starts_with(id)).collect();
    if let Some(topic) = topics.iter().find(|topic| topic.id.as_str() == id) {
        return Ok(Arc::clone(topic));
    }
    match begins.as_slice() {
        [topic] if !id.is_empty() => return Ok(Arc::clone(topic)),
        _ => {}
    }
    let mut near: Vec<&str> = config::nearest(id, ids()).into_iter().collect();
    near.extend(ids().filter(|known| !id.is_empty() && known.contains(id)));
    near.dedup();
    near.truncate(EXAMPLES);
    let hint = if near.is_empty() {
        "`wireroom topics list` shows them".to_owned()
    } else {
        format!("did you mean {}?", near.join(" or "))
    };
    Err(Failure::problem(format!("there is no topic {id}; {hint}")))
}

/// The edited version in a topics file: the topic of that id, or the only one.
fn edited(file: &Path, id: &TopicId) -> Result<Arc<Topic>, Failure> {
    let topics = config::load_topics(file).map_err(|problems| {
        let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
        Failure::problem(lines.join("\n"))
    })?;
    match (topics.iter().find(|topic| topic.id == *id), topics.as_slice()) {
        (Some(topic), _) | (None, [topic]) => Ok(Arc::clone(topic)),
        (None, many) => Err(Failure::problem(format!(
            "{} holds {} topics and none with the id {id}: give one of them that id",
            file.display(),
            many.len()
        ))),
    }
}

/// What both rules find, the newest first.
async fn look_back(
    store: &Store,
    configured: &Arc<Topic>,
    tested: &Arc<Topic>,
    against: Against,
    since: Timestamp,
) -> Result<(Vec<Found>, Vec<Found>, Replay), Failure> {
    let (old, new) = (TopicId::from("before"), TopicId::from("after"));
    let under = |id: &TopicId, topic: &Arc<Topic>| Arc::new(Topic { id: id.clone(), ..(**topic).clone() });
    let mut topics = vec![under(&new, tested)];
    if against == Against::Configured {
        topics.push(under(&old, configured));
    }
    let compiled = tokio::task::spawn_blocking(move || Question::of(&topics)).await.map_err(Failure::problem)?;
    let question = compiled.map_err(|errors| {
        let lines: Vec<String> = errors.iter().map(|error| error.error.to_string()).collect();
        Failure::problem(lines.join("\n"))
    })?;
    let mut replay = Replay::begin(store, Arc::new(question), since).await?;
    let bar = progress::bar(replay.candidates(), "articles");
    let (mut before, mut after) = (Vec::new(), Vec::new());
    while let Some(page) = replay.next().await? {
        bar.set_position(page.done);
        for hit in page.hits {
            before.extend(found(&hit, &old));
            after.extend(found(&hit, &new));
        }
    }
    bar.finish_and_clear();
    if against == Against::Recorded {
        before = store.recorded(configured.id.clone(), since).await?.into_iter().map(found_then).collect();
    }
    Ok((before, after, replay))
}

fn found(hit: &Hit, topic: &TopicId) -> Option<Found> {
    let matched = hit.matches.iter().find(|matched| matched.topic == *topic)?;
    let (article, (terms, context)) = (&hit.stored.article, Found::reasons(&matched.terms));
    Some(Found {
        id: article.id.clone(),
        title: article.title.clone(),
        outlet: article.outlet.clone(),
        url: article.url.clone(),
        first_seen: article.first_seen,
        timing: article.timing,
        story: hit.stored.story.clone(),
        terms,
        context,
    })
}

fn found_then(recorded: Recorded) -> Found {
    let (terms, context) = Found::reasons(&recorded.terms);
    let Recorded { id, title, outlet, url, first_seen, timing, story, .. } = recorded;
    Found { id, title, outlet, url, first_seen, timing, story, terms, context }
}

/// Judgements of a topic's alerts, from `marks/USER.jsonl` in the configuration folder; of one user and alert the last counts.
fn marks(dir: &Path, topic: &TopicId) -> Vec<(ArticleId, Judgement)> {
    let Ok(files) = std::fs::read_dir(dir.join("marks")) else { return Vec::new() };
    let mut last: HashMap<(String, String), (ArticleId, Judgement)> = HashMap::new();
    for path in files.filter_map(Result::ok).map(|file| file.path()) {
        if path.extension().is_none_or(|end| end != "jsonl") {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        for mark in text.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok()) {
            let cell = |name: &str| mark.get(name).and_then(|value| value.as_str()).unwrap_or_default();
            let judgement = match cell("judgement") {
                "useful" => Judgement::Useful,
                "false" => Judgement::False,
                _ => continue,
            };
            if cell("topic") == topic.as_str() {
                let key = (path.display().to_string(), cell("alert").to_owned());
                last.insert(key, (ArticleId::from(cell("article")), judgement));
            }
        }
    }
    last.into_values().collect()
}

fn print_json(topic: &TopicId, since: Timestamp, articles: u64, compared: &Comparison, marks: &Judged) {
    json(&Report {
        topic,
        since,
        articles,
        before: &compared.before,
        after: &compared.after,
        new: compared.new.iter().map(Line::of).collect(),
        lost: compared.lost.iter().map(Line::of).collect(),
        unchanged: compared.unchanged,
        days: &compared.days,
        terms: &compared.terms,
        marks: Marks { false_dropped: &marks.false_dropped, useful_lost: &marks.useful_lost },
    });
}
