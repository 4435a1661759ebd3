//! Filling in when it is not simple: after the session ended, and by a clerk on the telephone.

use reqwest::{Method, StatusCode};

use crate::{
    app::{On, TestApp},
    browser::Page,
    people::{field, file, status_at},
    preadmission::link,
};

/// Half an hour of silence ends a session; what was typed meanwhile is not lost.
#[actix_web::test]
async fn a_form_that_comes_after_the_session_is_kept() {
    let app = TestApp::start(On::Sqlite).await;
    let mut camille = app.patient("camille").await;
    let id = crate::preadmission::opened(&app, &mut camille, "VN1").await;
    let page = camille.open(&format!("/preadmissions/{id}/sections/remarks")).await;
    let form = page.form("/preadmissions/").with("remarks.text", "J’arrive tôt <b> & tard");
    app.clock.advance(jiff::SignedDuration::from_mins(31));
    let late = camille.submit(&page, &form).await;
    assert_eq!(late.status, StatusCode::UNAUTHORIZED, "{}", late.first("main"));
    assert!(late.attribute("main a[href='/login'][target]", "href").is_some(), "{}", late.text);
    let kept = late.form("/preadmissions/");
    assert!(kept.fields.contains(&("remarks.text".to_owned(), "J’arrive tôt <b> & tard".to_owned())), "{kept:?}");
    // In another tab of the same browser.
    camille.log_in("/login", "camille").await;
    let home = camille.submit(&late, &kept).await;
    assert_eq!(home.status, StatusCode::OK, "one press: {}", home.first("main"));
    let (value, _) = field(&file(&mut camille, &id).await, "remarks.text");
    assert_eq!(value, "J’arrive tôt <b> & tard");

    // In another browser the kept page is worth nothing.
    let mut other = app.patient("camille").await;
    let foreign = other.submit(&late, &kept).await;
    assert_eq!(foreign.status, StatusCode::FORBIDDEN, "{}", foreign.first("main"));

    // No other site gets a page that carries its values.
    let url = camille.absolute(&format!("/preadmissions/{id}/sections/remarks"), &camille.base.clone());
    let body = ("application/x-www-form-urlencoded", "remarks.text=elsewhere&csrf=x".to_owned());
    for site in ["cross-site", "same-site", "none"] {
        let foreign = camille.send(Method::POST, &url, &[("sec-fetch-site", site)], Some(body.clone())).await;
        assert_eq!(foreign.status, StatusCode::FORBIDDEN);
        assert!(!foreign.text.contains("elsewhere"), "{site}");
    }
    app.deliver().await;
    app.stop().await;
}

#[actix_web::test]
async fn a_clerk_fills_in_on_the_telephone() {
    for on in On::all() {
        let app = TestApp::start(on).await;
        let id = link(&app, "VN1").await.split('/').nth(2).unwrap().to_owned();
        let mut clerk = app.staff("adrien").await;
        let path = format!("/desk/preadmissions/{id}/fill");
        assert!(clerk.open(&path).await.text.contains(&format!("{path}/contact")), "each section that is open");
        // Buttons that nobody pressed are not sent.
        let typed = |page: &Page| {
            let (mut form, texts) = (page.form("/desk/preadmissions/"), page.texts());
            form.fields.retain(|(name, _)| texts.contains(name));
            form
        };
        let page = clerk.open(&format!("{path}/contact")).await;
        let form = typed(&page).with("contact.city", "Essai").with("contact.mobile", "12");
        let wrong = clerk.submit(&page, &form).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", wrong.first("main"));
        let home = clerk.submit(&wrong, &typed(&wrong).with("contact.mobile", "06 39 98 01 55")).await;
        assert!(home.url.ends_with(&path), "{}", home.first("main"));
        let mut carer = app.staff("sofia").await;
        assert_eq!(status_at(&mut carer, &path).await, StatusCode::FORBIDDEN);

        let mut camille = app.patient("camille").await;
        let opened = crate::preadmission::opened(&app, &mut camille, "VN1").await;
        let known = file(&mut camille, &opened).await;
        assert_eq!(field(&known, "contact.city"), ("Essai".to_owned(), "clerk".to_owned()));
        let mobile = field(&known, "contact.mobile");
        assert_eq!(mobile, ("+33639980155".to_owned(), "clerk".to_owned()), "not overwritten when it is opened");
        app.deliver().await;
        app.deliver().await;
        app.stop().await;
    }
}
