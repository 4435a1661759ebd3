//! `POST /api/v1/preadmissions/{id}/uploads`: announces a document that comes in parts.

use ::web::{PatientCaller, Problem};
use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web};
use kernel::PreadmissionId;

use super::headers;
use crate::{
    Preadmission,
    api::views::ProblemView,
    documents::{Giver, NewUpload, Offer},
};

#[utoipa::path(post, path = "/api/v1/preadmissions/{id}/uploads", tag = "preadmission", operation_id = "create_upload",
    params(("id" = String, Path, format = Uuid),
        ("Tus-Resumable" = String, Header, description = "1.0.0"),
        ("Upload-Length" = i64, Header, description = "Bytes of the whole"),
        ("Upload-Metadata" = String, Header, description = "`kind` (such as CN_RECTO), `filename`, and `waited` (milliseconds since it was chosen, 0 to a day, 0), each with its value in Base64. A document of the kind that was refused before it was chosen gives way to it")),
    responses(
        (status = 201, description = "Location is where the parts go, until Upload-Expires."),
        (status = 404, body = ProblemView, content_type = "application/problem+json"),
        (status = 409, description = "The file is closed.", body = ProblemView, content_type = "application/problem+json"),
        (status = 412, description = "Another version of the protocol.", body = ProblemView, content_type = "application/problem+json"),
        (status = 413, body = ProblemView, content_type = "application/problem+json"),
        (status = 422, description = "Empty, or too many.", body = ProblemView, content_type = "application/problem+json"),
    ))]
pub(crate) async fn handler(
    room: web::Data<Preadmission>,
    caller: PatientCaller,
    id: web::Path<PreadmissionId>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    room.file_of(caller.patient, *id).await?;
    headers::check_version(&request)?;
    let (kind, name) = (headers::metadata(&request, "kind"), headers::metadata(&request, "filename"));
    let sent_at = caller.ctx.now() - headers::waited(&request);
    let offer = Offer::new(*id, Giver::Holder(caller.patient), &kind, &name, sent_at);
    let upload =
        room.begin_upload(NewUpload { offer, patient: caller.patient, size: headers::length(&request)? }).await?;
    let mut response = headers::answer(StatusCode::CREATED, &upload);
    Ok(response.insert_header(("location", headers::address(*id, &upload))).finish())
}
