//! `/desk/payments/{id}`: one payment with its invoices, every answer of its provider, and what is to be decided.

use ::web::{Ctx, Problem, StaffCaller, page, see_other};
use actix_web::{HttpResponse, web};
use askama::Template;
use kernel::{PaymentAttemptId, StaffId, Zone};

use super::{Typed, activations, column_words, mode_words, name_of, state_words, tone};
use crate::{
    Payments,
    desk::{Cashier, look::Review, told::Standing},
    domain::totals::Column,
    store::{clearings::About, lookups::Lookup},
};

struct Invoiced {
    id: String,
    number: String,
    label: String,
    person: String,
    state: String,
    amount: String,
    part: String,
}

struct Asked {
    at: String,
    by: String,
    answer: String,
    raw: String,
}

struct Refunded {
    id: String,
    amount: String,
    /// When, by whom and how it was done; empty: it is to be done.
    done: String,
}

#[derive(Template)]
#[template(path = "payment-desk-payment.html")]
struct PaymentPage<'a> {
    ctx: &'a Ctx,
    id: PaymentAttemptId,
    activations: Vec<(String, String)>,
    refdet: String,
    amount: String,
    plain_amount: String,
    state: String,
    column: String,
    tone: &'static str,
    facts: Vec<(String, String)>,
    differences: Vec<String>,
    may_rule: bool,
    ruled: Option<String>,
    invoices: Vec<Invoiced>,
    lookups: Vec<Asked>,
    refunds: Vec<Refunded>,
    /// How the billing system was told: when, and how that stands.
    told: Vec<(String, String)>,
    looks: Vec<(String, String)>,
    /// What is to be seen to, in words; empty: nothing.
    alert: String,
    cleared: Vec<String>,
}

pub(super) async fn show(
    room: web::Data<Payments>,
    caller: StaffCaller,
    id: web::Path<PaymentAttemptId>,
) -> Result<HttpResponse, Problem> {
    let (ctx, cashier) = (&caller.ctx, Cashier::from(&caller));
    let review = room.review(&cashier, *id).await?;
    let (zone, kept) = (room.desk_zone(&cashier).await?, room.kept_by(&cashier).await?);
    let attempt = &review.seen.attempt;
    let name = |id: StaffId| review.names.get(&id).cloned().unwrap_or_default();
    let moment = |at| ctx.moment(at, &zone);
    let facts = [
        (
            "creditor",
            format!("{} ({})", name_of(&kept, (attempt.establishment, &attempt.creditor)), attempt.creditor_number),
        ),
        ("provider", attempt.provider.clone()),
        ("mode", mode_words(ctx, attempt.mode)),
        ("began", moment(attempt.created_at)),
        ("ended", attempt.ended_at.map(moment).unwrap_or_default()),
        ("authorisation", attempt.authorisation.clone().unwrap_or_default()),
        ("reference", attempt.reference.as_deref().map(mask).unwrap_or_default()),
        ("email", attempt.email.to_string()),
        ("refusal", review.refusal.clone().unwrap_or_default()),
        ("next", attempt.look_at.map(moment).unwrap_or_default()),
    ];
    let ruled = review.seen.resolution.as_ref().map(|one| {
        let decided = ctx.t(&format!("payment-desk-ruled-{}", one.decided.as_str()));
        format!("{decided} – {} – {}, {} : {}", one.amount, moment(one.at), name(one.by), one.reason)
    });
    let column = review.seen.column();
    page(&PaymentPage {
        ctx,
        id: *id,
        activations: activations(ctx, &kept, &zone),
        refdet: attempt.refdet.to_string(),
        amount: review.seen.amount().to_string(),
        plain_amount: plain(attempt.amount),
        state: state_words(ctx, attempt.state.name()),
        column: if column == Column::ToCheck { column_words(ctx, column) } else { String::new() },
        tone: tone(column),
        facts: facts
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(what, value)| (ctx.t(&format!("payment-desk-fact-{what}")), value))
            .collect(),
        differences: attempt.differences.iter().map(|name| ctx.t(&format!("payment-desk-difference-{name}"))).collect(),
        may_rule: attempt.is_odd() && ruled.is_none(),
        ruled,
        invoices: invoices(ctx, &review),
        lookups: review.lookups.iter().map(|one| asked(ctx, one, (&zone, attempt.reference.as_deref()))).collect(),
        refunds: review
            .refunds
            .iter()
            .map(|task| Refunded {
                id: task.id.to_string(),
                amount: task.refund.amount.to_string(),
                done: task
                    .done
                    .map(|(at, by)| format!("{}, {} : {}", moment(at), name(by), task.note))
                    .unwrap_or_default(),
            })
            .collect(),
        told: review.tellings.iter().map(|one| (moment(one.at), told_words(ctx, &one.standing))).collect(),
        looks: review.looks.iter().map(|(at, by)| (moment(*at), name(*by))).collect(),
        alert: review.alert.map(|about| alert_words(ctx, about)).unwrap_or_default(),
        cleared: review
            .clearings
            .iter()
            .map(|one| {
                format!("{} – {}, {} : {}", alert_words(ctx, one.about), moment(one.at), name(one.by), one.reason)
            })
            .collect(),
    })
}

fn told_words(ctx: &Ctx, standing: &Standing) -> String {
    let words = ctx.t(&format!("payment-desk-told-{}", standing.name()));
    match standing {
        Standing::Refused(code) => format!("{words} {code}"),
        _ => words,
    }
}

fn alert_words(ctx: &Ctx, about: About) -> String {
    ctx.t(&format!("payment-desk-alert-{}", about.as_str()))
}

/// Euros as a form takes them.
pub(super) fn plain(money: kernel::Money) -> String {
    let cents = money.cents().unsigned_abs();
    format!("{},{:02}", cents / 100, cents % 100)
}

fn invoices(ctx: &Ctx, review: &Review) -> Vec<Invoiced> {
    let invoiced = |(invoice, part): &(crate::Invoice, kernel::Money)| Invoiced {
        id: invoice.id.to_string(),
        number: invoice.number.clone(),
        label: invoice.label.clone(),
        person: format!("{} {}", invoice.person.birth_family, invoice.person.given),
        state: ctx.t(&format!("payment-desk-invoice-{}", invoice.account.state.name())),
        amount: invoice.account.amount.to_string(),
        part: part.to_string(),
    };
    review.invoices.iter().map(invoiced).collect()
}

fn asked(ctx: &Ctx, lookup: &Lookup, (zone, reference): (&Zone, Option<&str>)) -> Asked {
    Asked {
        at: ctx.moment(lookup.asked_at, zone),
        by: ctx.t(&format!("payment-desk-asked-{}", lookup.asked_by.as_str())),
        answer: ctx.t(&format!("payment-desk-answer-{}", lookup.answer)),
        raw: masked(&lookup.raw, reference),
    }
}

/// A provider's answer without what would let its reader ask again.
pub(crate) fn masked(raw: &str, reference: Option<&str>) -> String {
    reference.map_or_else(|| raw.to_owned(), |reference| raw.replace(reference, &mask(reference)))
}

/// Enough to tell two apart; with PayFiP whoever holds the whole reads the payment.
fn mask(reference: &str) -> String {
    let start: String = reference.chars().take(8).collect();
    format!("{start}…")
}

pub(super) async fn check(
    room: web::Data<Payments>,
    caller: StaffCaller,
    id: web::Path<PaymentAttemptId>,
) -> Result<HttpResponse, Problem> {
    room.check_now(&Cashier::from(&caller), *id).await?;
    Ok(see_other(&format!("/desk/payments/{id}")))
}

pub(super) async fn rule(
    room: web::Data<Payments>,
    caller: StaffCaller,
    id: web::Path<PaymentAttemptId>,
    form: web::Form<Vec<(String, String)>>,
) -> Result<HttpResponse, Problem> {
    let typed = Typed(form.into_inner());
    room.rule(&Cashier::from(&caller), *id, typed.ruling()?, typed.get("reason")).await?;
    Ok(see_other(&format!("/desk/payments/{id}")))
}

pub(super) async fn clear(
    room: web::Data<Payments>,
    caller: StaffCaller,
    id: web::Path<PaymentAttemptId>,
    form: web::Form<Vec<(String, String)>>,
) -> Result<HttpResponse, Problem> {
    room.clear(&Cashier::from(&caller), *id, Typed(form.into_inner()).get("reason")).await?;
    Ok(see_other(&format!("/desk/payments/{id}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_reads_a_whole_reference() {
        let reference = "cc0cb210-1cd4-11ea-8cca-0213ad91a103";
        let raw = format!("<return><idOp>{reference}</idOp><x>{reference}</x></return>");
        assert_eq!(masked(&raw, Some(reference)), "<return><idOp>cc0cb210…</idOp><x>cc0cb210…</x></return>");
        assert_eq!(masked(&raw, None), raw);
    }
}
