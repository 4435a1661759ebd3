//! ADT and MDM: an accepted pre-admission file, so that nothing is typed again (IHE PAM France 2.11, HL7 v2.5 chapters 3
//! and 9). The choices are in the README. What leaves is checked once more by [`rules`].

mod decision;
mod facts;
pub mod rules;

use data_encoding::BASE64;
use kernel::Timestamp;

pub use decision::{Deed, Heard, plan};
pub use facts::{
    Address, Answers, Attending, Cover, CoverKind, Dmp, DocumentFacts, DocumentTold, Number, Papers, Relative, Role,
    Stands, Stay, StayClass, StayFacts, StayTold, Unavailable,
};

use super::{
    identity::{addresses, hospital, numbered_by, phone, pid, professional},
    profile::{Envelope, MovementDate, Profile},
};
use crate::hl7::{Component, Message, Repetition, Segment, components, timestamp};

/// MSH-9.1 and -9.2 of a document.
pub(crate) const DOCUMENT: &str = "MDM T02";

/// The longest description PV2-12 holds.
const DESCRIPTION: usize = 50;

/// The message of this deed.
pub fn message(profile: &Profile, envelope: &Envelope, told: &StayTold, deed: Deed) -> Message {
    match deed {
        Deed::Identity => identity(profile, envelope, told),
        Deed::Admission | Deed::Correction => admission(profile, envelope, told, deed),
        Deed::Cancellation => cancellation(profile, envelope, told),
    }
}

/// A28 (ITI-30): the person, without the stay, the folder and the trusted person (PAM §4.3, 6.9).
fn identity(profile: &Profile, envelope: &Envelope, told: &StayTold) -> Message {
    let mut segments = vec![
        header(profile, envelope, told, ["ADT", "A28", "ADT_A05"]),
        happened(envelope, told),
        patient(profile, told),
    ];
    segments.extend(attending(told));
    segments.extend(relatives(profile, told, |role| role != Role::Trusted));
    segments.push(Segment::new("PV1").with(1, "1").with(2, "N"));
    segments.extend(dmp(told));
    segments.push(declared(told));
    Message::new(segments)
}

/// A05 and Z99 (ITI-31) tell the same: the second replaces the first.
fn admission(profile: &Profile, envelope: &Envelope, told: &StayTold, deed: Deed) -> Message {
    let kind = match deed {
        Deed::Correction => ["ADT", "Z99", "ADT_A01"],
        _ => ["ADT", "A05", "ADT_A05"],
    };
    let mut segments = vec![header(profile, envelope, told, kind), planned(envelope, told), visited(profile, told)];
    segments.extend(attending(told));
    segments.extend(relatives(profile, told, |_| true));
    let room = told.answers.private_room.map(yes);
    segments.push(visit(profile, told).with(22, room.unwrap_or_default()));
    segments.push(visit_details(told));
    segments.push(movement(profile, told, if deed == Deed::Correction { "UPDATE" } else { "INSERT" }));
    segments.extend(dmp(told));
    segments.extend(occupation(told));
    segments.push(declared(told));
    segments.extend(covers(told));
    Message::new(segments)
}

fn cancellation(profile: &Profile, envelope: &Envelope, told: &StayTold) -> Message {
    Message::new(vec![
        header(profile, envelope, told, ["ADT", "A38", "ADT_A38"]),
        happened(envelope, told),
        visited(profile, told),
        visit(profile, told),
        movement(profile, told, "CANCEL"),
    ])
}

/// MDM^T02: a document with its content. No French profile exists for administrative papers (README).
pub fn document(profile: &Profile, envelope: &Envelope, told: &DocumentTold, pdf: &[u8]) -> Message {
    let stay = &told.stay;
    let at = |instant: Timestamp| timestamp(instant, &stay.stay.zone);
    let id = components([&told.id.to_string(), profile.domain_name(), &profile.domain_oid, "ISO"]);
    let kind = components([&told.kind.code, &told.kind.label, "PREADM-DOC-TYPE"]);
    let content = components([profile.domain_name(), "AP", "PDF", "Base64", &BASE64.encode(pdf)]);
    // TXA-3 AP: other application data; -17 DO, -19 AV: documented, available (tables 0191, 0271, 0273).
    let description = Segment::new("TXA")
        .with(1, "1")
        .with(2, told.kind.code.as_str())
        .with(3, "AP")
        .with(4, at(told.received_at))
        .with(7, at(told.accepted_at))
        .with(12, id)
        .with(17, "DO")
        .with(19, "AV");
    let body = Segment::new("OBX")
        .with(1, "1")
        .with(2, "ED")
        .with(3, kind)
        .with(5, content)
        .with(11, "F")
        .with(14, at(told.received_at));
    let msh = profile.header(envelope, &stay.stay.zone, ["MDM", "T02", "MDM_T02"]);
    let patient = visited(profile, stay);
    Message::new(vec![msh, happened(envelope, stay), patient, visit(profile, stay), description, body])
}

/// MSH-21 names the national profile the version speaks of.
fn header(profile: &Profile, envelope: &Envelope, told: &StayTold, kind: [&str; 3]) -> Segment {
    let msh = profile.header(envelope, &told.stay.zone, kind);
    match profile.national_version() {
        Some(version) => msh.with(21, components([version, &format!("IHE_FRANCE-{version}-PAM")])),
        None => msh,
    }
}

/// EVN of what is planned: EVN-3 and no EVN-6 (PAM §6.4).
fn planned(envelope: &Envelope, told: &StayTold) -> Segment {
    let at = |instant: Timestamp| timestamp(instant, &told.stay.zone);
    Segment::new("EVN").with(2, at(envelope.at)).with(3, at(told.stay.planned_at))
}

/// EVN of what happened: EVN-6.
fn happened(envelope: &Envelope, told: &StayTold) -> Segment {
    let at = timestamp(envelope.at, &told.stay.zone);
    Segment::new("EVN").with(2, at.clone()).with(6, at)
}

fn patient(profile: &Profile, told: &StayTold) -> Segment {
    let own = Repetition::default().with(1, told.person.id.to_string()).with(4, profile.domain()).with(5, "PI");
    let theirs = told.ipp.as_deref().map(|ipp| numbered_by(profile, &told.finess, ipp, "PI"));
    pid(&told.person, profile)
        .with(3, theirs.into_iter().chain([own]).collect::<Vec<_>>())
        .with(11, addresses(&told.person, told.answers.address.as_ref()))
        .with(16, told.answers.marital_status.as_deref().unwrap_or_default())
}

/// With the folder, which every ITI-31 message carries (PAM §6.6.9).
fn visited(profile: &Profile, told: &StayTold) -> Segment {
    let folder = match (&told.stay.folder, &told.stay.visit) {
        (Some(folder), _) | (None, Number::Hospital(folder)) => numbered_by(profile, &told.finess, folder, "AN"),
        (None, Number::Ours(number)) => by_us(profile, number, "AN"),
    };
    patient(profile, told).with(18, folder)
}

fn by_us(profile: &Profile, number: &str, kind: &str) -> Repetition {
    Repetition::default().with(1, number).with(4, profile.domain()).with(5, kind)
}

fn attending(told: &StayTold) -> Option<Segment> {
    let who = match told.answers.attending.as_ref()? {
        Attending::Known(known) => professional(known),
        Attending::Named { family, given } => components(["", family, given]).with(10, "L"),
    };
    Some(Segment::new("ROL").with(2, "UC").with(3, "ODRP").with(4, who))
}

fn relatives(profile: &Profile, told: &StayTold, wanted: impl Fn(Role) -> bool) -> Vec<Segment> {
    let chosen = told.answers.relatives.iter().filter(|one| wanted(one.role)).enumerate();
    chosen.map(|(place, one)| relative(profile, place + 1, one)).collect()
}

fn relative(profile: &Profile, place: usize, one: &Relative) -> Segment {
    let role = match one.role {
        Role::ToNotify => "C",
        Role::Trusted => "K",
        Role::Representative => "R",
    };
    let address = one.address.as_ref().map(|address| home(address, "H"));
    Segment::new("NK1")
        .with(1, place.to_string())
        .with(2, components([&one.family, &one.given, "", "", "", "", "L"]))
        .with(3, one.relationship.as_deref().unwrap_or("OTH"))
        .with(4, address.map_or_else(Vec::new, |address| vec![address]))
        .with(5, one.phone.as_deref().map_or_else(Vec::new, |number| vec![phone(number)]))
        .with(7, role)
        .with(33, by_us(profile, &one.id, "PN"))
}

/// XAD; several lines share XAD-2, one `&` apart (appendix N §6).
pub(super) fn home(address: &Address, kind: &str) -> Repetition {
    let mut lines = address.lines.iter().filter(|line| !line.is_empty());
    let first = lines.next().map(String::as_str).unwrap_or_default();
    let others = lines.map(String::as_str).collect::<Vec<_>>().join("^");
    components([first, &others, &address.city, "", &address.postcode, &address.country, kind])
}

fn visit(profile: &Profile, told: &StayTold) -> Segment {
    let stay = &told.stay;
    let (class, mode) = match stay.class {
        StayClass::Inpatient => ("I", "03"),
        StayClass::Day => ("I", "04"),
        StayClass::AmbulatorySurgery => ("I", "23"),
        StayClass::External => ("O", "07"),
    };
    let number = match &stay.visit {
        Number::Hospital(number) => numbered_by(profile, &told.finess, number, "VN"),
        Number::Ours(number) => by_us(profile, number, "VN"),
    };
    Segment::new("PV1")
        .with(1, "1")
        .with(2, class)
        .with(3, place(profile, told))
        .with(4, "R")
        .with(5, number.clone())
        .with(19, number)
        .with(21, mode)
        .with(51, "V")
}

fn place(profile: &Profile, told: &StayTold) -> Vec<Repetition> {
    let Some(unit) = &told.stay.unit else { return Vec::new() };
    let facility = match &told.stay.site {
        Some(site) => Component::subcomponents([profile.receiving_facility_name(), site.as_str(), "N"]),
        None => hospital(profile, &told.finess),
    };
    vec![components([unit.code.as_str()]).with(4, facility)]
}

fn visit_details(told: &StayTold) -> Segment {
    let stay = &told.stay;
    let at = |instant: Timestamp| timestamp(instant, &stay.zone);
    Segment::new("PV2")
        .with(8, at(stay.planned_at))
        .with(9, stay.ends_at.map(at).unwrap_or_default())
        .with(12, stay.label.chars().take(DESCRIPTION).collect::<String>())
        .with(22, yes(told.answers.confidential))
}

/// ZBE (PAM §6.13). The movement keeps its id through Z99 and A38: ours, or the one the hospital announced.
fn movement(profile: &Profile, told: &StayTold, action: &str) -> Segment {
    let stay = &told.stay;
    let id = match stay.movement.as_deref().filter(|_| told.changes_theirs(profile.stays.announced)) {
        Some(theirs) => {
            let (number, authority) = theirs.split_once('^').unwrap_or((theirs, ""));
            components([number, authority])
        }
        None => components([&told.file.to_string(), profile.domain_name(), &profile.domain_oid, "ISO"]),
    };
    let begins = match profile.stays.movement_date {
        MovementDate::Planned => stay.planned_at,
        MovementDate::Created => stay.created_at,
    };
    let unit = stay.unit.as_ref().map(|unit| {
        components([unit.label.as_str()])
            .with(6, hospital(profile, &told.finess))
            .with(7, "UF")
            .with(10, unit.code.as_str())
    });
    let unit: Vec<Repetition> = unit.into_iter().collect();
    // Lodging, medical and nursing responsibility; an outpatient is not lodged.
    let nature = if stay.class == StayClass::External { "SM" } else { "HMS" };
    Segment::new("ZBE")
        .with(1, id)
        .with(2, timestamp(begins, &stay.zone))
        .with(4, action)
        .with(5, "N")
        .with(6, if action == "INSERT" { "" } else { "A05" })
        .with(7, unit.clone())
        .with(8, unit)
        .with(9, nature)
}

/// ZFA (PAM §6.14): what was said of the DMP. Whether there is one is the hospital's to find out: ZFA-1 stays empty.
fn dmp(told: &StayTold) -> Option<Segment> {
    let Dmp { feeding, consultation } = &told.answers.dmp;
    let said = |answer: &Option<(bool, Timestamp)>, codes: [&str; 2]| {
        let [agrees, refuses] = codes;
        let code = answer.map(|(agreed, _)| if agreed { agrees } else { refuses }.to_owned());
        (code.unwrap_or_default(), answer.map(|(_, at)| timestamp(at, &told.stay.zone)).unwrap_or_default())
    };
    let ((fed, fed_at), (read, read_at)) = (said(feeding, ["INO", "IO"]), said(consultation, ["IC", "INC"]));
    (feeding.is_some() || consultation.is_some())
        .then(|| Segment::new("ZFA").with(9, fed).with(10, fed_at).with(11, read).with(12, read_at))
}

fn occupation(told: &StayTold) -> Option<Segment> {
    let Answers { activity, category, .. } = &told.answers;
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let (activity, category) = (text(activity), text(category));
    (!activity.is_empty() || !category.is_empty()).then(|| Segment::new("ZFP").with(1, activity).with(2, category))
}

/// ZFD (PAM §6.18): typed by the person (SM). ZFD-7 and -8 are the document an agent checked: never ours.
fn declared(told: &StayTold) -> Segment {
    Segment::new("ZFD").with(3, yes(told.answers.sms.unwrap_or(false))).with(4, "N").with(5, "SM")
}

fn covers(told: &StayTold) -> Vec<Segment> {
    told.answers.covers.iter().enumerate().map(|(place, cover)| insurance(place + 1, cover)).collect()
}

/// IN1 (PAM §6.20).
fn insurance(place: usize, cover: &Cover) -> Segment {
    let date = |date: Option<jiff::civil::Date>| date.map(|date| date.strftime("%Y%m%d").to_string());
    let (kind, number) = match (cover.kind, cover.number.as_deref()) {
        (CoverKind::Amo, Some(nir)) => {
            let authority = Component::subcomponents(["ASIP-SANTE-NIR", "1.2.250.1.213.1.4.8", "ISO"]);
            ("AMO", vec![components([nir]).with(4, authority).with(5, "SS")])
        }
        (CoverKind::Amc, Some(member)) => ("AMC", vec![components([member])]),
        (CoverKind::Amo, None) => ("AMO", Vec::new()),
        (CoverKind::Amc, None) => ("AMC", Vec::new()),
    };
    let insured = components([&cover.insured_family, &cover.insured_given, "", "", "", "", "L"]);
    Segment::new("IN1")
        .with(1, place.to_string())
        .with(2, kind)
        .with(3, components([&cover.payer, "", "", &cover.payer_name]))
        .with(12, date(cover.from).unwrap_or_default())
        .with(13, date(cover.until).unwrap_or_default())
        .with(16, insured)
        .with(17, cover.quality.as_str())
        .with(49, number)
}

fn yes(answer: bool) -> &'static str {
    if answer { "Y" } else { "N" }
}

#[cfg(test)]
mod sample;
#[cfg(test)]
mod tests;

#[cfg(test)]
pub(crate) use sample::sample;
