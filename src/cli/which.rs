//! The topic that a person named on the command line: as it is configured, or an edited copy of it in a file.
//! What is done with it is the command's.

use std::path::Path;
use std::sync::Arc;

use super::Failure;
use crate::config;
use crate::lookup;
use crate::model::{Terms, Topic};

/// The topic of that id, or of a unique beginning of it.
pub(super) fn configured(topics: &[Arc<Topic>], id: &str) -> Result<Arc<Topic>, Failure> {
    if let Some(topic) = topics.iter().find(|topic| topic.id.as_str() == id) {
        return Ok(Arc::clone(topic));
    }
    let begins: Vec<_> = topics.iter().filter(|topic| topic.id.as_str().starts_with(id)).collect();
    if let ([topic], false) = (begins.as_slice(), id.is_empty()) {
        return Ok(Arc::clone(topic));
    }
    let near = lookup::near_names(id, topics.iter().map(|topic| topic.id.as_str()));
    let hint = match near.as_slice() {
        [] => "`wireroom topics list` shows them".to_owned(),
        near => format!("did you mean {}?", near.join(" or ")),
    };
    Err(Failure::problem(format!("there is no topic {id:?}; {hint}")))
}

/// The topic of that id in a file, or its only one: an edited copy may have a name of its own. It may use the groups that
/// the configuration knows.
pub(super) fn edited(file: &Path, id: &str, known: &Terms) -> Result<Arc<Topic>, Failure> {
    let topics = config::load_topics_with(file, known).map_err(|problems| {
        let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
        Failure::problem(lines.join("\n"))
    })?;
    if let Some(topic) = topics.iter().find(|topic| topic.id.as_str() == id) {
        return Ok(Arc::clone(topic));
    }
    match topics.as_slice() {
        [only] => Ok(Arc::new(Topic { id: id.into(), ..Topic::clone(only) })),
        several => {
            let ids: Vec<&str> = several.iter().map(|topic| topic.id.as_str()).collect();
            let message = format!("{} has no topic {id:?}, but {}", file.display(), ids.join(", "));
            Err(Failure::problem(message))
        }
    }
}
