//! For whom the patient acts, and who acts for them.

use actix_web::{HttpResponse, web as actix};
use askama::Template;
use jiff::civil::Date;
use serde::Deserialize;
use web::{Ctx, PatientCaller, Problem, page, see_other, when};

use super::me::date_words;
use crate::{
    Identity,
    proxies::{self, Ending, ProxyId, Shown},
};

#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    ended: Option<u8>,
}

/// A bond in words, the same for both sides and for the desk.
pub(super) struct Line {
    pub(super) id: ProxyId,
    pub(super) person: String,
    pub(super) born: String,
    pub(super) proxy: String,
    pub(super) establishment: String,
    pub(super) quality: String,
    pub(super) since: String,
    pub(super) until: String,
    pub(super) accepted_by: String,
    /// When and how it ended; empty: it holds.
    pub(super) over: String,
    /// The desk's own words for it.
    pub(super) reason: String,
}

impl Line {
    pub(super) fn of(ctx: &Ctx, room: &Identity, shown: Shown) -> Self {
        let Shown { proxy: one, by, establishment, accepted_by } = shown;
        let day = |date: Date| when::plain_day(ctx.lang(), date);
        let ended = one.ended.as_ref().map(|ended| (room.zone.date(ended.at), ended.ending));
        let over = ended.or_else(|| (!one.holds(room.today())).then_some((one.until_on, Ending::Expired)));
        Self {
            id: one.id,
            person: one.person.full_name(),
            born: date_words(ctx.lang(), &one.person.birth_date),
            proxy: by,
            establishment,
            quality: ctx.t(&format!("identity-proxy-as-{}", one.quality.as_str())),
            since: day(room.zone.date(one.since)),
            until: day(one.until_on),
            accepted_by: accepted_by.unwrap_or_default(),
            over: over
                .map(|(at, ending)| ctx.t1(&format!("identity-proxy-over-{}", ending.as_str()), "day", day(at)))
                .unwrap_or_default(),
            reason: one.ended.map(|ended| ended.reason).unwrap_or_default(),
        }
    }
}

#[derive(Template)]
#[template(path = "proxies.html")]
struct ProxiesPage<'a> {
    ctx: &'a Ctx,
    acting: Vec<Line>,
    acted_for: Vec<Line>,
    /// Whether the reader may end what others do for them.
    of_age: bool,
    ended: bool,
}

pub(super) async fn show(
    caller: PatientCaller,
    asked: actix::Query<Asked>,
    room: actix::Data<Identity>,
) -> Result<HttpResponse, Problem> {
    let (me, ctx) = (caller.patient, &caller.ctx);
    let mine = room.db.read(move |conn| proxies::of_patient(conn, me)).await?;
    let of_age = mine.acted_for.iter().any(|one| one.proxy.person_is_of_age(room.today()));
    let lines = |all: Vec<Shown>| all.into_iter().map(|one| Line::of(ctx, &room, one)).collect();
    let (acting, acted_for) = (lines(mine.acting), lines(mine.acted_for));
    page(&ProxiesPage { ctx, acting, acted_for, of_age, ended: asked.ended.is_some() })
}

pub(super) async fn end(
    caller: PatientCaller,
    id: actix::Path<ProxyId>,
    room: actix::Data<Identity>,
) -> Result<HttpResponse, Problem> {
    let (me, today) = (caller.patient, room.today());
    room.db.write(move |tx| proxies::end_own(tx, *id, me, today)).await?;
    Ok(see_other("/me/proxies?ended=1"))
}
