//! `/preadmissions/{id}/signatures/{number}`: where one holder of parental authority answers. They see what they sign
//! and nothing else: not the file, not the other holder.

use ::web::{Ctx, PatientCaller, Problem, page, page_with_status, see_other};
use actix_web::{HttpResponse, http::StatusCode, web};
use askama::Template;
use kernel::PreadmissionId;
use serde::Deserialize;

use super::{
    acting::wrong_key,
    shown::{StayShown, Tag},
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
    child: String,
    /// What they answered before.
    said: String,
    is_first: bool,
    /// That answers stop the care or contradict each other; whose they are is not told.
    together: String,
    wrong: &'static str,
}

#[derive(Default, Deserialize)]
pub(super) struct Typed {
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
    caller: PatientCaller,
    path: web::Path<(PreadmissionId, String)>,
) -> Result<HttpResponse, Problem> {
    let (facts, one) = room.file_to_sign(number(path)?, caller.patient).await?;
    page(&signature(&caller.ctx, &facts, &one, ""))
}

fn signature<'a>(ctx: &'a Ctx, facts: &PreadmissionFacts, one: &Signatory, wrong: &'static str) -> SignaturePage<'a> {
    let answered = !matches!(one.state, Signature::Awaited | Signature::NoAnswer | Signature::NotReachable);
    let words = || ctx.t(&format!("preadmission-people-said-{}", one.state.name()));
    SignaturePage {
        ctx,
        stay: StayShown::of(ctx, facts),
        number: one.number,
        child: facts.stay.person.as_ref().map(|person| person.given.clone()).unwrap_or_default(),
        said: if answered { words() } else { String::new() },
        is_first: one.number == 1,
        together: Some(facts.completeness().consent)
            .filter(|consent| consent.stops())
            .map(|consent| Tag::of_consent(ctx, consent).words)
            .unwrap_or_default(),
        wrong,
    }
}

pub(super) async fn sign(
    room: web::Data<Preadmission>,
    caller: PatientCaller,
    path: web::Path<(PreadmissionId, String)>,
    typed: web::Form<Typed>,
) -> Result<HttpResponse, Problem> {
    let (at, typed) = (number(path)?, typed.into_inner());
    let (facts, one) = room.file_to_sign(at, caller.patient).await?;
    let outcome = match Signature::named(&typed.answer) {
        Some(said) => room.sign(at, caller.patient, (said, typed.stated == "yes")).await,
        None => Err(Refusal::NoSuchAnswer.into()),
    };
    let wrong = match outcome {
        Ok(()) => return Ok(see_other(&format!("/preadmissions/{}/signatures/{}", at.0, at.1))),
        Err(Failure::Refused(refusal)) => wrong_key(refusal).ok_or(Failure::Refused(refusal))?,
        Err(failure) => return Err(failure.into()),
    };
    page_with_status(StatusCode::UNPROCESSABLE_ENTITY, &signature(&caller.ctx, &facts, &one, wrong))
}
