//! The alert log as the database has it, and the deliveries to each sink.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, params};

use super::super::{AlertDraft, AlertFilter, Delivery, HeldMatch, StoreError};
use super::{instant, micros};
use crate::chain::{self, Head};
use crate::model::{Alert, AlertId, ArticleId, Severity, TopicId};

/// Seals an alert into the chain and queues it for its sinks; None where one of that id is told already.
pub fn record_alert(db: &Connection, draft: AlertDraft) -> Result<Option<Alert>, StoreError> {
    let AlertDraft { mut alert, sinks } = draft;
    let mut known = db.prepare_cached("SELECT 1 FROM alerts WHERE id = ?1")?;
    if known.query_row([alert.id.as_str()], |_| Ok(())).optional()?.is_some() {
        return Ok(None);
    }
    let head = head(db)?;
    let sealed = chain::seal(&mut alert, head.seq + 1, &head.hash);
    let seq = alert.seq.cast_signed();
    db.prepare_cached(
        "INSERT INTO alerts (seq, id, at, kind, severity, timing, topic, article, hash, line)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    )?
    .execute(params![
        seq,
        alert.id.as_str(),
        micros(alert.at),
        alert.kind.as_str(),
        alert.severity.as_str(),
        alert.timing.as_str(),
        alert.topic.as_ref().map(|topic| topic.id.as_str()),
        alert.article.as_ref().map(|article| article.id.as_str()),
        sealed.hash,
        sealed.line,
    ])?;
    let mut queue = db.prepare_cached(
        "INSERT INTO deliveries (sink, seq, state, attempts, next_try) VALUES (?1, ?2, 'pending', 0, ?3)",
    )?;
    for sink in sinks {
        queue.execute(params![sink, seq, micros(alert.at)])?;
    }
    Ok(Some(alert))
}

pub fn head(db: &Connection) -> Result<Head, StoreError> {
    let mut query = db.prepare_cached("SELECT seq, hash FROM alerts ORDER BY seq DESC LIMIT 1")?;
    let found = query
        .query_row([], |row| Ok(Head { seq: row.get::<_, i64>(0)?.unsigned_abs(), hash: row.get(1)? }))
        .optional()?;
    Ok(found.unwrap_or_else(Head::genesis))
}

pub fn lines_after(db: &Connection, seq: u64, limit: usize) -> Result<Vec<(u64, String)>, StoreError> {
    let mut query = db.prepare_cached("SELECT seq, line FROM alerts WHERE seq > ?1 ORDER BY seq LIMIT ?2")?;
    let rows = query.query_map(params![seq.cast_signed(), limit as i64], |row| {
        Ok((row.get::<_, i64>(0)?.unsigned_abs(), row.get(1)?))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub fn select(db: &Connection, filter: &AlertFilter) -> Result<Vec<String>, StoreError> {
    let severities: Vec<&str> = Severity::ALL
        .iter()
        .filter(|severity| filter.min_severity.is_none_or(|least| **severity >= least))
        .map(|severity| severity.as_str())
        .collect();
    let marks = severities.iter().map(|severity| format!("'{severity}'")).collect::<Vec<_>>().join(",");
    // The newest `limit`, then in order.
    let mut query = db.prepare_cached(&format!(
        "SELECT line FROM (SELECT seq, line FROM alerts
            WHERE seq > ?1 AND (?2 IS NULL OR topic = ?2) AND at >= ?3 AND severity IN ({marks})
            ORDER BY seq DESC LIMIT ?4) ORDER BY seq"
    ))?;
    let rows = query.query_map(
        params![
            filter.after_seq.cast_signed(),
            filter.topic.as_ref().map(TopicId::as_str),
            filter.since.map_or(i64::MIN, micros),
            filter.limit.map_or(i64::MAX, |limit| limit as i64),
        ],
        |row| row.get(0),
    )?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Alerts of each topic since then, and when its last one was told; the index on topics has all of it.
pub fn by_topic(db: &Connection, since: Timestamp) -> Result<Vec<(TopicId, u64, Timestamp)>, StoreError> {
    let mut query =
        db.prepare_cached("SELECT topic, sum(at >= ?1), max(at) FROM alerts WHERE topic IS NOT NULL GROUP BY topic")?;
    let rows = query.query_map([micros(since)], |row| {
        Ok((TopicId(row.get(0)?), row.get::<_, i64>(1)?.unsigned_abs(), instant(row.get(2)?)))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Those of the alerts that a topic told since then.
pub fn among(db: &Connection, ids: Vec<AlertId>, since: Timestamp) -> Result<Vec<(AlertId, TopicId)>, StoreError> {
    let mut query = db.prepare_cached("SELECT topic FROM alerts WHERE id = ?1 AND at >= ?2 AND topic IS NOT NULL")?;
    let mut found = Vec::new();
    for id in ids {
        let topic: Option<String> =
            query.query_row(params![id.as_str(), micros(since)], |row| row.get(0)).optional()?;
        found.extend(topic.map(|topic| (id, TopicId(topic))));
    }
    Ok(found)
}

pub fn by_prefix(db: &Connection, prefix: &str) -> Result<Vec<(AlertId, String)>, StoreError> {
    let mut query =
        db.prepare_cached("SELECT id, line FROM alerts WHERE id >= ?1 AND id < ?1 || x'7f' ORDER BY id LIMIT 2")?;
    let rows = query.query_map([prefix], |row| Ok((AlertId(row.get(0)?), row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub fn held(db: &Connection, topic: Option<&TopicId>, since: Option<Timestamp>) -> Result<Vec<HeldMatch>, StoreError> {
    let mut query = db.prepare_cached(
        "SELECT m.at, m.topic, a.id, a.title, a.outlet, a.url, m.held FROM matches m JOIN articles a ON a.nr = m.article
         WHERE m.held IS NOT NULL AND (?1 IS NULL OR m.topic = ?1) AND m.at >= ?2 ORDER BY m.at",
    )?;
    let rows = query.query_map(params![topic.map(TopicId::as_str), since.map_or(i64::MIN, micros)], |row| {
        Ok(HeldMatch {
            at: instant(row.get(0)?),
            topic: TopicId(row.get(1)?),
            article: ArticleId(row.get(2)?),
            title: row.get(3)?,
            outlet: row.get(4)?,
            url: row.get(5)?,
            reason: row.get(6)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub fn deliveries_due(db: &Connection, sink: &str, now: Timestamp, limit: usize) -> Result<Vec<Delivery>, StoreError> {
    let mut query = db.prepare_cached(
        "SELECT d.seq, d.attempts, a.line FROM deliveries d JOIN alerts a ON a.seq = d.seq
         WHERE d.sink = ?1 AND d.next_try <= ?2 ORDER BY d.seq LIMIT ?3",
    )?;
    let rows = query.query_map(params![sink, micros(now), limit as i64], |row| {
        Ok(Delivery { seq: row.get::<_, i64>(0)?.unsigned_abs(), attempts: row.get(1)?, line: row.get(2)? })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub fn sinks_due(db: &Connection, now: Timestamp) -> Result<(Vec<String>, Option<Timestamp>), StoreError> {
    let mut query = db.prepare_cached("SELECT DISTINCT sink FROM deliveries WHERE next_try <= ?1")?;
    let rows = query.query_map([micros(now)], |row| row.get(0))?;
    let due = rows.collect::<Result<_, _>>()?;
    let mut next = db.prepare_cached("SELECT min(next_try) FROM deliveries WHERE next_try > ?1")?;
    let next: Option<i64> = next.query_row([micros(now)], |row| row.get(0))?;
    Ok((due, next.map(instant)))
}

pub fn delivered(db: &Connection, sink: &str, seq: u64, now: Timestamp) -> Result<(), StoreError> {
    db.prepare_cached(
        "UPDATE deliveries SET state = 'done', next_try = NULL, done_at = ?3, error = NULL WHERE sink = ?1 AND seq = ?2",
    )?
    .execute(params![sink, seq.cast_signed(), micros(now)])?;
    Ok(())
}

pub fn undelivered(
    db: &Connection,
    sink: &str,
    seq: u64,
    why: &str,
    retry: Option<Timestamp>,
) -> Result<(), StoreError> {
    db.prepare_cached(
        "UPDATE deliveries SET state = ?3, attempts = attempts + 1, next_try = ?4, error = ?5 WHERE sink = ?1 AND seq = ?2",
    )?
    .execute(params![
        sink,
        seq.cast_signed(),
        if retry.is_some() { "pending" } else { "parked" },
        retry.map(micros),
        why
    ])?;
    Ok(())
}
