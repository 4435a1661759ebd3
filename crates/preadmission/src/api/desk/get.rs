//! `GET /api/v1/desk/preadmissions/{id}`: one file as the desk sees it.

use ::web::{Problem, StaffCaller};
use actix_web::{HttpResponse, web};
use kernel::PreadmissionId;

use super::views::ReviewView;
use crate::{Preadmission, api::views::ProblemView};

#[utoipa::path(get, path = "/api/v1/desk/preadmissions/{id}", tag = "preadmission", operation_id = "get_desk_preadmission",
    params(("id" = String, Path, format = Uuid)),
    responses((status = 200, body = ReviewView), (status = 404, body = ProblemView, content_type = "application/problem+json")))]
pub(in crate::api) async fn handler(
    room: web::Data<Preadmission>,
    caller: StaffCaller,
    id: web::Path<PreadmissionId>,
) -> Result<HttpResponse, Problem> {
    let review = room.review((&caller).into(), *id).await?;
    Ok(HttpResponse::Ok().json(ReviewView::of(&review)))
}
