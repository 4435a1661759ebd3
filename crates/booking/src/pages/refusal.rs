//! A refusal that other times may help: the next three as buttons.

use ::web::{Ctx, Problem, page_with_status};
use actix_web::{HttpResponse, http::StatusCode};
use askama::Template;
use kernel::VisitReasonId;

use super::shown::Time;
use crate::{Booking, room::Refused, store::facts};

#[derive(Template)]
#[template(path = "booking-refusal.html")]
struct RefusalPage<'a> {
    ctx: &'a Ctx,
    title: String,
    detail: String,
    reason: VisitReasonId,
    times: Vec<Time>,
}

/// The page for this refusal, or the house's own where other times would not help.
pub(super) async fn show(room: &Booking, ctx: &Ctx, refused: Refused) -> Result<HttpResponse, Problem> {
    let (reason, alternatives) = (refused.reason, refused.alternatives.clone());
    let problem = Problem::from(refused.failure);
    let Some(reason) = reason.filter(|_| problem.kind.status < 500 && problem.kind.status != 404) else {
        return Err(problem);
    };
    let places = room.places();
    let around = room.db.read(move |conn| {
        let each = alternatives.iter().map(|offer| Ok((*offer, facts::around(conn, places, offer.slot)?)));
        each.collect::<Result<Vec<_>, storage::StorageError>>()
    });
    let times = around.await?.into_iter().filter_map(|(offer, around)| {
        let around = around?;
        Some(Time::of(ctx, &offer.slot, Some(&around.practitioner), &around.place))
    });
    let (title, detail) = ctx.words(&problem);
    let status = StatusCode::from_u16(problem.kind.status).unwrap_or(StatusCode::CONFLICT);
    page_with_status(status, &RefusalPage { ctx, title, detail, reason, times: times.collect() })
}
