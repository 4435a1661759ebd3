//! `/desk/received`: what the SIH said, what became of it, and a second try for what was refused.

use actix_web::{
    HttpResponse,
    web::{Data, Path, Query},
};
use askama::Template;
use storage::Db;
use web::{Ctx, Problem, StaffCaller, page, see_other};

use crate::{
    desk::{Item, ReceivedDetail, ReceivedQuestion, UNREADABLE, process_again, received, received_detail},
    inbound::Inbox,
    store::{Received, ReceivedId},
};

#[derive(Template)]
#[template(path = "received.html")]
struct List<'a> {
    ctx: &'a Ctx,
    question: &'a ReceivedQuestion,
    items: Vec<Item>,
    older: Option<String>,
}

#[derive(Template)]
#[template(path = "received_one.html")]
struct One<'a> {
    ctx: &'a Ctx,
    detail: ReceivedDetail,
}

/// All there are, for the filter.
fn outcomes() -> impl Iterator<Item = &'static str> {
    Received::ALL.iter().map(|outcome| outcome.as_str()).chain([UNREADABLE])
}

fn tag(item: &Item) -> &'static str {
    match item.outcome {
        "refused" | UNREADABLE => "tag bad",
        "ignored" => "tag",
        _ => "tag good",
    }
}

fn at(ctx: &Ctx, item: &Item, instant: &jiff::Timestamp) -> String {
    match &item.zone {
        Some(zone) => ctx.moment(*instant, zone),
        None => instant.to_string(),
    }
}

/// Why it was refused; what is wrong with bytes that are no message is told in the words of who reads them.
fn reason(ctx: &Ctx, item: &Item) -> String {
    if item.is_refused() { ctx.t(&format!("sih-refusal-{}", item.reason)) } else { item.reason.clone() }
}

pub(crate) async fn list(
    caller: StaffCaller,
    question: Query<ReceivedQuestion>,
    db: Data<Db>,
) -> Result<HttpResponse, Problem> {
    let (items, next) = received(&db, &caller, &question).await?;
    let older = next.map(|last| question.older_than(last));
    page(&List { ctx: &caller.ctx, question: &question, items, older })
}

pub(crate) async fn show(caller: StaffCaller, id: Path<ReceivedId>, db: Data<Db>) -> Result<HttpResponse, Problem> {
    let detail = received_detail(&db, &caller, *id).await?;
    page(&One { ctx: &caller.ctx, detail })
}

pub(crate) async fn process(
    caller: StaffCaller,
    id: Path<ReceivedId>,
    inbox: Data<Inbox>,
) -> Result<HttpResponse, Problem> {
    process_again(&inbox, &caller, *id).await?;
    Ok(see_other(&format!("/desk/received/{id}")))
}
