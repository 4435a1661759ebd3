//! `/desk/preadmissions/{id}/fill`: a clerk fills in for the patient, at the desk or on the telephone. Each answer says
//! that it came so.

use std::collections::BTreeMap;

use ::web::{Ctx, IdempotencyKey, Problem, StaffCaller, page, page_with_status, see_other};
use actix_web::{HttpResponse, http::StatusCode, web};
use askama::Template;
use kernel::{PreadmissionId, digest};
use serde::Deserialize;
use storage::idempotency::{Answer, Key};

use super::{
    desk::person_of,
    fields::{FieldShown, typed_values},
    section::{asked, is_new, section_fields},
    shown::{StayShown, Tag, document_title, section_title},
};
use crate::{
    Preadmission,
    commands::{ABSENCES, as_opened_at_desk, clerk_may_write, shown_fields},
    domain::{Refusal, catalogue::Section},
    failure::Failure,
    read::{AskedDocument, PreadmissionFacts, Status},
};

#[derive(Template)]
#[template(path = "preadmission-fill.html")]
struct FillPage<'a> {
    ctx: &'a Ctx,
    stay: StayShown,
    person: String,
    /// Name, title and progress of each section that can be written now.
    sections: Vec<(&'static str, String, Tag)>,
    documents: Vec<Asked>,
    /// Code and words: why a patient does not have a document.
    absences: Vec<(&'static str, String)>,
    /// Nobody has a login for it.
    is_nobodys: bool,
    is_open: bool,
    may_be_sent: bool,
    key: String,
}

struct Asked {
    kind: String,
    title: String,
    tag: Tag,
}

#[derive(Template)]
#[template(path = "preadmission-fill-section.html")]
struct FillSectionPage<'a> {
    ctx: &'a Ctx,
    stay: StayShown,
    person: String,
    name: &'static str,
    title: String,
    fields: Vec<FieldShown>,
    wrong: bool,
}

pub(super) async fn show(
    room: web::Data<Preadmission>,
    caller: StaffCaller,
    id: web::Path<PreadmissionId>,
) -> Result<HttpResponse, Problem> {
    let ctx = &caller.ctx;
    let facts = room.look_at(*id, caller.staff, caller.establishments.clone()).await?;
    let of = facts.completeness();
    let open = of.sections.iter().filter(|(section, _)| clerk_may_write(&facts, section.name));
    let line = |(section, progress): &(&'static Section, _)| {
        (section.name, section_title(ctx, section.name), Tag::of(ctx, *progress))
    };
    let document = |one: &AskedDocument| Asked {
        title: document_title(ctx, &one.kind),
        tag: Tag::of(ctx, one.progress()),
        kind: one.kind.clone(),
    };
    let may_write = facts.status.is_open() || facts.status == Status::Created;
    let is_open = may_write && facts.stay.entry_at > ctx.now();
    page(&FillPage {
        ctx,
        stay: StayShown::of(ctx, &facts),
        person: person_of(ctx, &facts),
        sections: open.map(line).collect(),
        documents: of.documents.iter().map(document).collect(),
        absences: ABSENCES.iter().map(|code| (*code, ctx.t(&format!("preadmission-absence-{code}")))).collect(),
        is_nobodys: facts.patient.is_none(),
        is_open,
        may_be_sent: is_open && as_opened_at_desk(&facts).completeness().may_be_sent(),
        key: ctx.fresh_key(),
    })
}

pub(super) async fn section(
    room: web::Data<Preadmission>,
    caller: StaffCaller,
    path: web::Path<(PreadmissionId, String)>,
) -> Result<HttpResponse, Problem> {
    let (id, name) = path.into_inner();
    let facts = room.look_at(id, caller.staff, caller.establishments.clone()).await?;
    // What the hospital knows is not typed again.
    let facts = as_opened_at_desk(&facts);
    let section = asked(&facts, &name)?;
    if !clerk_may_write(&facts, section.name) {
        return Ok(see_other(&format!("/desk/preadmissions/{id}/fill")));
    }
    page(&section_page(&caller.ctx, &facts, section))
}

fn section_page<'a>(ctx: &'a Ctx, facts: &PreadmissionFacts, section: &'static Section) -> FillSectionPage<'a> {
    let fields = section_fields(ctx, facts, section);
    FillSectionPage {
        ctx,
        stay: StayShown::of(ctx, facts),
        person: person_of(ctx, facts),
        name: section.name,
        title: section_title(ctx, section.name),
        wrong: fields.iter().any(|field| !field.error.is_empty()),
        fields,
    }
}

pub(super) async fn save(
    room: web::Data<Preadmission>,
    caller: StaffCaller,
    path: web::Path<(PreadmissionId, String)>,
    typed: web::Form<BTreeMap<String, String>>,
) -> Result<HttpResponse, Problem> {
    let (id, name) = path.into_inner();
    let before = room.look_at(id, caller.staff, caller.establishments.clone()).await?;
    let section = asked(&before, &name)?;
    let values = typed_values(section.fields, &typed);
    let facts = room.save_at_desk(id, (caller.staff, caller.establishments), section.name, values).await?;
    let page = section_page(&caller.ctx, &facts, section);
    if page.wrong {
        return page_with_status(StatusCode::UNPROCESSABLE_ENTITY, &page);
    }
    let more = shown_fields(&facts, section).iter().any(|field| is_new(field, &typed, &facts));
    let home = format!("/desk/preadmissions/{id}/fill");
    Ok(see_other(&if more { format!("{home}/{name}") } else { home }))
}

/// Why the patient does not have a document, as they tell it.
#[derive(Deserialize)]
pub(super) struct Missing {
    #[serde(default)]
    reason: String,
}

pub(super) async fn missing(
    room: web::Data<Preadmission>,
    caller: StaffCaller,
    path: web::Path<(PreadmissionId, String)>,
    typed: web::Form<Missing>,
) -> Result<HttpResponse, Problem> {
    let (id, kind) = path.into_inner();
    let said = (typed.into_inner().reason, String::new());
    room.declare_missing_at_desk(id, (caller.staff, caller.establishments), kind, said).await?;
    Ok(see_other(&format!("/desk/preadmissions/{id}/fill")))
}

#[derive(Deserialize)]
pub(super) struct Sent {
    #[serde(default)]
    agreed: String,
    #[serde(default)]
    idempotency_key: String,
}

/// The clerk sends what they filled in with the patient.
pub(super) async fn submit(
    room: web::Data<Preadmission>,
    caller: StaffCaller,
    id: web::Path<PreadmissionId>,
    sent: web::Form<Sent>,
) -> Result<HttpResponse, Problem> {
    let agreed = sent.agreed == "yes";
    let request = digest::sha256(&[b"desk submission", id.uuid().as_bytes(), &[u8::from(agreed)]]);
    let key = Key { scope: caller.staff.uuid(), key: IdempotencyKey::parse(&sent.idempotency_key)?.0, request };
    let home = format!("/desk/preadmissions/{id}");
    let location = home.clone();
    let answer = move || Answer { status: 303, location: Some(location.clone()), body: String::new() };
    match room.submit_at_desk(key, *id, (caller.staff, caller.establishments), agreed, answer).await {
        Ok(_) => Ok(see_other(&home)),
        // The page itself says what is missing.
        Err(Failure::Refused(Refusal::NotComplete)) => Ok(see_other(&format!("{home}/fill"))),
        Err(failure) => Err(failure.into()),
    }
}
