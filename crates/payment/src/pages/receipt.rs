//! `/payments/{id}/receipt`: the signed acknowledgement of a payment that went well, to print or to keep as files.

use ::web::{
    Ctx, Problem,
    receipt::{ReceiptFile, SignedReceipt},
};
use actix_web::{HttpResponse, web};
use kernel::{Money, PaymentAttemptId};

use super::elsewhere;
use crate::{
    Payments,
    domain::attempt::State,
    failure::Failure,
    payer::{Hospital, Payer, Progress},
    store::invoices::Invoice,
};

pub(super) async fn show(
    room: web::Data<Payments>,
    ctx: Ctx,
    id: web::Path<PaymentAttemptId>,
) -> Result<HttpResponse, Problem> {
    match room.progress(Payer::of(&ctx), *id).await {
        Err(Failure::Unknown) => elsewhere::payment(&ctx, format!("/payments/{id}/receipt")),
        payment => receipt(&room, &ctx, &payment?).await?.page(&ctx),
    }
}

pub(super) async fn file(
    room: web::Data<Payments>,
    ctx: Ctx,
    path: web::Path<(PaymentAttemptId, ReceiptFile)>,
) -> Result<HttpResponse, Problem> {
    let (id, file) = path.into_inner();
    let payment = room.progress(Payer::of(&ctx), id).await?;
    Ok(receipt(&room, &ctx, &payment).await?.file(file))
}

async fn receipt(room: &Payments, ctx: &Ctx, payment: &Progress) -> Result<SignedReceipt, Problem> {
    let id = payment.attempt.id;
    if !payment.news.is_acknowledged() {
        return Err(Problem::not_found());
    }
    let act = room.settled_act(id).await?;
    let act = act.ok_or_else(|| Problem::unexpected("a payment without its proof record"))?;
    let hospital = room.hospital(payment.attempt.establishment).await?;
    let title = match payment.attempt.state {
        State::DebitAccepted => ctx.t("payment-receipt-debit"),
        _ => ctx.t("payment-receipt-paid"),
    };
    SignedReceipt::of(&room.keyring, title, &act, &lines(ctx, payment, &hospital), format!("/payments/{id}"))
}

fn lines(ctx: &Ctx, payment: &Progress, hospital: &Hospital) -> Vec<(String, String)> {
    let attempt = &payment.attempt;
    let ended = attempt.ended_at.unwrap_or(attempt.created_at);
    let paid_for = |(invoice, amount): &(Invoice, Money)| {
        let (number, amount) = (invoice.number.as_str(), ctx.money(*amount));
        (ctx.t1("payment-invoice-number", "number", number), amount)
    };
    let line = |key: &str, value: String| (ctx.t(key), value);
    let all = [
        line("payment-amount", ctx.money(attempt.amount)),
        line("payment-creditor", format!("{}, {}", payment.creditor, hospital.name)),
        line("payment-reference", attempt.refdet.to_string()),
        line("payment-when", ctx.moment(ended, &hospital.zone)),
        line("payment-authorisation", attempt.authorisation.clone().unwrap_or_default()),
    ];
    let known = all.into_iter().filter(|(_, value)| !value.is_empty());
    known.chain(payment.parts.iter().map(paid_for)).collect()
}
