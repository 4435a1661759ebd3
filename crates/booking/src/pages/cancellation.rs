//! `/appointments/{id}/cancellation`: asks, then gives the appointment back.

use ::web::{Ctx, PatientCaller, Problem, page, see_other};
use actix_web::{HttpResponse, web};
use askama::Template;
use kernel::AppointmentId;

use super::shown::Visit;
use crate::{Booking, domain::appointment::State, store::appointments::CancelAppointment};

#[derive(Template)]
#[template(path = "booking-cancellation.html")]
struct Cancellation<'a> {
    ctx: &'a Ctx,
    id: AppointmentId,
    visit: Visit,
    cancellable: bool,
    cancellable_until: String,
}

pub(super) async fn ask(
    room: web::Data<Booking>,
    caller: PatientCaller,
    id: web::Path<AppointmentId>,
) -> Result<HttpResponse, Problem> {
    let ctx = &caller.ctx;
    let facts = room.appointment_of(caller.patient, *id).await?;
    if facts.state == State::Cancelled {
        return Ok(see_other(&format!("/appointments/{id}")));
    }
    page(&Cancellation {
        ctx,
        id: facts.id,
        visit: Visit::of(ctx, facts.starts_at, facts.ends_at, &facts.surroundings()),
        cancellable: facts.is_cancellable(ctx.now()),
        cancellable_until: ctx.moment(facts.cancellable_until(), &facts.place.zone),
    })
}

pub(super) async fn cancel(
    room: web::Data<Booking>,
    caller: PatientCaller,
    id: web::Path<AppointmentId>,
) -> Result<HttpResponse, Problem> {
    room.cancel(CancelAppointment { patient: caller.patient, appointment: *id }).await?;
    Ok(see_other(&format!("/appointments/{id}")))
}
