//! Topic queries and an article → the topics that hold, each term with its place and words in context.
//! Pure: it reads no file and no clock, and does not decide whom to tell.
//!
//! In reading order: `query` is what a query means; `lex`, `slips`, `parse`, `leaves`, `zones` and `groups` read it; `fold` and `tokens` turn text
//! into words; `needs` says which words a query cannot do without, `forms`, `remarks` and `sources` what in it
//! was probably not meant; `vocabulary` numbers the words of all queries;
//! `article` is one article as the matcher sees it; `eval` decides a query on it, `places` explains the decision;
//! `rules` holds all topics and finds the few worth deciding.

mod article;
mod eval;
mod fold;
mod forms;
mod frequency;
mod groups;
mod hits;
mod leaves;
mod lex;
mod needs;
mod parse;
mod places;
mod postings;
mod program;
mod query;
mod register;
mod remarks;
mod rules;
mod scan;
mod slips;
mod sources;
#[cfg(test)]
mod tests;
mod tokens;
mod vocabulary;
mod zones;

pub use article::MatchInput;
pub use frequency::Frequencies;
pub use groups::{GroupUse, circle, group_name, groups_used, is_group_name, unknown_group};
pub use needs::{Needs, needs, term_remarks};
pub use parse::{parse_definition, parse_query, parse_query_with};
pub use query::{Query, QueryError};
pub use remarks::{clause_remarks, filter_remarks, form};
pub use rules::{Decided, RuleError, RulePart, RuleSet};
pub use sources::Sources;
