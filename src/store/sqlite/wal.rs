//! The write-ahead log of the database → the database (SQLite calls it a checkpoint): on a connection and a thread of its own, so
//! that who writes waits for little more than its own commit.

use std::path::Path;
use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel};
use std::thread::JoinHandle;

use rusqlite::hooks::Wal;
use rusqlite::wal::CheckpointMode;
use rusqlite::{Connection, MAIN_DB};

use super::super::StoreError;
use super::schema;

/// A log of so many times the size at which it is copied is waited for: it grows while it is copied, and a disk may be slow.
const MOST: i32 = 4;

/// The thread that copies the log whenever enough is in it, as long as the connection that writes is open.
#[derive(Debug)]
pub struct Checkpoints(JoinHandle<()>);

impl Checkpoints {
    /// For a connection that writes: from now on it copies nothing itself. The log is copied when it is as long as the connection
    /// would have let it be.
    pub fn aside(writer: &mut Connection, path: &Path) -> Result<Self, StoreError> {
        let own = Connection::open(path)?;
        schema::keep_wal(&own);
        // SQLite copies no log of a database that the connection has not read yet.
        let _: u32 = own.query_row("PRAGMA user_version", [], |row| row.get(0))?;
        let enough = writer.query_row("PRAGMA wal_autocheckpoint", [], |row| row.get(0))?;
        let (ask, asked) = channel();
        let mut log = Log { enough, ask, under_way: None };
        writer.wal_hook(Some(move |_: &mut Wal, pages| {
            log.has(pages);
            Ok(())
        }))?;
        let thread = std::thread::Builder::new().name("checkpoints".to_owned());
        Ok(Self(thread.spawn(move || copy(&own, &asked)).expect("a thread can be started")))
    }

    /// Waits for the thread, which ends when the connection that writes is closed.
    pub fn end(self) {
        let _ = self.0.join();
    }
}

/// Nothing is sent to who waits for a copy: it is told by the other side's end.
enum Nothing {}

/// The log as the connection that writes knows it.
struct Log {
    /// Pages that it has when it is copied.
    enough: i32,
    ask: Sender<Sender<Nothing>>,
    under_way: Option<Receiver<Nothing>>,
}

impl Log {
    /// After a commit that left so many pages in it. SQLite begins it anew only when nothing is in it that was not copied, and while
    /// it is copied more is written: this little is copied once more, and waited for.
    fn has(&mut self, pages: i32) {
        let first = self.under_way.take();
        if pages < self.enough {
            return;
        }
        let Some(first) = first else {
            self.under_way = Some(self.copy());
            return;
        };
        if pages >= self.enough.saturating_mul(MOST) {
            let _ = first.recv();
        } else if matches!(first.try_recv(), Err(TryRecvError::Empty)) {
            self.under_way = Some(first);
            return;
        }
        let _ = self.copy().recv();
    }

    fn copy(&self) -> Receiver<Nothing> {
        let (done, wait) = channel();
        // Without the thread nothing is waited for.
        let _ = self.ask.send(done);
        wait
    }
}

fn copy(database: &Connection, asked: &Receiver<Sender<Nothing>>) {
    let mut fails = false;
    while let Ok(done) = asked.recv() {
        // It waits for nobody, neither who reads nor who writes: what it leaves is copied the next time.
        let copied = database.wal_checkpoint_v2(Some(MAIN_DB), CheckpointMode::PASSIVE);
        if let (Err(error), false) = (&copied, fails) {
            tracing::warn!(%error, "the database's write-ahead log cannot be copied into it just now, and grows");
        }
        fails = copied.is_err();
        drop(done);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bytes of the log at which it is copied.
    const ENOUGH: u32 = 256 << 10;

    /// A database with such a log, and what copies it.
    fn opened(path: &Path) -> (Connection, Checkpoints) {
        let mut db = schema::open(path).expect("opened");
        let page: u32 = db.query_row("PRAGMA page_size", [], |row| row.get(0)).expect("a number");
        let sizes = format!("PRAGMA wal_autocheckpoint = {}; PRAGMA journal_size_limit = {ENOUGH}", ENOUGH / page);
        db.execute_batch(&sizes).expect("set");
        let checkpoints = Checkpoints::aside(&mut db, path).expect("a thread");
        (db, checkpoints)
    }

    fn bytes(path: &Path) -> u64 {
        std::fs::metadata(path).map_or(0, |file| file.len())
    }

    fn write(db: &Connection, commits: u32) {
        for _ in 0..commits {
            db.execute("INSERT INTO notes (key, value) VALUES (hex(randomblob(16)), hex(zeroblob(8000)))", [])
                .expect("a row");
        }
    }

    #[test]
    fn the_log_is_copied_while_more_is_written_and_stays_small() {
        let dir = tempfile::tempdir().expect("a folder");
        let (path, log) = (dir.path().join("wireroom.db"), dir.path().join("wireroom.db-wal"));
        let (db, checkpoints) = opened(&path);
        for _ in 0..20 {
            write(&db, 20);
            assert!(bytes(&log) < u64::from(ENOUGH) * (MOST as u64 + 1), "{} bytes", bytes(&log));
        }
        // 20 × 20 × 16,000 bytes: most of it is in the database already.
        assert!(bytes(&path) > 4_000_000, "{} bytes", bytes(&path));
        drop(db);
        checkpoints.end();
        let db = schema::open(&path).expect("opened");
        let kept: u32 = db.query_row("SELECT count(*) FROM notes", [], |row| row.get(0)).expect("a count");
        assert_eq!(kept, 400);
        assert!(log.exists(), "readers need it");
    }

    #[test]
    fn while_somebody_reads_an_old_state_nothing_stops() {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("wireroom.db");
        let (db, checkpoints) = opened(&path);
        let reader = Connection::open(&path).expect("opened");
        let count = || reader.query_row("SELECT count(*) FROM notes", [], |row| row.get::<_, u32>(0)).expect("a count");
        reader.execute_batch("BEGIN").expect("a snapshot");
        let before = count();
        write(&db, 200);
        assert_eq!(count(), before);
        reader.execute_batch("COMMIT").expect("let go");
        assert_eq!(count(), before + 200);
        write(&db, 200);
        let log = bytes(&dir.path().join("wireroom.db-wal"));
        assert!(log < u64::from(ENOUGH) * (MOST as u64 + 1), "{log} bytes: cut when it began anew");
        drop((db, reader));
        checkpoints.end();
    }
}
