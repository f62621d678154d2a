//! `match`: articles as JSON Lines in, matches out, one a line and topic.

use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use super::args::{Global, MatchArgs};
use super::output::{Exit, note};
use super::{Failure, Outcome};
use crate::config;
use crate::extract;
use crate::model::{Language, TermMatch};
use crate::topic::{MatchInput, RuleSet};

/// An article as `match` reads it.
#[derive(Deserialize)]
pub(super) struct InputLine {
    pub id: serde_json::Value,
    #[serde(default)]
    pub title: String,
    #[serde(default)]
    pub text: String,
    #[serde(default)]
    pub url: Option<String>,
    #[serde(default)]
    pub language: Option<String>,
    #[serde(default)]
    pub lede: Option<String>,
    #[serde(default)]
    pub outlet: Option<String>,
    #[serde(default)]
    pub feed: Option<String>,
    #[serde(default)]
    pub tags: Vec<String>,
    #[serde(default)]
    pub byline: Vec<String>,
    #[serde(default)]
    pub captions: Vec<String>,
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
    let mut topics = config::load_topics(&args.topics).map_err(|problems| {
        let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
        Failure::problem(lines.join("\n"))
    })?;
    topics.retain(|topic| topic.enabled);
    let count = topics.len();
    let rules = RuleSet::compile(&topics).map_err(|errors| {
        let lines: Vec<String> = errors.iter().map(|error| format!("{}: {}", error.topic, error.error)).collect();
        Failure::problem(lines.join("\n"))
    })?;
    drop(topics);
    let compile = began.elapsed();
    let mut out = BufWriter::with_capacity(1 << 20, std::io::stdout().lock());
    let mut run = Run { rules: &rules, articles: 0, spent: Duration::ZERO, faults: false };
    let files = if args.files.is_empty() { &[PathBuf::from("-")] } else { args.files.as_slice() };
    for path in files {
        let name = path.display();
        let reader: Box<dyn BufRead> = if path == Path::new("-") {
            Box::new(BufReader::with_capacity(1 << 20, std::io::stdin()))
        } else {
            match std::fs::File::open(path) {
                Ok(file) => Box::new(BufReader::with_capacity(1 << 20, file)),
                Err(error) => {
                    note(format!("{name}: {error}"));
                    run.faults = true;
                    continue;
                }
            }
        };
        if run.read(&name.to_string(), reader, &mut out).is_err() {
            // Whoever read our output has gone.
            return Ok(Exit::Done);
        }
    }
    if out.flush().is_err() {
        return Ok(Exit::Done);
    }
    if args.stats {
        let millis = |duration: Duration| (duration.as_secs_f64() * 1e6).round() / 1e3;
        let stats =
            Stats { articles: run.articles, topics: count, compile_ms: millis(compile), match_ms: millis(run.spent) };
        note(serde_json::to_string(&stats).map_err(Failure::problem)?);
    }
    Ok(if run.faults { Exit::Problems } else { Exit::Done })
}

/// What is counted over all files.
struct Run<'a> {
    rules: &'a RuleSet,
    articles: u64,
    spent: Duration,
    /// A file or line could not be read.
    faults: bool,
}

impl Run<'_> {
    /// Matches the articles of one file. An error is that the output cannot be written.
    fn read(&mut self, name: &str, reader: impl BufRead, out: &mut impl Write) -> std::io::Result<()> {
        for (number, text) in reader.lines().enumerate() {
            let text = match text {
                Ok(text) => text,
                Err(error) => {
                    note(format!("{name}: line {}: {error}", number + 1));
                    self.faults = true;
                    return Ok(());
                }
            };
            if text.trim().is_empty() {
                continue;
            }
            let input: InputLine = match serde_json::from_str(&text) {
                Ok(input) => input,
                Err(error) => {
                    note(format!("{name}: line {}: {error}", number + 1));
                    self.faults = true;
                    continue;
                }
            };
            self.articles += 1;
            let began = Instant::now();
            let found = find(self.rules, &input);
            self.spent += began.elapsed();
            for found in found {
                let line = OutputLine {
                    article: &input.id,
                    topic: found.topic.as_str(),
                    score: found.score,
                    matches: &found.terms,
                    notes: &found.notes,
                };
                serde_json::to_writer(&mut *out, &line)?;
                out.write_all(b"\n")?;
            }
        }
        Ok(())
    }
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
