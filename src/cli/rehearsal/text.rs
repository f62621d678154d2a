//! What a replay came to → text for people: counts, examples, a chart of days, deciding terms, judgements.
//! It prints what it is given; comparing is the archive's.

use crate::archive::{Comparison, DayCount, Found, Judged, MANY_A_DAY, Side};
use crate::cli::output::{BOLD, DIM, YELLOW, fit, line, local, paint};
use crate::config::settings::Settings;
use crate::model::{ArticleId, TopicId};
use crate::neutral;
use crate::wording::count;

use super::{Against, EXAMPLES};

/// Rows of the chart, and the widest bar.
const ROWS: usize = 30;
const BAR: u32 = 40;

pub fn print(
    topic: &TopicId,
    against: Against,
    edited: bool,
    over: &str,
    compared: &Comparison,
    marks: &Judged,
    settings: &Settings,
) {
    let versions = match (against, edited) {
        (Against::Configured, _) => "the edited version against the configured one",
        (Against::Recorded, true) => {
            "the edited version, which decides as the configured one does, against what was recorded"
        }
        (Against::Recorded, false) => "as configured, against what was recorded",
    };
    line(format!("{}: {versions}, over {over}", paint(BOLD, topic.as_str())));
    line("");
    line(format!("newly found      {:>6}", compared.new.len()));
    line(format!("no longer found  {:>6}", compared.lost.len()));
    line(format!("unchanged        {:>6}", compared.unchanged));
    examples("Newly found", &compared.new, settings);
    examples("No longer found", &compared.lost, settings);
    let (before, after) = (compared.before.per_day, compared.after.per_day);
    line("");
    line(format!("{} (one a story): {before:.1} before, {after:.1} after", paint(BOLD, "Alerts a day")));
    for row in chart(&compared.days) {
        line(format!("  {row}"));
    }
    if !compared.terms.is_empty() {
        line("");
        line(paint(BOLD, "Deciding terms"));
        for term in &compared.terms {
            line(format!("  {:>6}  {}", term.count, neutral::line(&term.term)));
        }
    }
    if let Some(warning) = warning(&compared.after) {
        line("");
        line(format!("{} {warning}", paint(YELLOW, "warning:")));
    }
    let judged = judgements(marks, &compared.lost);
    if !judged.is_empty() {
        line("");
    }
    for text in judged {
        line(text);
    }
}

fn examples(heading: &str, found: &[Found], settings: &Settings) {
    if found.is_empty() {
        return;
    }
    line("");
    line(paint(BOLD, heading));
    for one in found.iter().take(EXAMPLES) {
        let (outlet, title) = (neutral::line(&one.outlet), neutral::line(&one.title));
        line(format!("  {}  {outlet}  {title}", local(one.first_seen, &settings.alerts.timezone)));
        let terms = one.terms.iter().map(|term| neutral::line(term).into_owned()).collect::<Vec<_>>().join(", ");
        line(paint(DIM, &format!("      {}: {}", fit(&terms, 60), neutral::line(&one.context))));
    }
    if found.len() > EXAMPLES {
        line(paint(DIM, &format!("  and {} more (--format json lists all)", found.len() - EXAMPLES)));
    }
}

fn warning(after: &Side) -> Option<String> {
    let many = after.news_per_day > f64::from(MANY_A_DAY);
    many.then(|| {
        format!(
            "about {:.0} alerts a day, over {MANY_A_DAY}: more than a person reads; narrow the query",
            after.news_per_day
        )
    })
}

/// A row a day with a bar for the rule after, of the last days.
fn chart(days: &[DayCount]) -> Vec<String> {
    let days = &days[days.len().saturating_sub(ROWS)..];
    let most = days.iter().map(|day| day.after).max().unwrap_or(0).max(1);
    // Below the widest bar, a block is an alert.
    let scale = f64::from(most.max(BAR)) / f64::from(BAR);
    let row = |day: &DayCount| {
        let blocks = (f64::from(day.after) / scale).round().max(f64::from(u32::from(day.after > 0)));
        let bar = "█".repeat(blocks as usize);
        let space = if bar.is_empty() { "" } else { " " };
        let was = if day.before == day.after { String::new() } else { format!(" (was {})", day.before) };
        format!("{}  {bar}{space}{}{was}", day.day, day.after)
    };
    days.iter().map(row).collect()
}

/// What the edit does to alerts that were judged.
fn judgements(marks: &Judged, lost: &[Found]) -> Vec<String> {
    let mut lines = Vec::new();
    if marks.marked_false > 0 {
        lines.push(format!(
            "drops {} of {} marked false",
            marks.false_dropped.len(),
            count(marks.marked_false, "alert")
        ));
    }
    if marks.marked_useful > 0 {
        let title = |id: &ArticleId| lost.iter().find(|found| found.id == *id).map(|found| neutral::line(&found.title));
        let titles: Vec<_> = marks.useful_lost.iter().filter_map(title).collect();
        let which = if titles.is_empty() { String::new() } else { format!(": {}", titles.join("; ")) };
        lines.push(format!("loses {} of {} marked useful{which}", marks.useful_lost.len(), marks.marked_useful));
    }
    lines
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    #[test]
    fn days_are_drawn() {
        let day = |day: i8, before, after| DayCount { day: jiff::civil::date(2026, 11, day), before, after };
        for (days, expected) in [
            (vec![day(1, 0, 0)], vec!["2026-11-01  0".to_owned()]),
            (
                vec![day(1, 3, 3), day(2, 0, 1)],
                vec!["2026-11-01  ███ 3".to_owned(), "2026-11-02  █ 1 (was 0)".to_owned()],
            ),
            (
                vec![day(1, 1, 1), day(2, 400, 400)],
                vec!["2026-11-01  █ 1".to_owned(), format!("2026-11-02  {} 400", "█".repeat(40))],
            ),
        ] {
            assert_eq!(chart(&days), expected);
        }
        let year: Vec<_> = jiff::civil::date(2026, 1, 1)
            .series(jiff::ToSpan::days(1))
            .take(365)
            .map(|day| DayCount { day, before: 1, after: 1 })
            .collect();
        let rows = chart(&year);
        assert_eq!((rows.len(), rows[29].as_str()), (30, "2026-12-31  █ 1"), "the last days");
    }

    #[test]
    fn judgements_are_told_in_two_lines() {
        let ids = |text: &str| text.split_whitespace().map(ArticleId::from).collect::<Vec<_>>();
        let lost = [Found {
            id: ArticleId::from("a9"),
            title: "Wharf opens".into(),
            outlet: String::new(),
            url: String::new(),
            first_seen: Timestamp::UNIX_EPOCH,
            timing: crate::model::Timing::New,
            story: crate::model::StoryId::from("a9"),
            terms: Vec::new(),
            context: String::new(),
        }];
        for (marked_false, dropped, marked_useful, gone, expected) in [
            (0, "", 0, "", vec![]),
            (4, "a1 a2 a3", 0, "", vec!["drops 3 of 4 alerts marked false"]),
            (0, "", 6, "a9", vec!["loses 1 of 6 marked useful: Wharf opens"]),
            (1, "", 2, "", vec!["drops 0 of 1 alert marked false", "loses 0 of 2 marked useful"]),
        ] {
            let judged = Judged { marked_false, false_dropped: ids(dropped), marked_useful, useful_lost: ids(gone) };
            assert_eq!(judgements(&judged, &lost), expected);
        }
    }

    #[test]
    fn over_fifty_a_day_is_warned_of() {
        let side = |news_per_day| Side { found: 0, per_day: news_per_day, news_per_day };
        assert_eq!(warning(&side(50.0)), None);
        assert!(warning(&side(73.4)).is_some_and(|text| text.starts_with("about 73 alerts a day, over 50")));
    }
}
