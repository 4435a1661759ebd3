//! `GET /api/v1/preadmissions/{id}/documents`: what was given, and what became of it.

use ::web::{PatientCaller, Problem};
use actix_web::{HttpResponse, web};
use kernel::PreadmissionId;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    Preadmission,
    api::views::{GivenView, ProblemView},
};

#[derive(Serialize, ToSchema)]
#[schema(as = GivenDocuments)]
pub(crate) struct DocumentsView {
    items: Vec<GivenView>,
}

#[utoipa::path(get, path = "/api/v1/preadmissions/{id}/documents", tag = "preadmission", operation_id = "list_documents",
    params(("id" = String, Path, format = Uuid)),
    responses((status = 200, body = DocumentsView), (status = 404, body = ProblemView, content_type = "application/problem+json")))]
pub(crate) async fn handler(
    room: web::Data<Preadmission>,
    caller: PatientCaller,
    id: web::Path<PreadmissionId>,
) -> Result<HttpResponse, Problem> {
    let facts = room.file_of(caller.patient, *id).await?;
    let items = facts.documents.iter().filter(|one| !one.state.is_over()).map(GivenView::from).collect();
    Ok(HttpResponse::Ok().json(DocumentsView { items }))
}
