//! Reminders of files not sent yet: a row planned with the stay, an event when it is due.

use jiff::{SignedDuration, Timestamp};
use kernel::{EventKind, Id, ObjectId, PreadmissionId};
use storage::{StorageError, Tx, schedule::Task};

use crate::{
    desk::remind::is_recent,
    domain::situation::days_before,
    read::Status,
    settings::{LONGEST_LEAD, Settings},
    store::{files, reminders},
};

const KIND: &str = "preadmission.reminder";

/// Plans it in the transaction that opens or moves the stay. Which day it is due only who runs it knows, from the
/// settings: it wakes up on the first day they allow.
pub(crate) fn plan(tx: &mut Tx<'_>, id: PreadmissionId, entry_at: Timestamp) -> Result<(), StorageError> {
    tx.schedule(KIND, id.as_object(), days_before(entry_at, LONGEST_LEAD))?;
    Ok(())
}

/// Of a file that is no more nobody is reminded.
pub(crate) fn forget(tx: &mut Tx<'_>, id: PreadmissionId) -> Result<(), StorageError> {
    tx.unschedule(KIND, id.as_object())
}

/// Emits `PreadmissionReminderDue` for files that are not sent.
pub(crate) struct Reminding {
    days_before: i64,
    again: SignedDuration,
}

impl Reminding {
    pub(crate) fn new(settings: &Settings) -> Self {
        let again = SignedDuration::from_hours(settings.reminder_again_days.saturating_mul(24));
        Self { days_before: settings.reminder_days_before, again }
    }
}

impl Task for Reminding {
    fn kind(&self) -> &'static str {
        KIND
    }

    fn run(&self, tx: &mut Tx<'_>, subject: ObjectId) -> Result<(), StorageError> {
        let id: PreadmissionId = Id::from_uuid(subject.uuid());
        let Some(facts) = files::find(tx.conn(), id)? else { return Ok(()) };
        let (now, due) = (tx.now(), days_before(facts.stay.entry_at, self.days_before));
        let is_sent = !matches!(facts.status, Status::Created | Status::InProgress | Status::Refused);
        // Announced that late, the invitation is reminder enough.
        let invited_late = facts.created_at + SignedDuration::from_hours(24) > due;
        if is_sent || invited_late || facts.stay.entry_at <= now {
            return Ok(());
        }
        if now < due {
            tx.schedule(KIND, subject, due)?;
            return Ok(());
        }
        // A clerk was faster.
        let last = reminders::last(tx.conn(), &[id])?.get(&id).copied();
        if is_recent(last, self.again, now) {
            return Ok(());
        }
        reminders::add(tx, id, None)?;
        files::tell(tx, EventKind::PreadmissionReminderDue, &facts)
    }
}
