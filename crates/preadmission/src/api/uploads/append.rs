//! `PATCH /api/v1/preadmissions/{id}/uploads/{upload}`: one part. After the last the whole is a document.

use ::web::{PatientCaller, Problem};
use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web};
use futures_util::{StreamExt, stream};
use kernel::{PreadmissionId, UploadId};
use tokio::sync::mpsc;

use super::headers;
use crate::{Preadmission, api::views::ProblemView};

/// Pieces that wait to be encrypted; the network waits beyond.
const PIECES: usize = 4;

#[utoipa::path(patch, path = "/api/v1/preadmissions/{id}/uploads/{upload}", tag = "preadmission", operation_id = "append_to_upload",
    request_body(content = String, content_type = "application/offset+octet-stream", description = "At most 1 MiB; empty when all parts are there and the answer was missed"),
    params(("id" = String, Path, format = Uuid), ("upload" = String, Path, format = Uuid),
        ("Tus-Resumable" = String, Header, description = "1.0.0"),
        ("Upload-Offset" = i64, Header, description = "Where the part starts")),
    responses(
        (status = 204, description = "Upload-Offset is where the next part starts; at Upload-Length, the document is received."),
        (status = 404, description = "Unknown, or expired.", body = ProblemView, content_type = "application/problem+json"),
        (status = 409, description = "Another offset is expected, or the document was sent before.", body = ProblemView, content_type = "application/problem+json"),
        (status = 412, description = "Another version of the protocol.", body = ProblemView, content_type = "application/problem+json"),
        (status = 413, body = ProblemView, content_type = "application/problem+json"),
        (status = 415, description = "Not accepted; `code` says what it is. Nothing is left of it.", body = ProblemView, content_type = "application/problem+json"),
    ))]
pub(crate) async fn handler(
    room: web::Data<Preadmission>,
    caller: PatientCaller,
    path: web::Path<(PreadmissionId, UploadId)>,
    request: HttpRequest,
    mut payload: web::Payload,
) -> Result<HttpResponse, Problem> {
    let (file, id) = path.into_inner();
    let upload = room.upload(caller.patient, file, id).await?;
    headers::check_version(&request)?;
    let kind = request.headers().get("content-type").and_then(|kind| kind.to_str().ok());
    if kind != Some(headers::PART) {
        return Err(Problem::new(&::web::problem::UNSUPPORTED_MEDIA));
    }
    let start = headers::offset(&request)?;
    // When the line breaks, actix drops its handler, and the pieces end; what came of the part is kept all the same.
    let (pieces, mut came) = mpsc::channel(PIECES);
    let came = stream::poll_fn(move |context| came.poll_recv(context));
    let work = actix_web::rt::spawn(async move { room.append(caller.patient, upload, start, came).await });
    while let Some(piece) = payload.next().await {
        if pieces.send(piece).await.is_err() {
            break;
        }
    }
    drop(pieces);
    let upload = work.await.map_err(Problem::unexpected)??;
    Ok(headers::answer(StatusCode::NO_CONTENT, &upload).finish())
}
