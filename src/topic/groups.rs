//! `@name` in a query → the definition that it stands for, as long as the names come to an end and the whole stays small.
//! Knows the definitions it is handed; in which files they stand is the configuration's business.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use unicode_normalization::UnicodeNormalization as _;

use super::fold::is_mark;
use super::lex::{Kind, parts};
use super::query::{QueryError, shortened};
use crate::model::{NamedGroup, Terms};

/// Words, operators and brackets that the definitions used by one query may come to, repeats counted.
const MAX_PARTS: usize = 10_000;
/// Bytes of the same: a part may be long.
const MAX_BYTES: usize = 256 * 1024;
/// Different regular expressions of one query: each costs its compilation.
const MAX_REGEXES: usize = 20;

/// A place in a query where a named group is used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupUse {
    pub name: String,
    /// Bytes of the query, the `@` with them.
    pub span: Range<usize>,
}

/// The named groups that a query uses itself, in the order in which they stand there. The error is one of how the query is written.
pub fn groups_used(text: &str) -> Result<Vec<GroupUse>, QueryError> {
    let used = |part: super::lex::Part| match part.kind {
        Kind::Group { name } => Some(GroupUse { name: group_name(&text[name]), span: part.span }),
        _ => None,
    };
    Ok(parts(text)?.into_iter().filter_map(used).collect())
}

/// A name as it is compared: one spelling for letters with accents.
pub fn group_name(written: &str) -> String {
    written.nfc().collect()
}

/// Bytes of the name that the text begins with; 0 where it begins with none.
pub(super) fn name_length(text: &str) -> usize {
    if !text.starts_with(char::is_alphabetic) {
        return 0;
    }
    text.find(|c: char| !(c.is_alphanumeric() || is_mark(c) || matches!(c, '-' | '_'))).unwrap_or(text.len())
}

/// Whether a `[terms]` table may define it: letters, digits, `-` and `_`, a letter first.
pub fn is_group_name(text: &str) -> bool {
    !text.is_empty() && name_length(text) == text.len()
}

/// What to say of a name that is not defined.
pub fn unknown_group(name: &str, terms: &Terms) -> String {
    let distance = |known: &str| strsim::damerau_levenshtein(&name.to_lowercase(), &known.to_lowercase());
    let near = terms.iter().map(|group| (distance(&group.name), group.name.as_str()));
    let near = near.filter(|(distance, known)| *distance <= 1 + known.len() / 4).min();
    let name = shortened(name);
    let meant = match near {
        Some((_, known)) => format!("did you mean @{known}?"),
        None => "define it under [terms] in a topics file.".to_owned(),
    };
    format!("there is no group @{name}: {meant} For the word itself write \"@{name}\" in quotes")
}

/// What is shared while one query and the definitions it uses are read.
pub(super) struct Groups<'t> {
    terms: &'t Terms,
    /// The names that are being read, each inside the one before.
    path: Vec<&'t str>,
    parts: usize,
    bytes: usize,
    regexes: HashMap<String, regex::Regex>,
}

impl<'t> Groups<'t> {
    pub fn new(terms: &'t Terms) -> Self {
        Self { terms, path: Vec::new(), parts: 0, bytes: 0, regexes: HashMap::new() }
    }

    /// Whether a definition is being read, not the query itself.
    pub fn inside(&self) -> bool {
        !self.path.is_empty()
    }

    /// Goes into a definition, or says why not.
    pub fn enter(&mut self, written: &str) -> Result<&'t Arc<NamedGroup>, String> {
        let name = group_name(written);
        let terms = self.terms;
        let group = terms.get(&name).ok_or_else(|| unknown_group(&name, terms))?;
        if let Some(from) = self.path.iter().position(|outer| *outer == name) {
            let mut round = self.path[from..].to_vec();
            round.push(&group.name);
            return Err(circle(&round));
        }
        self.bytes += group.query.len();
        self.within_limits()?;
        self.path.push(&group.name);
        Ok(group)
    }

    pub fn leave(&mut self) {
        self.path.pop();
    }

    /// Counts what a definition holds.
    pub fn count(&mut self, parts: usize) -> Result<(), String> {
        self.parts += parts;
        self.within_limits()
    }

    fn within_limits(&self) -> Result<(), String> {
        if self.parts <= MAX_PARTS && self.bytes <= MAX_BYTES {
            return Ok(());
        }
        Err(format!("the groups used here come to more than {MAX_PARTS} words and operators: make it several topics"))
    }

    /// A fault inside a definition, told where the query uses it. The path still leads to the fault: it is left in the
    /// other case only.
    pub fn told_at(&self, span: &Range<usize>, level: usize, fault: QueryError) -> QueryError {
        if level > 0 {
            return fault;
        }
        QueryError::new(span.clone(), format!("in {}: {}", arrows(&self.path), fault.message))
    }

    /// How many definitions are being read, each inside the one before.
    pub fn level(&self) -> usize {
        self.path.len()
    }

    /// A compiled expression; each is compiled once.
    pub fn regex(
        &mut self,
        source: &str,
        build: impl FnOnce() -> Result<regex::Regex, String>,
    ) -> Result<regex::Regex, String> {
        if let Some(known) = self.regexes.get(source) {
            return Ok(known.clone());
        }
        if self.regexes.len() == MAX_REGEXES {
            return Err(format!(
                "more than {MAX_REGEXES} regular expressions in one query: join them, as in /a|b/, or make it several topics"
            ));
        }
        let made = build()?;
        self.regexes.insert(source.to_owned(), made.clone());
        Ok(made)
    }
}

/// What to say of names that lead back to the first of them.
pub fn circle(names: &[&str]) -> String {
    format!("{} goes round in a circle: a group cannot stand for itself", arrows(names))
}

/// `@a → @b → @c`, the middle left out where there are many.
fn arrows(names: &[&str]) -> String {
    let named = |names: &[&str]| names.iter().map(|name| format!("@{}", shortened(name))).collect::<Vec<_>>();
    let shown = match names.len() {
        0..=8 => named(names),
        many => [named(&names[..4]), vec!["…".to_owned()], named(&names[many - 3..])].concat(),
    };
    shown.join(" → ")
}
