//! What is known of an article and its matches → which alerts are raised, and why the others are held. Touches nothing.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::config::settings::{Settings, Sink};
use crate::model::{
    Alert, AlertArticle, AlertId, AlertKind, AlertStory, AlertTopic, Article, CopyRef, Match, Severity, TermMatch,
    Timing, Topic,
};
use crate::store::{AlertDraft, Decision, Facts, Held};

/// The longest excerpt of an alert, in characters.
const EXCERPT: usize = 300;

/// Published this long before its feed's first visit, an article is backlog.
const BACKLOG: SignedDuration = SignedDuration::from_hours(48);

/// Whether an entry is news at the time it is seen.
pub fn timing(published: Option<Timestamp>, first_visit: bool, max_age: Duration, now: Timestamp) -> Timing {
    let age = published.map(|published| now.duration_since(published));
    match age {
        Some(age) if age > SignedDuration::try_from(max_age).unwrap_or(SignedDuration::MAX) => {
            if first_visit {
                Timing::Backlog
            } else {
                Timing::Old
            }
        }
        Some(age) if first_visit && age > BACKLOG => Timing::Backlog,
        None if first_visit => Timing::Backlog,
        _ => Timing::New,
    }
}

/// What becomes of an address that a sitemap lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OfSitemap {
    /// An article to be read.
    Take,
    /// Too old to be read, but remembered: should its date change, it is no news.
    Remember,
    /// Old; its date says so each time.
    Leave,
}

/// A sitemap lists years of articles: read are those of its first visit's last days, and what appears from then on.
pub fn of_sitemap(at: Option<Timestamp>, first_visit: bool, max_age: Duration, now: Timestamp) -> OfSitemap {
    let old = |at: Timestamp, age: SignedDuration| now.duration_since(at) > age;
    match at {
        Some(at) if first_visit && !old(at, BACKLOG) => OfSitemap::Take,
        None if !first_visit => OfSitemap::Take,
        Some(_) | None if first_visit => OfSitemap::Remember,
        Some(at) if old(at, SignedDuration::try_from(max_age).unwrap_or(SignedDuration::MAX)) => OfSitemap::Leave,
        Some(_) | None => OfSitemap::Take,
    }
}

/// One topic's match, with what the decision needs of the topic.
#[derive(Clone, Debug)]
pub struct Candidate {
    pub topic: std::sync::Arc<Topic>,
    pub found: Match,
    /// When the topic, with this rule, was taken up; none of a disabled one.
    pub in_force_since: Option<Timestamp>,
}

/// Decides each match of an article: told, or held with a reason that `explain` and `alerts --held` show.
pub fn alerts(
    article: &Article,
    candidates: &[Candidate],
    copy: Option<&CopyRef>,
    facts: &Facts,
    settings: &Settings,
    now: Timestamp,
) -> Decision {
    let mut decision = Decision::default();
    for candidate in candidates {
        let topic = &candidate.topic;
        if facts.told_topics_of_article.contains(&topic.id) {
            continue;
        }
        if let Some(reason) = held(article, candidate, facts, now) {
            if reason == OVER_LIMIT {
                decision.alerts.push(over_limit(topic, settings, now));
            }
            decision.held.push(Held { topic: topic.id.clone(), reason });
            continue;
        }
        let alert = told(article, candidate, copy, facts, now);
        let sinks = sinks(&alert, &settings.sinks);
        decision.alerts.push(AlertDraft { alert, sinks });
    }
    decision
}

const DISABLED: &str = "disabled";
const OVER_LIMIT: &str = "over max_per_hour";
const MUTED: &str = "muted until ";
const NEWER: &str = "the topic, as it is now, holds for articles first seen from ";
const SAME_REPORT: &str = "the same report as ";

/// Why a match was held, as [`super::course`] tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeldFor {
    Disabled,
    Mute,
    NewerTopic,
    Duplicate,
    Limit,
    /// Recorded by another version.
    Other,
}

/// The instant that a recorded reason names.
pub fn instant_of(reason: &str) -> Option<Timestamp> {
    reason.split(' ').find_map(|word| word.parse().ok())
}

/// The kind of a reason that was recorded.
pub fn held_for(reason: &str) -> HeldFor {
    match reason {
        DISABLED => HeldFor::Disabled,
        OVER_LIMIT => HeldFor::Limit,
        reason if reason.starts_with(MUTED) => HeldFor::Mute,
        reason if reason.starts_with(NEWER) => HeldFor::NewerTopic,
        reason if reason.starts_with(SAME_REPORT) => HeldFor::Duplicate,
        _ => HeldFor::Other,
    }
}

fn held(article: &Article, candidate: &Candidate, facts: &Facts, now: Timestamp) -> Option<String> {
    let topic = &candidate.topic;
    if !topic.enabled {
        return Some(DISABLED.to_owned());
    }
    if let Some(until) = topic.mute_until.filter(|until| *until > now) {
        return Some(format!("{MUTED}{until}"));
    }
    if let Some(since) = candidate.in_force_since.filter(|since| *since > article.first_seen) {
        return Some(format!("{NEWER}{since} on"));
    }
    if facts.told_topics_of_story.contains(&topic.id) {
        return Some(format!("{SAME_REPORT}{}", facts.story));
    }
    let told = facts.told_in_last_hour.get(&topic.id).copied().unwrap_or(0);
    if article.timing == Timing::New && told >= topic.max_per_hour {
        return Some(OVER_LIMIT.to_owned());
    }
    None
}

fn told(article: &Article, candidate: &Candidate, copy: Option<&CopyRef>, facts: &Facts, now: Timestamp) -> Alert {
    let topic = &candidate.topic;
    let revision = facts.revision.to_string();
    Alert {
        v: 1,
        id: AlertId::of(AlertKind::Match, &[topic.id.as_str(), article.id.as_str(), &revision]),
        seq: 0,
        prev: String::new(),
        kind: AlertKind::Match,
        at: now,
        timing: article.timing,
        severity: topic.severity,
        topic: Some(AlertTopic { id: topic.id.clone(), name: topic.name.clone(), rule: topic.rule() }),
        score: Some(candidate.found.score),
        matches: candidate.found.terms.clone(),
        article: Some(AlertArticle {
            id: article.id.clone(),
            url: article.url.clone(),
            canonical: article.canonical.clone(),
            title: article.title.clone(),
            outlet: article.outlet.clone(),
            feed: article.feed.clone(),
            language: article.language.as_ref().map(|language| language.code.clone()),
            published: article.published,
            published_from: article.published_from,
            first_seen: article.first_seen,
            fetched: article.fetched,
            quality: article.quality,
        }),
        story: Some(AlertStory { id: facts.story.clone(), also: facts.also.clone() }),
        revision: Some(facts.revision),
        copy: copy.cloned(),
        excerpt: excerpt(&candidate.found.terms),
        subject: None,
        notes: candidate.found.notes.clone(),
        hash: String::new(),
    }
}

/// The words in context of the first few places, each once.
fn excerpt(terms: &[TermMatch]) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for term in terms {
        if !parts.contains(&term.context.as_str()) {
            parts.push(&term.context);
        }
    }
    let mut text = parts.join(" … ");
    if let Some((end, _)) = text.char_indices().nth(EXCERPT) {
        text.truncate(end);
        text.push('…');
    }
    text
}

/// A `health` alert: what happened to `subject` in the period that began at `period`.
pub fn health(subject: &str, period: &str, severity: Severity, message: String, now: Timestamp) -> Alert {
    Alert {
        v: 1,
        id: AlertId::of(AlertKind::Health, &[subject, period]),
        seq: 0,
        prev: String::new(),
        kind: AlertKind::Health,
        at: now,
        timing: Timing::New,
        severity,
        topic: None,
        score: None,
        matches: Vec::new(),
        article: None,
        story: None,
        revision: None,
        copy: None,
        excerpt: message,
        subject: Some(subject.to_owned()),
        notes: Vec::new(),
        hash: String::new(),
    }
}

/// One notice an hour that a topic's further matches are held.
fn over_limit(topic: &Topic, settings: &Settings, now: Timestamp) -> AlertDraft {
    let hour = now.as_second().div_euclid(3600).to_string();
    let message = format!(
        "{}: over {} alerts an hour; further ones are held, `wireroom alerts --held --topic {}` lists them",
        topic.name, topic.max_per_hour, topic.id
    );
    let alert = health(&format!("topic {}", topic.id), &hour, Severity::Normal, message, now);
    let sinks = sinks(&alert, &settings.sinks);
    AlertDraft { alert, sinks }
}

/// The sinks besides the log that an alert goes to.
pub fn sinks(alert: &Alert, sinks: &[Sink]) -> Vec<String> {
    sinks
        .iter()
        .filter(|sink| alert.severity >= sink.min_severity)
        .filter(|sink| sink.all_timings || alert.timing == Timing::New)
        .filter(|sink| {
            sink.topics.is_empty() || alert.topic.as_ref().is_some_and(|topic| sink.topics.contains(&topic.id))
        })
        .map(|sink| sink.id.clone())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("a timestamp")
    }

    #[test]
    fn a_sitemap_of_years_is_no_flood() {
        let now = at("2026-11-24T06:00:00Z");
        let week = Duration::from_secs(7 * 86_400);
        for (published, first_visit, expected) in [
            (Some("2026-11-24T05:00:00Z"), true, OfSitemap::Take),
            (Some("2026-11-21T05:00:00Z"), true, OfSitemap::Remember),
            (Some("2011-01-01T00:00:00Z"), true, OfSitemap::Remember),
            (None, true, OfSitemap::Remember),
            (None, false, OfSitemap::Take),
            (Some("2026-11-21T05:00:00Z"), false, OfSitemap::Take),
            (Some("2011-01-01T00:00:00Z"), false, OfSitemap::Leave),
        ] {
            assert_eq!(of_sitemap(published.map(at), first_visit, week, now), expected, "{published:?} {first_visit}");
        }
    }

    #[test]
    fn what_stood_in_a_new_feed_is_backlog_and_what_comes_back_from_2011_is_old() {
        let now = at("2026-11-24T06:00:00Z");
        let week = Duration::from_secs(7 * 86_400);
        for (published, first_visit, expected) in [
            (Some("2026-11-24T05:00:00Z"), true, Timing::New),
            (Some("2026-11-21T05:00:00Z"), true, Timing::Backlog),
            (Some("2011-01-01T00:00:00Z"), true, Timing::Backlog),
            (None, true, Timing::Backlog),
            (Some("2026-11-21T05:00:00Z"), false, Timing::New),
            (Some("2011-01-01T00:00:00Z"), false, Timing::Old),
            (Some("2031-01-01T00:00:00Z"), false, Timing::New),
            (None, false, Timing::New),
        ] {
            assert_eq!(timing(published.map(at), first_visit, week, now), expected, "{published:?} {first_visit}");
        }
    }
}
