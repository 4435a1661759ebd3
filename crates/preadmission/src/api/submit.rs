//! `POST /api/v1/preadmissions/{id}/submission`: sends the file. Same key: same answer.

use ::web::{IdempotencyKey, PatientCaller, Problem};
use actix_web::{HttpResponse, web};
use kernel::{PreadmissionId, digest};
use storage::idempotency::{Answer, Key};

use super::views::{FileView, ProblemView};
use crate::Preadmission;

#[utoipa::path(post, path = "/api/v1/preadmissions/{id}/submission", tag = "preadmission", operation_id = "submit_preadmission",
    params(("id" = String, Path, format = Uuid), ("Idempotency-Key" = String, Header, description = "1 to 255 visible characters, new for each submission")),
    responses(
        (status = 200, body = FileView),
        (status = 404, body = ProblemView, content_type = "application/problem+json"),
        (status = 409, description = "Sent already, or over.", body = ProblemView, content_type = "application/problem+json"),
        (status = 422, description = "Something that blocks is missing.", body = ProblemView, content_type = "application/problem+json"),
    ))]
pub(super) async fn handler(
    room: web::Data<Preadmission>,
    caller: PatientCaller,
    id: web::Path<PreadmissionId>,
    key: IdempotencyKey,
) -> Result<HttpResponse, Problem> {
    let request = digest::sha256(&[b"api submission", id.uuid().as_bytes()]);
    let key = Key { scope: caller.patient.uuid(), key: key.0, request };
    room.submit(key, *id, caller.patient, || Answer { status: 200, location: None, body: String::new() }).await?;
    let facts = room.file_of(caller.patient, *id).await?;
    Ok(HttpResponse::Ok().json(FileView::from(&facts)))
}
