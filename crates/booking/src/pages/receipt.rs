//! `/appointments/{id}/receipt`: the signed proof of the last act, to print or to keep as files.

use ::web::{Ctx, PatientCaller, Problem, page};
use actix_web::{HttpResponse, http::header, web};
use askama::Template;
use kernel::AppointmentId;
use storage::proof::{self, Receipt};

use crate::{
    Booking,
    domain::appointment::State,
    read::AppointmentFacts,
    store::appointments::{BOOKED, CANCELLED},
};

#[derive(Template)]
#[template(path = "booking-receipt.html")]
struct ReceiptPage<'a> {
    ctx: &'a Ctx,
    id: AppointmentId,
    title: String,
    receipt: Receipt,
    signature: String,
}

pub(super) async fn show(
    room: web::Data<Booking>,
    caller: PatientCaller,
    id: web::Path<AppointmentId>,
) -> Result<HttpResponse, Problem> {
    let (title, receipt) = receipt(&room, &caller, *id).await?;
    let signature = receipt.signature_base64();
    page(&ReceiptPage { ctx: &caller.ctx, id: *id, title, receipt, signature })
}

pub(super) async fn text(
    room: web::Data<Booking>,
    caller: PatientCaller,
    id: web::Path<AppointmentId>,
) -> Result<HttpResponse, Problem> {
    let (_, receipt) = receipt(&room, &caller, *id).await?;
    Ok(file("text/plain; charset=utf-8", "accuse.txt", receipt.text.into_bytes()))
}

pub(super) async fn signature(
    room: web::Data<Booking>,
    caller: PatientCaller,
    id: web::Path<AppointmentId>,
) -> Result<HttpResponse, Problem> {
    let (_, receipt) = receipt(&room, &caller, *id).await?;
    Ok(file("application/octet-stream", "accuse.sig", receipt.signature))
}

/// The public key that verifies it: the hospital's, the same for everybody.
pub(super) async fn key(
    room: web::Data<Booking>,
    caller: PatientCaller,
    id: web::Path<AppointmentId>,
) -> Result<HttpResponse, Problem> {
    let (_, receipt) = receipt(&room, &caller, *id).await?;
    let keys = room.keyring.public_pem();
    let pem = keys.into_iter().find(|(key, _)| *key == receipt.key_id).map(|(_, pem)| pem);
    let pem = pem.ok_or_else(|| Problem::unexpected("a receipt signed by an unknown key"))?;
    Ok(file("application/x-pem-file", "cle.pem", pem.into_bytes()))
}

fn file(kind: &str, name: &str, content: Vec<u8>) -> HttpResponse {
    let disposition = format!("attachment; filename=\"{name}\"");
    HttpResponse::Ok().content_type(kind).insert_header((header::CONTENT_DISPOSITION, disposition)).body(content)
}

async fn receipt(room: &Booking, caller: &PatientCaller, id: AppointmentId) -> Result<(String, Receipt), Problem> {
    let facts = room.appointment_of(caller.patient, id).await?;
    let (kind, title) = match facts.state {
        State::Booked => (BOOKED, "booking-receipt-booked"),
        State::Cancelled => (CANCELLED, "booking-receipt-cancelled"),
    };
    let act = room.db.read(move |conn| proof::act_of(conn, kind, id.as_object())).await?;
    let act = act.ok_or_else(|| Problem::unexpected("an appointment without its proof record"))?;
    let title = caller.ctx.t(title);
    let receipt = Receipt::sign(&room.keyring, &title, &act, &lines(&caller.ctx, &facts));
    Ok((title, receipt))
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
