//! `/invitations/{id}?k=…`: where somebody arrives who got a link of their own. Nothing of the stay is told before they
//! logged in and showed that they know the patient.

use ::web::{Caller, Ctx, PatientCaller, Phone, Problem, page, page_with_status, see_other};
use actix_web::{HttpResponse, http::StatusCode, web};
use askama::Template;
use kernel::{InvitationId, PatientId};
use serde::Deserialize;

use super::{
    acting::{full_date, wrong_key},
    answer::address,
    relatives::news_words,
    shown::StayShown,
};
use crate::{
    Preadmission,
    answering::Protecting,
    domain::{Refusal, answering::Signature, people::Measure, relatives::Answer},
    failure::Failure,
    read::{Invitation, PreadmissionFacts, Purpose, Wish},
};

#[derive(Template)]
#[template(path = "preadmission-invitation.html")]
struct InvitationPage<'a> {
    ctx: &'a Ctx,
    stay: StayShown,
    invitation: InvitationId,
    title: String,
    /// For what they are asked to come.
    lead: String,
    until: String,
    /// Told to who decides about the care: others learn of the stay once they are known.
    names_stay: bool,
    /// What a trusted person is stands before anything is asked.
    explains_trust: bool,
    /// Of the person in charge of an adult; else none are asked.
    measures: Vec<(&'static str, String)>,
    typed: &'a Typed,
    k: &'a str,
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
    measure: String,
    #[serde(default)]
    scope: String,
    #[serde(default)]
    stated: String,
}

pub(super) async fn show(
    room: web::Data<Preadmission>,
    ctx: Ctx,
    id: web::Path<InvitationId>,
    typed: web::Query<Typed>,
) -> Result<HttpResponse, Problem> {
    let (facts, invitation) = room.invitation_behind(*id, &typed.k).await?;
    if invitation.purpose == Purpose::Relative {
        return relative(&room, &ctx, *id, typed.into_inner().k).await;
    }
    if let Caller::Patient(patient) = ctx.caller()
        && let Some(home) = home(&facts, &invitation, patient)
    {
        return Ok(see_other(&home));
    }
    // Taken back, it leads nowhere.
    let asked = facts.party(invitation.purpose, invitation.number);
    if asked.is_none_or(|one| one.state == Signature::Revoked) || !invitation.is_open(room.db.now()) {
        return Err(Problem::from(Refusal::LinkExpired));
    }
    page(&arrival(&ctx, &facts, &invitation, (&typed, "")))
}

/// Where who came before goes on; none: they are not known yet.
fn home(facts: &PreadmissionFacts, invitation: &Invitation, patient: PatientId) -> Option<String> {
    let (purpose, number) = (invitation.purpose, invitation.number);
    facts.party(purpose, number).filter(|one| one.patient == Some(patient))?;
    let fills_in = purpose == Purpose::Representative && facts.is_of(patient);
    Some(if fills_in { format!("/preadmissions/{}", facts.id) } else { address(facts.id, purpose, number) })
}

fn arrival<'a>(
    ctx: &'a Ctx,
    facts: &PreadmissionFacts,
    invitation: &Invitation,
    (typed, wrong): (&'a Typed, &'static str),
) -> InvitationPage<'a> {
    let measure = |one: &Measure| (one.name(), ctx.t(&format!("preadmission-people-measure-{}", one.name())));
    let protects = invitation.purpose == Purpose::Representative;
    let said = |what: &str| ctx.t(&format!("preadmission-invitation-{what}-{}", invitation.purpose.name()));
    InvitationPage {
        ctx,
        stay: StayShown::of(ctx, facts),
        invitation: invitation.id,
        title: said("title"),
        lead: said("lead"),
        until: ctx.moment(invitation.expires_at, &facts.site.zone),
        names_stay: invitation.purpose != Purpose::TrustedPerson,
        explains_trust: invitation.purpose == Purpose::TrustedPerson,
        measures: if protects { Measure::ALL.iter().map(measure).collect() } else { Vec::new() },
        typed,
        k: &typed.k,
        wrong,
    }
}

/// They show that they know the patient: from now on they come without the link.
pub(super) async fn identify(
    room: web::Data<Preadmission>,
    caller: PatientCaller,
    id: web::Path<InvitationId>,
    typed: web::Form<Typed>,
) -> Result<HttpResponse, Problem> {
    let birth_date = full_date(&typed.year, &typed.month, &typed.day);
    let protecting = Protecting::said(&typed.measure, &typed.scope, typed.stated == "yes");
    let outcome = room.identify(*id, &typed.k, caller.patient, (birth_date, protecting)).await;
    let (facts, invitation) = room.invitation_behind(*id, &typed.k).await?;
    let wrong = match outcome {
        Ok(()) => {
            let home = home(&facts, &invitation, caller.patient).ok_or_else(Problem::not_found)?;
            return Ok(see_other(&home));
        }
        Err(Failure::Refused(refusal)) => wrong_key(refusal).ok_or(Failure::Refused(refusal))?,
        Err(failure) => return Err(failure.into()),
    };
    let page = arrival(&caller.ctx, &facts, &invitation, (&typed, wrong));
    page_with_status(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

/// A relative is asked whether they want to be told. Who has the link has the telephone or the mailbox it went to, and
/// nothing of the stay is shown but what the patient wants to be called: no login is asked.
#[derive(Template)]
#[template(path = "preadmission-relative.html")]
struct RelativePage<'a> {
    ctx: &'a Ctx,
    invitation: InvitationId,
    called: String,
    hospital: String,
    telephone: Phone,
    news: Vec<String>,
    /// What they said before; empty: nothing.
    said: String,
    may_accept: bool,
    may_decline: bool,
    may_stop: bool,
    k: String,
}

async fn relative(room: &Preadmission, ctx: &Ctx, id: InvitationId, k: String) -> Result<HttpResponse, Problem> {
    let found = room.relative_behind(id, &k).await;
    let (facts, invitation, relative) = match found {
        // A later link took its place, or the patient took them off the list.
        Err(Failure::Unknown) => return Err(Problem::from(Refusal::LinkExpired)),
        found => found?,
    };
    if relative.wish == Wish::Asked && !invitation.is_open(room.db.now()) {
        return Err(Problem::from(Refusal::LinkExpired));
    }
    let may = |answer| relative.wish.after(answer).is_some();
    let words = || ctx.t(&format!("preadmission-relative-said-{}", relative.wish.name()));
    let stay = StayShown::of(ctx, &facts);
    page(&RelativePage {
        ctx,
        invitation: id,
        called: relative.called.clone(),
        hospital: stay.hospital,
        telephone: stay.telephone,
        news: news_words(ctx, &relative),
        said: if relative.wish == Wish::Asked { String::new() } else { words() },
        may_accept: may(Answer::Accept),
        may_decline: may(Answer::Decline),
        may_stop: may(Answer::Stop),
        k,
    })
}

#[derive(Default, Deserialize)]
pub(super) struct Said {
    #[serde(default)]
    k: String,
    #[serde(default)]
    answer: String,
}

pub(super) async fn answer(
    room: web::Data<Preadmission>,
    id: web::Path<InvitationId>,
    said: web::Form<Said>,
) -> Result<HttpResponse, Problem> {
    room.relative_behind(*id, &said.k).await?;
    let answer = Answer::named(&said.answer).ok_or(Failure::Refused(Refusal::NoSuchAnswer))?;
    room.answer_as_relative(*id, &said.k, answer).await?;
    Ok(see_other(&format!("/invitations/{id}?k={}", said.k)))
}
