//! Through HTTP: pages and API of the desk, as their person, another hospital's, and nobody.

use std::sync::Arc;

use actix_web::{
    App,
    dev::ServiceResponse,
    http::{StatusCode, header},
    middleware::from_fn,
    test::{TestRequest, call_service, init_service, read_body},
    web::Data,
};
use identity::directory::{NewEstablishment, NewSite, upsert_establishment, upsert_site};
use kernel::{DeliveryId, EstablishmentId, EventKind, ObjectId, World, testing};
use preadmission::announcement::{Notice, Outcome as Opening};
use storage::{
    Db, Event, StorageError, Tx,
    outbox::{
        Consumer, Delivering, DeliveryFilter, DeliveryState, Job, Note, Outcome, Pace, Subscriptions, Worker, list,
    },
    testing::{TestDb, databases},
};
use web::{
    Front, House, I18n, Lang, front_desk,
    session::{self, Details, Principal},
};

use crate::{CONSUMER, EVENTS, Inbox, LOCALES, ROLE, routes, store};

const MESSAGE: &str =
    "MSH|^~\\&|PARVIS|CH|AGENDA|CH|1||SIU^S12^SIU_S12|ID|T|2.5||||||UNICODE UTF-8\rPID|1||||<i>LE GOFF\r";

/// Refuses everything, after leaving a message as the real consumer does.
struct Refusing(Db);

impl Consumer for Refusing {
    fn name(&self) -> &'static str {
        CONSUMER
    }
    fn deliver<'a>(&'a self, job: &'a Job, _: &'a Note) -> Delivering<'a> {
        Box::pin(async move {
            let message = store::Message {
                delivery: job.delivery,
                step: 0,
                finess: "750712184".to_owned(),
                object: job.object,
                event: "SIU S12".to_owned(),
                version: 0,
                control_id: job.message_id.clone(),
                bytes: MESSAGE.as_bytes().to_vec(),
                rendered_at: job.occurred_at,
                answer: None,
                answered_at: None,
                verdict: None,
            };
            let id = job.delivery;
            let answer = b"MSH|^~\\&|AGENDA\rMSA|AE|ID\rERR||PID^1^3|101\r";
            let kept = self.0.write(move |tx| {
                store::keep(tx, &message)?;
                store::keep_answer(tx, (id, 0), answer, store::Answered::Refused)
            });
            let _ = kept.await;
            Outcome::Refused("AE 101".to_owned())
        })
    }
}

struct Desk {
    test: TestDb,
    front: Arc<Front>,
    /// As after a person declared the sender.
    inbox: Arc<Inbox>,
    ours: EstablishmentId,
    theirs: EstablishmentId,
    /// A refused delivery of each, and the staff cookie of ours.
    delivery: DeliveryId,
    foreign: DeliveryId,
    cookie: String,
}

async fn desks() -> Vec<Desk> {
    let (world, _) = testing::world();
    let listening = Subscriptions::default().listen(CONSUMER, EVENTS);
    let mut desks = Vec::new();
    for test in databases(&world, &listening).unwrap() {
        desks.push(Desk::open(test, &world).await);
    }
    desks
}

impl Desk {
    async fn open(test: TestDb, world: &World) -> Self {
        let house = House::new(vec![web::house_routes(), routes()]);
        let words = I18n::new(&[web::OWN_LOCALES, LOCALES]).unwrap();
        let front = Front::new(settings(), words.into(), house, test.db.clone(), [7; 32], &[]);
        let ours = hospital(&test.db, "750712184", "CH de Valmont").await;
        let theirs = hospital(&test.db, "2A0000014", "CH des Îles").await;
        for establishment in [ours, theirs] {
            let (subject, object): (ObjectId, ObjectId) = (world.id(), world.id());
            let event = Event { kind: EventKind::AppointmentBooked, establishment, subject, object };
            test.db.write(move |tx| tx.emit(event)).await.unwrap();
        }
        let refusing = Arc::new(Refusing(test.db.clone()));
        Worker::new(test.db.clone(), refusing, Pace::default()).await.unwrap().run_once().await.unwrap();
        let cookie = login(&test.db, world, &[ROLE], &[ours]).await;
        let (delivery, foreign) = (first(&test.db, ours).await, first(&test.db, theirs).await);
        let settings = crate::settings::tests::with_sender("750712184");
        let inbox = Arc::new(Inbox::new(test.db.clone(), &settings, Some(Arc::new(opened))));
        Self { test, front, inbox, ours, theirs, delivery, foreign, cookie }
    }

    async fn ask(&self, request: TestRequest) -> (StatusCode, String, String) {
        let house = self.front.house().clone();
        let app = App::new()
            .app_data(Data::from(Arc::clone(&self.front)))
            .app_data(Data::new(self.test.db.clone()))
            .app_data(Data::from(Arc::clone(&self.inbox)))
            .configure(|config| web::configure_inputs(config, &self.front.settings().body))
            .configure(|config| house.configure(config))
            .wrap(from_fn(front_desk));
        let app = init_service(app).await;
        let response: ServiceResponse<_> = call_service(&app, request.to_request()).await;
        let location =
            response.headers().get(header::LOCATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let (status, location) = (response.status(), location.to_owned());
        let body = String::from_utf8(read_body(response).await.to_vec()).unwrap();
        (status, location, body)
    }

    async fn get(&self, path: &str) -> (StatusCode, String) {
        let (status, _, body) = self.ask(self.signed(TestRequest::get().uri(path))).await;
        (status, body)
    }

    fn signed(&self, request: TestRequest) -> TestRequest {
        request
            .insert_header((header::COOKIE, format!("__Host-parvis-desk={}", self.cookie)))
            .insert_header(("Sec-Fetch-Site", "same-origin"))
            .peer_addr("192.0.2.1:1000".parse().unwrap())
    }

    async fn token(&self) -> String {
        let session: serde_json::Value = serde_json::from_str(&self.get("/api/v1/desk/session").await.1).unwrap();
        session["csrf_token"].as_str().unwrap().to_owned()
    }

    async fn post(&self, path: &str, form: &str) -> (StatusCode, String, String) {
        let body = format!("csrf={}&{form}", self.token().await);
        let request =
            TestRequest::post().uri(path).insert_header((header::CONTENT_TYPE, "application/x-www-form-urlencoded"));
        self.ask(self.signed(request).set_payload(body)).await
    }

    async fn post_json(&self, path: &str, body: serde_json::Value) -> (StatusCode, serde_json::Value) {
        let request = TestRequest::post().uri(path).insert_header(("X-CSRF-Token", self.token().await)).set_json(body);
        let (status, _, body) = self.ask(self.signed(request)).await;
        (status, serde_json::from_str(&body).unwrap())
    }

    async fn state(&self, establishment: EstablishmentId) -> DeliveryState {
        let filter = DeliveryFilter { establishments: vec![establishment], limit: 5, ..Default::default() };
        self.test.db.read::<_, StorageError, _>(move |conn| list(conn, &filter)).await.unwrap()[0].state
    }
}

async fn hospital(db: &Db, finess: &str, name: &str) -> EstablishmentId {
    let new = NewEstablishment { finess: finess.parse().unwrap(), name: name.to_owned(), short_name: name.to_owned() };
    let (site, zone) = (name.to_owned(), "Europe/Paris".parse().unwrap());
    db.write::<_, StorageError, _>(move |tx| {
        let establishment = upsert_establishment(tx, &new)?;
        let site = NewSite {
            establishment,
            finess: new.finess.clone(),
            name: site.clone(),
            address_lines: vec![],
            postcode: "21000".to_owned(),
            city: "DIJON".to_owned(),
            zone: kernel::Zone::clone(&zone),
            help_phone: String::new(),
            access_notes: String::new(),
        };
        upsert_site(tx, &site)?;
        Ok(establishment)
    })
    .await
    .unwrap()
}

async fn first(db: &Db, establishment: EstablishmentId) -> DeliveryId {
    let filter = DeliveryFilter { establishments: vec![establishment], limit: 5, ..Default::default() };
    db.read::<_, StorageError, _>(move |conn| list(conn, &filter)).await.unwrap()[0].id
}

async fn login(db: &Db, world: &World, roles: &[&str], establishments: &[EstablishmentId]) -> String {
    let (staff, visit) = (world.id(), world.id());
    let roles = roles.iter().map(|role| (*role).to_owned()).collect();
    let details = Details { roles, establishments: establishments.to_vec(), ..Details::default() };
    db.write(move |tx| session::open(tx, Principal::Staff(staff), visit, &details, 10)).await.unwrap()
}

fn settings() -> web::Settings {
    serde_json::from_value(serde_json::json!({
        "base_url": "http://localhost:8080", "name": "GHT d'essai", "help_telephone": "03 00 00 00 00",
        "help_hours_fr": "de 8 h à 18 h", "help_hours_en": "8 am to 6 pm", "demonstration": true, "trusted_proxies": [],
        "publisher": "GHT d'essai", "dpo_email": "dpo@example.org", "accessibility_state": "non",
        "limits": { "reading": 6000, "searching": 6000, "writing": 6000, "login": 6000, "uploading": 600 },
        "session": { "idle_minutes": 30, "patient_hours": 8, "staff_hours": 10 },
        "body": { "limit": 65536, "deadline_seconds": 30, "upload_deadline_seconds": 900, "minimum_rate": 500 }
    }))
    .unwrap()
}

#[actix_web::test]
async fn the_list_shows_what_is_theirs_and_filters() {
    for desk in desks().await {
        let (status, page) = desk.get("/desk/deliveries").await;
        assert_eq!(status, StatusCode::OK);
        assert!(
            page.contains("CH de Valmont") && page.contains("AE 101") && page.contains("Rendez-vous pris"),
            "{page}"
        );
        assert!(!page.contains("CH des Îles") && !page.contains(&desk.foreign.to_string()));
        assert!(page.contains("1 message attend votre décision."), "{page}");
        assert!(!page.contains("[sih-"), "a word is missing: {page}");
        let shown = async |query: String| {
            let (status, body) = desk.get(&format!("/api/v1/desk/deliveries?{query}")).await;
            assert_eq!(status, StatusCode::OK, "{body}");
            let body: serde_json::Value = serde_json::from_str(&body).unwrap();
            body["deliveries"].as_array().unwrap().len()
        };
        assert_eq!(shown("state=refused&consumer=sih".to_owned()).await, 1);
        assert_eq!(shown("state=dead".to_owned()).await, 0);
        assert_eq!(shown("consumer=mail".to_owned()).await, 0);
        assert_eq!(shown(format!("establishment={}", desk.ours)).await, 1);
        assert_eq!(shown(format!("establishment={}", desk.theirs)).await, 0);
        assert_eq!(shown(format!("before={}", desk.delivery)).await, 0);
        assert_eq!(desk.get("/desk/deliveries?state=lost").await.0, StatusCode::UNPROCESSABLE_ENTITY);
    }
}

#[actix_web::test]
async fn one_delivery_with_its_message_and_answer() {
    for desk in desks().await {
        let (status, page) = desk.get(&format!("/desk/deliveries/{}", desk.delivery)).await;
        assert_eq!(status, StatusCode::OK);
        for part in ["PID-5", "MSA-1", "ERR-2", "&#60;i&#62;LE GOFF", "Renvoyer le même message", "name=\"reason\""] {
            assert!(page.contains(part), "{part}: {page}");
        }
        assert!(!page.contains("[sih-"), "a word is missing: {page}");
        let (_, json) = desk.get(&format!("/api/v1/desk/deliveries/{}", desk.delivery)).await;
        let json: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!(json["state"], "refused");
        assert_eq!(
            json["messages"][0]["message"][1]["fields"][1],
            serde_json::json!({ "name": "PID-5", "value": "<i>LE GOFF" })
        );
        assert_eq!(json["messages"][0]["answer"][1]["segment"], "MSA");
    }
}

#[actix_web::test]
async fn another_hospitals_delivery_is_like_none() {
    for desk in desks().await {
        let absent: DeliveryId = desk.test.db.world().id();
        for path in ["/desk/deliveries/ID", "/api/v1/desk/deliveries/ID"] {
            let foreign = desk.get(&path.replace("ID", &desk.foreign.to_string())).await;
            assert_eq!(foreign.0, StatusCode::NOT_FOUND);
            let none = desk.get(&path.replace("ID", &absent.to_string())).await.1;
            let none = none.replace(&absent.to_string(), &desk.foreign.to_string());
            assert_eq!(without_tokens(&foreign.1), without_tokens(&none));
        }
        for path in ["/desk/deliveries/ID/replay", "/desk/deliveries/ID/drop"] {
            let path = path.replace("ID", &desk.foreign.to_string());
            assert_eq!(desk.post(&path, "reason=").await.0, StatusCode::NOT_FOUND);
            let json = serde_json::json!({ "reason": "x" });
            assert_eq!(desk.post_json(&format!("/api/v1{path}"), json).await.0, StatusCode::NOT_FOUND);
        }
        assert_eq!(desk.state(desk.theirs).await, DeliveryState::Refused);
    }
}

/// The masked form token differs on every page.
fn without_tokens(page: &str) -> String {
    let mut parts = page.split("name=\"csrf\" value=\"");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |all, part| all + part.split_once('"').map_or(part, |(_, rest)| rest))
}

#[actix_web::test]
async fn a_refused_delivery_is_replayed_once() {
    for desk in desks().await {
        let path = format!("/desk/deliveries/{}/replay", desk.delivery);
        let unsigned = desk.signed(TestRequest::post().uri(&path)).set_payload("");
        assert_eq!(desk.ask(unsigned).await.0, StatusCode::FORBIDDEN, "without a token");
        let (status, location, _) = desk.post(&path, "").await;
        assert_eq!((status, location), (StatusCode::SEE_OTHER, format!("/desk/deliveries/{}", desk.delivery)));
        assert_eq!(desk.state(desk.ours).await, DeliveryState::Waiting);
        assert_eq!(desk.post(&path, "").await.0, StatusCode::CONFLICT);
        let (status, problem) = desk.post_json(&format!("/api/v1{path}"), serde_json::json!({})).await;
        assert_eq!(
            (status, problem["title"].as_str()),
            (StatusCode::CONFLICT, Some("Ce message n’attend pas de décision"))
        );
    }
}

#[actix_web::test]
async fn a_delivery_is_dropped_with_a_reason() {
    for desk in desks().await {
        let path = format!("/desk/deliveries/{}/drop", desk.delivery);
        let long = format!("reason={}", "x".repeat(501));
        for form in ["reason=", "reason=+++", "", &long] {
            let (status, _, page) = desk.post(&path, form).await;
            assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
            assert!(page.contains("role=\"alert\"") && page.contains("aria-invalid=\"true\""), "{page}");
        }
        let (status, _) = desk.post_json(&format!("/api/v1{path}"), serde_json::json!({ "reason": " " })).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(desk.post(&path, "reason=Saisi+%C3%A0+la+main").await.0, StatusCode::SEE_OTHER);
        assert_eq!(desk.state(desk.ours).await, DeliveryState::Dropped);
        let page = desk.get(&format!("/desk/deliveries/{}", desk.delivery)).await.1;
        assert!(page.contains("Saisi à la main") && !page.contains("Renvoyer le même message"), "{page}");
        let (status, _) = desk.post_json(&format!("/api/v1{path}"), serde_json::json!({ "reason": "x" })).await;
        assert_eq!(status, StatusCode::CONFLICT);
    }
}

/// Stands for the room of pre-admissions.
fn opened(_: &mut Tx<'_>, _: &Notice) -> Result<Opening, StorageError> {
    Ok(Opening::Opened)
}

const A05: &[u8] = b"MSH|^~\\&|GAM|CH-VALMONT|PARVIS|CH-VALMONT|20261121||ADT^A05^ADT_A05|GAM-7|P|2.5\rEVN||20261121\r\
    PID|1||77^^^CH^PI||<i>LE GOFF^Ma^^^^^L||1984|F\rPV1|1|I|||||||||||||||||V-7^^^CH^VN\rPV2||||||||20261203080000\r";

/// One refused for want of a declared sender, one frame, both nobody's; and one frame of each hospital.
async fn receive(desk: &Desk) {
    let unknown = Inbox::new(desk.test.db.clone(), &crate::Settings::default(), Some(Arc::new(opened)));
    let message = crate::hl7::read(A05).unwrap();
    let header = crate::hl7::Header::of(&message).unwrap();
    let answer = unknown.take(&header, message, A05.into()).await.unwrap();
    assert!(String::from_utf8(answer).unwrap().contains("MSA|AE|GAM-7"));
    for finess in [None, Some("750712184"), Some("2A0000014")] {
        let keep = move |tx: &mut Tx<'_>| {
            let frame =
                store::Unreadable { reason: "bytes outside any frame", bytes: b"GET /", answer: b"MSH", finess };
            store::keep_unreadable(tx, &frame)
        };
        desk.test.db.write(keep).await.unwrap();
    }
}

async fn listed(desk: &Desk, query: &str) -> Vec<serde_json::Value> {
    let (status, body) = desk.get(&format!("/api/v1/desk/received{query}")).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    let body: serde_json::Value = serde_json::from_str(&body).unwrap();
    body["received"].as_array().unwrap().clone()
}

#[actix_web::test]
async fn what_came_is_shown_to_those_it_concerns() {
    for mut desk in desks().await {
        receive(&desk).await;
        assert_eq!(listed(&desk, "").await.len(), 1, "their own frame, and nothing of nobody's");
        let world = desk.test.db.world().clone();
        desk.cookie = login(&desk.test.db, &world, &[ROLE], &[desk.ours, desk.theirs]).await;
        assert_eq!(listed(&desk, "").await.len(), 4);
        assert_eq!(listed(&desk, "?outcome=unreadable").await.len(), 3);
        let refused = listed(&desk, "?outcome=refused").await.remove(0);
        assert_eq!((refused["error"].as_str(), refused["reason"].as_str()), (Some("204 MSH-3"), Some("sender")));
        assert_eq!(desk.get("/api/v1/desk/received?outcome=lost").await.0, StatusCode::UNPROCESSABLE_ENTITY);
        let id = refused["id"].as_str().unwrap();
        let (_, list) = desk.get("/desk/received").await;
        assert!(list.contains(id) && list.contains("en quarantaine") && !list.contains("[sih-"), "{list}");
        assert!(!list.contains("00Z<"), "the clocks of a place, not an instant: {list}");
        let (_, page) = desk.get(&format!("/desk/received/{id}")).await;
        for part in ["&#60;i&#62;LE GOFF", "ERR-3", "Traiter à nouveau", "pas déclaré"] {
            assert!(page.contains(part), "{part}: {page}");
        }
        assert!(!page.contains("[sih-") && !page.contains("[problem-"), "a word is missing: {page}");
        // Somebody of one hospital alone: what is nobody's is like what is not.
        desk.cookie = login(&desk.test.db, &world, &[ROLE], &[desk.ours]).await;
        for path in ["/desk/received/ID", "/api/v1/desk/received/ID"] {
            assert_eq!(desk.get(&path.replace("ID", id)).await.0, StatusCode::NOT_FOUND);
        }
        let process = format!("/desk/received/{id}/process");
        assert_eq!(desk.post(&process, "").await.0, StatusCode::NOT_FOUND);
    }
}

#[actix_web::test]
async fn a_refused_message_is_processed_once_the_settings_are_right() {
    for mut desk in desks().await {
        receive(&desk).await;
        let world = desk.test.db.world().clone();
        desk.cookie = login(&desk.test.db, &world, &[ROLE], &[desk.ours, desk.theirs]).await;
        let id = listed(&desk, "?outcome=refused").await[0]["id"].as_str().unwrap().to_owned();
        let (status, body) =
            desk.post_json(&format!("/api/v1/desk/received/{id}/process"), serde_json::json!({})).await;
        assert_eq!((status, body["outcome"].as_str()), (StatusCode::OK, Some("opened")));
        assert_eq!(body["establishment"]["name"], "CH de Valmont");
        assert_eq!(body["answer"][1]["fields"][0]["value"], "AE", "what was answered stays answered");
        assert_eq!(desk.post(&format!("/desk/received/{id}/process"), "").await.0, StatusCode::CONFLICT);
        let frame = listed(&desk, "?outcome=unreadable").await[0]["id"].as_str().unwrap().to_owned();
        assert_eq!(desk.post(&format!("/desk/received/{frame}/process"), "").await.0, StatusCode::CONFLICT);
    }
}

#[actix_web::test]
async fn only_the_role_enters() {
    for mut desk in desks().await {
        let paths = [
            "/desk/deliveries".to_owned(),
            format!("/desk/deliveries/{}", desk.delivery),
            "/api/v1/desk/deliveries".to_owned(),
            "/desk/received".to_owned(),
            "/api/v1/desk/received".to_owned(),
            format!("/api/v1/desk/deliveries/{}", desk.delivery),
        ];
        let world = desk.test.db.world().clone();
        desk.cookie = login(&desk.test.db, &world, &["admissions"], &[desk.ours]).await;
        for path in &paths {
            assert_eq!(desk.get(path).await.0, StatusCode::FORBIDDEN, "{path}");
            let nobody = TestRequest::get().uri(path).peer_addr("192.0.2.1:1000".parse().unwrap());
            let expected = if path.starts_with("/api") { StatusCode::UNAUTHORIZED } else { StatusCode::SEE_OTHER };
            assert_eq!(desk.ask(nobody).await.0, expected, "{path}");
        }
    }
}

#[test]
fn every_code_has_its_words_in_both_languages() {
    let (fr, en) = (web::i18n::keys(LOCALES.fr), web::i18n::keys(LOCALES.en));
    assert_eq!(fr, en);
    let words = I18n::new(&[web::OWN_LOCALES, LOCALES]).unwrap();
    let states = DeliveryState::ALL.iter().map(|state| format!("sih-state-{}", state.as_str()));
    let consumers = super::CONSUMERS.iter().map(|consumer| format!("sih-consumer-{consumer}"));
    let events = EventKind::ALL.iter().map(|event| format!("sih-event-{}", event.name().replace('.', "-")));
    let problems = crate::problems::ALL.iter().map(|problem| format!("problem-{}", problem.slug));
    let outcomes = store::Received::ALL.iter().map(|one| one.as_str()).chain([super::UNREADABLE]);
    let outcomes = outcomes.map(|one| format!("sih-outcome-{one}"));
    for key in states.chain(consumers).chain(events).chain(problems).chain(outcomes) {
        assert!(Lang::ALL.iter().all(|lang| words.has(*lang, &key)), "{key}");
    }
}
