use super::{
    sample::{sample, share},
    *,
};
use crate::{
    hl7::Charset,
    outbound::Envelope,
    settings::tests::{FINESS, sample as settings},
};

fn profile() -> Profile {
    settings("gap.example:2575").destinations[&FINESS.parse().unwrap()].profile.clone()
}

fn written(told: &PaymentTold, charset: Charset) -> String {
    let envelope =
        Envelope { control_id: "01JDTESTMESSAGE00042".to_owned(), at: "2026-12-03T10:32:00Z".parse().unwrap() };
    let message = message(&profile(), &envelope, told, &told.debtors[0], &Codes::default());
    charset.decode(&message.encode(charset).unwrap()).unwrap().replace('\r', "\n")
}

#[test]
fn a_payment_of_two_invoices() {
    insta::assert_snapshot!("dft", written(&sample(), Charset::Utf8));
}

#[test]
fn a_direct_debit_of_invoices_of_two_visits() {
    let mut told = sample();
    told.means = Means::DirectDebit;
    told.authorisation = None;
    told.debtors[0].shares[1].visit = None;
    insta::assert_snapshot!("dft_in_8859_15_of_a_direct_debit", written(&told, Charset::Latin9));
}

#[test]
fn the_visit_is_told_when_there_is_one_only() {
    let mut debtor = sample().debtors.remove(0);
    for (shares, visit) in [
        (vec![share(1, Some("V1"))], Some("V1")),
        (vec![share(1, Some("V1")), share(2, Some("V1"))], Some("V1")),
        (vec![share(1, Some("V1")), share(2, Some("V2"))], None),
        (vec![share(1, Some("V1")), share(2, None)], None),
        (vec![share(1, None)], None),
    ] {
        debtor.shares = shares;
        assert_eq!(debtor.visit(), visit);
    }
}

#[test]
fn amounts_are_decimal() {
    for (cents, text) in [(5, "0.05"), (2400, "24.00"), (10_000_000, "100000.00"), (-120, "-1.20")] {
        assert_eq!(decimal(Money::from_cents(cents)), text);
    }
}

#[test]
fn lines_of_a_file() {
    let mut told = sample();
    told.debtors[0].shares[1].number = "F;\"2\"\r\n=1+1".to_owned();
    insta::assert_snapshot!("csv", lines(&told));
}
