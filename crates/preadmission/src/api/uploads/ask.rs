//! `OPTIONS /api/v1/preadmissions/{id}/uploads`: what a sender may do here, and how large a document may be.

use ::web::{PatientCaller, Problem};
use actix_web::{HttpResponse, web};
use kernel::PreadmissionId;

use super::headers;
use crate::{Preadmission, api::views::ProblemView};

#[utoipa::path(options, path = "/api/v1/preadmissions/{id}/uploads", tag = "preadmission", operation_id = "ask_about_uploads",
    params(("id" = String, Path, format = Uuid)),
    responses(
        (status = 204, description = "Tus-Version, Tus-Extension, and Tus-Max-Size in bytes."),
        (status = 404, body = ProblemView, content_type = "application/problem+json"),
    ))]
pub(crate) async fn handler(
    room: web::Data<Preadmission>,
    caller: PatientCaller,
    id: web::Path<PreadmissionId>,
) -> Result<HttpResponse, Problem> {
    room.file_of(caller.patient, *id).await?;
    Ok(headers::abilities(room.settings.largest()))
}
