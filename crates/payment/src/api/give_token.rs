//! `POST /api/v1/token`: OAuth 2.0 client credentials (RFC 6749 §4.4) with a signed assertion (RFC 7523 §2.2). Answers in
//! the words of OAuth, which its clients read.

use ::web::Problem;
use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web};
use serde::{Deserialize, Serialize};
use serde_json::json;
use url::form_urlencoded;
use utoipa::ToSchema;

use crate::{
    Payments,
    systems::{Denied, TOKEN_LIFE},
};

/// What RFC 7523 calls such an assertion.
const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// The form of the request.
#[derive(Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes the form; it is read field by field, in the errors of OAuth")]
pub(super) struct TokenRequest {
    /// `client_credentials`
    grant_type: String,
    /// `urn:ietf:params:oauth:client-assertion-type:jwt-bearer`
    client_assertion_type: String,
    /// A JWT signed with ES256, EdDSA or RS256, as the key in the settings has it: `iss` and `sub` the system's name, `aud`
    /// this address, `exp` at most 5 minutes away, `jti` never used before.
    client_assertion: String,
}

/// A token for the next minutes.
#[derive(Serialize, ToSchema)]
pub(super) struct Token {
    access_token: String,
    /// `Bearer`
    token_type: &'static str,
    /// Seconds.
    expires_in: i64,
    /// The system's rights, apart by spaces.
    scope: String,
}

/// Get a token for one of the hospital's systems.
#[utoipa::path(post, path = "/api/v1/token", tag = "payment",
    request_body(content = TokenRequest, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 200, description = "A token", body = Token),
        (status = 400, description = "`error`: `invalid_request` or `unsupported_grant_type` (RFC 6749 §5.2)"),
        (status = 401, description = "`error`: `invalid_client`: unknown system, wrong signature, over, or used before"),
    )
)]
pub(super) async fn handler(
    request: HttpRequest,
    body: web::Bytes,
    room: web::Data<Payments>,
) -> Result<HttpResponse, Problem> {
    let assertion = match assertion(&request, &body) {
        Ok(assertion) => assertion,
        Err((error, why)) => return Ok(refusal(StatusCode::BAD_REQUEST, error, why)),
    };
    match room.grant(&assertion).await {
        Ok(granted) => {
            let token = Token {
                access_token: granted.token,
                token_type: "Bearer",
                expires_in: TOKEN_LIFE.as_secs(),
                scope: granted.scope,
            };
            Ok(HttpResponse::Ok().insert_header(("Pragma", "no-cache")).json(token))
        }
        Err(Denied::Client(why)) => Ok(refusal(StatusCode::UNAUTHORIZED, "invalid_client", why)),
        Err(Denied::Storage(error)) => Err(error.into()),
    }
}

fn assertion(request: &HttpRequest, body: &[u8]) -> Result<String, (&'static str, &'static str)> {
    use actix_web::HttpMessage;
    if request.content_type() != "application/x-www-form-urlencoded" {
        return Err(("invalid_request", "the body must be application/x-www-form-urlencoded"));
    }
    let fields: Vec<_> = form_urlencoded::parse(body).collect();
    let mut names: Vec<&str> = fields.iter().map(|(name, _)| name.as_ref()).collect();
    names.sort_unstable();
    if names.windows(2).any(|pair| matches!(pair, [one, other] if one == other)) {
        return Err(("invalid_request", "a parameter is repeated"));
    }
    let of = |name: &str| fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_ref());
    match of("grant_type") {
        Some("client_credentials") => {}
        Some(_) => return Err(("unsupported_grant_type", "grant_type must be client_credentials")),
        None => return Err(("invalid_request", "grant_type is missing")),
    }
    if of("client_assertion_type") != Some(ASSERTION_TYPE) {
        return Err(("invalid_request", "client_assertion_type must be that of RFC 7523"));
    }
    of("client_assertion").map(str::to_owned).ok_or(("invalid_request", "client_assertion is missing"))
}

fn refusal(status: StatusCode, error: &str, why: &str) -> HttpResponse {
    let mut response = HttpResponse::build(status);
    response.insert_header(("Pragma", "no-cache"));
    response.json(json!({ "error": error, "error_description": why }))
}
