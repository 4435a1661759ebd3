//! What a clerk read on the identity document, and what comparing the identities came to. The hospital's traits stay
//! what its messages said.

use ::web::{Problem, StaffCaller};
use actix_web::{HttpResponse, web};
use kernel::PreadmissionId;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    Preadmission,
    api::views::ProblemView,
    store::identities::{Choice, Proof, Read},
};

/// Strict traits as they stand on a document.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = IdentityReading)]
pub(in crate::api) struct Reading {
    /// card, passport, permit or birth-record.
    proof: String,
    /// 1 to 200 characters.
    birth_family: String,
    /// 1 to 200 characters.
    given: String,
    /// `1957-11-02`; `1957-11` or `1957` where day or month are not known.
    birth_date: String,
    /// F, M or U.
    sex: String,
}

#[utoipa::path(post, path = "/api/v1/desk/preadmissions/{id}/identity-document", tag = "preadmission",
    operation_id = "read_identity", request_body = Reading, params(("id" = String, Path, format = Uuid)),
    responses(
        (status = 204),
        (status = 404, body = ProblemView, content_type = "application/problem+json"),
        (status = 422, description = "Traits that no document bears.", body = ProblemView, content_type = "application/problem+json"),
    ))]
pub(in crate::api) async fn read(
    room: web::Data<Preadmission>,
    caller: StaffCaller,
    id: web::Path<PreadmissionId>,
    reading: web::Json<Reading>,
) -> Result<HttpResponse, Problem> {
    let Reading { proof, birth_family, given, birth_date, sex } = reading.into_inner();
    let proof =
        Proof::from_text(&proof).ok_or_else(|| Problem::invalid("/proof", "preadmission-desk-filter-unknown"))?;
    room.read_identity((&caller).into(), *id, Read { proof, birth_family, given, birth_date, sex }).await?;
    Ok(HttpResponse::NoContent().finish())
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = IdentityChoice)]
pub(in crate::api) struct Chosen {
    /// same, other, or cell: the hospital's identity cell decides.
    choice: String,
}

#[utoipa::path(post, path = "/api/v1/desk/preadmissions/{id}/identity", tag = "preadmission",
    operation_id = "compare_identities", request_body = Chosen, params(("id" = String, Path, format = Uuid)),
    responses(
        (status = 204),
        (status = 404, body = ProblemView, content_type = "application/problem+json"),
        (status = 422, body = ProblemView, content_type = "application/problem+json"),
    ))]
pub(in crate::api) async fn compare(
    room: web::Data<Preadmission>,
    caller: StaffCaller,
    id: web::Path<PreadmissionId>,
    chosen: web::Json<Chosen>,
) -> Result<HttpResponse, Problem> {
    let choice = Choice::from_text(&chosen.choice);
    let choice = choice.ok_or_else(|| Problem::invalid("/choice", "preadmission-desk-filter-unknown"))?;
    room.compare((&caller).into(), *id, choice).await?;
    Ok(HttpResponse::NoContent().finish())
}
