//! Who read or changed something of the patient, in their own words.

use actix_web::{HttpResponse, web as actix};
use askama::Template;
use kernel::{AccessTraceId, PatientId};
use serde::Deserialize;
use web::{Ctx, PatientCaller, Problem, page};

use crate::{
    Identity,
    store::traces::{self, TraceRow},
    traces::{Action, ActorKind},
};

/// Lines on one page.
const LINES: usize = 50;

#[derive(Deserialize)]
pub(super) struct Asked {
    before: Option<AccessTraceId>,
}

struct Line {
    when: String,
    who: String,
    what: String,
}

#[derive(Template)]
#[template(path = "access_log.html")]
struct AccessLogPage<'a> {
    ctx: &'a Ctx,
    lines: Vec<Line>,
    older: Option<AccessTraceId>,
}

pub(super) async fn show(
    caller: PatientCaller,
    asked: actix::Query<Asked>,
    room: actix::Data<Identity>,
) -> Result<HttpResponse, Problem> {
    let (id, before) = (caller.patient, asked.before);
    let mut rows = room.db.read(move |conn| traces::latest(conn, id, before, LINES as i64 + 1)).await?;
    let more = rows.len() > LINES;
    rows.truncate(LINES);
    let older = rows.last().map(|row| row.id).filter(|_| more);
    let lines = rows.iter().map(|row| line(&caller.ctx, &room, (id, row))).collect();
    page(&AccessLogPage { ctx: &caller.ctx, lines, older })
}

fn line(ctx: &Ctx, room: &Identity, (patient, row): (PatientId, &TraceRow)) -> Line {
    let who = match row.actor_kind {
        ActorKind::Patient if row.actor != patient.as_object() => "identity-log-for-you",
        ActorKind::Patient => "identity-log-you",
        ActorKind::Staff => "identity-log-staff",
        ActorKind::System => "identity-log-system",
    };
    let what = match row.action {
        Action::Login => ctx.t("identity-log-login"),
        Action::Read => ctx.t_with("identity-log-read", &[("what", &named(ctx, &row.what))]),
        Action::Changed => ctx.t_with("identity-log-changed", &[("what", &named(ctx, &row.what))]),
    };
    Line { when: ctx.moment(row.at, &room.zone), who: ctx.t(who), what }
}

/// The names of things in the reader's words; a name this room does not know stays as it is.
fn named(ctx: &Ctx, what: &str) -> String {
    let word = |name: &str| {
        let key = format!("identity-thing-{}", name.replace(['_', '.'], "-"));
        if ctx.front().i18n().has(ctx.lang(), &key) { ctx.t(&key) } else { name.to_owned() }
    };
    what.split(", ").map(word).collect::<Vec<_>>().join(", ")
}
