//! `/appointments`: one's own, those to come first.

use ::web::{Ctx, PatientCaller, Problem, page};
use actix_web::{HttpResponse, web};
use askama::Template;
use kernel::AppointmentId;

use crate::{Booking, domain::appointment::State, read::AppointmentFacts};

struct Card {
    id: AppointmentId,
    when: String,
    service: String,
    place: String,
    practitioner: String,
    cancelled: bool,
}

impl Card {
    fn of(ctx: &Ctx, facts: &AppointmentFacts) -> Self {
        Self {
            id: facts.id,
            when: ctx.moment(facts.starts_at, &facts.place.zone),
            service: facts.service.name.clone(),
            place: facts.place.name.clone(),
            practitioner: facts.practitioner.name(),
            cancelled: facts.state == State::Cancelled,
        }
    }
}

#[derive(Template)]
#[template(path = "booking-appointments.html")]
struct Appointments<'a> {
    ctx: &'a Ctx,
    coming: Vec<Card>,
    over: Vec<Card>,
}

pub(super) async fn show(room: web::Data<Booking>, caller: PatientCaller) -> Result<HttpResponse, Problem> {
    let ctx = &caller.ctx;
    let mine = room.appointments_of(caller.patient).await?;
    let is_coming = |facts: &&AppointmentFacts| facts.state == State::Booked && facts.ends_at > ctx.now();
    let (coming, over): (Vec<_>, Vec<_>) = mine.iter().partition(is_coming);
    // They come latest first; the next one to attend stands on top.
    let coming = coming.into_iter().rev().map(|facts| Card::of(ctx, facts)).collect();
    let over = over.into_iter().map(|facts| Card::of(ctx, facts)).collect();
    page(&Appointments { ctx, coming, over })
}
