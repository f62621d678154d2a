//! What the pages of a site have in common: on how many of them a block of text stood, and whether reading them again helps.
//! Counts fade: every `FADE` pages all of a site's are halved, and blocks that come to nothing are forgotten.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, params};

use super::super::{Learnt, Lesson, StoreError};
use super::keys::Db;
use super::micros;
use crate::model::{ArticleId, SiteHabits};

/// Pages after which a site's counts are halved. With it the newest pages count most, and blocks are few.
const FADE: u32 = 64;
/// Sites that are remembered; of more, those not read for the longest time go.
const MAX_SITES: i64 = 5000;

pub fn habits(db: &Connection, host: &str, blocks: &[i64]) -> Result<SiteHabits, StoreError> {
    let site = db
        .prepare_cached("SELECT nr, pages, rereads, gains FROM sites WHERE host = ?1")?
        .query_row([host], |row| {
            let habits = SiteHabits { pages: row.get(1)?, rereads: row.get(2)?, gains: row.get(3)?, ..<_>::default() };
            Ok((row.get::<_, i64>(0)?, habits))
        })
        .optional()?;
    let Some((site, mut habits)) = site else { return Ok(SiteHabits::default()) };
    let mut pages = db.prepare_cached("SELECT pages FROM blocks WHERE site = ?1 AND block = ?2")?;
    for block in blocks {
        if let Some(pages) = pages.query_row([site, *block], |row| row.get(0)).optional()? {
            habits.blocks.insert(*block, pages);
        }
    }
    Ok(habits)
}

pub fn learn(db: &Connection, lesson: &Lesson, now: Timestamp) -> Result<(), StoreError> {
    db.prepare_cached("INSERT OR IGNORE INTO sites (host, pages, rereads, gains, at) VALUES (?1, 0, 0, 0, ?2)")?
        .execute(params![lesson.host, micros(now)])?;
    let (site, pages): (i64, u32) = db
        .prepare_cached("SELECT nr, pages FROM sites WHERE host = ?1")?
        .query_row([&lesson.host], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let blocks = match &lesson.learnt {
        Learnt::Reread { gained } => {
            let gain = u32::from(*gained);
            db.prepare_cached("UPDATE sites SET rereads = rereads + 1, gains = gains + ?2, at = ?3 WHERE nr = ?1")?
                .execute(params![site, gain, micros(now)])?;
            return Ok(());
        }
        Learnt::Blocks(blocks) => blocks,
    };
    let mut count = db.prepare_cached(
        "INSERT INTO blocks (site, block, pages) VALUES (?1, ?2, 1) ON CONFLICT DO UPDATE SET pages = pages + 1",
    )?;
    for block in blocks {
        count.execute([site, *block])?;
    }
    db.prepare_cached("UPDATE sites SET pages = pages + 1, at = ?2 WHERE nr = ?1")?
        .execute(params![site, micros(now)])?;
    if pages + 1 >= FADE {
        for sql in [
            "UPDATE sites SET pages = pages / 2, rereads = rereads / 2, gains = gains / 2 WHERE nr = ?1",
            "UPDATE blocks SET pages = pages / 2 WHERE site = ?1",
            "DELETE FROM blocks WHERE site = ?1 AND pages = 0",
        ] {
            db.prepare_cached(sql)?.execute([site])?;
        }
    }
    Ok(())
}

/// Forgets sites of which no page was read since `before`, and those over the most that are remembered; how many.
pub fn forget(db: &Connection, before: Timestamp) -> Result<usize, StoreError> {
    let old = "SELECT nr FROM sites WHERE at < ?1
         OR nr IN (SELECT nr FROM sites ORDER BY at DESC LIMIT -1 OFFSET ?2)";
    let mut query = db.prepare_cached(old)?;
    let rows = query.query_map([micros(before), MAX_SITES], |row| row.get::<_, i64>(0))?;
    let gone: Vec<i64> = rows.collect::<Result<_, _>>()?;
    for site in &gone {
        db.prepare_cached("DELETE FROM blocks WHERE site = ?1")?.execute([site])?;
        db.prepare_cached("DELETE FROM sites WHERE nr = ?1")?.execute([site])?;
    }
    Ok(gone.len())
}

pub fn page_unchanged(
    db: &Db,
    id: &ArticleId,
    lesson: Option<&Lesson>,
    again: Option<Timestamp>,
    now: Timestamp,
) -> Result<(), StoreError> {
    if let Some(lesson) = lesson {
        learn(db, lesson, now)?;
    }
    let Some(nr) = db.find(id)? else { return Ok(()) };
    let page = if again.is_some() { "waiting" } else { "done" };
    db.prepare_cached("UPDATE articles SET rereads = rereads + 1, page = ?2, page_due = ?3 WHERE nr = ?1")?
        .execute(params![nr, page, again.map(micros)])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).expect("a second")
    }

    fn blocks(db: &Connection) -> i64 {
        db.query_row("SELECT count(*) FROM blocks", [], |row| row.get(0)).expect("a count")
    }

    #[test]
    fn a_site_is_learnt_within_bounds_and_forgotten() {
        let dir = tempfile::tempdir().expect("a folder");
        let db = super::super::schema::open(&dir.path().join("wireroom.db")).expect("created");
        let lesson = |host: &str, blocks: Vec<i64>| Lesson { host: host.to_owned(), learnt: Learnt::Blocks(blocks) };
        let mut most = 0;
        for page in 0..1000 {
            // Of its blocks one is on every page, one on every fourth, twenty are its own.
            let mut all = vec![-1];
            all.extend((page % 4 == 0).then_some(-2));
            all.extend((0..20).map(|n| page * 100 + n));
            learn(&db, &lesson("a.example", all), at(page)).expect("learnt");
            most = most.max(blocks(&db));
        }
        assert!(most < 64 * 22, "{most}");
        let known = habits(&db, "a.example", &[-1, -2, -3]).expect("habits");
        assert_eq!(known.blocks[&-1], known.pages, "every page has it");
        assert!((3..=5).contains(&(known.pages / known.blocks[&-2])), "{known:?}");
        assert_eq!(known.blocks.get(&-3), None);
        assert_eq!(habits(&db, "b.example", &[-1]).expect("habits"), SiteHabits::default());

        let reread = |gained| Lesson { host: "a.example".to_owned(), learnt: Learnt::Reread { gained } };
        learn(&db, &reread(true), at(1000)).expect("learnt");
        learn(&db, &reread(false), at(1000)).expect("learnt");
        let known = habits(&db, "a.example", &[]).expect("habits");
        assert_eq!((known.rereads, known.gains), (2, 1));

        assert_eq!(forget(&db, at(1000)).expect("nothing"), 0);
        assert_eq!(forget(&db, at(1001)).expect("forgotten"), 1);
        assert_eq!(blocks(&db), 0);
    }
}
