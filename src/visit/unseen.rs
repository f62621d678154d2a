//! A visit's entries and what is known of the feed → the entries that are new: not seen before, not come back under another
//! id and address; and those whose id another article had before.

use std::collections::HashSet;

use jiff::Timestamp;

use super::Desk;
use super::again::{self, Newcomer};
use super::entries::{Batch, Reading};
use crate::model::Feed;
use crate::store::{Known, Reappeared, SeenEntry, StoreError};

/// New articles that one visit takes from sitemaps, the newest first; the others wait for the next.
const MAX_OF_SITEMAPS: usize = 1000;

/// Leaves in the batches what is new: not what was seen, and not what came back under another id and address.
pub(super) async fn keep_unseen(
    desk: &Desk,
    feed: &Feed,
    batches: &mut [Batch],
    reading: &mut Reading,
    first_visit: bool,
    last_success: Option<Timestamp>,
) -> Result<(), StoreError> {
    let all = || batches.iter().flat_map(|batch| &batch.entries);
    let identities: Vec<String> = all().map(|entry| entry.identity.clone()).collect();
    let passed: Vec<String> = batches.iter().flat_map(|batch| &batch.passed).cloned().collect();
    let count = identities.len();
    let mut unseen = if first_visit {
        vec![true; count + passed.len()]
    } else {
        desk.store.unseen(feed.id.clone(), identities.into_iter().chain(passed.clone()).collect()).await?
    };
    let new = unseen.split_off(count);
    let of_no_article = passed.into_iter().zip(new).filter(|(_, new)| *new);
    reading.reappeared.extend(of_no_article.map(|(identity, _)| Reappeared { identity, nr: None }));
    if !first_visit && count > 0 {
        // An id that another article has now. What was published before the last visit was told apart then.
        let fresh = |entry: &SeenEntry| {
            let published = entry.article.published;
            !entry.article.url.is_empty() && published.is_none_or(|at| last_success.is_none_or(|last| at > last))
        };
        let doubtful: Vec<usize> = all()
            .zip(&unseen)
            .enumerate()
            .filter(|(_, (entry, new))| !**new && fresh(entry))
            .map(|(at, _)| at)
            .collect();
        let again = used_again(desk, feed, batches, &doubtful).await?;
        for (at, entry) in batches.iter_mut().flat_map(|batch| &mut batch.entries).enumerate() {
            if again.contains(&at) {
                entry.identity = format!("{}\n{}", entry.identity, entry.article.canonical);
                unseen[at] = true;
            }
        }
    }
    let mut unseen = unseen.into_iter();
    let mut met = HashSet::new();
    for batch in &mut *batches {
        batch.entries.retain(|entry| unseen.next().unwrap_or(true) && met.insert(entry.identity.clone()));
        if batch.of_sitemap && batch.entries.len() > MAX_OF_SITEMAPS {
            batch.entries.truncate(MAX_OF_SITEMAPS);
            reading.unfinished = true;
        }
    }
    if !first_visit {
        drop_what_came_back(desk, feed, batches, reading).await?;
    }
    Ok(())
}

/// Which of the doubtful entries, whose id is known, are other articles than the ones that had the id.
async fn used_again(
    desk: &Desk,
    feed: &Feed,
    batches: &[Batch],
    doubtful: &[usize],
) -> Result<HashSet<usize>, StoreError> {
    if doubtful.is_empty() {
        return Ok(HashSet::new());
    }
    let all: Vec<&SeenEntry> = batches.iter().flat_map(|batch| &batch.entries).collect();
    let ids = doubtful.iter().map(|at| all[*at].article.id.clone()).collect();
    let have = desk.store.have(ids).await?;
    let strange: Vec<usize> = doubtful.iter().zip(have).filter(|(_, have)| !have).map(|(at, _)| *at).collect();
    if strange.is_empty() {
        return Ok(HashSet::new());
    }
    let keys = strange.iter().map(|at| Some(all[*at].identity.clone())).collect();
    let known = desk.store.recall(feed.id.clone(), keys).await?;
    let is_another = |at: usize, known: &Known| {
        let article = &all[at].article;
        again::is_another(&article.title, article.published, known)
    };
    let pairs = strange.into_iter().zip(known);
    Ok(pairs
        .filter(|(at, known)| known.as_ref().is_some_and(|known| is_another(*at, known)))
        .map(|(at, _)| at)
        .collect())
}

/// Takes out of the batches what is known by what it says: it is remembered under its new id, and told to nobody.
async fn drop_what_came_back(
    desk: &Desk,
    feed: &Feed,
    batches: &mut [Batch],
    reading: &mut Reading,
) -> Result<(), StoreError> {
    let marks: Vec<Option<String>> =
        batches.iter().flat_map(|batch| &batch.entries).map(|entry| entry.mark.clone()).collect();
    if marks.iter().all(Option::is_none) {
        return Ok(());
    }
    let marked = desk.store.recall(feed.id.clone(), marks).await?;
    let newcomers: Vec<Newcomer> = batches
        .iter()
        .flat_map(|batch| &batch.entries)
        .zip(marked)
        .map(|(entry, marked)| Newcomer {
            published: entry.article.published,
            has_link: !entry.article.url.is_empty(),
            marked,
        })
        .collect();
    let came_back = again::came_back(&newcomers);
    let mut verdicts = came_back.iter().zip(&newcomers);
    let before = reading.reappeared.len();
    for batch in batches {
        batch.entries.retain(|entry| match verdicts.next() {
            Some((true, newcomer)) => {
                let nr = newcomer.marked.as_ref().map(|known| known.nr);
                reading.reappeared.push(Reappeared { identity: entry.identity.clone(), nr });
                false
            }
            Some((false, _)) | None => true,
        });
    }
    let count = reading.reappeared.len() - before;
    if count > 0 {
        tracing::info!(feed = %feed.id, count, "entries came back under other ids and addresses: taken for what they were");
    }
    Ok(())
}
