//! The shapes of this provider's answers.

use actix_web::{HttpResponse, http::StatusCode};
use askama::Template;
use serde_json::json;

use super::{Audience, Desk};

#[derive(Template)]
#[template(path = "identity/refusal.html")]
struct Refusal<'a> {
    desk: &'a Desk,
    code: &'a str,
    why: &'a str,
}

/// A page; nothing in it may run a script or be framed.
pub(super) fn page(status: StatusCode, template: &impl Template) -> HttpResponse {
    let Ok(body) = template.render() else { return HttpResponse::InternalServerError().finish() };
    HttpResponse::build(status)
        .content_type("text/html; charset=utf-8")
        .insert_header(("Cache-Control", "no-store"))
        .insert_header(("Referrer-Policy", "no-referrer"))
        .insert_header(("X-Content-Type-Options", "nosniff"))
        // No form-action: browsers apply it to the redirect that follows the click.
        .insert_header((
            "Content-Security-Policy",
            "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'",
        ))
        .body(body)
}

/// A request refused on our own page: the browser does not go back, as with FranceConnect.
pub(super) fn refusal(desk: &Desk, code: &str, why: &str) -> HttpResponse {
    page(StatusCode::BAD_REQUEST, &Refusal { desk, code, why })
}

/// An error of the token endpoint (RFC 6749 §5.2).
pub(super) fn token_error(status: StatusCode, error: &str, description: &str) -> HttpResponse {
    HttpResponse::build(status)
        .insert_header(("Cache-Control", "no-store"))
        .json(json!({ "error": error, "error_description": description }))
}

/// 303 to an address with these parameters behind it.
pub(super) fn redirect(address: &str, parameters: &[(&str, &str)]) -> HttpResponse {
    let joint = if address.contains('?') { '&' } else { '?' };
    let query = serde_urlencoded::to_string(parameters).unwrap_or_default();
    let location = if query.is_empty() { address.to_owned() } else { format!("{address}{joint}{query}") };
    HttpResponse::SeeOther().insert_header(("Location", location)).insert_header(("Cache-Control", "no-store")).finish()
}

impl Desk {
    pub(super) fn title(&self) -> &'static str {
        match self.audience {
            Audience::Patients => "Fournisseur d’identité de démonstration",
            Audience::Staff => "Annuaire de démonstration de l’hôpital",
        }
    }

    pub(super) fn path(&self) -> &'static str {
        self.audience.path()
    }
}
