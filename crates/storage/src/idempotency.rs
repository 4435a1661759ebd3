//! A request sent twice has one effect and one answer.
//!
//! The answer is written last, in the transaction of the work: the usual request pays one statement. A twin either
//! is refused by what the first one did, or meets its key; both times the kept answer decides what is told.

use diesel::prelude::*;
use uuid::Uuid;

use crate::{AsSql, Conn, Db, StorageError, Tx, TxError};

/// How long an answer is kept, in hours.
pub const KEPT_HOURS: i64 = 24;

diesel::table! {
    use diesel::sql_types::{Binary, Integer, Nullable, Text};
    use crate::sql::{Instant, Uuid};

    idempotency_answers (scope, key) {
        scope -> Uuid,
        key -> Text,
        request -> Binary,
        status -> Integer,
        location -> Nullable<Text>,
        body -> Text,
        answered_at -> Instant,
    }
}

/// Who sent the request, under which key, and a digest of what was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    pub scope: Uuid,
    pub key: String,
    pub request: [u8; 32],
}

/// What was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    pub location: Option<String>,
    pub body: String,
}

/// The key was used before, for another request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyReused;

impl Db {
    /// Like [`Db::write`], for work whose answer must be the same when the request comes again.
    pub async fn write_once<E, F>(&self, key: Key, work: F) -> Result<Answer, E>
    where
        E: TxError + From<KeyReused>,
        F: Fn(&mut Tx<'_>) -> Result<Answer, E> + Send + 'static,
    {
        let kept = key.clone();
        let outcome = self
            .write(move |tx| {
                let answer = work(tx)?;
                tx.keep_answer(&kept, &answer);
                Ok(answer)
            })
            .await;
        match outcome {
            Ok(answer) => Ok(answer),
            Err(refusal) => match self.answer_before(key).await? {
                Some(Ok(answer)) => Ok(answer),
                Some(Err(reused)) => Err(reused.into()),
                None => Err(refusal),
            },
        }
    }

    async fn answer_before(&self, key: Key) -> Result<Option<Result<Answer, KeyReused>>, StorageError> {
        self.read(move |conn| find(conn, &key)).await
    }
}

macro_rules! answer_row {
    ($key:expr, $answer:expr, $now:expr) => {{
        use $crate::idempotency::idempotency_answers as row;
        (
            row::scope.eq($key.scope.sql()),
            row::key.eq(&$key.key),
            row::request.eq($key.request.as_slice()),
            row::status.eq(i32::from($answer.status)),
            row::location.eq($answer.location.as_deref()),
            row::body.eq(&$answer.body),
            row::answered_at.eq($now.sql()),
        )
    }};
}
pub(crate) use answer_row;

fn find(conn: &mut Conn, key: &Key) -> Result<Option<Result<Answer, KeyReused>>, StorageError> {
    use idempotency_answers as row;
    let found: Option<(Vec<u8>, i32, Option<String>, String)> = row::table
        .filter(row::scope.eq(key.scope.sql()))
        .filter(row::key.eq(&key.key))
        .select((row::request, row::status, row::location, row::body))
        .first(conn)
        .optional()?;
    Ok(found.map(|(request, status, location, body)| {
        if request != key.request {
            return Err(KeyReused);
        }
        Ok(Answer { status: u16::try_from(status).unwrap_or(200), location, body })
    }))
}

/// Drops answers older than [`KEPT_HOURS`].
pub fn sweep(tx: &mut Tx<'_>) -> Result<usize, StorageError> {
    use idempotency_answers as row;
    let limit = tx.now() - jiff::SignedDuration::from_hours(KEPT_HOURS);
    tx.execute(diesel::delete(row::table.filter(row::answered_at.lt(limit.sql()))))
}
