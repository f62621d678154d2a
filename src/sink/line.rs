//! An alert → one line for people. Fixed order, local time, nothing in it that could move a cursor.

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
        None => vec![cell(alert.subject.as_deref().unwrap_or_default()), cell(&alert.excerpt), alert.id.to_string()],
    };
    format!("{at} {severity} {} | {}", cell(topic), parts.join(" | "))
}

/// A stranger's text in a cell: one line, and no bar that would look like a border.
fn cell(text: &str) -> String {
    neutral::line(text).replace(" | ", " ¦ ")
}

/// Terms named in a line; the JSON has them all.
const MAX_TERMS: usize = 6;

/// Each term once, in its best zone, with how often it stood anywhere.
pub fn why(matches: &[TermMatch]) -> String {
    let mut terms: Vec<(Zone, &str, u32)> = Vec::new();
    for found in matches {
        match terms.iter_mut().find(|(_, term, _)| *term == found.term) {
            Some((zone, _, count)) => {
                *zone = found.zone.min(*zone);
                *count += 1;
            }
            None => terms.push((found.zone, &found.term, 1)),
        }
    }
    terms.sort_by_key(|(zone, _, count)| (*zone, std::cmp::Reverse(*count)));
    let more = terms.len().saturating_sub(MAX_TERMS);
    let mut parts: Vec<String> = terms
        .iter()
        .take(MAX_TERMS)
        .map(|(zone, term, count)| {
            let times = if *count > 1 { format!(" ×{count}") } else { String::new() };
            format!("{zone} \"{}\"{times}", term.trim_matches('"'))
        })
        .collect();
    if more > 0 {
        parts.push(format!("{more} more"));
    }
    parts.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(term: &str, zone: Zone) -> TermMatch {
        TermMatch { term: term.into(), zone, start: 0, end: 0, context: String::new() }
    }

    #[test]
    fn why_names_each_term_once_in_its_best_zone() {
        let matches = [
            found("NAFTA", Zone::Body),
            found("Peña Nieto", Zone::Title),
            found("NAFTA", Zone::Body),
            found("NAFTA", Zone::Quote),
        ];
        assert_eq!(why(&matches), "title \"Peña Nieto\", body \"NAFTA\" ×3");
    }
}
