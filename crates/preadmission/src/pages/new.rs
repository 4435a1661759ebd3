//! `/preadmissions/new`: a file for a stay that the hospital has not told of yet.

use ::web::{Ctx, IdempotencyKey, PatientCaller, Problem, page, page_with_status, see_other};
use actix_web::{HttpResponse, http::StatusCode, web};
use askama::Template;
use identity::read::Site;
use jiff::{Timestamp, civil::Date};
use kernel::{SiteId, digest};
use serde::Deserialize;
use storage::{
    StorageError,
    idempotency::{Answer, Key},
};

use crate::{Preadmission, announcement::StayClass, commands::UnknownStay, domain::Refusal, failure::Failure};

#[derive(Template)]
#[template(path = "preadmission-new.html")]
struct NewPage<'a> {
    ctx: &'a Ctx,
    sites: Vec<Site>,
    typed: Typed,
    wrong_date: bool,
    wrong_unit: bool,
    key: String,
}

/// As typed; wrong or not it is shown again.
#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct Typed {
    #[serde(default)]
    idempotency_key: String,
    #[serde(default)]
    site: String,
    #[serde(default)]
    day: String,
    #[serde(default)]
    month: String,
    #[serde(default)]
    year: String,
    #[serde(default)]
    class: String,
    #[serde(default)]
    unit: String,
}

impl Typed {
    fn is_site(&self, site: &Site) -> bool {
        self.site == site.id.to_string()
    }

    fn class(&self) -> StayClass {
        StayClass::named(&self.class).unwrap_or_default()
    }

    fn date(&self) -> Option<Date> {
        let part = |text: &str| text.trim().parse::<i16>().ok();
        let (month, day) = (part(&self.month)?, part(&self.day)?);
        Date::new(part(&self.year)?, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
    }
}

pub(super) async fn show(room: web::Data<Preadmission>, caller: PatientCaller) -> Result<HttpResponse, Problem> {
    let sites = sites(&room).await?;
    page(&form(&caller.ctx, sites, Typed::default(), (false, false)))
}

fn form(ctx: &Ctx, sites: Vec<Site>, typed: Typed, (wrong_date, wrong_unit): (bool, bool)) -> NewPage<'_> {
    NewPage { ctx, sites, typed, wrong_date, wrong_unit, key: ctx.fresh_key() }
}

async fn sites(room: &Preadmission) -> Result<Vec<Site>, Problem> {
    Ok(room.db.read::<_, StorageError, _>(|conn| identity::read::sites(conn, None)).await?)
}

pub(super) async fn create(
    room: web::Data<Preadmission>,
    caller: PatientCaller,
    typed: web::Form<Typed>,
) -> Result<HttpResponse, Problem> {
    let (ctx, typed) = (&caller.ctx, typed.into_inner());
    let sites = sites(&room).await?;
    let unit = typed.unit.trim().to_owned();
    let wrong_unit = unit.is_empty() || unit.chars().count() > 100;
    let (Some(site), Some(entry_at)) = (typed.site.parse::<SiteId>().ok(), entry(&sites, &typed)) else {
        return page_with_status(StatusCode::UNPROCESSABLE_ENTITY, &form(ctx, sites, typed, (true, wrong_unit)));
    };
    if wrong_unit {
        return page_with_status(StatusCode::UNPROCESSABLE_ENTITY, &form(ctx, sites, typed, (false, true)));
    }
    let class = typed.class();
    let asked = format!("{site} {entry_at} {} {unit}", class.name());
    let request = digest::sha256(&[b"page", asked.as_bytes()]);
    let key = Key { scope: caller.patient.uuid(), key: IdempotencyKey::parse(&typed.idempotency_key)?.0, request };
    let answer = |id| Answer { status: 303, location: Some(format!("/preadmissions/{id}")), body: String::new() };
    match room.open_unknown(key, caller.patient, UnknownStay { site, entry_at, class, unit }, answer).await {
        Ok(answer) => Ok(see_other(answer.location.as_deref().unwrap_or("/preadmissions"))),
        Err(Failure::Refused(Refusal::EntryNotToCome)) => {
            page_with_status(StatusCode::UNPROCESSABLE_ENTITY, &form(ctx, sites, typed, (true, false)))
        }
        Err(failure) => Err(failure.into()),
    }
}

/// The hour is not known yet: noon at the place, so that the day of entry counts as to come until then.
fn entry(sites: &[Site], typed: &Typed) -> Option<Timestamp> {
    let site = sites.iter().find(|site| typed.is_site(site))?;
    site.zone.instant(typed.date()?.at(12, 0, 0, 0))
}
