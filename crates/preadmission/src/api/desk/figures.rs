//! `GET /api/v1/desk/preadmission-figures`: what is counted, by month of entry and establishment.

use ::web::{Problem, StaffCaller};
use actix_web::{HttpResponse, web};

use super::views::FiguresView;
use crate::{Preadmission, desk::count::Period};

#[utoipa::path(get, path = "/api/v1/desk/preadmission-figures", tag = "preadmission", operation_id = "preadmission_figures",
    params(Period),
    responses((status = 200, body = FiguresView), (status = 422, description = "Not a period of 1 to 36 months.")))]
pub(in crate::api) async fn handler(
    room: web::Data<Preadmission>,
    caller: StaffCaller,
    period: web::Query<Period>,
) -> Result<HttpResponse, Problem> {
    let counted = room.figures((&caller).into(), &period, caller.ctx.now()).await?;
    Ok(HttpResponse::Ok().json(FiguresView::from(&counted)))
}
