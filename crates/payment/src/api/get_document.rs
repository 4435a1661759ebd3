//! `GET /api/v1/invoices/{id}/document`, and the same for pages: the hospital's own PDF of one's own invoice, to be saved. It
//! is shown by no page of ours, and a browser that shows it nevertheless runs nothing of it.

use ::web::{PatientCaller, Problem, problem};
use actix_web::{HttpResponse, http::header, web};
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
    let found = room.own_paper(&files, caller.patient, *id).await.map_err(refusal)?;
    let (file, name) = found.ok_or_else(Problem::not_found)?;
    let mut response = HttpResponse::Ok();
    response
        .content_type(file.content_type.clone())
        .insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")))
        .insert_header((header::CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'; frame-ancestors 'none'"))
        .no_chunking(file.size);
    Ok(response.streaming(Box::pin(file.read().await.map_err(refusal)?)))
}

fn refusal(error: FileError) -> Problem {
    match error.is_passing() {
        true => Problem::new(&problem::UNAVAILABLE).retry_after(2),
        false => Problem::unexpected(error),
    }
}
