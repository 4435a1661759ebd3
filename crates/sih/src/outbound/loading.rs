//! From what booking and identity know to what a message tells: the one place that knows both.

use booking::{domain::appointment::State, read::AppointmentFacts};
use identity::read::{Establishment, PatientFacts, Site};

use super::facts::{Cause, Coded, Person, Place, Professional, Sex, Told, Visit};

pub(super) fn told(facts: AppointmentFacts, patient: PatientFacts, hospital: &Establishment, site: Site) -> Told {
    let unit = Coded { code: facts.service.code, label: facts.service.name };
    let visit = Visit {
        id: facts.id,
        starts_at: facts.starts_at,
        ends_at: facts.ends_at,
        zone: facts.place.zone,
        reason: Coded { code: facts.reason.code, label: facts.reason.label },
        place: Place { unit, room: None, finess: site.finess },
        professional: Professional {
            rpps: facts.practitioner.rpps,
            family: facts.practitioner.family_name,
            given: facts.practitioner.given_name,
        },
        // Only patients book and cancel so far.
        cause: Cause::Patient,
        comment: None,
    };
    Told { finess: hospital.finess.clone(), cancelled: facts.state == State::Cancelled, visit, person: person(patient) }
}

fn person(patient: PatientFacts) -> Person {
    let first = patient.given_name_array.first().cloned();
    // Not told apart by the provider: the first word, since compound names carry a hyphen.
    let first = first.or_else(|| patient.given_names.split_whitespace().next().map(str::to_owned));
    // The provider's own text keeps an unknown day or month as zeroes; the other date invents 1 January.
    let birth_date = patient.idp_birthdate.or(patient.birthdate);
    Person {
        id: patient.id,
        birth_family: patient.family_name,
        used_family: patient.preferred_username,
        given: first.unwrap_or_default(),
        sex: match patient.gender.as_deref() {
            Some("female") => Sex::Female,
            Some("male") => Sex::Male,
            _ => Sex::Unknown,
        },
        birth_date: birth_date.unwrap_or_default(),
        birth_place: patient.birthplace,
        birth_country: patient.birthcountry,
        phone: patient.phone,
        mail: patient.email,
    }
}
