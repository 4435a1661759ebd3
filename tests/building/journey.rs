//! The journey of a patient, through every room and to the partners' own pages, on both databases.

use jiff::SignedDuration;
use reqwest::StatusCode;
use serde_json::Value;

use crate::{
    app::{On, TestApp},
    browser::{Browser, Page},
};

/// From the start to the free times of the first visit reason of cardiology.
pub(crate) async fn times(browser: &mut Browser) -> Page {
    let services = browser.open("/services?q=cardio").await;
    let service = services.attribute("a[href^='/services/']", "href").expect("a service");
    let page = browser.open(&service).await;
    let slots = page.attribute("a[href^='/slots']", "href").expect("a way to the times");
    browser.open(&slots).await
}

/// Chooses the first free time; where that leads is the check-your-answers page, or the login before it.
pub(crate) async fn choose_first(browser: &mut Browser) -> Page {
    let page = times(browser).await;
    let form = page.form("/holds");
    browser.submit(&page, &form).await
}

/// Confirms on the check-your-answers page.
pub(crate) async fn confirm(browser: &mut Browser, page: &Page) -> Page {
    let mut form = page.form("/appointments");
    if form.fields.iter().any(|(name, _)| name == "phone") {
        form = form.with("phone", "06 12 34 56 78").with("email", "camille@example.org");
    }
    browser.submit(page, &form).await
}

/// Books the first free time of cardiology; the confirmation page.
pub(crate) async fn book(app: &TestApp, citizen: &str) -> (Browser, Page) {
    let mut browser = app.patient(citizen).await;
    let check = choose_first(&mut browser).await;
    let page = confirm(&mut browser, &check).await;
    assert!(page.url.contains("/appointments/"), "{}: {}", page.url, page.first("main"));
    (browser, page)
}

/// The body that books the first free time of any service by the API.
pub(crate) async fn first_slot(browser: &mut Browser) -> Value {
    slot_from(browser, "").await
}

/// The same, not before a moment (`&from=…`).
async fn slot_from(browser: &mut Browser, from: &str) -> Value {
    let list = |page: &Page| {
        let answer = page.json();
        let found = answer.as_array().or_else(|| answer.as_object()?.values().find_map(Value::as_array)).cloned();
        found.unwrap_or_else(|| panic!("no list: {}", page.text))
    };
    let service = list(&browser.open("/api/v1/services").await)[0]["id"].as_str().unwrap().to_owned();
    let reasons = browser.open(&format!("/api/v1/visit-reasons?service={service}")).await;
    let reason = list(&reasons)[0]["id"].as_str().unwrap().to_owned();
    let slots = list(&browser.open(&format!("/api/v1/slots?visit_reason={reason}{from}")).await);
    let (agenda, starts_at) = (&slots[0]["agenda"], &slots[0]["starts_at"]);
    serde_json::json!({ "slot": { "visit_reason": reason, "agenda": agenda, "starts_at": starts_at } })
}

/// The three files of the receipt, the command that the page shows, and nothing of ours.
async fn openssl_verifies(browser: &mut Browser, appointment: &str, folder: &std::path::Path) {
    for (name, ending) in [("accuse.txt", "txt"), ("accuse.sig", "sig"), ("cle.pem", "pem")] {
        let bytes = browser.bytes(&format!("{appointment}/receipt.{ending}")).await;
        std::fs::write(folder.join(name), bytes).unwrap();
    }
    let page = browser.open(&format!("{appointment}/receipt")).await;
    let command = page.all("pre").into_iter().find(|text| text.starts_with("openssl")).expect("a command");
    let run = |folder: &std::path::Path| {
        let mut words = command.split(' ');
        let output =
            std::process::Command::new(words.next().unwrap()).args(words).current_dir(folder).output().unwrap();
        output.status.success()
    };
    assert!(run(folder), "{command}");
    let text = std::fs::read_to_string(folder.join("accuse.txt")).unwrap();
    assert!(text.contains("lundi 23"), "{text}");
    std::fs::write(folder.join("accuse.txt"), text.replace("lundi 23", "lundi 30")).unwrap();
    assert!(!run(folder), "a changed text does not verify");
}

fn of_kind<'v>(messages: &'v Value, event: &str) -> Vec<&'v Value> {
    messages.as_array().unwrap().iter().filter(|message| message.to_string().contains(event)).collect()
}

#[actix_web::test]
async fn a_patient_books_hears_of_it_and_cancels() {
    for on in On::all() {
        let app = TestApp::start(on).await;
        let mut browser = app.browser();
        let kept = choose_first(&mut browser).await;
        assert!(
            kept.url.contains("/checkout/") && kept.text.contains("lundi 23"),
            "the time is kept: {}",
            kept.first("main")
        );
        let login = kept.attribute("main a[href^='/login']", "href").expect("a way to log in");
        let login = browser.open(&login).await;
        let start = login.form("/login/");
        let choice = browser.submit(&login, &start).await;
        let check = browser.choose(&choice, "camille").await;
        assert!(check.url.contains("/checkout/"), "{}: {}", check.url, check.first("main"));
        assert!(check.text.contains("lundi 23") && check.text.contains("novembre"), "{}", check.first("main"));
        let confirmed = confirm(&mut browser, &check).await;
        assert_eq!(confirmed.status, StatusCode::OK, "{}", confirmed.first("main"));
        assert!(confirmed.text.contains("lundi 23"), "{}", confirmed.first("main"));
        app.deliver().await;

        let mails = app.shown(app.partners.mailbox.http_addr, "/messages.json").await;
        let text = mails.to_string();
        assert!(text.contains("camille@example.org") && text.contains("BEGIN:VCALENDAR"), "{text}");
        assert!(text.contains("+33612345678"), "an SMS: {text}");
        let messages = app.shown(app.partners.sih.http_addr, "/messages.json").await;
        assert_eq!(of_kind(&messages, "SIU^S12").len(), 1, "{messages}");
        assert!(messages.to_string().contains("AA"));

        openssl_verifies(&mut browser, confirmed.url.split('?').next().unwrap(), &app.folder).await;

        let cancel = confirmed.attribute("a[href$='/cancellation']", "href").expect("a way to cancel");
        let ask = browser.open(&cancel).await;
        let form = ask.form(&cancel);
        let done = browser.submit(&ask, &form).await;
        assert_eq!(done.status, StatusCode::OK, "{}", done.first("main"));
        app.deliver().await;
        let messages = app.shown(app.partners.sih.http_addr, "/messages.json").await;
        assert_eq!(of_kind(&messages, "SIU^S15").len(), 1, "{messages}");
        let mails = app.shown(app.partners.mailbox.http_addr, "/messages.json").await.to_string();
        assert!(mails.contains("METHOD:CANCEL"), "{mails}");

        let again = times(&mut browser).await;
        assert!(again.text.contains("lundi 23"), "the time is free again");
        app.stop().await;
    }
}

#[actix_web::test]
async fn a_double_click_books_once() {
    for on in On::all() {
        let app = TestApp::start(on).await;
        let mut browser = app.patient("camille").await;
        let check = choose_first(&mut browser).await;
        let form = check.form("/appointments").with("phone", "").with("email", "c@example.org");
        let first = browser.submit_once(&check, &form).await;
        let second = browser.submit_once(&check, &form).await;
        assert_eq!((first.status, second.status), (StatusCode::SEE_OTHER, StatusCode::SEE_OTHER), "{}", second.text);
        assert_eq!(first.headers["location"], second.headers["location"]);
        app.deliver().await;
        let messages = app.shown(app.partners.sih.http_addr, "/messages.json").await;
        assert_eq!(of_kind(&messages, "SIU^S12").len(), 1);
        app.stop().await;
    }
}

#[actix_web::test]
async fn a_hold_that_expired_is_told_with_other_times() {
    let app = TestApp::start(On::Sqlite).await;
    let mut browser = app.patient("camille").await;
    let check = choose_first(&mut browser).await;
    app.clock.advance(SignedDuration::from_mins(11));
    let form = check.form("/appointments").with("phone", "").with("email", "c@example.org");
    let late = browser.submit_once(&check, &form).await;
    assert_eq!(late.status, StatusCode::GONE, "{}", late.first("main"));
    assert!(late.forms().iter().any(|form| form.action == "/holds"), "other times as buttons: {}", late.first("main"));
    app.stop().await;
}

#[actix_web::test]
async fn a_partner_that_is_down_only_delays() {
    let app = TestApp::start(On::Sqlite).await;
    let down = [("conduct", "down")];
    let client = server::client::http(None).unwrap();
    let address = format!("http://{}/conduct", app.partners.sih.http_addr);
    let answer = client.post(&address).form(&down).send().await.unwrap();
    assert!(answer.status().is_success() || answer.status().is_redirection(), "{}", answer.status());
    book(&app, "camille").await;
    app.deliver().await;
    let standing = app.building.db.read::<_, storage::StorageError, _>(storage::outbox::standing).await.unwrap();
    assert!(standing.iter().any(|row| row.consumer == "sih" && row.open == 1), "{standing:?}");
    client.post(&address).form(&[("conduct", "normal")]).send().await.unwrap();
    app.clock.advance(SignedDuration::from_mins(30));
    app.deliver().await;
    let messages = app.shown(app.partners.sih.http_addr, "/messages.json").await;
    let booked = of_kind(&messages, "SIU^S12");
    let ids: std::collections::BTreeSet<String> =
        booked.iter().map(|message| message["control_id"].to_string()).collect();
    assert_eq!(ids.len(), 1, "the same control id at each try: {messages}");
    app.stop().await;
}

#[actix_web::test]
async fn a_reminder_leaves_two_days_before_and_none_for_what_was_cancelled() {
    for on in On::all() {
        let app = TestApp::start(on).await;
        let mut browser = app.patient("camille").await;
        let contact = serde_json::json!({ "email": "camille@example.org", "phone": "0612345678", "language": "fr" });
        let kept = browser.call(reqwest::Method::PUT, "/api/v1/me/contact", None, contact).await;
        assert!(kept.status.is_success(), "{}", kept.text);
        let mut ids = Vec::new();
        for (key, from) in [("one", "&from=2026-12-07T00:00:00Z"), ("other", "&from=2026-12-08T00:00:00Z")] {
            let slot = slot_from(&mut browser, from).await;
            let booked = browser.call(reqwest::Method::POST, "/api/v1/appointments", Some(key), slot).await;
            assert_eq!(booked.status, StatusCode::CREATED, "{}", booked.text);
            ids.push(booked.json()["id"].as_str().unwrap().to_owned());
        }
        app.deliver().await;
        let cancel = format!("/api/v1/appointments/{}/cancellation", ids[1]);
        let cancelled = browser.call(reqwest::Method::POST, &cancel, Some("c"), serde_json::json!({})).await;
        assert!(cancelled.status.is_success(), "{}", cancelled.text);
        app.deliver().await;
        let sent = async || {
            let messages = app.shown(app.partners.mailbox.http_addr, "/messages.json").await;
            messages.as_array().unwrap().len()
        };
        let before = sent().await;
        app.run_due().await;
        assert_eq!(sent().await, before, "nothing is due yet");
        app.clock.set("2026-12-06T08:00:00Z".parse().unwrap());
        app.run_due().await;
        assert_eq!(sent().await, before + 2, "one letter and one SMS, for the appointment that stands");
        app.run_due().await;
        assert_eq!(sent().await, before + 2);
        app.stop().await;
    }
}
