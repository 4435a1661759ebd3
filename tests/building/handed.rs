//! Who gave a document stands with it: the patient, a relative who opened the file for them, or a clerk to whom a paper
//! was handed.

use reqwest::{Method, StatusCode, header};
use serde_json::{Value, json};

use crate::{
    app::{On, TestApp},
    browser::{Browser, Page},
    documents::{self, Phone, form, multipart, sample},
    people::{id_of, open_for},
    preadmission::{fill, fill_all, link, opened, send, status},
    stays::decide,
};

/// A clerk adds papers with the page's form; the answer, before any redirect.
async fn add(clerk: &mut Browser, file: &str, kind: &str, files: &[(&str, &[u8])]) -> Page {
    let address = format!("/desk/preadmissions/{file}/documents");
    let page = clerk.open(&address).await;
    let shown = page.form(&address).with("kind", kind);
    let fields: Vec<_> = shown.fields.iter().filter(|(name, _)| name != "file").collect();
    assert_eq!(fields[0].0, "csrf", "the token is the first part");
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let url = format!("{}{address}", clerk.base);
    let headers = [("sec-fetch-site", "same-origin")];
    clerk.try_send(Method::POST, &url, &headers, Some((&multipart(), form(&fields, files).into()))).await.unwrap()
}

async fn given(browser: &mut Browser, file: &str) -> Vec<(String, String, String)> {
    let list = browser.open(&format!("/api/v1/preadmissions/{file}/documents")).await.json();
    let text = |one: &Value, key: &str| one[key].as_str().unwrap().to_owned();
    let all = list["items"].as_array().unwrap().iter();
    all.map(|one| (text(one, "kind"), text(one, "state"), text(one, "source"))).collect()
}

#[actix_web::test]
async fn a_paper_handed_in_comes_beside_what_the_patient_sent() {
    for on in On::all() {
        let app = documents::app(on, None).await;
        let mut camille = app.patient("camille").await;
        let id = opened(&app, &mut camille, "VN1").await;
        fill_all(&mut camille, &id).await;
        let mut phone = Phone { browser: &mut camille, file: id.clone() };
        phone.send("CN_RECTO", &[("recto.pdf", &sample("plain.pdf"))]).await;
        app.deliver().await;
        send(&mut camille, &id).await;

        let mut clerk = app.staff("adrien").await;
        let mut elsewhere = app.staff("aline").await;
        let address = format!("/desk/preadmissions/{id}/documents");
        assert_eq!(elsewhere.open(&address).await.status, StatusCode::NOT_FOUND);
        assert!(clerk.open(&format!("/desk/preadmissions/{id}")).await.text.contains(&address), "the way there");
        let refused = add(&mut clerk, &id, "CN_VERSO", &[("a.gif", b"GIF89a")]).await;
        assert_eq!(refused.status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{}", refused.first("main"));
        assert!(refused.first(".summary").contains("a.gif"), "{}", refused.first("main"));
        let unknown = add(&mut clerk, &id, "LIVRET_FAMILLE", &[("a.pdf", &sample("plain.pdf"))]).await;
        assert_eq!(unknown.status, StatusCode::NOT_FOUND, "not asked for");
        let twice = add(&mut clerk, &id, "CN_VERSO", &[("a.pdf", &sample("plain.pdf"))]).await;
        assert_eq!(twice.status, StatusCode::CONFLICT, "the same bytes");
        let added = add(&mut clerk, &id, "CN_VERSO", &[("verso.jpg", &sample("turned_gps.jpg"))]).await;
        assert_eq!(added.status, StatusCode::SEE_OTHER, "{}", added.first("main"));
        assert_eq!(status(&mut camille, &id).await.0, "READY", "it stays sent");
        app.deliver().await;
        let all = given(&mut camille, &id).await;
        let expected = [("CN_RECTO", "to-review", "patient"), ("CN_VERSO", "to-review", "clerk")];
        let expected = expected.map(|(kind, state, source)| (kind.to_owned(), state.to_owned(), source.to_owned()));
        assert_eq!(all.iter().filter(|(kind, ..)| kind.starts_with("CN_")).cloned().collect::<Vec<_>>(), expected);
        let page = camille.open(&format!("/preadmissions/{id}/documents/CN_VERSO")).await;
        assert!(page.text.contains("Ajouté par l’accueil"), "{}", page.first("main"));
        let page = camille.open(&format!("/preadmissions/{id}/documents/CN_RECTO")).await;
        assert!(!page.text.contains("Ajouté par l’accueil"));
        let review = clerk.open(&format!("/desk/preadmissions/{id}")).await;
        assert!(
            review.text.replace('\u{a0}', " ").contains("Remis par : Adrien ADMISSION"),
            "{}",
            review.first("main")
        );
        let looks = camille.open("/me/access-log").await;
        assert!(looks.first("main").contains("preadmissionLe personnel"), "{}", looks.first("main"));

        // Accepted, nothing is added any more.
        for document in
            clerk.open(&format!("/api/v1/desk/preadmissions/{id}")).await.json()["given"].as_array().unwrap()
        {
            if document["state"] == "to-review" {
                let seen = clerk.open(&format!("/api/v1/desk/preadmissions/{id}")).await.json()["mark"].clone();
                let path = format!("documents/{}/decision", document["id"].as_str().unwrap());
                decide(&mut clerk, &id, &path, json!({ "decision": "accepted", "seen": seen })).await;
            }
        }
        decide(&mut clerk, &id, "acceptance", json!({})).await;
        let page = clerk.open(&address).await;
        assert!(page.text.contains("n’attend plus de document"), "{}", page.first("main"));
        app.deliver().await;
        app.stop().await;
    }
}

/// A clerk opens it for who has no login, by handing in the first paper.
#[actix_web::test]
async fn a_file_that_nobody_opened_takes_a_paper() {
    for on in On::all() {
        let app = documents::app(on, None).await;
        let path = link(&app, "VN1").await;
        let id = path.split(['/', '?']).nth(2).expect("an id").to_owned();
        let mut clerk = app.staff("adrien").await;
        let session = clerk.open("/api/v1/desk/session").await.json();
        let token = session["csrf_token"].as_str().unwrap().to_owned();
        let url = format!("{}/api/v1/desk/preadmissions/{id}/documents", clerk.base);
        let body = form(&[("kind", "CN_RECTO")], &[("recto.pdf", &sample("plain.pdf"))]);
        let headers = [("x-csrf-token", token.as_str()), ("idempotency-key", "one"), ("sec-fetch-site", "same-origin")];
        let sent =
            clerk.try_send(Method::POST, &url, &headers, Some((&multipart(), body.clone().into()))).await.unwrap();
        assert_eq!(sent.status, StatusCode::CREATED, "{}", sent.text);
        assert!(sent.headers.get(header::LOCATION).is_none());
        let again = clerk.try_send(Method::POST, &url, &headers, Some((&multipart(), body.into()))).await.unwrap();
        assert_eq!(again.json(), sent.json(), "sent again it is the same document");
        app.deliver().await;
        let view = clerk.open(&format!("/api/v1/desk/preadmissions/{id}")).await.json();
        assert_eq!(view["status"], "IN_PROGRESS");
        assert_eq!((&view["given"][0]["source"], &view["given"][0]["state"]), (&json!("clerk"), &json!("to-review")));
        app.stop().await;
    }
}

/// Whoever opened the file for an adult gives documents as a relative, and so does the history say.
#[actix_web::test]
async fn what_a_relative_gives_and_sends_is_a_relatives() {
    for on in On::all() {
        let app = TestApp::start(on).await;
        let mut helene = app.patient("helene").await;
        let said = [("role", "relative"), ("day", "12"), ("month", "3"), ("year", "1984"), ("stated", "yes")];
        let home = open_for(&app, &mut helene, "VN1", &said).await;
        assert_eq!(home.status, StatusCode::OK, "{}", home.first("main"));
        let id = id_of(&home);
        fill_all(&mut helene, &id).await;
        fill(&mut helene, &id, "identity", &[("sex", "F"), ("birth-place", "75107")]).await;
        send(&mut helene, &id).await;
        let all = given(&mut helene, &id).await;
        assert!(!all.is_empty() && all.iter().all(|(_, _, source)| source == "relative"), "{all:?}");
        let review = app.staff("adrien").await.open(&format!("/desk/preadmissions/{id}")).await;
        assert!(review.text.replace('\u{a0}', " ").contains("Remis par : un proche"), "{}", review.first("main"));
        assert!(review.text.contains("(version 1), un proche"), "{}", review.first("main"));
        app.deliver().await;
        app.stop().await;
    }
}
