//! The two messages as they leave, and what must never be in them.

use proptest::prelude::*;

use super::{sample::sample, *};
use crate::{
    hl7::{Charset, WriteError, read},
    outbound::{Processing, Sex, StayProfile},
};

fn profile(charset: Charset) -> Profile {
    Profile {
        sending_application: "PARVIS".to_owned(),
        sending_facility: "CH-VALMONT".to_owned(),
        receiving_application: "AGENDA".to_owned(),
        receiving_facility: "CH-VALMONT".to_owned(),
        domain_oid: "1.2.250.1.999.7.1".to_owned(),
        charset,
        processing: Processing::Test,
        version: "2.5".to_owned(),
        stays: StayProfile::default(),
    }
}

fn envelope() -> Envelope {
    Envelope { control_id: "PRV0000000000000S12A".to_owned(), at: "2026-11-21T08:30:00Z".parse().unwrap() }
}

fn visit() -> Visit {
    sample().0
}

fn person() -> Person {
    sample().1
}

/// One segment a line, as people read it.
fn lines(message: &Message, charset: Charset) -> String {
    let bytes = message.encode(charset).unwrap();
    charset.decode(&bytes).unwrap().replace('\r', "\n")
}

#[test]
fn s12() {
    let message = booked(&profile(Charset::Utf8), &envelope(), &visit(), &person());
    insta::assert_snapshot!(lines(&message, Charset::Utf8));
}

#[test]
fn s15_in_8859_15() {
    let profile = Profile { version: "2.5^FRA^2.11".to_owned(), ..profile(Charset::Latin9) };
    let message = cancelled(&profile, &envelope(), &visit(), &person());
    assert!(message.encode(Charset::Latin9).unwrap().contains(&0xbc), "Œ in its one byte");
    insta::assert_snapshot!(lines(&message, Charset::Latin9));
}

#[test]
fn s12_overseas_of_someone_born_abroad_on_an_unknown_day() {
    let visit = Visit {
        zone: "Indian/Reunion".parse().unwrap(),
        cause: Cause::Hospital,
        comment: Some("Je viens en fauteuil.\nMerci | à vous & à demain".to_owned()),
        ..visit()
    };
    let person = Person {
        used_family: Some("LE GOFF".to_owned()),
        birth_date: "1951-00-00".to_owned(),
        birth_place: Some(String::new()),
        birth_country: Some("99350".to_owned()),
        sex: Sex::Male,
        phone: Some("02 62 00 00 01".to_owned()),
        mail: None,
        ..person()
    };
    insta::assert_snapshot!(lines(&booked(&profile(Charset::Utf8), &envelope(), &visit, &person), Charset::Utf8));
}

#[test]
fn the_same_facts_give_the_same_bytes() {
    let bytes = || booked(&profile(Charset::Utf8), &envelope(), &visit(), &person()).encode(Charset::Utf8);
    assert_eq!(bytes(), bytes());
}

#[test]
fn a_name_that_8859_15_cannot_write_is_refused_by_its_segment_only() {
    let person = Person { birth_family: "李".to_owned(), ..person() };
    let error = booked(&profile(Charset::Latin9), &envelope(), &visit(), &person).encode(Charset::Latin9).unwrap_err();
    assert!(matches!(error, WriteError::Charset { .. }));
    assert_eq!(error.to_string(), "PID: text that 8859/15 cannot hold");
}

proptest! {
    /// Whatever a person types, required fields stay filled, no INS appears and nothing leaves its field.
    #[test]
    fn hostile_traits_stay_in_their_fields(family in "\\PC{1,60}", given in "\\PC{1,60}", comment in any::<String>(), date in "[0-9-]{0,10}") {
        let person = Person { birth_family: family.clone(), used_family: None, given, birth_date: date, ..person() };
        let visit = Visit { comment: Some(comment), ..visit() };
        let message = booked(&profile(Charset::Utf8), &envelope(), &visit, &person);
        let Ok(bytes) = message.encode(Charset::Utf8) else { return Ok(()) };
        let back = read(&bytes).unwrap();
        let names: Vec<&str> = back.segments().iter().map(Segment::name).collect();
        prop_assert_eq!(names, ["MSH", "SCH", "TQ1", "NTE", "PID", "PV1", "RGS", "AIS", "AIL", "AIP"]);
        let pid = back.first("PID").unwrap();
        prop_assert_eq!(pid.text(5).unwrap(), family);
        prop_assert_eq!(pid.text(32), Some("PROV"));
        prop_assert_eq!(pid.field(3).unwrap().repetitions().len(), 1);
        prop_assert_eq!(pid.component(3, 5), Some("PI"));
        let sch = back.first("SCH").unwrap();
        prop_assert!(sch.text(6).is_some() && sch.component(16, 2).is_some() && sch.text(20).is_some());
    }
}
