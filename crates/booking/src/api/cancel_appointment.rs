//! `POST /api/v1/appointments/{id}/cancellation`: give an appointment back.

use ::web::{PatientCaller, Problem};
use actix_web::{HttpResponse, web};
use kernel::AppointmentId;

use super::views::{AppointmentView, ProblemView};
use crate::{Booking, store::appointments::CancelAppointment};

#[utoipa::path(post, path = "/api/v1/appointments/{id}/cancellation", tag = "booking", operation_id = "cancel_appointment",
    params(("id" = String, Path, format = Uuid)),
    responses(
        (status = 200, body = AppointmentView),
        (status = 404, body = ProblemView, content_type = "application/problem+json"),
        (status = 409, description = "Already cancelled.", body = ProblemView, content_type = "application/problem+json"),
        (status = 422, description = "Too late: call instead.", body = ProblemView, content_type = "application/problem+json"),
    ))]
pub(super) async fn handler(
    room: web::Data<Booking>,
    caller: PatientCaller,
    id: web::Path<AppointmentId>,
) -> Result<HttpResponse, Problem> {
    room.cancel(CancelAppointment { patient: caller.patient, appointment: *id }).await?;
    let facts = room.appointment_of(caller.patient, *id).await?;
    Ok(HttpResponse::Ok().json(AppointmentView::from(facts)))
}
