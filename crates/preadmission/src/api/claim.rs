//! `POST /api/v1/preadmissions/{id}/claim`: opens the file whose link one holds.

use ::web::{PatientCaller, Problem};
use actix_web::{HttpResponse, web};
use kernel::PreadmissionId;
use serde::Deserialize;
use utoipa::ToSchema;

use super::views::{FileView, ProblemView};
use crate::Preadmission;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Claim {
    /// What stands behind `k=` in the link.
    k: String,
}

#[utoipa::path(post, path = "/api/v1/preadmissions/{id}/claim", tag = "preadmission", operation_id = "claim_preadmission", request_body = Claim,
    params(("id" = String, Path, format = Uuid)),
    responses(
        (status = 200, body = FileView),
        (status = 403, description = "The hospital expects another person.", body = ProblemView, content_type = "application/problem+json"),
        (status = 404, body = ProblemView, content_type = "application/problem+json"),
        (status = 409, description = "Too early.", body = ProblemView, content_type = "application/problem+json"),
        (status = 410, description = "The stay is over or cancelled.", body = ProblemView, content_type = "application/problem+json"),
    ))]
pub(super) async fn handler(
    room: web::Data<Preadmission>,
    caller: PatientCaller,
    id: web::Path<PreadmissionId>,
    claim: web::Json<Claim>,
) -> Result<HttpResponse, Problem> {
    room.claim(*id, &claim.k, caller.patient).await?;
    let facts = room.file_of(caller.patient, *id).await?;
    Ok(HttpResponse::Ok().json(FileView::from(&facts)))
}
