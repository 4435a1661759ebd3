//! `/payments/{id}`: how a payment stands, at each moment no more than is known. Whoever began it sees it.

use ::web::{Ctx, Phone, Problem, page, when};
use actix_web::{HttpResponse, web};
use askama::Template;
use kernel::{Money, PaymentAttemptId};

use super::{elsewhere, shown};
use crate::{
    Payments,
    domain::news::News,
    failure::Failure,
    payer::{Payer, Progress},
    store::invoices::Invoice,
};

/// What one invoice has of the payment.
struct Part {
    reference: String,
    amount: String,
}

/// What is still due of an invoice.
struct Left {
    words: String,
    path: String,
}

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
    /// Empty: there is one invoice.
    parts: Vec<Part>,
    left: Vec<Left>,
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
    /// What whoever waits may do, in words; empty: nobody waits.
    follows: String,
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
    let payment = match room.progress(payer, *id).await {
        Err(Failure::Unknown) => return elsewhere::payment(&ctx, format!("/payments/{id}")),
        known => known?,
    };
    page(&PaymentPage::of(&room, &ctx, (payer, &payment)).await?)
}

impl<'a> PaymentPage<'a> {
    async fn of(room: &Payments, ctx: &'a Ctx, (payer, payment): (Payer, &'a Progress)) -> Result<Self, Problem> {
        let Progress { attempt, news, .. } = payment;
        let hospital = room.hospital(attempt.establishment).await?;
        let (name, reopens_at) = (news.name(), room.reopens_at(attempt));
        let age = ctx.now().duration_since(attempt.created_at);
        let waits = news.may_be_left() && reopens_at > ctx.now();
        let reopens = if waits { when::time(ctx.lang(), hospital.zone.wall(reopens_at)) } else { String::new() };
        let renews = news.asks_again_after(age).map(|wait| wait.as_secs());
        let left = left(room, ctx, (payer, payment)).await?;
        let follows = match (news.is_awaited(), renews) {
            (true, Some(_)) => ctx.t("payment-renews"),
            (true, None) => ctx.t("payment-come-later"),
            (false, _) => String::new(),
        };
        Ok(Self {
            ctx,
            id: attempt.id,
            news: name,
            title: ctx.t(&format!("payment-news-{name}")),
            means: ctx.t(&means_key(payment, !left.is_empty())),
            tone: tone(name),
            amount: ctx.money(attempt.amount),
            creditor: &payment.creditor,
            reference: attempt.refdet.to_string(),
            parts: parts(ctx, payment),
            left,
            begun: ctx.moment(attempt.created_at, &hospital.zone),
            ended: attempt.ended_at.map(|at| ctx.moment(at, &hospital.zone)).unwrap_or_default(),
            phone: shown::phone(ctx, &hospital),
            hospital: hospital.name,
            open: news.is_open(),
            may_go_on: payment.may_go_on,
            reopens,
            renews,
            follows,
            acknowledged: news.is_acknowledged(),
            again: room.where_again(payer, payment).await?,
            own: payer.patient.is_some(),
        })
    }
}

/// What the news means depends on whether the payer can still go on, and on whether all is paid.
fn means_key(payment: &Progress, is_left: bool) -> String {
    let name = payment.news.name();
    match payment.news {
        News::NotKnownYet if payment.may_go_on => format!("payment-news-{name}-go-on"),
        News::Paid | News::DebitRegistered if is_left => format!("payment-news-{name}-part"),
        _ => format!("payment-news-{name}-means"),
    }
}

fn parts(ctx: &Ctx, payment: &Progress) -> Vec<Part> {
    let part = |(invoice, amount): &(Invoice, Money)| Part {
        reference: invoice.refdet.to_string(),
        amount: ctx.money(*amount),
    };
    let several = payment.parts.len() > 1;
    payment.parts.iter().filter(|_| several).map(part).collect()
}

/// What a payment that went well left to be paid.
async fn left(room: &Payments, ctx: &Ctx, (payer, payment): (Payer, &Progress)) -> Result<Vec<Left>, Problem> {
    let mut left = Vec::new();
    let payable = payment.parts.iter().map(|(invoice, _)| invoice).filter(|invoice| invoice.is_payable());
    for invoice in payable.filter(|_| payment.news.is_acknowledged()) {
        let (due, reference) = (ctx.money(invoice.account.due()), invoice.refdet.to_string());
        let words = ctx.t_with("payment-left", &[("due", due.as_str()), ("reference", reference.as_str())]);
        left.push(Left { words, path: room.open_page_of(payer, invoice).await? });
    }
    Ok(left)
}

fn tone(news: &str) -> &'static str {
    match news {
        "paid" | "debit-registered" | "given-back" => " good",
        "refused" | "not-started" => " bad",
        "not-known-yet" | "no-answer" | "bank-checks" | "announced" | "said-unpaid" | "preparing" => " warn",
        "checked" | "not-taken" | "too-much" | "rehearsed" => " warn",
        _ => "",
    }
}
