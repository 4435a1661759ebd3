//! `/desk/preadmissions/looks`: who opened which picture of a page, and when; for who sees to data protection. The patient
//! is not named: they are found by name or number, and told by the number of their visit.

use ::web::{Ctx, Problem, StaffCaller, page};
use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use crate::{
    Preadmission,
    desk::{Clerk, SeenPage, question::escaped},
    pages::shown::document_title,
    store::pages::LookId,
};

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Which {
    /// Parts of a patient's names or numbers.
    text: String,
    /// The last one of the page before.
    before: String,
}

struct Line {
    when: String,
    who: String,
    document: String,
    page: i32,
    visit: String,
}

#[derive(Template)]
#[template(path = "preadmission-desk-looks.html")]
struct LooksPage<'a> {
    ctx: &'a Ctx,
    text: &'a str,
    lines: Vec<Line>,
    next: Option<String>,
}

pub(super) async fn show(
    room: web::Data<Preadmission>,
    caller: StaffCaller,
    which: web::Query<Which>,
) -> Result<HttpResponse, Problem> {
    let (ctx, clerk) = (&caller.ctx, Clerk::from(&caller));
    let before = match which.before.as_str() {
        "" => None,
        id => Some(id.parse().map_err(|_| Problem::invalid("/before", "preadmission-desk-filter-unknown"))?),
    };
    let zone = room.desk_zone(clerk.clone()).await?;
    let looks = room.looks(clerk, which.text.chars().take(100).collect(), before).await?;
    let line = |look: &SeenPage| Line {
        when: ctx.moment(look.look.at, &zone),
        who: look.name.clone(),
        document: document_title(ctx, &look.look.kind),
        page: look.look.page,
        visit: look.visit.clone(),
    };
    let next = |last: LookId| format!("/desk/preadmissions/looks?text={}&before={last}", escaped(&which.text));
    page(&LooksPage {
        ctx,
        text: &which.text,
        lines: looks.lines.iter().map(line).collect(),
        next: looks.next.map(next),
    })
}
