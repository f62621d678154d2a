//! Feeds and the articles that await their page.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{CachedStatement, Connection, OptionalExtension as _, Row, params};
use sha2::{Digest as _, Sha256};

use super::super::{FeedState, Known, PageDue, SeenEntry, Settled, Standing, StoreError, VisitRecord, Visited};
use super::keys::{self, Db};
use super::{archive, articles, copies, from_json, instant, json, micros};
use crate::model::{Article, ArticleId, CopyRef, DateSource, FeedId, Fingerprint, Language, Quality, StoryId, Timing};
use crate::schedule::Rhythm;

/// Stands in `entries` for what was seen and became no article.
const NO_ARTICLE: i64 = 0;

/// In the order in which [`state`] reads them: a name looked up for each value costs more than the row.
const STATES: &str = "SELECT id, url, title, next_due, interval, not_before, why, last_visit, first_success, last_success,
        last_new, status, failures, error_class, error, gone, permanent_url, permanent_since, etag, last_modified, body_sha256,
        last_bytes, saved_bytes, validators_of, wishes, held, newest, overflowed, at_most, rhythm
    FROM feeds LEFT JOIN rhythms ON rhythms.feed = feeds.id";

pub fn feed_states(db: &Connection) -> Result<HashMap<FeedId, FeedState>, StoreError> {
    let mut query = db.prepare_cached(STATES)?;
    let rows = query.query_map([], |row| Ok((FeedId(row.get(0)?), state(row)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub fn feed_state(db: &Connection, feed: &FeedId) -> Result<Option<FeedState>, StoreError> {
    static ONE: LazyLock<String> = LazyLock::new(|| format!("{STATES} WHERE id = ?1"));
    let mut query = db.prepare_cached(&ONE)?;
    Ok(query.query_row([feed.as_str()], state).optional()?)
}

pub fn standings(db: &Connection) -> Result<HashMap<FeedId, Standing>, StoreError> {
    let mut query =
        db.prepare_cached("SELECT id, next_due, interval, not_before, iif(gone, url, NULL), failures > 0 FROM feeds")?;
    let rows = query.query_map([], |row| {
        let when = |column: usize| row.get::<_, Option<i64>>(column).map(|at| at.map(instant));
        let interval = Duration::from_micros(row.get::<_, i64>(2)?.unsigned_abs());
        let (next_due, not_before) = (when(1)?, when(3)?);
        let standing = Standing { next_due, interval, not_before, gone_at: row.get(4)?, failing: row.get(5)? };
        Ok((FeedId(row.get(0)?), standing))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn state(row: &Row<'_>) -> rusqlite::Result<FeedState> {
    let when = |column: usize| row.get::<_, Option<i64>>(column).map(|at| at.map(instant));
    Ok(FeedState {
        url: row.get(1)?,
        title: row.get(2)?,
        next_due: when(3)?,
        interval: Duration::from_micros(row.get::<_, i64>(4)?.unsigned_abs()),
        not_before: when(5)?,
        why: row.get(6)?,
        last_visit: when(7)?,
        first_success: when(8)?,
        last_success: when(9)?,
        last_new: when(10)?,
        status: row.get(11)?,
        failures: row.get(12)?,
        error_class: row.get(13)?,
        error: row.get(14)?,
        gone: row.get(15)?,
        permanent_url: row.get(16)?,
        permanent_since: when(17)?,
        etag: row.get(18)?,
        last_modified: row.get(19)?,
        body_sha256: row.get::<_, Option<Vec<u8>>>(20)?.and_then(|hash| hash.try_into().ok()),
        last_bytes: row.get::<_, i64>(21)?.unsigned_abs(),
        saved_bytes: row.get::<_, i64>(22)?.unsigned_abs(),
        validators_of: row.get::<_, Option<Vec<u8>>>(23)?.and_then(|hash| hash.try_into().ok()),
        wishes: row.get::<_, Option<String>>(24)?.map(|text| from_json(&text)).unwrap_or_default(),
        held: row.get(25)?,
        newest: when(26)?,
        overflowed: when(27)?,
        at_most: row.get::<_, Option<i64>>(28)?.map(|micros| Duration::from_micros(micros.unsigned_abs())),
        rhythm: row.get::<_, Option<Vec<u8>>>(29)?.and_then(|bytes| Rhythm::from_bytes(&bytes)),
    })
}

pub fn record_visit(db: &Db, visit: VisitRecord) -> Result<Visited, StoreError> {
    let VisitRecord { at, feed, mut state, entries, reappeared, feed_copies, stood, rhythm_changed } = visit;
    let feed = feed.as_str();
    for copy in &feed_copies {
        copies::insert(db, copy, None)?;
    }
    let (mut new, mut waiting) = (0, 0);
    // Numbers of new articles: nothing else is written meanwhile, so that they stand side by side.
    let mut numbers: Option<(i64, i64)> = None;
    let mut rows: Vec<(Key, i64)> = Vec::with_capacity(2 * entries.len());
    if !entries.is_empty() {
        let mut known = db.prepare_cached("SELECT 1 FROM entries WHERE feed = ?1 AND identity = ?2")?;
        let mut insertion = db.prepare_cached(NEW)?;
        // Of a feed that is read for the first time nothing is known but what this visit brings.
        let any = "SELECT 1 FROM entries WHERE feed = ?1 LIMIT 1";
        let first = db.prepare_cached(any)?.query_row([feed], |_| Ok(())).optional()?.is_none();
        let mut brought = HashSet::new();
        for entry in entries {
            let identity = key(&entry.identity);
            let is_known = !brought.insert(identity)
                || (!first && known.query_row(params![feed, identity.as_slice()], |_| Ok(())).optional()?.is_some());
            if is_known {
                continue;
            }
            let nr = match db.find(&entry.article.id)? {
                Some(nr) => nr,
                None => {
                    let nr = insert(db, &mut insertion, &entry, at)?;
                    waiting += usize::from(entry.settled.is_none());
                    new += 1;
                    numbers = Some((numbers.map_or(nr, |(first, _)| first), nr));
                    nr
                }
            };
            rows.push((identity, nr));
            rows.extend(entry.mark.as_deref().map(|mark| (key(mark), nr)));
        }
    }
    if let Some((first, last)) = numbers {
        archive::await_index(db, first, last)?;
    }
    rows.extend(reappeared.iter().map(|entry| (key(&entry.identity), entry.nr.unwrap_or(NO_ARTICLE))));
    remember(db, feed, rows)?;
    if new > 0 {
        state.last_new = Some(at);
    }
    keep_state(db, feed, &state)?;
    if rhythm_changed {
        keep_rhythm(db, feed, &state)?;
    }
    if let Some(stood) = stood {
        let mut keep = db.prepare_cached("INSERT OR REPLACE INTO stood (feed, entries) VALUES (?1, ?2)")?;
        keep.execute(params![feed, stood])?;
    }
    Ok(Visited { state, new, waiting })
}

/// Of a state of which nothing else changed: when it was visited, when and why it is due, what was saved. One statement, which
/// SQLite undoes by itself where it fails.
pub fn record_unchanged(db: &Connection, feed: &FeedId, state: &FeedState) -> Result<(), StoreError> {
    let changed = db
        .prepare_cached(
            "UPDATE feeds SET next_due = ?2, interval = ?3, not_before = ?4, why = ?5, last_visit = ?6, last_success = ?7,
                status = ?8, saved_bytes = ?9
             WHERE id = ?1",
        )?
        .execute(params![
            feed.as_str(),
            state.next_due.map(micros),
            whole_micros(state.interval),
            state.not_before.map(micros),
            state.why,
            state.last_visit.map(micros),
            state.last_success.map(micros),
            state.status,
            state.saved_bytes.cast_signed(),
        ])?;
    if changed == 0 {
        // Somebody took the row away meanwhile.
        keep_state(db, feed.as_str(), state)?;
        keep_rhythm(db, feed.as_str(), state)?;
    }
    Ok(())
}

fn keep_state(db: &Connection, feed: &str, state: &FeedState) -> Result<(), StoreError> {
    let when = |at: Option<Timestamp>| at.map(micros);
    db.prepare_cached(
        "INSERT OR REPLACE INTO feeds (id, url, title, next_due, interval, not_before, why, last_visit, first_success,
            last_success, last_new, status, failures, error_class, error, gone, permanent_url, permanent_since, etag,
            last_modified, body_sha256, last_bytes, saved_bytes, validators_of, wishes, held, newest, overflowed, at_most)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23,
            ?24, ?25, ?26, ?27, ?28, ?29)",
    )?
    .execute(params![
        feed,
        state.url,
        state.title,
        when(state.next_due),
        whole_micros(state.interval),
        when(state.not_before),
        state.why,
        when(state.last_visit),
        when(state.first_success),
        when(state.last_success),
        when(state.last_new),
        state.status,
        state.failures,
        state.error_class,
        state.error,
        state.gone,
        state.permanent_url,
        when(state.permanent_since),
        state.etag,
        state.last_modified,
        state.body_sha256.as_ref().map(<[u8; 32]>::as_slice),
        state.last_bytes.cast_signed(),
        state.saved_bytes.cast_signed(),
        state.validators_of.as_ref().map(<[u8; 32]>::as_slice),
        (!state.wishes.is_none()).then(|| json(&state.wishes)),
        state.held,
        when(state.newest),
        when(state.overflowed),
        state.at_most.map(whole_micros),
    ])?;
    Ok(())
}

fn keep_rhythm(db: &Connection, feed: &str, state: &FeedState) -> Result<(), StoreError> {
    match &state.rhythm {
        Some(rhythm) => db
            .prepare_cached("INSERT OR REPLACE INTO rhythms (feed, rhythm) VALUES (?1, ?2)")?
            .execute(params![feed, rhythm.to_bytes()])?,
        None => db.prepare_cached("DELETE FROM rhythms WHERE feed = ?1")?.execute([feed])?,
    };
    Ok(())
}

fn whole_micros(time: Duration) -> i64 {
    i64::try_from(time.as_micros()).unwrap_or(i64::MAX)
}

pub fn stood(db: &Connection, feed: &FeedId) -> Result<Vec<u8>, StoreError> {
    let mut query = db.prepare_cached("SELECT entries FROM stood WHERE feed = ?1")?;
    Ok(query.query_row([feed.as_str()], |row| row.get(0)).optional()?.unwrap_or_default())
}

pub fn unseen(db: &Connection, feed: &FeedId, identities: &[String]) -> Result<Vec<bool>, StoreError> {
    let mut known = db.prepare_cached("SELECT 1 FROM entries WHERE feed = ?1 AND identity = ?2")?;
    let mut unseen = Vec::with_capacity(identities.len());
    for identity in identities {
        unseen
            .push(known.query_row(params![feed.as_str(), key(identity).as_slice()], |_| Ok(())).optional()?.is_none());
    }
    Ok(unseen)
}

/// What the entries with these identities or marks became; none where nothing is known of one, or its article is gone.
pub fn recall(db: &Connection, feed: &FeedId, keys: &[Option<String>]) -> Result<Vec<Option<Known>>, StoreError> {
    let mut query = db.prepare_cached(
        "SELECT a.nr, a.title, a.published, a.published_from FROM entries e JOIN articles a ON a.nr = e.article
         WHERE e.feed = ?1 AND e.identity = ?2",
    )?;
    let mut found = Vec::with_capacity(keys.len());
    for wanted in keys {
        let Some(wanted) = wanted else {
            found.push(None);
            continue;
        };
        let known = query.query_row(params![feed.as_str(), key(wanted).as_slice()], |row| {
            let from_feed = row.get::<_, String>(3)? == DateSource::Feed.as_str();
            let published = row.get::<_, Option<i64>>(2)?.filter(|_| from_feed).map(instant);
            Ok(Known { nr: row.get(0)?, title: row.get(1)?, published })
        });
        found.push(known.optional()?);
    }
    Ok(found)
}

/// Which articles are in the database.
pub fn have(db: &Db, ids: &[ArticleId]) -> Result<Vec<bool>, StoreError> {
    ids.iter().map(|id| Ok(db.find(id)?.is_some())).collect()
}

/// Remembers what entries with these identities or marks became; of several with one the first counts. Many rows go into one
/// statement, in the order of the table, so that most of them are put beside the one before.
fn remember(db: &Connection, feed: &str, mut rows: Vec<(Key, i64)>) -> Result<(), StoreError> {
    rows.sort_by_key(|(key, _)| *key);
    let mut rows = &rows[..];
    for (at_once, sql) in &*REMEMBER {
        while let Some((some, rest)) = rows.split_at_checked(*at_once) {
            let mut insert = db.prepare_cached(sql)?;
            insert.raw_bind_parameter(1, feed)?;
            for (at, (key, nr)) in some.iter().enumerate() {
                insert.raw_bind_parameter(2 + 2 * at, key.as_slice())?;
                insert.raw_bind_parameter(3 + 2 * at, nr)?;
            }
            insert.raw_execute()?;
            rows = rest;
            if rows.is_empty() {
                return Ok(());
            }
        }
    }
    Ok(())
}

/// How many rows a statement takes, and its text.
static REMEMBER: LazyLock<[(usize, String); 3]> = LazyLock::new(|| {
    [16, 4, 1].map(|rows| {
        let values: Vec<String> = (0..rows).map(|row| format!("(?1, ?{}, ?{})", 2 + 2 * row, 3 + 2 * row)).collect();
        (rows, format!("INSERT OR IGNORE INTO entries (feed, identity, article) VALUES {}", values.join(", ")))
    })
});

/// 16 bytes of a hash.
type Key = [u8; 16];

/// Of the identity's hash: identities can be long, and there are millions.
fn key(identity: &str) -> Key {
    let mut key = [0; 16];
    key.copy_from_slice(&Sha256::digest(identity.as_bytes())[..16]);
    key
}

const NEW: &str = "INSERT INTO articles (id, url, canonical, title, outlet, feed, feed_tags, language, language_sure, byline,
        published, published_from, first_seen, timing, quality, summary, feed_text, revision, page, page_due, attempts,
        feed_copy, story, fingerprint)
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, 0, ?21, ?22, ?23)";

/// Keeps a new article by [`NEW`], whole where it is settled: its own row is its first revision then. Its number.
fn insert(db: &Db, new: &mut CachedStatement<'_>, entry: &SeenEntry, at: Timestamp) -> Result<i64, StoreError> {
    let article = &entry.article;
    let (fingerprint, story) = match &entry.settled {
        Some(Settled { fingerprint, story_window }) => {
            (*fingerprint, articles::story(db, article, *fingerprint, *story_window)?)
        }
        None => (None, None),
    };
    let settled = entry.settled.is_some();
    new.execute(params![
        article.id.as_str(),
        article.url,
        article.canonical,
        article.title,
        article.outlet,
        article.feed.as_str(),
        json(&article.feed_tags),
        article.language.as_ref().map(|language| &language.code),
        article.language.as_ref().is_some_and(|language| language.sure),
        json(&article.byline),
        article.published.map(micros),
        article.published_from.as_str(),
        micros(article.first_seen),
        article.timing.as_str(),
        article.quality.as_str(),
        article.summary,
        if article.text == article.summary { "" } else { &article.text },
        u32::from(settled),
        if settled { "done" } else { "waiting" },
        (!settled).then(|| micros(at)),
        entry.feed_copy.as_ref().map(json),
        story.as_ref().map(StoryId::as_str),
        fingerprint.as_ref().map(Fingerprint::as_slice),
    ])?;
    let nr = db.last_insert_rowid();
    for key in keys::Key::of(&article.id, fingerprint) {
        db.add_key(key, nr)?;
    }
    Ok(nr)
}

pub fn pages_due(db: &Connection, now: Timestamp, limit: usize) -> Result<Vec<PageDue>, StoreError> {
    let mut query = db.prepare_cached(
        "SELECT * FROM articles INDEXED BY articles_waiting WHERE page_due IS NOT NULL AND page_due <= ?1
            ORDER BY coalesce(published, first_seen) DESC LIMIT ?2",
    )?;
    let rows = query.query_map(params![micros(now), limit as i64], |row| {
        Ok(PageDue {
            article: article(row)?,
            attempts: row.get("attempts")?,
            matched: row.get::<_, u32>("revision")? > 0,
            rereads: row.get("rereads")?,
            feed_copy: row
                .get::<_, Option<String>>("feed_copy")?
                .and_then(|text| serde_json::from_str::<CopyRef>(&text).ok()),
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// An article as it stands before its page is read, with the feed's own text.
pub(super) fn article(row: &Row<'_>) -> rusqlite::Result<Article> {
    let when = |name: &str| row.get::<_, Option<i64>>(name).map(|at| at.map(instant));
    let name = |column: &str| row.get::<_, String>(column);
    let language: Option<String> = row.get("language")?;
    let sure = row.get("language_sure")?;
    Ok(Article {
        id: ArticleId(name("id")?),
        url: name("url")?,
        canonical: name("canonical")?,
        title: name("title")?,
        outlet: name("outlet")?,
        feed: FeedId(name("feed")?),
        feed_tags: from_json(&name("feed_tags")?),
        language: language.map(|code| Language { code, sure }),
        byline: from_json(&name("byline")?),
        published: when("published")?,
        published_from: DateSource::from_name(&name("published_from")?).unwrap_or(DateSource::FirstSeen),
        first_seen: instant(row.get("first_seen")?),
        fetched: when("fetched")?,
        quality: Quality::from_name(&name("quality")?).unwrap_or(Quality::Teaser),
        // Where the summary is all the text there is, it is kept once.
        text: Some(name("feed_text")?).filter(|text| !text.is_empty()).map_or_else(|| name("summary"), Ok)?,
        summary: name("summary")?,
        captions: Vec::new(),
        quotes: Vec::new(),
        timing: Timing::from_name(&name("timing")?).unwrap_or(Timing::New),
        revision: row.get("revision")?,
    })
}

pub fn next_page_due(db: &Connection, now: Timestamp) -> Result<Option<Timestamp>, StoreError> {
    let mut query = db.prepare_cached("SELECT min(page_due) FROM articles WHERE page_due > ?1")?;
    Ok(query.query_row([micros(now)], |row| row.get::<_, Option<i64>>(0))?.map(instant))
}

pub fn page_failed(db: &Db, id: &ArticleId, why: &str, retry: Option<Timestamp>) -> Result<(), StoreError> {
    let Some(nr) = db.find(id)? else { return Ok(()) };
    let page = if retry.is_some() { "waiting" } else { "given_up" };
    // Of a page that was read, what it lacks is said on.
    db.prepare_cached(
        "UPDATE articles SET attempts = attempts + 1, page_error = iif(fetched IS NULL, ?2, page_error), page_due = ?3,
            page = ?4 WHERE nr = ?1",
    )?
    .execute(params![nr, why, retry.map(micros), page])?;
    Ok(())
}
