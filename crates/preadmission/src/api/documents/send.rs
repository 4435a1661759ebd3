//! `POST /api/v1/preadmissions/{id}/documents`: a document in one piece.

use ::web::{IdempotencyKey, PatientCaller, Problem};
use actix_web::{HttpRequest, HttpResponse, web};
use kernel::{DocumentId, PreadmissionId};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    Preadmission,
    api::{form, views::ProblemView},
    documents::Offer,
    failure::Failure,
    press::Unfit,
};

/// The fields, in this order.
#[derive(ToSchema)]
#[schema(as = NewDocument)]
#[expect(dead_code, reason = "describes the form, which is read as it comes")]
pub(crate) struct NewDocument {
    /// Code of the document, such as CN_RECTO.
    kind: String,
    /// JPEG, PNG, WebP, HEIC or PDF.
    #[schema(format = Binary, content_media_type = "application/octet-stream")]
    file: String,
}

#[derive(Serialize, ToSchema)]
#[schema(as = CreatedDocument)]
pub(crate) struct CreatedView {
    #[schema(value_type = String, format = Uuid)]
    id: DocumentId,
}

#[utoipa::path(post, path = "/api/v1/preadmissions/{id}/documents", tag = "preadmission", operation_id = "send_document",
    request_body(content = NewDocument, content_type = "multipart/form-data"),
    params(("id" = String, Path, format = Uuid),
        ("Idempotency-Key" = String, Header, description = "1 to 255 visible characters, new for each document")),
    responses(
        (status = 201, description = "Received; it is checked next.", body = CreatedView),
        (status = 404, description = "No such file, or it does not ask for this document.", body = ProblemView, content_type = "application/problem+json"),
        (status = 409, description = "The file is closed, or the document was sent before.", body = ProblemView, content_type = "application/problem+json"),
        (status = 413, body = ProblemView, content_type = "application/problem+json"),
        (status = 415, description = "Not accepted; `code` says what it is.", body = ProblemView, content_type = "application/problem+json"),
        (status = 422, description = "Empty, or too many.", body = ProblemView, content_type = "application/problem+json"),
    ))]
pub(crate) async fn handler(
    room: web::Data<Preadmission>,
    caller: PatientCaller,
    id: web::Path<PreadmissionId>,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, Problem> {
    let sent_at = caller.ctx.now();
    room.file_of(caller.patient, *id).await?;
    let key = IdempotencyKey::parse(header(&request, "idempotency-key"))?;
    let mut fields = form::open(&request, payload, room.most_of_a_form());
    let mut kind = String::new();
    while let Some(field) = form::next(&mut fields).await? {
        match field.name() {
            Some("kind") => kind = form::text(field).await?,
            Some("file") => {
                let offer = Offer::new(*id, caller.patient, &kind, &form::file_name(&field), sent_at);
                let given = room.give(offer, key.0, field).await;
                return answer(*id, given, &mut fields).await;
            }
            _ => {}
        }
    }
    Err(Failure::Unfit(Unfit::Empty).into())
}

/// What is left of the form is read before anything is answered.
async fn answer(
    file: PreadmissionId,
    given: Result<DocumentId, Failure>,
    fields: &mut actix_multipart::Multipart,
) -> Result<HttpResponse, Problem> {
    while let Ok(Some(_)) = form::next(fields).await {}
    let id = given?;
    let location = format!("/api/v1/preadmissions/{file}/documents/{id}");
    Ok(HttpResponse::Created().insert_header(("location", location)).json(CreatedView { id }))
}

fn header<'r>(request: &'r HttpRequest, name: &str) -> &'r str {
    request.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}
