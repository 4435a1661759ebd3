//! `POST /api/v1/desk/preadmissions/{id}/documents/{document}/decision`: accepts or refuses one document.

use ::web::{Problem, StaffCaller};
use actix_web::{HttpResponse, web};
use kernel::{DocumentId, PreadmissionId};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    Preadmission,
    api::views::{FileView, ProblemView},
    desk::deeds::Verdict,
};

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DocumentDecision)]
pub(in crate::api) struct Decided {
    /// accepted, refused or reconsidered.
    decision: String,
    /// Code of one of the hospital's reasons for this kind; only with `refused`.
    #[serde(default)]
    reason: String,
    /// What the patient reads beside the reason, at most 500 characters.
    #[serde(default)]
    comment: String,
    /// `mark` of the file that was looked at.
    seen: String,
}

#[utoipa::path(post, path = "/api/v1/desk/preadmissions/{id}/documents/{document}/decision", tag = "preadmission",
    operation_id = "decide_document", request_body = Decided,
    params(("id" = String, Path, format = Uuid), ("document" = String, Path, format = Uuid)),
    responses(
        (status = 200, body = FileView),
        (status = 404, body = ProblemView, content_type = "application/problem+json"),
        (status = 409, description = "The file changed since it was looked at, or nothing is to be decided.", body = ProblemView, content_type = "application/problem+json"),
        (status = 422, description = "Not a reason for this kind.", body = ProblemView, content_type = "application/problem+json"),
    ))]
pub(in crate::api) async fn handler(
    room: web::Data<Preadmission>,
    caller: StaffCaller,
    path: web::Path<(PreadmissionId, DocumentId)>,
    decided: web::Json<Decided>,
) -> Result<HttpResponse, Problem> {
    let decided = decided.into_inner();
    let verdict = match decided.decision.as_str() {
        "accepted" => Verdict::Accept,
        "refused" => Verdict::Refuse { reason: decided.reason, comment: decided.comment },
        "reconsidered" => Verdict::Reconsider,
        _ => return Err(Problem::invalid("/decision", "preadmission-desk-filter-unknown")),
    };
    let facts = room.decide((&caller).into(), path.into_inner(), decided.seen, verdict).await?;
    Ok(HttpResponse::Ok().json(FileView::from(&facts)))
}
