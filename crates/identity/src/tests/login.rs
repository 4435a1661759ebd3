//! T01, T03 to T07, T09, T39 to T44: the way there and back.

use jiff::SignedDuration;
use storage::proof;

use super::house::{Browser, SESSION, callback, person, stands};
use crate::store::{patients, pending};

#[actix_web::test]
async fn t01_a_patient_logs_in_and_goes_on_where_they_were() {
    for stand in stands() {
        let house = stand.open().await;
        let mut browser = Browser::default();
        let page = browser.get(&house, "/login?return_to=/appointments?x=1").await;
        assert!(
            page.body.contains("S’identifier avec FranceConnect") && page.body.contains("value=\"/appointments?x=1\"")
        );
        let visit = browser.cookies.clone();
        let asked = browser.leave(&house, "fc", "/appointments?x=1").await;
        stand.peer.vouch_with(&stand.peer.signer, &asked["nonce"], person());
        let back = browser.back(&house, &callback("fc", &asked["state"], &stand.peer.issuer)).await;
        assert_eq!((back.status, back.location.as_str()), (303, "/appointments?x=1"), "{}", back.body);
        assert_eq!(
            browser.cookies.get("__Host-parvis-visit"),
            visit.get("__Host-parvis-visit"),
            "what was held stays held"
        );
        let me = browser.get(&house, "/me").await;
        assert!(me.status == 200 && me.body.contains("DUBINÔRE") && me.body.contains("11/1962"), "{}", me.body);
        assert_eq!(stand.db.read(patients::count).await.unwrap(), (1, 0));
        let again = browser.get(&house, "/login?return_to=/me").await;
        assert_eq!((again.status, again.location.as_str()), (303, "/me"), "no second login for who is logged in");
    }
}

#[actix_web::test]
async fn a_login_is_an_act_in_the_proof_register() {
    for stand in stands() {
        let house = stand.open().await;
        let mut browser = Browser::default();
        browser.log_in(&house, &stand.peer, person()).await;
        let csrf = browser.get(&house, "/api/v1/me").await;
        let id: kernel::PatientId =
            serde_json::from_str::<serde_json::Value>(&csrf.body).unwrap()["id"].as_str().unwrap().parse().unwrap();
        let act = stand.db.read(move |conn| proof::act_of(conn, "login", id.as_object())).await.unwrap().unwrap();
        assert_eq!(act.actor, id.as_object());
    }
}

#[actix_web::test]
async fn t03_a_state_that_is_not_ours_never_reaches_the_provider() {
    for stand in stands() {
        let house = stand.open().await;
        let mut browser = Browser::default();
        let asked = browser.leave(&house, "fc", "/me").await;
        let issuer = &stand.peer.issuer;
        let long = "x".repeat(5000);
        for query in [
            format!("code=c&state=another&iss={issuer}"),
            format!("code=c&state=&iss={issuer}"),
            format!("code=c&iss={issuer}"),
            format!("code=c&state={}x&iss={issuer}", asked["state"]),
            format!("code=c&state={long}&iss={issuer}"),
        ] {
            let answer = browser.back(&house, &format!("/login/fc/callback?{query}")).await;
            assert!(answer.status == 400 && answer.body.contains("n’est plus valable"), "{query}");
            assert!(answer.body.contains("action=\"/login/fc\""), "a way to try again");
        }
        let twice = format!("/login/fc/callback?code=c&state={0}&state={0}&iss={issuer}", asked["state"]);
        assert_eq!(browser.back(&house, &twice).await.status, 400);
        assert!(stand.peer.asked("/token").is_empty());
        assert!(!browser.cookies.contains_key(SESSION));
    }
}

#[actix_web::test]
async fn t04_another_browser_cannot_finish_a_login() {
    for stand in stands() {
        let house = stand.open().await;
        let (mut attacker, mut victim) = (Browser::default(), Browser::default());
        let asked = attacker.leave(&house, "fc", "/me").await;
        stand.peer.vouch(&stand.peer.signer, &asked["nonce"]);
        victim.get(&house, "/login").await;
        let address = callback("fc", &asked["state"], &stand.peer.issuer);
        assert_eq!(victim.back(&house, &address).await.status, 400);
        assert!(!victim.cookies.contains_key(SESSION) && stand.peer.asked("/token").is_empty());
        assert_eq!(attacker.back(&house, &address).await.status, 303, "its own browser can");
    }
}

#[actix_web::test]
async fn t05_t10_a_callback_serves_once_and_the_session_stays() {
    for stand in stands() {
        let house = stand.open().await;
        let mut browser = Browser::default();
        let asked = browser.leave(&house, "fc", "/me").await;
        stand.peer.vouch_with(&stand.peer.signer, &asked["nonce"], person());
        let address = callback("fc", &asked["state"], &stand.peer.issuer);
        assert_eq!(browser.back(&house, &address).await.status, 303);
        let session = browser.cookies[SESSION].clone();
        assert_eq!(browser.back(&house, &address).await.status, 400);
        assert_eq!(stand.peer.asked("/token").len(), 1, "the code is not sent twice");
        assert_eq!(browser.cookies[SESSION], session);
        assert_eq!(browser.get(&house, "/me").await.status, 200);
    }
}

#[actix_web::test]
async fn t06_a_login_waits_half_an_hour() {
    for stand in stands() {
        let house = stand.open().await;
        let mut browser = Browser::default();
        for (minutes, status) in [(29, 303), (30, 400)] {
            let asked = browser.leave(&house, "fc", "/me").await;
            stand.clock.advance(SignedDuration::from_mins(minutes));
            stand.peer.vouch_with(&stand.peer.signer, &asked["nonce"], person());
            let answer = browser.back(&house, &callback("fc", &asked["state"], &stand.peer.issuer)).await;
            assert_eq!(answer.status, status, "after {minutes} minutes");
            browser.cookies.remove(SESSION);
        }
    }
}

#[actix_web::test]
async fn t07_two_tabs_do_not_disturb_each_other() {
    for stand in stands() {
        let house = stand.open().await;
        let mut browser = Browser::default();
        let first = browser.leave(&house, "fc", "/me").await;
        let second = browser.leave(&house, "fc", "/appointments").await;
        for (asked, place) in [(second, "/appointments"), (first, "/me")] {
            stand.peer.vouch_with(&stand.peer.signer, &asked["nonce"], person());
            let answer = browser.back(&house, &callback("fc", &asked["state"], &stand.peer.issuer)).await;
            assert_eq!((answer.status, answer.location.as_str()), (303, place));
        }
        assert_eq!(stand.db.read(patients::count).await.unwrap().0, 1);
    }
}

#[actix_web::test]
async fn t09_a_code_of_one_provider_is_not_taken_by_another() {
    for stand in stands() {
        let house = stand.open().await;
        let mut browser = Browser::default();
        let asked = browser.leave(&house, "fc", "/me").await;
        for (provider, issuer) in [("second", &stand.peer.issuer), ("second", &stand.second.issuer)] {
            assert_eq!(browser.back(&house, &callback(provider, &asked["state"], issuer)).await.status, 400);
        }
        assert_eq!(browser.back(&house, &callback("hospital", &asked["state"], &stand.peer.issuer)).await.status, 404);
        let desk = format!("/desk/login/fc/callback?code=c&state={}", asked["state"]);
        assert_eq!(browser.get(&house, &desk).await.status, 404, "T52: patients' providers open no door of the desk");
        assert!(stand.peer.asked("/token").is_empty() && stand.second.asked("/token").is_empty());
    }
}

#[actix_web::test]
async fn t39_the_session_is_renamed_at_login() {
    for stand in stands() {
        let house = stand.open().await;
        let mut browser = Browser::default();
        let planted = "A".repeat(43);
        browser.cookies.insert(SESSION.into(), planted.clone());
        browser.log_in(&house, &stand.peer, person()).await;
        let first = browser.cookies[SESSION].clone();
        assert_ne!(first, planted);
        let asked = {
            browser.cookies.remove(SESSION);
            browser.leave(&house, "fc", "/me").await
        };
        browser.cookies.insert(SESSION.into(), first.clone());
        stand.peer.vouch_with(&stand.peer.signer, &asked["nonce"], person());
        browser.back(&house, &callback("fc", &asked["state"], &stand.peer.issuer)).await;
        assert_ne!(browser.cookies[SESSION], first);
        let mut thief = Browser::default();
        thief.cookies.insert(SESSION.into(), first);
        assert_eq!(thief.get(&house, "/me").await.status, 303, "the former session is dead");
    }
}

#[actix_web::test]
async fn t40_no_login_leads_to_another_site() {
    for stand in stands() {
        let house = stand.open().await;
        for asked in ["//evil.example", "/\\evil.example", "https:evil.example", "/%5cevil", "/x\ny", "/desk", "/login"]
        {
            let mut browser = Browser::default();
            let left = browser.leave(&house, "fc", asked).await;
            stand.peer.vouch_with(&stand.peer.signer, &left["nonce"], person());
            let back = browser.back(&house, &callback("fc", &left["state"], &stand.peer.issuer)).await;
            assert_eq!(back.location, "/", "{asked}");
        }
    }
}

#[actix_web::test]
async fn t41_t42_cookies_are_locked_and_tokens_stay_inside() {
    for stand in stands() {
        let house = stand.open().await;
        let mut browser = Browser::default();
        let back = browser.log_in(&house, &stand.peer, person()).await;
        let cookie = back.set.iter().find(|cookie| cookie.starts_with(SESSION)).unwrap();
        for flag in ["HttpOnly", "Secure", "SameSite=Lax", "Path=/"] {
            assert!(cookie.contains(flag), "{flag} in {cookie}");
        }
        assert!(!cookie.contains("Domain"));
        assert_eq!(back.headers["cache-control"], "no-store");
        assert_eq!(back.headers["referrer-policy"], "no-referrer");
        assert!(back.headers["content-security-policy"].contains(&format!("form-action 'self' {}", origin(&stand))));
        let pages = [back.body, back.location, browser.get(&house, "/me").await.body, format!("{:?}", back.set)];
        for secret in ["eyJ", "the-code", "opaque", "top-secret"] {
            assert!(pages.iter().all(|page| !page.contains(secret)), "{secret}");
        }
    }
}

fn origin(stand: &super::house::Stand) -> String {
    // Three peers on three ports: the list is sorted, so the first one is the lowest.
    let mut origins: Vec<String> = [&stand.peer, &stand.second, &stand.hospital]
        .map(|peer| peer.issuer.trim_end_matches("/api/v2").to_owned())
        .into();
    origins.sort();
    origins.remove(0)
}

#[actix_web::test]
async fn t44_our_address_never_comes_from_the_request() {
    for stand in stands() {
        let house = stand.open().await;
        let mut browser = Browser::default();
        let page = browser.get(&house, "/login").await.body;
        let token = page.split("name=\"csrf\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let request = actix_web::test::TestRequest::post()
            .uri("/login/fc")
            .insert_header(("host", "evil.example"))
            .insert_header(("x-forwarded-host", "evil.example"))
            .insert_header(("forwarded", "host=evil.example;proto=https"))
            .set_form([("csrf", token.as_str()), ("return_to", "/me")]);
        let answer = browser.send(&house, request).await;
        let asked = super::house::parameters(&answer.location);
        assert_eq!(asked["redirect_uri"], "http://localhost:8080/login/fc/callback");
    }
}

#[actix_web::test]
async fn t49_guessed_callbacks_leave_nothing_behind() {
    for stand in stands() {
        let house = stand.open().await;
        let mut browser = Browser::default();
        for number in 0..200 {
            let path = format!("/login/fc/callback?code=c&state=guess-{number}");
            assert_eq!(browser.back(&house, &path).await.status, 400);
        }
        assert_eq!(stand.db.read(pending::count).await.unwrap(), 0);
        assert!(stand.peer.asked("/token").is_empty());
    }
}
