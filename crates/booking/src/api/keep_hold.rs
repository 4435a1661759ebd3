//! `POST /api/v1/holds`: keep a time for ten minutes. Asking again for what one keeps answers the same hold.

use ::web::{Ctx, Problem};
use actix_web::{HttpResponse, web};
use jiff::Timestamp;
use kernel::{AgendaId, SiteId, VisitReasonId};
use serde::Deserialize;
use utoipa::ToSchema;

use super::views::{HoldView, ProblemView};
use crate::{Booking, domain::Wish, room::Whose};

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewHold)]
pub(super) struct NewHold {
    #[schema(value_type = String, format = Uuid)]
    visit_reason: VisitReasonId,
    #[schema(value_type = String, format = DateTime)]
    starts_at: Timestamp,
    /// Whose time; if absent, that of anybody who is free then.
    #[schema(value_type = Option<String>, format = Uuid)]
    agenda: Option<AgendaId>,
    /// Without an agenda: only on this site.
    #[schema(value_type = Option<String>, format = Uuid)]
    site: Option<SiteId>,
}

#[utoipa::path(post, path = "/api/v1/holds", tag = "booking", operation_id = "keep_hold", request_body = NewHold,
    responses(
        (status = 201, body = HoldView),
        (status = 409, description = "Someone else has this time.", body = ProblemView, content_type = "application/problem+json"),
        (status = 422, body = ProblemView, content_type = "application/problem+json"),
        (status = 429, body = ProblemView, content_type = "application/problem+json"),
    ))]
pub(super) async fn handler(
    room: web::Data<Booking>,
    ctx: Ctx,
    new: web::Json<NewHold>,
) -> Result<HttpResponse, Problem> {
    let NewHold { visit_reason: reason, starts_at, agenda, site } = new.into_inner();
    let whose = agenda.map_or(Whose::Anyone(site), Whose::Agenda);
    let hold = room.keep(ctx.visit(), whose, Wish { reason, starts_at }).await?;
    let location = format!("/api/v1/holds/{}", hold.id);
    Ok(HttpResponse::Created().insert_header(("location", location)).json(HoldView::from(hold)))
}
