//! One connection type for both databases, and the little that Diesel's derive leaves out.

use diesel::{
    backend::Backend,
    pg::{Pg, PgConnection},
    prelude::*,
    query_builder::{AstPass, Query, QueryFragment, QueryId},
    sqlite::{Sqlite, SqliteConnection},
};

#[derive(diesel::MultiConnection)]
pub enum Conn {
    Pg(PgConnection),
    Sqlite(SqliteConnection),
}

/// Any statement that is valid on both databases, also those the derive refuses (ON CONFLICT).
#[derive(Debug, Clone, Copy)]
pub struct Portable<T>(pub T);

impl<T: QueryId> QueryId for Portable<T> {
    type QueryId = T::QueryId;
    const HAS_STATIC_QUERY_ID: bool = T::HAS_STATIC_QUERY_ID;
}
impl<T: Query> Query for Portable<T> {
    type SqlType = T::SqlType;
}
impl<T, C> RunQueryDsl<C> for Portable<T> {}
impl<T> QueryFragment<MultiBackend> for Portable<T>
where
    T: QueryFragment<Pg> + QueryFragment<Sqlite>,
{
    fn walk_ast<'b>(&'b self, pass: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        MultiBackend::walk_variant_ast(&self.0, pass)
    }
}

/// `FOR UPDATE [SKIP LOCKED]` on PostgreSQL; nothing on SQLite, where the writer is alone anyway.
#[derive(Debug, Clone, Copy)]
pub struct Locked<T> {
    pub query: T,
    pub skip: bool,
}

impl<T> QueryId for Locked<T> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}
impl<T: Query> Query for Locked<T> {
    type SqlType = T::SqlType;
}
impl<T, C> RunQueryDsl<C> for Locked<T> {}
impl<T: QueryFragment<MultiBackend>> QueryFragment<MultiBackend> for Locked<T> {
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        self.query.walk_ast(pass.reborrow())?;
        if let MultiBackend::Pg(_) = pass.backend() {
            pass.push_sql(if self.skip { " FOR UPDATE SKIP LOCKED" } else { " FOR UPDATE" });
        }
        Ok(())
    }
}

/// A statement that is kept prepared. Diesel plans every UPDATE and every insert of several rows anew, for their texts
/// might differ each time; those that are written here differ little, and are known again by their text.
#[derive(Debug, Clone, Copy)]
pub struct Prepared<T>(pub T);

impl<T> QueryId for Prepared<T> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}
impl<T: Query> Query for Prepared<T> {
    type SqlType = T::SqlType;
}
impl<T, C> RunQueryDsl<C> for Prepared<T> {}
impl<T: QueryFragment<DB>, DB: Backend> QueryFragment<DB> for Prepared<T> {
    fn walk_ast<'b>(&'b self, pass: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.0.walk_ast(pass)
    }
    fn is_safe_to_cache_prepared(&self, _: &DB) -> QueryResult<bool> {
        Ok(true)
    }
}

/// Inserts sent to PostgreSQL as one statement: one way to the server and back instead of one for each.
/// Foreign keys among their rows hold, for they are checked when the statement ends.
///
/// Sent as a question that has no rows for an answer: Diesel looks behind the wrapper of what it executes, finds inserts of
/// several rows there, and would have the whole parsed and planned anew each time.
pub(crate) struct Together<'a>(pub(crate) Vec<&'a dyn QueryFragment<Pg>>);

impl Together<'_> {
    pub(crate) fn send(self, conn: &mut PgConnection) -> QueryResult<()> {
        self.load::<i32>(conn).map(|_| ())
    }
}

impl QueryId for Together<'_> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}
impl Query for Together<'_> {
    type SqlType = diesel::sql_types::Integer;
}
impl<C> RunQueryDsl<C> for Together<'_> {}
impl QueryFragment<Pg> for Together<'_> {
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        let Some((last, first)) = self.0.split_last() else { return Ok(()) };
        for (place, statement) in first.iter().enumerate() {
            pass.push_sql(if place == 0 { "WITH " } else { ", " });
            pass.push_sql(&format!("part{place} AS ("));
            statement.walk_ast(pass.reborrow())?;
            pass.push_sql(")");
        }
        pass.push_sql(" ");
        last.walk_ast(pass)
    }
    fn is_safe_to_cache_prepared(&self, _: &Pg) -> QueryResult<bool> {
        Ok(true)
    }
}

/// A body compiled once per real database: for batch inserts, whose types differ.
#[macro_export]
macro_rules! each_backend {
    ($conn:expr, $real:ident => $body:expr) => {
        match $conn {
            $crate::Conn::Pg($real) => $body,
            $crate::Conn::Sqlite($real) => $body,
        }
    };
}
