//! `GET /api/v1/visit-reasons?service=`: why one comes to a service.

use ::web::Problem;
use actix_web::{HttpResponse, web};
use kernel::ServiceId;
use serde::Deserialize;
use utoipa::IntoParams;

use super::views::{Listed, ProblemView, VisitReasonView};
use crate::{Booking, store::catalogue};

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Filter {
    #[param(value_type = String, format = Uuid)]
    service: ServiceId,
}

#[utoipa::path(get, path = "/api/v1/visit-reasons", tag = "booking", operation_id = "list_visit_reasons", params(Filter),
    responses((status = 200, body = Listed<VisitReasonView>), (status = 404, body = ProblemView, content_type = "application/problem+json")))]
pub(super) async fn handler(room: web::Data<Booking>, filter: web::Query<Filter>) -> Result<HttpResponse, Problem> {
    let id = filter.service;
    let service = room.db.read(move |conn| catalogue::service(conn, id)).await?;
    service.ok_or_else(Problem::not_found)?;
    let reasons = room.db.read(move |conn| catalogue::reasons(conn, id)).await?;
    Ok(HttpResponse::Ok().json(Listed::<VisitReasonView>::of(reasons)))
}
