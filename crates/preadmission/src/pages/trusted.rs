//! `/preadmissions/{id}/trusted-person`: how the designation of a trusted person stands, seen by the patient who asks,
//! asks again or takes it back; also once the file was sent.

use ::web::{Ctx, PatientCaller, Problem, page, page_with_status, see_other};
use actix_web::{HttpResponse, http::StatusCode, web};
use askama::Template;
use kernel::PreadmissionId;
use serde::Deserialize;

use super::{
    acting::wrong_key,
    shown::{StayShown, Tag},
    signatories::how_asked,
};
use crate::{
    Preadmission,
    domain::trusted::{Act, Designation, OnPaper},
    failure::Failure,
    read::{Invitation, PreadmissionFacts, Purpose, Status},
    trusted::may_ask,
};

#[derive(Template)]
#[template(path = "preadmission-trusted.html")]
struct TrustedPage<'a> {
    ctx: &'a Ctx,
    stay: StayShown,
    /// Whom the patient names, or named last; empty: nobody.
    name: String,
    state: Option<Tag>,
    /// How their link went, while an answer is awaited.
    asked: String,
    /// Why nobody can be asked by a link; empty: somebody can.
    on_paper: String,
    may_ask: bool,
    is_again: bool,
    may_revoke: bool,
    /// Whether the section in which somebody is named can be written in.
    may_name: bool,
    typed: Typed,
    wrong: &'static str,
}

/// As typed; wrong or not it is shown again.
#[derive(Default, Deserialize)]
pub(super) struct Typed {
    #[serde(default)]
    contact: String,
}

/// An adult's file; a minor designates nobody.
async fn adults_file(
    room: &Preadmission,
    caller: &PatientCaller,
    id: PreadmissionId,
) -> Result<PreadmissionFacts, Problem> {
    let facts = room.file_of(caller.patient, id).await?;
    if facts.is_minor() { Err(Problem::not_found()) } else { Ok(facts) }
}

pub(super) async fn show(
    room: web::Data<Preadmission>,
    caller: PatientCaller,
    id: web::Path<PreadmissionId>,
) -> Result<HttpResponse, Problem> {
    let facts = adults_file(&room, &caller, *id).await?;
    let asked = room.invitations_of(*id).await?;
    page(&of(&caller.ctx, &room, (&facts, &asked), (Typed::default(), "")))
}

fn of<'a>(
    ctx: &'a Ctx,
    room: &Preadmission,
    (facts, asked): (&PreadmissionFacts, &[Invitation]),
    (typed, wrong): (Typed, &'static str),
) -> TrustedPage<'a> {
    let known = facts.trusted.as_ref();
    let living = known.filter(|one| one.state != Designation::Revoked);
    let is_over = facts.status == Status::Cancelled || facts.stay.entry_at <= room.db.now();
    let named = facts.wished_trusted();
    let waiting = known.filter(|one| one.state == Designation::Asked);
    let link = |number| asked.iter().rfind(|one| one.purpose == Purpose::TrustedPerson && one.number == number);
    let on_paper = may_ask(facts).err();
    TrustedPage {
        ctx,
        stay: StayShown::of(ctx, facts),
        name: named.or(known.map(|one| one.name.as_str())).unwrap_or_default().to_owned(),
        state: state_of(ctx, facts),
        asked: waiting.and_then(|one| link(one.number)).map(|last| how_asked(ctx, facts, last)).unwrap_or_default(),
        on_paper: on_paper.map(|why| ctx.t(why_key(why))).unwrap_or_default(),
        may_ask: on_paper.is_none()
            && !is_over
            && named.is_some()
            && living.is_none_or(|one| one.state.after(Act::Ask).is_some()),
        is_again: living.is_some(),
        may_revoke: living.is_some() && on_paper != Some(OnPaper::NotThePatient),
        may_name: !is_over && facts.may_write("trusted-person"),
        typed,
        wrong,
    }
}

const fn why_key(why: OnPaper) -> &'static str {
    match why {
        OnPaper::Minor | OnPaper::NotThePatient => "preadmission-trusted-only-the-patient",
        OnPaper::NeedsLeave => "preadmission-trusted-needs-leave",
    }
}

/// How it stands: also of somebody who is wished and was not asked yet.
pub(super) fn state_of(ctx: &Ctx, facts: &PreadmissionFacts) -> Option<Tag> {
    let (name, tone) = match (&facts.trusted, facts.wished_trusted()) {
        (Some(one), _) if one.state.stands() => (one.state.name(), " good"),
        (Some(one), _) if one.state == Designation::Declined => (one.state.name(), " bad"),
        (Some(one), _) => (one.state.name(), ""),
        (None, Some(_)) => ("wished", ""),
        (None, None) => return None,
    };
    Some(Tag { words: ctx.t(&format!("preadmission-trusted-state-{name}")), tone })
}

pub(super) async fn ask(
    room: web::Data<Preadmission>,
    caller: PatientCaller,
    id: web::Path<PreadmissionId>,
    typed: web::Form<Typed>,
) -> Result<HttpResponse, Problem> {
    let (facts, typed) = (adults_file(&room, &caller, *id).await?, typed.into_inner());
    match room.ask_trusted(*id, caller.patient, typed.contact.clone()).await {
        Ok(()) => Ok(see_other(&format!("/preadmissions/{id}/trusted-person"))),
        Err(Failure::Refused(refusal)) => {
            let wrong = wrong_key(refusal).ok_or(Failure::Refused(refusal))?;
            let asked = room.invitations_of(*id).await?;
            let page = of(&caller.ctx, &room, (&facts, &asked), (typed, wrong));
            page_with_status(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
        Err(failure) => Err(failure.into()),
    }
}

pub(super) async fn revoke(
    room: web::Data<Preadmission>,
    caller: PatientCaller,
    id: web::Path<PreadmissionId>,
) -> Result<HttpResponse, Problem> {
    adults_file(&room, &caller, *id).await?;
    room.revoke_trusted(*id, caller.patient).await?;
    Ok(see_other(&format!("/preadmissions/{id}/trusted-person")))
}
