//! Topics and the stored articles of the last days → how many alerts each would have raised, as far as there is time to look.
//! It only counts; who is warned of what is the caller's.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};

use super::MANY_A_DAY;
use super::replay::{Question, Replay};
use super::tally::Tally;
use crate::model::{Topic, TopicId};
use crate::store::{Store, StoreError};

const DAY: SignedDuration = SignedDuration::from_hours(24);
const WEEK: SignedDuration = SignedDuration::from_hours(7 * 24);

/// What topics would have raised in the last 7 days.
#[derive(Clone, Debug)]
pub struct Outlook {
    /// Back to when articles were looked at: 7 days, or less where the archive or the time for looking is shorter.
    pub back_to: Timestamp,
    /// In the order given.
    pub topics: Vec<Expected>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Expected {
    pub topic: TopicId,
    /// Alerts of the last 24 hours, and of the time looked at.
    pub last_day: u32,
    pub last_week: u32,
    /// Of news alone, a day in the time looked at or in the last one, whichever had more.
    pub news_a_day: f64,
}

impl Expected {
    /// More than a person reads.
    pub fn is_many(&self) -> bool {
        self.news_a_day > f64::from(MANY_A_DAY)
    }
}

/// Looks back from `now` for at most `patience`; none where no article of the 7 days before is stored, or a topic does not
/// compile.
pub async fn outlook(
    store: &Store,
    topics: Vec<Arc<Topic>>,
    now: Timestamp,
    patience: Duration,
    gently: bool,
) -> Result<Option<Outlook>, StoreError> {
    let began = Instant::now();
    let since = now.checked_sub(WEEK).unwrap_or(Timestamp::MIN);
    let oldest = store.candidates(since, None, 0).await?.oldest;
    let Some(oldest) = oldest.filter(|oldest| *oldest < now && !topics.is_empty()) else { return Ok(None) };
    let ids: Vec<TopicId> = topics.iter().map(|topic| topic.id.clone()).collect();
    let compiled = tokio::task::spawn_blocking(move || Question::of(&topics)).await;
    let Ok(Ok(question)) = compiled else { return Ok(None) };
    let mut replay = Replay::begin(store, Arc::new(question), since).await?;
    if gently {
        replay = replay.gently();
    }
    let mut tallies: Vec<Tally> = vec![Tally::default(); ids.len()];
    let numbers: HashMap<TopicId, usize> = ids.iter().cloned().enumerate().map(|(i, id)| (id, i)).collect();
    let mut back_to = oldest;
    while let Some(page) = replay.next().await? {
        for hit in page.hits.iter().filter(|hit| hit.stored.article.first_seen < now) {
            for found in &hit.matches {
                if let Some(tally) = numbers.get(&found.topic).and_then(|&number| tallies.get_mut(number)) {
                    tally.add(&hit.stored.story, hit.stored.article.first_seen, hit.stored.article.timing);
                }
            }
        }
        if began.elapsed() > patience && page.done < replay.candidates() {
            back_to = page.back_to.unwrap_or(back_to);
            break;
        }
    }
    let a_day_ago = now.checked_sub(DAY).unwrap_or(since);
    let expected = |(topic, tally): (TopicId, Tally)| Expected {
        topic,
        last_day: tally.since(a_day_ago),
        last_week: tally.since(since),
        news_a_day: tally.news_per_day(now.duration_since(back_to)).max(f64::from(tally.news_since(a_day_ago))),
    };
    Ok(Some(Outlook { back_to, topics: ids.into_iter().zip(tallies).map(expected).collect() }))
}
