//! Subscriptions at hubs. No secret is among them: secrets are made of a key that is not in the database.

use rusqlite::{Connection, params};

use super::super::StoreError;
use super::{instant, micros};
use crate::model::FeedId;
use crate::websub::{Standing, Subscription};

pub fn all(db: &Connection) -> Result<Vec<Subscription>, StoreError> {
    let mut query = db.prepare_cached("SELECT * FROM subscriptions ORDER BY feed, token")?;
    let rows = query.query_map([], |row| {
        let when = |name: &str| row.get::<_, Option<i64>>(name).map(|at| at.map(instant));
        let standing: String = row.get("standing")?;
        Ok(Subscription {
            token: row.get("token")?,
            feed: FeedId(row.get("feed")?),
            hub: row.get("hub")?,
            topic: row.get("topic")?,
            standing: Standing::from_name(&standing).unwrap_or(Standing::Wanted),
            until: when("until")?,
            next_try: instant(row.get("next_try")?),
            attempts: row.get("attempts")?,
            error: row.get("error")?,
            pushes: row.get::<_, i64>("pushes")?.unsigned_abs(),
            last_push: when("last_push")?,
            missed: when("missed")?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub fn put(db: &Connection, one: &Subscription) -> Result<(), StoreError> {
    db.prepare_cached(
        "INSERT OR REPLACE INTO subscriptions (token, feed, hub, topic, standing, until, next_try, attempts, error, pushes,
            last_push, missed)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
    )?
    .execute(params![
        one.token,
        one.feed.as_str(),
        one.hub,
        one.topic,
        one.standing.as_str(),
        one.until.map(micros),
        micros(one.next_try),
        one.attempts,
        one.error,
        one.pushes.cast_signed(),
        one.last_push.map(micros),
        one.missed.map(micros),
    ])?;
    Ok(())
}

pub fn forget(db: &Connection, token: &str) -> Result<(), StoreError> {
    db.prepare_cached("DELETE FROM subscriptions WHERE token = ?1")?.execute([token])?;
    Ok(())
}
