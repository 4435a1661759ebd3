//! A payment as lines of a CSV file (RFC 4180, but for the single line feed), for billing systems that take files.

use super::{
    decimal,
    facts::{Means, PaymentTold},
};
use crate::hl7::timestamp;

const COLUMNS: &str =
    "payment;line;source;invoice;reference;ipp;visit;amount;currency;means;paid_at;settled_at;authorisation";

/// The whole file: a line for each invoice, whoever they belong to. In UTF-8.
pub fn lines(told: &PaymentTold) -> String {
    let means = match told.means {
        Means::Card => "card",
        Means::DirectDebit => "direct-debit",
    };
    let mut text = format!("{COLUMNS}\n");
    for debtor in &told.debtors {
        for share in &debtor.shares {
            let cells = [
                told.id.to_string(),
                told.line(share),
                share.source.clone(),
                share.number.clone(),
                share.refdet.clone(),
                debtor.person.ipp.clone(),
                share.visit.clone().unwrap_or_default(),
                decimal(share.amount),
                "EUR".to_owned(),
                means.to_owned(),
                timestamp(told.paid_at, &told.zone),
                timestamp(told.settled_at, &told.zone),
                told.authorisation.clone().unwrap_or_default(),
            ];
            text.push_str(&cells.each_ref().map(|cell| quoted(cell)).join(";"));
            text.push('\n');
        }
    }
    text
}

/// In quotes where the text would be read as something else than one cell.
fn quoted(cell: &str) -> String {
    let one_line: String = cell.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    if one_line.contains([';', '"']) { format!("\"{}\"", one_line.replace('"', "\"\"")) } else { one_line }
}
