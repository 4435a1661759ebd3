//! `GET /api/v1/slots`: the first free times for a visit reason.

use ::web::{Ctx, Problem};
use actix_web::{HttpResponse, web};
use jiff::Timestamp;
use kernel::{PractitionerId, SiteId, VisitReasonId};
use serde::Deserialize;
use utoipa::IntoParams;

use super::views::{Listed, ProblemView, SlotView};
use crate::{Booking, availability::Wanted, store::catalogue};

const USUAL: usize = 20;
const MOST: usize = 100;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Search {
    #[param(value_type = String, format = Uuid)]
    visit_reason: VisitReasonId,
    #[param(value_type = Option<String>, format = Uuid)]
    practitioner: Option<PractitionerId>,
    #[param(value_type = Option<String>, format = Uuid)]
    site: Option<SiteId>,
    /// Nothing before this instant.
    #[param(value_type = Option<String>, format = DateTime)]
    from: Option<Timestamp>,
    /// 1 to 100, 20 if absent.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<usize>,
}

#[utoipa::path(get, path = "/api/v1/slots", tag = "booking", operation_id = "search_slots", params(Search),
    responses(
        (status = 200, description = "An empty list means that nothing is free; that it is unknown is a 503.", body = Listed<SlotView>),
        (status = 404, body = ProblemView, content_type = "application/problem+json"),
        (status = 422, body = ProblemView, content_type = "application/problem+json"),
    ))]
pub(super) async fn handler(
    room: web::Data<Booking>,
    ctx: Ctx,
    search: web::Query<Search>,
) -> Result<HttpResponse, Problem> {
    let Search { visit_reason, practitioner, site, from, limit } = search.into_inner();
    let limit = limit.unwrap_or(USUAL);
    if !(1..=MOST).contains(&limit) {
        return Err(Problem::invalid("/limit", "limit"));
    }
    let wanted = Wanted { practitioner, site, from: from.unwrap_or_else(|| ctx.now()), before: None, limit };
    let offers = room.search(&ctx, visit_reason, wanted).await?;
    if offers.is_empty() {
        let known = room.db.read(move |conn| catalogue::reason(conn, visit_reason)).await?;
        known.ok_or_else(Problem::not_found)?;
    }
    Ok(HttpResponse::Ok().json(Listed { items: offers.iter().map(SlotView::from).collect() }))
}
