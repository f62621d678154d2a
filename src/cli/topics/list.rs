//! `topics list`: each topic, how it did of late, and what came nearest to one that is silent; the worst first.
//! It needs no database: without one the topics are listed as they are configured.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use anstyle::Style;
use jiff::Timestamp;
use serde::Serialize;

use super::super::args::Global;
use super::super::output::{DIM, Exit, RED, Table, YELLOW, fit, json, line, local, note, paint};
use super::super::{Outcome, ago, is_json, now, open_store, settings, since};
use crate::archive::{self, Health, Lately, Nearest};
use crate::config::marks::read_marks;
use crate::config::settings::Settings;
use crate::model::{Severity, Topic, TopicId};
use crate::neutral;

/// How long what came nearest may be looked for.
const PATIENCE: Duration = Duration::from_secs(2);
/// Columns of a line below a topic, without its indent.
const WIDTH: usize = 110;
const NAME: usize = 40;
const HEADLINE: usize = 44;
const OUTLET: usize = 20;

#[derive(Serialize)]
struct TopicLine<'a> {
    id: &'a TopicId,
    name: &'a str,
    severity: Severity,
    query: &'a str,
    enabled: bool,
    mute_until: Option<Timestamp>,
    rule: String,
    /// None, as the two below, where the database could not be read.
    alerts_7d: Option<u64>,
    /// Of these alerts.
    marked: Option<u64>,
    marked_false: Option<u64>,
    last_alert: Option<Timestamp>,
    nearest: Option<&'a Nearest>,
}

/// What the database says.
#[derive(Default)]
struct Figures {
    lately: HashMap<TopicId, Lately>,
    nearest: HashMap<TopicId, Nearest>,
}

pub async fn list(global: &Global) -> Outcome {
    let settings = settings(global)?;
    let now = now();
    let figures = match figures(&settings, now).await {
        Ok(figures) => Some(figures),
        Err(failure) => {
            note(format!("{} listed without their alerts: {}", paint(YELLOW, "wireroom:"), failure.message));
            None
        }
    };
    if is_json(global) {
        settings.topics.iter().for_each(|topic| print_json(topic, figures.as_ref()));
    } else {
        print(&settings, figures.as_ref(), now);
    }
    Ok(Exit::Done)
}

async fn figures(settings: &Settings, now: Timestamp) -> Result<Figures, super::Failure> {
    let (marks, problems) = read_marks(&settings.config_dir);
    for problem in problems {
        note(problem.to_string());
    }
    let store = open_store(settings)?;
    let lately = archive::lately(&store, &settings.topics, &marks, now).await?;
    let is_silent = |topic: &&Arc<Topic>| health(topic, Some(&lately), now) == Health::Silent;
    let silent = settings.topics.iter().filter(is_silent).cloned().collect();
    let nearest = archive::nearest(&store, silent, ago("30d")?, PATIENCE).await?;
    Ok(Figures { lately, nearest })
}

fn health(topic: &Topic, lately: Option<&HashMap<TopicId, Lately>>, now: Timestamp) -> Health {
    lately.and_then(|lately| lately.get(&topic.id)).copied().unwrap_or_default().health(topic, now)
}

fn print_json(topic: &Topic, figures: Option<&Figures>) {
    let lately = figures.map(|figures| figures.lately.get(&topic.id).copied().unwrap_or_default());
    json(&TopicLine {
        id: &topic.id,
        name: &topic.name,
        severity: topic.severity,
        query: &topic.query,
        enabled: topic.enabled,
        mute_until: topic.mute_until,
        rule: topic.rule(),
        alerts_7d: lately.map(|lately| lately.alerts),
        marked: lately.map(|lately| lately.marked),
        marked_false: lately.map(|lately| lately.marked_false),
        last_alert: lately.and_then(|lately| lately.last),
        nearest: figures.and_then(|figures| figures.nearest.get(&topic.id)),
    });
}

/// A row for each topic, and below it its query and what else is to be said.
fn print(settings: &Settings, figures: Option<&Figures>, now: Timestamp) {
    let health = |topic: &Topic| health(topic, figures.map(|figures| &figures.lately), now);
    let mut topics: Vec<&Topic> = settings.topics.iter().map(AsRef::as_ref).collect();
    topics.sort_by_key(|topic| health(topic));
    let mut table = Table::new(&["ID", "SEVERITY", "STATE", "7 DAYS", "FALSE", "LAST", "NAME"]);
    for topic in &topics {
        let lately = figures.map(|figures| figures.lately.get(&topic.id).copied().unwrap_or_default());
        let (state, style) = state(health(topic));
        let [alerts, share, last] = match lately {
            Some(lately) => [lately.alerts.to_string(), share(&lately), since(lately.last, now)],
            None => ["-"; 3].map(str::to_owned),
        };
        let name =
            if topic.name == topic.id.as_str() { String::new() } else { neutral::line(&topic.name).into_owned() };
        let shown = |text: &str| style.map_or_else(|| text.to_owned(), |style| paint(style, text));
        table.row([
            topic.id.to_string(),
            topic.severity.to_string(),
            shown(state),
            alerts,
            share,
            last,
            fit(&name, NAME),
        ]);
    }
    let mut rows = table.lines();
    rows.next().into_iter().for_each(line);
    for (row, topic) in rows.zip(topics) {
        line(row.trim_end());
        let query = topic.query.split_whitespace().collect::<Vec<_>>().join(" ");
        line(format!("    {}", paint(DIM, &fit(&neutral::line(&query), WIDTH))));
        if health(topic) == Health::Muted
            && let Some(until) = topic.mute_until
        {
            line(format!("    muted until {}", local(until, &settings.alerts.timezone)));
        }
        if let Some(nearest) = figures.and_then(|figures| figures.nearest.get(&topic.id)) {
            line(format!("    {}", paint(YELLOW, &fit(&near(nearest, &topic.id), WIDTH))));
        }
    }
}

/// In a word, since not every terminal has colours.
fn state(health: Health) -> (&'static str, Option<Style>) {
    match health {
        Health::Noisy => ("noisy", Some(RED)),
        Health::Silent => ("silent", Some(YELLOW)),
        Health::Well => ("in force", None),
        Health::Muted => ("muted", Some(DIM)),
        Health::Off => ("off", Some(DIM)),
    }
}

/// Of the alerts that were judged.
fn share(lately: &Lately) -> String {
    match lately.marked {
        0 => "-".to_owned(),
        marked => format!("{:.0} %", lately.marked_false as f64 * 100.0 / marked as f64),
    }
}

/// `nearest: 2 of 3 clauses, "Headline" (BBC News), without NAFTA`
fn near(nearest: &Nearest, topic: &TopicId) -> String {
    let Nearest { article, title, outlet, held, of, missing } = nearest;
    let clauses = if *of == 1 { "clause" } else { "clauses" };
    let (title, outlet) = (neutral::line(title), neutral::line(outlet));
    let (title, outlet) = (fit(&title, HEADLINE), fit(&outlet, OUTLET));
    let missing = missing.as_deref().map(neutral::line);
    let why = match missing.as_deref().map(|missing| (missing, missing.strip_prefix("no "))) {
        Some((_, Some(word))) => format!(", without {word}"),
        Some((missing, None)) => format!(", but {missing}"),
        // Held, or older than the topic: that is a longer story.
        None => format!(": wireroom explain {topic} {}", article.as_str().get(..9).unwrap_or(article.as_str())),
    };
    format!("nearest: {held} of {of} {clauses}, \"{title}\" ({outlet}){why}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_came_nearest_is_said_in_a_line() {
        let nearest = |held, of, missing: Option<&str>| Nearest {
            article: "a23456789bcdefghij".into(),
            title: "Mexico\u{1b}[31manswers".to_owned(),
            outlet: "BBC News".to_owned(),
            held,
            of,
            missing: missing.map(str::to_owned),
        };
        for (found, expected) in [
            (nearest(2, 3, Some("no NAFTA")), "2 of 3 clauses, \"Mexico [31manswers\" (BBC News), without NAFTA"),
            (nearest(1, 2, Some("it has wall")), "1 of 2 clauses, \"Mexico [31manswers\" (BBC News), but it has wall"),
            (
                nearest(1, 1, None),
                "1 of 1 clause, \"Mexico [31manswers\" (BBC News): wireroom explain border a23456789",
            ),
        ] {
            assert_eq!(near(&found, &"border".into()), format!("nearest: {expected}"));
        }
    }

    #[test]
    fn the_share_is_of_those_that_were_judged() {
        for (marked, marked_false, expected) in [(0, 0, "-"), (3, 0, "0 %"), (3, 1, "33 %"), (4, 4, "100 %")] {
            assert_eq!(share(&Lately { alerts: 9, marked, marked_false, ..Lately::default() }), expected);
        }
    }
}
