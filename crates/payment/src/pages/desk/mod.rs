//! The cashier's screens. They work without JavaScript.

mod creditors;
mod day;
mod export;
mod figures;
mod lists;
mod payment;
mod reports;
mod to_review;

use ::web::{Class, Ctx, Problem, Routes};
use kernel::{EstablishmentId, Zone};

use crate::{
    api::{CASHIERS, COUNTERS},
    desk::{creditors::Kept, deeds::Ruling, look::Seen},
    domain::{
        amount,
        creditor::Mode,
        totals::{Column, Whose},
    },
};

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .get("/desk/payments", CASHIERS, day::show)
        .get("/desk/payments/to-review", CASHIERS, to_review::show)
        .get("/desk/payments/figures", COUNTERS, figures::show)
        .get("/desk/payments/figures.csv", COUNTERS, figures::csv)
        .get("/desk/payments/export.csv", CASHIERS, export::csv)
        .get("/desk/payments/{id}", CASHIERS, payment::show)
        .post("/desk/payments/{id}/look-up", CASHIERS, payment::check)
        .post("/desk/payments/{id}/ruling", CASHIERS, payment::rule)
        .post("/desk/payments/{id}/clearing", CASHIERS, payment::clear)
        .post("/desk/invoices/{id}/ruling", CASHIERS, to_review::rule)
        .post("/desk/invoice-doubts/{id}/clearing", CASHIERS, to_review::clear_doubt)
        .post("/desk/creditor-alerts/{id}/clearing", CASHIERS, to_review::clear_creditor)
        .post("/desk/refunds/{id}/done", CASHIERS, to_review::refund)
        .get("/desk/invoice-lists", CASHIERS, lists::show)
        .get("/desk/creditors", CASHIERS, creditors::show)
        .post("/desk/creditors/switch", CASHIERS, creditors::turn)
        .post("/desk/creditors/check", CASHIERS, creditors::check)
        .get("/desk/payment-reports", CASHIERS, reports::show)
        .post("/desk/payment-reports", CASHIERS, reports::import)
        .limited(Class::Uploading)
        .get("/desk/payment-reports/{id}", CASHIERS, reports::one)
        .post("/desk/payment-reports/{id}/lines/{n}/note", CASHIERS, reports::note)
}

/// A form's fields; each name stands once.
struct Typed(Vec<(String, String)>);

impl Typed {
    fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.trim()).unwrap_or_default()
    }

    /// What a cashier decided of money.
    fn ruling(&self) -> Result<Ruling, Problem> {
        match (self.get("decision"), self.get("amount")) {
            ("accepted", "") => Ok(Ruling::Accept(None)),
            ("accepted", typed) => {
                let sum = amount::euros(&typed.replace('.', ","), ',');
                sum.map(|sum| Ruling::Accept(Some(sum))).ok_or(crate::domain::Refusal::SumNotFit.into())
            }
            ("refused", _) => Ok(Ruling::Refuse),
            _ => Err(unknown("/decision")),
        }
    }

    /// One creditor of an establishment.
    fn creditor(&self) -> Result<(EstablishmentId, &str), Problem> {
        let of = self.get("establishment").parse().map_err(|_| unknown("/establishment"))?;
        Ok((of, self.get("creditor")))
    }
}

fn unknown(pointer: &str) -> Problem {
    Problem::invalid(pointer, "payment-desk-unknown")
}

/// How a creditor is called; its key where the settings know it no more.
fn name_of<'k>(kept: &'k [Kept], (of, key): (EstablishmentId, &'k str)) -> &'k str {
    kept.iter().find(|one| one.establishment == of && one.key == key).map_or(key, |one| &one.name)
}

/// Its name, with the hospital's where the desk has several.
fn whose_name(kept: &[Kept], (of, key): &Whose) -> String {
    let name = name_of(kept, (*of, key));
    let hospital = kept.iter().find(|one| one.establishment == *of).map(|one| one.hospital.as_str());
    let is_alone = kept.iter().all(|one| one.establishment == *of);
    hospital.filter(|_| !is_alone).map_or_else(|| name.to_owned(), |hospital| format!("{name} – {hospital}"))
}

/// Creditors as a form offers them: establishment and key, and how they are called.
fn choices(kept: &[Kept]) -> Vec<(String, String)> {
    let choice = |one: &Kept| {
        let whose = (one.establishment, one.key.clone());
        (format!("{} {}", one.establishment, one.key), whose_name(kept, &whose))
    };
    kept.iter().map(choice).collect()
}

/// Creditors whose payments are activation payments now: shown in red on each screen.
fn activations(ctx: &Ctx, kept: &[Kept], zone: &Zone) -> Vec<(String, String)> {
    let on = kept.iter().filter_map(|one| one.position.activation_until.map(|until| (one, until)));
    on.map(|(one, until)| (one.name.clone(), ctx.moment(until, zone))).collect()
}

fn state_words(ctx: &Ctx, name: &str) -> String {
    ctx.t(&format!("payment-desk-state-{name}"))
}

fn column_words(ctx: &Ctx, column: Column) -> String {
    ctx.t(&format!("payment-desk-column-{}", column.name()))
}

fn mode_words(ctx: &Ctx, mode: Mode) -> String {
    ctx.t(&format!("payment-desk-mode-{}", mode.name()))
}

const fn tone(column: Column) -> &'static str {
    match column {
        Column::Paid | Column::DebitAccepted => " good",
        Column::ToCheck => " bad",
        Column::Waiting | Column::Unpaid => "",
    }
}

/// A payment as a line of a list.
struct Line {
    id: String,
    time: String,
    creditor: String,
    refdet: String,
    amount: String,
    state: String,
    tone: &'static str,
    /// Empty when money moves.
    trial: String,
    authorisation: String,
}

/// As it is counted: lines add up to their totals.
fn line(ctx: &Ctx, seen: &Seen, kept: &[Kept], time: String) -> Line {
    let attempt = &seen.attempt;
    Line {
        id: attempt.id.to_string(),
        time,
        creditor: whose_name(kept, &(attempt.establishment, attempt.creditor.clone())),
        refdet: attempt.refdet.to_string(),
        amount: seen.amount().to_string(),
        state: state_words(ctx, attempt.state.name()),
        tone: tone(seen.column()),
        trial: if attempt.mode.is_real() { String::new() } else { mode_words(ctx, attempt.mode) },
        authorisation: attempt.authorisation.clone().unwrap_or_default(),
    }
}
