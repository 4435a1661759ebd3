//! Choosing whom to be vouched for by, and leaving for there.

use actix_web::{HttpResponse, web as actix};
use askama::Template;
use serde::Deserialize;
use web::{Ctx, Problem, page, see_other};

use super::failed::{self, Failed};
use crate::{
    Identity,
    domain::return_to::{Side, checked},
    store::pending::{self, PendingLogin},
};

#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    return_to: String,
}

/// One button.
struct Choice<'a> {
    provider: &'a str,
    label: String,
}

#[derive(Template)]
#[template(path = "login.html")]
struct LoginPage<'a> {
    ctx: &'a Ctx,
    choices: Vec<Choice<'a>>,
    return_to: String,
    demonstration: bool,
}

#[derive(Template)]
#[template(path = "desk_login.html")]
struct DeskLoginPage<'a> {
    ctx: &'a Ctx,
    choices: Vec<Choice<'a>>,
    return_to: String,
}

pub(super) async fn for_patients(
    ctx: Ctx,
    asked: actix::Query<Asked>,
    room: actix::Data<Identity>,
) -> Result<HttpResponse, Problem> {
    let return_to = checked(&asked.return_to, Side::Patient);
    if ctx.is_patient() {
        return Ok(see_other(&return_to));
    }
    let choices = choices(&ctx, &room, Side::Patient);
    let demonstration = room.providers(Side::Patient).any(|provider| provider.settings().demonstration);
    page(&LoginPage { ctx: &ctx, choices, return_to, demonstration })
}

pub(super) async fn for_staff(
    ctx: Ctx,
    asked: actix::Query<Asked>,
    room: actix::Data<Identity>,
) -> Result<HttpResponse, Problem> {
    let return_to = checked(&asked.return_to, Side::Desk);
    if ctx.is_staff() {
        return Ok(see_other(&return_to));
    }
    page(&DeskLoginPage { ctx: &ctx, choices: choices(&ctx, &room, Side::Desk), return_to })
}

pub(super) async fn leave_as_patient(
    ctx: Ctx,
    provider: actix::Path<String>,
    asked: actix::Form<Asked>,
    room: actix::Data<Identity>,
) -> Result<HttpResponse, Problem> {
    leave(&ctx, &room, Side::Patient, &provider, &asked.return_to).await
}

pub(super) async fn leave_as_staff(
    ctx: Ctx,
    provider: actix::Path<String>,
    asked: actix::Form<Asked>,
    room: actix::Data<Identity>,
) -> Result<HttpResponse, Problem> {
    leave(&ctx, &room, Side::Desk, &provider, &asked.return_to).await
}

/// Remembers the login, bound to this browser, and sends it to the provider.
async fn leave(ctx: &Ctx, room: &Identity, side: Side, name: &str, asked: &str) -> Result<HttpResponse, Problem> {
    let provider = room.provider(side, name).ok_or_else(Problem::not_found)?;
    let return_to = checked(asked, side);
    let begun = match provider.begin().await {
        Ok(begun) => begun,
        Err(failure) => {
            failed::log(ctx, provider, &failure);
            return failed::page(ctx, provider, side, &return_to, Failed::from(&failure));
        }
    };
    let (state, visit, provider_name) = (begun.state, ctx.visit(), name.to_owned());
    let (pending, kept_return) = (begun.pending, return_to.clone());
    let written = room.db.write(move |tx| {
        let (provider, pending, return_to) = (provider_name.clone(), pending.clone(), kept_return.clone());
        pending::begin(tx, &state, &PendingLogin { visit, provider, pending, return_to })
    });
    match written.await {
        Ok(()) => Ok(see_other(begun.url.as_str())),
        Err(pending::PendingFault::Storage(error)) => Err(error.into()),
        Err(full) => {
            failed::log(ctx, provider, &full);
            failed::page(ctx, provider, side, &return_to, Failed::TooMany)
        }
    }
}

fn choices<'a>(ctx: &Ctx, room: &'a Identity, side: Side) -> Vec<Choice<'a>> {
    let label = |demonstration: bool| match (side, demonstration) {
        (Side::Patient, false) => ctx.t("identity-login-franceconnect"),
        (Side::Patient, true) => ctx.t("identity-login-demonstration"),
        (Side::Desk, _) => ctx.t("identity-desk-login-button"),
    };
    room.providers(side)
        .map(|provider| Choice { provider: provider.name(), label: label(provider.settings().demonstration) })
        .collect()
}
