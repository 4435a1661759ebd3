//! Time that is taken: the table `allocations`.

use diesel::prelude::*;
use jiff::{SignedDuration, Timestamp};
use kernel::{AgendaId, AllocationId, AppointmentId, HoldId, PatientId};
use storage::{AsSql, Conn, StorageError, Tx};

use super::schema::allocations;
use crate::domain::Interval;

/// No allocation lasts longer (a CHECK), so looking for overlaps never looks back further.
const LONGEST: SignedDuration = SignedDuration::from_hours(12);

/// A taken time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Busy {
    pub(crate) agenda: AgendaId,
    pub(crate) time: Interval,
    pub(crate) hold: Option<HoldId>,
    /// From then on it is free again.
    pub(crate) until: Option<Timestamp>,
}

impl Busy {
    pub(crate) fn is_over(&self, now: Timestamp) -> bool {
        self.until.is_some_and(|until| until <= now)
    }
}

/// Who takes the time.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Taker {
    Hold { id: HoldId, until: Timestamp },
    Appointment { id: AppointmentId, patient: PatientId },
}

type Row = (AgendaId, Timestamp, Timestamp, Option<HoldId>, Option<Timestamp>);

/// Rows that touch a time, in a form that the prepared statement can be kept of when `$whose` is one comparison.
macro_rules! touching {
    ($time:expr, $whose:expr) => {
        allocations::table
            .filter($whose)
            .filter(allocations::starts_at.gt($time.start().saturating_sub(LONGEST).unwrap_or(Timestamp::MIN).sql()))
            .filter(allocations::starts_at.lt($time.end().sql()))
            .filter(allocations::ends_at.gt($time.start().sql()))
            .select((
                allocations::agenda_id,
                allocations::starts_at,
                allocations::ends_at,
                allocations::hold_id,
                allocations::expires_at,
            ))
    };
}

/// What is taken of one agenda in this time, expired holds included.
pub(crate) fn of_agenda(conn: &mut Conn, agenda: AgendaId, time: Interval) -> Result<Vec<Busy>, StorageError> {
    Ok(read(touching!(time, allocations::agenda_id.eq(agenda.sql())).load(conn)?))
}

/// The same of several agendas.
pub(crate) fn of_agendas(conn: &mut Conn, agendas: &[AgendaId], time: Interval) -> Result<Vec<Busy>, StorageError> {
    let whose = allocations::agenda_id.eq_any(agendas.iter().map(|id| id.sql()));
    Ok(read(touching!(time, whose).load(conn)?))
}

fn read(rows: Vec<Row>) -> Vec<Busy> {
    let busy =
        |(agenda, start, end, hold, until): Row| Some(Busy { agenda, time: Interval::new(start, end)?, hold, until });
    rows.into_iter().filter_map(busy).collect()
}

pub(crate) fn insert(tx: &mut Tx<'_>, agenda: AgendaId, time: Interval, taker: Taker) {
    let id: AllocationId = tx.id();
    let (hold, until, appointment, patient) = match taker {
        Taker::Hold { id, until } => (Some(id), Some(until), None, None),
        Taker::Appointment { id, patient } => (None, None, Some(id), Some(patient)),
    };
    tx.insert_last(diesel::insert_into(allocations::table).values((
        allocations::id.eq(id.sql()),
        allocations::agenda_id.eq(agenda.sql()),
        allocations::starts_at.eq(time.start().sql()),
        allocations::ends_at.eq(time.end().sql()),
        allocations::hold_id.eq(hold.sql()),
        allocations::appointment_id.eq(appointment.sql()),
        allocations::patient_id.eq(patient.sql()),
        allocations::expires_at.eq(until.sql()),
    )));
}

/// The kept time becomes the appointment's. False when it was no longer kept.
pub(crate) fn hand_over(
    tx: &mut Tx<'_>,
    hold: HoldId,
    appointment: AppointmentId,
    patient: PatientId,
) -> Result<bool, StorageError> {
    let kept = allocations::table.filter(allocations::hold_id.eq(hold.sql()));
    let changed = tx.execute(diesel::update(kept).set((
        allocations::hold_id.eq(None::<HoldId>.sql()),
        allocations::expires_at.eq(None::<Timestamp>.sql()),
        allocations::appointment_id.eq(Some(appointment).sql()),
        allocations::patient_id.eq(Some(patient).sql()),
    )))?;
    Ok(changed == 1)
}

pub(crate) fn free_hold(tx: &mut Tx<'_>, hold: HoldId) -> Result<(), StorageError> {
    tx.execute(diesel::delete(allocations::table.filter(allocations::hold_id.eq(hold.sql()))))?;
    Ok(())
}

pub(crate) fn free_appointment(tx: &mut Tx<'_>, appointment: AppointmentId) -> Result<(), StorageError> {
    tx.execute(diesel::delete(allocations::table.filter(allocations::appointment_id.eq(appointment.sql()))))?;
    Ok(())
}
