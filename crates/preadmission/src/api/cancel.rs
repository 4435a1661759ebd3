//! `POST /api/v1/desk/preadmissions/{id}/cancellation`: the stay will not take place.

use ::web::{Problem, StaffCaller};
use actix_web::{HttpResponse, web};
use kernel::PreadmissionId;

use super::views::{FileView, ProblemView};
use crate::Preadmission;

#[utoipa::path(post, path = "/api/v1/desk/preadmissions/{id}/cancellation", tag = "preadmission", operation_id = "cancel_preadmission",
    params(("id" = String, Path, format = Uuid)),
    responses(
        (status = 200, body = FileView),
        (status = 404, body = ProblemView, content_type = "application/problem+json"),
        (status = 409, description = "Cancelled already.", body = ProblemView, content_type = "application/problem+json"),
    ))]
pub(super) async fn handler(
    room: web::Data<Preadmission>,
    caller: StaffCaller,
    id: web::Path<PreadmissionId>,
) -> Result<HttpResponse, Problem> {
    let facts = room.cancel(*id, caller.staff, caller.establishments).await?;
    Ok(HttpResponse::Ok().json(FileView::from(&facts)))
}
