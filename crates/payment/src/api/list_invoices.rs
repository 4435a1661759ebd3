//! `GET /api/v1/invoices`: one's own, the latest first, then those of whom one acts for.

use ::web::{PatientCaller, Problem};
use actix_web::{HttpResponse, web};

use super::views::{InvoiceView, InvoicesView};
use crate::Payments;

#[utoipa::path(get, path = "/api/v1/invoices", tag = "payment", operation_id = "list_invoices",
    responses((status = 200, body = InvoicesView)))]
pub(super) async fn handler(room: web::Data<Payments>, caller: PatientCaller) -> Result<HttpResponse, Problem> {
    let mut items = Vec::new();
    for invoice in room.invoices_of(caller.patient).await? {
        items.push(InvoiceView::of(&room, &invoice, None).await?);
    }
    for (invoice, quality) in room.invoices_for_others(caller.patient).await? {
        items.push(InvoiceView::of(&room, &invoice, Some(quality)).await?);
    }
    Ok(HttpResponse::Ok().json(InvoicesView { items }))
}
