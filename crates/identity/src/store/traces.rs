//! The access log of each patient: who read or changed what. Rows are added, never changed.

use diesel::prelude::*;
use jiff::Timestamp;
use kernel::{AccessTraceId, ObjectId, PatientId};
use storage::{AsSql, Conn, StorageError, Tx};

use super::schema::access_traces;
use crate::traces::{Action, Actor, ActorKind, Trace};

/// One line of the log.
#[derive(Queryable)]
pub(crate) struct TraceRow {
    pub(crate) id: AccessTraceId,
    pub(crate) actor_kind: ActorKind,
    pub(crate) actor: ObjectId,
    pub(crate) action: Action,
    pub(crate) what: String,
    pub(crate) at: Timestamp,
}

pub(crate) fn write(tx: &mut Tx<'_>, trace: Trace<'_>) -> Result<(), StorageError> {
    let (id, now) = (tx.id::<kernel::entity::AccessTrace>(), tx.now());
    let (kind, actor) = match trace.actor {
        Actor::Patient(id) => (ActorKind::Patient, id.as_object()),
        Actor::Staff(id) => (ActorKind::Staff, id.as_object()),
        Actor::System => (ActorKind::System, trace.patient.as_object()),
    };
    diesel::insert_into(access_traces::table)
        .values((
            access_traces::id.eq(id.sql()),
            access_traces::patient_id.eq(trace.patient.sql()),
            access_traces::actor_kind.eq(kind),
            access_traces::actor.eq(actor.sql()),
            access_traces::action.eq(trace.action),
            access_traces::what.eq(trace.what),
            access_traces::at.eq(now.sql()),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// The latest lines about a patient, the newest first, older than `before` when given.
pub(crate) fn latest(
    conn: &mut Conn,
    patient: PatientId,
    before: Option<AccessTraceId>,
    limit: i64,
) -> Result<Vec<TraceRow>, StorageError> {
    let mut query = access_traces::table
        .filter(access_traces::patient_id.eq(patient.sql()))
        .order(access_traces::id.desc())
        .limit(limit)
        .select((
            access_traces::id,
            access_traces::actor_kind,
            access_traces::actor,
            access_traces::action,
            access_traces::what,
            access_traces::at,
        ))
        .into_boxed();
    if let Some(before) = before {
        query = query.filter(access_traces::id.lt(before.sql()));
    }
    Ok(query.load(conn)?)
}
