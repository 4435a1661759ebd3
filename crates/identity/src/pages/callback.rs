//! The browser comes back from a provider.

use actix_web::{HttpResponse, web as actix};
use serde::Deserialize;
use serde_json::{Map, Value};
use storage::StorageError;
use web::{
    Ctx, Problem, see_other,
    session::{self, Details, Kind, Principal},
};

use super::failed::{self, Failed};
use crate::{
    Identity, admit,
    domain::{granted::granted, return_to::Side, traits::Traits},
    oidc::{self, Provider},
    read::PatientFacts,
    store::{
        directory,
        patients::AccountKey,
        pending::{self, PendingLogin},
    },
};

/// What a provider may put in the address; anything else is ignored, `error_description` above all.
#[derive(Deserialize)]
pub(super) struct Back {
    code: Option<String>,
    state: Option<String>,
    iss: Option<String>,
    error: Option<String>,
}

pub(super) async fn as_patient(
    ctx: Ctx,
    provider: actix::Path<String>,
    back: actix::Query<Back>,
    room: actix::Data<Identity>,
) -> Result<HttpResponse, Problem> {
    come_back(&ctx, &room, Side::Patient, &provider, &back).await
}

pub(super) async fn as_staff(
    ctx: Ctx,
    provider: actix::Path<String>,
    back: actix::Query<Back>,
    room: actix::Data<Identity>,
) -> Result<HttpResponse, Problem> {
    come_back(&ctx, &room, Side::Desk, &provider, &back).await
}

async fn come_back(ctx: &Ctx, room: &Identity, side: Side, name: &str, back: &Back) -> Result<HttpResponse, Problem> {
    let provider = room.provider(side, name).ok_or_else(Problem::not_found)?;
    let Some(login) = take(ctx, room, provider, back.state.as_deref().unwrap_or_default()).await? else {
        failed::log(ctx, provider, &"no such login was begun here");
        return Ok(failed::told_at(provider, side, side.home(), Failed::Stale));
    };
    let opened = match redeem(ctx, provider, back, &login).await {
        Ok(identity) => enter(ctx, room, side, provider, identity).await?,
        Err(why) => Err(why),
    };
    match opened {
        Ok(cookie) => {
            let kind = if side == Side::Desk { Kind::Staff } else { Kind::Patient };
            let mut response = see_other(&login.return_to);
            response.add_cookie(&ctx.session_cookie(kind, cookie)).map_err(Problem::unexpected)?;
            Ok(response)
        }
        Err(why) => Ok(failed::told_at(provider, side, &login.return_to, why)),
    }
}

/// The login this browser began, whatever else the address says.
async fn take(
    ctx: &Ctx,
    room: &Identity,
    provider: &Provider,
    state: &str,
) -> Result<Option<PendingLogin>, StorageError> {
    let (state, visit, name) = (state.to_owned(), ctx.visit(), provider.name().to_owned());
    room.db.write(move |tx| pending::take(tx, &state, visit, &name)).await
}

async fn redeem(ctx: &Ctx, provider: &Provider, back: &Back, login: &PendingLogin) -> Result<oidc::Identity, Failed> {
    let Some(code) = back.code.as_deref().filter(|_| back.error.is_none()) else {
        failed::log(ctx, provider, &"the provider sent no code");
        return Err(Failed::of_callback(back.error.as_deref().unwrap_or_default()));
    };
    provider.redeem(code, back.iss.as_deref(), &login.pending).await.map_err(|failure| {
        failed::log(ctx, provider, &failure);
        Failed::from(&failure)
    })
}

/// Finds or makes the account and opens the session, in one transaction; the cookie's value.
async fn enter(
    ctx: &Ctx,
    room: &Identity,
    side: Side,
    provider: &Provider,
    identity: oidc::Identity,
) -> Result<Result<String, Failed>, Problem> {
    let key = AccountKey { issuer: identity.issuer, client_id: identity.client_id, subject: identity.subject };
    let details = Details {
        provider: provider.name().to_owned(),
        acr: identity.acr.unwrap_or_default(),
        id_token: Some(secrecy::ExposeSecret::expose_secret(&identity.id_token).to_owned()),
        ..Details::default()
    };
    match side {
        Side::Patient => match Traits::read(&identity.claims) {
            Ok(traits) => Ok(Ok(enter_patient(ctx, room, key, traits, details).await?)),
            Err(_) => Ok(Err(Failed::Unnamed)),
        },
        Side::Desk => enter_staff(ctx, room, provider, key, &identity.claims, details).await,
    }
}

async fn enter_patient(
    ctx: &Ctx,
    room: &Identity,
    key: AccountKey,
    traits: Traits,
    details: Details,
) -> Result<String, StorageError> {
    let (visit, former, lang) = (ctx.visit(), ctx.session().cloned(), ctx.lang().code());
    let hours = ctx.settings().session.patient_hours;
    let work = move |tx: &mut storage::Tx<'_>| {
        let acr = Some(details.acr.as_str()).filter(|acr| !acr.is_empty());
        let patient = admit::patient(tx, &key, &traits, acr, lang)?;
        if let Some(former) = &former {
            session::close(tx, former)?;
        }
        let details = Details { name: PatientFacts::from(patient.clone()).full_name(), ..details.clone() };
        session::open(tx, Principal::Patient(patient.id), visit, &details, hours)
    };
    room.db.write(work).await
}

async fn enter_staff(
    ctx: &Ctx,
    room: &Identity,
    provider: &Provider,
    key: AccountKey,
    claims: &Map<String, Value>,
    details: Details,
) -> Result<Result<String, Failed>, Problem> {
    let Some(granted) = provider.settings().roles.as_ref().and_then(|roles| granted(roles, claims)) else {
        return Ok(Err(Failed::NoRole));
    };
    let name = display_name(claims);
    let (visit, former) = (ctx.visit(), ctx.session().cloned());
    let hours = ctx.settings().session.staff_hours;
    let work = move |tx: &mut storage::Tx<'_>| -> Result<Option<String>, StorageError> {
        let establishments = directory::of_finess(tx.conn(), &granted.establishments)?;
        if establishments.is_empty() {
            return Ok(None);
        }
        let id = admit::staff(tx, &key, &name, &granted)?;
        if let Some(former) = &former {
            session::close(tx, former)?;
        }
        let roles = granted.roles.iter().cloned().collect();
        let details = Details { name: name.clone(), roles, establishments, ..details.clone() };
        session::open(tx, Principal::Staff(id), visit, &details, hours).map(Some)
    };
    Ok(room.db.write(work).await?.ok_or(Failed::NoRole))
}

/// `name`, else first and last name, else whatever the directory calls the account.
fn display_name(claims: &Map<String, Value>) -> String {
    let text = |name: &str| claims.get(name).and_then(Value::as_str).map(str::trim).unwrap_or_default();
    let both = format!("{} {}", text("given_name"), text("family_name"));
    let candidates = [text("name"), both.trim(), text("preferred_username"), text("email")];
    let chosen = candidates.into_iter().find(|candidate| !candidate.is_empty()).unwrap_or_default();
    chosen.chars().filter(|sign| !sign.is_control()).take(120).collect()
}
