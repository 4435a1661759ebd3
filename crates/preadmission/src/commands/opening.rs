//! Opening a file: by whom the hospital expects, for a stay that it has not told of yet; what is known is filled in.

use identity::{
    read::PatientFacts,
    traces::{Action, Actor},
};
use jiff::Timestamp;
use kernel::{PatientId, PreadmissionId, SiteId};
use serde_json::json;
use storage::Tx;

use super::trace;
use crate::{
    announcement::{HospitalPerson, StayClass},
    domain::{
        Refusal, card,
        people::OpenedAs,
        same_person::{Traits, same_person},
        situation::{Situation, SituationFacts, situation},
    },
    failure::Failure,
    read::{Answer, PreadmissionFacts, Source, Status},
    reminder,
    store::{answers, files, stays},
};

/// Whoever holds the link logs in and opens the file, if they are whom the hospital expects.
pub(crate) fn claim(
    tx: &mut Tx<'_>,
    id: PreadmissionId,
    patient: PatientId,
    opens_days_before: i64,
) -> Result<(), Failure> {
    let facts = files::find(tx.conn(), id)?.ok_or(Failure::Unknown)?;
    if facts.is_of(patient) {
        return Ok(());
    }
    let takes_over = facts.is_left_to_the_minor();
    if facts.patient.is_some() && !takes_over {
        return Err(Refusal::WrongPerson.into());
    }
    if !takes_over {
        still_opens(&facts, opens_days_before, tx.now())?;
    } else if facts.stay.entry_at <= tx.now() || facts.status == Status::Cancelled {
        return Err(Refusal::Over.into());
    }
    let person = facts.stay.person.as_ref().ok_or(Failure::Unknown)?;
    let me = identity::read::patient(tx.conn(), patient)?.ok_or(Failure::Unknown)?;
    if !is_expected(person, &me) {
        return Err(Refusal::WrongPerson.into());
    }
    if takes_over {
        files::take_over(tx, &facts, patient)?;
    } else {
        files::claim(tx, &facts, patient, OpenedAs::Myself)?;
    }
    if takes_over || facts.status == Status::Created {
        prefill(tx, id, Some(person), &me)?;
    }
    trace(tx, patient, Actor::Patient(patient), Action::Read)
}

pub(crate) fn still_opens(facts: &PreadmissionFacts, opens_days_before: i64, now: Timestamp) -> Result<(), Refusal> {
    match situation(SituationFacts { status: facts.status, entry_at: facts.stay.entry_at, opens_days_before }, now) {
        Situation::TooEarly(_) => Err(Refusal::TooEarly),
        Situation::Over | Situation::Cancelled => Err(Refusal::Over),
        // A clerk may have sent it for them already.
        Situation::Open | Situation::ToCorrect | Situation::Sent | Situation::Accepted => Ok(()),
    }
}

pub(crate) fn is_expected(person: &HospitalPerson, me: &PatientFacts) -> bool {
    let hospital = Traits {
        birth_family: &person.birth_family,
        given: &person.given,
        birth_date: &person.birth_date,
        sex: &person.sex,
    };
    same_person(&hospital, &me.traits())
}

/// What is known already is not asked again. FranceConnect knows identity best, the hospital where to reach, and the
/// patient's last file the rest.
fn prefill(
    tx: &mut Tx<'_>,
    id: PreadmissionId,
    person: Option<&HospitalPerson>,
    me: &PatientFacts,
) -> Result<(), Failure> {
    let mut known: Vec<(String, String, Source)> = Vec::new();
    let mut add = |field: &str, value: Option<&str>, source| {
        let is_new = !known.iter().any(|(known, ..)| known == field);
        if let Some(value) = value.filter(|value| is_new && !value.is_empty()) {
            known.push((field.to_owned(), value.to_owned(), source));
        }
    };
    let born = me.birthplace.as_deref().filter(|code| !code.is_empty()).or(me.birthcountry.as_deref());
    let sex = match me.gender.as_deref() {
        Some("female") => Some("F"),
        Some("male") => Some("M"),
        _ => None,
    };
    // The first that knows a field tells it.
    add("identity.birth-family", Some(&me.family_name), Source::Franceconnect);
    add("identity.used-family", me.preferred_username.as_deref(), Source::Franceconnect);
    add("identity.given", Some(me.first_name()), Source::Franceconnect);
    add("identity.birth-date", me.birthdate.as_deref(), Source::Franceconnect);
    add("identity.birth-place", born, Source::Franceconnect);
    add("identity.sex", sex, Source::Franceconnect);
    add("contact.email", me.email.as_deref(), Source::Franceconnect);
    if let Some(person) = person {
        add("identity.used-family", person.used_family.as_deref(), Source::Hospital);
        add("identity.birth-place", person.birth_place.as_deref(), Source::Hospital);
        add("identity.sex", Some(&person.sex), Source::Hospital);
        add("contact.mobile", person.phone.as_deref(), Source::Hospital);
        add("contact.email", person.email.as_deref(), Source::Hospital);
    }
    let mut mine = files::of_patient(tx.conn(), me.id)?.into_iter();
    // A child's file is no source for its parent's.
    let previous = mine.find(|file| file.id != id && file.version > 0 && file.opened_as == OpenedAs::Myself);
    let again = ["contact.", "attending-physician.", "person-to-notify.", "complementary-cover.", "compulsory-cover."];
    for (field, answer) in previous.into_iter().flat_map(|file| file.answers) {
        // Until when a cover holds is read from the card each time.
        if again.iter().any(|start| field.starts_with(start)) && !field.ends_with(".until") && field != card::CODE {
            known.retain(|(known, _, _)| *known != field);
            known.push((field, answer.value, Source::Previous));
        }
    }
    let said = answers::of_files(tx.conn(), &[id])?.remove(&id).unwrap_or_default();
    // What a clerk wrote with the patient before stays.
    for (field, value, source) in known.into_iter().filter(|(field, ..)| !said.contains_key(field)) {
        answers::save(tx, id, &field, &value, (source, None))?;
    }
    Ok(())
}

/// Whoever opens a file for somebody else is not that person: only what the hospital knows is filled in.
pub(crate) fn prefill_from_hospital(
    tx: &mut Tx<'_>,
    id: PreadmissionId,
    person: &HospitalPerson,
) -> Result<(), Failure> {
    let said = answers::of_files(tx.conn(), &[id])?.remove(&id).unwrap_or_default();
    for (field, value) in known_of(person).filter(|(field, _)| !said.contains_key(*field)) {
        answers::save(tx, id, field, value, (Source::Hospital, None))?;
    }
    Ok(())
}

/// What the hospital knows of who is expected, as fields of the file.
fn known_of(person: &HospitalPerson) -> impl Iterator<Item = (&'static str, &str)> {
    let known = [
        ("identity.birth-family", Some(person.birth_family.as_str())),
        ("identity.used-family", person.used_family.as_deref()),
        ("identity.given", Some(person.given.as_str())),
        ("identity.birth-date", Some(person.birth_date.as_str())),
        ("identity.birth-place", person.birth_place.as_deref()),
        ("identity.sex", Some(person.sex.as_str())),
        ("contact.mobile", person.phone.as_deref()),
    ];
    known.into_iter().filter_map(|(field, value)| Some((field, value.filter(|value| !value.is_empty())?)))
}

/// The file as it will be once a clerk opened it.
pub(crate) fn as_opened_at_desk(facts: &PreadmissionFacts) -> PreadmissionFacts {
    let mut facts = facts.clone();
    if let Some(person) = facts.stay.person.clone().filter(|_| facts.status == Status::Created) {
        for (field, value) in known_of(&person) {
            let known = || Answer {
                value: value.to_owned(),
                source: Source::Hospital,
                saved_by: None,
                saved_at: facts.created_at,
            };
            facts.answers.entry(field.to_owned()).or_insert_with(known);
        }
    }
    facts
}

/// A stay that the hospital has not told of yet.
#[derive(Debug, Clone)]
pub(crate) struct UnknownStay {
    pub(crate) site: SiteId,
    pub(crate) entry_at: Timestamp,
    pub(crate) class: StayClass,
    pub(crate) unit: String,
}

pub(crate) fn open_unknown(tx: &mut Tx<'_>, patient: PatientId, wish: &UnknownStay) -> Result<PreadmissionId, Failure> {
    let site = identity::read::site(tx.conn(), wish.site)?.ok_or(Failure::Unknown)?;
    if wish.entry_at <= tx.now() {
        return Err(Refusal::EntryNotToCome.into());
    }
    let me = identity::read::patient(tx.conn(), patient)?.ok_or(Failure::Unknown)?;
    let stay =
        stays::add_unknown(tx, site.establishment, site.id, wish.entry_at, (wish.class, &wish.unit, &me.full_name()))?;
    let id = files::add(tx, site.establishment, stay, Some(patient))?;
    prefill(tx, id, None, &me)?;
    reminder::plan(tx, id, wish.entry_at)?;
    files::record(tx, files::CLAIMED, patient.as_object(), id, &json!({ "stay": stay }))?;
    Ok(id)
}
