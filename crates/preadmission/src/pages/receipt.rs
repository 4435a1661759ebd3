//! `/preadmissions/{id}/receipt`: the signed proof of the last act, to print or to keep as files.

use ::web::{Ctx, PatientCaller, Problem, page};
use actix_web::{HttpResponse, http::header, web};
use askama::Template;
use kernel::PreadmissionId;
use storage::proof::{self, Receipt};

use super::shown::{StayShown, document_title};
use crate::{Preadmission, read::PreadmissionFacts, store::files::SUBMITTED};

#[derive(Template)]
#[template(path = "preadmission-receipt.html")]
struct ReceiptPage<'a> {
    ctx: &'a Ctx,
    id: PreadmissionId,
    title: String,
    receipt: Receipt,
    signature: String,
}

pub(super) async fn show(
    room: web::Data<Preadmission>,
    caller: PatientCaller,
    id: web::Path<PreadmissionId>,
) -> Result<HttpResponse, Problem> {
    let (title, receipt) = receipt(&room, &caller, *id).await?;
    let signature = receipt.signature_base64();
    page(&ReceiptPage { ctx: &caller.ctx, id: *id, title, receipt, signature })
}

pub(super) async fn text(
    room: web::Data<Preadmission>,
    caller: PatientCaller,
    id: web::Path<PreadmissionId>,
) -> Result<HttpResponse, Problem> {
    let (_, receipt) = receipt(&room, &caller, *id).await?;
    Ok(file("text/plain; charset=utf-8", "accuse.txt", receipt.text.into_bytes()))
}

pub(super) async fn signature(
    room: web::Data<Preadmission>,
    caller: PatientCaller,
    id: web::Path<PreadmissionId>,
) -> Result<HttpResponse, Problem> {
    let (_, receipt) = receipt(&room, &caller, *id).await?;
    Ok(file("application/octet-stream", "accuse.sig", receipt.signature))
}

/// The public key that verifies it: the hospital's, the same for everybody.
pub(super) async fn key(
    room: web::Data<Preadmission>,
    caller: PatientCaller,
    id: web::Path<PreadmissionId>,
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

async fn receipt(
    room: &Preadmission,
    caller: &PatientCaller,
    id: PreadmissionId,
) -> Result<(String, Receipt), Problem> {
    let facts = room.file_of(caller.patient, id).await?;
    if facts.submitted_at.is_none() {
        return Err(Problem::not_found());
    }
    let act = room.db.read(move |conn| proof::act_of(conn, SUBMITTED, id.as_object())).await?;
    let act = act.ok_or_else(|| Problem::unexpected("a sent file without its proof record"))?;
    let title = caller.ctx.t("preadmission-receipt-title");
    let receipt = Receipt::sign(&room.keyring, &title, &act, &lines(&caller.ctx, &facts));
    Ok((title, receipt))
}

fn lines(ctx: &Ctx, facts: &PreadmissionFacts) -> Vec<(String, String)> {
    let stay = StayShown::of(ctx, facts);
    let line = |key: &str, value: String| (ctx.t(key), value);
    let kept: Vec<String> = facts
        .documents
        .iter()
        .filter(|document| !document.state.is_over())
        .map(|document| document_title(ctx, &document.kind))
        .collect();
    vec![
        line("preadmission-when", stay.when),
        line("preadmission-where", format!("{}, {}", stay.place, stay.address.join(", "))),
        line("preadmission-version", facts.version.to_string()),
        line("preadmission-documents", kept.join(", ")),
    ]
}
