//! `/desk/preadmissions/rules`: which documents the establishment asks for; a preview on a fictional patient, a new
//! version when it is published, and the former ones with who made them and what they changed.

mod table;

use ::web::{Ctx, Problem, StaffCaller, page_with_status, see_other};
use actix_web::{HttpResponse, http::StatusCode, web};
use askama::Template;
use identity::read::Establishment;
use serde::Deserialize;

use self::table::{Line, class_of, lines_of, read, typed_lines, with_spare};
use super::Typed;
use crate::{
    Preadmission,
    desk::versions::{Published, Versions},
    domain::{
        Refusal,
        catalogue::{Answers, SECTIONS},
        completeness::StayFacts,
        rules::{Change, Class, KINDS, Rules, RulesFault, WHYS},
        value::Kind,
    },
    failure::Failure,
    pages::shown::document_title,
};

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Which {
    establishment: String,
    /// An older version; the present one when empty.
    version: String,
}

/// A version in the list.
struct Shown {
    number: i32,
    address: String,
    /// By whom and when; empty: the shipped one.
    who: String,
    changes: Vec<String>,
    is_open: bool,
}

/// The fictional patient, as typed.
struct Patient {
    class: String,
    age: String,
    surgery: bool,
    answers: [String; 3],
}

impl Patient {
    fn typed(typed: &Typed) -> Self {
        Self {
            class: typed.get("patient-class").to_owned(),
            age: typed.get("patient-age").to_owned(),
            surgery: typed.has("patient-surgery"),
            answers: [0, 1, 2].map(|number| typed.get(&format!("patient-answer-{number}")).to_owned()),
        }
    }

    /// The documents that they would be asked for.
    fn asked(&self, ctx: &Ctx, table: &Rules) -> Vec<String> {
        let class = class_of(&self.class).unwrap_or(Class::Inpatient);
        let (age, surgery) = (self.age.parse().ok(), self.surgery);
        let stay = StayFacts { class, sleeps: class == Class::Inpatient, age, surgery };
        let answered = self.answers.iter().filter_map(|answer| answer.split_once('='));
        let answers: Answers = answered.map(|(field, value)| (field.to_owned(), value.to_owned())).collect();
        table.asked(&stay, &answers).map(|rule| document_title(ctx, &rule.document)).collect()
    }
}

#[derive(Template)]
#[template(path = "preadmission-desk-rules.html")]
struct RulesPage<'a> {
    ctx: &'a Ctx,
    hospitals: Vec<(String, String)>,
    establishment: String,
    /// The version that the form shows, and the one that holds.
    version: i32,
    current: i32,
    lines: Vec<Line>,
    kinds: Vec<(&'static str, String)>,
    whys: &'static [&'static str],
    answers: Vec<(String, String)>,
    versions: Vec<Shown>,
    patient: Patient,
    /// What the fictional patient is asked for.
    preview: Option<Vec<String>>,
    fault: Option<String>,
}

pub(super) async fn show(
    room: web::Data<Preadmission>,
    caller: StaffCaller,
    which: web::Query<Which>,
) -> Result<HttpResponse, Problem> {
    let hospitals = room.hospitals((&caller).into()).await?;
    let hospital = chosen(&hospitals, &which.establishment)?;
    let known = room.rules_of(hospital.id).await?;
    let version = match which.version.as_str() {
        "" => known.current(),
        text => text.parse().map_err(|_| Problem::not_found())?,
    };
    let table = known.table(version).ok_or(Failure::Unknown)?;
    let shown = rules_page(&caller.ctx, (&hospitals, hospital), (&known, version), lines_of(table));
    page_with_status(StatusCode::OK, &shown)
}

fn chosen<'h>(hospitals: &'h [Establishment], wanted: &str) -> Result<&'h Establishment, Problem> {
    let found = hospitals.iter().find(|one| wanted.is_empty() || one.id.to_string() == wanted);
    Ok(found.ok_or(Failure::Unknown)?)
}

fn rules_page<'a>(
    ctx: &'a Ctx,
    (hospitals, hospital): (&[Establishment], &Establishment),
    (known, version): (&Versions, i32),
    lines: Vec<Line>,
) -> RulesPage<'a> {
    RulesPage {
        ctx,
        hospitals: hospitals.iter().map(|one| (one.id.to_string(), one.name.clone())).collect(),
        establishment: hospital.id.to_string(),
        version,
        current: known.current(),
        lines: with_spare(lines),
        kinds: KINDS.iter().map(|kind| (*kind, document_title(ctx, kind))).collect(),
        whys: WHYS,
        answers: choices(ctx),
        versions: known.all.iter().rev().map(|one| shown(ctx, hospital, known, one, version)).collect(),
        patient: Patient { class: String::new(), age: "42".to_owned(), surgery: false, answers: Default::default() },
        preview: None,
        fault: None,
    }
}

fn shown(ctx: &Ctx, hospital: &Establishment, known: &Versions, one: &Published, open: i32) -> Shown {
    let zone = &known.zone;
    let change = |(document, change): (String, Change)| {
        let key = match change {
            Change::Added => "preadmission-desk-rules-added",
            Change::Removed => "preadmission-desk-rules-removed",
            Change::Changed => "preadmission-desk-rules-changed",
        };
        ctx.t1(key, "what", document_title(ctx, &document))
    };
    let before = one.version.checked_sub(1).and_then(|before| known.table(before));
    Shown {
        number: one.version,
        address: format!("/desk/preadmissions/rules?establishment={}&version={}", hospital.id, one.version),
        who: one.by.as_ref().map(|(name, at)| format!("{name}, {}", ctx.moment(*at, zone))).unwrap_or_default(),
        changes: before.map(|before| one.table.since(before).into_iter().map(change).collect()).unwrap_or_default(),
        is_open: one.version == open,
    }
}

/// Every answer that a rule can wait for: those of fields with a choice.
fn choices(ctx: &Ctx) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for field in SECTIONS.iter().flat_map(|section| section.fields) {
        let Kind::Choice(words) = field.kind else { continue };
        for word in words {
            let answer = ctx.t(&format!("preadmission-choice-{}", word.to_ascii_lowercase()));
            all.push((format!("{}={word}", field.name), format!("{} {answer}", ctx.t(&field.key()))));
        }
    }
    all
}

/// Shows what the rules would ask, or makes them the next version. What was typed comes back with its fault.
pub(super) async fn publish(
    room: web::Data<Preadmission>,
    caller: StaffCaller,
    form: web::Form<Vec<(String, String)>>,
) -> Result<HttpResponse, Problem> {
    let typed = Typed(form.into_inner());
    let ctx = &caller.ctx;
    let hospitals = room.hospitals((&caller).into()).await?;
    let hospital = chosen(&hospitals, typed.get("establishment"))?;
    let lines = typed_lines(&typed);
    let table = read(&lines);
    let seen: i32 = typed.get("seen").parse().unwrap_or_default();
    let mut fault = table.as_ref().err().map(|fault| (StatusCode::UNPROCESSABLE_ENTITY, fault_words(ctx, fault)));
    if let Ok(table) = table.as_ref()
        && typed.get("deed") == "publish"
    {
        match room.publish_rules((&caller).into(), hospital.id, table.clone(), seen).await {
            Ok(_) => return Ok(see_other(&format!("/desk/preadmissions/rules?establishment={}", hospital.id))),
            Err(Failure::Refused(Refusal::Changed)) => {
                fault = Some((StatusCode::CONFLICT, ctx.t("preadmission-desk-rules-overtaken")));
            }
            Err(failure) => return Err(failure.into()),
        }
    }
    let known = room.rules_of(hospital.id).await?;
    let mut shown = rules_page(ctx, (&hospitals, hospital), (&known, known.current()), lines);
    shown.patient = Patient::typed(&typed);
    shown.preview = table.ok().filter(|_| fault.is_none()).map(|table| shown.patient.asked(ctx, &table));
    let status = fault.as_ref().map_or(StatusCode::OK, |(status, _)| *status);
    shown.fault = fault.map(|(_, words)| words);
    page_with_status(status, &shown)
}

fn fault_words(ctx: &Ctx, fault: &RulesFault) -> String {
    let (key, what) = match fault {
        RulesFault::Unreadable(what) => ("preadmission-desk-rules-unreadable", what),
        RulesFault::UnknownDocument(what) => ("preadmission-desk-rules-unknown-document", what),
        RulesFault::UnknownWhy(what) => ("preadmission-desk-rules-unknown-why", what),
        RulesFault::UnknownField(what) => ("preadmission-desk-rules-unknown-field", what),
        RulesFault::Twice(what) => ("preadmission-desk-rules-twice", what),
        RulesFault::CoverBlocks(what) => ("preadmission-desk-rules-cover-blocks", what),
    };
    ctx.t1(key, "what", what)
}
