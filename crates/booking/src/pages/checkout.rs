//! `/checkout/{hold}`: check the answers while the time is kept; `POST /appointments`: confirm.

use ::web::{Ctx, IdempotencyKey, PatientCaller, Problem, page, page_with_status, see_other, when};
use actix_web::{HttpResponse, http::StatusCode, web};
use askama::Template;
use identity::{
    contact::{Change, ContactFault},
    read::PatientFacts,
};
use kernel::{HoldId, PatientId, VisitReasonId, digest};
use serde::Deserialize;
use storage::{
    Tx,
    idempotency::{Answer, Key},
};

use super::{refusal, shown::Visit};
use crate::{
    Booking,
    failure::Failure,
    room::Refused,
    store::{
        appointments::{BookAppointment, Booked, What},
        facts::{self, Surroundings},
        holds::{Hold, HoldStanding},
    },
};

#[derive(Template)]
#[template(path = "booking-checkout.html")]
struct Checkout<'a> {
    ctx: &'a Ctx,
    hold: HoldId,
    visit: Visit,
    kept_until: String,
    reason: VisitReasonId,
    patient: String,
    email: String,
    phone: String,
    bad_email: bool,
    bad_phone: bool,
    key: String,
}

#[derive(Template)]
#[template(path = "booking-checkout-login.html")]
struct BeforeLogin<'a> {
    ctx: &'a Ctx,
    hold: HoldId,
    visit: Visit,
    kept_until: String,
    reason: VisitReasonId,
}

pub(super) async fn show(room: web::Data<Booking>, ctx: Ctx, id: web::Path<HoldId>) -> Result<HttpResponse, Problem> {
    let hold = match standing(&room, &ctx, *id).await? {
        Standing::Kept(hold) => hold,
        Standing::Booked => return Ok(see_other("/appointments")),
        Standing::Over(refused) => return refusal::show(&room, &ctx, refused).await,
    };
    let around = around(&room, &hold).await?;
    let (visit, kept_until) = shown(&ctx, &hold, &around);
    let ::web::Caller::Patient(patient) = ctx.caller() else {
        return page(&BeforeLogin { ctx: &ctx, hold: hold.id, visit, kept_until, reason: hold.slot.reason });
    };
    let patient = person(&room, patient).await?;
    let typed = (patient.email.clone().unwrap_or_default(), patient.phone.clone().unwrap_or_default());
    page(&checkout(&ctx, &hold, (visit, kept_until), &patient, typed))
}

enum Standing {
    Kept(Hold),
    Booked,
    Over(Refused),
}

async fn standing(room: &Booking, ctx: &Ctx, id: HoldId) -> Result<Standing, Problem> {
    let hold = room.hold(ctx.visit(), id).await?.ok_or_else(Problem::not_found)?;
    match hold.standing(ctx.now()) {
        HoldStanding::Live => Ok(Standing::Kept(hold)),
        HoldStanding::Used => Ok(Standing::Booked),
        HoldStanding::Expired => Ok(Standing::Over(room.expired(ctx.visit(), &hold).await)),
        HoldStanding::Released => Err(Problem::not_found()),
    }
}

async fn around(room: &Booking, hold: &Hold) -> Result<Surroundings, Problem> {
    let (places, slot) = (room.places(), hold.slot);
    let found = room.db.read(move |conn| facts::around(conn, places, slot)).await?;
    found.ok_or_else(Problem::not_found)
}

async fn person(room: &Booking, patient: PatientId) -> Result<PatientFacts, Problem> {
    let found = room.db.read(move |conn| identity::read::patient(conn, patient)).await?;
    found.ok_or_else(Problem::not_found)
}

/// The visit, and until when it is kept: the time of day at the place.
fn shown(ctx: &Ctx, hold: &Hold, around: &Surroundings) -> (Visit, String) {
    let visit = Visit::of(ctx, hold.slot.time.start(), hold.slot.time.end(), around);
    (visit, when::time(ctx.lang(), around.place.zone.wall(hold.until)))
}

fn checkout<'a>(
    ctx: &'a Ctx,
    hold: &Hold,
    (visit, kept_until): (Visit, String),
    patient: &PatientFacts,
    (email, phone): (String, String),
) -> Checkout<'a> {
    Checkout {
        ctx,
        hold: hold.id,
        visit,
        kept_until,
        reason: hold.slot.reason,
        patient: patient.full_name(),
        email,
        phone,
        bad_email: false,
        bad_phone: false,
        key: ctx.fresh_key(),
    }
}

#[derive(Deserialize)]
pub(super) struct Confirmed {
    hold: HoldId,
    idempotency_key: String,
    email: String,
    phone: String,
}

pub(super) async fn book(
    room: web::Data<Booking>,
    caller: PatientCaller,
    form: web::Form<Confirmed>,
) -> Result<HttpResponse, Problem> {
    let (patient, ctx) = (caller.patient, &caller.ctx);
    let contact = match Change::read(&form.email, &form.phone, ctx.lang()) {
        Ok(contact) => contact,
        Err(faults) => return again(&room, ctx, patient, &form, &faults).await,
    };
    let changed = !is_known(&room, patient, &form).await?;
    let request = digest::sha256(&[b"page", form.hold.uuid().as_bytes()]);
    let key = Key { scope: patient.uuid(), key: IdempotencyKey::parse(&form.idempotency_key)?.0, request };
    let command = BookAppointment { patient, owner: ctx.visit(), what: What::Hold(form.hold) };
    let also = move |tx: &mut Tx<'_>| match changed && !identity::contact::change_in(tx, patient, &contact)? {
        true => Err(Failure::Unknown),
        false => Ok(()),
    };
    match room.book(key, command, also, answer).await {
        Ok(answer) => Ok(see_other(answer.location.as_deref().unwrap_or("/appointments"))),
        Err(refused) => match standing(&room, ctx, form.hold).await {
            // Confirmed already, from another tab.
            Ok(Standing::Booked) => Ok(see_other("/appointments")),
            _ => refusal::show(&room, ctx, refused).await,
        },
    }
}

/// What was shown and left as it was is not written again.
async fn is_known(room: &Booking, patient: PatientId, form: &Confirmed) -> Result<bool, Problem> {
    let before = person(room, patient).await?;
    Ok(before.email.unwrap_or_default() == form.email && before.phone.unwrap_or_default() == form.phone)
}

fn answer(booked: &Booked) -> Answer {
    let status = StatusCode::SEE_OTHER.as_u16();
    Answer { status, location: Some(format!("/appointments/{}", booked.id)), body: String::new() }
}

/// The same page with what is wrong in it; the time stays kept.
async fn again(
    room: &Booking,
    ctx: &Ctx,
    patient: PatientId,
    form: &Confirmed,
    faults: &[ContactFault],
) -> Result<HttpResponse, Problem> {
    let hold = match standing(room, ctx, form.hold).await? {
        Standing::Kept(hold) => hold,
        Standing::Booked => return Ok(see_other("/appointments")),
        Standing::Over(refused) => return refusal::show(room, ctx, refused).await,
    };
    let around = around(room, &hold).await?;
    let patient = person(room, patient).await?;
    let typed = (form.email.clone(), form.phone.clone());
    let mut answers = checkout(ctx, &hold, shown(ctx, &hold, &around), &patient, typed);
    answers.bad_email = faults.contains(&ContactFault::Email);
    answers.bad_phone = faults.contains(&ContactFault::Phone);
    page_with_status(StatusCode::UNPROCESSABLE_ENTITY, &answers)
}
