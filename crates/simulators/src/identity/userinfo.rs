//! Who the bearer of an access token is: a signed JWT for patients, JSON for staff.

use actix_web::{HttpRequest, HttpResponse, http::header::AUTHORIZATION, web};
use serde_json::json;

use super::{Audience, Desk, memory::TOKEN_LIVES, people, token::sign};

pub(super) async fn tell(request: HttpRequest, desk: web::Data<Desk>) -> HttpResponse {
    let faults = desk.faults();
    if faults.userinfo_500 {
        return HttpResponse::InternalServerError().body("panne simulée");
    }
    let header = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let access = header.and_then(|value| value.strip_prefix("Bearer ")).unwrap_or_default();
    let Some(granted) = desk.memory.bearer(access, desk.world.now()) else {
        return HttpResponse::Unauthorized()
            .insert_header(("WWW-Authenticate", "Bearer error=\"invalid_token\""))
            .finish();
    };
    let client = desk.client();
    let mut claims = people::claims(desk.audience, granted.person, &granted.request.scope, faults.changed_traits);
    let subject = match faults.other_subject_in_userinfo {
        true => "somebody-else".to_owned(),
        false => people::subject(&client.id, granted.person, faults.new_subject),
    };
    claims.insert("sub".to_owned(), json!(subject));
    if desk.audience == Audience::Staff || faults.userinfo_as_json {
        return HttpResponse::Ok().insert_header(("Cache-Control", "no-store")).json(claims);
    }
    let now = desk.world.now().as_second();
    for (name, value) in [
        ("iss", json!(desk.issuer)),
        ("aud", json!(client.id)),
        ("iat", json!(now)),
        ("exp", json!(now + TOKEN_LIVES.as_secs())),
    ] {
        claims.insert(name.to_owned(), value);
    }
    match sign(&desk, &faults, &claims.into()) {
        Some(token) => HttpResponse::Ok()
            .content_type("application/jwt; charset=utf-8")
            .insert_header(("Cache-Control", "no-store"))
            .body(token),
        None => HttpResponse::InternalServerError().finish(),
    }
}
