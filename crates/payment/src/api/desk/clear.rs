//! `POST …/clearing`: a cashier saw to what waited for a person, and says how.

use ::web::{Problem, StaffCaller};
use actix_web::{HttpResponse, web};
use kernel::{InvoiceId, PaymentAttemptId};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{Payments, desk::Cashier, store::creditor_alerts::CreditorAlertId};

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PaymentClearing)]
pub(in crate::api) struct Clearing {
    /// What was found: 1 to 500 characters.
    reason: String,
}

#[utoipa::path(post, path = "/api/v1/desk/payments/{id}/clearing", tag = "payment", operation_id = "clear_payment",
    params(("id" = String, Path, format = Uuid)), request_body = Clearing,
    responses(
        (status = 204, description = "The provider's odd answer is seen to: the same one is not told again."),
        (status = 404, description = "Absent, or of another establishment."),
        (status = 409, description = "Nothing waits."),
        (status = 422),
    ))]
pub(in crate::api) async fn payment(
    room: web::Data<Payments>,
    caller: StaffCaller,
    id: web::Path<PaymentAttemptId>,
    clearing: web::Json<Clearing>,
) -> Result<HttpResponse, Problem> {
    room.clear(&Cashier::from(&caller), *id, &clearing.reason).await?;
    Ok(HttpResponse::NoContent().finish())
}

#[utoipa::path(post, path = "/api/v1/desk/creditor-alerts/{id}/clearing", tag = "payment", operation_id = "clear_creditor_alert",
    params(("id" = String, Path, format = Uuid)), request_body = Clearing,
    responses(
        (status = 204, description = "Seen to: another refusal is told anew."),
        (status = 404, description = "Absent, or of another establishment."),
        (status = 409, description = "Nothing waits."),
        (status = 422),
    ))]
pub(in crate::api) async fn creditor(
    room: web::Data<Payments>,
    caller: StaffCaller,
    id: web::Path<CreditorAlertId>,
    clearing: web::Json<Clearing>,
) -> Result<HttpResponse, Problem> {
    room.clear_creditor(&Cashier::from(&caller), *id, &clearing.reason).await?;
    Ok(HttpResponse::NoContent().finish())
}

#[utoipa::path(post, path = "/api/v1/desk/invoice-doubts/{id}/clearing", tag = "payment", operation_id = "clear_invoice_doubt",
    params(("id" = String, Path, format = Uuid, description = "Of the invoice.")), request_body = Clearing,
    responses(
        (status = 204, description = "The invoice stays whose it was: the same merge is not told again."),
        (status = 404, description = "Absent, or of another establishment."),
        (status = 409, description = "Nothing waits."),
        (status = 422),
    ))]
pub(in crate::api) async fn doubt(
    room: web::Data<Payments>,
    caller: StaffCaller,
    id: web::Path<InvoiceId>,
    clearing: web::Json<Clearing>,
) -> Result<HttpResponse, Problem> {
    room.clear_doubt(&Cashier::from(&caller), *id, &clearing.reason).await?;
    Ok(HttpResponse::NoContent().finish())
}
