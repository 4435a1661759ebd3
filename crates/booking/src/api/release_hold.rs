//! `DELETE /api/v1/holds/{id}`: give the time back.

use ::web::{Ctx, Problem};
use actix_web::{HttpResponse, web};
use kernel::HoldId;

use super::views::ProblemView;
use crate::Booking;

#[utoipa::path(delete, path = "/api/v1/holds/{id}", tag = "booking", operation_id = "release_hold",
    params(("id" = String, Path, format = Uuid)),
    responses((status = 204), (status = 404, body = ProblemView, content_type = "application/problem+json")))]
pub(super) async fn handler(
    room: web::Data<Booking>,
    ctx: Ctx,
    id: web::Path<HoldId>,
) -> Result<HttpResponse, Problem> {
    room.release(ctx.visit(), *id).await?;
    Ok(HttpResponse::NoContent().finish())
}
