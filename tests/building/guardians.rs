//! Protected adults: who represents them fills in the file for them or beside them, who assists them co-signs, and a
//! relative only helps.

use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::{
    app::{On, TestApp},
    browser::{Browser, Page},
    people::{announce, answer, come, field, file, id_of, link_to, open_for, put, told_of_answers},
    preadmission::{desk, fill, fill_all, link, opened, send, status},
};

pub(crate) const GUARDIAN: &[(&str, &str)] = &[
    ("role", "representative"),
    ("measure", "tutelle"),
    ("scope", "person"),
    ("day", "2"),
    ("month", "2"),
    ("year", "1940"),
    ("stated", "yes"),
];

#[actix_web::test]
async fn an_adult_under_guardianship() {
    let app = TestApp::start(On::Sqlite).await;
    announce(&app, "VNA", ("Odette", "1940-02-02"), true).await;
    let mut guardian = app.patient("helene").await;
    for (name, value) in [("measure", "curatelle"), ("scope", "goods")] {
        let said = open_for(&app, &mut guardian, "VNA", &[GUARDIAN, &[(name, value)]].concat()).await;
        assert_eq!(said.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(said.text.contains("ne permet pas de décider"), "{name}: {}", said.first("main"));
    }
    let home = open_for(&app, &mut guardian, "VNA", GUARDIAN).await;
    assert!(home.text.contains("déclare représenter"), "{}", home.first("main"));
    let id = id_of(&home);
    let known = file(&mut guardian, &id).await;
    assert_eq!((&known["opened_as"], &known["consent"]), (&json!("representative"), &json!("not-needed")));
    assert!(known["documents"].to_string().contains("MESURE_PROTECTION"), "the order is asked for");
    fill(&mut guardian, &id, "situation", &[("adult-agrees", "no"), ("protector-phone", "06 39 98 01 02")]).await;
    let refused = file(&mut guardian, &id).await;
    assert_eq!(
        (&refused["consent"], &refused["may_be_sent"]),
        (&json!("refused"), &json!(false)),
        "the adult is heard first"
    );
    fill(&mut guardian, &id, "situation", &[("adult-agrees", "cannot-say")]).await;
    assert_eq!(file(&mut guardian, &id).await["consent"], "not-needed");
    let nobody_signs = guardian.open(&format!("/preadmissions/{id}/signatories")).await;
    assert!(nobody_signs.url.ends_with(&id), "{}", nobody_signs.url);
    let mut clerk = app.staff("adrien").await;
    let secret = put(&mut clerk, &format!("/api/v1/desk/preadmissions/{id}/secrecy"), &json!({ "secret": true })).await;
    assert_eq!(secret.status, StatusCode::UNPROCESSABLE_ENTITY, "an adult has no parents to hide from");
    app.deliver().await;
    app.stop().await;
}

const CO_SIGNED: &[(&str, &str)] = &[("answer", "signed"), ("stated", "yes")];

/// The desk asks the person in charge; the link that they get.
async fn ask_protector(app: &TestApp, clerk: &mut Browser, visit: &'static str, contact: &str) -> String {
    let id = link(app, visit).await.split('/').nth(2).unwrap().to_owned();
    let home = format!("/desk/preadmissions/{id}");
    let page = clerk.open(&home).await;
    let form = page.form(&format!("{home}/representative")).with("name", "Mme Tutrice").with("contact", contact);
    let review = clerk.submit(&page, &form).await;
    assert!(review.text.contains("Mme Tutrice. Lien envoyé"), "{}", review.first("main"));
    link_to(app, contact.trim_start_matches('0')).await
}

/// Who holds the link of a person in charge of Odette says what they say.
async fn come_to_protect(browser: &mut Browser, path: &str, said: &[(&str, &str)]) -> Page {
    come(browser, path, ("2", "2", "1940"), said).await
}

#[actix_web::test]
async fn the_person_in_charge_comes_by_a_link_of_their_own() {
    for on in On::all() {
        let app = TestApp::start(on).await;
        announce(&app, "VNA", ("Odette", "1940-02-02"), true).await;
        let mut clerk = app.staff("adrien").await;
        let theirs = ask_protector(&app, &mut clerk, "VNA", "tutrice@exemple.fr").await;
        let mut guardian = app.patient("helene").await;
        let said =
            |measure: &'static str, scope: &'static str| [("measure", measure), ("scope", scope), ("stated", "yes")];
        for wrong in [&said("tutelle", "goods")[..], &said("tutelle", "person")[..2], &said("x", "person")] {
            let refused = come_to_protect(&mut guardian, &theirs, wrong).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong:?}: {}", refused.first("main"));
        }
        let home = come_to_protect(&mut guardian, &theirs, &said("tutelle", "person")).await;
        assert!(home.text.contains("déclare représenter"), "{}", home.first("main"));
        let id = id_of(&home);
        let known = file(&mut guardian, &id).await;
        assert_eq!(known["opened_as"], "representative");
        assert_eq!(field(&known, "situation.protection-measure").0, "tutelle");
        fill(&mut guardian, &id, "contact", &[("city", "Essai")]).await;
        let mut stranger = app.patient("camille").await;
        let taken = come_to_protect(&mut stranger, &theirs, &said("tutelle", "person")).await;
        assert_eq!(taken.status, StatusCode::FORBIDDEN, "{}", taken.first("main"));
        let path = format!("/api/v1/desk/preadmissions/{id}/representative");
        let again = desk(&mut clerk, &path, &json!({ "name": "Anne", "contact": "a@exemple.fr" })).await;
        assert_eq!(again.status, StatusCode::CONFLICT, "somebody opened it: {}", again.text);

        // A curator assists and decides nothing.
        announce(&app, "VNB", ("Odette", "1940-02-02"), true).await;
        let theirs = ask_protector(&app, &mut clerk, "VNB", "0639980188").await;
        let mut curator = app.patient("jean-noel").await;
        let home = come_to_protect(&mut curator, &theirs, &said("curatelle", "goods")).await;
        let id = id_of(&home);
        let known = file(&mut curator, &id).await;
        assert_eq!(
            (&known["opened_as"], field(&known, "situation.protection").0),
            (&json!("relative"), "assisted".into())
        );
        assert_eq!(known["person_in_charge"]["state"], "awaited", "who helps has not co-signed");
        let said = answer(&mut curator, &format!("/preadmissions/{id}/people/representative/1"), CO_SIGNED).await;
        assert!(said.text.contains("Vous avez cosigné"), "{}", said.first("main"));
        app.deliver().await;
        app.stop().await;
    }
}

#[actix_web::test]
async fn a_relative_helps_and_has_no_say() {
    let app = TestApp::start(On::Sqlite).await;
    announce(&app, "VNA", ("Odette", "1940-02-02"), false).await;
    let mut daughter = app.patient("helene").await;
    let said = [("role", "relative"), ("day", "2"), ("month", "2"), ("year", "1940"), ("stated", "yes")];
    let home = open_for(&app, &mut daughter, "VNA", &said).await;
    assert!(home.text.contains("rempli par un proche"), "{}", home.first("main"));
    let id = id_of(&home);
    fill(&mut daughter, &id, "contact", &[("city", "Essai")]).await;
    let page = daughter.open(&format!("/preadmissions/{id}/sections/contact")).await;
    assert!(page.text.contains("Saisi par un proche"), "{}", page.first("main"));
    let mut clerk = app.staff("adrien").await;
    let early = desk(&mut clerk, &format!("/api/v1/desk/preadmissions/{id}/acceptance"), &json!({})).await;
    assert_eq!(early.status, StatusCode::CONFLICT, "{}", early.text);
    app.deliver().await;
    app.stop().await;
}

const MEASURE: &[(&str, &str)] = &[
    ("protection", "represented"),
    ("protection-measure", "tutelle"),
    ("protection-scope", "person"),
    ("adult-agrees", "yes"),
    ("protector-name", "Hélène Tutrice"),
    ("protector-phone", "06 39 98 01 71"),
];

/// Camille's file, in which she says who is in charge of her; what follows is shown.
async fn opened_by_the_adult(app: &TestApp, camille: &mut Browser, measure: &[(&str, &str)]) -> (String, Page) {
    let id = opened(app, camille, "VN1").await;
    fill_all(camille, &id).await;
    // What one answer brings up is asked next.
    for some in [1, 3, measure.len()] {
        fill(camille, &id, "situation", &measure[..some.min(measure.len())]).await;
    }
    let page = camille.open(&format!("/preadmissions/{id}/people/representative")).await;
    (id, page)
}

/// The person in charge is asked from the patient's side; the link that they get.
async fn ask_from_the_file(app: &TestApp, camille: &mut Browser, page: &Page) -> String {
    let form = page.forms().into_iter().find(|form| form.action.ends_with("/invitation")).expect("a form to ask");
    let asked = camille.submit(page, &form).await;
    assert!(asked.text.contains("Lien envoyé par SMS"), "{}", asked.first("main"));
    link_to(app, "39980171").await
}

const REPRESENTS: &[(&str, &str)] = &[("measure", "tutelle"), ("scope", "person"), ("stated", "yes")];
const CAMILLES: (&str, &str, &str) = ("12", "3", "1984");

#[actix_web::test]
async fn the_representative_joins_the_file_that_the_adult_opened() {
    for on in On::all() {
        let app = TestApp::start(on).await;
        let mut camille = app.patient("camille").await;
        let (id, page) = opened_by_the_adult(&app, &mut camille, MEASURE).await;
        let theirs = ask_from_the_file(&app, &mut camille, &page).await;
        let own = come(&mut camille, &theirs, CAMILLES, REPRESENTS).await;
        assert_eq!(own.status, StatusCode::FORBIDDEN, "nobody is in charge of themselves: {}", own.first("main"));
        let mut guardian = app.patient("helene").await;
        let goods = come(&mut guardian, &theirs, CAMILLES, &[REPRESENTS, &[("scope", "goods")]].concat()).await;
        assert_eq!(goods.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", goods.first("main"));
        let path = format!("/preadmissions/{id}");
        assert_eq!(guardian.open(&path).await.status, StatusCode::NOT_FOUND, "not hers yet");
        let home = come(&mut guardian, &theirs, CAMILLES, REPRESENTS).await;
        assert!(home.text.contains("avec le patient, que vous représentez"), "{}", home.first("main"));

        // Both see it and fill it in, and each answer says whose it is.
        let shown = camille.open(&path).await;
        assert!(shown.text.contains("vous représente et remplit ce dossier avec vous"), "{}", shown.first("main"));
        assert!(guardian.open("/preadmissions").await.text.contains(&id), "among the files that she fills in");
        fill(&mut guardian, &id, "contact", &[("city", "Beaune")]).await;
        fill(&mut camille, &id, "remarks", &[("text", "Je viens seule")]).await;
        let known = file(&mut guardian, &id).await;
        assert_eq!(field(&known, "contact.city"), ("Beaune".to_owned(), "relative".to_owned()));
        assert_eq!(field(&known, "remarks.text"), ("Je viens seule".to_owned(), "patient".to_owned()));
        assert_eq!((&known["opened_as"], &known["person_in_charge"]["state"]), (&json!("self"), &json!("signed")));
        assert_eq!(known["person_in_charge"]["capacity"], "tutelle");
        assert!(known["documents"].to_string().contains("MESURE_PROTECTION"), "the order is asked for");
        let trusted = format!("/api/v1/preadmissions/{id}/people/trusted-person/invitation");
        let designated = guardian.call(Method::POST, &trusted, None, json!({ "contact": "a@exemple.fr" })).await;
        assert_eq!(designated.status, StatusCode::UNPROCESSABLE_ENTITY, "nobody designates for the patient");

        // She sends it with her statement.
        let missing = guardian.open(&format!("{path}/missing-documents/MESURE_PROTECTION")).await;
        guardian.submit(&missing, &missing.form("/preadmissions/").with("reason", "coming")).await;
        let sending = format!("/api/v1/preadmissions/{id}/submission");
        for (body, wanted) in [(json!({}), 422), (json!({ "stated": 1 }), 400)] {
            let refused = guardian.call(Method::POST, &sending, Some("unstated"), body).await;
            assert_eq!(refused.status, wanted, "{}", refused.text);
        }
        let check = guardian.open(&format!("{path}/check")).await;
        let mut form = check.form("/preadmissions/");
        form.fields.retain(|(name, _)| name != "stated");
        let unstated = guardian.submit(&check, &form).await;
        assert_eq!(unstated.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", unstated.first("main"));
        let form = unstated.form("/preadmissions/").with("stated", "yes");
        guardian.submit(&unstated, &form).await;
        assert_eq!(status(&mut camille, &id).await, (json!("READY"), json!(1)));
        let log = camille.open("/me/access-log").await;
        assert!(log.text.contains("Une personne qui vous représente"), "{}", log.first("main"));

        // The desk sees it, and ends what no longer holds; the adult keeps their file.
        let mut clerk = app.staff("adrien").await;
        let review = clerk.open(&format!("/desk{path}")).await;
        for words in ["Représente le patient", "Hélène Tutrice", "Tutelle"] {
            assert!(review.text.contains(words), "{words}: {}", review.first("main"));
        }
        let again = json!({ "name": "Anne", "contact": "a@exemple.fr" });
        let again = desk(&mut clerk, &format!("/api/v1/desk{path}/representative"), &again).await;
        assert_eq!(again.status, StatusCode::CONFLICT, "{}", again.text);
        let revocation = format!("/api/v1{path}/people/representative/revocation");
        let sent_away = camille.call(Method::POST, &revocation, None, json!({})).await;
        assert_eq!(sent_away.status, StatusCode::UNPROCESSABLE_ENTITY, "not for her to send away");
        let form = review.form(&format!("/desk{path}/people/representative")).with("state", "revoked");
        let ended = clerk.submit(&review, &form).await;
        assert!(ended.text.contains("N’est plus chargée du patient"), "{}", ended.first("main"));
        assert_eq!(guardian.open(&path).await.status, StatusCode::NOT_FOUND);
        assert!(!guardian.open("/preadmissions").await.text.contains(&id));
        let ended = guardian.open(&theirs).await;
        assert!(ended.text.contains("vous n’êtes plus chargé de cette personne"), "{}", ended.first("main"));
        assert_eq!(app.browser().open(&theirs).await.status, StatusCode::GONE);
        assert_eq!(camille.open(&path).await.status, StatusCode::OK);
        app.deliver().await;
        app.stop().await;
    }
}

const ASSISTED: &[(&str, &str)] =
    &[("protection", "assisted"), ("curator-name", "Paul Curateur"), ("curator-phone", "06 39 98 01 71")];

#[actix_web::test]
async fn a_curator_co_signs_and_holds_nothing_back() {
    for on in On::all() {
        let app = TestApp::start(on).await;
        let mut camille = app.patient("camille").await;
        let (id, page) = opened_by_the_adult(&app, &mut camille, ASSISTED).await;
        let theirs = ask_from_the_file(&app, &mut camille, &page).await;
        let mut curator = app.patient("jean-noel").await;
        let said = [("measure", "curatelle"), ("scope", "goods"), ("stated", "yes")];
        let known = come(&mut curator, &theirs, CAMILLES, &said).await;
        assert!(known.url.ends_with(&format!("/{id}/people/representative/1")), "{}", known.url);
        assert!(known.text.contains("Camille EXEMPLE prépare un séjour"), "{}", known.first("main"));
        assert!(!known.text.contains("Arthroscopie"), "what the stay is for is not theirs to know");
        assert_eq!(curator.open(&format!("/preadmissions/{id}")).await.status, StatusCode::NOT_FOUND, "not the file");

        // The file leaves without their answer.
        send(&mut camille, &id).await;
        let own = known.url.trim_start_matches(&app.base).to_owned();
        let unstated = answer(&mut curator, &own, &CO_SIGNED[..1]).await;
        assert_eq!(unstated.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", unstated.first("main"));
        let declined = answer(&mut curator, &own, &[("answer", "refused")]).await;
        assert!(declined.text.contains("Vous n’avez pas cosigné"), "{}", declined.first("main"));
        assert_eq!(told_of_answers(&app, "39980102").await, 1, "the patient is told once");
        let mut clerk = app.staff("adrien").await;
        let list = clerk.open("/desk/preadmissions?days=60").await;
        assert!(list.text.contains("curateur\u{a0}: N’a pas cosigné"), "{}", list.first("main"));
        let review = clerk.open(&format!("/desk/preadmissions/{id}")).await;
        assert!(review.text.contains("Le curateur n’a pas cosigné"), "{}", review.first("main"));
        let signed = answer(&mut curator, &own, CO_SIGNED).await;
        assert!(signed.text.contains("Vous avez cosigné"), "{}", signed.first("main"));
        assert_eq!(file(&mut camille, &id).await["person_in_charge"]["state"], "signed");
        assert_eq!(status(&mut camille, &id).await, (json!("READY"), json!(1)));
        app.deliver().await;
        app.stop().await;
    }
}

#[actix_web::test]
async fn a_curator_who_is_silent_is_seen_and_another_takes_their_place() {
    let app = TestApp::start(On::Sqlite).await;
    let mut camille = app.patient("camille").await;
    let (id, page) = opened_by_the_adult(&app, &mut camille, ASSISTED).await;
    let first = ask_from_the_file(&app, &mut camille, &page).await;
    app.clock.advance(jiff::SignedDuration::from_hours(24 * 8));
    app.run_due().await;
    let mut camille = app.patient("camille").await;
    assert_eq!(file(&mut camille, &id).await["person_in_charge"]["state"], "no-answer");
    assert_eq!(app.browser().open(&first).await.status, StatusCode::GONE);
    fill(&mut camille, &id, "situation", &[ASSISTED, &[("curator-name", "Anne Curatrice")]].concat()).await;
    let page = camille.open(&format!("/preadmissions/{id}/people/representative")).await;
    let second = ask_from_the_file(&app, &mut camille, &page).await;
    assert_ne!(first, second);
    let known = file(&mut camille, &id).await;
    assert_eq!(
        (&known["person_in_charge"]["number"], &known["person_in_charge"]["name"]),
        (&json!(2), &json!("Anne Curatrice"))
    );
    let page = camille.open(&format!("/preadmissions/{id}/people/representative")).await;
    let form = page.forms().into_iter().find(|form| form.action.ends_with("/revocation")).expect("a form to take back");
    camille.submit(&page, &form).await;
    assert_eq!(file(&mut camille, &id).await["person_in_charge"]["state"], "revoked", "nobody came: it is taken back");
    assert_eq!(app.browser().open(&second).await.status, StatusCode::GONE);
    app.deliver().await;
    app.stop().await;
}
