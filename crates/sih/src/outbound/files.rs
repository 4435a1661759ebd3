//! From what pre-admission and identity know to what a message about a file tells: the one place that knows both.

use std::collections::BTreeMap;

use kernel::{DocumentId, Id, PreadmissionId, Timestamp};
use preadmission::{
    announcement,
    domain::catalogue,
    read::{self, Document, DocumentState, Origin, PreadmissionFacts, Status},
};
use storage::{Conn, StorageError};

use super::{
    facts::{Coded, Person, Sex},
    loading,
    preadmission::{
        Address, Answers, Attending, Cover, CoverKind, Dmp, DocumentTold, Number, Relative, Role, Stands, Stay,
        StayClass, StayTold,
    },
};

/// The present facts of a file; `None` when it is no more, or nobody sent it: a hospital is told only what was said.
pub fn stay(conn: &mut Conn, id: PreadmissionId) -> Result<Option<StayTold>, StorageError> {
    let Some(facts) = read::preadmission(conn, id)? else { return Ok(None) };
    let known = match facts.patient {
        Some(patient) => identity::read::patient(conn, patient)?.map(loading::person),
        None => expected(&facts).filter(|_| facts.version > 0),
    };
    let corrected = read::corrections(conn, id)?;
    Ok(known.map(|known| told(&Said { facts: &facts, corrected: &corrected }, known)))
}

/// An accepted document of an accepted file.
pub fn document(conn: &mut Conn, id: DocumentId) -> Result<Option<DocumentTold>, StorageError> {
    let found = read::document(conn, id)?.filter(|document| document.state == DocumentState::Accepted);
    let Some(document) = found else { return Ok(None) };
    Ok(stay(conn, document.file)?.map(|stay| of_stay(stay, document)))
}

fn of_stay(stay: StayTold, document: Document) -> DocumentTold {
    DocumentTold {
        stay,
        id: document.id,
        kind: Coded { label: document.kind.clone(), code: document.kind },
        received_at: document.created_at,
        accepted_at: document.changed_at,
    }
}

/// Whom a clerk filled in for, who has no login: the hospital's own traits, under the number of the file.
fn expected(facts: &PreadmissionFacts) -> Option<Person> {
    let person = facts.stay.person.clone()?;
    let (abroad, place) = match person.birth_place {
        Some(code) if code.starts_with("99") => (Some(code), None),
        place => (None, place),
    };
    Some(Person {
        id: Id::from_uuid(facts.id.uuid()),
        birth_family: person.birth_family,
        used_family: person.used_family,
        given: person.given,
        sex: match person.sex.as_str() {
            "F" => Sex::Female,
            "M" => Sex::Male,
            _ => Sex::Unknown,
        },
        birth_date: person.birth_date,
        birth_place: place,
        birth_country: abroad,
        phone: person.phone,
        mail: person.email,
    })
}

fn told(said: &Said<'_>, known: Person) -> StayTold {
    let facts = said.facts;
    let person = person(said, known);
    StayTold {
        file: facts.id,
        version: i64::from(facts.version),
        stands: stands(facts),
        finess: facts.establishment.finess.clone(),
        ipp: facts.stay.person.as_ref().map(|person| person.ipp.clone()).filter(|ipp| !ipp.is_empty()),
        stay: planned(facts),
        answers: answers(said, &person),
        person,
    }
}

fn stands(facts: &PreadmissionFacts) -> Stands {
    match (facts.status, facts.stay.cancelled_from) {
        (Status::Completed, _) => Stands::Accepted,
        (Status::Cancelled, Some(Origin::Sih)) => Stands::CancelledByHospital,
        (Status::Cancelled, _) => Stands::Cancelled,
        _ => Stands::Open,
    }
}

fn planned(facts: &PreadmissionFacts) -> Stay {
    let stay = &facts.stay;
    Stay {
        visit: match &stay.visit_number {
            Some(number) => Number::Hospital(number.clone()),
            None => Number::Ours(stay.id.to_string()),
        },
        folder: stay.folder_number.clone(),
        movement: stay.movement.clone(),
        class: match stay.class {
            announcement::StayClass::Inpatient => StayClass::Inpatient,
            announcement::StayClass::Day if stay.surgery => StayClass::AmbulatorySurgery,
            announcement::StayClass::Day => StayClass::Day,
            announcement::StayClass::External => StayClass::External,
        },
        // What a patient typed as the unit of a stay not announced yet is no code of the hospital.
        unit: stay
            .unit
            .clone()
            .filter(|unit| !unit.code.is_empty())
            .map(|unit| Coded { code: unit.code, label: unit.label }),
        site: Some(facts.site.finess.clone()),
        zone: facts.site.zone.clone(),
        planned_at: stay.entry_at,
        ends_at: stay.exit_at,
        created_at: facts.created_at,
        label: stay.label.clone(),
    }
}

/// What the file says, without what is wrong in it. What a clerk read on a paper comes before what the patient wrote.
struct Said<'a> {
    facts: &'a PreadmissionFacts,
    corrected: &'a BTreeMap<String, (String, Timestamp)>,
}

impl Said<'_> {
    fn get(&self, name: &str) -> Option<String> {
        self.at(name).map(|(value, _)| value)
    }

    fn at(&self, name: &str) -> Option<(String, Timestamp)> {
        let typed = || self.facts.answers.get(name).map(|answer| (answer.value.clone(), answer.saved_at));
        let (value, at) = self.corrected.get(name).cloned().or_else(typed).filter(|(value, _)| !value.is_empty())?;
        let wrong = catalogue::field(name).is_none_or(|field| field.fault(&value).is_some());
        (!wrong).then_some((value, at))
    }

    fn is(&self, name: &str, value: &str) -> bool {
        self.get(name).is_some_and(|said| said == value)
    }

    fn choice(&self, name: &str, yes: &str) -> Option<bool> {
        self.get(name).map(|said| said == yes)
    }
}

/// What was said in the file of who is expected; what was not said, as identity knows them.
fn person(said: &Said<'_>, known: Person) -> Person {
    let birth_place = said.get("identity.birth-place");
    // INSEE codes of countries begin with 99.
    let (place, country) = match birth_place {
        Some(code) if code.starts_with("99") => (None, Some(code)),
        Some(code) => (Some(code), None),
        None => (known.birth_place, known.birth_country),
    };
    let sex = match said.get("identity.sex").as_deref() {
        Some("F") => Sex::Female,
        Some("M") => Sex::Male,
        Some(_) => Sex::Unknown,
        None => known.sex,
    };
    Person {
        id: known.id,
        birth_family: said.get("identity.birth-family").unwrap_or(known.birth_family),
        used_family: said.get("identity.used-family").or(known.used_family),
        given: said.get("identity.given").unwrap_or(known.given),
        sex,
        birth_date: said.get("identity.birth-date").unwrap_or(known.birth_date),
        birth_place: place,
        birth_country: country,
        phone: said.get("contact.mobile").or(known.phone),
        mail: said.get("contact.email").or(known.mail),
    }
}

fn answers(said: &Said<'_>, person: &Person) -> Answers {
    let dmp = |field: &str| said.at(field).map(|(value, at)| (value == "permit", at));
    Answers {
        address: address(said),
        marital_status: marital_status(said).map(str::to_owned),
        attending: attending(said),
        relatives: relatives(said),
        covers: covers(said, person),
        private_room: said.choice("private-room.wished", "yes"),
        confidential: said.is("presence.secret", "yes"),
        dmp: Dmp { feeding: dmp("consents.dmp-feeding"), consultation: dmp("consents.dmp-consultation") },
        ..Answers::default()
    }
}

/// Addresses are asked for in France.
fn address(said: &Said<'_>) -> Option<Address> {
    let part = |field: &str| said.get(field).unwrap_or_default();
    let line = said.get("contact.address")?;
    let (postcode, city) = (part("contact.postcode"), part("contact.city"));
    Some(Address { lines: vec![line], postcode, city, country: "FRA".to_owned() })
}

/// Table 0002. A couple may be married or not: nothing is told of it.
fn marital_status(said: &Said<'_>) -> Option<&'static str> {
    match said.get("situation.family").as_deref() {
        Some("single") => Some("S"),
        Some("separated") => Some("A"),
        Some("widowed") => Some("W"),
        _ => None,
    }
}

/// One field holds the whole name: nobody can tell its parts.
fn attending(said: &Said<'_>) -> Option<Attending> {
    let family = said.get("attending-physician.name").filter(|_| said.is("attending-physician.declared", "yes"))?;
    Some(Attending::Named { family, given: String::new() })
}

fn relatives(said: &Said<'_>) -> Vec<Relative> {
    let wished = |section: &str| said.is(&format!("{section}.wished"), "yes");
    let one = |role, name: &str, phone: &str, link: &str, address: &str| {
        let line = said.get(address);
        Some(Relative {
            id: format!("{}-{name}", said.facts.id),
            role,
            family: said.get(name)?,
            given: String::new(),
            relationship: relationship(said.get(link).as_deref()).map(str::to_owned),
            phone: said.get(phone),
            address: line.map(|line| Address { lines: vec![line], ..Address::default() }),
        })
    };
    let section = |role, section: &str| {
        let field = |name: &str| format!("{section}.{name}");
        let [name, phone, link, address] = ["name", "phone", "link", "address"].map(field);
        one(role, &name, &phone, &link, &address).filter(|_| wished(section))
    };
    let protector = || one(Role::Representative, "situation.protector-name", "situation.protector-phone", "", "");
    let represented = said.is("situation.protection", "represented");
    [
        section(Role::ToNotify, "person-to-notify"),
        section(Role::Trusted, "trusted-person").filter(|_| said.facts.trusted_person().is_some()),
        represented.then(protector).flatten(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Table 0063.
fn relationship(link: Option<&str>) -> Option<&'static str> {
    match link? {
        "spouse" => Some("SPO"),
        "parent" => Some("PAR"),
        "child" => Some("CHD"),
        "family" => Some("EXF"),
        "friend" => Some("FND"),
        _ => Some("OTH"),
    }
}

/// The compulsory cover, then the complementary one: each by its payer's number, without which IN1 tells nothing.
fn covers(said: &Said<'_>, person: &Person) -> Vec<Cover> {
    [compulsory(said, person), complementary(said, person)].into_iter().flatten().collect()
}

/// Who is insured, and the quality under which the patient is covered by them (IN1-16, IN1-17).
fn insured(said: &Said<'_>, person: &Person) -> Option<(String, String, &'static str)> {
    let quality = match said.get("compulsory-cover.insured").as_deref() {
        Some("spouse") => "02",
        // The patient is their child.
        Some("parent") => "06",
        _ => return Some((person.birth_family.clone(), person.given.clone(), "00")),
    };
    let named = |field: &str| said.get(&format!("compulsory-cover.{field}"));
    Some((named("insured-family")?, named("insured-given")?, quality))
}

fn compulsory(said: &Said<'_>, person: &Person) -> Option<Cover> {
    let payer = said.get("compulsory-cover.fund").filter(|_| said.is("compulsory-cover.covered", "yes"))?;
    let (insured_family, insured_given, quality) = insured(said, person)?;
    Some(Cover {
        kind: CoverKind::Amo,
        payer,
        payer_name: String::new(),
        from: None,
        until: date(said, "compulsory-cover.until"),
        insured_family,
        insured_given,
        quality: quality.to_owned(),
        number: said.get("compulsory-cover.nir"),
    })
}

/// Whose contract it is, the file asks of the compulsory cover only: the same person's is told, any other's is not.
fn complementary(said: &Said<'_>, person: &Person) -> Option<Cover> {
    let payer = said.get("complementary-cover.amc").filter(|_| said.is("complementary-cover.covered", "mutual"))?;
    let (insured_family, insured_given, quality) = insured(said, person).filter(|(.., quality)| *quality == "00")?;
    Some(Cover {
        kind: CoverKind::Amc,
        payer,
        payer_name: said.get("complementary-cover.name").unwrap_or_default(),
        from: None,
        until: date(said, "complementary-cover.until"),
        insured_family,
        insured_given,
        quality: quality.to_owned(),
        number: said.get("complementary-cover.member"),
    })
}

fn date(said: &Said<'_>, field: &str) -> Option<jiff::civil::Date> {
    said.get(field)?.parse().ok()
}
