//! The end of a session, asked for by the service (OpenID Connect RP-Initiated Logout 1.0).

use actix_web::{HttpRequest, HttpResponse, web};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, jwk::Jwk};
use serde_json::Value;

use super::{Desk, answers, authorize::unique};

pub(super) async fn end(request: HttpRequest, desk: web::Data<Desk>) -> HttpResponse {
    let Some(parameters) = unique(request.query_string()) else {
        return answers::refusal(&desk, "Y030007", "paramètre illisible ou répété");
    };
    let known = ["id_token_hint", "post_logout_redirect_uri", "state"];
    if parameters.keys().any(|name| !known.contains(&name.as_str())) {
        return answers::refusal(&desk, "Y030007", "paramètre inattendu");
    }
    let get = |name: &str| parameters.get(name).map(String::as_str).unwrap_or_default();
    if !is_ours(&desk, get("id_token_hint")) {
        return answers::refusal(&desk, "Y030007", "id_token_hint absent ou incorrect");
    }
    let address = get("post_logout_redirect_uri");
    if !desk.client().post_logout_redirect_uris.iter().any(|declared| declared == address) {
        return answers::refusal(&desk, "Y04C013C", "post_logout_redirect_uri non déclarée");
    }
    answers::redirect(address, &[("state", get("state"))])
}

/// Signed by us for this client, however long ago.
fn is_ours(desk: &Desk, token: &str) -> bool {
    let mut rules = Validation::new(Algorithm::ES256);
    rules.validate_exp = false;
    rules.set_audience(&[desk.client().id]);
    rules.set_issuer(&[&desk.issuer]);
    [&desk.keys.kept, &desk.keys.rotated].into_iter().any(|key| {
        let jwk = key.public().and_then(|jwk| serde_json::from_value::<Jwk>(jwk).ok());
        let key = jwk.and_then(|jwk| DecodingKey::from_jwk(&jwk).ok());
        key.is_some_and(|key| decode::<Value>(token, &key, &rules).is_ok())
    })
}
