//! `PUT /api/v1/preadmissions/{id}/missing-documents/{name}`: "Je n'ai pas ce document."

use ::web::{PatientCaller, Problem};
use actix_web::{HttpResponse, web};
use kernel::PreadmissionId;
use serde::Deserialize;
use utoipa::ToSchema;

use super::views::{FileView, ProblemView};
use crate::Preadmission;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct MissingDocument {
    /// lost, coming, on-the-day, not-concerned or other.
    reason: String,
    /// At most 500 characters.
    #[serde(default)]
    text: String,
}

#[utoipa::path(put, path = "/api/v1/preadmissions/{id}/missing-documents/{name}", tag = "preadmission", operation_id = "declare_missing_document",
    request_body = MissingDocument,
    params(("id" = String, Path, format = Uuid), ("name" = String, Path, description = "Code of the document, such as CN_RECTO")),
    responses(
        (status = 200, body = FileView),
        (status = 404, body = ProblemView, content_type = "application/problem+json"),
        (status = 409, description = "Sent, accepted or over.", body = ProblemView, content_type = "application/problem+json"),
        (status = 422, body = ProblemView, content_type = "application/problem+json"),
    ))]
pub(super) async fn handler(
    room: web::Data<Preadmission>,
    caller: PatientCaller,
    path: web::Path<(PreadmissionId, String)>,
    missing: web::Json<MissingDocument>,
) -> Result<HttpResponse, Problem> {
    let ((id, kind), missing) = (path.into_inner(), missing.into_inner());
    room.declare_missing(id, caller.patient, kind, (missing.reason, missing.text)).await?;
    let facts = room.file_of(caller.patient, id).await?;
    Ok(HttpResponse::Ok().json(FileView::from(&facts)))
}
