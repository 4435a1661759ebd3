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
    /// Whether somebody else may open it for the patient.
    may_open_for: bool,
    secret: &'a str,
}

#[derive(Template)]
#[template(path = "preadmission-wrong-person.html")]
struct WrongPerson<'a> {
    ctx: &'a Ctx,
    stay: StayShown,
    /// Where somebody else may open it for the patient; else empty.
    open_for: String,
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
        let own = facts.is_of(patient);
        return if own {
            Ok(see_other(&format!("/preadmissions/{id}")))
        } else {
            wrong_person(&ctx, &room, &facts, &link.k)
        };
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
        may_open_for: may_open_for(facts, situation),
        secret,
    }
}

/// Whether it waits for whoever opens it first, and that may be somebody else than the patient.
fn may_open_for(facts: &PreadmissionFacts, situation: Situation) -> bool {
    situation == Situation::Open && facts.patient.is_none() && !facts.secret && facts.stay.person.is_some()
}

fn wrong_person(
    ctx: &Ctx,
    room: &Preadmission,
    facts: &PreadmissionFacts,
    secret: &str,
) -> Result<HttpResponse, Problem> {
    let may = may_open_for(facts, room.situation(facts));
    let open_for = if may { format!("/preadmissions/{}/open-for?k={secret}", facts.id) } else { String::new() };
    page_with_status(StatusCode::FORBIDDEN, &WrongPerson { ctx, stay: StayShown::of(ctx, facts), open_for })
}

pub(super) async fn claim(
    room: web::Data<Preadmission>,
    caller: PatientCaller,
    id: web::Path<PreadmissionId>,
    link: web::Form<Link>,
) -> Result<HttpResponse, Problem> {
    match room.claim(*id, &link.k, caller.patient).await {
        Ok(()) => Ok(see_other(&format!("/preadmissions/{id}"))),
        Err(Failure::Refused(Refusal::WrongPerson)) => {
            let facts = room.file_behind(*id, &link.k).await?;
            wrong_person(&caller.ctx, &room, &facts, &link.k)
        }
        // The page says by itself why it does not open.
        Err(Failure::Refused(_)) => Ok(see_other(&format!("/preadmissions/{id}/open?k={}", link.k))),
        Err(failure) => Err(failure.into()),
    }
}
