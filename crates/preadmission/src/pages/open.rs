//! `/preadmissions/{id}/open?k=…`: where the link of a letter leads, with a page for each situation.

use ::web::{Caller, Ctx, PatientCaller, Problem, page, page_with_status, see_other};
use actix_web::{HttpResponse, http::StatusCode, web};
use askama::Template;
use kernel::PreadmissionId;
use serde::Deserialize;

use super::shown::{StayShown, sentence};
use crate::{
    Preadmission,
    domain::{Refusal, situation::Situation},
    failure::Failure,
    read::PreadmissionFacts,
};

/// Nothing here names the person or why they come: whoever found the letter may read it.
#[derive(Template)]
#[template(path = "preadmission-open.html")]
struct OpenPage<'a> {
    ctx: &'a Ctx,
    stay: StayShown,
    sentence: &'static str,
    opens: String,
    may_open: bool,
    is_over: bool,
    /// Whether somebody else may open it for the patient.
    may_open_for: bool,
    secret: &'a str,
}

#[derive(Template)]
#[template(path = "preadmission-wrong-person.html")]
struct WrongPerson<'a> {
    ctx: &'a Ctx,
}

#[derive(Deserialize)]
pub(super) struct Link {
    #[serde(default)]
    k: String,
}

pub(super) async fn show(
    room: web::Data<Preadmission>,
    ctx: Ctx,
    id: web::Path<PreadmissionId>,
    link: web::Query<Link>,
) -> Result<HttpResponse, Problem> {
    let facts = room.file_behind(*id, &link.k).await?;
    if let (Caller::Patient(patient), Some(opener)) = (ctx.caller(), facts.patient)
        && !(facts.is_left_to_the_minor() && patient != opener)
    {
        return if facts.is_of(patient) { Ok(see_other(&format!("/preadmissions/{id}"))) } else { wrong_person(&ctx) };
    }
    page(&open_page(&ctx, &room, &facts, &link.k))
}

fn open_page<'a>(ctx: &'a Ctx, room: &Preadmission, facts: &PreadmissionFacts, secret: &'a str) -> OpenPage<'a> {
    let situation = room.situation(facts);
    let opens = match situation {
        Situation::TooEarly(at) => ctx.moment(at, &facts.site.zone),
        _ => String::new(),
    };
    OpenPage {
        ctx,
        stay: StayShown::of(ctx, facts),
        sentence: sentence(situation),
        opens,
        may_open: !matches!(situation, Situation::TooEarly(_) | Situation::Over | Situation::Cancelled),
        is_over: situation == Situation::Over,
        may_open_for: situation == Situation::Open && !facts.secret && facts.stay.person.is_some(),
        secret,
    }
}

fn wrong_person(ctx: &Ctx) -> Result<HttpResponse, Problem> {
    page_with_status(StatusCode::FORBIDDEN, &WrongPerson { ctx })
}

pub(super) async fn claim(
    room: web::Data<Preadmission>,
    caller: PatientCaller,
    id: web::Path<PreadmissionId>,
    link: web::Form<Link>,
) -> Result<HttpResponse, Problem> {
    match room.claim(*id, &link.k, caller.patient).await {
        Ok(()) => Ok(see_other(&format!("/preadmissions/{id}"))),
        Err(Failure::Refused(Refusal::WrongPerson)) => wrong_person(&caller.ctx),
        // The page says by itself why it does not open.
        Err(Failure::Refused(_)) => Ok(see_other(&format!("/preadmissions/{id}/open?k={}", link.k))),
        Err(failure) => Err(failure.into()),
    }
}
