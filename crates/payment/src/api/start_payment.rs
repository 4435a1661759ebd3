//! `POST /api/v1/payments`: begin a payment of one's own invoices. Same key, same request: the same payment.

use ::web::{IdempotencyKey, PatientCaller, Problem};
use actix_web::{HttpResponse, web};
use kernel::{InvoiceId, Money};
use serde::Deserialize;
use utoipa::ToSchema;

use super::views::{BegunView, Leave, ProblemView};
use crate::{
    Payments,
    payer::{Chosen, Payer},
};

/// What is to be paid. Creditor, reference and what is due come from the invoices.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewPayment)]
pub(super) struct NewPayment {
    /// All of one creditor; several only where it allows that.
    #[schema(min_items = 1, max_items = 20)]
    invoices: Vec<WishedShare>,
    /// Where the provider sends its receipt: 6 to 80 ASCII characters.
    email: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct WishedShare {
    #[schema(value_type = String, format = Uuid)]
    id: InvoiceId,
    /// Less than what is due only where the creditor allows it; absent: all of it.
    #[schema(value_type = Option<i64>, minimum = 1)]
    amount_cents: Option<Money>,
}

/// In one payment.
const MOST: usize = 20;

#[utoipa::path(post, path = "/api/v1/payments", tag = "payment", operation_id = "start_payment", request_body = NewPayment,
    params(("Idempotency-Key" = String, Header, description = "1 to 255 visible characters, new for each payment")),
    responses(
        (status = 201, body = BegunView),
        (status = 404, description = "An invoice is not there, or somebody else's.", body = ProblemView, content_type = "application/problem+json"),
        (status = 409, description = "It cannot be paid now: paid, cancelled, titled, under review, or being paid.", body = ProblemView, content_type = "application/problem+json"),
        (status = 422, description = "An amount, the address or the creditor does not allow it.", body = ProblemView, content_type = "application/problem+json"),
        (status = 502, description = "The provider refused what it was sent.", body = ProblemView, content_type = "application/problem+json"),
        (status = 503, description = "The provider does not answer.", body = ProblemView, content_type = "application/problem+json"),
    ))]
pub(super) async fn handler(
    room: web::Data<Payments>,
    caller: PatientCaller,
    key: IdempotencyKey,
    new: web::Json<NewPayment>,
) -> Result<HttpResponse, Problem> {
    let NewPayment { invoices, email } = new.into_inner();
    if invoices.is_empty() || invoices.len() > MOST {
        return Err(Problem::invalid("/invoices", "number-of-invoices"));
    }
    let invoices = invoices.into_iter().map(|share| (share.id, share.amount_cents)).collect();
    let (payer, chosen) = (Payer::of(&caller.ctx), Chosen { invoices, email });
    let begun = room.pay(payer, chosen.key(payer, key), chosen).await?;
    let view = BegunView { id: begun.id, leave: begun.started.map(Leave::from) };
    Ok(HttpResponse::Created().insert_header(("location", format!("/api/v1/payments/{}", view.id))).json(view))
}
