//! `GET /api/v1/invoices/{id}/document`, and the same for pages: the hospital's own paper.

use ::web::{PatientCaller, Problem};
use actix_web::{HttpResponse, web};
use kernel::InvoiceId;
use storage::files::{FileError, Files};

use super::views::ProblemView;
use crate::Payments;

#[utoipa::path(get, path = "/api/v1/invoices/{id}/document", tag = "payment", operation_id = "get_invoice_document",
    params(("id" = String, Path, format = Uuid)),
    responses(
        (status = 200, content_type = "application/pdf"),
        (status = 404, description = "No such invoice, or it came without its paper.", body = ProblemView, content_type = "application/problem+json"),
    ))]
pub(crate) async fn handler(
    room: web::Data<Payments>,
    files: web::Data<Files>,
    caller: PatientCaller,
    id: web::Path<InvoiceId>,
) -> Result<HttpResponse, Problem> {
    let invoice = room.own_invoice(caller.patient, *id).await?;
    let file = room.document_of(invoice.id).await?.ok_or_else(Problem::not_found)?;
    let file = files.open_file(file).await.map_err(unreadable)?;
    let disposition = format!("attachment; filename=\"facture-{}.pdf\"", invoice.refdet);
    let mut response = HttpResponse::Ok();
    response.content_type(file.content_type.clone()).insert_header(("content-disposition", disposition));
    response.no_chunking(file.size);
    Ok(response.streaming(Box::pin(file.read().await.map_err(unreadable)?)))
}

fn unreadable(error: FileError) -> Problem {
    match error {
        FileError::Unknown => Problem::not_found(),
        FileError::Storage(error) => error.into(),
        error => Problem::unexpected(error),
    }
}
