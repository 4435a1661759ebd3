//! `/preadmissions/{id}/open-for?k=…`: opening the file of a child, or of an adult who needs help.

use ::web::{Ctx, PatientCaller, Problem, page, page_with_status, see_other};
use actix_web::{HttpResponse, http::StatusCode, web};
use askama::Template;
use kernel::PreadmissionId;
use serde::Deserialize;

use super::shown::StayShown;
use crate::{
    Preadmission,
    acting::Acting,
    domain::{
        Refusal,
        people::{Claim, Measure, Quality},
    },
    failure::Failure,
    read::PreadmissionFacts,
};

#[derive(Template)]
#[template(path = "preadmission-open-for.html")]
struct OpenForPage<'a> {
    ctx: &'a Ctx,
    stay: StayShown,
    is_minor: bool,
    roles: Vec<(&'static str, String)>,
    measures: Vec<(&'static str, String)>,
    typed: Typed,
    /// The key of what is wrong; empty: nothing.
    wrong: &'static str,
}

/// As typed; wrong or not it is shown again.
#[derive(Default, Deserialize)]
pub(super) struct Typed {
    #[serde(default)]
    k: String,
    /// A quality, `representative` or `relative`.
    #[serde(default)]
    role: String,
    #[serde(default)]
    measure: String,
    #[serde(default)]
    scope: String,
    #[serde(default)]
    day: String,
    #[serde(default)]
    month: String,
    #[serde(default)]
    year: String,
    #[serde(default)]
    stated: String,
}

impl Typed {
    fn acting(&self) -> Option<Acting> {
        let claim = Claim::said(&self.role, &self.measure, &self.scope).ok()?;
        let birth_date = full_date(&self.year, &self.month, &self.day);
        Some(Acting { claim, birth_date, stated: self.stated == "yes" })
    }
}

/// Three typed fields as one kept date; wrong ones make a wrong date.
pub(super) fn full_date(year: &str, month: &str, day: &str) -> String {
    format!("{:0>4}-{:0>2}-{:0>2}", year.trim(), month.trim(), day.trim())
}

pub(super) async fn show(
    room: web::Data<Preadmission>,
    caller: PatientCaller,
    id: web::Path<PreadmissionId>,
    typed: web::Query<Typed>,
) -> Result<HttpResponse, Problem> {
    if room.file_of(caller.patient, *id).await.is_ok() {
        return Ok(see_other(&format!("/preadmissions/{id}")));
    }
    let facts = room.file_behind(*id, &typed.k).await?;
    let k = typed.into_inner().k;
    page(&open_for(&caller.ctx, &facts, Typed { k, ..Typed::default() }, "")?)
}

fn open_for<'a>(
    ctx: &'a Ctx,
    facts: &PreadmissionFacts,
    typed: Typed,
    wrong: &'static str,
) -> Result<OpenForPage<'a>, Problem> {
    if facts.patient.is_some() || facts.secret || facts.stay.person.is_none() {
        return Err(Problem::from(Refusal::WrongPerson));
    }
    let is_minor = facts.is_minor();
    let role = |name: &'static str| (name, ctx.t(&format!("preadmission-people-role-{name}")));
    let roles: Vec<_> = match is_minor {
        true => Quality::ALL.iter().map(|quality| role(quality.name())).collect(),
        false => vec![role("relative"), role("representative")],
    };
    let measure = |one: &Measure| (one.name(), ctx.t(&format!("preadmission-people-measure-{}", one.name())));
    let measures = if is_minor { Vec::new() } else { Measure::ALL.iter().map(measure).collect() };
    Ok(OpenForPage { ctx, stay: StayShown::of(ctx, facts), is_minor, roles, measures, typed, wrong })
}

pub(super) async fn claim(
    room: web::Data<Preadmission>,
    caller: PatientCaller,
    id: web::Path<PreadmissionId>,
    typed: web::Form<Typed>,
) -> Result<HttpResponse, Problem> {
    let typed = typed.into_inner();
    let facts = room.file_behind(*id, &typed.k).await?;
    let outcome = match typed.acting() {
        Some(acting) => room.claim_for(*id, &typed.k, caller.patient, acting).await,
        None => Err(Refusal::NoSuchAnswer.into()),
    };
    let wrong = match outcome {
        Ok(()) => return Ok(see_other(&format!("/preadmissions/{id}"))),
        Err(Failure::Refused(refusal)) => wrong_key(refusal).ok_or(Failure::Refused(refusal))?,
        Err(failure) => return Err(failure.into()),
    };
    page_with_status(StatusCode::UNPROCESSABLE_ENTITY, &open_for(&caller.ctx, &facts, typed, wrong)?)
}

/// What can be put right on the same page.
pub(super) const fn wrong_key(refusal: Refusal) -> Option<&'static str> {
    match refusal {
        Refusal::NoSuchAnswer | Refusal::NotForThisPatient => Some("preadmission-people-wrong-choice"),
        Refusal::NotStated => Some("preadmission-people-wrong-statement"),
        Refusal::GivesNoSay => Some("preadmission-people-wrong-measure"),
        Refusal::WrongBirth => Some("preadmission-people-wrong-birth"),
        Refusal::PresenceSecret => Some("preadmission-relatives-silent"),
        Refusal::NotAMobile => Some("preadmission-people-wrong-landline"),
        Refusal::TooManyLinks => Some("preadmission-people-wrong-links"),
        _ => None,
    }
}
