//! `/preadmissions/{id}/sections/{name}`: every section of the catalogue through one page and one form.

use std::collections::BTreeMap;

use ::web::{Ctx, PatientCaller, Problem, page, page_with_status, see_other};
use actix_web::{HttpResponse, http::StatusCode, web};
use askama::Template;
use kernel::{PatientId, PreadmissionId};

use super::{
    asked as asked_page,
    card::CardShown,
    fields::{FieldShown, typed_values},
    shown::{StayShown, section_title, sentence},
};
use crate::{
    Preadmission,
    answering::may_ask,
    commands::shown_fields,
    domain::catalogue::{self, Field, Section},
    read::{PreadmissionFacts, Purpose},
};

#[derive(Template)]
#[template(path = "preadmission-section.html")]
struct SectionPage<'a> {
    ctx: &'a Ctx,
    stay: StayShown,
    sentence: &'static str,
    name: &'static str,
    title: String,
    lead: String,
    fields: Vec<FieldShown>,
    /// What was read on a card that belongs to this section.
    card: Option<CardShown>,
    wrong: bool,
    /// A consent is an act, proven as one: only the button gives it.
    saves_each_field: bool,
}

pub(super) async fn show(
    room: web::Data<Preadmission>,
    caller: PatientCaller,
    path: web::Path<(PreadmissionId, String)>,
) -> Result<HttpResponse, Problem> {
    let (id, name) = path.into_inner();
    let facts = room.file_of(caller.patient, id).await?;
    let section = asked(&facts, &name)?;
    if !facts.may_write(section.name) {
        return Ok(see_other(&format!("/preadmissions/{id}")));
    }
    page(&section_page(&caller.ctx, &room, &facts, section))
}

/// A section that this file asks for; any other does not exist.
pub(super) fn asked(facts: &PreadmissionFacts, name: &str) -> Result<&'static Section, Problem> {
    let section = catalogue::find(name).ok_or_else(Problem::not_found)?;
    let asked = section.asked.holds(&facts.stay_facts(), &facts.values());
    asked.then_some(section).ok_or_else(Problem::not_found)
}

fn section_page<'a>(
    ctx: &'a Ctx,
    room: &Preadmission,
    facts: &PreadmissionFacts,
    section: &'static Section,
) -> SectionPage<'a> {
    let fields = section_fields(ctx, facts, section);
    SectionPage {
        ctx,
        stay: StayShown::of(ctx, facts),
        sentence: sentence(room.situation(facts)),
        name: section.name,
        title: section_title(ctx, section.name),
        lead: lead(ctx, room, section),
        card: CardShown::of(ctx, facts).filter(|_| section.name == "complementary-cover"),
        wrong: fields.iter().any(|field| !field.error.is_empty()),
        fields,
        saves_each_field: !section.fields.iter().any(Field::is_consent),
    }
}

/// What a section is for.
pub(super) fn lead(ctx: &Ctx, room: &Preadmission, section: &Section) -> String {
    let price = euros(ctx, room.settings.private_room_cents);
    ctx.t1(&format!("preadmission-lead-{}", section.name), "price", price)
}

fn euros(ctx: &Ctx, cents: i64) -> String {
    let (whole, rest) = (cents / 100, cents % 100);
    match (ctx.lang(), rest) {
        (::web::Lang::Fr, 0) => format!("{whole}\u{a0}€"),
        (::web::Lang::Fr, _) => format!("{whole},{rest:02}\u{a0}€"),
        (::web::Lang::En, 0) => format!("€{whole}"),
        (::web::Lang::En, _) => format!("€{whole}.{rest:02}"),
    }
}

pub(super) fn section_fields(ctx: &Ctx, facts: &PreadmissionFacts, section: &'static Section) -> Vec<FieldShown> {
    section_fields_of(ctx, facts, &shown_fields(facts, section))
}

pub(super) fn section_fields_of(ctx: &Ctx, facts: &PreadmissionFacts, fields: &[&'static Field]) -> Vec<FieldShown> {
    let answers = facts.values();
    let source = |field: &Field| facts.answers.get(field.name).map(|answer| answer.source.name());
    let words = |name: &str| ctx.t(&format!("preadmission-source-{name}"));
    let shown =
        |field: &&'static Field| FieldShown::of(ctx, field, &answers, source(field).map(words).unwrap_or_default());
    fields.iter().map(shown).collect()
}

pub(super) async fn save(
    room: web::Data<Preadmission>,
    caller: PatientCaller,
    path: web::Path<(PreadmissionId, String)>,
    typed: web::Form<BTreeMap<String, String>>,
) -> Result<HttpResponse, Problem> {
    let (id, name) = path.into_inner();
    let before = room.file_of(caller.patient, id).await?;
    let section = asked(&before, &name)?;
    let facts = room.save(id, caller.patient, section.name, typed_values(section.fields, &typed)).await?;
    let page = section_page(&caller.ctx, &room, &facts, section);
    if page.wrong {
        return page_with_status(StatusCode::UNPROCESSABLE_ENTITY, &page);
    }
    // An answer may have asked for more: the same page shows it.
    let more = shown_fields(&facts, section).iter().any(|field| is_new(field, &typed, &facts));
    let asks_next = asks_next(&before, &facts, (section.name, caller.patient));
    Ok(see_other(&match () {
        () if more => format!("/preadmissions/{id}/sections/{}", section.name),
        () => asks_next.map_or_else(|| format!("/preadmissions/{id}"), |purpose| asked_page::address(id, purpose)),
    }))
}

/// Who was just named in this section is asked next: the trusted person, or who is in charge of the patient.
fn asks_next(
    before: &PreadmissionFacts,
    after: &PreadmissionFacts,
    (section, patient): (&str, PatientId),
) -> Option<Purpose> {
    let purpose = match section {
        "trusted-person" => Purpose::TrustedPerson,
        // Other answers of the section have nothing to do with it.
        "situation" if before.wished(Purpose::Representative) != after.wished(Purpose::Representative) => {
            Purpose::Representative
        }
        _ => return None,
    };
    after.wished(purpose)?;
    may_ask(after, after.acts_as(patient)?, purpose).ok().map(|()| purpose)
}

/// Whether a field must be answered and was not on the form that was sent: what one answer brought up is asked at once.
pub(super) fn is_new(field: &Field, typed: &BTreeMap<String, String>, after: &PreadmissionFacts) -> bool {
    let empty = after.answers.get(field.name).is_none_or(|answer| answer.value.is_empty());
    let shown = typed.get("shown").is_none_or(|names| names.split_whitespace().any(|name| name == field.name));
    field.required && empty && !shown
}
