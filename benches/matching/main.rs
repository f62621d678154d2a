//! The matcher against what one would write without it, on the same generated topics and articles: a loop of regular
//! expressions, one Aho–Corasick automaton over all terms with every topic evaluated on what it found, and PostgreSQL where
//! `psql` finds a server.
//!
//! `cargo bench --bench matching` prints a table; `-- --write DIR` writes the topics and articles for `wireroom match`.
//! Figures are microseconds an article on one thread, and the bytes that compiled rules keep of a topic; compare the columns of
//! one run, not two runs.

#![expect(clippy::print_stdout, reason = "a bench prints its figures")]

mod corpus;
mod heap;
mod postgres;

use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use aho_corasick::{AhoCorasick, MatchKind};
use regex::RegexBuilder;
use wireroom::model::{Severity, Terms, Topic, TopicId};
use wireroom::topic::RuleSet;

use corpus::{Article, Corpus, Term, TopicShape};

const SIZES: [usize; 4] = [100, 1_000, 10_000, 100_000];
const ARTICLES: usize = 300;
const ROUNDS: usize = 20;
/// Peers are timed over as many articles as fit.
const PEER_BUDGET: Duration = Duration::from_secs(10);

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let corpus = Corpus::new(60_000, ARTICLES, 630);
    if let Some(at) = arguments.iter().position(|argument| argument == "--write") {
        let dir = arguments.get(at + 1).expect("--write is followed by a folder");
        corpus.write(dir.as_ref(), &SIZES).expect("the folder can be written");
        return;
    }
    let largest = arguments.iter().find_map(|argument| argument.parse().ok()).unwrap_or(usize::MAX);
    println!(
        "{:>7}  {:>9}  {:>9}  {:>9}  {:>8}  {:>12}  {:>10}  {:>10}",
        "topics", "compile", "a topic", "matching", "hits", "Aho-Corasick", "regex loop", "PostgreSQL"
    );
    for size in SIZES.into_iter().filter(|size| *size <= largest) {
        let shapes = corpus.topics(size);
        let topics: Vec<_> = shapes.iter().enumerate().map(|(i, shape)| Arc::new(topic(i, &shape.query()))).collect();
        let compile = || RuleSet::compile(&topics).expect("generated queries are right");
        let (rules, kept) = heap::kept(compile);
        let began = Instant::now();
        let again = compile();
        let compile = began.elapsed();
        drop(again);
        let (matching, hits) = engine(&rules, &corpus.articles);
        let (automaton, expected) = aho_corasick(&shapes, &corpus.articles);
        assert!(automaton.is_some(), "the peer had no time for one article");
        let regexes = (size <= 10_000).then(|| regex_loop(&shapes, &corpus.articles)).flatten();
        let postgres = postgres::micros(&shapes, &corpus.articles);
        println!(
            "{size:>7}  {:>6} ms  {:>7} B  {:>6.1} µs  {hits:>8.1}  {:>9} µs  {:>7} µs  {:>7} µs   ({expected:.1} hits by Aho-Corasick)",
            compile.as_millis(),
            kept / size,
            matching,
            shown(automaton),
            shown(regexes),
            shown(postgres),
        );
    }
}

fn shown(figure: Option<f64>) -> String {
    figure.map_or("-".to_owned(), |figure| format!("{figure:.0}"))
}

fn topic(number: usize, query: &str) -> Topic {
    Topic {
        id: TopicId(format!("t{number}")),
        name: String::new(),
        severity: Severity::Normal,
        query: query.to_owned(),
        score: None,
        languages: Vec::new(),
        outlets: Vec::new(),
        feed_tags: Vec::new(),
        enabled: true,
        mute_until: None,
        max_per_hour: 60,
        owner: None,
        note: None,
        terms: Terms::default(),
    }
}

/// Microseconds an article, and hits an article; the best of many rounds, since other work on the machine only adds.
fn engine(rules: &RuleSet, articles: &[Article]) -> (f64, f64) {
    let mut best = f64::MAX;
    let mut hits = 0;
    for _ in 0..ROUNDS {
        hits = 0;
        let began = Instant::now();
        for article in articles {
            hits += black_box(rules.decide(&article.input()).len());
        }
        best = best.min(micros(began.elapsed(), articles.len()));
    }
    (best, hits as f64 / articles.len() as f64)
}

fn micros(elapsed: Duration, articles: usize) -> f64 {
    elapsed.as_secs_f64() * 1e6 / articles as f64
}

/// Runs `one` on as many articles as the budget allows; microseconds an article and the mean of what it returned.
fn timed(articles: &[Article], mut one: impl FnMut(&Article) -> usize) -> Option<(f64, f64)> {
    let (began, mut done, mut sum) = (Instant::now(), 0, 0);
    for article in articles {
        sum += black_box(one(article));
        done += 1;
        if began.elapsed() > PEER_BUDGET {
            break;
        }
    }
    (done > 0).then(|| (micros(began.elapsed(), done), sum as f64 / done as f64))
}

/// One automaton over the terms of all topics; every topic is then evaluated on the places found.
fn aho_corasick(shapes: &[TopicShape], articles: &[Article]) -> (Option<f64>, f64) {
    let mut numbers = std::collections::HashMap::new();
    let mut patterns = Vec::new();
    for term in shapes.iter().flat_map(TopicShape::terms) {
        numbers.entry(term.clone()).or_insert_with(|| {
            patterns.push(term.text());
            patterns.len() - 1
        });
    }
    let automaton = AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .match_kind(MatchKind::Standard)
        .build(&patterns)
        .expect("the terms fit");
    let prefixes: Vec<bool> = {
        let mut list = vec![false; patterns.len()];
        for (term, number) in &numbers {
            list[*number] = term.prefix;
        }
        list
    };
    let mut places: Vec<Vec<usize>> = vec![Vec::new(); patterns.len()];
    let found = timed(articles, |article| {
        let text = article.whole();
        for list in &mut places {
            list.clear();
        }
        let bytes = text.as_bytes();
        let word = |at: Option<&u8>| at.is_some_and(u8::is_ascii_alphanumeric);
        // Bytes stand for words: a word of the corpus has about six letters and a space.
        for found in automaton.find_overlapping_iter(&text) {
            let whole = found.start().checked_sub(1).is_none_or(|before| !word(bytes.get(before)));
            let number = found.pattern().as_usize();
            if whole && (prefixes[number] || !word(bytes.get(found.end()))) {
                places[number].push(found.start());
            }
        }
        shapes.iter().filter(|shape| shape.holds(&|term: &Term| places[numbers[term]].as_slice())).count()
    });
    (found.map(|(micros, _)| micros), found.map_or(0.0, |(_, hits)| hits))
}

/// One regular expression a term; topics evaluated in turn.
fn regex_loop(shapes: &[TopicShape], articles: &[Article]) -> Option<f64> {
    let compiled: Vec<Vec<regex::Regex>> = shapes
        .iter()
        .map(|shape| {
            let one = |term: &Term| {
                let end = if term.prefix { "" } else { r"\b" };
                let pattern = format!(r"\b{}{end}", regex::escape(&term.text()));
                RegexBuilder::new(&pattern).case_insensitive(true).build().expect("an escaped term")
            };
            shape.terms().map(one).collect()
        })
        .collect();
    let found = timed(articles, |article| {
        let text = article.whole();
        let holds = |(shape, regexes): (&TopicShape, &Vec<regex::Regex>)| {
            let places: Vec<Vec<usize>> =
                regexes.iter().map(|regex| regex.find_iter(&text).map(|found| found.start()).collect()).collect();
            let terms: Vec<&Term> = shape.terms().collect();
            shape.holds(&|term: &Term| {
                places[terms.iter().position(|other| *other == term).expect("its term")].as_slice()
            })
        };
        shapes.iter().zip(&compiled).filter(|pair| holds(*pair)).count()
    });
    found.map(|(micros, _)| micros)
}
