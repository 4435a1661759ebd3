//! The trusted person: the patient asks them by a link and takes the designation back, they co-sign or decline, the desk
//! receives the form on paper (CSP art. L1111-6).

use ::web::{PatientCaller, Problem, StaffCaller};
use actix_web::{HttpResponse, web};
use kernel::PreadmissionId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    signatories::Again,
    views::{FileView, ProblemView},
};
use crate::{
    Preadmission,
    domain::trusted::Act,
    read::{PreadmissionFacts, TrustedPerson},
};

#[utoipa::path(post, path = "/api/v1/preadmissions/{id}/trusted-person/invitation", tag = "preadmission", operation_id = "invite_trusted_person", request_body = Again,
    params(("id" = String, Path, format = Uuid)),
    responses(
        (status = 200, body = FileView),
        (status = 404, body = ProblemView, content_type = "application/problem+json"),
        (status = 409, description = "They co-signed already.", body = ProblemView, content_type = "application/problem+json"),
        (status = 410, description = "The stay is over or cancelled.", body = ProblemView, content_type = "application/problem+json"),
        (status = 422, description = "Nobody is named, no address that a link reaches, or only paper serves.", body = ProblemView, content_type = "application/problem+json"),
        (status = 429, description = "Too many links were sent.", body = ProblemView, content_type = "application/problem+json"),
    ))]
pub(super) async fn ask(
    room: web::Data<Preadmission>,
    caller: PatientCaller,
    id: web::Path<PreadmissionId>,
    asked: web::Json<Again>,
) -> Result<HttpResponse, Problem> {
    room.ask_trusted(*id, caller.patient, asked.into_inner().contact).await?;
    let facts = room.file_of(caller.patient, *id).await?;
    Ok(HttpResponse::Ok().json(FileView::from(&facts)))
}

#[utoipa::path(post, path = "/api/v1/preadmissions/{id}/trusted-person/revocation", tag = "preadmission", operation_id = "revoke_trusted_person",
    params(("id" = String, Path, format = Uuid)),
    responses(
        (status = 200, body = FileView),
        (status = 404, body = ProblemView, content_type = "application/problem+json"),
        (status = 409, description = "Nobody is designated.", body = ProblemView, content_type = "application/problem+json"),
        (status = 422, description = "Only the patient takes it back.", body = ProblemView, content_type = "application/problem+json"),
    ))]
pub(super) async fn revoke(
    room: web::Data<Preadmission>,
    caller: PatientCaller,
    id: web::Path<PreadmissionId>,
) -> Result<HttpResponse, Problem> {
    room.revoke_trusted(*id, caller.patient).await?;
    let facts = room.file_of(caller.patient, *id).await?;
    Ok(HttpResponse::Ok().json(FileView::from(&facts)))
}

/// What the person designated sees: who designates them and for which stay.
#[derive(Serialize, ToSchema)]
#[schema(as = DesignationToSign)]
pub(super) struct DesignationView {
    #[schema(value_type = String, format = Uuid)]
    preadmission: PreadmissionId,
    number: i32,
    /// The patient's name.
    patient: String,
    hospital: String,
    #[schema(value_type = String, format = DateTime)]
    entry_at: String,
    /// asked, signed, paper, declined, expired or revoked.
    state: &'static str,
}

fn view(facts: &PreadmissionFacts, one: &TrustedPerson) -> DesignationView {
    DesignationView {
        preadmission: facts.id,
        number: one.number,
        patient: crate::pages::person(facts),
        hospital: facts.establishment.name.clone(),
        entry_at: facts.stay.entry_at.to_string(),
        state: one.state.name(),
    }
}

#[utoipa::path(get, path = "/api/v1/preadmissions/{id}/designations/{number}", tag = "preadmission", operation_id = "designation_to_sign",
    params(("id" = String, Path, format = Uuid), ("number" = i32, Path)),
    responses(
        (status = 200, body = DesignationView),
        (status = 404, body = ProblemView, content_type = "application/problem+json"),
    ))]
pub(super) async fn show(
    room: web::Data<Preadmission>,
    caller: PatientCaller,
    path: web::Path<(PreadmissionId, i32)>,
) -> Result<HttpResponse, Problem> {
    let (facts, one) = room.designation(path.into_inner(), caller.patient).await?;
    Ok(HttpResponse::Ok().json(view(&facts, &one)))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DesignationAnswer)]
pub(super) struct Answer {
    /// signed or declined.
    answer: String,
    /// "I agree to be their trusted person": needed to sign.
    stated: bool,
}

#[utoipa::path(put, path = "/api/v1/preadmissions/{id}/designations/{number}", tag = "preadmission", operation_id = "answer_designation", request_body = Answer,
    params(("id" = String, Path, format = Uuid), ("number" = i32, Path)),
    responses(
        (status = 200, body = DesignationView),
        (status = 404, body = ProblemView, content_type = "application/problem+json"),
        (status = 409, description = "Answered so already, or the patient took it back.", body = ProblemView, content_type = "application/problem+json"),
        (status = 410, description = "The stay is over or cancelled.", body = ProblemView, content_type = "application/problem+json"),
        (status = 422, description = "No such answer, or not stated.", body = ProblemView, content_type = "application/problem+json"),
    ))]
pub(super) async fn answer(
    room: web::Data<Preadmission>,
    caller: PatientCaller,
    path: web::Path<(PreadmissionId, i32)>,
    said: web::Json<Answer>,
) -> Result<HttpResponse, Problem> {
    let at = path.into_inner();
    room.designation(at, caller.patient).await?;
    let act = Act::named(&said.answer).ok_or_else(|| Problem::invalid("/answer", "answer"))?;
    room.answer_designation(at, caller.patient, (act, said.stated)).await?;
    let (facts, one) = room.designation(at, caller.patient).await?;
    Ok(HttpResponse::Ok().json(view(&facts, &one)))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = TrustedPersonMark)]
pub(super) struct Mark {
    /// paper: the form that both signed is at the desk; revoked: the patient took the designation back.
    state: String,
}

#[utoipa::path(put, path = "/api/v1/desk/preadmissions/{id}/trusted-person", tag = "preadmission", operation_id = "mark_trusted_person", request_body = Mark,
    params(("id" = String, Path, format = Uuid)),
    responses(
        (status = 200, body = FileView),
        (status = 404, body = ProblemView, content_type = "application/problem+json"),
        (status = 409, description = "It stands so already.", body = ProblemView, content_type = "application/problem+json"),
        (status = 410, description = "The stay is cancelled.", body = ProblemView, content_type = "application/problem+json"),
        (status = 422, description = "The file names nobody, or the patient is a minor.", body = ProblemView, content_type = "application/problem+json"),
    ))]
pub(super) async fn mark(
    room: web::Data<Preadmission>,
    caller: StaffCaller,
    id: web::Path<PreadmissionId>,
    said: web::Json<Mark>,
) -> Result<HttpResponse, Problem> {
    let act = Act::named(&said.state).ok_or_else(|| Problem::invalid("/state", "state"))?;
    let facts = room.mark_trusted(*id, (caller.staff, caller.establishments), act).await?;
    Ok(HttpResponse::Ok().json(FileView::from(&facts)))
}
