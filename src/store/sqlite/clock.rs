//! A clock that leapt: what was written while it was ahead, and what waits until somebody could set it right.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, params};

use super::super::StoreError;
use super::{instant, micros};

/// The latest time at which anything was first seen or told.
pub fn newest_time(db: &Connection) -> Result<Option<Timestamp>, StoreError> {
    let newest = |sql| db.query_row(sql, [], |row| row.get::<_, Option<i64>>(0));
    let seen = newest("SELECT max(first_seen) FROM articles")?;
    let told = newest("SELECT max(at) FROM alerts")?;
    Ok(seen.max(told).map(instant))
}

const REMOVES_FROM: &str = "removes from";

/// Nothing is removed by its age before.
pub fn removes_from(db: &Connection) -> Result<Option<Timestamp>, StoreError> {
    let mut query = db.prepare_cached("SELECT CAST(value AS INTEGER) FROM notes WHERE key = ?1")?;
    Ok(query.query_row([REMOVES_FROM], |row| row.get(0)).optional()?.map(instant))
}

pub fn set_removes_from(db: &Connection, from: Timestamp) -> Result<(), StoreError> {
    db.execute("INSERT OR REPLACE INTO notes (key, value) VALUES (?1, ?2)", params![REMOVES_FROM, micros(from)])?;
    Ok(())
}

/// Nothing waits for a time that is to come again, and no rule holds only from then on.
pub fn went_back(db: &Connection, now: Timestamp) -> Result<(), StoreError> {
    for sql in [
        "UPDATE rules SET since = ?1 WHERE since > ?1",
        "UPDATE articles SET page_due = ?1 WHERE page_due > ?1",
        "UPDATE deliveries SET next_try = ?1 WHERE next_try > ?1",
    ] {
        db.execute(sql, params![micros(now)])?;
    }
    db.execute("DELETE FROM notes WHERE key = ?1", [REMOVES_FROM])?;
    Ok(())
}
