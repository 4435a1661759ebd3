//! `POST /api/v1/appointments`: book the time one keeps, or a time directly. Same key, same request: same answer.

use ::web::{IdempotencyKey, PatientCaller, Problem};
use actix_web::{HttpResponse, http::StatusCode, web};
use jiff::Timestamp;
use kernel::{AgendaId, HoldId, VisitReasonId, digest};
use serde::Deserialize;
use storage::idempotency::{Answer, Key};
use utoipa::ToSchema;

use super::views::{BookedView, ProblemView};
use crate::{
    Booking,
    domain::Wish,
    store::appointments::{BookAppointment, Booked, What},
};

/// Either `hold` or `slot`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewAppointment)]
pub(super) struct NewAppointment {
    #[schema(value_type = Option<String>, format = Uuid)]
    hold: Option<HoldId>,
    slot: Option<ChosenSlot>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ChosenSlot {
    #[schema(value_type = String, format = Uuid)]
    visit_reason: VisitReasonId,
    #[schema(value_type = String, format = Uuid)]
    agenda: AgendaId,
    #[schema(value_type = String, format = DateTime)]
    starts_at: Timestamp,
}

#[utoipa::path(post, path = "/api/v1/appointments", tag = "booking", operation_id = "book_appointment", request_body = NewAppointment,
    params(("Idempotency-Key" = String, Header, description = "1 to 255 visible characters, new for each booking")),
    responses(
        (status = 201, body = BookedView),
        (status = 404, body = ProblemView, content_type = "application/problem+json"),
        (status = 409, description = "Someone else has this time.", body = ProblemView, content_type = "application/problem+json"),
        (status = 410, description = "The time was no longer kept.", body = ProblemView, content_type = "application/problem+json"),
        (status = 422, body = ProblemView, content_type = "application/problem+json"),
    ))]
pub(super) async fn handler(
    room: web::Data<Booking>,
    caller: PatientCaller,
    key: IdempotencyKey,
    new: web::Json<NewAppointment>,
) -> Result<HttpResponse, Problem> {
    let what = match new.into_inner() {
        NewAppointment { hold: Some(hold), slot: None } => What::Hold(hold),
        NewAppointment { hold: None, slot: Some(slot) } => {
            What::Slot { agenda: slot.agenda, wish: Wish { reason: slot.visit_reason, starts_at: slot.starts_at } }
        }
        _ => return Err(Problem::invalid("", "hold-or-slot")),
    };
    let (patient, owner) = (caller.patient, caller.ctx.visit());
    let request = digest::sha256(&[b"api", format!("{what:?}").as_bytes()]);
    let key = Key { scope: patient.uuid(), key: key.0, request };
    let answer = room.book(key, BookAppointment { patient, owner, what }, |_| Ok(()), answer).await?;
    let mut response = HttpResponse::build(StatusCode::from_u16(answer.status).map_err(Problem::unexpected)?);
    response.insert_header(("location", answer.location.unwrap_or_default()));
    Ok(response.content_type("application/json").body(answer.body))
}

fn answer(booked: &Booked) -> Answer {
    let view = BookedView {
        id: booked.id,
        reference: booked.reference.clone(),
        state: "booked",
        starts_at: booked.slot.time.start(),
        ends_at: booked.slot.time.end(),
    };
    let body = serde_json::to_string(&view).unwrap_or_default();
    Answer { status: 201, location: Some(format!("/api/v1/appointments/{}", booked.id)), body }
}
