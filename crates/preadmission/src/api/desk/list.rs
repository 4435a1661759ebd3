//! `GET /api/v1/desk/preadmissions`: the worklist, by entry or by submission, 50 a page.

use ::web::{Problem, StaffCaller};
use actix_web::{HttpResponse, web};

use super::views::{LineView, WorklistView};
use crate::{
    Preadmission,
    desk::{
        Clerk,
        question::{Question, place},
    },
};

#[utoipa::path(get, path = "/api/v1/desk/preadmissions", tag = "preadmission", operation_id = "list_desk_preadmissions",
    params(Question),
    responses((status = 200, body = WorklistView), (status = 422, description = "A filter that does not exist.")))]
pub(in crate::api) async fn handler(
    room: web::Data<Preadmission>,
    caller: StaffCaller,
    question: web::Query<Question>,
) -> Result<HttpResponse, Problem> {
    let clerk = Clerk::from(&caller);
    let zone = room.desk_zone(clerk.clone()).await?;
    let wanted = question.wanted(caller.staff, &zone, caller.ctx.now())?;
    let list = room.worklist(clerk, wanted).await?;
    Ok(HttpResponse::Ok().json(WorklistView {
        items: list.lines.iter().map(|line| LineView::of(line, &list.names)).collect(),
        next: list.next.map(place),
        counts: list.counts.iter().map(|(status, count)| (status.name(), *count)).collect(),
    }))
}
