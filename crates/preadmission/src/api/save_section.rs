//! `PUT /api/v1/preadmissions/{id}/sections/{name}`: keeps some fields, right or wrong; the answer tells which are wrong.

use ::web::{PatientCaller, Problem};
use actix_web::{HttpResponse, web};
use kernel::PreadmissionId;

use super::views::{FileView, ProblemView, TypedFields};
use crate::{Preadmission, domain::catalogue};

#[utoipa::path(put, path = "/api/v1/preadmissions/{id}/sections/{name}", tag = "preadmission", operation_id = "save_preadmission_section",
    request_body(content = TypedFields, description = "Values by the full name of their field; fields that are left out stay as they are."),
    params(("id" = String, Path, format = Uuid), ("name" = String, Path)),
    responses(
        (status = 200, body = FileView),
        (status = 404, body = ProblemView, content_type = "application/problem+json"),
        (status = 409, description = "Sent, accepted or over.", body = ProblemView, content_type = "application/problem+json"),
        (status = 422, description = "A field that the section does not have.", body = ProblemView, content_type = "application/problem+json"),
    ))]
pub(super) async fn handler(
    room: web::Data<Preadmission>,
    caller: PatientCaller,
    path: web::Path<(PreadmissionId, String)>,
    typed: web::Json<TypedFields>,
) -> Result<HttpResponse, Problem> {
    let (id, name) = path.into_inner();
    let section = catalogue::find(&name).ok_or_else(Problem::not_found)?;
    let facts = room.save(id, caller.patient, section.name, typed.into_inner().0.into_iter().collect()).await?;
    Ok(HttpResponse::Ok().json(FileView::from(&facts)))
}
