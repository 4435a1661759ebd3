//! `/preadmissions/{id}/receipt`: the signed proof of the last act, to print or to keep as files.

use ::web::{
    Ctx, PatientCaller, Problem,
    receipt::{ReceiptFile, SignedReceipt},
};
use actix_web::{HttpResponse, web};
use kernel::PreadmissionId;
use storage::proof;

use super::shown::{StayShown, document_title};
use crate::{Preadmission, read::PreadmissionFacts, store::files::SUBMITTED};

pub(super) async fn show(
    room: web::Data<Preadmission>,
    caller: PatientCaller,
    id: web::Path<PreadmissionId>,
) -> Result<HttpResponse, Problem> {
    receipt(&room, &caller, *id).await?.page(&caller.ctx)
}

pub(super) async fn file(
    room: web::Data<Preadmission>,
    caller: PatientCaller,
    path: web::Path<(PreadmissionId, ReceiptFile)>,
) -> Result<HttpResponse, Problem> {
    let (id, file) = path.into_inner();
    Ok(receipt(&room, &caller, id).await?.file(file))
}

async fn receipt(room: &Preadmission, caller: &PatientCaller, id: PreadmissionId) -> Result<SignedReceipt, Problem> {
    let facts = room.file_of(caller.patient, id).await?;
    if facts.submitted_at.is_none() {
        return Err(Problem::not_found());
    }
    let act = room.db.read(move |conn| proof::act_of(conn, SUBMITTED, id.as_object())).await?;
    let act = act.ok_or_else(|| Problem::unexpected("a sent file without its proof record"))?;
    let title = caller.ctx.t("preadmission-receipt-title");
    SignedReceipt::of(&room.keyring, title, &act, &lines(&caller.ctx, &facts), format!("/preadmissions/{id}"))
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
