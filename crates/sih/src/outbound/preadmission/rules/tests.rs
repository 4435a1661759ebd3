//! One broken rule after the other, in messages that are good but for it.

use super::{super::*, *};
use crate::{
    hl7::{Field, read},
    outbound::{Processing, StayProfile},
};

fn message_of(deed: Deed) -> Message {
    let profile = Profile {
        sending_application: "PARVIS".to_owned(),
        sending_facility: "GHT".to_owned(),
        receiving_application: "GAM".to_owned(),
        receiving_facility: "CH".to_owned(),
        domain_oid: "1.2.250.1.999.7.1".to_owned(),
        charset: crate::hl7::Charset::Utf8,
        processing: Processing::Test,
        version: "2.5^FRA^2.11".to_owned(),
        stays: StayProfile::default(),
    };
    let envelope = Envelope { control_id: "A".to_owned(), at: "2026-11-22T08:30:00Z".parse().unwrap() };
    message(&profile, &envelope, &sample(), deed)
}

/// The message with one field of one segment changed.
fn with(deed: Deed, name: &str, field: usize, value: impl Into<Field>) -> Message {
    let value = value.into();
    let change = |segment: &Segment| match segment.name() == name {
        true => segment.clone().with(field, value.clone()),
        false => segment.clone(),
    };
    Message::new(message_of(deed).segments().iter().map(change).collect())
}

fn without(deed: Deed, name: &str) -> Message {
    Message::new(message_of(deed).segments().iter().filter(|segment| segment.name() != name).cloned().collect())
}

#[test]
fn good_messages_break_none() {
    for deed in [Deed::Identity, Deed::Admission, Deed::Correction, Deed::Cancellation] {
        assert_eq!(check(&message_of(deed)), Ok(()), "{deed:?}");
    }
}

#[test]
fn each_rule_is_looked_at() {
    let ins = components(["258022923202347", "", ""])
        .with(4, Component::subcomponents(["ASIP-SANTE-INS-NIR", "1.2.250.1.213.1.4.8", "ISO"]))
        .with(5, "INS");
    for (name, field, value) in [
        ("PID", 3, Field::from(ins)),
        ("PID", 10, "1".into()),
        ("PID", 17, "CAT".into()),
        ("PID", 32, "VALI".into()),
        ("PID", 18, Field::default()),
        ("PV1", 19, Field::default()),
        ("PV1", 2, "E".into()),
        ("NK1", 7, "X".into()),
        ("NK1", 33, Field::default()),
        ("NK1", 33, "1".into()),
        ("ZBE", 1, Field::default()),
        ("ZBE", 3, "20261210".into()),
        ("ZBE", 4, "UPDATE".into()),
        ("ZBE", 5, Field::default()),
        ("ZBE", 6, "A05".into()),
        ("ZBE", 9, "X".into()),
        ("ZFA", 4, "Y".into()),
        ("ZFA", 9, "OUI".into()),
        ("ZFD", 5, "CV".into()),
        ("ZFD", 7, "CN".into()),
        ("ZFD", 8, "20300101".into()),
        ("IN1", 17, Field::default()),
        ("IN1", 2, "MUT".into()),
    ] {
        let broken = check(&with(Deed::Admission, name, field, value)).unwrap_err();
        assert_eq!((broken.segment.as_str(), broken.field), (name, field), "{broken}");
    }
}

#[test]
fn what_each_event_needs() {
    for (message, segment, field) in [
        (without(Deed::Admission, "ZBE"), "ZBE", 0),
        (with(Deed::Correction, "ZBE", 6, Field::default()), "ZBE", 6),
        (with(Deed::Correction, "ZBE", 4, "INSERT"), "ZBE", 4),
        (with(Deed::Cancellation, "ZBE", 4, "UPDATE"), "ZBE", 4),
        (with(Deed::Identity, "NK1", 7, "K"), "NK1", 7),
        (with(Deed::Identity, "PV1", 2, "I"), "PV1", 2),
        (with(Deed::Admission, "MSH", 9, components(["ADT", "A01", "ADT_A01"])), "MSH", 9),
    ] {
        let broken = check(&message).unwrap_err();
        assert_eq!((broken.segment.as_str(), broken.field), (segment, field));
    }
}

#[test]
fn order_and_emptiness() {
    let mut segments = message_of(Deed::Admission).segments().to_vec();
    segments.swap(2, 5);
    assert_eq!(check(&Message::new(segments)).unwrap_err().source_of_rule, "5.2");
    let mut segments = message_of(Deed::Admission).segments().to_vec();
    segments.push(Segment::new("ZZZ").with(1, "x"));
    assert_eq!(check(&Message::new(segments)).unwrap_err().segment, "ZZZ");
    let empty = with(Deed::Admission, "ZFP", 1, Field::default());
    let empty: Vec<Segment> = empty
        .segments()
        .iter()
        .map(|one| if one.name() == "ZFP" { Segment::new("ZFP") } else { one.clone() })
        .collect();
    assert_eq!(check(&Message::new(empty)).unwrap_err().segment, "ZFP");
}

/// A movement whose fields have slipped by one, as seen in real files: ZBE-3 filled, the action in ZBE-5.
#[test]
fn a_shifted_movement_is_seen() {
    let text = "MSH|^~\\&|A|B|C|D|1||ADT^A05^ADT_A05|1|T|2.5\rEVN||1\rPID|1||1^^^X^PI||A^B^^^^^L|||||||||||||5^^^X^AN||||||||||||||PROV\r\
        PV1|1|I|||||||||||||||||9^^^X^VN\rZBE|1^X|20261210|20261210||INSERT|N||||HMS\r";
    assert_eq!(check(&read(text.as_bytes()).unwrap()).unwrap_err().to_string(), "ZBE-3 (6.13)");
}
