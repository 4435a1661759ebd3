//! What must happen at an instant: rows, so that a missed run is caught up once.

use std::sync::Arc;

use diesel::prelude::*;
use jiff::Timestamp;
use kernel::{ObjectId, ScheduleId, World};

use crate::{AsSql, Conn, Db, Locked, Portable, StorageError, Tx};

diesel::table! {
    use diesel::sql_types::{Bool, Text};
    use crate::sql::{Instant, Uuid};

    schedules (id) {
        id -> Uuid,
        kind -> Text,
        subject -> Uuid,
        due_at -> Instant,
        open -> Bool,
    }
}

/// What runs when a schedule of one kind is due, in the transaction that closes it.
pub trait Task: Send + Sync {
    fn kind(&self) -> &'static str;
    fn run(&self, tx: &mut Tx<'_>, subject: ObjectId) -> Result<(), StorageError>;
}

pub(crate) fn plan(
    conn: &mut Conn,
    world: &World,
    kind: &str,
    subject: ObjectId,
    due: Timestamp,
) -> Result<ScheduleId, StorageError> {
    use schedules as row;
    let id = world.id();
    let insert = diesel::insert_into(row::table)
        .values((
            row::id.eq(id.sql()),
            row::kind.eq(kind),
            row::subject.eq(subject.sql()),
            row::due_at.eq(due.sql()),
            row::open.eq(true),
        ))
        .on_conflict((row::kind, row::subject))
        .do_update()
        .set((row::due_at.eq(due.sql()), row::open.eq(true)));
    Portable(insert).execute(conn)?;
    Ok(id)
}

pub(crate) fn forget(conn: &mut Conn, kind: &str, subject: ObjectId) -> Result<(), StorageError> {
    use schedules as row;
    diesel::delete(row::table.filter(row::kind.eq(kind)).filter(row::subject.eq(subject.sql())).filter(row::open))
        .execute(conn)?;
    Ok(())
}

/// Runs the earliest due schedule of the task, if any. Two nodes never run the same one.
async fn run_one(db: &Db, task: &Arc<dyn Task>) -> Result<bool, StorageError> {
    use schedules as row;
    let task = task.clone();
    db.write(move |tx| {
        let due = row::table
            .filter(row::open)
            .filter(row::kind.eq(task.kind()))
            .filter(row::due_at.le(tx.now().sql()))
            .order(row::due_at)
            .limit(1)
            .select((row::id, row::subject));
        let found: Option<(ScheduleId, ObjectId)> =
            Locked { query: due, skip: true }.get_result(tx.conn()).optional()?;
        let Some((id, subject)) = found else { return Ok(false) };
        // Closed first: a task may plan itself again.
        tx.execute(diesel::update(row::table.find(id.sql())).set(row::open.eq(false)))?;
        task.run(tx, subject)?;
        Ok(true)
    })
    .await
}

/// Runs everything that is due, and tells how much that was.
pub async fn run_due(db: &Db, tasks: &[Arc<dyn Task>]) -> Result<usize, StorageError> {
    let mut runs = 0;
    for task in tasks {
        while run_one(db, task).await? {
            runs += 1;
        }
    }
    Ok(runs)
}

/// Drops closed schedules that were due more than thirty days ago.
pub fn sweep(tx: &mut Tx<'_>) -> Result<usize, StorageError> {
    use schedules as row;
    let limit = tx.now() - jiff::SignedDuration::from_hours(24 * 30);
    tx.execute(diesel::delete(row::table.filter(row::open.eq(false)).filter(row::due_at.lt(limit.sql()))))
}
