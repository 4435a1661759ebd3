//! `/payments/{id}/receipt`: the signed acknowledgement of a payment that went well, to print or to keep as files.

use ::web::{
    Ctx, Problem,
    receipt::{ReceiptFile, SignedReceipt},
};
use actix_web::{HttpResponse, web};
use kernel::PaymentAttemptId;

use crate::{
    Payments,
    domain::attempt::State,
    payer::{Hospital, Payer, Progress},
};

pub(super) async fn show(
    room: web::Data<Payments>,
    ctx: Ctx,
    id: web::Path<PaymentAttemptId>,
) -> Result<HttpResponse, Problem> {
    receipt(&room, &ctx, *id).await?.page(&ctx)
}

pub(super) async fn file(
    room: web::Data<Payments>,
    ctx: Ctx,
    path: web::Path<(PaymentAttemptId, ReceiptFile)>,
) -> Result<HttpResponse, Problem> {
    let (id, file) = path.into_inner();
    Ok(receipt(&room, &ctx, id).await?.file(file))
}

async fn receipt(room: &Payments, ctx: &Ctx, id: PaymentAttemptId) -> Result<SignedReceipt, Problem> {
    let payment = room.progress(Payer::of(ctx), id).await?;
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
    SignedReceipt::of(&room.keyring, title, &act, &lines(ctx, &payment, &hospital), format!("/payments/{id}"))
}

fn lines(ctx: &Ctx, payment: &Progress, hospital: &Hospital) -> Vec<(String, String)> {
    let attempt = &payment.attempt;
    let ended = attempt.ended_at.unwrap_or(attempt.created_at);
    let all = [
        ("payment-amount", attempt.amount.to_string()),
        ("payment-creditor", format!("{}, {}", payment.creditor, hospital.name)),
        ("payment-reference", attempt.refdet.to_string()),
        ("payment-when", ctx.moment(ended, &hospital.zone)),
        ("payment-authorisation", attempt.authorisation.clone().unwrap_or_default()),
    ];
    all.into_iter().filter(|(_, value)| !value.is_empty()).map(|(key, value)| (ctx.t(key), value)).collect()
}
