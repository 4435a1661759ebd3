//! A fictional appointment for tests.

use kernel::Rpps;

use super::*;
use crate::outbound::{Coded, Place, Professional, Sex};

pub(crate) fn sample() -> (Visit, Person) {
    (visit(), person())
}

fn visit() -> Visit {
    Visit {
        id: "0198f3c2-7a31-7000-8000-00000000a001".parse().unwrap(),
        starts_at: "2026-12-03T07:30:00Z".parse().unwrap(),
        ends_at: "2026-12-03T07:50:00Z".parse().unwrap(),
        zone: "Europe/Paris".parse().unwrap(),
        reason: Coded { code: "OPH-SUIVI".to_owned(), label: "Suivi d'un glaucome".to_owned() },
        place: Place {
            unit: Coded { code: "2140".to_owned(), label: "Ophtalmologie".to_owned() },
            room: Some("B12".to_owned()),
            finess: "750712184".parse().unwrap(),
        },
        professional: Professional {
            rpps: Rpps::with_key("1000999001").unwrap(),
            family: "KERJEAN".to_owned(),
            given: "Solenn".to_owned(),
        },
        cause: Cause::Patient,
        comment: None,
    }
}

fn person() -> Person {
    Person {
        id: "0198f3c2-7a31-7000-8000-00000000b001".parse().unwrap(),
        birth_family: "LE GOFF".to_owned(),
        used_family: Some("CŒURDACIER".to_owned()),
        given: "Maëlys".to_owned(),
        sex: Sex::Female,
        birth_date: "1984-02-29".to_owned(),
        birth_place: Some("29232".to_owned()),
        birth_country: Some("99100".to_owned()),
        phone: Some("+33 6 39 98 01 23".to_owned()),
        mail: Some("maelys@example.org".to_owned()),
    }
}
