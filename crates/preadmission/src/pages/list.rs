//! `/preadmissions`: one's own files.

use ::web::{Ctx, PatientCaller, Problem, page};
use actix_web::{HttpResponse, web};
use askama::Template;

use super::shown::{StayShown, sentence};
use crate::Preadmission;

#[derive(Template)]
#[template(path = "preadmission-list.html")]
struct List<'a> {
    ctx: &'a Ctx,
    files: Vec<(StayShown, &'static str)>,
}

pub(super) async fn show(room: web::Data<Preadmission>, caller: PatientCaller) -> Result<HttpResponse, Problem> {
    let mine = room.files_of(caller.patient).await?;
    let card = |facts| (StayShown::of(&caller.ctx, facts), sentence(room.situation(facts)));
    page(&List { ctx: &caller.ctx, files: mine.iter().map(card).collect() })
}
