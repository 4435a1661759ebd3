//! A fictional accepted file for tests.

use kernel::Rpps;

use super::*;
use crate::outbound::{Coded, Person, Professional, Sex};

/// With everything a patient may answer.
pub(crate) fn sample() -> StayTold {
    StayTold {
        file: "0198f3c2-7a31-7000-8000-00000000c001".parse().unwrap(),
        version: 1,
        stands: Stands::Accepted,
        finess: "750712184".parse().unwrap(),
        person: person(),
        ipp: Some("300412".to_owned()),
        stay: Stay {
            visit: Number::Hospital("88123".to_owned()),
            folder: Some("4410".to_owned()),
            movement: None,
            class: StayClass::AmbulatorySurgery,
            unit: Some(Coded { code: "5120".to_owned(), label: "Chirurgie ambulatoire".to_owned() }),
            site: Some("750712184".parse().unwrap()),
            zone: "Europe/Paris".parse().unwrap(),
            planned_at: "2026-12-10T06:30:00Z".parse().unwrap(),
            ends_at: Some("2026-12-10T17:00:00Z".parse().unwrap()),
            created_at: "2026-11-20T09:15:00Z".parse().unwrap(),
            label: "Cataracte de l'œil droit".to_owned(),
        },
        answers: answers(),
    }
}

fn person() -> Person {
    Person {
        id: "0198f3c2-7a31-7000-8000-00000000b001".parse().unwrap(),
        birth_family: "LE GOFF".to_owned(),
        used_family: Some("CŒURDACIER".to_owned()),
        given: "Maëlys".to_owned(),
        sex: Sex::Female,
        birth_date: "1958-02-00".to_owned(),
        birth_place: Some("29232".to_owned()),
        birth_country: Some("99100".to_owned()),
        phone: Some("+33639980123".to_owned()),
        mail: Some("maelys@example.org".to_owned()),
    }
}

fn answers() -> Answers {
    let at = "2026-11-21T10:00:00Z".parse().unwrap();
    Answers {
        address: Some(Address {
            lines: vec!["7 quai des Ormes".to_owned(), "Bâtiment C".to_owned()],
            postcode: "29000".to_owned(),
            city: "QUIMPER".to_owned(),
            country: "FRA".to_owned(),
        }),
        marital_status: Some("M".to_owned()),
        activity: Some("5".to_owned()),
        category: Some("74".to_owned()),
        attending: Some(Attending::Known(Professional {
            rpps: Rpps::with_key("1000999001").unwrap(),
            family: "KERJEAN".to_owned(),
            given: "Solenn".to_owned(),
        })),
        relatives: vec![
            relative("c001-1", Role::ToNotify, "Yann", Some("SPO")),
            relative("c001-2", Role::Trusted, "Nolwenn", None),
        ],
        covers: vec![
            cover(CoverKind::Amo, "012910000", "CPAM", Some("258022923202347")),
            cover(CoverKind::Amc, "99100001", "Mutuelle des Ormes", Some("M-5521")),
        ],
        private_room: Some(true),
        confidential: true,
        sms: Some(true),
        dmp: Dmp { feeding: Some((true, at)), consultation: Some((false, at)) },
    }
}

fn relative(id: &str, role: Role, given: &str, relationship: Option<&str>) -> Relative {
    Relative {
        id: id.to_owned(),
        role,
        family: "LE GOFF".to_owned(),
        given: given.to_owned(),
        relationship: relationship.map(str::to_owned),
        phone: Some("+33298000102".to_owned()),
        address: None,
    }
}

fn cover(kind: CoverKind, payer: &str, name: &str, number: Option<&str>) -> Cover {
    Cover {
        kind,
        payer: payer.to_owned(),
        payer_name: name.to_owned(),
        from: Some(jiff::civil::date(2026, 1, 1)),
        until: Some(jiff::civil::date(2026, 12, 31)),
        insured_family: "LE GOFF".to_owned(),
        insured_given: "Maëlys".to_owned(),
        quality: "00".to_owned(),
        number: number.map(str::to_owned),
    }
}
