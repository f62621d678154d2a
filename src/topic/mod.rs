//! Topic queries and an article → the topics that hold, each term with its place and words in context.
//! Pure: it reads no file and no clock, and does not decide whom to tell.
//!
//! In reading order: `query` is what a query means; `lex`, `parse` and `zones` read it; `fold` and `tokens` turn text
//! into words; `needs` says which words a query cannot do without; `vocabulary` numbers the words of all queries;
//! `article` is one article as the matcher sees it; `eval` decides a query on it, `places` explains the decision;
//! `rules` holds all topics and finds the few worth deciding; `words` is what the archive's index keeps and is asked.

mod article;
mod eval;
mod fold;
mod lex;
mod needs;
mod parse;
mod places;
mod query;
mod rules;
#[cfg(test)]
mod tests;
mod tokens;
mod vocabulary;
mod words;
mod zones;

pub use article::MatchInput;
pub use needs::{Needs, needs};
pub use parse::parse_query;
pub use query::{Query, QueryError};
pub use rules::{RuleError, RulePart, RuleSet};
pub use words::{WORDS_VERSION, archive_query, reads_quotes, words_of};
