//! `HEAD` (and `GET`) `/api/v1/preadmissions/{id}/uploads/{upload}`: where the next part starts.

use ::web::{PatientCaller, Problem};
use actix_web::{HttpResponse, http::StatusCode, web};
use kernel::{PreadmissionId, UploadId};

use super::headers;
use crate::{Preadmission, api::views::ProblemView};

#[utoipa::path(get, path = "/api/v1/preadmissions/{id}/uploads/{upload}", tag = "preadmission", operation_id = "get_upload",
    params(("id" = String, Path, format = Uuid), ("upload" = String, Path, format = Uuid)),
    responses(
        (status = 204, description = "Upload-Offset is where the next part starts; also for HEAD."),
        (status = 404, description = "Unknown, or expired.", body = ProblemView, content_type = "application/problem+json"),
    ))]
pub(crate) async fn handler(
    room: web::Data<Preadmission>,
    caller: PatientCaller,
    path: web::Path<(PreadmissionId, UploadId)>,
) -> Result<HttpResponse, Problem> {
    let (file, id) = path.into_inner();
    let upload = room.upload(caller.patient, file, id).await?;
    Ok(headers::answer(StatusCode::NO_CONTENT, &upload).finish())
}
