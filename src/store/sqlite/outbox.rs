//! The ledger of deliveries as people look at it, and what is to be sent again.

use jiff::Timestamp;
use rusqlite::{Connection, Row, params};

use super::{instant, micros};
use crate::store::{OutboxRow, StoreError};

const COLUMNS: &str = "d.sink, d.seq, d.state, d.attempts, d.next_try, d.done_at, d.error, a.line
     FROM deliveries d JOIN alerts a ON a.seq = d.seq";

fn row(row: &Row<'_>) -> rusqlite::Result<OutboxRow> {
    Ok(OutboxRow {
        sink: row.get(0)?,
        seq: row.get::<_, i64>(1)?.unsigned_abs(),
        state: row.get(2)?,
        attempts: row.get(3)?,
        next_try: row.get::<_, Option<i64>>(4)?.map(instant),
        done_at: row.get::<_, Option<i64>>(5)?.map(instant),
        error: row.get(6)?,
        line: row.get(7)?,
    })
}

pub fn list(db: &Connection, sink: &str, seq: u64, done: bool, limit: usize) -> Result<Vec<OutboxRow>, StoreError> {
    let mut query = db.prepare_cached(&format!(
        "SELECT {COLUMNS} WHERE (d.sink, d.seq) > (?1, ?2) AND (?3 OR d.state <> 'done') ORDER BY d.sink, d.seq LIMIT ?4"
    ))?;
    let rows = query.query_map(params![sink, seq.cast_signed(), done, limit as i64], row)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub fn of(db: &Connection, seq: u64) -> Result<Vec<OutboxRow>, StoreError> {
    let mut query = db.prepare_cached(&format!("SELECT {COLUMNS} WHERE d.seq = ?1 ORDER BY d.sink"))?;
    let rows = query.query_map([seq.cast_signed()], row)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub fn retry(db: &Connection, seq: u64, now: Timestamp) -> Result<(), StoreError> {
    db.prepare_cached(
        "UPDATE deliveries SET state = 'pending', attempts = 0, next_try = ?2 WHERE seq = ?1 AND state <> 'done'",
    )?
    .execute(params![seq.cast_signed(), micros(now)])?;
    Ok(())
}

pub fn queue_again(db: &Connection, sink: &str, alerts: &[u64], now: Timestamp) -> Result<(), StoreError> {
    let mut queue = db.prepare_cached(
        "INSERT OR REPLACE INTO deliveries (sink, seq, state, attempts, next_try) VALUES (?1, ?2, 'pending', 0, ?3)",
    )?;
    for seq in alerts {
        queue.execute(params![sink, seq.cast_signed(), micros(now)])?;
    }
    Ok(())
}

pub fn first_since(db: &Connection, since: Timestamp) -> Result<Option<u64>, StoreError> {
    let mut query = db.prepare_cached("SELECT min(seq) FROM alerts WHERE at >= ?1")?;
    let found: Option<i64> = query.query_row([micros(since)], |row| row.get(0))?;
    Ok(found.map(i64::unsigned_abs))
}
