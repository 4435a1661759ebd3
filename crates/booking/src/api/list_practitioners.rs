//! `GET /api/v1/practitioners`: who receives, in which service and on which site.

use ::web::Problem;
use actix_web::{HttpResponse, web};
use kernel::ServiceId;
use serde::Deserialize;
use utoipa::IntoParams;

use super::views::{Listed, ReceivingView};
use crate::{Booking, store::catalogue};

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Filter {
    #[param(value_type = Option<String>, format = Uuid)]
    service: Option<ServiceId>,
}

#[utoipa::path(get, path = "/api/v1/practitioners", tag = "booking", operation_id = "list_practitioners", params(Filter),
    responses((status = 200, body = Listed<ReceivingView>)))]
pub(super) async fn handler(room: web::Data<Booking>, filter: web::Query<Filter>) -> Result<HttpResponse, Problem> {
    let all = room.db.read(move |conn| catalogue::practitioners(conn, filter.service)).await?;
    Ok(HttpResponse::Ok().json(Listed::<ReceivingView>::of(all)))
}
