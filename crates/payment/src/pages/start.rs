//! `POST /payments`: off to the provider, or the reason why not, with the way out. `POST /payments/{id}/continuation`: the
//! same way again, for a payer who did not get there.

use std::collections::BTreeMap;

use ::web::{Ctx, IdempotencyKey, Phone, Problem, page, page_with_status, see_other};
use actix_web::{HttpResponse, http::StatusCode, web};
use askama::Template;
use kernel::{InvoiceId, PaymentAttemptId};
use serde::Deserialize;

use super::{
    elsewhere,
    invoice::{self, Typed, Wrong},
    shown,
};
use crate::{
    Payments,
    domain::{Refusal, typed},
    failure::Failure,
    payer::{Chosen, Payer},
    port::{NotStarted, Started},
    room::NotBegun,
    store::invoices::Invoice,
};

/// A form that leads on to the bank.
#[derive(Template)]
#[template(path = "payment-leaving.html")]
struct Leaving<'a> {
    ctx: &'a Ctx,
    id: PaymentAttemptId,
    url: &'a str,
    fields: &'a [(String, String)],
}

#[derive(Template)]
#[template(path = "payment-refusal.html")]
struct RefusalPage<'a> {
    ctx: &'a Ctx,
    title: String,
    detail: String,
    phone: Phone,
    /// The page of the invoice.
    back: String,
    under_way: Option<PaymentAttemptId>,
}

#[derive(Deserialize)]
pub(super) struct Wanted {
    invoice: InvoiceId,
    email: String,
    #[serde(default)]
    amount: String,
    idempotency_key: String,
    /// `with-{id}`: others in the same payment.
    #[serde(flatten)]
    others: BTreeMap<String, String>,
}

impl Wanted {
    fn others(&self) -> Vec<InvoiceId> {
        self.others.keys().filter_map(|name| name.strip_prefix("with-")?.parse().ok()).collect()
    }

    /// None: what stands there is no amount.
    fn chosen(&self) -> Option<Chosen> {
        let part = match self.amount.trim() {
            "" => None,
            amount => Some(typed::money(amount)?),
        };
        let others = self.others().into_iter().filter(|id| *id != self.invoice).map(|id| (id, None));
        Some(Chosen { invoices: [(self.invoice, part)].into_iter().chain(others).collect(), email: self.email.clone() })
    }

    fn typed(&self, wrong: Wrong) -> Typed {
        Typed { email: Some(self.email.clone()), amount: Some(self.amount.clone()), others: self.others(), wrong }
    }
}

pub(super) async fn start(
    room: web::Data<Payments>,
    ctx: Ctx,
    wanted: web::Form<Wanted>,
) -> Result<HttpResponse, Problem> {
    let payer = Payer::of(&ctx);
    let invoice = match room.payable_by(payer, wanted.invoice).await {
        // The login ended while the form stood open, or the paper's two hours did.
        Err(Failure::Unknown) if payer.patient.is_none() => {
            return elsewhere::invoice(&ctx, format!("/invoices/{}", wanted.invoice));
        }
        known => known?,
    };
    let Some(chosen) = wanted.chosen() else {
        let wrong = Wrong { amount: ctx.t("payment-amount-unreadable"), ..Wrong::default() };
        return invoice::again(&room, &ctx, &invoice, wanted.typed(wrong)).await;
    };
    let key = chosen.key(payer, IdempotencyKey::parse(&wanted.idempotency_key)?);
    match room.pay(payer, key, chosen).await {
        Ok(begun) => go(&ctx, begun.id, begun.started),
        Err(not_begun) => not_begun_page(&room, &ctx, &invoice, (&wanted, not_begun)).await,
    }
}

/// A browser that opens its tabs anew asks for what a form once answered.
pub(super) async fn came_again(ctx: Ctx) -> HttpResponse {
    see_other(if ctx.is_patient() { "/invoices" } else { "/pay" })
}

pub(super) async fn go_on(
    room: web::Data<Payments>,
    ctx: Ctx,
    id: web::Path<PaymentAttemptId>,
) -> Result<HttpResponse, Problem> {
    let payment = room.progress(Payer::of(&ctx), *id).await?;
    go(&ctx, payment.attempt.id, room.way_on(&payment.attempt).await?)
}

fn go(ctx: &Ctx, id: PaymentAttemptId, started: Option<Started>) -> Result<HttpResponse, Problem> {
    match started {
        Some(Started::Redirect { url, .. }) => Ok(see_other(&url)),
        Some(Started::Form { url, fields, .. }) => page(&Leaving { ctx, id, url: &url, fields: &fields }),
        None => Ok(see_other(&format!("/payments/{id}"))),
    }
}

/// What the payer can put right stands at its field; the rest is a page with the way out.
async fn not_begun_page(
    room: &Payments,
    ctx: &Ctx,
    invoice: &Invoice,
    (wanted, not_begun): (&Wanted, NotBegun),
) -> Result<HttpResponse, Problem> {
    let wrong = match &not_begun {
        NotBegun::Provider(NotStarted::Email(_)) | NotBegun::Failed(Failure::Refused(Refusal::Email)) => {
            Some(Wrong { email: true, ..Wrong::default() })
        }
        NotBegun::Failed(Failure::Refused(refusal)) if is_about_the_amount(refusal) && !wanted.amount.is_empty() => {
            let (title, detail) = ctx.words(&Failure::from(refusal.clone()).into());
            Some(Wrong { amount: format!("{title}. {detail}"), ..Wrong::default() })
        }
        _ => None,
    };
    match wrong {
        Some(wrong) => invoice::again(room, ctx, invoice, wanted.typed(wrong)).await,
        None => refused(room, ctx, invoice, not_begun.into()).await,
    }
}

const fn is_about_the_amount(refusal: &Refusal) -> bool {
    matches!(
        refusal,
        Refusal::TooLittle { .. }
            | Refusal::TooMuch { .. }
            | Refusal::MoreThanDue { .. }
            | Refusal::LeavesTooLittle { .. }
            | Refusal::NoPartialPayment
    )
}

async fn refused(room: &Payments, ctx: &Ctx, invoice: &Invoice, problem: Problem) -> Result<HttpResponse, Problem> {
    if matches!(problem.kind.status, 404 | 500) {
        return Err(problem);
    }
    let payer = Payer::of(ctx);
    let (title, detail) = ctx.words(&problem);
    let status = StatusCode::from_u16(problem.kind.status).unwrap_or(StatusCode::CONFLICT);
    let refusal = RefusalPage {
        ctx,
        title,
        detail,
        phone: shown::phone(ctx, &room.hospital(invoice.establishment).await?),
        back: room.page_of(payer, invoice).await?,
        under_way: room.under_way(payer, invoice.id).await?,
    };
    page_with_status(status, &refusal)
}
