//! Files go: keys at once, objects behind them; and rows and objects are compared.

use std::collections::BTreeMap;

use diesel::{dsl::min, prelude::*};
use jiff::{Timestamp, civil, tz::TimeZone};
use kernel::FileId;

use super::{
    FileError, Files,
    objects::{before, day_of, made_at},
    table::{FileState, files},
};
use crate::{AsSql, Conn, StorageError, Tx};

/// Rows of one reading.
const BATCH: i64 = 100;

/// What a sweep did and found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Swept {
    /// Files cleared away for good.
    pub cleared: usize,
    /// Objects deleted that no row knew.
    pub strays: usize,
    /// Stored files whose object is not there: a loss that a person must look into.
    pub missing: Vec<FileId>,
}

/// Erases a file: its key is destroyed with the transaction, so that nobody opens it any more; the sweeper deletes the
/// object and then the row. A file that is gone already is fine.
///
/// A room's column that refers to `files` is set to NULL at the latest here, or says ON DELETE SET NULL.
pub fn doom(tx: &mut Tx<'_>, id: FileId) -> Result<(), StorageError> {
    let alive = files::table.find(id.sql()).filter(files::state.ne(FileState::Doomed));
    tx.execute(diesel::update(alive).set(without_key())).map(|_| ())
}

type WithoutKey = (
    diesel::dsl::Eq<files::state, FileState>,
    diesel::dsl::Eq<files::wrapped_key, Option<Vec<u8>>>,
    diesel::dsl::Eq<files::kek_version, Option<i32>>,
);

pub(super) fn without_key() -> WithoutKey {
    (files::state.eq(FileState::Doomed), files::wrapped_key.eq(None), files::kek_version.eq(None))
}

impl Files {
    /// Clears away what is doomed or was abandoned, deletes strays, and tells which stored files lack their object.
    pub async fn sweep(&self) -> Result<Swept, FileError> {
        let limit = before(self.shared.db.now(), self.shared.abandoned);
        self.doom_abandoned(limit).await?;
        let cleared = self.clear_doomed().await?;
        self.shared.objects.clear_incoming(limit).await?;
        let mut swept = Swept { cleared, ..Swept::default() };
        for day in self.days().await? {
            self.compare(day, limit, &mut swept).await?;
        }
        self.shared.db.forget_traces().await?;
        for file in &swept.missing {
            tracing::error!(%file, "a stored file has lost its object");
        }
        Ok(swept)
    }

    /// Deletes the objects of doomed files, then their rows; how many those were.
    pub async fn clear_doomed(&self) -> Result<usize, FileError> {
        let mut cleared = 0;
        loop {
            let doomed = self.shared.db.read(doomed).await?;
            if doomed.is_empty() {
                break;
            }
            for (id, object) in doomed {
                cleared += self.clear(id, &object).await?;
            }
        }
        if cleared > 0 {
            self.shared.db.forget_traces().await?;
        }
        Ok(cleared)
    }

    /// The object first: a row without its object is found again, an object without its row only by its age.
    pub(super) async fn clear(&self, id: FileId, object: &str) -> Result<usize, FileError> {
        self.shared.objects.delete(object).await?;
        Ok(self.shared.db.write(move |tx| forget(tx, id)).await?)
    }

    async fn doom_abandoned(&self, limit: Timestamp) -> Result<(), FileError> {
        let doomed = self.shared.db.write(move |tx| {
            let abandoned =
                files::table.filter(files::state.eq(FileState::Writing)).filter(files::created_at.lt(limit.sql()));
            tx.execute(diesel::update(abandoned).set(without_key()))
        });
        Ok(doomed.await.map(|_| ())?)
    }

    /// The days that have rows or objects.
    async fn days(&self) -> Result<Vec<civil::Date>, FileError> {
        let mut days = self.shared.objects.days().await?;
        days.extend(self.shared.db.read(days_of_rows).await?);
        Ok(days.into_iter().collect())
    }

    /// Rows first, then objects: a file that comes in meanwhile has its object before it is stored.
    async fn compare(&self, day: civil::Date, limit: Timestamp, swept: &mut Swept) -> Result<(), FileError> {
        let rows = self.shared.db.read(move |conn| rows_of(conn, day)).await?;
        let names = self.shared.objects.names(day).await?;
        for name in names.iter().filter(|name| !rows.contains_key(*name)) {
            // Young ones may have got their row after the rows were read.
            if made_at(name).is_some_and(|made| made < limit) {
                self.shared.objects.delete(name).await?;
                swept.strays += 1;
            }
        }
        for (name, (id, _)) in rows.iter().filter(|(name, row)| row.1 == FileState::Stored && !names.contains(*name)) {
            if self.is_lost(*id, name).await? {
                swept.missing.push(*id);
            }
        }
        Ok(())
    }

    /// Asked again: it may have been erased between one list and the other.
    async fn is_lost(&self, id: FileId, name: &str) -> Result<bool, FileError> {
        let gone = self.shared.objects.size(name).await?.is_none();
        let stored = self.shared.db.read(move |conn| super::table::in_state(conn, id, super::FileState::Stored)).await;
        match stored {
            Err(FileError::Unknown) => Ok(false),
            found => found.map(|_| gone),
        }
    }
}

fn doomed(conn: &mut Conn) -> Result<Vec<(FileId, String)>, StorageError> {
    let rows = files::table.filter(files::state.eq(FileState::Doomed)).select((files::id, files::object));
    Ok(rows.order(files::id).limit(BATCH).load(conn)?)
}

fn forget(tx: &mut Tx<'_>, id: FileId) -> Result<usize, StorageError> {
    tx.execute(diesel::delete(files::table.find(id.sql()).filter(files::state.eq(FileState::Doomed))))
}

fn bounds(day: civil::Date) -> Result<(Timestamp, Timestamp), StorageError> {
    let start = |day: civil::Date| day.to_zoned(TimeZone::UTC).map(|start| start.timestamp());
    let next = day.tomorrow().and_then(start);
    let out = |error: jiff::Error| StorageError::Query(diesel::result::Error::QueryBuilderError(error.into()));
    Ok((start(day).map_err(out)?, next.map_err(out)?))
}

fn days_of_rows(conn: &mut Conn) -> Result<Vec<civil::Date>, StorageError> {
    let mut days = Vec::new();
    let mut from = Timestamp::UNIX_EPOCH;
    loop {
        let next = files::table.filter(files::created_at.ge(from.sql())).select(min(files::created_at));
        let Some(found): Option<Timestamp> = next.first(conn)? else { return Ok(days) };
        let day = day_of(found);
        from = bounds(day)?.1;
        days.push(day);
    }
}

fn rows_of(conn: &mut Conn, day: civil::Date) -> Result<BTreeMap<String, (FileId, FileState)>, StorageError> {
    let (start, end) = bounds(day)?;
    let rows = files::table.filter(files::created_at.ge(start.sql())).filter(files::created_at.lt(end.sql())).select((
        files::object,
        files::id,
        files::state,
    ));
    let rows: Vec<(String, FileId, FileState)> = rows.load(conn)?;
    Ok(rows.into_iter().map(|(object, id, state)| (object, (id, state))).collect())
}
