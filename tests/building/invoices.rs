//! How invoices come in: the hospital's system proves itself, tells of them, and reads back how they stand.

use data_encoding::BASE64;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use kernel::Finess;
use reqwest::{Response, StatusCode, header};
use ring::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair},
};
use serde_json::{Value, json};
use server::{client, settings::Sources};

use crate::{
    app::{On, TestApp},
    log::{self, MARK},
};

const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// A calling system with its private key.
pub(crate) struct Caller {
    name: &'static str,
    algorithm: Algorithm,
    key: EncodingKey,
    public: String,
}

fn pem(der: &[u8]) -> String {
    format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", BASE64.encode(der))
}

impl Caller {
    /// With an Ed25519 key (RFC 8410).
    #[expect(clippy::disallowed_methods, reason = "key pairs of a partner, made as partners make them")]
    pub(crate) fn ed25519(name: &'static str) -> Self {
        let private = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).unwrap();
        let pair = Ed25519KeyPair::from_pkcs8(private.as_ref()).unwrap();
        let head = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];
        let public = pem(&[&head, pair.public_key().as_ref()].concat());
        Self { name, algorithm: Algorithm::EdDSA, key: EncodingKey::from_ed_der(private.as_ref()), public }
    }

    /// With a P-256 key (RFC 5480).
    #[expect(clippy::disallowed_methods, reason = "key pairs of a partner, made as partners make them")]
    pub(crate) fn p256(name: &'static str) -> Self {
        let dice = SystemRandom::new();
        let private = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &dice).unwrap();
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, private.as_ref(), &dice).unwrap();
        let head = [
            0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48,
            0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
        ];
        let public = pem(&[&head, pair.public_key().as_ref()].concat());
        Self { name, algorithm: Algorithm::ES256, key: EncodingKey::from_ec_der(private.as_ref()), public }
    }

    fn sign(&self, claims: &Value) -> String {
        encode(&Header::new(self.algorithm), claims, &self.key).unwrap()
    }
}

/// A house that knows these systems, with what each may do.
async fn app(on: On, callers: &[(&Caller, &[&str], &[&str])]) -> TestApp {
    app_with(on, callers, |_| {}).await
}

/// The same, with more in the settings.
pub(crate) async fn app_with(
    on: On,
    callers: &[(&Caller, &[&str], &[&str])],
    adjust: impl FnOnce(&mut Sources),
) -> TestApp {
    let folder = std::env::temp_dir().join(format!("parvis_systems_{}", kernel::World::system().uuid().simple()));
    std::fs::create_dir_all(&folder).unwrap();
    let app = TestApp::start_with(on, |sources| {
        adjust(sources);
        for (caller, establishments, rights) in callers {
            let file = folder.join(format!("{}.pem", caller.name));
            std::fs::write(&file, &caller.public).unwrap();
            let place = format!("payment.systems.{}", caller.name);
            let texts = |all: &[&str]| all.iter().map(|one| toml::Value::from(*one)).collect::<Vec<_>>();
            sources.set(&format!("{place}.public_key_files"), texts(&[&file.display().to_string()]));
            sources.set(&format!("{place}.establishments"), texts(establishments));
            sources.set(&format!("{place}.rights"), texts(rights));
        }
    })
    .await;
    std::fs::remove_dir_all(&folder).unwrap();
    app
}

fn claims(app: &TestApp, name: &str, jti: &str) -> Value {
    let now = app.building.db.now().as_second();
    json!({
        "iss": name, "sub": name, "aud": format!("{}/api/v1/token", app.base), "iat": now, "exp": now + 120, "jti": jti,
    })
}

async fn ask_token(app: &TestApp, assertion: &str) -> Response {
    let form = [
        ("grant_type", "client_credentials"),
        ("client_assertion_type", ASSERTION_TYPE),
        ("client_assertion", assertion),
    ];
    client::http(None).unwrap().post(format!("{}/api/v1/token", app.base)).form(&form).send().await.unwrap()
}

pub(crate) async fn token(app: &TestApp, caller: &Caller, jti: &str) -> String {
    let response = ask_token(app, &caller.sign(&claims(app, caller.name, jti))).await;
    assert_eq!(response.status(), StatusCode::OK);
    let answer: Value = response.json().await.unwrap();
    assert_eq!((answer["token_type"].as_str(), answer["expires_in"].as_i64()), (Some("Bearer"), Some(600)));
    answer["access_token"].as_str().unwrap().to_owned()
}

async fn establishment(app: &TestApp, finess: &str) -> String {
    let finess: Finess = finess.parse().unwrap();
    let all = app.building.db.read::<_, storage::StorageError, _>(identity::read::establishments).await.unwrap();
    all.into_iter().find(|one| one.finess == finess).unwrap().id.to_string()
}

pub(crate) async fn address(app: &TestApp, finess: &str, number: &str) -> String {
    format!("{}/api/v1/establishments/{}/invoices/gam/{number}", app.base, establishment(app, finess).await)
}

fn invoice(version: i64, cents: i64) -> Value {
    json!({
        "version": version,
        "patient": { "ipp": "1", "birth_family": "EXEMPLE", "given": "CAMILLE", "birth_date": "1984-03-12", "sex": "F" },
        "visit_number": "VN1", "kind": "regie", "creditor": "consultations", "exercice": "2026",
        "refdet": "FACT2026000123", "label": "Consultation externe", "amount_cents": cents,
        "issued_on": "2026-11-20", "state": "payable",
    })
}

pub(crate) async fn put(url: &str, token: &str, body: &Value) -> Response {
    client::http(None).unwrap().put(url).bearer_auth(token).json(body).send().await.unwrap()
}

async fn get(url: &str, token: &str) -> Response {
    client::http(None).unwrap().get(url).bearer_auth(token).send().await.unwrap()
}

pub(crate) const VALMONT: &str = "990001000";
const PLAINE: &str = "990002008";

#[actix_web::test]
async fn a_system_tells_of_an_invoice_and_reads_it_back() {
    for on in On::all() {
        let gam = Caller::p256("gam");
        let app = app(on, &[(&gam, &[VALMONT], &["invoices"])]).await;
        let token = token(&app, &gam, "1").await;
        let url = address(&app, VALMONT, "FA-1").await;
        assert_eq!(get(&url, &token).await.status(), StatusCode::NOT_FOUND);

        let first = put(&url, &token, &invoice(1, 2400)).await;
        assert_eq!(first.status(), StatusCode::CREATED);
        let told: Value = first.json().await.unwrap();
        assert_eq!((told["state"].as_str(), told["due_cents"].as_i64()), (Some("payable"), Some(2400)));
        assert_eq!((told["version"].as_i64(), told["claimed"].as_bool()), (Some(1), Some(false)), "nobody logged in");

        let again = put(&url, &token, &invoice(1, 2400)).await;
        assert_eq!((again.status(), again.json::<Value>().await.unwrap()), (StatusCode::OK, told));

        let newer = put(&url, &token, &invoice(3, 3000)).await;
        assert_eq!(newer.status(), StatusCode::OK);
        for (version, cents, refusal) in [
            (2, 2400, "invoice-version-older"),
            (1, 2400, "invoice-version-older"),
            (3, 2400, "invoice-version-reused"),
        ] {
            let refused = put(&url, &token, &invoice(version, cents)).await;
            assert_eq!(refused.status(), StatusCode::CONFLICT, "{version}");
            assert_eq!(refused.headers()[header::CONTENT_TYPE], "application/problem+json");
            let problem: Value = refused.json().await.unwrap();
            assert!(problem["type"].as_str().unwrap().ends_with(refusal), "{problem}");
        }
        let read: Value = get(&url, &token).await.json().await.unwrap();
        assert_eq!((read["version"].as_i64(), read["amount_cents"].as_i64()), (Some(3), Some(3000)));
        assert!(!read.to_string().contains("EXEMPLE"), "nothing of the patient is read back");
        app.stop().await;
    }
}

#[actix_web::test]
async fn what_breaks_a_rule_is_named_field_by_field() {
    let gam = Caller::ed25519("gam");
    let app = app(On::Sqlite, &[(&gam, &[VALMONT], &["invoices"])]).await;
    let token = token(&app, &gam, "1").await;
    let url = address(&app, VALMONT, "FA-1").await;
    let mut wrong = invoice(1, 0);
    (wrong["creditor"], wrong["refdet"], wrong["patient"]["sex"]) = (json!("nobody"), json!("FA-1"), json!("female"));
    wrong.as_object_mut().unwrap().remove("visit_number");
    let refused = put(&url, &token, &wrong).await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let problem: Value = refused.json().await.unwrap();
    let pointers: Vec<_> = problem["errors"].as_array().unwrap().iter().map(|one| one["pointer"].clone()).collect();
    assert_eq!(pointers, ["/patient/sex", "/creditor", "/refdet", "/amount_cents"]);
    let mut unversioned = invoice(1, 100);
    unversioned.as_object_mut().unwrap().remove("version");
    let refused: Value = put(&url, &token, &unversioned).await.json().await.unwrap();
    assert_eq!(refused["errors"][0]["pointer"], "/version");
    let mut unknown = invoice(1, 100);
    unknown["colour"] = json!("blue");
    assert_eq!(put(&url, &token, &unknown).await.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let send = |kind: &'static str, body: String| {
        let call = client::http(None).unwrap().put(&url).bearer_auth(&token).header(header::CONTENT_TYPE, kind);
        async move { call.body(body).send().await.unwrap().status() }
    };
    assert_eq!(send("application/json", "{".to_owned()).await, StatusCode::BAD_REQUEST);
    assert_eq!(send("text/plain", invoice(1, 100).to_string()).await, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    assert_eq!(send("application/json", " ".repeat(70_000)).await, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(get(&url, &token).await.status(), StatusCode::NOT_FOUND, "nothing of it was taken");
    app.stop().await;
}

#[actix_web::test]
async fn only_who_proves_it_gets_a_token_and_only_once() {
    for on in On::all() {
        let (gam, stranger, other) = (Caller::p256("gam"), Caller::p256("gam"), Caller::ed25519("other"));
        let app = app(on, &[(&gam, &[VALMONT], &["invoices"]), (&other, &[PLAINE], &["invoices"])]).await;
        let fine = claims(&app, "gam", "a");
        let with = |name: &str, value: Value| {
            let mut said = claims(&app, "gam", &format!("{name}-{value}"));
            said[name] = value;
            said
        };
        let now = fine["iat"].as_i64().unwrap();
        for (assertion, what) in [
            (stranger.sign(&fine), "another key"),
            (other.sign(&fine), "the key of another system"),
            (gam.sign(&claims(&app, "other", "b")), "in the name of another system"),
            (gam.sign(&with("aud", json!("https://elsewhere.example/token"))), "for somebody else"),
            (gam.sign(&with("aud", json!([fine["aud"], "https://elsewhere.example"]))), "for somebody else, too"),
            (gam.sign(&with("exp", json!(now - 60))), "over"),
            (gam.sign(&with("exp", json!(now + 3600))), "for too long"),
            (gam.sign(&with("nbf", json!(now + 300))), "too early"),
            (gam.sign(&with("sub", json!("other"))), "two clients"),
            (format!("{}x", gam.sign(&fine)), "a broken signature"),
            ("not.a.jwt".to_owned(), "no JWT"),
        ] {
            let refused = ask_token(&app, &assertion).await;
            assert_eq!(refused.status(), StatusCode::UNAUTHORIZED, "{what}");
            assert_eq!(refused.headers()[header::CACHE_CONTROL], "no-store", "{what}");
            assert_eq!(refused.json::<Value>().await.unwrap()["error"], "invalid_client", "{what}");
        }
        let assertion = gam.sign(&fine);
        assert_eq!(ask_token(&app, &assertion).await.status(), StatusCode::OK);
        assert_eq!(ask_token(&app, &assertion).await.status(), StatusCode::UNAUTHORIZED, "a second time");
        let same_number = other.sign(&claims(&app, "other", "a"));
        assert_eq!(ask_token(&app, &same_number).await.status(), StatusCode::OK, "numbers are each system's own");
        for (fields, error) in [
            (vec![("grant_type", "password")], "unsupported_grant_type"),
            (vec![("client_assertion", "x")], "invalid_request"),
            (vec![("grant_type", "client_credentials"), ("client_assertion_type", "x")], "invalid_request"),
            (vec![("grant_type", "client_credentials"), ("client_assertion_type", ASSERTION_TYPE)], "invalid_request"),
            (vec![("grant_type", "client_credentials"), ("grant_type", "client_credentials")], "invalid_request"),
        ] {
            let call = client::http(None).unwrap().post(format!("{}/api/v1/token", app.base)).form(&fields);
            let refused = call.send().await.unwrap();
            assert_eq!(refused.status(), StatusCode::BAD_REQUEST, "{fields:?}");
            assert_eq!(refused.json::<Value>().await.unwrap()["error"], error, "{fields:?}");
        }
        app.stop().await;
    }
}

#[actix_web::test]
async fn a_token_opens_what_is_its_systems_for_ten_minutes() {
    let (gam, other, reader) = (Caller::p256("gam"), Caller::ed25519("other"), Caller::ed25519("reader"));
    let known: [(&Caller, &[&str], &[&str]); 3] =
        [(&gam, &[VALMONT], &["invoices"]), (&other, &[PLAINE], &["invoices"]), (&reader, &[VALMONT], &[])];
    let app = app(On::Sqlite, &known).await;
    let url = address(&app, VALMONT, "FA-1").await;
    let mine = token(&app, &gam, "1").await;
    assert_eq!(put(&url, &mine, &invoice(1, 2400)).await.status(), StatusCode::CREATED);

    let bare = client::http(None).unwrap().get(&url).send().await.unwrap();
    assert_eq!(bare.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(bare.headers()[header::WWW_AUTHENTICATE], "Bearer realm=\"parvis\"");
    for wrong in ["x", &"A".repeat(43), &"A".repeat(5000)] {
        let refused = put(&url, wrong, &invoice(2, 1)).await;
        assert_eq!(refused.status(), StatusCode::UNAUTHORIZED);
        let challenge = refused.headers()[header::WWW_AUTHENTICATE].to_str().unwrap();
        assert!(challenge.contains("error=\"invalid_token\""), "{challenge}");
        assert_eq!(refused.headers()[header::CONTENT_TYPE], "application/problem+json");
    }

    let theirs = token(&app, &other, "1").await;
    let foreign = get(&url, &theirs).await;
    let absent = get(&address(&app, PLAINE, "FA-1").await.replace("/invoices/gam/", "/invoices/other/"), &theirs).await;
    assert_eq!((foreign.status(), absent.status()), (StatusCode::NOT_FOUND, StatusCode::NOT_FOUND));
    let plain = |text: String| {
        let mut problem: Value = serde_json::from_str(&text).unwrap();
        problem.as_object_mut().unwrap().retain(|name, _| name != "instance" && name != "request_id");
        problem
    };
    assert_eq!(plain(foreign.text().await.unwrap()), plain(absent.text().await.unwrap()));
    assert_eq!(put(&url, &theirs, &invoice(2, 1)).await.status(), StatusCode::NOT_FOUND);
    let other_source = url.replace("/invoices/gam/", "/invoices/other/");
    assert_eq!(put(&other_source, &mine, &invoice(1, 1)).await.status(), StatusCode::NOT_FOUND, "not its source");

    let unable = token(&app, &reader, "1").await;
    let refused = get(&url, &unable).await;
    assert_eq!(refused.status(), StatusCode::FORBIDDEN);
    let challenge = refused.headers()[header::WWW_AUTHENTICATE].to_str().unwrap();
    assert!(challenge.contains("error=\"insufficient_scope\""), "{challenge}");

    app.clock.advance(jiff::SignedDuration::from_secs(599));
    assert_eq!(get(&url, &mine).await.status(), StatusCode::OK);
    app.clock.advance(jiff::SignedDuration::from_secs(1));
    assert_eq!(get(&url, &mine).await.status(), StatusCode::UNAUTHORIZED);
    app.stop().await;
}

#[actix_web::test]
async fn what_the_hospital_tells_of_people_is_in_no_log() {
    let gam = Caller::p256("gam");
    let app = app(On::Sqlite, &[(&gam, &[VALMONT], &["invoices"])]).await;
    let token = token(&app, &gam, "1").await;
    let url = address(&app, VALMONT, "FA-SEEN-NOWHERE").await;
    let mut told = invoice(1, 2400);
    told["patient"] = json!({
        "ipp": format!("{MARK}IPP"), "birth_family": format!("{MARK}NAME"), "given": format!("{MARK}GIVEN"),
        "birth_date": "1931-07-13", "sex": "F",
    });
    told["label"] = json!(format!("{MARK}LABEL"));
    assert_eq!(put(&url, &token, &told).await.status(), StatusCode::CREATED);
    told["kind"] = json!("x");
    assert_eq!(put(&url, &token, &told).await.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(log::marked(), [""; 0]);
    let lines = log::ours();
    assert!(lines.iter().any(|line| line.contains("/invoices/{source}/{number}")), "the route is in the log");
    for value in ["1931-07-13", "FA-SEEN-NOWHERE", token.as_str()] {
        assert!(!lines.iter().any(|line| line.contains(value)), "{value} is in the log");
    }
    app.stop().await;
}

async fn claimed(url: &str, token: &str) -> bool {
    get(url, token).await.json::<Value>().await.unwrap()["claimed"].as_bool().unwrap()
}

#[actix_web::test]
async fn an_invoice_finds_its_patient_and_leaves_the_wrong_one() {
    for on in On::all() {
        let gam = Caller::p256("gam");
        let app = app(on, &[(&gam, &[VALMONT], &["invoices"])]).await;
        let token = token(&app, &gam, "1").await;
        let before = address(&app, VALMONT, "FA-1").await;
        assert_eq!(put(&before, &token, &invoice(1, 2400)).await.status(), StatusCode::CREATED);
        assert!(!claimed(&before, &token).await);

        let mut camille = app.patient("camille").await;
        let all = app.building.db.read(|conn| identity::read::patients_born(conn, "1984-03-12")).await;
        let me = all.unwrap_or_else(|error: storage::StorageError| panic!("{error}"))[0].id;
        let mine = app.building.payments().invoices_of(me).await.unwrap();
        assert_eq!(mine.iter().map(|invoice| invoice.number.as_str()).collect::<Vec<_>>(), ["FA-1"]);
        assert!(claimed(&before, &token).await, "told before the first login");

        let after = address(&app, VALMONT, "FA-2").await;
        put(&after, &token, &invoice(1, 1500)).await;
        assert!(claimed(&after, &token).await, "told when the patient is known");
        let log = camille.open("/me/access-log").await;
        assert!(log.text.contains("facture"), "each link stands in the patient's own log");

        let mut corrected = invoice(2, 1500);
        corrected["patient"]["given"] = json!("CAMILLA");
        put(&after, &token, &corrected).await;
        assert!(!claimed(&after, &token).await, "the hospital names somebody else");

        let namesake = address(&app, VALMONT, "FA-3").await;
        let mut told = invoice(1, 1500);
        told["patient"]["ipp"] = json!("2");
        put(&namesake, &token, &told).await;
        assert!(!claimed(&namesake, &token).await, "a second person of these traits at the hospital");
        app.deliver().await;
        app.stop().await;
    }
}

/// An invoice of Camille's with its paper, as a seed makes it; its id.
pub(crate) async fn of_camille(app: &TestApp) -> String {
    let scenario: payment::seed::Scenario = serde_json::from_value(json!({ "invoices": [{
        "establishment": VALMONT, "source": "seed", "number": "FA-9", "kind": "regie", "creditor": "consultations",
        "patient": { "ipp": "1", "birth_family": "EXEMPLE", "given": "Camille", "birth_date": "1984-03-12", "sex": "F" },
        "refdet": "FA26000009", "label": "Consultation externe", "amount_cents": 2400, "issued_days_ago": 3,
        "due_in_days": 27, "state": "payable",
    }]}))
    .unwrap();
    let (building, invoices) = (&app.building, scenario.clone());
    building.db.write(move |tx| payment::seed::load(tx, &invoices)).await.unwrap();
    payment::seed::papers(&building.db, &building.files, &scenario).await.unwrap();
    let all = building.db.read(|conn| identity::read::patients_born(conn, "1984-03-12")).await;
    let me = all.unwrap_or_else(|error: storage::StorageError| panic!("{error}"))[0].id;
    let mine = building.payments().invoices_of(me).await.unwrap();
    mine.iter().find(|invoice| invoice.number == "FA-9").expect("it is hers").id.to_string()
}

async fn send_paper(url: &str, token: &str, kind: &str, bytes: Vec<u8>) -> StatusCode {
    let call = client::http(None).unwrap().put(format!("{url}/document")).bearer_auth(token);
    call.header(header::CONTENT_TYPE, kind).body(bytes).send().await.unwrap().status()
}

#[actix_web::test]
async fn the_hospitals_paper_is_given_to_its_patient_as_it_was_sent() {
    for on in On::all() {
        let gam = Caller::p256("gam");
        let app = app(on, &[(&gam, &[VALMONT], &["invoices"])]).await;
        let token = token(&app, &gam, "1").await;
        let url = address(&app, VALMONT, "FA-1").await;
        let (first, second) = (b"%PDF-1.7 first".to_vec(), b"%PDF-1.7 second".to_vec());
        assert_eq!(send_paper(&url, &token, "application/pdf", first.clone()).await, StatusCode::NOT_FOUND);
        put(&url, &token, &invoice(1, 2400)).await;
        for (kind, bytes, status) in [
            ("text/html", first.clone(), StatusCode::UNSUPPORTED_MEDIA_TYPE),
            ("application/pdf", b"<html>".to_vec(), StatusCode::UNSUPPORTED_MEDIA_TYPE),
            ("application/pdf", b"%PD".to_vec(), StatusCode::UNSUPPORTED_MEDIA_TYPE),
            ("application/pdf", [b"%PDF-".to_vec(), vec![0; 5 << 20]].concat(), StatusCode::PAYLOAD_TOO_LARGE),
            ("application/pdf", first.clone(), StatusCode::NO_CONTENT),
            ("application/pdf", first.clone(), StatusCode::NO_CONTENT),
        ] {
            assert_eq!(send_paper(&url, &token, kind, bytes).await, status);
        }
        assert_eq!(send_paper(&url, "x", "application/pdf", second.clone()).await, StatusCode::UNAUTHORIZED);

        let mut camille = app.patient("camille").await;
        let all = app.building.db.read(|conn| identity::read::patients_born(conn, "1984-03-12")).await;
        let me = all.unwrap_or_else(|error: storage::StorageError| panic!("{error}"))[0].id;
        let mine = app.building.payments().invoices_of(me).await.unwrap();
        let (id, before) = (mine[0].id, mine[0].document.expect("a paper"));
        let page = camille.open(&format!("/invoices/{id}/document")).await;
        assert_eq!((page.status, page.text.as_bytes()), (StatusCode::OK, first.as_slice()));
        assert_eq!(page.headers[header::CONTENT_TYPE], "application/pdf");
        assert_eq!(page.headers[header::CONTENT_DISPOSITION], "attachment; filename=\"facture-FA-1.pdf\"");
        assert!(page.headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap().starts_with("sandbox"));

        assert_eq!(send_paper(&url, &token, "application/pdf", second.clone()).await, StatusCode::NO_CONTENT);
        let page = camille.open(&format!("/invoices/{id}/document")).await;
        assert_eq!(page.text.as_bytes(), second.as_slice());
        assert!(app.building.files.open_file(before).await.is_err(), "the one before is erased");
        let mut helene = app.patient("helene").await;
        assert_eq!(helene.open(&format!("/invoices/{id}/document")).await.status, StatusCode::NOT_FOUND);
        app.stop().await;
    }
}

#[actix_web::test]
async fn a_seed_makes_invoices_with_papers_and_twice_changes_nothing() {
    let mut app = TestApp::start(On::Sqlite).await;
    app.may_leave_open = true;
    let mut camille = app.patient("camille").await;
    let id = of_camille(&app).await;
    let page = camille.bytes(&format!("{}/invoices/{id}/document", app.base)).await;
    assert!(page.starts_with(b"%PDF-1.5"));
    assert_eq!(of_camille(&app).await, id);
    app.stop().await;
}
