//! `/preadmissions/{id}/medical`: the questionnaire before anaesthesia, page by page, sent on its own. At the desk,
//! those who care read it, and nobody else.

use std::collections::BTreeMap;

use ::web::{Ctx, PatientCaller, Problem, StaffCaller, page, page_with_status, see_other};
use actix_web::{HttpResponse, http::StatusCode, web};
use askama::Template;
use kernel::PreadmissionId;

use super::{
    fields::{FieldShown, said, typed_values},
    shown::{StayShown, Tag, section_title},
};
use crate::{
    Preadmission,
    domain::{
        Refusal,
        catalogue::{Field, Section},
        completeness::asked_fields,
        medical,
    },
    failure::Failure,
    medical::Questionnaire,
    read::PreadmissionFacts,
};

struct Block {
    name: &'static str,
    title: String,
    tag: Tag,
    lines: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "preadmission-medical.html")]
struct MedicalPage<'a> {
    ctx: &'a Ctx,
    stay: StayShown,
    blocks: Vec<Block>,
    due: String,
    sent_at: String,
    may_be_sent: bool,
}

#[derive(Template)]
#[template(path = "preadmission-medical-section.html")]
struct SectionPage<'a> {
    ctx: &'a Ctx,
    stay: StayShown,
    name: &'static str,
    title: String,
    fields: Vec<FieldShown>,
    wrong: bool,
}

#[derive(Template)]
#[template(path = "preadmission-medical-desk.html")]
struct DeskPage<'a> {
    ctx: &'a Ctx,
    stay: StayShown,
    person: String,
    birth: String,
    blocks: Vec<Block>,
    sent_at: String,
}

#[derive(Template)]
#[template(path = "preadmission-medical-list.html")]
struct ListPage<'a> {
    ctx: &'a Ctx,
    files: Vec<(StayShown, String)>,
}

fn fields(facts: &PreadmissionFacts, known: &Questionnaire, section: &'static Section) -> Vec<&'static Field> {
    asked_fields(section, &facts.stay_facts(), &known.answers).collect()
}

fn blocks(ctx: &Ctx, facts: &PreadmissionFacts, known: &Questionnaire) -> Vec<Block> {
    let block = |(section, progress): (&'static Section, _)| Block {
        name: section.name,
        title: section_title(ctx, section.name),
        tag: Tag::of(ctx, progress),
        lines: fields(facts, known, section)
            .into_iter()
            .map(|field| (ctx.t(&field.key()), said(ctx, field, &known.answers)))
            .collect(),
    };
    medical::progress(&facts.stay_facts(), &known.answers).into_iter().map(block).collect()
}

fn sent_at(ctx: &Ctx, facts: &PreadmissionFacts, known: &Questionnaire) -> String {
    known.submitted_at.map(|at| ctx.moment(at, &facts.site.zone)).unwrap_or_default()
}

pub(super) async fn show(
    room: web::Data<Preadmission>,
    caller: PatientCaller,
    id: web::Path<PreadmissionId>,
) -> Result<HttpResponse, Problem> {
    let (facts, known) = room.medical_of(caller.patient, *id).await?;
    let ctx = &caller.ctx;
    page(&MedicalPage {
        ctx,
        stay: StayShown::of(ctx, &facts),
        blocks: blocks(ctx, &facts, &known),
        due: ctx.moment(medical::due(facts.stay.entry_at), &facts.site.zone),
        sent_at: sent_at(ctx, &facts, &known),
        may_be_sent: medical::may_be_sent(&facts.stay_facts(), &known.answers),
    })
}

pub(super) async fn section(
    room: web::Data<Preadmission>,
    caller: PatientCaller,
    path: web::Path<(PreadmissionId, String)>,
) -> Result<HttpResponse, Problem> {
    let (id, name) = path.into_inner();
    let (facts, known) = room.medical_of(caller.patient, id).await?;
    let section = medical::find(&name).ok_or_else(Problem::not_found)?;
    page(&section_page(&caller.ctx, (&facts, &known), section))
}

fn section_page<'a>(
    ctx: &'a Ctx,
    (facts, known): (&PreadmissionFacts, &Questionnaire),
    section: &'static Section,
) -> SectionPage<'a> {
    let shown = |field| FieldShown::of(ctx, field, &known.answers, String::new());
    let fields: Vec<_> = fields(facts, known, section).into_iter().map(shown).collect();
    SectionPage {
        ctx,
        stay: StayShown::of(ctx, facts),
        name: section.name,
        title: section_title(ctx, section.name),
        wrong: fields.iter().any(|field| !field.error.is_empty()),
        fields,
    }
}

pub(super) async fn save(
    room: web::Data<Preadmission>,
    caller: PatientCaller,
    path: web::Path<(PreadmissionId, String)>,
    typed: web::Form<BTreeMap<String, String>>,
) -> Result<HttpResponse, Problem> {
    let (id, name) = path.into_inner();
    let (facts, before) = room.medical_of(caller.patient, id).await?;
    let section = medical::find(&name).ok_or_else(Problem::not_found)?;
    let values = typed_values(section.fields, &typed);
    let after = room.save_medical(id, caller.patient, section.name, values).await?;
    let page = section_page(&caller.ctx, (&facts, &after), section);
    if page.wrong {
        return page_with_status(StatusCode::UNPROCESSABLE_ENTITY, &page);
    }
    // An answer may have asked for more: the same page shows it.
    let more = fields(&facts, &after, section).len() > fields(&facts, &before, section).len();
    let to = if more { format!("/preadmissions/{id}/medical/{name}") } else { format!("/preadmissions/{id}/medical") };
    Ok(see_other(&to))
}

pub(super) async fn submit(
    room: web::Data<Preadmission>,
    caller: PatientCaller,
    id: web::Path<PreadmissionId>,
) -> Result<HttpResponse, Problem> {
    match room.submit_medical(*id, caller.patient).await {
        // The page itself says what is missing.
        Ok(()) | Err(Failure::Refused(Refusal::NotComplete)) => Ok(see_other(&format!("/preadmissions/{id}/medical"))),
        Err(failure) => Err(failure.into()),
    }
}

pub(super) async fn desk_list(room: web::Data<Preadmission>, caller: StaffCaller) -> Result<HttpResponse, Problem> {
    let sent = room.sent_medical(caller.establishments).await?;
    let line = |facts: &PreadmissionFacts| (StayShown::of(&caller.ctx, facts), person(facts).0);
    page(&ListPage { ctx: &caller.ctx, files: sent.iter().map(line).collect() })
}

/// Name and birth date as the hospital knows them, else as they were answered.
fn person(facts: &PreadmissionFacts) -> (String, String) {
    let told = |field: &str| facts.answers.get(field).map(|answer| answer.value.clone()).unwrap_or_default();
    match &facts.stay.person {
        Some(person) => (format!("{} {}", person.given, person.birth_family), person.birth_date.clone()),
        None => (format!("{} {}", told("identity.given"), told("identity.birth-family")), told("identity.birth-date")),
    }
}

pub(super) async fn desk_show(
    room: web::Data<Preadmission>,
    caller: StaffCaller,
    id: web::Path<PreadmissionId>,
) -> Result<HttpResponse, Problem> {
    let (facts, known) = room.look_at_medical(*id, caller.staff, caller.establishments).await?;
    let ctx = &caller.ctx;
    let (person, birth) = person(&facts);
    page(&DeskPage {
        ctx,
        stay: StayShown::of(ctx, &facts),
        person,
        birth,
        blocks: blocks(ctx, &facts, &known),
        sent_at: sent_at(ctx, &facts, &known),
    })
}
