//! `/preadmissions/{id}/relatives`: whom the patient wants told of the stay, and of what.

use ::web::{Ctx, PatientCaller, Problem, page, page_with_status, see_other};
use actix_web::{HttpResponse, http::StatusCode, web};
use askama::Template;
use kernel::PreadmissionId;
use serde::Deserialize;

use super::{
    acting::wrong_key,
    shown::StayShown,
    signatories::{how_asked, number},
};
use crate::{
    Preadmission,
    domain::relatives::MOST,
    failure::Failure,
    read::{Invitation, News, OpenedAs, PreadmissionFacts, Purpose, Relative, Wish},
    relatives::NewRelative,
};

struct Shown {
    number: i32,
    name: String,
    /// What they are told of.
    news: Vec<String>,
    state: String,
    tone: &'static str,
    asked: String,
}

#[derive(Template)]
#[template(path = "preadmission-relatives.html")]
struct RelativesPage<'a> {
    ctx: &'a Ctx,
    stay: StayShown,
    relatives: Vec<Shown>,
    /// Nobody is told anything: the patient asked for that.
    is_silent: bool,
    may_add: bool,
    typed: Typed,
    wrong: &'static str,
}

/// As typed; wrong or not it is shown again.
#[derive(Default, Deserialize)]
pub(super) struct Typed {
    #[serde(default)]
    name: String,
    #[serde(default)]
    contact: String,
    #[serde(default)]
    called: String,
    #[serde(default)]
    ready: String,
    #[serde(default)]
    cancelled: String,
}

impl Typed {
    fn new_relative(&self) -> NewRelative {
        let chosen = [(News::Ready, &self.ready), (News::Cancelled, &self.cancelled)];
        let news = chosen.into_iter().filter(|(_, ticked)| *ticked == "yes").map(|(news, _)| news).collect();
        let (name, contact, called) = (self.name.clone(), self.contact.clone(), self.called.clone());
        NewRelative { name, contact, called, news }
    }
}

/// The file of who may choose: not of somebody who only helps, and not of a secret stay.
async fn choosers_file(
    room: &Preadmission,
    caller: &PatientCaller,
    id: PreadmissionId,
) -> Result<PreadmissionFacts, Problem> {
    let facts = room.file_of(caller.patient, id).await?;
    if may_choose(&facts) { Ok(facts) } else { Err(Problem::not_found()) }
}

pub(super) fn may_choose(facts: &PreadmissionFacts) -> bool {
    !facts.secret && facts.opened_as != OpenedAs::Relative
}

pub(super) async fn show(
    room: web::Data<Preadmission>,
    caller: PatientCaller,
    id: web::Path<PreadmissionId>,
) -> Result<HttpResponse, Problem> {
    let facts = choosers_file(&room, &caller, *id).await?;
    page(&of(&caller.ctx, &room, &facts, (Typed::default(), "")).await?)
}

async fn of<'a>(
    ctx: &'a Ctx,
    room: &Preadmission,
    facts: &PreadmissionFacts,
    (typed, wrong): (Typed, &'static str),
) -> Result<RelativesPage<'a>, Problem> {
    let relatives = room.relatives_of(facts.id).await?;
    let asked = room.invitations_of(facts.id).await?;
    Ok(RelativesPage {
        ctx,
        stay: StayShown::of(ctx, facts),
        may_add: relatives.len() < MOST && !facts.is_silent(),
        relatives: relatives.iter().map(|one| shown(ctx, facts, &asked, one)).collect(),
        is_silent: facts.is_silent(),
        typed,
        wrong,
    })
}

fn shown(ctx: &Ctx, facts: &PreadmissionFacts, asked: &[Invitation], one: &Relative) -> Shown {
    let last = asked.iter().rfind(|last| last.purpose == Purpose::Relative && last.number == one.number);
    Shown {
        number: one.number,
        name: one.name.clone(),
        news: news_words(ctx, one),
        state: ctx.t(&format!("preadmission-relatives-state-{}", one.wish.name())),
        tone: match one.wish {
            Wish::Accepted => " good",
            _ => "",
        },
        asked: last.filter(|_| one.wish == Wish::Asked).map(|last| how_asked(ctx, facts, last)).unwrap_or_default(),
    }
}

/// What a relative is told of, in words.
pub(super) fn news_words(ctx: &Ctx, one: &Relative) -> Vec<String> {
    let chosen = [(News::Ready, one.ready), (News::Cancelled, one.cancelled)];
    let words = |news: News| ctx.t(&format!("preadmission-relatives-news-{}", news.name()));
    chosen.into_iter().filter(|(_, chosen)| *chosen).map(|(news, _)| words(news)).collect()
}

pub(super) async fn add(
    room: web::Data<Preadmission>,
    caller: PatientCaller,
    id: web::Path<PreadmissionId>,
    typed: web::Form<Typed>,
) -> Result<HttpResponse, Problem> {
    let (facts, typed) = (choosers_file(&room, &caller, *id).await?, typed.into_inner());
    match room.add_relative(*id, caller.patient, typed.new_relative()).await {
        Ok(_) => Ok(see_other(&format!("/preadmissions/{id}/relatives"))),
        Err(Failure::Refused(refusal)) => {
            let wrong = wrong_key(refusal).ok_or(Failure::Refused(refusal))?;
            let page = of(&caller.ctx, &room, &facts, (typed, wrong)).await?;
            page_with_status(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
        Err(failure) => Err(failure.into()),
    }
}

pub(super) async fn remove(
    room: web::Data<Preadmission>,
    caller: PatientCaller,
    path: web::Path<(PreadmissionId, String)>,
) -> Result<HttpResponse, Problem> {
    let at = number(path)?;
    choosers_file(&room, &caller, at.0).await?;
    room.remove_relative(at, caller.patient).await?;
    Ok(see_other(&format!("/preadmissions/{}/relatives", at.0)))
}
