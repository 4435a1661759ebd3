//! `GET /api/v1/desk/payment-figures`: what is counted, by month of issue and establishment.

use ::web::{Problem, StaffCaller};
use actix_web::{HttpResponse, web};

use super::views::FiguresView;
use crate::{
    Payments,
    desk::{Cashier, count::Period},
};

#[utoipa::path(get, path = "/api/v1/desk/payment-figures", tag = "payment", operation_id = "payment_figures",
    params(Period),
    responses((status = 200, body = FiguresView), (status = 422, description = "Not a period of 1 to 36 months.")))]
pub(in crate::api) async fn handler(
    room: web::Data<Payments>,
    caller: StaffCaller,
    period: web::Query<Period>,
) -> Result<HttpResponse, Problem> {
    let counted = room.figures(&Cashier::from(&caller), &period).await?;
    Ok(HttpResponse::Ok().json(FiguresView::from(&counted)))
}
