//! Silent topics and the newest stored articles → the article that came nearest to each.
//! Looks at a few hundred articles, as far as there is time; a topic for which there was none is left out.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use serde::Serialize;

use crate::extract;
use crate::model::{ArticleId, Topic, TopicId};
use crate::store::{Store, StoreError, Stored};
use crate::topic::{self, Explanation, Standing, Standings};
use crate::visit::{course, match_input};

/// Articles that are looked at, the newest.
const NEWEST: usize = 300;
/// Topics asked together; between the articles of one turn the clock is looked at.
const TOGETHER: usize = 32;
/// Articles as near as each other among which a score decides.
const FINALISTS: usize = 10;

/// How near an article came to a topic.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Nearest {
    pub article: ArticleId,
    pub title: String,
    pub outlet: String,
    /// Clauses that held, of all that must hold; a score's threshold is one of them.
    pub held: usize,
    pub of: usize,
    /// None where nothing was missing: it was held, or came before the topic.
    pub missing: Option<String>,
}

/// The article that came nearest to each topic among the newest first seen since then.
pub async fn nearest(
    store: &Store,
    topics: Vec<Arc<Topic>>,
    since: Timestamp,
    patience: Duration,
) -> Result<HashMap<TopicId, Nearest>, StoreError> {
    let began = Instant::now();
    if topics.is_empty() {
        return Ok(HashMap::new());
    }
    let articles = store.newest_stored(since, NEWEST).await?;
    let look = move || {
        let mut found = HashMap::new();
        for some in topics.chunks(TOGETHER) {
            let Some(of_these) = among(some, &articles, &|| began.elapsed() > patience) else { break };
            found.extend(of_these);
        }
        found
    };
    Ok(match tokio::task::spawn_blocking(look).await {
        Ok(found) => found,
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    })
}

/// None where the time was up before all articles were looked at.
fn among(topics: &[Arc<Topic>], articles: &[Stored], time_is_up: &dyn Fn() -> bool) -> Option<Vec<(TopicId, Nearest)>> {
    let standings = Standings::of(topics.iter().map(AsRef::as_ref));
    // Of each topic the nearest articles, one as near as the other, the newest first.
    let mut nearest: Vec<(Standing, Vec<&Stored>)> = vec![(Standing::default(), Vec::new()); topics.len()];
    for stored in articles {
        if time_is_up() {
            return None;
        }
        let with_quotes = standings.asks_quotes().then(|| quoted(stored));
        let article = with_quotes.as_ref().unwrap_or(stored);
        for ((best, finalists), standing) in nearest.iter_mut().zip(standings.on(&match_input(&article.article))) {
            let Some(standing) = standing.filter(|standing| standing.begun) else { continue };
            if finalists.is_empty() || standing.is_nearer_than(*best) {
                *best = standing;
                *finalists = vec![stored];
            } else if !best.is_nearer_than(standing) && finalists.len() < FINALISTS {
                finalists.push(stored);
            }
        }
    }
    let mut found = Vec::new();
    for (topic, (standing, finalists)) in topics.iter().zip(nearest) {
        if time_is_up() {
            return None;
        }
        // Without a score they are equal: the newest.
        let compared = if topic.score.is_some() { finalists.len() } else { 1 };
        let explained = finalists.into_iter().take(compared).filter_map(|stored| {
            let article = quoted(stored).article;
            Some((stored, topic::explain(topic, &match_input(&article)).ok()?))
        });
        let sum = |explanation: &Explanation| explanation.score.as_ref().map_or(0.0, |score| score.sum);
        let best = explained.reduce(|best, next| if sum(&next.1) > sum(&best.1) { next } else { best });
        found.extend(best.map(|(stored, explanation)| (topic.id.clone(), told(stored, standing, &explanation))));
    }
    Some(found)
}

/// The stored quotes have no offsets.
fn quoted(stored: &Stored) -> Stored {
    let mut stored = stored.clone();
    stored.article.quotes = extract::quotes(&stored.article.text);
    stored
}

fn told(stored: &Stored, standing: Standing, explanation: &Explanation) -> Nearest {
    let reached = explanation.score.as_ref().map(|score| score.sum >= score.threshold);
    // What is wrong with the words is told before what a filter keeps out.
    let missing = explanation.missing().or_else(|| course::stopped(explanation).map(|(_, why)| why));
    Nearest {
        article: stored.article.id.clone(),
        title: stored.article.title.clone(),
        outlet: stored.article.outlet.clone(),
        held: standing.held + usize::from(reached == Some(true)),
        of: standing.of + usize::from(reached.is_some()),
        missing,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{article, at, record, topic};
    use super::*;
    use crate::model::{ScoreTerm, TopicScore};

    async fn asked(store: &Store, topics: &[Arc<Topic>], patience: Duration) -> HashMap<TopicId, Nearest> {
        nearest(store, topics.to_vec(), at(0), patience).await.expect("read")
    }

    const LONG: Duration = Duration::from_secs(60);

    #[tokio::test]
    async fn the_largest_share_is_nearest_and_of_equals_the_newest() {
        let dir = tempfile::tempdir().expect("a folder");
        let store = Store::open(dir.path()).expect("a database");
        let articles = [
            article("before", -9, "Tariff and NAFTA", "Mexico answers."),
            article("a", 1, "Mexico answers", "The tariff stands."),
            article("b", 2, "Mexico", "The tariff is Spanish to them, “a farce,” said Ann Peña."),
            article("c", 3, "Mexico sings", "A song, a song and a dance."),
            article("d", 4, "Weather", "Rain."),
        ];
        record(&store, &articles).await;
        let scored = |id: &str, threshold| {
            let term = |query: &str, weight| ScoreTerm { query: query.to_owned(), weight };
            let terms = vec![term("tariff", 1.0), term("sings", 2.0)];
            let score = TopicScore { threshold, zones: Vec::new(), terms };
            Arc::new(Topic { score: Some(score), ..Topic::clone(&topic(id, "mexico")) })
        };
        let spanish = Topic { outlets: vec!["El País".to_owned()], ..Topic::clone(&topic("outlet", "dance")) };
        let topics = [
            topic("terms", "mexico tariff NAFTA"),
            topic("near", "song NEAR/0 dance"),
            topic("not", "song NOT sings"),
            topic("said", "said:Peña wall"),
            topic("whole", "rain"),
            topic("nothing", "zebra NOT mexico"),
            Arc::new(spanish),
            scored("scored", 9.0),
            scored("reached", 2.0),
        ];
        let found = asked(&store, &topics, LONG).await;
        for (id, article, held, of, missing) in [
            ("terms", "b", 2, 3, Some("no NAFTA")),
            ("near", "c", 2, 3, Some("the closest have 2 words between them")),
            ("not", "c", 1, 2, Some("it has sings")),
            ("said", "b", 1, 2, Some("no wall")),
            ("whole", "d", 1, 1, None),
            ("outlet", "c", 1, 2, Some("filtered by outlet")),
            ("scored", "c", 1, 2, Some("the score is 2, the threshold 9")),
            ("reached", "c", 2, 2, None),
        ] {
            let nearest = found.get(&TopicId::from(id)).unwrap_or_else(|| panic!("{id}: {found:?}"));
            assert_eq!((nearest.article.as_str(), nearest.held, nearest.of), (article, held, of), "{id}: {nearest:?}");
            match (missing, nearest.missing.as_deref()) {
                (Some(expected), Some(missing)) => assert!(missing.contains(expected), "{id}: {missing}"),
                (expected, missing) => assert_eq!(missing, expected, "{id}"),
            }
        }
        assert_eq!(found.len(), 8, "no word of zebra stands anywhere");
        store.close().await;
    }

    #[tokio::test]
    async fn where_the_time_is_up_nothing_is_said() {
        let dir = tempfile::tempdir().expect("a folder");
        let store = Store::open(dir.path()).expect("a database");
        assert!(asked(&store, &[topic("t", "rain")], LONG).await.is_empty(), "nothing is stored");
        record(&store, &[article("a", 1, "Rain", "Rain.")]).await;
        assert!(asked(&store, &[topic("t", "rain")], Duration::ZERO).await.is_empty());
        assert!(asked(&store, &[], LONG).await.is_empty());
        let many: Vec<_> = (0..=TOGETHER).map(|i| topic(&i.to_string(), "rain")).collect();
        assert_eq!(asked(&store, &many, LONG).await.len(), TOGETHER + 1);
        store.close().await;
    }
}
