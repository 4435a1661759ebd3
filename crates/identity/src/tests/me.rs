//! T53 and T54 as pages, contact details, the access log, and the same through the API.

use actix_web::test::TestRequest;
use serde_json::{Value, json};

use super::house::{Browser, person, stands};

#[actix_web::test]
async fn contact_details_are_kept_and_traced() {
    for stand in stands() {
        let house = stand.open().await;
        let mut browser = Browser::default();
        browser.log_in(&house, &stand.peer, person()).await;
        let fields = [("email", "Moi@Exemple.TEST"), ("phone", "06 12 34 56 78"), ("language", "en")];
        let answer = browser.post(&house, "/me", "/me", &fields).await;
        assert_eq!((answer.status, answer.location.as_str()), (303, "/me?saved=1"));
        let page = browser.get(&house, "/me?saved=1").await.body;
        assert!(
            page.contains("C’est enregistré") && page.contains("Moi@exemple.test") && page.contains("+33612345678")
        );
        let log = browser.get(&house, "/me/access-log").await.body;
        assert!(log.contains("Modification\u{a0}: coordonnées") && log.contains("Connexion"), "{log}");
        assert!(!log.contains("exemple.test"), "names of things, never their values");
    }
}

#[actix_web::test]
async fn what_cannot_be_used_is_shown_beside_its_field() {
    for stand in stands() {
        let house = stand.open().await;
        let mut browser = Browser::default();
        browser.log_in(&house, &stand.peer, person()).await;
        let fields = [("email", "moi\"><b>"), ("phone", "12"), ("language", "xx")];
        let answer = browser.post(&house, "/me", "/me", &fields).await;
        assert_eq!(answer.status, 422);
        for part in
            ["href=\"#email\"", "href=\"#phone\"", "id=\"email-error\"", "id=\"phone-error\"", "aria-invalid=\"true\""]
        {
            assert!(answer.body.contains(part), "{part}");
        }
        assert!(!answer.body.contains("moi\"><b>"), "what was typed comes back harmless");
        assert!(answer.body.contains("<title>Erreur"));
    }
}

#[actix_web::test]
async fn t54_a_corrected_name_is_shown_and_its_change_can_be_read() {
    for stand in stands() {
        let house = stand.open().await;
        let mut browser = Browser::default();
        browser.log_in(&house, &stand.peer, person()).await;
        browser.cookies.remove(super::house::SESSION);
        let mut corrected = person();
        corrected["family_name"] = json!("RECTIFIÉE");
        browser.log_in(&house, &stand.peer, corrected).await;
        assert!(browser.get(&house, "/me").await.body.contains("RECTIFIÉE"));
        let log = browser.get(&house, "/me/access-log").await.body;
        assert!(log.contains("Modification\u{a0}: nom de naissance"), "{log}");
    }
}

#[actix_web::test]
async fn the_api_tells_the_same() {
    for stand in stands() {
        let house = stand.open().await;
        let mut browser = Browser::default();
        for path in ["/api/v1/me", "/api/v1/me/access-log"] {
            let refused = browser.get(&house, path).await;
            assert_eq!((refused.status, refused.headers["content-type"].as_str()), (401, "application/problem+json"));
        }
        browser.log_in(&house, &stand.peer, person()).await;
        let me: Value = serde_json::from_str(&browser.get(&house, "/api/v1/me").await.body).unwrap();
        assert_eq!(
            (&me["idp_birthdate"], &me["birthplace"], &me["gender"]),
            (&json!("1962-11-00"), &json!(""), &json!("unspecified"))
        );
        let session: Value = serde_json::from_str(&browser.get(&house, "/api/v1/session").await.body).unwrap();
        let put = |body: Value| {
            let token = session["csrf_token"].as_str().unwrap().to_owned();
            TestRequest::put().uri("/api/v1/me/contact").insert_header(("x-csrf-token", token)).set_json(body)
        };
        let kept = browser.send(&house, put(json!({"email": "", "phone": "+41 79 123 45 67", "language": "en"}))).await;
        assert_eq!(kept.status, 204, "{}", kept.body);
        let me: Value = serde_json::from_str(&browser.get(&house, "/api/v1/me").await.body).unwrap();
        assert_eq!(
            (&me["phone"], &me["email"], &me["language"]),
            (&json!("+41791234567"), &json!("angele@exemple.test"), &json!("en"))
        );
        for (body, status) in [
            (json!({"email": "x", "phone": "y", "language": "en"}), 422),
            (json!({"email": "", "phone": "", "language": "de"}), 422),
            (json!({"email": "", "phone": ""}), 422),
            (json!({"email": "", "phone": "", "language": "fr", "admin": true}), 422),
        ] {
            assert_eq!(browser.send(&house, put(body.clone())).await.status, status, "{body}");
        }
        let log: Value = serde_json::from_str(&browser.get(&house, "/api/v1/me/access-log").await.body).unwrap();
        let told: Vec<&str> =
            log["lines"].as_array().unwrap().iter().map(|line| line["what"].as_str().unwrap()).collect();
        assert_eq!(told, ["contact", "eidas1"]);
        let wrong = browser.get(&house, "/api/v1/me/access-log?before=x").await;
        assert_eq!(wrong.status, 400);
    }
}

#[actix_web::test]
async fn both_languages_have_the_same_words() {
    let keys = |text| web::i18n::keys(text).into_iter().map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(keys(crate::LOCALE.fr), keys(crate::LOCALE.en));
    for stand in stands() {
        let house = stand.open().await;
        let mut browser = Browser::default();
        browser.log_in(&house, &stand.peer, person()).await;
        let mut pages = Vec::new();
        for path in ["/me", "/me/access-log", "/logout/done", "/desk/logout/done", "/desk/login"] {
            for language in ["fr", "en"] {
                browser.cookies.insert("__Host-parvis-lang".into(), language.into());
                pages.push(browser.get(&house, path).await.body);
            }
        }
        assert!(pages.iter().all(|page| !page.contains("[identity-")), "a word is missing");
    }
}
