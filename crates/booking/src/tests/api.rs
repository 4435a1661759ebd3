use actix_web::test::TestRequest;
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::house::{Browser, Stand};

const PROBLEM_MEMBERS: [&str; 4] = ["type", "title", "status", "detail"];

fn is_problem(value: &Value, slug: &str) -> bool {
    PROBLEM_MEMBERS.iter().all(|member| value.get(member).is_some())
        && value["type"] == format!("http://localhost:8080/problems/{slug}")
}

fn post(path: &str, body: &Value) -> TestRequest {
    TestRequest::post().uri(path).set_json(body)
}

fn booking(key: &'static str, body: &Value) -> TestRequest {
    post("/api/v1/appointments", body).insert_header(("idempotency-key", key))
}

#[actix_web::test]
async fn search_keep_book_and_cancel() {
    for stand in Stand::all().await {
        let house = stand.open().await;
        let mut program = Browser::speaking("en");
        let services = program.get(&house, "/api/v1/services?text=coeur").await.json();
        let service = services["items"][0]["id"].as_str().unwrap();
        assert_eq!(program.get(&house, &format!("/api/v1/services/{service}")).await.json()["speciality"], "SM04");
        let who = program.get(&house, &format!("/api/v1/practitioners?service={service}")).await.json();
        assert_eq!(who["items"].as_array().unwrap().len(), 2);
        let reasons = program.get(&house, &format!("/api/v1/visit-reasons?service={service}")).await.json();
        let reason = reasons["items"][0]["id"].as_str().unwrap();
        let search = format!("/api/v1/slots?visit_reason={reason}&limit=3");
        let slots = program.get(&house, &search).await.json();
        let slot = &slots["items"][0];
        assert_eq!(slot["starts_at"], "2026-11-23T08:00:00Z");

        let wish = json!({ "visit_reason": reason, "agenda": slot["agenda"], "starts_at": slot["starts_at"] });
        let kept = program.call(&house, post("/api/v1/holds", &wish)).await;
        assert_eq!(kept.status, 201, "{}", kept.body);
        let hold = kept.json()["id"].clone();
        assert_eq!(program.get(&house, &kept.location).await.json()["expires_at"], "2026-11-21T09:40:00Z");
        assert_eq!(program.get(&house, &search).await.json()["items"][0]["hold"], hold, "shown as theirs");

        let early = program.call(&house, booking("k", &json!({ "hold": hold }))).await;
        assert!(early.status == 401 && is_problem(&early.json(), "login-required"));
        program.log_in(&house, 1).await;
        let booked = program.call(&house, booking("key-1", &json!({ "hold": hold }))).await;
        assert_eq!(booked.status, 201, "{}", booked.body);
        let again = program.call(&house, booking("key-1", &json!({ "hold": hold }))).await;
        assert_eq!((again.status, &again.body, &again.location), (201, &booked.body, &booked.location));
        let other = json!({ "slot": wish });
        let reused = program.call(&house, booking("key-1", &other)).await;
        assert!(reused.status == 422 && is_problem(&reused.json(), "key-reused"), "{}", reused.body);

        let appointment = program.get(&house, &booked.location).await.json();
        assert_eq!(appointment["state"], "booked");
        assert_eq!(appointment["place"]["time_zone"], "Europe/Paris");
        assert_eq!(appointment["reference"], booked.json()["reference"]);
        assert_eq!(program.get(&house, "/api/v1/appointments").await.json()["items"], json!([appointment]));

        let mut stranger = Browser::speaking("en");
        stranger.log_in(&house, 2).await;
        let theirs = stranger.get(&house, &booked.location).await;
        let absent = stranger.get(&house, "/api/v1/appointments/01940000-0000-7000-8000-000000000000").await;
        assert_eq!((theirs.status, &theirs.body), (404, &absent.body), "byte for byte");
        let cancellation = format!("{}/cancellation", booked.location);
        let foreign = stranger.call(&house, TestRequest::post().uri(&cancellation)).await;
        assert_eq!((foreign.status, &foreign.body), (404, &absent.body));
        let taken = stranger.call(&house, booking("key-2", &other)).await;
        assert_eq!(taken.status, 409);
        assert!(is_problem(&taken.json(), "slot-taken"));
        assert_eq!(taken.json()["alternatives"].as_array().unwrap().len(), 3, "{}", taken.body);

        let cancelled = program.call(&house, TestRequest::post().uri(&cancellation)).await;
        assert_eq!(cancelled.json()["state"], "cancelled", "{}", cancelled.body);
        let twice = program.call(&house, TestRequest::post().uri(&cancellation)).await;
        assert!(twice.status == 409 && is_problem(&twice.json(), "already-cancelled"));
        assert_eq!(stranger.call(&house, booking("key-3", &other)).await.status, 201, "free again");
    }
}

#[actix_web::test]
async fn holds_end_and_are_given_back() {
    for stand in Stand::all().await {
        let house = stand.open().await;
        let mut program = Browser::speaking("en");
        let services = program.get(&house, "/api/v1/services").await.json();
        let service = services["items"][0]["id"].as_str().unwrap();
        let reasons = program.get(&house, &format!("/api/v1/visit-reasons?service={service}")).await.json();
        let wish = json!({ "visit_reason": reasons["items"][0]["id"], "starts_at": "2026-11-23T09:00:00+01:00" });
        let kept = program.call(&house, post("/api/v1/holds", &wish)).await;
        assert_eq!(kept.status, 201, "anybody who is free: {}", kept.body);
        let mut second = Browser::speaking("en");
        let other = second.call(&house, post("/api/v1/holds", &wish)).await;
        assert_eq!(other.status, 201);
        assert_ne!(other.json()["agenda"], kept.json()["agenda"], "the other practitioner");
        let mut third = Browser::speaking("en");
        let full = third.call(&house, post("/api/v1/holds", &wish)).await;
        assert!(full.status == 409 && full.json()["alternatives"].as_array().unwrap().len() == 3, "{}", full.body);
        let foreign = second.call(&house, TestRequest::delete().uri(&kept.location)).await;
        assert_eq!(foreign.status, 404);
        assert_eq!(program.call(&house, TestRequest::delete().uri(&kept.location)).await.status, 204);
        assert_eq!(program.call(&house, TestRequest::delete().uri(&kept.location)).await.status, 404);
        stand.clock.advance(SignedDuration::from_mins(10));
        let late = second.get(&house, &other.location).await;
        assert!(late.status == 410 && is_problem(&late.json(), "hold-expired"));
        assert_eq!(late.json()["alternatives"][0]["starts_at"], "2026-11-23T08:00:00Z");
        second.log_in(&house, 1).await;
        let book = second.call(&house, booking("k", &json!({ "hold": other.json()["id"] }))).await;
        assert!(book.status == 410 && book.json()["alternatives"].is_array(), "{}", book.body);
        stand.clock.advance(SignedDuration::from_mins(-10));
    }
}

#[actix_web::test]
async fn what_another_node_took_within_the_second_is_refused_with_other_times() {
    for stand in Stand::all().await {
        let (here, there) = (stand.open().await, stand.open().await);
        let (mut one, mut other) = (Browser::speaking("en"), Browser::speaking("en"));
        let services = one.get(&here, "/api/v1/services").await.json();
        let service = services["items"][0]["id"].as_str().unwrap();
        let reasons = one.get(&here, &format!("/api/v1/visit-reasons?service={service}")).await.json();
        let reason = reasons["items"][0]["id"].as_str().unwrap();
        let search = format!("/api/v1/slots?visit_reason={reason}&limit=3");
        let slots = one.get(&here, &search).await;
        let slot = slots.json()["items"][0].clone();
        let wish = json!({ "visit_reason": reason, "agenda": slot["agenda"], "starts_at": slot["starts_at"] });
        stand.clock.advance(SignedDuration::from_millis(1));
        let kept = other.call(&there, post("/api/v1/holds", &wish)).await;
        assert_eq!(kept.status, 201, "{}", kept.body);

        assert_eq!(one.get(&here, &search).await.body, slots.body, "another node, a moment ago");
        let seen = other.get(&there, &search).await.json();
        assert_eq!(seen["items"][0]["hold"], kept.json()["id"], "this very node, at once");
        let refused = one.call(&here, post("/api/v1/holds", &wish)).await;
        assert!(refused.status == 409 && is_problem(&refused.json(), "slot-taken"), "{}", refused.body);
        let others = refused.json()["alternatives"].as_array().unwrap().clone();
        assert!(others.len() == 3 && !others.contains(&slot), "{}", refused.body);
        one.log_in(&here, 1).await;
        assert_ne!(one.get(&here, &search).await.body, slots.body, "who is logged in is told what is");
        stand.clock.advance(SignedDuration::from_secs(1));
        let mut third = Browser::speaking("en");
        assert!(!third.get(&here, &search).await.json()["items"].as_array().unwrap().contains(&slot));
        stand.clock.advance(SignedDuration::from_millis(-1001));
    }
}

#[actix_web::test]
async fn bad_input_is_refused_clearly() {
    for stand in Stand::all().await {
        let house = stand.open().await;
        let mut program = Browser::speaking("en");
        let absent = "01940000-0000-7000-8000-000000000000";
        for (path, status) in [
            ("/api/v1/slots".to_owned(), 400),
            ("/api/v1/slots?visit_reason=x".to_owned(), 400),
            (format!("/api/v1/slots?visit_reason={absent}"), 404),
            (format!("/api/v1/slots?visit_reason={absent}&limit=0"), 422),
            (format!("/api/v1/slots?visit_reason={absent}&limit=101"), 422),
            (format!("/api/v1/slots?visit_reason={absent}&surprise=1"), 400),
            ("/api/v1/services?speciality=SM00".to_owned(), 422),
            (format!("/api/v1/services/{absent}"), 404),
            (format!("/api/v1/visit-reasons?service={absent}"), 404),
            (format!("/api/v1/holds/{absent}"), 404),
        ] {
            let answer = program.get(&house, &path).await;
            assert_eq!(answer.status, status, "{path}: {}", answer.body);
        }
        program.log_in(&house, 1).await;
        let slot = json!({ "visit_reason": absent, "agenda": absent, "starts_at": "2026-11-23T08:00:00Z" });
        for (key, body, status) in [
            ("a", json!({}), 422),
            ("b", json!({ "hold": absent, "slot": slot }), 422),
            ("c", json!({ "hold": "x" }), 422),
            ("d", json!({ "hold": absent }), 404),
            ("e", json!({ "slot": slot }), 422),
            ("f", json!({ "surprise": 1 }), 422),
        ] {
            let answer = program.call(&house, booking(key, &body)).await;
            assert_eq!(answer.status, status, "{body}: {}", answer.body);
        }
        let no_key = program.call(&house, post("/api/v1/appointments", &json!({ "hold": absent }))).await;
        assert_eq!(no_key.status, 422);
        let services = program.get(&house, "/api/v1/services").await.json();
        let service = services["items"][0]["id"].as_str().unwrap();
        let reasons = program.get(&house, &format!("/api/v1/visit-reasons?service={service}")).await.json();
        let (open, closed) = (&reasons["items"][0]["id"], &reasons["items"][1]["id"]);
        let slots = program.get(&house, &format!("/api/v1/slots?visit_reason={}", open.as_str().unwrap())).await;
        let agenda = &slots.json()["items"][0]["agenda"];
        for (reason, starts_at, slug) in [
            (closed, "2026-11-23T08:00:00Z", "reason-closed"),
            (open, "2026-11-21T09:31:00Z", "too-soon"),
            (open, "2020-01-01T00:00:00Z", "too-soon"),
            (open, "-009999-01-02T01:59:59Z", "too-soon"),
            (open, "2030-01-01T00:00:00Z", "too-far"),
            (open, "9999-12-30T22:00:00Z", "too-far"),
            (open, "2026-11-22T03:00:00Z", "outside-opening"),
            (open, "2026-11-23T08:00:00.5Z", "outside-opening"),
        ] {
            let wish = json!({ "visit_reason": reason, "agenda": agenda, "starts_at": starts_at });
            let answer = program.call(&house, post("/api/v1/holds", &wish)).await;
            assert!(answer.status == 422 && is_problem(&answer.json(), slug), "{starts_at} {slug}: {}", answer.body);
        }
    }
}

/// Every operation of the table is in the contract, and nothing else.
#[test]
fn the_contract_tells_every_operation() {
    use utoipa::OpenApi;
    let contract = serde_json::to_value(crate::api::Contract::openapi()).unwrap();
    let mut told: Vec<String> = contract["paths"]
        .as_object()
        .unwrap()
        .iter()
        .flat_map(|(path, methods)| {
            methods.as_object().unwrap().keys().map(move |m| format!("{} {path}", m.to_uppercase()))
        })
        .collect();
    let house = web::House::new(vec![crate::routes()]);
    let mut known: Vec<String> = house
        .operations()
        .filter(|operation| operation.path.starts_with("/api/"))
        .map(|operation| format!("{} {}", operation.method, operation.path))
        .collect();
    told.sort();
    known.sort();
    assert_eq!(told, known);
}
