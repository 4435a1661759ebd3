//! People who are asked by a link of their own: `POST /api/v1/invitations/{id}/identification` by who holds it, then
//! `…/preadmissions/{id}/people/{purpose}/{number}`; the patient's side asks them and takes it back, the desk writes down
//! what it knows.

use ::web::{PatientCaller, Problem, StaffCaller};
use actix_web::{HttpResponse, web};
use kernel::{InvitationId, PreadmissionId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::views::{FileView, ProblemView};
use crate::{
    Preadmission,
    answering::{Place, Protecting},
    domain::answering::Signature,
    read::{Party, PreadmissionFacts, Purpose},
};

/// For what somebody is asked, as it stands in an address.
fn purpose(text: &str) -> Result<Purpose, Problem> {
    Purpose::named(text).ok_or_else(Problem::not_found)
}

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

/// Who somebody is from now on, by their link.
#[derive(Serialize, ToSchema)]
#[schema(as = Identified)]
pub(super) struct IdentifiedView {
    /// parental-authority, trusted-person or representative: answered under `people`; of a representative for the person
    /// the file itself is theirs to fill in.
    purpose: &'static str,
    #[schema(value_type = String, format = Uuid)]
    preadmission: PreadmissionId,
    number: i32,
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
    let protecting = Protecting::said(&said.measure, &said.scope, said.stated);
    room.identify(*id, &said.k, caller.patient, (said.birth_date.clone(), protecting)).await?;
    let (facts, invitation) = room.invitation_behind(*id, &said.k).await?;
    let (purpose, number) = (invitation.purpose.name(), invitation.number);
    Ok(HttpResponse::Ok().json(IdentifiedView { purpose, preadmission: facts.id, number }))
}

/// What somebody sees who is asked: for whom and what they answer, and nothing else of the file.
#[derive(Serialize, ToSchema)]
#[schema(as = AnswerToGive)]
pub(super) struct AskedView {
    #[schema(value_type = String, format = Uuid)]
    preadmission: PreadmissionId,
    purpose: &'static str,
    number: i32,
    /// The patient's name; of a minor the first given name.
    patient: String,
    hospital: String,
    /// The act, for holders of parental authority; else empty.
    label: String,
    #[schema(value_type = String, format = DateTime)]
    entry_at: String,
    /// awaited, signed, refused, no-answer, not-reachable, sole-holder, paper or revoked.
    state: &'static str,
    /// What may be answered: signed, refused or sole-holder.
    answers: Vec<&'static str>,
}

fn view(facts: &PreadmissionFacts, one: &Party) -> AskedView {
    let purpose = one.capacity.purpose();
    let is_holder = purpose == Purpose::ParentalAuthority;
    let given = || facts.stay.person.as_ref().map(|person| person.given.clone()).unwrap_or_default();
    let answers = one.capacity.answers().iter().filter(|answer| one.after(**answer).is_some());
    AskedView {
        preadmission: facts.id,
        purpose: purpose.name(),
        number: one.number,
        patient: if is_holder { given() } else { crate::pages::person(facts) },
        hospital: facts.establishment.name.clone(),
        label: if is_holder { facts.stay.label.clone() } else { String::new() },
        entry_at: facts.stay.entry_at.to_string(),
        state: one.state.name(),
        answers: answers.map(|answer| answer.name()).collect(),
    }
}

type At = web::Path<(PreadmissionId, String, i32)>;

fn place(at: At) -> Result<Place, Problem> {
    let (id, asked, number) = at.into_inner();
    Ok((id, purpose(&asked)?, number))
}

#[utoipa::path(get, path = "/api/v1/preadmissions/{id}/people/{name}/{number}", tag = "preadmission", operation_id = "answer_to_give",
    params(("id" = String, Path, format = Uuid), ("name" = String, Path, description = "parental-authority, trusted-person or representative"), ("number" = i32, Path)),
    responses(
        (status = 200, body = AskedView),
        (status = 404, body = ProblemView, content_type = "application/problem+json"),
    ))]
pub(super) async fn show(
    room: web::Data<Preadmission>,
    caller: PatientCaller,
    at: At,
) -> Result<HttpResponse, Problem> {
    let (facts, one) = room.party(place(at)?, caller.patient).await?;
    Ok(HttpResponse::Ok().json(view(&facts, &one)))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AnswerOfSomebodyAsked)]
pub(super) struct Answer {
    /// One of `answers`.
    answer: String,
    /// "I hold parental authority over this child", "I agree to be their trusted person", "I co-sign as their curator":
    /// needed to agree, and of holders of parental authority also to refuse.
    stated: bool,
}

#[utoipa::path(put, path = "/api/v1/preadmissions/{id}/people/{name}/{number}", tag = "preadmission", operation_id = "give_answer", request_body = Answer,
    params(("id" = String, Path, format = Uuid), ("name" = String, Path, description = "parental-authority, trusted-person or representative"), ("number" = i32, Path)),
    responses(
        (status = 200, body = AskedView),
        (status = 404, body = ProblemView, content_type = "application/problem+json"),
        (status = 409, description = "Answered so already, or taken back.", body = ProblemView, content_type = "application/problem+json"),
        (status = 410, description = "The stay is over or cancelled.", body = ProblemView, content_type = "application/problem+json"),
        (status = 422, description = "No such answer, or not stated.", body = ProblemView, content_type = "application/problem+json"),
    ))]
pub(super) async fn answer(
    room: web::Data<Preadmission>,
    caller: PatientCaller,
    at: At,
    said: web::Json<Answer>,
) -> Result<HttpResponse, Problem> {
    let at = place(at)?;
    room.party(at, caller.patient).await?;
    let answer = Signature::named(&said.answer).ok_or_else(|| Problem::invalid("/answer", "answer"))?;
    room.answer(at, caller.patient, (answer, said.stated)).await?;
    let (facts, one) = room.party(at, caller.patient).await?;
    Ok(HttpResponse::Ok().json(view(&facts, &one)))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = LinkAgain)]
pub(super) struct Again {
    /// French mobile number or e-mail address. Empty: where the last link went, else as the file says.
    #[serde(default)]
    pub(super) contact: String,
}

#[utoipa::path(post, path = "/api/v1/preadmissions/{id}/people/{name}/invitation", tag = "preadmission", operation_id = "invite_person", request_body = Again,
    params(("id" = String, Path, format = Uuid), ("name" = String, Path, description = "trusted-person, or representative: the person in charge of a protected adult, as the file names them")),
    responses(
        (status = 200, body = FileView),
        (status = 404, body = ProblemView, content_type = "application/problem+json"),
        (status = 409, description = "They agreed already.", body = ProblemView, content_type = "application/problem+json"),
        (status = 410, description = "The stay is over or cancelled.", body = ProblemView, content_type = "application/problem+json"),
        (status = 422, description = "Nobody is named, no address that a link reaches, or only paper serves.", body = ProblemView, content_type = "application/problem+json"),
        (status = 429, description = "Too many links were sent.", body = ProblemView, content_type = "application/problem+json"),
    ))]
pub(super) async fn ask(
    room: web::Data<Preadmission>,
    caller: PatientCaller,
    path: web::Path<(PreadmissionId, String)>,
    asked: web::Json<Again>,
) -> Result<HttpResponse, Problem> {
    let (id, name) = path.into_inner();
    room.ask((id, purpose(&name)?), caller.patient, asked.into_inner().contact).await?;
    let facts = room.file_of(caller.patient, id).await?;
    Ok(HttpResponse::Ok().json(FileView::from(&facts)))
}

#[utoipa::path(post, path = "/api/v1/preadmissions/{id}/people/{name}/revocation", tag = "preadmission", operation_id = "take_person_back",
    params(("id" = String, Path, format = Uuid), ("name" = String, Path, description = "trusted-person, or representative while they did not come")),
    responses(
        (status = 200, body = FileView),
        (status = 404, body = ProblemView, content_type = "application/problem+json"),
        (status = 409, description = "Nobody is named.", body = ProblemView, content_type = "application/problem+json"),
        (status = 422, description = "Not for this person to take back.", body = ProblemView, content_type = "application/problem+json"),
    ))]
pub(super) async fn revoke(
    room: web::Data<Preadmission>,
    caller: PatientCaller,
    path: web::Path<(PreadmissionId, String)>,
) -> Result<HttpResponse, Problem> {
    let (id, name) = path.into_inner();
    room.take_back((id, purpose(&name)?), caller.patient).await?;
    let facts = room.file_of(caller.patient, id).await?;
    Ok(HttpResponse::Ok().json(FileView::from(&facts)))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PersonMark)]
pub(super) struct Mark {
    /// paper: the form that patient and trusted person signed is at the desk; revoked: the patient took the designation
    /// back, or somebody is in charge of them no longer.
    state: String,
}

#[utoipa::path(put, path = "/api/v1/desk/preadmissions/{id}/people/{name}", tag = "preadmission", operation_id = "mark_person", request_body = Mark,
    params(("id" = String, Path, format = Uuid), ("name" = String, Path, description = "trusted-person or representative")),
    responses(
        (status = 200, body = FileView),
        (status = 404, body = ProblemView, content_type = "application/problem+json"),
        (status = 409, description = "It stands so already.", body = ProblemView, content_type = "application/problem+json"),
        (status = 410, description = "The stay is cancelled.", body = ProblemView, content_type = "application/problem+json"),
        (status = 422, description = "The file names nobody, the patient is a minor, or no such state.", body = ProblemView, content_type = "application/problem+json"),
    ))]
pub(super) async fn mark(
    room: web::Data<Preadmission>,
    caller: StaffCaller,
    path: web::Path<(PreadmissionId, String)>,
    said: web::Json<Mark>,
) -> Result<HttpResponse, Problem> {
    let (id, name) = path.into_inner();
    let asked = (id, purpose(&name)?);
    let state = Signature::named(&said.state).ok_or_else(|| Problem::invalid("/state", "state"))?;
    let facts = room.mark_party(asked, (caller.staff, caller.establishments), state).await?;
    Ok(HttpResponse::Ok().json(FileView::from(&facts)))
}
