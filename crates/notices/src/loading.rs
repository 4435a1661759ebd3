//! From what booking and identity know to what a notice may say: the one place that knows both.

use booking::{domain::appointment::State, read::AppointmentFacts};
use identity::read::PatientFacts;
use kernel::AppointmentId;
use storage::{Conn, StorageError};
use web::Lang;

use crate::{
    domain::{
        facts::{Facts, Place, Recipient, Visit},
        phone::spoken,
    },
    reactions::Told,
    reminder::Coming,
};

/// The present facts of an appointment; `None` when it or its patient is no more.
pub(crate) fn told(conn: &mut Conn, id: AppointmentId, base_url: &str) -> Result<Option<Told>, StorageError> {
    let Some(appointment) = booking::read::appointment(conn, id)? else { return Ok(None) };
    let Some(patient) = identity::read::patient(conn, appointment.patient)? else { return Ok(None) };
    Ok(Some(Told { patient: patient.id, facts: facts(appointment, patient, base_url) }))
}

/// An appointment that still stands, for its reminder.
pub(crate) fn coming(conn: &mut Conn, id: AppointmentId) -> Result<Option<Coming>, StorageError> {
    let appointment = booking::read::appointment(conn, id)?.filter(|facts| facts.state == State::Booked);
    Ok(appointment.map(|facts| Coming {
        establishment: facts.place.establishment,
        patient: facts.patient,
        starts_at: facts.starts_at,
    }))
}

fn facts(appointment: AppointmentFacts, patient: PatientFacts, base_url: &str) -> Facts {
    // The service's own line, else the site's.
    let telephone = appointment.service.telephone.or(appointment.place.telephone).unwrap_or_default();
    let practitioner = appointment.practitioner.name();
    let instructions = Some(appointment.reason.instructions).filter(|text| !text.is_empty());
    Facts {
        appointment: appointment.id,
        reference: appointment.reference,
        revision: u32::try_from(appointment.sequence).unwrap_or(0),
        cancelled: appointment.state == State::Cancelled,
        starts_at: appointment.starts_at,
        ends_at: appointment.ends_at,
        place: Place {
            short_name: appointment.place.name.clone(),
            name: appointment.place.name,
            address: appointment.place.address.join(", "),
            phone: spoken(&telephone),
            zone: appointment.place.zone,
        },
        visit: Visit {
            service: appointment.service.name,
            practitioner,
            reason: appointment.reason.label,
            instructions,
            sensitive: appointment.reason.sensitive,
        },
        recipient: Recipient {
            name: patient.full_name(),
            email: patient.email,
            phone: patient.phone,
            language: Lang::from_code(&patient.language).unwrap_or_default(),
        },
        link: format!("{base_url}/appointments/{}", appointment.id),
        short_link: format!("{base_url}/appointments"),
    }
}
