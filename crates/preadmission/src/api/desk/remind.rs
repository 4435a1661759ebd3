//! `POST /api/v1/desk/preadmission-reminders`: patients reminded of files that they did not send yet.

use ::web::{IdempotencyKey, Problem, StaffCaller};
use actix_web::{HttpResponse, web};
use kernel::PreadmissionId;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    Preadmission,
    api::views::ProblemView,
    desk::remind::{MOST, Reminded},
};

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DeskReminders)]
pub(in crate::api) struct ToRemind {
    /// 1 to 200 files; one of another establishment counts as closed, like an absent one.
    #[schema(value_type = Vec<String>)]
    files: Vec<PreadmissionId>,
}

impl ToRemind {
    fn ids(self) -> Result<Vec<PreadmissionId>, Problem> {
        let fits = (1..=MOST).contains(&self.files.len());
        if fits { Ok(self.files) } else { Err(Problem::invalid("/files", "preadmission-desk-filter-unknown")) }
    }
}

#[utoipa::path(post, path = "/api/v1/desk/preadmission-reminders", tag = "preadmission", operation_id = "remind_patients",
    description = "All of them in one transaction: the same key, the same answer, and nobody is told twice.",
    request_body = ToRemind,
    params(("Idempotency-Key" = String, Header, description = "1 to 255 visible characters, new for each batch")),
    responses(
        (status = 200, body = Reminded),
        (status = 422, description = "No file or too many, or the key of another batch.", body = ProblemView, content_type = "application/problem+json"),
    ))]
pub(in crate::api) async fn remind(
    room: web::Data<Preadmission>,
    caller: StaffCaller,
    key: IdempotencyKey,
    files: web::Json<ToRemind>,
) -> Result<HttpResponse, Problem> {
    let reminded = room.remind(key.0, (&caller).into(), files.into_inner().ids()?).await?;
    Ok(HttpResponse::Ok().json(reminded))
}

#[utoipa::path(post, path = "/api/v1/desk/preadmission-reminders/preview", tag = "preadmission",
    operation_id = "preview_reminders", description = "What reminding these would do now; nobody is told.",
    request_body = ToRemind,
    responses(
        (status = 200, body = Reminded),
        (status = 422, description = "No file or too many.", body = ProblemView, content_type = "application/problem+json"),
    ))]
pub(in crate::api) async fn preview(
    room: web::Data<Preadmission>,
    caller: StaffCaller,
    files: web::Json<ToRemind>,
) -> Result<HttpResponse, Problem> {
    let reminded = room.would_remind((&caller).into(), files.into_inner().ids()?).await?;
    Ok(HttpResponse::Ok().json(reminded))
}
