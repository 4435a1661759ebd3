//! `/desk/payments/export.csv`: the payments of a period for the hospital's accounts. UTF-8 with its mark, semicolons and
//! decimal commas, as French spreadsheets open it by a double click.

use ::web::{Problem, StaffCaller};
use actix_web::{HttpResponse, http::header, web};
use jiff::{Timestamp, civil::Date};
use kernel::{EstablishmentId, Money, Zone};
use serde::Deserialize;

use super::{payment::plain, unknown};
use crate::{
    Payments,
    desk::{
        Cashier,
        look::{Chosen, Seen, days},
    },
    store::{attempts::Attempt, refunds::Task},
};

const LONGEST_DAYS: i64 = 366;

/// As in the address.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Period {
    from: Option<Date>,
    until: Option<Date>,
    creditor: String,
}

const TITLES: &str = "date;heure;etablissement;creancier;numero;prestataire;mode;etat;compte;refdet;exercice;facture;\
montant;autorisation";

pub(super) async fn csv(
    room: web::Data<Payments>,
    caller: StaffCaller,
    period: web::Query<Period>,
) -> Result<HttpResponse, Problem> {
    let cashier = Cashier::from(&caller);
    let zone = room.desk_zone(&cashier).await?;
    let today = zone.date(caller.ctx.now());
    let until = period.until.unwrap_or(today);
    let from = period.from.unwrap_or(until);
    let length = until.duration_since(from).as_hours() / 24;
    let bounds = days(&zone, from, until).filter(|_| (0..LONGEST_DAYS).contains(&length));
    let bounds = bounds.ok_or_else(|| unknown("/from"))?;
    let chosen = Chosen::typed(&period.creditor).ok_or_else(|| unknown("/creditor"))?;
    let accounts = room.accounts(&cashier, bounds, &chosen).await?;
    let hospitals = room.hospitals(&cashier).await?;
    let finess = |of: EstablishmentId| hospitals.get(&of).map(ToString::to_string).unwrap_or_default();
    let mut lines = String::new();
    for (seen, parts) in &accounts.payments {
        let finess = finess(seen.attempt.establishment);
        lines.extend(parts_of(seen, parts).into_iter().map(|part| payment(seen, part, (&finess, &zone))));
    }
    for (task, attempt, number) in &accounts.given_back {
        lines += &refund((task, attempt, number), (&finess(attempt.establishment), &zone));
    }
    let attachment = format!("attachment; filename=\"payments-{from}-{until}.csv\"");
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((header::CONTENT_DISPOSITION, attachment))
        .body(format!("\u{feff}{TITLES}\r\n{lines}")))
}

/// What counts for each invoice: its part, or of one alone what a cashier accepted.
fn parts_of<'p>(seen: &Seen, parts: &'p [(String, Money)]) -> Vec<(&'p str, Money)> {
    match parts {
        [(number, _)] => vec![(number, seen.amount())],
        [] => vec![("", seen.amount())],
        several => several.iter().map(|(number, part)| (number.as_str(), *part)).collect(),
    }
}

/// Counted as on the page of the day: what is in no total is `non`.
fn payment(seen: &Seen, part: (&str, Money), whose: (&str, &Zone)) -> String {
    let column = if seen.attempt.mode.is_real() { seen.column().name() } else { "non" };
    line(&seen.attempt, (seen.at(), column), part, whose)
}

/// Money that a cashier gave back, on the day when they said so: no column of payments.
fn refund((task, attempt, number): (&Task, &Attempt, &str), whose: (&str, &Zone)) -> String {
    let at = task.done.map_or(task.created_at, |(at, _)| at);
    line(attempt, (at, "given-back"), (number, task.refund.amount), whose)
}

fn line(
    attempt: &Attempt,
    (at, column): (Timestamp, &str),
    (number, amount): (&str, Money),
    (finess, zone): (&str, &Zone),
) -> String {
    let wall = zone.wall(at);
    let cells = [
        wall.date().to_string(),
        wall.strftime("%H:%M").to_string(),
        finess.to_owned(),
        attempt.creditor.clone(),
        attempt.creditor_number.clone(),
        attempt.provider.clone(),
        attempt.mode.name().to_owned(),
        attempt.state.name().to_owned(),
        column.to_owned(),
        attempt.refdet.to_string(),
        attempt.exercice.to_string(),
        number.to_owned(),
        plain(amount),
        attempt.authorisation.clone().unwrap_or_default(),
    ];
    let cells: Vec<String> = cells.iter().map(|cell| self::cell(cell)).collect();
    cells.join(";") + "\r\n"
}

/// A text that a spreadsheet takes for nothing but text: what begins like a formula is told to be none.
fn cell(text: &str) -> String {
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let text = text.replace('"', "\"\"");
    match (is_formula, text.contains(['"', ';', '\n', '\r'])) {
        (true, _) => format!("\"'{text}\""),
        (false, true) => format!("\"{text}\""),
        (false, false) => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_a_formula() {
        for (text, expected) in [
            ("FACT1", "FACT1"),
            ("=HYPERLINK(\"x\")", "\"'=HYPERLINK(\"\"x\"\")\""),
            ("+33", "\"'+33\""),
            ("-1", "\"'-1\""),
            ("@SUM(A1)", "\"'@SUM(A1)\""),
            ("\t=1", "\"'\t=1\""),
            ("a;b", "\"a;b\""),
            ("dit \"non\"", "\"dit \"\"non\"\"\""),
        ] {
            assert_eq!(cell(text), expected, "{text}");
        }
    }
}
