//! Reminders: planned when the booking's notice has left, emitted as events when they are due.

use jiff::Timestamp;
use kernel::{AppointmentId, EstablishmentId, EventKind, Id, ObjectId, PatientId};
use storage::{Conn, Event, StorageError, Tx, schedule::Task};

use crate::domain::{facts::Kind, plan};

const KIND: &str = "notices.reminder";

/// Plans the reminder of an appointment; the mail and the SMS plan the same one.
pub(crate) fn plan(tx: &mut Tx<'_>, appointment: ObjectId, starts_at: Timestamp) -> Result<(), StorageError> {
    if let Some(due) = plan::reminder_due(starts_at, tx.now()) {
        tx.schedule(KIND, appointment, due)?;
    }
    Ok(())
}

/// A coming appointment, as far as reminding goes.
pub(crate) struct Coming {
    pub(crate) establishment: EstablishmentId,
    pub(crate) patient: PatientId,
    pub(crate) starts_at: Timestamp,
}

/// Emits `AppointmentReminderDue` for appointments that still stand.
pub(crate) struct Reminding {
    /// `None` when there is no such appointment or it was cancelled.
    pub(crate) coming: fn(&mut Conn, AppointmentId) -> Result<Option<Coming>, StorageError>,
}

impl Task for Reminding {
    fn kind(&self) -> &'static str {
        KIND
    }

    fn run(&self, tx: &mut Tx<'_>, subject: ObjectId) -> Result<(), StorageError> {
        let appointment: AppointmentId = Id::from_uuid(subject.uuid());
        let Some(coming) = (self.coming)(tx.conn(), appointment)? else { return Ok(()) };
        // A run caught up after a long stop: the notice would come too late.
        if tx.now() > Kind::Reminder.not_after(coming.starts_at) {
            return Ok(());
        }
        tx.emit(Event {
            kind: EventKind::AppointmentReminderDue,
            establishment: coming.establishment,
            subject: coming.patient.as_object(),
            object: subject,
        })
    }
}
