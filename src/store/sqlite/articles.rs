//! An article's text, matches and copy: one transaction, alerts included.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, params};

use super::super::{ArticleRecord, Decision, Facts, Kept, Learnt, MatchRow, PageState, StoreError};
use super::keys::{Db, Key};
use super::{alerts, archive, copies, instant, json, micros, sites};
use crate::model::{AlertId, AlsoIn, Article, ArticleId, Fingerprint, StoryId, TopicId};

/// Outlets listed under "also in" at most.
const MAX_ALSO: usize = 50;

pub fn record_article(
    db: &Db,
    record: &ArticleRecord,
    decide: impl FnOnce(&Facts) -> Decision,
) -> Result<Kept, StoreError> {
    let article = &record.article;
    let Some(nr) = db.find(&article.id)? else {
        return Err(StoreError::Engine(format!("the article {} is not in the database", article.id)));
    };
    let revision = keep_revision(db, nr, record)?;
    let story =
        story(db, article, record.fingerprint, record.story_window)?.unwrap_or_else(|| StoryId(article.id.0.clone()));
    update(db, nr, revision, &story, record)?;
    archive::await_index(db, nr, nr)?;
    for copy in &record.copies {
        copies::insert(db, copy, Some(nr))?;
    }
    if let Some(lesson) = &record.lesson {
        sites::learn(db, lesson, record.at)?;
    }
    if record.matches.is_empty() {
        return Ok(Kept { revision, alerts: Vec::new() });
    }
    let facts = facts(db, nr, revision, story, record)?;
    let decision = decide(&facts);
    let mut made = Vec::new();
    let mut told: HashMap<TopicId, AlertId> = HashMap::new();
    for draft in decision.alerts {
        if let Some(alert) = alerts::record_alert(db, draft)? {
            if let Some(topic) = &alert.topic {
                told.insert(topic.id.clone(), alert.id.clone());
            }
            made.push(alert);
        }
    }
    let held: HashMap<_, _> = decision.held.into_iter().map(|held| (held.topic, held.reason)).collect();
    let mut insert = db.prepare_cached(
        "INSERT OR IGNORE INTO matches (article, topic, rule, revision, at, score, terms, alert, held)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    )?;
    for (found, rule) in &record.matches {
        if facts.told_topics_of_article.contains(&found.topic) {
            continue;
        }
        insert.execute(params![
            nr,
            found.topic.as_str(),
            rule,
            revision,
            micros(record.at),
            found.score,
            json(&found.terms),
            told.get(&found.topic).map(AlertId::as_str),
            held.get(&found.topic),
        ])?;
    }
    Ok(Kept { revision, alerts: made })
}

/// Keeps the text as a new revision where it is one; its number.
fn keep_revision(db: &Connection, nr: i64, record: &ArticleRecord) -> Result<u32, StoreError> {
    let article = &record.article;
    keep_first(db, nr)?;
    let last: Option<(u32, String, String)> = db
        .prepare_cached("SELECT number, title, text FROM revisions WHERE article = ?1 ORDER BY number DESC LIMIT 1")?
        .query_row([nr], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .optional()?;
    let number = match last {
        Some((number, title, text)) if title == article.title && text == article.text => return Ok(number),
        Some((number, ..)) => number + 1,
        None => 1,
    };
    insert_revision(db, nr, number, record.at, article)?;
    Ok(number)
}

/// What an article's own row, `a`, says: a text like its summary is kept once.
const OWN_TEXT: &str = "iif(a.feed_text = '', a.summary, a.feed_text)";

/// The first revision of an article that was settled with its visit has no row while the article's own says the same.
fn keep_first(db: &Connection, nr: i64) -> Result<(), StoreError> {
    db.prepare_cached(&format!(
        "INSERT OR IGNORE INTO revisions (article, number, at, quality, title, text, quotes, captions)
         SELECT nr, 1, first_seen, quality, title, {OWN_TEXT}, '[]', '[]'
         FROM articles a WHERE nr = ?1 AND revision = 1",
    ))?
    .execute([nr])?;
    Ok(())
}

fn insert_revision(db: &Connection, nr: i64, number: u32, at: Timestamp, article: &Article) -> Result<(), StoreError> {
    db.prepare_cached(
        "INSERT INTO revisions (article, number, at, quality, title, text, quotes, captions)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?
    .execute(params![
        nr,
        number,
        micros(at),
        article.quality.as_str(),
        article.title,
        article.text,
        json(&article.quotes),
        json(&article.captions),
    ])?;
    Ok(())
}

/// The story that an article joins: that of an earlier one with the same words, near in time. An article that was settled with
/// its visit has no story until another joins it.
pub fn story(
    db: &Db,
    article: &Article,
    fingerprint: Option<Fingerprint>,
    window: Duration,
) -> Result<Option<StoryId>, StoreError> {
    let Some(fingerprint) = fingerprint else { return Ok(None) };
    let window = i64::try_from(window.as_micros()).unwrap_or(i64::MAX);
    let seen = micros(article.first_seen);
    let (from, to) = (seen.saturating_sub(window), seen.saturating_add(window));
    let mut first: Option<((i64, i64), String, Option<String>)> = None;
    for nr in db.with_key(Key::of_fingerprint(fingerprint))? {
        let mut query = db.prepare_cached(
            "SELECT first_seen, id, story FROM articles
             WHERE nr = ?1 AND fingerprint = ?2 AND id <> ?3 AND first_seen BETWEEN ?4 AND ?5",
        )?;
        let mut rows = query.query(params![nr, fingerprint.as_slice(), article.id.as_str(), from, to])?;
        if let Some(row) = rows.next()? {
            let place = (row.get(0)?, nr);
            if first.as_ref().is_none_or(|(earliest, ..)| place < *earliest) {
                first = Some((place, row.get(1)?, row.get(2)?));
            }
        }
    }
    Ok(match first {
        None => None,
        Some((.., Some(story))) => Some(StoryId(story)),
        Some(((_, nr), id, None)) => {
            db.prepare_cached("UPDATE articles SET story = id WHERE nr = ?1")?.execute([nr])?;
            Some(StoryId(id))
        }
    })
}

/// The article's row as its page made it. The feed's text, kept once while it is like the summary, stays what it was when the
/// feed's headline comes before that.
fn update(db: &Db, nr: i64, revision: u32, story: &StoryId, record: &ArticleRecord) -> Result<(), StoreError> {
    let article = &record.article;
    let (page, due, why, tries) = match &record.page {
        PageState::Done => ("done", None, None, 0),
        PageState::Partial { why, again: Some(at) } => ("waiting", Some(micros(*at)), Some(why), 0),
        PageState::Partial { why, again: None } => ("done", None, Some(why), 0),
        PageState::Retry { at, why } => ("waiting", Some(micros(*at)), Some(why), 1),
        PageState::GivenUp { why } => ("given_up", None, Some(why), 1),
    };
    let old = db
        .prepare_cached("SELECT fingerprint FROM articles WHERE nr = ?1")?
        .query_row([nr], |row| row.get::<_, Option<Fingerprint>>(0))?;
    db.prepare_cached(
        "UPDATE articles SET title = ?2, canonical = ?3, language = ?4, language_sure = ?5, byline = ?6, published = ?7,
            published_from = ?8, fetched = ?9, quality = ?10, revision = ?11, page = ?12, page_due = ?13, page_error = ?14,
            attempts = attempts + ?15, story = ?16, fingerprint = ?17,
            rereads = rereads + ?18, timing = ?19,
            feed_text = iif(feed_text = '' AND summary <> ?20, summary, feed_text), summary = ?20
         WHERE nr = ?1",
    )?
    .execute(params![
        nr,
        article.title,
        article.canonical,
        article.language.as_ref().map(|language| &language.code),
        article.language.as_ref().is_some_and(|language| language.sure),
        json(&article.byline),
        article.published.map(micros),
        article.published_from.as_str(),
        article.fetched.map(micros),
        article.quality.as_str(),
        revision,
        page,
        due,
        why,
        tries,
        story.as_str(),
        record.fingerprint.map(|fingerprint| fingerprint.to_vec()),
        record.lesson.as_ref().is_some_and(|lesson| matches!(lesson.learnt, Learnt::Reread { .. })),
        article.timing.as_str(),
        article.summary,
    ])?;
    if old != record.fingerprint {
        if let Some(old) = old {
            db.remove_key(Key::of_fingerprint(old), nr)?;
        }
        if let Some(new) = record.fingerprint {
            db.add_key(Key::of_fingerprint(new), nr)?;
        }
    }
    Ok(())
}

fn facts(db: &Connection, nr: i64, revision: u32, story: StoryId, record: &ArticleRecord) -> Result<Facts, StoreError> {
    let topics = |sql: &str, key: &dyn rusqlite::ToSql| -> Result<HashSet<TopicId>, StoreError> {
        let mut query = db.prepare_cached(sql)?;
        let rows = query.query_map([key], |row| Ok(TopicId(row.get(0)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    };
    let of_article = topics("SELECT topic FROM matches WHERE article = ?1", &nr)?;
    let of_story = topics(
        "SELECT m.topic FROM matches m JOIN articles a ON a.nr = m.article WHERE a.story = ?1 AND m.alert IS NOT NULL",
        &story.as_str(),
    )?;
    // Not what was told under a clock that was ahead.
    let (hour_ago, now) = (micros(record.at) - 3_600_000_000, micros(record.at));
    let mut count = db.prepare_cached(
        "SELECT count(*) FROM alerts WHERE topic = ?1 AND at > ?2 AND at <= ?3 AND kind = 'match' AND timing = 'new'",
    )?;
    let mut told_in_last_hour = HashMap::new();
    for (found, _) in &record.matches {
        let told: u32 = count.query_row(params![found.topic.as_str(), hour_ago, now], |row| row.get(0))?;
        told_in_last_hour.insert(found.topic.clone(), told);
    }
    Ok(Facts {
        revision,
        also: also_in(db, &story, &record.article.id)?,
        story,
        told_topics_of_article: of_article,
        told_topics_of_story: of_story,
        told_in_last_hour,
    })
}

pub fn also_in(db: &Connection, story: &StoryId, except: &ArticleId) -> Result<Vec<AlsoIn>, StoreError> {
    let mut query = db.prepare_cached(
        "SELECT outlet, url FROM articles WHERE story = ?1 AND id <> ?2 ORDER BY first_seen, nr LIMIT ?3",
    )?;
    let rows = query.query_map(params![story.as_str(), except.as_str(), MAX_ALSO as i64], |row| {
        Ok(AlsoIn { outlet: row.get(0)?, url: row.get(1)? })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub fn text_of(db: &Db, article: &ArticleId) -> Result<Option<String>, StoreError> {
    let Some(nr) = db.find(article)? else { return Ok(None) };
    let mut query = db.prepare_cached(&format!(
        "SELECT coalesce(r.text, {OWN_TEXT})
         FROM articles a LEFT JOIN revisions r ON r.article = a.nr
         WHERE a.nr = ?1 AND a.revision > 0 ORDER BY r.number DESC LIMIT 1",
    ))?;
    Ok(query.query_row([nr], |row| row.get(0)).optional()?)
}

pub fn matches_of(db: &Db, article: &ArticleId) -> Result<Vec<MatchRow>, StoreError> {
    db.find(article)?.map_or_else(|| Ok(Vec::new()), |nr| matches(db, nr))
}

pub fn matches(db: &Connection, nr: i64) -> Result<Vec<MatchRow>, StoreError> {
    let mut query =
        db.prepare_cached("SELECT topic, revision, alert, held, rule, at, score FROM matches WHERE article = ?1")?;
    let rows = query.query_map([nr], |row| {
        Ok(MatchRow {
            topic: TopicId(row.get(0)?),
            revision: row.get(1)?,
            alert: row.get::<_, Option<String>>(2)?.map(AlertId),
            held: row.get(3)?,
            rule: row.get(4)?,
            at: instant(row.get(5)?),
            score: row.get(6)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
