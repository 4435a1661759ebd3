//! The admissions desk: from the worklist to a decision on each document, and the figures that come of it.

use jiff::ToSpan;
use kernel::PatientId;
use preadmission::announcement::{Announcement, HospitalPerson, Notice, Outcome, StayClass, Unit};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use storage::{StorageError, diesel};

use crate::{
    app::{On, TestApp},
    browser::{Browser, Page},
    preadmission::{fill_all, opened, send},
};

async fn ask(browser: &mut Browser, method: Method, path: &str, body: &Value) -> Page {
    let token = browser.open("/api/v1/desk/session").await.json()["csrf_token"].as_str().unwrap().to_owned();
    let url = browser.absolute(path, &browser.base.clone());
    let headers =
        [("x-csrf-token", token.as_str()), ("sec-fetch-site", "same-origin"), ("idempotency-key", "admissions")];
    browser.send(method, &url, &headers, Some(("application/json", body.to_string()))).await
}

async fn get(browser: &mut Browser, path: &str) -> Value {
    let page = browser.open(path).await;
    assert_eq!(page.status, StatusCode::OK, "{path}: {}", page.text);
    page.json()
}

/// Puts a document that was received, searched and rebuilt into the file.
async fn document(app: &TestApp, file: &str, kind: &'static str) -> String {
    use diesel::{RunQueryDsl, sql_types::Text};
    let (file, id): (uuid::Uuid, kernel::DocumentId) = (file.parse().unwrap(), kernel::World::system().id());
    let write = app.building.db.write::<_, StorageError, _>(move |tx| {
        let now = tx.now();
        let by: PatientId = tx.id();
        let statement = "INSERT INTO preadmission_documents (id, preadmission_id, kind, state, reason_text, label, \
             received_bytes, kept_bytes, pages, received_by, created_at, changed_at) \
             VALUES ($1, $2, $3, 'to-review', '', 'photo.jpg', 10, 10, 1, $4, $5, $5)";
        use storage::{
            AsSql,
            sql::{Instant, Uuid},
        };
        diesel::sql_query(statement)
            .bind::<Uuid, _>(id.sql())
            .bind::<Uuid, _>(file.sql())
            .bind::<Text, _>(kind)
            .bind::<Uuid, _>(by.sql())
            .bind::<Instant, _>(now.sql())
            .execute(tx.conn())?;
        Ok(())
    });
    write.await.unwrap();
    id.to_string()
}

#[actix_web::test]
async fn each_document_is_decided_and_a_decision_on_what_was_not_seen_is_none() {
    for on in On::all() {
        let app = TestApp::start(on).await;
        let mut camille = app.patient("camille").await;
        let id = opened(&app, &mut camille, "VN1").await;
        fill_all(&mut camille, &id).await;
        let (front, back) = (document(&app, &id, "MUTUELLE").await, document(&app, &id, "ATTEST_VITALE").await);
        send(&mut camille, &id).await;
        let (mut clerk, mut elsewhere) = (app.staff("adrien").await, app.staff("aline").await);
        let home = format!("/api/v1/desk/preadmissions/{id}");
        let decision = |document: &str| format!("{home}/documents/{document}/decision");

        let foreign = elsewhere.open(&home).await;
        let absent = elsewhere.open("/api/v1/desk/preadmissions/01890000-0000-7000-8000-000000000000").await;
        assert_eq!((foreign.status, absent.status), (StatusCode::NOT_FOUND, StatusCode::NOT_FOUND));
        assert_eq!(elsewhere.open(&format!("/desk/preadmissions/{id}")).await.status, StatusCode::NOT_FOUND);
        assert!(get(&mut elsewhere, "/api/v1/desk/preadmissions").await["items"].as_array().unwrap().is_empty());

        let file = get(&mut clerk, &home).await;
        let mark = file["mark"].as_str().unwrap().to_owned();
        assert!(file["reasons"]["ATTEST_VITALE"].as_array().unwrap().contains(&json!("rights-closed")));
        let early = ask(&mut clerk, Method::POST, &format!("{home}/acceptance"), &json!({})).await;
        assert_eq!(early.status, StatusCode::CONFLICT, "documents are still to be looked at: {}", early.text);
        let said = json!({ "decision": "refused", "reason": "unsigned", "seen": mark });
        let wrong = ask(&mut clerk, Method::POST, &decision(&back), &said).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "a card is not signed: {}", wrong.text);
        let said = json!({ "decision": "accepted", "seen": mark });
        let accepted = ask(&mut clerk, Method::POST, &decision(&front), &said).await;
        assert_eq!(accepted.status, StatusCode::OK, "{}", accepted.text);
        let stale = ask(&mut clerk, Method::POST, &decision(&back), &said).await;
        assert_eq!(stale.status, StatusCode::CONFLICT, "{}", stale.text);

        // The same on a page: what changed is said, and nothing is decided.
        let page = clerk.open(&format!("/desk/preadmissions/{id}")).await;
        assert!(
            page.text.contains("EXEMPLE") && page.text.contains(&format!("{back}/pages/1")),
            "{}",
            page.first("main")
        );
        let form = page.form(&decision(&back).replace("/api/v1", ""));
        let form = form.with("decision", "refused").with("reason", "rights-closed").with("mark", "old");
        let stale = clerk.submit(&page, &form).await;
        assert_eq!(stale.status, StatusCode::CONFLICT);
        assert!(stale.text.contains("a changé"), "{}", stale.first("main"));
        let mark = get(&mut clerk, &home).await["mark"].as_str().unwrap().to_owned();
        let refused = clerk.submit(&page, &form.with("mark", &mark)).await;
        assert_eq!(refused.status, StatusCode::OK, "{}", refused.first("main"));
        assert!(refused.text.contains("Les droits sont fermés"), "{}", refused.first("main"));

        let asked = json!({ "sections": [], "text": "", "deadline": "2036-01-01T00:00:00Z" });
        let late = ask(&mut clerk, Method::POST, &format!("{home}/refusal"), &asked).await;
        assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY, "after the entry: {}", late.text);
        let asked = json!({ "sections": [], "text": "" });
        let refused = ask(&mut clerk, Method::POST, &format!("{home}/refusal"), &asked).await;
        assert_eq!(refused.json()["status"], "REFUSED", "{}", refused.text);

        // The reason is told in words, and what was accepted stays as it is.
        let page = camille.open(&format!("/preadmissions/{id}/documents/ATTEST_VITALE")).await;
        assert!(page.text.contains("Les droits sont fermés"), "{}", page.first("main"));
        let accepted = format!("/api/v1/preadmissions/{id}/documents/{front}");
        let kept = camille.call(Method::DELETE, &accepted, None, json!({})).await;
        assert_eq!(kept.status, StatusCode::CONFLICT, "{}", kept.text);

        // Notes, assignment, identity, a correction beside the patient's number.
        let noted =
            ask(&mut clerk, Method::POST, &format!("{home}/notes"), &json!({ "text": "rappeler", "to_do": true }))
                .await;
        assert_eq!(noted.status, StatusCode::CREATED, "{}", noted.text);
        let taken = ask(&mut clerk, Method::PUT, &format!("{home}/assignment"), &json!({})).await;
        assert_eq!(taken.status, StatusCode::NO_CONTENT, "{}", taken.text);
        let stranger = json!({ "to": "01890000-0000-7000-8000-000000000000" });
        let given = ask(&mut clerk, Method::PUT, &format!("{home}/assignment"), &stranger).await;
        assert_eq!(given.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", given.text);
        let page = clerk.open(&format!("/desk/preadmissions/{id}")).await;
        let form = page.forms().into_iter().find(|form| form.action.ends_with("/identity")).unwrap();
        let form = form.with("choice", "cell");
        let page = clerk.submit(&page, &form).await;
        assert!(page.text.contains("rappeler") && page.text.contains("Adrien ADMISSION"), "{}", page.first("main"));
        let mine = get(&mut clerk, "/api/v1/desk/preadmissions?assigned=me").await;
        assert_eq!(mine["items"][0]["id"], json!(id));
        let patient = camille.open(&format!("/preadmissions/{id}")).await;
        assert!(!patient.text.contains("rappeler"), "the patient never sees a note");
        let log = get(&mut camille, "/api/v1/me/access-log").await.to_string();
        assert!(log.contains("preadmission"), "{log}");

        let month = "2026-12";
        let address = format!("/api/v1/desk/preadmission-figures?from={month}&until={month}");
        let figures = get(&mut clerk, &address).await;
        let row = &figures["rows"][0];
        assert_eq!(
            (
                &row["counts"]["planned"],
                &row["counts"]["sent"],
                &row["counts"]["refused-once"],
                &row["counts"]["accepted"]
            ),
            (&json!(1), &json!(1), &json!(1), &json!(0)),
            "{figures}"
        );
        assert_eq!(row["refusals"], json!({ "rights-closed": 1 }));
        assert_eq!(row["documents"], json!({ "MUTUELLE": 1, "ATTEST_VITALE": 1 }));
        let csv = clerk.open(&format!("/desk/preadmissions/figures.csv?from={month}&until={month}")).await;
        assert!(csv.text.contains("sent,1\r\n") && csv.text.starts_with("month,finess"), "{}", csv.text);
        for page in ["figures", "rules", "reasons"] {
            let page = clerk.open(&format!("/desk/preadmissions/{page}")).await;
            assert_eq!(page.status, StatusCode::OK, "{}", page.text);
        }
        app.deliver().await;
        app.stop().await;
    }
}

/// A few hundred stays: each once, in the order of entry, however many pages; and counted by tab.
#[actix_web::test]
async fn a_long_worklist_is_read_page_by_page_in_order() {
    for on in On::all() {
        let mut app = TestApp::start(on).await;
        app.may_leave_open = true;
        let first: jiff::Timestamp = "2026-12-01T07:00:00Z".parse().unwrap();
        let load = app.building.db.write::<_, StorageError, _>(move |tx| {
            for number in 0..230_i64 {
                // Three at each hour, announced in no order.
                let hour = (number * 7) % 77;
                let said = Announcement {
                    establishment: "990001000".parse().unwrap(),
                    site: None,
                    visit_number: format!("L{number}"),
                    folder_number: None,
                    movement: None,
                    person: HospitalPerson {
                        ipp: format!("9{number}"),
                        birth_family: format!("LISTE{number}"),
                        used_family: None,
                        given: "Zoé".into(),
                        birth_date: "1980-01-01".into(),
                        sex: "F".into(),
                        birth_place: None,
                        phone: None,
                        email: None,
                        identity_status: None,
                    },
                    class: StayClass::Day,
                    unit: Some(Unit { code: format!("{}", number % 2), label: "Unité".into() }),
                    entry_at: first.checked_add(hour.hours()).unwrap(),
                    exit_at: None,
                    label: String::new(),
                    practitioner: None,
                    surgery: false,
                };
                assert_eq!(preadmission::announce(tx, &Notice::Planned(Box::new(said)), 3)?, Outcome::Opened);
            }
            Ok(())
        });
        load.await.unwrap();
        let mut clerk = app.staff("adrien").await;
        let (mut seen, mut after) = (Vec::new(), String::new());
        loop {
            let page = get(&mut clerk, &format!("/api/v1/desk/preadmissions?text=liste&after={after}")).await;
            for item in page["items"].as_array().unwrap() {
                seen.push((item["entry_at"].as_str().unwrap().to_owned(), item["id"].as_str().unwrap().to_owned()));
            }
            match page["next"].as_str() {
                Some(next) => after = next.to_owned(),
                None => break,
            }
        }
        let mut sorted = seen.clone();
        sorted.sort();
        sorted.dedup();
        assert_eq!((seen.len(), &seen), (230, &sorted));
        let one = get(&mut clerk, "/api/v1/desk/preadmissions?text=ZO%C3%89%20liste17").await;
        let names: Vec<&str> =
            one["items"].as_array().unwrap().iter().map(|item| item["patient"].as_str().unwrap()).collect();
        assert!(names.contains(&"LISTE17 Zoé") && names.iter().all(|name| name.starts_with("LISTE17")), "{names:?}");
        assert_eq!(one["counts"]["CREATED"], json!(232), "the whole team's, whatever is searched");
        let unit = get(&mut clerk, "/api/v1/desk/preadmissions?unit=1&assigned=nobody").await;
        assert!(unit["items"].as_array().unwrap().iter().all(|item| item["patient"] != "LISTE2 Zoé"));
        let day = get(&mut clerk, "/api/v1/desk/preadmissions?from=2026-12-02&until=2026-12-02").await;
        let days: Vec<&str> =
            day["items"].as_array().unwrap().iter().map(|item| &item["entry_at"].as_str().unwrap()[..10]).collect();
        assert!(!days.is_empty() && days.iter().all(|day| *day == "2026-12-02" || *day == "2026-12-01"), "{days:?}");

        // Taking two at once asks first.
        let page = clerk.open("/desk/preadmissions?text=liste1").await;
        let form = page.form("/desk/preadmissions/batch").with("deed", "take");
        let asked = clerk.submit(&page, &form).await;
        let confirm = asked.form("/desk/preadmissions/batch");
        let chosen = confirm.fields.iter().filter(|(name, _)| name.starts_with("file-")).count();
        assert!(chosen > 1 && asked.text.contains(&format!("{chosen} dossiers")), "{}", asked.first("main"));
        let done = clerk.submit(&asked, &confirm).await;
        assert!(done.text.contains(&format!("Fait pour {chosen} dossiers")), "{}", done.first("main"));
        let mine = get(&mut clerk, "/api/v1/desk/preadmissions?assigned=me").await;
        assert_eq!(mine["items"].as_array().unwrap().len(), chosen);
        app.stop().await;
    }
}
