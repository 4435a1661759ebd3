//! `GET /api/v1/preadmissions/{id}`: one of one's own.

use ::web::{PatientCaller, Problem};
use actix_web::{HttpResponse, web};
use kernel::PreadmissionId;

use super::views::{FileView, ProblemView};
use crate::Preadmission;

#[utoipa::path(get, path = "/api/v1/preadmissions/{id}", tag = "preadmission", operation_id = "get_preadmission",
    params(("id" = String, Path, format = Uuid)),
    responses((status = 200, body = FileView), (status = 404, body = ProblemView, content_type = "application/problem+json")))]
pub(super) async fn handler(
    room: web::Data<Preadmission>,
    caller: PatientCaller,
    id: web::Path<PreadmissionId>,
) -> Result<HttpResponse, Problem> {
    let facts = room.file_of(caller.patient, *id).await?;
    Ok(HttpResponse::Ok().json(FileView::from(&facts)))
}
