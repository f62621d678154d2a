//! An alert → one line for people. Fixed order, local time, nothing in it that could move a cursor.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;

use crate::model::{Alert, TermMatch, Zone};
use crate::neutral;

/// `2026-11-24 06:02 HIGH us-mexico | BBC News | headline | why: title "Peña Nieto", body "NAFTA" ×3 | URL | id`
pub fn line(alert: &Alert, timezone: &TimeZone) -> String {
    let at = alert.at.to_zoned_datetime(timezone.clone()).strftime("%Y-%m-%d %H:%M").to_string();
    let severity = alert.severity.as_str().to_uppercase();
    let topic = alert.topic.as_ref().map_or(alert.kind.as_str(), |topic| topic.id.as_str());
    let parts = match &alert.article {
        Some(article) => vec![
            cell(&article.outlet),
            cell(&article.title),
            format!("why: {}", cell(&why(&alert.matches))),
            cell(&article.url),
            alert.id.to_string(),
        ],
        None => vec![
            cell(alert.subject.as_deref().unwrap_or_default()),
            cell(&alert.excerpt),
            alert.id.to_string(),
        ],
    };
    format!("{at} {severity} {} | {}", cell(topic), parts.join(" | "))
}

/// A stranger's text in a cell: one line, and no bar that would look like a border.
fn cell(text: &str) -> String {
    neutral::line(text).replace(" | ", " ¦ ")
}

/// Zones and words, each once with its count, in the order of the zones.
pub fn why(matches: &[TermMatch]) -> String {
    let mut zones: BTreeMap<Zone, Vec<(&str, u32)>> = BTreeMap::new();
    for found in matches {
        let terms = zones.entry(found.zone).or_default();
        match terms.iter_mut().find(|(term, _)| *term == found.term) {
            Some((_, count)) => *count += 1,
            None => terms.push((&found.term, 1)),
        }
    }
    let mut parts = Vec::new();
    for (zone, terms) in zones {
        for (term, count) in terms {
            let times = if count > 1 { format!(" ×{count}") } else { String::new() };
            parts.push(format!("{zone} \"{}\"{times}", term.trim_matches('"')));
        }
    }
    parts.join(", ")
}
