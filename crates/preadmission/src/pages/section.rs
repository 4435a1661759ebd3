//! `/preadmissions/{id}/sections/{name}`: every section of the catalogue through one page and one form.

use std::collections::BTreeMap;

use ::web::{Ctx, PatientCaller, Problem, page, page_with_status, see_other};
use actix_web::{HttpResponse, http::StatusCode, web};
use askama::Template;
use kernel::PreadmissionId;

use super::shown::{StayShown, section_title, sentence};
use crate::{
    Preadmission,
    commands::shown_fields,
    domain::{
        catalogue::{self, Field, Section},
        value::Kind,
    },
    read::PreadmissionFacts,
};

/// One field as the form shows it.
struct FieldShown {
    /// Name in the form, and id on the page.
    name: String,
    label: String,
    value: String,
    autocomplete: &'static str,
    required: bool,
    /// `text`, `tel`, `email`, `long`, `date` or `choice`.
    shape: &'static str,
    numeric: bool,
    choices: Vec<Choice>,
    /// Day, month, year, when the shape is `date`.
    date: [String; 3],
    source: String,
    error: String,
}

struct Choice {
    value: &'static str,
    label: String,
    chosen: bool,
}

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
    wrong: bool,
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
fn asked(facts: &PreadmissionFacts, name: &str) -> Result<&'static Section, Problem> {
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
    let fields: Vec<_> = shown_fields(facts, section).into_iter().map(|field| shown(ctx, facts, field)).collect();
    let price = euros(ctx, room.settings.private_room_cents);
    SectionPage {
        ctx,
        stay: StayShown::of(ctx, facts),
        sentence: sentence(room.situation(facts)),
        name: section.name,
        title: section_title(ctx, section.name),
        lead: ctx.t1(&format!("preadmission-lead-{}", section.name), "price", price),
        wrong: fields.iter().any(|field| !field.error.is_empty()),
        fields,
    }
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

fn shown(ctx: &Ctx, facts: &PreadmissionFacts, field: &'static Field) -> FieldShown {
    let answer = facts.answers.get(field.name);
    let value = answer.map(|answer| answer.value.clone()).unwrap_or_default();
    let source = answer.map(|answer| ctx.t(&format!("preadmission-source-{}", answer.source.name())));
    let fault = field.fault(&value).map(|fault| ctx.t(&format!("preadmission-fault-{}", fault.name())));
    let (shape, choices) = match field.kind {
        Kind::Choice(words) => ("choice", choices(ctx, words, &value)),
        Kind::Date => ("date", Vec::new()),
        Kind::LongText => ("long", Vec::new()),
        Kind::Phone => ("tel", Vec::new()),
        Kind::Email => ("email", Vec::new()),
        _ => ("text", Vec::new()),
    };
    FieldShown {
        name: field.name.to_owned(),
        label: ctx.t(&field.key()),
        date: date_parts(&value),
        value,
        autocomplete: field.autocomplete,
        required: field.required,
        shape,
        numeric: matches!(field.kind, Kind::Nir | Kind::Postcode),
        choices,
        source: source.unwrap_or_default(),
        error: fault.unwrap_or_default(),
    }
}

fn choices(ctx: &Ctx, words: &'static [&'static str], value: &str) -> Vec<Choice> {
    let choice = |word: &&'static str| Choice {
        value: word,
        label: ctx.t(&format!("preadmission-choice-{}", word.to_ascii_lowercase())),
        chosen: *word == value,
    };
    words.iter().map(choice).collect()
}

/// Year-month-day of a kept text as the three fields show it: wrong ones come back as they were typed.
fn date_parts(value: &str) -> [String; 3] {
    let mut parts = value.splitn(3, '-').map(str::to_owned);
    let (year, month, day) = (parts.next(), parts.next(), parts.next());
    [day, month, year].map(Option::unwrap_or_default)
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
    let fields = section.fields.iter().filter_map(|field| Some((field.name.to_owned(), typed_value(field, &typed)?)));
    let facts = room.save(id, caller.patient, section.name, fields.collect()).await?;
    let page = section_page(&caller.ctx, &room, &facts, section);
    if page.wrong {
        return page_with_status(StatusCode::UNPROCESSABLE_ENTITY, &page);
    }
    // An answer may have asked for more: the same page shows it.
    let more = shown_fields(&facts, section).iter().any(|field| is_new(field, &before, &facts, section));
    let to =
        if more { format!("/preadmissions/{id}/sections/{}", section.name) } else { format!("/preadmissions/{id}") };
    Ok(see_other(&to))
}

fn is_new(field: &Field, before: &PreadmissionFacts, after: &PreadmissionFacts, section: &'static Section) -> bool {
    let empty = after.answers.get(field.name).is_none_or(|answer| answer.value.is_empty());
    let shown = shown_fields(before, section).iter().any(|known| known.name == field.name);
    field.required && empty && !shown
}

/// What the form says of a field; none: it did not show it.
fn typed_value(field: &Field, typed: &BTreeMap<String, String>) -> Option<String> {
    if field.kind != Kind::Date {
        return typed.get(field.name).cloned();
    }
    let part = |end: &str| typed.get(&format!("{}-{end}", field.name)).map(|text| text.trim().to_owned());
    let (day, month, year) = (part("day")?, part("month")?, part("year")?);
    let nothing = day.is_empty() && month.is_empty() && year.is_empty();
    Some(if nothing { String::new() } else { format!("{year:0>4}-{month:0>2}-{day:0>2}") })
}
