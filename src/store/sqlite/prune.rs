//! What is past its keeping goes; what an alert rests on stays as long as alerts' evidence is kept.

use jiff::Timestamp;
use rusqlite::{Connection, params};

use super::super::StoreError;
use super::micros;

/// Forgets articles first seen before `before` that nobody was told of, at most `limit`; how many.
pub fn articles(db: &Connection, before: Timestamp, limit: usize) -> Result<usize, StoreError> {
    let mut query = db.prepare_cached(
        "SELECT nr FROM articles a WHERE first_seen < ?1 AND page_due IS NULL
            AND NOT EXISTS (SELECT 1 FROM matches m WHERE m.article = a.nr AND m.alert IS NOT NULL)
         ORDER BY first_seen LIMIT ?2",
    )?;
    let rows = query.query_map(params![micros(before), limit as i64], |row| row.get::<_, i64>(0))?;
    let gone: Vec<i64> = rows.collect::<Result<_, _>>()?;
    // The entry stays known: an old article that its feed brings back is not seen as a new one.
    for nr in &gone {
        for sql in [
            "DELETE FROM revisions WHERE article = ?1",
            "DELETE FROM matches WHERE article = ?1",
            "DELETE FROM unindexed WHERE article = ?1",
            "DELETE FROM words WHERE rowid = ?1",
            "UPDATE copies SET article = NULL WHERE article = ?1",
            "DELETE FROM articles WHERE nr = ?1",
        ] {
            db.prepare_cached(sql)?.execute([nr])?;
        }
    }
    if !gone.is_empty() {
        db.execute_batch("PRAGMA incremental_vacuum(1000)")?;
    }
    Ok(gone.len())
}

/// Files whose copies are all older than `before` and hold no evidence of an alert told since `alerts_since`.
pub fn copy_files(db: &Connection, before: Timestamp, alerts_since: Timestamp) -> Result<Vec<String>, StoreError> {
    let mut query = db.prepare_cached("SELECT path FROM copies GROUP BY path HAVING max(at) < ?1")?;
    let rows = query.query_map([micros(before)], |row| row.get(0))?;
    let old: Vec<String> = rows.collect::<Result<_, _>>()?;
    let mut evidence = db.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM copies c JOIN matches m ON m.article = c.article
                WHERE c.path = ?1 AND m.alert IS NOT NULL AND m.at >= ?2)
            OR EXISTS (SELECT 1 FROM articles a JOIN matches m ON m.article = a.nr
                WHERE a.feed_copy IS NOT NULL AND instr(a.feed_copy, ?1) > 0 AND m.alert IS NOT NULL AND m.at >= ?2)",
    )?;
    let mut files = Vec::new();
    for path in old {
        if !evidence.query_row(params![path, micros(alerts_since)], |row| row.get::<_, bool>(0))? {
            files.push(path);
        }
    }
    Ok(files)
}

pub fn forget_copies(db: &Connection, path: &str) -> Result<(), StoreError> {
    db.execute("DELETE FROM copies WHERE path = ?1", [path])?;
    Ok(())
}
