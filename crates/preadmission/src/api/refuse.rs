//! `POST /api/v1/desk/preadmissions/{id}/refusal`: the hospital asks for something again.

use ::web::{Problem, StaffCaller};
use actix_web::{HttpResponse, web};
use jiff::Timestamp;
use kernel::PreadmissionId;
use serde::Deserialize;
use utoipa::ToSchema;

use super::views::{FileView, ProblemView};
use crate::{Preadmission, store::files::Asked};

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PreadmissionRefusal)]
pub(super) struct Refused {
    /// Names of the sections to be corrected; may be empty when a document was refused.
    #[serde(default)]
    sections: Vec<String>,
    /// What the patient reads, at most 1000 characters; may be empty when only documents are asked for again.
    text: String,
    #[schema(value_type = Option<String>, format = DateTime)]
    deadline: Option<Timestamp>,
    /// `mark` of the file that was looked at: 409 when it changed meanwhile.
    seen: Option<String>,
}

#[utoipa::path(post, path = "/api/v1/desk/preadmissions/{id}/refusal", tag = "preadmission", operation_id = "refuse_preadmission",
    request_body = Refused,
    params(("id" = String, Path, format = Uuid)),
    responses(
        (status = 200, body = FileView),
        (status = 404, body = ProblemView, content_type = "application/problem+json"),
        (status = 409, description = "Not sent, or decided already.", body = ProblemView, content_type = "application/problem+json"),
        (status = 422, description = "Nothing to correct, or no words why.", body = ProblemView, content_type = "application/problem+json"),
    ))]
pub(super) async fn handler(
    room: web::Data<Preadmission>,
    caller: StaffCaller,
    id: web::Path<PreadmissionId>,
    refused: web::Json<Refused>,
) -> Result<HttpResponse, Problem> {
    let refused = refused.into_inner();
    if refused.text.chars().count() > 1000 {
        return Err(Problem::invalid("/text", "text"));
    }
    let asked = Asked { sections: refused.sections, text: refused.text, deadline: refused.deadline };
    let facts = room.refuse(*id, asked, caller.staff, caller.establishments, refused.seen).await?;
    Ok(HttpResponse::Ok().json(FileView::from(&facts)))
}
