//! A database of its own for each test, on SQLite and, where `PARVIS_TEST_POSTGRESQL` names a server, on PostgreSQL.

use std::{
    marker::PhantomData,
    path::PathBuf,
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use diesel::{
    Connection, PgConnection, QueryResult, RunQueryDsl,
    query_builder::{AstPass, Query, QueryFragment, QueryId},
    sql_types::{Integer, Text},
};
use kernel::World;

use crate::{Conn, Db, MultiBackend, Options, StorageError, outbox::Subscriptions};

/// Where tests find a PostgreSQL server on which they may create databases: `postgresql://user@host:port/postgres`.
pub const SERVER: &str = "PARVIS_TEST_POSTGRESQL";

static COUNT: AtomicU32 = AtomicU32::new(0);

/// A migrated database that goes away with this value.
pub struct TestDb {
    pub db: Db,
    pub url: String,
    remains: Remains,
}

enum Remains {
    Folder(PathBuf),
    Database { server: String, name: String },
}

/// One migrated database of each kind the machine offers.
pub fn databases(world: &World, subscriptions: &Subscriptions) -> Result<Vec<TestDb>, StorageError> {
    let mut all = vec![TestDb::sqlite(world.clone(), subscriptions.clone())?];
    if let Ok(server) = std::env::var(SERVER) {
        all.push(TestDb::postgresql(&server, world.clone(), subscriptions.clone())?);
    }
    Ok(all)
}

fn unique() -> String {
    format!("parvis_test_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::SeqCst))
}

impl TestDb {
    pub fn sqlite(world: World, subscriptions: Subscriptions) -> Result<Self, StorageError> {
        let folder = std::env::temp_dir().join(unique());
        std::fs::create_dir_all(&folder).map_err(|error| StorageError::Unavailable(error.to_string()))?;
        let url = format!("sqlite:{}", folder.join("parvis.sqlite").display());
        Self::open(url, world, subscriptions, Remains::Folder(folder))
    }

    pub fn postgresql(server: &str, world: World, subscriptions: Subscriptions) -> Result<Self, StorageError> {
        let name = unique();
        on_server(server, &format!("DROP DATABASE IF EXISTS {name} (FORCE)"))?;
        on_server(server, &format!("CREATE DATABASE {name}"))?;
        let base = server.rsplit_once('/').map_or(server, |(base, _)| base);
        let url = format!("{base}/{name}");
        Self::open(url, world, subscriptions, Remains::Database { server: server.to_owned(), name })
    }

    fn open(url: String, world: World, subscriptions: Subscriptions, remains: Remains) -> Result<Self, StorageError> {
        crate::migrate(&url)?;
        let options = Options { url: url.clone(), connections: 6, wait: Duration::from_secs(20) };
        Ok(Self { db: Db::open(&options, world, subscriptions)?, url, remains })
    }
}

impl Drop for TestDb {
    fn drop(&mut self) {
        // What cannot be cleared away is only rubbish in a temporary place.
        match &self.remains {
            Remains::Folder(folder) => drop(std::fs::remove_dir_all(folder)),
            Remains::Database { server, name } => drop(on_server(server, &format!("DROP DATABASE {name} (FORCE)"))),
        }
    }
}

fn on_server(server: &str, statement: &str) -> Result<(), StorageError> {
    let failed = |error: diesel::ConnectionError| StorageError::Unavailable(error.to_string());
    let mut conn = PgConnection::establish(server).map_err(failed)?;
    diesel::sql_query(statement).execute(&mut conn)?;
    Ok(())
}

/// How the database means to answer a question, in its own words: EXPLAIN QUERY PLAN of SQLite, EXPLAIN of PostgreSQL.
pub fn explain<T: QueryFragment<MultiBackend>>(conn: &mut Conn, query: T) -> Result<Vec<String>, StorageError> {
    if let Conn::Pg(_) = conn {
        let lines: Vec<String> = Explained::<_, Text>(query, PhantomData).load(conn)?;
        return Ok(lines);
    }
    type Step = (Integer, Integer, Integer, Text);
    let steps: Vec<(i32, i32, i32, String)> = Explained::<_, Step>(query, PhantomData).load(conn)?;
    Ok(steps.into_iter().map(|(.., detail)| detail).collect())
}

struct Explained<T, Row>(T, PhantomData<Row>);

impl<T, Row> QueryId for Explained<T, Row> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}
impl<T, Row> Query for Explained<T, Row> {
    type SqlType = Row;
}
impl<T, Row> RunQueryDsl<Conn> for Explained<T, Row> {}
impl<T: QueryFragment<MultiBackend>, Row> QueryFragment<MultiBackend> for Explained<T, Row> {
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        pass.push_sql(match pass.backend() {
            MultiBackend::Pg(_) => "EXPLAIN ",
            MultiBackend::Sqlite(_) => "EXPLAIN QUERY PLAN ",
        });
        self.0.walk_ast(pass)
    }
}
