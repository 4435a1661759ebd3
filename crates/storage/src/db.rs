//! The database as the rooms see it: `read` and `write`, whichever database stands behind.

use std::{sync::Arc, time::Duration};

use kernel::World;
use tokio::sync::{Notify, Semaphore};

use crate::{
    Conn, StorageError, TxError,
    outbox::Subscriptions,
    pool::{Pool, Target},
    tx::{Done, Tx},
    writer::Writer,
};

/// How often the work of a transaction is run when transactions cross (40001, 40P01), or when it says so itself.
const RUNS: u32 = 5;

/// Whether a work that failed so is run once more.
pub(crate) fn runs_again(run: u32, error: &impl TxError) -> bool {
    run < RUNS && matches!(error.storage(), Some(StorageError::Crossed))
}

/// Where the data is and how many connections may be open.
#[derive(Debug, Clone)]
pub struct Options {
    /// `postgresql://…`, or `sqlite:` and the path of a file.
    pub url: String,
    /// Connections that answer questions (and, on PostgreSQL, write): 1 to 64.
    pub connections: u32,
    /// How long a request waits for a connection before it is told that the house is busy.
    pub wait: Duration,
}

/// A database and the world it lives in. Cheap to clone.
#[derive(Clone)]
pub struct Db {
    shared: Arc<Shared>,
}

struct Shared {
    world: World,
    subscriptions: Subscriptions,
    pool: Pool,
    turns: Semaphore,
    wait: Duration,
    /// SQLite has one writer; PostgreSQL writes through the pool.
    writer: Option<Writer>,
    emitted: Notify,
}

impl Db {
    /// Opens the database. On SQLite the file is created when absent; the schema is not touched (see [`crate::migrate`]).
    pub fn open(options: &Options, world: World, subscriptions: Subscriptions) -> Result<Self, StorageError> {
        let target = Target::parse(&options.url)?;
        let writer = match &target {
            Target::Sqlite(path) => Some(Writer::start(path)?),
            Target::Postgresql(_) => None,
        };
        let pool = Pool::open(target, options.connections, options.wait)?;
        let turns = Semaphore::new(options.connections as usize);
        let wait = options.wait;
        let shared = Shared { world, subscriptions, pool, turns, wait, writer, emitted: Notify::new() };
        Ok(Self { shared: Arc::new(shared) })
    }

    pub fn world(&self) -> &World {
        &self.shared.world
    }

    pub fn now(&self) -> jiff::Timestamp {
        self.shared.world.now()
    }

    pub fn is_sqlite(&self) -> bool {
        self.shared.writer.is_some()
    }

    /// Resolves when a transaction of this process may have left something to deliver.
    pub async fn emitted(&self) {
        self.shared.emitted.notified().await;
    }

    /// Asks the database on a thread that may wait.
    pub async fn read<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StorageError> + Send + 'static,
        F: FnOnce(&mut Conn) -> Result<T, E> + Send + 'static,
    {
        self.on_a_thread(move |shared| work(&mut *shared.pool.take()?)).await
    }

    /// Runs the work in one transaction: all of it is kept, or nothing. It may be run again when transactions
    /// cross, hence `Fn`; it must not wait for anything but the connection it is given.
    pub async fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: TxError,
        F: Fn(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    {
        let outcome = match &self.shared.writer {
            Some(writer) => {
                let shared = self.shared.clone();
                let waiting = writer.submit(move |conn| shared.tx(conn).run(&work)).await?;
                waiting.await.unwrap_or_else(|_| Err(StorageError::Unavailable("the writer stopped".into()).into()))
            }
            None => self.on_a_thread(move |shared| shared.write_on_postgresql(&work)).await,
        };
        if outcome.is_ok() {
            self.shared.emitted.notify_waiters();
        }
        outcome
    }

    /// SQLite: what was deleted is still to be read in the write-ahead log until it is written over. Empties the log,
    /// unless somebody reads or writes without a pause; each sweep tries again. PostgreSQL's is its own.
    pub async fn forget_traces(&self) -> Result<(), StorageError> {
        use diesel::connection::SimpleConnection;
        match self.is_sqlite() {
            true => self.read(|conn| Ok(conn.batch_execute("PRAGMA wal_checkpoint(TRUNCATE)")?)).await,
            false => Ok(()),
        }
    }

    async fn on_a_thread<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StorageError> + Send + 'static,
        F: FnOnce(&Shared) -> Result<T, E> + Send + 'static,
    {
        let shared = self.shared.clone();
        // A task of its own: a caller that is not polled for a while, one of many futures, must not keep its turn from others.
        let done = tokio::spawn(async move {
            // A turn before a thread: otherwise each waiting request would hold a thread of its own.
            let turn = tokio::time::timeout(shared.wait, shared.turns.acquire()).await;
            let Ok(Ok(_turn)) = turn else { return Ok(Err(StorageError::Busy.into())) };
            let shared = shared.clone();
            tokio::task::spawn_blocking(move || work(&shared)).await
        });
        let stopped = |_| Err(StorageError::Unavailable("the work stopped short".into()).into());
        done.await.and_then(|done| done).unwrap_or_else(stopped)
    }
}

impl Shared {
    fn tx<'c>(&'c self, conn: &'c mut Conn) -> Tx<'c> {
        Tx::new(conn, &self.world, &self.subscriptions)
    }

    fn write_on_postgresql<T, E: TxError>(&self, work: &impl Fn(&mut Tx<'_>) -> Result<T, E>) -> Result<T, E> {
        let mut run = 1;
        loop {
            let mut conn = self.pool.take()?;
            match in_transaction(&mut conn, |conn| self.tx(conn).run(work)) {
                Err(error) if runs_again(run, &error) => run += 1,
                outcome => return outcome.map(Done::committed),
            }
        }
    }
}

/// A transaction on PostgreSQL, at its default level (read committed).
fn in_transaction<T, E: TxError>(conn: &mut Conn, work: impl FnOnce(&mut Conn) -> Result<T, E>) -> Result<T, E> {
    struct Carried<E>(E);
    impl<E: TxError> From<diesel::result::Error> for Carried<E> {
        fn from(error: diesel::result::Error) -> Self {
            Self(E::from(error.into()))
        }
    }
    use diesel::Connection;
    conn.transaction(|conn| work(conn).map_err(Carried)).map_err(|Carried(error)| error)
}
