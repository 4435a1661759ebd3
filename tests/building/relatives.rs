//! Relatives whom the patient wants told: asked by a link, told of what they accepted, and of nothing else.

use reqwest::StatusCode;
use serde_json::json;

use crate::{
    app::{On, TestApp},
    browser::{Browser, Page},
    people::{link_to, status_at},
    preadmission::{desk, fill},
    stays::told,
};

/// What the patient wants told to somebody; what is shown then.
pub(crate) async fn add_relative(browser: &mut Browser, id: &str, said: &[(&str, &str)]) -> Page {
    let page = browser.open(&format!("/preadmissions/{id}/relatives")).await;
    let mut form =
        page.forms().into_iter().find(|form| form.action.ends_with("/relatives")).expect("room for one more");
    form.fields.retain(|(name, _)| name == "csrf");
    for (name, value) in said {
        form = form.with(name, value);
    }
    browser.submit(&page, &form).await
}

const SISTER: &[(&str, &str)] =
    &[("name", "Ma sœur"), ("contact", "06 39 98 01 88"), ("called", "Cam"), ("ready", "yes"), ("cancelled", "yes")];

/// Messages that went to her.
async fn to_sister(app: &TestApp) -> Vec<String> {
    app.deliver().await;
    let all = told(app).await.into_iter().filter(|(_, to, _)| to.ends_with("39980188"));
    all.map(|(_, _, text)| text).collect()
}

async fn answer_as_sister(app: &TestApp, path: &str, said: &str) -> Page {
    let mut sister = app.browser();
    let page = sister.open(path).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.first("main"));
    for word in ["EXEMPLE", "Arthro", "Chirurgie"] {
        assert!(!page.text.contains(word), "{word} in {}", page.first("main"));
    }
    let form = page.form("/invitations/").with("answer", said);
    sister.submit(&page, &form).await
}

#[actix_web::test]
async fn a_relative_is_told_only_what_they_accepted() {
    for on in On::all() {
        let app = TestApp::start(on).await;
        let mut camille = app.patient("camille").await;
        let id = crate::preadmission::opened(&app, &mut camille, "VN1").await;
        for wrong in [("contact", ""), ("called", ""), ("name", "")] {
            let said = add_relative(&mut camille, &id, &[SISTER, &[wrong]].concat()).await;
            assert_eq!(said.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong:?}");
        }
        let listed = add_relative(&mut camille, &id, SISTER).await;
        assert!(listed.text.contains("Ma sœur") && listed.text.contains("Lien envoyé par SMS"), "{}", listed.text);
        let asked = to_sister(&app).await;
        assert_eq!(asked.len(), 1, "{asked:?}");
        assert!(!asked[0].contains("Cam") && !asked[0].contains("décembre"), "asked without a name: {asked:?}");
        let own = link_to(&app, "39980188").await;

        // Silence is no consent.
        let mut helene = app.patient("helene").await;
        assert_eq!(status_at(&mut helene, &format!("/preadmissions/{id}/relatives")).await, StatusCode::NOT_FOUND);
        let forged = own.replace("k=", "k=A");
        assert_eq!(status_at(&mut helene, &forged).await, StatusCode::NOT_FOUND);
        let yes = answer_as_sister(&app, &own, "accept").await;
        assert!(yes.text.contains("Vous serez informé"), "{}", yes.first("main"));
        let listed = camille.open(&format!("/preadmissions/{id}/relatives")).await;
        assert!(listed.text.contains("Veut être informé"), "{}", listed.first("main"));

        // The hospital cancels: she is told, as the patient wants to be called.
        let mut clerk = app.staff("adrien").await;
        desk(&mut clerk, &format!("/api/v1/desk/preadmissions/{id}/cancellation"), &json!({})).await;
        let news = to_sister(&app).await;
        assert_eq!(news.len(), 2, "{news:?}");
        assert!(news[1].contains("Nouvelles de Cam") && news[1].contains("annulée"), "{news:?}");
        assert!(!news[1].contains("EXEMPLE") && !news[1].contains("Chirurgie"), "{news:?}");
        let stopped = answer_as_sister(&app, &own, "stop").await;
        assert!(stopped.text.contains("Plus rien"), "{}", stopped.first("main"));
        app.deliver().await;
        app.stop().await;
    }
}

#[actix_web::test]
async fn who_did_not_accept_or_is_taken_off_the_list_is_told_nothing() {
    let app = TestApp::start(On::Sqlite).await;
    let mut camille = app.patient("camille").await;
    let id = crate::preadmission::opened(&app, &mut camille, "VN1").await;
    add_relative(&mut camille, &id, SISTER).await;
    let silent = link_to(&app, "39980188").await;
    add_relative(&mut camille, &id, &[SISTER, &[("contact", "tante@exemple.fr"), ("name", "Ma tante")]].concat()).await;
    let aunts = link_to(&app, "tante@exemple.fr").await;
    answer_as_sister(&app, &aunts, "accept").await;
    let page = camille.open(&format!("/preadmissions/{id}/relatives")).await;
    let form = page.forms().into_iter().find(|form| form.action.ends_with("/relatives/2/removal")).unwrap();
    let listed = camille.submit(&page, &form).await;
    assert!(!listed.text.contains("Ma tante"), "{}", listed.first("main"));
    assert_eq!(status_at(&mut app.browser(), &aunts).await, StatusCode::GONE);
    assert_eq!(status_at(&mut app.browser(), &silent).await, StatusCode::OK);
    let before = told(&app).await.len();
    let mut clerk = app.staff("adrien").await;
    desk(&mut clerk, &format!("/api/v1/desk/preadmissions/{id}/cancellation"), &json!({})).await;
    app.deliver().await;
    let after = told(&app).await.split_off(before);
    let told: Vec<_> = after.iter().filter(|(_, to, _)| to.ends_with("39980188") || to.contains("tante")).collect();
    assert!(told.is_empty(), "{told:?}");
    app.stop().await;
}

#[actix_web::test]
async fn who_asks_for_silence_has_nobody_told() {
    let app = TestApp::start(On::Sqlite).await;
    let mut camille = app.patient("camille").await;
    let id = crate::preadmission::opened(&app, &mut camille, "VN1").await;
    add_relative(&mut camille, &id, SISTER).await;
    let own = link_to(&app, "39980188").await;
    answer_as_sister(&app, &own, "accept").await;
    fill(&mut camille, &id, "presence", &[("secret", "yes")]).await;
    let page = camille.open(&format!("/preadmissions/{id}/relatives")).await;
    assert!(page.text.contains("personne n’est informé"), "{}", page.first("main"));
    let mut clerk = app.staff("adrien").await;
    desk(&mut clerk, &format!("/api/v1/desk/preadmissions/{id}/cancellation"), &json!({})).await;
    assert_eq!(to_sister(&app).await.len(), 1, "only the question");
    app.stop().await;
}
