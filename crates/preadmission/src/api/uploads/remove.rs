//! `DELETE /api/v1/preadmissions/{id}/uploads/{upload}`: the sender changed their mind.

use ::web::{PatientCaller, Problem};
use actix_web::{HttpResponse, web};
use kernel::{PreadmissionId, UploadId};

use crate::{Preadmission, api::views::ProblemView};

#[utoipa::path(delete, path = "/api/v1/preadmissions/{id}/uploads/{upload}", tag = "preadmission", operation_id = "remove_upload",
    params(("id" = String, Path, format = Uuid), ("upload" = String, Path, format = Uuid)),
    responses(
        (status = 204, description = "Its parts are destroyed; a document that it became stays."),
        (status = 404, body = ProblemView, content_type = "application/problem+json"),
    ))]
pub(crate) async fn handler(
    room: web::Data<Preadmission>,
    caller: PatientCaller,
    path: web::Path<(PreadmissionId, UploadId)>,
) -> Result<HttpResponse, Problem> {
    let (file, id) = path.into_inner();
    room.upload(caller.patient, file, id).await?;
    room.remove_upload(id).await?;
    Ok(HttpResponse::NoContent().finish())
}
