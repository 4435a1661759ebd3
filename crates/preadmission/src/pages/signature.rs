//! `/preadmissions/{id}/signatures/{number}?k=…`: where one holder of parental authority answers. They see what they
//! sign and nothing else: not the file, not the other holder.

use ::web::{Caller, Ctx, PatientCaller, Problem, page, page_with_status, see_other};
use actix_web::{HttpResponse, http::StatusCode, web};
use askama::Template;
use kernel::PreadmissionId;
use serde::Deserialize;

use super::{
    acting::{full_date, wrong_key},
    shown::StayShown,
};
use crate::{
    Preadmission,
    domain::Refusal,
    failure::Failure,
    read::{PreadmissionFacts, Signatory, Signature},
};

#[derive(Template)]
#[template(path = "preadmission-signature.html")]
struct SignaturePage<'a> {
    ctx: &'a Ctx,
    stay: StayShown,
    number: i32,
    /// Whether who looks is known to be this signatory: what is signed is shown to nobody else.
    is_them: bool,
    child: String,
    state: Option<(Signature, String)>,
    is_first: bool,
    k: String,
    wrong: &'static str,
}

#[derive(Default, Deserialize)]
pub(super) struct Typed {
    #[serde(default)]
    k: String,
    #[serde(default)]
    day: String,
    #[serde(default)]
    month: String,
    #[serde(default)]
    year: String,
    #[serde(default)]
    answer: String,
    #[serde(default)]
    stated: String,
}

/// The number in an address; anything else is nobody's.
pub(super) fn number(path: web::Path<(PreadmissionId, String)>) -> Result<(PreadmissionId, i32), Problem> {
    let (id, number) = path.into_inner();
    Ok((id, number.parse().map_err(|_| Problem::not_found())?))
}

pub(super) async fn show(
    room: web::Data<Preadmission>,
    ctx: Ctx,
    path: web::Path<(PreadmissionId, String)>,
    typed: web::Query<Typed>,
) -> Result<HttpResponse, Problem> {
    let patient = match ctx.caller() {
        Caller::Patient(patient) => Some(patient),
        _ => None,
    };
    let (facts, one) = room.file_to_sign(number(path)?, &typed.k, patient).await?;
    let is_them = patient.is_some() && one.patient == patient;
    page(&signature(&ctx, &facts, &one, is_them, (typed.into_inner().k, "")))
}

fn signature<'a>(
    ctx: &'a Ctx,
    facts: &PreadmissionFacts,
    one: &Signatory,
    is_them: bool,
    (k, wrong): (String, &'static str),
) -> SignaturePage<'a> {
    let child = facts.stay.person.as_ref().map(|person| person.given.clone()).unwrap_or_default();
    let said = || ctx.t(&format!("preadmission-people-signature-{}", one.state.name()));
    SignaturePage {
        ctx,
        stay: StayShown::of(ctx, facts),
        number: one.number,
        is_them,
        child,
        state: Some(one.state).filter(|state| *state != Signature::Awaited).map(|state| (state, said())),
        is_first: one.number == 1,
        k,
        wrong,
    }
}

fn home((id, number): (PreadmissionId, i32), k: &str) -> String {
    match k {
        "" => format!("/preadmissions/{id}/signatures/{number}"),
        k => format!("/preadmissions/{id}/signatures/{number}?k={k}"),
    }
}

/// First they show that they know the child.
pub(super) async fn identify(
    room: web::Data<Preadmission>,
    caller: PatientCaller,
    path: web::Path<(PreadmissionId, String)>,
    typed: web::Form<Typed>,
) -> Result<HttpResponse, Problem> {
    let (at, typed) = (number(path)?, typed.into_inner());
    let birth_date = full_date(&typed.year, &typed.month, &typed.day);
    let outcome = room.identify(at, &typed.k, caller.patient, birth_date).await;
    answer(&room, &caller, at, (typed, outcome)).await
}

/// Then they answer.
pub(super) async fn sign(
    room: web::Data<Preadmission>,
    caller: PatientCaller,
    path: web::Path<(PreadmissionId, String)>,
    typed: web::Form<Typed>,
) -> Result<HttpResponse, Problem> {
    let (at, typed) = (number(path)?, typed.into_inner());
    room.file_to_sign(at, &typed.k, Some(caller.patient)).await?;
    let outcome = match Signature::named(&typed.answer) {
        Some(said) => room.sign(at, caller.patient, (said, typed.stated == "yes")).await,
        None => Err(Refusal::NoSuchAnswer.into()),
    };
    answer(&room, &caller, at, (typed, outcome)).await
}

async fn answer(
    room: &Preadmission,
    caller: &PatientCaller,
    at: (PreadmissionId, i32),
    (typed, outcome): (Typed, Result<(), Failure>),
) -> Result<HttpResponse, Problem> {
    let wrong = match outcome {
        Ok(()) => return Ok(see_other(&home(at, &typed.k))),
        Err(Failure::Refused(refusal)) => wrong_key(refusal).ok_or(Failure::Refused(refusal))?,
        Err(failure) => return Err(failure.into()),
    };
    let (facts, one) = room.file_to_sign(at, &typed.k, Some(caller.patient)).await?;
    let is_them = one.patient == Some(caller.patient);
    let page = signature(&caller.ctx, &facts, &one, is_them, (typed.k, wrong));
    page_with_status(StatusCode::UNPROCESSABLE_ENTITY, &page)
}
