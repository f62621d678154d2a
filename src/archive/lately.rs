//! Alerts that were told and what people thought of them → how each topic did of late.
//! It counts; what is worth a person's attention is said here, how it looks is the command's.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};

use super::MANY_A_DAY;
use crate::config::marks::{Judgement, Mark, current};
use crate::model::{AlertId, Topic, TopicId};
use crate::store::{Store, StoreError};

const DAY: SignedDuration = SignedDuration::from_hours(24);
const WEEK: SignedDuration = SignedDuration::from_hours(7 * 24);
const MONTH: SignedDuration = SignedDuration::from_hours(30 * 24);
/// Fewer judgements than this say nothing of a topic.
const FEW: u64 = 3;

/// How a topic did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lately {
    /// Alerts of the last 7 days; those of them that anyone judged, and those judged to be false.
    pub alerts: u64,
    pub marked: u64,
    pub marked_false: u64,
    /// When it last told anything, however long ago.
    pub last: Option<Timestamp>,
    /// Since when it is in force with its present rule.
    pub since: Option<Timestamp>,
}

/// What is to be said of a topic, the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Health {
    /// More alerts than a person reads, or at least half of those that were judged are false.
    Noisy,
    /// In force for a week at least, and nothing told for 30 days or since then.
    Silent,
    Well,
    Muted,
    Off,
}

impl Lately {
    pub fn health(&self, topic: &Topic, now: Timestamp) -> Health {
        if !topic.enabled {
            return Health::Off;
        }
        if topic.mute_until.is_some_and(|until| until > now) {
            return Health::Muted;
        }
        let in_force = self.since.map(|since| now.duration_since(since));
        let days = in_force.unwrap_or(WEEK).clamp(DAY, WEEK).as_secs_f64() / DAY.as_secs_f64();
        let many = self.alerts as f64 > f64::from(MANY_A_DAY) * days;
        if many || (self.marked >= FEW && self.marked_false * 2 >= self.marked) {
            return Health::Noisy;
        }
        let quiet = |period: SignedDuration| self.last.is_none_or(|last| now.duration_since(last) >= period);
        match in_force {
            Some(in_force) if in_force >= WEEK && quiet(in_force.min(MONTH)) => Health::Silent,
            _ => Health::Well,
        }
    }
}

/// How topics did until now; those that neither told anything nor are in force are left out.
pub async fn lately(
    store: &Store,
    topics: &[std::sync::Arc<Topic>],
    marks: &[Mark],
    now: Timestamp,
) -> Result<HashMap<TopicId, Lately>, StoreError> {
    let since = now.checked_sub(WEEK).unwrap_or(Timestamp::MIN);
    let mut known: HashMap<TopicId, Lately> = HashMap::new();
    for (topic, alerts, last) in store.told_by_topic(since).await? {
        known.insert(topic, Lately { alerts, last: Some(last), ..Lately::default() });
    }
    let mut rules = store.rules_in_force().await?;
    for topic in topics {
        // Under another rule than the present one the daemon has not taken the edit up yet.
        if let Some((_, from)) = rules.remove(&topic.id).filter(|(rule, _)| *rule == topic.rule()) {
            known.entry(topic.id.clone()).or_default().since = Some(from);
        }
    }
    let current = current(marks);
    // Clocks differ: a mark may seem to be a little older than its alert.
    let after = since.checked_sub(DAY).unwrap_or(since);
    let recent = |marks: &[&Mark]| marks.iter().any(|mark| mark.at >= after);
    let judged: Vec<AlertId> = current.iter().filter(|(_, marks)| recent(marks)).map(|(id, _)| (*id).clone()).collect();
    for (alert, topic) in store.told_among(judged, since).await? {
        let (Some(lately), Some(marks)) = (known.get_mut(&topic), current.get(&alert)) else { continue };
        lately.marked += 1;
        lately.marked_false += u64::from(is_false(marks));
    }
    Ok(known)
}

/// Whether more people call an alert false than useful.
fn is_false(marks: &[&Mark]) -> bool {
    let said = |judgement: Judgement| marks.iter().filter(|mark| mark.judgement == judgement).count();
    said(Judgement::False) > said(Judgement::Useful)
}

#[cfg(test)]
mod tests {
    use super::super::tests::topic;
    use super::*;

    #[test]
    fn a_topic_is_noisy_silent_or_well() {
        let now: Timestamp = "2026-11-24T06:00:00Z".parse().expect("a time");
        let ago = |days: i64| now - SignedDuration::from_hours(24 * days);
        let of = |alerts, marked, marked_false, last: Option<i64>, since: Option<i64>| Lately {
            alerts,
            marked,
            marked_false,
            last: last.map(ago),
            since: since.map(ago),
        };
        for (lately, expected) in [
            (of(0, 0, 0, None, None), Health::Well),
            (of(0, 0, 0, None, Some(6)), Health::Well),
            (of(0, 0, 0, None, Some(7)), Health::Silent),
            (of(0, 0, 0, Some(9), Some(10)), Health::Well),
            // An earlier rule told it.
            (of(0, 0, 0, Some(12), Some(10)), Health::Silent),
            (of(0, 0, 0, Some(29), Some(400)), Health::Well),
            (of(0, 0, 0, Some(30), Some(400)), Health::Silent),
            (of(350, 0, 0, Some(0), Some(400)), Health::Well),
            (of(351, 0, 0, Some(0), Some(400)), Health::Noisy),
            (of(101, 0, 0, Some(0), Some(2)), Health::Noisy),
            (of(60, 0, 0, Some(0), Some(0)), Health::Noisy),
            (of(351, 0, 0, Some(0), None), Health::Noisy),
            (of(5, 2, 2, Some(0), Some(40)), Health::Well),
            (of(5, 4, 2, Some(0), Some(40)), Health::Noisy),
            (of(5, 5, 2, Some(0), Some(40)), Health::Well),
        ] {
            assert_eq!(lately.health(&topic("t", "x"), now), expected, "{lately:?}");
        }
        let silent = of(0, 0, 0, None, Some(400));
        let off = Topic { enabled: false, mute_until: Some(ago(-1)), ..Topic::clone(&topic("t", "x")) };
        assert_eq!(silent.health(&off, now), Health::Off);
        assert_eq!(silent.health(&Topic { enabled: true, ..off.clone() }, now), Health::Muted);
        assert_eq!(silent.health(&Topic { enabled: true, mute_until: Some(now), ..off }, now), Health::Silent);
    }

    #[test]
    fn more_must_call_it_false_than_useful() {
        use Judgement::{False, Useful};
        let mark = |judgement| Mark {
            at: Timestamp::UNIX_EPOCH,
            user: String::new(),
            alert: "w1".into(),
            topic: "t".into(),
            article: None,
            rule: String::new(),
            judgement,
            note: None,
        };
        for (judgements, expected) in
            [(&[False][..], true), (&[Useful], false), (&[False, Useful], false), (&[False, Useful, False], true)]
        {
            let marks: Vec<Mark> = judgements.iter().copied().map(mark).collect();
            assert_eq!(is_false(&marks.iter().collect::<Vec<_>>()), expected, "{judgements:?}");
        }
    }
}
