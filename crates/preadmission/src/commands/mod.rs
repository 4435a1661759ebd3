//! What patients and clerks do with a file: facts are read, rules judge, rows are written, all in one transaction.

mod clerk;
mod opening;
mod patient;

pub(crate) use clerk::{
    accept, cancel, clerk_may_write, decided, declare_missing_at_desk, is_as_seen, look_at, open_for_writing, refuse,
    save_at_desk, submit_at_desk,
};
use identity::traces::{self, Action, Actor, Trace};
use kernel::{EstablishmentId, ObjectId, PatientId, PreadmissionId};
pub(crate) use opening::{
    UnknownStay, as_opened_at_desk, claim, is_expected, open_unknown, prefill_from_hospital, still_opens,
};
pub(crate) use patient::{declare_missing, save, submit, trace_own};
use serde_json::json;
use storage::Tx;

use crate::{
    answering,
    domain::{
        Refusal,
        catalogue::{self, Field},
        completeness::asked_fields,
        places::{self, Born},
        value::{Kind, LONGEST},
    },
    failure::Failure,
    read::{PreadmissionFacts, Source, Status},
    store::{answers, documents, files, steps::By},
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

/// Fields of one section as they were typed.
pub(crate) struct Typed<'a> {
    pub(crate) section: &'a str,
    pub(crate) fields: &'a [(String, String)],
    /// Price of a night in a private room, which an undertaking to pay is about.
    pub(crate) room_cents: i64,
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
    if section.name == "trusted-person" { answering::follow(tx, facts.id, by) } else { Ok(()) }
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

/// `agreed`: who agrees, as whoever sends it states.
fn hand_in(tx: &mut Tx<'_>, facts: &PreadmissionFacts, by: (By, Option<&str>)) -> Result<(), Failure> {
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
