//! The embedded engine: SQLite on a thread of its own. Calls that come together are committed together, and answered once they
//! are durable; who only looks is answered at once.

pub mod alerts;
pub mod archive;
pub mod articles;
mod batch;
pub mod clock;
pub mod copies;
pub mod dossier;
mod filter;
mod keys;
mod notes;
pub mod outbox;
pub mod prune;
pub mod rules;
mod schema;
pub mod sites;
pub mod subscriptions;
pub mod visits;
mod wal;

use std::path::{Path, PathBuf};
use std::sync::Mutex;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};
use tokio::sync::{mpsc, oneshot};

use self::batch::{Job, Undo};
pub use self::keys::Db;
use self::wal::Checkpoints;
use super::StoreError;

/// Calls that wait at once; a caller beyond that waits for its turn.
const QUEUE: usize = 256;

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Engine(error.to_string())
    }
}

#[derive(Debug)]
pub struct Engine {
    jobs: Mutex<Option<mpsc::Sender<Job>>>,
    thread: Mutex<Option<std::thread::JoinHandle<()>>>,
}

impl Engine {
    pub fn open(state_dir: &Path) -> Result<Self, StoreError> {
        let path = state_dir.join("wireroom.db");
        let mut connection = schema::open(&path)?;
        let unusable = |error: StoreError| StoreError::Unusable { path: path.clone(), message: error.to_string() };
        let checkpoints = Checkpoints::aside(&mut connection, &path).map_err(unusable)?;
        let db = Db::writer(connection).map_err(unusable)?;
        Ok(Self::start(db, Some(checkpoints)))
    }

    pub fn open_read(state_dir: &Path) -> Result<Self, StoreError> {
        let path: PathBuf = state_dir.join("wireroom.db");
        if !path.exists() {
            let message = "is not there: has the daemon run yet? (wireroom run)".to_owned();
            return Err(StoreError::Unusable { path, message });
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&path, flags);
        let connection = connection.and_then(|connection| {
            connection.busy_timeout(std::time::Duration::from_secs(5))?;
            Ok(connection)
        });
        let connection =
            connection.map_err(|error| StoreError::Unusable { path: path.clone(), message: error.to_string() })?;
        schema::check_known(&connection, &path)?;
        Ok(Self::start(Db::reader(connection), None))
    }

    /// What is damaged in a database that is too large to be checked at each start. Blocking, for as long as reading it takes.
    pub fn fault_of_large(state_dir: &Path) -> Result<Option<String>, StoreError> {
        let path = state_dir.join("wireroom.db");
        if !schema::is_large(&path) {
            return Ok(None);
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        Ok(schema::fault(&Connection::open_with_flags(&path, flags)?)?)
    }

    /// Of a connection that writes with the thread that copies its log.
    fn start(db: Db, checkpoints: Option<Checkpoints>) -> Self {
        db.set_prepared_statement_cache_capacity(100);
        // Otherwise a statement is planned anew for each value that it is run with.
        if let Err(error) = db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true) {
            tracing::warn!(%error, "statements are planned for each value anew");
        }
        let (jobs, waiting) = mpsc::channel(QUEUE);
        let work = move || {
            batch::serve(&db, waiting, checkpoints.is_some());
            if let Some(checkpoints) = checkpoints {
                // The next start reads what is left; it is only quicker without.
                let _ = db.merge_all();
                // Readers after us find everything in the database file; the empty -wal and -shm stay for them.
                let _ = db.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)");
                drop(db);
                checkpoints.end();
            }
        };
        let thread = std::thread::Builder::new().name("store".to_owned()).spawn(work).expect("a thread can be started");
        Self { jobs: Mutex::new(Some(jobs)), thread: Mutex::new(Some(thread)) }
    }

    // Work is put into a box before anything waits: the futures that hold these calls stay small.

    /// Runs `work` in a transaction on the engine's thread; where it fails, nothing else of the transaction is lost.
    pub fn call<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Db) -> Result<T, StoreError> + Send + 'static,
    ) -> impl Future<Output = Result<T, StoreError>> + Send {
        self.ask(Job::call(Undo::Alone, work))
    }

    /// As [`Self::call`], for what writes much or often and as good as never fails: it has no savepoint, and where it fails the
    /// other calls of its transaction are told that they are lost.
    pub fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Db) -> Result<T, StoreError> + Send + 'static,
    ) -> impl Future<Output = Result<T, StoreError>> + Send {
        self.ask(Job::call(Undo::WithAll, work))
    }

    /// Runs `work` that writes nothing and may see what is not durable yet: it waits for no commit.
    pub fn look<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Db) -> Result<T, StoreError> + Send + 'static,
    ) -> impl Future<Output = Result<T, StoreError>> + Send {
        self.ask(Job::look(work))
    }

    async fn ask<T>(&self, (job, told): (Job, oneshot::Receiver<Result<T, StoreError>>)) -> Result<T, StoreError> {
        let jobs = self.jobs.lock().expect("no one panics with the queue in hand").clone();
        jobs.ok_or(StoreError::Stopped)?.send(job).await.map_err(|_| StoreError::Stopped)?;
        told.await.map_err(|_| StoreError::Stopped)?
    }

    pub async fn close(&self) {
        drop(self.jobs.lock().expect("no one panics with the queue in hand").take());
        let thread = self.thread.lock().expect("no one panics with the thread in hand").take();
        if let Some(thread) = thread {
            let _ = tokio::task::spawn_blocking(move || thread.join()).await;
        }
    }
}

/// An instant as the database keeps it: microseconds since 1970, UTC.
pub(super) fn micros(at: jiff::Timestamp) -> i64 {
    at.as_microsecond()
}

pub(super) fn instant(micros: i64) -> jiff::Timestamp {
    jiff::Timestamp::from_microsecond(micros).unwrap_or(jiff::Timestamp::UNIX_EPOCH)
}

pub(super) fn json<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_string(value).expect("what is stored has string keys and finite numbers")
}

pub(super) fn from_json<T: serde::de::DeserializeOwned + Default>(text: &str) -> T {
    serde_json::from_str(text).unwrap_or_default()
}
