//! `/desk/payments/to-review`: what waits for a cashier, each with what to do.

use ::web::{Ctx, Problem, StaffCaller, page, see_other, when};
use actix_web::{HttpResponse, web};
use askama::Template;
use kernel::{InvoiceId, RefundTaskId, Zone};

use super::{Line, Typed, activations, line, whose_name};
use crate::{
    Payments,
    desk::{Cashier, creditors::Kept, look::Seen},
    store::{
        creditor_alerts::{CreditorAlert, CreditorAlertId},
        doubts::Doubt,
        reports::Stray,
    },
};

struct Disputed {
    id: String,
    number: String,
    amount: String,
    received: String,
    /// Payments whose money differs from what was asked: id and reference. None: books and payments contradict.
    payments: Vec<(String, String)>,
}

struct ToRefund {
    id: String,
    attempt: String,
    number: String,
    amount: String,
    since: String,
}

/// A creditor of which the provider begins no payment.
struct Stopped {
    id: String,
    name: String,
    cause: String,
    payments: i64,
    /// Since when, and when last.
    since: String,
    last: String,
}

struct Unknown {
    report: String,
    refdet: String,
    amount: String,
    day: String,
}

#[derive(Template)]
#[template(path = "payment-desk-review.html")]
struct ReviewPage<'a> {
    ctx: &'a Ctx,
    activations: Vec<(String, String)>,
    disputed: Vec<Disputed>,
    refunds: Vec<ToRefund>,
    stopped: Vec<Stopped>,
    doubts: Vec<Doubt>,
    unknown: Vec<Unknown>,
    alerted: Vec<Line>,
    unfinished: Vec<Line>,
}

pub(super) async fn show(room: web::Data<Payments>, caller: StaffCaller) -> Result<HttpResponse, Problem> {
    let (ctx, cashier) = (&caller.ctx, Cashier::from(&caller));
    let (zone, kept) = (room.desk_zone(&cashier).await?, room.kept_by(&cashier).await?);
    let waiting = room.to_review(&cashier).await?;
    let disputed = |(invoice, payments): &(crate::Invoice, Vec<crate::Attempt>)| Disputed {
        id: invoice.id.to_string(),
        number: invoice.number.clone(),
        amount: invoice.account.amount.to_string(),
        received: invoice.account.received.to_string(),
        payments: payments.iter().map(|one| (one.id.to_string(), one.refdet.to_string())).collect(),
    };
    let shown = |one: &crate::Attempt| {
        let seen = Seen { attempt: one.clone(), resolution: None };
        line(ctx, &seen, &kept, ctx.moment(one.created_at, &zone))
    };
    page(&ReviewPage {
        ctx,
        activations: activations(ctx, &kept, &zone),
        disputed: waiting.disputed.iter().map(disputed).collect(),
        refunds: waiting
            .refunds
            .iter()
            .map(|(task, invoice)| ToRefund {
                id: task.id.to_string(),
                attempt: task.refund.attempt.to_string(),
                number: invoice.number.clone(),
                amount: task.refund.amount.to_string(),
                since: ctx.moment(task.created_at, &zone),
            })
            .collect(),
        stopped: waiting.creditors.iter().map(|alert| stopped(ctx, alert, (&kept, &zone))).collect(),
        doubts: waiting.doubts,
        unknown: waiting.unknown.iter().map(|one| unknown(ctx, one)).collect(),
        alerted: waiting.alerted.iter().map(shown).collect(),
        unfinished: waiting.unfinished.iter().map(shown).collect(),
    })
}

fn stopped(ctx: &Ctx, alert: &CreditorAlert, (kept, zone): (&[Kept], &Zone)) -> Stopped {
    Stopped {
        id: alert.id.to_string(),
        name: whose_name(kept, &(alert.establishment, alert.creditor.clone())),
        cause: alert.cause.clone(),
        payments: alert.payments,
        since: ctx.moment(alert.first_at, zone),
        last: ctx.moment(alert.last_at, zone),
    }
}

fn unknown(ctx: &Ctx, stray: &Stray) -> Unknown {
    Unknown {
        report: stray.report.to_string(),
        refdet: stray.refdet.clone(),
        amount: stray.amount.to_string(),
        day: when::plain_day(ctx.lang(), stray.day),
    }
}

pub(super) async fn clear_creditor(
    room: web::Data<Payments>,
    caller: StaffCaller,
    id: web::Path<CreditorAlertId>,
    form: web::Form<Vec<(String, String)>>,
) -> Result<HttpResponse, Problem> {
    room.clear_creditor(&Cashier::from(&caller), *id, Typed(form.into_inner()).get("reason")).await?;
    Ok(see_other("/desk/payments/to-review"))
}

pub(super) async fn clear_doubt(
    room: web::Data<Payments>,
    caller: StaffCaller,
    id: web::Path<InvoiceId>,
    form: web::Form<Vec<(String, String)>>,
) -> Result<HttpResponse, Problem> {
    room.clear_doubt(&Cashier::from(&caller), *id, Typed(form.into_inner()).get("reason")).await?;
    Ok(see_other("/desk/payments/to-review"))
}

pub(super) async fn rule(
    room: web::Data<Payments>,
    caller: StaffCaller,
    id: web::Path<InvoiceId>,
    form: web::Form<Vec<(String, String)>>,
) -> Result<HttpResponse, Problem> {
    let typed = Typed(form.into_inner());
    room.rule_invoice(&Cashier::from(&caller), *id, typed.ruling()?, typed.get("reason")).await?;
    Ok(see_other("/desk/payments/to-review"))
}

pub(super) async fn refund(
    room: web::Data<Payments>,
    caller: StaffCaller,
    id: web::Path<RefundTaskId>,
    form: web::Form<Vec<(String, String)>>,
) -> Result<HttpResponse, Problem> {
    let typed = Typed(form.into_inner());
    room.refund(&Cashier::from(&caller), *id, typed.get("note")).await?;
    Ok(see_other("/desk/payments/to-review"))
}
