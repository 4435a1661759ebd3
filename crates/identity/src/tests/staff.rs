//! T51, T52: the desk.

use actix_http::Request;
use actix_web::{
    Error,
    body::BoxBody,
    dev::{Service, ServiceResponse},
};
use serde_json::{Value, json};

use super::house::{Answer, Browser, DESK, SESSION, Stand, callback, parameters, person, stands};

pub(super) async fn log_in<S>(house: &S, stand: &Stand, browser: &mut Browser, roles: Value) -> Answer
where
    S: Service<Request, Response = ServiceResponse<BoxBody>, Error = Error>,
{
    let left = browser.post(house, "/desk/login", "/desk/login/hospital", &[("return_to", "/desk/deliveries")]).await;
    let asked = parameters(&left.location);
    assert_eq!(asked["code_challenge_method"], "S256");
    let claims = json!({"name": "Adrien ADMISSION", "roles": roles});
    stand.hospital.vouch_with(&stand.hospital.signer, &asked["nonce"], claims);
    browser.back(house, &format!("/desk{}", callback("hospital", &asked["state"], &stand.hospital.issuer))).await
}

#[actix_web::test]
async fn staff_with_a_role_come_in() {
    for stand in stands() {
        let house = stand.open().await;
        let mut browser = Browser::default();
        let back = log_in(&house, &stand, &mut browser, json!(["clerk", "chu"])).await;
        assert_eq!((back.status, back.location.as_str()), (303, "/desk/deliveries"), "{}", back.body);
        let home = browser.get(&house, "/desk").await;
        assert!(
            home.status == 200
                && home.body.contains("Adrien ADMISSION")
                && home.body.contains("Centre hospitalier d’essai")
        );
        assert!(home.body.contains("Admissions") && !home.body.contains("Interfaces"));
        let left = browser.post(&house, "/desk", "/desk/logout", &[]).await;
        let asked = parameters(&left.location);
        assert_eq!(asked["post_logout_redirect_uri"], "http://localhost:8080/desk/logout/done");
        assert_eq!(browser.get(&house, "/desk").await.location, "/desk/login?return_to=/desk");
    }
}

#[actix_web::test]
async fn t51_without_a_role_or_a_hospital_nobody_comes_in() {
    for stand in stands() {
        let house = stand.open().await;
        for roles in [
            json!(["intranet"]),
            json!(["Clerk", "chu"]),
            json!(["clerk"]),
            json!(["chu"]),
            json!(["clerk", "nowhere"]),
            json!(null),
        ] {
            let mut browser = Browser::default();
            let back = log_in(&house, &stand, &mut browser, roles.clone()).await;
            assert!(back.status == 403 && back.body.contains("n’a pas accès à cet espace"), "{roles}: {}", back.body);
            assert!(!browser.cookies.contains_key(DESK));
        }
    }
}

#[actix_web::test]
async fn t51_rights_are_those_of_the_latest_login() {
    for stand in stands() {
        let house = stand.open().await;
        let mut browser = Browser::default();
        log_in(&house, &stand, &mut browser, json!(["clerk", "it", "chu"])).await;
        assert!(browser.get(&house, "/desk").await.body.contains("Interfaces"));
        browser.cookies.remove(DESK);
        log_in(&house, &stand, &mut browser, json!(["clerk", "chu"])).await;
        assert!(!browser.get(&house, "/desk").await.body.contains("Interfaces"));
    }
}

#[actix_web::test]
async fn t52_neither_side_opens_the_other() {
    for stand in stands() {
        let house = stand.open().await;
        let mut patient = Browser::default();
        patient.log_in(&house, &stand.peer, person()).await;
        let session = patient.cookies[SESSION].clone();
        patient.cookies.insert(DESK.into(), session);
        assert_eq!(patient.get(&house, "/desk").await.status, 303, "a patient's session is no session of the desk");
        let mut clerk = Browser::default();
        log_in(&house, &stand, &mut clerk, json!(["clerk", "chu"])).await;
        let session = clerk.cookies[DESK].clone();
        clerk.cookies.insert(SESSION.into(), session);
        assert_eq!(clerk.get(&house, "/me").await.status, 303);
        for path in ["/login/hospital", "/desk/login/fc", "/login/unknown"] {
            let mut browser = Browser::default();
            assert_eq!(browser.post(&house, "/login", path, &[]).await.status, 404, "{path}");
        }
    }
}
