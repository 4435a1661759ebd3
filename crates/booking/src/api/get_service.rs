//! `GET /api/v1/services/{id}`.

use ::web::Problem;
use actix_web::{HttpResponse, web};
use kernel::ServiceId;

use super::views::{ProblemView, ServiceView};
use crate::{Booking, store::catalogue};

#[utoipa::path(get, path = "/api/v1/services/{id}", tag = "booking", operation_id = "get_service",
    params(("id" = String, Path, format = Uuid)),
    responses((status = 200, body = ServiceView), (status = 404, body = ProblemView, content_type = "application/problem+json")))]
pub(super) async fn handler(room: web::Data<Booking>, id: web::Path<ServiceId>) -> Result<HttpResponse, Problem> {
    let service = room.db.read(move |conn| catalogue::service(conn, *id)).await?;
    Ok(HttpResponse::Ok().json(ServiceView::from(service.ok_or_else(Problem::not_found)?)))
}
