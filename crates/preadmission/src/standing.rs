//! Who acts for a patient beyond one stay. When the desk accepts a file with the papers of whoever opened it as a parent or
//! a representative, the register of identity knows them from then on.

use identity::{
    proxies::{self, Established, Person, Quality},
    traces::Actor,
};
use kernel::{PatientId, StaffId};
use storage::{StorageError, Tx};

use crate::{
    announcement::HospitalPerson,
    domain::people::OpenedAs,
    read::{DocumentState, Party, PreadmissionFacts},
};

/// Who acts in this file for the patient. A relative who helps, and a parent who only signs, do not; nor does any parent in
/// a file that is kept from them.
fn acting(facts: &PreadmissionFacts) -> Option<(PatientId, Quality)> {
    let represents = facts.representative().and_then(|one| one.patient);
    let is_parent = facts.opened_as == OpenedAs::Holder && facts.is_minor() && !facts.secret;
    let parent = facts.patient.filter(|_| is_parent).map(|by| (by, Quality::ParentalAuthority));
    represents.map(|by| (by, Quality::Representative)).or(parent)
}

/// The papers that show as what somebody acts.
const fn papers(quality: Quality) -> &'static [&'static str] {
    match quality {
        Quality::ParentalAuthority => &["LIVRET_FAMILLE", "AUTORITE_PARENTALE"],
        Quality::Representative => &["MESURE_PROTECTION"],
    }
}

/// Whether the desk accepted those of them that the hospital asks for here: a word that one is missing shows nothing.
fn is_shown(facts: &PreadmissionFacts, quality: Quality) -> bool {
    let asked = facts.completeness().documents;
    let mut shows = asked.iter().filter(|one| papers(quality).contains(&one.kind.as_str()));
    shows.all(|one| one.state == DocumentState::Accepted)
}

/// The file was accepted. Of a stay that the hospital has not announced, nobody knows the patient's number.
pub(crate) fn establish(tx: &mut Tx<'_>, facts: &PreadmissionFacts, by: StaffId) -> Result<(), StorageError> {
    let acting = acting(facts).filter(|(_, quality)| is_shown(facts, *quality));
    let (Some((proxy, quality)), Some(person)) = (acting, &facts.stay.person) else { return Ok(()) };
    let new = Established {
        by: proxy,
        establishment: facts.establishment.id,
        person: told(person),
        quality,
        accepted: Some((facts.id.as_object(), by)),
    };
    let today = facts.site.zone.date(tx.now());
    proxies::establish(tx, &new, today)
}

fn told(person: &HospitalPerson) -> Person {
    Person {
        ipp: person.ipp.clone(),
        birth_family: person.birth_family.clone(),
        given: person.given.clone(),
        birth_date: person.birth_date.clone(),
        sex: person.sex.clone(),
    }
}

/// The person in charge of a protected adult is that no longer, for any stay.
pub(crate) fn end(tx: &mut Tx<'_>, facts: &PreadmissionFacts, one: &Party, actor: Actor) -> Result<(), StorageError> {
    let (Some(by), Some(person)) = (one.patient, &facts.stay.person) else { return Ok(()) };
    proxies::in_charge_no_more(tx, (by, facts.establishment.id, &person.ipp), actor)
}
