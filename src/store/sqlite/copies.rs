//! The index of the copies: which stands where, and what else stands in their files.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::super::copies::Gap;
use super::super::{CopyRow, StoreError};
use super::keys::Db;
use super::{instant, micros};
use crate::model::{ArticleId, CopyRef};

pub fn insert(db: &Connection, copy: &CopyRow, article: Option<i64>) -> Result<(), StoreError> {
    let elsewhere = (copy.place.path != copy.path || copy.place.offset != copy.offset).then_some(&copy.place);
    if let Some(place) = elsewhere {
        let mut there =
            db.prepare_cached("SELECT EXISTS (SELECT 1 FROM copies WHERE sha256 = ?1 AND path = ?2 AND offset = ?3)")?;
        if !there
            .query_row(params![place.sha256, place.path, place.offset.cast_signed()], |row| row.get::<_, bool>(0))?
        {
            let message = format!("{}: the response that a copy refers to was removed meanwhile", place.path);
            return Err(StoreError::Engine(message));
        }
    }
    db.prepare_cached(
        "INSERT OR IGNORE INTO copies
            (path, start, length, offset, sha256, at, article, url, title, payload_path, payload_offset)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
    )?
    .execute(params![
        copy.path,
        copy.start.cast_signed(),
        copy.length.cast_signed(),
        copy.offset.cast_signed(),
        copy.place.sha256,
        micros(copy.at),
        article,
        copy.url,
        copy.title,
        elsewhere.map(|place| &place.path),
        elsewhere.map(|place| place.offset.cast_signed()),
    ])?;
    Ok(())
}

const COLUMNS: &str =
    "SELECT c.path, c.start, c.length, c.offset, c.sha256, c.at, a.id, c.url, c.title, c.payload_path,
        c.payload_offset
     FROM copies c LEFT JOIN articles a ON a.nr = c.article";

fn row(row: &Row<'_>) -> rusqlite::Result<CopyRow> {
    let (path, offset): (String, u64) = (row.get(0)?, row.get::<_, i64>(3)?.unsigned_abs());
    let place = CopyRef {
        path: row.get::<_, Option<String>>(9)?.unwrap_or_else(|| path.clone()),
        offset: row.get::<_, Option<i64>>(10)?.map_or(offset, i64::unsigned_abs),
        sha256: row.get(4)?,
    };
    Ok(CopyRow {
        path,
        start: row.get::<_, i64>(1)?.unsigned_abs(),
        length: row.get::<_, i64>(2)?.unsigned_abs(),
        offset,
        place,
        at: instant(row.get(5)?),
        article: row.get::<_, Option<String>>(6)?.map(ArticleId),
        url: row.get(7)?,
        title: row.get(8)?,
    })
}

pub fn newest(db: &Connection, limit: usize) -> Result<Vec<CopyRow>, StoreError> {
    let mut query = db.prepare_cached(&format!("{COLUMNS} ORDER BY c.at DESC, c.path, c.start LIMIT ?1"))?;
    let rows = query.query_map([limit.min(i64::MAX as usize) as i64], row)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub fn of_article(db: &Db, article: &ArticleId) -> Result<Vec<CopyRow>, StoreError> {
    let Some(nr) = db.find(article)? else { return Ok(Vec::new()) };
    let mut query =
        db.prepare_cached(&format!("{COLUMNS} WHERE c.article = ?1 ORDER BY c.at DESC, c.path DESC, c.start DESC"))?;
    let rows = query.query_map([nr], row)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub fn at_place(db: &Connection, place: &CopyRef) -> Result<Vec<CopyRow>, StoreError> {
    let mut query = db.prepare_cached(&format!("{COLUMNS} WHERE c.sha256 = ?1 ORDER BY c.at, c.path, c.start"))?;
    let rows = query.query_map([&place.sha256], row)?;
    let rows: Vec<CopyRow> = rows.collect::<Result<_, _>>()?;
    Ok(rows.into_iter().filter(|copy| copy.place == *place).collect())
}

pub fn in_file(db: &Connection, path: &str) -> Result<Vec<CopyRow>, StoreError> {
    let mut query = db.prepare_cached(&format!("{COLUMNS} WHERE c.path = ?1 ORDER BY c.start"))?;
    let rows = query.query_map([path], row)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub fn files(db: &Connection) -> Result<BTreeMap<String, u64>, StoreError> {
    let mut query = db.prepare_cached("SELECT path, count(*) FROM copies GROUP BY path")?;
    let rows = query.query_map([], |row| Ok((row.get(0)?, row.get::<_, i64>(1)?.unsigned_abs())))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub fn payload(db: &Connection, sha256: &str) -> Result<Option<CopyRef>, StoreError> {
    let mut query = db.prepare_cached(
        "SELECT path, offset FROM copies WHERE sha256 = ?1 AND payload_path IS NULL ORDER BY at DESC LIMIT 1",
    )?;
    let found = query
        .query_row([sha256], |row| {
            let offset = row.get::<_, i64>(1)?.unsigned_abs();
            Ok(CopyRef { path: row.get(0)?, offset, sha256: sha256.to_owned() })
        })
        .optional()?;
    Ok(found)
}

pub fn ends(db: &Connection) -> Result<(BTreeMap<String, u64>, Vec<Gap>), StoreError> {
    let known = "SELECT path, start, start + length AS stop FROM copies
        UNION ALL SELECT path, start, start + length FROM orphans
        UNION ALL SELECT name, 0, ?1 FROM removals WHERE what = 'copies' AND NOT done";
    let mut query = db.prepare_cached(&format!("SELECT path, max(stop) FROM ({known}) GROUP BY path"))?;
    let rows = query.query_map([i64::MAX], |row| Ok((row.get(0)?, row.get::<_, i64>(1)?.unsigned_abs())))?;
    let ends = rows.collect::<Result<_, _>>()?;
    let mut query = db.prepare_cached(&format!(
        "SELECT path, before, start FROM (SELECT path, start,
            lag(stop, 1, 0) OVER (PARTITION BY path ORDER BY start) AS before FROM ({known}))
         WHERE before < start"
    ))?;
    let rows = query.query_map([i64::MAX], |row| {
        let at = |column| row.get::<_, i64>(column).map(i64::unsigned_abs);
        Ok(Gap { path: row.get(0)?, start: at(1)?, end: at(2)? })
    })?;
    Ok((ends, rows.collect::<Result<_, _>>()?))
}

pub fn note_orphans(db: &Connection, orphans: &[Gap], now: Timestamp) -> Result<(), StoreError> {
    let mut insert =
        db.prepare_cached("INSERT OR REPLACE INTO orphans (path, start, length, at) VALUES (?1, ?2, ?3, ?4)")?;
    for gap in orphans {
        insert.execute(params![gap.path, gap.start.cast_signed(), (gap.end - gap.start).cast_signed(), micros(now)])?;
    }
    Ok(())
}

pub fn orphans(db: &Connection) -> Result<Vec<Gap>, StoreError> {
    let mut query = db.prepare_cached("SELECT path, start, start + length FROM orphans ORDER BY path, start")?;
    let rows = query.query_map([], |row| {
        let at = |column| row.get::<_, i64>(column).map(i64::unsigned_abs);
        Ok(Gap { path: row.get(0)?, start: at(1)?, end: at(2)? })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
