//! `GET /api/v1/services`: what can be booked, and where.

use ::web::Problem;
use actix_web::{HttpResponse, web};
use kernel::EstablishmentId;
use serde::Deserialize;
use utoipa::IntoParams;

use super::views::{Listed, ServiceView};
use crate::{
    Booking,
    store::catalogue::{self, ServiceFilter},
};

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Filter {
    #[param(value_type = Option<String>, format = Uuid)]
    establishment: Option<EstablishmentId>,
    /// Code of TRE_R38, such as SM04.
    speciality: Option<String>,
    /// Plain words, all of which must be found.
    text: Option<String>,
}

#[utoipa::path(get, path = "/api/v1/services", tag = "booking", operation_id = "list_services", params(Filter),
    responses((status = 200, body = Listed<ServiceView>), (status = 422, body = super::views::ProblemView, content_type = "application/problem+json")))]
pub(super) async fn handler(room: web::Data<Booking>, filter: web::Query<Filter>) -> Result<HttpResponse, Problem> {
    let filter = filter.into_inner();
    let speciality = filter.speciality.map(|code| code.parse()).transpose();
    let filter = ServiceFilter {
        establishment: filter.establishment,
        speciality: speciality.map_err(|_| Problem::invalid("/speciality", "speciality"))?,
        text: filter.text.unwrap_or_default(),
    };
    let services = room.db.read(move |conn| catalogue::services(conn, &filter)).await?;
    Ok(HttpResponse::Ok().json(Listed::<ServiceView>::of(services)))
}
