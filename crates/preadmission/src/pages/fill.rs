//! `/desk/preadmissions/{id}/fill`: a clerk fills in for the patient, at the desk or on the telephone. Each answer says
//! that it came so.

use std::collections::BTreeMap;

use ::web::{Ctx, Problem, StaffCaller, page, page_with_status, see_other};
use actix_web::{HttpResponse, http::StatusCode, web};
use askama::Template;
use kernel::PreadmissionId;

use super::{
    fields::{FieldShown, typed_values},
    section::{asked, is_new, section_fields},
    shown::{StayShown, Tag, section_title},
};
use crate::{
    Preadmission,
    commands::{clerk_may_write, shown_fields},
    domain::catalogue::Section,
    read::PreadmissionFacts,
};

#[derive(Template)]
#[template(path = "preadmission-fill.html")]
struct FillPage<'a> {
    ctx: &'a Ctx,
    stay: StayShown,
    /// Name, title and progress of each section that can be written now.
    sections: Vec<(&'static str, String, Tag)>,
}

#[derive(Template)]
#[template(path = "preadmission-fill-section.html")]
struct FillSectionPage<'a> {
    ctx: &'a Ctx,
    stay: StayShown,
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
    page(&FillPage { ctx, stay: StayShown::of(ctx, &facts), sections: open.map(line).collect() })
}

pub(super) async fn section(
    room: web::Data<Preadmission>,
    caller: StaffCaller,
    path: web::Path<(PreadmissionId, String)>,
) -> Result<HttpResponse, Problem> {
    let (id, name) = path.into_inner();
    let facts = room.look_at(id, caller.staff, caller.establishments.clone()).await?;
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
    let more = shown_fields(&facts, section).iter().any(|field| is_new(field, &before, &facts, section));
    let home = format!("/desk/preadmissions/{id}/fill");
    Ok(see_other(&if more { format!("{home}/{name}") } else { home }))
}
