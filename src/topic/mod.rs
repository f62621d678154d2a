//! Topic queries and an article → the topics that hold, each term with its place and words in context.
//! Pure: it reads no file and no clock, and does not decide whom to tell.
//!
//! In reading order: `query` is what a query means; `lex`, `slips`, `parse`, `leaves`, `zones` and `groups` read it;
//! `written` is what it asks of the letters at a place; `needs` says which words it cannot do without, `forms`, `remarks`
//! and `sources` what in it was probably not meant. `fold` and `tokens` turn text into words, `scan` does so for the
//! common ones in a hurry; `article` and `hits` are one article as the matcher sees it. `program` lays a query out,
//! `terms` keeps its terms, `eval` decides it, `score` does a score's sums, `places` tells what made it hold, `explain`
//! why a topic holds or does not. `rules` holds all topics: `vocabulary` numbers their words (`dictionary` finds them,
//! `prefixes` what words begin with, `sieve` turns most words of an article away), `register` and `frequency`
//! choose under which of them a topic stands, `postings` and `pairs` find the few worth deciding. `words` is what the archive's
//! index keeps and is asked.

mod article;
mod dictionary;
mod eval;
mod explain;
mod fold;
mod forms;
mod frequency;
mod groups;
mod hits;
mod leaves;
mod lex;
mod masks;
mod needs;
mod packed;
mod pairs;
mod parse;
mod places;
mod postings;
mod prefetch;
mod prefixes;
mod program;
mod query;
mod register;
mod remarks;
mod rules;
mod scan;
mod score;
mod sieve;
mod slips;
mod sources;
mod terms;
#[cfg(test)]
pub(crate) mod tests;
mod tokens;
mod vocabulary;
mod words;
mod written;
mod zones;

pub use article::MatchInput;
pub use explain::{
    Arithmetic, Clause, ClauseKind, ClausePlace, Explanation, Filter, FilterName, OutlineLine, ScoreLine, Standing,
    Standings, explain, rounded,
};
pub use frequency::Frequencies;
pub use groups::{GroupUse, circle, group_name, groups_used, is_group_name, unknown_group};
pub use needs::{Needs, needs, term_remarks};
pub use parse::{parse_definition, parse_query, parse_query_with};
pub use places::Place;
pub use query::{Query, QueryError};
pub use remarks::{clause_remarks, filter_remarks, form};
pub use rules::{Decided, RuleError, RulePart, RuleSet, Told};
pub use score::unreachable;
pub use sources::Sources;
pub use words::{WORDS_VERSION, archive_query, words_of};
pub use zones::is_language;
