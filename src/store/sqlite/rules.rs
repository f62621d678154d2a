//! What is in force and how things stand.

use std::collections::HashMap;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, params};

use super::super::{Counts, StoreError};
use super::{from_json, instant, json, micros, notes};
use crate::model::TopicId;

pub fn taken_up(
    db: &Connection,
    topics: &[(TopicId, String)],
    now: Timestamp,
) -> Result<(HashMap<TopicId, Timestamp>, Vec<TopicId>), StoreError> {
    let mut query = db.prepare_cached("SELECT topic, rule, since FROM rules")?;
    let rows = query.query_map([], |row| Ok((row.get(0)?, (row.get(1)?, row.get(2)?))))?;
    let known: HashMap<String, (String, i64)> = rows.collect::<Result<_, _>>()?;
    let mut since = HashMap::new();
    for (topic, rule) in topics {
        let from = match known.get(topic.as_str()) {
            Some((before, from)) if before == rule => *from,
            _ => {
                db.prepare_cached("INSERT OR REPLACE INTO rules (topic, rule, since) VALUES (?1, ?2, ?3)")?
                    .execute(params![topic.as_str(), rule, micros(now)])?;
                micros(now)
            }
        };
        since.insert(topic.clone(), instant(from));
    }
    let mut ended: Vec<TopicId> = known.into_keys().map(TopicId).filter(|topic| !since.contains_key(topic)).collect();
    ended.sort();
    for topic in &ended {
        db.execute("DELETE FROM rules WHERE topic = ?1", [topic.as_str()])?;
    }
    Ok((since, ended))
}

pub fn in_force(db: &Connection, topic: &TopicId) -> Result<Option<Timestamp>, StoreError> {
    let mut query = db.prepare_cached("SELECT since FROM rules WHERE topic = ?1")?;
    Ok(query.query_row([topic.as_str()], |row| row.get(0)).optional()?.map(instant))
}

/// The rule of a topic that the daemon has in force, and since when.
pub fn rule(db: &Connection, topic: &TopicId) -> Result<Option<(String, Timestamp)>, StoreError> {
    let mut query = db.prepare_cached("SELECT rule, since FROM rules WHERE topic = ?1")?;
    Ok(query.query_row([topic.as_str()], |row| Ok((row.get(0)?, instant(row.get(1)?)))).optional()?)
}

/// As [`rule`], of all topics.
pub fn all(db: &Connection) -> Result<HashMap<TopicId, (String, Timestamp)>, StoreError> {
    let mut query = db.prepare_cached("SELECT topic, rule, since FROM rules")?;
    let rows = query.query_map([], |row| Ok((TopicId(row.get(0)?), (row.get(1)?, instant(row.get(2)?)))))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

const SIZES: &str = "sizes";
/// A day's growth is told from sizes noted every hour.
const HOUR: i64 = 3_600_000_000;

/// When, in microseconds, and how many bytes.
type Sizes = Vec<(i64, u64)>;

fn sizes(db: &Connection) -> Result<Sizes, StoreError> {
    Ok(notes::get(db, SIZES)?.map(|text| from_json(&text)).unwrap_or_default())
}

/// Notes how much is on the disk, at most every hour; two days of it are kept.
pub fn note_size(db: &Connection, bytes: u64, now: Timestamp) -> Result<(), StoreError> {
    let (mut sizes, now) = (sizes(db)?, micros(now));
    // Later ones are of a clock that was put back.
    sizes.retain(|(at, _)| *at <= now && *at > now - 48 * HOUR);
    if sizes.last().is_none_or(|(at, _)| now - at >= HOUR) {
        sizes.push((now, bytes));
        notes::set(db, SIZES, &json(&sizes))?;
    }
    Ok(())
}

/// What was on the disk a day ago, or when it was first noted, with how long ago that was.
pub fn size_a_day_ago(db: &Connection, now: Timestamp) -> Result<Option<(Timestamp, u64)>, StoreError> {
    let (sizes, day_ago) = (sizes(db)?, micros(now) - 24 * HOUR);
    let found = sizes.iter().rev().find(|(at, _)| *at <= day_ago).or(sizes.first());
    Ok(found.map(|(at, bytes)| (instant(*at), *bytes)))
}

const REFUSED: &str = "refused";

pub fn set_refused(db: &Connection, refused: &[String]) -> Result<(), StoreError> {
    notes::set(db, REFUSED, &json(&refused))
}

pub fn refused(db: &Connection) -> Result<Vec<String>, StoreError> {
    Ok(notes::get(db, REFUSED)?.map(|text| from_json(&text)).unwrap_or_default())
}

const TAKEN_UP: &str = "taken up";

/// Which configuration was taken up last, by its fingerprint.
pub fn set_taken_up(db: &Connection, fingerprint: u64) -> Result<(), StoreError> {
    notes::set(db, TAKEN_UP, &format!("{fingerprint:016x}"))
}

pub fn last_taken_up(db: &Connection) -> Result<Option<u64>, StoreError> {
    Ok(notes::get(db, TAKEN_UP)?.and_then(|text| u64::from_str_radix(&text, 16).ok()))
}

pub fn copy_bytes(db: &Connection) -> Result<u64, StoreError> {
    let sql = "SELECT coalesce(sum(length), 0) FROM (SELECT length FROM copies UNION ALL SELECT length FROM orphans)";
    Ok(db.prepare_cached(sql)?.query_row([], |row| row.get::<_, i64>(0))?.unsigned_abs())
}

pub fn counts(db: &Connection, now: Timestamp) -> Result<Counts, StoreError> {
    let day_ago = micros(now) - 86_400_000_000;
    let one = |sql: &str| -> Result<i64, StoreError> {
        let mut query = db.prepare_cached(sql)?;
        let wants_day = query.parameter_count() == 1;
        let get = |row: &rusqlite::Row<'_>| row.get::<_, Option<i64>>(0);
        let found = if wants_day { query.query_row([day_ago], get) } else { query.query_row([], get) };
        Ok(found?.unwrap_or(0))
    };
    let when = |sql: &str| -> Result<Option<Timestamp>, StoreError> {
        let mut query = db.prepare_cached(sql)?;
        Ok(query.query_row([], |row| row.get::<_, Option<i64>>(0))?.map(instant))
    };
    let count = |sql: &str| one(sql).map(i64::unsigned_abs);
    Ok(Counts {
        articles: count("SELECT count(*) FROM articles")?,
        pages_waiting: count("SELECT count(*) FROM articles WHERE page_due IS NOT NULL AND fetched IS NULL")?,
        last_article: when("SELECT max(first_seen) FROM articles")?,
        alerts: count("SELECT count(*) FROM alerts")?,
        last_alert: when("SELECT max(at) FROM alerts WHERE kind <> 'health'")?,
        deliveries_pending: count("SELECT count(*) FROM deliveries WHERE state = 'pending'")?,
        deliveries_parked: count("SELECT count(*) FROM deliveries WHERE state = 'parked'")?,
        alerts_last_day: count("SELECT count(*) FROM alerts WHERE at > ?1 AND kind <> 'health'")?,
        high_last_day: count("SELECT count(*) FROM alerts WHERE at > ?1 AND severity = 'high' AND kind <> 'health'")?,
        copies: count("SELECT count(*) FROM copies")?,
        copy_bytes: copy_bytes(db)?,
        copy_bytes_last_day: count("SELECT sum(length) FROM copies WHERE at > ?1")?,
    })
}
