//! Leaving: first here, for good; then at the provider, whose own session would let the next person in.

use actix_web::{HttpResponse, web as actix};
use askama::Template;
use serde::Deserialize;
use web::{
    Ctx, Problem, page, see_other,
    session::{self, Kind, Session},
};

use crate::{Identity, domain::return_to::Side, store::pending};

#[derive(Deserialize)]
pub(super) struct Back {
    #[serde(default)]
    state: String,
}

#[derive(Template)]
#[template(path = "logout_done.html")]
struct DonePage<'a> {
    ctx: &'a Ctx,
    complete: bool,
}

#[derive(Template)]
#[template(path = "desk_logout_done.html")]
struct DeskDonePage<'a> {
    ctx: &'a Ctx,
    complete: bool,
}

pub(super) async fn patient(ctx: Ctx, room: actix::Data<Identity>) -> Result<HttpResponse, Problem> {
    leave(&ctx, &room, Side::Patient).await
}

pub(super) async fn staff(ctx: Ctx, room: actix::Data<Identity>) -> Result<HttpResponse, Problem> {
    leave(&ctx, &room, Side::Desk).await
}

pub(super) async fn patient_done(
    ctx: Ctx,
    back: actix::Query<Back>,
    room: actix::Data<Identity>,
) -> Result<HttpResponse, Problem> {
    page(&DonePage { ctx: &ctx, complete: returned(&room, &back).await? })
}

pub(super) async fn staff_done(
    ctx: Ctx,
    back: actix::Query<Back>,
    room: actix::Data<Identity>,
) -> Result<HttpResponse, Problem> {
    page(&DeskDonePage { ctx: &ctx, complete: returned(&room, &back).await? })
}

async fn leave(ctx: &Ctx, room: &Identity, side: Side) -> Result<HttpResponse, Problem> {
    let (kind, done) = match side {
        Side::Patient => (Kind::Patient, "/logout/done"),
        Side::Desk => (Kind::Staff, "/desk/logout/done"),
    };
    let state = room.db.world().secret();
    let mut next = None;
    if let Some(session) = ctx.session() {
        close(room, session.clone(), state.clone()).await?;
        next = provider_logout(room, side, session, &state).await;
    }
    let mut response = see_other(next.as_deref().unwrap_or(done));
    for cookie in [ctx.forget_cookie(kind), ctx.forget_visit()] {
        response.add_cookie(&cookie).map_err(Problem::unexpected)?;
    }
    response.headers_mut().insert(
        actix_web::http::header::HeaderName::from_static("clear-site-data"),
        actix_web::http::header::HeaderValue::from_static("\"cache\", \"storage\""),
    );
    Ok(response)
}

/// Our own half: the session is gone before the browser goes anywhere.
async fn close(room: &Identity, session: Session, state: String) -> Result<(), storage::StorageError> {
    let work = move |tx: &mut storage::Tx<'_>| {
        session::close(tx, &session)?;
        pending::begin_logout(tx, &state)
    };
    room.db.write(work).await
}

async fn provider_logout(room: &Identity, side: Side, session: &Session, state: &str) -> Option<String> {
    let provider = room.provider(side, &session.details.provider)?;
    let hint = session.details.id_token.clone()?.into();
    provider.logout_address(&hint, state).await.map(|url| url.to_string())
}

/// Whether the browser comes from a provider to which we sent it for this.
async fn returned(room: &Identity, back: &Back) -> Result<bool, storage::StorageError> {
    let state = back.state.clone();
    if state.is_empty() {
        return Ok(false);
    }
    room.db.write(move |tx| pending::take_logout(tx, &state)).await
}
