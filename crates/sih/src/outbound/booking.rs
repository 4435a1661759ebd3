//! SIU: what happened in the agenda (HL7 v2.5 chapter 10). No French profile exists; the choices are in the README.
//!
//! Parvis owns the agenda, so it is placer and filler: SCH-1 and SCH-2 are the appointment's id, by which the
//! receiver recognises it at S12 and at S15.

use super::{
    facts::{Cause, Person, Visit},
    identity::{pid, professional},
    profile::{Envelope, Profile},
};
use crate::hl7::{Component, Message, Repetition, Segment, components, timestamp};

/// The two messages differ in a handful of codes.
struct Told {
    trigger: &'static str,
    /// Action code of each segment (table 0206).
    action: &'static str,
    /// Filler status (table 0278).
    status: &'static str,
    reason: [&'static str; 2],
}

/// SIU^S12: a new appointment.
pub fn booked(profile: &Profile, envelope: &Envelope, visit: &Visit, person: &Person) -> Message {
    let reason = match visit.cause {
        Cause::Patient => ["NEWBOOK", "Prise de rendez-vous en ligne"],
        Cause::Hospital => ["NEWBOOK-HOSP", "Prise de rendez-vous par l'hôpital"],
    };
    let told = Told { trigger: "S12", action: "A", status: "Booked", reason };
    message(profile, envelope, visit, person, &told)
}

/// SIU^S15: an appointment cancelled before it began.
pub fn cancelled(profile: &Profile, envelope: &Envelope, visit: &Visit, person: &Person) -> Message {
    let reason = match visit.cause {
        Cause::Patient => ["CANCEL-PAT", "Annulation par le patient"],
        Cause::Hospital => ["CANCEL-HOSP", "Annulation par l'hôpital"],
    };
    let told = Told { trigger: "S15", action: "D", status: "Cancelled", reason };
    message(profile, envelope, visit, person, &told)
}

fn message(profile: &Profile, envelope: &Envelope, visit: &Visit, person: &Person, told: &Told) -> Message {
    let mut segments = vec![
        profile.header(envelope, &visit.zone, ["SIU", told.trigger, "SIU_S12"]),
        schedule(profile, visit, told),
        timing(visit),
    ];
    segments.extend(visit.comment.as_deref().map(note));
    segments.extend([
        pid(person, profile),
        patient_visit(profile, visit),
        Segment::new("RGS").with(1, "1").with(2, told.action),
        service(profile, visit, told),
        location(profile, visit, told),
        personnel(profile, visit, told),
    ]);
    Message::new(segments)
}

fn schedule(profile: &Profile, visit: &Visit, told: &Told) -> Segment {
    // Without the OID: SCH-1 and SCH-2 hold 75 characters.
    let id = Repetition::default().with(1, visit.id.to_string()).with(2, profile.domain_name());
    let [code, label] = told.reason;
    let author = match visit.cause {
        Cause::Patient => "PATIENT",
        Cause::Hospital => "SECRETARIAT",
    };
    // SCH-9 to SCH-11 are left out: TQ1 replaces them since v2.5.
    Segment::new("SCH")
        .with(1, id.clone())
        .with(2, id)
        .with(6, components([code, label, profile.domain_name()]))
        .with(7, components(["ROUTINE", "Consultation programmée", "HL70276"]))
        .with(8, components(["NORMAL", "Normal", "HL70277"]))
        .with(16, components(["", "SECRETARIAT", &visit.place.unit.label]))
        .with(20, components([profile.domain_name(), author, "INTERNET"]))
        .with(25, status(told))
}

fn timing(visit: &Visit) -> Segment {
    let unit = Component::subcomponents(["min", "minute", "UCUM"]);
    Segment::new("TQ1")
        .with(1, "1")
        .with(6, Repetition::default().with(1, minutes(visit)).with(2, unit))
        .with(7, timestamp(visit.starts_at, &visit.zone))
        .with(8, timestamp(visit.ends_at, &visit.zone))
}

/// NTE-2 P: from the placer's side, here the patient.
fn note(comment: &str) -> Segment {
    Segment::new("NTE").with(1, "1").with(2, "P").with(3, comment)
}

fn patient_visit(profile: &Profile, visit: &Visit) -> Segment {
    Segment::new("PV1")
        .with(1, "1")
        .with(2, "O")
        .with(3, place(profile, visit))
        .with(7, professional(&visit.professional))
}

fn service(profile: &Profile, visit: &Visit, told: &Told) -> Segment {
    let reason = components([&visit.reason.code, &visit.reason.label, profile.domain_name()]);
    Segment::new("AIS")
        .with(1, "1")
        .with(2, told.action)
        .with(3, reason)
        .with(4, timestamp(visit.starts_at, &visit.zone))
        .with(7, minutes(visit))
        .with(8, minute())
        .with(10, status(told))
}

fn location(profile: &Profile, visit: &Visit, told: &Told) -> Segment {
    resource("AIL", visit, told).with(3, place(profile, visit))
}

fn personnel(profile: &Profile, visit: &Visit, told: &Told) -> Segment {
    resource("AIP", visit, told)
        .with(3, professional(&visit.professional))
        .with(4, components(["PRA", "Praticien", profile.domain_name()]))
}

/// AIL and AIP share their numbers from 6 on.
fn resource(name: &'static str, visit: &Visit, told: &Told) -> Segment {
    Segment::new(name)
        .with(1, "1")
        .with(2, told.action)
        .with(6, timestamp(visit.starts_at, &visit.zone))
        .with(9, minutes(visit))
        .with(10, minute())
        .with(12, status(told))
}

/// PL: unit, room, and the establishment by its geographical FINESS (type N).
fn place(profile: &Profile, visit: &Visit) -> Repetition {
    let facility = Component::subcomponents([profile.facility_name(), visit.place.finess.as_str(), "N"]);
    let room = visit.place.room.as_deref().unwrap_or_default();
    components([&visit.place.unit.code, room]).with(4, facility)
}

fn minutes(visit: &Visit) -> String {
    let length = visit.ends_at.duration_since(visit.starts_at);
    (length.as_secs() / 60).to_string()
}

fn minute() -> Repetition {
    components(["min", "minute", "UCUM"])
}

fn status(told: &Told) -> Repetition {
    components([told.status, "", "HL70278"])
}

#[cfg(test)]
mod sample;
#[cfg(test)]
mod tests;

#[cfg(test)]
pub(crate) use sample::sample;
