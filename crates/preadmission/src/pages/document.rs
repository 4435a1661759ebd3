//! `/preadmissions/{id}/missing-documents/{name}`: "Je n'ai pas ce document", with the reason.

use ::web::{Ctx, PatientCaller, Problem, page, page_with_status, see_other};
use actix_web::{HttpResponse, http::StatusCode, web};
use askama::Template;
use kernel::PreadmissionId;
use serde::Deserialize;

use super::shown::{StayShown, document_title, sentence};
use crate::{Preadmission, commands::ABSENCES, domain::Refusal, failure::Failure, read::PreadmissionFacts};

#[derive(Template)]
#[template(path = "preadmission-document.html")]
struct DocumentPage<'a> {
    ctx: &'a Ctx,
    stay: StayShown,
    sentence: &'static str,
    kind: String,
    title: String,
    why: String,
    or: Vec<String>,
    reasons: Vec<(&'static str, String)>,
    chosen: String,
    text: String,
    wrong: bool,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Missing {
    #[serde(default)]
    reason: String,
    #[serde(default)]
    text: String,
}

pub(super) async fn show(
    room: web::Data<Preadmission>,
    caller: PatientCaller,
    path: web::Path<(PreadmissionId, String)>,
) -> Result<HttpResponse, Problem> {
    let (id, kind) = path.into_inner();
    let facts = room.file_of(caller.patient, id).await?;
    page(&document_page(&caller.ctx, &room, &facts, &kind, Missing::default())?)
}

fn document_page<'a>(
    ctx: &'a Ctx,
    room: &Preadmission,
    facts: &PreadmissionFacts,
    kind: &str,
    typed: Missing,
) -> Result<DocumentPage<'a>, Problem> {
    let asked = facts.completeness().documents.into_iter().find(|one| one.kind == kind);
    let asked = asked.ok_or_else(Problem::not_found)?;
    let said = facts.documents.iter().find(|one| one.kind == kind && !one.state.is_over());
    let known = said.and_then(|one| one.reason.clone()).unwrap_or_default();
    let reason = |code: &&'static str| (*code, ctx.t(&format!("preadmission-absence-{code}")));
    Ok(DocumentPage {
        ctx,
        stay: StayShown::of(ctx, facts),
        sentence: sentence(room.situation(facts)),
        title: document_title(ctx, kind),
        why: ctx.t(&format!("preadmission-why-{}", asked.why)),
        or: asked.or.iter().map(|kind| document_title(ctx, kind)).collect(),
        kind: asked.kind,
        reasons: ABSENCES.iter().map(reason).collect(),
        chosen: if typed.reason.is_empty() { known } else { typed.reason },
        text: typed.text,
        wrong: false,
    })
}

pub(super) async fn declare(
    room: web::Data<Preadmission>,
    caller: PatientCaller,
    path: web::Path<(PreadmissionId, String)>,
    typed: web::Form<Missing>,
) -> Result<HttpResponse, Problem> {
    let ((id, kind), typed) = (path.into_inner(), typed.into_inner());
    let said = (typed.reason.clone(), typed.text.clone());
    match room.declare_missing(id, caller.patient, kind.clone(), said).await {
        Ok(()) => Ok(see_other(&format!("/preadmissions/{id}"))),
        Err(Failure::Refused(Refusal::NotAsked)) => {
            let facts = room.file_of(caller.patient, id).await?;
            let page = document_page(&caller.ctx, &room, &facts, &kind, typed)?;
            page_with_status(StatusCode::UNPROCESSABLE_ENTITY, &DocumentPage { wrong: true, ..page })
        }
        Err(failure) => Err(failure.into()),
    }
}
