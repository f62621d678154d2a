//! A clock that leapt: what was written while it was ahead, and what waits until somebody could set it right.

use jiff::Timestamp;
use rusqlite::{Connection, params};

use super::super::StoreError;
use super::{instant, micros, notes};

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
    Ok(notes::get(db, REMOVES_FROM)?.and_then(|text| text.parse().ok()).map(instant))
}

pub fn set_removes_from(db: &Connection, from: Timestamp) -> Result<(), StoreError> {
    notes::set(db, REMOVES_FROM, &micros(from).to_string())
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
