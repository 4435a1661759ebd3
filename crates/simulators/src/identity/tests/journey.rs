//! Whole logins and logouts.

use jiff::SignedDuration;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, jwk::JwkSet};
use serde_json::{Value, json};

use super::bench::{AFTER, Bench, NONCE, STATE, folder, open, part};
use crate::identity::{Audience, StartFault};

#[actix_web::test]
async fn a_citizen_logs_in() {
    let bench = Bench::start(Audience::Patients);
    let back = bench.click(Some("tuan")).await;
    assert_eq!((back["state"].as_str(), &back["iss"]), (STATE, &bench.handle.issuer));
    let (_, tokens) = bench.redeem(&back["code"], &[]).await;
    let names: Vec<&String> = tokens.as_object().unwrap().keys().collect();
    assert_eq!(names, ["access_token", "expires_in", "id_token", "scope", "token_type"]);
    let id_token = tokens["id_token"].as_str().unwrap();
    let claims = part(id_token, 1);
    let names: Vec<&String> = claims.as_object().unwrap().keys().collect();
    assert_eq!(names, ["acr", "aud", "auth_time", "exp", "iat", "iss", "nonce", "sub"]);
    assert_eq!((&claims["nonce"], &claims["acr"]), (&json!(NONCE), &json!("eidas1")));
    assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 60);
    assert_eq!(claims["sub"].as_str().unwrap().len(), 66);
    let (_, kind, body) = bench.userinfo(tokens["access_token"].as_str().unwrap()).await;
    assert_eq!(kind, "application/jwt; charset=utf-8");
    let person = part(&body, 1);
    assert_eq!(person["sub"], claims["sub"]);
    assert_eq!((&person["birthdate"], &person["idp_birthdate"]), (&json!("1948-01-01"), &json!("1948-00-00")));
    assert_eq!((&person["birthplace"], &person["birthcountry"]), (&json!(""), &json!("99243")));
    verifies(&bench, id_token).await;
    verifies(&bench, &body).await;
}

async fn verifies(bench: &Bench, token: &str) {
    let keys = bench.http.get(format!("{}/jwks", bench.handle.issuer)).send().await.unwrap().text().await.unwrap();
    let keys: JwkSet = serde_json::from_str(&keys).unwrap();
    let kid = part(token, 0)["kid"].as_str().unwrap().to_owned();
    let key = DecodingKey::from_jwk(keys.find(&kid).unwrap()).unwrap();
    let mut rules = Validation::new(Algorithm::ES256);
    rules.validate_exp = false;
    rules.set_audience(&["parvis"]);
    decode::<Value>(token, &key, &rules).unwrap();
}

#[actix_web::test]
async fn scopes_bound_what_is_told() {
    let bench = Bench::start(Audience::Patients);
    let (_, all) = bench.login("helene").await;
    assert_eq!((&all["preferred_username"], &all["email"]), (&json!("Modèle"), &json!("helene@exemple.test")));
    let claims = crate::identity::people::claims(Audience::Patients, "helene", "openid", false);
    assert!(claims.is_empty(), "openid alone is an anonymous login");
}

#[actix_web::test]
async fn staff_bring_their_roles() {
    let bench = Bench::start(Audience::Staff);
    let (tokens, claims) = bench.login("adrien").await;
    assert_eq!(claims["roles"], json!(["parvis-admissions", "hospital-1"]));
    assert_eq!(part(tokens["id_token"].as_str().unwrap(), 1).get("acr"), None);
}

#[actix_web::test]
async fn turning_back_and_being_unknown_to_the_register_are_denials() {
    let bench = Bench::start(Audience::Patients);
    for person in [None, Some("inconnu"), Some("nobody-of-that-name")] {
        let back = bench.click(person).await;
        assert_eq!((back["error"].as_str(), back["state"].as_str()), ("access_denied", STATE));
        assert!(!back.contains_key("code"));
    }
}

#[actix_web::test]
async fn a_code_serves_once_and_half_a_minute() {
    let bench = Bench::start(Audience::Patients);
    let code = bench.click(Some("camille")).await.remove("code").unwrap();
    let (_, tokens) = bench.redeem(&code, &[]).await;
    let access = tokens["access_token"].as_str().unwrap();
    assert_eq!(bench.userinfo(access).await.0, 200);
    let (status, refusal) = bench.redeem(&code, &[]).await;
    assert_eq!((status, &refusal["error"]), (400, &json!("invalid_grant")));
    assert_eq!(bench.userinfo(access).await.0, 401, "what the first use gave is revoked");
    let late = bench.click(Some("camille")).await.remove("code").unwrap();
    bench.clock.advance(SignedDuration::from_secs(31));
    assert_eq!(bench.redeem(&late, &[]).await.0, 400);
}

#[actix_web::test]
async fn logout_takes_an_expired_hint_of_ours_only() {
    let bench = Bench::start(Audience::Patients);
    let (tokens, person) = bench.login("camille").await;
    bench.clock.advance(SignedDuration::from_hours(3));
    let hint = tokens["id_token"].as_str().unwrap();
    let end = async |pairs: &[(&str, &str)]| {
        let query = serde_urlencoded::to_string(pairs).unwrap();
        bench.http.get(format!("{}/session/end?{query}", bench.handle.issuer)).send().await.unwrap()
    };
    let good = end(&[("id_token_hint", hint), ("post_logout_redirect_uri", AFTER), ("state", "s")]).await;
    assert_eq!(
        (good.status().as_u16(), good.headers()["location"].to_str().unwrap()),
        (303, format!("{AFTER}?state=s").as_str())
    );
    let foreign = format!("{}x", person["sub"].as_str().unwrap());
    for pairs in [
        vec![("id_token_hint", foreign.as_str()), ("post_logout_redirect_uri", AFTER)],
        vec![("id_token_hint", hint), ("post_logout_redirect_uri", "https://evil.example")],
        vec![("id_token_hint", hint), ("post_logout_redirect_uri", AFTER), ("client_id", "parvis")],
        vec![("post_logout_redirect_uri", AFTER)],
    ] {
        assert_eq!(end(&pairs).await.status(), 400, "{pairs:?}");
    }
}

#[actix_web::test]
async fn the_key_survives_a_restart_and_a_taken_port_is_told() {
    let folder = folder();
    let (world, _) = kernel::testing::world();
    let first = open(Audience::Patients, 0, folder.clone(), world.clone()).unwrap();
    let port = first.addr.port();
    let kid = first.desk.keys.kept.kid.clone();
    let refusal = open(Audience::Patients, port, folder.clone(), world.clone()).err().unwrap();
    assert!(matches!(refusal, StartFault::PortTaken { port: told } if told == port), "{refusal}");
    first.stop().await;
    let second = open(Audience::Patients, port, folder.clone(), world.clone()).unwrap();
    assert_eq!(second.desk.keys.kept.kid, kid);
    second.stop().await;
    std::fs::write(folder.join("identity-patients.p8"), b"spoiled").unwrap();
    assert!(matches!(open(Audience::Patients, 0, folder.clone(), world), Err(StartFault::Key { .. })));
    std::fs::remove_dir_all(folder).unwrap();
}
