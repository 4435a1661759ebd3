//! `DELETE /api/v1/preadmissions/{id}/documents/{document}`: taken back, its bytes destroyed.

use ::web::{PatientCaller, Problem};
use actix_web::{HttpResponse, web};
use kernel::{DocumentId, PreadmissionId};

use crate::{Preadmission, api::views::ProblemView};

#[utoipa::path(delete, path = "/api/v1/preadmissions/{id}/documents/{document}", tag = "preadmission", operation_id = "remove_document",
    params(("id" = String, Path, format = Uuid), ("document" = String, Path, format = Uuid)),
    responses(
        (status = 204, description = "Its bytes are destroyed."),
        (status = 404, body = ProblemView, content_type = "application/problem+json"),
        (status = 409, description = "The file is closed, or the document accepted.", body = ProblemView, content_type = "application/problem+json"),
    ))]
pub(crate) async fn handler(
    room: web::Data<Preadmission>,
    caller: PatientCaller,
    path: web::Path<(PreadmissionId, DocumentId)>,
) -> Result<HttpResponse, Problem> {
    let (file, document) = path.into_inner();
    room.withdraw(caller.patient, file, document).await?;
    Ok(HttpResponse::NoContent().finish())
}
