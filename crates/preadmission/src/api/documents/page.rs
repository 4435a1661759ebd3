//! `GET …/documents/{document}/pages/{n}`: the picture of a page of a clean document, for its patient and for the desk.
//! The pages of the site show the same addresses without `/api/v1`.

use ::web::{PatientCaller, Problem, StaffCaller};
use actix_web::{HttpResponse, web};
use kernel::{DocumentId, PreadmissionId};
use storage::files::Opened;

use crate::{Preadmission, api::views::ProblemView, failure::Failure};

type PagePath = web::Path<(PreadmissionId, DocumentId, i32)>;

#[utoipa::path(get, path = "/api/v1/preadmissions/{id}/documents/{document}/pages/{n}", tag = "preadmission", operation_id = "get_document_page",
    params(("id" = String, Path, format = Uuid), ("document" = String, Path, format = Uuid), ("n" = i32, Path, description = "From 1")),
    responses((status = 200, content_type = "image/jpeg"), (status = 404, body = ProblemView, content_type = "application/problem+json")))]
pub(crate) async fn own(
    room: web::Data<Preadmission>,
    caller: PatientCaller,
    path: PagePath,
) -> Result<HttpResponse, Problem> {
    picture(room.own_page(caller.patient, path.into_inner()).await?).await
}

#[utoipa::path(get, path = "/api/v1/desk/preadmissions/{id}/documents/{document}/pages/{n}", tag = "preadmission", operation_id = "get_document_page_at_desk",
    params(("id" = String, Path, format = Uuid), ("document" = String, Path, format = Uuid), ("n" = i32, Path, description = "From 1")),
    responses((status = 200, description = "That it was opened is kept.", content_type = "image/jpeg"), (status = 404, body = ProblemView, content_type = "application/problem+json")))]
pub(crate) async fn at_desk(
    room: web::Data<Preadmission>,
    caller: StaffCaller,
    path: PagePath,
) -> Result<HttpResponse, Problem> {
    picture(room.desk_page((caller.staff, caller.establishments), path.into_inner()).await?).await
}

/// As it is stored, frame by frame.
async fn picture(file: Opened) -> Result<HttpResponse, Problem> {
    let mut response = HttpResponse::Ok();
    response.content_type(file.content_type.clone()).no_chunking(file.size);
    Ok(response.streaming(Box::pin(file.read().await.map_err(Failure::from)?)))
}
