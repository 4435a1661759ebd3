//! A fictional payment for tests.

use payment::read::Person;

use super::*;

/// Two invoices of one visit, by card.
pub(crate) fn sample() -> PaymentTold {
    let person = Person {
        ipp: "8000042".to_owned(),
        birth_family: "CŒURDACIER".to_owned(),
        given: "Maëlys".to_owned(),
        birth_date: "1984-02".to_owned(),
        sex: "F".to_owned(),
    };
    PaymentTold {
        id: "0198f3c2-7a31-7000-8000-00000000c001".parse().unwrap(),
        finess: "750712184".parse().unwrap(),
        zone: "Europe/Paris".parse().unwrap(),
        means: Means::Card,
        paid_at: "2026-12-03T10:30:00Z".parse().unwrap(),
        settled_at: "2026-12-03T10:31:07Z".parse().unwrap(),
        authorisation: Some("112233445566-tip".to_owned()),
        debtors: vec![Debtor { person, shares: vec![share(1, Some("926000123")), share(2, Some("926000123"))] }],
    }
}

pub(crate) fn share(rank: usize, visit: Option<&str>) -> ShareTold {
    ShareTold {
        rank,
        source: "gam".to_owned(),
        number: format!("F2026-{rank}"),
        refdet: format!("FACT202600012{rank}"),
        visit: visit.map(str::to_owned),
        amount: Money::from_cents(1205 * i64::try_from(rank).unwrap()),
    }
}
