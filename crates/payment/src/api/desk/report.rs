//! `GET /api/v1/desk/payment-reports/{id}`: a report with its three lists.

use ::web::{Problem, StaffCaller};
use actix_web::{HttpResponse, web};
use serde::Deserialize;
use utoipa::IntoParams;

use super::views::ReportView;
use crate::{
    Payments,
    desk::{
        Cashier,
        reports::{self, Listed},
    },
    store::reports::ReportId,
};

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(in crate::api) struct Place {
    /// unknown, waiting, absent or matched: this list alone; the beginning of each when empty.
    list: String,
    /// After so many of it.
    after: u32,
}

#[utoipa::path(get, path = "/api/v1/desk/payment-reports/{id}", tag = "payment", operation_id = "get_payment_report",
    params(("id" = String, Path, format = Uuid), Place),
    responses((status = 200, body = ReportView), (status = 404, description = "Absent, or of another establishment."), (status = 422, description = "No such list.")))]
pub(in crate::api) async fn handler(
    room: web::Data<Payments>,
    caller: StaffCaller,
    id: web::Path<ReportId>,
    place: web::Query<Place>,
) -> Result<HttpResponse, Problem> {
    let list = match place.list.as_str() {
        "" => None,
        name => Some(Listed::named(name).ok_or_else(|| Problem::invalid("/list", "payment-desk-unknown"))?),
    };
    let report = room.report(&Cashier::from(&caller), *id, reports::Place { list, after: place.after }).await?;
    Ok(HttpResponse::Ok().json(ReportView::from(&report)))
}
