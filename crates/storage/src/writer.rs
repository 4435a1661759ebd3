//! SQLite's one writer: a thread that takes what waits, each work in its own savepoint, and commits them together.
//! A commit that reaches the disk costs the same for one work as for sixty-four; a pool of writers would fight instead.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
};

use diesel::connection::SimpleConnection;
use tokio::sync::{mpsc, oneshot};

use crate::{Conn, StorageError, TxError, db::runs_again, pool::Target, tx::Done};

/// Works committed together at most.
const BATCH: usize = 64;
/// Works that may wait; beyond, the house says it is busy.
const QUEUE: usize = 4096;

/// Runs inside the transaction and leaves what is to be told once the commit is known.
type Work = Box<dyn FnOnce(&mut Conn) -> Result<Tell, Abandoned> + Send>;
type Tell = Box<dyn FnOnce(Result<(), StorageError>) + Send>;

/// SQLite undid the whole transaction (full disk, I/O error): the savepoint is gone, and all works of the batch with it.
struct Abandoned(Tell);

pub(crate) struct Writer {
    works: mpsc::Sender<Work>,
}

impl Writer {
    pub(crate) fn start(path: &Path) -> Result<Self, StorageError> {
        let mut conn = Target::Sqlite(path.to_owned()).connect()?;
        let (works, mut waiting) = mpsc::channel::<Work>(QUEUE);
        let run = move || {
            let mut batch = Vec::with_capacity(BATCH);
            while waiting.blocking_recv_many(&mut batch, BATCH) > 0 {
                commit_together(&mut conn, &mut batch);
            }
        };
        std::thread::Builder::new()
            .name("sqlite-writer".into())
            .spawn(run)
            .map_err(|error| StorageError::Unavailable(error.to_string()))?;
        Ok(Self { works })
    }

    /// Queues the work; the answer comes after the commit.
    pub(crate) async fn submit<T, E>(
        &self,
        work: impl Fn(&mut Conn) -> Result<Done<T>, E> + Send + 'static,
    ) -> Result<oneshot::Receiver<Result<T, E>>, StorageError>
    where
        T: Send + 'static,
        E: TxError,
    {
        let (answer, waiting) = oneshot::channel();
        let work: Work = Box::new(move |conn| in_savepoint(conn, work, answer));
        self.works.try_send(work).map_err(|_| StorageError::Busy)?;
        Ok(waiting)
    }
}

fn commit_together(conn: &mut Conn, batch: &mut Vec<Work>) {
    let mut tells = Vec::with_capacity(batch.len());
    let outcome = conn.batch_execute("BEGIN IMMEDIATE").map_err(StorageError::from).and_then(|()| {
        for work in batch.drain(..) {
            match work(conn) {
                Ok(tell) => tells.push(tell),
                Err(Abandoned(tell)) => {
                    tells.push(tell);
                    return Err(StorageError::Unavailable("the transaction was undone".into()));
                }
            }
        }
        Ok(conn.batch_execute("COMMIT")?)
    });
    if outcome.is_err() {
        // Harmless when SQLite has rolled back by itself.
        let _ = conn.batch_execute("ROLLBACK");
    }
    // Works that never ran drop their sender: their callers hear that the writer is unavailable.
    batch.clear();
    for tell in tells {
        tell(match &outcome {
            Ok(()) => Ok(()),
            Err(error) => Err(StorageError::Unavailable(error.to_string())),
        });
    }
}

/// One work alone can fail, or panic, without its neighbours; one that crossed what it saw is run again.
fn in_savepoint<T: Send + 'static, E: TxError>(
    conn: &mut Conn,
    work: impl Fn(&mut Conn) -> Result<Done<T>, E>,
    answer: oneshot::Sender<Result<T, E>>,
) -> Result<Tell, Abandoned> {
    let mut run = 1;
    let (outcome, ended) = loop {
        let outcome = match conn.batch_execute("SAVEPOINT work") {
            Ok(()) => catch_unwind(AssertUnwindSafe(|| work(conn))).unwrap_or_else(|_| Err(stopped_short().into())),
            Err(error) => Err(StorageError::from(error).into()),
        };
        let end = if outcome.is_ok() { "RELEASE work" } else { "ROLLBACK TO work; RELEASE work" };
        let ended = conn.batch_execute(end);
        match &outcome {
            Err(error) if ended.is_ok() && runs_again(run, error) => run += 1,
            _ => break (outcome, ended),
        }
    };
    let tell: Tell = Box::new(move |committed| {
        let told = match (outcome, committed) {
            (Ok(_), Err(error)) => Err(error.into()),
            (outcome, _) => outcome.map(Done::committed),
        };
        // The caller may have gone away; the work stands all the same.
        let _ = answer.send(told);
    });
    match ended {
        Ok(()) => Ok(tell),
        Err(_) => Err(Abandoned(tell)),
    }
}

fn stopped_short() -> StorageError {
    StorageError::Unavailable("the work stopped short".into())
}
