//! What the entrance refuses, and what its pages must be.

use super::bench::{Bench, CALLBACK};
use crate::identity::{Audience, CITIZENS, STAFF};

#[actix_web::test]
async fn one_parameter_too_many_is_refused_as_franceconnect_refuses_it() {
    let bench = Bench::start(Audience::Patients);
    assert_eq!(bench.arrive(&bench.request()).await.0, 200);
    for (name, value) in [
        ("code_challenge", "x"),
        ("code_challenge_method", "S256"),
        ("max_age", "0"),
        ("login_hint", "x"),
        ("response_mode", "form_post"),
        ("utm_source", "x"),
    ] {
        let mut request = bench.request();
        request.insert(name, value.to_owned());
        let (status, page) = bench.arrive(&request).await;
        assert!(status == 400 && page.contains("Y030007"), "{name}");
    }
}

#[actix_web::test]
async fn wrong_and_missing_values_are_refused_with_their_code() {
    let bench = Bench::start(Audience::Patients);
    let elsewhere = format!("{CALLBACK}/");
    for (name, value, code) in [
        ("client_id", Some("another"), "Y04EA6EF"),
        ("redirect_uri", Some(elsewhere.as_str()), "Y04C013C"),
        ("redirect_uri", None, "Y04C013C"),
        ("response_type", Some("token"), "Y030007"),
        ("scope", Some("profile"), "Y030007"),
        ("state", Some("short"), "Y030007"),
        ("nonce", Some("a-nonce-of-22-letters-"), "Y030007"),
        ("nonce", None, "Y030007"),
        ("acr_values", None, "Y030007"),
        ("prompt", Some("none"), "Y030007"),
    ] {
        let mut request = bench.request();
        match value {
            Some(value) => request.insert(name, value.to_owned()),
            None => request.remove(name),
        };
        let (status, page) = bench.arrive(&request).await;
        assert!(status == 400 && page.contains(code), "{name} {value:?}: {page}");
    }
    let twice = format!("{}&state=x", serde_urlencoded::to_string(bench.request()).unwrap());
    let answer = bench.http.get(format!("{}/authorize?{twice}", bench.handle.issuer)).send().await.unwrap();
    assert_eq!(answer.status(), 400);
}

#[actix_web::test]
async fn the_hospital_wants_pkce_in_s256() {
    let bench = Bench::start(Audience::Staff);
    assert_eq!(bench.arrive(&bench.request()).await.0, 200);
    for (name, value) in [("code_challenge", ""), ("code_challenge", "short"), ("code_challenge_method", "plain")] {
        let mut request = bench.request();
        request.insert(name, value.to_owned());
        assert_eq!(bench.arrive(&request).await.0, 400, "{name}={value}");
    }
    for verifier in ["another-verifier", ""] {
        let code = bench.click(Some("irene")).await.remove("code").unwrap();
        assert_eq!(bench.redeem(&code, &[("code_verifier", verifier)]).await.0, 400);
    }
}

#[actix_web::test]
async fn the_token_endpoint_knows_its_client() {
    let bench = Bench::start(Audience::Patients);
    for (changes, status) in [
        ([("client_secret", "wrong")], 401),
        ([("client_id", "another")], 401),
        ([("grant_type", "password")], 400),
        ([("redirect_uri", "http://localhost:8080/elsewhere")], 400),
        ([("code", "invented")], 400),
        ([("code_verifier", "unasked")], 400),
    ] {
        let code = bench.click(Some("camille")).await.remove("code").unwrap();
        assert_eq!(bench.redeem(&code, &changes).await.0, status, "{changes:?}");
    }
}

#[actix_web::test]
async fn a_choice_serves_once() {
    let bench = Bench::start(Audience::Patients);
    let (_, page) = bench.arrive(&bench.request()).await;
    let action = page.split("action=\"").nth(1).unwrap().split('"').next().unwrap();
    let address = format!("http://{}{action}", bench.handle.addr);
    let click = || bench.http.post(&address).form(&[("person", "camille")]).send();
    assert_eq!(click().await.unwrap().status(), 303);
    assert_eq!(click().await.unwrap().status(), 400);
}

#[actix_web::test]
async fn pages_say_that_everything_is_invented_and_hold_no_script() {
    let patients = Bench::start(Audience::Patients);
    let (_, page) = patients.arrive(&patients.request()).await;
    assert!(page.contains("Démonstration – données fictives"));
    assert_eq!(page.matches("name=\"person\"").count(), CITIZENS.len());
    let staff = Bench::start(Audience::Staff);
    let (_, desk) = staff.arrive(&staff.request()).await;
    assert_eq!(desk.matches("name=\"person\"").count(), STAFF.len());
    for page in [page, desk] {
        assert_eq!(page.matches("<h1").count(), 1);
        assert!(page.contains("<html lang=\"fr\">") && !page.contains("<script") && !page.contains("style=\""));
        assert!(!page.to_lowercase().contains("franceconnect"), "it must not pass for the real one");
    }
    let answer = patients.http.get(format!("http://{}/faults", patients.handle.addr)).send().await.unwrap();
    let policy = answer.headers()["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"));
}
