//! The trusted person: designated by the patient, co-signed by a link of their own or on paper, taken back at any time;
//! the hospital's system hears of nobody who did not co-sign (CSP art. L1111-6).

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use simulators::sih::Word;

use crate::{
    app::{On, TestApp},
    browser::{Browser, Page},
    people::{self, announce, link_to, put, told_of_answers},
    preadmission::{fill, opened, send},
    stays::{ENTRY, decide, fill_inpatient, followed, heard, last_heard, tell, told},
};

/// Camille's announced stay, filled in; she names Paul EXEMPLE.
async fn named(app: &TestApp, camille: &mut Browser) -> String {
    assert_eq!(tell(app, Word::Announced, "VN9", ENTRY).await, "AA");
    app.deliver().await;
    let id = followed(app, camille).await;
    fill_inpatient(camille, &id).await;
    id
}

/// Asks the person by the page; what is shown then.
pub(crate) async fn ask(browser: &mut Browser, id: &str, contact: &str) -> Page {
    let page = browser.open(&format!("/preadmissions/{id}/people/trusted-person")).await;
    let form = page.forms().into_iter().find(|form| form.action.ends_with("/invitation")).expect("a form to ask");
    browser.submit(&page, &form.with("contact", contact)).await
}

/// Who holds the link says whose birth date they know; what a trusted person is stands there before.
pub(crate) async fn come(browser: &mut Browser, path: &str, born: (&str, &str, &str)) -> Page {
    let page = browser.open(path).await;
    assert!(page.text.contains("l’emporte sur tout autre témoignage"), "{}", page.first("main"));
    people::come(browser, path, born, &[]).await
}

const BORN: (&str, &str, &str) = ("12", "3", "1984");

async fn answer(browser: &mut Browser, page: &Page, said: &[(&str, &str)]) -> Page {
    let path = page.url.trim_start_matches(&browser.base).to_owned();
    people::answer(browser, &path, said).await
}

const SIGNED: &[(&str, &str)] = &[("answer", "signed"), ("stated", "yes")];

/// Asked, identified and co-signed by Jean-Noël; where he answers.
pub(crate) async fn co_signed(app: &TestApp, camille: &mut Browser, id: &str) -> (Browser, String) {
    ask(camille, id, "").await;
    let link = link_to(app, "39980109").await;
    let mut paul = app.patient("jean-noel").await;
    let known = come(&mut paul, &link, BORN).await;
    let said = answer(&mut paul, &known, SIGNED).await;
    assert!(said.text.contains("Vous avez accepté et signé"), "{}", said.first("main"));
    (paul, said.url.trim_start_matches(&app.base).to_owned())
}

async fn state(browser: &mut Browser, id: &str) -> Value {
    browser.open(&format!("/api/v1/preadmissions/{id}")).await.json()["trusted_person"]["state"].clone()
}

async fn revoke(browser: &mut Browser, id: &str) -> Page {
    let page = browser.open(&format!("/preadmissions/{id}/people/trusted-person")).await;
    let form = page.forms().into_iter().find(|form| form.action.ends_with("/revocation")).expect("a form to revoke");
    browser.submit(&page, &form).await
}

/// NK1-7 K of the last message to the hospital's system.
fn tells_of_trusted(app: &TestApp) -> bool {
    last_heard(app).split('\r').any(|segment| segment.starts_with("NK1|") && segment.split('|').nth(7) == Some("K"))
}

#[actix_web::test]
async fn named_asked_co_signed_told_and_taken_back() {
    for on in On::all() {
        let app = TestApp::start(on).await;
        let mut camille = app.patient("camille").await;
        let id = named(&app, &mut camille).await;
        let home = camille.open(&format!("/preadmissions/{id}")).await;
        assert!(home.text.contains("Pas encore demandée"), "{}", home.first("main"));
        let asked = ask(&mut camille, &id, "").await;
        assert!(
            asked.text.contains("Lien envoyé par SMS") && asked.text.contains("Réponse attendue"),
            "{}",
            asked.text
        );
        let link = link_to(&app, "39980109").await;

        let own = come(&mut camille, &link, BORN).await;
        assert_eq!(own.status, StatusCode::FORBIDDEN, "nobody is their own trusted person");
        let mut paul = app.patient("jean-noel").await;
        let wrong = come(&mut paul, &link, ("12", "3", "1985")).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", wrong.first("main"));
        let known = come(&mut paul, &link, BORN).await;
        assert!(known.text.contains("Camille EXEMPLE vous désigne"), "{}", known.first("main"));
        assert!(!known.text.contains("Arthroplastie"), "what the stay is for is not theirs to know");
        let unstated = answer(&mut paul, &known, &[("answer", "signed")]).await;
        assert_eq!(unstated.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", unstated.first("main"));
        let mut helene = app.patient("helene").await;
        let designation = known.url.trim_start_matches(&app.base).to_owned();
        assert_eq!(helene.open(&designation).await.status, StatusCode::NOT_FOUND);
        assert_eq!(paul.open(&format!("/preadmissions/{id}")).await.status, StatusCode::NOT_FOUND, "the file is hers");
        assert_eq!(come(&mut helene, &link, BORN).await.status, StatusCode::FORBIDDEN, "somebody else is that person");
        answer(&mut paul, &known, SIGNED).await;
        assert_eq!(state(&mut camille, &id).await, "signed");
        let form = camille.open(&format!("/api/v1/preadmissions/{id}")).await.json()["documents"].to_string();
        assert!(!form.contains("PERS_CONFIANCE"), "no paper is asked for: {form}");

        send(&mut camille, &id).await;
        let mut clerk = app.staff("adrien").await;
        let review = clerk.open(&format!("/desk/preadmissions/{id}")).await;
        for words in ["A accepté et signé", "Paul EXEMPLE", "Jean-Noël PATRON"] {
            assert!(review.text.contains(words), "{words}: {}", review.first("main"));
        }
        decide(&mut clerk, &id, "acceptance", json!({})).await;
        app.deliver().await;
        assert!(tells_of_trusted(&app) && last_heard(&app).contains("Paul EXEMPLE"), "{}", last_heard(&app));

        // Taken back after the file was accepted: the hospital's system is told, the person finds it out.
        let letters = told(&app).await.len();
        let gone = revoke(&mut camille, &id).await;
        assert!(gone.text.contains("Désignation retirée"), "{}", gone.first("main"));
        app.deliver().await;
        assert_eq!(heard(&app), ["A05", "Z99"]);
        assert!(!tells_of_trusted(&app), "{}", last_heard(&app));
        assert_eq!(told(&app).await.len(), letters, "a file accepted is not told twice");
        assert!(paul.open(&designation).await.text.contains("a retiré cette désignation"));
        assert_eq!(app.browser().open(&link).await.status, StatusCode::GONE);
        assert!(review_of(&mut clerk, &id).await.contains("Désignation retirée"));
        app.stop().await;
    }
}

async fn review_of(clerk: &mut Browser, id: &str) -> String {
    clerk.open(&format!("/desk/preadmissions/{id}")).await.first("main")
}

#[actix_web::test]
async fn who_signs_late_is_told_late_and_may_change_their_mind() {
    for on in On::all() {
        let app = TestApp::start(on).await;
        let mut camille = app.patient("camille").await;
        let id = named(&app, &mut camille).await;
        send(&mut camille, &id).await;
        let mut clerk = app.staff("adrien").await;
        decide(&mut clerk, &id, "acceptance", json!({})).await;
        app.deliver().await;
        assert!(!tells_of_trusted(&app), "a wish is no designation: {}", last_heard(&app));
        let (mut paul, designation) = co_signed(&app, &mut camille, &id).await;
        app.deliver().await;
        assert_eq!((heard(&app).len(), tells_of_trusted(&app)), (2, true), "{}", last_heard(&app));
        let page = paul.open(&designation).await;
        let said = answer(&mut paul, &page, &[("answer", "refused")]).await;
        assert!(said.text.contains("Vous n’avez pas accepté"), "{}", said.first("main"));
        app.deliver().await;
        assert_eq!((heard(&app), tells_of_trusted(&app)), (vec!["A05".into(), "Z99".into(), "Z99".into()], false));
        assert_eq!(state(&mut camille, &id).await, "refused");
        app.stop().await;
    }
}

#[actix_web::test]
async fn silence_ends_and_another_name_takes_the_first_back() {
    for on in On::all() {
        let app = TestApp::start(on).await;
        let mut camille = app.patient("camille").await;
        let id = named(&app, &mut camille).await;
        for (contact, words) in [("01 40 00 00 00", "Aucun SMS n’arrive"), ("12", "complétez ce qui est demandé")] {
            let refused = ask(&mut camille, &id, contact).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{contact}");
            assert!(refused.text.contains(words), "{contact}: {}", refused.first("main"));
        }
        ask(&mut camille, &id, "paul@exemple.fr").await;
        let first = link_to(&app, "paul@exemple.fr").await;
        app.clock.advance(jiff::SignedDuration::from_hours(24 * 8));
        app.run_due().await;
        let mut camille = app.patient("camille").await;
        let page = camille.open(&format!("/preadmissions/{id}/people/trusted-person")).await;
        assert!(page.text.contains("N’a pas répondu"), "{}", page.first("main"));
        assert_eq!(app.browser().open(&first).await.status, StatusCode::GONE);
        assert_eq!(told_of_answers(&app, "39980102").await, 1, "the patient is told once");
        let list = app.staff("adrien").await.open("/desk/preadmissions?days=60").await;
        assert!(list.text.contains("Personne de confiance\u{a0}: N’a pas répondu"), "{}", list.first("main"));
        // Asked again without saying where: the same address.
        ask(&mut camille, &id, "").await;
        let second = link_to(&app, "paul@exemple.fr").await;
        assert_ne!(first, second);
        let mut paul = app.patient("jean-noel").await;
        let known = come(&mut paul, &second, BORN).await;
        answer(&mut paul, &known, SIGNED).await;
        assert_eq!(state(&mut camille, &id).await, "signed");
        fill(&mut camille, &id, "trusted-person", &[("wished", "yes"), ("name", "Anne EXEMPLE")]).await;
        assert_eq!(state(&mut camille, &id).await, "revoked");
        assert_eq!(app.browser().open(&second).await.status, StatusCode::GONE);
        let third = ask(&mut camille, &id, "").await;
        assert!(
            third.text.contains("Anne EXEMPLE") && third.text.contains("Réponse attendue"),
            "{}",
            third.first("main")
        );
        fill(&mut camille, &id, "trusted-person", &[("wished", "no")]).await;
        assert_eq!(state(&mut camille, &id).await, "revoked", "who wants nobody takes it back");
        app.deliver().await;
        app.stop().await;
    }
}

#[actix_web::test]
async fn on_paper_and_by_the_interface() {
    for on in On::all() {
        let app = TestApp::start(on).await;
        let mut camille = app.patient("camille").await;
        let id = named(&app, &mut camille).await;
        send(&mut camille, &id).await;
        let mut clerk = app.staff("adrien").await;
        let page = clerk.open(&format!("/desk/preadmissions/{id}")).await;
        let form = page.form(&format!("/desk/preadmissions/{id}/people/trusted-person")).with("state", "paper");
        let review = clerk.submit(&page, &form).await;
        assert!(review.text.contains("Formulaire papier signé reçu"), "{}", review.first("main"));
        let again = clerk.submit(&page, &form).await;
        assert_eq!(again.status, StatusCode::CONFLICT, "received once");
        decide(&mut clerk, &id, "acceptance", json!({})).await;
        app.deliver().await;
        assert!(tells_of_trusted(&app), "{}", last_heard(&app));
        let log = camille.open("/me/access-log").await;
        let traces = log.text.matches("Le personnel de l’hôpital").count();
        assert_eq!(traces, 4, "two looks, the form received, the file accepted: {}", log.first("main"));

        let path = format!("/api/v1/desk/preadmissions/{id}/people/trusted-person");
        for (said, status) in [("signed", 422), ("x", 422), ("revoked", 200), ("revoked", 409), ("paper", 200)] {
            let done = put(&mut clerk, &path, &json!({ "state": said })).await;
            assert_eq!(done.status.as_u16(), status, "{said}: {}", done.text);
        }
        let mut elsewhere = app.staff("aline").await;
        let foreign = put(&mut elsewhere, &path, &json!({ "state": "paper" })).await;
        assert_eq!(foreign.status, StatusCode::NOT_FOUND);

        // By the interface: taken back, asked, identified, co-signed.
        let home = format!("/api/v1/preadmissions/{id}");
        let ended =
            camille.call(Method::POST, &format!("{home}/people/trusted-person/revocation"), None, json!({})).await;
        assert_eq!((ended.status, &ended.json()["trusted_person"]["state"]), (StatusCode::OK, &json!("revoked")));
        let invited = format!("{home}/people/trusted-person/invitation");
        let fixed = camille.call(Method::POST, &invited, None, json!({ "contact": "0140000000" })).await;
        assert!(fixed.text.contains("/problems/not-a-mobile"), "{}", fixed.text);
        let asked = camille.call(Method::POST, &invited, None, json!({})).await;
        assert_eq!((asked.status, &asked.json()["trusted_person"]["state"]), (StatusCode::OK, &json!("awaited")));
        let link = link_to(&app, "39980109").await;
        let (invitation, k) = (link.split(['/', '?']).nth(2).unwrap(), link.split("k=").nth(1).unwrap());
        let mut paul = app.patient("jean-noel").await;
        let path = format!("/api/v1/invitations/{invitation}/identification");
        let known = paul.call(Method::POST, &path, None, json!({ "k": k, "birth_date": "1984-03-12" })).await;
        assert_eq!(
            (known.status, &known.json()["purpose"]),
            (StatusCode::OK, &json!("trusted-person")),
            "{}",
            known.text
        );
        let path = format!("{home}/people/trusted-person/{}", known.json()["number"]);
        assert_eq!(paul.open(&path).await.json()["patient"], "Camille EXEMPLE");
        let unstated = paul.call(Method::PUT, &path, None, json!({ "answer": "signed", "stated": false })).await;
        assert_eq!(unstated.status, StatusCode::UNPROCESSABLE_ENTITY);
        let signed = paul.call(Method::PUT, &path, None, json!({ "answer": "signed", "stated": true })).await;
        assert_eq!((signed.status, &signed.json()["state"]), (StatusCode::OK, &json!("signed")));
        let again = camille.call(Method::POST, &invited, None, json!({})).await;
        assert_eq!(again.status, StatusCode::CONFLICT, "they co-signed already");
        app.deliver().await;
        app.stop().await;
    }
}

#[actix_web::test]
async fn nobody_designates_for_somebody_else() {
    let app = TestApp::start(On::Sqlite).await;
    announce(&app, "VNA", ("Odette", "1940-02-02"), false).await;
    let mut daughter = app.patient("helene").await;
    let said = [("role", "relative"), ("day", "2"), ("month", "2"), ("year", "1940"), ("stated", "yes")];
    let id = crate::people::id_of(&crate::people::open_for(&app, &mut daughter, "VNA", &said).await);
    fill(&mut daughter, &id, "trusted-person", &[("wished", "yes"), ("name", "Anne"), ("phone", "0639980109")]).await;
    let page = daughter.open(&format!("/preadmissions/{id}/people/trusted-person")).await;
    assert!(
        page.text.contains("Seul le patient majeur") && !page.text.contains("/trusted-person/invitation"),
        "{}",
        page.text
    );
    let path = format!("/api/v1/preadmissions/{id}/people/trusted-person/invitation");
    let asked = daughter.call(Method::POST, &path, None, json!({})).await;
    assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", asked.text);

    // Somebody represents the patient: a judge has to allow it first.
    let mut camille = app.patient("camille").await;
    let id = opened(&app, &mut camille, "VN1").await;
    let measure = [("protection", "represented"), ("protection-scope", "person")];
    fill(&mut camille, &id, "situation", &measure).await;
    fill(&mut camille, &id, "situation", &[measure.as_slice(), &[("protection-scope", "person")]].concat()).await;
    fill(&mut camille, &id, "trusted-person", &[("wished", "yes"), ("name", "Anne"), ("phone", "0639980109")]).await;
    let page = camille.open(&format!("/preadmissions/{id}/people/trusted-person")).await;
    assert!(page.text.contains("le juge ou le conseil de famille"), "{}", page.first("main"));
    let path = format!("/api/v1/preadmissions/{id}/people/trusted-person/invitation");
    assert_eq!(camille.call(Method::POST, &path, None, json!({})).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    // On paper with that permission the desk may receive it.
    let mut clerk = app.staff("adrien").await;
    let path = format!("/api/v1/desk/preadmissions/{id}/people/trusted-person");
    assert_eq!(put(&mut clerk, &path, &json!({ "state": "paper" })).await.status, StatusCode::OK);
    app.deliver().await;
    app.stop().await;
}
