//! `POST /api/v1/invitations/{id}/identification` by who holds an own link, then, for a minor,
//! `PUT /api/v1/preadmissions/{id}/signatures/{number}`.

use ::web::{PatientCaller, Problem};
use actix_web::{HttpResponse, web};
use kernel::{InvitationId, PreadmissionId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::views::ProblemView;
use crate::{
    Preadmission,
    acting::Protecting,
    domain::people::Measure,
    read::{PreadmissionFacts, Signatory, Signature},
};

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Identification {
    /// What stands behind `k=` in the link.
    k: String,
    /// Of the patient.
    #[schema(format = Date)]
    birth_date: String,
    /// Of the person in charge of an adult: tutelle, curatelle, sauvegarde, habilitation or mandat.
    #[serde(default)]
    measure: String,
    /// Of the same: person or goods.
    #[serde(default)]
    scope: String,
    /// Of the same: "I act for this person."
    #[serde(default)]
    stated: bool,
}

impl Identification {
    fn protecting(&self) -> Option<Protecting> {
        let measure = Measure::named(&self.measure)?;
        Some(Protecting { measure, person: self.scope == "person", stated: self.stated })
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SignatureAnswer)]
pub(super) struct Answer {
    /// signed, refused or sole-holder.
    answer: String,
    /// "I hold parental authority over this child."
    stated: bool,
}

/// What a signatory sees: what they sign, and nothing else of the file.
#[derive(Serialize, ToSchema)]
#[schema(as = SignatureToGive)]
pub(super) struct SignatureView {
    #[schema(value_type = String, format = Uuid)]
    preadmission: PreadmissionId,
    number: i32,
    /// The patient's first given name.
    patient: String,
    label: String,
    #[schema(value_type = String, format = DateTime)]
    entry_at: String,
    /// awaited, signed, refused, no-answer, not-reachable or sole-holder.
    state: &'static str,
}

/// Who somebody is from now on, by their link.
#[derive(Serialize, ToSchema)]
#[schema(as = Identified)]
pub(super) struct IdentifiedView {
    /// parental-authority: answered under `signatures`; trusted-person: under `designations`; representative: the file is
    /// theirs to fill in.
    purpose: &'static str,
    #[schema(value_type = String, format = Uuid)]
    preadmission: PreadmissionId,
    number: i32,
}

fn view(facts: &PreadmissionFacts, one: &Signatory) -> SignatureView {
    SignatureView {
        preadmission: facts.id,
        number: one.number,
        patient: facts.stay.person.as_ref().map(|person| person.given.clone()).unwrap_or_default(),
        label: facts.stay.label.clone(),
        entry_at: facts.stay.entry_at.to_string(),
        state: one.state.name(),
    }
}

#[utoipa::path(post, path = "/api/v1/invitations/{id}/identification", tag = "preadmission", operation_id = "identify", request_body = Identification,
    params(("id" = String, Path, format = Uuid)),
    responses(
        (status = 200, body = IdentifiedView),
        (status = 403, description = "Another birth date, too many of them, or somebody else is that person.", body = ProblemView, content_type = "application/problem+json"),
        (status = 404, body = ProblemView, content_type = "application/problem+json"),
        (status = 410, description = "The link expired or was replaced, or the stay is over.", body = ProblemView, content_type = "application/problem+json"),
        (status = 422, description = "No measure, one that gives no say, or not stated.", body = ProblemView, content_type = "application/problem+json"),
    ))]
pub(super) async fn identify(
    room: web::Data<Preadmission>,
    caller: PatientCaller,
    id: web::Path<InvitationId>,
    said: web::Json<Identification>,
) -> Result<HttpResponse, Problem> {
    room.identify(*id, &said.k, caller.patient, (said.birth_date.clone(), said.protecting())).await?;
    let (facts, invitation) = room.invitation_behind(*id, &said.k).await?;
    let (purpose, number) = (invitation.purpose.name(), invitation.number);
    Ok(HttpResponse::Ok().json(IdentifiedView { purpose, preadmission: facts.id, number }))
}

#[utoipa::path(get, path = "/api/v1/preadmissions/{id}/signatures/{number}", tag = "preadmission", operation_id = "signature_to_give",
    params(("id" = String, Path, format = Uuid), ("number" = i32, Path)),
    responses(
        (status = 200, body = SignatureView),
        (status = 404, body = ProblemView, content_type = "application/problem+json"),
    ))]
pub(super) async fn show(
    room: web::Data<Preadmission>,
    caller: PatientCaller,
    path: web::Path<(PreadmissionId, i32)>,
) -> Result<HttpResponse, Problem> {
    let (facts, one) = room.file_to_sign(path.into_inner(), caller.patient).await?;
    Ok(HttpResponse::Ok().json(view(&facts, &one)))
}

#[utoipa::path(put, path = "/api/v1/preadmissions/{id}/signatures/{number}", tag = "preadmission", operation_id = "sign", request_body = Answer,
    params(("id" = String, Path, format = Uuid), ("number" = i32, Path)),
    responses(
        (status = 200, body = SignatureView),
        (status = 404, body = ProblemView, content_type = "application/problem+json"),
        (status = 410, description = "The stay is over or cancelled.", body = ProblemView, content_type = "application/problem+json"),
        (status = 422, description = "No such answer, or the authority is not stated.", body = ProblemView, content_type = "application/problem+json"),
    ))]
pub(super) async fn sign(
    room: web::Data<Preadmission>,
    caller: PatientCaller,
    path: web::Path<(PreadmissionId, i32)>,
    answer: web::Json<Answer>,
) -> Result<HttpResponse, Problem> {
    let at = path.into_inner();
    room.file_to_sign(at, caller.patient).await?;
    let said = Signature::named(&answer.answer).ok_or_else(|| Problem::invalid("/answer", "answer"))?;
    room.sign(at, caller.patient, (said, answer.stated)).await?;
    let (facts, one) = room.file_to_sign(at, caller.patient).await?;
    Ok(HttpResponse::Ok().json(view(&facts, &one)))
}
