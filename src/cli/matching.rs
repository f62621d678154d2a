//! `match`: articles as JSON Lines in, matches out, one a line and topic.

use std::collections::hash_map::Entry;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rustc_hash::FxHashMap;
use serde::{Deserialize, Deserializer, Serialize};

use super::args::{Global, MatchArgs};
use super::output::{Exit, note, unwritten};
use super::{Failure, Outcome};
use crate::config::{self, Problem};
use crate::extract;
use crate::model::Language;
use crate::topic::{Decided, MatchInput, Place, RuleSet, Told};

/// An article as `match` reads it. What is not known may be left out or be null.
#[derive(Deserialize)]
pub(super) struct InputLine {
    pub id: serde_json::Value,
    #[serde(default, deserialize_with = "known")]
    pub title: String,
    #[serde(default, deserialize_with = "known")]
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
    #[serde(default, deserialize_with = "known")]
    pub tags: Vec<String>,
    #[serde(default, deserialize_with = "known")]
    pub byline: Vec<String>,
    #[serde(default, deserialize_with = "known")]
    pub captions: Vec<String>,
}

/// A value, or nothing for null.
fn known<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(from: D) -> Result<T, D::Error> {
    Ok(Option::deserialize(from)?.unwrap_or_default())
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
    let told = |problems: Vec<Problem>| {
        let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
        Failure::problem(lines.join("\n"))
    };
    let mut topics = config::load_topics_to_compile(&args.topics).map_err(told)?;
    topics.retain(|topic| topic.enabled);
    let count = topics.len();
    let rules = RuleSet::compile(&topics).map_err(|errors| {
        // Loading again gives each fault its place in its file.
        config::load_topics(&args.topics).map_or_else(told, |_| {
            let lines: Vec<String> = errors.iter().map(|error| format!("{}: {}", error.topic, error.error)).collect();
            Failure::problem(lines.join("\n"))
        })
    })?;
    drop(topics);
    if count == 0 {
        note(format!("{}: no topic in force, so nothing can be found", args.topics.display()));
    }
    let compile = began.elapsed();
    let mut out = BufWriter::with_capacity(1 << 20, std::io::stdout().lock());
    let mut run = Run {
        rules: &rules,
        articles: 0,
        spent: Duration::ZERO,
        faults: false,
        lines: Lines::default(),
        contexts: Contexts::default(),
    };
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
        run.read(&name.to_string(), reader, &mut out).unwrap_or_else(|error| unwritten(&error));
    }
    out.flush().unwrap_or_else(|error| unwritten(&error));
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
    lines: Lines,
    contexts: Contexts,
}

impl Run<'_> {
    /// Matches the articles of one file. An error is that the output cannot be written.
    fn read(&mut self, name: &str, reader: impl BufRead, out: &mut impl Write) -> std::io::Result<()> {
        for (number, text) in reader.split(b'\n').enumerate() {
            let text = match text {
                Ok(text) => text,
                Err(error) => {
                    note(format!("{name}: line {}: {error}", number + 1));
                    self.faults = true;
                    return Ok(());
                }
            };
            // A byte order mark may stand before the first one.
            let text = text.strip_prefix(b"\xef\xbb\xbf").filter(|_| number == 0).unwrap_or(&text).trim_ascii();
            if text.is_empty() {
                continue;
            }
            let read = serde_json::from_slice(text).or_else(|error| mended(text).ok_or(error));
            let input: InputLine = match read {
                Ok(input) => input,
                Err(error) => {
                    note(format!("{name}: line {}: no article as JSON: {error}", number + 1));
                    self.faults = true;
                    continue;
                }
            };
            self.articles += 1;
            self.one(&input, out)?;
        }
        Ok(())
    }

    fn one(&mut self, input: &InputLine, out: &mut impl Write) -> std::io::Result<()> {
        let began = Instant::now();
        let quotes = if self.rules.asks_quotes() { extract::quotes(&input.text) } else { Vec::new() };
        // A language that is given is taken as declared by both.
        let language = input.language.as_ref().map(|code| Language { code: code.to_ascii_lowercase(), sure: true });
        let article = MatchInput {
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
        };
        let decided = self.rules.decide(&article);
        self.spent += began.elapsed();
        self.lines.clear();
        self.contexts.clear();
        let id = serde_json::to_vec(&input.id)?;
        let mut done = Ok(());
        decided.each(|told| {
            if done.is_ok() {
                done = self.lines.add(&id, told, &mut self.contexts, &decided);
            }
        });
        done?;
        out.write_all(&self.lines.0)
    }
}

/// An article whose JSON holds halves of surrogate pairs (`\ud83d` alone), as programs write it that cut a text in the
/// middle of an emoji: they become U+FFFD. None where it is no article even so.
fn mended(text: &[u8]) -> Option<InputLine> {
    let half = |at: usize| {
        let digits = text.get(at..at + 6)?.strip_prefix(b"\\u")?;
        u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok().filter(|unit| (0xD800..0xE000).contains(unit))
    };
    let mut whole = Vec::with_capacity(text.len());
    let mut at = 0;
    while let Some(&byte) = text.get(at) {
        let (taken, lone) = match (byte, half(at)) {
            (b'\\', Some(0xD800..0xDC00)) if half(at + 6).is_some_and(|second| second >= 0xDC00) => (12, false),
            (b'\\', Some(_)) => (6, true),
            (b'\\', None) => (2, false),
            _ => (1, false),
        };
        let end = (at + taken).min(text.len());
        whole.extend_from_slice(if lone { b"\\ufffd" } else { &text[at..end] });
        at = end;
    }
    if whole == text { None } else { serde_json::from_slice(&whole).ok() }
}

/// Lines of output in the making. At many topics the output costs more than the matching, so that it is put together by
/// hand from pieces that serde made.
#[derive(Default)]
struct Lines(Vec<u8>);

impl Lines {
    fn clear(&mut self) {
        self.0.clear();
    }

    fn json(&mut self, value: &(impl Serialize + ?Sized)) -> serde_json::Result<()> {
        serde_json::to_writer(&mut self.0, value)
    }

    fn add(
        &mut self,
        id: &[u8],
        told: &Told<'_>,
        contexts: &mut Contexts,
        decided: &Decided<'_>,
    ) -> serde_json::Result<()> {
        self.0.extend_from_slice(b"{\"article\":");
        self.0.extend_from_slice(id);
        self.0.extend_from_slice(b",\"topic\":");
        self.json(told.topic)?;
        self.0.extend_from_slice(b",\"score\":");
        self.json(&told.score)?;
        self.0.extend_from_slice(b",\"matches\":[");
        for (i, place) in told.places.iter().enumerate() {
            self.0.extend_from_slice(if i > 0 { b",{\"term\":" } else { b"{\"term\":" });
            self.json(place.term)?;
            self.0.extend_from_slice(b",\"zone\":");
            self.json(&place.zone)?;
            self.0.extend_from_slice(contexts.of(place, decided)?);
        }
        self.0.push(b']');
        if !told.notes.is_empty() {
            self.0.extend_from_slice(b",\"notes\":");
            self.json(&told.notes)?;
        }
        self.0.extend_from_slice(b"}\n");
        Ok(())
    }
}

/// How the places of one article end in the output: many topics ask for the same words.
#[derive(Default)]
struct Contexts {
    bytes: Vec<u8>,
    known: FxHashMap<(usize, usize, usize), Range<usize>>,
}

impl Contexts {
    fn clear(&mut self) {
        self.bytes.clear();
        self.known.clear();
    }

    fn of(&mut self, place: &Place<'_>, decided: &Decided<'_>) -> serde_json::Result<&[u8]> {
        let range = match self.known.entry((place.segment, place.start, place.end)) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(free) => {
                let from = self.bytes.len();
                self.bytes.extend_from_slice(b",\"start\":");
                serde_json::to_writer(&mut self.bytes, &place.start)?;
                self.bytes.extend_from_slice(b",\"end\":");
                serde_json::to_writer(&mut self.bytes, &place.end)?;
                self.bytes.extend_from_slice(b",\"context\":");
                serde_json::to_writer(&mut self.bytes, &decided.context(place))?;
                self.bytes.push(b'}');
                free.insert(from..self.bytes.len())
            }
        };
        Ok(&self.bytes[range.clone()])
    }
}
