//! What patients and clerks do with a file: facts are read, rules judge, rows are written, all in one transaction.

use identity::{
    read::PatientFacts,
    traces::{self, Action, Actor, Trace},
};
use jiff::Timestamp;
use kernel::{EstablishmentId, ObjectId, PatientId, PreadmissionId, SiteId, StaffId};
use serde_json::json;
use storage::Tx;

use crate::{
    announce,
    announcement::{HospitalPerson, Outcome, StayClass},
    domain::{
        Refusal, card,
        catalogue::{self, Field},
        completeness::asked_fields,
        people::OpenedAs,
        places::{self, Born},
        relatives::News,
        same_person::{Traits, same_person},
        situation::{Situation, SituationFacts, situation},
        value::{Kind, LONGEST},
    },
    failure::Failure,
    read::{Answer, Origin, PreadmissionFacts, Source, Status},
    relatives, reminder,
    store::{
        answers, documents,
        files::{self, Asked},
        stays,
        steps::By,
    },
    trusted,
};

/// A file of the patient's own; anybody else's does not exist.
pub(crate) fn own(tx: &mut Tx<'_>, id: PreadmissionId, patient: PatientId) -> Result<PreadmissionFacts, Failure> {
    let found = files::find(tx.conn(), id)?;
    found.filter(|facts| facts.is_of(patient)).ok_or(Failure::Unknown)
}

/// A file of an establishment where the clerk works; no other exists.
pub(crate) fn at_desk(
    tx: &mut Tx<'_>,
    id: PreadmissionId,
    of: &[EstablishmentId],
) -> Result<PreadmissionFacts, Failure> {
    let found = files::find(tx.conn(), id)?;
    found.filter(|facts| of.contains(&facts.establishment.id)).ok_or(Failure::Unknown)
}

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

/// Fields of one section as they were typed.
pub(crate) struct Typed<'a> {
    pub(crate) section: &'a str,
    pub(crate) fields: &'a [(String, String)],
    /// Price of a night in a private room, which an undertaking to pay is about.
    pub(crate) room_cents: i64,
}

/// Each field is kept, right or wrong; nothing need be complete.
pub(crate) fn save(
    tx: &mut Tx<'_>,
    id: PreadmissionId,
    patient: PatientId,
    typed: &Typed<'_>,
) -> Result<PreadmissionFacts, Failure> {
    let facts = own(tx, id, patient)?;
    if !facts.may_write(typed.section) || facts.stay.entry_at <= tx.now() {
        return Err(Refusal::FileClosed.into());
    }
    write(tx, &facts, (facts.source(), patient.as_object()), typed)?;
    own(tx, id, patient)
}

/// A clerk may write wherever the patient may, and in a file that nobody opened yet.
pub(crate) fn clerk_may_write(facts: &PreadmissionFacts, section: &str) -> bool {
    facts.status == Status::Created || facts.may_write(section)
}

/// What a clerk fills in with the patient at the desk or on the telephone.
pub(crate) fn save_at_desk(
    tx: &mut Tx<'_>,
    id: PreadmissionId,
    (by, of): (StaffId, &[EstablishmentId]),
    typed: &Typed<'_>,
) -> Result<PreadmissionFacts, Failure> {
    let facts = at_desk(tx, id, of)?;
    if !clerk_may_write(&facts, typed.section) || facts.stay.entry_at <= tx.now() {
        return Err(Refusal::FileClosed.into());
    }
    write(tx, &facts, (Source::Clerk, by.as_object()), typed)?;
    decided(tx, &facts, by)?;
    at_desk(tx, id, of)
}

/// A file of the clerk's establishment, shown; the look leaves a trace.
pub(crate) fn look_at(
    tx: &mut Tx<'_>,
    id: PreadmissionId,
    by: StaffId,
    of: &[EstablishmentId],
) -> Result<PreadmissionFacts, Failure> {
    let facts = at_desk(tx, id, of)?;
    if let Some(patient) = facts.patient {
        trace(tx, patient, Actor::Staff(by), Action::Read)?;
    }
    Ok(facts)
}

/// Keeps the fields of a section that this file asks for.
pub(crate) fn write(
    tx: &mut Tx<'_>,
    facts: &PreadmissionFacts,
    (source, by): (Source, ObjectId),
    typed: &Typed<'_>,
) -> Result<(), Failure> {
    let section = catalogue::find(typed.section).ok_or(Failure::Unknown)?;
    if !section.asked.holds(&facts.stay_facts(), &facts.values()) {
        return Err(Failure::Unknown);
    }
    let mut answers = facts.values();
    answers.extend(typed.fields.iter().cloned());
    for (name, value) in typed.fields {
        let field = section.fields.iter().find(|field| field.name == name).ok_or(Refusal::NotAsked)?;
        if value.len() > LONGEST {
            return Err(Refusal::NotAsked.into());
        }
        let known = facts.answers.get(name).map(|answer| answer.value.as_str());
        let value = kept(field, value, known.unwrap_or_default(), &catalogue::born(&answers));
        // Said again with a correction asked for, it is said anew.
        let known = known.is_some_and(|known| known == value);
        if !known || facts.status == Status::Refused {
            answers::save(tx, facts.id, name, &value, (source, Some(by)))?;
        }
        if field.is_consent() && !known && !value.is_empty() {
            let price = (name == "private-room.undertaking").then_some(typed.room_cents);
            let content = json!({ "consent": name, "answer": value, "cents_a_night": price });
            files::record(tx, files::CONSENTED, by, facts.id, &content)?;
        }
    }
    if section.name == "trusted-person" { trusted::follow(tx, facts.id, by) } else { Ok(()) }
}

/// The kept spelling of what was typed, right or wrong. A place is typed by its name and kept by its code.
fn kept(field: &Field, typed: &str, known: &str, born: &Born) -> String {
    if field.kind == Kind::Place {
        let is_shown = places::name_of(known, born).is_some_and(|name| name == typed.trim());
        if let Some(code) = if is_shown { Some(known) } else { places::meant(typed, born).map(|place| place.code) } {
            return code.to_owned();
        }
    }
    field.kind.read(typed).unwrap_or_else(|_| typed.to_owned())
}

/// Why a patient does not have a document.
pub(crate) const ABSENCES: &[&str] = &["lost", "coming", "on-the-day", "not-concerned", "other"];

/// "Je n'ai pas ce document."
pub(crate) fn declare_missing(
    tx: &mut Tx<'_>,
    id: PreadmissionId,
    patient: PatientId,
    kind: &str,
    (reason, text): (&str, &str),
) -> Result<(), Failure> {
    let facts = own(tx, id, patient)?;
    lacks(tx, &facts, (facts.source(), patient.as_object()), kind, (reason, text))
}

/// The same, as the patient tells it to a clerk.
pub(crate) fn declare_missing_at_desk(
    tx: &mut Tx<'_>,
    id: PreadmissionId,
    (by, of): (StaffId, &[EstablishmentId]),
    kind: &str,
    (reason, text): (&str, &str),
) -> Result<(), Failure> {
    let facts = open_for_writing(tx, id, (by, of))?;
    lacks(tx, &facts, (Source::Clerk, by.as_object()), kind, (reason, text))?;
    decided(tx, &facts, by)
}

/// The file at the desk, opened by the clerk when nobody opened it yet.
pub(crate) fn open_for_writing(
    tx: &mut Tx<'_>,
    id: PreadmissionId,
    (by, of): (StaffId, &[EstablishmentId]),
) -> Result<PreadmissionFacts, Failure> {
    let facts = at_desk(tx, id, of)?;
    if facts.status != Status::Created || facts.stay.entry_at <= tx.now() {
        return Ok(facts);
    }
    files::open_at_desk(tx, &facts, by)?;
    if let Some(person) = &facts.stay.person {
        prefill_from_hospital(tx, id, person)?;
    }
    at_desk(tx, id, of)
}

fn lacks(
    tx: &mut Tx<'_>,
    facts: &PreadmissionFacts,
    (source, by): (Source, ObjectId),
    kind: &str,
    (reason, text): (&str, &str),
) -> Result<(), Failure> {
    let asked = facts.completeness().documents.into_iter().find(|document| document.kind == kind);
    let asked = asked.ok_or(Failure::Unknown)?;
    if !facts.may_give(kind) || facts.stay.entry_at <= tx.now() {
        return Err(Refusal::FileClosed.into());
    }
    if !ABSENCES.contains(&reason) || text.chars().count() > 500 {
        return Err(Refusal::NotAsked.into());
    }
    let document = documents::declare_missing(tx, facts.id, (kind, &asked.or), (reason, text), (source, by))?;
    let content = json!({ "document": document, "kind": kind, "reason": reason, "as": source.name() });
    files::record(tx, files::DOCUMENT_MISSING, by, facts.id, &content)
}

pub(crate) fn submit(tx: &mut Tx<'_>, id: PreadmissionId, patient: PatientId) -> Result<(), Failure> {
    let facts = own(tx, id, patient)?;
    hand_in(tx, &facts, By::opener(patient, facts.opened_as))?;
    trace(tx, patient, Actor::Patient(patient), Action::Changed)
}

/// A clerk who filled in with the patient sends it for them, and states that they agree.
pub(crate) fn submit_at_desk(
    tx: &mut Tx<'_>,
    id: PreadmissionId,
    (by, of): (StaffId, &[EstablishmentId]),
    agreed: bool,
) -> Result<(), Failure> {
    if !agreed {
        at_desk(tx, id, of)?;
        return Err(Refusal::AgreementNotStated.into());
    }
    let facts = open_for_writing(tx, id, (by, of))?;
    hand_in(tx, &facts, By::Clerk(by.as_object()))?;
    decided(tx, &facts, by)
}

fn hand_in(tx: &mut Tx<'_>, facts: &PreadmissionFacts, by: By) -> Result<(), Failure> {
    if facts.stay.entry_at <= tx.now() {
        return Err(Refusal::Over.into());
    }
    if !facts.status.is_open() {
        return Err(Refusal::NotInThisStatus.into());
    }
    if !facts.completeness().may_be_sent() {
        return Err(Refusal::NotComplete.into());
    }
    files::submit(tx, facts, by)
}

pub(crate) fn accept(
    tx: &mut Tx<'_>,
    id: PreadmissionId,
    by: StaffId,
    of: &[EstablishmentId],
    seen: Option<&str>,
) -> Result<PreadmissionFacts, Failure> {
    let facts = at_desk(tx, id, of)?;
    is_as_seen(&facts, seen)?;
    if facts.status == Status::Ready && !facts.is_all_decided() {
        return Err(Refusal::NotAllDecided.into());
    }
    if facts.completeness().consent.stops() {
        return Err(Refusal::Disagreement.into());
    }
    files::accept(tx, &facts, by)?;
    relatives::tell(tx, &facts, News::Ready)?;
    decided(tx, &facts, by)?;
    at_desk(tx, id, of)
}

pub(crate) fn refuse(
    tx: &mut Tx<'_>,
    id: PreadmissionId,
    asked: &Asked,
    by: StaffId,
    of: &[EstablishmentId],
    seen: Option<&str>,
) -> Result<PreadmissionFacts, Failure> {
    let facts = at_desk(tx, id, of)?;
    is_as_seen(&facts, seen)?;
    let known = asked.sections.iter().all(|name| catalogue::find(name).is_some());
    let document = facts.completeness().documents.iter().any(|document| document.state.is_to_correct());
    // The reasons of refused documents speak for themselves; a section needs words.
    let silent = asked.text.trim().is_empty() && !asked.sections.is_empty();
    if !known || (asked.sections.is_empty() && !document) || silent {
        return Err(Refusal::NothingToCorrect.into());
    }
    if asked.text.chars().count() > 1000 {
        return Err(Refusal::WordsNotFit.into());
    }
    if asked.deadline.is_some_and(|deadline| deadline <= tx.now() || deadline > facts.stay.entry_at) {
        return Err(Refusal::DeadlineNotPossible.into());
    }
    files::refuse(tx, &facts, asked, by)?;
    decided(tx, &facts, by)?;
    at_desk(tx, id, of)
}

/// The stay will not take place, as the desk was told; the hospital's system may not know yet.
pub(crate) fn cancel(
    tx: &mut Tx<'_>,
    id: PreadmissionId,
    by: StaffId,
    of: &[EstablishmentId],
) -> Result<PreadmissionFacts, Failure> {
    let facts = at_desk(tx, id, of)?;
    if announce::cancel(tx, &facts.stay, Origin::Desk)? != Outcome::Cancelled {
        return Err(Refusal::NotInThisStatus.into());
    }
    files::record(tx, files::CANCELLED, by.as_object(), id, &json!({ "version": facts.version }))?;
    decided(tx, &facts, by)?;
    at_desk(tx, id, of)
}

/// Of two clerks, or a clerk and a patient, the second does not decide on what they have not seen.
pub(crate) fn is_as_seen(facts: &PreadmissionFacts, seen: Option<&str>) -> Result<(), Failure> {
    match seen {
        Some(mark) if mark != facts.mark() => Err(Refusal::Changed.into()),
        _ => Ok(()),
    }
}

pub(crate) fn decided(tx: &mut Tx<'_>, facts: &PreadmissionFacts, by: StaffId) -> Result<(), Failure> {
    match facts.patient {
        Some(patient) => trace(tx, patient, Actor::Staff(by), Action::Changed),
        None => Ok(()),
    }
}

pub(crate) fn trace(tx: &mut Tx<'_>, patient: PatientId, actor: Actor, action: Action) -> Result<(), Failure> {
    traces::record(tx, Trace { patient, actor, action, what: "preadmission" })?;
    Ok(())
}

/// The fields of a section for a sheet of paper: those that are asked, and those that an open question may lead to.
pub(crate) fn fields_on_paper(
    facts: &PreadmissionFacts,
    section: &'static catalogue::Section,
) -> Vec<&'static catalogue::Field> {
    let (stay, answers) = (facts.stay_facts(), facts.values());
    let is_line = |field: &&Field| field.asked.may_hold(&stay, &answers) && is_shown(field, &answers);
    section.fields.iter().filter(is_line).collect()
}

/// What only a machine writes is shown once there is something.
fn is_shown(field: &Field, answers: &catalogue::Answers) -> bool {
    field.kind != Kind::Code || answers.get(field.name).is_some_and(|answer| !answer.is_empty())
}

/// The fields of a section that are asked now, by name.
pub(crate) fn shown_fields(
    facts: &PreadmissionFacts,
    section: &'static catalogue::Section,
) -> Vec<&'static catalogue::Field> {
    let answers = facts.values();
    asked_fields(section, &facts.stay_facts(), &answers).filter(|field| is_shown(field, &answers)).collect()
}
