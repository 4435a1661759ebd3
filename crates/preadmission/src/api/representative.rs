//! `POST /api/v1/desk/preadmissions/{id}/representative`: the person in charge of a protected adult is asked to come.

use ::web::{Problem, StaffCaller};
use actix_web::{HttpResponse, web};
use kernel::PreadmissionId;
use serde::Deserialize;
use utoipa::ToSchema;

use super::views::{FileView, ProblemView};
use crate::Preadmission;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RepresentativeToAsk)]
pub(super) struct Representative {
    /// 1 to 200 characters.
    name: String,
    /// French mobile number or e-mail address to which the link goes.
    contact: String,
}

#[utoipa::path(post, path = "/api/v1/desk/preadmissions/{id}/representative", tag = "preadmission", operation_id = "invite_representative", request_body = Representative,
    params(("id" = String, Path, format = Uuid)),
    responses(
        (status = 200, body = FileView),
        (status = 404, body = ProblemView, content_type = "application/problem+json"),
        (status = 409, description = "Somebody is in charge already.", body = ProblemView, content_type = "application/problem+json"),
        (status = 410, description = "The stay is over or cancelled.", body = ProblemView, content_type = "application/problem+json"),
        (status = 422, description = "A minor, no name, or no address that a link reaches.", body = ProblemView, content_type = "application/problem+json"),
        (status = 429, description = "Too many links were sent.", body = ProblemView, content_type = "application/problem+json"),
    ))]
pub(super) async fn handler(
    room: web::Data<Preadmission>,
    caller: StaffCaller,
    id: web::Path<PreadmissionId>,
    asked: web::Json<Representative>,
) -> Result<HttpResponse, Problem> {
    let asked = asked.into_inner();
    let clerk = (caller.staff, caller.establishments);
    let facts = room.ask_in_charge(*id, clerk, (asked.name, asked.contact)).await?;
    Ok(HttpResponse::Ok().json(FileView::from(&facts)))
}
