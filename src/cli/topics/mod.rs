//! `topics`: add, mute; `list` is in [`list`], `test` in `rehearsal`. What is written is checked first; the daemon takes it up
//! by itself.

mod list;

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::args::{Global, TopicsArgs, TopicsCommand};
use super::output::{DIM, Exit, line, local, note, paint};
use super::{Failure, Outcome, ago, config_dir, now, open_store, progress, rehearsal, settings};
use crate::archive::{Question, Replay};
use crate::config::settings::Settings;
use crate::config::{self, edit, process_environment};
use crate::model::{Severity, Topic, TopicId};
use crate::neutral;
use crate::store::lock;
use crate::topic;
use crate::wording::count;

/// How long the daemon is waited for to take an edit up.
const TAKE_UP: Duration = Duration::from_secs(5);
/// Titles shown of what a new topic would have told, the newest first.
const SHOWN: usize = 10;

pub async fn topics(global: &Global, args: TopicsArgs) -> Outcome {
    match args.command.unwrap_or(TopicsCommand::List) {
        TopicsCommand::List => list::list(global).await,
        TopicsCommand::Add { name, query, severity, file } => {
            add(global, &name, &query, &severity, file.as_deref()).await
        }
        TopicsCommand::Test { topic, file, since } => {
            rehearsal::rehearse(global, &topic, file.as_deref(), &since).await
        }
        TopicsCommand::Mute { topic, duration } => {
            let wait = config::duration(&duration).map_err(Failure::usage)?;
            let until = crate::schedule::after(now(), wait);
            let until = Timestamp::from_second(until.as_second()).unwrap_or(until);
            mute(global, &topic, Some(until))
        }
        TopicsCommand::Unmute { topic } => mute(global, &topic, None),
    }
}

async fn add(global: &Global, name: &str, query: &str, severity: &str, file: Option<&Path>) -> Outcome {
    if Severity::from_name(severity).is_none() {
        return Err(Failure::usage(format!("{severity:?} is no severity: low, normal, high")));
    }
    let dir = config_dir(global)?;
    let settings = settings(global)?;
    if let Err(error) = topic::parse_query_with(query, &settings.terms) {
        note(underlined(query, &error));
        return Ok(Exit::Problems);
    }
    let id = edit::id_of(name);
    if id.is_empty() {
        return Err(Failure::usage("give the topic a name with letters in it"));
    }
    if settings.topics.iter().any(|topic| topic.id.as_str() == id) {
        return Err(Failure::problem(format!("there is a topic {id} already; edit its file, or choose another name")));
    }
    let path = match file {
        Some(file) if file.components().count() > 1 => file.to_owned(),
        Some(file) => dir.join("topics").join(file),
        None => dir.join("topics").join(format!("{id}.toml")),
    };
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(Failure::problem(format!("{}: {error}", path.display()))),
    };
    let new = edit::NewTopic { id: &id, name, query, severity };
    let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let edited = edit::with_topic(&text, &stem, &new).map_err(Failure::problem)?;
    let write = || {
        fs::create_dir_all(path.parent().unwrap_or(&dir))?;
        edit::replace(&path, &edited)
    };
    write().map_err(|error| Failure::problem(format!("{}: {error}", path.display())))?;
    line(format!("wrote {} to {}", id, path.display()));
    let loaded = config::load(&dir, &process_environment);
    for problem in &loaded.problems {
        note(problem.to_string());
    }
    if let Some(topic) = loaded.settings.iter().flat_map(|new| &new.topics).find(|topic| topic.id.as_str() == id) {
        last_week(&settings, topic).await?;
    }
    let file = format!("topics/{}:", path.file_name().unwrap_or_default().to_string_lossy());
    wait_for_take_up(&settings, &TopicId(id), &file).await
}

/// Says what the last 7 days would have told, from the articles as they are stored.
async fn last_week(settings: &Settings, topic: &Arc<Topic>) -> Result<(), Failure> {
    // Before the daemon's first run there is nothing to look at.
    let Ok(store) = open_store(settings) else { return Ok(()) };
    let question = Question::of(std::slice::from_ref(topic));
    let question = question.map_err(|_| Failure::problem("the query does not compile"))?;
    let mut replay = Replay::begin(&store, Arc::new(question), ago("7d")?).await?;
    let bar = progress::bar(replay.candidates(), "articles");
    let (mut told, mut shown) = (0, Vec::new());
    while let Some(page) = replay.next().await? {
        bar.set_position(page.done);
        told += page.hits.len();
        let titles = page.hits.iter().map(|hit| &hit.stored.article);
        let titles = titles.map(|a| format!("  {} ({})", neutral::line(&a.title), neutral::line(&a.outlet)));
        shown.extend(titles.take(SHOWN - shown.len()));
    }
    bar.finish_and_clear();
    line(format!("the last 7 days would have told {told} of {}", count(replay.articles(), "article")));
    for title in shown {
        line(title);
    }
    Ok(())
}

/// The query with a mark under the fault.
pub(super) fn underlined(query: &str, error: &topic::QueryError) -> String {
    let end = error.end.clamp(error.start, query.len());
    let start = error.start.min(end);
    let snippet = Snippet::source(query).annotation(AnnotationKind::Primary.span(start..end));
    Renderer::plain().render(&[Level::ERROR.primary_title(error.message.as_str()).element(snippet)])
}

/// Says when the daemon has it in force, or why not.
async fn wait_for_take_up(settings: &Settings, topic: &TopicId, file: &str) -> Outcome {
    if lock::running(&settings.state_dir).is_none() {
        line(paint(DIM, "the daemon does not run; it is in force from its next start on"));
        return Ok(Exit::Done);
    }
    let store = open_store(settings)?;
    let began = Instant::now();
    while began.elapsed() < TAKE_UP {
        if store.in_force(topic.clone()).await?.is_some() {
            line("in force");
            return Ok(Exit::Done);
        }
        if let Some(refused) = store.refused().await?.iter().find(|line| line.starts_with(file)) {
            line(format!("not in force: {refused}"));
            return Ok(Exit::Problems);
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    line("the daemon has not taken it up yet: `wireroom status` says more");
    Ok(Exit::Problems)
}

fn mute(global: &Global, topic: &str, until: Option<Timestamp>) -> Outcome {
    let dir = config_dir(global)?;
    let until_text = until.map(|until| until.to_string());
    let path = edit::mute(&dir, topic, until_text.as_deref()).map_err(Failure::problem)?;
    match until {
        Some(until) => {
            let until = local(until, &TimeZone::system());
            line(format!("{topic} is muted until {until} ({}); matches are recorded as held", path.display()));
        }
        None => line(format!("{topic} is told again ({})", path.display())),
    }
    Ok(Exit::Done)
}
