//! `/appointments/{id}`: the confirmation, and the appointment as it stands later.

use ::web::{Ctx, PatientCaller, Problem, page};
use actix_web::{HttpResponse, web};
use askama::Template;
use kernel::AppointmentId;

use super::shown::Visit;
use crate::{Booking, domain::appointment::State, read::AppointmentFacts};

#[derive(Template)]
#[template(path = "booking-appointment.html")]
struct AppointmentPage<'a> {
    ctx: &'a Ctx,
    id: AppointmentId,
    reference: &'a str,
    visit: Visit,
    cancelled: bool,
    cancelled_when: String,
    coming: bool,
    cancellable: bool,
    cancellable_until: String,
}

impl<'a> AppointmentPage<'a> {
    /// What is to come is shown as good news.
    fn tone(&self) -> &'static str {
        if self.coming { " good" } else { "" }
    }

    fn of(ctx: &'a Ctx, facts: &'a AppointmentFacts) -> Self {
        let zone = &facts.place.zone;
        Self {
            ctx,
            id: facts.id,
            reference: &facts.reference,
            visit: Visit::of(ctx, facts.starts_at, facts.ends_at, &facts.surroundings()),
            cancelled: facts.state == State::Cancelled,
            cancelled_when: facts.cancelled_at.map(|at| ctx.moment(at, zone)).unwrap_or_default(),
            coming: facts.state == State::Booked && facts.ends_at > ctx.now(),
            cancellable: facts.is_cancellable(ctx.now()),
            cancellable_until: ctx.moment(facts.cancellable_until(), zone),
        }
    }
}

pub(super) async fn show(
    room: web::Data<Booking>,
    caller: PatientCaller,
    id: web::Path<AppointmentId>,
) -> Result<HttpResponse, Problem> {
    let facts = room.appointment_of(caller.patient, *id).await?;
    page(&AppointmentPage::of(&caller.ctx, &facts))
}
