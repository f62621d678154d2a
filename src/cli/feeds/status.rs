//! `feeds status`: how each feed is, the worst first. What is wrong stands in words below its feed, so that the table fits
//! the terminal; into a pipe each feed is one whole line.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;
use serde::Serialize;
use url::Url;

use super::super::args::Global;
use super::super::output::{
    DIM, Exit, GREEN, RED, Table, YELLOW, columns, fit, json, line, note, paint, width, wrapped,
};
use super::super::{Failure, Outcome, is_json, now, open_store, settings, size, span};
use super::word;
use crate::config::settings::Settings;
use crate::config::{show_duration, shown_url};
use crate::model::{Feed, FeedId};
use crate::neutral;
use crate::schedule;
use crate::store::FeedState;
use crate::websub::{self, Standing, Subscription};
use crate::wording::count;

#[derive(Serialize)]
struct StatusLine<'a> {
    id: &'a FeedId,
    outlet: &'a str,
    url: String,
    title: Option<&'a str>,
    state: &'a str,
    status: Option<u16>,
    failures: u32,
    error_class: Option<&'a str>,
    error: Option<&'a str>,
    last_visit: Option<Timestamp>,
    last_success: Option<Timestamp>,
    first_success: Option<Timestamp>,
    last_new: Option<Timestamp>,
    next_due: Option<Timestamp>,
    /// Until when the publisher asked to be left alone.
    not_before: Option<Timestamp>,
    interval: String,
    why: &'a str,
    /// Where permanent redirects led.
    moved_to: Option<String>,
    saved_bytes: u64,
    /// When it last held nothing known any more, so that articles may have been missed.
    overflowed: Option<Timestamp>,
    /// Its subscription at a hub (WebSub), where it has one.
    push: Option<PushLine<'a>>,
}

#[derive(Serialize)]
struct PushLine<'a> {
    hub: &'a str,
    standing: &'a str,
    until: Option<Timestamp>,
    pushes: u64,
    last_push: Option<Timestamp>,
    error: Option<&'a str>,
}

/// A feed as a row shows it.
struct Row<'a> {
    rank: u8,
    word: &'static str,
    feed: &'a Feed,
    state: &'a FeedState,
    push: Option<&'a Subscription>,
    /// While its hub pushes it: how often it is polled all the same.
    net: Option<std::time::Duration>,
}

/// Columns beside the last, in which the interval's reason stands; those that go first where the terminal is narrow.
const HEADER: [&str; 8] = ["FEED", "STATE", "HTTP", "READ", "NEW", "NEXT", "EVERY", "SAVED"];
const DROPPED: [usize; 3] = [7, 2, 6];
/// The reason is not squeezed below this.
const WHY: usize = 20;
/// Nor the id of a feed, nor is it longer than the second figure on a narrow terminal.
const ID: (usize, usize) = (14, 24);
/// Columns of the indent of what is wrong.
const INDENT: usize = 4;

pub async fn status(global: &Global) -> Outcome {
    let settings = settings(global)?;
    let (states, subscriptions, told) = match known(&settings).await {
        Ok((states, subscriptions)) => (states, subscriptions, true),
        Err(failure) => {
            note(format!("{} listed as they are configured: {}", paint(YELLOW, "wireroom:"), failure.message));
            (HashMap::new(), Vec::new(), false)
        }
    };
    let (now, unknown) = (now(), FeedState::default());
    let mut rows = rows(&settings, &states, &unknown, now);
    for row in &mut rows {
        let of_feed = |one: &&Subscription| one.feed == row.feed.id && one.standing != Standing::Leaving;
        row.push = subscriptions.iter().find(of_feed);
        let trusted = row.push.is_some_and(|one| one.is_trusted(now));
        if trusted && row.word == "late" {
            (row.rank, row.word) = word(row.feed, states.get(&row.feed.id));
        }
        row.net = trusted.then(|| websub::safety_net(row.state.interval, settings.schedule.max_interval));
    }
    let failing = rows.iter().any(|row| matches!(row.word, "gone" | "failing"));
    if is_json(global) {
        for row in &rows {
            json(&status_line(row));
        }
    } else {
        print(&rows, columns(), now);
    }
    Ok(if failing || !told { Exit::Problems } else { Exit::Done })
}

/// What the database knows of feeds and of their subscriptions.
async fn known(settings: &Settings) -> Result<(HashMap<FeedId, FeedState>, Vec<Subscription>), Failure> {
    let store = open_store(settings)?;
    let subscriptions = if settings.websub.is_some() { store.subscriptions().await? } else { Vec::new() };
    Ok((store.feed_states().await?, subscriptions))
}

fn rows<'a>(
    settings: &'a Settings,
    states: &'a HashMap<FeedId, FeedState>,
    unknown: &'a FeedState,
    now: Timestamp,
) -> Vec<Row<'a>> {
    let late_by = jiff::SignedDuration::try_from(settings.schedule.default_interval).unwrap_or_default();
    let row = |feed: &'a std::sync::Arc<Feed>| {
        let known = states.get(&feed.id);
        let late = known.and_then(|state| state.next_due).is_some_and(|due| now.duration_since(due) > late_by);
        let (rank, word) = match word(feed, known) {
            (_, "well") if late => (3, "late"),
            other => other,
        };
        Row { rank, word, feed, state: known.unwrap_or(unknown), push: None, net: None }
    };
    let mut rows: Vec<Row<'a>> = settings.feeds.iter().map(row).collect();
    // Of equals the one that was not read for longest.
    rows.sort_by_key(|row| (row.rank, row.state.last_success, std::cmp::Reverse(row.state.failures), &row.feed.id));
    rows
}

fn status_line<'a>(row: &Row<'a>) -> StatusLine<'a> {
    let Row { feed, state, word, .. } = row;
    StatusLine {
        id: &feed.id,
        outlet: &feed.outlet,
        url: shown_url(&feed.url),
        title: state.title.as_deref(),
        state: word,
        status: state.status,
        failures: state.failures,
        error_class: state.error_class.as_deref(),
        error: state.error.as_deref(),
        last_visit: state.last_visit,
        last_success: state.last_success,
        first_success: state.first_success,
        last_new: state.last_new,
        next_due: next_due(row),
        not_before: state.not_before,
        interval: show_duration(state.interval),
        why: &state.why,
        moved_to: state.permanent_url.as_deref().map(shown_url),
        saved_bytes: state.saved_bytes,
        overflowed: state.overflowed,
        push: row.push.map(|one| PushLine {
            hub: &one.hub,
            standing: one.standing.as_str(),
            until: one.until,
            pushes: one.pushes,
            last_push: one.last_push,
            error: one.error.as_deref(),
        }),
    }
}

/// When a feed is asked next: later than its visit planned where its hub pushes it.
fn next_due(row: &Row<'_>) -> Option<Timestamp> {
    let (due, net) = (row.state.next_due, row.net);
    let last = row.state.last_visit.max(row.push.and_then(|one| one.last_push));
    due.max(net.and_then(|net| Some(schedule::after(last?, net))))
}

fn print(rows: &[Row<'_>], columns: Option<usize>, now: Timestamp) {
    table(rows, columns, now).iter().for_each(line);
    line(paint(DIM, &totals(rows)));
}

/// The table's lines, at most `columns` wide where that is given.
fn table(rows: &[Row<'_>], columns: Option<usize>, now: Timestamp) -> Vec<String> {
    let cells: Vec<[String; 8]> = rows.iter().map(|row| cells(row, now)).collect();
    let wide = |i: usize| cells.iter().map(|row| width(&row[i])).max().unwrap_or(0).max(HEADER[i].len()) + 2;
    let mut shown: Vec<usize> = (0..HEADER.len()).collect();
    let mut id = wide(0) - 2;
    let mut why = usize::MAX;
    if let Some(columns) = columns {
        let used = |shown: &[usize]| shown.iter().map(|i| wide(*i)).sum::<usize>();
        let beyond_id = |shown: &[usize], id: usize| used(shown) - (wide(0) - 2) + id;
        for dropped in DROPPED {
            if beyond_id(&shown, id.min(ID.1)) + WHY > columns {
                shown.retain(|i| *i != dropped);
            }
        }
        let room = columns.saturating_sub(beyond_id(&shown, 0) + WHY);
        id = id.min(room.max(ID.0));
        why = columns.saturating_sub(beyond_id(&shown, id));
    }
    let header: Vec<&str> = shown.iter().map(|i| HEADER[*i]).chain(["WHY"]).collect();
    let mut table = Table::new(&header);
    let mut below: Vec<Option<String>> = Vec::new();
    for (row, cells) in rows.iter().zip(cells) {
        let trouble = trouble(row);
        // Into a pipe what is wrong goes where a program that reads lines finds it.
        let last = match &trouble {
            Some(trouble) if columns.is_none() => trouble.clone(),
            _ => reason(row),
        };
        let style = style(row.word);
        table.row(
            cells
                .into_iter()
                .enumerate()
                .filter(|(i, _)| shown.contains(i))
                .map(|(i, cell)| match i {
                    0 => fit(&cell, id),
                    1 => paint(style, &cell),
                    _ => cell,
                })
                .chain([fit(&last, why)]),
        );
        below.push(trouble.filter(|_| columns.is_some()));
    }
    let mut lines: Vec<String> = Vec::new();
    for (i, text) in table.lines().enumerate() {
        lines.push(text.trim_end().to_owned());
        let trouble = i.checked_sub(1).and_then(|i| below[i].as_ref());
        for text in trouble.iter().flat_map(|text| wrapped(text, columns.unwrap_or(usize::MAX).saturating_sub(INDENT)))
        {
            lines.push(format!("{:INDENT$}{}", "", paint(style("failing"), &text)));
        }
    }
    lines
}

fn cells(row: &Row<'_>, now: Timestamp) -> [String; 8] {
    let Row { feed, state, word, .. } = row;
    let ago = |at: Option<Timestamp>| at.map_or_else(|| "—".to_owned(), |at| apart(at, now));
    let next = match next_due(row) {
        _ if !feed.enabled || state.gone => "—".to_owned(),
        None => "now".to_owned(),
        Some(due) if due <= now => "now".to_owned(),
        Some(due) => apart(due, now),
    };
    [
        feed.id.to_string(),
        (*word).to_owned(),
        state.status.map_or_else(|| "—".to_owned(), |status| status.to_string()),
        ago(state.last_success),
        ago(state.last_new),
        next,
        if state.interval.is_zero() { "—".to_owned() } else { span(row.net.unwrap_or(state.interval).as_secs()) },
        if state.saved_bytes == 0 { "—".to_owned() } else { size(state.saved_bytes) },
    ]
}

fn apart(at: Timestamp, now: Timestamp) -> String {
    span(now.duration_since(at).as_secs().unsigned_abs())
}

/// Why it is asked as often as it is.
fn reason(row: &Row<'_>) -> String {
    match row.word {
        "off" => "enabled = false".to_owned(),
        "well" | "late" if row.net.is_some() => {
            let hub = row.push.and_then(|one| Url::parse(&one.hub).ok());
            let hub = hub.as_ref().and_then(Url::host_str).unwrap_or("its hub");
            format!("pushed by {}, polled as a net", neutral::line(hub))
        }
        "new" if row.state.why.is_empty() => "not visited yet".to_owned(),
        _ => neutral::line(&row.state.why).into_owned(),
    }
}

/// What is wrong, in words.
fn trouble(row: &Row<'_>) -> Option<String> {
    let state = row.state;
    let error = state.error.as_deref().filter(|_| matches!(row.word, "gone" | "failing"))?;
    let error = neutral::line(error);
    let times = if state.failures > 1 { format!(" ({} times in a row)", state.failures) } else { String::new() };
    Some(format!("{error}{times}"))
}

fn style(word: &str) -> anstyle::Style {
    match word {
        "gone" | "failing" => RED,
        "well" => GREEN,
        "off" => DIM,
        _ => YELLOW,
    }
}

fn totals(rows: &[Row<'_>]) -> String {
    let mut counts: BTreeMap<(u8, &str), usize> = BTreeMap::new();
    for row in rows {
        *counts.entry((row.rank, row.word)).or_default() += 1;
    }
    let counts: Vec<String> = counts.iter().map(|((_, word), count)| format!("{count} {word}")).collect();
    let saved: u64 = rows.iter().map(|row| row.state.saved_bytes).sum();
    let counts = if counts.is_empty() { String::new() } else { format!(": {}", counts.join(", ")) };
    format!("{}{counts}; {} not sent again thanks to conditional requests", count(rows.len(), "feed"), size(saved))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn feed(id: String, enabled: bool) -> Feed {
        Feed { id: FeedId(id), outlet: "Example".into(), enabled, ..Feed::at("https://example.org/feed") }
    }

    #[test]
    fn fifty_feeds_in_odd_states_fit_every_terminal() {
        let now: Timestamp = "2026-11-24T06:00:00Z".parse().expect("a time");
        let at = |minutes: i64| now.checked_sub(jiff::SignedDuration::from_mins(minutes)).ok();
        let long = "an HTML page, not a feed; it names these feeds: https://news.example.org/a/very/long/path/to/feed.xml \
                    https://news.example.org/another/one/that/is/even/longer/than/the/first.xml";
        let feeds: Vec<Feed> =
            (0..50).map(|i| feed(format!("the-{}-{i}", "daily-".repeat(i % 9)), i % 7 != 6)).collect();
        let states: Vec<FeedState> = (0..50_u32)
            .map(|i| FeedState {
                failures: if i % 4 == 1 { i } else { 0 },
                gone: i == 5,
                error: (i % 4 == 1).then(|| if i % 8 == 1 { long.into() } else { "no \u{1b}[31mconnection".into() }),
                error_class: (i % 4 == 1).then(|| "not-a-feed".into()),
                last_success: at(i64::from(i).pow(3)).filter(|_| i % 5 != 0),
                last_new: at(i64::from(i).pow(4)),
                next_due: at(i64::from(i) - 30),
                status: Some(200 + 4 * (i % 52) as u16),
                interval: Duration::from_secs(u64::from(i) * 999),
                why: "every 12 min: 4.1 articles an hour now, fewer at night".into(),
                saved_bytes: u64::from(i).pow(5),
                ..FeedState::default()
            })
            .collect();
        let rows: Vec<Row<'_>> = feeds
            .iter()
            .zip(&states)
            .map(|(feed, state)| {
                let (rank, word) = word(feed, Some(state));
                Row { rank, word, feed, state, push: None, net: None }
            })
            .collect();
        for columns in [60, 80, 120, 200] {
            let lines = table(&rows, Some(columns), now);
            for line in &lines {
                let plain = anstream::adapter::strip_str(line).to_string();
                assert!(width(line) <= columns, "{columns}: {plain}");
                assert!(!plain.contains('\u{1b}'), "{plain}");
            }
            let all = anstream::adapter::strip_str(&lines.concat()).to_string().replace(' ', "");
            assert!(all.contains("longer/than/the/first.xml"), "failures are told whole");
            assert!(columns < 80 || all.contains("every12min"), "and why it is asked so often: {all}");
        }
        let whole = table(&rows, None, now);
        assert_eq!(whole.len(), 51, "into a pipe one line a feed");
    }
}
