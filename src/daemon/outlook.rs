//! Topics that were taken up → what they would have raised in the last days, said in the alert log. Aside: neither the take-up
//! nor the visits wait for it.

use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::work::Work;
use crate::archive::{self, Expected, MANY_A_DAY, Outlook};
use crate::model::{Severity, Topic};
use crate::store::{Store, StoreError};

/// How long one look back may take; what it has counted until then is said.
const PATIENCE: Duration = Duration::from_secs(20);
/// Topics named in one line.
const NAMED: usize = 20;

impl Work {
    /// Counts what `topics` would have raised, and says it when it is known.
    pub(super) fn look_back(&mut self, topics: Vec<Arc<Topic>>, now: Timestamp) {
        while self.asides.try_join_next().is_some() {}
        let (health, turn) = (self.health(), Arc::clone(&self.one_aside));
        let state_dir = self.desk.force.settings.state_dir.clone();
        self.asides.spawn(async move {
            let Ok(_turn) = turn.acquire_owned().await else { return };
            let counted = async {
                // A connection of its own: the store's thread has the visits to record.
                let opened = tokio::task::spawn_blocking(move || Store::open_read(&state_dir)).await;
                let store = opened.map_err(|error| StoreError::Engine(error.to_string()))??;
                let outlook = archive::outlook(&store, topics, now, PATIENCE, true).await;
                store.close().await;
                outlook
            };
            match counted.await {
                Ok(Some(outlook)) => {
                    for (severity, message) in messages(&outlook, now) {
                        health.report("topics", severity, message).await;
                    }
                }
                Ok(None) => {}
                Err(error) => tracing::warn!(%error, "what the topics would have raised could not be counted"),
            }
        });
    }
}

/// What is said of topics taken up: the counts, and a warning of those that raise too much.
fn messages(outlook: &Outlook, now: Timestamp) -> Vec<(Severity, String)> {
    let mut said = Vec::new();
    let looked_at = now.duration_since(outlook.back_to);
    let short = if looked_at < SignedDuration::from_hours(6 * 24 + 12) {
        format!(" (looked back {} h only)", looked_at.as_hours().max(1))
    } else {
        String::new()
    };
    let count = |one: &Expected| format!("{} {} and {}", one.topic, one.last_day, one.last_week);
    let counts = listed(outlook.topics.iter().map(count).collect());
    said.push((Severity::Low, format!("would have raised in the last 24 h and in 7 d{short}: {counts}")));
    let many: Vec<_> = outlook.topics.iter().filter(|one| one.is_many()).collect();
    if let Some(first) = many.first() {
        let names = listed(many.iter().map(|one| format!("{} {:.0}", one.topic, one.news_a_day)).collect());
        let message = format!(
            "warning: over {MANY_A_DAY} alerts a day are more than a person reads: {names}; narrow the query \
             (wireroom topics test {})",
            first.topic
        );
        said.push((Severity::Normal, message));
    }
    said
}

fn listed(mut parts: Vec<String>) -> String {
    let more = parts.len().saturating_sub(NAMED);
    parts.truncate(NAMED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{}{more}", parts.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::TopicId;

    #[test]
    fn counts_are_said_and_too_many_are_warned_of() {
        let now: Timestamp = "2026-11-24T10:00:00Z".parse().expect("a time");
        let one = |id: &str, last_day, last_week, news_a_day| Expected {
            topic: TopicId::from(id),
            last_day,
            last_week,
            news_a_day,
        };
        let outlook = |hours, topics| Outlook { back_to: now - SignedDuration::from_hours(hours), topics };
        let said = messages(&outlook(168, vec![one("a", 2, 9, 1.3), one("b", 0, 0, 0.0)]), now);
        assert_eq!(
            said,
            [(Severity::Low, "would have raised in the last 24 h and in 7 d: a 2 and 9, b 0 and 0".into())]
        );
        let said = messages(&outlook(30, vec![one("all", 60, 90, 60.4)]), now);
        assert!(said[0].1.contains("(looked back 30 h only): all 60 and 90"), "{said:?}");
        assert_eq!(said[1].0, Severity::Normal);
        assert!(said[1].1.contains("over 50 alerts a day") && said[1].1.contains("all 60;"), "{said:?}");
        let many = (0..30).map(|i| one(&i.to_string(), 0, 0, 0.0)).collect();
        assert!(messages(&outlook(168, many), now)[0].1.ends_with(" and 10 more"));
    }
}
