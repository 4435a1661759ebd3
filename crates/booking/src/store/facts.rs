//! Appointments with all that surrounds them.

use std::collections::HashMap;

use diesel::prelude::*;
use jiff::Timestamp;
use kernel::{AppointmentId, PatientId, PractitionerId, ServiceId, SiteId, VisitReasonId};
use storage::{AsSql, Conn, StorageError};

use super::{
    appointments::StateText,
    schema::{agendas, appointments, practitioners, services, visit_reasons},
};
use crate::{
    domain::Slot,
    place::{Place, Places},
    read::{AppointmentFacts, Practitioner, ReasonFacts, ServiceFacts},
};

type ServiceRow = (ServiceId, String, String, String, Option<String>);
type ReasonRow = (VisitReasonId, String, String, String, bool);
type PractitionerRow = (PractitionerId, String, String, String, String);
type AroundRow = (ServiceRow, ReasonRow, PractitionerRow, SiteId);
type OwnRow =
    (AppointmentId, PatientId, String, StateText, i32, Timestamp, Timestamp, Timestamp, Option<Timestamp>, i32);
type Row = (OwnRow, AroundRow);

const SERVICE: (services::id, services::code, services::name, services::speciality, services::telephone) =
    (services::id, services::code, services::name, services::speciality, services::telephone);
const REASON: (
    visit_reasons::id,
    visit_reasons::code,
    visit_reasons::label,
    visit_reasons::instructions,
    visit_reasons::sensitive,
) = (
    visit_reasons::id,
    visit_reasons::code,
    visit_reasons::label,
    visit_reasons::instructions,
    visit_reasons::sensitive,
);
const PRACTITIONER: (
    practitioners::id,
    practitioners::rpps,
    practitioners::title,
    practitioners::given_name,
    practitioners::family_name,
) = (
    practitioners::id,
    practitioners::rpps,
    practitioners::title,
    practitioners::given_name,
    practitioners::family_name,
);

macro_rules! rows {
    () => {
        appointments::table
            .inner_join(visit_reasons::table)
            .inner_join(agendas::table.inner_join(services::table).inner_join(practitioners::table))
            .select((
                (
                    appointments::id,
                    appointments::patient_id,
                    appointments::reference,
                    appointments::state,
                    appointments::sequence,
                    appointments::starts_at,
                    appointments::ends_at,
                    appointments::booked_at,
                    appointments::cancelled_at,
                    appointments::cancel_deadline_minutes,
                ),
                (SERVICE, REASON, PRACTITIONER, agendas::site_id),
            ))
    };
}

pub(crate) fn one(
    conn: &mut Conn,
    places: Places,
    id: AppointmentId,
) -> Result<Option<AppointmentFacts>, StorageError> {
    let row: Option<Row> = rows!().filter(appointments::id.eq(id.sql())).first(conn).optional()?;
    Ok(with_places(conn, places, row.into_iter().collect())?.pop())
}

/// Of one patient, the next one first, then those that are over.
pub(crate) fn of_patient(
    conn: &mut Conn,
    places: Places,
    patient: PatientId,
) -> Result<Vec<AppointmentFacts>, StorageError> {
    let found: Vec<Row> = rows!()
        .filter(appointments::patient_id.eq(patient.sql()))
        .order((appointments::starts_at.desc(), appointments::id))
        .limit(200)
        .load(conn)?;
    with_places(conn, places, found)
}

fn with_places(conn: &mut Conn, places: Places, rows: Vec<Row>) -> Result<Vec<AppointmentFacts>, StorageError> {
    let mut known: HashMap<SiteId, Place> = HashMap::new();
    let mut all = Vec::with_capacity(rows.len());
    for (own, (service, reason, who, site)) in rows {
        let place = match known.get(&site) {
            Some(place) => place.clone(),
            None => places(conn, site)?.ok_or_else(|| unreadable("its site is unknown"))?,
        };
        known.insert(site, place.clone());
        all.push(facts(own, surroundings(service, reason, who, place)?));
    }
    Ok(all)
}

fn facts(own: OwnRow, around: Surroundings) -> AppointmentFacts {
    let (id, patient, reference, state, sequence, starts_at, ends_at, booked_at, cancelled_at, deadline) = own;
    AppointmentFacts {
        id,
        patient,
        reference,
        state: state.into(),
        sequence,
        starts_at,
        ends_at,
        booked_at,
        cancelled_at,
        cancel_deadline_minutes: deadline.into(),
        service: around.service,
        reason: around.reason,
        practitioner: around.practitioner,
        place: around.place,
    }
}

/// What surrounds a time before it is an appointment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Surroundings {
    pub(crate) service: ServiceFacts,
    pub(crate) reason: ReasonFacts,
    pub(crate) practitioner: Practitioner,
    pub(crate) place: Place,
}

/// The reason, service, practitioner and place of a slot.
pub(crate) fn around(conn: &mut Conn, places: Places, slot: Slot) -> Result<Option<Surroundings>, StorageError> {
    let row: Option<AroundRow> = agendas::table
        .inner_join(services::table.inner_join(visit_reasons::table))
        .inner_join(practitioners::table)
        .filter(agendas::id.eq(slot.agenda.sql()))
        .filter(visit_reasons::id.eq(slot.reason.sql()))
        .select((SERVICE, REASON, PRACTITIONER, agendas::site_id))
        .first(conn)
        .optional()?;
    let Some((service, reason, who, site)) = row else { return Ok(None) };
    let Some(place) = places(conn, site)? else { return Ok(None) };
    surroundings(service, reason, who, place).map(Some)
}

fn surroundings(
    service: ServiceRow,
    reason: ReasonRow,
    who: PractitionerRow,
    place: Place,
) -> Result<Surroundings, StorageError> {
    Ok(Surroundings {
        service: ServiceFacts {
            id: service.0,
            code: service.1,
            name: service.2,
            speciality: service.3.parse().map_err(|_| unreadable("its speciality is unknown"))?,
            telephone: service.4,
        },
        reason: ReasonFacts {
            id: reason.0,
            code: reason.1,
            label: reason.2,
            instructions: reason.3,
            sensitive: reason.4,
        },
        practitioner: practitioner(who)?,
        place,
    })
}

pub(super) fn practitioner(
    (id, rpps, title, given_name, family_name): PractitionerRow,
) -> Result<Practitioner, StorageError> {
    let rpps = rpps.parse().map_err(|_| unreadable("its practitioner's number is wrong"))?;
    Ok(Practitioner { id, rpps, title, given_name, family_name })
}

/// What the program wrote it can read; anything else was put there by other hands.
pub(super) fn unreadable(what: &str) -> StorageError {
    StorageError::Schema(format!("an appointment cannot be read: {what}"))
}
