//! `/appointments/{id}/receipt`: the signed proof of the last act, to print or to keep as files.

use ::web::{
    Ctx, PatientCaller, Problem,
    receipt::{ReceiptFile, SignedReceipt},
};
use actix_web::{HttpResponse, web};
use kernel::AppointmentId;
use storage::proof;

use crate::{
    Booking,
    domain::appointment::State,
    read::AppointmentFacts,
    store::appointments::{BOOKED, CANCELLED},
};

pub(super) async fn show(
    room: web::Data<Booking>,
    caller: PatientCaller,
    id: web::Path<AppointmentId>,
) -> Result<HttpResponse, Problem> {
    receipt(&room, &caller, *id).await?.page(&caller.ctx)
}

pub(super) async fn file(
    room: web::Data<Booking>,
    caller: PatientCaller,
    path: web::Path<(AppointmentId, ReceiptFile)>,
) -> Result<HttpResponse, Problem> {
    let (id, file) = path.into_inner();
    Ok(receipt(&room, &caller, id).await?.file(file))
}

async fn receipt(room: &Booking, caller: &PatientCaller, id: AppointmentId) -> Result<SignedReceipt, Problem> {
    let facts = room.appointment_of(caller.patient, id).await?;
    let (kind, title) = match facts.state {
        State::Booked => (BOOKED, "booking-receipt-booked"),
        State::Cancelled => (CANCELLED, "booking-receipt-cancelled"),
    };
    let act = room.db.read(move |conn| proof::act_of(conn, kind, id.as_object())).await?;
    let act = act.ok_or_else(|| Problem::unexpected("an appointment without its proof record"))?;
    let facts = lines(&caller.ctx, &facts);
    SignedReceipt::of(&room.keyring, caller.ctx.t(title), &act, &facts, format!("/appointments/{id}"))
}

fn lines(ctx: &Ctx, facts: &AppointmentFacts) -> Vec<(String, String)> {
    let line = |key: &str, value: String| (ctx.t(key), value);
    vec![
        line("booking-reference", facts.reference.clone()),
        line("booking-when", ctx.moment(facts.starts_at, &facts.place.zone)),
        line("booking-where", format!("{}, {}", facts.place.name, facts.place.address.join(", "))),
        line("booking-service", facts.service.name.clone()),
        line("booking-reason", facts.reason.label.clone()),
        line("booking-practitioner", facts.practitioner.name()),
    ]
}
