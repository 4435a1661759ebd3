//! `GET /api/v1/preadmissions`: one's own, the latest first.

use ::web::{PatientCaller, Problem};
use actix_web::{HttpResponse, web};

use super::views::{FileView, ListView};
use crate::Preadmission;

#[utoipa::path(get, path = "/api/v1/preadmissions", tag = "preadmission", operation_id = "list_preadmissions",
    responses((status = 200, body = ListView)))]
pub(super) async fn handler(room: web::Data<Preadmission>, caller: PatientCaller) -> Result<HttpResponse, Problem> {
    let mine = room.files_of(caller.patient).await?;
    Ok(HttpResponse::Ok().json(ListView { items: mine.iter().map(FileView::from).collect() }))
}
