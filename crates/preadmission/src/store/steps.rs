//! Every status that a file had, when, and through whom: for its history and for figures.

use diesel::prelude::*;
use jiff::Timestamp;
use kernel::{ObjectId, PatientId, PreadmissionId};
use storage::{AsSql, Conn, StorageError, Tx};

use super::{files::StatusText, schema::preadmission_steps as steps};
use crate::domain::{people::OpenedAs, status::Status};

storage::text_enum! {
    pub(crate) enum Channel {
        Patient = "patient",
        Relative = "relative",
        Clerk = "clerk",
        Hospital = "hospital",
    }
}

/// Who made a step.
#[derive(Debug, Clone, Copy)]
pub(crate) enum By {
    Patient(ObjectId),
    /// Whoever opened the file for the patient.
    Relative(ObjectId),
    Clerk(ObjectId),
    /// The hospital's system.
    Hospital,
}

impl By {
    pub(crate) fn opener(person: PatientId, opened_as: OpenedAs) -> Self {
        match opened_as {
            OpenedAs::Myself => Self::Patient(person.as_object()),
            _ => Self::Relative(person.as_object()),
        }
    }
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Step {
    pub(crate) file: PreadmissionId,
    pub(crate) status: StatusText,
    pub(crate) version: i32,
    pub(crate) by: By,
}

/// A step as it is read again.
#[derive(Debug, Clone)]
pub(crate) struct Past {
    pub(crate) status: Status,
    pub(crate) version: i32,
    pub(crate) channel: Channel,
    pub(crate) actor: Option<ObjectId>,
    pub(crate) at: Timestamp,
}

pub(crate) fn note(tx: &mut Tx<'_>, step: Step) -> Result<(), StorageError> {
    let (id, now): (kernel::Id<Step>, _) = (tx.id(), tx.now());
    let (channel, actor) = match step.by {
        By::Patient(patient) => (Channel::Patient, Some(patient)),
        By::Relative(person) => (Channel::Relative, Some(person)),
        By::Clerk(staff) => (Channel::Clerk, Some(staff)),
        By::Hospital => (Channel::Hospital, None),
    };
    tx.execute(diesel::insert_into(steps::table).values((
        steps::id.eq(id.sql()),
        steps::preadmission_id.eq(step.file.sql()),
        steps::status.eq(step.status),
        steps::version.eq(step.version),
        steps::channel.eq(channel),
        steps::actor.eq(actor.sql()),
        steps::made_at.eq(now.sql()),
    )))?;
    Ok(())
}

/// In the order in which they were made.
pub(crate) fn of_file(conn: &mut Conn, file: PreadmissionId) -> Result<Vec<Past>, StorageError> {
    type Row = (StatusText, i32, Channel, Option<ObjectId>, Timestamp);
    let rows: Vec<Row> = steps::table
        .filter(steps::preadmission_id.eq(file.sql()))
        .select((steps::status, steps::version, steps::channel, steps::actor, steps::made_at))
        .order((steps::made_at, steps::id))
        .load(conn)?;
    let past = |(status, version, channel, actor, at): Row| Past { status: status.into(), version, channel, actor, at };
    Ok(rows.into_iter().map(past).collect())
}
