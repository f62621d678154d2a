//! Stored articles by their words: the full-text index, what waits for it, and reading them back.
//! It keeps words as they are handed over and asks what it is given: which words an article has is not decided here.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::super::{Candidates, IndexedWords, Recorded, StoreError, Stored, Unindexed};
use super::{from_json, instant, micros, notes, visits};
use crate::model::{Article, ArticleId, Quote, StoryId, TopicId};

/// Under which words the index is made, among the notes.
const VERSION: &str = "words_version";

/// Articles were recorded: of those with these numbers that are recorded whole the words are to be indexed. A later turn of the
/// same article is another one.
pub fn await_index(db: &Connection, first: i64, last: i64) -> Result<(), StoreError> {
    db.prepare_cached(
        "INSERT INTO unindexed (article, turn) SELECT nr, 1 FROM articles WHERE nr BETWEEN ?1 AND ?2 AND revision > 0
            ON CONFLICT (article) DO UPDATE SET turn = turn + 1",
    )?
    .execute([first, last])?;
    Ok(())
}

/// Empties an index that was made under another version of the words; every article then waits for it again.
pub fn renew_index(db: &Connection, version: u32) -> Result<(), StoreError> {
    if index_version(db)? == Some(version) {
        return Ok(());
    }
    db.execute_batch(
        "INSERT INTO words (words) VALUES ('delete-all');
         INSERT OR IGNORE INTO unindexed (article, turn) SELECT nr, 1 FROM articles;",
    )?;
    notes::set(db, VERSION, &version.to_string())?;
    Ok(())
}

/// None where there is no index yet: the daemon that makes it has not run.
fn index_version(db: &Connection) -> Result<Option<u32>, StoreError> {
    Ok(notes::get(db, VERSION)?.and_then(|text| text.parse().ok()))
}

/// Articles whose words are to be indexed, the newest, at most `limit`.
pub fn unindexed(db: &Connection, limit: usize) -> Result<Vec<Unindexed>, StoreError> {
    let mut query = db.prepare_cached("SELECT article, turn FROM unindexed ORDER BY article DESC LIMIT ?1")?;
    let rows = query.query_map([limit as i64], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let waiting: Vec<(i64, i64)> = rows.collect::<Result<_, _>>()?;
    waiting.into_iter().map(|(nr, turn)| Ok(Unindexed { nr, turn, stored: one(db, nr)? })).collect()
}

/// Puts words into the index, except of articles that were recorded again or forgotten since they were read.
pub fn index(db: &Connection, rows: &[IndexedWords]) -> Result<(), StoreError> {
    let mut taken = db.prepare_cached("DELETE FROM unindexed WHERE article = ?1 AND turn = ?2")?;
    let mut insert = db.prepare_cached("INSERT OR REPLACE INTO words (rowid, list) VALUES (?1, ?2)")?;
    // The index is quickest with ascending numbers.
    let mut rows: Vec<_> = rows.iter().collect();
    rows.sort_by_key(|row| row.nr);
    for row in rows {
        if taken.execute(params![row.nr, row.turn])? == 0 {
            continue;
        }
        if let Some(words) = &row.words {
            insert.execute(params![row.nr, words])?;
        }
    }
    Ok(())
}

/// Which stored articles may hold, the newest first: those whose words the expression asks for and those that are not indexed
/// yet; every one where there is no expression, or no index under that version of the words.
pub fn candidates(
    db: &Connection,
    since: Timestamp,
    expression: Option<&str>,
    version: u32,
) -> Result<Candidates, StoreError> {
    let since = micros(since);
    let numbers = |sql: &str, parameters: &[&dyn rusqlite::ToSql]| -> Result<Vec<i64>, StoreError> {
        let mut query = db.prepare_cached(sql)?;
        let rows = query.query_map(parameters, |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    };
    let (articles, first, oldest): (i64, Option<i64>, Option<i64>) = db
        .prepare_cached("SELECT count(*), min(nr), min(first_seen) FROM articles WHERE first_seen >= ?1")?
        .query_row([since], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let awaiting: i64 = db
        .prepare_cached(
            "SELECT count(*) FROM articles WHERE page_due IS NOT NULL AND revision = 0 AND first_seen >= ?1",
        )?
        .query_row([since], |row| row.get(0))?;
    let expression = expression.filter(|_| index_version(db).is_ok_and(|found| found == Some(version)));
    let nrs = match (first, expression) {
        (None, _) => Vec::new(),
        (Some(_), None) => numbers("SELECT nr FROM articles WHERE first_seen >= ?1 ORDER BY nr DESC", &[&since])?,
        (Some(first), Some(expression)) => {
            let mut found =
                numbers("SELECT rowid FROM words WHERE words MATCH ?1 AND rowid >= ?2", &[&expression, &first])?;
            found.extend(numbers("SELECT article FROM unindexed WHERE article >= ?1", &[&first])?);
            found.sort_unstable_by(|a, b| b.cmp(a));
            found.dedup();
            found
        }
    };
    Ok(Candidates { articles: (articles - awaiting).unsigned_abs(), oldest: oldest.map(instant), nrs })
}

/// The articles of these numbers that were first seen since then, in their last observed state, in the order given.
pub fn stored(db: &Connection, nrs: &[i64], since: Timestamp) -> Result<Vec<Stored>, StoreError> {
    let mut found = Vec::with_capacity(nrs.len());
    for nr in nrs {
        found.extend(one(db, *nr)?.filter(|stored| stored.article.first_seen >= since));
    }
    Ok(found)
}

/// Observed articles in their last state. Where a revision has no row, the article's own says all.
const OBSERVED: &str = "SELECT a.*, r.text AS last_text, r.captions AS last_captions, r.quotes AS last_quotes
     FROM articles a LEFT JOIN revisions r ON r.article = a.nr AND r.number = a.revision WHERE a.revision > 0";

/// The newest articles first seen since then that were observed, in their last observed state.
pub fn newest(db: &Connection, since: Timestamp, limit: usize) -> Result<Vec<Stored>, StoreError> {
    let mut query = db.prepare_cached(&format!(
        "{OBSERVED} AND a.nr IN (SELECT nr FROM articles WHERE first_seen >= ?1 ORDER BY first_seen DESC, nr DESC LIMIT ?2)
         ORDER BY a.first_seen DESC, a.nr DESC",
    ))?;
    let rows = query.query_map(params![micros(since), limit as i64], row)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn one(db: &Connection, nr: i64) -> Result<Option<Stored>, StoreError> {
    let mut query = db.prepare_cached(&format!("{OBSERVED} AND a.nr = ?1"))?;
    Ok(query.query_row([nr], row).optional()?)
}

fn row(row: &Row<'_>) -> rusqlite::Result<Stored> {
    let mut article = visits::article(row)?;
    if let Some(text) = row.get("last_text")? {
        let quotes: Vec<Quote> = from_json(&row.get::<_, String>("last_quotes")?);
        let captions = from_json(&row.get::<_, String>("last_captions")?);
        article = Article { text, captions, quotes, ..article };
    }
    let story = row.get::<_, Option<String>>("story")?.unwrap_or_else(|| article.id.0.clone());
    Ok(Stored { nr: row.get("nr")?, story: StoryId(story), article })
}

/// The matches of a topic with articles first seen since then, the newest article first.
pub fn recorded(db: &Connection, topic: &TopicId, since: Timestamp) -> Result<Vec<Recorded>, StoreError> {
    let mut query = db.prepare_cached(
        "SELECT a.id, a.title, a.outlet, a.url, a.first_seen, a.timing, a.story, m.terms
         FROM matches m JOIN articles a ON a.nr = m.article WHERE m.topic = ?1 AND a.first_seen >= ?2 ORDER BY a.nr DESC",
    )?;
    let rows = query.query_map(params![topic.as_str(), micros(since)], |row| {
        let id: String = row.get(0)?;
        let timing: String = row.get(5)?;
        Ok(Recorded {
            title: row.get(1)?,
            outlet: row.get(2)?,
            url: row.get(3)?,
            first_seen: instant(row.get(4)?),
            timing: crate::model::Timing::from_name(&timing).unwrap_or(crate::model::Timing::New),
            story: StoryId(row.get::<_, Option<String>>(6)?.unwrap_or_else(|| id.clone())),
            terms: from_json(&row.get::<_, String>(7)?),
            id: ArticleId(id),
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Which documents each expression finds in an index in memory, made as the schema makes it.
#[cfg(test)]
pub fn found_by(documents: &[String], expressions: &[String]) -> Vec<Vec<usize>> {
    let db = Connection::open_in_memory().expect("a database in memory");
    db.execute_batch(super::schema::VERSION_2).expect("the schema is right");
    for (nr, words) in documents.iter().enumerate() {
        db.execute("INSERT INTO words (rowid, list) VALUES (?1, ?2)", params![nr as i64, words]).expect("a row");
    }
    let find = |expression: &String| {
        let mut query = db.prepare("SELECT rowid FROM words WHERE words MATCH ?1").expect("a query");
        let rows = query.query_map([expression], |row| row.get::<_, i64>(0)).expect("an expression");
        rows.map(|nr| nr.expect("a number").unsigned_abs() as usize).collect()
    };
    expressions.iter().map(find).collect()
}
