//! `PUT /api/v1/desk/preadmissions/{id}/assignment`: whose the file is from now on.

use ::web::{Problem, StaffCaller};
use actix_web::{HttpResponse, web};
use kernel::{PreadmissionId, StaffId};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{Preadmission, api::views::ProblemView};

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Assignment)]
pub(in crate::api) struct Assigned {
    /// Somebody who acted at this desk; the caller when it is left out, nobody when null.
    #[serde(default, deserialize_with = "told")]
    #[schema(value_type = Option<String>, format = Uuid)]
    to: Option<Option<StaffId>>,
}

/// Tells null from what is left out.
fn told<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Option<StaffId>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

#[utoipa::path(put, path = "/api/v1/desk/preadmissions/{id}/assignment", tag = "preadmission",
    operation_id = "assign_preadmission", request_body = Assigned, params(("id" = String, Path, format = Uuid)),
    responses(
        (status = 204),
        (status = 404, body = ProblemView, content_type = "application/problem+json"),
        (status = 422, description = "Not somebody of this desk.", body = ProblemView, content_type = "application/problem+json"),
    ))]
pub(in crate::api) async fn handler(
    room: web::Data<Preadmission>,
    caller: StaffCaller,
    id: web::Path<PreadmissionId>,
    assigned: web::Json<Assigned>,
) -> Result<HttpResponse, Problem> {
    let to = assigned.to.unwrap_or(Some(caller.staff));
    room.assign((&caller).into(), *id, to).await?;
    Ok(HttpResponse::NoContent().finish())
}
