//! `POST /api/v1/desk/preadmissions/{id}/meeting`: whether a stay that the hospital announced is the one of which the
//! patient had told before.

use ::web::{Problem, StaffCaller};
use actix_web::{HttpResponse, web};
use kernel::PreadmissionId;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{Preadmission, api::views::ProblemView};

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DeskMeeting)]
pub(in crate::api) struct Answered {
    /// The file of the announcement, as `in_doubt` tells it.
    #[schema(value_type = String, format = Uuid)]
    announced: PreadmissionId,
    /// True: the patient's file takes its visit number, dates and unit, and the other file is no more.
    same: bool,
}

#[utoipa::path(post, path = "/api/v1/desk/preadmissions/{id}/meeting", tag = "preadmission", operation_id = "settle_meeting",
    request_body = Answered,
    params(("id" = String, Path, format = Uuid, description = "The file that the patient opened")),
    responses(
        (status = 204, description = "Joined, or kept apart."),
        (status = 404, body = ProblemView, content_type = "application/problem+json"),
        (status = 409, description = "Nothing is asked of these two, or somebody wrote in the announced one meanwhile.", body = ProblemView, content_type = "application/problem+json"),
    ))]
pub(in crate::api) async fn handler(
    room: web::Data<Preadmission>,
    caller: StaffCaller,
    id: web::Path<PreadmissionId>,
    answered: web::Json<Answered>,
) -> Result<HttpResponse, Problem> {
    room.settle_meeting((&caller).into(), (*id, answered.announced), answered.same).await?;
    Ok(HttpResponse::NoContent().finish())
}
