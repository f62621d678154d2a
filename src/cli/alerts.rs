//! `alerts`: the alert log, readable. It ends with how the feeds are, so that an empty log never looks like a dead daemon.

use std::collections::HashSet;
use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use anstyle::Style;
use jiff::tz::TimeZone;

use super::args::{AlertsArgs, AlertsCommand, Global};
use super::copies;
use super::marks::{self, Marks};
use super::output::{BOLD, CYAN, DIM, Exit, RED, YELLOW, json, line, local, paint};
use super::{Failure, Outcome, ago, is_json, open_store, settings};
use crate::config::process_environment;
use crate::config::settings::Settings;
use crate::model::{Alert, AlertArticle, AlertKind, AlsoIn, Quality, Severity, Timing, TopicId};
use crate::neutral;
use crate::sink::line::why;
use crate::store::{AlertFilter, Store};
use crate::wording::count;

/// Without a time given, this many of the newest are shown.
const NEWEST: usize = 50;
const LOOK: Duration = Duration::from_millis(500);

pub async fn alerts(global: &Global, args: AlertsArgs) -> Outcome {
    let settings = settings(global)?;
    let store = open_store(&settings)?;
    match &args.command {
        Some(AlertsCommand::Show { id }) => return show(global, &settings, &store, id).await,
        Some(AlertsCommand::Mark { ids, judgement, note }) => {
            return marks::mark(global, &settings, &store, ids, *judgement, note.as_deref()).await;
        }
        None => {}
    }
    let topic = args.topic.clone().map(TopicId);
    if let Some(topic) = &topic
        && !settings.topics.iter().any(|known| known.id == *topic)
    {
        super::output::note(format!("there is no topic {topic} now; showing what was told about it"));
    }
    let since = args.since.as_deref().map(ago).transpose()?;
    if args.held {
        return held(global, &settings, &store, topic, since).await;
    }
    let min_severity = match args.severity.as_deref() {
        None => None,
        Some(name) => {
            let known = Severity::from_name(name);
            Some(known.ok_or_else(|| Failure::usage(format!("{name:?} is no severity: low, normal, high")))?)
        }
    };
    let seen = seen_file(&settings);
    let after_seq = if args.new { read_seen(seen.as_ref()) } else { 0 };
    let limit = (since.is_none() && !args.new).then_some(NEWEST);
    let mut filter = AlertFilter { topic, since, min_severity, after_seq, limit };
    let head = store.log_head().await?;
    let found = read(&store, &filter).await?;
    print_all(global, &settings, &store, &found).await?;
    if args.new {
        write_seen(seen.as_ref(), head.seq);
    }
    if args.follow {
        filter.limit = None;
        filter.since = None;
        filter.after_seq = head.seq;
        return follow(global, &settings, &store, filter).await;
    }
    if !is_json(global) {
        line(paint(DIM, &last_line(&settings, &store, &found).await?));
    }
    Ok(Exit::Done)
}

async fn read(store: &Store, filter: &AlertFilter) -> Result<Vec<(Alert, String)>, Failure> {
    let lines = store.alerts(filter.clone()).await?;
    Ok(lines.into_iter().filter_map(|text| Some((serde_json::from_str(&text).ok()?, text))).collect())
}

async fn print_all(
    global: &Global,
    settings: &Settings,
    store: &Store,
    found: &[(Alert, String)],
) -> Result<(), Failure> {
    if is_json(global) {
        for (_, text) in found {
            line(text);
        }
        return Ok(());
    }
    let timezone = &settings.alerts.timezone;
    let marks = Marks::read(settings);
    let (news, rest): (Vec<_>, Vec<_>) = found.iter().partition(|(alert, _)| alert.timing == Timing::New);
    for (alert, _) in news {
        print(alert, &also(store, alert).await?, marks.of(&alert.id), timezone);
    }
    if !rest.is_empty() {
        line(paint(BOLD, "Not new when first seen (backlog and old)"));
        for (alert, _) in rest {
            print(alert, &also(store, alert).await?, marks.of(&alert.id), timezone);
        }
    }
    Ok(())
}

/// Who else carries the story, as known now.
pub async fn also(store: &Store, alert: &Alert) -> Result<Vec<AlsoIn>, Failure> {
    match (&alert.story, &alert.article) {
        (Some(story), Some(article)) => Ok(store.also_in(story.id.clone(), article.id.clone()).await?),
        _ => Ok(Vec::new()),
    }
}

/// One alert for people, with what was said of it.
pub fn print(alert: &Alert, also: &[AlsoIn], marked: Option<&str>, timezone: &TimeZone) {
    let at = local(alert.at, timezone);
    let severity = paint(style(alert.severity), &format!("{:<6}", alert.severity.as_str().to_uppercase()));
    let topic = alert.topic.as_ref().map_or(alert.kind.as_str(), |topic| topic.id.as_str());
    let Some(article) = &alert.article else {
        let subject = neutral::line(alert.subject.as_deref().unwrap_or_default()).into_owned();
        line(format!("{at}  {severity}  {}  {subject}: {}", paint(CYAN, topic), neutral::line(&alert.excerpt)));
        if let Some(marked) = marked {
            line(format!("    {marked}"));
        }
        return;
    };
    line(format!("{at}  {severity}  {}  {}", paint(CYAN, topic), paint(BOLD, &neutral::line(&article.title))));
    let mut told = format!("    {} · why: {}", neutral::line(&article.outlet), neutral::line(&why(&alert.matches)));
    if let Some(marked) = not_whole(article) {
        told.push_str(&format!(" · {marked} ({})", article.quality));
    }
    if !also.is_empty() {
        // An outlet that carries it under several addresses is named once.
        let mut outlets: Vec<_> = also.iter().map(|also| neutral::line(&also.outlet)).collect();
        let mut named = HashSet::new();
        outlets.retain(|outlet| named.insert(outlet.clone()));
        told.push_str(&format!(" · also in: {}", outlets.join(", ")));
    }
    line(told);
    let copy = match &alert.copy {
        Some(copy) => format!("copy {} @{}", copy.path, copy.offset),
        None => "no copy".to_owned(),
    };
    line(paint(DIM, &format!("    {}  {copy}  {}", neutral::line(&article.url), alert.id)));
    if let Some(marked) = marked {
        line(format!("    {marked}"));
    }
}

/// What the words come from, where that is not the whole article.
fn not_whole(article: &AlertArticle) -> Option<&'static str> {
    let read = article.fetched.is_some();
    match article.quality {
        Quality::Full => None,
        Quality::Teaser if read => Some("only a part of the page"),
        Quality::Teaser => Some("from the feed's text"),
        Quality::Consent => Some("from the feed's text, the page is a wall"),
        Quality::Empty => Some("from the feed's text, the page shows none"),
        Quality::NotHtml => Some("from the feed's text, the link leads to a file"),
    }
}

fn style(severity: Severity) -> Style {
    match severity {
        Severity::High => RED,
        Severity::Normal => YELLOW,
        Severity::Low => DIM,
    }
}

async fn follow(global: &Global, settings: &Settings, store: &Store, mut filter: AlertFilter) -> Outcome {
    loop {
        tokio::select! {
            _ = tokio::signal::ctrl_c() => return Ok(Exit::Done),
            () = tokio::time::sleep(LOOK) => {}
        }
        let head = store.log_head().await?;
        if head.seq <= filter.after_seq {
            continue;
        }
        let found = read(store, &filter).await?;
        for (alert, text) in &found {
            if is_json(global) {
                line(text);
            } else {
                print(alert, &also(store, alert).await?, None, &settings.alerts.timezone);
            }
        }
        filter.after_seq = head.seq;
    }
}

/// `7 alerts, 2 high · 214 of 217 feeds read in the last hour, 3 failing (wireroom status)`
async fn last_line(settings: &Settings, store: &Store, found: &[(Alert, String)]) -> Result<String, Failure> {
    let told: Vec<_> = found.iter().filter(|(alert, _)| alert.kind != AlertKind::Health).collect();
    let high = told.iter().filter(|(alert, _)| alert.severity == Severity::High).count();
    let states = store.feed_states().await?;
    let hour_ago = ago("1h")?;
    let enabled: Vec<_> = settings.feeds.iter().filter(|feed| feed.enabled).collect();
    let state = |id| states.get(id);
    let read =
        enabled.iter().filter(|feed| state(&feed.id).and_then(|s| s.last_success).is_some_and(|at| at > hour_ago));
    let failing = enabled.iter().filter(|feed| state(&feed.id).is_some_and(|s| s.failures > 0 || s.gone)).count();
    Ok(format!(
        "{}, {high} high · {} of {} feeds read in the last hour, {failing} failing (wireroom status)",
        count(told.len(), "alert"),
        read.count(),
        enabled.len(),
    ))
}

async fn held(
    global: &Global,
    settings: &Settings,
    store: &Store,
    topic: Option<TopicId>,
    since: Option<jiff::Timestamp>,
) -> Outcome {
    let held = store.held(topic, since).await?;
    for found in &held {
        if is_json(global) {
            json(found);
            continue;
        }
        let at = local(found.at, &settings.alerts.timezone);
        let (title, outlet) = (neutral::line(&found.title), neutral::line(&found.outlet));
        line(format!("{at}  {}  {title} ({outlet})", paint(CYAN, found.topic.as_str())));
        line(paint(DIM, &format!("    held: {}  {}  {}", found.reason, neutral::line(&found.url), found.article)));
    }
    if !is_json(global) {
        let matches = if held.len() == 1 { "match" } else { "matches" };
        line(paint(DIM, &format!("{} {matches} recorded but not told", held.len())));
    }
    Ok(Exit::Done)
}

async fn show(global: &Global, settings: &Settings, store: &Store, id: &str) -> Outcome {
    let (_, text) = copies::alert(store, id).await?;
    if is_json(global) {
        line(text);
        return Ok(Exit::Done);
    }
    let alert: Alert = serde_json::from_str(&text).map_err(Failure::problem)?;
    let marks = Marks::read(settings);
    print(&alert, &also(store, &alert).await?, marks.of(&alert.id), &settings.alerts.timezone);
    line("");
    for found in &alert.matches {
        line(format!(
            "  {:<8}{}  {}",
            found.zone,
            paint(BOLD, &neutral::line(&found.term)),
            neutral::line(&found.context)
        ));
    }
    for note in &alert.notes {
        line(format!("  note: {}", neutral::line(note)));
    }
    if let Some(article) = &alert.article {
        line("");
        let to_the_second = |at: jiff::Timestamp| {
            at.to_zoned_datetime(settings.alerts.timezone.clone()).strftime("%Y-%m-%d %H:%M:%S %Z").to_string()
        };
        let published = article.published.map_or_else(|| "unknown".to_owned(), to_the_second);
        line(format!("  published  {published} ({})", article.published_from));
        line(format!(
            "  first seen {}  timing {}  revision {}",
            to_the_second(article.first_seen),
            alert.timing,
            alert.revision.unwrap_or(0)
        ));
        line(format!("  article    {}  language {}", article.id, article.language.as_deref().unwrap_or("?")));
    }
    if let Some(topic) = &alert.topic {
        line(format!("  rule       {} of {}", topic.rule, neutral::line(&topic.name)));
    }
    if let Some(copy) = &alert.copy {
        line(format!("  copy       SHA-256 {}", copy.sha256));
    }
    line(format!("  chain      alert {} follows {}", alert.seq, alert.prev));
    Ok(Exit::Done)
}

/// Where this user's last `--new` is remembered.
fn seen_file(settings: &Settings) -> Option<PathBuf> {
    let home = process_environment("XDG_STATE_HOME").map(PathBuf::from);
    let home = home.or_else(|| process_environment("HOME").map(|home| PathBuf::from(home).join(".local/state")))?;
    let name: String = url::form_urlencoded::byte_serialize(settings.state_dir.to_string_lossy().as_bytes()).collect();
    Some(home.join("wireroom").join(format!("seen-{name}")))
}

fn read_seen(path: Option<&PathBuf>) -> u64 {
    path.and_then(|path| fs::read_to_string(path).ok()).and_then(|text| text.trim().parse().ok()).unwrap_or(0)
}

fn write_seen(path: Option<&PathBuf>, seq: u64) {
    let Some(path) = path else { return };
    let written = path.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::write(path, format!("{seq}\n")));
    if let Err(error) = written {
        super::output::note(format!("what was shown could not be remembered ({}): {error}", path.display()));
    }
}
