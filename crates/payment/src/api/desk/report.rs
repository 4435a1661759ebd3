//! `GET /api/v1/desk/payment-reports/{id}`: a report with its three lists.

use ::web::{Problem, StaffCaller};
use actix_web::{HttpResponse, web};
use serde::Deserialize;
use utoipa::IntoParams;

use super::views::ReportView;
use crate::{Payments, desk::Cashier, store::reports::ReportId};

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(in crate::api) struct Place {
    /// Lines after this one.
    after: i32,
}

#[utoipa::path(get, path = "/api/v1/desk/payment-reports/{id}", tag = "payment", operation_id = "get_payment_report",
    params(("id" = String, Path, format = Uuid), Place),
    responses((status = 200, body = ReportView), (status = 404, description = "Absent, or of another establishment.")))]
pub(in crate::api) async fn handler(
    room: web::Data<Payments>,
    caller: StaffCaller,
    id: web::Path<ReportId>,
    place: web::Query<Place>,
) -> Result<HttpResponse, Problem> {
    let report = room.report(&Cashier::from(&caller), *id, place.after).await?;
    Ok(HttpResponse::Ok().json(ReportView::from(&report)))
}
