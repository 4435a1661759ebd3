//! T45, T46: leaving.

use actix_web::test::TestRequest;

use super::house::{Browser, SESSION, parameters, person, stands};

#[actix_web::test]
async fn t45_logout_closes_both_sessions() {
    for stand in stands() {
        let house = stand.open().await;
        let mut browser = Browser::default();
        browser.log_in(&house, &stand.peer, person()).await;
        let session = browser.cookies[SESSION].clone();
        // The ID token lives a minute; logging out much later works all the same.
        stand.peer.advance(600);
        let answer = browser.post(&house, "/me", "/logout", &[]).await;
        assert_eq!(answer.status, 303);
        assert!(answer.location.starts_with(&format!("{}/session/end?", stand.peer.issuer)), "{}", answer.location);
        let asked = parameters(&answer.location);
        assert!(asked["id_token_hint"].starts_with("eyJ"));
        assert_eq!(asked["post_logout_redirect_uri"], "http://localhost:8080/logout/done");
        assert!(!browser.cookies.contains_key(SESSION));
        let mut thief = Browser::default();
        thief.cookies.insert(SESSION.into(), session);
        assert_eq!(thief.get(&house, "/me").await.status, 303, "dead on our side before the browser left");
        let done = browser.get(&house, &format!("/logout/done?state={}", asked["state"])).await;
        assert!(done.body.contains("ici et chez le fournisseur"), "{}", done.body);
        for state in [asked["state"].as_str(), "guess", ""] {
            let again = browser.get(&house, &format!("/logout/done?state={state}")).await;
            assert!(again.status == 200 && !again.body.contains("ici et chez le fournisseur"), "{state}");
        }
    }
}

#[actix_web::test]
async fn t45_logout_works_while_the_provider_is_down() {
    for stand in stands() {
        let house = stand.open().await;
        let mut browser = Browser::default();
        browser.log_in(&house, &stand.peer, person()).await;
        stand.peer.reply("/.well-known/openid-configuration", 503, "text/plain", "");
        // Another node, or one that was started again, and does not know the provider yet.
        let restarted = stand.open().await;
        let answer = browser.post(&restarted, "/me", "/logout", &[]).await;
        assert_eq!((answer.status, answer.location.as_str()), (303, "/logout/done"));
        assert_eq!(browser.get(&restarted, "/me").await.status, 303);
        let nobody = browser.post(&restarted, "/login", "/logout", &[]).await;
        assert_eq!((nobody.status, nobody.location.as_str()), (303, "/logout/done"), "without a session too");
    }
}

#[actix_web::test]
async fn t46_nobody_is_logged_out_by_another_site() {
    for stand in stands() {
        let house = stand.open().await;
        let mut browser = Browser::default();
        browser.log_in(&house, &stand.peer, person()).await;
        for request in [
            TestRequest::post().uri("/logout"),
            TestRequest::post().uri("/logout").set_form([("csrf", "guess")]),
            TestRequest::post()
                .uri("/logout")
                .insert_header(("sec-fetch-site", "cross-site"))
                .set_form([("csrf", "x")]),
        ] {
            assert_eq!(browser.send(&house, request).await.status, 403);
        }
        assert_eq!(browser.get(&house, "/logout").await.status, 405);
        assert_eq!(browser.get(&house, "/me").await.status, 200);
    }
}
