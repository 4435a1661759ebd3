//! `GET /api/v1/invoices/{id}`: one of one's own, or of whom one acts for.

use ::web::{PatientCaller, Problem};
use actix_web::{HttpResponse, web};
use kernel::InvoiceId;

use super::views::{InvoiceView, ProblemView};
use crate::Payments;

#[utoipa::path(get, path = "/api/v1/invoices/{id}", tag = "payment", operation_id = "get_invoice",
    params(("id" = String, Path, format = Uuid)),
    responses((status = 200, body = InvoiceView), (status = 404, body = ProblemView, content_type = "application/problem+json")))]
pub(super) async fn handler(
    room: web::Data<Payments>,
    caller: PatientCaller,
    id: web::Path<InvoiceId>,
) -> Result<HttpResponse, Problem> {
    let seen = room.seen_invoice(caller.patient, *id).await?;
    Ok(HttpResponse::Ok().json(InvoiceView::of(&room, &seen.invoice, seen.quality).await?))
}
