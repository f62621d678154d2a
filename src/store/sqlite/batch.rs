//! Calls that come together → one transaction: each call is answered once it is durable, or told why it is not.

use std::time::{Duration, Instant};

use tokio::sync::{mpsc, oneshot};

use super::super::StoreError;
use super::keys::Db;

/// Calls committed together at most.
const MOST: usize = 128;
/// After a commit of so many rows, one a call left out, and of several calls, the next one waits for more, so long at most and
/// looking so often: a commit writes each page once, however many calls changed it. Who looks something up meanwhile waits no
/// longer than such a look.
const MANY: u64 = 100;
const PATIENCE: Duration = Duration::from_millis(40);
const STEP: Duration = Duration::from_millis(1);
/// After a commit of so many calls that wrote little, as in a round of 304, the next one waits only for what comes this instant:
/// a commit costs as much as several of such calls, and a longer wait would keep slots from asking. Else nobody waits.
const SEVERAL: usize = 8;
const INSTANT: Duration = Duration::from_millis(1);

/// How a call that fails is undone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Undo {
    /// Alone, by a savepoint, for which each page that it changes is copied first.
    Alone,
    /// With its whole transaction, whose other calls are told that they are lost: for what as good as never fails. Once one did,
    /// each call is undone alone.
    WithAll,
}

/// What is asked of the engine's thread.
pub enum Job {
    Call(Call, Undo),
    /// Writes nothing, may see what is not durable yet, and waits for no commit.
    Look(Box<dyn FnOnce(&Db) + Send>),
}

type Call = Box<dyn FnOnce(Result<&Db, StoreError>) -> Ran + Send>;

/// Answers, given whether the transaction held.
type Answer = Box<dyn FnOnce(Result<(), StoreError>) + Send>;

/// What a call leaves behind.
pub struct Ran {
    failed: bool,
    answer: Answer,
}

impl Job {
    /// A call, and where its answer comes.
    pub fn call<T: Send + 'static>(
        undo: Undo,
        work: impl FnOnce(&Db) -> Result<T, StoreError> + Send + 'static,
    ) -> (Self, oneshot::Receiver<Result<T, StoreError>>) {
        let (tell, told) = oneshot::channel();
        let run = move |db: Result<&Db, StoreError>| {
            let result = db.and_then(work);
            let failed = result.is_err();
            let answer = Box::new(move |committed: Result<(), StoreError>| {
                // A caller that went away needs no answer.
                let _ = tell.send(result.and_then(|value| committed.map(|()| value)));
            });
            Ran { failed, answer }
        };
        (Self::Call(Box::new(run), undo), told)
    }

    pub fn look<T: Send + 'static>(
        work: impl FnOnce(&Db) -> Result<T, StoreError> + Send + 'static,
    ) -> (Self, oneshot::Receiver<Result<T, StoreError>>) {
        let (tell, told) = oneshot::channel();
        let look = move |db: &Db| {
            let _ = tell.send(work(db));
        };
        (Self::Look(Box::new(look)), told)
    }
}

/// Works until every sender is gone.
pub fn serve(db: &Db, mut waiting: mpsc::Receiver<Job>, writes: bool) {
    let begin = if writes { "BEGIN IMMEDIATE" } else { "BEGIN" };
    let (mut patience, mut careful) = (Duration::ZERO, false);
    while let Some(first) = waiting.blocking_recv() {
        let (first, undo) = match first {
            Job::Call(call, undo) => (call, undo),
            Job::Look(look) => {
                look(db);
                continue;
            }
        };
        let (began, before) = (Instant::now(), db.total_changes());
        let mut batch = Batch::begin(db, begin, careful);
        batch.run(first, undo);
        batch.run_all(&mut waiting);
        while batch.answers.len() < MOST && began.elapsed() < patience {
            std::thread::sleep(STEP.min(patience));
            batch.run_all(&mut waiting);
        }
        patience = patience_after(db.total_changes() - before, batch.answers.len());
        careful = batch.careful;
        batch.end();
        if let Err(error) = db.merge_many() {
            // They stay in memory and are offered again later.
            tracing::warn!(%error, "keys of articles could not be put into their table");
        }
    }
}

/// How long the next transaction waits for more calls after one that changed so many rows in so many calls.
fn patience_after(rows: u64, calls: usize) -> Duration {
    if calls > 1 && rows >= MANY + calls as u64 {
        PATIENCE
    } else if calls >= SEVERAL {
        INSTANT
    } else {
        Duration::ZERO
    }
}

/// One transaction.
struct Batch<'a> {
    db: &'a Db,
    /// Why nothing of it will be kept.
    lost: Option<StoreError>,
    /// Each call is undone alone.
    careful: bool,
    answers: Vec<Answer>,
}

impl<'a> Batch<'a> {
    fn begin(db: &'a Db, begin: &str, careful: bool) -> Self {
        let mut batch = Self { db, lost: None, careful, answers: Vec::new() };
        batch.execute(begin);
        batch
    }

    fn execute(&mut self, sql: &str) {
        if self.lost.is_some() {
            return;
        }
        let done = self.db.prepare_cached(sql).and_then(|mut statement| statement.execute([]));
        if let Err(error) = done {
            self.lost = Some(StoreError::from(error));
        }
    }

    /// Runs what waits, as far as there is room.
    fn run_all(&mut self, waiting: &mut mpsc::Receiver<Job>) {
        while self.answers.len() < MOST
            && let Ok(job) = waiting.try_recv()
        {
            match job {
                Job::Call(call, undo) => self.run(call, undo),
                Job::Look(look) => look(self.db),
            }
        }
    }

    /// Runs a call, in a savepoint of its own unless it is undone with all: one that fails in it takes no other with it.
    fn run(&mut self, call: Call, undo: Undo) {
        let alone = self.careful || undo == Undo::Alone;
        if alone {
            self.execute("SAVEPOINT call");
        }
        if let Some(why) = &self.lost {
            self.answers.push(call(Err(why.clone())).answer);
            return;
        }
        let ran = call(Ok(self.db));
        self.answers.push(ran.answer);
        if !alone {
            if ran.failed {
                let why = "what was written together with something that failed was not kept, and is written again";
                self.lost = Some(StoreError::Engine(why.to_owned()));
                self.careful = true;
            }
            return;
        }
        if ran.failed {
            self.execute("ROLLBACK TO call");
            self.read_keys_again();
        }
        self.execute("RELEASE call");
    }

    fn read_keys_again(&self) {
        if let Err(error) = self.db.read_again() {
            tracing::warn!(%error, "keys of articles may be wrong until the next start: they could not be read again");
        }
    }

    /// Commits and answers.
    fn end(mut self) {
        self.execute("COMMIT");
        if self.lost.is_some() {
            if !self.db.is_autocommit() {
                // The transaction is lost either way; the callers are told so below.
                let _ = self.db.execute_batch("ROLLBACK");
            }
            self.read_keys_again();
        }
        for answer in self.answers {
            answer(self.lost.clone().map_or(Ok(()), Err));
        }
    }
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use super::*;

    /// Runs calls that come together, and gives their answers.
    fn together(db: &Db, calls: &[i64], undo: Undo, careful: &mut bool) -> Vec<Result<i64, StoreError>> {
        let mut batch = Batch::begin(db, "BEGIN IMMEDIATE", *careful);
        let mut told = Vec::new();
        for number in calls.iter().copied() {
            let (job, answer) = Job::call(undo, move |db| {
                db.execute("INSERT INTO kept VALUES (?1)", [number])?;
                if number < 0 { Err(StoreError::Engine("refused".to_owned())) } else { Ok(number) }
            });
            let Job::Call(call, undo) = job else { panic!("a call") };
            batch.run(call, undo);
            told.push(answer);
        }
        *careful = batch.careful;
        batch.end();
        told.into_iter().map(|mut answer| answer.try_recv().expect("an answer")).collect()
    }

    fn kept(db: &Db) -> Vec<i64> {
        let mut query = db.prepare("SELECT number FROM kept ORDER BY rowid").expect("a query");
        let rows = query.query_map([], |row| row.get(0)).expect("rows");
        rows.collect::<Result<_, _>>().expect("numbers")
    }

    fn database() -> Db {
        let db = Connection::open_in_memory().expect("a database");
        db.execute_batch("CREATE TABLE kept (number INTEGER)").expect("a table");
        Db::reader(db)
    }

    #[test]
    fn a_call_that_fails_fails_alone() {
        let db = database();
        let told = together(&db, &[1, -1, 2], Undo::Alone, &mut false);
        assert_eq!(told.iter().map(Result::is_ok).collect::<Vec<_>>(), [true, false, true]);
        assert_eq!(kept(&db), [1, 2]);
    }

    #[test]
    fn a_call_that_is_undone_with_all_loses_them_once_and_is_careful_from_then_on() {
        let (db, mut careful) = (database(), false);
        let told = together(&db, &[1, -1, 2], Undo::WithAll, &mut careful);
        assert!(told.iter().all(Result::is_err), "each is told so: {told:?}");
        assert!(
            told[1].as_ref().is_err_and(|error| error.to_string().contains("refused")),
            "by its own error: {told:?}"
        );
        assert_eq!((kept(&db), careful), (vec![], true));
        let told = together(&db, &[1, -1, 2], Undo::WithAll, &mut careful);
        assert_eq!(told.iter().map(Result::is_ok).collect::<Vec<_>>(), [true, false, true]);
        assert_eq!((kept(&db), careful), (vec![1, 2], true));
    }

    #[test]
    fn what_a_call_holds_is_let_go_before_the_commit() {
        let db = database();
        let held = std::sync::Arc::new(());
        let mut batch = Batch::begin(&db, "BEGIN IMMEDIATE", false);
        let mine = std::sync::Arc::clone(&held);
        let hold = move |_: &Db| {
            drop(mine);
            Ok(())
        };
        let (Job::Call(call, undo), _told) = Job::call(Undo::Alone, hold) else { panic!("a call") };
        batch.run(call, undo);
        assert_eq!(std::sync::Arc::strong_count(&held), 1);
        batch.end();
    }

    /// Serves calls that change so many rows each: two at once, a third when these are answered, a fourth a little later; whether
    /// the last two shared a transaction.
    fn share_a_commit(rows: i64) -> bool {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("kept.db");
        let db = Connection::open(&path).expect("a database");
        db.execute_batch("PRAGMA journal_mode = WAL; CREATE TABLE kept (number INTEGER)").expect("a table");
        let (jobs, waiting) = mpsc::channel(9);
        let ask = || {
            let (job, told) = Job::call(Undo::Alone, move |db| {
                for number in 0..rows {
                    db.execute("INSERT INTO kept VALUES (?1)", [number])?;
                }
                Ok(())
            });
            jobs.blocking_send(job).expect("the engine runs");
            told
        };
        let first = [ask(), ask()];
        let engine = std::thread::spawn(move || serve(&Db::reader(db), waiting, true));
        for told in first {
            told.blocking_recv().expect("an answer").expect("kept");
        }
        let third = ask();
        std::thread::sleep(STEP);
        let _fourth = ask();
        third.blocking_recv().expect("an answer").expect("kept");
        let reader = Connection::open(&path).expect("the database");
        let seen: i64 = reader.query_row("SELECT count(*) FROM kept", [], |row| row.get(0)).expect("a count");
        drop(jobs);
        engine.join().expect("the engine ends");
        seen == 4 * rows
    }

    #[test]
    fn where_much_is_written_a_transaction_waits_for_more() {
        // A machine that is busy elsewhere may send the third too late.
        assert!((0..3).any(|_| share_a_commit(1 + MANY as i64)));
    }

    #[test]
    fn a_transaction_waits_as_the_one_before_it_was() {
        for (rows, calls, patience) in [
            (MANY + 2, 2, PATIENCE),
            (MANY + 1, 2, Duration::ZERO),
            (MANY + 1, 1, Duration::ZERO),
            (128, 128, INSTANT),
            (SEVERAL as u64, SEVERAL, INSTANT),
            (7, 7, Duration::ZERO),
            (0, 3, Duration::ZERO),
        ] {
            assert_eq!(patience_after(rows, calls), patience, "{rows} rows in {calls} calls");
        }
    }

    #[test]
    fn nothing_is_done_where_no_transaction_could_begin() {
        let db = database();
        db.execute_batch("BEGIN").expect("begun by another");
        assert!(together(&db, &[1, 2], Undo::Alone, &mut false).iter().all(Result::is_err));
        assert_eq!(kept(&db), Vec::<i64>::new());
    }
}
