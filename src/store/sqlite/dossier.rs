//! One article with all that happened to it, for `explain`; and the newest ids and addresses, for those who mistyped one.
//! Reads only.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, params};

use super::super::{Dossier, PageProgress, StoreError, StoryAlert};
use super::keys::Db;
use super::{articles, from_json, instant, micros, visits};
use crate::lookup::Listed;
use crate::model::{AlertId, Article, ArticleId, Quality, StoryId, TopicId};

pub fn dossier(db: &Db, id: &ArticleId, revision: Option<u32>) -> Result<Option<Dossier>, StoreError> {
    let Some(nr) = db.find(id)? else { return Ok(None) };
    let mut query = db.prepare_cached("SELECT * FROM articles WHERE nr = ?1")?;
    let found = query
        .query_row([nr], |row| {
            let page = PageProgress {
                due: row.get::<_, Option<i64>>("page_due")?.map(instant),
                given_up: row.get::<_, String>("page")? == "given_up",
                attempts: row.get("attempts")?,
                error: row.get("page_error")?,
            };
            let story = row.get::<_, Option<String>>("story")?.map(StoryId);
            Ok((visits::article(row)?, page, story))
        })
        .optional()?;
    let Some((article, page, story)) = found else { return Ok(None) };
    let mut query = db.prepare_cached("SELECT number, at FROM revisions WHERE article = ?1 ORDER BY number")?;
    let rows = query.query_map([nr], |row| Ok((row.get(0)?, instant(row.get(1)?))))?;
    let mut revisions: Vec<(u32, Timestamp)> = rows.collect::<Result<_, _>>()?;
    if revisions.is_empty() && article.revision > 0 {
        // It was settled with its visit, and its own row says all.
        revisions.push((article.revision, article.first_seen));
    }
    let article = in_revision(db, nr, article, revision)?;
    let story_told = match &story {
        Some(story) => told(db, story)?,
        None => Vec::new(),
    };
    let matches = articles::matches(db, nr)?;
    Ok(Some(Dossier { article, revisions, page, story, story_told, matches }))
}

/// The article with the words of a revision; as it is where there is none yet.
fn in_revision(db: &Connection, nr: i64, article: Article, revision: Option<u32>) -> Result<Article, StoreError> {
    let mut query = db.prepare_cached(
        "SELECT number, quality, title, text, captions, at FROM revisions WHERE article = ?1 AND (?2 IS NULL OR number = ?2)
         ORDER BY number DESC LIMIT 1",
    )?;
    let found = query.query_row(params![nr, revision], |row| {
        let at: i64 = row.get(5)?;
        Ok(Article {
            revision: row.get(0)?,
            quality: Quality::from_name(&row.get::<_, String>(1)?).unwrap_or(article.quality),
            title: row.get(2)?,
            text: row.get(3)?,
            captions: from_json(&row.get::<_, String>(4)?),
            // A later revision's page is not this one's.
            fetched: article.fetched.filter(|fetched| micros(*fetched) <= at),
            ..article.clone()
        })
    });
    Ok(found.optional()?.unwrap_or(article))
}

fn told(db: &Connection, story: &StoryId) -> Result<Vec<StoryAlert>, StoreError> {
    let mut query = db.prepare_cached(
        "SELECT m.topic, m.alert, m.at, a.id, a.outlet, a.title FROM articles a JOIN matches m ON m.article = a.nr
         WHERE a.story = ?1 AND m.alert IS NOT NULL ORDER BY m.at, a.nr",
    )?;
    let rows = query.query_map([story.as_str()], |row| {
        Ok(StoryAlert {
            topic: TopicId(row.get(0)?),
            alert: AlertId(row.get(1)?),
            at: instant(row.get(2)?),
            article: ArticleId(row.get(3)?),
            outlet: row.get(4)?,
            title: row.get(5)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// There is no index on addresses: `explain` is asked by a person, and reads through.
pub fn article_at(db: &Connection, url: &str, canonical: &str) -> Result<Option<ArticleId>, StoreError> {
    let mut query =
        db.prepare_cached("SELECT id FROM articles WHERE url = ?1 OR canonical IN (?1, ?2) ORDER BY nr DESC LIMIT 1")?;
    Ok(query.query_row([url, canonical], |row| row.get(0)).optional()?.map(ArticleId))
}

pub fn newest_articles(db: &Connection, limit: usize) -> Result<Vec<Listed>, StoreError> {
    let mut query =
        db.prepare_cached("SELECT id, url, canonical, title, outlet FROM articles ORDER BY nr DESC LIMIT ?1")?;
    let rows = query.query_map([limit as i64], |row| {
        Ok(Listed {
            id: row.get(0)?,
            url: row.get(1)?,
            canonical: row.get(2)?,
            title: row.get(3)?,
            outlet: row.get(4)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub fn newest_alert_ids(db: &Connection, limit: usize) -> Result<Vec<AlertId>, StoreError> {
    let mut query = db.prepare_cached("SELECT id FROM alerts ORDER BY seq DESC LIMIT ?1")?;
    let rows = query.query_map([limit as i64], |row| Ok(AlertId(row.get(0)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}
