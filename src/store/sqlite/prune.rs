//! What is past its keeping goes, and that it went is recorded; what an alert rests on stays as long as alerts' evidence is
//! kept.

use jiff::Timestamp;
use rusqlite::{Connection, params};

use super::super::copies::is_rest;
use super::super::{OldFile, Removal, Removed, StoreError};
use super::keys::{Db, Key};
use super::{instant, micros, schema};
use crate::model::{ArticleId, Fingerprint};

/// Pages that are given back with some articles, at most.
const PAGES: u32 = 1000;

/// Forgets articles first seen before `before` that nobody was told of, at most `limit`; how many.
pub fn articles(db: &Db, before: Timestamp, limit: usize, now: Timestamp, by: &str) -> Result<usize, StoreError> {
    let mut query = db.prepare_cached(
        "SELECT nr, id, fingerprint FROM articles a WHERE first_seen < ?1 AND page_due IS NULL
            AND NOT EXISTS (SELECT 1 FROM matches m WHERE m.article = a.nr AND m.alert IS NOT NULL)
         ORDER BY first_seen LIMIT ?2",
    )?;
    let rows = query.query_map(params![micros(before), limit as i64], |row| {
        Ok((row.get::<_, i64>(0)?, ArticleId(row.get(1)?), row.get::<_, Option<Fingerprint>>(2)?))
    })?;
    let gone: Vec<(i64, ArticleId, Option<Fingerprint>)> = rows.collect::<Result<_, _>>()?;
    // The entry stays known: an old article that its feed brings back is not seen as a new one.
    for (nr, id, fingerprint) in &gone {
        for key in Key::of(id, *fingerprint) {
            db.remove_key(key, *nr)?;
        }
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
        let day = &now.to_string()[..10];
        db.prepare_cached(
            "INSERT INTO removals (what, name, at, by, items, bytes, done) VALUES ('articles', ?1, ?2, ?3, ?4, 0, 1)
             ON CONFLICT DO UPDATE SET at = ?2, by = ?3, items = items + ?4",
        )?
        .execute(params![day, micros(now), by, gone.len() as i64])?;
        schema::give_back(db, PAGES)?;
    }
    Ok(gone.len())
}

/// Files whose copies are all older than `before`, hold no evidence of an alert told since `alerts_since`, and have no
/// payload that another file refers to; oldest first.
pub fn old_files(db: &Connection, before: Timestamp, alerts_since: Timestamp) -> Result<Vec<OldFile>, StoreError> {
    let mut query = db.prepare_cached(
        "SELECT path, sum(known), sum(length), max(at) AS last
         FROM (SELECT path, 1 AS known, length, at FROM copies UNION ALL SELECT path, 0, length, at FROM orphans)
         GROUP BY path HAVING last < ?1 ORDER BY last, path",
    )?;
    let rows = query.query_map([micros(before)], |row| {
        Ok(OldFile {
            path: row.get(0)?,
            copies: row.get::<_, i64>(1)?.unsigned_abs(),
            bytes: row.get::<_, i64>(2)?.unsigned_abs(),
            last: instant(row.get(3)?),
        })
    })?;
    let old: Vec<OldFile> = rows.collect::<Result<_, _>>()?;
    let mut files = Vec::new();
    for file in old {
        if !is_held(db, &file.path, alerts_since)? {
            files.push(file);
        }
    }
    Ok(files)
}

/// Whether a file must stay: for an alert, for another file's sake, or because it is one of those that matched and holds
/// copies of which nothing is known any more, which may be the evidence of alerts that a lost database knew.
fn is_held(db: &Connection, path: &str, alerts_since: Timestamp) -> Result<bool, StoreError> {
    let mut held = db.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM copies c JOIN matches m ON m.article = c.article
                WHERE c.path = ?1 AND m.alert IS NOT NULL AND m.at >= ?2)
            OR EXISTS (SELECT 1 FROM alerts WHERE json_extract(line, '$.copy.path') = ?1 AND at >= ?2)
            OR EXISTS (SELECT 1 FROM copies c WHERE c.payload_path = ?1 AND c.path <> ?1)
            OR (?3 AND EXISTS (SELECT 1 FROM orphans WHERE path = ?1 AND at >= ?2))",
    )?;
    Ok(held.query_row(params![path, micros(alerts_since), !is_rest(path)], |row| row.get(0))?)
}

pub fn remove_copies(
    db: &Connection,
    file: &OldFile,
    alerts_since: Timestamp,
    now: Timestamp,
    by: &str,
) -> Result<(), StoreError> {
    // It may have been referred to since it was found.
    if is_held(db, &file.path, alerts_since)? {
        return Ok(());
    }
    db.execute(
        "INSERT OR REPLACE INTO removals (what, name, at, by, items, bytes, done)
         VALUES ('copies', ?1, ?2, ?3, ?4, ?5, 0)",
        params![file.path, micros(now), by, file.copies.cast_signed(), file.bytes.cast_signed()],
    )?;
    db.execute("DELETE FROM copies WHERE path = ?1", [&file.path])?;
    db.execute("DELETE FROM orphans WHERE path = ?1", [&file.path])?;
    Ok(())
}

pub fn files_to_remove(db: &Connection) -> Result<Vec<String>, StoreError> {
    let mut query = db.prepare_cached("SELECT name FROM removals WHERE what = 'copies' AND NOT done ORDER BY at")?;
    let rows = query.query_map([], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub fn file_removed(db: &Connection, path: &str) -> Result<(), StoreError> {
    db.execute("UPDATE removals SET done = 1 WHERE what = 'copies' AND name = ?1", [path])?;
    Ok(())
}

pub fn removals(db: &Connection) -> Result<Vec<Removal>, StoreError> {
    let mut query = db.prepare_cached("SELECT what, name, at, by, items, bytes FROM removals ORDER BY at, name")?;
    let rows = query.query_map([], |row| {
        Ok(Removal {
            what: if row.get::<_, String>(0)? == "articles" { Removed::Articles } else { Removed::Copies },
            name: row.get(1)?,
            at: instant(row.get(2)?),
            by: row.get(3)?,
            items: row.get::<_, i64>(4)?.unsigned_abs(),
            bytes: row.get::<_, i64>(5)?.unsigned_abs(),
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
