//! Who acts for a patient, as the desk finds it by the patient's number, and ends it.

use actix_web::{HttpResponse, web as actix};
use askama::Template;
use openidconnect::url::form_urlencoded::byte_serialize;
use serde::Deserialize;
use web::{Ctx, Problem, StaffCaller, page, see_other};

use super::proxies::Line;
use crate::{
    Identity,
    proxies::{self, ProxyId},
};

#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    ipp: String,
    #[serde(default)]
    ended: Option<u8>,
}

#[derive(Deserialize)]
pub(super) struct Why {
    #[serde(default)]
    reason: String,
}

#[derive(Template)]
#[template(path = "desk_proxies.html")]
struct DeskProxies<'a> {
    ctx: &'a Ctx,
    ipp: &'a str,
    lines: Vec<Line>,
    ended: bool,
}

pub(super) async fn show(
    caller: StaffCaller,
    asked: actix::Query<Asked>,
    room: actix::Data<Identity>,
) -> Result<HttpResponse, Problem> {
    let (by, of, ipp) = (caller.staff, caller.establishments.clone(), asked.ipp.trim().to_owned());
    let number = ipp.clone();
    let found = room.db.write(move |tx| proxies::look_at(tx, (by, &of), &number)).await?;
    let lines = found.into_iter().map(|one| Line::of(&caller.ctx, &room, one)).collect();
    page(&DeskProxies { ctx: &caller.ctx, ipp: &ipp, lines, ended: asked.ended.is_some() })
}

pub(super) async fn end(
    caller: StaffCaller,
    id: actix::Path<ProxyId>,
    why: actix::Form<Why>,
    room: actix::Data<Identity>,
) -> Result<HttpResponse, Problem> {
    let (by, of, reason, today) = (caller.staff, caller.establishments, why.into_inner().reason, room.today());
    let ipp = room.db.write(move |tx| proxies::end_at_desk(tx, *id, (by, &of), (&reason, today))).await?;
    let ipp: String = byte_serialize(ipp.as_bytes()).collect();
    Ok(see_other(&format!("/desk/proxies?ipp={ipp}&ended=1")))
}
