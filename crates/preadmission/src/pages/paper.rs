//! `/preadmissions/{id}/paper`: the whole file as sheets of paper, with what is known and lines for the rest; the same
//! for a clerk under `/desk`. `/preadmissions/{id}/paper/trusted-person` is the form that both people sign (CSP art.
//! L1111-6).

use ::web::{Ctx, PatientCaller, Problem, StaffCaller, page};
use actix_web::{HttpResponse, web};
use askama::Template;
use kernel::PreadmissionId;

use super::{
    fields::{FieldShown, said},
    section::{lead, section_fields_of},
    shown::{StayShown, document_title, section_title},
};
use crate::{
    Preadmission,
    commands::fields_on_paper,
    domain::catalogue::{self, Answers, Field, Section},
    read::{AskedDocument, DocumentState, PreadmissionFacts},
};

/// One question with its answer, or with room for one.
struct Line {
    field: FieldShown,
    /// Empty: to be written by hand.
    said: String,
}

struct Block {
    title: String,
    lead: String,
    lines: Vec<Line>,
}

struct Paper {
    stay: StayShown,
    person: String,
    blocks: Vec<Block>,
    /// Title, why it is asked for, and how it stands; the last is empty while it is awaited.
    documents: Vec<(String, String, String)>,
    names_trusted: bool,
}

#[derive(Template)]
#[template(path = "preadmission-paper.html")]
struct PaperPage<'a> {
    ctx: &'a Ctx,
    paper: Paper,
}

#[derive(Template)]
#[template(path = "preadmission-desk-paper.html")]
struct DeskPaperPage<'a> {
    ctx: &'a Ctx,
    paper: Paper,
}

#[derive(Template)]
#[template(path = "preadmission-paper-trusted.html")]
struct TrustedPage<'a> {
    ctx: &'a Ctx,
    stay: StayShown,
    /// Who designates, and who is designated.
    patient: Vec<Line>,
    trusted: Vec<Line>,
}

pub(super) async fn show(
    room: web::Data<Preadmission>,
    caller: PatientCaller,
    id: web::Path<PreadmissionId>,
) -> Result<HttpResponse, Problem> {
    let facts = room.file_of(caller.patient, *id).await?;
    page(&PaperPage { ctx: &caller.ctx, paper: paper(&caller.ctx, &room, &facts) })
}

pub(super) async fn show_at_desk(
    room: web::Data<Preadmission>,
    caller: StaffCaller,
    id: web::Path<PreadmissionId>,
) -> Result<HttpResponse, Problem> {
    let facts = room.look_at(*id, caller.staff, caller.establishments).await?;
    page(&DeskPaperPage { ctx: &caller.ctx, paper: paper(&caller.ctx, &room, &facts) })
}

pub(super) async fn trusted(
    room: web::Data<Preadmission>,
    caller: PatientCaller,
    id: web::Path<PreadmissionId>,
) -> Result<HttpResponse, Problem> {
    let facts = room.file_of(caller.patient, *id).await?;
    let (ctx, stay) = (&caller.ctx, facts.stay_facts());
    let asked = |name| catalogue::find(name).filter(|section| section.asked.holds(&stay, &facts.values()));
    let section = asked("trusted-person").ok_or_else(Problem::not_found)?;
    let of = |names: &[&str], section: &'static Section| -> Vec<Line> {
        let wanted = section.fields.iter().filter(|field| names.contains(&field.name)).collect();
        lines(ctx, &facts, wanted)
    };
    let patient = catalogue::find("identity").map(|identity| {
        of(&["identity.birth-family", "identity.given", "identity.birth-date", "identity.birth-place"], identity)
    });
    let names = ["name", "link", "address", "phone"].map(|name| format!("trusted-person.{name}"));
    page(&TrustedPage {
        ctx,
        stay: StayShown::of(ctx, &facts),
        patient: patient.unwrap_or_default(),
        trusted: of(&names.each_ref().map(String::as_str), section),
    })
}

fn paper(ctx: &Ctx, room: &Preadmission, facts: &PreadmissionFacts) -> Paper {
    let of = facts.completeness();
    let block = |section: &'static Section| Block {
        title: section_title(ctx, section.name),
        lead: lead(ctx, room, section),
        lines: lines(ctx, facts, fields_on_paper(facts, section)),
    };
    let document = |one: &AskedDocument| {
        let state = ctx.t(&format!("preadmission-document-state-{}", one.state.name()));
        let state = if one.state == DocumentState::Awaited { String::new() } else { state };
        (document_title(ctx, &one.kind), ctx.t(&format!("preadmission-why-{}", one.why)), state)
    };
    Paper {
        stay: StayShown::of(ctx, facts),
        person: person(facts),
        blocks: of.sections.iter().map(|(section, _)| block(section)).collect(),
        documents: of.documents.iter().map(document).collect(),
        names_trusted: facts.answers.get("trusted-person.wished").is_none_or(|answer| answer.value != "no"),
    }
}

/// As the hospital expects them; of a stay that it does not know yet, as they wrote their name.
pub(crate) fn person(facts: &PreadmissionFacts) -> String {
    let said = |field: &str| facts.answers.get(field).map(|answer| answer.value.clone()).unwrap_or_default();
    match &facts.stay.person {
        Some(person) => format!("{} {}", person.given, person.birth_family),
        None => format!("{} {}", said("identity.given"), said("identity.birth-family")).trim().to_owned(),
    }
}

fn lines(ctx: &Ctx, facts: &PreadmissionFacts, fields: Vec<&'static Field>) -> Vec<Line> {
    let answers = facts.values();
    let is_said = |field: &Field| answers.get(field.name).is_some_and(|value| !value.is_empty());
    let words = |field: &'static Field, answers: &Answers| match is_said(field) {
        true => said(ctx, field, answers),
        false => String::new(),
    };
    let shown = section_fields_of(ctx, facts, &fields).into_iter();
    shown.zip(fields).map(|(shown, field)| Line { said: words(field, &answers), field: shown }).collect()
}
