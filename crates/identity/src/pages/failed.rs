//! A login that did not succeed: said plainly, with a way to try again. What the provider wrote is never shown.

use actix_web::{
    HttpResponse,
    http::{StatusCode, header},
    web as actix,
};
use askama::Template;
use openidconnect::url::form_urlencoded::byte_serialize;
use serde::Deserialize;
use web::{Ctx, Problem, page_with_status, see_other};

use crate::{
    Identity,
    domain::return_to::{Side, checked},
    oidc::{LoginFailure, Provider},
};

/// Why, as far as the person needs to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Failed {
    /// The state is unknown, used, too old, or another browser's.
    Stale,
    /// The person turned back, or the provider refused them.
    Denied,
    /// No role, or no establishment of this house.
    NoRole,
    /// The provider gives no usable name.
    Unnamed,
    TooMany,
    /// The provider does not answer, or says that it cannot.
    Unavailable,
    /// What came back cannot be believed.
    Untrusted,
}

/// What the address of the page says; nothing of what the provider wrote.
#[derive(Deserialize)]
pub(super) struct Told {
    why: Failed,
    #[serde(default)]
    return_to: String,
}

#[derive(Template)]
#[template(path = "login_failed.html")]
struct FailedPage<'a> {
    ctx: &'a Ctx,
    title: String,
    detail: String,
    action: String,
    return_to: &'a str,
}

#[derive(Template)]
#[template(path = "desk_login_failed.html")]
struct DeskFailedPage<'a> {
    ctx: &'a Ctx,
    title: String,
    detail: String,
    action: String,
    return_to: &'a str,
}

impl Failed {
    /// As its word in addresses and in the keys of texts.
    const fn word(self) -> &'static str {
        match self {
            Self::Stale => "stale",
            Self::Denied => "denied",
            Self::NoRole => "no-role",
            Self::Unnamed => "unnamed",
            Self::TooMany => "too-many",
            Self::Unavailable => "unavailable",
            Self::Untrusted => "untrusted",
        }
    }

    const fn status(self) -> StatusCode {
        match self {
            Self::Stale => StatusCode::BAD_REQUEST,
            Self::Denied | Self::NoRole | Self::Unnamed | Self::Untrusted => StatusCode::FORBIDDEN,
            Self::TooMany | Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// An error parameter of the callback (RFC 6749 §4.1.2.1, OpenID Connect Core 3.1.2.6).
    pub(super) fn of_callback(error: &str) -> Self {
        match error {
            "access_denied" | "login_required" | "consent_required" | "interaction_required" => Self::Denied,
            "temporarily_unavailable" | "server_error" => Self::Unavailable,
            _ => Self::Untrusted,
        }
    }
}

impl From<&LoginFailure> for Failed {
    fn from(failure: &LoginFailure) -> Self {
        if failure.is_passing() { Self::Unavailable } else { Self::Untrusted }
    }
}

pub(super) async fn for_patients(
    ctx: Ctx,
    name: actix::Path<String>,
    told: actix::Query<Told>,
    room: actix::Data<Identity>,
) -> Result<HttpResponse, Problem> {
    let provider = room.provider(Side::Patient, &name).ok_or_else(Problem::not_found)?;
    page(&ctx, provider, Side::Patient, &checked(&told.return_to, Side::Patient), told.why)
}

pub(super) async fn for_staff(
    ctx: Ctx,
    name: actix::Path<String>,
    told: actix::Query<Told>,
    room: actix::Data<Identity>,
) -> Result<HttpResponse, Problem> {
    let provider = room.provider(Side::Desk, &name).ok_or_else(Problem::not_found)?;
    page(&ctx, provider, Side::Desk, &checked(&told.return_to, Side::Desk), told.why)
}

/// To the page that tells it: code and state leave the address.
pub(super) fn told_at(provider: &Provider, side: Side, return_to: &str, why: Failed) -> HttpResponse {
    let return_to: String = byte_serialize(return_to.as_bytes()).collect();
    let start = side.login();
    see_other(&format!("{start}/{}/failed?why={}&return_to={return_to}", provider.name(), why.word()))
}

pub(super) fn page(
    ctx: &Ctx,
    provider: &Provider,
    side: Side,
    return_to: &str,
    why: Failed,
) -> Result<HttpResponse, Problem> {
    let key = format!("identity-failed-{}", why.word());
    let (title, detail) = (ctx.t(&key), ctx.t(&format!("{key}-detail")));
    let action = format!("{}/{}", side.login(), provider.name());
    let mut response = match side {
        Side::Patient => page_with_status(why.status(), &FailedPage { ctx, title, detail, action, return_to }),
        Side::Desk => page_with_status(why.status(), &DeskFailedPage { ctx, title, detail, action, return_to }),
    }?;
    if why.status() == StatusCode::SERVICE_UNAVAILABLE {
        response.headers_mut().insert(header::RETRY_AFTER, header::HeaderValue::from_static("30"));
    }
    Ok(response)
}

/// For the log: whose provider, and why, without token, code or trait.
pub(super) fn log(ctx: &Ctx, provider: &Provider, why: &dyn std::fmt::Display) {
    tracing::warn!(request = ctx.request_id(), provider = provider.name(), %why, "a login did not succeed");
}
