//! From what booking and identity know to what a message tells: the one place that knows both.

use booking::{domain::appointment::State, read::AppointmentFacts};
use identity::read::{Establishment, PatientFacts, Site};
use kernel::AppointmentId;
use storage::{Conn, StorageError};

use super::facts::{Cause, Coded, Person, Place, Professional, Sex, Told, Visit};

/// The present facts of an appointment; `None` when it, its patient or its place is no more.
pub fn appointment(conn: &mut Conn, id: AppointmentId) -> Result<Option<Told>, StorageError> {
    let Some(facts) = booking::read::appointment(conn, id)? else { return Ok(None) };
    let patient = identity::read::patient(conn, facts.patient)?;
    let hospital = identity::read::establishment(conn, facts.place.establishment)?;
    let site = identity::read::site(conn, facts.place.site)?;
    let (Some(patient), Some(hospital), Some(site)) = (patient, hospital, site) else { return Ok(None) };
    Ok(Some(told(facts, patient, &hospital, site)))
}

fn told(facts: AppointmentFacts, patient: PatientFacts, hospital: &Establishment, site: Site) -> Told {
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

pub(super) fn person(patient: PatientFacts) -> Person {
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

#[cfg(test)]
mod tests {
    use kernel::World;

    use super::*;
    use crate::hl7::birth_date;

    fn patient() -> PatientFacts {
        PatientFacts {
            id: World::system().id(),
            family_name: "LE GOFF".to_owned(),
            given_names: "Marie Anne Zoé".to_owned(),
            given_name_array: vec!["Marie Anne".to_owned(), "Zoé".to_owned()],
            preferred_username: Some("DURAND".to_owned()),
            gender: Some("female".to_owned()),
            birthdate: Some("1962-11-01".to_owned()),
            idp_birthdate: Some("1962-11-00".to_owned()),
            birthplace: Some(String::new()),
            birthcountry: Some("99350".to_owned()),
            email: None,
            phone: Some("+33639980123".to_owned()),
            language: "fr".to_owned(),
        }
    }

    #[test]
    fn an_unknown_day_stays_unknown() {
        assert_eq!(birth_date(&person(patient()).birth_date).as_deref(), Some("196211"));
        let told = person(PatientFacts { idp_birthdate: None, ..patient() });
        assert_eq!(birth_date(&told.birth_date).as_deref(), Some("19621101"));
    }

    #[test]
    fn the_first_given_name_is_that_of_the_provider() {
        assert_eq!(person(patient()).given, "Marie Anne");
        assert_eq!(person(PatientFacts { given_name_array: Vec::new(), ..patient() }).given, "Marie");
    }

    #[test]
    fn a_sex_that_was_not_told_is_unknown() {
        for (gender, sex) in [
            (Some("female"), Sex::Female),
            (Some("male"), Sex::Male),
            (Some("unspecified"), Sex::Unknown),
            (None, Sex::Unknown),
        ] {
            assert_eq!(person(PatientFacts { gender: gender.map(str::to_owned), ..patient() }).sex, sex);
        }
    }
}
