//! `/preadmissions/{id}/designations/{number}`: where the person whom a patient designated co-signs or declines. They see
//! who designates them, for which stay and what it means, and nothing of the file.

use ::web::{Ctx, PatientCaller, Problem, page, page_with_status, see_other};
use actix_web::{HttpResponse, http::StatusCode, web};
use askama::Template;
use kernel::PreadmissionId;
use serde::Deserialize;

use super::{acting::wrong_key, paper::person, shown::StayShown, signature::number};
use crate::{
    Preadmission,
    domain::{
        Refusal,
        trusted::{Act, Designation},
    },
    failure::Failure,
    read::{PreadmissionFacts, TrustedPerson},
};

#[derive(Template)]
#[template(path = "preadmission-designation.html")]
struct DesignationPage<'a> {
    ctx: &'a Ctx,
    stay: StayShown,
    number: i32,
    patient: String,
    /// What they answered before, or that the patient took it back; empty: nothing.
    said: String,
    may_sign: bool,
    may_decline: bool,
    wrong: &'static str,
}

#[derive(Default, Deserialize)]
pub(super) struct Typed {
    #[serde(default)]
    answer: String,
    #[serde(default)]
    stated: String,
}

pub(super) async fn show(
    room: web::Data<Preadmission>,
    caller: PatientCaller,
    path: web::Path<(PreadmissionId, String)>,
) -> Result<HttpResponse, Problem> {
    let (facts, one) = room.designation(number(path)?, caller.patient).await?;
    page(&designation(&caller.ctx, &facts, &one, ""))
}

fn designation<'a>(
    ctx: &'a Ctx,
    facts: &PreadmissionFacts,
    one: &TrustedPerson,
    wrong: &'static str,
) -> DesignationPage<'a> {
    let answered = !matches!(one.state, Designation::Asked | Designation::Expired);
    let words = || ctx.t(&format!("preadmission-trusted-said-{}", one.state.name()));
    DesignationPage {
        ctx,
        stay: StayShown::of(ctx, facts),
        number: one.number,
        patient: person(facts),
        said: if answered { words() } else { String::new() },
        may_sign: one.state.after(Act::Sign).is_some(),
        may_decline: one.state.after(Act::Decline).is_some(),
        wrong,
    }
}

pub(super) async fn answer(
    room: web::Data<Preadmission>,
    caller: PatientCaller,
    path: web::Path<(PreadmissionId, String)>,
    typed: web::Form<Typed>,
) -> Result<HttpResponse, Problem> {
    let (at, typed) = (number(path)?, typed.into_inner());
    let (facts, one) = room.designation(at, caller.patient).await?;
    let outcome = match Act::named(&typed.answer) {
        Some(act) => room.answer_designation(at, caller.patient, (act, typed.stated == "yes")).await,
        None => Err(Refusal::NoSuchAnswer.into()),
    };
    let wrong = match outcome {
        Ok(()) => return Ok(see_other(&format!("/preadmissions/{}/designations/{}", at.0, at.1))),
        Err(Failure::Refused(refusal)) => wrong_key(refusal).ok_or(Failure::Refused(refusal))?,
        Err(failure) => return Err(failure.into()),
    };
    page_with_status(StatusCode::UNPROCESSABLE_ENTITY, &designation(&caller.ctx, &facts, &one, wrong))
}
