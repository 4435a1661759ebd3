//! `POST /api/v1/desk/preadmissions/{id}/notes`: a note that the patient never sees. Same key: same answer.

use ::web::{IdempotencyKey, Problem, StaffCaller};
use actix_web::{HttpResponse, http::StatusCode, web};
use kernel::{PreadmissionId, digest};
use serde::Deserialize;
use storage::idempotency::{Answer, Key};
use utoipa::ToSchema;

use crate::{Preadmission, api::views::ProblemView};

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DeskNote)]
pub(in crate::api) struct Noted {
    /// 1 to 2000 characters.
    text: String,
    /// Whether it stands as something to do until it is ticked off.
    #[serde(default)]
    to_do: bool,
}

#[utoipa::path(post, path = "/api/v1/desk/preadmissions/{id}/notes", tag = "preadmission", operation_id = "note_preadmission",
    request_body = Noted,
    params(("id" = String, Path, format = Uuid), ("Idempotency-Key" = String, Header, description = "1 to 255 visible characters, new for each note")),
    responses(
        (status = 201, description = "The note's id in `id`."),
        (status = 404, body = ProblemView, content_type = "application/problem+json"),
        (status = 422, description = "Empty or too long.", body = ProblemView, content_type = "application/problem+json"),
    ))]
pub(in crate::api) async fn handler(
    room: web::Data<Preadmission>,
    caller: StaffCaller,
    id: web::Path<PreadmissionId>,
    key: IdempotencyKey,
    noted: web::Json<Noted>,
) -> Result<HttpResponse, Problem> {
    let noted = noted.into_inner();
    let request =
        digest::sha256(&[b"desk note", id.uuid().as_bytes(), noted.text.as_bytes(), &[u8::from(noted.to_do)]]);
    let key = Key { scope: caller.staff.uuid(), key: key.0, request };
    let body = |note| serde_json::json!({ "id": note }).to_string();
    let answer = move |note| Answer { status: 201, location: None, body: body(note) };
    let answer = room.note(key, (&caller).into(), *id, (noted.text, noted.to_do), answer).await?;
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::CREATED);
    Ok(HttpResponse::build(status).content_type("application/json").body(answer.body))
}
