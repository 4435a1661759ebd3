//! Each message as it leaves, what decides about it, and that no text escapes from its field.

use kernel::EventKind;
use proptest::prelude::*;

use super::{sample::sample, *};
use crate::{
    hl7::{Charset, read},
    outbound::{Announced, Coded, Processing, StayProfile},
};

fn profile(charset: Charset) -> Profile {
    Profile {
        sending_application: "PARVIS".to_owned(),
        sending_facility: "GHT-ORMES".to_owned(),
        receiving_application: "GAM".to_owned(),
        receiving_facility: "CH-VALMONT".to_owned(),
        domain_oid: "1.2.250.1.999.7.1".to_owned(),
        charset,
        processing: Processing::Test,
        version: "2.5^FRA^2.11".to_owned(),
        stays: StayProfile::default(),
    }
}

fn envelope() -> Envelope {
    Envelope { control_id: "PRV0000000000000A05A".to_owned(), at: "2026-11-22T08:30:00Z".parse().unwrap() }
}

/// As it leaves, checked as it is before leaving.
fn lines(message: &Message, charset: Charset) -> String {
    rules::check(message).unwrap();
    charset.decode(&message.encode(charset).unwrap()).unwrap().replace('\r', "\n")
}

fn written(told: &StayTold, deed: Deed) -> String {
    lines(&message(&profile(Charset::Utf8), &envelope(), told, deed), Charset::Utf8)
}

/// Opened by a patient for a stay the hospital has not announced, with hardly an answer.
fn bare() -> StayTold {
    let told = sample();
    let stay = Stay {
        visit: Number::Ours("P-17".to_owned()),
        folder: None,
        class: StayClass::External,
        unit: None,
        site: None,
        ends_at: None,
        label: String::new(),
        ..told.stay
    };
    StayTold { ipp: None, stay, answers: Answers::default(), ..told }
}

#[test]
fn a28() {
    let told = StayTold { ipp: None, ..sample() };
    let text = written(&told, Deed::Identity);
    assert!(!text.contains("|K|") && text.contains("|C|"), "the trusted person is told with the stay only");
    insta::assert_snapshot!(text);
}

#[test]
fn a05() {
    insta::assert_snapshot!(written(&sample(), Deed::Admission));
}

#[test]
fn a05_in_8859_15_of_a_stay_opened_by_the_patient() {
    let profile = profile(Charset::Latin9);
    insta::assert_snapshot!(lines(&message(&profile, &envelope(), &bare(), Deed::Admission), Charset::Latin9));
}

#[test]
fn a05_of_a_minor() {
    let mut told = sample();
    told.answers = Answers {
        relatives: vec![Relative {
            id: "c001-3".to_owned(),
            role: Role::Representative,
            family: "LE GOFF".to_owned(),
            given: "Yann".to_owned(),
            relationship: Some("FTH".to_owned()),
            phone: None,
            address: Some(Address { lines: vec!["7 quai des Ormes".to_owned()], ..Address::default() }),
        }],
        attending: Some(Attending::Named { family: "MORVAN".to_owned(), given: String::new() }),
        ..Answers::default()
    };
    insta::assert_snapshot!(written(&told, Deed::Admission));
}

#[test]
fn z99_whose_movement_begins_when_it_was_created() {
    let mut profile = profile(Charset::Utf8);
    profile.stays.movement_date = crate::outbound::MovementDate::Created;
    insta::assert_snapshot!(lines(&message(&profile, &envelope(), &sample(), Deed::Correction), Charset::Utf8));
}

#[test]
fn a38() {
    insta::assert_snapshot!(written(&sample(), Deed::Cancellation));
}

fn paper() -> DocumentTold {
    DocumentTold {
        stay: sample(),
        id: "0198f3c2-7a31-7000-8000-00000000d001".parse().unwrap(),
        kind: Coded { code: "MUTUELLE".to_owned(), label: "Carte de mutuelle".to_owned() },
        received_at: "2026-11-21T10:05:00Z".parse().unwrap(),
        accepted_at: "2026-11-22T08:00:00Z".parse().unwrap(),
    }
}

#[test]
fn mdm() {
    let pdf = b"%PDF-1.7 fictional";
    let message = document(&profile(Charset::Utf8), &envelope(), &paper(), pdf);
    let back = read(&message.encode(Charset::Utf8).unwrap()).unwrap();
    let kept = back.first("OBX").unwrap().component(5, 5).unwrap().to_owned();
    assert_eq!(BASE64.decode(kept.as_bytes()).unwrap(), pdf);
    insta::assert_snapshot!(lines(&message, Charset::Utf8));
}

#[test]
fn a_version_without_a_national_part_names_no_profile() {
    let profile = Profile { version: "2.5".to_owned(), ..profile(Charset::Utf8) };
    assert_eq!(message(&profile, &envelope(), &sample(), Deed::Admission).first("MSH").unwrap().text(21), None);
}

#[test]
fn what_an_event_becomes() {
    use EventKind::{
        PreadmissionCancelled as Cancelled, PreadmissionCompleted as Done, PreadmissionCorrected as Corrected,
    };
    let told = |stands, ipp: bool| StayTold { stands, version: 3, ipp: ipp.then(|| "1".to_owned()), ..sample() };
    let nothing = Heard::default();
    let identity = Heard { identity: true, ..nothing };
    let left = Heard { perhaps: true, ..nothing };
    let older = Heard { version: Some(2), perhaps: true, ..nothing };
    let same = Heard { version: Some(3), ..older };
    let gone = Heard { cancelled: true, ..same };
    let accepted = || told(Stands::Accepted, false);
    for (event, told, heard, plan) in [
        (Done, accepted(), nothing, Ok(vec![Deed::Identity, Deed::Admission])),
        (Done, accepted(), identity, Ok(vec![Deed::Admission])),
        (Done, told(Stands::Accepted, true), nothing, Ok(vec![Deed::Admission])),
        (Done, accepted(), same, Err("already-told")),
        (Done, accepted(), gone, Err("stay-cancelled")),
        (Done, told(Stands::Open, true), nothing, Err("file-open")),
        (Done, told(Stands::Cancelled, true), nothing, Err("stay-cancelled")),
        (Corrected, accepted(), older, Ok(vec![Deed::Correction])),
        (Corrected, accepted(), same, Err("already-told")),
        (Corrected, accepted(), left, Ok(vec![Deed::Identity, Deed::Admission])),
        (Cancelled, told(Stands::Cancelled, true), same, Ok(vec![Deed::Cancellation])),
        (Cancelled, told(Stands::Cancelled, true), left, Ok(vec![Deed::Cancellation])),
        (Cancelled, told(Stands::Cancelled, true), nothing, Err("stay-not-told")),
        (Cancelled, told(Stands::Cancelled, true), gone, Err("already-told")),
        (Cancelled, told(Stands::CancelledByHospital, true), same, Err("hospital-knows")),
        (Cancelled, accepted(), same, Err("stay-not-cancelled")),
        (EventKind::PreadmissionSubmitted, accepted(), nothing, Err("not-for-the-sih")),
    ] {
        assert_eq!(super::plan(event, &told, heard, Announced::Admission), plan, "{event} {heard:?}");
    }
}

proptest! {
    /// Whatever a person typed, each text is read back from its own field, and no segment is added.
    #[test]
    fn hostile_answers_stay_in_their_fields(
        family in "\\PC{1,60}", city in any::<String>(), relative in "\\PC{1,60}", label in "\\PC{1,50}",
        payer in "[0-9]{1,9}", insurer in any::<String>(), category in "\\PC{1,9}",
    ) {
        let mut told = sample();
        told.person.birth_family = family.clone();
        told.person.used_family = None;
        told.stay.label = label.clone();
        told.answers.category = Some(category.clone());
        if let Some(address) = &mut told.answers.address {
            address.city = city.clone();
        }
        told.answers.relatives[0].family = relative.clone();
        told.answers.covers[0].payer = payer;
        told.answers.covers[0].payer_name = insurer.clone();
        let message = message(&profile(Charset::Utf8), &envelope(), &told, Deed::Admission);
        let Ok(bytes) = message.encode(Charset::Utf8) else { return Ok(()) };
        let back = read(&bytes).unwrap();
        let names: Vec<&str> = back.segments().iter().map(Segment::name).collect();
        prop_assert_eq!(names, ["MSH", "EVN", "PID", "ROL", "NK1", "NK1", "PV1", "PV2", "ZBE", "ZFA", "ZFP", "ZFD", "IN1", "IN1"]);
        let pid = back.first("PID").unwrap();
        let said = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        prop_assert_eq!(pid.text(5).map(str::to_owned), said(&family));
        prop_assert_eq!(pid.component(11, 3).map(str::to_owned), said(&city));
        prop_assert_eq!(back.first("NK1").unwrap().text(2).map(str::to_owned), said(&relative));
        prop_assert_eq!(back.first("PV2").unwrap().text(12).map(str::to_owned), said(&label));
        prop_assert_eq!(back.first("ZFP").unwrap().text(2).map(str::to_owned), said(&category));
        prop_assert_eq!(back.first("IN1").unwrap().component(3, 4).map(str::to_owned), said(&insurer));
        prop_assert!(rules::check(&back).is_ok());
    }
}
