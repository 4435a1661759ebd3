//! `/desk/preadmissions/rules`: which documents the establishment asks for; a preview on a fictional patient, and a
//! new version when it is published.

use ::web::{Ctx, Problem, StaffCaller, page_with_status, see_other};
use actix_web::{HttpResponse, http::StatusCode, web};
use askama::Template;
use identity::read::Establishment;
use kernel::EstablishmentId;
use serde::Deserialize;

use super::Typed;
use crate::{
    Preadmission,
    domain::{
        catalogue::{Answers, SECTIONS},
        completeness::StayFacts,
        rules::{Class, KINDS, Rule, Rules, RulesFault, WHYS},
        value::Kind,
    },
    failure::Failure,
    pages::shown::document_title,
    store::rules,
};

/// Empty lines to be filled in.
const SPARE: usize = 3;
/// Lines that a form may have.
const MOST: usize = 60;

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Which {
    establishment: String,
}

#[derive(Default)]
struct Line {
    document: String,
    or: String,
    why: String,
    blocks: bool,
    class: &'static str,
    from_age: String,
    below_age: String,
    surgery: &'static str,
    answered: String,
}

#[derive(Template)]
#[template(path = "preadmission-desk-rules.html")]
struct RulesPage<'a> {
    ctx: &'a Ctx,
    hospitals: Vec<(String, String)>,
    establishment: String,
    version: i32,
    lines: Vec<Line>,
    kinds: Vec<(&'static str, String)>,
    whys: &'static [&'static str],
    answers: Vec<(String, String)>,
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
    let hospital = chosen(&hospitals, &which.establishment)?.clone();
    let (version, table) = current(&room, hospital.id).await?;
    let shown = page_of(&caller.ctx, (&hospitals, &hospital), version, table.0.iter().map(line_of).collect());
    page_with_status(StatusCode::OK, &shown)
}

fn chosen<'h>(hospitals: &'h [Establishment], wanted: &str) -> Result<&'h Establishment, Problem> {
    let found = hospitals.iter().find(|one| wanted.is_empty() || one.id.to_string() == wanted);
    Ok(found.ok_or(Failure::Unknown)?)
}

async fn current(room: &Preadmission, establishment: EstablishmentId) -> Result<(i32, Rules), Failure> {
    room.db
        .read(move |conn| {
            let version = rules::current(conn, establishment)?;
            Ok((version, rules::of_version(conn, establishment, version)?))
        })
        .await
}

fn page_of<'a>(
    ctx: &'a Ctx,
    (hospitals, hospital): (&[Establishment], &Establishment),
    version: i32,
    mut lines: Vec<Line>,
) -> RulesPage<'a> {
    lines.extend((0..SPARE).map(|_| Line::default()));
    RulesPage {
        ctx,
        hospitals: hospitals.iter().map(|one| (one.id.to_string(), one.name.clone())).collect(),
        establishment: hospital.id.to_string(),
        version,
        lines,
        kinds: KINDS.iter().map(|kind| (*kind, document_title(ctx, kind))).collect(),
        whys: WHYS,
        answers: choices(ctx),
        preview: None,
        fault: None,
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

fn line_of(rule: &Rule) -> Line {
    Line {
        document: rule.document.clone(),
        or: rule.or.first().cloned().unwrap_or_default(),
        why: rule.why.clone(),
        blocks: rule.blocks,
        class: match rule.class {
            None => "",
            Some(Class::Inpatient) => "inpatient",
            Some(Class::Day) => "day",
            Some(Class::External) => "external",
        },
        from_age: rule.from_age.map(|age| age.to_string()).unwrap_or_default(),
        below_age: rule.below_age.map(|age| age.to_string()).unwrap_or_default(),
        surgery: match rule.surgery {
            None => "",
            Some(true) => "yes",
            Some(false) => "no",
        },
        answered: rule.answered.as_ref().map(|(field, value)| format!("{field}={value}")).unwrap_or_default(),
    }
}

fn class_of(text: &str) -> Option<Class> {
    match text {
        "inpatient" => Some(Class::Inpatient),
        "day" => Some(Class::Day),
        "external" => Some(Class::External),
        _ => None,
    }
}

/// The lines of a form; those without a document are not rules.
fn read(typed: &Typed) -> Result<Rules, RulesFault> {
    let mut table = Vec::new();
    for at in 0..MOST {
        let get = |name: &str| typed.get(&format!("{name}-{at}"));
        if get("document").is_empty() {
            continue;
        }
        let age = |text: &str| match text {
            "" => Ok(None),
            text => text.parse().map(Some).map_err(|_| RulesFault::Unreadable(text.to_owned())),
        };
        table.push(Rule {
            document: get("document").to_owned(),
            or: Some(get("or")).filter(|or| !or.is_empty()).map(str::to_owned).into_iter().collect(),
            why: get("why").to_owned(),
            blocks: typed.has(&format!("blocks-{at}")),
            class: class_of(get("class")),
            from_age: age(get("from-age"))?,
            below_age: age(get("below-age"))?,
            surgery: match get("surgery") {
                "yes" => Some(true),
                "no" => Some(false),
                _ => None,
            },
            answered: get("answered").split_once('=').map(|(field, value)| (field.to_owned(), value.to_owned())),
        });
    }
    let text = serde_json::to_string(&Rules(table)).map_err(|fault| RulesFault::Unreadable(fault.to_string()))?;
    Rules::read(&text)
}

/// The documents that a fictional patient would be asked for.
fn preview(ctx: &Ctx, table: &Rules, typed: &Typed) -> Vec<String> {
    let class = class_of(typed.get("patient-class")).unwrap_or(Class::Inpatient);
    let stay = StayFacts {
        class,
        sleeps: class == Class::Inpatient,
        age: typed.get("patient-age").parse().ok(),
        surgery: typed.has("patient-surgery"),
    };
    let answered = typed.0.iter().filter(|(name, _)| name.starts_with("patient-answer-"));
    let answers: Answers = answered
        .filter_map(|(_, value)| value.split_once('='))
        .map(|(field, value)| (field.to_owned(), value.to_owned()))
        .collect();
    table.asked(&stay, &answers).map(|rule| document_title(ctx, &rule.document)).collect()
}

/// Shows what the rules would ask, or makes them the next version.
pub(super) async fn publish(
    room: web::Data<Preadmission>,
    caller: StaffCaller,
    form: web::Form<Vec<(String, String)>>,
) -> Result<HttpResponse, Problem> {
    let typed = Typed(form.into_inner());
    let ctx = &caller.ctx;
    let hospitals = room.hospitals((&caller).into()).await?;
    let hospital = chosen(&hospitals, typed.get("establishment"))?.clone();
    let table = match read(&typed) {
        Ok(table) => table,
        Err(fault) => {
            let (version, table) = current(&room, hospital.id).await?;
            let mut shown = page_of(ctx, (&hospitals, &hospital), version, table.0.iter().map(line_of).collect());
            shown.fault = Some(fault_words(ctx, &fault));
            return page_with_status(StatusCode::UNPROCESSABLE_ENTITY, &shown);
        }
    };
    if typed.get("deed") == "publish" {
        room.publish_rules((&caller).into(), hospital.id, table).await?;
        return Ok(see_other(&format!("/desk/preadmissions/rules?establishment={}", hospital.id)));
    }
    let (version, _) = current(&room, hospital.id).await?;
    let mut shown = page_of(ctx, (&hospitals, &hospital), version, table.0.iter().map(line_of).collect());
    shown.preview = Some(preview(ctx, &table, &typed));
    page_with_status(StatusCode::OK, &shown)
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
