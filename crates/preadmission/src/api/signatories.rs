//! `/api/v1/preadmissions/{id}/signatories`: another holder of parental authority is asked to sign, and asked again.

use ::web::{PatientCaller, Problem};
use actix_web::{HttpResponse, web};
use kernel::PreadmissionId;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    people::Again,
    views::{FileView, ProblemView},
};
use crate::{Preadmission, domain::people::Quality};

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewSignatory {
    /// mother, father, guardian, ase or other.
    quality: String,
    /// 1 to 200 characters.
    name: String,
    /// French mobile number or e-mail address to which the link goes; empty: it is handed on from the page.
    #[serde(default)]
    contact: String,
}

#[utoipa::path(post, path = "/api/v1/preadmissions/{id}/signatories", tag = "preadmission", operation_id = "add_signatory", request_body = NewSignatory,
    params(("id" = String, Path, format = Uuid)),
    responses(
        (status = 201, body = FileView),
        (status = 404, body = ProblemView, content_type = "application/problem+json"),
        (status = 410, description = "The stay is over or cancelled.", body = ProblemView, content_type = "application/problem+json"),
        (status = 422, description = "Not a name, not an address, or too many.", body = ProblemView, content_type = "application/problem+json"),
        (status = 429, description = "Too many links were sent.", body = ProblemView, content_type = "application/problem+json"),
    ))]
pub(super) async fn add(
    room: web::Data<Preadmission>,
    caller: PatientCaller,
    id: web::Path<PreadmissionId>,
    new: web::Json<NewSignatory>,
) -> Result<HttpResponse, Problem> {
    let new = new.into_inner();
    room.file_of(caller.patient, *id).await?;
    let quality = Quality::named(&new.quality).ok_or_else(|| Problem::invalid("/quality", "quality"))?;
    room.add_signatory(*id, caller.patient, (quality, new.name, new.contact)).await?;
    let facts = room.file_of(caller.patient, *id).await?;
    Ok(HttpResponse::Created().json(FileView::from(&facts)))
}

#[utoipa::path(post, path = "/api/v1/preadmissions/{id}/signatories/{number}/invitation", tag = "preadmission", operation_id = "invite_signatory_again", request_body = Again,
    params(("id" = String, Path, format = Uuid), ("number" = i32, Path)),
    responses(
        (status = 200, body = FileView),
        (status = 404, description = "No such signatory, or they came already.", body = ProblemView, content_type = "application/problem+json"),
        (status = 410, description = "The stay is over or cancelled.", body = ProblemView, content_type = "application/problem+json"),
        (status = 422, description = "Not an address.", body = ProblemView, content_type = "application/problem+json"),
        (status = 429, description = "Too many links were sent.", body = ProblemView, content_type = "application/problem+json"),
    ))]
pub(super) async fn ask_again(
    room: web::Data<Preadmission>,
    caller: PatientCaller,
    path: web::Path<(PreadmissionId, i32)>,
    again: web::Json<Again>,
) -> Result<HttpResponse, Problem> {
    let (id, number) = path.into_inner();
    room.ask_again((id, number), caller.patient, again.into_inner().contact).await?;
    let facts = room.file_of(caller.patient, id).await?;
    Ok(HttpResponse::Ok().json(FileView::from(&facts)))
}
