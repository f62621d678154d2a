//! What is wrong in a configuration file, and where: `file:line:column: what is wrong, and what would be right`.
//! Problems are data, collected over all files; nothing here stops at the first.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

use super::options::At;
use crate::topic::QueryError;

/// One file as it was read.
#[derive(Debug, PartialEq, Eq)]
pub struct Source {
    /// Relative to the configuration folder, as shown: `topics/us-mexico.toml`.
    pub name: String,
    pub text: String,
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    pub source: Arc<Source>,
    /// Bytes of the file.
    pub span: Range<usize>,
    /// What is wrong, and what would be right, in one line.
    pub message: String,
    pub reach: Reach,
}

/// What must be held back because of a problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Its own file.
    File,
    /// Its own file, unless the right version of another brings the named group that it lacks.
    Groups,
    /// Several files, and it cannot be told which of them is wrong: a duplicate id.
    Files,
}

impl Problem {
    pub fn new(source: &Arc<Source>, span: Range<usize>, message: impl Into<String>) -> Self {
        let length = source.text.len();
        let start = floor(&source.text, span.start.min(length));
        let end = floor(&source.text, span.end.clamp(start, length));
        Self { source: Arc::clone(source), span: start..end, message: message.into(), reach: Reach::File }
    }

    /// What is wrong with a query: at its place in the text where that is in the file as it is in memory, without escapes.
    pub fn of_query(source: &Arc<Source>, at: &At<String>, fault: &QueryError) -> Self {
        let written = source.text.get(at.span.clone()).unwrap_or_default();
        let span = match written.find(at.value.as_str()) {
            Some(offset) => at.span.start + offset + fault.start..at.span.start + offset + fault.end,
            None => at.span.clone(),
        };
        Self::new(source, span, fault.message.clone())
    }

    /// Line and column of the beginning, both from 1; columns count characters.
    pub fn place(&self) -> (usize, usize) {
        let before = &self.source.text[..self.span.start];
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().map_or(0, |last| last.chars().count()) + 1;
        (line, column)
    }

    /// The problem with its source line underlined, in colour where `styled`.
    pub fn render(&self, styled: bool) -> String {
        let snippet = Snippet::source(self.source.text.as_str())
            .path(self.source.name.as_str())
            .annotation(AnnotationKind::Primary.span(self.span.clone()));
        let report = [Level::ERROR.primary_title(self.message.as_str()).element(snippet)];
        let renderer = if styled { Renderer::styled() } else { Renderer::plain() };
        renderer.render(&report)
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (line, column) = self.place();
        write!(f, "{}:{line}:{column}: {}", self.source.name, self.message)
    }
}

/// The nearest character boundary at or before `at`.
fn floor(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// The known word that a typo most likely meant.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    known
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(&word.to_lowercase(), candidate), candidate))
        .filter(|(distance, candidate)| *distance <= 1 + candidate.len() / 4)
        .min()
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_says_line_and_column_in_characters() {
        let source = Arc::new(Source { name: "a.toml".into(), text: "x = 1\nñame = 2\n".into() });
        let at = source.text.find('2').expect("a 2");
        let problem = Problem::new(&source, at..at + 1, "not so");
        assert_eq!(problem.to_string(), "a.toml:2:8: not so");
        assert!(problem.render(false).contains("2 | ñame = 2"), "{}", problem.render(false));
    }

    #[test]
    fn a_typo_finds_the_key_it_meant() {
        let known = ["severity", "query", "name"];
        for (word, expected) in [("severty", Some("severity")), ("Query", Some("query")), ("zebra", None)] {
            assert_eq!(nearest(word, known), expected, "{word}");
        }
    }
}
