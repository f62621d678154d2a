//! Topic queries and an article → the topics that hold, each term with its place and words in context.
//! Pure: it reads no file and no clock, and does not decide whom to tell.
//!
//! In reading order: [`query`] is what a query means, `lex` and `parse` read it, `fold` and `tokens` turn text into
//! words, `needs` says which words a query cannot do without, `article` is one article as the matcher sees it, `eval`
//! decides a query on it, `places` explains the decision, [`rules`] holds all topics and finds the few worth deciding.

mod fold;
mod lex;
mod parse;
mod query;
mod tokens;
mod zones;

pub use parse::parse_query;
pub use query::{Query, QueryError};
