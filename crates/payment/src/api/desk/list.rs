//! `GET /api/v1/desk/payments`: the payments of a day, with totals that add up.

use ::web::{Problem, StaffCaller};
use actix_web::{HttpResponse, web};
use jiff::civil::Date;
use kernel::EstablishmentId;
use serde::Deserialize;
use utoipa::IntoParams;

use super::views::DayView;
use crate::{
    Payments,
    desk::{Cashier, look::Chosen},
};

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(in crate::api) struct Question {
    /// In the time of the desk's first site; today when left out.
    #[param(value_type = Option<String>, format = Date)]
    day: Option<Date>,
    /// One of the desk's establishments; all when left out.
    #[param(value_type = Option<String>, format = Uuid)]
    establishment: Option<EstablishmentId>,
    /// The creditor's key; all when empty.
    creditor: String,
    /// Payments come 100 at a time: the first are page 1.
    #[param(minimum = 1)]
    page: Option<u32>,
}

#[utoipa::path(get, path = "/api/v1/desk/payments", tag = "payment", operation_id = "list_desk_payments",
    params(Question), responses((status = 200, body = DayView)))]
pub(in crate::api) async fn handler(
    room: web::Data<Payments>,
    caller: StaffCaller,
    question: web::Query<Question>,
) -> Result<HttpResponse, Problem> {
    let cashier = Cashier::from(&caller);
    let today = room.desk_zone(&cashier).await?.date(caller.ctx.now());
    let Question { day, establishment, creditor, page } = question.into_inner();
    let chosen = Chosen { establishment, creditor };
    let day = room.day(&cashier, day.unwrap_or(today), (&chosen, page.unwrap_or(1))).await?;
    Ok(HttpResponse::Ok().json(DayView::from(&day)))
}
