//! `/pay`: without a login, by the two secrets of the paper: its reference and its amount.

use ::web::{Ctx, Problem, page, page_with_status, see_other, when};
use actix_web::{HttpResponse, http::StatusCode, web};
use askama::Template;
use jiff::Timestamp;
use kernel::InvoiceId;
use serde::Deserialize;

use crate::{Payments, domain::typed, payer::Shown};

#[derive(Template)]
#[template(path = "payment-pay.html")]
struct Pay<'a> {
    ctx: &'a Ctx,
    typed: Secrets,
    /// Why they open nothing, in words; empty: nobody tried.
    wrong: String,
    /// Where the same two secrets name several invoices.
    found: Vec<(InvoiceId, String)>,
}

#[derive(Default, Deserialize)]
pub(super) struct Secrets {
    reference: String,
    amount: String,
}

pub(super) async fn ask(ctx: Ctx) -> Result<HttpResponse, Problem> {
    page(&Pay { ctx: &ctx, typed: Secrets::default(), wrong: String::new(), found: Vec::new() })
}

pub(super) async fn find(
    room: web::Data<Payments>,
    ctx: Ctx,
    secrets: web::Form<Secrets>,
) -> Result<HttpResponse, Problem> {
    let typed = secrets.into_inner();
    let (reference, amount) = (typed::reference(&typed.reference), typed::money(&typed.amount));
    let (Some(reference), Some(amount)) = (reference, amount) else {
        return again(&ctx, typed, ctx.t("payment-pay-unreadable"));
    };
    match room.show_paper(ctx.visit(), &ctx.network().to_string(), (reference, amount)).await? {
        Shown::Right(found) => match found.as_slice() {
            [one] => Ok(see_other(&format!("/pay/{one}"))),
            several => choose(&room, &ctx, typed, several).await,
        },
        Shown::Wrong => again(&ctx, typed, ctx.t("problem-invoice-not-recognised-detail")),
        Shown::Wait(until) => {
            let minutes = minutes_until(until, ctx.now());
            let wrong = ctx.t1("payment-pay-wait", "wait", when::duration(minutes));
            page_with_status(StatusCode::TOO_MANY_REQUESTS, &Pay { ctx: &ctx, typed, wrong, found: Vec::new() })
        }
    }
}

/// Started minutes count: nobody is told to come too early.
fn minutes_until(until: Timestamp, now: Timestamp) -> i64 {
    ((until.duration_since(now).as_secs() + 59) / 60).max(1)
}

fn again(ctx: &Ctx, typed: Secrets, wrong: String) -> Result<HttpResponse, Problem> {
    page_with_status(StatusCode::UNPROCESSABLE_ENTITY, &Pay { ctx, typed, wrong, found: Vec::new() })
}

async fn choose(room: &Payments, ctx: &Ctx, typed: Secrets, several: &[InvoiceId]) -> Result<HttpResponse, Problem> {
    let mut found = Vec::new();
    for id in several {
        let invoice = room.shown_invoice(ctx.visit(), *id).await?;
        let creditor = room.name_of_creditor(&invoice).await?;
        found.push((*id, format!("{}, {creditor}", room.hospital(invoice.establishment).await?.name)));
    }
    page(&Pay { ctx, typed, wrong: String::new(), found })
}
