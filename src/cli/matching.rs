//! `match`: articles as JSON Lines in, matches out, one a line and topic.

use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use super::args::{Global, MatchArgs};
use super::output::{Exit, note};
use super::{Failure, Outcome};
use crate::config;
use crate::extract;
use crate::model::{Language, TermMatch};
use crate::topic::{MatchInput, RuleSet};

#[derive(Deserialize)]
struct InputLine {
    id: serde_json::Value,
    #[serde(default)]
    title: String,
    #[serde(default)]
    text: String,
    #[serde(default)]
    url: Option<String>,
    #[serde(default)]
    language: Option<String>,
    #[serde(default)]
    lede: Option<String>,
    #[serde(default)]
    outlet: Option<String>,
    #[serde(default)]
    feed: Option<String>,
    #[serde(default)]
    tags: Vec<String>,
    #[serde(default)]
    byline: Vec<String>,
    #[serde(default)]
    captions: Vec<String>,
}

#[derive(Serialize)]
struct OutputLine<'a> {
    article: &'a serde_json::Value,
    topic: &'a str,
    score: f64,
    matches: &'a [TermMatch],
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    notes: &'a [String],
}

#[derive(Serialize)]
struct Stats {
    articles: u64,
    topics: usize,
    compile_ms: f64,
    match_ms: f64,
}

pub fn matching(_global: &Global, args: &MatchArgs) -> Outcome {
    let began = Instant::now();
    let topics = config::load_topics(&args.topics).map_err(|problems| {
        let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
        Failure::problem(lines.join("\n"))
    })?;
    let count = topics.len();
    let rules = RuleSet::compile(&topics).map_err(|errors| {
        let lines: Vec<String> = errors.iter().map(|error| format!("{}: {}", error.topic, error.error)).collect();
        Failure::problem(lines.join("\n"))
    })?;
    drop(topics);
    let compile = began.elapsed();
    let input = args.file.as_deref().filter(|path| *path != Path::new("-"));
    let reader: Box<dyn BufRead> = match input {
        Some(path) => {
            let file = std::fs::File::open(path);
            let file = file.map_err(|error| Failure::problem(format!("{}: {error}", path.display())))?;
            Box::new(BufReader::with_capacity(1 << 20, file))
        }
        None => Box::new(BufReader::with_capacity(1 << 20, std::io::stdin())),
    };
    let mut out = BufWriter::with_capacity(1 << 20, std::io::stdout().lock());
    let (mut articles, mut spent, mut exit) = (0, Duration::ZERO, Exit::Done);
    for (number, text) in reader.lines().enumerate() {
        let text = text.map_err(|error| Failure::problem(format!("line {}: {error}", number + 1)))?;
        if text.trim().is_empty() {
            continue;
        }
        let input: InputLine = match serde_json::from_str(&text) {
            Ok(input) => input,
            Err(error) => {
                note(format!("line {}: {error}", number + 1));
                exit = Exit::Problems;
                continue;
            }
        };
        articles += 1;
        let began = Instant::now();
        let found = find(&rules, &input);
        spent += began.elapsed();
        for found in found {
            let topic = found.topic.as_str();
            let line = OutputLine {
                article: &input.id,
                topic,
                score: found.score,
                matches: &found.terms,
                notes: &found.notes,
            };
            let written = serde_json::to_writer(&mut out, &line).map_err(std::io::Error::from);
            if written.and_then(|()| out.write_all(b"\n")).is_err() {
                return Ok(Exit::Done);
            }
        }
    }
    if out.flush().is_err() {
        return Ok(Exit::Done);
    }
    if args.stats {
        let millis = |duration: Duration| (duration.as_secs_f64() * 1e6).round() / 1e3;
        let stats = Stats { articles, topics: count, compile_ms: millis(compile), match_ms: millis(spent) };
        note(serde_json::to_string(&stats).map_err(Failure::problem)?);
    }
    Ok(exit)
}

fn find(rules: &RuleSet, input: &InputLine) -> Vec<crate::model::Match> {
    let quotes = extract::quotes(&input.text);
    // A language that is given is taken as declared by both.
    let language = input.language.as_ref().map(|code| Language { code: code.to_ascii_lowercase(), sure: true });
    rules.matches(&MatchInput {
        title: &input.title,
        text: &input.text,
        lede: input.lede.as_deref().unwrap_or_default(),
        quotes: &quotes,
        captions: &input.captions,
        byline: &input.byline,
        language: language.as_ref(),
        outlet: input.outlet.as_deref().unwrap_or_default(),
        feed: input.feed.as_deref().unwrap_or_default(),
        tags: &input.tags,
        url: input.url.as_deref().unwrap_or_default(),
    })
}
