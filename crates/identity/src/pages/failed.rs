//! A login that did not succeed: said plainly, with a way to try again. What the provider wrote is never shown.

use actix_web::{
    HttpResponse,
    http::{StatusCode, header},
};
use askama::Template;
use web::{Ctx, Problem, page_with_status};

use crate::{
    domain::return_to::Side,
    oidc::{LoginFailure, Provider},
};

/// Why, as far as the person needs to know.
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
    Untrusted(LoginFailure),
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
    const fn key(&self) -> &'static str {
        match self {
            Self::Stale => "identity-failed-stale",
            Self::Denied => "identity-failed-denied",
            Self::NoRole => "identity-failed-no-role",
            Self::Unnamed => "identity-failed-unnamed",
            Self::TooMany => "identity-failed-too-many",
            Self::Unavailable => "identity-failed-unavailable",
            Self::Untrusted(_) => "identity-failed-untrusted",
        }
    }

    const fn status(&self) -> StatusCode {
        match self {
            Self::Stale => StatusCode::BAD_REQUEST,
            Self::Denied | Self::NoRole | Self::Unnamed => StatusCode::FORBIDDEN,
            Self::TooMany | Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            // Not our failure to answer, but an answer we do not take.
            Self::Untrusted(_) => StatusCode::FORBIDDEN,
        }
    }

    /// For the log: no token, no code, no trait.
    fn reason(&self) -> String {
        match self {
            Self::Untrusted(failure) => failure.to_string(),
            other => other.key().to_owned(),
        }
    }

    /// An error parameter of the callback (RFC 6749 §4.1.2.1, OpenID Connect Core 3.1.2.6).
    pub(super) fn of_callback(error: &str) -> Self {
        match error {
            "access_denied" | "login_required" | "consent_required" | "interaction_required" => Self::Denied,
            "temporarily_unavailable" | "server_error" => Self::Unavailable,
            _ => Self::Untrusted(LoginFailure::CodeRefused(known(error).to_owned())),
        }
    }
}

impl From<LoginFailure> for Failed {
    fn from(failure: LoginFailure) -> Self {
        if failure.is_passing() { Self::Unavailable } else { Self::Untrusted(failure) }
    }
}

/// Error codes that may stand in a log; anything else could be anything.
fn known(error: &str) -> &str {
    let codes =
        ["invalid_request", "invalid_scope", "unauthorized_client", "unsupported_response_type", "invalid_idp_hint"];
    codes.into_iter().find(|code| *code == error).unwrap_or("another error")
}

pub(super) fn failed(
    ctx: &Ctx,
    provider: &Provider,
    side: Side,
    return_to: &str,
    why: &Failed,
) -> Result<HttpResponse, Problem> {
    tracing::warn!(
        request = ctx.request_id(),
        provider = provider.name(),
        why = why.reason(),
        "a login did not succeed"
    );
    let (title, detail) = (ctx.t(why.key()), ctx.t(&format!("{}-detail", why.key())));
    let start = if side == Side::Desk { "/desk/login" } else { "/login" };
    let action = format!("{start}/{}", provider.name());
    let mut response = match side {
        Side::Patient => page_with_status(why.status(), &FailedPage { ctx, title, detail, action, return_to }),
        Side::Desk => page_with_status(why.status(), &DeskFailedPage { ctx, title, detail, action, return_to }),
    }?;
    if why.status() == StatusCode::SERVICE_UNAVAILABLE {
        response.headers_mut().insert(header::RETRY_AFTER, header::HeaderValue::from_static("30"));
    }
    Ok(response)
}
