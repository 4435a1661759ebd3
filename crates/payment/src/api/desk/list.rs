//! `GET /api/v1/desk/payments`: the payments of a day, with totals that add up.

use ::web::{Problem, StaffCaller};
use actix_web::{HttpResponse, web};
use jiff::civil::Date;
use serde::Deserialize;
use utoipa::IntoParams;

use super::views::DayView;
use crate::{Payments, desk::Cashier};

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(in crate::api) struct Question {
    /// In the time of the desk's first site; today when left out.
    #[param(value_type = Option<String>, format = Date)]
    day: Option<Date>,
    /// The creditor's key; all when empty.
    creditor: String,
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
    let day = room.day(&cashier, question.day.unwrap_or(today), &question.creditor).await?;
    Ok(HttpResponse::Ok().json(DayView::from(&day)))
}
