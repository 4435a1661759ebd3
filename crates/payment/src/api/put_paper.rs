//! `PUT /api/v1/establishments/{id}/invoices/{source}/{number}/document`

use ::web::{Problem, problem};
use actix_web::{HttpMessage, HttpRequest, HttpResponse, web};
use kernel::EstablishmentId;
use storage::files::Files;

use super::caller::SystemCaller;
use crate::{
    Payments,
    papers::{self, MEDIA_TYPE, Untaken},
};

/// Send the PDF of an invoice, or a newer one in its place.
#[utoipa::path(put, path = "/api/v1/establishments/{id}/invoices/{source}/{number}/document", tag = "payment",
    params(
        ("id" = String, Path, description = "Establishment"),
        ("source" = String, Path, description = "A source of the calling system's"),
        ("number" = String, Path, description = "Of an invoice that was told of before"),
    ),
    request_body(content = Vec<u8>, content_type = "application/pdf"),
    responses(
        (status = 204, description = "Kept, as it was sent; the same again changes nothing"),
        (status = 401, description = "No token, or none that holds; WWW-Authenticate says which"),
        (status = 403, description = "The system lacks the right `invoices`"),
        (status = 404, description = "No such invoice, or not of this system"),
        (status = 413, description = "More than `payment.document_mib`"),
        (status = 415, description = "Not a PDF"),
    )
)]
pub(super) async fn handler(
    caller: SystemCaller,
    address: web::Path<(EstablishmentId, String, String)>,
    request: HttpRequest,
    bytes: web::Payload,
    room: web::Data<Payments>,
    files: web::Data<Files>,
) -> Result<HttpResponse, Problem> {
    let (name, _) = caller.invoice(&room, address.into_inner()).await?;
    if request.content_type() != MEDIA_TYPE {
        return Err(Problem::new(&problem::UNSUPPORTED_MEDIA));
    }
    papers::put(&room, &files, name, bytes, room.most_of_a_paper()).await?;
    Ok(HttpResponse::NoContent().finish())
}

impl From<Untaken> for Problem {
    fn from(untaken: Untaken) -> Self {
        match untaken {
            Untaken::NotPdf => Self::new(&problem::UNSUPPORTED_MEDIA),
            Untaken::TooLarge => Self::new(&problem::TOO_LARGE),
            Untaken::Broken => Self::new(&problem::MALFORMED),
            Untaken::Failed(failure) => failure.into(),
            Untaken::File(error) if error.is_passing() => Self::new(&problem::UNAVAILABLE).retry_after(2),
            Untaken::File(error) => Self::unexpected(error),
        }
    }
}
