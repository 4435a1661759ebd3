//! `POST /api/v1/preadmissions/{id}/submission`: sends the file. Same key: same answer.

use ::web::{IdempotencyKey, PatientCaller, Problem};
use actix_web::{HttpResponse, web};
use kernel::{PreadmissionId, digest};
use serde::Deserialize;
use storage::idempotency::{Answer, Key};
use utoipa::ToSchema;

use super::views::{FileView, ProblemView};
use crate::Preadmission;

#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Submission)]
pub(super) struct Submission {
    /// Of who represents a protected adult: "I act for this person, with their agreement if they can give it."
    #[serde(default)]
    stated: bool,
}

#[utoipa::path(post, path = "/api/v1/preadmissions/{id}/submission", tag = "preadmission", operation_id = "submit_preadmission", request_body = Option<Submission>,
    params(("id" = String, Path, format = Uuid), ("Idempotency-Key" = String, Header, description = "1 to 255 visible characters, new for each submission")),
    responses(
        (status = 200, body = FileView),
        (status = 404, body = ProblemView, content_type = "application/problem+json"),
        (status = 409, description = "Sent already, or over.", body = ProblemView, content_type = "application/problem+json"),
        (status = 422, description = "Something that blocks is missing, or who represents the patient did not state it.", body = ProblemView, content_type = "application/problem+json"),
    ))]
pub(super) async fn handler(
    room: web::Data<Preadmission>,
    caller: PatientCaller,
    id: web::Path<PreadmissionId>,
    key: IdempotencyKey,
    body: web::Bytes,
) -> Result<HttpResponse, Problem> {
    let said = if body.is_empty() { Ok(Submission::default()) } else { serde_json::from_slice(&body) };
    let Submission { stated } = said.map_err(|_| Problem::new(&::web::problem::MALFORMED))?;
    let request = digest::sha256(&[b"api submission", id.uuid().as_bytes(), &[u8::from(stated)]]);
    let key = Key { scope: caller.patient.uuid(), key: key.0, request };
    let answer = || Answer { status: 200, location: None, body: String::new() };
    room.submit(key, *id, (caller.patient, stated), answer).await?;
    let facts = room.file_of(caller.patient, *id).await?;
    Ok(HttpResponse::Ok().json(FileView::from(&facts)))
}
