//! Booking and cancelling: the transactions that give time away for good and take it back.

use diesel::prelude::*;
use jiff::Timestamp;
use kernel::{AgendaId, AppointmentId, EstablishmentId, EventKind, PatientId, ProofRecordId, ServiceId, VisitId};
use serde_json::json;
use storage::{Act, AsSql, Event, StorageError, Tx};

use super::{
    busy::{self, Taker},
    holds::{self, HoldStanding, HoldState},
    plans,
    schema::appointments,
};
use crate::{
    availability::Availability,
    domain::{
        FreeTime, Interval, Plan, Refusal, Slot, Wish,
        appointment::State,
        book::{BookDecision, BookFacts, Choice, KeptHold, decide_book},
        cancel::{CancelFacts, decide_cancel},
        hold::already_kept,
        reference::public_reference,
    },
    failure::Failure,
};

storage::text_enum! {
    pub(crate) enum StateText {
        Booked = "booked",
        Cancelled = "cancelled",
    }
}

impl From<StateText> for State {
    fn from(text: StateText) -> Self {
        match text {
            StateText::Booked => Self::Booked,
            StateText::Cancelled => Self::Cancelled,
        }
    }
}
impl From<State> for StateText {
    fn from(state: State) -> Self {
        match state {
            State::Booked => Self::Booked,
            State::Cancelled => Self::Cancelled,
        }
    }
}

/// The kinds of act in the proof register.
pub(crate) const BOOKED: &str = "appointment.booked";
pub(crate) const CANCELLED: &str = "appointment.cancelled";

/// A patient books the time they keep, or a time directly.
#[derive(Debug, Clone, Copy)]
pub(crate) struct BookAppointment {
    pub(crate) patient: PatientId,
    pub(crate) owner: VisitId,
    pub(crate) what: What,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum What {
    Hold(kernel::HoldId),
    Slot { agenda: AgendaId, wish: Wish },
}

/// A patient gives an appointment back.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CancelAppointment {
    pub(crate) patient: PatientId,
    pub(crate) appointment: AppointmentId,
}

/// What the booking wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Booked {
    pub(crate) id: AppointmentId,
    pub(crate) slot: Slot,
    pub(crate) reference: String,
}

pub(crate) fn book(tx: &mut Tx<'_>, availability: &Availability, command: BookAppointment) -> Result<Booked, Failure> {
    let judged = match command.what {
        What::Hold(id) => {
            let (agenda, choice) = kept(tx, command.owner, id)?;
            judge(tx, availability, command.patient, agenda, choice)?
        }
        What::Slot { agenda, wish } => judge(tx, availability, command.patient, agenda, Choice::Direct(wish))
            .or_else(|refused| judge_as_kept(tx, availability, command, refused))?,
    };
    write(tx, command.patient, judged)
}

/// What the rules have allowed, and what writing it takes.
struct Judged {
    row: plans::AgendaRow,
    decision: BookDecision,
    deadline_minutes: i64,
}

/// Takes the agenda and asks the rules.
fn judge(
    tx: &mut Tx<'_>,
    availability: &Availability,
    patient: PatientId,
    agenda: AgendaId,
    choice: Choice,
) -> Result<Judged, Failure> {
    let now = tx.now();
    let row = availability.take(tx, agenda)?.filter(|row| row.open).ok_or(Refusal::ReasonClosed)?;
    let plan = availability.plan(tx.conn(), &row, now)?.ok_or(Refusal::ReasonClosed)?;
    let free = free_for(tx, &plan, choice)?;
    let coming = coming(tx, patient)?;
    let facts = BookFacts {
        plan: &plan,
        free: &free,
        ranks: &coming.iter().filter(|one| one.service == row.service).map(|one| one.rank).collect::<Vec<_>>(),
        engaged: &coming.iter().map(|one| one.time).collect::<Vec<_>>(),
    };
    let decision = decide_book(&facts, choice, now)?;
    let deadline_minutes = plan.reason(decision.slot.reason).map_or(0, |reason| reason.cancel_deadline_minutes);
    Ok(Judged { row, decision, deadline_minutes })
}

/// Choosing directly what one keeps uses the hold. Only who is refused is asked for one: most keep nothing.
fn judge_as_kept(
    tx: &mut Tx<'_>,
    availability: &Availability,
    command: BookAppointment,
    refused: Failure,
) -> Result<Judged, Failure> {
    let (What::Slot { agenda, wish }, Failure::Refused(_)) = (command.what, &refused) else { return Err(refused) };
    let now = tx.now();
    let own = holds::live(tx.conn(), command.owner, now)?;
    let hold = already_kept(&own, agenda, wish).ok_or(refused)?;
    let (agenda, choice) = kept(tx, command.owner, hold.id)?;
    judge(tx, availability, command.patient, agenda, choice)
}

fn kept(tx: &mut Tx<'_>, owner: VisitId, id: kernel::HoldId) -> Result<(AgendaId, Choice), Failure> {
    let now = tx.now();
    let hold = holds::find(tx.conn(), owner, id)?.ok_or(Refusal::HoldUnknown)?;
    if matches!(hold.standing(now), HoldStanding::Used | HoldStanding::Released) {
        return Err(Refusal::HoldUnknown.into());
    }
    let kept = KeptHold { id, wish: hold.wish(), since: hold.since, until: hold.until };
    Ok((hold.slot.agenda, Choice::Held(kept)))
}

/// A kept time is the visitor's own: nobody else can have it, so only the rules are left to judge.
fn free_for(tx: &mut Tx<'_>, plan: &Plan, choice: Choice) -> Result<FreeTime, Failure> {
    match choice {
        Choice::Direct(wish) => holds::free_for(tx, plan, wish, None),
        Choice::Held(hold) => {
            let date = plan.zone.date(hold.wish.starts_at);
            Ok(FreeTime::compute(plan, (date, date), Vec::new()))
        }
    }
}

/// An appointment that still counts.
struct Coming {
    service: ServiceId,
    rank: i16,
    time: Interval,
}

/// The patient's coming appointments; those that are over stop counting here.
fn coming(tx: &mut Tx<'_>, patient: PatientId) -> Result<Vec<Coming>, StorageError> {
    let counted = || appointments::table.filter(appointments::patient_id.eq(patient.sql()));
    let rows: Vec<(ServiceId, Option<i16>, Timestamp, Timestamp)> = counted()
        .filter(appointments::rank.is_not_null())
        .select((appointments::service_id, appointments::rank, appointments::starts_at, appointments::ends_at))
        .load(tx.conn())?;
    let now = tx.now();
    if rows.iter().any(|row| row.3 <= now) {
        let over = counted().filter(appointments::rank.is_not_null()).filter(appointments::ends_at.le(now.sql()));
        tx.execute(diesel::update(over).set(appointments::rank.eq(None::<i16>)))?;
    }
    let coming = |(service, rank, start, end): (ServiceId, Option<i16>, Timestamp, Timestamp)| {
        Some(Coming { service, rank: rank?, time: Interval::new(start, end)? })
    };
    Ok(rows.into_iter().filter(|row| row.3 > now).filter_map(coming).collect())
}

fn write(tx: &mut Tx<'_>, patient: PatientId, judged: Judged) -> Result<Booked, Failure> {
    let Judged { row: plans::AgendaRow { establishment, service, .. }, decision, deadline_minutes } = judged;
    let id: AppointmentId = tx.id();
    let now = tx.now();
    let reference = public_reference(tx.world().bytes32());
    let (slot, time) = (decision.slot, decision.slot.time);
    let insert = diesel::insert_into(appointments::table).values((
        appointments::id.eq(id.sql()),
        appointments::establishment_id.eq(establishment.sql()),
        appointments::patient_id.eq(patient.sql()),
        appointments::service_id.eq(service.sql()),
        appointments::reason_id.eq(slot.reason.sql()),
        appointments::agenda_id.eq(slot.agenda.sql()),
        appointments::starts_at.eq(time.start().sql()),
        appointments::ends_at.eq(time.end().sql()),
        appointments::state.eq(StateText::Booked),
        appointments::rank.eq(Some(decision.rank)),
        appointments::sequence.eq(0),
        appointments::reference.eq(reference.clone()),
        appointments::cancel_deadline_minutes.eq(i32::try_from(deadline_minutes).unwrap_or(i32::MAX)),
        appointments::booked_at.eq(now.sql()),
        appointments::cancelled_at.eq(None::<Timestamp>.sql()),
    ));
    match decision.hold {
        None => {
            tx.insert_last(insert);
            busy::insert(tx, slot.agenda, time, Taker::Appointment { id, patient });
        }
        Some(hold) => {
            tx.execute(insert)?;
            hand_over(tx, hold, id, patient)?;
        }
    }
    tx.emit(Event {
        kind: EventKind::AppointmentBooked,
        establishment,
        subject: patient.as_object(),
        object: id.as_object(),
    })?;
    let content = json!({
        "agenda": slot.agenda, "visit_reason": slot.reason, "service": service, "reference": reference,
        "starts_at": time.start().to_string(), "ends_at": time.end().to_string(),
    });
    record(tx, BOOKED, patient, id, &content)?;
    Ok(Booked { id, slot, reference })
}

/// The time that was kept becomes that of the appointment, whose row is there already.
fn hand_over(tx: &mut Tx<'_>, hold: kernel::HoldId, id: AppointmentId, patient: PatientId) -> Result<(), Failure> {
    // Between reading the hold and locking its agenda, its owner's other request or its end may have come first.
    match (busy::hand_over(tx, hold, id, patient)?, holds::end(tx, hold, HoldState::Used)?) {
        (true, true) => Ok(()),
        (_, false) => Err(Refusal::HoldUnknown.into()),
        (false, true) => Err(Refusal::HoldExpired.into()),
    }
}

fn record(
    tx: &mut Tx<'_>,
    kind: &str,
    patient: PatientId,
    id: AppointmentId,
    content: &serde_json::Value,
) -> Result<ProofRecordId, StorageError> {
    tx.record(Act { kind, actor: patient.as_object(), object: id.as_object(), content })
}

type Own = (AgendaId, EstablishmentId, StateText, Timestamp, i32, i32);

pub(crate) fn cancel(tx: &mut Tx<'_>, availability: &Availability, command: CancelAppointment) -> Result<(), Failure> {
    let CancelAppointment { patient, appointment: id } = command;
    let found: Option<Own> = appointments::table
        .find(id.sql())
        .filter(appointments::patient_id.eq(patient.sql()))
        .select((
            appointments::agenda_id,
            appointments::establishment_id,
            appointments::state,
            appointments::starts_at,
            appointments::cancel_deadline_minutes,
            appointments::sequence,
        ))
        .first(tx.conn())
        .optional()
        .map_err(StorageError::from)?;
    let (agenda, establishment, state, starts_at, deadline, sequence) = found.ok_or(Failure::Unknown)?;
    let facts = CancelFacts { state: state.into(), starts_at, deadline_minutes: deadline.into(), sequence };
    let now = tx.now();
    let decision = decide_cancel(facts, now)?;
    availability.take(tx, agenda)?;
    // Whoever came first between reading and here has changed the sequence.
    let unchanged = appointments::table.find(id.sql()).filter(appointments::sequence.eq(sequence));
    let changed = tx.execute(diesel::update(unchanged).set((
        appointments::state.eq(StateText::from(decision.state)),
        appointments::rank.eq(None::<i16>),
        appointments::sequence.eq(decision.sequence),
        appointments::cancelled_at.eq(Some(now).sql()),
    )))?;
    if changed == 0 {
        return Err(Refusal::AlreadyCancelled.into());
    }
    busy::free_appointment(tx, id)?;
    let (subject, object) = (patient.as_object(), id.as_object());
    tx.emit(Event { kind: EventKind::AppointmentCancelled, establishment, subject, object })?;
    record(tx, CANCELLED, patient, id, &json!({ "sequence": decision.sequence }))?;
    Ok(())
}
