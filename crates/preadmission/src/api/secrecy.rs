//! `PUT /api/v1/desk/preadmissions/{id}/secrecy`: a minor asked that holders of parental authority are not told.

use ::web::{Problem, StaffCaller};
use actix_web::{HttpResponse, web};
use kernel::PreadmissionId;
use serde::Deserialize;
use utoipa::ToSchema;

use super::views::{FileView, ProblemView};
use crate::Preadmission;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PreadmissionSecrecy)]
pub(super) struct Secrecy {
    /// True: no parent finds the file, opens it or signs in it (CSP art. L1111-5).
    secret: bool,
}

#[utoipa::path(put, path = "/api/v1/desk/preadmissions/{id}/secrecy", tag = "preadmission", operation_id = "keep_preadmission_secret",
    request_body = Secrecy,
    params(("id" = String, Path, format = Uuid)),
    responses(
        (status = 200, body = FileView),
        (status = 404, body = ProblemView, content_type = "application/problem+json"),
        (status = 422, description = "The patient is an adult.", body = ProblemView, content_type = "application/problem+json"),
    ))]
pub(super) async fn handler(
    room: web::Data<Preadmission>,
    caller: StaffCaller,
    id: web::Path<PreadmissionId>,
    asked: web::Json<Secrecy>,
) -> Result<HttpResponse, Problem> {
    let facts = room.mark_secret(*id, (caller.staff, caller.establishments), asked.secret).await?;
    Ok(HttpResponse::Ok().json(FileView::from(&facts)))
}
