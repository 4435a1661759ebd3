//! `POST /api/v1/preadmissions/{id}/claim-for`: opens the file of a child, or of an adult who needs help.

use ::web::{PatientCaller, Problem};
use actix_web::{HttpResponse, web};
use kernel::PreadmissionId;
use serde::Deserialize;
use utoipa::ToSchema;

use super::views::{FileView, ProblemView};
use crate::{Preadmission, acting::Acting, domain::people::Claim};

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ClaimFor {
    /// What stands behind `k=` in the link.
    k: String,
    /// mother, father, guardian, ase or other: holds parental authority over a minor; representative or relative: of an
    /// adult.
    role: String,
    /// Of a representative: tutelle, curatelle, sauvegarde, habilitation or mandat.
    #[serde(default)]
    measure: String,
    /// Of a representative: person or goods.
    #[serde(default)]
    scope: String,
    /// Of the patient, as the hospital knows it.
    #[schema(format = Date)]
    birth_date: String,
    /// "I have the authority to do this."
    stated: bool,
}

impl ClaimFor {
    fn acting(&self) -> Result<Acting, Problem> {
        let claim = Claim::said(&self.role, &self.measure, &self.scope);
        let claim = claim.map_err(|wrong| Problem::invalid(&format!("/{wrong}"), wrong))?;
        Ok(Acting { claim, birth_date: self.birth_date.clone(), stated: self.stated })
    }
}

#[utoipa::path(post, path = "/api/v1/preadmissions/{id}/claim-for", tag = "preadmission", operation_id = "claim_preadmission_for", request_body = ClaimFor,
    params(("id" = String, Path, format = Uuid)),
    responses(
        (status = 200, body = FileView),
        (status = 403, description = "Another birth date, too many of them, or somebody opened it.", body = ProblemView, content_type = "application/problem+json"),
        (status = 404, body = ProblemView, content_type = "application/problem+json"),
        (status = 409, description = "Too early.", body = ProblemView, content_type = "application/problem+json"),
        (status = 410, description = "The stay is over or cancelled.", body = ProblemView, content_type = "application/problem+json"),
        (status = 422, description = "Not for this patient, not stated, or a measure that gives no say.", body = ProblemView, content_type = "application/problem+json"),
    ))]
pub(super) async fn handler(
    room: web::Data<Preadmission>,
    caller: PatientCaller,
    id: web::Path<PreadmissionId>,
    claim: web::Json<ClaimFor>,
) -> Result<HttpResponse, Problem> {
    room.file_behind(*id, &claim.k).await?;
    room.claim_for(*id, &claim.k, caller.patient, claim.acting()?).await?;
    let facts = room.file_of(caller.patient, *id).await?;
    Ok(HttpResponse::Ok().json(FileView::from(&facts)))
}
