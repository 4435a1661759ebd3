//! `GET /api/v1/establishments/{id}/invoices/{source}/{number}`

use ::web::Problem;
use actix_web::web;
use kernel::EstablishmentId;
use serde::Serialize;
use utoipa::ToSchema;

use super::caller::SystemCaller;
use crate::{Invoice, Payments};

/// An invoice as its source reads it back: nothing of the patient.
#[derive(Serialize, ToSchema)]
pub(super) struct HospitalInvoice {
    source: String,
    number: String,
    /// Of the announcement last heard; none when it came through another door.
    version: Option<i64>,
    /// `payable`, `paying`, `paid`, `overpaid`, `disputed`, `titled`, `cancelled`, `settled-elsewhere`.
    state: &'static str,
    amount_cents: i64,
    /// What came in online.
    received_cents: i64,
    due_cents: i64,
    /// A payer is at it: what was told last counts from the end of the payment.
    held: bool,
    /// A patient who logs in sees it.
    claimed: bool,
    /// Its PDF is here.
    document: bool,
}

pub(super) fn view_of(invoice: &Invoice) -> HospitalInvoice {
    HospitalInvoice {
        source: invoice.source.clone(),
        number: invoice.number.clone(),
        version: invoice.told_version,
        state: invoice.account.state.name(),
        amount_cents: invoice.account.amount.cents(),
        received_cents: invoice.account.received.cents(),
        due_cents: invoice.account.due().cents(),
        held: invoice.held.is_some(),
        claimed: invoice.patient.is_some(),
        document: invoice.document.is_some(),
    }
}

/// Read how an invoice stands.
#[utoipa::path(get, path = "/api/v1/establishments/{id}/invoices/{source}/{number}", tag = "payment",
    params(
        ("id" = String, Path, description = "Establishment"),
        ("source" = String, Path, description = "A source of the calling system's"),
        ("number" = String, Path, description = "Of the invoice"),
    ),
    responses(
        (status = 200, description = "The invoice", body = HospitalInvoice),
        (status = 401, description = "No token, or none that holds; WWW-Authenticate says which"),
        (status = 403, description = "The system lacks the right `invoices`"),
        (status = 404, description = "No such invoice, or not of this system"),
    )
)]
pub(super) async fn handler(
    caller: SystemCaller,
    address: web::Path<(EstablishmentId, String, String)>,
    room: web::Data<Payments>,
) -> Result<web::Json<HospitalInvoice>, Problem> {
    let (name, _) = caller.invoice(&room, address.into_inner()).await?;
    let invoice = room.invoice_named(name).await?.ok_or_else(Problem::not_found)?;
    Ok(web::Json(view_of(&invoice)))
}
