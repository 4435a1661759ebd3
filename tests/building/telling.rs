//! The whole way of a stay and its documents to the hospital's system and back: announced over MLLP, filled in, accepted,
//! told in order, refused, corrected by the clerk, sent again, cancelled; on both databases, with real presses.

use data_encoding::BASE64;
use kernel::DocumentId;
use reqwest::StatusCode;
use serde_json::{Value, json};
use sih::hl7::{self, Header, Message};
use simulators::sih::{Conduct, Word};
use storage::outbox::{Pace, Worker};

use crate::{
    app::{On, TestApp},
    browser::{Browser, Page},
    documents::{self, Phone, contains, sample},
    people::put,
    preadmission::{desk, fill, fill_all, send},
    stays::{ENTRY, decide, fill_inpatient, followed, heard, tell, telling, told},
};

/// What the hospital took, oldest first, each acknowledged under its own MSH-10.
fn taken(app: &TestApp) -> Vec<Message> {
    let entries = app.partners.sih.partner.entries().into_iter().filter(|entry| !entry.sent && entry.code == "AA");
    let both = entries.map(|entry| (hl7::read(&entry.message).unwrap(), hl7::read(&entry.answer).unwrap()));
    both.map(|(message, answer)| {
        let id = Header::of(&message).unwrap().control_id;
        assert_eq!(answer.first("MSA").unwrap().text(2), Some(id.as_str()));
        message
    })
    .collect()
}

fn trigger(message: &Message) -> String {
    Header::of(message).unwrap().trigger
}

/// The document inside an MDM (OBX-5, ED).
fn content(message: &Message) -> Vec<u8> {
    let obx = message.first("OBX").expect("OBX");
    assert_eq!((obx.text(2), obx.component(5, 3), obx.component(5, 4)), (Some("ED"), Some("PDF"), Some("Base64")));
    BASE64.decode(obx.component(5, 5).expect("a content").as_bytes()).unwrap()
}

/// IN1-49.1 of the complementary cover.
fn member(message: &Message) -> Option<&str> {
    message.all("IN1").find(|in1| in1.text(2) == Some("AMC"))?.text(49)
}

/// Sends a photograph and lets the house rebuild it; its id, and the bytes that were sent.
async fn photographed(app: &TestApp, browser: &mut Browser, file: &str) -> (DocumentId, Vec<u8>) {
    let photo = sample("turned_gps.jpg");
    let mut phone = Phone { browser, file: file.to_owned() };
    let sent = phone.send("CN_RECTO", &[("recto.jpg", &photo)]).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.first("main"));
    app.deliver().await;
    let (id, state, _) = phone.given("CN_RECTO").await.remove(0);
    assert_eq!(state, "to-review");
    (id.parse().unwrap(), photo)
}

async fn accept(clerk: &mut Browser, file: &str, document: DocumentId) {
    let home = format!("/api/v1/desk/preadmissions/{file}");
    let mark = clerk.open(&home).await.json()["mark"].as_str().unwrap().to_owned();
    let said = json!({ "decision": "accepted", "seen": mark });
    let done = desk(clerk, &format!("{home}/documents/{document}/decision"), &said).await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.text);
    decide(clerk, file, "acceptance", json!({})).await;
}

/// The clerk reads another member number on the card.
async fn correct(clerk: &mut Browser, file: &str, number: &str) -> Page {
    let page = clerk.open(&format!("/desk/preadmissions/{file}")).await;
    let form = page.form(&format!("/desk/preadmissions/{file}/identity"));
    let form = form.with("field", "complementary-cover.member").with("value", number);
    let form = crate::browser::Form { action: format!("/desk/preadmissions/{file}/corrections"), ..form };
    clerk.submit(&page, &form).await
}

#[actix_web::test]
async fn a_stay_its_cover_and_its_document_reach_the_hospital_and_what_it_refuses_is_corrected() {
    for on in On::all() {
        let app = documents::app(on, None).await;
        assert_eq!(tell(&app, Word::Announced, "VN9", ENTRY).await, "AA");
        app.deliver().await;
        let mut camille = app.patient("camille").await;
        let id = followed(&app, &mut camille).await;
        fill_inpatient(&mut camille, &id).await;
        let cover = [("covered", "mutual"), ("name", "Mutuelle Essai"), ("amc", "99100001"), ("member", "AB12")];
        fill(&mut camille, &id, "complementary-cover", &cover).await;
        let (document, photo) = photographed(&app, &mut camille, &id).await;
        send(&mut camille, &id).await;
        let mut clerk = app.staff("adrien").await;
        let paper = format!("/api/v1/desk/preadmissions/{id}/people/trusted-person");
        assert!(put(&mut clerk, &paper, &json!({ "state": "paper" })).await.status.is_success());
        accept(&mut clerk, &id, document).await;
        app.deliver().await;

        let messages = taken(&app);
        assert_eq!(messages.iter().map(trigger).collect::<Vec<_>>(), ["A05", "T02"]);
        let admission = &messages[0];
        let trusted = admission.all("NK1").find(|nk1| nk1.text(7) == Some("K")).expect("the trusted person");
        assert_eq!(trusted.text(2), Some("Paul EXEMPLE"));
        let pid = admission.first("PID").unwrap();
        assert_eq!((pid.text(3), pid.text(32)), (Some("4711"), Some("PROV")));
        let [zbe, zfa, zfd, in1] = ["ZBE", "ZFA", "ZFD", "IN1"].map(|name| admission.first(name).expect(name));
        assert_eq!(
            (zbe.text(4), zfd.text(5), zfa.text(9), zfa.text(11)),
            (Some("INSERT"), Some("SM"), Some("INO"), Some("INC"))
        );
        assert_eq!((in1.text(2), in1.text(3), in1.text(49)), (Some("AMC"), Some("99100001"), Some("AB12")));
        let inside = content(&messages[1]);
        let kept = app.building.preadmission().kept_pdf(document, 1 << 24).await.unwrap();
        assert!(inside == kept.to_vec(), "the rebuilt document goes");
        assert!(!contains(&inside, b"Exif") && !contains(&inside, b"GPS"), "nothing of the telephone goes");
        let middle = &photo[photo.len() / 2..photo.len() / 2 + 64];
        assert!(!contains(&inside, middle), "the original does not");
        assert_eq!(messages[1].first("TXA").unwrap().text(12), Some(document.to_string().as_str()));
        assert_eq!(messages[1].first("PV1").unwrap().text(19), Some("VN9"));

        // Corrected by the clerk: told at once, beside what the patient wrote, and not to the patient.
        let letters = told(&app).await.len();
        assert_eq!(correct(&mut clerk, &id, "AB13").await.status, StatusCode::OK);
        correct(&mut clerk, &id, "AB13").await;
        app.deliver().await;
        let last = taken(&app).pop().unwrap();
        assert_eq!((trigger(&last), member(&last)), ("Z99".to_owned(), Some("AB13")));
        assert_eq!(heard(&app), ["A05", "T02", "Z99"], "the same number again is no correction");
        assert_eq!(told(&app).await.len(), letters);
        let file = camille.open(&format!("/api/v1/preadmissions/{id}")).await.json();
        assert_eq!(file["version"], 2);
        assert!(file.to_string().contains("AB12") && !file.to_string().contains("AB13"), "{file}");

        refused_then_corrected(&app, &mut clerk, &id).await;

        decide(&mut clerk, &id, "cancellation", json!({})).await;
        app.deliver().await;
        let steps: Vec<String> = taken(&app).iter().map(trigger).collect();
        assert_eq!(steps, ["A05", "T02", "Z99", "Z99", "A38"]);
        app.stop().await;
    }
}

/// The clerk reads the system's words on the file's page, corrects, and sends again.
async fn refused_then_corrected(app: &TestApp, clerk: &mut Browser, id: &str) {
    app.partners.sih.partner.behave(Conduct::Rejecting);
    correct(clerk, id, "AB14").await;
    app.deliver().await;
    assert_eq!(telling(clerk, id).await["state"], "refused");
    app.partners.sih.partner.behave(Conduct::Normal);
    let page = correct(clerk, id, "AB15").await;
    assert!(page.text.contains("Champ obligatoire absent"), "{}", page.first("main"));
    let again = page.form(&format!("/desk/preadmissions/{id}/telling"));
    let page = clerk.submit(&page, &again).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.first("main"));
    app.deliver().await;
    assert_eq!(telling(clerk, id).await["state"], "acknowledged");
    let last = taken(app).pop().unwrap();
    assert_eq!((trigger(&last), member(&last)), ("Z99".to_owned(), Some("AB15")));
    let none = desk(clerk, &format!("/api/v1/desk/preadmissions/{id}/telling"), &json!({})).await;
    assert_eq!(none.status, StatusCode::CONFLICT, "nothing waits any more: {}", none.text);
}

#[actix_web::test]
async fn a_document_that_was_refused_is_seen_on_its_file() {
    for on in On::all() {
        let app = documents::app(on, None).await;
        let mut camille = app.patient("camille").await;
        let site = camille.open("/preadmissions/new").await.attribute("option", "value").expect("a site");
        let wish = json!({ "site": site, "entry_at": "2026-12-20T08:00:00Z", "unit": "Chirurgie" });
        let opened = camille.call(reqwest::Method::POST, "/api/v1/preadmissions", Some("one"), wish).await;
        let id = opened.json()["id"].as_str().unwrap().to_owned();
        fill_all(&mut camille, &id).await;
        fill(&mut camille, &id, "private-room", &[("wished", "no")]).await;
        let (document, _) = photographed(&app, &mut camille, &id).await;
        send(&mut camille, &id).await;
        let mut clerk = app.staff("adrien").await;
        // It takes the person and the stay, and refuses the document.
        accept(&mut clerk, &id, document).await;
        app.partners.sih.partner.behave(Conduct::RejectingDocuments);
        app.deliver().await;
        assert_eq!(heard(&app), ["A28", "A05", "T02"]);
        let stands = telling(&mut clerk, &id).await;
        assert_eq!((&stands["state"], &stands["reason"]), (&json!("refused"), &json!("AE 101")));
        app.partners.sih.partner.behave(Conduct::Normal);
        let told: Value =
            desk(&mut clerk, &format!("/api/v1/desk/preadmissions/{id}/telling"), &json!({})).await.json();
        assert_eq!(told["state"], "waiting");
        let mut elsewhere = app.staff("aline").await;
        let foreign = desk(&mut elsewhere, &format!("/api/v1/desk/preadmissions/{id}/telling"), &json!({})).await;
        assert_eq!(foreign.status, StatusCode::NOT_FOUND);
        app.deliver().await;
        assert_eq!(telling(&mut clerk, &id).await["state"], "acknowledged");
        let steps: Vec<String> = taken(&app).iter().map(trigger).collect();
        assert_eq!(steps, ["A28", "A05", "T02"], "each once");
        app.stop().await;
    }
}

/// A worker of its own that dies while the hospital, which has kept the message, has not answered yet: for the database
/// that is also one that dies between the answer and its record.
async fn killed_while_sending(app: &TestApp) {
    let before = app.partners.sih.partner.entries().len();
    app.partners.sih.partner.behave(Conduct::Slow);
    let mut consumers = app.building.consumers().into_iter();
    let consumer = consumers.find(|one| one.name() == sih::CONSUMER).expect("the interfaces");
    let worker = Worker::new(app.building.db.clone(), consumer, Pace::default()).await.unwrap();
    let working = actix_web::rt::spawn(async move { worker.run_once().await });
    while app.partners.sih.partner.entries().len() == before {
        actix_web::rt::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    working.abort();
    assert!(working.await.is_err(), "it was killed at work");
    app.partners.sih.partner.behave(Conduct::Normal);
}

#[actix_web::test]
async fn a_worker_killed_at_each_step_tells_each_message_once() {
    for on in On::all() {
        let app = TestApp::start(on).await;
        assert_eq!(tell(&app, Word::Announced, "VN9", ENTRY).await, "AA");
        app.deliver().await;
        let mut camille = app.patient("camille").await;
        let id = followed(&app, &mut camille).await;
        fill_inpatient(&mut camille, &id).await;
        send(&mut camille, &id).await;
        let mut clerk = app.staff("adrien").await;
        decide(&mut clerk, &id, "acceptance", json!({})).await;
        killed_while_sending(&app).await;
        assert_eq!(telling(&mut clerk, &id).await["state"], "sent");
        app.deliver().await;
        assert_eq!(telling(&mut clerk, &id).await["state"], "sent", "its lane is held until its lease ends");
        app.clock.advance(jiff::SignedDuration::from_mins(5));
        app.deliver().await;
        assert_eq!(telling(&mut clerk, &id).await["state"], "acknowledged");
        let entries: Vec<_> = app.partners.sih.partner.entries().into_iter().filter(|entry| !entry.sent).collect();
        assert_eq!(entries.len(), 2);
        assert_eq!(entries[0].message, entries[1].message, "the same bytes under the same MSH-10");
        assert_eq!((entries[1].repeats, &entries[1].answer), (Some(entries[0].number), &entries[0].answer));
        app.stop().await;
    }
}
