//! Planned stays between the hospital's system and the house: announced there, filled in here, told back, corrected and
//! cancelled, on both databases and against the demo partner.

use jiff::SignedDuration;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use sih::hl7::{self, Header};
use simulators::sih::{Conduct, Stay, Word};

use crate::{
    app::{On, TestApp},
    browser::Browser,
    preadmission::{desk, fill, fill_all, send, status},
};

/// The hospital tells of Camille's stay; what the house answered.
pub(crate) async fn tell(app: &TestApp, word: Word, visit: &str, entry: &str) -> String {
    let stay = Stay {
        word,
        finess: "990001000".to_owned(),
        visit: visit.to_owned(),
        ipp: "4711".to_owned(),
        family: "EXEMPLE".to_owned(),
        given: "Camille".to_owned(),
        born: "1984-03-12".to_owned(),
        sex: "F".to_owned(),
        phone: "0639980107".to_owned(),
        entry: entry.to_owned(),
        label: "Arthroplastie".to_owned(),
    };
    app.partners.sih.partner.tell(&stay).await.unwrap()
}

pub(crate) const ENTRY: &str = "2026-12-20T07:30";

/// What the mailbox got, oldest first: channel, to whom, text.
pub(crate) async fn told(app: &TestApp) -> Vec<(String, String, String)> {
    let messages = app.shown(app.partners.mailbox.http_addr, "/messages.json").await;
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let one = |message: &Value| (text(&message["channel"]), text(&message["to"][0]), text(&message["text"]));
    let mut all: Vec<_> = messages.as_array().unwrap().iter().map(|one| (one["number"].as_u64(), one)).collect();
    all.sort_by_key(|(number, _)| *number);
    all.into_iter().map(|(_, message)| one(message)).collect()
}

pub(crate) async fn last_sms(app: &TestApp) -> String {
    let mut sms = told(app).await.into_iter().filter(|(channel, to, _)| channel == "sms" && to.ends_with("39980107"));
    sms.next_back().expect("an SMS").2
}

/// Triggers of the messages that the hospital took, oldest first.
pub(crate) fn heard(app: &TestApp) -> Vec<String> {
    let entries = app.partners.sih.partner.entries().into_iter().filter(|entry| !entry.sent);
    entries.map(|entry| Header::of(&hl7::read(&entry.message).unwrap()).unwrap().trigger).collect()
}

pub(crate) fn last_heard(app: &TestApp) -> String {
    let entries = app.partners.sih.partner.entries();
    String::from_utf8(entries.iter().rfind(|entry| !entry.sent).unwrap().message.clone()).unwrap()
}

/// Follows the link of the last SMS; the id of the file that it opens.
pub(crate) async fn followed(app: &TestApp, browser: &mut Browser) -> String {
    let sms = last_sms(app).await;
    let link = sms.split_whitespace().find(|word| word.starts_with("http")).expect("a link").to_owned();
    for word in ["EXEMPLE", "Camille", "Arthroplastie"] {
        assert!(!sms.contains(word), "{word} in {sms}");
    }
    let page = browser.open(link.strip_prefix(&app.base).expect("of the house")).await;
    let home = browser.submit(&page, &page.form("/preadmissions/")).await;
    assert_eq!(home.status, StatusCode::OK, "{}", home.first("main"));
    home.url.rsplit('/').next().unwrap().to_owned()
}

/// All that an inpatient is asked, with a trusted person.
pub(crate) async fn fill_inpatient(browser: &mut Browser, id: &str) {
    fill_all(browser, id).await;
    fill(browser, id, "trusted-person", &[("wished", "yes"), ("name", "Paul EXEMPLE"), ("phone", "0639980109")]).await;
    let page = browser.open(&format!("/preadmissions/{id}/missing-documents/PERS_CONFIANCE")).await;
    browser.submit(&page, &page.form("/preadmissions/").with("reason", "coming")).await;
    fill(browser, id, "private-room", &[("wished", "no")]).await;
}

/// Follows the link of the SMS, fills the file in and sends it; its id.
async fn filled_in(app: &TestApp, browser: &mut Browser) -> String {
    let id = followed(app, browser).await;
    fill_inpatient(browser, &id).await;
    send(browser, &id).await;
    id
}

pub(crate) async fn decide(clerk: &mut Browser, id: &str, what: &str, body: Value) {
    let answer = desk(clerk, &format!("/api/v1/desk/preadmissions/{id}/{what}"), &body).await;
    assert_eq!(answer.status, StatusCode::OK, "{what}: {}", answer.text);
}

pub(crate) async fn telling(clerk: &mut Browser, id: &str) -> Value {
    clerk.open(&format!("/api/v1/desk/preadmissions/{id}/telling")).await.json()
}

#[actix_web::test]
async fn nothing_is_typed_again() {
    for on in On::all() {
        let app = TestApp::start(on).await;
        assert_eq!(tell(&app, Word::Announced, "VN7", ENTRY).await, "AA");
        assert_eq!(tell(&app, Word::Announced, "VN7", ENTRY).await, "AA", "said twice");
        app.deliver().await;
        let invitations = told(&app).await.into_iter().filter(|(_, to, _)| to.ends_with("39980107")).count();
        assert_eq!(invitations, 1);
        let mut camille = app.patient("camille").await;
        let id = filled_in(&app, &mut camille).await;
        let mut clerk = app.staff("adrien").await;
        assert_eq!(telling(&mut clerk, &id).await["state"], "nothing");

        // While the hospital's system is away what was accepted waits.
        app.partners.sih.partner.behave(Conduct::Down);
        decide(&mut clerk, &id, "acceptance", json!({})).await;
        app.deliver().await;
        assert_eq!(telling(&mut clerk, &id).await, json!({ "state": "waiting", "reason": null, "words": null }));
        app.partners.sih.partner.behave(Conduct::Normal);
        app.clock.advance(SignedDuration::from_mins(5));
        app.deliver().await;
        assert_eq!(telling(&mut clerk, &id).await["state"], "acknowledged");
        let message = last_heard(&app);
        assert!(!message.contains("Paul EXEMPLE"), "a trusted person who did not co-sign: {message}");
        for said in ["4711^", "ZFA|", "INO|", "ZBE|", "VN7", "PROV"] {
            assert!(message.contains(said), "{said} in {message}");
        }

        // Accepted, and yet wrong: what is corrected replaces what was told.
        let asked = json!({ "sections": ["contact"], "text": "Votre adresse est incomplète." });
        decide(&mut clerk, &id, "refusal", asked).await;
        app.deliver().await;
        // Their account holds no number: the one they gave in the file is taken.
        let asked_again =
            told(&app).await.into_iter().filter(|(channel, to, _)| channel == "sms" && to == "+33639980102");
        assert_eq!(asked_again.filter(|(_, _, text)| text.contains("à renvoyer")).count(), 1);
        app.clock.advance(SignedDuration::from_mins(1));
        fill(&mut camille, &id, "contact", &[("address", "2 rue des Tests")]).await;
        send(&mut camille, &id).await;
        decide(&mut clerk, &id, "acceptance", json!({})).await;
        app.deliver().await;
        assert!(last_heard(&app).contains("ADT^Z99") && last_heard(&app).contains("2 rue des Tests"));

        decide(&mut clerk, &id, "cancellation", json!({})).await;
        let again = desk(&mut clerk, &format!("/api/v1/desk/preadmissions/{id}/cancellation"), &json!({})).await;
        assert_eq!(again.status, StatusCode::CONFLICT, "{}", again.text);
        app.deliver().await;
        let mut steps = heard(&app);
        steps.dedup();
        assert_eq!(steps, ["A05", "Z99", "A38"]);
        assert_eq!(status(&mut camille, &id).await, (json!("CANCELLED"), json!(2)));
        app.stop().await;
    }
}

#[actix_web::test]
async fn the_hospital_moves_and_cancels() {
    for on in On::all() {
        let app = TestApp::start(on).await;
        assert_eq!(tell(&app, Word::Announced, "VN8", ENTRY).await, "AA");
        app.deliver().await;
        let mut camille = app.patient("camille").await;
        let id = filled_in(&app, &mut camille).await;
        let mut clerk = app.staff("adrien").await;
        decide(&mut clerk, &id, "acceptance", json!({})).await;
        app.deliver().await;
        assert_eq!(tell(&app, Word::Corrected, "VN8", "2026-12-22T08:00").await, "AA");
        let file = camille.open(&format!("/preadmissions/{id}")).await;
        assert!(file.text.contains("mardi 22"), "{}", file.first("main"));
        assert_eq!(tell(&app, Word::Cancelled, "VN8", ENTRY).await, "AA");
        app.deliver().await;
        assert_eq!(status(&mut camille, &id).await.0, "CANCELLED");
        assert_eq!(heard(&app), ["A05"], "it knows already");
        let contact = camille.open("/api/v1/me").await.json();
        let letters = told(&app).await;
        let last = letters.iter().rfind(|(_, _, text)| text.contains("annulée"));
        assert!(last.is_some(), "{contact} {letters:?}");
        app.stop().await;
    }
}

#[actix_web::test]
async fn a_stay_that_only_the_patient_tells_of_comes_with_who_they_are() {
    for on in On::all() {
        let app = TestApp::start(on).await;
        let mut camille = app.patient("camille").await;
        let site = camille.open("/preadmissions/new").await.attribute("option", "value").expect("a site");
        let wish = json!({ "site": site, "entry_at": "2026-12-20T08:00:00Z", "unit": "Chirurgie" });
        let opened = camille.call(Method::POST, "/api/v1/preadmissions", Some("one"), wish).await;
        let id = opened.json()["id"].as_str().unwrap().to_owned();
        fill_all(&mut camille, &id).await;
        fill(&mut camille, &id, "private-room", &[("wished", "no")]).await;
        send(&mut camille, &id).await;
        let mut clerk = app.staff("adrien").await;
        app.partners.sih.partner.behave(Conduct::Rejecting);
        decide(&mut clerk, &id, "acceptance", json!({})).await;
        app.deliver().await;
        let words = "PID-1-18 – 101 – Required field missing – Champ obligatoire absent";
        let refused = json!({ "state": "refused", "reason": "AE 101", "words": words });
        assert_eq!(telling(&mut clerk, &id).await, refused);
        let mut odile = app.staff("odile").await;
        let elsewhere = odile.open(&format!("/api/v1/desk/preadmissions/{id}/telling")).await;
        assert!([StatusCode::FORBIDDEN, StatusCode::NOT_FOUND].contains(&elsewhere.status), "{}", elsewhere.text);

        app.partners.sih.partner.behave(Conduct::Normal);
        let mut irene = app.staff("irene").await;
        let list = irene.open("/desk/deliveries?state=refused&consumer=sih").await;
        let path = list.attribute("tbody a[href^='/desk/deliveries/']", "href").expect("the refused delivery");
        let page = irene.open(&path).await;
        irene.submit(&page, &page.form("/desk/deliveries/")).await;
        app.deliver().await;
        assert_eq!(telling(&mut clerk, &id).await["state"], "acknowledged");
        assert_eq!(heard(&app), ["A28", "A28", "A05"]);
        app.stop().await;
    }
}

#[actix_web::test]
async fn who_did_not_send_is_reminded_once_and_never_after_entry() {
    for on in On::all() {
        let app = TestApp::start(on).await;
        tell(&app, Word::Announced, "VN7", ENTRY).await;
        app.deliver().await;
        let reminders = async || {
            let sms =
                told(&app).await.into_iter().filter(|(channel, to, _)| channel == "sms" && to.ends_with("39980107"));
            sms.filter(|(_, _, text)| text.starts_with("Rappel")).count()
        };
        app.run_due().await;
        app.clock.set("2026-12-14T08:00:00Z".parse().unwrap());
        app.run_due().await;
        assert_eq!(reminders().await, 0, "six days before");
        // It is put off meanwhile: the reminder moves with it.
        tell(&app, Word::Corrected, "VN7", "2026-12-28T07:30").await;
        app.clock.set("2026-12-16T08:00:00Z".parse().unwrap());
        app.run_due().await;
        assert_eq!(reminders().await, 0);
        app.clock.set("2026-12-23T08:00:00Z".parse().unwrap());
        app.run_due().await;
        app.run_due().await;
        assert_eq!(reminders().await, 1);
        tell(&app, Word::Announced, "VN8", "2027-01-20T07:30").await;
        app.deliver().await;
        app.clock.set("2027-01-21T08:00:00Z".parse().unwrap());
        app.run_due().await;
        assert_eq!(reminders().await, 1, "the day has passed");
        app.stop().await;
    }
}

/// Marks that would be found again in any byte.
const MARKS: [&str; 6] = ["ZQXADRESSE", "ZQXVILLE", "ZQXPROCHE", "ZQXMOTIF", "ZQXREMARQUE", "ZQXACTE"];

/// Files of the folder in which a mark stands, but for those of the demo partners.
fn marked(folder: &std::path::Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if entry.is_dir() && !entry.ends_with("simulators") {
                folders.push(entry);
            } else if entry.is_file() {
                let bytes = std::fs::read(&entry).unwrap();
                let stands = |mark: &&&str| bytes.windows(mark.len()).any(|window| window == mark.as_bytes());
                found.extend(MARKS.iter().find(stands).map(|mark| format!("{mark} in {}", entry.display())));
            }
        }
    }
    found
}

/// A marked stay, filled in with marks, refused with a mark, corrected, accepted and told.
async fn marked_file(app: &TestApp) -> (Browser, Browser, String) {
    let stay = Stay {
        word: Word::Announced,
        finess: "990001000".to_owned(),
        visit: "ZQXACTE-VN".to_owned(),
        ipp: "ZQXACTE".to_owned(),
        family: "EXEMPLE".to_owned(),
        given: "Camille".to_owned(),
        born: "1984-03-12".to_owned(),
        sex: "F".to_owned(),
        phone: "0639980107".to_owned(),
        entry: ENTRY.to_owned(),
        label: "ZQXACTE".to_owned(),
    };
    assert_eq!(app.partners.sih.partner.tell(&stay).await.unwrap(), "AA");
    app.deliver().await;
    let mut camille = app.patient("camille").await;
    let id = filled_in(app, &mut camille).await;
    let mut clerk = app.staff("adrien").await;
    let asked = json!({ "sections": ["contact", "trusted-person", "remarks"], "text": "ZQXMOTIF" });
    decide(&mut clerk, &id, "refusal", asked).await;
    app.clock.advance(SignedDuration::from_mins(1));
    fill(&mut camille, &id, "contact", &[("address", "ZQXADRESSE"), ("city", "ZQXVILLE")]).await;
    fill(&mut camille, &id, "trusted-person", &[("wished", "yes"), ("name", "ZQXPROCHE"), ("phone", "0639980109")])
        .await;
    fill(&mut camille, &id, "remarks", &[("text", "ZQXREMARQUE")]).await;
    send(&mut camille, &id).await;
    decide(&mut clerk, &id, "acceptance", json!({})).await;
    app.deliver().await;
    (camille, clerk, id)
}

#[actix_web::test]
async fn what_is_kept_no_longer_is_in_no_file() {
    for on in On::all() {
        let app = TestApp::start(on).await;
        let (mut camille, mut clerk, id) = marked_file(&app).await;
        let file = camille.open(&format!("/preadmissions/{id}")).await;
        assert!(
            file.text.replace('\u{a0}', " ").contains("samedi 20 mars 2027"),
            "the day is told: {}",
            file.first("main")
        );
        let purge = async |day: &str| app.building.purge().run(day.parse().unwrap()).await.unwrap();
        purge("2027-03-20T06:00:00Z").await;
        assert_eq!(status(&mut camille, &id).await.0, "COMPLETED", "not yet");
        if on == On::Sqlite {
            assert!(!marked(&app.folder).is_empty(), "marks are found where they are");
        }
        let erased = purge("2027-03-20T07:00:00Z").await;
        assert_eq!(erased.files, 1, "{erased:?}");
        assert_eq!(purge("2027-03-20T07:00:00Z").await.files, 0, "once");
        assert_eq!(camille.open(&format!("/preadmissions/{id}")).await.status, StatusCode::NOT_FOUND);
        let desk = clerk.open(&format!("/api/v1/desk/preadmissions/{id}/telling")).await;
        assert_eq!(desk.status, StatusCode::NOT_FOUND);
        // Answers under an idempotency key live a day, and the workers drop them.
        app.clock.advance(SignedDuration::from_hours(25));
        app.building.db.write(storage::idempotency::sweep).await.unwrap();
        storage::proof::seal(&app.building.db, &app.building.keyring).await.unwrap();
        let keyring = app.building.keyring.clone();
        let verdict =
            app.building.db.read::<_, storage::StorageError, _>(move |conn| storage::proof::verify(conn, &keyring));
        assert_eq!(verdict.await.unwrap().faults, Vec::<String>::new(), "the register still holds");
        purge("2027-03-20T07:00:00Z").await;
        if on == On::Sqlite {
            assert_eq!(marked(&app.folder), Vec::<String>::new());
        }
        app.stop().await;
    }
}

#[actix_web::test]
async fn empty_and_unsent_files_go_silently() {
    for on in On::all() {
        let app = TestApp::start(on).await;
        app.deliver().await;
        let letters = told(&app).await.len();
        // VN1 is on 12 December: nobody wrote in its file.
        let purge = async |day: &str| app.building.purge().run(day.parse().unwrap()).await.unwrap().files;
        assert_eq!(purge("2026-12-26T06:00:00Z").await, 0);
        assert_eq!(purge("2026-12-26T07:00:00Z").await, 1);
        app.deliver().await;
        assert_eq!(told(&app).await.len(), letters, "nobody is told");
        app.stop().await;
    }
}
