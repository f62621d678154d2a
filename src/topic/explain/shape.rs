//! What an explanation says, as it goes out in JSON. Data only: how it comes about is [`super`]'s, how it is shown
//! [`super::outline`]'s.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::model::Zone;

/// Why a topic holds for an article, or does not.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Explanation {
    /// Filters, query and score together; whether the topic is enabled is not asked.
    pub holds: bool,
    pub filters: Vec<Filter>,
    pub clauses: Clause,
    pub score: Option<Arithmetic>,
}

/// One of the topic's filters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Filter {
    pub name: FilterName,
    pub asked: Vec<String>,
    pub holds: bool,
    /// What the article is, in words.
    pub found: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum FilterName {
    Languages,
    Outlets,
    Tags,
}

/// A part of the query.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Clause {
    /// As written.
    pub text: String,
    /// Bytes of the query.
    pub start: usize,
    pub end: usize,
    pub kind: ClauseKind,
    pub holds: bool,
    /// How often it stands in the article.
    pub count: usize,
    /// The first places.
    pub places: Vec<ClausePlace>,
    /// What an analyst should know of it; of a clause that is false and would have to be true, what came nearest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Clause>,
    /// How often in each zone.
    #[serde(skip)]
    pub(super) zones: BTreeMap<Zone, usize>,
    #[serde(skip)]
    pub(super) label: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ClauseKind {
    And,
    Or,
    Not,
    Of,
    Near,
    Before,
    Word,
    Phrase,
    Exact,
    Regex,
    Attribute,
}

/// Where a clause stands; bytes of the zone's text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ClausePlace {
    pub zone: Zone,
    pub start: usize,
    pub end: usize,
    pub context: String,
}

/// How a score came about.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Arithmetic {
    pub threshold: f64,
    pub sum: f64,
    pub terms: Vec<ScoreLine>,
}

/// One term of a score; one that does not hold adds nothing.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ScoreLine {
    #[serde(rename = "match")]
    pub query: String,
    pub holds: bool,
    pub weight: f64,
    /// The best-weighted zone that it stands in.
    pub zone: Option<Zone>,
    pub zone_weight: f64,
    pub value: f64,
}
