//! `POST /api/v1/preadmissions/{id}/documents/{document}/card`: what was read on the photo of a card is right.

use ::web::{PatientCaller, Problem};
use actix_web::{HttpResponse, web};
use kernel::{DocumentId, PreadmissionId};

use crate::{
    Preadmission,
    api::views::{FileView, ProblemView},
};

#[utoipa::path(post, path = "/api/v1/preadmissions/{id}/documents/{document}/card", tag = "preadmission",
    operation_id = "accept_card", description = "Keeps the code and the values of `given[].card` as answers, with the source `card`. Once more: the same.",
    params(("id" = String, Path, format = Uuid), ("document" = String, Path, format = Uuid)),
    responses(
        (status = 200, body = FileView),
        (status = 404, description = "No such document, or nothing was read on it.", body = ProblemView, content_type = "application/problem+json"),
        (status = 409, description = "Sent, accepted or over.", body = ProblemView, content_type = "application/problem+json"),
    ))]
pub(in crate::api) async fn handler(
    room: web::Data<Preadmission>,
    caller: PatientCaller,
    path: web::Path<(PreadmissionId, DocumentId)>,
) -> Result<HttpResponse, Problem> {
    let facts = room.accept_card(caller.patient, path.into_inner()).await?;
    Ok(HttpResponse::Ok().json(FileView::from(&facts)))
}
