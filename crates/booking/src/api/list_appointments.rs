//! `GET /api/v1/appointments`: one's own, the latest first.

use ::web::{PatientCaller, Problem};
use actix_web::{HttpResponse, web};

use super::views::{AppointmentView, Listed};
use crate::Booking;

#[utoipa::path(get, path = "/api/v1/appointments", tag = "booking", operation_id = "list_appointments",
    responses((status = 200, body = Listed<AppointmentView>)))]
pub(super) async fn handler(room: web::Data<Booking>, caller: PatientCaller) -> Result<HttpResponse, Problem> {
    let mine = room.appointments_of(caller.patient).await?;
    Ok(HttpResponse::Ok().json(Listed::<AppointmentView>::of(mine)))
}
