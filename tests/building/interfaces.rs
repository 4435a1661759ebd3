//! The desk of the interfaces, from a partner that refuses to a message that is replayed or dropped, on both databases.

use jiff::SignedDuration;
use reqwest::StatusCode;
use serde_json::Value;
use simulators::sih::Conduct;

use crate::{
    app::{On, TestApp},
    browser::{Browser, Page},
    journey::book,
};

/// The hospital refuses an appointment; the desk's list shows it.
async fn refused(app: &TestApp) -> (Browser, Page) {
    app.partners.sih.partner.behave(Conduct::Rejecting);
    book(app, "camille").await;
    app.deliver().await;
    let mut irene = app.staff("irene").await;
    let list = irene.open("/desk/deliveries?state=refused&consumer=sih").await;
    let path = list.attribute("tbody a[href^='/desk/deliveries/']", "href").expect("the refused delivery");
    let page = irene.open(&path).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.first("main"));
    (irene, page)
}

/// (control id, acknowledgement, number it repeats), oldest first.
async fn heard(app: &TestApp) -> Vec<(String, String, Value)> {
    let messages = app.shown(app.partners.sih.http_addr, "/messages.json").await;
    let line =
        |one: &Value| (one["control_id"].to_string(), one["acknowledgement"].to_string(), one["repeats"].clone());
    messages.as_array().unwrap().iter().rev().map(line).collect()
}

#[actix_web::test]
async fn a_refused_message_is_replayed_byte_for_byte() {
    for on in On::all() {
        let app = TestApp::start(on).await;
        let (mut irene, page) = refused(&app).await;
        assert!(page.text.contains("PID-5") && page.text.contains("EXEMPLE"), "{}", page.first("main"));
        assert!(page.text.contains("AE 101"), "{}", page.first("main"));

        app.partners.sih.partner.behave(Conduct::Normal);
        let form = page.form("/desk/deliveries/");
        assert!(form.action.ends_with("/replay"));
        let replayed = irene.submit(&page, &form).await;
        assert_eq!(replayed.status, StatusCode::OK);
        app.deliver().await;
        let entries = app.partners.sih.partner.entries();
        assert_eq!(entries.len(), 2);
        assert_eq!(entries[0].message, entries[1].message);
        let settled = irene.open(&page.url).await;
        assert!(settled.text.contains("acquitté"), "{}", settled.first("main"));
        let late = irene.submit(&page, &form).await;
        assert_eq!(late.status, StatusCode::CONFLICT);
        app.stop().await;
    }
}

#[actix_web::test]
async fn a_dropped_message_is_not_sent_again() {
    let app = TestApp::start(On::Sqlite).await;
    let (mut irene, page) = refused(&app).await;
    let drop = page.forms().into_iter().find(|form| form.action.ends_with("/drop")).unwrap();
    let without = irene.submit(&page, &drop.clone().with("reason", " ")).await;
    assert_eq!(without.status, StatusCode::UNPROCESSABLE_ENTITY);
    let done = irene.submit(&page, &drop.with("reason", "Saisi dans l'agenda")).await;
    assert!(done.text.contains("Saisi dans l"), "{}", done.first("main"));
    app.partners.sih.partner.behave(Conduct::Normal);
    app.clock.advance(SignedDuration::from_hours(1));
    app.deliver().await;
    assert_eq!(heard(&app).await.len(), 1);
    app.stop().await;
}

#[actix_web::test]
async fn only_those_of_the_establishment_see_it() {
    let app = TestApp::start(On::Sqlite).await;
    let (_, page) = refused(&app).await;
    let path = page.url.strip_prefix(&app.base).unwrap().to_owned();
    let mut odile = app.staff("odile").await;
    assert_eq!(odile.open(&path).await.status, StatusCode::NOT_FOUND);
    assert!(!odile.open("/desk/deliveries").await.text.contains("Centre hospitalier d&#39;essai"));
    let mut adrien = app.staff("adrien").await;
    assert_eq!(adrien.open(&path).await.status, StatusCode::FORBIDDEN);
    app.stop().await;
}

#[actix_web::test]
async fn an_acknowledgement_of_another_message_makes_one_appointment() {
    for on in On::all() {
        let app = TestApp::start(on).await;
        // It keeps the message, and acknowledges one that nobody sent.
        app.partners.sih.partner.behave(Conduct::Foreign);
        book(&app, "camille").await;
        app.deliver().await;
        app.partners.sih.partner.behave(Conduct::Normal);
        app.clock.advance(SignedDuration::from_mins(1));
        app.deliver().await;
        let heard = heard(&app).await;
        assert_eq!(heard.len(), 2, "{heard:?}");
        assert_eq!(heard[0].0, heard[1].0, "the same MSH-10");
        assert_eq!((&heard[1].1, &heard[1].2), (&"\"AA\"".to_owned(), &Value::from(1)), "known as a repetition");
        app.stop().await;
    }
}
