//! Each switch does what it says.

use serde_json::{Value, json};

use super::bench::{Bench, NONCE, part};
use crate::identity::{Audience, Faults};

async fn id_token(bench: &Bench, faults: Faults) -> (Value, Value) {
    bench.handle.misbehave(faults);
    let (tokens, _) = bench.login("camille").await;
    let token = tokens["id_token"].as_str().unwrap();
    (part(token, 0), part(token, 1))
}

#[actix_web::test]
async fn switches_change_the_tokens() {
    let bench = Bench::start(Audience::Patients);
    let none = Faults::default;
    let (header, good) = id_token(&bench, none()).await;
    assert_eq!(good["nonce"], NONCE);
    assert_ne!(id_token(&bench, Faults { wrong_nonce: true, ..none() }).await.1["nonce"], NONCE);
    assert_eq!(id_token(&bench, Faults { no_nonce: true, ..none() }).await.1.get("nonce"), None);
    assert_ne!(id_token(&bench, Faults { wrong_audience: true, ..none() }).await.1["aud"], good["aud"]);
    assert_ne!(id_token(&bench, Faults { wrong_issuer: true, ..none() }).await.1["iss"], good["iss"]);
    assert_ne!(id_token(&bench, Faults { new_subject: true, ..none() }).await.1["sub"], good["sub"]);
    assert_eq!(id_token(&bench, Faults { low_acr: true, ..none() }).await.1["acr"], "eidas0");
    let expired = id_token(&bench, Faults { expired: true, ..none() }).await.1;
    assert!(expired["exp"].as_i64() < good["iat"].as_i64());
    assert_eq!(id_token(&bench, Faults { no_kid: true, ..none() }).await.0.get("kid"), None);
    let rotated = id_token(&bench, Faults { rotated_key: true, ..none() }).await.0;
    assert_ne!(rotated["kid"], header["kid"]);
    let keys = bench.http.get(format!("{}/jwks", bench.handle.issuer)).send().await.unwrap().text().await.unwrap();
    assert!(keys.contains(rotated["kid"].as_str().unwrap()) && !keys.contains(header["kid"].as_str().unwrap()));
}

#[actix_web::test]
async fn switches_change_what_is_told_of_a_person() {
    let bench = Bench::start(Audience::Patients);
    let (_, good) = bench.login("camille").await;
    bench.handle.misbehave(Faults { other_subject_in_userinfo: true, ..Faults::default() });
    assert_ne!(bench.login("camille").await.1["sub"], good["sub"]);
    bench.handle.misbehave(Faults { changed_traits: true, userinfo_as_json: true, ..Faults::default() });
    let (_, changed) = bench.login("camille").await;
    assert_eq!((&changed["sub"], &changed["family_name"]), (&good["sub"], &json!("EXEMPLE-RECTIFIÉ")));
    bench.handle.misbehave(Faults { wrong_callback_issuer: true, ..Faults::default() });
    assert_ne!(bench.click(Some("camille")).await["iss"], bench.handle.issuer);
}

#[actix_web::test]
async fn switches_break_endpoints() {
    let bench = Bench::start(Audience::Patients);
    let code = bench.click(Some("camille")).await.remove("code").unwrap();
    bench.handle.misbehave(Faults { token_500: true, ..Faults::default() });
    assert_eq!(bench.redeem(&code, &[]).await.0, 500);
    bench.handle.misbehave(Faults { userinfo_500: true, ..Faults::default() });
    let (_, tokens) = bench.redeem(&code, &[]).await;
    assert_eq!(bench.userinfo(tokens["access_token"].as_str().unwrap()).await.0, 500);
}

#[actix_web::test]
async fn the_page_and_json_set_the_same_switches() {
    let bench = Bench::start(Audience::Patients);
    let address = format!("http://{}/faults", bench.handle.addr);
    let put = bench.http.put(&address).json(&json!({"no_kid": true, "slow_ms": 5})).send().await.unwrap();
    assert_eq!(put.status(), 204);
    assert_eq!(bench.handle.desk.faults(), Faults { no_kid: true, slow_ms: 5, ..Faults::default() });
    let page = bench.http.get(&address).send().await.unwrap().text().await.unwrap();
    assert_eq!(page.matches(" checked").count(), 1);
    let posted = bench.http.post(&address).form(&[("wrong_nonce", "on"), ("slow_ms", "0")]).send().await.unwrap();
    assert_eq!(posted.status(), 303);
    assert_eq!(bench.handle.desk.faults(), Faults { wrong_nonce: true, ..Faults::default() });
    let unknown = bench.http.put(&address).json(&json!({"no_kidd": true})).send().await.unwrap();
    assert_eq!(unknown.status(), 400);
}
