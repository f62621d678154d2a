//! The database file: opened, created, brought up to date. A schema of an older version is copied beside it first.

use std::path::Path;
use std::time::Duration;

use rusqlite::Connection;

use super::StoreError;

/// One step a version, applied in order; never changed once released.
const MIGRATIONS: &[&str] =
    &[VERSION_1, VERSION_2, VERSION_3, VERSION_4, VERSION_5, VERSION_6, VERSION_7, VERSION_8, VERSION_9, VERSION_10];

const VERSION_1: &str = "
CREATE TABLE feeds (
    id TEXT PRIMARY KEY, url TEXT NOT NULL, title TEXT, next_due INTEGER, interval INTEGER NOT NULL, not_before INTEGER,
    why TEXT NOT NULL, last_visit INTEGER, first_success INTEGER, last_success INTEGER, last_new INTEGER, status INTEGER,
    failures INTEGER NOT NULL, error_class TEXT, error TEXT, gone INTEGER NOT NULL, permanent_url TEXT,
    permanent_since INTEGER, etag BLOB, last_modified BLOB, body_sha256 BLOB, last_bytes INTEGER NOT NULL,
    saved_bytes INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE articles (
    nr INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, url TEXT NOT NULL, canonical TEXT NOT NULL, title TEXT NOT NULL,
    outlet TEXT NOT NULL, feed TEXT NOT NULL, feed_tags TEXT NOT NULL, language TEXT, language_sure INTEGER NOT NULL,
    byline TEXT NOT NULL, published INTEGER, published_from TEXT NOT NULL, first_seen INTEGER NOT NULL, fetched INTEGER,
    timing TEXT NOT NULL, quality TEXT NOT NULL, summary TEXT NOT NULL, feed_text TEXT NOT NULL,
    revision INTEGER NOT NULL, page TEXT NOT NULL, page_due INTEGER, attempts INTEGER NOT NULL, page_error TEXT,
    story TEXT, fingerprint BLOB, feed_copy TEXT
);
CREATE INDEX articles_page ON articles (page_due) WHERE page_due IS NOT NULL;
CREATE INDEX articles_fingerprint ON articles (fingerprint) WHERE fingerprint IS NOT NULL;
CREATE INDEX articles_story ON articles (story) WHERE story IS NOT NULL;
CREATE INDEX articles_seen ON articles (first_seen);
CREATE TABLE entries (
    feed TEXT NOT NULL, identity BLOB NOT NULL, article INTEGER NOT NULL, PRIMARY KEY (feed, identity)
) WITHOUT ROWID;
CREATE TABLE revisions (
    article INTEGER NOT NULL, number INTEGER NOT NULL, at INTEGER NOT NULL, quality TEXT NOT NULL, title TEXT NOT NULL,
    text TEXT NOT NULL, quotes TEXT NOT NULL, captions TEXT NOT NULL, PRIMARY KEY (article, number)
) WITHOUT ROWID;
CREATE TABLE matches (
    article INTEGER NOT NULL, topic TEXT NOT NULL, rule TEXT NOT NULL, revision INTEGER NOT NULL, at INTEGER NOT NULL,
    score REAL NOT NULL, terms TEXT NOT NULL, alert TEXT, held TEXT, PRIMARY KEY (article, topic)
) WITHOUT ROWID;
CREATE INDEX matches_held ON matches (at) WHERE held IS NOT NULL;
CREATE TABLE alerts (
    seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, at INTEGER NOT NULL, kind TEXT NOT NULL, severity TEXT NOT NULL,
    timing TEXT NOT NULL, topic TEXT, article TEXT, hash TEXT NOT NULL, line TEXT NOT NULL
);
CREATE INDEX alerts_at ON alerts (at);
CREATE INDEX alerts_topic ON alerts (topic, at) WHERE topic IS NOT NULL;
CREATE TABLE deliveries (
    sink TEXT NOT NULL, seq INTEGER NOT NULL, state TEXT NOT NULL, attempts INTEGER NOT NULL, next_try INTEGER,
    done_at INTEGER, error TEXT, PRIMARY KEY (sink, seq)
) WITHOUT ROWID;
CREATE INDEX deliveries_due ON deliveries (next_try) WHERE next_try IS NOT NULL;
CREATE TABLE copies (
    path TEXT NOT NULL, start INTEGER NOT NULL, length INTEGER NOT NULL, offset INTEGER NOT NULL, sha256 TEXT NOT NULL,
    at INTEGER NOT NULL, article INTEGER, url TEXT NOT NULL, title TEXT NOT NULL, PRIMARY KEY (path, start)
) WITHOUT ROWID;
CREATE INDEX copies_article ON copies (article) WHERE article IS NOT NULL;
CREATE INDEX copies_at ON copies (at);
CREATE TABLE rules (topic TEXT PRIMARY KEY, rule TEXT NOT NULL, since INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE notes (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
";

/// The archive's full-text index: which articles have which words, and nothing else (no text, no places: the rules decide on
/// the stored text). `unindexed` holds the articles whose words are not in it yet, or not as they are now; it is filled for
/// what was stored before once the index is first made.
pub(super) const VERSION_2: &str = "
CREATE VIRTUAL TABLE words USING fts5 (list, content='', contentless_delete=1, detail=none, tokenize='ascii');
CREATE TABLE unindexed (article INTEGER PRIMARY KEY, turn INTEGER NOT NULL);
";

/// What the pages of a site have in common, and how often an article's page was read again. A block is the hash of a
/// paragraph; counts fade (see `sites`), so that a site has some two thousand blocks at most.
const VERSION_3: &str = "
CREATE TABLE sites (
    nr INTEGER PRIMARY KEY, host TEXT NOT NULL UNIQUE, pages INTEGER NOT NULL, rereads INTEGER NOT NULL,
    gains INTEGER NOT NULL, at INTEGER NOT NULL
);
CREATE TABLE blocks (
    site INTEGER NOT NULL, block INTEGER NOT NULL, pages INTEGER NOT NULL, PRIMARY KEY (site, block)
) WITHOUT ROWID;
ALTER TABLE articles ADD COLUMN rereads INTEGER NOT NULL DEFAULT 0;
";

/// Copies whose payload is that of an earlier one; whole records that a crash left without a copy; what retention removed
/// (`done` once the file is gone). Alerts are found by the file of their copy.
const VERSION_4: &str = "
ALTER TABLE copies ADD COLUMN payload_path TEXT;
ALTER TABLE copies ADD COLUMN payload_offset INTEGER;
CREATE INDEX copies_sha256 ON copies (sha256);
CREATE INDEX copies_payload ON copies (payload_path) WHERE payload_path IS NOT NULL;
CREATE INDEX alerts_copy ON alerts (json_extract(line, '$.copy.path'), at)
    WHERE json_extract(line, '$.copy.path') IS NOT NULL;
CREATE TABLE orphans (
    path TEXT NOT NULL, start INTEGER NOT NULL, length INTEGER NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (path, start)
) WITHOUT ROWID;
CREATE TABLE removals (
    what TEXT NOT NULL, name TEXT NOT NULL, at INTEGER NOT NULL, by TEXT NOT NULL, items INTEGER NOT NULL,
    bytes INTEGER NOT NULL, done INTEGER NOT NULL, PRIMARY KEY (what, name)
) WITHOUT ROWID;
";

/// What a feed asks for and how full it is; when its articles appear, in a table of its own, as most visits change nothing of it.
const VERSION_5: &str = "
ALTER TABLE feeds ADD COLUMN validators_of BLOB;
ALTER TABLE feeds ADD COLUMN wishes TEXT;
ALTER TABLE feeds ADD COLUMN held INTEGER NOT NULL DEFAULT 0;
ALTER TABLE feeds ADD COLUMN newest INTEGER;
ALTER TABLE feeds ADD COLUMN overflowed INTEGER;
ALTER TABLE feeds ADD COLUMN at_most INTEGER;
CREATE TABLE rhythms (feed TEXT PRIMARY KEY, rhythm BLOB NOT NULL) WITHOUT ROWID;
";

/// The newest of the articles that await their page are found without looking at the others.
const VERSION_6: &str = "
CREATE INDEX articles_waiting ON articles (coalesce(published, first_seen)) WHERE page_due IS NOT NULL;
";

/// Subscriptions at hubs (WebSub). No secret is among them.
const VERSION_7: &str = "
CREATE TABLE subscriptions (
    token TEXT PRIMARY KEY, feed TEXT NOT NULL, hub TEXT NOT NULL, topic TEXT NOT NULL, standing TEXT NOT NULL,
    until INTEGER, next_try INTEGER NOT NULL, attempts INTEGER NOT NULL, error TEXT, pushes INTEGER NOT NULL,
    last_push INTEGER, missed INTEGER
) WITHOUT ROWID;
";

/// Eight bytes of a fingerprint are enough, and an index of them has a third of the pages: each commit writes most of these.
const VERSION_8: &str = "
DROP INDEX articles_fingerprint;
UPDATE articles SET fingerprint = substr(fingerprint, 1, 8) WHERE fingerprint IS NOT NULL;
CREATE INDEX articles_fingerprint ON articles (fingerprint) WHERE fingerprint IS NOT NULL;
";

/// Articles are found by their ids and fingerprints through `keys`, which is written in its own order (see `sqlite::keys`), not
/// through indexes of which each article changes another page.
const VERSION_9: &str = "
CREATE TABLE new (
    nr INTEGER PRIMARY KEY, id TEXT NOT NULL, url TEXT NOT NULL, canonical TEXT NOT NULL, title TEXT NOT NULL,
    outlet TEXT NOT NULL, feed TEXT NOT NULL, feed_tags TEXT NOT NULL, language TEXT, language_sure INTEGER NOT NULL,
    byline TEXT NOT NULL, published INTEGER, published_from TEXT NOT NULL, first_seen INTEGER NOT NULL, fetched INTEGER,
    timing TEXT NOT NULL, quality TEXT NOT NULL, summary TEXT NOT NULL, feed_text TEXT NOT NULL,
    revision INTEGER NOT NULL, page TEXT NOT NULL, page_due INTEGER, attempts INTEGER NOT NULL, page_error TEXT,
    story TEXT, fingerprint BLOB, feed_copy TEXT, rereads INTEGER NOT NULL DEFAULT 0
);
INSERT INTO new SELECT nr, id, url, canonical, title, outlet, feed, feed_tags, language, language_sure, byline, published,
    published_from, first_seen, fetched, timing, quality, summary, feed_text, revision, page, page_due, attempts, page_error,
    story, fingerprint, feed_copy, rereads FROM articles;
DROP TABLE articles;
ALTER TABLE new RENAME TO articles;
CREATE INDEX articles_page ON articles (page_due) WHERE page_due IS NOT NULL;
CREATE INDEX articles_story ON articles (story) WHERE story IS NOT NULL;
CREATE INDEX articles_seen ON articles (first_seen);
CREATE INDEX articles_waiting ON articles (coalesce(published, first_seen)) WHERE page_due IS NOT NULL;
CREATE TABLE keys (key INTEGER NOT NULL, article INTEGER NOT NULL, PRIMARY KEY (key, article)) WITHOUT ROWID;
";

/// How the entries of a feed stood in it when it was last read (`parse::Stood`), in a table of its own, as most visits do not
/// ask for it.
const VERSION_10: &str = "
CREATE TABLE stood (feed TEXT PRIMARY KEY, entries BLOB NOT NULL) WITHOUT ROWID;
";

fn known() -> u32 {
    MIGRATIONS.len() as u32
}

/// Bytes of a page of a new database; an older one keeps those of 4,096 bytes that it was made with. Half as many larger pages
/// cost less to write than twice as many.
const PAGE: u32 = 8192;
/// Bytes that the write-ahead log has before they are copied into the database, and that it keeps on the disk afterwards.
const WAL: u32 = 16 << 20;

/// A larger database is not read whole before each start: the daemon does that aside.
const QUICKLY_CHECKED: u64 = 16 << 20;

pub fn is_large(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|file| file.len() > QUICKLY_CHECKED)
}

/// What is damaged in a database: it is read whole, indexes aside.
pub fn fault(connection: &Connection) -> rusqlite::Result<Option<String>> {
    let said: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    Ok((said != "ok").then_some(said))
}

/// Opens or creates the database for the daemon.
pub fn open(path: &Path) -> Result<Connection, StoreError> {
    let unusable = |message: String| StoreError::Unusable { path: path.to_owned(), message };
    let connection = Connection::open(path).map_err(|error| unusable(error.to_string()))?;
    let prepare = || -> rusqlite::Result<()> {
        connection.busy_timeout(Duration::from_secs(5))?;
        if version(&connection)? == 0 {
            connection.execute_batch(&format!("PRAGMA page_size = {PAGE}; PRAGMA auto_vacuum = INCREMENTAL"))?;
        }
        let page: u32 = connection.query_row("PRAGMA page_size", [], |row| row.get(0))?;
        // A savepoint keeps the pages it changes, in a temporary file unless told otherwise: that is a write a page.
        connection.execute_batch(&format!(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -3000;
             PRAGMA temp_store = MEMORY; PRAGMA wal_autocheckpoint = {}; PRAGMA journal_size_limit = {WAL}",
            WAL / page.max(512),
        ))?;
        Ok(())
    };
    let checked = prepare().and_then(|()| if is_large(path) { Ok(None) } else { fault(&connection) });
    let advice = "restore its backup, or move it away (the alert log and the copies stay) and start again";
    match checked {
        Ok(None) => {}
        // SQLite tells of each fault in lines of its own.
        Ok(Some(fault)) => {
            let fault = fault.split_whitespace().collect::<Vec<_>>().join(" ");
            return Err(unusable(format!("it is damaged ({fault}): {advice}")));
        }
        Err(error) => return Err(unusable(format!("{error}; if it is damaged, {advice}"))),
    }
    keep_wal(&connection);
    check_known(&connection, path)?;
    migrate(&connection, path, MIGRATIONS)?;
    Ok(connection)
}

/// Refuses a database that a newer version wrote.
pub fn check_known(connection: &Connection, path: &Path) -> Result<(), StoreError> {
    let found = version(connection)
        .map_err(|error| StoreError::Unusable { path: path.to_owned(), message: error.to_string() })?;
    if found > known() {
        return Err(StoreError::Newer { path: path.to_owned(), found, known: known() });
    }
    Ok(())
}

fn version(connection: &Connection) -> rusqlite::Result<u32> {
    connection.query_row("PRAGMA user_version", [], |row| row.get(0))
}

fn migrate(connection: &Connection, path: &Path, migrations: &[&str]) -> Result<(), StoreError> {
    let from = version(connection)?;
    let known = migrations.len() as u32;
    if from == known {
        return Ok(());
    }
    if from > 0 {
        let copy = path.with_extension(format!("db.before-{known}"));
        if !copy.exists() {
            connection.execute("VACUUM INTO ?1", [copy.to_string_lossy()])?;
        }
    }
    for (step, sql) in migrations.iter().enumerate().skip(from as usize) {
        connection.execute_batch(&format!("BEGIN IMMEDIATE; {sql} PRAGMA user_version = {}; COMMIT", step + 1))?;
    }
    // What tables took that were made anew.
    Ok(give_back(connection, 0)?)
}

/// Gives free pages back to the disk, so many at most or, for 0, all. SQLite gives one at each step of the statement.
pub fn give_back(connection: &Connection, most: u32) -> rusqlite::Result<()> {
    let mut vacuum = connection.prepare(&format!("PRAGMA incremental_vacuum({most})"))?;
    let mut pages = vacuum.query([])?;
    while pages.next()?.is_some() {}
    Ok(())
}

/// Keeps -wal and -shm when the last connection closes: a reader without write permission cannot make them.
#[expect(unsafe_code, reason = "rusqlite has no safe call for SQLITE_FCNTL_PERSIST_WAL")]
pub fn keep_wal(connection: &Connection) {
    let mut on: std::ffi::c_int = 1;
    // SAFETY: the handle is of an open connection that outlives the call; the name is a NUL-terminated string; the file
    // control SQLITE_FCNTL_PERSIST_WAL reads and writes one int behind the pointer, which points to a local one.
    let code = unsafe {
        rusqlite::ffi::sqlite3_file_control(
            connection.handle(),
            c"main".as_ptr(),
            rusqlite::ffi::SQLITE_FCNTL_PERSIST_WAL,
            (&raw mut on).cast(),
        )
    };
    if code != rusqlite::ffi::SQLITE_OK {
        tracing::warn!(code, "the -wal file will not be kept; readers without write permission need the daemon to run");
    }
}

#[cfg(test)]
mod tests {
    use super::super::keys::{Db, Key};
    use super::*;
    use crate::model::ArticleId;

    #[test]
    fn a_migration_first_copies_the_database() {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("wireroom.db");
        let connection = open(&path).expect("created");
        connection.execute("INSERT INTO notes (key, value) VALUES ('kept', 'yes')", []).expect("a row");
        let next = [MIGRATIONS, &["ALTER TABLE notes ADD COLUMN more TEXT;"]].concat();
        migrate(&connection, &path, &next).expect("migrated");
        assert_eq!(version(&connection).expect("a version"), known() + 1);
        let kept = |db: &Connection| db.query_row("SELECT value FROM notes", [], |row| row.get::<_, String>(0));
        assert_eq!(kept(&connection).expect("the row"), "yes");
        let copy = format!("wireroom.db.before-{}", known() + 1);
        let copy = Connection::open(dir.path().join(copy)).expect("the copy");
        assert_eq!((version(&copy).expect("a version"), kept(&copy).expect("the row")), (known(), "yes".to_owned()));
        assert!(copy.prepare("SELECT more FROM notes").is_err(), "it is as it was");
    }

    #[test]
    fn a_new_database_has_larger_pages_and_an_old_one_keeps_its_own_with_a_log_of_the_same_size() {
        let dir = tempfile::tempdir().expect("a folder");
        let old = dir.path().join("old.db");
        Connection::open(&old)
            .and_then(|db| db.execute_batch("PRAGMA page_size = 4096; PRAGMA journal_mode = WAL; CREATE TABLE x (y)"))
            .expect("a database with nothing of ours");
        for (path, page) in [(dir.path().join("new.db"), PAGE), (old, 4096)] {
            let db = open(&path).expect("opened");
            let number = |sql: &str| db.query_row(sql, [], |row| row.get::<_, u32>(0)).expect("a number");
            assert_eq!(
                (number("PRAGMA page_size"), number("PRAGMA wal_autocheckpoint") * page),
                (page, WAL),
                "{path:?}"
            );
        }
    }

    #[test]
    fn a_database_of_version_1_is_taken_over_with_its_articles() {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("wireroom.db");
        let old = Connection::open(&path).expect("created");
        migrate(&old, &path, &[VERSION_1]).expect("version 1");
        let article = "INSERT INTO articles (id, url, canonical, title, outlet, feed, feed_tags, language_sure, byline,
                published_from, first_seen, timing, quality, summary, feed_text, revision, page, attempts)
             VALUES ('a1', '', '', 'Ice', '', '', '[]', 0, '[]', 'feed', 1, 'new', 'full', '', '', 1, 'done', 0)";
        old.execute(article, []).expect("an article");
        old.execute("INSERT INTO revisions VALUES (1, 1, 1, 'full', 'Ice', 'Ice melts.', '[]', '[]')", [])
            .expect("a text");
        drop(old);
        let new = open(&path).expect("opened");
        assert_eq!(version(&new).expect("a version"), known());
        let waiting = |db: &Connection| super::super::archive::unindexed(db, 9).expect("read").len();
        assert_eq!(waiting(&new), 0, "the start waits for nothing");
        super::super::archive::renew_index(&new, 1).expect("the index is begun");
        assert_eq!(waiting(&new), 1);
    }

    #[test]
    fn a_database_of_version_7_still_tells_copies_of_its_reports() {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("wireroom.db");
        let old = Connection::open(&path).expect("created");
        old.execute_batch("PRAGMA auto_vacuum = INCREMENTAL").expect("as wireroom makes it");
        migrate(&old, &path, &MIGRATIONS[..7]).expect("version 7");
        let article = "INSERT INTO articles (id, url, canonical, title, outlet, feed, feed_tags, language_sure, byline,
                published_from, first_seen, timing, quality, summary, feed_text, revision, page, attempts, fingerprint)
             VALUES (?1, '', '', '', '', '', '[]', 0, '[]', 'feed', 1, 'new', 'full', '', '', 1, 'done', 0, ?2)";
        let print: [u8; 32] = std::array::from_fn(|at| at as u8);
        old.execute(article, rusqlite::params!["a1", print.as_slice()]).expect("an article");
        old.execute(article, rusqlite::params!["a2", rusqlite::types::Null]).expect("a short one");
        drop(old);
        let new = open(&path).expect("opened");
        let all: Vec<Option<Vec<u8>>> = new
            .prepare("SELECT fingerprint FROM articles ORDER BY nr")
            .and_then(|mut query| query.query_map([], |row| row.get(0))?.collect())
            .expect("read");
        assert_eq!(all, [Some(print[..8].to_vec()), None]);
        let free: u32 = new.query_row("PRAGMA freelist_count", [], |row| row.get(0)).expect("a count");
        assert_eq!(free, 0, "nothing is left of what was made anew");
        let db = Db::writer(new).expect("its keys");
        assert_eq!(db.find(&ArticleId("a2".to_owned())).expect("read"), Some(2), "found though no version had its key");
        let fingerprint = print.first_chunk().copied().expect("eight bytes");
        assert_eq!(db.with_key(Key::of_fingerprint(fingerprint)).expect("read"), [1]);
    }

    #[test]
    fn a_newer_database_is_refused_and_garbage_is_named() {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("wireroom.db");
        let connection = open(&path).expect("created");
        connection.execute_batch("PRAGMA user_version = 99").expect("set");
        drop(connection);
        assert!(dir.path().join("wireroom.db-wal").exists(), "-wal is kept for readers");
        assert!(matches!(open(&path), Err(StoreError::Newer { found: 99, .. })));
        let garbage = dir.path().join("garbage.db");
        std::fs::write(&garbage, "no database at all, but long enough to be taken for one".repeat(99)).expect("a file");
        let error = open(&garbage).expect_err("garbage").to_string();
        assert!(error.contains("garbage.db") && error.contains("move it away"), "{error}");
    }
}
