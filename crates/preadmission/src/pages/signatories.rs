//! `/preadmissions/{id}/signatories`: who may authorise for a minor, seen by whoever opened the file.

use ::web::{Ctx, PatientCaller, Problem, page, page_with_status, see_other};
use actix_web::{HttpResponse, http::StatusCode, web};
use askama::Template;
use kernel::PreadmissionId;
use serde::Deserialize;

use super::{
    acting::wrong_key,
    answer::address,
    shown::{StayShown, Tag, sentence},
};
use crate::{
    Preadmission,
    domain::{Refusal, answering::Signature},
    failure::Failure,
    read::{Capacity, Invitation, OpenedAs, Party, PreadmissionFacts, Purpose, Quality},
};

struct Shown {
    number: i32,
    name: String,
    quality: String,
    state: Tag,
    /// To be handed on when no letter brings it; empty once they came.
    link: String,
    /// How their link went to them and until when an answer is awaited.
    asked: String,
    /// Where whoever reads the page answers; empty: it is somebody else.
    answers_at: String,
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
    let asked = room.invitations_of(*id).await?;
    page(&of(&caller, &room, (&facts, &asked), ""))
}

fn of<'a>(
    caller: &'a PatientCaller,
    room: &Preadmission,
    (facts, asked): (&PreadmissionFacts, &[Invitation]),
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
        signatories: facts.signatories().map(|one| shown(caller, room, (facts, asked), one)).collect(),
        qualities: Quality::ALL.iter().map(role).collect(),
        may_keep_secret: facts.opened_as == OpenedAs::Myself,
        secret: facts.secret,
        wrong,
    }
}

fn shown(
    caller: &PatientCaller,
    room: &Preadmission,
    (facts, asked): (&PreadmissionFacts, &[Invitation]),
    one: &Party,
) -> Shown {
    let ctx = &caller.ctx;
    let is_absent = one.patient.is_none();
    let last = asked.iter().rfind(|last| last.purpose == Purpose::ParentalAuthority && last.number == one.number);
    let last = last.filter(|_| is_absent);
    let by_hand = last.filter(|last| last.contact.is_empty() && last.is_open(room.db.now()));
    Shown {
        number: one.number,
        name: one.name.clone(),
        quality: quality_of(ctx, one),
        state: Tag::of_party(ctx, one),
        link: by_hand.map(|last| ctx.url(&room.links.invitation_path(facts, last.id))).unwrap_or_default(),
        asked: last.map(|last| how_asked(ctx, facts, last)).unwrap_or_default(),
        answers_at: Some(address(facts.id, Purpose::ParentalAuthority, one.number))
            .filter(|_| one.patient == Some(caller.patient))
            .unwrap_or_default(),
        is_absent,
    }
}

/// As what somebody answers: holder of parental authority in which quality, in charge under which measure.
pub(super) fn quality_of(ctx: &Ctx, one: &Party) -> String {
    match one.capacity {
        Capacity::Holder(quality) => ctx.t(&format!("preadmission-people-role-{}", quality.name())),
        Capacity::InCharge(Some(measure)) => ctx.t(&format!("preadmission-people-measure-{}", measure.name())),
        Capacity::TrustedPerson | Capacity::InCharge(None) => String::new(),
    }
}

/// The number in an address; anything else is nobody's.
pub(super) fn number(path: web::Path<(PreadmissionId, String)>) -> Result<(PreadmissionId, i32), Problem> {
    let (id, number) = path.into_inner();
    Ok((id, number.parse().map_err(|_| Problem::not_found())?))
}

/// By which way a link went, and until when an answer is awaited.
pub(super) fn how_asked(ctx: &Ctx, facts: &PreadmissionFacts, last: &Invitation) -> String {
    let way = match last.contact.as_str() {
        "" => "by-hand",
        contact if contact.contains('@') => "by-mail",
        _ => "by-sms",
    };
    let until = ctx.moment(last.expires_at, &facts.site.zone);
    ctx.t1(&format!("preadmission-invited-{way}"), "until", until)
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
    answer(&room, &caller, (&facts, outcome)).await
}

#[derive(Default, Deserialize)]
pub(super) struct Again {
    /// Empty: where the last link went.
    #[serde(default)]
    contact: String,
}

/// Another link, perhaps to another telephone or address.
pub(super) async fn ask_again(
    room: web::Data<Preadmission>,
    caller: PatientCaller,
    path: web::Path<(PreadmissionId, String)>,
    typed: web::Form<Again>,
) -> Result<HttpResponse, Problem> {
    let at = number(path)?;
    let facts = minors_file(&room, &caller, at.0).await?;
    let outcome = room.ask_again(at, caller.patient, typed.into_inner().contact).await;
    answer(&room, &caller, (&facts, outcome)).await
}

/// Back to the list; what can be put right is said on it.
async fn answer(
    room: &Preadmission,
    caller: &PatientCaller,
    (facts, outcome): (&PreadmissionFacts, Result<(), Failure>),
) -> Result<HttpResponse, Problem> {
    match outcome {
        Ok(()) => Ok(see_other(&format!("/preadmissions/{}/signatories", facts.id))),
        Err(Failure::Refused(refusal)) => {
            let wrong = wrong_key(refusal).ok_or(Failure::Refused(refusal))?;
            let asked = room.invitations_of(facts.id).await?;
            page_with_status(StatusCode::UNPROCESSABLE_ENTITY, &of(caller, room, (facts, &asked), wrong))
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
