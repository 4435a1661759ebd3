//! `POST /api/v1/desk/preadmissions/{id}/acceptance`: the hospital accepts what was sent.

use ::web::{Problem, StaffCaller};
use actix_web::{HttpResponse, web};
use kernel::PreadmissionId;
use serde::Deserialize;
use utoipa::IntoParams;

use super::views::{FileView, ProblemView};
use crate::Preadmission;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Seen {
    /// `mark` of the file that was looked at: 409 when it changed meanwhile.
    seen: Option<String>,
}

#[utoipa::path(post, path = "/api/v1/desk/preadmissions/{id}/acceptance", tag = "preadmission", operation_id = "accept_preadmission",
    params(("id" = String, Path, format = Uuid), Seen),
    responses(
        (status = 200, body = FileView),
        (status = 404, body = ProblemView, content_type = "application/problem+json"),
        (status = 409, description = "Not sent, decided already, changed meanwhile, or documents are not all decided.", body = ProblemView, content_type = "application/problem+json"),
    ))]
pub(super) async fn handler(
    room: web::Data<Preadmission>,
    caller: StaffCaller,
    id: web::Path<PreadmissionId>,
    seen: web::Query<Seen>,
) -> Result<HttpResponse, Problem> {
    let facts = room.accept(*id, caller.staff, caller.establishments, seen.into_inner().seen).await?;
    Ok(HttpResponse::Ok().json(FileView::from(&facts)))
}
