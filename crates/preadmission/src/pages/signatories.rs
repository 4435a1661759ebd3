//! `/preadmissions/{id}/signatories`: who may authorise for a minor, seen by whoever opened the file.

use ::web::{Ctx, PatientCaller, Problem, page, page_with_status, see_other};
use actix_web::{HttpResponse, http::StatusCode, web};
use askama::Template;
use kernel::PreadmissionId;
use serde::Deserialize;

use super::{
    acting::wrong_key,
    shown::{StayShown, sentence},
    signature::number,
};
use crate::{
    Preadmission,
    domain::Refusal,
    failure::Failure,
    read::{OpenedAs, PreadmissionFacts, Quality, Signatory, Signature},
};

struct Shown {
    number: i32,
    name: String,
    quality: String,
    state: String,
    tone: &'static str,
    /// To be handed on; empty once they came.
    link: String,
    is_me: bool,
    /// Nobody of that name came yet: one may say why.
    is_absent: bool,
}

#[derive(Template)]
#[template(path = "preadmission-signatories.html")]
struct SignatoriesPage<'a> {
    ctx: &'a Ctx,
    stay: StayShown,
    sentence: &'static str,
    /// How the signatures fit together.
    consent: String,
    stops: bool,
    signatories: Vec<Shown>,
    qualities: Vec<(&'static str, String)>,
    /// Minors who opened their own file may keep it from their parents.
    may_keep_secret: bool,
    secret: bool,
    wrong: &'static str,
}

#[derive(Default, Deserialize)]
pub(super) struct Typed {
    #[serde(default)]
    quality: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    contact: String,
}

/// A minor's own file; anybody else's has no signatories.
async fn minors_file(
    room: &Preadmission,
    caller: &PatientCaller,
    id: PreadmissionId,
) -> Result<PreadmissionFacts, Problem> {
    let facts = room.file_of(caller.patient, id).await?;
    if facts.is_minor() { Ok(facts) } else { Err(Problem::not_found()) }
}

pub(super) async fn show(
    room: web::Data<Preadmission>,
    caller: PatientCaller,
    id: web::Path<PreadmissionId>,
) -> Result<HttpResponse, Problem> {
    let facts = room.file_of(caller.patient, *id).await?;
    if !facts.is_minor() {
        return Ok(see_other(&format!("/preadmissions/{id}")));
    }
    page(&of(&caller, &room, &facts, ""))
}

fn of<'a>(
    caller: &'a PatientCaller,
    room: &Preadmission,
    facts: &PreadmissionFacts,
    wrong: &'static str,
) -> SignatoriesPage<'a> {
    let ctx = &caller.ctx;
    let consent = facts.completeness().consent;
    let role = |quality: &Quality| (quality.name(), ctx.t(&format!("preadmission-people-role-{}", quality.name())));
    SignatoriesPage {
        ctx,
        stay: StayShown::of(ctx, facts),
        sentence: sentence(room.situation(facts)),
        consent: ctx.t(&format!("preadmission-people-consent-{}", consent.name())),
        stops: consent.stops(),
        signatories: facts.signatories.iter().map(|one| shown(caller, room, facts, one)).collect(),
        qualities: Quality::ALL.iter().map(role).collect(),
        may_keep_secret: facts.opened_as == OpenedAs::Myself,
        secret: facts.secret,
        wrong,
    }
}

fn shown(caller: &PatientCaller, room: &Preadmission, facts: &PreadmissionFacts, one: &Signatory) -> Shown {
    let ctx = &caller.ctx;
    let tone = match one.state {
        Signature::Signed | Signature::SoleHolder => " good",
        Signature::Refused => " bad",
        _ => "",
    };
    let is_absent = one.patient.is_none();
    Shown {
        number: one.number,
        name: one.name.clone(),
        quality: ctx.t(&format!("preadmission-people-role-{}", one.quality.name())),
        state: ctx.t(&format!("preadmission-people-signature-{}", one.state.name())),
        tone,
        link: if is_absent { ctx.url(&room.links.signature_path(facts, one.number)) } else { String::new() },
        is_me: one.patient == Some(caller.patient),
        is_absent,
    }
}

pub(super) async fn add(
    room: web::Data<Preadmission>,
    caller: PatientCaller,
    id: web::Path<PreadmissionId>,
    typed: web::Form<Typed>,
) -> Result<HttpResponse, Problem> {
    let (facts, typed) = (minors_file(&room, &caller, *id).await?, typed.into_inner());
    let outcome = match Quality::named(&typed.quality) {
        Some(quality) => room.add_signatory(*id, caller.patient, (quality, typed.name, typed.contact)).await.map(drop),
        None => Err(Refusal::NoSuchAnswer.into()),
    };
    match outcome {
        Ok(()) => Ok(see_other(&format!("/preadmissions/{id}/signatories"))),
        Err(Failure::Refused(refusal)) => {
            let wrong = wrong_key(refusal).ok_or(Failure::Refused(refusal))?;
            page_with_status(StatusCode::UNPROCESSABLE_ENTITY, &of(&caller, &room, &facts, wrong))
        }
        Err(failure) => Err(failure.into()),
    }
}

#[derive(Default, Deserialize)]
pub(super) struct Said {
    #[serde(default)]
    state: String,
}

pub(super) async fn mark(
    room: web::Data<Preadmission>,
    caller: PatientCaller,
    path: web::Path<(PreadmissionId, String)>,
    said: web::Form<Said>,
) -> Result<HttpResponse, Problem> {
    let at = number(path)?;
    minors_file(&room, &caller, at.0).await?;
    let state = Signature::named(&said.state).ok_or(Failure::Refused(Refusal::NoSuchAnswer))?;
    room.mark_absent(at, caller.patient, state).await?;
    Ok(see_other(&format!("/preadmissions/{}/signatories", at.0)))
}

#[derive(Default, Deserialize)]
pub(super) struct Secrecy {
    #[serde(default)]
    secret: String,
}

pub(super) async fn secrecy(
    room: web::Data<Preadmission>,
    caller: PatientCaller,
    id: web::Path<PreadmissionId>,
    asked: web::Form<Secrecy>,
) -> Result<HttpResponse, Problem> {
    room.ask_secrecy(*id, caller.patient, asked.secret == "yes").await?;
    Ok(see_other(&format!("/preadmissions/{id}/signatories")))
}
