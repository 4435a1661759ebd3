//! Money that came in: DFT^P03 (HL7 v2.5 chapter 6), or lines of a CSV file. No French profile exists; the choices are
//! in the README.

mod facts;
mod lines;
mod loading;

pub use facts::{Debtor, Means, PaymentFacts, PaymentTold, ShareTold};
use kernel::{Finess, Money, Timestamp};
pub use lines::lines;
pub use loading::payment;
use serde::Deserialize;

use super::{
    identity::numbered_by,
    profile::{Envelope, Profile},
};
use crate::hl7::{Component, Message, Repetition, Segment, birth_date, components, timestamp};

/// MSH-9.1 and -9.2 of a payment.
pub(crate) const MESSAGE: &str = "DFT P03";
/// What a payment is called that leaves as a file.
pub(crate) const FILE: &str = "CSV";

/// FT1-7: what the billing system calls the ways of paying.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Codes {
    pub card: String,
    pub direct_debit: String,
}

impl Default for Codes {
    fn default() -> Self {
        Self { card: "CB".to_owned(), direct_debit: "PRLV".to_owned() }
    }
}

/// DFT^P03: what one person's invoices got of a payment, an FT1 for each.
pub fn message(profile: &Profile, envelope: &Envelope, told: &PaymentTold, debtor: &Debtor, codes: &Codes) -> Message {
    let at = timestamp(envelope.at, &told.zone);
    let mut segments = vec![
        profile.header(envelope, &told.zone, ["DFT", "P03", "DFT_P03"]),
        Segment::new("EVN").with(2, at.clone()).with(6, timestamp(told.settled_at, &told.zone)),
        person(profile, &told.finess, debtor),
    ];
    segments.extend(debtor.visit().map(|visit| {
        // N: the message is of no class of stay (PAM §6.10.1).
        Segment::new("PV1").with(1, "1").with(2, "N").with(19, numbered_by(profile, &told.finess, visit, "VN"))
    }));
    for (place, share) in (1..).zip(&debtor.shares) {
        segments.push(transaction(profile, told, share, (place, codes)));
    }
    Message::new(segments)
}

/// As the hospital named them with the invoice, under its own number.
fn person(profile: &Profile, finess: &Finess, debtor: &Debtor) -> Segment {
    let person = &debtor.person;
    Segment::new("PID")
        .with(1, "1")
        .with(3, numbered_by(profile, finess, &person.ipp, "PI"))
        .with(5, components([&person.birth_family, &person.given, "", "", "", "", "L"]))
        .with(7, birth_date(&person.birth_date).unwrap_or_default())
        .with(8, person.sex.as_str())
        .with(32, "PROV")
}

fn transaction(profile: &Profile, told: &PaymentTold, share: &ShareTold, (place, codes): (u32, &Codes)) -> Segment {
    let at = |instant: Timestamp| timestamp(instant, &told.zone);
    let (code, label) = match told.means {
        Means::Card => (&codes.card, "Paiement par carte en ligne"),
        Means::DirectDebit => (&codes.direct_debit, "Prélèvement ordonné en ligne"),
    };
    let amount = Component::subcomponents([&decimal(share.amount), "EUR"]);
    let invoice = components([&share.number, "", "", &share.source]);
    Segment::new("FT1")
        .with(1, place.to_string())
        .with(2, told.line(share))
        .with(4, at(told.paid_at))
        .with(5, at(told.settled_at))
        .with(6, "PY")
        .with(7, components([code, label, profile.domain_name()]))
        .with(8, told.authorisation.as_deref().unwrap_or_default())
        .with(11, Repetition::default().with(1, amount))
        .with(30, invoice)
}

/// `24.00`: NM as HL7 v2.5 §2.A.47 writes it.
fn decimal(money: Money) -> String {
    let cents = money.cents().unsigned_abs();
    format!("{}{}.{:02}", if money.cents() < 0 { "-" } else { "" }, cents / 100, cents % 100)
}

#[cfg(test)]
pub(crate) mod sample;
#[cfg(test)]
mod tests;
