//! Articles by what nobody can foresee the order of: their ids, and the fingerprints of their texts.
//!
//! An index of such keys is changed at another page for each article, and every commit writes whole pages. So, as in a
//! log-structured merge tree (O'Neil et al. 1996), keys of recent articles stay in memory until they are many, and then go into
//! the table `keys` in its own order, where many of them share a page. Nothing is lost with the memory: the articles after the
//! one that a note names are those whose keys are not in the table, and these are read again at the next start.
//!
//! A key leads to articles that may have it; who asks looks at their rows. Most keys that are asked for are new, and a filter
//! says so of most of them without a look at the table.

use std::cell::RefCell;
use std::ops::{Deref, RangeInclusive};

use rusqlite::{Connection, OptionalExtension as _, params};

use super::super::StoreError;
use super::filter::{self, Filter};
use super::notes;
use crate::model::{ArticleId, Fingerprint};

/// Keys that are kept in memory.
const MANY: usize = 16_384;
/// Keys that go into the table with one statement.
const OF_STATEMENT: usize = 32;
/// Articles whose keys are read in one go where they are in no memory.
const AT_ONCE: i64 = 50_000;
/// Keys that are asked for before a filter is made of those in the table.
const ASKED_OFTEN: usize = 10_000;
/// The note of the last article whose keys are in the table.
const UP_TO: &str = "keys";
/// Holds for the articles after that.
const UNMERGED: &str = "nr > coalesce((SELECT value + 0 FROM notes WHERE key = 'keys'), 0)";
/// Characters of an id that are its key.
const OF_ID: usize = 12;

/// A number that an article is found by. Nothing tells keys of the one kind from those of the other: the rows do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key(i64);

impl Key {
    fn of_id(id: &ArticleId) -> Self {
        *Self::of_ids(id.as_str()).start()
    }

    /// All keys of an article.
    pub fn of(id: &ArticleId, fingerprint: Option<Fingerprint>) -> impl Iterator<Item = Self> + use<> {
        std::iter::once(Self::of_id(id)).chain(fingerprint.map(Self::of_fingerprint))
    }

    pub fn of_fingerprint(fingerprint: Fingerprint) -> Self {
        Self(i64::from_be_bytes(fingerprint))
    }

    /// The keys of all ids that begin so: five bits a character behind the first, which all of them share.
    fn of_ids(prefix: &str) -> RangeInclusive<Self> {
        let known = prefix.bytes().skip(1).take(OF_ID);
        let filled = |rest: u8| {
            let all = known.clone().chain(std::iter::repeat(rest)).take(OF_ID);
            Self(all.fold(0, |key, letter| key << 5 | i64::from(letter & 31)))
        };
        filled(0)..=filled(31)
    }
}

/// A key, and the number of an article that has it.
type Pair = (Key, i64);

/// What the writer knows of keys without the table.
#[derive(Debug)]
struct Recent {
    /// Those that are not in the table, in the order they came.
    pairs: Vec<Pair>,
    /// How many they are when they go into it.
    many: usize,
    /// The last article whose keys are in the table.
    up_to: i64,
    /// Of all keys, in memory and in the table.
    filter: Option<Filter>,
    /// Keys that were asked for without a filter.
    asked: usize,
}

/// The database, and of one that is written to the recent keys.
#[derive(Debug)]
pub struct Db {
    connection: Connection,
    recent: Option<RefCell<Recent>>,
}

impl Deref for Db {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        &self.connection
    }
}

impl Db {
    /// Of a connection that only reads, beside one that may write.
    pub fn reader(connection: Connection) -> Self {
        Self { connection, recent: None }
    }

    /// Of the one connection that writes. Keys that a crash or an older version left out go into the table first.
    pub fn writer(connection: Connection) -> Result<Self, StoreError> {
        let mut up_to: i64 = notes::get(&connection, UP_TO)?.and_then(|value| value.parse().ok()).unwrap_or(0);
        loop {
            let (last, mut pairs) = pairs_after(&connection, up_to, AT_ONCE)?;
            if last == up_to {
                let filter = (up_to == 0).then(Filter::of_none);
                let recent = Recent { pairs: Vec::with_capacity(MANY), many: MANY, up_to, filter, asked: 0 };
                return Ok(Self { connection, recent: Some(RefCell::new(recent)) });
            }
            merge(&connection, &mut pairs, last)?;
            up_to = last;
        }
    }

    /// From now on an article may be found by a key.
    pub fn add_key(&self, key: Key, nr: i64) -> Result<(), StoreError> {
        if let Some(recent) = &self.recent {
            let mut recent = recent.borrow_mut();
            recent.filter.iter_mut().for_each(|filter| filter.add(key.0));
            recent.filter.take_if(|filter| filter.is_full());
            if nr > recent.up_to {
                recent.pairs.push((key, nr));
                return Ok(());
            }
        }
        insert(self, &[(key, nr)])
    }

    pub fn remove_key(&self, key: Key, nr: i64) -> Result<(), StoreError> {
        if let Some(recent) = &self.recent {
            let mut recent = recent.borrow_mut();
            if nr > recent.up_to {
                recent.pairs.retain(|pair| *pair != (key, nr));
                return Ok(());
            }
        }
        self.prepare_cached("DELETE FROM keys WHERE key = ?1 AND article = ?2")?.execute(params![key.0, nr])?;
        Ok(())
    }

    /// The articles that may have a key.
    pub fn with_key(&self, key: Key) -> Result<Vec<i64>, StoreError> {
        let mut found = Vec::new();
        let mut query = match &self.recent {
            Some(recent) => {
                let mut recent = recent.borrow_mut();
                if recent.filter.is_none() {
                    recent.asked += 1;
                    if recent.asked == ASKED_OFTEN {
                        recent.filter = self.filter(&recent)?;
                    }
                }
                if recent.filter.as_ref().is_some_and(|filter| !filter.may_have(key.0)) {
                    return Ok(found);
                }
                found.extend(recent.pairs.iter().filter(|(other, _)| *other == key).map(|(_, nr)| *nr));
                self.prepare_cached("SELECT article FROM keys WHERE key = ?1")?
            }
            // Those that are in another's memory may be any of the last.
            None => self.prepare_cached(&format!(
                "SELECT article FROM keys WHERE key = ?1 UNION ALL SELECT nr FROM articles WHERE {UNMERGED}"
            ))?,
        };
        let mut rows = query.query([key.0])?;
        while let Some(row) = rows.next()? {
            found.push(row.get(0)?);
        }
        Ok(found)
    }

    /// A filter of all keys; none where it would be full.
    fn filter(&self, recent: &Recent) -> Result<Option<Filter>, StoreError> {
        let mut filter = Filter::of_none();
        recent.pairs.iter().for_each(|(key, _)| filter.add(key.0));
        let mut query = self.prepare("SELECT key FROM keys LIMIT ?1")?;
        let mut rows = query.query([filter::MOST as i64])?;
        while let Some(row) = rows.next()? {
            filter.add(row.get(0)?);
        }
        Ok(Some(filter).filter(|filter| !filter.is_full()))
    }

    /// The number of an article.
    pub fn find(&self, id: &ArticleId) -> Result<Option<i64>, StoreError> {
        for nr in self.with_key(Key::of_id(id))? {
            let mut query = self.prepare_cached("SELECT 1 FROM articles WHERE nr = ?1 AND id = ?2")?;
            if query.query_row(params![nr, id.as_str()], |_| Ok(())).optional()?.is_some() {
                return Ok(Some(nr));
            }
        }
        Ok(None)
    }

    /// The articles whose ids begin so, at most `limit`.
    pub fn find_by_prefix(&self, prefix: &str, limit: usize) -> Result<Vec<ArticleId>, StoreError> {
        let keys = Key::of_ids(prefix);
        let mut query = self.prepare_cached(&format!(
            "SELECT a.id FROM keys k JOIN articles a ON a.nr = k.article
             WHERE k.key BETWEEN ?1 AND ?2 AND a.id >= ?3 AND a.id < ?3 || x'7f'
             UNION
             SELECT id FROM articles WHERE {UNMERGED} AND id >= ?3 AND id < ?3 || x'7f'
             LIMIT ?4",
        ))?;
        let rows = query
            .query_map(params![keys.start().0, keys.end().0, prefix, limit as i64], |row| Ok(ArticleId(row.get(0)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Puts the recent keys into the table once they are many, in a transaction of its own.
    pub fn merge_many(&self) -> Result<(), StoreError> {
        let Some(recent) = &self.recent else { return Ok(()) };
        if recent.borrow().pairs.len() < recent.borrow().many {
            return Ok(());
        }
        self.merge_all().inspect_err(|_| {
            let mut recent = recent.borrow_mut();
            recent.many = recent.pairs.len() + MANY;
        })
    }

    /// Puts all of them into the table.
    pub fn merge_all(&self) -> Result<(), StoreError> {
        let Some(recent) = &self.recent else { return Ok(()) };
        let mut recent = recent.borrow_mut();
        if recent.pairs.is_empty() {
            return Ok(());
        }
        let last = self.last_article()?.max(recent.up_to);
        merge(self, &mut recent.pairs, last)?;
        recent.pairs.clear();
        (recent.many, recent.up_to) = (MANY, last);
        Ok(())
    }

    /// Reads the recent keys again, after something that was written was taken back: the rows tell what holds.
    pub fn read_again(&self) -> Result<(), StoreError> {
        let Some(recent) = &self.recent else { return Ok(()) };
        let mut recent = recent.borrow_mut();
        (_, recent.pairs) = pairs_after(self, recent.up_to, i64::MAX)?;
        Ok(())
    }

    fn last_article(&self) -> Result<i64, StoreError> {
        let mut query = self.prepare_cached("SELECT coalesce(max(nr), 0) FROM articles")?;
        Ok(query.query_row([], |row| row.get(0))?)
    }
}

/// The keys of so many articles after one; and the last of these articles.
fn pairs_after(connection: &Connection, nr: i64, limit: i64) -> Result<(i64, Vec<Pair>), StoreError> {
    let mut query =
        connection.prepare("SELECT nr, id, fingerprint FROM articles WHERE nr > ?1 ORDER BY nr LIMIT ?2")?;
    let mut rows = query.query([nr, limit])?;
    let (mut last, mut pairs) = (nr, Vec::new());
    while let Some(row) = rows.next()? {
        last = row.get(0)?;
        pairs.extend(Key::of(&ArticleId(row.get(1)?), row.get(2)?).map(|key| (key, last)));
    }
    Ok((last, pairs))
}

/// One transaction: the keys of all articles up to the last are in the table, in its order, and that is noted.
fn merge(connection: &Connection, pairs: &mut [Pair], last: i64) -> Result<(), StoreError> {
    pairs.sort_unstable();
    let transaction = connection.unchecked_transaction()?;
    for some in pairs.chunks(OF_STATEMENT) {
        insert(&transaction, some)?;
    }
    notes::set(&transaction, UP_TO, &last.to_string())?;
    Ok(transaction.commit()?)
}

fn insert(connection: &Connection, pairs: &[Pair]) -> Result<(), StoreError> {
    let values = vec!["(?, ?)"; pairs.len()].join(", ");
    let mut insert =
        connection.prepare_cached(&format!("INSERT OR IGNORE INTO keys (key, article) VALUES {values}"))?;
    for (at, (key, nr)) in pairs.iter().enumerate() {
        insert.raw_bind_parameter(2 * at + 1, key.0)?;
        insert.raw_bind_parameter(2 * at + 2, nr)?;
    }
    insert.raw_execute()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use proptest::prelude::*;

    use super::super::schema;
    use super::*;

    fn writer(dir: &Path) -> Db {
        Db::writer(schema::open(&dir.join("wireroom.db")).expect("opened")).expect("its keys")
    }

    fn reader(dir: &Path) -> Db {
        Db::reader(Connection::open(dir.join("wireroom.db")).expect("opened"))
    }

    fn id(id: &str) -> ArticleId {
        ArticleId(id.to_owned())
    }

    fn put(db: &Db, of: &str, fingerprint: Option<Fingerprint>) -> i64 {
        db.execute(
            "INSERT INTO articles (id, url, canonical, title, outlet, feed, feed_tags, language_sure, byline, published_from,
                first_seen, timing, quality, summary, feed_text, revision, page, attempts, fingerprint)
             VALUES (?1, '', '', '', '', '', '[]', 0, '[]', 'feed', 1, 'new', 'full', '', '', 1, 'done', 0, ?2)",
            params![of, fingerprint],
        )
        .expect("an article");
        let nr = db.last_insert_rowid();
        Key::of(&id(of), fingerprint).for_each(|key| db.add_key(key, nr).expect("a key"));
        nr
    }

    fn in_table(db: &Db) -> i64 {
        db.query_row("SELECT count(*) FROM keys", [], |row| row.get(0)).expect("a count")
    }

    #[test]
    fn an_article_is_found_while_its_key_is_in_memory_in_the_table_and_by_who_only_reads() {
        let dir = tempfile::tempdir().expect("a folder");
        let db = writer(dir.path());
        let (first, second) =
            (put(&db, "aaaaaaaaaaaaaaaaaaaab", Some([7; 8])), put(&db, "aaaaaaaaaaaaaaaaaaaac", Some([7; 8])));
        for merged in [0, 4] {
            assert_eq!(in_table(&db), merged);
            for db in [&db, &reader(dir.path())] {
                // Their keys are alike, their ids are not.
                assert_eq!(db.find(&id("aaaaaaaaaaaaaaaaaaaab")).expect("read"), Some(first));
                assert_eq!(db.find(&id("aaaaaaaaaaaaaaaaaaaac")).expect("read"), Some(second));
                assert_eq!(db.find(&id("aaaaaaaaaaaaaaaaaaaad")).expect("read"), None);
                assert_eq!(db.with_key(Key::of_fingerprint([7; 8])).expect("read"), [first, second]);
            }
            db.merge_all().expect("merged");
        }
        let third = put(&db, "ab", None);
        assert_eq!((db.find(&id("ab")).expect("read"), in_table(&db)), (Some(third), 4));
    }

    #[test]
    fn many_keys_go_into_the_table_by_themselves() {
        let dir = tempfile::tempdir().expect("a folder");
        let db = writer(dir.path());
        let transaction = db.unchecked_transaction().expect("begun");
        for nr in 1..=MANY {
            put(&db, &format!("a{nr}"), None);
        }
        transaction.commit().expect("kept");
        db.merge_many().expect("merged");
        assert_eq!(in_table(&db), MANY as i64);
        put(&db, "az", None);
        db.merge_many().expect("nothing to do");
        assert_eq!(in_table(&db), MANY as i64);
    }

    #[test]
    fn where_the_table_takes_no_keys_they_stay_and_are_not_offered_at_each_commit() {
        let dir = tempfile::tempdir().expect("a folder");
        let db = writer(dir.path());
        db.execute_batch("CREATE TRIGGER full BEFORE INSERT ON keys BEGIN SELECT raise(ABORT, 'no room'); END")
            .expect("a trigger");
        let mut failures = 0;
        let transaction = db.unchecked_transaction().expect("begun");
        let last = (0..MANY + 9).map(|nr| put(&db, &format!("a{nr}"), None)).last().expect("many");
        transaction.commit().expect("kept");
        for _ in 0..3 {
            failures += usize::from(db.merge_many().is_err());
        }
        assert_eq!(failures, 1);
        assert_eq!(db.find(&id(&format!("a{}", MANY + 8))).expect("read"), Some(last));
        db.execute_batch("DROP TRIGGER full").expect("gone");
        db.merge_all().expect("merged");
        assert_eq!(in_table(&db), MANY as i64 + 9);
    }

    #[test]
    fn a_filter_is_made_once_much_is_asked_for_and_knows_all_keys() {
        let dir = tempfile::tempdir().expect("a folder");
        let db = writer(dir.path());
        let first = put(&db, "a1", None);
        drop(db);
        let db = writer(dir.path());
        let second = put(&db, "a2", None);
        for _ in 0..ASKED_OFTEN {
            assert_eq!(db.find(&id("a3")).expect("read"), None);
        }
        let third = put(&db, "a3", None);
        let recent = db.recent.as_ref().expect("a writer").borrow();
        let filter = recent.filter.as_ref().expect("a filter");
        assert!(!filter.may_have(Key::of_id(&id("a4")).0));
        drop(recent);
        let found: Vec<_> = ["a1", "a2", "a3", "a4"].iter().map(|of| db.find(&id(of)).expect("read")).collect();
        assert_eq!(found, [Some(first), Some(second), Some(third), None]);
    }

    #[test]
    fn keys_that_were_in_memory_when_all_ended_are_read_again() {
        let dir = tempfile::tempdir().expect("a folder");
        let db = writer(dir.path());
        put(&db, "a1", None);
        db.merge_all().expect("merged");
        let second = put(&db, "a2", Some([9; 8]));
        drop(db);
        let db = writer(dir.path());
        assert_eq!(in_table(&db), 3);
        assert_eq!(db.find(&id("a2")).expect("read"), Some(second));
        assert_eq!(db.with_key(Key::of_fingerprint([9; 8])).expect("read"), [second]);
    }

    #[test]
    fn a_number_that_is_given_again_is_found_by_its_new_key_alone() {
        let dir = tempfile::tempdir().expect("a folder");
        let db = writer(dir.path());
        db.execute_batch("BEGIN").expect("begun");
        let undone = put(&db, "aundone", None);
        db.execute_batch("ROLLBACK").expect("undone");
        db.read_again().expect("read");
        assert_eq!(db.with_key(Key::of_id(&id("aundone"))).expect("read"), [] as [i64; 0]);
        assert_eq!(put(&db, "akept", None), undone);
        db.execute_batch("BEGIN").expect("begun");
        db.execute("DELETE FROM articles WHERE nr = ?1", [undone]).expect("deleted");
        db.remove_key(Key::of_id(&id("akept")), undone).expect("removed");
        db.execute_batch("ROLLBACK").expect("undone");
        db.read_again().expect("read");
        assert_eq!(db.find(&id("akept")).expect("read"), Some(undone), "what was not removed after all is found");
        db.merge_all().expect("merged");

        // The last article goes, and its number to another whose key is written at once.
        db.execute("DELETE FROM articles WHERE nr = ?1", [undone]).expect("deleted");
        db.remove_key(Key::of_id(&id("akept")), undone).expect("removed");
        assert_eq!((put(&db, "anew", None), in_table(&db)), (undone, 1));
        drop(db);
        let db = writer(dir.path());
        assert_eq!((db.find(&id("anew")).expect("read"), db.find(&id("akept")).expect("read")), (Some(undone), None));
    }

    #[test]
    fn ids_are_found_by_how_they_begin() {
        let dir = tempfile::tempdir().expect("a folder");
        let db = writer(dir.path());
        for of in ["abcdefghijklmnopqrst2", "abcdefghijklmnopqrst3", "abx"] {
            put(&db, of, Some([0; 8]));
            if of.ends_with('2') {
                db.merge_all().expect("merged");
            }
        }
        for db in [&db, &reader(dir.path())] {
            for (prefix, found) in [
                ("abcdefghijklmnopqrst2", 1),
                ("abcdefghijklmnopqrst", 2),
                ("abcdefghijklm", 2),
                ("abc", 2),
                ("abx", 1),
                ("aby", 0),
                ("b", 0),
                ("a", 2),
                ("", 2),
            ] {
                assert_eq!(db.find_by_prefix(prefix, 2).expect("read").len(), found, "{prefix}");
            }
        }
    }

    proptest! {
        #[test]
        fn the_key_of_an_id_is_among_those_of_each_beginning(of in "a[a-z2-7]{20}", length in 1..21_usize) {
            prop_assert!(Key::of_ids(&of[..length]).contains(&Key::of_id(&id(&of))));
        }
    }
}
