//! The questionnaire before anaesthesia: no part of the file, read by carers alone.

use reqwest::StatusCode;

use crate::{
    app::{On, TestApp},
    browser::{Browser, Page},
    people::{file, status_at},
};

/// Everything that must be answered, section by section.
const MEDICAL: &[(&str, &[(&str, &str)])] = &[
    ("medical-body", &[("weight", "70"), ("height", "172"), ("pregnancy", "no")]),
    ("medical-history", &[("anaesthesia", "no"), ("family-trouble", "no")]),
    ("medical-allergies", &[("any", "no")]),
    ("medical-treatments", &[("any", "no"), ("anticoagulant", "yes")]),
    ("medical-treatments", &[("anticoagulant-name", "Apixaban-planté")]),
    ("medical-habits", &[("tobacco", "never"), ("alcohol", "never")]),
    ("medical-devices", &[("any", "no"), ("sleep-apnoea", "no"), ("teeth", "no")]),
];

/// Fills in a page of the questionnaire; buttons that were pressed before stay pressed.
pub(crate) async fn fill_medical(browser: &mut Browser, id: &str, section: &str, fields: &[(&str, &str)]) -> Page {
    let page = browser.open(&format!("/preadmissions/{id}/medical/{section}")).await;
    let mut form = page.form("/preadmissions/");
    let typed: Vec<String> = page.texts();
    form.fields.retain(|(name, _)| name == "csrf" || typed.contains(name));
    for (name, value) in fields {
        form = form.with(&format!("{section}.{name}"), value);
    }
    browser.submit(&page, &form).await
}

/// Fills in the whole questionnaire and sends it.
pub(crate) async fn send_medical(browser: &mut Browser, id: &str) {
    for (section, fields) in MEDICAL {
        let said = fill_medical(browser, id, section, fields).await;
        assert_eq!(said.status, StatusCode::OK, "{section}: {}", said.first("main"));
    }
    let ready = browser.open(&format!("/preadmissions/{id}/medical")).await;
    let sent = browser.submit(&ready, &ready.form("/preadmissions/")).await;
    assert!(sent.text.contains("Envoyé le"), "{}", sent.first("main"));
}

#[actix_web::test]
async fn the_medical_questionnaire_is_for_carers_alone() {
    for on in On::all() {
        let app = TestApp::start(on).await;
        let mut camille = app.patient("camille").await;
        let id = crate::preadmission::opened(&app, &mut camille, "VN1").await;
        let home = camille.open(&format!("/preadmissions/{id}/medical")).await;
        assert!(home.text.contains("jeudi 10") && home.text.contains("Il manque encore"), "{}", home.first("main"));
        let desk_path = format!("/desk/medical-questionnaires/{id}");
        let mut carer = app.staff("sofia").await;
        assert_eq!(status_at(&mut carer, &desk_path).await, StatusCode::NOT_FOUND, "not sent yet");
        send_medical(&mut camille, &id).await;

        let read = carer.open(&desk_path).await;
        assert!(read.text.contains("Apixaban-planté") && read.text.contains("EXEMPLE"), "{}", read.first("main"));
        assert!(carer.open("/desk/medical-questionnaires").await.text.contains(&id));
        let mut clerk = app.staff("adrien").await;
        assert_eq!(status_at(&mut clerk, &desk_path).await, StatusCode::FORBIDDEN);
        assert_eq!(status_at(&mut clerk, "/desk/medical-questionnaires").await, StatusCode::FORBIDDEN);
        // Nothing of it stands in the file, nor in what a clerk is answered.
        let whole = file(&mut camille, &id).await.to_string();
        assert!(!whole.contains("medical") && !whole.contains("planté"), "{whole}");
        let mut helene = app.patient("helene").await;
        for path in [format!("/preadmissions/{id}/medical"), format!("/preadmissions/{id}/medical/medical-body")] {
            assert_eq!(status_at(&mut helene, &path).await, StatusCode::NOT_FOUND, "{path}");
        }
        app.deliver().await;
        app.deliver().await;
        app.stop().await;
    }
}
