//! Own messages of a fictional GAM, whole and spoilt.

use super::*;
use crate::hl7::{Charset, read};

const A05: &str = "MSH|^~\\&|GAM|CH-VALMONT|PARVIS|CH-VALMONT|20261120101500||ADT^A05^ADT_A05|G-1|P|2.5^FRA^2.11|||||FRA|UNICODE UTF-8\r\
EVN||20261120101500|20261210073000\r\
PID|1||0198^^^PARVIS&1.2.250.1.999.7.1&ISO^PI~300412^^^CH-VALMONT&750712184&M^PI||LE GOFF^Maëlys^Maëlys Anne^^Mme^^L~CŒURDACIER^Maëlys^^^^^D||195802|F|||7 quai des Ormes^^QUIMPER^^29000^FRA^H~^^^^^FRA^BDL^^29232||^PRN^PH^^^^^^^^^0298000102~^PRN^CP^^^^^^^^^06 39 98 01 23~^NET^Internet^maelys@example.org|||||4410^^^CH-VALMONT&750712184&M^AN||||||||||||||VALI\r\
PV1|1|I|5120^^^CH-VALMONT&750712184&N||||10009990015^QUERE^Anna^^^Dr||||||||||||88123^^^CH-VALMONT&750712184&M^VN||23\r\
PV2||||||||20261210073000|20261210180000|||Cataracte de l'œil droit\r\
ZBE|M-55^GAM|20261120101500||INSERT|N||Chirurgie ambulatoire^^^^^^UF^^^5120||HMS\r";

fn hospital() -> Hospital {
    let finess: Finess = "750712184".parse().unwrap();
    Hospital {
        sites: vec![(finess.clone(), "Europe/Paris".parse().unwrap())],
        finess,
        own_domains: vec!["1.2.250.1.999.7.1".to_owned()],
    }
}

fn told(text: &str) -> Result<Option<Notice>, Refusal> {
    stay(&read(text.as_bytes()).unwrap(), &hospital())
}

fn planned(text: &str) -> Announcement {
    match told(text).unwrap().unwrap() {
        Notice::Planned(announcement) => *announcement,
        _ => panic!("a planned stay"),
    }
}

/// The message with a segment's field written anew.
fn with(segment: &str, field: usize, value: &str) -> String {
    let change = |line: &str| {
        if !line.starts_with(segment) {
            return line.to_owned();
        }
        let mut fields: Vec<&str> = line.split('|').collect();
        fields.resize(fields.len().max(field + 1), "");
        fields[field] = value;
        fields.join("|")
    };
    A05.split('\r').map(change).collect::<Vec<_>>().join("\r")
}

#[test]
fn everything_an_a05_says() {
    let stay = planned(A05);
    assert_eq!((stay.visit_number.as_str(), stay.folder_number.as_deref()), ("88123", Some("4410")));
    assert_eq!(stay.site.as_ref().map(Finess::as_str), Some("750712184"));
    assert_eq!((stay.movement.as_deref(), stay.class), (Some("M-55^GAM"), StayClass::Day));
    assert_eq!(stay.entry_at.to_string(), "2026-12-10T06:30:00Z", "wall time of the site");
    assert_eq!(stay.exit_at.unwrap().to_string(), "2026-12-10T17:00:00Z");
    assert_eq!((stay.label.as_str(), stay.surgery), ("Cataracte de l'œil droit", true));
    assert_eq!(stay.practitioner.as_deref(), Some("Dr Anna QUERE"));
    assert_eq!(stay.unit, Some(Unit { code: "5120".to_owned(), label: "Chirurgie ambulatoire".to_owned() }));
    let person = stay.person;
    assert_eq!(
        (person.ipp.as_str(), person.birth_family.as_str(), person.given.as_str()),
        ("300412", "LE GOFF", "Maëlys")
    );
    assert_eq!(person.used_family.as_deref(), Some("CŒURDACIER"));
    assert_eq!((person.birth_date.as_str(), person.sex.as_str()), ("1958-02", "F"));
    assert_eq!(person.birth_place.as_deref(), Some("29232"));
    assert_eq!(person.phone.as_deref(), Some("+33639980123"), "the mobile");
    assert_eq!(person.email.as_deref(), Some("maelys@example.org"));
    assert_eq!(person.identity_status.as_deref(), Some("VALI"));
}

#[test]
fn which_triggers_speak_of_planned_stays() {
    let as_trigger = |trigger: &str| A05.replace("ADT^A05^ADT_A05", &format!("ADT^{trigger}"));
    let corrected =
        |original: &str, action: &str| as_trigger("Z99").replace("|INSERT|N||", &format!("|{action}|N|{original}|"));
    for text in [as_trigger("A14"), corrected("A05", "UPDATE"), corrected("A14", "UPDATE")] {
        assert_eq!(planned(&text), planned(A05));
    }
    for trigger in ["A38", "A27"] {
        let cancelled = Notice::Cancelled { establishment: hospital().finess, visit_number: "88123".to_owned() };
        assert_eq!(told(&as_trigger(trigger)).unwrap(), Some(cancelled));
    }
    for text in [
        as_trigger("A01"),
        as_trigger("A08"),
        as_trigger("Z42"),
        corrected("A01", "UPDATE"),
        A05.replace("ADT^", "ORU^"),
    ] {
        assert_eq!(told(&text).unwrap(), None);
    }
    // A merge says which number was given up.
    assert_eq!(told(&as_trigger("A40")), Err(Refusal::sequence("MRG")));
    assert_eq!(told(&corrected("A05", "INSERT")), Err(Refusal::not_in_table("ZBE", 4)));
    assert_eq!(told(&corrected("", "UPDATE")), Err(Refusal::missing("ZBE", 6)));
    let bare = as_trigger("Z99").split("ZBE|").next().unwrap().to_owned();
    assert_eq!(told(&bare), Err(Refusal::sequence("ZBE")));
}

#[test]
fn what_is_missing_or_wrong_is_located() {
    let long = "9".repeat(41);
    for (segment, field, value, refusal) in [
        ("PV1", 19, "", Refusal::missing("PV1", 19)),
        ("PV1", 19, "88123^^^X^AN", Refusal::missing("PV1", 19)),
        ("PV1", 19, "\"\"", Refusal::missing("PV1", 19)),
        ("PV1", 19, long.as_str(), Refusal::malformed("PV1", 19)),
        ("PV1", 2, "", Refusal::missing("PV1", 2)),
        ("PV1", 2, "E", Refusal::not_in_table("PV1", 2)),
        ("PV1", 3, "5120^^^AUTRE&750803447&N", Refusal::unknown("PV1", 3, "site")),
        ("PV2", 8, "20261310", Refusal::malformed("PV2", 8)),
        ("PV2", 9, "demain", Refusal::malformed("PV2", 9)),
        ("PV2", 9, "20261201", Refusal::contradiction("PV2", 9)),
        ("PID", 3, "300412^^^X^AN", Refusal::missing("PID", 3)),
        ("PID", 3, "0198^^^PARVIS&1.2.250.1.999.7.1&ISO^PI", Refusal::missing("PID", 3)),
        ("PID", 5, "CŒURDACIER^Maëlys^^^^^D", Refusal::missing("PID", 5)),
        ("PID", 5, "^Maëlys^^^^^L", Refusal::missing("PID", 5)),
        ("PID", 7, "", Refusal::missing("PID", 7)),
        ("PID", 7, "19581301", Refusal::malformed("PID", 7)),
        ("PID", 8, "X", Refusal::not_in_table("PID", 8)),
    ] {
        assert_eq!(told(&with(segment, field, value)), Err(refusal), "{segment}-{field} {value}");
    }
    for segment in ["PID", "PV1"] {
        let without: String = A05.split_inclusive('\r').filter(|line| !line.starts_with(segment)).collect();
        assert_eq!(told(&without), Err(Refusal::sequence(segment)));
    }
    let mut lines: Vec<&str> = A05.split_inclusive('\r').collect();
    lines.swap(2, 3);
    assert_eq!(told(&lines.concat()), Err(Refusal::sequence("PID")));
}

#[test]
fn what_may_be_missing() {
    let without_pv2: String = A05.split_inclusive('\r').filter(|line| !line.starts_with("PV2")).collect();
    assert_eq!(planned(&without_pv2).entry_at, planned(A05).entry_at, "from EVN-3");
    let nowhere = without_pv2.replace("|20261210073000\r", "\r");
    assert_eq!(told(&nowhere), Err(Refusal::missing("PV2", 8)));
    let without_zbe: String = A05.split_inclusive('\r').filter(|line| !line.starts_with("ZBE")).collect();
    let stay = planned(&without_zbe);
    assert_eq!((stay.movement, stay.unit.unwrap().label), (None, "5120".to_owned()));
    let person = planned(&with("PID", 13, "0298000102~^NET^^x@example.org")).person;
    assert_eq!((person.phone.as_deref(), person.email.as_deref()), (Some("+33298000102"), Some("x@example.org")));
    assert_eq!(planned(&with("PID", 13, "^PRN^PH^^^^^^^^^12")).person.phone, None, "neither French nor international");
    assert_eq!(planned(&with("PID", 5, "LE GOFF^Maëlys")).person.birth_family, "LE GOFF");
    assert_eq!(planned(&with("PID", 8, "")).person.sex, "U");
    assert_eq!(planned(&with("PV1", 2, "O")).class, StayClass::External);
    assert_eq!(planned(&with("PV1", 21, "03")).class, StayClass::Inpatient);
    assert_eq!(planned(&with("PV2", 8, "20261210073000+0400")).entry_at.to_string(), "2026-12-10T03:30:00Z");
}

#[test]
fn in_8859_15() {
    let text = A05.replace("UNICODE UTF-8", "8859/15");
    let bytes = Charset::Latin9.encode(&text).unwrap();
    let Some(Notice::Planned(stay)) = super::stay(&read(&bytes).unwrap(), &hospital()).unwrap() else {
        panic!("a planned stay")
    };
    assert_eq!(*stay, planned(A05));
}

#[test]
fn a_site_overseas_tells_its_own_time() {
    let mut hospital = hospital();
    hospital.sites = vec![
        ("750803447".parse().unwrap(), "Europe/Paris".parse().unwrap()),
        ("750712184".parse().unwrap(), "Indian/Reunion".parse().unwrap()),
    ];
    let Some(Notice::Planned(stay)) = super::stay(&read(A05.as_bytes()).unwrap(), &hospital).unwrap() else {
        panic!("a planned stay")
    };
    assert_eq!(stay.entry_at.to_string(), "2026-12-10T03:30:00Z");
}
