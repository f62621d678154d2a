//! `topics test`: a topic replayed on the stored articles, against the rule in force or against what was recorded.
//! It says what an edit would change; it changes nothing. How that looks is in `text`.

mod text;

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;

use super::args::Global;
use super::articles::{archive, empty};
use super::output::{Exit, json, local, note};
use super::which::{configured, edited};
use super::{Failure, Outcome, ago, config_dir, is_json, now, progress};
use crate::archive::{Comparison, DayCount, Found, Hit, Judged, Question, Replay, Side, TermCount, compare, judged};
use crate::config::marks::{Judgement, current, read_marks};
use crate::config::{self, process_environment};
use crate::model::{ArticleId, Topic, TopicId};
use crate::store::{Recorded, Store};
use crate::wording::count;

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
        note(refused.to_string());
    }
    let settings = taken.settings;
    let topic = configured(&settings.topics, id)?;
    let edited = file.map(|file| edited(file, topic.id.as_str(), &settings.terms)).transpose()?;
    let against = match &edited {
        Some(edited) if edited.rule() != topic.rule() => Against::Configured,
        _ => Against::Recorded,
    };
    let tested = edited.unwrap_or_else(|| Arc::clone(&topic));
    let Some(store) = archive(&settings)? else {
        empty(global, None, &settings);
        return Ok(Exit::Done);
    };
    let (before, after, replay) = look_back(&store, &topic, &tested, against, since).await?;
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
    let marks = judged(&marks(&dir, &topic.id), &found_before, &ids(&compared.lost));
    if is_json(global) {
        if replay.articles() == 0 {
            empty(global, Some(since), &settings);
        }
        print_json(&topic.id, since, replay.articles(), &compared, &marks);
    } else {
        let over = format!(
            "{} first seen since {}",
            count(replay.articles(), "article"),
            local(since.max(first), &settings.alerts.timezone)
        );
        text::print(&topic.id, against, file.is_some(), &over, &compared, &marks, &settings);
    }
    Ok(if marks.useful_lost.is_empty() { Exit::Done } else { Exit::Problems })
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

/// Judgements of a topic's alerts; of one user and alert the last counts.
fn marks(dir: &Path, topic: &TopicId) -> Vec<(ArticleId, Judgement)> {
    let (marks, problems) = read_marks(dir);
    for problem in problems {
        note(problem.to_string());
    }
    let of_topic = current(&marks).into_values().flatten().filter(|mark| mark.topic == *topic);
    of_topic.filter_map(|mark| Some((mark.article.clone()?, mark.judgement))).collect()
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
