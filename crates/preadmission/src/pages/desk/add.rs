//! `/desk/preadmissions/{id}/documents`: a clerk adds a paper that was handed in. It is checked like any other.

use ::web::{Ctx, Problem, StaffCaller, page, page_with_status, see_other};
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use kernel::PreadmissionId;

use super::person_of;
use crate::{
    Preadmission,
    documents::Giver,
    pages::{shown::document_title, upload::give_all},
    read::PreadmissionFacts,
};

#[derive(Template)]
#[template(path = "preadmission-desk-add.html")]
struct AddPage<'a> {
    ctx: &'a Ctx,
    id: PreadmissionId,
    person: String,
    /// Codes and words of what may be added now.
    kinds: Vec<(String, String)>,
    megabytes: String,
    key: String,
    refused: Vec<String>,
}

pub(super) async fn show(
    room: web::Data<Preadmission>,
    caller: StaffCaller,
    id: web::Path<PreadmissionId>,
) -> Result<HttpResponse, Problem> {
    let facts = room.look_at(*id, caller.staff, caller.establishments.clone()).await?;
    page(&add_page(&caller.ctx, &room, &facts, Vec::new()))
}

fn add_page<'a>(ctx: &'a Ctx, room: &Preadmission, facts: &PreadmissionFacts, refused: Vec<String>) -> AddPage<'a> {
    let asked = facts.completeness().documents;
    let all = asked.into_iter().flat_map(|one| std::iter::once(one.kind).chain(one.or));
    let mut kinds: Vec<String> = Vec::new();
    for kind in all.filter(|kind| facts.clerk_may_give(kind)) {
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    AddPage {
        ctx,
        id: facts.id,
        person: person_of(ctx, facts),
        kinds: kinds.into_iter().map(|kind| (kind.clone(), document_title(ctx, &kind))).collect(),
        megabytes: room.settings.press.limits.received_mb.to_string(),
        key: ctx.fresh_key(),
        refused,
    }
}

pub(super) async fn send(
    room: web::Data<Preadmission>,
    caller: StaffCaller,
    id: web::Path<PreadmissionId>,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, Problem> {
    let facts = room.file_at_desk(*id, caller.establishments.clone()).await?;
    let by = Giver::Clerk(caller.staff, caller.establishments.clone());
    let refused = give_all(&room, &caller.ctx, (*id, by, None), (&request, payload)).await?;
    let Some((status, _)) = refused.first() else {
        return Ok(see_other(&format!("/desk/preadmissions/{id}")));
    };
    let status = *status;
    let words = refused.into_iter().map(|(_, words)| words).collect();
    page_with_status(status, &add_page(&caller.ctx, &room, &facts, words))
}
