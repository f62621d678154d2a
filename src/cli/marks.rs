//! `alerts mark`, and what is said of marks where alerts are shown.

use std::collections::HashMap;

use super::args::{Global, Judgement as Given};
use super::output::{Exit, json, line, note};
use super::{Failure, Outcome, copies, is_json, now};
use crate::config::marks::{self, Judgement, Mark};
use crate::config::process_environment;
use crate::config::settings::Settings;
use crate::model::{Alert, AlertId};
use crate::neutral;
use crate::store::Store;

/// What was said of alerts, in words.
#[derive(Debug, Default)]
pub struct Marks(HashMap<AlertId, String>);

impl Marks {
    /// Reads the marks of all users; a line that is none is told on standard error.
    pub fn read(settings: &Settings) -> Self {
        let (marks, problems) = marks::read_marks(&settings.config_dir);
        for problem in problems {
            note(problem.to_string());
        }
        let current = marks::current(&marks);
        Self(current.into_iter().map(|(alert, marks)| (alert.clone(), said(&marks))).collect())
    }

    /// `marked false by ana: “about the film”, useful by ben`
    pub fn of(&self, alert: &AlertId) -> Option<&str> {
        self.0.get(alert).map(String::as_str)
    }
}

fn said(marks: &[&Mark]) -> String {
    let one = |mark: &&Mark| {
        let note = mark.note.as_ref().map(|note| format!(": “{note}”")).unwrap_or_default();
        format!("{} by {}{note}", mark.judgement.as_str(), mark.user)
    };
    let all: Vec<String> = marks.iter().map(one).collect();
    neutral::line(&format!("marked {}", all.join(", "))).into_owned()
}

/// Marks alerts, all or none of them.
pub async fn mark(
    global: &Global,
    settings: &Settings,
    store: &Store,
    ids: &[String],
    judgement: Given,
    text: Option<&str>,
) -> Outcome {
    let judgement = match judgement {
        Given::Useful => Judgement::Useful,
        Given::False => Judgement::False,
    };
    let user = marks::user(&process_environment);
    let text = text.map(str::trim).filter(|text| !text.is_empty());
    let mut made: Vec<Mark> = Vec::new();
    for id in ids {
        let (alert, line) = copies::alert(store, id).await?;
        if made.iter().any(|mark| mark.alert == alert) {
            continue;
        }
        let told: Alert = serde_json::from_str(&line).map_err(Failure::problem)?;
        let Some(topic) = told.topic else {
            let message =
                format!("{alert} is a notice of the daemon's health, raised by no topic: there is nothing to judge");
            return Err(Failure::problem(message));
        };
        made.push(Mark {
            at: now(),
            user: user.clone(),
            alert,
            topic: topic.id,
            article: told.article.map(|article| article.id),
            rule: topic.rule,
            judgement,
            note: text.map(str::to_owned),
        });
    }
    let path = marks::append_marks(&settings.config_dir, &user, &made).map_err(|error| {
        Failure::problem(format!(
            "{}: {error}; nothing was marked. You need to be allowed to write there",
            settings.config_dir.join("marks").display()
        ))
    })?;
    for mark in &made {
        if is_json(global) {
            json(mark);
        } else {
            line(format!("{} {}  {}", mark.alert, said(&[mark]), mark.topic));
        }
    }
    if !is_json(global) {
        line(super::output::paint(super::output::DIM, &path.display().to_string()));
    }
    Ok(Exit::Done)
}
