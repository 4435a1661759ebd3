//! T08, T12, T27 to T36, T43 to T45 and T50 against a provider that says what it is told to say.

use std::collections::BTreeMap;

use serde_json::json;

use super::{
    peer::Peer,
    signer::{SUBJECT, Signer},
};
use crate::oidc::{Begun, Identity, LoginFailure, Provider, TokenFault};

async fn login(peer: &Peer, party: &Provider, signer: &Signer) -> Result<Identity, LoginFailure> {
    let begun = party.begin().await?;
    peer.vouch(signer, &begun.pending.nonce);
    party.redeem("code", Some(&peer.issuer), &begun.pending).await
}

fn query(begun: &Begun) -> BTreeMap<String, String> {
    begun.url.query_pairs().into_owned().collect()
}

#[actix_web::test]
async fn a_login_brings_verified_claims() {
    let peer = Peer::start();
    let identity = login(&peer, &peer.party(json!({})), &peer.signer).await.unwrap();
    assert_eq!((identity.subject.as_str(), identity.acr.as_deref()), (SUBJECT, Some("eidas1")));
    assert_eq!(identity.claims.get("family_name"), Some(&json!("DUBINÔRE")));
    let sent = peer.asked("/token").remove(0);
    for part in ["grant_type=authorization_code", "code=code", "client_id=parvis-tests", "client_secret=top-secret"] {
        assert!(sent.contains(part), "{part} in the body, as FranceConnect asks");
    }
    assert!(sent.contains("redirect_uri=https%3A%2F%2Frdv.example%2Flogin%2Ffc%2Fcallback"));
    assert!(!sent.contains("code_verifier"));
}

#[actix_web::test]
async fn t43_only_whitelisted_parameters_for_franceconnect() {
    let peer = Peer::start();
    let begun = peer.party(json!({})).begin().await.unwrap();
    let query = query(&begun);
    let names: Vec<&str> = query.keys().map(String::as_str).collect();
    assert_eq!(names, ["acr_values", "client_id", "nonce", "redirect_uri", "response_type", "scope", "state"]);
    assert_eq!(query["response_type"], "code");
    assert_eq!(query["acr_values"], "eidas1");
    assert_eq!(query["scope"], "openid identite_pivot preferred_username email idp_birthdate");
    assert_eq!(query["redirect_uri"], "https://rdv.example/login/fc/callback");
    assert_eq!((query["state"].len(), query["nonce"].len()), (43, 43));
    assert_eq!((&query["state"], &query["nonce"]), (&begun.state, &begun.pending.nonce));
}

#[actix_web::test]
async fn t43_pkce_for_the_hospital() {
    let peer = Peer::start();
    let roles = json!({"claim": "roles", "grants": []});
    let party = peer.party(json!({"preset": "hospital", "roles": roles, "userinfo": "none"}));
    let begun = party.begin().await.unwrap();
    let query = query(&begun);
    assert_eq!(query["redirect_uri"], "https://rdv.example/desk/login/fc/callback");
    assert_eq!(query["code_challenge_method"], "S256");
    let verifier = begun.pending.pkce_verifier.clone().unwrap();
    let digest = kernel::digest::sha256(&[verifier.as_bytes()]);
    assert_eq!(query["code_challenge"], data_encoding::BASE64URL_NOPAD.encode(&digest));
    peer.vouch(&peer.signer, &begun.pending.nonce);
    party.redeem("code", Some(&peer.issuer), &begun.pending).await.unwrap();
    assert!(peer.asked("/token")[0].contains(&format!("code_verifier={verifier}")));
    assert!(peer.asked("/userinfo").is_empty());
}

#[actix_web::test]
async fn t08_the_issuer_of_the_callback_is_checked_before_the_code_leaves() {
    let peer = Peer::start();
    let party = peer.party(json!({}));
    let begun = party.begin().await.unwrap();
    peer.vouch(&peer.signer, &begun.pending.nonce);
    for iss in [Some("https://evil.example"), Some(""), None] {
        let refusal = party.redeem("code", iss, &begun.pending).await.err();
        assert_eq!(refusal, Some(LoginFailure::OtherIssuer));
    }
    assert!(peer.asked("/token").is_empty());
    peer.describe(json!({"authorization_response_iss_parameter_supported": null}));
    peer.advance(3600);
    peer.vouch(&peer.signer, &begun.pending.nonce);
    assert!(party.redeem("code", None, &begun.pending).await.is_ok(), "where it is not promised, none is expected");
}

#[actix_web::test]
async fn a_refused_code_and_a_broken_token_endpoint_are_told_apart() {
    let peer = Peer::start();
    let party = peer.party(json!({}));
    let begun = party.begin().await.unwrap();
    for (status, body, refusal) in [
        (
            400,
            r#"{"error":"invalid_grant","error_description":"x"}"#,
            LoginFailure::CodeRefused("invalid_grant".into()),
        ),
        (401, r#"{"error":"invalid_client"}"#, LoginFailure::CodeRefused("invalid_client".into())),
        (500, "<html>", LoginFailure::Unavailable),
        (200, r#"{"access_token":"a","token_type":"Bearer"}"#, LoginFailure::NoIdToken),
        (200, "<html>", LoginFailure::IdToken(TokenFault::Malformed)),
        (
            200,
            r#"{"access_token":"a","token_type":"Bearer","id_token":"x"}"#,
            LoginFailure::IdToken(TokenFault::Malformed),
        ),
    ] {
        peer.reply("/token", status, "application/json", body);
        assert_eq!(party.redeem("code", Some(&peer.issuer), &begun.pending).await.err(), Some(refusal), "{body}");
    }
}

#[actix_web::test]
async fn t28_t30_userinfo_that_is_not_what_was_agreed() {
    let peer = Peer::start();
    let party = peer.party(json!({}));
    let begun = party.begin().await.unwrap();
    let malformed = || LoginFailure::Userinfo(TokenFault::Malformed);
    let json_body = format!(r#"{{"sub":"{SUBJECT}"}}"#);
    for (status, content_type, body, refusal) in [
        (200, "application/json", json_body.as_str(), malformed()),
        (200, "text/html", "<html>", malformed()),
        (200, "application/jwt", "not.a.token", malformed()),
        (401, "application/json", "{}", LoginFailure::Unavailable),
        (500, "application/jwt", "", LoginFailure::Unavailable),
    ] {
        peer.vouch(&peer.signer, &begun.pending.nonce);
        peer.reply("/userinfo", status, content_type, body);
        assert_eq!(
            party.redeem("code", Some(&peer.issuer), &begun.pending).await.err(),
            Some(refusal),
            "{status} {body}"
        );
    }
    // A good token under another name is not what was agreed either.
    peer.vouch(&peer.signer, &begun.pending.nonce);
    peer.relabel("/userinfo", "text/html");
    assert_eq!(party.redeem("code", Some(&peer.issuer), &begun.pending).await.err(), Some(malformed()));
}

#[actix_web::test]
async fn t32_new_keys_are_fetched_once_and_the_login_works() {
    let peer = Peer::start();
    let party = peer.party(json!({}));
    login(&peer, &party, &peer.signer).await.unwrap();
    let second = Signer::es256("second");
    peer.publish(&[second.jwk()]);
    login(&peer, &party, &second).await.unwrap();
    assert_eq!(peer.asked("/jwks").len(), 2);
}

#[actix_web::test]
async fn t33_unknown_keys_make_one_request_a_minute() {
    let peer = Peer::start();
    let party = peer.party(json!({}));
    let stranger = Signer::es256("stranger");
    for _ in 0..20 {
        let refusal = login(&peer, &party, &stranger).await.err();
        assert_eq!(refusal, Some(LoginFailure::IdToken(TokenFault::UnknownKey)));
    }
    assert_eq!(peer.asked("/jwks").len(), 2, "the first fetch and one more");
    peer.advance(61);
    login(&peer, &party, &stranger).await.err().unwrap();
    assert_eq!(peer.asked("/jwks").len(), 3);
}

#[actix_web::test]
async fn t35_a_description_of_another_issuer_or_without_tls_is_refused() {
    let peer = Peer::start();
    for changes in [
        json!({"issuer": "https://evil.example"}),
        json!({"issuer": format!("{}/", peer.issuer)}),
        json!({"token_endpoint": "http://idp.example/token"}),
        json!({"jwks_uri": "http://10.0.0.1/jwks"}),
        json!({"userinfo_endpoint": "http://169.254.169.254/latest"}),
        json!({"end_session_endpoint": "http://idp.example/end"}),
        json!({"authorization_endpoint": null}),
    ] {
        peer.describe(changes.clone());
        let refusal = peer.party(json!({})).begin().await.err().unwrap();
        assert!(matches!(refusal, LoginFailure::Misdescribed(_)), "{changes}: {refusal:?}");
    }
    assert!(peer.asked("/jwks").is_empty());
}

#[actix_web::test]
async fn t36_a_provider_down_at_our_start_is_found_again() {
    let peer = Peer::start();
    let party = peer.party(json!({}));
    peer.reply("/.well-known/openid-configuration", 503, "text/plain", "");
    assert_eq!(party.begin().await.err(), Some(LoginFailure::Unavailable));
    peer.describe(json!({}));
    assert_eq!(party.begin().await.err(), Some(LoginFailure::Unavailable), "not asked again at once");
    peer.advance(3);
    assert!(party.begin().await.is_ok());
    peer.advance(3600);
    peer.reply("/.well-known/openid-configuration", 503, "text/plain", "");
    assert!(party.begin().await.is_ok(), "what was known serves while the provider is down");
}

#[actix_web::test]
async fn t45_logout_carries_hint_address_and_state_even_with_the_provider_down() {
    let peer = Peer::start();
    let party = peer.party(json!({}));
    let token = "an.expired.token".to_owned().into();
    let url = party.logout_address(&token, "the-state").await.unwrap();
    assert!(url.as_str().starts_with(&format!("{}/session/end?", peer.issuer)));
    let pairs: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    let expected = [
        ("id_token_hint", "an.expired.token"),
        ("post_logout_redirect_uri", "https://rdv.example/logout/done"),
        ("state", "the-state"),
    ];
    assert_eq!(pairs, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    peer.reply("/.well-known/openid-configuration", 503, "text/plain", "");
    assert!(peer.party(json!({})).logout_address(&token, "s").await.is_none(), "our own half is done anyway");
}

#[actix_web::test]
async fn t50_no_endpoint_sends_us_elsewhere() {
    let peer = Peer::start();
    let party = peer.party(json!({}));
    let begun = party.begin().await.unwrap();
    peer.reply("/inner", 200, "application/jwt", "inner");
    peer.vouch(&peer.signer, &begun.pending.nonce);
    peer.reply("/userinfo", 302, "text/plain", &format!("{}/inner", peer.issuer));
    assert!(party.redeem("code", Some(&peer.issuer), &begun.pending).await.is_err());
    peer.reply("/token", 302, "text/plain", &format!("{}/inner", peer.issuer));
    assert!(party.redeem("code", Some(&peer.issuer), &begun.pending).await.is_err());
    assert!(peer.asked("/inner").is_empty());
}

#[actix_web::test]
async fn an_endless_answer_is_cut() {
    let peer = Peer::start();
    let party = peer.party(json!({}));
    peer.reply("/.well-known/openid-configuration", 200, "application/json", &" ".repeat(300_000));
    assert_eq!(party.begin().await.err(), Some(LoginFailure::Unavailable));
}
