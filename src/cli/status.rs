//! `status`: whether it runs, what is in force, how the feeds are, what waits. Exit 1 when something needs a person.

use serde::Serialize;

use super::args::Global;
use super::feeds::word;
use super::output::{BOLD, Exit, GREEN, RED, YELLOW, json, line, paint};
use super::{Outcome, is_json, now, open_store, settings, since, size};
use crate::store::{disk_used, lock};
use crate::wording::count;

#[derive(Serialize)]
struct Status {
    running: bool,
    pid: Option<String>,
    topics: usize,
    muted: Vec<String>,
    refused: Vec<String>,
    feeds: usize,
    well: usize,
    late: usize,
    failing: usize,
    new: usize,
    articles: u64,
    pages_waiting: u64,
    last_article: Option<jiff::Timestamp>,
    alerts: u64,
    alerts_last_day: u64,
    high_last_day: u64,
    last_alert: Option<jiff::Timestamp>,
    deliveries_pending: u64,
    deliveries_parked: u64,
    copies: u64,
    disk_used: u64,
    disk_free: Option<u64>,
    copy_bytes: u64,
    /// In the last day, or since `growth_since` where that is less.
    day_growth: u64,
    growth_since: Option<jiff::Timestamp>,
    needs_a_person: Vec<String>,
}

pub async fn status(global: &Global) -> Outcome {
    let settings = settings(global)?;
    let pid = lock::running(&settings.state_dir);
    let store = open_store(&settings)?;
    let now = now();
    let (counts, states, refused) = (store.counts(now).await?, store.feed_states().await?, store.refused().await?);
    let enabled: Vec<_> = settings.feeds.iter().filter(|feed| feed.enabled).collect();
    let of = |kind: &str| enabled.iter().filter(|feed| word(feed, states.get(&feed.id)).1 == kind).count();
    let late_by = jiff::SignedDuration::try_from(settings.schedule.default_interval).unwrap_or_default();
    let is_late = |due: jiff::Timestamp| now.duration_since(due) > late_by;
    let late = enabled.iter().filter(|feed| states.get(&feed.id).and_then(|s| s.next_due).is_some_and(is_late)).count();
    let used = disk_used(&[&settings.state_dir, &settings.log_dir]);
    let before = store.size_a_day_ago(now).await?;
    let free = rustix::fs::statvfs(&settings.state_dir).ok().map(|disk| disk.f_bavail * disk.f_frsize);
    let muted = settings.topics.iter().filter(|topic| topic.mute_until.is_some_and(|until| until > now));
    let mut status = Status {
        running: pid.is_some(),
        pid,
        topics: settings.topics.iter().filter(|topic| topic.enabled).count(),
        muted: muted.map(|topic| topic.id.to_string()).collect(),
        refused,
        feeds: enabled.len(),
        well: of("well"),
        late,
        failing: of("failing") + of("gone"),
        new: of("new"),
        articles: counts.articles,
        pages_waiting: counts.pages_waiting,
        last_article: counts.last_article,
        alerts: counts.alerts,
        alerts_last_day: counts.alerts_last_day,
        high_last_day: counts.high_last_day,
        last_alert: counts.last_alert,
        deliveries_pending: counts.deliveries_pending,
        deliveries_parked: counts.deliveries_parked,
        copies: counts.copies,
        disk_used: used,
        disk_free: free,
        copy_bytes: counts.copy_bytes,
        day_growth: before.map_or(0, |(_, before)| used.saturating_sub(before)),
        growth_since: before.map(|(at, _)| at),
        needs_a_person: Vec::new(),
    };
    status.needs_a_person = needs(&status, settings.store.min_free, settings.store.max_copies);
    if is_json(global) {
        json(&status);
    } else {
        print(&status, now);
    }
    Ok(if status.needs_a_person.is_empty() { Exit::Done } else { Exit::Problems })
}

fn needs(status: &Status, min_free: u64, max_copies: Option<u64>) -> Vec<String> {
    let mut needs = Vec::new();
    if !status.running {
        needs.push("the daemon does not run: systemctl start wireroom, or wireroom run".to_owned());
    }
    if !status.refused.is_empty() {
        needs.push(format!("{} refused: wireroom check", count(status.refused.len(), "edit")));
    }
    if status.failing > 0 {
        needs.push(format!("{} failing: wireroom feeds status", count(status.failing, "feed")));
    }
    if status.running && status.late > 0 {
        needs.push(format!("{} late", count(status.late, "feed")));
    }
    if status.deliveries_parked > 0 {
        needs.push(format!("{} refused by a sink: wireroom outbox list", count(status.deliveries_parked, "delivery")));
    }
    if max_copies.is_some_and(|most| status.copy_bytes > most) {
        needs.push(
            "copies take more than max_copies, and alerts rest on them: raise it, or set keep_alert_copies".to_owned(),
        );
    }
    if status.disk_free.is_some_and(|free| free < min_free) {
        needs.push("the disk is nearly full".to_owned());
    }
    needs
}

fn print(status: &Status, now: jiff::Timestamp) {
    match &status.pid {
        Some(pid) => line(format!("{} (process {pid})", paint(GREEN, "running"))),
        None => line(paint(RED, "not running")),
    }
    let muted = if status.muted.is_empty() { String::new() } else { format!(", muted: {}", status.muted.join(", ")) };
    line(format!("topics    {} in force{muted}", status.topics));
    for refused in &status.refused {
        line(format!("          {} {refused}", paint(YELLOW, "refused:")));
    }
    line(format!(
        "feeds     {} of {} well, {} failing, {} late, {} not visited yet",
        status.well, status.feeds, status.failing, status.late, status.new
    ));
    line(format!(
        "articles  {}, the last {}; {} waiting",
        status.articles,
        since(status.last_article, now),
        count(status.pages_waiting, "page")
    ));
    line(format!(
        "alerts    {} in the last day ({} high), the last {}",
        status.alerts_last_day,
        status.high_last_day,
        since(status.last_alert, now)
    ));
    line(format!(
        "sinks     {} waiting, {} parked",
        count(status.deliveries_pending, "delivery"),
        status.deliveries_parked
    ));
    let free = status.disk_free.map_or_else(|| "?".to_owned(), size);
    let in_what = match status.growth_since.map(|at| now.duration_since(at).as_secs()) {
        Some(seconds) if seconds < 23 * 3600 => format!("the last {}", super::span(seconds.unsigned_abs())),
        _ => "the last day".to_owned(),
    };
    line(format!(
        "disk      {} used, {} of it by {}; {free} free; {} more in {in_what}",
        size(status.disk_used),
        size(status.copy_bytes),
        count(status.copies, "copy"),
        size(status.day_growth)
    ));
    for need in &status.needs_a_person {
        line(format!("{} {need}", paint(BOLD, "to do:")));
    }
}
