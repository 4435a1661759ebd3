//! `POST /api/v1/preadmissions/{id}/documents`: a document in one piece.

use ::web::{Ctx, IdempotencyKey, PatientCaller, Problem, StaffCaller};
use actix_web::{HttpRequest, HttpResponse, web};
use kernel::{DocumentId, PreadmissionId};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    Preadmission,
    api::{form, views::ProblemView},
    documents::{Giver, Offer},
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
    room.file_of(caller.patient, *id).await?;
    let given = give(&room, &caller.ctx, (*id, Giver::Holder(caller.patient)), (&request, payload)).await?;
    let location = format!("/api/v1/preadmissions/{id}/documents/{given}");
    Ok(HttpResponse::Created().insert_header(("location", location)).json(CreatedView { id: given }))
}

#[utoipa::path(post, path = "/api/v1/desk/preadmissions/{id}/documents", tag = "preadmission", operation_id = "add_desk_document",
    request_body(content = NewDocument, content_type = "multipart/form-data"),
    params(("id" = String, Path, format = Uuid),
        ("Idempotency-Key" = String, Header, description = "1 to 255 visible characters, new for each document")),
    responses(
        (status = 201, description = "A paper that was handed in: received, and checked next like any other.", body = CreatedView),
        (status = 404, description = "No such file, or it does not ask for this document.", body = ProblemView, content_type = "application/problem+json"),
        (status = 409, description = "The file is accepted or over, or the document was sent before.", body = ProblemView, content_type = "application/problem+json"),
        (status = 413, body = ProblemView, content_type = "application/problem+json"),
        (status = 415, description = "Not accepted; `code` says what it is.", body = ProblemView, content_type = "application/problem+json"),
        (status = 422, description = "Empty, or too many.", body = ProblemView, content_type = "application/problem+json"),
    ))]
pub(crate) async fn at_desk(
    room: web::Data<Preadmission>,
    caller: StaffCaller,
    id: web::Path<PreadmissionId>,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, Problem> {
    room.file_at_desk(*id, caller.establishments.clone()).await?;
    let by = Giver::Clerk(caller.staff, caller.establishments.clone());
    let id = give(&room, &caller.ctx, (*id, by), (&request, payload)).await?;
    Ok(HttpResponse::Created().json(CreatedView { id }))
}

/// What the form brings. What is left of it is read before anything is answered.
async fn give(
    room: &Preadmission,
    ctx: &Ctx,
    (file, by): (PreadmissionId, Giver),
    (request, payload): (&HttpRequest, web::Payload),
) -> Result<DocumentId, Problem> {
    let sent_at = ctx.now();
    let key = IdempotencyKey::parse(header(request, "idempotency-key"))?;
    let mut fields = form::open(request, payload, room.most_of_a_form());
    let mut kind = String::new();
    while let Some(field) = form::next(&mut fields).await? {
        match field.name() {
            Some("kind") => kind = form::text(field).await?,
            Some("file") => {
                let offer = Offer::new(file, by, &kind, &form::file_name(&field), sent_at);
                let given = room.give(offer, key.0, field).await;
                while let Ok(Some(_)) = form::next(&mut fields).await {}
                return Ok(given?);
            }
            _ => {}
        }
    }
    Err(Failure::Unfit(Unfit::Empty).into())
}

fn header<'r>(request: &'r HttpRequest, name: &str) -> &'r str {
    request.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}
