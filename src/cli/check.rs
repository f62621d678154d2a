//! `check`: every configuration problem, then what each topic needs.

use std::io::IsTerminal as _;

use serde::Serialize;

use super::args::Global;
use super::output::{BOLD, DIM, Exit, YELLOW, json, line, note, paint};
use super::{Outcome, config_dir, is_json};
use crate::config::{self, process_environment};
use crate::topic;

#[derive(Serialize)]
struct ProblemLine<'a> {
    file: &'a str,
    line: usize,
    column: usize,
    message: &'a str,
}

#[derive(Serialize)]
struct TopicLine<'a> {
    topic: &'a str,
    required: &'a [Vec<String>],
    slow: &'a [String],
    warnings: Vec<String>,
}

pub fn check(global: &Global) -> Outcome {
    let dir = config_dir(global)?;
    let loaded = config::load(&dir, &process_environment);
    for problem in &loaded.problems {
        let (at, column) = problem.place();
        if is_json(global) {
            json(&ProblemLine { file: &problem.source.name, line: at, column, message: &problem.message });
        } else {
            line(problem.to_string());
            note(problem.render(std::io::stderr().is_terminal()));
        }
    }
    let Some(settings) = loaded.settings else {
        let count = loaded.problems.len();
        if !is_json(global) {
            note(format!("{count} problem{} in {}", if count == 1 { "" } else { "s" }, dir.display()));
        }
        return Ok(Exit::Problems);
    };
    for topic in &settings.topics {
        let Ok(query) = topic::parse_query(&topic.query) else { continue };
        let needs = topic::needs(&query);
        let warnings: Vec<String> = needs.warnings.iter().map(|warning| warning.message.clone()).collect();
        if is_json(global) {
            json(&TopicLine { topic: topic.id.as_str(), required: &needs.required, slow: &needs.slow, warnings });
            continue;
        }
        let words = match needs.required.first() {
            Some(set) if set.len() > 8 => format!("one of {} … ({} words)", set[..8].join(", "), set.len()),
            Some(set) if set.len() > 1 => format!("one of {}", set.join(", ")),
            Some(set) => set.join(", "),
            None => "nothing: it looks at every article".to_owned(),
        };
        line(format!("{}  needs {words}", paint(BOLD, topic.id.as_str())));
        for slow in &needs.slow {
            line(format!("  {} /{slow}/ is slow: it reads every text that comes this far", paint(YELLOW, "slow:")));
        }
        for warning in warnings {
            line(format!("  {} {warning}", paint(YELLOW, "warning:")));
        }
    }
    if !is_json(global) {
        let summary = format!("{} feeds, {} topics: no problems", settings.feeds.len(), settings.topics.len());
        line(paint(DIM, &summary));
    }
    Ok(Exit::Done)
}
