//! `/preadmissions/{id}/people/{purpose}/{number}`: where somebody answers who was asked by a link of their own. They see
//! for whom and what they answer, and nothing else: not the file, not who else was asked.

use ::web::{Ctx, PatientCaller, Problem, page, page_with_status, see_other};
use actix_web::{HttpResponse, http::StatusCode, web};
use askama::Template;
use kernel::PreadmissionId;
use serde::Deserialize;

use super::{
    acting::wrong_key,
    paper::person,
    shown::{StayShown, Tag},
};
use crate::{
    Preadmission,
    answering::Place,
    domain::{Refusal, answering::Signature},
    failure::Failure,
    read::{Party, PreadmissionFacts, Purpose},
};

#[derive(Template)]
#[template(path = "preadmission-answer.html")]
struct AnswerPage<'a> {
    ctx: &'a Ctx,
    stay: StayShown,
    address: String,
    title: String,
    lead: String,
    /// The act, for who decides about it.
    act: String,
    /// What a trusted person is stands before anything is asked.
    explains_trust: bool,
    explains_curator: bool,
    /// What they answered before, or that it was taken back; empty: nothing.
    said: String,
    /// That answers stop the care or contradict each other; whose they are is not told.
    together: String,
    choices: Vec<(&'static str, String)>,
    statement: String,
    /// The authorisation may be signed on a sheet of paper, too.
    may_be_paper: bool,
    wrong: &'static str,
}

#[derive(Default, Deserialize)]
pub(super) struct Typed {
    #[serde(default)]
    answer: String,
    #[serde(default)]
    stated: String,
}

pub(super) type Path = web::Path<(PreadmissionId, String, String)>;

/// Who is meant by an address; anything else is nobody.
fn place(path: Path) -> Result<Place, Problem> {
    let (id, purpose, number) = path.into_inner();
    let purpose = Purpose::named(&purpose).ok_or_else(Problem::not_found)?;
    Ok((id, purpose, number.parse().map_err(|_| Problem::not_found())?))
}

pub(super) fn address(id: PreadmissionId, purpose: Purpose, number: i32) -> String {
    format!("/preadmissions/{id}/people/{}/{number}", purpose.name())
}

pub(super) async fn show(
    room: web::Data<Preadmission>,
    caller: PatientCaller,
    path: Path,
) -> Result<HttpResponse, Problem> {
    let (facts, one) = room.party(place(path)?, caller.patient).await?;
    // Who represents the patient acts in the file itself.
    if facts.representative().is_some_and(|known| *known == one) {
        return Ok(see_other(&format!("/preadmissions/{}", facts.id)));
    }
    page(&answer_page(&caller.ctx, &facts, &one, ""))
}

fn answer_page<'a>(ctx: &'a Ctx, facts: &PreadmissionFacts, one: &Party, wrong: &'static str) -> AnswerPage<'a> {
    let purpose = one.capacity.purpose();
    let is_holder = purpose == Purpose::ParentalAuthority;
    let (lead, statement) = match purpose {
        Purpose::ParentalAuthority => ("preadmission-people-sign-child", "preadmission-people-state-child"),
        Purpose::TrustedPerson => ("preadmission-trusted-designates", "preadmission-trusted-declare"),
        Purpose::Representative | Purpose::Relative => ("preadmission-curator-asked", "preadmission-curator-declare"),
    };
    let given = || facts.stay.person.as_ref().map(|person| person.given.clone()).unwrap_or_default();
    let stay = StayShown::of(ctx, facts);
    // Only whoever opened the file declares to be alone.
    let offered = |answer: &&Signature| **answer != Signature::SoleHolder || one.number == 1;
    let choices: Vec<_> =
        one.capacity.answers().iter().filter(|answer| one.after(**answer).is_some()).filter(offered).collect();
    let words = |answer: Signature| ctx.t(&format!("preadmission-answer-{}-{}", purpose.name(), answer.name()));
    let is_open = matches!(one.state, Signature::Awaited | Signature::NoAnswer | Signature::NotReachable);
    let said = || ctx.t(&format!("preadmission-said-{}-{}", purpose.name(), one.state.name()));
    let stops = Some(facts.completeness().consent).filter(|consent| is_holder && consent.stops());
    AnswerPage {
        ctx,
        address: address(facts.id, purpose, one.number),
        title: ctx.t(&format!("preadmission-invitation-title-{}", purpose.name())),
        lead: ctx.t1(lead, "patient", if is_holder { given() } else { person(facts) }),
        act: if is_holder { stay.label.clone() } else { String::new() },
        explains_trust: purpose == Purpose::TrustedPerson,
        explains_curator: purpose == Purpose::Representative,
        said: if is_open { String::new() } else { said() },
        together: stops.map(|consent| Tag::of_consent(ctx, consent).words).unwrap_or_default(),
        statement: if choices.contains(&&Signature::Signed) || is_holder { ctx.t(statement) } else { String::new() },
        choices: choices.into_iter().map(|answer| (answer.name(), words(*answer))).collect(),
        may_be_paper: is_holder,
        stay,
        wrong,
    }
}

pub(super) async fn give(
    room: web::Data<Preadmission>,
    caller: PatientCaller,
    path: Path,
    typed: web::Form<Typed>,
) -> Result<HttpResponse, Problem> {
    let (at, typed) = (place(path)?, typed.into_inner());
    let (facts, one) = room.party(at, caller.patient).await?;
    let outcome = match Signature::named(&typed.answer) {
        Some(said) => room.answer(at, caller.patient, (said, typed.stated == "yes")).await,
        None => Err(Refusal::NoSuchAnswer.into()),
    };
    let wrong = match outcome {
        Ok(()) => return Ok(see_other(&address(at.0, at.1, at.2))),
        Err(Failure::Refused(refusal)) => wrong_key(refusal).ok_or(Failure::Refused(refusal))?,
        Err(failure) => return Err(failure.into()),
    };
    page_with_status(StatusCode::UNPROCESSABLE_ENTITY, &answer_page(&caller.ctx, &facts, &one, wrong))
}
