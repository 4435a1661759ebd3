//! What a provider publishes of itself.

use actix_web::{HttpResponse, http::StatusCode, web};
use askama::Template;
use serde_json::json;

use super::{Audience, Desk, answers};

#[derive(Template)]
#[template(path = "identity/welcome.html")]
struct Welcome<'a> {
    desk: &'a Desk,
}

pub(super) async fn description(desk: web::Data<Desk>) -> HttpResponse {
    let at = |path: &str| format!("{}{path}", desk.issuer);
    let mut description = json!({
        "issuer": desk.issuer,
        "authorization_endpoint": at("/authorize"),
        "token_endpoint": at("/token"),
        "userinfo_endpoint": at("/userinfo"),
        "jwks_uri": at("/jwks"),
        "end_session_endpoint": at("/session/end"),
        "response_types_supported": ["code"],
        "grant_types_supported": ["authorization_code"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["ES256"],
        "userinfo_signing_alg_values_supported": ["ES256"],
        "token_endpoint_auth_methods_supported": ["client_secret_post"],
        // Advertised by FranceConnect too, whose entrance refuses the parameter all the same.
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": true,
    });
    if let (Audience::Patients, Some(map)) = (desk.audience, description.as_object_mut()) {
        map.insert("acr_values_supported".to_owned(), json!(["eidas1"]));
    }
    HttpResponse::Ok().json(description)
}

pub(super) async fn keys(desk: web::Data<Desk>) -> HttpResponse {
    let key = if desk.faults().rotated_key { &desk.keys.rotated } else { &desk.keys.kept };
    match key.public() {
        Some(key) => {
            HttpResponse::Ok().insert_header(("Cache-Control", "public, max-age=600")).json(json!({ "keys": [key] }))
        }
        None => HttpResponse::InternalServerError().finish(),
    }
}

pub(super) async fn style() -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/css; charset=utf-8")
        .insert_header(("Cache-Control", "public, max-age=3600"))
        .body(include_str!("../../templates/identity/style.css"))
}

pub(super) async fn welcome(desk: web::Data<Desk>) -> HttpResponse {
    answers::page(StatusCode::OK, &Welcome { desk: &desk })
}
