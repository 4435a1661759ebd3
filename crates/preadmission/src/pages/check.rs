//! `/preadmissions/{id}/check`: check the answers, then send; also what one prints for a paper file.

use ::web::{Ctx, IdempotencyKey, PatientCaller, Problem, page, page_with_status, see_other};
use actix_web::{HttpResponse, http::StatusCode, web};
use askama::Template;
use kernel::{PreadmissionId, digest};
use serde::Deserialize;
use storage::idempotency::{Answer, Key};

use super::{
    fields::said,
    shown::{StayShown, Tag, document_title, section_title, sentence},
};
use crate::{
    Preadmission,
    commands::shown_fields,
    domain::{
        catalogue::{Field, Section},
        situation::Situation,
    },
    failure::Failure,
    read::{AskedDocument, OpenedAs, PreadmissionFacts, Progress},
};

struct Block {
    name: &'static str,
    title: String,
    tag: Tag,
    open: bool,
    lines: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "preadmission-check.html")]
struct CheckPage<'a> {
    ctx: &'a Ctx,
    stay: StayShown,
    sentence: &'static str,
    blocks: Vec<Block>,
    documents: Vec<(String, Tag)>,
    is_open: bool,
    may_be_sent: bool,
    /// Who represents the patient states it with the file.
    asks_statement: bool,
    wrong: &'static str,
    key: String,
}

pub(super) async fn show(
    room: web::Data<Preadmission>,
    caller: PatientCaller,
    id: web::Path<PreadmissionId>,
) -> Result<HttpResponse, Problem> {
    let facts = room.file_of(caller.patient, *id).await?;
    page(&check_page(&caller, &facts, room.situation(&facts), ""))
}

fn check_page<'a>(
    caller: &'a PatientCaller,
    facts: &PreadmissionFacts,
    situation: Situation,
    wrong: &'static str,
) -> CheckPage<'a> {
    let ctx = &caller.ctx;
    let of = facts.completeness();
    let is_open = matches!(situation, Situation::Open | Situation::ToCorrect);
    let document = |one: &AskedDocument| (document_title(ctx, &one.kind), Tag::of(ctx, one.progress()));
    CheckPage {
        ctx,
        stay: StayShown::of(ctx, facts),
        sentence: sentence(situation),
        blocks: of.sections.iter().map(|(section, progress)| block(ctx, facts, section, *progress, is_open)).collect(),
        documents: of.documents.iter().map(document).collect(),
        is_open,
        may_be_sent: is_open && of.may_be_sent(),
        asks_statement: facts.acts_as(caller.patient) == Some(OpenedAs::Representative),
        wrong,
        key: ctx.fresh_key(),
    }
}

fn block(ctx: &Ctx, facts: &PreadmissionFacts, section: &'static Section, progress: Progress, is_open: bool) -> Block {
    let answers = facts.values();
    let line = |field: &'static Field| (ctx.t(&field.key()), said(ctx, field, &answers));
    Block {
        name: section.name,
        title: section_title(ctx, section.name),
        tag: Tag::of(ctx, progress),
        open: is_open && facts.may_write(section.name),
        lines: shown_fields(facts, section).into_iter().map(line).collect(),
    }
}

#[derive(Deserialize)]
pub(super) struct Sent {
    #[serde(default)]
    idempotency_key: String,
    #[serde(default)]
    stated: String,
}

pub(super) async fn submit(
    room: web::Data<Preadmission>,
    caller: PatientCaller,
    id: web::Path<PreadmissionId>,
    sent: web::Form<Sent>,
) -> Result<HttpResponse, Problem> {
    let stated = sent.stated == "yes";
    let request = digest::sha256(&[b"page submission", id.uuid().as_bytes(), &[u8::from(stated)]]);
    let key = Key { scope: caller.patient.uuid(), key: IdempotencyKey::parse(&sent.idempotency_key)?.0, request };
    let home = format!("/preadmissions/{id}");
    let location = home.clone();
    let answer = move || Answer { status: 303, location: Some(location.clone()), body: String::new() };
    match room.submit(key, *id, (caller.patient, stated), answer).await {
        Ok(_) => Ok(see_other(&home)),
        // The check page itself says what is missing, the file's page what became of it.
        Err(Failure::Refused(crate::domain::Refusal::NotComplete)) => Ok(see_other(&format!("{home}/check"))),
        Err(Failure::Refused(crate::domain::Refusal::NotStated)) => {
            let facts = room.file_of(caller.patient, *id).await?;
            let page = check_page(&caller, &facts, room.situation(&facts), "preadmission-people-wrong-statement");
            page_with_status(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
        Err(Failure::Refused(_)) => Ok(see_other(&home)),
        Err(failure) => Err(failure.into()),
    }
}
