//! `/payments/{id}`: how a payment stands, at each moment no more than is known. Whoever began it sees it.

use ::web::{Ctx, Phone, Problem, page, when};
use actix_web::{HttpResponse, web};
use askama::Template;
use kernel::PaymentAttemptId;

use super::shown;
use crate::{
    Payments,
    domain::news::News,
    payer::{Payer, Progress},
};

#[derive(Template)]
#[template(path = "payment-payment.html")]
struct PaymentPage<'a> {
    ctx: &'a Ctx,
    id: PaymentAttemptId,
    news: &'static str,
    title: String,
    means: String,
    tone: &'static str,
    amount: String,
    creditor: &'a str,
    reference: String,
    begun: String,
    /// Empty: it is not known.
    ended: String,
    hospital: String,
    phone: Phone,
    open: bool,
    may_go_on: bool,
    /// From when another payment may begin; empty: at once, or never.
    reopens: String,
    /// Seconds until the page asks again; none: never.
    renews: Option<i64>,
    acknowledged: bool,
    /// Where it can be tried again.
    again: Option<String>,
    own: bool,
}

pub(super) async fn show(
    room: web::Data<Payments>,
    ctx: Ctx,
    id: web::Path<PaymentAttemptId>,
) -> Result<HttpResponse, Problem> {
    let payer = Payer::of(&ctx);
    let payment = room.progress(payer, *id).await?;
    page(&PaymentPage::of(&room, &ctx, (payer, &payment)).await?)
}

impl<'a> PaymentPage<'a> {
    async fn of(room: &Payments, ctx: &'a Ctx, (payer, payment): (Payer, &'a Progress)) -> Result<Self, Problem> {
        let Progress { attempt, news, .. } = payment;
        let hospital = room.hospital(attempt.establishment).await?;
        let (name, reopens_at) = (news.name(), room.reopens_at(attempt));
        let age = ctx.now().duration_since(attempt.created_at);
        let waits = matches!(news, News::Preparing | News::NotKnownYet) && reopens_at > ctx.now();
        let reopens = if waits { when::time(ctx.lang(), hospital.zone.wall(reopens_at)) } else { String::new() };
        Ok(Self {
            ctx,
            id: attempt.id,
            news: name,
            title: ctx.t(&format!("payment-news-{name}")),
            means: ctx.t(&format!("payment-news-{name}-means")),
            tone: tone(name),
            amount: attempt.amount.to_string(),
            creditor: &payment.creditor,
            reference: attempt.refdet.to_string(),
            begun: ctx.moment(attempt.created_at, &hospital.zone),
            ended: attempt.ended_at.map(|at| ctx.moment(at, &hospital.zone)).unwrap_or_default(),
            phone: shown::phone(ctx, &hospital),
            hospital: hospital.name,
            open: news.is_open(),
            may_go_on: payment.may_go_on,
            reopens,
            renews: news.asks_again_after(age).map(|wait| wait.as_secs()),
            acknowledged: news.is_acknowledged(),
            again: room.where_again(payer, payment).await?,
            own: payer.patient.is_some(),
        })
    }
}

fn tone(news: &str) -> &'static str {
    match news {
        "paid" | "debit-registered" | "given-back" => " good",
        "refused" | "not-started" => " bad",
        "not-known-yet" | "examined" | "announced" | "preparing" | "checked" | "not-taken" | "too-much"
        | "rehearsed" => " warn",
        _ => "",
    }
}
