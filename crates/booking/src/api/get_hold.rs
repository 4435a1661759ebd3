//! `GET /api/v1/holds/{id}`.

use ::web::{Ctx, Problem};
use actix_web::{HttpResponse, web};
use kernel::HoldId;

use super::views::{HoldView, ProblemView};
use crate::{Booking, store::holds::HoldStanding};

#[utoipa::path(get, path = "/api/v1/holds/{id}", tag = "booking", operation_id = "get_hold",
    params(("id" = String, Path, format = Uuid)),
    responses(
        (status = 200, body = HoldView),
        (status = 404, body = ProblemView, content_type = "application/problem+json"),
        (status = 410, description = "It has expired.", body = ProblemView, content_type = "application/problem+json"),
    ))]
pub(super) async fn handler(
    room: web::Data<Booking>,
    ctx: Ctx,
    id: web::Path<HoldId>,
) -> Result<HttpResponse, Problem> {
    let hold = room.hold(ctx.visit(), *id).await?.ok_or_else(Problem::not_found)?;
    match hold.standing(ctx.now()) {
        HoldStanding::Live => Ok(HttpResponse::Ok().json(HoldView::from(hold))),
        HoldStanding::Expired => Err(room.expired(ctx.visit(), &hold).await.into()),
        HoldStanding::Used | HoldStanding::Released => Err(Problem::not_found()),
    }
}
