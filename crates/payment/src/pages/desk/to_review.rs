//! `/desk/payments/to-review`: what waits for a cashier, each with what to do.

use ::web::{Ctx, Problem, StaffCaller, page, see_other};
use actix_web::{HttpResponse, web};
use askama::Template;
use kernel::{InvoiceId, RefundTaskId};

use super::{Line, Typed, activations, line};
use crate::{Payments, desk::Cashier, domain::totals::Column};

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

#[derive(Template)]
#[template(path = "payment-desk-review.html")]
struct ReviewPage<'a> {
    ctx: &'a Ctx,
    activations: Vec<(String, String)>,
    disputed: Vec<Disputed>,
    refunds: Vec<ToRefund>,
    /// The invoice's number, and the number of a patient of other traits that took its patient's place.
    doubts: Vec<(String, String)>,
    /// Report, reference, amount and day.
    unknown: Vec<(String, String, String, String)>,
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
        let column = Column::of(one.state, one.is_odd());
        line(ctx, one, &kept, (ctx.moment(one.created_at, &zone), column))
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
        doubts: waiting.doubts,
        unknown: waiting
            .unknown
            .iter()
            .map(|one| (one.report.to_string(), one.refdet.clone(), one.amount.to_string(), one.day.to_string()))
            .collect(),
        alerted: waiting.alerted.iter().map(shown).collect(),
        unfinished: waiting.unfinished.iter().map(shown).collect(),
    })
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
