//! The code comes back through the service's own server.

use std::time::Duration;

use actix_web::{HttpResponse, http::StatusCode, web};
use data_encoding::BASE64URL_NOPAD;
use ring::digest::{SHA256, digest};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    Audience, Desk, Faults,
    answers::token_error,
    memory::{Granted, TOKEN_LIVES},
    people,
};

#[derive(Deserialize)]
pub(super) struct Redemption {
    #[serde(default)]
    grant_type: String,
    #[serde(default)]
    code: String,
    #[serde(default)]
    redirect_uri: String,
    #[serde(default)]
    client_id: String,
    #[serde(default)]
    client_secret: String,
    code_verifier: Option<String>,
}

pub(super) async fn redeem(form: web::Form<Redemption>, desk: web::Data<Desk>) -> HttpResponse {
    let faults = desk.faults();
    tokio::time::sleep(Duration::from_millis(faults.slow_ms.into())).await;
    if faults.token_500 {
        return HttpResponse::InternalServerError().body("panne simulée");
    }
    let client = desk.client();
    if form.client_id != client.id || form.client_secret != client.secret {
        return token_error(StatusCode::UNAUTHORIZED, "invalid_client", "client authentication failed");
    }
    if form.grant_type != "authorization_code" {
        return token_error(StatusCode::BAD_REQUEST, "unsupported_grant_type", "authorization_code only");
    }
    let access = desk.world.secret();
    let granted = desk.memory.redeem(&form.code, &access, desk.world.now());
    let Some(granted) = granted.filter(|granted| fits(granted, &form)) else {
        return token_error(StatusCode::BAD_REQUEST, "invalid_grant", "grant request is invalid");
    };
    let Some(id_token) = sign(&desk, &faults, &id_claims(&desk, &faults, &granted)) else {
        return HttpResponse::InternalServerError().finish();
    };
    let scope = granted.request.scope.clone();
    desk.memory.remember_token(granted);
    HttpResponse::Ok().insert_header(("Cache-Control", "no-store")).json(json!({
        "access_token": access, "expires_in": TOKEN_LIVES.as_secs(), "id_token": id_token,
        "scope": scope, "token_type": "Bearer",
    }))
}

/// Same address as at the start, and the verifier behind the challenge (RFC 7636).
fn fits(granted: &Granted, form: &Redemption) -> bool {
    let shown = form
        .code_verifier
        .as_deref()
        .map(|verifier| BASE64URL_NOPAD.encode(digest(&SHA256, verifier.as_bytes()).as_ref()));
    granted.request.redirect_uri == form.redirect_uri && granted.request.challenge == shown
}

fn id_claims(desk: &Desk, faults: &Faults, granted: &Granted) -> Value {
    let now = desk.world.now().as_second();
    let issued = if faults.expired { now - 3600 } else { now };
    let client = desk.client();
    let mut claims = json!({
        "sub": people::subject(&client.id, granted.person, faults.new_subject),
        "auth_time": issued, "iat": issued, "exp": issued + TOKEN_LIVES.as_secs(),
        "iss": if faults.wrong_issuer { "https://another.example" } else { &desk.issuer },
        "aud": if faults.wrong_audience { "another-client" } else { &client.id },
    });
    let Some(map) = claims.as_object_mut() else { return claims };
    if !faults.no_nonce {
        let nonce = if faults.wrong_nonce { "a-nonce-nobody-sent" } else { &granted.request.nonce };
        map.insert("nonce".to_owned(), json!(nonce));
    }
    if desk.audience == Audience::Patients {
        map.insert("acr".to_owned(), json!(if faults.low_acr { "eidas0" } else { "eidas1" }));
    }
    claims
}

/// Signs with the key of the day; spoiled when that fault is on.
pub(super) fn sign(desk: &Desk, faults: &Faults, claims: &Value) -> Option<String> {
    let key = if faults.rotated_key { &desk.keys.rotated } else { &desk.keys.kept };
    let token = key.sign(claims, !faults.no_kid)?;
    if !faults.bad_signature {
        return Some(token);
    }
    let (signed, signature) = token.rsplit_once('.')?;
    let turned: String = signature.chars().rev().collect();
    Some(format!("{signed}.{turned}"))
}
