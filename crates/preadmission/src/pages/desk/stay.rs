//! `/desk/stays`: a clerk opens a planned stay that no message announced.

use ::web::{Ctx, IdempotencyKey, Problem, StaffCaller, page, see_other};
use actix_web::{HttpResponse, web};
use askama::Template;
use identity::read::{Establishment, Site};
use jiff::civil::{Date, Time};
use kernel::digest;
use storage::idempotency::{Answer, Key};

use super::Typed;
use crate::{
    Preadmission,
    announcement::{Announcement, HospitalPerson, StayClass, Unit},
    domain::{Refusal, value::Kind},
    failure::Failure,
};

#[derive(Template)]
#[template(path = "preadmission-desk-stay.html")]
struct StayPage<'a> {
    ctx: &'a Ctx,
    sites: Vec<(String, String)>,
    key: String,
}

pub(super) async fn show(room: web::Data<Preadmission>, caller: StaffCaller) -> Result<HttpResponse, Problem> {
    let sites = room.desk_sites((&caller).into()).await?;
    let sites = sites.iter().map(|site| (site.id.to_string(), site.name.clone())).collect();
    page(&StayPage { ctx: &caller.ctx, sites, key: caller.ctx.fresh_key() })
}

pub(super) async fn open(
    room: web::Data<Preadmission>,
    caller: StaffCaller,
    form: web::Form<Vec<(String, String)>>,
) -> Result<HttpResponse, Problem> {
    let typed = Typed(form.into_inner());
    let key = IdempotencyKey::parse(typed.get("idempotency_key"))?.0;
    let sites = room.desk_sites((&caller).into()).await?;
    let site = sites.iter().find(|site| site.id.to_string() == typed.get("site"));
    let site = site.ok_or(Failure::Refused(Refusal::StayNotFit))?;
    let hospitals = room.hospitals((&caller).into()).await?;
    let hospital = hospitals.iter().find(|one| one.id == site.establishment).ok_or(Failure::Unknown)?;
    let said = announcement(&typed, hospital, site).ok_or(Failure::Refused(Refusal::StayNotFit))?;
    let text: String =
        typed.0.iter().filter(|(name, _)| name != "csrf").map(|(name, value)| format!("{name}={value}\n")).collect();
    let key = Key { scope: caller.staff.uuid(), key, request: digest::sha256(&[b"desk stay", text.as_bytes()]) };
    let answer = |id| Answer { status: 303, location: Some(format!("/desk/preadmissions/{id}")), body: String::new() };
    let answer = room.open_stay(key, (&caller).into(), said, answer).await?;
    Ok(see_other(answer.location.as_deref().unwrap_or("/desk/preadmissions")))
}

/// None: something of it cannot be.
fn announcement(typed: &Typed, hospital: &Establishment, site: &Site) -> Option<Announcement> {
    let must =
        |name: &str| Some(typed.get(name)).filter(|text| (1..=100).contains(&text.chars().count())).map(str::to_owned);
    let may = |name: &str| {
        Some(typed.get(name)).filter(|text| !text.is_empty()).map(|text| text.chars().take(100).collect::<String>())
    };
    let day: Date = typed.get("day").parse().ok()?;
    let time: Time = typed.get("time").parse().ok()?;
    let nights: i64 = if typed.get("nights").is_empty() { 0 } else { typed.get("nights").parse().ok()? };
    let nights = Some(nights).filter(|nights| (0..=365).contains(nights))?;
    let leaving = day.checked_add(jiff::Span::new().try_days(nights).ok()?).ok()?;
    let phone = match typed.get("phone") {
        "" => None,
        text => Some(Kind::Phone.read(text).ok()?),
    };
    let email = match typed.get("email") {
        "" => None,
        text => Some(Kind::Email.read(text).ok()?),
    };
    Some(Announcement {
        establishment: hospital.finess.clone(),
        site: Some(site.finess.clone()),
        visit_number: must("visit_number").filter(|number| number.len() <= 40)?,
        folder_number: None,
        movement: None,
        person: HospitalPerson {
            ipp: must("ipp")?,
            birth_family: must("birth_family")?,
            used_family: may("used_family"),
            given: must("given")?,
            birth_date: Kind::Date.read(typed.get("birth_date")).ok().filter(|date| !date.is_empty())?,
            sex: Some(typed.get("sex")).filter(|sex| ["F", "M", "U"].contains(sex))?.to_owned(),
            birth_place: None,
            phone,
            email,
            identity_status: None,
        },
        class: StayClass::named(typed.get("class"))?,
        unit: Some(Unit { code: may("unit_code").unwrap_or_default(), label: must("unit_label")? }),
        entry_at: site.zone.instant(day.to_datetime(time))?,
        exit_at: Some(leaving).filter(|_| nights > 0).and_then(|day| site.zone.instant(day.to_datetime(time))),
        label: may("label").unwrap_or_default(),
        practitioner: may("practitioner"),
        surgery: typed.has("surgery"),
    })
}
