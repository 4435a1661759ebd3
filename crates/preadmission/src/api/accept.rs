//! `POST /api/v1/desk/preadmissions/{id}/acceptance`: the hospital accepts what was sent.

use ::web::{Problem, StaffCaller};
use actix_web::{HttpResponse, web};
use kernel::PreadmissionId;

use super::views::{FileView, ProblemView};
use crate::Preadmission;

#[utoipa::path(post, path = "/api/v1/desk/preadmissions/{id}/acceptance", tag = "preadmission", operation_id = "accept_preadmission",
    params(("id" = String, Path, format = Uuid)),
    responses(
        (status = 200, body = FileView),
        (status = 404, body = ProblemView, content_type = "application/problem+json"),
        (status = 409, description = "Not sent, or decided already.", body = ProblemView, content_type = "application/problem+json"),
    ))]
pub(super) async fn handler(
    room: web::Data<Preadmission>,
    caller: StaffCaller,
    id: web::Path<PreadmissionId>,
) -> Result<HttpResponse, Problem> {
    let facts = room.accept(*id, caller.staff, caller.establishments, None).await?;
    Ok(HttpResponse::Ok().json(FileView::from(&facts)))
}
