//! T08, T11, T16, T27 to T31, T36 to T38: what comes back cannot be believed, or does not come.

use serde_json::json;

use super::house::{Browser, SESSION, callback, person, stands};
use crate::store::patients;

#[actix_web::test]
async fn a_login_that_fails_leaves_no_account_no_session_and_a_way_to_try_again() {
    for stand in stands() {
        let house = stand.open().await;
        let (peer, good) = (&stand.peer, person());
        let stranger = crate::oidc::tests::signer::Signer::es256("stranger");
        let hmac = crate::oidc::tests::signer::Signer::hs256("h", b"top-secret");
        type Spoil<'a> = Box<dyn Fn(&str) + 'a>;
        let cases: Vec<(&str, u16, Spoil<'_>)> = vec![
            ("T11 another nonce", 403, Box::new(|_| peer.vouch_with(&peer.signer, "another", good.clone()))),
            ("T16 signed with the secret", 403, Box::new(|nonce| peer.vouch_with(&hmac, nonce, good.clone()))),
            ("T33 unknown key", 403, Box::new(|nonce| peer.vouch_with(&stranger, nonce, good.clone()))),
            ("no name", 403, Box::new(|nonce| peer.vouch_with(&peer.signer, nonce, json!({})))),
            (
                "T28 not signed",
                403,
                Box::new(|nonce| {
                    peer.vouch_with(&peer.signer, nonce, good.clone());
                    peer.reply("/userinfo", 200, "application/json", &good.to_string());
                }),
            ),
            (
                "T30 userinfo breaks",
                503,
                Box::new(|nonce| {
                    peer.vouch_with(&peer.signer, nonce, good.clone());
                    peer.reply("/userinfo", 500, "text/html", "");
                }),
            ),
            (
                "T10 code refused",
                403,
                Box::new(|_| peer.reply("/token", 400, "application/json", r#"{"error":"invalid_grant"}"#)),
            ),
            ("token endpoint breaks", 503, Box::new(|_| peer.reply("/token", 500, "text/html", "panne"))),
        ];
        for (name, status, spoil) in cases {
            let mut browser = Browser::default();
            let asked = browser.leave(&house, "fc", "/appointments").await;
            spoil(&asked["nonce"]);
            let answer = browser.back(&house, &callback("fc", &asked["state"], &peer.issuer)).await;
            assert_eq!(answer.status, status, "{name}");
            assert!(
                answer.body.contains("action=\"/login/fc\"") && answer.body.contains("value=\"/appointments\""),
                "{name}"
            );
            assert!(!browser.cookies.contains_key(SESSION), "{name}");
            assert_eq!(answer.headers.contains_key("retry-after"), status == 503, "{name}");
        }
        assert_eq!(stand.db.read(patients::count).await.unwrap(), (0, 0));
    }
}

#[actix_web::test]
async fn t08_another_issuer_in_the_address_stops_before_the_code_leaves() {
    for stand in stands() {
        let house = stand.open().await;
        for iss in ["&iss=https://evil.example", "&iss=", ""] {
            let mut browser = Browser::default();
            let asked = browser.leave(&house, "fc", "/me").await;
            let path = format!("/login/fc/callback?code=c&state={}{iss}", asked["state"]);
            assert_eq!(browser.back(&house, &path).await.status, 403, "{iss}");
        }
        assert!(stand.peer.asked("/token").is_empty());
    }
}

#[actix_web::test]
async fn t36_a_provider_that_is_down_is_said_and_found_again() {
    for stand in stands() {
        let house = stand.open().await;
        let mut browser = Browser::default();
        stand.peer.reply("/.well-known/openid-configuration", 503, "text/plain", "");
        let down = browser.post(&house, "/login", "/login/fc", &[("return_to", "/me")]).await;
        assert!(down.status == 503 && down.body.contains("ne répond pas"), "{}", down.body);
        stand.peer.describe(json!({}));
        stand.peer.advance(5);
        let up = browser.post(&house, "/login", "/login/fc", &[("return_to", "/me")]).await;
        assert_eq!(up.status, 303);
    }
}

#[actix_web::test]
async fn t37_errors_of_the_provider_are_told_in_our_words() {
    for stand in stands() {
        let house = stand.open().await;
        for (error, status, words) in [
            ("access_denied", 403, "Vous n’êtes pas connecté"),
            ("server_error", 503, "ne répond pas"),
            ("temporarily_unavailable", 503, "ne répond pas"),
            ("invalid_scope", 403, "n’a pas abouti"),
            ("%3Cscript%3Ealert(1)%3C/script%3E", 403, "n’a pas abouti"),
        ] {
            let mut browser = Browser::default();
            let asked = browser.leave(&house, "fc", "/me").await;
            let path = format!(
                "/login/fc/callback?error={error}&error_description=%3Cb%3Eboo%3C/b%3E&state={}&iss={}",
                asked["state"], stand.peer.issuer
            );
            let answer = browser.back(&house, &path).await;
            assert!(answer.status == status && answer.body.contains(words), "{error}: {}", answer.body);
            assert!(!answer.body.contains("boo") && !answer.body.contains("alert(1)"), "{error}");
            assert_eq!(browser.back(&house, &path).await.status, 400, "used up");
        }
        assert!(stand.peer.asked("/token").is_empty());
    }
}

#[actix_web::test]
async fn t37_an_error_beside_a_code_is_an_error() {
    for stand in stands() {
        let house = stand.open().await;
        let mut browser = Browser::default();
        let asked = browser.leave(&house, "fc", "/me").await;
        stand.peer.vouch_with(&stand.peer.signer, &asked["nonce"], person());
        let path = format!("{}&error=access_denied", callback("fc", &asked["state"], &stand.peer.issuer));
        assert_eq!(browser.back(&house, &path).await.status, 403);
        assert!(!browser.cookies.contains_key(SESSION) && stand.peer.asked("/token").is_empty());
    }
}

#[actix_web::test]
async fn t38_an_error_with_a_foreign_state_is_a_foreign_state() {
    for stand in stands() {
        let house = stand.open().await;
        let mut browser = Browser::default();
        let answer = browser.back(&house, "/login/fc/callback?error=access_denied&state=guess").await;
        assert!(answer.status == 400 && answer.body.contains("n’est plus valable"));
    }
}
