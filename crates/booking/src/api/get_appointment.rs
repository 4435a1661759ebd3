//! `GET /api/v1/appointments/{id}`: one of one's own.

use ::web::{PatientCaller, Problem};
use actix_web::{HttpResponse, web};
use kernel::AppointmentId;

use super::views::{AppointmentView, ProblemView};
use crate::Booking;

#[utoipa::path(get, path = "/api/v1/appointments/{id}", tag = "booking", operation_id = "get_appointment",
    params(("id" = String, Path, format = Uuid)),
    responses((status = 200, body = AppointmentView), (status = 404, body = ProblemView, content_type = "application/problem+json")))]
pub(super) async fn handler(
    room: web::Data<Booking>,
    caller: PatientCaller,
    id: web::Path<AppointmentId>,
) -> Result<HttpResponse, Problem> {
    let facts = room.appointment_of(caller.patient, *id).await?;
    Ok(HttpResponse::Ok().json(AppointmentView::from(facts)))
}
